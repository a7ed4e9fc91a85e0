"""The line above a graph that says what its lines are: it has room of its own and never covers them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from spinviz.model.symbols import Run, plain_text, runs
from spinviz.plots.look import SMALL, WIDEST_AXIS, Look, draw_runs, runs_width, wrapped


@dataclass(frozen=True)
class Entry:
    """What one kind of line looks like and means."""

    label: str
    role: str
    dashed: bool = False
    marks: bool = False
    pattern: int = 0
    width: float = 2.0
    dashes: tuple[float, ...] = ()
    """Lengths of dashes and gaps in widths of the line, where they are not the usual ones."""


@dataclass(frozen=True)
class Piece:
    """A line of words; ``entry`` where it is the first of one, whose mark stands before it."""

    x: float
    row: int
    words: tuple[Run, ...]
    entry: Entry | None = None


class Legend(QWidget):
    """Entries beside each other, in as many rows as they need; a label wider than the plot takes several.

    Signal: ``folded``: other rows are needed than before.
    """

    folded = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._inset = 0.0
        self.entries: tuple[Entry, ...] = ()
        self._pieces: list[Piece] = []
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
        """Put the entries into rows, which begin above the graph or, where that is too narrow, above its numbers.

        How many rows there are does not depend on the inset, which itself depends on the height that is left.
        """
        widest = self._look.text_px(WIDEST_AXIS)
        self._pieces = self._folded(min(self._inset, widest) if self._rows(self._folded(widest)) < 2 else 0.0)
        height = round(self._look.text_px(15) * self._rows(self._pieces))
        if height != self.height() or self.isHidden() == bool(self.entries):
            self.setFixedHeight(height)
            self.setVisible(bool(self.entries))
            self.folded.emit()
        self.update()

    @staticmethod
    def _rows(pieces: list[Piece]) -> int:
        return pieces[-1].row + 1 if pieces else 0

    def _folded(self, left: float) -> list[Piece]:
        font, gap, sample = self._look.font(SMALL), self._look.text_px(10), self._sample()
        found: list[Piece] = []
        x, row = left, 0
        for entry in self.entries:
            if x > left and x + sample + runs_width(runs(entry.label), font) > self.width():
                x, row = left, row + 1
            lines = wrapped(entry.label, font, max(self.width() - left - sample, 1.0))
            for n, words in enumerate(lines):
                row += n > 0
                found.append(Piece(x, row, words, entry if n == 0 else None))
            x += sample + max(runs_width(words, font) for words in lines) + gap
        return found

    def _pen(self, entry: Entry, length: float) -> QPen:
        """The line's own pen; of a dashed one whole dashes fit into ``length``."""
        pen = self._look.sample_pen(entry.role, length, width=entry.width, dashed=entry.dashed, pattern=entry.pattern)
        if entry.dashes:
            pen.setDashPattern(list(entry.dashes))
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
        for piece in self._pieces:
            middle = (piece.row + 0.5) * height
            if piece.entry is not None:
                self._mark(painter, piece.entry, piece.x, middle)
            at = QPointF(piece.x + self._sample(), middle + 0.36 * ascent)
            draw_runs(painter, at, piece.words, font, self._look.color("text"))
        painter.end()

    def _mark(self, painter: QPainter, entry: Entry, x: float, middle: float) -> None:
        end = x + self._sample() - self._look.text_px(5)
        if entry.marks:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._look.brush(entry.role))
            radius = self._look.px(3)
            painter.drawEllipse(QPointF((x + end) / 2, middle), radius, radius)
        else:
            painter.setPen(self._pen(entry, end - x))
            painter.drawLine(QPointF(x, middle), QPointF(end, middle))
