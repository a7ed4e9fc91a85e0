"""Recording observables while a run goes on: every sample reaches the file, nothing piles up in memory."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from spinviz import __version__
from spinviz.engine.loop import Loop

if TYPE_CHECKING:
    from spinviz.files.recording_writer import RecordingWriter


class Recorder:
    """Called with the loop after every batch of steps, in the simulation thread; appends the samples that are new."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer: RecordingWriter | None = None
        self.ended = False
        self._step = -1
        self._event: object = None
        self._loop: Loop | None = None

    @property
    def frames(self) -> int:
        """Samples written."""
        return self._writer.frames if self._writer else 0

    def __call__(self, loop: Loop) -> None:
        """Write what is new. Errors, which end the recording: `FileError`; `ValueError` when another run was opened."""
        try:
            self._append(loop)
        except ValueError:
            self.ended = True
            raise

    def _append(self, loop: Loop) -> None:
        if self._writer is None:
            self._begin(loop)
            return
        if loop is not self._loop:
            self.close()
            raise ValueError(f"The recording {self.path.name} ended because another run was opened.")
        self._go_back(loop)
        history = loop.samples.history()
        rows = loop.samples.rows_until(self._step)
        columns = [history.observables[name][rows:] for name in loop.samples.observables]
        for time, *values in zip(history.time[rows:], *columns):
            self._writer.append(float(time), values)
        self._step = loop.last_step

    def _go_back(self, loop: Loop) -> None:
        """After an edit in the past or a rewind the new samples follow behind the old ones."""
        if loop.last_step < self._step:
            self._step = -1
        latest = loop.events[-1] if loop.events else None
        if latest is not None and latest is not self._event:
            # The sample of the step itself was taken again, after the event.
            self._step = min(self._step, latest[0] - 1)
        self._event = latest

    def close(self) -> None:
        """Finish the file."""
        if self._writer is not None:
            self._writer.close()

    def _begin(self, loop: Loop) -> None:
        # h5py takes a moment to load: not at every start of the window.
        from spinviz.files.recording_writer import RecordingWriter

        system = loop.system
        header = {
            "spinviz": __version__,
            "system": system.name,
            "preset": loop.preset.name,
            "parameters": json.dumps(loop.parameters.model_dump()),
            "seed": str(loop.seed),
            "time unit": system.time_unit,
        }
        columns = [(o.name, o.unit) for o in system.observables]
        self._writer = RecordingWriter(self.path, header, columns)
        self._loop = loop
        self._writer.append(loop.time, [loop.observables[o.name] for o in system.observables])
        self._step = loop.last_step
        self._event = loop.events[-1] if loop.events else None
