"""Echoes appear when and as high as they should, alone and in trains, with diffusion and with too few isochromats."""

from math import exp, pi, radians, sin

import numpy as np
import pytest

from spinviz.engine.loop import Loop, SetParameters
from spinviz.model.parameters import ParameterError
from spinviz.model.visuals import Labels
from spinviz.physics.constants import PROTON_GYROMAGNETIC_RATIO
from spinviz.systems.resonance.spin_echoes.parameters import coherences, expected_echoes, named_echoes
from spinviz.systems.resonance.spin_echoes.plots import dots, graph, spans_of
from spinviz.systems.resonance.spin_echoes.state import diffuse
from spinviz.systems.resonance.spin_echoes.system import SpinEchoes


def play(preset: str, until: float, **changes: object) -> Loop:
    system = SpinEchoes()
    p = system.Parameters.of(**{**system.preset(preset).parameters, **changes})
    loop = Loop(system, p, memory=1)
    loop.advance_to(until)
    return loop


def heard(loop: Loop) -> np.ndarray:
    return loop.state.amplitudes[: loop.state.heard]


def test_hahn_echo_fades_with_T2_alone() -> None:
    loop = play("hahn", 0.09, tau=0.04)
    assert heard(loop) == pytest.approx(exp(-0.08 / 0.15), abs=1e-11)
    # The signal itself is that high when the clock passes the echo.
    record = loop.state.record[: loop.state.rows]
    assert np.interp(0.08, record[:, 0], record[:, 1]) == pytest.approx(heard(loop)[0], rel=1e-4)


def test_three_pulses_make_five_echoes() -> None:
    """90-90-90 without relaxation, Hahn 1950: 1/2, 1/2, 1/4, 0 (nothing is left along z), 1/4."""
    loop = play("stimulated", 0.11, flip=90.0, T1=100.0, T2=100.0)
    expected = np.array([1 / 2, 1 / 2, 1 / 4, 0, 1 / 4])
    # T1 = T2 = 100 s take 0.1 % in 0.1 s.
    np.testing.assert_allclose(heard(loop), expected, atol=1.2e-3)
    times = coherences(loop.parameters).reads
    np.testing.assert_allclose(times, [0.024, 0.066, 0.084, 0.096, 0.108], atol=1e-12)
    assert [line.label for line in dots(heard(loop), loop.parameters)] == ["E₁₂", "STE", "E₁₂₃", "E₂₃", "E₁₃"]


def test_plateau_follows_the_refocusing_angle() -> None:
    for degrees in (90, 150):
        loop = play("cpmg", 0.32, refocusing=degrees)
        late = heard(loop)[-4:] * np.exp(0.02 * np.arange(13, 17) / 4)
        assert late.mean() == pytest.approx(sin(radians(degrees / 2)), abs=5e-3)


def test_errors_of_pulses_add_up_in_cp_and_cancel_in_cpmg() -> None:
    T2, spacing = 0.08, 0.02
    p = SpinEchoes.Parameters.of(**SpinEchoes().preset("cp").parameters)
    perfect = np.exp(-spacing * np.arange(1, 15) / T2)
    # cos^2(80 deg) = 0.03 of M is not turned by each pulse.
    assert np.max(np.abs(expected_echoes(p.change(train="cpmg")) - perfect)) < 0.03
    assert np.max(np.abs(expected_echoes(p) - perfect)) > 0.2
    assert play("cpmg", 0.1, refocusing=160, T2=T2).observables["T2_measured"] == pytest.approx(T2, rel=0.06)
    assert play("cp", 0.1).observables["T2_measured"] < 0.6 * T2


def test_diffusion_costs_the_third_power_of_time() -> None:
    slope = PROTON_GYROMAGNETIC_RATIO * 0.02
    for tau in (0.02, 0.035):
        loop = play("diffusion", 2.2 * tau, tau=tau, isochromats=10_000, spread=100.0)
        attenuation = exp(-2 / 3 * slope**2 * 2.3e-9 * tau**3)
        # 2660 spins count; five standard deviations.
        sd = (1 - attenuation**2) / np.sqrt(2 * 2660)
        assert heard(loop)[0] * exp(2 * tau / 0.5) == pytest.approx(attenuation, abs=5 * sd)


