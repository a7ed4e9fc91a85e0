"""Exact averages of small lattices by counting all their states: the best test a Monte Carlo can have.

H = -J sum over bonds of e(q_i, q_j) - h sum of s_i, kB = 1, with e = s_i s_j for Ising spins, delta(q_i, q_j) for the
q-state Potts model and cos 2 pi (q_i - q_j)/q for the clock model; h acts on Ising spins only. States are counted once
by energy and order; averages at any T, J and h follow from these counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import pi
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Kind = Literal["ising", "potts", "clock"]
Bonds = tuple[tuple[int, int], ...]

MOST_STATES = 1 << 27
"""States counted at most: some ten seconds for as many bonds as a plane has."""
CHUNK = 1 << 18


@dataclass(frozen=True)
class Averages:
    """Exact averages: per site but for ``abs_m``, ``m2`` and ``m4``, those of the mean moment.

    For Ising m is the mean spin, for clocks the length of the mean vector, for Potts (q max - 1)/(q - 1), max the part
    of the sites in the most frequent state. ``specific_heat`` [kB].
    """

    energy: float
    specific_heat: float
    abs_m: float
    m2: float
    m4: float
    m: float


@dataclass(frozen=True, eq=False)
class Counted:
    """Sums over bonds of e, order parameters m and numbers of states (k,), of ``sites`` sites."""

    sites: int
    bonds: Values
    m: Values
    states: Values

    def averages(self, T: float, J: float = 1.0, h: float = 0.0) -> Averages:
        """Boltzmann averages at the temperature ``T`` [J]. Errors: ValueError for T <= 0."""
        if not T > 0:
            raise ValueError(f"T = {T:g}: use a temperature above 0.")
        E = -J * self.bonds - h * self.sites * self.m
        weight = self.states * np.exp(-(E - E.min()) / T)
        weight /= weight.sum()
        mean = float(weight @ E)
        return Averages(
            energy=mean / self.sites,
            specific_heat=float(weight @ (E - mean) ** 2) / T**2 / self.sites,
            abs_m=float(weight @ np.abs(self.m)),
            m2=float(weight @ self.m**2),
            m4=float(weight @ self.m**4),
            m=float(weight @ self.m),
        )


def square_bonds(rows: int, columns: int, periodic: bool = True) -> Bonds:
    """Bonds of a square lattice, sites numbered row by row; two periodic rows are joined by two bonds each."""
    site = np.arange(rows * columns).reshape(rows, columns)
    right = np.stack([site, np.roll(site, -1, 1)], -1)[:, : columns if periodic else columns - 1]
    down = np.stack([site, np.roll(site, -1, 0)], -1)[: rows if periodic else rows - 1]
    return tuple((int(i), int(j)) for i, j in np.concatenate([right.reshape(-1, 2), down.reshape(-1, 2)]))


@lru_cache(maxsize=8)
def counted(bonds: Bonds, sites: int, kind: Kind = "ising", q: int = 2) -> Counted:
    """Count the states of ``sites`` spins joined by ``bonds`` (pairs of sites, a pair may come twice).

    Errors: ValueError with the number of states where they are too many, or for bonds between sites that are none.
    """
    q = 2 if kind == "ising" else q
    if q < 2 or q**sites > MOST_STATES:
        raise ValueError(f"{sites} sites of {q} states are {q}^{sites}: use at least 2 and at most {MOST_STATES:.2g}.")
    if any(not 0 <= site < sites for bond in bonds for site in bond):
        raise ValueError(f"a bond joins a site beyond the {sites}: number them 0 to {sites - 1}.")
    # One site stays in state 0: turning all states together changes neither energy nor order, but for the sign of m.
    total, free = q ** (sites - 1), np.arange(sites - 1)
    powers = q**free
    parts = []
    for start in range(0, total, CHUNK):
        number = np.arange(start, min(start + CHUNK, total), dtype=np.int64)
        states = np.zeros((sites, len(number)), np.int16)
        states[1:] = number // powers[:, None] % q
        parts.append(_summed(states, bonds, kind, q))
    energies, orders, numbers = (np.concatenate(column) for column in zip(*parts))
    energies, orders, numbers = _merged(energies, orders, numbers)
    if kind == "ising":
        energies, orders, numbers = (
            np.tile(energies, 2), np.concatenate([orders, -orders]), np.tile(numbers / 2, 2)
        )  # fmt: skip
    return Counted(sites, energies, orders, numbers * q)


def _summed(states: NDArray[np.int16], bonds: Bonds, kind: Kind, q: int) -> tuple[Values, Values, Values]:
    """Distinct (bond sum, order) of some states (sites, n), and how many have each."""
    table = np.cos(2 * pi * np.arange(-q, q + 1) / q) if kind == "clock" else np.zeros(0)
    sums = np.zeros(states.shape[1])
    for i, j in bonds:
        if kind == "clock":
            sums += table[states[i] - states[j] + q]
        else:
            sums += states[i] == states[j]
    if kind == "ising":
        sums = 2 * sums - len(bonds)
        order = 1 - 2 * states.mean(axis=0, dtype=np.float64)
    elif kind == "potts":
        most = np.max([(states == k).sum(axis=0) for k in range(q)], axis=0)
        order = (q * most / len(states) - 1) / (q - 1)
    else:
        order = np.abs(np.exp(2j * pi * np.arange(q) / q)[states].mean(axis=0))
    return _merged(sums, order, np.ones(len(sums)))


def _merged(sums: Values, order: Values, numbers: Values) -> tuple[Values, Values, Values]:
    """One entry for each (bond sum, order); what differs by rounding is one."""
    distinct, where = np.unique(np.round(np.stack([sums, order]), 10), axis=1, return_inverse=True)
    return distinct[0], distinct[1], np.asarray(np.bincount(where.ravel(), numbers), np.float64)
