"""What finds an observable from samples: a mean, a variance, a function of two means, a correlation time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from spinviz.engine.combination import Combination, Memory
from spinviz.engine.means import Mean, Variance
from spinviz.model.system import Observable

Statistic: TypeAlias = Mean | Variance | Combination | Memory


def statistic_of(observable: Observable) -> Statistic:
    """Return an empty statistic of the kind of ``observable``."""
    if observable.means_of:
        return Combination()
    if observable.memory_of:
        return Memory()
    return Variance() if observable.variance_of else Mean()


def take(statistic: Statistic, observable: Observable, seen: Mapping[str, float]) -> None:
    """Take in a sample: the observables of the state by name."""
    if isinstance(statistic, Combination):
        one, two = observable.means_of
        statistic.add(seen[one], seen[two])
    else:
        statistic.add(seen[(observable.series or (observable.name,))[0]])


def value_of(statistic: Statistic, observable: Observable) -> float:
    """Return its value, without the observable's factor; NaN where there is none."""
    return statistic.value(observable.combine) if isinstance(statistic, Combination) else statistic.value


def find(statistic: Statistic, observable: Observable, longest: float = 0.0) -> float:
    """Find its error, with a plateau of at least the ``longest`` correlation time; return that of its series."""
    if isinstance(statistic, Combination):
        return statistic.find(observable.combine, longest)
    return statistic.find(longest)
