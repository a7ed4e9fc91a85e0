"""Closed forms of radiation damping, and when each of them holds."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, nan, pi, sqrt

import numpy as np
from numpy.typing import NDArray

from spinviz.model.law import Check, Departure, Law, OverAxis, now
from spinviz.physics.resonance import radiation_damping as damped
from spinviz.systems.resonance.radiation_damping.parameters import DampingParameters, circuit
from spinviz.systems.resonance.radiation_damping.state import DampingState

Values = NDArray[np.float64]
Complex = NDArray[np.complex128]

FINAL = 20.0
"""Times T1 in which a damped oscillation of a maser dies out."""


def solved(state: DampingState, p: DampingParameters, d: Departure) -> bool:
    """Whether the closed form holds: one magnetization without T1."""
    return p.spread == 0 and p.relaxation != "T1 and T2" and d.start.aligned


def prediction(p: DampingParameters, d: Departure, t: Values) -> tuple[Complex, Values]:
    """M+ and Mz (n,) by the closed form; NaN before the last change."""
    x, y, z = d.start.net
    ahead = np.asarray(t, dtype=np.float64) - d.time
    plus, mz = damped.closed_form(circuit(p), np.maximum(ahead, 0.0), complex(x, y), float(z), 2 * pi * p.offset)
    early = ahead < -1e-12
    return np.where(early, nan, plus), np.where(early, nan, mz)


def over_time(of: Callable[[Complex, Values], Values]) -> OverAxis:
    """Return the law's curve of a function of M+ and Mz."""
    return lambda s, p, d, t: of(*prediction(p, d, t))


def pulled(state: DampingState, p: DampingParameters, d: Departure, t: Values) -> Values:
    """Frequency (n,) [Hz] of M: a detuned coil shifts it by as much as Mz."""
    return np.asarray(p.offset + circuit(p).shift * prediction(p, d, t)[1] / (2 * pi))


def stiffness(state: DampingState, p: DampingParameters, d: Departure) -> float:
    """How errors may have grown: with the phases turned and the number of steps."""
    turned = abs(2 * pi * p.offset) + abs(circuit(p).shift)
    return 1 + 1e-2 * turned * (state.time - d.time)


def radiated_line(state: DampingState, p: DampingParameters, d: Departure, f: Values) -> Values:
    """Spectrum (n,) of the closed form as long as it was recorded; NaN without a signal."""
    x, y, z = d.start.net
    if np.hypot(x, y) < 1e-12:
        return np.full(len(f), nan)
    return damped.line(circuit(p), f, complex(x, y), float(z), 2 * pi * p.offset, state.time - d.time)


def steady(state: DampingState, p: DampingParameters, d: Departure) -> bool:
    """Whether a pumped maser above its threshold has come to rest."""
    pumped = p.relaxation == "T1 and T2" and p.closed and p.spread == 0 and maser(p) > 0
    return pumped and state.time - d.time > settling(p, float(np.hypot(*d.start.net[:2])))


def settling(p: DampingParameters, rho: float) -> float:
    """Time [s] in which a maser that starts with |M+| = ``rho`` comes to rest.

    A small signal grows with the rate g (Mz - Meq), Mz that of the steady state, once the pump has inverted the spins;
    near the steady state what is left decays with the roots of x^2 - x/T1 + 2 (g |M+|)^2 = 0.
    """
    steady_rho, mz = damped.maser_state(circuit(p))
    if rho == 0:
        return inf
    g, half = circuit(p).gain, 1 / (2 * p.T1)
    beat = 2 * (g * steady_rho) ** 2
    slow = beat / (half + sqrt(half * half - beat)) if half * half > beat else half
    folds = max(np.log(steady_rho / rho), 0.0) + 3 * p.T1 * (g + 1 / p.T2)
    return float(FINAL / (2 * slow) + folds / (g * (mz - p.M0)))


def maser(p: DampingParameters) -> float:
    """|M+| of the steady maser."""
    return damped.maser_state(circuit(p))[0]


