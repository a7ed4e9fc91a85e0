"""Isochromats against the closed forms of magnetic resonance."""

from math import exp, log, pi

import numpy as np
import pytest

from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.plots.spectrum import lines_of
from spinviz.systems.resonance.isochromats.parameters import offsets_of
from spinviz.systems.resonance.isochromats.system import Isochromats


def test_hahn_echo_amplitude() -> None:
    loop = Loop(Isochromats(), preset="hahn_echo")
    loop.advance_to(0.12)
    # One step before or after 2 tau changes the amplitude by at most 2 pi spread dt.
    assert loop.observables["transverse"] == pytest.approx(exp(-0.12 / 0.15), abs=2 * pi * 8.0 * loop.dt)


def test_inversion_null_at_T1_ln_2() -> None:
    loop = Loop(Isochromats(), preset="inversion_recovery")
    loop.advance_to(0.26 * log(2) - 0.002)
    history = loop.samples.history()
    after = history.time > 0
    null = np.interp(0.0, history.observables["mz"][after], history.time[after])
    assert null == pytest.approx(0.179, abs=0.002)


def test_voltage_turns_with_the_offset_in_the_positive_sense() -> None:
    loop = Loop(Isochromats(), Isochromats.Parameters.of(offset=10.0, spread=0.0))
    loop.apply(Act("90x"))
    loop.advance_to(0.010)
    signal = complex(loop.observables["voltage"], loop.observables["voltage_90"])
    assert np.angle(signal) == pytest.approx(2 * pi * 10.0 * loop.time, abs=1e-6)


def test_flip_angle_tips_by_that_angle() -> None:
    loop = Loop(Isochromats(), Isochromats.Parameters.of(flip=35.0))
    loop.apply(Act("flip"))
    assert loop.observables["mz"] == pytest.approx(np.cos(np.radians(35.0)), abs=1e-14)


def test_a_live_edit_starts_a_new_closed_form() -> None:
    loop = Loop(Isochromats(), preset="fid")
    loop.advance_to(0.05)
    loop.apply(SetParameters(loop.parameters.change(T2=0.06, offset=-20.0)))
    loop.advance_to(0.10)
    assert loop.laws["precession"].holds
    assert loop.laws["precession"].deviation < 1e-12
    assert not loop.laws["dephasing"].holds


@pytest.mark.parametrize("edit", [{"T1": 0.2}, {"T2": 0.06}, {"offset": -20.0}, {"spread": 2.0}])
def test_the_laws_hold_right_after_an_edit_while_paused(edit: dict[str, float]) -> None:
    loop = Loop(Isochromats(), preset="fid")
    loop.advance_to(0.05)
    loop.apply(SetParameters(loop.parameters.change(**edit)))
    for name in ("precession", "recovery"):
        assert loop.laws[name].holds
        assert loop.laws[name].deviation < 1e-12


def test_continuous_law_is_not_claimed_after_a_second_90() -> None:
    loop = Loop(Isochromats(), preset="hahn_echo")
    loop.advance_to(0.05)
    loop.apply(Act("90x"))
    loop.advance_to(0.06)
    assert not loop.laws["dephasing"].holds
    assert loop.laws["precession"].passed


def test_continuous_law_is_not_claimed_after_an_excitation_of_uneven_mz() -> None:
    """90-t-90 leaves an M_z that varies with the offset: a third pulse makes a stimulated echo, not A D(t)."""
    loop = Loop(Isochromats(), Isochromats.Parameters.of(spread=5.0, offset=0.0, T1=1.0, T2=0.4))
    for time, action in ((0.0, "90x"), (0.06, "90x"), (0.061, "spoil"), (0.062, "90x")):
        loop.advance_to(time)
        loop.apply(Act(action))
    loop.advance_to(0.08)
    assert loop.observables["transverse"] > 0.1
    assert not loop.laws["dephasing"].holds


