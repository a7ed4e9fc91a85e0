"""Picture of radiation damping: a fan of isochromats, M and its path, the coil and the field of its current."""

from __future__ import annotations

import numpy as np

from spinviz.model.visuals import Arrows, Visual, float32
from spinviz.systems.pictures.vectors import origins
from spinviz.systems.resonance.common.coil import coil
from spinviz.systems.resonance.common.vectors import fan, path_and_vector
from spinviz.systems.resonance.radiation_damping.parameters import DampingParameters, circuit
from spinviz.systems.resonance.radiation_damping.state import DampingState

DRAWN = 40
"""Isochromats drawn at most."""


def picture(state: DampingState, p: DampingParameters) -> tuple[Visual, ...]:
    """M, its path, the coil alight with its current, and the field of that."""
    every = slice(None, None, -(-p.count // DRAWN))
    spins = np.stack([state.mx[every], state.my[every], state.mz[every]], axis=1)
    net = state.net
    given = circuit(p)
    F = complex(net[0], net[1]) * (given.gain + 1j * given.shift) * p.Trd
    field = np.array([-F.imag, F.real, 0.0])
    return (
        fan(spins, ""),
        *path_and_vector(state.trail.path(net), net, "magnetization M"),
        Arrows(origins(1), float32(0.8 * field[None, :]), radius=0.025, color="y", label="field of the coil"),
        *coil(float(net[1])),
    )
