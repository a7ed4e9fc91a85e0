"""Recording observables while a run goes on: every sample reaches the file, nothing piles up in memory."""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np

from spinviz import __version__
from spinviz.engine.loop import Event, Loop
from spinviz.files.errors import FileError

if TYPE_CHECKING:
    from spinviz.files.recording.table import TableWriter
    from spinviz.files.recording.write import RecordingWriter


INTERVAL = 0.1
"""Seconds between two writes: each one, and its way to the disk, holds the window up a little."""


class Recorder:
    """Called with the loop after every batch of steps, in the simulation thread; appends the samples that are new."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer: RecordingWriter | TableWriter | None = None
        self.ended = False
        self._step = -1
        self._event: tuple[int, Event] | None = None
        self._loop: Loop | None = None
        self._written = 0.0

    @property
    def frames(self) -> int:
        """Samples written."""
        return self._writer.frames if self._writer else 0

    def __call__(self, loop: Loop) -> None:
        """Write what is new. Errors, which end the recording: `FileError`; `ValueError` when another run was opened."""
        if loop is self._loop and not self._gone_back(loop) and monotonic() - self._written < INTERVAL:
            return
        try:
            self._append(loop)
        except ValueError as error:
            self.ended = True
            self._give_up(error)
            raise

    def _give_up(self, error: ValueError) -> None:
        """Let the file go, which is written no more, and note on ``error`` what it holds."""
        if self._writer is not None:
            self._writer.abandon()
            if isinstance(error, FileError) and self._writer.is_there():
                error.add_note(self._writer.kept())

    def _append(self, loop: Loop) -> None:
        if self._writer is None:
            self._begin(loop)
            return
        if loop is not self._loop:
            self._writer.close()
            raise ValueError(f"The recording {self.path.name} ended because another run was opened.")
        self._go_back(loop)
        history = loop.samples.history()
        # A run that is played again from its past is recorded as far as it is played.
        rows = slice(loop.samples.rows_until(self._step), loop.samples.rows_until(loop.step))
        columns = [history.observables[name][rows] for name in loop.samples.observables]
        self._writer.extend(history.time[rows], np.stack(columns, axis=1))
        self._step = max(self._step, loop.step)
        self._written = monotonic()

    def _gone_back(self, loop: Loop) -> bool:
        """Whether samples that are still to be written may be replaced by others."""
        return loop.last_step < self._step or _latest_event(loop) is not self._event

    def _go_back(self, loop: Loop) -> None:
        """After an edit in the past or a rewind the new samples follow behind the old ones."""
        if loop.last_step < self._step:
            self._step = -1
        latest = _latest_event(loop)
        if latest is not None and latest is not self._event:
            # The sample of the step itself was taken again, after the event.
            self._step = min(self._step, latest[0] - 1)
        self._event = latest

    def close(self) -> None:
        """Write the last samples and finish the file."""
        if self._writer is None:
            return
        try:
            if self._loop is not None and not self.ended:
                self._append(self._loop)
            self._writer.close()
        except FileError as error:
            self._give_up(error)
            raise

    def _begin(self, loop: Loop) -> None:
        system = loop.system
        header = {
            "spinviz": __version__,
            "system": system.name,
            "preset": loop.preset.name,
            "parameters": loop.parameters.as_json(),
            "seed": str(loop.seed),
            "time_unit": system.time_unit,
        }
        columns = [(o.name, o.unit) for o in system.observables]
        self._writer = writer_of(self.path)(self.path, header, columns, time_unit=system.time_unit)
        self._loop = loop
        self._writer.append(loop.time, [loop.observables[o.name] for o in system.observables])
        self._step = loop.step
        self._event = _latest_event(loop)


def writer_of(path: Path) -> type[RecordingWriter] | type[TableWriter]:
    """Return what writes the kind of file that ``path`` names: a table for .csv and .odt, HDF5 for all others."""
    # h5py takes a moment to load: not at every start of the window.
    if path.suffix.lower() == ".csv":
        from spinviz.files.recording.table import TableWriter

        return TableWriter
    if path.suffix.lower() == ".odt":
        from spinviz.files.recording.table import OdtWriter

        return OdtWriter
    from spinviz.files.recording.write import RecordingWriter

    return RecordingWriter


def _latest_event(loop: Loop) -> tuple[int, Event] | None:
    return loop.events[-1] if loop.events else None
