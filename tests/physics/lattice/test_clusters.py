"""Wolff's clusters: exact averages of small samples, rings of vectors, agreement with local moves, critical points."""

import numpy as np
import pytest
from physics.lattice.enumeration import Exact, all_states, assert_within, blocked, pairs_of
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from spinviz.physics.lattice import cluster_kernels
from spinviz.physics.lattice.clusters import flip_clusters, flip_vector_clusters, places_of
from spinviz.physics.lattice.discrete import Model, random_states, sums, sweeps
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.lattice.unit_cells import CELLS, unit_cell

ISING_TC = {"square": 2.269185, "triangular": 3.640957, "honeycomb": 1.518651, "simple cubic": 4.511528}
"""Onsager; Wannier and Houtappel 1950: 4/ln 3 and 2/ln(2 + sqrt 3); Ferrenberg, Xu and Landau 2018."""


def sample(name, sides, periodic=True, shells=1):
    return Geometry.of(unit_cell(name), sides, periodic, shells)


def full(geometry, key=5):
    return Spins.of_states(geometry, np.ones(geometry.shape, np.int8), key=key)


def in_line(spins: Spins) -> bool:
    """Whether the halo shows what the sites hold."""
    kept = spins.values.copy()
    spins.fill_halo()
    return np.array_equal(kept, spins.values)


@pytest.mark.parametrize(
    ("kind", "q", "name", "sides", "periodic", "J", "h", "empty"),
    [
        ("ising", 2, "square", (4, 4, 1), True, (1.0,), 0.0, ()),
        ("ising", 2, "square", (4, 4, 1), True, (-1.0,), 0.2, ()),
        ("ising", 2, "square", (4, 3, 1), (True, False, False), (1.0,), 0.1, (0, 7)),
        ("ising", 2, "square", (4, 3, 1), False, (1.0, -0.8), 0.1, ()),
        ("ising", 2, "chain", (8, 1, 1), True, (1.0,), 0.3, ()),
        ("ising", 2, "triangular", (3, 2, 1), False, (-1.0,), 0.1, ()),
        ("ising", 2, "honeycomb", (2, 2, 1), True, (1.0,), 0.1, ()),
        ("ising", 2, "kagome", (2, 1, 1), True, (0.8,), 0.1, ()),
        ("ising", 2, "simple cubic", (2, 2, 2), True, (0.5,), 0.1, ()),
        ("ising", 2, "bcc", (2, 2, 2), True, (0.4,), 0.1, (7,)),
        ("ising", 2, "fcc", (2, 1, 2), False, (0.5,), 0.1, ()),
        ("potts", 3, "square", (2, 2, 1), True, (0.5,), 0.3, ()),
        ("potts", 3, "square", (3, 2, 1), False, (-1.0, 0.5), 0.3, (1,)),
        ("potts", 32, "chain", (3, 1, 1), False, (3.0,), 1.0, ()),
        ("clock", 2, "square", (3, 2, 1), False, (1.0,), 0.3, ()),
        ("clock", 3, "square", (2, 2, 1), True, (0.4,), -0.3, ()),
        ("clock", 5, "square", (2, 2, 1), False, (1.5, -0.5), 0.4, ()),
        ("clock", 6, "triangular", (2, 1, 1), False, (-1.0,), 0.2, ()),
    ],
)  # fmt: skip
def test_clusters_reach_the_exact_averages(kind, q, name, sides, periodic, J, h, empty) -> None:
    geometry, T = sample(name, sides, periodic, len(J)), 2.1 if kind == "ising" else 1.1
    there = [i for i in range(geometry.count) if i not in empty]
    states = np.zeros((q ** len(there), geometry.count), np.int8)
    states[:, there] = all_states(len(there), (1, -1) if kind == "ising" else range(1, q + 1))

    def pair(a, b):
        if kind == "ising":
            return a * b
        alike = (a == b) if kind == "potts" else np.cos(2 * np.pi * (a.astype(float) - b) / q)
        return alike * ((a > 0) & (b > 0))

    exact = Exact(geometry, states, pair, (lambda a: a) if kind == "ising" else lambda a: pair(a, np.int8(1)), J, h, T)
    model, spins = Model(kind, J, h, q), full(geometry)
    filled = np.ones(geometry.count, np.int8)
    filled[list(empty)] = 0
    spins.set(filled.reshape(geometry.shape))
    found = np.empty((25_000, geometry.shells + 1))
    for row in found:
        flip_clusters(spins, model, T, 4)
        row[:] = sums(spins, model)
    for shell in range(geometry.shells):
        assert_within(found[:, shell], exact.mean(exact.sums[:, shell]))
        assert_within(found[:, shell] ** 2, exact.mean(exact.sums[:, shell] ** 2))
    assert_within(found[:, -1], exact.mean(exact.v))
    assert_within(found[:, -1] ** 2, exact.mean(exact.v**2))
    assert in_line(spins)
    assert np.array_equal(spins.states().ravel() != 0, filled != 0)


