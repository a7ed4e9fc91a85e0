"""The points of a sweep with their error bars, the law at the same places; a click on a point goes to its state."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QWidget

from spinviz.model.frame import Frame
from spinviz.model.plots import SweptCurve
from spinviz.model.swept import SweptPoint
from spinviz.model.symbols import plain_text
from spinviz.model.system import System
from spinviz.model.units import show
from spinviz.model.verdict import Verdict
from spinviz.plots.axes import Fit, Scale, scale_for
from spinviz.plots.laws import laws_of
from spinviz.plots.legend import Entry
from spinviz.plots.look import Look
from spinviz.plots.mouse import Box
from spinviz.plots.panel import PlotPanel
from spinviz.plots.registry import draws
from spinviz.plots.table import Columns, titled, titled_observable

Values = NDArray[np.float64]
NEAR = 14.0
"""Pixels of the design around a point in which a click means it."""


@draws(SweptCurve)
class SweptPlot(PlotPanel[SweptCurve]):
    """Full points; hollow ones are not in equilibrium or have no error."""

    def __init__(self, plot: SweptCurve, system: System[Any, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(plot, system, look, parent)
        self._q = system.Parameters.quantity_named(plot.parameter)
        self._o = system.observable(plot.y)
        self._x_fit, self._y_fit = Fit(), Fit()
        self._x_scale, self._y_scale = Scale(), Scale()
        self._way = self.add_curve("simulation", 1.0, z=9, alpha=0.35)
        self._errors = self.add_curve("simulation", 1.4, z=14, alpha=0.7)
        self._points = pg.ScatterPlotItem(pxMode=True, antialias=True)
        self._points.setZValue(15)
        self.box.addItem(self._points, ignoreBounds=True)
        self._laws = [
            (law, self.add_curve("theory", 1.8, dashed=True, pattern=n, z=8))
            for n, law in enumerate(laws_of(plot, system))
        ]
        self.legend = self.add_legend()

    def make_box(self) -> Box:
        """Clicks go to states."""
        return Box(None, self._clicked)

    def draw(self, frame: Frame) -> None:
        """Show the points so far, and the laws where they hold."""
        points = self._swept(frame)
        x, y, errors = columns_of(points, self.plot.y)
        theories = [(x, _theory(points, law.name, law.name in frame.laws)) for law, _ in self._laws]
        if not self.zoomed:
            self._rescale(x, y, errors, theories)
        fx, fy = self._x_scale.factor, self._y_scale.factor
        entries = []
        for n, ((law, item), (_, theory)) in enumerate(zip(self._laws, theories)):
            order = np.argsort(x, kind="stable")
            item.setData(x[order] / fx, theory[order] / fy, connect="finite")
            if np.isfinite(theory).any():
                entries.append(Entry(law.title.partition(",")[0], "theory", dashed=True, pattern=n))
        self.legend.set_entries(tuple(entries))
        self.legend.set_inset(self.y_axis.width())
        self._way.setData(x / fx, y / fy, connect="finite")
        barred = np.isfinite(y) & np.isfinite(errors)
        ends = np.column_stack([y - errors, y + errors])[barred].ravel()
        self._errors.setData(np.repeat(x[barred], 2) / fx, ends / fy, connect="pairs")
        self._draw_points(x / fx, y / fy, points)

    def judged(self, frame: Frame) -> tuple[Verdict, str, str]:
        """No badge: the verdicts of the run are those of its other plots."""
        return "off", "", ""

    def _swept(self, frame: Frame) -> tuple[SweptPoint, ...]:
        return frame.sweep.points if frame.sweep is not None and frame.sweep.name == self.plot.parameter else ()

    def _draw_points(self, x: Values, y: Values, points: tuple[SweptPoint, ...]) -> None:
        solid, hollow, edge = self.look.brush("simulation"), self.look.brush("window"), self.look.pen("simulation", 1.4)
        known = np.isfinite(y)
        good = [point.equilibrated and point.converged for point in points]
        self._points.setData(
            x=x[known],
            y=y[known],
            brush=[solid if one else hollow for one, there in zip(good, known) if there],
            pen=edge,
            size=self.look.px(7) * self.look.theme.line_scale**0.5,
        )

    def _rescale(self, x: Values, y: Values, errors: Values, theories: list[tuple[Values, Values]]) -> None:
        bars = np.nan_to_num(errors)
        left, right = self._x_fit.around(*_extent([x]))
        bottom, top = self._y_fit.around(*_extent([y - bars, y + bars, *(theory for _, theory in theories)]))
        self._x_scale = scale_for(max(abs(left), abs(right)), self._q.unit)
        self._y_scale = scale_for(max(abs(bottom), abs(top)), self._o.unit)
        margin = 0.04 * (top - bottom)
        fx, fy = self._x_scale.factor, self._y_scale.factor
        aside = 0.03 * (right - left)
        self.set_view(((left - aside) / fx, (right + aside) / fx), ((bottom - margin) / fy, (top + margin) / fy))
        unit = f", {self._x_scale.unit}" if self._x_scale.unit else ""
        self.caption.set_texts(self.plot.title, self._y_scale.unit, f"{self._q.symbol or self._q.title}{unit} →")

    def _clicked(self, at: QPointF) -> None:
        index = self.point_at(at)
        if index is not None:
            self.picked.emit(self.plot.name, index, 0)

    def point_at(self, at: QPointF) -> int | None:
        """Return the number of the point that is near a place of the scene."""
        if self.frame is None or not (points := self._swept(self.frame)):
            return None
        x, y, _ = columns_of(points, self.plot.y)
        places = [
            self.box.mapViewToScene(QPointF(a / self._x_scale.factor, b / self._y_scale.factor)) for a, b in zip(x, y)
        ]
        away = [float(np.hypot(place.x() - at.x(), place.y() - at.y())) for place in places]
        nearest = int(np.nanargmin(away)) if np.isfinite(away).any() else -1
        return nearest if nearest >= 0 and away[nearest] <= self.look.px(NEAR) else None

    def read_out(self, x: float, y: float) -> str:
        """The point under the mouse, with its error and what the laws say."""
        if self.frame is None:
            return ""
        index = self.point_at(self.box.mapViewToScene(QPointF(x, y)))
        if index is None:
            return ""
        point = self._swept(self.frame)[index]
        error = point.errors[self.plot.y]
        bar = f" ± {show(error, self._o.unit, 2)}" if np.isfinite(error) else ", not converged"
        parts = [
            f"{self._q.name} {show(point.value, self._q.unit)}",
            f"{plain_text(self._o.symbol)} {show(point.means[self.plot.y], self._o.unit)}{bar}",
        ]
        if not point.equilibrated:
            parts.append("not in equilibrium")
        parts += [
            f"law {show(point.theory[law.name], self._o.unit)}"
            for law, _ in self._laws
            if law.name in self.frame.laws and np.isfinite(point.theory[law.name])
        ]
        return "   ".join([*parts, "click: go to this state"])

    @staticmethod
    def numbers(plot: SweptCurve, frame: Frame, system: System[Any, Any]) -> Columns:
        """Parameter, mean, error, laws, and the two flags."""
        points = frame.sweep.points if frame.sweep is not None else ()
        x, y, errors = columns_of(points, plot.y)
        unit = system.observable(plot.y).unit
        columns: Columns = [
            (titled(plot.parameter, system.Parameters.quantity_named(plot.parameter).unit), x),
            (titled_observable(plot.y, system), y),
            (titled(f"error {plot.y}", unit), errors),
        ]
        columns += [
            (titled(f"law {law.name}", unit), _theory(points, law.name, law.name in frame.laws))
            for law in laws_of(plot, system)
        ]
        columns.append(("equilibrated", np.array([float(point.equilibrated) for point in points])))
        columns.append(("converged", np.array([float(point.converged) for point in points])))
        return columns


def columns_of(points: tuple[SweptPoint, ...], y: str) -> tuple[Values, Values, Values]:
    """Return the values of the parameter, the means of ``y`` and their errors."""
    found = [(point.value, point.means[y], point.errors[y]) for point in points]
    x, means, errors = np.array(found, dtype=np.float64).reshape(-1, 3).T
    return x, means, errors


def _theory(points: tuple[SweptPoint, ...], law: str, shown: bool) -> Values:
    return np.array([point.theory[law] if shown else np.nan for point in points], dtype=np.float64)


def _extent(arrays: list[Values]) -> tuple[float, float]:
    known = [a[np.isfinite(a)] for a in arrays]
    low = min((float(a.min()) for a in known if len(a)), default=np.inf)
    high = max((float(a.max()) for a in known if len(a)), default=-np.inf)
    return low, high
