"""The line below a plot: title, what the axes mean, and the badge with the law's deviation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from spinviz.model.symbols import Run, plain_text, runs
from spinviz.model.verdict import Verdict
from spinviz.plots.look import SMALL, TEXT, WIDEST_AXIS, Look, draw_runs, runs_width, wrapped

ROLES: dict[Verdict, str] = {"good": "good", "warning": "warning", "bad": "bad"}
"""Colours of verdicts; others are secondary."""


KEY, LAW = 20.0, "law"
"""Room in the badge for a piece of the law's line, and what it is."""
BESIDE = SMALL + 0.5
"""Letters of what stands beside a title, which has those of `TEXT`."""
Row: TypeAlias = list[tuple[tuple[Run, ...], float]]
"""Words beside each other and the size of their letters."""


@dataclass(frozen=True)
class Piece:
    """Words on a row, in letters of a size."""

    x: float
    row: int
    words: tuple[Run, ...]
    size: float


class Caption(QWidget):
    """Title and axis text at the left, aligned with the axis; at the right the badge, which is also the legend of the
    law's line. All on one line where there is room,
    else below each other: nothing is shortened. Signals: ``folded``: other rows are needed than before;
    ``explain``: the badge was clicked.
    """

    folded = Signal()
    explain = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._unit, self._axes = "", "", ""
        self._verdict: Verdict = "off"
        self._badge, self._explanation = "", ""
        self._badge_rect = QRectF()
        self._badge_room = 0.0
        self._pieces: list[Piece] = []
        self._badge_row = 0
        self.rows = 1
        """Rows that the words need."""
        self._least = 1
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.set_look(look)

    def set_look(self, look: Look) -> None:
        """Take the theme and the size."""
        self._look = look
        self._inset = look.text_px(44)
        self._badge_room = self._badge_width()
        self._fold()

    def sizeHint(self) -> QSize:
        """As high as the text, as wide as it gets."""
        return QSize(0, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use more rows when one is too narrow."""
        super().resizeEvent(event)
        self._fold()

    def set_least_rows(self, rows: int) -> None:
        """Take the room of at least so many rows, as the neighbours do."""
        if rows != self._least:
            self._least = rows
            self._fold()

    def _fold(self) -> None:
        """Put the words into rows. How many there are does not depend on the inset, which depends on the height left:
        where the widest axis would leave too little room, words begin further left.
        """
        end, least = self.width() - self._look.px(2), self._look.text_px(8)
        edge = end - self._badge_room - self._look.text_px(10) if self._badge_room else end
        unit: Row = [(runs(f", {self._unit}"), BESIDE)] if self._unit else []
        axes: Row = [(runs(f"   {self._axes}"), BESIDE)] if self._axes else []
        rows: list[Row] = [[(runs(self._title), TEXT), *unit, *axes]]
        if self._look.text_px(WIDEST_AXIS) + self._width(rows[0]) > edge:
            rows = self._stacked(unit, max(end - least, 1.0))
        last = len(rows) - 1
        self._badge_row = next((n for n in range(last, -1, -1) if least + self._width(rows[n]) <= edge), last + 1)
        self._pieces = []
        for n, row in enumerate(rows):
            x = max(min(self._inset, (edge if n == self._badge_row else end) - self._width(row)), least)
            for words, size in row:
                self._pieces.append(Piece(x, n, words, size))
                x += runs_width(words, self._look.font(size))
        before, self.rows = self.rows, max(len(rows), self._badge_row + 1 if self._badge_room else 1)
        self.setFixedHeight(round(self._look.text_px(10 + 15 * max(self.rows, self._least))))
        self.update()
        if self.rows != before:
            self.folded.emit()

    def _stacked(self, unit: Row, room: float) -> list[Row]:
        """Title and axes below each other, in lines of ``room``; the unit behind the title if there is room for it."""
        rows: list[Row] = [[(words, TEXT)] for words in wrapped(self._title, self._look.font(TEXT), room)]
        if unit and rows and self._width(rows[-1]) + self._width(unit) <= room:
            rows[-1] += unit
        elif unit:
            rows.append([(runs(self._unit), BESIDE)])
        return rows + [[(words, BESIDE)] for words in wrapped(self._axes, self._look.font(BESIDE), room)]

    def _width(self, row: Row) -> float:
        return sum(runs_width(words, self._look.font(size)) for words, size in row)

    def set_inset(self, inset: float) -> None:
        """Begin the text so far to the right: below the axis."""
        if inset != self._inset:
            self._inset = inset
            self._fold()

    def set_texts(self, title: str, unit: str, axes: str) -> None:
        """Show the title, the unit of what it names, and the axes ("time, ms →", "↑ M_z   x, mm →")."""
        if (title, unit, axes) != (self._title, self._unit, self._axes):
            self._title, self._unit, self._axes = title, unit, axes
            self.setAccessibleName(", ".join(part for part in (plain_text(title), unit, plain_text(axes)) if part))
            self._fold()

    def set_badge(self, verdict: Verdict, text: str, explanation: str) -> None:
        """Show the deviation; no text, no badge."""
        if (verdict, text) != (self._verdict, self._badge):
            self._verdict, self._badge = verdict, text
            self.update()
            # Numbers change with every frame: the room that the widest needed is kept, so that nothing jumps.
            if self._badge_width() > self._badge_room:
                self._badge_room = self._badge_width()
                self._fold()
        self._explanation = explanation

    @property
    def badge_text(self) -> str:
        """The text of the badge now."""
        return self._badge

    @property
    def verdict(self) -> Verdict:
        """The state of the badge now."""
        return self._verdict

    def event(self, event: QEvent) -> bool:
        """Explain the badge when the mouse rests on it."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            if self._explanation and self._badge_rect.contains(QPointF(event.pos())):
                QToolTip.showText(event.globalPos(), self._explanation, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show that the badge can be clicked."""
        over = self._badge_rect.contains(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Have the law explained by a click on the badge."""
        if event.button() == Qt.MouseButton.LeftButton and self._badge_rect.contains(event.position()):
            self.explain.emit()
        else:
            super().mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw title, axis text and badge."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = self.height() / max(self.rows, self._least)
        lift = 0.36 * QFontMetricsF(self._look.font(TEXT)).ascent()
        for piece in self._pieces:
            at = QPointF(piece.x, (piece.row + 0.5) * line + lift)
            color = self._look.color("text" if piece.size == TEXT else "secondary")
            draw_runs(painter, at, piece.words, self._look.font(piece.size), color)
        self._draw_badge(painter, line, (self._badge_row + 0.5) * line)
        painter.end()

    def _badge_width(self) -> float:
        metrics = QFontMetricsF(self._look.font(SMALL))
        return metrics.horizontalAdvance(f"{LAW} {self._badge}") + self._look.text_px(16 + KEY) if self._badge else 0.0

    def _draw_badge(self, painter: QPainter, line: float, middle: float) -> None:
        """Draw the badge around the height ``middle`` of a ``line``."""
        self._badge_rect = QRectF()
        if not self._badge:
            return
        font = self._look.font(SMALL)
        end = float(self.width()) - self._look.px(2)
        width, height = self._badge_width(), min(self._look.text_px(18.5), line)
        rect = QRectF(end - width, middle - height / 2, width, height)
        role = ROLES.get(self._verdict, "secondary")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.color(role, 0.16 if self._look.theme.dark else 0.12))
        painter.drawRoundedRect(rect, height / 2, height / 2)
        words = rect.adjusted(self._look.text_px(8 + KEY), 0, 0, 0)
        end = words.left() - self._look.text_px(5)
        start = rect.left() + self._look.text_px(8)
        painter.setPen(self._look.sample_pen("theory", end - start, dashed=True))
        painter.drawLine(QPointF(start, middle), QPointF(end, middle))
        painter.setPen(self._look.color(role))
        painter.setFont(font)
        for text in (f"{LAW} ", self._badge):
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
            words.setLeft(words.left() + QFontMetricsF(font).horizontalAdvance(text))
        self._badge_rect = rect
