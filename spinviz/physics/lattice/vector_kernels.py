"""Compiled Monte Carlo sweeps of plane rotators and Heisenberg spins; see `monte_carlo`.

An array of `Spins` holds sites without a bond between them. Its fields are added up bond by bond from shifted slices of
the other arrays, in pieces that stay in the first cache, and its spins are then drawn anew piece by piece: every loop
is over contiguous numbers and free of branches. Slices are of one dimension: those of two are not known to be
contiguous, which costs a factor of seven. Elementary functions are polynomials: those of the C library keep loops
scalar.
"""

import numpy as np

from spinviz.physics.kernel import kernel
from spinviz.physics.lattice.slices import six
from spinviz.physics.lattice.spins import fill_halo
from spinviz.physics.noise import (
    A0,
    A1,
    A2,
    A3,
    C0,
    C1,
    C2,
    C3,
    C4,
    FAST,
    HALF,
    HALF_BITS,
    L0,
    L1,
    L2,
    L3,
    L4,
    L5,
    L6,
    MANTISSA,
    MINUS_TWO_LN2,
    MIX1,
    MIX2,
    MIX3,
    MIX4,
    MIX5,
    ONE,
    ONE_BIT,
    S1,
    S14,
    S15,
    S16,
    SIGN_SHIFT,
    SPREAD,
    TO_ANGLE,
    TO_UNIT,
    U32,
    split,
    stream,
)

PIECE = (
    8192  # places: fields and random numbers of a piece lie in the second cache, and calls for a piece count for little
)
_F = np.float32
_W = np.uint32
U11 = np.uint64(11)
ZERO, TWO, FOUR, SIX, TWENTY, QUARTER = _F(0.0), _F(2.0), _F(4.0), _F(6.0), _F(20.0), _F(0.25)
TINY = _F(1e-30)
WEAK = _F(0.02)  # fields below, in units of kT, take the first orders of the series
LOG2_E, LN2_HIGH, LN2_LOW = _F(1.44269504), _F(0.693359375), _F(-2.12194440e-4)
LOWEST = _F(-87.0)
# exp(r) on |r| <= ln2/2: error 2e-7
E2, E3, E4, E5, E6 = _F(0.5000000), _F(0.16666627), _F(0.04166652), _F(0.00836816), _F(0.00138939)
EXPONENT_BIAS = np.int32(127)
MINUS_HALF = _F(-0.5)

HEAT_BATH, OVER_RELAXATION, METROPOLIS, PLANE_HEAT_BATH, PLANE_METROPOLIS = 0, 1, 2, 3, 4
TO_DOUBLE = 2.0**-53
ONE_SWEEP = np.uint64(1)


@kernel(fastmath=FAST)
def _exp(x):
    """exp(x) of a float32 at most 0, without a call."""
    y = max(x, LOWEST)
    number = np.int32(y * LOG2_E - HALF)
    whole = _F(number)
    r = (y - whole * LN2_HIGH) - whole * LN2_LOW
    fraction = ONE + r * (ONE + r * (E2 + r * (E3 + r * (E4 + r * (E5 + r * E6)))))
    power = np.int32(number + EXPONENT_BIAS) << MANTISSA
    return fraction * np.int32(power).view(np.float32)


@kernel(fastmath=FAST)
def _log(u):
    """Natural logarithm of a float32 above 0, without a call."""
    bits = _F(u).view(np.int32)
    exponent = np.int32(np.int32(bits - HALF_BITS) >> MANTISSA)
    t = np.int32(bits - np.int32(exponent << MANTISSA)).view(np.float32) - ONE
    part = t * (L0 + t * (L1 + t * (L2 + t * (L3 + t * (L4 + t * (L5 + t * L6))))))
    return (part + _F(exponent) * MINUS_TWO_LN2) * MINUS_HALF


