"""What texts over a picture are set on: sizes, the room that is taken, and the ways to write without covering any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from spinviz.model.theme import Theme
from spinviz.view.camera import Lens
from spinviz.view.lettering import Lettering

BODY = 15.0
"""Letters in pixels of a 720-line picture."""
SMALLEST = 12.5
LEFT, RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
CENTER = Qt.AlignmentFlag.AlignCenter
STEPS = (
    (0.0, 0.0),
    (0.0, 1.0),
    (-1.0, 0.0),
    (1.0, 0.0),
    (0.0, 2.0),
    (-1.0, 1.0),
    (1.0, 1.0),
    (-1.0, -1.0),
    (1.0, -1.0),
    (0.0, -1.0),
    (0.0, -2.0),
)
"""Where letters go when their place is taken, one after another: to the right and away from their point, in their own
widths and heights."""
AROUND = tuple(
    sorted(
        ((right / 2, float(further)) for right in range(-3, 4) for further in range(-7, 8)),
        key=lambda step: 6 * abs(step[0]) + abs(step[1]) + (step[1] < 0),
    )
)
"""The same for words about a mark, which somebody asked for: nearest first, letters being about six times as wide as
high."""
WORDS = 3.0
"""Letters that stand so many of their heights beside a point are words about it: they go to its other side, or become
smaller, before they are moved onto it."""
SMALLER = 0.72
LEVELS = ((0.0, 0.0), (0.0, 0.7), (0.0, -0.7), (0.0, 1.4), (0.0, -1.4))
"""Where they are written at either side, in their own heights."""
PLATE = 0.82
"""How much of the picture is covered below the words about a mark: it may have the colour of the letters."""


@dataclass(frozen=True)
class Written:
    """A text of a painting and where it stands; not ``whole`` when there was no room for all of it."""

    text: str
    rect: QRectF
    whole: bool = True


class Paper:
    """One painting. ``taken`` are the blocks in the corners, ``written`` all texts, for those who look after them."""

    def __init__(self, painter: QPainter, theme: Theme, lettering: Lettering, width: float, height: float) -> None:
        self.painter, self.theme, self.lettering = painter, theme, lettering
        self.width, self.height = width, height
        self.ratio = painter.device().devicePixelRatio()
        self.em = max(BODY * min(height / 720, width / 1000), SMALLEST) * theme.font_scale
        self.margin = 1.5 * self.em
        self.taken: list[QRectF] = []
        self.written: list[Written] = []
        self._letters: list[QRectF] = []
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing
            | QPainter.RenderHint.TextAntialiasing
            | QPainter.RenderHint.SmoothPixmapTransform
        )

    def is_free(self, rect: QRectF) -> bool:
        """Whether ``rect`` lies on the page and meets no block."""
        page = QRectF(0, 0, self.width, self.height)
        return page.contains(rect) and not any(rect.intersects(block) for block in self.taken)

    def _letter(
        self,
        text: str,
        place: np.ndarray,
        lens: Lens,
        role: str,
        face: QFont,
        offset: tuple[float, float],
        marked: bool = False,
    ) -> None:
        """Letters at a point of the picture, or beside it where others stand; none where all around is taken.

        ``marked`` are words about a mark: on a plate, and further away rather than not at all.
        """
        if not text or not np.all(np.isfinite(place)):
            return
        x, y = place[0] * self.width / lens.width, place[1] * self.height / lens.height
        if not (-0.02 * self.width <= x <= 1.02 * self.width and -0.02 * self.height <= y <= 1.02 * self.height):
            return
        at = QPointF(x, y)
        if abs(offset[0]) >= WORDS and not marked:
            for part, way in product((1.0, SMALLER), (1, -1)):
                sized = QFont(face)
                sized.setPixelSize(max(round(part * face.pixelSize()), 1))
                if self._write(text, at, role, sized, (way * offset[0], offset[1]), LEVELS):
                    return
        self._write(text, at, role, face, offset, AROUND if marked else STEPS, marked)

    def _write(
        self,
        text: str,
        at: QPointF,
        role: str,
        face: QFont,
        offset: tuple[float, float],
        steps: Sequence[tuple[float, float]],
        marked: bool = False,
    ) -> bool:
        """Write letters by a point of the page at the first of ``steps`` that is free; return whether one is."""
        pad = 0.3 * self.em
        whole, text = text, QFontMetricsF(face).elidedText(text, Qt.TextElideMode.ElideRight, self.width - 4 * pad)
        color, halo = QColor(self.theme.color(role)), QColor(self.theme.background)
        image = self.lettering.haloed(text, face, color, halo, self.ratio)
        w, h = image.width() / self.ratio, image.height() / self.ratio
        x = at.x() + offset[0] * face.pixelSize() - w / 2
        y = at.y() - offset[1] * face.pixelSize() - h / 2
        x, y = min(max(x, pad), self.width - w - pad), min(max(y, pad), self.height - h - pad)
        away = 1.0 if offset[1] < 0 else -1.0
        for right, further in steps:
            rect = QRectF(x + right * w, y + away * further * h, w, h)
            if self.is_free(rect) and not any(rect.intersects(other) for other in self._letters):
                self._letters.append(rect)
                self.written.append(Written(text, rect, text == whole))
                if marked:
                    self._plate(rect)
                self._draw(rect.topLeft(), image)
                return True
        return False

    def _ring(self, place: np.ndarray, lens: Lens, role: str) -> None:
        """A ring about a point of the picture, with a halo."""
        if not np.all(np.isfinite(place)):
            return
        center = QPointF(place[0] * self.width / lens.width, place[1] * self.height / lens.height)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((self.theme.background, 0.3), (self.theme.color(role), 0.13)):
            self.painter.setPen(QPen(QColor(color), width * self.em))
            self.painter.drawEllipse(center, 0.75 * self.em, 0.75 * self.em)
        reach = QPointF(0.75, 0.75) * self.em
        self._letters.append(QRectF(center - reach, center + reach))

    def _plate(self, rect: QRectF) -> None:
        """What keeps words legible on arrows and cells of any colour."""
        fill = QColor(self.theme.background)
        fill.setAlphaF(PLATE)
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(fill)
        self.painter.drawRoundedRect(rect, 0.3 * self.em, 0.3 * self.em)

    def _draw(self, at: QPointF, image: QImage) -> None:
        """Draw an image of letters: whole device pixels keep them crisp."""
        corner = QPointF(round(at.x() * self.ratio) / self.ratio, round(at.y() * self.ratio) / self.ratio)
        self.painter.drawImage(corner, image)

    def _text(self, text: str, rect: QRectF, face: QFont, color: str, align: Qt.AlignmentFlag = LEFT) -> None:
        self.painter.setFont(face)
        self.painter.setPen(QColor(color))
        flags = int(align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
        self.painter.drawText(rect, flags, text)
        if text:
            self.written.append(Written(text, self.painter.boundingRect(rect, flags, text)))

    def _line(self, text: str, y: float, face: QFont, color: str, widest: float, right: bool = False) -> float:
        """One line at a side of the picture, shortened to fit; return the lower edge."""
        if not text:
            return y
        metrics = QFontMetricsF(face)
        whole, text = text, metrics.elidedText(text, Qt.TextElideMode.ElideRight, widest)
        w, h = metrics.horizontalAdvance(text) + 1, metrics.height()
        x = self.width - self.margin - w if right else self.margin
        self._set(text, x, y, face, color, text == whole)
        self.taken.append(QRectF(x, y, w, h))
        return y + h

    def _set(self, text: str, x: float, y: float, face: QFont, color: str, whole: bool = True) -> None:
        """Letters on a halo: legible wherever the picture reaches below them."""
        metrics = QFontMetricsF(face)
        self.written.append(Written(text, QRectF(x, y, metrics.horizontalAdvance(text), metrics.height()), whole))
        image = self.lettering.haloed(text, face, QColor(color), QColor(self.theme.background_edge), self.ratio)
        room = self.lettering.room(face)
        self._draw(QPointF(x - room, y - room), image)


def lines_of(text: str, metrics: QFontMetricsF, widest: float, most: int = 3) -> list[str]:
    """Break ``text`` into at most ``most`` lines of ``widest``: between its parts (" · "), else between words.

    What does not fit stays in the last line, longer than ``widest``.
    """
    lines: list[str] = []
    for part in text.split(" · "):
        joined = f"{lines[-1]} · {part}" if lines else part
        if lines and metrics.horizontalAdvance(joined) <= widest:
            lines[-1] = joined
            continue
        lines.append("")
        for word in part.split(" "):
            joined = f"{lines[-1]} {word}".strip()
            if lines[-1] and metrics.horizontalAdvance(joined) > widest:
                lines.append(word)
            else:
                lines[-1] = joined
    if len(lines) <= most:
        return lines
    end = 0
    for line in lines[: most - 1]:
        end = text.index(line, end) + len(line)
    return [*lines[: most - 1], text[end:].lstrip(" ·")]
