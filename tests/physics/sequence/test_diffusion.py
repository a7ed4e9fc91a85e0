"""A random walk of positions weakens echoes as the closed form says, and may be cut anywhere."""

from itertools import pairwise
from math import pi

import numpy as np
import pytest

from spinviz.physics.echoes.echo_laws import diffusion_echo
from spinviz.physics.sequence.blocks import Block, Gradient, HardPulse, Readout, Sample, Sequence
from spinviz.physics.sequence.diffusion import jump, play_diffusing
from spinviz.physics.sequence.timeline import Timeline

TAU, G, D = 10e-3, 4e6, 2e-9
INTERVAL = TAU / 25


def echo() -> Timeline:
    """A Hahn echo in a constant gradient along x."""
    first, second = ((Gradient(np.array([0.0, t]), np.array([G, G])), None, None) for t in (TAU, 2 * TAU))
    readout = Readout(3, 1e-6, TAU - 1.5e-6)
    return Timeline(Sequence((Block(TAU, HardPulse(pi / 2), first), Block(2 * TAU, HardPulse(pi), second, readout))))


def test_hahn_echo_in_a_constant_gradient() -> None:
    """20,000 spins that began in a slice of 1 mm: the mean of cos(phase) errs by 0.7/sqrt(20,000) = 0.005.

    Jumps in the middle of 25 intervals of tau change the exponent by a part of 1e-3.
    """
    count = 20_000
    start = np.stack([np.linspace(-5e-4, 5e-4, count), *np.zeros((2, count))])
    sample = Sample.of(start)
    signal = play_diffusing(echo(), sample, sample.in_equilibrium(), 0.0, 2.1 * TAU, D, INTERVAL, seed=1)
    expected = float(diffusion_echo(TAU, 2 * pi * G, D))
    assert 0.05 < expected < 0.9
    assert abs(signal[1]) / count == pytest.approx(expected, abs=4 * 0.005)


def test_nothing_diffuses_without_D() -> None:
    sample = Sample.of(np.stack([np.linspace(0, 0.1, 50), *np.zeros((2, 50))]))
    signal = play_diffusing(echo(), sample, sample.in_equilibrium(), 0.0, 2.1 * TAU, 0.0, INTERVAL, seed=1)
    assert abs(signal[1]) / 50 == pytest.approx(1.0, abs=1e-10)


def test_a_walk_may_be_cut_anywhere() -> None:
    whole, parts = (Sample.of(np.zeros((3, 20)), T1=1.0, T2=0.1) for _ in range(2))
    m, n = whole.in_equilibrium(), parts.in_equilibrium()
    signal = play_diffusing(echo(), whole, m, 0.0, 3 * TAU, D, INTERVAL, seed=3)
    stops = [0.0, 0.3 * INTERVAL, 0.5 * INTERVAL, 17.6 * INTERVAL, TAU, 2.01 * TAU, 3 * TAU]
    pieces = [play_diffusing(echo(), parts, n, a, b, D, INTERVAL, seed=3) for a, b in pairwise(stops)]
    assert np.array_equal(whole.position, parts.position)
    np.testing.assert_allclose(n, m, rtol=0, atol=1e-12)
    np.testing.assert_allclose(np.concatenate(pieces), signal, rtol=0, atol=1e-11)


def test_jumps_have_the_variance_of_diffusion() -> None:
    """30,000 numbers: their variance errs by sqrt(2/30,000) = 0.8 %; jumps of other numbers are others."""
    steps = jump(10_000, D, INTERVAL, 5, 0)
    assert np.var(steps) == pytest.approx(2 * D * INTERVAL, rel=4 * 0.008)
    assert abs(np.corrcoef(steps.ravel(), jump(10_000, D, INTERVAL, 5, 1).ravel())[0, 1]) < 4 / np.sqrt(30_000)


def test_impossible_walks_are_refused() -> None:
    sample = Sample.of()
    with pytest.raises(ValueError, match="must not be negative"):
        play_diffusing(echo(), sample, sample.in_equilibrium(), 0.0, TAU, -1e-9, INTERVAL, seed=0)
    with pytest.raises(ValueError, match="must be positive"):
        play_diffusing(echo(), sample, sample.in_equilibrium(), 0.0, TAU, D, 0.0, seed=0)


def test_a_jump_has_the_variance_of_diffusion() -> None:
    moved = jump(200_000, 2.3e-9, 1e-3, seed=7, number=11)
    # Of 600,000 normal numbers: four standard deviations are 0.7 %.
    assert moved.var() / (2 * 2.3e-9 * 1e-3) == pytest.approx(1, abs=0.0075)
