"""Walker's wall: a flat domain wall in a uniaxial medium, driven by a field along its easy axis and by a current.

m = (sin t cos f, sin t sin f, cos t): easy axis z, wall normal x, up on the left. The wall is infinite along y and z,
so its charges -dm_x/dx lie in sheets, whose stray field is local, B_x = -mu0 Ms m_x: a hard axis of K = mu0 Ms^2/2. Put

    t = 2 atan exp((x - q)/w),  f = 90 deg + p,  w(p) = sqrt(A/(K1 + K sin^2 p))

with a tilt p out of the wall's plane into the equation of motion. In a travelling wave d/dt is -v d/dx, which the
current's terms turn into -(v - u) in the precession and -(alpha v - beta u) in the damping. What is left is

    alpha v - beta u = gamma w B,   v - u = gamma w (mu0 Ms/2) sin 2p

exactly (Walker; Schryer and Walker, J. Appl. Phys. 45, 5406 (1974); Thiaville et al., Europhys. Lett. 69, 990 (2005)).
Without a current v = gamma w B/alpha and sin 2p = B/B_W, up to B_W = alpha mu0 Ms/2. Beyond, the wall precesses:

    dp/dt + alpha v/w = gamma B + beta u/w,   v/w - alpha dp/dt = gamma (mu0 Ms/2) sin 2p + u/w

where w is taken to follow p at once: `mean_velocity`, `mean_rate`. Simulations agree to 5e-4 at K = 0.11 K1.

On a mesh of cells d the exchange of neighbours is weaker than of the continuum. Its first integral t'^2 = (sin^2 t/w^2)
(1 + r^2 (sin^2 t/2 - 1/12)), r = d/w, makes w smaller by r^2/8 both in 1/2 integral of sin^2 t, which the torques have,
and in 2/integral of t'^2, which the damping has. Central differences take a part r^2/6 from both torques of a current.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import nan, pi

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.constants import ELECTRON_GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY

Values = NDArray[np.float64]

POINTS = 1440
"""Tilts over half a turn at which it is decided whether the wall precesses, and over which means are taken."""
TILTS = (np.arange(POINTS) + 0.5) * pi / POINTS - pi / 2


@dataclass(frozen=True)
class Walker:
    """A wall and what drives it.

    ``A`` [J/m], ``K1`` [J/m^3] above 0, ``Ms`` [A/m], damping ``alpha``; field ``B`` [T], drift velocity ``u`` [m/s]
    and non-adiabaticity ``beta`` of a current; ``cell`` [m], 0 for the continuum.
    """

    A: float
    K1: float
    Ms: float
    alpha: float
    B: float = 0.0
    u: float = 0.0
    beta: float = 0.0
    cell: float = 0.0

    @property
    def hardness(self) -> float:
        """K = mu0 Ms^2/2 [J/m^3] of the wall's own stray field."""
        return VACUUM_PERMEABILITY * self.Ms**2 / 2

    @property
    def walker_field(self) -> float:
        """alpha mu0 Ms/2 [T]: beyond it a wall without a current precesses."""
        return self.alpha * VACUUM_PERMEABILITY * self.Ms / 2

    def stiffness(self, tilt: Values | float) -> Values:
        """K1 + K sin^2 p [J/m^3]."""
        return np.asarray(self.K1 + self.hardness * np.sin(tilt) ** 2)

    def coarseness(self, tilt: Values | float) -> Values:
        """(d/w)^2."""
        return np.asarray(self.cell**2 * self.stiffness(tilt) / self.A)

    def width(self, tilt: Values | float = 0.0) -> Values:
        """The width parameter w(p) [m]."""
        return np.sqrt(self.A / self.stiffness(tilt)) * (1 - self.coarseness(tilt) / 8)

    def energy(self, tilt: Values | float = 0.0) -> Values:
        """Energy [J/m^2] of the wall without the applied field: 4 sqrt(A (K1 + K sin^2 p)), on the mesh less r^2/24."""
        return 4 * np.sqrt(self.A * self.stiffness(tilt)) * (1 - self.coarseness(tilt) / 24)

    def drift(self, tilt: Values | float) -> Values:
        """The drift velocity [m/s] of the current that acts."""
        return self.u * (1 - self.coarseness(tilt) / 6)

    def torque(self, tilt: Values | float) -> Values:
        """gamma (mu0 Ms/2) sin 2p [rad/s]: what holds the tilt, and drives the wall."""
        return np.asarray(ELECTRON_GYROMAGNETIC_RATIO * VACUUM_PERMEABILITY * self.Ms / 2 * np.sin(2 * tilt))

    def drive(self, tilt: Values | float) -> Values:
        """gamma B + (beta - alpha) u/w [rad/s]: what turns the wall out of its plane."""
        pushed = (self.beta - self.alpha) * self.drift(tilt) / self.width(tilt)
        return np.asarray(ELECTRON_GYROMAGNETIC_RATIO * self.B + pushed)

    def rate(self, tilt: Values | float) -> Values:
        """dp/dt [rad/s]."""
        return (self.drive(tilt) - self.alpha * self.torque(tilt)) / (1 + self.alpha**2)

    def velocity(self, tilt: Values | float) -> Values:
        """dq/dt [m/s] at a tilt that changes by `rate`."""
        return self.drift(tilt) + self.width(tilt) * (self.torque(tilt) + self.alpha * self.rate(tilt))

    @cached_property
    def steady_tilt(self) -> float:
        """The tilt [rad] of the stable steady state, between -pi/2 and pi/2; NaN where the wall precesses."""
        rates = self.rate(TILTS)
        if not rates.any():  # without damping and drive it stays where it is
            return 0.0
        falls = np.flatnonzero((rates >= 0) & (np.roll(rates, -1) <= 0))
        if not falls.size:
            return nan
        # Of several, which only strong contraction makes, the one that is reached first from p = 0.
        low = float(TILTS[falls[np.argmin(np.abs(TILTS[falls]))]])
        high = low + pi / POINTS
        for _ in range(50):
            middle = (low + high) / 2
            low, high = (middle, high) if float(self.rate(middle)) >= 0 else (low, middle)
        return low

    @cached_property
    def precesses(self) -> bool:
        """Whether nothing holds the tilt."""
        return self.steady_tilt != self.steady_tilt

    @cached_property
    def steady_velocity(self) -> float:
        """Velocity [m/s] of the steady state; NaN where the wall precesses."""
        return float(self.velocity(self.steady_tilt))

    @cached_property
    def mean_rate(self) -> float:
        """Mean of dp/dt [rad/s] over half a turn; 0 in a steady state."""
        return 1 / float(np.mean(1 / self.rate(TILTS))) if self.precesses else 0.0

    @cached_property
    def mean_velocity(self) -> float:
        """Mean velocity [m/s] over half a turn, weighted by the time at each tilt; or that of the steady state."""
        if not self.precesses:
            return self.steady_velocity
        weights = 1 / self.rate(TILTS)
        return float(np.sum(weights * self.velocity(TILTS)) / np.sum(weights))

    @cached_property
    def critical_drift(self) -> float:
        """Drift velocity [m/s] above which a current alone makes the wall precess; infinite for beta = alpha."""
        if self.beta == self.alpha:
            return float("inf")
        holds = self.alpha * self.torque(TILTS) * self.width(TILTS) / (1 - self.coarseness(TILTS) / 6)
        return float(np.max(holds)) / abs(self.beta - self.alpha)
