"""Inputs of the local moments."""

from __future__ import annotations

from math import sqrt
from typing import Literal

from spinviz.model.parameters import Parameters, choice, quantity, switch
from spinviz.physics.order.local_moments import LocalMoments

NEIGHBOURS = 6
"""Of a site of the simple cubic lattice."""


class LocalMomentParameters(Parameters):
    """Inputs of `LocalMomentLattice`. J, the exchange of a moment with all others together, is the unit of energy."""

    T: float = quantity(0.2, "J/kB", "Temperature.", symbol="T", ge=0.005, le=2, scale="log")
    held: bool = switch(
        False, "Keep every length as it is: only directions change, as in a magnet with moments of fixed size.",
        title="Hold the lengths",
    )  # fmt: skip
    rate: float = quantity(
        1e6, "Hz", "Rate at which a nucleus sees its moment take another direction. A sweep is no time of nature, so "
        "this rate is set by hand.",
        title="Fluctuation rate", symbol="λ", ge=1e4, le=1e13, scale="log", display=True,
    )  # fmt: skip
    a: float = quantity(
        1.0, "J", "Quadratic gain of energy a m² of a moment of length m.", title="Gain a", symbol="a", ge=0, le=40
    )
    b: float = quantity(
        0.5, "J", "Quartic cost of energy b m⁴: it limits the length.", title="Cost b", symbol="b", ge=0.1, le=20,
        scale="log",
    )  # fmt: skip
    coupling: Literal["all", "neighbours"] = choice(
        "all", "Exchange with all other moments alike, for which mean field is exact, or with the six nearest "
        "neighbours, of the same sum.",
        title="Exchange", words={"all": "all alike", "neighbours": "six neighbours"},
    )  # fmt: skip
    B_hf: float = quantity(
        33.0, "T", "Hyperfine field at the nucleus of a moment of length M₀; 33 T is that of iron.",
        title="Hyperfine field", symbol="B_hf", ge=5, le=60,
    )  # fmt: skip
    width: float = quantity(
        0.3e-3, "m/s", "Width at half height of a line; 0.19 mm/s is the least that the lifetime allows.",
        title="Linewidth", symbol="Γ", ge=0.19e-3, le=2e-3, scale="log",
        display=True,
    )  # fmt: skip
    L: int = quantity(8, "", "Sites along an edge.", title="Sites along an edge", symbol="L", ge=4, le=16, rebuild=True)

    @property
    def sites(self) -> int:
        """Number of moments."""
        return self.L**3

    @property
    def model(self) -> LocalMoments:
        """The mean field of these moments."""
        return LocalMoments(self.a, self.b)

    @property
    def M0(self) -> float:
        """Length and magnetization at T = 0."""
        return sqrt((2 * self.a + 1) / (4 * self.b))

    @property
    def Tc(self) -> float:
        """Curie temperature in mean field [J/kB]."""
        return self.model.critical_temperature

    @property
    def alike(self) -> float:
        """Coupling of a moment with all others alike [J]."""
        return 1.0 if self.coupling == "all" else 0.0

    @property
    def bond(self) -> float:
        """Coupling with each nearest neighbour [J]."""
        return 0.0 if self.coupling == "all" else 1.0 / NEIGHBOURS
