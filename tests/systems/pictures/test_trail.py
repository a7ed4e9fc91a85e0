"""The path something leaves: the latest points in order, two at least, its own after a copy."""

import numpy as np

from spinviz.engine.snapshots import copy_state
from spinviz.systems.pictures.trail import Trail


def test_the_latest_points_stay_in_order() -> None:
    trail = Trail.of(4, 2)
    for k in range(7):
        trail.leave((k, -k))
    np.testing.assert_array_equal(trail.path()[:, 0], [3, 4, 5, 6])
    trail.begin()
    np.testing.assert_array_equal(trail.path((9, 9)), [[9, 9], [9, 9]])
    trail.leave((7, 0))
    np.testing.assert_array_equal(trail.path(), [[7, 0], [7, 0]])
    trail.leave((8, 0))
    np.testing.assert_array_equal(trail.path()[:, 0], [7, 8])


def test_a_copied_state_leaves_its_own_trail() -> None:
    trail = Trail.of(4, 1)
    trail.leave((1,))
    trail.leave((2,))
    twin = copy_state(trail)
    twin.leave((3,))
    assert trail.path().ravel().tolist() == [1, 2]
    assert twin.path().ravel().tolist() == [1, 2, 3]


def test_an_arc_ends_where_the_pulse_turns_to() -> None:
    m = np.array([0.3, -0.5, 0.7])
    x, y, z = (np.array([component]) for component in m)
    bloch.rotate(x, y, z, 2.1, 0.8)
    points = arc(m, 2.1, 0.8)
    np.testing.assert_allclose(points[-1], [x[0], y[0], z[0]], rtol=0, atol=1e-15)
    np.testing.assert_allclose(np.linalg.norm(points, axis=1), np.linalg.norm(m), rtol=1e-15)


def test_an_arc_turns_as_a_proton_does_about_its_field() -> None:
    """dM/dt = gamma M x B: a field along x turns M from z to y, one along y from z to -x; at the same pace all along."""
    z = np.array([0.0, 0.0, 1.0])
    for phase, towards in ((0.0, [0, 1, 0]), (np.pi / 2, [-1, 0, 0]), (np.pi, [0, -1, 0])):
        points = arc(z, np.pi / 2, phase)
        np.testing.assert_allclose(points[-1], towards, atol=1e-15)
        angles = np.degrees(np.arccos(points[:, 2]))
        np.testing.assert_allclose(angles, 90 / 24 * np.arange(1, 25), atol=1e-6)
    np.testing.assert_allclose(arc(np.array([0.5, 0.0, 0.0]), 1.0)[-1], [0.5, 0, 0])
