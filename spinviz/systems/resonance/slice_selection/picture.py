"""Picture of slice selection: rows of isochromats, both faces of the slice, and the magnetization of it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from spinviz.model.visuals import Arrows, Labels, Lines, Visual, float32
from spinviz.systems.resonance.slice_selection.parameters import SliceParameters, centre, prescribed
from spinviz.systems.resonance.slice_selection.state import SliceState, slice_moment

LENGTH = 6.0
"""Length of the sample in the picture."""
DRAWN = 2000
"""Arrows drawn at most."""
ROWS = 12
"""Rows in which they stand."""


def picture(state: SliceState, p: SliceParameters) -> tuple[Visual, ...]:
    """Rows of isochromats at their places, the edges of the slice, and its net magnetization in front."""
    every = slice(None, None, -(-p.isochromats // DRAWN))
    moment = slice_moment(state, p)[None, :]
    front = float32([[_place(centre(p), p), -2.1, 0.0]])
    return (
        Arrows(
            _stands(p.isochromats),
            float32(state.m[:, every].T),
            length=0.52,
            radius=0.03,
            color="direction",
            one="spin",
            worth=1.0,
        ),
        _frame(_place(centre(p), p), p, "text", "slice"),
        _frame(_place(prescribed(p), p), p, "x", "prescribed slice" if p.shift else ""),
        Arrows(front, float32(moment), radius=0.05, color="net", label="M of the slice"),
        Labels(float32(front + 1.1 * moment), ("M",), color="net", size=1.4, italic=True, offset=(0.5, 0.5)),
    )


def _place(x: float, p: SliceParameters) -> float:
    """Position in the picture of a place [m], kept within it."""
    return float(np.clip(x / p.extent, -0.52, 0.52)) * LENGTH


@lru_cache(maxsize=4)
def _stands(count: int) -> NDArray[np.float32]:
    """Where the arrows stand in the picture: along x at their places, in rows."""
    every = -(-count // DRAWN)
    x = LENGTH * ((np.arange(0, count, every) + 0.5) / count - 0.5)
    rows = 1 if len(x) < 8 * ROWS else ROWS
    y = (np.arange(len(x)) % rows - (rows - 1) / 2) * (2.0 / ROWS)
    return float32(np.stack([x, y, np.zeros(len(x))], axis=1))


def _frame(x: float, p: SliceParameters, color: str, label: str) -> Lines:
    """The outline of both faces of a slice centred at ``x`` in the picture; a point when it has no label."""
    half = p.thickness / p.extent * LENGTH / 2 if label else 0.0
    corners = np.array([[0, -1.1, -0.2], [0, 1.1, -0.2], [0, 1.1, 0.75], [0, -1.1, 0.75], [0, -1.1, -0.2]])
    limit = 0.52 * LENGTH
    faces = [corners * (1.0 if label else 0.0) + [np.clip(x + side * half, -limit, limit), 0, 0] for side in (-1, 1)]
    breaks = np.zeros(10, np.bool_)
    breaks[5] = True
    return Lines(float32(np.concatenate(faces)), color=color, width=2.4, breaks=breaks, label=label)
