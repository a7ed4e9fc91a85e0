"""Updates of some sites of an Ising lattice, one after another: a lattice with pinned spins, a spot that is heated.

Sites that are never visited are fixed. Each visit is a heat-bath or Metropolis step at one site, which leaves the
Boltzmann distribution of the spins visited, given those that are fixed, as it is; so do all of them in any fixed order.
"""

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.ising.updates import Spins, acceptance_thresholds
from spinviz.physics.kernel import kernel
from spinviz.physics.rng import RandomState, next_word

_W = np.uint32


def visit(
    spins: Spins, sites: NDArray[np.int64], T: float, J: float, h: float, state: RandomState, *, rule: str = "heat-bath"
) -> int:
    """Try to flip each of ``sites`` (n,), flat indices, in their order; return the flips made.

    ``spins`` (nz, ny, nx) int8 and the generator change in place; J, h and T share one unit. ``rule``: see
    `updates.acceptance_thresholds`.
    """
    thresholds = acceptance_thresholds(T, J, h, rule)
    return int(_visit(spins, np.ascontiguousarray(sites, np.int64), thresholds, state))


@kernel
def _visit(spins, sites, thresholds, state):
    nz, ny, nx = spins.shape
    flips = 0
    for site in sites:
        x, y, z = site % nx, (site // nx) % ny, site // (nx * ny)
        around = spins[z, y, (x + 1) % nx] + spins[z, y, (x + nx - 1) % nx]
        around += spins[z, (y + 1) % ny, x] + spins[z, (y + ny - 1) % ny, x]
        if nz > 1:
            around += spins[(z + 1) % nz, y, x] + spins[(z + nz - 1) % nz, y, x]
        if _W(next_word(state) >> np.uint64(32)) < thresholds[around + 6 + (1 if spins[z, y, x] < 0 else 0)]:
            spins[z, y, x] = -spins[z, y, x]
            flips += 1
    return flips
