"""Session files: a run written down as JSON, exact enough to be repeated bit for bit.

A run is a function of system, preset, initial parameters, seed and events, so a session holds these and the step
reached; the arrays of the state are not stored, curves that were kept are. Systems are found through a function given
by the caller, because files know no systems.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from spinviz import __version__
from spinviz.files.atomic import atomic_write
from spinviz.files.bounded import open_bounded
from spinviz.files.errors import FileError, quoted
from spinviz.files.kept_curves import kept_document, kept_of
from spinviz.model.abilities import Brushable
from spinviz.model.brush import MOST_POINTS, Stroke
from spinviz.model.kept import Kept
from spinviz.model.parameters import ParameterError, Parameters
from spinviz.model.switches import SWITCHES
from spinviz.model.system import System, UnknownName
from spinviz.model.theme import THEMES

FORMAT = 3
"""The layout that this program writes; it reads this and earlier ones."""
SUFFIX = ".spinviz"
MOST_BYTES = 16 * 2**20
MOST_STEPS = 10**9
MOST_DIGITS = 1000
"""Of a whole number, more than any can have."""
SLOWEST, FASTEST = 1e-30, 1e15
"""Simulated time per second on screen."""
FARTHEST = 1e9
"""Of a number of the camera, either side of 0."""
FIELDS = (
    "spinviz", "format", "system", "preset", "parameters", "seed", "schedule", "events", "step", "speed",
    "theme", "camera", "kept", "hidden",
)  # fmt: skip
RECIPE = ("system", "preset", "parameters", "seed", "schedule", "events", "step")
DEEP = "its entries are nested too deeply for a session"
AGAIN = "open another session or save this one again"

CameraState = Mapping[str, float | bool]


@dataclass(frozen=True)
class TakenBack:
    """An event that undoes the one of this number, counted from 0; done to such an event, that is done again."""

    event: int


Happening = Parameters | str | Stroke | TakenBack
"""What happens at a step: new parameters, the name of an action, a stroke, an undoing."""


@dataclass(frozen=True)
class Session:
    """A run and how it was looked at.

    ``events`` are (step, `Happening`), in order; ``schedule`` are (time, action) over those of the preset; ``speed`` is
    simulated time per second on screen.
    """

    system: System[Any, Any]
    parameters: Parameters
    preset: str = ""
    seed: int = 0
    schedule: tuple[tuple[float, str], ...] = ()
    events: tuple[tuple[int, Happening], ...] = ()
    step: int = 0
    speed: float = 1.0
    theme: str = "dark"
    camera: CameraState = field(default_factory=dict)
    kept: tuple[Kept, ...] = ()
    """Curves of earlier runs, measured ones and sketches, beside which the plots show those of this run."""
    hidden: tuple[str, ...] = ()
    """Names of `model.switches` that are off."""


def save_session(path: str | os.PathLike[str], session: Session) -> None:
    """Write ``session``; what was at ``path`` stays until the new file is complete. Errors: `FileError`."""
    text = json.dumps(_document(session), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    # Names of files may hold half characters; in JSON they are escaped.
    content = text.encode(errors="backslashreplace")
    size = len(content)
    if size > MOST_BYTES:
        edits, sets = len(session.events), len(session.kept)
        made = f"{edits} edits were made and {sets} {'set of curves is' if sets == 1 else 'sets of curves are'} kept"
        problem = f"the session has {size} bytes, the limit is {MOST_BYTES}: {made}"
        raise FileError(path, problem, "remove kept curves or rewind, which forgets the edits, and save again")
    with atomic_write(path) as stream:
        stream.write(content)


def digest(session: Session) -> str:
    """Return what names the recipe: sessions with the same repeat the same run up to the same step."""
    document = _document(session)
    recipe = {name: document[name] for name in RECIPE}
    return sha256(json.dumps(recipe, sort_keys=True).encode()).hexdigest()[:32]


def read_session(path: str | os.PathLike[str], system_named: Callable[[str], System[Any, Any]]) -> Session:
    """Read a session.

    Parameters
    ----------
    path
        A file written by `save_session`.
    system_named
        Finds a system by name, or raises `UnknownName`.

    Raises
    ------
    FileError
        Not JSON, too large, written by a newer version, an unknown system, preset, parameter or action, a value out
        of range or of the wrong type. One line with value, limit and remedy.
    """
    document = _parsed(path)
    try:
        return _session(document, system_named, Path(path).absolute().parent)
    except RecursionError as error:  # what could be read by a hair cannot be quoted
        raise FileError(path, DEEP, AGAIN) from error
    except (_Wrong, UnknownName, ParameterError) as error:
        raise FileError(path, str(error).rstrip("."), AGAIN) from error


class _Wrong(ValueError):
    """An entry that does not fit; the text says which and why."""


# --- writing --------------------------------------------------------------------------------------------------------


def _document(session: Session) -> dict[str, Any]:
    return {
        "spinviz": __version__,
        "format": FORMAT,
        "system": session.system.name,
        "preset": session.preset,
        "parameters": session.parameters.model_dump(),
        "seed": session.seed,
        "schedule": [[time, action] for time, action in session.schedule],
        "events": list(_written_events(session)),
        "step": session.step,
        "speed": session.speed,
        "theme": session.theme,
        "camera": dict(session.camera),
        "kept": kept_document(session.kept),
        "hidden": list(session.hidden),
    }


def _written_events(session: Session) -> Iterable[dict[str, Any]]:
    """Only what differs from the parameters written before, so that a long drag of a slider stays small."""
    before = session.parameters.model_dump()
    for step, event in session.events:
        if isinstance(event, str):
            yield {"step": step, "action": event}
        elif isinstance(event, Stroke):
            yield {
                "step": step,
                "brush": event.brush,
                "path": list(map(list, event.path)),
                "radius": event.radius,
                "goes_on": event.goes_on,
            }
        elif isinstance(event, TakenBack):
            yield {"step": step, "undo": event.event}
        else:
            now = event.model_dump()
            yield {"step": step, "parameters": {name: value for name, value in now.items() if value != before[name]}}
            before = now


# --- reading --------------------------------------------------------------------------------------------------------


def _parsed(path: str | os.PathLike[str]) -> dict[str, Any]:
    with open_bounded(path, MOST_BYTES) as stream:
        content = stream.read(MOST_BYTES + 1)
    try:
        document = json.loads(content, parse_constant=_no_number, parse_int=_integer)
    except RecursionError as error:
        raise FileError(path, DEEP, AGAIN) from error
    except ValueError as error:
        what = f"line {error.lineno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else str(error)
        raise FileError(path, f"this is no session, it is not JSON ({what[:120]})", "open another file") from error
    if not isinstance(document, dict) or "format" not in document or "system" not in document:
        raise FileError(
            path, "this JSON is no session of spinviz: 'format' or 'system' is missing", "open another file"
        )
    newest = document["format"]
    if not isinstance(newest, int) or isinstance(newest, bool) or newest < 1:
        raise FileError(path, f"format {quoted(str(newest))} is no number above 0", AGAIN)
    if newest > FORMAT:
        problem = f"written by a newer spinviz (format {newest}, this program reads up to {FORMAT})"
        raise FileError(path, problem, "update spinviz")
    return document


def _integer(text: str) -> int:
    if len(text) > MOST_DIGITS:  # of thousands Python makes no number
        raise ValueError(f"a number of {len(text)} digits, the limit is {MOST_DIGITS}")
    return int(text)


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no finite number")


def _session(document: dict[str, Any], system_named: Callable[[str], System[Any, Any]], folder: Path) -> Session:
    for name in document:
        if name not in FIELDS:
            raise _Wrong(f"unknown entry {quoted(name)}: use one of {', '.join(FIELDS)}")
    system = system_named(_text(document, "system"))
    preset = _text(document, "preset", "")
    if preset:
        system.preset(preset)
    values = _mapping("parameters", document.get("parameters", {}))
    parameters = system.Parameters.of(**_found_again(system, values, folder))
    theme = _text(document, "theme", "dark")
    if theme not in THEMES:
        raise _Wrong(f"unknown theme {quoted(theme)}: use one of {', '.join(THEMES)}")
    return Session(
        system=system,
        parameters=parameters,
        preset=preset,
        seed=_whole(document.get("seed", 0), "seed", 2**63 - 1),
        schedule=_schedule(document, system),
        events=_events(document, system, parameters, folder),
        step=_whole(document.get("step", 0), "step", MOST_STEPS),
        speed=_number(document.get("speed", 1.0), "speed", SLOWEST, FASTEST),
        theme=theme,
        camera=_camera(document),
        kept=_kept(document, system, folder),
        hidden=_hidden(document),
    )


def _schedule(document: dict[str, Any], system: System[Any, Any]) -> tuple[tuple[float, str], ...]:
    schedule = []
    for item in _list(document, "schedule"):
        if not isinstance(item, list) or len(item) != 2 or not isinstance(item[1], str):
            raise _Wrong(f"schedule has {quoted(json.dumps(item))}: write [time, action]")
        schedule.append((_number(item[0], "time"), system.action(item[1]).name))
    return tuple(schedule)


def _events(
    document: dict[str, Any], system: System[Any, Any], parameters: Parameters, folder: Path
) -> tuple[tuple[int, Happening], ...]:
    events: list[tuple[int, Happening]] = []
    last = 0
    for item in _list(document, "events"):
        entry = _mapping("an event", item)
        step = _whole(entry.get("step"), "step of an event", MOST_STEPS)
        if step < last:
            raise _Wrong(f"an event at step {step} follows one at step {last}: events are in order")
        last = step
        if set(entry) == {"step", "action"}:
            events.append((step, system.action(_text(entry, "action")).name))
        elif set(entry) == {"step", "parameters"}:
            values = _found_again(system, _mapping("parameters", entry["parameters"]), folder)
            parameters = parameters.change(**values)
            events.append((step, parameters))
        elif set(entry) == {"step", "brush", "path", "radius", "goes_on"}:
            events.append((step, _stroke(entry, system, parameters)))
        elif set(entry) == {"step", "undo"}:
            events.append((step, _taken_back(entry["undo"], events)))
        else:
            raise _Wrong(
                f"an event has {', '.join(sorted(entry))[:80]}: it has step and action, step and parameters, step and "
                "undo, or step, brush, path, radius and goes_on"
            )
    return tuple(events)


def _stroke(entry: dict[str, Any], system: System[Any, Any], p: Parameters) -> Stroke:
    brush = _text(entry, "brush")
    known = system.brushes(p) if isinstance(system, Brushable) else ()
    if brush not in known:
        raise _Wrong(f"{system.name} has no brush {quoted(brush)}: use {', '.join(known) or 'a system with a lattice'}")
    points = _list(entry, "path")
    if len(points) > MOST_POINTS or not all(isinstance(point, list) and len(point) == 3 for point in points):
        raise _Wrong(f"path of a stroke: write at most {MOST_POINTS} places [x, y, z]")
    path = [[_number(x, "place of a stroke") for x in point] for point in points]
    try:
        places = tuple((x, y, z) for x, y, z in path)
        return Stroke(brush, places, _number(entry["radius"], "radius of a stroke"), entry["goes_on"] is True)
    except _Wrong:
        raise
    except ValueError as error:
        raise _Wrong(str(error)) from error


def _taken_back(value: Any, before: list[tuple[int, Happening]]) -> TakenBack:
    if not before:
        raise _Wrong("an event undoes another, and none is before it")
    number = _whole(value, "undo", len(before) - 1)
    if isinstance(before[number][1], Parameters):
        raise _Wrong(f"undo = {number} names a change of parameters: it undoes an action or a stroke")
    return TakenBack(number)


def _found_again(system: System[Any, Any], values: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Look for a missing input file beside the session: the two usually travel together. Check types."""
    found = dict(values)
    for name, value in values.items():
        q = system.Parameters.quantity_named(name)
        fits = {"number": (int, float), "integer": (int,), "switch": (bool,), "choice": (str,), "file": (str,)}[q.kind]
        if not isinstance(value, fits) or (isinstance(value, bool) and q.kind != "switch"):
            raise _Wrong(f"{name} = {quoted(json.dumps(value))} is no {q.kind}: choose {q.limits()}")
        beside = folder / Path(str(value)).name
        # Not Path.exists, which raises errors for names that the system cannot have.
        if q.kind == "file" and value and not os.path.exists(str(value)) and os.path.exists(beside):
            found[name] = str(beside)
    return found


