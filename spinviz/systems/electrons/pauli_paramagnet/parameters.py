"""Inputs of the Pauli paramagnet, and the levels they make."""

from __future__ import annotations

from functools import lru_cache
from math import ceil, pi

import numpy as np
from numpy.typing import NDArray

from spinviz.model.parameters import Parameters, quantity
from spinviz.physics.constants import BOHR_MAGNETON, BOLTZMANN, ELECTRON_MASS, ELEMENTARY_CHARGE, HBAR
from spinviz.physics.electrons import band_population as population
from spinviz.physics.electrons import bands

Values = NDArray[np.float64]

MOST_INNER = 24


class PauliParameters(Parameters):
    """Inputs of `PauliParamagnet`."""

    B: float = quantity(20.0, "T", "Field, negative for the opposite direction.", symbol="B", ge=-60, le=60)
    T: float = quantity(6.0, "K", "Temperature.", symbol="T", gt=0, le=10_000, scale="log")
    EF: float = quantity(
        0.01, "eV", "Fermi energy of the electrons, which gives their density.", title="Fermi energy", symbol="E_F",
        ge=1e-3, le=12, scale="log",
    )  # fmt: skip
    exaggeration: float = quantity(
        1.0, "", "Factor by which the field is enlarged, to make the shift of the bands visible.",
        title="Exaggeration of the field", ge=1, le=1e5, scale="log",
    )  # fmt: skip
    electrons: int = quantity(
        300, "", "Number of electrons in the picture.", title="Electrons", symbol="N", ge=20, le=2000, scale="log",
        rebuild=True,
    )  # fmt: skip

    top: float = quantity(
        5.5, "", "Highest energy of the states kept, in Fermi energies: 1 + 15 kT/E_F or more.",
        title="Highest states", ge=3, le=50, scale="log", rebuild=True,
    )  # fmt: skip

    @property
    def fermi(self) -> float:
        """Fermi energy [J]."""
        return self.EF * ELEMENTARY_CHARGE

    @property
    def n(self) -> float:
        """Electrons per volume [1/m^3]."""
        return float((2 * ELECTRON_MASS * self.fermi / HBAR**2) ** 1.5 / (3 * pi**2))

    @property
    def B_shown(self) -> float:
        """Field [T] with the exaggeration in it."""
        return self.B * self.exaggeration

    @property
    def t(self) -> float:
        """kT/E_F."""
        return BOLTZMANN * self.T / self.fermi

    @property
    def b(self) -> float:
        """muB B/E_F as shown: the shift of each band."""
        return BOHR_MAGNETON * self.B_shown / self.fermi

    @property
    def holds_all(self) -> bool:
        """Whether the states kept hold all electrons at this temperature."""
        return self.t <= (self.top - 1) / 15 + 1e-9

    @property
    def inner(self) -> int:
        """Sweeps of the Monte Carlo in one sweep shown: more where most proposals are refused."""
        return min(max(1, ceil(abs(self.b) / self.t)), MOST_INNER)


def levels_of(p: PauliParameters) -> Values:
    """Energies (L,) [J] for these parameters."""
    return level_energies(p.electrons, p.top, p.fermi)


@lru_cache(maxsize=8)
def level_energies(electrons: int, top: float, fermi: float) -> Values:
    """Energies (L,) [unit of ``fermi``] of one band without field, up to ``top`` times that; read-only."""
    energies = population.free_electron_levels(electrons, ceil(electrons / 2 * top**1.5), fermi)
    energies.flags.writeable = False
    return energies


@lru_cache(maxsize=64)
def gas(n: float, B: float, T: float) -> bands.Bands:
    """Equilibrium of the infinite electron gas."""
    return bands.equilibrium(n, B, T)
