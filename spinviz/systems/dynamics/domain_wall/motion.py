"""What follows from the parameters alone: mesh, energy, fields and motion; how long steps and waits are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import pi

from spinviz.model.clock import scale_within
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.mesh import mesh
from spinviz.physics.lattice.terms.exchange import Exchange
from spinviz.physics.lattice.terms.hamiltonian import Hamiltonian
from spinviz.physics.lattice.terms.uniaxial import Uniaxial
from spinviz.physics.lattice.terms.zeeman import Zeeman
from spinviz.physics.micromagnetics.cells import Cells
from spinviz.physics.micromagnetics.stepping import Motion
from spinviz.physics.stepping import Vector
from spinviz.systems.dynamics.common.magnetization import RATE, stray_field_of
from spinviz.systems.dynamics.domain_wall.defects import softness
from spinviz.systems.dynamics.domain_wall.parameters import WallParameters

FRAMES = 60
"""Samples per second on screen."""
LENS = 5e-10
"""Simulated time [s] per second on screen where no field rises slowly."""
HALF_TURNS = 1.5
"""Half turns of a precessing wall per second on screen at most: their ends are found between samples."""
RISES = 40.0
"""Seconds on screen in which a field rises slowly."""
OVERHEAD = 150
"""Cells that take as long as all that a step does besides."""
UNDAMPED, UNDAMPED_WAVE = 1e-3, 0.24
"""Below that damping: angle per step of the stiffest spin wave, so that the steps themselves do not damp."""
LONGEST = 2e-8
"""Time [s] that is waited at most for a steady or periodic motion: near the breakdown there would be no end."""
Place = tuple[int, int]
"""Where the mesh is in a track with defects: their key, and the shift."""


@lru_cache(maxsize=16)
def mesh_of(p: WallParameters) -> Geometry:
    """The mesh: without end along y and z, or a strip with edges."""
    return mesh((p.nx, p.ny, 1), (False, p.wide, p.wide))


@dataclass(frozen=True)
class Ramp:
    """The field along z [T] at the time ``t`` [s] after a change: from ``low`` to ``high`` in the time ``rise``."""

    low: float
    high: float
    rise: float

    def at(self, t: float) -> float:
        """B_z [T]."""
        part = 1.0 if t >= self.rise else max(t, 0.0) / self.rise
        return self.low + (self.high - self.low) * part

    def __call__(self, t: float) -> Vector:
        """B [T]."""
        return 0.0, 0.0, self.at(t)


@dataclass(eq=False)
class Drive:
    """The field along z [T] of a run at the time ``t`` [s] after a change; set anew before every step."""

    ramp: Ramp = Ramp(0.0, 0.0, 0.0)
    back: float = 0.0

    def __call__(self, t: float) -> Vector:
        """B [T]."""
        return 0.0, 0.0, self.ramp.at(t) - self.back


def terms_of(p: WallParameters, drive: Zeeman) -> Hamiltonian:
    """Exchange, anisotropy and the applied field [J]."""
    dx, dy, dz = p.cell
    volume = dx * dy * dz
    across = 1 / dy**2 if p.ny > 1 else 0.0
    return Hamiltonian((Exchange(2 * p.A * volume, (1 / dx**2, across, 0.0)), Uniaxial(p.K1 * volume), drive))


def built(p: WallParameters, place: Place | None, field: Zeeman) -> Motion:
    """How the moments move in this field."""
    geometry, cells = mesh_of(p), None
    if place is not None:
        K1 = p.K1 * (1 - softness(p, *place))
        cells = Cells(p.shape, p.cell, geometry.periodic, p.Ms, p.A, K1, alpha=p.alpha)
    stray, u = stray_field_of(geometry, p.cell, p.Ms), (p.u, 0.0, 0.0)
    return Motion(
        geometry, terms_of(p, field), p.moment, p.alpha, stray, u=u, beta=p.beta, cell=p.cell, cells=cells
    )  # fmt: skip


@lru_cache(maxsize=4)
def motion_of(p: WallParameters, place: Place | None = None) -> Motion:
    """How the moments move in the field that is set."""
    return built(p, place, Zeeman(p.moment, (0.0, 0.0, p.B)))


@lru_cache(maxsize=4)
def driven_of(p: WallParameters, place: Place | None = None) -> tuple[Motion, Drive]:
    """How they move in a field that changes, and that field."""
    drive = Drive()
    return built(p, place, Zeeman(p.moment, (0.0, 0.0, 0.0), drive)), drive


@lru_cache(maxsize=64)
def inner_step(p: WallParameters) -> float:
    """Longest step [s]."""
    motion = motion_of(p)
    return motion.longest_step() if p.alpha >= UNDAMPED else motion.longest_step(UNDAMPED_WAVE)


@lru_cache(maxsize=64)
def lens(p: WallParameters) -> float:
    """Simulated time per second on screen: what one core can follow, at most `LENS` or a part of the rise."""
    turn = pi / max(abs(p.wall.mean_rate), 1e-3)
    wanted = min(max(LENS, p.rise / RISES), HALF_TURNS * turn)
    return scale_within(min(RATE / (p.nx * p.ny + OVERHEAD) * inner_step(p), wanted))


@lru_cache(maxsize=64)
def relaxation_rate(p: WallParameters) -> float:
    """Rate [1/s] at which the tilt of a flat wall goes to its steady value; 0 where the wall precesses."""
    steady, step = p.wall.steady_tilt, 1e-4
    if steady != steady:
        return 0.0
    return max(0.0, -float(p.wall.rate(steady + step) - p.wall.rate(steady - step)) / (2 * step))


def settling(p: WallParameters) -> float:
    """Time [s] after a change that counts in no mean: the rise, and relaxation times or two half turns and a half."""
    rate = relaxation_rate(p)
    own = 12 / rate if rate > 0 else 2.5 * pi / max(abs(p.wall.mean_rate), 1e8)
    return p.rise + min(own, LONGEST)
