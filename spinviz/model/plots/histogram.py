"""The distribution of an array of the state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from spinviz.model.frame import History
from spinviz.model.plots.plot import POINTS, Means, Plot, Values


@dataclass(frozen=True)
class Histogram(Plot):
    """Distribution of an array of the state. A law with a ``curve`` is drawn as probability density."""

    values: Callable[[Any, Any], Values]
    symbol: str
    unit: str = ""
    low: float = -1.0
    high: float = 1.0
    bins: int = 40

    def shown(self, state: Any, p: Any, means: Means) -> Values:
        """Return the values to count."""
        return np.array(self.values(state, p))

    def axis(self, p: Any, time: float, history: History) -> Values:
        """Return values between the ends."""
        return np.linspace(self.low, self.high, POINTS)
