"""Trains of pulses against closed forms, naive repetition and what is known of spoiling."""

from math import cos, exp, pi, radians, sin

import numpy as np
import pytest

from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.model.parameters import ParameterError
from spinviz.model.visuals import Arrows, Labels
from spinviz.systems.resonance.gradient_echo.picture import inside
from spinviz.systems.resonance.gradient_echo.plots import increment_lines
from spinviz.systems.resonance.gradient_echo.state import GradientEchoState, phases_per_TR, steady_echo
from spinviz.systems.resonance.gradient_echo.steady import aliasing, needed, spoiling_curve
from spinviz.systems.resonance.gradient_echo.system import GradientEcho

Parameters = GradientEcho.Parameters


def naive_train(p: Parameters, repetitions: int, steps: np.ndarray) -> np.ndarray:
    """M+ at TE (repetitions, N): matrices applied in the rotating frame, pulses with their true phases."""
    phases = phases_per_TR(p)
    m = np.zeros((3, len(phases)))
    m[2] = 1.0
    c, s = cos(p.angle), sin(p.angle)
    pulse = np.array([[1, 0, 0], [0, c, s], [0, -s, c]])
    heard = []
    for phase in np.cumsum(steps[:repetitions]):
        forth = np.array([[cos(phase), -sin(phase), 0], [sin(phase), cos(phase), 0], [0, 0, 1]])
        m = forth @ pulse @ forth.T @ m
        at_TE = (m[0] + 1j * m[1]) * exp(-p.TE / p.T2)
        heard.append(at_TE * np.exp(-1j * phase - 1j * (0 if p.dephases else p.TE / p.TR) * phases))
        transverse = (m[0] + 1j * m[1]) * np.exp(-p.TR / p.T2 - 1j * phases)
        m = np.stack([transverse.real, transverse.imag, 1 + (m[2] - 1) * exp(-p.TR / p.T1)])
    return np.array(heard)


def echoes_of(p: Parameters, repetitions: int) -> np.ndarray:
    """The echoes that the system keeps."""
    loop = Loop(GradientEcho(), p, memory=1)
    loop.advance_to(repetitions * p.TR - 2 * loop.dt)
    assert isinstance(loop.state, GradientEchoState)
    return loop.state.past()[:, 2]


@pytest.mark.parametrize(
    ("values", "step"),
    [
        ({"kind": "rf", "increment": 117.0}, lambda n: radians(117.0) * n),
        ({"kind": "unspoiled"}, lambda n: 0.0 * n),
        ({"kind": "balanced", "advance": 180.0, "spread": 200.0, "centre": 30.0}, lambda n: np.where(n > 0, pi, 0.0)),
    ],
)
def test_echoes_equal_those_of_pulses_with_their_true_phases(values: dict, step) -> None:
    p = Parameters.of(isochromats=40, TR=0.01, TE=0.003, T1=0.3, T2=0.1, **values)
    expected = np.abs(naive_train(p, 25, step(np.arange(25))).mean(axis=1))
    # Rounding of 25 repetitions of some fifty exact steps of 1e-16.
    assert echoes_of(p, 25) == pytest.approx(expected, abs=1e-13)


def test_ideally_spoiled_echoes_are_pulses_on_what_was_left_along_z() -> None:
    p = Parameters.of(isochromats=7, TR=0.02, TE=0.005, T1=0.3, T2=0.1, flip=35.0)
    m, expected = 1.0, []
    for _ in range(12):
        expected.append(sin(p.angle) * m * exp(-p.TE / p.T2))
        m = 1 + (m * cos(p.angle) - 1) * exp(-p.TR / p.T1)
    assert echoes_of(p, 12) == pytest.approx(expected, abs=1e-13)


