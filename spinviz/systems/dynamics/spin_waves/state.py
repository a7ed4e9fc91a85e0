"""The cells of a film or the spins of a chain, their waves of the last samples, and what sets them in motion."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from math import nan, pi, radians, sin

import numpy as np
from numpy.typing import NDArray

from spinviz.model.system import State
from spinviz.physics.lattice.dynamics import Dynamics
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.mesh import mesh, micromagnetic
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.lattice.terms.exchange import Exchange
from spinviz.physics.lattice.terms.hamiltonian import Hamiltonian
from spinviz.physics.lattice.terms.uniaxial import Uniaxial
from spinviz.physics.lattice.terms.zeeman import LocalField, Zeeman
from spinviz.physics.lattice.unit_cells import unit_cell
from spinviz.physics.micromagnetics.cells import Cells
from spinviz.physics.micromagnetics.stepping import History, Motion
from spinviz.physics.stepping import parts_of
from spinviz.systems.dynamics.common.magnetization import stray_field_of
from spinviz.systems.dynamics.spin_waves.parameters import (
    PER_SAMPLE,
    SAMPLES,
    SpinWaveParameters,
    sample_time,
)

Values = NDArray[np.float64]
Complex = NDArray[np.complex128]

FRAMES = {
    "backward volume": ((0, 1, 0), (0, 0, 1), (1, 0, 0)), "Damon-Eshbach": ((1, 0, 0), (0, 0, -1), (0, 1, 0)),
    "forward volume": ((1, 0, 0), (0, 1, 0), (0, 0, 1)), "antiferromagnet": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
}  # fmt: skip
"""Right-handed axes u, v and that of the magnetization, with the waves along x."""
WIDE = 16
"""Width of the cells across the waves over their length; the film is periodic there, so nothing depends on it."""
STEP_ANGLE = 0.5
"""Angle per step of the stiffest wave: steps of fourth order then err by 2e-5 of its phase in a turn of it."""
EVERY = -1.0
"""Stray fields are found at every stage: extrapolated ones would shift frequencies by some 10⁻⁵."""
ABSORBING = 0.5
"""Damping at an absorbing end."""
END = 0.3
"""Part of each half of the length in which damping rises."""
NOTHING = (nan, nan, nan, nan, nan)
"""Numbers of a record that is too short."""
RISE = 3.0
"""Periods in which the antenna is switched on."""
CHAIN_ANGLE = 0.02
"""Angle per step in the exchange field of the chain, whose method is of second order."""


@dataclass
class SpinWaveState(State):
    """The spins with their last stray fields, and the waves of the last samples.

    ``numbers``: what `spectra.measure` has found in them.
    ``waves`` (SAMPLES, band + 1): <u exp(-ikx)> of a film, <(u + iv) exp(-ikx)> of a chain, a ring of which ``taken``
    were written since the last change at the time ``begun``, the next after ``since`` steps.
    """

    spins: Spins
    history: History
    waves: Complex = field(default_factory=lambda: np.zeros((SAMPLES, 1), complex))
    taken: int = 0
    since: int = 0
    begun: float = 0.0
    numbers: tuple[float, float, float, float, float] = NOTHING

    def begin_at(self, time: float) -> None:
        """See `State.begin_at`."""
        super().begin_at(time)
        self.begun = self.time

    @property
    def m(self) -> NDArray[np.floating]:
        """Unit vectors (count, 3) in their order along x."""
        return np.asarray(self.spins.vectors()[0, 0, :, 0])

    @property
    def filled(self) -> int:
        """Samples that can be transformed."""
        return min(self.taken, SAMPLES)

    def samples(self, waves: slice = slice(None)) -> Complex:
        """The samples (filled, n) of some waves, the oldest first; of all of the band without a choice."""
        some = self.waves[:, waves]
        return some[: self.taken] if self.taken <= SAMPLES else np.roll(some, -(self.taken % SAMPLES), axis=0)


def frame(p: SpinWaveParameters) -> Values:
    """Unit vectors u, v and w along the magnetization, rows of (3, 3)."""
    return np.array(FRAMES[p.geometry], np.float64)


@dataclass(frozen=True)
class Course:
    """The current of an antenna of frequency ``f`` [Hz] that is switched on at time 0, in some periods."""

    f: float

    def __call__(self, t: float) -> float:
        """Its part of the largest."""
        risen = min(max(self.f * t / RISE, 0.0), 1.0)
        return sin(pi / 2 * risen) ** 2 * sin(2 * pi * self.f * t)


@lru_cache(maxsize=16)
def geometry_of(p: SpinWaveParameters) -> Geometry:
    """The mesh of a film, infinite across the waves too, or the chain."""
    if p.chain:
        return Geometry.of(unit_cell("chain"), (p.count, 1, 1), True)
    return mesh((p.count, 1, 1), (True, True, False))


@lru_cache(maxsize=8)
def motion_of(p: SpinWaveParameters) -> Motion:
    """How a film moves."""
    cell = (p.dx, WIDE * p.dx, p.d)
    w = frame(p)[2] * p.B
    terms = micromagnetic(geometry_of(p), p.Ms, cell, A=p.A, B=(float(w[0]), float(w[1]), float(w[2]))).terms
    moment = p.Ms * cell[0] * cell[1] * cell[2]
    if p.driven:
        shape = p.B1 * kick_shape(p)[None, None, :, None, None] * frame(p)[0]
        terms = (*terms, LocalField(moment, shape, Course(p.f)))
    cells = None
    if p.absorbs:
        cells = Cells((1, 1, p.count), cell, (True, True, False), p.Ms, p.A, alpha=damping(p)[None, None])
    return Motion(
        geometry_of(p),
        Hamiltonian(terms),
        moment,
        p.alpha,
        stray_field_of(geometry_of(p), cell, p.Ms),
        cell=cell,
        cells=cells,
    )


def damping(p: SpinWaveParameters) -> Values:
    """Damping (count,) of each cell: towards absorbing ends it rises by the square of the distance."""
    if not p.absorbs:
        return np.full(p.count, p.alpha)
    from_middle = np.abs(np.arange(p.count) - p.count // 2) / (p.count / 2)
    return np.asarray(p.alpha + ABSORBING * np.maximum((from_middle - 1) / END + 1, 0.0) ** 2)


@lru_cache(maxsize=8)
def chain_of(p: SpinWaveParameters) -> Dynamics:
    """How a chain moves: energies over the moment [T]."""
    terms = (Exchange(-p.B_E / 2), Uniaxial(p.B_A / 2), Zeeman(1.0, (0.0, 0.0, p.B)))
    return Dynamics(geometry_of(p), Hamiltonian(terms), 1.0, p.alpha)


@lru_cache(maxsize=64)
def inner_step(p: SpinWaveParameters) -> float:
    """Longest step [s] that is taken."""
    if p.chain:
        return chain_of(p).stable_timestep(2 * CHAIN_ANGLE)
    return motion_of(p).longest_step(STEP_ANGLE)


def at_rest(p: SpinWaveParameters) -> Values:
    """Unit vectors (count, 3) along the magnetization; of a chain alternating, the first along the field."""
    signs = 1.0 - 2.0 * (np.arange(p.count) % 2) if p.chain else np.ones(p.count)
    return np.outer(signs, frame(p)[2])


@lru_cache(maxsize=8)
def kick_shape(p: SpinWaveParameters) -> Values:
    """Shape (count,) of a kick in the middle, largest value 1: all waves of the band, the shortest ones fade out.

    The whole band of a mesh is a single cell.
    """
    shape = np.zeros(p.count)
    if p.band == p.count // 2:
        shape[p.count // 2] = 1.0
        return shape
    q = np.arange(p.band + 1)
    fade = np.clip((1 - q / (p.band + 1)) / 0.4, 0, 1)
    weight = np.where(q == 0, 1.0, 2.0) * np.sin(pi / 2 * fade) ** 2
    places = np.arange(p.count) - p.count // 2
    shape = np.cos(2 * pi / p.count * np.outer(places, q)) @ weight
    return np.asarray(shape / shape.max())


def kick(state: SpinWaveState, p: SpinWaveParameters) -> None:
    """Turn the vectors about v, by `kick_shape` times the angle ``tilt``."""
    u, _, w = frame(p)
    m = state.m
    angle = radians(p.tilt) * kick_shape(p)[:, None]
    along, aside = m @ w, m @ u
    rest = m - np.outer(along, w) - np.outer(aside, u)
    c, s = np.cos(angle), np.sin(angle)
    turned = rest + (c * along[:, None] - s * aside[:, None]) * w + (s * along[:, None] + c * aside[:, None]) * u
    put(state, turned)


def still(state: SpinWaveState, p: SpinWaveParameters) -> None:
    """Take all waves away."""
    put(state, at_rest(p))


def put(state: SpinWaveState, m: Values) -> None:
    """Set the unit vectors (count, 3), and forget what was recorded of others."""
    state.spins.set(m[None, None, :, None])
    forget(state)


def forget(state: SpinWaveState) -> None:
    """Something but time has changed the motion: neither waves nor stray fields of before go on."""
    state.taken = state.since = 0
    state.begun = state.time
    state.numbers = NOTHING
    state.waves[...] = 0
    state.history.empty()


def started(p: SpinWaveParameters, key: int) -> SpinWaveState:
    """The state at rest, kicked."""
    spins = Spins.of_vectors(geometry_of(p), at_rest(p)[None, None, :, None], dtype=np.float64, key=key)
    history = History(np.zeros((0, 3, 1, 1, 1)), np.zeros(4, np.int64)) if p.chain else History.of(spins)
    state = SpinWaveState(spins, history, np.zeros((SAMPLES, p.band + 1), complex))
    if not p.driven:
        kick(state, p)
    return state


def stepped(state: SpinWaveState, p: SpinWaveParameters, dt: float) -> None:
    """Advance by ``dt`` [s] in equal steps, and record every `PER_SAMPLE`-th state."""
    if state.since == 0:
        record(state, p)
    inner = parts_of(dt, inner_step(p))
    if p.chain:
        dynamics = chain_of(p)
        if p.alpha == 0:
            dynamics.turn(state.spins, dt=dt / inner, steps=inner, t=state.time)
        else:
            dynamics.heun(state.spins, dt=dt / inner, steps=inner, t=state.time, threads=1)
    else:
        state.spins.fill_halo()
        motion_of(p).advance(state.spins, state.history, dt / inner, inner, t=state.time - state.begun, tolerance=EVERY)
    state.since = (state.since + 1) % PER_SAMPLE


def record(state: SpinWaveState, p: SpinWaveParameters) -> None:
    """Write the waves of this moment into the ring."""
    u, v = transverse(state.m, p)
    signal = u + 1j * v if p.chain else u
    state.waves[state.taken % SAMPLES] = np.fft.fft(signal)[: p.band + 1] / p.count
    state.taken += 1


def transverse(m: NDArray[np.floating], p: SpinWaveParameters) -> tuple[Values, Values]:
    """Components u and v (count,) of vectors (count, 3)."""
    u, v, _ = frame(p)
    return np.asarray(m @ u), np.asarray(m @ v)


def wave_of(state: SpinWaveState, p: SpinWaveParameters) -> Complex:
    """Amplitudes (2,) of the wave that is measured now, x from the middle.

    Of a film <u exp(-ikx)> and <v exp(-ikx)>; of a chain <(u + iv) exp(-ikx)> over each sublattice.
    """
    phases = np.exp(-2j * pi * p.waves / p.count * (np.arange(p.count) - p.count // 2))
    u, v = transverse(state.m, p)
    if p.chain:
        return np.array([np.mean((u + 1j * v)[first::2] * phases[first::2]) for first in (0, 1)])
    return np.array([np.mean(u * phases), np.mean(v * phases)])


def timestep(p: SpinWaveParameters) -> float:
    """A part of the time between samples."""
    return sample_time(p) / PER_SAMPLE
