"""Compiled Heun steps on a plain mesh: exchange and interfacial DMI of six neighbours, anisotropy, field and noise.

The same as the kernels of any lattice compute, in one loop: field, torque, update and length. ``m`` is (3, places):
planes of ``width`` = (ny+2) row places, rows of ``row`` = nx+2. A whole plane is one contiguous loop over all rows,
which computes the halo columns too and overwrites them. The corrector follows the predictor at a distance of one plane
(one strip of rows if there is only one plane), so that the predictor's values stay in cache.
"""

import numpy as np

from spinviz.physics.kernel import kernel
from spinviz.physics.noise import FAST, fill_normals, stream
from spinviz.physics.threads import meet

# Slots of the predicted planes of a thread: three in rotation, its first and its last; one of vacuum follows them all.
FIRST, LAST, SLOTS = 3, 4, 5
STRIP = 4096  # cells: the arrays of three strips fit into the second-level cache
ONE_STEP = np.uint64(1)


@kernel(fastmath=FAST)
def rotation(x, y, z, ax, ay, az, bx, by, bz, cx, cy, cz, xx, zx, yy, zy, hx, hy, hz, c):
    """Return the rotation vector of one step: W = gamma dt/(1 + alpha^2) (B + alpha m x B).

    a, b, c: sums over the two neighbours along x, y, z; xx, zx: differences of mx, mz along x; yy, zy: of
    my, mz along y; h: local field; c: coefficients of `heun_steps`, fields as angles per step.
    """
    fx = hx + c[5] * x + c[10] * y + c[9] * z + c[0] * ax + c[1] * bx + c[2] * cx + c[3] * zx
    fy = hy + c[10] * x + c[6] * y + c[8] * z + c[0] * ay + c[1] * by + c[2] * cy + c[4] * zy
    fz = hz + c[9] * x + c[8] * y + c[7] * z + c[0] * az + c[1] * bz + c[2] * cz - c[3] * xx - c[4] * yy
    return (
        fx + c[11] * (y * fz - z * fy),
        fy + c[11] * (z * fx - x * fz),
        fz + c[11] * (x * fy - y * fx),
    )


@kernel(fastmath=FAST)
def _stage(correct, here, beside, local, out, row, size, first, below, above, to, c):
    """Predict, out = m + W x m, or correct, out = normalised(out + m* + W* x m*), of ``size`` cells.

    They begin at ``first`` of ``here``, which holds m or m*, and at ``to`` of ``out``, which holds m before it is
    corrected; their neighbours in the planes below and above begin at these places of ``beside``.
    """
    last, end, top = first + size, below + size, above + size
    mx, my, mz = here[0, first:last], here[1, first:last], here[2, first:last]
    wx, wy, wz = here[0, first - 1 : last - 1], here[1, first - 1 : last - 1], here[2, first - 1 : last - 1]
    ex, ey, ez = here[0, first + 1 : last + 1], here[1, first + 1 : last + 1], here[2, first + 1 : last + 1]
    south, north = first - row, first + row
    sx, sy, sz = here[0, south : south + size], here[1, south : south + size], here[2, south : south + size]
    nx, ny, nz = here[0, north : north + size], here[1, north : north + size], here[2, north : north + size]
    bx, by, bz = beside[0, below:end], beside[1, below:end], beside[2, below:end]
    tx, ty, tz = beside[0, above:top], beside[1, above:top], beside[2, above:top]
    hx, hy, hz = local[0, :size], local[1, :size], local[2, :size]
    ox, oy, oz = out[0, to : to + size], out[1, to : to + size], out[2, to : to + size]
    if not correct:
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
            ox[i] = x + (gy * z - gz * y)
            oy[i] = y + (gz * x - gx * z)
            oz[i] = z + (gx * y - gy * x)
        return
    tiny, one = c[12], c[13]
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
        vx = ox[i] + x + (gy * z - gz * y)
        vy = oy[i] + y + (gz * x - gx * z)
        vz = oz[i] + z + (gx * y - gy * x)
        scale = one / np.sqrt(vx * vx + vy * vy + vz * vz + tiny)
        ox[i] = vx * scale
        oy[i] = vy * scale
        oz[i] = vz * scale


@kernel
def _copy(m, start, to, size):
    """Copy ``size`` cells; slice assignment would compile seconds of code for any overlap."""
    for component in range(3):
        values = m[component]
        for i in range(size):
            values[to + i] = values[start + i]


@kernel
def _wrap_rows(m, at, row, rows, top, bottom, periodic_x, periodic_y):
    """Copy rows top to bottom of the plane that begins at ``at`` into the halo on the far sides that are periodic."""
    if periodic_x:
        for component in range(3):
            for y in range(top, bottom + 1):
                line = m[component, at + y * row : at + (y + 1) * row]
                line[0] = line[row - 2]
                line[row - 1] = line[1]
    if periodic_y and top == 1:
        _copy(m, at + row, at + (rows + 1) * row, row)
    if periodic_y and bottom == rows:
        _copy(m, at + rows * row, at, row)


