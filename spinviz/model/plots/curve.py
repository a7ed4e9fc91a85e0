"""One observable against another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from spinviz.model.frame import History
from spinviz.model.plots.plot import POINTS, Limit, Means, Plot, Values, declared


@dataclass(frozen=True)
class Guide:
    """A curve to compare with that is no law of the system: an approximation such as the mean field.

    ``curve`` of (parameters, x) gives y along the axis, NaN where it says nothing. Where laws are hidden it is too.
    """

    name: str
    title: str
    curve: Callable[[Any, Values], Values]


@dataclass(frozen=True)
class Curve(Plot):
    """One observable against another: an M(H) loop, M over T. A law with a ``curve`` is drawn over the whole axis.

    ``mean`` plots running means at fixed parameters as points (Monte Carlo: M over T) instead of the path: the frame
    then carries in ``plots[name]`` an array (k, 3) of mean x, mean y and the standard error of y (NaN while none is
    known), the current setting last; what `System.settle` says is left out after every change.
    """

    x: str
    y: str
    x_low: Limit = None
    x_high: Limit = None
    low: float | None = None
    high: float | None = None
    mean: bool = False
    guides: tuple[Guide, ...] = ()

    def shown(self, state: Any, p: Any, means: Means) -> Any | None:
        """Return the means at all settings; a path is in the history."""
        return means.points(self.x, self.y) if self.mean else None

    def observables_named(self) -> tuple[str, ...]:
        """Return both."""
        return self.x, self.y

    def ordinates(self) -> tuple[str, ...]:
        """Return y."""
        return (self.y,)

    def compares(self) -> tuple[str, tuple[str, ...]]:
        """Return both."""
        return self.x, (self.y,)

    def averaged(self) -> tuple[str, ...]:
        """Return both where means are plotted."""
        return (self.x, self.y) if self.mean else ()

    @property
    def spans_settings(self) -> bool:
        """Whether every point is a setting of its own."""
        return self.mean

    def compared(self, p: Any, x: Values) -> dict[str, Values]:
        """Return y of the guides along the axis, by name."""
        return {guide.name: np.asarray(guide.curve(p, x), np.float64) for guide in self.guides}

    def axis(self, p: Any, time: float, history: History) -> Values:
        """Return values of x between the declared ends, or between the least and largest so far."""
        low, high = declared(self.x_low, p), declared(self.x_high, p)
        seen = history.observables[self.x]
        if low is None:
            low = float(np.nanmin(seen)) if len(seen) else 0.0
        if high is None:
            high = float(np.nanmax(seen)) if len(seen) else 1.0
        return np.linspace(low, high, POINTS)
