"""Putting laws to the test: each is run as its `Check` says, through the loop that windows and exports use.

A thorough test lets the means of averaged laws count nine times as long: their standard errors are three times smaller.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any

from spinviz.engine.loop import Loop, StepFailed
from spinviz.engine.sweep.workers import LOOK, lost
from spinviz.model.frame import LawNow
from spinviz.model.law import Check, Law
from spinviz.model.system import System

MEMORY = 1
"""Bytes of snapshots: nobody scrubs through a check."""
LONGER = 9
"""Times as long as usual that means count in a thorough test."""


@dataclass(frozen=True)
class Result:
    """How a law fared. Without a comparison the numbers are NaN and ``problem`` says why."""

    system: str
    law: str
    value: float
    theory: float
    deviation: float
    tolerance: float
    unit: str = ""
    """Unit of value and theory."""
    problem: str = ""

    @property
    def passed(self) -> bool:
        """Whether the law was compared and kept within its tolerance."""
        return not self.problem and self.deviation <= self.tolerance


@dataclass
class _Watch:
    """The worst comparison of one law so far, and why there might be none."""

    law: Law
    worst: LawNow | None = None
    held: bool = False
    waits: bool = False
    problem: str = ""

    def look(self, loop: Loop) -> None:
        """Take the law's present comparison; averaged laws are replaced, others kept when worse."""
        now = loop.laws[self.law.name]
        if not (now.holds or self.law.holds(loop.state, loop.parameters, loop.departure)):
            return
        self.held = True
        self.waits = now.waits
        if math.isnan(now.value) or now.waits:
            return
        if math.isnan(now.deviation):
            self.problem = f"the theory is not a number at time {loop.time:.6g}"
        elif self.law.averaged or self.worst is None or now.deviation > self.worst.deviation:
            self.worst = now

    def result(self, system: System[Any, Any], problem: str) -> Result:
        """Return the verdict; ``problem`` is one of the run itself."""
        law, now = self.law, self.worst or LawNow(math.nan, math.nan, math.nan, math.nan, False)
        problem = problem or self.problem
        if not problem and self.waits:
            problem = "not compared: no standard error of the mean yet, the run is too short for independent blocks"
        if not problem and self.worst is None:
            why = f"its observable {law.observable} never had a value" if self.held else f"never held ({law.validity})"
            problem = f"not compared: {why}"
        unit = system.observable(law.observable).unit
        return Result(system.name, law.name, now.value, now.theory, now.deviation, law.tolerance, unit, problem)


def verify_law(system: System[Any, Any], law: Law, *, thorough: bool = False) -> Result:
    """Run the check of one law: its worst sample where it holds, or the final mean of an averaged law."""
    return _verify(system, law.check, (law,), thorough)[0]


def verify_system(system: System[Any, Any], *, slow: bool = True, thorough: bool = False) -> list[Result]:
    """Verify every law of a system, those with the same check in one run; without the slow ones if asked."""
    laws = [law for law in system.laws if slow or not law.check.slow]
    found = {r.law: r for names in _runs(laws) for r in verify_together(system, names, thorough=thorough)}
    return [found[law.name] for law in laws]


def verify_together(system: System[Any, Any], names: tuple[str, ...], *, thorough: bool = False) -> list[Result]:
    """Verify laws of the same check in one run."""
    laws = tuple(law for law in system.laws if law.name in names)
    return _verify(system, laws[0].check, laws, thorough)


def verify_thoroughly(
    systems: Iterable[System[Any, Any]], executor: Executor, look: Callable[[], None] = lambda: None
) -> Iterator[list[Result]]:
    """Put every law of ``systems`` thoroughly to the test and yield results, in no order, as runs end.

    ``look`` is called while others compute, and may raise. Errors: `WorkersLost`.
    """
    # Long runs first: none of them is then waited for alone at the end.
    runs = [(system, names) for system in systems for names in _runs(system.laws)]
    runs.sort(key=lambda run: -_length(*run))
    running: set[Future[list[Result]]] = set()
    try:
        running = {executor.submit(verify_together, system, names, thorough=True) for system, names in runs}
        while running:
            done, running = wait(running, LOOK, FIRST_COMPLETED)
            look()
            yield from (future.result() for future in done)
    except BrokenProcessPool as error:
        raise lost("leave out the systems that need much of it") from error


def _runs(laws: Iterable[Law]) -> list[tuple[str, ...]]:
    """The names of laws that share a check, together."""
    checks: list[tuple[Check, list[str]]] = []
    for law in laws:
        names = next((names for check, names in checks if check == law.check), None)
        if names is None:
            checks.append((law.check, names := []))
        names.append(law.name)
    return [tuple(names) for _, names in checks]


def _length(system: System[Any, Any], names: tuple[str, ...]) -> float:
    """Steps of a thorough run, about."""
    law = next(law for law in system.laws if law.name in names)
    averaged = any(law.averaged for law in system.laws if law.name in names)
    p = _parameters(system, law.check)
    return law.check.duration / float(system.timestep(p)) * (LONGER if averaged else 1)


def _verify(system: System[Any, Any], check: Check, laws: tuple[Law, ...], thorough: bool) -> list[Result]:
    watches = [_Watch(law) for law in laws]
    problem = ""
    try:
        loop = _loop(system, check)
        _run(loop, check.duration, check.skip, watches)
        averaged = [watch for watch in watches if watch.law.averaged]
        if thorough and averaged:
            counted = loop.time - min(loop.departure.counts, loop.time)
            _run(loop, loop.time + (LONGER - 1) * counted, check.skip, averaged)
    except StepFailed as failure:
        problem = str(failure)
    return [watch.result(system, problem) for watch in watches]


def _loop(system: System[Any, Any], check: Check) -> Loop:
    p = _parameters(system, check)
    return Loop(system, p, preset=check.preset, schedule=check.actions, seed=check.seed, memory=MEMORY)


def _parameters(system: System[Any, Any], check: Check) -> Any:
    preset = system.preset(check.preset).parameters if check.preset else {}
    return system.Parameters.of(**{**preset, **check.parameters})


def _run(loop: Loop, end: float, skip: float, watches: list[_Watch]) -> None:
    """Step to ``end`` and look at every sample after ``skip``; half a step absorbs rounding."""
    while True:
        if loop.time >= skip - loop.dt / 2:
            for watch in watches:
                watch.look(loop)
        if loop.time >= end - loop.dt / 2:
            return
        loop.advance(1)
