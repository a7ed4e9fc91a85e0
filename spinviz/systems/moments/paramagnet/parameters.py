"""Inputs of the paramagnet."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import cos, pi, sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from spinviz.model.parameters import Parameters, choice, quantity
from spinviz.physics.constants import BOHR_MAGNETON, ELECTRON_G, PROTON_MOMENT
from spinviz.physics.moments import levels

PROTON_G = 2 * PROTON_MOMENT / BOHR_MAGNETON
"""g muB S is the moment of the proton for S = 1/2."""
LENS = 0.5
"""Seconds per second on screen for two levels."""


class ParamagnetParameters(Parameters):
    """Inputs of `Paramagnet`."""

    B: float = quantity(1.0, "T", "Field along z, negative for the opposite direction.", title="Field", symbol="B",
                        ge=-20, le=20)  # fmt: skip
    T: float = quantity(1.0, "K", "Temperature.", symbol="T", ge=0.01, le=1000, scale="log")
    S: Literal["1/2", "1", "3/2", "2", "5/2", "3", "7/2"] = choice(
        "1/2", "Spin of a moment: it has 2S + 1 levels.", title="Spin", symbol="S", rebuild=True
    )
    kind: Literal["electrons", "protons"] = choice(
        "electrons", "What carries the moment: electron shells, or protons (always spin 1/2).", title="Carrier",
        rebuild=True,
    )  # fmt: skip
    g: float = quantity(ELECTRON_G, "", "g-factor of the electron shells.", title="g-factor", symbol="g", ge=0.1, le=10)
    tau: float = quantity(
        0.5, "s", "Relaxation time of M, the longest of a ladder of levels.", title="Relaxation time", symbol="τ",
        ge=0.02, le=2, scale="log",
    )  # fmt: skip
    exaggeration: float = quantity(
        1.0, "", "Factor by which B/T is multiplied, so that weak polarizations become visible.", title="Exaggeration",
        ge=1, le=1e6, scale="log",
    )  # fmt: skip
    N: int = quantity(
        117, "", "Number of moments.", title="Moments", symbol="N", ge=1, le=100_000, scale="log", rebuild=True
    )

    def unused(self) -> Mapping[str, str]:
        """See `Parameters.unused`."""
        why = "protons have spin 1/2 and a moment of their own"
        return dict.fromkeys(("S", "g"), why) if self.kind == "protons" else {}

    @property
    def spin(self) -> float:
        """S as a number."""
        return 0.5 if self.kind == "protons" else float(Fraction(self.S))

    @property
    def g_factor(self) -> float:
        """g, so that g muB S is the largest projection of the moment."""
        return PROTON_G if self.kind == "protons" else self.g

    @property
    def B_shown(self) -> float:
        """Field [T] with the exaggeration of B/T in it."""
        return self.B * self.exaggeration

    @property
    def x(self) -> float:
        """g muB S B/kT as shown."""
        return float(levels.field_ratio(self.spin, self.B_shown, self.T, self.g_factor))

    @property
    def polarization(self) -> float:
        """Mean moment over its largest value in nature, without exaggeration."""
        return float(levels.brillouin(self.spin, levels.field_ratio(self.spin, self.B, self.T, self.g_factor)))

    @property
    def hop(self) -> float:
        """Correlation time [s] of one step of the ladder of levels.

        Without field the ladder of 2S + 1 levels relaxes at the rate (1 - cos(pi/(2S + 1)))/hop, which is 1/tau.
        """
        return self.tau * (1 - cos(pi / (2 * self.spin + 1)))

    @property
    def lens(self) -> float:
        """Seconds per second on screen: many levels flip faster and relax more slowly, so a compromise."""
        return LENS * sqrt(self.hop / self.tau)


def populations(p: ParamagnetParameters) -> NDArray[np.float64]:
    """Boltzmann populations (2S + 1,), as shown."""
    return levels.populations(levels.energies(p.spin, p.B_shown, p.g_factor), p.T)


def lowest(p: ParamagnetParameters) -> int:
    """Number of the level that is lowest in this field."""
    return 0 if p.B >= 0 else round(2 * p.spin)
