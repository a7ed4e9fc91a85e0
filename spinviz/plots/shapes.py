"""Filled shapes that rarely change, painted once and copied to every frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter, QTransform
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from spinviz.plots.look import Look

Values = NDArray[np.float64]
FILL, LINE = 0.38, 1.6
"""Opacity of the shapes and width of their outlines in design pixels."""


@dataclass(frozen=True, eq=False)
class Shape:
    """A line (n,) in axis numbers, NaN for gaps, filled down to the height ``base``."""

    role: str
    x: Values
    y: Values
    base: float


class Shapes(QGraphicsItem):
    """Paints its shapes when they, the axes or the theme change: a picture is copied faster than curves are stroked."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._rect = QRectF()
        self._picture: tuple[object, QImage] | None = None
        self.shapes: tuple[Shape, ...] = ()
        self.setZValue(10)

    def set_look(self, look: Look) -> None:
        """Take the theme and the size."""
        self._look = look
        self._picture = None
        self.update()

    def set_shapes(self, shapes: tuple[Shape, ...], rect: QRectF) -> None:
        """Show ``shapes`` within ``rect``, the part of the plane that is seen."""
        self.prepareGeometryChange()
        self.shapes, self._rect, self._picture = shapes, QRectF(rect), None
        self.update()

    def boundingRect(self) -> QRectF:
        """The part of the plane that is seen."""
        return self._rect

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Copy the picture, painted now where the pixels are others than last time."""
        to_pixels = painter.worldTransform()
        seen = to_pixels.mapRect(self._rect).toAlignedRect()
        if seen.isEmpty() or not self.shapes:
            return
        ratio = painter.device().devicePixelRatio()
        key = (to_pixels, seen, ratio)
        if self._picture is None or self._picture[0] != key:
            image = QImage((QSizeF(seen.size()) * ratio).toSize(), QImage.Format.Format_ARGB32_Premultiplied)
            image.setDevicePixelRatio(ratio)
            image.fill(Qt.GlobalColor.transparent)
            self._draw(image, to_pixels * QTransform.fromTranslate(-seen.x(), -seen.y()))
            self._picture = (key, image)
        painter.save()
        painter.setWorldTransform(QTransform())
        painter.drawImage(QPoint(seen.x(), seen.y()), self._picture[1])
        painter.restore()

    def _draw(self, image: QImage, to_pixels: QTransform) -> None:
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setWorldTransform(to_pixels)
        for shape in self.shapes:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._look.brush(shape.role, FILL))
            painter.drawPath(pg.arrayToQPath(*grounded(shape.x, shape.y, shape.base), connect="finite"))
            painter.setPen(self._look.pen(shape.role, LINE))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(pg.arrayToQPath(shape.x, shape.y, connect="finite"))
        painter.end()


def grounded(x: Values, y: Values, base: float) -> tuple[Values, Values]:
    """Return outlines that begin and end at the height ``base``, one for each piece between gaps (NaN)."""
    known = np.isfinite(x) & np.isfinite(y)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(int)))
    xs: list[Values] = []
    ys: list[Values] = []
    for first, last in zip(edges[::2], edges[1::2]):
        xs += [x[first : first + 1], x[first:last], x[last - 1 : last], np.array([np.nan])]
        ys += [np.array([base]), y[first:last], np.array([base]), np.array([np.nan])]
    if not xs:
        return np.zeros(0), np.zeros(0)
    return np.concatenate(xs), np.concatenate(ys)
