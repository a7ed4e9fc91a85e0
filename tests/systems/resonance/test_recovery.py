"""Recoveries are read where the closed forms say, with their signs, from the second repetition on."""

from math import cos, exp, log, radians, sin

import numpy as np
import pytest

from spinviz.engine.loop import Loop, SetParameters
from spinviz.model.parameters import ParameterError
from spinviz.model.visuals import Labels, Spheres
from spinviz.physics.echoes.echo_laws import prepared_recovery
from spinviz.systems.resonance.recovery import Recovery, null, recovery_lines


def loop_of(**changes: float) -> Loop:
    return Loop(Recovery(), Recovery.Parameters.of(**{"isochromats": 20, **changes}), memory=1)


def test_first_reading_knows_equilibrium_and_later_ones_the_repetition_time() -> None:
    loop = loop_of()
    E = exp(-0.3 / 0.5)
    loop.advance_to(0.4)
    assert loop.observables["reading"] == pytest.approx(1 - 2 * E, abs=1e-10)
    assert loop.laws["recovery"].passed
    assert loop.laws["long_TR"].passed
    assert not loop.laws["inversion"].holds
    loop.advance_to(1.2 + 0.4)
    assert not loop.laws["long_TR"].holds
    assert loop.observables["reading"] == pytest.approx(1 - 2 * E + exp(-1.2 / 0.5), abs=1e-10)
    assert loop.laws["inversion"].passed


def test_imperfect_inversion() -> None:
    loop = loop_of(prepare=140)
    loop.advance_to(1.6)
    before = 1 - exp(-0.9 / 0.5)
    expected = 1 - (1 - cos(radians(140)) * before) * exp(-0.3 / 0.5)
    assert loop.observables["reading"] == pytest.approx(expected, abs=1e-10)
    assert loop.laws["recovery"].passed


def test_nothing_is_read_at_the_null() -> None:
    p = Recovery.Parameters.of()
    assert null(p) == pytest.approx(0.5 * log(2 / (1 + exp(-2.4))))
    assert prepared_recovery(null(p), p.angle, null(p), p.TR, p.T1) == pytest.approx(0, abs=1e-15)
    system = Recovery()
    loop = Loop(system, preset="null", memory=1)
    loop.advance_to(1.6)
    # The preset rounds TI to 0.1 ms.
    assert abs(loop.observables["reading"]) < 0.5e-4 / 0.5 * 1.2


def test_readings_at_other_TI_are_kept_and_those_of_other_T1_are_not() -> None:
    loop = loop_of(TI=0.2)
    loop.advance_to(1.5)
    loop.apply(SetParameters(loop.parameters.change(TI=0.5)))
    loop.advance_to(1.5 + 0.6)
    read = next(line for line in recovery_lines(loop.state, loop.parameters) if line.label == "read")
    np.testing.assert_allclose(read.x, [0.2, 0.2, 0.5])
    assert not loop.laws["inversion"].holds
    loop.advance_to(1.5 + 1.2 + 0.6)
    assert loop.laws["inversion"].passed
    loop.apply(SetParameters(loop.parameters.change(T1=0.6)))
    loop.advance(1)
    assert loop.state.read == 0


def test_repetition_time_must_leave_room_for_the_reading() -> None:
    with pytest.raises(ParameterError, match=r"TR = 300 ms is not longer than TI = 500 ms: .* TR above 500 ms"):
        Recovery.Parameters.of(TI=0.5, TR=0.3)


@pytest.mark.parametrize("values", [{"prepare": 180, "TI": 0.05}, {"prepare": 90, "TI": 0.3}])
def test_laws_of_readings_hold_for_the_shortest_T2(values: dict[str, float]) -> None:
    loop = loop_of(T2=1e-3, **values)
    loop.advance_to(0.4)
    name = "long_TR" if values["prepare"] == 180 else "saturation"
    assert loop.laws[name].holds
    assert loop.laws[name].passed


