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
from spinviz.model.visuals import Labels, LegendEntry, Stage, Visual
from spinviz.view.camera import Lens
from spinviz.view.legend import color_ball, color_strip, color_wheel, entries, scale_bar
from spinviz.view.lettering import Lettering, equation_rows, font
from spinviz.view.paper import CENTER, LEFT, RIGHT, Paper, Written, lines_of
from spinviz.view.surroundings import AXIS_LENGTH, has_axes

NARROW = 1.3
"""Width over height up to which a sphere leaves room for a legend only below it."""
LOW = 2.6
"""Width over height from which on a picture leaves room for captions beside it."""
MARK = 1.5
"""Width of the mark before an entry of the legend, in letters."""


@dataclass(frozen=True)
class Texts:
    """The words of a picture. ``equation`` is LaTeX; ``note`` says what is left out; ``banner`` what is the matter."""

    equation: str = ""
    caption: str = ""
    time: str = ""
    lens: str = ""
    banner: str = ""
    note: str = ""
    legend: bool = True
    """Whether it is said what colours mean; a view beside another leaves it to that."""


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


class Page(Paper):
    """One painting: where things go and how large they are."""

    def blocks(self, texts: Texts, visuals: Sequence[Visual], stage: Stage, lens: Lens) -> None:
        """The corners."""
        right = self._clock(texts)
        widest = self.width - 2 * self.margin - right - self.em
        if has_axes(stage):  # the upright axis and its letter keep the middle
            widest = min(widest, self.width / 2 - self.margin - 2.5 * self.em)
        below_clock = self.taken[-1].bottom() if self.taken else self.margin
        self._headline(texts, widest, self._picture_begins(stage, lens))
        self._banner(texts.banner)
        top = self.taken[-1].bottom() if texts.banner else below_clock
        if texts.legend:
            named = entries(visuals, stage)
            if has_axes(stage) and self.width < NARROW * self.height:
                named = self._rows(named)
            self._legends(named, stage, lens, top + 0.5 * self.em)
        self._scale(stage, lens)

    def _picture_begins(self, stage: Stage, lens: Lens) -> float:
        """The left edge of what the camera frames, on the page; a sphere is in the middle."""
        if has_axes(stage):
            return self.width
        ends = np.array([stage.low, stage.high])
        corners = np.stack(np.meshgrid(*ends.T), axis=-1).reshape(-1, 3)
        return float(lens.project(corners)[0][:, 0].min()) * self.width / lens.width

    def letters(self, visuals: Sequence[Visual], stage: Stage, lens: Lens) -> None:
        """Letters at points of the picture; others give way to the words about a mark."""
        written = [labels for visual in visuals for labels in visual.written()]
        self._labels([labels for labels in written if labels.ring], lens)
        if has_axes(stage):
            tips = np.eye(3) * (AXIS_LENGTH + 0.075)
            for name, role, tip in zip(stage.axis_names, "xyz", lens.project(tips)[0]):
                self._letter(name, tip, lens, role, font(1.15 * self.em), (0.0, 0.0))
        self._labels([labels for labels in written if not labels.ring], lens)

    def _labels(self, written: Sequence[Labels], lens: Lens) -> None:
        for labels in written:
            face = font(labels.size * self.em, italic=labels.italic)
            for text, place in zip(labels.texts, lens.project(labels.positions)[0]):
                if labels.ring:
                    self._ring(place, lens, labels.color)
                self._letter(text, place, lens, labels.color, face, labels.offset, labels.ring)

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

    def _headline(self, texts: Texts, widest: float, begins: float) -> None:
        """Equation, caption and what is left out, upper left; the picture has its left edge at ``begins``."""
        widest = max(widest, 4 * self.em)
        y = self.margin * 0.9
        pixels = 1.4 * self.em
        for row in equation_rows(texts.equation, pixels, widest):
            image = self.lettering.equation(row, pixels, self.theme.text, widest, self.ratio)
            if image is not None:
                rect = QRectF(self.margin, y, image.width() / self.ratio, image.height() / self.ratio)
                self.painter.drawImage(rect.topLeft(), image)
                self.taken.append(rect)
                self.written.append(Written(row, rect))
                y = rect.bottom() + 0.3 * self.em
        if self.width > LOW * self.height:  # beside the middle, which the picture takes
            beside = min(0.5 * (self.width - self.height), max(begins - self.em, 0.2 * self.width))
            widest = min(widest, beside - self.margin)
        most = 3 if self.width > NARROW * self.height else 6
        face = font(0.92 * self.em)
        metrics = QFontMetricsF(face)
        for text, color in ((texts.caption, self.theme.secondary), (texts.note, self.theme.warning)):
            for line in lines_of(text, metrics, widest, most):
                y = self._line(line, y, face, color, widest)

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
        """Lower right, not above ``top``: entries below, the colour legend above them or, without room, beside.

        Entries that have no room in one column go on in another at its left.
        """
        face = font(0.92 * self.em)
        metrics = QFontMetricsF(face)
        y = upper = self.height - self.margin
        right = left = self.width - self.margin
        for entry in reversed(lines):
            words = lines_of(entry.text, metrics, 0.4 * self.width, most=2)
            h = 1.35 * metrics.height() + (len(words) - 1) * metrics.height()
            if y - h < top:
                y, right = self.height - self.margin, left - self.em
            if y - h < top:
                break
            y -= h
            upper = min(upper, y)
            left = min(left, self._entry(entry, words, right, y, h, face, 0.4 * self.width))
        key = self._key(stage)
        if key is None:
            return
        bottom = upper - 0.8 * self.em if lines else upper
        right = self.width - self.margin
        if bottom - key.height() < top and lines:
            bottom, right = self.height - self.margin, left - 2 * self.em
        key.moveBottomRight(QPointF(right, bottom))
        if key.top() < top or not self.is_free(key):
            return
        if stage.legend == "colormap":
            self._bar(stage, key, face, metrics)
        else:
            self._directions(stage, lens, key)
        self.taken.append(key)

    def _rows(self, lines: list[LegendEntry]) -> list[LegendEntry]:
        """Write entries in rows across the foot of the page, all of them or none; return those that are left."""
        face = font(0.92 * self.em)
        metrics = QFontMetricsF(face)
        mark, gap = (MARK + 0.55) * self.em, 1.4 * self.em
        rows: list[list[LegendEntry]] = [[]]
        used = 0.0
        for entry in lines:
            width = mark + metrics.horizontalAdvance(entry.text) + 1
            if rows[-1] and used + width > self.width - 2 * self.margin:
                rows.append([])
                used = 0.0
            rows[-1].append(entry)
            used += width + gap
        h = 1.35 * metrics.height()
        if not lines or len(rows) * h > 0.3 * self.height:
            return lines
        for n, row in enumerate(reversed(rows)):
            right = self.width - self.margin
            y = self.height - self.margin - (n + 1) * h
            for entry in reversed(row):
                right = self._entry(entry, [entry.text], right, y, h, face, self.width - 2 * self.margin - mark) - gap
        return []

    def _key(self, stage: Stage) -> QRectF | None:
        """The room that the colour legend takes, its title included; None when there is none."""
        metrics = QFontMetricsF(font(0.92 * self.em))
        title = metrics.height() if stage.legend_title else 0.0
        width = min(metrics.horizontalAdvance(stage.legend_title) + 1, 0.4 * self.width)
        if stage.legend in ("direction", "wheel"):
            return QRectF(0, 0, max(self._ball() + 2 * self._tip(), width), self._ball() + 2.2 * self._tip() + title)
        if stage.legend == "colormap":
            return QRectF(0, 0, max(9 * self.em, width), 0.97 * self.em + metrics.height() + title)
        return None

    def _ball(self) -> float:
        return 4.6 * self.em

    def _tip(self) -> float:
        """Room for a letter at the tip of an axis."""
        return 1.1 * self.em

    def _entry(
        self, entry: LegendEntry, words: list[str], right: float, y: float, h: float, face: QFont, widest: float
    ) -> float:
        """Mark and words of an entry, which end at ``right``; return their left edge."""
        metrics = QFontMetricsF(face)
        shown = [metrics.elidedText(word, Qt.TextElideMode.ElideRight, widest) for word in words]
        w = max(map(metrics.horizontalAdvance, shown)) + 1
        x = right - w
        first = y + (h - len(shown) * metrics.height()) / 2
        for n, (word, text) in enumerate(zip(words, shown)):
            self._set(text, x, first + n * metrics.height(), face, self.theme.text, text == word)
        mark, middle = MARK * self.em, first + metrics.height() / 2
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
        self.taken.append(QRectF(x, y, right - x, h))
        return x

    def _directions(self, stage: Stage, lens: Lens, room: QRectF) -> None:
        """The colour of every direction: a ball turned with the camera, or a wheel of the plane."""
        size, letter = self._ball(), self._tip()
        pixels = max(round(size * self.ratio), 8)
        center = QPointF(room.right() - letter - size / 2, room.bottom() - letter - size / 2)
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
        self._title(stage.legend_title, room)

    def _bar(self, stage: Stage, room: QRectF, face: QFont, metrics: QFontMetricsF) -> None:
        w, h = 9 * self.em, 0.72 * self.em
        x, y = room.right() - w, room.bottom() - h - metrics.height()
        self.painter.drawImage(QRectF(x, y, w, h), color_strip(stage.colormap, self.theme.name))
        for value, align in ((stage.low_value, LEFT), (stage.high_value, RIGHT)):
            rect = QRectF(x, y + h, w, metrics.height())
            self._text(f"{value:.4g}".replace("-", "−"), rect, face, self.theme.secondary, align)
        self._title(stage.legend_title, room)

    def _title(self, text: str, room: QRectF) -> None:
        """The title of a colour legend: the first line of its room, at the right."""
        face = font(0.92 * self.em)
        metrics = QFontMetricsF(face)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        if shown:
            x = room.right() - metrics.horizontalAdvance(shown)
            self._set(shown, x, room.top(), face, self.theme.text, shown == text)

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
        """The bar with its length above it; return the height at which it ends."""
        x, tick = self.margin, 0.3 * self.em
        face = font(0.92 * self.em)
        h = QFontMetricsF(face).height()
        w = max(length, QFontMetricsF(face).horizontalAdvance(text) + 1)
        rect = QRectF(x, y - tick - h, w, h)
        whole = rect.united(QRectF(x, y - tick, length, tick))
        if not self.is_free(whole):
            return y
        pen = QPen(QColor(self.theme.text), max(0.13 * self.em, 1.0))
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        self.painter.setPen(pen)
        self.painter.drawPolyline(
            QPolygonF([QPointF(x, y - tick), QPointF(x, y), QPointF(x + length, y), QPointF(x + length, y - tick)])
        )
        self._text(text, rect, face, self.theme.text, CENTER if w <= length else LEFT)
        self.taken.append(whole)
        return rect.top() - 0.4 * self.em

    def _triad(self, stage: Stage, lens: Lens, bottom: float) -> None:
        """The axes as arrows, above ``bottom`` or, where the headline reaches down there, beside what is below."""
        length, letter = 2.3 * self.em, 0.9 * self.em
        reach = length + 1.6 * letter
        right = max((rect.right() for rect in self.taken if rect.bottom() > bottom and rect.left() < self.width / 3),
                    default=0.0)  # fmt: skip
        places = (
            QPointF(0.3 * self.margin + reach, bottom - reach),
            QPointF(right + self.em + reach, self.height - 0.3 * self.margin - reach),
        )
        rooms = [QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach) for at in places]
        room = next((room for room in rooms if self.is_free(room)), None)
        if room is None:
            return
        center = room.center()
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
        self.taken.append(room)

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
