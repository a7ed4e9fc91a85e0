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

GUARD = 1.25
"""A point is dropped when its centre leaves the clip volume: points are drawn into a view larger by this factor."""

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


class Sprites:
    """A program for points, one for quads, and their buffers; `attributes` are arrays (N, k)."""

    def __init__(self, point: tuple[str, str], quad: tuple[str, str], largest_point: float) -> None:
        self._largest_point = largest_point
        self._sources = {"point": point, "quad": quad}
        self._programs: dict[str, gloo.Program] = {}
        self._attributes: dict[str, NDArray[np.float32]] = {}
        self._buffers: dict[tuple[str, str], tuple[Any, gloo.VertexBuffer]] = {}
        self._order: tuple[Any, ...] | None = None
        self._indices: dict[str, gloo.IndexBuffer] = {}

    def set(self, name: str, values: NDArray[np.float32]) -> None:
        """Give an attribute; nothing is uploaded when it is the same object as before."""
        self._attributes[name] = values

    def draw(self, lens: Lens, target: Target, uniforms: dict[str, Any], largest: float) -> None:
        """Draw all items; ``largest`` is the size of the largest sprite in pixels."""
        kind = "point" if largest <= self._largest_point else "quad"
        program = self._program(kind)
        for name in self._attributes:
            self._upload(kind, name, program)
        for name, value in uniforms.items():
            program[name] = value
        if kind == "quad":
            program.draw("triangles", self._sorted(kind, lens))
            return
        dx, dy = target.margin(GUARD)
        program["u_guard"] = (target.width / (target.width + 2 * dx), target.height / (target.height + 2 * dy))
        gloo.set_viewport(*target.viewport(GUARD))
        program.draw("points", self._sorted(kind, lens))
        gloo.set_viewport(*target.viewport())

    def _program(self, kind: str) -> gloo.Program:
        if kind not in self._programs:
            self._programs[kind] = gloo.Program(*self._sources[kind])
        return self._programs[kind]

    def _upload(self, kind: str, name: str, program: gloo.Program) -> None:
        values = self._attributes[name]
        known = self._buffers.get((kind, name))
        if known is not None and known[0] is values:
            return
        copies = values if kind == "point" else np.repeat(values, 4, axis=0)
        copies = np.ascontiguousarray(copies, dtype=np.float32)
        if known is not None and len(known[0]) == len(values):
            buffer = known[1]
            buffer.set_subdata(copies, copy=False)
        else:
            buffer = gloo.VertexBuffer(copies)
            program[name] = buffer
            if kind == "quad":
                program["a_corner"] = gloo.VertexBuffer(np.tile(CORNERS, (len(values), 1)))
            self._order = None
        self._buffers[kind, name] = (values, buffer)

    def _sorted(self, kind: str, lens: Lens) -> gloo.IndexBuffer:
        positions = self._attributes["a_position"]
        key = (kind, id(positions), lens.view.tobytes())
        if self._order == key:
            return self._indices[kind]
        order = np.argsort(-lens.depth(positions).astype(np.float32)).astype(np.uint32)
        if kind == "quad":
            order = (order[:, None] * np.uint32(4) + QUAD).ravel()
        if kind not in self._indices or self._indices[kind].size != order.size:
            self._indices[kind] = gloo.IndexBuffer(order)
        else:
            self._indices[kind].set_subdata(order)
        self._order = key
        return self._indices[kind]
