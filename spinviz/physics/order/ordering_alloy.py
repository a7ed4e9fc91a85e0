"""What the alloy of `atom_exchange` is known to do: where all bonds are alike, when cold, and when mixed.

Energies in J, kB = 1, per atom; N = 2 n atoms on n cells, K of them of the first kind, x = K/N. The order is
S = r_a - r_b, where r_a and r_b are the parts of the corners and centres that hold a first atom.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import comb, exp, sqrt

import numpy as np

from spinviz.physics.order.atom_exchange import NEIGHBOURS

SMALL = 2
"""Cells along each edge of the sample in which every corner is a neighbour of every centre, once."""
COLD = 3.2
"""Temperature [J] up to which `cold_order` is good to 3e-4."""
_SERIES = ((4, -2), (7, -16), (8, 18), (10, -168), (11, 384))


@dataclass(frozen=True)
class Averages:
    """Means in equilibrium: of \\|S\\|, of S^2, and the energy per atom [J]."""

    order: float
    square: float
    energy: float


@lru_cache(maxsize=4096)
def all_alike(T: float, n: int, K: int) -> Averages:
    """Averages of ``K`` first atoms on ``n`` corners and ``n`` centres, all of which are neighbours with 8 J/n.

    A sum over the number k of first atoms at corners, with comb(n, k) comb(n, K - k) states each: Bragg and Williams's
    mean field without its approximation, which it becomes for many atoms. Exact for the lattice of 2 x 2 x 2 cells.
    """
    k = np.arange(max(0, K - n), min(K, n) + 1)
    S = (2 * k - K) / n
    energy = NEIGHBOURS * (2 * k - n) * (2 * (K - k) - n) / n
    with np.errstate(divide="ignore"):
        weight = np.array([_log(comb(n, int(i)) * comb(n, K - int(i))) for i in k]) - energy / T
    weight = np.exp(weight - weight.max())
    weight /= weight.sum()
    return Averages(float(weight @ np.abs(S)), float(weight @ S**2), float(weight @ energy) / (2 * n))


def _log(number: int) -> float:
    """Logarithm of a whole number of any size."""
    shift = max(number.bit_length() - 1000, 0)
    return float(np.log(float(number >> shift)) + shift * np.log(2.0))


def mixed_energy(S: float, x: float) -> float:
    """Mean energy per atom [J] where each sublattice is mixed at random: 4 [(2x - 1)^2 - S^2]; exact for any size."""
    return NEIGHBOURS / 2 * ((2 * x - 1) ** 2 - S**2)


def mixed_scatter(S: float, x: float, cells: int) -> float:
    """Standard deviation of that energy [J] in a sample of ``cells`` cells, at least two along each edge.

    Occupations of one sublattice are those of drawing without putting back: variance v = 4 r (1 - r) and covariance
    -v/(n - 1), so that the variance of the sum over bonds is v_a v_b (n/(n - 1))^2 (8 n - 64).
    """
    a, b = x + S / 2, x - S / 2
    spread = 16 * a * (1 - a) * b * (1 - b) * max(NEIGHBOURS * cells - NEIGHBOURS**2, 0)
    return sqrt(max(spread, 0.0)) * cells / (cells - 1) / (2 * cells)


def cold_order(T: float) -> float:
    """S of many atoms, half of each kind, at low T: 1 - 2 u^4 - 16 u^7 + 18 u^8 - 168 u^10 + 384 u^11, u = exp(-4J/T).

    Single wrong atoms, pairs, and chains of three, with the room that they take from each other; the spontaneous
    magnetization of the Ising model on the body-centred cubic lattice. The next term is of order 300 u^12.
    Sykes, Essam and Gaunt, J. Math. Phys. 6, 283 (1965).
    """
    u = exp(-4 / T)
    return 1.0 + sum(factor * u**power for power, factor in _SERIES)


def random_square(x: float, cells: int) -> float:
    """<S^2> of atoms that are placed at random: 4 x (1 - x)/(2 n - 1)."""
    return 4 * x * (1 - x) / (2 * cells - 1)
