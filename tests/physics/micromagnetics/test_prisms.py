"""Fields of uniformly magnetized prisms: trace, symmetry, far dipole, mean, slope."""

import numpy as np
import pytest

from spinviz.physics.micromagnetics.prisms import prism_factor, prism_field, prism_slope

EDGES = (2.0, 3.0, 1.0)
RANDOM = np.random.default_rng(5)
INSIDE = (RANDOM.random((200, 3)) - 0.5) * np.array(EDGES)
AROUND = RANDOM.normal(size=(300, 3)) * 3
OUTSIDE = AROUND[(np.abs(AROUND) > np.array(EDGES) / 2 + 0.01).any(axis=1)]


def tensor(points: np.ndarray) -> np.ndarray:
    return np.stack([prism_field(points, EDGES, axis) for axis in range(3)], axis=-1)


def test_the_tensor_is_symmetric_with_trace_one_inside_and_zero_outside() -> None:
    for points, trace in ((INSIDE, 1.0), (OUTSIDE, 0.0)):
        N = tensor(points)
        np.testing.assert_allclose(N, N.transpose(0, 2, 1), atol=1e-14)
        np.testing.assert_allclose(np.trace(N, axis1=1, axis2=2), trace, atol=1e-14)


def test_its_mean_is_the_demagnetizing_factor() -> None:
    axes = [((np.arange(n) + 0.5) / n - 0.5) * size for n, size in zip((40, 60, 20), EDGES)]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    a, b, c = EDGES
    expected = np.diag([prism_factor(b, c, a), prism_factor(c, a, b), prism_factor(a, b, c)])
    np.testing.assert_allclose(tensor(points).mean(axis=0), expected, atol=2e-4)


def test_far_away_it_is_a_dipole() -> None:
    r = np.array([[60.0, 40.0, -20.0]])
    distance = np.linalg.norm(r)
    n = r[0] / distance
    dipole = np.prod(EDGES) / (4 * np.pi * distance**3) * (np.eye(3) - 3 * np.outer(n, n))
    np.testing.assert_allclose(tensor(r)[0], dipole, atol=2e-3 * np.abs(dipole).max())


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_the_slope_is_that_of_the_field(axis: int) -> None:
    h = 1e-5 * np.eye(3)[axis]
    differences = (prism_field(OUTSIDE + h, EDGES, axis) - prism_field(OUTSIDE - h, EDGES, axis)) / 2e-5
    np.testing.assert_allclose(prism_slope(OUTSIDE, EDGES, axis), differences, atol=2e-6)
