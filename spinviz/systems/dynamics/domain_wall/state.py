"""The wall in its mesh: how it moves, how the mesh follows it, and what is measured of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import atan2, degrees, floor, nan, pi, remainder, tau

import numpy as np
from numpy.typing import NDArray

from spinviz.model.system import State
from spinviz.physics.lattice import textures
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.lattice.terms.exchange import Exchange
from spinviz.physics.lattice.terms.uniaxial import Uniaxial
from spinviz.physics.micromagnetics.relaxation import relax
from spinviz.physics.micromagnetics.stepping import STRAY, History, Motion
from spinviz.physics.stepping import parts_of
from spinviz.systems.dynamics.domain_wall.motion import Place, Ramp, driven_of, inner_step, mesh_of, motion_of
from spinviz.systems.dynamics.domain_wall.parameters import WallParameters

Values = NDArray[np.float64]

TORQUE = 1e-5
"""Torque [T] at which the start in a strip is at rest."""
JUMP = 10.0
"""Velocity [m/s] above which the wall jumps: between jumps it creeps with a field that rises slowly."""
CREEP = 3.0
"""Velocity [m/s] up to which a wall that is held follows the field."""
MOST_JUMPS = 4096
"""Jumps that are kept."""
DOMAIN = 0.8
"""Mean of m_z at the ends of the mesh, between which there is a wall."""


@dataclass
class WallState(State):
    """The spins, their last stray fields, and what is known of the wall's course.

    Attributes
    ----------
    shift : cells by which the mesh has moved along the track
    velocity : mean velocity [m/s] in the last step
    angle : azimuth [rad] of the wall's moment from x, counted on through whole turns
    turns : (2, 2) time [s] and position [m] of the last two half turns since a change, the newest last
    turned : how many there were; sense : 1 for the last one counterclockwise seen against z, -1 for clockwise
    past, known : (3, 3) azimuth [rad], time [s] and position [m] of the last samples, and how many there are
    before, since : field [T] at the last change, and when [s] that was
    key : of the places of defects
    fast : when [s] the wall was faster than `CREEP` last
    left : position [m] where the jump that goes on began; NaN where none does
    jumps : (n,) sizes [m] of the last jumps
    """

    spins: Spins
    history: History | None = None
    shift: int = 0
    velocity: float = 0.0
    angle: float = pi / 2
    turns: Values = field(default_factory=lambda: np.zeros((2, 2)))
    turned: int = 0
    sense: int = 1
    past: Values = field(default_factory=lambda: np.zeros((3, 3)))
    known: int = 0
    before: float = 0.0
    since: float = 0.0
    key: int = 0
    fast: float = 0.0
    left: float = nan
    jumps: Values = field(default_factory=lambda: np.zeros(0))

    @property
    def m(self) -> NDArray[np.floating]:
        """A view (nz, ny, nx, 3) of the unit vectors that may be written to."""
        return self.spins.sites[..., 0, :]  # type: ignore[return-value]


def ramp_of(state: WallState, p: WallParameters) -> Ramp:
    """The course of the field since the last change."""
    return Ramp(state.before, p.B, p.rise)


def field_now(state: WallState, p: WallParameters) -> float:
    """The applied field [T]."""
    return ramp_of(state, p).at(state.time - state.since)


def motion_now(state: WallState, p: WallParameters) -> Motion:
    """How the moments move where the mesh is, in the field of the moment."""
    if p.back == 0 and state.time - state.since >= p.rise:
        return motion_of(p, place_of(state, p))
    motion, drive = driven_of(p, place_of(state, p))
    gone = position(state, p)
    drive.ramp, drive.back = ramp_of(state, p), p.back * gone if gone == gone else 0.0
    return motion


def place_of(state: WallState, p: WallParameters) -> Place | None:
    """See `Place`; None without defects."""
    return (state.key, state.shift) if p.depth else None


# --- the wall ---------------------------------------------------------------------------------------------------------


def profile(state: WallState, p: WallParameters) -> Values:
    """Mean of m_z over each cross-section (nx,); in a strip over that of the domains at the ends."""
    mz = state.m[..., 2].mean(axis=(0, 1), dtype=np.float64)
    return np.asarray(mz if p.wide else mz / max(abs(mz[0] - mz[-1]) / 2, 1e-12))


def walled(state: WallState) -> bool:
    """Whether the mesh ends in a domain up on the left and one down on the right."""
    ends = state.spins.values[0, 2, 1, 1:-1, 1 : -1 : state.m.shape[2] - 1]
    left, right = ends.mean(axis=0, dtype=np.float64)
    return bool(left > DOMAIN and right < -DOMAIN)


def offset(state: WallState, p: WallParameters) -> float:
    """Position of the wall from the middle of the mesh, in cells: half the integral of m_z."""
    return float(profile(state, p).sum()) / 2


def position(state: WallState, p: WallParameters) -> float:
    """Position of the wall in the track [m]; NaN without a wall."""
    return (offset(state, p) + state.shift) * p.dx if walled(state) else nan


def moment_of(state: WallState) -> Values:
    """Sum (2,) of m_x and m_y over the mesh, for a cross-section of one cell: that of a flat wall is pi widths long."""
    return np.asarray(state.m[..., :2].sum(axis=(0, 1, 2), dtype=np.float64) / (state.m.shape[0] * state.m.shape[1]))


def width(state: WallState, p: WallParameters) -> float:
    """Width [m]: half the integral of 1 - m_z^2, which is the parameter of the profile -tanh(x/width)."""
    return float(np.sum(1 - state.m[..., 2].astype(np.float64) ** 2)) * p.dx / 2 / p.ny


def straight(state: WallState) -> bool:
    """Whether all rows of cells are alike."""
    return state.m.shape[1] == 1 or float(np.ptp(state.m[..., 2], axis=1).max()) < 1e-3


def tilt(state: WallState) -> float:
    """Angle [deg] of the wall's moment from its plane, -180 to 180: 0 along y, positive towards -x."""
    return degrees(remainder(state.angle - pi / 2, tau))


