"""When the laws of pulses hold in the explorer, and what they say."""

from __future__ import annotations

from functools import lru_cache
from math import cos, nan, pi, radians

import numpy as np
from numpy.typing import NDArray

from spinviz.model.law import Departure
from spinviz.physics.resonance import adiabatic, bloch_laws, driven
from spinviz.systems.resonance.pulses.parameters import CUT, PulseParameters, modulation, spins
from spinviz.systems.resonance.pulses.state import PulseState

Values = NDArray[np.float64]

ADIABATIC = 4.0
"""Least K with which BIR-4 keeps its angle: 500 random pulses of more missed cos(angle) by at most 0.016."""


def from_rest(p: PulseParameters) -> bool:
    """Whether a pulse without relaxation starts from equilibrium."""
    return p.start == "equilibrium" and not p.relaxation


def end_tilt(p: PulseParameters) -> float:
    """Largest tilt [rad] of the field from the z axis at the ends of a sweep, where the laws take it to be none."""
    pulse, t = modulation(p), np.array([0.0, p.duration])
    return float(np.max(np.arctan2(pulse.amplitude(t), np.abs(p.dw - pulse.sweep(t)))))


def spin_locked(p: PulseParameters) -> bool:
    """Whether M lies along a constant field that turns it much faster than it relaxes."""
    return p.pulse == "block" and p.start == "B_eff" and p.relaxation and locking_error(p) < 0.05


def locking_error(p: PulseParameters) -> float:
    """(R2 - R1)/w_eff: what relaxation tilts M away from the field."""
    return abs(1 / p.T2 - 1 / p.T1) / float(np.hypot(p.peak, p.dw))


def locked(p: PulseParameters, t: Values, dw: float) -> Values:
    """M along the effective field (n,) of an offset ``dw``: towards R1 cos(tilt)/R1rho with the rate R1rho."""
    tilt = float(np.arctan2(p.peak, dw))
    end = driven.locked_equilibrium(tilt, p.T1, p.T2)
    return np.asarray(end + (1 - end) * np.exp(-driven.locked_rate(tilt, p.T1, p.T2) * t))


def expected_profile(p: PulseParameters, local: float) -> Values | None:
    """Mz (ISOCHROMATS,) by the law for the end of the pulse, or for ``local`` [s] of a block; None without a law."""
    if p.relaxation and local > p.duration:
        return None  # everything is on its way back to equilibrium
    dw, b1 = (values[1:] for values in spins(p))
    if p.pulse == "block" and p.start == "equilibrium" and p.relaxation:
        steady = p.duration > 5 * max(p.T1, p.T2)
        return bloch_laws.steady_state(p.peak, dw, p.T1, p.T2)[2] if steady and p.across == "offset" else None
    if p.pulse == "block" and p.start == "B_eff" and p.relaxation and p.across == "offset":
        now = np.array([min(local, p.duration)])
        return np.array([float(locked(p, now, w)[0] * np.cos(np.arctan2(p.peak, w))) for w in dw])
    if not from_rest(p):
        return None
    if p.pulse == "block":
        t = min(local, p.duration)
        return np.array([float(bloch_laws.off_resonance_pulse(t, p.peak * b, w)) for b, w in zip(b1, dw)])
    if p.pulse == "hyperbolic secant":
        return np.array([float(bloch_laws.hyperbolic_secant(w, p.peak * b, p.rate, p.mu)) for b, w in zip(b1, dw)])
    if p.pulse == "linear sweep":
        crossed = np.abs(dw) < 0.8 * pi * p.bandwidth
        ends = [adiabatic.landau_zener(p.peak * b, 2 * pi * p.bandwidth / p.duration) for b in b1]
        return np.where(crossed, ends, np.nan)
    return np.where(b1 > 0.1, cos(radians(p.flip)), np.nan) if p.across == "B1" else None


def nutates(state: PulseState, p: PulseParameters, d: Departure) -> bool:
    """A block without relaxation from equilibrium, still on."""
    return p.pulse == "block" and from_rest(p) and state.local <= p.duration


def nutation(state: PulseState, p: PulseParameters, d: Departure, t: Values) -> Values:
    """Mz (n,) of M during a block at the times ``t``."""
    return within(state, p, t, bloch_laws.off_resonance_pulse(t - state.began, p.peak, p.dw))


def torrey_holds(state: PulseState, p: PulseParameters, d: Departure) -> bool:
    """A block with relaxation on resonance from equilibrium, still on."""
    kind = p.pulse == "block" and p.start == "equilibrium" and p.relaxation and p.offset == 0
    return kind and state.local <= p.duration


def damped_nutation(state: PulseState, p: PulseParameters, d: Departure, t: Values) -> Values:
    """Mz (n,) of M during a block with relaxation."""
    return within(state, p, t, driven.torrey(t - state.began, p.peak, p.T1, p.T2)[1])


def is_steady(state: PulseState, p: PulseParameters, d: Departure) -> bool:
    """A block with relaxation that has lasted ten T1."""
    kind = p.pulse == "block" and p.relaxation
    return kind and 10 * max(p.T1, p.T2) <= state.local <= p.duration


def lock_holds(state: PulseState, p: PulseParameters, d: Departure) -> bool:
    """M locked along a constant field, still on."""
    return spin_locked(p) and state.local <= p.duration


def lock_decay(state: PulseState, p: PulseParameters, d: Departure, t: Values) -> Values:
    """M (n,) along the effective field."""
    return within(state, p, t, locked(p, t - state.began, p.dw))


def within(state: PulseState, p: PulseParameters, t: Values, values: Values) -> Values:
    """``values`` during the pulse, NaN before and after it."""
    local = t - state.began
    return np.where((local >= -1e-12) & (local <= p.duration * (1 + 1e-9)), values, nan)


def ended(kind: str, state: PulseState, p: PulseParameters) -> bool:
    """Whether a pulse of this kind has ended, without relaxation, and M precesses freely."""
    return p.pulse == kind and from_rest(p) and state.local > p.duration


def sweep_ended(state: PulseState, p: PulseParameters, d: Departure) -> bool:
    """A linear sweep has crossed M from far below to far above it."""
    return ended("linear sweep", state, p) and abs(p.offset) < 0.4 * p.bandwidth and end_tilt(p) < 0.25


def secant_ended(state: PulseState, p: PulseParameters, d: Departure) -> bool:
    """A hyperbolic secant has ended that was not cut off, neither in amplitude nor in frequency."""
    return ended("hyperbolic secant", state, p) and p.cut < CUT and end_tilt(p) < 0.25


def bir4_ended(state: PulseState, p: PulseParameters, d: Departure) -> bool:
    """BIR-4 of M on resonance has ended that was adiabatic all the time."""
    return ended("BIR-4", state, p) and p.offset == 0 and least_adiabaticity(p) > ADIABATIC


@lru_cache(maxsize=8)
def least_adiabaticity(p: PulseParameters) -> float:
    """Smallest K = w_eff/|d(tilt)/dt| in the first quarter of BIR-4; the others mirror it."""
    pulse, t = modulation(p), np.linspace(0.0, p.duration / 4, 2002)[1:-1]
    w1, wz = pulse.amplitude(t), p.dw - pulse.sweep(t)
    tilt = np.gradient(np.arctan2(w1, wz), t)
    return float(np.min(np.hypot(w1, wz) / np.maximum(np.abs(tilt), 1e-300)))
