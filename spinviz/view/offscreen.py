"""Pictures without a window: the same renderer and the same overlay, into an array."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainter
from vispy import gloo

from spinviz.model.theme import Theme
from spinviz.model.visuals import Stage, Visual
from spinviz.view.camera import Camera, Lens
from spinviz.view.context import hidden_context, read_pixels
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

    ``grain``: grey levels that the pattern against bands spans. Use as a context manager, or call `close`.
    """

    def __init__(
        self,
        size: tuple[int, int],
        theme: Theme,
        samples: int = 2,
        budget: int = SOFTWARE_BUDGET,
        grain: float = 1.0,
    ) -> None:
        self.size = size
        self.samples = 2 if samples > 1 else 1
        self._overlay = Overlay(theme)
        self._begun: tuple[Sequence[Visual], Stage, Camera] = ((), Stage(), Camera())
        self._context = hidden_context()
        self._context.enter()
        try:
            self._renderer = Renderer(theme, budget, self.samples, grain)
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

    def resize(self, size: tuple[int, int]) -> None:
        """Draw the next pictures with another size."""
        if size == self.size:
            return
        self.size = size
        self._context.enter()
        try:
            self._make_buffers()
        finally:
            self._context.leave()

    def draw(self, visuals: Sequence[Visual], stage: Stage, camera: Camera) -> tuple[Pixels, Lens]:
        """Pixels (h, w, 3) of the 3D picture without texts, and the lens it was seen through."""
        self.begin(visuals, stage, camera)
        self.fetch()
        return self._red_first(), camera.lens(stage, self.size)

    def picture(self, visuals: Sequence[Visual], stage: Stage, camera: Camera, texts: Texts = NO_TEXTS) -> Pixels:
        """Pixels (h, w, 3) of the whole picture, texts and legends included."""
        self.begin(visuals, stage, camera)
        self.fetch()
        self.finish(texts)
        return self._red_first()

    def begin(self, visuals: Sequence[Visual], stage: Stage, camera: Camera) -> None:
        """Tell OpenGL what to draw; software OpenGL then draws in threads of its own."""
        self._begun = (visuals, stage, camera)
        self._context.enter()
        try:
            self._draw_tile(0, 0)
            gloo.flush()
        finally:
            self._context.leave()

    def fetch(self) -> None:
        """Wait for what was begun."""
        height = self.size[1]
        self._context.enter()
        try:
            for x, y, w, h in tiles(self.size, LARGEST_TILE // self.samples):
                if x or y:
                    self._draw_tile(x, y)
                with self._small if self.samples > 1 else self._frame:
                    read_pixels(self._tile)
                self._pixels[height - y - h : height - y, x : x + w] = self._tile[h - 1 :: -1, :w]
        finally:
            self._context.leave()

    def finish(self, texts: Texts = NO_TEXTS, ratio: float = 1.0) -> QImage:
        """What was fetched, with texts and legends, for a screen of ``ratio`` pixels per point.

        The image is the one that the next `fetch` draws into.
        """
        image = self._image
        image.setDevicePixelRatio(ratio)
        visuals, stage, camera = self._begun
        points = (round(self.size[0] / ratio), round(self.size[1] / ratio))
        if self.message and not texts.note:
            texts = replace(texts, note=self.message)
        self._overlay.theme = self._renderer.theme
        painter = QPainter(image)
        try:
            self._overlay.paint(painter, texts, visuals, stage, camera.lens(stage, points), points)
        finally:
            painter.end()
        return image

    def _red_first(self) -> Pixels:
        return np.ascontiguousarray(self._pixels[..., 2::-1])

    def close(self) -> None:
        """Free the context."""
        self._context.close()

    def _make_buffers(self) -> None:
        tile = [min(n, LARGEST_TILE // self.samples) for n in self.size]
        self._tile_size = (tile[0], tile[1])
        w, h = tile[0] * self.samples, tile[1] * self.samples
        self._tile = np.empty((tile[1], tile[0], 4), np.uint8)
        # Qt keeps a row of such an image in whole pixels: no row ends in a gap.
        self._image = QImage(*self.size, QImage.Format.Format_RGB32)
        self._pixels = np.frombuffer(self._image.bits(), np.uint8).reshape(self.size[1], self.size[0], 4)
        self._picture = gloo.Texture2D(shape=(h, w, 4), interpolation="linear", wrapping="clamp_to_edge")
        self._frame = gloo.FrameBuffer(self._picture, gloo.RenderBuffer((h, w), "depth"))
        self._small = gloo.FrameBuffer(gloo.RenderBuffer((tile[1], tile[0]), "color"))
        self._shrink = gloo.Program(SHRINK_VERTEX, SHRINK_FRAGMENT)
        self._shrink["a_corner"] = np.array([[-1, -1], [1, -1], [-1, 1], [1, 1]], np.float32)
        self._shrink["u_picture"] = self._picture

    def _draw_tile(self, x: int, y: int) -> None:
        """Draw the tile with its lower left corner at (x, y)."""
        s = self.samples
        size = (self.size[0] * s, self.size[1] * s)
        with self._frame:
            self._renderer.draw(*self._begun, size, Target(*size, x * s, y * s))
        if s > 1:
            with self._small:
                gloo.set_viewport(0, 0, *self._tile_size)
                gloo.set_state(depth_test=False, blend=False)
                self._shrink.draw("triangle_strip")


def tiles(size: tuple[int, int], largest: int) -> list[tuple[int, int, int, int]]:
    """Rectangles (x, y, width, height), from the lower left, that cover a picture."""
    width, height = size
    return [
        (x, y, min(largest, width - x), min(largest, height - y))
        for y in range(0, height, largest)
        for x in range(0, width, largest)
    ]
