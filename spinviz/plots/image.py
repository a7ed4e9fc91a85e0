"""A two-dimensional array in colours, with a bar that says what they mean; pixels can be picked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QWidget

from spinviz.model.frame import Frame
from spinviz.model.plots import Image
from spinviz.model.plots.plot import declared
from spinviz.model.system import System
from spinviz.model.theme import Theme
from spinviz.model.units import show
from spinviz.plots.axes import Scale, scale_for, tick_text, ticks
from spinviz.plots.items import Tag
from spinviz.plots.look import Look
from spinviz.plots.mouse import Box
from spinviz.plots.panel import PlotPanel
from spinviz.plots.registry import draws
from spinviz.plots.table import Columns, titled

Values = NDArray[np.float64]

BAR_GAP, BAR_WIDTH = 0.05, 0.05
"""Place and width of the colour bar in parts of the picture's height."""
SHADES = 256
MOST = 99.5
"""Percentile shown white where no limit is declared: a few bright pixels shall not darken the others."""
STEADY = 0.25
"""An automatic limit stays until it is off by more than this part: the picture does not flicker."""


@draws(Image)
class ImagePlot(PlotPanel[Image]):
    """Square pixels, row 0 at the bottom."""

    def __init__(self, plot: Image, system: System[Any, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(plot, system, look, parent)
        self._image, self._bar = pg.ImageItem(axisOrder="row-major"), pg.ImageItem(axisOrder="row-major")
        self._bar.setImage(np.arange(SHADES, dtype=np.float32)[:, None], levels=(0, SHADES - 1))
        for item in (self._image, self._bar):
            self.box.addItem(item, ignoreBounds=True)
        self.box.setAspectLocked(True)
        for axis in ("left", "bottom"):
            self.graph.getPlotItem().hideAxis(axis)
        self._edge = self.add_curve("line", 1.0, z=4)
        self._frame_line = self.add_curve("accent", 1.8, z=30)
        self._scale = Scale()
        self._levels: tuple[float, float] | None = None
        self._numbers: list[tuple[float, Tag]] = []
        self._tags: list[Tag] = []
        self._sides = [self.add_item(Tag(look, "text", radius=0)) for _ in range(4 if plot.sides else 0)]
        self._style(self._recolor)

    def make_box(self) -> pg.ViewBox:
        """A box that tells clicks."""
        return Box(None, self._clicked)

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
        self._use_levels(window(self.plot, frame.parameters, values, self._levels))
        low, high = self._levels or (0.0, 1.0)
        self._image.setImage(values, levels=(low, high), autoLevels=False)
        left, width = columns + BAR_GAP * rows, BAR_WIDTH * rows
        self._bar.setRect(QRectF(left, 0, width, rows))
        for value, tag in self._numbers:
            tag.place(left + width, rows * (value * self._scale.factor - low) / (high - low))
        self._mark(self.plot.chosen(frame.parameters) if self.plot.chosen else None)
        if self.plot.sides:
            self._letter(self.plot.sides(frame.parameters), rows, columns)
        self._edge.setData([0, columns, columns, 0, 0], [0, 0, rows, rows, 0])
        right, over = self._room(rows, left + width)
        self.set_view((0.0, left + width + right), (-over, rows + over))

    def _room(self, rows: int, width: float) -> tuple[float, float]:
        """The room right of the colour bar and above it that its numbers need, in pixels of the picture.

        The picture with its bar is ``width`` wide.
        """
        text = max((tag.width() for _, tag in self._numbers), default=0.0) + self.look.text_px(10)
        half = self.look.text_px(7)
        size = max(min((self.box.height() - 2 * half) / rows, (self.box.width() - text) / width), 1e-6)
        return text / size, half / size

    def _use_levels(self, levels: tuple[float, float]) -> None:
        """Number the colour bar."""
        if levels == self._levels:
            return
        self._levels = low, high = levels
        self._scale = scale_for(max(abs(low), abs(high)), self.plot.unit)
        values, step = ticks(low / self._scale.factor, high / self._scale.factor, 4)
        while len(self._tags) < len(values):
            self._tags.append(self.add_item(Tag(self.look, "secondary", radius=0)))
        self._numbers = list(zip(values, self._tags))
        for value, tag in self._numbers:
            tag.set_text(tick_text(value, step))
        for n, tag in enumerate(self._tags):
            tag.setVisible(n < len(values))
        self.caption.set_texts(self.plot.title, self._scale.unit, "")

    def _letter(self, sides: tuple[str, str, str, str], rows: int, columns: int) -> None:
        """Name the sides, just inside the edges."""
        for tag, text in zip(self._sides, sides):
            tag.set_text(text)
        left, right, below, above = self._sides
        left.place(0, rows / 2, align=1)
        right.place(columns, rows / 2, align=-1)
        below.place(columns / 2, 0, align=0)
        above.place(columns / 2, rows, align=0, rise=-1.6 * above.height())

    def _mark(self, pixel: tuple[int, int] | None) -> None:
        """Put a frame around the chosen pixel."""
        self._frame_line.setVisible(pixel is not None)
        if pixel is not None:
            row, column = pixel
            # A pixel of the picture is small: the frame leaves one at each side free.
            x, y = np.array([-1, 2, 2, -1, -1.0]), np.array([-1, -1, 2, 2, -1.0])
            self._frame_line.setData(column + x, row + y)

    def _pixel_at(self, x: float, y: float) -> tuple[int, int] | None:
        values = self.frame.plots.get(self.plot.name) if self.frame else None
        row, column = int(np.floor(y)), int(np.floor(x))
        if values is None or not (0 <= row < values.shape[0] and 0 <= column < values.shape[1]):
            return None
        return row, column

    def _clicked(self, at: QPointF) -> None:
        point = self.box.mapSceneToView(at)
        pixel = self._pixel_at(point.x(), point.y())
        if pixel is not None:
            self.picked.emit(self.plot.name, *pixel)

    def read_out(self, x: float, y: float) -> str:
        """The value under the mouse."""
        pixel = self._pixel_at(x, y)
        if pixel is None or self.frame is None:
            return ""
        row, column = pixel
        value = float(self.frame.plots[self.plot.name][row, column])
        return f"column {column}   row {row}   {show(value, self.plot.unit)}"

    @staticmethod
    def numbers(plot: Image, frame: Frame, system: System[Any, Any]) -> Columns:
        """The array itself."""
        values = frame.plots.get(plot.name)
        if values is None:
            return []
        pixels = np.asarray(values, dtype=float)
        return [(titled(f"column {n}", plot.unit), column) for n, column in enumerate(pixels.T)]


def window(plot: Image, p: Any, values: Values, before: tuple[float, float] | None) -> tuple[float, float]:
    """Return the values at the ends of the colour bar: declared ones, or those that fit ``values`` (rows, columns).

    Limits that were not declared stay as ``before`` while they still fit.
    """
    low, high = declared(plot.low, p), declared(plot.high, p)
    if low is None or high is None:
        known = values[np.isfinite(values)]
        least, most = (float(v) for v in np.percentile(known, (100 - MOST, MOST))) if known.size else (0.0, 1.0)
        fitted = (0.0 if known.size == 0 or known.min() >= 0 else least, most)
        if before is not None and fits(before, fitted):
            fitted = before
        low, high = fitted[0] if low is None else low, fitted[1] if high is None else high
    return (low, high) if high > low else (low, low + (abs(low) or 1.0))


def fits(levels: tuple[float, float], wanted: tuple[float, float]) -> bool:
    """Whether ``levels`` are near enough to those ``wanted``."""
    room = STEADY * (wanted[1] - wanted[0])
    return all(abs(a - b) <= room for a, b in zip(levels, wanted))


def lookup_table(name: str, theme: Theme) -> NDArray[np.uint8]:
    """Return (256, 3) sRGB values of a colour map.

    "spin" goes from the theme's down to its up colour, "signal" from its ground through its blue to its letters.
    """
    if name == "signal":
        stops = np.array([theme.rgb("panel"), theme.rgb("simulation"), theme.rgb("text")])
        at = np.linspace(0, 1, SHADES)
        table = np.column_stack([np.interp(at, (0, 0.7, 1), stops[:, channel]) for channel in range(3)])
    elif name == "spin":
        middle = (0.88, 0.88, 0.88) if not theme.dark else (0.10, 0.11, 0.13)
        stops = np.array([theme.rgb("down"), middle, theme.rgb("up")])
        at = np.linspace(0, 1, SHADES)
        table = np.column_stack([np.interp(at, (0, 0.5, 1), stops[:, channel]) for channel in range(3)])
    else:
        from cmap import Colormap

        table = np.asarray(Colormap("colorcet:CET_CBC1" if name == "direction" else name).lut(SHADES))[:, :3]
    return np.round(255 * table).astype(np.uint8)
