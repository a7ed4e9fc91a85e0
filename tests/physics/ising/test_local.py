"""Pinned spins: those that are free have the Boltzmann distribution that enumeration gives, given the pinned ones."""

from itertools import product

import numpy as np
import pytest

from spinviz.physics.ising.local import visit
from spinviz.physics.ising.updates import energy, random_spins
from spinviz.physics.rng import seeded

T, H = 2.5, 0.3


def exact(pinned: dict[int, int], shape: tuple[int, int, int]) -> dict[tuple[int, ...], float]:
    """Probability of every configuration in which the pinned spins are what they are."""
    weights = {}
    for spins in product((-1, 1), repeat=int(np.prod(shape))):
        if all(spins[site] == s for site, s in pinned.items()):
            weights[spins] = np.exp(-energy(np.array(spins, np.int8).reshape(shape), 1.0, H) / T)
    total = sum(weights.values())
    return {spins: weight / total for spins, weight in weights.items()}


@pytest.mark.parametrize("rule", ["heat-bath", "metropolis"])
@pytest.mark.parametrize("shape", [(1, 2, 4), (2, 2, 2)])
def test_free_spins_have_the_boltzmann_distribution_between_pinned_ones(rule: str, shape: tuple[int, int, int]) -> None:
    pinned, sweeps, every = {0: 1, 5: -1}, 60_000, 3
    wanted = exact(pinned, shape)
    spins = np.ones(shape, np.int8)
    for site, s in pinned.items():
        spins.reshape(-1)[site] = s
    free = np.setdiff1d(np.arange(spins.size), list(pinned))
    state, counts = seeded(1), dict.fromkeys(wanted, 0)
    for n in range(sweeps):
        visit(spins, free, T, 1.0, H, state, rule=rule)
        if n % every == 0:
            counts[tuple(spins.reshape(-1).tolist())] += 1
    assert set(counts) == set(wanted), "a pinned spin has flipped"
    total = sum(counts.values())
    for configuration, p in wanted.items():
        # Samples three sweeps apart at T = 2.5 keep a correlation of some tenths: twice the error of independent ones.
        assert abs(counts[configuration] / total - p) < 4 * 2 * np.sqrt(p * (1 - p) / total), configuration


def test_a_heated_spot_has_the_energy_of_its_temperature() -> None:
    """At infinite temperature a spin is up or down with equal chance, whatever its neighbours are."""
    spins = np.ones((1, 64, 64), np.int8)
    spot = np.arange(1024)
    flips = visit(spins, spot, 1e9, 1.0, 0.0, seeded(2))
    flat = spins.reshape(-1)
    assert flat[1024:].min() == 1
    assert abs(flat[:1024].mean()) < 4 / np.sqrt(1024)
    assert flips == (flat[:1024] < 0).sum()


def test_the_same_seed_gives_the_same_spins() -> None:
    rng = np.random.default_rng(3)
    one = random_spins((1, 16, 16), rng)
    two = one.copy()
    for spins in (one, two):
        visit(spins, np.arange(100), 2.0, 1.0, 0.0, seeded(5))
    assert np.array_equal(one, two)
