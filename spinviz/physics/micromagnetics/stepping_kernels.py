"""Compiled Runge-Kutta steps of a plain mesh with stray field; see `stepping` for the method.

Arrays are flat, (3, places), in planes of ``width`` = (ny+2) row places and rows of ``row`` = nx+2, so that a plane is
one contiguous loop. m and its stages have a plane of halo below and above, all else has none. Cells without a spin and
the halo of free edges are zero vectors, which no torque moves.
"""

import numpy as np

from spinviz.physics.kernel import kernel
from spinviz.physics.lattice.mesh_kernels import rotation
from spinviz.physics.lattice.spins import fill_halo
from spinviz.physics.micromagnetics.convolution_kernels import convolve
from spinviz.physics.noise import FAST, fill_normals, stream

ONE_STEP = np.uint64(1)
SLOTS = 5  # four fields for a cubic, and the one that is found next


@kernel(fastmath=FAST)
def torque(here, local, out, row, width, c):
    """Write W x m of ``here`` to ``out``: the rotation in one step, fields as angles. ``c``: as `rotation` takes it."""
    layers = out.shape[1] // width
    size = width - 2 * row - 2
    for layer in range(layers):
        at = layer * width + row + 1
        first = at + width
        last = first + size
        mx, my, mz = here[0, first:last], here[1, first:last], here[2, first:last]
        wx, wy, wz = here[0, first - 1 : last - 1], here[1, first - 1 : last - 1], here[2, first - 1 : last - 1]
        ex, ey, ez = here[0, first + 1 : last + 1], here[1, first + 1 : last + 1], here[2, first + 1 : last + 1]
        south, north, below, above = first - row, first + row, first - width, first + width
        sx, sy, sz = here[0, south : south + size], here[1, south : south + size], here[2, south : south + size]
        nx, ny, nz = here[0, north : north + size], here[1, north : north + size], here[2, north : north + size]
        bx, by, bz = here[0, below : below + size], here[1, below : below + size], here[2, below : below + size]
        tx, ty, tz = here[0, above : above + size], here[1, above : above + size], here[2, above : above + size]
        hx, hy, hz = local[0, at : at + size], local[1, at : at + size], local[2, at : at + size]
        ox, oy, oz = out[0, at : at + size], out[1, at : at + size], out[2, at : at + size]
        for i in range(ox.size):
            x, y, z = mx[i], my[i], mz[i]
            gx, gy, gz = rotation(
                x, y, z,
                wx[i] + ex[i], wy[i] + ey[i], wz[i] + ez[i],
                sx[i] + nx[i], sy[i] + ny[i], sz[i] + nz[i],
                bx[i] + tx[i], by[i] + ty[i], bz[i] + tz[i],
                ex[i] - wx[i], ez[i] - wz[i], ny[i] - sy[i], nz[i] - sz[i],
                hx[i], hy[i], hz[i], c,
            )  # fmt: skip
            ox[i] = gy * z - gz * y
            oy[i] = gz * x - gx * z
            oz[i] = gx * y - gy * x


