"""Imaging sequences: k-space where it was meant to be, echoes at TE, gradients within limits, errors in one line."""

from collections.abc import Callable
from math import exp, pi

import numpy as np
import pytest

from spinviz.physics.imaging.encoding import LIMITS, ImagingError
from spinviz.physics.imaging.lines import Acquisition, balanced_ssfp, gradient_echo, spin_echo
from spinviz.physics.imaging.trajectories import echo_planar, radial, spiral
from spinviz.physics.sequence.blocks import Sample
from spinviz.physics.sequence.reference import play
from spinviz.physics.sequence.timeline import Timeline

KINDS: dict[str, Callable[[], Acquisition]] = {
    "spin echo": lambda: spin_echo(16, 20e-3, 0.5),
    "inversion recovery": lambda: spin_echo(16, 20e-3, 0.5, TI=0.15, order="centric"),
    "selective spin echo": lambda: spin_echo(16, 20e-3, 0.5, thickness=5e-3),
    "gradient echo": lambda: gradient_echo(16, 8e-3, 20e-3, flip=0.3),
    "selective gradient echo": lambda: gradient_echo(16, 8e-3, 20e-3, flip=0.3, thickness=5e-3),
    "bSSFP": lambda: balanced_ssfp(16, 5e-3, flip=0.8, dummies=3),
    "EPI": lambda: echo_planar(16, 20e-3),
    "radial": lambda: radial(16, 8e-3, 20e-3, flip=0.3),
    "spiral": lambda: spiral(32, 2e-3, 20e-3, flip=0.3, interleaves=8),
}
EACH = pytest.mark.parametrize("make", KINDS.values(), ids=KINDS.keys())


@EACH
def test_samples_lie_where_the_gradients_take_them(make: Callable[[], Acquisition]) -> None:
    made = make()
    k = Timeline(made.sequence).kspace
    # Steps of 1/fov = 4 per metre; the integral rounds at 1e-16 of areas that add up over a hundred lobes.
    assert np.abs(k[:2] - made.k.reshape(2, -1)).max() < 1e-8
    assert np.abs(k[2]).max() < 1e-8


@EACH
def test_gradients_keep_the_limits(make: Callable[[], Acquisition]) -> None:
    made = make()
    timeline = Timeline(made.sequence)
    knots = timeline.knots()
    t = np.unique(np.concatenate([knots, np.linspace(made.begins, made.begins + made.TR, 20_001)]))
    g = timeline.gradient(t)
    assert np.abs(g).max() <= LIMITS.amplitude * (1 + 1e-9)
    slew = np.abs(np.diff(g, axis=1)) / np.diff(t)
    assert slew.max() <= LIMITS.slew * (1 + 1e-6)


@EACH
def test_time_adds_up(make: Callable[[], Acquisition]) -> None:
    made = make()
    assert made.sequence.duration == pytest.approx(made.begins + made.repetitions * made.TR, rel=1e-12)
    assert len(made.sequence.sample_times) == made.k[0].size


@pytest.mark.parametrize("kind", ["spin echo", "gradient echo", "bSSFP", "EPI", "radial"])
def test_centre_of_kspace_is_sampled_at_TE(kind: str) -> None:
    made = KINDS[kind]()
    timeline = Timeline(made.sequence)
    k = np.hypot(*made.k.reshape(2, -1))
    echo = made.sequence.sample_times[int(np.argmin(k))]
    excitations = np.array([p.start for p in timeline.hard if p.what.use == "excitation"])
    assert echo - excitations[excitations < echo][-1] == pytest.approx(made.TE, abs=1e-9)


def echo_of(made: Acquisition, sample: Sample) -> complex:
    signal = play(Timeline(made.sequence), sample, sample.in_equilibrium(), 0.0, made.sequence.duration)
    k = np.hypot(*made.k.reshape(2, -1))
    return complex(signal[int(np.argmin(k))])


T1, T2 = 0.8, 0.09


def test_spin_echo_signal() -> None:
    TE, TR = 20e-3, 0.5
    echo = echo_of(spin_echo(4, TE, TR, dummies=3), Sample.of(T1=T1, T2=T2))
    # Two pulses and recovery in between; Hendrick in Stark and Bradley, Magnetic Resonance Imaging, chapter 6.
    law = (1 - 2 * exp(-(TR - TE / 2) / T1) + exp(-TR / T1)) * exp(-TE / T2)
    assert echo == pytest.approx(law, abs=1e-12)


def test_spin_echo_refocuses_offsets() -> None:
    on, off = (echo_of(spin_echo(4, 20e-3, 0.5), Sample.of(T1=T1, T2=T2, dw=dw)) for dw in (0.0, 2 * pi * 40))
    assert off == pytest.approx(on, abs=1e-12)


def test_inversion_recovery_signal_and_null() -> None:
    TE, TR, TI = 10e-3, 1.2, 0.3
    echo = echo_of(spin_echo(4, TE, TR, TI, dummies=2), Sample.of(T1=T1, T2=T2))
    law = 1 - 2 * exp(-TI / T1) + 2 * exp(-(TR - TE / 2) / T1) - exp(-TR / T1)
    assert echo == pytest.approx(law * exp(-TE / T2), abs=1e-12)


