"""The kinds of plots there are, and what any of them is asked for."""

from __future__ import annotations

from typing import Any

from spinviz.model.frame import Frame
from spinviz.model.plots import Plot
from spinviz.model.system import System

# One file for each kind: importing it registers its panel.
from spinviz.plots import (  # noqa: F401
    bands,
    curve,
    diagram,
    graph,
    histogram,
    image,
    levels,
    spectrum,
    swept,
    trace,
)
from spinviz.plots.panel import PlotPanel
from spinviz.plots.registry import PANELS
from spinviz.plots.table import Table, table_of


def panel_of(plot: Plot) -> type[PlotPanel[Any]]:
    """Return the panel that draws ``plot`` or the kind it refines. Errors: `TypeError`."""
    for kind in type(plot).__mro__:
        if kind in PANELS:
            return PANELS[kind]
    name = type(plot).__name__
    raise TypeError(f"nothing draws the plot '{plot.name}' of kind {name}: register a panel with @draws({name})")


def table(plot: Plot, frame: Frame, system: System[Any, Any]) -> Table:
    """Return the header, "name [unit]" for each column, and the rows (n, columns) behind ``plot``."""
    return table_of(panel_of(plot).numbers(plot, frame, system))
