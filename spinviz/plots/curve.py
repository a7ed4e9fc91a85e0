"""One observable against another: the path so far, or the mean at every setting with the law across the axis."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from spinviz.model.frame import Frame
from spinviz.model.kept import KeptLine, thinned
from spinviz.model.plots import Curve, Spot
from spinviz.model.plots.plot import declared
from spinviz.model.symbols import plain_text
from spinviz.model.system import System
from spinviz.model.units import show
from spinviz.plots.axes import Fit, Scale, scale_for
from spinviz.plots.decimate import path
from spinviz.plots.items import Tag
from spinviz.plots.laws import laws_of
from spinviz.plots.legend import Entry
from spinviz.plots.look import Look
from spinviz.plots.nearest import nearest
from spinviz.plots.panel import PlotPanel
from spinviz.plots.registry import draws
from spinviz.plots.table import Columns, guide_columns, law_columns, titled, titled_observable

Values = NDArray[np.float64]

PATH_ROWS = 60_000
"""The path shown is the latest one; older samples stay in the history and in the saved table."""


@draws(Curve)
class CurvePlot(PlotPanel[Curve]):
    """A path with a head, or points of means."""

    def __init__(self, plot: Curve, system: System[Any, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(plot, system, look, parent)
        self._x, self._y = system.observable(plot.x), system.observable(plot.y)
        self._x_fit, self._y_fit = Fit(), Fit(plot.low, plot.high)
        self._x_scale, self._y_scale = Scale(), Scale()
        self._path = self.add_curve("simulation", 2.0)
        self._errors = self.add_curve("simulation", 1.4, z=14, alpha=0.7)
        self._points = pg.ScatterPlotItem(pxMode=True, antialias=True)
        self._points.setZValue(15)
        self.box.addItem(self._points, ignoreBounds=True)
        self._head = self.add_item(Tag(look, "simulation", radius=4.5, hollow=plot.mean))
        self._laws = [
            (law, self.add_curve("theory", 1.8, dashed=True, pattern=n, z=8 if plot.mean else 20))
            for n, law in enumerate(laws_of(plot, system))
        ]
        self._guides = [
            (guide, self.add_curve("secondary", 1.6, dashed=True, pattern=n, z=6))
            for n, guide in enumerate(plot.guides)
        ]
        self.legend = self.add_legend()
        self._settings: list[object] = []
        """What the other parameters were at each mean."""

    def draw(self, frame: Frame) -> None:
        """Show path or means up to the frame, and the laws across the axis."""
        x, y, errors = self._shown(frame)
        theories = [frame.curves.get((self.plot.name, law.name), (np.zeros(0), np.zeros(0))) for law, _ in self._laws]
        guides = [
            frame.curves.get((self.plot.name, guide.name), (np.zeros(0), np.zeros(0))) for guide, _ in self._guides
        ]
        if not self.zoomed:
            self._rescale(frame, x, y, theories + guides)
        fx, fy = self._x_scale.factor, self._y_scale.factor
        items = [item for _, item in self._laws] + [item for _, item in self._guides]
        for item, (law_x, law_y) in zip(items, theories + guides):
            item.setData(law_x / fx, law_y / fy, connect="finite")
        self._name([bool(np.isfinite(y).any()) for _, y in theories], [bool(np.isfinite(y).any()) for _, y in guides])
        if self.plot.mean:
            self._draw_means(x / fx, y / fy, errors / fy, self._others(frame))
        else:
            self._path.setData(*path(x / fx, y / fy, *self.box.viewPixelSize()), connect="finite")
        self._place_head(frame, fx, fy)

    def _name(self, laws: list[bool], guides: list[bool]) -> None:
        """Say which is which where several curves are drawn; a single law is that of the badge."""
        names = (law.title.partition(",")[0] for law, _ in self._laws)  # no asides: the title is also in the table
        drawn = [Entry(name, "theory", dashed=True, pattern=n) for n, name in enumerate(names) if laws[n]]
        beside = [
            Entry(g.title, "secondary", dashed=True, pattern=n) for n, (g, _) in enumerate(self._guides) if guides[n]
        ]
        self.legend.set_entries(tuple(drawn + beside if len(drawn) > 1 or beside else ()))
        self.legend.set_inset(self.y_axis.width())

    def _shown(self, frame: Frame) -> tuple[Values, Values, Values]:
        """The latest path, or the means with their standard errors."""
        if self.plot.mean:
            means = np.asarray(frame.plots.get(self.plot.name, np.zeros((0, 3))), dtype=float).reshape(-1, 3)
            return means[:, 0], means[:, 1], means[:, 2]
        seen = frame.history.observables
        x, y = seen.get(self.plot.x, np.zeros(0)), seen.get(self.plot.y, np.zeros(0))
        return x[-PATH_ROWS:], y[-PATH_ROWS:], np.zeros(0)

    def _others(self, frame: Frame) -> object:
        values = frame.parameters.model_dump()
        return tuple(sorted((k, str(v)) for k, v in values.items() if k != self.plot.x))

    def _draw_means(self, x: Values, y: Values, errors: Values, now: object) -> None:
        """Points with error bars; those measured with other parameters, to which the law does not belong, are faint."""
        self._settings = self._settings[: len(x)] + [now] * (len(x) - len(self._settings))
        solid, faint = self.look.brush("simulation"), self.look.brush("simulation", 0.22)
        brushes = [solid if setting == now else faint for setting in self._settings]
        known = np.isfinite(x) & np.isfinite(y)
        self._points.setData(
            x=x[known],
            y=y[known],
            brush=[brush for brush, shown in zip(brushes, known) if shown],
            pen=None,
            size=self.look.px(7) * self.look.theme.line_scale**0.5,
        )
        barred = known & np.isfinite(errors)
        ends = np.column_stack([y - errors, y + errors])[barred].ravel()
        self._errors.setData(np.repeat(x[barred], 2), ends, connect="pairs")

    def _place_head(self, frame: Frame, fx: float, fy: float) -> None:
        x, y = frame.observables.get(self.plot.x), frame.observables.get(self.plot.y)
        known = x is not None and y is not None and np.isfinite(x) and np.isfinite(y)
        self._head.setVisible(bool(known))
        if known and x is not None and y is not None:
            self._head.place(x / fx, y / fy)

    def _rescale(self, frame: Frame, x: Values, y: Values, theories: list[tuple[Values, Values]]) -> None:
        p = frame.parameters
        low_x, high_x = declared(self.plot.x_low, p), declared(self.plot.x_high, p)
        now = [frame.observables.get(self.plot.x, np.nan)], [frame.observables.get(self.plot.y, np.nan)]
        theories = theories + self.pinned.within()
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
        self.caption.set_texts(self.plot.title, self._y_scale.unit, f"{self._x.symbol or self._x.title}{unit} →")

    def keepable(self, frame: Frame) -> tuple[KeptLine, ...]:
        """The path, or the means in the order of x."""
        x, y, _ = self._shown(frame)
        order = np.argsort(x, kind="stable") if self.plot.mean else slice(None)
        return (KeptLine("", *thinned(x[order], y[order])),) if len(x) else ()

    def units(self) -> tuple[str, str]:
        """Those of the two observables."""
        return self._x.unit, self._y.unit

    def factors(self) -> tuple[float, float]:
        """Those of the axes."""
        return self._x_scale.factor, self._y_scale.factor

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

    def spot(self, x: float, y: float) -> Spot | None:
        """The sample of the path at its time, or a mean; else a point of a law."""
        frame = self.frame
        if frame is None:
            return None
        (fx, fy), pixel = self.factors(), self.pixel()
        own_x, own_y, _ = self._shown(frame)
        found = nearest((x, y), [(own_x / fx, own_y / fy)], pixel, joined=not self.plot.mean)
        if found is not None:
            time = None if self.plot.mean else float(frame.history.time[-len(own_x) :][found[1]])
            return Spot(float(own_x[found[1]]), float(own_y[found[1]]), self.plot.y, time)
        names = [law.name for law, _ in self._laws if (self.plot.name, law.name) in frame.curves]
        laws = [frame.curves[self.plot.name, name] for name in names]
        found = nearest((x, y), [(law_x / fx, law_y / fy) for law_x, law_y in laws], pixel)
        if found is None:
            return None
        law_x, law_y = laws[found[0]]
        return Spot(float(law_x[found[1]]), float(law_y[found[1]]), names[found[0]])

    @staticmethod
    def numbers(plot: Curve, frame: Frame, system: System[Any, Any]) -> Columns:
        """Time and the path, or the means with their errors; laws at the places of the rows."""
        return _means(plot, frame, system) if plot.mean else _path(plot, frame, system)


def _extent(arrays: list[Values]) -> tuple[float, float]:
    known = [a[np.isfinite(a)] for a in arrays]
    low = min((float(a.min()) for a in known if len(a)), default=np.inf)
    high = max((float(a.max()) for a in known if len(a)), default=-np.inf)
    return low, high


def _path(plot: Curve, frame: Frame, system: System[Any, Any]) -> Columns:
    history = frame.history
    x, unit = history.observables[plot.x], system.observable(plot.y).unit
    columns: Columns = [
        (titled("time", system.time_unit), history.time),
        (titled_observable(plot.x, system), x),
        (titled_observable(plot.y, system), history.observables[plot.y]),
    ]
    columns += [
        (titled(f"law {law.name}", unit), history.laws[law.name])
        for law in laws_of(plot, system)
        if law.name in history.laws and law.observable == plot.y
    ]
    return columns + law_columns(plot, frame, system, x, unit, skip=tuple(history.laws))


def _means(plot: Curve, frame: Frame, system: System[Any, Any]) -> Columns:
    means = np.asarray(frame.plots.get(plot.name, np.zeros((0, 3))), dtype=float).reshape(-1, 3)
    unit = system.observable(plot.y).unit
    columns: Columns = [
        (titled_observable(plot.x, system), means[:, 0]),
        (titled(f"mean {plot.y}", unit), means[:, 1]),
        (titled(f"standard error {plot.y}", unit), means[:, 2]),
    ]
    return columns + law_columns(plot, frame, system, means[:, 0], unit) + guide_columns(plot, frame, means[:, 0], unit)
