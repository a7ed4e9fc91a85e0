"""A sequence laid out in time: what the receiver turns along with, and where k-space is."""

from dataclasses import replace
from math import pi

import numpy as np
import pytest

from spinviz.physics.sequence import engine as sequence_engine
from spinviz.physics.sequence import reference as sequence_reference
from spinviz.physics.sequence.blocks import Block, Gradient, HardPulse, Readout, Rf, Sample, Sequence
from spinviz.physics.sequence.timeline import Timeline

ENGINES = pytest.mark.parametrize("play", [sequence_engine.play, sequence_reference.play], ids=["engine", "reference"])


@ENGINES
@pytest.mark.parametrize("frequency", [0.0, 440.0, -130.0])
def test_a_receiver_at_the_frequency_of_the_spins_hears_a_steady_tone(play, frequency: float) -> None:
    readout = Readout(8, 3e-4, 1e-4, frequency=frequency, phase=0.7)
    timeline = Timeline(Sequence((Block(4e-3, HardPulse(pi / 2, -pi / 2), readout=readout),)))
    sample = Sample.of(dw=2 * pi * frequency)
    signal = play(timeline, sample, sample.in_equilibrium(), 0.0, 4e-3)
    # At the start of the readout the spin has turned from x by -2 pi f start, the receiver is at its phase.
    expected = np.exp(-1j * (0.7 + 2 * pi * frequency * 1e-4))
    np.testing.assert_allclose(signal, np.full(8, expected), atol=1e-13)


@ENGINES
def test_spins_above_the_receiver_turn_clockwise(play) -> None:
    timeline = Timeline(Sequence((Block(1e-3, HardPulse(pi / 2, -pi / 2), readout=Readout(4, 1e-4)),)))
    sample = Sample.of(dw=2 * pi * 100.0)
    signal = play(timeline, sample, sample.in_equilibrium(), 0.0, 1e-3)
    assert np.all(np.diff(np.angle(signal)) < 0)
    assert np.angle(signal[0]) == pytest.approx(-2 * pi * 100.0 * 0.5e-4)


def test_a_refocusing_pulse_turns_k_over_and_an_excitation_starts_it_again() -> None:
    lobe = Gradient.trapezoid(1e5, 1e-4, 8e-4, 1e-4)
    sequence = Sequence(
        (
            Block(0.0, HardPulse(pi / 2)),
            Block(1e-3, gradients=(lobe, None, None)),
            Block(0.0, HardPulse(pi, use="refocusing")),
            Block(1e-3, gradients=(None, lobe, None)),
            Block(0.0, HardPulse(0.3, use="excitation")),
            Block(1e-3, gradients=(lobe, None, None)),
        )
    )
    k = Timeline(sequence).kspace_at([0.9999e-3, 1.5e-3, 1.9999e-3, 3e-3])
    np.testing.assert_allclose(k[0], [90, -90, -90, 90], atol=1e-3)
    np.testing.assert_allclose(k[1], [0, 45, 90, 0], atol=1e-3)


@pytest.mark.parametrize(("degrees", "refocuses"), [(60, False), (90, False), (91, True), (120, True), (180, True)])
def test_pulses_without_a_use_refocus_above_90_degrees(degrees: float, refocuses: bool) -> None:
    """At 90 degrees as much of the transverse magnetization is refocused as is left alone. At first 120 was asked for:
    echo trains of 120 degrees, which rounding leaves below, counted as excitations."""
    lobe = Gradient.trapezoid(1e5, 1e-4, 8e-4, 1e-4)
    blocks = (Block(1e-3, HardPulse(pi / 2), (lobe, None, None)), Block(1e-3, HardPulse(np.radians(degrees))))
    k = Timeline(Sequence(blocks)).kspace_at([1.5e-3])
    assert k[0] == pytest.approx([-90.0 if refocuses else 0.0], abs=1e-9)


@pytest.mark.parametrize("before", [None, HardPulse(pi, use="inversion"), HardPulse(pi, use="saturation")])
@pytest.mark.parametrize("degrees", [30, 120, 180])
def test_pulses_without_a_use_excite_where_nothing_is_transverse(before: HardPulse | None, degrees: float) -> None:
    """In equilibrium, or after an inversion, there is nothing to be refocused."""
    lobe = Gradient.trapezoid(1e5, 1e-4, 8e-4, 1e-4)
    blocks = (Block(1e-3, before, (lobe, None, None)), Block(1e-3, HardPulse(np.radians(degrees))))
    assert Timeline(Sequence(blocks)).kspace_at([1.5e-3])[0] == pytest.approx([0.0], abs=1e-9)


@pytest.mark.parametrize(("spoiled", "k"), [((), -90.0), ((0,), 0.0), ((1,), 0.0), ((2,), -90.0)])
def test_an_ideal_spoiler_leaves_nothing_to_refocus(spoiled: tuple[int, ...], k: float) -> None:
    lobe = Gradient.trapezoid(1e5, 1e-4, 8e-4, 1e-4)
    blocks = (
        Block(1e-3, HardPulse(pi / 2), (lobe, None, None), spoil=0 in spoiled),
        Block(1e-3, spoil=1 in spoiled),
        Block(1e-3, HardPulse(pi), spoil=2 in spoiled),
    )
    assert Timeline(Sequence(blocks)).kspace_at([2.5e-3])[0] == pytest.approx([k], abs=1e-9)


