"""The mesh of the exchange lattice: starts and files, fields, steps, energies, and what actions do to it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from math import cos, floor, log10, nan, radians, sin
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from spinviz.files.errors import FileError
from spinviz.files.ovf.read import OVF, read_ovf
from spinviz.model.parameters import ParameterError
from spinviz.model.system import State
from spinviz.physics.constants import BOLTZMANN, ELECTRON_GYROMAGNETIC_RATIO
from spinviz.physics.lattice import llg, textures
from spinviz.physics.lattice.effective_field import LatticeEnergy
from spinviz.physics.lattice.energy import lattice_energy
from spinviz.physics.lattice.spin_lattice import LatticeField, SpinLattice, micromagnetic_field
from spinviz.physics.lattice.topology import topological_charge
from spinviz.systems.dynamics.exchange_lattice.parameters import (
    WAVE,
    ExchangeParameters,
    mesh_wall_width,
    resolves_wall,
    wall_width,
)

Values = NDArray[np.float64]

TURN, UNDAMPED_TURN = 0.1, 0.04
"""Largest rotation [rad] of a moment in one Heun step; without damping its growth, rotation^4/8 a step, shows."""
LOCAL_TURN = 0.02
"""The same in the applied and the anisotropy field."""
UNDAMPED = 1e-3
RATE = 3e7
"""Cell steps per second that are asked of one core while watching: a quarter of what it can do."""


@dataclass
class ExchangeState(State):
    """The lattice."""

    lattice: SpinLattice


@dataclass(frozen=True, eq=False)
class Start:
    """What closed forms start from: the mean vector (3,), whether all moments are parallel, a wave's amplitude."""

    mean: Values
    uniform: bool
    wave: complex


@lru_cache(maxsize=64)
def field_of(p: ExchangeParameters) -> LatticeField:
    """The terms of the effective field."""
    direction = (p.B * sin(radians(p.tilt)), 0.0, p.B * cos(radians(p.tilt)))
    terms = micromagnetic_field(p.Ms, (p.dx, p.dy, p.dz), A=p.A, K1=p.K1, axis=p.easy, B=direction, D=p.D)
    # Along an axis of one cell there are no neighbours: their exchange would only shorten the step.
    exchange = [b if n > 1 else 0.0 for b, n in zip(terms.exchange, (p.nx, p.ny, p.nz))]
    return LatticeField((exchange[0], exchange[1], exchange[2]), terms.anisotropy, terms.axis, terms.zeeman, terms.dmi)


@lru_cache(maxsize=64)
def inner_step(p: ExchangeParameters) -> float:
    """Longest stable step [s]; with noise shorter, so that one kick stays small."""
    dt = llg.stable_timestep(field_of(p), angle=TURN if p.alpha >= UNDAMPED else UNDAMPED_TURN)
    # Heun's steps turn too fast by a sixth of the squared rotation: the motion of all together needs small ones.
    dt = min(dt, LOCAL_TURN / (ELECTRON_GYROMAGNETIC_RATIO * max(abs(p.B) + abs(2 * p.K1 / p.Ms), 1e-300)))
    if p.T > 0:
        kick = 2 * p.alpha * BOLTZMANN * p.T * ELECTRON_GYROMAGNETIC_RATIO / ((1 + p.alpha**2) * p.moment)
        # Steps of a part of the time 1/kick make the temperature too low by about that part.
        dt = min(dt, 0.004 / max(kick, 1e-300))
    return min(dt, 1e-12)


def start_vectors(p: ExchangeParameters, rng: np.random.Generator) -> Values:
    """Unit vectors (nz, ny, nx, 3) of the start; zero where a file has no material."""
    if p.input:
        return resampled(read_start(p.input, Path(p.input).stat().st_mtime_ns).unit_vectors(), p.shape)
    width = wall_width(p) / p.dx
    width = width if 0.5 < width < p.nx / 4 else max(1.0, min(3.0, p.nx / 8))
    match p.start:
        case "random":
            return textures.random(p.shape, rng)
        case "uniform":
            return textures.uniform(p.shape, max(radians(p.angle), 1e-4))
        case "wall":
            return textures.wall(p.shape, mesh_wall_width(p) / p.dx if resolves_wall(p) else width)
        case "wave":
            return textures.wave(p.shape, p.waves, WAVE)
        case "vortex":
            return textures.vortex(p.shape, max(2.0, min(p.nx, p.ny) / 12))
    return textures.skyrmion(p.shape, max(3.0, min(p.nx, p.ny) / 4), max(1.5, width), p.D >= 0)


@lru_cache(maxsize=2)
def read_start(path: str, modified: int) -> OVF:
    """Read an OVF file once; ``modified`` is its time stamp."""
    return read_ovf(path)


