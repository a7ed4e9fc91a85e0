"""The numbers behind a plot as a table: what is copied, saved and checked."""

from __future__ import annotations

import csv
import io
import os
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from spinviz.files.atomic import atomic_write
from spinviz.model.frame import Frame
from spinviz.model.plots import Curve, Plot
from spinviz.model.system import System
from spinviz.plots.laws import laws_of

Columns: TypeAlias = list[tuple[str, Any]]
"""Names with their units and values (n,): in the declared units without prefixes, laws after what they belong to."""
Table: TypeAlias = tuple[list[str], NDArray[Any]]
"""Header and rows (n, columns)."""


def table_of(columns: Columns) -> Table:
    """Return columns of one length as header and rows."""
    header = [name for name, _ in columns]
    return header, np.column_stack([values for _, values in columns]) if columns else np.zeros((0, 0))


def text(header: list[str], rows: NDArray[Any], delimiter: str = ",") -> str:
    """Return a table as text; numbers are written so that reading them gives the same numbers."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([[_cell(value) for value in row] for row in rows.tolist()])
    return stream.getvalue()


def save(path: str | os.PathLike[str], header: list[str], rows: NDArray[Any]) -> None:
    """Write a table as CSV, completely or not at all. Errors: `FileError`."""
    content = text(header, rows)
    with atomic_write(path, "w", newline="") as stream:
        stream.write(content)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "" if np.isnan(value) else repr(value)
    return str(value)


# What the columns of several kinds of plots are made of.


def titled(name: str, unit: str) -> str:
    """Return "name [unit]"."""
    return f"{name} [{unit}]" if unit else name


def titled_observable(name: str, system: System[Any, Any]) -> str:
    """Return the name of an observable with its unit."""
    return titled(name, system.observable(name).unit)


def law_columns(
    plot: Plot, frame: Frame, system: System[Any, Any], x: NDArray[Any], unit: str, skip: tuple[str, ...] = ()
) -> Columns:
    """Return the laws' curves over ``plot`` at the places ``x`` (n,) of the rows, but for the laws to ``skip``."""
    columns: Columns = []
    for law in laws_of(plot, system):
        curve = frame.curves.get((plot.name, law.name))
        if curve is None or law.name in skip or len(curve[0]) < 2:
            continue
        columns.append((titled(f"law {law.name}", unit), _at(x, curve)))
    return columns


def guide_columns(plot: Curve, frame: Frame, x: NDArray[Any], unit: str) -> Columns:
    """Return the curves to compare with at the places ``x`` (n,) of the rows."""
    shown = ((guide, frame.curves.get((plot.name, guide.name))) for guide in plot.guides)
    return [(titled(guide.name, unit), _at(x, curve)) for guide, curve in shown if curve is not None]


def _at(x: NDArray[Any], curve: tuple[NDArray[Any], NDArray[Any]]) -> NDArray[Any]:
    order = np.argsort(curve[0])
    return np.interp(x, curve[0][order], curve[1][order], left=np.nan, right=np.nan)


def padded(columns: Columns) -> Columns:
    """Return columns of one length: shorter ones end in empty cells."""
    length = max((len(values) for _, values in columns), default=0)
    return [
        (name, np.concatenate([np.asarray(values, dtype=float), np.full(length - len(values), np.nan)]))
        for name, values in columns
    ]