def test_half_angle_preparation_removes_the_swing() -> None:
    """On resonance the echo falls towards its steady value by E1 cos^2(a/2) + E2 sin^2(a/2) per TR and keeps its side.

    Scheffler, Magn. Reson. Med. 49, 781 (2003): M stays at the angle a/2 from z.
    """
    values = {"kind": "balanced", "TR": 2e-3, "TE": 1e-3, "T1": 0.3, "T2": 0.1, "flip": 50.0, "spread": 0.0}
    p = Parameters.of(isochromats=1, preparation=True, **values)
    smooth, plain = echoes_of(p, 30), echoes_of(p.change(preparation=False), 30)
    above = smooth - steady_echo(p)
    E1, E2, half = exp(-2e-3 / 0.3), exp(-2e-3 / 0.1), radians(25.0)
    # The angle of M swings by some (1 - E2)^2 = 4e-4 about a/2.
    assert above[1:] / above[:-1] == pytest.approx(E1 * cos(half) ** 2 + E2 * sin(half) ** 2, abs=4e-4)
    assert np.sum(np.diff(np.sign(np.diff(plain))) != 0) > 10


def test_alternating_band_is_dark_half_a_turn_from_resonance() -> None:
    values = {"kind": "balanced", "TR": 5e-3, "TE": 2.5e-3, "T1": 0.05, "T2": 0.04, "flip": 40.0, "spread": 0.0}
    bright = echoes_of(Parameters.of(isochromats=1, centre=0.0, **values), 80)[-1]
    dark = echoes_of(Parameters.of(isochromats=1, centre=180.0, **values), 80)[-1]
    assert dark < 0.5 * bright
    # Without alternation the dark band lies on resonance.
    swapped = echoes_of(Parameters.of(isochromats=1, centre=0.0, **(values | {"advance": 0.0})), 80)[-1]
    assert swapped == pytest.approx(dark, rel=1e-3)  # What is left of the transients: 2 exp(-80 * 5/50) = 7e-4.


def test_117_degrees_spoil_and_0_and_120_do_not() -> None:
    x, y = spoiling_curve(25.0, 0.01, 0.4, 0.08)
    ideal = sin(radians(25)) * (1 - exp(-0.025)) / (1 - exp(-0.025) * cos(radians(25)))
    near = {angle: float(np.interp(angle, x, y)) / ideal for angle in (0.0, 117.0, 120.0)}
    # Within 5 % at 117 degrees (Zur 1991, figure 3: "close to"), tens of per cent off where echoes add up.
    assert near[117.0] == pytest.approx(1.0, abs=0.05)
    assert abs(near[0.0] - 1) > 0.2
    assert abs(near[120.0] - 1) > 0.2


def test_spoiling_curve_equals_the_naive_train() -> None:
    p = Parameters.of(kind="rf", increment=60.0, isochromats=64, TR=0.02, TE=0.0, T1=0.19, T2=0.03, flip=30.0)
    heard = np.abs(naive_train(p, 29, radians(60.0) * np.arange(29)).mean(axis=1))
    x, y = spoiling_curve(30.0, 0.02, 0.19, 0.03)
    assert y[x == 60.0][0] == pytest.approx(heard[-1], abs=1e-12)


def test_a_live_edit_starts_a_new_approach() -> None:
    loop = Loop(GradientEcho(), preset="ernst")
    loop.advance_to(0.2)
    loop.apply(SetParameters(loop.parameters.change(flip=60.0, TR=0.05)))
    assert not loop.laws["approach"].holds
    loop.advance_to(0.45)
    assert loop.laws["approach"].holds
    assert loop.laws["approach"].deviation < 1e-12


def test_inversion_starts_a_new_approach() -> None:
    loop = Loop(GradientEcho(), preset="ernst")
    loop.advance_to(0.1)
    loop.apply(Act("invert"))
    loop.advance_to(0.3)
    assert loop.laws["approach"].deviation < 1e-12


