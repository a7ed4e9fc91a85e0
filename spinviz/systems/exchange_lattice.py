"""Exchange lattice: Landau-Lifshitz-Gilbert on a mesh with exchange, anisotropy, field and interfacial DMI.

Finite-difference micromagnetics in SI units; of the demagnetizing field only the part of a thin film is kept, inside an
effective K1. The start is a texture in closed form or an OVF file.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import atanh, ceil, cos, floor, inf, log10, nan, pi, radians, sin, sqrt
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from spinviz.files.errors import FileError
from spinviz.files.ovf import OVF, read_ovf
from spinviz.model.law import Check, Law
from spinviz.model.parameters import ParameterError, Parameters, choice, file, quantity, switch
from spinviz.model.plots import Histogram, Trace
from spinviz.model.system import Action, Observable, Preset, System
from spinviz.model.visuals import Arrows, Cells, Stage, Visual, float32
from spinviz.physics import llg, textures
from spinviz.physics.constants import BOLTZMANN, ELECTRON_GYROMAGNETIC_RATIO
from spinviz.physics.effective_field import LatticeEnergy
from spinviz.physics.lattice_energy import lattice_energy
from spinviz.physics.levels import langevin
from spinviz.physics.macrospin_laws import axial_rapidity
from spinviz.physics.spin_lattice import LatticeField, SpinLattice, micromagnetic_field, thermal_field
from spinviz.physics.topology import topological_charge
from spinviz.systems.pictures.mesh import coloured, corner, positions

Values = NDArray[np.float64]
SUFFIXES = (".ovf", ".omf", ".ohf", ".oef")

FRAMES = 120
"""Samples per second on screen."""
RATE = 3e7
"""Cell steps per second that are asked of one core while watching: a quarter of what it can do."""
TURN, UNDAMPED_TURN = 0.1, 0.04
"""Largest rotation [rad] of a moment in one Heun step; without damping its growth, rotation^4/8 a step, shows."""
LOCAL_TURN = 0.02
"""The same in the applied and the anisotropy field."""
UNDAMPED = 1e-3
SETTLE = 1e-10
"""Time [s] after a change that counts in no mean."""
ARROWS = 2600
"""Cells up to which every one gets its arrow in a plane; beyond it a plane is coloured and carries fewer arrows."""
SPARSE = 44
"""Arrows along the longer side of a coloured plane."""
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
        "auto", "What is drawn: arrows, coloured cells, or by size.", title="Show"
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
class ExchangeState:
    """The lattice, the mean vector after the last change and its time, and the energy now.

    ``key``: what the closed forms depend on; ``origin`` (3,); ``wave``: complex amplitude of the start's wave.
    """

    lattice: SpinLattice
    time: float
    origin: Values
    since: float
    wave: complex
    key: tuple[object, ...]
    uniform: bool


@lru_cache(maxsize=64)
def field_of(p: ExchangeParameters) -> LatticeField:
    """The terms of the effective field."""
    direction = (p.B * sin(radians(p.tilt)), 0.0, p.B * cos(radians(p.tilt)))
    terms = micromagnetic_field(p.Ms, (p.dx, p.dy, p.dz), A=p.A, K1=p.K1, axis=p.easy, B=direction, D=p.D)
    # Along an axis of one cell there are no neighbours: their exchange would only shorten the step.
    exchange = [b if n > 1 else 0.0 for b, n in zip(terms.exchange, (p.nx, p.ny, p.nz))]
    return LatticeField((exchange[0], exchange[1], exchange[2]), terms.anisotropy, terms.axis, terms.zeeman, terms.dmi)


def motion_key(p: ExchangeParameters) -> tuple[object, ...]:
    """What the motion depends on: a change of it begins a new closed form."""
    return p.B, p.tilt, p.A, p.D, p.K1, p.axis, p.alpha, p.T, p.Ms, p.show


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


def mean_of(state: ExchangeState) -> Values:
    """Mean unit vector (3,)."""
    return state.lattice.mean()


def wave_of(state: ExchangeState, p: ExchangeParameters) -> complex:
    """Amplitude <m+ exp(-i k x)> of the wave with ``p.waves`` wavelengths along x."""
    m = state.lattice.vectors
    across = m[..., 0].mean(axis=(0, 1), dtype=np.float64) + 1j * m[..., 1].mean(axis=(0, 1), dtype=np.float64)
    return complex(np.mean(across * np.exp(-2j * pi * p.waves * np.arange(p.nx) / p.nx)))


def walled(state: ExchangeState, p: ExchangeParameters) -> bool:
    """Whether the lattice holds one free domain wall about the easy axis z, resolved by the mesh."""
    alone = p.start == "wall" and not p.input and p.B == 0 and p.D == 0 and p.T == 0 and p.axis == "z"
    if not alone or p.periodic or not resolves_wall(p):
        return False
    # A changed constant makes the wall breathe: it rests after some damping times.
    rate = p.alpha * ELECTRON_GYROMAGNETIC_RATIO * 2 * p.K1 / p.Ms / (1 + p.alpha**2)
    if state.since > 0 and rate * (state.time - state.since) < 8:
        return False
    mz = state.lattice.vectors[..., 2]
    straight = np.ptp(mz, axis=(0, 1)).max() < 1e-3 and mz[0, 0, 0] > 0.99 and mz[0, 0, -1] < -0.99
    return bool(straight and np.count_nonzero(np.diff(np.signbit(mz[0, 0]))) == 1)


def symmetric(state: ExchangeState, p: ExchangeParameters) -> bool:
    """Whether all moments turn together about z."""
    free = p.D == 0 or p.periodic
    return state.uniform and free and p.T == 0 and p.axis == "z" and p.tilt == 0 and state.key == motion_key(p)


def waving(state: ExchangeState, p: ExchangeParameters) -> bool:
    """Whether a small wave runs through a periodic lattice magnetized along z."""
    known = p.start == "wave" and not p.input and state.key == motion_key(p) and abs(state.wave) > 1e-3
    pure = abs(abs(state.wave) ** 2 + float(state.origin[2]) ** 2 - 1) < 1e-4
    stable = p.B + 2 * p.K1 / p.Ms > 0
    return known and pure and stable and p.periodic and p.T == 0 and p.D == 0 and p.axis == "z" and p.tilt == 0


def wave_amplitude(state: ExchangeState, p: ExchangeParameters, t: Values) -> Values:
    """Real part of the wave over its first amplitude.

    A wave of even m_z is a solution at any amplitude: exchange then acts as the anisotropy field
    (4 A/(Ms dx^2)) (1 - cos k dx), in the continuum 2 A k^2/Ms, and the rest is `axial_rapidity`. For small ones it is
    the dispersion w = gamma (B + 2 K1/Ms + that), Herring and Kittel, Phys. Rev. 81, 869 (1951).
    """
    k = 2 * pi * p.waves / p.nx
    Bk = 2 * p.K1 / p.Ms + (4 * p.A / (p.Ms * p.dx**2) * (1 - cos(k)) if p.nx > 1 else 0.0)
    u0, elapsed = float(state.origin[2]), np.maximum(t - state.since, 0.0)
    size = np.ones(len(elapsed))
    if p.alpha == 0:
        phase = ELECTRON_GYROMAGNETIC_RATIO * (p.B + Bk * u0) * elapsed
    else:
        v = axial_rapidity(u0, p.B, Bk, p.alpha * ELECTRON_GYROMAGNETIC_RATIO / (1 + p.alpha**2) * elapsed)
        phase, size = (v - atanh(u0)) / p.alpha, np.cosh(atanh(u0)) / np.cosh(v)
    return np.where(t >= state.since, np.cos(phase + np.angle(state.wave)) * size, nan)


def free_time(p: ExchangeParameters) -> float:
    """Relaxation time [s] of <m> in the heat alone: (1 + alpha^2) mu/(2 alpha gamma kT), Brown 1963."""
    return (1 + p.alpha**2) * p.moment / max(2 * p.alpha * ELECTRON_GYROMAGNETIC_RATIO * BOLTZMANN * p.T, 1e-300)


def independent(state: ExchangeState, p: ExchangeParameters) -> bool:
    """Whether every cell is a moment of its own in heat and field, and forgets its start while the mean settles."""
    alone = p.A == 0 and p.D == 0 and p.K1 == 0 and p.tilt == 0 and not p.input
    return alone and p.T > 0 and 6 * free_time(p) <= SETTLE


def langevin_of(p: ExchangeParameters) -> float:
    """<m_z> of independent cells."""
    return float(langevin(p.moment * p.B / (BOLTZMANN * p.T)))


def error_of_mz(state: ExchangeState, p: ExchangeParameters) -> float:
    """Standard error of the mean m_z of independent cells, and 5e-4 for the length of the steps."""
    looks = max((state.time - state.since - SETTLE) / (2 * free_time(p)), 1.0)
    x, mean = p.moment * p.B / (BOLTZMANN * p.T), langevin_of(p)
    variance = 1 - 2 * mean / x - mean**2 if abs(x) > 1e-3 else 1 / 3
    return sqrt(max(variance, 0.0) / (p.cells * looks)) + 5e-4


def together(state: ExchangeState, p: ExchangeParameters, t: Values) -> Values:
    """m_x (n,) of moments that all turn together about z, see `axial_rapidity`; NaN before the last change."""
    x, y, u0 = state.origin / max(float(np.linalg.norm(state.origin)), 1e-12)
    if abs(u0) > 1 - 1e-9 or p.alpha == 0:
        return np.full(len(t), nan)
    rate = p.alpha * ELECTRON_GYROMAGNETIC_RATIO / (1 + p.alpha**2)
    elapsed = t - state.since
    v = axial_rapidity(float(u0), p.B, 2 * p.K1 / p.Ms, rate * np.maximum(elapsed, 0))
    phi = np.arctan2(y, x) + (v - atanh(u0)) / p.alpha
    return np.where(elapsed >= 0, np.cos(phi) / np.cosh(v), nan)


class ExchangeLattice(System[ExchangeParameters, ExchangeState]):
    """Interacting moments on a mesh."""

    name = "exchange_lattice"
    title = "Exchange lattice"
    chapter = "Dynamics"
    summary = (
        "Skyrmions, domain walls and spin waves: magnetization that varies in space, from a recipe or an OVF file."
    )
    notes = (
        "Exchange wants neighbours parallel, the Dzyaloshinskii-Moriya interaction wants them at right angles: "
        "together with anisotropy and field they wind the magnetization into particles that cannot be untied."
    )
    equation = (
        r"E=\int\!\left[A(\nabla\mathbf{m})^2-K_1(\mathbf{m}\cdot\hat{u})^2-M_s\mathbf{m}\cdot\mathbf{B}"
        r"+D\left(m_z\nabla\!\cdot\mathbf{m}-(\mathbf{m}\cdot\nabla)m_z\right)\right]\mathrm{d}V"
    )
    Parameters = ExchangeParameters
    observables = (
        Observable("mx", "Mean component along x", "⟨m_x⟩"),
        Observable("my", "Mean component along y", "⟨m_y⟩"),
        Observable("mz", "Mean component along z", "⟨m_z⟩"),
        Observable("energy", "Energy", "E", "J"),
        Observable("charge", "Topological charge", "Q"),
        Observable("width", "Width of the domain wall", "Δ", "m"),
        Observable("wall_energy", "Energy of the domain wall", "σ", "J/m²"),
        Observable("wave", "Amplitude of the spin wave", "c_k"),
    )
    plots = (
        Trace(
            "magnetization", "Mean magnetization", ("mx", "mz"), -1.05, 1.05,
            window=lambda p: 10 * ExchangeLattice.lens(p),
        ),
        Trace("energy", "Energy", ("energy",), window=lambda p: 10 * ExchangeLattice.lens(p)),
        Trace(
            "wave", "Spin wave", ("wave",), window=lambda p: 10 * ExchangeLattice.lens(p),
            when=lambda p: p.start == "wave" and not p.input,
        ),
        Histogram("distribution", "Distribution of m_z", lambda s, p: s.lattice.vectors[..., 2].ravel(), "m_z"),
    )  # fmt: skip
    laws = (
        Law(
            "charge", "Topological charge", "charge", theory=lambda s, p: round(ExchangeLattice.charge(s, p)),
            latex=r"Q=\frac{1}{4\pi}\int\mathbf{m}\cdot(\partial_x\mathbf{m}\times\partial_y\mathbf{m})\,dx\,dy"
            r"\in\mathbb{Z}",
            validity="One periodic plane without holes: then Q is an integer at every instant.",
            tolerance=1e-6, because="Sum of solid angles of single-precision vectors.",
            reference="Berg and Lüscher, Nucl. Phys. B 190, 412 (1981)",
            check=Check(5e-11),
            holds=lambda s, p: p.periodic and p.nz == 1 and p.nx > 2 and p.ny > 2 and not p.input,
        ),
        Law(
            "wall_width", "Width of a domain wall", "width", theory=lambda s, p: mesh_wall_width(p),
            latex=r"\Delta=\sqrt{A/K_1}\,(1-r^2/8),\ r=\Delta x\sqrt{K_1/A}",
            validity="One straight free wall at rest, easy axis z, no field, DMI or noise, Δ > 2.5 Δx.",
            tolerance=0.002,
            because="The next term of the mesh, (Δx/Δ)⁴, is 9e-4 at Δ = 2.5 Δx.",
            reference="Landau and Lifshitz, Phys. Z. Sowjetunion 8, 153 (1935)",
            check=Check(1e-10, preset="domain_wall"), scale="theory", holds=walled,
        ),
        Law(
            "wall_energy", "Energy of a domain wall", "wall_energy", theory=lambda s, p: mesh_wall_energy(p),
            latex=r"\sigma=4\sqrt{AK_1}\,(1-r^2/24),\ r=\Delta x\sqrt{K_1/A}",
            validity="One straight free wall at rest, easy axis z, no field, DMI or noise, Δ > 2.5 Δx.",
            tolerance=0.001, because="The next term of the mesh, 2e-4 at Δ = 2.5 Δx; single precision.",
            reference="Landau and Lifshitz, Phys. Z. Sowjetunion 8, 153 (1935)",
            check=Check(1e-10, preset="domain_wall"), scale="theory", holds=walled,
        ),
        Law(
            "dispersion", "Dispersion of spin waves", "wave",
            theory=lambda s, p: float(wave_amplitude(s, p, np.array([s.time]))[0]),
            latex=r"\omega=\gamma\left[B+m_z\left(\frac{2K_1}{M_s}+\frac{4A}{M_s\Delta x^2}"
            r"(1-\cos k\Delta x)\right)\right]",
            validity="One wave of even m_z in a periodic lattice magnetized along z.",
            tolerance=0.002,
            because="Heun steps of second order in the rotation of a step, over some turns; single precision.",
            reference="Herring and Kittel, Phys. Rev. 81, 869 (1951)",
            check=Check(8e-11, preset="spin_wave"), holds=waving, curve=wave_amplitude, plots=("wave",),
        ),
        Law(
            "together", "Uniform precession", "mx",
            theory=lambda s, p: float(together(s, p, np.array([s.time]))[0]),
            latex=r"\dot m_z=\frac{\alpha\gamma}{1+\alpha^2}(1-m_z^2)\left(B+\frac{2K_1}{M_s}m_z\right)",
            validity="All moments parallel, field and easy axis along z, no noise: exchange does nothing.",
            tolerance=1e-3, because="Heun steps of second order in the rotation of a step, over some turns.",
            reference="Kikuchi, J. Appl. Phys. 27, 1352 (1956)",
            check=Check(2e-10, preset="uniform"), holds=symmetric, curve=together, plots=("magnetization",),
        ),
        Law(
            "langevin", "Independent moments", "mz", theory=lambda s, p: langevin_of(p),
            latex=r"\langle m_z\rangle=\coth x-\frac{1}{x},\quad x=\frac{M_sVB}{k_BT}",
            validity="No exchange, DMI or anisotropy: every cell of volume V is a moment that forgets within 17 ps.",
            tolerance=4.0, because="Standard errors of the mean over the cells and the time since it settled.",
            reference="Langevin, Ann. Chim. Phys. 5, 70 (1905)",
            check=Check(
                5e-10,
                {"A": 0.0, "D": 0.0, "K1": 0.0, "T": 300.0, "B": 2.0, "start": "uniform", "nx": 64, "ny": 64},
            ),
            averaged=True, settle=SETTLE, scale=error_of_mz, holds=independent,
        ),
    )  # fmt: skip
    presets = (
        Preset(
            "skyrmion", "Skyrmion", "A Néel skyrmion in a thin film, written too large, breathes.",
            parameters={"alpha": 0.015}, length=5e-10,
            notes="Written too large, the skyrmion breathes eight billion times a second until damping calms it. Its "
            "size changes, its topological charge Q never does: it cannot be untied by bending, only torn.",
        ),
        Preset(
            "labyrinth", "Labyrinth", "From disorder to stripes: strong DMI winds the film into a labyrinth.",
            parameters={"start": "random", "D": 4.5e-3, "B": 0.0, "alpha": 0.3, "nx": 128, "ny": 128},
            length=1e-9,
            notes="From disorder the film orders at every place at once: stripes whose width is set by the DMI meet, "
            "branch and end. Turn up the field and the ends shrink into skyrmions.",
        ),
        Preset(
            "domain_wall", "Domain wall", "One Bloch wall: exchange widens it, anisotropy narrows it.",
            parameters={
                "start": "wall", "D": 0.0, "B": 0.0, "A": 3e-11, "K1": 5.2e5, "Ms": 1.4e6, "nx": 96, "ny": 24,
                "dx": 2e-9, "dy": 2e-9, "dz": 2e-9, "periodic": False,
            },
            length=2e-10,
            notes="Cobalt: the wall settles at Δ = √(A/K₁) = 7.6 nm and costs 15.8 mJ/m². Raise K₁ and it narrows; "
            "apply a field along z and it runs.",
        ),
        Preset(
            "spin_wave", "Spin wave", "A wave of precession; the shorter it is, the faster it turns.",
            parameters={
                "start": "wave", "D": 0.0, "B": 0.3, "K1": 0.0, "A": 1.3e-11, "Ms": 8e5, "alpha": 0.005, "nx": 96,
                "ny": 12, "waves": 3, "dx": 2e-9, "dy": 2e-9, "dz": 2e-9,
            },
            length=3e-10,
            notes="Each moment precesses about the field, each a little behind its neighbour: the pattern runs. "
            "More waves on the same length turn faster, by the square of their number.",
        ),
        Preset(
            "uniform", "Uniform precession", "All moments turn together: exchange does not act at all.",
            parameters={
                "start": "uniform", "D": 0.0, "B": 0.5, "K1": 0.0, "alpha": 0.03, "nx": 16, "ny": 16, "nz": 4,
                "angle": 60.0, "dx": 3e-9, "dy": 3e-9, "dz": 3e-9,
            },
            length=3e-10,
        ),
        Preset(
            "volume", "A block of iron", "A cube ordering from disorder: vortex lines move and vanish.",
            parameters={
                "start": "random", "D": 0.0, "B": 0.02, "K1": 4.8e4, "A": 2.1e-11, "Ms": 1.7e6, "alpha": 0.3, "nx": 20,
                "ny": 20, "nz": 20, "dx": 2e-9, "dy": 2e-9, "dz": 2e-9, "periodic": False,
            },
            length=1e-10,
            notes="Where order comes from every side, lines remain around which the magnetization turns; they shorten "
            "and vanish. Stray fields are left out here: they would curl the cube into a vortex.",
        ),
        Preset(
            "thermal", "Warm film", "The skyrmion in the noise of room temperature.",
            parameters={"T": 300.0, "dz": 3e-9}, length=4e-10,
        ),
    )  # fmt: skip
    actions = (
        Action("relax", "Relax", "Let the energy fall with strong damping and without noise.",
               lambda s, p: ExchangeLattice.relax(s, p)),
        Action("reverse", "Reverse the field", "Change the sign of the applied field.", lambda s, p: p.change(B=-p.B)),
        Action("skyrmion", "Write a skyrmion", "Turn the centre down: a skyrmion with the present constants.",
               lambda s, p: ExchangeLattice.write(s, p)),
        Action("disorder", "Disorder", "Point every moment anywhere.", lambda s, p: ExchangeLattice.disorder(s, p)),
    )  # fmt: skip

    def open(self, path: Path) -> ExchangeParameters:
        """Take mesh, cell size and, from a file in A/m, Ms; boundaries open, no DMI. Errors: `FileError`."""
        field = read_start(str(path.resolve()), path.stat().st_mtime_ns) if path.is_file() else read_ovf(path)
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

    def field(self, state: ExchangeState, p: ExchangeParameters) -> OVF:
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

    def initial_state(self, p: ExchangeParameters, rng: np.random.Generator) -> ExchangeState:
        """The texture or the file."""
        dtype = np.float32 if p.precision == "single" else np.float64
        vectors = start_vectors(p, rng)
        periodic = (p.periodic, p.periodic, False)
        lattice = SpinLattice.from_vectors(vectors, dtype=dtype, periodic=periodic, key=int(rng.integers(2**62)))
        state = ExchangeState(lattice, 0.0, np.zeros(3), 0.0, 0j, (), False)
        self.begin(state, p)
        return state

    @staticmethod
    def begin(state: ExchangeState, p: ExchangeParameters) -> None:
        """Make the present the start of the closed forms."""
        state.origin, state.since, state.key = mean_of(state), state.time, motion_key(p)
        state.wave = wave_of(state, p)
        state.uniform = bool(np.linalg.norm(state.origin) > 1 - 1e-5)

    @staticmethod
    def relax(state: ExchangeState, p: ExchangeParameters) -> None:
        """A thousand strongly damped steps; the time does not advance."""
        llg.step(state.lattice, field_of(p), dt=inner_step(p.change(T=0.0)), steps=1000, alpha=1.0)
        state.key = ()

    @staticmethod
    def write(state: ExchangeState, p: ExchangeParameters) -> None:
        """Write a skyrmion into the middle."""
        width = max(1.5, min(wall_width(p) / p.dx, p.nx / 8))
        m = textures.skyrmion(p.shape, max(3.0, min(p.nx, p.ny) / 8), width, p.D >= 0)
        inside = (m[..., 2] < 0.98) & state.lattice.vectors.any(axis=3)
        state.lattice.vectors[inside] = m[inside]
        state.key = ()

    @staticmethod
    def disorder(state: ExchangeState, p: ExchangeParameters) -> None:
        """Random directions from the lattice's own generator."""
        rng = np.random.default_rng(state.lattice.rng.tolist())
        state.lattice.rng[1] += np.uint64(1)
        inside = state.lattice.vectors.any(axis=3)
        state.lattice.vectors[inside] = textures.random(p.shape, rng)[inside]
        state.key = ()

    def step(self, state: ExchangeState, p: ExchangeParameters, dt: float) -> None:
        """Heun steps of at most the stable length."""
        if state.key != motion_key(p):
            self.begin(state, p)
        inner = max(1, ceil(dt / inner_step(p) - 1e-9))
        noise = thermal_field(p.alpha, BOLTZMANN * p.T, p.moment, dt / inner) if p.T > 0 else 0.0
        llg.step(state.lattice, field_of(p), dt=dt / inner, steps=inner, alpha=p.alpha, noise=noise)
        state.time += dt

    @staticmethod
    def lens(p: ExchangeParameters) -> float:
        """What one core can follow, at most a nanosecond per second: 1, 2 or 5 times a power of ten."""
        fastest = min(RATE / p.cells, 40_000.0) * inner_step(p)
        ceiling = 1.5e-9 if p.start in ("random",) else 5e-11
        wanted = max(min(fastest, ceiling), 1e-16)
        decade = 10.0 ** floor(log10(wanted))
        return decade * max(step for step in (1, 2, 5) if step * decade <= wanted * (1 + 1e-9))

    def speed(self, p: ExchangeParameters) -> float:
        """See `lens`."""
        return self.lens(p)

    def timestep(self, p: ExchangeParameters) -> float:
        """A fixed part of a second on screen, at least one stable step."""
        return max(self.lens(p) / FRAMES, inner_step(p))

    def check(self, state: ExchangeState, p: ExchangeParameters) -> str:
        """The length of a sample of moments."""
        m = state.lattice.vectors[0, 0].astype(np.float64)
        length = np.einsum("ij,ij->i", m, m)
        drift = float(np.max(np.abs(length - np.round(length))))
        return f"|m| drifted by {drift:.1e}, the limit is 1e-4" if drift > 1e-4 else ""

    @staticmethod
    def charge(state: ExchangeState, p: ExchangeParameters) -> float:
        """Topological charge of the middle plane; NaN for a line."""
        if p.nx < 3 or p.ny < 3:
            return nan
        return topological_charge(state.lattice.vectors[p.nz // 2], (p.periodic, p.periodic))

    def observe(self, state: ExchangeState, p: ExchangeParameters) -> dict[str, float]:
        """Means, energies and what walls and waves are measured by."""
        mean = mean_of(state)
        energy = self.energy(state, p)
        profile = state.lattice.vectors[..., 2].mean(axis=(0, 1), dtype=np.float64)
        area = p.ny * p.dy * p.nz * p.dz
        walled_now = walled(state, p)
        wave = wave_of(state, p) if p.start == "wave" and not p.input else 0j
        return {
            "mx": float(mean[0]),
            "my": float(mean[1]),
            "mz": float(mean[2]),
            "energy": energy.total,
            "charge": self.charge(state, p),
            # For the profile -tanh(x/D) the integral of 1 - m_z^2 is 2 D.
            "width": float(np.sum(1 - profile**2)) * p.dx / 2 if walled_now else nan,
            "wall_energy": self.above_uniform(energy, p) / area if walled_now else nan,
            "wave": (wave / abs(state.wave)).real if abs(state.wave) > 1e-9 else nan,
        }

    @staticmethod
    def energy(state: ExchangeState, p: ExchangeParameters) -> LatticeEnergy:
        """Energies [J] of the terms; exchange counts from the uniform state, as A (grad m)^2 does."""
        terms, b, (nz, ny, nx) = lattice_energy(state.lattice, field_of(p), p.moment), field_of(p), p.shape
        wrapped = int(p.periodic)
        bonds = ((nx - 1 + wrapped) * ny * nz, nx * (ny - 1 + wrapped) * nz, nx * ny * (nz - 1))
        if state.lattice.occupied < p.cells:
            bonds = inner_bonds(state.lattice)
        uniform = p.moment * sum(field * count for field, count in zip(b.exchange, bonds))
        return terms._replace(exchange=terms.exchange + uniform)

    @staticmethod
    def above_uniform(energy: LatticeEnergy, p: ExchangeParameters) -> float:
        """Energy [J] above that of the uniform state along the easy axis."""
        return energy.exchange + energy.anisotropy + p.K1 * p.dx * p.dy * p.dz * p.cells

    def draw(self, state: ExchangeState, p: ExchangeParameters) -> tuple[Visual, ...]:
        """Arrows, cells, or a coloured plane with fewer arrows."""
        m = state.lattice.vectors
        spacing = (1.0, p.dy / p.dx, p.dz / p.dx)
        flat = p.nz == 1
        if p.show == "arrows" or (p.show == "auto" and (p.cells <= ARROWS or not flat)):
            return (self.arrows(m, p, (1, 1, 1)),)
        cells = Cells(coloured(m), corner(p.shape, spacing), spacing, colormap="direction")
        if p.show == "cells" or not flat:
            return (cells,)
        every = ceil(max(p.nx, p.ny) / SPARSE)
        return cells, self.arrows(m, p, (1, every, every))

    @staticmethod
    def arrows(m: NDArray[np.floating], p: ExchangeParameters, every: tuple[int, int, int]) -> Arrows:
        """One arrow for every n-th cell, in the middle of its cell."""
        part = tuple(slice(n // 2, None, n) for n in every)
        length = 1.3 * max(every) if p.nz == 1 else 0.95
        return Arrows(
            positions(p.shape, (1.0, p.dy / p.dx, p.dz / p.dx), every), float32(m[part].reshape(-1, 3)), length=length,
            radius=0.13, pivot="middle",
        )  # fmt: skip

    def stage(self, p: ExchangeParameters) -> Stage:
        """The mesh, in cells along x; seen from above when it is a plane."""
        half = (p.nx / 2, p.ny * p.dy / p.dx / 2, p.nz * p.dz / p.dx / 2)
        flat = p.nz * p.dz < 0.2 * max(p.nx * p.dx, p.ny * p.dy)
        return Stage(
            low=(-half[0], -half[1], -max(half[2], 0.5)), high=(half[0], half[1], max(half[2], 0.5)), unit="m",
            unit_length=p.dx, azimuth=-24.0 if flat else 35.0, elevation=42.0 if flat else 24.0, legend="direction",
        )  # fmt: skip

    def caption(self, state: ExchangeState, p: ExchangeParameters) -> str:
        """Mesh, file and what is drawn."""
        source = f" · from {Path(p.input).name}" if p.input else ""
        shown = ""
        if p.show == "auto" and p.nz == 1 and p.cells > ARROWS:
            every = ceil(max(p.nx, p.ny) / SPARSE)
            shown = f" · one arrow for {every} × {every} cells"
        return f"{p.nx} × {p.ny} × {p.nz} cells of {p.dx * 1e9:.3g} nm{source}{shown}{coarse(p)}"


def coarse(p: ExchangeParameters) -> str:
    """A warning where cells are larger than the walls that should run through them."""
    width = sqrt(p.A / abs(p.K1)) if p.K1 else inf
    if p.D:
        width = min(width, 2 * p.A / abs(p.D))
    largest = max((size for size, n in ((p.dx, p.nx), (p.dy, p.ny), (p.dz, p.nz)) if n > 1), default=0.0)
    return f" · cells too large for walls of {width * 1e9:.2g} nm" if 0 < width < largest else ""


def inner_bonds(lattice: SpinLattice) -> tuple[int, int, int]:
    """Bonds along x, y, z between two cells with material, in a lattice with open boundaries."""
    inside = np.asarray(lattice.vectors.any(axis=3))
    along = [inside[:, :, 1:] & inside[:, :, :-1], inside[:, 1:] & inside[:, :-1], inside[1:] & inside[:-1]]
    return int(along[0].sum()), int(along[1].sum()), int(along[2].sum())