# --- what is shown -------------------------------------------------------------------------------------------------

HERTZ = np.array([-24.0, -12.0, 0.0, 12.0, 24.0])
"""Five isochromats of the standard deviation 4 Hz: a comb over ± 7.5 of it."""
SHARES = np.exp(-0.5 * (HERTZ / 4) ** 2) / np.exp(-0.5 * (HERTZ / 4) ** 2).sum()


@pytest.mark.value_of("signal", "signal_90", "transverse", "mz")
@pytest.mark.parametrize("prepare", [180.0, 60.0])
def test_signal_after_the_reading_pulse_is_the_sum_of_five_isochromats(prepare: float) -> None:
    """90° about x takes M_z to +y: M₊ = i M_z(TI) Σ w exp(−iδω t − t/T₂); negative where M_z was."""
    loop = loop_of(isochromats=5, prepare=prepare, TI=0.1)
    loop.advance_to(0.1 + 6e-3)
    t = loop.time - 0.1
    found = 1 - (1 - cos(radians(prepare))) * exp(-0.1 / 0.5)
    turned = 2 * np.pi * HERTZ * t
    x, y = (found * exp(-t / 0.1) * (SHARES * part(turned)).sum() for part in (np.sin, np.cos))
    seen = loop.observables
    assert seen["signal"] == pytest.approx(x, abs=1e-12)
    assert seen["signal_90"] == pytest.approx(y, abs=1e-12)
    assert np.sign(seen["signal_90"]) == np.sign(found) != 0
    assert seen["transverse"] == pytest.approx(abs(y), abs=1e-12)
    assert seen["mz"] == pytest.approx(1 - exp(-t / 0.5), abs=1e-12)
    fan, path, arrow, _, letter = loop.frame().visuals
    left = found * exp(-t / 0.1)
    # Clockwise from ± y for a positive offset, whatever the weight of the isochromat.
    each = np.stack([left * np.sin(turned), left * np.cos(turned), np.full(5, 1 - exp(-t / 0.5))], axis=1)
    np.testing.assert_allclose(fan.directions, each, atol=1e-6)
    for point in (arrow.directions[0], path.points[-1], letter.positions[0] / 1.06):
        np.testing.assert_allclose(point, [x, y, seen["mz"]], atol=1e-6)
    assert (fan.length, arrow.length) == (1.0, 1.0)


def test_the_first_pulse_tips_towards_y_until_the_spoiler_comes() -> None:
    loop = loop_of(isochromats=5, prepare=60, TI=2.0, TR=4.0)
    loop.advance(1)
    seen = loop.observables
    # dt = TR/1920 is longer than TI/1000: the spoiler has come and half of M is left along z.
    assert (seen["signal"], seen["signal_90"]) == (0, 0)
    assert seen["mz"] == pytest.approx(1 - 0.5 * exp(-loop.time / 0.5), abs=1e-12)
    arc = loop.frame().visuals[1].points
    assert arc[:, 1].max() == pytest.approx(sin(radians(60)), abs=1e-6)
    assert arc[:, 1].min() > -1e-6


def test_the_mean_of_M_is_shown_in_units_of_M0() -> None:
    loop = loop_of(isochromats=5)
    state = loop.state
    state.m[:] = np.array([[0.1], [-0.2], [0.3]]) * 5 * SHARES
    seen = loop.system.observe(state, loop.parameters)
    assert [seen[name] for name in ("signal", "signal_90", "mz")] == pytest.approx([0.1, -0.2, 0.3])
    np.testing.assert_allclose(
        loop.system.draw(state, loop.parameters)[0].directions, [[0.1, -0.2, 0.3]] * 5, atol=1e-6
    )


