"""Kept curves in a session: numbers in the units of their plots, a gap is null, and so is what is infinite."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from spinviz.files.errors import quoted
from spinviz.model.kept import MOST_KEPT, MOST_LINES, MOST_POINTS, ROLES, Kept, KeptLine
from spinviz.model.parameters import Parameters

LARGEST = 1e300
KINDS = ("run", "measured", "sketch")
LETTERS = 200
ENTRIES = {"plot", "kind", "title", "parameters", "lines"}


def kept_document(kept: Sequence[Kept]) -> list[dict[str, Any]]:
    """Return ``kept`` as JSON has it."""
    return [
        {
            "plot": one.plot,
            "kind": one.kind,
            "title": one.title,
            "parameters": None if one.parameters is None else one.parameters.model_dump(),
            "lines": [
                {"name": line.name, "role": line.role, "x": _numbers(line.x), "y": _numbers(line.y)}
                for line in one.lines
            ],
        }
        for one in kept
    ]


def kept_of(document: Any, plots: Sequence[str], parameters: Callable[[dict[str, Any]], Parameters]) -> list[Kept]:
    """Return what `kept_document` wrote.

    ``plots`` are the names that a plot may have; ``parameters`` validates those of a run. Errors: `ValueError`, one
    line with value, limit and remedy; those of ``parameters``.
    """
    if not isinstance(document, list):
        raise ValueError("kept is no list")
    if len(document) > MOST_KEPT * max(len(plots), 1):
        raise ValueError(f"kept has {len(document)} entries, the limit is {MOST_KEPT} for each plot")
    found = [_one(entry, plots, parameters) for entry in document]
    for name in plots:
        count = sum(one.plot == name for one in found)
        if count > MOST_KEPT:
            raise ValueError(f"{count} curves are kept on the plot {quoted(name)}, the limit is {MOST_KEPT}")
    return found


def _one(entry: Any, plots: Sequence[str], parameters: Callable[[dict[str, Any]], Parameters]) -> Kept:
    if not isinstance(entry, dict) or set(entry) != ENTRIES:
        raise ValueError(f"kept curves have {', '.join(sorted(ENTRIES))}")
    plot, kind, title, lines = entry["plot"], entry["kind"], entry["title"], entry["lines"]
    if plot not in plots:
        raise ValueError(f"kept curves on {quoted(str(plot))}: use one of {', '.join(plots)}")
    if kind not in KINDS:
        raise ValueError(f"kept curves of kind {quoted(str(kind))}: use one of {', '.join(KINDS)}")
    if not isinstance(title, str) or len(title) > LETTERS:
        raise ValueError(f"the title of kept curves is no text of at most {LETTERS} letters")
    if not isinstance(lines, list) or not 0 < len(lines) <= MOST_LINES:
        raise ValueError(f"kept curves have between 1 and {MOST_LINES} lines")
    values = entry["parameters"]
    if (kind == "run") != isinstance(values, dict):
        raise ValueError("kept curves of a run have parameters, others have none")
    p = parameters(values) if isinstance(values, dict) else None
    return Kept(plot, tuple(_line(line) for line in lines), kind, title, p)


def _line(line: Any) -> KeptLine:
    if not isinstance(line, dict) or set(line) != {"name", "role", "x", "y"}:
        raise ValueError("a kept line has name, role, x and y")
    if not isinstance(line["name"], str) or len(line["name"]) > LETTERS:
        raise ValueError(f"the name of a kept line is no text of at most {LETTERS} letters")
    if line["role"] not in ROLES:
        raise ValueError(f"a kept line has the colour {quoted(str(line['role']))}: use one of {', '.join(ROLES)}")
    x, y = _values(line["x"]), _values(line["y"])
    if len(x) != len(y):
        raise ValueError(f"a kept line has {len(x)} values of x and {len(y)} of y")
    return KeptLine(line["name"], x, y, line["role"])


def _numbers(values: Any) -> list[float | None]:
    return [value if abs(value) <= LARGEST else None for value in values.tolist()]


def _values(numbers: Any) -> Any:
    if not isinstance(numbers, list) or len(numbers) > MOST_POINTS:
        raise ValueError(f"the numbers of a kept line are no list of at most {MOST_POINTS}")
    for number in numbers:
        known = isinstance(number, int | float) and not isinstance(number, bool)
        if number is not None and not (known and abs(number) <= LARGEST):
            raise ValueError(f"a kept line has {quoted(str(number))}: numbers are at most {LARGEST:g}")
    return np.array([math.nan if number is None else float(number) for number in numbers])
