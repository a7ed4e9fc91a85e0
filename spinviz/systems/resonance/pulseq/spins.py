"""What a sequence is played on: a voxel of isochromats, or a phantom whose spins are divided as far as needed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from math import log, pi, prod

import numpy as np
from numpy.typing import NDArray

from spinviz.files.phantom_spins import Phantom
from spinviz.files.phantoms import read_any_phantom
from spinviz.physics.resonance.bloch import offset_quantiles
from spinviz.physics.sequence.blocks import AXES, Array, Complex, Sample
from spinviz.physics.sequence.dephasing import divided, parts_for, reach, turns
from spinviz.physics.sequence.engine import LONGEST_STEP, play
from spinviz.physics.sequence.motion import play_moving
from spinviz.physics.sequence.moves import Motion
from spinviz.physics.sequence.timeline import Timeline
from spinviz.systems.resonance.pulseq.parameters import MOST_SPINS, MOST_WORK, PulseqParameters, stamp, timeline_of

Parts = tuple[int, int, int]
Index = NDArray[np.int64]

SPOILS_A_SLICE = 100.0
"""1/m: half a turn across 5 mm."""
LOOKS = 17
"""Times at which moving spins are looked at to find how far they come."""


@dataclass(frozen=True, eq=False)
class Played:
    """``sample``: spins of mean M0 of 1; ``motion`` moves them, between ``low`` and ``high`` (3,) [m]; ``remarks``:
    what is odd or was assumed.
    """

    sample: Sample
    low: Array
    high: Array
    motion: Motion | None = None
    remarks: tuple[str, ...] = ()

    @classmethod
    def of(cls, sample: Sample, motion: Motion | None = None, duration: float = 0.0, *remarks: str) -> Played:
        """Look where the spins come to in ``duration`` [s]."""
        times = np.linspace(0.0, duration, LOOKS) if motion else ()
        places = [sample.position, *(motion.place(sample.position, t) for t in times if motion)]
        low = np.min([place.min(axis=1) for place in places], axis=0)
        high = np.max([place.max(axis=1) for place in places], axis=0)
        return cls(sample, low, high, motion, remarks)


def played_on(p: PulseqParameters) -> Played:
    """The phantom or the voxel. Errors: `FileError`."""
    if p.phantom:
        return _shifted(_phantom(p.phantom, stamp(p.phantom), p.inside, p.divide, timeline_of(p)), p.offset)
    return _voxel(p.isochromats, p.size, p.T1, p.T2, p.spread, p.offset)


def spins_of(p: PulseqParameters) -> Sample:
    """The spins at rest, their mean M0 is 1. Errors: `FileError`."""
    return played_on(p).sample


def steps_of(timeline: Timeline) -> float:
    """Samples and steps of shaped pulses, which cost most."""
    pulses = sum(placed.what.duration for placed in timeline.shaped)
    return len(timeline.sequence.sample_times) + pulses / LONGEST_STEP


def most_spins(timeline: Timeline) -> int:
    """Up to how many spins a phantom is divided for a sequence."""
    return int(min(MOST_SPINS, MOST_WORK / max(steps_of(timeline), 1.0)))


def places_at(p: PulseqParameters, t: float) -> Array:
    """Where the spins are (3, N) [m] a time ``t`` [s] after the sequence began."""
    found = played_on(p)
    return found.motion.place(found.sample.position, t) if found.motion else found.sample.position


def listen(p: PulseqParameters, timeline: Timeline, m: Array, start: float, end: float, threads: int = 1) -> Complex:
    """Play from ``start`` to ``end`` [s]: `engine.play`, or `play_moving` where spins move."""
    found = played_on(p)
    if found.motion is None:
        return play(timeline, found.sample, m, start, end, threads)
    return play_moving(timeline, found.sample, found.motion, m, start, end, threads)


# --- a phantom ------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=2)
def _read(path: str, stamp: int) -> Phantom:
    return read_any_phantom(path)


@lru_cache(maxsize=2)
def _phantom(path: str, stamp: int, inside: int, divide: bool, timeline: Timeline) -> Played:
    found = _read(path, stamp)
    sample, motion, said = _spread(found, inside, most_spins(timeline))
    parts, more = _parts(timeline, found, sample.count, divide)
    if prod(parts) > 1:
        sample, motion = divided(sample, np.array(parts)), motion.divided(prod(parts)) if motion else None
    M0 = sample.M0 / sample.M0.mean()
    same = Sample(sample.T1, sample.T2, M0, sample.dw, sample.position, sample.b1)
    return Played.of(same, motion, timeline.sequence.duration, *more, *_flat(timeline, found), *said, *found.remarks)


@lru_cache(maxsize=2)
def _shifted(found: Played, offset: float) -> Played:
    """All spins off the carrier by ``offset`` [Hz]."""
    s = found.sample
    shifted = Sample(s.T1, s.T2, s.M0, s.dw + 2 * pi * offset, s.position, s.b1)
    return replace(found, sample=shifted)


def _parts(timeline: Timeline, found: Sample, count: int, divide: bool) -> tuple[Parts, tuple[str, ...]]:
    """Into how many parts along each axis spins are divided, ``count`` in all before, and what to say about it."""
    once, lasting = turns(timeline, found)
    least, needed = _whole(parts_for(once)), _whole(parts_for(lasting))
    if prod(needed) == 1:
        return needed, ()
    dephased = f"gradients dephase neighbouring spins by {_turned(once)}"
    if float(lasting.max()) > 1.01 * float(once.max()):
        dephased += f", over several pulses by {_turned(lasting)}"
    limit = most_spins(timeline)
    if divide and count * prod(needed) <= limit:
        return needed, (f"spins divided {_along(needed)}: {dephased}",)
    missing = f"finer spins are needed, {_along(needed)}"
    if divide:
        missing += f" ({count * prod(needed)}, the limit is {limit})"
    if divide and count * prod(least) <= limit:
        some = _as_far_as_allowed(needed, least, limit // count)
        return some, (f"WARNING false echoes: spins divided {_along(some) or 'nowhere'}, but {dephased}: {missing}",)
    return (1, 1, 1), (f"WARNING false echoes: {dephased}, {missing}",)


def _as_far_as_allowed(needed: Parts, least: Parts, most: int) -> Parts:
    """``needed`` parts, fewer of those that go farthest beyond ``least``, up to ``most`` in all."""
    parts = list(needed)
    while prod(parts) > most:
        parts[max(range(3), key=lambda axis: parts[axis] / least[axis])] -= 1
    x, y, z = parts
    return x, y, z


def _flat(timeline: Timeline, found: Sample) -> tuple[str, ...]:
    """Say where gradients dephase nothing because the phantom is one layer, as they would a slice of some mm."""
    extent = np.ptp(found.position, axis=1)
    k = np.where((extent == 0) & (extent.max() > 0), reach(timeline), 0.0)
    axes = [axis for axis, much in zip(AXES, k >= SPOILS_A_SLICE) if much]
    return tuple(f"all spins at one {axis}: gradients along {axis} dephase nothing" for axis in axes)


def _whole(parts: Index) -> Parts:
    x, y, z = parts.tolist()
    return x, y, z


def _along(parts: Parts) -> str:
    return " and ".join(f"{n}× along {axis}" for axis, n in zip(AXES, parts) if n > 1)


def _turned(dephased: Array) -> str:
    text = f"{float(dephased.max()):.3g}"
    return f"{text} turn" if text == "1" else f"{text} turns"


def _spread(found: Phantom, inside: int, limit: int) -> tuple[Sample, Motion | None, tuple[str, ...]]:
    """Isochromats with a Lorentzian of offsets in each voxel of known T2*, with which free signals then decay."""
    if found.T2star is None or np.array_equal(found.T2star, found.T2):
        return found, found.motion, ()
    if inside < 2 or found.count * inside > limit:
        why = "" if inside < 2 else f": {inside} isochromats in each of {found.count} voxels exceed {limit}"
        return found, found.motion, (f"T₂* of the phantom is not used{why}",)
    offsets, weights = _lorentzian(inside)
    count = len(offsets)
    width = (1 / found.T2star - 1 / found.T2)[:, None]
    T1, T2, b1 = (np.repeat(a, count) for a in (found.T1, found.T2, found.b1))
    M0, dw = (found.M0[:, None] * weights).ravel(), (found.dw[:, None] + width * offsets).ravel()
    sample = Sample(T1, T2, M0, dw, np.repeat(found.position, count, axis=1), b1)
    return sample, found.motion.divided(count) if found.motion else None, ()


def _lorentzian(inside: int) -> tuple[Array, Array]:
    """Offsets (n,) in half widths of a Lorentzian and their parts of the density, n = ``inside`` or one less.

    Pairs +-sinh(u) of weight 1/cosh(u) at even steps of u, which go far out with few: up to 3 T2' the signal differs
    from exp(-t/T2') by at most 6 % of its beginning with 16, 4 % with 32 and 2.5 % with 64 of them. Quantiles would
    need several times as many.
    """
    pairs = max(1, inside // 2)
    u = (np.arange(pairs) + 0.5) * 1.1 * log(2 * pairs) / pairs
    weights = 1 / np.cosh(u) / (2 * np.sum(1 / np.cosh(u)))
    return np.concatenate([np.sinh(u), -np.sinh(u)]), np.concatenate([weights, weights])


# --- a voxel --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def _voxel(count: int, size: float, T1: float, T2: float, spread: float, offset: float) -> Played:
    dw = 2 * pi * offset + offset_quantiles(count, "lorentzian", 2 * pi * spread)
    return Played.of(Sample.of(size * places(count), T1, T2, dw=dw))


@lru_cache(maxsize=4)
def places(count: int) -> Array:
    """Points (3, N) that fill a cube of edge 1 about 0 evenly (Halton, Numer. Math. 2, 84, 1960), in opposite pairs."""
    half = np.stack([_mirrored_digits((count + 1) // 2, base) for base in (2, 3, 5)]) - 0.5
    return np.ascontiguousarray(np.concatenate([half, -half], axis=1)[:, :count])


def _mirrored_digits(count: int, base: int) -> Array:
    """Numbers (N,) between 0 and 1: the digits of 1, 2, 3... mirrored at the point."""
    rest, part, found = np.arange(1, count + 1), 1.0, np.zeros(count)
    while rest.any():
        part /= base
        found += part * (rest % base)
        rest //= base
    return found
