"""Cells: a lattice plane as one textured sheet with cell borders or a relief, a lattice volume as its outer faces."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from vispy import gloo

from spinviz.model.theme import Theme
from spinviz.model.visuals import Cells
from spinviz.view.artist import Rank, draws
from spinviz.view.camera import Lens
from spinviz.view.colors import DIRECTION_GLSL, light, lookup
from spinviz.view.faces import FACE_BUDGET, Faces, outer_faces
from spinviz.view.light import LENS_GLSL, LIGHT_GLSL, lens_uniforms, light_uniforms, tone_uniform
from spinviz.view.relief import Relief
from spinviz.view.sprites import Target

VALUE_GLSL = (
    DIRECTION_GLSL
    + """
uniform sampler2D u_lookup;
uniform float u_directional;
// Light and presence of a cell from its stored value: byte 0 (or a zero vector) is nothing.
vec4 cell_light(vec3 stored) {
    vec3 d = (stored * 255.0 - 128.0) / 127.0;
    vec3 c = texture2D(u_lookup, vec2((stored.r * 255.0 - 1.0) / 254.0 * (255.0 / 256.0) + 0.5 / 256.0, 0.5)).rgb;
    if (u_directional > 0.5) return vec4(direction_light(d), step(0.2, length(d)));
    return vec4(c * c, step(0.002, stored.r));
}
"""
)

BORDER_GLSL = """
uniform float u_fine;    // pixels of a 720-line picture per pixel of this one
// Strength of the border at a place between 0 and 1 in a cell: only where cells are large on the screen.
float border(vec2 place, vec2 cells_per_pixel) {
    vec2 size = u_fine / cells_per_pixel;
    vec2 line = 1.0 - smoothstep(0.2, 1.2, (0.5 - abs(place - 0.5)) * size);
    line *= smoothstep(8.0, 18.0, size);
    return max(line.x, line.y);
}
"""

SHEET_VERTEX = (
    LENS_GLSL
    + """
attribute vec3 a_point;
attribute vec2 a_cell;
varying vec2 v_cell;
varying float v_far;
void main() {
    vec4 eye = u_view * vec4(a_point, 1.0);
    v_cell = a_cell;
    v_far = far_at(eye.z);
    gl_Position = u_projection * eye;
}
"""
)
SHEET_FRAGMENT = (
    LIGHT_GLSL
    + BORDER_GLSL
    + VALUE_GLSL
    + """
uniform sampler2D u_cells;
uniform vec2 u_count;
uniform vec3 u_normal;
varying vec2 v_cell;
varying float v_far;
void main() {
    vec2 width = max(fwidth(v_cell), vec2(1e-6));        // cells per pixel
    vec4 c = cell_light(texture2D(u_cells, v_cell / u_count).rgb);
    if (c.a < 0.5) discard;
    c.rgb *= 1.0 - 0.40 * border(fract(v_cell), width);
    c.rgb *= 0.90 + 0.10 * u_normal.z;
    gl_FragColor = screen(through_air(c.rgb, 0.5 * v_far), 1.0);
}
"""
)

BOX_VERTEX = (
    LENS_GLSL
    + VALUE_GLSL
    + """
attribute vec3 a_point;
attribute vec3 a_normal;
attribute vec2 a_corner;
attribute vec3 a_value;
varying vec4 v_color;
varying vec3 v_normal;
varying vec3 v_eye;
varying vec2 v_corner;
void main() {
    vec4 eye = u_view * vec4(a_point, 1.0);
    v_color = cell_light(a_value);
    v_normal = mat3(u_view) * a_normal;
    v_eye = eye.xyz;
    v_corner = a_corner;
    gl_Position = u_projection * eye;
}
"""
)
BOX_FRAGMENT = (
    LENS_GLSL
    + LIGHT_GLSL
    + BORDER_GLSL
    + """
