"""The line below a plot: title, what the axes mean, and the badge with the law's deviation."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from spinviz.model.symbols import plain_text, runs
from spinviz.model.verdict import Verdict
from spinviz.plots.look import SMALL, TEXT, Look, draw_runs, runs_width, shortened

TWO_LINES = 310.0
"""Captions narrower than this put the axis text below the title."""
ROLES: dict[Verdict, str] = {"good": "good", "warning": "warning", "bad": "bad"}
"""Colours of verdicts; others are secondary."""


class Caption(QWidget):
    """Title and axis text at the left, aligned with the axis; badge at the right."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._unit, self._axes = "", "", ""
        self._verdict: Verdict = "off"
        self._badge, self._explanation = "", ""
        self._badge_rect = QRectF()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.set_look(look)

    def set_look(self, look: Look) -> None:
        """Take the theme and the size."""
        self._look = look
        self._inset = look.text_px(44)
        self._fold()
        self.update()

    def sizeHint(self) -> QSize:
        """As high as the text, as wide as it gets."""
        return QSize(0, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use two lines when one is too narrow."""
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        self._two_lines = self.width() < self._look.text_px(TWO_LINES)
        self.setFixedHeight(round(self._look.text_px(40 if self._two_lines else 25)))

    def set_inset(self, inset: float) -> None:
        """Begin the text so far to the right: below the axis."""
        if inset != self._inset:
            self._inset = inset
            self.update()

    def set_texts(self, title: str, unit: str, axes: str) -> None:
        """Show the title, the unit of what it names, and the axes ("time, ms →", "↑ M_z   x, mm →")."""
        if (title, unit, axes) != (self._title, self._unit, self._axes):
            self._title, self._unit, self._axes = title, unit, axes
            self.setAccessibleName(", ".join(part for part in (plain_text(title), unit, plain_text(axes)) if part))
            self.update()

    def set_badge(self, verdict: Verdict, text: str, explanation: str) -> None:
        """Show the deviation; no text, no badge."""
        if (verdict, text) != (self._verdict, self._badge):
            self._verdict, self._badge = verdict, text
            self.update()
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

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw title, axis text and badge."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, gap = self._inset, self._look.text_px(10)
        line = self.height() / 2 if self._two_lines else float(self.height())
        font, small = self._look.font(TEXT), self._look.font(SMALL + 0.5)
        title = runs(self._title)
        width = left + runs_width(title, font) + gap
        low = self._two_lines and width + self._badge_width() > self.width()
        left = self._look.text_px(16) if low else left
        edge = self._draw_badge(painter, line, line / 2 + line * low) - gap
        right, end = (self.width(), edge) if low else (edge, float(self.width()))
        base = line / 2 + 0.36 * QFontMetricsF(font).ascent()
        metrics = QFontMetricsF(small)
        unit = f", {self._unit}" if self._unit else ""
        beside = metrics.horizontalAdvance(unit)
        axes = runs(self._axes)
        if not self._two_lines:
            beside += gap + runs_width(axes, small)
        if left + runs_width(title, font) + beside > right:
            room = max(right - left - beside, 0.0)
            title = shortened(title, font, room)
        x = draw_runs(painter, QPointF(left, base), title, font, self._look.color("text"))
        painter.setFont(small)
        painter.setPen(self._look.color("secondary"))
        painter.drawText(QPointF(x, base), unit)
        at = QPointF(left, base + line) if self._two_lines else QPointF(x + metrics.horizontalAdvance(unit) + gap, base)
        draw_runs(painter, at, shortened(axes, small, end - at.x()), small, self._look.color("secondary"))
        painter.end()

    def _badge_width(self) -> float:
        metrics = QFontMetricsF(self._look.font(SMALL))
        return metrics.horizontalAdvance(self._badge) + self._look.text_px(16) if self._badge else 0.0

    def _draw_badge(self, painter: QPainter, line: float, middle: float) -> float:
        """Draw the badge around the height ``middle`` of a ``line`` and return its left edge."""
        end = float(self.width()) - self._look.px(2)
        if not self._badge:
            self._badge_rect = QRectF()
            return end
        font = self._look.font(SMALL)
        width, height = self._badge_width(), min(self._look.text_px(18.5), line)
        rect = QRectF(end - width, middle - height / 2, width, height)
        role = ROLES.get(self._verdict, "secondary")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.color(role, 0.16 if self._look.theme.dark else 0.12))
        painter.drawRoundedRect(rect, height / 2, height / 2)
        painter.setPen(self._look.color(role))
        painter.setFont(font)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._badge)
        self._badge_rect = rect
        return rect.left()
