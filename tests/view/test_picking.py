"""What is clicked is what is drawn there: arrows, cells of sheets and volumes, and it is followed as it moves."""

from dataclasses import replace
from typing import Literal

import numpy as np
import pytest

from spinviz.model.visuals import Arrows, Cells, Labels, Stage, Visual, float32
from spinviz.view.camera import Camera, Lens
from spinviz.view.picking import Picked, bearing, mark, picked_at, place_of, ray_of, told

SIZE = (800, 600)
STAGE = Stage((-1, -1, -1), (1, 1, 1))
CAMERAS = [Camera(30, 22), Camera(-70, 60, 1.7, (0.1, -0.2)), Camera(10, 90, parallel=True), Camera(120, -35, 0.6)]


def pixel(lens: Lens, point: object) -> tuple[float, float]:
    (x, y), _ = (values[0] for values in lens.project(np.atleast_2d(np.asarray(point, float))))
    return float(x), float(y)


@pytest.mark.parametrize("camera", CAMERAS)
def test_ray_of_a_projected_point_meets_the_point(camera: Camera) -> None:
    lens = camera.lens(STAGE, SIZE)
    point = np.array([0.3, -0.7, 0.2])
    start, along = ray_of(lens, np.array(pixel(lens, point)))
    off = point - start
    assert np.linalg.norm(np.cross(off, along)) < 1e-9
    assert off @ along > 0


@pytest.mark.parametrize("camera", CAMERAS)
def test_arrows_are_picked_at_their_tips_and_told_apart(camera: Camera) -> None:
    lens = camera.lens(STAGE, SIZE)
    ends = np.array([[0.9, 0, 0.1], [0, 0.9, -0.2], [-0.5, -0.5, 0.6], [0.2, 0.4, -0.8]])
    visuals = (Arrows(float32(np.zeros((4, 3))), float32(ends), one="spin", worth=2.0),)
    for n, end in enumerate(ends):
        picked = picked_at(visuals, lens, pixel(lens, 0.97 * end))
        assert picked is not None
        assert picked.index == n
        np.testing.assert_allclose(place_of(picked, visuals), end, atol=1e-6)
    assert told(Picked(0, 3, 4), visuals) == "spin 4: x 0.400, y 0.800, z −1.600"
    placed = (replace(visuals[0], one="site", sites=np.array([[1, 1], [2, 1], [1, 2], [12, 7]])),)
    assert told(Picked(0, 3, 4), placed) == "site (12, 7): x 0.400, y 0.800, z −1.600"
    assert picked_at(visuals, lens, (3, 3)) is None


def test_of_two_arrows_in_line_the_nearer_is_meant() -> None:
    lens = Camera(0, 0).lens(STAGE, SIZE)  # looks along +y
    up = float32([[0, 0, 0.5]])
    far, near = (Arrows(float32([[0, y, 0]]), up, one=name) for y, name in ((0.8, "far"), (-0.8, "near")))
    at = pixel(lens, (0, -0.8, 0.4))
    for visuals in ((far, near), (near, far)):
        picked = picked_at(visuals, lens, at)
        assert picked is not None
        assert told(picked, visuals).startswith("near 1: 0° from z")


def test_arrows_without_length_are_not_there() -> None:
    lens = Camera().lens(STAGE, SIZE)
    visuals = (Arrows(float32([[0.0, 0, 0]]), float32([[0.0, 0, 0]])),)
    assert picked_at(visuals, lens, pixel(lens, (0, 0, 0))) is None


@pytest.mark.parametrize("camera", CAMERAS)
def test_cells_of_a_sheet(camera: Camera) -> None:
    lens = camera.lens(STAGE, SIZE)
    values = np.arange(12.0).reshape(1, 3, 4)
    values[0, 0, 0] = np.nan
    visuals = (Cells(float32(values), (-1, -0.9, 0.2), (0.5, 0.6, 0.1)),)
    picked = picked_at(visuals, lens, pixel(lens, (-1 + 2.5 * 0.5, -0.9 + 1.5 * 0.6, 0.25)))
    assert picked is not None
    assert told(picked, visuals) == "(3, 2): 6.000"
    assert told(picked, tuple(replace(v, one="site") for v in visuals)) == "site (3, 2): 6.000"
    np.testing.assert_allclose(place_of(picked, visuals), (0.25, 0.0, 0.25), atol=1e-6)
    assert picked_at(visuals, lens, pixel(lens, (-0.75, -0.6, 0.25))) is None  # nothing is drawn there


