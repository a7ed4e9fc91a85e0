"""Closed forms of magnetic resonance that the isochromats obey.

Symbols: M+ = Mx + i My, M0 equilibrium magnetization, T1, T2 relaxation times [s], dw offset and w1 = gamma B1
pulse amplitude [rad/s], angles [rad], times [s].
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def fid(t: ArrayLike, start: complex, dw: ArrayLike, T2: ArrayLike) -> NDArray[np.complex128]:
    """Free induction decay M+(t) = M+(0) exp(-i dw t - t/T2).

    Valid for free precession of one offset. Bloch, Phys. Rev. 70, 460 (1946).
    """
    t = np.asarray(t, dtype=np.float64)
    rate = 1j * np.asarray(dw, np.float64) + 1 / np.asarray(T2, np.float64)
    return np.asarray(start * np.exp(-rate * t))


def recovery(t: ArrayLike, start: ArrayLike, T1: ArrayLike, M0: ArrayLike = 1.0) -> NDArray[np.float64]:
    """Longitudinal recovery Mz(t) = M0 + (Mz(0) - M0) exp(-t/T1). Bloch, Phys. Rev. 70, 460 (1946)."""
    M0 = np.asarray(M0, np.float64)
    decay = np.exp(-np.asarray(t, np.float64) / np.asarray(T1, np.float64))
    return np.asarray(M0 + (np.asarray(start, np.float64) - M0) * decay)


def inversion_recovery(TI: ArrayLike, T1: ArrayLike, TR: float = np.inf) -> NDArray[np.float64]:
    """Mz/M0 at the time TI after a perfect inversion: 1 - 2 exp(-TI/T1) + exp(-TR/T1).

    TR is the time between two inversions, each read out with a 90 degree pulse at TI; zero crossing at
    T1 ln 2 for TR >> T1. Vold et al., J. Chem. Phys. 48, 3831 (1968).
    """
    return np.asarray(1 - 2 * np.exp(-np.asarray(TI) / T1) + np.exp(-TR / np.asarray(T1)))


def dephasing(t: ArrayLike, distribution: str, width: float) -> NDArray[np.float64]:
    """|<exp(-i dw t)>| of an offset distribution about zero, ``width`` [rad/s] as in ``offset_quantiles``.

    Lorentzian exp(-G |t|), so that 1/T2* = 1/T2 + G; Gaussian exp(-s^2 t^2/2); uniform |sin(w t)/(w t)|.
    Abragam, The Principles of Nuclear Magnetism, chapter IV.
    """
    x = width * np.asarray(t, dtype=np.float64)
    if distribution == "lorentzian":
        return np.exp(-np.abs(x))
    if distribution == "gaussian":
        return np.exp(-x * x / 2)
    return np.abs(np.sinc(x / np.pi))


def effective_T2(T2: float, lorentzian_width: float) -> float:
    """T2* [s] of a Lorentzian spread of half width G [rad/s]: 1/T2* = 1/T2 + G."""
    return 1 / (1 / T2 + lorentzian_width)


def line_width(T2star: float) -> float:
    """Full width at half maximum [Hz] of the real part of the spectrum of an FID: 1/(pi T2*)."""
    return 1 / (np.pi * T2star)


def hahn_echo(tau: ArrayLike, a1: float, a2: float, T2: float) -> NDArray[np.float64]:
    """Echo amplitude at 2 tau of two pulses: sin(a1) sin^2(a2/2) exp(-2 tau/T2).

    Valid when the offsets dephase completely within tau. Hahn, Phys. Rev. 80, 580 (1950).
    """
    return np.asarray(np.sin(a1) * np.sin(a2 / 2) ** 2 * np.exp(-2 * np.asarray(tau) / T2))


def echo_shape(
    t: ArrayLike, tau: float, T2: float, distribution: str, width: float, a1: float = np.pi / 2
) -> NDArray[np.float64]:
    """|M+| after a pulse a1 at 0 and a perfect 180 degree pulse at tau, free decay and echo.

    sin(a1) exp(-t/T2) D(t) before tau and sin(a1) exp(-t/T2) D(t - 2 tau) after it, D from ``dephasing``:
    two T2* flanks about 2 tau for a Lorentzian spread. Hahn, Phys. Rev. 80, 580 (1950).
    """
    t = np.asarray(t, dtype=np.float64)
    distance = np.where(t < tau, t, t - 2 * tau)
    return np.asarray(np.abs(np.sin(a1)) * np.exp(-t / T2) * dephasing(distance, distribution, width))


def stimulated_echo(
    tau: ArrayLike, T: ArrayLike, a1: float, a2: float, a3: float, T1: float, T2: float
) -> NDArray[np.float64]:
    """Echo at T + tau of three pulses at 0, tau and T: half of sin(a1) sin(a2) sin(a3) exp(-(T-tau)/T1 - 2 tau/T2).

    Valid when the offsets dephase completely within tau and T - tau. Hahn, Phys. Rev. 80, 580 (1950).
    """
    tau, T = np.asarray(tau, np.float64), np.asarray(T, np.float64)
    return np.asarray(np.sin(a1) * np.sin(a2) * np.sin(a3) / 2 * np.exp(-(T - tau) / T1 - 2 * tau / T2))


def cpmg_plateau(refocusing: float) -> float:
    """Pseudo-steady echo amplitude sin(a/2) of a CPMG train without relaxation. Hennig, JMR 78, 397 (1988)."""
    return float(np.sin(refocusing / 2))


def off_resonance_pulse(t: ArrayLike, w1: float, dw: ArrayLike) -> NDArray[np.float64]:
    """Mz/M0 during a rectangular pulse from equilibrium: (dw^2 + w1^2 cos(W t))/W^2, W^2 = w1^2 + dw^2.

    No relaxation; the axis is tilted by atan(w1/dw) from z. Rabi, Phys. Rev. 51, 652 (1937).
    """
    t = np.asarray(t, dtype=np.float64)
    # The same by sin^2(W t/2), which needs no quotient where neither pulse nor offset is there.
    turn = np.sinc(np.hypot(w1, np.asarray(dw, np.float64)) * t / (2 * np.pi))
    return np.asarray(1 - (w1 * t * turn) ** 2 / 2)


def hyperbolic_secant(dw: ArrayLike, amplitude: float, rate: float, mu: float) -> NDArray[np.float64]:
    """Mz/M0 after the pulse w1(t) = W0 sech(b t)^(1 + i mu), t from -inf to inf, without relaxation.

    tanh(x+) tanh(x-) + cos(pi sqrt((W0/b)^2 - mu^2)) sech(x+) sech(x-), x+- = (pi/2)(dw/b +- mu), W0 =
    ``amplitude`` and b = ``rate`` [rad/s]; selective inversion of |dw| < mu b. Silver, Joseph and Hoult,
    Phys. Rev. A 31, 2753 (1985).
    """
    x = np.pi / 2 * np.asarray(dw, dtype=np.float64) / rate
    plus, minus = x + np.pi / 2 * mu, x - np.pi / 2 * mu
    angle = np.pi * np.emath.sqrt((amplitude / rate) ** 2 - mu**2)
    # Far off resonance 1/cosh is nothing; from 350 on its square would be beyond the numbers.
    sech = 1 / (np.cosh(np.clip(plus, -350, 350)) * np.cosh(np.clip(minus, -350, 350)))
    return np.asarray(np.tanh(plus) * np.tanh(minus) + np.cos(angle).real * sech)


def steady_state(
    w1: float, dw: ArrayLike, T1: float, T2: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Mx, My, Mz (M0 = 1) under a constant pulse along x, after all transients.

    D = 1 + (T2 dw)^2 + w1^2 T1 T2; Mx = w1 dw T2^2/D, My = w1 T2/D, Mz = (1 + dw^2 T2^2)/D.
    Bloch, Phys. Rev. 70, 460 (1946).
    """
    dw = np.asarray(dw, dtype=np.float64)
    D = 1 + (T2 * dw) ** 2 + w1 * w1 * T1 * T2
    return w1 * dw * T2**2 / D, w1 * T2 / D, (1 + (dw * T2) ** 2) / D


