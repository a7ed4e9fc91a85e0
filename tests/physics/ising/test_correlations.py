"""Exact correlations of the square lattice: neighbours, the far end, the correlation length, a sampled lattice."""

import numpy as np
import pytest

from spinviz.physics.ising.correlations import FARTHEST, row_correlations
from spinviz.physics.ising.laws import CRITICAL_TEMPERATURE_2D, internal_energy, spontaneous_magnetization
from spinviz.physics.ising.sampling import correlation_length
from spinviz.physics.lattice.correlations import along, correlation
from spinviz.physics.lattice.discrete import Model, random_states, sweeps
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.lattice.unit_cells import unit_cell


@pytest.mark.parametrize("T", [0.3, 1.5, 2.0, 2.2, 2.4, 3.0, 6.0])
def test_neighbours_carry_the_energy(T: float) -> None:
    """Two bonds a site: e = -2 C(1), Onsager's energy by elliptic integrals."""
    assert row_correlations(T)[1] == pytest.approx(-float(internal_energy(T)) / 2, abs=1e-9)


def test_at_Tc_neighbours_have_one_over_root_two_and_the_rest_falls_by_a_quarter_power() -> None:
    C = row_correlations(float(CRITICAL_TEMPERATURE_2D))
    assert C[1] == pytest.approx(2**-0.5, abs=1e-4)
    # Wu 1966: 0.703380 r^(-1/4) along an axis.
    assert C[40] * 40**0.25 == pytest.approx(0.703380, rel=1e-3)


@pytest.mark.parametrize("T", [1.0, 1.8, 2.1])
def test_far_spins_keep_the_square_of_the_magnetization(T: float) -> None:
    assert row_correlations(T)[FARTHEST] == pytest.approx(float(spontaneous_magnetization(T)) ** 2, abs=1e-6)


def test_above_Tc_correlations_fall_with_the_correlation_length() -> None:
    """Along an axis exp(-r/xi)/sqrt(r) at distances beyond xi."""
    C, r = row_correlations(3.0), np.array([20, 21])
    slope = -np.diff(np.log(C[r]) + 0.5 * np.log(r))[0]
    assert slope == pytest.approx(1 / correlation_length(3.0), rel=5e-3)


def test_a_sampled_lattice_has_them() -> None:
    """128 x 128 spins, 60 configurations 20 sweeps apart: errors from their scatter, four of them."""
    rng = np.random.default_rng(3)
    geometry, T = Geometry.of(unit_cell("square"), (128, 128, 1)), 2.8
    spins = Spins.of_states(geometry, random_states(geometry, Model(), rng), key=3)
    seen = []
    for sweep in range(60):
        sweeps(spins, Model(), T, 20)
        if sweep >= 10:
            C = correlation(spins.states()[..., 0])
            seen.append((along(C, 0)[:7] + along(C, 1)[:7]) / 2)
    mean, error = np.mean(seen, axis=0), np.std(seen, axis=0) / np.sqrt(len(seen) - 1)
    np.testing.assert_array_less(np.abs(mean - row_correlations(T)[:7]), 4 * error + 1e-6)
    assert (error[1:] < 0.01).all()
