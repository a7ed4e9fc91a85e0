"""What can be opened: a preset of a system, a session, somebody's file. Each builds a loop in the simulation thread."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from spinviz.app.run.worker import Opened, Opening, Progress
from spinviz.engine.live import speed_of
from spinviz.engine.loop import MEMORY, Loop
from spinviz.engine.memory import demand
from spinviz.engine.replay import extent, replayed
from spinviz.engine.resume import resumed, store
from spinviz.files.errors import FileError, printable
from spinviz.files.ovf.series import is_several
from spinviz.files.plain_values import Unfit
from spinviz.files.session import SUFFIX, Session, read_session
from spinviz.model.abilities import OpensBeside, OpensSeries
from spinviz.model.parameters import Parameters
from spinviz.model.shortened import shortened
from spinviz.model.system import System
from spinviz.systems import system_named, systems
from spinviz.systems.series import ShowsSeries, series_among

LONG = 1.0
"""Seconds of repeating a run from which on its snapshot is kept."""


@dataclass(frozen=True)
class Choice:
    """What to run from the beginning: a system by name, its preset (the first when empty) and other parameters."""

    system: str
    preset: str = ""
    parameters: Parameters | None = None
    running: bool = True
    speed: float | None = None


Announce = Callable[[tuple[System[Any, Any], Parameters, str]], None]
"""Told system, parameters and preset before the first kernel compiles."""


def open_choice(choice: Choice, memory: int = MEMORY, announce: Announce = lambda known: None) -> Opening:
    """A run from the beginning."""

    def opening(progress: Progress) -> Opened:
        system = system_named(choice.system)
        # Parameters that came from a file belong to no preset: its scheduled actions would disturb them.
        preset = choice.preset or ("" if choice.parameters is not None else system.presets[0].name)
        parameters = choice.parameters or system.Parameters.of(**system.preset(preset).parameters)
        announce((system, parameters, preset))
        _say_demand(system, parameters, progress)
        loop = Loop(system, parameters, preset=preset, memory=memory)
        return Opened(loop, choice.speed or speed_of(loop), choice.running)

    return opening


def open_file(
    path: Path,
    current: str = "",
    memory: int = MEMORY,
    parameters: Parameters | None = None,
    more: Sequence[Path] = (),
) -> Opening:
    """A session, or a file that a system starts from: the ``current`` system where it takes such files.

    What the file does not say stays as in ``parameters``, those of the present. A system that `OpensBeside` adds
    the file, and then ``more``: a phantom to a sequence. Many files of one kind, or a folder, become a film
    of the system that `OpensSeries`.
    """

    def opening(progress: Progress) -> Opened:
        if path.suffix.lower() == SUFFIX:
            return _session(path, memory, progress)
        if (more or is_several(str(path))) and (shows := series_among(systems(), (path, *more))) is not None:
            return _film(shows, (path, *more), memory, progress)
        system = _system_for(path, current)
        found = _opened(system, (path, *more), parameters)
        _say_demand(system, found, progress)
        loop = Loop(system, found, memory=memory)
        odd = "; ".join(system.odd(loop.state, loop.parameters))
        return Opened(loop, speed_of(loop), path=path, note=odd and f"{path.name}: {odd}")

    return opening


def open_session(path: Path, memory: int = MEMORY) -> Opening:
    """A session under any name."""
    return lambda progress: _session(path, memory, progress)


def go_together(paths: Sequence[Path]) -> bool:
    """Whether one system opens all of these files at once."""
    if series_among(systems(), paths) is not None:
        return True
    endings = {path.suffix.lower() for path in paths}
    return any(isinstance(system, OpensBeside) and endings <= set(system.suffixes()) for system in systems().values())


def known_suffixes() -> tuple[str, ...]:
    """Endings of all files that can be opened, sessions first."""
    found = {suffix: None for system in systems().values() for suffix in system.suffixes()}
    return (SUFFIX, *found)


def unknown(path: Path) -> str:
    """What is said of a file whose ending no system knows."""
    suffix = path.suffix.lower()
    ending = f"ending in '{shortened(suffix)}'" if suffix else "without an ending"
    return f"no system opens files {ending}"


def _session(path: Path, memory: int, progress: Progress) -> Opened:
    session = read_session(path, system_named)
    _say_demand(session.system, session.parameters, progress)
    try:
        loop, note = resumed(session, memory), ""
    except Unfit as error:
        loop, note = None, f"{printable(path.name)} was opened by repeating its run: {error}"
    if loop is None:
        loop = _repeated(session, path, memory, progress)
    look = (session.theme, dict(session.camera), note)
    return Opened(loop, session.speed, False, path, *look, kept=session.kept, hidden=session.hidden)


def _repeated(session: Session, path: Path, memory: int, progress: Progress) -> Loop:
    told = False

    def replaying(part: float) -> None:
        nonlocal told
        progress(part, "" if told else f"Replaying {extent(session)} of {printable(path.name)}")
        told = True

    begun = perf_counter()
    loop = replayed(session, memory, replaying)
    if perf_counter() - begun > LONG:
        with suppress(FileError):  # next time it is repeated again
            store(loop, session)
    return loop


def _say_demand(system: System[Any, Any], p: Parameters, progress: Progress) -> None:
    """Say before it is begun what takes much memory; also the place to stop it."""
    if words := demand(system, p):
        progress(-1.0, f"Making {words}")


def _film(system: ShowsSeries, paths: Sequence[Path], memory: int, progress: Progress) -> Opened:
    """Files of one kind as frames; afterwards their folder is what was opened."""
    p = system.open_series(paths)
    _say_demand(system, p, progress)
    loop = Loop(system, p, memory=memory)
    folder = paths[0] if os.path.isdir(paths[0]) else paths[0].absolute().parent
    odd = "; ".join(system.odd(loop.state, loop.parameters))
    return Opened(loop, speed_of(loop), path=folder, note=odd and f"{folder.name}: {odd}")


def _opened(system: System[Any, Any], paths: Sequence[Path], parameters: Parameters | None) -> Parameters:
    if not isinstance(system, OpensBeside):
        opened: Parameters = system.open(paths[0])
        return opened if parameters is None else opened.over(parameters)
    p = parameters if isinstance(parameters, system.Parameters) else system.Parameters.of()
    for path in paths:
        p = system.open_beside(path, p)
    return p


def _system_for(path: Path, current: str) -> System[Any, Any]:
    suffix = path.suffix.lower()
    known = systems()
    # One file of a series is a start, not a film.
    fits = [system for system in known.values() if suffix in system.suffixes() and not isinstance(system, OpensSeries)]
    for system in fits:
        if system.name == current:
            return system
    if fits:
        return fits[0]
    raise FileError(path.name, unknown(path), f"open one ending in {', '.join(known_suffixes())}")
