"""What antiferromagnets are known to do: rings, ground states, canting, the swept spin flop, small spin waves."""

from __future__ import annotations

from functools import lru_cache
from math import isfinite, nan, pi

import numpy as np
from numpy.typing import NDArray

from spinviz.model.law import Check, Departure, Law, now
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.order import rings, spin_flop
from spinviz.physics.order.antiferromagnet_waves import amplitudes, frequencies, structure_factor
from spinviz.systems.order.antiferromagnet.parameters import AntiferromagnetParameters
from spinviz.systems.order.antiferromagnet.state import FLOPPED, AntiferromagnetState, swing_of
from spinviz.systems.order.common.heisenberg import TURN
from spinviz.systems.order.common.motion import COLDER
from spinviz.systems.order.common.temperature import BY_STEPS, temperature_law

Values = NDArray[np.float64]

SIGMAS = 4.0
BECAUSE = "Standard errors of the mean over the steps since the last change, found by blocking."
REST = 1e-8
"""Mean square torque [J^2] of spins at rest, in single precision."""
BEFORE_LEAVING, AFTER_LEAVING = 0.95, 1.08
BEFORE_RETURNING, AFTER_RETURNING = 1.05, 0.90
"""Parts of the field of a jump between which a sweep says nothing: a tilt lets it jump early, its pace late."""
SATURATED = 0.03
"""Of the field of saturation, near which a tilt rounds the corner."""
MOST_TILT = 1.0
FASTEST = 1e-3
"""Change of the field per sweep over B_E, up to which the sweep counts as slow."""
SMALL_WAVE = 0.2
"""Of a wave that the linear equations describe."""
FAINT = 1e-3


def bare(p: AntiferromagnetParameters) -> bool:
    """Whether there is exchange and nothing else."""
    return p.h == 0 and p.K == 0


def heated(p: AntiferromagnetParameters) -> bool:
    """Whether there is a heat bath at a constant field."""
    return p.T > 0 and not p.swings and not (p.moves and p.alpha == 0)


def coldness(p: AntiferromagnetParameters) -> float:
    """By how much the steps of the motion may change a temperature, an energy or <n^2> [J, J/kB]."""
    return 1.3 * COLDER * p.T if p.moves else 0.0


def is_ring(p: AntiferromagnetParameters) -> bool:
    """Whether it is a closed chain without field."""
    return bare(p) and p.lattice == "chain" and p.periodic


def on_ring(state: AntiferromagnetState, p: AntiferromagnetParameters, d: Departure) -> bool:
    """Whether it is a ring in a heat bath."""
    return state.intact and is_ring(p) and heated(p)


def ring_energy(p: AntiferromagnetParameters, T: float) -> float:
    """Energy per spin of a ring."""
    return rings.ring_energy(p.geometry.count, T, -1.0)


def ring_square(p: AntiferromagnetParameters, T: float) -> float:
    """<n^2> of a ring: <m^2> of the ferromagnetic one, with every second spin turned round."""
    return rings.ring_mean_square(p.geometry.count, T, 1.0)


@lru_cache(maxsize=16)
def _ring_curve(square: bool, spins: int, low: float, high: float, count: int) -> Values:
    T = np.maximum(np.linspace(low, high, count), 0.02)
    return np.array([rings.ring_mean_square(spins, t) if square else rings.ring_energy(spins, t, -1.0) for t in T])


def over_ring(square: bool, p: AntiferromagnetParameters, T: Values) -> Values:
    """A law of the ring over temperatures."""
    if not is_ring(p):
        return np.full(len(T), nan)
    return _ring_curve(square, p.geometry.count, float(T[0]), float(T[-1]), len(T))


def ground_energy(p: AntiferromagnetParameters) -> float:
    """Energy per spin of the ground state [J]; NaN where none is known here."""
    known = p.periodic and p.h == 0 and (p.K == 0 or (p.K > 0 and p.colours != 3))
    return -p.B_E / 2 - p.K if known else nan


def resting(state: AntiferromagnetState, p: AntiferromagnetParameters) -> bool:
    """Whether spins are at rest at T = 0."""
    return state.intact and p.T == 0 and not p.swings and state.square < REST


