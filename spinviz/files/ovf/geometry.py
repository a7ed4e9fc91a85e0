"""The mesh of an OVF file: nodes and cell size suffice, what else the header lacks is derived.

The format asks for all of it (OOMMF User's Guide, "Segment Header block"), but Spirit writes films whose box has no
height, pyovf (mumax+) writes zeros for box and base, and old files of Spirit hold lattice vectors in place of the base.
"""

from __future__ import annotations

from math import isfinite, nan
from typing import NamedTuple

from spinviz.files.errors import FileError
from spinviz.files.ovf.field import Vector
from spinviz.files.ovf.header import REWRITE, Header


class Geometry(NamedTuple):
    """Cell size, centre of the first cell and corners of the box [mesh unit]; what was odd about them."""

    stepsize: Vector
    base: Vector
    minimum: Vector
    maximum: Vector
    sized: bool
    """Whether the file gives a cell size at all; else it is 1."""
    remarks: tuple[str, ...]


class _Axis(NamedTuple):
    step: float
    base: float
    low: float
    high: float
    remark: str


def geometry(header: Header) -> Geometry:
    """Return the mesh. Errors: `FileError` where the cell size of an axis can be found neither there nor in the box."""
    counts = header.shape()[2::-1]
    steps = [_step(header, axis, n) for axis, n in zip("xyz", counts)]
    sized = any(step > 0 for step in steps)
    for axis, step in zip("xyz", steps):
        if sized and step == 0:
            problem = f"the header has no {axis}stepsize, and no box from {axis}min to {axis}max to take it from"
            raise FileError(header.path, problem, REWRITE)
    axes = [_axis(header, axis, n, step or 1.0) for axis, n, step in zip("xyz", counts, steps)]
    size, base, low, high = ((x, y, z) for x, y, z in list(zip(*axes))[:4])
    return Geometry(size, base, low, high, sized, tuple(axis.remark for axis in axes if axis.remark))


def _step(header: Header, axis: str, count: int) -> float:
    """The cell size; without one what the box gives, 0 if that is empty too."""
    if axis + "stepsize" in header.records:
        return header.positive(axis + "stepsize")
    low, high = header.number(axis + "min", nan), header.number(axis + "max", nan)
    return (high - low) / count if high > low else 0.0


def _axis(header: Header, axis: str, count: int, step: float) -> _Axis:
    low, high = header.number(axis + "min", nan), header.number(axis + "max", nan)
    remark = f"{axis}max below {axis}min is ignored" if high < low else ""
    given = header.records.get(axis + "base", "")
    if not given or len(given.split()) == 3:
        base = (low if isfinite(low) else 0.0) + step / 2
    else:
        base = header.number(axis + "base")
    if not high > low:
        low = base - step / 2
        high = low + count * step
        if not (isfinite(high) and high > low):
            problem = f"{count} cells of {step!r} from {low!r} have no end along {axis} that a number could hold"
            raise FileError(header.path, problem, REWRITE)
    return _Axis(step, base, low, high, remark)
