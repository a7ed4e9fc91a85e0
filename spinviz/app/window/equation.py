"""An equation as a widget: broken between its parts where it is too wide, its letters smaller only then."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from spinviz.model.theme import Theme
from spinviz.view.lettering import Lettering, equation_rows, typeset

LETTERS = 19.0
"""Height of the letters in pixels of the design."""
GAP = 6


class Equation(QWidget):
    """One equation on the ground of its parent. What cannot be set is left out: markup says nothing to a reader."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lettering = Lettering()
        self._latex = ""
        self._images: list[QImage] = []
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_theme(self, theme: Theme) -> None:
        """Take another theme."""
        self._theme = theme
        self._set()

    def show_equation(self, latex: str, spoken: str) -> None:
        """Show ``latex``; ``spoken`` says for screen readers what it is."""
        self._latex = latex
        self.setAccessibleName(f"Equation: {spoken}")
        self._set()

    @property
    def rows(self) -> tuple[QImage, ...]:
        """What is drawn, row by row."""
        return tuple(self._images)

    def sizeHint(self) -> QSize:
        """As high as its rows, as wide as it gets."""
        return QSize(0, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the equation anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._set()

    def _set(self) -> None:
        color, pixels, ratio = self._theme.theory, LETTERS * self._theme.font_scale, self.devicePixelRatioF()
        room = float(max(self.width(), 1))
        parts = equation_rows(self._latex, pixels, room) if self._latex else []
        rows = [self._lettering.equation(row, pixels, color, room, ratio) for row in parts if typeset(row)]
        self._images = [row for row in rows if row is not None]
        self.setFixedHeight(max(1, round(sum(row.deviceIndependentSize().height() + GAP for row in self._images))))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows below each other."""
        painter = QPainter(self)
        y = GAP / 2
        for row in self._images:
            painter.drawImage(0, round(y), row)
            y += row.deviceIndependentSize().height() + GAP
        painter.end()
