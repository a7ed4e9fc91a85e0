"""Electrons under Pauli's principle: detailed balance, exact canonical averages, Fermi-Dirac limit."""

from itertools import combinations

import numpy as np
import pytest

from spinviz.physics import rng
from spinviz.physics.constants import BOLTZMANN
from spinviz.physics.electrons import band_population as population
from spinviz.physics.electrons import bands

EF = 1e-19
TF = EF / BOLTZMANN


def enumerated(energy, electrons, T):
    """Occupations by summing over all many-electron states."""
    total, occupations = 0.0, np.zeros(energy.size)
    for chosen in combinations(range(energy.size), electrons):
        chosen = list(chosen)
        weight = np.exp(-(energy[chosen].sum() - electrons * energy.min()) / (BOLTZMANN * T))
        total += weight
        occupations[chosen] += weight
    return occupations / total


def start(electrons, levels, B=0.0):
    occupant, place = population.ground_state(population.state_energies(levels, B), electrons)
    return occupant, place, np.zeros(electrons, np.int32)


@pytest.mark.parametrize("electrons", [1, 4, 7])
@pytest.mark.parametrize("T", [0.02 * TF, 0.3 * TF, 5 * TF])
def test_canonical_occupations_equal_enumeration(electrons, T):
    energy = population.state_energies(population.free_electron_levels(4, 5, EF), 2e3)
    exact = population.canonical_occupations(energy, electrons, T)
    np.testing.assert_allclose(exact, enumerated(energy, electrons, T), atol=1e-12)
    assert exact.sum() == pytest.approx(electrons, rel=1e-12)


@pytest.mark.parametrize(("B", "reach"), [(0.0, None), (3e3, 1), (3e3, 4)])
def test_moves_sample_the_canonical_ensemble(B, reach):
    electrons, T, samples = 4, 0.5 * TF, 40_000
    levels = population.free_electron_levels(4, 5, EF)
    occupant, place, age = start(electrons, levels, B)
    state, counts = rng.seeded(1), np.zeros((40, 10))
    for k in range(samples):
        population.exchange_heat(occupant, place, age, levels, B, T, state, 4, reach=reach)
        counts[k * 40 // samples] += occupant >= 0
    shares = counts / (samples / 40)
    expected = enumerated(population.state_energies(levels, B), electrons, T)
    error = shares.std(axis=0, ddof=1) / np.sqrt(40)
    assert np.all(np.abs(shares.mean(axis=0) - expected) < 4.5 * error + 1e-4)
    assert error.max() < 0.01


def test_pauli_principle_and_bookkeeping():
    electrons, levels = 60, population.free_electron_levels(60, 90, EF)
    occupant, place, age = start(electrons, levels)
    state = rng.seeded(2)
    for _ in range(50):
        before = place.copy()
        moves = population.exchange_heat(occupant, place, age, levels, 100.0, 0.2 * TF, state, 1)
        assert np.unique(place).size == electrons
        np.testing.assert_array_equal(occupant[place], np.arange(electrons))
        assert np.count_nonzero(occupant >= 0) == electrons
        assert np.all(age[before != place] == 0)
        assert moves >= np.count_nonzero(before != place) > 0


def test_large_sample_follows_fermi_and_dirac():
    """Canonical and grand canonical occupations differ by about one over the states within kT."""
    electrons, T = 400, 0.1 * TF
    levels = population.free_electron_levels(electrons, 700, EF)
    exact = population.canonical_occupations(population.state_energies(levels, 0.0), electrons, T)[:700]
    n = electrons / 1e-27
    mu = float(bands.equilibrium(n, 0.0, 0.1 * float(bands.fermi_temperature(n))).mu / bands.fermi_energy(n)) * EF
    fermi = 1 / (np.exp((levels - mu) / (BOLTZMANN * T)) + 1)
    assert np.max(np.abs(exact - fermi)) < 5e-3


def test_finite_sample_obeys_pauli_on_average():
    electrons, T, B = 200, 0.1 * TF, 500.0
    levels = population.free_electron_levels(electrons, 400, EF)
    exact = population.canonical_polarization(population.state_energies(levels, B), electrons, T)
    reduced = 9.2740100657e-24 * B / EF
    assert exact == pytest.approx(1.5 * reduced * (1 - np.pi**2 / 12 * 0.01), rel=0.01)
    occupant, place, age = start(electrons, levels, B)
    state, P = rng.seeded(3), np.empty(8000)
    population.exchange_heat(occupant, place, age, levels, B, T, state, 200)
    for k in range(P.size):
        population.exchange_heat(occupant, place, age, levels, B, T, state, 3)
        P[k] = population.polarization(occupant)
    blocks = P.reshape(40, -1).mean(axis=1)
    error = blocks.std(ddof=1) / np.sqrt(40)
    assert error < 0.2 * exact
    assert abs(P.mean() - exact) < 4.5 * error


def test_zero_temperature_settles_into_the_ground_state():
    electrons, levels = 20, population.free_electron_levels(20, 30, EF)
    occupant, place, age = start(electrons, levels)
    population.exchange_heat(occupant, place, age, levels, 0.0, TF, rng.seeded(5), 50)
    assert place.max() > 10
    population.exchange_heat(occupant, place, age, levels, 0.0, 0.0, rng.seeded(6), 3000, reach=29)
    assert sorted(place.tolist()) == [*range(10), *range(30, 40)]


def test_ground_state_in_a_field_prefers_the_moment_along_it():
    levels = population.free_electron_levels(20, 30, EF)
    occupant, _, _ = start(20, levels, 5e3)
    assert population.polarization(occupant) > 0


def test_same_seed_same_bits_and_one_compiled_version():
    runs = []
    levels = population.free_electron_levels(10, 20, EF)
    for cuts in ([6], [1, 2, 3]):
        occupant, place, age = start(10, levels)
        state = rng.seeded(8)
        for sweeps in cuts:
            population.exchange_heat(occupant, place, age, levels, 1, 2000, state, sweeps)
        runs.append((place.tolist(), state.tolist()))
    assert runs[0] == runs[1]
    population.exchange_heat(occupant, place, age, levels, 1.0, 2000.0, state, np.int64(1), reach=2)
    assert len(population._move.signatures) == 1


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="40 electrons do not fit 40 states: use 1 to 39"):
        population.free_electron_levels(40, 20)
    levels = population.free_electron_levels(4, 5, EF)
    with pytest.raises(ValueError, match="below the limit 0 K"):
        population.exchange_heat(*start(4, levels), levels, 0.0, -1.0, rng.seeded(1), 1)
