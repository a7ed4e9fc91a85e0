"""Pages of the pulse diagram of a long sequence: some blocks at a time, all pages on the same scale."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

import numpy as np

from spinviz.model.plots import DiagramRow, DiagramScheme
from spinviz.physics.sequence.blocks import AXES, Block, HardPulse, Rf, Sequence
from spinviz.physics.sequence.timeline import Timeline
from spinviz.systems.resonance.common.diagrams import rows_of

LONG = 2.0
"""Parts of a page's length that a wait may have to stay on it."""
ROLES = {"RF": "net", "ADC": "simulation", **{f"G_{axis}": axis for axis in AXES}}


def page_at(timeline: Timeline, time: float, blocks: int) -> DiagramScheme:
    """Return the page on which ``time`` [s] lies; at most ``blocks`` to a page, 0 for everything on one."""
    pages, starts = _pages(timeline, blocks or len(timeline.sequence.blocks), bool(blocks)), timeline.sequence.starts
    now = int(np.searchsorted(starts[pages[:-1]], time, side="right")) - 1
    first, last = pages[max(now, 0)], pages[max(now, 0) + 1]
    start, end = float(starts[first]), float(starts[last])
    return DiagramScheme(_rows(timeline, first, last), time, start, max(end, start + 1e-9))


@lru_cache(maxsize=4)
def _pages(timeline: Timeline, size: int, waits: bool) -> list[int]:
    """Numbers of the blocks that begin a page, and of the end; a wait that would crush its page has one of its own."""
    found, length = [0], 0.0
    for number, block in enumerate(timeline.sequence.blocks):
        idle = block.rf is None and block.readout is None and not any(block.gradients)
        apart = waits and idle and block.duration > LONG * length
        if number > found[-1] and (number - found[-1] >= size or apart):
            found.append(number)
            length = 0.0
        length += block.duration
        if apart and number + 1 < len(timeline.sequence.blocks):
            found.append(number + 1)
            length = 0.0
    return [*found, len(timeline.sequence.blocks)]


@lru_cache(maxsize=8)
def _rows(timeline: Timeline, first: int, last: int) -> tuple[DiagramRow, ...]:
    """Rows of some blocks; a row that is empty on this page is a line at 0."""
    blocks, begin = timeline.sequence.blocks[first:last], timeline.sequence.starts[first]
    here, whole = _largest(blocks), _largest_of_all(timeline)
    found = {row.name: row for row in rows_of(Timeline(Sequence(blocks)))}
    duration = sum(block.duration for block in blocks)
    rows = []
    for name, most in whole.items():
        row = found.get(name) or DiagramRow(name, np.array([0.0, duration]), np.zeros(2), ROLES[name])
        rows.append(replace(row, times=begin + row.times, values=row.values * here.get(name, 0.0) / most))
    return tuple(rows)


@lru_cache(maxsize=2)
def _largest_of_all(timeline: Timeline) -> dict[str, float]:
    return {"RF": 1.0} | _largest(timeline.sequence.blocks)


def _largest(blocks: Iterable[Block]) -> dict[str, float]:
    """Largest value in each row that is used, in the order of the rows; hard pulses are as high as shaped ones."""
    different = list({id(block): block for block in blocks}.values())
    found: dict[str, float] = {}
    pulses = [block.rf for block in different if block.rf is not None]
    shaped = [float(np.abs(pulse.w1).max()) for pulse in pulses if isinstance(pulse, Rf)]
    if pulses:
        found["RF"] = max(shaped, default=1.0) or 1.0
    if any(isinstance(pulse, HardPulse) for pulse in pulses):
        found["RF"] = 1.0
    for axis, name in enumerate(AXES):
        heights = [float(np.abs(g.amplitudes).max()) for b in different if (g := b.gradients[axis]) is not None]
        if max(heights, default=0.0) > 0:
            found[f"G_{name}"] = max(heights)
    if any(block.readout for block in different):
        found["ADC"] = 1.0
    return found
