"""Constants against each other and against published numbers: laws and simulations share them, so no law can tell."""

from math import pi

import pytest

from spinviz.physics import constants as c


def test_gyromagnetic_ratios() -> None:
    assert c.ELECTRON_GYROMAGNETIC_RATIO / (2 * pi) == pytest.approx(28.0249514e9, rel=1e-8)
    assert pytest.approx(c.ELECTRON_G * c.BOHR_MAGNETON / c.HBAR, rel=1e-9) == c.ELECTRON_GYROMAGNETIC_RATIO
    assert c.PROTON_GYROMAGNETIC_RATIO / (2 * pi) == pytest.approx(42.5774785e6, rel=1e-8)
    assert pytest.approx(2 * c.PROTON_MOMENT / c.HBAR, rel=1e-9) == c.PROTON_GYROMAGNETIC_RATIO


def test_magneton_and_permeability() -> None:
    assert pytest.approx(c.ELEMENTARY_CHARGE * c.HBAR / (2 * c.ELECTRON_MASS), rel=1e-9) == c.BOHR_MAGNETON
    assert pytest.approx(4e-7 * pi, rel=1e-9) == c.VACUUM_PERMEABILITY
    # Proton over electron mass, 1836.152673426, and mu0 eps0 c^2 = 1 with eps0 = 8.8541878188e-12 F/m.
    assert pytest.approx(1836.152673426, rel=1e-9) == c.BOHR_MAGNETON / c.NUCLEAR_MAGNETON
    assert pytest.approx(1.0, rel=1e-9) == c.VACUUM_PERMEABILITY * 8.8541878188e-12 * c.SPEED_OF_LIGHT**2
