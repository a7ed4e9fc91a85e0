"""Numbers on the cells of a mesh with the colours that show them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from spinviz.model.units import plain
from spinviz.model.visuals import Shades, Stage, float32

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Bar:
    """A colour map with the numbers at its ends, in ``unit``; ``scale``: what one unit is in SI."""

    colormap: str
    low: float
    high: float
    title: str
    unit: str = ""
    scale: float = 1.0

    @property
    def heading(self) -> str:
        """Title with unit."""
        return f"{self.title} [{self.unit}]" if self.unit else self.title


@dataclass(frozen=True, eq=False)
class Painted:
    """Numbers (nz, ny, nx) in the unit of their ``bar``, NaN without material."""

    values: Values
    bar: Bar

    def shades(self, part: tuple[slice, slice, slice]) -> Shades:
        """Colours of the cells of a part, one after another."""
        some = np.nan_to_num(self.values[part]).ravel()
        return Shades(float32(some), self.bar.colormap, self.bar.low, self.bar.high)

    @property
    def words(self) -> str:
        """Between which numbers they lie."""
        there = self.values[np.isfinite(self.values)]
        if not there.size:
            return ""
        low, high = (plain(float(end), 3) for end in (there.min(), there.max()))
        unit = f" {self.bar.unit}" if self.bar.unit else ""
        return f"{self.bar.title} from {low} to {high}{unit}"


def with_bar(stage: Stage, bar: Bar | None) -> Stage:
    """The stage with the legend of its colours."""
    if bar is None:
        return stage
    return replace(
        stage, legend="colormap", colormap=bar.colormap, low_value=bar.low, high_value=bar.high,
        legend_title=bar.heading,
    )  # fmt: skip
