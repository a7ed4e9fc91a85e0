"""Inputs of the bar, its material and its mesh."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Literal

from spinviz.model.parameters import Parameters, choice, quantity, switch
from spinviz.physics.micromagnetics.materials import MATERIALS, Material

WORDS = {"field": "stray field", "lines": "lines of the stray field H", "flux": "lines of B"}
COLOURS = {
    "energy": "energy density", "exchange": "energy density of exchange", "stray": "energy density in the stray field",
    "charge": "magnetic charges",
}  # fmt: skip
NEAR, FAR = 1e-7, 5e-6
"""Distances [m] of the magnet after the actions that bring it and take it away."""


class BarParameters(Parameters):
    """Inputs of `Bar`."""

    material: Literal["permalloy", "iron", "nickel", "cobalt"] = choice(
        "permalloy",
        "What the bar is made of: its saturation, exchange and anisotropy. One crystal: easy axes of iron along x, y, "
        "z, that of cobalt along x.",
        title="Material", rebuild=True,
    )  # fmt: skip
    length: float = quantity(
        6e-7, "m", "Length of the bar, along x.", title="Length", symbol="L", ge=1e-7, le=2e-6, rebuild=True
    )
    width: float = quantity(
        3e-7, "m", "Width of the bar, along y.", title="Width", symbol="W", ge=5e-8, le=1e-6, rebuild=True
    )
    thickness: float = quantity(
        4e-8, "m", "Thickness of the bar, along z: one layer of cells.", title="Thickness", symbol="t", ge=2e-9,
        le=1e-7, rebuild=True,
    )  # fmt: skip
    start: Literal["across", "along", "up", "random", "closure"] = choice(
        "across",
        "Saturated along an axis, or four domains that close the flux, shaken by 0.1 rad because a perfectly symmetric "
        "state never moves; or disorder, as after cooling from above the Curie temperature.",
        title="Start",
        words={"across": "saturated across", "along": "saturated along", "up": "saturated upright",
               "random": "disorder", "closure": "four domains"},
        rebuild=True,
    )  # fmt: skip
    alpha: float = quantity(
        0.5, "", "Gilbert damping; metals have 0.01, with which the bar would ring for a long time.", title="Damping",
        symbol="α", ge=0.01, le=2,
    )  # fmt: skip
    B: float = quantity(0.0, "T", "Applied field along the bar.", title="Applied field", symbol="B₀", ge=-1, le=1)
    peak: float = quantity(
        0.1, "T", "Largest field of the action Demagnetize.", title="Demagnetizing field", symbol="B_p", ge=0, le=1
    )
    magnet: bool = switch(
        False, "A permanent magnet, as wide as the bar, beyond the end of the bar on the right.", title="Magnet"
    )
    distance: float = quantity(
        FAR, "m", "Distance of the magnet from the end of the bar. It gets there in some nanoseconds.",
        title="Distance", symbol="d", ge=5e-8, le=1e-5, scale="log",
    )  # fmt: skip
    strength: float = quantity(
        1.2, "T", "Remanence of the magnet, which stays as it is; negative to turn the other pole to the bar.",
        title="Remanence of the magnet", symbol="B_r", ge=-1.5, le=1.5,
    )  # fmt: skip
    show: Literal["auto", "arrows", "cells", "field", "lines", "flux"] = choice(
        "auto",
        "What is drawn: coloured cells with arrows, arrows, cells; the stray field around the bar as arrows or lines, "
        "or lines of B.",
        title="Shown as", display=True, words=WORDS,
    )  # fmt: skip
    coloured: Literal["direction", "energy", "exchange", "stray", "charge"] = choice(
        "direction",
        "What colours mean: directions, where which energy is, or the magnetic charges of which the stray field comes.",
        title="Coloured by", display=True, words=COLOURS,
    )  # fmt: skip

    def unused(self) -> Mapping[str, str]:
        """See `Parameters.unused`."""
        return {} if self.magnet else dict.fromkeys(("distance", "strength"), "there is no magnet")

    @property
    def made_of(self) -> Material:
        """Constants of the material."""
        return MATERIALS[self.material]

    @property
    def exchange_length(self) -> float:
        """No cell is longer in the plane [m]."""
        return self.made_of.exchange_length

    @property
    def shape(self) -> tuple[int, int, int]:
        """Cells (nz, ny, nx)."""
        return 1, ceil(self.width / self.exchange_length), ceil(self.length / self.exchange_length)

    @property
    def cell(self) -> tuple[float, float, float]:
        """Edges of a cell [m]."""
        _, ny, nx = self.shape
        return self.length / nx, self.width / ny, self.thickness

    @property
    def edges(self) -> tuple[float, float, float]:
        """Edges of the bar [m]."""
        return self.length, self.width, self.thickness

    @property
    def cells(self) -> int:
        """Number of cells."""
        return self.shape[1] * self.shape[2]

    @property
    def moment(self) -> float:
        """Ms times the volume of a cell [J/T]."""
        dx, dy, dz = self.cell
        return self.made_of.Ms * dx * dy * dz
