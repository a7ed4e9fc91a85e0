"""Steps that keep the energy: the implicit midpoint rule without damping.

m' = m - gamma dt M x B(M), M = (m + m')/2: the length of every m and any energy of second order in m are kept, however
long the step: exchange, DMI, uniaxial anisotropy, stray field and constant applied fields, but cubic anisotropy only to
third order. Solved by repetition, which converges while the stiffest wave turns by less than about 1 rad a step;
`stepping.Motion.advance` is several times faster and loses energy slowly. D'Aquino et al., J. Comput. Phys. 209, 730
(2005).
"""

from __future__ import annotations

import numpy as np

from spinviz.physics.lattice.spins import Spins
from spinviz.physics.micromagnetics.stepping import Motion

ANGLE = 0.8
"""Turn of the stiffest wave in the longest step."""
MOST = 100
"""Repetitions after which a step is given up."""


def longest_step(motion: Motion, t: float = 0.0) -> float:
    """The step [s] up to which repetition converges."""
    return motion.longest_step(ANGLE, t)


def advance(motion: Motion, spins: Spins, dt: float, steps: int = 1, t: float = 0.0) -> int:
    """Advance ``spins`` in place by ``steps`` of ``dt`` [s] from time ``t``; return how often fields were evaluated.

    Error per unit time of order dt^2. Solved to rounding. Errors: ValueError for damping or a current, which the method
    has none of, and for a step that is too long.
    """
    damped = motion.alpha if motion.cells is None else float(motion.cells.of("alpha").max())
    if damped or any(motion.u):
        raise ValueError(
            f"a damping of {damped:g} and a current of {motion.u} m/s: steps that keep the energy have none"
        )
    if not abs(dt) <= longest_step(motion, t):
        raise ValueError(
            f"a step of {dt:g} s does not converge: the limit is {longest_step(motion, t):.3g} s; take less"
        )
    values = spins.values[0]
    half = values.dtype.type(0.5)
    middle = Spins(spins.geometry, spins.values.copy(), spins.rng)
    enough = 4 * np.finfo(values.dtype).eps
    evaluations = 0
    for step in range(steps):
        start, now = values.copy(), t + (step + 0.5) * dt
        for _ in range(MOST):
            middle.values[0] = half * (start + values)
            middle.fill_halo()
            after = start - values.dtype.type(motion.gamma * dt) * motion.torque(middle, now)
            evaluations += 1
            change = float(np.abs(after - values).max())
            values[...] = after
            if change < enough:
                break
        else:
            raise ValueError(f"a step of {dt:g} s does not converge: take a shorter one")
        spins.fill_halo()
    return evaluations
