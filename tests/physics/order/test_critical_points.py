"""Critical points: published decimals, Potts against Ising, energies against the exact free energies."""

from math import exp, log, sqrt

import numpy as np
import pytest

from spinviz.physics.ising.laws import internal_energy
from spinviz.physics.order import critical_points as cp
from spinviz.physics.order.mean_field import critical_temperature

NEIGHBOURS = {"square": 4, "triangular": 6, "honeycomb": 3, "kagome": 4, "cubic": 6, "bcc": 8, "fcc": 12}


@pytest.mark.parametrize(
    ("lattice", "T"),
    [("square", 2.269185), ("triangular", 3.640957), ("honeycomb", 1.518651), ("kagome", 2.143319),
     ("cubic", 4.511523), ("bcc", 6.35435), ("fcc", 9.79713)],
)  # fmt: skip
def test_ising(lattice: str, T: float) -> None:
    assert pytest.approx(T, rel=1e-6) == cp.ISING[lattice].T
    assert cp.ISING[lattice].source


def test_vectors() -> None:
    assert pytest.approx(1.4429, abs=1e-4) == cp.HEISENBERG["cubic"].T
    assert pytest.approx(2.0542, abs=1e-4) == cp.HEISENBERG["bcc"].T
    assert pytest.approx(2.2017, abs=1.5e-4) == cp.XY["cubic"].T
    assert pytest.approx(3.1208, abs=1e-4) == cp.XY["bcc"].T
    assert cp.HEISENBERG["cubic"].error == pytest.approx(8e-5, rel=0.05)


def test_fluctuations_lower_every_critical_temperature() -> None:
    """Below mean field, by less where there are more neighbours; vectors in between the Ising model and half of it."""
    ratio = [cp.ISING[name].T / critical_temperature(0.5, z, 1.0) for name, z in NEIGHBOURS.items()]
    assert all(0.5 < r < 0.85 for r in ratio)
    three = [cp.ISING[name].T / NEIGHBOURS[name] for name in ("cubic", "bcc", "fcc")]
    assert three == sorted(three)
    for name, point in cp.HEISENBERG.items():
        assert 0.7 < point.T / (NEIGHBOURS[name] / 3) < 0.8
        assert (
            point.T / (NEIGHBOURS[name] / 3)
            < cp.XY[name].T / (NEIGHBOURS[name] / 2)
            < cp.ISING[name].T / NEIGHBOURS[name]
        )


def test_kosterlitz_thouless() -> None:
    assert pytest.approx(0.8929, abs=1e-4) == cp.KOSTERLITZ_THOULESS.T
    assert cp.stiffness_jump() == pytest.approx(0.568463, abs=1e-5)


def test_potts() -> None:
    assert cp.potts(3) == pytest.approx(0.994973, abs=5.1e-7)
    assert cp.potts(10) == pytest.approx(1 / log(1 + sqrt(10)))
    for lattice in ("square", "triangular", "honeycomb"):
        assert cp.potts(2, lattice) == pytest.approx(cp.ISING[lattice].T / 2)
    # q = 1 is bond percolation, p = 1 - exp(-J/T): 1/2 and 2 sin(pi/18) (Sykes and Essam 1964).
    assert 1 - exp(-1 / cp.potts(1)) == pytest.approx(0.5)
    assert 1 - exp(-1 / cp.potts(1, "triangular")) == pytest.approx(0.347296, abs=1e-6)
    # Duality: (exp K - 1)(exp K* - 1) = q between the triangular and the honeycomb lattice.
    for q in (2, 3, 4):
        v, dual = (exp(1 / cp.potts(q, lattice)) - 1 for lattice in ("triangular", "honeycomb"))
        assert v * dual == pytest.approx(q)
    with pytest.raises(ValueError, match="1 or more"):
        cp.potts(0.5)
    with pytest.raises(ValueError, match="closed form"):
        cp.potts(3, "cubic")


def triangular_energy(K: float, points: int) -> float:
    """Energy per site [J] of the triangular Ising lattice: -d/dK of ln Z by Houtappel's integral, midpoint rule."""
    angle = (np.arange(points) + 0.5) * 2 * np.pi / points
    a, b = angle[:, None], angle
    waves = np.cos(a) + np.cos(b) + np.cos(a + b)
    c, s = np.cosh(2 * K), np.sinh(2 * K)
    inside = c**3 + s**3 - s * waves
    slope = 2 * (3 * c * c * s + 3 * s * s * c - c * waves)
    return float(-(slope / inside).mean() / 2)


def test_energies_at_criticality() -> None:
    assert cp.ISING_ENERGY["square"] == pytest.approx(float(internal_energy(cp.ISING["square"].T)), rel=1e-12)
    # Potts with q = 2 counts (1 + s s')/2 per bond.
    assert cp.potts_energy(2) == pytest.approx(-(2 + sqrt(2)) / 2)
    e = triangular_energy(1 / cp.ISING["triangular"].T, 801)
    assert cp.ISING_ENERGY["triangular"] == pytest.approx(e, abs=2e-3)
    # Star and triangle: integrating out the middle spin joins <s s'> of both lattices at Tc.
    K, L = 1 / cp.ISING["honeycomb"].T, 1 / cp.ISING["triangular"].T
    assert exp(4 * L) == pytest.approx(2 * np.cosh(2 * K) - 1)
    pair = 2 / 3
    middle = (3 * pair + 1) / 4  # probability times 4 of three equal spins, less 0: P = (1 + 3 <s s'>)/4
    bond = middle * np.tanh(3 * K) + (1 - middle) * np.tanh(K) / 3
    assert cp.ISING_ENERGY["honeycomb"] == pytest.approx(-1.5 * bond)
