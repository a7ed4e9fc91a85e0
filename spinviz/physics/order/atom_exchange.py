"""Atoms of two kinds on a body-centred lattice that change places: Monte Carlo at fixed composition.

Corners (sublattice a) and centres (b) of the cells; s = +1 is an atom of the first kind, -1 of the second, and

    H = J sum of s_i s_j over pairs of neighbours, each pair once,     J > 0: unlike atoms attract.

An antiferromagnetic Ising model in which the sum of s_i never changes. An exchange is drawn by heat bath,
1/(1 + exp(dE/kT)) as a whole number of 2^-32, from pairs that every state offers alike: detailed balance is exact.
Kawasaki, Phys. Rev. 145, 224 (1966).

``atoms`` (2, nz, ny, nx) int8: both sublattices, periodic. The corner (x, y, z) has the centres at x-1 and x, y-1 and
y, z-1 and z about it. ``counts`` (2,) int64: sum of s_i s_j over the bonds, and first atoms on a less those on b.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.kernel import kernel
from spinviz.physics.rng import next_below, next_word

Atoms = NDArray[np.int8]

NEIGHBOURS = 8

_U = np.uint64
_LOW = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)


def thresholds(T: float, J: float = 1.0) -> NDArray[np.uint64]:
    """Chances [2^-32] that an exchange is made which changes the sum over bonds by 2 d, d = -16, -14 .. 16, (17,)."""
    if not T > 0:
        raise ValueError(f"temperature T = {T:g}: use one above 0")
    cost = 2 * J * np.arange(-16, 17, 2) / T
    with np.errstate(over="ignore"):
        chance = 1 / (1 + np.exp(cost))
    return np.asarray(np.round(chance * 2.0**32), np.uint64)


def counted(atoms: Atoms) -> NDArray[np.int64]:
    """Count bonds and surplus anew."""
    bonds = int(bond_sum(atoms))
    return np.array([bonds, (int(atoms[0].sum(dtype=np.int64)) - int(atoms[1].sum(dtype=np.int64))) // 2], np.int64)


def shuffled(cells: tuple[int, int, int], first: int, rng: np.random.Generator) -> Atoms:
    """Return ``first`` atoms of the first kind anywhere in ``cells`` (nz, ny, nx), the rest of the second."""
    flat = np.full(2 * int(np.prod(cells)), -1, np.int8)
    flat[:first] = 1
    return rng.permutation(flat).reshape(2, *cells)


def nearest_surplus(surplus: float, first: int, cells: int) -> int:
    """The surplus on a nearest to the one wished for that ``first`` atoms on 2 ``cells`` sites can have."""
    most = min(first, 2 * cells - first)
    steps = round((most - surplus) / 2)
    return most - 2 * min(max(steps, 0), most)


@kernel
def around(other, side, z, y, x):
    """Sum over the eight neighbours in the sublattice ``other`` of the site (z, y, x) of sublattice ``side``."""
    nz, ny, nx = other.shape
    if side == 0:
        w, v, u = (z if z > 0 else nz) - 1, (y if y > 0 else ny) - 1, (x if x > 0 else nx) - 1
    else:
        w, v, u = (z + 1 if z + 1 < nz else 0), (y + 1 if y + 1 < ny else 0), (x + 1 if x + 1 < nx else 0)
    return (
        other[z, y, x] + other[z, y, u] + other[z, v, x] + other[z, v, u]
        + other[w, y, x] + other[w, y, u] + other[w, v, x] + other[w, v, u]
    )  # fmt: skip


@kernel
def bond_sum(atoms):
    """Sum of s_i s_j over the bonds, each once."""
    total = 0
    a, b = atoms[0], atoms[1]
    for z in range(a.shape[0]):
        for y in range(a.shape[1]):
            for x in range(a.shape[2]):
                total += a[z, y, x] * around(b, 0, z, y, x)
    return total


@kernel
def bonds_along(corner, centre, n):
    """By how many steps of 0 and -1 one comes from ``corner`` to ``centre`` on a ring of ``n`` cells."""
    return (1 if corner == centre else 0) + (1 if (corner if corner > 0 else n) - 1 == centre else 0)


@kernel
def exchange_atoms(atoms, chances, neighbours, random, attempts, counts):
    """Try to exchange a corner and a centre ``attempts`` times: ``neighbours`` 1 takes neighbours only, 0 any two."""
    a, b = atoms[0], atoms[1]
    nz, ny, nx = a.shape
    cells = _U(a.size)
    for _ in range(attempts):
        word = next_word(random)
        site = np.int64(((word >> _SHIFT) * cells) >> _SHIFT)
        x, rest = site % nx, site // nx
        y, z = rest % ny, rest // ny
        if neighbours:
            u = x if word & _U(1) else (x if x > 0 else nx) - 1
            v = y if word & _U(2) else (y if y > 0 else ny) - 1
            w = z if word & _U(4) else (z if z > 0 else nz) - 1
        else:
            site = np.int64(((word & _LOW) * cells) >> _SHIFT)
            u, rest = site % nx, site // nx
            v, w = rest % ny, rest // ny
        s = np.int64(a[z, y, x])
        if s == b[w, v, u]:
            continue
        joined = bonds_along(x, u, nx) * bonds_along(y, v, ny) * bonds_along(z, w, nz)
        # The bonds between the two keep their s s'; all others see the other atom.
        d = s * (around(a, 1, w, v, u) - around(b, 0, z, y, x)) - 2 * joined
        if (next_word(random) >> _SHIFT) < chances[d // 2 + 8]:
            a[z, y, x] = -s
            b[w, v, u] = s
            counts[0] += 2 * d
            counts[1] -= 2 * s


@kernel
def mix_sublattices(atoms, random, attempts, counts):
    """Exchange two sites of one sublattice ``attempts`` times, whatever it costs: order stays, all else is chance."""
    cells = atoms[0].size
    flat = atoms.reshape(2, cells)
    for k in range(attempts):
        side = k & 1
        i, j = next_below(random, cells), next_below(random, cells)
        flat[side, i], flat[side, j] = flat[side, j], flat[side, i]
    counts[0] = bond_sum(atoms)


@kernel
def set_surplus(atoms, surplus, random, counts):
    """Exchange unlike atoms at random corners and centres until the surplus on a is ``surplus``; see `counted`.

    No more than are needed, and all choices alike; ``surplus`` comes from `nearest_surplus`.
    """
    cells = atoms[0].size
    flat = atoms.reshape(2, cells)
    while counts[1] != surplus:
        s = 1 if counts[1] > surplus else -1
        i, j = next_below(random, cells), next_below(random, cells)
        while flat[0, i] != s:
            i = next_below(random, cells)
        while flat[1, j] != -s:
            j = next_below(random, cells)
        flat[0, i] = -s
        flat[1, j] = s
        counts[1] -= 2 * s
    counts[0] = bond_sum(atoms)


def local_order(atoms: Atoms, passes: int = 4) -> NDArray[np.float32]:
    """Order about each site, (2, nz, ny, nx): -1 to 1, in the mean S.

    Half a site and half the mean of its neighbours, ``passes`` times over, of s on a and -s on b: both sublattices
    weigh the same, so that a local surplus of one atom is no order.
    """
    a, b = atoms[0].astype(np.float32), -atoms[1].astype(np.float32)
    for _ in range(passes):
        near_a, near_b = b, a
        for axis in range(3):
            near_a = (near_a + np.roll(near_a, 1, axis)) / 2
            near_b = (near_b + np.roll(near_b, -1, axis)) / 2
        a, b = (a + near_a) / 2, (b + near_b) / 2
    return np.stack([a, b])
