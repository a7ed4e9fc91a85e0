"""What can be undone: edits of parameters, which merge while a slider is dragged, deeds, and choices of what runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

from PySide6.QtGui import QUndoCommand

from spinviz.app.run.openings import Choice
from spinviz.engine.loop import Act, Paint, Undo

PAUSE = 0.8
"""Seconds without an edit after which the next one of the same parameter is undone separately."""
EDIT = 1
STROKES = 2


class Edit(QUndoCommand):
    """Some parameters went from ``old`` to ``new`` values; others may change meanwhile without being undone."""

    def __init__(
        self,
        old: Mapping[str, Any],
        new: Mapping[str, Any],
        title: str,
        apply: Callable[[Mapping[str, Any]], None],
        dragging: bool = False,
    ) -> None:
        super().__init__(title)
        self.old, self.new = dict(old), dict(new)
        self.stamp = monotonic()
        self.dragging = dragging
        self._apply = apply

    def id(self) -> int:
        """Edits may merge with each other."""
        return EDIT

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take in a later edit of the same parameters in the same drag, or one that follows at once."""
        if not isinstance(other, Edit) or other.new.keys() != self.new.keys():
            return False
        if not self.dragging and other.stamp - self.stamp > PAUSE:
            return False
        self.new, self.stamp, self.dragging = other.new, other.stamp, other.dragging
        self.setObsolete(self.new == self.old)
        return True

    def close(self) -> None:
        """Let no later edit merge into this one: the drag ended."""
        self.dragging = False
        self.stamp -= PAUSE

    def redo(self) -> None:
        """Use the new values."""
        self._apply(self.new)

    def undo(self) -> None:
        """Use the old values again."""
        self.close()
        self._apply(self.old)


class Deed(QUndoCommand):
    """An action, or the strokes of one ``drag``, which are undone together; ``send`` gives events to the run.

    What is undone is an event of the run, as what is done: both are repeated with the session.
    """

    def __init__(
        self, event: Act | Paint, title: str, send: Callable[[Act | Paint | Undo], None], drag: int = -1
    ) -> None:
        super().__init__(title)
        self._drag, self._send = drag, send
        self._events: list[Act | Paint | Undo] = [event]
        self._done = False

    def id(self) -> int:
        """Strokes may merge with each other."""
        return STROKES if self._drag >= 0 else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take in a later stroke of the same drag."""
        if not isinstance(other, Deed) or other._drag != self._drag:
            return False
        self._events += other._events
        return True

    def redo(self) -> None:
        """Do it, or do it again after it was undone."""
        if self._done:
            self._reverse()
        else:
            self._done = True
            self._send(self._events[0])

    def undo(self) -> None:
        """Put back what it changed, the last stroke first."""
        self._reverse()

    def _reverse(self) -> None:
        self._events = [Undo(event) for event in reversed(self._events)]
        for event in self._events:
            self._send(event)


class Chosen(QUndoCommand):
    """Another system or preset was opened; it is already running when this is pushed."""

    def __init__(self, before: Choice, after: Choice, title: str, apply: Callable[[Choice], None]) -> None:
        super().__init__(title)
        self._before, self._after, self._apply = before, after, apply
        self._done = True

    def redo(self) -> None:
        """Open the later choice, unless it runs already."""
        if not self._done:
            self._apply(self._after)
        self._done = False

    def undo(self) -> None:
        """Open the earlier choice from its beginning."""
        self._apply(self._before)
