"""Curved surfaces in pixels: where they are, what hides them, their light and their colours."""

import numpy as np
import pytest

from spinviz.model.theme import DARK, LIGHT
from spinviz.model.visuals import Shades, Spheres, Surface, float32
from spinviz.view.colors import direction_rgb, lookup

from .conftest import PLAN

MIDDLE = (slice(75, 85), slice(115, 125))


def square(z: float = 0.0, normal: tuple[float, float, float] = (0, 0, 1), **options) -> Surface:
    corners = [(-0.5, -0.5, z), (0.5, -0.5, z), (0.5, 0.5, z), (-0.5, -0.5, z), (0.5, 0.5, z), (-0.5, 0.5, z)]
    return Surface(float32(corners), float32([normal] * 6), **options)


def test_a_surface_covers_what_its_triangles_cover(draw) -> None:
    lens = PLAN
    assert lens.parallel
    ink = np.abs(draw(square()) - draw()).max(axis=-1) > 0.08
    rows, columns = np.nonzero(ink)
    height, width = np.ptp(rows) + 1, np.ptp(columns) + 1
    assert ink.sum() == pytest.approx(height * width, rel=0.03)
    assert height == pytest.approx(width, abs=1)
    assert ink[MIDDLE].all()


def test_depth_hides(draw) -> None:
    ball = Spheres(float32([[0, 0, 0]]), 0.3, color="x")
    alone = draw(square())[MIDDLE]
    assert np.array_equal(draw(square(0.6), ball)[MIDDLE], draw(square(0.6))[MIDDLE])
    assert not np.allclose(draw(square(-0.6), ball)[MIDDLE], alone, atol=0.05)


def test_both_sides_are_lit_and_slopes_are_shaded(draw) -> None:
    front, back = draw(square())[MIDDLE], draw(square(normal=(0, 0, -1)))[MIDDLE]
    assert front == pytest.approx(back, abs=1e-6)
    left, right = draw(square(normal=(-1, 0, 0.4)))[MIDDLE], draw(square(normal=(1, 0, 0.4)))[MIDDLE]
    assert left.mean() > right.mean() + 0.05, "the key light comes from the left"
    assert draw(square(normal=(0, 0, 1e-4)))[MIDDLE] == pytest.approx(front, abs=0.01), "any length will do"


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_colours_are_those_of_numbers_and_directions(draw, clear_air, theme) -> None:
    """The hue survives the light: the channels keep their order and are about those of the flat colour."""
    vectors = float32([[1, 0, 0]] * 6)
    seen = draw(square(color=Shades(vectors)), theme=theme)[80, 120]
    assert seen == pytest.approx(direction_rgb(vectors[:1], theme)[0], abs=0.12)
    seen = draw(square(color=Shades(float32([1.0] * 6))), theme=theme)[80, 120]
    assert seen == pytest.approx(lookup("spin", theme)[-1] / 255, abs=0.12)


def test_it_takes_another_number_of_triangles_and_none(draw) -> None:
    one, empty = draw(square()), draw()
    two = np.concatenate([square().points, square(0.1).points + float32([0.6, 0, 0])])
    more = draw(Surface(float32(two), float32([[0, 0, 1]] * 12)))
    assert (np.abs(more - empty).max(axis=-1) > 0.08).sum() > 1.3 * (np.abs(one - empty).max(axis=-1) > 0.08).sum()
    nothing = Surface(float32(np.zeros((0, 3))), float32(np.zeros((0, 3))))
    assert np.array_equal(draw(nothing), empty)
    assert nothing.where().shape == (0, 3)
    assert np.array_equal(draw(square()), one)


def test_what_is_wrong_is_said() -> None:
    assert square().check() == ""
    points = float32(np.zeros((4, 3)))
    assert "use (3 T, 3)" in Surface(points, points).check()
    assert "use (3 T, 3)" in Surface(points[:3], points[:2]).check()
    assert Surface(float32(np.full((3, 3), np.nan)), points[:3]).check() == "points is not finite"
    assert square(0.25).where().tolist() == [[-0.5, -0.5, 0.25], [0.5, 0.5, 0.25]]