def test_walk_has_the_variance_of_diffusion() -> None:
    loop = play("diffusion", 0.02, isochromats=20_000)
    # The variance of 20,000 Gaussians is known to 1 %.
    assert np.var(loop.state.walk) == pytest.approx(2 * 2.3e-9 * 0.02, rel=0.05)


def test_too_few_isochromats_meet_again() -> None:
    loop = play("spurious", 0.17)
    spacing = 2 * 7.5 * 50 / 41
    times = coherences(loop.parameters).reads
    np.testing.assert_allclose(times, np.arange(1, 4) / spacing, atol=1e-9)
    np.testing.assert_allclose(heard(loop), np.exp(-times / 0.25), atol=1e-10)
    assert "warning: so few are in phase again every 54.7 ms" in loop.frame().caption
    assert "warning" not in play("spurious", 0.01, isochromats=400).frame().caption


def test_other_parameters_begin_again() -> None:
    loop = play("hahn", 0.07)
    loop.apply(SetParameters(loop.parameters.change(tau=0.04, isochromats=300)))
    assert loop.state.local == 0
    assert loop.frame().visuals
    loop.advance(1)
    assert loop.state.m.shape == (3, 300)
    assert loop.laws["phase_graph"].passed
    loop.advance_to(0.07 + 0.09)
    assert heard(loop) == pytest.approx(exp(-0.08 / 0.15), abs=1e-11)


def test_a_repetition_is_like_the_first() -> None:
    loop = play("hahn", 0.09 + 0.07)
    assert loop.state.repetition == 1
    assert heard(loop) == pytest.approx(exp(-0.06 / 0.15), abs=1e-11)
    assert loop.laws["hahn"].passed


def test_stimulated_echo_waits_along_z() -> None:
    p = SpinEchoes.Parameters.of(**SpinEchoes().preset("stimulated").parameters)
    stored = next(line for line in graph(p) if line.label == "Z")
    level = (stored.x[::3] == pytest.approx(p.tau)) if len(stored.x) == 3 else np.isclose(stored.x[::3], p.tau)
    assert np.any(level & np.isclose(stored.y[::3], 1) & np.isclose(stored.y[1::3], 1))
    assert np.any(np.isclose(stored.x[1::3], p.T))


def test_mixing_time_must_leave_room_for_the_first_echo() -> None:
    with pytest.raises(ParameterError, match=r"mixing = 20 ms is not longer than tau = 30 ms: .*above 30 ms"):
        SpinEchoes.Parameters.of(train="stimulated", tau=0.03, mixing=0.02)


@pytest.mark.parametrize("preset", ["hahn", "stimulated", "cpmg"])
def test_dragging_the_end_of_a_span_moves_it_along(preset: str) -> None:
    system = SpinEchoes()
    p = system.Parameters.of(**system.preset(preset).parameters)
    for n, span in enumerate(spans_of(p)):
        moved = p.change(**{span.parameter: getattr(p, span.parameter) + span.scale * 1e-3})
        assert spans_of(moved)[n].end == pytest.approx(span.end + 1e-3, abs=1e-9)


def test_fan_of_few_isochromats_is_drawn_once_each() -> None:
    frame = play("spurious", 0.01).frame()
    directions = frame.visuals[0].directions
    assert len(np.unique(directions.round(6), axis=0)) == len(directions) <= 41
    assert np.allclose(np.hypot(directions[:, 0], directions[:, 1]), exp(-0.01 / 0.25), atol=1e-3)
    assert 2 * pi * 50 == pytest.approx(frame.parameters.sd)


