"""Tables of sweeps as CSV and HDF5: a row for each point, and the recipe by which the sweep can be gone on with.

CSV: a comment with the recipe, comments that explain, the names with their units in brackets, numbers with every bit.
HDF5: a dataset for each column with the attribute ``unit``; ``format``, ``recipe``, ``remarks`` and ``columns`` (their
names in order) are attributes of the file.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from spinviz.files.atomic import atomic_write
from spinviz.files.bounded import open_bounded
from spinviz.files.errors import FileError, quoted
from spinviz.files.hdf5.reader import Dataset, opened

FORMAT = "spinviz sweep"
MOST_BYTES = 2**28
LONGEST = 20
"""Letters of a whole number."""
_FOREIGN = "choose another name, or --force to replace it"


@dataclass(frozen=True)
class Column:
    """A name and a unit; ``whole`` for numbers and flags, which are integers."""

    name: str
    unit: str = ""
    whole: bool = False

    @property
    def title(self) -> str:
        """Name and unit."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name


@dataclass(frozen=True)
class SweepTable:
    """``rows`` (points, columns); ``recipe`` is text of one line, ``remarks`` are lines for people."""

    recipe: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[float, ...], ...]
    remarks: tuple[str, ...] = ()


def write_sweep(path: str | os.PathLike[str], table: SweepTable) -> None:
    """Write a table, of the kind that the ending says, completely or not at all. Errors: `FileError`."""
    content = WRITERS[Path(path).suffix.lower()](table)
    with atomic_write(path) as stream:
        stream.write(content)


def read_sweep(path: str | os.PathLike[str], columns: tuple[Column, ...]) -> SweepTable:
    """Read a table that has just these ``columns``, without remarks. Errors: `FileError`."""
    return READERS[Path(path).suffix.lower()](path, columns)


def recipe_in(path: str | os.PathLike[str]) -> str:
    """Return the recipe in a file. Errors: `FileError` where it is no table of a sweep."""
    if Path(path).suffix.lower() == ".csv":
        return _csv_lines(path)[0].removeprefix(f"# {FORMAT} ")
    with opened(path, MOST_BYTES, _FOREIGN) as file:
        if file.attrs.get("format") != FORMAT or not isinstance(file.attrs.get("recipe"), str):
            raise FileError(path, "this HDF5 file is no sweep", _FOREIGN)
        return str(file.attrs["recipe"])


def _as_csv(table: SweepTable) -> bytes:
    stream = io.StringIO()
    stream.writelines(f"# {line}\n" for line in (f"{FORMAT} {table.recipe}", *table.remarks))
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([column.title for column in table.columns])
    kinds = [int if column.whole else float for column in table.columns]
    writer.writerows([repr(kind(cell)) for kind, cell in zip(kinds, row)] for row in table.rows)
    return stream.getvalue().encode()


def _as_hdf5(table: SweepTable) -> bytes:
    import h5py

    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        file.attrs.update(format=FORMAT, recipe=table.recipe, remarks="\n".join(table.remarks))
        file.attrs["columns"] = [column.name for column in table.columns]
        for n, column in enumerate(table.columns):
            cells = np.array([row[n] for row in table.rows], np.int64 if column.whole else np.float64)
            file.create_dataset(column.name, data=cells).attrs["unit"] = column.unit
    return stream.getvalue()


def _csv_lines(path: str | os.PathLike[str]) -> list[str]:
    with open_bounded(path, MOST_BYTES) as stream:
        content = stream.read(MOST_BYTES + 1)
    lines = content.decode("utf-8", "replace").splitlines()
    if not lines or not lines[0].startswith(f"# {FORMAT} "):
        raise FileError(path, "this is no table of a sweep", _FOREIGN)
    return lines


def _from_csv(path: str | os.PathLike[str], columns: tuple[Column, ...]) -> SweepTable:
    first, *lines = _csv_lines(path)
    try:
        titles, *rows = list(csv.reader(line for line in lines if not line.startswith("#"))) or [[]]
    except csv.Error as error:
        raise FileError(path, f"this is no table ({error})", _FOREIGN) from error
    if titles != [column.title for column in columns]:
        raise FileError(path, "its columns are not those of this sweep", _FOREIGN)
    found = []
    for row in rows:
        if len(row) != len(columns):
            raise FileError(path, f"a row has {len(row)} cells and not {len(columns)}", _FOREIGN)
        found.append(tuple(_cell(path, cell, column) for cell, column in zip(row, columns)))
    return SweepTable(first.removeprefix(f"# {FORMAT} "), columns, tuple(found))


def _cell(path: str | os.PathLike[str], text: str, column: Column) -> float:
    try:
        if column.whole and len(text) > LONGEST:
            raise ValueError
        return int(text) if column.whole else float(text)
    except ValueError as error:
        raise FileError(path, f"{quoted(text)} is no number for {column.name}", _FOREIGN) from error


def _from_hdf5(path: str | os.PathLike[str], columns: tuple[Column, ...]) -> SweepTable:
    recipe = recipe_in(path)
    with opened(path, MOST_BYTES, _FOREIGN) as file:
        found = []
        for column in columns:
            part = file.get(column.name)
            kind = "i" if column.whole else "f"
            if not isinstance(part, Dataset) or part.ndim != 1 or part.dtype.kind != kind or part.dtype.itemsize != 8:
                raise FileError(path, "its columns are not those of this sweep", _FOREIGN)
            found.append(part[()].tolist())
    if len({len(cells) for cells in found}) > 1:
        raise FileError(path, "its columns have different lengths", _FOREIGN)
    return SweepTable(recipe, columns, tuple(zip(*found)))


WRITERS: dict[str, Callable[[SweepTable], bytes]] = {".csv": _as_csv, ".h5": _as_hdf5}
READERS: dict[str, Callable[[str | os.PathLike[str], tuple[Column, ...]], SweepTable]] = {
    ".csv": _from_csv,
    ".h5": _from_hdf5,
}