@kernel(fastmath=FAST)
def _words(out, size, first, key0, key1, key2):
    """Fill ``out`` (3, n) uint32 with independent random words of the places from ``first`` on."""
    one, two, three = out[0, :size], out[1, :size], out[2, :size]
    for i in range(one.size):
        x = _W(_W(_W(_W(i) + first) * SPREAD) + key0)
        x = _W(_W(x ^ _W(x >> S16)) * MIX1)
        x = _W(x ^ _W(x >> S15))
        a = _W(_W(x ^ key1) * MIX2)
        a = _W(_W(a ^ _W(a >> S15)) * MIX3)
        one[i] = _W(a ^ _W(a >> S16))
        b = _W(_W(x + key2) * MIX4)
        b = _W(_W(b ^ _W(b >> S14)) * MIX5)
        b = _W(b ^ _W(b >> S16))
        two[i] = b
        c = _W(_W(b ^ key0) * MIX3)
        c = _W(_W(c ^ _W(c >> S15)) * MIX1)
        three[i] = _W(c ^ _W(c >> S16))


@kernel(fastmath=FAST)
def _clear(h, uniform, size):
    for c in range(h.shape[0]):
        values, start = h[c, :size], uniform[c]
        for i in range(values.size):
            values[i] = start


@kernel(fastmath=FAST)
def _add_exchange(h, x, y, z, J):
    """Add J times the neighbours (n,) to the fields ``h``."""
    hx, hy, hz = h[0, : x.size], h[1, : x.size], h[2, : x.size]
    for i in range(x.size):
        hx[i] += J * x[i]
        hy[i] += J * y[i]
        hz[i] += J * z[i]


@kernel(fastmath=FAST)
def _add_neighbours(h, flat, start, size, first, last, other, offset, J, D):
    """Add the exchange fields, and those of ``D`` (bonds, 3) or (0, 3), of bonds first to last from ``start`` on."""
    n = first
    while n + 6 <= last:
        a, b, c = start + offset[n], start + offset[n + 1], start + offset[n + 2]
        d, e, f = start + offset[n + 3], start + offset[n + 4], start + offset[n + 5]
        j0, j1, j2, j3, j4, j5 = J[n], J[n + 1], J[n + 2], J[n + 3], J[n + 4], J[n + 5]
        o0, o1, o2, o3, o4, o5 = other[n], other[n + 1], other[n + 2], other[n + 3], other[n + 4], other[n + 5]
        for k in range(3):
            s0, s1, s2 = flat[o0, k, a : a + size], flat[o1, k, b : b + size], flat[o2, k, c : c + size]
            s3, s4, s5 = flat[o3, k, d : d + size], flat[o4, k, e : e + size], flat[o5, k, f : f + size]
            six(h[k, :size], s0, s1, s2, s3, s4, s5, j0, j1, j2, j3, j4, j5, True)
        n += 6
    for k in range(n, last):
        place, b = start + offset[k], other[k]
        end = place + size
        _add_exchange(h, flat[b, 0, place:end], flat[b, 1, place:end], flat[b, 2, place:end], J[k])
    if D.shape[0] > 0:
        for k in range(first, last):
            place, b = start + offset[k], other[k]
            end = place + size
            _add_dmi(h, flat[b, 0, place:end], flat[b, 1, place:end], flat[b, 2, place:end], D[k])


@kernel(fastmath=FAST)
def _add_dmi(h, x, y, z, D):
    """Add the field D x S of the neighbours (n,)."""
    hx, hy, hz = h[0, : x.size], h[1, : x.size], h[2, : x.size]
    dx, dy, dz = D[0], D[1], D[2]
    for i in range(x.size):
        hx[i] += dy * z[i] - dz * y[i]
        hy[i] += dz * x[i] - dx * z[i]
        hz[i] += dx * y[i] - dy * x[i]


@kernel(fastmath=FAST)
def _add_site_fields(h, x, y, z):
    hx, hy, hz = h[0, : x.size], h[1, : x.size], h[2, : x.size]
    for i in range(x.size):
        hx[i] += x[i]
        hy[i] += y[i]
        hz[i] += z[i]


