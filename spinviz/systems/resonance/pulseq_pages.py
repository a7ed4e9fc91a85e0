"""Pages of the pulse diagram of a long sequence: some blocks at a time, all pages on the same scale."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

import numpy as np

from spinviz.model.plots import DiagramRow, DiagramScheme
from spinviz.physics.sequence import AXES, Block, HardPulse, Rf, Sequence
from spinviz.physics.timeline import Timeline
from spinviz.systems.resonance.diagrams import rows_of

ROLES = {"RF": "net", "ADC": "simulation", **{f"G_{axis}": axis for axis in AXES}}


def page_at(timeline: Timeline, time: float, blocks: int) -> DiagramScheme:
    """Return the page on which ``time`` [s] lies; ``blocks`` to a page, 0 for everything on one."""
    count = len(timeline.sequence.blocks)
    size = blocks or count
    now = int(np.searchsorted(timeline.sequence.starts, time, side="right")) - 1
    first = min(max(now, 0), count - 1) // size * size
    starts = timeline.sequence.starts
    start, end = float(starts[first]), float(starts[min(first + size, count)])
    return DiagramScheme(_rows(timeline, first, size), time, start, max(end, start + 1e-9))


@lru_cache(maxsize=8)
def _rows(timeline: Timeline, first: int, size: int) -> tuple[DiagramRow, ...]:
    """Rows of some blocks; a row that is empty on this page is a line at 0."""
    blocks, begin = timeline.sequence.blocks[first : first + size], timeline.sequence.starts[first]
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
