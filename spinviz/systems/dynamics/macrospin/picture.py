"""Picture of macrospins: the moments, the path of the first, their mean, the field and the easy axis."""

from __future__ import annotations

import numpy as np

from spinviz.model.visuals import Arrows, Labels, Lines, Visual, float32
from spinviz.systems.dynamics.macrospin.parameters import MacrospinParameters
from spinviz.systems.dynamics.macrospin.state import MacrospinState, applied_field, field_axis
from spinviz.systems.pictures.vectors import origins

DRAWN = 400
"""Arrows drawn at most."""


def picture(state: MacrospinState, p: MacrospinParameters) -> tuple[Visual, ...]:
    """The moments, the path of the first, the mean, the field and the easy axis."""
    m = state.spins.m.T
    mean = m.mean(axis=0)[None, :]
    path = state.trail.path(m[0]) if p.T == 0 else np.repeat(m[:1], 2, axis=0)
    B = applied_field(p, state.time) / max(abs(p.B), 1e-12)
    axis = 1.25 if p.Bk else 0.0
    visuals: list[Visual] = [
        Lines(
            float32([[0, 0, -axis], [0, 0, axis]]), color="muted", width=1.6, dashed=True,
            label="easy axis" if p.Bk else "",
        ),
        Lines(float32(path), color="net", width=2.4, fade=True, label="path of m"),
        Arrows(
            origins(1), float32([0.62 * B * field_axis(p)]), radius=0.05, color="accent",
            label="field B" if p.B else "",
        ),
        Arrows(origins(1), float32(mean), radius=0.04, color="net", label="magnetization m"),
        Labels(
            float32(np.concatenate([1.06 * mean, 0.68 * B * field_axis(p)[None, :]])), ("m", "B" if p.B else ""),
            color="text", size=1.3, italic=True, offset=(0.6, 0.4),
        ),
    ]  # fmt: skip
    if p.count > 1:
        every = -(-p.count // DRAWN)
        tips = m[::every]
        visuals.insert(
            0,
            Arrows(
                float32(0.86 * tips), float32(tips), length=0.14, radius=0.1, color="direction", one="moment", worth=1.0
            ),
        )
    return tuple(visuals)
