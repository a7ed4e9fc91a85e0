"""Compiled Landau-Lifshitz-Gilbert steps on a padded lattice: field, torque, update and length in one loop.

The formulas are in `llg.py`, readable code in `effective_field.py`. Arrays are planes (3, (ny+2) row), row = nx+2:
a whole plane is one contiguous loop over all rows, which computes the halo columns too and overwrites them. The
corrector follows the predictor at a distance of one plane (one strip of rows if there is only one plane), so
that the predictor's values stay in cache.
"""

import numpy as np

from spinviz.physics.kernel import kernel
from spinviz.physics.noise import FAST, fill_normals, stream

# Slots of the predictor's planes: three in rotation, the two ends of a periodic lattice, and vacuum.
FIRST, LAST, VACUUM, SLOTS = 3, 4, 5, 6
STRIP = 4096  # cells: the arrays of three strips fit into the second-level cache
ONE_STEP = np.uint64(1)


@kernel(fastmath=FAST)
def _turn(x, y, z, ax, ay, az, bx, by, bz, cx, cy, cz, xx, zx, yy, zy, hx, hy, hz, c):
    """Return the rotation vector of one step: W = gamma dt/(1 + alpha^2) (B + alpha m x B).

    a, b, c: sums over the two neighbours along x, y, z; xx, zx: differences of mx, mz along x; yy, zy: of
    my, mz along y; h: local field; c: coefficients of `_coefficients`, fields as angles per step.
    """
    projection = x * c[5] + y * c[6] + z * c[7]
    fx = hx + projection * c[8] + c[0] * ax + c[1] * bx + c[2] * cx + c[3] * zx
    fy = hy + projection * c[9] + c[0] * ay + c[1] * by + c[2] * cy + c[4] * zy
    fz = hz + projection * c[10] + c[0] * az + c[1] * bz + c[2] * cz - c[3] * xx - c[4] * yy
    return (
        fx + c[11] * (y * fz - z * fy),
        fy + c[11] * (z * fx - x * fz),
        fz + c[11] * (x * fy - y * fx),
    )


