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
