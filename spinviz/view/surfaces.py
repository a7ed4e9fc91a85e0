"""Surfaces: triangles with smooth light on both sides."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from vispy import gloo

from spinviz.model.theme import Theme
from spinviz.model.visuals import Shades, Surface
from spinviz.view.artist import Rank, draws
from spinviz.view.camera import Lens
from spinviz.view.colors import DIRECTION_GLSL, lights
from spinviz.view.light import LENS_GLSL, LIGHT_GLSL, lens_uniforms, light_uniforms, tone_uniform
from spinviz.view.sprites import Target
from spinviz.view.uniforms import set_uniforms

VERTEX = (
    LENS_GLSL
    + DIRECTION_GLSL
    + """
attribute vec3 a_point;
attribute vec3 a_normal;
attribute vec3 a_color;
uniform float u_directional;
varying vec3 v_color;
varying vec3 v_normal;
varying vec3 v_eye;
void main() {
    vec4 eye = u_view * vec4(a_point, 1.0);
    v_color = u_directional > 0.5 ? direction_light(a_color) : a_color;
    v_normal = mat3(u_view) * a_normal;
    v_eye = eye.xyz;
    gl_Position = u_projection * eye;
}
"""
)
FRAGMENT = (
    LENS_GLSL
    + LIGHT_GLSL
    + """
varying vec3 v_color;
varying vec3 v_normal;
varying vec3 v_eye;
void main() {
    vec3 sight = to_eye(v_eye);
    vec3 n = v_normal / max(length(v_normal), 1e-9);
    if (dot(n, sight) < 0.0) n = -n;
    gl_FragColor = screen(through_air(lit(v_color, n, sight), far_at(v_eye.z)), 1.0);
}
"""
)
CORNER = np.dtype([("a_point", "f4", 3), ("a_normal", "f4", 3), ("a_color", "f4", 3)])


@draws(Surface)
class SurfaceArtist:
    """Draws one `Surface`."""

    rank = Rank.SOLID

    def __init__(self) -> None:
        self._program = gloo.Program(VERTEX, FRAGMENT)
        self._buffer: gloo.VertexBuffer | None = None
        self._visual: Surface | None = None
        self._theme: Theme | None = None
        self.message = ""

    def update(self, visual: Surface, theme: Theme, budget: int = 0) -> None:
        """Take a visual; an unchanged one is not uploaded again."""
        if self._visual is visual and self._theme is theme:
            return
        if complaint := visual.check():
            raise ValueError(complaint)
        if len(visual.points):
            self._upload(corners_of(visual, theme))
        self._visual, self._theme = visual, theme

    def draw(self, lens: Lens, target: Target, theme: Theme) -> None:
        """Draw into the current framebuffer."""
        if self._visual is None or not len(self._visual.points):
            return
        uniforms: dict[str, Any] = lens_uniforms(lens) | light_uniforms(theme) | tone_uniform(theme)
        del uniforms["u_pixel"]
        set_uniforms(self._program, uniforms | {"u_directional": float(is_directional(self._visual))})
        self._program.draw("triangles")

    def _upload(self, corners: NDArray[Any]) -> None:
        if self._buffer is not None and self._buffer.size == corners.size:
            self._buffer.set_subdata(corners)
            return
        self._buffer = gloo.VertexBuffer(corners)
        self._program.bind(self._buffer)


def is_directional(visual: Surface) -> bool:
    """Whether its colours are those of directions."""
    return isinstance(visual.color, Shades) and visual.color.values.ndim == 2


def corners_of(visual: Surface, theme: Theme) -> NDArray[Any]:
    """What the card gets: places, normals, and light or directions."""
    corners = np.zeros(len(visual.points), CORNER)
    corners["a_point"], corners["a_normal"] = visual.points, visual.normals
    if isinstance(visual.color, Shades) and visual.color.values.ndim == 2:
        corners["a_color"] = visual.color.values
    else:
        corners["a_color"] = lights(visual.color, theme, len(corners))[:, :3]
    return corners
