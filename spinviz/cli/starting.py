"""From options to a run: system, preset, parameters, actions and seed, with a guess at what was meant."""

from __future__ import annotations

import argparse
import difflib
import math
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spinviz.cli.problems import BadInput, say
from spinviz.files.errors import FileError, short_path
from spinviz.files.ovf.series import is_several
from spinviz.model import clock
from spinviz.model.abilities import OpensSeries
from spinviz.model.clock import round_speed
from spinviz.model.parameters import ParameterError, Parameters
from spinviz.model.shortened import shortened
from spinviz.model.system import System, UnknownName
from spinviz.model.units import UnitError, example, read_number, show

if TYPE_CHECKING:
    from spinviz.engine.loop import Loop

MOST_SEED = 2**63 - 1
SEED_DIGITS = 40
MOST_STEPS = 10**12
"""Of a run: no computer takes more of them in a month."""
SECONDS = 10.0
"""What is run or shown when neither the command line nor the preset says how long: this long at the system's speed."""


@dataclass(frozen=True)
class Start:
    """Everything that determines a run. ``kept`` names the parameters that were set: no action of the preset's
    changes them.
    """

    system: System[Any, Any]
    parameters: Parameters
    preset: str
    schedule: tuple[tuple[float, str], ...]
    seed: int
    kept: tuple[str, ...]

    def loop(self, memory: int) -> Loop:
        """Return the run, at time 0."""
        from spinviz.engine.loop import Loop
        from spinviz.engine.memory import demand

        if words := demand(self.system, self.parameters):
            say(f"making {words}")
        return Loop(
            self.system, self.parameters, preset=self.preset, schedule=self.schedule, seed=self.seed, memory=memory,
            kept=self.kept,
        )  # fmt: skip


def start_of(options: argparse.Namespace) -> Start:
    """Return what ``options`` ask for.

    Without ``--preset`` nothing is taken from any: all that was not set has its default, and nothing is done that was
    not asked for. With one, what was set wins.
    Errors: `BadInput`, `ParameterError`, `UnknownName`, `FileError`, `UnitError`.
    """
    system = find_system(options.system)
    if shows := _series_instead(system, options.input):
        options.note = f"{system.name} starts from one file, so {shows.name} shows all of them"
        system = shows
    preset = options.preset or ""
    if preset:
        preset = find(preset, (p.name for p in system.presets), f"{system.name} has no preset")
    p = parameters_of(system, preset, options.input, options.set)
    schedule = schedule_of(system, options.action, usual_length(system, p, preset))
    return Start(system, p, preset, schedule, seed_of(options.seed), names_of(options.set))


def say_what_is_odd(loop: Loop, note: str = "") -> None:
    """Say how files were taken, where what was set stood against the preset's actions, that nothing was asked for.

    ``note`` comes first: of another system than the one that was named.
    """
    if note:
        say(note)
    if odd := loop.system.odd(loop.state, loop.parameters):
        p = loop.parameters
        paths = [getattr(p, name) for name, q in p.quantities().items() if q.kind == "file"]
        files = ", ".join(shortened(Path(path).name) for path in paths if path)
        say(": ".join(filter(None, (files, "; ".join(odd)))))
    first = loop.system.presets[0]
    if not (loop.preset.name or loop.schedule or loop.events) and first.actions:
        say(f"nothing was done: '--preset {first.name}' does what the window opens with, or name an --action")
    for (action, name), wanted in loop.overruled.items():
        q = loop.parameters.quantity_named(name)
        kept = q.show(getattr(loop.parameters, name))
        say(f"{name} stays {kept} as set: the preset's action '{action}' would have made it {q.show(wanted)}")


def usual_speed(system: System[Any, Any], p: Parameters, preset: str) -> float:
    """Return the simulated time per second on screen: the preset's, or else the system's."""
    return round_speed(float((preset and system.preset(preset).speed) or system.speed(p)))


