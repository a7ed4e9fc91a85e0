"""Landau-Lifshitz-Gilbert dynamics on any lattice, with the field of a Hamiltonian and of a heat bath.

Equation (Landau-Lifshitz form of Gilbert's equation; gamma > 0)::

    dS/dt = -gamma/(1 + alpha^2) [S x B + alpha S x (S x B)],    B = -(1/mu) dE/dS + noise

Moment mu, damping alpha and gamma may differ between the sites of the unit cell: sublattices of a ferrimagnet. The
noise has the variance 2 alpha kT/(gamma mu dt) per component (Brown, Phys. Rev. 130, 1677 (1963)), and the same random
field enters both stages of Heun's method: Stratonovich, as the physics asks (Garcia-Palacios and Lazaro, Phys. Rev. B
58, 14937 (1998)). Heun: S* = S + dt f(S), then S' = normalised S + dt/2 [f(S) + f(S*)].

Without damping and noise there is a method that keeps the energy: no bond joins two spins of one array, so that all of
them may turn exactly about the field of the others at rest (Krech, Bunker and Landau, Comput. Phys. Commun. 111, 1
(1998)), here by the implicit midpoint rule, which also keeps the energy of quadratic anisotropy.

Units: any in which moment times field is the energy of the terms, and gamma times field a rate; J, J/T, rad/(s T), s.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spinviz.physics.constants import ELECTRON_GYROMAGNETIC_RATIO
from spinviz.physics.lattice import dynamics_kernels as kernels
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.mesh import ORDER, SMALLEST_SQUARE, Stencil
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.lattice.terms.hamiltonian import Compiled, Hamiltonian
from spinviz.physics.lattice.terms.term import Vectors, kept, per_site
from spinviz.physics.stepping import step_count
from spinviz.physics.threads import Meeting, threads_for, together

MOST_TIMES = 2048
"""Steps of one call of a kernel under a field that varies: it is sampled beforehand."""
PASSES = 8
"""Passes of the implicit midpoint rule with anisotropy: each gains a factor of the angle it turns per step."""


@dataclass(frozen=True)
class Dynamics:
    """How the spins of a sample move.

    ``moments``, ``alpha``, ``gamma``: one number, or one for each site of the unit cell. Errors: ValueError for a
    moment that is not above 0, a damping below 0, and numbers for sites that the unit cell does not have.
    """

    geometry: Geometry
    hamiltonian: Hamiltonian
    moments: ArrayLike = 1.0
    alpha: ArrayLike = 0.0
    gamma: ArrayLike = ELECTRON_GYROMAGNETIC_RATIO
    _kept: dict[Any, NDArray[Any]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for what in ("moments", "alpha", "gamma"):
            object.__setattr__(self, what, kept(getattr(self, what), what))
        if self._of_sites("moments").min() <= 0:
            raise ValueError(f"moments {self.moments}: give numbers above 0")
        if self._of_sites("alpha").min() < 0:
            raise ValueError(f"alpha {self.alpha}: a damping is 0 or more")
        if self.hamiltonian.swinging(self.geometry):
            raise ValueError("local fields that vary move meshes only: use micromagnetics.stepping, or uniform ones")

    @cached_property
    def compiled(self) -> Compiled:
        """The Hamiltonian as arrays."""
        return self.hamiltonian.compiled(self.geometry)

    @cached_property
    def _stencil(self) -> Stencil | None:
        if self.hamiltonian.varies or self.compiled.local is not None:
            return None
        return Stencil.of(self.geometry, self.compiled)

    def stable_timestep(self, angle: float = 0.2) -> float:
        """Return the step in which no spin turns by more than ``angle`` [rad] in its largest field.

        Exchange counts twice: in the fastest spin wave of a ferromagnet neighbours turn against each other.
        """
        bound = self.compiled.exchange_bound + self.compiled.pair_bound + self.compiled.site_bound
        rate = np.abs(self._of_sites("gamma")) * bound / self._of_sites("moments")
        return angle / max(float(rate.max()), 1e-300)

    def torque(self, vectors: Vectors, t: float = 0.0) -> Vectors:
        """dS/dt without noise of ``vectors`` (nz, ny, nx, basis, 3): the readable reference."""
        alpha, gamma, mu = (self._of_sites(what)[:, None] for what in ("alpha", "gamma", "moments"))
        S = np.asarray(vectors, np.float64)
        precession = np.cross(S, self.hamiltonian.field(self.geometry, S, t) / mu)
        return np.asarray(-gamma / (1 + alpha**2) * (precession + alpha * np.cross(S, precession)))

    def heun(
        self, spins: Spins, *, dt: float, steps: int = 1, kT: float = 0.0, t: float = 0.0, threads: int = 0
    ) -> None:
        """Advance ``spins`` in place by Heun steps of ``dt`` from time ``t``, in a bath of ``kT`` in units of energy.

        Error per unit time of order dt^2; with noise, averages of order dt. Neither the number of steps in one call nor
        that of ``threads`` changes the result, bit for bit; 0: as many as are worth while. A mesh that has a `Stencil`
        is stepped by that.
        """
        self._check(spins)
        if not (np.isfinite(dt) and 0 <= kT < np.inf):
            raise ValueError(f"dt {dt}, kT {kT}: give finite numbers, kT 0 or more")
        g = self._angles(dt)
        mu, gamma, alpha = (self._of_sites(what) for what in ("moments", "gamma", "alpha"))
        noise = g * np.sqrt(2 * alpha * kT * mu / np.abs(gamma * dt)) if kT > 0 and dt else 0 * g
        left = step_count(steps)
        threads = threads or threads_for(self.geometry.count)
        if self._stencil is not None:
            self._stencil.heun(spins, float(g[0]), float(alpha[0]), float(noise[0]), left, threads)
            return
        P = self._scratch("predicted", spins.values.shape, spins.values.dtype)
        normals = self._normals(spins, bool(noise.any()))
        while left:
            now = min(left, MOST_TIMES) if self.hamiltonian.varies else left
            rates = self._rates(spins, g, noise, t, dt, now)
            given = spins.values, P, normals, self._halo, self._closed, rates, spins.rng, now
            together(threads, partial(_steps, given, threads))
            left, t = left - now, t + now * dt

    def turn(self, spins: Spins, *, dt: float, steps: int = 1, t: float = 0.0) -> None:
        """Advance ``spins`` in place by undamped steps that keep the energy, to rounding but for cubic anisotropy.

        The error of the motion per unit time is of order dt^2, and the method can be run backwards. Errors: ValueError
        where alpha is not zero, or the sample is not coloured.
        """
        self._check(spins)
        self.geometry.need_colours()
        if not np.isfinite(dt) or self._of_sites("alpha").any():
            raise ValueError(f"dt {dt}, alpha {self.alpha}: motion that keeps the energy needs a finite dt and alpha 0")
        g = self._angles(dt / 2)
        passes = 1 if self.compiled.linear else PASSES
        left = step_count(steps)
        while left:
            now = min(left, MOST_TIMES) if self.hamiltonian.varies else left
            rates = self._rates(spins, g, 0 * g, t, dt, now)
            normal = np.zeros(0, np.float32)
            kernels.turning_steps(spins.values, normal, self._halo, self._closed, rates, passes, now)
            left, t = left - now, t + now * dt

    def _angles(self, dt: float) -> NDArray[np.float64]:
        """Angle per step and unit of energy, (basis,)."""
        alpha, gamma, mu = (self._of_sites(what) for what in ("alpha", "gamma", "moments"))
        return np.asarray(gamma * dt / ((1 + alpha**2) * mu))

    def _rates(
        self, spins: Spins, g: NDArray[np.float64], noise: NDArray[np.float64], t: float, dt: float, steps: int
    ) -> kernels.Rates:
        """The kernels' coefficients for ``steps`` steps from time ``t``."""
        c, dtype = self.compiled, spins.values.dtype
        times = t + dt / 2 * np.arange(2 * steps + 1) if self.hamiltonian.varies else np.array([t])
        drive = np.array([self.hamiltonian.uniform(self.geometry, float(time)) for time in times])
        first, other, part, offset, weight, site = self._summands
        fields = (
            weight * g[site],
            np.stack([2 * c.quadratic[:, i, j] for i, j in ORDER], axis=1) * g[:, None],
            2 * c.quartic * g,
            drive * g[:, None],
            self._local(dtype),
            g,
            noise,
            self._of_sites("alpha"),
            np.array([SMALLEST_SQUARE, 1.0]),
        )
        numbers = [np.ascontiguousarray(values, dtype) for values in fields]
        return kernels.Rates._make([first, other, part, offset, *numbers, c.basis])

    @cached_property
    def _summands(self) -> tuple[NDArray[Any], ...]:
        """J S + D x S of all bonds without what is zero, as in `kernels.Rates`, and the site of the unit cell of each.

        Bond vectors along an axis of the lattice have few components.
        """
        c = self.compiled
        first, rows = [0], []
        for k in range(len(c.table.first) - 1):
            bonds = range(c.table.first[k], c.table.first[k + 1])
            for component in range(3):
                u, v = (component + 1) % 3, (component + 2) % 3
                found = [(n, component, c.J[n]) for n in bonds]
                if c.D is not None:
                    found += [(n, v, c.D[n, u]) for n in bonds] + [(n, u, -c.D[n, v]) for n in bonds]
                rows += [(n, part, weight) for n, part, weight in found if weight]
                first.append(len(rows))
        n = np.array([row[0] for row in rows], np.int64)
        part, weight = np.array([row[1] for row in rows], np.int64), np.array([row[2] for row in rows], np.float64)
        return np.array(first, np.int64), c.table.other[n], part, c.table.offset[n], weight, c.table.a[n]

    def _local(self, dtype: np.dtype[Any]) -> NDArray[Any]:
        """The constant field of every site in the precision of the spins, or nothing."""
        if self.compiled.local is None:
            return np.zeros((0, 3, 0), dtype)
        key = ("local", dtype)
        if key not in self._kept:
            self._kept[key] = self.compiled.local.reshape(self.geometry.arrays, 3, -1).astype(dtype)
        return self._kept[key]

    def _scratch(self, name: str, shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
        """Arrays that a kernel overwrites, zero at first."""
        key = (name, shape, dtype)
        if key not in self._kept:
            self._kept[key] = np.zeros(shape, dtype)
        return self._kept[key]

    def _normals(self, spins: Spins, noisy: bool) -> NDArray[np.float32]:
        _, places = kernels.extent(spins.values, self._halo)
        chunks = -(-places // kernels.CHUNK)
        width = min(places + places % 2, kernels.CHUNK)
        shape = (spins.geometry.arrays * chunks, 3 * width) if noisy else (1, 3 * width)
        return self._scratch("normals", shape, np.dtype(np.float32))

    @property
    def _halo(self) -> tuple[int, int, int]:
        return self.geometry.halo

    @property
    def _closed(self) -> tuple[bool, bool, bool]:
        x, y, z = self.geometry.periodic
        return z, y, x

    def _of_sites(self, what: str) -> NDArray[np.float64]:
        if what not in self._kept:
            self._kept[what] = per_site(getattr(self, what), self.geometry, what)
        return self._kept[what]

    def _check(self, spins: Spins) -> None:
        if spins.geometry is not self.geometry and spins.geometry != self.geometry:
            raise ValueError("the spins are on another lattice than the dynamics: build both from one geometry")
        if spins.components != 3:
            raise ValueError(f"spins of {spins.components} components do not precess: give three")


def _steps(given: tuple[Any, ...], threads: int, meeting: Meeting, thread: int) -> None:
    kernels.heun_steps(*given, meeting, thread, threads)
