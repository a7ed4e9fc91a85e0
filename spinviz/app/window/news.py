"""What the message bar says by itself: problems, long work under way, what a crash left behind."""

from __future__ import annotations

from functools import partial
from time import monotonic

from PySide6.QtCore import QObject, QTimer

from spinviz.app.run.controller import Controller
from spinviz.app.run.crash_recovery import Kept
from spinviz.app.run.export_job import time_left
from spinviz.app.run.faults import diagnostics
from spinviz.app.window.builder import Builder
from spinviz.app.window.file_actions import FileActions
from spinviz.app.window.message_bar import MessageBar, Severity
from spinviz.app.window.parts import Parts
from spinviz.model.clock import round_speed

COMPILING_AFTER = 300
"""Milliseconds of compilation before the window says so."""
KNOWN = 0.01
"""Part of an opening after which the time left can be told."""
COMPILED_AFTER = 700
"""Milliseconds without compilation before it no longer does: kernels follow each other."""


class News(QObject):
    """Turns the signals of controller, picture and plots into lines."""

    def __init__(
        self,
        parent: QObject,
        controller: Controller,
        messages: MessageBar,
        parts: Parts,
        files: FileActions,
        builder: Builder,
    ) -> None:
        super().__init__(parent)
        self._controller, self._messages = controller, messages
        self._files, self._builder = files, builder
        self._complaint = ""
        self._left_out: list[str] = []
        self._task, self._begun = "", 0.0
        self._compiling = QTimer(self, singleShot=True, interval=COMPILING_AFTER)
        self._compiling.timeout.connect(self._say_compiling)
        self._compiled = QTimer(self, singleShot=True, interval=COMPILED_AFTER)
        self._compiled.timeout.connect(self._end_progress)
        controller.message.connect(self._on_message)
        controller.opening.connect(self._let_go)
        controller.left_out.connect(self._on_left_out)
        controller.worker.compiling.connect(self._on_compiling)
        controller.worker.task.connect(self._on_task)
        controller.worker.progress.connect(self._on_progress)
        parts.plots.complained.connect(self._on_complained)
        parts.picture.failed.connect(self._on_picture_failed)

    def offer_recovery(self) -> None:
        """Offer what a crash left behind, if it did; unanswered it stays in the menu and is offered again."""
        crashed = [work for work in self._controller.unsaved if work.crashed]
        if crashed:
            count = f" of {len(crashed)} windows" if len(crashed) > 1 else ""
            text = f"spinviz was not closed properly: unsaved work{count} was kept (File, Unsaved work)"
            last = "the latest" if count else "it"
            actions = ((f"Open {last}", partial(self._recover, crashed[0])),
                       (f"Discard {last}", partial(self._discard, crashed[0])))  # fmt: skip
            self._messages.say(text, "warning", actions=actions)

    def _recover(self, work: Kept) -> None:
        self._messages.dismiss()
        self._controller.recover(work)

    def _discard(self, work: Kept) -> None:
        self._messages.dismiss()
        self._controller.discard_unsaved(work)
        self.offer_recovery()

    # --- problems -----------------------------------------------------------------------------------------------

    def _on_message(self, text: str, severity: Severity) -> None:
        self._messages.say(text, severity, stays=severity != "info")
        if severity == "error" and not self._controller.systems:
            # What was asked for at the start did not open or cannot be drawn, so no first frame fills the library.
            self._controller.find_systems()

    def _let_go(self) -> None:
        """A problem leaves with the run that it was about."""
        if self._messages.text and self._messages.severity == "error":
            self._messages.dismiss()

    def _on_left_out(self, lines: list[str]) -> None:
        """Say once which systems of other distributions fail."""
        if lines == self._left_out:
            return
        self._left_out = lines
        rest = f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""
        self._messages.say_next(f"{lines[0][:1].upper()}{lines[0][1:]}{rest}", "warning", details="\n".join(lines))

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

    # --- long work ----------------------------------------------------------------------------------------------

    def _on_compiling(self, begins: bool) -> None:
        if begins:
            self._compiled.stop()
            self._compiling.start()
        else:
            self._compiling.stop()
            self._compiled.start()

    def _say_compiling(self) -> None:
        c = self._controller
        if c.system is None and c.coming is not None:
            # The first start on a machine: show what will run while its kernels compile.
            system, parameters, preset = c.coming
            self._builder.begin(system, parameters, preset, round_speed(system.speed(parameters)))
        self._messages.say("Compiling for this machine: needed once, the window stays usable", "info", progress=-1.0)

    def _on_task(self, text: str) -> None:
        self._task, self._begun = text, monotonic()

    def _on_progress(self, part: float) -> None:
        if part < 1.0:
            left = time_left((monotonic() - self._begun) * (1 - part) / part) if part > KNOWN and self._task else ""
            text = f"{self._task or 'Opening'}{left and f', {left}'}"
            self._messages.say(text, "info", actions=(("Stop", self._stop_opening),), progress=part)
        else:
            self._task = ""
            self._end_progress()

    def _stop_opening(self) -> None:
        self._controller.worker.cancel()
        self._messages.say("Stopping as soon as what is under way is done", "info", progress=-1.0)

    def _end_progress(self) -> None:
        if self._messages.severity == "info" and self._messages.is_progress and self._files.job is None:
            self._messages.dismiss()
