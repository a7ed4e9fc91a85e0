"""What of the picture and the plots is shown: a command for each, on or off."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from spinviz.app.run.controller import Controller
from spinviz.app.window.full_screen import FullScreen
from spinviz.app.window.picture import Picture
from spinviz.model.switches import PARTS, SWITCHES


class Switches(QObject):
    """Applies the controller's ``hidden``. Signal: ``changed``: what is shown must be shown again."""

    changed = Signal()

    def __init__(self, parent: QObject, controller: Controller, picture: Picture, full_screen: FullScreen) -> None:
        super().__init__(parent)
        self._controller, self._picture, self._full_screen = controller, picture, full_screen
        controller.opened.connect(self.apply)
        full_screen.changed.connect(self.apply)

    def is_on(self, name: str) -> bool:
        """Whether it is shown."""
        return name not in self._controller.hidden

    def is_there(self, name: str) -> bool:
        """Whether the picture has something of it that can be hidden, or that is."""
        frame = self._controller.last_frame
        if name not in PARTS or not self.is_on(name):
            return True
        return frame is not None and any(map(PARTS[name], frame.visuals))

    def toggle(self, name: str) -> None:
        """Show it, or hide it."""
        self.set_on(name, not self.is_on(name))

    def set_on(self, name: str, on: bool) -> None:
        """Show it or hide it."""
        if name not in SWITCHES:
            raise ValueError(f"there is no switch '{name}': use one of {', '.join(SWITCHES)}")
        hidden = {other for other in self._controller.hidden if other != name} | (set() if on else {name})
        self._controller.hidden = tuple(other for other in SWITCHES if other in hidden)
        self.apply()

    def apply(self, *_: object) -> None:
        """Show what is to be shown now."""
        hidden = self._controller.hidden
        self._picture.set_hidden(hidden)
        self._picture.show_transport(not (self._full_screen.is_on() and "transport" in hidden))
        self.changed.emit()
