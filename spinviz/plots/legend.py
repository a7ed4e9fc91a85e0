"""The line above a graph that says what its lines are: it has room of its own and never covers them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from spinviz.model.symbols import plain_text, runs
from spinviz.plots.look import SMALL, Look, draw_runs, runs_width, shortened

MOST_ROWS = 2


@dataclass(frozen=True)
class Entry:
    """What one kind of line looks like and means."""

    label: str
    role: str
    dashed: bool = False
    marks: bool = False


class Legend(QWidget):
    """Entries beside each other, in two rows where one is too narrow; what still has no room is left out."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._inset = 0.0
        self.entries: tuple[Entry, ...] = ()
        self._rows: list[list[tuple[float, Entry]]] = []
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._fold()

    def set_look(self, look: Look) -> None:
        """Take the theme and the size."""
        self._look = look
        self._fold()

    def set_inset(self, inset: float) -> None:
        """Begin so far to the right: above the graph."""
        if inset != self._inset:
            self._inset = inset
            self._fold()

    def set_entries(self, entries: tuple[Entry, ...]) -> None:
        """Show ``entries``; each label once."""
        if entries != self.entries:
            self.entries = entries
            self.setAccessibleName(", ".join(plain_text(entry.label) for entry in entries))
            self._fold()

    def sizeHint(self) -> QSize:
        """As high as its rows, as wide as it gets."""
        return QSize(0, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the entries out again."""
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        """Put the entries into rows, which begin above the graph or, where that is too narrow, above its numbers."""
        self._rows = self._folded(self._inset)
        if len(self._rows) > MOST_ROWS:
            self._rows = self._folded(0.3 * self._inset)[:MOST_ROWS]
        height = round(self._look.text_px(15) * len(self._rows))
        if height != self.height() or self.isHidden() == bool(self.entries):
            self.setFixedHeight(height)
            self.setVisible(bool(self.entries))
        self.update()

    def _folded(self, left: float) -> list[list[tuple[float, Entry]]]:
        font, gap = self._look.font(SMALL), self._look.text_px(10)
        rows: list[list[tuple[float, Entry]]] = [[]] if self.entries else []
        x = left
        for entry in self.entries:
            width = self._sample() + runs_width(runs(entry.label), font)
            if x > left and x + width > self.width():
                rows.append([])
                x = left
            rows[-1].append((x, entry))
            x += width + gap
        return rows

    def _pen(self, entry: Entry, length: float) -> QPen:
        """The line's own pen; of a dashed one two dashes fit into ``length``."""
        pen = self._look.pen(entry.role, 2.0, dashed=entry.dashed)
        if entry.dashed:
            part = length / (8 * pen.widthF())
            pen.setDashPattern([3 * part, 2 * part])
        return pen

    def _sample(self) -> float:
        """Width of the piece of line in front of a label."""
        return self._look.text_px(20)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a piece of each line and its label."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self._look.font(SMALL)
        height, ascent = self._look.text_px(15), QFontMetricsF(font).ascent()
        for row, entries in enumerate(self._rows):
            middle = (row + 0.5) * height
            for x, entry in entries:
                end = x + self._sample() - self._look.text_px(5)
                if entry.marks:
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(self._look.brush(entry.role))
                    radius = self._look.px(3)
                    painter.drawEllipse(QPointF((x + end) / 2, middle), radius, radius)
                else:
                    painter.setPen(self._pen(entry, end - x))
                    painter.drawLine(QPointF(x, middle), QPointF(end, middle))
                at = QPointF(x + self._sample(), middle + 0.36 * ascent)
                label = shortened(runs(entry.label), font, self.width() - at.x())
                draw_runs(painter, at, label, font, self._look.color("text"))
        painter.end()
