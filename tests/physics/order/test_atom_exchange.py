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


def test_the_surplus_is_the_nearest_that_there_is() -> None:
    """Eight atoms on twice eight sites: -8, -6 .. 8."""
    assert nearest_surplus(4.9, 8, 8) == 4
    assert nearest_surplus(5.2, 8, 8) == 6
    assert nearest_surplus(99, 8, 8) == 8
    assert nearest_surplus(-99, 5, 8) == -5


def test_both_sublattices_are_mixed() -> None:
    atoms = shuffled((4, 4, 4), 64, np.random.default_rng(3))
    before, counts = atoms.copy(), counted(atoms)
    mix_sublattices(atoms, seeded(4), 500, counts)
    for side in (0, 1):
        assert (atoms[side] != before[side]).any()
        assert atoms[side].sum() == before[side].sum()


def test_local_order_is_half_of_a_site_and_half_of_its_neighbours() -> None:
    """One wrong atom on a corner: 0 there, (1 + 6/8)/2 at the eight centres about it, 1 elsewhere."""
    atoms = perfect(5)
    atoms[0, 2, 2, 2] = -1
    order = local_order(atoms, passes=1)
    assert order[0, 2, 2, 2] == 0
    assert np.allclose(order[1, 1:3, 1:3, 1:3], 0.875)
    assert (order == 1).sum() == 250 - 9


def test_local_order_tells_antiphase_domains_apart() -> None:
    atoms = perfect(8)
    assert np.allclose(local_order(atoms), 1)
    atoms[:, :4] *= -1
    order = local_order(atoms)
    assert order[:, 6].min() > 0.5
    assert order[:, 1].max() < -0.5
    assert abs(order.mean()) < 0.05


@pytest.mark.parametrize("T", [2.0, 6.0, 1e9])
@pytest.mark.parametrize("K", [8, 5])
def test_sixteen_atoms_have_the_averages_of_all_their_arrangements(K: int, T: float) -> None:
    """Every arrangement of K atoms on 2 x 2 x 2 cells (12,870 of 8), each with its bonds and its Boltzmann weight."""
    chosen = np.array(list(combinations(range(16), K)))
    s = np.full((len(chosen), 16), -1)
    s[np.arange(len(chosen))[:, None], chosen] = 1
    a, b = (side.reshape(-1, 2, 2, 2) for side in (s[:, :8], s[:, 8:]))
    around = sum(np.roll(b, (z, y, x), (1, 2, 3)) for z in (0, 1) for y in (0, 1) for x in (0, 1))
    energy = (a * around).sum(axis=(1, 2, 3))
    S = ((a > 0).sum(axis=(1, 2, 3)) - (b > 0).sum(axis=(1, 2, 3))) / 8
    weight = np.exp(-(energy - energy.min()) / T)
    weight /= weight.sum()
    found = ordering_alloy.all_alike(T, 8, K)
    assert found.order == pytest.approx(weight @ np.abs(S), rel=1e-9)
    assert found.square == pytest.approx(weight @ S**2, rel=1e-9)
    assert found.energy == pytest.approx(weight @ energy / 16, rel=1e-7)
    if T > 1e8:
        assert ordering_alloy.random_square(K / 16, 8) == pytest.approx(weight @ S**2, rel=1e-6)


def test_many_atoms_that_are_all_neighbours_are_those_of_bragg_and_williams() -> None:
    """Numbers of arrangements beyond the range of a float; S = tanh(S T0/T) at T = 0.6 T0."""
    assert ordering_alloy.all_alike(4.8, 4000, 4000).order == pytest.approx(0.907332, abs=2e-4)
    assert ordering_alloy.all_alike(4.8, 4000, 4000).energy == pytest.approx(-4 * 0.907332**2, abs=2e-3)


def test_scatter_of_the_energy_of_mixed_sublattices() -> None:
    """Of 20,000 samples: the standard deviation within 4 of its own errors, s/sqrt(2 N)."""
    for cells, S, x in (((3, 3, 3), 0.4, 0.5), ((2, 2, 2), 0.5, 0.375)):
        n = int(np.prod(cells))
        first = round(2 * n * x)
        atoms = shuffled(cells, first, np.random.default_rng(3))
        counts, random = counted(atoms), seeded(4)
        set_surplus(atoms, nearest_surplus(S * n, first, n), random, counts)
        found = np.empty(20_000)
        for k in range(len(found)):
            mix_sublattices(atoms, random, 6 * n, counts)
            found[k] = counts[0] / (2 * n)
        order, part = counts[1] / n, first / (2 * n)
        scatter = ordering_alloy.mixed_scatter(order, part, n)
        if scatter == 0:
            assert found.std() < 1e-12
            continue
        assert found.std() == pytest.approx(scatter, rel=4 / sqrt(2 * len(found)) + 1e-9)
        error = scatter / sqrt(len(found))
        assert found.mean() == pytest.approx(ordering_alloy.mixed_energy(order, part), abs=4 * error)


def test_the_series_of_the_cold_counts_wrong_atoms_pairs_and_chains() -> None:
    """Wrong atoms m with r bonds among them cost u^(4m - r): ln Z of any number N of sites, M = 1 - 2 <m>/N.

    Single: N. Pairs: 4 N neighbours, the rest apart. Three in a chain: 28 N; a pair and one apart: the rest of
    4 N (N - 2) that hold no chain, which contains two pairs. All other groups cost u^12 or more.
    """
    for N in (128, 1000):
        groups = {
            4: (1, N), 7: (2, 4 * N), 8: (2, N * (N - 1) // 2 - 4 * N), 10: (3, 28 * N),
            11: (3, 4 * N * (N - 2) - 2 * 28 * N),
        }  # fmt: skip
        Z, wrong = np.zeros(12), np.zeros(12)
        Z[0] = 1
        for power, (m, count) in groups.items():
            Z[power] += count
            wrong[power] += m * count
        ratio = np.zeros(12)
        for k in range(12):
            ratio[k] = wrong[k] - sum(ratio[j] * Z[k - j] for j in range(k))
        for T in (1.0, 2.0, 3.2):
            u = np.exp(-4 / T)
            series = 1 - 2 / N * sum(ratio[k] * u**k for k in range(12))
            assert ordering_alloy.cold_order(T) == pytest.approx(series, abs=1e-12)


def test_the_next_term_of_the_series_is_small_where_it_is_used() -> None:
    assert 300 * np.exp(-4 / ordering_alloy.COLD) ** 12 < 3e-4


def test_temperatures_below_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="T = -1: use one above 0"):
        thresholds(-1.0)
