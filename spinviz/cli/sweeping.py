"""``spinviz sweep``: what is observed over parameters, point by point, on all cores or on a cluster."""

from __future__ import annotations

import argparse
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any

from spinviz.cli.owned import end_with_owner
from spinviz.cli.problems import BadInput, Stopped, say
from spinviz.cli.progress import Progress
from spinviz.cli.starting import Start, check_writable, ending, find_parameter, start_of, time_of, usual_length
from spinviz.files.claim import Claim
from spinviz.files.errors import FileError
from spinviz.files.sweeps import WRITERS, read_sweep, recipe_in, write_sweep
from spinviz.model.interrupts import Terminated
from spinviz.model.parameters import ParameterError, Parameters
from spinviz.model.shortened import shortened

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from spinviz.engine.snapshots import Snapshot
    from spinviz.engine.sweep.ends import Ends
    from spinviz.engine.sweep.plan import Axis, Sweep
    from spinviz.engine.sweep.point import Outcome

WRITTEN_EVERY = 1.0
"""Seconds between two writings of the table: what a killed sweep may lose."""
MOST_JOBS = 1024
SMALLEST, LARGEST = 1e-6, 1.0
"""Relative errors that can be asked for."""
SAID = 3
"""Points that are named in a line."""


def command(options: argparse.Namespace) -> int:
    """Sweep and write."""
    end_with_owner()
    ending(options.out, WRITERS)
    check_writable(options.out)
    with Claim(options.out):
        sweep = sweep_of(options)
        table = _Table(options.out, sweep, options.laws)
        if not options.force:
            table.take_up()
        if not table.missing:
            say(f"{options.out} has all {len(sweep)} points already: --force computes them again")
            return 0
        if table.rows:
            say(f"{options.out} has {len(table.rows)} of {len(sweep)} points, going on with the others")
        _compute(options, sweep, table)
        return 0


def _compute(options: argparse.Namespace, sweep: Sweep, table: _Table) -> None:
    """Compute what is missing; whatever ends it, the points that are done stay in the file."""
    from spinviz.engine.sweep.cluster import NoCluster
    from spinviz.engine.sweep.workers import WorkersLost, outcomes

    with Progress(f"sweep {sweep.system.name}") as progress:

        def look(part: float = 0.0) -> None:
            progress.show((len(sweep) - len(table.missing) + part) / len(sweep))

        try:
            with _workers(options, sweep, look) as (executor, width), table.kept():
                for outcome in outcomes(sweep, sorted(table.missing), executor, width, look, table.ends_before):
                    table.add(outcome)
                    look()
        except NoCluster as error:
            raise BadInput(str(error)) from error
        except WorkersLost as error:
            raise Stopped(f"{table.content()}; {error}") from error
    table.say_what_is_odd()


@contextmanager
def _workers(options: argparse.Namespace, sweep: Sweep, look: Any) -> Iterator[tuple[Executor, int]]:
    """Lend those who compute, and how many points they may be given at a time."""
    from spinviz.engine.sweep import workers
    from spinviz.engine.sweep.cluster import cluster

    if options.scheduler:
        if options.jobs:
            raise BadInput("--jobs is for this machine, --scheduler for a cluster: leave one of them out")
        with cluster(options.scheduler) as (executor, threads):
            yield executor, 2 * threads
        return
    jobs = _jobs(options.jobs, sweep)
    if jobs == 1:
        yield workers.Here(look), 1
        return
    with workers.processes(jobs) as executor:
        yield executor, 2 * jobs


