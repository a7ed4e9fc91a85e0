"""Inputs of the domain wall, what follows from them, and how fast it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property, lru_cache
from math import sqrt
from typing import Literal

from spinviz.model.parameters import Parameters, choice, quantity
from spinviz.physics.micromagnetics.walker import Walker

SPAN = 16
"""Widths of a wall that the mesh must hold, so that its ends are domains."""
CELLS_A_WIDTH = 2.5
"""Cells in a width from which on closed forms, corrected to second order in the cell, are tested."""


class WallParameters(Parameters):
    """Inputs of `DomainWall`."""

    B: float = quantity(
        0.012, "T", "Applied field along the easy axis z; positive fields drive the wall to the right.",
        title="Applied field", symbol="B", ge=-1, le=1,
    )  # fmt: skip
    rise: float = quantity(
        0.0, "s", "Time in which the field goes from its last value to a new one; 0 for at once.", title="Rise time",
        ge=0, le=1e-5,
    )  # fmt: skip
    u: float = quantity(
        0.0, "m/s", "Drift velocity of the spins of a current along the track; electrons that flow to the right are "
        "positive.", title="Current", symbol="u", ge=-1000, le=1000,
    )  # fmt: skip
    beta: float = quantity(
        0.04, "", "Part of the torque of the current that does not follow the texture adiabatically.",
        title="Non-adiabaticity", symbol="β", ge=0, le=1,
    )  # fmt: skip
    alpha: float = quantity(0.1, "", "Gilbert damping.", title="Damping", symbol="α", ge=0, le=2)
    Ms: float = quantity(
        3e5, "A/m", "Saturation magnetization: its stray field keeps the wall's moments in the plane of the wall.",
        title="Saturation", symbol="M_s", ge=1e4, le=3e6, scale="log",
    )  # fmt: skip
    K1: float = quantity(
        5e5, "J/m³", "Uniaxial anisotropy constant of the easy axis z.", title="Anisotropy", symbol="K₁",
        ge=1e4, le=1e7, scale="log",
    )  # fmt: skip
    A: float = quantity(
        1.5e-11, "J/m", "Exchange stiffness.", title="Exchange", symbol="A", ge=1e-12, le=1e-10, scale="log"
    )
    track: Literal["wide", "strip"] = choice(
        "wide",
        "Wide: without end across and in depth, so that charges lie in sheets. Strip: a film with edges and surfaces.",
        title="Track", rebuild=True,
    )  # fmt: skip
    nx: int = quantity(80, "cells", "Cells along the track that are computed around the wall.", symbol="n_x",
                       ge=16, le=512, scale="log", rebuild=True)  # fmt: skip
    ny: int = quantity(
        1, "cells", "Cells across the track; a wide track repeats them. With one the wall stays flat.",
        title="Cells across", symbol="n_y", ge=1, le=256, scale="log", rebuild=True,
    )  # fmt: skip
    dx: float = quantity(2e-9, "m", "Cell size along and across the track.", title="Cell size", symbol="Δx",
                         ge=2e-10, le=2e-8, scale="log", rebuild=True)  # fmt: skip
    thickness: float = quantity(
        2e-9, "m", "Thickness of a strip.", title="Thickness", symbol="d", ge=2e-10, le=1e-7, scale="log", rebuild=True
    )
    back: float = quantity(
        0.0, "T/m", "Demagnetizing field of a sample of finite length, which grows with the way that the wall has gone "
        "and is subtracted from the applied field.", title="Demagnetizing field", symbol="k", ge=0, le=1e6,
    )  # fmt: skip
    depth: float = quantity(
        0.0, "", "Part of the anisotropy that is missing in a defect; 0 for a perfect track.", title="Depth of defects",
        ge=0, le=0.95,
    )  # fmt: skip
    spacing: float = quantity(
        8e-8, "m", "Distance of defects: of planes, with one row of cells, or of cylinders at random places.",
        title="Distance of defects", ge=1e-8, le=1e-6, scale="log",
    )  # fmt: skip
    size: float = quantity(
        2e-8, "m", "Thickness of a plane, or diameter of a cylinder.", title="Size of defects", ge=1e-9, le=2e-7,
        scale="log",
    )  # fmt: skip
    show: Literal["auto", "arrows", "cells"] = choice(
        "auto", "What is drawn: arrows, coloured cells, or whichever suits the number of cells.", title="Shown as",
        display=True,
    )  # fmt: skip

    def unused(self) -> Mapping[str, str]:
        """See `Parameters.unused`."""
        why = {} if self.track == "strip" else {"thickness": "a wide track has no surfaces"}
        if self.u == 0:
            why["beta"] = "there is no current"
        if self.depth == 0:
            why["spacing"] = why["size"] = "there are no defects"
        return why

    @property
    def shape(self) -> tuple[int, int, int]:
        """(nz, ny, nx)."""
        return 1, self.ny, self.nx

    @property
    def wide(self) -> bool:
        """Whether the track has no edges."""
        return self.track == "wide"

    @property
    def flat(self) -> bool:
        """Whether the wall is flat because there is one row of cells."""
        return self.ny == 1

    @property
    def cell(self) -> tuple[float, float, float]:
        """Edges [m]."""
        return self.dx, self.dx, self.dx if self.wide else self.thickness

    @property
    def moment(self) -> float:
        """Ms times the volume of a cell [J/T]."""
        return self.Ms * self.cell[0] * self.cell[1] * self.cell[2]

    @property
    def section(self) -> float:
        """Area [m^2] of the cross-section that is computed."""
        return self.ny * self.cell[1] * self.cell[2]

    @cached_property
    def wall(self) -> Walker:
        """The wall of a wide track without defects, in the field that is set."""
        return walker(self)

    def in_field(self, B: float) -> Walker:
        """The same in another field [T]."""
        return replace(self.wall, B=B)

    @property
    def resolved(self) -> bool:
        """Whether a flat wall is wide on the mesh and narrow in it."""
        width = sqrt(self.A / (self.K1 + self.wall.hardness))
        return CELLS_A_WIDTH * self.dx < width and sqrt(self.A / self.K1) < self.nx * self.dx / SPAN


@lru_cache(maxsize=64)
def walker(p: WallParameters) -> Walker:
    """Closed forms for these parameters."""
    return Walker(p.A, p.K1, p.Ms, p.alpha, p.B, p.u, p.beta, p.dx)
