"""Writing a sequence as a Pulseq file of version 1.5: blocks of event ids, events and shapes each written once.

What Pulseq cannot say becomes what comes nearest: a hard pulse is a block pulse of `HARD` seconds that begins at its
time (and takes this time from what follows, if there is nothing yet); blocks that end in an ideal spoiler are listed in
a definition that only spinviz understands.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import pi

import numpy as np
from numpy.typing import NDArray

from spinviz.files.atomic import atomic_write
from spinviz.files.errors import FileError, printable
from spinviz.files.pulseq.blocks import SPOIL
from spinviz.files.pulseq.events import USES
from spinviz.files.pulseq.shapes import MAX_SAMPLES, pack
from spinviz.files.pulseq.text import MAX_BLOCKS
from spinviz.files.pulseq.timing import (
    HARD,
    Rasters,
    fits,
    in_steps,
    is_centred,
    is_stepped,
    rising,
    steep,
    trapezoid,
    with_room,
)
from spinviz.physics.sequence.blocks import Block, Gradient, HardPulse, Readout, Rf, Sequence

Array = NDArray[np.float64]

_OURS = ("TotalDuration", "RequiredExtensions", SPOIL)
_LETTERS = {use: letter for letter, use in USES.items()}
_COLUMNS = {
    "RF": "id ampl. mag_id phase_id time_shape_id center delay freqPPM phasePPM freq phase use",
    "GRADIENTS": "id amplitude first last amp_shape_id time_shape_id delay",
    "TRAP": "id amplitude rise flat fall delay",
    "ADC": "id num dwell delay freqPPM phasePPM freq phase phase_id",
}
"""Names of the columns, Hz, Hz/m, us (dwell: ns), rad."""


def write_pulseq(path: str | os.PathLike[str], sequence: Sequence) -> None:
    """Write a sequence completely or not at all.

    Times, trapezoids and frequencies come back from `read_pulseq` bit for bit, shapes to 1e-15 of their largest sample.
    Times off every raster down to a nanosecond are rounded to one.

    Raises
    ------
    FileError
        The sequence does not fit the format, or the file cannot be written; what was there stays then.
    """
    if not 1 <= len(sequence.blocks) <= MAX_BLOCKS:
        problem = f"the sequence has {len(sequence.blocks)} blocks, a file has 1 to {MAX_BLOCKS}"
        raise FileError(path, problem, "choose another sequence")
    blocks = with_room(sequence.blocks)
    body = _Writer(path, blocks).text(sequence).encode()
    digest = hashlib.md5(body, usedforsecurity=False).hexdigest()
    with atomic_write(path) as stream:
        stream.write(body)
        stream.write(f"\n[SIGNATURE]\n# MD5 of everything above the empty line\nType md5\nHash {digest}\n".encode())


@dataclass
class _Writer:
    """Rows by content: what is equal is written once."""

    path: str | os.PathLike[str]
    blocks: list[Block]
    rows: dict[str, dict[tuple[str, ...], int]] = field(default_factory=lambda: {name: {} for name in _COLUMNS})
    shapes: dict[bytes, tuple[int, Array]] = field(default_factory=dict)

    def text(self, sequence: Sequence) -> str:
        """Return everything but the signature."""
        self.rasters = Rasters.of(self.blocks)
        table = self._table()
        lines = ["# Pulseq sequence file", "# Created by spinviz", ""]
        lines += ["[VERSION]", "major 1", "minor 5", "revision 0", "", *self._definitions(sequence), ""]
        lines += ["# NUM DUR RF GX GY GZ ADC EXT", "[BLOCKS]", *table, ""]
        for section, columns in _COLUMNS.items():
            if self.rows[section]:
                rows = (" ".join((str(number), *row)) for row, number in self.rows[section].items())
                lines += [f"# {columns}", f"[{section}]", *rows, ""]
        if self.shapes:
            lines += ["[SHAPES]", ""]
        for number, samples in self.shapes.values():
            lines += [f"shape_id {number}", f"num_samples {len(samples)}", *map(repr, pack(samples)), ""]
        return "\n".join(lines) + "\n"

    def _table(self) -> list[str]:
        ends = np.cumsum([block.duration for block in self.blocks]) / self.rasters.block
        durations = np.diff(np.round(ends).astype(np.int64), prepend=0)
        known: dict[int, str] = {}
        for block in self.blocks:
            if id(block) not in known:
                known[id(block)] = self._ids(block)
        rows = zip(durations.tolist(), self.blocks)
        return [f"{i} {duration} {known[id(block)]} 0" for i, (duration, block) in enumerate(rows, 1)]

    def _ids(self, block: Block) -> str:
        rf = 0
        if isinstance(block.rf, HardPulse):
            rf = self._hard(block.rf)
        elif block.rf is not None:
            rf = self._rf(block.rf)
        gradients = (0 if g is None else self._gradient(g) for g in block.gradients)
        return " ".join(map(str, (rf, *gradients, 0 if block.readout is None else self._adc(block.readout))))

    # --- events -------------------------------------------------------------------------------------------------

    def _hard(self, pulse: HardPulse) -> int:
        ones, times = np.ones(2), np.array([0.0, HARD / self.rasters.rf])
        shapes = (self._shape(ones), self._shape(np.zeros(2)), self._shape(times))
        amplitude = pulse.angle / (2 * pi * HARD)
        return self._rf_row(amplitude, shapes, HARD / 2, pulse.start, 0.0, pulse.phase, pulse.use)

    def _rf(self, pulse: Rf) -> int:
        times, w1 = pulse.times, pulse.w1
        time_shape = None
        if not pulse.held:
            time_shape = in_steps(times, self.rasters.rf)
        elif is_stepped(times, self.rasters.rf):
            w1 = np.repeat(w1, np.round(np.diff(times) / self.rasters.rf).astype(np.int64))
        else:
            times, w1 = steep(times), np.repeat(w1, 2)
            time_shape = in_steps(times, self.rasters.rf)
        most = float(np.abs(w1).max())
        magnitude = np.abs(w1) / most if most > 0 else np.zeros(len(w1))
        cycles = np.where(magnitude > 0, np.mod(-np.angle(w1) / (2 * pi), 1.0), 0.0)
        shapes = (self._shape(magnitude), self._shape(cycles), 0 if time_shape is None else self._shape(time_shape))
        values = (pulse.acts_at, pulse.start, pulse.frequency, pulse.phase, pulse.use)
        return self._rf_row(most / (2 * pi), shapes, *values)

    def _rf_row(
        self,
        amplitude: float,
        shapes: tuple[int, int, int],
        centre: float,
        start: float,
        frequency: float,
        phase: float,
        use: str,
    ) -> int:
        if amplitude < 0:
            amplitude, phase = -amplitude, phase + pi
        ids = map(str, shapes)
        times = (_short(1e6 * centre), _us(start, self.rasters.rf))
        values = (repr(float(frequency)), repr(float(-phase) + 0.0))
        return self._row("RF", (repr(amplitude), *ids, *times, "0", "0", *values, _LETTERS.get(use, "u")))

    def _gradient(self, gradient: Gradient) -> int:
        shape = trapezoid(gradient)
        step = self.rasters.gradient
        if shape is not None:
            amplitude, *durations = shape
            return self._row("TRAP", (repr(amplitude), *(_us(t, step) for t in durations)))
        heights, times = gradient.amplitudes, gradient.times - gradient.times[0]
        most = float(np.abs(heights).max()) or 1.0
        ends = (repr(float(heights[0])), repr(float(heights[-1])))
        inner = heights
        time_shape = 0
        if is_centred(times, step):
            inner = heights[1:-1]
        else:
            time_shape = self._shape(in_steps(rising(times), step))
        shapes = (str(self._shape(inner / most)), str(time_shape))
        return self._row("GRADIENTS", (repr(most), *ends, *shapes, _us(float(gradient.times[0]), step)))

    def _adc(self, readout: Readout) -> int:
        dwell = readout.dwell
        if not fits(np.array([dwell]), self.rasters.adc):
            dwell = float(np.floor(dwell / self.rasters.adc)) * self.rasters.adc
        times = (_short(1e9 * dwell), _short(1e6 * readout.start))
        values = (repr(float(readout.frequency)), repr(float(-readout.phase) + 0.0))
        shape = self._shape(0.0 - np.array(readout.modulation)) if readout.modulation else 0
        return self._row("ADC", (str(readout.samples), *times, "0", "0", *values, str(shape)))

    def _row(self, section: str, row: tuple[str, ...]) -> int:
        if section in ("TRAP", "GRADIENTS"):
            number = 1 + len(self.rows["TRAP"]) + len(self.rows["GRADIENTS"])
        else:
            number = 1 + len(self.rows[section])
        return self.rows[section].setdefault(row, number)

    def _shape(self, samples: Array) -> int:
        if len(samples) > MAX_SAMPLES:
            problem = f"a shape has {len(samples)} samples, the limit is {MAX_SAMPLES}"
            raise FileError(self.path, problem, "sample it more coarsely")
        return self.shapes.setdefault(samples.tobytes(), (len(self.shapes) + 1, samples))[0]

    def _definitions(self, sequence: Sequence) -> list[str]:
        found: dict[str, object] = {
            "BlockDurationRaster": self.rasters.block,
            "GradientRasterTime": self.rasters.gradient,
            "RadiofrequencyRasterTime": self.rasters.rf,
            "AdcRasterTime": self.rasters.adc,
            "TotalDuration": float(f"{sum(block.duration for block in self.blocks):.12g}"),
        }
        for key, value in sequence.definitions.items():
            if key.isidentifier() and key not in found and key not in _OURS:
                found[key] = value
        spoiled = [i for i, block in enumerate(self.blocks, 1) if block.spoil]
        if spoiled:
            found[SPOIL] = spoiled
        lines = [f"{key} {_words(value)}" for key, value in sorted(found.items())]
        hint = ["# After these blocks spinviz spoils ideally, which other programs do not:"] if spoiled else []
        # A comment would end the section for some readers, so it stands in front.
        return [*hint, "[DEFINITIONS]", *lines]


def _words(value: object) -> str:
    if isinstance(value, bool | int | float | str):
        return printable(str(value)).strip()
    if isinstance(value, Iterable):
        return " ".join(_words(item) for item in value)
    return printable(str(value)).strip()


def _us(time: float, step: float) -> str:
    return _short(1e6 * round(time / step) * step)


def _short(value: float) -> str:
    return f"{value:.12g}"
