"""Closed forms that the exchange lattice obeys, and when each of them holds."""

from __future__ import annotations

from collections.abc import Mapping
from math import atanh, cos, nan, pi

import numpy as np
from numpy.typing import NDArray

from spinviz.model.identity import Identity
from spinviz.model.law import Check, Departure, Law, now
from spinviz.physics.constants import BOLTZMANN, ELECTRON_GYROMAGNETIC_RATIO
from spinviz.physics.moments.levels import langevin
from spinviz.physics.moments.macrospin_laws import axial_rapidity
from spinviz.systems.dynamics.common.blocks import PRISM, PRISM_REFERENCE, uniform_stray_energy
from spinviz.systems.dynamics.common.body import cells_of
from spinviz.systems.dynamics.exchange_lattice.cube import CUBE_LAWS
from spinviz.systems.dynamics.exchange_lattice.parameters import (
    WAVE,
    ExchangeParameters,
    mesh_wall_energy,
    mesh_wall_width,
    resolves_wall,
)
from spinviz.systems.dynamics.exchange_lattice.published import PROBLEMS, laws_of
from spinviz.systems.dynamics.exchange_lattice.skyrmion import SKYRMION, SKYRMION_SYMBOLS
from spinviz.systems.dynamics.exchange_lattice.small_block import SMALL_BLOCK
from spinviz.systems.dynamics.exchange_lattice.spring import SPRING, SPRING_SYMBOLS
from spinviz.systems.dynamics.exchange_lattice.state import ExchangeState, Start, calm, inner_step

Values = NDArray[np.float64]

SETTLE = 1e-10
"""Time [s] after a change that counts in no mean."""
TIME_STEP = 2e-3
"""What the length of the steps may change in a mean of m_z."""


def mean_of(state: ExchangeState, p: ExchangeParameters | None = None) -> Values:
    """Mean unit vector (3,); of cells of several Ms the whole moment over that of all parallel."""
    cells = None if p is None else cells_of(p, state.content)
    if cells is not None and cells.factors is not None:
        weights = np.where(state.m.any(axis=3), cells.of("Ms"), 0.0)
        return np.asarray(np.einsum("zyx,zyxi->i", weights, state.m.astype(np.float64)) / max(weights.sum(), 1e-300))
    return np.asarray(state.m.sum(axis=(0, 1, 2), dtype=np.float64) / max(state.occupied, 1))


def wave_of(state: ExchangeState, p: ExchangeParameters) -> complex:
    """Amplitude <m+ exp(-i k x)> of the wave with ``p.waves`` wavelengths along x."""
    m = state.m
    across = m[..., 0].mean(axis=(0, 1), dtype=np.float64) + 1j * m[..., 1].mean(axis=(0, 1), dtype=np.float64)
    return complex(np.mean(across * np.exp(-2j * pi * p.waves * np.arange(p.nx) / p.nx)))


def start_of(state: ExchangeState, p: ExchangeParameters) -> Start:
    """What the closed forms start from."""
    mean = mean_of(state)
    return Start(mean, bool(np.linalg.norm(mean) > 1 - 1e-5) and not state.held, wave_of(state, p))


def at_rest(state: ExchangeState, p: ExchangeParameters, d: Departure) -> bool:
    """Whether a wall that a changed constant made breathe has come to rest: after some damping times."""
    rate = p.alpha * ELECTRON_GYROMAGNETIC_RATIO * 2 * p.K1 / p.Ms / (1 + p.alpha**2)
    return walled(state, p) and (d.time == 0 or rate * (state.time - d.time) >= 8)


def walled(state: ExchangeState, p: ExchangeParameters) -> bool:
    """Whether the lattice holds one free domain wall about the easy axis z, resolved by the mesh."""
    alone = p.start == "wall" and not p.input and p.B == 0 and p.D == 0 and p.T == 0 and p.axis == "z"
    if not alone or not calm(state, p) or any(p.closed) or not resolves_wall(p) or p.shaped:
        return False
    mz = state.m[..., 2]
    straight = np.ptp(mz, axis=(0, 1)).max() < 1e-3 and mz[0, 0, 0] > 0.99 and mz[0, 0, -1] < -0.99
    return bool(straight and np.count_nonzero(np.diff(np.signbit(mz[0, 0]))) == 1)


