"""Free electrons in two spin bands: chemical potential, polarization, Pauli susceptibility.

"Up" electrons have their moment along the field: their band is lowered by muB B, the other one raised (g = 2).
Hence M = muB (n_up - n_down) = muB n P is positive for B > 0. Orbital (Landau) diamagnetism is left out. Lengths,
energies and densities in SI; n is the number of electrons per volume [1/m^3].
"""

from dataclasses import dataclass
from math import gamma, pi, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import zeta

from spinviz.physics.constants import BOHR_MAGNETON, BOLTZMANN, ELECTRON_MASS, HBAR, VACUUM_PERMEABILITY

Array = NDArray[np.float64]

_COLDEST = 1e-7  # T/T_F used for anything colder: the laws then differ from T = 0 by 1e-14
_NODE_DISTANCE = 0.04
_NODES = np.arange(220) * _NODE_DISTANCE
_ORDERS = (0.5, -0.5)
_WEIGHTS = np.stack(
    [2 * _NODE_DISTANCE / gamma(j + 1) * np.where(_NODES == 0, 0.5, 1.0) * _NODES ** (2 * j + 1) for j in _ORDERS],
    axis=1,
)
_DEGENERATE = 30.0  # from here the asymptotic series is exact to rounding
_SERIES_TERMS = 8
_CLASSICAL = 3 * sqrt(pi) / 8  # n_sigma/n = this * t^(3/2) F_1/2


def fermi_integral(eta: ArrayLike, order: float) -> Array:
    """Fermi-Dirac integral F_j(eta) = 1/Gamma(j + 1) times the integral of x^j/(exp(x - eta) + 1) over x > 0.

    For j = 1/2 and -1/2, relative error below 1e-12. Below eta = 30 the trapezoidal rule in sqrt(x), which converges
    exponentially; above, Sommerfeld's series. Blakemore, Solid-State Electron. 25, 1067 (1982).
    """
    if order not in _ORDERS:
        raise ValueError(f"Order {order:g} of a Fermi-Dirac integral is not available: use 0.5 or -0.5.")
    return _fermi_integrals(np.asarray(eta, dtype=np.float64))[_ORDERS.index(order)]


def _fermi_integrals(eta: Array) -> tuple[Array, Array]:
    """Both orders, 1/2 and its derivative -1/2."""
    low = _by_quadrature(np.minimum(eta, _DEGENERATE))
    if np.all(eta < _DEGENERATE):
        return low
    degenerate = np.maximum(eta, _DEGENERATE)
    high = [_by_series(degenerate, order) for order in _ORDERS]
    return np.where(eta < _DEGENERATE, low[0], high[0]), np.where(eta < _DEGENERATE, low[1], high[1])


def _by_quadrature(eta: Array) -> tuple[Array, Array]:
    """Substitute x = u^2: the integrand is 2 u^(2j + 1)/(exp(u^2 - eta) + 1), even and analytic."""
    damped = np.exp(np.minimum(eta[..., None] - _NODES**2, 700.0))
    both = (damped / (1 + damped)) @ _WEIGHTS
    return both[..., 0], both[..., 1]


def _by_series(eta: Array, order: float) -> Array:
    """eta^(j+1)/Gamma(j+2) [1 + sum over k of 2 D(2k) Gamma(j+2)/Gamma(j+2-2k) eta^-2k], D Dirichlet's eta."""
    total, coefficient = np.ones_like(eta), 1.0
    for k in range(1, _SERIES_TERMS + 1):
        coefficient *= (order + 3 - 2 * k) * (order + 2 - 2 * k)
        total += 2 * (1 - 2.0 ** (1 - 2 * k)) * zeta(2 * k) * coefficient * eta ** (-2 * k)
    return np.asarray(eta ** (order + 1) / gamma(order + 2) * total)


def fermi_energy(n: ArrayLike) -> Array:
    """E_F = (hbar^2/2m)(3 pi^2 n)^(2/3) [J] of free electrons."""
    return np.asarray(HBAR**2 / (2 * ELECTRON_MASS) * (3 * pi**2 * np.asarray(n, np.float64)) ** (2 / 3))


def fermi_temperature(n: ArrayLike) -> Array:
    """T_F = E_F/k [K]."""
    return fermi_energy(n) / BOLTZMANN


def density_of_states(energy: ArrayLike, n: float) -> Array:
    """g(E) = (3n/2E_F) sqrt(E/E_F) [1/(J m^3)] of both spins together, without field."""
    EF = float(fermi_energy(n))
    return np.asarray(1.5 * n / EF * np.sqrt(np.maximum(np.asarray(energy, np.float64), 0.0) / EF))


