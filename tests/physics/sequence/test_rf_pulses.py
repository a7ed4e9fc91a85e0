"""Shaped pulses against closed forms, the small-tip theorem and simulation."""

from math import pi

import numpy as np
import pytest

from spinviz.physics.resonance import adiabatic, bloch, bloch_laws, slr
from spinviz.physics.sequence import rf_pulses
from spinviz.physics.sequence.blocks import Rf
from spinviz.physics.sequence.rf_pulses import PulseError

MS = 1e-3


def simulate(pulse: Rf, dw: np.ndarray, b1: float = 1.0) -> bloch.Isochromats:
    """Magnetization from equilibrium at the end of the pulse; its held samples are exact but for 1e-9."""
    spins = bloch.Isochromats.in_equilibrium(dw)
    dt = pulse.duration / len(pulse.w1)
    bloch.shaped_pulse(*spins.m, *spins.tissue, bloch.nodes_of_samples(b1 * pulse.w1), dt)
    return spins


def transverse(spins: bloch.Isochromats) -> np.ndarray:
    return spins.mx + 1j * spins.my


@pytest.mark.parametrize("flip", [0.1, pi / 2, pi])
def test_flip_is_the_integral_on_resonance(flip: float) -> None:
    pulses = (
        rf_pulses.block(1 * MS, flip),
        rf_pulses.sinc(3 * MS, flip, 6),
        rf_pulses.gauss(3 * MS, flip, 2),
        rf_pulses.sampled(np.array([1.0, 2.0, 1.5]), 0.1 * MS, flip),
    )
    for pulse in pulses:
        assert pulse.flip == pytest.approx(flip, rel=1e-14)
        spins = simulate(pulse, np.zeros(1)) if len(pulse.w1) > 3 else None
        assert spins is None or spins.mz[0] == pytest.approx(np.cos(flip), abs=1e-12)


def test_small_tip_profile_at_5_degrees() -> None:
    f = np.linspace(-2000, 2000, 401)
    for pulse in (rf_pulses.sinc(4 * MS, np.radians(5)), rf_pulses.gauss(4 * MS, np.radians(5))):
        exact, fourier = transverse(simulate(pulse, 2 * pi * f)), rf_pulses.small_tip(pulse, 2 * pi * f)
        # The next term is flip^3/6 = 1.1e-4.
        assert np.abs(exact - fourier).max() < 1.2e-4


def test_small_tip_profile_of_a_shifted_carrier() -> None:
    pulse = rf_pulses.sinc(4 * MS, np.radians(1), frequency=500.0, phase=0.7)
    f = np.linspace(-1000, 1500, 301)
    spins = bloch.Isochromats.in_equilibrium(2 * pi * f)
    nodes = bloch.gauss_times(pulse.duration, 512)
    bloch.shaped_pulse(*spins.m, *spins.tissue, pulse.at(nodes), pulse.duration / 512)
    assert np.abs(transverse(spins) - rf_pulses.small_tip(pulse, 2 * pi * f)).max() < 1e-5


def test_small_tip_profile_fails_visibly_at_90_degrees() -> None:
    """TBW 4, Hamming: 0.135 of the peak (design notes, one decimal of the grid left open)."""
    pulse = rf_pulses.sinc(4 * MS, pi / 2, 4)
    f = np.linspace(-1500, 1500, 1201)
    fourier = np.abs(rf_pulses.small_tip(pulse, 2 * pi * f)) / (pi / 2)
    assert np.abs(np.abs(transverse(simulate(pulse, 2 * pi * f))) - fourier).max() == pytest.approx(0.135, abs=2e-3)


@pytest.mark.parametrize(("time_bandwidth", "widened"), [(2.0, 0.02), (4.0, 3e-4), (6.0, 3e-4)])
def test_gauss_profile_has_the_bandwidth_asked_for(time_bandwidth: float, widened: float) -> None:
    pulse = rf_pulses.gauss(5 * MS, np.radians(10), time_bandwidth)
    # The ends of the pulse are cut off, which widens the line of the shorter one; the others are read off a grid.
    assert rf_pulses.bandwidth(pulse) == pytest.approx(time_bandwidth / (5 * MS), rel=widened)


def test_block_profile_is_a_sinc() -> None:
    # |sinc x| = 1/2 at x = 0.6033545.
    assert rf_pulses.bandwidth(rf_pulses.block(1 * MS, 0.1)) == pytest.approx(2 * 603.3545, rel=1e-4)


def test_slice_gradient() -> None:
    # 1 kHz over 5 mm: 200 kHz/m, 4.7 mT/m for protons.
    assert rf_pulses.slice_gradient(1000.0, 5e-3) == pytest.approx(2e5)