SYMBOLS = {
    "r": "length of (|M_xy|, M_z + T_rd/T₂), which is constant",
    "t_0": "moment of the strongest signal",
    "θ_0": "angle of M to the field at the start",
    "φ": "phase of the signal",
    "ω": "offset in rad/s",
    "x": "argument of the hyperbolic functions",
    "f_0": "frequency without the pull of the coil",
    "M_eq": "equilibrium that the pump keeps up",
}

LAWS = (
    Law(
        "burst", "Signal: a hyperbolic secant", "transverse",
        theory=now(over_time(lambda plus, mz: np.abs(plus))),
        latex=r"|M_{xy}|=r\,\mathrm{sech}\,\frac{r(t-t_0)}{T_\mathrm{rd}},\quad "
        r"t_0=T_\mathrm{rd}\ln\tan\frac{\theta_0}{2}\;(r=1\text{ without }T_2)",
        validity="One magnetization without T₁; d = 0 in the formula shown.",
        tolerance=1e-11, because="Rounding; with T₂ or detuning the fourth order of the step.",
        reference="Bloom, J. Appl. Phys. 28, 800 (1957)",
        check=Check(0.3, preset="burst"), scale=stiffness, holds=solved,
        curve=over_time(lambda plus, mz: np.abs(plus)), plots=("magnetization",),
    ),
    Law(
        "return", "Return: a hyperbolic tangent", "mz",
        theory=now(over_time(lambda plus, mz: mz)),
        latex=r"M_z=r\tanh\frac{r(t-t_0)}{T_\mathrm{rd}}-\frac{T_\mathrm{rd}}{T_2}",
        validity="One magnetization without T₁; d = 0 in the formula shown.",
        tolerance=1e-11, because="Rounding; with T₂ or detuning the fourth order of the step.",
        reference="Bloom, J. Appl. Phys. 28, 800 (1957)",
        check=Check(0.3, {"relaxation": "T2"}, preset="burst"), scale=stiffness, holds=solved,
        curve=over_time(lambda plus, mz: mz), plots=("magnetization",),
    ),
    Law(
        "phase", "Voltage and line", "voltage",
        theory=now(over_time(lambda plus, mz: plus.imag)),
        latex=r"\varphi(t)=-\omega t-d\,\ln\frac{\cosh x(t)}{\cosh x(0)},\; x=\frac{t-t_0}{(1+d^2)T_\mathrm{rd}}",
        validity="One magnetization without T₁; without T₂ in the formula shown.",
        tolerance=1e-10, because="Rounding of phases, and the fourth order of the step.",
        reference="Guéron, Magn. Reson. Med. 19, 31 (1991)",
        check=Check(0.3, preset="chirp"), scale=stiffness, holds=solved,
        curve=radiated_line, plots=("spectrum",),
    ),
    Law(
        "chirp", "Frequency pulled by the coil", "frequency",
        theory=now(pulled),
        latex=r"f(t)=f_0+\frac{d}{1+d^2}\,\frac{M_z(t)}{2\pi T_\mathrm{rd}}",
        validity="One magnetization without T₁.",
        tolerance=1e-9, because="The error of M_z, 1e-11, times the shift of some hertz.",
        reference="Guéron, Magn. Reson. Med. 19, 31 (1991)",
        check=Check(0.3, preset="chirp"), holds=solved, scale=stiffness,
        curve=pulled, plots=("chirp",),
    ),
    Law(
        "maser", "Steady maser", "transverse",
        theory=lambda s, p, d: maser(p),
        latex=r"M_z=-\frac{T_\mathrm{rd}}{T_2},\quad |M_{xy}|^2=\frac{T_\mathrm{rd}}{T_1}(M_z-M_\mathrm{eq})",
        validity="Pumped above the threshold −M_eq > T_rd/T₂, after all oscillations; d = 0 in the formula.",
        tolerance=1e-3, because="What is left of the damped oscillation after ten of its decay times.",
        reference="Bösiger, Brun and Meier, Phys. Rev. A 18, 671 (1978)",
        check=Check(3.2, {"T1": 0.1, "Trd": 0.05, "T2": 0.2}, preset="maser"), holds=steady,
    ),
)  # fmt: skip
