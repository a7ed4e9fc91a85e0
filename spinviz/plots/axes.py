"""Quiet axes: round ticks, true minus signs, grid lines only where they help, and the unit that reads best."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPicture

from spinviz.model.symbols import runs
from spinviz.model.units import NEVER_PREFIXED, prefix_for, superscript
from spinviz.plots.look import SMALL, WIDEST_AXIS, Look, draw_runs, runs_width

RIGHT_MARGIN = 14.0
"""Room right of a graph in pixels of the design's text."""
BELOW = 0.16
"""How far subscripts reach below other letters, in sizes of these."""


@dataclass(frozen=True)
class Scale:
    """Numbers on an axis are values divided by ``factor``, in ``unit`` ("ms", "10⁻⁷ m²", "")."""

    factor: float = 1.0
    unit: str = ""


def scale_for(largest: float, unit: str) -> Scale:
    """Return the scale in which an axis up to ``largest`` (magnitude, in ``unit``) has short numbers."""
    if not math.isfinite(largest) or largest == 0:
        return Scale(1.0, unit)
    if unit not in NEVER_PREFIXED:
        prefix, factor = prefix_for(largest, unit)
        if 0.5 <= largest / factor < 5e3:
            return Scale(factor, prefix + unit)
    if 1e-2 <= largest < 1e5:
        return Scale(1.0, unit)
    exponent = math.floor(math.log10(largest))
    return Scale(10.0**exponent, f"10{superscript(exponent)} {unit}".rstrip())


def ticks(low: float, high: float, wanted: int) -> tuple[list[float], float]:
    """Return round values between ``low`` and ``high``, about ``wanted`` of them, and their step."""
    span = high - low
    if not (span > 0 and math.isfinite(span)):
        return [], 1.0
    rough = span / max(wanted, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1.0, 2.0, 5.0, 10.0) if m * power >= 0.75 * rough)
    first, last = math.ceil(low / step - 1e-6), math.floor(high / step + 1e-6)
    return [n * step for n in range(first, last + 1)], step


def tick_text(value: float, step: float) -> str:
    """Return ``value`` with as many decimals as ``step`` needs."""
    if abs(value) < step * 1e-6:
        value = 0.0
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return f"{value:.{decimals}f}".replace("-", "−")


def round_up(value: float) -> float:
    """Return the next of 1, 1.5, 2, 3, 4, 5, 6, 8, 10 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(m * power for m in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if m * power >= value * (1 - 1e-9))


def numbers(low: float, high: float, wanted: int) -> list[tuple[float, str]]:
    """Return ticks and their texts, about ``wanted`` but at least two: one number alone gives no scale."""
    values, step = ticks(low, high, max(2, wanted))
    for more in (3, 4, 6, 8):
        if len(values) >= 2:
            break
        values, step = ticks(low, high, more)
    if wanted <= 2 and len(values) > 2:
        # Between them there is no room.
        values = [values[0], values[-1]]
    return [(value, tick_text(value, step)) for value in values]


class Fit:
    """Limits of an axis that hold still: they grow at once and shrink only when most of the room is empty."""

    def __init__(self, low: float | None = None, high: float | None = None, *, shrink: bool = True) -> None:
        self._fixed_low, self._fixed_high = low, high
        self._shrink = shrink
        self.held = False
        """Whether the limits do not shrink for the time being."""
        self.low = low if low is not None else math.inf
        self.high = high if high is not None else -math.inf

    def limits(self) -> tuple[float, float]:
        """Return the limits now; -1 and 1 before there was a number."""
        return (self.low, self.high) if self.high > self.low else (-1.0, 1.0)

    def around(self, low: float, high: float) -> tuple[float, float]:
        """Return limits for numbers between ``low`` and ``high``; those declared are never undercut."""
        if not (math.isfinite(low) and math.isfinite(high)):
            return self.limits()
        low, high = self._declared(low, high)
        room = self.high - self.low
        slack = 1e-9 * room
        fits = room > 0 and low >= self.low - slack and high <= self.high + slack
        if not fits or (self._shrink and not self.held and high - low <= 0.35 * room):
            self._settle(low, high)
        return self.limits()

    def _declared(self, low: float, high: float) -> tuple[float, float]:
        """Take the declared limits unless a number goes well beyond: a little is seen in the plot's margin."""
        a, b = self._fixed_low, self._fixed_high
        slack = 0.03 * ((high if b is None else max(b, high)) - (low if a is None else min(a, low)))
        if a is not None and low > a - slack:
            low = a
        if b is not None and high < b + slack:
            high = b
        return low, high

    def _settle(self, low: float, high: float) -> None:
        largest = max(abs(low), abs(high))
        span = high - low if high - low > 1e-6 * largest else 0.2 * largest or 1.0
        _, step = ticks(0.0, span, 4)
        slack = 0.005 * span
        self.low = low if low == self._fixed_low else math.floor((low + slack) / step) * step
        self.high = high if high == self._fixed_high else math.ceil((high - slack) / step) * step
        if not self.high > self.low:
            self.low, self.high = self.low - step, self.high + step


