"""The overlay: everything flat and written in a picture, painted alike into windows and files.

The corners hold blocks that never overlap: equation and caption, time, legends, scale. Letters at points of the
picture lie below the blocks and give way to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from spinviz.model.theme import Theme
from spinviz.model.visuals import LegendEntry, Stage, Visual
from spinviz.view.camera import Lens
from spinviz.view.legend import color_ball, color_strip, color_wheel, entries, scale_bar
from spinviz.view.lettering import Lettering, font
from spinviz.view.surroundings import AXIS_LENGTH, has_axes

BODY = 15.0
"""Letters in pixels of a 720-line picture."""
SMALLEST = 12.5
LEFT, RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
CENTER = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True)
class Texts:
    """The words of a picture. ``equation`` is LaTeX; ``note`` says what is left out; ``banner`` what is the matter."""

    equation: str = ""
    caption: str = ""
    time: str = ""
    lens: str = ""
    banner: str = ""
    note: str = ""


class Overlay:
    """Paints texts and legends over a picture."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self._lettering = Lettering()

    def paint(
        self,
        painter: QPainter,
        texts: Texts,
        visuals: Sequence[Visual],
        stage: Stage,
        lens: Lens,
        size: tuple[float, float],
    ) -> None:
        """Paint into ``size`` (width, height) of the painter's own units; ``lens`` is that of the picture below."""
        page = Page(painter, self.theme, self._lettering, *size)
        page.blocks(texts, visuals, stage, lens)
        page.letters(visuals, stage, lens)


