"""Motion in KomaMRI's phantoms, HDF5: groups ``motion/motion_1``, ... with ``action``, ``time`` and ``spins``.

Each group names its ``type``; numbers are attributes or datasets. Actions: Translate (dx, dy, dz [m]), Rotate (pitch,
roll, yaw [degrees] about x, y, z; center [m] or "CenterOfMass"), HeartBeat (strains), Path and FlowPath (dx, dy, dz [m]
of every spin at even parts of the time curve, spin_reset). Time: TimeCurve (t [s], t_unit from 0 to 1, periodic,
periods). Spins: AllSpins, or SpinRange with a ``range`` as "1:10" or "1:2:9", counted from 1. Julia writes a matrix
(spins, times) as (times, spins).
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spinviz.files.errors import FileError, quoted
from spinviz.files.hdf5.reader import Dataset, Group
from spinviz.physics.sequence.blocks import Array
from spinviz.physics.sequence.moves import Action, Curve, HeartBeat, Motion, Move, Path, Rotate, Translate

FilePath = str | os.PathLike[str]
Kept = NDArray[np.bool_]

MAX_MOVES = 1000
MAX_TABLE = 2**25
"""Numbers of one table of displacements."""
MAX_TIMES = 10**6
"""Numbers of a time curve."""
MAX_SHIFT = 10.0
"""m: the farthest a move may carry a spin."""
_REWRITE = "write the phantom again with KomaMRI 0.9 or later"
_ACTIONS = ("Translate", "Rotate", "HeartBeat", "Path", "FlowPath")


def read_motion(path: FilePath, group: Any, position: Array, kept: Kept) -> Motion:
    """Return the motion in ``group`` for the spins that are ``kept`` (N,) of those at ``position`` (3, N) [m].

    Errors: `FileError`.
    """
    names = sorted(group, key=lambda name: (len(name), name)) if isinstance(group, Group) else []
    if len(names) > MAX_MOVES:
        raise FileError(path, f"the phantom has {len(names)} moves, the limit is {MAX_MOVES}", "join some of them")
    moves = [_move(path, group[name], position, kept) for name in names]
    return Motion(tuple(move for move in moves if move is not None))


def _move(path: FilePath, group: Any, position: Array, kept: Kept) -> Move | None:
    parts = {}
    for name in ("action", "time", "spins"):
        found = group.get(name) if isinstance(group, Group) else None
        if not isinstance(found, Group) or "type" not in found.attrs:
            where = getattr(group, "name", "the motion")
            raise FileError(path, f"{where} has no {name} with a type", _REWRITE)
        parts[name] = found
    chosen = _spins(path, parts["spins"], position.shape[1])
    if len(chosen) == 0 or not kept[chosen].any():
        return None
    action = _action(path, parts["action"], position[:, chosen], kept[chosen])
    numbers = np.cumsum(kept) - 1
    spins = None if len(chosen) == len(kept) else numbers[chosen[kept[chosen]]]
    return Move(action, _curve(path, parts["time"]), spins)


def _spins(path: FilePath, group: Group, count: int) -> NDArray[np.int64]:
    """Numbers of the spins that move, from 0."""
    kind = _text(group, "type")
    if kind == "AllSpins":
        return np.arange(count)
    text = _text(group, "range")
    words = text.split(":")
    if kind != "SpinRange" or len(words) not in (2, 3) or not all(w.strip().isdecimal() for w in words):
        raise FileError(path, f"the spins of a move are {quoted(kind)} {quoted(text)}", _REWRITE)
    first, step, last = (int(w) for w in (words if len(words) == 3 else (words[0], "1", words[1])))
    if not (1 <= first <= last <= count and step >= 1):
        raise FileError(path, f"the spins {quoted(text)} of a move lie outside 1 to {count}", "correct their range")
    return np.arange(first - 1, last, step)


def _action(path: FilePath, group: Group, place: Array, kept: Kept) -> Action:
    kind = _text(group, "type")
    if kind == "Translate":
        return Translate(_three(path, group, ("dx", "dy", "dz"), MAX_SHIFT))
    if kind == "Rotate":
        x, y, z = np.radians(_three(path, group, ("pitch", "roll", "yaw"), 1e6)).tolist()
        return Rotate((x, y, z), _centre(path, group, place))
    if kind == "HeartBeat":
        names = ("circumferential_strain", "radial_strain", "longitudinal_strain")
        return HeartBeat(*_three(path, group, names, 100.0), float(np.hypot(place[0], place[1]).max()))
    if kind in ("Path", "FlowPath"):
        return _path(path, group, kept, kind == "FlowPath")
    raise FileError(path, f"the move {quoted(kind)} is unknown, known are {', '.join(_ACTIONS)}", _REWRITE)


def _centre(path: FilePath, group: Group, place: Array) -> tuple[float, float, float]:
    """As given, or the mean of the spins that turn."""
    if "center" in group.attrs or "center" in group:
        raw = group.attrs["center"] if "center" in group.attrs else group["center"][()]
        if not isinstance(raw, str | bytes):
            x, y, z = _limited(path, np.ravel(raw), "center", (3,), MAX_SHIFT).tolist()
            return x, y, z
    x, y, z = place.mean(axis=1).tolist()
    return x, y, z


def _path(path: FilePath, group: Group, kept: Kept, flows: bool) -> Path:
    steps = np.stack([_table(path, group, name, len(kept)) for name in ("dx", "dy", "dz")])
    if np.abs(steps).max(initial=0.0) > MAX_SHIFT:
        raise FileError(path, f"a path leads {np.abs(steps).max():g} m away, the limit is {MAX_SHIFT:g} m", _REWRITE)
    reset = _table(path, group, "spin_reset", len(kept)) != 0 if flows else None
    if reset is not None and reset.shape != steps.shape[1:]:
        problem = f"spin_reset has the shape {reset.shape}, the path has {steps.shape[1:]}"
        raise FileError(path, problem, _REWRITE)
    return Path(steps, np.flatnonzero(kept), reset)


def _table(path: FilePath, group: Group, name: str, count: int) -> Array:
    """A matrix (spins, times): Julia's, which is (times, spins) here, or that of a program that counts as we do."""
    dataset = group.get(name)
    if not isinstance(dataset, Dataset) or dataset.dtype.kind not in "fiub" or not 1 <= dataset.size <= MAX_TABLE:
        raise FileError(path, f"{group.name} has no table {name} of up to {MAX_TABLE} numbers", _REWRITE)
    values = np.asarray(dataset[()], dtype=np.float64)
    if values.ndim == 1:
        values = values[:, None] if count == 1 else values[None, :]
    if values.ndim != 2 or count not in values.shape:
        raise FileError(path, f"{dataset.name} has the shape {values.shape} for {count} spins", _REWRITE)
    if not np.isfinite(values).all():
        raise FileError(path, f"{dataset.name} has numbers that are not finite", _REWRITE)
    return np.ascontiguousarray(values.T if values.shape[1] == count else values)