@pytest.mark.parametrize("kind", ["ideal", "unspoiled", "balanced"])
@pytest.mark.parametrize("part", [0.0, 0.2, 0.9])
def test_what_is_left_of_a_transient_is_bounded_from_any_change_on(kind: str, part: float) -> None:
    p = Parameters.of(kind=kind, TR=5e-3, TE=1e-3, T1=0.05, T2=0.045, flip=90.0, isochromats=64)
    loop = Loop(GradientEcho(), p, memory=1)
    loop.advance_to((7 + part) * p.TR)
    loop.apply(SetParameters(p.change(flip=60.0)))
    compared = 0
    for _ in range(200):
        loop.advance(16)
        for name in ("ernst", "unspoiled", "balanced", "band"):
            compared += loop.laws[name].holds
            assert loop.laws[name].passed or not loop.laws[name].holds, (name, loop.time, loop.laws[name])
    assert compared > 100


def test_aliasing_bound_holds_for_few_isochromats() -> None:
    for count in (3, 8, 20):
        few, many = (
            Parameters.of(kind="unspoiled", TR=0.02, TE=0.0, T1=0.1, T2=0.1, flip=50.0, isochromats=n)
            for n in (count, 400)
        )
        means = [naive_train(p, 150, np.zeros(150))[-1].mean() for p in (few, many)]
        bound = aliasing(few.angle, 0.02, 0.1, 0.1, count)
        assert abs(means[0] - means[1]) < bound
        assert bound < 1 or count < 8


def test_combinations_that_cannot_be_are_refused_in_one_line() -> None:
    with pytest.raises(ParameterError, match="TE = 50 ms is not before the next pulse at TR = 30 ms: choose"):
        Parameters.of(TR=0.03, TE=0.05)
    with pytest.raises(ParameterError, match="T2 = 500 ms is longer than 2 T1 = 200 ms"):
        Parameters.of(T1=0.1, T2=0.5)


@pytest.mark.parametrize("kind", ["ideal", "unspoiled", "balanced"])
@pytest.mark.parametrize("part", [0.0, 0.1, 0.7])
def test_the_solved_steady_state_stays_and_obeys_the_laws(kind: str, part: float) -> None:
    p = Parameters.of(kind=kind, TR=0.01, TE=0.004, T1=0.8, T2=0.1, centre=40.0, spread=300.0, isochromats=300)
    loop = Loop(GradientEcho(), p, memory=1)
    loop.advance_to((2 + part) * p.TR)
    loop.apply(Act("settle"))
    held = [loop.laws[name].holds for name in loop.laws]
    assert any(held)
    for _ in range(80):
        assert all(law.passed or not law.holds for law in loop.laws.values())
        loop.advance(1)
    assert sum(law.holds for law in loop.laws.values()) == 2


def test_the_steady_state_of_rf_spoiling_stays_that_of_the_curve() -> None:
    p = Parameters.of(kind="rf", TR=0.01, TE=0.0, T1=0.2, T2=0.05, flip=25.0, isochromats=100)
    loop = Loop(GradientEcho(), p, memory=1)
    loop.advance_to(0.035)
    loop.apply(Act("settle"))
    loop.advance_to(0.095)
    assert isinstance(loop.state, GradientEchoState)
    x, y = spoiling_curve(25.0, 0.01, 0.2, 0.05)
    # The curve is played for three T1, the jump for five: exp(-3) of the transient in M_z, which RF spoiling shortens.
    assert loop.state.past()[-6:, 2] == pytest.approx(float(np.interp(117.0, x, y)), rel=2e-2)


def test_too_few_isochromats_for_spoiling_are_told() -> None:
    system = GradientEcho()
    for kind, count, warned in (("rf", 20, True), ("unspoiled", 20, True), ("rf", 200, False), ("ideal", 1, False)):
        p = system.Parameters.of(kind=kind, TR=0.01, TE=0.003, T1=0.4, T2=0.08, isochromats=count)
        loop = Loop(system, p, memory=1)
        loop.advance(4)
        assert ("too few" in system.caption(loop.state, p)) == warned
    assert needed(0.01, 0.08) == 40


