"""The stray field by compiled transforms, by scipy's, and as a direct sum; energy, sphere, factors of each cell."""

from itertools import product

import numpy as np
import pytest

from spinviz.physics.constants import VACUUM_PERMEABILITY
from spinviz.physics.micromagnetics.demagnetizing_tensor import demagnetizing_tensor, full
from spinviz.physics.micromagnetics.stray_field import StrayField, reference

Ms = 8e5
CELL = (4e-9, 5e-9, 3e-9)
SIDES = [(13, 4, 1), (6, 5, 1), (5, 1, 1), (6, 5, 4), (3, 1, 4), (1, 1, 3)]
EDGES = list(product((False, True), repeat=3))


def with_halo(vectors, dtype=np.float64):
    m = np.zeros((3, *(n + 2 for n in vectors.shape[:3])), dtype)
    m[:, 1:-1, 1:-1, 1:-1] = np.moveaxis(vectors, -1, 0)
    return m


def found(stray, vectors, dtype=np.float64):
    nz, ny, nx = vectors.shape[:3]
    out = np.zeros((3, nz, ny + 2, nx + 2), dtype)
    stray.field(with_halo(vectors, dtype), out)
    assert not out[:, :, [0, -1]].any()
    assert not out[..., [0, -1]].any(), "the halo stays zero"
    return np.moveaxis(out[:, :, 1:-1, 1:-1], 0, -1)


def random(sides, seed=1):
    m = np.random.default_rng(seed).normal(size=(*sides[::-1], 3))
    return m / np.linalg.norm(m, axis=-1, keepdims=True)


def direct(stray, vectors):
    """The sum over pairs of cells."""
    tensor = demagnetizing_tensor(stray.sides, stray.cell, stray.periodic)
    B = np.zeros_like(vectors)
    for shift, N in full(tensor, stray.sides, stray.periodic):
        for z, y, x in np.ndindex(*vectors.shape[:3]):
            to = [x + shift[0], y + shift[1], z + shift[2]]
            to = [a % n if closed else a for a, n, closed in zip(to, stray.sides, stray.periodic)]
            if all(0 <= a < n for a, n in zip(to, stray.sides)):
                B[to[2], to[1], to[0]] -= N @ vectors[z, y, x]
    return VACUUM_PERMEABILITY * stray.Ms * B


@pytest.mark.parametrize("sides", SIDES)
@pytest.mark.parametrize("periodic", EDGES)
def test_three_ways_to_the_same_field(sides, periodic):
    stray, m = StrayField(sides, CELL, Ms, periodic), random(sides)
    expected = direct(stray, m)
    assert found(stray, m) == pytest.approx(expected, abs=1e-13)
    assert reference(m, stray) == pytest.approx(expected, abs=1e-13)
    single = found(stray, m, np.float32)
    assert single.dtype == np.float32
    assert single == pytest.approx(expected, abs=2e-6)


@pytest.mark.parametrize("sides", [(6, 5, 1), (4, 3, 3)])
def test_field_is_minus_the_gradient_of_the_energy(sides):
    factors = np.random.default_rng(2).uniform(0.1, 1, sides[::-1])
    stray, m = StrayField(sides, CELL, Ms, (False, True, False), factors), random(sides)
    moment = Ms * np.prod(CELL)

    def energy(vectors):
        field = np.zeros((3, sides[2], sides[1] + 2, sides[0] + 2))
        stray.field(with_halo(vectors), field)
        return stray.energy(with_halo(vectors), field)

    B = found(stray, m)
    for at in ((0, 0, 0), (0, 2, 3), (sides[2] - 1, 1, 1)):
        for part in range(3):
            step = np.zeros_like(m)
            step[(*at, part)] = 0.5
            slope = energy(m + step) - energy(m - step)  # the energy is quadratic: differences are exact
            assert -slope / (moment * factors[at]) == pytest.approx(B[(*at, part)], rel=1e-9)


def test_uniform_sphere():
    """H = -M/3 in the middle and on average, from cubes of which the surface is made."""
    n = 24
    z, y, x = (np.indices((n, n, n)) - (n - 1) / 2) / (n / 2)
    inside = x * x + y * y + z * z < 1
    m = np.zeros((n, n, n, 3))
    m[inside] = [0.0, 0.6, 0.8]
    stray = StrayField((n, n, n), (1e-9,) * 3, Ms)
    B = found(stray, m)
    expected = -VACUUM_PERMEABILITY * Ms / 3 * np.array([0, 0.6, 0.8])
    assert B[n // 2, n // 2, n // 2] == pytest.approx(expected, abs=2e-3)
    assert B[inside].mean(axis=0) == pytest.approx(expected, abs=3e-3)
    energy = stray.energy(with_halo(m), with_halo(B)[:, 1:-1])
    volume = inside.sum() * 1e-27
    assert energy == pytest.approx(VACUUM_PERMEABILITY * Ms**2 / 6 * volume, rel=1e-2, abs=0)


def test_an_empty_cell_and_one_without_magnetization_are_the_same():
    m = random((5, 4, 1))
    factors = np.ones((1, 4, 5))
    factors[0, 1, 2] = 0.0
    with_factor = found(StrayField((5, 4, 1), CELL, Ms, factors=factors), m)
    m[0, 1, 2] = 0.0
    assert with_factor == pytest.approx(found(StrayField((5, 4, 1), CELL, Ms), m), abs=1e-15)


def test_factors_must_fit():
    with pytest.raises(ValueError, match="one for each cell"):
        StrayField((5, 4, 1), CELL, Ms, factors=np.ones((5, 4, 1)))
