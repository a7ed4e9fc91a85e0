"""Slices: profiles against Fourier transforms and rotations written out, and what scanners make of them."""

from math import cos, pi, radians, sin

import numpy as np
import pytest

from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.model.parameters import ParameterError
from spinviz.physics.sequence import reference as sequence_reference
from spinviz.physics.sequence import rf_pulses
from spinviz.physics.sequence.timeline import Timeline
from spinviz.systems.resonance.slice_selection.parameters import (
    HERTZ_PER_TESLA,
    SliceParameters,
    centre,
    end,
    gradient,
    places_of,
    pulse_of,
    sequence_of,
)
from spinviz.systems.resonance.slice_selection.profiles import (
    exact_profile,
    half_width,
    refocused_echo,
    selected,
    small_tip_profile,
)
from spinviz.systems.resonance.slice_selection.state import SliceState
from spinviz.systems.resonance.slice_selection.system import SliceSelection


def played(p: SliceParameters) -> np.ndarray:
    """M (3, N) at the end of the gradients, by the readable reference."""
    system = SliceSelection()
    sample = system.sample(p)
    m = sample.in_equilibrium()
    sequence_reference.play(Timeline(sequence_of(p)), sample, m, 0.0, end(p))
    return m


def finished(preset: str, **changes: object) -> Loop:
    """A run in the rest after the gradients."""
    system = SliceSelection()
    p = system.Parameters.of(**{**system.preset(preset).parameters, **changes})
    loop = Loop(system, p, memory=1)
    loop.advance_to(1.1 * end(p))
    return loop


@pytest.mark.parametrize(
    "values",
    [
        {"flip": 90.0},
        {"flip": 70.0, "offset": 800.0, "shift": -220.0},
        {"flip": 30.0, "rephasing": 0.3},
        {"flip": 180.0, "use": "refocus"},
        {"pulse": "secant", "use": "invert", "duration": 6e-3},
        {"pulse": "block", "flip": 90.0, "duration": 1e-3},
        {"pulse": "slr", "flip": 90.0},
    ],
)
def test_exact_profile_equals_the_played_pulse(values: dict) -> None:
    p = SliceParameters.of(isochromats=60, **values)
    m = played(p)
    transverse, mz = exact_profile(p, places_of(p))
    # Rounding of some thousand rotations; samples are held, so that every step has a fixed axis in the carrier's frame
    # (with a carrier offset the reference's steps of 10 us turn it: fourth order, 1e-10).
    limit = 1e-12 if not p.offset else 1e-9
    assert np.abs(m[0] + 1j * m[1] - transverse).max() < limit
    assert np.abs(m[2] - mz).max() < limit


def test_rectangle_tips_as_rabi_says() -> None:
    p = SliceParameters.of(pulse="block", flip=90.0, duration=1e-3, isochromats=50)
    _, mz = exact_profile(p, places_of(p))
    w1, dw = radians(90) / 1e-3, 2 * pi * gradient(p) * places_of(p)
    rate = np.hypot(w1, dw)
    assert mz == pytest.approx((dw**2 + w1**2 * np.cos(rate * 1e-3)) / rate**2, abs=1e-13)


@pytest.mark.parametrize("flip", [5.0, 10.0, 30.0])
@pytest.mark.parametrize("pulse", ["sinc", "gauss", "block"])
def test_small_tip_profile_is_left_by_the_cube_of_the_angle(flip: float, pulse: str) -> None:
    p = SliceParameters.of(flip=flip, pulse=pulse, isochromats=200)
    x = places_of(p)
    transverse, _ = exact_profile(p, x)
    worst = np.abs(transverse - small_tip_profile(p, x)).max()
    # In the middle sin a - a = -a^3/6; elsewhere it may be a little more.
    assert p.angle**3 / 8 < worst < p.angle**3 / 5


