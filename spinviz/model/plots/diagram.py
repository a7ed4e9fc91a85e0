"""A pulse sequence over time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from spinviz.model.plots.plot import Means, Plot, Values


@dataclass(frozen=True, eq=False)
class DiagramRow:
    """One row of a `Diagram`: a name ("RF", "G_x", "ADC"), times (n,) [s] and values (n,) between -1 and 1."""

    name: str
    times: Values
    values: Values
    role: str = "simulation"


@dataclass(frozen=True)
class DiagramSpan:
    """A time that the user can drag: an arrow from ``start`` to ``end`` [s] with the name of the ``parameter`` on it.

    Dragging its end by dt changes the parameter by ``scale`` dt; an empty parameter is shown and cannot be dragged.
    """

    parameter: str
    label: str
    start: float
    end: float
    scale: float = 1.0


@dataclass(frozen=True, eq=False)
class DiagramScheme:
    """What a `Diagram` shows now: rows from top to bottom, spans, and ``cursor``, the time now [s] on its axis."""

    rows: tuple[DiagramRow, ...]
    cursor: float
    start: float
    end: float
    spans: tuple[DiagramSpan, ...] = ()


@dataclass(frozen=True)
class Diagram(Plot):
    """A pulse sequence: rows of pulses, gradients and readouts over one time axis, with a cursor and spans to drag.

    A click moves the run to that time: ``time`` turns a time on the axis into one of the run, given (axis time, state,
    parameters); None when they are the same.
    """

    scheme: Callable[[Any, Any], DiagramScheme]
    time: Callable[[float, Any, Any], float] | None = None

    def shown(self, state: Any, p: Any, means: Means) -> DiagramScheme:
        """Return the diagram now."""
        return self.scheme(state, p)

    def run_time(self, time: float, moment: Callable[[], tuple[Any, Any, float]]) -> float:
        """Return the time in the repetition that was shown at ``moment``."""
        if self.time is None:
            return time
        state, p, dt = moment()
        shown = self.scheme(state, p)
        # The nearest step shall not be one of the repetition before or after.
        inside = min(max(time, shown.start + 0.499 * dt), shown.end - 0.501 * dt)
        return float(self.time(inside, state, p))
