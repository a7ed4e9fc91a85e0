"""The atoms of the sample, and what is done to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spinviz.model.brush import Indices
from spinviz.model.system import State
from spinviz.physics.order.atom_exchange import (
    Atoms,
    counted,
    exchange_atoms,
    mix_sublattices,
    nearest_surplus,
    set_surplus,
    shuffled,
    thresholds,
)
from spinviz.physics.rng import RandomState, drawn_from, next_word
from spinviz.systems.order.alloy_order.parameters import T_ORDER, AlloyParameters

COLD = 0.3
"""Temperature of a quench, and of annealing, in parts of the ordering temperature."""
WARM = 0.9
BRUSHES = ("swap", "mix")
"""Brushes that leave the composition as it is."""


@dataclass
class AlloyState(State):
    """Atoms (2, nz, ny, nx): +1 Mn, -1 Al on corners and centres; counts: bonds and surplus of Mn on the corners."""

    atoms: Atoms
    random: RandomState
    counts: NDArray[np.int64]

    @property
    def order(self) -> float:
        """S = r_a - r_b."""
        return float(self.counts[1] / self.atoms[0].size)


def started(p: AlloyParameters, rng: np.random.Generator) -> AlloyState:
    """Atoms at random, but for the order that is asked for."""
    random = drawn_from(rng)
    atoms = shuffled((p.L,) * 3, p.first, rng)
    state = AlloyState(atoms, random, counted(atoms))
    reorder(state, p)
    return state


def reorder(state: AlloyState, p: AlloyParameters) -> None:
    """Exchange atoms until the order is the one asked for, as nearly as composition and whole atoms allow."""
    set_surplus(state.atoms, nearest_surplus(p.S * p.cells, p.first, p.cells), state.random, state.counts)


def swept(state: AlloyState, p: AlloyParameters) -> None:
    """As many attempts as there are atoms."""
    attempts = state.atoms.size
    if p.held:
        mix_sublattices(state.atoms, state.random, attempts, state.counts)
    else:
        near = 1 if p.exchange == "neighbours" else 0
        exchange_atoms(state.atoms, thresholds(p.T), near, state.random, attempts, state.counts)


def ordered(state: AlloyState, p: AlloyParameters) -> AlloyParameters:
    """Put as many atoms as there are on their own sublattices."""
    p = p.change(S=1.0)
    reorder(state, p)
    return p


def disordered(state: AlloyState, p: AlloyParameters) -> AlloyParameters:
    """Place all atoms at random; where the order is held it becomes zero."""
    rng = np.random.default_rng(int(next_word(state.random)))
    state.atoms[...] = shuffled((p.L,) * 3, p.first, rng)
    state.counts[...] = counted(state.atoms)
    p = p.change(S=0.0)
    if p.held:
        reorder(state, p)
    return p


def quenched(state: AlloyState, p: AlloyParameters) -> AlloyParameters:
    """From infinite temperature at once to a low one, where neighbours change places."""
    p = disordered(state, p)
    exchange = "neighbours" if p.held else p.exchange
    return p.change(T=round(COLD * T_ORDER, 2), exchange=exchange)


def annealed(state: AlloyState, p: AlloyParameters) -> AlloyParameters:
    """Raise the temperature to just below that of ordering at this composition."""
    exchange = "neighbours" if p.held else p.exchange
    return p.change(T=round(WARM * T_ORDER * 4 * p.part * (1 - p.part), 2), exchange=exchange)


def paint(state: AlloyState, brush: str, sites: Indices) -> None:
    """Exchange atoms of the ``sites`` (n,), corners before centres, among themselves or within their cells."""
    flat = state.atoms.reshape(-1)
    if brush == "swap":
        cells = np.unique(sites % state.atoms[0].size)
        both = state.atoms.reshape(2, -1)
        both[:, cells] = both[::-1, cells]
    else:
        rng = np.random.default_rng(int(next_word(state.random)))
        flat[sites] = rng.permutation(flat[sites])
    state.counts[...] = counted(state.atoms)