@pytest.mark.parametrize("angles", [{"flip": 0}, {"refocusing": 0}, {"flip": 180}, {"D": 10, "G": 0.2, "T2": 2}])
def test_law_of_diffusion_stands_where_nothing_is_left_of_the_echo(angles: dict[str, float]) -> None:
    loop = play("diffusion", 0.075, isochromats=500, **angles)
    assert loop.laws["diffusion"].holds
    assert loop.laws["diffusion"].passed
    # N random phases leave 1/sqrt(N): the unit must not grow with what was lost.
    assert loop.laws["diffusion"].deviation > 1e-12


def test_units_of_diffusion() -> None:
    p = SpinEchoes.Parameters.of(D=2.3, G=0.02)
    assert p.diffusion == pytest.approx(2.3e-9)  # Water at 25 degrees, in m^2/s.
    assert p.slope == pytest.approx(2 * pi * 42.577478e6 * 0.02, rel=1e-7)


def test_the_phase_of_a_walk_does_not_depend_on_its_steps() -> None:
    loop = play("diffusion", 0.0, isochromats=20_000, spread=0.0, G=0.01)
    state, p = loop.state, loop.parameters
    state.m[:] = np.array([[1.0], [0.0], [0.0]])
    diffuse(state, p, 0.02)
    # <exp(-i phase)> = exp(-variance/2), variance = slope^2 2 D t^3/3, whatever the number of steps: here one.
    law = exp(-(p.slope**2) * p.diffusion * 0.02**3 / 3)
    assert state.m[0].mean() == pytest.approx(law, abs=4 * (1 - law**2) / np.sqrt(2 * 20_000))


# --- what is shown -------------------------------------------------------------------------------------------------


def five(spread: float) -> tuple[np.ndarray, np.ndarray]:
    """Offsets [rad/s] of a comb of five over ± 7.5 standard deviations, and their shares."""
    hertz = 3 * spread * np.arange(-2, 3)
    weights = np.exp(-0.5 * (hertz / spread) ** 2)
    return 2 * pi * hertz, weights / weights.sum()


@pytest.mark.value_of("signal", "signal_90", "transverse", "mz")
@pytest.mark.parametrize(("train", "axis"), [("cpmg", 1), ("cp", 0)])
def test_signal_of_five_isochromats_turned_one_by_one(train: str, axis: int) -> None:
    """Rotations written out: 70° about x takes z towards +y, 140° about y (CPMG) or x (CP) follows after τ."""
    values = {"flip": 70, "refocusing": 140, "tau": 2e-3, "echoes": 2, "T1": 0.02, "T2": 0.01, "spread": 30}
    loop = Loop(SpinEchoes(), SpinEchoes.Parameters.of(train=train, isochromats=5, **values), memory=1)
    loop.advance_to(3.1e-3)
    dw, shares = five(30)
    a, b, t = radians(70), radians(140), loop.time - 2e-3
    m, z = 1j * sin(a) * np.exp(-1j * dw * 2e-3 - 2e-3 / 0.01), 1 + (np.cos(a) - 1) * exp(-2e-3 / 0.02)
    if axis == 1:
        m, z = np.cos(b) * m.real - sin(b) * z + 1j * m.imag, np.cos(b) * z + sin(b) * m.real
    else:
        m, z = m.real + 1j * (np.cos(b) * m.imag + sin(b) * z), np.cos(b) * z - sin(b) * m.imag
    m, z = m * np.exp(-1j * dw * t - t / 0.01), 1 + (z - 1) * exp(-t / 0.02)
    seen, net = loop.observables, (shares * m).sum()
    assert complex(seen["signal"], seen["signal_90"]) == pytest.approx(net, abs=1e-12)
    assert abs(net.imag) > 0.1
    # Symmetric offsets leave M_x only what a pulse about y turns there from z.
    assert abs(net.real) > 0.1 or train == "cp"
    assert seen["transverse"] == pytest.approx(abs(net), abs=1e-12)
    assert seen["mz"] == pytest.approx((shares * z).sum(), abs=1e-12)
    fan, path, arrow, letter, name = loop.frame().visuals
    each = np.stack([m.real, m.imag, z], axis=1)
    drawn = [np.abs(each - direction).max(axis=1).min() for direction in fan.directions]
    assert max(drawn) < 1e-6
    assert len(drawn) == 3  # Those of the middle: the outermost two weigh too little to stand for 1/48.
    for point in (arrow.directions[0], path.points[-1], letter.positions[0] / 1.06):
        np.testing.assert_allclose(point, [net.real, net.imag, seen["mz"]], atol=1e-6)
    assert (fan.length, arrow.length) == (1.0, 1.0)
    assert name.texts == ("echo 1",)
    np.testing.assert_allclose(name.positions, [[0, 0, -1]])


