"""Compiled sweeps and sums of Ising spins on any lattice: whole arrays at once, in long loops over shifted slices."""

import numpy as np

from spinviz.physics.kernel import kernel
from spinviz.physics.lattice.spins import fill_halo
from spinviz.physics.noise import stream
from spinviz.physics.rng import scrambled

_W = np.uint32
FAST = {"contract", "arcp", "nsz", "reassoc"}
# 2^f on [0, 1): Chebyshev fit of degree 5, relative error 1e-7.
C0, C1, C2, C3, C4, C5 = (
    np.float32(c) for c in (0.9999999, 0.69315449, 0.24014182, 0.05586034, 0.00894959, 0.00189375)
)
LOW, HIGH = np.float32(-100), np.float32(100)
HALF, ONE = np.float32(0.5), np.float32(1)
# Into (0, 1): the largest product is the float below 1.
TO_UNIT = np.float32(2.0**-31 * (1 - 2.0**-24))
ONE_BIT, MANTISSA = np.uint32(1), np.int32(23)


@kernel(fastmath=FAST)
def exp2(x):
    """2^x of a float32, its exponent held within -100 to 100; relative error 2e-7 (vectorises)."""
    x = min(max(x, LOW), HIGH)
    whole = np.floor(x)
    f = x - whole
    power = C0 + f * (C1 + f * (C2 + f * (C3 + f * (C4 + f * C5))))
    return np.int32(np.float32(power).view(np.int32) + np.int32(np.int32(whole) << MANTISSA)).view(np.float32)


@kernel
def unit(bits):
    """A float32 in (0, 1) from 32 random bits; the smallest is 2^-32."""
    return (np.float32(np.int32(bits >> ONE_BIT)) + HALF) * TO_UNIT


@kernel
def ising_sweeps(
    values, first, other, offset, shell, halo, closed, J, h, rest, rng, sums, forces, plane, sweeps, history
):
    """Update every spin of ``values`` (arrays, z, y, x) ``sweeps`` times; see `discrete.sweeps`.

    J : (shells,) float32, 2 J/(T ln 2); h float32 likewise. rest: 1 heat bath, 0 Metropolis.
    """
    hz, hy, hx = halo
    arrays, pz, py, px = values.shape
    flat = values.reshape(arrays, pz * py * px)
    begin, end = (hz * py + hy) * px + hx, ((pz - hz - 1) * py + py - hy - 1) * px + px - hx
    for sweep in range(sweeps):
        for array in range(arrays):
            key0, key1, _ = stream(rng[0], rng[1], np.uint64(array))
            low, high = first[array], first[array + 1]
            for start in range(begin, end, sums.size):
                size = min(sums.size, end - start)
                total, force = sums[:size], forces[:size]
                if low == high or shell[high - 1] > shell[low]:
                    for i in range(size):
                        force[i] = h
                if low == high:
                    for i in range(size):
                        total[i] = 0
                k = low
                while k < high:
                    this, here = shell[k], start + offset[k]
                    if k > low and this == shell[k - 1]:
                        _add(total, flat[other[k]][here : here + size])
                    else:
                        if k > low:
                            _press(force, total, J[shell[k - 1]])
                        _put(total, flat[other[k]][here : here + size])
                    k += 1
                    if k + 1 < high and shell[k] == this == shell[k + 1]:
                        one, two = start + offset[k], start + offset[k + 1]
                        _add_two(total, flat[other[k]][one : one + size], flat[other[k + 1]][two : two + size])
                        k += 2
                last = J[shell[high - 1]] if high > low else np.float32(0)
                _flip(flat[array][start : start + size], total, last, force, rest, _W(start), key0, key1)
            fill_halo(values[array : array + 1], hz, hy, hx, closed[0], closed[1], closed[2])
        rng[1] += np.uint64(1)
        if history.shape[0] > 0:
            ising_sums(values, first, other, offset, shell, halo, plane, history[sweep])


@kernel
def _put(total, part):
    for i in range(total.size):
        total[i] = part[i]


@kernel
def _add(total, part):
    for i in range(total.size):
        total[i] += part[i]


@kernel
def _add_two(total, one, two):
    for i in range(total.size):
        total[i] += one[i] + two[i]


@kernel
def _press(force, total, J):
    for i in range(force.size):
        force[i] += J * np.float32(total[i])


@kernel(fastmath=FAST)
def _flip(spins, total, J, force, rest, start, key0, key1):
    """Flip with 1/(1 + x) or min(1, 1/x), x = exp(dE/T): where u (rest + x) < 1. A zero stays a zero."""
    for i in range(spins.size):
        x = exp2(np.float32(spins[i]) * (force[i] + J * np.float32(total[i])))
        u = unit(scrambled(_W(start + _W(i)), key0, key1))
        spins[i] = -spins[i] if u * (rest + x) < ONE else spins[i]


@kernel
def ising_sums(values, first, other, offset, shell, halo, plane, out):
    """Sums (shells + 1,) of s_i s_j over the pairs of each shell, once, and of s_i; ``plane`` (y x,) is a buffer."""
    hz, hy, hx = halo
    arrays, pz, py, px = values.shape
    flat = values.reshape(arrays, pz * py * px)
    out[:] = 0
    for array in range(arrays):
        for z in range(hz, pz - hz):
            start, size = (z * py + hy) * px + hx, (py - 2 * hy - 1) * px + px - 2 * hx
            mine, total = flat[array][start : start + size], plane[:size]
            for i in range(size):
                total[i] = 1
            out[-1] += _product(mine, total, px, px - 2 * hx)
            fresh = True
            for k in range(first[array], first[array + 1]):
                here = start + offset[k]
                if other[k] > array:  # no bond joins an array to itself, and each has its reverse
                    if fresh:
                        _put(total, flat[other[k]][here : here + size])
                    else:
                        _add(total, flat[other[k]][here : here + size])
                    fresh = False
                if not fresh and (k + 1 == first[array + 1] or shell[k + 1] > shell[k]):
                    out[shell[k]] += _product(mine, total, px, px - 2 * hx)
                    fresh = True


@kernel
def _product(mine, total, pitch, width):
    """Sum of the products over rows of ``width`` places, ``pitch`` apart."""
    result = 0
    for start in range(0, mine.size, pitch):
        one, two = mine[start : start + width], total[start : start + width]
        for i in range(width):
            result += one[i] * two[i]
    return result
