"""Closed forms that isochromats obey, and when each of them holds."""

from __future__ import annotations

from math import exp, nan, pi, sqrt

import numpy as np
from numpy.typing import NDArray

from spinviz.model.law import Check, Departure, Law, now
from spinviz.physics.constants import PROTON_GYROMAGNETIC_RATIO
from spinviz.physics.resonance.bloch_laws import dephasing, effective_T2
from spinviz.physics.resonance.lines import SAMPLES, recorded_line
from spinviz.systems.resonance.isochromats.parameters import IsochromatParameters, offsets_of, recurrence, step_of
from spinviz.systems.resonance.isochromats.state import IsochromatState

Values = NDArray[np.float64]

FEWEST = 256
"""Isochromats from which on their sum is close to the continuous law."""
EXACT_LIMIT = 5000
"""Isochromats up to which the exact sum is drawn ahead as a curve."""


def free_voltage(p: IsochromatParameters, d: Departure, t: Values) -> Values:
    """Normalised coil voltage (n,) at the times ``t`` after the last change: the closed forms of all isochromats.

    M+(t) = <M+(t0) exp(-i dw (t - t0))> exp(-(t - t0)/T2), Bloch, Phys. Rev. 70, 460 (1946); the voltage is its
    negative time derivative in the laboratory, where every isochromat turns with w0 + dw.
    """
    carrier, dw = PROTON_GYROMAGNETIC_RATIO * p.B0, offsets_of(p)
    m0 = d.start
    start = (m0[0] + 1j * m0[1]) * (1j * (carrier + dw) + 1 / p.T2) / carrier
    elapsed = np.asarray(t, dtype=np.float64) - d.time
    return -np.real(sums_of_phases(start, dw, elapsed)) / p.isochromats * np.exp(-elapsed / p.T2)


def sums_of_phases(start: NDArray[np.complex128], dw: Values, t: Values) -> NDArray[np.complex128]:
    """Sum over isochromats of start exp(-i dw t) (n,) at evenly spaced times: one exponential each for all of them."""
    phases = start * np.exp(-1j * dw * t[0])
    turn = np.exp(-1j * dw * (t[1] - t[0])) if len(t) > 1 else None
    sums = np.empty(len(t), dtype=np.complex128)
    for k in range(len(t)):
        sums[k] = phases.sum()
        if turn is not None:
            phases *= turn
    return sums


def ensemble_amplitude(state: IsochromatState, p: IsochromatParameters, t: Values) -> Values:
    """|M+| (n,) of infinitely many isochromats that follow one coherence: A exp(-(t - t0)/T2) D(t - tc), NaN without.

    D is the Fourier transform of the offset distribution, tc the centre of the echo.
    """
    c = state.coherence
    t = np.asarray(t, dtype=np.float64)
    return c.amplitude * np.exp(-(t - c.excited) / p.T2) * dephasing(t - c.centre, p.distribution, 2 * pi * p.spread)


def predicted_voltage(state: IsochromatState, p: IsochromatParameters, d: Departure, t: Values) -> Values:
    """The normalised coil voltage (n,) ahead of now; NaN before the last change."""
    ahead = t >= d.time - 1e-12
    curve = np.full(len(t), nan)
    if p.isochromats <= EXACT_LIMIT and ahead.any():
        curve[ahead] = free_voltage(p, d, t[ahead])
    return curve


def predicted_mz(state: IsochromatState, p: IsochromatParameters, d: Departure, t: Values) -> Values:
    """Mz/M0 = 1 + (Mz(t0) - 1) exp(-(t - t0)/T1) (n,); NaN before the last change."""
    return np.where(t >= d.time - 1e-12, 1 + (float(d.start[2].mean()) - 1) * np.exp(-(t - d.time) / p.T1), nan)


def predicted_transverse(state: IsochromatState, p: IsochromatParameters, d: Departure, t: Values) -> Values:
    """|M+| (n,) of the continuous distribution; NaN before the last change."""
    return np.where(t >= d.time - 1e-12, ensemble_amplitude(state, p, t), nan)


