"""Compiled Landau-Lifshitz-Gilbert steps on the arrays of any lattice; the formulas are in `dynamics.py`.

Places of an array are treated in chunks that stay in cache: the fields of a chunk are added up slice by slice
of the neighbours' arrays, six of them at a time, then the spins of the chunk are turned. Halo places between two rows
are computed like all others and filled anew afterwards; zero vectors stay zero.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.kernel import kernel
from spinviz.physics.lattice.slices import six
from spinviz.physics.lattice.spins import fill_halo
from spinviz.physics.noise import FAST, fill_normals, stream
from spinviz.physics.threads import meet

CHUNK = 8192
"""Places: field and spins of a chunk, and a slice of a neighbour, lie in the second cache."""
ONE_STEP = np.uint64(1)


class Rates(NamedTuple):
    """Fields as angles per step, gamma dt h/((1 + alpha^2) mu), in the precision of the spins.

    first : (3 arrays + 1,) where the summands of a component of the field on an array begin
    other, part, offset : array and component of the neighbours, and by how many places they are shifted
    weight : (summands,) by which they are multiplied
    quadratic : (basis, 6) of 2A, in the order xx, yy, zz, yz, zx, xy
    quartic : (basis,) of 2 K1
    drive : (times, basis, 3) uniform field at every half step; one time where it is constant
    local : (arrays, 3, places) in units of energy, or empty
    share : (basis,) by which ``local`` is multiplied
    noise : (basis,) standard deviation
    alpha : (basis,)
    limits : (2,) a tiny number that keeps the length of a vacancy from dividing by zero, and one
    basis : (arrays,) site of the unit cell
    """

    first: NDArray[np.int64]
    other: NDArray[np.int64]
    part: NDArray[np.int64]
    offset: NDArray[np.int64]
    weight: NDArray[np.floating]
    quadratic: NDArray[np.floating]
    quartic: NDArray[np.floating]
    drive: NDArray[np.floating]
    local: NDArray[np.floating]
    share: NDArray[np.floating]
    noise: NDArray[np.floating]
    alpha: NDArray[np.floating]
    limits: NDArray[np.floating]
    basis: NDArray[np.int64]


@kernel(fastmath=FAST)
def _two(h, s0, s1, j0, j1, kept):
    if kept:
        for i in range(h.size):
            h[i] += j0 * s0[i] + j1 * s1[i]
    else:
        for i in range(h.size):
            h[i] = j0 * s0[i] + j1 * s1[i]


@kernel(fastmath=FAST)
def _neighbours(h, S, begin, first, last, kept, other, part, offset, weight):
    """Sum the summands first to last of one component; an odd one is passed beside itself, times zero."""
    size, n = h.size, first
    while n + 6 <= last:
        b0, b1, b2 = begin + offset[n], begin + offset[n + 1], begin + offset[n + 2]
        b3, b4, b5 = begin + offset[n + 3], begin + offset[n + 4], begin + offset[n + 5]
        s0, s1 = S[other[n], part[n], b0 : b0 + size], S[other[n + 1], part[n + 1], b1 : b1 + size]
        s2, s3 = S[other[n + 2], part[n + 2], b2 : b2 + size], S[other[n + 3], part[n + 3], b3 : b3 + size]
        s4, s5 = S[other[n + 4], part[n + 4], b4 : b4 + size], S[other[n + 5], part[n + 5], b5 : b5 + size]
        w0, w1, w2, w3, w4, w5 = weight[n], weight[n + 1], weight[n + 2], weight[n + 3], weight[n + 4], weight[n + 5]
        six(h, s0, s1, s2, s3, s4, s5, w0, w1, w2, w3, w4, w5, kept)
        kept = True
        n += 6
    while n < last:
        m = min(n + 1, last - 1)
        b0, b1 = begin + offset[n], begin + offset[m]
        s0, s1 = S[other[n], part[n], b0 : b0 + size], S[other[m], part[m], b1 : b1 + size]
        _two(h, s0, s1, weight[n], weight.dtype.type(m - n) * weight[m], kept)
        kept = True
        n += 2


@kernel(fastmath=FAST)
def _quartic(hx, hy, hz, x, y, z, q):
    """Add -q Sx (Sy^2 + Sz^2) along x, and so on."""
    for i in range(hx.size):
        u, v, w = x[i], y[i], z[i]
        uu, vv, ww = u * u, v * v, w * w
        hx[i] -= q * u * (vv + ww)
        hy[i] -= q * v * (ww + uu)
        hz[i] -= q * w * (uu + vv)


@kernel(fastmath=FAST)
def _noise(h, normal, sd):
    for i in range(h.size):
        h[i] = sd * normal[i]


@kernel(fastmath=FAST)
def _local(h, local, share, kept):
    """Put ``share`` times the local field into one component, or add it."""
    if kept:
        for i in range(h.size):
            h[i] += share * local[i]
    else:
        for i in range(h.size):
            h[i] = share * local[i]


@kernel(fastmath=FAST)
def _turn(x, y, z, f, g, h, o):
    """W = h + alpha S x h of one spin, with its own quadratic anisotropy and the uniform field added to h."""
    f += o[0] + o[3] * x + o[8] * y + o[7] * z
    g += o[1] + o[8] * x + o[4] * y + o[6] * z
    h += o[2] + o[7] * x + o[6] * y + o[5] * z
    return f + o[9] * (y * h - z * g), g + o[9] * (z * f - x * h), h + o[9] * (x * g - y * f)


@kernel(fastmath=FAST)
def _predict(hx, hy, hz, S, P, k, begin, o):
    """P = S + W x S."""
    end = begin + hx.size
    x, y, z = S[k, 0, begin:end], S[k, 1, begin:end], S[k, 2, begin:end]
    px, py, pz = P[k, 0, begin:end], P[k, 1, begin:end], P[k, 2, begin:end]
    for i in range(hx.size):
        u, v, w = x[i], y[i], z[i]
        f, g, h = _turn(u, v, w, hx[i], hy[i], hz[i], o)
        px[i] = u + (g * w - h * v)
        py[i] = v + (h * u - f * w)
        pz[i] = w + (f * v - g * u)


@kernel(fastmath=FAST)
def _correct(hx, hy, hz, P, S, k, begin, o):
    """S = normalised(S + P + W x P): half of both slopes. The tiny number keeps zero vectors."""
    end = begin + hx.size
    x, y, z = S[k, 0, begin:end], S[k, 1, begin:end], S[k, 2, begin:end]
    px, py, pz = P[k, 0, begin:end], P[k, 1, begin:end], P[k, 2, begin:end]
    tiny, one = o[10], o[11]
    for i in range(hx.size):
        u, v, w = px[i], py[i], pz[i]
        f, g, h = _turn(u, v, w, hx[i], hy[i], hz[i], o)
        nx = x[i] + u + (g * w - h * v)
        ny = y[i] + v + (h * u - f * w)
        nz = z[i] + w + (f * v - g * u)
        scale = one / np.sqrt(nx * nx + ny * ny + nz * nz + tiny)
        x[i] = nx * scale
        y[i] = ny * scale
        z[i] = nz * scale


@kernel(fastmath=FAST)
def _midpoint(hx, hy, hz, x, y, z, mx, my, mz, q, o):
    """One pass of m = S + (w x S + w x (w x S))/(1 + w^2), w half of the rotation that the field at m gives."""
    one = o[11]
    half = one / (one + one)
    for i in range(hx.size):
        u, v, w = mx[i], my[i], mz[i]
        uu, vv, ww = u * u, v * v, w * w
        f, g, h = hx[i] - q * u * (vv + ww), hy[i] - q * v * (ww + uu), hz[i] - q * w * (uu + vv)
        f = half * (f + o[0] + o[3] * u + o[8] * v + o[7] * w)
        g = half * (g + o[1] + o[8] * u + o[4] * v + o[6] * w)
        h = half * (h + o[2] + o[7] * u + o[6] * v + o[5] * w)
        px, py, pz = g * z[i] - h * y[i], h * x[i] - f * z[i], f * y[i] - g * x[i]
        share = one / (one + f * f + g * g + h * h)
        mx[i] = x[i] + share * (px + g * pz - h * py)
        my[i] = y[i] + share * (py + h * px - f * pz)
        mz[i] = z[i] + share * (pz + f * py - g * px)


@kernel(fastmath=FAST)
def _reflect(x, y, z, mx, my, mz, one):
    """S = 2m - S, with the rounding of its length undone: vacancies stay zero."""
    half = one / (one + one)
    for i in range(x.size):
        u, v, w = mx[i] + (mx[i] - x[i]), my[i] + (my[i] - y[i]), mz[i] + (mz[i] - z[i])
        scale = one + half * (one - (u * u + v * v + w * w))
        x[i] = u * scale
        y[i] = v * scale
        z[i] = w * scale


@kernel(fastmath=FAST)
def _gather(field, normal, sd, source, k, begin, end, share, local, bonds, other, part, offset, weight):
    """Add up noise, local field and that of the neighbours on the places ``begin`` to ``end`` of array ``k``."""
    size, width = end - begin, normal.size // 3
    for component in range(3):
        h = field[component, :size]
        kept = sd > 0 or local.shape[0] > 0
        if sd > 0:
            _noise(h, normal[component * width : (component + 1) * width], sd)
        if local.shape[0] > 0:
            _local(h, local[k, component, begin:end], share, sd > 0)
        first, last = bonds[3 * k + component], bonds[3 * k + component + 1]
        if not kept and first == last:
            for i in range(size):
                h[i] = 0
        _neighbours(h, source, begin, first, last, kept, other, part, offset, weight)


@kernel(fastmath=FAST)
def half_step(correct, S, P, normals, first, last, start, places, tick, key, counter, c):
    """Predict P from S, or correct S from P, in the chunks ``first`` to ``last`` - 1.

    Chunk n is the part n // arrays of array n % arrays: neighbours are near in time too. An array is computed from
    place ``start``, ``places`` in all. ``normals`` (chunks, 3 width) is drawn when predicting.
    """
    # Arrays are taken out of the tuple once: each time would count references, for longer than a chunk takes.
    bonds, other, part, offset, weight = c.first, c.other, c.part, c.offset, c.weight
    drive, quadratic, quartic, alpha, limits = c.drive, c.quadratic, c.quartic, c.alpha, c.limits
    noise, local, share, basis = c.noise, c.local, c.share, c.basis
    field = np.empty((3, CHUNK), S.dtype)
    tick = min(tick, drive.shape[0] - 1)
    source = P if correct else S
    for n in range(first, last):
        k = n % S.shape[0]
        b = basis[k]
        begin = start + n // S.shape[0] * CHUNK
        end = min(begin + CHUNK, start + places)
        size = end - begin
        own = (
            drive[tick, b, 0], drive[tick, b, 1], drive[tick, b, 2],
            quadratic[b, 0], quadratic[b, 1], quadratic[b, 2], quadratic[b, 3], quadratic[b, 4], quadratic[b, 5],
            alpha[b], limits[0], limits[1],
        )  # fmt: skip
        normal = normals[min(n, normals.shape[0] - 1)]
        if noise[b] > 0 and not correct:
            key0, key1, key2 = stream(key, counter, np.uint64(n))
            fill_normals(normal, key0, key1, key2)
        _gather(field, normal, noise[b], source, k, begin, end, share[b], local, bonds, other, part, offset, weight)
        hx, hy, hz = field[0, :size], field[1, :size], field[2, :size]
        if quartic[b] != 0:
            x, y, z = source[k, 0, begin:end], source[k, 1, begin:end], source[k, 2, begin:end]
            _quartic(hx, hy, hz, x, y, z, quartic[b])
        if correct:
            _correct(hx, hy, hz, P, S, k, begin, own)
        else:
            _predict(hx, hy, hz, S, P, k, begin, own)


@kernel
def wrap(S, halo, closed):
    """Fill the halo of all arrays of ``S`` (arrays, 3, z, y, x)."""
    if closed[0] or closed[1] or closed[2]:
        for k in range(S.shape[0]):
            fill_halo(S[k], halo[0], halo[1], halo[2], closed[0], closed[1], closed[2])


@kernel
def extent(S, halo):
    """First place of an array that is a site, and how many places there are from there to the last site."""
    start = (halo[0] * S.shape[3] + halo[1]) * S.shape[4] + halo[2]
    return start, S.shape[2] * S.shape[3] * S.shape[4] - 2 * start


@kernel(fastmath=FAST)
def heun_steps(S, P, normals, halo, closed, c, rng, steps, meeting, thread, threads):
    """Advance ``S`` (arrays, 3, z, y, x) in place; ``P`` like it, zero at free edges; ``rng`` counts the steps.

    Each of ``threads`` computes some of the chunks, and fills the halo of some of the arrays.
    """
    flat, predicted = S.reshape(S.shape[0], 3, -1), P.reshape(S.shape[0], 3, -1)
    start, places = extent(S, halo)
    count = (places + CHUNK - 1) // CHUNK * S.shape[0]
    first, last = count * thread // threads, count * (thread + 1) // threads
    own, others = S.shape[0] * thread // threads, S.shape[0] * (thread + 1) // threads
    key, counter = rng[0], rng[1]
    met = 0
    for step in range(steps):
        for correct in range(2):
            half_step(
                correct == 1, flat, predicted, normals, first, last, start, places,
                2 * (step + correct), key, counter, c,
            )  # fmt: skip
            meet(meeting, threads, met + 1)
            wrap((S if correct else P)[own:others], halo, closed)
            meet(meeting, threads, met + 2)
            met += 2
        counter += ONE_STEP
    if thread == 0:
        rng[1] = counter


@kernel(fastmath=FAST)
def turn_array(S, k, normal, start, places, tick, passes, c):
    """Turn the spins of array ``k`` about their fields by implicit midpoint steps, found in ``passes``."""
    bonds, other, part, offset, weight, local, b = c.first, c.other, c.part, c.offset, c.weight, c.local, c.basis[k]
    u, a, q = c.drive[min(tick, c.drive.shape[0] - 1), b], c.quadratic[b], c.quartic[b]
    own = u[0], u[1], u[2], a[0], a[1], a[2], a[3], a[4], a[5], c.alpha[b], c.limits[0], c.limits[1]
    share, sd = c.share[b], c.noise[b]
    field = np.empty((6, CHUNK), S.dtype)
    for begin in range(start, start + places, CHUNK):
        end = min(begin + CHUNK, start + places)
        size = end - begin
        _gather(field, normal, sd, S, k, begin, end, share, local, bonds, other, part, offset, weight)
        hx, hy, hz = field[0, :size], field[1, :size], field[2, :size]
        mx, my, mz = field[3, :size], field[4, :size], field[5, :size]
        x, y, z = S[k, 0, begin:end], S[k, 1, begin:end], S[k, 2, begin:end]
        for i in range(size):
            mx[i], my[i], mz[i] = x[i], y[i], z[i]
        for _ in range(passes):
            _midpoint(hx, hy, hz, x, y, z, mx, my, mz, q, own)
        _reflect(x, y, z, mx, my, mz, c.limits[1])


@kernel(fastmath=FAST)
def turning_steps(S, normal, halo, closed, c, passes, steps):
    """Advance ``S`` in place: in each step all arrays are turned by half the angle, one by one, there and back."""
    flat = S.reshape(S.shape[0], 3, -1)
    start, places = extent(S, halo)
    for step in range(steps):
        for turn in range(2 * S.shape[0]):
            k = min(turn, 2 * S.shape[0] - 1 - turn)
            turn_array(flat, k, normal, start, places, 2 * step + 1, passes, c)
            wrap(S[k : k + 1], halo, closed)
