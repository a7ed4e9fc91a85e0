"""Laws: closed forms or published numbers that an observable obeys.

One declaration gives the curve over the live plot, the deviation shown, a line of ``spinviz verify`` and a test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


def always(state: Any, p: Any) -> bool:
    """Validity of a law without conditions."""
    return True


@dataclass(frozen=True)
class Check:
    """How ``spinviz verify`` puts a law to the test.

    ``parameters`` over the defaults (or over ``preset``), ``actions`` as (time, name), a ``duration`` and the time to
    ``skip`` before comparing, all in the system's time unit.
    """

    duration: float
    parameters: Mapping[str, Any] = field(default_factory=dict)
    preset: str = ""
    actions: tuple[tuple[float, str], ...] = ()
    skip: float = 0.0
    seed: int = 1
    slow: bool = False


@dataclass(frozen=True)
class Law:
    """A law of one observable.

    The deviation is |value - theory| divided by ``scale``: 1 gives the absolute deviation in the observable's unit,
    ``"theory"`` the relative one, a function of (state, p) anything else. With ``averaged`` the running mean since the
    last change (after ``settle`` of the system's time) is compared instead of each sample.
    """

    name: str
    title: str
    observable: str
    theory: Callable[[Any, Any], float]
    latex: str
    validity: str
    tolerance: float
    because: str
    """Where the tolerance comes from."""
    reference: str
    check: Check
    scale: Literal["theory"] | float | Callable[[Any, Any], float] = 1.0
    averaged: bool = False
    settle: float = 0.0
    holds: Callable[[Any, Any], bool] = always
    curve: Callable[[Any, Any, Values], Values] | None = None
    """The law along the axis of a plot: (state, p, x) -> y. Over a `Trace` x is the time since the run began."""
    plots: tuple[str, ...] = ()
    """Plots that draw ``curve``; traces of the observable and `Curve` plots with it as y draw it anyway."""

    def deviation(self, value: float, theory: float, state: Any, p: Any) -> float:
        """Return how far ``value`` is from ``theory`` in this law's measure; NaN stays NaN."""
        if self.scale == "theory":
            scale = abs(theory)
        else:
            scale = self.scale(state, p) if callable(self.scale) else float(self.scale)
        difference = abs(value - theory)
        return difference / scale if scale > 0 else (0.0 if difference == 0 else float("inf"))