def wall_energy(state: WallState, p: WallParameters) -> float:
    """Energy [J/m^2] of exchange, anisotropy and stray field above that of the domains, for the section."""
    found = motion_of(p, place_of(state, p)).energies(state.spins)
    above = found[Exchange.name] + found[Uniaxial.name] + found[STRAY]
    return (above + p.K1 * p.section * p.nx * p.dx) / p.section


def mean_velocity(state: WallState) -> float:
    """Velocity [m/s] over the last half turn of the wall; where it does not turn, the velocity."""
    if not turning(state):
        return state.velocity
    (begin, start), (end, stop) = state.turns
    return float((stop - start) / (end - begin))


def precession(state: WallState) -> float:
    """Frequency [Hz] of the wall's precession, from the last half turn; 0 where it does not turn."""
    return state.sense * float(0.5 / (state.turns[1, 0] - state.turns[0, 0])) if turning(state) else 0.0


def turning(state: WallState) -> bool:
    """Whether the wall has made half a turn since the last change, and goes on turning about as fast."""
    begin, end = state.turns[:, 0]
    return state.turned >= 2 and state.time - end < 3 * (end - begin)


# --- what happens to it -----------------------------------------------------------------------------------------------


def start_vectors(p: WallParameters) -> Values:
    """A Bloch wall at rest in the middle."""
    return textures.wall(p.shape, float(p.wall.width()) / p.dx if p.resolved else (p.A / p.K1) ** 0.5 / p.dx)


def begun(p: WallParameters, key: int) -> WallState:
    """A wall at rest; single precision where there are many cells."""
    dtype = np.float64 if p.flat else np.float32
    state = WallState(Spins.of_vectors(mesh_of(p), start_vectors(p)[..., None, :], dtype=dtype, key=key), key=key)
    state.before = p.B if p.rise == 0 else 0.0
    settle_in_strip(state, p)
    return state


def settle_in_strip(state: WallState, p: WallParameters) -> None:
    """In a strip edges and surfaces change the profile: relax without field."""
    if not p.wide:
        relax(motion_of(p.change(B=0.0), place_of(state, p)), state.spins, TORQUE, most=2000)