def parameters_of(path: Path) -> ExchangeParameters:
    """Mesh, cell size and, from a file in A/m, Ms; boundaries open, no DMI. Errors: `FileError`."""
    field = read_start(str(path.resolve()), path.stat().st_mtime_ns) if os.path.isfile(path) else read_ovf(path)
    if field.values.shape[3] != 3:
        problem = f"it holds {field.values.shape[3]} numbers per cell, a magnetization has 3"
        raise FileError(path, problem, "choose a file with valuedim 3")
    nz, ny, nx, _ = field.values.shape
    values: dict[str, object] = {"nx": nx, "ny": ny, "nz": nz, "input": str(path.resolve())}
    values |= dict(zip(("dx", "dy", "dz"), field.stepsize if field.meshunit == "m" else (2e-9,) * 3))
    largest = float(field.magnitude().max())
    if largest == 0:
        raise FileError(path, "all vectors are zero", "choose a file with a magnetization")
    if field.valueunits[:1] == ("A/m",):
        values["Ms"] = largest
    try:
        return ExchangeParameters.of(**values, D=0.0, periodic=False, B=0.0, start="uniform")
    except ParameterError as error:
        raise FileError(path, str(error), "choose a smaller file or rescale it") from error


def magnetization(state: ExchangeState, p: ExchangeParameters) -> OVF:
    """The magnetization [A/m] as an OVF field; the file's own values as long as nothing has moved."""
    if p.input and state.time == 0:
        found = read_start(p.input, Path(p.input).stat().st_mtime_ns)
        if found.values.shape[:3] == p.shape:
            return found
    labels = ("m_x", "m_y", "m_z")
    return OVF.from_array(
        np.float64(p.Ms) * state.lattice.to_vectors().astype(np.float64), (p.dx, p.dy, p.dz), title="m",
        valueunits=("A/m",) * 3, valuelabels=labels, desc=(f"Total simulation time:  {state.time:.9g}  s",),
    )  # fmt: skip


def resampled(vectors: Values, shape: tuple[int, int, int]) -> Values:
    """Nearest cells of ``vectors`` on a mesh of another ``shape``."""
    if vectors.shape[:3] == shape:
        return vectors
    index = [(np.arange(n) * old) // n for n, old in zip(shape, vectors.shape[:3])]
    return np.asarray(vectors[np.ix_(*index)])


def relax(state: ExchangeState, p: ExchangeParameters) -> None:
    """A thousand strongly damped steps; the time does not advance."""
    llg.step(state.lattice, field_of(p), dt=inner_step(p.change(T=0.0)), steps=1000, alpha=1.0)


def write_skyrmion(state: ExchangeState, p: ExchangeParameters) -> None:
    """Write a skyrmion into the middle."""
    width = max(1.5, min(wall_width(p) / p.dx, p.nx / 8))
    m = textures.skyrmion(p.shape, max(3.0, min(p.nx, p.ny) / 8), width, p.D >= 0)
    inside = (m[..., 2] < 0.98) & state.lattice.vectors.any(axis=3)
    state.lattice.vectors[inside] = m[inside]


def disorder(state: ExchangeState, p: ExchangeParameters) -> None:
    """Random directions from the lattice's own generator."""
    rng = np.random.default_rng(state.lattice.rng.tolist())
    state.lattice.rng[1] += np.uint64(1)
    inside = state.lattice.vectors.any(axis=3)
    state.lattice.vectors[inside] = textures.random(p.shape, rng)[inside]


def lens(p: ExchangeParameters) -> float:
    """What one core can follow, at most a nanosecond per second: 1, 2 or 5 times a power of ten."""
    fastest = min(RATE / p.cells, 40_000.0) * inner_step(p)
    ceiling = 1.5e-9 if p.start in ("random",) else 5e-11
    wanted = max(min(fastest, ceiling), 1e-16)
    decade = 10.0 ** floor(log10(wanted))
    return decade * max(step for step in (1, 2, 5) if step * decade <= wanted * (1 + 1e-9))


def charge(state: ExchangeState, p: ExchangeParameters) -> float:
    """Topological charge of the middle plane; NaN for a line."""
    if p.nx < 3 or p.ny < 3:
        return nan
    return topological_charge(state.lattice.vectors[p.nz // 2], (p.periodic, p.periodic))


def energies(state: ExchangeState, p: ExchangeParameters) -> LatticeEnergy:
    """Energies [J] of the terms; exchange counts from the uniform state, as A (grad m)^2 does."""
    terms, b, (nz, ny, nx) = lattice_energy(state.lattice, field_of(p), p.moment), field_of(p), p.shape
    wrapped = int(p.periodic)
    bonds = ((nx - 1 + wrapped) * ny * nz, nx * (ny - 1 + wrapped) * nz, nx * ny * (nz - 1))
    if state.lattice.occupied < p.cells:
        bonds = inner_bonds(state.lattice)
    uniform = p.moment * sum(field * count for field, count in zip(b.exchange, bonds))
    return terms._replace(exchange=terms.exchange + uniform)


def above_uniform(energy: LatticeEnergy, p: ExchangeParameters) -> float:
    """Energy [J] above that of the uniform state along the easy axis."""
    return energy.exchange + energy.anisotropy + p.K1 * p.dx * p.dy * p.dz * p.cells


def inner_bonds(lattice: SpinLattice) -> tuple[int, int, int]:
    """Bonds along x, y, z between two cells with material, in a lattice with open boundaries."""
    inside = np.asarray(lattice.vectors.any(axis=3))
    along = [inside[:, :, 1:] & inside[:, :, :-1], inside[:, 1:] & inside[:, :-1], inside[1:] & inside[:-1]]
    return int(along[0].sum()), int(along[1].sum()), int(along[2].sum())
