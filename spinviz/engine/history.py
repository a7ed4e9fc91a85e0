"""The samples of a run: time, observables and laws, in arrays that only grow."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spinviz.model.frame import History

Values = NDArray[np.float64]

LIMIT = 50_000
"""Rows kept in memory; beyond it every second row goes, and from then on every second sample is taken."""


class Samples:
    """A growing table. Views handed out stay valid and constant: rows are only ever added behind them."""

    def __init__(self, observables: tuple[str, ...], laws: tuple[str, ...], limit: int = LIMIT) -> None:
        self.observables = observables
        self.laws = laws
        self.limit = limit
        self.stride = 1
        """Steps between two rows."""
        self.marks: tuple[tuple[float, str], ...] = ()
        self._table = np.empty((1024, 1 + len(observables) + len(laws)), order="F")
        self._steps = np.empty(1024, dtype=np.int64)
        self._rows = 0
        self._seen = False
        """Whether somebody holds views of these arrays."""

    def __len__(self) -> int:
        return self._rows

    def is_due(self, step: int) -> bool:
        """Whether this step is sampled."""
        return step % self.stride == 0

    def add(self, step: int, time: float, observables: dict[str, float], laws: dict[str, float]) -> None:
        """Append a row; a second row of the same step replaces the first without touching views of it."""
        if self._rows and self._steps[self._rows - 1] == step:
            self._keep(self._rows - 1)
        if self._rows == self.limit:
            self._halve()
            if not self.is_due(step):
                return
        if self._rows == len(self._steps):
            self._grow()
        row = self._table[self._rows]
        row[0] = time
        row[1 : 1 + len(self.observables)] = [observables[name] for name in self.observables]
        row[1 + len(self.observables) :] = [laws[name] for name in self.laws]
        self._steps[self._rows] = step
        self._rows += 1

    def content(self, step: int, time: float) -> tuple[Values, NDArray[np.int64], int, tuple[tuple[float, str], ...]]:
        """Return the rows up to ``step`` with their steps, the stride, and the marks up to ``time``."""
        rows = self.rows_until(step)
        marks = tuple(mark for mark in self.marks if mark[0] <= time)
        return self._table[:rows].copy(), self._steps[:rows].copy(), self.stride, marks

    def restore(
        self, table: Values, steps: NDArray[np.int64], stride: int, marks: tuple[tuple[float, str], ...]
    ) -> None:
        """Take over what `content` returned. Errors: `ValueError` for another number of columns or rows."""
        rows, columns = table.shape
        if columns != self._table.shape[1] or len(steps) != rows or rows > self.limit:
            raise ValueError(f"{rows} rows of {columns} numbers and {len(steps)} steps")
        self._rows, self._seen, self.stride, self.marks = 0, False, stride, marks
        while len(self._steps) < rows:
            self._grow()
        self._table[:rows], self._steps[:rows], self._rows = table, steps, rows

    def forget_after(self, step: int) -> None:
        """Drop the rows later than ``step``; new rows go to fresh arrays, so that old views stay constant."""
        self._keep(self.rows_until(step))
        last = self._table[self._rows - 1, 0] if self._rows else -np.inf
        self.marks = tuple(mark for mark in self.marks if mark[0] <= last)

    def _keep(self, rows: int) -> None:
        if rows < self._rows:
            self._rows = rows
            if self._seen:
                self._table, self._steps, self._seen = self._table.copy(order="F"), self._steps.copy(), False

    def mark(self, time: float, title: str) -> None:
        """Note an action at ``time``."""
        self.marks = (*self.marks[-999:], (time, title))

    def history(self, rows: int | None = None) -> History:
        """Return the table, or its first ``rows``, as read-only views."""
        self._seen = True
        table = self._table[: self._rows if rows is None else rows].view()
        table.flags.writeable = False
        columns = {name: table[:, 1 + n] for n, name in enumerate(self.observables)}
        laws = {name: table[:, 1 + len(self.observables) + n] for n, name in enumerate(self.laws)}
        return History(table[:, 0], columns, laws, self.marks)

    def rows_until(self, step: int) -> int:
        """Return the number of rows at or before ``step``."""
        return int(np.searchsorted(self._steps[: self._rows], step, side="right"))

    def _grow(self) -> None:
        table = np.empty((2 * len(self._steps), self._table.shape[1]), order="F")
        table[: self._rows] = self._table[: self._rows]
        self._table, self._steps = table, np.concatenate([self._steps, np.empty_like(self._steps)])

    def _halve(self) -> None:
        self.stride *= 2
        kept = np.flatnonzero(self._steps[: self._rows] % self.stride == 0)
        table, steps = np.empty_like(self._table), np.empty_like(self._steps)
        table[: len(kept)], steps[: len(kept)] = self._table[kept], self._steps[kept]
        self._table, self._steps, self._rows = table, steps, len(kept)
