"""Energy levels with their populations as bars and the law's populations as ticks."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from spinviz.model.frame import Frame
from spinviz.model.plots import Levels, LevelScheme
from spinviz.model.symbols import plain_text
from spinviz.model.system import System
from spinviz.model.units import show
from spinviz.plots.axes import Fit, Scale, scale_for
from spinviz.plots.items import Area, Tag
from spinviz.plots.look import Look
from spinviz.plots.panel import PlotPanel
from spinviz.plots.registry import draws
from spinviz.plots.table import Columns, titled

Values = NDArray[np.float64]

LEVEL_END, BAR_START, RIGHT = 0.16, 0.24, 1.06
"""From left to right: levels at their energies; (spread where they crowd) the bars of their populations; names."""


@draws(Levels)
class LevelsPlot(PlotPanel[Levels]):
    """Levels at their energies; beside each the part of the spins in it."""

    def __init__(self, plot: Levels, system: System[Any, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(plot, system, look, parent)
        self._fit = Fit(shrink=False)
        self._scale = Scale()
        self._levels = self.add_curve("text", 2.0, z=8)
        self._links = self.add_curve("muted", 1.0, z=4, alpha=0.6)
        self._bars = self.add_fill("simulation", 0.75, z=6, item=Area())
        self._ticks = self.add_curve("theory", 2.2, z=12)
        self._names: list[Tag] = []
        self._bar_end = 0.9

    def draw(self, frame: Frame) -> None:
        """Show the scheme of the frame."""
        scheme: LevelScheme | None = frame.plots.get(self.plot.name)
        if scheme is None or len(scheme.energies) == 0:
            return
        energies = np.asarray(scheme.energies, dtype=float)
        if np.any(energies):
            self._fit.around(float(energies.min()), float(energies.max()))
        low, high = self._fit.limits()
        if not self.zoomed:
            self._scale = scale_for(max(abs(low), abs(high)), self.plot.unit)
            margin = 0.12 * (high - low)
            self.set_view((0.0, RIGHT), ((low - margin) / self._scale.factor, (high + margin) / self._scale.factor))
            unit = f"energy, {self._scale.unit}" if self._scale.unit else "energy"
            self.caption.set_texts(self.plot.title, "", f"↑ {unit}   population →")
        self._make_room(scheme.names)
        y = energies / self._scale.factor
        per_pixel = (high - low) * 1.24 / self._scale.factor / max(self.box.height(), 1.0)
        room = min(self.look.text_px(17), 0.9 * self.box.height() / len(y)) * per_pixel
        rows = spread(y, room)
        self._draw_rows(scheme, y, rows, 0.30 * room)

    def _make_room(self, names: tuple[str, ...]) -> None:
        """End the bars where the longest name still has room beside a full one."""
        while len(self._names) < len(names):
            self._names.append(self.add_item(Tag(self.look, "text", radius=0)))
        for n, tag in enumerate(self._names):
            tag.setVisible(n < len(names))
            if n < len(names):
                tag.set_text(names[n])
                tag.fit(0.9 * self.box.height() / len(names))
        widest = max((tag.width() for tag in self._names if tag.isVisible()), default=0.0)
        width = max(self.box.width(), 1.0)
        self._bar_end = max(0.5, RIGHT * (1 - (widest + self.look.text_px(10)) / width))
        wide = (self._bar_end - BAR_START) * width > self.look.text_px(170)
        shown = (0, 0.25, 0.5, 0.75, 1.0) if wide else (0, 0.5, 1.0)
        self.x_axis.set_named([(self._place(p), f"{p:g}") for p in shown])

    def _place(self, population: Any) -> Any:
        """Where a population ends."""
        return BAR_START + population * (self._bar_end - BAR_START)

    def _draw_rows(self, scheme: LevelScheme, y: Values, rows: Values, half: float) -> None:
        n = len(y)
        self._levels.setData(np.tile([0.0, LEVEL_END], n), np.repeat(y, 2), connect="pairs")
        self._links.setData(np.tile([LEVEL_END, BAR_START], n), np.column_stack([y, rows]).ravel(), connect="pairs")
        ends = self._place(np.clip(np.nan_to_num(scheme.populations), 0, 1))
        x, outline = _boxes(np.full(n, BAR_START), ends, rows - half, rows + half)
        self._bars.set_outline(x, outline)
        theory = self._place(np.asarray(scheme.theory, dtype=float))
        self._ticks.setData(
            np.repeat(theory, 2), np.column_stack([rows - 1.5 * half, rows + 1.5 * half]).ravel(), connect="pairs"
        )
        self._place_names(theory, ends, rows)

    def _place_names(self, theory: Values, ends: Values, rows: Values) -> None:
        for n, (law, end, row) in enumerate(zip(np.nan_to_num(theory), ends, rows)):
            self._names[n].place(max(float(law), float(end)), float(row))

    def read_out(self, x: float, y: float) -> str:
        """The level under the mouse."""
        scheme: LevelScheme | None = self.frame.plots.get(self.plot.name) if self.frame else None
        if scheme is None or len(scheme.energies) == 0:
            return ""
        n = int(np.argmin(np.abs(np.asarray(scheme.energies) - y * self._scale.factor)))
        law = f"   law {scheme.theory[n]:.4f}" if np.isfinite(scheme.theory[n]) else ""
        return (
            f"{plain_text(scheme.names[n])}   {show(float(scheme.energies[n]), self.plot.unit)}   "
            f"population {scheme.populations[n]:.4f}{law}"
        )

    @staticmethod
    def numbers(plot: Levels, frame: Frame, system: System[Any, Any]) -> Columns:
        """Names, energies, populations and the law's."""
        scheme: LevelScheme | None = frame.plots.get(plot.name)
        if scheme is None:
            return []
        energies, populations, theory = (
            np.asarray(values, dtype=object) for values in (scheme.energies, scheme.populations, scheme.theory)
        )
        columns: Columns = [
            ("level", np.array(scheme.names, dtype=object)),
            (titled("energy", plot.unit), energies),
            ("population", populations),
        ]
        return [*columns, ("law population", theory)] if np.isfinite(scheme.theory).any() else columns


def spread(values: Values, room: float) -> Values:
    """Return ``values`` moved as little as possible, in their order, to be at least ``room`` apart.

    Neighbours that would touch become a block around their mean (pool adjacent violators).
    """
    order = np.argsort(values, kind="stable")
    wanted = values[order] - room * np.arange(len(values))
    blocks: list[tuple[float, int]] = []
    for value in wanted:
        block = (float(value), 1)
        while blocks and blocks[-1][0] > block[0]:
            mean, count = blocks.pop()
            total = count + block[1]
            block = ((mean * count + block[0] * block[1]) / total, total)
        blocks.append(block)
    placed = np.concatenate([np.full(count, mean) for mean, count in blocks]) + room * np.arange(len(values))
    result = np.empty(len(values))
    result[order] = placed
    return result


def _boxes(left: Values, right: Values, low: Values, high: Values) -> tuple[Values, Values]:
    """Outlines of rectangles, divided by NaN."""
    gap = np.full(len(left), np.nan)
    x = np.column_stack([left, right, right, left, left, gap]).ravel()
    y = np.column_stack([low, low, high, high, low, gap]).ravel()
    return x, y
