"""A lattice plane as a relief: high cells stand above low ones, walls between them are lit, a plinth carries all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from vispy import gloo

from spinviz.model.visuals import Cells, float32
from spinviz.view.light import LENS_GLSL, LIGHT_GLSL

Array = NDArray[np.float32]

BLOCKS = 80
"""Blocks along a side whose heights are drawn; cells beyond are averaged, which also calms single spins."""
BEVELLED = 32
"""Sides up to which every cell is a block of its own, with a bevel."""
BEVEL = (0.06, 0.10, 0.90, 0.94)
"""Vertices along a cell that is a block, in parts of it."""
PLINTH = 1.6
"""How far the plinth reaches below the low cells, in heights of the relief."""
LOWEST = 0.05
"""The same in parts of the shorter side of the layer, at most."""
SHADE = 1.3
"""How much darker it is at the foot of a wall."""

RELIEF_VERTEX = (
    LENS_GLSL
    + LIGHT_GLSL
    + """
attribute vec2 a_place;
attribute vec2 a_cell;
attribute vec4 a_ground;   // height, slopes along x and y, shade
attribute vec3 a_side;     // outward normal of the plinth, 1 on it
varying vec2 v_cell;
varying vec3 v_light;      // what the colour is multiplied by, gloss, distance
void main() {
    vec4 eye = u_view * vec4(a_place, a_ground.x, 1.0);
    vec3 normal = a_side.z > 0.5 ? vec3(a_side.xy, 0.0) : vec3(-a_ground.yz, 1.0);
    vec3 n = normalize(mat3(u_view) * normal);
    // Lit at the vertices: there are few triangles on many pixels.
    float gloss = lit(vec3(0.0), n, to_eye(eye.xyz)).r;
    float gain = lit(vec3(1.0), n, to_eye(eye.xyz)).r - gloss;
    v_light = vec3(mix(gain, 0.92, 0.25) * a_ground.w, gloss * a_ground.w, 0.5 * far_at(eye.z));
    v_cell = a_cell;
    gl_Position = u_projection * eye;
}
"""
)


def relief_fragment(border: str, values: str) -> str:
    """The fragment shader, with the functions that cells share."""
    return (
        LIGHT_GLSL
        + border
        + values
        + """
