"""Compiled clusters of Wolff's algorithm on any lattice; see `clusters`.

Neighbours are read at their true places, never in the halo, which is brought into line at the end of a call.
"""

import numpy as np

from spinviz.physics.kernel import kernel
from spinviz.physics.lattice.spins import fill_halo
from spinviz.physics.noise import GOLDEN, split

_U = np.uint64
_TO_UNIT = 2.0**-53
ISING, POTTS, CLOCK = 0, 1, 2
MARK = np.int8(64)
"""Added to the state of a spin while its cluster grows: all states are at most 32."""
STATES = 128
"""Numbers of states, marked ones included."""


@kernel
def unit64(bits):
    """A float64 in [0, 1) from 64 random bits."""
    return np.float64(bits >> _U(11)) * _TO_UNIT


@kernel
def below(bits, count):
    """An int64 in 0 .. count - 1 < 2^32 from 64 random bits (bias below count/2^32)."""
    return np.int64(((bits >> _U(32)) * _U(count)) >> _U(32))


@kernel
def place_of(number, grid, padded, halo):
    """Array and place of the site ``number``, counted over arrays and cells."""
    gz, gy, gx = grid
    rest, x = number // gx, number % gx
    rest, y = rest // gy, rest % gy
    return rest // gz, ((rest % gz + halo[0]) * padded[1] + y + halo[1]) * padded[2] + x + halo[2]


@kernel
def discrete_clusters(
    values, grid, halo, closed, places, first, other, offset, shell, factors, singles, model, q, rng, queue, sizes
):
    """Grow and flip one cluster for each of ``sizes``, which it fills. Returns the number of spins flipped.

    values (arrays, z, y, x) int8; factors (shells, n, n): Boltzmann factors of a pair; singles (n,): energy in the
    field over T; queue (sites,) int32.
    """
    arrays, padded = values.shape[0], values.shape[1:]
    count = padded[0] * padded[1] * padded[2]
    flat = values.reshape(arrays * count)
    sites, n = arrays * grid[0] * grid[1] * grid[2], singles.size
    lowest = np.int64(-1) if model == ISING else np.int64(0)
    turned = np.arange(n)
    if model == ISING:
        turned[:] = turned[::-1].copy()
    # Chances of bonds by shell, state and state of the neighbour, none for marked ones; rows are made when needed.
    chances, made = np.zeros(factors.shape[0] * n * STATES), np.full(n, -1)
    begin, chance_of = other * count, shell * (n * STATES)
    flipped = 0
    for cluster in range(sizes.size):
        word = split(split(rng[0]) ^ rng[1])
        rng[1] += _U(1)
        site, state = np.int64(0), np.int64(0)
        while state == 0:
            word += GOLDEN
            array, place = place_of(below(split(word), sites), grid, padded, halo)
            site = array * count + place
            state = np.int64(flat[site])
        if model == POTTS:  # two states change places: that of the first spin and another
            word += GOLDEN
            partner = 1 + (state + below(split(word), q - 1)) % q
            turned[:] = np.arange(n)
            turned[state], turned[partner] = partner, state
        elif model == CLOCK:  # one of the q reflections
            word += GOLDEN
            axis = below(split(word), q)
            for c in range(q):
                turned[c + 1] = 1 + (axis + q - c) % q
        if model != ISING:
            made[:] = -1
        queue[0] = site
        flat[site] += MARK
        size, visited, change = 1, 0, 0.0
        while visited < size:
            site = np.int64(queue[visited])
            visited += 1
            array = site // count
            place = site - array * count
            old = np.int64(flat[site]) - np.int64(MARK) - lowest
            new = turned[old]
            change += singles[new] - singles[old]
            if made[old] < 0:
                made[old] = 1
                for s in range(factors.shape[0]):
                    for c in range(n):
                        chances[(s * n + old) * STATES + c] = 1 - factors[s, new, c] / factors[s, old, c]
            row = old * STATES - lowest
            for k in range(first[array], first[array + 1]):
                there = begin[k] + places[_U(place + offset[k])]
                chance = chances[_U(chance_of[k] + row + flat[_U(there)])]
                word += GOLDEN
                # One branch for all reasons against, as none of them can be foreseen.
                if unit64(split(word)) < chance:
                    flat[_U(there)] += MARK
                    queue[_U(size)] = there
                    size += 1
        accepted = True
        if change > 0:
            word += GOLDEN
            accepted = unit64(split(word)) < np.exp(-change)
        for m in range(size):
            site = queue[m]
            state = flat[_U(site)] - np.int64(MARK)
            flat[_U(site)] = turned[state - lowest] + lowest if accepted else state
        sizes[cluster] = size
        if accepted:
            flipped += size
    for array in range(arrays):
        fill_halo(values[array : array + 1], halo[0], halo[1], halo[2], closed[0], closed[1], closed[2])
    return flipped