def _camera(document: dict[str, Any]) -> dict[str, float | bool]:
    camera = _mapping("camera", document.get("camera", {}))
    if len(camera) > 32:
        raise _Wrong(f"camera has {len(camera)} entries, the limit is 32")
    return {
        name: value if isinstance(value, bool) else _number(value, f"camera {quoted(name)}", -FARTHEST, FARTHEST)
        for name, value in camera.items()
    }


def _kept(document: dict[str, Any], system: System[Any, Any], folder: Path) -> tuple[Kept, ...]:
    def parameters(values: dict[str, Any]) -> Parameters:
        return system.Parameters.of(**_found_again(system, values, folder))

    try:
        return tuple(kept_of(document.get("kept", []), [plot.name for plot in system.plots], parameters))
    except (_Wrong, ParameterError):
        raise
    except ValueError as error:
        raise _Wrong(str(error)) from error


def _hidden(document: dict[str, Any]) -> tuple[str, ...]:
    hidden = _list(document, "hidden")
    for name in hidden:
        if name not in SWITCHES:
            raise _Wrong(f"unknown switch {quoted(json.dumps(name))}: use one of {', '.join(SWITCHES)}")
    return tuple(dict.fromkeys(hidden))


def _text(document: Mapping[str, Any], name: str, default: str | None = None) -> str:
    value = document.get(name, default)
    if not isinstance(value, str):
        raise _Wrong(f"{name} = {quoted(json.dumps(value))} is no text")
    return value


def _mapping(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _Wrong(f"{name} = {quoted(json.dumps(value))} is no table of names and values")
    return value


def _list(document: dict[str, Any], name: str) -> list[Any]:
    value = document.get(name, [])
    if not isinstance(value, list):
        raise _Wrong(f"{name} = {quoted(json.dumps(value))} is no list")
    return value


def _whole(value: Any, name: str, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise _Wrong(f"{name} = {quoted(json.dumps(value))} is no whole number between 0 and {most}")
    return value


def _number(value: Any, name: str, low: float = -math.inf, high: float = math.inf) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise _Wrong(f"{name} = {quoted(json.dumps(value))} is no number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number) or not low <= number <= high:
        limits = f" from {low:g} to {high:g}" if math.isfinite(low) else ""
        raise _Wrong(f"{name} = {quoted(str(value))} is no finite number{limits}")
    return number
