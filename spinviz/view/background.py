"""The background: a quiet glow in the middle that falls off towards the corners."""

from __future__ import annotations

import numpy as np
from vispy import gloo

from spinviz.model.theme import Theme
from spinviz.view.colors import light

VERTEX = """
attribute vec2 a_corner;
varying vec2 v_place;
void main() {
    v_place = a_corner;
    gl_Position = vec4(a_corner, 0.0, 1.0);
}
"""
FRAGMENT = """
uniform vec3 u_center;
uniform vec3 u_edge;
varying vec2 v_place;
// A fixed pattern of half a grey level keeps the gradient free of bands.
float grain(vec2 p) { return fract(52.9829189 * fract(dot(p, vec2(0.06711056, 0.00583715)))) - 0.5; }
void main() {
    float d = length(v_place * vec2(0.86, 0.80) + vec2(0.0, -0.06));
    vec3 c = sqrt(mix(u_center, u_edge, smoothstep(0.05, 1.12, d)));
    gl_FragColor = vec4(c + grain(gl_FragCoord.xy) / 255.0 * step(0.001, length(u_center - u_edge)), 1.0);
}
"""


class Background:
    """Fills the picture."""

    def __init__(self) -> None:
        self._program = gloo.Program(VERTEX, FRAGMENT)
        self._program["a_corner"] = np.array([[-1, -1], [1, -1], [-1, 1], [1, 1]], np.float32)

    def draw(self, theme: Theme) -> None:
        """Draw without touching the depth."""
        self._program["u_center"] = tuple(map(float, light(theme.rgb("background"))))
        self._program["u_edge"] = tuple(map(float, light(theme.rgb("background_edge"))))
        gloo.set_state(depth_test=False, blend=False, cull_face=False)
        self._program.draw("triangle_strip")
