"""Spins of an antiferromagnet, what was counted of them, and what is done to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from math import cos, pi, radians, sin

import numpy as np
from numpy.typing import NDArray

from spinviz.model.brush import Indices
from spinviz.model.system import State
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.order import spin_flop
from spinviz.systems.order.antiferromagnet.parameters import AntiferromagnetParameters, Swing
from spinviz.systems.order.common.brush import (
    HOT,
    PINS,
    VECTOR_BRUSHES,
    WARMING,
    free_of,
    heated,
    nobody,
    painted,
    pinned_after,
)
from spinviz.systems.order.common.heisenberg import adapted, filled_sites, sublattice_means

Values = NDArray[np.float64]
UNKNOWN, ANTIPARALLEL, FLOPPED = 0, 1, 2
"""Branches of a sweep of the field at T = 0."""
LIFTED = 0.05
"""Of the field at which the flopped state becomes unstable: so far below it a sweep is known to have returned."""


@dataclass
class AntiferromagnetState(State):
    """Spins, and what was counted after the last step.

    ``means`` (sublattices, 3); ``energy`` [J], ``square`` [J^2] and ``laplacian`` [J] by which the temperature of the
    spins is known, per site; ``h`` [J] the field then; ``wave`` amplitudes of both sublattices, complex as (2, 2)
    numbers; ``filled`` (sublattices,): spins that are there; ``clusters`` of a sweep, ``since``: sweeps since a change;
    ``branch`` on which a sweep of the field at T = 0 is, by the fields that it has passed; ``pinned`` (k,): flat
    indices of the sites that never move.
    """

    spins: Spins
    means: Values
    wave: Values
    filled: Values
    energy: float = 0.0
    square: float = 0.0
    laplacian: float = 0.0
    h: float = 0.0
    clusters: int = 1
    since: int = 0
    branch: int = UNKNOWN
    pinned: Indices = field(default_factory=nobody)

    @property
    def intact(self) -> bool:
        """Whether the sample has all its spins, and all move."""
        return not len(self.pinned) and int(self.filled.sum()) == self.spins.geometry.count

    @property
    def net(self) -> Values:
        """Mean vector (3,) of all spins."""
        return np.asarray(self.spins.sums().sum(axis=0) / max(self.filled.sum(), 1.0))

    @property
    def staggered(self) -> float:
        """Root mean square of what the sublattice magnetizations differ from their mean: |m_A - m_B|/2 of two."""
        return float(np.sqrt(np.mean(np.sum((self.means - self.means.mean(axis=0)) ** 2, axis=1))))

    @property
    def difference(self) -> Values:
        """Staggered moment (3,) of two sublattices, (m_A - m_B)/2."""
        return np.asarray((self.means[0] - self.means[1]) / 2)

    @property
    def amplitudes(self) -> NDArray[np.complex128]:
        """<S_+ exp(-ikx)> of the two sublattices, (2,)."""
        return np.asarray(self.wave[:, 0] + 1j * self.wave[:, 1])


def ordered(p: AntiferromagnetParameters) -> Values:
    """Unit vectors (nz, ny, nx, basis, 3) of lowest energy without field: antiparallel, or three at 120 degrees."""
    colours, vectors = p.geometry.colours, np.zeros((*p.geometry.shape, 3))
    if p.colours == 3:
        angle = 2 * pi / 3 * colours
        along, across = (2, 0) if p.K > 0 else (1, 0)
        vectors[..., along], vectors[..., across] = np.cos(angle), np.sin(angle)
    else:
        vectors[..., 0 if p.K < 0 else 2] = 1 - 2 * (colours % 2)
    return vectors


def started(p: AntiferromagnetParameters, rng: np.random.Generator) -> AntiferromagnetState:
    """Return spins that are ordered or random."""
    key = int(rng.integers(2**62))
    vectors = ordered(p) if p.start == "ordered" else rng.standard_normal((*p.geometry.shape, 3))
    spins = Spins.of_vectors(p.geometry, vectors, key=key)
    state = AntiferromagnetState(spins, np.zeros((p.colours, 3)), np.zeros((2, 2)), filled_sites(spins))
    count(state, p)
    state.branch = branch_after(state, p)
    return state


def count(state: AntiferromagnetState, p: AntiferromagnetParameters, t: float | None = None) -> None:
    """Find energy, order and wave of the spins as they are, in the field at time ``t``, now if it is not given."""
    moment = state.time if t is None else t
    state.h = p.size_at(moment)
    state.means = sublattice_means(state.spins, state.filled)
    found, filled = p.model.counted(state.spins, p.field_at(moment)), max(state.filled.sum(), 1.0)
    state.energy, state.square, state.laplacian = (number * p.geometry.count / filled for number in found[:3])
    if p.moves and p.bipartite:
        vectors = state.spins.vectors()
        for number, weight in enumerate(weights_of(p.geometry, p.waves)):
            amplitude = np.vdot(weight, (vectors[..., 0] + 1j * vectors[..., 1]).ravel())
            state.wave[number] = amplitude.real, amplitude.imag


def stepped(state: AntiferromagnetState, p: AntiferromagnetParameters, dt: float) -> None:
    """One sweep, or the motion over the time ``dt``."""
    model, then = p.model, state.time + dt
    free = free_of(p.geometry, state.pinned)
    if free is not None:
        # Clusters and precession would move what is pinned: the heat bath stands in for them.
        model.sweep(state.spins, p.T, p.method, p.field_at(then), free)
    elif p.moves:
        model.move(state.spins, p.T, p.alpha, p.field, state.time, dt)
    elif p.grows_clusters:
        touched = model.clusters(state.spins, -1.0, p.T, state.clusters, p.field_at(then))
        state.clusters = adapted(state.clusters, touched, state.since, p.geometry.count)
        if p.h:
            # In a field large clusters are refused: a sweep of single spins keeps them moving.
            model.sweep(state.spins, p.T, "heat bath", p.field_at(then))
    else:
        model.sweep(state.spins, p.T, p.method, p.field_at(then))
    state.since += 1
    count(state, p, then)
    state.branch = branch_after(state, p)


def branch_after(state: AntiferromagnetState, p: AntiferromagnetParameters) -> int:
    """On which branch a slow sweep of the field is now, by the fields at which either state becomes unstable."""
    if not p.flops:
        return UNKNOWN
    h = abs(state.h)
    if h < (1 - LIFTED) * spin_flop.returns_at(p.B_E, p.B_A):
        return ANTIPARALLEL
    return FLOPPED if h > spin_flop.leaves_at(p.B_E, p.B_A) else state.branch


@lru_cache(maxsize=8)
def phases_of(geometry: Geometry, waves: int) -> Values:
    """Phase k x [rad] of every site, (nz, ny, nx, basis), of a wave with ``waves`` wavelengths along x."""
    length = geometry.sides[0] * geometry.cell.vectors[0][0]
    return np.asarray(2 * pi * waves / length * geometry.positions[..., 0])


@lru_cache(maxsize=8)
def weights_of(geometry: Geometry, waves: int) -> NDArray[np.complex128]:
    """exp(ikx) over the number of sites, of each of two sublattices, (2, sites)."""
    wave, colours = np.exp(1j * phases_of(geometry, waves)), geometry.colours
    return np.array([((colours == c) * wave / np.sum(colours == c)).ravel() for c in (0, 1)])


def put(state: AntiferromagnetState, p: AntiferromagnetParameters, vectors: Values) -> None:
    """Put spins in place of the present ones."""
    state.spins.set(vectors)
    state.filled = filled_sites(state.spins)
    state.branch = UNKNOWN
    count(state, p)


def reordered(state: AntiferromagnetState, p: AntiferromagnetParameters) -> None:
    """Order all spins."""
    put(state, p, ordered(p))
    state.branch = branch_after(state, p)


def randomized(state: AntiferromagnetState, p: AntiferromagnetParameters) -> None:
    """Randomize all spins, with fresh numbers of their own generator."""
    rng = np.random.default_rng([int(state.spins.rng[0]), int(state.spins.rng[1])])
    vectors = rng.standard_normal((*p.geometry.shape, 3))
    state.spins.rng[1] += np.uint64(1)
    put(state, p, vectors / np.linalg.norm(vectors, axis=-1, keepdims=True))


def kicked(state: AntiferromagnetState, p: AntiferromagnetParameters) -> None:
    """Turn every spin by the kick, towards (cos kx, sin kx, 0) from z on both sublattices."""
    angle, phase = radians(p.kick), phases_of(p.geometry, p.waves)
    S = np.asarray(state.spins.vectors(), np.float64)
    axis = np.stack([-np.sin(phase), np.cos(phase), np.zeros(phase.shape)], axis=-1)
    along = np.sum(axis * S, axis=-1, keepdims=True)
    put(state, p, S * cos(angle) + np.cross(axis, S) * sin(angle) + axis * along * (1 - cos(angle)))


def hit(state: AntiferromagnetState, p: AntiferromagnetParameters) -> None:
    """Turn the spin in the middle of the sample by 90 degrees."""
    S = np.asarray(state.spins.vectors(), np.float64)
    z, y, x, b = (n // 2 for n in p.geometry.shape)
    old = S[z, y, x, b]
    aside = np.cross(old, [0.0, 1.0, 0.0] if abs(old[1]) < 0.9 else [1.0, 0.0, 0.0])
    S[z, y, x, b] = aside / max(float(np.linalg.norm(aside)), 1e-12)
    put(state, p, S)


def flopped(state: AntiferromagnetState, p: AntiferromagnetParameters) -> AntiferromagnetParameters | None:
    """A constant field along the axis, a tenth above the one at which antiparallel spins become unstable."""
    if not p.flops:
        return None
    tilt = p.tilt if p.T > 0 else max(p.tilt, 0.5)
    leaves = spin_flop.leaves_at(p.B_E, p.B_A)
    return p.change(h=round(1.1 * leaves, 3), period=0.0, direction="along", tilt=tilt)


BRUSHES = (*VECTOR_BRUSHES, "heat", *PINS)


def paint(state: AntiferromagnetState, p: AntiferromagnetParameters, brush: str, sites: Indices) -> None:
    """Paint; what is pinned can be painted, and stays so."""
    if brush in PINS:
        state.pinned = pinned_after(state.pinned, brush, sites)
    elif brush == "heat":
        hot = heated(p.geometry.shape, sites, state.pinned)
        for _ in range(WARMING):
            p.model.sweep(state.spins, HOT * p.B_E, "heat bath", p.field_at(state.time), hot)
    else:
        painted(state.spins, brush, sites)
    state.filled, state.branch = filled_sites(state.spins), UNKNOWN
    count(state, p)


def swing_of(p: AntiferromagnetParameters) -> Swing | None:
    """The field that swings, if it does."""
    return p.field if isinstance(p.field, Swing) else None