def test_90_degrees_deviate_visibly_from_the_fourier_transform() -> None:
    """|M+| relative to the transform scaled to the same height: .135 for TBW 4 with a Hamming window."""
    p = SliceParameters.of(flip=90.0, isochromats=2000)
    x = places_of(p)
    transverse, _ = exact_profile(p, x)
    fourier = np.abs(small_tip_profile(p, x)) / (pi / 2)
    assert np.abs(np.abs(transverse) - fourier).max() == pytest.approx(0.135, abs=0.003)


def test_slr_keeps_its_slice_at_90_degrees() -> None:
    errors = {}
    for pulse in ("sinc", "slr"):
        p = SliceParameters.of(flip=90.0, pulse=pulse, time_bandwidth=6.0, duration=4e-3, isochromats=2000)
        x = places_of(p)
        transverse, _ = exact_profile(p, x)
        passed = np.abs(x) < 0.35 * p.thickness
        errors[pulse] = 1 - np.abs(transverse[passed]).min(), np.abs(transverse[np.abs(x) > 0.9 * p.thickness]).max()
    # Ripples designed for 1 %.
    assert max(errors["slr"]) < 0.012
    assert errors["sinc"][0] > errors["slr"][0]


def test_gradient_follows_from_bandwidth_and_thickness() -> None:
    p = SliceParameters.of(time_bandwidth=4.0, duration=3e-3, thickness=5e-3)
    # 4/(3 ms) = 1333 Hz over 5 mm; 42.577 MHz/T.
    assert gradient(p) / HERTZ_PER_TESLA == pytest.approx(1333.33 / 5e-3 / 42.5775e6, rel=1e-5)


@pytest.mark.parametrize("thickness", [2e-3, 5e-3, 8e-3])
def test_slice_is_as_thick_as_asked_for(thickness: float) -> None:
    loop = finished("small_tip", flip=5.0, thickness=thickness, extent=0.03, isochromats=3000)
    assert loop.observables["width"] == pytest.approx(thickness, rel=0.01)


def test_fat_is_displaced_by_its_shift_over_the_gradient() -> None:
    loop = finished("fat")
    p = loop.parameters
    # 440 Hz of 1000 Hz of bandwidth: 44 % of 4 mm, to where the field is larger.
    assert loop.observables["centre"] == pytest.approx(0.44 * 4e-3, abs=1e-6)
    assert centre(p) == pytest.approx(0.44 * 4e-3)


def test_carrier_moves_the_slice_and_keeps_its_phase() -> None:
    near, far = (finished("ninety", offset=offset) for offset in (0.0, 900.0))
    assert far.observables["centre"] == pytest.approx(900.0 / gradient(far.parameters), abs=1e-5)
    for name in ("signal", "signal_90"):
        # Sums of isochromats over slices that lie differently between them.
        assert far.observables[name] == pytest.approx(near.observables[name], abs=1e-3)


def test_signal_runs_through_the_shape_of_the_pulse() -> None:
    w1 = pulse_of(SliceParameters.of(flip=5.0)).w1.real
    for rephasing in (0.4, 0.7, 1.0, 1.3):
        p = SliceParameters.of(flip=5.0, rephasing=rephasing, extent=0.05, isochromats=2000)
        m = played(p)
        signal = abs((m[0] + 1j * m[1]).sum()) * p.extent / (p.thickness * p.isochromats)
        assert signal == pytest.approx(refocused_echo(p), abs=2e-3 * w1.max() / (gradient(p) * p.thickness))


def test_without_rephasing_there_is_no_signal_although_everything_is_tipped() -> None:
    loop = finished("dephased")
    assert loop.observables["transverse"] < 0.005
    assert np.hypot(*loop.state.m[:2]).max() == pytest.approx(0.5, abs=1e-3)


def test_refocusing_keeps_the_slice_and_crushes_the_rest() -> None:
    loop = finished("refocus")
    p = loop.parameters
    x, emitted = places_of(p), selected(loop.state.m, p)
    assert emitted[np.abs(x) < 0.2 * p.thickness].min() > 0.95  # The average reaches the edges further out.
    outside = (np.abs(x) > 1.2 * p.thickness) & (np.abs(x) < 0.4 * p.extent)
    assert emitted[outside].max() < 0.03


