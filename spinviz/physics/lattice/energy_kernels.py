"""Compiled sums over bonds and sites, from which the energy of every term follows; in double precision."""

import numpy as np

from spinviz.physics.kernel import kernel
from spinviz.physics.noise import FAST


@kernel(fastmath=FAST)
def _dots(x, y, z, u, v, w, out):
    """Add S_i.S_j, and the number of pairs without a vacancy."""
    dot, pairs = 0.0, 0.0
    for i in range(x.size):
        a, b, c = np.float64(x[i]), np.float64(y[i]), np.float64(z[i])
        d, e, f = np.float64(u[i]), np.float64(v[i]), np.float64(w[i])
        dot += a * d + b * e + c * f
        pairs += 1.0 if (a * a + b * b + c * c) * (d * d + e * e + f * f) > 0.25 else 0.0
    out[0] += dot
    out[1] += pairs


@kernel(fastmath=FAST)
def _crosses(x, y, z, u, v, w, out):
    """Add S_i x S_j."""
    sx, sy, sz = 0.0, 0.0, 0.0
    for i in range(x.size):
        a, b, c = np.float64(x[i]), np.float64(y[i]), np.float64(z[i])
        d, e, f = np.float64(u[i]), np.float64(v[i]), np.float64(w[i])
        sx += b * f - c * e
        sy += c * d - a * f
        sz += a * e - b * d
    out[2] += sx
    out[3] += sy
    out[4] += sz


@kernel(fastmath=FAST)
def _moments(x, y, z, out):
    """Add S, its products xx, yy, zz, yz, zx, xy, and Sx^2 Sy^2 + Sy^2 Sz^2 + Sz^2 Sx^2."""
    s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = s8 = s9 = 0.0
    for i in range(x.size):
        a, b, c = np.float64(x[i]), np.float64(y[i]), np.float64(z[i])
        aa, bb, cc = a * a, b * b, c * c
        s0 += a
        s1 += b
        s2 += c
        s3 += aa
        s4 += bb
        s5 += cc
        s6 += b * c
        s7 += c * a
        s8 += a * b
        s9 += aa * bb + bb * cc + cc * aa
    for n, s in enumerate((s0, s1, s2, s3, s4, s5, s6, s7, s8, s9)):
        out[n] += s


@kernel
def sums(S, halo, first, other, offset, dots, crosses, bonds, sites):
    """Sum over ``S`` (arrays, 3, z, y, x) with its halo filled.

    ``bonds`` (bonds, 5): S_i.S_j and pairs without a vacancy of the bonds of which ``dots`` (bonds,) is true, S_i x S_j
    of those of which ``crosses`` is; the rest is zero. ``sites`` (arrays, 10): as `_moments`.
    """
    flat = S.reshape(S.shape[0], 3, -1)
    rows, row = S.shape[3], S.shape[4]
    bonds[:] = 0.0
    sites[:] = 0.0
    for k in range(S.shape[0]):
        here = flat[k]
        for z in range(halo[0], S.shape[2] - halo[0]):
            for y in range(halo[1], rows - halo[1]):
                begin = (z * rows + y) * row + halo[2]
                end = begin + row - 2 * halo[2]
                mx, my, mz = here[0, begin:end], here[1, begin:end], here[2, begin:end]
                _moments(mx, my, mz, sites[k])
                for n in range(first[k], first[k + 1]):
                    if not (dots[n] or crosses[n]):
                        continue
                    there, start, stop = flat[other[n]], begin + offset[n], end + offset[n]
                    u, v, w = there[0, start:stop], there[1, start:stop], there[2, start:stop]
                    if dots[n]:
                        _dots(mx, my, mz, u, v, w, bonds[n])
                    if crosses[n]:
                        _crosses(mx, my, mz, u, v, w, bonds[n])