@kernel
def vector_clusters(
    values, grid, halo, closed, places, first, other, offset, shell, couplings, field, plane, rng, queue, marks, sizes
):
    """`discrete_clusters` for vectors (arrays, components, z, y, x): reflection at a random plane.

    ``plane``: one that holds the z axis; couplings (shells,) and field (components,) over T; marks (arrays, places)
    uint8, zero.
    """
    arrays, components, padded = values.shape[0], values.shape[1], values.shape[2:]
    flat = values.reshape(arrays, components, padded[0] * padded[1] * padded[2])
    sites = arrays * grid[0] * grid[1] * grid[2]
    normal = np.zeros(3)
    flipped = 0
    for cluster in range(sizes.size):
        word = split(split(rng[0]) ^ rng[1])
        rng[1] += _U(1)
        array, place, length = 0, 0, 0.0
        while length == 0.0:
            word += GOLDEN
            array, place = place_of(below(split(word), sites), grid, padded, halo)
            for c in range(components):
                length += abs(flat[array, c, place])
        word += GOLDEN
        angle, height = 2 * np.pi * unit64(split(word)), 0.0
        if components == 3 and not plane:
            word += GOLDEN
            height = 2 * unit64(split(word)) - 1
        around = np.sqrt(1 - height * height)
        normal[0], normal[1], normal[2] = around * np.cos(angle), around * np.sin(angle), height
        queue[0, 0], queue[1, 0] = array, place
        marks[array, place] = 1
        size, visited, along = 1, 0, 0.0
        while visited < size:
            array, place = queue[0, visited], queue[1, visited]
            visited += 1
            mine = 0.0
            for c in range(components):
                mine += flat[array, c, place] * normal[c]
            along += mine
            for k in range(first[array], first[array + 1]):
                there = places[place + offset[k]]
                if marks[other[k], there] == 0:
                    theirs = 0.0
                    for c in range(components):
                        theirs += flat[other[k], c, there] * normal[c]
                    cost = 2 * couplings[shell[k]] * mine * theirs
                    if cost > 0:
                        word += GOLDEN
                        if unit64(split(word)) >= np.exp(-cost):
                            marks[other[k], there] = 1
                            queue[0, size], queue[1, size] = other[k], there
                            size += 1
        # All change by -2 (S.n) n.
        change = 0.0
        for c in range(components):
            change += 2 * field[c] * normal[c] * along
        accepted = True
        if change > 0:
            word += GOLDEN
            accepted = unit64(split(word)) < np.exp(-change)
        for n in range(size):
            array, place = queue[0, n], queue[1, n]
            marks[array, place] = 0
            if accepted:
                mine, square = 0.0, 0.0
                for c in range(components):
                    mine += flat[array, c, place] * normal[c]
                for c in range(components):
                    square += (flat[array, c, place] - 2 * mine * normal[c]) ** 2
                for c in range(components):
                    flat[array, c, place] = (flat[array, c, place] - 2 * mine * normal[c]) / np.sqrt(square)
        sizes[cluster] = size
        flipped += size if accepted else 0
    for number in range(arrays):
        fill_halo(values[number], halo[0], halo[1], halo[2], closed[0], closed[1], closed[2])
    return flipped