def test_shinnar_le_roux_transform_is_inverted_exactly() -> None:
    rng = np.random.default_rng(3)
    train = 0.2 * rng.normal(size=200) * np.exp(1j * rng.uniform(0, 2 * pi, 200))
    assert np.abs(slr.inverse(*slr.polynomials(train)) - train).max() < 1e-13


def test_forward_transform_is_the_train_of_hard_pulses() -> None:
    train = slr.design(slr.Design(64, pi / 2, 4.0)).train
    phi = np.linspace(-1.5, 1.5, 101)
    spins = bloch.Isochromats.in_equilibrium(phi)
    for angle in train:
        bloch.precess(*spins.m, *spins.tissue, 1.0)
        bloch.rotate(*spins.m, abs(angle), float(np.angle(angle)))
    plus, mz = slr.magnetization(*slr.forward(train, phi))
    assert np.abs(plus - transverse(spins)).max() < 1e-13
    assert np.abs(mz - spins.mz).max() < 1e-13


@pytest.mark.parametrize("minimum", [False, True], ids=["linear", "minimum"])
@pytest.mark.parametrize(
    ("kind", "flip"),
    [("small", 0.2), ("excitation", pi / 2), ("saturation", pi / 2), ("inversion", pi), ("refocusing", pi)],
)
def test_slr_profile_keeps_its_ripples(kind: slr.Kind, flip: float, minimum: bool) -> None:
    n = 200
    design = slr.design(slr.Design(n, flip, 8.0, kind, minimum, 0.01, 0.01))
    x = np.linspace(0, n / 2, 4001)
    a, b = slr.forward(design.train, 2 * pi * x / n)
    plus, mz = slr.magnetization(a, b)
    value, top, rest = {
        "small": (np.abs(plus) / np.sin(flip), 1.0, 0.0),
        "excitation": (np.abs(plus), 1.0, 0.0),
        "saturation": (mz, 0.0, 1.0),
        "inversion": (mz, -1.0, 1.0),
        "refocusing": (np.abs(b) ** 2, 1.0, 0.0),
    }[kind]
    # B keeps its ripples to 1 %; the next order of Pauly's table adds 10 % where |B| is 1 +- 0.07 of its value.
    assert np.abs(value - top)[x <= design.inner].max() < 0.0115
    assert np.abs(value - rest)[x >= design.outer].max() < 0.0115
    assert 2.5 < design.inner < design.outer < 5.5


def test_slr_pulse_played_smoothly_has_the_profile_of_its_train() -> None:
    flip, n = pi / 2, 512
    pulse = rf_pulses.slr_pulse(4 * MS, flip, 6.0, samples=n)
    f = np.linspace(-2000, 2000, 401)
    _, mz = slr.magnetization(*slr.forward(slr.design(slr.Design(n, flip, 6.0)).train, 2 * pi * f * 4 * MS / n))
    # Hard pulses against held samples: second order in the angle turned in a sample, 0.1 by 0.02.
    assert np.abs(simulate(pulse, 2 * pi * f).mz - mz).max() < 1e-3


def test_linear_phase_is_linear_and_minimum_phase_is_short_of_it() -> None:
    f = np.linspace(-500, 500, 101)
    phases = []
    for minimum in (False, True):
        pulse = rf_pulses.slr_pulse(4 * MS, pi / 2, 8.0, minimum=minimum)
        plus = transverse(simulate(pulse, 2 * pi * f))
        phases.append(np.unwrap(np.angle(plus)))
    linear, minimal = (np.polyfit(f, phase, 1) for phase in phases)
    # The phase of A, which is minimum, bends it by some per cent at 90 degrees.
    assert np.abs(phases[0] - np.polyval(linear, f)).max() < 0.1
    # Half of the pulse, 2 pi 2 ms; the energy of the other comes late.
    assert linear[0] == pytest.approx(-2 * pi * 2 * MS, rel=0.05)
    assert abs(minimal[0]) < 0.5 * abs(linear[0])


@pytest.mark.parametrize("factor", [0.5, 1.0, 2.0])
def test_hyperbolic_secant_obeys_silver_joseph_and_hoult(factor: float) -> None:
    rate, mu = 1000.0, 5.0
    pulse = adiabatic.hyperbolic_secant(40 * MS, factor * 8000.0, rate, mu)
    dw = np.linspace(-12e3, 12e3, 241)
    spins = bloch.Isochromats.in_equilibrium(dw)
    steps = 16000
    bloch.shaped_pulse(
        *spins.m, *spins.tissue, pulse.at(bloch.gauss_times(pulse.duration, steps)), pulse.duration / steps
    )
    law = bloch_laws.hyperbolic_secant(dw, factor * 8000.0, rate, mu)
    # The ends are cut off at sech(20) = 4e-9 of the peak.
    assert np.abs(spins.mz - law).max() < 2e-7


