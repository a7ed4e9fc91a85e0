"""What surrounds the data: a glassy Bloch sphere, its circles, and slender axes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from vispy import gloo

from spinviz.model.theme import Theme
from spinviz.model.visuals import Arrows, Lines, Stage, float32
from spinviz.view.arrows import ArrowArtist
from spinviz.view.camera import Lens
from spinviz.view.colors import light
from spinviz.view.light import LENS_GLSL, lens_uniforms
from spinviz.view.lines import LineArtist
from spinviz.view.sprites import CORNERS, QUAD, Target

AXIS_LENGTH = 1.2
FAR_HALF = 0.62
"""What circles lose behind the sphere."""

SHELL_VERTEX = (
    LENS_GLSL
    + """
attribute vec2 a_corner;
varying vec2 v_place;
uniform float u_room;
void main() {
    vec3 center = u_view[3].xyz;
    vec3 sight = to_eye(center);
    vec3 right = normalize(cross(vec3(0.0, 1.0, 0.0), sight));
    vec3 up = cross(sight, right);
    float d = dot(center, center);
    float outline = mix(inversesqrt(max(1.0 - 1.0 / d, 0.05)), 1.0, u_parallel);
    v_place = a_corner * u_room;
    gl_Position = u_projection * vec4(center + outline * (v_place.x * right + v_place.y * up), 1.0);
}
"""
)
SHELL_FRAGMENT = """
uniform vec3 u_light;
uniform float u_pixel_part;   // one pixel in parts of the radius
uniform vec4 u_glass;         // body, rim, outline, width of the outline in pixels
varying vec2 v_place;
void main() {
    float r = length(v_place);
    float inside = clamp((1.0 - r) / u_pixel_part + 0.5, 0.0, 1.0);
    float facing = sqrt(max(1.0 - r * r, 0.0));
    float fresnel = pow(1.0 - facing, 3.0);
    float window = smoothstep(0.95, 0.2, length(v_place - vec2(-0.42, 0.46)) * 1.6);
    float glass = inside * (u_glass.x + u_glass.y * fresnel + 0.35 * u_glass.x * window);
    float line = clamp(0.5 * u_glass.w + 0.5 - abs(r - 1.0) / u_pixel_part, 0.0, 1.0) * min(u_glass.w, 1.0);
    float alpha = max(glass, u_glass.z * line);
    if (alpha < 0.003) discard;
    gl_FragColor = vec4(sqrt(u_light), alpha);
}
"""


class Surroundings:
    """Draws what the stage asks for, behind and before the data."""

    def __init__(self) -> None:
        self._shell: gloo.Program | None = None
        self._circles: LineArtist | None = None
        self._axes: ArrowArtist | None = None
        self._lines = circles()

    def draw_behind(self, stage: Stage, lens: Lens, target: Target, theme: Theme) -> None:
        """The glass and the axes: drawn before the data, the axes solid."""
        if stage.bloch_sphere:
            gloo.set_depth_mask(False)
            self._draw_shell(lens, target, theme)
            gloo.set_depth_mask(True)
        if has_axes(stage):
            self._draw_axes(lens, target, theme)

    def draw_before(self, stage: Stage, lens: Lens, target: Target, theme: Theme) -> None:
        """The circles of the sphere: hidden by solids, blended over the rest."""
        if not stage.bloch_sphere:
            return
        if self._circles is None:
            self._circles = LineArtist(hidden=FAR_HALF)
        self._circles.update(self._lines, theme)
        self._circles.draw(lens, target, theme)

    def _draw_shell(self, lens: Lens, target: Target, theme: Theme) -> None:
        if self._shell is None:
            self._shell = gloo.Program(SHELL_VERTEX, SHELL_FRAGMENT)
            self._shell["a_corner"] = CORNERS
            self._indices = gloo.IndexBuffer(QUAD)
        uniforms: dict[str, Any] = lens_uniforms(lens)
        uniforms.pop("u_range"), uniforms.pop("u_pixel")
        width = 1.1 * target.height / 720 * theme.line_scale
        body, rim = (0.045, 0.20) if theme.dark else (0.05, 0.16)
        uniforms |= {
            "u_room": 1.0 + 0.02 + 3.0 / max(lens.pixels_per_unit(lens.distance), 1.0),
            "u_light": tuple(map(float, light(theme.rgb("muted")))),
            "u_pixel_part": 1.0 / lens.pixels_per_unit(lens.distance),
            "u_glass": (body, rim, 0.55, width),
        }
        for name, value in uniforms.items():
            self._shell[name] = value
        self._shell.draw("triangles", self._indices)

    def _draw_axes(self, lens: Lens, target: Target, theme: Theme) -> None:
        if self._axes is None:
            self._axes = ArrowArtist(head=4.2)
        # Never thinner than a line on the screen.
        thinnest = 0.85 * target.height / 720 * theme.line_scale / lens.pixels_per_unit(lens.distance)
        radius = float(np.clip(thinnest, 0.0015, 0.02)) / AXIS_LENGTH
        colors = np.array([theme.rgb(axis) for axis in "xyz"], np.float32)
        axes = Arrows(ORIGIN, DIRECTIONS, length=AXIS_LENGTH, radius=radius, color=colors)
        self._axes.update(axes, theme, 10)
        self._axes.draw(lens, target, theme)


ORIGIN = float32(np.zeros((3, 3)))
DIRECTIONS = float32(np.eye(3))


def has_axes(stage: Stage) -> bool:
    """Whether axes stand in the picture itself: around a unit sphere or the like; elsewhere a corner shows them."""
    low, high = np.array(stage.low), np.array(stage.high)
    centred = bool(np.all(np.abs(low + high) < 0.2)) and float((high - low).max()) <= 3.0
    return stage.axes and (stage.bloch_sphere or (centred and float((high - low).min()) > 1.0))


def circles() -> Lines:
    """Equator and two meridians of the unit sphere."""
    t = np.linspace(0, 2 * np.pi, 193)
    c, s, o = np.cos(t), np.sin(t), np.zeros_like(t)
    rings = [np.column_stack(ring) for ring in ((c, s, o), (c, o, s), (o, c, s))]
    breaks: NDArray[np.bool_] = np.zeros(3 * len(t), bool)
    breaks[:: len(t)] = True
    return Lines(float32(np.vstack(rings)), color="muted", width=1.15, breaks=breaks, opacity=0.66)
