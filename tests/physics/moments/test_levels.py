"""Levels, Brillouin and Curie laws, thermal flips."""

import numpy as np
import pytest
from scipy.linalg import expm

from spinviz.physics import constants, rng
from spinviz.physics.moments import levels

SPINS = [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5]


def test_langevin_table():
    x = [0.1, 0.5, 1, 2, 3, 5, 10]
    expected = [0.033311, 0.163953, 0.313035, 0.537315, 0.671636, 0.800091, 0.900000]
    np.testing.assert_allclose(levels.langevin(x), expected, atol=5e-7)
    assert levels.langevin([0.0, np.inf, -np.inf, 1e300]).tolist() == [0, 1, -1, 1]


def test_langevin_is_smooth_where_the_branches_meet_and_accurate_near_zero():
    x = 2 + np.array([-1e-9, 1e-9])
    assert np.diff(levels.langevin(x))[0] == pytest.approx(2e-9 * (0.25 - 1 / np.sinh(2.0) ** 2), rel=1e-5)
    small = 1e-3
    assert levels.langevin(small) == pytest.approx(small / 3 - small**3 / 45 + 2 * small**5 / 945, rel=1e-15)
    assert levels.langevin(1e-200) == pytest.approx(1e-200 / 3, rel=1e-15)


def test_brillouin_limits():
    x = np.linspace(-6, 6, 41)
    np.testing.assert_allclose(levels.brillouin(0.5, x), np.tanh(x), atol=1e-15)
    np.testing.assert_allclose(levels.brillouin(60, x), levels.langevin(x), atol=0.01)
    for S in SPINS:
        assert levels.brillouin(S, 1e-6) == pytest.approx((S + 1) / (3 * S) * 1e-6, rel=1e-11)
        np.testing.assert_allclose(levels.brillouin(S, [-1e5, 0, 1e5, np.inf]), [-1, 0, 1, 1], rtol=1e-15)


@pytest.mark.parametrize("S", SPINS)
def test_brillouin_is_the_boltzmann_average(S):
    B, g = 3.0, 2.0
    for T in (0.05, 1.0, 4.0, 300.0):
        p = levels.populations(levels.energies(S, B, g), T)
        mean = -(p @ levels.projections(S)) / S
        assert mean == pytest.approx(levels.brillouin(S, levels.field_ratio(S, B, T, g)), rel=1e-11, abs=1e-15)
        M = levels.magnetization(1e27, S, B, T, g)
        assert pytest.approx(1e27 * g * constants.BOHR_MAGNETON * S * mean, rel=1e-11) == M


def test_mean_field_magnetization():
    """m = B_S(3 S m/((S + 1) t)): published table of the mean-field ferromagnet."""
    t = np.array([0.3, 0.5, 0.7, 0.9])
    table = {
        0.5: [0.997414, 0.957504, 0.828635, 0.525430],
        2.5: [0.973591, 0.888806, 0.738564, 0.455429],
        None: [0.887298, 0.788887, 0.647392, 0.396600],
    }
    for S, expected in table.items():
        m = np.ones(4)
        for _ in range(2000):
            m = levels.langevin(3 * m / t) if S is None else levels.brillouin(S, 3 * S * m / ((S + 1) * t))
        np.testing.assert_allclose(m, expected, atol=5e-7)


def test_curie_law():
    n, B, T = 1e27, 0.01, 300.0
    for S in SPINS:
        chi = constants.VACUUM_PERMEABILITY * levels.magnetization(n, S, B, T) / B
        assert chi == pytest.approx(levels.curie_susceptibility(n, S, T), rel=1e-8)


def test_spin_one_partition_function():
    B, T, g = 2.0, 1.5, 2.0
    x = g * constants.BOHR_MAGNETON * B / (constants.BOLTZMANN * T)
    p = levels.populations(levels.energies(1, B, g), T)
    np.testing.assert_allclose(p, np.exp([x, 0, -x]) / (1 + 2 * np.cosh(x)), rtol=1e-14)


def test_proton_polarization():
    assert levels.two_level_polarization(constants.PROTON_MOMENT, 1.5, 300.0) == pytest.approx(5.1e-6, rel=2e-3)


def test_populations_at_zero_and_tiny_temperature():
    E = levels.energies(1.5, 1.0)
    for T in (0.0, 1e-12):
        assert levels.populations(E, T).tolist() == [1, 0, 0, 0]
    assert levels.populations(levels.energies(1.5, 0.0), 0.0).tolist() == [0.25] * 4
    np.testing.assert_allclose(levels.populations(E, 1e9), 0.25, atol=1e-9)