def test_hyperbolic_secant_inverts_its_slice_for_other_amplitudes_too() -> None:
    p = SliceParameters.of(pulse="secant", use="invert", duration=8e-3, time_bandwidth=10.0)
    sample = SliceSelection().sample(p)
    for scale in (1.0, 1.3):
        sample.b1[:] = scale
        m = sample.in_equilibrium()
        sequence_reference.play(Timeline(sequence_of(p)), sample, m, 0.0, end(p), step=40e-6)
        assert m[2, np.abs(places_of(p)) < 0.3 * p.thickness].max() < -0.95


@pytest.mark.parametrize("time_bandwidth", [1.0, 2.0, 4.0, 6.0, 8.0])
def test_hyperbolic_secant_inverts_its_middle_whatever_its_bandwidth(time_bandwidth: float) -> None:
    loop = finished("secant", time_bandwidth=time_bandwidth, isochromats=401, extent=0.05)
    # What the ends that are cut off leave: 1 % of the peak.
    assert loop.state.m[2, 200] < -0.99
    assert loop.laws["secant"].passed


def test_half_width_of_a_triangle() -> None:
    x = np.linspace(-2, 2, 41)
    left, right = half_width(np.clip(1 - np.abs(x - 0.3), 0, 1), x)
    assert (left, right) == pytest.approx((-0.2, 0.8))
    assert np.isnan(half_width(np.ones(41), x)).all()


def test_a_change_during_the_pulse_ends_the_claims_until_the_next_repetition() -> None:
    loop = Loop(SliceSelection(), preset="small_tip")
    p = loop.parameters
    loop.advance_to(0.4 * end(p))
    loop.apply(SetParameters(p.change(thickness=3e-3)))
    loop.advance_to(1.1 * end(p))
    assert not any(law.holds for law in loop.laws.values())
    loop.apply(Act("reset"))
    loop.advance_to(loop.time + 1.1 * end(p))
    assert isinstance(loop.state, SliceState)
    assert loop.laws["exact"].holds
    assert loop.laws["exact"].passed


def test_center_of_the_profile_of_a_90_degree_pulse_is_flat_and_tipped_by_90() -> None:
    loop = finished("ninety", isochromats=961)
    middle = loop.state.m[:, 480]
    assert middle[2] == pytest.approx(cos(radians(90)), abs=1e-12)
    assert np.hypot(*middle[:2]) == pytest.approx(sin(radians(90)), abs=1e-12)


def test_what_no_scanner_can_do_is_refused_in_one_line() -> None:
    with pytest.raises(ParameterError, match=r"thickness = 500 µm .* needs 376 mT/m, the limit is 80 mT/m: choose"):
        SliceParameters.of(thickness=5e-4, duration=5e-4)
    with pytest.raises(ParameterError, match=r"flip = 180° .* duration = 500 µs .* needs 93.6 µT, the limit is 30 µT"):
        SliceParameters.of(flip=180.0, duration=5e-4)


def test_peak_amplitude_in_the_caption_is_that_of_the_pulse() -> None:
    loop = finished("ninety")
    peak = rf_pulses.peak_b1(pulse_of(loop.parameters)) * 1e6
    assert f"peak B₁ = {peak:.3g} µT" in SliceSelection().caption(loop.state, loop.parameters)


def test_too_few_isochromats_are_said_to_be_too_few() -> None:
    p = SliceParameters.of(isochromats=12)
    system = SliceSelection()
    assert "too few isochromats" in system.caption(system.initial_state(p, np.random.default_rng(0)), p)


# --- what is shown -------------------------------------------------------------------------------------------------

