"""One point of a sweep as a pure function: the same bits in this process, in another and on another computer."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from spinviz import __version__
from spinviz.engine.loop import TOLD, Loop, SetParameters
from spinviz.engine.snapshots import Snapshot
from spinviz.engine.sweep.measuring import Measuring
from spinviz.engine.sweep.plan import STEPS, Sweep, Wanted
from spinviz.model.parameters import Parameters
from spinviz.model.system import System

MEMORY = 1
"""Bytes of snapshots: nobody scrubs here."""


@dataclass(frozen=True)
class Row:
    """What was measured at a point. ``means``, ``errors`` by the names of observables, ``theory`` by those of laws.

    An error is NaN where no plateau was reached, 0 (or the range) where nothing changes any more; a theory is NaN where
    the law does not hold. ``discarded`` [time unit]. ``slow``: observables because of which it is not equilibrated or
    converged.
    """

    index: int
    seed: int
    means: dict[str, float]
    errors: dict[str, float]
    theory: dict[str, float]
    equilibrated: bool
    converged: bool
    measurements: int
    discarded: float
    slow: tuple[str, ...] = ()


@dataclass(frozen=True)
class Task:
    """All that determines a point; ``before`` is the end of the one that it goes on from."""

    index: int
    system: System[Any, Any]
    parameters: Parameters
    preset: str
    schedule: tuple[tuple[float, str], ...]
    seed: int
    kept: tuple[str, ...]
    wanted: Wanted
    before: Snapshot | None = None
    ends: bool = True
    """Whether no other point goes on from this."""
    version: str = __version__


@dataclass(frozen=True)
class Outcome:
    """What came of a task: a row and, where another point goes on from it, its end; or why there is none."""

    index: int
    row: Row | None = None
    end: Snapshot | None = None
    failure: str = ""


@dataclass
class Point:
    """The measurement of one point of a run, from the present of ``loop`` on."""

    index: int
    loop: Loop
    wanted: Wanted
    seed: int
    measuring: Measuring = field(init=False)

    def __post_init__(self) -> None:
        loop = self.loop
        limit = int(self.wanted.limit / loop.dt * (1 + 1e-9)) if self.wanted.limit else STEPS
        first = math.ceil(min((_settled(loop) - loop.time) / loop.dt, limit) - 1e-6)
        self.measuring = Measuring(loop.system, self.wanted.judged, self.wanted.precision, first, limit)

    def look(self) -> bool:
        """Take in the present step, which nobody has looked at; return whether the point is done."""
        self.loop.look()
        return self.measuring.add(self.loop.observables)

    def row(self) -> Row:
        """Return what was measured so far."""
        loop, found = self.loop, self.measuring
        found.find()
        values = {o.name: found.mean(o.name, loop.parameters) for o in loop.system.observables}
        return Row(
            index=self.index,
            seed=self.seed,
            means={name: mean for name, (mean, _) in values.items()},
            errors={name: error for name, (_, error) in values.items()},
            theory=theory_of(loop),
            equilibrated=found.equilibrated,
            converged=found.converged,
            measurements=found.measurements,
            discarded=found.discarded * loop.dt,
            slow=found.slow,
        )


def theory_of(loop: Loop) -> dict[str, float]:
    """Return the theory of every law at the present of a run, NaN where it does not hold."""
    state, p, d = loop.state, loop.parameters, loop.departure
    return {
        law.name: float(law.theory(state, p, d)) if law.holds(state, p, d) else math.nan for law in loop.system.laws
    }


def task_of(sweep: Sweep, index: int, before: Snapshot | None = None) -> Task:
    """Return the task of a point; ``before`` is the end of the last one, where it goes on from that."""
    return Task(
        index, sweep.system, sweep.parameters_at(index), sweep.preset, sweep.schedule, sweep.seed_at(index),
        sweep.kept_at, sweep.wanted, before, (index + 1) % sweep.chain == 0,
    )  # fmt: skip


def measured(task: Task, watch: Callable[[float], None] | None = None) -> Outcome:
    """Measure a point. ``watch`` is called now and then with the part done of the steps that it may take."""
    if task.version != __version__:
        return Outcome(task.index, failure=f"spinviz {__version__} was asked for a point of a sweep of {task.version}")
    try:
        loop = _loop(task)
        point = Point(task.index, loop, task.wanted, task.seed)
        while not point.look():
            loop.advance(1)
            if watch and loop.step % 64 == 0:
                watch(point.measuring.part)
        return Outcome(task.index, point.row(), None if task.ends else loop.snapshot())
    except TOLD as error:
        return Outcome(task.index, failure=str(error) or type(error).__name__)


def _loop(task: Task) -> Loop:
    """The run at the point's beginning."""
    before = task.before
    loop = Loop(
        task.system, before.parameters if before else task.parameters, preset=task.preset, schedule=task.schedule,
        seed=task.seed, memory=MEMORY, kept=task.kept, bare=True,
    )  # fmt: skip
    if before:
        loop.go_on_from(before)
        loop.apply(SetParameters(task.parameters))
    return loop


def _settled(loop: Loop) -> float:
    """When the last action has happened, of the first round where they repeat, and all has settled that is known to."""
    d = loop.departure
    actions = [time for time, _ in (*loop.schedule, *loop.preset.actions)]
    return max(d.counts, max(actions, default=0.0) + d.counts - d.time)
