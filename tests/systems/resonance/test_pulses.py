"""The explorer of pulses: frames of reference, motion and limits."""

from math import atan, exp, pi

import numpy as np
import pytest

from spinviz.engine.loop import Loop, SetParameters
from spinviz.engine.snapshots import copy_state
from spinviz.model.law import Departure
from spinviz.model.parameters import ParameterError
from spinviz.model.plots import Trace
from spinviz.model.visuals import Arrows, Labels, Lines
from spinviz.physics.resonance import bloch_laws
from spinviz.systems.resonance.common.frames import FRAMES, SECONDS, Frame, Look
from spinviz.systems.resonance.pulses import state as motion
from spinviz.systems.resonance.pulses.laws import bir4_ended
from spinviz.systems.resonance.pulses.parameters import spins
from spinviz.systems.resonance.pulses.picture import picture
from spinviz.systems.resonance.pulses.state import angles_now, carrier, effective, lens
from spinviz.systems.resonance.pulses.system import Pulses
from spinviz.view.arrow_shapes import HEAD_SLENDERNESS
from spinviz.view.arrows import HEAD_WIDTH

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


def shape(preset: str, p: P, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Amplitude and sweep [Hz] at the times ``t`` [s] since the pulse began, by the formulas of textbooks."""
    tau = t / p.duration
    if preset == "nutation":
        return np.full(len(t), p.w1), np.zeros(len(t))
    if preset == "passage":
        return np.full(len(t), p.w1), p.bandwidth * (tau - 0.5)
    if preset == "secant":
        beta = pi * p.bandwidth / p.mu * p.duration
        return p.w1 / np.cosh(beta * (tau - 0.5)), p.bandwidth / 2 * np.tanh(beta * (tau - 0.5))
    # BIR-4 of Staewen et al. with lambda = 5, tan(beta) = 20: quarters that mirror each other.
    near = 4 * tau - 2 * np.round(2 * tau)
    return p.w1 * np.tanh(5 * (1 - np.abs(near))), p.bandwidth / 2 * np.tan(atan(20) * near) / 20


@pytest.mark.parametrize(
    ("preset", "offset"), [("nutation", 300.0), ("passage", 700.0), ("secant", -400.0), ("bir4", 0)]
)
@pytest.mark.value_of("amplitude", "sweep", "tilt", "adiabaticity")
def test_numbers_of_the_field_are_those_of_the_formulas(preset: str, offset: float) -> None:
    p = P.of(**{**Pulses().preset(preset).parameters, "offset": offset})
    loop = Loop(Pulses(), p, memory=4)
    loop.advance_to(0.9 * p.duration)
    history = loop.samples.history()
    t, seen = history.time, history.observables
    amplitude, sweep = shape(preset, p, t)
    # In the turning frame a spin of the offset f sees (w1, 0, f - sweep).
    tilt = np.degrees(np.arctan2(amplitude, offset - sweep))
    inside = np.abs(4 * t / p.duration % 2 - 1) > 0.02  # but for the jumps of BIR-4
    assert seen["amplitude"][inside] == pytest.approx(amplitude[inside], rel=1e-9, abs=1e-9)
    assert seen["sweep"][inside] == pytest.approx(sweep[inside], rel=1e-9, abs=1e-6)
    assert seen["tilt"][inside] == pytest.approx(tilt[inside], abs=1e-7)
    if preset == "nutation":
        assert np.isnan(seen["adiabaticity"]).all()
        assert seen["tilt"][0] == pytest.approx(np.degrees(np.arctan2(500, 300)))
        return
    # How many radians M turns about the field while that tilts by one: by differences of the formulas.
    step = 1e-6 * p.duration
    (w1, s1), (w2, s2) = shape(preset, p, t - step), shape(preset, p, t + step)
    rate = np.abs(np.arctan2(w2, offset - s2) - np.arctan2(w1, offset - s1)) / (2 * step)
    law = 2 * pi * np.hypot(amplitude, offset - sweep) / rate
    # Where K is defined on both sides; the system's own difference spans 2e-4 of the pulse.
    compared = inside & (t > 0.01 * p.duration) & (law < 1e4)
    assert compared.sum() > 100
    assert seen["adiabaticity"][compared] == pytest.approx(law[compared], rel=2e-3)


@pytest.mark.value_of("mz", "transverse", "along")
def test_motion_against_an_adaptive_solver() -> None:
    from scipy.integrate import solve_ivp

    p = P.of(w1=300.0, offset=200.0, duration=0.01, bandwidth=4000.0, relaxation=True, T1=0.03, T2=0.01)
    loop = Loop(Pulses(), p, memory=4)
    loop.advance_to(0.995 * p.duration)
    history = loop.samples.history()
    w1, w, rate = 2 * pi * 300, 2 * pi * 200, 2 * pi * 4000 / 0.01

    def slope(t, m):
        # The carrier's frame: the pulse turns as exp(-i times the integral of its sweep).
        phase = -rate * (t - 0.005) ** 2 / 2
        field = [w1 * np.cos(phase), w1 * np.sin(phase), w]
        return np.cross(m, field) - np.array([m[0] / 0.01, m[1] / 0.01, (m[2] - 1) / 0.03])

    times = history.time
    x, y, z = solve_ivp(slope, (0, times[-1]), [0, 0, 1], "DOP853", times, rtol=1e-10, atol=1e-12).y
    # Relaxation enters the steps at second order.
    assert history.observables["mz"] == pytest.approx(z, abs=1e-5)
    assert history.observables["transverse"] == pytest.approx(np.hypot(x, y), abs=1e-5)
    phase = -rate * (times - 0.005) ** 2 / 2
    field = np.stack([w1 * np.cos(phase), w1 * np.sin(phase), w - rate * (times - 0.005)])
    along = np.sum(field * [x, y, z], axis=0) / np.linalg.norm(field, axis=0)
    assert history.observables["along"] == pytest.approx(along, abs=1e-5)
    loop.advance_to(p.duration + 0.001)
    for name in ("along", "tilt", "adiabaticity"):
        assert np.isnan(loop.observables[name])
    assert loop.observables["amplitude"] == loop.observables["sweep"] == 0


def arrow(state: motion.PulseState, p: P, label: str) -> np.ndarray:
    (found,) = (v for v in picture(state, p) if isinstance(v, Arrows) and v.label == label)
    return np.asarray(found.directions, np.float64)


@pytest.mark.parametrize("preset", ["nutation", "passage", "secant"])
def test_effective_field_is_drawn_with_its_tilt_and_M_with_its_numbers(preset: str) -> None:
    system = Pulses()
    state, p = played(preset, 0.0, frame="modulated", offset=300.0)
    for _ in range(4):
        go_on(state, p, 0.21 * p.duration)
        seen = system.observe(state, p)
        M, B1 = arrow(state, p, "magnetization M")[0], arrow(state, p, "B₁")[0]
        field = arrow(state, p, "effective field Bₑ")[0]
        assert M[2] == pytest.approx(seen["mz"], abs=1e-6)
        assert np.hypot(*M[:2]) == pytest.approx(seen["transverse"], abs=1e-6)
        # B1 stands along x of the frame that follows the sweep, the effective field in the plane of x and z.
        assert B1[1:] == pytest.approx([0, 0], abs=1e-6)
        assert B1[0] > 0
        assert field[1] == pytest.approx(0, abs=1e-6)
        assert np.degrees(np.arctan2(field[0], field[2])) == pytest.approx(seen["tilt"], abs=1e-3)
        assert M @ field / np.linalg.norm(field) == pytest.approx(seen["along"], abs=1e-5)
        (letters,) = (v for v in picture(state, p) if isinstance(v, Labels))
        assert np.asarray(letters.positions[0]) == pytest.approx(1.06 * M, abs=1e-6)
        (path,) = (v for v in picture(state, p) if isinstance(v, Lines) and v.label == "path of M")
        assert np.asarray(path.points[-1]) == pytest.approx(M, abs=1e-6)
        (path,) = (v for v in picture(state, p) if isinstance(v, Lines) and v.label == "path of the field")
        assert np.asarray(path.points[-1]) == pytest.approx(field, abs=1e-6)
    if preset == "nutation":
        # To scale where nothing is said about it: B1 500 Hz beside 300 Hz along z.
        assert field[2] / B1[0] == pytest.approx(300 / 500, rel=1e-6)
        assert np.linalg.norm(field) == pytest.approx(0.78, rel=1e-5)


def test_cone_is_the_circle_of_M_about_the_effective_field() -> None:
    state, p = played("nutation", 2e-3, frame="RF")
    cone = next(v for v in picture(state, p) if isinstance(v, Lines) and v.color == "muted")
    rim = np.asarray(cone.points, np.float64)[:65]
    field = np.array([1.0, 0.0, 1.0]) / np.sqrt(2)  # 500 Hz along x and along z
    assert rim @ field == pytest.approx(np.full(65, np.sqrt(0.5)), abs=1e-6)
    assert np.linalg.norm(rim - state.m[:, 0], axis=1).min() < 1e-6
    go_on(state, p, 0.5e-3)
    assert np.linalg.norm(rim - state.m[:, 0], axis=1).min() < 0.1
    assert cone.opacity > 0


@pytest.mark.parametrize("offset", [400.0, -400.0])
def test_M_turns_clockwise_for_a_positive_offset_and_in_the_laboratory_with_the_carrier(offset: float) -> None:
    for frame in ("RF", "laboratory"):
        state, p = played("nutation", 8.2e-3, frame=frame, offset=offset, w1=2000.0)
        angles = []
        for _ in range(8):
            motion.step(state, p, Pulses().timestep(p))
            x, y, _ = arrow(state, p, "magnetization M")[0]
            angles.append(np.arctan2(y, x))
        # 1.5 turns of the carrier in each of the 8 s on screen of the pulse, all clockwise.
        rate = 2 * pi * (offset + (1.5 * 8 / 8e-3 if frame == "laboratory" else 0.0))
        turned = np.unwrap(angles)[-1] - angles[0]
        assert turned == pytest.approx(-rate * 7 * Pulses().timestep(p), rel=1e-5)


def test_isochromats_fan_out_to_both_sides() -> None:
    p = P.of(pulse="block", w1=20_000.0, duration=1e-4, frame="RF", span=5000.0)
    state = motion.start(p)
    dt = Pulses().timestep(p)
    for _ in range(round(0.125 * p.duration / dt)):
        motion.step(state, p, dt)
    # A quarter turn about x in 12.5 us: to +y; then offsets turn it, the lowest first and counter-clockwise.
    before = arrow(state, p, "isochromats")
    state.local = p.duration
    motion.advance(state, p, 1e-5)
    after = arrow(state, p, "isochromats")
    turned = np.angle((after[:, 0] + 1j * after[:, 1]) / (before[:, 0] + 1j * before[:, 1]))
    offsets = np.linspace(-5000, 5000, 161)[::8]
    assert turned == pytest.approx(-2 * pi * offsets * 1e-5, abs=1e-4)
    assert before[10] == pytest.approx([0, 1, 0], abs=1e-5)


def test_profile_is_over_hertz_with_M_at_its_offset() -> None:
    state, p = played("nutation", 1e-3, offset=700.0)
    now, law, M = (line for line in next(plot for plot in Pulses().plots if plot.name == "profile").lines(state, p))
    assert now.x == pytest.approx(np.linspace(-2000, 2000, 161))
    effective = np.hypot(500.0, now.x)
    rabi = (now.x**2 + 500.0**2 * np.cos(2 * pi * effective * 1e-3)) / effective**2
    assert now.y == pytest.approx(rabi, abs=1e-6)
    assert law.y == pytest.approx(rabi, abs=1e-6)
    assert (M.x[0], M.y[0]) == pytest.approx((700.0, state.m[2, 0]))


def test_diagram_shows_amplitude_and_sweep_in_parts_of_their_largest() -> None:
    state, p = played("bir4", 1e-3, flip=60.0)
    scheme = next(plot for plot in Pulses().plots if plot.name == "pulse").scheme(state, p)
    assert scheme.cursor == pytest.approx(1e-3)
    rows = {row.name: row for row in scheme.rows}
    t = rows["B₁"].times
    inside = (t > 1e-5) & (t < p.duration - 1e-5) & (np.abs(4 * t / p.duration % 2 - 1) > 0.02)
    amplitude, sweep = shape("bir4", p, t[inside])
    # Between the jumps the phase is pi + 60/2 degrees.
    jumped = np.where(np.abs(t[inside] - 2.5e-3) < 1.25e-3, -1.0, 1.0)
    assert rows["B₁"].values[inside] == pytest.approx(jumped * amplitude / p.w1, abs=1e-9)
    assert rows["ν_s"].values[inside] == pytest.approx(sweep / (p.bandwidth / 2), abs=1e-9)
    (span,) = scheme.spans
    assert (span.start, span.end) == (0.0, p.duration)


def test_caption_tells_B1_in_tesla() -> None:
    state, p = played("passage", 1e-3)
    # 500 Hz over 42.577 MHz/T.
    assert "linear sweep, B₁ up to 11.7 μT" in Pulses().caption(state, p).replace("µ", "μ")
    state, p = played("secant", 1e-3, duration=2e-3)
    # sech(pi 2000/5 1 ms) = 0.527
    assert "cut off at 53% of its peak" in Pulses().caption(state, p)


def test_traces_show_what_their_titles_say() -> None:
    shown = {plot.title: plot.observables for plot in Pulses().plots if isinstance(plot, Trace)}
    assert shown == {
        "Magnetization": ("mz", "along"),
    }


def test_profile_over_B1_is_in_parts_of_the_nominal_one() -> None:
    state, p = played("nutation", 1e-3, offset=0.0, across="B1")
    (plot,) = (plot for plot in Pulses().plots if plot.name == "inhomogeneity")
    now, law, M = plot.lines(state, p)
    assert now.x == pytest.approx(np.linspace(0, 2.5, 161))
    assert plot.x_high == 2.5
    turned = np.cos(2 * pi * 500 * now.x * 1e-3)
    assert now.y == pytest.approx(turned, abs=1e-6)
    assert law.y == pytest.approx(turned, abs=1e-6)
    assert (M.x[0], M.y[0]) == pytest.approx((1.0, -1.0), abs=1e-6)


@pytest.mark.parametrize(("duration", "steady"), [(0.6, False), (4.0, True)])
def test_profile_of_a_saturating_field_has_a_law_once_it_is_steady(duration: float, steady: bool) -> None:
    state, p = played("saturation", 0.99 * duration, duration=duration)
    (plot,) = (plot for plot in Pulses().plots if plot.name == "profile")
    lines = {line.label: line for line in plot.lines(state, p)}
    dw, w1 = 2 * pi * lines["now"].x, 2 * pi * 3.0
    bloch = (1 + (0.1 * dw) ** 2) / (1 + (0.1 * dw) ** 2 + w1**2 * 0.3 * 0.1)
    assert ("law" in lines) == steady
    # T1 = 0.3 s, after two and after thirteen of it.
    assert np.abs(lines["now"].y - bloch).max() < (1e-3 if steady else 0.2)
    if steady:
        assert lines["law"].y == pytest.approx(bloch, abs=1e-9)


@pytest.mark.parametrize(("frame", "x", "z"), [
    ("laboratory", "x", "z, B₀"), ("rotating", "x′", "z, B₀"), ("RF", "x′", "z, B₀"), ("modulated", "x*", "z, B₀"),
    ("effective", "x″", "z″"),
])  # fmt: skip
def test_axes_have_the_names_of_their_frame(frame: str, x: str, z: str) -> None:
    names = Pulses().stage(Pulses.Parameters.of(frame=frame)).axis_names
    assert (names[0], names[1], names[2]) == (x, x.replace("x", "y"), z)


@pytest.mark.parametrize("preset", ["passage", "secant", "nutation"])
def test_field_that_M_follows_is_a_sleeve_that_hides_neither(preset: str) -> None:
    """Along M the field is the wider of the two and at least the head of M shorter: both are seen."""
    state, p = played(preset, 0.0, frame="modulated")
    for _ in range(4):
        go_on(state, p, 0.2 * p.duration)
        field, M = (
            next(v for v in picture(state, p) if isinstance(v, Arrows) and v.label == label)
            for label in ("effective field Bₑ", "magnetization M")
        )
        assert field.radius > M.radius
        head = HEAD_SLENDERNESS * HEAD_WIDTH * M.radius
        assert np.linalg.norm(field.directions[0]) < 1.05 - head


@pytest.mark.parametrize(
    "parameters", [{}, {"offset": 5e3}, {"bandwidth": 2e4}, {"offset": -5e3, "frame": "effective"}]
)
def test_the_path_of_a_fast_turn_has_no_corners(parameters: dict[str, object]) -> None:
    """One point for each step made a zigzag of a field that was dragged far off resonance."""
    system = Pulses()
    loop = Loop(system, system.Parameters.of(**{**system.preset("passage").parameters, **parameters}), preset="passage")
    loop.advance(400)
    path = loop.state.trail.path()[:, 1:4]
    across = np.diff(path, axis=0)
    length = np.linalg.norm(across, axis=1)
    across = across[length > 1e-3] / length[length > 1e-3, None]
    corners = np.degrees(np.arccos(np.clip((across[1:] * across[:-1]).sum(axis=1), -1, 1)))
    assert len(corners) > 100
    # Where M leaves the pole the circles are as small as the distances between points.
    assert np.median(corners) < 12
    assert np.percentile(corners, 99) < 45
