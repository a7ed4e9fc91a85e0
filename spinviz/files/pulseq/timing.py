"""Times of a sequence made fit for a Pulseq file: rasters, room for hard pulses, trapezoids recognised."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.sequence.blocks import Block, Gradient, HardPulse, Readout, Rf

Array = NDArray[np.float64]

HARD = 1e-6
"""Seconds that a hard pulse takes in the file."""
JUMP = 1e-8
"""Seconds in which an amplitude changes that jumps between two steps of the raster; PyPulseq needs more than 1e-9."""
MOST_REPEATED = 2**15
"""Samples as which a pulse of steps is written, at most."""
_STEPS = (1e-5, 1e-6, 1e-7, 1e-8, 1e-9)


@dataclass
class Rasters:
    """Steps [s] that hold every time of the sequence."""

    block: float
    gradient: float
    rf: float
    adc: float

    @classmethod
    def of(cls, blocks: Iterable[Block]) -> Rasters:
        """Return the usual steps where they fit, finer ones elsewhere."""
        different = list({id(block): block for block in blocks}.values())
        pulses = [b.rf for b in different if b.rf is not None]
        readouts = [b.readout for b in different if b.readout is not None]
        gradients = [g for b in different for g in b.gradients if g is not None]
        dwells = np.array([readout.dwell for readout in readouts])
        return cls(
            block=_step(np.array([b.duration for b in different]), 1e-5),
            gradient=_step(np.concatenate([np.zeros(1), *(_fixed_times(g) for g in gradients)]), 1e-5),
            rf=_rf_step(pulses),
            adc=float(dwells[0]) if len(set(dwells.tolist())) == 1 and not fits(dwells, 1e-7) else _step(dwells, 1e-7),
        )


def fits(times: Array, step: float) -> bool:
    """Whether all times are multiples of a step, rounding aside."""
    steps = times / step
    return bool(np.all(np.abs(steps - np.round(steps)) <= 1e-6 + 1e-12 * np.abs(steps)))


def _step(times: Array, usual: float) -> float:
    """Return the longest step from the usual one down that holds all times, at least a nanosecond."""
    return next((step for step in _STEPS if step <= usual and fits(times, step)), _STEPS[-1])


def _rf_step(pulses: Sequence[Rf | HardPulse]) -> float:
    """Return the longest step that holds the beginnings of pulses and, if they do not need too many, their samples."""
    starts = np.array([pulse.start for pulse in pulses])
    held = [pulse for pulse in pulses if isinstance(pulse, Rf) and pulse.held]
    for step in (1e-6, 1e-7):
        if fits(starts, step) and all(is_stepped(pulse.times, step) for pulse in held):
            return step
    return _step(starts, 1e-6)


def is_stepped(times: Array, step: float) -> bool:
    """Whether a pulse of steps that change at ``times`` is written as samples on a raster."""
    return fits(np.diff(times), step) and times[-1] <= MOST_REPEATED * step


def alone(readout: Readout, duration: float) -> Readout:
    """Return a readout; a single sample of no usual dwell time gets a short one about the same time."""
    if readout.samples > 1 or fits(np.array([readout.dwell]), 1e-7):
        return readout
    time = float(readout.times[0])
    dwell = 2 * min(time, duration - time, 5e-6)
    dwell = max(1e-7, np.floor(dwell / 1e-7 + 1e-6) * 1e-7)
    return replace(readout, dwell=dwell, start=min(max(time - dwell / 2, 0.0), max(duration - dwell, 0.0)))


def _fixed_times(gradient: Gradient) -> Array:
    """Times that must lie on the raster: all of a trapezoid, the first and last of other shapes."""
    return gradient.times if trapezoid(gradient) is not None else gradient.times[[0, -1]]


def trapezoid(gradient: Gradient) -> tuple[float, float, float, float, float] | None:
    """Return amplitude, rise, flat, fall and delay if the gradient rises from 0, stays and falls to 0."""
    heights = gradient.amplitudes.tolist()
    if not 3 <= len(heights) <= 4 or heights[0] != 0 or heights[-1] != 0 or heights[1] != heights[-2]:
        return None
    rise, *flat, fall = (float(f"{1e6 * span:.6f}") * 1e-6 for span in np.diff(gradient.times))
    return heights[1], rise, sum(flat), fall, float(gradient.times[0])


def in_steps(times: Array, step: float) -> Array:
    """Return times in steps of a raster; what should be whole is whole, so that it comes back bit for bit."""
    return np.asarray(np.round(times / step, 9), dtype=np.float64)


def is_centred(times: Array, step: float) -> bool:
    """Whether samples stand in the middle of raster steps, between a first and a last one at the ends."""
    count = len(times) - 2
    if count < 1:
        return False
    expected = np.concatenate([[0.0], (np.arange(count) + 0.5) * step, [count * step]])
    return bool(np.allclose(times, expected, rtol=0, atol=1e-6 * step))


def rising(times: Array) -> Array:
    """Times of which no two are equal: where a gradient jumps it does so within `JUMP`."""
    return np.asarray(times + JUMP * np.concatenate([[0.0], np.cumsum(np.diff(times) <= 0)]), dtype=np.float64)


def steep(times: Array) -> Array:
    """Times (2 (n - 1),) around n - 1 steps of a held pulse; the area of each is kept."""
    inner = np.repeat(times[1:-1], 2) + np.tile([-JUMP / 2, JUMP / 2], len(times) - 2)
    return np.concatenate([times[:1], inner, times[-1:]])


def with_room(blocks: Iterable[Block]) -> list[Block]:
    """Blocks long enough for their hard pulses; what comes after is shortened where nothing happens yet."""
    given = list(blocks)
    found: list[Block] = []
    debt = 0.0
    made: dict[tuple[int, float], Block] = {}
    for number, block in enumerate(given):
        lead = min(debt, _idle(block))
        if lead > 0:
            block = made.setdefault((id(block), lead), _earlier(block, lead))
        debt -= lead
        if isinstance(block.rf, HardPulse) and block.rf.start + HARD > block.duration * (1 + 1e-9):
            missing = _missing(block, given[number + 1] if number + 1 < len(given) else None)
            block = made.setdefault((id(block), -missing), _longer(block, missing))
            debt += missing
        if block.readout is not None:
            heard = alone(block.readout, block.duration)
            if heard is not block.readout:
                block = made.setdefault((id(block), 0.0), replace(block, readout=heard))
        found.append(block)
    return found


def _missing(block: Block, following: Block | None) -> float:
    """Time [s] to be added for a hard pulse: up to the usual raster if what follows has it to spare."""
    assert isinstance(block.rf, HardPulse)
    least = block.rf.start + HARD - block.duration
    usual = np.ceil((block.rf.start + HARD) / 1e-5 - 1e-6) * 1e-5 - block.duration
    return float(usual) if following is not None and _idle(following) >= usual else least


def _idle(block: Block) -> float:
    """Time [s] before anything happens in a block."""
    starts = [block.duration]
    starts += [event.start for event in (block.rf, block.readout) if event is not None]
    starts += [float(gradient.times[0]) for gradient in block.gradients if gradient is not None]
    return min(starts)


def _earlier(block: Block, lead: float) -> Block:
    rf = None if block.rf is None else replace(block.rf, start=block.rf.start - lead)
    readout = None if block.readout is None else replace(block.readout, start=block.readout.start - lead)
    gradients = tuple(None if g is None else Gradient(g.times - lead, g.amplitudes) for g in block.gradients)
    return Block(block.duration - lead, rf, gradients, readout, block.spoil, block.label)  # type: ignore[arg-type]


def _longer(block: Block, missing: float) -> Block:
    return Block(block.duration + missing, block.rf, block.gradients, block.readout, block.spoil, block.label)
