"""Landau-Lifshitz-Gilbert dynamics on a simple cubic lattice: storage, fields in tesla and the Heun step.

Equation (Landau-Lifshitz form of Gilbert's equation; gamma > 0)::

    dm/dt = -gamma/(1 + alpha^2) [m x B + alpha m x (m x B)]

The field on a site, with the neighbours' unit vectors m(+x), m(-x), ...::

    B =   sum over axes a of  b_ex,a [m(+a) + m(-a)]                              exchange
        + b_ani (m.u) u                                                          uniaxial anisotropy
        + b_dmi,x {[mz(+x) - mz(-x)] ex - [mx(+x) - mx(-x)] ez}                   interfacial DMI
        + b_dmi,y {[mz(+y) - mz(-y)] ey - [my(+y) - my(-y)] ez}
        + b_zeeman + thermal noise

Missing neighbours (outside an open boundary, empty cells with m = 0) contribute nothing. For exchange that is
the free boundary dm/dn = 0, because a field along m turns nothing. For DMI it is the natural boundary of the
sum over existing bonds: the edge canting dm/dn = (D/2A) (...) appears by itself, with an error of first order
in the cell size. An empty cell stays empty.

Heun's method: m* = m + dt f(m), then m' = normalised m + dt/2 [f(m) + f(m*)], which is (m + m*)/2 + dt/2 f(m*).
With thermal noise the same random field enters both stages: Stratonovich, as the physics asks (Garcia-Palacios
and Lazaro, Phys. Rev. B 58, 14937 (1998)). `effective_field.py` has the same formulas in readable form.
"""

import numpy as np

from spinviz.physics.constants import ELECTRON_GYROMAGNETIC_RATIO
from spinviz.physics.kernel import kernel
from spinviz.physics.noise import FAST, fill_normals, stream
from spinviz.physics.spin_lattice import LatticeField, SpinLattice, unit

# Slots of the predictor's planes: three in rotation, the two ends of a periodic lattice, and vacuum.
FIRST, LAST, VACUUM, SLOTS = 3, 4, 5, 6
ONE_STEP = np.uint64(1)
SMALLEST_SQUARE = 1e-30  # keeps the length of an empty cell from dividing by zero


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
def _predict(here, below, above, local, out, row, c):
    """out = m + W x m on one plane, halo columns included."""
    first, size = row + 1, here.shape[1] - 2 * row - 2
    last = first + size
    mx, my, mz = here[0, first:last], here[1, first:last], here[2, first:last]
    wx, wy, wz = here[0, first - 1 : last - 1], here[1, first - 1 : last - 1], here[2, first - 1 : last - 1]
    ex, ey, ez = here[0, first + 1 : last + 1], here[1, first + 1 : last + 1], here[2, first + 1 : last + 1]
    sx, sy, sz = here[0, 1 : size + 1], here[1, 1 : size + 1], here[2, 1 : size + 1]
    nx, ny, nz = here[0, first + row : last + row], here[1, first + row : last + row], here[2, first + row : last + row]
    bx, by, bz = below[0, first:last], below[1, first:last], below[2, first:last]
    tx, ty, tz = above[0, first:last], above[1, first:last], above[2, first:last]
    hx, hy, hz = local[0, first:last], local[1, first:last], local[2, first:last]
    ox, oy, oz = out[0, first:last], out[1, first:last], out[2, first:last]
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


@kernel(fastmath=FAST)
def _correct(here, below, above, local, out, row, c):
    """out = normalised(m + m* + W* x m*) on one plane; ``out`` holds m before."""
    tiny, one = c[12], c[13]
    first, size = row + 1, here.shape[1] - 2 * row - 2
    last = first + size
    mx, my, mz = here[0, first:last], here[1, first:last], here[2, first:last]
    wx, wy, wz = here[0, first - 1 : last - 1], here[1, first - 1 : last - 1], here[2, first - 1 : last - 1]
    ex, ey, ez = here[0, first + 1 : last + 1], here[1, first + 1 : last + 1], here[2, first + 1 : last + 1]
    sx, sy, sz = here[0, 1 : size + 1], here[1, 1 : size + 1], here[2, 1 : size + 1]
    nx, ny, nz = here[0, first + row : last + row], here[1, first + row : last + row], here[2, first + row : last + row]
    bx, by, bz = below[0, first:last], below[1, first:last], below[2, first:last]
    tx, ty, tz = above[0, first:last], above[1, first:last], above[2, first:last]
    hx, hy, hz = local[0, first:last], local[1, first:last], local[2, first:last]
    ox, oy, oz = out[0, first:last], out[1, first:last], out[2, first:last]
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
def wrap_plane(plane, row, periodic_x, periodic_y):
    """Copy the far side into the halo of periodic axes; ``plane`` (3, (ny+2) row)."""
    rows = plane.shape[1] // row
    for component in range(3):
        values = plane[component]
        if periodic_x:
            for y in range(rows):
                line = values[y * row : (y + 1) * row]
                line[0] = line[row - 2]
                line[row - 1] = line[1]
        if periodic_y:
            values[:row] = values[(rows - 2) * row : (rows - 1) * row]
            values[(rows - 1) * row :] = values[row : 2 * row]


