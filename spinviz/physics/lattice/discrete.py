"""Monte Carlo of discrete spins on any lattice: Ising, Potts and clock models; J, h and T in one unit (kB = 1).

H = -J_n sum over the pairs of shell n, each once, of w(a, b) - h sum of v(a), with states a:

=======  ==========  ====================  ==========================
model    states      w(a, b)               v(a)
=======  ==========  ====================  ==========================
ising    +1, -1      a b                   a
potts    1 to q      1 if a = b, else 0    1 if a = 1, else 0
clock    1 to q      cos(2 pi (a - b)/q)   cos(2 pi (a - 1)/q)
=======  ==========  ====================  ==========================

A vacancy is 0: w and v are zero. Since no bond joins the spins of one array, updating them all at once equals updating
them one by one: the Boltzmann distribution is stationary, but for probabilities that are rounded to about 1e-7.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, log, pi
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.ising_kernels import ising_sums, ising_sweeps
from spinviz.physics.lattice.potts_kernels import potts_sums, potts_sweeps
from spinviz.physics.lattice.spins import Spins

Kind = Literal["ising", "potts", "clock"]
Method = Literal["heat bath", "metropolis"]
Values = NDArray[np.float64]

MOST_STATES = 32
SITES_PER_BLOCK = 8192  # sums, forces and spins of a block fit the first caches
SITES_PER_POTTS_BLOCK = 1024  # times q weights
COLDEST = 1e-30
"""Temperature over the largest energy below which T counts as zero."""


@dataclass(frozen=True)
class Model:
    """A model of discrete spins: couplings ``J`` of all shells or of each, field ``h``, ``q`` states."""

    kind: Kind = "ising"
    J: float | tuple[float, ...] = 1.0
    h: float = 0.0
    q: int = 2

    def __post_init__(self) -> None:
        if self.kind not in ("ising", "potts", "clock"):
            raise ValueError(f"model '{self.kind}' is unknown: use ising, potts or clock")
        if not 2 <= self.q <= MOST_STATES or (self.kind == "ising" and self.q != 2):
            most = 2 if self.kind == "ising" else MOST_STATES
            raise ValueError(f"{self.q} states of the {self.kind} model: use 2 to {most}")
        given = self.J if isinstance(self.J, tuple) else (self.J,)
        if not all(isfinite(x) for x in (*given, self.h)):
            raise ValueError(f"J = {self.J}, h = {self.h}: give finite numbers")

    @property
    def lowest(self) -> int:
        """The state whose number is 0 in tables."""
        return -1 if self.kind == "ising" else 0

    def couplings(self, geometry: Geometry) -> Values:
        """J of each shell (shells,)."""
        return shell_couplings(self.J, geometry)

    @property
    def pairs(self) -> Values:
        """w of two states (n, n), by their numbers; zero for vacancies."""
        if self.kind == "ising":
            return np.outer([-1.0, 0.0, 1.0], [-1.0, 0.0, 1.0])
        a = np.arange(self.q)
        apart = a[:, None] - a
        w = np.zeros((self.q + 1, self.q + 1))
        w[1:, 1:] = apart == 0 if self.kind == "potts" else np.cos(2 * pi * apart / self.q)
        return w

    @property
    def singles(self) -> Values:
        """v of a state (n,), by its number."""
        return np.array([-1.0, 0.0, 1.0]) if self.kind == "ising" else self.pairs[1]


def sweeps(
    spins: Spins,
    model: Model,
    T: float,
    count: int = 1,
    *,
    method: Method = "heat bath",
    history: Values | None = None,
) -> None:
    """Update every spin ``count`` times, array after array.

    Parameters
    ----------
    method
        ``heat bath`` draws each state with its Boltzmann weight; ``metropolis`` proposes another state (of Potts and
        clock models each of the others with equal chance) and accepts with min(1, exp(-dE/T)). The latter is faster
        below Tc, but blinks where every flip is accepted.
    history
        (count, shells + 1) receives the sums (`sums`) after each sweep.

    Errors: ValueError for T below 0, an unknown method, states that are none of the model's.
    """
    if method not in ("heat bath", "metropolis"):
        raise ValueError(f"method '{method}' is unknown: use heat bath or metropolis")
    geometry, values = spins.geometry, arrays_of(spins, model)
    geometry.need_colours()
    records = np.empty((0, geometry.shells + 1)) if history is None else history
    if records.shape not in ((0, geometry.shells + 1), (count, geometry.shells + 1)):
        raise ValueError(f"history of shape {records.shape}: give {(count, geometry.shells + 1)}")
    couplings = model.couplings(geometry)
    scale = 1 / (log(2) * warmed(T, float(np.abs([*couplings, model.h]).max())))
    table, rest = geometry.table, np.float32(method == "heat bath")
    bonds = (table.first, table.other, table.offset, table.shell, geometry.halo, spins.closed)
    J, h = np.float32(couplings * scale), np.float32(model.h * scale)
    if model.kind == "ising":
        size, plane = SITES_PER_BLOCK, geometry.padded[1] * geometry.padded[2]
        total, force = np.empty(size, np.int8), np.full(size, 2 * h, np.float32)
        ising_sweeps(
            values, *bonds, 2 * J, 2 * h, rest, spins.rng, total, force, np.empty(plane, np.int8), int(count), records
        )
        return
    check_states(spins, model)
    a = 2 * pi * np.arange(model.q) / model.q
    circle = np.zeros((2, model.q + 1), np.float32)
    circle[:, 1:] = np.cos(a), np.sin(a)
    weights = np.empty((model.q, SITES_PER_POTTS_BLOCK), np.float32)
    field = np.float32(model.h * scale * model.singles[1:])
    clock, w, v = model.kind == "clock", model.pairs, model.singles
    forces = np.empty((2, SITES_PER_POTTS_BLOCK), np.float32)
    potts_sweeps(values, *bonds, J, field, clock, circle, rest, spins.rng, weights, forces, int(count), w, v, records)


def sums(spins: Spins, model: Model) -> Values:
    """Sums (shells + 1,) of w over the pairs of each shell, each once, and of v over the spins."""
    geometry, values = spins.geometry, arrays_of(spins, model)
    out, table = np.empty(geometry.shells + 1), geometry.table
    bonds = (table.first, table.other, table.offset, table.shell, geometry.halo)
    if model.kind == "ising":
        ising_sums(values, *bonds, np.empty(geometry.padded[1] * geometry.padded[2], np.int8), out)
    else:
        check_states(spins, model)
        potts_sums(values, *bonds, model.pairs, model.singles, out)
    return out


def energies(sums: Values, spins: Spins, model: Model) -> Values:
    """Energy of the whole lattice for ``sums`` (..., shells + 1): of `sums`, or a history."""
    return np.asarray(-(sums[..., :-1] @ model.couplings(spins.geometry)) - model.h * sums[..., -1])


def energy(spins: Spins, model: Model) -> float:
    """Energy of the whole lattice."""
    return float(energies(sums(spins, model), spins, model))


def random_states(geometry: Geometry, model: Model, generator: np.random.Generator) -> NDArray[np.int8]:
    """States of infinite temperature (nz, ny, nx, basis)."""
    drawn = generator.integers(0, model.q, geometry.shape)
    return (2 * drawn - 1 if model.kind == "ising" else drawn + 1).astype(np.int8)


def shell_couplings(J: float | tuple[float, ...], geometry: Geometry) -> Values:
    """J of each shell (shells,), from one of all or one of each. Errors: ValueError for another number."""
    given = J if isinstance(J, tuple) else (J,) * geometry.shells
    if len(given) != geometry.shells or not all(map(isfinite, given)):
        raise ValueError(f"couplings J = {J} of {geometry.shells} shells: give a finite number for each")
    return np.array(given, float)


def warmed(T: float, largest: float) -> float:
    """T, or in place of zero a temperature at which nothing that costs energy happens. Errors: ValueError below 0."""
    if not 0 <= T < float("inf"):
        raise ValueError(f"Temperature T = {T:g} is outside the limits 0 to infinity: use T >= 0.")
    return max(float(T), COLDEST * largest) or 1.0


def check_states(spins: Spins, model: Model) -> None:
    """Refuse states that the model does not have."""
    low, high = int(spins.values.min()), int(spins.values.max())
    lowest, highest = (-1, 1) if model.kind == "ising" else (0, model.q)
    if low < lowest or high > highest:
        raise ValueError(f"states {low} to {high} in the {model.kind} model: use {lowest} to {highest}")


def arrays_of(spins: Spins, model: Model) -> NDArray[np.int8]:
    """The states (arrays, z, y, x), the same memory. Errors: ValueError for vectors."""
    if spins.values.dtype != np.int8 or spins.components != 1:
        raise ValueError(
            f"spins of type {spins.values.dtype} with {spins.components} components: the {model.kind} model has whole "
            "numbers, see Spins.of_states"
        )
    return spins.values[:, 0]  # type: ignore[return-value]
