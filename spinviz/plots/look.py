"""Fonts, pens and lengths of the plots: a theme at a size, so that an export is the screen, scaled."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from spinviz.model.symbols import Run
from spinviz.model.theme import DARK, Theme

FAMILY = "Inter"
TEXT, SMALL = 12.5, 11.0
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

    def pen(self, role: str, width: float = 2.0, *, dashed: bool = False, alpha: float = 1.0) -> QPen:
        """Return a pen as wide at every zoom."""
        pen = pg.mkPen(self.color(role, alpha), width=width * self.scale * self.theme.line_scale)
        if dashed:
            pen.setDashPattern([4.0, 3.0])
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        else:
            pen.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
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


def runs_width(runs: tuple[Run, ...], font: QFont) -> float:
    """Return the width of ``runs`` in pixels."""
    return _width(runs, font.pixelSize(), font.weight())


@lru_cache(maxsize=4096)
def _width(runs: tuple[Run, ...], size: int, weight: int) -> float:
    """Kept, because the same few words are measured at every frame. `Look.font` differs in size and weight only."""
    font = _face(size, weight)
    return sum(QFontMetricsF(_font_of(level, font)).horizontalAdvance(text) for text, level in runs)


def shortened(whole: tuple[Run, ...], font: QFont, room: float) -> tuple[Run, ...]:
    """Return ``whole``, or as many of its characters as fit into ``room`` pixels with "…" behind them."""
    if runs_width(whole, font) <= room:
        return whole
    letters = [(letter, level) for text, level in whole for letter in text]
    while letters and runs_width((*letters, ("…", "base")), font) > room:
        letters.pop()
    return (*letters, ("…", "base")) if letters else ()


def draw_runs(
    painter: QPainter, at: QPointF, runs: tuple[Run, ...], font: QFont, color: QColor, halo: QColor | None = None
) -> float:
    """Write ``runs`` with the base line at ``at``; return the x where they end.

    ``halo``: the colour of the ground, put around the letters where curves run behind them.
    """
    x, size = at.x(), font.pixelSize()
    if halo is not None:
        outline = QPainterPath()
        for place, run_font, text in _placed(at, runs, font):
            outline.addText(place, run_font, text)
        pen = QPen(halo, max(2.0, 0.28 * size))
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(outline, pen)
    painter.setPen(color)
    for place, run_font, text in _placed(at, runs, font):
        painter.setFont(run_font)
        painter.drawText(place, text)
        x = place.x() + QFontMetricsF(run_font).horizontalAdvance(text)
    return x


def _placed(at: QPointF, runs: tuple[Run, ...], font: QFont) -> list[tuple[QPointF, QFont, str]]:
    """Where each run begins."""
    placed, x, size = [], at.x(), font.pixelSize()
    for text, level in runs:
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