def recorded_spectrum(state: IsochromatState, p: IsochromatParameters, d: Departure, f: Values) -> Values:
    """Spectrum (n,) at ``f`` (n,) [Hz] of the continuous decay or echo, from the last change until now."""
    elapsed = state.time - d.time
    t = d.time + np.linspace(0.0, elapsed, SAMPLES)
    signal = ensemble_amplitude(state, p, t)
    if p.distribution == "uniform":  # the sign of the sinc
        signal = signal * np.sign(np.sinc(2 * p.spread * (t - state.coherence.centre)))
    return recorded_line(signal.astype(np.complex128), elapsed, f - p.offset)


def coherent(state: IsochromatState, p: IsochromatParameters, d: Departure) -> bool:
    """Whether one coherence from equilibrium is followed by enough isochromats for the continuous law."""
    distance = abs(state.time - state.coherence.centre)
    enough = p.isochromats >= FEWEST or p.spread == 0
    return not np.isnan(state.coherence.amplitude) and enough and distance < recurrence(p) / 40


def turned_phase(state: IsochromatState, p: IsochromatParameters, d: Departure) -> float:
    """Largest angle [rad] that an isochromat has turned since the last change."""
    return float(np.max(np.abs(offsets_of(p)))) * (state.time - d.time)


def rounding(state: IsochromatState, p: IsochromatParameters, d: Departure) -> float:
    """Rounding of Mz in units of 1e-12: exp(-dt/T1) is known to 1.1e-16, and every step multiplies by it anew.

    The errors of n steps add, and what is left of them decays with T1.
    """
    return 1 + 2.2e-4 * min(state.time - d.time, p.T1) / step_of(p)


def saturated(state: IsochromatState, p: IsochromatParameters, d: Departure) -> bool:
    """Whether the last change left nothing along z."""
    return float(np.abs(d.start[2]).max()) < 1e-9


def ripple(p: IsochromatParameters) -> float:
    """Largest difference of |M+|/M0 of N quantiles from the continuous decay: their tails are sampled thinly.

    Found by summing them for N = 256 to 2000 up to recurrence/40: 1.15/sqrt(N) for a Lorentzian, 0.27/sqrt(N) for a
    Gaussian, 0.013/N for even offsets.
    """
    if p.spread == 0:
        return 1e-9
    if p.distribution == "uniform":
        return 0.1 / p.isochromats
    return (1.2 if p.distribution == "lorentzian" else 0.3) / sqrt(p.isochromats)


def decaying(state: IsochromatState, p: IsochromatParameters, d: Departure) -> bool:
    """Whether a Lorentzian ensemble decays freely."""
    return coherent(state, p, d) and p.distribution == "lorentzian" and state.time > state.coherence.centre


def decay_time(state: IsochromatState, p: IsochromatParameters, transverse: float) -> float:
    """T2* [s] read off the decay since all were in phase: elapsed / ln(A/|M+|); NaN too early or too late."""
    c = state.coherence
    start = c.amplitude * np.exp(-(c.centre - c.excited) / p.T2)
    elapsed = state.time - c.centre
    if not elapsed > 0 or not 0.25 < transverse / start < 0.8:
        return nan
    return float(elapsed / np.log(start / transverse))


SYMBOLS = {
    "M_{+}": "transverse magnetization, M_x + iM_y",
    "M_0": "equilibrium magnetization",
    "δω": "angular offset of an isochromat",
    "A": "transverse magnetization when all were in phase",
    "D": "dephasing: transform of the distribution of offsets",
    "t_echo": "moment at which all are in phase",
    "Γ": "half width of the distribution of offsets in rad/s",
    "FWHM": "full width of the line at half maximum",
}

