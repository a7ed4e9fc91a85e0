"""Grains: their number, that every cell is in the nearest one, also across periodic edges; axes on a cone."""

import numpy as np
import pytest

from spinviz.physics.micromagnetics.grains import grains, scattered_axes

CELL = (4e-9, 5e-9, 3e-9)


def test_mean_area_and_columns_of_a_thin_film():
    found = grains((2, 120, 150), CELL, 30e-9, (False, False, False), np.random.default_rng(1))
    assert (found[0] == found[1]).all()
    area = 120 * 150 * 20e-18
    assert len(np.unique(found)) == round(area / 30e-9**2)


def test_mean_volume_of_a_block():
    found = grains((40, 24, 30), CELL, 30e-9, (False, False, False), np.random.default_rng(1))
    assert len(np.unique(found)) == round(40 * 24 * 30 * 60e-27 / 30e-9**3)
    assert (found[0] != found[-1]).any()


@pytest.mark.parametrize("periodic", [(False,) * 3, (True, False, False), (True, True, True)])
@pytest.mark.parametrize("shape", [(1, 30, 40), (20, 12, 15)])
def test_every_cell_is_in_the_nearest_grain(shape, periodic):
    size = 25e-9
    found = grains(shape, CELL, size, periodic, np.random.default_rng(3))
    lengths = np.array(shape[::-1]) * np.array(CELL)
    axes = 2 if lengths[2] <= size else 3
    count = max(1, round(float(np.prod(lengths[:axes] / size))))
    seeds = np.random.default_rng(3).uniform(0, 1, (count, axes)) * lengths[:axes]
    for z, y, x in np.random.default_rng(4).integers(0, shape, (200, 3)):
        apart = ((np.array([x, y, z]) + 0.5) * CELL)[:axes] - seeds
        for axis in range(axes):
            if periodic[axis]:
                apart[:, axis] -= lengths[axis] * np.round(apart[:, axis] / lengths[axis])
        assert found[z, y, x] == np.argmin((apart**2).sum(axis=1))


@pytest.mark.parametrize("size", [0.0, -1.0, float("nan"), float("inf")])
def test_sizes_are_above_zero(size):
    with pytest.raises(ValueError, match="give a size above 0"):
        grains((1, 3, 3), CELL, size, (False,) * 3, np.random.default_rng(1))


@pytest.mark.parametrize("angle", [0.0, 20.0, 90.0])
@pytest.mark.parametrize("axis", [(0, 0, 1), (1, 0, 0), (0.6, -0.8, 0.0)])
def test_axes_are_even_on_their_cone(axis, angle):
    n = 20_000
    found = scattered_axes(n, axis, angle, np.random.default_rng(6))
    assert np.linalg.norm(found, axis=1) == pytest.approx(1)
    along = found @ np.array(axis)
    least = np.cos(np.radians(angle))
    assert along.min() >= least - 1e-12
    # Even in the cosine: mean (1 + least)/2, and nothing across on average.
    assert along.mean() == pytest.approx((1 + least) / 2, abs=4 * (1 - least) / np.sqrt(12 * n) + 1e-12)
    across = found - along[:, None] * np.array(axis)
    sigma = np.sqrt((across**2).sum(axis=1).mean() / 2 / n)
    assert abs(across.mean(axis=0)).max() < 4.5 * sigma + 1e-12
