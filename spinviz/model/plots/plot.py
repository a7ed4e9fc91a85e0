"""What every declaration of a plot answers, so that nobody has to ask of which kind it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from spinviz.model.frame import History
from spinviz.model.law import Law

Values: TypeAlias = NDArray[np.float64]
When: TypeAlias = Callable[[Any], bool] | None
Limit: TypeAlias = Callable[[Any], float] | float | None
"""The end of an axis, which may be a function of the parameters; None where it follows from what is shown."""
POINTS = 240
"""Points of a law's curve."""


class Means(Protocol):
    """Running means at fixed parameters."""

    def points(self, x: str, y: str) -> Values:
        """Return (k, 3): mean x, mean y, standard error of y for each setting, the current one last."""


@dataclass(frozen=True)
class Spot:
    """A point of a plot that was clicked: ``x`` and ``y`` in the declared units of its axes.

    ``curve``: name of the observable, or of the law, whose curve it is, or what a line is called; empty where there is
    no choice. ``time``: when the run was there [time unit]; None where the point has no time.
    """

    x: float
    y: float
    curve: str = ""
    time: float | None = None


@dataclass(frozen=True)
class Plot:
    """The base of all kinds. A new kind is a subclass in a file of its own, and a panel in `plots` that draws it.

    What a kind does not override has the answer of a plot without observables, laws and a time axis.
    """

    name: str
    title: str
    when: When = field(default=None, kw_only=True)
    """Function of the parameters: whether the plot has something to say; None for always."""

    def tells(self, p: Any) -> bool:
        """Return whether the plot has something to say with the parameters ``p``: others are neither made nor drawn."""
        return self.when is None or self.when(p)

    def shown(self, state: Any, p: Any, means: Means) -> Any | None:
        """Return what a frame carries for this plot, sharing no array with the state; None where history is enough."""
        return None

    def observables_named(self) -> tuple[str, ...]:
        """Return the names of all observables that the plot refers to."""
        return ()

    def ordinates(self) -> tuple[str, ...]:
        """Return the names of the observables along y: laws of them are drawn unless they name other plots."""
        return ()

    def compares(self) -> tuple[str, tuple[str, ...]]:
        """Return by what observables a table of many columns finds its x, empty for the time, and its y."""
        return "", self.ordinates()

    def averaged(self) -> tuple[str, ...]:
        """Return the names of the observables of whose running means `shown` asks."""
        return ()

    def signal(self) -> tuple[str, str] | None:
        """Return the observables of a signal that can be heard, in phase and 90 degrees behind (may be empty)."""
        return None

    def draws(self, law: Law) -> bool:
        """Return whether ``law`` concerns this plot: its curve is drawn and its deviation shown."""
        return self.name in law.plots if law.plots else law.observable in self.ordinates()

    @property
    def spans_settings(self) -> bool:
        """Whether the axis spans other settings than the present one: laws are drawn where they do not hold now."""
        return False

    def axis(self, p: Any, time: float, history: History) -> Values:
        """Return the places x (n,) along the axis at which a law's curve is drawn."""
        return np.linspace(0.0, 1.0, POINTS)

    def compared(self, p: Any, x: Values) -> dict[str, Values]:
        """Return curves along the axis that are shown to compare with and are no laws, by name."""
        return {}

    def run_time(self, time: float, moment: Callable[[], tuple[Any, Any, float]]) -> float:
        """Return the time of the run that belongs to ``time`` on the plot's axis.

        ``moment`` gives state, parameters and time step then shown; it costs a seek, so it is called where needed.
        """
        return time


def declared(limit: Limit, p: Any) -> float | None:
    """Return a limit as a number, or None."""
    return float(limit(p)) if callable(limit) else limit