def symmetric(state: ExchangeState, p: ExchangeParameters, d: Departure) -> bool:
    """Whether all moments turn together about z."""
    free = p.D == 0 or all(p.closed[:2])
    known = d.start.uniform and free and calm(state, p) and p.T == 0 and p.axis == "z" and p.tilt == 0
    # An unstable start falls apart, however uniform it began.
    return known and bool(np.linalg.norm(mean_of(state)) > 1 - 1e-5)


def waving(state: ExchangeState, p: ExchangeParameters, d: Departure) -> bool:
    """Whether a small wave runs through a periodic lattice magnetized along z."""
    known = p.start == "wave" and not p.input and abs(d.start.wave) > 1e-3
    pure = abs(abs(d.start.wave) ** 2 + float(d.start.mean[2]) ** 2 - 1) < 1e-4
    stable = p.B + 2 * p.K1 / p.Ms > 0 and calm(state, p)
    return known and pure and stable and all(p.closed[:2]) and p.T == 0 and p.D == 0 and p.axis == "z" and p.tilt == 0


def heun_phase(rate: float, state: ExchangeState, p: ExchangeParameters, d: Departure) -> float:
    """Phase [rad] by which Heun's steps are ahead of a rotation of ``rate`` [rad/s]: a sixth of (rate dt)^2 of it."""
    return rate * (state.time - d.time) * (rate * inner_step(p)) ** 2 / 6


def wave_field(p: ExchangeParameters) -> float:
    """Field [T] of anisotropy and exchange on a wave, for m_z = 1."""
    k = 2 * pi * p.waves / p.nx
    return 2 * p.K1 / p.Ms + (4 * p.A / (p.Ms * p.dx**2) * (1 - cos(k)) if p.nx > 1 else 0.0)


def wave_error(state: ExchangeState, p: ExchangeParameters, d: Departure) -> float:
    """What the steps may change in the amplitude of the wave, in units of 0.002."""
    rate = ELECTRON_GYROMAGNETIC_RATIO * (abs(p.B) + abs(wave_field(p)))
    return 1 + heun_phase(rate, state, p, d) / 0.002


def turn_error(state: ExchangeState, p: ExchangeParameters, d: Departure) -> float:
    """What the steps may change in a component of moments that turn together, in units of 0.001."""
    rate = ELECTRON_GYROMAGNETIC_RATIO * (abs(p.B) + abs(2 * p.K1 / p.Ms))
    return 1 + heun_phase(rate, state, p, d) / 0.001


def wave_amplitude(state: ExchangeState, p: ExchangeParameters, d: Departure, t: Values) -> Values:
    """Real part of the wave over the amplitude that it starts with.

    A wave of even m_z is a solution at any amplitude: exchange then acts as the anisotropy field
    (4 A/(Ms dx^2)) (1 - cos k dx), in the continuum 2 A k^2/Ms, and the rest is `axial_rapidity`. For small ones it is
    the dispersion w = gamma (B + 2 K1/Ms + that), Herring and Kittel, Phys. Rev. 81, 869 (1951).
    """
    Bk = wave_field(p)
    u0, elapsed = float(d.start.mean[2]), np.maximum(t - d.time, 0.0)
    size = np.full(len(elapsed), abs(d.start.wave) / WAVE)
    if p.alpha == 0:
        phase = ELECTRON_GYROMAGNETIC_RATIO * (p.B + Bk * u0) * elapsed
    else:
        v = axial_rapidity(u0, p.B, Bk, p.alpha * ELECTRON_GYROMAGNETIC_RATIO / (1 + p.alpha**2) * elapsed)
        phase, size = (v - atanh(u0)) / p.alpha, size * np.cosh(atanh(u0)) / np.cosh(v)
    return np.where(t >= d.time, np.cos(phase + np.angle(d.start.wave)) * size, nan)


def free_time(p: ExchangeParameters) -> float:
    """Relaxation time [s] of <m> in the heat alone: (1 + alpha^2) mu/(2 alpha gamma kT), Brown 1963."""
    return (1 + p.alpha**2) * p.moment / max(2 * p.alpha * ELECTRON_GYROMAGNETIC_RATIO * BOLTZMANN * p.T, 1e-300)


