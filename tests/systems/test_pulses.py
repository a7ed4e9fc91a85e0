"""The explorer of pulses: frames of reference, motion and limits."""

from math import exp, pi

import numpy as np
import pytest

from spinviz.engine.loop import Loop, SetParameters
from spinviz.model.parameters import ParameterError
from spinviz.model.visuals import Arrows
from spinviz.physics import bloch_laws
from spinviz.systems.pulses import Pulses
from spinviz.systems.resonance.frames import FRAMES, SECONDS, Look
from spinviz.systems.resonance.pulse_motion import angles_now, carrier, effective, lens, path_of
from spinviz.systems.resonance.pulse_parameters import spins

P = Pulses.Parameters


def running(preset: str, time: float, **edits: object) -> Loop:
    system = Pulses()
    p = P.of(**{**system.preset(preset).parameters, **edits})
    loop = Loop(system, p, memory=1)
    loop.advance_to(time)
    return loop


def seen(loop: Loop, frame: str) -> np.ndarray:
    """The path of M (n, 3) from a frame."""
    rows = path_of(loop.state)
    return Look.at(frame).seen(rows[:, 1:4], rows[:, 4:])


def test_free_spin_stands_still_in_the_rotating_frame_and_precesses_in_the_others() -> None:
    """After a 90° pulse with an offset: at rest in its own frame, exp(-i dw t) from the carrier, faster in the lab."""
    loop = running("nutation", 9.5e-3, w1=2000.0, duration=8e-3)
    p, rows = loop.parameters, path_of(loop.state)
    after = rows[:, 0] > p.duration
    t = rows[after, 0]
    for frame, rate in (("rotating", 0.0), ("RF", p.dw), ("modulated", p.dw), ("laboratory", p.dw + carrier(p))):
        x, y, _ = seen(loop, frame)[after].T
        turned = np.unwrap(np.angle(x + 1j * y))
        assert np.allclose(turned - turned[0], -rate * (t - t[0]), atol=1e-6), frame


def test_B1_stands_still_in_the_frames_that_follow_it() -> None:
    for preset, frame in (("nutation", "RF"), ("secant", "modulated"), ("secant", "effective"), ("bir4", "effective")):
        loop = running(preset, 0.0)
        look, found = Look.at(frame), []
        for _ in range(5):
            loop.advance(90)
            angles = angles_now(loop.state, loop.parameters)
            field = effective(loop.state, loop.parameters)[None, :]
            found.append(look.seen(field, angles)[0])
        assert np.abs(np.array(found)[:, 1]).max() < 1e-9, (preset, frame)  # never along y
        if frame == "effective":
            assert np.allclose(found, [0, 0, 1], atol=1e-9)


def test_effective_field_is_plain_precession_on_a_cone() -> None:
    loop = running("nutation", 7.9e-3)
    path = seen(loop, "effective")
    assert np.ptp(path[:, 2]) < 1e-9  # the field is constant, so M keeps its angle with z''
    assert path[0, 2] == pytest.approx(np.cos(pi / 4), abs=1e-12)


def test_trail_of_the_laboratory_is_a_spiral_with_the_turns_shown() -> None:
    loop = running("laboratory", 1e-3)
    x, y, _ = seen(loop, "laboratory")[40:].T
    rows = path_of(loop.state)[40:]
    turns = np.ptp(np.unwrap(np.angle(x + 1j * y))) / (2 * pi)
    assert turns == pytest.approx(1.5 / lens(loop.parameters) * np.ptp(rows[:, 0]), rel=1e-6)


@pytest.mark.parametrize("start", FRAMES)
@pytest.mark.parametrize("end", FRAMES)
def test_frames_change_smoothly_and_in_time(start: str, end: str) -> None:
    loop = running("secant", 4e-3, frame=start)
    before = loop.system.draw(loop.state, loop.parameters)
    loop.apply(SetParameters(loop.parameters.change(frame=end)))
    steps = int(SECONDS * lens(loop.parameters) / loop.dt) + 2
    M, step = [tip(before)], []
    for _ in range(steps):
        loop.advance(1)
        M.append(tip(loop.system.draw(loop.state, loop.parameters)))
        step.append(np.linalg.norm(M[-1] - M[-2]))
    # A half turn in 0.7 s of 120 steps each second, 1.5 times faster in the middle, on top of the motion itself.
    assert max(step) < 1.6 * pi / (SECONDS * 120) + own_motion(loop)
    assert loop.state.look.shares[FRAMES.index(end)] == pytest.approx(1.0)
    there = Look.at(end).seen(loop.state.m[:, :1].T, angles_now(loop.state, loop.parameters))
    assert np.allclose(M[-1], there[0], atol=1e-6)


def tip(visuals: tuple[object, ...]) -> np.ndarray:
    (M,) = (v for v in visuals if isinstance(v, Arrows) and v.label == "magnetization M")
    return np.asarray(M.directions[0], dtype=np.float64)


def own_motion(loop: Loop) -> float:
    p = loop.parameters
    return float((np.hypot(p.peak, p.dw) + pi * p.bandwidth + carrier(p)) * loop.dt)


def test_a_change_on_the_way_to_another_frame_does_not_jump() -> None:
    loop = running("secant", 4e-3, frame="RF")
    last, steps = tip(loop.system.draw(loop.state, loop.parameters)), []
    for frame in ("laboratory", "effective", "rotating", "modulated"):
        loop.apply(SetParameters(loop.parameters.change(frame=frame)))
        for _ in range(30):
            loop.advance(1)
            now = tip(loop.system.draw(loop.state, loop.parameters))
            steps.append(np.linalg.norm(now - last))
            last = now
    assert max(steps) < 4 * pi / (SECONDS * 120) + own_motion(loop)


def test_frame_chosen_while_paused_is_seen_at_once() -> None:
    loop = running("secant", 4e-3, frame="RF")
    loop.apply(SetParameters(loop.parameters.change(frame="effective")))
    visuals = loop.system.draw(loop.state, loop.parameters)
    expected = Look.at("effective").seen(loop.state.m[:, :1].T, angles_now(loop.state, loop.parameters))
    assert np.allclose(tip(visuals), expected[0], atol=1e-6)


def test_frames_change_nothing_of_the_motion() -> None:
    one, other = running("secant", 4e-3), running("secant", 4e-3, frame="laboratory")
    assert np.array_equal(one.state.m, other.state.m)


def test_profile_of_the_hyperbolic_secant() -> None:
    loop = running("secant", 0.0101)
    p = loop.parameters
    dw = spins(p)[0][1:]
    law = bloch_laws.hyperbolic_secant(dw, p.peak, p.rate, p.mu)
    # Cut off at 0.4 % of its peak: the tilt of the field at the ends, largest at the edges of the band.
    away = np.abs(np.abs(dw) - pi * p.bandwidth) > 2 * pi * 100
    assert np.abs(loop.state.m[2, 1:] - law)[away].max() < 0.03


def test_bir4_brings_isochromats_of_all_strengths_together() -> None:
    loop = running("bir4", 0.00501)
    b1 = spins(loop.parameters)[1][1:]
    mz = loop.state.m[2, 1:]
    assert np.abs(mz[(b1 > 0.5) & (b1 < 2.4)]).max() < 0.03


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


def test_spin_lock_on_resonance_decays_with_T2() -> None:
    loop = running("spin_lock", 0.1)
    assert loop.observables["along"] == pytest.approx(exp(-0.1 / 0.08), rel=2e-3)


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
