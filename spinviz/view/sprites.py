"""Sprites: one flat piece of screen per item, on which a fragment shader solves the solid exactly.

Small items are GL points (cheapest, four times less to upload); when any would be larger than a limit all become
quads, which know none. Items are sorted from back to front whenever the camera or the
positions change, so that the smooth edges blend correctly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from vispy import gloo

from spinviz.view.camera import Lens
from spinviz.view.uniforms import set_uniforms

GUARD = 1.25
"""A point is dropped when its centre leaves the clip volume: points are drawn into a view larger by this factor."""

WHOLE, SOLID, EDGE = 0.0, 1.0, 2.0
TWO_PASSES = 1500
"""As many quads at most are drawn in two passes."""
PART_GLSL = """
uniform float u_part;   // 0 everything, 1 what is solid, 2 the soft edges
bool elsewhere(float alpha) {
    return alpha < 0.02 || (u_part > 0.5 && (u_part > 1.5) == (alpha > 0.995));
}
"""
SLICES = 48
"""Of depth, in which items are drawn from back to front."""

CORNERS = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], dtype=np.float32)
QUAD = np.array([0, 1, 2, 0, 2, 3], dtype=np.uint32)


@dataclass(frozen=True)
class Target:
    """The part of a picture that is being drawn: the whole picture in pixels and the shift of this tile."""

    width: int
    height: int
    x: int = 0
    y: int = 0

    def viewport(self, guard: float = 1.0) -> tuple[int, int, int, int]:
        """Viewport of the whole picture, seen from the tile and enlarged around its centre."""
        # A margin of whole pixels keeps points and quads on the same raster.
        dx, dy = self.margin(guard)
        return -self.x - dx, -self.y - dy, self.width + 2 * dx, self.height + 2 * dy

    def margin(self, guard: float) -> tuple[int, int]:
        """Pixels added on each side."""
        return round(self.width * (guard - 1) / 2), round(self.height * (guard - 1) / 2)


@dataclass(frozen=True, eq=False)
class Uploaded:
    """What a buffer holds: these values in this order."""

    values: NDArray[np.float32]
    order: NDArray[np.intp]
    buffer: gloo.VertexBuffer


class Sprites:
    """A program for points, one for quads, and their buffers; attributes are arrays (N, k).

    Attributes travel in the order in which they are drawn, which software drivers read faster than an index.
    """

    def __init__(
        self,
        point: tuple[str, str],
        quad: tuple[str, str],
        largest_point: float,
        thin: tuple[str, str] | None = None,
    ) -> None:
        self._largest_point = largest_point
        self._sources = {"point": point, "quad": quad, "thin": thin or quad}
        self._programs: dict[str, gloo.Program] = {}
        self._attributes: dict[str, NDArray[np.float32]] = {}
        self._buffers: dict[tuple[str, str], Uploaded] = {}
        self._order: NDArray[np.intp] = np.zeros(0, np.intp)
        self._ordered_for: tuple[Any, ...] = ()
        self._indices: dict[str, gloo.IndexBuffer] = {}

    def set(self, name: str, values: NDArray[np.float32]) -> None:
        """Give an attribute; nothing is uploaded when it is the same object as before."""
        self._attributes[name] = values

    def draw(self, lens: Lens, target: Target, uniforms: dict[str, Any], largest: float, *, thin: bool = False) -> None:
        """Draw all items; ``largest`` is the size of the largest sprite in pixels, ``thin``: by the cheaper quads."""
        kind = "point" if largest <= self._largest_point else "thin" if thin else "quad"
        program = self._program(kind)
        self._sort(lens)
        for name in self._attributes:
            self._upload(kind, name, program)
        set_uniforms(program, uniforms)
        if kind != "point":
            self._draw_quads(kind, program)
            return
        dx, dy = target.margin(GUARD)
        program["u_guard"] = (target.width / (target.width + 2 * dx), target.height / (target.height + 2 * dy))
        gloo.set_viewport(*target.viewport(GUARD))
        program.draw("points")
        gloo.set_viewport(*target.viewport())

    def _draw_quads(self, kind: str, program: gloo.Program) -> None:
        """Few items: first all that is solid, then the soft edges over it, right in whatever order they overlap."""
        corners = self._corners(kind, program)
        if len(self._attributes["a_position"]) > TWO_PASSES:
            program["u_part"] = WHOLE
            program.draw("triangles", corners)
            return
        program["u_part"] = SOLID
        program.draw("triangles", corners)
        gloo.set_depth_mask(False)
        program["u_part"] = EDGE
        program.draw("triangles", corners)
        gloo.set_depth_mask(True)

    def _program(self, kind: str) -> gloo.Program:
        if kind not in self._programs:
            self._programs[kind] = gloo.Program(*self._sources[kind])
        return self._programs[kind]

    def _sort(self, lens: Lens) -> None:
        """Order the items from back to front; a new order is a new object.

        Slices of depth are enough for smooth edges, and within one the items stay neighbours on the screen,
        which spares software drivers a quarter of their time.
        """
        positions = self._attributes["a_position"]
        direction = lens.view[2].tobytes()
        known = self._ordered_for
        if known and known[0] is positions and known[1] == direction:
            return
        depth = np.nan_to_num(lens.depth(positions))
        far, near = (float(depth.max()), float(depth.min())) if len(depth) else (0.0, 0.0)
        slices = ((far - depth) * (SLICES / max(far - near, 1e-12))).clip(0, SLICES - 1).astype(np.uint8)
        self._order = np.argsort(slices, kind="stable")
        self._ordered_for = (positions, direction)

    def _upload(self, kind: str, name: str, program: gloo.Program) -> None:
        values = self._attributes[name]
        known = self._buffers.get((kind, name))
        if known is not None and known.values is values and known.order is self._order:
            return
        copies = values[self._order]
        if kind != "point":
            copies = np.repeat(copies, 4, axis=0)
        copies = np.ascontiguousarray(copies, dtype=np.float32)
        if known is not None and len(known.values) == len(values):
            known.buffer.set_subdata(copies)
            self._buffers[kind, name] = Uploaded(values, self._order, known.buffer)
            return
        buffer = gloo.VertexBuffer(copies)
        program[name] = buffer
        self._buffers[kind, name] = Uploaded(values, self._order, buffer)

    def _corners(self, kind: str, program: gloo.Program) -> gloo.IndexBuffer:
        """Indices of the two triangles of every quad; made anew when the number of items changes."""
        count = len(self._attributes["a_position"])
        if kind not in self._indices or self._indices[kind].size != 6 * count:
            base = np.arange(count, dtype=np.uint32)[:, None] * np.uint32(4)
            self._indices[kind] = gloo.IndexBuffer((base + QUAD).ravel())
            program["a_corner"] = gloo.VertexBuffer(np.tile(CORNERS, (count, 1)))
        return self._indices[kind]
