"""A sweep of the run that is on screen: it changes the parameter when a point is done, and can return to any point."""

from __future__ import annotations

from dataclasses import dataclass

from spinviz.engine.loop import Event, Loop, SetParameters
from spinviz.engine.snapshots import Snapshot
from spinviz.engine.sweep.plan import Axis, Wanted
from spinviz.engine.sweep.point import Point, Row
from spinviz.model.parameters import Parameters
from spinviz.model.swept import Swept, SweptPoint

MEMORY = 128 * 2**20
"""Bytes of states at the ends of points, of which every second goes where they are more."""


@dataclass(frozen=True)
class _End:
    """Where the run stood when a point was done, and how it had come there."""

    step: int
    initial: Parameters
    events: tuple[tuple[int, Event], ...]


class SweepRun:
    """Sweeps one parameter of a run, each point from the state of the one before; ``back`` goes the way back, too.

    Whoever steps the run calls `stepped` after each step. What else is done to the run stops the sweep; `begin` goes on
    with it: with the point under way where nothing was done, else from the end of the last point.
    """

    def __init__(self, axis: Axis, wanted: Wanted, *, back: bool = False, memory: int = MEMORY) -> None:
        self.name, self.wanted, self.memory = axis.name, wanted, memory
        self.values = (*axis.values, *axis.values[-2::-1]) if back else axis.values
        self.rows: list[Row] = []
        self.going = False
        self._points: tuple[SweptPoint, ...] = ()
        self._ends: list[_End] = []
        self._kept: dict[int, Snapshot] = {}
        self._stride = 1
        self._point: Point | None = None
        self._seen = (-1, -1)
        """Step and number of events when this looked last."""

    @property
    def done(self) -> bool:
        """Whether all points are measured."""
        return len(self.rows) == len(self.values)

    def begin(self, loop: Loop) -> None:
        """Begin, or go on after a stop. Errors: as `Loop.apply`."""
        if self.done:
            return
        if self._point is not None and self._seen != _place(loop):
            self._point = None
            if self.rows:
                self.return_to(loop, len(self.rows) - 1)
        self.going = True
        if self._point is None:
            self._next(loop)
        self._seen = _place(loop)

    def stop(self) -> None:
        """Change nothing more."""
        self.going = False

    def stepped(self, loop: Loop) -> None:
        """Look at the step that was just taken. Errors: as `Loop.apply`."""
        if not self.going:
            return
        if _place(loop) != (self._seen[0] + 1, self._seen[1]):
            self.going = False
            return
        if self._point is None:
            self._next(loop)
        elif self._point.look():
            self._finish(self._point, loop)
        self._seen = _place(loop)

    def return_to(self, loop: Loop, index: int) -> bool:
        """Bring the run to the end of a finished point; return False where that is not kept and no longer reached."""
        self.going, self._point = False, None
        end = self._ends[index]
        same = loop.initial == end.initial and tuple(loop.events[: len(end.events)]) == end.events
        same &= all(step > end.step for step, _ in loop.events[len(end.events) :]) and end.step <= loop.last_step
        if index in self._kept:
            loop.return_to(self._kept[index], end.initial, end.events)
        elif same:
            loop.seek(end.step)
        else:
            return False
        return True

    def shown(self) -> Swept:
        """Return what there is to draw."""
        part = self._point.measuring.part if self._point else 0.0
        return Swept(self.name, self._points, len(self.values), self.going, part)

    def _next(self, loop: Loop) -> None:
        index = len(self.rows)
        loop.apply(SetParameters(loop.parameters.change(**{self.name: self.values[index]})))
        self._point = Point(index, loop, self.wanted, loop.seed)

    def _finish(self, point: Point, loop: Loop) -> None:
        """Keep row and state; the parameter changes after another step, so that this one can be returned to."""
        row, self._point = point.row(), None
        value = self.values[row.index]
        self.rows.append(row)
        shown = SweptPoint(value, row.means, row.errors, row.theory, row.equilibrated, row.converged)
        self._points = (*self._points, shown)
        self._ends.append(_End(loop.step, loop.initial, tuple(loop.events)))
        if row.index % self._stride == 0 or self.done:
            self._kept[row.index] = loop.snapshot()
            self._thin()
        self.going = not self.done

    def _thin(self) -> None:
        while sum(one.size for one in self._kept.values()) > self.memory and len(self._kept) > 1:
            last = max(self._kept)
            self._stride *= 2
            kept = {index: one for index, one in self._kept.items() if index % self._stride == 0 or index == last}
            if len(kept) == len(self._kept):
                kept.pop(min(kept))
            self._kept = kept


def _place(loop: Loop) -> tuple[int, int]:
    return loop.step, len(loop.events)