@pytest.mark.parametrize("S", SPINS)
@pytest.mark.parametrize("T", [0.0, 0.3, 2.0, 300.0])
def test_detailed_balance(S, T):
    E = levels.energies(S, 2.0)
    p = levels.populations(E, T)
    flow = p[:, None] * levels.transition_rates(E, T, 0.5)
    np.testing.assert_allclose(flow, flow.T, atol=1e-14)
    for dt in (1e-3, 1.0, 1e9):
        P = levels.transition_probabilities(E, T, dt, 0.5)
        np.testing.assert_allclose(p @ P, p, atol=1e-9)
    np.testing.assert_allclose(P, np.broadcast_to(p, P.shape), atol=1e-6)


def test_one_long_step_equals_many_short_ones():
    E = levels.energies(2.5, 2.0)
    short = levels.transition_probabilities(E, 3.0, 0.01, 1.0)
    long = levels.transition_probabilities(E, 3.0, 0.64, 1.0)
    np.testing.assert_allclose(np.linalg.matrix_power(short, 64), long, atol=1e-13)


@pytest.mark.parametrize("dt", [0.0, 1e-6, 0.3, 5.0, 400.0])
def test_transition_probabilities_are_the_matrix_exponential(dt):
    for S in SPINS:
        E = levels.energies(S, 1.0)
        expected = expm(levels.transition_rates(E, 1.3, 0.9) * dt)
        np.testing.assert_allclose(levels.transition_probabilities(E, 1.3, dt, 0.9), expected, atol=2e-13)


@pytest.mark.parametrize("dt", [0.05, 0.7])
def test_two_levels_relax_exponentially(dt):
    count, S, B, T, tau = 400_000, 0.5, 3.0, 2.0, 1.0
    level, age, state = np.ones(count, np.int8), np.zeros(count, np.int32), rng.seeded(1)
    equilibrium = float(levels.brillouin(S, levels.field_ratio(S, B, T)))
    for k in range(1, 6):
        levels.thermal_flips(level, age, S, B, T, dt, tau, state)
        expected = levels.relaxing_magnetization(k * dt, -1.0, equilibrium, tau)
        assert abs(levels.mean_moment(level, S) - expected) < 5 / np.sqrt(count)


@pytest.mark.parametrize("S", [0.5, 1.0, 2.5, 3.5])
def test_flips_reach_the_brillouin_function(S):
    count, B, T = 100_000, 2.0, 2.5
    generator, state = np.random.default_rng(3), rng.seeded(2)
    level, age = generator.integers(0, round(2 * S) + 1, count).astype(np.int8), np.zeros(count, np.int32)
    for _ in range(40):
        levels.thermal_flips(level, age, S, B, T, 2.0, 1.0, state)
    p = levels.populations(levels.energies(S, B), T)
    share = np.bincount(level, minlength=p.size) / count
    assert np.all(np.abs(share - p) < 5 * np.sqrt(p * (1 - p) / count) + 1e-6)
    spread = np.sqrt((p @ levels.projections(S) ** 2 - (p @ levels.projections(S)) ** 2) / count) / S
    expected = levels.brillouin(S, levels.field_ratio(S, B, T))
    assert abs(levels.mean_moment(level, S) - expected) < 5 * spread


def test_equilibrium_draw_and_moments():
    level = levels.equilibrium_levels(50_000, 1.5, 2.0, 2.0, np.random.default_rng(1))
    p = levels.populations(levels.energies(1.5, 2.0), 2.0)
    assert np.all(np.abs(np.bincount(level) / level.size - p) < 5 * np.sqrt(p / level.size))
    mu = levels.moments(np.array([0, 3], np.int8), 1.5, 2.0)
    np.testing.assert_allclose(mu, [3 * constants.BOHR_MAGNETON, -3 * constants.BOHR_MAGNETON])


def test_age_counts_calls_since_a_flip():
    level, age, state = np.zeros(2000, np.int8), np.full(2000, 7, np.int32), rng.seeded(4)
    before = level.copy()
    flips = levels.thermal_flips(level, age, 1.5, 0.1, 300, 0.2, 1, state)
    assert flips == np.count_nonzero(level != before) > 100
    np.testing.assert_array_equal(age, np.where(level != before, 0, 8))


def test_same_seed_same_flips_and_one_compiled_version():
    results = []
    for _ in range(2):
        level, age, state = np.zeros(100, np.int8), np.zeros(100, np.int32), rng.seeded(9)
        for field in (1, 2.0):
            levels.thermal_flips(level, age, 2.5, field, 300, 1, 1.0, state)
        results.append(level.tolist())
    assert results[0] == results[1]
    assert len(levels._flip.signatures) == 1


@pytest.mark.parametrize("S", [0, 0.3, -1, 100])
def test_impossible_spin_is_named(S):
    with pytest.raises(ValueError, match="half or whole number"):
        levels.projections(S)