@kernel
def refresh_halo(m, row, periodic_x, periodic_y, periodic_z):
    """Fill the halo of all planes of ``m`` (nz+2, 3, (ny+2) row)."""
    for k in range(1, m.shape[0] - 1):
        wrap_plane(m[k], row, periodic_x, periodic_y)
    if periodic_z:
        m[0] = m[m.shape[0] - 2]
        m[m.shape[0] - 1] = m[1]


@kernel
def _slot(k, layers):
    """Slot of plane ``k``: the ends of the lattice have their own, the others take turns."""
    if k == layers:
        return LAST
    return FIRST if k == 1 else k % 3


@kernel(fastmath=FAST)
def _local_field(out, normal, c, key, counter, k):
    """Zeeman field plus thermal noise of plane ``k``, as angles per step."""
    sd = c[17]
    key0, key1, key2 = stream(key, counter, np.uint64(k))
    fill_normals(normal, key0, key1, key2)
    for component in range(3):
        values = out[component]
        variates = normal[component * values.size : (component + 1) * values.size]
        offset = c[14 + component]
        for i in range(values.size):
            values[i] = offset + sd * variates[i]


@kernel
def _correct_plane(m, predicted, local, k, row, periodic_x, periodic_y, periodic_z, c):
    layers = m.shape[0] - 2
    end = _slot(layers, layers) if periodic_z else VACUUM
    start = _slot(1, layers) if periodic_z else VACUUM
    below = end if k == 1 else _slot(k - 1, layers)
    above = start if k == layers else _slot(k + 1, layers)
    slot = _slot(k, layers)
    _correct(predicted[slot], predicted[below], predicted[above], local[slot], m[k], row, c)
    wrap_plane(m[k], row, periodic_x, periodic_y)


@kernel
def heun_steps(m, row, periodic_x, periodic_y, periodic_z, coefficients, rng, steps):
    """Advance ``m`` (nz+2, 3, (ny+2) row) in place; ``rng`` = (key, counter) counts the steps.

    The corrector of plane k-1 follows the predictor of plane k, so that the predictor's planes stay in cache.
    """
    q = coefficients
    c = (q[0], q[1], q[2], q[3], q[4], q[5], q[6], q[7], q[8], q[9], q[10], q[11], q[12], q[13])
    noisy = q[17] > 0
    layers = m.shape[0] - 2
    width = m.shape[2]
    predicted = np.zeros((SLOTS, 3, width), m.dtype)
    local = np.empty((SLOTS, 3, width), m.dtype)
    for component in range(3):
        local[:, component] = q[14 + component]
    normal = np.zeros(3 * width + width % 2, np.float32)
    refresh_halo(m, row, periodic_x, periodic_y, periodic_z)
    for _ in range(steps):
        for turn in range(layers + 1):
            # A periodic lattice predicts its last plane first: the corrector of plane 1 needs it.
            k = turn if turn > 0 else layers
            if (turn > 0) != (periodic_z and k == layers):
                slot = _slot(k, layers)
                if noisy:
                    _local_field(local[slot], normal, q, rng[0], rng[1], k)
                _predict(m[k], m[k - 1], m[k + 1], local[slot], predicted[slot], row, c)
                wrap_plane(predicted[slot], row, periodic_x, periodic_y)
            if turn > 1:
                _correct_plane(m, predicted, local, turn - 1, row, periodic_x, periodic_y, periodic_z, c)
        _correct_plane(m, predicted, local, layers, row, periodic_x, periodic_y, periodic_z, c)
        if periodic_z:
            m[0] = m[layers]
            m[layers + 1] = m[1]
        rng[1] += ONE_STEP


@kernel
def _slopes(trial, out, local, row, periodic_x, periodic_y, periodic_z, c):
    """out = dt dm/dt of ``trial`` on all planes."""
    refresh_halo(trial, row, periodic_x, periodic_y, periodic_z)
    for k in range(1, trial.shape[0] - 1):
        _predict(trial[k], trial[k - 1], trial[k + 1], local, out[k], row, c)
    for k in range(1, trial.shape[0] - 1):
        out[k] -= trial[k]


