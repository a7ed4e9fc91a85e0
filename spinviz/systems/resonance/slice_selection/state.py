"""Isochromats across a slice: their state, and how far their profile is from the closed forms."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import degrees, nan, pi

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import barycentric_interpolate

from spinviz.systems.resonance.common.played import PlayedState
from spinviz.systems.resonance.slice_selection.parameters import SliceParameters, centre, end, places_of
from spinviz.systems.resonance.slice_selection.profiles import exact_profile, secant_profile, small, small_tip_profile

Values = NDArray[np.float64]
Complex = NDArray[np.complex128]

COMPARED = 200
"""Isochromats compared with the closed forms."""


@dataclass
class SliceState(PlayedState):
    """Magnetization of the isochromats; ``whole``: whether this repetition began with the present parameters."""

    whole: bool = True


def over(state: SliceState, p: SliceParameters) -> bool:
    """Whether the gradients are over and nothing was changed on the way."""
    return state.whole and state.local >= finish(p)


@lru_cache(maxsize=8)
def finish(p: SliceParameters) -> float:
    """When the gradients are over [s], without rounding."""
    return end(p) * (1 + 1e-12)


@lru_cache(maxsize=4)
def compared(p: SliceParameters) -> tuple[NDArray[np.int64], NDArray[np.complex128], Values, Complex | Values]:
    """Numbers of some isochromats, M+ and Mz that they end with, and M+ (or Mz) by the approximate law."""
    numbers = np.unique(np.linspace(0, p.isochromats - 1, COMPARED).astype(np.int64))
    x = places_of(p)[numbers]
    law = secant_profile(p, x) if p.pulse == "secant" else small_tip_profile(p, x)
    return numbers, *exact_profile(p, x), law


def deviations(state: SliceState, p: SliceParameters) -> tuple[float, float]:
    """Largest distances of M at the end from the exact profile and from the approximate law; NaN before."""
    if not over(state, p):
        return nan, nan
    numbers, transverse, mz, law = compared(p)
    m = state.m[:, numbers]
    # In the rest the sample turns on by its chemical shift.
    forth = np.exp(2j * pi * p.shift * (state.local - end(p)))
    now = (m[0] + 1j * m[1]) * forth
    exact = max(float(np.abs(now - transverse).max()), float(np.abs(m[2] - mz).max()))
    found = m[2] if p.pulse == "secant" else now
    return exact, float(np.abs(found - law).max()) if small(p) or p.pulse == "secant" else nan


def flip_at(state: SliceState, p: SliceParameters) -> float:
    """Angle [deg] of M from z at the centre of the slice; between isochromats Mz is a cubic through four of them.

    A straight line would cut off the tip of the parabola about Mz = -1 and lose half a degree of 180.
    """
    x, at = places_of(p), centre(p)
    first = min(max(int(np.searchsorted(x, at)) - 2, 0), len(x) - 4)
    near = slice(first, first + 4)
    unit = p.extent / p.isochromats
    mz = float(barycentric_interpolate((x[near] - at) / unit, state.m[2, near], 0.0))
    return degrees(float(np.arccos(np.clip(mz, -1.0, 1.0))))


def slice_moment(state: SliceState, p: SliceParameters) -> Values:
    """Transverse sum of all per isochromat of a slice, and mean Mz within the slice: (3,)."""
    per_slice = p.extent / (p.thickness * p.isochromats)
    sx, sy = state.m[:2].sum(axis=1) * per_slice
    return np.array([sx, sy, state.m[2, within(p)].mean()])


@lru_cache(maxsize=8)
def within(p: SliceParameters) -> slice:
    """The isochromats of the slice, at least the one nearest to it."""
    first, last = np.searchsorted(places_of(p), (centre(p) - p.thickness / 2, centre(p) + p.thickness / 2))
    first = min(int(first), p.isochromats - 1)
    return slice(first, max(int(last), first + 1))


def again(state: SliceState) -> None:
    """Equilibrium at the beginning of a repetition."""
    state.m[:2], state.m[2] = 0.0, 1.0
    state.local, state.whole = 0.0, True
    state.trail.begin()
