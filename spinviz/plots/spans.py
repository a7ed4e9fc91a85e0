"""Times in a pulse diagram as dimension arrows: where they stand, and what dragging one makes of its parameter."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QFontMetricsF

from spinviz.model.parameters import Parameters, Quantity
from spinviz.model.plots import DiagramSpan
from spinviz.model.units import show
from spinviz.plots.items import Tag
from spinviz.plots.look import SMALL
from spinviz.plots.panel import PlotPanel

Values = NDArray[np.float64]
LANE = 15.0
"""Height of a lane of arrows in pixels of the design's text."""
HEAD = 5.0
"""Length of an arrow's head."""


@dataclass(frozen=True)
class Drag:
    """A span's end being dragged: what it was when the button went down."""

    span: DiagramSpan
    parameters: Parameters
    scene_x: float
    per_pixel: float
    """Seconds per pixel then: the axis may follow the parameter meanwhile."""

    def moved_to(self, scene_x: float) -> float | int:
        """Return the value of the parameter with the mouse at ``scene_x``: round, and within its range."""
        q = self.parameters.quantity_named(self.span.parameter)
        before = float(getattr(self.parameters, self.span.parameter))
        step = abs(self.per_pixel * self.span.scale)
        value = before + self.span.scale * self.per_pixel * (scene_x - self.scene_x)
        return within(q, rounded(value, step))


def rounded(value: float, step: float) -> float:
    """Return the shortest number that is at most half of ``step`` away."""
    if not step > 0:
        return value
    grid = 10.0 ** math.floor(math.log10(step))
    return float(f"{round(value / grid) * grid:.12g}")


def within(q: Quantity, value: float) -> float | int:
    """Return ``value`` inside the limits of ``q``; just inside where they are excluded."""
    low, high = float(q.low or 0.0), float(q.high or 0.0)
    inside = 1.0 if q.kind == "integer" else 1e-6 * (high - low)
    value = min(max(value, low + inside * q.open_low), high - inside * q.open_high)
    return round(value) if q.kind == "integer" else value


def text_of(span: DiagramSpan) -> str:
    """Return the name and length of a span: "TE 20 ms"."""
    return f"{span.label} {show(span.end - span.start, 's', 3)}".strip()


class Spans:
    """Draws the spans of a diagram into lanes below its rows."""

    def __init__(self, panel: PlotPanel[Any]) -> None:
        self._panel = panel
        self._lines = panel.add_curve("secondary", 1.2, z=30)
        self._guides = panel.add_curve("muted", 1.0, z=3, alpha=0.45)
        self._tags: list[Tag] = []
        self._handles: list[Tag] = []
        self.ends: list[tuple[float, float, DiagramSpan]] = []
        """Where spans that can be dragged end, in axis numbers, and which they are."""

    def lanes(self, spans: tuple[DiagramSpan, ...], per_second: float) -> list[int]:
        """Return the lane of each span, 0 for the uppermost; short ones come first. ``per_second``: pixels."""
        room = self._panel.look.text_px(8)
        taken: list[list[tuple[float, float]]] = []
        lanes = [0] * len(spans)
        for n in sorted(range(len(spans)), key=lambda n: spans[n].end - spans[n].start):
            start, end = spans[n].start * per_second, spans[n].end * per_second
            width = self._width(n, spans[n])
            if self._beside(end - start, width):
                end += width + room
            free = (k for k, lane in enumerate(taken) if all(end + room <= a or b + room <= start for a, b in lane))
            lane = next(free, len(taken))
            if lane == len(taken):
                taken.append([])
            taken[lane].append((start, end))
            lanes[n] = lane
        return lanes

    def _width(self, n: int, span: DiagramSpan) -> float:
        while len(self._tags) <= n:
            self._tags.append(self._panel.add_item(Tag(self._panel.look, "text", radius=0)))
            self._handles.append(self._panel.add_item(Tag(self._panel.look, "accent", radius=3.8)))
        self._tags[n].set_text(text_of(span))
        return self._tags[n].width()

    def _beside(self, length: float, width: float) -> bool:
        """Whether the text stands beside an arrow of ``length`` pixels instead of in its middle."""
        return length < width + 4 * self._panel.look.px(HEAD)

    def show(
        self, spans: tuple[DiagramSpan, ...], heights: list[float], pixel: tuple[float, float], factor: float
    ) -> None:
        """Draw ``spans`` at ``heights``; ``pixel``: its size in axis numbers, which are ``factor`` seconds each."""
        px, py = pixel
        head, rise = self._panel.look.px(HEAD) * px, 0.6 * self._panel.look.px(HEAD) * py
        lines: list[tuple[float, float]] = []
        guides: list[tuple[float, float]] = []
        self.ends = []
        for n, (span, y) in enumerate(zip(spans, heights)):
            a, b = span.start / factor, span.end / factor
            width = self._width(n, span)
            beside = self._beside((b - a) / px, width)
            middle, room = 0.5 * (a + b), 0.0 if beside else (0.5 * width + self._panel.look.px(3)) * px
            lines += [(a, y), (middle - room, y), (middle + room, y), (b, y)]
            tip = min(head, 0.5 * (b - a))
            for end, way in ((a, tip), (b, -tip)):
                lines += [(end, y), (end + way, y + rise), (end, y), (end + way, y - rise)]
                guides += [(end, y), (end, 1.0)]
            self._place_text(n, middle, b, y, beside, px)
            handle = self._handles[n]
            handle.setVisible(bool(span.parameter))
            if span.parameter:
                handle.place(b, y)
                self.ends.append((b, y, span))
        for tag in (*self._tags[len(spans) :], *self._handles[len(spans) :]):
            tag.setVisible(False)
        _set_pairs(self._lines, lines)
        _set_pairs(self._guides, guides)

    def _place_text(self, n: int, middle: float, end: float, y: float, beside: bool, px: float) -> None:
        tag, look = self._tags[n], self._panel.look
        tag.setVisible(True)
        if beside:
            right = self._panel.box.state["viewRange"][0][1]
            room = (right - end) / px > tag.width() + look.text_px(8)
            tag.place(end, y, align=1.0 if room else -1.0)
            return
        # Text above a point, lowered until the point is in its middle.
        ascent = QFontMetricsF(look.font(SMALL, bold=True)).ascent()
        tag.place(middle, y, align=0.0, rise=-look.text_px(7) - 0.36 * ascent)

    def at(self, x: float, y: float, pixel: tuple[float, float], reach: float) -> DiagramSpan | None:
        """Return the span whose end is within ``reach`` pixels of (x, y), the nearest of them."""
        best, found = reach, None
        for end, height, span in self.ends:
            away = math.hypot((end - x) / pixel[0], (height - y) / pixel[1])
            if away <= best:
                best, found = away, span
        return found


def _set_pairs(item: object, points: list[tuple[float, float]]) -> None:
    ends = np.array(points, dtype=float).reshape(-1, 2)
    item.setData(ends[:, 0], ends[:, 1], connect="pairs")  # type: ignore[attr-defined]
