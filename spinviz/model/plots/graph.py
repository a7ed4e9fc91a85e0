"""Lines against each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

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
    errors: Values | None = None
    """Standard errors of y (n,), drawn as bars beside marks."""


@dataclass(frozen=True, eq=False)
class Sheet(Line):
    """Colours below the lines of a `Graph`: ``values`` (rows, columns), row 0 at the bottom, in shades of one colour.

    x and y are the two ends of the sheet; ``low`` is the ground, ``high`` the brightest; NaN is the ground.
    """

    values: Values = field(default_factory=lambda: np.zeros((1, 1)))
    low: float = 0.0
    high: float = 1.0


@dataclass(frozen=True)
class Mean:
    """Running means of the observable ``y`` over those of ``x``, called ``label`` in the colour of ``role``."""

    x: str
    y: str
    label: str
    role: str = "simulation"


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
    means: tuple[Mean, ...] = ()
    """Running means at fixed parameters, a mark with its error for every setting, below the lines."""
    over_time: tuple[str, ...] = ()
    """Observables that its lines are, where x is a time: what a table of other programs is compared with."""

    def shown(self, state: Any, p: Any, means: Means) -> tuple[Line, ...]:
        """Return the lines now, before them the means at all settings."""
        return (*(self._mean(mean, means) for mean in self.means), *self.lines(state, p))

    def compares(self) -> tuple[str, tuple[str, ...]]:
        """Return the observables over time."""
        return "", self.over_time

    def averaged(self) -> tuple[str, ...]:
        """Return the observables of the means."""
        return tuple(dict.fromkeys(name for mean in self.means for name in (mean.x, mean.y)))

    @staticmethod
    def _mean(mean: Mean, means: Means) -> Line:
        x, y, errors = means.points(mean.x, mean.y).T
        return Line(x, y, mean.label, mean.role, marks=True, errors=errors)
