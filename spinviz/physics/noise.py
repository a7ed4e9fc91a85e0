"""Normal variates from a counter: random numbers that are a function of (key, counter, position).

A hash instead of a generator with a hidden state: any number can be computed on its own, loops over positions
vectorise, and copying two integers copies the generator. Every step of a simulation uses one counter, so
results do not depend on how many steps are asked for at once.
"""

from math import log

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.kernel import kernel

# Reordering and reciprocal estimates are allowed, dropping NaN and infinities is not.
FAST = {"contract", "afn", "arcp", "nsz", "reassoc"}

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
U27, U30, U31, U32 = (np.uint64(bits) for bits in (27, 30, 31, 32))
SPLIT1 = np.uint64(0xBF58476D1CE4E5B9)
SPLIT2 = np.uint64(0x94D049BB133111EB)

# Multipliers of good avalanche for 32 bits, from C. Wellons' hash prospector (lowbias32 and triple32).
SPREAD = np.uint32(0x9E3779B1)
MIX1 = np.uint32(0x7FEB352D)
MIX2 = np.uint32(0x846CA68B)
MIX3 = np.uint32(0xED5AD4BB)
MIX4 = np.uint32(0xAC4C1B51)
MIX5 = np.uint32(0x31848BAB)
S1, S14, S15, S16 = (np.uint32(bits) for bits in (1, 14, 15, 16))
ONE_BIT, SIGN_SHIFT = np.uint32(1), np.uint32(31)

HALF_BITS = np.int32(0x3F3504F3)  # bits of sqrt(1/2): splits u = 2^e f with f in [sqrt(1/2), sqrt(2))
MANTISSA = np.int32(23)
HALF = np.float32(0.5)
ONE = np.float32(1.0)
TO_UNIT = np.float32(2.0**-31)
TO_ANGLE = np.float32(2.0**-32)
MINUS_TWO_LN2 = np.float32(-2 * log(2))

# -2 ln(1+t)/t on [sqrt(1/2)-1, sqrt(2)-1]: Chebyshev fit, error 3e-6
L0, L1, L2, L3, L4, L5, L6 = (
    np.float32(-2 * c)
    for c in (1.00000096, -0.50001145, 0.333146738, -0.249082892, 0.204917596, -0.186807514, 0.119310544)
)
# sin(pi x)/x and cos(pi x) in x^2, |x| <= 1/2: errors 2e-6 and 5e-8
A0, A1, A2, A3 = (np.float32(c) for c in (3.14159027, -5.16740673, 2.54401052, -0.559462455))
C0, C1, C2, C3, C4 = (np.float32(c) for c in (0.999999953, -4.93479283, 4.05841135, -1.33187657, 0.219689611))
LARGEST = 2**31  # numbers per stream: positions are counted with 32 bits


@kernel
def split(word):
    """Return 64 well mixed bits of a 64-bit integer (SplitMix64, Steele, Lea and Flood 2014)."""
    word = word + GOLDEN
    word = (word ^ (word >> U30)) * SPLIT1
    word = (word ^ (word >> U27)) * SPLIT2
    return word ^ (word >> U31)


@kernel
def stream(key, counter, block):
    """Return three 32-bit keys of the stream of one block (a lattice plane, a chunk) in one step."""
    first = split(split(split(key) ^ counter) ^ block)
    second = split(first)
    return np.uint32(first), np.uint32(first >> U32), np.uint32(second)


@kernel(fastmath=FAST)
def fill_normals(out, key0, key1, key2):
    """Fill ``out`` (float32, even size) with standard normal variates of one stream.

    Box-Muller on two keyed hashes of the position; the tail ends at 6.6 standard deviations.
    """
    half = out.size // 2
    first = out[:half]
    second = out[half : 2 * half]
    for i in range(half):
        x = np.uint32(np.uint32(np.uint32(i) * SPREAD) + key0)
        x = np.uint32(np.uint32(x ^ np.uint32(x >> S16)) * MIX1)
        x = np.uint32(x ^ np.uint32(x >> S15))
        a = np.uint32(np.uint32(x ^ key1) * MIX2)
        a = np.uint32(np.uint32(a ^ np.uint32(a >> S15)) * MIX3)
        a = np.uint32(a ^ np.uint32(a >> S16))
        b = np.uint32(np.uint32(x + key2) * MIX4)
        b = np.uint32(np.uint32(b ^ np.uint32(b >> S14)) * MIX5)
        b = np.uint32(b ^ np.uint32(b >> S16))

        u = (np.float32(np.int32(np.uint32(a >> S1))) + HALF) * TO_UNIT
        bits = np.float32(u).view(np.int32)
        exponent = np.int32(np.int32(bits - HALF_BITS) >> MANTISSA)
        t = np.int32(bits - np.int32(exponent << MANTISSA)).view(np.float32) - ONE
        log_fraction = t * (L0 + t * (L1 + t * (L2 + t * (L3 + t * (L4 + t * (L5 + t * L6))))))
        radius = np.sqrt(max(log_fraction + np.float32(exponent) * MINUS_TWO_LN2, np.float32(0)))

        angle = np.float32(np.int32(b)) * TO_ANGLE
        z = angle * angle
        sign = np.uint32(np.uint32(a & ONE_BIT) << SIGN_SHIFT)
        signed = np.uint32(np.float32(radius).view(np.uint32) ^ sign).view(np.float32)
        first[i] = signed * (C0 + z * (C1 + z * (C2 + z * (C3 + z * C4))))
        second[i] = radius * angle * (A0 + z * (A1 + z * (A2 + z * A3)))


@kernel
def _normals(out, key, counter):
    key0, key1, key2 = stream(key, counter, np.uint64(0))
    fill_normals(out, key0, key1, key2)


def normals(count: int, key: int, counter: int) -> NDArray[np.float32]:
    """Return ``count`` standard normal variates, a function of the arguments alone.

    ``key`` names the experiment, ``counter`` the step; both are 64-bit integers.
    """
    if not 0 <= count <= LARGEST:
        raise ValueError(f"{count} normal variates asked for; one stream has 0 to {LARGEST}: use more counters")
    out = np.empty(count + count % 2, np.float32)
    _normals(out, np.uint64(key), np.uint64(counter))
    return out[:count]
