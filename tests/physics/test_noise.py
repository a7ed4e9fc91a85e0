"""The normal variates are normal, independent, and a function of key, counter and position alone."""

from math import erf, sqrt

import numpy as np
import pytest

from spinviz.physics import noise

COUNT = 2_000_000
SIGMAS = 4.5  # of the sampling error: one false alarm in 10^5 with another key; the key is fixed


@pytest.fixture(scope="module")
def variates():
    return noise.normals(COUNT, 2024, 7).astype(float)


@pytest.mark.parametrize(
    ("power", "expected", "variance"), [(1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96), (5, 0, 945), (6, 15, 10170)]
)
def test_moments_of_the_normal_distribution(variates, power, expected, variance):
    assert abs(np.mean(variates**power) - expected) < SIGMAS * sqrt(variance / COUNT)


def test_distribution_function(variates):
    """Kolmogorov-Smirnov: sup |F_n - F| < 2.2/sqrt(n) in all but 1e-4 of samples."""
    x = np.sort(variates)[::100]
    exact = np.array([0.5 * (1 + erf(value / sqrt(2))) for value in x])
    assert np.abs(np.arange(0, COUNT, 100) / COUNT - exact).max() < 2.2 / sqrt(COUNT)


def test_tail_is_populated(variates):
    beyond = int((np.abs(variates) > 4).sum())
    expected = COUNT * (1 - erf(4 / sqrt(2)))
    assert abs(beyond - expected) < SIGMAS * sqrt(expected)
    assert np.abs(variates).max() < 6.7


@pytest.mark.parametrize("lag", [1, 2, 3, 8, 16, 64, 4096, COUNT // 2])
def test_positions_are_uncorrelated(variates, lag):
    first, second = variates[:-lag], variates[lag:]
    bound = SIGMAS / sqrt(first.size)
    assert abs(np.mean(first * second)) < bound
    assert abs(np.mean((first**2 - 1) * (second**2 - 1))) / 2 < bound
    assert abs(np.mean(first * (second**2 - 1))) / sqrt(2) < bound


@pytest.mark.parametrize(("key", "counter"), [(2024, 8), (2025, 7), (2024 + 2**32, 7), (2024, 7 + 2**32)])
def test_streams_are_uncorrelated_and_distinct(variates, key, counter):
    other = noise.normals(COUNT, key, counter).astype(float)
    assert abs(np.mean(variates * other)) < SIGMAS / sqrt(COUNT)
    assert np.mean(variates == other) < 1e-4


def test_sums_over_steps_spread_as_a_random_walk():
    """One position over many counters: a generator that repeats or drifts fails here."""
    steps = np.array([noise.normals(64, 5, counter) for counter in range(20_000)], float)
    assert np.abs(steps.sum(axis=0)).max() < SIGMAS * sqrt(20_000)
    assert abs(np.mean(steps[1:] * steps[:-1])) < SIGMAS / sqrt(steps.size)
    assert abs(np.var(steps.sum(axis=0)) / 20_000 - 1) < SIGMAS * sqrt(2 / 64)


def test_no_stream_is_a_shifted_copy_of_another():
    """2^18 positions and 2^32 offsets: a generator with one 32-bit key per step would overlap within steps."""
    seen = np.concatenate([noise.normals(2**16, 3, counter)[:64].view(np.uint32) for counter in range(2000)])
    pairs = seen[:-1].astype(np.uint64) << np.uint64(32) | seen[1:]
    assert np.unique(pairs).size == pairs.size


def test_same_key_and_counter_give_the_same_bits():
    assert np.array_equal(noise.normals(1001, 1, 2), noise.normals(1001, 1, 2))


def test_too_many_variates_are_refused():
    with pytest.raises(ValueError, match="use more counters"):
        noise.normals(2**31 + 2, 0, 0)
