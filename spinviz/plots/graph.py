"""Lines against each other: slice profiles, paths in k-space, coherence pathways, their laws dashed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QWidget

from spinviz.model.frame import Frame
from spinviz.model.kept import MOST_LINES, ROLES, KeptLine, thinned
from spinviz.model.plots import Graph, Line, Sheet, Spot
from spinviz.model.plots.plot import declared
from spinviz.model.symbols import plain_text
from spinviz.model.system import System
from spinviz.model.units import show
from spinviz.plots.axes import Fit, Scale, scale_for
from spinviz.plots.decimate import path
from spinviz.plots.image import lookup_table
from spinviz.plots.items import Stroke, Tag
from spinviz.plots.legend import Entry
from spinviz.plots.look import Look
from spinviz.plots.nearest import nearest
from spinviz.plots.panel import PlotPanel
from spinviz.plots.registry import draws
from spinviz.plots.table import Columns, padded, titled

Values = NDArray[np.float64]
MARGIN = 0.05
"""Room around what is shown, in parts of it."""
REACH = 60.0
"""Pixels within which the read-out finds a line."""


class Painted:
    """The image of a sheet of colours, below all lines."""

    def __init__(self, panel: GraphPlot) -> None:
        self._panel = panel
        self._image = pg.ImageItem(axisOrder="row-major")
        self._image.setZValue(-10)
        self._look: Look | None = None
        panel.box.addItem(self._image, ignoreBounds=True)

    def show(self, sheet: Sheet, fx: float, fy: float) -> None:
        """Draw ``sheet`` between its ends in axis numbers."""
        if self._look is not self._panel.look:
            self._look = self._panel.look
            self._image.setLookupTable(lookup_table("signal", self._look.theme))
        self._image.setVisible(True)
        self._image.setImage(
            np.nan_to_num(sheet.values, nan=sheet.low), levels=(sheet.low, sheet.high), autoLevels=False
        )
        left, right, low, high = (float(v) for v in (*sheet.x[[0, -1]] / fx, *sheet.y[[0, -1]] / fy))
        self._image.setRect(QRectF(left, low, right - left, high - low))

    def hide(self) -> None:
        """Draw nothing."""
        self._image.setVisible(False)


class Drawn:
    """The items of one line: made once, given other numbers with every frame."""

    def __init__(self, panel: GraphPlot) -> None:
        self._panel = panel
        self._style: object = None
        self._stroke = Stroke(antialias=True)
        self._head = Tag(panel.look, "simulation", radius=4.0)
        self._marks: pg.ScatterPlotItem | None = None
        for item in (self._stroke, self._head):
            panel.box.addItem(item, ignoreBounds=True)

    def show(self, line: Line, x: Values, y: Values, scale: float = 1.0) -> None:
        """Draw ``line`` at ``x``, ``y`` in axis numbers; ``scale`` takes its errors there."""
        look = self._panel.look
        theory = line.role == "theory"
        style = (look, line.role, line.dashed, line.marks)
        if style != self._style:
            self._style = style
            width = 1.8 if theory else 1.4 if line.role == "muted" else 2.0
            self._stroke.setPen(look.pen(line.role, width, dashed=line.dashed or theory))
            self._stroke.setZValue(20 if theory else 6 if line.role == "muted" else 10)
            self._head.set_role(line.role)
            self._head.set_look(look)
        if line.marks:
            self._stroke.setVisible(line.errors is not None)
            self._show_marks(line.role, x, y)
            if line.errors is not None:
                self._show_bars(x, y, line.errors * scale)
        else:
            self._stroke.setVisible(True)
            self._stroke.setData(*path(x, y, *self._panel.pixel()), connect="finite")
            if self._marks is not None:
                self._marks.setVisible(False)
        known = line.head and len(x) > 0 and bool(np.isfinite(x[-1]) and np.isfinite(y[-1]))
        self._head.setVisible(known)
        if known:
            self._head.place(float(x[-1]), float(y[-1]))

    def _show_bars(self, x: Values, y: Values, errors: Values) -> None:
        known = np.isfinite(x) & np.isfinite(y) & np.isfinite(errors)
        ends = np.column_stack([y - errors, y + errors])[known].ravel()
        self._stroke.setData(np.repeat(x[known], 2), ends, connect="pairs")

    def _show_marks(self, role: str, x: Values, y: Values) -> None:
        if self._marks is None:
            self._marks = pg.ScatterPlotItem(pxMode=True, antialias=True)
            self._marks.setZValue(15)
            self._panel.box.addItem(self._marks, ignoreBounds=True)
        look = self._panel.look
        known = np.isfinite(x) & np.isfinite(y)
        size = look.px(6.5) * look.theme.line_scale**0.5
        self._marks.setData(x=x[known], y=y[known], brush=look.brush(role), pen=None, size=size)
        self._marks.setVisible(True)

    def hide(self) -> None:
        """Draw nothing."""
        for item in (self._stroke, self._head, self._marks):
            if item is not None:
                item.setVisible(False)


@draws(Graph)
class GraphPlot(PlotPanel[Graph]):
    """As many lines as the frame brings; what they are stands above them."""

    def __init__(self, plot: Graph, system: System[Any, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(plot, system, look, parent)
        self._x_fit, self._y_fit = Fit(), Fit()
        self._x_scale, self._y_scale = Scale(), Scale()
        self._drawn: list[Drawn] = []
        self._painted: list[Painted] = []
        self.legend = self.add_legend()
        if plot.equal:
            self.box.setAspectLocked(True)
            self.box.sigResized.connect(self.refresh)

    def draw(self, frame: Frame) -> None:
        """Show the lines of the frame."""
        every: tuple[Line, ...] = frame.plots.get(self.plot.name, ())
        lines, sheets = lines_of(frame, self.plot), [line for line in every if isinstance(line, Sheet)]
        self.legend.set_entries(entries_of(lines))
        if not self.zoomed:
            self._rescale(frame.parameters, every)
        fx, fy = self._x_scale.factor, self._y_scale.factor
        while len(self._painted) < len(sheets):
            self._painted.append(Painted(self))
        for painted, sheet in zip(self._painted, sheets):
            painted.show(sheet, fx, fy)
        for painted in self._painted[len(sheets) :]:
            painted.hide()
        while len(self._drawn) < len(lines):
            self._drawn.append(Drawn(self))
        for drawn, line in zip(self._drawn, lines):
            drawn.show(line, np.asarray(line.x) / fx, np.asarray(line.y) / fy, 1 / fy)
        for drawn in self._drawn[len(lines) :]:
            drawn.hide()

    def spot(self, x: float, y: float) -> Spot | None:
        """The point of the nearest line; lines of marks are points."""
        lines = lines_of(self.frame, self.plot)
        fx, fy = self.factors()
        curves = [(np.asarray(line.x) / fx, np.asarray(line.y) / fy) for line in lines]
        found = nearest((x, y), curves, self.pixel())
        if found is None:
            return None
        line = lines[found[0]]
        return Spot(float(line.x[found[1]]), float(line.y[found[1]]), line.label)

    def _rescale(self, p: Any, lines: tuple[Line, ...]) -> None:
        plot: Graph = self.plot
        kept = self.pinned.within()
        x_values, y_values = [line.x for line in lines], [line.y for line in lines]
        left, right = self._limits(self._x_fit, plot.x_low, plot.x_high, p, x_values + [x for x, _ in kept])
        low, high = self._limits(self._y_fit, plot.low, plot.high, p, y_values + [y for _, y in kept])
        self._x_scale = scale_for(max(abs(left), abs(right)), plot.x_unit)
        self._y_scale = scale_for(max(abs(low), abs(high)), plot.y_unit)
        if plot.equal and plot.x_unit == plot.y_unit:
            self._x_scale = self._y_scale = max(self._x_scale, self._y_scale, key=lambda scale: scale.factor)
        fx, fy = self._x_scale.factor, self._y_scale.factor
        # Ends that were declared are ends; around what only happens to be there is a little room.
        pad_x, pad_y = (MARGIN * (right - left) if plot.equal else 0.0), MARGIN * (high - low)
        x, y = ((left - pad_x) / fx, (right + pad_x) / fx), ((low - pad_y) / fy, (high + pad_y) / fy)
        self.set_view(*(self._square(x, y) if plot.equal else (x, y)))
        self.legend.set_inset(self.y_axis.width())
        self._name_axes()

    def _name_axes(self) -> None:
        """Say below the graph what its axes are; what the title names already is left out."""
        plot: Graph = self.plot
        x, y = plot.x_symbol, plot.y_symbol
        x_unit, y_unit = (f", {scale.unit}" if scale.unit else "" for scale in (self._x_scale, self._y_scale))
        if not y or plain_text(y).lower() in plain_text(plot.title).lower():
            self.caption.set_texts(plot.title, self._y_scale.unit, f"{x}{x_unit} →")
        elif self._x_scale == self._y_scale and x_unit:
            self.caption.set_texts(plot.title, "", f"↑ {y}   {x} →{x_unit}")
        else:
            self.caption.set_texts(plot.title, "", f"↑ {y}{y_unit}   {x}{x_unit} →")

    def _limits(self, fit: Fit, low: Any, high: Any, p: Any, values: list[Values]) -> tuple[float, float]:
        """Declared limits, or limits around the numbers that hold still."""
        known = [v[np.isfinite(v)] for v in map(np.asarray, values) if len(v)]
        least = min((float(v.min()) for v in known if len(v)), default=np.inf)
        most = max((float(v.max()) for v in known if len(v)), default=-np.inf)
        a, b = declared(low, p), declared(high, p)
        if a is not None and b is not None and b > a:
            return a, b
        fitted = fit.around(a if a is not None else least, b if b is not None else most)
        return (fitted[0] if a is None else a), (fitted[1] if b is None else b)

    def _square(
        self, x: tuple[float, float], y: tuple[float, float]
    ) -> tuple[tuple[float, float], tuple[float, float]]:
        """Widen one of the ranges until both axes have the same scale."""
        inside: QRectF = self.box.rect()
        width, height = max(inside.width(), 1.0), max(inside.height(), 1.0)
        unit = max((x[1] - x[0]) / width, (y[1] - y[0]) / height)
        return _widened(x, unit * width), _widened(y, unit * height)

    def keepable(self, frame: Frame) -> tuple[KeptLine, ...]:
        """Its lines but for laws, points of now and what only marks a place."""
        lines = lines_of(frame, self.plot)
        own = [line for line in lines if line.role in ROLES and line.role != "muted" and len(line.x) > 1]
        return tuple(KeptLine(line.label, *thinned(line.x, line.y), line.role) for line in own[:MOST_LINES])

    def units(self) -> tuple[str, str]:
        """Those of the axes."""
        return self.plot.x_unit, self.plot.y_unit

    def factors(self) -> tuple[float, float]:
        """Those of the axes."""
        return self._x_scale.factor, self._y_scale.factor

    def read_out(self, x: float, y: float) -> str:
        """The nearest point of the nearest line."""
        lines = lines_of(self.frame, self.plot)
        px, py = self.pixel()
        fx, fy = self._x_scale.factor, self._y_scale.factor
        best, found = REACH, ""
        for line in lines:
            if len(line.x) == 0:
                continue
            away = np.hypot((np.asarray(line.x) / fx - x) / px, (np.asarray(line.y) / fy - y) / py)
            if not np.isfinite(away).any():
                continue
            n = int(np.nanargmin(away))
            if away[n] < best:
                best = float(away[n])
                parts = (
                    f"{plain_text(self.plot.x_symbol)} {show(float(line.x[n]), self.plot.x_unit)}".strip(),
                    f"{plain_text(self.plot.y_symbol)} {show(float(line.y[n]), self.plot.y_unit)}".strip(),
                    plain_text(line.label),
                )
                found = "   ".join(part for part in parts if part)
        return found

    @staticmethod
    def numbers(plot: Graph, frame: Frame, system: System[Any, Any]) -> Columns:
        """Two columns for each line."""
        columns: Columns = []
        for n, line in enumerate(lines_of(frame, plot), start=1):
            label = plain_text(line.label) or f"line {n}"
            columns.append((titled(f"{label}: {plain_text(plot.x_symbol)}", plot.x_unit), line.x))
            columns.append((titled(f"{label}: {plain_text(plot.y_symbol)}", plot.y_unit), line.y))
            if line.errors is not None:
                columns.append((titled(f"{label}: standard error", plot.y_unit), line.errors))
        return padded(columns)


def lines_of(frame: Frame | None, plot: Graph) -> tuple[Line, ...]:
    """Return the lines that ``frame`` has for ``plot``, without sheets of colours."""
    every: tuple[Line, ...] = frame.plots.get(plot.name, ()) if frame is not None else ()
    return tuple(line for line in every if not isinstance(line, Sheet))


def entries_of(lines: tuple[Line, ...]) -> tuple[Entry, ...]:
    """Return what a legend has to say about ``lines``: every kind that has a label, once."""
    every = (Entry(n.label, n.role, n.dashed or n.role == "theory", n.marks) for n in lines if n.label)
    return tuple(dict.fromkeys(every))


def _widened(limits: tuple[float, float], span: float) -> tuple[float, float]:
    middle = 0.5 * (limits[0] + limits[1])
    return middle - span / 2, middle + span / 2