class QuietAxis(pg.AxisItem):
    """Numbers without a line; with ``grid`` thin lines across the plot."""

    def __init__(self, orientation: str, look: Look, *, grid: bool) -> None:
        super().__init__(orientation, showValues=True)
        self._look = look
        self._with_grid = grid
        self._named: list[tuple[float, str]] | None = None
        self.picture: QPicture | None = None
        self.enableAutoSIPrefix(False)
        self.setStyle(tickLength=0, autoExpandTextSpace=False, autoReduceTextSpace=False, hideOverlappingLabels=False)
        self.set_look(look)

    def set_look(self, look: Look) -> None:
        """Take the theme and the size."""
        self._look = look
        if self.orientation == "left":
            self.setWidth(round(look.text_px(44)))
        else:
            self.setHeight(round(look.text_px(20)))
        self.picture = None
        self.update()

    def set_named(self, named: list[tuple[float, str]] | None) -> None:
        """Show these (position, text) instead of numbers; None for numbers, empty for nothing."""
        if named != self._named:
            self._named = named
            self.picture = None
            self.update()

    def boundingRect(self) -> QRectF:
        """Axis and grid."""
        rect = self.mapRectFromParent(self.geometry())
        margin = self._look.text_px(14)
        if self.orientation == "left":
            rect = rect.adjusted(0, -margin, 0, margin)
        else:
            rect = rect.adjusted(-2 * margin, 0, 2 * margin, 0)
        view = self.linkedView()
        if self._with_grid and view is not None:
            rect = rect.united(view.mapRectToItem(self, view.boundingRect()))
        return rect

    def generateDrawSpecs(self, p: QPainter) -> None:
        """Nothing: `paint` draws directly."""
        return

    def paint(self, p: QPainter, opt: object, widget: object) -> None:
        """Draw numbers and grid lines from a picture kept until range or look change."""
        if self.picture is None:
            picture = QPicture()
            painter = QPainter(picture)
            self._draw(painter)
            painter.end()
            self.picture = picture
        p.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        p.setRenderHint(QPainter.RenderHint.TextAntialiasing, True)
        self.picture.play(p)

    def _draw(self, painter: QPainter) -> None:
        rect = self.mapRectFromParent(self.geometry())
        view = self.linkedView()
        low, high = self.range
        if view is None or not high > low:
            return
        vertical = self.orientation == "left"
        length = rect.height() if vertical else rect.width()
        labels = self._labels(low, high, length, vertical)
        font = self._font(labels, rect.width(), length / (high - low))
        metrics = QFontMetricsF(font)
        inside = view.mapRectToItem(self, view.boundingRect())
        place: Callable[[float], float]
        if vertical:
            place = lambda v: rect.bottom() - (v - low) / (high - low) * length  # noqa: E731
        else:
            place = lambda v: rect.left() + (v - low) / (high - low) * length  # noqa: E731
        taken = -math.inf
        for value, text in labels:
            at = place(value)
            if self._with_grid:
                self._grid_line(painter, at, inside, vertical)
            painter.setPen(self._look.color("secondary"))
            width = runs_width(runs(text), font)
            if vertical:
                left = rect.right() - self._look.text_px(8) - width
                self._write(painter, QPointF(left, at + 0.36 * metrics.ascent()), text, font)
            else:
                # A wide number at the end of the axis stays in the margin that `PlotPanel` leaves.
                left = min(at - width / 2, rect.right() + self._look.text_px(RIGHT_MARGIN) - width)
                if left < taken:
                    continue
                taken = left + width + self._look.text_px(6)
                self._write(painter, QPointF(left, rect.top() + self._look.text_px(6) + metrics.ascent()), text, font)

    def _write(self, painter: QPainter, at: QPointF, text: str, font: QFont) -> None:
        """Write a number, or a name with its subscripts."""
        if self._named is None:
            painter.setFont(font)
            painter.drawText(at, text)
        else:
            draw_runs(painter, at, runs(text), font, self._look.color("secondary"))

    def fit_width(self, low: float, high: float, length: float) -> float:
        """Make room for the numbers between ``low`` and ``high`` and return the width."""
        metrics = QFontMetricsF(self._look.font(SMALL))
        labels = self._labels(low, high, length, vertical=True)
        widest = max((metrics.horizontalAdvance(text) for _, text in labels), default=0.0)
        least, most = self._look.text_px(44), self._look.text_px(WIDEST_AXIS)
        width = round(min(max(widest + self._look.text_px(12), least), most))
        if width != self.width():
            self.setWidth(width)
        return width

    def _font(self, labels: list[tuple[float, str]], width: float, per_unit: float) -> QFont:
        """The small font, smaller where numbers of many digits do not fit beside the plot or names are crowded.

        ``per_unit``: pixels of the axis for a difference of 1.
        """
        face = self._look.font(SMALL)
        if self.orientation == "left" and labels:
            widest = max(QFontMetricsF(face).horizontalAdvance(text) for _, text in labels)
            part = (width - self._look.text_px(9)) / widest if widest else 1.0
            if self._named is not None and len(labels) > 1:
                heights = sorted(value for value, _ in labels)
                nearest = min(b - a for a, b in pairwise(heights)) * per_unit
                deepest = any(level == "sub" for _, text in labels for _, level in runs(text))
                part = min(part, nearest / (QFontMetricsF(face).height() + deepest * BELOW * face.pixelSize()))
            if part < 1:
                face.setPixelSize(max(6, int(face.pixelSize() * part)))
        return face

    def _grid_line(self, painter: QPainter, at: float, inside: QRectF, vertical: bool) -> None:
        pen = self._look.pen("line", 1.0 / self._look.theme.line_scale, alpha=1.0 if self._look.theme.dark else 0.8)
        if self._look.theme.name == "high-contrast":
            pen.setColor(self._look.color("line", 0.4))
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        if vertical:
            painter.drawLine(QPointF(inside.left(), at), QPointF(inside.right(), at))
        else:
            painter.drawLine(QPointF(at, inside.top()), QPointF(at, inside.bottom()))

    def _labels(self, low: float, high: float, length: float, vertical: bool) -> list[tuple[float, str]]:
        if self._named is not None:
            return [(value, text) for value, text in self._named if low <= value <= high]
        each = self._look.text_px(30 if vertical else 64)
        return numbers(low, high, int(length / each))
