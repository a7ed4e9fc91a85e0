"""Closed forms of chemical exchange, and when each of them holds."""

from __future__ import annotations

from math import nan, pi, sqrt

import numpy as np
from numpy.typing import NDArray

from spinviz.model.law import Check, Departure, Law, now
from spinviz.physics.resonance import chemical_exchange as exchange
from spinviz.physics.resonance import exchange_laws
from spinviz.systems.resonance.chemical_exchange.parameters import ExchangeParameters, sites
from spinviz.systems.resonance.chemical_exchange.state import ExchangeState

Values = NDArray[np.float64]


def symmetric(p: ExchangeParameters) -> bool:
    """Whether the distance of the lines has a closed form."""
    return p.pA == 0.5 and p.T2A == p.T2B and not p.saturation and p.separation > 0


def split(p: ExchangeParameters) -> bool:
    """Whether the distance is known well: not where the two maxima nearly touch, nor among their own widths."""
    part = p.k / exchange.coalescence_rate(max(p.separation, 1e-9))
    return symmetric(p) and p.separation * p.T2A > 1.5 and not 0.93 < part < 1.1


def predicted_voltage(state: ExchangeState, p: ExchangeParameters, d: Departure, t: Values) -> Values:
    """Coil voltage (n,) by the closed form; NaN before the last change."""
    ahead = np.asarray(t) - d.time
    return np.where(ahead > -1e-12, exchange_laws.free_decay(sites(p), d.start.plus, np.maximum(ahead, 0)).imag, nan)


def predicted_transfer(state: ExchangeState, p: ExchangeParameters, d: Departure, t: Values) -> Values:
    """Mz (n,) of site B in units of its equilibrium; NaN before the last change."""
    ahead = np.asarray(t) - d.time
    mz = exchange_laws.transfer(sites(p), d.start.along, np.maximum(ahead, 0)) / (1 - p.pA)
    return np.where(ahead > -1e-12, mz, nan)


def rounding(state: ExchangeState, p: ExchangeParameters, d: Departure) -> float:
    """How much the rounding of phases and rates may have grown since the last change."""
    return 1 + 1e-2 * (abs(p.k) + pi * p.separation + 2 * pi * abs(p.offset)) * (state.time - d.time)


def hopping(state: ExchangeState, p: ExchangeParameters, d: Departure, t: Values) -> Values:
    """Coil voltage (n,) of the single spins, by the closed form from where they were."""
    return np.asarray(exchange_laws.free_decay(sites(p), d.start.spins, t - d.time).imag / p.molecules)


def scatter(state: ExchangeState, p: ExchangeParameters, d: Departure) -> float:
    """Standard deviation of the voltage of the single spins, and half of what one of them may add."""
    variance = exchange_laws.spins_variance(sites(p), d.start.squares, d.start.pairs, state.time - d.time)
    return (sqrt(float(variance)) + 0.5) / p.molecules


SYMBOLS = {
    "M^{+}": "transverse magnetization of both sites",
    "L": "matrix of precession, decay and exchange",
    "c_{±}": "amplitudes of the two lines",
    "λ_{±}": "eigenvalues of L: their frequencies and widths",
    "m_{y,i}": "magnetization of spin i",
    "M_y": "magnetization by the rate equations",
    "k_c": "rate of coalescence",
    "M_z": "longitudinal magnetization of both sites",
    "p": "populations of the sites",
    "K": "matrix of relaxation and exchange",
    "p_B": "population of site B",
    "M_0": "equilibrium magnetization",
    "k_BA": "exchange rate from B to A",
}

LAWS = (
    Law(
        "bloch_mcconnell", "Free decay with exchange", "voltage",
        theory=now(predicted_voltage),
        latex=r"M^+(t)=\mathbf{1}^T e^{Lt}M^+(0)=\sum_\pm c_\pm e^{\lambda_\pm t},\;"
        r"\lambda_\pm=\mathrm{tr}L/2\pm\sqrt{(\mathrm{tr}L/2)^2-\det L}",
        validity="Between two pulses, with the parameters unchanged.",
        tolerance=1e-12, because="Rounding of some thousand exact steps of 1e-16 each, and of rates times time.",
        reference="McConnell, J. Chem. Phys. 28, 430 (1958)",
        check=Check(0.4, preset="intermediate"), scale=rounding, curve=predicted_voltage, plots=("fid",),
    ),
    Law(
        "hopping", "Single spins and rate equations", "hopping", theory=now(hopping),
        latex=r"\frac{1}{N}\sum_i m_{y,i}(t)\to M_y(t)",
        validity="Between two pulses, with the parameters unchanged.",
        tolerance=4.5,
        because="In standard deviations of N spins that hop at random; some ten independent moments.",
        reference="McConnell, J. Chem. Phys. 28, 430 (1958)",
        check=Check(0.4, {"molecules": 2000}, preset="coalescence"), scale=scatter,
    ),
    Law(
        "coalescence", "Splitting and coalescence", "distance",
        theory=lambda s, p, d: float(exchange.peak_distance(p.separation, p.k, p.T2A)),
        latex=r"\delta\nu=\sqrt{\Delta\nu^2-2k^2/\pi^2},\quad k_c=\pi\Delta\nu/\sqrt{2}",
        validity="Equal populations and T₂, the decay over, k not near coalescence; with the shift by T₂.",
        tolerance=2e-3, because="In units of Δν: e⁻⁷ of the decay is cut off, which leaves ripples on the line.",
        reference="Gutowsky and Holm, J. Chem. Phys. 25, 1228 (1956)",
        check=Check(0.8, preset="intermediate"), scale=lambda s, p, d: max(p.separation, 1e-9),
        holds=lambda s, p, d: split(p),
    ),
    Law(
        "transfer", "Magnetization transfer", "mzb",
        theory=now(predicted_transfer),
        latex=r"M_z(t)=p+e^{Kt}\,(M_z(0)-p)",
        validity="Between two pulses, with the parameters unchanged.",
        tolerance=1e-12, because="Rounding of some thousand exact steps of 1e-16 each, and of rates times time.",
        reference="Forsén and Hoffman, J. Chem. Phys. 39, 2892 (1963)",
        check=Check(1.4, preset="inversion_transfer"), scale=rounding, curve=predicted_transfer,
        plots=("recovery",),
    ),
    Law(
        "saturation", "Saturation transfer", "mzb",
        theory=lambda s, p, d: 1 / (1 + 2 * p.k * p.pA * p.T1B),
        latex=r"\frac{M_{zB}}{p_BM_0}\to\frac{1}{1+k_{BA}T_{1B}}",
        validity="A saturated for ten relaxation times 1/(1/T₁ + k) of B, no pulse since.",
        tolerance=5e-5, because="e⁻¹⁰ of the approach is left.",
        reference="Forsén and Hoffman, J. Chem. Phys. 39, 2892 (1963)",
        check=Check(4.0, {"k": 2.0, "T2A": 0.5, "T2B": 0.5, "saturation": True}),
        holds=lambda s, p, d: p.saturation and (s.time - d.time) * (1 / p.T1B + 2 * p.k * p.pA) > 10,
        plots=("recovery",), curve=lambda s, p, d, t: np.full(len(t), 1 / (1 + 2 * p.k * p.pA * p.T1B)),
    ),
)  # fmt: skip
