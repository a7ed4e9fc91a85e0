"""The curves kept for comparison, for each system apart: another system has other plots."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from spinviz.model.kept import MOST_KEPT, Kept


class KeptCurves(QObject):
    """Those of the system that is open. Signal: ``changed(kept)``."""

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._system = ""
        self._of: dict[str, tuple[Kept, ...]] = {}

    @property
    def now(self) -> tuple[Kept, ...]:
        """What is kept of the system that is open, in the order in which it was kept."""
        return self._of.get(self._system, ())

    def open(self, system: str, kept: tuple[Kept, ...] | None = None) -> None:
        """Go on with what is kept of another system, or with what its session has."""
        self._system = system
        if kept is not None:
            self._of[system] = kept
        self.changed.emit(self.now)

    def add(self, kept: Iterable[Kept]) -> tuple[Kept, ...]:
        """Keep more, as far as there is room on their plots; return what there is no room for."""
        found: list[Kept] = list(self.now)
        refused: list[Kept] = []
        for one in kept:
            full = sum(other.plot == one.plot for other in found) >= MOST_KEPT
            (refused if full else found).append(one)
        self.set(tuple(found))
        return tuple(refused)

    def set(self, kept: tuple[Kept, ...]) -> None:
        """Keep these and no others."""
        self._of[self._system] = kept
        self.changed.emit(kept)
