"""A vector field on a rectangular mesh, as an OVF file holds it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spinviz.files.errors import FileError

Vector = tuple[float, float, float]
Values = NDArray[np.float32] | NDArray[np.float64]

_SIMULATION_TIME = re.compile(r"\s*(?:total simulation time:\s*(\S+)\s*s|time \(s\)\s*:\s*(\S+))\s*", re.IGNORECASE)
"""As OOMMF and mumax3 write it, the latter in two ways."""


@dataclass(frozen=True, eq=False)
class OVF:
    """A vector field on a rectangular mesh with everything its file says about it.

    Attributes
    ----------
    values : (nz, ny, nx, dim) [valueunits]
        Read-only; float32 from binary 4, else float64; the multiplier of version 1.0 is applied.
    stepsize, base, minimum, maximum : (3,) [meshunit]
        Cell size, centre of the first cell, corners of the box; x, y, z.
    valueunits, valuelabels
        One for all components or one each, as in the file; may be empty.
    desc
        Free lines, such as ``"Total simulation time:  0  s"``.
    version, representation
        Of the file read: 1 or 2; ``"text"``, ``"csv"``, ``"binary 4"`` or ``"binary 8"``.
    segments
        How many fields the file announces; only the first is read.
    multiplier, value_range
        ``valuemultiplier`` and ``ValueRangeMinMag``/``MaxMag`` of version 1.0, for information.
    extra
        Records that mean nothing to spinviz, kept for writing.
    remarks
        What was odd about the file and how it was taken, each a phrase for the user; not written.
    """

    values: Values
    stepsize: Vector
    base: Vector
    minimum: Vector
    maximum: Vector
    meshunit: str = "m"
    valueunits: tuple[str, ...] = ()
    valuelabels: tuple[str, ...] = ()
    title: str = ""
    desc: tuple[str, ...] = ()
    version: int = 2
    representation: str = "binary 8"
    segments: int = 1
    multiplier: float = 1.0
    value_range: tuple[float, float] | None = None
    extra: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()

    @classmethod
    def from_array(cls, values: ArrayLike, stepsize: Vector, **records: Any) -> OVF:
        """Describe ``values`` (nz, ny, nx, dim) on a mesh whose first corner is the origin; copies them."""
        array = np.array(values)
        if array.dtype != np.float32:
            array = array.astype(np.float64)
        if array.ndim != 4 or array.size == 0:
            raise ValueError(f"values have the shape {array.shape}; give (nz, ny, nx, dim), none of them 0")
        array.flags.writeable = False
        dx, dy, dz = (float(step) for step in stepsize)
        nz, ny, nx, _ = array.shape
        return cls(
            values=array,
            stepsize=(dx, dy, dz),
            base=(dx / 2, dy / 2, dz / 2),
            minimum=(0.0, 0.0, 0.0),
            maximum=(nx * dx, ny * dy, nz * dz),
            **records,
        )

    @property
    def simulation_time(self) -> float | None:
        """Total simulation time [s]; None if not given."""
        return simulation_time(self.desc)

    def magnitude(self) -> NDArray[np.float64]:
        """Length of each vector, (nz, ny, nx) [valueunits]."""
        largest, scaled = self._scaled()
        with np.errstate(over="ignore"):
            length: NDArray[np.float64] = largest[..., 0] * _length(scaled)
        return length

    def unit_vectors(self) -> NDArray[np.float64]:
        """Direction of each vector, (nz, ny, nx, 3); (0, 0, 0) where there is no material."""
        if self.values.shape[-1] != 3:
            problem = f"the field has {self.values.shape[-1]} numbers per cell, directions need 3"
            raise FileError(self.title or "OVF field", problem, "choose a file with valuedim 3")
        _, scaled = self._scaled()
        length = _length(scaled)[..., np.newaxis]
        directions: NDArray[np.float64] = np.divide(scaled, length, out=scaled, where=length > 0)
        return directions

    def _scaled(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return each vector's largest component and the vector over it, so that no square overflows."""
        vectors = self.values.astype(np.float64)
        largest = np.abs(vectors).max(axis=-1, keepdims=True)
        with np.errstate(invalid="ignore"):  # an infinite vector has no direction
            return largest, np.divide(vectors, largest, out=np.zeros_like(vectors), where=largest > 0)


def simulation_time(desc: tuple[str, ...]) -> float | None:
    """Return the total simulation time [s] that the lines ``desc`` give; None if none does.

    OOMMF writes a negative one for not known.
    """
    for match in filter(None, map(_SIMULATION_TIME.fullmatch, desc)):
        try:
            time = float(match[1] or match[2])
        except ValueError:
            continue
        return time if time >= 0 and math.isfinite(time) else None
    return None


def _length(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    length: NDArray[np.float64] = np.sqrt(np.einsum("...i,...i", vectors, vectors))
    return length
