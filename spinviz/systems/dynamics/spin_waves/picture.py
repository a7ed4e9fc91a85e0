"""Picture of the spin waves: a strip of the film in the colours of one component, with arrows; or the chain."""

from __future__ import annotations

from functools import lru_cache
from math import pi

import numpy as np
from numpy.typing import NDArray

from spinviz.model.units import plain, show
from spinviz.model.visuals import Arrows, Cells, Lines, Stage, Visual, float32
from spinviz.systems.dynamics.spin_waves.parameters import SpinWaveParameters, stable
from spinviz.systems.dynamics.spin_waves.state import END, SpinWaveState, at_rest, frame, transverse

Array = NDArray[np.float32]

LENGTH, WIDTH = 24.0, 6.0
"""Of the strip, in units of the picture."""
COLUMNS, ROWS = 48, 3
"""Arrows on it."""
BELOW = 0.5
"""How far the strip lies below the arrows."""
DEGREES = 180 / pi


def magnified(state: SpinWaveState, p: SpinWaveParameters) -> NDArray[np.float64]:
    """Unit vectors (count, 3) that deviate from rest ``magnify`` times as far as they do."""
    rest = at_rest(p)
    u, v = transverse(state.m, p)
    drawn = rest + p.magnify * (np.outer(u, frame(p)[0]) + np.outer(v, frame(p)[1]))
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True))


def columns(p: SpinWaveParameters) -> NDArray[np.int64]:
    """Cells that have arrows."""
    every = max(1, round(p.count / COLUMNS))
    return np.arange(every // 2, p.count, every)


@lru_cache(maxsize=8)
def places(count: int, rows: int, chosen: tuple[int, ...]) -> Array:
    """Where arrows stand (rows * columns, 3)."""
    x = (np.array(chosen) + 0.5 - count / 2) * LENGTH / count
    y = (np.arange(rows) - (rows - 1) / 2) * WIDTH / max(rows, 1)
    grid = np.stack(np.meshgrid(x, y, [0.0], indexing="xy"), axis=-1).reshape(-1, 3)
    return float32(grid)


def picture(state: SpinWaveState, p: SpinWaveParameters) -> tuple[Visual, ...]:
    """The strip with its arrows, or the chain, and the field."""
    vectors = magnified(state, p)
    field = Arrows(
        float32([[-LENGTH / 2 - 2.0, 0.0, 0.0]]), float32(frame(p)[2][None] * min(p.B, 1e-9) / 1e-9), length=1.6,
        radius=0.08, color="accent", pivot="middle", label="field B" if p.B else "",
    )  # fmt: skip
    if p.chain:
        at = places(p.count, 1, tuple(range(p.count)))
        spacing = LENGTH / p.count
        return (
            *(
                Arrows(at[first::2].copy(), float32(vectors[first::2]), length=2.0, radius=min(0.06, 0.25 * spacing),
                       color=color, pivot="middle", label=f"sublattice {name}", one="spin")
                for first, color, name in ((0, "x", "A"), (1, "z", "B"))
            ),
            field,
        )  # fmt: skip
    chosen = columns(p)
    u, _ = transverse(state.m, p)
    step = LENGTH / p.count
    return (
        Cells(
            float32(u[None, None] * DEGREES), (-LENGTH / 2, -WIDTH / 2, -BELOW), (step, WIDTH, 0.01), colormap="spin",
            low=-full(p), high=full(p), one="cell",
        ),
        Arrows(
            places(p.count, ROWS, tuple(chosen.tolist())), float32(np.tile(vectors[chosen], (ROWS, 1))),
            length=LENGTH / len(chosen) * (2.0 if p.geometry != "backward volume" else 1.3), radius=0.1,
            color="text", pivot="middle", one="cell",
        ),
        field,
        *marks(p),
    )  # fmt: skip


def marks(p: SpinWaveParameters) -> tuple[Visual, ...]:
    """Where the antenna lies, as wide as it is, and where absorbing ends begin."""
    found: list[Visual] = []
    if p.driven:
        half = min(p.width / p.length, 1.0) * LENGTH / 2
        found.append(across((-half, half), "net", "antenna"))
    if p.absorbs:
        inner = (1 - END) * LENGTH / 2
        found.append(across((-inner, inner), "z", "absorbing ends"))
    return tuple(found)


def across(places: tuple[float, ...], color: str, label: str) -> Lines:
    """Lines across the strip, just above it."""
    ends = [(x, side * WIDTH / 2, -BELOW + 0.03) for x in places for side in (-1, 1)]
    return Lines(float32(ends), color=color, width=3.0, kind="segments", label=label)


def full(p: SpinWaveParameters) -> float:
    """Angle [deg] that is drawn in the full colour, to two digits: it is drawn as about 45 degrees."""
    return float(f"{DEGREES / p.magnify:.1e}")


def stage(p: SpinWaveParameters) -> Stage:
    """The strip from above, at an angle."""
    box = (LENGTH / 2 + 1.0, WIDTH / 2, 1.2)
    low, high = (-box[0] - 2.0, -box[1], -box[2]), box
    unit_length = p.length / LENGTH
    if p.chain:
        return Stage((low[0], -1.2, -1.4), (high[0], 1.2, 1.4), unit="m", unit_length=unit_length, azimuth=-12.0,
                     elevation=14.0)  # fmt: skip
    name = {"backward volume": "my"}.get(p.geometry, "mx")
    return Stage(
        low, high, unit="m", unit_length=unit_length, azimuth=-14.0, elevation=40.0, legend="colormap",
        low_value=-full(p), high_value=full(p), legend_title=f"{name}, °",
    )  # fmt: skip


def caption(p: SpinWaveParameters) -> str:
    """What is computed and drawn."""
    drawn = f"waves drawn × {plain(p.magnify, 3)}" if p.magnify > 1 else ""
    sample = f"ring of {p.count} spins" if p.chain else f"{p.count} cells of {show(p.dx, 'm', 3)}"
    ends = "absorbing ends" if p.absorbs else "periodic"
    kind = "B − BE(m₋ + m₊)/2 + BA mz" if p.chain else f"one layer, {ends}"
    unstable = "" if stable(p) else "unstable in this field"
    return " · ".join(filter(None, (unstable, drawn, sample, kind)))
