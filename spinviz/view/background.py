"""The background: a quiet glow in the middle that falls off towards the corners."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from vispy import gloo

from spinviz.model.theme import Theme
from spinviz.view.colors import light

VERTEX = """
attribute vec2 a_corner;
attribute vec3 a_color;
varying vec3 v_color;
void main() {
    v_color = a_color;
    gl_Position = vec4(a_corner, 0.0, 1.0);
}
"""
FRAGMENT = """
uniform float u_grain;
uniform float u_samples;
varying vec3 v_color;
// A fixed pattern of half a grey level keeps the gradient free of bands (M. Roberts' R2 sequence, 2018). All samples of
// a pixel have the same: their mean would be without it.
void main() {
    float noise = fract(dot(floor(gl_FragCoord.xy / u_samples), vec2(0.75487767, 0.56984029)));
    gl_FragColor = vec4(v_color + (noise - 0.5) * u_grain, 1.0);
}
"""
COLUMNS, ROWS = 20, 14


class Background:
    """Fills the picture: a fine net of colours, cheaper than a gradient worked out per pixel.

    ``samples`` by as many make a pixel; ``grain`` is how many grey levels the pattern spans.
    """

    def __init__(self, samples: int = 1, grain: float = 1.0) -> None:
        self._grain = grain
        self._program = gloo.Program(VERTEX, FRAGMENT)
        self._corners = net()
        self._program["a_corner"] = self._corners
        self._program["u_samples"] = float(samples)
        self._indices = gloo.IndexBuffer(net_triangles())
        self._theme: Theme | None = None

    def draw(self, theme: Theme) -> None:
        """Draw without touching the depth."""
        if theme is not self._theme:
            self._program["a_color"] = glow(self._corners, theme)
            self._program["u_grain"] = 0.0 if theme.background == theme.background_edge else self._grain / 255
            self._theme = theme
        gloo.set_state(depth_test=False, blend=False, cull_face=False)
        self._program.draw("triangles", self._indices)


def glow(places: NDArray[np.float32], theme: Theme) -> NDArray[np.float32]:
    """SRGB colours (N, 3) at places (N, 2) between -1 and 1."""
    center, edge = light(theme.rgb("background")), light(theme.rgb("background_edge"))
    distance = np.hypot(places[:, 0] * 0.86, places[:, 1] * 0.80 - 0.06)
    t = np.clip((distance - 0.05) / 1.07, 0, 1)[:, None]
    result: NDArray[np.float32] = np.sqrt(center + (edge - center) * t * t * (3 - 2 * t)).astype(np.float32)
    return result


def net() -> NDArray[np.float32]:
    """Corners (N, 2) of the net, rows from below."""
    x, y = np.meshgrid(np.linspace(-1, 1, COLUMNS + 1), np.linspace(-1, 1, ROWS + 1))
    return np.column_stack([x.ravel(), y.ravel()]).astype(np.float32)


def net_triangles() -> NDArray[np.uint32]:
    """Two triangles for each mesh of the net."""
    i, j = np.meshgrid(np.arange(COLUMNS), np.arange(ROWS))
    a = (j * (COLUMNS + 1) + i).ravel()
    b = a + COLUMNS + 1
    return np.column_stack([a, a + 1, b + 1, a, b + 1, b]).ravel().astype(np.uint32)