class Page:
    """One painting: where things go and how large they are."""

    def __init__(self, painter: QPainter, theme: Theme, lettering: Lettering, width: float, height: float) -> None:
        self.painter, self.theme, self.lettering = painter, theme, lettering
        self.width, self.height = width, height
        self.ratio = painter.device().devicePixelRatio()
        self.em = max(BODY * min(height / 720, width / 1000), SMALLEST) * theme.font_scale
        self.margin = 1.5 * self.em
        self.taken: list[QRectF] = []
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing
            | QPainter.RenderHint.TextAntialiasing
            | QPainter.RenderHint.SmoothPixmapTransform
        )

    def blocks(self, texts: Texts, visuals: Sequence[Visual], stage: Stage, lens: Lens) -> None:
        """The corners."""
        right = self._clock(texts)
        widest = self.width - 2 * self.margin - right - self.em
        if has_axes(stage):  # the upright axis and its letter keep the middle
            widest = min(widest, self.width / 2 - self.margin - 2.5 * self.em)
        self._headline(texts, widest)
        self._banner(texts.banner)
        top = self.taken[-1].bottom() if texts.banner else self.margin
        self._legends(entries(visuals, stage), stage, lens, top)
        self._scale(stage, lens)

    def letters(self, visuals: Sequence[Visual], stage: Stage, lens: Lens) -> None:
        """Letters at points of the picture."""
        if has_axes(stage):
            tips = np.eye(3) * (AXIS_LENGTH + 0.075)
            for name, role, tip in zip(stage.axis_names, "xyz", lens.project(tips)[0]):
                self._letter(name, tip, lens, role, font(1.15 * self.em), (0.0, 0.0))
        for labels in (labels for visual in visuals for labels in visual.written()):
            face = font(labels.size * self.em, italic=labels.italic)
            for text, place in zip(labels.texts, lens.project(labels.positions)[0]):
                self._letter(text, place, lens, labels.color, face, labels.offset)

    def _letter(
        self, text: str, place: np.ndarray, lens: Lens, role: str, face: QFont, offset: tuple[float, float]
    ) -> None:
        if not text or not np.all(np.isfinite(place)):
            return
        x, y = place[0] * self.width / lens.width, place[1] * self.height / lens.height
        if not (-0.02 * self.width <= x <= 1.02 * self.width and -0.02 * self.height <= y <= 1.02 * self.height):
            return
        image = self.lettering.haloed(
            text, face, QColor(self.theme.color(role)), QColor(self.theme.background), self.ratio
        )
        w, h = image.width() / self.ratio, image.height() / self.ratio
        x += offset[0] * face.pixelSize() - w / 2
        y -= offset[1] * face.pixelSize() + h / 2
        pad = 0.3 * self.em
        x, y = min(max(x, pad), self.width - w - pad), min(max(y, pad), self.height - h - pad)
        rect = QRectF(x, y, w, h)
        if not any(rect.intersects(block) for block in self.taken):
            # Whole device pixels keep the letters crisp.
            self.painter.drawImage(
                QPointF(round(x * self.ratio) / self.ratio, round(y * self.ratio) / self.ratio), image
            )

    def _text(self, text: str, rect: QRectF, face: QFont, color: str, align: Qt.AlignmentFlag = LEFT) -> None:
        self.painter.setFont(face)
        self.painter.setPen(QColor(color))
        self.painter.drawText(rect, int(align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), text)

    def _line(self, text: str, y: float, face: QFont, color: str, widest: float, right: bool = False) -> float:
        """One line at a side of the picture, shortened to fit; return the lower edge."""
        if not text:
            return y
        metrics = QFontMetricsF(face)
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, widest)
        w, h = metrics.horizontalAdvance(text) + 1, metrics.height()
        x = self.width - self.margin - w if right else self.margin
        self._set(text, x, y, face, color)
        self.taken.append(QRectF(x, y, w, h))
        return y + h

    def _set(self, text: str, x: float, y: float, face: QFont, color: str) -> None:
        """Letters on a halo: legible wherever the picture reaches below them."""
        image = self.lettering.haloed(text, face, QColor(color), QColor(self.theme.background_edge), self.ratio)
        room = self.lettering.room(face)
        corner = QPointF(round((x - room) * self.ratio) / self.ratio, round((y - room) * self.ratio) / self.ratio)
        self.painter.drawImage(corner, image)

    def _clock(self, texts: Texts) -> float:
        """Time and time lens, upper right; return the width they take."""
        face = font(1.75 * self.em, bold=True)
        metrics = QFontMetricsF(face)
        half, y = 0.5 * self.width, self.margin * 0.8
        if texts.time:  # it changes with every frame: a halo would cost more than all other letters together
            w = metrics.horizontalAdvance(texts.time) + 1
            clock = QRectF(self.width - self.margin - w, y, w, metrics.height())
            self._text(texts.time, clock, face, self.theme.text, RIGHT)
            self.taken.append(clock)
            y = clock.bottom()
        self._line(texts.lens, y, font(0.92 * self.em), self.theme.secondary, half, right=True)
        return max((rect.width() for rect in self.taken), default=0.0)

    def _headline(self, texts: Texts, widest: float) -> None:
        """Equation, caption and what is left out, upper left."""
        widest = max(widest, 4 * self.em)
        y = self.margin * 0.9
        image = self.lettering.equation(texts.equation, 1.4 * self.em, self.theme.text, widest, self.ratio)
        if image is not None:
            rect = QRectF(self.margin, y, image.width() / self.ratio, image.height() / self.ratio)
            self.painter.drawImage(rect.topLeft(), image)
            self.taken.append(rect)
            y = rect.bottom() + 0.3 * self.em
        face = font(0.92 * self.em)
        for line in two_lines(texts.caption, QFontMetricsF(face), widest):
            y = self._line(line, y, face, self.theme.secondary, widest)
        self._line(texts.note, y, face, self.theme.warning, widest)

    def _banner(self, text: str) -> None:
        if not text:
            return
        face = font(self.em)
        metrics = QFontMetricsF(face)
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, self.width - 6 * self.margin)
        w, h = metrics.horizontalAdvance(text) + 2 * self.em, 2.1 * self.em
        top = max((rect.bottom() for rect in self.taken), default=self.margin) + 0.6 * self.em
        rect = QRectF((self.width - w) / 2, top, w, h)
        fill = QColor(self.theme.panel)
        fill.setAlphaF(0.92)
        self.painter.setBrush(fill)
        self.painter.setPen(QPen(QColor(self.theme.warning), max(self.em / 12, 1)))
        self.painter.drawRoundedRect(rect, h / 2, h / 2)
        self._text(text, rect, face, self.theme.text, CENTER)
        self.taken.append(rect)

    def _legends(self, lines: list[LegendEntry], stage: Stage, lens: Lens, top: float) -> None:
        """Lower right: entries below, the colour legend above them."""
        face = font(0.92 * self.em)
        metrics = QFontMetricsF(face)
        y = self.height - self.margin
        for entry in reversed(lines):
            h = 1.35 * metrics.height()
            y -= h
            if y < top + 2 * self.em:
                break
            self._entry(entry, y, h, face, metrics)
        y -= 0.8 * self.em if lines else 0.0
        if stage.legend in ("direction", "wheel"):
            self._directions(stage, lens, y)
        elif stage.legend == "colormap":
            self._bar(stage, y, face, metrics)

    def _entry(self, entry: LegendEntry, y: float, h: float, face: QFont, metrics: QFontMetricsF) -> None:
        text = metrics.elidedText(entry.text, Qt.TextElideMode.ElideRight, 0.4 * self.width)
        w = metrics.horizontalAdvance(text) + 1
        x = self.width - self.margin - w
        self._set(text, x, y + (h - metrics.height()) / 2, face, self.theme.text)
        mark, middle = 1.5 * self.em, y + h / 2
        x -= mark + 0.55 * self.em
        painter = self.painter
        color = QColor(self.theme.color(entry.role))
        pen = QPen(color, (0.30 if entry.mark == "bar" else 0.14) * self.em)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if entry.mark == "dashes":
            pen.setDashPattern([2.2, 1.6])
        painter.setPen(pen)
        if entry.mark == "dot":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawEllipse(QPointF(x + mark / 2, middle), 0.36 * self.em, 0.36 * self.em)
        else:
            painter.drawLine(QPointF(x, middle), QPointF(x + mark, middle))
        self.taken.append(QRectF(x, y, self.width - self.margin - x, h))

    def _directions(self, stage: Stage, lens: Lens, bottom: float) -> None:
        """The colour of every direction: a ball turned with the camera, or a wheel of the plane."""
        size = 4.6 * self.em
        letter = 1.1 * self.em
        pixels = max(round(size * self.ratio), 8)
        center = QPointF(self.width - self.margin - letter - size / 2, bottom - letter - size / 2)
        if stage.legend == "wheel":
            image, tips = color_wheel(self.theme.name, pixels), np.eye(3)[:2, :2]
        else:
            image, tips = color_ball(lens.rotation, self.theme, pixels), lens.rotation[:2].T
        self.painter.drawImage(QRectF(center.x() - size / 2, center.y() - size / 2, size, size), image)
        face = font(0.9 * self.em)
        for name, role, tip in zip("xyz", "xyz", tips):
            if np.hypot(*tip) > 0.35:
                place = 0.5 * (size + 1.15 * letter) * tip / np.hypot(*tip)
                rect = QRectF(center.x() + place[0] - letter, center.y() - place[1] - letter, 2 * letter, 2 * letter)
                self._text(name, rect, face, self.theme.color(role), CENTER)
        self.taken.append(
            QRectF(center.x() - size / 2 - letter, center.y() - size / 2 - letter, size + 2 * letter, size + 2 * letter)
        )
        self._title(stage.legend_title, center.y() - size / 2 - 1.2 * letter)

    def _bar(self, stage: Stage, bottom: float, face: QFont, metrics: QFontMetricsF) -> None:
        w, h = 9 * self.em, 0.72 * self.em
        x, y = self.width - self.margin - w, bottom - h - metrics.height()
        self.painter.drawImage(QRectF(x, y, w, h), color_strip(stage.colormap, self.theme.name))
        for value, align in ((stage.low_value, LEFT), (stage.high_value, RIGHT)):
            rect = QRectF(x, y + h, w, metrics.height())
            self._text(f"{value:.4g}".replace("-", "−"), rect, face, self.theme.secondary, align)
        self.taken.append(QRectF(x, y, w, h + metrics.height()))
        self._title(stage.legend_title, y - 0.25 * self.em)

    def _title(self, text: str, bottom: float) -> None:
        face = font(0.92 * self.em)
        self._line(text, bottom - QFontMetricsF(face).height(), face, self.theme.text, 0.4 * self.width, right=True)

    def _scale(self, stage: Stage, lens: Lens) -> None:
        """Lower left: scale bar, and above it the axes when they do not stand in the picture."""
        y = self.height - self.margin
        factor = self.width / lens.width
        bar = scale_bar(stage, lens.pixels_per_unit(lens.distance) * factor, 0.16 * self.width)
        if bar is not None:
            y = self._scale_bar(*bar, y)
        if stage.axes and not has_axes(stage):
            self._triad(stage, lens, y)

    def _scale_bar(self, length: float, text: str, y: float) -> float:
        pen = QPen(QColor(self.theme.text), max(0.13 * self.em, 1.0))
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        self.painter.setPen(pen)
        x, tick = self.margin, 0.3 * self.em
        self.painter.drawPolyline(
            QPolygonF([QPointF(x, y - tick), QPointF(x, y), QPointF(x + length, y), QPointF(x + length, y - tick)])
        )
        face = font(0.92 * self.em)
        h = QFontMetricsF(face).height()
        w = max(length, QFontMetricsF(face).horizontalAdvance(text) + 1)
        rect = QRectF(x, y - tick - h, w, h)
        self._text(text, rect, face, self.theme.text, CENTER if w <= length else LEFT)
        self.taken.append(rect.united(QRectF(x, y - tick, length, tick)))
        return rect.top() - 0.4 * self.em

    def _triad(self, stage: Stage, lens: Lens, bottom: float) -> None:
        length, letter = 2.3 * self.em, 0.9 * self.em
        reach = length + 1.6 * letter
        center = QPointF(0.3 * self.margin + reach, bottom - reach)
        face = font(0.95 * self.em)
        axes = lens.rotation.T
        for index in np.argsort(axes[:, 2]):
            color = self.theme.color("xyz"[index])
            tip = axes[index, :2]
            self._axis(center, QPointF(center.x() + length * tip[0], center.y() - length * tip[1]), color)
            direction = tip / max(float(np.hypot(*tip)), 1e-9) if np.hypot(*tip) > 0.12 else np.array([0.7, 0.7])
            place = length * tip + letter * direction
            rect = QRectF(center.x() + place[0] - 2 * letter, center.y() - place[1] - letter, 4 * letter, 2 * letter)
            self._text(stage.axis_names[index], rect, face, color, CENTER)
        self.taken.append(QRectF(center.x() - reach, center.y() - reach, 2 * reach, 2 * reach))

    def _axis(self, start: QPointF, end: QPointF, color: str) -> None:
        painter = self.painter
        painter.setPen(QPen(QColor(color), max(0.12 * self.em, 1.2)))
        along = end - start
        size = float(np.hypot(along.x(), along.y()))
        if size < 0.25 * self.em:
            painter.setBrush(QColor(color))
            painter.drawEllipse(start, 0.16 * self.em, 0.16 * self.em)
            return
        along /= size
        across = QPointF(-along.y(), along.x()) * 0.24 * self.em
        back = end - along * 0.62 * self.em
        painter.drawLine(start, back)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(color))
        painter.drawPolygon(QPolygonF([end, back + across, back - across]))


def two_lines(text: str, metrics: QFontMetricsF, widest: float) -> list[str]:
    """Break a caption between two of its parts when it does not fit into one line."""
    parts = text.split(" · ")
    if metrics.horizontalAdvance(text) <= widest or len(parts) == 1:
        return [text]
    count = len(parts) - 1
    while count > 1 and metrics.horizontalAdvance(" · ".join(parts[:count])) > widest:
        count -= 1
    return [" · ".join(parts[:count]), " · ".join(parts[count:])]