def _curve(path: FilePath, group: Group) -> Curve:
    times, values = (_limited(path, _read(path, group, name), name, None, 1e6) for name in ("t", "t_unit"))
    if len(times) < 1 or len(times) != len(values) or np.any(np.diff(times) < 0):
        raise FileError(path, f"a time curve has {len(times)} times, {len(values)} values, times must rise", _REWRITE)
    if values.min() < 0 or values.max() > 1:
        raise FileError(path, f"a time curve goes from {values.min():g} to {values.max():g}, not 0 to 1", _REWRITE)
    given = "periods" in group or "periods" in group.attrs
    periods = _limited(path, _read(path, group, "periods"), "periods", None, 1e6) if given else np.ones(1)
    if np.any(periods <= 0) or len(periods) * len(times) > MAX_TIMES:
        raise FileError(path, f"a time curve has {len(periods)} periods, the least {periods.min():g}", _REWRITE)
    if len(periods) == 1:
        times = times * periods[0]
    else:
        begins = np.concatenate([[0.0], np.cumsum(periods[:-1])]) * (times[-1] - times[0])
        stretched = (times - times[0]) * periods[:, None] + begins[:, None]
        times, values = times[0] + stretched.ravel(), np.tile(values, len(periods))
    periodic = _text(group, "periodic").lower() == "true"
    if periodic and times[-1] <= times[0]:
        raise FileError(path, f"a periodic time curve lasts {times[-1] - times[0]:g} s, it must be above 0", _REWRITE)
    return Curve(times, values, periodic)


def _text(group: Group, name: str) -> str:
    """An attribute as text, or nothing."""
    raw = group.attrs.get(name, "")
    return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)


def _read(path: FilePath, group: Group, name: str) -> Array:
    """Real numbers (n,) of an attribute or a dataset."""
    found = group.attrs.get(name) if name in group.attrs else group.get(name)
    if isinstance(found, Dataset):
        if found.shape is None or found.size > MAX_TIMES:
            raise FileError(path, f"{found.name} has {found.size} numbers, the limit is {MAX_TIMES}", _REWRITE)
        found = found[()]
    values = np.ravel(np.asarray(found))
    if values.dtype.kind not in "fiu":
        raise FileError(path, f"{group.name} has no number {name}", _REWRITE)
    return np.asarray(values, dtype=np.float64)


def _three(path: FilePath, group: Group, names: tuple[str, str, str], most: float) -> tuple[float, float, float]:
    x, y, z = (float(_limited(path, _read(path, group, name), name, (1,), most)[0]) for name in names)
    return x, y, z


def _limited(path: FilePath, values: Array, name: str, shape: tuple[int, ...] | None, most: float) -> Array:
    numbers = np.asarray(values, dtype=np.float64)
    if (shape is not None and numbers.shape != shape) or not np.all(np.abs(numbers) <= most):
        shown = ", ".join(f"{v:g}" for v in numbers[:4])
        raise FileError(path, f"{name} of a move is {shown}, expected are numbers up to {most:g}", _REWRITE)
    return numbers
