"""The camera: what projects where, and that the stage always fits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spinviz.model.visuals import Stage
from spinviz.view.camera import Camera, along, between, home, sphere_points

span = st.floats(0.01, 50)
where = st.floats(-20, 20)


@settings(max_examples=150, deadline=None)
@given(
    st.tuples(where, where, where),
    st.tuples(span, span, span),
    st.floats(-180, 180),
    st.floats(-90, 90),
    st.booleans(),
    st.integers(100, 4000),
    st.integers(100, 4000),
)
def test_the_fitted_camera_shows_the_whole_box(low, size, azimuth, elevation, parallel, width, height):
    high = tuple(a + b for a, b in zip(low, size))
    stage = Stage(low, high, parallel=parallel)
    corners = np.array([[(low, high)[i >> k & 1][k] for k in range(3)] for i in range(8)])
    lens = Camera(azimuth, elevation, parallel=parallel).lens(stage, (width, height))
    pixels, depth = lens.project(corners)
    assert np.all(depth > 0)
    assert np.all((pixels >= 0) & (pixels <= [width, height]))


@pytest.mark.parametrize("elevation", [-80, 0, 22, 90])
def test_a_bloch_sphere_and_its_axes_fit(elevation):
    stage = Stage(bloch_sphere=True)
    lens = Camera(10, elevation).lens(stage, (800, 450))
    pixels, _ = lens.project(np.vstack([sphere_points(1.0), 1.2 * np.eye(3)]))
    assert np.all((pixels >= 0) & (pixels <= [800, 450]))


@pytest.mark.parametrize("parallel", [False, True])
def test_projection_is_that_of_the_matrices(parallel):
    lens = Camera(40, 25, zoom=1.3, pan=(0.1, -0.2), parallel=parallel).lens(Stage(), (640, 360))
    points = np.random.default_rng(0).uniform(-1, 1, (50, 3))
    clip = np.column_stack([points, np.ones(50)]) @ (lens.projection @ lens.view).T
    ndc = clip[:, :3] / clip[:, 3:]
    expected = np.column_stack([(ndc[:, 0] + 1) * 320, (1 - ndc[:, 1]) * 180])
    pixels, depth = lens.project(points)
    assert np.allclose(pixels, expected)
    assert np.allclose(depth, np.linalg.norm((points - lens.eye) @ np.diag([1, 1, 1]), axis=1), rtol=0.2)
    assert np.all(np.abs(ndc[:, 2]) < 1)


def test_from_above_x_is_right_and_y_is_up():
    pixels, _ = along("z", Stage()).lens(Stage(), (400, 400)).project(np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]]))
    assert np.allclose(pixels[0], 200)
    assert pixels[1, 0] > 250
    assert pixels[1, 1] == pytest.approx(200)
    assert pixels[2, 1] < 150
    assert pixels[2, 0] == pytest.approx(200)


@pytest.mark.parametrize(("axis", "towards"), [("x", (1, 0, 0)), ("y", (0, -1, 0)), ("z", (0, 0, 1))])
def test_presets_look_along_their_axis_and_from_the_other_side(axis, towards):
    for name, sign in ((axis, 1), (f"-{axis}", -1)):
        eye = along(name, Stage()).lens(Stage(), (100, 100)).eye
        assert np.allclose(eye / np.linalg.norm(eye), sign * np.array(towards), atol=1e-9)


def test_unknown_preset_names_the_known_ones():
    with pytest.raises(ValueError, match="x, y, z"):
        along("w", Stage())


def test_orbit_stops_at_the_poles_and_leaves_the_old_camera_alone():
    camera = Camera(170, 80)
    turned = camera.orbit(30, 30)
    assert turned.elevation == 90
    assert turned.azimuth == pytest.approx(-160)
    assert camera == Camera(170, 80)


@given(st.floats(0.3, 3), st.floats(-0.8, 0.8), st.floats(-0.5, 0.5))
def test_zoom_keeps_the_point_under_the_pointer(factor, x, y):
    stage, size = Stage(parallel=True), (800, 500)
    camera = Camera(20, 30, pan=(0.05, 0.1), parallel=True)
    eye = camera.lens(stage, size)
    pointer = np.array([400 + 500 * x, 250 - 500 * y])
    right_up = (pointer - eye.project(np.zeros((1, 3)))[0][0]) * [1, -1] / eye.pixels_per_unit(eye.distance)
    point = right_up @ eye.rotation[:2]
    zoomed = camera.zoomed(factor, (x, y)).lens(stage, size)
    assert np.allclose(zoomed.project(point[None])[0][0], pointer, atol=1e-6)


def test_gliding_takes_the_short_way_round():
    a, b = Camera(170, 0), Camera(-170, 40, zoom=4)
    assert between(a, b, 0) == a
    assert between(a, b, 1) == b
    middle = between(a, b, 0.5)
    assert middle.azimuth == pytest.approx(180)
    assert middle.zoom == pytest.approx(2)
    assert middle.elevation == pytest.approx(20)


def test_home_is_what_the_stage_asks_for():
    assert home(Stage(azimuth=12, elevation=34, parallel=True)) == Camera(12, 34, parallel=True)


@pytest.mark.parametrize("parallel", [False, True])
@pytest.mark.parametrize("depth", [-1.0, 0.0, 2.0])
def test_a_length_at_a_depth_is_as_many_pixels_as_said(parallel, depth):
    lens = Camera(40, 25, parallel=parallel).lens(Stage((-3, -3, -3), (3, 3, 3)), (640, 360))
    right, _, back = lens.rotation
    points = np.array([depth * back, depth * back + 0.5 * right])
    pixels, depths = lens.project(points)
    assert np.linalg.norm(pixels[1] - pixels[0]) == pytest.approx(0.5 * lens.pixels_per_unit(depths[0]))
    assert np.allclose(lens.depth(points), depths)


def test_a_picture_is_shifted_to_the_right_and_up():
    stage, size = Stage(), (640, 360)
    before, after = (
        Camera(20, 30, pan=pan).lens(stage, size).project(np.zeros((1, 3)))[0][0] for pan in ((0, 0), (0.1, 0.2))
    )
    assert after - before == pytest.approx([36, -72])


def test_the_camera_walks_counter_clockwise_around_z():
    for azimuth, towards in ((0, (0, -1)), (90, (1, 0)), (180, (0, 1))):
        eye = Camera(azimuth, 0).lens(Stage(), (100, 100)).eye
        assert eye[:2] / np.linalg.norm(eye) == pytest.approx(towards, abs=1e-9)
