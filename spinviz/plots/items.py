"""Small things drawn into a plot: a head dot with a direct label, filled bars."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from spinviz.model.symbols import runs
from spinviz.plots.look import SMALL, Look, draw_runs, runs_width

Values = NDArray[np.float64]


class Tag(QGraphicsItem):
    """A dot at a point with a text beside it, upright and as large at every zoom."""

    def __init__(self, look: Look, role: str, *, radius: float = 3.5, text: str = "", hollow: bool = False) -> None:
        super().__init__()
        self._look, self._role, self._radius, self._hollow = look, role, radius, hollow
        self._text = text
        self._align = 1.0
        self._rise = 0.0
        self._part = 1.0
        self._picture: tuple[object, QImage] | None = None
        self._rect: tuple[object, QRectF] | None = None
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self.setZValue(50)

    def set_look(self, look: Look) -> None:
        """Take the theme and the size."""
        self.prepareGeometryChange()
        self._look = look
        self.update()

    def place(self, x: float, y: float, *, align: float = 1.0, rise: float = 0.0) -> None:
        """Put the dot at (x, y); the text right (``align`` 1), left (-1) or above (0) of it, shifted up by ``rise``."""
        if (align, rise) != (self._align, self._rise):
            self.prepareGeometryChange()
            self._align, self._rise = align, rise
            self.update()
        self.setPos(x, y)

    def set_text(self, text: str) -> None:
        """Change the text."""
        if text != self._text:
            self.prepareGeometryChange()
            self._text = text
            self.update()

    def set_role(self, role: str) -> None:
        """Change the colour."""
        if role != self._role:
            self._role = role
            self.update()

    def fit(self, height: float) -> None:
        """Make the letters smaller where a line may only be ``height`` pixels high; never larger than usual."""
        part = min(1.0, round(self._part * height / self.height(), 2))
        if part != self._part:
            self.prepareGeometryChange()
            self._part = part
            self.update()

    def _font(self) -> QFont:
        return self._look.font(self._part * SMALL, bold=True)

    def height(self) -> float:
        """The height of a line of text in pixels."""
        return 1.21 * self._part * self._look.text_px(SMALL)

    def width(self) -> float:
        """The width of the text in pixels."""
        return runs_width(runs(self._text), self._font())

    def boundingRect(self) -> QRectF:
        """Dot and text in pixels."""
        key = (self._text, self._look, self._align, self._rise, self._part)
        if self._rect is None or self._rect[0] != key:
            radius = self._look.px(self._radius) + 2
            rect = QRectF(-radius, -radius, 2 * radius, 2 * radius)
            if self._text:
                at, width = self._base_line()
                rect = rect.united(QRectF(at.x() - 1, at.y() - self.height(), width + 2, 1.5 * self.height()))
            self._rect = key, rect
        return QRectF(self._rect[1])

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw the dot, then the text."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._radius:
            radius = self._look.px(self._radius) * self._look.theme.line_scale**0.5
            painter.setPen(self._look.pen(self._role, 1.5) if self._hollow else Qt.PenStyle.NoPen)
            painter.setBrush(Qt.BrushStyle.NoBrush if self._hollow else self._look.brush(self._role))
            painter.drawEllipse(QPointF(0, 0), radius, radius)
        if self._text:
            at, _ = self._base_line()
            picture = self._written(painter.device().devicePixelRatio())
            painter.drawImage(QPointF(at.x() - self.height(), at.y() - 1.5 * self.height()), picture)

    def _written(self, ratio: float) -> QImage:
        """The text in its halo, drawn once: stroking outlines at every frame would cost more than the curves."""
        key = (self._text, self._role, self._look, self._part, ratio)
        if self._picture is None or self._picture[0] != key:
            font = self._font()
            words = runs(self._text)
            room = QSizeF(runs_width(words, font) + 2 * self.height(), 2.5 * self.height())
            image = QImage((room * ratio).toSize(), QImage.Format.Format_ARGB32_Premultiplied)
            image.setDevicePixelRatio(ratio)
            image.fill(Qt.GlobalColor.transparent)
            painter = QPainter(image)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            at = QPointF(self.height(), 1.5 * self.height())
            draw_runs(painter, at, words, font, self._look.color(self._role), self._look.color("window"))
            painter.end()
            self._picture = (key, image)
        return self._picture[1]

    def _base_line(self) -> tuple[QPointF, float]:
        font = self._font()
        width = runs_width(runs(self._text), font)
        gap = self._look.text_px(7)
        if self._align == 0:
            return QPointF(-width / 2, -gap - self._rise), width
        middle = 0.36 * QFontMetricsF(font).ascent() - self._rise
        return QPointF(gap if self._align > 0 else -gap - width, middle), width


class Stroke(pg.PlotCurveItem):
    """A line. Solid ones of ordinary width are drawn in pieces, their seams covered by a hairline: Qt strokes a long
    path about five times more slowly, and the eye sees no difference up to `QUICK` pixels.
    """

    QUICK = 2.5

    def boundingRect(self) -> QRectF:
        """All of the view, which clips it: measuring the points at every frame would cost as much as thinning them."""
        box = self.getViewBox()
        return box.viewRect() if isinstance(box, pg.ViewBox) else super().boundingRect()

    def paint(self, p: QPainter, opt: QStyleOptionGraphicsItem, widget: QWidget | None) -> None:
        """Draw quickly where it looks the same."""
        pen: QPen = self.opts["pen"]
        quick = 1.0 < pen.widthF() <= self.QUICK and pen.style() == Qt.PenStyle.SolidLine and pen.color().alpha() == 255
        if not quick or self.xData is None or len(self.xData) < 3:
            super().paint(p, opt, widget)
            return
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        flat, hair = QPen(pen), QPen(pen)
        flat.setCapStyle(Qt.PenCapStyle.FlatCap)
        hair.setWidthF(1.0)
        p.setPen(flat)
        p.drawLines(*self._getLineSegments())
        p.setPen(hair)
        p.drawPath(self.getPath())


class Bars(pg.PlotCurveItem):
    """Rectangles drawn in one go: edges (n + 1,) and heights (n,)."""

    def set_bars(self, edges: Values, heights: Values) -> None:
        """Show bars from 0 to ``heights`` between neighbouring ``edges``."""
        self.setData(edges, heights, stepMode="center", fillLevel=0.0)


class Area(pg.PlotCurveItem):
    """Closed outlines, filled. NaN divides one from the next."""

    def set_outline(self, x: Values, y: Values) -> None:
        """Show the outlines (x, y), each of which ends where it began."""
        self.setData(x, y, connect="finite")

    def paint(self, p: QPainter, opt: QStyleOptionGraphicsItem, widget: QWidget | None) -> None:
        """Fill and draw the outlines themselves, not the room between them and a level."""
        if self.xData is None or len(self.xData) == 0:
            return
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(self.opts["brush"])
        p.drawPath(self.getPath())