def vectors_of(geometry, components, key=5, dtype=np.float32):
    drawn = np.random.default_rng(3).normal(size=(*geometry.shape, components))
    return Spins.of_vectors(geometry, drawn, key=key, dtype=dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(("components", "e", "square"), [(3, -0.337838, 0.466893), (2, -0.505197, None)])
def test_rings_of_four_vectors_have_their_exact_averages(components, e, square, sign, dtype) -> None:
    """Z = sum (2l + 1) i_l(K)^4 and sum I_n(K)^4 at T = J; an antiferromagnet is one with every other spin turned."""
    geometry = sample("chain", (4, 1, 1))
    spins = vectors_of(geometry, components, dtype=dtype)
    bonds, moments = np.empty(25_000), np.empty(25_000)
    for k in range(bonds.size):
        flip_vector_clusters(spins, float(sign), 1.0, 2)
        s = spins.vectors().reshape(4, components) * (np.array([1, sign, 1, sign])[:, None])
        bonds[k] = -np.sum(s * np.roll(s, 1, axis=0)) / 4
        moments[k] = np.sum(s.mean(axis=0) ** 2)
    assert_within(bonds, e)
    if square:
        assert_within(moments, square)
    assert abs(np.linalg.norm(spins.vectors(), axis=-1) - 1).max() < (1e-6 if dtype is np.float32 else 1e-12)
    assert in_line(spins)


def test_frustrated_rotators_in_a_field_have_their_exact_averages() -> None:
    """Three rotators, couplings of both signs: the integral over a grid of angles converges faster than any power."""
    geometry, J, h, T = sample("chain", (3, 1, 1), False, 2), (1.0, -0.7), (0.5, 0.3), 0.8
    a = np.arange(48) * 2 * np.pi / 48
    x, y, z = np.meshgrid(a, a, a, indexing="ij")
    near, far = np.cos(x - y) + np.cos(y - z), np.cos(x - z)
    along = sum(0.5 * np.cos(t) + 0.3 * np.sin(t) for t in (x, y, z))
    weight = np.exp((J[0] * near + J[1] * far + along) / T)
    weight /= weight.sum()
    spins, found = vectors_of(geometry, 2), np.empty((25_000, 3))
    for row in found:
        flip_vector_clusters(spins, J, T, 3, h=h)
        s = spins.vectors().reshape(3, 2).astype(float)
        row[:] = s[0] @ s[1] + s[1] @ s[2], s[0] @ s[2], np.sum(s @ np.array(h))
    for column, exact in zip(found.T, (near, far, along)):
        assert_within(column, np.sum(weight * exact))


def test_two_heisenberg_spins_in_a_field_have_their_exact_averages() -> None:
    geometry, J, h, T = sample("chain", (2, 1, 1), False), -1.0, 1.2, 0.7
    nodes, weights = np.polynomial.legendre.leggauss(40)
    a = np.arange(48) * 2 * np.pi / 48
    one, two, around = np.meshgrid(nodes, nodes, a, indexing="ij")
    product = one * two + np.sqrt((1 - one**2) * (1 - two**2)) * np.cos(around)
    weight = weights[:, None, None] * weights[None, :, None] * np.exp((J * product + h * (one + two)) / T)
    weight /= weight.sum()
    spins, found = vectors_of(geometry, 3), np.empty((25_000, 3))
    for row in found:
        flip_vector_clusters(spins, J, T, 3, h=(0.0, 0.0, h))
        s = spins.vectors().reshape(2, 3).astype(float)
        row[:] = s[0] @ s[1], s[:, 2].sum(), s[:, 0].sum()
    for column, exact in zip(found.T, (np.sum(weight * product), np.sum(weight * (one + two)), 0.0)):
        assert_within(column, exact)


def test_clusters_and_heat_bath_agree_on_the_triangular_lattice() -> None:
    geometry, model, T = sample("triangular", (24, 12, 1), shells=2), Model("ising", (1.0, 0.3)), 7.5
    local, clusters = full(geometry), full(geometry)
    history, found = np.empty((30_000, 3)), np.empty((6_000, 3))
    sweeps(local, model, T, 500)
    sweeps(local, model, T, len(history), history=history)
    flip_clusters(clusters, model, T, 500)
    for row in found:
        flip_clusters(clusters, model, T, 12)
        row[:] = sums(clusters, model)
    for column, power in ((0, 1), (1, 1), (2, 2)):
        (one, error), (two, other) = (blocked(x[:, column] ** power) for x in (history, found))
        assert abs(one - two) < 4.5 * np.hypot(error, other)
        assert np.hypot(error, other) < 0.03 * abs(one)


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("periodic", [True, False, (False, True, False)])
def test_a_cluster_at_low_temperature_is_all_that_hangs_together(name: str, periodic) -> None:
    """Also across periodic edges and around vacancies; its size is counted."""
    cell = unit_cell(name)
    x, y, z = (6 if axis < cell.axes else 1 for axis in range(3))
    geometry = Geometry.of(cell, (x, y, z), periodic)
    states = (np.random.default_rng(4).random(geometry.shape) > 0.2).astype(np.int8)
    there, pairs = states.ravel() > 0, pairs_of(geometry)
    pairs = pairs[there[pairs[:, 0]] & there[pairs[:, 1]]]
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), (there.size, there.size))
    part = connected_components(graph, directed=False)[1]
    spins = Spins.of_states(geometry, states)
    vectors = Spins.of_vectors(geometry, np.repeat(states[..., None], 3, axis=-1))
    for _ in range(5):
        before, sizes = spins.states().ravel(), np.empty(1, np.int64)
        flipped = flip_clusters(spins, Model(), 0.05, 1, sizes=sizes)
        turned = spins.states().ravel() != before
        assert flipped == sizes[0] == np.count_nonzero(turned)
        assert np.array_equal(turned, (part == part[turned][0]) & there)
        before = vectors.vectors().reshape(-1, 3)
        flip_vector_clusters(vectors, 1.0, 1e-9, 1, sizes=sizes)
        turned = np.any(vectors.vectors().reshape(-1, 3) != before, axis=-1)
        assert sizes[0] == np.count_nonzero(turned)
        assert np.array_equal(turned, (part == part[turned][0]) & there)
    assert in_line(spins)
    assert in_line(vectors)


