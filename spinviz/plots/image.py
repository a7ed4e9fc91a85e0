"""A two-dimensional array in colours, with a bar that says what they mean."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QWidget

from spinviz.model.frame import Frame
from spinviz.model.plots import Image
from spinviz.model.system import System
from spinviz.model.theme import Theme
from spinviz.model.units import show
from spinviz.plots.axes import scale_for, tick_text, ticks
from spinviz.plots.items import Tag
from spinviz.plots.look import Look
from spinviz.plots.panel import PlotPanel

BAR_GAP, BAR_WIDTH = 0.06, 0.05
"""Place and width of the colour bar in parts of the picture's height."""
SHADES = 256


class ImagePlot(PlotPanel):
    """Square pixels, row 0 at the bottom."""

    def __init__(self, plot: Image, system: System[Any, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(plot, system, look, parent)
        self._image, self._bar = pg.ImageItem(axisOrder="row-major"), pg.ImageItem(axisOrder="row-major")
        self._bar.setImage(np.arange(SHADES, dtype=np.float32)[:, None], levels=(0, SHADES - 1))
        for item in (self._image, self._bar):
            self.box.addItem(item, ignoreBounds=True)
        self.box.setAspectLocked(True)
        self.x_axis.set_named([])
        self.y_axis.set_named([])
        self._scale = scale_for(max(abs(plot.low), abs(plot.high)), plot.unit)
        values, step = ticks(plot.low / self._scale.factor, plot.high / self._scale.factor, 4)
        self._numbers = [(v, self.add_item(Tag(look, "secondary", radius=0, text=tick_text(v, step)))) for v in values]
        self._style(self._recolor)
        self.caption.set_texts(plot.title, self._scale.unit, "")

    def _recolor(self, look: Look) -> None:
        table = lookup_table(self.plot.colormap, look.theme)
        self._image.setLookupTable(table)
        self._bar.setLookupTable(table)

    def draw(self, frame: Frame) -> None:
        """Show the array of the frame."""
        values = frame.plots.get(self.plot.name)
        if values is None:
            return
        values = np.asarray(values)
        rows, columns = values.shape
        self._image.setImage(values, levels=(self.plot.low, self.plot.high), autoLevels=False)
        left, width = columns + BAR_GAP * rows, BAR_WIDTH * rows
        self._bar.setRect(QRectF(left, 0, width, rows))
        low, high = self.plot.low / self._scale.factor, self.plot.high / self._scale.factor
        for value, tag in self._numbers:
            tag.place(left + width, rows * (value - low) / (high - low))
        self.set_view((0.0, columns + (BAR_GAP + BAR_WIDTH + 0.2) * rows), (-0.07 * rows, 1.07 * rows))

    def read_out(self, x: float, y: float) -> str:
        """The value under the mouse."""
        values = self.frame.plots.get(self.plot.name) if self.frame else None
        if values is None:
            return ""
        row, column = int(np.floor(y)), int(np.floor(x))
        if not (0 <= row < values.shape[0] and 0 <= column < values.shape[1]):
            return ""
        return f"column {column}   row {row}   {show(float(values[row, column]), self.plot.unit)}"


def lookup_table(name: str, theme: Theme) -> NDArray[np.uint8]:
    """Return (256, 3) sRGB values of a colour map: "spin" goes from the theme's down to its up colour."""
    if name == "spin":
        middle = (0.88, 0.88, 0.88) if not theme.dark else (0.10, 0.11, 0.13)
        stops = np.array([theme.rgb("down"), middle, theme.rgb("up")])
        at = np.linspace(0, 1, SHADES)
        table = np.column_stack([np.interp(at, (0, 0.5, 1), stops[:, channel]) for channel in range(3)])
    else:
        from cmap import Colormap

        table = np.asarray(Colormap("cet:CET_CBC1" if name == "direction" else name).lut(SHADES))[:, :3]
    return np.round(255 * table).astype(np.uint8)