@kernel(fastmath=FAST)
def _local(x, y, z, q):
    """Energy of anisotropy: q[6] (x^2 y^2 + y^2 z^2 + z^2 x^2) - S.A.S, A = (xx, yy, zz, 2 xy, 2 yz, 2 zx)."""
    xx, yy, zz = x * x, y * y, z * z
    square = q[0] * xx + q[1] * yy + q[2] * zz + q[3] * x * y + q[4] * y * z + q[5] * z * x
    return q[6] * (xx * yy + yy * zz + zz * xx) - square


@kernel(fastmath=FAST)
def _heat_bath(x, y, z, h, words, beta, q):
    """Draw every spin from the Boltzmann distribution in its field; anisotropy enters by accepting the draw.

    cos of the angle to the field: 1 + ln(u + (1 - u) exp(-2k))/k with k = field/kT, inverting its distribution.
    """
    size = x.size
    local = (q[0], q[1], q[2], q[3], q[4], q[5], q[6])  # a tuple: loads of an array would be repeated for every spin
    hx, hy, hz = h[0, :size], h[1, :size], h[2, :size]
    one, two, three = words[0, :size], words[1, :size], words[2, :size]
    for i in range(size):
        a = one[i]
        v = (_F(np.int32(_W(a >> S1))) + HALF) * TO_UNIT
        px, py, pz = hx[i], hy[i], hz[i]
        square = px * px + py * py + pz * pz
        pz = pz if square > TINY else ONE
        scale = ONE / np.sqrt(square if square > TINY else ONE)
        k = beta * (square * scale)
        nx, ny, nz = px * scale, py * scale, pz * scale
        inside = (ONE - v) + v * _exp(-TWO * k)
        away = TWO * v * (ONE - k * (ONE - v)) if k < WEAK else -_log(inside) / max(k, WEAK)
        away = min(max(away, ZERO), TWO)
        along, across = ONE - away, np.sqrt(away * (TWO - away))

        angle = _F(np.int32(two[i])) * TO_ANGLE
        w = angle * angle
        cosine = C0 + w * (C1 + w * (C2 + w * (C3 + w * C4)))
        sine = angle * (A0 + w * (A1 + w * (A2 + w * A3)))
        sign = _W(_W(a & ONE_BIT) << SIGN_SHIFT)
        across = _W(_F(across).view(np.uint32) ^ sign).view(np.float32)
        # a frame about n without branches, Duff et al., J. Comput. Graph. Tech. 6, 1 (2017)
        up = ONE if nz >= ZERO else -ONE
        f = -ONE / (up + nz)
        g = nx * ny * f
        c, d = across * cosine, across * sine
        ux = along * nx + c * (ONE + up * nx * nx * f) + d * g
        uy = along * ny + c * (up * g) + d * (up + ny * ny * f)
        uz = along * nz - c * (up * nx) - d * ny

        mx, my, mz = x[i], y[i], z[i]
        here = mx * mx + my * my + mz * mz > QUARTER
        cost = beta * (_local(ux, uy, uz, local) - _local(mx, my, mz, local))
        chance = (_F(np.int32(_W(three[i] >> S1))) + HALF) * TO_UNIT
        taken = here and chance < _exp(min(-cost, ZERO))
        norm = ONE / np.sqrt(ux * ux + uy * uy + uz * uz)
        x[i] = ux * norm if taken else mx
        y[i] = uy * norm if taken else my
        z[i] = uz * norm if taken else mz


