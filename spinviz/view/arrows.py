"""Arrows: shaft and cone solved per pixel, smooth at any zoom, with analytic edges.

In a plane across the line of sight, with u along the projected arrow and w across it, the outline of a cylinder is
a bar between two half ellipses and that of a cone an ellipse with two tangents to the tip. A pixel's distance to that
outline gives its coverage; a quadratic gives the point of the surface, its normal and its depth. Quads solve this
along the line of sight of every pixel; points, for arrows of few pixels, and bands, for many thin ones, take one line
of sight and the outline only.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from spinviz.model.theme import Theme
from spinviz.model.visuals import Arrows
from spinviz.view.arrow_bands import POINT_FRAGMENT, POINT_VERTEX, THIN_FRAGMENT, THIN_VERTEX
from spinviz.view.arrow_shapes import QUAD_FRAGMENT, QUAD_VERTEX
from spinviz.view.artist import Rank, draws
from spinviz.view.camera import Lens
from spinviz.view.colors import lights
from spinviz.view.detail import Selection, select
from spinviz.view.light import lens_uniforms, light_uniforms, tone_uniform
from spinviz.view.sprites import Sprites, Target

HEAD_WIDTH = 2.2
LARGEST_POINT = 14.0
"""In pixels: an oriented quad wastes fewer pixels than the square around a longer arrow."""
STOUT = 1.2
"""Least shaft radius of many arrows, in pixels of a 720-line picture."""
THIN = 3.0
"""Most shaft radius of arrows in large numbers, in pixels of a 720-line picture, that need no exact light."""
MANY = 200
"""So many arrows are a large number."""


@draws(Arrows)
class ArrowArtist:
    """Draws one `Arrows`; thins it out when it holds more than the budget."""

    rank = Rank.EDGED

    def __init__(self, head: float = HEAD_WIDTH) -> None:
        self._sprites = Sprites(
            (POINT_VERTEX, POINT_FRAGMENT), (QUAD_VERTEX, QUAD_FRAGMENT), LARGEST_POINT, (THIN_VERTEX, THIN_FRAGMENT)
        )
        self._head = head
        self._visual: Arrows | None = None
        self._theme: Theme | None = None
        self._selection = Selection()
        self._positions: NDArray[np.float32] | None = None
        self._longest = 0.0
        self.message = ""

    def update(self, visual: Arrows, theme: Theme, budget: int) -> None:
        """Take a visual; only what changed is uploaded."""
        before = self._visual
        count = len(visual.positions)
        if visual.directions.shape != (count, 3):
            raise ValueError(f"directions of shape {visual.directions.shape}: use ({count}, 3) like the positions")
        if before is None or before.positions is not visual.positions or self._selection.budget != budget:
            self._selection = select(visual.positions, budget)
            self._positions = self._selection.take(visual.positions)
            self._sprites.set("a_position", self._positions)
            before = None
        self.message = self._selection.message("arrows")
        if before is None or before.directions is not visual.directions:
            directions = self._selection.take(visual.directions)
            self._sprites.set("a_direction", directions)
            self._longest = _longest(directions)
        if before is None or before.color is not visual.color or self._theme is not theme:
            self._sprites.set("a_color", self._colors(visual, theme))
        self._visual, self._theme = visual, theme

    def draw(self, lens: Lens, target: Target, theme: Theme) -> None:
        """Draw into the current framebuffer."""
        visual, positions = self._visual, self._positions
        if visual is None or positions is None or not len(positions):
            return
        length = visual.length * self._selection.stride
        uniforms: dict[str, Any] = lens_uniforms(lens) | light_uniforms(theme) | tone_uniform(theme)
        uniforms |= {
            "u_length": length,
            "u_radius": visual.radius,
            "u_head": self._head,
            "u_pivot": 0.5 if visual.pivot == "middle" else 0.0,
            "u_stout": STOUT * target.height / 720 if len(positions) > 8 else 0.0,
            "u_fine": 720 / target.height,
            "u_directional": float(_directional(visual)),
        }
        nearest = max(float(lens.depth(positions).min()), lens.distance * 0.05)
        largest = length * self._longest * (1 + 2 * visual.radius * self._head) * lens.pixels_per_unit(nearest)
        thickest = length * visual.radius * lens.pixels_per_unit(nearest) * 720 / target.height
        self._sprites.draw(lens, target, uniforms, largest, thin=len(positions) >= MANY and thickest <= THIN)

    def _colors(self, visual: Arrows, theme: Theme) -> NDArray[np.float32]:
        count = len(self._positions) if self._positions is not None else 0
        if _directional(visual):
            return np.zeros((count, 4), np.float32)
        colors = lights(visual.color, theme, len(visual.positions))
        if len(colors) == 1:
            return np.ascontiguousarray(np.broadcast_to(colors, (count, 4)))
        return self._selection.take(colors)


def _directional(visual: Arrows) -> bool:
    return isinstance(visual.color, str) and visual.color == "direction"


def _longest(directions: NDArray[np.float32]) -> float:
    if not len(directions):
        return 0.0
    return float(np.sqrt(np.einsum("ij,ij->i", directions, directions).max()))
