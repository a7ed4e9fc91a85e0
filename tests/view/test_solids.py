"""Spheres, lines, cells and surroundings in pixels."""

import itertools

import numpy as np
import pytest

from spinviz.model.theme import DARK, LIGHT
from spinviz.model.visuals import Cells, Lines, Spheres, Stage, float32
from spinviz.view import spheres
from spinviz.view.camera import Camera, home
from spinviz.view.faces import outer_faces
from spinviz.view.lines import expand

from .conftest import PLAN


def scale(stage=PLAN, camera=None):
    lens = (camera or home(stage)).lens(stage, (240, 160))
    return lens.pixels_per_unit(lens.distance)


def inked(picture, empty):
    return np.abs(picture - empty).max(axis=-1) > 0.08


@pytest.mark.parametrize("limit", [0.0, 1000.0])
def test_a_sphere_covers_a_disc(draw, monkeypatch, limit):
    monkeypatch.setattr(spheres, "LARGEST_POINT", limit)
    empty = draw()
    ink = inked(draw(Spheres(float32([[0.3, 0, 0]]), 0.4)), empty)
    assert ink.sum() == pytest.approx(np.pi * (0.4 * scale()) ** 2, rel=0.04)
    assert np.nonzero(ink)[1].mean() == pytest.approx(120 + 0.3 * scale() - 0.5, abs=0.7)


def test_the_nearer_sphere_is_in_front(draw):
    balls = Spheres(float32([[0, 0, 0.5], [0, 0, -0.5]]), 0.3, color=float32([[1, 0, 0], [0, 0, 1]]))
    red, _, blue = draw(balls)[80, 120]
    assert red > 2 * blue


def test_a_translucent_sphere_shows_what_is_inside(draw):
    inner = Spheres(float32([[0, 0, 0]]), 0.2, color=float32([[1, 0, 0]]))
    outer = Spheres(float32([[0, 0, 0]]), 0.6, color=float32([[0, 0, 1]]), opacity=0.3)
    alone, seen, glass = draw(inner)[80, 120], draw(outer, inner)[80, 120], draw(outer)[80, 120]
    assert seen[0] > 0.5 * alone[0]
    assert seen[0] > glass[0]


@pytest.mark.parametrize("width", [2.0, 9.0, 27.0])
def test_a_line_is_as_wide_as_asked(draw, width):
    """Widths are given for a picture of 720 lines; this one has 160."""
    line = Lines(float32([[-0.8, 0, 0], [0.8, 0, 0]]), color="text", width=width)
    difference = draw(line) - draw()
    across = difference[:, 120, 0].sum() / difference[:, 120, 0].max() if width > 9 else None
    expected = width * 160 / 720
    full = np.array(DARK.rgb("text"))[0] - draw()[80, 120, 0]
    assert difference[:, 120, 0].sum() / full == pytest.approx(expected, rel=0.25)
    if across is not None:
        assert across == pytest.approx(expected, abs=1)


def test_a_joint_has_no_gap(draw):
    zigzag = Lines(float32([[-0.8, -0.5, 0], [0, 0.5, 0], [0.8, -0.5, 0]]), color="text", width=20)
    ink = inked(draw(zigzag), draw())
    columns = ink[:, 125 - int(0.7 * scale()) : 115 + int(0.7 * scale())].any(axis=0)
    assert columns.all()


def test_a_trail_fades_towards_its_beginning(draw):
    trail = Lines(float32([[x, 0, 0] for x in np.linspace(-0.8, 0.8, 40)]), color="text", width=20, fade=True)
    row = (draw(trail) - draw())[80, :, 0]
    brightness = [row[120 + int(x * scale())] for x in (-0.7, -0.2, 0.2, 0.75)]
    assert all(a < b for a, b in itertools.pairwise(brightness))


def test_breaks_and_segments_leave_gaps():
    points = float32(np.random.default_rng(0).normal(size=(6, 3)))
    colors = np.ones((1, 4), np.float32)
    breaks = np.array([1, 0, 0, 1, 0, 0], bool)
    assert len(expand(Lines(points), colors)[1]) == 5 * 6
    assert len(expand(Lines(points, breaks=breaks), colors)[1]) == 4 * 6
    assert len(expand(Lines(points, kind="segments"), colors)[1]) == 3 * 6
    assert len(expand(Lines(points[:1]), colors)[1]) == 0


def test_a_trail_keeps_its_corners_and_drops_what_rests():
    colors = np.ones((1, 4), np.float32)
    rest = np.tile([0.5, 0.0, 0.0], (500, 1))
    corner = np.array([[0.5, 0, 0], [0.5, 0.3, 0], [0.1, 0.3, 0]])
    creep = np.linspace([0.1, 0.3, 0], [0.1, 0.301, 0], 300)
    vertices, _ = expand(Lines(float32(np.concatenate([rest, corner, creep])), fade=True), colors)
    drawn = vertices["a_point"][::2]
    assert len(drawn) < 12
    for point in (rest[0], *corner, creep[-1]):
        assert np.abs(drawn - point).sum(axis=1).min() < 1e-6


