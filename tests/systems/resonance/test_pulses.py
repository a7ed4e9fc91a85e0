"""The explorer of pulses: frames of reference, motion and limits."""

from math import exp, pi

import numpy as np
import pytest

from spinviz.engine.loop import Loop, SetParameters
from spinviz.engine.snapshots import copy_state
from spinviz.model.law import Departure
from spinviz.model.parameters import ParameterError
from spinviz.model.visuals import Arrows
from spinviz.physics.resonance import bloch_laws
from spinviz.systems.resonance.common.frames import FRAMES, SECONDS, Frame, Look
from spinviz.systems.resonance.pulses import state as motion
from spinviz.systems.resonance.pulses.laws import bir4_ended
from spinviz.systems.resonance.pulses.parameters import spins
from spinviz.systems.resonance.pulses.picture import picture
from spinviz.systems.resonance.pulses.state import angles_now, carrier, effective, lens
from spinviz.systems.resonance.pulses.system import Pulses

P = Pulses.Parameters


def played(preset: str, time: float, **edits: object) -> tuple[motion.PulseState, P]:
    """State and parameters after ``time`` [s] of a preset with some parameters changed."""
    p = P.of(**{**Pulses().preset(preset).parameters, **edits})
    state = motion.start(p)
    go_on(state, p, time)
    return state, p


def go_on(state: motion.PulseState, p: P, time: float) -> None:
    dt = Pulses().timestep(p)
    for _ in range(round(time / dt)):
        motion.step(state, p, dt)


def running(preset: str, time: float, **edits: object) -> Loop:
    """The same with all its laws."""
    p = P.of(**{**Pulses().preset(preset).parameters, **edits})
    loop = Loop(Pulses(), p, memory=1)
    loop.advance_to(time)
    return loop


def seen(state: motion.PulseState, frame: Frame) -> np.ndarray:
    """The path of M (n, 3) from a frame."""
    rows = state.trail.path()
    return Look.at(frame).seen(rows[:, 1:4], rows[:, 4:])


def test_free_spin_stands_still_in_the_rotating_frame_and_precesses_in_the_others() -> None:
    """After a pulse with an offset: at rest in its own frame, exp(-i dw t) from the carrier, faster in the lab."""
    state, p = played("nutation", 9.5e-3, w1=2000.0)
    rows = state.trail.path()
    after = rows[:, 0] > p.duration
    t = rows[after, 0]
    for frame, rate in (("rotating", 0.0), ("RF", p.dw), ("modulated", p.dw), ("laboratory", p.dw + carrier(p))):
        x, y, _ = seen(state, frame)[after].T
        turned = np.unwrap(np.angle(x + 1j * y))
        assert np.allclose(turned - turned[0], -rate * (t - t[0]), atol=1e-6), frame


def test_B1_stands_still_in_the_frames_that_follow_it() -> None:
    for preset, frame in (("nutation", "RF"), ("secant", "modulated"), ("secant", "effective"), ("bir4", "effective")):
        state, p = played(preset, 0.0)
        for _ in range(5):
            go_on(state, p, 0.09 * p.duration)
            field = Look.at(frame).seen(effective(state, p)[None, :], angles_now(state, p))[0]
            assert abs(field[1]) < 1e-9, (preset, frame)
            if frame == "effective":
                assert np.allclose(field, [0, 0, 1], atol=1e-9)


def test_nutation_is_a_circle_about_z_in_the_frame_of_the_effective_field() -> None:
    state, _ = played("nutation", 7.9e-3)
    path = seen(state, "effective")
    assert np.ptp(path[:, 2]) < 1e-9
    assert path[0, 2] == pytest.approx(np.cos(pi / 4), abs=1e-12)


def test_path_of_the_laboratory_is_a_spiral_with_the_turns_shown() -> None:
    state, p = played("laboratory", 1e-3)
    x, y, _ = seen(state, "laboratory")[40:].T
    t = state.trail.path()[40:, 0]
    turns = np.ptp(np.unwrap(np.angle(x + 1j * y))) / (2 * pi)
    assert turns == pytest.approx(1.5 / lens(p) * np.ptp(t), rel=1e-6)


@pytest.mark.parametrize("begin", FRAMES)
def test_frames_change_smoothly_and_in_time(begin: str) -> None:
    origin, p = played("secant", 4e-3, frame=begin)
    dt = Pulses().timestep(p)
    for end in FRAMES:
        state, q = copy_state(origin), p.change(frame=end)
        M = [tip(state, p)]
        for _ in range(int(SECONDS * lens(p) / dt) + 2):
            motion.step(state, q, dt)
            M.append(tip(state, q))
        # A half turn in 0.7 s of 120 steps each second, 1.5 times faster in the middle, on top of the motion itself.
        assert np.linalg.norm(np.diff(M, axis=0), axis=1).max() < 1.6 * pi / (SECONDS * 120) + own_motion(p)
        assert state.look.share(end) == pytest.approx(1.0)
        there = Look.at(end).seen(state.m[:, :1].T, angles_now(state, q))
        assert np.allclose(M[-1], there[0], atol=1e-6)