def test_sampled_hyperbolic_secant_inverts_its_band() -> None:
    pulse = rf_pulses.hyperbolic_secant(10 * MS, 2 * pi * 1200.0, 1500.0)
    f = np.array([-2500.0, -400.0, 0.0, 400.0, 2500.0])
    for b1 in (1.0, 1.7):
        mz = simulate(pulse, 2 * pi * f, b1).mz
        assert (mz[1:4] < -0.97).all()
        assert (mz[[0, 4]] > 0.97).all()


@pytest.mark.parametrize("degrees", [30, 90, 140, 180])
def test_bir4_turns_by_its_angle_whatever_the_amplitude(degrees: int) -> None:
    pulse = rf_pulses.bir4(5 * MS, np.radians(degrees), 2 * pi * 2500.0, 15e3, samples=8192)
    for b1 in (0.5, 1.0, 2.0):
        angle = np.degrees(np.arccos(np.clip(simulate(pulse, np.zeros(1), b1).mz[0], -1, 1)))
        assert angle == pytest.approx(degrees, abs=1.5)  # a hard pulse would turn by half and by twice the angle


def test_linear_sweep_follows_landau_and_zener() -> None:
    w1 = 2 * pi * 100.0
    for adiabaticity in (0.3, 1.0, 3.0):
        rate = w1**2 / adiabaticity
        # From 60 w1 below to 60 w1 above resonance: the rest decays as w1/offset.
        pulse = adiabatic.linear_sweep(120 * w1 / rate, w1, rate)
        spins, steps = bloch.Isochromats.in_equilibrium(np.zeros(1)), 60000
        dt = pulse.duration / steps
        bloch.shaped_pulse(*spins.m, *spins.tissue, pulse.at(bloch.gauss_times(pulse.duration, steps)), dt)
        # The field is tilted by 1/60 from z at either end.
        assert spins.mz[0] == pytest.approx(adiabatic.landau_zener(w1, rate), abs=2 / 60)


def test_sweep_is_the_derivative_of_the_phase() -> None:
    pulses = (
        adiabatic.hyperbolic_secant(10 * MS, 1e4, 1000.0, 5.0),
        adiabatic.linear_sweep(10 * MS, 1e3, 1e7),
        adiabatic.bir4(8 * MS, 1.0, 1e4, 5e4),
    )
    for pulse in pulses:
        t = np.array([0.4, 1.1, 2.5, 3.3, 4.4, 5.6, 6.8, 7.7]) * MS
        h = 1e-8
        slope = (pulse.phase(t + h) - pulse.phase(t - h)) / (2 * h)
        assert np.allclose(-slope, pulse.sweep(t), rtol=1e-5, atol=1e-2)


def test_energy_and_peak() -> None:
    pulse = rf_pulses.block(1 * MS, pi)
    # 180 degrees in 1 ms: 500 Hz, 11.74 uT.
    assert rf_pulses.peak_b1(pulse) == pytest.approx(11.744e-6, rel=1e-3)
    assert rf_pulses.energy(pulse) == pytest.approx(pi**2 / MS)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: rf_pulses.block(0.1 * MS, pi, highest=rf_pulses.nutation(30e-6)), "117 µT.*30 µT.*0.391 ms"),
        (lambda: rf_pulses.sinc(1 * MS, 1.0, 40.0, samples=64), "40.*64 samples.*at least 80"),
        (lambda: rf_pulses.sinc(-1.0, 1.0), "duration is -1 s"),
        (lambda: rf_pulses.sinc(1 * MS, 90.0), "flip is 90.*radians"),
        (lambda: rf_pulses.sinc(1 * MS, 1.0, apodisation=2.0), "apodisation is 2"),
        (lambda: rf_pulses.gauss(1 * MS, 1.0, 0.5), "0.5.*at least 0.9"),
        (lambda: rf_pulses.slr_pulse(1 * MS, 1.0, 1.0), "no pass band.*larger"),
        (lambda: rf_pulses.slr_pulse(1 * MS, 1.0, 4.0, passing=0.0), "passing ripple is 0"),
        (lambda: rf_pulses.bir4(5 * MS, 1.0, 1e4, 1e6), "at least 9854 samples"),
        (lambda: rf_pulses.sampled(np.array([1.0, np.nan]), 1e-5), "Sample 1.*not finite"),
        (lambda: rf_pulses.sampled(np.zeros((2, 2)), 1e-5), r"shape \(2, 2\)"),
        (lambda: rf_pulses.slice_gradient(1000.0, 0.0), "slice thickness is 0 m"),
    ],
)  # fmt: skip
def test_what_cannot_be_played_is_refused_in_one_line(make, words) -> None:
    with pytest.raises(PulseError, match=words) as caught:
        make()
    assert "\n" not in str(caught.value)