def test_a_trembling_trail_is_as_strong_as_a_straight_one(draw):
    x = np.linspace(-0.8, 0.8, 800)
    trembling = float32(np.stack([x, 0.002 * np.sin(600 * x), 0 * x], axis=1))
    straight = float32(np.stack([x, 0 * x, 0 * x], axis=1))
    ground = draw()
    ink = [(draw(Lines(p, color="text", width=3, fade=True)) - ground)[..., 0].sum() for p in (trembling, straight)]
    assert ink[0] == pytest.approx(ink[1], rel=0.2)


def test_dashes_are_interrupted(draw):
    line = Lines(float32([[-0.9, 0, 0], [0.9, 0, 0]]), color="text", width=12, dashed=True)
    row = inked(draw(line), draw())[80, 130 - int(0.8 * scale()) : 110 + int(0.8 * scale())]
    assert 0.3 < row.mean() < 0.9
    assert np.abs(np.diff(row.astype(int))).sum() >= 6


def test_a_plane_of_cells_has_its_values_in_their_places(draw, clear_air):
    values = float32([[[-1, 1, -1], [1, 1, np.nan]]])
    stage = Stage((0, 0, 0), (3, 2, 1), azimuth=0, elevation=90, parallel=True, axes=False)
    picture, empty = draw(Cells(values), stage=stage), draw(stage=stage)
    lens = home(stage).lens(stage, (240, 160))
    for (i, j), role in {(0, 0): "down", (1, 0): "up", (2, 0): "down", (0, 1): "up", (1, 1): "up"}.items():
        x, y = lens.project(np.array([[i + 0.5, j + 0.5, 0.5]]))[0][0].astype(int)
        assert np.abs(picture[y, x] - DARK.rgb(role)).max() < 0.02
    x, y = lens.project(np.array([[2.5, 1.5, 0.5]]))[0][0].astype(int)
    assert np.array_equal(picture[y, x], empty[y, x])


def test_new_values_and_a_new_theme_reach_the_screen(draw, clear_air):
    stage = Stage((0, 0, 0), (1, 1, 1), azimuth=0, elevation=90, parallel=True, axes=False)
    up, down = Cells(float32([[[1.0]]])), Cells(float32([[[-1.0]]]))
    for visual, theme, role in ((up, DARK, "up"), (down, DARK, "down"), (down, LIGHT, "down")):
        assert np.abs(draw(visual, stage=stage, theme=theme)[80, 120] - theme.rgb(role)).max() < 0.02


@pytest.mark.parametrize("n", [1, 3, 6])
def test_a_full_cube_shows_only_its_outside(n):
    faces = outer_faces(np.ones((n, n, n), bool), (0, 0, 0), (1, 1, 1), 10**6)
    assert len(faces.cells) == 6 * n * n
    assert len(faces.attributes["a_point"]) == 4 * 6 * n * n
    assert faces.message == ""


def test_faces_look_outwards_and_lie_on_their_cell():
    there = np.random.default_rng(0).random((4, 5, 6)) < 0.4
    faces = outer_faces(there, (1, 2, 3), (0.5, 1, 2), 10**6)
    naive = 0
    padded = np.pad(there, 1)
    for step in ((1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)):
        naive += int((there & ~np.roll(padded, step, (0, 1, 2))[1:-1, 1:-1, 1:-1]).sum())
    assert len(faces.cells) == naive
    k, j, i = np.unravel_index(faces.cells, there.shape)
    centers = np.column_stack([i + 0.5, j + 0.5, k + 0.5]) * [0.5, 1, 2] + [1, 2, 3]
    middle = faces.attributes["a_point"].reshape(-1, 4, 3).mean(axis=1)
    normal = faces.attributes["a_normal"][::4]
    assert np.allclose(middle - centers, normal * np.array([0.25, 0.5, 1.0]), atol=1e-5)


def test_too_many_faces_become_blocks():
    checker = np.indices((20, 20, 20)).sum(axis=0) % 2 == 0
    faces = outer_faces(checker, (0, 0, 0), (1, 1, 1), 5000)
    assert len(faces.cells) <= 5000
    assert faces.message == "every 8th of 8,000 cells"


def test_a_volume_is_lit_from_above(draw):
    stage = Stage((0, 0, 0), (4, 4, 4), azimuth=30, elevation=25, axes=False)
    picture = draw(Cells(float32(np.ones((4, 4, 4)))), stage=stage)
    lens = home(stage).lens(stage, (240, 160))
    eye = lens.eye - 2
    side = [4, 2, 2] if abs(eye[0]) > abs(eye[1]) and eye[0] > 0 else [2, 0, 2]
    top, front = (picture[tuple(lens.project(np.array([p]))[0][0].astype(int)[::-1])].sum() for p in ([2, 2, 4], side))
    assert top > 1.05 * front


def test_the_bloch_sphere_is_drawn_only_when_asked_for(draw):
    bare = Stage(axes=False)
    glass = Stage(axes=False, bloch_sphere=True)
    camera = Camera(30, 22)
    difference = np.abs(draw(stage=glass, camera=camera) - draw(stage=bare, camera=camera)).max(axis=-1)
    assert difference.max() > 0.1
    assert difference[5, 5] == 0
    lens = camera.lens(glass, (240, 160))
    ring = np.column_stack([np.cos(t := np.linspace(0, 6, 9)), np.sin(t), 0 * t])
    for x, y in lens.project(ring)[0].astype(int):
        assert difference[y - 1 : y + 2, x - 1 : x + 2].max() > 0.03
