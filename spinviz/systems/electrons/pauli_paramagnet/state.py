"""The electrons on their states, and what is done to them at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spinviz.model.system import State
from spinviz.physics.electrons import band_population as population
from spinviz.physics.rng import RandomState
from spinviz.systems.electrons.pauli_paramagnet.parameters import PauliParameters, gas, levels_of

FAR = 1_000_000
"""Age of an electron that has not moved for long [sweeps]."""


@dataclass
class PauliState(State):
    """See `band_population` for occupant (2L,), place (N,) and age (N,); ``before`` (N,): places a sweep ago.

    ``count`` of the steps, ``moves`` in the last sweep.
    """

    occupant: NDArray[np.int32]
    place: NDArray[np.int32]
    before: NDArray[np.int32]
    age: NDArray[np.int32]
    random: RandomState
    count: int = 0
    moves: int = 0


def fill(state: PauliState, p: PauliParameters, B: float) -> None:
    """Put the electrons into the lowest states of the field ``B`` [T]."""
    state.before[:] = state.place
    state.occupant[:], state.place[:] = population.ground_state(population.state_energies(levels_of(p), B), p.electrons)
    state.age[:] = np.where(state.before == state.place, FAR, 0)


def above_fermi(state: PauliState, p: PauliParameters) -> NDArray[np.float64]:
    """Energies (N,) of the electrons above the Fermi level [kT], at least a hundredth of E_F for each kT."""
    up = 1 - 2 * (state.place >= len(state.occupant) // 2)
    energy = levels_of(p)[state.place % (len(state.occupant) // 2)] / p.fermi - p.b * up
    return np.asarray((energy - float(gas(p.n, p.B_shown, p.T).mu) / p.fermi) / max(p.t, 0.01))
