"""Observables against time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from spinviz.model.plots.plot import When


@dataclass(frozen=True)
class Trace:
    """Observables against time."""

    name: str
    title: str
    observables: tuple[str, ...]
    low: float | None = None
    high: float | None = None
    window: Callable[[Any], float] | None = None
    """Function of the parameters: the time shown at least [s or the system's time unit]; laws are drawn ahead to it."""
    when: When = None