def test_fan_turns_clockwise_for_a_positive_offset() -> None:
    loop = Loop(SpinEchoes(), SpinEchoes.Parameters.of(isochromats=5, spread=30, tau=0.01, T2=0.1), memory=1)
    loop.advance_to(1e-3)
    fan = loop.frame().visuals[0].directions
    angle = np.arctan2(fan[:, 0], fan[:, 1])  # From +y towards +x: clockwise seen from +z.
    assert angle == pytest.approx(2 * pi * 90 * loop.time * np.arange(-1, 2), abs=1e-6)


@pytest.mark.value_of("echo_time", "echo")
@pytest.mark.parametrize(
    ("preset", "until", "time"),
    [
        ("hahn", 0.059, None),
        ("hahn", 0.0601, 2 * 0.03),
        ("stimulated", 0.0665, 0.012 + 0.054),
        ("stimulated", 0.0842, 2 * 0.054 - 2 * 0.012),
        ("stimulated", 0.0963, 2 * 0.054 - 0.012),
        ("stimulated", 0.1085, 2 * 0.054),
        ("cpmg", 0.1005, 5 * 2 * 0.01),
        ("spurious", 0.12, 2 * 41 / (15 * 50)),
    ],
)
def test_time_of_the_last_echo(preset: str, until: float, time: float | None) -> None:
    """Hahn at 2τ; of three pulses at 0, τ and T: T + τ, 2T − 2τ, 2T − τ, 2T; of a train 2nτ; of a comb 1/spacing."""
    loop = play(preset, until)
    seen = loop.observables
    if time is None:
        assert np.isnan(seen["echo_time"])
        assert np.isnan(seen["echo"])
        return
    assert seen["echo_time"] == pytest.approx(time, abs=1e-9)
    record = loop.state.record[: loop.state.rows]
    # Between two steps about the echo |M₊| is known to some (σ dt)²/2.
    error = (loop.parameters.sd * loop.dt) ** 2
    assert np.interp(time, record[:, 0], record[:, 1]) == pytest.approx(seen["echo"], abs=error)


def test_the_echo_in_the_picture_is_named_while_it_lasts() -> None:
    """1.5 of the widths 1/σ, here 2 ms, to either side."""
    names = []
    for time in (0.024, 0.066, 0.096):
        loop = play("stimulated", time - 2.2e-3)
        for until in (time - 1.8e-3, time + 1.8e-3, time + 2.2e-3):
            names += loop.frame().visuals[-1].texts
            loop.advance_to(until)
        names += loop.frame().visuals[-1].texts
    first, stimulated, second = "spin echo of pulses 1 and 2", "stimulated echo", "spin echo of pulses 2 and 3"
    assert names == [text for name in (first, stimulated, second) for text in ("", name, name, "")]


