"""Recordings as CSV: a row for each sample, readable by everything, written as the run goes on.

The layout is that of ``spinviz run --out x.csv``: the names with their units in brackets, then numbers with every bit.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from spinviz.files.atomic import writable_target
from spinviz.files.claim import Claim
from spinviz.files.errors import FileError
from spinviz.model import clock


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
        self._named, (self._target, _) = Path(path), writable_target(path)
        self._columns, self._unit = len(columns), time_unit
        self.frames, self._last = 0, 0.0
        self.path = _free_place(self._target)
        self._claim = Claim(path)
        try:
            self._stream = open(self.path, "x", encoding="utf-8", newline="")  # noqa: SIM115 - `close` closes it
            self._identity = os.fstat(self._stream.fileno())
        except OSError as error:
            self._claim.release()
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
        self._last = float(time[-1])

    def is_there(self) -> bool:
        """Whether the file at `path` is the one that is written, not another that took its name."""
        try:
            return os.path.samestat(os.stat(self.path), self._identity)
        except OSError:
            return False

    def kept(self) -> str:
        """Say which file holds what was recorded and until when, in the user's words for its folder."""
        name = self._named.with_name(self.path.name)
        if not self.is_there():
            return f"{name} was removed or replaced meanwhile, what was recorded is lost"
        untouched = "" if self.path == self._target else f", {self._named} is as it was"
        return f"{name} holds what was recorded until {clock.duration(self._last, self._unit)}{untouched}"

    def abandon(self) -> None:
        """Close after an error, which is the one to be reported; what was recorded stays at `path`."""
        with suppress(OSError):
            self._stream.close()
        self._claim.release()

    def close(self) -> None:
        """Finish the file and put it in the place of the one it replaces; may be called twice."""
        if self._stream.closed:
            return
        try:
            self._stream.close()
            if not self.is_there():
                raise FileError(self._named, "the table was removed or replaced while it was written", "record again")
            if self.path != self._target:
                os.replace(self.path, self._target)
        except OSError as error:
            raise FileError.writing(self._target, error) from error
        finally:
            self._claim.release()
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