def independent(state: ExchangeState, p: ExchangeParameters, d: Departure) -> bool:
    """Whether every cell is a moment of its own in heat and field, and forgets its start while the mean settles."""
    alone = p.A == 0 and p.D == 0 and p.K1 == 0 and p.tilt == 0 and not p.input and p.plain and not p.stray
    return alone and p.u == 0 and p.T > 0 and 6 * free_time(p) <= SETTLE


def langevin_of(p: ExchangeParameters) -> float:
    """<m_z> of independent cells."""
    return float(langevin(p.moment * p.B / (BOLTZMANN * p.T)))


def together(state: ExchangeState, p: ExchangeParameters, d: Departure, t: Values) -> Values:
    """m_x (n,) of moments that all turn together about z, see `axial_rapidity`; NaN before the last change."""
    x, y, u0 = d.start.mean / max(float(np.linalg.norm(d.start.mean)), 1e-12)
    if abs(u0) > 1 - 1e-9 or p.alpha == 0:
        return np.full(len(t), nan)
    rate = p.alpha * ELECTRON_GYROMAGNETIC_RATIO / (1 + p.alpha**2)
    elapsed = t - d.time
    v = axial_rapidity(float(u0), p.B, 2 * p.K1 / p.Ms, rate * np.maximum(elapsed, 0))
    phi = np.arctan2(y, x) + (v - atanh(u0)) / p.alpha
    return np.where(elapsed >= 0, np.cos(phi) / np.cosh(v), nan)


def parallel(state: ExchangeState, p: ExchangeParameters, d: Departure) -> bool:
    """Whether a whole block with open faces is magnetized uniformly, its stray field computed."""
    whole = p.stray and not any(p.closed) and not state.held and state.occupied == p.cells
    whole = whole and (state.factors is None and p.second == "none")
    return whole and bool(np.linalg.norm(mean_of(state)) > 1 - 1e-5)


def stray_energy_of_block(state: ExchangeState, p: ExchangeParameters) -> float:
    """Stray-field energy [J] of a prism that is magnetized along the mean direction."""
    return uniform_stray_energy(mean_of(state), (p.nx * p.dx, p.ny * p.dy, p.nz * p.dz), p.Ms)


def fraction_of_charge(state: ExchangeState, p: ExchangeParameters, seen: Mapping[str, float]) -> float:
    """What Q lacks to an integer; NaN where it need not be one: at edges, in several planes, with holes."""
    whole = p.closed[0] and p.nz == 1 and p.nx > 2 and p.ny > 2 and not p.input
    return seen["charge"] - round(seen["charge"]) if whole else nan


IDENTITIES = (
    Identity(
        "integer_charge", ("charge",), fraction_of_charge, 1e-6,
        "One periodic plane without holes has an integer topological charge at every instant (Berg and Lüscher, Nucl. "
        "Phys. B 190, 412 (1981)); solid angles of single-precision vectors are added.",
    ),
)  # fmt: skip
SYMBOLS = {
    "ω": "angular frequency of the spin wave",
    "k": "wave number",
    "x": "Zeeman energy of a cell over thermal energy",
    "V": "volume: of a cell, or of the whole block",
    "N_a": "demagnetizing factor of the block along the axis a",
    "m_a": "component of m along the axis a",
    "E_s": "energy of the stray field",
    **SPRING_SYMBOLS,
    **SKYRMION_SYMBOLS,
}

