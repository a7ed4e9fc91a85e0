"""Arrows in pixels: where they are, what is in front, and that points and quads agree."""

import numpy as np
import pytest

from spinviz.model.theme import DARK
from spinviz.model.visuals import Arrows, Stage, float32
from spinviz.view import arrow_shapes, arrows
from spinviz.view.camera import Camera, home
from spinviz.view.renderer import Renderer

from .conftest import PLAN


def one(direction, **options):
    return Arrows(float32([[0, 0, 0]]), float32([direction]), color=float32([[1.0, 0.2, 0.2]]), **options)


def inked(picture, empty):
    return np.abs(picture - empty).max(axis=-1) > 0.1


def test_an_arrow_along_x_covers_what_it_should(draw):
    empty = draw()
    ink = inked(draw(one([1, 0, 0], radius=0.1)), empty)
    lens = home(PLAN).lens(PLAN, (240, 160))
    scale = lens.pixels_per_unit(lens.distance)
    y, x = np.nonzero(ink)
    assert x.min() == pytest.approx(120, abs=1.5)
    assert x.max() == pytest.approx(120 + scale, abs=2)
    head = 2.2 * 0.1 * scale
    assert y.max() - y.min() + 1 == pytest.approx(2 * head, abs=2)
    shaft = ink[:, 120 + int(0.2 * scale)].sum()
    assert shaft == pytest.approx(2 * 0.1 * scale, abs=1.5)
    # Cylinder and cone: the area of a bar and a triangle.
    length = arrow_shapes.HEAD_SLENDERNESS * 0.22
    area = (1 - length) * 0.2 + 0.5 * length * 2 * 0.22
    assert ink.sum() == pytest.approx(area * scale**2, rel=0.08)


def test_its_colour_is_the_one_given(draw, clear_air):
    red, green, blue = draw(one([1, 0, 0], radius=0.15))[78, 130]
    assert red > 0.6
    assert green < 0.5 * red
    assert blue < 0.5 * red


def test_a_shorter_vector_is_a_shorter_arrow(draw):
    empty = draw()
    widths = [np.ptp(np.nonzero(inked(draw(one([m, 0, 0])), empty))[1]) for m in (0.4, 0.8)]
    assert widths[1] == pytest.approx(2 * widths[0], abs=2.5)
    assert not inked(draw(one([0, 0, 0])), empty).any()


def test_the_middle_can_sit_on_the_position(draw):
    x = np.nonzero(inked(draw(one([1, 0, 0], pivot="middle")), draw()))[1]
    assert x.min() + x.max() == pytest.approx(240, abs=3)


@pytest.mark.parametrize("order", [(0.4, -0.4), (-0.4, 0.4)])
def test_the_nearer_arrow_hides_the_farther(draw, order):
    positions = float32([[-0.5, 0, z] for z in order])
    colors = float32([[1, 0, 0] if z > 0 else [0, 0, 1] for z in order])
    picture = draw(Arrows(positions, float32([[1, 0, 0]] * 2), color=colors, radius=0.1))
    assert picture[80, 120, 0] > 2 * picture[80, 120, 2]


def test_arrows_pierce_each_other_where_they_cross(draw):
    """Depth is that of the surface: of two crossing arrows each is in front on its own side."""
    crossing = Arrows(
        float32([[-0.8, 0, -0.5], [-0.8, 0, 0.5]]),
        float32([[1.6, 0, 1.0], [1.6, 0, -1.0]]),
        radius=0.1,
        color=float32([[1, 0, 0], [0, 0, 1]]),
    )
    picture = draw(crossing)
    assert picture[80, 95, 2] > picture[80, 95, 0]
    assert picture[80, 150, 0] > picture[80, 150, 2]


@pytest.mark.parametrize("camera", [Camera(30, 22), Camera(0, 90, parallel=True), Camera(70, -40)])
@pytest.mark.parametrize("pivot", ["middle", "tail"])
def test_points_and_quads_agree(draw, monkeypatch, camera, pivot):
    rng = np.random.default_rng(7)
    positions = np.stack(np.meshgrid(*[np.linspace(-0.8, 0.8, 6)] * 3), axis=-1).reshape(-1, 3)
    directions = rng.normal(size=positions.shape)
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    visual = Arrows(float32(positions), float32(directions), length=0.13, radius=0.12, pivot=pivot)
    empty = draw(camera=camera)
    pictures = []
    for limit in (1000.0, 0.0):
        monkeypatch.setattr(arrows, "LARGEST_POINT", limit)
        with_fresh_artist(draw)
        pictures.append(draw(visual, camera=camera))
    ink = [np.abs(p - empty).sum() for p in pictures]
    assert ink[0] == pytest.approx(ink[1], rel=0.15)
    assert np.abs(pictures[0] - pictures[1]).mean() < 0.012


