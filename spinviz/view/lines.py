"""Lines: strips and segments of constant width on the screen, with smooth edges, mitred joints, trails and dashes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from vispy import gloo

from spinviz.model.theme import Theme
from spinviz.model.visuals import Lines
from spinviz.view.artist import Rank, draws
from spinviz.view.camera import Lens
from spinviz.view.colors import lights
from spinviz.view.light import LENS_GLSL, LIGHT_GLSL, lens_uniforms, light_uniforms
from spinviz.view.sprites import Target
from spinviz.view.uniforms import set_uniforms

VERTEX = (
    LENS_GLSL
    + """
attribute vec3 a_before;
attribute vec3 a_point;
attribute vec3 a_after;
attribute vec4 a_color;
attribute vec3 a_place;     // side, part of the strip, length from its start
uniform vec2 u_half;        // half the picture in pixels
uniform float u_width;      // half the width of the line in pixels, its halo included
uniform vec4 u_hidden;      // centre of a sphere; what the far half loses
varying vec4 v_color;
varying vec4 v_place;       // across in pixels, part of the strip, length, air
vec2 pixels(vec3 eye) {
    vec4 p = u_projection * vec4(eye, 1.0);
    return u_half * p.xy / max(p.w, 1e-4);
}
vec2 unit(vec2 d) {
    float n = length(d);
    return n > 1e-4 ? d / n : vec2(0.0);
}
void main() {
    vec3 point = (u_view * vec4(a_point, 1.0)).xyz;
    vec2 p = pixels(point);
    vec2 came = p - pixels((u_view * vec4(a_before, 1.0)).xyz);
    vec2 goes = pixels((u_view * vec4(a_after, 1.0)).xyz) - p;
    // Between points closer than the line is wide, only where they lead together is a direction.
    bool close = min(dot(came, came), dot(goes, goes)) < 2.0;
    vec2 whole = unit(came + goes);
    if (close && dot(whole, whole) > 0.5) came = goes = whole;
    vec2 before = unit(came), after = unit(goes);
    if (dot(before, before) < 0.5) before = after;
    if (dot(after, after) < 0.5) after = before;
    vec2 mean = before + after;
    vec2 along = dot(mean, mean) > 0.02 ? normalize(mean) : after;
    vec2 normal = vec2(-along.y, along.x);
    float stretch = 1.0 / max(dot(normal, vec2(-after.y, after.x)), 0.5);
    vec4 clip = u_projection * vec4(point, 1.0);
    clip.xy += a_place.x * normal * stretch * u_width / u_half * clip.w;
    clip.z -= 4e-4 * clip.w;
    gl_Position = clip;
    vec3 center = (u_view * vec4(u_hidden.xyz, 1.0)).xyz;
    float facing = dot(point - center, to_eye(center)) / max(length(point - center), 1e-6);
    v_color = a_color;
    v_color.a *= mix(1.0 - u_hidden.w, 1.0, smoothstep(-0.12, 0.12, facing));
    v_place = vec4(a_place.x * u_width, a_place.yz, far_at(point.z));
}
"""
)
FRAGMENT = (
    LIGHT_GLSL
    + """
uniform float u_core;       // half the width in pixels
uniform float u_glow;
uniform float u_fade;
uniform float u_dash;       // period in world units, 0 for none
uniform float u_opacity;
varying vec4 v_color;
varying vec4 v_place;
void main() {
    float d = abs(v_place.x);
    // A line below one pixel keeps its area and loses its strength.
    float thin = u_core < 0.5 ? 2.0 * u_core / ((u_core + 0.5) * (u_core + 0.5)) : 1.0;
    float alpha = clamp(u_core - d + 0.5, 0.0, 1.0) * thin;
    if (u_glow > 0.0) {
        float g = max(1.0 - d / (u_core * 5.0 + 2.0), 0.0);
        alpha = max(alpha, u_glow * g * g * g);
    }
    float part = clamp(v_place.y, 0.0, 1.0);
    alpha *= mix(1.0, part * sqrt(part), u_fade);
    if (u_dash > 0.0) {
        float phase = abs(fract(v_place.z / u_dash) - 0.5) * 2.0;
        alpha *= smoothstep(0.40, 0.48, phase);
    }
    alpha *= v_color.a * u_opacity;
    if (alpha < 0.004) discard;
    gl_FragColor = screen(through_air(v_color.rgb, 0.8 * v_place.w), alpha);
}
"""
)

VERTEX_TYPE = np.dtype(
    [("a_before", "f4", 3), ("a_point", "f4", 3), ("a_after", "f4", 3), ("a_color", "f4", 4), ("a_place", "f4", 3)]
)
DASH_PIXELS = 11.0
GLOW = 0.20
APART = 0.012
"""Of a trail's extent: points nearer to each other along it are drawn as one."""


