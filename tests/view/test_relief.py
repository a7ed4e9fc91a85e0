"""A layer of cells as a relief: its mesh, its heights, and what of it is seen."""

from dataclasses import replace

import numpy as np
import pytest

from spinviz.model.visuals import Cells, Stage, float32
from spinviz.view.camera import Camera
from spinviz.view.cells import is_raised
from spinviz.view.relief import BEVEL, BEVELLED, BLOCKS, LOWEST, PLINTH, along, blocks_of, ground_of, mesh_of


def sheet(values: np.ndarray, relief: float = 0.2) -> Cells:
    n = values.shape[0]
    return Cells(float32(values[None]), (-1.0, -1.0, -1 / n), (2 / n,) * 3, relief=relief)


@pytest.mark.parametrize("n", [2, 16, BEVELLED, BEVELLED + 1, 90, 256, 513, 1000])
def test_vertices_run_from_edge_to_edge_and_are_few(n: int) -> None:
    mesh = mesh_of((n, n), (-1.0, -1.0), (2 / n, 2 / n))
    assert (mesh.x[0], mesh.x[-1]) == (-1, 1)
    assert (np.diff(mesh.x) > 0).all()
    assert len(mesh.x) == len(along(n)) <= max(len(BEVEL) * BEVELLED, BLOCKS)
    assert mesh.ground.max() < len(mesh.place)
    assert len(mesh.ground) == 6 * (len(mesh.x) - 1) * (len(mesh.y) - 1)
    assert blocks_of(np.zeros((n, n), np.float32)).shape == (len(mesh.y), len(mesh.x))


def test_heights_of_many_cells_are_the_means_of_blocks() -> None:
    n = 4 * BLOCKS
    level = np.random.default_rng(1).random((n, n), np.float32)
    expected = level.reshape(BLOCKS, 4, BLOCKS, 4).mean(axis=(1, 3))
    np.testing.assert_allclose(blocks_of(level), expected, atol=1e-6)
    uneven = np.random.default_rng(1).random((n + 1, n + 1), np.float32)
    size = -(-(n + 1) // BLOCKS)
    assert blocks_of(uneven)[-1, 0] == pytest.approx(uneven[(n // size) * size :, :size].mean(), abs=1e-6)


def test_high_cells_stand_above_low_ones_by_the_relief() -> None:
    up = np.where(np.arange(64) < 32, -1.0, 1.0) * np.ones((64, 1))
    visual = sheet(up)
    mesh = mesh_of((64, 64), (-1.0, -1.0), (2 / 64, 2 / 64))
    ground = ground_of(visual, mesh).reshape(len(mesh.y) + 4, len(mesh.x) + 4, 4)
    row = ground[30, 2:-2]
    assert row[0, 0] == pytest.approx(0.0, abs=1e-6)
    assert row[-1, 0] == pytest.approx(0.2, abs=1e-6)
    assert ground[0, 30, 0] == pytest.approx(-2 * LOWEST, abs=1e-6), "the foot of the plinth: a part of the side"
    low = ground_of(sheet(up, 0.05), mesh).reshape(ground.shape)
    assert low[0, 30, 0] == pytest.approx(-0.05 * PLINTH, abs=1e-6), "of a low relief, some of its heights"
    steep = np.argmax(row[:, 1])
    assert abs(steep - 32) <= 1, "the wall rises along x in the middle"
    assert row[:, 2] == pytest.approx(0, abs=1e-6)
    assert row[:, 3].min() < 0.9 < row[[0, -1], 3].min()
    assert np.argmin(row[:, 3]) < 32, "its foot is in the shade, not its top"
    assert visual.where()[:, 2].max() == pytest.approx(0.2)


@pytest.mark.parametrize("values", [np.zeros((1, 4, 4, 3)), np.zeros((3, 4, 4)), np.zeros((1, 1, 9))])
def test_vectors_volumes_and_rows_stay_flat(values: np.ndarray) -> None:
    assert not is_raised(Cells(float32(values), relief=0.2))
    assert not is_raised(Cells(float32(np.zeros((1, 4, 4)))))


STAGE = Stage(low=(-1, -1, -0.3), high=(1, 1, 0.3), axes=False)
LOW = Camera(azimuth=0.0, elevation=20.0)


@pytest.mark.parametrize("n", [16, 96])
def test_a_raised_half_is_seen_higher_and_its_wall_otherwise_lit(draw, n: int) -> None:
    """Seen from the left of the wall, which faces the camera: flat cells have two colours, a relief more."""
    rising = np.where(np.arange(n) < n // 2, -1.0, 1.0)[:, None] * np.ones((1, n))
    empty = draw(stage=STAGE, camera=LOW)
    flat, raised = (draw(sheet(rising, relief), stage=STAGE, camera=LOW) for relief in (0.0, 0.25))
    tops = [np.nonzero(np.abs(p - empty).max(axis=-1) > 0.08)[0].min() for p in (flat, raised)]
    assert tops[1] < tops[0] - 4, "the far edge is higher on the screen"
    spread = []
    for picture in (flat, raised):
        column = picture[:, picture.shape[1] // 2]
        spread.append(np.ptp(column[column[:, 0] > column[:, 2] + 0.15].sum(axis=1)))
    assert spread[1] > spread[0] + 0.1, "wall and top differ in light"


def test_a_relief_takes_other_values_and_other_sizes(draw) -> None:
    up, down = np.ones((20, 20)), -np.ones((20, 20))
    first, again, other = (draw(sheet(v), stage=STAGE) for v in (up, down, np.ones((90, 90))))
    middle = tuple(n // 2 for n in first.shape[:2])
    assert first[middle][0] > first[middle][2] + 0.2
    assert again[middle][2] > again[middle][0] + 0.2
    assert other[middle] == pytest.approx(first[middle], abs=0.1)


def test_a_relief_of_directions_has_heights_of_its_own(draw) -> None:
    n = 40
    vectors = np.zeros((1, n, n, 3), np.float32)
    vectors[..., 0] = 1.0
    rising = float32(np.where(np.arange(n) < n // 2, -1.0, 1.0)[:, None] * np.ones((1, n)))
    plain = Cells(float32(vectors), (-1.0, -1.0, -1 / n), (2 / n,) * 3, "direction")
    raised = replace(plain, relief=0.25, heights=rising)
    assert not is_raised(replace(plain, relief=0.25)), "directions alone have no height"
    assert is_raised(raised)
    mesh = mesh_of((n, n), (-1.0, -1.0), (2 / n, 2 / n))
    ground = ground_of(raised, mesh)
    numbers = ground_of(replace(sheet(rising, 0.25), spacing=plain.spacing), mesh)
    np.testing.assert_array_equal(ground, numbers)
    empty = draw(stage=STAGE, camera=LOW)
    tops = [np.nonzero(np.abs(draw(v, stage=STAGE, camera=LOW) - empty).max(axis=-1) > 0.08)[0].min()
            for v in (plain, raised)]  # fmt: skip
    assert tops[1] < tops[0] - 4
    middle = draw(raised, stage=STAGE)[80, 120]
    assert middle == pytest.approx(draw(plain, stage=STAGE)[80, 120], abs=0.15), "in the colour of the direction"
    assert raised.check() == ""
    assert "heights of shape (3, 3): use (40, 40)" in replace(raised, heights=rising[:3, :3]).check()
