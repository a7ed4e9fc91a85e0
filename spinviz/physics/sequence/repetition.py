"""Repetitions of the same stretch of a sequence, composed to one affine map for each spin: m -> A m + b.

Everything that happens in a repetition is linear in the magnetization, relaxation adds a constant. A thousand
repetitions cost a thousand small products, and the steady state is where A m + b = m. W. S. Hinshaw, J. Appl. Phys. 47,
3709 (1976).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from spinviz.physics.kernel import kernel
from spinviz.physics.sequence.blocks import Array, Complex, Sample
from spinviz.physics.sequence.engine import LONGEST_STEP, end_of, play
from spinviz.physics.sequence.timeline import Timeline
from spinviz.physics.threads import cores

_CHUNK = 512
_PARTS = 16


def composed(timeline: Timeline, sample: Sample, threads: int = 1, step: float = LONGEST_STEP) -> tuple[Array, Array]:
    """Map of one repetition, the whole ``timeline``: A (N, 3, 3) and b (N, 3) with m -> A m + b."""
    A, end = np.empty((sample.count, 3, 3)), end_of(timeline)
    without_recovery = replace(sample, M0=np.zeros(sample.count))
    for axis in range(3):
        m = np.zeros((3, sample.count))
        m[axis] = 1.0
        play(timeline, without_recovery, m, 0.0, end, threads, step)
        A[:, :, axis] = m.T
    b = np.zeros((3, sample.count))
    play(timeline, sample, b, 0.0, end, threads, step)
    return A, np.ascontiguousarray(b.T)


def repeat(A: Array, b: Array, m: Array, count: int, threads: int | None = None) -> Complex:
    """Apply the map ``count`` times to ``m`` (3, N) in place, on all cores by default.

    Returns the sum of M+ over all spins after each repetition (count,).
    """
    spins = m.shape[1]
    parts = max(1, min(_PARTS, -(-spins // _CHUNK)))
    edges = [k * spins // parts for k in range(parts + 1)]
    sums = np.zeros((parts, count, 2))
    # The kernel is compiled for one layout.
    A, b, rows = (np.ascontiguousarray(values, dtype=np.float64) for values in (A, b, m))

    def part(k: int) -> None:
        _repeat(A, b, rows, edges[k], edges[k + 1], np.empty((15, _CHUNK + 72)), sums[k])

    threads = min(threads or cores(), parts)
    if threads == 1:
        for k in range(parts):
            part(k)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(part, range(parts)))
    if rows is not m:
        m[:] = rows
    total = sums.sum(axis=0)
    return np.asarray(total[:, 0] + 1j * total[:, 1])


def steady_state(A: Array, b: Array) -> Array:
    """Magnetization (3, N) that a repetition leaves as it is: (I - A) m = b.

    Errors: `ValueError` where a spin never comes to rest, which needs relaxation.
    """
    try:
        m = np.linalg.solve(np.eye(3) - A, b[:, :, None])[:, :, 0]
    except np.linalg.LinAlgError:
        m = np.full_like(b, np.nan)
    if not np.all(np.isfinite(m)):
        raise ValueError("A spin without relaxation has no steady state: give all spins finite T1 and T2.")
    return np.ascontiguousarray(m.T)


@kernel
def _repeat(A, b, m, first, last, rows, sums):
    for begin in range(first, last, _CHUNK):
        n = min(begin + _CHUNK, last) - begin
        for i in range(n):
            for j in range(3):
                rows[12 + j, i] = m[j, begin + i]
                rows[9 + j, i] = b[begin + i, j]
                for k in range(3):
                    rows[3 * j + k, i] = A[begin + i, j, k]
        for t in range(sums.shape[0]):
            _map(
                *(rows[0, :n], rows[1, :n], rows[2, :n], rows[3, :n], rows[4, :n], rows[5, :n], rows[6, :n]),
                *(rows[7, :n], rows[8, :n], rows[9, :n], rows[10, :n], rows[11, :n]),
                *(rows[12, :n], rows[13, :n], rows[14, :n], sums[t]),
            )
        for j in range(3):
            m[j, begin : begin + n] = rows[12 + j, :n]


@kernel(fastmath={"contract", "reassoc"})
def _map(xx, xy, xz, yx, yy, yz, zx, zy, zz, bx, by, bz, x, y, z, total):
    real = imaginary = 0.0
    for i in range(x.size):
        u, v, w = x[i], y[i], z[i]
        a = bx[i] + (xx[i] * u + xy[i] * v + xz[i] * w)
        c = by[i] + (yx[i] * u + yy[i] * v + yz[i] * w)
        z[i] = bz[i] + (zx[i] * u + zy[i] * v + zz[i] * w)
        real += a
        imaginary += c
        x[i], y[i] = a, c
    total[0] += real
    total[1] += imaginary
