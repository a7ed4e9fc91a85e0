"""One exported picture: the view with its words, the plots below it, as in the middle of the window."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from spinviz.export.headless import prepare
from spinviz.export.words import texts_of
from spinviz.model.frame import Frame
from spinviz.model.kept import Kept
from spinviz.model.switches import without
from spinviz.model.system import System
from spinviz.model.theme import Theme
from spinviz.plots.board import DESIGN_HEIGHT, ROW, PlotBoard
from spinviz.plots.look import SMALL
from spinviz.view.camera import Camera, home
from spinviz.view.legend import says_the_same
from spinviz.view.offscreen import Offscreen
from spinviz.view.overlay import Texts

if TYPE_CHECKING:
    from spinviz.export.video import Picture

DESIGN = (1000, 720)
"""Size of the window's middle, for which texts and plots are laid out; a larger picture is the same, magnified."""
GROUNDS = ("#000000", "#ffffff")
MOST_PLOTS = 0.45
"""Part of the height that plots may take."""
FEWEST_PLOTS = 0.24
"""Part of the height that plots take at least: a tall picture has room for them."""
LEGIBLE = 0.0205
"""Smallest letters of plots, in parts of the height of a wide picture: what the third row of a lecture hall reads."""
TALLER = 1.25
"""Rows of plots are this much higher than in the window, for the larger letters."""


@dataclass(frozen=True)
class Beside:
    """How `Frame.second` is shown at the right of a picture: its camera, and where it begins, in parts of the width."""

    camera: Camera
    begins: float = 0.5


class Composer(Protocol):
    """Turns frames into pictures of one size."""

    def picture(self, frame: Frame, turned: float = 0.0) -> Picture:
        """Return the picture (h, w, 3) of ``frame``, the camera ``turned`` by degrees around the upright axis."""

    def close(self) -> None:
        """Free what the pictures needed."""


class WindowComposer:
    """The view above, the plots below; ``camera`` None looks from where the stage wants to be seen.

    ``kept``: curves beside those of the run; ``hidden``: names of `model.switches` that are off; ``beside``: where
    `Frame.second` is, which frames must have then.
    """

    def __init__(
        self,
        system: System[Any, Any],
        size: tuple[int, int],
        theme: Theme,
        *,
        plots: bool = True,
        camera: Camera | None = None,
        samples: int = 2,
        kept: tuple[Kept, ...] = (),
        hidden: tuple[str, ...] = (),
        grain: float = 1.0,
        beside: Beside | None = None,
    ) -> None:
        prepare()
        self.system, self.size, self.theme, self.camera = system, size, theme, camera
        self.hidden = hidden
        # One row of plots leaves a wide picture its room; a tall one has room for all.
        most = ROW if size[0] >= size[1] else len(system.plots)
        shown = min(len(system.plots), most) if plots else 0
        self.strip = strip_height(size, shown) if shown else 0
        # The overlay measures letters by the height of the view; here they belong to the whole picture.
        letters = replace(theme, font_scale=theme.font_scale * size[1] / (size[1] - self.strip))
        self._width = size[0] if beside is None else round(size[0] * beside.begins)
        self._view = Offscreen((self._width, size[1] - self.strip), letters, samples, grain=grain)
        self._beside, self._second = beside, None
        if beside is not None:
            self._second = Offscreen((size[0] - self._width, size[1] - self.strip), letters, samples, grain=grain)
        self._board: PlotBoard | None = None
        if shown:
            self._board = PlotBoard(legible(theme), most=most)
            self._board.set_system(system)
            self._board.set_kept(kept)

    def picture(self, frame: Frame, turned: float = 0.0) -> Picture:
        """Return the picture (h, w, 3) of ``frame``, the camera ``turned`` by degrees around the upright axis."""
        frame = without(frame, self.hidden)
        camera = self.camera or home(frame.stage)
        self._view.begin(frame.visuals, frame.stage, camera.orbit(turned, 0.0) if turned else camera)
        width, height = self.size
        whole = np.empty((height, width, 3), np.uint8)
        if self._board is not None:
            # Meanwhile software OpenGL draws in threads of its own.
            plots = self._board.render_frame(QSize(width, self.strip), frame, scale(self.size))
            put(plots, whole[height - self.strip :])
        self._view.fetch()
        above = whole[: height - self.strip]
        put(self._view.finish(texts_of(self.system, frame, self.hidden)), above[:, : self._width])
        if self._second is not None and self._beside is not None and frame.second is not None:
            second, camera = frame.second, self._beside.camera
            self._second.begin(second.visuals, second.stage, camera.orbit(turned, 0.0) if turned else camera)
            self._second.fetch()
            repeated = says_the_same(frame.visuals, frame.stage, second.visuals, second.stage)
            put(self._second.finish(Texts(caption=second.caption, legend=not repeated)), above[:, self._width :])
        if self._board is None:
            return whole
        line = max(1, round(scale(self.size)))
        whole[height - self.strip : height - self.strip + line] = np.round(255 * np.array(self.theme.rgb("line")))
        return whole

    def close(self) -> None:
        """Free the OpenGL context and the plots."""
        self._view.close()
        if self._second is not None:
            self._second.close()
        if self._board is not None:
            self._board.deleteLater()
            self._board = None


