"""Tables of OOMMF (ODT): columns with names and units, written so that OOMMF and ubermag read them, and read.

Format: OOMMF User's Guide, "Data Table File Format (ODT)". A file may hold several tables; readers of other people take
columns only whose names begin as those of OOMMF's extensions do, Oxs_ or My_.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from spinviz.files.bounded import open_bounded
from spinviz.files.errors import FileError, quoted
from spinviz.files.measured import LARGEST, MOST_ROWS, Column, Measured, decoded
from spinviz.files.ovf.header import split_list

Values = NDArray[np.float64]

SUFFIX = ".odt"
MOST_BYTES = 256 * 2**20
MOST_COLUMNS = 1000
END = "# Table End"
TIME, OWN = "Oxs_TimeDriver::Simulation time", "My_spinviz::"
COMPONENTS = ("mx", "my", "mz")
TIMES = ("simulation time", "time", "t")
OTHERS = {"energy": ("total energy", "e_total")}
"""What other programs call it."""
_LETTERS = {"°": "deg", "²": "^2", "³": "^3", "µ": "u", "μ": "u", "·": "*", "⁻¹": "^-1", "Ω": "ohm"}
FIRST = "# ODT 1.0"
WHAT = "choose a table of OOMMF, which begins with '# ODT 1.0'"
AGAIN = "correct the line or write the table again"


@dataclass(frozen=True, eq=False)
class Odt:
    """A table: ``values`` (rows, columns), NaN for missing ones. ``remark``: what was taken of several tables."""

    name: str
    columns: tuple[Column, ...]
    values: Values
    remark: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """What the columns are called without who computes them: "mx", "Simulation time"."""
        return tuple(column.name.rpartition(":")[2] for column in self.columns)

    def place(self, *wanted: str) -> int | None:
        """Return the number of the first column that has one of these names, in any case; None without any."""
        known = [name.lower() for name in self.names]
        return next((known.index(name.lower()) for name in wanted if name.lower() in known), None)

    @property
    def time(self) -> int | None:
        """Number of the column of the simulated time."""
        return self.place(*TIMES)

    def curves(self, x: str, ys: Sequence[str]) -> tuple[Measured, ...]:
        """Return the columns called ``ys`` over that called ``x``, which is the time where it is empty."""
        over = self.place(x) if x else self.time
        found = [] if over is None else [self.place(y, *OTHERS.get(y, ())) for y in ys]
        return tuple(self.measured(over or 0, y) for y in found if y is not None)

    def measured(self, x: int, y: int) -> Measured:
        """Return two columns as a measured curve."""
        columns = replace(self.columns[x], name=self.names[x]), replace(self.columns[y], name=self.names[y])
        return Measured(self.name, self.values[:, x], self.values[:, y], *columns)


# --- writing --------------------------------------------------------------------------------------------------------


def odt_head(header: Mapping[str, str], columns: Sequence[tuple[str, str]]) -> list[str]:
    """Return the lines before the numbers; ``columns`` are names and units, the time first."""
    what = " ".join(filter(None, (header.get("system", ""), header.get("preset", ""))))
    names = [_column_name(name, unit) for name, unit in columns]
    units = [_ascii(unit) for _, unit in columns]
    return [
        FIRST,
        "# Table Start",
        f"# Title: spinviz {what}".rstrip(),
        *(f"## {key}: {' '.join(text.split())}" for key, text in header.items()),
        "# Columns: " + " ".join(_word(name) for name in names),
        "# Units: " + " ".join(_word(unit) for unit in units),
    ]


def odt_row(values: Sequence[float]) -> str:
    """Return a line of numbers with every bit; what is not known is nan, which all readers take."""
    return " ".join(map(repr, map(float, values)))


def _column_name(name: str, unit: str) -> str:
    if name in TIMES and unit == "s":
        return TIME
    if name in COMPONENTS and not unit:
        return f"Oxs_TimeDriver::{name}"
    return OWN + _ascii(name)


def _word(text: str) -> str:
    return text if text and " " not in text else "{" + text + "}"


def _ascii(text: str) -> str:
    for letter, spelled in _LETTERS.items():
        text = text.replace(letter, spelled)
    return text.encode("ascii", "replace").decode().translate(str.maketrans("", "", '{}"\\'))


# --- reading --------------------------------------------------------------------------------------------------------


def read_odt(path: str | os.PathLike[str]) -> Odt:
    """Read all tables of a file: joined where their columns are the same, else the last one.

    A last line without its end, of a run that is still written, is left out.

    Raises
    ------
    FileError
        Too large, no table, a row with another number of columns, a cell that is no number. One line.
    """
    with open_bounded(path, MOST_BYTES) as stream:
        content = stream.read(MOST_BYTES + 1)
    if b"\0" in content or not content.lstrip().startswith(b"# ODT"):
        raise FileError(path, "this is no table of OOMMF", WHAT)
    tables = _tables(path, decoded(content))
    tables = [table for table in tables if table.rows] or tables[-1:]
    if not tables:
        raise FileError(path, "it has no line '# Columns:'", WHAT)
    last = tables[-1]
    same = all(table.columns == last.columns for table in tables)
    rows = [row for table in (tables if same else [last]) for row in table.rows]
    if len(rows) < 2:
        raise FileError(path, f"the table has {len(rows)} rows of numbers, a curve needs 2", "choose another file")
    remark = "" if len(tables) == 1 else f"{len(tables)} tables joined" if same else f"the last of {len(tables)} tables"
    return Odt(Path(path).name, last.columns, np.array(rows), remark)


@dataclass
class _Table:
    columns: tuple[Column, ...]
    rows: list[list[float]]


def _tables(path: str | os.PathLike[str], text: str) -> list[_Table]:
    tables: list[_Table] = []
    count = 0
    for number, line in _lines(text):
        if line.startswith("#"):
            key, _, rest = line[1:].strip().partition(":")
            if key.lower() == "columns":
                tables.append(_Table(_named(path, rest), []))
            elif key.lower() == "units" and tables:
                tables[-1].columns = _measured_in(tables[-1].columns, split_list(rest))
            continue
        if not tables:
            raise FileError(path, f"line {number} has numbers before the line '# Columns:'", WHAT)
        tables[-1].rows.append(_row(path, line, number, len(tables[-1].columns)))
        count += 1
        if count > MOST_ROWS:
            raise FileError(path, f"the table has more than {MOST_ROWS} rows", "leave rows out")
    return tables


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers, those that end in a backslash joined with the next; a last one without end left out."""
    pending, begun = "", 0
    whole = text[: max(text.rfind("\n"), text.rfind("\r")) + 1]
    rest = text[len(whole) :]
    if rest.lstrip().startswith("#"):
        whole = text
    for number, line in enumerate(whole.splitlines(), start=1):
        begun = begun or number
        if line.endswith("\\"):
            pending += line[:-1] + " "
            continue
        joined = (pending + (line.lstrip("# ") if pending.startswith("#") else line)).strip()
        if joined:
            yield begun, joined
        pending, begun = "", 0