RECTANGLE = {"pulse": "block", "flip": 60.0, "duration": 1e-3, "thickness": 5e-3, "shift": -200.0, "rephasing": 0.6}
RECTANGLE |= {"extent": 0.02, "isochromats": 30}
RAMP, G = 3e-4, 1.206709 / (1e-3 * 5e-3)
"""Ramp [s]; gradient [Hz/m] in which the half height of sinc(fT), at fT = 1.2067/2, is 2.5 mm away."""


def rectangle(time: float) -> tuple[np.ndarray, np.ndarray]:
    """Places of 30 isochromats and their M (3, 30), ``time`` after the beginning: Rabi's closed form written out.

    M turns left-handed about (ω₁, 0, δω) from z; then the gradient falls, a lobe takes 0.6 of what was gained back, and
    the shift of −200 Hz acts all the time.
    """
    x = 0.02 * ((np.arange(30) + 0.5) / 30 - 0.5)
    dw, w1 = 2 * pi * (G * x - 200), radians(60) / 1e-3
    rate, t = np.hypot(dw, w1), np.clip(time - RAMP, 0, 1e-3)
    across, z = w1 / rate * np.sin(rate * t), (dw**2 + w1**2 * np.cos(rate * t)) / rate**2
    plus = w1 * dw / rate**2 * (1 - np.cos(rate * t)) + 1j * across
    if time > RAMP + 1e-3:
        area = G * RAMP / 2 - 0.6 * G * (1e-3 + RAMP) / 2
        plus = plus * np.exp(-2j * pi * (area * x - 200 * (time - RAMP - 1e-3)))
    return x, np.stack([plus.real, plus.imag, z])


@pytest.mark.value_of("signal", "signal_90", "transverse", "mz")
@pytest.mark.parametrize("when", ["pulse", "rest"])
def test_signal_and_picture_of_a_rectangle_as_rabi_says(when: str) -> None:
    p = SliceParameters.of(**RECTANGLE)
    assert gradient(p) == pytest.approx(G, rel=1e-6)
    loop = Loop(SliceSelection(), p, memory=1)
    loop.advance_to(RAMP + 0.6e-3 if when == "pulse" else 1.15 * end(p))
    x, m = rectangle(loop.time)
    np.testing.assert_allclose(loop.state.m, m, atol=1e-5)  # The gradient is known to 1e-6 of 40 rad.
    # The slice of these spins lies where the gradient makes up for 200 Hz: towards larger x.
    middle = 200 / G
    per_slice = 0.02 / (5e-3 * 30)
    net = [m[0].sum() * per_slice, m[1].sum() * per_slice, m[2, np.abs(x - middle) < 2.5e-3].mean()]
    seen = loop.observables
    assert [seen[name] for name in ("signal", "signal_90", "mz")] == pytest.approx(net, abs=1e-5)
    assert min(np.abs(net)) > 0.04
    assert seen["transverse"] == pytest.approx(np.hypot(net[0], net[1]), abs=1e-5)
    arrows, real, prescribed, arrow, letter = loop.frame().visuals
    stage = loop.system.stage(p)
    scale = stage.unit_length
    assert (stage.unit, scale) == ("m", pytest.approx(0.02 / 6))
    np.testing.assert_allclose(arrows.positions[:, 0] * scale, x, atol=1e-8)
    np.testing.assert_allclose(arrows.directions, m.T, atol=1e-5)
    for frame, place in ((real, middle), (prescribed, 0.0)):
        faces = np.unique(frame.points[:, 0]) * scale
        np.testing.assert_allclose(faces, [place - 2.5e-3, place + 2.5e-3], atol=1e-7)
    assert (real.label, prescribed.label) == ("slice", "prescribed slice")
    assert arrow.positions[0, 0] * scale == pytest.approx(middle, abs=1e-7)
    np.testing.assert_allclose(arrow.directions[0], net, atol=1e-5)
    np.testing.assert_allclose(letter.positions[0] - arrow.positions[0], 1.1 * np.array(net), atol=1e-5)
    assert (arrow.length, arrow.pivot, arrows.length) == (1.0, "tail", 0.52)


