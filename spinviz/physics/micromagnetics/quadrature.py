"""Gauss's quadrature over the displacements of two equal cells."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


@cache
def gauss(n: int) -> tuple[Values, Values]:
    """Return ``n`` points and weights of Gauss's quadrature with the density 1 - |t| on -1 < t < 1.

    From the recurrence of its orthogonal polynomials (Golub and Welsch, Math. Comp. 23, 221 (1969)).
    """
    x, w = np.polynomial.legendre.leggauss(2 * n + 2)
    t = np.concatenate([-(x + 1) / 2, (x + 1) / 2])
    density = np.concatenate([w, w]) / 2 * (1 - abs(t))
    coefficients: list[float] = []
    last, now = np.zeros_like(t), np.ones_like(t)
    square = density.sum()
    for _ in range(n - 1):
        following = t * now - (coefficients[-1] if coefficients else 0.0) * last
        last, now = now, following
        square, before = (density * now**2).sum(), square
        coefficients.append(square / before)
    off = np.sqrt(coefficients)
    values, vectors = np.linalg.eigh(np.diag(off, 1) + np.diag(off, -1))
    return values, vectors[0] ** 2