@kernel(fastmath=FAST)
def torque_of_cells(here, local, out, row, width, v, tesla, damped):
    """The same of cells of several materials, ``v`` (17, places): see `cells.Cells.rows`. Without ``damped``, 0.

    ``local`` and ``tesla`` are angles without the factor 1/(1 + alpha^2), which differs between cells.
    """
    one = here.dtype.type(1)
    zero = one - one
    layers = out.shape[1] // width
    size = width - 2 * row - 2
    for layer in range(layers):
        at = layer * width + row + 1
        for i in range(at, at + size):
            j = i + width
            x, y, z = here[0, j], here[1, j], here[2, j]
            ex, ey, ez = here[0, j + 1], here[1, j + 1], here[2, j + 1]
            wx, wy, wz = here[0, j - 1], here[1, j - 1], here[2, j - 1]
            nx, ny, nz = here[0, j + row], here[1, j + row], here[2, j + row]
            sx, sy, sz = here[0, j - row], here[1, j - row], here[2, j - row]
            tx, ty, tz = here[0, j + width], here[1, j + width], here[2, j + width]
            bx, by, bz = here[0, j - width], here[1, j - width], here[2, j - width]
            a, b, c, d, e, f = v[0, i], v[1, i], v[2, i], v[3, i], v[4, i], v[5, i]
            px, qx, py, qy = v[6, i], v[7, i], v[8, i], v[9, i]
            k = v[10, i] * (v[11, i] * x + v[12, i] * y + v[13, i] * z)
            kc, square = v[14, i], x * x + y * y + z * z
            fx = a * ex + b * wx + c * nx + d * sx + e * tx + f * bx + px * ez - qx * wz
            fy = a * ey + b * wy + c * ny + d * sy + e * ty + f * by + py * nz - qy * sz
            fz = a * ez + b * wz + c * nz + d * sz + e * tz + f * bz - px * ex + qx * wx - py * ny + qy * sy
            fx += k * v[11, i] - kc * x * (square - x * x)
            fy += k * v[12, i] - kc * y * (square - y * y)
            fz += k * v[13, i] - kc * z * (square - z * z)
            fx = local[0, i] + tesla * fx
            fy = local[1, i] + tesla * fy
            fz = local[2, i] + tesla * fz
            alpha = v[15, i] if damped else zero
            scale = one / (one + alpha * alpha)
            gx = scale * (fx + alpha * (y * fz - z * fy))
            gy = scale * (fy + alpha * (z * fx - x * fz))
            gz = scale * (fz + alpha * (x * fy - y * fx))
            out[0, i] = gy * z - gz * y
            out[1, i] = gz * x - gx * z
            out[2, i] = gx * y - gy * x


@kernel(fastmath=FAST)
def _towards(m, k, total, out, width, keep, weight, reach):
    """total = keep total + weight k, and the next stage out = m + reach k."""
    size = k.shape[1]
    for part in range(3):
        values, rates, sums = m[part, width : width + size], k[part], total[part]
        stage = out[part, width : width + size]
        for i in range(rates.size):
            sums[i] = keep * sums[i] + weight * rates[i]
            stage[i] = values[i] + reach * rates[i]


@kernel(fastmath=FAST)
def _finish(m, k, total, width, sixth, tiny):
    """M = normalised m + (total + k)/6."""
    size = k.shape[1]
    x, y, z = m[0, width : width + size], m[1, width : width + size], m[2, width : width + size]
    kx, ky, kz, tx, ty, tz = k[0], k[1], k[2], total[0], total[1], total[2]
    one = sixth / sixth
    for i in range(kx.size):
        a = x[i] + sixth * (tx[i] + kx[i])
        b = y[i] + sixth * (ty[i] + ky[i])
        c = z[i] + sixth * (tz[i] + kz[i])
        scale = one / np.sqrt(a * a + b * b + c * c + tiny)
        x[i] = a * scale
        y[i] = b * scale
        z[i] = c * scale


@kernel(fastmath=FAST)
def _local(out, fields, newest, w0, w1, w2, w3, drive):
    """Return drive + sum of weights times fields, the newest first."""
    for part in range(3):
        a, b = fields[newest, part], fields[(newest + 4) % SLOTS, part]
        c, d = fields[(newest + 3) % SLOTS, part], fields[(newest + 2) % SLOTS, part]
        values, offset = out[part], drive[part]
        for i in range(values.size):
            values[i] = offset + w0 * a[i] + w1 * b[i] + w2 * c[i] + w3 * d[i]