def usual_length(system: System[Any, Any], p: Parameters, preset: str) -> float:
    """Return the simulated time worth running: the preset's length, a film to its end, or ten seconds on screen."""
    if length := preset and system.preset(preset).length:
        return float(length)
    end = system.end(p)
    return float(SECONDS * usual_speed(system, p, preset) if end is None else end)


def check_steps(loop: Loop, end: float, what: str, remedy: str) -> None:
    """Refuse what would take more steps than a computer can. Errors: `BadInput`."""
    if not end / loop.dt <= MOST_STEPS:
        unit = loop.system.time_unit
        raise BadInput(
            f"{what} {end:.6g} {unit}, after more than {MOST_STEPS:.0e} steps of {loop.dt:.6g} {unit}: choose {remedy}"
        )


def find_system(name: str) -> System[Any, Any]:
    """Return a system by name. Errors: `UnknownName` with the nearest and all known names."""
    from spinviz.systems import system_named, systems

    try:
        return system_named(name)
    except UnknownName:
        find(name, systems(), "unknown system")
        raise


def find(name: str, known: Iterable[str], complaint: str) -> str:
    """Return ``name`` if it is known. Errors: `UnknownName` with a guess."""
    names = list(known)
    if name in names:
        return name
    near = difflib.get_close_matches(name.lower(), [n.lower() for n in names], n=1, cutoff=0.5)
    guess = next((n for n in names if near and n.lower() == near[0]), "")
    hint = f"did you mean '{guess}'? " if guess else ""
    raise UnknownName(f"{complaint} '{shortened(name)}': {hint}use one of {', '.join(names) or '(none)'}")


def parameters_of(system: System[Any, Any], preset: str, files: Iterable[str], settings: Iterable[str]) -> Parameters:
    """Return parameters: the preset's, changed by the files, changed by NAME=VALUE settings."""
    p: Parameters = system.Parameters.of(**(system.preset(preset).parameters if preset else {}))
    return parameters_over(_opened(system, p, files), settings)