def test_a_spoiling_curve_that_is_not_steady_yet_says_so() -> None:
    system = GradientEcho()
    names = []
    for T1 in (0.4, 5.0):
        p = system.Parameters.of(kind="rf", TR=0.01, TE=0.003, T1=T1, T2=0.08)
        names.append(increment_lines(Loop(system, p, memory=1).state, p)[0].label)
    assert names == ["steady state", "after 400 repetitions"]


def test_spoiling_curve_has_isochromats_enough_for_long_T2() -> None:
    flip, TR, T1, T2 = 20.0, 2e-3, 0.15, 0.1
    increments, curve = spoiling_curve(flip, TR, T1, T2)
    phases = 2 * pi * np.arange(600) / 600
    c, s, m, z = cos(radians(flip)), sin(radians(flip)), np.zeros(600, complex), np.ones(600)
    for n in range(225):
        m, z = m.real + 1j * (c * m.imag + s * z), c * z - s * m.imag
        heard = abs(m.mean())
        m, z = m * exp(-TR / T2) * np.exp(-1j * (phases + n * radians(increments[100]))), 1 + exp(-TR / T1) * (z - 1)
    assert curve[100] == pytest.approx(heard, abs=2e-4)


# --- what is shown -------------------------------------------------------------------------------------------------

FAST = {"TR": 0.01, "TE": 0.004, "T1": 0.05, "T2": 0.03, "flip": 50.0, "isochromats": 4}


def about(degrees: float) -> np.ndarray:
    """A pulse of 50° about the axis at that phase, left-handed: about x it takes z to +y."""
    c, s = cos(radians(50)), sin(radians(50))
    forth = np.array([[np.cos(radians(degrees)), -np.sin(radians(degrees)), 0],
                      [np.sin(radians(degrees)), np.cos(radians(degrees)), 0], [0, 0, 1]])  # fmt: skip
    return forth @ np.array([[1, 0, 0], [0, c, s], [0, -s, c]]) @ forth.T


def waited(m: np.ndarray, time: float, degrees: np.ndarray) -> np.ndarray:
    """Relaxed for ``time`` and turned clockwise by ``degrees``."""
    plus = (m[0] + 1j * m[1]) * np.exp(-time / 0.03 - 1j * np.radians(degrees))
    return np.stack([plus.real, plus.imag, 1 + (m[2] - 1) * exp(-time / 0.05)])


@pytest.mark.value_of("signal", "signal_90", "transverse", "mz")
@pytest.mark.parametrize("part", [0.3, 0.97])
@pytest.mark.parametrize(
    ("values", "per_TR", "pulses"),
    [
        ({"kind": "balanced", "advance": 100, "spread": 120, "centre": 30}, (-15, 15, 45, 75), (0, 100, 200)),
        ({"kind": "rf", "increment": 117}, (-135, -45, 45, 135), (0, 117, 117 + 234)),
        ({"kind": "unspoiled"}, (-135, -45, 45, 135), (0, 0, 0)),
        ({"kind": "ideal"}, (-135, -45, 45, 135), (0, 0, 0)),
    ],
)
def test_signal_and_picture_of_four_isochromats_in_the_third_repetition(
    values: dict, per_TR: tuple, pulses: tuple, part: float
) -> None:
    """The receiver is in phase with the pulse; the picture is that of the rotating frame."""
    loop = Loop(GradientEcho(), Parameters.of(**FAST, **values), memory=1)
    loop.advance_to((2 + part) * 0.01)
    t, turns, balanced = loop.time - 0.02, np.array(per_TR), values["kind"] == "balanced"
    m = np.array([[0.0], [0.0], [1.0]]) * np.ones(4)
    for n, phase in enumerate(pulses):
        m = about(phase) @ m
        if n < 2:
            m = waited(m, 0.01, turns)
            m[:2] *= values["kind"] != "ideal"
    # Offsets act all the time, the gradient between TE and the next pulse.
    m = waited(m, t, turns * (t / 0.01 if balanced else part > 0.9))
    m[:2] *= values["kind"] != "ideal" or part < 0.9
    net = m.mean(axis=1)
    plus = complex(net[0], net[1])
    seen = loop.observables
    received = plus * np.exp(-1j * radians(pulses[-1]))
    assert complex(seen["signal"], seen["signal_90"]) == pytest.approx(received, abs=1e-12)
    assert seen["transverse"] == pytest.approx(abs(plus), abs=1e-12)
    assert seen["mz"] == pytest.approx(net[2], abs=1e-12)
    fan, tips, path, arrow, letter, radius = loop.frame().visuals
    larger = int(radius.texts[0].removeprefix("radius M₀/") or 1)
    np.testing.assert_allclose(fan.directions, larger * m.T, atol=1e-6)
    closing = m.T[:1] if not balanced else m.T[-1:]
    np.testing.assert_allclose(tips.points, larger * np.concatenate([m.T, closing]), atol=1e-6)
    for point in (arrow.directions[0], path.points[-1], letter.positions[0] / 1.06):
        np.testing.assert_allclose(point, larger * net, atol=1e-6)
    assert (fan.length, arrow.length) == (1.0, 1.0)