@pytest.mark.parametrize("camera", [Camera(30, 22), Camera(0, 90, parallel=True), Camera(70, -40)])
@pytest.mark.parametrize("pivot", ["middle", "tail"])
def test_bands_and_quads_agree(draw, monkeypatch, camera, pivot):
    """Many thin arrows are drawn by a cheaper shader, whichever was used before."""
    rng = np.random.default_rng(7)
    positions = np.stack(np.meshgrid(*[np.linspace(-0.8, 0.8, 6)] * 3), axis=-1).reshape(-1, 3)
    directions = rng.normal(size=positions.shape)
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    visual = Arrows(float32(positions), float32(directions), length=0.5, radius=0.04, pivot=pivot)
    empty = draw(camera=camera)
    pictures = []
    for limit in (1000.0, 0.0, 1000.0):
        monkeypatch.setattr(arrows, "THIN", limit)
        pictures.append(draw(visual, camera=camera))
    band, quad, again = pictures
    assert np.array_equal(band, again)
    assert not np.array_equal(band, quad)
    ink = [np.abs(p - empty).sum() for p in pictures]
    assert ink[0] == pytest.approx(ink[1], rel=0.15)
    assert np.abs(band - quad).mean() < 0.03


def test_thin_arrows_that_cross_pierce_each_other(draw, monkeypatch):
    monkeypatch.setattr(arrows, "MANY", 2)
    monkeypatch.setattr(arrows, "THIN", 1000.0)
    test_arrows_pierce_each_other_where_they_cross(draw)


def with_fresh_artist(draw):
    """An empty picture makes the renderer forget its artists."""
    draw()


def test_seen_end_on_an_arrow_is_a_disc(draw):
    for z in (1, -1):
        ink = inked(draw(one([0, 0, z], radius=0.1)), draw())
        lens = home(PLAN).lens(PLAN, (240, 160))
        radius = 0.22 * lens.pixels_per_unit(lens.distance)
        assert ink.sum() == pytest.approx(np.pi * radius**2, rel=0.12)


def test_arrows_whose_middle_is_outside_are_still_drawn(draw):
    """A point is dropped when its centre leaves the clip volume: the border must not eat arrows."""
    lens = home(PLAN).lens(PLAN, (240, 160))
    border = 120 / lens.pixels_per_unit(lens.distance)
    y = np.linspace(-0.9, 0.9, 20)
    many = Arrows(
        float32(np.column_stack([np.full(20, border + 0.02), y, 0 * y])),
        float32(np.tile([1.0, 0, 0], (20, 1))),
        length=0.12,
        pivot="middle",
        color="net",
    )
    ink = inked(draw(many), draw())
    assert ink[:, -2:].any()
    assert not ink[:, :-4].any()


def test_only_directions_are_uploaded_when_positions_stay(studio):
    positions = float32(np.zeros((3, 3)))
    studio._context.enter()
    artist = arrows.ArrowArtist()
    artist.update(Arrows(positions, float32(np.eye(3))), DARK, 100)
    kept = artist._sprites._attributes["a_position"]
    artist.update(Arrows(positions, float32(-np.eye(3))), DARK, 100)
    assert artist._sprites._attributes["a_position"] is kept
    assert artist._sprites._attributes["a_direction"][0, 0] == -1
    studio._context.leave()


def test_a_message_tells_what_is_left_out(studio):
    x, y = np.meshgrid(np.arange(50.0), np.arange(40.0))
    positions = float32(np.column_stack([x.ravel(), y.ravel(), np.zeros(2000)]))
    visual = Arrows(positions, float32(np.tile([0, 0, 1.0], (2000, 1))))
    stage = Stage((0, 0, 0), (50, 40, 1))
    studio._context.enter()
    renderer = Renderer(DARK, budget=500)
    renderer.draw((visual,), stage, home(stage), (64, 64))
    studio._context.leave()
    assert renderer.message == "every 4th of 2,000 arrows"


def test_directions_of_the_wrong_shape_are_named(draw):
    with pytest.raises(ValueError, match="like the positions"):
        draw(Arrows(float32(np.zeros((2, 3))), float32(np.zeros((3, 3)))))


def test_fewer_arrows_are_longer_ones(draw, studio):
    """Of a square lattice every second row and column, twice as long."""
    x, y = np.meshgrid(np.linspace(-0.9, 0.9, 8), np.linspace(-0.6, 0.6, 8))
    positions = float32(np.column_stack([x.ravel(), y.ravel(), 0 * x.ravel()]))
    visual = Arrows(positions, float32(np.tile([1.0, 0, 0], (64, 1))), length=0.1, color="net", radius=0.1)
    lens = home(PLAN).lens(PLAN, (240, 160))
    widths = []
    for budget in (100, 16):
        studio._context.enter()
        renderer = Renderer(DARK, budget=budget)
        studio._context.leave()
        kept, studio._renderer = studio._renderer, renderer
        try:
            ink = inked(draw(visual), draw())
        finally:
            studio._renderer = kept
        rows = [np.flatnonzero(row) for row in ink if row.any()]
        runs = [len(run) for row in rows for run in np.split(row, np.flatnonzero(np.diff(row) > 1) + 1)]
        widths.append(max(runs) / lens.pixels_per_unit(lens.distance))
    assert widths == pytest.approx([0.1, 0.2], abs=0.025)
