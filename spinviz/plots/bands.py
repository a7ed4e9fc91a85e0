"""Two spin populations mirrored against energy: density of states, occupied part filled, Fermi level."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from spinviz.model.frame import Frame
from spinviz.model.plots import Bands
from spinviz.model.plots.bands import BandScheme
from spinviz.model.system import System
from spinviz.model.units import show
from spinviz.plots.axes import Fit, Scale, scale_for
from spinviz.plots.items import Area, Tag
from spinviz.plots.look import Look
from spinviz.plots.panel import PlotPanel
from spinviz.plots.registry import draws
from spinviz.plots.table import Columns, titled

Values = NDArray[np.float64]

HEADROOM = 0.16
"""Room above the bands for their names."""


@draws(Bands)
class BandsPlot(PlotPanel[Bands]):
    """Spin down to the left, spin up to the right, energy upwards."""

    def __init__(self, plot: Bands, system: System[Any, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(plot, system, look, parent)
        self._energy_fit, self._width_fit = Fit(), Fit(0.0)
        self._scale = Scale()
        self._down_fill: Area = self.add_fill("down", 0.55, z=4, item=Area())
        self._up_fill: Area = self.add_fill("up", 0.55, z=4, item=Area())
        self._down, self._up = self.add_curve("down", 2.0), self.add_curve("up", 2.0)
        self._middle = self.add_curve("secondary", 1.0, z=12)
        self._fermi = self.add_curve("text", 1.8, dashed=True, z=14)
        self._fermi_name = self.add_item(Tag(look, "text", radius=0, text="E_F"))
        self._down_name = self.add_item(Tag(look, "down", radius=0, text="↓ down"))
        self._up_name = self.add_item(Tag(look, "up", radius=0, text="up ↑"))
        self.x_axis.set_named([])

    def draw(self, frame: Frame) -> None:
        """Show the bands of the frame."""
        bands: BandScheme | None = frame.plots.get(self.plot.name)
        if bands is None:
            return
        energy, up, down, filled_up, filled_down, fermi = bands
        low, high = self._energy_fit.around(float(np.min(energy)), float(np.max(energy)))
        _, width = self._width_fit.around(0.0, float(max(np.max(up), np.max(down))))
        if not self.zoomed:
            self._scale = scale_for(max(abs(low), abs(high)), self.plot.unit)
            top = high + HEADROOM * (high - low)
            self.set_view((-1.08, 1.08), (low / self._scale.factor, top / self._scale.factor))
            self.caption.set_texts(self.plot.title, "", f"↑ energy, {self._scale.unit}   ↔ states")
        e = np.asarray(energy) / self._scale.factor
        self._up.setData(up / width, e)
        self._down.setData(-down / width, e)
        _fill(self._up_fill, up * filled_up / width, e)
        _fill(self._down_fill, -down * filled_down / width, e)
        bottom, top = self.box.state["viewRange"][1]
        self._middle.setData([0.0, 0.0], [bottom, top])
        level = fermi / self._scale.factor
        self._fermi.setData([-1.08, 1.08], [level, level])
        near_top = top - 0.07 * (top - bottom)
        # The name of the level stands on it, or below it where that of the band is above.
        room = (near_top - level) / (top - bottom) * self.box.height() > self.look.text_px(9) + self._up_name.height()
        self._fermi_name.place(1.07, level, align=-1.0, rise=self.look.text_px(9) * (1 if room else -1))
        self._down_name.place(-1.07, near_top)
        self._up_name.place(1.07, near_top, align=-1.0)

    def read_out(self, x: float, y: float) -> str:
        """Energy and occupation under the mouse."""
        bands = self.frame.plots.get(self.plot.name) if self.frame else None
        if bands is None:
            return ""
        energy, up, down, filled_up, filled_down, fermi = bands
        there = y * self._scale.factor
        states, filled = (up, filled_up) if x >= 0 else (down, filled_down)
        return (
            f"{'up' if x >= 0 else 'down'}   {show(there, self.plot.unit)}   "
            f"occupied {np.interp(there, energy, filled):.3f}   states {np.interp(there, energy, states):.3g}   "
            f"Fermi level {show(float(fermi), self.plot.unit)}"
        )

    @staticmethod
    def numbers(plot: Bands, frame: Frame, system: System[Any, Any]) -> Columns:
        """Energies, states and occupation of both bands, and the Fermi level in every row."""
        bands: BandScheme | None = frame.plots.get(plot.name)
        if bands is None:
            return []
        energy, up, down, filled_up, filled_down, fermi = bands
        per = f"1/{plot.unit}"
        return [
            (titled("energy", plot.unit), energy),
            (titled("states up", per), up),
            (titled("states down", per), down),
            ("occupation up", filled_up),
            ("occupation down", filled_down),
            (titled("Fermi level", plot.unit), np.full(len(energy), fermi)),
        ]


def _fill(item: Area, x: Values, y: Values) -> None:
    """Fill between the curve and the vertical axis."""
    outline_x = np.concatenate([[0.0], x, [0.0], [0.0]])
    outline_y = np.concatenate([[y[0]], y, [y[-1]], [y[0]]])
    item.set_outline(outline_x, outline_y)
