"""Energy levels of independent moments in a field, their populations, and thermal flips between them.

Sign convention: E_m = g muB B m with g > 0, as for the electron, whose moment is opposite to its spin: the moment
along the field is mu_z = -g muB m and the ground state for B > 0 is m = -S. Levels are numbered k = 0 .. 2S from
below, m = k - S.
"""

from functools import lru_cache
from math import ceil, log2

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from spinviz.physics.constants import BOHR_MAGNETON, BOLTZMANN, ELECTRON_G, VACUUM_PERMEABILITY
from spinviz.physics.kernel import kernel
from spinviz.physics.rng import RandomState, next_unit

Array = NDArray[np.float64]

MOST_LEVELS = 128  # level numbers are int8
OLDEST = np.iinfo(np.int32).max


def projections(S: float) -> Array:
    """Spin projections m = -S .. S (2S + 1,)."""
    count = round(2 * S) + 1
    if not 2 <= count <= MOST_LEVELS or abs(2 * S - round(2 * S)) > 1e-9:
        raise ValueError(
            f"Spin S = {S:g} is not 1/2, 1, 3/2, ... {(MOST_LEVELS - 1) / 2:g}: use a half or whole number."
        )
    return np.arange(count, dtype=np.float64) - float(S)


def energies(S: float, B: float, g: float = ELECTRON_G) -> Array:
    """Zeeman energies E_m = g muB B m (2S + 1,) [J] in the field B [T]."""
    return g * BOHR_MAGNETON * B * projections(S)


def populations(energy: ArrayLike, T: float) -> Array:
    """Boltzmann populations exp(-E/kT)/Z of levels E (n,) [J]; T = 0 [K] fills the lowest.

    Energies are counted from the lowest level: nothing overflows.
    """
    E = np.asarray(energy, dtype=np.float64)
    above = E - E.min()
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        weight = np.exp(-np.where(above == 0, 0.0, above / np.float64(BOLTZMANN * T)))
    return np.asarray(weight / weight.sum())


def langevin(x: ArrayLike) -> Array:
    """Mean cosine of a classical moment, L(x) = coth x - 1/x with x = mu B/kT.

    Relative error 1e-15 at every x: continued fraction x/(3 + x^2/(5 + x^2/(7 + ...))) below |x| = 2.
    P. Langevin, Ann. Chim. Phys. 5, 70 (1905).
    """
    x = np.asarray(x, dtype=np.float64)
    near = np.minimum(np.abs(x), 2.0)
    fraction = np.full_like(near, 33.0)
    for odd in range(31, 1, -2):
        fraction = odd + near * near / fraction
    far = np.maximum(np.abs(x), 2.0)
    return np.asarray(np.sign(x) * np.where(np.abs(x) < 2, near / fraction, 1 / np.tanh(far) - 1 / far))


def brillouin(S: float, x: ArrayLike) -> Array:
    """Mean moment over its largest value, B_S(x) with x = g muB S B/kT.

    B_S(x) = a coth(a x) - b coth(b x), a = (2S + 1)/(2S), b = 1/(2S); tanh x for S = 1/2, L(x) for S -> inf.
    Written as a L(a x) - b L(b x), where the poles have cancelled. L. Brillouin, J. Phys. Radium 8, 74 (1927).
    """
    projections(S)
    x = np.asarray(x, dtype=np.float64)
    a, b = (2 * S + 1) / (2 * S), 1 / (2 * S)
    return np.asarray(a * langevin(a * x) - b * langevin(b * x))


