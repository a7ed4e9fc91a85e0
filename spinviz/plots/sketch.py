"""Drawing into a plot with the mouse: what somebody expects before the run shows it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from spinviz.model.kept import MOST_POINTS
from spinviz.plots.items import Stroke
from spinviz.plots.pinned import BEFORE, DRAWN, KeepsCurves

Values = NDArray[np.float64]

APART = 2.0
"""Pixels between two points of a stroke."""


class Sketching(QObject):
    """Takes the left button in one panel while it is active. Signal: ``drawn(x, y)``: a stroke in declared units."""

    drawn = Signal(object, object)

    def __init__(self, panel: KeepsCurves, parent: QWidget) -> None:
        super().__init__(parent)
        self._panel = panel
        self._viewport = panel.graph.viewport()
        self._points: list[tuple[float, float]] = []
        self._last = QPointF()
        self._line = Stroke(antialias=True)
        self._line.setZValue(BEFORE)
        panel.box.addItem(self._line, ignoreBounds=True)
        self.active = False

    def set_active(self, active: bool) -> None:
        """Draw with the left button, or leave it to the plot."""
        if active == self.active:
            return
        self.active = active
        self._forget()
        if active:
            self._viewport.setCursor(Qt.CursorShape.CrossCursor)
            self._viewport.installEventFilter(self)
        else:
            self._viewport.unsetCursor()
            self._viewport.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the mouse from press to release."""
        kind = event.type()
        if not isinstance(event, QMouseEvent):
            return False
        left = event.button() == Qt.MouseButton.LeftButton
        if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick) and left:
            self._line.setPen(self._panel.look.pen("text", DRAWN))
            self._take(event.position())
            return True
        if not self._points:
            return False
        if kind == QEvent.Type.MouseMove:
            self._go_on(event.position())
            return True
        if kind == QEvent.Type.MouseButtonRelease and left:
            self._go_on(event.position())
            self._finish()
            return True
        return False

    def _go_on(self, at: QPointF) -> None:
        if (at - self._last).manhattanLength() >= APART:
            self._take(at)

    def _take(self, at: QPointF) -> None:
        box = self._panel.box
        inside = box.sceneBoundingRect()
        scene = self._panel.graph.mapToScene(at.toPoint())
        x = min(max(scene.x(), inside.left()), inside.right())
        y = min(max(scene.y(), inside.top()), inside.bottom())
        point = box.mapSceneToView(QPointF(x, y))
        self._last = at
        self._points.append((point.x(), point.y()))
        self._line.setData(*np.array(self._points).T)

    def _finish(self) -> None:
        points, factors = np.array(self._points), self._panel.factors()
        self._forget()
        if len(points) > 1:
            self.drawn.emit(points[:, 0] * factors[0], points[:, 1] * factors[1])

    def _forget(self) -> None:
        self._points = []
        self._line.setData([], [])


def joined(x: Values, y: Values, more_x: Values, more_y: Values, most: int = MOST_POINTS) -> tuple[Values, Values]:
    """Return strokes x, y (n,) and one more, a gap between them; of more than ``most`` points every second goes."""
    gap = [np.nan] if len(x) else []
    x, y = np.concatenate([x, gap, more_x]), np.concatenate([y, gap, more_y])
    while len(x) > most:
        stays = np.isnan(x) | (np.arange(len(x)) % 2 == 0)
        if stays.all():
            return x[:most], y[:most]
        x, y = x[stays], y[stays]
    return x, y
