"""The magnetization of the bar: starts, fields that act on it, steps, and what actions do to it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import exp, floor, inf, isfinite, log, pi, sin

import numpy as np
from numpy.typing import NDArray

from spinviz.model.clock import scale_within
from spinviz.model.system import State
from spinviz.physics.constants import VACUUM_PERMEABILITY
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.mesh import mesh, micromagnetic
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.lattice.terms.hamiltonian import Hamiltonian
from spinviz.physics.lattice.terms.zeeman import LocalField, Zeeman
from spinviz.physics.micromagnetics.cells import Cells
from spinviz.physics.micromagnetics.prisms import prism_field
from spinviz.physics.micromagnetics.relaxation import relax as minimised
from spinviz.physics.micromagnetics.stepping import History, Motion
from spinviz.physics.stepping import Vector, parts_of
from spinviz.systems.dynamics.bar.magnet import field_of, middles
from spinviz.systems.dynamics.bar.parameters import FAR, BarParameters
from spinviz.systems.dynamics.common.magnetization import RATE, stray_field_of

Values = NDArray[np.float64]

SHAKEN = 0.1
"""Standard deviation [rad] by which moments of a start are turned about either axis."""
ALIKE, DISORDERED = 2.0, 4.0
"""Cells over which neighbours of a shaken and of a disordered start are alike: white noise would hide all energies."""
HALF, HALVES = 1e-9, 8
"""Half a period [s] of the demagnetizing field, and how many there are: each is weaker than the one before."""
APPROACH = 5e-10
"""Time [s] in which the moving magnet changes its distance by a factor e."""
TORQUE = 1e-5
"""Torque abs(m x B) [T] at which a descent ends: what single precision can tell."""
LONGEST = 2e-12


@dataclass
class BarState(State):
    """Spins and their last stray fields.

    ``gap``: distance of the magnet now [m], infinite without one; ``began``: when the demagnetizing field was switched
    on [s].
    """

    spins: Spins
    history: History
    gap: float
    began: float | None = None

    @property
    def m(self) -> NDArray[np.floating]:
        """A view (nz, ny, nx, 3) that may be written to."""
        return self.spins.sites[..., 0, :]  # type: ignore[return-value]

    @property
    def cells(self) -> Values:
        """A copy (cells, 3), x fastest."""
        return self.m.reshape(-1, 3).astype(np.float64)

    @property
    def mean(self) -> Values:
        """Mean unit vector (3,)."""
        return np.asarray(self.m.mean(axis=(0, 1, 2), dtype=np.float64))


@dataclass(frozen=True)
class Shrinking:
    """A field along x that oscillates from the time ``began`` on, half a period after the other weaker, down to zero.

    The half period k = 0, 1, ... of `HALVES` has the amplitude ``peak`` (1 - k/`HALVES`) [T].
    """

    peak: float
    began: float

    def __call__(self, t: float) -> Vector:
        """Field [T] at time ``t`` [s]."""
        halves = (t - self.began) / HALF
        if not 0 <= halves < HALVES:
            return 0.0, 0.0, 0.0
        return self.peak * (1 - floor(halves) / HALVES) * sin(pi * halves), 0.0, 0.0


def drive_of(state: BarState, p: BarParameters) -> Shrinking | None:
    """The demagnetizing field while it lasts."""
    if state.began is None or state.time >= state.began + HALF * HALVES:
        return None
    return Shrinking(p.peak, state.began)


def outside_acts(state: BarState, p: BarParameters) -> bool:
    """Whether there is any field from outside."""
    return p.B != 0 or p.magnet or drive_of(state, p) is not None


def applied(state: BarState, p: BarParameters) -> float:
    """All fields from outside [T] along x, that of the magnet as its mean over the bar."""
    drive = drive_of(state, p)
    magnet = float(field_of(p, state.gap)[:, 0].mean()) if isfinite(state.gap) else 0.0
    return p.B + (drive(state.time)[0] if drive else 0.0) + magnet


@lru_cache(maxsize=8)
def mesh_of(shape: tuple[int, int, int]) -> Geometry:
    """The mesh, open on all sides."""
    nz, ny, nx = shape
    return mesh((nx, ny, nz), False)


@lru_cache(maxsize=4)
def motion_of(p: BarParameters, gap: float, drive: Shrinking | None = None) -> Motion:
    """How the moments move with the magnet at the distance ``gap``, infinite for none."""
    geometry, made_of, cells = mesh_of(p.shape), p.made_of, crystal(p)
    A, K1 = (0.0, 0.0) if cells else (made_of.A, made_of.K1)
    inside = micromagnetic(geometry, made_of.Ms, p.cell, A=A, K1=K1, axis=(1, 0, 0)).terms[:-1]
    terms = (*inside, Zeeman(p.moment, (p.B, 0.0, 0.0), drive))
    if isfinite(gap):
        terms = (*terms, LocalField(p.moment, field_of(p, gap).reshape(*geometry.shape, 3)))
    stray = stray_field_of(geometry, p.cell, made_of.Ms)
    return Motion(geometry, Hamiltonian(terms), p.moment, p.alpha, stray, cell=p.cell, cells=cells)


def crystal(p: BarParameters) -> Cells | None:
    """Cells of a cubic crystal whose axes are those of the bar; None for other materials."""
    made_of = p.made_of
    if made_of.anisotropy != "cubic":
        return None
    return Cells(p.shape, p.cell, (False,) * 3, made_of.Ms, made_of.A, Kc=made_of.K1, alpha=p.alpha)


def moving(state: BarState, p: BarParameters) -> Motion:
    """How the moments move now."""
    return motion_of(p, state.gap, drive_of(state, p))


@lru_cache(maxsize=64)
def inner_step(p: BarParameters) -> float:
    """Longest step [s] in the strongest fields from outside."""
    motion = motion_of(p.change(B=0.0, magnet=False), inf)
    field = motion.largest_field()
    outside = abs(p.B) + p.peak + (abs(p.strength) if p.magnet else 0.0)
    return min(motion.longest_step() * field / (field + outside), LONGEST)


def moved(state: BarState, p: BarParameters, dt: float) -> None:
    """Advance by ``dt`` [s]; the magnet moves before."""
    if p.magnet:
        state.gap = approached(state.gap, p.distance, dt)
    inner = parts_of(dt, inner_step(p))
    moving(state, p).advance(state.spins, state.history, dt / inner, inner, state.time)


def approached(gap: float, distance: float, dt: float) -> float:
    """Distance of the magnet after the time ``dt`` on its way from ``gap`` to ``distance``."""
    left = log(distance / gap)
    return distance if abs(left) <= dt / APPROACH else gap * exp(np.copysign(dt / APPROACH, left))


def edited(state: BarState, p: BarParameters) -> None:
    """Forget the stray fields: something but time has changed the spins or what acts on them."""
    state.history.empty()
    if not p.magnet:
        state.gap = inf
    elif not isfinite(state.gap):
        state.gap = FAR


def started(p: BarParameters, rng: np.random.Generator) -> BarState:
    """Return the bar at the start."""
    spins = Spins.of_vectors(mesh_of(p.shape), start_vectors(p, rng)[..., None, :], key=int(rng.integers(2**62)))
    return BarState(spins, History.of(spins), p.distance if p.magnet else inf)


def start_vectors(p: BarParameters, rng: np.random.Generator) -> Values:
    """Vectors (nz, ny, nx, 3) of the start, of any length."""
    if p.start == "random":
        return smooth_noise(p, rng, DISORDERED)
    vectors = SHAKEN * smooth_noise(p, rng, ALIKE)
    if p.start == "closure":
        return vectors + closed(p)
    vectors[..., {"along": 0, "across": 1, "up": 2}[p.start]] += 1.0
    return vectors


def smooth_noise(p: BarParameters, rng: np.random.Generator, cells: float) -> Values:
    """Normal numbers (nz, ny, nx, 3) of standard deviation 1 that are alike over some ``cells``."""
    from scipy.ndimage import gaussian_filter

    noise = gaussian_filter(rng.standard_normal((*p.shape, 3)), cells, axes=(1, 2), mode="reflect")
    return np.asarray(noise / noise.std())


def closed(p: BarParameters) -> Values:
    """Four domains (nz, ny, nx, 3) about a wall along the middle, as in an ideally soft bar (Landau; van den Berg)."""
    x, y = (middles(p.edges, p.shape)[:, axis].reshape(p.shape) for axis in (0, 1))
    out = np.zeros((*p.shape, 3))
    side, end = p.width / 2 - abs(y), p.length / 2 - abs(x)
    out[..., 0] = np.where(side <= end, -np.sign(y), 0.0)
    out[..., 1] = np.where(side > end, np.sign(x), 0.0)
    return out


def relax(state: BarState, p: BarParameters) -> None:
    """Descend to a minimum of the energy; the time does not advance."""
    edited(state, p)
    minimised(moving(state, p), state.spins, TORQUE, state.time, most=1500)


def demagnetize(state: BarState, p: BarParameters) -> BarParameters:
    """Switch the shrinking field on, and any other off."""
    edited(state, p)
    state.began = state.time
    return p.change(B=0.0, distance=FAR)


def saturate(state: BarState, p: BarParameters, start: str) -> None:
    """Put the moments as at a start, with fresh numbers of their own generator."""
    rng = np.random.default_rng(state.spins.rng.tolist())
    state.spins.rng[1] += np.uint64(1)
    vectors = start_vectors(p.change(start=start), rng)
    state.spins.set(vectors[..., None, :] / np.linalg.norm(vectors, axis=-1)[..., None, None])
    edited(state, p)


@lru_cache(maxsize=2)
def seen_from_outside(p: BarParameters) -> tuple[Values, Values]:
    """Weights of m (cells, 3) in the stray field [T] on the axis: B (3, cells, 3) one length beyond the end, B_x
    (cells, 3) ten lengths from the middle.
    """
    near, far = np.array([1.5 * p.length, 0.0, 0.0]), np.array([10 * p.length, 0.0, 0.0])
    points, scale = middles(p.edges, p.shape), -VACUUM_PERMEABILITY * p.made_of.Ms
    beside = np.array([prism_field(near - points, p.cell, axis) for axis in range(3)])
    return scale * beside, scale * prism_field(far - points, p.cell, 0)


def lens(p: BarParameters) -> float:
    """What one core can follow, at most a nanosecond per second: 1, 2 or 5 times a power of ten."""
    return scale_within(min(RATE / p.cells * inner_step(p), 1e-9))
