"""What the window does when the controller says something: frames to the panels, news to the message bar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import monotonic
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from spinviz.app.run.faults import diagnostics
from spinviz.app.run.pacing import InTurn
from spinviz.app.run.worker import Opened
from spinviz.app.window.message_bar import Severity
from spinviz.engine.live import speed_of
from spinviz.model.frame import Frame
from spinviz.model.parameters import Parameters
from spinviz.model.system import System

if TYPE_CHECKING:
    from spinviz.app.window.main_window import MainWindow

COMPILING_AFTER = 300
"""Milliseconds of compilation before the window says so."""
COMPILED_AFTER = 700
"""Milliseconds without compilation before it no longer does: kernels follow each other."""
BUILD = 0.01
"""Seconds of building panels without a look at what else is to be done."""
PLOT_INTERVAL = 0.05
"""Seconds between the drawings of two plots when no frames come."""


class Reactions(QObject):
    """Connects the signals of controller and panels with each other."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._messages = window.messages
        self._looked_around = False
        self._complaint = ""
        self._plot = InTurn(self._plot_parts, PLOT_INTERVAL, parent=self)
        self._building: Iterator[None] = iter(())
        self._builder = QTimer(self, interval=0)
        self._builder.timeout.connect(self._build_on)
        self._compiling = QTimer(self, singleShot=True, interval=COMPILING_AFTER)
        self._compiling.timeout.connect(self._say_compiling)
        self._compiled = QTimer(self, singleShot=True, interval=COMPILED_AFTER)
        self._compiled.timeout.connect(self._end_progress)
        self._connect_controller()
        self._connect_panels()

    def _connect_controller(self) -> None:
        c = self._window.controller
        c.opened.connect(self._on_opened)
        c.frame.connect(self._on_frame)
        c.parameters_changed.connect(self._window.parts.side.show_parameters)
        c.message.connect(self._on_message)
        c.changed.connect(self._on_changed)
        c.library.connect(self._on_library)
        c.usual_speed_changed.connect(self._window.parts.transport.rescale)
        c.worker.compiling.connect(self._on_compiling)
        c.worker.progress.connect(self._on_progress)

    def _connect_panels(self) -> None:
        w = self._window
        c, t = w.controller, w.parts.transport
        w.parts.library.chosen.connect(c.open_system)
        w.parts.side.presets.preset.connect(c.open_preset)
        w.parts.side.actions_grid.action.connect(c.act)
        w.parts.side.form.edited.connect(c.edit)
        t.run.connect(c.set_running)
        t.rewind.connect(c.rewind)
        t.step.connect(c.step_by)
        t.seek.connect(c.seek)
        t.speed.connect(c.set_speed)
        t.record.connect(self._on_record)
        t.snapshot.connect(w.files.snapshot)
        t.export.connect(w.files.ask_export)
        w.parts.plots.edited.connect(c.edit)
        w.parts.plots.complained.connect(self._on_complained)
        w.parts.plots.seek.connect(c.seek_time)
        w.parts.plots.picked.connect(c.pick)
        w.picture.failed.connect(self._on_picture_failed)

    def _plot_parts(self) -> list[Callable[[Frame], None]]:
        return [panel.show_frame for panel in self._window.parts.plots.panels]

    # --- what runs ----------------------------------------------------------------------------------------------

    def _on_opened(self, opened: Opened) -> None:
        w, loop = self._window, opened.loop
        self._plot.forget()
        self._build(loop.system, loop.parameters, loop.preset.name, speed_of(loop))
        if opened.theme and opened.theme != w.theme.name:
            w.set_theme(opened.theme)
        w.picture.use_camera(opened.camera)

    def _build(self, system: System[Any, Any], parameters: Parameters, preset: str, speed: float) -> None:
        """Build the panels step by step: all at once would hold the window up."""
        self._building = self._window.build_system(system, parameters, preset, speed)
        next(self._building)
        self._builder.start()

    def _build_on(self) -> None:
        end = monotonic() + BUILD
        while monotonic() < end:
            if next(self._building, self) is self:
                self._builder.stop()
                return

    def _on_frame(self, frame: Frame) -> None:
        w = self._window
        w.picture.show_frame(frame)
        if not self._builder.isActive():
            w.parts.plots.choose(frame.parameters)
            self._plot(frame)
            w.parts.side.show_frame(frame)
        w.parts.transport.show_frame(frame)
        if not self._looked_around:
            self._looked_around = True
            w.controller.find_systems()
            self._offer_recovery()

    def _on_library(self, systems: dict[str, Any]) -> None:
        self._window.parts.library.set_systems(systems.values())

    def _on_changed(self) -> None:
        w = self._window
        w.parts.transport.show_recording(w.controller.recorder is not None)
        w.show_title()
        w.menus.refresh()

    def _on_record(self, on: bool) -> None:
        w = self._window
        if on != (w.controller.recorder is not None):
            w.files.toggle_recording()
        w.parts.transport.show_recording(w.controller.recorder is not None)

    # --- news ---------------------------------------------------------------------------------------------------

    def _on_message(self, text: str, severity: Severity) -> None:
        self._messages.say(text, severity, stays=severity != "info")
        if severity == "error" and self._window.controller.system is None:
            # What was asked for at the start did not open, so no first frame fills the library.
            self._window.controller.find_systems()

    def _on_complained(self, text: str) -> None:
        """Say why a drag in a plot goes no further, and no longer when it does."""
        if text and text != self._complaint:
            self._messages.say(text, "warning", stays=False)
        elif not text and self._complaint and self._messages.text == self._complaint:
            self._messages.dismiss()
        self._complaint = text

    def _on_picture_failed(self, text: str) -> None:
        line, _, details = text.partition("\n")
        self._messages.say(line, details=f"{text}\n{diagnostics()}" if details else text)

    def _on_compiling(self, begins: bool) -> None:
        if begins:
            self._compiled.stop()
            self._compiling.start()
        else:
            self._compiling.stop()
            self._compiled.start()

    def _say_compiling(self) -> None:
        c = self._window.controller
        if c.system is None and c.coming is not None:
            # The first start on a machine: show what will run while its kernels compile.
            system, parameters, preset = c.coming
            self._build(system, parameters, preset, system.speed(parameters))
        self._messages.say("Compiling for this machine: needed once, the window stays usable", "info", progress=-1.0)

    def _on_progress(self, part: float) -> None:
        if part < 1.0:
            cancel = ("Stop", self._window.controller.worker.cancel)
            self._messages.say("Replaying the session", "info", actions=(cancel,), progress=part)
        else:
            self._end_progress()

    def _end_progress(self) -> None:
        if self._messages.severity == "info" and self._messages.is_progress and self._window.files.job is None:
            self._messages.dismiss()

    def _offer_recovery(self) -> None:
        if self._window.controller.recovery is not None:
            actions = (("Open it", self._recover), ("Discard", self._discard))
            self._messages.say("spinviz did not end properly: unsaved work was kept", "warning", actions=actions)

    def _recover(self) -> None:
        self._messages.dismiss()
        self._window.controller.recover()

    def _discard(self) -> None:
        self._messages.dismiss()
        self._window.controller.discard_recovery()
