"""The model side of the window: what runs, its parameters, undo, sessions, recording. It shows nothing itself."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoStack

from spinviz.app.run.crash_recovery import Autosave, Kept, discard, is_kept, kept
from spinviz.app.run.edits import Chosen, Deed, Edit
from spinviz.app.run.kept import KeptCurves
from spinviz.app.run.openings import Choice, open_choice, open_file, open_session
from spinviz.app.run.recorder import Recorder
from spinviz.app.run.settings import Settings, SettingsStore
from spinviz.app.run.worker import Opened, Opening, Progress, Worker
from spinviz.engine.live import Pause, Rewind, Run, Seek, SeekTime, SetSpeed, StepBy, StopAt, speed_of
from spinviz.engine.loop import Act, Loop, Paint, SetParameters, Undo
from spinviz.engine.memory import demand
from spinviz.engine.replay import session_of
from spinviz.engine.resume import store
from spinviz.files.atomic import clear_beside, temporary_prefix
from spinviz.files.errors import FileError, printable
from spinviz.files.session import SUFFIX, CameraState, Session, save_session
from spinviz.model.brush import BRUSHES, Stroke
from spinviz.model.clock import round_speed
from spinviz.model.frame import Frame
from spinviz.model.landmark import Landmark
from spinviz.model.parameters import ParameterError, Parameters
from spinviz.model.plots import Spot
from spinviz.model.system import Preset, System
from spinviz.systems import OPENING, skipped_so_far, systems

ECHO = 0.5
"""Seconds after an edit in which frames with other parameters are older than the edit."""
MOST_UNDONE = 200
PACE = 1.5
"""A choice that changes the system's usual speed by more than this factor changes the time lens with it."""

Look = Callable[[], tuple[str, CameraState]]
"""Gives the theme and the camera that a session remembers."""


