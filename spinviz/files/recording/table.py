"""Recordings as tables, CSV or ODT: a row for each sample, readable by everything, written as the run goes on.

The layout is that of ``spinviz run --out x.csv``: the names with their units in brackets, then numbers with every bit;
and that of ``--out x.odt``, which is OOMMF's.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from spinviz.files.errors import FileError
from spinviz.files.odt import END, odt_head
from spinviz.files.recording.unfinished import Unfinished, free_place


class TableWriter(Unfinished):
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
        super().__init__(path, time_unit)
        self._columns = len(columns)
        try:
            self._begin(self._head(header, (("time", time_unit), *columns)))
        except BaseException:
            self._claim.release()
            raise

    def _begin(self, head: list[list[str]]) -> None:
        """Create the file with its first lines; without them there is none."""
        self.path = free_place(self._target)
        try:
            self._stream = open(self.path, "x", encoding="utf-8", newline="")  # noqa: SIM115 - `close` closes it
        except OSError as error:
            raise FileError.writing(self._named, error) from error
        self._identity = os.fstat(self._stream.fileno())
        self._writer: Any = csv.writer(self._stream, lineterminator="\n")
        try:
            self._write(head)
        except BaseException:
            self.abandon()
            self.path.unlink(missing_ok=True)
            raise

    def _head(self, header: Mapping[str, str], columns: Sequence[tuple[str, str]]) -> list[list[str]]:
        """The lines before the numbers, as cells."""
        return [[f"{name} [{unit}]" if unit else name for name, unit in columns]]

    def _foot(self) -> list[list[str]]:
        """The lines behind the numbers."""
        return []

    def _put(self, rows: list[list[str]]) -> None:
        self._writer.writerows(rows)

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
            self._write(self._foot())
            self._stream.close()
            self._check_there()
            self._take_name()
        except OSError as error:
            raise FileError.writing(self._named, error) from error
        finally:
            self._claim.release()

    def _write(self, rows: list[list[str]]) -> None:
        try:
            self._put(rows)
            self._stream.flush()
        except OSError as error:
            raise FileError.writing(self._named, error) from error


class OdtWriter(TableWriter):
    """The same as a table of OOMMF."""

    def _head(self, header: Mapping[str, str], columns: Sequence[tuple[str, str]]) -> list[list[str]]:
        return [[line] for line in odt_head(header, columns)]

    def _foot(self) -> list[list[str]]:
        return [[END]]

    def _put(self, rows: list[list[str]]) -> None:
        self._stream.writelines(" ".join(row) + "\n" for row in rows)
