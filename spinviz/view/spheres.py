"""Spheres: exact, lit balls on sprites, opaque or translucent with a bright rim."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from spinviz.model.theme import Theme
from spinviz.model.visuals import Spheres
from spinviz.view.artist import Rank, draws
from spinviz.view.camera import Lens
from spinviz.view.colors import lights
from spinviz.view.detail import Selection, select
from spinviz.view.light import LENS_GLSL, LIGHT_GLSL, lens_uniforms, light_uniforms
from spinviz.view.sprites import PART_GLSL, Sprites, Target

LARGEST_POINT = 48.0

COMMON_GLSL = """
attribute vec3 a_position;
attribute float a_radius;
attribute vec4 a_color;
varying vec4 v_color;
varying vec4 v_ball;      // centre in eye coordinates, radius in pixels
// Radius of the outline seen from a finite distance, in the plane through the centre.
float outline(vec3 center) {
    float d = dot(center, center);
    return a_radius * mix(inversesqrt(max(1.0 - a_radius * a_radius / d, 0.05)), 1.0, u_parallel);
}
"""

POINT_VERTEX = (
    LENS_GLSL
    + COMMON_GLSL
    + """
uniform vec2 u_guard;
varying float v_size;
void main() {
    vec3 center = (u_view * vec4(a_position, 1.0)).xyz;
    float r = outline(center) / pixel_at(center.z);
    v_ball = vec4(center, r);
    v_color = a_color;
    v_size = 2.0 * r + 3.0;
    gl_PointSize = v_size;
    gl_Position = u_projection * vec4(center, 1.0);
    gl_Position.xy *= u_guard;
    if (center.z >= 0.0) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
}
"""
)

QUAD_VERTEX = (
    LENS_GLSL
    + COMMON_GLSL
    + """
attribute vec2 a_corner;
varying vec2 v_place;
void main() {
    vec3 center = (u_view * vec4(a_position, 1.0)).xyz;
    float pixel = pixel_at(center.z);
    float r = outline(center);
    v_ball = vec4(center, r / pixel);
    v_color = a_color;
    v_place = a_corner * (r / pixel + 2.0);
    // A plane across the line of sight: there the outline of a ball is a circle.
    vec3 sight = to_eye(center);
    vec3 right = normalize(cross(vec3(0.0, 1.0, 0.0), sight));
    vec3 up = cross(sight, right);
    gl_Position = u_projection * vec4(center + pixel * (v_place.x * right + v_place.y * up), 1.0);
    if (center.z >= -a_radius * (1.0 - u_parallel)) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
}
"""
)

SHADE_GLSL = """
uniform float u_opacity;
void paint(vec2 p) {
    float r = v_ball.w;
    float alpha = clamp(r - length(p) + 0.5, 0.0, 1.0) * min(1.0, 2.0 * r);
    if (ELSEWHERE) discard;
    vec2 q = p / max(r, 0.5);
    vec3 n = vec3(q, sqrt(max(1.0 - dot(q, q), 0.0)));
    float z = v_ball.z + n.z * r * pixel_at(v_ball.z);
    gl_FragDepth = window_depth(min(z, -1e-6));
    vec3 c = lit(v_color.rgb, n, vec3(0.0, 0.0, 1.0));
    float fresnel = 1.0 - n.z;
    float cover = mix(u_opacity + (1.0 - u_opacity) * 0.6 * fresnel * fresnel * fresnel, 1.0, step(0.999, u_opacity));
    gl_FragColor = screen(through_air(c, far_at(v_ball.z)), alpha * v_color.a * cover);
}
"""

VARYING = "varying vec4 v_color;\nvarying vec4 v_ball;\n"
POINT_FRAGMENT = (
    LENS_GLSL
    + LIGHT_GLSL
    + VARYING
    + SHADE_GLSL.replace("ELSEWHERE", "alpha < 0.02")
    + """
varying float v_size;
void main() {
    vec2 p = (gl_PointCoord - 0.5) * v_size;
    paint(vec2(p.x, -p.y));
}
"""
)
QUAD_FRAGMENT = (
    LENS_GLSL
    + LIGHT_GLSL
    + VARYING
    + PART_GLSL
    + SHADE_GLSL.replace("ELSEWHERE", "elsewhere(alpha)")
    + "varying vec2 v_place;\nvoid main() { paint(v_place); }"
)


@draws(Spheres)
class SphereArtist:
    """Draws one `Spheres`."""

    def __init__(self) -> None:
        self._sprites = Sprites((POINT_VERTEX, POINT_FRAGMENT), (QUAD_VERTEX, QUAD_FRAGMENT), LARGEST_POINT)
        self._visual: Spheres | None = None
        self._theme: Theme | None = None
        self._selection = Selection()
        self._positions: NDArray[np.float32] | None = None
        self._largest = 0.0
        self.message = ""

    @property
    def rank(self) -> Rank:
        """Translucent spheres come last."""
        return Rank.SOLID if self._visual is None or self._visual.opacity >= 0.999 else Rank.GLASS

    def update(self, visual: Spheres, theme: Theme, budget: int) -> None:
        """Take a visual; only what changed is uploaded."""
        before = self._visual
        if before is None or before.positions is not visual.positions or self._selection.budget != budget:
            self._selection = select(visual.positions, budget)
            self._positions = self._selection.take(visual.positions)
            self._sprites.set("a_position", self._positions)
            before = None
        self.message = self._selection.message("spheres")
        if before is None or before.radii is not visual.radii:
            radii = np.broadcast_to(np.asarray(visual.radii, np.float32), (len(visual.positions),))
            chosen = self._selection.take(np.ascontiguousarray(radii)) * np.float32(self._selection.stride)
            self._largest = float(chosen.max()) if len(chosen) else 0.0
            self._sprites.set("a_radius", np.ascontiguousarray(chosen[:, None]))
        if before is None or before.color is not visual.color or self._theme is not theme:
            self._sprites.set("a_color", self._colors(visual, theme))
        self._visual, self._theme = visual, theme

    def draw(self, lens: Lens, target: Target, theme: Theme) -> None:
        """Draw into the current framebuffer."""
        visual, positions = self._visual, self._positions
        if visual is None or positions is None or not len(positions):
            return
        uniforms: dict[str, Any] = lens_uniforms(lens) | light_uniforms(theme) | {"u_opacity": visual.opacity}
        nearest = max(float(lens.depth(positions).min()), lens.distance * 0.05)
        self._sprites.draw(lens, target, uniforms, 2 * self._largest * lens.pixels_per_unit(nearest))

    def _colors(self, visual: Spheres, theme: Theme) -> NDArray[np.float32]:
        count = len(self._positions) if self._positions is not None else 0
        colors = lights(visual.color, theme, len(visual.positions))
        if len(colors) == 1:
            return np.ascontiguousarray(np.broadcast_to(colors, (count, 4)))
        return self._selection.take(colors)