class Controller(QObject):
    """Owns the worker; turns what the user wants into commands, and what the worker says into signals."""

    opening = Signal()
    """Something else was asked for; it may still fail."""
    opened = Signal(object)
    """`Opened`: another run is on."""
    frame = Signal(object)
    parameters_changed = Signal(object)
    message = Signal(str, str)
    """Text and severity."""
    changed = Signal()
    """Title, speed, running, recording or the undo stack."""
    written = Signal(str, object)
    """Purpose ("session", or one of an export) and path of a session file."""
    announced = Signal(object)
    """System, parameters and preset of what is being opened."""
    usual_speed_changed = Signal(float)
    """Another choice runs this many times as fast."""
    library = Signal(object)
    """All systems by name."""
    left_out = Signal(object)
    """A line for each system of another distribution that fails."""

    def __init__(self, store: SettingsStore, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store = store
        self.settings: Settings = store.load()
        self.worker = Worker(self)
        self.undo = QUndoStack(self)
        self.undo.setUndoLimit(MOST_UNDONE)
        self.system: System[Any, Any] | None = None
        self.preset = Preset("", "")
        self.parameters: Parameters | None = None
        self.speed = 1.0
        self.running = False
        self.path: Path | None = None
        self.modified = False
        self.last_frame: Frame | None = None
        self.coming: tuple[System[Any, Any], Parameters, str] | None = None
        """What is being opened while nothing runs yet."""
        self.recorder: Recorder | None = None
        self.kept = KeptCurves(self)
        self.hidden: tuple[str, ...] = ()
        """Names of the switches that are off."""
        self.systems: dict[str, System[Any, Any]] = {}
        """All systems by name, once they are found."""
        self._look = look
        self._edited = 0.0
        self._message = self._arrival = ""
        self._autosave = Autosave()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.autosave)
        self.worker.opened.connect(self._on_opened)
        self.worker.frame.connect(self._on_frame)
        self.worker.failed.connect(self._on_failed)
        self.written.connect(self._on_written)
        self.announced.connect(self._on_announced)
        self.library.connect(self._on_library)
        self.undo.indexChanged.connect(self.changed)

    def start(self, opening: Opening) -> None:
        """Start the simulation thread with something to show."""
        clear_beside()
        self.worker.start()
        self.worker.open(opening)
        self._timer.start(1000 * self.settings.autosave)

    def close(self) -> bool:
        """Keep unsaved work, stop the thread; return whether it ended in time."""
        self._timer.stop()
        self.stop_recording()
        if self.modified:
            self.autosave()
        # A session being saved and a recording being finished are on their way to the disk.
        self.worker.flush()
        ended = self.worker.stop()
        self._autosave.leave(keep=self.modified)
        return ended

    def use_settings(self, settings: Settings) -> None:
        """Take and keep other preferences; the memory counts for what is opened next."""
        self.settings = settings.checked()
        self.store.save(self.settings)
        self._timer.setInterval(1000 * self.settings.autosave)

    def remember_theme(self, name: str, letters: int) -> None:
        """Keep the theme for the next start."""
        self.use_settings(replace(self.settings, theme=name, letters=letters))

    @property
    def title(self) -> str:
        """Name of the session or of what runs."""
        if self.path is not None:
            return self.path.stem if self.path.suffix == SUFFIX else self.path.name
        return self.preset.title or (self.system.title if self.system else "spinviz")

    # --- opening ------------------------------------------------------------------------------------------------

    def open_system(self, name: str, preset: str = "") -> None:
        """Open a system at a preset; can be undone."""
        self._choose(Choice(name, preset))

    def open_preset(self, name: str) -> None:
        """Open another preset of this system; can be undone."""
        if self.system is not None:
            self._choose(Choice(self.system.name, name))

    def open_path(self, path: Path, *more: Path) -> None:
        """Open a session or a file that a system starts from, with ``more`` that go with it."""
        current = self.system.name if self.system else ""
        self.opening.emit()
        self.worker.open(open_file(path, current, self._memory, self.parameters, more))

    def recover(self, work: Kept) -> None:
        """Open the unsaved work of a window that is gone; it is then this window's."""
        self.opening.emit()
        self.worker.open(open_session(work.path, self._memory))

    def discard_unsaved(self, work: Kept) -> None:
        """Remove the unsaved work of a window that is gone."""
        discard(work.path)
        self.changed.emit()

    @property
    def unsaved(self) -> list[Kept]:
        """The unsaved work of windows that are gone, latest first."""
        return kept()

    def new(self) -> None:
        """Begin again with the preset as it was meant."""
        name = self.system.name if self.system else OPENING
        self._choose(Choice(name, self.preset.name))

    def find_systems(self) -> None:
        """Import all systems in the simulation thread, or here while nothing runs in it; `library` follows."""
        if self.system is None:
            self._find_systems()
            return
        self.worker.call(lambda _: self._find_systems())

    def _find_systems(self) -> None:
        self.library.emit(systems())
        if lines := [str(one) for one in skipped_so_far()]:
            self.left_out.emit(lines)

    def _on_library(self, systems: dict[str, System[Any, Any]]) -> None:
        self.systems = systems

    def _choose(self, choice: Choice) -> None:
        before, made = self._choice(), open_choice(choice, self._memory)

        def opening(progress: Progress) -> Opened:
            return replace(made(progress), chosen=(before, choice) if before else None)

        self.opening.emit()
        self.worker.open(opening)

    def _open_choice(self, choice: Choice) -> None:
        """Open what undo or redo goes to."""
        self.opening.emit()
        self.worker.open(open_choice(choice, self._memory))

    def _choice(self) -> Choice | None:
        if self.system is None:
            return None
        return Choice(self.system.name, self.preset.name, self.parameters, self.running, self.speed)

    @property
    def _memory(self) -> int:
        return self.settings.memory * 2**20

    def announce(self, known: tuple[System[Any, Any], Parameters, str]) -> None:
        """Say what is being opened; called in the simulation thread before kernels compile."""
        self.worker.prepare(known[0])
        self.announced.emit(known)

    def _on_announced(self, known: tuple[System[Any, Any], Parameters, str]) -> None:
        self.coming = known

    def _on_opened(self, opened: Opened) -> None:
        loop = opened.loop
        self.stop_recording()
        self.system, self.preset, self.parameters = loop.system, loop.preset, loop.parameters
        self.speed, self.running, self.path = opened.speed, opened.running, opened.path
        self._edited = 0.0
        if opened.path is not None:
            self.undo.clear()
            self.modified = is_kept(opened.path)
            if self.modified:  # It has no name yet, and must not be lost a second time.
                self.path = None
                self._autosave.take_over(opened.path)
            else:
                self.store.remember(opened.path)
        elif opened.chosen is not None:
            self.undo.push(Chosen(*opened.chosen, f"open {self.title}", self._open_choice))
            self.modified = False
        if opened.hidden is not None:
            self.hidden = opened.hidden
        self.opened.emit(opened)
        self.kept.open(self.system.name, opened.kept)
        self.parameters_changed.emit(self.parameters)
        self.changed.emit()
        if self.modified:
            self.autosave()
        if opened.note:
            self.message.emit(opened.note, "warning")

    # --- editing ------------------------------------------------------------------------------------------------

    def edit(self, parameters: Parameters, name: str = "", final: bool = True) -> None:
        """Go on with other parameters; can be undone. Edits of a drag, which are not ``final``, are undone together."""
        if self.parameters is None or self.system is None or not isinstance(parameters, self.system.Parameters):
            return
        now, then = self.parameters.model_dump(), parameters.model_dump()
        names = [name for name in then if then[name] != now[name]]
        if names:
            titles = ", ".join(self.parameters.quantity_named(name).title.lower() for name in names[:2])
            old, new = ({name: values[name] for name in names} for values in (now, then))
            self.undo.push(Edit(old, new, f"change of {titles}", self._use, dragging=not final))
        elif final and isinstance(last := self.undo.command(self.undo.index() - 1), Edit):
            last.close()

    def set_value(self, name: str, value: Any) -> None:
        """Change one parameter; a value that does not fit becomes a message."""
        if self.parameters is not None:
            try:
                self.edit(self.parameters.change(**{name: value}))
            except ParameterError as error:
                self.message.emit(str(error), "error")

    def pick(self, plot: str, row: int, column: int) -> None:
        """Let the system answer a click on a pixel of an image."""
        if self.system is None or self.parameters is None:
            return
        try:
            picked = self.system.pick(self.parameters, plot, row, column)
        except ParameterError as error:
            self.message.emit(str(error), "error")
            return
        if picked is not None:
            self.edit(picked)

    def pick_point(self, plot: str, spot: Spot) -> None:
        """Let the system answer a click on a point of a curve; without an answer go to the time of the point."""
        if self.system is None or self.parameters is None:
            return
        try:
            picked = self.system.pick_point(self.parameters, plot, spot)
        except ParameterError as error:
            self.message.emit(str(error), "error")
            return
        if picked is not None:
            self.edit(picked)
        elif spot.time is not None:
            self.seek_time("", spot.time, 0)

    def _use(self, values: Mapping[str, Any]) -> None:
        if self.parameters is None or not values.keys() <= self.parameters.quantities().keys():
            return
        before = self.parameters
        self.parameters = before.change(**values)
        self._edited = monotonic()
        if before.rebuilds(self.parameters) and self.system and (words := demand(self.system, self.parameters)):
            self.message.emit(f"Making {words}", "info")
        self.worker.send(SetParameters(self.parameters))
        self._keep_pace(before, [before.quantity_named(name).kind for name in values])
        self.touch()
        self.parameters_changed.emit(self.parameters)

    def _keep_pace(self, before: Parameters, kinds: list[str]) -> None:
        """Another choice may show something that takes another time: a line of k-space instead of a whole image."""
        if self.system is None or self.parameters is None or not {"choice", "switch"} & set(kinds):
            return
        ratio = self.system.speed(self.parameters) / self.system.speed(before)
        if not 1 / PACE < ratio < PACE:
            self.usual_speed_changed.emit(ratio)
            self.set_speed(round_speed(self.speed * ratio))

    def act(self, name: str) -> None:
        """Perform an action of the system; can be undone."""
        title = self.system.action(name).title if self.system else name
        self.undo.push(Deed(Act(name), title, self._happen))

    def paint(self, stroke: Stroke, drag: int) -> None:
        """Paint on the lattice; the strokes of one ``drag``, which has a number, are undone together."""
        self.undo.push(Deed(Paint(stroke), BRUSHES[stroke.brush].title, self._happen, drag))

    def _happen(self, event: Act | Paint | Undo) -> None:
        self.worker.send(event)
        self.touch()

    def touch(self) -> None:
        """Count the session as changed."""
        self.modified = True
        self._autosave.due = True
        self.changed.emit()

    # --- time ---------------------------------------------------------------------------------------------------

    def set_running(self, running: bool) -> None:
        """Run or pause."""
        self.running = running
        self.worker.send(Run() if running else Pause())
        self.changed.emit()

    def toggle(self) -> None:
        """Run when paused, pause when running."""
        self.set_running(not self.running)

    def landmarks(self) -> tuple[Landmark, ...]:
        """Return what the run can be stopped at."""
        return self.system.landmarks_of(self.parameters) if self.system and self.parameters else ()

    def stop_at(self, name: str = "") -> None:
        """Run until the next landmark of this name, or of any."""
        landmarks = [one for one in self.landmarks() if name in ("", one.name)]
        if not landmarks:
            return
        self.running = True
        self.worker.send(StopAt(tuple(one.name for one in landmarks)))
        self.message.emit(f"Runs to the next {' or '.join(one.title for one in landmarks)}", "info")
        self.changed.emit()

    def step_by(self, steps: int) -> None:
        """Pause and go some steps forwards or back."""
        self.running = False
        self.worker.send(StepBy(steps))
        self.changed.emit()

    def seek(self, step: int) -> None:
        """Pause and go to a step of this run."""
        self.running = False
        self.worker.send(Seek(step))
        self.changed.emit()

    def seek_time(self, plot: str, time: float, step: int) -> None:
        """Pause and go to a time on the axis that a diagram had at ``step``, as far as this run has come."""
        self.running = False
        self.worker.send(SeekTime(time, plot, step))
        self.changed.emit()

    def rewind(self) -> None:
        """Start again with the present parameters."""
        self.worker.send(Rewind())

    def set_speed(self, speed: float) -> None:
        """Set the time lens: simulated time per second on screen."""
        self.speed = speed
        self.worker.send(SetSpeed(speed))
        self.changed.emit()

    # --- frames and failures ------------------------------------------------------------------------------------

    def _on_frame(self, frame: Frame) -> None:
        if self.system is None or frame.system != self.system.name:
            self.worker.shown()
            return
        self.last_frame = frame
        if frame.running != self.running and monotonic() - self._edited > ECHO:
            self.running = frame.running
            self.changed.emit()
        if frame.parameters != self.parameters and monotonic() - self._edited > ECHO:
            self.parameters = frame.parameters
            self.parameters_changed.emit(self.parameters)
        if frame.message != self._message:
            self._message = frame.message
            if frame.message:
                self.message.emit(frame.message, "error")
        if frame.arrival != self._arrival:
            self._arrival = frame.arrival
            if frame.arrival:
                self.message.emit(frame.arrival, "info")
        self.frame.emit(frame)

    def _on_failed(self, text: str) -> None:
        if self.recorder is not None and self.recorder.ended:
            self.recorder = None
            self.changed.emit()
        self.message.emit(text, "error")

    # --- files --------------------------------------------------------------------------------------------------

    def save(self, path: Path) -> None:
        """Save the session."""
        self._write("session", path)

    def write_for_export(self, purpose: str = "export", path: Path | None = None) -> None:
        """Write the session to ``path``, or else to a temporary file; `written` follows with the purpose."""
        if path is None:
            path = Path(tempfile.mkdtemp(prefix=temporary_prefix("export"))) / f"session{SUFFIX}"
        self._write(purpose, path)

    def _write(self, purpose: str, path: Path) -> None:
        session = self._session()

        def write(loop: Loop) -> None:
            written = session(loop)
            save_session(path, written)
            self.written.emit(purpose, path)
            if purpose == "session":
                with suppress(FileError):  # without a snapshot the run is repeated when it is opened
                    store(loop, written)

        self.worker.call(write)

    def _session(self) -> Callable[[Loop], Session]:
        """What makes a session of a loop, as it is looked at now."""
        theme, camera = self._look()
        speed, kept, hidden, system = self.speed, self.kept.now, self.hidden, self.system

        def session(loop: Loop) -> Session:
            if loop.system is not system:  # another one opened meanwhile: these are no curves of its plots
                return session_of(loop, speed_of(loop), theme)
            return replace(session_of(loop, speed, theme, camera), kept=kept, hidden=hidden)

        return session

    def _on_written(self, purpose: str, path: Path) -> None:
        if purpose == "session":
            self.path, self.modified = path, False
            self.store.remember(self.path)
            self.undo.setClean()
            self.message.emit(f"Saved {printable(str(self.path))}", "info")
            self.changed.emit()

    def autosave(self) -> None:
        """Write what would be lost in a crash, where anything changed since the last time."""
        if not self._autosave.due:
            return
        session = self._session()
        self._autosave.begin()
        self.worker.call(lambda loop: self._autosave.write(session(loop)))

    # --- recording ----------------------------------------------------------------------------------------------

    def start_recording(self, path: Path) -> None:
        """Record every sample of the observables to an HDF5 file."""
        self.stop_recording()
        self.recorder = Recorder(path)
        self.worker.observe(self.recorder)
        self.changed.emit()

    def stop_recording(self) -> None:
        """Finish the recording."""
        recorder, self.recorder = self.recorder, None
        if recorder is None:
            return
        self.worker.observe(None)

        def finish(_: Loop) -> None:
            recorder.close()
            self.message.emit(f"Recorded {recorder.frames} samples in {printable(str(recorder.path))}", "info")

        self.worker.call(finish)
        self.changed.emit()