def test_lines_of_the_signal_are_the_closed_forms() -> None:
    loop = play("diffusion", 0.065)
    p = loop.parameters
    plots = {plot.name: plot for plot in loop.system.plots}
    without, attenuated, phases, now, dot = plots["signal"].lines(loop.state, p)
    np.testing.assert_allclose(without.y, np.exp(-without.x / 0.5), atol=1e-12)
    slope = PROTON_GYROMAGNETIC_RATIO * 0.02
    law = np.exp(-without.x / 0.5 - 2 / 3 * slope**2 * 2.3e-9 * (without.x / 2) ** 3)
    np.testing.assert_allclose(attenuated.y, law, atol=1e-12)
    assert (without.label, attenuated.label) == ("without diffusion", "with diffusion")
    # Points 0.1 ms apart about the echo: (σ dt)²/2 at most.
    assert np.interp(0.06, phases.x, phases.y) == pytest.approx(np.interp(0.06, without.x, law), abs=5e-4)
    assert (dot.x[0], dot.y[0]) == pytest.approx((0.06, heard(loop)[0]))
    assert now.y[-1] == pytest.approx(loop.observables["transverse"])
    assert now.x[-1] == pytest.approx(loop.time)
    plateau = next(line for line in plots["signal"].lines(*at_start("cpmg", refocusing=100)) if "sin" in line.label)
    np.testing.assert_allclose(plateau.x, 0.02 * np.arange(1, 17), atol=1e-12)
    np.testing.assert_allclose(plateau.y, sin(radians(50)) * np.exp(-plateau.x / 4), atol=1e-12)


def at_start(preset: str, **changes: object) -> tuple:
    """State and parameters before anything is played."""
    loop = play(preset, 0.0, **changes)
    return loop.state, loop.parameters


def test_pathways_grow_with_time_and_turn_round_at_the_pulse() -> None:
    loop = play("hahn", 0.05)
    pathways = next(plot for plot in loop.system.plots if plot.name == "pathways")
    lines = pathways.lines(loop.state, loop.parameters)
    strong = next(line for line in lines if line.label == "F")
    points = np.stack([strong.x, strong.y], axis=1).reshape(-1, 3, 2)[:, :2]
    # k/τ: 0 to 1 before the pulse, −1 to 0 until the echo and to +1 after it.
    np.testing.assert_allclose(points, [[[0, 0], [0.03, 1]], [[0.03, -1], [0.09, 1]]], atol=1e-9)
    assert (lines[-1].x[0], lines[-1].y[0]) == pytest.approx((loop.state.local, loop.state.local / 0.03 - 2))


def test_captions_count_and_measure() -> None:
    frame = play("diffusion", 0.0).frame().caption
    # sd/(γ/2π G): 45 Hz/(42.577 MHz/T 20 mT/m) = 53 µm to either side.
    assert frame == "rotating frame · 4000 isochromats (48 drawn) · spread over ± 53 µm along the gradient"
    assert "too little spread to dephase between the echoes" in play("hahn", 0.0, spread=1.0).frame().caption
    assert play("hahn", 0.0, T1=0.05).frame().caption.endswith("T₂ > 2 T₁ is unphysical")


def test_the_pulse_diagram_expects_the_signal_that_is_found() -> None:
    loop = play("hahn", 0.089)
    diagram = loop.system.pulse_diagram(loop.state, loop.parameters)
    assert [row.name for row in diagram.rows] == ["RF", "|M_xy|"]
    record, row = loop.state.record[: loop.state.rows], diagram.rows[-1]
    seen = (row.times > record[0, 0]) & (row.times < record[-1, 0])
    # Joined by straight lines: (σ dt)²/8 of a Gaussian.
    found = np.interp(row.times[seen], record[:, 0], record[:, 1])
    np.testing.assert_allclose(row.values[seen], found, atol=(loop.parameters.sd * loop.dt) ** 2)
    assert diagram.cursor == pytest.approx(loop.time)


def test_cp_is_compared_with_the_train_that_corrects_its_errors() -> None:
    loop = play("cp", 0.0)
    signal = next(plot for plot in loop.system.plots if plot.name == "signal")
    line = next(line for line in signal.lines(loop.state, loop.parameters) if line.label == "CPMG")
    np.testing.assert_allclose(line.x, 0.02 * np.arange(1, 15), atol=1e-12)
    np.testing.assert_allclose(line.y, np.exp(-line.x / 0.08), atol=0.03)  # cos² 80° = 0.03, as above.


