"""The moments of the lattice, and what is done to them between two sweeps."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from spinviz.model.system import State
from spinviz.physics.order import moment_updates
from spinviz.physics.rng import RandomState, next_word
from spinviz.systems.order.local_moments.parameters import LocalMomentParameters

Values = NDArray[np.float64]

PREPARED = 300
"""Sweeps that bring the start into equilibrium, from aligned moments."""
SETTLE = 40.0
"""Sweeps after a change that count in no mean, far from the Curie point."""
FACTOR = 1.25
"""By which heating and cooling change the temperature."""


@dataclass
class LocalMomentState(State):
    """Moments (L, L, L, 3), their sum (3,), random (4,) uint64."""

    moments: Values
    total: Values
    random: RandomState

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
    moment_updates.sweep(state.moments, state.total, p.a, p.b, p.alike, p.bond, p.T, state.random, p.held)


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
