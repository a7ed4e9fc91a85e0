"""The fast engine meets the closed forms of hard pulses and free precession: at most 1e-12 from them."""

from math import acos, cos, exp, pi, sin

import numpy as np
import pytest

from spinviz.physics.resonance.bloch_laws import (
    fid,
    hahn_echo,
    inversion_recovery,
    spoiled_gradient_echo,
    stimulated_echo,
)
from spinviz.physics.sequence.blocks import Block, Gradient, HardPulse, Readout, Sample, Sequence
from spinviz.physics.sequence.engine import simulate
from spinviz.physics.sequence.repetition import composed, steady_state
from spinviz.physics.sequence.timeline import Timeline

T1, T2 = 0.7, 0.08
SPINS = 2000
RATE = 8000.0
"""Hz/m: over a box of 1 m, a whole number of turns in every multiple of 1/8 ms."""
TIP = HardPulse(pi / 2)


def box(relaxing: bool = True) -> Sample:
    """Spins over 1 m along z that dephase without remainder: only echoes are left."""
    z = np.stack([np.zeros(SPINS), np.zeros(SPINS), (np.arange(SPINS) + 0.5) / SPINS])
    return Sample.of(position=z, T1=T1, T2=T2) if relaxing else Sample.of(position=z)


def block(duration: float, pulse: HardPulse | None = None, at: tuple[float, ...] = (), gradient: bool = True) -> Block:
    """A block in a constant gradient with one sample at a time after its beginning."""
    on = Gradient(np.array([0, duration]), np.array([RATE, RATE])) if gradient else None
    readout = Readout(1, 0.0, at[0]) if at else None
    return Block(duration, pulse, (None, None, on), readout)


def echoes(*blocks: Block, relaxing: bool = True) -> np.ndarray:
    return np.abs(simulate(Timeline(Sequence(blocks)), box(relaxing))) / SPINS


def test_free_induction_decay() -> None:
    """10,000 samples of one spin, one multiplication after the other: rounding stays below 1e-13."""
    readout = Readout(10_000, 1e-5, 1e-4)
    sequence = Sequence((Block(0.2, HardPulse(pi / 2, 0.4), readout=readout),))
    signal = simulate(Timeline(sequence), Sample.of(T1=T1, T2=T2, dw=1234.5))
    start = 1j * np.exp(1j * 0.4)
    np.testing.assert_allclose(signal, fid(readout.times, start, 1234.5, T2), rtol=0, atol=1e-13)


def test_hahn_echo() -> None:
    tau, a1, a2 = 5e-3, 0.9, 2.1
    found = echoes(block(tau, HardPulse(a1)), block(2 * tau, HardPulse(a2), (tau,)))
    assert found[0] == pytest.approx(hahn_echo(tau, a1, a2, T2), abs=1e-12)


def test_five_echoes_of_three_pulses() -> None:
    """Hahn, Phys. Rev. 80, 580 (1950): pulses at 0, tau and T, echoes at 2 tau, T + tau, 2T - 2 tau, 2T - tau, 2T."""
    tau, T, a1, a2, a3 = 5e-3, 25e-3, 0.7, 1.1, 1.9
    # Each echo lies where a block of 5 or 10 ms begins.
    after = [block(tau, HardPulse(a3)), *[block(gap, at=(0.0,)) for gap in (2 * tau, tau, tau, tau)]]
    found = echoes(block(tau, HardPulse(a1)), block(T - tau, HardPulse(a2), (tau,)), *after)
    second = 1 - (1 - cos(a1)) * exp(-tau / T1)
    expected = [
        hahn_echo(tau, a1, a2, T2),
        stimulated_echo(tau, T, a1, a2, a3, T1, T2),
        sin(a1) * sin(a2 / 2) ** 2 * sin(a3 / 2) ** 2 * exp(-(2 * T - 2 * tau) / T2),
        second * sin(a2) * sin(a3 / 2) ** 2 * exp(-2 * (T - tau) / T2),
        sin(a1) * cos(a2 / 2) ** 2 * sin(a3 / 2) ** 2 * exp(-2 * T / T2),
    ]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