def test_mean_size_is_the_mean_square_of_the_magnetization() -> None:
    geometry, model, T = sample("square", (32, 32, 1)), Model(), 2.5
    spins, m, size = full(geometry), np.empty(8000), np.empty(8000)
    flip_clusters(spins, model, T, 1000)
    for k in range(m.size):
        sizes = np.empty(20, np.int64)
        flip_clusters(spins, model, T, 20, sizes=sizes)
        m[k], size[k] = (sums(spins, model)[-1] / 1024) ** 2, sizes.mean() / 1024
    (one, error), (two, other) = blocked(m), blocked(size)
    assert abs(one - two) < 4.5 * np.hypot(error, other)
    assert np.hypot(error, other) < 0.03 * one


def test_same_seed_same_bits_however_the_run_is_cut() -> None:
    geometry = sample("simple cubic", (8, 8, 8))
    for kind, q in (("ising", 2), ("potts", 5), ("clock", 6)):
        whole, parts = full(geometry, 3), full(geometry, 3)
        model = Model(kind, 1.0, 0.1, q)
        flip_clusters(whole, model, 3.0, 30)
        for n in (1, 9, 20):
            flip_clusters(parts, model, 3.0, n)
        np.testing.assert_array_equal(whole.values, parts.values)
        assert whole.rng.tolist() == parts.rng.tolist() == [3, 30]
    one, two, other = (vectors_of(geometry, 3, key) for key in (3, 3, 4))
    for spins, cuts in ((one, (30,)), (two, (1, 9, 20)), (other, (30,))):
        for n in cuts:
            flip_vector_clusters(spins, 1.0, 1.4, n, h=(0.0, 0.1, 0.0))
    np.testing.assert_array_equal(one.values, two.values)
    assert np.any(one.values != other.values)


def test_zero_temperature_never_raises_the_energy() -> None:
    geometry, model = sample("square", (16, 16, 1)), Model("ising", 1.0, 0.1)
    spins = Spins.of_states(geometry, random_states(geometry, model, np.random.default_rng(1)))
    energy = []
    for _ in range(50):
        flip_clusters(spins, model, 0.0, 1)
        found = sums(spins, model)
        energy.append(-found[0] - 0.1 * found[1])
    assert np.all(np.diff(energy) <= 1e-9)


