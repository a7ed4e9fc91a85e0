"""Random numbers of the Monte Carlo kernels: a generator state that is carried from call to call.

Re-seeding a kernel at each call once biased the magnetization of an Ising lattice by 0.4 %, invisible by eye:
hence every kernel takes the state (4,) uint64, advances it, and the result does not depend on how a run is cut
into calls. Same seed, same bits.
"""

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.kernel import kernel

RandomState = NDArray[np.uint64]

_U = np.uint64
_W = np.uint32
_TO_UNIT = 2.0**-53


def seeded(seed: int) -> RandomState:
    """Start a state from any non-negative integer."""
    return np.random.SeedSequence(int(seed)).generate_state(4, np.uint64).astype(np.uint64)


def drawn_from(generator: np.random.Generator) -> RandomState:
    """Start a state from a numpy generator, which advances."""
    return generator.integers(0, 1 << 64, size=4, dtype=np.uint64)


@kernel
def next_word(state):
    """Draw 64 random bits: xoshiro256++, Blackman and Vigna, ACM Trans. Math. Softw. 47, 36 (2021)."""
    s0, s1, s2, s3 = state[0], state[1], state[2], state[3]
    total = s0 + s3
    result = ((total << _U(23)) | (total >> _U(41))) + s0
    t = s1 << _U(17)
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= t
    s3 = (s3 << _U(45)) | (s3 >> _U(19))
    state[0], state[1], state[2], state[3] = s0, s1, s2, s3
    return result


@kernel
def next_unit(state):
    """Draw a float64 uniformly from [0, 1)."""
    return np.float64(next_word(state) >> _U(11)) * _TO_UNIT


@kernel
def next_below(state, count):
    """Draw an int64 uniformly from 0 .. count - 1, count < 2^32 (bias below count/2^32; Lemire's product)."""
    return np.int64(((next_word(state) >> _U(32)) * _U(count)) >> _U(32))


@kernel
def scrambled(index, key, second_key):
    """Hash a 32-bit ``index`` to 32 random bits, the same for each call with the same keys (vectorises).

    Three rounds of shift and multiply (constants of triple32, C. Wellons, hash prospector, 2018) with a key before
    each of the first two: a family of 2^64 permutations of the indices. Take both keys from one ``next_word``.
    """
    x = _W(index + key)
    x = _W(x ^ (x >> _W(17)))
    x = _W(x * _W(0xED5AD4BB))
    x = _W(x ^ (x >> _W(11)))
    x = _W(x + second_key)
    x = _W(x * _W(0xAC4C1B51))
    x = _W(x ^ (x >> _W(15)))
    x = _W(x * _W(0x31848BAB))
    return _W(x ^ (x >> _W(14)))
