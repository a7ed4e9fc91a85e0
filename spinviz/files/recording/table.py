"""Recordings as CSV: a row for each sample, readable by everything, written as the run goes on.

The layout is that of ``spinviz run --out x.csv``: the names with their units in brackets, then numbers with every bit.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from spinviz.files.atomic import writable_target
from spinviz.files.errors import FileError


class TableWriter:
    """Appends rows to a CSV file; all but the row being written can be read after a kill.

    If ``path`` exists, it stays until :meth:`close` succeeds; meanwhile the rows lie beside it, at :attr:`path`.
    ``columns`` are names and units; ``time_unit`` is that of the rows' times. Errors: `FileError`.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        header: Mapping[str, str],
        columns: Sequence[tuple[str, str]],
        time_unit: str = "s",
    ) -> None:
        self._target, _ = writable_target(path)
        self._columns = len(columns)
        self.frames = 0
        self.path = _free_place(self._target)
        try:
            self._stream = open(self.path, "x", encoding="utf-8", newline="")  # noqa: SIM115 - `close` closes it
        except OSError as error:
            raise FileError.writing(path, error) from error
        self._writer: Any = csv.writer(self._stream, lineterminator="\n")
        self._write([[f"{name} [{unit}]" if unit else name for name, unit in (("time", time_unit), *columns)]])

    def append(self, time: float, values: Sequence[float]) -> None:
        """Add a row: its time and one number per column."""
        self.extend([time], [values])

    def extend(self, times: ArrayLike, values: ArrayLike) -> None:
        """Add many rows at once: ``times`` (n,), ``values`` (n, columns)."""
        time, table = np.asarray(times, np.float64), np.asarray(values, np.float64)
        if not np.isfinite(time).all():
            raise ValueError("a time of the rows is not finite; give finite numbers")
        if not len(time):
            return
        if table.shape != (len(time), self._columns):
            raise ValueError(f"values of shape {table.shape} given; give {(len(time), self._columns)}")
        # 15 digits hide the rounding of n dt; the others keep every bit.
        self._write([[repr(float(f"{t:.15g}")), *map(repr, row)] for t, row in zip(time.tolist(), table.tolist())])
        self.frames += len(time)

    def close(self) -> None:
        """Finish the file and put it in the place of the one it replaces; may be called twice."""
        if self._stream.closed:
            return
        try:
            self._stream.close()
            if self.path != self._target:
                os.replace(self.path, self._target)
        except OSError as error:
            raise FileError.writing(self._target, error) from error
        self.path = self._target

    def _write(self, rows: list[list[str]]) -> None:
        try:
            self._writer.writerows(rows)
            self._stream.flush()
        except OSError as error:
            raise FileError.writing(self._target, error) from error


def _free_place(target: Path) -> Path:
    """Return ``target``, or a name beside it if it exists: nothing is overwritten that is not complete."""
    place, number = target, 0
    while os.path.lexists(place):
        number += 1
        place = target.with_name(f"{target.stem}.part{number}{target.suffix}")
    return place
