"""Laws: closed forms or published numbers that an observable obeys.

One declaration gives the curve over the live plot, the deviation shown, a line of ``spinviz verify`` and a test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Departure:
    """Where the closed forms of a run start: the last event that changed anything.

    ``time`` of the event; ``start`` is what `System.departure` returned then; means count from ``counts`` on.
    """

    time: float = 0.0
    start: Any = None
    counts: float = 0.0


Number: TypeAlias = Callable[[Any, Any, Departure], float]
"""Function of (state, parameters, departure)."""
OverAxis: TypeAlias = Callable[[Any, Any, Departure, Values], Values]
"""Function of (state, parameters, departure, x): y along the axis of a plot."""


def always(state: Any, p: Any, d: Departure) -> bool:
    """Validity of a law without conditions."""
    return True


def now(curve: OverAxis) -> Number:
    """Return the theory that is the value of ``curve``, a function of time, at this moment."""
    return lambda state, p, d: float(curve(state, p, d, np.array([state.time]))[0])


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
    ``"theory"`` the relative one, a function of (state, p, departure) anything else.

    With ``averaged`` the mean since the departure, without what `System.settle` leaves out, is compared instead of each
    sample. Its deviation is measured in the standard errors that the engine finds, so ``tolerance`` counts standard
    errors and ``scale`` is not used; ``allowance`` is what the theory itself may be off by, in the observable's unit.
    ``scatter``, where it is known, is the least standard deviation of single samples in equilibrium: while they scatter
    less, rare or slow changes have not come yet, and the mean is not judged.
    """

    name: str
    title: str
    observable: str
    theory: Number
    latex: str
    validity: str
    tolerance: float
    because: str
    """Where the tolerance comes from."""
    reference: str
    check: Check
    scale: Literal["theory"] | float | Number = 1.0
    averaged: bool = False
    allowance: float | Number = 0.0
    scatter: Number | None = None
    holds: Callable[[Any, Any, Departure], bool] = always
    curve: OverAxis | None = None
    """The law along the axis of a plot. Over a `Trace` x is the time since the run began."""
    symbols: Mapping[str, str] = field(default_factory=dict)
    """What the equation writes and means otherwise than `System.symbols` say."""
    plots: tuple[str, ...] = ()
    """Plots that draw ``curve``; traces of the observable and `Curve` plots with it as y draw it anyway."""

    def deviation(self, value: float, theory: float, state: Any, p: Any, d: Departure, error: float = 0.0) -> float:
        """Return how far ``value``, a mean with an ``error``, is from ``theory`` in this measure; NaN stays NaN."""
        if self.averaged:
            scale = error + _at(self.allowance, state, p, d) / self.tolerance
        elif self.scale == "theory":
            scale = abs(theory)
        else:
            scale = _at(self.scale, state, p, d)
        difference = abs(value - theory)
        if np.isnan(scale):
            return float("nan")
        return difference / scale if scale > 0 else (0.0 if difference == 0 else float("inf"))


def _at(number: float | Number, state: Any, p: Any, d: Departure) -> float:
    return float(number(state, p, d) if callable(number) else number)
