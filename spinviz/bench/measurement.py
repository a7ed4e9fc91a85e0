"""What a benchmark is: work whose speed is compared with the machine's limit and with a peer, all in one run.

Load on the machine changes from second to second; ratios of neighbouring samples do not. So ours, the peer and the
machine's limits take turns, and the median of their ratios is what is reported.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Protocol

from spinviz.bench import machine
from spinviz.bench.environment import busy, processors
from spinviz.bench.machine import Run
from spinviz.model import interrupts

ROUNDS = 7
LONGEST = 4.0
"""Seconds after which no further round of a benchmark begins."""


class Skipped(Exception):
    """A benchmark cannot run here; the text says why and what would help."""


@dataclass(frozen=True)
class Result:
    """A measurement. ``rate`` in ``unit``; ``limit_share`` and ``peer_ratio`` where they make sense."""

    name: str
    rate: float
    unit: str
    threads: int
    precision: str
    limit_share: float | None = None
    peer: str | None = None
    peer_ratio: float | None = None
    target: str = ""
    reached: bool | None = None
    """None when nothing is asked for, or cannot be judged for the reason in ``note``."""
    note: str = ""


def duration(name: str, value: float, unit: str, limit: float | None = None) -> Result:
    """A time of the clock and the longest that is asked for; a busy machine may fulfil that but cannot miss it."""
    result = Result(name, value, unit, processors(), "")
    if limit is None:
        return result
    target = f"at most {limit:g} {unit.partition('/')[0]}"
    if value > limit and busy():
        return replace(result, target=target, note="busy")
    return replace(result, target=target, reached=value <= limit)


class Benchmark(Protocol):
    """Anything that measures; raises `Skipped` where it cannot."""

    @property
    def name(self) -> str:
        """What ``spinviz bench NAME`` selects."""

    @property
    def title(self) -> str:
        """What is measured, in words."""

    def measure(self) -> Result:
        """Do so."""


@dataclass(frozen=True)
class Work:
    """What one unit of work needs: flops of the benchmark's precision, 32-bit integer operations, bytes moved.

    ``memory`` is where the bytes of the working set live, ``L2`` or ``DRAM``. The limit is the slowest of the three.
    """

    flops: float = 0.0
    integers: float = 0.0
    bytes: float = 0.0
    memory: str = "L2"

    def needs(self, precision: str) -> dict[str, float]:
        """Amount per unit of work of each limit in `machine.LIMITS` that it draws on."""
        found = {precision: self.flops, "int32": self.integers, self.memory: self.bytes}
        return {limit: amount for limit, amount in found.items() if amount > 0}


@dataclass(frozen=True)
class Peer:
    """Somebody else's program: ``prepare`` returns None where ``package`` is not installed."""

    name: str
    package: str
    prepare: Callable[[], Run | None]


@dataclass(frozen=True)
class Kernel:
    """A compiled kernel. ``target``: how many times the peer's rate it should reach."""

    name: str
    title: str
    unit: str
    prepare: Callable[[], Run]
    precision: str = "float64"
    work: Work = field(default=Work())
    peer: Peer | None = None
    target: float | None = None

    def measure(self) -> Result:
        """Ours, peer and limits in turns; medians."""
        ours, peer = self.prepare(), self.peer.prepare() if self.peer else None
        needs = self.work.needs(self.precision)
        rates, ratios, shares = [], [], []
        for _ in rounds():
            rates.append(ours())
            if peer is not None:
                ratios.append(rates[-1] / peer())
            shares.append([rates[-1] * amount / limit(name)() for name, amount in needs.items()])
        ratio = statistics.median(ratios) if ratios else None
        return Result(
            name=self.name,
            rate=statistics.median(rates),
            unit=self.unit,
            threads=1,
            precision=self.precision,
            limit_share=max(map(statistics.median, zip(*shares))) if needs else None,
            peer=self.peer.name if self.peer and peer is not None else None,
            peer_ratio=ratio,
            target=f"at least {self.target:g} times {self.peer.name}" if self.target and self.peer else "",
            reached=None if ratio is None or self.target is None else ratio >= self.target,
        )


@dataclass(frozen=True)
class Threaded(Kernel):
    """A kernel on several processors, all where ``threads`` is 0, which a busy machine does not leave to it."""

    threads: int = 0

    def measure(self) -> Result:
        """As any kernel."""
        result = replace(super().measure(), threads=self.threads or processors())
        if result.peer_ratio is not None and not result.reached and busy():
            return replace(result, reached=None, note="busy")
        return result


@dataclass(frozen=True)
class Timed:
    """Seconds of one run; ``target``: the most it should take."""

    name: str
    title: str
    prepare: Callable[[], Run]
    target: float

    def measure(self) -> Result:
        """Median of several runs, after one to warm up."""
        run = self.prepare()
        run()
        return duration(self.name, statistics.median(run() for _ in rounds()), "s", self.target)


@dataclass(frozen=True)
class Limit:
    """A limit of the machine itself."""

    name: str
    title: str
    unit: str
    precision: str
    which: str

    def measure(self) -> Result:
        """Median of short samples."""
        run = limit(self.which)
        rate = statistics.median(run() for _ in rounds(ROUNDS * 3))
        return Result(self.name, rate, self.unit, 1, self.precision, limit_share=1.0)


@cache
def limit(name: str) -> Run:
    """The machine's limit of this name, compiled once."""
    return machine.LIMITS[name]()


def rounds(count: int = 0) -> Iterator[int]:
    """Count the rounds of one benchmark, fewer when they take long, at least three."""
    began = time.perf_counter()
    for k in range(count or ROUNDS):
        interrupts.check()
        if k >= 3 and time.perf_counter() - began > LONGEST:
            return
        yield k
