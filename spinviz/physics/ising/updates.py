"""Monte Carlo of the Ising model on square and simple cubic lattices, periodic in every direction.

H = -J sum over pairs, each once, of s_i s_j - h sum of s_i, with s = +1 or -1 stored as int8. J, h and the
temperature T share one unit (kB = 1). A lattice is an array (ny, nx) or (nz, ny, nx); a side of length 2 couples
its two sites twice. All functions change ``spins`` and the generator state in place.
"""

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.ising.checkerboard import bond_sum, checkerboard_sweeps, spin_sum
from spinviz.physics.kernel import kernel
from spinviz.physics.rng import RandomState, next_below, next_unit, next_word

__all__ = [
    "Spins",
    "acceptance_thresholds",
    "bond_sum",
    "energy",
    "magnetization",
    "metropolis_sweeps",
    "random_spins",
    "single_site_updates",
    "spin_sum",
    "wolff_clusters",
]

Spins = NDArray[np.int8]

_W = np.uint32
_MOST_NEIGHBOURS = 6
_FULL = 2.0**32 - 1
_SITES_PER_BLOCK = 8192  # whole rows, about; the block, its sums and its neighbours fit the first caches


def metropolis_sweeps(
    spins: Spins,
    T: float,
    J: float,
    h: float,
    state: RandomState,
    sweeps: int,
    *,
    rule: str = "metropolis",
    history: NDArray[np.int64] | None = None,
) -> None:
    """Update every site ``sweeps`` times, one colour of the checkerboard after the other.

    Sites of one colour have no bond between them, so that updating them together equals updating them one by
    one: the Boltzmann distribution is stationary, exactly. A flip is accepted where a 32-bit random number is
    below an integer threshold; probabilities are rounded to 2^-32.

    Parameters
    ----------
    spins
        (ny, nx) or (nz, ny, nx) int8, +1 or -1; even sides.
    rule
        ``metropolis`` accepts with min(1, exp(-dE/T)); ``heat-bath`` with 1/(1 + exp(dE/T)), slower below Tc
        but free of the blinking of a Metropolis checkerboard at T >> J, where every flip is accepted.
    history
        Receives sum of s_i s_j over bonds and sum of s_i after each sweep, (sweeps, 2) int64.
    """
    lattice = _checkerboard(spins)
    records = np.empty((0, 2), np.int64) if history is None else history
    if records.shape[0] not in (0, sweeps):
        raise ValueError(f"history holds {records.shape[0]} rows for {sweeps} sweeps: give it one row per sweep.")
    thresholds = acceptance_thresholds(T, J, h, rule)
    # Without a field min(1, exp(-dE/T)) has three values below 1: a shorter table, and twice the speed.
    symmetric = 0 if h != 0 or rule != "metropolis" else (1 if J >= 0 else -1)
    checkerboard_sweeps(lattice, thresholds, symmetric, state, int(sweeps), *_block_buffers(lattice), records)