@dataclass(frozen=True)
class Bands:
    """Equilibrium of the two bands; arrays of the broadcast shape of B and T.

    Attributes
    ----------
    mu
        Chemical potential [J], from the bottom of the bands without field.
    up, down
        Densities of electrons with their moment along and against the field [1/m^3].
    """

    mu: Array
    up: Array
    down: Array

    @property
    def polarization(self) -> Array:
        """P = (n_up - n_down)/(n_up + n_down)."""
        return np.asarray((self.up - self.down) / (self.up + self.down))

    @property
    def magnetization(self) -> Array:
        """M = muB (n_up - n_down) = muB n P [A/m], along the field."""
        return np.asarray(BOHR_MAGNETON * (self.up - self.down))


def equilibrium(n: float, B: ArrayLike, T: ArrayLike) -> Bands:
    """Fill the two bands with n electrons per volume at the field B [T] and temperature T [K].

    n_up,down = n (3 sqrt(pi)/8) t^(3/2) F_1/2(eta +- b), eta = mu/kT, b = muB B/kT, t = T/T_F; mu keeps the sum at n.
    Pathria, Statistical Mechanics, section 8.2.
    """
    B, T = np.broadcast_arrays(np.asarray(B, np.float64), np.asarray(T, np.float64))
    if np.any(T < 0):
        raise ValueError(f"Temperature T = {T.min():g} K is below the limit 0 K: use T >= 0.")
    t = np.maximum(T / fermi_temperature(n), _COLDEST)
    b = BOHR_MAGNETON * B / (t * fermi_energy(n))
    eta = _chemical_potential(t, b)
    up, down = n * _CLASSICAL * t**1.5 * fermi_integral(np.stack([eta + b, eta - b]), 0.5)
    return Bands(np.asarray(eta * t * fermi_energy(n)), up, down)


def _chemical_potential(t: Array, b: Array) -> Array:
    """eta = mu/kT by Newton's method on ln n, kept between bounds that are proved.

    Below: the classical gas, which holds more electrons at the same eta. Above: mu <= E_F, because the bands widen
    the faster, the fuller they are.
    """
    target = 1 / (_CLASSICAL * t**1.5)
    low, high = np.log(target) - np.logaddexp(b, -b), 1 / t + 1e-9
    low = np.minimum(low, high)
    eta = np.maximum(low, high - np.abs(b))
    for _ in range(100):
        integral, derivative = _fermi_integrals(np.stack([eta + b, eta - b]))
        filled, slope = integral.sum(axis=0), derivative.sum(axis=0)
        low, high = np.where(filled < target, eta, low), np.where(filled < target, high, eta)
        newton = eta - np.log(filled / target) * filled / slope
        following = np.where((newton > low) & (newton < high), newton, (low + high) / 2)
        done = np.all(np.abs(newton - eta) <= 1e-14 * (1 + np.abs(eta)))
        eta = np.where(done, newton, following)
        if done:
            break
    return np.asarray(eta)


def pauli_susceptibility(n: ArrayLike) -> Array:
    """chi_P = mu0 muB^2 g(E_F) = (3/2) mu0 muB^2 n/E_F, dimensionless; T << T_F and muB B << E_F.

    W. Pauli, Z. Phys. 41, 81 (1927).
    """
    n = np.asarray(n, np.float64)
    return np.asarray(1.5 * VACUUM_PERMEABILITY * BOHR_MAGNETON**2 * n / fermi_energy(n))


def sommerfeld_factor(T: ArrayLike, n: float) -> Array:
    """chi/chi_P = 1 - (pi^2/12)(T/T_F)^2; next term of order (T/T_F)^4. A. Sommerfeld, Z. Phys. 47, 1 (1928)."""
    return np.asarray(1 - pi**2 / 12 * (np.asarray(T, np.float64) / fermi_temperature(n)) ** 2)


def curie_susceptibility(n: ArrayLike, T: ArrayLike) -> Array:
    """mu0 n muB^2/(kT), the law of free moments muB, which electrons obey only for T >> T_F."""
    return np.asarray(VACUUM_PERMEABILITY * np.asarray(n, np.float64) * BOHR_MAGNETON**2 / (BOLTZMANN * np.asarray(T)))


def susceptibility(n: float, T: ArrayLike) -> Array:
    """mu0 dM/dB at B = 0 and any temperature, dimensionless.

    chi = mu0 muB^2 2 n (3 sqrt(pi)/8) t^(1/2) F_-1/2(eta)/E_F, t = T/T_F: Pauli's value for t -> 0, Curie's for t >> 1.
    """
    T = np.asarray(T, dtype=np.float64)
    t = np.maximum(T / fermi_temperature(n), _COLDEST)
    eta = _chemical_potential(t, np.zeros_like(t))
    curvature = 2 * _CLASSICAL * np.sqrt(t) * fermi_integral(eta, -0.5)
    return np.asarray(VACUUM_PERMEABILITY * BOHR_MAGNETON**2 * n / fermi_energy(n) * curvature)


def full_polarization_field(n: float) -> float:
    """Field [T] above which all moments are aligned at T = 0: muB B = 2^(2/3) E_F/2."""
    return float(2 ** (2 / 3) * fermi_energy(n) / (2 * BOHR_MAGNETON))
