"""Picture of the isochromats: a fan of them, M and its path, and the coil."""

from __future__ import annotations

import numpy as np

from spinviz.model.visuals import Visual
from spinviz.systems.resonance.common.coil import coil
from spinviz.systems.resonance.common.frames import Look
from spinviz.systems.resonance.common.vectors import fan, path_and_vector
from spinviz.systems.resonance.isochromats.parameters import IsochromatParameters
from spinviz.systems.resonance.isochromats.state import IsochromatState, angles

DRAWN = 48
"""Isochromats drawn at most: a fan of more is a solid."""


def picture(state: IsochromatState, p: IsochromatParameters) -> tuple[Visual, ...]:
    """The isochromats, M and its path in the chosen frame."""
    look = state.look if state.look.frame == p.frame else Look.at(p.frame)  # paused: the frame was just chosen
    now = angles(p, state.time)
    every = slice(None, None, -(-p.isochromats // DRAWN))
    vectors = np.stack([state.mx[every], state.my[every], state.mz[every]], axis=1)
    directions, net = look.seen(vectors, now), look.seen(state.net[None, :], now)
    path = state.trail.path((state.time, *state.net))
    return (
        fan(directions),
        *path_and_vector(look.seen(path[:, 1:], angles(p, path[:, 0])), net),
        *(coil(float(net[0, 1])) if p.coil else ()),
    )
