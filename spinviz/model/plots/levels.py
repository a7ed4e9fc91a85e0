"""Energy levels and how the spins share them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from spinviz.model.plots.plot import Values, When


@dataclass(frozen=True)
class LevelScheme:
    """What a `Levels` plot shows now. All arrays (levels,)."""

    energies: Values
    populations: Values
    theory: Values
    """Populations by the law."""
    names: tuple[str, ...]


@dataclass(frozen=True)
class Levels:
    """Energy levels with their populations and the law's populations."""

    name: str
    title: str
    scheme: Callable[[Any, Any], LevelScheme]
    unit: str = "J"
    when: When = None
