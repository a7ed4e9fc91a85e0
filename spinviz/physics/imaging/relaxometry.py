"""Maps of T1, T2 and T2*: exponentials fitted to every pixel of a series of images, with their standard errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from spinviz.physics.sequence.blocks import Array, Complex

TRIED = 60
"""Relaxation times from which the best is refined."""
ROUNDS = 40
"""Gauss-Newton steps at most."""
SEARCHED = 64
"""Half of the frequencies tried for the phase of gradient echoes."""
ENOUGH = 1e-10
"""Relative change of the relaxation time at which no pixel is refined further."""


class FitError(ValueError):
    """A series that cannot be fitted: one line with the value, the limit and the remedy."""


@dataclass(frozen=True, eq=False)
class Fit:
    """What fits every pixel best. All arrays have the shape of the images.

    The model is ``offset`` + ``amplitude`` exp(-t/``time``). ``error`` is the standard error of ``time`` [s], from the
    residual and the Jacobian; NaN where there is no signal.
    """

    time: Array
    error: Array
    amplitude: Array
    offset: Array
    residual: Array
    """Root mean square of what is left, with the degrees of freedom taken off."""


def fit_decay(times: ArrayLike, images: ArrayLike, floor: float = 0.0) -> Fit:
    """Fit A exp(-t/T) to real images (times, ...) `in_phase`: T2 from spin echoes, T2* from gradient echoes.

    Pixels whose largest value is at most ``floor`` are left out. Errors: `FitError` for fewer than three times.
    """
    return _fit(np.asarray(times, np.float64), np.asarray(images, np.float64), floor, with_offset=False)


def fit_recovery(times: ArrayLike, images: ArrayLike, floor: float = 0.0) -> Fit:
    """Fit A + B exp(-t/T1) to signed images (times, ...) after inversion.

    Free A and B keep T1 right for any repetition time, echo time and inversion efficiency: Barral et al., Magn. Reson.
    Med. 64, 1057 (2010). Errors: `FitError` for fewer than four times.
    """
    return _fit(np.asarray(times, np.float64), np.asarray(images, np.float64), floor, with_offset=True)


def signed(images: Complex, positive: int = -1) -> Array:
    """Real images (times, ...) from complex ones of one phase, turned so that number ``positive`` is positive.

    The one of the longest inversion time is: everything has recovered beyond zero. The phase is that of all images
    together, 1/2 arg sum S^2, so that the noise of none becomes a signal.
    """
    images = np.asarray(images)
    phase = np.angle(np.sum(images**2, axis=0)) / 2
    real = (images * np.exp(-1j * phase)).real
    return np.asarray(real * np.where(real[positive] < 0, -1.0, 1.0), dtype=np.float64)


def in_phase(images: Complex, times: ArrayLike | None = None) -> Array:
    """Real images (times, ...) from complex ones that decay: the part in phase with their sum.

    Magnitudes of noise are never zero, and a decay fitted to them seems too slow; the part in phase has noise about
    zero (Gudbjartsson and Patz, Magn. Reson. Med. 34, 910 (1995)). With ``times`` (times,) [s] the phase grows evenly
    in time, as after gradient echoes, with the frequency at which the sum is largest.
    """
    images = np.asarray(images)
    if times is not None:
        t = np.asarray(times, np.float64)
        shortest = float(np.min(np.diff(np.unique(t))))
        tried = np.arange(-SEARCHED, SEARCHED) / (2 * SEARCHED) / shortest
        sizes = [np.abs(np.tensordot(np.exp(-2j * np.pi * f * t), images, 1)) for f in tried]
        best = tried[np.argmax(sizes, axis=0)]
        images = images * np.exp(-2j * np.pi * np.multiply.outer(t, best))
        images = images * np.exp(-1j * _straight_phase(t, images))
    total = np.sum(images, axis=0)
    size = np.abs(total)
    return np.asarray((images * np.conj(total) / np.where(size > 0, size, 1.0)).real, dtype=np.float64)


def _straight_phase(t: Array, images: Complex) -> Array:
    """Straight line in time (times, ...) through the phases about that of the sum, each weighted by its intensity."""
    weights = np.abs(images) ** 2 + 1e-300
    phases = np.angle(images * np.conj(np.sum(images, axis=0)))
    weights = weights / weights.sum(axis=0)
    middle = np.tensordot(t, weights, 1)
    away = np.stack([time - middle for time in t])
    slope = np.sum(weights * away * phases, axis=0) / np.sum(weights * away**2, axis=0)
    return np.asarray(away * slope, dtype=np.float64)


def _fit(times: Array, images: Array, floor: float, with_offset: bool) -> Fit:
    unknown = 2 + with_offset
    if len(times) != len(images):
        raise FitError(f"{len(images)} images for {len(times)} times: give as many of both")
    if len(np.unique(times)) <= unknown:
        raise FitError(f"{len(np.unique(times))} different times: take at least {unknown + 1} for a time and its error")
    shape = images.shape[1:]
    values = images.reshape(len(times), -1).T
    there = np.isfinite(values).all(axis=1) & (np.abs(values).max(axis=1) > floor)
    found = _refine(times, values[there], _start(times, values[there], with_offset), with_offset)
    full = np.full((5, values.shape[0]), np.nan)
    full[:, there] = found
    return Fit(*(row.reshape(shape) for row in full))


def _basis(times: Array, tau: Array, with_offset: bool) -> Array:
    """Columns exp(-t/tau) [and 1] (pixels, times, 1 or 2)."""
    decay = np.exp(-times / tau[:, None])
    return np.stack([decay, np.ones_like(decay)], axis=2) if with_offset else decay[:, :, None]


def _start(times: Array, values: Array, with_offset: bool) -> Array:
    """Of some relaxation times the one that leaves the smallest residual when amplitudes are solved linearly."""
    spacing = np.min(np.diff(np.unique(times)))
    tried = np.geomspace(0.2 * spacing, 20 * times.max(), TRIED)
    explained = np.empty((len(values), TRIED))
    for i, columns in enumerate(_basis(times, tried, with_offset)):
        orthonormal, _ = np.linalg.qr(columns)
        explained[:, i] = np.sum((values @ orthonormal) ** 2, axis=1)
    return np.asarray(tried[np.argmax(explained, axis=1)], dtype=np.float64)


def _refine(times: Array, values: Array, tau: Array, with_offset: bool) -> Array:
    """Gauss-Newton in log T with the amplitudes solved linearly at every step (variable projection), damped.

    Returns time, error, amplitude, offset and residual (5, pixels).
    """
    if not len(values):
        return np.empty((5, 0))
    log_tau = np.log(tau)
    low, high = log_tau - 3.0, log_tau + 3.0
    rest, linear, jacobian = _residual(times, values, log_tau, with_offset)
    damping = np.full(len(values), 1e-3)
    for _ in range(ROUNDS):
        step = _gauss_newton(rest, jacobian, damping)
        trial = np.clip(log_tau + step, low, high)
        rest_new, linear_new, jacobian_new = _residual(times, values, trial, with_offset)
        better = np.sum(rest_new**2, axis=1) <= np.sum(rest**2, axis=1)
        moved = np.abs(trial - log_tau)[better]
        log_tau = np.where(better, trial, log_tau)
        rest = np.where(better[:, None], rest_new, rest)
        linear = np.where(better[:, None], linear_new, linear)
        jacobian = np.where(better[:, None, None], jacobian_new, jacobian)
        damping = np.where(better, damping * 0.1, damping * 10)
        if not len(moved) or moved.max() < ENOUGH:
            break
    tau = np.exp(log_tau)
    unknown = 2 + with_offset
    spread = np.sqrt(np.sum(rest**2, axis=1) / (len(times) - unknown))
    normal = np.einsum("pti,ptj->pij", jacobian, jacobian)
    error = tau * spread * np.sqrt(np.clip(_corner_of_inverse(normal), 0.0, None))
    offset = linear[:, 1] if with_offset else np.zeros(len(values))
    return np.stack([tau, error, linear[:, 0], offset, spread])


def _residual(times: Array, values: Array, log_tau: Array, with_offset: bool) -> tuple[Array, Array, Array]:
    """Residual (pixels, times), amplitudes, and Jacobian of the model: log T first, then the amplitudes."""
    tau = np.exp(log_tau)
    basis = _basis(times, tau, with_offset)
    normal = np.einsum("pti,ptj->pij", basis, basis)
    linear = _solved(normal, np.einsum("pti,pt->pi", basis, values))
    rest = values - np.einsum("pti,pi->pt", basis, linear)
    slope = linear[:, :1] * basis[:, :, 0] * (times / tau[:, None])
    return rest, linear, np.concatenate([slope[:, :, None], basis], axis=2)


def _gauss_newton(rest: Array, jacobian: Array, damping: Array) -> Array:
    """Step of log T from the full normal equations, the diagonal damped as by Levenberg and Marquardt."""
    normal = np.einsum("pti,ptj->pij", jacobian, jacobian)
    index = np.arange(normal.shape[1])
    normal[:, index, index] *= 1 + damping[:, None]
    step = _solved(normal, np.einsum("pti,pt->pi", jacobian, rest))[:, 0]
    return np.asarray(np.clip(np.nan_to_num(step), -1.0, 1.0), dtype=np.float64)


def _corner_of_inverse(normal: Array) -> Array:
    """The variance of log T in units of the residual's: element 0, 0 of the inverse."""
    unit = np.zeros(normal.shape[:2])
    unit[:, 0] = 1.0
    return _solved(normal, unit)[:, 0]


def _solved(normal: Array, right: Array) -> Array:
    """Solve normal (pixels, n, n) x = right (pixels, n), columns scaled to 1.

    Where noise alone was fitted columns may vanish or agree: 1e-13 on the diagonal keeps their solutions finite.
    """
    scale = np.sqrt(np.einsum("pii->pi", normal)) + 1e-150
    scaled = normal / (scale[:, :, None] * scale[:, None, :]) + 1e-13 * np.eye(normal.shape[1])
    solution = np.linalg.solve(scaled, (right / scale)[:, :, None])[:, :, 0]
    return np.asarray(solution / scale, dtype=np.float64)
