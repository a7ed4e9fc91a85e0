"""Mean field of a ferrimagnet: two sublattices of unequal moment, antiparallel.

Unit moments a and b on equally many sites, couplings J (z J of all neighbours together) within and between the
sublattices, all counted positive in the state they favour: parallel within, antiparallel between. kB = 1.

    a = B_SA((J_AA a - J_AB b)/T),    b = B_SB((J_BB b - J_AB a)/T),    M = mu_A a + mu_B b,    b <= 0 <= a.

Neel, Ann. Phys. 3, 137 (1948).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq

from spinviz.physics.order.mean_field import response, response_slope, slope_at_zero

Values = NDArray[np.float64]

NEWTON = 100
LOOKED_AT = 400
"""Temperatures between 0 and Tc at which a change of sign is looked for."""
COLDEST = 1e-4
"""Of them the lowest, as a part of Tc."""


@dataclass(frozen=True)
class Ferrimagnet:
    """Couplings [J], moments of one site [any unit] and spins (``inf``: classical vectors) of the two sublattices.

    Errors: ValueError where J_AB is not positive, or J_AA or J_BB negative (their sublattice would cant).
    """

    J_AA: float
    J_BB: float
    J_AB: float
    mu_A: float
    mu_B: float
    S_A: float = inf
    S_B: float = inf

    def __post_init__(self) -> None:
        if not self.J_AB > 0:
            raise ValueError(f"J_AB = {self.J_AB:g} does not hold the sublattices antiparallel: use one above 0.")
        if min(self.J_AA, self.J_BB) < 0:
            raise ValueError(f"J_AA = {self.J_AA:g}, J_BB = {self.J_BB:g}: below 0 a sublattice cants; use 0 or more.")

    @property
    def critical_temperature(self) -> float:
        """Tc [J], the larger eigenvalue of the linearized equations."""
        p, q = slope_at_zero(self.S_A), slope_at_zero(self.S_B)
        A, B = p * self.J_AA, q * self.J_BB
        return (A + B + sqrt((A - B) ** 2 + 4 * p * q * self.J_AB**2)) / 2

    def order(self, T: ArrayLike) -> tuple[Values, Values]:
        """Means a >= 0 and b <= 0 (...) of the unit moments at the temperatures ``T`` (...) [J], 0 from Tc on.

        In (a, -b) both right-hand sides rise and are concave: Newton's method falls from (1, 1) to the largest root.
        """
        T = np.asarray(T, np.float64)
        if not (T > 0).all():
            raise ValueError(f"T = {T.min():g} is no temperature of a mean field: use one above 0.")
        a, b = np.ones(T.shape), np.ones(T.shape)  # b without its sign
        for _ in range(NEWTON):
            x, y = (self.J_AA * a + self.J_AB * b) / T, (self.J_BB * b + self.J_AB * a) / T
            left_a, left_b = a - response(self.S_A, x), b - response(self.S_B, y)
            p, q = response_slope(self.S_A, x) / T, response_slope(self.S_B, y) / T
            aa, ab, ba, bb = 1 - p * self.J_AA, -p * self.J_AB, -q * self.J_AB, 1 - q * self.J_BB
            det = np.maximum(aa * bb - ab * ba, 1e-300)
            a = np.clip(a - (bb * left_a - ab * left_b) / det, 0.0, a)
            b = np.clip(b - (aa * left_b - ba * left_a) / det, 0.0, b)
        cold = self.critical_temperature > T
        return np.asarray(np.where(cold, a, 0.0)), np.asarray(np.where(cold, -b, 0.0))

    def magnetization(self, T: ArrayLike) -> Values:
        """M = mu_A a + mu_B b per pair of sites; it may change its sign."""
        a, b = self.order(T)
        return np.asarray(self.mu_A * a + self.mu_B * b)

    @property
    def compensation_temperature(self) -> float | None:
        """Temperature [J] below Tc at which the sublattices cancel; None where there is no such one.

        Equal sublattices, whose equations are the same and which cancel exactly, are an antiferromagnet and have none.
        """
        Tc = self.critical_temperature
        T = np.linspace(COLDEST, 1 - COLDEST, LOOKED_AT) * Tc
        M = self.magnetization(T)
        turns = np.flatnonzero(M[:-1] * M[1:] < 0)
        if not len(turns):
            return None
        k = turns[0]
        return float(brentq(lambda t: float(self.magnetization(t)), T[k], T[k + 1], xtol=1e-14 * Tc))
