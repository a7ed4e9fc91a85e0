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
energy of the existing bonds: the edge canting 2A dm/dn = D [(m.n) z - (m.z) n] appears by itself on the outer
face of the last cell (Rohart and Thiaville, Phys. Rev. B 88, 184422 (2013)). An empty cell stays empty.

Heun's method: m* = m + dt f(m), then m' = normalised m + dt/2 [f(m) + f(m*)], which is (m + m*)/2 + dt/2 f(m*).
With thermal noise the same random field enters both stages: Stratonovich, as the physics asks (Garcia-Palacios
and Lazaro, Phys. Rev. B 58, 14937 (1998)). `effective_field.py` has the same formulas in readable form.
"""

import numpy as np

from spinviz.physics.constants import ELECTRON_GYROMAGNETIC_RATIO
from spinviz.physics.lattice.llg_kernels import heun_steps, rk4_steps
from spinviz.physics.lattice.spin_lattice import LatticeField, SpinLattice, step_count, unit

SMALLEST_SQUARE = 1e-30  # keeps the length of an empty cell from dividing by zero


def _coefficients(
    lattice: SpinLattice, field: LatticeField, dt: float, alpha: float, noise: float, gamma: float
) -> np.ndarray:
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
    heun_steps(*planes(lattice), coefficients, lattice.rng, step_count(steps))


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
    rk4_steps(*planes(lattice), coefficients, step_count(steps))


def stable_timestep(field: LatticeField, gamma: float = ELECTRON_GYROMAGNETIC_RATIO, angle: float = 0.2) -> float:
    """Return the step [s] in which no spin turns by more than ``angle`` [rad] in its largest field."""
    return angle / (gamma * max(field.bound, 1e-300))