@kernel
def rk4_steps(m, row, periodic_x, periodic_y, periodic_z, coefficients, steps):
    """Advance ``m`` (nz+2, 3, (ny+2) row) by the classical fourth-order method; no noise."""
    q = coefficients
    c = (q[0], q[1], q[2], q[3], q[4], q[5], q[6], q[7], q[8], q[9], q[10], q[11], q[12], q[13])
    local = np.empty((3, m.shape[2]), m.dtype)
    for component in range(3):
        local[component] = q[14 + component]
    slope = np.zeros_like(m)
    for _ in range(steps):
        total = np.zeros_like(m)
        for stage in range(4):
            trial = m + slope * (0.0 if stage == 0 else (1.0 if stage == 3 else 0.5))
            _slopes(trial, slope, local, row, periodic_x, periodic_y, periodic_z, c)
            total += slope * (1.0 if stage in (0, 3) else 2.0)
        m += total / 6.0
        for k in range(1, m.shape[0] - 1):
            for i in range(m.shape[2]):
                length = np.sqrt(m[k, 0, i] ** 2 + m[k, 1, i] ** 2 + m[k, 2, i] ** 2)
                if length > 0:
                    m[k, :, i] /= length


def _coefficients(lattice: SpinLattice, field: LatticeField, dt: float, alpha: float, noise: float, gamma: float):
    """Return the kernel's 18 coefficients: fields as angles per step, damping, constants of the precision."""
    angle = gamma * dt / (1 + alpha**2)
    ux, uy, uz = unit(field.axis)
    ani = angle * field.anisotropy
    terms = [*(angle * b for b in field.exchange), *(angle * b for b in field.dmi)]
    terms += [ux, uy, uz, ani * ux, ani * uy, ani * uz, alpha, SMALLEST_SQUARE, 1.0]
    terms += [*(angle * b for b in field.zeeman), angle * noise]
    coefficients = np.array(terms, np.float64)
    if not np.isfinite(coefficients).all() or noise < 0:
        raise ValueError(f"dt {dt}, alpha {alpha}, noise {noise}, {field}: all must be finite, noise at least 0")
    return coefficients.astype(lattice.m.dtype)


def planes(lattice: SpinLattice) -> tuple[np.ndarray, int, bool, bool, bool]:
    """Return the kernels' view of a lattice: m (nz+2, 3, (ny+2) row), row, periodic x, y, z."""
    m = lattice.m
    x, y, z = lattice.periodic
    return m.reshape(m.shape[0], 3, -1), m.shape[3], bool(x), bool(y), bool(z)


def step(
    lattice: SpinLattice,
    field: LatticeField,
    *,
    dt: float,
    steps: int = 1,
    alpha: float = 0.0,
    noise: float = 0.0,
    gamma: float = ELECTRON_GYROMAGNETIC_RATIO,
) -> None:
    """Advance the lattice in place by ``steps`` Heun steps of ``dt`` [s].

    ``noise`` is the standard deviation [T] of the thermal field per component (`thermal_field`), ``gamma`` in
    rad/(s T). Error per unit time of order dt^2; with noise, averages of order dt. The number of steps in one
    call does not change the result: two and three are five, bit for bit.
    """
    coefficients = _coefficients(lattice, field, float(dt), float(alpha), float(noise), float(gamma))
    heun_steps(*planes(lattice), coefficients, lattice.rng, int(steps))


def step_rk4(
    lattice: SpinLattice,
    field: LatticeField,
    *,
    dt: float,
    steps: int = 1,
    alpha: float = 0.0,
    gamma: float = ELECTRON_GYROMAGNETIC_RATIO,
) -> None:
    """Advance a float64 lattice without noise by ``steps`` Runge-Kutta steps; error of order dt^4."""
    if lattice.m.dtype != np.float64:
        raise ValueError(f"step_rk4 was given a {lattice.m.dtype} lattice; its accuracy needs float64")
    coefficients = _coefficients(lattice, field, float(dt), float(alpha), 0.0, float(gamma))
    rk4_steps(*planes(lattice), coefficients, int(steps))


def stable_timestep(field: LatticeField, gamma: float = ELECTRON_GYROMAGNETIC_RATIO, angle: float = 0.2) -> float:
    """Return the step [s] in which no spin turns by more than ``angle`` [rad] in its largest field."""
    return angle / (gamma * max(field.bound, 1e-300))
