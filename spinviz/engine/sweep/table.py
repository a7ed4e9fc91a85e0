"""The table of a sweep: its columns, its rows, and the recipe that says whether a file belongs to it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

from spinviz import __version__
from spinviz.engine.sweep.plan import STEPS, Sweep
from spinviz.engine.sweep.point import Row
from spinviz.files.errors import FileError
from spinviz.files.sweeps import Column, SweepTable

REMARKS = (
    "error:NAME is the standard error of the mean NAME by blocking, autocorrelation included; nan: not converged.",
    "An error of 0 is that of what does not change: a temperature, a system without scatter that has come to rest.",
    "equilibrated 1: both halves of the judged part have the same means within their errors; converged 1: every judged "
    "observable has an error.",
)


def columns_of(sweep: Sweep, laws: bool) -> tuple[Column, ...]:
    """Return the columns: parameters, means and errors, laws if wanted, what is known of the point."""
    system, swept = sweep.system, [axis.name for axis in sweep.axes]
    found = [Column(name, sweep.parameters.quantity_named(name).unit) for name in swept]
    for o in system.observables:
        found += [Column(_mean(o.name, swept), o.unit), Column(f"error:{o.name}", o.unit)]
    if laws:
        found += [Column(f"law:{law.name}", system.observable(law.observable).unit) for law in system.laws]
    found += [Column(name, whole=True) for name in ("equilibrated", "converged", "measurements")]
    return (*found, Column("discarded", system.time_unit), Column("seed", whole=True), Column("point", whole=True))


def cells_of(sweep: Sweep, row: Row, laws: bool) -> tuple[float, ...]:
    """Return the cells of a row, in the order of `columns_of`."""
    found: list[float] = [*sweep.values(row.index)]
    for o in sweep.system.observables:
        found += [row.means[o.name], row.errors[o.name]]
    if laws:
        found += [row.theory[law.name] for law in sweep.system.laws]
    return (*found, row.equilibrated, row.converged, row.measurements, row.discarded, row.seed, row.index)


def table_of(sweep: Sweep, rows: Iterable[tuple[float, ...]], laws: bool) -> SweepTable:
    """Return the table, in the order of the points."""
    ordered = tuple(sorted(rows, key=lambda row: row[-1]))
    return SweepTable(json.dumps(recipe_of(sweep, laws)), columns_of(sweep, laws), ordered, REMARKS)


def recipe_of(sweep: Sweep, laws: bool) -> dict[str, Any]:
    """Return all that determines the rows, as JSON knows it. Errors: `FileError` for input files."""
    p, wanted = sweep.parameters, sweep.wanted
    return {
        "spinviz": __version__,
        "system": sweep.system.name,
        "over": [[axis.name, list(axis.values)] for axis in sweep.axes],
        "preset": sweep.preset,
        "parameters": p.model_dump(),
        "kept": list(sweep.kept),
        "files": [_digest(str(getattr(p, q.name))) for q in p.quantities().values() if q.kind == "file"],
        "actions": [list(item) for item in sweep.schedule],
        "seed": sweep.seed,
        "carry": sweep.carry,
        "back": sweep.back,
        "precision": wanted.precision,
        "limit": wanted.limit or f"{STEPS} steps",
        "observables": list(wanted.judged),
        "laws": laws,
    }


def difference(sweep: Sweep, laws: bool, recipe: str) -> str:
    """Return the name of the first thing in which ``recipe`` is that of another sweep; empty where it is the same."""
    mine = json.loads(json.dumps(recipe_of(sweep, laws)))
    try:
        theirs = json.loads(recipe)
    except (ValueError, RecursionError):
        return "recipe"
    if not isinstance(theirs, dict):
        return "recipe"
    found = next((name for name in mine if mine[name] != theirs.get(name)), "")
    p, other = mine["parameters"], theirs.get("parameters")
    if found == "parameters" and isinstance(other, dict):
        return next((name for name in p if p[name] != other.get(name)), found)
    return found


def _mean(name: str, swept: Iterable[str]) -> str:
    """A parameter and an observable may have one name."""
    return f"mean:{name}" if name in swept else name


def _digest(path: str) -> str:
    if not path:
        return ""
    try:
        return sha256(Path(path).read_bytes()).hexdigest()
    except OSError as error:
        raise FileError.reading(path, error) from error