@pytest.mark.parametrize("camera", [CAMERAS[0], CAMERAS[1]])
def test_cells_of_a_volume_that_face_the_eye(camera: Camera) -> None:
    """From above the top layer is met; where it is empty the layer below."""
    lens = camera.lens(STAGE, SIZE)
    vectors = np.zeros((2, 2, 2, 3))
    vectors[..., 2] = 1.0
    vectors[1, 0, 0] = 0.0
    visuals = (Cells(float32(vectors), (-1, -1, -1), (1, 1, 1)),)
    picked = picked_at(visuals, lens, pixel(lens, (0.5, 0.5, 1.0)))
    assert picked is not None
    assert told(picked, visuals) == "(2, 2, 2): 0° from z"
    down = Camera(10, 90, parallel=True).lens(STAGE, SIZE)
    empty = picked_at(visuals, down, pixel(down, (-0.5, -0.5, 0.0)))
    assert empty is not None
    assert told(empty, visuals) == "(1, 1, 1): 0° from z"
    np.testing.assert_allclose(place_of(empty, visuals), (-0.5, -0.5, -0.5), atol=1e-6)


def test_one_with_a_number_is_followed_into_another_visual() -> None:
    up = float32([[0, 0, 1], [0, 0, 1]])
    before: tuple[Visual, ...] = (
        Arrows(float32([[0, 0, 0], [0.5, 0, 0]]), up, who=np.array([4, 9]), one="spin"),
        Arrows(float32([[-0.5, 0, 0]]), up[:1], who=np.array([2])),
    )
    lens = Camera(0, 0).lens(STAGE, SIZE)
    picked = picked_at(before, lens, pixel(lens, (0.5, 0, 0.9)))
    assert picked is not None
    assert picked.who == 9
    assert told(picked, before) == "spin 10: 0° from z"
    after = (
        Arrows(float32([[0, 0, 0]]), up[:1], who=np.array([4])),
        Arrows(float32([[-0.5, 0, 0], [-0.9, 0, 0]]), -up, who=np.array([2, 9]), one="spin"),
    )
    np.testing.assert_allclose(place_of(picked, after), (-0.9, 0, -1), atol=1e-6)
    assert told(picked, after) == "spin 10: 180° from z"
    assert place_of(picked, after[:1]) is None
    assert mark(picked, after[:1]) is None


def test_what_is_no_longer_there_has_no_mark() -> None:
    visuals = (Arrows(float32(np.zeros((3, 3))), float32(np.eye(3))),)
    label = mark(Picked(0, 1, 3), visuals)
    assert isinstance(label, Labels)
    assert label.texts == ("90° from z, azimuth 90°",)
    np.testing.assert_allclose(label.positions, [[0, 1, 0]])
    assert mark(Picked(0, 1, 4), visuals) is None
    assert mark(Picked(1, 1, 3), visuals) is None


@pytest.mark.parametrize(
    ("vector", "words"),
    [
        ((0, 0, 0), "length 0"),
        ((0, 0, -2), "180° from z"),
        ((1, 0, 0), "90° from z, azimuth 0°"),
        ((0, -1, 1), "45° from z, azimuth −90°"),
    ],
)
def test_bearing(vector: tuple[float, float, float], words: str) -> None:
    assert bearing(np.array(vector, float)) == words


@pytest.mark.parametrize("pivot", ["tail", "middle"])
def test_the_place_of_one_arrow_is_its_tip(pivot: Literal["tail", "middle"]) -> None:
    positions, directions = float32([[1, 2, 3], [4, 5, 6]]), float32([[1, 0, 0], [0, 0.5, 0]])
    arrows = Arrows(positions, directions, length=4.0, pivot=pivot)
    reach = {"tail": 4.0, "middle": 2.0}[pivot]
    np.testing.assert_allclose(place_of(Picked(0, 1, 2), (arrows,)), [4, 5 + 0.5 * reach, 6])
