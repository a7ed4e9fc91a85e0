"""Pictures without a window: the same renderer and the same overlay, into an array."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainter
from vispy import gloo

from spinviz.model.theme import Theme
from spinviz.model.visuals import Stage, Visual
from spinviz.view.camera import Camera, Lens
from spinviz.view.context import hidden_context
from spinviz.view.detail import SOFTWARE_BUDGET
from spinviz.view.overlay import Overlay, Texts
from spinviz.view.renderer import Renderer
from spinviz.view.sprites import Target

Pixels = NDArray[np.uint8]
LARGEST_TILE = 2048
NO_TEXTS = Texts()

SHRINK_VERTEX = """
attribute vec2 a_corner;
varying vec2 v_place;
void main() {
    v_place = 0.5 * a_corner + 0.5;
    gl_Position = vec4(a_corner, 0.0, 1.0);
}
"""
SHRINK_FRAGMENT = """
uniform sampler2D u_picture;
varying vec2 v_place;
// Every texture read lies on the corner of four samples: the linear filter averages them.
void main() { gl_FragColor = vec4(texture2D(u_picture, v_place).rgb, 1.0); }
"""


class Offscreen:
    """Draws pictures of ``size`` (width, height) pixels; ``samples`` squared of them are averaged into each.

    Use as a context manager, or call `close`.
    """

    def __init__(self, size: tuple[int, int], theme: Theme, samples: int = 2, budget: int = SOFTWARE_BUDGET) -> None:
        self.size = size
        self.samples = 2 if samples > 1 else 1
        self._overlay = Overlay(theme)
        self._context = hidden_context()
        self._context.enter()
        try:
            self._renderer = Renderer(theme, budget)
            self._make_buffers()
        finally:
            self._context.leave()

    def __enter__(self) -> Offscreen:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()

    @property
    def message(self) -> str:
        """What the last picture left out."""
        return self._renderer.message

    def set_theme(self, theme: Theme) -> None:
        """Change the look of the next pictures."""
        self._renderer.theme = theme

    def draw(self, visuals: Sequence[Visual], stage: Stage, camera: Camera) -> tuple[Pixels, Lens]:
        """Pixels (h, w, 3) of the 3D picture without texts, and the lens it was seen through."""
        width, height = self.size
        picture = np.empty((height, width, 3), np.uint8)
        self._context.enter()
        try:
            for x, y, w, h in tiles(self.size, LARGEST_TILE // self.samples):
                picture[height - y - h : height - y, x : x + w] = self._tile(visuals, stage, camera, x, y)[-h:, :w]
        finally:
            self._context.leave()
        return picture, camera.lens(stage, self.size)

    def picture(self, visuals: Sequence[Visual], stage: Stage, camera: Camera, texts: Texts = NO_TEXTS) -> Pixels:
        """Pixels (h, w, 3) of the whole picture, texts and legends included."""
        pixels, lens = self.draw(visuals, stage, camera)
        if self.message and not texts.note:
            texts = replace(texts, note=self.message)
        width, height = self.size
        image = QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
        image = image.convertToFormat(QImage.Format.Format_RGB32)
        painter = QPainter(image)
        self._overlay.theme = self._renderer.theme
        try:
            self._overlay.paint(painter, texts, visuals, stage, lens, (width, height))
        finally:
            painter.end()
        raw = np.frombuffer(image.constBits(), np.uint8).reshape(height, image.bytesPerLine() // 4, 4)
        return np.ascontiguousarray(raw[:, :width, 2::-1])

    def close(self) -> None:
        """Free the context."""
        self._context.close()

    def _make_buffers(self) -> None:
        tile = [min(n, LARGEST_TILE // self.samples) for n in self.size]
        self._tile_size = (tile[0], tile[1])
        w, h = tile[0] * self.samples, tile[1] * self.samples
        self._picture = gloo.Texture2D(shape=(h, w, 4), interpolation="linear", wrapping="clamp_to_edge")
        self._frame = gloo.FrameBuffer(self._picture, gloo.RenderBuffer((h, w), "depth"))
        self._small = gloo.FrameBuffer(gloo.RenderBuffer((tile[1], tile[0]), "color"))
        self._shrink = gloo.Program(SHRINK_VERTEX, SHRINK_FRAGMENT)
        self._shrink["a_corner"] = np.array([[-1, -1], [1, -1], [-1, 1], [1, 1]], np.float32)
        self._shrink["u_picture"] = self._picture

    def _tile(self, visuals: Sequence[Visual], stage: Stage, camera: Camera, x: int, y: int) -> Any:
        """Pixels of the tile with its lower left corner at (x, y)."""
        s = self.samples
        size = (self.size[0] * s, self.size[1] * s)
        with self._frame:
            self._renderer.draw(visuals, stage, camera, size, Target(*size, x * s, y * s))
            if s == 1:
                return self._frame.read("color", alpha=False)
        with self._small:
            gloo.set_viewport(0, 0, *self._tile_size)
            gloo.set_state(depth_test=False, blend=False)
            self._shrink.draw("triangle_strip")
            return self._small.read("color", alpha=False)


def tiles(size: tuple[int, int], largest: int) -> list[tuple[int, int, int, int]]:
    """Rectangles (x, y, width, height), from the lower left, that cover a picture."""
    width, height = size
    return [
        (x, y, min(largest, width - x), min(largest, height - y))
        for y in range(0, height, largest)
        for x in range(0, width, largest)
    ]
