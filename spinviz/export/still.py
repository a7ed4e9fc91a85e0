"""One picture of what is on the screen: as shown, larger, with plots, without a ground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtGui import QImage

from spinviz.export.composer import Beside, composing, strip_height
from spinviz.export.plan import LARGEST, MOST_PIXELS, PlanError, read_size
from spinviz.model.frame import Frame
from spinviz.model.kept import Kept
from spinviz.model.system import System
from spinviz.model.theme import Theme
from spinviz.plots.board import ROW
from spinviz.view.camera import Camera

if TYPE_CHECKING:
    from spinviz.export.video import Picture

SCALES = ("1", "2", "4")


@dataclass(frozen=True)
class Still:
    """What a picture is to be: ``size`` is how many times as large as shown, or "WIDTHxHEIGHT" of the whole."""

    size: str = "1"
    plots: bool = False
    transparent: bool = False

    def pixels(self, shown: tuple[int, int], plots: int) -> tuple[int, int]:
        """Return the size of the picture where the view has ``shown`` pixels and there are so many plots.

        Plots come below a view that stays as high as it is shown. Errors: `PlanError`.
        """
        if self.size not in SCALES:
            return read_size(self.size)
        times = int(self.size)
        width, height = times * shown[0], times * shown[1]
        if self.plots and plots:
            height += strip_height((width, height), min(plots, ROW))
        if max(width, height) > LARGEST or width * height > MOST_PIXELS:
            limit = f"the limit is {LARGEST} pixels either way and {MOST_PIXELS} in all"
            raise PlanError(f"{width}x{height} pixels are too many, {limit}: choose a smaller size")
        return width, height


AS_SHOWN = Still()


@dataclass(frozen=True)
class Shown:
    """What is on the screen: the view, or both, have ``size`` pixels.

    ``kept``: curves beside those of the run; ``hidden``: names of `model.switches` that are off.
    """

    system: System[Any, Any]
    frame: Frame
    theme: Theme
    camera: Camera
    size: tuple[int, int]
    kept: tuple[Kept, ...] = ()
    hidden: tuple[str, ...] = ()
    beside: Beside | None = None
    """How `Frame.second` is shown; None leaves it out."""


def draw(still: Still, shown: Shown) -> QImage:
    """Return the picture. Errors: `PlanError`, `OpenGLMissing`."""
    size = still.pixels(shown.size, len(shown.system.plots))
    with composing(
        shown.system,
        size,
        shown.theme,
        still.transparent,
        plots=still.plots,
        camera=shown.camera,
        kept=shown.kept,
        hidden=shown.hidden,
        beside=shown.beside,
    ) as composer:
        return image_of(composer.picture(shown.frame))


def image_of(picture: Picture) -> QImage:
    """Return pixels (h, w, 3) or (h, w, 4) as an image of its own."""
    height, width, channels = picture.shape
    layout = QImage.Format.Format_RGBA8888 if channels == 4 else QImage.Format.Format_RGB888
    return QImage(np.ascontiguousarray(picture).data, width, height, channels * width, layout).copy()
