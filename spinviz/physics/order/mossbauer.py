"""Moessbauer spectra of 57Fe in a hyperfine field: six lines, and what remains of them when the field fluctuates.

A nucleus with the moment mu has the levels E_m = -mu m B/I. The ground state (I = 1/2) and the excited one (I = 3/2)
are joined by six transitions of the 14.4 keV line with |dm| <= 1, seen at the velocities v = c (E_e - E_g)/E_gamma of
the source. Only this magnetic splitting is modelled: no isomer shift, no quadrupole, a thin absorber.

A field that jumps is seen as it is where it stays longer than the nucleus precesses, and as its mean where it jumps
faster (motional narrowing). Greenwood and Gibb, Moessbauer Spectroscopy (1971); Blume and Tjon, Phys. Rev. 165, 446
(1968).
"""

from __future__ import annotations

from math import cos, pi

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spinviz.physics.constants import ELEMENTARY_CHARGE, HBAR, NUCLEAR_MAGNETON, SPEED_OF_LIGHT

Values = NDArray[np.float64]

GAMMA_ENERGY = 14412.95 * ELEMENTARY_CHARGE  # J, of the transition
GROUND_MOMENT = 0.090604  # nuclear magnetons; Raghavan, At. Data Nucl. Data Tables 42, 189 (1989)
EXCITED_MOMENT = -0.15532  # nuclear magnetons; the same
NATURAL_WIDTH = 0.097e-3
"""Width at half height [m/s] of emission or absorption alone, hbar/(141 ns); a spectrum has at least twice that."""

TRANSITIONS = ((-1.5, -0.5), (-0.5, -0.5), (0.5, -0.5), (-0.5, 0.5), (0.5, 0.5), (1.5, 0.5))
"""(m of the excited state, m of the ground state)."""


def _slopes() -> Values:
    m_e, m_g = np.array(TRANSITIONS).T
    energy = (-EXCITED_MOMENT * m_e / 1.5 + GROUND_MOMENT * m_g / 0.5) * NUCLEAR_MAGNETON
    return np.asarray(SPEED_OF_LIGHT * energy / GAMMA_ENERGY)


SLOPES = _slopes()
"""Velocity of each line (6,) per field [m/(s T)], in the order of ``TRANSITIONS``, which rises."""


def lines(B: ArrayLike) -> Values:
    """Velocities (..., 6) [m/s] of the six lines in the fields ``B`` (...) [T]."""
    return np.asarray(np.multiply.outer(np.asarray(B, np.float64), SLOPES))


def areas(angle: float | None = None) -> Values:
    """Parts (6,) of the absorption in each line: 3:2:1:1:2:3 for a powder.

    With ``angle`` [rad] between field and gamma ray 3 : 4 sin^2/(1 + cos^2) : 1, the middle lines being dm = 0.
    """
    c2 = 1 / 3 if angle is None else cos(angle) ** 2
    outer, middle, inner = 3 * (1 + c2), 4 * (1 - c2), 1 + c2
    each = np.array([outer, middle, inner, inner, middle, outer])
    return np.asarray(each / each.sum())


def field_of_splitting(v: float) -> float:
    """Field [T] whose outer lines are at -v and v [m/s]."""
    return float(v / SLOPES[-1])


def jump_width(rate: float) -> float:
    """A rate [1/s] as a velocity [m/s]: hbar rate c/E_gamma, the half width that a life of 1/rate gives a line."""
    return HBAR * rate * SPEED_OF_LIGHT / GAMMA_ENERGY


def spectrum(
    v: Values,
    fields: Values,
    populations: Values,
    rate: float = 0.0,
    width: float = 2 * NATURAL_WIDTH,
    angle: float | None = None,
) -> Values:
    """Absorption (k,) [s/m] at the velocities ``v`` (k,) [m/s], of area 1, of nuclei whose field jumps along one axis.

    ``fields`` (n,) [T] are taken with the ``populations`` (n,); at the ``rate`` [1/s] a nucleus draws a new field,
    which may be the old one. ``width`` [m/s] of a line at half height. With the resolvents
    g_j = 1/(w/2 + lambda + i(v - v_j)) and G = sum of p_j g_j, the jumps add up to a geometric series,

        I(v) = Re[G/(1 - lambda G)]/pi,

    exact for any rate. rate -> 0: a Lorentzian at each field; rate -> infinity: one at the mean field.
    """
    half, jumps = width / 2, jump_width(rate)
    total = np.zeros(len(v))
    for slope, area in zip(SLOPES, areas(angle)):
        distance = v[:, None] - slope * fields
        G = (populations / (half + jumps + 1j * distance)).sum(axis=1)
        total += area * (G / (1 - jumps * G)).real / pi
    return total


def fast_spectrum(v: Values, mean_field: float, width: float = 2 * NATURAL_WIDTH, angle: float | None = None) -> Values:
    """Limit of ``spectrum`` for fast jumps: six Lorentzians (k,) [s/m] at the mean field [T]."""
    return spectrum(v, np.array([mean_field]), np.ones(1), 0.0, width, angle)


def two_signs(lengths: Values, weights: Values, mean: float) -> tuple[Values, Values]:
    """Fields (2n,) +-lengths and populations (2n,) with the mean ``mean``, for fields of known strengths (n,).

    All strengths have the same part in each sign, (1 +- P)/2 with P = mean/mean strength.
    """
    P = float(np.clip(mean / float(weights @ lengths), -1.0, 1.0))
    return np.concatenate([lengths, -lengths]), np.concatenate([weights * (1 + P) / 2, weights * (1 - P) / 2])
