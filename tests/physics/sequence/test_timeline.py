"""A sequence laid out in time: what the receiver turns along with, and where k-space is."""

from math import pi

import numpy as np
import pytest

from spinviz.physics.sequence import engine as sequence_engine
from spinviz.physics.sequence import reference as sequence_reference
from spinviz.physics.sequence.blocks import Block, Gradient, HardPulse, Readout, Sample, Sequence
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


@pytest.mark.parametrize(("degrees", "refocuses"), [(115, False), (125, True), (180, True)])
def test_pulses_without_a_use_refocus_from_120_degrees_on(degrees: float, refocuses: bool) -> None:
    lobe = Gradient.trapezoid(1e5, 1e-4, 8e-4, 1e-4)
    blocks = (Block(1e-3, HardPulse(pi / 2), (lobe, None, None)), Block(1e-3, HardPulse(np.radians(degrees))))
    k = Timeline(Sequence(blocks)).kspace_at([1.5e-3])
    assert k[0] == pytest.approx([-90.0 if refocuses else 0.0], abs=1e-9)