def test_without_a_shift_one_slice_is_drawn_where_the_carrier_puts_it() -> None:
    p = SliceParameters.of(**RECTANGLE | {"shift": 0.0, "offset": 500.0})
    _, real, prescribed, *_ = Loop(SliceSelection(), p, memory=1).frame().visuals
    np.testing.assert_allclose(np.unique(real.points[:, 0]) / 300, 500 / G + np.array([-2.5e-3, 2.5e-3]), atol=1e-7)
    assert (prescribed.label, len(np.unique(prescribed.points, axis=0))) == ("", 1)


def test_arrows_stand_in_rows_of_at_most_twelve() -> None:
    p = SliceParameters.of(isochromats=5000)
    loop = Loop(SliceSelection(), p, memory=1)
    loop.advance_to(2e-3)
    arrows = loop.frame().visuals[0]
    assert len(arrows.positions) == 1667  # Every third.
    np.testing.assert_allclose(arrows.directions, loop.state.m[:, ::3].T, atol=1e-6)
    np.testing.assert_allclose(arrows.positions[:, 0] * 0.02 / 6, places_of(p)[::3], atol=1e-8)
    rows = np.unique(arrows.positions[:, 1])
    assert len(rows) == 12
    assert np.abs(rows).max() < 1.1  # Within the frame of the slice.


def lines_of(plot: str, loop: Loop) -> tuple:
    return next(found for found in loop.system.plots if found.name == plot).lines(loop.state, loop.parameters)


def test_lines_across_the_slice_are_those_of_rabi() -> None:
    p = SliceParameters.of(**RECTANGLE)
    loop = Loop(SliceSelection(), p, memory=1)
    loop.advance_to(1.15 * end(p))
    _, m = rectangle(loop.time)
    _, at_end = rectangle(end(p))
    size, mz, fourier, exact, edges, prescribed = lines_of("profile", loop)
    np.testing.assert_allclose(size.x, places_of(p))
    np.testing.assert_allclose(size.y, np.hypot(m[0], m[1]), atol=1e-5)
    np.testing.assert_allclose(mz.y, m[2], atol=1e-5)
    # Joined by straight lines between 601 points.
    np.testing.assert_allclose(np.interp(size.x, exact.x, exact.y), np.hypot(m[0], m[1]), atol=1e-3)
    slope = radians(60) * np.abs(np.sinc(1e-3 * (G * size.x - 200)))
    np.testing.assert_allclose(np.interp(size.x, fourier.x, fourier.y), slope, atol=1e-3)
    middle = 200 / G
    np.testing.assert_allclose(edges.x[[0, 1, 3, 4]], middle + 2.5e-3 * np.array([-1, -1, 1, 1]), atol=1e-8)
    np.testing.assert_allclose(prescribed.x[[0, 1, 3, 4]], 2.5e-3 * np.array([-1, -1, 1, 1]), atol=1e-8)
    mx, my, real, imaginary = lines_of("phase", loop)
    np.testing.assert_allclose([mx.y, my.y], m[:2], atol=1e-5)
    assert (mx.label, my.label) == ("M_x", "M_y")
    for part, line in zip(at_end, (real, imaginary)):
        np.testing.assert_allclose(np.interp(size.x, line.x, line.y), part, atol=2e-3)


def test_the_diagram_has_the_pulse_on_its_gradient_and_T_from_end_to_end() -> None:
    p = SliceParameters.of(**RECTANGLE)
    scheme = SliceSelection().diagram(Loop(SliceSelection(), p, memory=1).state, p)
    rf, gradients = scheme.rows
    assert (rf.name, gradients.name) == ("RF", "G_x")
    assert rf.times[rf.values > 0.5] == pytest.approx(RAMP + np.linspace(0, 1e-3, (rf.values > 0.5).sum()), abs=1e-8)
    top = gradients.times[gradients.values == gradients.values.max()]
    assert (top.min(), top.max()) == pytest.approx((RAMP, RAMP + 1e-3))
    # The lobe of area −0.6 (T + ramp)/2 lasts half as long as the pulse on its top.
    assert gradients.values.min() == pytest.approx(-0.6 * 1.3 / 2 / 0.8 * gradients.values.max())
    (span,) = scheme.spans
    assert (span.parameter, span.start, span.end) == ("duration", pytest.approx(RAMP), pytest.approx(RAMP + 1e-3))


