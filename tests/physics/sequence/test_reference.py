"""The readable way to play a sequence meets the closed forms and may be cut anywhere."""

from itertools import pairwise
from math import pi

import numpy as np
import pytest

from spinviz.physics.resonance.bloch_laws import hahn_echo, hyperbolic_secant, stimulated_echo
from spinviz.physics.sequence.blocks import Block, Gradient, HardPulse, Readout, Rf, Sample, Sequence
from spinviz.physics.sequence.reference import play
from spinviz.physics.sequence.timeline import Timeline

TAU = 5e-3
ECHO = Sequence(
    (
        Block(TAU, HardPulse(pi / 2)),
        Block(2 * TAU, HardPulse(pi, pi / 2), readout=Readout(1, 1e-4, TAU - 0.5e-4)),
    )
)


def offsets(count: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=count) * 2000


def test_hahn_echo() -> None:
    sample = Sample.of(dw=offsets(400), T1=0.3, T2=0.1)
    signal = play(Timeline(ECHO), sample, sample.in_equilibrium(), 0, 1)
    assert abs(signal[0]) / 400 == pytest.approx(hahn_echo(TAU, pi / 2, pi, 0.1), abs=1e-13)


def test_a_run_cut_into_pieces_is_the_same_run() -> None:
    sample = Sample.of(dw=offsets(50), T1=0.3, T2=0.1)
    whole, parts = sample.in_equilibrium(), sample.in_equilibrium()
    signal = play(Timeline(ECHO), sample, whole, 0, 0.02)
    cuts = [0, 0.0013, TAU, 0.011, 0.02]
    pieces = [play(Timeline(ECHO), sample, parts, a, b) for a, b in pairwise(cuts)]
    np.testing.assert_allclose(parts, whole, rtol=0, atol=1e-13)
    np.testing.assert_allclose(np.concatenate(pieces), signal, rtol=0, atol=1e-12)


def test_stimulated_echo_with_a_gradient() -> None:
    """A gradient dephases the spins over a box of exactly 40 and 200 turns: nothing but the echo is left."""
    count, T = 2000, 25e-3
    z = np.stack([np.zeros(count), np.zeros(count), (np.arange(count) + 0.5) / count])
    sample = Sample.of(position=z, T1=0.5, T2=0.08)
    on = (None, None, Gradient(np.array([0, 1.0]), np.array([8000.0, 8000.0])))
    blocks = (
        Block(TAU, HardPulse(0.7), on),
        Block(T - TAU, HardPulse(1.1), on),
        Block(2 * TAU, HardPulse(1.9), on, Readout(1, 1e-5, TAU - 0.5e-5)),
    )
    cut = tuple(Block(b.duration, b.rf, clipped(b), b.readout) for b in blocks)
    signal = play(Timeline(Sequence(cut)), sample, sample.in_equilibrium(), 0, 1)
    assert abs(signal[0]) / count == pytest.approx(stimulated_echo(TAU, T, 0.7, 1.1, 1.9, 0.5, 0.08), abs=1e-12)


def clipped(block: Block) -> tuple:
    return None, None, Gradient(np.array([0, block.duration]), np.array([8000.0, 8000.0]))


def test_hyperbolic_secant_as_a_shaped_pulse() -> None:
    rate, mu, amplitude = 800.0, 5.0, 6000.0
    t = np.linspace(0, 30e-3, 3001)
    x = rate * (t - 15e-3)
    # (sech)^(1 + i mu) turns the other way in this convention: the law is even in the offset.
    pulse = Rf(t, amplitude / np.cosh(x) * np.exp(-1j * mu * np.log(np.cosh(x))), held=False)
    dw = np.linspace(-6000, 6000, 25)
    sample = Sample.of(dw=dw)
    m = sample.in_equilibrium()
    play(Timeline(Sequence((Block(30e-3, pulse),))), sample, m, 0, 30e-3)
    np.testing.assert_allclose(m[2], hyperbolic_secant(dw, amplitude, rate, mu), rtol=0, atol=2e-4)


def test_kspace_is_turned_round_by_refocusing() -> None:
    read = Gradient.trapezoid(1e5, 1e-4, 2e-3, 1e-4)
    blocks = (
        Block(1e-3, HardPulse(pi / 2)),
        Block(2.2e-3, gradients=(read, None, None)),
        Block(1e-3, HardPulse(pi)),
        Block(2.2e-3, gradients=(read, None, None), readout=Readout(4, 5e-4, 1e-4)),
    )
    timeline = Timeline(Sequence(blocks))
    start = -read.area + 1e5 * 1e-4 / 2
    np.testing.assert_allclose(timeline.kspace[0], start + 1e5 * (np.arange(4) + 0.5) * 5e-4, rtol=1e-12)


@pytest.mark.parametrize(("rise", "flat", "fall"), [(1, 2, 1), (0, 2, 1), (1, 2, 0), (0, 2, 0), (1, 0, 2)])
def test_a_trapezoid_has_its_area(rise: float, flat: float, fall: float) -> None:
    gradient = Gradient.trapezoid(3.0, rise, flat, fall, start=5.0)
    assert gradient.area == pytest.approx(3 * (flat + (rise + fall) / 2), rel=1e-15)
    assert np.all(np.diff(gradient.times) > 0)
