"""Measured curves: two columns of a text table, whose header may name them and their units."""

from __future__ import annotations

import math
import os
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from spinviz.files.bounded import open_bounded
from spinviz.files.errors import FileError, quoted
from spinviz.model.units import UnitError, read_number

Values = NDArray[np.float64]

MOST_BYTES = 16 * 2**20
MOST_ROWS = 200_000
LARGEST = 1e300
BRACKETS = re.compile(r"^(.*?)\s*[\[(]([^\[\]()]*)[\])]\s*$")
SLASH = re.compile(r"^(.*\S)\s+/\s*(\S+)$")
COMMENTS = "#%!"
EMPTY = ("", "nan", "na", "-", "–")


class UnitsDiffer(ValueError):
    """A column measured in a unit that an axis has not: one line."""


@dataclass(frozen=True)
class Column:
    """A name and the unit it was measured in, both empty where the header does not say."""

    name: str = ""
    unit: str = ""


@dataclass(frozen=True, eq=False)
class Measured:
    """The first two columns of a table: x, y (n,), NaN for empty cells of y; ``columns`` counts all of them."""

    name: str
    x: Values
    y: Values
    x_column: Column
    y_column: Column
    columns: int = 2

    def in_units(self, x_unit: str, y_unit: str) -> tuple[Values, Values]:
        """Return x, y (n,) in the units of an axis; where no unit is written they are taken in it.

        Errors: `UnitsDiffer`.
        """
        return _converted(self.x, self.x_column, x_unit), _converted(self.y, self.y_column, y_unit)


def read_measured(path: str | os.PathLike[str]) -> Measured:
    """Read a table of x and y.

    Columns are divided by tabs, semicolons, commas or blanks; a decimal comma is understood where commas do not divide.
    Lines before the first number are a header, the last of them names the columns: "time [ms]", "M (A/m)", "t / s".

    Raises
    ------
    FileError
        Too large, without two columns of numbers, a cell that is no number. One line with the number of the line.
    """
    header, rows, numbers = _lines(path)
    divide = _divider(rows[0]) if rows else ""
    cells = [[cell.strip() for cell in _divided(row, divide)] for row in rows]
    if len(cells) < 2:
        raise FileError(path, f"the table has {len(cells)} rows of numbers, a curve needs 2", "choose another file")
    x, y = np.empty(len(cells)), np.empty(len(cells))
    for n, (row, line) in enumerate(zip(cells, numbers)):
        if len(row) < 2:
            raise FileError(path, f"line {line} has one column, a curve needs x and y", "write two columns")
        x[n], y[n] = _number(path, row[0], line), _number(path, row[1], line)
        if math.isnan(x[n]):
            raise FileError(path, f"line {line} has no number in its first column", "write x into the first column")
    names = [_column(cell) for cell in _divided(header, divide)] if header else []
    names = names if len(names) >= 2 else [Column(), Column()]
    if not np.isfinite(y).any():
        raise FileError(path, "the second column has no number", "write y into the second column")
    return Measured(Path(path).name, x, y, names[0], names[1], len(cells[0]))


def _lines(path: str | os.PathLike[str]) -> tuple[str, list[str], list[int]]:
    """Return the line that names the columns, the rows of numbers, and the numbers of their lines."""
    with open_bounded(path, MOST_BYTES) as stream:
        content = stream.read(MOST_BYTES + 1)
    if b"\0" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileError(path, "this is no text, it holds zero bytes", "choose a text table (CSV)")
    header = ""
    rows: list[str] = []
    numbers: list[int] = []
    for line, text in enumerate(decoded(content).splitlines(), start=1):
        bare = text.strip().lstrip(COMMENTS).strip()
        if not bare or (rows and text.lstrip().startswith(tuple(COMMENTS))):
            continue
        if not rows and not _begins_with_a_number(bare):
            header = bare
            continue
        rows.append(bare)
        numbers.append(line)
        if len(rows) > MOST_ROWS:
            raise FileError(path, f"the table has more than {MOST_ROWS} rows", "leave rows out")
    if not rows:
        raise FileError(path, "no line begins with a number", "choose a table with columns x and y")
    return header, rows, numbers


def decoded(content: bytes) -> str:
    """Return a text in whatever letters it was written."""
    for encoding in ("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _begins_with_a_number(text: str) -> bool:
    first = re.split(r"[\t;,\s]", text, maxsplit=1)[0].strip("\"'")
    try:
        return math.isfinite(float(first))
    except ValueError:
        return False


def _divider(row: str) -> str:
    """What divides the columns; empty for blanks."""
    return next((sign for sign in ("\t", ";") if sign in row), "," if "," in row and not _blanks(row) else "")


def _blanks(row: str) -> bool:
    """Whether blanks divide the columns, so that commas are decimal: "0,5 1,25"."""
    return len(row.split()) >= 2 and not re.search(r",\s", row)


def _divided(row: str, sign: str) -> list[str]:
    return [cell.strip().strip("\"'") for cell in (row.split(sign) if sign else row.split())]


def _number(path: str | os.PathLike[str], cell: str, line: int) -> float:
    if cell.lower() in EMPTY:
        return math.nan
    try:
        number = float(cell.replace("−", "-").replace(",", "."))
    except ValueError as error:
        raise FileError(path, f"line {line}: {quoted(cell)} is no number", "correct the line") from error
    if not abs(number) <= LARGEST:
        raise FileError(path, f"line {line}: {quoted(cell)} is above {LARGEST:g}", "correct the line")
    return number


def _column(text: str) -> Column:
    found = BRACKETS.match(text) or SLASH.match(text)
    return Column(found.group(1).strip(), found.group(2).strip()) if found else Column(text)


def _converted(values: Values, column: Column, unit: str) -> Values:
    if not column.unit or column.unit in ("1", unit):
        return values
    try:
        zero, one = (read_number(f"{number} {column.unit}", unit) for number in (0, 1))
    except UnitError as error:
        wanted = f"in {unit}" if unit else "without a unit"
        name = column.name or "a column"
        raise UnitsDiffer(f"{quoted(name)} is in {quoted(column.unit)}, the axis is {wanted}") from error
    converted: Values = zero + (one - zero) * values
    return converted
