"""Micromagnetic dynamics with stray field: Landau-Lifshitz-Gilbert, and the torque of a current (Zhang and Li).

    dm/dt = -gamma m x B + alpha m x dm/dt - (u.grad) m + beta m x (u.grad) m

B: exchange, interfacial DMI, anisotropy and applied field of a `Hamiltonian` on a plain mesh, and the `StrayField`. The
classical Runge-Kutta method of fourth order, the length of m restored after each step. Its steps are bounded by the
stiffest spin wave (`Motion.longest_step`).

The stray field changes slowly and costs most: it is evaluated once a step, at its beginning, and extrapolated through
the last four by a cubic for the later stages. Every field that is found is compared with the one extrapolated to that
time; where they differ by more than `TOLERANCE` of the largest field, all four stages are evaluated, until it fits
again. The fields (`History`) are part of the state: copy them with the spins, and empty them when anything but time
changes the spins, the field or the step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil, log2
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from spinviz.physics.constants import ELECTRON_GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY
from spinviz.physics.lattice.energies import Energies
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.mesh import SMALLEST_SQUARE, Stencil, mesh, micromagnetic
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.lattice.terms.hamiltonian import Compiled, Hamiltonian
from spinviz.physics.lattice.terms.term import Vectors
from spinviz.physics.lattice.terms.zeeman import Applied
from spinviz.physics.micromagnetics.cells import ROWS, Cells
from spinviz.physics.micromagnetics.stray_field import StrayField
from spinviz.physics.stepping import Vector, step_count, thermal_field

TOLERANCE = 1e-3
"""Of the largest stray field: by how much an extrapolated one may be off."""
SAFE = 2.4
"""Angle per step of the stiffest spin wave that is taken."""
STABLE = 2.8
"""The largest that the Runge-Kutta method bears."""
SLOTS = 5
STRAY = "Stray field"
"""Name of its energy."""


@dataclass
class History:
    """The stray fields of the last steps, from which the next ones are extrapolated: part of the state.

    Attributes
    ----------
    fields : (5, 3, nz, ny+2, nx+2) [T]
    counts : (4,) known fields (at most 4), place of the newest, evaluations so far, steps with extrapolated fields
    step : (1,) length [s] of the steps between them
    """

    fields: NDArray[Any]
    counts: NDArray[np.int64]
    step: NDArray[np.float64] = field(default_factory=lambda: np.zeros(1))

    @classmethod
    def of(cls, spins: Spins) -> History:
        """No field known yet, for ``spins`` on a plain mesh."""
        _, planes, *plane = spins.values[0].shape
        return cls(np.zeros((SLOTS, 3, planes - 2, *plane), spins.values.dtype), np.zeros(4, np.int64))

    def empty(self) -> None:
        """Forget the fields: something but time has changed the state."""
        self.counts[0] = 0

    def copy(self) -> History:
        """A copy that shares nothing."""
        return History(self.fields.copy(), self.counts.copy(), self.step.copy())


@dataclass(frozen=True, eq=False)
class Motion:
    """How the magnetization of a mesh of cells moves.

    Parameters
    ----------
    hamiltonian : of `mesh.micromagnetic` or another with a `Stencil`; energies in J
    moment : Ms V of a cell [J/T]
    u : drift velocity of the spins of a current [m/s], beta : its non-adiabaticity
    cell : edges [m]; needed for a current
    cells : constants of each cell in place of ``alpha`` and of what ``hamiltonian`` says of exchange, DMI and
        anisotropy; of that remain the applied fields. ``moment`` is then that of the largest Ms: see `of_cells`

    Errors: ValueError for a mesh without a stencil, a damping below 0, a current without a cell or through cells of
    several Ms, two local fields that vary.
    """

    geometry: Geometry
    hamiltonian: Hamiltonian
    moment: float
    alpha: float = 0.0
    stray: StrayField | None = None
    gamma: float = ELECTRON_GYROMAGNETIC_RATIO
    u: Vector = (0.0, 0.0, 0.0)
    beta: float = 0.0
    cell: Vector | None = None
    cells: Cells | None = None
    _kept: dict[Any, Any] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        if not (self.moment > 0 and self.alpha >= 0):
            raise ValueError(f"moment {self.moment}, alpha {self.alpha}: give a moment above 0, a damping of 0 or more")
        if any(self.u) and self.cell is None:
            raise ValueError(f"a current of {self.u} m/s needs the edges of the cells")
        several = self.cells is not None and self.cells.factors is not None
        if self.stray is not None and self.stray.factors is not None and not several:
            raise ValueError("a stray field of cells of several Ms: give those cells to the motion, too")
        if several and any(self.u):
            raise ValueError("a current through cells of several Ms has no drift velocity: give all one Ms, or u = 0")
        if len(self._swinging) > 1:
            raise ValueError(f"{len(self._swinging)} local fields vary: give one, and its course")
        if self._stencil is None:
            raise ValueError("micromagnetics needs a plain mesh with the terms of a film: see mesh.micromagnetic")

    @classmethod
    def of(
        cls, geometry: Geometry, cell: Vector, Ms: float, *, A: float, K1: float = 0.0, axis: Vector = (0, 0, 1),
        B: Vector = (0, 0, 0), D: float = 0.0, alpha: float = 0.0, stray: bool = True,
        gamma: float = ELECTRON_GYROMAGNETIC_RATIO, u: Vector = (0, 0, 0), beta: float = 0.0,
    ) -> Motion:  # fmt: skip
        """Return the motion of cells (dx, dy, dz) [m] of one material; see `mesh.micromagnetic` for its constants."""
        terms = micromagnetic(geometry, Ms, cell, A=A, K1=K1, axis=axis, B=B, D=D)
        field = StrayField(geometry.sides, cell, Ms, geometry.periodic) if stray else None
        return cls(geometry, terms, Ms * cell[0] * cell[1] * cell[2], alpha, field, gamma, u, beta, cell)

    @classmethod
    def of_cells(
        cls, cells: Cells, *, B: Vector = (0, 0, 0), stray: bool = True, gamma: float = ELECTRON_GYROMAGNETIC_RATIO,
        u: Vector = (0, 0, 0), beta: float = 0.0,
    ) -> Motion:  # fmt: skip
        """Return the motion of cells of several materials in the field ``B`` [T]."""
        nz, ny, nx = cells.shape
        geometry = mesh((nx, ny, nz), cells.periodic)
        terms = micromagnetic(geometry, cells.largest, cells.cell, B=B)
        field = StrayField((nx, ny, nz), cells.cell, cells.largest, cells.periodic, cells.factors) if stray else None
        return cls(geometry, terms, cells.largest * cells.volume, 0.0, field, gamma, u, beta, cells.cell, cells)

    @cached_property
    def _stencil(self) -> Stencil | None:
        return Stencil.of(self.geometry, self._compiled)

    @cached_property
    def _compiled(self) -> Compiled:
        return self.hamiltonian.compiled(self.geometry)

    @cached_property
    def _largest_local(self) -> tuple[float, float]:
        """Largest of the local fields, times the moment: of that which stands still and of that which swings."""
        still = sum(v for term in self.hamiltonian.terms if (v := term.local(self.geometry)) is not None)
        swinging = sum(v for v, _ in self._swinging)
        one, two = (float(np.sqrt((np.asarray(v) ** 2).sum(axis=-1).max())) for v in (still, swinging))
        return one, two

    def longest_step(self, angle: float = SAFE, t: float = 0.0) -> float:
        """Return the step [s] in which the stiffest spin wave, in which neighbours are opposed, turns by ``angle``."""
        rate = abs(self.gamma) * self.largest_field(t)
        if self.cell is not None:
            rate += sum(abs(v) / d for v, d in zip(self.u, self.cell))
        alpha = self.alpha if self.cells is None else float(self.cells.of("alpha").min())
        return angle * (1 + alpha**2) / max(rate, 1e-300)

    def largest_field(self, t: float = 0.0) -> float:
        """The field [T] of neighbours that are opposed, with anisotropy, applied field and half of mu0 Ms."""
        stencil = self._stencil
        assert stencil is not None
        sides = np.array(self.geometry.sides)
        local = 2 * float(np.linalg.norm(self._compiled.quadratic[0], 2))
        drive = np.linalg.norm(self.hamiltonian.uniform(self.geometry, t)[0])
        still, swinging = self._largest_local
        drive += still + abs(self._swing(t)) * swinging
        pairs = 4 * abs(stencil.exchange[sides > 1]).sum() + 2 * abs(stencil.dmi[sides[:2] > 1]).sum()
        if self.cells is not None:
            pairs, local = 0 * pairs, self.cells.largest_field * self.moment
        stray = 0.0 if self.stray is None else VACUUM_PERMEABILITY * self.stray.Ms / 2
        return float(pairs + local + drive) / self.moment + stray

    def advance(
        self, spins: Spins, history: History, dt: float, steps: int = 1, t: float = 0.0,
        *, kT: float = 0.0, tolerance: float = TOLERANCE,
    ) -> int:  # fmt: skip
        """Advance ``spins`` and ``history`` in place by ``steps`` of ``dt`` [s] from time ``t``.

        Steps that are too long for the method are halved until they are not: returns into how many parts each of them
        was divided, usually 1.
        ``tolerance`` of extrapolated stray fields; below 0 all stages are evaluated. How many steps are in one call
        does not change the result, and a change of ``dt`` empties the history. Error per unit time of order dt^4.
        In a bath of ``kT`` [J] every stage is evaluated; the thermal field stands still during a step, which is the
        physics' Stratonovich equation with averages of order dt. Errors: ValueError for a step that is not finite and
        for a negative ``kT``.
        """
        from spinviz.physics.micromagnetics import stepping_kernels as kernels

        if not np.isfinite(dt):
            raise ValueError(f"a step of {dt} s: give a finite time")
        if not 0 <= kT < np.inf:
            raise ValueError(f"kT of {kT} J: give a finite energy of 0 or more")
        parts = self._parts(dt, t)
        dt, steps = dt / parts, step_count(steps) * parts
        if history.step[0] != dt:
            history.empty()
            history.step[0] = dt
        m = spins.values[0]
        alpha = self.alpha if self.cells is None else 1.0
        noise = thermal_field(alpha, kT, self.moment, abs(dt), abs(self.gamma)) if kT > 0 and dt else 0.0
        normals = self._normals(m, noise > 0)
        tensors = self._empty(m.dtype) if self.stray is None else self.stray.arrays(m.dtype)
        work, stages = self._work(m)
        kernels.rk4_steps(
            m, spins.rng, spins.closed, *tensors, history.fields, history.counts, work, normals, stages,
            self._coefficients(m.dtype, dt, noise), self._drives(m.dtype, dt, steps, t),
            self._places(m), self._rows(m), m.dtype.type(tolerance), steps,
        )  # fmt: skip
        return parts

    def _parts(self, dt: float, t: float) -> int:
        """A power of two into which steps are divided that are too long for the method."""
        ratio = abs(dt) / self.longest_step(STABLE, t)
        return 1 if ratio <= 1 else 2 ** ceil(log2(ratio))

    def torque(self, spins: Spins, t: float = 0.0) -> NDArray[Any]:
        """Return m x B [T] of ``spins`` at time ``t``, shaped as their array, zero in its halo."""
        from spinviz.physics.micromagnetics import stepping_kernels as kernels

        m = spins.values[0]
        drive = (self.hamiltonian.uniform(self.geometry, t)[0] / self.moment).astype(m.dtype)
        local = self._stray(spins) + drive[:, None, None, None]
        if (places := self._places(m)).size:
            swing = m.dtype.type(self._swing(t))
            local += (places[0] + swing * places[1]).reshape(local.shape)
        out: NDArray[Any] = np.zeros_like(m)
        inner = np.zeros((3, local[0].size), m.dtype)
        couplings = np.concatenate([self._couplings(1 / self.moment), [0.0]]).astype(m.dtype)
        width = m.shape[2] * m.shape[3]
        given = m.reshape(3, -1), local.reshape(3, -1), inner, m.shape[3], width
        if self.cells is None:
            kernels.torque(*given, tuple(couplings))
        else:
            kernels.torque_of_cells(*given, self._rows(m), m.dtype.type(1), False)
        out.reshape(3, -1)[:, width:-width] = -inner
        return _without_halo(out)

    def slope(self, spins: Spins, fields: NDArray[Any], t: float = 0.0) -> NDArray[Any]:
        """Return dm/dt [1/s] of ``spins`` without noise, shaped as their array, zero in its halo.

        Overwrites ``fields`` of a history.
        """
        from spinviz.physics.micromagnetics import stepping_kernels as kernels

        m, unit = spins.values[0], 1e-12  # in single precision a second would overflow
        tensors = self._empty(m.dtype) if self.stray is None else self.stray.arrays(m.dtype)
        work, _ = self._work(m)
        drive = self._drives(m.dtype, unit, 0, t)[0]
        q = self._coefficients(m.dtype, unit, 0.0)
        kernels.slope(m, *tensors, fields, work, q, drive, self._places(m), self._rows(m))
        out: NDArray[Any] = np.zeros_like(m)
        width = m.shape[2] * m.shape[3]
        out.reshape(3, -1)[:, width:-width] = work[0] / m.dtype.type(unit)
        return _without_halo(out)

    def _couplings(self, scale: float) -> NDArray[np.float64]:
        """Exchange along x, y, z, DMI along x, y, and the quadratic form, times ``scale``."""
        stencil = self._stencil
        assert stencil is not None
        exchange = np.where(np.array(self.geometry.sides) > 1, stencil.exchange, 0.0)
        return np.asarray(scale * np.concatenate([exchange, stencil.dmi, stencil.quadratic]))

    def _coefficients(self, dtype: np.dtype[Any], dt: float, noise: float) -> NDArray[Any]:
        tesla = self.gamma * dt / (1 + self.alpha**2)
        fields = self._couplings(tesla / self.moment)
        drift = [v * dt / (2 * d * (1 + self.alpha**2)) for v, d in zip(self.u, self.cell or (1.0, 1.0, 1.0))]
        drift = [d if n > 1 else 0.0 for d, n in zip(drift, self.geometry.sides)]
        return np.array([*fields, self.alpha, SMALLEST_SQUARE, 1 / 6, tesla, tesla * noise, *drift, self.beta]).astype(
            dtype
        )

    def _drives(self, dtype: np.dtype[Any], dt: float, steps: int, t: float) -> NDArray[Any]:
        tesla = self.gamma * dt / ((1 + self.alpha**2) * self.moment)
        times = t + dt / 2 * np.arange(2 * steps + 1) if self.hamiltonian.varies else [t]
        fields = [tesla * self.hamiltonian.uniform(self.geometry, float(time))[0] for time in times]
        return np.array([[*field, self._swing(float(time))] for field, time in zip(fields, times)]).astype(dtype)

    def _swing(self, t: float) -> float:
        """Factor of the local field that varies."""
        return next((course(t) for _, course in self._swinging), 0.0)

    @cached_property
    def _swinging(self) -> list[tuple[Vectors, Callable[[float], float]]]:
        return self.hamiltonian.swinging(self.geometry)

    def _places(self, m: NDArray[Any]) -> NDArray[Any]:
        """Local fields [T], one that stands still and one that swings, (2, 3, places), or (0, 3, 0)."""
        if ("places", m.dtype) not in self._kept:
            still = [v for term in self.hamiltonian.terms if (v := term.local(self.geometry)) is not None]
            swinging = [v for v, _ in self._swinging]
            found = np.zeros((2, 3, m.shape[1] - 2 if still or swinging else 0, *m.shape[2:]))
            for row, fields in zip(found, (still, swinging)):
                for values in fields:
                    row[:, :, 1:-1, 1:-1] += np.moveaxis(values[..., 0, :], -1, 0) / self.moment
            flat = found.reshape(2, 3, -1) if found.size else np.zeros((0, 3, 0))
            self._kept["places", m.dtype] = flat.astype(m.dtype)
        places: NDArray[Any] = self._kept["places", m.dtype]
        return places

    def _rows(self, m: NDArray[Any]) -> NDArray[Any]:
        """`Cells.rows` with the halo of their planes, (17, places) or (17, 0)."""
        if ("rows", m.dtype) not in self._kept:
            if self.cells is None:
                found = np.zeros((ROWS, 0), m.dtype)
            else:
                found = np.zeros((ROWS, m.shape[1] - 2, *m.shape[2:]), m.dtype)
                found[:, :, 1:-1, 1:-1] = self.cells.rows
            self._kept["rows", m.dtype] = found.reshape(ROWS, -1)
        rows: NDArray[Any] = self._kept["rows", m.dtype]
        return rows

    def _work(self, m: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Arrays that the kernel overwrites."""
        key = ("work", m.dtype)
        if key not in self._kept:
            places = (m.shape[1] - 2) * m.shape[2] * m.shape[3]
            self._kept[key] = np.zeros((4, 3, places), m.dtype), np.zeros((2, *m.shape), m.dtype)
        work, stages = self._kept[key]
        return work, stages

    def _normals(self, m: NDArray[Any], noisy: bool) -> NDArray[np.float32]:
        size = 3 * (m.shape[1] - 2) * m.shape[2] * m.shape[3] if noisy else 0
        if ("normals", size) not in self._kept:
            self._kept["normals", size] = np.zeros(size + size % 2, np.float32)
        normals: NDArray[np.float32] = self._kept["normals", size]
        return normals

    def _empty(self, dtype: DTypeLike) -> tuple[NDArray[Any], ...]:
        """No stray field."""
        waves = np.result_type(np.dtype(dtype), np.complex64)
        zeros = [np.zeros((0,) * axes, dtype) for axes in (3, 4, 4)]
        return *zeros, np.zeros((0, 0, 0, 0), waves)

    def stray_field(self, spins: Spins) -> NDArray[Any]:
        """The true stray field [T] of ``spins``, (3, nz, ny, nx)."""
        return np.asarray(self._stray(spins)[:, :, 1:-1, 1:-1])

    def _stray(self, spins: Spins) -> NDArray[Any]:
        m = spins.values[0]
        out = np.zeros((3, m.shape[1] - 2, *m.shape[2:]), m.dtype)
        if self.stray is not None:
            self.stray.field(m, out)
        return out

    def energies(self, spins: Spins, t: float = 0.0) -> dict[str, float]:
        """Energy [J] by term at time ``t``; exchange counts from the aligned state. The stray field is the true one."""
        found = self._energies.of(spins, t) if self.cells is None else self._energies_of_cells(spins, t)
        if self.stray is not None:
            found[STRAY] = self.stray.energy(spins.values[0], self._stray(spins))
        return found

    def _energies_of_cells(self, spins: Spins, t: float) -> dict[str, float]:
        """Those of the cells, and of the applied fields on the moments that they have."""
        assert self.cells is not None
        m = spins.vectors()[..., 0, :].astype(np.float64)
        found = {name: float(part.sum()) for name, part in self.cells.parts(m).items()}
        return found | self.applied.energies(self.geometry, self.weighted(m)[..., None, :], t)

    @cached_property
    def applied(self) -> Hamiltonian:
        """The applied fields of the Hamiltonian."""
        return Hamiltonian(tuple(term for term in self.hamiltonian.terms if isinstance(term, Applied)))

    def weighted(self, m: NDArray[Any]) -> NDArray[Any]:
        """Directions ``m`` (nz, ny, nx, 3) times Ms of each cell over the largest."""
        several = self.cells is not None and self.cells.factors is not None
        return m * self.cells.factors[..., None] if several else m  # type: ignore[union-attr, index]

    @cached_property
    def _energies(self) -> Energies:
        return Energies(self.geometry, self.hamiltonian, from_aligned=True)

    def field(self, spins: Spins, t: float = 0.0) -> NDArray[np.float64]:
        """The whole field [T] of ``spins``, (nz, ny, nx, 3): minus the gradient of the energy, the readable form."""
        vectors = spins.vectors().astype(np.float64)
        h = self.hamiltonian.field(self.geometry, vectors, t)[..., 0, :] / self.moment
        if self.cells is not None:
            h += self.cells.field(vectors[..., 0, :])
        return np.asarray(h + np.moveaxis(self.stray_field(spins), 0, -1))


def _without_halo(values: NDArray[Any]) -> NDArray[Any]:
    """Zero the halo of ``values`` (3, nz+2, ny+2, nx+2), where kernels leave what means nothing."""
    for axis in (1, 2, 3):
        for edge in (0, -1):
            np.moveaxis(values, axis, 0)[edge] = 0
    return values
