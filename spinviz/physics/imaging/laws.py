"""Signals of imaging sequences in the steady state, in closed form: M+ at the echo for M0 = 1.

T1, T2 relaxation times [s] (T2* for gradient echoes), ``flip`` [rad], times [s]; everything transverse is spoiled
before the next repetition, the 180 degree pulses are perfect.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from spinviz.physics.resonance.bloch_laws import balanced_steady_state, spoiled_gradient_echo
from spinviz.physics.sequence.blocks import Array, Complex


def spin_echo_signal(T1: ArrayLike, T2: ArrayLike, TE: ArrayLike, TR: ArrayLike, flip: float = np.pi / 2) -> Array:
    """sin(a) (1 - 2 exp(-(TR - TE/2)/T1) + exp(-TR/T1))/(1 + cos(a) exp(-TR/T1)) exp(-TE/T2).

    The pulse at TE/2 turns over what has recovered until then. For 90 degrees the denominator is 1: R. E. Hendrick in
    Stark and Bradley, Magnetic Resonance Imaging, chapter 7; the denominator follows from the same recursion.
    """
    T1, T2, TE, TR = (np.asarray(v, np.float64) for v in (T1, T2, TE, TR))
    E1 = np.exp(-TR / T1)
    mz = (1 - 2 * np.exp(-(TR - TE / 2) / T1) + E1) / (1 + np.cos(flip) * E1)
    return np.asarray(np.sin(flip) * mz * np.exp(-TE / T2), dtype=np.float64)


def inversion_recovery_signal(
    T1: ArrayLike, T2: ArrayLike, TE: ArrayLike, TR: ArrayLike, TI: ArrayLike, flip: float = np.pi / 2
) -> Array:
    """sin(a) (1 - 2 exp(-TI/T1) + 2 exp(-(TR - TE/2)/T1) - exp(-TR/T1))/(1 - cos(a) exp(-TR/T1)) exp(-TE/T2).

    TR from inversion to inversion, read out by a spin echo. Source as for `spin_echo_signal`.
    """
    T1, T2, TE, TR, TI = (np.asarray(v, np.float64) for v in (T1, T2, TE, TR, TI))
    E1 = np.exp(-TR / T1)
    mz = (1 - 2 * np.exp(-TI / T1) + 2 * np.exp(-(TR - TE / 2) / T1) - E1) / (1 - np.cos(flip) * E1)
    return np.asarray(np.sin(flip) * mz * np.exp(-TE / T2), dtype=np.float64)


def gradient_echo_signal(T1: ArrayLike, T2star: ArrayLike, TE: ArrayLike, TR: float, flip: ArrayLike) -> Array:
    """sin(a) (1 - E1)/(1 - E1 cos(a)) exp(-TE/T2*), E1 = exp(-TR/T1).

    Ernst and Anderson, Rev. Sci. Instrum. 37, 93 (1966).
    """
    decay = np.exp(-np.asarray(TE, np.float64) / np.asarray(T2star, np.float64))
    steady = spoiled_gradient_echo(flip, TR, np.asarray(T1, np.float64))  # type: ignore[arg-type]
    return np.asarray(steady * decay, dtype=np.float64)


def balanced_signal(T1: float, T2: float, TR: float, flip: ArrayLike, dw: ArrayLike = 0.0) -> Complex:
    """M+ at TE = TR/2 of balanced SSFP with alternating pulses, in phase with a spin on resonance.

    Freeman and Hill, J. Magn. Reson. 4, 366 (1971), whose pulses all have the same phase: here each turns by pi more.
    """
    dw = np.asarray(dw, np.float64)
    x, y, _ = balanced_steady_state(dw * TR + np.pi, flip, TR, T1, T2)
    return np.asarray((y - 1j * x) * np.exp(-1j * dw * TR / 2 - TR / 2 / T2))


def null_time(T1: float, TR: float, TE: float) -> float:
    """Inversion time [s] at which a tissue gives no signal: T1 ln 2 for long TR, less for short."""
    return float(T1 * np.log(2 / (1 + 2 * np.exp(-(TR - TE / 2) / T1) - np.exp(-TR / T1))))
