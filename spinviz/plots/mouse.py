"""The part of a graph where the mouse does something of the plot's own instead of moving the picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt


class Box(pg.ViewBox):
    """Tells clicks and drags of the left button, in coordinates of the scene.

    ``dragged(pressed, at, begins, ends)``: where the button went down, where the mouse is; ``clicked(at)``.
    """

    def __init__(
        self,
        dragged: Callable[[QPointF, QPointF, bool, bool], None] | None,
        clicked: Callable[[QPointF], None],
    ) -> None:
        super().__init__(enableMenu=False)
        self._dragged, self._clicked = dragged, clicked

    def mouseDragEvent(self, ev: Any, axis: int | None = None) -> None:
        """Drags with other buttons move the picture."""
        if self._dragged is None or ev.button() != Qt.MouseButton.LeftButton:
            super().mouseDragEvent(ev, axis=axis)
            return
        ev.accept()
        pressed, at = (QPointF(p.x(), p.y()) for p in (ev.buttonDownScenePos(), ev.scenePos()))
        self._dragged(pressed, at, ev.isStart(), ev.isFinish())

    def mouseClickEvent(self, ev: Any) -> None:
        """A double click belongs to the panel."""
        if ev.button() == Qt.MouseButton.LeftButton and not ev.double():
            ev.accept()
            self._clicked(QPointF(ev.scenePos().x(), ev.scenePos().y()))