@pytest.mark.parametrize("degrees", [40.0, -40.0])
def test_a_positive_phase_per_TR_turns_clockwise(degrees: float) -> None:
    p = Parameters.of(**{**FAST, "isochromats": 1}, kind="balanced", centre=degrees, spread=0.0)
    loop = Loop(GradientEcho(), p, memory=1)
    loop.advance_to(0.5 * p.TR)
    x, y, _ = loop.frame().visuals[0].directions[0]
    assert np.arctan2(x, y) == pytest.approx(radians(degrees) * loop.time / p.TR, abs=1e-6)  # From +y towards +x.
    assert loop.observables["signal"] == pytest.approx(x, abs=1e-6)


def test_preparation_starts_at_half_the_angle_and_the_next_pulse_is_half_a_TR_later() -> None:
    p = Parameters.of(**FAST, kind="balanced", spread=0.0, preparation=True)
    loop = Loop(GradientEcho(), p, memory=1)
    seen = loop.system.observe(loop.state, p)
    assert (seen["signal"], seen["signal_90"], seen["mz"]) == pytest.approx((0, sin(radians(25)), cos(radians(25))))
    loop.advance_to(0.5 * p.TR + loop.dt / 2)
    # 180° further on: from +25° over z to −25°, seen from the receiver at +25°.
    assert loop.observables["signal_90"] > 0.3
    assert loop.frame().visuals[3].directions[0, 1] < -0.3


def lines_of(plot: str, **values: object) -> tuple:
    """Lines of a plot after 1.7 repetitions."""
    p = Parameters.of(**{**FAST, "isochromats": 40, **values})
    loop = Loop(GradientEcho(), p, memory=1)
    loop.advance_to(1.7 * p.TR)
    return next(found for found in loop.system.plots if found.name == plot).lines(loop.state, p), loop


def test_lines_over_the_flip_angle() -> None:
    (spoiled, ernst, other, contrast, visited, now), loop = lines_of("flips", kind="ideal", other_T1=0.2)

    def law(T1: float) -> np.ndarray:
        a, E = np.radians(spoiled.x), exp(-0.01 / T1)
        return np.sin(a) * (1 - E) / (1 - E * np.cos(a)) * exp(-0.004 / 0.03)

    np.testing.assert_allclose(spoiled.y, law(0.05), atol=1e-12)
    np.testing.assert_allclose(other.y, law(0.2), atol=1e-12)
    np.testing.assert_allclose(contrast.y, np.abs(law(0.05) - law(0.2)), atol=1e-12)
    best = np.degrees(np.arccos(exp(-0.2)))
    assert ernst.x == pytest.approx([best, best])
    assert ernst.y[1] == pytest.approx(spoiled.y.max(), abs=1e-4)
    assert ernst.label == f"Ernst {best:.0f}°"
    assert other.label == "T₁′ = 200 ms"
    assert contrast.label == f"contrast, best {spoiled.x[np.argmax(np.abs(law(0.05) - law(0.2)))]:.0f}°"
    echo = loop.observables["echo"]
    for point in (visited, now):
        assert (point.x[-1], point.y[-1]) == pytest.approx((50.0, echo))