@kernel(fastmath=FAST)
def _over_relaxation(x, y, z, h, words, beta, q):
    """Turn every spin by half a turn about its field: no exchange of energy; anisotropy enters by accepting."""
    size = x.size
    local = (q[0], q[1], q[2], q[3], q[4], q[5], q[6])  # a tuple: loads of an array would be repeated for every spin
    hx, hy, hz = h[0, :size], h[1, :size], h[2, :size]
    three = words[2, :size]
    for i in range(size):
        px, py, pz = hx[i], hy[i], hz[i]
        mx, my, mz = x[i], y[i], z[i]
        square = px * px + py * py + pz * pz
        scale = TWO * (px * mx + py * my + pz * mz) / max(square, TINY)
        ux, uy, uz = scale * px - mx, scale * py - my, scale * pz - mz
        length = ux * ux + uy * uy + uz * uz
        cost = beta * (_local(ux, uy, uz, local) - _local(mx, my, mz, local))
        chance = (_F(np.int32(_W(three[i] >> S1))) + HALF) * TO_UNIT
        taken = length > QUARTER and chance < _exp(min(-cost, ZERO))
        norm = ONE / np.sqrt(max(length, QUARTER))
        x[i] = ux * norm if taken else mx
        y[i] = uy * norm if taken else my
        z[i] = uz * norm if taken else mz


@kernel(fastmath=FAST)
def _reflection(x, y, z, h):
    """`_over_relaxation` without anisotropy: every turn is accepted."""
    size = x.size
    hx, hy, hz = h[0, :size], h[1, :size], h[2, :size]
    for i in range(size):
        px, py, pz = hx[i], hy[i], hz[i]
        mx, my, mz = x[i], y[i], z[i]
        square = px * px + py * py + pz * pz
        scale = TWO * (px * mx + py * my + pz * mz) / max(square, TINY)
        ux, uy, uz = scale * px - mx, scale * py - my, scale * pz - mz
        length = ux * ux + uy * uy + uz * uz
        norm = ONE / np.sqrt(max(length, QUARTER))
        x[i] = ux * norm
        y[i] = uy * norm
        z[i] = uz * norm


@kernel(fastmath=FAST)
def _metropolis(x, y, z, h, words, beta, q, reach):
    """Propose a turn of any direction and accept it with min(1, exp(-dE/kT)).

    The proposal adds ``reach`` times a random unit vector and normalises: as likely there as back.
    """
    size = x.size
    local = (q[0], q[1], q[2], q[3], q[4], q[5], q[6])  # a tuple: loads of an array would be repeated for every spin
    hx, hy, hz = h[0, :size], h[1, :size], h[2, :size]
    one, two, three = words[0, :size], words[1, :size], words[2, :size]
    for i in range(size):
        a = one[i]
        away = TWO * (_F(np.int32(_W(a >> S1))) + HALF) * TO_UNIT
        along, across = ONE - away, np.sqrt(max(away * (TWO - away), ZERO))
        angle = _F(np.int32(two[i])) * TO_ANGLE
        w = angle * angle
        sign = _W(_W(a & ONE_BIT) << SIGN_SHIFT)
        across = _W(_F(across).view(np.uint32) ^ sign).view(np.float32)
        mx, my, mz = x[i], y[i], z[i]
        ux = mx + reach * across * (C0 + w * (C1 + w * (C2 + w * (C3 + w * C4))))
        uy = my + reach * across * angle * (A0 + w * (A1 + w * (A2 + w * A3)))
        uz = mz + reach * along
        norm = ONE / np.sqrt(max(ux * ux + uy * uy + uz * uz, TINY))
        ux, uy, uz = ux * norm, uy * norm, uz * norm
        gain = (ux - mx) * hx[i] + (uy - my) * hy[i] + (uz - mz) * hz[i]
        cost = beta * (_local(ux, uy, uz, local) - _local(mx, my, mz, local) - gain)
        chance = (_F(np.int32(_W(three[i] >> S1))) + HALF) * TO_UNIT
        here = mx * mx + my * my + mz * mz > QUARTER
        taken = here and chance < _exp(min(-cost, ZERO))
        x[i] = ux if taken else mx
        y[i] = uy if taken else my
        z[i] = uz if taken else mz


