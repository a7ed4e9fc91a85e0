"""Putting laws to the test: each is run as its `Check` says, through the loop that windows and exports use."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from spinviz.engine.loop import Loop, StepFailed
from spinviz.model.frame import LawNow
from spinviz.model.law import Check, Law
from spinviz.model.system import System

MEMORY = 1
"""Bytes of snapshots: nobody scrubs through a check."""


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


def verify_law(system: System[Any, Any], law: Law) -> Result:
    """Run the check of one law: its worst sample where it holds, or the final mean of an averaged law."""
    return _verify(system, law.check, (law,))[0]


def verify_system(system: System[Any, Any], *, slow: bool = True) -> list[Result]:
    """Verify every law of a system, those with the same check in one run; without the slow ones if asked."""
    found: dict[str, Result] = {}
    laws = [law for law in system.laws if slow or not law.check.slow]
    for law in laws:
        if law.name not in found:
            together = tuple(other for other in laws if other.check == law.check)
            found |= {result.law: result for result in _verify(system, law.check, together)}
    return [found[law.name] for law in laws]


def _verify(system: System[Any, Any], check: Check, laws: tuple[Law, ...]) -> list[Result]:
    watches = [_Watch(law) for law in laws]
    problem = ""
    try:
        _run(_loop(system, check), check, watches)
    except StepFailed as failure:
        problem = str(failure)
    return [watch.result(system, problem) for watch in watches]


def _loop(system: System[Any, Any], check: Check) -> Loop:
    preset = system.preset(check.preset).parameters if check.preset else {}
    p = system.Parameters.of(**{**preset, **check.parameters})
    return Loop(system, p, preset=check.preset, schedule=check.actions, seed=check.seed, memory=MEMORY)


def _run(loop: Loop, check: Check, watches: list[_Watch]) -> None:
    """Step to the end of the check and look at every sample after ``skip``; half a step absorbs rounding."""
    while True:
        if loop.time >= check.skip - loop.dt / 2:
            for watch in watches:
                watch.look(loop)
        if loop.time >= check.duration - loop.dt / 2:
            return
        loop.advance(1)
