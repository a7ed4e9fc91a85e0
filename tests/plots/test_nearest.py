"""Which point of a curve a click means, on screens of pixels of any shape."""

import numpy as np
import pytest

from spinviz.plots.nearest import REACH, nearest

PIXEL = (0.01, 0.1)
X = np.linspace(0, 10, 11)


def test_the_nearest_point_of_the_nearest_curve_is_meant() -> None:
    curves = [(X, 0 * X), (X, 0 * X + 5.0)]
    assert nearest((3.04, 4.9), curves, PIXEL) == (1, 3)
    assert nearest((6.98, 0.1), curves, PIXEL) == (0, 7)


def test_between_two_points_the_line_is_met_and_the_nearer_end_is_told() -> None:
    steep = [(X, 100 * X)]
    assert nearest((3.4, 340.0), steep, PIXEL) == (0, 3)
    assert nearest((3.6, 360.0), steep, PIXEL) == (0, 4)
    assert nearest((3.4, 340.0), steep, PIXEL, joined=False) is None


@pytest.mark.parametrize(("off", "meant"), [(0.95, True), (1.05, False)])
def test_further_than_the_reach_nothing_is_meant(off: float, meant: bool) -> None:
    at = (5.0, off * REACH * PIXEL[1])
    assert (nearest(at, [(X, 0 * X)], PIXEL) is not None) is meant
    beside = (10.0 + off * REACH * PIXEL[0], 0.0)
    assert (nearest(beside, [(X, 0 * X)], PIXEL) is not None) is meant


def test_a_gap_is_no_curve_and_points_beside_it_are() -> None:
    y = np.where((X > 3) & (X < 7), np.nan, 0.0)
    assert nearest((5.0, 0.0), [(X, y)], PIXEL) is None
    assert nearest((3.05, 0.0), [(X, y)], PIXEL) == (0, 3)
    assert nearest((6.98, 0.0), [(X, y)], PIXEL) == (0, 7)
    assert nearest((1.0, 0.0), [(X, np.full(11, np.nan)), (X[:0], X[:0])], PIXEL) is None
    assert nearest((2.0, 0.0), [(X[2:3], np.zeros(1))], PIXEL) == (0, 0)
