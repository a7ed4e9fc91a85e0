"""``spinviz verify``: every law with its value, theory, deviation, tolerance, and whether it passes."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterable
from typing import Any

from spinviz.cli.output import can_write, tell
from spinviz.cli.problems import Stopped
from spinviz.cli.progress import Progress
from spinviz.cli.starting import find_system
from spinviz.engine.sweep.workers import WorkersLost, processes
from spinviz.engine.verify import Result, verify_system, verify_thoroughly
from spinviz.model.system import System
from spinviz.model.units import plain, show
from spinviz.physics.threads import cores

TITLES = ("system", "law", "value", "theory", "deviation", "tolerance", "")


def command(options: argparse.Namespace) -> int:
    """Verify and print; 1 when a law fails."""
    from spinviz.systems import systems

    chosen = [find_system(name) for name in options.systems] or list(systems().values())
    results = _thorough(chosen) if options.thorough else list(_results(chosen, options.quick))
    if options.json:
        tell(json.dumps([entry(result) for result in results], indent=1))
    else:
        tell(table(results))
    return 0 if all(result.passed for result in results) else 1


def _results(chosen: list[System[Any, Any]], quick: bool) -> Iterable[Result]:
    total = sum(len(system.laws) for system in chosen)
    done = 0
    with Progress("verify") as progress:
        for system in chosen:
            for result in verify_system(system, slow=not quick):
                done += 1
                progress.show(done / total)
                yield result


def _thorough(chosen: list[System[Any, Any]]) -> list[Result]:
    """Verify on all cores; the order is that of the laws."""
    every = [(system.name, law.name) for system in chosen for law in system.laws]
    found: dict[tuple[str, str], Result] = {}
    with Progress("verify") as progress:

        def look() -> None:
            progress.show(len(found) / len(every))

        try:
            with processes(cores()) as executor:
                for results in verify_thoroughly(chosen, executor, look):
                    found |= {(result.system, result.law): result for result in results}
        except WorkersLost as error:
            raise Stopped(str(error)) from error
    return [found[key] for key in every]


def entry(result: Result) -> dict[str, Any]:
    """Return the JSON object of a result; numbers that do not exist are null."""
    found: dict[str, Any] = {
        "system": result.system,
        "law": result.law,
        "value": _number(result.value),
        "theory": _number(result.theory),
        "deviation": _number(result.deviation),
        "tolerance": result.tolerance,
        "passed": result.passed,
    }
    return {**found, "problem": result.problem} if result.problem else found


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def table(results: list[Result]) -> str:
    """Return the results in columns, numbers to the right, with a line that counts."""
    rows = [TITLES, *(_row(result) for result in results)]
    widths = [max(len(row[n]) for row in rows) for n in range(len(TITLES))]
    lines = []
    for row, result in zip(rows, [None, *results]):
        cells = [c.ljust(w) if n in (0, 1, 6) else c.rjust(w) for n, (c, w) in enumerate(zip(row, widths))]
        note = f"  {result.problem}" if result and result.problem else ""
        lines.append(("  ".join(cells) + note).rstrip())
    failed = sum(not result.passed for result in results)
    lines.append(f"{len(results) - failed} of {len(results)} laws within their tolerance")
    return "\n".join(lines)


def _row(result: Result) -> tuple[str, ...]:
    numbers = [show(number, result.unit, 5) for number in (result.value, result.theory)]
    return (
        result.system,
        result.law,
        *numbers,
        _shown(result.deviation),
        _shown(result.tolerance),
        _sign(result.passed),
    )


def _shown(value: float) -> str:
    return plain(value, 2) if math.isfinite(value) else "–"


def _sign(passed: bool) -> str:
    """✓ or ✗, or words where the terminal cannot write them."""
    sign = "✓" if passed else "✗"
    if can_write(sign, sys.stdout):
        return sign
    return "pass" if passed else "FAIL"
