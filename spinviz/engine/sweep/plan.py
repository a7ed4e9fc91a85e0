"""The plan of a sweep: which parameters take which values, in which order, and what is wanted of each point."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from spinviz.engine.memory import check_memory
from spinviz.model.parameters import ParameterError, Parameters
from spinviz.model.shortened import shortened
from spinviz.model.system import System, UnknownName

MOST_POINTS = 100_000
STEPS = 100_000
"""Most steps of a point unless a limit is given."""
DIGITS = 12
"""Of a value: those between two ends are rounded, 1.7 is not 1.7000000000000002."""


@dataclass(frozen=True)
class Axis:
    """A parameter and the values that it takes, one after the other."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True)
class Wanted:
    """What is wanted of every point.

    ``precision``: relative standard error at which a point is done. ``limit``: most simulated time of a point [time
    unit]; 0 for that of `STEPS` steps. ``judged``: observables that must be in equilibrium and precise, none for all
    that are numbers of the state.
    """

    precision: float = 0.01
    limit: float = 0.0
    judged: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sweep:
    """A system and the points at which it is measured.

    ``preset``, ``schedule``, ``seed`` and ``kept`` are those of a `Loop`. With ``carry`` each point goes on from the
    state of the one before along the last axis; with ``back`` that axis is then gone back, which shows hysteresis.
    Without, each point is a run of its own with a seed of its own. Errors: `ParameterError`, `UnknownName`.
    """

    system: System[Any, Any]
    parameters: Parameters
    axes: tuple[Axis, ...]
    preset: str = ""
    schedule: tuple[tuple[float, str], ...] = ()
    seed: int = 0
    kept: tuple[str, ...] = ()
    carry: bool = False
    back: bool = False
    wanted: Wanted = field(default_factory=Wanted)

    def __post_init__(self) -> None:
        if len(self) > MOST_POINTS:
            raise ParameterError(f"the sweep has {len(self)} points and at most {MOST_POINTS} are possible: take fewer")
        for name in self.wanted.judged:
            self.system.observable(name)
        for values in itertools.product(*({*axis.values} for axis in self.axes)):
            self._with(values)

    def __len__(self) -> int:
        count = 1
        for axis in self.axes:
            count *= len(axis.values)
        return count if not self.back else count // len(self._last) * (2 * len(self._last) - 1)

    @property
    def chained(self) -> bool:
        """Whether a point goes on from another."""
        return self.carry or self.back

    @property
    def _last(self) -> tuple[float, ...]:
        return self.axes[-1].values

    @property
    def chain(self) -> int:
        """Number of points that follow from each other; 1 where each is a run of its own."""
        return 1 if not self.chained else len(self._last) if not self.back else 2 * len(self._last) - 1

    def values(self, index: int) -> tuple[float, ...]:
        """Return the values of the axes at a point; the last axis runs fastest."""
        length = len(self._last) if not self.back else 2 * len(self._last) - 1
        index, last = divmod(index, length)
        found = [self._last[last if last < len(self._last) else length - 1 - last]]
        for axis in reversed(self.axes[:-1]):
            index, here = divmod(index, len(axis.values))
            found.append(axis.values[here])
        return tuple(reversed(found))

    def parameters_at(self, index: int) -> Parameters:
        """Return the parameters of a point."""
        return self._with(self.values(index))

    def seed_at(self, index: int) -> int:
        """Return the seed of a point, a function of the sweep's seed and the number of the point (of its chain's)."""
        words = np.random.SeedSequence([self.seed, index - index % self.chain]).generate_state(1, np.uint64)
        return int(words[0] >> np.uint64(1))

    @property
    def kept_at(self) -> tuple[str, ...]:
        """The parameters that no action of the preset's changes: those that are set or swept."""
        return tuple(dict.fromkeys((*self.kept, *(axis.name for axis in self.axes))))

    def memory(self) -> int:
        """Return about how many bytes the largest state takes. Errors: `ParameterError` where there are not as many."""
        most = 0
        for values in itertools.product(*({*axis.values} for axis in self.axes)):
            p = self._with(values)
            check_memory(self.system, p)
            most = max(most, self.system.memory(p))
        return most

    def _with(self, values: Iterable[float]) -> Parameters:
        return self.parameters.change(**{axis.name: value for axis, value in zip(self.axes, values)})


def axis_of(p: Parameters, name: str, start: float, stop: float, count: int, *, log: bool = False) -> Axis:
    """Return an axis of ``count`` values from ``start`` to ``stop``, in equal steps or (``log``) equal ratios.

    Errors: `ParameterError` for a parameter that is no number or only shown, values outside of its range, no axis.
    """
    q = p.quantity_named(name)
    if q.kind not in ("number", "integer"):
        raise ParameterError(f"{name} is {q.limits()} and no number: sweep a number, and set {name} to a value")
    if q.display:
        raise ParameterError(f"{name} changes only what is shown: sweep another parameter")
    ends = f"{name} from {q.show(start)} to {q.show(stop)}"
    if not 1 <= count <= MOST_POINTS:
        raise ParameterError(f"{ends} in {shortened(str(count))} points: choose 1 to {MOST_POINTS}")
    if (start == stop) != (count == 1):
        remedy = "choose another end, or 1 point" if count > 1 else "choose 2 points or more, or one value"
        raise ParameterError(f"{ends} in {count} point{'s' * (count > 1)}: {remedy}")
    for value in (start, stop):
        p.change(**{name: value})
    if log and not start * stop > 0:
        raise ParameterError(f"{ends} has no equal ratios: choose ends of one sign that are not 0, or leave log out")
    spaced = np.geomspace(start, stop, count) if log else np.linspace(start, stop, count)
    values = tuple(float(f"{value:.{DIGITS}g}") for value in spaced)
    if q.kind == "integer":
        odd = next((value for value in values if value != round(value)), None)
        if odd is not None:
            raise ParameterError(
                f"{ends} in {count} points gives {odd:g}, which is no whole number: choose another number of points"
            )
        values = tuple(int(value) for value in values)
    return Axis(name, values)


def check_judged(system: System[Any, Any], names: Iterable[str]) -> None:
    """Refuse observables that the system does not have. Errors: `UnknownName`."""
    for name in names:
        if name not in [o.name for o in system.observables]:
            known = ", ".join(o.name for o in system.observables)
            raise UnknownName(f"{system.name} has no observable '{shortened(name)}': use one of {known}")