def test_spoiled_gradient_echo_reaches_the_ernst_signal() -> None:
    TE, TR, flip = 6e-3, 30e-3, 0.4
    E1 = exp(-TR / T1)
    dummies = 150
    echo = echo_of(gradient_echo(4, TE, TR, flip=flip, dummies=dummies), Sample.of(T1=T1, T2=T2))
    law = np.sin(flip) * (1 - E1) / (1 - E1 * np.cos(flip)) * exp(-TE / T2)
    assert echo == pytest.approx(law, abs=(E1 * np.cos(flip)) ** dummies + 1e-12)


def test_balanced_ssfp_reaches_the_freeman_hill_signal() -> None:
    TR, flip = 5e-3, 0.7
    E1, E2 = exp(-TR / T1), exp(-TR / T2)
    echo = echo_of(balanced_ssfp(4, TR, flip=flip, dummies=1500), Sample.of(T1=T1, T2=T2))
    # On resonance with alternating pulses; the signal is refocused at TE = TR/2.
    D = 1 - E1 * E2 - (E1 - E2) * np.cos(flip)
    law = np.sin(flip) * (1 - E1) / D * np.sqrt(E2)
    assert abs(echo) == pytest.approx(law, rel=1e-6)


def test_selective_pulse_excites_its_slice_only() -> None:
    z = np.linspace(-10e-3, 10e-3, 41)
    sample = Sample.of(np.stack([0 * z, 0 * z, z]))
    made = gradient_echo(4, 12e-3, 40e-3, flip=pi / 6, dummies=0, thickness=5e-3)
    m = sample.in_equilibrium()
    timeline = Timeline(made.sequence)
    play(timeline, sample, m, 0.0, made.sequence.blocks[0].duration + made.sequence.blocks[1].duration)
    profile = np.hypot(m[0], m[1])
    # The Hamming window rounds the edges: 4 % are lost at 40 % of the half thickness. The lobe afterwards rephases.
    middle = np.abs(z) < 1.1e-3
    assert profile[middle] == pytest.approx(0.5, abs=0.025)
    assert m[1][middle] == pytest.approx(0.0, abs=0.01)
    assert profile[np.abs(z) > 5e-3].max() < 0.02


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: spin_echo(32, 5e-4, 0.5), "TE = 0.5 ms is too short for a readout of 0.64 ms: choose at least"),
        (lambda: spin_echo(32, 0.6, 0.5), "TE = 600 ms is not shorter than TR = 500 ms: shorten TE or lengthen TR"),
        (lambda: spin_echo(32, 0.01, 0.5, TI=0.6), "TI = 600 ms is not shorter than TR = 500 ms"),
        (lambda: spin_echo(32, 0.01, 0.5, TI=1e-5), "TI = 0.01 ms is too short for the two pulses"),
        (lambda: spin_echo(33, 0.01, 0.5), "matrix = 33: choose an even number between 2 and 512"),
        (lambda: spin_echo(32, 0.02, 0.5, dwell=1e-6), "dwell = 1 µs needs a readout gradient"),
        (lambda: spin_echo(32, 0.02, 0.5, thickness=1e-4), "thickness = 0.1 mm needs a slice gradient"),
        (lambda: gradient_echo(32, 0.01, 0.0102, flip=0.3), "TR = 10.2 ms is shorter than the"),
        (lambda: gradient_echo(32, 0.01, 0.02, flip=4), "flip = 229.2°: choose an angle above 0° and at most 180°"),
        (lambda: echo_planar(128, 0.01), "TE = 10 ms is too short for 64 lines"),
        (lambda: echo_planar(32, 0.02, late=1e-3), "late = 1 ms: choose at most the ramp"),
        (lambda: balanced_ssfp(64, 1e-3, flip=1), "TR = 1 ms is too short for a readout"),
        (lambda: radial(32, 8e-3, 0.02, flip=0.3, spokes=0), "spokes = 0: choose at least 1"),
        (lambda: spiral(32, 8e-3, 0.02, flip=0.3, interleaves=0), "interleaves = 0: choose at least 1"),
    ],
)
def test_impossible_settings_get_one_line(make: Callable[[], Acquisition], words: str) -> None:
    with pytest.raises(ImagingError) as caught:
        make()
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_selective_pulse_excites_its_thickness() -> None:
    made = gradient_echo(8, 8e-3, 20e-3, flip=0.05, thickness=6e-3, dummies=0)
    z = np.linspace(-6e-3, 6e-3, 601)
    sample = Sample.of(np.stack([0 * z, 0 * z, z]))
    m = sample.in_equilibrium()
    timeline = Timeline(made.sequence)
    play(timeline, sample, m, 0.0, timeline.shaped[0].end)
    size = np.hypot(m[0], m[1])
    # The window moves the half height of a small angle by 0.3 %, the places are 0.3 % apart.
    assert np.ptp(z[size > size[300] / 2]) == pytest.approx(6e-3, rel=0.01)


def test_half_a_pulse_first_leaves_no_transient_on_resonance() -> None:
    made = balanced_ssfp(4, 5e-3, flip=0.8, dummies=0)
    sample = Sample.of()
    timeline = Timeline(made.sequence)
    signal = play(timeline, sample, sample.in_equilibrium(), 0.0, timeline.sequence.duration)
    # M goes to and fro between half the angle on either side of z.
    np.testing.assert_allclose(signal, np.full(16, np.sin(0.4)), atol=1e-12)
