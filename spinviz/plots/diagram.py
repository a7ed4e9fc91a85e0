"""A pulse sequence over time: rows of pulses, gradients and readouts, a cursor at the time now, spans to drag."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QWidget

from spinviz.model.frame import Frame
from spinviz.model.parameters import ParameterError, Parameters
from spinviz.model.plots import Diagram, DiagramRow, DiagramScheme
from spinviz.model.symbols import plain_text
from spinviz.model.system import System
from spinviz.model.units import plain, show
from spinviz.plots.axes import Scale, scale_for
from spinviz.plots.decimate import path
from spinviz.plots.items import Tag
from spinviz.plots.look import Look
from spinviz.plots.mouse import Box
from spinviz.plots.panel import PlotPanel
from spinviz.plots.registry import draws
from spinviz.plots.shapes import Shape, Shapes
from spinviz.plots.spans import LANE, Drag, Spans, text_of
from spinviz.plots.table import Columns, padded, titled

Values = NDArray[np.float64]
FILLED = 0.86
"""Part of its place that a row fills at most."""
EDGE = 5.0
"""Room at both ends of the time axis in design pixels: for the dot at the end of a span."""
KNOB = 3.2
"""Radius of the cursor's dot in design pixels."""
REACH = 9.0
"""Pixels around the end of a span within which the mouse takes it."""
MOST_POINTS = 20_000
"""Points of a row's shape: more than any screen has columns, times some."""
PULSE = 1e-3
"""Values below this part of a row's largest count as nothing."""


@dataclass(frozen=True)
class Place:
    """Where a row stands in the picture, whose height is 1: its base line, and the height of the value 1."""

    base: float
    unit: float


