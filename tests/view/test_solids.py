"""Spheres, lines, cells and surroundings in pixels."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from spinviz.model.theme import DARK, LIGHT
from spinviz.model.visuals import Cells, Lines, Spheres, Stage, float32
from spinviz.view import spheres
from spinviz.view.camera import Camera, along, home, sphere_points
from spinviz.view.faces import outer_faces
from spinviz.view.lines import expand
from spinviz.view.offscreen import Offscreen
from spinviz.view.surroundings import AXIS_LENGTH

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


@pytest.mark.parametrize("limit", [0.0, 1000.0])
def test_a_sphere_hides_what_is_inside_it(draw, monkeypatch, limit):
    """Its depth is that of the half towards the eye: a small ball above its centre is still below its surface."""
    monkeypatch.setattr(spheres, "LARGEST_POINT", limit)
    draw()
    balls = Spheres(float32([[0, 0, 0], [0, 0, 0.3]]), float32([0.5, 0.1]), color=float32([[1, 0, 0], [0, 0, 1]]))
    red, _, blue = draw(balls)[80, 120]
    assert red > 2 * blue
    draw()
    out = Spheres(float32([[0, 0, 0], [0, 0, 0.45]]), float32([0.5, 0.1]), color=balls.color)
    red, _, blue = draw(out)[80, 120]
    assert blue > 2 * red


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


def test_every_face_of_a_volume_has_the_value_of_its_cell(draw, clear_air):
    """Six cells in two layers, seen from above, from +x and from the front."""
    values = float32(np.random.default_rng(3).permutation([-1.0] * 6 + [1.0] * 6).reshape(2, 2, 3))
    stage = Stage((0, 0, 0), (3, 2, 2), parallel=True, axes=False)
    ends = {1.0: np.array(DARK.rgb("up")), -1.0: np.array(DARK.rgb("down"))}
    views = {"z": [(i, j, 1) for i in range(3) for j in range(2)], "x": [(2, j, k) for j in range(2) for k in range(2)]}
    views["y"] = [(i, 0, k) for i in range(3) for k in range(2)]
    shift = {"z": (0.5, 0.5, 1.0), "x": (1.0, 0.5, 0.5), "y": (0.5, 0.0, 0.5)}
    for axis, cells in views.items():
        camera = along(axis, stage)
        picture = draw(Cells(values), stage=stage, camera=camera)
        for cell in cells:
            place = np.array([cell]) + shift[axis]
            x, y = camera.lens(stage, (240, 160)).project(place)[0][0].astype(int)
            color = picture[y, x] / np.linalg.norm(picture[y, x])
            likeness = {value: color @ end / np.linalg.norm(end) for value, end in ends.items()}
            i, j, k = cell
            assert max(likeness, key=likeness.get) == values[k, j, i], (axis, cell)


def test_a_sheet_lies_in_the_middle_of_its_layer(draw):
    """Seen flat from the front its height on the screen is that of the middle of the cells."""
    stage = Stage((0, 0, 0), (4, 4, 2), azimuth=0, elevation=30, parallel=True, axes=False)
    cells = Cells(float32(np.ones((1, 4, 2))), spacing=(2.0, 1.0, 2.0))
    y, x = np.nonzero(inked(draw(cells, stage=stage), draw(stage=stage)))
    corners = home(stage).lens(stage, (240, 160)).project(np.array([[0, 0, 1.0], [4, 4, 1]]))[0]
    assert (x.min(), x.max() + 1) == pytest.approx(corners[:, 0], abs=1.5)
    assert (y.max() + 1, y.min()) == pytest.approx(corners[:, 1], abs=1.5)


def test_standing_axes_point_along_their_directions_in_their_colours():
    stage, camera = Stage(bloch_sphere=True), Camera(30, 22)
    with Offscreen((720, 540), DARK, samples=1) as made:
        picture, bare = (
            made.draw((), where, camera)[0].astype(float) / 255 for where in (stage, replace(stage, axes=False))
        )
    lens = camera.lens(stage, (720, 540))
    new = np.abs(picture - bare).max(axis=-1) > 0.15
    reach = lens.project(np.eye(3) * AXIS_LENGTH)[0]
    for axis, tip in zip("xyz", reach):
        x, y = np.round(tip + 0.03 * (lens.project(np.zeros((1, 3)))[0][0] - tip)).astype(int)
        part = np.s_[y - 5 : y + 6, x - 5 : x + 6]
        assert new[part].any(), axis
        color = picture[part][new[part]].mean(axis=0)
        distance = {role: np.abs(color - DARK.rgb(role)).sum() for role in "xyz"}
        assert min(distance, key=distance.get) == axis
    beyond = np.array([lens.project((AXIS_LENGTH + 0.06) * tip[None])[0][0] for tip in np.eye(3)])
    for x, y in np.round(beyond).astype(int):
        assert not new[y - 1 : y + 2, x - 1 : x + 2].any()


def test_fewer_spheres_are_larger_ones(draw, studio):
    """Of a square lattice every second row and column, with twice the radius: the same part of it is covered."""
    x, y = np.meshgrid(np.arange(8.0), np.arange(8.0))
    many = Spheres(float32(np.column_stack([x.ravel(), y.ravel(), 0 * x.ravel()])), 0.3)
    studio._context.enter()
    artist = spheres.SphereArtist()
    artist.update(many, DARK, 16)
    radii = artist._sprites._attributes["a_radius"]
    studio._context.leave()
    assert radii.ravel() == pytest.approx([0.6] * 16)
    assert artist.message == "every 4th of 64 spheres"


@pytest.mark.parametrize("parallel", [False, True])
def test_the_glass_of_the_bloch_sphere_ends_where_unit_vectors_do(draw, parallel):
    glass = Stage(axes=False, bloch_sphere=True, parallel=parallel)
    camera = Camera(0, 90, parallel=parallel)
    difference = np.abs(
        draw(stage=glass, camera=camera) - draw(stage=replace(glass, bloch_sphere=False), camera=camera)
    )
    lens = camera.lens(glass, (240, 160))
    edge = lens.project(sphere_points(1.0))[0]
    radius = np.hypot(*(edge - [120, 80]).T).max()
    y, x = np.indices((160, 240)) + 0.5
    away = np.hypot(x - 120, y - 80)
    assert difference[away > 1.05 * radius + 1].max() == 0
    assert difference[(away > 0.93 * radius) & (away < 0.97 * radius)].max(axis=-1).min() > 0.02