varying vec4 v_color;
varying vec3 v_normal;
varying vec3 v_eye;
varying vec2 v_corner;
void main() {
    vec2 width = max(fwidth(v_corner), vec2(1e-6));
    vec3 n = normalize(v_normal);
    // Flat faces take half of their light evenly: the values must stay readable on every side.
    vec3 c = mix(lit(v_color.rgb, n, to_eye(v_eye)), v_color.rgb * 0.9, 0.45);
    c *= 1.0 - 0.32 * border(v_corner, width);
    gl_FragColor = screen(through_air(c, 0.6 * far_at(v_eye.z)), 1.0);
}
"""
)


@draws(Cells)
class CellArtist:
    """Draws one `Cells`."""

    rank = Rank.SOLID

    def __init__(self) -> None:
        self._sheet: Any = None
        self._relief: Relief | None = None
        self._boxes: Any = None
        self._visual: Cells | None = None
        self._lookup: tuple[Any, ...] = ()
        self._texture: gloo.Texture2D | None = None
        self._colors = gloo.Texture2D(np.zeros((1, 256, 3), np.uint8), interpolation="linear")
        self._faces: Faces | None = None
        self._values: gloo.VertexBuffer | None = None
        self.message = ""

    def update(self, visual: Cells, theme: Theme, budget: int) -> None:
        """Take a visual; unchanged values are not uploaded again."""
        if self._lookup != (visual.colormap, theme) and visual.colormap != "direction":
            self._colors.set_data(lookup(visual.colormap, theme)[None])
            self._lookup = (visual.colormap, theme)
        before = self._visual
        same = before is not None and (before.spacing, before.relief) == (visual.spacing, visual.relief)
        if before is not None and same and before.values is visual.values and before.heights is visual.heights:
            self._visual = visual
            return
        if complaint := visual.check():
            raise ValueError(complaint)
        if visual.values.shape[0] == 1:
            self._upload_sheet(visual)
        else:
            self._upload_boxes(visual)
        self._visual = visual

    def draw(self, lens: Lens, target: Target, theme: Theme) -> None:
        """Draw into the current framebuffer."""
        visual = self._visual
        if visual is None:
            return
        raised = self._relief is not None and is_raised(visual)
        program: Any = self._sheet if visual.values.shape[0] == 1 else self._boxes
        if program is None and not raised:
            return
        uniforms: dict[str, Any] = lens_uniforms(lens) | light_uniforms(theme) | tone_uniform(theme)
        uniforms |= {
            "u_directional": float(visual.values.ndim == 4),
            "u_lookup": self._colors,
            "u_fine": 720 / target.height,
        }
        if self._relief is not None and raised:
            uniforms.pop("u_pixel")
            self._relief.draw(uniforms, tuple(map(float, light(theme.rgb("muted")))))
            return
        if program is self._sheet:
            uniforms["u_normal"] = tuple(map(float, np.abs(lens.rotation[:, 2])))
            for unused in ("u_ambient", "u_parallel", "u_pixel"):
                uniforms.pop(unused)
        for name, value in uniforms.items():
            program[name] = value
        if program is self._sheet:
            program.draw("triangle_strip")
        elif self._faces is not None and len(self._faces.indices):
            program.draw("triangles", self._face_indices)

    def _upload_sheet(self, visual: Cells) -> None:
        self.message = ""
        stored = bytes_of(visual.values[0], visual)
        ny, nx = stored.shape[:2]
        if self._texture is None or self._texture.shape != stored.shape:
            self._texture = gloo.Texture2D(stored, interpolation="nearest")
        else:
            self._texture.set_data(stored)
        if is_raised(visual):
            self._relief = self._relief or Relief(BORDER_GLSL, VALUE_GLSL)
            self._relief.upload(visual, self._texture)
            return
        if self._sheet is None:
            self._sheet = gloo.Program(SHEET_VERTEX, SHEET_FRAGMENT)
        self._sheet["u_cells"] = self._texture
        x0, y0, z0 = visual.origin
        dx, dy, dz = visual.spacing
        z = z0 + dz / 2
        corners = [(0, 0), (nx, 0), (0, ny), (nx, ny)]
        self._sheet["a_point"] = np.array([(x0 + i * dx, y0 + j * dy, z) for i, j in corners], np.float32)
        self._sheet["a_cell"] = np.array(corners, np.float32)
        self._sheet["u_count"] = (nx, ny)

    def _upload_boxes(self, visual: Cells) -> None:
        if self._boxes is None:
            self._boxes = gloo.Program(BOX_VERTEX, BOX_FRAGMENT)
        there = presence(visual.values)
        if self._faces is None or not self._faces.same(there, visual.origin, visual.spacing):
            self._faces = outer_faces(there, visual.origin, visual.spacing, FACE_BUDGET)
            for name, values in self._faces.attributes.items():
                self._boxes[name] = gloo.VertexBuffer(values)
            self._face_indices = gloo.IndexBuffer(self._faces.indices)
            self._values = None
        self.message = self._faces.message
        outer = visual.values.reshape(-1, *visual.values.shape[3:])[self._faces.cells]
        stored = np.repeat(bytes_of(outer, visual), 4, axis=0).astype(np.float32) / np.float32(255)
        values = np.ascontiguousarray(np.broadcast_to(stored, (len(stored), 3)))
        if not len(values):
            return
        if self._values is None:
            self._values = gloo.VertexBuffer(values)
            self._boxes["a_value"] = self._values
        else:
            self._values.set_subdata(values)


def is_raised(visual: Cells) -> bool:
    """Whether it is drawn as a relief: one layer of numbers or with heights, at least two cells along each side."""
    return (
        visual.relief > 0
        and (visual.values.ndim == 3 or visual.heights is not None)
        and visual.values.shape[0] == 1
        and min(visual.values.shape[1:]) > 1
    )


def presence(values: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which cells (nz, ny, nx) hold something: no NaN, no zero vector."""
    if values.ndim == 3:
        return ~np.isnan(values)
    size = np.einsum("...i,...i->...", values, values)
    result: NDArray[np.bool_] = size > 1e-3  # NaN compares as false
    return result


def bytes_of(values: NDArray[np.float32], visual: Cells) -> NDArray[np.uint8]:
    """What the card stores: numbers (..., 1) as 1..255 between low and high, vectors (..., 3) as 128 + 127 m.

    ``values`` are those of ``visual`` or some of them; NaN becomes what stands for nothing.
    """
    if visual.values.ndim == 4:
        vectors = np.clip(values, -1, 1) * np.float32(127)
        vectors += np.float32(128.5)
        return np.nan_to_num(vectors, copy=False, nan=128.0).astype(np.uint8)
    span = (visual.high - visual.low) or 1.0
    level = (values - np.float32(visual.low)) * np.float32(254 / span)
    level += np.float32(1.5)
    np.clip(level, 1.0, 255.0, out=level)
    return np.nan_to_num(level, copy=False, nan=0.0).astype(np.uint8)[..., None]