def in_ground_state(state: AntiferromagnetState, p: AntiferromagnetParameters, d: Departure) -> bool:
    """At rest and ordered; on the kagome lattice any state in which the spins of every triangle add up to zero."""
    done = state.staggered > 0.999 or p.lattice == "kagome"
    return resting(state, p) and done and isfinite(ground_energy(p))


def canted(state: AntiferromagnetState, p: AntiferromagnetParameters, d: Departure) -> bool:
    """Whether both sublattices have turned into a field across the axis."""
    whole = float(np.hypot(state.staggered, np.linalg.norm(state.net))) > 0.999
    return p.bipartite and p.periodic and p.K >= 0 and p.direction == "across" and resting(state, p) and whole


def canting(p: AntiferromagnetParameters) -> float:
    """m along a field across the axis."""
    return float(np.clip(p.h / spin_flop.perpendicular_saturation(p.B_E, p.B_A), -1, 1)) if p.K else (
        max(-1.0, min(1.0, p.h / (2 * p.B_E)))
    )  # fmt: skip


def slow(p: AntiferromagnetParameters) -> bool:
    """Whether the field is swept slowly along the axis at T = 0, by steps that go downhill at once."""
    swept = p.swings and p.T == 0 and p.flops and p.periodic and p.direction == "along"
    downhill = p.algorithm not in ("llg", "metropolis")
    return swept and downhill and 0 < p.tilt <= MOST_TILT and 4 * abs(p.h) / p.period <= FASTEST * p.B_E


def between(h: float, low: float, high: float) -> bool:
    """Whether a field is between two."""
    return min(low, high) <= h <= max(low, high)


def jumping(p: AntiferromagnetParameters, h: float) -> bool:
    """Whether a field is so near to a jump or to saturation that tilt and pace decide."""
    leaves, returns = spin_flop.leaves_at(p.B_E, p.B_A), spin_flop.returns_at(p.B_E, p.B_A)
    flips = spin_flop.flips_at(p.B_E, p.B_A)
    return (
        between(h, BEFORE_LEAVING * leaves, AFTER_LEAVING * leaves)
        or between(h, BEFORE_RETURNING * returns, AFTER_RETURNING * returns)
        or between(h, (1 - SATURATED) * flips, (1 + SATURATED) * flips)
    )


def flopping(state: AntiferromagnetState, p: AntiferromagnetParameters, d: Departure) -> bool:
    """Whether a slow sweep is on a known branch, all spins of a sublattice together."""
    whole = float(np.hypot(state.staggered, np.linalg.norm(state.net))) > 0.999
    return state.intact and slow(p) and state.branch > 0 and whole and not jumping(p, abs(state.h))


def swept(state: AntiferromagnetState, p: AntiferromagnetParameters) -> float:
    """m along the field on the branch that the sweep is on."""
    on = state.branch == FLOPPED
    return float(spin_flop.flopped_moment(state.h, p.B_E, p.B_A)) if on else 0.0


def swept_curve(state: AntiferromagnetState, p: AntiferromagnetParameters, d: Departure, h: Values) -> Values:
    """m over the field for a sweep in the present direction, away from zero or back."""
    if not p.flops or p.direction == "across":
        return np.full(len(h), nan)
    swing = swing_of(p)
    return spin_flop.swept_moment(h, p.B_E, p.B_A, up=swing is not None and swing.rises(state.time))


def canting_curve(state: AntiferromagnetState, p: AntiferromagnetParameters, d: Departure, h: Values) -> Values:
    """m over a field across the axis."""
    if p.direction != "across" or p.K < 0 or not p.bipartite:
        return np.full(len(h), nan)
    return np.clip(h / (2 * p.B_E + p.B_A), -1.0, 1.0)


@lru_cache(maxsize=16)
def factor_of(geometry: Geometry, waves: int) -> complex:
    """gamma_k of a wave with so many wavelengths along the sample."""
    length = geometry.sides[0] * geometry.cell.vectors[0][0]
    return complex(structure_factor(geometry, 2 * pi * waves / length))


