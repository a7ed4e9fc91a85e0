"""One observable against another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from spinviz.model.plots.plot import When


@dataclass(frozen=True)
class Curve:
    """One observable against another: an M(H) loop, M over T. A law with a ``curve`` is drawn over the whole axis.

    ``mean`` plots running means at fixed parameters as points (Monte Carlo: M over T) instead of the path: the frame
    then carries in ``plots[name]`` an array (k, 3) of mean x, mean y and the standard error of y, the current
    setting last; ``settle`` [time unit] is left out after every change.
    """

    name: str
    title: str
    x: str
    y: str
    x_low: Callable[[Any], float] | float | None = None
    x_high: Callable[[Any], float] | float | None = None
    low: float | None = None
    high: float | None = None
    mean: bool = False
    settle: float = 0.0
    when: When = None
