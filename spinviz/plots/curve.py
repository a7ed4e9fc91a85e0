"""One observable against another: the path so far, or the mean at every setting with the law across the axis."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from spinviz.model.frame import Frame, History
from spinviz.model.plots import Curve
from spinviz.model.symbols import plain_text
from spinviz.model.system import System
from spinviz.model.units import show
from spinviz.plots.axes import Fit, Scale, scale_for
from spinviz.plots.decimate import path
from spinviz.plots.items import Tag
from spinviz.plots.laws import laws_of
from spinviz.plots.look import Look
from spinviz.plots.panel import PlotPanel

Values = NDArray[np.float64]

PATH_ROWS = 60_000
"""The path shown is the latest one; older samples stay in the history and in the saved table."""
SETTLED = 0.25
"""Part of a setting's samples left out of the mean while the system settles."""
ENOUGH = 8
"""Samples that make a mean worth showing."""


@dataclass
class Means:
    """Running means of y at each setting of x; a setting ends when x or another parameter changes or at a mark."""

    x: list[float] = field(default_factory=list)
    y: list[float] = field(default_factory=list)
    kept: list[object] = field(default_factory=list)
    """What the other parameters were."""
    begin: int = 0
    seen: int = 0
    marks: int = 0
    last: float = float("nan")

    def update(self, history: History, x: Values, y: Values, others: object) -> None:
        """Take in what the history has gained."""
        n = len(x)
        if n < self.seen or (self.seen and history.time[self.seen - 1] != self.last):
            self.__init__()  # type: ignore[misc]  # The run went back or began again.
        new_setting = len(history.marks) != self.marks or (self.kept and self.kept[-1] != others)
        ends = [self.seen] if new_setting and self.seen > self.begin else []
        ends += [int(i) for i in np.flatnonzero(np.diff(x[max(self.seen - 1, 0) : n])) + max(self.seen, 1)]
        for end in ends:
            self._point(x, y, end, others)
            self.begin = end
            self.x.append(np.nan)
            self.y.append(np.nan)
            self.kept.append(others)
        self._point(x, y, n, others)
        self.seen, self.marks = n, len(history.marks)
        self.last = float(history.time[n - 1]) if n else float("nan")

    def _point(self, x: Values, y: Values, end: int, others: object) -> None:
        if end <= self.begin:
            return
        if not self.x:
            self.x.append(np.nan)
            self.y.append(np.nan)
            self.kept.append(others)
        settled = self.begin + int(SETTLED * (end - self.begin))
        enough = end - settled >= ENOUGH
        self.x[-1] = float(x[end - 1]) if enough else np.nan
        self.y[-1] = float(np.nanmean(y[settled:end])) if enough and np.isfinite(y[settled:end]).any() else np.nan
        self.kept[-1] = others