def test_bad_input_is_named() -> None:
    geometry = sample("square", (4, 4, 1))
    with pytest.raises(ValueError, match="use T >= 0"):
        flip_clusters(full(geometry), Model(), -1.0, 1)
    with pytest.raises(ValueError, match="fill at least one site"):
        flip_clusters(Spins.of_states(geometry, np.zeros(geometry.shape, np.int8)), Model(), 1.0, 1)
    with pytest.raises(ValueError, match="states 2 to 2 in the ising model"):
        flip_clusters(Spins.of_states(geometry, np.full(geometry.shape, 2, np.int8)), Model(), 1.0, 1)
    with pytest.raises(ValueError, match="give vectors of 2 or 3"):
        flip_vector_clusters(full(geometry), 1.0, 1.0, 1)
    with pytest.raises(ValueError, match="give 3 finite components"):
        flip_vector_clusters(vectors_of(geometry, 3), 1.0, 1.0, 1, h=(0.0, 0.0))
    with pytest.raises(ValueError, match="a finite number for each"):
        flip_vector_clusters(vectors_of(geometry, 3), (1.0, 2.0), 1.0, 1)
    with pytest.raises(ValueError, match=r"sizes of shape \(2,\) for 1 clusters"):
        flip_clusters(full(geometry), Model(), 1.0, 1, sizes=np.empty(2, np.int64))


def test_places_lead_into_the_lattice_and_are_compiled_once() -> None:
    geometry = sample("simple cubic", (4, 6, 8))
    places = places_of(geometry.grid, geometry.halo, (True, True, True))
    number = np.arange(np.prod(geometry.grid)).reshape(geometry.grid)
    around = np.pad(number, [(h, h) for h in geometry.halo], mode="wrap").ravel()
    np.testing.assert_array_equal(around[places], around)
    assert len(np.unique(places)) == number.size
    for kernel, most in ((cluster_kernels.discrete_clusters, 1), (cluster_kernels.vector_clusters, 2)):
        assert len(kernel.signatures) <= most, "vectors are of two precisions"


def binder(geometry, T, clusters, samples=3000):
    """1 - <m^4>/(3 <m^2>^2) and its error."""
    spins, model, m = full(geometry), Model(), np.empty(samples)
    flip_clusters(spins, model, T, 200)
    for k in range(samples):
        flip_clusters(spins, model, T, clusters)
        m[k] = spins.sums().sum() / geometry.count
    blocks = m.reshape(30, -1)
    without = [1 - np.mean(x**4) / (3 * np.mean(x**2) ** 2) for x in (np.delete(blocks, k, 0) for k in range(30))]
    return 1 - np.mean(m**4) / (3 * np.mean(m**2) ** 2), np.sqrt(29) * np.std(without)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "small", "large"),
    [
        ("square", (16, 16, 1), (48, 48, 1)), ("triangular", (12, 6, 1), (36, 18, 1)),
        ("honeycomb", (12, 6, 1), (36, 18, 1)), ("simple cubic", (8, 8, 8), (16, 16, 16)),
    ],
)  # fmt: skip
def test_binder_curves_of_two_sizes_cross_at_the_critical_temperature(name, small, large) -> None:
    Tc = ISING_TC[name]
    around = Tc * np.array([0.985, 0.9925, 1.0, 1.0075, 1.015])
    rows = [[binder(sample(name, sides), T, clusters) for T in around] for sides, clusters in ((small, 4), (large, 8))]
    apart, error = (np.array(rows)[1] - np.array(rows)[0]).T[0], np.hypot(*np.array(rows)[:, :, 1])
    assert apart[0] > 4 * error[0], "the larger sample is more ordered below"
    assert apart[-1] < -4 * error[-1]
    roots = np.roots(np.polyfit(around / Tc - 1, apart, 3, w=1 / error))
    crossing = min(roots, key=abs)
    assert abs(crossing) < 0.01


@pytest.mark.slow
def test_potts_square_of_three_states_has_its_exact_energy_at_its_critical_temperature() -> None:
    """Duality: Tc = 1/ln(1 + sqrt 3), e = -(1 + 1/sqrt 3) per site; finite lattices are lower.

    The correction falls as L^(1/nu - 2) = L^(-4/5), nu = 5/6 (Wu, Rev. Mod. Phys. 54, 235 (1982)): it is eliminated
    between two sizes.
    """
    Tc, e, errors = 1 / np.log(1 + np.sqrt(3)), [], []
    for side in (16, 32):
        geometry, model = sample("square", (side, side, 1)), Model("potts", 1.0, 0.0, 3)
        spins, found = full(geometry), np.empty(20_000)
        flip_clusters(spins, model, Tc, 500)
        for k in range(found.size):
            flip_clusters(spins, model, Tc, 6)
            found[k] = -sums(spins, model)[0] / side**2
        mean, error = blocked(found)
        e.append(mean)
        errors.append(error)
    growth = 2**0.8
    infinite = (growth * e[1] - e[0]) / (growth - 1)
    error = np.hypot(growth * errors[1], errors[0]) / (growth - 1)
    assert error < 0.004
    # The next correction is smaller by another L^(-4/5) or so.
    assert abs(infinite + 1 + 1 / np.sqrt(3)) < 4 * error + 0.002
