"""A kind of visual is its declaration and its artist: nothing else has to know it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from vispy import gloo

from spinviz.model.theme import DARK, Theme
from spinviz.model.visuals import Array, Labels, LegendEntry, Spheres, Stage, Visual, float32
from spinviz.view.artist import Rank, draws
from spinviz.view.camera import Lens, home
from spinviz.view.kinds import artist_of
from spinviz.view.legend import entries
from spinviz.view.light import lens_uniforms
from spinviz.view.spheres import SphereArtist
from spinviz.view.sprites import Target

VERTEX = """
attribute vec3 a_point;
uniform mat4 u_view;
uniform mat4 u_projection;
void main() { gl_Position = u_projection * u_view * vec4(a_point, 1.0); }
"""
FRAGMENT = """
uniform vec4 u_color;
void main() { gl_FragColor = u_color; }
"""


@dataclass(frozen=True, eq=False)
class Triangle(Visual):
    """A flat triangle with corners (3, 3), and its name beside the first."""

    corners: Array
    color: str = "theory"
    name: str = ""
    glass: bool = False

    def where(self) -> Array:
        return self.corners

    def entry(self) -> LegendEntry | None:
        return LegendEntry(self.color, self.name, "dot") if self.name else None

    def written(self) -> tuple[Labels, ...]:
        return (Labels(self.corners[:1], (self.name,), self.color),) if self.name else ()


@draws(Triangle)
class TriangleArtist:
    def __init__(self) -> None:
        self.message = "a triangle has no inside"
        self.rank = Rank.SOLID
        self._program = gloo.Program(VERTEX, FRAGMENT)
        self._visual: Triangle | None = None

    def update(self, visual: Triangle, theme: Theme, budget: int) -> None:
        self.rank = Rank.GLASS if visual.glass else Rank.SOLID
        self._program["a_point"] = visual.corners
        self._program["u_color"] = (*theme.rgb(visual.color), 0.5 if visual.glass else 1.0)

    def draw(self, lens: Lens, target: Target, theme: Theme) -> None:
        uniforms = lens_uniforms(lens)
        for name in ("u_view", "u_projection"):
            self._program[name] = uniforms[name]
        self._program.draw("triangles")


def triangle(z: float = 0.0, **options: Any) -> Triangle:
    return Triangle(float32([[-0.6, -0.6, z], [0.6, -0.6, z], [0, 0.6, z]]), **options)


MIDDLE = (slice(75, 85), slice(115, 125))
BALL = Spheres(float32([[0, 0, 0]]), 0.4, color="x")


def test_a_new_kind_is_drawn_among_the_others(draw):
    alone = draw(triangle())
    assert alone[MIDDLE] == pytest.approx(np.broadcast_to(DARK.rgb("theory"), (10, 10, 3)), abs=0.01)
    assert np.array_equal(draw(triangle(1.0), BALL)[MIDDLE], alone[MIDDLE])
    assert np.array_equal(draw(triangle(-1.0), BALL)[MIDDLE], draw(BALL)[MIDDLE])


def test_its_rank_says_whether_it_hides_what_is_behind(draw):
    """Glass is drawn after the ball behind it, whatever their order, and does not hide it."""
    through, bare = draw(triangle(1.0, glass=True), BALL)[MIDDLE], draw(BALL)[MIDDLE]
    expected = 0.5 * bare + 0.5 * np.array(DARK.rgb("theory"))
    assert through == pytest.approx(expected, abs=0.01)
    assert [rank.opaque for rank in Rank] == [True, True, False, False]


def test_what_it_leaves_out_is_said(draw, studio):
    draw(triangle())
    assert studio.message == "a triangle has no inside"


def test_its_name_is_written_and_in_the_legend(studio):
    stage = Stage(axes=False)
    named, plain = (triangle(name=name) for name in ("roof", ""))
    assert entries((named, plain), stage) == [LegendEntry("theory", "roof", "dot")]
    studio.set_theme(DARK)
    pictures = [studio.picture((visual,), stage, home(stage)).astype(int).copy() for visual in (plain, named)]
    changed = np.abs(pictures[1] - pictures[0]).max(axis=-1) > 20
    assert changed[130:, 150:].any()  # the legend, lower right
    assert changed[:130].any()  # the letters


def test_a_kind_that_refines_another_is_drawn_like_it():
    class Ball(Spheres):
        pass

    assert artist_of(Ball(float32([[0, 0, 0]]))) is SphereArtist


def test_a_kind_that_nothing_draws_is_named():
    class Unseen(Visual):
        def where(self) -> Array:
            return float32(np.zeros((0, 3)))

    with pytest.raises(TypeError, match=r"nothing draws the visual Unseen: register an artist with @draws\(Unseen\)"):
        artist_of(Unseen())
