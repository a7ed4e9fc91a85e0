"""The distribution of an array of the state as a probability density."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from spinviz.model.frame import Frame
from spinviz.model.kept import KeptLine, thinned
from spinviz.model.plots import Histogram, Spot
from spinviz.model.symbols import plain_text
from spinviz.model.system import System
from spinviz.model.units import show
from spinviz.plots.axes import Fit, Scale, scale_for
from spinviz.plots.items import Bars
from spinviz.plots.laws import laws_of
from spinviz.plots.look import Look
from spinviz.plots.nearest import REACH
from spinviz.plots.panel import PlotPanel
from spinviz.plots.registry import draws
from spinviz.plots.table import Columns, law_columns, titled

Values = NDArray[np.float64]


@draws(Histogram)
class HistogramPlot(PlotPanel[Histogram]):
    """Bars of equal width whose area is 1, the law's density over them."""

    def __init__(self, plot: Histogram, system: System[Any, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(plot, system, look, parent)
        self._scale: Scale = scale_for(max(abs(plot.low), abs(plot.high)), plot.unit)
        self._fit = Fit(0.0)
        self._bars: Bars = self.add_fill("simulation", 0.35, item=Bars(antialias=False))
        self._laws = [(law, self.add_curve("theory", 2.0, dashed=True, z=20)) for law in laws_of(plot, system)]
        unit = f", {self._scale.unit}" if self._scale.unit else ""
        self.caption.set_texts(plot.title, "", f"{plot.symbol}{unit} →")

    def draw(self, frame: Frame) -> None:
        """Count and draw."""
        edges, heights = density(self.plot, frame)
        factor = self._scale.factor
        theories = [frame.curves.get((self.plot.name, law.name), (np.zeros(0), np.zeros(0))) for law, _ in self._laws]
        tops = [float(heights.max())] + [float(np.nanmax(y)) for _, y in theories if np.isfinite(y).any()]
        tops += [float(np.nanmax(y)) for _, y in self.pinned.within() if np.isfinite(y).any()]
        bottom, top = self._fit.around(0.0, max(tops) * factor)
        self.set_view((edges[0] / factor, edges[-1] / factor), (bottom, top * 1.03))
        self._bars.set_bars(edges / factor, heights * factor)
        for (_, curve), (x, y) in zip(self._laws, theories):
            curve.setData(x / factor, y * factor, connect="finite")

    def keepable(self, frame: Frame) -> tuple[KeptLine, ...]:
        """The outline of the bars."""
        edges, heights = density(self.plot, frame)
        outline = np.concatenate([[0.0], np.repeat(heights, 2), [0.0]])
        return (KeptLine("", *thinned(np.repeat(edges, 2), outline)),)

    def units(self) -> tuple[str, str]:
        """That of the values, and its inverse."""
        unit = self.plot.unit
        return unit, f"1/{unit}" if unit else ""

    def factors(self) -> tuple[float, float]:
        """A density in other units has the inverse factor."""
        return self._scale.factor, 1 / self._scale.factor

    def read_out(self, x: float, y: float) -> str:
        """The bar under the mouse."""
        if self.frame is None:
            return ""
        edges, heights = density(self.plot, self.frame)
        bar = int(np.searchsorted(edges, x * self._scale.factor)) - 1
        if not 0 <= bar < len(heights):
            return ""
        low, high = show(float(edges[bar]), self.plot.unit, 3), show(float(edges[bar + 1]), self.plot.unit, 3)
        return f"{plain_text(self.plot.symbol)} {low} … {high}   density {heights[bar]:.3g}"

    def spot(self, x: float, y: float) -> Spot | None:
        """The middle of the bar under the mouse, at its height."""
        if self.frame is None:
            return None
        edges, heights = density(self.plot, self.frame)
        bar = int(np.searchsorted(edges, x * self._scale.factor)) - 1
        room = REACH * self.pixel()[1]
        if not 0 <= bar < len(heights) or not -room <= y <= heights[bar] * self._scale.factor + room:
            return None
        return Spot(float(edges[bar] + edges[bar + 1]) / 2, float(heights[bar]))

    @staticmethod
    def numbers(plot: Histogram, frame: Frame, system: System[Any, Any]) -> Columns:
        """Both ends of every bar, its height, and the laws in its middle."""
        edges, heights = density(plot, frame)
        columns: Columns = [
            (titled("low", plot.unit), edges[:-1]),
            (titled("high", plot.unit), edges[1:]),
            ("density", heights),
        ]
        return columns + law_columns(plot, frame, system, 0.5 * (edges[1:] + edges[:-1]), "")


def density(plot: Histogram, frame: Frame) -> tuple[Values, Values]:
    """Return edges (bins + 1,) and the probability density (bins,) of the values a frame brought."""
    values = np.asarray(frame.plots.get(plot.name, np.zeros(0)), dtype=float).ravel()
    counts, edges = np.histogram(values, bins=plot.bins, range=(plot.low, plot.high))
    width = edges[1] - edges[0]
    return edges, counts / (max(len(values), 1) * width)
