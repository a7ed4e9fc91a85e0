"""Blocks of a Pulseq file put together from their events, with their durations and extensions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import zip_longest

from spinviz.files.errors import FileError, quoted
from spinviz.files.pulseq.events import LATE, Events
from spinviz.files.pulseq.extensions import rotated, rotations
from spinviz.files.pulseq.text import LARGEST, REWRITE, Text, steps_per_second
from spinviz.physics.sequence.blocks import AXES, Block, Gradient, Readout, Rf, Sequence

MAX_DURATION = 1e5
"""s: more than a day."""
MAX_READOUTS = 2**24
"""Samples of all readouts."""
MAX_KNOTS = 10**7
"""Points of all gradients in all blocks."""
SPOIL = "SpinvizSpoiledBlocks"
"""Definition that names the blocks after which spinviz spoils ideally; no other program knows of it."""


@dataclass
class _Totals:
    duration: float = 0.0
    samples: int = 0
    knots: int = 0


def build_sequence(text: Text, B0: float | None) -> Sequence:
    """Return the sequence. Equal blocks are one object. Errors: `FileError`."""
    events, raster = Events(text, B0), text.raster("BlockDurationRaster")
    rows = _rows(text)
    turns = rotations(text, (row[-1] for row in rows))
    spoiled = _spoiled(text)
    known: dict[tuple[object, ...], tuple[Block, tuple[float, ...]]] = {}
    onward: tuple[bool, ...] = (False, False, False)
    blocks: list[Block] = []
    before: tuple[float, ...] = (0.0, 0.0, 0.0)
    totals = _Totals()
    for (number, *ids), following in zip_longest(rows, rows[1:]):
        if text.version < (1, 5):
            onward = tuple(following is not None and events.goes_on(id) for id in (following or ids)[-5:-2])
        turn = ids[6] if ids[6] in turns else 0
        key = (*ids[:6], turn, before, onward, number in spoiled)
        if key not in known:
            block, after = _block(text, events, raster, number, ids, before, onward, number in spoiled)
            if turn:
                block = replace(block, gradients=rotated(block.gradients, turns[turn]))
            known[key] = block, after
        block, before = known[key]
        blocks.append(block)
        _count(text, totals, block)
    return Sequence(tuple(blocks), _definitions(text), (*text.remarks, *events.remarks))


def _rows(text: Text) -> list[tuple[int, ...]]:
    """Rows (id, duration or delay, rf, gx, gy, gz, adc, ext)."""
    allowed = (7, 8) if text.version < (1, 4) else (8,)
    rows, seen = [], set()
    for line in text.sections["BLOCKS"]:
        fields = line.split()
        try:
            row = tuple(map(int, fields))
        except ValueError:
            row = ()
        if not row or max(map(abs, row)) > LARGEST:  # the slow way, which complains
            row = tuple(text.whole(value, f"a number in block {quoted(line)}") for value in fields)
        if len(row) not in allowed:
            problem = f"block {quoted(line)} has {len(row)} columns, expected are {' or '.join(map(str, allowed))}"
            raise FileError(text.path, problem, REWRITE)
        if row[1] < 0 and text.version >= (1, 4):
            raise FileError(text.path, f"block {row[0]} lasts {row[1]} raster steps, it must be 0 or more", REWRITE)
        if min(row[1:]) < 0:
            raise FileError(text.path, f"block {row[0]} uses event {min(row[1:])}, an id is 0 or more", REWRITE)
        if row[0] in seen:
            raise FileError(text.path, f"block {row[0]} is defined twice", REWRITE)
        seen.add(row[0])
        rows.append(row if len(row) == 8 else (*row, 0))
    return rows


def _block(
    text: Text,
    events: Events,
    raster: float,
    number: int,
    ids: list[int],
    before: tuple[float, ...],
    onward: tuple[bool, ...],
    spoil: bool,
) -> tuple[Block, tuple[float, ...]]:
    """Return the block and the amplitudes with which its gradients reach its end."""
    parts: list[tuple[str, float]] = []
    rf: Rf | None = None
    readout: Readout | None = None
    gradients: list[Gradient | None] = [None, None, None]
    last = [(0.0, 0.0)] * 3
    if ids[1]:
        rf, end = events.rf(ids[1])
        parts.append(("its RF pulse", end))
    for axis in range(3):
        if ids[2 + axis]:
            gradients[axis], end, amplitude = events.gradient(ids[2 + axis], before[axis], onward[axis])
            parts.append((f"its gradient {AXES[axis]}", end))
            last[axis] = (end, amplitude)
    if ids[5]:
        readout = events.readout(ids[5])
        parts.append(("its readout", readout.start + readout.samples * readout.dwell))
    what, longest = max(parts, key=lambda part: part[1], default=("nothing", 0.0))
    if text.version >= (1, 4):
        duration = ids[0] / steps_per_second(raster)
        if longest > duration + LATE:
            problem = f"block {number} lasts {duration:.10g} s but {what} ends at {longest:.10g} s"
            remedy = "lengthen the block or shorten the event"
            if rf is not None and rf.duration >= 2 * (duration - rf.start):
                remedy += ", or write it for one transmit channel if the samples of several (pTx) follow each other"
            raise FileError(text.path, problem, remedy)
    else:
        duration = _in_steps(max(longest, events.delay(ids[0]) if ids[0] else 0.0), raster)
    after = tuple(amplitude if end > duration - LATE else 0.0 for end, amplitude in last)
    return Block(duration, rf, (gradients[0], gradients[1], gradients[2]), readout, spoil), after


def _in_steps(duration: float, raster: float) -> float:
    """Return a multiple of the raster as newer versions write it, so that both are the same float."""
    whole = round(duration / raster) / steps_per_second(raster)
    return whole if abs(whole - duration) < 1e-12 else duration


def _count(text: Text, totals: _Totals, block: Block) -> None:
    """Refuse what would not fit into memory or never end."""
    totals.duration += block.duration
    totals.samples += block.readout.samples if block.readout else 0
    totals.knots += sum(len(g.times) for g in block.gradients if g is not None)
    limits = (
        (totals.duration, MAX_DURATION, "lasts more than {:g} s"),
        (totals.samples, MAX_READOUTS, "reads more than {} samples"),
        (totals.knots, MAX_KNOTS, "has gradients of more than {} points"),
    )
    for value, limit, complaint in limits:
        if value > limit:
            raise FileError(text.path, f"the sequence {complaint.format(limit)}, the limit", "cut it in parts")


def _spoiled(text: Text) -> frozenset[int]:
    words = text.definitions.get(SPOIL, "").split()
    return frozenset(text.whole(word, f"{SPOIL} in [DEFINITIONS]") for word in words)


def _definitions(text: Text) -> dict[str, object]:
    """Numbers and lists of numbers as such, everything else as text."""
    found: dict[str, object] = {}
    for key, value in text.definitions.items():
        try:
            numbers = [float(word) for word in value.split()]
        except ValueError:
            numbers = []
        found[key] = value if not numbers else numbers[0] if len(numbers) == 1 else tuple(numbers)
    return found
