"""Lines against each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from spinviz.model.plots.plot import Limit, Means, Plot, Values


@dataclass(frozen=True, eq=False)
class Line:
    """One line of a `Graph`: x, y (n,), NaN for gaps. ``marks``: dots instead of a line; ``head``: a dot at its end.

    ``law``: it is computed from a closed form, though not in the role of one, and is hidden where laws are.
    """

    x: Values
    y: Values
    label: str = ""
    role: str = "simulation"
    dashed: bool = False
    marks: bool = False
    head: bool = False
    law: bool = False


@dataclass(frozen=True)
class Graph(Plot):
    """Lines against each other that are not time: a slice profile, a path in k-space, coherence pathways.

    ``lines`` gives them from (state, parameters), laws among them dashed in the role ``"theory"``. Axes fit what is
    shown unless limits are given; ``equal`` gives both the same scale.
    """

    lines: Callable[[Any, Any], tuple[Line, ...]]
    x_symbol: str
    y_symbol: str
    x_unit: str = ""
    y_unit: str = ""
    x_low: Limit = None
    x_high: Limit = None
    low: Limit = None
    high: Limit = None
    equal: bool = False

    def shown(self, state: Any, p: Any, means: Means) -> tuple[Line, ...]:
        """Return the lines now."""
        return self.lines(state, p)