@draws(Diagram)
class DiagramPlot(PlotPanel[Diagram]):
    """Rows share the height; arrows have lanes below them. A click moves the run, a drag at an arrow's end edits."""

    grid = False
    wide = True

    def __init__(self, plot: Diagram, system: System[Any, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(plot, system, look, parent)
        self._scale = Scale()
        self._shapes: Shapes = self.add_item(Shapes(look))
        self._rows: tuple[DiagramRow, ...] = ()
        self._base_lines = self.add_curve("line", 1.0, z=2)
        self._signed: dict[str, bool] = {}
        self._shown: object = None
        self._drag: Drag | None = None
        self._proposed: Parameters | None = None
        self._pressed: Frame | None = None
        """What was shown when the button went down."""
        self._spans = Spans(self)
        self._cursor = self.add_curve("text", 1.4, z=40, alpha=0.85)
        self._knob = self.add_item(Tag(look, "text", radius=KNOB))
        self.box.setMouseEnabled(x=True, y=False)
        self.box.sigResized.connect(self.refresh)

    def make_box(self) -> pg.ViewBox:
        """A box that leaves dragging and clicking to the plot."""
        return Box(self._dragged, self._clicked)

    def draw(self, frame: Frame) -> None:
        """Move the cursor; draw rows and spans again where they changed."""
        scheme: DiagramScheme | None = frame.plots.get(self.plot.name)
        if scheme is None or not scheme.end > scheme.start:
            return
        if not self.zoomed and self._drag is None:
            self._scale = scale_for(max(abs(scheme.start), abs(scheme.end)), "s")
            start, end = scheme.start / self._scale.factor, scheme.end / self._scale.factor
            room = self.look.px(EDGE) * self.look.theme.line_scale**0.5
            room *= (end - start) / max(self.box.width() - 2 * room, 1.0)
            self.set_view((start - room, end + room), (0.0, 1.0))
            self.caption.set_texts(self.plot.title, "", f"time, {self._scale.unit} →")
        view = tuple(map(tuple, self.box.state["viewRange"]))
        key = (scheme.spans, self.look, view, self.box.width(), self.box.height())
        if key != self._shown or not same(scheme.rows, self._rows):
            self._shown, self._rows = key, scheme.rows
            self._draw_scheme(scheme)
        now = scheme.cursor / self._scale.factor
        self._cursor.setData([now, now], [0.0, 1.0])
        self._knob.place(now, 1.0 - self.look.px(KNOB) * self.pixel()[1])

    def pixel(self) -> tuple[float, float]:
        """Width and height of a pixel in axis numbers."""
        (left, right), (low, high) = self.box.state["viewRange"]
        return (right - left) / max(self.box.width(), 1.0), (high - low) / max(self.box.height(), 1.0)

    # --- rows ---------------------------------------------------------------------------------------------------

    def _draw_scheme(self, scheme: DiagramScheme) -> None:
        px, py = self.pixel()
        f = self._scale.factor
        lanes = self._spans.lanes(scheme.spans, 1.0 / (f * px))
        lane = min(self.look.text_px(LANE) * py, 0.45 / (max(lanes, default=0) + 1))
        below = (max(lanes, default=-1) + 1) * lane
        places = self._places(scheme.rows, below)
        self._set_names(scheme.rows, places)
        ends = self.box.state["viewRange"][0]
        base = np.repeat([place.base for place in places], 2)
        self._base_lines.setData(np.tile(ends, len(places)), base, connect="pairs")
        shapes = tuple(self._shape(row, place) for row, place in zip(scheme.rows, places))
        self._shapes.set_shapes(shapes, self.box.viewRect())
        heights = [below - (n + 0.5) * lane for n in lanes]
        self._spans.show(scheme.spans, heights, (px, py), f)

    def _places(self, rows: tuple[DiagramRow, ...], below: float) -> list[Place]:
        """Share the height above ``below``; rows that have once gone below their line have it in their middle."""
        if {row.name for row in rows} != self._signed.keys():
            self._signed = {row.name: False for row in rows}
        for row in rows:
            self._signed[row.name] |= bool(np.nanmin(row.values, initial=0.0) < -PULSE)
        parts = [1.5 if self._signed[row.name] else 1.0 for row in rows]
        each = (1.0 - below) / max(sum(parts), 1.0)
        places, top = [], 1.0
        for row, part in zip(rows, parts):
            height = part * each
            top -= height
            signed = self._signed[row.name]
            unit = 0.5 * FILLED * height if signed else FILLED * height
            places.append(Place(top + (0.5 * height if signed else 0.5 * (1 - FILLED) * height), unit))
        return places

    def _set_names(self, rows: tuple[DiagramRow, ...], places: list[Place]) -> None:
        middle = (p.base + (0.0 if self._signed[r.name] else 0.5 * p.unit) for r, p in zip(rows, places))
        self.y_axis.set_named([(height, row.name) for height, row in zip(middle, rows)])

    def _shape(self, row: DiagramRow, place: Place) -> Shape:
        x = np.asarray(row.times, dtype=float) / self._scale.factor
        y = place.base + place.unit * np.clip(np.asarray(row.values, dtype=float), -1.0, 1.0)
        return Shape(row.role, *path(x, y, *self.pixel(), most=MOST_POINTS), place.base)

    # --- mouse --------------------------------------------------------------------------------------------------

    def read_out(self, x: float, y: float) -> str:
        """The time, and what is on then; at the end of a span what it is."""
        scheme: DiagramScheme | None = self.frame.plots.get(self.plot.name) if self.frame else None
        if scheme is None:
            return ""
        span = self._drag.span if self._drag else self._spans.at(x, y, self.pixel(), REACH)
        if span is not None:
            # The one in the frame: while it is dragged it is another one each time.
            now = next((s for s in scheme.spans if (s.parameter, s.label) == (span.parameter, span.label)), span)
            return f"{plain_text(text_of(now))}   drag to change"
        time = x * self._scale.factor
        parts = [show(time, "s")]
        for row in scheme.rows:
            value = value_at(row, time)
            if abs(value) > PULSE:
                parts.append(f"{plain_text(row.name)} {plain(value, 2)}")
        return "   ".join(parts)

    def _mouse_moved(self, at: QPointF) -> None:
        super()._mouse_moved(at)
        point = self.box.mapSceneToView(at)
        over = self._drag is not None or self._spans.at(point.x(), point.y(), self.pixel(), REACH) is not None
        self.graph.viewport().setCursor(Qt.CursorShape.SizeHorCursor if over else Qt.CursorShape.ArrowCursor)

    def _clicked(self, at: QPointF) -> None:
        self._pressed = self.frame
        point = self.box.mapSceneToView(at)
        if self._spans.at(point.x(), point.y(), self.pixel(), REACH) is None:
            self._seek(at)

    def _dragged(self, pressed: QPointF, at: QPointF, begins: bool, ends: bool) -> None:
        if begins:
            self._begin(pressed)
        if self._drag is None:
            self._seek(at)
            return
        self._propose(self._drag, at.x(), ends)
        if ends:
            self._drag = None
            self.refresh()

    def _begin(self, pressed: QPointF) -> None:
        self._pressed = self.frame
        point = self.box.mapSceneToView(pressed)
        span = self._spans.at(point.x(), point.y(), self.pixel(), REACH)
        parameters = self.frame.parameters if self.frame is not None else None
        if span is None or not isinstance(parameters, Parameters):
            return
        self._drag = Drag(span, parameters, pressed.x(), self.pixel()[0] * self._scale.factor)
        self._proposed = None

    def _propose(self, drag: Drag, scene_x: float, final: bool) -> None:
        """Tell everybody what the drag makes of the parameters; the last value that fits stays."""
        try:
            self._proposed = drag.parameters.change(**{drag.span.parameter: drag.moved_to(scene_x)})
        except ParameterError as error:
            self.complained.emit(str(error))
            if not final:
                return
        else:
            self.complained.emit("")
        if self._proposed is not None:
            self.edited.emit(self._proposed, drag.span.parameter, final)

    def _seek(self, at: QPointF) -> None:
        scheme: DiagramScheme | None = self._pressed.plots.get(self.plot.name) if self._pressed else None
        if scheme is None or self._pressed is None:
            return
        time = self.box.mapSceneToView(at).x() * self._scale.factor
        self.seek.emit(self.plot.name, float(min(max(time, scheme.start), scheme.end)), self._pressed.step)

    @staticmethod
    def numbers(plot: Diagram, frame: Frame, system: System[Any, Any]) -> Columns:
        """Two columns for each row of the diagram."""
        scheme: DiagramScheme | None = frame.plots.get(plot.name)
        columns: Columns = []
        for row in scheme.rows if scheme is not None else ():
            name = plain_text(row.name)
            columns += [(titled(f"{name}: time", "s"), row.times), (name, row.values)]
        return padded(columns)


def same(rows: tuple[DiagramRow, ...], others: tuple[DiagramRow, ...]) -> bool:
    """Whether two diagrams have the same rows."""
    if rows is others:
        return True
    return len(rows) == len(others) and all(
        (a.name, a.role) == (b.name, b.role) and _equal(a.times, b.times) and _equal(a.values, b.values)
        for a, b in zip(rows, others)
    )


def _equal(a: Values, b: Values) -> bool:
    return a is b or np.array_equal(a, b, equal_nan=True)


def value_at(row: DiagramRow, time: float) -> float:
    """Return the value of a row at ``time`` [s]; 0 outside and in gaps."""
    value = float(np.interp(time, row.times, row.values, left=0.0, right=0.0))
    return value if np.isfinite(value) else 0.0