def tip(state: motion.PulseState, p: P) -> np.ndarray:
    """Where the arrow of M ends in the picture."""
    (M,) = (v for v in picture(state, p) if isinstance(v, Arrows) and v.label == "magnetization M")
    return np.asarray(M.directions[0], dtype=np.float64)


def own_motion(p: P) -> float:
    """How far M goes in a step by itself, seen from the frame that turns fastest."""
    return float((np.hypot(p.peak, p.dw) + pi * p.bandwidth + carrier(p)) * Pulses().timestep(p))


def test_a_change_on_the_way_to_another_frame_does_not_jump() -> None:
    state, p = played("secant", 4e-3, frame="RF")
    M = [tip(state, p)]
    for frame in ("laboratory", "effective", "rotating", "modulated"):
        p = p.change(frame=frame)
        for _ in range(30):
            go_on(state, p, Pulses().timestep(p))
            M.append(tip(state, p))
    assert np.linalg.norm(np.diff(M, axis=0), axis=1).max() < 4 * pi / (SECONDS * 120) + own_motion(p)


def test_frame_chosen_while_paused_is_seen_at_once() -> None:
    state, p = played("secant", 4e-3, frame="RF")
    expected = Look.at("effective").seen(state.m[:, :1].T, angles_now(state, p))
    assert np.allclose(tip(state, p.change(frame="effective")), expected[0], atol=1e-6)


def test_frames_change_nothing_of_the_motion() -> None:
    (one, _), (other, _) = played("secant", 4e-3), played("secant", 4e-3, frame="laboratory")
    assert np.array_equal(one.m, other.m)


def test_profile_of_the_hyperbolic_secant() -> None:
    state, p = played("secant", 0.0101)
    dw = spins(p)[0][1:]
    law = bloch_laws.hyperbolic_secant(dw, p.peak, p.rate, p.mu)
    # Cut off at 0.4 % of its peak: the tilt of the field at the ends, largest at the edges of the band.
    away = np.abs(np.abs(dw) - pi * p.bandwidth) > 2 * pi * 100
    assert np.abs(state.m[2, 1:] - law)[away].max() < 0.03


def test_bir4_brings_isochromats_of_all_strengths_together() -> None:
    state, p = played("bir4", 0.00501)
    b1 = spins(p)[1][1:]
    assert np.abs(state.m[2, 1:][(b1 > 0.5) & (b1 < 2.4)]).max() < 0.03


def test_pulse_begins_again_with_other_parameters_and_after_its_pause() -> None:
    loop = running("nutation", 4e-3)
    loop.apply(SetParameters(loop.parameters.change(w1=600.0)))
    loop.advance(1)
    assert loop.state.local == pytest.approx(loop.dt)
    loop.advance_to(loop.time + 1.2 * 8e-3)
    assert loop.state.local < 3 * loop.dt
    loop.advance_to(loop.time + 2e-3)
    assert loop.laws["nutation"].holds
    assert loop.laws["nutation"].passed


def test_BIR4_claims_its_angle_only_where_it_is_adiabatic() -> None:
    """Quarter the sweep or the duration: M misses the angle, and no law is claimed."""
    for edits, adiabatic in (({}, True), ({"w1": 4361.0, "duration": 1.4e-3, "bandwidth": 12_300.0}, False)):
        state, p = played("bir4", 1.05 * float(edits.get("duration", 0.005)), **edits)
        assert (abs(state.m[2, 0] - np.cos(pi / 2)) < 0.03) == adiabatic
        assert bir4_ended(state, p, Departure()) == adiabatic


def test_spin_lock_on_resonance_decays_with_T2() -> None:
    state, p = played("spin_lock", 0.1)
    assert motion.along_field(state, p) == pytest.approx(exp(-0.1 / 0.08), rel=2e-3)


@pytest.mark.parametrize(
    ("edits", "words"),
    [
        ({"duration": 10.0}, "duration = 10 s .* the limit is 400: choose a shorter"),
        ({"relaxation": True, "T1": 0.01, "T2": 0.1}, "T2 = 100 ms is longer than 2 T1 = 20 ms"),
    ],
)
def test_what_no_picture_can_show_is_refused(edits: dict[str, object], words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        P.of(**edits)
