"""The mesh of the exchange lattice: parameters, state, fields, steps and starts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians, sin, sqrt
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from spinviz.files.ovf.read import OVF, read_ovf
from spinviz.model.parameters import Parameters, choice, file, quantity, switch
from spinviz.model.system import State
from spinviz.physics.constants import BOLTZMANN, ELECTRON_GYROMAGNETIC_RATIO
from spinviz.physics.lattice import llg, textures
from spinviz.physics.lattice.spin_lattice import LatticeField, SpinLattice, micromagnetic_field

Values = NDArray[np.float64]
SUFFIXES = (".ovf", ".omf", ".ohf", ".oef")
TURN, UNDAMPED_TURN = 0.1, 0.04
"""Largest rotation [rad] of a moment in one Heun step; without damping its growth, rotation^4/8 a step, shows."""
LOCAL_TURN = 0.02
"""The same in the applied and the anisotropy field."""
UNDAMPED = 1e-3
WAVE = 0.05
"""Amplitude of the starting spin wave: its square is what the linear law leaves out."""


class ExchangeParameters(Parameters):
    """Inputs of `ExchangeLattice`."""

    B: float = quantity(
        0.05, "T", "Applied field, negative for the opposite direction.", title="Applied field", symbol="B", ge=-5, le=5
    )
    tilt: float = quantity(
        0.0, "°", "Angle of the field from z, in the xz plane.", title="Field angle", symbol="ψ", ge=0, le=90
    )
    A: float = quantity(1.5e-11, "J/m", "Exchange stiffness.", title="Exchange", symbol="A", ge=0, le=1e-10)
    D: float = quantity(
        3.7e-3, "J/m²", "Interfacial Dzyaloshinskii-Moriya constant.", title="Interfacial DMI", symbol="D",
        ge=-1e-2, le=1e-2,
    )  # fmt: skip
    K1: float = quantity(
        6e5, "J/m³", "Uniaxial anisotropy constant, for a film less μ₀Ms²/2.", title="Anisotropy", symbol="K₁",
        ge=-2e6, le=2e6,
    )  # fmt: skip
    axis: Literal["x", "y", "z"] = choice("z", "Easy axis of the anisotropy.", title="Easy axis")
    alpha: float = quantity(0.1, "", "Gilbert damping.", title="Damping", symbol="α", ge=0, le=2)
    T: float = quantity(0.0, "K", "Temperature of the thermal noise.", title="Temperature", symbol="T", ge=0, le=1000)
    Ms: float = quantity(
        5.8e5, "A/m", "Saturation magnetization.", title="Saturation", symbol="M_s", gt=1e3, le=1e7, scale="log"
    )
    start: Literal["skyrmion", "random", "uniform", "wall", "wave", "vortex"] = choice(
        "skyrmion", "Texture to start from.", title="Start", rebuild=True
    )
    angle: float = quantity(
        30.0, "°", "Angle from z of a uniform start.", title="Start angle", symbol="θ₀", ge=0, le=180, rebuild=True
    )
    waves: int = quantity(
        2, "", "Wavelengths of a starting spin wave along x.", title="Wavelengths", ge=0, le=64, rebuild=True
    )
    nx: int = quantity(48, "cells", "Cells along x.", symbol="n_x", ge=1, le=1024, scale="log", rebuild=True)
    ny: int = quantity(48, "cells", "Cells along y.", symbol="n_y", ge=1, le=1024, scale="log", rebuild=True)
    nz: int = quantity(1, "cells", "Cells along z.", symbol="n_z", ge=1, le=256, scale="log", rebuild=True)
    dx: float = quantity(2e-9, "m", "Cell size along x.", symbol="Δx", ge=1e-10, le=1e-6, scale="log", rebuild=True)
    dy: float = quantity(2e-9, "m", "Cell size along y.", symbol="Δy", ge=1e-10, le=1e-6, scale="log", rebuild=True)
    dz: float = quantity(1.0e-9, "m", "Cell size along z.", symbol="Δz", ge=1e-10, le=1e-6, scale="log", rebuild=True)
    periodic: bool = switch(True, "Periodic boundaries along x and y.", title="Periodic", rebuild=True)
    precision: Literal["single", "double"] = choice(
        "single", "Floating-point precision: single is twice as fast.", title="Precision", rebuild=True
    )
    show: Literal["auto", "arrows", "cells"] = choice(
        "auto", "What is drawn: arrows, coloured cells, or by size.", title="Show", display=True
    )
    input: str = file("OVF file to start from: its mesh and directions are taken.", SUFFIXES, title="Start file")

    @property
    def shape(self) -> tuple[int, int, int]:
        """(nz, ny, nx)."""
        return self.nz, self.ny, self.nx

    @property
    def cells(self) -> int:
        """Number of cells."""
        return self.nx * self.ny * self.nz

    @property
    def moment(self) -> float:
        """Ms times the volume of a cell [J/T]."""
        return self.Ms * self.dx * self.dy * self.dz

    @property
    def easy(self) -> tuple[float, float, float]:
        """Easy axis."""
        return float(self.axis == "x"), float(self.axis == "y"), float(self.axis == "z")


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


def resampled(vectors: Values, shape: tuple[int, int, int]) -> Values:
    """Nearest cells of ``vectors`` on a mesh of another ``shape``."""
    if vectors.shape[:3] == shape:
        return vectors
    index = [(np.arange(n) * old) // n for n, old in zip(shape, vectors.shape[:3])]
    return np.asarray(vectors[np.ix_(*index)])


def wall_width(p: ExchangeParameters) -> float:
    """Width parameter sqrt(A/K1) [m] of a domain wall; 0 without anisotropy."""
    return sqrt(p.A / p.K1) if p.K1 > 0 else 0.0


def mesh_wall_width(p: ExchangeParameters) -> float:
    """Width [m] of a wall at rest on the mesh: sqrt(A/K1) (1 - r^2/8), r = cell over width.

    cos(dtheta) is weaker exchange than dtheta^2: -A dx^2/12 (theta'^4 + theta''^2) minimised with the profile's width;
    it lowers the energy by r^2/24. Relaxed chains of r = 0.4 agree to 9e-4 and 2e-4.
    """
    return wall_width(p) * (1 - (p.dx / wall_width(p)) ** 2 / 8)


def mesh_wall_energy(p: ExchangeParameters) -> float:
    """Energy [J/m^2] of a wall at rest on the mesh: 4 sqrt(A K1) (1 - r^2/24), see `mesh_wall_width`."""
    return 4 * sqrt(p.A * p.K1) * (1 - (p.dx / wall_width(p)) ** 2 / 24)


def resolves_wall(p: ExchangeParameters) -> bool:
    """Whether a domain wall across x is wide on the mesh and narrow in the lattice."""
    return p.K1 > 0 and 2.5 * p.dx < wall_width(p) < p.nx * p.dx / 16
