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
