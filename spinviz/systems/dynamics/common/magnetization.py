"""The magnetization of a mesh of cells: its stray field, as a file, and whether its length has held."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from spinviz.files.ovf.read import OVF
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.micromagnetics.stray_field import StrayField
from spinviz.physics.stepping import Vector

RATE = 4e6
"""Cell steps per second with stray field or current that are asked of one core while watching."""
DRIFT = 1e-4
"""Of a squared length, beyond which single precision is no excuse."""


@lru_cache(maxsize=4)
def stray_field_of(geometry: Geometry, cell: Vector, Ms: float) -> StrayField:
    """The stray field, whose tensor takes longest to make."""
    return StrayField(geometry.sides, cell, Ms, geometry.periodic)


def magnetization_file(m: NDArray[np.floating], Ms: float | NDArray[np.floating], cell: Vector, time: float) -> OVF:
    """The magnetization [A/m] of directions ``m`` (nz, ny, nx, 3) at the ``time`` [s] as an OVF field.

    ``Ms`` [A/m]: a number, or (nz, ny, nx, 1).
    """
    return OVF.from_array(
        Ms * m.astype(np.float64), cell, title="m", valueunits=("A/m",) * 3, valuelabels=("m_x", "m_y", "m_z"),
        desc=(f"Total simulation time:  {time:.9g}  s",),
    )  # fmt: skip


def drift_words(m: NDArray[np.floating]) -> str:
    """What is wrong with the lengths of one row of directions ``m`` (nz, ny, nx, 3), 1 or 0; empty if nothing."""
    row = m[0, 0].astype(np.float64)
    length = np.einsum("ij,ij->i", row, row)
    drift = float(np.max(np.abs(length - np.round(length))))
    return f"|m| drifted by {drift:.1e}, the limit is 1e-4" if drift > DRIFT else ""
