"""Which panel draws which kind of plot: every panel registers itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from spinviz.model.plots import Plot
from spinviz.plots.panel import PlotPanel

PANELS: dict[type[Plot], type[PlotPanel[Any]]] = {}
Panel = TypeVar("Panel", bound=PlotPanel[Any])


def draws(kind: type[Plot]) -> Callable[[type[Panel]], type[Panel]]:
    """Register the panel below for plots of ``kind``."""

    def register(panel: type[Panel]) -> type[Panel]:
        PANELS[kind] = panel
        return panel

    return register