def spoiled_gradient_echo(angle: ArrayLike, TR: float, T1: float) -> NDArray[np.float64]:
    """Steady transverse magnetization after each pulse: sin(a)(1 - E1)/(1 - E1 cos(a)), E1 = exp(-TR/T1).

    Transverse magnetization is destroyed before each pulse. Ernst and Anderson, Rev. Sci. Instrum. 37, 93 (1966).
    """
    E1 = np.exp(-TR / T1)
    return np.asarray(np.sin(angle) * (1 - E1) / (1 - E1 * np.cos(angle)))


def ernst_angle(TR: float, T1: float) -> float:
    """Flip angle [rad] of the largest spoiled signal: acos(exp(-TR/T1))."""
    return float(np.arccos(np.exp(-TR / T1)))


def spoiled_approach(n: ArrayLike, start: float, angle: float, TR: float, T1: float) -> NDArray[np.float64]:
    """Mz/M0 just before pulse ``n`` of a spoiled gradient echo whose first (n = 0) finds ``start``.

    m + (start - m) (E1 cos a)^n with m = (1 - E1)/(1 - E1 cos a), E1 = exp(-TR/T1): transverse magnetization is
    destroyed before each pulse. Ernst and Anderson, Rev. Sci. Instrum. 37, 93 (1966).
    """
    E1 = np.exp(-TR / T1)
    factor = E1 * np.cos(angle)
    steady = (1 - E1) / (1 - factor)
    return np.asarray(steady + (start - steady) * factor ** np.asarray(n))