def test_spectrum_of_the_voltage_is_a_line_at_the_offset_of_the_law_s_width() -> None:
    loop = Loop(Isochromats(), Isochromats.Parameters.of(offset=20.0, spread=2.0, T2=0.2, isochromats=4000))
    loop.apply(Act("90x"))
    loop.advance_to(0.6)
    history = loop.samples.history()
    signal = history.observables["voltage"][1:] + 1j * history.observables["voltage_90"][1:]
    signal[0] /= 2  # The trapezoidal rule: without it the line stands on a pedestal.
    f = np.fft.fftshift(np.fft.fftfreq(1 << 16, loop.dt))
    line = np.fft.fftshift(np.fft.fft(signal, 1 << 16)).real
    above = f[line > line.max() / 2]
    # 1/(pi T2*) = 1/(pi 0.2) + 2 * 2.0; one bin of the padded transform and the ripple of the quantiles.
    assert above[-1] - above[0] == pytest.approx(1 / (pi * 0.2) + 4.0, rel=0.01)
    assert f[np.argmax(line)] == pytest.approx(20.0, abs=0.1)


def test_too_few_isochromats_are_said_to_meet_again() -> None:
    system = Isochromats()
    p = system.Parameters.of(isochromats=20, spread=20.0)
    assert "so few are in phase again every 318 ms" in system.caption(
        system.initial_state(p, np.random.default_rng(0)), p
    )


def test_precession_law_allows_for_the_rounding_of_large_phases() -> None:
    p = Isochromats.Parameters.of(T1=5.0, T2=2.0, spread=8.0, offset=0.0, isochromats=600)
    loop = Loop(Isochromats(), p)
    loop.apply(Act("90x"))
    loop.advance_to(3.0)
    assert loop.laws["precession"].passed


@pytest.mark.parametrize("distribution", ["lorentzian", "gaussian", "uniform"])
def test_dephasing_law_allows_for_the_ripple_of_few_isochromats(distribution: str) -> None:
    p = Isochromats.Parameters.of(T1=2.0, T2=2.0, spread=10.0, offset=0.0, isochromats=600, distribution=distribution)
    loop = Loop(Isochromats(), p)
    loop.apply(Act("90x"))
    held = 0
    while loop.time < 0.5:
        loop.advance(5)
        held += loop.laws["dephasing"].holds
        assert loop.laws["dephasing"].passed or not loop.laws["dephasing"].holds
    assert held > 20


def test_signals_of_saturation_recovery_grow_with_the_waiting_time() -> None:
    loop = Loop(Isochromats(), preset="saturation_recovery")
    for pulse, wait in ((0.1, 0.1), (0.3, 0.2), (0.65, 0.35)):
        loop.advance_to(pulse)
        # Within one step of the pulse: 1/T2* = 1/0.08 + 2 pi takes that much of the signal.
        assert loop.observables["transverse"] == pytest.approx(1 - exp(-wait / 0.26), abs=20 * loop.dt)
        assert loop.laws["saturation"].holds


def test_the_coil_is_alight_with_its_voltage() -> None:
    loop = Loop(Isochromats(), preset="fid")
    wire, positive, negative = loop.system.draw(loop.state, loop.parameters)[-3:]
    assert positive.opacity > 0.85 * loop.observables["voltage"] > 0.8
    assert negative.opacity == 0.0
    loop.advance_to(0.025)  # half a turn
    wire, positive, negative = loop.system.draw(loop.state, loop.parameters)[-3:]
    assert positive.opacity == 0.0
    assert negative.opacity == pytest.approx(-0.9 * loop.observables["voltage"], rel=1e-6)
    without = loop.parameters.change(coil=False)
    assert all(visual.points is not wire.points for visual in loop.system.draw(loop.state, without)[1:2])
    assert len(loop.system.draw(loop.state, without)) == 4


def test_the_coil_in_the_laboratory_sees_the_carrier() -> None:
    loop = Loop(Isochromats(), Isochromats.Parameters.of(frame="laboratory", offset=0.0))
    loop.apply(Act("90x"))
    signs = set()
    for _ in range(60):
        loop.advance(10)
        _, positive, negative = loop.system.draw(loop.state, loop.parameters)[-3:]
        signs.add(positive.opacity > negative.opacity)
    assert signs == {True, False}


