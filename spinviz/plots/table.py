"""The numbers behind a plot as a table: what is copied, saved and checked."""

from __future__ import annotations

import csv
import io
import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spinviz.files.atomic import atomic_write
from spinviz.model.frame import Frame
from spinviz.model.plots import (
    Bands,
    Curve,
    Diagram,
    DiagramScheme,
    Graph,
    Histogram,
    Image,
    Levels,
    LevelScheme,
    Line,
    Plot,
    Spectrum,
    Trace,
)
from spinviz.model.symbols import plain_text
from spinviz.model.system import System
from spinviz.plots.laws import laws_of
from spinviz.plots.shown import density, frequency_unit, lines_of

Columns = list[tuple[str, Any]]


def table(plot: Plot, frame: Frame, system: System[Any, Any]) -> tuple[list[str], NDArray[Any]]:
    """Return the header, "name [unit]" for each column, and the rows (n, columns) behind ``plot``.

    Numbers are in the declared units without prefixes; laws follow the values they belong to.
    """
    match plot:
        case Trace():
            columns = _trace(plot, frame, system)
        case Curve():
            columns = _curve(plot, frame, system)
        case Spectrum():
            columns = _spectrum(plot, frame, system)
        case Histogram():
            columns = _histogram(plot, frame, system)
        case Levels():
            columns = _levels(plot, frame.plots.get(plot.name))
        case Bands():
            columns = _bands(plot, frame.plots.get(plot.name))
        case Image():
            columns = _image(plot, frame.plots.get(plot.name))
        case Graph():
            columns = _graph(plot, frame.plots.get(plot.name, ()))
        case Diagram():
            columns = _diagram(frame.plots.get(plot.name))
    header = [name for name, _ in columns]
    return header, np.column_stack([values for _, values in columns]) if columns else np.zeros((0, 0))


def text(header: list[str], rows: NDArray[Any], delimiter: str = ",") -> str:
    """Return a table as text; numbers are written so that reading them gives the same numbers."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([[_cell(value) for value in row] for row in rows.tolist()])
    return stream.getvalue()


def save(path: str | os.PathLike[str], plot: Plot, frame: Frame, system: System[Any, Any]) -> None:
    """Write the table as CSV, completely or not at all. Errors: `FileError`."""
    content = text(*table(plot, frame, system))
    with atomic_write(path, "w", newline="") as stream:
        stream.write(content)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "" if np.isnan(value) else repr(value)
    return str(value)


def _titled(name: str, unit: str) -> str:
    return f"{name} [{unit}]" if unit else name


def _observable(system: System[Any, Any], name: str) -> str:
    return _titled(name, system.observable(name).unit)


def _trace(plot: Trace, frame: Frame, system: System[Any, Any]) -> Columns:
    history = frame.history
    columns: Columns = [(_titled("time", system.time_unit), history.time)]
    columns += [(_observable(system, name), history.observables[name]) for name in plot.observables]
    for law in laws_of(plot, system):
        if law.name in history.laws:
            unit = system.observable(law.observable).unit
            columns.append((_titled(f"law {law.name}", unit), history.laws[law.name]))
    return columns


def _means(plot: Curve, frame: Frame, system: System[Any, Any]) -> Columns:
    means = np.asarray(frame.plots.get(plot.name, np.zeros((0, 3))), dtype=float).reshape(-1, 3)
    unit = system.observable(plot.y).unit
    columns: Columns = [
        (_observable(system, plot.x), means[:, 0]),
        (_titled(f"mean {plot.y}", unit), means[:, 1]),
        (_titled(f"standard error {plot.y}", unit), means[:, 2]),
    ]
    return columns + _law_columns(plot, frame, system, means[:, 0], unit)


def _curve(plot: Curve, frame: Frame, system: System[Any, Any]) -> Columns:
    if plot.mean:
        return _means(plot, frame, system)
    history = frame.history
    x = history.observables[plot.x]
    columns: Columns = [(_titled("time", system.time_unit), history.time), (_observable(system, plot.x), x)]
    columns.append((_observable(system, plot.y), history.observables[plot.y]))
    unit = system.observable(plot.y).unit
    columns += [
        (_titled(f"law {law.name}", unit), history.laws[law.name])
        for law in laws_of(plot, system)
        if law.name in history.laws and law.observable == plot.y
    ]
    return columns + _law_columns(plot, frame, system, x, unit, skip=tuple(history.laws))


def _spectrum(plot: Spectrum, frame: Frame, system: System[Any, Any]) -> Columns:
    lines = lines_of(plot, frame)
    unit = frequency_unit(system)
    rows = slice(None)
    if plot.span is not None and len(lines.frequency):
        rows = slice(*np.searchsorted(lines.frequency, plot.span(frame.parameters)))
    x = lines.frequency[rows]
    columns: Columns = [(_titled("frequency", unit), x), (f"amplitude ({lines.mode})", lines.amplitude[rows])]
    return columns + _law_columns(plot, frame, system, x, "")


def _histogram(plot: Histogram, frame: Frame, system: System[Any, Any]) -> Columns:
    edges, heights = density(plot, frame)
    centre = 0.5 * (edges[1:] + edges[:-1])
    columns: Columns = [
        (_titled("low", plot.unit), edges[:-1]),
        (_titled("high", plot.unit), edges[1:]),
        ("density", heights),
    ]
    return columns + _law_columns(plot, frame, system, centre, "")


def _law_columns(
    plot: Plot, frame: Frame, system: System[Any, Any], x: NDArray[Any], unit: str, skip: tuple[str, ...] = ()
) -> Columns:
    """The laws' curves at the places of the rows."""
    columns: Columns = []
    for law in laws_of(plot, system):
        curve = frame.curves.get((plot.name, law.name))
        if curve is None or law.name in skip or len(curve[0]) < 2:
            continue
        order = np.argsort(curve[0])
        there = np.interp(x, curve[0][order], curve[1][order], left=np.nan, right=np.nan)
        columns.append((_titled(f"law {law.name}", unit), there))
    return columns