@kernel(fastmath=FAST)
def _local_field(out, normal, zeeman, sd, key, counter, part):
    """Zeeman field plus the thermal noise of one part, as angles per step."""
    if sd > 0:
        key0, key1, key2 = stream(key, counter, np.uint64(part))
        fill_normals(normal, key0, key1, key2)
    for component in range(3):
        values = out[component]
        variates = normal[component * values.size : (component + 1) * values.size]
        offset = zeeman[component]
        for i in range(values.size):
            values[i] = offset + sd * variates[i]


@kernel
def parts_of(row, rows, layers):
    """Number of parts that a mesh is stepped in, and rows of a part: planes, or strips of a single plane."""
    height = min(rows, max(1, STRIP // row)) if layers == 1 else rows
    return (rows + height - 1) // height if layers == 1 else layers, height


@kernel
def _slot(part, thread, parts, threads):
    """Slot of a plane that ``thread`` predicts: its ends have their own, the others take turns."""
    begin, end = parts * thread // threads, parts * (thread + 1) // threads
    own = LAST if part == end - 1 else FIRST if part == begin else part % 3
    return SLOTS * thread + own


@kernel
def heun_steps(
    m, predicted, row, width, periodic_x, periodic_y, periodic_z, coefficients, rng, steps, meeting, thread, threads
):
    """Advance ``m``, whose halo is filled, in place; ``rng`` = (key, counter) counts the steps.

    Coefficients, fields as angles per step: exchange along x, y, z; DMI along x, y; anisotropy 2A as xx, yy, zz, yz,
    zx, xy; damping; a tiny number that keeps the length of an empty cell from dividing by zero; one; field; noise.

    The parts are planes, or the strips of a single plane. In a single plane that is periodic in z a spin has
    itself as neighbour above and below: a field without torque, left out.

    Each of ``threads`` <= parts steps a range of parts: it predicts both ends of its range, which its neighbours need,
    before anybody corrects, then predicts and corrects all others in turn. ``predicted`` (3, places), which they share,
    is zero: one plane for a single plane, else SLOTS of each thread and one.
    """
    q = coefficients
    c = (q[0], q[1], q[2], q[3], q[4], q[5], q[6], q[7], q[8], q[9], q[10], q[11], q[12], q[13])
    layers, rows = m.shape[1] // width - 2, width // row - 2
    thin = layers == 1
    parts, height = parts_of(row, rows, layers)
    begin, end = parts * thread // threads, parts * (thread + 1) // threads
    most = height * row - 2
    vacuum = np.zeros((3, most), m.dtype)
    normal = np.zeros(3 * most + most % 2, np.float32)
    local = np.empty((4, 3, most), m.dtype)
    key, counter = rng[0], rng[1]
    for slot in range(4):
        _local_field(local[slot], normal, q[14:17], q[17], key, counter, slot)
    for step in range(steps):
        for turn in range(2 * (end - begin) + 4):
            correct = turn % 2 == 1
            part = begin + turn // 2 - (2 if correct else 1)
            if turn == 0:
                part = end - 1
            if turn == 5:
                meet(meeting, threads, 2 * step + 1)
            if part < begin or (not correct and turn > 0 and part >= end - 1):
                continue
            field = local[3 if part == end - 1 else part % 3]
            if q[17] > 0 and not correct:
                _local_field(field, normal, q[14:17], q[17], key, counter, part)
            top, bottom = 1, rows
            if thin:
                top = part * height + 1
                bottom = min(top + height - 1, rows)
            # Where planes begin: in m, and among the predicted ones those of this part and of its neighbours.
            at, slot, below, above = width, 0, 0, 0
            if not thin:
                at = (part + 1) * width
                slot = _slot(part, thread, parts, threads)
                below, above = _slot(part - 1, thread, parts, threads), _slot(part + 1, thread, parts, threads)
                if part == begin:
                    before = thread - 1 if thread > 0 else threads - 1
                    below = SLOTS * before + LAST if part > 0 or periodic_z else SLOTS * threads
                if part == end - 1:
                    after = thread + 1 if thread < threads - 1 else 0
                    first_of = parts * after // threads
                    above = _slot(first_of, after, parts, threads) if end < parts or periodic_z else SLOTS * threads
            slot *= width
            first, size = top * row + 1, (bottom - top + 1) * row - 2
            if thin:
                beside = vacuum
            elif correct:
                beside, below, above = predicted, below * width + first, above * width + first
            else:
                beside, below, above = m, at - width + first, at + width + first
            if correct:
                _stage(correct, predicted, beside, field, m, row, size, slot + first, below, above, at + first, c)
                _wrap_rows(m, at, row, rows, top, bottom, periodic_x, periodic_y)
                if periodic_z and not thin and part == 0:
                    _copy(m, width, (layers + 1) * width, width)
                if periodic_z and not thin and part == parts - 1:
                    _copy(m, layers * width, 0, width)
            else:
                _stage(correct, m, beside, field, predicted, row, size, at + first, below, above, slot + first, c)
                _wrap_rows(predicted, slot, row, rows, top, bottom, periodic_x, periodic_y)
        meet(meeting, threads, 2 * step + 2)
        counter += ONE_STEP
    if thread == 0:
        rng[1] = counter
