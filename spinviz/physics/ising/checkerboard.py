"""Compiled checkerboard sweeps of an Ising lattice (nz, ny, nx) of int8, and its sums; see `updates`."""

import numpy as np

from spinviz.physics.kernel import kernel
from spinviz.physics.rng import next_word, scrambled

_W = np.uint32


@kernel
def checkerboard_sweeps(spins, thresholds, symmetric, state, sweeps, sums, masks, history):
    """Work through blocks of whole rows: each is one long SIMD loop that stays in the cache.

    All kernels called here call no other ones: each level of nesting is compiled anew with its caller.
    """
    nz, ny, nx = spins.shape
    planes = spins.reshape((nz, ny * nx))
    rows = sums.size // nx
    for half in range(2 * sweeps):
        word = next_word(state)
        keys = _W(word), _W(word >> np.uint64(32))
        for z in range(nz):
            for y in range(0, ny, rows):
                begin, end = y * nx, min(y + rows, ny) * nx
                block, columns = planes[z][begin:end], sums[: end - begin]
                _add_vertical_neighbours(planes, z, begin, end, nx, columns)
                _add_horizontal_neighbours(block, nx, columns)
                mask = masks[(z + y + half) % 2][: columns.size // 2]
                first = _W((z * ny * nx + begin) // 2)
                if symmetric != 0:
                    _align(block, columns, np.int8(symmetric))
                    _flip_without_field(block, columns, mask, thresholds, symmetric, first, keys)
                else:
                    _mark_down_spins(block, columns)
                    _flip_in_field(block, columns, mask, thresholds, first, keys)
        if half % 2 == 1 and history.shape[0] > 0:
            history[half // 2, 0] = bond_sum(spins)
            history[half // 2, 1] = spin_sum(spins)


@kernel
def _add_vertical_neighbours(planes, z, begin, end, nx, sums):
    """Start the sums with the neighbours in other rows and layers; only the edge rows wrap around."""
    nz, size = planes.shape
    plane = planes[z]
    start = begin
    while start < end:
        stop = end
        if start == 0:
            stop = nx
        elif start < size - nx:
            stop = min(end, size - nx)
        count, south, north = stop - start, (start + size - nx) % size, (start + nx) % size
        part, a, b = sums[start - begin : stop - begin], plane[south : south + count], plane[north : north + count]
        for i in range(count):
            part[i] = a[i] + b[i]
        start = stop
    if nz > 1:
        front, back = planes[(z + 1) % nz][begin:end], planes[(z + nz - 1) % nz][begin:end]
        for i in range(sums.size):
            sums[i] += front[i] + back[i]


@kernel
def _add_horizontal_neighbours(block, nx, sums):
    """Add both neighbours along the flat block, then put the periodic ones right at the ends of each row."""
    last = block.size - 1
    inner, left, right = sums[1:last], block[: last - 1], block[2:]
    for i in range(inner.size):
        inner[i] += left[i] + right[i]
    for begin in range(0, block.size, nx):
        end = begin + nx - 1
        west = block[begin - 1] if begin > 0 else np.int8(0)
        east = block[end + 1] if end < last else np.int8(0)
        sums[begin] += block[end] - west
        sums[end] += block[begin] - east
    sums[0] += block[1]
    sums[last] += block[last - 1]


@kernel
def _mark_down_spins(block, sums):
    """Turn each sum into the column of its threshold: sum + 6, plus 1 where the spin itself is -1."""
    for i in range(sums.size):
        sums[i] = np.int8(sums[i] + np.int8(6)) | np.int8(block[i] < 0)


@kernel
def _flip_in_field(block, sums, mask, thresholds, first, keys):
    """Flip sites of one colour; of each pair of neighbouring bytes, ``mask`` covers the one of this colour.

    +1 and -1 differ in all bits but the lowest, hence the exclusive or with 0xFE.
    """
    pairs, columns = block.view(np.int16), sums.view(np.int16)
    a0, a1, a2, a3 = thresholds[0], thresholds[2], thresholds[4], thresholds[6]
    a4, a5, a6 = thresholds[8], thresholds[10], thresholds[12]
    b0, b1, b2, b3 = thresholds[1], thresholds[3], thresholds[5], thresholds[7]
    b4, b5, b6 = thresholds[9], thresholds[11], thresholds[13]
    for j in range(pairs.size):
        column = columns[j] & np.int16(0xFF) if mask[j] > 0 else columns[j] >> np.int16(8)
        down = (column & 1) != 0
        limit = b0 if down else a0
        limit = limit if column < 2 else (b1 if down else a1)
        limit = limit if column < 4 else (b2 if down else a2)
        limit = limit if column < 6 else (b3 if down else a3)
        limit = limit if column < 8 else (b4 if down else a4)
        limit = limit if column < 10 else (b5 if down else a5)
        limit = limit if column < 12 else (b6 if down else a6)
        flip = scrambled(_W(first + _W(j)), keys[0], keys[1]) < limit
        pairs[j] ^= mask[j] if flip else np.int16(0)


@kernel
def _align(block, sums, sign):
    """Turn each sum into 6 + J s sum/|J|, of which 8, 10 and 12 cost energy to flip."""
    for i in range(sums.size):
        sums[i] = np.int8(6) + (sums[i] if block[i] == sign else -sums[i])


@kernel
def _flip_without_field(block, sums, mask, thresholds, symmetric, first, keys):
    """``_flip_in_field`` for h = 0 and Metropolis, where only three probabilities are below 1."""
    pairs, columns = block.view(np.int16), sums.view(np.int16)
    free, cost2 = thresholds[6], thresholds[6 + 2 * symmetric]
    cost4, cost6 = thresholds[6 + 4 * symmetric], thresholds[6 + 6 * symmetric]
    for j in range(pairs.size):
        column = columns[j] & np.int16(0xFF) if mask[j] > 0 else columns[j] >> np.int16(8)
        limit = cost2 if column == 8 else free
        limit = cost4 if column == 10 else limit
        limit = cost6 if column == 12 else limit
        flip = scrambled(_W(first + _W(j)), keys[0], keys[1]) < limit
        pairs[j] ^= mask[j] if flip else np.int16(0)


@kernel
def spin_sum(spins):
    """Sum of all spins of a lattice (nz, ny, nx)."""
    total = 0
    for z in range(spins.shape[0]):
        for y in range(spins.shape[1]):
            row = spins[z, y]
            for x in range(row.size):
                total += row[x]
    return total


@kernel
def bond_sum(spins):
    """Sum of s_i s_j over all bonds, each once, of a periodic lattice (nz, ny, nx); E = -J bonds - h spins."""
    nz, ny, nx = spins.shape
    total = 0
    for z in range(nz):
        for y in range(ny):
            row, north, back = spins[z, y], spins[z, (y + 1) % ny], spins[(z + 1) % nz, y]
            third = np.int8(nz > 1)
            east = row[1:]
            for x in range(nx):
                total += row[x] * np.int8(north[x] + third * back[x])
            for x in range(east.size):
                total += row[x] * east[x]
            total += row[nx - 1] * row[0]
    return total
