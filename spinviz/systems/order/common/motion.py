"""Precession in place of Monte Carlo: a sweep is the time mu/(gamma J), in which a neighbour turns a spin by 1 rad."""

from __future__ import annotations

import threading
from math import ceil

from spinviz.physics.lattice.dynamics import Dynamics
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.lattice.terms.hamiltonian import Hamiltonian
from spinviz.physics.lattice.terms.term import Term

COLDER = 0.01
"""Part by which spins may be colder than the bath: Heun's averages in noise err to first order of the step."""
BIAS = 2.6
"""That error of the temperature over T alpha/(1 + alpha^2) dt, found from T = 0.3 to 3 and alpha = 0.1 to 1.5."""
KEPT = 4
_own = threading.local()


def precess(
    spins: Spins, terms: tuple[Term, ...], T: float, alpha: float, time: float = 1.0, *, t: float = 0.0,
    angle: float = 0.2,
) -> None:  # fmt: skip
    """Advance ``spins`` by ``time`` in a bath of kT = T [J]; without damping they keep their energy.

    ``t``: when it begins, for terms that vary; ``angle``: the most that a spin turns in a step [rad].
    Moments and gyromagnetic ratio are 1, the unit of energy J.
    """
    dynamics = _dynamics(spins.geometry, terms, alpha)
    heated = BIAS * T * alpha / (1 + alpha**2) / COLDER if T > 0 else 0.0
    steps = max(1, ceil(time * max(1 / dynamics.stable_timestep(angle), heated)))
    if alpha == 0:
        dynamics.turn(spins, dt=time / steps, steps=steps, t=t)
    else:
        dynamics.heun(spins, dt=time / steps, steps=steps, kT=T, t=t)


def _dynamics(geometry: Geometry, terms: tuple[Term, ...], alpha: float) -> Dynamics:
    """The dynamics of some terms; each thread has its own, because they hold arrays that steps overwrite."""
    kept: dict[tuple[Geometry, tuple[Term, ...], float], Dynamics] = _own.__dict__.setdefault("kept", {})
    key = (geometry, terms, alpha)
    if key not in kept:
        while len(kept) >= KEPT:
            kept.pop(next(iter(kept)))
        kept[key] = Dynamics(geometry, Hamiltonian(terms), alpha=alpha, gamma=1.0)
    return kept[key]