def test_lines_over_phase_increment_and_repetition() -> None:
    (echo, steady), loop = lines_of("echoes", kind="balanced", spread=100.0)
    second = loop.observables["echo"]
    assert list(echo.x) == [0, 1]
    assert echo.y[1] == pytest.approx(second)
    assert (steady.label, steady.y[0]) == ("steady state", pytest.approx(steady_echo(loop.parameters)))
    (size, mz, law, law_z), loop = lines_of("band", kind="balanced", spread=100.0, centre=20.0)
    assert (size.x[0], size.x[-1]) == pytest.approx((20 - 50 + 1.25, 20 + 50 - 1.25))
    m = loop.state.m
    np.testing.assert_allclose(size.y, np.hypot(m[0], m[1]), atol=1e-12)
    np.testing.assert_allclose(mz.y, m[2], atol=1e-12)
    # The steady state is that of a naive train long after its transient, exp(-120 * 10/50).
    p = loop.parameters
    late = naive_train(p, 120, np.where(np.arange(120) > 0, pi, 0.0))[-1]
    np.testing.assert_allclose(law.y, np.abs(late) * exp((p.TE - loop.state.local) / p.T2), atol=1e-9)
    assert np.abs(law_z.y).max() < 1
    (curve, ideal, now), loop = lines_of("increments", kind="rf", increment=243.0)
    assert (now.x[0], now.y[0]) == pytest.approx((117.0, loop.observables["echo"]))
    E = exp(-0.2)
    level = sin(radians(50)) * (1 - E) / (1 - E * cos(radians(50))) * exp(-0.004 / 0.03)
    assert ideal.y == pytest.approx([level, level])
    assert np.interp(117.0, curve.x, curve.y) == pytest.approx(level, rel=0.2)


def test_the_diagram_reads_at_TE_and_spoils_after_it() -> None:
    loop = Loop(GradientEcho(), Parameters.of(**FAST, kind="unspoiled"), memory=1)
    loop.advance_to(0.013)
    scheme = loop.system.diagram(loop.state, loop.parameters)
    rf, gradient, adc = scheme.rows
    assert [row.name for row in scheme.rows] == ["RF", "G_z", "ADC"]
    assert rf.times[np.argmax(rf.values)] == 0
    assert adc.times[adc.values > 0].mean() == pytest.approx(0.004)
    assert gradient.times[gradient.values != 0].min() > adc.times[adc.values > 0].max()
    assert (scheme.cursor, scheme.end) == pytest.approx((loop.time - 0.01, 0.01))
    assert [(span.parameter, span.start, span.end) for span in scheme.spans] == [("TE", 0, 0.004), ("TR", 0, 0.01)]
    # A click into the diagram goes to that time of the repetition in which the run is.
    plot = next(plot for plot in loop.system.plots if plot.name == "sequence")
    assert plot.time(0.004, loop.state, loop.parameters) == pytest.approx(0.014)


def test_captions_say_the_numbers_of_each_kind() -> None:
    def caption(until: float = 0.0, **values: object) -> str:
        loop = Loop(GradientEcho(), Parameters.of(**{**FAST, "isochromats": 200, **values}), memory=1)
        loop.advance_to(until)
        return loop.frame().caption

    start = "rotating frame, repetition 1 · 200 isochromats · "
    assert caption(kind="ideal") == f"{start}E₁ cos α = {exp(-0.2) * cos(radians(50)):.3f}"
    assert caption(kind="balanced", TR=0.008) == f"{start}dark bands every 125 Hz"
    assert caption(kind="unspoiled") == f"{start}one turn across the voxel per TR"
    # The first echo is sin α, not sin α (1 − E₁)/(1 − E₁ cos α).
    away = (1 - exp(-0.2) * cos(radians(50))) / (1 - exp(-0.2)) - 1
    assert caption(0.005, kind="rf") == f"{start}echo {away:+.1%} from ideal spoiling"


