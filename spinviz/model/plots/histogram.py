"""The distribution of an array of the state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from spinviz.model.plots.plot import Values, When


@dataclass(frozen=True)
class Histogram:
    """Distribution of an array of the state. A law with a ``curve`` is drawn as probability density."""

    name: str
    title: str
    values: Callable[[Any, Any], Values]
    symbol: str
    unit: str = ""
    low: float = -1.0
    high: float = 1.0
    bins: int = 40
    when: When = None
