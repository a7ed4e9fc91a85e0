"""Single flips: exact averages, what they record, and spins that are fixed."""

import numpy as np
import pytest
from physics.lattice.enumeration import Exact, all_states, assert_within

from spinviz.physics.lattice import single_sites
from spinviz.physics.lattice.discrete import Model, random_states, sums
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.single_sites import random_updates, update_sites
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.lattice.unit_cells import unit_cell


def sample(name="square", sides=(4, 4, 1), periodic=True, shells=1):
    return Geometry.of(unit_cell(name), sides, periodic, shells)


@pytest.mark.parametrize("method", ["metropolis", "heat bath"])
@pytest.mark.parametrize(
    ("name", "sides", "periodic", "J", "h", "empty"),
    [
        ("square", (4, 4, 1), True, (0.8,), 0.1, ()), ("square", (4, 4, 1), True, (-0.7,), 0.3, (3,)),
        ("honeycomb", (2, 2, 1), True, (1.0,), 0.2, ()), ("simple cubic", (3, 2, 2), False, (0.6, -0.2), 0.1, (5,)),
        ("triangular", (3, 2, 1), False, (1.0,), 0.2, ()),
    ],
)  # fmt: skip
def test_random_sites_reach_the_exact_averages(name, sides, periodic, J, h, empty, method) -> None:
    geometry, T = sample(name, sides, periodic, len(J)), 2.2
    there = [i for i in range(geometry.count) if i not in empty]
    states = np.zeros((2 ** len(there), geometry.count), np.int8)
    states[:, there] = all_states(len(there), (1, -1))
    exact = Exact(geometry, states, lambda a, b: a * b, lambda a: a, J, h, T)
    spins = Spins.of_states(geometry, states[0].reshape(geometry.shape), key=9)
    found = np.empty((20_000, geometry.shells + 1))
    for row in found:
        random_updates(spins, Model("ising", J, h), T, 2 * geometry.count, method=method)
        row[:] = sums(spins, Model("ising", J, h))
    for column, expected in zip(found.T, (*exact.sums.T, exact.v)):
        assert_within(column, exact.mean(expected))
        assert_within(column**2, exact.mean(expected**2))


@pytest.mark.parametrize("name", ["square", "kagome", "bcc"])
def test_what_was_done_is_recorded(name: str) -> None:
    cell = unit_cell(name)
    geometry = Geometry.of(cell, (6, 8, 4 if cell.axes == 3 else 1))
    spins = Spins.of_states(geometry, np.ones(geometry.shape, np.int8), key=2)
    tried, flipped = np.empty(900, np.int64), np.empty(900, np.uint8)
    count = random_updates(spins, Model(), 8.0, 900, tried=tried, flipped=flipped)
    assert count == flipped.sum() > 20
    parity = np.bincount(tried[flipped == 1], minlength=geometry.count) % 2
    np.testing.assert_array_equal(spins.states().ravel(), 1 - 2 * parity)
    assert len(np.unique(tried)) > geometry.count / 2
    kept = spins.values.copy()
    spins.fill_halo()
    np.testing.assert_array_equal(kept, spins.values)


@pytest.mark.parametrize("method", ["metropolis", "heat bath"])
def test_free_spins_have_their_distribution_between_fixed_ones(method: str) -> None:
    geometry, T, h = sample(), 2.5, 0.3
    states = all_states(16, (1, -1))
    states = states[(states[:, 0] == 1) & (states[:, 6] == -1)]
    exact = Exact(geometry, states, lambda a, b: a * b, lambda a: a, 1.0, h, T)
    spins, free = Spins.of_states(geometry, states[5].reshape(geometry.shape)), np.delete(np.arange(16), [0, 6])
    found = np.empty((30_000, 2))
    for row in found:
        update_sites(spins, Model(h=h), T, free, method=method)
        row[:] = sums(spins, Model())
    assert_within(found[:, 0], exact.mean(exact.sums[:, 0]))
    assert_within(found[:, 1], exact.mean(exact.v))
    assert spins.states().ravel()[[0, 6]].tolist() == [1, -1]


def test_given_sites_are_visited_in_their_order_and_vacancies_stay() -> None:
    geometry = sample()
    states = np.ones(geometry.shape, np.int8)
    states.ravel()[5] = 0
    spins, fates = Spins.of_states(geometry, states), np.empty(4, np.uint8)
    assert update_sites(spins, Model("ising", 0.0), 1.0, [3, 5, 3, 7], method="metropolis", flipped=fates) == 3
    assert fates.tolist() == [1, 0, 1, 1]
    states.ravel()[7] = -1
    np.testing.assert_array_equal(spins.states(), states)
    assert update_sites(spins, Model(), 1.0, []) == 0
    assert update_sites(spins, Model(), 0.0, np.arange(16)) == 1, "the one that was against its neighbours"


def test_same_seed_same_bits_however_the_run_is_cut() -> None:
    geometry = sample("simple cubic", (4, 4, 4))
    start = random_states(geometry, Model(), np.random.default_rng(3))
    whole, parts = Spins.of_states(geometry, start, key=3), Spins.of_states(geometry, start, key=3)
    random_updates(whole, Model(), 4.0, 300)
    for n in (1, 99, 200):
        random_updates(parts, Model(), 4.0, n)
    np.testing.assert_array_equal(whole.values, parts.values)
    assert whole.rng.tolist() == parts.rng.tolist() == [3, 300]
    assert len(single_sites._visit.signatures) == 1


def test_bad_input_is_named() -> None:
    geometry = sample()
    spins = Spins.of_states(geometry, np.ones(geometry.shape, np.int8))
    with pytest.raises(ValueError, match="sites 3 to 16: use 0 to 15"):
        update_sites(spins, Model(), 1.0, np.array([3, 16]))
    with pytest.raises(ValueError, match="single flips of the potts model: use ising"):
        random_updates(spins, Model("potts"), 1.0, 1)
    with pytest.raises(ValueError, match="use heat bath or metropolis"):
        random_updates(spins, Model(), 1.0, 1, method="glauber")
    with pytest.raises(ValueError, match="use T >= 0"):
        random_updates(spins, Model(), -1.0, 1)