@kernel
def _uniform(key, place, draw):
    """A float64 in (0, 1): draw number ``draw`` of a place."""
    return (np.float64(split(key ^ (np.uint64(place) << np.uint64(20)) ^ np.uint64(draw)) >> U11) + 0.5) * TO_DOUBLE


@kernel
def _plane_heat_bath(x, y, h, beta, key, first):
    """Draw plane rotators in their fields: von Mises by rejection, Best and Fisher, Appl. Stat. 28, 152 (1979)."""
    for i in range(x.size):
        if x[i] * x[i] + y[i] * y[i] < 0.25:
            continue
        px, py = np.float64(h[0, i]), np.float64(h[1, i])
        field = np.sqrt(px * px + py * py)
        k = beta * field
        draw = 0
        if k < 1e-6:
            cosine = np.cos(np.pi * _uniform(key, first + i, draw))
            px, py, field = np.float64(1.0), np.float64(0.0), np.float64(1.0)
        elif k > 1e8:
            cosine = 1.0
        else:
            tau = 1.0 + np.sqrt(1.0 + 4.0 * k * k)
            rho = (tau - np.sqrt(2.0 * tau)) / (2.0 * k)
            r = (1.0 + rho * rho) / (2.0 * rho)
            while True:
                z = np.cos(np.pi * _uniform(key, first + i, draw))
                chance = _uniform(key, first + i, draw + 1)
                cosine = (1.0 + r * z) / (r + z)
                c = k * (r - cosine)
                draw += 2
                if c * (2.0 - c) > chance or np.log(c / chance) + 1.0 - c >= 0.0:
                    break
        sine = np.sqrt(max(1.0 - cosine * cosine, 0.0))
        if _uniform(key, first + i, 1048575) < 0.5:
            sine = -sine
        x[i] = np.float32((cosine * px - sine * py) / field)
        y[i] = np.float32((cosine * py + sine * px) / field)


@kernel(fastmath=FAST)
def _plane_metropolis(x, y, h, words, beta, reach):
    """Propose a turn by up to ``reach`` half turns in the plane and accept it with min(1, exp(-dE/kT))."""
    size = x.size
    hx, hy = h[0, :size], h[1, :size]
    one, two = words[0, :size], words[1, :size]
    for i in range(size):
        a = one[i]
        # half the angle, then doubled: the polynomials hold up to a quarter turn
        angle = HALF * reach * _F(np.int32(two[i])) * TWO * TO_ANGLE
        w = angle * angle
        cosine = C0 + w * (C1 + w * (C2 + w * (C3 + w * C4)))
        sine = angle * (A0 + w * (A1 + w * (A2 + w * A3)))
        c, d = cosine * cosine - sine * sine, TWO * sine * cosine
        mx, my = x[i], y[i]
        ux, uy = c * mx - d * my, c * my + d * mx
        norm = ONE / np.sqrt(max(ux * ux + uy * uy, TINY))
        ux, uy = ux * norm, uy * norm
        cost = -beta * ((ux - mx) * hx[i] + (uy - my) * hy[i])
        chance = (_F(np.int32(_W(a >> S1))) + HALF) * TO_UNIT
        taken = mx * mx + my * my > QUARTER and chance < _exp(min(-cost, ZERO))
        x[i] = ux if taken else mx
        y[i] = uy if taken else my


@kernel
def _keep(before, x, y, z):
    for i in range(x.size):
        before[0, i], before[1, i], before[2, i] = x[i], y[i], z[i]


@kernel
def _restore(before, x, y, z, free):
    """Put back what is not free: within an array nobody has seen that it moved."""
    for i in range(x.size):
        if not free[i]:
            x[i], y[i], z[i] = before[0, i], before[1, i], before[2, i]