@kernel(fastmath=FAST)
def _stage(correct, here, below, above, local, out, row, first, last, beside, c):
    """Predict, out = m + W x m, or correct, out = normalised(out + m* + W* x m*), cells first to last.

    ``here``, ``below``, ``above``: planes of m or m*; cell ``first`` has its neighbours at ``beside`` in the planes
    below and above and its local field at 0 in ``local``. ``out`` holds m before it is corrected.
    """
    size = last - first
    mx, my, mz = here[0, first:last], here[1, first:last], here[2, first:last]
    wx, wy, wz = here[0, first - 1 : last - 1], here[1, first - 1 : last - 1], here[2, first - 1 : last - 1]
    ex, ey, ez = here[0, first + 1 : last + 1], here[1, first + 1 : last + 1], here[2, first + 1 : last + 1]
    south, north = first - row, first + row
    sx, sy, sz = here[0, south : south + size], here[1, south : south + size], here[2, south : south + size]
    nx, ny, nz = here[0, north : north + size], here[1, north : north + size], here[2, north : north + size]
    end = beside + size
    bx, by, bz = below[0, beside:end], below[1, beside:end], below[2, beside:end]
    tx, ty, tz = above[0, beside:end], above[1, beside:end], above[2, beside:end]
    hx, hy, hz = local[0, :size], local[1, :size], local[2, :size]
    ox, oy, oz = out[0, first:last], out[1, first:last], out[2, first:last]
    if not correct:
        for i in range(ox.size):
            x, y, z = mx[i], my[i], mz[i]
            gx, gy, gz = _turn(
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
        gx, gy, gz = _turn(
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
def _copy(source, start, target, to, size):
    """Copy ``size`` cells of a plane; slice assignment would compile seconds of code for any overlap."""
    for component in range(3):
        for i in range(size):
            target[component, to + i] = source[component, start + i]


@kernel
def _wrap_rows(plane, row, top, bottom, periodic_x, periodic_y):
    """Copy rows top to bottom into the halo on the far sides that are periodic."""
    rows = plane.shape[1] // row - 2
    if periodic_x:
        for component in range(3):
            for y in range(top, bottom + 1):
                line = plane[component, y * row : (y + 1) * row]
                line[0] = line[row - 2]
                line[row - 1] = line[1]
    if periodic_y and top == 1:
        _copy(plane, row, plane, (rows + 1) * row, row)
    if periodic_y and bottom == rows:
        _copy(plane, rows * row, plane, 0, row)


@kernel
def _wrap_layers(m):
    layers, width = m.shape[0] - 2, m.shape[2]
    _copy(m[layers], 0, m[0], 0, width)
    _copy(m[1], 0, m[layers + 1], 0, width)


@kernel
def refresh_halo(m, row, periodic_x, periodic_y, periodic_z):
    """Fill the halo of all planes of ``m`` (nz+2, 3, (ny+2) row) on the periodic sides."""
    rows = m.shape[2] // row - 2
    for k in range(1, m.shape[0] - 1):
        _wrap_rows(m[k], row, np.int64(1), rows, periodic_x, periodic_y)
    if periodic_z:
        _wrap_layers(m)


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
def _slot(part, parts):
    """Slot of a plane: the ends of the lattice have their own, the others take turns."""
    if part == parts - 1:
        return LAST
    return FIRST if part == 0 else part % 3


@kernel
def _part(turn, correct, parts, ring):
    """Return the part to predict or to correct in a turn, negative for none.

    Part n is corrected after part n+1 was predicted. A ring predicts its last part first: part 0 needs it.
    """
    if correct:
        return turn - 2
    if turn == 0:
        return parts - 1 if ring else -1
    return -1 if turn > parts or (ring and turn == parts) else turn - 1


@kernel
def heun_steps(m, row, periodic_x, periodic_y, periodic_z, coefficients, rng, steps):
    """Advance ``m`` (nz+2, 3, (ny+2) row) in place; ``rng`` = (key, counter) counts the steps.

    The parts are planes, or the strips of a single plane. In a single plane that is periodic in z a spin has
    itself as neighbour above and below: a field without torque, left out.
    """
    q = coefficients
    c = (q[0], q[1], q[2], q[3], q[4], q[5], q[6], q[7], q[8], q[9], q[10], q[11], q[12], q[13])
    layers, width = m.shape[0] - 2, m.shape[2]
    rows = width // row - 2
    thin = layers == 1
    ring = periodic_y if thin else periodic_z
    height = min(rows, max(1, STRIP // row)) if thin else rows
    parts = (rows + height - 1) // height if thin else layers
    size = height * row - 2
    predicted = np.zeros((1 if thin else SLOTS, 3, width), m.dtype)
    vacuum = np.zeros((3, size), m.dtype)
    normal = np.zeros(3 * size + size % 2, np.float32)
    local = np.empty((4, 3, size), m.dtype)
    for slot in range(4):
        _local_field(local[slot], normal, q[14:17], q[17], rng[0], rng[1], slot)
    refresh_halo(m, row, periodic_x, periodic_y, periodic_z)
    for _ in range(steps):
        for turn in range(2 * parts + 4):
            correct = turn % 2 == 1
            part = _part(turn // 2, correct, parts, ring)
            if part < 0:
                continue
            field = local[3 if part == parts - 1 else part % 3]
            if q[17] > 0 and not correct:
                _local_field(field, normal, q[14:17], q[17], rng[0], rng[1], part)
            if thin:
                top = part * height + 1
                bottom = min(top + height - 1, rows)
                beside = 0
                old, new = m[1], predicted[0]
                below, above = vacuum, vacuum
            else:
                top, bottom, beside = 1, rows, row + 1
                old, new = m[part + 1], predicted[_slot(part, parts)]
                below, above = m[part], m[part + 2]
                if correct:
                    below = predicted[_slot(part - 1, parts)]
                    above = predicted[_slot(part + 1, parts)]
                    if part == 0:
                        below = predicted[LAST if ring else VACUUM]
                    if part == parts - 1:
                        above = predicted[_slot(0, parts) if ring else VACUUM]
            if correct:
                old, new = new, old
            first, last = top * row + 1, (bottom + 1) * row - 1
            _stage(correct, old, below, above, field, new, row, first, last, beside, c)
            _wrap_rows(new, row, top, bottom, periodic_x, periodic_y)
        if periodic_z and not thin:
            _wrap_layers(m)
        rng[1] += ONE_STEP
    if periodic_z and thin:
        _wrap_layers(m)


@kernel
def _accumulate(m, trial, moved, total, share, weight):
    """With the slope k = moved - trial: total += weight k, then trial = m + share k; flat arrays."""
    for i in range(m.size):
        slope = moved[i] - trial[i]
        total[i] += weight * slope
        trial[i] = m[i] + share * slope


@kernel
def _normalise(plane, total):
    """plane += total, then unit length; empty cells stay empty."""
    for i in range(plane.shape[1]):
        x, y, z = plane[0, i] + total[0, i], plane[1, i] + total[1, i], plane[2, i] + total[2, i]
        length = np.sqrt(x * x + y * y + z * z)
        scale = 1.0 / length if length > 0 else 0.0
        plane[0, i] = x * scale
        plane[1, i] = y * scale
        plane[2, i] = z * scale


@kernel
def rk4_steps(m, row, periodic_x, periodic_y, periodic_z, coefficients, steps):
    """Advance ``m`` (nz+2, 3, (ny+2) row) by the classical fourth-order method, float64, no noise."""
    q = coefficients
    c = (q[0], q[1], q[2], q[3], q[4], q[5], q[6], q[7], q[8], q[9], q[10], q[11], q[12], q[13])
    layers, width = m.shape[0] - 2, m.shape[2]
    first, last = row + 1, width - row - 1
    local = np.empty((3, width), m.dtype)
    for component in range(3):
        local[component, :] = q[14 + component]
    trial, moved, total = np.zeros_like(m), np.zeros_like(m), np.zeros_like(m)
    correct = layers < 0  # never; a literal would compile a second _stage
    for _ in range(steps):
        for k in range(layers + 2):
            for component in range(3):
                for i in range(width):
                    trial[k, component, i] = m[k, component, i]
                    total[k, component, i] = 0.0
        for stage in range(4):
            refresh_halo(trial, row, periodic_x, periodic_y, periodic_z)
            for k in range(1, layers + 1):
                _stage(correct, trial[k], trial[k - 1], trial[k + 1], local, moved[k], row, first, last, first, c)
            share = 1.0 if stage == 2 else 0.5
            weight = 1.0 / 6.0 if stage in (0, 3) else 1.0 / 3.0
            _accumulate(
                m.reshape(m.size), trial.reshape(m.size), moved.reshape(m.size), total.reshape(m.size), share, weight
            )
        for k in range(1, layers + 1):
            _normalise(m[k], total[k])
    refresh_halo(m, row, periodic_x, periodic_y, periodic_z)
