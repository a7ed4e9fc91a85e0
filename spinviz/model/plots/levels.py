"""Energy levels and how the spins share them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from spinviz.model.plots.plot import Means, Plot, Values


@dataclass(frozen=True)
class LevelScheme:
    """What a `Levels` plot shows now. All arrays (levels,)."""

    energies: Values
    populations: Values
    theory: Values
    """Populations by the law."""
    names: tuple[str, ...]


@dataclass(frozen=True)
class Levels(Plot):
    """Energy levels with their populations and the law's populations."""

    scheme: Callable[[Any, Any], LevelScheme]
    unit: str = "J"

    def shown(self, state: Any, p: Any, means: Means) -> LevelScheme:
        """Return the scheme now."""
        return self.scheme(state, p)