def test_lines_over_TI_and_the_row_of_M_z_are_the_closed_forms() -> None:
    loop = loop_of(TI=0.25)
    loop.advance_to(1.2 + 0.4)
    level, full, law, read, now = recovery_lines(loop.state, loop.parameters)
    assert (full.label, law.label) == ("TR → ∞", "TR = 1.2 s")
    np.testing.assert_allclose(full.y, 1 - 2 * np.exp(-full.x / 0.5), atol=1e-12)
    np.testing.assert_allclose(law.y, 1 - 2 * np.exp(-law.x / 0.5) + exp(-1.2 / 0.5), atol=1e-12)
    assert law.x[-1] == 1.2
    assert not level.y.any()
    expected = [1 - 2 * exp(-0.5), 1 - 2 * exp(-0.5) + exp(-1.2 / 0.5)]
    assert (read.x == 0.25).all()
    assert read.y == pytest.approx(expected, abs=1e-10)
    assert (now.x[0], now.y[0]) == pytest.approx((0.25, expected[1]), abs=1e-10)
    scheme = loop.system.pulse_diagram(loop.state, loop.parameters)
    assert [row.name for row in scheme.rows] == ["RF", "M_z"]
    rf, mz = scheme.rows
    # 180° and 90°, one half as high as the other.
    assert rf.times[rf.values > 0] == pytest.approx([0, 0.25])
    assert rf.values[rf.values > 0] == pytest.approx([1, 0.5])
    start = 1 - exp(-(1.2 - 0.25) / 0.5)
    early = mz.times < 0.25
    np.testing.assert_allclose(mz.values[early], 1 - (1 + start) * np.exp(-mz.times[early] / 0.5), atol=1e-12)
    np.testing.assert_allclose(mz.values[~early], 1 - np.exp(-(mz.times[~early] - 0.25) / 0.5), atol=1e-12)
    assert (scheme.cursor, scheme.start, scheme.end) == pytest.approx((loop.time - 1.2, 0, 1.2))
    assert [(span.parameter, span.end) for span in scheme.spans] == [("TI", 0.25), ("TR", 1.2)]
    diagram = next(plot for plot in loop.system.plots if plot.name == "pulses")
    assert diagram.time(0.1, loop.state, loop.parameters) == pytest.approx(1.2 + 0.1)


def test_caption_counts_repetitions_and_names_the_null() -> None:
    loop = loop_of(T2=1.5)
    loop.advance_to(1.3)
    assert loop.frame().caption == "rotating frame · repetition 2 · T₂ > 2 T₁ is unphysical · null at TI = 303 ms"
    assert loop_of(prepare=90).frame().caption == "rotating frame · repetition 1"


@pytest.mark.parametrize("prepare", [180.0, 120.0])
def test_inverted_magnetization_is_shown_with_its_sign(prepare: float) -> None:
    loop = loop_of(prepare=prepare)
    loop.advance_to(0.05)
    seen = loop.observables["mz"]
    assert seen == pytest.approx(1 - (1 - cos(radians(prepare))) * exp(-loop.time / 0.5), abs=1e-12)
    assert seen < 0
    assert loop.frame().visuals[2].directions[0, 2] == pytest.approx(seen, abs=1e-6)


def test_null_is_seen_as_a_ball_and_a_number() -> None:
    """Where M vanishes its arrow does too: a ball stays in the middle, and the letter says 0.00."""
    vanishing = null(Recovery.Parameters())
    loop = loop_of(TI=vanishing, prepare=180)
    for time, value, words in ((0.02, 0.9216, "Mz = −0.92 M₀"), (1.2 + vanishing - 0.0006, 0.0, "Mz = 0.00 M₀")):
        loop.advance_to(time)
        visuals = loop.system.draw(loop.state, loop.parameters)
        (ball,), (letter,) = ([v for v in visuals if isinstance(v, kind)] for kind in (Spheres, Labels))
        assert np.linalg.norm(ball.positions[0]) == pytest.approx(value, abs=5e-3)
        np.testing.assert_allclose(ball.positions[0], loop.state.net, atol=1e-6)
        assert letter.texts == (words,)