def put_back(state: WallState, p: WallParameters) -> None:
    """A wall at rest where the track begins."""
    state.spins.values[...] = begun(p, state.key).spins.values
    state.shift, state.angle, state.velocity, state.left = 0, pi / 2, 0.0, nan
    forget(state)


def forget(state: WallState) -> None:
    """Something but time has changed the wall or what acts on it."""
    state.history = None
    state.turned = state.known = 0


def moved(state: WallState, p: WallParameters, dt: float) -> None:
    """Advance by ``dt`` [s] in equal steps, and let the mesh follow the wall."""
    inner = parts_of(dt, inner_step(p))
    elapsed = state.time - state.since
    motion = motion_now(state, p)
    if state.history is None:
        state.history = History.of(state.spins)
    was = position(state, p)
    motion.advance(state.spins, state.history, dt / inner, inner, elapsed)
    now = position(state, p)
    state.velocity = (now - was) / dt if now == now and was == was else nan
    note_turn(state, dt, was, now)
    note_jump(state, p, was, now)
    follow(state, p)


def note_turn(state: WallState, dt: float, was: float, now: float) -> None:
    """Count on the azimuth of the wall's moment, and keep when and where it passed the wall's normal."""
    x, y = moment_of(state)
    turn = remainder(atan2(y, x) - state.angle, tau)
    before, state.angle = state.angle, state.angle + turn
    if now != now or was != was:
        state.known = 0
        return
    here = np.array([state.angle, state.time + dt, now])
    if floor(before / pi) != floor(state.angle / pi):
        edge = pi * max(floor(before / pi), floor(state.angle / pi))
        last = np.array([before, state.time, was])
        state.turns[0], state.turns[1] = state.turns[1].copy(), crossing(state, last, here, edge)
        state.turned, state.sense = state.turned + 1, 1 if turn > 0 else -1
    state.past[:-1], state.past[-1] = state.past[1:].copy(), here
    state.known += 1


def crossing(state: WallState, last: Values, here: Values, edge: float) -> Values:
    """Time and position (2,) at which the azimuth was ``edge``: by a cubic through four samples, or by a straight line.

    Of 80 samples in half a turn the cubic errs by some 1e-6.
    """
    rows = np.vstack([state.past, here]) if state.known >= len(state.past) else np.vstack([last, here])
    steps = np.diff(rows[:, 0])
    if not (steps > 0).all() and not (steps < 0).all():
        rows = np.vstack([last, here])
    angles, total = rows[:, 0], np.zeros(2)
    for n, row in enumerate(rows):
        others = np.delete(angles, n)
        total += row[1:] * np.prod((edge - others) / (row[0] - others))
    return total


def note_jump(state: WallState, p: WallParameters, was: float, now: float) -> None:
    """Keep how far a wall among defects came while it was faster than `JUMP`, and when it was no longer at rest."""
    if not abs(state.velocity) < CREEP:
        state.fast = state.time
    if not p.depth:
        return
    if abs(state.velocity) > JUMP:
        state.left = was if state.left != state.left else state.left
    elif state.left == state.left:
        if now == now:
            state.jumps = np.append(state.jumps[-MOST_JUMPS + 1 :], abs(was - state.left))
        state.left = nan


def follow(state: WallState, p: WallParameters) -> None:
    """Shift the mesh by whole cells so that the wall is in its middle again, and the fields of its history with it."""
    by = round(offset(state, p)) if walled(state) else 0
    by = max(-p.nx // 2, min(p.nx // 2, by))
    if by == 0:
        return
    state.shift += by
    shifted(state.spins.values, by)
    state.spins.fill_halo()
    if state.history is not None:
        shifted(state.history.fields, by)


def shifted(array: NDArray[np.generic], by: int) -> None:
    """Move ``array`` (..., nx + 2), with its halo, ``by`` cells to lower x; new ones are as that at the end."""
    inner = array[..., 1:-1]
    if by > 0:
        inner[..., :-by] = inner[..., by:].copy()
        inner[..., -by:] = inner[..., -1:]
    else:
        inner[..., -by:] = inner[..., :by].copy()
        inner[..., :-by] = inner[..., :1]
