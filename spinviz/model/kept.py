"""Curves kept beside those of the run: of an earlier run, measured elsewhere, or sketched by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from spinviz.model.parameters import Parameters, Quantity

Values: TypeAlias = NDArray[np.float64]
Kind: TypeAlias = Literal["run", "measured", "sketch"]

MOST_KEPT = 6
"""Sets of curves on one plot: more cannot be told apart."""
MOST_LINES = 24
"""Lines of one set."""
MOST_POINTS = 1000
"""Points of one line."""
NAMED = 3
"""Parameters that a label names at most."""
ROLES = ("simulation", "net", "x", "y", "z", "up", "down", "good", "muted", "text", "secondary")
"""Colours that a kept line may have. That of the law is none of them."""


@dataclass(frozen=True, eq=False)
class KeptLine:
    """One line: x, y (n,) in the declared units of its plot, NaN for gaps; ``role`` is its colour in the run."""

    name: str
    x: Values
    y: Values
    role: str = "simulation"


@dataclass(frozen=True, eq=False)
class Kept:
    """What is kept on one plot. ``parameters``: those of the run; None for what no run made, which has a ``title``."""

    plot: str
    lines: tuple[KeptLine, ...]
    kind: Kind = "run"
    title: str = ""
    parameters: Parameters | None = None


def labels(kept: Sequence[Kept], now: Parameters) -> tuple[list[str], str]:
    """Return what tells each of ``kept`` from the others and from the run ``now``, and what tells the run.

    Of runs these are the parameters in which they differ: "T_2 = 80 ms".
    """
    runs = [one.parameters for one in kept if type(one.parameters) is type(now)]
    every = [p.model_dump() for p in (now, *runs) if p is not None]
    varied = [
        q for name, q in now.quantities().items() if not q.display and any(e[name] != every[0][name] for e in every)
    ]
    return [_words(one, varied, now) for one in kept], ", ".join(_values(now, varied)) or "now"


def _words(one: Kept, varied: Sequence[Quantity], now: Parameters) -> str:
    if one.parameters is None:
        return one.title
    if type(one.parameters) is not type(now):
        return "kept"
    return ", ".join(_values(one.parameters, varied)) or "kept, same parameters"


def _values(p: Parameters, varied: Sequence[Quantity]) -> list[str]:
    values: dict[str, Any] = p.model_dump()
    words = [f"{q.symbol or q.title} = {q.said(values[q.name])}" for q in varied[:NAMED]]
    return words + (["…"] if len(varied) > NAMED else [])


def thinned(x: Values, y: Values, most: int = MOST_POINTS) -> tuple[Values, Values]:
    """Return copies of x, y (n,) with at most ``most`` points: of every stretch its lowest and its highest value."""
    x, y = np.array(x, dtype=float), np.array(y, dtype=float)
    if len(x) <= most:
        return x, y
    rows = []
    for part in np.array_split(np.arange(len(x)), most // 2):
        known = part[np.isfinite(y[part])]
        pair = (known[np.argmin(y[known])], known[np.argmax(y[known])]) if len(known) else (part[0], part[-1])
        rows += sorted(pair)
    rows[0], rows[-1] = 0, len(x) - 1
    return x[rows], y[rows]
