"""Observables against time, with the laws recorded so far and ahead of the cursor."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from spinviz.model.clock import COUNTED
from spinviz.model.frame import Frame
from spinviz.model.kept import KeptLine, thinned
from spinviz.model.law import Law
from spinviz.model.plots import Spot, Trace
from spinviz.model.symbols import plain_text
from spinviz.model.system import System
from spinviz.model.units import show
from spinviz.plots.axes import Fit, Scale, round_up, scale_for
from spinviz.plots.decimate import envelope, visible
from spinviz.plots.ends import below, rises
from spinviz.plots.items import Tag
from spinviz.plots.laws import laws_of
from spinviz.plots.look import Look
from spinviz.plots.nearest import REACH, nearest
from spinviz.plots.panel import PlotPanel
from spinviz.plots.registry import draws
from spinviz.plots.table import Columns, titled, titled_observable

Values = NDArray[np.float64]

AHEAD = 0.08
"""Part of the axis kept free in front of the cursor while it follows the run; names at the curves' ends have more."""
MOST_AHEAD = 0.4
NOTHING = np.zeros((0, 0))
COMPONENTS = {"x": "x", "y": "y", "z": "z"}
OTHERS = ("simulation", "net", "good", "up", "muted")


@draws(Trace)
class TracePlot(PlotPanel[Trace]):
    """Time runs to the right: up to the window at first, then the axis follows."""

    def __init__(self, plot: Trace, system: System[Any, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(plot, system, look, parent)
        self._fit = Fit(plot.low, plot.high)
        self._x_scale, self._y_scale = Scale(), Scale()
        self._shown = [system.observable(name) for name in plot.observables]
        roles = roles_in(plot)
        self._curves = [self.add_curve(role) for role in roles]
        labels = [o.symbol or o.title for o in self._shown] if len(self._shown) > 1 else [""]
        self._heads = [self.add_item(Tag(look, role, text=text)) for role, text in zip(roles, labels)]
        self._rises = [0.0] * len(labels)
        """Where the names stood, in line heights above their curves' ends."""
        self._laws = [(law, self._law_curve(law)) for law in laws_of(plot, system)]
        self._cursor = self.add_curve("secondary", 1.0, z=2, alpha=0.55)
        self._marks = self.add_curve("net", 1.5, z=3, alpha=0.8)

    def _law_curve(self, law: Law) -> pg.PlotCurveItem:
        # Sampled averages are noisy and would hide their law; an exact law hides below the curve that obeys it.
        return self.add_curve("theory", 1.6, dashed=True, z=20 if law.averaged else 6)

    def draw(self, frame: Frame) -> None:
        """Show the window of time that ends at the frame."""
        start, end = self._time_range(frame)
        low, high = (start, end) if not self.zoomed else self._zoomed_range()
        rows = visible(frame.history.time, low, high)
        series = [self._thinned(frame, frame.history.observables.get(o.name), rows) for o in self._shown]
        theories = [self._theory(law, frame, rows, high) for law, _ in self._laws]
        if not self.zoomed:
            self._rescale(series, theories, start, end)
        fx, fy = self._x_scale.factor, self._y_scale.factor
        for curve, (x, y) in zip(self._curves, series):
            curve.setData(x / fx, y / fy, connect="finite")
        for (_, curve), (x, y) in zip(self._laws, theories):
            curve.setData(x / fx, y / fy, connect="finite")
        self._place_heads(frame, series + theories)
        view = self.box.state["viewRange"][1]
        now = frame.time / fx
        self._cursor.setData([now, now], view)
        self._draw_marks(frame, view)

    def _time_range(self, frame: Frame) -> tuple[float, float]:
        now = frame.time
        names = max(head.width() for head in self._heads)
        room = (names + self.look.text_px(10)) / max(self.box.width(), 1.0) if names else 0.0
        if self.plot.window is not None:
            window, ahead = float(self.plot.window(frame.parameters)), min(max(AHEAD, room), MOST_AHEAD)
            return (0.0, window) if now <= (1 - ahead) * window else (now - (1 - ahead) * window, now + ahead * window)
        time = frame.history.time
        last = max(now, float(time[-1]) if len(time) else 0.0)
        return 0.0, round_up(last * max(1.02, 1 / (1 - min(room, MOST_AHEAD)))) if last > 0 else frame.speed or 1.0

    def _zoomed_range(self) -> tuple[float, float]:
        low, high = self.box.state["viewRange"][0]
        return low * self._x_scale.factor, high * self._x_scale.factor

    def _thinned(self, frame: Frame, values: Values | None, rows: slice) -> tuple[Values, Values]:
        if values is None:
            return np.zeros(0), np.zeros(0)
        return envelope(frame.history.time, values, rows, self.columns())

    def _theory(self, law: Law, frame: Frame, rows: slice, end: float) -> tuple[Values, Values]:
        """Recorded values up to now where the law speaks of an observable shown here, its curve ahead."""
        ahead = frame.curves.get((self.plot.name, law.name))
        past = frame.history.laws.get(law.name) if law.observable in self.plot.observables else None
        if past is None:
            return ahead if ahead is not None else (np.zeros(0), np.zeros(0))
        x, y = self._thinned(frame, past, rows)
        now = frame.laws.get(law.name)
        if ahead is None or (now is not None and not now.holds):
            return x, y
        # Behind the present of a run that is being looked back at, its record goes on.
        recorded = max(frame.time, float(x[-1])) if len(x) else frame.time
        later = (ahead[0] > recorded) & (ahead[0] <= end + 0.1 * abs(end))
        return np.concatenate([x, ahead[0][later]]), np.concatenate([y, ahead[1][later]])

    def _rescale(
        self, series: list[tuple[Values, Values]], theories: list[tuple[Values, Values]], start: float, end: float
    ) -> None:
        everything = [y for _, y in [*series, *theories, *self.pinned.within(start, end)]]
        low = min((float(np.nanmin(y)) for y in everything if np.isfinite(y).any()), default=np.inf)
        high = max((float(np.nanmax(y)) for y in everything if np.isfinite(y).any()), default=-np.inf)
        low, high = self._fit.around(low, high)
        unit = self._shown[0].unit
        self._x_scale = scale_for(end, self.system.time_unit)
        self._y_scale = scale_for(max(abs(low), abs(high)), unit)
        fx, fy = self._x_scale.factor, self._y_scale.factor
        margin = 0.04 * (high - low)
        self.set_view((start / fx, end / fx), ((low - margin) / fy, (high + margin) / fy))
        self.caption.set_texts(self.plot.title, self._y_scale.unit, f"{time_words(self._x_scale.unit)} →")

    def keepable(self, frame: Frame) -> tuple[KeptLine, ...]:
        """What was recorded of every observable."""
        seen, time = frame.history.observables, frame.history.time
        pairs = [(o, role) for o, role in zip(self._shown, roles_in(self.plot)) if o.name in seen]
        names = [o.symbol or o.title if len(pairs) > 1 else "" for o, _ in pairs]
        return tuple(KeptLine(name, *thinned(time, seen[o.name]), role) for name, (o, role) in zip(names, pairs))

    def units(self) -> tuple[str, str]:
        """Those of time and of the first observable."""
        return self.system.time_unit, self._shown[0].unit

    def factors(self) -> tuple[float, float]:
        """Those of the axes."""
        return self._x_scale.factor, self._y_scale.factor

    def _place_heads(self, frame: Frame, curves: list[tuple[Values, Values]]) -> None:
        """Put dots and names at the ends of the curves; ``curves``: all that is drawn, those of the heads first."""
        (x_low, x_high), (low, high) = self.box.state["viewRange"]
        pixels = self.box.height() / (high - low), self.box.width() / (x_high - x_low)
        past = frame.step < frame.last_step
        known: list[tuple[int, float, float, float]] = []
        for n, (head, shown, (x, y)) in enumerate(zip(self._heads, self._shown, curves)):
            time, number = (x[-1], y[-1]) if len(y) else (np.nan, np.nan)
            if past:
                time, number = frame.time, frame.observables.get(shown.name, np.nan)
            head.setVisible(bool(np.isfinite(time) and np.isfinite(number)))
            if head.isVisible():
                at = time / self._x_scale.factor
                room = head.width() + self.look.text_px(9)
                known.append((n, at, number / self._y_scale.factor, 1.0 if (x_high - at) * pixels[1] > room else -1.0))
        scaled = [(x / self._x_scale.factor, y / self._y_scale.factor * pixels[0]) for x, y in curves]
        half, names = 0.5 * self._heads[0].height(), [self._heads[n].width() for n, *_ in known]
        reach = [sorted((at, at + align * (7 + width) / pixels[1])) for (_, at, _, align), width in zip(known, names)]
        places = rises(
            [value * pixels[0] for _, _, value, _ in known],
            [below(scaled, *ends) if width else NOTHING for ends, width in zip(reach, names)],
            2 * half,
            (low * pixels[0] + half, high * pixels[0] - half),
            [self._rises[n] for n, *_ in known],
        )
        for (n, at, value, align), rise in zip(known, places):
            self._rises[n] = rise
            self._heads[n].place(at, value, align=align, rise=2 * half * rise)

    def _draw_marks(self, frame: Frame, view: tuple[float, float]) -> None:
        times = np.array([time for time, _ in frame.history.marks], dtype=float) / self._x_scale.factor
        x = np.repeat(times, 2)
        y = np.tile([view[0], view[0] + 0.06 * (view[1] - view[0])], len(times))
        self._marks.setData(x, y, connect="pairs")

    def read_out(self, x: float, y: float) -> str:
        """Time, values there, and the action that happened there."""
        frame = self.frame
        if frame is None or len(frame.history.time) == 0:
            return ""
        wanted = x * self._x_scale.factor
        time = frame.history.time
        row = min(int(np.searchsorted(time, wanted)), len(time) - 1)
        if row > 0 and wanted - time[row - 1] < time[row] - wanted:
            row -= 1
        parts = [show(float(time[row]), self.system.time_unit)]
        for shown in self._shown:
            values = frame.history.observables.get(shown.name)
            if values is not None:
                parts.append(f"{plain_text(shown.symbol or shown.title)} {show(float(values[row]), shown.unit)}")
        for law, _ in self._laws:
            past = frame.history.laws.get(law.name)
            if past is not None and np.isfinite(past[row]):
                unit = self.system.observable(law.observable).unit
                parts.append(f"law {show(float(past[row]), unit)}")
        reach = 6 * self.box.viewPixelSize()[0] * self._x_scale.factor
        parts += [title for at, title in frame.history.marks if abs(at - wanted) <= reach]
        return "   ".join(parts)

    def spot(self, x: float, y: float) -> Spot | None:
        """The sample of the nearest curve of an observable, at its time."""
        if self.frame is None:
            return None
        history, (fx, fy) = self.frame.history, self.factors()
        pixel = self.pixel()
        ends = ((x + side * 2 * REACH * pixel[0]) * fx for side in (-1, 1))
        rows = visible(history.time, *ends)
        seen = [(o.name, history.observables[o.name][rows]) for o in self._shown if o.name in history.observables]
        time = history.time[rows]
        found = nearest((x, y), [(time / fx, values / fy) for _, values in seen], pixel)
        if found is None:
            return None
        name, values = seen[found[0]]
        at = float(time[found[1]])
        return Spot(at, float(values[found[1]]), name, at)

    @staticmethod
    def numbers(plot: Trace, frame: Frame, system: System[Any, Any]) -> Columns:
        """Time, what is observed, and the laws of it."""
        history = frame.history
        columns: Columns = [(titled("time", system.time_unit), history.time)]
        columns += [(titled_observable(name, system), history.observables[name]) for name in plot.observables]
        for law in laws_of(plot, system):
            if law.name in history.laws:
                unit = system.observable(law.observable).unit
                columns.append((titled(f"law {law.name}", unit), history.laws[law.name]))
        return columns


def roles_in(plot: Trace) -> list[str]:
    """Return the colour roles that a plot declares, or those of `roles_of`."""
    return list(plot.roles) or roles_of(plot.observables)


def roles_of(names: tuple[str, ...]) -> list[str]:
    """Return a colour role for each observable: the axes' colours for components, else one after another."""
    endings = [COMPONENTS.get(name[-1:].lower()) for name in names]
    if len(names) > 1 and all(endings) and len(set(endings)) == len(names):
        return [str(role) for role in endings]
    return [OTHERS[n % len(OTHERS)] for n in range(len(names))]


def time_words(unit: str) -> str:
    """Return the axis text of time: "time, ms", "sweeps"."""
    return COUNTED.get(unit.removesuffix("s"), f"time, {unit}")
