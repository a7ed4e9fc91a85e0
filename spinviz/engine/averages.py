"""Running means since the last change: of laws that hold on average, of curves made of settings, of fluctuations."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from spinviz.engine.combination import Combination, Memory
from spinviz.engine.means import Mean, Variance
from spinviz.model.law import Departure, Law
from spinviz.model.system import Observable, System

Statistic: TypeAlias = Mean | Variance | Combination | Memory

FEWEST = 24
"""Samples below which the mean of a setting is not kept: its scatter would hide the law."""
MOST_SETTINGS = 500
EXPLORED = 0.7
"""Part of the known scatter of single samples from which on a mean is judged."""
FOUND_EVERY = 1.02
"""Growth of the number of samples after which errors are found again."""


@dataclass
class Averages:
    """Means of observables, statistics of averaged laws, and observables that are statistics of the run, by name.

    Errors are found together: the slowest of all series tells how long blocks must last, because whatever is slow in a
    run is in every observable, if only with a small weight that hides it. ``earlier``: mean and standard error of each
    observable at the settings before.
    """

    system: System[Any, Any]
    means: dict[str, Mean] = field(default_factory=dict)
    laws: dict[str, Statistic] = field(default_factory=dict)
    statistics: dict[str, Statistic] = field(default_factory=dict)
    factors: dict[str, float] = field(default_factory=dict)
    """What statistics were multiplied with when they were asked for last."""
    counts: dict[str, float] = field(default_factory=dict)
    """Time from which a law counts samples, where that is later than for others: it did not hold before."""
    samples: int = 0
    next_finding: int = FEWEST
    earlier: tuple[dict[str, tuple[float, float]], ...] = ()

    def __post_init__(self) -> None:
        if not (self.samples or self.asked_for):
            self._empty()

    @property
    def asked_for(self) -> bool:
        """Whether there is any mean to be taken."""
        return bool(self.means or self.laws or self.statistics)

    def add(self, time: float, observables: dict[str, float], holds: dict[str, bool], d: Departure) -> None:
        """Take in a sample of the observables, unless it comes before the departure counts.

        The mean of a law begins anew whenever the law does not hold.
        """
        if time >= d.counts:
            for name, mean in self.means.items():
                mean.add(observables[name])
            for name, statistic in self.statistics.items():
                take(statistic, self.system.observable(name), observables)
        for law in self.system.laws:
            observable = self.system.observable(law.observable)
            if law.averaged and not holds[law.name]:
                self.laws[law.name] = statistic_of(observable)
                self.counts[law.name] = time + (d.counts - d.time)
            elif law.averaged and time >= self.counts.get(law.name, d.counts):
                take(self.laws[law.name], observable, observables)
        if time >= d.counts:
            self._count(time, d)

    def restart(self) -> None:
        """Begin a new setting, and keep what was found at the last one."""
        if self.means and min(mean.count for mean in self.means.values()) >= FEWEST:
            self.earlier = (*self.earlier[1 - MOST_SETTINGS :], self._found())
        self._empty()

    def copy(self) -> Averages:
        """Return an independent copy."""
        return replace(
            self,
            means={name: mean.copy() for name, mean in self.means.items()},
            laws={name: statistic.copy() for name, statistic in self.laws.items()},
            statistics={name: statistic.copy() for name, statistic in self.statistics.items()},
            counts=dict(self.counts),
        )

    def of_law(self, law: Law, p: Any, scatter: float = 0.0) -> tuple[float, float]:
        """Return value and standard error of an averaged law; NaN without samples, NaN while no error is known.

        ``scatter``: known standard deviation of its samples, which they must nearly have.
        """
        found, observable = self.laws[law.name], self.system.observable(law.observable)
        if isinstance(found, Mean):
            return found.value, math.nan if found.scatter < EXPLORED * scatter else found.error
        factor = observable.factor(p)
        return value_of(found, observable) * factor, found.error * abs(factor)

    def fluctuations(self, p: Any) -> dict[str, float]:
        """Return the observables that are statistics of the run, NaN while their error is not known."""
        self.factors = {name: self.system.observable(name).factor(p) for name in self.statistics}
        return {
            name: math.nan if math.isnan(statistic.error) else self._value(name, statistic)
            for name, statistic in self.statistics.items()
        }

    def points(self, x: str, y: str) -> NDArray[np.float64]:
        """Return (k, 3): mean x, mean y, standard error of y for each setting, the current one last."""
        rows: Iterable[dict[str, tuple[float, float]]] = (*self.earlier, self._found())
        found = [(setting[x][0], *setting[y]) for setting in rows if x in setting and y in setting]
        return np.array(found, dtype=np.float64).reshape(-1, 3)

    def _value(self, name: str, statistic: Statistic) -> float:
        """Value of the statistic of an observable, with its factor."""
        return value_of(statistic, self.system.observable(name)) * self.factors.get(name, math.nan)

    def _found(self) -> dict[str, tuple[float, float]]:
        """Value and error of all means and statistics of this setting that have any."""
        found = {name: (mean.value, mean.error) for name, mean in self.means.items() if mean.count}
        for name, statistic in self.statistics.items():
            if not math.isnan(statistic.error):
                factor = self.factors.get(name, math.nan)
                found[name] = (self._value(name, statistic), statistic.error * abs(factor))
        return found

    def _empty(self) -> None:
        system = self.system
        series = {o.name: o.series for o in system.observables}
        self.means = {name: Mean() for plot in system.plots for name in plot.averaged() if not series[name]}
        self.laws = {law.name: statistic_of(system.observable(law.observable)) for law in system.laws if law.averaged}
        self.statistics = {o.name: statistic_of(o) for o in system.observables if o.series}
        self.counts = {}
        self.samples, self.next_finding = 0, FEWEST

    def _count(self, time: float, d: Departure) -> None:
        """Find all errors when the number of samples has grown by two percent.

        A mean is taken over at least as long as the system needs to settle: before that what is slow has not moved yet,
        and what is fast looks like all there is.
        """
        self.samples += 1
        least = d.counts - d.time
        if self.samples < self.next_finding or time - d.counts < least:
            return
        self.next_finding = math.ceil(FOUND_EVERY * self.samples)
        named = {law.name: law.observable for law in self.system.laws}
        laws = [
            (named[name], mean) for name, mean in self.laws.items() if time - self.counts.get(name, d.counts) >= least
        ]
        everything = [pair for pair in (*self.means.items(), *laws, *self.statistics.items()) if pair[1].count]
        times = [find(series, self.system.observable(name)) for name, series in everything]
        longest = max((tau for tau in times if not math.isnan(tau)), default=0.0)
        for name, series in everything:
            find(series, self.system.observable(name), longest)


def statistic_of(observable: Observable) -> Statistic:
    """Return what finds an observable from samples."""
    if observable.means_of:
        return Combination()
    if observable.memory_of:
        return Memory()
    return Variance() if observable.variance_of else Mean()


def take(statistic: Statistic, observable: Observable, observables: Mapping[str, float]) -> None:
    """Take in a sample of the statistic of an observable."""
    if isinstance(statistic, Combination):
        one, two = observable.means_of
        statistic.add(observables[one], observables[two])
    else:
        statistic.add(observables[(observable.series or (observable.name,))[0]])


def value_of(statistic: Statistic, observable: Observable) -> float:
    """Return the value of the statistic of an observable, without its factor; NaN without samples."""
    if isinstance(statistic, Combination):
        return statistic.value(observable.combine)
    return statistic.value


def find(statistic: Statistic, observable: Observable, longest: float = 0.0) -> float:
    """Find the error of the statistic of an observable; return its correlation time."""
    if isinstance(statistic, Combination):
        return statistic.find(observable.combine, longest)
    return statistic.find(longest)
