"""Monte Carlo of moments with lengths: against exact averages, and what must not depend on how it is called."""

from math import sqrt

import numpy as np
import pytest

from spinviz.physics.order import moment_updates as mu
from spinviz.physics.order.local_moments import LocalMoments, finite, in_field
from spinviz.physics.order.rings import ring_correlations
from spinviz.physics.rng import seeded


def start(shape: tuple[int, int, int], seed: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(*shape, 3))


def sampled(shape, observe, sweeps, a=1.0, b=0.5, J0=0.0, J=0.0, T=0.3, held=False, m=None):
    """Means of several numbers, with errors by blocks of a hundredth of the run."""
    m = start(shape) if m is None else m
    total, random = np.zeros(3), seeded(7)
    for _ in range(200):
        mu.sweep(m, total, a, b, J0, J, T, random, held)
    seen = np.empty((sweeps, len(observe(m))))
    for k in range(sweeps):
        mu.sweep(m, total, a, b, J0, J, T, random, held)
        seen[k] = observe(m)
    blocks = seen[: sweeps // 100 * 100].reshape(100, -1, seen.shape[1]).mean(axis=1)
    return blocks.mean(axis=0), blocks.std(axis=0, ddof=1) / sqrt(100)


def assert_within(mean: np.ndarray, error: np.ndarray, expected: object, useful: float) -> None:
    """Four standard errors of 100 blocks, and errors small enough to notice a fault."""
    assert (error < useful * np.abs(expected)).all()
    assert (np.abs(mean - expected) < 4 * error).all(), (mean - expected) / error


def powers(m: np.ndarray) -> tuple[float, ...]:
    square = (m**2).sum(axis=-1)
    M = m.mean(axis=(0, 1, 2))
    return square.mean(), (square**2).mean(), np.sqrt(square).mean(), float(M @ M)


@pytest.mark.parametrize("T", [0.1, 0.8])
def test_single_moments_have_the_measure_of_volumes(T: float) -> None:
    one = in_field(LocalMoments(1.0, 0.5), np.array([T]), np.zeros(1))
    mean, error = sampled((4, 5, 6), lambda m: powers(m)[:3], 4000, T=T)
    assert_within(mean, error, (one.square[0], one.fourth[0], one.length[0]), 0.003)


@pytest.mark.parametrize("T", [0.15, 0.37, 0.6])
def test_moments_coupled_alike(T: float) -> None:
    """The exact lattice of 27, below, near and above the Curie point of the infinite one."""
    exact = finite(LocalMoments(1.0, 0.5), T, 27)
    mean, error = sampled((3, 3, 3), lambda m: [powers(m)[k] for k in (0, 2, 3)], 20_000, J0=1.0, T=T)
    assert_within(mean, error, (exact.square, exact.length, exact.M_square), 0.03)


def test_stiff_moments_on_a_ring_are_those_of_fixed_length() -> None:
    """Lengths of 1 within 1 %, and the exact correlations of a ring of Heisenberg spins."""
    exact = ring_correlations(5, 0.7)
    a, b = 4000.0, 2000.0

    def observe(m: np.ndarray) -> tuple[float, ...]:
        ring = m[0, 0] / np.linalg.norm(m[0, 0], axis=-1, keepdims=True)
        return float((ring * np.roll(ring, 1, 0)).sum(-1).mean()), float((ring * np.roll(ring, 2, 0)).sum(-1).mean())

    mean, error = sampled((1, 1, 5), observe, 60_000, a, b, J=1.0, T=0.7, m=start((1, 1, 5)))
    assert_within(mean, error, exact[1:3] * 1.0, 0.02)


@pytest.mark.parametrize("J", [1 / 6, -0.2])
def test_virial_of_neighbours(J: float) -> None:
    """<m . dH/dm> = 3 T for each moment, by parts: sum(-2a m^2 + 4b m^4) - 2 J sum over bonds of m.m = 3 N T."""
    a, b, T = 1.0, 0.5, 0.31

    def observe(m: np.ndarray) -> tuple[float]:
        square = (m**2).sum(axis=-1)
        return ((-2 * a * square + 4 * b * square**2).mean() - 2 * J * mu.bond_sum(m) / square.size,)

    mean, error = sampled((4, 4, 4), observe, 4000, a, b, J=J, T=T)
    assert_within(mean, error, 3 * T, 0.01)


def test_bonds_are_counted_once() -> None:
    m = start((3, 4, 5))
    expected = sum((m * np.roll(m, 1, axis)).sum() for axis in range(3))
    assert mu.bond_sum(m) == pytest.approx(expected)
    assert mu.bond_sum(m[:1]) == pytest.approx(sum((m[:1] * np.roll(m[:1], 1, axis)).sum() for axis in (1, 2)))


def test_held_lengths_stay_while_directions_change() -> None:
    m, total = start((4, 4, 4)), np.zeros(3)
    before = m.copy()
    mu.sweep(m, total, 1.0, 0.5, 1.0, 0.0, 0.4, seeded(1), held=True)
    np.testing.assert_allclose(np.linalg.norm(m, axis=-1), np.linalg.norm(before, axis=-1), rtol=1e-12)
    assert np.abs(m - before).max() > 0.1
    np.testing.assert_allclose(total, m.sum(axis=(0, 1, 2)), rtol=1e-12)


def test_same_seed_same_bits_however_the_run_is_cut() -> None:
    one, two = start((4, 4, 4)), start((4, 4, 4))
    first, second = seeded(5), seeded(5)
    total = np.zeros(3)
    for _ in range(6):
        mu.sweep(one, total, 1.0, 0.5, 1.0, 0.1, 0.4, first)
    for calls in (2, 4):
        other = np.full(3, np.nan)  # nothing is carried but moments and generator
        for _ in range(calls):
            mu.sweep(two, other, 1.0, 0.5, 1.0, 0.1, 0.4, second)
    np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(first, second)


def test_lengths_are_neither_frozen_nor_always_accepted() -> None:
    for T in (0.01, 0.3, 2.0):
        m, total, random = start((6, 6, 6)), np.zeros(3), seeded(2)
        for _ in range(100):
            mu.sweep(m, total, 1.0, 0.5, 1.0, 0.0, T, random)
        before = np.linalg.norm(m, axis=-1)
        mu.sweep(m, total, 1.0, 0.5, 1.0, 0.0, T, random)
        moved = np.mean(np.abs(np.linalg.norm(m, axis=-1) - before) > 1e-12)
        assert 0.3 < moved < 0.8


def test_one_compiled_version_and_a_clear_refusal() -> None:
    m = start((2, 2, 2))
    mu.sweep(m, np.zeros(3), 1, 1, 1, 0, 1, seeded(1), held=np.bool_(True))
    assert len(mu._sweep.signatures) == 1
    with pytest.raises(ValueError, match="above 0"):
        mu.sweep(m, np.zeros(3), 1.0, 0.5, 1.0, 0.0, 0.0, seeded(1))