uniform sampler2D u_cells;
uniform vec2 u_count;
uniform vec4 u_plinth;     // its light; 1 while it is drawn
varying vec2 v_cell;
varying vec3 v_light;
void main() {
    vec4 c = u_plinth;
    if (u_plinth.a < 0.5) {
        c = cell_light(texture2D(u_cells, v_cell / u_count).rgb);
        if (c.a < 0.5) discard;
        c.rgb *= 1.0 - 0.22 * border(fract(v_cell), max(fwidth(v_cell), vec2(1e-6)));
    }
    gl_FragColor = screen(through_air(c.rgb * v_light.x + v_light.y, v_light.z), 1.0);
}
"""
    )


@dataclass(frozen=True, eq=False)
class Mesh:
    """The part of a relief that stays: vertices (ny, nx) of the ground and two rings of the plinth about it.

    place (V, 2), cell (V, 2), side (V, 3), indices of the ground and of the plinth; ``x`` and ``y``: places of the
    columns and rows of the ground.
    """

    x: Array
    y: Array
    place: Array
    cell: Array
    side: Array
    ground: NDArray[np.uint32]
    plinth: NDArray[np.uint32]


def along(cells: int) -> NDArray[np.float64]:
    """Where the vertices along a side of so many cells are, in cells."""
    if cells <= BEVELLED:
        return (np.arange(cells)[:, None] + np.array(BEVEL)).ravel()
    block = -(-cells // BLOCKS)
    return np.minimum(np.arange(-(-cells // block)) * block + block / 2, cells - 0.5)


@lru_cache(maxsize=4)
def mesh_of(count: tuple[int, int], origin: tuple[float, float], spacing: tuple[float, float]) -> Mesh:
    """The mesh of ``count`` (columns, rows) cells, whose lower corner is at ``origin``."""
    lines = []
    for n in count:
        line = along(n)
        line[0], line[-1] = 0.0, n
        lines.append(line)
    x, y = lines
    padded = [np.pad(line, 2, mode="edge") for line in lines]
    cell_x, cell_y = np.meshgrid(*padded)
    inside = [np.clip(padded[i], 0.01, n - 0.01) for i, n in enumerate(count)]
    columns, rows = len(padded[0]), len(padded[1])
    side = np.zeros((rows, columns, 3), np.float32)
    side[:2], side[-2:] = (0, -1, 1), (0, 1, 1)
    side[2:-2, :2], side[2:-2, -2:] = (-1, 0, 1), (1, 0, 1)
    at = np.arange(rows * columns, dtype=np.uint32).reshape(rows, columns)
    corners = [at[:-1, :-1], at[:-1, 1:], at[1:, 1:], at[:-1, :-1], at[1:, 1:], at[1:, :-1]]
    triangles = np.stack(corners, axis=-1)
    inner: NDArray[np.bool_] = np.zeros(triangles.shape[:2], np.bool_)
    inner[2:-2, 2:-2] = True
    place = np.stack([origin[0] + spacing[0] * cell_x, origin[1] + spacing[1] * cell_y], axis=-1)
    cells = np.stack(np.meshgrid(*inside), axis=-1)
    return Mesh(
        float32(origin[0] + spacing[0] * x), float32(origin[1] + spacing[1] * y), float32(place.reshape(-1, 2)),
        float32(cells.reshape(-1, 2)), side.reshape(-1, 3), triangles[inner].ravel(), triangles[~inner].ravel(),
    )  # fmt: skip


def blocks_of(level: NDArray[np.floating]) -> Array:
    """Heights (rows, columns) of the vertices of `along` from those of the cells: the same, or means over blocks."""
    for axis in (0, 1):
        n = level.shape[axis]
        if n <= BEVELLED:
            level = np.repeat(level, len(BEVEL), axis)
        elif (block := -(-n // BLOCKS)) > 1:
            starts = np.arange(0, n, block)
            size = np.diff(starts, append=n).reshape(-1, 1) if axis == 0 else np.diff(starts, append=n)
            level = np.add.reduceat(level, starts, axis=axis, dtype=np.float32) / np.float32(size)
    return np.asarray(level, np.float32)


def ground_of(visual: Cells, mesh: Mesh) -> Array:
    """Height, slopes along x and y, and shade (V, 4) of every vertex of the mesh."""
    span = np.float32((visual.high - visual.low) or 1.0)
    heights = visual.values[0] if visual.heights is None else visual.heights
    level = (np.nan_to_num(heights, nan=visual.low) - np.float32(visual.low)) / span
    raised = blocks_of(float32(np.clip(level, 0, 1))) * np.float32(visual.relief)
    height = np.asarray(raised, np.float32)
    floor = np.float32(visual.origin[2] + visual.spacing[2] / 2)
    around = neighbours(height)
    if max(visual.values.shape[1:]) > BEVELLED:
        height = np.asarray((height + around) / np.float32(2), np.float32)
    slope_y, slope_x = (np.asarray(slope, np.float32) for slope in np.gradient(height, mesh.y, mesh.x))
    shade = np.clip(1 - SHADE * np.maximum(around - height, 0) / np.float32(visual.relief), 0.35, 1.0)
    ground = np.pad(np.stack([floor + height, slope_x, slope_y, shade], axis=-1), ((2, 2), (2, 2), (0, 0)), mode="edge")
    deep = min(PLINTH * visual.relief, LOWEST * float(min(mesh.x[-1] - mesh.x[0], mesh.y[-1] - mesh.y[0])))
    for edge in (ground[0], ground[-1], ground[:, 0], ground[:, -1]):
        edge[:, 0], edge[:, 3] = floor - deep, 0.55
    return np.ascontiguousarray(ground.reshape(-1, 4), np.float32)


def neighbours(height: Array) -> Array:
    """Mean of the four neighbours (rows, columns) of each vertex, of those that there are at an edge."""
    wide = np.pad(height, 1, mode="edge")
    total = wide[:-2, 1:-1] + wide[2:, 1:-1] + wide[1:-1, :-2] + wide[1:-1, 2:]
    return np.asarray(total / np.float32(4), np.float32)


class Relief:
    """The mesh of one `Cells` on the card."""

    def __init__(self, border: str, values: str) -> None:
        self.program = gloo.Program(RELIEF_VERTEX, relief_fragment(border, values))
        self._mesh: Mesh | None = None
        self._ground: gloo.VertexBuffer | None = None
        self._indices: list[gloo.IndexBuffer] = []

    def upload(self, visual: Cells, texture: gloo.Texture2D) -> None:
        """Take the heights of a visual, whose values are in ``texture``."""
        rows, columns = visual.values.shape[1:3]
        mesh = mesh_of((columns, rows), visual.origin[:2], visual.spacing[:2])
        if mesh is not self._mesh:
            self._mesh, self._ground = mesh, None
            for name, values in (("a_place", mesh.place), ("a_cell", mesh.cell), ("a_side", mesh.side)):
                self.program[name] = gloo.VertexBuffer(values)
            self._indices = [gloo.IndexBuffer(mesh.ground), gloo.IndexBuffer(mesh.plinth)]
        self.program["u_cells"] = texture
        self.program["u_count"] = (columns, rows)
        ground = ground_of(visual, mesh)
        if self._ground is None:
            self._ground = gloo.VertexBuffer(ground)
            self.program["a_ground"] = self._ground
        else:
            self._ground.set_subdata(ground)

    def draw(self, uniforms: dict[str, Any], plinth: tuple[float, ...]) -> None:
        """Draw with what cells have in common, on a plinth of this light."""
        for name, value in uniforms.items():
            self.program[name] = value
        gloo.set_state(blend=False)  # it is solid, and mixing costs a fifth of its drawing
        for indices, on in zip(self._indices, (0.0, 1.0), strict=True):
            self.program["u_plinth"] = (*plinth, on)
            self.program.draw("triangles", indices)
        gloo.set_state(blend=True)
