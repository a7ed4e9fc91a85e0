"""The electron gas in equilibrium: two Fermi seas, Pauli's susceptibility, and Curie's law far above."""

from __future__ import annotations

from functools import lru_cache
from math import exp, nan, pi, sqrt

import numpy as np
from numpy.typing import NDArray

from spinviz.model.identity import Identity
from spinviz.model.law import Check, Departure, Law
from spinviz.physics.constants import BOHR_MAGNETON, BOLTZMANN, VACUUM_PERMEABILITY
from spinviz.physics.electrons import bands
from spinviz.systems.electrons.pauli_paramagnet.parameters import PauliParameters, gas
from spinviz.systems.electrons.pauli_paramagnet.state import PauliState

Values = NDArray[np.float64]

SIGMAS = 4.0
POINTS = 41
"""Points of the costly curves; those between are interpolated."""
BECAUSE = "Standard errors of the mean over the sweeps since the last change, found by blocking."


def staircase(p: PauliParameters) -> float:
    """How far P of N electrons, which come one by one, may be from that of the gas: 1/N in the cold.

    The steps come whenever the bands are shifted by twice the spacing of the states of one of them at E_F, (8/3) E_F/N
    in all. Heat rounds them: the first harmonic of a staircase shrinks by x/sinh x, x = 2 pi^2 kT over that distance.
    """
    x = 0.75 * pi**2 * p.t * p.electrons
    part = 2 * x * exp(-x) / (1 - exp(-2 * x)) if x > 1e-6 else 1.0
    return float(part / p.electrons)


@lru_cache(maxsize=8)
def scatter_of_P(p: PauliParameters) -> float:
    """Least standard deviation of P of N electrons in equilibrium: <dP^2> = (kT/N muB) dP/dB of the gas.

    Where states come one by one in the cold, the steps take of it what they add to the mean.
    """
    B, T = p.B_shown, p.T
    dB = 1e-3 * (abs(B) + BOLTZMANN * T / BOHR_MAGNETON)
    rise = float(gas(p.n, B + dB, T).polarization - gas(p.n, B - dB, T).polarization) / (2 * dB)
    smooth = 1 - min(p.electrons * staircase(p), 1.0)
    return smooth * sqrt(max(BOLTZMANN * T / (BOHR_MAGNETON * p.electrons) * rise, 0.0))


def in_chi(p: PauliParameters, polarization: float) -> float:
    """Susceptibility that belongs to a polarization in this field."""
    return float(VACUUM_PERMEABILITY * BOHR_MAGNETON * p.n * polarization / abs(p.B_shown))


def beyond_pauli(p: PauliParameters) -> float:
    """What Pauli's law leaves out: 0.175 (muB B/E_F)^2 + 10 (kT/E_F)^4 of it, fitted to the exact gas, and steps."""
    return float(bands.pauli_susceptibility(p.n)) * (0.175 * p.b**2 + 10 * p.t**4) + in_chi(p, staircase(p))


def nearly_free(p: PauliParameters) -> float:
    """Curie's law less what Pauli's principle and saturation take of it far above the Fermi temperature.

    Each spin is a gas whose chemical potential is kT [ln q + q/sqrt(8) + (3/16 - 3^-1.5) q^2] at q particles in
    lambda^3 (Pathria, Statistical Mechanics, section 8.1). With Q = n lambda^3/2, P polarizes and x = muB B/kT that
    gives artanh P + P [Q/sqrt(8) + 2 (3/16 - 3^-1.5) Q^2] = x, solved here up to x^5.
    """
    q, x = 4 / (3 * sqrt(pi)) * p.t**-1.5, p.b / p.t
    a = 1 + q / sqrt(8) + 2 * (3 / 16 - 3**-1.5) * q * q
    part = 1 / a - x**2 / (3 * a**4) + x**4 * (1 / (3 * a**7) - 1 / (5 * a**6))
    return float(bands.curie_susceptibility(p.n, p.T) * part)


def responds(p: PauliParameters) -> bool:
    """Whether M is proportional to B and the electrons are degenerate."""
    return p.holds_all and 0 < abs(p.b) <= 0.2 and p.t <= 0.1


def classical(p: PauliParameters) -> bool:
    """Whether the electrons are far above their Fermi temperature, and M is proportional to B."""
    return p.holds_all and p.t >= 1.5 and 0 < abs(p.b) <= 0.4 * p.t


@lru_cache(maxsize=8)
def susceptibility_curve(n: float, B: float, low: float, high: float) -> tuple[Values, Values]:
    """mu0 M/B of the electron gas on a few temperatures [K]; at B = 0 its limit."""
    T = np.linspace(low, high, POINTS)
    chi = VACUUM_PERMEABILITY * bands.equilibrium(n, B, T).magnetization / B if B else bands.susceptibility(n, T)
    return T, np.asarray(chi)


@lru_cache(maxsize=8)
def polarization_curve(n: float, T: float, low: float, high: float) -> tuple[Values, Values]:
    """P of the electron gas on a few fields [T]."""
    B = np.linspace(low, high, POINTS)
    return B, np.asarray(bands.equilibrium(n, B, T).polarization)


def chi_over_T(state: PauliState, p: PauliParameters, d: Departure, T: Values) -> Values:
    """The electron gas at any temperature, in this field."""
    return np.interp(T, *susceptibility_curve(p.n, p.B_shown, float(T[0]), float(T[-1])))