class CurvePlot(PlotPanel):
    """A path with a head, or points of means."""

    def __init__(self, plot: Curve, system: System[Any, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(plot, system, look, parent)
        self._x, self._y = system.observable(plot.x), system.observable(plot.y)
        self._x_fit, self._y_fit = Fit(), Fit(plot.low, plot.high)
        self._x_scale, self._y_scale = Scale(), Scale()
        self._path = self.add_curve("simulation", 2.0)
        self._points = pg.ScatterPlotItem(pxMode=True, antialias=True)
        self._points.setZValue(15)
        self.box.addItem(self._points, ignoreBounds=True)
        self._head = self.add_item(Tag(look, "simulation", radius=4.5))
        self._laws = [
            (law, self.add_curve("theory", 1.8, dashed=True, z=8 if plot.mean else 20)) for law in laws_of(plot, system)
        ]
        self._means = Means()

    def draw(self, frame: Frame) -> None:
        """Show path or means up to the frame, and the laws across the axis."""
        history = frame.history
        x = history.observables.get(self.plot.x, np.zeros(0))
        y = history.observables.get(self.plot.y, np.zeros(0))
        theories = [frame.curves.get((self.plot.name, law.name), (np.zeros(0), np.zeros(0))) for law, _ in self._laws]
        if self.plot.mean:
            self._means.update(history, x, y, self._others(frame))
            x, y = np.array(self._means.x), np.array(self._means.y)
        else:
            x, y = x[-PATH_ROWS:], y[-PATH_ROWS:]
        if not self.zoomed:
            self._rescale(frame, x, y, theories)
        fx, fy = self._x_scale.factor, self._y_scale.factor
        for (_, item), (law_x, law_y) in zip(self._laws, theories):
            item.setData(law_x / fx, law_y / fy, connect="finite")
        if self.plot.mean:
            self._draw_means(x / fx, y / fy)
        else:
            self._draw_path(x / fx, y / fy)
        self._place_head(frame, fx, fy)

    def _others(self, frame: Frame) -> object:
        values = frame.parameters.model_dump() if hasattr(frame.parameters, "model_dump") else {}
        return tuple(sorted((k, str(v)) for k, v in values.items() if k != self.plot.x))

    def _draw_path(self, x: Values, y: Values) -> None:
        dx, dy = self.box.viewPixelSize()
        self._path.setData(*path(x, y, dx, dy), connect="finite")

    def _draw_means(self, x: Values, y: Values) -> None:
        now = self._means.kept[-1] if self._means.kept else None
        same = np.array([kept == now for kept in self._means.kept], dtype=bool)
        solid, faint = self.look.brush("simulation"), self.look.brush("simulation", 0.22)
        known = np.isfinite(x) & np.isfinite(y)
        self._points.setData(
            x=x[known],
            y=y[known],
            brush=[solid if s else faint for s in same[known]],
            pen=None,
            size=self.look.px(7) * self.look.theme.line_scale**0.5,
        )

    def _place_head(self, frame: Frame, fx: float, fy: float) -> None:
        x, y = frame.observables.get(self.plot.x), frame.observables.get(self.plot.y)
        known = x is not None and y is not None and np.isfinite(x) and np.isfinite(y)
        self._head.setVisible(bool(known))
        if known and x is not None and y is not None:
            self._head.place(x / fx, y / fy)

    def _rescale(self, frame: Frame, x: Values, y: Values, theories: list[tuple[Values, Values]]) -> None:
        p = frame.parameters
        low_x, high_x = _limit(self.plot.x_low, p), _limit(self.plot.x_high, p)
        now = [frame.observables.get(self.plot.x, np.nan)], [frame.observables.get(self.plot.y, np.nan)]
        low, high = _extent([x, np.array(now[0], dtype=float)] + [a for a, _ in theories])
        fitted = self._x_fit.around(low, high)
        left = low_x if low_x is not None else fitted[0]
        right = high_x if high_x is not None else fitted[1]
        bottom, top = self._y_fit.around(*_extent([y, np.array(now[1], dtype=float)] + [b for _, b in theories]))
        self._x_scale = scale_for(max(abs(left), abs(right)), self._x.unit)
        self._y_scale = scale_for(max(abs(bottom), abs(top)), self._y.unit)
        fx, fy = self._x_scale.factor, self._y_scale.factor
        margin = 0.04 * (top - bottom)
        self.set_view((left / fx, right / fx), ((bottom - margin) / fy, (top + margin) / fy))
        unit = f", {self._x_scale.unit}" if self._x_scale.unit else ""
        self.caption.set_texts(
            self.plot.title, self._y_scale.unit, f"{plain_text(self._x.symbol or self._x.title)}{unit} →"
        )

    def read_out(self, x: float, y: float) -> str:
        """Values under the mouse and the law there."""
        fx, fy = self._x_scale.factor, self._y_scale.factor
        parts = [
            f"{plain_text(self._x.symbol)} {show(x * fx, self._x.unit, 3)}",
            f"{plain_text(self._y.symbol)} {show(y * fy, self._y.unit, 3)}",
        ]
        for law, _ in self._laws:
            curve = self.frame.curves.get((self.plot.name, law.name)) if self.frame else None
            if curve is not None and len(curve[0]):
                order = np.argsort(curve[0])
                there = float(np.interp(x * fx, curve[0][order], curve[1][order]))
                parts.append(f"law {show(there, self._y.unit, 3)}")
        return "   ".join(parts)


def _limit(limit: Any, p: Any) -> float | None:
    return float(limit(p)) if callable(limit) else limit


def _extent(arrays: list[Values]) -> tuple[float, float]:
    known = [a[np.isfinite(a)] for a in arrays]
    low = min((float(a.min()) for a in known if len(a)), default=np.inf)
    high = max((float(a.max()) for a in known if len(a)), default=-np.inf)
    return low, high
