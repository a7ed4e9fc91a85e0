"""What appears in the corners of a graph: the words at the mouse, the button that undoes a zoom."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from spinviz.plots.look import SMALL, Look


class ReadOut(QLabel):
    """What a plot shows at the mouse, in the upper corner where the mouse is not."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._worn: Look | None = None
        self.hide()
        self.set_look(look)

    def set_look(self, look: Look) -> None:
        """Take the theme and the size, at once only if it is seen: ten plots have one each."""
        self._look = look
        if self.isVisible():
            self._dress()

    def _dress(self) -> None:
        if self._worn is self._look:
            return
        self._worn = look = self._look
        font, theme = look.font(SMALL), look.theme
        self.setFont(font)
        self.setStyleSheet(
            f"background: {theme.panel}; color: {theme.text}; border: 1px solid {theme.line};"
            f"border-radius: 4px; padding: 2px 6px; font-size: {font.pixelSize()}px;"
        )

    def say(self, text: str, at: QPointF, inside: QRectF) -> None:
        """Show ``text`` for the mouse ``at`` a place of the graph, whose numbers are ``inside``; hide without text."""
        if not text:
            self.hide()
            return
        self._dress()
        self.setText(text)
        self.adjustSize()
        left = at.x() < inside.center().x()
        x = inside.right() - self.width() - 2 if left else inside.left() + 4
        self.move(round(x), round(inside.top()))
        self.show()


class ResetZoom(QToolButton):
    """The button in the lower right corner of a graph that was zoomed."""

    def __init__(self, look: Look, graph: QWidget) -> None:
        super().__init__(graph)
        self._graph = graph
        self.setText("↺")
        self.setToolTip("Reset zoom (double-click)")
        self.setAccessibleName("Reset zoom")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._worn: Look | None = None
        self.hide()
        self.set_look(look)

    def set_look(self, look: Look) -> None:
        """Take the theme and the size, at once only if it is seen."""
        self._look = look
        if self.isVisible():
            self._dress()

    def _dress(self) -> None:
        if self._worn is self._look:
            return
        self._worn = look = self._look
        theme = look.theme
        self.setStyleSheet(
            f"QToolButton {{ background: {theme.control}; color: {theme.text}; border: 1px solid {theme.line};"
            f"border-radius: 4px; padding: 1px 5px; font-size: {look.font(SMALL).pixelSize() + 2}px; }}"
        )

    def appear(self) -> None:
        """Show it where the graph ends now."""
        self._dress()
        self.adjustSize()
        self.move(self._graph.width() - self.width() - 4, self._graph.height() - self.height() - 24)
        self.show()