def sinc(duration: float, before: float = 0.0, after: float = 0.0, part: float = 1.0) -> Rf:
    """The first ``part`` of a weak pulse sin(x)/x of so many seconds [s] in steps of 1 us, zeros around it."""
    count = round(1e6 * duration)
    x = (np.arange(round(part * count)) + 0.5) / count - 0.5
    zeros = [np.zeros(round(1e6 * length)) for length in (before, after)]
    w1 = np.concatenate([zeros[0], 10.0 * np.sinc(4 * x), zeros[1]]).astype(np.complex128)
    return Rf(1e-6 * np.arange(len(w1) + 1), w1, 1e-4, use="excitation")


def test_k_of_a_half_pulse_counts_from_its_end() -> None:
    """Ultrashort echo times: two half pulses in opposite gradients. From the middle of the pulse k_z was 333/m."""
    G = 2 / 3 * 1e6
    for sign in (1, -1):
        slice_gradient = Gradient(np.array([0.0, 1e-4, 1.1e-3, 1.1e-3]), sign * np.array([0.0, G, G, 0.0]))
        blocks = (
            Block(1.1e-3, sinc(2e-3, part=0.5), (None, None, slice_gradient)),
            Block(1e-3, readout=Readout(4, 1e-4)),
        )
        np.testing.assert_allclose(Timeline(Sequence(blocks)).kspace[2], 0.0, atol=G * 1e-6)


def test_k_of_a_pulse_with_zeros_around_it_counts_from_its_peak() -> None:
    """As in magnetization-prepared sequences of version 1.2: 100 us of zeros before the pulse, 20 us after. The phase
    of the spins along z, played, is that of k_z = -26.67/m; from the middle of all samples it was -16.0/m."""
    slice_gradient = Gradient.trapezoid(266667.0, 5e-5, 3e-3, 5e-5, 5e-5)
    rephaser = Gradient.trapezoid(-437276.0, 7e-5, 8.6e-4, 7e-5)
    blocks = (
        Block(3.22e-3, sinc(3e-3, 1e-4, 2e-5), (None, None, slice_gradient)),
        Block(1e-3, None, (None, None, rephaser)),
    )
    timeline = Timeline(Sequence(blocks))
    k = timeline.kspace_at([4.22e-3])[2, 0]
    assert k == pytest.approx(-26.67, abs=0.01)
    z = np.linspace(-1e-3, 1e-3, 21)
    sample = Sample.of(np.stack([0 * z, 0 * z, z]))
    m = sample.in_equilibrium()
    sequence_engine.play(timeline, sample, m, 0.0, 4.22e-3)
    played = np.polyfit(z, np.unwrap(np.angle(m[0] + 1j * m[1])), 1)[0] / (-2 * pi)
    # 0.1 rad of flip: the phase bends by its square.
    assert k == pytest.approx(played, abs=0.05)


def test_a_pulse_acts_where_its_designer_says() -> None:
    rf = sinc(2e-3)
    assert rf.acts_at == pytest.approx(1e-3)
    shifted = replace(rf, centre=0.2e-3)
    lobe = Gradient(np.array([0.0, 3e-3]), np.full(2, 1e5))
    k = Timeline(Sequence((Block(3e-3, shifted, (lobe, None, None)),))).kspace_at([3e-3])
    # It began after 0.1 ms.
    assert k[0] == pytest.approx([1e5 * (3e-3 - 0.3e-3)])


@pytest.mark.parametrize("held", [True, False])
def test_a_flat_pulse_acts_in_the_middle_of_what_is_flat(held: bool) -> None:
    """Zeros of 0.3 ms before a block of 1 ms, 0.1 ms after it; amplitudes are rounded to six digits."""
    height = 1 + 1e-6 * np.random.default_rng(1).standard_normal(1000)
    w1 = np.concatenate([np.zeros(300), height, np.zeros(100)]).astype(np.complex128)
    times = 1e-6 * (np.arange(1401) if held else np.arange(1400) + 0.5)
    assert Rf(times, w1, held=held).acts_at == pytest.approx(0.8e-3, rel=1e-12)


@ENGINES
def test_a_receiver_that_follows_k_sees_a_spin_stand_still(play) -> None:
    """A spin at x under a gradient that rises and falls: its phase is -2 pi k x, and so is the receiver's."""
    x = 0.02
    ramp = Gradient(np.array([0.0, 1e-3, 2e-3]), np.array([0.0, 5e4, 0.0]))
    times = (np.arange(20) + 0.5) * 1e-4
    k = ramp.area_until(times)
    readout = Readout(20, 1e-4, phase=0.3, modulation=tuple(-2 * pi * k * x))
    timeline = Timeline(Sequence((Block(2e-3, HardPulse(pi / 2, -pi / 2), (ramp, None, None), readout),)))
    sample = Sample.of([[x], [0.0], [0.0]])
    signal = play(timeline, sample, sample.in_equilibrium(), 0.0, 2e-3)
    np.testing.assert_allclose(signal, np.full(20, np.exp(-0.3j)), atol=1e-12)