def _jobs(text: str, sweep: Sweep) -> int:
    """Return how many points are computed at a time: as many as there are cores, units of work, and memory for."""
    from spinviz.engine.memory import installed
    from spinviz.physics.threads import cores

    if text and not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= MOST_JOBS):
        raise BadInput(f"--jobs {shortened(text)} is no number of processes: choose 1 to {MOST_JOBS}")
    wanted = min(int(text) if text else cores(), len(sweep) // sweep.chain)
    needed = sweep.memory()
    room = max(1, installed() // needed) if needed and installed() else wanted
    if room < wanted:
        say(f"{room} point{'s' * (room > 1)} at a time: there is no memory for {wanted} states")
    return max(1, min(wanted, room))


def sweep_of(options: argparse.Namespace) -> Sweep:
    """Return what ``options`` ask for. Errors: as `start_of`."""
    from spinviz.engine.sweep.plan import Sweep, Wanted, check_judged

    start = start_of(options)
    axes = [_axis(text, start.parameters) for text in options.over]
    for n, axis in enumerate(axes):
        if axis.name in [other.name for other in axes[:n]]:
            raise BadInput(f"--over {axis.name} is given twice: give each parameter once")
        if axis.name in start.kept:
            raise BadInput(f"{axis.name} is both in --set and in --over: leave one of them out")
    check_judged(start.system, options.observable)
    limit = _limit(options.limit, start)
    wanted = Wanted(_precision(options.error), limit, tuple(dict.fromkeys(options.observable)))
    sweep = Sweep(
        start.system, start.parameters, tuple(axes), start.preset, start.schedule, start.seed, start.kept,
        options.carry or options.back, options.back, wanted,
    )  # fmt: skip
    sweep.memory()
    return sweep


def _axis(text: str, p: Parameters) -> Axis:
    """Read "T=1.5:3.5:21" or "L=8:128:5:log"; the ends may have units. Errors: `BadInput`, `ParameterError`."""
    from spinviz.engine.sweep.plan import axis_of

    name, equals, rest = text.partition("=")
    name = name.strip()
    words = [word.strip() for word in rest.split(":")]
    log = len(words) == 4 and words[-1] == "log"
    if not equals or not name or len(words) != 3 + log or not all(words):
        raise BadInput(
            f"--over '{shortened(text)}' is no range: write NAME=FROM:TO:COUNT, for example --over T=1.5:3.5:21"
        )
    q = p.quantity_named(find_parameter(p, name))
    if q.kind not in ("number", "integer"):
        raise ParameterError(f"--over {name}: it is {q.limits()} and no number: sweep a number, and --set {name}")
    count = words[2]
    if not (count.lstrip("-").isascii() and count.lstrip("-").isdigit() and len(count) < 12):
        raise BadInput(f"--over {name}: '{shortened(count)}' is no number of points: write NAME=FROM:TO:COUNT")
    return axis_of(p, name, q.read(words[0]), q.read(words[1]), int(count), log=log)


def _precision(text: str) -> float:
    """Read "1%" or "0.01". Errors: `BadInput`."""
    number = text.strip()
    try:
        value = float(number.removesuffix("%")) / (100 if number.endswith("%") else 1)
    except ValueError:
        value = math.nan
    if not SMALLEST <= value <= LARGEST:
        raise BadInput(f"--error {shortened(text)} is no relative error: choose between 0.0001% and 100%")
    return value


def _limit(text: str | None, start: Start) -> float:
    if text is None:
        return 0.0
    usual = usual_length(start.system, start.parameters, start.preset)
    return time_of(text, start.system, "--limit", usual, positive=True)


@dataclass
class _Table:
    """The rows of a sweep and the file that holds them."""

    out: str
    sweep: Sweep
    laws: bool
    rows: dict[int, tuple[float, ...]] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)
    slow: dict[int, tuple[str, ...]] = field(default_factory=dict)
    written: float = -math.inf
    unwritten: bool = False
    ends: Ends = field(init=False)
    ends_before: dict[int, Snapshot] = field(default_factory=dict)
    """Ends of points that are done, by their numbers, from which others go on."""

    def __post_init__(self) -> None:
        from spinviz.engine.sweep.ends import Ends

        self.ends = Ends(self.sweep)

    @property
    def missing(self) -> set[int]:
        """Points without a row."""
        return set(range(len(self.sweep))) - self.rows.keys() - self.failed.keys()

    def take_up(self) -> None:
        """Read the points that are done. Errors: `FileError` where the file holds something else."""
        from spinviz.engine.sweep.table import columns_of, difference

        if not os.path.exists(self.out):
            return
        if other := difference(self.sweep, self.laws, recipe_in(self.out)):
            raise FileError(
                self.out,
                f"it holds another sweep ({other} differs)",
                "choose another name, or --force to replace it",
            )
        for row in read_sweep(self.out, columns_of(self.sweep, self.laws)).rows:
            index = int(row[-1])
            if not 0 <= index < len(self.sweep):
                raise FileError(self.out, f"the sweep has no point {index}", "--force computes all anew")
            self.rows[index] = row
        self.ends_before = self.ends.read(self.missing) if self.sweep.chained and self.rows else {}

    def add(self, outcome: Outcome) -> None:
        """Take in a point, and write when it is time to. Errors: `FileError`."""
        from spinviz.engine.sweep.table import cells_of

        if outcome.row is None:
            self.failed[outcome.index] = outcome.failure
            return
        self.rows[outcome.index] = cells_of(self.sweep, outcome.row, self.laws)
        if outcome.row.slow:
            self.slow[outcome.index] = outcome.row.slow
        if self.sweep.chained:
            self.ends.add(outcome.index, outcome.end)
        self.unwritten = True
        if monotonic() - self.written > WRITTEN_EVERY:
            self.write()

    def write(self) -> None:
        """Write the file. Errors: `FileError`."""
        from spinviz.engine.sweep.table import table_of

        write_sweep(self.out, table_of(self.sweep, self.rows.values(), self.laws))
        self.ends.write()
        self.written, self.unwritten = monotonic(), False

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Write what is done however the block ends, and note on an interruption what is in the file."""
        try:
            yield
        except FileError:
            raise
        except BaseException as stop:
            if self.unwritten:
                self.write()
            if isinstance(stop, KeyboardInterrupt | Terminated) and self.rows:
                stop.add_note(f"{self.content()}, the same command goes on with the others")
            raise
        if self.unwritten:
            self.write()

    def content(self) -> str:
        """Say how many points are in the file."""
        if not self.rows:
            return f"no point was done and {self.out} is as it was"
        return f"{self.out} holds {len(self.rows)} of {len(self.sweep)} points"

    def say_what_is_odd(self) -> None:
        """Name the points that are not what was wanted. Errors: `Stopped` where some failed."""
        titles = [column.title for column in self._columns()]
        told: set[int] = set()
        for flag, wish in (("equilibrated", "in equilibrium"), ("converged", "converged, their errors are not known")):
            place = titles.index(flag)
            points = [index for index, row in sorted(self.rows.items()) if not row[place] and index not in told]
            told.update(points)
            if points:
                why = dict.fromkeys(name for index in points for name in self.slow.get(index, ()))
                because = f" because of {', '.join(why)}" if why else ""
                say(
                    f"{self._named(points)} not {wish}{because}: give a longer --limit, or name what matters with "
                    "--observable"
                )
        if self.failed:
            first = next(iter(self.failed.values()))
            raise Stopped(f"{self.content()}; {self._named(list(self.failed))} failed: {first}")

    def _columns(self) -> Any:
        from spinviz.engine.sweep.table import columns_of

        return columns_of(self.sweep, self.laws)

    def _named(self, points: list[int]) -> str:
        """Words for some points: "3 points (T = 2.2 J/kB, T = 2.3 J/kB, ...)"."""
        quantities = [self.sweep.parameters.quantity_named(axis.name) for axis in self.sweep.axes]
        words = [
            ", ".join(f"{q.name} = {q.show(value)}" for q, value in zip(quantities, self.sweep.values(index)))
            for index in points[:SAID]
        ]
        more = ", …" if len(points) > SAID else ""
        return f"{len(points)} of {len(self.sweep)} points ({'; '.join(words)}{more})"