class TransparentComposer:
    """Pictures (h, w, 4) without a ground: what differs on black and on white lets the ground through."""

    def __init__(self, system: System[Any, Any], size: tuple[int, int], theme: Theme, **options: Any) -> None:
        self._grounds = [WindowComposer(system, size, on_ground(theme, color), **options) for color in GROUNDS]

    def picture(self, frame: Frame, turned: float = 0.0) -> Picture:
        """Return the picture (h, w, 4) of ``frame``."""
        black, white = (ground.picture(frame, turned) for ground in self._grounds)
        return lifted(black, white)

    def close(self) -> None:
        """Free what the pictures needed."""
        for ground in self._grounds:
            ground.close()


def on_ground(theme: Theme, color: str) -> Theme:
    """Return the theme with everything painted on one colour."""
    return replace(theme, background=color, background_edge=color, window=color)


def lifted(black: Picture, white: Picture) -> Picture:
    """Return colours and covering (h, w, 4) of what was painted (h, w, 3) on black and on white.

    A colour C that covers a part a shows as a C on black and as a C + (1 - a) 255 on white.
    """
    cover = 255.0 - (white.astype(np.float32) - black).clip(0, 255).min(axis=2)
    color = black * (255.0 / np.maximum(cover, 1.0))[..., None]
    return np.dstack([color.clip(0, 255), cover]).round().astype(np.uint8)


@contextmanager
def composing(
    system: System[Any, Any], size: tuple[int, int], theme: Theme, transparent: bool = False, **options: Any
) -> Iterator[Composer]:
    """Lend a composer and free it afterwards."""
    composer = (TransparentComposer if transparent else WindowComposer)(system, size, theme, **options)
    try:
        yield composer
    finally:
        composer.close()


def legible(theme: Theme) -> Theme:
    """Return the theme with letters of plots that are legible in a picture shown to a hall."""
    return replace(theme, font_scale=max(theme.font_scale, LEGIBLE * DESIGN[1] / SMALL))


def scale(size: tuple[int, int]) -> float:
    """How many times larger than designed a picture of this size is."""
    return min(size[0] / DESIGN[0], size[1] / DESIGN[1])


def strip_height(size: tuple[int, int], plots: int) -> int:
    """Return the height of the plots below a picture of this size."""
    rows = 1 if plots <= ROW else 2
    wanted = max(rows * TALLER * DESIGN_HEIGHT * scale(size), FEWEST_PLOTS * size[1])
    return round(min(wanted, MOST_PLOTS * size[1]))


def put(image: QImage, into: Picture) -> None:
    """Copy the pixels of an image to an array (h, w, 3)."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    height, width, _ = into.shape
    raw = np.frombuffer(image.constBits(), np.uint8).reshape(height, image.bytesPerLine() // 4, 4)
    into[:] = raw[:, :width, 2::-1]
