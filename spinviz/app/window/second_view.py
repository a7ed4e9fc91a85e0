"""The second view opened and closed: what it can show, what it shows, and when it has to go."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from spinviz.app.run.controller import Controller
from spinviz.app.run.worker import Opened
from spinviz.app.window.picture import Picture
from spinviz.engine.live import DrawBeside
from spinviz.model.frame import Frame
from spinviz.model.parameters import Parameters, Quantity

NO_VIEW = "There is no 3D view"
NO_CHOICE = "This system has one way to be drawn"


class SecondView(QObject):
    """Splits the picture of a run; another system closes the second view, another preset keeps it.

    Signal: ``changed``: it was opened or closed.
    """

    changed = Signal()

    def __init__(self, parent: QObject, controller: Controller, picture: Picture) -> None:
        super().__init__(parent)
        self._controller, self._picture = controller, picture
        self._system = ""
        self._changes: dict[str, str] = {}
        self._waiting = False
        """No frame had a second picture yet."""
        controller.opened.connect(self._on_opened)
        controller.frame.connect(self._on_frame)
        controller.parameters_changed.connect(self._on_parameters)

    def is_on(self) -> bool:
        """Whether there are two views."""
        return self._picture.second is not None

    def reason(self) -> str:
        """Why there can be no second view; empty where there can."""
        if self._picture.view is None:
            return NO_VIEW
        p = self._controller.parameters
        return "" if p is not None and choices_of(p) else NO_CHOICE

    def is_possible(self) -> bool:
        """Whether there can be two views."""
        return not self.reason()

    def toggle(self) -> None:
        """Open it, on the next choice of how the system is drawn, or close it."""
        if self.is_on():
            self.close()
        elif self.is_possible() and self._controller.parameters is not None:
            self._open(self._controller.parameters)

    def close(self) -> None:
        """Have one view."""
        if self.is_on():
            self._picture.unite()
            self._controller.worker.send(DrawBeside())
            self.changed.emit()

    def choose(self, name: str, value: str) -> None:
        """Draw the second view with another value of a display parameter."""
        self._changes[name] = value
        self._controller.worker.send(DrawBeside(dict(self._changes)))

    def _open(self, p: Parameters) -> None:
        choices = choices_of(p)
        first = choices[0]
        other = first.choices[(first.choices.index(getattr(p, first.name)) + 1) % len(first.choices)]
        pane = self._picture.split(choices)
        pane.chooser.chosen.connect(self.choose)
        pane.chooser.show_values(p.change(**{first.name: other}))
        if self._picture.chooser is not None:
            self._picture.chooser.chosen.connect(self._controller.set_value)
            self._picture.chooser.show_values(p)
        self._changes, self._waiting = {}, True
        self.choose(first.name, other)
        self.changed.emit()

    def _on_opened(self, opened: Opened) -> None:
        name = opened.loop.system.name
        if name != self._system:
            self.close()
        elif self.is_on():
            self._waiting = True
            self._controller.worker.send(DrawBeside(dict(self._changes)))
        self._system = name

    def _on_frame(self, frame: Frame) -> None:
        pane, second = self._picture.second, frame.second
        if pane is None:
            return
        if second is None:
            if frame.message or not self._waiting:  # it was given up
                self.close()
            return
        self._waiting = False
        if all(getattr(second.parameters, name) == value for name, value in self._changes.items()):
            pane.chooser.show_values(second.parameters)

    def _on_parameters(self, parameters: Parameters) -> None:
        if self._picture.chooser is not None:
            self._picture.chooser.show_values(parameters)


def choices_of(p: Parameters) -> tuple[Quantity, ...]:
    """Return the choices among the display parameters that make a difference at present."""
    shown = (q for q in p.quantities().values() if q.name not in p.unused())
    return tuple(q for q in shown if q.kind == "choice" and q.display and len(q.choices) > 1)
