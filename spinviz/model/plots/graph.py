"""Lines against each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from spinviz.model.plots.plot import Values, When


@dataclass(frozen=True, eq=False)
class Line:
    """One line of a `Graph`: x, y (n,), NaN for gaps. ``marks``: dots instead of a line; ``head``: a dot at its end."""

    x: Values
    y: Values
    label: str = ""
    role: str = "simulation"
    dashed: bool = False
    marks: bool = False
    head: bool = False


@dataclass(frozen=True)
class Graph:
    """Lines against each other that are not time: a slice profile, a path in k-space, coherence pathways.

    ``lines`` gives them from (state, parameters), laws among them dashed in the role ``"theory"``. Axes fit what is
    shown unless limits are given; ``equal`` gives both the same scale.
    """

    name: str
    title: str
    lines: Callable[[Any, Any], tuple[Line, ...]]
    x_symbol: str
    y_symbol: str
    x_unit: str = ""
    y_unit: str = ""
    x_low: Callable[[Any], float] | float | None = None
    x_high: Callable[[Any], float] | float | None = None
    low: Callable[[Any], float] | float | None = None
    high: Callable[[Any], float] | float | None = None
    equal: bool = False
    when: When = None
