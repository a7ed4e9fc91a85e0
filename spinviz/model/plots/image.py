"""A two-dimensional array in colours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from spinviz.model.plots.plot import Limit, Means, Plot, Values


@dataclass(frozen=True)
class Image(Plot):
    """A two-dimensional array (rows, columns) of the state; row 0 at the bottom, pixels square, NaN as the ground.

    ``low`` and ``high`` are the values at the ends of the colour bar; None takes them from the values: 0 where none is
    negative, and what 99.5 % of them do not exceed. A click on a pixel asks `System.pick`; ``chosen`` gives the
    (row, column) that is marked; ``sides`` the letters at the left, right, lower and upper edge.
    """

    values: Callable[[Any, Any], Values]
    colormap: str = "spin"
    low: Limit = -1.0
    high: Limit = 1.0
    unit: str = ""
    chosen: Callable[[Any], tuple[int, int] | None] | None = None
    sides: Callable[[Any], tuple[str, str, str, str]] | None = None

    def shown(self, state: Any, p: Any, means: Means) -> Values:
        """Return the pixels."""
        return np.array(self.values(state, p))
