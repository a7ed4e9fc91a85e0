"""Curves kept beside those of a plot: thinner than those of the run, each set in dashes of its own, named above."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from spinviz.model.frame import Frame
from spinviz.model.kept import Kept, KeptLine, labels
from spinviz.model.symbols import plain_text
from spinviz.plots.items import Stroke
from spinviz.plots.legend import Entry, Legend
from spinviz.plots.look import Look
from spinviz.plots.table import Columns, titled

Values = NDArray[np.float64]

DASHES: tuple[tuple[float, ...], ...] = (
    (),
    (1.0, 2.0),
    (7.0, 2.5),
    (7.0, 2.0, 1.0, 2.0),
    (7.0, 2.0, 1.0, 2.0, 1.0, 2.0),
    (2.5, 2.5),
)
"""One for each set on a plot, none of them the dashes of a law."""
THIN, DRAWN = 1.3, 2.4
"""Widths of a kept curve and of a sketch."""
MUTED = 0.62
"""Part of a line's own colour in its kept ones; the rest is the ground."""
BEHIND, BEFORE = 4.0, 18.0


class KeepsCurves(Protocol):
    """What is asked of the panel."""

    look: Look
    plot: Any
    graph: pg.PlotWidget
    box: pg.ViewBox
    frame: Frame | None

    def factors(self) -> tuple[float, float]:
        """Return by what x and y are divided on the axes."""

    def layout(self) -> Any:
        """Return the column of legend, graph and caption."""


class Pinned:
    """Draws the kept curves of one panel. ``legend`` has room of its own above the graph."""

    def __init__(self, panel: KeepsCurves, parent: QWidget) -> None:
        self._panel = panel
        self.legend = Legend(panel.look, parent)
        self.kept: tuple[Kept, ...] = ()
        self._items: list[tuple[KeptLine, Stroke | pg.ScatterPlotItem]] = []
        self._drawn: object = None
        layout = panel.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(0, self.legend)

    def set_kept(self, kept: tuple[Kept, ...]) -> None:
        """Draw those of ``kept`` that belong to the panel's plot instead of the last ones."""
        mine = tuple(one for one in kept if one.plot == self._panel.plot.name)
        if [id(one) for one in mine] == [id(one) for one in self.kept]:
            return
        self.kept = mine
        for _, item in self._items:
            self._panel.box.removeItem(item)
        self._items = [(line, self._item(one)) for one in mine for line in one.lines]
        for _, item in self._items:
            self._panel.box.addItem(item, ignoreBounds=True)
        self.set_look(self._panel.look)

    def _item(self, one: Kept) -> Stroke | pg.ScatterPlotItem:
        if one.kind == "measured":
            item = pg.ScatterPlotItem(pxMode=True, antialias=True)
        else:
            item = Stroke(antialias=True)
        item.setZValue(BEFORE if one.kind == "sketch" else BEHIND)
        return item

    def set_look(self, look: Look) -> None:
        """Take a theme and a size."""
        self.legend.set_look(look)
        styles = [(one, line, n) for n, one in enumerate(self.kept) for line in one.lines]
        for (one, line, n), (_, item) in zip(styles, self._items):
            if isinstance(item, Stroke):
                item.setPen(pen_of(look, one, line, n))
            else:
                item.setBrush(None)
                item.setPen(look.pen("text", 1.2))
                item.setSize(look.px(5.0) * look.theme.line_scale**0.5)
        self._drawn = None

    def draw(self) -> None:
        """Put the curves where the axes have their numbers, and name them."""
        frame, factors = self._panel.frame, self._panel.factors()
        if frame is None or not self._items:
            self.legend.set_entries(())
            return
        self.legend.set_entries(self._entries(frame))
        if self._drawn == factors:
            return
        self._drawn = factors
        for line, item in self._items:
            if isinstance(item, Stroke):
                item.setData(line.x / factors[0], line.y / factors[1], connect="finite")
            else:
                known = np.isfinite(line.x) & np.isfinite(line.y)
                item.setData(x=line.x[known] / factors[0], y=line.y[known] / factors[1])

    def words(self) -> list[str]:
        """Return what the kept curves are called now."""
        frame = self._panel.frame
        return labels(self.kept, frame.parameters)[0] if frame is not None else []

    def _entries(self, frame: Frame) -> tuple[Entry, ...]:
        words, now = labels(self.kept, frame.parameters)
        roles = {line.role for one in self.kept for line in one.lines if one.kind == "run"}
        role = next(iter(roles)) if len(roles) == 1 else "text"
        found = [Entry(now if now == "now" else f"{now}, now", role)] if roles else []
        for n, (one, label) in enumerate(zip(self.kept, words)):
            color = _muted(role) if one.kind == "run" else "text"
            dots, width = one.kind == "measured", DRAWN if one.kind == "sketch" else THIN
            found.append(Entry(label, color, marks=dots, width=width, dashes=() if dots else dashes_of(one, n)))
        return tuple(found)

    def within(self, low: float = -np.inf, high: float = np.inf) -> list[tuple[Values, Values]]:
        """Return x and y of the kept lines between ``low`` and ``high`` in x, in the declared units."""
        found = []
        for line, _ in self._items:
            rows = (line.x >= low) & (line.x <= high)
            found.append((line.x[rows], line.y[rows]))
        return found

    def columns(self, units: tuple[str, str]) -> Columns:
        """Return two columns for each line, named by its label."""
        columns: Columns = []
        for one, label in zip(self.kept, self.words()):
            for line in one.lines:
                name = " ".join(part for part in (plain_text(label), plain_text(line.name)) if part)
                columns.append((titled(f"{name}: x", units[0]), line.x))
                columns.append((titled(f"{name}: y", units[1]), line.y))
        return columns


def dashes_of(one: Kept, n: int) -> tuple[float, ...]:
    """Return the dashes of the n-th set of a plot."""
    return () if one.kind == "sketch" else DASHES[n % len(DASHES)]


def pen_of(look: Look, one: Kept, line: KeptLine, n: int) -> QPen:
    """Return the pen of a line of the n-th set of a plot."""
    if one.kind == "sketch":
        return look.pen("text", DRAWN)
    role = _muted(line.role)
    pen = look.pen(role, THIN)
    if role == line.role:
        pen.setColor(_mixed(look, role))
    if dashes := dashes_of(one, n):
        pen.setDashPattern(list(dashes))
    return pen


def _muted(role: str) -> str:
    """The one curve of a plot is kept in grey; several are told apart by their colours."""
    return "secondary" if role == "simulation" else role


def _mixed(look: Look, role: str) -> QColor:
    """A colour that is nearer to the ground; opaque, because Qt draws transparent lines slowly."""
    line, ground = look.color(role), look.color("window")
    parts = zip(line.getRgb()[:3], ground.getRgb()[:3])  # type: ignore[index]
    return QColor(*(round(MUTED * a + (1 - MUTED) * b) for a, b in parts))