@draws(Lines)
class LineArtist:
    """Draws one `Lines`; ``hidden`` dims what lies behind a centre by that part."""

    rank = Rank.LINE

    def __init__(self, hidden: float = 0.0) -> None:
        self._program = gloo.Program(VERTEX, FRAGMENT)
        self._visual: Lines | None = None
        self._theme: Theme | None = None
        self._buffer: gloo.VertexBuffer | None = None
        self._indices: gloo.IndexBuffer | None = None
        self._count = 0
        self.hidden = (0.0, 0.0, 0.0, hidden)
        self.message = ""

    def update(self, visual: Lines, theme: Theme, budget: int = 0) -> None:
        """Take a visual; unchanged points and colours are not uploaded again."""
        before = self._visual
        if (
            before is None
            or self._theme is not theme
            or before.points is not visual.points
            or before.color is not visual.color
            or before.breaks is not visual.breaks
        ):
            self._upload(visual, theme)
        self._visual, self._theme = visual, theme

    def draw(self, lens: Lens, target: Target, theme: Theme) -> None:
        """Draw into the current framebuffer."""
        visual = self._visual
        if visual is None or self._indices is None or not self._count:
            return
        scale = target.height / 720
        core = 0.5 * visual.width * scale * theme.line_scale
        glow = GLOW if visual.fade and theme.dark else 0.0
        halo = core * 5.0 + 2.0 if glow else core + 1.0
        unit = lens.pixels_per_unit(lens.distance)
        uniforms: dict[str, Any] = lens_uniforms(lens) | light_uniforms(theme)
        del uniforms["u_ambient"]
        uniforms |= {
            "u_half": (target.width / 2, target.height / 2),
            "u_width": halo,
            "u_core": core,
            "u_glow": glow,
            "u_fade": float(visual.fade),
            "u_dash": DASH_PIXELS * scale * max(1.0, 0.7 * visual.width) / unit if visual.dashed else 0.0,
            "u_opacity": visual.opacity,
            "u_hidden": self.hidden,
        }
        set_uniforms(self._program, uniforms)
        self._program.draw("triangles", self._indices)

    def _upload(self, visual: Lines, theme: Theme) -> None:
        vertices, indices = expand(visual, lights(visual.color, theme, len(visual.points)))
        self._count = len(indices)
        if not self._count:
            return
        if self._buffer is not None and self._buffer.size == vertices.size:
            self._buffer.set_subdata(vertices)
        else:
            self._buffer = gloo.VertexBuffer(vertices)
            self._program.bind(self._buffer)
        if self._indices is None:
            self._indices = gloo.IndexBuffer(indices)
        else:
            self._indices.set_data(indices)


def expand(visual: Lines, colors: NDArray[np.float32]) -> tuple[NDArray[Any], NDArray[np.uint32]]:
    """Two vertices per point, one on each side, and the triangles between them."""
    points = np.asarray(visual.points, np.float32)
    count = len(points)
    if count < 2:
        return np.zeros(0, VERTEX_TYPE), np.zeros(0, np.uint32)
    first = _starts(visual, count)
    rows = np.arange(count)
    last = np.append(first[1:], True)
    begin = np.maximum.accumulate(np.where(first, rows, 0))
    end = np.minimum.accumulate(np.where(last, rows, count)[::-1])[::-1]
    steps = np.linalg.norm(points - points[np.where(first, rows, rows - 1)], axis=1)
    length = np.cumsum(steps)
    part = (rows - begin) / np.maximum(end - begin, 1)
    along = length - length[begin]
    if visual.fade:
        begins = _apart(points, length, first, last)
        size = np.diff(begins, append=count)
        points, part, along = (_means(values, begins, size) for values in (points, part, along))
        first, last = first[begins], last[begins]
        colors = colors[begins] if len(colors) == count else colors
        count = len(points)
        rows = np.arange(count)
    before, after = np.where(first, rows, rows - 1), np.where(last, rows, rows + 1)
    one = np.zeros(count, VERTEX_TYPE)
    one["a_before"], one["a_point"], one["a_after"] = points[before], points, points[after]
    one["a_color"] = colors
    one["a_place"][:, 1] = part
    one["a_place"][:, 2] = along
    vertices = np.repeat(one, 2)
    vertices["a_place"][:, 0] = np.tile([-1.0, 1.0], count)
    base = rows[~last].astype(np.uint32)[:, None] * np.uint32(2)
    return vertices, (base + np.array([0, 1, 2, 2, 1, 3], np.uint32)).ravel()


def _apart(
    points: NDArray[np.float32], length: NDArray[np.floating], first: NDArray[np.bool_], last: NDArray[np.bool_]
) -> NDArray[np.intp]:
    """Where groups of points of a trail begin that are drawn as one; its ends and those of long steps stay alone.

    A trail at rest piles up points, and where it trembles by less than a pixel its halo would fold over itself.
    """
    apart = max(APART * float(np.ptp(points, axis=0).max()), 1e-30)
    passes = np.diff(np.floor(length / apart), prepend=-1.0) > 0
    came = np.diff(length, prepend=length[0]) > apart
    goes = np.append(came[1:], False)
    alone = first | last | came | goes
    behind = np.append(False, alone[:-1])
    return np.flatnonzero(passes | alone | behind)


def _means(values: NDArray[Any], begins: NDArray[np.intp], size: NDArray[np.intp]) -> NDArray[np.float32]:
    """Mean of each group of rows."""
    sums = np.add.reduceat(values.astype(np.float64), begins, axis=0)
    return np.asarray(sums / size.reshape(-1, *[1] * (values.ndim - 1)), np.float32)


def _starts(visual: Lines, count: int) -> NDArray[np.bool_]:
    if visual.kind == "segments":
        return np.arange(count) % 2 == 0
    if visual.breaks is None:
        first = np.zeros(count, bool)
    else:
        first = np.array(visual.breaks, dtype=bool)
    first[0] = True
    return first
