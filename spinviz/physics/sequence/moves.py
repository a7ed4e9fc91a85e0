"""What moves spins, and when.

Every move displaces some spins from where they are at rest; the displacements of several moves add. How far a move has
come is told by a curve in time, between 0 (at rest) and 1. Moves as in KomaMRI: `Translate`, `Rotate`, `HeartBeat` by a
formula, `Path` by a table.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, floor, pi
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.sequence.blocks import Array, Sample

LARGEST_TURN = pi / 8
"""A rotation is looked at after every such angle [rad], lest it be taken for a straight line."""
BESIDE = 1e-9
"""Parts of a piece by which its ends are avoided: motion may jump there."""

Spins = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Curve:
    """Straight lines between ``times`` (n,) [s], rising, with ``values`` (n,) from 0 to 1; before and after them the
    first and the last value, or, when ``periodic``, the same again.
    """

    times: Array
    values: Array
    periodic: bool = False

    @property
    def period(self) -> float:
        """From the first to the last time [s]."""
        return float(self.times[-1] - self.times[0])

    def at(self, t: float) -> float:
        """Value at the time ``t`` [s]."""
        if self.periodic:
            t = float(self.times[0]) + (t - float(self.times[0])) % self.period
        return float(np.interp(t, self.times, self.values))

    def knots(self, start: float, end: float, levels: Array) -> Array:
        """Times (n,) [s] from ``start`` to before ``end`` at which it bends or passes one of ``levels`` (k,)."""
        inside = [self.times]
        for (t0, t1), (v0, v1) in zip(pairwise(self.times), pairwise(self.values)):
            passed = levels[(levels - v0) * (levels - v1) < 0]
            inside.append(t0 + (passed - v0) / (v1 - v0) * (t1 - t0) if len(passed) else passed)
        once = np.concatenate(inside)
        if self.periodic:
            first, last = (floor((t - float(self.times[0])) / self.period) for t in (start, end))
            once = np.concatenate([once + n * self.period for n in range(first, last + 1)])
        return np.unique(once[(once >= start) & (once < end)])


class Action(Protocol):
    """Where a move brings its spins."""

    def displacement(self, place: Array, part: float) -> Array:
        """Displacement (3, n) [m] of spins at rest at ``place`` (3, n) when the move has come to ``part``."""

    def levels(self) -> Array:
        """Values of the curve at which the displacement bends."""

    def of_parts(self, count: int) -> Action:
        """The same for spins of which each was divided into ``count``."""


@dataclass(frozen=True)
class Translate:
    """All spins by ``shift`` (3,) [m]."""

    shift: tuple[float, float, float]

    def displacement(self, place: Array, part: float) -> Array:
        """The same for all."""
        return np.broadcast_to(part * np.array(self.shift)[:, None], place.shape)

    def levels(self) -> Array:
        """None."""
        return np.zeros(0)

    def of_parts(self, count: int) -> Action:
        """Itself."""
        return self


@dataclass(frozen=True)
class Rotate:
    """About ``centre`` (3,) [m] by ``angles`` (3,) [rad] about x, then y, then z, counterclockwise."""

    angles: tuple[float, float, float]
    centre: tuple[float, float, float]

    def displacement(self, place: Array, part: float) -> Array:
        """(R - 1)(r - centre), R = Rz Ry Rx of a part of each angle."""
        (cx, cy, cz), (sx, sy, sz) = (f(part * np.array(self.angles)) for f in (np.cos, np.sin))
        about_x = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
        about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
        about_z = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
        turned: Array = about_z @ about_y @ about_x - np.eye(3)
        return np.asarray(turned @ (place - np.array(self.centre)[:, None]), dtype=np.float64)

    def levels(self) -> Array:
        """Equal parts of the angle."""
        count = ceil(float(np.abs(self.angles).sum()) / LARGEST_TURN)
        return np.arange(1, count) / max(count, 1)

    def of_parts(self, count: int) -> Action:
        """Itself."""
        return self


@dataclass(frozen=True)
class HeartBeat:
    """Strains around the z axis, along the radius and along z: the outermost spin, ``radius`` [m] from the axis, moves
    by ``circumferential`` of it, those inside by ``radial`` of their distance from there less; none crosses the axis.
    """

    circumferential: float
    radial: float
    longitudinal: float
    radius: float

    def displacement(self, place: Array, part: float) -> Array:
        """Along the radius and along z."""
        r = np.hypot(place[0], place[1])
        change = part * (self.circumferential * self.radius - self.radial * (self.radius - r))
        inwards = np.divide(np.maximum(change, -r), r, out=np.zeros_like(r), where=r > 0)
        return np.stack([inwards * place[0], inwards * place[1], part * self.longitudinal * place[2]])

    def levels(self) -> Array:
        """None: spins that reach the axis stop there, at times of their own."""
        return np.zeros(0)

    def of_parts(self, count: int) -> Action:
        """Itself."""
        return self


@dataclass(frozen=True, eq=False)
class Path:
    """By tables: ``steps`` (3, rows, k) [m] at k equal parts of the curve, straight lines between them.

    ``rows`` (n,): the row of each spin. ``reset`` (rows, k): where True, the spin that comes to this point is a new
    one: it begins in equilibrium, and the one before stayed where it was until then.
    """

    steps: Array
    rows: Spins
    reset: NDArray[np.bool_] | None = None

    def displacement(self, place: Array, part: float) -> Array:
        """Between two points of the table."""
        count = self.steps.shape[2]
        at = min(max(part, 0.0), 1.0) * (count - 1)
        k = min(int(at), max(count - 2, 0))
        weight = at - k
        after = self.steps[:, :, min(k + 1, count - 1)]
        if self.reset is not None and k + 1 < count:
            after = np.where(self.reset[:, k + 1], self.steps[:, :, k], after)
        return np.asarray(((1 - weight) * self.steps[:, :, k] + weight * after)[:, self.rows], dtype=np.float64)

    def levels(self) -> Array:
        """The points of the table."""
        count = self.steps.shape[2]
        return np.asarray(np.arange(1, count - 1) / max(count - 1, 1), dtype=np.float64)

    def of_parts(self, count: int) -> Action:
        """All parts of a spin share its row."""
        return replace(self, rows=np.repeat(self.rows, count))

    def fresh(self, part: float) -> NDArray[np.bool_]:
        """Which spins (n,) begin anew when the move comes to ``part``."""
        at = part * (self.steps.shape[2] - 1)
        if self.reset is None or abs(at - round(at)) > 1e-6:
            return np.zeros(len(self.rows), dtype=bool)
        return np.asarray(self.reset[self.rows, round(at)])


@dataclass(frozen=True, eq=False)
class Move:
    """``action`` on ``spins`` (n,), or on all, as ``curve`` tells."""

    action: Action
    curve: Curve
    spins: Spins | None = None

    @property
    def which(self) -> Spins | slice:
        """An index of its spins."""
        return slice(None) if self.spins is None else self.spins


@dataclass(frozen=True, eq=False)
class Motion:
    """All moves of a sample."""

    moves: tuple[Move, ...]

    def place(self, rest: Array, t: float) -> Array:
        """Positions (3, N) [m] at the time ``t`` [s] of spins at ``rest`` (3, N)."""
        place = rest.copy()
        for move in self.moves:
            place[:, move.which] += move.action.displacement(rest[:, move.which], move.curve.at(t))
        return place

    def knots(self, start: float, end: float) -> Array:
        """Times (n,) [s] from ``start`` to before ``end`` between which everything moves smoothly."""
        parts = [move.curve.knots(start, end, move.action.levels()) for move in self.moves]
        return np.unique(np.concatenate([np.zeros(0), *parts]))

    def divided(self, count: int) -> Motion:
        """The motion of a sample of which each spin was divided into ``count``, one after the other."""
        return Motion(tuple(_divided(move, count) for move in self.moves))

    def renew(self, sample: Sample, m: Array, t: float, step: float) -> None:
        """Put spins that begin anew at the time ``t``, the beginning of a piece of ``step`` [s], in equilibrium."""
        for move in self.moves:
            if isinstance(move.action, Path) and move.action.reset is not None:
                new = move.action.fresh(move.curve.at(t)) | move.action.fresh(move.curve.at(t - BESIDE * step))
                which = np.arange(m.shape[1])[move.which][new]
                m[:2, which], m[2, which] = 0.0, sample.M0[which]


def _divided(move: Move, count: int) -> Move:
    spins = move.spins
    if spins is not None:
        spins = (spins[:, None] * count + np.arange(count)).ravel()
    return Move(move.action.of_parts(count), move.curve, spins)