def names_of(settings: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the parameters that are set."""
    return tuple(setting.partition("=")[0].strip() for setting in settings)


def parameters_over(p: Parameters, settings: Iterable[str]) -> Parameters:
    """Return ``p`` changed by NAME=VALUE settings. Errors: `BadInput`, `ParameterError`."""
    changes: dict[str, Any] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        name = name.strip()
        if not equals or not name:
            raise BadInput(
                f"--set '{shortened(setting)}' is no setting: write NAME=VALUE, for example --set {_example(p)}"
            )
        find_parameter(p, name)
        changes[name] = p.quantity_named(name).read(text)
    return p.change(**changes)


def find_parameter(p: Parameters, name: str) -> str:
    """Return the name of a parameter. Errors: `ParameterError` with a guess."""
    try:
        return find(name, p.quantities(), "unknown parameter")
    except UnknownName as error:
        raise ParameterError(str(error)) from error


def _series_instead(system: System[Any, Any], files: Sequence[str]) -> System[Any, Any] | None:
    """Return the system that shows ``files`` where they are many of a kind from which ``system`` starts; else None."""
    if len(files) < 2 and not any(map(is_several, files)):
        return None
    from spinviz.systems.series import series_system

    shows = series_system([Path(file) for file in files])
    if shows is None or shows.name == system.name or not set(shows.suffixes()) & set(system.suffixes()):
        return None
    return shows


def _opened(system: System[Any, Any], p: Parameters, files: Iterable[str]) -> Parameters:
    """Change ``p`` by what the files say: everything that opening them sets.

    Errors: `BadInput` for two files of one kind.
    """
    if isinstance(system, OpensSeries):
        paths = [Path(file) for file in files]
        return system.open_series(paths).over(p) if paths else p
    taken: dict[str, str] = {}
    for file in files:
        opened = system.open(Path(file))
        for name in opened.given:
            if p.quantity_named(name).kind != "file":
                continue
            if name in taken:
                raise BadInput(
                    f"--input {taken[name]} and --input {file} are both the {name} file of {system.name}: give one"
                )
            taken[name] = file
        p = opened.over(p)
    return p


def _example(p: Parameters) -> str:
    name, q = next(iter(p.quantities().items()))
    return f'"{name}={q.show(q.value)}"'


def schedule_of(system: System[Any, Any], actions: Iterable[str], usual: float) -> tuple[tuple[float, str], ...]:
    """Return (time, action) pairs from NAME@TIME texts."""
    found = []
    for text in actions:
        name, at, time = text.rpartition("@")
        if not at:
            short = shortened(text)
            raise BadInput(f"--action '{short}' has no time: write NAME@TIME, for example --action {short}@0")
        find(name, (a.name for a in system.actions), f"{system.name} has no action")
        found.append((time_of(time, system, f"--action {name}@", usual), name))
    return tuple(found)


def check_happen(actions: Iterable[tuple[float, str]], loop: Loop, end: float, what: str, remedy: str) -> None:
    """Refuse an action later than what is run, which would silently not happen. Errors: `BadInput`."""
    last = loop.steps_until(end) * loop.dt
    for time, name in actions:
        if time - loop.dt / 2 > last * (1 + 1e-9):
            late, ends = (clock.duration(t, loop.system.time_unit) for t in (time, end if time > end else last))
            raise BadInput(f"--action {name}@{late} never happens, {what} {ends}: choose an earlier time or {remedy}")


def time_of(text: str, system: System[Any, Any], flag: str, usual: float, *, positive: bool = False) -> float:
    """Return a time in the system's unit; ``usual`` is the example in complaints.

    Errors: `UnitError`, `BadInput` for a negative (or zero) one.
    """
    unit = system.time_unit
    try:
        time = read_number(clock.singular(text), unit, usual)
    except UnitError as error:
        raise UnitError(f"{flag}: {error}") from error
    if time < 0 or (positive and time == 0) or time == math.inf:
        what = "a finite number" if time == math.inf else "above 0" if positive else "0 or more"
        raise BadInput(
            f"{flag} {show(time, unit)} is out of range: choose {what}, for example '{example(unit, usual)}'"
        )
    return time


def number_of(text: str, unit: str, flag: str, usual: float, low: float, high: float) -> float:
    """Return a number in ``unit`` between limits; ``usual`` is the example. Errors: `UnitError`, `BadInput`."""
    try:
        value = read_number(text, unit, usual)
    except UnitError as error:
        raise UnitError(f"{flag}: {error}") from error
    if not low <= value <= high:
        limits = f"between {show(low, unit)} and {show(high, unit)}"
        raise BadInput(f"{flag} {shortened(text)} is out of range: choose a value {limits}")
    return value


def seed_of(text: str | None) -> int:
    """Return the seed. Errors: `BadInput`."""
    if text is None:
        return 0
    # Python refuses to read numbers of thousands of digits.
    if not text.isascii() or not text.isdigit() or len(text) > SEED_DIGITS or int(text) > MOST_SEED:
        raise BadInput(f"--seed {shortened(text)} is no seed: choose a whole number from 0 to {MOST_SEED}")
    return int(text)


def ending(path: str, known: Iterable[str]) -> str:
    """Return the ending of an output file, in lower case. Errors: `BadInput` with the known ones."""
    suffix = Path(path).suffix.lower()
    names = list(known)
    if suffix not in names:
        what = f"ending '{shortened(suffix)}'" if suffix else "no ending"
        raise BadInput(
            f"--out {short_path(path)} has {what}, which says nothing of its kind: use one of {', '.join(names)}"
        )
    return suffix


def check_writable(path: str) -> None:
    """Find out before hours of work that ``path`` cannot be written. Errors: `FileError`."""
    # Not Path.is_dir, which raises errors for names that are too long.
    if os.path.isdir(path):
        raise FileError(path, "this is a folder", "give the name of a file inside it")
    try:
        target = Path(os.path.realpath(path))
        os.stat(target.parent)
        with suppress(FileNotFoundError):
            os.lstat(target)
        if not os.access(target.parent, os.W_OK):
            raise PermissionError(13, "Permission denied")
    except OSError as error:
        raise FileError.writing(path, error) from error
    except ValueError as error:
        raise FileError.naming(path, error) from error
