"""Results as JSON for programs and as a table for people."""

from __future__ import annotations

import json
from collections.abc import Sequence

from spinviz.bench.measurement import Result

COLUMNS = ("name", "rate", "unit", "threads", "precision", "limit_share", "peer", "peer_ratio")
PREFIXES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""))
HEAD = ("benchmark", "rate", "of limit", "against", "ratio", "asked for", "")


def as_json(results: Sequence[Result]) -> str:
    """A list of objects with the keys `COLUMNS`; what does not apply is null."""
    return json.dumps([{name: getattr(result, name) for name in COLUMNS} for result in results], indent=1)


def as_table(results: Sequence[Result], titles: dict[str, str]) -> str:
    """A line for each result."""
    rows = [HEAD, *(_row(result, titles) for result in results)]
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "\n".join("  ".join(_aligned(row, widths)).rstrip() for row in rows)


def as_markdown(results: Sequence[Result], titles: dict[str, str]) -> str:
    """The same as a table of Markdown."""
    rows = [_row(result, titles) for result in results]
    lines = [HEAD, ("---", "---:", "---:", "---", "---:", "---", "---"), *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in lines)


def quantity(value: float, unit: str) -> str:
    """Three digits with an SI prefix: "367 Mspin-steps/s" would be hard to read, hence "367 M spin-steps/s"."""
    if unit in ("ms", "s", "ms/frame"):
        return f"{value:.3g} {unit}"
    factor, prefix = next(((f, p) for f, p in PREFIXES if abs(value) >= f), PREFIXES[-1])
    joined = unit if unit in ("B/s", "flop/s", "op/s") else f" {unit}"
    return f"{value / factor:.3g} {prefix}{joined}".replace("  ", " ")


def _row(result: Result, titles: dict[str, str]) -> tuple[str, ...]:
    share = "" if result.limit_share is None else f"{100 * result.limit_share:.0f} %"
    ratio = "" if result.peer_ratio is None else f"{result.peer_ratio:.3g}"
    verdict = {None: "", True: "reached", False: "MISSED"}[result.reached]
    name = f"{result.name}: {titles[result.name]}" if result.name in titles else result.name
    return (
        name,
        quantity(result.rate, result.unit),
        share,
        result.peer or "",
        ratio,
        result.target,
        result.note or verdict,
    )


def _aligned(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    """Numbers to the right."""
    return [
        cell.rjust(width) if k in (1, 2, 4) else cell.ljust(width) for k, (cell, width) in enumerate(zip(row, widths))
    ]