def wave_start(state: AntiferromagnetState, p: AntiferromagnetParameters) -> NDArray[np.complex128] | None:
    """Amplitudes (2,) from which small waves start; None where spins do more than that."""
    known = p.moves and p.bipartite and p.periodic and state.intact
    if not known or state.means[0, 2] < 0.9 or state.means[1, 2] > -0.9:
        return None
    start = state.amplitudes
    lengths = np.abs(start) ** 2 + state.means[:, 2] ** 2
    return start if np.all(np.abs(lengths - 1) < 2e-4) and np.abs(start).max() < SMALL_WAVE else None


def waving(state: AntiferromagnetState, p: AntiferromagnetParameters, d: Departure) -> bool:
    """Whether a small wave and nothing else runs through antiparallel sublattices."""
    if d.start is None or wave_start(state, p) is None or np.abs(d.start).max() < FAINT:
        return False
    along = p.h == 0 or (p.direction == "along" and p.tilt == 0 and not p.swings)
    lowest = frequencies([1.0], p.B_E, p.B_A, p.h)[1, 0] if p.K >= 0 else -1.0
    return p.T == 0 and along and lowest >= 0


def wave_amplitude(state: AntiferromagnetState, p: AntiferromagnetParameters, d: Departure, t: Values) -> Values:
    """x component of the staggered moment of the wave."""
    if d.start is None:
        return np.full(len(t), nan)
    elapsed = np.maximum(t - d.time, 0.0)
    a, b = amplitudes(elapsed, d.start, factor_of(p.geometry, p.waves), p.B_E, p.B_A, p.h, p.alpha)
    return np.where(t >= d.time, np.real(a - b) / 2, nan)


def wave_error(state: AntiferromagnetState, p: AntiferromagnetParameters, d: Departure) -> float:
    """What the linear equations and the steps may be off by, over 0.02: grows with the phase that the wave has run.

    The next order shifts frequencies by up to the square of the amplitude times B_E + B_A + h.
    """
    size = float(np.abs(d.start).max()) if d.start is not None else 1.0
    fastest = (p.B_E + abs(p.B_A)) + abs(p.h)
    phase = fastest * (state.time - d.time)
    return size * (1 + phase * (size**2 + TURN**2 / 24) / 0.02) + 1e-4 / 0.02


SYMBOLS = {
    "B_E": "exchange field, zJ of z neighbours",
    "B_A": "anisotropy field 2K",
}