def train(angle: float, count: int, relaxing: bool) -> np.ndarray:
    """CPMG: echoes of equal refocusing pulses along the magnetization."""
    half = 2.5e-3
    refocus = block(2 * half, HardPulse(angle, pi / 2), (half,))
    return echoes(block(half, TIP), *[refocus] * count, relaxing=relaxing)


@pytest.mark.parametrize("degrees", [60, 90, 120, 150, 180])
def test_first_echoes_of_a_train(degrees: int) -> None:
    """E1 = sin^2(a/2), E2 = E1 (1 + cos^2(a/2)). Hennig, J. Magn. Reson. 78, 397 (1988)."""
    a = np.deg2rad(degrees)
    found = train(a, 2, relaxing=False)
    assert found[0] == pytest.approx(sin(a / 2) ** 2, abs=1e-12)
    assert found[1] == pytest.approx(sin(a / 2) ** 2 * (1 + cos(a / 2) ** 2), abs=1e-12)


def test_perfect_train_decays_with_T2() -> None:
    np.testing.assert_allclose(train(pi, 20, True), np.exp(-5e-3 * np.arange(1, 21) / T2), rtol=0, atol=1e-12)


def test_inversion_recovery_with_finite_repetition_time() -> None:
    TI, TR = 0.35, 0.9
    invert = Block(TI, HardPulse(pi))
    read = Block(TR - TI, TIP, readout=Readout(1, 0.0), spoil=True)
    signal = simulate(Timeline(Sequence((invert, read) * 4)), Sample.of(T1=T1, T2=T2))
    # M+ = i Mz behind a pulse about x.
    np.testing.assert_allclose(signal[1:].imag, inversion_recovery(TI, T1, TR), rtol=0, atol=1e-12)


def test_spoiled_gradient_echo_approaches_its_steady_state() -> None:
    """Mz - steady state shrinks by E1 cos(a) in each repetition, seen right behind each pulse.

    The spoiler of a block once came after the pulse with which the next block begins.
    """
    TR, a, count = 10e-3, acos(exp(-10e-3 / T1)), 300
    once = Block(TR, HardPulse(a), readout=Readout(1, 0.0), spoil=True)
    signal = simulate(Timeline(Sequence((once,) * count)), Sample.of(T1=T1, T2=T2)).imag
    steady = float(spoiled_gradient_echo(a, TR, T1))
    expected = steady + (sin(a) - steady) * (exp(-TR / T1) * cos(a)) ** np.arange(count)
    np.testing.assert_allclose(signal, expected, rtol=0, atol=1e-12)


def test_balanced_steady_state_of_all_phases() -> None:
    """Freeman and Hill, J. Magn. Reson. 4, 366 (1971): right behind the pulse, for every precession phi per TR."""
    TR, a = 5e-3, 0.8
    phi = np.linspace(-3 * pi, 3 * pi, 601)
    sample = Sample.of(dw=phi / TR, T1=T1, T2=T2)
    timeline = Timeline(Sequence((Block(TR), Block(0.0, HardPulse(a)))))
    m = steady_state(*composed(timeline, sample))
    E1, E2 = exp(-TR / T1), exp(-TR / T2)
    D = (1 - E1 * cos(a)) * (1 - E2 * np.cos(phi)) - (E1 - cos(a)) * (E2 - np.cos(phi)) * E2
    np.testing.assert_allclose(m[0], (1 - E1) * E2 * sin(a) * np.sin(phi) / D, rtol=0, atol=1e-12)
    np.testing.assert_allclose(m[1], (1 - E1) * sin(a) * (1 - E2 * np.cos(phi)) / D, rtol=0, atol=1e-12)
