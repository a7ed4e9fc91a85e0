"""Composed repetitions do what playing them one by one does."""

from math import pi

import numpy as np
import pytest

from spinviz.physics.sequence.blocks import Block, Gradient, HardPulse, Rf, Sample, Sequence
from spinviz.physics.sequence.engine import end_of, play
from spinviz.physics.sequence.repetition import composed, repeat, steady_state
from spinviz.physics.sequence.timeline import Timeline

TR = 6e-3


def sample(count: int) -> Sample:
    rng = np.random.default_rng(count)
    T1 = rng.uniform(0.2, 1.5, count)
    place = rng.uniform(-0.02, 0.02, (3, count))
    return Sample.of(
        place, T1, T1 / 8, rng.uniform(0.5, 2, count), rng.normal(size=count) * 300, rng.uniform(0.8, 1.2, count)
    )


def repetition(spoil: bool) -> tuple[Block, ...]:
    """A shaped pulse on a slice, a gradient, a hard pulse."""
    pulse = Rf(np.arange(21) * 20e-6, np.full(20, 2000 + 500j))
    on = Gradient(np.array([0, 4e-4]), np.array([2e5, 2e5]))
    wave = Gradient.trapezoid(3e4, 1e-4, 1e-3, 1e-4)
    return (
        Block(4e-4, pulse, (None, None, on)),
        Block(3e-3, gradients=(wave, None, None)),
        Block(TR - 3.4e-3, HardPulse(0.4, pi / 3), spoil=spoil),
    )


@pytest.mark.parametrize("spoil", [False, True])
def test_forty_repetitions(spoil: bool) -> None:
    """1,300 spins fill several chunks; the spoiler stands at the very end of the repetition."""
    spins, blocks, count = sample(1300), repetition(spoil), 40
    m = spins.in_equilibrium()
    signal = repeat(*composed(Timeline(Sequence(blocks)), spins), m, count)
    whole, played = Timeline(Sequence(blocks * count)), spins.in_equilibrium()
    play(whole, spins, played, 0.0, end_of(whole))
    np.testing.assert_allclose(m, played, rtol=0, atol=1e-12)
    assert signal.shape == (count,)
    assert signal[-1] == pytest.approx(complex(np.sum(played[0] + 1j * played[1])), abs=1e-9)


def test_steady_state_is_where_repetitions_lead() -> None:
    """Slowest decay: exp(-TR/T1) per repetition, 6e-3 s of at most 1.5 s; 1e4 of them leave exp(-40)."""
    spins = sample(50)
    A, b = composed(Timeline(Sequence(repetition(False))), spins)
    m = spins.in_equilibrium()
    repeat(A, b, m, 10_000, threads=1)
    np.testing.assert_allclose(steady_state(A, b), m, rtol=0, atol=1e-11)


def test_threads_change_no_bit() -> None:
    spins = sample(2000)
    A, b = composed(Timeline(Sequence(repetition(False))), spins)
    one, two = spins.in_equilibrium(), spins.in_equilibrium()
    assert np.array_equal(repeat(A, b, one, 7, threads=1), repeat(A, b, two, 7, threads=2))
    assert np.array_equal(one, two)


def test_without_relaxation_there_is_no_steady_state() -> None:
    spins = Sample.of(dw=[0.0, 10.0])
    A, b = composed(Timeline(Sequence((Block(TR),))), spins)
    with pytest.raises(ValueError, match="finite T1 and T2"):
        steady_state(A, b)
