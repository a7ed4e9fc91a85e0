"""A finite number of electrons on the states of two spin bands, moved by Monte Carlo under Pauli's principle.

State q = k is level k of the up band (moment along the field, lowered by muB B), q = L + k level k of the down band.
``occupant`` (2L,) int32 holds the number of the electron in each state, -1 where empty; ``place`` (N,) int32 the state
of each electron: both are kept, so that a picture can follow single electrons.

N is fixed (canonical ensemble). Occupations then differ from the Fermi-Dirac function, which holds for a fixed
chemical potential, by terms of order 1/(number of states within kT of E_F): ``canonical_occupations`` is exact.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spinviz.physics.constants import BOHR_MAGNETON, BOLTZMANN
from spinviz.physics.kernel import kernel
from spinviz.physics.rng import RandomState, next_below, next_unit

Array = NDArray[np.float64]
Places = NDArray[np.int32]


def free_electron_levels(electrons: int, count: int, fermi_energy: float = 1.0) -> Array:
    """Energies (count,) [unit of ``fermi_energy``] of one spin's states, spaced like a sqrt(E) density of states.

    Below E a free-electron band holds (N/2)(E/E_F)^(3/2) states of each spin; level k sits where that is k + 1/2.
    The band is cut at the top: take count >= (N/2)(1 + 15 kT/E_F)^(3/2) to leave less than 1e-6 of an electron there.
    """
    if not 0 < electrons < 2 * count:
        raise ValueError(f"{electrons} electrons do not fit {2 * count} states: use 1 to {2 * count - 1}.")
    return np.asarray(fermi_energy * (2 * (np.arange(count) + 0.5) / electrons) ** (2 / 3))


def state_energies(levels: ArrayLike, B: float) -> Array:
    """Energies (2L,) [J] of all states: levels (L,) [J] minus muB B for up, plus muB B for down."""
    levels, shift = np.asarray(levels, dtype=np.float64), BOHR_MAGNETON * B
    return np.concatenate([levels - shift, levels + shift])


def ground_state(energy: ArrayLike, electrons: int) -> tuple[Places, Places]:
    """``occupant`` and ``place`` with the lowest states filled (up first where two are equal)."""
    energy = np.asarray(energy)
    place = np.argsort(energy, kind="stable")[:electrons].astype(np.int32)
    occupant = np.full(energy.size, -1, np.int32)
    occupant[place] = np.arange(electrons, dtype=np.int32)
    return occupant, place


def exchange_heat(
    occupant: Places,
    place: Places,
    age: Places,
    levels: Array,
    B: float,
    T: float,
    state: RandomState,
    sweeps: int,
    *,
    reach: int | None = None,
) -> int:
    """Try ``sweeps`` moves of each electron (on average) to an empty state of either spin.

    A random electron proposes a state at most ``reach`` levels away, with its own spin or the other one; an occupied
    state refuses it (Pauli), an empty one accepts with min(1, exp(-dE/kT)). Proposals are symmetric: the canonical
    distribution exp(-E/kT) over the many-electron states is stationary.

    Parameters
    ----------
    occupant, place
        See the head of this file; updated.
    age
        Calls since the last move of each electron (N,) int32, updated; 0 marks the ones moved in this call.
    levels
        (L,) [J], rising.
    B, T
        Field [T], temperature [K].
    reach
        Levels; by default those within 4 kT or 4 muB B at the Fermi energy. Changes the pace, not the equilibrium.

    Returns
    -------
    Number of moves made.
    """
    if not T >= 0:
        raise ValueError(f"Temperature T = {T:g} K is below the limit 0 K: use T >= 0.")
    energy = state_energies(levels, B)
    width = typical_reach(levels, place.size, B, T) if reach is None else reach
    attempts = int(sweeps) * place.size
    moved = _move(occupant, place, age, energy, BOLTZMANN * float(T), state, attempts, int(width))
    np.add(age, 1, out=age, where=age < np.iinfo(np.int32).max)
    return int(moved)


def typical_reach(levels: Array, electrons: int, B: float, T: float) -> int:
    """Number of levels within 4 kT or 4 muB B of the Fermi energy, at least 1."""
    fermi = min(max(electrons // 2, 1), levels.size - 1)
    window = 4 * max(BOLTZMANN * T, BOHR_MAGNETON * abs(B))
    inside = np.searchsorted(levels, levels[fermi] + window) - fermi
    return int(np.clip(inside, 1, levels.size - 1))


@kernel
def _move(occupant, place, age, energy, kT, state, attempts, reach):
    levels, moved = energy.size // 2, 0
    for _ in range(attempts):
        electron = next_below(state, place.size)
        old = np.int64(place[electron])
        choice = next_below(state, 2 * (2 * reach + 1))
        spin, step = choice % 2, choice // 2 - reach
        level = old % levels + step
        if level < 0 or level >= levels:
            continue
        new = spin * levels + level
        if occupant[new] >= 0:
            continue
        cost = energy[new] - energy[old]
        if cost > 0 and (kT == 0 or next_unit(state) >= np.exp(-cost / kT)):
            continue
        occupant[old] = -1
        occupant[new] = electron
        place[electron] = new
        age[electron] = -1
        moved += 1
    return moved


def polarization(occupant: Places) -> float:
    """P = (N_up - N_down)/N; the moment of the sample is N muB P."""
    up, down = (np.count_nonzero(band >= 0) for band in np.split(occupant, 2))
    return float((up - down) / (up + down))


def canonical_occupations(energy: ArrayLike, electrons: int, T: float) -> Array:
    """Exact mean occupations (2L,) of N electrons on the states ``energy`` (2L,) [J] at T > 0 [K].

    <n_q> = x_q e_(N-1)(without q)/e_N with x = exp(-E/kT) and e the elementary symmetric polynomials, built from
    both ends so that nothing is subtracted. Borrmann, Harting, Muelken and Hilf, Phys. Rev. A 60, 1519 (1999).
    """
    log_x = -(np.asarray(energy, np.float64) - np.min(energy)) / (BOLTZMANN * T)
    below, above = _log_polynomials(log_x, electrons), _log_polynomials(log_x[::-1], electrons)
    total = below[-1, electrons]
    parts = below[:-1, :electrons] + above[:-1, :electrons][::-1, ::-1]
    return np.asarray(np.exp(log_x + np.logaddexp.reduce(parts, axis=1) - total))


def _log_polynomials(log_x: Array, electrons: int) -> Array:
    """ln e_j of the first q variables, (states + 1, electrons + 1)."""
    table = np.full((log_x.size + 1, electrons + 1), -np.inf)
    table[0, 0] = 0.0
    for q, x in enumerate(log_x):
        table[q + 1] = table[q]
        table[q + 1, 1:] = np.logaddexp(table[q, 1:], x + table[q, :-1])
    return table


def canonical_polarization(energy: ArrayLike, electrons: int, T: float) -> float:
    """Mean polarization of the same electrons: what ``exchange_heat`` samples, without noise."""
    up, down = np.split(canonical_occupations(energy, electrons, T), 2)
    return float((up.sum() - down.sum()) / electrons)