def field_ratio(S: float, B: ArrayLike, T: ArrayLike, g: float = ELECTRON_G) -> Array:
    """x = g muB S B/kT, the argument of ``brillouin``; +-inf at T = 0 in a field, 0 without one."""
    B, T = np.asarray(B, dtype=np.float64), np.asarray(T, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.where(B == 0, 0.0, g * BOHR_MAGNETON * S * B / (BOLTZMANN * T))


def magnetization(n: float, S: float, B: ArrayLike, T: ArrayLike, g: float = ELECTRON_G) -> Array:
    """M = n g muB S B_S(x) [A/m] of n moments per volume [1/m^3] in thermal equilibrium, along the field.

    Valid for moments that do not interact.
    """
    return np.asarray(n * g * BOHR_MAGNETON * S * brillouin(S, field_ratio(S, B, T, g)))


def curie_susceptibility(n: float, S: float, T: ArrayLike, g: float = ELECTRON_G) -> Array:
    """Curie's law chi = mu0 n g^2 muB^2 S(S + 1)/(3kT), dimensionless (SI), n [1/m^3].

    M = chi B/mu0 holds for g muB S B << kT. P. Curie, Ann. Chim. Phys. 5, 289 (1895).
    """
    T = np.asarray(T, dtype=np.float64)
    return np.asarray(VACUUM_PERMEABILITY * n * (g * BOHR_MAGNETON) ** 2 * S * (S + 1) / (3 * BOLTZMANN * T))


def two_level_polarization(mu: float, B: ArrayLike, T: ArrayLike) -> Array:
    """Polarization tanh(mu B/kT) of two levels -+ mu B, mu [J/T]; 5.1e-6 for protons at 1.5 T and 300 K."""
    return np.asarray(np.tanh(mu * np.asarray(B, np.float64) / (BOLTZMANN * np.asarray(T, np.float64))))


def relaxing_magnetization(t: ArrayLike, start: float, equilibrium: float, tau: float) -> Array:
    """M(t) = Meq + (M(0) - Meq) exp(-t/tau): exact for S = 1/2 and the rates of ``transition_rates``."""
    return np.asarray(equilibrium + (start - equilibrium) * np.exp(-np.asarray(t, np.float64) / tau))


def transition_rates(energy: ArrayLike, T: float, tau: float) -> Array:
    """Rates (n, n) [1/s] from level (row) to level (column): neighbours only, heat bath (Glauber).

    w(a -> b) = (1/tau) p_b/(p_a + p_b): detailed balance with ``populations``; for two levels the sum of both
    rates is 1/tau. Diagonal elements make each row sum to zero.
    R. J. Glauber, J. Math. Phys. 4, 294 (1963).
    """
    E = np.asarray(energy, dtype=np.float64)
    step = np.diff(E)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        up = expit(-np.where(step == 0, 0.0, step / np.float64(BOLTZMANN * T))) / tau
    rates = np.diag(up, 1) + np.diag(1 / tau - up, -1)
    return np.asarray(rates - np.diag(rates.sum(axis=1)))


def transition_probabilities(energy: ArrayLike, T: float, dt: float, tau: float) -> Array:
    """Probability (n, n) to be in level (column) after the time dt [s] when started in level (row), exact.

    The exponential of the rate matrix times dt, so that one long step equals many short ones in distribution:
    Taylor's series of exp(x (J - 1)) with J a matrix of jump probabilities, whose terms are all positive (Jensen 1953),
    for a short time, then squared.
    """
    count = np.asarray(energy).size
    # The slowest relaxation takes about (n/pi)^2 tau times 4: far beyond it the rows are the populations.
    rates = transition_rates(energy, T, 1.0)
    elapsed = min(dt / tau, 1000.0 * count**2)
    doublings = max(0, ceil(log2(max(2 * elapsed, 1e-300))) + 1)
    x = 2.0 * elapsed / 2**doublings  # no level is left faster than at the rate 2/tau
    jump = np.eye(count) + rates / 2.0
    P, term = np.eye(count), np.eye(count)
    for k in range(1, 20):
        term = term @ jump * (x / k)
        P = P + term
    for _ in range(doublings):
        P = P / P.sum(axis=1, keepdims=True)
        P = P @ P
    return np.asarray(P / P.sum(axis=1, keepdims=True))


@lru_cache(maxsize=64)
def _cumulative(S: float, B: float, T: float, g: float, elapsed: float) -> Array:
    table = np.cumsum(transition_probabilities(energies(S, B, g), T, elapsed, 1.0), axis=1)
    table[:, -1] = 1.0
    table.flags.writeable = False
    return table


def thermal_flips(
    level: NDArray[np.int8],
    age: NDArray[np.int32],
    S: float,
    B: float,
    T: float,
    dt: float,
    tau: float,
    state: RandomState,
    g: float = ELECTRON_G,
) -> int:
    """Let N moments exchange heat with a bath for a time dt; exact in distribution for every dt.

    Each moment draws its level after dt from the row of ``transition_probabilities`` of its present level. A moment
    that leaves and comes back within dt does not count as flipped.

    Parameters
    ----------
    level
        Level numbers k = m + S (N,), updated.
    age
        Calls since the last change of level (N,), updated; 0 marks a moment that flipped in this call.
    dt, tau
        Time to pass and correlation time of one moment [s].
    state
        Generator state, advanced (``physics.rng``).

    Returns
    -------
    Number of moments that flipped.
    """
    cumulative = _cumulative(float(S), float(B), float(T), float(g), float(dt) / float(tau))
    return int(_flip(level, age, cumulative, state))


@kernel
def _flip(level, age, cumulative, state):
    flips = 0
    for i in range(level.size):
        row = cumulative[level[i]]
        u = next_unit(state)
        new = 0
        while u >= row[new]:
            new += 1
        if new != level[i]:
            level[i] = new
            age[i] = 0
            flips += 1
        elif age[i] < OLDEST:
            age[i] += 1
    return flips


def equilibrium_levels(
    count: int, S: float, B: float, T: float, generator: np.random.Generator, g: float = ELECTRON_G
) -> NDArray[np.int8]:
    """Draw level numbers (count,) from the Boltzmann populations."""
    p = populations(energies(S, B, g), T)
    return generator.choice(p.size, size=count, p=p).astype(np.int8)


def moments(level: NDArray[np.int8], S: float, g: float = ELECTRON_G) -> Array:
    """mu_z = -g muB m (N,) [J/T] of moments in the given levels."""
    return np.asarray(-g * BOHR_MAGNETON * (level - S))


def mean_moment(level: NDArray[np.int8], S: float) -> float:
    """Mean mu_z over its largest value g muB S: the number that ``brillouin`` predicts."""
    return float(1.0 - level.mean() / S)
