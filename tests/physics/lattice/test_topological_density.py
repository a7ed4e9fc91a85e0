"""Where the topological charge is."""

import numpy as np
import pytest

from spinviz.physics.lattice import textures
from spinviz.physics.lattice.topology import topological_charge, topological_density


@pytest.mark.parametrize("periodic", [(False, False), (True, False), (True, True)])
def test_its_sum_is_the_charge(periodic: tuple[bool, bool]) -> None:
    m = np.random.default_rng(2).normal(size=(9, 14, 3))
    m[3, 4:7] = 0
    found = topological_density(m, periodic)
    assert found.shape == (9, 14)
    assert found.sum() == pytest.approx(topological_charge(m, periodic), abs=1e-12)
    assert not found[3, 5].any()


def test_that_of_a_skyrmion_is_the_curvature_of_its_profile() -> None:
    """q = sin(theta) theta'/(4 pi r): all of it lies on the core and its wall, and in any ring what the angles say."""
    m = textures.skyrmion((1, 96, 96), 20.0, 4.0)[0]
    q = topological_density(m, (True, True))
    assert q.sum() == pytest.approx(-1.0, abs=1e-9)
    y, x = np.indices(q.shape) - 47.5
    r = np.hypot(x, y)
    assert q[r > 40] == pytest.approx(0.0, abs=1e-6)
    inside = float(np.interp(20.0, *(v[np.argsort(r, axis=None)].ravel() for v in (r.ravel(), m[..., 2].ravel()))))
    # Of the sphere, (1 + cos(theta))/2 is covered within the circle on which m_z = cos(theta), here about half.
    assert q[r < 20].sum() == pytest.approx(-(1 + inside) / 2, abs=0.03)


def test_it_is_even_on_a_sphere_that_is_covered_evenly() -> None:
    """Cells have a third of their six triangles: the solid angle of a cell over 4 pi."""
    u = np.linspace(-0.02, 0.02, 9)
    x, y = np.meshgrid(u, u)
    m = np.stack([x, y, np.sqrt(1 - x**2 - y**2)], axis=-1)
    assert topological_density(m)[1:-1, 1:-1] == pytest.approx(0.005**2 / (4 * np.pi), rel=1e-3)


def test_a_triangle_is_shared_by_its_corners() -> None:
    """Two triangles along the diagonal: a third of each in its corners."""
    m = np.random.default_rng(9).normal(size=(2, 2, 3))
    lower, upper = m.copy(), m.copy()
    lower[1, 0] = upper[0, 1] = 0.0
    one, two = (topological_charge(part) for part in (lower, upper))
    expected = np.array([[one + two, one], [two, one + two]]) / 3
    np.testing.assert_allclose(topological_density(m), expected, atol=1e-12)
