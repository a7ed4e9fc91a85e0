"""Exact results of the Ising model: published numbers, and what clusters and sweeps find."""

import numpy as np
import pytest

from spinviz.physics.ising import laws as ising_laws
from spinviz.physics.lattice.clusters import flip_clusters
from spinviz.physics.lattice.discrete import Model, sweeps
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.lattice.unit_cells import unit_cell


def ordered(name: str, *sides: int) -> Spins:
    geometry = Geometry.of(unit_cell(name), sides)
    return Spins.of_states(geometry, np.ones(geometry.shape, np.int8), key=3)


def test_yang_and_onsager_published_values():
    T = [1.5, 1.8, 2.0, 2.1, 2.2]
    expected = [0.986500, 0.956857, 0.911319, 0.868748, 0.784755]
    np.testing.assert_allclose(ising_laws.spontaneous_magnetization(T), expected, atol=5e-7)
    energies = ising_laws.internal_energy([2.0, 2.5, 3.0])
    np.testing.assert_allclose(energies, [-1.745565, -1.106079, -0.817310], atol=5e-7)
    assert pytest.approx(2.269185314, abs=1e-9) == ising_laws.CRITICAL_TEMPERATURE_2D
    assert ising_laws.internal_energy(ising_laws.CRITICAL_TEMPERATURE_2D) == pytest.approx(-np.sqrt(2))
    assert ising_laws.spontaneous_magnetization([1e-3, 2.3, 50.0]).tolist() == [1, 0, 0]


def test_specific_heat_is_the_slope_of_the_energy():
    T, step = np.array([1.2, 2.0, 2.25, 2.3, 4.0]), 1e-4
    slope = (ising_laws.internal_energy(T + step) - ising_laws.internal_energy(T - step)) / (2 * step)
    np.testing.assert_allclose(ising_laws.specific_heat(T), slope, rtol=1e-4)
    assert np.isclose(ising_laws.specific_heat(4.0, J=2.0), ising_laws.specific_heat(2.0))


def test_susceptibility_above_Tc_is_that_of_series_scaling_and_clusters() -> None:
    # First terms by hand, at a temperature where v^5 is beyond the digits asked for.
    v = np.tanh(1 / 50)
    assert ising_laws.susceptibility(50.0) == pytest.approx(
        (1 + 4 * v + 12 * v**2 + 36 * v**3 + 100 * v**4) / 50, rel=2e-6
    )
    assert ising_laws.susceptibility(5.0) == pytest.approx(0.5719, abs=5e-5)
    # Expansion about Tc, amplitude and background from the exact solution: knows nothing of the coefficients.
    Tc = ising_laws.CRITICAL_TEMPERATURE_2D
    for T in (2.35, 2.4):
        tau = (1 / np.sinh(2 / T) - np.sinh(2 / T)) / 2
        amplitude = 0.9625817322 * (2 * np.sqrt(2) / Tc) ** 1.75
        shape = 1 + tau / 2 + 5 * tau**2 / 8 + 3 * tau**3 / 16 - 23 * tau**4 / 48
        assert ising_laws.susceptibility(T) == pytest.approx(
            (amplitude * tau**-1.75 * shape - 0.104133245) / T, rel=1e-4
        )
    assert ising_laws.susceptibility(Tc) == ising_laws.susceptibility(1.0) == np.inf
    assert 2 * ising_laws.susceptibility(6.0, J=2.0) == pytest.approx(ising_laws.susceptibility(3.0))
    # 17 terms give 3.690 at T = 3; the sum of them all is 3.859, and so is the mean square of Wolff's clusters.
    assert ising_laws.susceptibility(3.0) == pytest.approx(3.859, abs=1e-3)
    spins = ordered("square", 64, 64, 1)
    squares = []
    for _ in range(6000):
        flip_clusters(spins, Model(), 3.0, 350)
        squares.append((spins.sums().sum() / 64) ** 2 / 3.0)
    blocks = np.array(squares).reshape(30, -1).mean(1)[1:]
    assert abs(blocks.mean() - 3.859) < 4 * blocks.std() / np.sqrt(28)
    assert blocks.std() / np.sqrt(28) < 0.1


def test_three_dimensions_order_below_their_critical_temperature():
    magnetizations = []
    for T in (0.8 * ising_laws.CRITICAL_TEMPERATURE_3D, 1.3 * ising_laws.CRITICAL_TEMPERATURE_3D):
        spins = ordered("simple cubic", 16, 16, 16)
        sweeps(spins, Model(), T, 300, method="metropolis")
        magnetizations.append(abs(spins.sums().sum()) / 16**3)
    assert magnetizations[0] > 0.75
    assert magnetizations[1] < 0.2
    assert ising_laws.mean_field_critical_temperature(6) > ising_laws.CRITICAL_TEMPERATURE_3D
