"""Observables against time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from spinviz.model.frame import History
from spinviz.model.plots.plot import POINTS, Plot, Values

AHEAD = 0.1
"""Part of the window for which laws are drawn ahead once the run is longer than the window."""


@dataclass(frozen=True)
class Trace(Plot):
    """Observables against time."""

    observables: tuple[str, ...]
    low: float | None = None
    high: float | None = None
    window: Callable[[Any], float] | None = None
    """Function of the parameters: the time shown at least [s or the system's time unit]; laws are drawn ahead to it."""
    roles: tuple[str, ...] = ()
    """Colour roles of the observables, those that the picture has for them; empty for one after another."""

    def observables_named(self) -> tuple[str, ...]:
        """Return what is shown against time."""
        return self.observables

    def ordinates(self) -> tuple[str, ...]:
        """Return the same."""
        return self.observables

    def axis(self, p: Any, time: float, history: History) -> Values:
        """Return times since the run began, from the window's start to a little ahead of now."""
        window = self.window(p) if self.window else 0.0
        start = max(0.0, time - window) if window else 0.0
        return np.linspace(start, max(time + AHEAD * window, window), POINTS)
