"""Exact averages of small samples by enumeration, and means of runs with errors; knows nothing of the kernels."""

from itertools import product

import numpy as np

from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.spins import Spins


def pairs_of(geometry: Geometry):
    """Every pair of neighbours once, as numbers of sites in natural order, with its shell: (pairs, 3)."""
    number = np.arange(1.0, geometry.count + 1).reshape(geometry.shape)
    found = []
    for bond in geometry.bonds:
        there = geometry.neighbour(number, bond)
        here = number[..., bond.a]
        found += [(int(a), int(b), bond.shell) for a, b in zip(here[there > 0], there[there > 0])]
    # Each pair is there from both ends; a site that meets itself around a short side from one.
    one_way = [(a - 1, b - 1, s) for a, b, s in found if a < b]
    assert len(found) == 2 * len(one_way), "no site is its own neighbour"
    return np.array(one_way).reshape(-1, 3)


def all_states(count: int, states):
    """(states^count, count)."""
    return np.array(list(product(states, repeat=count)), np.int8)


class Exact:
    """Averages over ``configurations`` (n, sites) of a small sample."""

    def __init__(self, geometry, configurations, pair, single, J, h, T):
        pairs, shells = pairs_of(geometry), geometry.shells
        w = pair(configurations[:, pairs[:, 0]], configurations[:, pairs[:, 1]])
        self.sums = np.array([w[:, pairs[:, 2] == s].sum(axis=1) for s in range(shells)]).T
        self.v = single(configurations).sum(axis=1)
        self.energy = -self.sums @ np.broadcast_to(J, shells) - h * self.v
        weight = np.exp(-(self.energy - self.energy.min()) / T)
        self.weight = weight / weight.sum()

    def mean(self, x):
        return float(self.weight @ x)


def blocked(values, blocks=50):
    """Mean and standard error from block averages."""
    means = np.array([block.mean() for block in np.array_split(np.asarray(values, float), blocks)])
    return float(np.mean(values)), float(means.std(ddof=1) / np.sqrt(blocks))


def assert_within(values, expected, sigmas=4.5, useful=0.05):
    """The mean of a run is that expected, by an error that is a small part of the scatter of single values."""
    mean, error = blocked(values)
    assert abs(mean - expected) < sigmas * error + 1e-12, (mean, error, expected)
    assert error <= useful * max(np.std(values), 1e-12)


def occupied(spins: Spins):
    """Natural numbers of the sites that hold a spin."""
    return np.flatnonzero(spins.states().ravel())
