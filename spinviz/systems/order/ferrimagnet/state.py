"""Two sublattices, what was counted of them, and what is done to them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from spinviz.model.brush import Indices
from spinviz.model.system import State
from spinviz.physics.lattice.monte_carlo import field_sums, sweep
from spinviz.physics.lattice.spins import Spins
from spinviz.systems.order.common.brush import HOT, PINS, WARMING, free_of, heated, nobody, painted, pinned_after
from spinviz.systems.order.common.samplers import METHODS, sampler_of
from spinviz.systems.order.ferrimagnet.parameters import FerrimagnetParameters

Values = NDArray[np.float64]


@dataclass
class FerriState(State):
    """Spins, and what was counted after the last sweep.

    ``a``, ``b`` (3,): mean unit vectors of the sublattices; ``energy`` [J] per spin; ``square`` [J^2] and ``laplacian``
    [J] per spin, by which the temperature is known;
    ``holes``: empty sites; ``pinned`` (k,): flat indices of the sites that never move.
    """

    spins: Spins
    a: Values
    b: Values
    energy: float = 0.0
    square: float = 0.0
    laplacian: float = 0.0
    holes: int = 0
    pinned: Indices = field(default_factory=nobody)

    @property
    def axis(self) -> Values:
        """Unit vector (3,) of a - b, along which the sublattices order; z where there is none."""
        n = self.a - self.b
        length = float(np.linalg.norm(n))
        return np.asarray(n / length) if length > 0 else np.array([0.0, 0.0, 1.0])


def started(p: FerrimagnetParameters, rng: np.random.Generator) -> FerriState:
    """Return A up and B down, or random spins."""
    spins = Spins.of_vectors(p.geometry, vectors_of(p, rng), key=int(rng.integers(2**62)))
    state = FerriState(spins, *np.zeros((2, 3)))
    count(state, p)
    return state


def vectors_of(p: FerrimagnetParameters, rng: np.random.Generator) -> Values:
    """Vectors of the start (nz, ny, nx, 2, 3)."""
    if p.start == "random":
        return np.asarray(rng.standard_normal((*p.geometry.shape, 3)))
    vectors = np.zeros((*p.geometry.shape, 3))
    vectors[..., 0, 2], vectors[..., 1, 2] = 1, -1
    return vectors


def count(state: FerriState, p: FerrimagnetParameters) -> None:
    """Find order and energy of the spins as they are."""
    spins = state.spins
    cells = spins.geometry.count / 2
    found = field_sums(spins, sampler_of(p.terms, spins.geometry))
    state.a, state.b = found.spins[0::2].sum(axis=0) / cells, found.spins[1::2].sum(axis=0) / cells
    single = -p.h * (p.mu_A * state.a[2] + p.mu_B * state.b[2]) / 2
    if p.K:
        z = spins.vectors()[..., 2].astype(np.float64)
        single -= p.K * float(np.mean(z**2))
    sites = spins.geometry.count
    state.energy = found.bonds / sites + single
    state.square, state.laplacian = found.square / sites, found.laplacian / sites


def swept(state: FerriState, p: FerrimagnetParameters) -> None:
    """One sweep."""
    free = free_of(state.spins.geometry, state.pinned)
    sweep(state.spins, sampler_of(p.terms, state.spins.geometry), p.T, METHODS[p.algorithm], free=free)
    count(state, p)


def renewed(state: FerriState, p: FerrimagnetParameters, ordered: bool) -> None:
    """Order or randomize all spins."""
    rng = np.random.default_rng([int(state.spins.rng[0]), int(state.spins.rng[1])])
    vectors = vectors_of(p.change(start="ordered" if ordered else "random"), rng)
    state.spins.set(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True))
    state.spins.rng[1] += np.uint64(1)
    state.holes = 0
    count(state, p)


def equalised(state: FerriState, p: FerrimagnetParameters) -> FerrimagnetParameters:
    """Give B the moment and the exchange of A."""
    return p.change(mu_B=p.mu_A, J_BB=p.J_AA)


def swapped(state: FerriState, p: FerrimagnetParameters) -> FerrimagnetParameters:
    """Exchange the roles of the sublattices."""
    return p.change(mu_A=p.mu_B, mu_B=p.mu_A, J_AA=p.J_BB, J_BB=p.J_AA)


def paint(state: FerriState, p: FerrimagnetParameters, brush: str, sites: Indices) -> None:
    """Paint; what is pinned can be painted, and stays so. Means are those of all sites, empty ones as zero."""
    if brush in PINS:
        state.pinned = pinned_after(state.pinned, brush, sites)
    elif brush == "heat":
        hot = heated(p.geometry.shape, sites, state.pinned)
        T = HOT * p.mean_field.critical_temperature
        sampler = sampler_of(p.terms, p.geometry)
        sweep(state.spins, sampler, T, ("heat bath",), sweeps=WARMING, free=hot)
    else:
        painted(state.spins, brush, sites)
    state.holes = int((~np.any(state.spins.vectors(), axis=-1)).sum())
    count(state, p)
