"""The lattice of spins, and what is done to it between two sweeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from math import cos, pi

import numpy as np
from numpy.typing import NDArray

from spinviz.model.system import State
from spinviz.physics.lattice.discrete import Model, random_states, sums
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.lattice.unit_cells import unit_cell
from spinviz.systems.order.common.brush import nobody
from spinviz.systems.order.ising_domains.parameters import IsingParameters

DISTANCE = 8
"""Sites between the spins whose correlation is observed."""
BITS = (1, 0, 1, 1, 0, 0, 1, 0)


@dataclass
class IsingState(State):
    """Lattice, its counts, and the last single site.

    lattice: the spins as the kernels hold them, with their generator; tried (1,) and flipped (1,): the last single site
    and its fate; ``bonds`` and ``total``: sums of s_i s_j over pairs of neighbours and of s_i; pinned (k,), in order:
    flat indices of the sites that never flip.
    """

    lattice: Spins
    tried: NDArray[np.int64]
    flipped: NDArray[np.uint8]
    bonds: int = 0
    total: int = 0
    pinned: NDArray[np.int64] = field(default_factory=nobody)

    @property
    def spins(self) -> NDArray[np.int8]:
        """A copy (nz, ny, nx) for pictures, read-only: `turn` puts others in place."""
        copy = self.lattice.states()[..., 0]
        copy.flags.writeable = False
        return copy

    @property
    def m(self) -> float:
        """Mean spin."""
        return self.total / self.lattice.geometry.count


@lru_cache(maxsize=8)
def geometry_of(shape: tuple[int, int, int]) -> Geometry:
    """The periodic lattice of ``shape`` (nz, ny, nx): square if nz = 1."""
    nz, ny, nx = shape
    return Geometry.of(unit_cell("square" if nz == 1 else "simple cubic"), (nx, ny, nz))


def field_at(p: IsingParameters, time: float) -> float:
    """Field [J] at a time [sweep]; it starts at its largest value, where the lattice is soon magnetized."""
    return p.h * cos(2 * pi * time / p.period) if p.swings else p.h


def count(state: IsingState) -> None:
    """Count bonds and spins."""
    bonds, total = sums(state.lattice, Model())
    state.bonds, state.total = int(bonds), int(total)


def turn(state: IsingState, spins: NDArray[np.int8]) -> None:
    """Put other spins (nz, ny, nx) in place."""
    state.lattice.set(spins[..., None])
    count(state)


def fresh_generator(state: IsingState) -> np.random.Generator:
    """A generator of numpy that follows from that of the spins, which goes on."""
    rng = state.lattice.rng
    generator = np.random.default_rng([int(word) for word in rng])
    rng[1] += np.uint64(1)
    return generator


def randomized(state: IsingState, p: IsingParameters) -> None:
    """Spins of infinite temperature."""
    turn(state, random_states(state.lattice.geometry, Model(), fresh_generator(state))[..., 0])


def quench(state: IsingState, p: IsingParameters) -> IsingParameters:
    """From infinite temperature at once to 0.3 Tc."""
    randomized(state, p)
    return p.change(T=round(0.3 * p.Tc, 2), h=0.0)


def write_droplet(state: IsingState, p: IsingParameters) -> None:
    """Turn a round patch in the middle against its surroundings."""
    z, y, x = (np.arange(n) - n / 2 + 0.5 for n in p.shape)
    inside = z[:, None, None] ** 2 + y[:, None] ** 2 + x**2 < (0.3 * p.side) ** 2
    major = 1 if state.total >= 0 else -1
    turn(state, np.where(inside, np.int8(-major), state.spins))


def write_bits(state: IsingState, p: IsingParameters) -> None:
    """Write eight bits as stripes, wall to wall."""
    stripes = np.repeat(2 * np.array(BITS, np.int8) - 1, -(-p.side // len(BITS)))[: p.side]
    turn(state, np.broadcast_to(stripes, p.shape))