@pytest.mark.parametrize(("preset", "low", "high"), [("hahn", -1.3, 1.3), ("spurious", -0.3, 6.3)])
def test_the_axis_of_pathways_holds_the_largest_phase(preset: str, low: float, high: float) -> None:
    """Two pulses dephase by τ at most; one alone for 8.25 τ, of which 6 are shown. 0.3 is room."""
    _, p = at_start(preset)
    pathways = next(plot for plot in SpinEchoes.plots if plot.name == "pathways")
    assert (pathways.low(p), pathways.high(p)) == pytest.approx((low, high), abs=1e-6)


def test_the_echo_of_every_repetition_is_named_in_the_picture() -> None:
    """Echoes are counted from the beginning of their repetition, not of the run."""
    loop = Loop(SpinEchoes(), preset="hahn", memory=1)
    echo, named = 2 * loop.parameters.tau, []
    while loop.state.repetition < 2:
        loop.advance(1)
        texts = [text for visual in loop.frame().visuals if isinstance(visual, Labels) for text in visual.texts]
        if abs(loop.state.local - echo) < loop.dt / 2 + 1e-12:
            named.append((loop.state.repetition, any("echo" in text for text in texts)))
    assert named == [(0, True), (1, True)]


@pytest.mark.parametrize("train", ["hahn", "cpmg", "stimulated"])
def test_echoes_of_a_wait_between_two_ticks_obey_their_laws(train: str) -> None:
    # 2/30 s is a nanosecond more than twice 1/30 s, each rounded to whole nanoseconds.
    system = SpinEchoes()
    p = system.Parameters.of(train=train, tau=1 / 30, mixing=0.2, isochromats=3000, flip=66.0)
    loop = Loop(system, p)
    loop.advance_to(2.05 / 30)
    assert {"hahn": "hahn", "cpmg": "T2_decay", "stimulated": "five_echoes"}[train] in loop.laws
    held = {name: now for name, now in loop.laws.items() if now.holds}
    assert "echoes" in held
    assert len(held) >= 3
    assert all(now.passed for now in held.values()), held
    assert heard(loop)[0] == pytest.approx(held["echoes"].theory, abs=1e-11)


def test_echoes_of_three_pulses_are_read_in_the_order_of_their_times() -> None:
    """Between T = 2 tau and 3 tau the stimulated echo comes after the echo of the first echo."""
    loop = play("stimulated", 0.0, tau=0.012, mixing=0.018, spread=600.0, isochromats=6000)
    for until in (0.025, 0.037, 0.043, 0.049, 0.061):
        loop.advance_to(until)
        assert loop.laws["five_echoes"].holds
        assert loop.laws["five_echoes"].passed, until
    assert [echo.symbol for echo in named_echoes(loop.parameters)] == ["E₁₂", "E₁₂₃", "STE", "E₂₃", "E₁₃"]


def test_echoes_at_one_time_are_one_echo() -> None:
    """At T = 3 tau the stimulated echo meets the echo of the first echo."""
    loop = play("stimulated", 0.0, tau=0.012, mixing=0.024, spread=600.0, isochromats=6000)
    assert [echo.symbol for echo in named_echoes(loop.parameters)] == ["E₁₂", "STE, E₁₂₃", "E₂₃", "E₁₃"]
    for until in (0.025, 0.049, 0.061, 0.073):
        loop.advance_to(until)
        assert loop.laws["phase_graph"].passed, until
        assert loop.laws["echoes"].passed, until
        assert loop.laws["five_echoes"].holds == (until != 0.049)


def test_plateau_is_held_to_what_is_left_of_its_oscillation() -> None:
    """Echo 16 of 60 degrees is off by 0.36 n^(-3/2), and sqrt(cot 30 deg/4 pi) = 0.371."""
    loop = play("cpmg", 0.0, refocusing=60.0, tau=0.012, echoes=16, spread=125.0, isochromats=3000, T1=4, T2=4)
    loop.advance_to(2.02 * 0.012 * 16)
    law = loop.laws["plateau"]
    assert law.passed
    bound = law.tolerance * abs(law.value - law.theory) / law.deviation
    assert bound == pytest.approx(1.05 * 0.371 / 64 * exp(-0.384 / 4), rel=1e-3)
    assert law.deviation > 0.9
