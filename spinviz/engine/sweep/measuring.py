"""One point of a sweep: when it counts as equilibrated, its means, their errors, and when they are good enough.

Of a run of T steps the first half is discarded and the second judged, at T, 2T, 4T ... up to a limit. It is in
equilibrium when both halves of it have the same means within their errors; errors are those of `means`, and exist
only where the halves last many correlation times. Then it is measured on until the errors are as small as wanted.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from spinviz.engine.means import Mean
from spinviz.engine.statistics import find, statistic_of, take, value_of
from spinviz.model.system import Observable, System

FEWEST = 64
"""Steps that are discarded at least, and judged."""
SIGMAS = 3.0
"""By which the halves of a run in equilibrium may differ: for ten observables that is refused once in forty times."""
ZERO = 4.0
"""Standard errors within which a mean may be zero; nothing relative is asked of it then."""
STILL = 1e-6
"""Part of the largest value met, by which an observable that no longer changes may still change."""
LOOK = 1.05
"""Growth of the number of measurements after which errors are found again."""


@dataclass
class _Series:
    """The samples of one observable in the part of the run that is judged, and in both halves of it."""

    whole: Mean = field(default_factory=Mean)
    halves: tuple[Mean, Mean] = field(default_factory=lambda: (Mean(), Mean()))
    low: float = math.inf
    high: float = -math.inf

    def add(self, value: float, half: int) -> None:
        if math.isnan(value):
            return
        self.low, self.high = min(self.low, value), max(self.high, value)
        self.whole.add(value)
        if half < 2:
            self.halves[half].add(value)


class Measuring:
    """Takes in samples of the observables, one for each step, until the point is done.

    Parameters
    ----------
    system
        Whose observables they are.
    judged
        Names of observables that have to be in equilibrium, and precise; none for all numbers of the state.
    precision
        Standard error wanted, relative to the mean; of a mean that is zero within its error, to half the range of the
        samples.
    first, limit
        Steps that are discarded at least, and taken at most.
    """

    def __init__(
        self, system: System[Any, Any], judged: Iterable[str], precision: float, first: int, limit: int
    ) -> None:
        self.system, self.precision, self.limit = system, precision, max(limit, 2)
        self.names = tuple(o.name for o in system.observables if not o.series)
        self.judged = tuple(judged) or self.names
        self._derived = {o.name: o for o in system.observables if o.series}
        self._enough = max(first, FEWEST)
        halvings = max(1, (self.limit // self._enough).bit_length() - 1)
        self._edges = [self.limit >> k for k in range(halvings, -1, -1)]
        self._largest = dict.fromkeys(self.names, 0.0)
        self._part, self._next_look = 0, 0.0
        self.steps = 0
        self.equilibrated = False
        self.slow: tuple[str, ...] = ()
        """Judged observables that are not in equilibrium, or have no error."""
        self._begin()

    @property
    def discarded(self) -> int:
        """Steps before those that are measured."""
        return self._edges[self._part]

    @property
    def measurements(self) -> int:
        """Number of samples in the means."""
        return max(0, self.steps - self.discarded)

    @property
    def part(self) -> float:
        """Part done of all steps that may be taken."""
        return self.steps / self.limit

    def add(self, seen: Mapping[str, float]) -> bool:
        """Take in the observables after a step; return whether the point is done."""
        self.steps += 1
        for name in self.names:
            self._largest[name] = max(self._largest[name], abs(seen[name]))  # not of NaN, which compares with nothing
        if self.steps <= self.discarded:
            return False
        half = 2 if self.equilibrated else int(2 * self.measurements > self._end - self.discarded)
        for name, series in self._series.items():
            series.add(seen[name], half)
        for name, statistic in self._statistics.items():
            take(statistic, self._derived[name], seen)
        if self.steps == self._end and not self.equilibrated:
            self._judge()
        return self._is_done()

    def mean(self, name: str, p: Any) -> tuple[float, float]:
        """Return mean (or variance) and standard error: NaN where it is not known, the range of what stands still."""
        if name not in self._derived:
            series = self._series[name]
            if not series.whole.count:
                return math.nan, math.nan
            return series.whole.value, series.high - series.low if self.is_still(name) else series.whole.error
        o, statistic = self._derived[name], self._statistics[name]
        if not statistic.count:
            return math.nan, math.nan
        factor = o.factor(p)
        if self._all_still(o):
            return (math.nan, math.nan) if o.memory_of else (value_of(statistic, o) * factor, 0.0 * factor)
        return value_of(statistic, o) * factor, statistic.error * abs(factor)

    def find(self) -> None:
        """Find the errors; the slowest judged series tells how long blocks have to last."""
        longest = _longest(series.whole for series in self._moving().values())
        for series in self._series.values():
            series.whole.find(longest)
        for name, statistic in self._statistics.items():
            if statistic.count:
                find(statistic, self._derived[name], longest)

    def is_still(self, name: str) -> bool:
        """Whether an observable no longer changes: a field, a temperature, what has decayed."""
        series = self._series[name]
        return not series.high - series.low > STILL * self._largest[name]

    @property
    def converged(self) -> bool:
        """Whether every judged observable has an error."""
        return self.measurements > 0 and not any(math.isnan(self._error(name)) for name in self.judged)

    # --- judging ----------------------------------------------------------------------------------------------------

    @property
    def _end(self) -> int:
        return self._edges[self._part + 1]

    def _begin(self) -> None:
        self._series = {name: _Series() for name in self.names}
        self._statistics = {name: statistic_of(o) for name, o in self._derived.items()}

    def _all_still(self, o: Observable) -> bool:
        """Whether nothing from which an observable is found changes any more."""
        return all(self.is_still(name) for name in o.series or (o.name,))

    def _moving(self) -> dict[str, _Series]:
        """The judged series that change."""
        judged = [self.system.observable(name) for name in self.judged]
        bases = {name for o in judged for name in o.series or (o.name,)}
        return {name: self._series[name] for name in self.names if name in bases and not self.is_still(name)}

    def _judge(self) -> None:
        """Compare the halves; where they differ, all this is discarded, too, unless the limit is reached."""
        self.slow = self._unlike()
        self.equilibrated = not self.slow and self.discarded >= self._enough
        if not self.equilibrated and self._end < self.limit:
            self._part += 1
            self._begin()

    def _unlike(self) -> tuple[str, ...]:
        """The judged observables whose halves differ, or are too short to tell."""
        moving = self._moving()
        halves = [half for series in moving.values() for half in series.halves]
        for longest in (0.0, _longest(halves)):  # those that are slow themselves come first
            for half in halves:
                half.find(longest)
            unlike = tuple(name for name, series in moving.items() if not _agree(*series.halves))
            if unlike:
                break
        return unlike

    def _is_done(self) -> bool:
        if self.steps < self.limit and not (self.equilibrated and self.measurements >= self._next_look):
            return False
        self._next_look = LOOK * self.measurements
        self.find()
        if self.steps >= self.limit:
            self.slow = self.slow or tuple(name for name in self.judged if math.isnan(self._error(name)))
            return True
        return all(self._is_precise(name) for name in self.judged)

    def _error(self, name: str) -> float:
        if self._all_still(self.system.observable(name)):
            return 0.0
        return self._statistics[name].error if name in self._derived else self._series[name].whole.error

    def _is_precise(self, name: str) -> bool:
        o = self.system.observable(name)
        base = self._series[(o.series or (name,))[0]]
        if self._all_still(o) or not base.whole.count:
            return True
        error = self._error(name)
        if name in self._derived:
            return error <= self.precision * abs(value_of(self._statistics[name], o))
        series = base
        mean = abs(series.whole.value)
        is_zero = mean <= ZERO * error
        return error <= self.precision * (max(mean, (series.high - series.low) / 2) if is_zero else mean)


def _longest(series: Iterable[Mean]) -> float:
    """The longest correlation time that is known of them."""
    return max((tau for one in series if one.count and not math.isnan(tau := one.find())), default=0.0)


def _agree(one: Mean, two: Mean) -> bool:
    """Whether two means are the same within their errors; not where these are unknown."""
    return abs(one.value - two.value) <= SIGMAS * math.hypot(one.error, two.error)
