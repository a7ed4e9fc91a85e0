"""An OVF file as the start of the lattice: what is taken from it, and what the lattice cannot hold."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from spinviz.files.errors import FileError
from spinviz.files.ovf.field import Vector
from spinviz.files.ovf.lengths import cell_of
from spinviz.files.ovf.quantity import AMPERES_PER_METRE, is_magnetization, name_of, said
from spinviz.files.ovf.read import OVF, read_ovf
from spinviz.model.parameters import ParameterError
from spinviz.model.units import show
from spinviz.systems.dynamics.exchange_lattice.parameters import ExchangeParameters

Values = NDArray[np.float64]

SAME = 1e-3
"""Relative difference of lengths, and of a length from 1, that files in text and single precision stay below."""


@dataclass(frozen=True, eq=False)
class StartFile:
    """The file and how it is taken.

    ``cell`` (x, y, z) [m], None where only unit cells are given; ``Ms`` [A/m], None where it stays as set. ``held``: it
    is no magnetization, so it is shown as it is. ``said``: all that a user must know, a phrase each. ``factors``: Ms of
    each cell (nz, ny, nx) over the largest, None where all that are not empty are equal.
    """

    ovf: OVF
    cell: Vector | None
    Ms: float | None
    held: bool
    said: tuple[str, ...]
    factors: Values | None = None

    @property
    def shape(self) -> tuple[int, int, int]:
        """(nz, ny, nx)."""
        nz, ny, nx, _ = self.ovf.values.shape
        return nz, ny, nx

    @cached_property
    def directions(self) -> Values:
        """Unit vectors (nz, ny, nx, 3), zero where there is no material; read-only."""
        vectors = self.ovf.unit_vectors()
        vectors.flags.writeable = False
        return vectors


def start_file(path: str | Path) -> StartFile:
    """Return the file, read once for each time that it is written. Errors: `FileError`."""
    try:
        modified = Path(path).stat().st_mtime_ns
    except (OSError, ValueError):
        modified = 0  # Reading it says what is wrong.
    return _read(str(path), modified)


@lru_cache(maxsize=2)
def _read(path: str, modified: int) -> StartFile:
    ovf = read_ovf(path)
    if ovf.values.shape[3] != 3:
        problem = f"it holds {ovf.values.shape[3]} numbers per cell, a magnetization has 3"
        raise FileError(path, problem, "choose a file with valuedim 3")
    lengths = ovf.magnitude()
    lengths = lengths[lengths > 0]
    if lengths.size == 0:
        raise FileError(path, "all vectors are zero", "choose a file with a magnetization")
    limit = ExchangeParameters.quantity_named("dx")
    cell, sizes = cell_of(path, ovf.stepsize, ovf.meshunit, limit.low, limit.high)  # type: ignore[arg-type]
    name, unit = name_of((ovf.valuelabels or ("",))[0], ovf.title), (ovf.valueunits or ("",))[0]
    if not is_magnetization(name, unit, Path(path).suffix.lower()):
        what = f"{said(name, unit)} is no magnetization: shown, not moved"
        return StartFile(ovf, cell, None, True, (what, *ovf.remarks, *sizes))
    Ms, values = _saturation(float(lengths.min()), float(lengths.max()), unit)
    factors = None
    if Ms is not None and lengths.min() < lengths.max() * (1 - SAME):
        factors = ovf.magnitude().reshape(ovf.values.shape[:3]) / lengths.max()
        factors.flags.writeable = False
    return StartFile(ovf, cell, Ms, False, (*ovf.remarks, *sizes, *values), factors)


def opened(path: Path) -> ExchangeParameters:
    """Mesh, cell size and Ms as far as the file gives them; boundaries open, no field, no DMI. Errors: `FileError`."""
    found = start_file(path.resolve() if os.path.isfile(path) else path)
    nz, ny, nx = found.shape
    values: dict[str, object] = {"nx": nx, "ny": ny, "nz": nz, "input": str(path.resolve())}
    values |= dict(zip(("dx", "dy", "dz"), found.cell or ()))
    values |= {"Ms": found.Ms} if found.Ms is not None else {}
    try:
        return ExchangeParameters.of(**values, D=0.0, periodic=False, B=0.0, start="uniform")
    except ParameterError as error:
        remedy = "check its nodes, stepsize and meshunit, choose a smaller file or average cells"
        raise FileError(path, str(error), remedy) from error


def odd(found: StartFile, p: ExchangeParameters) -> tuple[str, ...]:
    """All that must be known of the file, and where the mesh that was set is not its own."""
    phrases = list(found.said)
    if found.shape != p.mesh:
        nz, ny, nx = found.shape
        phrases.append(f"nearest of its {nx} × {ny} × {nz} cells")
    if found.cell not in (None, (p.dx, p.dy, p.dz)):
        sizes = " × ".join(f"{1e9 * size:.3g}" for size in found.cell or ())
        phrases.append(f"its cells are {sizes} nm")
    return tuple(phrases)


def _saturation(least: float, most: float, unit: str) -> tuple[float | None, tuple[str, ...]]:
    """Ms [A/m] from the shortest and the longest vector, None where it stays; what is said about it."""
    differ = least < most * (1 - SAME)
    scale = AMPERES_PER_METRE.get(unit)
    if scale is None or (scale == 1 and abs(most - 1) < SAME):
        lengths = f", lengths {least:.3g} to {most:.3g} are not kept" if differ else ""
        labelled = " of length 1 in A/m" if scale else ""
        return None, (f"directions only{labelled}: Mₛ as set{lengths}",)
    limit, Ms = ExchangeParameters.quantity_named("Ms"), float(f"{scale * most:.12g}")
    if not limit.low < Ms <= limit.high:  # type: ignore[operator]
        return None, (f"Mₛ = {show(Ms, 'A/m', 3)} is out of range: Mₛ as set",)
    if differ:
        return Ms, (f"Mₛ of each cell, from {show(scale * least, 'A/m')} to {show(Ms, 'A/m')}",)
    return Ms, ()
