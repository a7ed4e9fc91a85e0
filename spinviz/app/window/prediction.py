"""Predict, then reveal: the law is hidden, somebody draws what they expect, the run goes, the law appears."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QObject

from spinviz.app.run.controller import Controller
from spinviz.app.run.worker import Opened
from spinviz.app.window.message_bar import MessageBar
from spinviz.app.window.switches import Switches
from spinviz.model.frame import Frame
from spinviz.model.kept import Kept, KeptLine
from spinviz.plots.board import PlotBoard
from spinviz.plots.sketch import joined

TITLE = "prediction"
DRAW = "Draw what you expect into the plots; Space runs, G reveals the law"
HIDDEN = "The law is hidden: G reveals it"


class Prediction(QObject):
    """Leads through it; what was drawn stays as a kept curve."""

    def __init__(
        self, parent: QObject, controller: Controller, switches: Switches, board: PlotBoard, messages: MessageBar
    ) -> None:
        super().__init__(parent)
        self._controller, self._switches, self._board, self._messages = controller, switches, board, messages
        self._on = self._drawing = self._rests = False
        board.sketched.connect(self.add)
        controller.frame.connect(self._on_frame)
        controller.opened.connect(self._on_opened)
        switches.changed.connect(self._switched)

    def is_on(self) -> bool:
        """Whether the law waits to be revealed."""
        return self._on

    def toggle(self) -> None:
        """Begin, or reveal the law."""
        if self._on:
            self.reveal()
        else:
            self.begin()

    def begin(self) -> None:
        """Hide the law, go back to the beginning, and let the mouse draw."""
        c = self._controller
        if c.system is None:
            return
        c.kept.set(tuple(one for one in c.kept.now if one.kind != "sketch"))
        self._board.hold_axes(True)
        c.rewind()
        c.set_running(False)
        self._switches.set_on("law", False)
        self._on = True
        self._draw(True)
        self._messages.say(DRAW, "info", actions=(("Reveal", self.reveal),))

    def reveal(self) -> None:
        """Show the law, and the run if it has not gone yet."""
        waits = self._drawing
        self._end()
        self._switches.set_on("law", True)
        if waits and not self._controller.running:
            self._controller.set_running(True)

    def add(self, plot: str, x: Any, y: Any) -> None:
        """Add a stroke to what is drawn on a plot."""
        kept = self._controller.kept
        before = next((one for one in kept.now if one.kind == "sketch" and one.plot == plot), None)
        old = before.lines[0] if before is not None else KeptLine("", np.zeros(0), np.zeros(0))
        sketch = Kept(plot, (KeptLine("", *joined(old.x, old.y, x, y), "text"),), "sketch", TITLE)
        others = tuple(one for one in kept.now if one is not before)
        kept.set((*others, sketch))
        self._controller.touch()

    def _draw(self, on: bool) -> None:
        self._drawing, self._rests = on, False
        self._board.set_sketching(on)

    def _end(self) -> None:
        self._on = False
        self._board.hold_axes(False)
        self._draw(False)
        if self._messages.text in (DRAW, HIDDEN):
            self._messages.dismiss()

    def _on_frame(self, frame: Frame) -> None:
        """Stop drawing when the run goes; frames from before it was paused are still under way at first."""
        self._rests = self._drawing and (self._rests or not frame.running)
        if self._rests and frame.running:
            self._draw(False)
            self._messages.say(HIDDEN, "info", actions=(("Reveal", self.reveal),))

    def _switched(self) -> None:
        if self._on and self._switches.is_on("law"):
            self._end()

    def _on_opened(self, opened: Opened) -> None:
        """End; what a session hides stays hidden."""
        if self._on:
            self._end()
            if opened.hidden is None:
                self._switches.set_on("law", True)