def test_laboratory_turns_the_whole_path_and_comes_smoothly() -> None:
    system = Isochromats()
    loop = Loop(system, Isochromats.Parameters.of(offset=0.0, spread=0.0, T1=10.0, T2=10.0))
    loop.apply(Act("90x"))
    loop.advance(300)
    still = arrow_of_M(loop)
    loop.apply(SetParameters(loop.parameters.change(frame="laboratory")))
    places = [still]
    for _ in range(200):
        loop.advance(1)
        places.append(arrow_of_M(loop))
    steps = np.linalg.norm(np.diff(places, axis=0), axis=1)
    # On resonance M stands still in the rotating frame; 1.5 turns a second and half a turn in 0.7 s on top of it.
    assert steps.max() < 2 * np.pi * 1.5 / 200 + 1.6 * np.pi / (0.7 * 200)
    path = next(v for v in system.draw(loop.state, loop.parameters) if v.label == "path of M").points[-300:]
    turned = np.unwrap(np.angle(path[:, 0] + 1j * path[:, 1]))
    assert turned[-1] - turned[0] == pytest.approx(-2 * np.pi * 1.5 * 299 / 200, abs=0.01)


def arrow_of_M(loop: Loop) -> np.ndarray:
    visuals = loop.system.draw(loop.state, loop.parameters)
    return next(v for v in visuals if v.label == "net magnetization M").directions[0].astype(float)


# --- what is shown -------------------------------------------------------------------------------------------------

THREE = {"isochromats": 3, "distribution": "uniform", "T1": 5e-3, "T2": 2e-3, "B0": 0.01}
"""Three even offsets at 2/3 of the spread from each other, in a field so weak that they change the emf."""


@pytest.mark.value_of("voltage", "voltage_90", "transverse", "mz")
@pytest.mark.parametrize("offset", [150.0, -150.0])
def test_voltage_of_three_isochromats_is_the_derivative_of_their_flux(offset: float) -> None:
    """After 90° x conj(dM₊/dt)/ω_c of M₊ = i⟨exp(−i(ω_c + δω)t − t/T₂)⟩, demodulated: it turns as exp(+iδω t)."""
    loop = Loop(Isochromats(), Isochromats.Parameters.of(offset=offset, spread=45.0, **THREE))
    loop.apply(Act("90x"))
    loop.advance_to(1.2e-3)
    t, rate, carrier = loop.time, 1 / 2e-3, 2 * pi * 42.577478e6 * 0.01
    emf = flux = 0.0
    for hertz in (offset - 30.0, offset, offset + 30.0):
        dw = 2 * pi * hertz
        flux += 1j * np.exp(-1j * dw * t - rate * t) / 3
        emf += (carrier + dw + 1j * rate) / carrier * np.exp(1j * dw * t - rate * t) / 3
    seen = loop.observables
    assert complex(seen["voltage"], seen["voltage_90"]) == pytest.approx(emf, abs=1e-9)
    assert np.sign(seen["voltage_90"]) == np.sign(offset)
    assert seen["transverse"] == pytest.approx(abs(flux), abs=1e-12)
    assert seen["mz"] == pytest.approx(1 - exp(-t / 5e-3), abs=1e-12)


