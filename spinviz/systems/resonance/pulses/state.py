"""How the explorer of pulses moves: its state, the fields that M sees, and the path that M leaves."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, pi

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.resonance import driven
from spinviz.systems.pictures.trail import Trail
from spinviz.systems.resonance.common.frames import Look
from spinviz.systems.resonance.common.restarting import Restarting
from spinviz.systems.resonance.pulses.parameters import PulseParameters, beginning, modulation, spins

Values = NDArray[np.float64]

SECONDS = 8.0
"""On screen, of one pulse."""
PAUSE = 0.2
"""Free precession after the pulse, as a part of its duration; then everything begins again."""
STEPS = 960
"""Steps of the run in a pulse."""
FINEST = 8
"""Points of the path of M in a step at most."""
TURN = 0.15
"""Angle [rad] between two points of the path: more would be seen as corners."""
TRAIL = 1200 * FINEST
"""Points of the path that are kept."""
LAB_TURNS = 1.5
"""Turns per second on screen that the carrier is slowed down to."""


@dataclass
class PulseState(Restarting):
    """Magnetization (3, 1 + ISOCHROMATS) in the carrier's frame, M first.

    ``angles`` (2,) [rad] of the laboratory and the rotating frame since the pulse began; trail: time since then, M and
    the five angles of `frames` at that time (9,).
    """

    m: Values
    angles: Values
    look: Look
    trail: Trail


def clipped(p: PulseParameters, local: float) -> Values:
    """The time within the pulse (1,) [s]."""
    return np.array([min(max(local, 0.0), p.duration)])


def field_of(p: PulseParameters, local: Values) -> tuple[Values, Values]:
    """Amplitude and sweep (n,) [rad/s] that M sees; none after the pulse."""
    pulse = modulation(p)
    on = local <= p.duration * (1 + 1e-12)
    t = np.minimum(local, p.duration)
    return np.where(on, pulse.amplitude(t), 0.0), np.where(on, pulse.sweep(t), 0.0)


def angles_now(state: PulseState, p: PulseParameters) -> Values:
    """The five angles of `frames` now (5,); after the pulse the frames that follow it stay as they were at its end."""
    pulse, t = modulation(p), clipped(p, state.local)
    phase, jump = float(pulse.phase(t)[0]), float(pulse.jump(t)[0])
    tilt = float(np.arctan2(pulse.amplitude(t)[0], p.dw - pulse.sweep(t)[0]))
    return np.array([*state.angles, -phase, -phase - jump, tilt])


def start(p: PulseParameters) -> PulseState:
    """The state in which the pulse begins."""
    state = PulseState(beginning(p), np.zeros(2), Look.at(p.frame), Trail.of(TRAIL, 9))
    begin(state, p)
    return state


def begin(state: PulseState, p: PulseParameters) -> None:
    """Start the pulse now."""
    state.m = beginning(p)
    state.local = 0.0
    state.angles[:] = 0.0
    state.trail.begin()
    leave_trail(state, p)


def played(state: PulseState, p: PulseParameters) -> int:
    """A number for each time that the pulse is played."""
    return round(100 * state.began / p.duration)


def driven_in(state: PulseState, p: PulseParameters) -> int | None:
    """The same as `played`; None after the pulse."""
    return played(state, p) if state.local <= p.duration else None


def leave_trail(state: PulseState, p: PulseParameters) -> None:
    """Append a point to the path of M."""
    state.trail.leave((state.local, *state.m[:, 0], *angles_now(state, p)))


def advance(state: PulseState, p: PulseParameters, dt: float) -> None:
    """Drive all isochromats through the pulse, and let them precess after it."""
    dw, b1 = spins(p)
    pulse, start = modulation(p), state.local
    T1, T2 = p.tissue
    for a, b in pulse.pieces(start, start + dt):
        steps = driven.steps_for(b - a, p.fastest)
        h = (b - a) / steps
        driven.drive(state.m, driven.pulse_field(pulse.at(driven.nodes(a, h, steps)), b1, dw), h, T1, T2)
    free = start + dt - max(start, p.duration)
    if free > 0:
        driven.drive(state.m, driven.pulse_field(np.zeros((1, 2), np.complex128), b1, dw), free, T1, T2)
    state.local += dt


def lens(p: PulseParameters) -> float:
    """Simulated time per second on screen."""
    return p.duration / SECONDS


def carrier(p: PulseParameters) -> float:
    """Carrier [rad/s] that is shown in the laboratory."""
    return 2 * pi * LAB_TURNS / lens(p)


def step(state: PulseState, p: PulseParameters, dt: float) -> None:
    """Go on with the pulse, or begin it again after its pause."""
    if state.local >= (1 + PAUSE) * p.duration - dt / 2:
        begin(state, p)
    end, parts = state.local + dt, path_points(state, p, dt)
    for _ in range(parts):
        advance(state, p, dt / parts)
        state.angles += dt / parts * np.array([-carrier(p), p.dw])
        leave_trail(state, p)
    state.local = end
    state.look.go_on(p.frame, dt / lens(p), angles_now(state, p))


def path_points(state: PulseState, p: PulseParameters, dt: float) -> int:
    """In how many points the path of the next step is sampled: M turns about its effective field, fast far off
    resonance.
    """
    amplitude, sweep = field_of(p, np.array([state.local, min(state.local + dt, p.duration)]))
    turn = dt * float(np.hypot(amplitude, p.dw - sweep).max())
    return int(min(max(np.ceil(turn / TURN), 1), FINEST))


def along_field(state: PulseState, p: PulseParameters) -> float:
    """Component of M along its effective field in the frame of the pulse; NaN after the pulse."""
    return float(state.m[:, 0] @ effective(state, p)) if state.local <= p.duration else nan


def effective(state: PulseState, p: PulseParameters) -> Values:
    """Direction (3,) of the effective field in the carrier's frame."""
    pulse, t = modulation(p), clipped(p, state.local)
    w1, sweep = complex(pulse.at(t)[0]), float(pulse.sweep(t)[0])
    field = np.array([w1.real, w1.imag, p.dw - sweep])
    length = float(np.sqrt(field @ field))
    return field / length if length > 0 else np.array([0.0, 0.0, 1.0])


def adiabaticity(p: PulseParameters, local: float) -> float:
    """K = w_eff/|d(tilt)/dt|: how many radians M turns while the field tilts by one; NaN where the field rests."""
    if local > p.duration:
        return nan
    h = 1e-4 * p.duration
    t = np.clip(np.array([local - h, local + h]), 0.0, p.duration)
    w1, sweep = field_of(p, t)
    tilt = np.arctan2(w1, p.dw - sweep)
    rate = abs(tilt[1] - tilt[0]) / (t[1] - t[0])
    strength = float(np.mean(np.hypot(w1, p.dw - sweep)))
    return strength / rate if rate > 1e-9 * strength else nan
