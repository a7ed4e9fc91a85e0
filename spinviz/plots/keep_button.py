"""The pin at a plot that keeps its curves, and what its context menu offers about kept ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from spinviz.model.symbols import plain_text
from spinviz.plots.look import Look

SIZE = 18.0
"""Width and height in pixels of the design: the margin right of the graph, where no curve goes."""
HEAD = ((-2.2, -5.5), (2.2, -5.5), (1.7, -1.0), (3.6, 1.4), (-3.6, 1.4), (-1.7, -1.0))
"""The outline of a pin whose point is at (0, 6)."""


class KeepButton(QToolButton):
    """A pin in the upper right corner of a panel."""

    def __init__(self, look: Look, panel: QWidget) -> None:
        super().__init__(panel)
        self._look = look
        self._panel = panel
        self.setToolTip("Keep these curves for comparison (K keeps those of all plots)")
        self.setAccessibleName("Keep curves")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAutoRaise(True)
        self.hide()
        panel.installEventFilter(self)
        self.set_look(look)

    def set_look(self, look: Look) -> None:
        """Take the theme and the size."""
        self._look = look
        side = round(look.px(SIZE))
        self.setFixedSize(side, side)
        self._place()
        self.update()

    def appear(self, wanted: bool) -> None:
        """Be there or not."""
        self.setVisible(wanted)
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the corner."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        self.move(self._panel.width() - self.width() - round(self._look.px(3)), round(self._look.px(3)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the pin, brighter under the mouse."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(self.width() / 2, self.height() / 2)
        unit = self.width() / SIZE
        painter.scale(unit, unit)
        painter.rotate(35)
        role = "accent" if self.isDown() else "text" if self.underMouse() else "muted"
        pen = self._look.pen(role, 1.3 / max(self._look.scale, 1e-3))
        painter.setPen(pen)
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in HEAD]))
        painter.drawLine(QPointF(0, 1.4), QPointF(0, 6))
        painter.end()


def offer(
    menu: QMenu,
    words: Sequence[str],
    keep: Callable[[], object],
    compare: Callable[[], object],
    drop: Callable[[int], object],
) -> None:
    """Add to ``menu`` what can be done about kept curves; ``words`` name those that can be dropped."""
    menu.addSeparator()
    menu.addAction("&Keep curves").triggered.connect(lambda *_: keep())
    menu.addAction("Compare with &measured data…").triggered.connect(lambda *_: compare())
    for n, label in enumerate(words):
        action = menu.addAction(f"Remove {plain_text(label)}".replace("&", "&&"))
        action.triggered.connect(lambda *_, n=n: drop(n))