@kernel
def vector_sweeps(values, first, other, offset, J, D, uniform, own, q, beta, reach, halo, closed, free, rng, methods):
    """Sweep all arrays of ``values`` (arrays, 3, z, y, x) once for each of ``methods``.

    first, other, offset: `BondTable`; J (bonds,); D (bonds, 3) or (0, 3); uniform (arrays, 3); own (arrays, 3, places)
    or (0, 3, 0): fields of single sites; q (arrays, 7): `_local`; rng (2,) counts
    the sweeps; free (arrays, places) bool: sites that move, or (0, 0) for all.
    """
    arrays, _, depth, rows, row = values.shape
    flat = values.reshape(arrays, 3, depth * rows * row)
    hz, hy, hx = halo
    # From the first site to the last: halo places between two rows are computed like sites, and renewed afterwards.
    start = (hz * rows + hy) * row + hx
    stop = depth * rows * row - start
    h = np.zeros((3, PIECE), np.float32)
    words = np.zeros((3, PIECE), np.uint32)
    before = np.zeros((3, PIECE), values.dtype)
    for method in methods:
        for a in range(arrays):
            key0, key1, key2 = stream(rng[0], rng[1], np.uint64(a))
            for here in range(start, stop, PIECE):
                size = min(PIECE, stop - here)
                end = here + size
                _clear(h, uniform[a], size)
                _add_neighbours(h, flat, here, size, first[a], first[a + 1], other, offset, J, D)
                if own.shape[0] > 0:
                    _add_site_fields(h, own[a, 0, here:end], own[a, 1, here:end], own[a, 2, here:end])
                x, y, z = flat[a, 0, here:end], flat[a, 1, here:end], flat[a, 2, here:end]
                if free.shape[0] > 0:
                    _keep(before, x, y, z)
                reflected = method == OVER_RELAXATION and not np.any(q[a])
                if not reflected:
                    _words(words, size, _W(here), key0, key1, key2)
                if reflected:
                    _reflection(x, y, z, h)
                elif method == HEAT_BATH:
                    _heat_bath(x, y, z, h, words, beta, q[a])
                elif method == OVER_RELAXATION:
                    _over_relaxation(x, y, z, h, words, beta, q[a])
                elif method == METROPOLIS:
                    _metropolis(x, y, z, h, words, beta, q[a], reach)
                elif method == PLANE_HEAT_BATH:
                    _plane_heat_bath(x, y, h, np.float64(beta), split(np.uint64(key0) << U32 | key1), here)
                else:
                    _plane_metropolis(x, y, h, words, beta, reach)
                if free.shape[0] > 0:
                    _restore(before, x, y, z, free[a, here:end])
            fill_halo(values[a], hz, hy, hx, closed[0], closed[1], closed[2])
        rng[1] += ONE_SWEEP


@kernel(fastmath=FAST)
def _sums(x, y, z, inside, h, bond, q, plane):
    """Return sums over the piece: S times the field of the bonds, |S x H|^2, the Laplacian of the energy, and S.

    H is -dE/dS with anisotropy; the Laplacian is that on the sphere of directions, or on the circle of a plane rotator.
    ``inside`` is 0 in the halo and 1 elsewhere.
    """
    size = x.size
    local = (q[0], q[1], q[2], q[3], q[4], q[5], q[6])  # a tuple: loads of an array would be repeated for every spin
    hx, hy, hz = h[0, :size], h[1, :size], h[2, :size]
    bx, by, bz = bond[0, :size], bond[1, :size], bond[2, :size]
    work, square, laplacian = 0.0, 0.0, 0.0
    sx, sy, sz = 0.0, 0.0, 0.0
    trace = local[0] + local[1] + local[2]
    for i in range(size):
        a, b, c = inside[i] * x[i], inside[i] * y[i], inside[i] * z[i]
        sx += np.float64(a)
        sy += np.float64(b)
        sz += np.float64(c)
        work += np.float64(a * bx[i] + b * by[i] + c * bz[i])
        linear = a * hx[i] + b * hy[i] + c * hz[i]
        aa, bb, cc = a * a, b * b, c * c
        fx = hx[i] + TWO * local[0] * a + local[3] * b + local[5] * c - TWO * local[6] * a * (bb + cc)
        fy = hy[i] + TWO * local[1] * b + local[3] * a + local[4] * c - TWO * local[6] * b * (cc + aa)
        fz = hz[i] + TWO * local[2] * c + local[4] * b + local[5] * a - TWO * local[6] * c * (aa + bb)
        tx, ty, tz = b * fz - c * fy, c * fx - a * fz, a * fy - b * fx
        square += np.float64(tx * tx + ty * ty + tz * tz)
        if plane:
            laplacian += np.float64(linear)
        else:
            length = aa + bb + cc
            form = (
                local[0] * aa + local[1] * bb + local[2] * cc + local[3] * a * b + local[4] * b * c + local[5] * c * a
            )
            quartic = local[6] * (FOUR * length - TWENTY * (aa * bb + bb * cc + cc * aa))
            laplacian += np.float64(TWO * linear - TWO * trace * length + SIX * form + quartic)
    return work, square, laplacian, sx, sy, sz