LAWS = (
    Law(
        "wall_width", "Width of a domain wall", "width", theory=lambda s, p, d: mesh_wall_width(p),
        latex=r"\Delta=\sqrt{A/K_1}\,(1-r^2/8),\ r=\Delta x\sqrt{K_1/A}",
        validity="One straight free wall at rest, easy axis z, no field, DMI or noise, Δ > 2.5 Δx.",
        tolerance=0.002,
        because="The next term of the mesh, (Δx/Δ)⁴, is 9e-4 at Δ = 2.5 Δx.",
        reference="Landau and Lifshitz, Phys. Z. Sowjetunion 8, 153 (1935)",
        check=Check(1e-10, preset="domain_wall"), scale="theory", holds=at_rest,
    ),
    Law(
        "wall_energy", "Energy of a domain wall", "wall_energy", theory=lambda s, p, d: mesh_wall_energy(p),
        latex=r"\sigma=4\sqrt{AK_1}\,(1-r^2/24),\ r=\Delta x\sqrt{K_1/A}",
        validity="One straight free wall at rest, easy axis z, no field, DMI or noise, Δ > 2.5 Δx.",
        tolerance=0.001, because="The next term of the mesh, 2e-4 at Δ = 2.5 Δx; single precision.",
        reference="Landau and Lifshitz, Phys. Z. Sowjetunion 8, 153 (1935)",
        check=Check(1e-10, preset="domain_wall"), scale="theory", holds=at_rest,
    ),
    Law(
        "dispersion", "Dispersion of spin waves", "wave",
        theory=now(wave_amplitude),
        latex=r"\omega=\gamma\left[B+m_z\left(\frac{2K_1}{M_s}+\frac{4A}{M_s\Delta x^2}"
        r"(1-\cos k\Delta x)\right)\right]",
        validity="One wave of even m_z in a periodic lattice magnetized along z.",
        tolerance=0.002, scale=wave_error,
        because="Single precision, and Heun's steps: a sixth of the squared rotation of a step, times the phase.",
        reference="Herring and Kittel, Phys. Rev. 81, 869 (1951)",
        check=Check(8e-11, preset="spin_wave"), holds=waving, curve=wave_amplitude, plots=("wave",),
    ),
    Law(
        "together", "Uniform precession", "mx",
        theory=now(together),
        latex=r"\dot m_z=\frac{\alpha\gamma}{1+\alpha^2}(1-m_z^2)\left(B+\frac{2K_1}{M_s}m_z\right)",
        validity="All moments parallel, field and easy axis along z, no noise: exchange exerts no torque.",
        tolerance=1e-3, scale=turn_error,
        because="Single precision, and Heun's steps: a sixth of the squared rotation of a step, times the phase.",
        reference="Kikuchi, J. Appl. Phys. 27, 1352 (1956)",
        check=Check(2e-10, preset="uniform"), holds=symmetric, curve=together, plots=("magnetization",),
    ),
    Law(
        "prism", "Stray field of a uniform block", "stray_energy",
        theory=lambda s, p, d: stray_energy_of_block(s, p),
        latex=PRISM,
        validity="All moments of a rectangular block with open faces parallel.",
        tolerance=1e-3, scale="theory",
        because="Moments that the stray field has begun to turn apart, until their mean has lost 1e-5.",
        reference=PRISM_REFERENCE,
        # So stiff that it turns as a whole, about an axis that its stray field makes.
        check=Check(
            1e-11,
            {"stray": True, "start": "uniform", "periodic": False, "nx": 10, "ny": 6, "nz": 3, "A": 1e-10, "D": 0.0,
             "B": 0.0, "K1": 0.0},
        ),
        holds=parallel,
    ),
    Law(
        "langevin", "Independent moments", "mz", theory=lambda s, p, d: langevin_of(p),
        latex=r"\langle m_z\rangle=\coth x-\frac{1}{x},\quad x=\frac{M_sVB}{k_BT}",
        validity="No exchange, DMI or anisotropy: every cell of volume V is an independent moment, correlated over "
        "at most 17 ps.",
        tolerance=4.0, because="Standard errors of the mean over the cells and the time since it settled.",
        reference="Langevin, Ann. Chim. Phys. 5, 70 (1905)",
        check=Check(
            1e-9,
            {"A": 0.0, "D": 0.0, "K1": 0.0, "T": 300.0, "B": 2.0, "start": "uniform", "nx": 64, "ny": 64},
        ),
        averaged=True, allowance=TIME_STEP, holds=independent,
    ),
    SPRING,
    SKYRMION,
    *(law for problem in PROBLEMS for law in laws_of(problem)),
    *CUBE_LAWS,
    SMALL_BLOCK,
)  # fmt: skip
