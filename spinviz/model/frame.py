"""One immutable picture of a running system: everything a window, a plot or an export shows."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spinviz.model.swept import Swept
from spinviz.model.visuals import Stage, Visual

Values = NDArray[np.float64]


@dataclass(frozen=True)
class LawNow:
    """A law at this moment. ``deviation`` is in the law's own measure (see `Law`); ``holds``: whether it applies.

    An averaged law compares a mean, whose standard error is ``error``; it waits while that is not known.
    """

    value: float
    theory: float
    deviation: float
    tolerance: float
    holds: bool
    error: float = 0.0
    unseen: bool = False
    """The law applies, but its observable has no number now; then it does not hold."""

    @property
    def waits(self) -> bool:
        """Whether the law applies, and the mean that it speaks of is not known well enough to be judged."""
        return self.holds and math.isnan(self.error)

    @property
    def passed(self) -> bool:
        """Whether the deviation is within the tolerance."""
        return self.deviation <= self.tolerance


@dataclass(frozen=True, eq=False)
class History:
    """What has been observed so far, one row per sample; read-only views that only ever grow.

    time (n,); observables and laws: name -> (n,). A law is NaN where it did not apply. ``marks`` are the times and
    titles of actions.
    """

    time: Values
    observables: dict[str, Values]
    laws: dict[str, Values]
    marks: tuple[tuple[float, str], ...] = ()

    def since(self, start: float) -> slice:
        """Rows at or after ``start``."""
        return slice(int(np.searchsorted(self.time, start)), None)


@dataclass(frozen=True, eq=False)
class Frame:
    """A picture of the run at one step.

    ``plots`` maps the name of a plot to what it shows now where that is not in `history` (histogram values, a level
    scheme, an image). ``curves`` maps (plot name, law name) to the law's curve (x, y) over that plot.
    """

    system: str
    parameters: Any
    step: int
    time: float
    visuals: tuple[Visual, ...]
    stage: Stage
    caption: str
    """One line under the equation: frame of reference, numbers of spins, exaggerations, what laws foretell."""
    observables: dict[str, float]
    laws: dict[str, LawNow]
    history: History
    plots: dict[str, Any] = field(default_factory=dict)
    curves: dict[tuple[str, str], tuple[Values, Values]] = field(default_factory=dict)
    first_step: int = 0
    """Earliest and latest step that were taken."""
    last_step: int = 0
    reach: int = 0
    """Where the timeline ends, if that is later: at the end of a film."""
    running: bool = False
    speed: float = 1.0
    """Simulated time per second on screen that was asked for."""
    actual_speed: float = 1.0
    """What the machine kept: lower than ``speed`` when the steps are too expensive."""
    message: str = ""
    arrival: str = ""
    """The landmark that the run was stopped at, in words."""
    untold: str = ""
    """The caption without what laws foretell."""
    second: Frame | None = None
    """The same moment drawn with other display parameters: only parameters, visuals, stage and caption differ."""
    sweep: Swept | None = None
    """The sweep of this run, if there is one."""