LAWS = (
    temperature_law(
        Check(600.0, {"algorithm": "llg", "alpha": 0.3, "T": 0.8, "L": 6, "h": 1.5, "K": 0.5}),
        lambda s, p, d: heated(p) and not len(s.pinned), lambda s, p, d: coldness(p), BY_STEPS,
    ),
    Law(
        "ring", "Energy of a ring of spins", "energy", theory=lambda s, p, d: ring_energy(p, p.T),
        latex=r"e=-\frac{1}{N}\frac{\partial\ln Z}{\partial(1/k_BT)},\quad Z=\sum_l(2l+1)\,i_l(J/k_BT)^N",
        validity="Periodic chain of an even number of spins, without field and anisotropy.",
        tolerance=SIGMAS, because=BECAUSE, reference="Joyce, Phys. Rev. 155, 478 (1967)",
        check=Check(4000.0, {"lattice": "chain", "L": 4, "T": 1.0}), averaged=True,
        holds=on_ring, curve=lambda s, p, d, T: over_ring(False, p, T), plots=("energy",),
        allowance=lambda s, p, d: coldness(p),
        symbols={"N": "number of spins", "Z": "partition function", "i_l": "modified spherical Bessel functions",
                 "l": "order of the Bessel functions"},
    ),
    Law(
        "ring_order", "Mean square staggered order of a ring", "n2", theory=lambda s, p, d: ring_square(p, p.T),
        latex=r"\langle n^2\rangle=\frac{1}{N}\sum_{r=0}^{N-1}(-1)^r\langle\mathbf{S}_0\cdot\mathbf{S}_r\rangle",
        validity="Periodic chain of an even number of spins, without field and anisotropy.",
        tolerance=SIGMAS, because=BECAUSE, reference="Joyce, Phys. Rev. 155, 478 (1967)",
        check=Check(4000.0, {"lattice": "chain", "L": 8, "T": 0.5}), averaged=True,
        holds=on_ring, curve=lambda s, p, d, T: over_ring(True, p, T), plots=("square",),
        allowance=lambda s, p, d: coldness(p),
        symbols={"N": "number of spins", "r": "distance along the ring"},
    ),
    Law(
        "ground", "Energy of the ground state", "energy", theory=lambda s, p, d: ground_energy(p),
        latex=r"e=-\frac{zJ}{2(q-1)}-K",
        validity="At T = 0 without field, periodic, spins at rest: q = 2 sublattices antiparallel; q = 3 at 120° "
        "(triangular, kagome; K = 0); q = 4 that add up to zero (fcc).",
        tolerance=1e-4, because="Single precision, and the square of the last torques.",
        reference="Luttinger and Tisza, Phys. Rev. 70, 954 (1946)",
        check=Check(800.0, {"lattice": "kagome", "L": 4, "T": 0.0, "start": "random", "algorithm": "heat bath"},
                    skip=700.0),
        holds=in_ground_state, plots=("energy",), symbols={"z": "number of neighbours", "q": "number of sublattices"},
    ),
    Law(
        "canting", "Canting in a field across the axis", "m_h", theory=lambda s, p, d: canting(p),
        latex=r"m=\frac{h}{2B_E+B_A}",
        validity="At T = 0, two sublattices, field across the axis, spins at rest; m = 1 beyond h = 2 B_E + B_A.",
        tolerance=1e-4, because="Single precision, and what is left of the motion.",
        reference="Néel, Ann. Phys. 5, 232 (1936)",
        check=Check(
            300.0, {"T": 0.0, "L": 4, "K": 0.5, "h": 3.0, "direction": "across", "algorithm": "heat bath"}, skip=200.0
        ),
        holds=canted, curve=canting_curve, plots=("loop",), symbols=SYMBOLS,
    ),
    Law(
        "flop", "Spin flop of a slow sweep", "m_h", theory=lambda s, p, d: swept(s, p),
        latex=r"m=0\ \left(h<\sqrt{2B_EB_A+B_A^2}\right),\quad m=\frac{h}{2B_E-B_A}\ "
        r"\left(h>(2B_E-B_A)\sqrt{\frac{B_A}{2B_E+B_A}}\right)",
        validity="At T = 0, two sublattices, a field along the axis that rises and falls slowly, tilted by at most 1°; "
        "not within 5 to 10 % of the jumps and 3 % of saturation, where tilt and pace decide.",
        tolerance=0.01, because="A tilt of 1° turns the spins by about as much; the sweep lags by some 0.001.",
        reference="Néel, Ann. Phys. 5, 232 (1936)",
        check=Check(8000.0, preset="flop"),
        holds=flopping, curve=swept_curve, plots=("loop",), symbols=SYMBOLS,
    ),
    Law(
        "waves", "Resonance and spin waves", "wave", theory=now(wave_amplitude),
        latex=r"\omega_\pm=\frac{\gamma}{\mu}\left[\sqrt{(B_E+B_A)^2-B_E^2|\gamma_k|^2}\pm h\right],\quad "
        r"\gamma_k=\frac{1}{z}\sum_{\mathbf d}\mathrm{e}^{ikd_x}",
        validity="Equation of motion at T = 0 after a small kick, two sublattices antiparallel along z, field along z; "
        "the curve is the solution of the linear equations of both sublattices with damping.",
        tolerance=0.02, scale=wave_error,
        because="Of the kick, 2 %: single precision; and the phase times the square of the kick and of the angle of a "
        "time step.",
        reference="Keffer and Kittel, Phys. Rev. 85, 329 (1952)",
        check=Check(12.0, preset="wave"),
        holds=waving, curve=wave_amplitude, plots=("wave",),
        symbols={**SYMBOLS, "ω_{±}": "angular frequencies of both modes", "γ_k": "structure factor of the neighbours",
                 "γ": "gyromagnetic ratio, beside γ_k", "μ": "moment of a spin", "z": "number of neighbours",
                 "k": "wave number along x", "d_{x}": "x component of the vector d to a neighbour"},
    ),
)  # fmt: skip