def _levels(plot: Levels, scheme: LevelScheme | None) -> Columns:
    if scheme is None:
        return []
    as_objects = [np.asarray(values, dtype=object) for values in (scheme.energies, scheme.populations, scheme.theory)]
    return [
        ("level", np.array(scheme.names, dtype=object)),
        (_titled("energy", plot.unit), as_objects[0]),
        ("population", as_objects[1]),
        ("law population", as_objects[2]),
    ]


def _bands(plot: Bands, bands: Any) -> Columns:
    if bands is None:
        return []
    energy, up, down, filled_up, filled_down, fermi = bands
    per = f"1/{plot.unit}"
    return [
        (_titled("energy", plot.unit), energy),
        (_titled("states up", per), up),
        (_titled("states down", per), down),
        ("occupation up", filled_up),
        ("occupation down", filled_down),
        (_titled("Fermi level", plot.unit), np.full(len(energy), fermi)),
    ]


def _image(plot: Image, values: Any) -> Columns:
    if values is None:
        return []
    return [(_titled(f"column {n}", plot.unit), column) for n, column in enumerate(np.asarray(values, dtype=float).T)]


def _graph(plot: Graph, lines: tuple[Line, ...]) -> Columns:
    """Two columns for each line."""
    columns: Columns = []
    for n, line in enumerate(lines, start=1):
        label = plain_text(line.label) or f"line {n}"
        columns.append((_titled(f"{label}: {plain_text(plot.x_symbol)}", plot.x_unit), line.x))
        columns.append((_titled(f"{label}: {plain_text(plot.y_symbol)}", plot.y_unit), line.y))
    return _padded(columns)


def _diagram(scheme: DiagramScheme | None) -> Columns:
    """Two columns for each row of the diagram."""
    columns: Columns = []
    for row in scheme.rows if scheme is not None else ():
        name = plain_text(row.name)
        columns += [(_titled(f"{name}: time", "s"), row.times), (name, row.values)]
    return _padded(columns)


def _padded(columns: Columns) -> Columns:
    """Columns of one length: shorter ones end in empty cells."""
    length = max((len(values) for _, values in columns), default=0)
    return [
        (name, np.concatenate([np.asarray(values, dtype=float), np.full(length - len(values), np.nan)]))
        for name, values in columns
    ]
