"""Fonts, pens and lengths of the plots: a theme at a size, so that an export is the screen, scaled."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from spinviz.model.symbols import Run, runs
from spinviz.model.theme import DARK, Theme

FAMILY = "Inter"
TEXT, SMALL = 12.5, 11.0
WIDEST_AXIS = 66.0
"""Pixels of the design that the numbers of an upright axis take at most."""
DASHES = ((4.0, 3.0), (1.0, 2.0), (8.0, 3.0, 1.0, 3.0))
"""Patterns by which laws in one plot are told apart: dashed, dotted, both; in widths of the line."""
SPACES = re.compile(r"( +)(?![^{}]*\})")
"""Where a line may end: not inside the braces of a subscript."""
ARROWS = re.compile(r" →|[↑↔] ")
SUB_SIZE, SUB_DROP, SUP_RISE = 0.74, 0.22, 0.38
"""Subscripts: size, drop and rise in units of the text height."""


@dataclass(frozen=True)
class Look:
    """A theme drawn ``scale`` times as large."""

    theme: Theme = DARK
    scale: float = 1.0

    def px(self, length: float) -> float:
        """Return a length of the design in pixels."""
        return length * self.scale

    def text_px(self, size: float) -> float:
        """Return a length that follows the size of text."""
        return max(1.0, size * self.scale * self.theme.font_scale)

    def font(self, size: float = TEXT, *, bold: bool = False) -> QFont:
        """Return the typeface with tabular figures."""
        weight = QFont.Weight.DemiBold if bold else QFont.Weight.Normal
        return _face(max(6, round(self.text_px(size))), weight)

    def color(self, role: str, alpha: float = 1.0) -> QColor:
        """Return the colour of a role of the theme."""
        color = QColor(self.theme.color(role))
        color.setAlphaF(alpha)
        return color

    def pen(self, role: str, width: float = 2.0, *, dashed: bool = False, pattern: int = 0, alpha: float = 1.0) -> QPen:
        """Return a pen as wide at every zoom. ``pattern``: which of the `DASHES`."""
        pen = pg.mkPen(self.color(role, alpha), width=width * self.scale * self.theme.line_scale)
        if dashed:
            pen.setDashPattern(DASHES[pattern % len(DASHES)])
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        else:
            pen.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
        return pen

    def sample_pen(
        self, role: str, length: float, *, width: float = 2.0, dashed: bool = False, pattern: int = 0
    ) -> QPen:
        """Return the pen for a piece of a line in a legend: whole dashes, at least two, fit into ``length`` pixels."""
        pen = self.pen(role, width, dashed=dashed, pattern=pattern)
        if dashed:
            dashes, widths = pen.dashPattern(), length / pen.widthF()
            pieces = max(1, round(widths / sum(dashes))) + (len(dashes) == 2)
            part = widths / (pieces * sum(dashes) - dashes[-1])
            pen.setDashPattern([part * dash for dash in dashes])
        return pen

    def brush(self, role: str, alpha: float = 1.0) -> QBrush:
        """Return a solid brush."""
        return QBrush(self.color(role, alpha))


def _face(size: int, weight: int) -> QFont:
    font = QFont(FAMILY)
    font.setPixelSize(size)
    font.setWeight(QFont.Weight(weight))
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def runs_width(words: tuple[Run, ...], font: QFont) -> float:
    """Return the width of ``words`` in pixels."""
    return _width(words, font.pixelSize(), font.weight())


@lru_cache(maxsize=4096)
def _width(words: tuple[Run, ...], size: int, weight: int) -> float:
    """Kept, because the same few words are measured at every frame. `Look.font` differs in size and weight only."""
    font = _face(size, weight)
    return sum(QFontMetricsF(_font_of(level, font)).horizontalAdvance(text) for text, level in words)


def wrapped(text: str, font: QFont, room: float) -> list[tuple[Run, ...]]:
    """Break ``text`` (as symbols are written) between words into lines of at most ``room`` pixels.

    An arrow stays with the word that it points from or to. A word that is wider stays whole.
    """
    bound = ARROWS.sub(lambda match: match.group().replace(" ", "\N{NO-BREAK SPACE}"), text)
    lines: list[str] = []
    gap = ""
    for part in SPACES.split(bound):
        if part.startswith(" "):
            gap = part
            continue
        joined = f"{lines[-1]}{gap}{part}" if lines else part
        if lines and runs_width(runs(joined), font) > room:
            lines.append(part)
        else:
            lines[-1:] = [joined]
    return [runs(line) for line in lines if line]


def draw_runs(
    painter: QPainter, at: QPointF, words: tuple[Run, ...], font: QFont, color: QColor, halo: QColor | None = None
) -> float:
    """Write ``words`` with the base line at ``at``; return the x where they end.

    ``halo``: the colour of the ground, put around the letters where curves run behind them.
    """
    x, size = at.x(), font.pixelSize()
    if halo is not None:
        outline = QPainterPath()
        for place, run_font, text in _placed(at, words, font):
            outline.addText(place, run_font, text)
        pen = QPen(halo, max(2.0, 0.28 * size))
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(outline, pen)
    painter.setPen(color)
    for place, run_font, text in _placed(at, words, font):
        painter.setFont(run_font)
        painter.drawText(place, text)
        x = place.x() + QFontMetricsF(run_font).horizontalAdvance(text)
    return x


def _placed(at: QPointF, words: tuple[Run, ...], font: QFont) -> list[tuple[QPointF, QFont, str]]:
    """Where each run begins."""
    placed, x, size = [], at.x(), font.pixelSize()
    for text, level in words:
        run_font = _font_of(level, font)
        shift = {"base": 0.0, "sub": SUB_DROP * size, "sup": -SUP_RISE * size}[level]
        placed.append((QPointF(x, at.y() + shift), run_font, text))
        x += QFontMetricsF(run_font).horizontalAdvance(text)
    return placed


def _font_of(level: str, font: QFont) -> QFont:
    if level == "base":
        return font
    small = QFont(font)
    small.setPixelSize(max(5, round(font.pixelSize() * SUB_SIZE)))
    return small