@pytest.mark.parametrize(
    ("actions", "direction", "voltage"),
    [
        (("90x",), (0, 1, 0), 1),
        (("90y",), (-1, 0, 0), -1j),
        (("90x", "180x"), (0, -1, 0), -1),
        (("90x", "180y"), (0, 1, 0), 1),
        (("90y", "180x"), (-1, 0, 0), -1j),
        (("90y", "180y"), (1, 0, 0), 1j),
        (("flip",), (0, 0.5, 3**0.5 / 2), 0.5),
        (("flip", "reset"), (0, 0, 1), 0),
        (("flip", "spoil"), (0, 0, 3**0.5 / 2), 0),
    ],
)
def test_pulses_turn_left_handed_about_their_axes(actions: tuple, direction: tuple, voltage: complex) -> None:
    """90° about x takes z to +y, about y to −x; voltage + i voltage_90 = i M₊*."""
    loop = Loop(Isochromats(), Isochromats.Parameters.of(offset=0.0, flip=30.0))
    for action in actions:
        loop.apply(Act(action))
    arrow = arrow_of_M(loop)
    np.testing.assert_allclose(arrow, direction, atol=1e-7)
    seen = loop.observables
    # 1/(T2 ω_c) = 2e-8 of a quarter turn later.
    assert complex(seen["voltage"], seen["voltage_90"]) == pytest.approx(voltage, abs=1e-6)


@pytest.mark.parametrize("offset", [150.0, -150.0])
def test_the_fan_shows_every_isochromat_where_it_precesses_to(offset: float) -> None:
    loop = Loop(Isochromats(), Isochromats.Parameters.of(offset=offset, spread=45.0, **THREE))
    loop.apply(Act("90x"))
    loop.advance_to(1.2e-3)
    fan, path, arrow, letter, wire, positive, negative = loop.frame().visuals
    t, left = loop.time, exp(-loop.time / 2e-3)
    hertz = offset + np.array([-30.0, 0.0, 30.0])
    # From +y clockwise as seen from +z for a positive offset: (sin, cos).
    turn = 2 * pi * hertz * t
    expected = np.stack([left * np.sin(turn), left * np.cos(turn), np.full(3, 1 - exp(-t / 5e-3))], axis=1)
    np.testing.assert_allclose(fan.directions, expected, atol=1e-6)
    net = expected.mean(axis=0)
    np.testing.assert_allclose(arrow.directions[0], net, atol=1e-6)
    np.testing.assert_allclose(path.points[-1], net, atol=1e-6)
    np.testing.assert_allclose(letter.positions[0], 1.06 * net, atol=1e-6)
    for arrows in (fan, arrow):
        assert (arrows.length, arrows.pivot) == (1.0, "tail")
        assert not arrows.positions.any()
    seen = loop.observables
    assert np.hypot(*arrow.directions[0, :2]) == pytest.approx(seen["transverse"], abs=1e-6)
    assert arrow.directions[0, 2] == pytest.approx(seen["mz"], abs=1e-6)
    # The coil sees M_y.
    assert positive.opacity - negative.opacity == pytest.approx(0.9 * net[1], abs=1e-6)
    assert min(positive.opacity, negative.opacity) == 0
    # The coil's axis is x: its wire lies on a sphere of 1.02 and reaches far along x only.
    np.testing.assert_allclose(np.linalg.norm(wire.points, axis=1), 1.02, atol=1e-6)
    assert np.ptp(wire.points[:, 0]) == pytest.approx(1.9, abs=1e-6)


def test_the_path_keeps_the_arc_of_the_pulse_and_the_way_since() -> None:
    loop = Loop(Isochromats(), Isochromats.Parameters.of(offset=50.0, spread=0.0, T1=1.0, T2=0.5))
    loop.apply(Act("90x"))
    loop.advance_to(4e-3)
    path = next(v for v in loop.frame().visuals if v.label == "path of M").points
    on_arc = path[np.abs(path[:, 0]) < 1e-6]
    angle = np.arctan2(on_arc[:, 1], on_arc[:, 2])
    assert (np.diff(angle) >= -1e-6).all()
    assert (angle.min(), angle.max()) == pytest.approx((pi / 48, pi / 2), abs=pi / 48 + 1e-6)
    after = np.arctan2(path[:, 0], path[:, 1])[len(on_arc) :]
    assert after[-1] == pytest.approx(2 * pi * 50 * loop.time, abs=1e-5)
    assert (np.diff(after) >= 0).all()