def balanced_steady_state(
    phase: ArrayLike, angle: ArrayLike, TR: float, T1: float, T2: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Mx, My, Mz (M0 = 1) just after each pulse about x when a spin turns by ``phase`` [rad] between two pulses.

    D = (1 - E1 cos a)(1 - E2 cos p) - (E1 - cos a)(E2 - cos p) E2; Mx = (1 - E1) E2 sin a sin p/D,
    My = (1 - E1) sin a (1 - E2 cos p)/D, Mz = (1 - E1)(E2 (E2 - cos p) + (1 - E2 cos p) cos a)/D. Pulses whose phase
    advances from one to the next add that advance to ``phase``. Freeman and Hill, J. Magn. Reson. 4, 366 (1971).
    """
    E1, E2 = np.exp(-TR / T1), np.exp(-TR / T2)
    ca, sa = np.cos(angle), np.sin(angle)
    cp, sp = np.cos(phase), np.sin(phase)
    D = (1 - E1 * ca) * (1 - E2 * cp) - (E1 - ca) * (E2 - cp) * E2
    mz = (1 - E1) * (E2 * (E2 - cp) + (1 - E2 * cp) * ca) / D
    return (1 - E1) * E2 * sa * sp / D, (1 - E1) * sa * (1 - E2 * cp) / D, mz


def unspoiled_gradient_echo(angle: ArrayLike, TR: float, T1: float, T2: float) -> NDArray[np.float64]:
    """Steady |M+| after each pulse, averaged over all phases per TR (FISP, GRASS, SSFP-FID), without spoiling.

    tan(a/2) (1 - (E1 - cos a) r), r^2 = (1 - E2^2)/((1 - E1 cos a)^2 - E2^2 (E1 - cos a)^2): the mean of
    `balanced_steady_state`; towards 180 degrees, where the tangent grows and the bracket vanishes, in the form
    2 sin^2(a/2) sin(a) (1 - E1^2)/(p^2 (1 + (E1 - cos a) r)), p^2 = (1 - E2^2)/r^2. Hänicke and Vogel, Magn. Reson.
    Med. 49, 771 (2003).
    """
    angle = np.asarray(angle, np.float64)
    E1, E2, ca = np.exp(-TR / T1), np.exp(-TR / T2), np.cos(angle)
    p2 = (1 - E1 * ca) ** 2 - (E2 * (E1 - ca)) ** 2
    near = (E1 - ca) * np.sqrt((1 - E2**2) / p2)
    small = np.tan(np.minimum(angle, 2.0) / 2) * (1 - near)
    large = 2 * np.sin(angle / 2) ** 2 * np.sin(angle) * (1 - E1**2) / (p2 * (1 + np.abs(near)))
    return np.asarray(np.where(near < 0, small, large))