@kernel(fastmath=FAST)
def _plain_sums(x, y, z, inside, h, bond, plane):
    """As `_sums`, of spins without anisotropy, in three quarters of its time."""
    size = x.size
    hx, hy, hz = h[0, :size], h[1, :size], h[2, :size]
    bx, by, bz = bond[0, :size], bond[1, :size], bond[2, :size]
    work, square, linear = 0.0, 0.0, 0.0
    sx, sy, sz = 0.0, 0.0, 0.0
    for i in range(size):
        a, b, c = inside[i] * x[i], inside[i] * y[i], inside[i] * z[i]
        sx += np.float64(a)
        sy += np.float64(b)
        sz += np.float64(c)
        work += np.float64(a * bx[i] + b * by[i] + c * bz[i])
        linear += np.float64(a * hx[i] + b * hy[i] + c * hz[i])
        fx, fy, fz = hx[i], hy[i], hz[i]
        tx, ty, tz = b * fz - c * fy, c * fx - a * fz, a * fy - b * fx
        square += np.float64(tx * tx + ty * ty + tz * tz)
    return work, square, linear if plane else 2.0 * linear, sx, sy, sz


@kernel
def field_sums(values, first, other, offset, J, D, uniform, own, q, halo, inside, plane, out):
    """Return in ``out`` (arrays, 6) the sums of `_sums` over the sites of each array.

    Half of the first with a minus sign is the energy of the bonds; the ratio of the means of the next two is kT.
    ``inside`` (places,) is 1 at sites and 0 in the halo, in the precision of ``values``; other arguments as in
    `vector_sweeps`.
    """
    arrays, _, depth, rows, row = values.shape
    flat = values.reshape(arrays, 3, depth * rows * row)
    hz, hy, hx = halo
    start = (hz * rows + hy) * row + hx
    stop = depth * rows * row - start
    h, bond = np.zeros((3, PIECE), values.dtype), np.zeros((3, PIECE), values.dtype)
    nothing = np.zeros(3, values.dtype)
    for a in range(arrays):
        out[a, :] = 0.0
        plain = not np.any(q[a])
        for here in range(start, stop, PIECE):
            size = min(PIECE, stop - here)
            end = here + size
            _clear(bond, nothing, size)
            _add_neighbours(bond, flat, here, size, first[a], first[a + 1], other, offset, J, D)
            _clear(h, uniform[a], size)
            _add_site_fields(h, bond[0, :size], bond[1, :size], bond[2, :size])
            if own.shape[0] > 0:
                _add_site_fields(h, own[a, 0, here:end], own[a, 1, here:end], own[a, 2, here:end])
            x, y, z = flat[a, 0, here:end], flat[a, 1, here:end], flat[a, 2, here:end]
            if plain:
                found = _plain_sums(x, y, z, inside[here:end], h, bond, plane)
            else:
                found = _sums(x, y, z, inside[here:end], h, bond, q[a], plane)
            for k in range(6):
                out[a, k] += found[k]
