"""What is seen of a lattice as a whole: structure factor and correlation function, by Fourier transform.

Spins are numbers (nz, ny, nx) or vectors (nz, ny, nx, n); a number of zero or a zero vector is a vacancy. Lengths are
in lattice constants a, wave vectors in 1/a. Numbers of one byte and float32 are transformed in single precision.
"""

from __future__ import annotations

from math import nan, sin, sqrt

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

EVERYWHERE = (True, True, True)


def structure_factor(spins: NDArray[np.generic]) -> Values:
    """S(q) = |sum_j s_j exp(-i q.r_j)|^2/N (nz, ny, nx), q = 2 pi k/n, in the order of `numpy.fft.fftfreq`.

    N is the number of sites that are occupied; vectors add up over their components. The mean over all q is
    <s^2> of the occupied sites (Parseval). Along an open axis the sites are taken as they are.
    """
    field = _field(spins)
    return np.asarray(_whole(_transformed_power(field, field.shape[:3]), field.shape[2]) / _occupied(field))


def plane_structure_factor(spins: NDArray[np.generic]) -> Values:
    """S(q_x, q_y, q_z = 0) (ny, nx), the plane of `structure_factor` that needs no transform along z."""
    field = _field(spins)
    flat = field.sum(axis=0, keepdims=True, dtype=field.dtype)
    return np.asarray(_whole(_transformed_power(flat, flat.shape[:3]), field.shape[2])[0] / _occupied(field))


def correlation(spins: NDArray[np.generic], periodic: tuple[bool, bool, bool] = EVERYWHERE) -> Values:
    """C(r) = <s_i.s_j> over all pairs with r_j - r_i = r, for all r: the inverse transform of S(q).

    Along a periodic axis (``periodic`` in the order x, y, z) of n sites r = 0..n-1, and n - 1 is -1; an open one is
    padded with as many zeros, so that r = 0..n-1, -n..-1. Pairs with a vacancy do not count; NaN where there are none.
    """
    field = _field(spins)
    sizes = zip(field.shape[:3], periodic[::-1], strict=True)
    shape = tuple(n if wraps or n == 1 else 2 * n for n, wraps in sizes)
    total = _autocorrelation(field, shape)
    there = np.asarray(np.any(field != 0, axis=3))
    if there.all() and shape == field.shape[:3]:
        return np.asarray(total / there.size)
    pairs = np.round(_autocorrelation(there[..., None].astype(field.dtype), shape))
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(pairs > 0, total / np.where(pairs > 0, pairs, 1), nan))


