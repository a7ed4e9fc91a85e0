"""The sweep of the run on screen: opened from the menu, begun, stopped, gone on with, returned to."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from spinviz.app.run.controller import Controller
from spinviz.app.run.worker import Opened
from spinviz.app.window.sweep_dialog import SweepDialog, sweepable
from spinviz.app.window.theme import ThemeSwitch
from spinviz.engine.live import ReturnTo, SweepOff, SweepOn
from spinviz.engine.sweep.plan import Axis, Wanted
from spinviz.engine.sweep.watched import SweepRun
from spinviz.model.frame import Frame
from spinviz.model.switches import without


class SweepActions(QObject):
    """One dialog at a time; it closes when another run is opened. Signal: ``explained(laws)``."""

    explained = Signal(object)

    def __init__(self, parent: QWidget, controller: Controller, themes: ThemeSwitch) -> None:
        super().__init__(parent)
        self._parent, self._controller, self._themes = parent, controller, themes
        self._dialog: SweepDialog | None = None
        self._sweep: SweepRun | None = None
        controller.frame.connect(self._on_frame)
        controller.opened.connect(self._on_opened)
        themes.changed.connect(self._on_theme)

    @property
    def dialog(self) -> SweepDialog | None:
        """The dialog, if it is open."""
        return self._dialog if self._dialog is not None and isValid(self._dialog) else None

    def is_possible(self) -> bool:
        """Whether there is anything to sweep."""
        return self._controller.parameters is not None and bool(sweepable(self._controller.parameters))

    def ask(self) -> None:
        """Open the dialog, or bring it to the front."""
        c = self._controller
        if self.dialog is None and c.system is not None and c.parameters is not None:
            made = SweepDialog(c.system, c.parameters, self._themes.current, self._parent)
            made.begun.connect(self.begin)
            made.gone_on.connect(self.go_on)
            made.stopped.connect(self.stop)
            made.returned.connect(self.return_to)
            made.explained.connect(self.explained)
            made.finished.connect(self._closed)
            self._dialog = made
            if c.last_frame is not None:
                self._on_frame(c.last_frame)
        if self.dialog is not None:
            self.dialog.show()
            self.dialog.raise_()
            self.dialog.activateWindow()

    def begin(self, axis: Axis, wanted: Wanted, back: bool) -> None:
        """Begin a new sweep."""
        self._sweep = SweepRun(axis, wanted, back=back, memory=self._controller.settings.memory * 2**20)
        self.go_on()

    def go_on(self) -> None:
        """Go on with the sweep."""
        if self._sweep is not None:
            self._send(SweepOn(self._sweep), running=True)
            self._controller.touch()

    def stop(self) -> None:
        """Pause the run and the sweep."""
        self._send(SweepOff(), running=False)

    def return_to(self, index: int) -> None:
        """Pause, and show the state at the end of a point."""
        self._send(ReturnTo(index), running=False)

    def _send(self, command: SweepOn | SweepOff | ReturnTo, running: bool) -> None:
        self._controller.running = running
        self._controller.worker.send(command)
        self._controller.changed.emit()

    def _closed(self) -> None:
        frame = self._controller.last_frame
        if frame is not None and frame.sweep is not None and frame.sweep.going:
            self.stop()
        self._dialog = None

    def _on_frame(self, frame: Frame) -> None:
        if self.dialog is not None:
            self.dialog.show_frame(without(frame, self._controller.hidden))

    def _on_opened(self, opened: Opened) -> None:
        self._sweep = None
        if self.dialog is not None:
            self.dialog.close()

    def _on_theme(self) -> None:
        if self.dialog is not None:
            self.dialog.set_theme(self._themes.current)
