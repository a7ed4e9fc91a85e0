"""One face for all models of spins on a lattice: continuous ones, and those of discrete states.

Energies in units of the coupling J = 1 or -1 of nearest neighbours, each pair once; kB = 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import nan, pi
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.lattice import clusters, discrete, monte_carlo, single_sites
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.monte_carlo import Sampler
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.lattice.terms.exchange import Exchange
from spinviz.physics.lattice.terms.hamiltonian import Hamiltonian
from spinviz.physics.lattice.terms.term import Term
from spinviz.physics.lattice.terms.uniaxial import Uniaxial
from spinviz.physics.lattice.terms.zeeman import Zeeman

Values = NDArray[np.float64]
Kind = Literal["heisenberg", "xy", "ising", "potts", "clock"]
Method = Literal["heat bath", "over-relaxation", "metropolis"]

CONTINUOUS = ("heisenberg", "xy")


class Counted(NamedTuple):
    """Per site: energy, and the two sums of `monte_carlo.field_sums` whose means have the ratio kT; NaN for states.

    ``order`` and ``magnitude`` as `Magnet.order` and `Magnet.magnitude` say.
    """

    energy: float
    square: float
    laplacian: float
    order: Values
    magnitude: float


@dataclass(frozen=True)
class Magnet:
    """Spins of a kind with nearest-neighbour exchange ``J``, a field ``h`` and uniaxial anisotropy ``K``.

    The field is along z, of plane rotators and clocks along x, and favours the first state of Potts models. The
    anisotropy, energy -K S_z^2, is that of Heisenberg spins. ``q``: states of Potts and clock models.
    """

    kind: Kind = "heisenberg"
    J: float = 1.0
    h: float = 0.0
    K: float = 0.0
    q: int = 3

    @property
    def continuous(self) -> bool:
        """Whether spins are vectors that may point anywhere, in space or in a plane."""
        return self.kind in CONTINUOUS

    @property
    def plane(self) -> bool:
        """Whether spins are drawn in the plane."""
        return self.kind in ("xy", "clock", "potts")

    @property
    def terms(self) -> tuple[Term, ...]:
        """Terms of the Hamiltonian of continuous spins; those that are zero are left out."""
        direction = (1.0, 0.0, 0.0) if self.plane else (0.0, 0.0, 1.0)
        x, y, z = (self.h * c for c in direction)
        field = (Zeeman(1.0, (x, y, z)),) if self.h else ()
        return Exchange(self.J), *field, *((Uniaxial(self.K),) if self.K and not self.plane else ())

    @property
    def model(self) -> discrete.Model:
        """The model of discrete states. Errors: ValueError for continuous spins."""
        if self.continuous:
            raise ValueError(f"spins of the {self.kind} model have no discrete states")
        kind: discrete.Kind = "potts" if self.kind == "potts" else "clock" if self.kind == "clock" else "ising"
        return discrete.Model(kind, self.J, self.h, 2 if kind == "ising" else self.q)

    def random(self, geometry: Geometry, rng: np.random.Generator) -> Spins:
        """Return spins of infinite temperature."""
        key = int(rng.integers(2**62))
        if not self.continuous:
            return Spins.of_states(geometry, discrete.random_states(geometry, self.model, rng), key=key)
        vectors = rng.standard_normal((*geometry.shape, 3))
        if self.plane:
            vectors[..., 2] = 0
        return Spins.of_vectors(geometry, vectors, key=key)

    def ordered(self, geometry: Geometry, rng: np.random.Generator) -> Spins:
        """Return all spins along the field, for J < 0 with every second sublattice reversed."""
        key = int(rng.integers(2**62))
        flip = geometry.colours % 2 if self.J < 0 else np.zeros(geometry.shape, np.int64)
        if self.kind == "ising":
            return Spins.of_states(geometry, 1 - 2 * flip, key=key)
        if not self.continuous:
            return Spins.of_states(geometry, 1 + flip * (self.q // 2 if self.kind == "clock" else 1), key=key)
        vectors = np.zeros((*geometry.shape, 3))
        vectors[..., 0 if self.plane else 2] = 1 - 2 * flip
        return Spins.of_vectors(geometry, vectors, key=key)

    def sweep(
        self, spins: Spins, T: float, method: Method, sweeps: int = 1, *, free: NDArray[np.bool_] | None = None
    ) -> None:
        """Sweep in place; discrete spins have no over-relaxation and take the heat bath.

        ``free``: spins that move (nz, ny, nx, basis), None for all; of discrete ones only Ising spins can be held.
        """
        if not self.continuous:
            rule: discrete.Method = "metropolis" if method == "metropolis" else "heat bath"
            if free is None:
                discrete.sweeps(spins, self.model, T, sweeps, method=rule)
                return
            for _ in range(sweeps):
                single_sites.update_sites(spins, self.model, T, np.flatnonzero(free), method=rule)
            return
        methods = ("heat bath", "over-relaxation") if method == "over-relaxation" else (method,)
        monte_carlo.sweep(
            spins, _sampler(self, spins.geometry), T, methods, sweeps=sweeps, plane=self.plane, reach=self.reach(T),
            free=free,
        )  # fmt: skip

    def clusters(self, spins: Spins, T: float, count: int) -> int:
        """Flip ``count`` of Wolff's clusters; return how many spins they had. Errors: ValueError with anisotropy."""
        if self.K and self.kind == "heisenberg":
            raise ValueError(f"clusters of spins with anisotropy K = {self.K:g}: use another algorithm, or K = 0")
        sizes = np.empty(count, np.int64)
        if self.continuous:
            h = (self.h, 0.0, 0.0) if self.plane else (0.0, 0.0, self.h)
            clusters.flip_vector_clusters(spins, self.J, T, count, h=h, plane=self.plane, sizes=sizes)
        else:
            clusters.flip_clusters(spins, self.model, T, count, sizes=sizes)
        return int(sizes.sum())

    def reach(self, T: float) -> float:
        """Reach of Metropolis' proposals: about half are accepted."""
        step = float(np.sqrt(max(T, 1e-3) / max(abs(self.J), 1e-3)))
        return min(0.6 * step, 1.0) if self.plane else min(1.2 * step, 3.0)

    def energy(self, spins: Spins) -> float:
        """Energy per site."""
        if not self.continuous:
            return discrete.energy(spins, self.model) / spins.geometry.count
        return self.counted(spins).energy

    def counted(self, spins: Spins) -> Counted:
        """Energy per site, for continuous spins what their temperature is known by, and their order."""
        if not self.continuous:
            return Counted(self.energy(spins), nan, nan, self.order(spins), self.magnitude(spins))
        sums = monte_carlo.field_sums(spins, _sampler(self, spins.geometry), plane=self.plane)
        total, sites = sums.bonds, spins.geometry.count
        moment = sums.spins.sum(axis=0)
        if self.h:
            total -= self.h * float(moment[0 if self.plane else 2])
        if self.K and not self.plane:
            total -= self.K * float(np.sum(spins.values[:, 2][self._inner(spins)].astype(np.float64) ** 2))
        order = moment / sites
        return Counted(total / sites, sums.square / sites, sums.laplacian / sites, order, float(np.linalg.norm(order)))

    def order(self, spins: Spins) -> Values:
        """Mean vector (3,) of the spins as they are drawn; that of Potts states is one of the picture."""
        if self.continuous:
            return np.asarray(spins.sums().sum(axis=0) / spins.geometry.count)
        numbers = self.numbers(spins)
        return np.asarray(numbers @ self.arrows / numbers.sum())

    def magnitude(self, spins: Spins) -> float:
        """Length of the order parameter, 0 to 1: of Potts models (q n - 1)/(q - 1), n the part in the fullest state."""
        if self.kind == "potts":
            numbers = self.numbers(spins)
            return float((self.q * numbers.max() / numbers.sum() - 1) / (self.q - 1))
        return float(np.linalg.norm(self.order(spins)))

    def numbers(self, spins: Spins) -> Values:
        """Sites in each discrete state, (2,) down and up or (q,)."""
        values = spins.values[:, 0][self._inner(spins)].astype(np.int64)
        if self.kind == "ising":
            return np.array([np.sum(values < 0), np.sum(values > 0)], float)
        return np.bincount(values.ravel(), minlength=self.q + 1)[1:].astype(float)

    @property
    def arrows(self) -> Values:
        """Unit vectors (n, 3) by which the discrete states are drawn: down and up, or evenly spread in the plane."""
        if self.kind == "ising":
            return np.array([[0.0, 0.0, -1.0], [0.0, 0.0, 1.0]])
        angle = 2 * pi * np.arange(self.q) / self.q
        return np.column_stack([np.cos(angle), np.sin(angle), np.zeros(self.q)])

    def vectors(self, spins: Spins) -> NDArray[np.float32]:
        """Unit vectors (nz, ny, nx, basis, 3) by which the spins are drawn; zero for vacancies."""
        if self.continuous:
            return np.asarray(spins.vectors(), np.float32)
        states, arrows = spins.states(), self.arrows.astype(np.float32)
        if self.kind == "ising":
            return np.asarray(states[..., None] * arrows[1])
        table = np.concatenate([np.zeros((1, 3), np.float32), arrows])
        return np.asarray(table[states])

    def _inner(self, spins: Spins) -> tuple[slice, ...]:
        """The sites of an array without its halo."""
        g = spins.geometry
        return (slice(None), *(slice(h, h + n) for h, n in zip(g.halo, g.grid)))


@lru_cache(maxsize=32)
def _sampler(magnet: Magnet, geometry: Geometry) -> Sampler:
    return Sampler.of(Hamiltonian(magnet.terms).compiled(geometry))
