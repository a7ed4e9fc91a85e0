"""Where the points of an interrupted sweep ended that others go on from: kept beside this user's snapshots of runs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from functools import cached_property

from spinviz.engine.snapshots import Snapshot
from spinviz.engine.sweep.plan import Sweep
from spinviz.engine.sweep.table import recipe_of
from spinviz.files.errors import FileError
from spinviz.files.plain_values import Unfit
from spinviz.files.session import Session
from spinviz.files.snapshot import read_snapshot, snapshot_path, write_snapshot


class Ends:
    """The last end of every chain of points. What cannot be kept or read is computed again, from the chain's start."""

    def __init__(self, sweep: Sweep) -> None:
        self.sweep = sweep
        self._unwritten: dict[int, tuple[int, Snapshot]] = {}

    def add(self, index: int, end: Snapshot | None) -> None:
        """Note where a point ended; None ends its chain."""
        first = self._first(index)
        if end is not None:
            self._unwritten[first] = index, end
        else:
            self._unwritten.pop(first, None)
            with suppress(OSError):
                snapshot_path(self._run(first), self._part).unlink(missing_ok=True)

    def write(self) -> None:
        """Keep what was noted."""
        for first, (index, one) in self._unwritten.items():
            with suppress(FileError):
                content = index, one.step, one.time, one.parameters, one.state, one.anchor, one.size
                write_snapshot(self._run(first), content, self._part)
        self._unwritten.clear()

    def read(self, missing: Iterable[int]) -> dict[int, Snapshot]:
        """Return the ends, by number of point, from which the ``missing`` points can be computed."""
        found: dict[int, Snapshot] = {}
        lowest: dict[int, int] = {}
        for point in sorted(missing, reverse=True):
            lowest[self._first(point)] = point
        for first, point in lowest.items():
            with suppress(Unfit, ValueError, TypeError):
                index, *kept = read_snapshot(self._run(first), self._part) or (-1,)
                if first <= index < point:
                    found[index] = Snapshot(*kept)
        return found

    @cached_property
    def _part(self) -> str:
        return json.dumps(recipe_of(self.sweep, laws=False), sort_keys=True)

    def _first(self, index: int) -> int:
        return index - index % self.sweep.chain

    def _run(self, first: int) -> Session:
        """What a chain begins with, as a run."""
        sweep = self.sweep
        return Session(sweep.system, sweep.parameters_at(first), sweep.preset, sweep.seed_at(first), sweep.schedule)
