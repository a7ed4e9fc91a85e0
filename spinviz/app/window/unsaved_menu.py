"""The menu of what was not saved."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from PySide6.QtWidgets import QMenu

from spinviz.app.run.controller import Controller
from spinviz.app.run.crash_recovery import Kept
from spinviz.panels.texts import label


class UnsavedMenu(QMenu):
    """The unsaved work of windows that are gone, looked up whenever the menu opens."""

    def __init__(self, controller: Controller, parent: QMenu) -> None:
        super().__init__("Unsaved work", parent)
        self._controller = controller
        self.setAccessibleName("Unsaved work")
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """Offer what is there now."""
        self.clear()
        for work in self._controller.unsaved:
            menu = self.addMenu(label(self._title(work)))
            menu.setAccessibleName(self._title(work))
            menu.addAction("Open").triggered.connect(partial(self._open, work))
            menu.addAction("Discard").triggered.connect(partial(self._discard, work))
        if self.isEmpty():
            self.addAction("No unsaved work").setEnabled(False)

    def _title(self, work: Kept) -> str:
        name = work.system()
        system = self._controller.systems.get(name)
        when = datetime.fromtimestamp(work.time).strftime("%Y-%m-%d %H:%M")
        how = "not closed properly" if work.crashed else "closed"
        return f"{system.title if system else name or 'Session'}, {when}, {how}"

    def _open(self, work: Kept, *_: object) -> None:
        self._controller.recover(work)

    def _discard(self, work: Kept, *_: object) -> None:
        self._controller.discard_unsaved(work)
