"""The generator state: known outputs, statistics, independence of how a run is cut."""

import numpy as np
import pytest

from spinviz.physics import rng
from spinviz.physics.kernel import kernel


@kernel
def fill_words(state, out):
    for i in range(out.size):
        out[i] = rng.next_word(state)


@kernel
def fill_units(state, out):
    for i in range(out.size):
        out[i] = rng.next_unit(state)


@kernel
def fill_below(state, count, out):
    for i in range(out.size):
        out[i] = rng.next_below(state, count)


@kernel
def fill_scrambled(start, key, second_key, out):
    for i in range(out.size):
        out[i] = rng.scrambled(np.uint32(start + np.uint32(i)), key, second_key)


def scrambled(count, key, second_key, start=0):
    out = np.empty(count, np.uint32)
    fill_scrambled(np.uint32(start), np.uint32(key), np.uint32(second_key), out)
    return out


def test_xoshiro_reference_values():
    # From the reference implementation (Rust rand_xoshiro's published vector for the state 1, 2, 3, 4).
    state = np.array([1, 2, 3, 4], np.uint64)
    out = np.empty(4, np.uint64)
    fill_words(state, out)
    assert out.tolist() == [41943041, 58720359, 3588806011781223, 3591011842654386]


def test_a_run_does_not_depend_on_its_cuts():
    whole, parts = np.empty(100, np.uint64), np.empty(100, np.uint64)
    fill_words(rng.seeded(7), whole)
    state = rng.seeded(7)
    for part in np.split(parts, [1, 10, 64]):
        fill_words(state, part)
    np.testing.assert_array_equal(whole, parts)


def test_seeds_differ_and_numpy_generators_advance():
    assert rng.seeded(1).tolist() != rng.seeded(2).tolist()
    generator = np.random.default_rng(3)
    assert rng.drawn_from(generator).tolist() != rng.drawn_from(generator).tolist()


def test_unit_numbers_are_uniform():
    out = np.empty(1 << 20)
    fill_units(rng.seeded(5), out)
    assert out.min() >= 0
    assert out.max() < 1
    counts = np.bincount((out * 256).astype(int), minlength=256)
    assert chi_square(counts) < bound(255)


def test_integers_below_are_uniform():
    out = np.empty(700_000, np.int64)
    fill_below(rng.seeded(6), 7, out)
    assert set(out.tolist()) == set(range(7))
    assert chi_square(np.bincount(out)) < bound(6)


def chi_square(counts):
    mean = counts.mean()
    return np.sum((counts - mean) ** 2) / mean


def bound(freedom):
    """Five standard deviations of chi square."""
    return freedom + 5 * np.sqrt(2 * freedom)


@pytest.mark.parametrize(("key", "second"), [(0, 0), (1, 0), (0xDEADBEEF, 12345), (0xFFFFFFFF, 1)])
def test_hashed_numbers_are_uniform_and_uncorrelated(key, second):
    count = 1 << 20
    out = scrambled(count, key, second)
    for shift in (0, 8, 16, 24):
        assert chi_square(np.bincount((out >> shift) & 255, minlength=256)) < bound(255)
    x = out / 2.0**32 - 0.5
    for lag in (1, 2, 31, 32, 64, 256, 1024, 4096):  # distances of neighbours on a lattice
        correlation = 12 * np.mean(x[lag:] * x[:-lag])
        assert abs(correlation) < 5 / np.sqrt(count - lag)
    pairs = np.bincount((out[:-1] >> 28) * 16 + (out[1:] >> 28), minlength=256)
    assert chi_square(pairs) < bound(255)


def test_successive_keys_give_unrelated_numbers():
    """Keys as the kernels draw them: both halves of one word."""
    count, words = 1 << 16, np.empty(60, np.uint64)
    fill_words(rng.seeded(1), words)
    series = [scrambled(count, word & np.uint64(0xFFFFFFFF), word >> np.uint64(32)) for word in words]
    x = np.array(series) / 2.0**32 - 0.5
    for distance in (1, 2, 3):
        for lag in (0, 1, 32, 64):
            correlation = 12 * np.mean(x[:-distance, : count - lag] * x[distance:, lag:])
            assert abs(correlation) < 5 / np.sqrt(count * (60 - distance))
    # The sum of 60 numbers at one site has the variance of independent ones.
    assert np.var(x.sum(axis=0)) == pytest.approx(60 / 12, rel=5 * np.sqrt(2 / count))


def test_every_bit_depends_on_every_index_bit():
    out = scrambled(1 << 16, 77, 88)
    indices = np.arange(1 << 16)
    for bit in range(16):
        flipped = out ^ out[indices ^ (1 << bit)]
        share = np.unpackbits(flipped.view(np.uint8)).mean()
        assert abs(share - 0.5) < 0.01