def test_captions_say_the_frame_and_its_numbers() -> None:
    system = Isochromats()
    p = system.Parameters.of(B0=2.0, offset=-12.0)
    caption = system.caption(system.initial_state(p, np.random.default_rng(0)), p)
    assert caption == "rotating frame, −12 Hz offset · 1000 isochromats (48 drawn)"
    p = p.change(frame="laboratory", T1=0.05, isochromats=30)
    caption = system.caption(system.initial_state(p, np.random.default_rng(0)), p)
    # 2 T times 42.577478 MHz/T.
    assert caption.startswith("laboratory frame, 85.15 MHz slowed to 1.5 revolutions a second · 30 isochromats")
    assert caption.endswith("T₂ > 2 T₁ is unphysical")
    assert system.stage(p).axis_names[:2] == ("x", "y")
    assert system.stage(p.change(frame="rotating")).axis_names[:2] == ("x′", "y′")


@pytest.mark.parametrize(("distribution", "quartile"), [("lorentzian", 7.0), ("gaussian", 4.7214), ("uniform", 3.5)])
def test_spread_is_half_width_deviation_or_half_range_in_hertz(distribution: str, quartile: float) -> None:
    """A quarter of the offsets lie above: tan 45°, 0.67449 and 1/2 of the spread."""
    p = Isochromats.Parameters.of(distribution=distribution, spread=7.0, offset=20.0, isochromats=20_000)
    assert np.quantile(offsets_of(p) / (2 * pi), [0.25, 0.75]) == pytest.approx(
        [20 - quartile, 20 + quartile], rel=1e-3
    )


def test_the_axis_of_the_spectrum_is_centred_on_the_offset() -> None:
    spectrum = next(plot for plot in Isochromats.plots if plot.name == "spectrum")
    low, high = spectrum.span(Isochromats.Parameters.of(offset=40.0, spread=20.0, T2=0.1))
    assert (low, high) == pytest.approx((40 - 160, 40 + 160))
    low, high = spectrum.span(Isochromats.Parameters.of(offset=40.0, spread=0.0, T2=0.1))
    # Ten line widths of 1/(π T₂) to either side.
    assert (low, high) == pytest.approx((40 - 100 / pi, 40 + 100 / pi))


def test_a_turn_has_16_samples_and_T2_three_seconds_on_screen() -> None:
    system = Isochromats()
    p = system.Parameters.of(offset=190.0, spread=0.0, T2=0.3)
    assert system.timestep(p) == pytest.approx(1 / (16 * 190))
    assert system.speed(p) == pytest.approx(0.1)


def test_recovery_law_allows_for_the_rounding_of_many_steps() -> None:
    """About 50,000 steps in one T1 round exp(-dt/T1) always alike: 3.0e-12 is right."""
    loop = Loop(Isochromats(), Isochromats.Parameters.of(T1=10, T2=10, offset=200, spread=50, isochromats=1), memory=1)
    loop.apply(Act("90x"))
    loop.advance_to(30.0)
    law = loop.laws["recovery"]
    assert law.passed
    assert 2.5e-12 < abs(law.value - law.theory) < 1e-11


@pytest.mark.parametrize(
    ("preset", "parameters"),
    [
        ("fid", {}), ("fid", {"distribution": "gaussian"}), ("fid", {"distribution": "uniform", "spread": 4.0}),
        ("hahn_echo", {}),
    ],
)  # fmt: skip
def test_the_law_is_the_spectrum_of_what_was_recorded(preset: str, parameters: dict[str, object]) -> None:
    """The Lorentzian of an endless decay stood over a short record, and over the power of an echo."""
    system = Isochromats()
    p = system.Parameters.of(**{**system.preset(preset).parameters, **parameters})
    loop = Loop(system, p, preset=preset)
    for until in (0.01, 0.05, 0.13, 0.25):
        loop.advance_to(until)
        frame = loop.frame()
        f, law = frame.curves["spectrum", "line"]
        lines = lines_of(system.plots[2], frame)
        drawn = np.interp(f, lines.frequency, lines.amplitude)
        # The ripple of 1000 quantiles, and a record of some tens of samples, by the trapezoidal rule.
        assert drawn == pytest.approx(law, abs=0.015), until
