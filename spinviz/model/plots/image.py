"""A two-dimensional array in colours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from spinviz.model.plots.plot import Values, When


@dataclass(frozen=True)
class Image:
    """A two-dimensional array (rows, columns) of the state; row 0 at the bottom, pixels square, NaN as the ground.

    ``low`` and ``high`` are the values at the ends of the colour bar; None takes them from the values: 0 where none is
    negative, and what 99.5 % of them do not exceed. A click on a pixel asks `System.pick`; ``chosen`` gives the
    (row, column) that is marked.
    """

    name: str
    title: str
    values: Callable[[Any, Any], Values]
    colormap: str = "spin"
    low: Callable[[Any], float] | float | None = -1.0
    high: Callable[[Any], float] | float | None = 1.0
    unit: str = ""
    chosen: Callable[[Any], tuple[int, int] | None] | None = None
    when: When = None
