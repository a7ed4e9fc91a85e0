"""What appears in the corners of a graph: the words at the mouse, the button that undoes a zoom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from spinviz.plots.look import SMALL, Look

if TYPE_CHECKING:
    Mixed = QWidget
else:
    Mixed = object  # Qt allows one widget among the bases


class Late(Mixed):
    """Takes the theme and the size when it is seen: ten plots have one each, and a style sheet is dear."""

    _look: Look
    _worn: Look | None = None

    def set_look(self, look: Look) -> None:
        """Take the theme and the size, at once only if it is seen."""
        self._look = look
        if self.isVisible():
            self.dress()

    def dress(self) -> None:
        """Wear what was taken; ask for it before it is shown."""
        if self._worn is not self._look:
            self._worn = self._look
            self.wear(self._look)

    def wear(self, look: Look) -> None:
        """Look so."""
        raise NotImplementedError


class ReadOut(Late, QLabel):
    """What a plot shows at the mouse, in the upper corner where the mouse is not."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        self.set_look(look)

    def wear(self, look: Look) -> None:
        """A label on a panel of its own."""
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
        self.dress()
        self.setText(text)
        self.adjustSize()
        left = at.x() < inside.center().x()
        x = inside.right() - self.width() - 2 if left else inside.left() + 4
        self.move(round(x), round(inside.top()))
        self.show()


class ResetZoom(Late, QToolButton):
    """The button in the lower right corner of a graph that was zoomed."""

    def __init__(self, look: Look, graph: QWidget) -> None:
        super().__init__(graph)
        self._graph = graph
        self.setText("↺")
        self.setToolTip("Reset zoom (double-click)")
        self.setAccessibleName("Reset zoom")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        self.set_look(look)

    def wear(self, look: Look) -> None:
        """A small button."""
        theme = look.theme
        self.setStyleSheet(
            f"QToolButton {{ background: {theme.control}; color: {theme.text}; border: 1px solid {theme.line};"
            f"border-radius: 4px; padding: 1px 5px; font-size: {look.font(SMALL).pixelSize() + 2}px; }}"
        )

    def appear(self) -> None:
        """Show it where the graph ends now."""
        self.dress()
        self.adjustSize()
        self.move(self._graph.width() - self.width() - 4, self._graph.height() - self.height() - 24)
        self.show()
