"""The header of an OVF file without its data: mesh, time, and of what the field is. Thousands are read for a film."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite

from spinviz.files.bounded import open_bounded
from spinviz.files.errors import FileError, printable
from spinviz.files.ovf.data import check_size
from spinviz.files.ovf.field import Vector, simulation_time
from spinviz.files.ovf.geometry import geometry
from spinviz.files.ovf.header import read_header, split_list
from spinviz.files.ovf.lengths import in_metres, is_known
from spinviz.files.ovf.quantity import is_magnetization, name_of
from spinviz.files.ovf.read import MAX_BYTES

MOST_KNOWN = 40_000
"""Headers that are remembered."""
_STAGE = re.compile(r"\s*stage:\s*(\d{1,18})\b.*", re.IGNORECASE)
_STAGE_TIME = re.compile(r"\s*stage simulation time:\s*(\S+)\s*s\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Head:
    """What the header of a file says, without its data.

    ``shape`` (nz, ny, nx); ``stepsize`` (x, y, z) [``meshunit``]; ``label`` and ``title`` say of what the field is;
    ``time`` [s] since the run began, ``stage_time`` since its stage ``stage`` did, None where it is not known;
    ``stamp`` is when the file was written, ``size`` in bytes.
    """

    path: str
    shape: tuple[int, int, int]
    stepsize: Vector
    meshunit: str
    label: str
    title: str
    unit: str
    time: float | None
    stage: str
    stage_time: float | None
    stamp: int
    size: int

    @property
    def name(self) -> str:
        """Name of the file."""
        return os.path.basename(self.path)

    @property
    def ending(self) -> str:
        """Ending of the name, in lower case."""
        return os.path.splitext(self.path)[1].lower()

    @property
    def quantity(self) -> str:
        """What the field is of, empty where nothing says it: "m", "B_demag"."""
        return name_of(self.label, self.title)

    @property
    def is_magnetization(self) -> bool:
        """Whether it is one of a magnetization."""
        return is_magnetization(self.quantity, self.unit, self.ending)

    @property
    def mesh(self) -> str:
        """The mesh in words: "128 × 32 × 1 cells of 3.91 × 3.91 × 3 nm"."""
        unit, steps = self.meshunit, self.stepsize
        if is_known(unit):
            unit, steps = "nm", tuple(1e9 * in_metres(step, unit) for step in steps)  # type: ignore[assignment]
        sizes = [f"{step:.3g}" for step in steps]
        size = sizes[0] if len(set(sizes)) == 1 else " × ".join(sizes)
        return f"{' × '.join(str(n) for n in self.shape[::-1])} cells of {size} {printable(unit)[:20]}".rstrip()


def head_of(path: str) -> Head:
    """Return the header of a file, read once for each time that it is written. Errors: `FileError`."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return _head(path, 0, 0)  # Reading it says what is wrong.
    return _head(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=MOST_KNOWN)
def _head(path: str, stamp: int, size: int) -> Head:
    with open_bounded(path, MAX_BYTES) as stream:
        header = read_header(path, stream)
        *shape, dimension = header.shape()
        check_size(header, stream)
    if dimension != 3:
        problem = f"it holds {dimension} numbers per cell, a magnetization has 3"
        raise FileError(path, problem, "choose a file with valuedim 3")
    mesh, records = geometry(header), header.records
    labels, units = split_list(records.get("valuelabels", "")), split_list(records.get("valueunits", ""))
    stages = [match[1] for match in map(_STAGE.fullmatch, header.desc) if match]
    nz, ny, nx = shape
    return Head(
        path=path,
        shape=(nz, ny, nx),
        stepsize=mesh.stepsize,
        meshunit=records.get("meshunit", "") if mesh.sized else "",
        label=labels[0] if labels else "",
        title=records.get("title", ""),
        unit=units[0] if units else records.get("valueunit", ""),
        time=simulation_time(header.desc),
        stage=stages[0] if stages else "",
        stage_time=_stage_time(header.desc),
        stamp=stamp,
        size=size,
    )


def _stage_time(desc: Iterable[str]) -> float | None:
    for match in filter(None, map(_STAGE_TIME.fullmatch, desc)):
        try:
            time = float(match[1])
        except ValueError:
            return None
        return time if time >= 0 and isfinite(time) else None
    return None
