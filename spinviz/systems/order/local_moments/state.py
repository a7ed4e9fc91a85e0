"""The moments of the lattice, and what is done to them between two sweeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from spinviz.model.brush import Indices
from spinviz.model.system import State
from spinviz.physics.lattice.brushes import VECTOR_BRUSHES, brushed
from spinviz.physics.order import moment_updates
from spinviz.physics.rng import RandomState, next_word
from spinviz.systems.order.common.brush import HOT, PINS, WARMING, among, heated, nobody, pinned_after
from spinviz.systems.order.local_moments.parameters import LocalMomentParameters

Values = NDArray[np.float64]

PREPARED = 300
"""Sweeps that bring the start into equilibrium, from aligned moments."""
SETTLE = 40.0
"""Sweeps after a change that count in no mean, far from the Curie point."""
FACTOR = 1.25
"""By which heating and cooling change the temperature."""
BRUSHES = (*(brush for brush in VECTOR_BRUSHES if brush != "vacancy"), "heat", *PINS)
"""A moment that is removed would grow again: its length is free."""


@dataclass
class LocalMomentState(State):
    """Moments (L, L, L, 3), their sum (3,), random (4,) uint64, sites that are pinned (n,)."""

    moments: Values
    total: Values
    random: RandomState
    pinned: Indices = field(default_factory=nobody)

    @property
    def lengths(self) -> Values:
        """Lengths (N,)."""
        return np.asarray(np.linalg.norm(self.moments.reshape(-1, 3), axis=1))

    @property
    def M(self) -> float:
        """Length of the mean moment."""
        return float(np.linalg.norm(self.moments.reshape(-1, 3).mean(axis=0)))


def aligned(p: LocalMomentParameters) -> Values:
    """All moments (L, L, L, 3) along x, of the length that they have at T = 0."""
    return np.broadcast_to(np.array([p.M0, 0.0, 0.0]), (p.L, p.L, p.L, 3)).copy()


def sweep(state: LocalMomentState, p: LocalMomentParameters) -> None:
    """One sweep."""
    free = ~among(state.moments.shape[:3], state.pinned) if len(state.pinned) else moment_updates.ALL
    _sweep(state, p, p.T, free)


def _sweep(state: LocalMomentState, p: LocalMomentParameters, T: float, free: NDArray[np.bool_]) -> None:
    moment_updates.sweep(state.moments, state.total, p.a, p.b, p.alike, p.bond, T, state.random, p.held, free)


def paint(state: LocalMomentState, p: LocalMomentParameters, brush: str, sites: Indices) -> None:
    """Paint directions, lengths stay; what is pinned can be painted, and stays so."""
    if brush in PINS:
        state.pinned = pinned_after(state.pinned, brush, sites)
    elif brush == "heat":
        hot = heated(state.moments.shape[:3], sites, state.pinned)
        for _ in range(WARMING):
            _sweep(state, p, HOT * p.Tc, hot)
    else:
        flat = state.moments.reshape(-1, 3)
        lengths = np.linalg.norm(flat[sites], axis=1, keepdims=True)
        generator = np.random.default_rng(int(next_word(state.random)))
        flat[sites] = lengths * brushed(flat[sites] / lengths, brush, generator)


def align(state: LocalMomentState, p: LocalMomentParameters) -> None:
    """Turn every moment along x; lengths stay."""
    lengths = np.linalg.norm(state.moments, axis=-1)
    state.moments[:] = 0.0
    state.moments[..., 0] = lengths


def randomize(state: LocalMomentState, p: LocalMomentParameters) -> None:
    """Give every moment a random direction; lengths stay."""
    generator = np.random.default_rng(int(next_word(state.random)))
    directions = generator.normal(size=state.moments.shape)
    directions *= np.linalg.norm(state.moments, axis=-1, keepdims=True) / np.linalg.norm(
        directions, axis=-1, keepdims=True
    )
    state.moments[:] = directions


def hold(state: LocalMomentState, p: LocalMomentParameters) -> LocalMomentParameters:
    """Hold the lengths, or let them go."""
    return p.change(held=not p.held)


def heat(state: LocalMomentState, p: LocalMomentParameters) -> LocalMomentParameters:
    """A quarter hotter."""
    return p.change(T=min(p.T * FACTOR, 2.0))


def cool(state: LocalMomentState, p: LocalMomentParameters) -> LocalMomentParameters:
    """A fifth colder."""
    return p.change(T=max(p.T / FACTOR, 0.005))


def settling(p: LocalMomentParameters) -> float:
    """Sweeps that count in no mean: near Tc fluctuations last longer, up to the root of the number of moments."""
    away = abs(1 - p.T / p.Tc)
    return SETTLE * min(max(1.0, 0.5 / max(away, 1e-9)), max(sqrt(p.sites), 1.0) / 4)
