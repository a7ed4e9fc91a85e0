"""Menus and keys made from the table of commands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from spinviz.app.window.commands import MENUS, Command
from spinviz.model.landmark import Landmark
from spinviz.panels.texts import label, tip


class RecentMenu(QMenu):
    """The files opened last, looked up whenever the menu opens."""

    def __init__(
        self,
        files: Callable[[], list[Path]],
        open_file: Callable[[Path], None],
        forget: Callable[[], None],
        parent: QMenu,
    ) -> None:
        super().__init__("Open recent", parent)
        self._files, self._open, self._forget = files, open_file, forget
        self.setAccessibleName("Open recent")
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """Offer what is there now."""
        self.clear()
        for path in self._files():
            action = self.addAction(label(path.name))
            action.setToolTip(tip(str(path)))
            action.triggered.connect(partial(self._chosen, path))
        if self.isEmpty():
            self.addAction("No recent files").setEnabled(False)
        else:
            self.addSeparator()
            self.addAction("Clear list").triggered.connect(self._forget)

    def _chosen(self, path: Path, *_: object) -> None:
        self._open(path)


class StopMenu(QMenu):
    """The landmarks of the run, looked up whenever the menu opens."""

    def __init__(
        self, landmarks: Callable[[], tuple[Landmark, ...]], stop_at: Callable[[str], None], parent: QMenu
    ) -> None:
        super().__init__("Stop at the next", parent)
        self._landmarks, self._stop_at = landmarks, stop_at
        self.setAccessibleName("Stop at the next")
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """Offer what can be met now."""
        self.clear()
        for landmark in self._landmarks():
            action = self.addAction(label(landmark.title[:1].upper() + landmark.title[1:]))
            action.setToolTip(tip(landmark.help))
            action.triggered.connect(partial(self._chosen, landmark.name))
        if self.isEmpty():
            self.addAction("No event in this system").setEnabled(False)

    def _chosen(self, name: str, *_: object) -> None:
        self._stop_at(name)


class Menus(QObject):
    """Keeps one `QAction` per command; they are looked up by the command's id. The menus are empty until `fill`."""

    def __init__(self, bar: QMenuBar, parent: QWidget) -> None:
        super().__init__(parent)
        self.commands: tuple[Command, ...] = ()
        self.actions: dict[str, QAction] = {}
        self.menus: dict[str, QMenu] = {}
        self._window = parent
        for title in MENUS:
            self.menus[title] = menu = bar.addMenu(f"&{title}")
            menu.setAccessibleName(title)
            menu.setToolTipsVisible(True)
            menu.aboutToShow.connect(partial(self._refresh, title))

    def fill(self, commands: Iterable[Command]) -> None:
        """Put ``commands`` into their menus, once."""
        self.commands = tuple(commands)
        groups: dict[str, int] = {}
        for command in self.commands:
            menu = self.menus[command.menu]
            if groups.setdefault(command.menu, command.group) != command.group:
                menu.addSeparator()
                groups[command.menu] = command.group
            action = self._action(command)
            self._submenu(menu, command.submenu).addAction(action)
            self.actions[command.id] = action

    def _submenu(self, menu: QMenu, title: str) -> QMenu:
        """The menu itself without a title, else the one of that title inside it."""
        if not title:
            return menu
        known = [inside for action in menu.actions() if isinstance(inside := action.menu(), QMenu)]
        found = next((inside for inside in known if inside.title() == title), None)
        if found is None:
            found = menu.addMenu(title)
            found.setAccessibleName(title)
        return found

    def _action(self, command: Command) -> QAction:
        action = QAction(command.title, self._window)
        action.setShortcuts([QKeySequence(key) for key in command.keys])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setAutoRepeat(command.id in ("forward", "back", "forward-10", "back-10", "slower", "faster"))
        if command.state is not None:
            action.setCheckable(True)
        action.triggered.connect(partial(self.run, command))
        # Keys work while the menu bar is hidden, too.
        self._window.addAction(action)
        return action

    def run(self, command: Command, *_: object) -> None:
        """Do what ``command`` says, if it can be done now."""
        if command.enabled is None or command.enabled():
            command.call()
        self.refresh()

    def refresh(self) -> None:
        """Show what is on and what can be done."""
        for title in self.menus:
            self._refresh(title)

    def _refresh(self, title: str) -> None:
        for command in self.commands:
            if command.menu == title:
                action = self.actions[command.id]
                if command.state is not None:
                    action.setChecked(command.state())
                # A disabled action would swallow no key, but show in grey that it cannot be done now.
                action.setEnabled(command.enabled is None or command.enabled())
                if command.reason is not None:
                    action.setToolTip(tip(command.reason()))


class NumberKeys:
    """Keys 1 to 9 press the actions of the system."""

    def __init__(self, window: QWidget, press: Callable[[int], object]) -> None:
        self._press = press
        self._actions = [self._action(window, number) for number in range(1, 10)]

    def enable(self, count: int) -> None:
        """Let the first ``count`` keys work."""
        for number, action in enumerate(self._actions):
            action.setEnabled(number < count)

    def _action(self, window: QWidget, number: int) -> QAction:
        action = QAction(window)
        action.setShortcut(QKeySequence(str(number)))
        action.triggered.connect(partial(self._pressed, number))
        window.addAction(action)
        return action

    def _pressed(self, number: int, *_: object) -> None:
        self._press(number)
