"""Compiled sweeps and sums of Potts and clock spins on any lattice; see `discrete` and `ising_kernels`."""

import numpy as np

from spinviz.physics.kernel import kernel
from spinviz.physics.lattice.ising_kernels import FAST, exp2, unit
from spinviz.physics.lattice.spins import fill_halo
from spinviz.physics.noise import stream
from spinviz.physics.rng import scrambled

_W = np.uint32


@kernel
def potts_sweeps(
    values, first, other, offset, shell, halo, closed, J, field, clock, circle, rest, rng, weights, forces, sweeps,
    pairs, singles, history,
):  # fmt: skip
    """Update every spin of ``values`` (arrays, z, y, x) ``sweeps`` times; see `discrete.sweeps`.

    J (shells,) and field (q,) float32, over T ln 2: all weights are powers of 2. circle (2, q + 1): cosines and sines
    of the states, zero for vacancies. weights (q, block), forces (2, block): buffers.
    """
    hz, hy, hx = halo
    arrays, pz, py, px = values.shape
    flat = values.reshape(arrays, pz * py * px)
    block = weights.shape[1]
    begin, end = (hz * py + hy) * px + hx, ((pz - hz - 1) * py + py - hy - 1) * px + px - hx
    for sweep in range(sweeps):
        for array in range(arrays):
            key0, key1, key2 = stream(rng[0], rng[1], np.uint64(array))
            for start in range(begin, end, block):
                size = min(block, end - start)
                exponents = weights[:, :size]
                for c in range(field.size):
                    exponents[c] = field[c]
                if clock:
                    forces[:] = 0
                for k in range(first[array], first[array + 1]):
                    here = start + offset[k]
                    if clock:
                        _press(forces, flat[other[k]][here : here + size], J[shell[k]], circle)
                    else:
                        _count(exponents, flat[other[k]][here : here + size], J[shell[k]])
                if clock:
                    _project(exponents, forces, circle)
                mine = flat[array][start : start + size]
                if rest > 0:
                    _draw(mine, exponents, _W(start), key0, key1)
                else:
                    _propose(mine, exponents, _W(start), key0, key1, key2)
            fill_halo(values[array : array + 1], hz, hy, hx, closed[0], closed[1], closed[2])
        rng[1] += np.uint64(1)
        if history.shape[0] > 0:
            potts_sums(values, first, other, offset, shell, halo, pairs, singles, history[sweep])


@kernel
def _count(exponents, others, J):
    """Add J to the state of each neighbour."""
    for c in range(exponents.shape[0]):
        row, state = exponents[c], np.int8(c + 1)
        for i in range(row.size):
            row[i] += J if others[i] == state else np.float32(0)


@kernel
def _press(forces, others, J, circle):
    """Add J times the direction of each neighbour."""
    x, y = forces[0], forces[1]
    for i in range(others.size):
        x[i] += J * circle[0, others[i]]
        y[i] += J * circle[1, others[i]]


@kernel(fastmath=FAST)
def _project(exponents, forces, circle):
    """Add the product of force and direction of each state."""
    for c in range(exponents.shape[0]):
        row, x, y, u, v = exponents[c], forces[0], forces[1], circle[0, c + 1], circle[1, c + 1]
        for i in range(row.size):
            row[i] += u * x[i] + v * y[i]


@kernel
def _draw(spins, exponents, start, key0, key1):
    """Heat bath: state c with probability 2^exponent over their sum."""
    q = exponents.shape[0]
    for i in range(spins.size):
        largest = exponents[0, i]
        for c in range(1, q):
            largest = max(largest, exponents[c, i])
        total = np.float32(0)
        for c in range(q):
            total += exp2(exponents[c, i] - largest)
            exponents[c, i] = total
        threshold = unit(scrambled(_W(start + _W(i)), key0, key1)) * total
        state = 1
        for c in range(q - 1):
            state += exponents[c, i] <= threshold
        spins[i] = state if spins[i] != 0 else 0


@kernel
def _propose(spins, exponents, start, key0, key1, key2):
    """Metropolis: another state, each with equal chance, accepted with 2^(difference of exponents)."""
    q = exponents.shape[0]
    for i in range(spins.size):
        if spins[i] != 0:
            old = spins[i] - 1
            step = 1 + np.int64(unit(scrambled(_W(start + _W(i)), key2, key0)) * np.float32(q - 1))
            new = (old + step) % q
            x = exp2(exponents[old, i] - exponents[new, i])
            if unit(scrambled(_W(start + _W(i)), key0, key1)) * x < 1:
                spins[i] = new + 1


@kernel
def potts_sums(values, first, other, offset, shell, halo, pairs, singles, out):
    """Sums (shells + 1,) of ``pairs`` (n, n) over the pairs of each shell, once, and of ``singles`` (n,)."""
    hz, hy, hx = halo
    arrays, pz, py, px = values.shape
    flat = values.reshape(arrays, pz * py * px)
    out[:] = 0
    for array in range(arrays):
        for z in range(hz, pz - hz):
            for y in range(hy, py - hy):
                start, width = (z * py + y) * px + hx, px - 2 * hx
                mine = flat[array][start : start + width]
                for i in range(width):
                    out[-1] += singles[mine[i]]
                for k in range(first[array], first[array + 1]):
                    if other[k] > array:
                        theirs = flat[other[k]][start + offset[k] : start + offset[k] + width]
                        total = 0.0
                        for i in range(width):
                            total += pairs[mine[i], theirs[i]]
                        out[shell[k]] += total