def _named(path: str | os.PathLike[str], text: str) -> tuple[Column, ...]:
    names = split_list(text)
    if not 2 <= len(names) <= MOST_COLUMNS:
        raise FileError(path, f"its table has {len(names)} columns, allowed are 2 to {MOST_COLUMNS}", WHAT)
    return tuple(Column(name) for name in names)


def _measured_in(columns: tuple[Column, ...], units: tuple[str, ...]) -> tuple[Column, ...]:
    """Give the columns their units where there is one for each."""
    if len(units) != len(columns):
        return columns
    return tuple(replace(column, unit=unit) for column, unit in zip(columns, units))


def _row(path: str | os.PathLike[str], line: str, number: int, columns: int) -> list[float]:
    words = line.split()
    if len(words) != columns:
        raise FileError(path, f"line {number} has {len(words)} numbers for {columns} columns", AGAIN)
    return [_number(path, word, number) for word in words]


def _number(path: str | os.PathLike[str], word: str, line: int) -> float:
    if word == "{}":
        return math.nan
    try:
        value = float(word.replace("_", "?"))  # float() takes 1_000 for a number
    except ValueError as error:
        raise FileError(path, f"line {line}: {quoted(word)} is no number", AGAIN) from error
    if abs(value) > LARGEST:
        raise FileError(path, f"line {line}: {quoted(word)} is above {LARGEST:g}", AGAIN)
    return value