def pauli_over_T(state: PauliState, p: PauliParameters, d: Departure, T: Values) -> Values:
    """Pauli's susceptibility with Sommerfeld's first correction, as far as that is small."""
    chi = bands.pauli_susceptibility(p.n) * bands.sommerfeld_factor(T, p.n)
    return np.where(0.4 * p.fermi / BOLTZMANN >= T, chi, nan)


def curie_over_T(state: PauliState, p: PauliParameters, d: Departure, T: Values) -> Values:
    """Curie's law of free moments, up to thrice Pauli's susceptibility."""
    with np.errstate(divide="ignore"):
        chi = bands.curie_susceptibility(p.n, T)
    return np.where(chi <= 3 * bands.pauli_susceptibility(p.n), chi, nan)


IDENTITIES = (
    Identity(
        "magnetization", ("M",), lambda s, p, seen: seen["M"] / (BOHR_MAGNETON * p.n) - seen["P"], 1e-12,
        "M = n μ_B P, every electron carries one Bohr magneton; rounding.",
    ),
)  # fmt: skip
SYMBOLS = {
    "n_{↑↓}": "density of electrons with spin up or down",
    "g": "density of states",
    "E": "energy of an electron",
    "μ": "chemical potential",
    "χ_P": "Pauli susceptibility",
    "T_F": "Fermi temperature, E_F/k_B",
    "χ": "susceptibility",
    "n": "density of electrons",
    "λ": "thermal wavelength",
}

LAWS = (
    Law(
        "fermi_gas", "Two Fermi seas", "P",
        theory=lambda s, p, d: float(gas(p.n, p.B_shown, p.T).polarization),
        latex=r"n_{\uparrow\downarrow}=\int\frac{g(E\pm\mu_BB)/2}{e^{(E-\mu)/k_BT}+1}\,dE",
        validity="Equilibrium, the states kept reach up to E_F + 15 kT.",
        tolerance=SIGMAS, because=BECAUSE + " In the cold N electrons polarize in steps.",
        reference="Pathria, Statistical Mechanics, section 8.2",
        check=Check(600.0, {"T": 6.0, "electrons": 2000}),
        averaged=True, scatter=lambda s, p, d: scatter_of_P(p),
        allowance=lambda s, p, d: staircase(p), holds=lambda s, p, d: p.holds_all,
        curve=lambda s, p, d, B: np.interp(B, *polarization_curve(p.n, p.T, float(B[0]), float(B[-1]))),
        plots=("over_B",),
    ),
    Law(
        "pauli", "Pauli susceptibility", "chi",
        theory=lambda s, p, d: float(bands.pauli_susceptibility(p.n) * bands.sommerfeld_factor(p.T, p.n)),
        latex=r"\chi_P=\mu_0\mu_B^2\,g(E_F)\left[1-\frac{\pi^2}{12}\left(\frac{T}{T_F}\right)^2\right]",
        validity="kT ≤ 0.1 E_F and μ_B B ≤ 0.2 E_F, in equilibrium.",
        tolerance=SIGMAS, because=BECAUSE + " The next terms in B and T are 0.8 % at most.",
        reference="Pauli, Z. Phys. 41, 81 (1927); Sommerfeld, Z. Phys. 47, 1 (1928)",
        check=Check(600.0, {"T": 6.0, "electrons": 2000}),
        averaged=True, scatter=lambda s, p, d: in_chi(p, scatter_of_P(p)),
        allowance=lambda s, p, d: beyond_pauli(p), holds=lambda s, p, d: responds(p),
        curve=pauli_over_T, plots=("over_T",),
    ),
    Law(
        "response", "Exact susceptibility", "chi",
        theory=lambda s, p, d: float(VACUUM_PERMEABILITY * gas(p.n, p.B_shown, p.T).magnetization / p.B_shown),
        latex=r"\chi=\mu_0\,\frac{M(B,T)}{B}\ \mathrm{of\ two\ Fermi\ seas}",
        validity="Equilibrium in a field, the states kept reach up to E_F + 15 kT.",
        tolerance=SIGMAS, because=BECAUSE + " In the cold N electrons polarize in steps.",
        reference="Pathria, Statistical Mechanics, section 8.2",
        check=Check(600.0, {"T": 30.0, "electrons": 2000}),
        averaged=True, scatter=lambda s, p, d: in_chi(p, scatter_of_P(p)),
        allowance=lambda s, p, d: in_chi(p, staircase(p)),
        holds=lambda s, p, d: p.holds_all and p.B != 0, curve=chi_over_T, plots=("over_T",),
    ),
    Law(
        "curie", "Curie's law, corrected for degeneracy", "chi",
        theory=lambda s, p, d: nearly_free(p),
        latex=r"\chi=\frac{\mu_0 n\mu_B^2}{k_BT}\left[1-\frac{n\lambda^3}{4\sqrt{2}}-\frac{1}{3}\left("
        r"\frac{\mu_BB}{k_BT}\right)^2+\ldots\right]",
        validity="kT ≥ 1.5 E_F and μ_B B ≤ 0.4 kT; Curie's law itself is drawn at every temperature.",
        tolerance=SIGMAS, because=BECAUSE + " Further terms are 0.01 % at most.",
        reference="Curie, Ann. Chim. Phys. 5, 289 (1895); Pathria, Statistical Mechanics, section 8.2",
        check=Check(400.0, preset="curie"), averaged=True, scatter=lambda s, p, d: in_chi(p, scatter_of_P(p)),
        holds=lambda s, p, d: classical(p), curve=curie_over_T,
        allowance=lambda s, p, d: 1e-4 * float(bands.curie_susceptibility(p.n, p.T)), plots=("over_T",),
    ),
)  # fmt: skip
