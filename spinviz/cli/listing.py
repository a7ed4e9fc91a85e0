"""``spinviz list``: every system with what can be set, done, observed and compared."""

from __future__ import annotations

import argparse
import json
from typing import Any

from spinviz.cli.output import tell
from spinviz.cli.starting import find_system
from spinviz.model.parameters import Quantity
from spinviz.model.system import System
from spinviz.model.units import show


def command(options: argparse.Namespace) -> int:
    """Print the systems."""
    from spinviz.systems import systems

    chosen = [find_system(name) for name in options.systems] or list(systems().values())
    if options.json:
        tell(json.dumps([entry(system) for system in chosen], indent=1))
    else:
        tell("\n\n".join(text(system) for system in chosen))
    return 0


def entry(system: System[Any, Any]) -> dict[str, Any]:
    """Return the JSON object of a system."""
    return {
        "name": system.name,
        "title": system.title,
        "chapter": system.chapter,
        "parameters": [_parameter(q) for q in system.Parameters.quantities().values()],
        "observables": [{"name": o.name, "unit": o.unit} for o in system.observables],
        "presets": [preset.name for preset in system.presets],
        "actions": [action.name for action in system.actions],
        "laws": [law.name for law in system.laws],
    }


def _parameter(q: Quantity) -> dict[str, Any]:
    found = {"name": q.name, "unit": q.unit, "value": q.value, "low": q.low, "high": q.high, "help": q.help}
    return {**found, "choices": list(q.choices)} if q.choices else found


def text(system: System[Any, Any]) -> str:
    """Return the description of a system for people."""
    lines = [f"{system.name}  –  {system.title} ({system.chapter})", f"    {system.summary}"]
    lines += _table(
        "parameters",
        [(q.name, q.show(q.value) or "–", q.limits(), q.help) for q in system.Parameters.quantities().values()],
    )
    lines += _table("observables", [(o.name, o.unit or "–", o.title) for o in system.observables])
    lines += _table("presets", [(p.name, p.title, p.help) for p in system.presets])
    lines += _table("actions", [(a.name, a.title, a.help) for a in system.actions])
    lines += _table(
        "laws", [(law.name, law.observable, law.title, f"tolerance {show(law.tolerance)}") for law in system.laws]
    )
    return "\n".join(lines)


def _table(title: str, rows: list[tuple[str, ...]]) -> list[str]:
    if not rows:
        return []
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    return [f"  {title}"] + [
        ("    " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths))).rstrip() for row in rows
    ]
