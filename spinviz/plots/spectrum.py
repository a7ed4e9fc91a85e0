"""Fourier transform of the signal since the last action."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from spinviz.model.frame import Frame
from spinviz.model.kept import KeptLine, thinned
from spinviz.model.plots import Spectrum
from spinviz.model.system import System
from spinviz.model.units import plain, show
from spinviz.model.verdict import FAR, SIGNS, Verdict
from spinviz.plots.axes import Fit, Scale, round_up, scale_for
from spinviz.plots.decimate import envelope
from spinviz.plots.laws import laws_of
from spinviz.plots.look import Look
from spinviz.plots.panel import PlotPanel
from spinviz.plots.registry import draws
from spinviz.plots.table import Columns, law_columns, titled
from spinviz.plots.transform import Lines, half_width, spectrum

Values = NDArray[np.float64]

NOTHING: tuple[Values, Values] = (np.zeros(0), np.zeros(0))
SEEN = 0.02
"""Part of the height up to which two curves are one to the eye: their own width in a plot of 120 pixels."""
WIDTHS_SHOWN = 12.0
"""Half of the axis in line widths when the system names no span."""


@draws(Spectrum)
class SpectrumPlot(PlotPanel[Spectrum]):
    """Lines against frequency, the highest one at 1."""

    def __init__(self, plot: Spectrum, system: System[Any, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(plot, system, look, parent)
        self._scale = Scale()
        self._auto = Fit()
        self._lines = Lines(np.zeros(0), np.zeros(0), "power")
        self._fill = self.add_fill("simulation", 0.10)
        self._curve = self.add_curve("simulation", 2.0)
        self._laws = [(law, self.add_curve("theory", 1.6, dashed=True, z=6)) for law in laws_of(plot, system)]

    def draw(self, frame: Frame) -> None:
        """Transform what was recorded since the last mark."""
        span = self.plot.span(frame.parameters) if self.plot.span is not None else None
        self._lines = lines_of(self.plot, frame)
        left, right = span if span is not None else self._span()
        rows = _between(self._lines.frequency, left, right)
        x, y = envelope(self._lines.frequency, self._lines.amplitude, rows, self.columns())
        if not self.zoomed:
            self._scale = scale_for(max(abs(left), abs(right)), frequency_unit(self.system))
            low = min(-0.03, 1.1 * float(y.min()) if len(y) else 0.0)
            self.set_view((left / self._scale.factor, right / self._scale.factor), (low, 1.05))
            self.caption.set_texts(self.plot.title, "", f"frequency, {self._scale.unit} →")
        factor = self._scale.factor
        self._curve.setData(x / factor, y)
        self._fill.setData(x / factor, y, fillLevel=0.0, pen=None)
        for law, curve in self._laws:
            law_x, law_y = frame.curves.get((self.plot.name, law.name), NOTHING)
            curve.setData(law_x / factor, law_y, connect="finite")

    def judged(self, frame: Frame) -> tuple[Verdict, str, str]:
        """Judge the curve that is drawn, not only a number read off the run."""
        state, text, explanation = super().judged(frame)
        apart = self._apart()
        if np.isnan(apart):
            return state, text, explanation
        state = "good" if apart <= SEEN else "warning" if apart <= FAR * SEEN else "bad"
        return state, f"{SIGNS[state]} Δ {_percent(apart)}", f"{self.comparison()}\n{explanation}"

    def comparison(self) -> str:
        """How far apart line and law are."""
        apart = self._apart()
        if np.isnan(apart):
            return ""
        return f"Drawn line and law differ by {_percent(apart)} of the height at most, {_percent(SEEN)} allowed"

    def _apart(self) -> float:
        """The largest difference of the line from a law, in heights; NaN without both."""
        apart = float("nan")
        for law, _ in self._laws:
            x, y = self.frame.curves.get((self.plot.name, law.name), NOTHING) if self.frame else NOTHING
            inside = np.isfinite(y)
            if len(self._lines.frequency):
                inside &= (x >= self._lines.frequency[0]) & (x <= self._lines.frequency[-1])
                if inside.any():
                    drawn = np.interp(x[inside], self._lines.frequency, self._lines.amplitude)
                    apart = float(np.fmax(apart, np.abs(drawn - y[inside]).max()))
        return apart

    def _span(self) -> tuple[float, float]:
        centre, width = half_width(self._lines)
        if not np.isfinite(width) or width <= 0:
            return (self._auto.low, self._auto.high) if self._auto.high > self._auto.low else (-1.0, 1.0)
        reach = round_up(WIDTHS_SHOWN * width + abs(centre))
        return self._auto.around(-reach if self.plot.imaginary else 0.0, reach)

    def keepable(self, frame: Frame) -> tuple[KeptLine, ...]:
        """The spectrum, as far as the axis shows it."""
        lines = lines_of(self.plot, frame)
        span = self.plot.span(frame.parameters) if self.plot.span is not None else self._span()
        rows = _between(lines.frequency, *span)
        return (KeptLine("", *thinned(lines.frequency[rows], lines.amplitude[rows])),) if rows.stop > rows.start else ()

    def units(self) -> tuple[str, str]:
        """Frequency, and parts of the highest line."""
        return frequency_unit(self.system), ""

    def factors(self) -> tuple[float, float]:
        """That of the frequencies."""
        return self._scale.factor, 1.0

    def read_out(self, x: float, y: float) -> str:
        """Frequency and amplitude there, position and width of the highest line."""
        if len(self._lines.frequency) == 0:
            return ""
        there = float(np.interp(x * self._scale.factor, self._lines.frequency, self._lines.amplitude))
        centre, width = half_width(self._lines)
        unit = frequency_unit(self.system)
        return (
            f"{show(x * self._scale.factor, unit, 3)}   {there:.3f}   "
            f"line at {show(centre, unit, 3)}, {show(width, unit, 3)} wide ({self._lines.mode})"
        )

    @staticmethod
    def numbers(plot: Spectrum, frame: Frame, system: System[Any, Any]) -> Columns:
        """Frequencies shown, amplitudes, and the laws there."""
        lines = lines_of(plot, frame)
        unit = frequency_unit(system)
        rows = slice(None)
        if plot.span is not None and len(lines.frequency):
            rows = slice(*np.searchsorted(lines.frequency, plot.span(frame.parameters)))
        x = lines.frequency[rows]
        columns: Columns = [(titled("frequency", unit), x), (f"amplitude ({lines.mode})", lines.amplitude[rows])]
        return columns + law_columns(plot, frame, system, x, "")


def _percent(part: float) -> str:
    return f"{plain(100 * part, 2 if part >= 0.01 else 1)} %"


def _between(x: Values, low: float, high: float) -> slice:
    first, last = np.searchsorted(x, (low, high))
    return slice(max(int(first) - 1, 0), min(int(last) + 1, len(x)))


def lines_of(plot: Spectrum, frame: Frame) -> Lines:
    """Return the spectrum of a plot's observables since the last mark."""
    history = frame.history
    rows = history.since(history.marks[-1][0]) if history.marks else slice(None)
    signal: Any = history.observables[plot.real][rows]
    if plot.imaginary:
        signal = signal + 1j * history.observables[plot.imaginary][rows]
    span = plot.span(frame.parameters) if plot.span is not None else (0.0, 0.0)
    return spectrum(history.time[rows], signal, max(abs(span[0]), abs(span[1])))


def frequency_unit(system: System[Any, Any]) -> str:
    """Return the unit of the frequency axis."""
    return "Hz" if system.time_unit == "s" else f"1/{system.time_unit}"