def test_actions_turn_M_over_return_it_and_tip_it_further() -> None:
    loop = Loop(GradientEcho(), Parameters.of(**FAST, kind="balanced", centre=30.0, spread=0.0), memory=1)
    loop.advance_to(0.013)
    names = ("signal", "signal_90", "mz")
    x, y, z = (loop.observables[name] for name in names)
    loop.apply(Act("invert"))
    assert [loop.observables[name] for name in names] == pytest.approx([x, -y, -z])  # By 180° about x.
    loop.apply(Act("reset"))
    assert [loop.observables[name] for name in names] == [0, 0, 1]
    flips = []
    for _ in range(9):
        loop.apply(Act("flip_up"))
        flips.append(loop.parameters.flip)
    assert flips == [55, 60, 65, 70, 75, 80, 85, 90, 5]
    assert loop.system.speed(loop.parameters) == pytest.approx(5 * 0.01)


def test_the_curve_of_RF_spoiling_is_read_at_TE() -> None:
    (curve, *_), loop = lines_of("increments", kind="rf")
    after_pulse = spoiling_curve(50.0, 0.01, 0.05, 0.03)[1]
    np.testing.assert_allclose(curve.y, after_pulse * exp(-0.004 / 0.03), atol=1e-12)
    assert loop.parameters.increment == 117


def test_short_magnetizations_are_drawn_larger_and_the_sphere_says_so() -> None:
    """Ernst, 30 degrees: equilibrium as it is; in the steady state |M| <= 0.28 M0, so that three times fit."""
    system = GradientEcho()
    p = Parameters.of(flip=30.0, TR=0.03, T1=1.2)
    loop = Loop(system, p, memory=1)

    def drawn() -> tuple[np.ndarray, str, str]:
        visuals = system.draw(loop.state, loop.parameters)
        (M,) = (v for v in visuals if isinstance(v, Arrows) and v.label == "net magnetization M")
        radius = [v for v in visuals if isinstance(v, Labels)][-1]
        return M.directions[0], radius.texts[0], system.caption(loop.state, loop.parameters)

    M, radius, caption = drawn()
    np.testing.assert_allclose(M, [0, 0, 1], atol=1e-6)
    assert radius == ""
    assert "drawn" not in caption
    factors = []
    for repetition in range(1, 90):
        loop.advance_to(repetition * p.TR + 0.001)
        M, radius, caption = drawn()
        factors.append(int(radius.removeprefix("radius M₀/") or 1))
        assert np.linalg.norm(M) <= 1 + 1e-6
        fan = system.draw(loop.state, loop.parameters)[0]
        assert fan.worth * np.linalg.norm(fan.directions[0]) == pytest.approx(
            np.linalg.norm(loop.state.m[:, 0]), rel=1e-5
        )
        assert np.linalg.norm(M) == pytest.approx(factors[-1] * np.linalg.norm(loop.state.net), rel=1e-5)
    assert factors == sorted(factors)
    # The longest vector of a steady repetition is that before the pulse: (1 - E1)/(1 - E1 cos a) = 0.1562.
    E1 = exp(-0.03 / 1.2)
    assert factors[-1] == int((1 - E1 * cos(p.angle)) / (1 - E1)) == 6
    assert "drawn 6 x: the sphere is M₀/6" in caption


def test_path_that_leaves_the_sphere_is_cut_where_it_came_back() -> None:
    path = np.array([[0, 0, 0.5], [0, 0, 2.0], [0, 0, 0.9], [0, 0, 0.8], [0, 0, 0.7]])
    np.testing.assert_array_equal(inside(path), path[2:])
    np.testing.assert_array_equal(inside(path[2:]), path[2:])
    assert len(inside(2 * path)) == 2