def test_caption_has_gradient_field_and_displacement() -> None:
    def caption(**values: object) -> str:
        p = SliceParameters.of(**RECTANGLE | values)
        return Loop(SliceSelection(), p, memory=1).frame().caption

    # G over 42.577 MHz/T, 60° in 1 ms over γ, 200 Hz over G.
    start = "rotating frame · G = 5.67 mT/m, peak B₁ = 3.91 µT, slice of 5 mm"
    assert caption(isochromats=200) == f"{start} · displaced by 829 µm"
    assert caption(isochromats=200, shift=200.0) == f"{start} · displaced by −829 µm"
    assert caption(isochromats=200, shift=0.0) == start
    assert caption(shift=0.0, offset=2500.0).endswith("the slice lies outside the sample")


@pytest.mark.parametrize("use", ["invert", "refocus"])
def test_width_of_inversion_and_refocusing_is_that_of_their_own_profile(use: str) -> None:
    p = SliceParameters.of(use=use, pulse="slr", flip=180.0, duration=4e-3, isochromats=1920)
    loop = Loop(SliceSelection(), p, memory=1)
    loop.advance_to(1.1 * end(p))
    # Designed for the half height of (1 − M_z)/2; the average over a crusher's turns smooths the edges of the other.
    assert loop.observables["width"] == pytest.approx(5e-3, rel=0.05)
    assert loop.observables["centre"] == pytest.approx(0, abs=2e-5)
    if use == "invert":
        assert loop.observables["mz"] < -0.5
        assert loop.observables["tip"] > 170


def test_a_click_into_the_diagram_goes_to_that_time_of_this_repetition() -> None:
    loop = Loop(SliceSelection(), SliceParameters.of(**RECTANGLE), memory=1)
    duration = loop.system.timeline(loop.parameters).sequence.duration
    loop.advance_to(1.5 * duration)
    plot = next(plot for plot in loop.system.plots if plot.name == "sequence")
    assert plot.time(1e-3, loop.state, loop.parameters) == pytest.approx(duration + 1e-3)
    assert plot.scheme(loop.state, loop.parameters).cursor == pytest.approx(loop.time - duration)


@pytest.mark.parametrize("pulse", ["sinc", "gauss", "block"])
def test_180_degrees_are_measured_as_180(pulse: str) -> None:
    law = finished("ninety", flip=180.0, pulse=pulse).laws["flip"]
    assert law.passed
    assert law.value == pytest.approx(180.0, abs=0.02)
    assert finished("ninety", flip=178.0, pulse=pulse).laws["flip"].value == pytest.approx(178.0, abs=1e-3)


@pytest.mark.parametrize("time_bandwidth", [2.0, 10.0, 14.0])
def test_small_tip_profile_is_held_to_all_orders_it_leaves_out(time_bandwidth: float) -> None:
    law = finished("small_tip", flip=20.0, time_bandwidth=time_bandwidth).laws["small_tip"]
    assert law.passed
    assert law.deviation > 0.2, "the bound is of use"


def test_signal_of_a_rectangle_allows_for_lobes_beyond_the_sample() -> None:
    law = finished("block", duration=6.8e-4, thickness=6.66e-3).laws["echo"]
    assert law.holds
    assert law.passed
    assert law.deviation > 0.3


def test_thickness_is_not_claimed_for_the_design_of_large_angles() -> None:
    assert not finished("slr", flip=30.0).laws["thickness"].holds
    assert finished("slr", flip=29.9).laws["thickness"].passed
