"""Order of a binary alloy in mean field (Bragg and Williams), and what it does to the magnetization.

Two equally large sublattices a and b; r_a and r_b are the parts of their sites that hold the right atom of a, say Mn,
so that the composition is c = (r_a + r_b)/2 and the order S = r_a - r_b. Energy -kB T0 S^2/2 per site, entropy of
mixing on each sublattice; with t = T/T0, T0 the ordering temperature of the alloy with c = 1/2,

    ln[r_a (1 - r_b)/(r_b (1 - r_a))] = 4 S/t,        c = 1/2:  S = tanh(S/t).

Bragg and Williams, Proc. R. Soc. A 145, 699 (1934). An antisite moment is antiparallel to the others, so that the net
moment is that of S Mn atoms per two sites at any composition.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spinviz.physics.constants import BOHR_MAGNETON
from spinviz.physics.order import mean_field

Values = NDArray[np.float64]

HALVINGS = 60


def order(t: ArrayLike, c: float = 0.5) -> Values:
    """Order S at t = T/T0 for the composition ``c``: tanh(S/t) = S for c = 1/2, 0 above 4 c (1 - c).

    Errors: ValueError for a composition outside 0..1, or a temperature not above 0.
    """
    if not 0 <= c <= 1:
        raise ValueError(f"composition c = {c:g}: use 0 to 1, the part of all sites with this atom.")
    t = np.asarray(t, np.float64)
    if c == 0.5:
        return mean_field.order_parameter(0.5, t)
    if not (t > 0).all():
        raise ValueError(f"T/T0 = {t.min():g}: use a temperature above 0.")
    # The entropy side grows faster than linearly from 0: below its crossing with 4 S/t it is the smaller one.
    low, high = np.zeros(t.shape), np.full(t.shape, 2 * min(c, 1 - c))
    for _ in range(HALVINGS):
        S = (low + high) / 2
        a, b = c + S / 2, c - S / 2
        with np.errstate(divide="ignore"):
            inside = np.log(a * (1 - b)) - np.log(b * (1 - a)) < 4 * S / t
        low, high = np.where(inside, S, low), np.where(inside, high, S)
    return np.asarray(np.where(t < 4 * c * (1 - c), low, 0.0))


def ordering_temperature(c: float = 0.5) -> float:
    """Temperature over T0 above which there is no order: 4 c (1 - c)."""
    return 4 * c * (1 - c)


def mixing_entropy(S: ArrayLike, c: float = 0.5) -> Values:
    """Configurational entropy per site [kB]: -(1/2) sum over sublattices of r ln r + (1 - r) ln(1 - r)."""
    S = np.asarray(S, np.float64)
    terms = [r * np.log(np.where(r > 0, r, 1.0)) for r in (c + S / 2, 1 - c - S / 2, c - S / 2, 1 - c + S / 2)]
    return np.asarray(-sum(terms) / 2)


def magnetization(moment: float, a: float, c: float, S: ArrayLike) -> Values:
    """M = mu N S [A/m]: moment [muB] of one atom, one Mn site of the ordered alloy per tetragonal cell a a c [m]."""
    return np.asarray(moment * BOHR_MAGNETON / (a * a * c) * np.asarray(S, np.float64))