LAWS = (
    Law(
        "precession", "Free precession", "voltage",
        theory=lambda s, p, d: float(free_voltage(p, d, np.array([s.time]))[0]),
        latex=r"M_+(t)=\langle M_+(0)\,e^{-i\,\delta\omega\,t}\rangle\,e^{-t/T_2}",
        validity="Between two pulses, with the parameters unchanged.",
        tolerance=1e-12,
        because="Rounding of some thousand exact steps of 1e-16 each, and of the phases gained since the pulse.",
        reference="Bloch, Phys. Rev. 70, 460 (1946)",
        check=Check(0.4, actions=((0.0, "90x"),)), scale=lambda s, p, d: 1 + 1e-2 * turned_phase(s, p, d),
        curve=predicted_voltage, plots=("fid",),
    ),
    Law(
        "recovery", "Longitudinal recovery", "mz",
        theory=now(predicted_mz),
        latex=r"M_z(t)=M_0+(M_z(0)-M_0)\,e^{-t/T_1}",
        validity="Between two pulses, with the parameters unchanged.",
        tolerance=1e-12, because="Rounding: of exp(−Δt/T₁) 1e-16 a step, over the steps of one T₁.",
        scale=rounding, reference="Bloch, Phys. Rev. 70, 460 (1946)",
        check=Check(1.0, preset="inversion_recovery"),
        curve=predicted_mz, plots=("relaxation",),
    ),
    Law(
        "saturation", "Saturation recovery", "mz",
        theory=lambda s, p, d: 1 - exp(-(s.time - d.time) / p.T1),
        latex=r"M_z(t)=M_0\left(1-e^{-t/T_1}\right)",
        validity="After a 90° pulse that left nothing along z, until the next pulse.",
        tolerance=1e-12, because="Rounding: of exp(−Δt/T₁) 1e-16 a step, over the steps of one T₁.",
        scale=rounding, reference="Markley, Horsley and Klein, J. Chem. Phys. 55, 3604 (1971)",
        check=Check(0.98, preset="saturation_recovery"), holds=saturated,
    ),
    Law(
        "dephasing", "Dephasing and echo", "transverse",
        theory=now(predicted_transverse),
        latex=r"|M_{xy}|(t)=A\,e^{-t/T_2}\,D(t-t_\mathrm{echo})",
        validity="One excitation from equilibrium, then only 180° pulses; 256 or more isochromats.",
        tolerance=1.0, because="In units of the ripple that N quantiles leave about the continuous decay.",
        reference="Hahn, Phys. Rev. 80, 580 (1950)",
        check=Check(0.3, {"isochromats": 10_000}, preset="hahn_echo"),
        scale=lambda s, p, d: ripple(p), holds=coherent, curve=predicted_transverse, plots=("relaxation",),
    ),
    Law(
        "T2star", "Effective relaxation time", "T2star",
        theory=lambda s, p, d: effective_T2(p.T2, 2 * pi * p.spread),
        latex=r"\frac{1}{T_2^*}=\frac{1}{T_2}+\Gamma,\quad \mathrm{FWHM}=\frac{1}{\pi T_2^*}",
        validity="Free decay of a Lorentzian spread; its spectrum is a line of this width.",
        tolerance=1.2, because="In units of the ripple of N quantiles, seen between 80 % and 25 % of the decay.",
        reference="Abragam, The Principles of Nuclear Magnetism, chapter IV",
        check=Check(0.2, {"isochromats": 10_000}, actions=((0.0, "90x"),)),
        scale=lambda s, p, d: ripple(p) * effective_T2(p.T2, 2 * pi * p.spread),
        holds=decaying,
    ),
    Law(
        "line", "Spectrum of what was recorded", "transverse",
        theory=now(predicted_transverse),
        latex=r"S(f)=\int_0^{t}M_{xy}(s)\,e^{-2\pi i(f-\Delta f)s}\,\mathrm{d}s,\quad M_{xy}(s)=A\,e^{-s/T_2}\,D(s)",
        symbols={
            "S": "spectrum: its real part for a decay, its square for an echo", "f": "frequency",
            "s": "time since the last pulse", "t": "time for which the signal was recorded",
        },
        validity="One excitation from equilibrium, then only 180° pulses; 256 or more isochromats. A short record "
        "gives a wide line; a long one a line of the width 1/πT₂*.",
        tolerance=1.0, because="In units of the ripple that N quantiles leave about the continuous decay.",
        reference="Ernst, Bodenhausen and Wokaun, Principles of NMR in One and Two Dimensions (1987), chapter 4",
        check=Check(0.2, {"isochromats": 10_000, "distribution": "gaussian"}, actions=((0.0, "90x"),)),
        scale=lambda s, p, d: ripple(p), holds=coherent, curve=recorded_spectrum, plots=("spectrum",),
    ),
)  # fmt: skip