@kernel(fastmath=FAST)
def _with_places(out, places, tesla, swing):
    """Add the local fields [T]: ``places`` (0 or 2, 3, cells), one that stands still and one that swings."""
    for part in range(3 * places.shape[0] // 2):
        values, still, swinging = out[part], places[0, part], places[1, part]
        for i in range(values.size):
            values[i] += tesla * (still[i] + swing * swinging[i])


@kernel(fastmath=FAST)
def _extrapolates(fields, newest, tolerance):
    """Whether the cubic through the four fields before meets the ``newest``, one step later."""
    dtype = fields.dtype.type
    four, six = dtype(4), dtype(6)
    error, largest = dtype(0), dtype(0)
    found, a, b = fields[newest], fields[(newest + 4) % SLOTS], fields[(newest + 3) % SLOTS]
    c, d = fields[(newest + 2) % SLOTS], fields[(newest + 1) % SLOTS]
    ax, ay, az, bx, by, bz = a[0], a[1], a[2], b[0], b[1], b[2]
    cx, cy, cz, dx, dy, dz = c[0], c[1], c[2], d[0], d[1], d[2]
    fx, fy, fz = found[0], found[1], found[2]
    for i in range(fx.size):
        x = four * (ax[i] + cx[i]) - six * bx[i] - dx[i] - fx[i]
        y = four * (ay[i] + cy[i]) - six * by[i] - dy[i] - fy[i]
        z = four * (az[i] + cz[i]) - six * bz[i] - dz[i] - fz[i]
        error = max(error, x * x + y * y + z * z)
        largest = max(largest, fx[i] * fx[i] + fy[i] * fy[i] + fz[i] * fz[i])
    return error <= tolerance * tolerance * largest


@kernel(fastmath=FAST)
def _carried(here, local, out, row, width, c):
    """Add -(beta s + m x s) to ``local``, s = sum of c[axis] (m ahead - m behind): spins of a current (Zhang, Li).

    A missing neighbour leaves a part of s along m, which exerts no torque: as if m beyond an edge were as at the edge.
    """
    size = width - 2 * row - 2
    beta = c[3]
    for layer in range(out.shape[1] // width):
        for i in range(layer * width + row + 1, layer * width + row + 1 + size):
            at = i + width
            x, y, z = here[0, at], here[1, at], here[2, at]
            a, b, d = local[0, i], local[1, i], local[2, i]
            for axis in range(3):
                if c[axis] == 0:
                    continue
                by = 1 if axis == 0 else (row if axis == 1 else width)
                sx = c[axis] * (here[0, at + by] - here[0, at - by])
                sy = c[axis] * (here[1, at + by] - here[1, at - by])
                sz = c[axis] * (here[2, at + by] - here[2, at - by])
                a -= beta * sx + y * sz - z * sy
                b -= beta * sy + z * sx - x * sz
                d -= beta * sz + x * sy - y * sx
            out[0, i], out[1, i], out[2, i] = a, b, d


@kernel
def _rates(here, local, k, work, row, width, q, v):
    """The torque of one stage with that of the current, if there is any."""
    carried = q[16] != 0 or q[17] != 0 or q[18] != 0
    if carried:
        _carried(here, local, work, row, width, q[16:20])
    if v.shape[1]:
        torque_of_cells(here, work if carried else local, k, row, width, v, q[14], True)
    else:
        c = (q[0], q[1], q[2], q[3], q[4], q[5], q[6], q[7], q[8], q[9], q[10], q[11])
        torque(here, work if carried else local, k, row, width, c)


@kernel
def slope(m, factors, tensor, real, spectrum, fields, work, q, drive, places, v):
    """Write W x m of one stage to work[0], with the true stray field in fields[0]; arguments as of `rk4_steps`."""
    row, width = m.shape[3], m.shape[2] * m.shape[3]
    zero = m.dtype.type(0)
    scale = zero
    if tensor.size:
        convolve(m, factors, tensor, real, spectrum, fields[0])
        scale = q[14]
    _local(work[2], fields.reshape(SLOTS, 3, -1), 0, scale, zero, zero, zero, drive)
    _with_places(work[2], places, q[14], drive[3])
    _rates(m.reshape(3, -1), work[2], work[0], work[3], row, width, q, v)


@kernel(fastmath=FAST)
def _shake(local, normals, sd, v):
    """Add thermal fields, as angles of the standard deviation ``sd``, in cells of several materials times v[16]."""
    size = local.shape[1]
    for part in range(3):
        values, variates = local[part], normals[part * size : (part + 1) * size]
        if v.shape[1]:
            factors = v[16]
            for i in range(values.size):
                values[i] += sd * factors[i] * variates[i]
        else:
            for i in range(values.size):
                values[i] += sd * variates[i]


@kernel
def rk4_steps(
    m, rng, closed, factors, tensor, real, spectrum, fields, counts, work, normals, stages, q, drives, places, v,
    tolerance, steps,
):  # fmt: skip
    """Advance ``m`` (3, nz+2, ny+2, nx+2) by ``steps`` of the classical Runge-Kutta method.

    closed : periodic along z, y, x
    fields (5, 3, nz, ny+2, nx+2) : stray fields [T] at the beginning of the last steps, in turn; halo zero
    rng (2,) : key and counter of the thermal field, which stands still during a step
    counts (4,) : how many of them are known, the place of the newest, evaluations, steps with extrapolated fields
    work : (4, 3, places), normals : (3 places or one more,) float32, even, or (0,) without a bath,
    stages : (2, 3, nz+2, ny+2, nx+2); overwritten, halos zero
    q (20,) : couplings of `rotation`, tiny, 1/6, angle of one tesla, thermal angle, current along x, y, z, beta
    drives : (2 steps + 1, 4) applied field at every half step, as an angle, and the factor of the swinging local field,
        or (1, 4)
    places : (2, 3, places) local fields [T], one that stands still and one that swings; or (0, 3, 0)
    v : (17, places) constants of cells of several materials, for which q holds angles without damping; or (17, 0)
    tolerance : of the extrapolated field, of the largest one; below 0 every stage is evaluated
    tensor : empty where there is no stray field
    """
    number = m.dtype.type
    row, width = m.shape[3], m.shape[2] * m.shape[3]
    zero, half, one, two = number(0), number(0.5), number(1), number(2)
    k, total, local, carried = work[0], work[1], work[2], work[3]
    lines = fields.reshape(SLOTS, 3, -1)
    stray = tensor.size > 0
    scale = q[14] if stray else zero
    now = (scale, zero, zero, zero)
    middle = (scale * number(2.1875), scale * number(-2.1875), scale * number(1.3125), scale * number(-0.3125))
    end = (scale * number(4), scale * number(-6), scale * number(4), -scale)
    newest = counts[1]
    for step in range(steps):
        newest = (newest + 1) % SLOTS if stray else newest
        extrapolated = not stray
        if normals.size:
            key0, key1, key2 = stream(rng[0], rng[1], np.uint64(0))
            fill_normals(normals, key0, key1, key2)
        rng[1] += ONE_STEP
        for stage in range(4):
            here = m if stage == 0 else stages[(stage - 1) % 2]
            slot = newest if stage == 0 or extrapolated else (newest + 1) % SLOTS
            if stray and (stage == 0 or not extrapolated):
                convolve(here, factors, tensor, real, spectrum, fields[slot])
                counts[2] += 1
            if stray and stage == 0:
                may = tolerance >= 0 and counts[0] >= 4 and normals.size == 0
                extrapolated = may and _extrapolates(lines, newest, tolerance)
                counts[0], counts[1] = min(counts[0] + 1, 4), newest
                counts[3] += extrapolated
            w = now if stage == 0 or not extrapolated else (end if stage == 3 else middle)
            drive = drives[2 * step + (stage + 1) // 2 if drives.shape[0] > 1 else 0]
            _local(local, lines, slot, w[0], w[1], w[2], w[3], drive)
            _with_places(local, places, q[14], drive[3])
            if normals.size:
                _shake(local, normals, q[15], v)
            flat = here.reshape(3, -1)
            _rates(flat, local, k, carried, row, width, q, v)
            into = stages[stage % 2] if stage < 3 else m
            if stage < 3:
                kept, weight, reach = (
                    zero if stage == 0 else one,
                    one if stage == 0 else two,
                    one if stage == 2 else half,
                )
                _towards(m.reshape(3, -1), k, total, into.reshape(3, -1), width, kept, weight, reach)
            else:
                _finish(m.reshape(3, -1), k, total, width, q[13], q[12])
            fill_halo(into, 1, 1, 1, closed[0], closed[1], closed[2])
