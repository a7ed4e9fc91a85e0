"""Exchange of atoms: detailed balance by the exact distribution, counts that stay true, cuts of a run."""

from collections import Counter
from itertools import combinations
from math import sqrt

import numpy as np
import pytest

from spinviz.physics.order import ordering_alloy
from spinviz.physics.order.atom_exchange import (
    bond_sum,
    counted,
    exchange_atoms,
    local_order,
    mix_sublattices,
    nearest_surplus,
    set_surplus,
    shuffled,
    thresholds,
)
from spinviz.physics.rng import seeded


def perfect(L: int) -> np.ndarray:
    atoms = np.ones((2, L, L, L), np.int8)
    atoms[1] = -1
    return atoms


def plain_bonds(atoms: np.ndarray) -> int:
    """Each corner with the eight centres about it, by shifted copies."""
    a, b = atoms.astype(int)
    around = sum(
        np.roll(b, (dz, dy, dx), (0, 1, 2)) for dz in (0, 1) for dy in (0, 1) for dx in (0, 1)
    )  # fmt: skip
    return int((a * around).sum())


@pytest.mark.parametrize("L", [2, 3, 5])
def test_bonds_are_those_of_the_body_centred_lattice(L: int) -> None:
    atoms = shuffled((L, L, L), L**3 - 1, np.random.default_rng(L))
    assert bond_sum(atoms) == plain_bonds(atoms)
    assert bond_sum(perfect(L)) == -8 * L**3


@pytest.mark.parametrize("near", [0, 1])
def test_counts_stay_those_of_the_atoms_and_the_composition_is_kept(near: int) -> None:
    atoms = shuffled((4, 5, 3), 47, np.random.default_rng(1))
    counts, random = counted(atoms), seeded(3)
    exchange_atoms(atoms, thresholds(4.0), near, random, 20_000, counts)
    assert np.array_equal(counts, counted(atoms))
    assert counts[0] == plain_bonds(atoms)
    assert (atoms > 0).sum() == 47
    assert counts[1] == (atoms[0] > 0).sum() - (atoms[1] > 0).sum()


@pytest.mark.parametrize("near", [0, 1])
def test_every_arrangement_comes_as_often_as_its_boltzmann_weight(near: int) -> None:
    """Three first atoms on 2 x 1 x 2 cells (8 sites): all 56 arrangements, by chi-square."""
    shape, T = (2, 1, 2), 6.0
    weights = {}
    for chosen in combinations(range(8), 3):
        flat = np.full(8, -1, np.int8)
        flat[list(chosen)] = 1
        weights[flat.tobytes()] = np.exp(-plain_bonds(flat.reshape(2, *shape)) / T)
    total = sum(weights.values())
    atoms, random = shuffled(shape, 3, np.random.default_rng(2)), seeded(7)
    counts = counted(atoms)
    seen: Counter[bytes] = Counter()
    samples = 20_000
    for _ in range(samples):
        exchange_atoms(atoms, thresholds(T), near, random, 40, counts)
        seen[atoms.tobytes()] += 1
    assert set(seen) <= set(weights)
    chi = sum((seen[key] - samples * w / total) ** 2 / (samples * w / total) for key, w in weights.items())
    assert chi < 55 + 4 * sqrt(2 * 55)
    assert chi > 55 - 4 * sqrt(2 * 55)


def test_a_run_cut_into_calls_has_the_same_bits() -> None:
    one, two = (shuffled((3, 3, 3), 27, np.random.default_rng(5)) for _ in range(2))
    a, b = seeded(9), seeded(9)
    counts = counted(one), counted(two)
    exchange_atoms(one, thresholds(3.0), 1, a, 900, counts[0])
    for n in (100, 500, 300):
        exchange_atoms(two, thresholds(3.0), 1, b, n, counts[1])
    assert np.array_equal(one, two)
    assert np.array_equal(a, b)


def test_order_is_set_exactly_and_held_while_sublattices_mix() -> None:
    atoms = shuffled((6, 6, 6), 200, np.random.default_rng(3))
    counts, random = counted(atoms), seeded(4)
    for wanted in (0.7, -0.3, 0.0):
        surplus = nearest_surplus(wanted * 216, 200, 216)
        set_surplus(atoms, surplus, random, counts)
        assert np.array_equal(counts, counted(atoms))
        assert counts[1] / 216 == pytest.approx(wanted, abs=1 / 216)
        mix_sublattices(atoms, random, 5000, counts)
        assert np.array_equal(counts, counted(atoms))
        assert counts[1] == surplus


def test_local_order_tells_antiphase_domains_apart() -> None:
    atoms = perfect(8)
    assert np.allclose(local_order(atoms), 1)
    atoms[:, :4] *= -1
    order = local_order(atoms)
    assert order[:, 6].min() > 0.5
    assert order[:, 1].max() < -0.5
    assert abs(order.mean()) < 0.05


def test_sixteen_atoms_have_the_averages_of_all_their_arrangements() -> None:
    """The sum over numbers on the corners is that over all 12,870 arrangements, here drawn at infinite temperature."""
    hot = ordering_alloy.all_alike(1e9, 8, 8)
    assert hot.square == pytest.approx(ordering_alloy.random_square(0.5, 8), rel=1e-6)
    assert hot.energy == pytest.approx(-8 / 15 * 0.5 * 2 / 2, abs=0.3)
    assert ordering_alloy.all_alike(0.1, 8, 8).order == pytest.approx(1, abs=1e-9)
    assert ordering_alloy.all_alike(0.1, 8, 8).energy == pytest.approx(-4, abs=1e-9)


def test_temperatures_below_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="T = -1: use one above 0"):
        thresholds(-1.0)
