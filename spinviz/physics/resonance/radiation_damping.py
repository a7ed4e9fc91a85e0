"""Radiation damping: the current that the magnetization induces in the coil turns the magnetization back.

Sign. The precessing magnetization M+ = Mx + i My drives a voltage, the voltage a current, the current a field that
follows M+ in the rotating frame: w1+ = wx + i wy = i F, F = g (1 + i d) <M+>. With dM/dt = M x w of `bloch`

    dM+/dt = -i dw M+ - F Mz - M+/T2,      dMz/dt = Re(F* M+) + (M0 - Mz)/T1.

For a tuned coil (d = 0) w1 = g (-My, Mx) and dMz/dt = g |M+|^2 >= 0: the energy -Mz B0 of the spins can only fall, as
it heats the coil. The opposite sign would be an amplifier. g = 1/(Trd (1 + d^2)), Trd = 2/(mu0 eta Q gamma M0) the
time of a tuned coil of quality Q and filling factor eta; d = (w0 - w_coil)/half width of its resonance, whose response
1/(1 - i d) lets the current lag and turns the field, at d > 0, from the normal of M away from M: the frequency shifts
by g d Mz.
Bloembergen and Pound, Phys. Rev. 95, 8 (1954); Bloom, J. Appl. Phys. 28, 800 (1957); Guéron, Magn. Reson. Med. 19, 31
(1991).

Method. The damping term is a common rotation of all isochromats in the plane of <M> and z, by an angle that has a
closed form; the frequency shift is a common rotation about <M> and then about z; free precession and relaxation are
exact. Only that these do not commute makes an error: they are composed symmetrically to fourth order (Suzuki, Phys.
Lett. A 146, 319 (1990)). Without relaxation every step is a rotation and keeps every length.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, log, pi
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spinviz.physics.kernel import kernel
from spinviz.physics.resonance.lines import SAMPLES, recorded_line

Values = NDArray[np.float64]
Complex = NDArray[np.complex128]

SUZUKI = 1 / (4 - 4 ** (1 / 3))
STAGES = np.array([SUZUKI, SUZUKI, 1 - 4 * SUZUKI, SUZUKI, SUZUKI])
"""Parts of a step whose symmetric second-order steps make a fourth-order one."""
NONE = np.zeros(0)


@dataclass(frozen=True)
class Damping:
    """How coil and sample act on each other.

    Attributes
    ----------
    Trd
        Radiation damping time of the tuned coil [s]; ``inf`` opens the circuit.
    detuning
        (w0 - w_coil)/half width of the coil's resonance.
    T1, T2
        Relaxation times [s].
    M0
        Equilibrium towards which T1 leads; negative for a pumped inversion.
    """

    Trd: float
    detuning: float = 0.0
    T1: float = inf
    T2: float = inf
    M0: float = 1.0

    @property
    def gain(self) -> float:
        """Rate g [1/s] of damping."""
        return 1 / (self.Trd * (1 + self.detuning**2))

    @property
    def shift(self) -> float:
        """Rate g d [1/s]: the shift of frequency at Mz = 1 [rad/s]."""
        return self.gain * self.detuning


def burst_time(Trd: float, angle: float) -> float:
    """Time [s] of the strongest signal after a pulse of ``angle`` [rad]: t0 = Trd ln tan(angle/2). Bloom 1957."""
    return Trd * log(np.tan(angle / 2))


def closed_form(damping: Damping, t: ArrayLike, plus: complex, mz: float, dw: float = 0.0) -> tuple[Complex, Values]:
    """M+ and Mz (n,) at the times ``t`` (n,) [s] after M+ = ``plus``, Mz = ``mz``; one isochromat, no T1.

    Without relaxation |M+| = sech((t - t0)/Trd), Mz = tanh((t - t0)/Trd). T2 adds c = 1/(g T2) to Mz: with
    r^2 = |M+|^2 + (Mz + c)^2, which stays constant, |M+| = r sech x, Mz = r tanh x - c, x = g r (t - t0), and the phase
    turns by -dw t - g d int Mz dt. Bloom, J. Appl. Phys. 28, 800 (1957); the phase: Guéron 1991.
    """
    t = np.asarray(t, dtype=np.float64)
    g = damping.gain
    rho, turn = abs(plus), np.exp(1j * np.angle(plus))
    if g == 0 or rho == 0:
        return np.asarray(plus * np.exp(-(1j * dw + 1 / damping.T2) * t)), np.full(t.shape, float(mz))
    c = 1 / (g * damping.T2)
    z = mz + c
    r = float(np.hypot(rho, z))
    x0 = np.copysign(np.log(r + abs(z)) - np.log(rho), z)  # artanh(z/r) without cancellation or overflow
    x = x0 + g * r * t
    # ln(cosh x/cosh x0) = g int (Mz + c) dt, without overflow.
    grown = np.abs(x) - abs(x0) + np.log1p(np.exp(-2 * np.abs(x))) - np.log1p(np.exp(-2 * abs(x0)))
    phase = -dw * t - damping.detuning * (grown - g * c * t)
    return np.asarray(r / np.cosh(np.minimum(np.abs(x), 700.0)) * turn * np.exp(1j * phase)), r * np.tanh(x) - c


def maser_state(damping: Damping) -> tuple[float, float]:
    """|M+| and Mz of the steady maser of a pumped inversion; |M+| = 0 below its threshold -M0 > 1/(g T2).

    The gain of the coil makes up for T2: Mz = -1/(g T2), and the pump for what is radiated:
    g |M+|^2 = (Mz - M0)/T1. Bösiger, Brun and Meier, Phys. Rev. A 18, 671 (1978).
    """
    mz = -1 / (damping.gain * damping.T2) if damping.gain > 0 else -inf
    if mz <= damping.M0:
        return 0.0, damping.M0
    return float(np.sqrt((mz - damping.M0) / (damping.gain * damping.T1))), mz


def right_side(damping: Damping, m: Values, dw: Values) -> Values:
    """dM/dt (3, N) as written above: the readable form, for solvers."""
    plus = m[0] + 1j * m[1]
    F = damping.gain * (1 + 1j * damping.detuning) * plus.mean()
    rate = -1j * dw * plus - F * m[2] - plus / damping.T2
    return np.stack([rate.real, rate.imag, (np.conj(F) * plus).real + (damping.M0 - m[2]) / damping.T1])


@dataclass(frozen=True, eq=False)
class Coefficients:
    """What a step of fixed length needs: cos, sin (2, N) with T2 inside and e1, r1 (2,) of half the long and the short
    stage."""

    c: Values
    s: Values
    e1: Values
    r1: Values


def coefficients(damping: Damping, dw: Values, dt: float) -> Coefficients:
    """Coefficients of `step` for the offsets ``dw`` (N,) [rad/s] and ``dt`` [s]."""
    half = STAGES[[0, 2], None] * dt / 2
    decay = np.exp(-half / damping.T2)
    e1 = np.exp(-half[:, 0] / damping.T1)
    return Coefficients(decay * np.cos(half * dw), decay * np.sin(half * dw), e1, damping.M0 * (1 - e1))


def step(
    mx: Values, my: Values, mz: Values, damping: Damping, dt: float, given: Coefficients, squares: Values = NONE
) -> None:
    """Advance all isochromats (N,) by ``dt`` [s] in place: five symmetric stages, error of order dt^4.

    ``squares`` (N,): squared lengths that the isochromats keep when nothing relaxes. Rotations by always the same angle
    round always alike, which would add up to 1e-11 in 1e5 steps.
    """
    stages = STAGES * float(dt)
    _step(mx, my, mz, stages, damping.gain, damping.shift, given.c, given.s, given.e1, given.r1, squares)


@kernel
def _step(
    mx: Any, my: Any, mz: Any, stages: Any, gain: Any, shift: Any, c: Any, s: Any, e1: Any, r1: Any, squares: Any
) -> None:
    for k in range(5):
        j = 1 if k == 2 else 0
        _free(mx, my, mz, c[j], s[j], e1[j], r1[j])
        if shift != 0.0:
            _pull(mx, my, mz, shift * stages[k] / 2)
        _damp(mx, my, mz, gain * stages[k])
        if shift != 0.0:
            _pull(mx, my, mz, shift * stages[k] / 2)
        _free(mx, my, mz, c[j], s[j], e1[j], r1[j])
    for i in range(squares.size):
        now = mx[i] * mx[i] + my[i] * my[i] + mz[i] * mz[i]
        scale = 1.0 + 0.5 * (squares[i] - now) / max(now, 1e-300)
        mx[i] *= scale
        my[i] *= scale
        mz[i] *= scale


@kernel
def _free(mx: Any, my: Any, mz: Any, c: Any, s: Any, e1: Any, r1: Any) -> None:
    """Free precession and relaxation."""
    for i in range(mx.size):
        x, y = mx[i], my[i]
        mx[i] = c[i] * x + s[i] * y
        my[i] = c[i] * y - s[i] * x
        mz[i] = e1 * mz[i] + r1


@kernel
def _damp(mx: Any, my: Any, mz: Any, strength: Any) -> None:
    """Turn all towards +z in the plane of <M> and z, by the angle by which dt damps <M>: strength = g dt.

    tan(theta/2) of <M> falls by exp(-|<M>| g dt): the closed form of one magnetization.
    """
    x, y, z = np.mean(mx), np.mean(my), np.mean(mz)
    rho = np.hypot(x, y)
    if rho < 1e-300:
        return
    r = np.hypot(rho, z)
    fall = np.expm1(-strength * r)
    # tan(theta/2) or its inverse, whichever is at most 1: no square of a small rho is alone in a denominator.
    h = rho / (r + abs(z))
    q = -fall * h / (1.0 + h * h * (1.0 + fall) if z > 0.0 else h * h + 1.0 + fall)
    c, s = (1.0 - q * q) / (1.0 + q * q), 2.0 * q / (1.0 + q * q)
    ux, uy = x / rho, y / rho
    for i in range(mx.size):
        p = ux * mx[i] + uy * my[i]
        change = c * p - s * mz[i] - p
        mz[i] = c * mz[i] + s * p
        mx[i] += change * ux
        my[i] += change * uy


@kernel
def _pull(mx: Any, my: Any, mz: Any, angle: Any) -> None:
    """Field -angle <M_perp>: turn about <M> by -angle |<M>|, then about z by angle <Mz>, both left-handed as M x w."""
    x, y, z = np.mean(mx), np.mean(my), np.mean(mz)
    r = np.sqrt(x * x + y * y + z * z)
    if r < 1e-300:
        return
    ux, uy, uz = x / r, y / r, z / r
    c, s = np.cos(angle * r), np.sin(angle * r)
    cz, sz = np.cos(angle * z), np.sin(angle * z)
    for i in range(mx.size):
        px, py, pz = mx[i], my[i], mz[i]
        along = (ux * px + uy * py + uz * pz) * (1.0 - c)
        # dM/dt = M x w with w = -u: the right-handed turn about u by angle r.
        qx = c * px + s * (uy * pz - uz * py) + along * ux
        qy = c * py + s * (uz * px - ux * pz) + along * uy
        mz[i] = c * pz + s * (ux * py - uy * px) + along * uz
        mx[i] = cz * qx + sz * qy
        my[i] = cz * qy - sz * qx


def line(damping: Damping, f: Values, plus: complex, mz: float, dw: float, duration: float) -> Values:
    """Spectrum (n,) at the frequencies ``f`` (n,) [Hz] of the closed form over ``duration`` [s], see `recorded_line`.

    Seen from the offset ``dw`` [rad/s], so that few samples are enough.
    """
    t = np.linspace(0, duration, SAMPLES)
    signal = np.conj(closed_form(damping, t, plus, mz, 0.0)[0])
    return recorded_line(signal, duration, np.asarray(f) - dw / (2 * pi))