def along(C: Values, axis: int) -> Values:
    """C at r = 0..n/2 along x, y or z (``axis`` 0, 1, 2) of what `correlation` gives; the other way is the same."""
    line = np.moveaxis(C, 2 - axis, 2)[0, 0]
    return np.asarray(line[: len(line) // 2 + 1])


def correlation_along(spins: NDArray[np.generic], axis: int, periodic: bool) -> Values:
    """What `along` takes out of `correlation`, r = 0..n/2 (to n of an open axis), from transforms of single rows."""
    from scipy import fft  # here, because loading it would delay the first picture

    rows = np.ascontiguousarray(np.moveaxis(_field(spins), 2 - axis, 2))
    n = rows.shape[2]
    size = n if periodic or n == 1 else 2 * n

    def summed(values: NDArray[np.floating]) -> Values:
        amplitudes = fft.rfft(values, size, axis=2)
        power = (amplitudes.real**2 + amplitudes.imag**2).sum(axis=(0, 1, 3), dtype=np.float64)
        return np.asarray(fft.irfft(power, size)[: size // 2 + 1])

    there = rows.any(axis=3, keepdims=True)
    if there.all() and size == n:
        return summed(rows) / there.size
    pairs = np.round(summed(there.astype(rows.dtype)))
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(pairs > 0, summed(rows) / np.where(pairs > 0, pairs, 1), nan))


def radial(C: Values) -> tuple[Values, Values]:
    """Return r (m,) and C (m,), both means over shells of all directions: the shell of k holds |r| from k - 1/2 on.

    Shells end at half the shortest axis that is longer than one site.
    """
    size, count, shell, last = _shells(C.shape)
    return size, np.bincount(shell, C.ravel(), len(count))[: last + 1] / count[: last + 1]


def at_distance(spins: NDArray[np.integer], distance: int) -> float:
    """C(r) of periodic spins +-1 (nz, ny, nx) at ``distance`` sites along the axes, their mean: from bits, not Fourier.

    Axes of one site do not count; a distance beyond an axis goes on from its beginning.
    """
    differ = pairs = 0
    for axis in (axis for axis, n in enumerate(spins.shape) if n > 1):
        lines, r = np.swapaxes(spins, 0, axis), distance % spins.shape[axis]
        differ += int(np.count_nonzero(lines[r:] != lines[: len(lines) - r]))
        differ += int(np.count_nonzero(lines[:r] != lines[len(lines) - r :]))
        pairs += spins.size
    return 1 - 2 * differ / pairs if pairs else 1.0


def second_moment_length(uniform: float, slowest: float, sites: int) -> float:
    """Correlation length [a] sqrt(S(0)/S(q) - 1)/(2 sin(q/2)), q = 2 pi/``sites``; NaN where S(q) exceeds S(0).

    ``uniform`` and ``slowest`` are means of S(0) and S(q), of a lattice without net moment. It is 1/(2 sinh(1/(2 xi)))
    where C falls as exp(-r/xi). Cooper, Freedman and Preston, Nucl. Phys. B 210, 210 (1982).
    """
    if not 0 < slowest <= uniform:
        return nan
    return sqrt(uniform / slowest - 1) / (2 * sin(np.pi / sites))


def centred(S: Values) -> Values:
    """S (ny, nx) with q = 0 at row ny//2, column nx//2: from -pi on, to the right and upwards."""
    return np.asarray(np.fft.fftshift(S))


def _field(spins: NDArray[np.generic]) -> NDArray[np.floating]:
    """Spins (nz, ny, nx, components) as floats."""
    given = np.asarray(spins)
    if given.ndim not in (3, 4) or given.size == 0:
        raise ValueError(f"spins of shape {given.shape}: give (nz, ny, nx) or (nz, ny, nx, n), every size at least 1")
    single = given.dtype in (np.dtype(np.int8), np.dtype(np.float32))
    field: NDArray[np.floating] = given.astype(np.float32 if single else np.float64)
    return field.reshape(*field.shape[:3], -1)


def _occupied(field: NDArray[np.floating]) -> int:
    return max(int(np.count_nonzero(field.any(axis=-1))), 1)


def _transformed_power(field: NDArray[np.floating], shape: tuple[int, ...]) -> Values:
    """|sum_j s_j exp(-i q.r_j)|^2 at the half of all q that `rfftn` gives, with zeros that fill ``shape``."""
    from scipy import fft  # here, because loading it would delay the first picture

    amplitudes = fft.rfftn(field, shape, axes=(0, 1, 2))
    return np.asarray(np.sum(amplitudes.real**2 + amplitudes.imag**2, axis=-1))


def _whole(half: Values, columns: int) -> Values:
    """S at all q from the half of them that `rfftn` gives: S(-q) = S(q) of real spins."""
    turned = half
    for axis in range(half.ndim - 1):
        turned = np.roll(np.flip(turned, axis), 1, axis)
    return np.concatenate([half, turned[..., (columns - 1) // 2 : 0 : -1]], axis=-1)


def _autocorrelation(field: NDArray[np.floating], shape: tuple[int, ...]) -> NDArray[np.floating]:
    """Sum over all sites of s_i.s_(i + r) on a grid of ``shape``, which zeros fill."""
    from scipy import fft  # here, because loading it would delay the first picture

    return np.asarray(fft.irfftn(_transformed_power(field, shape), shape, axes=(0, 1, 2)))


_KEPT: dict[tuple[int, ...], tuple[Values, Values, NDArray[np.int64], int]] = {}


def _shells(shape: tuple[int, ...]) -> tuple[Values, Values, NDArray[np.int64], int]:
    """Mean |r| and number of r in each shell, the shell of every r, and the last shell that is whole."""
    if shape not in _KEPT:
        axes = [np.abs(np.fft.fftfreq(n, 1 / n)) for n in shape]
        distance = np.sqrt(sum(x**2 for x in np.meshgrid(*axes, indexing="ij"))).ravel()
        shell = np.floor(distance + 0.5).astype(np.int64)
        count = np.bincount(shell).astype(np.float64)
        last = min((n // 2 for n in shape if n > 1), default=0)
        size = np.bincount(shell, distance)[: last + 1] / count[: last + 1]
        _KEPT.clear()
        _KEPT[shape] = size, count, shell, last
    return _KEPT[shape]