def _block_buffers(lattice: Spins) -> tuple[NDArray[np.int8], NDArray[np.int16]]:
    """Neighbour sums of a block of rows, and the byte of each pair of sites that belongs to a colour (2, pairs)."""
    _, ny, nx = lattice.shape
    rows = max(1, min(ny, _SITES_PER_BLOCK // nx))
    odd = (np.arange(rows) + np.array([[0], [1]])) % 2
    masks = np.where(odd, np.int16(-0x200), np.int16(0xFE)).repeat(nx // 2, axis=1)
    return np.empty(rows * nx, np.int8), masks


def acceptance_thresholds(T: float, J: float, h: float, rule: str = "metropolis") -> NDArray[np.uint32]:
    """Flip probabilities times 2^32 - 1, (14,), at the index: sum of the neighbours + 6, plus 1 if s = -1.

    dE = 2 s (J sum + h).
    """
    if not T >= 0:
        raise ValueError(f"Temperature T = {T:g} is below the limit 0: use T >= 0.")
    index = np.arange(2 * _MOST_NEIGHBOURS + 2)
    s, neighbours = 1 - 2 * (index % 2), index - index % 2 - _MOST_NEIGHBOURS
    ratio = _divided(2.0 * s * (J * neighbours + h), T)
    if rule == "metropolis":
        p = np.exp(-np.maximum(ratio, 0.0))
    elif rule == "heat-bath":
        p = np.exp(-np.logaddexp(0.0, ratio))
    else:
        raise ValueError(f"Rule {rule!r} is unknown: use metropolis or heat-bath.")
    return np.rint(p * _FULL).astype(np.uint32)


def _divided(cost: NDArray[np.float64], T: float) -> NDArray[np.float64]:
    """cost/T with the limits of T -> 0: 0 for no cost, else infinite."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.where(cost == 0, 0.0, cost / np.float64(T))


def _lattice(spins: Spins) -> Spins:
    """The same memory as (nz, ny, nx); one layer means two dimensions."""
    if spins.dtype != np.int8 or not spins.flags.c_contiguous or spins.ndim not in (2, 3):
        raise ValueError(
            f"Spins of type {spins.dtype} and {spins.ndim} dimensions: "
            "give a contiguous int8 array (ny, nx) or (nz, ny, nx)."
        )
    return spins.reshape((1, *spins.shape)) if spins.ndim == 2 else spins


def _checkerboard(spins: Spins) -> Spins:
    lattice = _lattice(spins)
    if any(n % 2 for n in spins.shape):
        raise ValueError(f"A lattice of {spins.shape} has an odd side: a periodic checkerboard needs even sides.")
    return lattice


def wolff_clusters(
    spins: Spins,
    T: float,
    J: float,
    h: float,
    state: RandomState,
    clusters: int,
    *,
    members: NDArray[np.int64] | None = None,
) -> tuple[int, int]:
    """Grow and flip ``clusters`` clusters, each from a random site (Wolff, Phys. Rev. Lett. 62, 361 (1989)).

    A bond with J s_i s_j > 0 joins the cluster with probability 1 - exp(-2|J|/T). In a field the flip of the whole
    cluster is accepted with min(1, exp(-dE/T)), dE = 2 h times the sum of its spins: exact, but large clusters are
    then hardly ever turned against the field.

    Parameters
    ----------
    members
        (sites,) int64, receives the flat indices of the last cluster.

    Returns
    -------
    flipped, last
        Number of sites flipped in all accepted clusters; size of the last cluster, accepted or not.
    """
    lattice = _lattice(spins)
    queue = np.empty(spins.size, np.int64) if members is None else members
    join = -np.expm1(float(-_divided(np.array(2.0 * abs(J)), T)))
    field = 2.0 * h
    flipped, last = _wolff(lattice, join, 1 if J >= 0 else -1, field, float(T), state, int(clusters), queue)
    return flipped, last


@kernel
def _wolff(spins, join, sign, field, T, state, clusters, queue):
    flat = spins.reshape(spins.size)
    flipped, size = 0, 0
    for _ in range(clusters):
        size, moment = _flip_cluster(spins, flat, join, sign, state, queue)
        cost = field * moment
        if cost > 0 and next_unit(state) >= np.exp(-cost / T):
            for k in range(size):
                flat[queue[k]] = -flat[queue[k]]
        else:
            flipped += size
    return flipped, size


@kernel
def _flip_cluster(spins, flat, join, sign, state, queue):
    """Flip one cluster; the queue ends up with its members. Returns its size and the sum of its old spins."""
    nz, ny, nx = spins.shape
    start = next_below(state, flat.size)
    moment = np.int64(flat[start])
    flat[start] = -flat[start]
    queue[0] = start
    size, visited = 1, 0
    while visited < size:
        site = queue[visited]
        visited += 1
        wanted = -sign * flat[site]
        x, y, z = site % nx, (site // nx) % ny, site // (nx * ny)
        layer, row = z * ny * nx, y * nx
        for direction in range(6 if nz > 1 else 4):
            if direction == 0:
                other = layer + row + (x + 1 if x + 1 < nx else 0)
            elif direction == 1:
                other = layer + row + (x - 1 if x > 0 else nx - 1)
            elif direction == 2:
                other = layer + (row + nx if y + 1 < ny else 0) + x
            elif direction == 3:
                other = layer + (row - nx if y > 0 else (ny - 1) * nx) + x
            elif direction == 4:
                other = (layer + ny * nx if z + 1 < nz else 0) + row + x
            else:
                other = (layer - ny * nx if z > 0 else (nz - 1) * ny * nx) + row + x
            if flat[other] == wanted and next_unit(state) < join:
                moment += flat[other]
                flat[other] = -flat[other]
                queue[size] = other
                size += 1
    return size, moment


def single_site_updates(
    spins: Spins,
    T: float,
    J: float,
    h: float,
    state: RandomState,
    attempts: int,
    *,
    rule: str = "metropolis",
    sites: NDArray[np.int64] | None = None,
    flipped: NDArray[np.uint8] | None = None,
) -> int:
    """Try ``attempts`` single flips at random sites, the textbook's Metropolis algorithm. Returns the flips made.

    Metropolis et al., J. Chem. Phys. 21, 1087 (1953).

    Parameters
    ----------
    sites, flipped
        Both (attempts,): receive the flat index of each attempt and whether its spin flipped.
    """
    lattice = _lattice(spins)
    visited = np.empty(0, np.int64) if sites is None else sites
    outcome = np.empty(0, np.uint8) if flipped is None else flipped
    thresholds = acceptance_thresholds(T, J, h, rule)
    return int(_single_sites(lattice, thresholds, state, int(attempts), visited, outcome))


@kernel
def _single_sites(spins, thresholds, state, attempts, sites, flipped):
    nz, ny, nx = spins.shape
    accepted = 0
    for k in range(attempts):
        site = next_below(state, spins.size)
        x, y, z = site % nx, (site // nx) % ny, site // (nx * ny)
        around = spins[z, y, (x + 1) % nx] + spins[z, y, (x + nx - 1) % nx]
        around += spins[z, (y + 1) % ny, x] + spins[z, (y + ny - 1) % ny, x]
        if nz > 1:
            around += spins[(z + 1) % nz, y, x] + spins[(z + nz - 1) % nz, y, x]
        limit = thresholds[around + _MOST_NEIGHBOURS + (1 if spins[z, y, x] < 0 else 0)]
        flip = _W(next_word(state) >> np.uint64(32)) < limit
        if flip:
            spins[z, y, x] = -spins[z, y, x]
            accepted += 1
        if sites.size > 0:
            sites[k] = site
        if flipped.size > 0:
            flipped[k] = flip
    return accepted


def energy(spins: Spins, J: float, h: float) -> float:
    """Energy -J (sum over bonds) - h (sum of spins) of the whole lattice [unit of J]."""
    lattice = _lattice(spins)
    return float(-J * bond_sum(lattice) - h * spin_sum(lattice))


def magnetization(spins: Spins) -> float:
    """Mean spin, -1 to 1."""
    return float(spin_sum(_lattice(spins)) / spins.size)


def random_spins(shape: tuple[int, ...], generator: np.random.Generator) -> Spins:
    """Spins of infinite temperature."""
    return (2 * generator.integers(0, 2, shape) - 1).astype(np.int8)
