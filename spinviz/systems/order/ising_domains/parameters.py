"""Inputs of the Ising domains."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from spinviz.model.parameters import Parameters, choice, quantity
from spinviz.physics.ising.laws import CRITICAL_TEMPERATURE_2D, CRITICAL_TEMPERATURE_3D
from spinviz.systems.pictures.reciprocal import RECIPROCAL, SHOWN

LARGEST_CUBE = 96
"""Sites along an edge of the cubic lattice at most."""
LESSON_SIDE = 32
"""Up to this side the site-by-site algorithm tries one spin in a step, so that each can be watched."""


class IsingParameters(Parameters):
    """Inputs of `IsingDomains`."""

    T: float = quantity(2.0, "J/kB", "Temperature.", symbol="T", ge=0.1, le=10)
    h: float = quantity(
        0.0, "J", "Field: the energy that a spin gains by pointing along it.", title="Field", symbol="h", ge=-4, le=4
    )
    period: float = quantity(
        0.0, "sweep", "Period with which the field oscillates as h cos(2πt/period); 0 for a constant field.",
        title="Period of the field", ge=0, le=100_000,
    )  # fmt: skip
    algorithm: Literal["heat bath", "metropolis", "wolff", "single"] = choice(
        "heat bath",
        "Heat bath or Metropolis on a checkerboard, Wolff's clusters, or Metropolis at random sites (one at a time "
        "up to 32 × 32). On a checkerboard Metropolis moves walls too fast, because flips that cost no energy are "
        "always accepted.",
        title="Algorithm",
        words={"metropolis": "Metropolis", "wolff": "Wolff", "single": "random sites"},
    )
    L: int = quantity(
        256, "", "Sites along an edge, even.", title="Sites along an edge", symbol="L", ge=4, le=1024, scale="log",
        rebuild=True,
    )  # fmt: skip
    lattice: Literal["square", "cubic"] = choice(
        "square", "Square or simple cubic lattice.", title="Lattice", rebuild=True
    )
    start: Literal["random", "up", "equilibrium"] = choice(
        "random", "Spins at the start: random, all up, or in equilibrium at this temperature.", title="Start",
        rebuild=True,
    )  # fmt: skip
    shown: Literal["spins", "reciprocal", "local mean", "walls"] = choice(
        "spins",
        "What is shown: spins, their structure factor over wave vectors, their mean over a neighbourhood, or the "
        "broken bonds of the walls.",
        title="Shown",
        display=True,
        words={RECIPROCAL: SHOWN},
    )
    cut: Literal["corner", "half", "whole"] = choice(
        "corner",
        "How much of a cube is shown: without the corner in front, one half, or all of it.",
        title="Cube",
        display=True,
        words={"corner": "without a corner"},
    )

    def unused(self) -> Mapping[str, str]:
        """See `Parameters.unused`."""
        return {} if self.lattice == "cubic" else {"cut": "only with a cubic lattice"}

    @property
    def side(self) -> int:
        """Sites along an edge: even, and no more than a cube can be drawn with."""
        side = self.L + self.L % 2
        return min(side, LARGEST_CUBE) if self.lattice == "cubic" else side

    @property
    def shape(self) -> tuple[int, int, int]:
        """Layers, rows, columns."""
        return (self.side if self.lattice == "cubic" else 1, self.side, self.side)

    @property
    def Tc(self) -> float:
        """Critical temperature of the infinite lattice [J/kB]."""
        return float(CRITICAL_TEMPERATURE_3D if self.lattice == "cubic" else CRITICAL_TEMPERATURE_2D)

    @property
    def swings(self) -> bool:
        """Whether the field changes with time."""
        return self.h != 0 and self.period > 0

    @property
    def alone(self) -> bool:
        """Whether single sites are tried one per step."""
        return self.algorithm == "single" and self.side <= LESSON_SIDE and self.lattice == "square"


def lens(p: IsingParameters) -> float:
    """Sweeps per second on screen."""
    return 0.02 if p.alone else 8.0 if p.algorithm == "wolff" else 60.0
