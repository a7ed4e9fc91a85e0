"""The main window: library at the left, picture and transport in the middle, plots below, everything else right."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMainWindow, QToolButton, QWidget

from spinviz.app.run.controller import Controller
from spinviz.app.run.settings import SettingsStore
from spinviz.app.window.commands import Command, command_table
from spinviz.app.window.dialogs import shown
from spinviz.app.window.docks import Docks
from spinviz.app.window.file_actions import FileActions
from spinviz.app.window.full_screen import FullScreen
from spinviz.app.window.menus import Menus, RecentMenu, is_override
from spinviz.app.window.parts import Parts
from spinviz.app.window.popups import Popups
from spinviz.app.window.reactions import Reactions
from spinviz.app.window.sounds import SoundActions
from spinviz.app.window.theme import ThemeSwitch
from spinviz.model.parameters import Parameters
from spinviz.model.system import System
from spinviz.model.theme import THEMES, Theme
from spinviz.view.probe import Probe


class MainWindow(QMainWindow):
    """Everything in its place. ``opengl`` says what was found; where it does not work a panel says so instead."""

    def __init__(self, store: SettingsStore | None = None, theme: str = "", opengl: Probe | None = None) -> None:
        super().__init__()
        self.controller = Controller(store or SettingsStore(), self._look, self)
        settings = self.controller.settings
        self.themes = ThemeSwitch(THEMES[theme or settings.theme], self.controller.remember_theme, self)
        self.parts = parts = Parts.made(self.themes.current, settings, opengl, self.controller.worker.shown)
        self.picture = parts.picture
        self.controller.worker.prepare = self.picture.prepare
        self.messages = self.picture.messages
        self.setCentralWidget(self.picture)
        self.docks = Docks(self, parts, self.themes, self.controller.store)
        self.full_screen = FullScreen(self)
        self.files = FileActions(self, self.controller, self.messages, self.themes, self.picture.image)
        self.sounds = SoundActions(self, self.controller, self.messages)
        self.popups = Popups(self)
        for part in (parts, self.popups.palette):
            self.themes.changed.connect(part.set_theme)
        self.commands: tuple[Command, ...] = command_table(self)
        self.menus = Menus(self.menuBar(), self.commands, self)
        self.docks.changed.connect(self.menus.refresh)
        store = self.controller.store
        self.recent = RecentMenu(store.recent, self.files.open, store.forget_recent, self.menus.menus["File"])
        self.menus.menus["File"].insertMenu(self.menus.actions["reopen"], self.recent)
        self._action_keys = [self._action_key(n) for n in range(1, 10)]
        self._build_corners()
        self.themes.changed.connect(self._fit_corner)
        self.reactions = Reactions(self)
        self.setAcceptDrops(True)
        self.setMinimumSize(900, 560)
        self.docks.restore()
        self.show_title()

    # --- building -----------------------------------------------------------------------------------------------

    def _action_key(self, number: int) -> QAction:
        action = QAction(self)
        action.setShortcut(QKeySequence(str(number)))
        action.triggered.connect(partial(self._press_action, number))
        self.addAction(action)
        return action

    def _build_corners(self) -> None:
        mark = QLabel("spinviz", self)
        mark.setObjectName("wordmark")
        self.menuBar().setCornerWidget(mark, Qt.Corner.TopLeftCorner)
        self._corner = corner = QWidget(self)
        row = QHBoxLayout(corner)
        row.setContentsMargins(0, 0, 10, 0)
        row.setSpacing(10)
        self.session_label = QLabel(corner)
        self.session_label.setObjectName("sessionName")
        self.session_label.setAccessibleName("Session")
        button = QToolButton(corner)
        button.setText("Commands")
        button.setProperty("look", "flat")
        button.setToolTip(f"All commands ({shown('Ctrl+Shift+P')})")
        button.setAccessibleName("Commands")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(self.popups.show_palette)
        row.addWidget(self.session_label)
        row.addWidget(button)
        self.menuBar().setCornerWidget(corner, Qt.Corner.TopRightCorner)

    def _fit_corner(self) -> None:
        """The menu bar gives a corner its room only when the corner is set."""
        self._corner.setFixedWidth(self._corner.sizeHint().width())
        self.menuBar().setCornerWidget(self._corner, Qt.Corner.TopRightCorner)
        self._corner.show()

    # --- what is open -------------------------------------------------------------------------------------------

    def build_system(
        self, system: System[Any, Any], parameters: Parameters, preset: str, speed: float
    ) -> Iterator[None]:
        """Give every panel what belongs to ``system``, in steps; ``speed`` is what counts as the usual one."""
        self.picture.set_system(system)
        self.docks.offer_plots(bool(system.plots))
        self.parts.transport.set_system(system.time_unit, speed)
        for number, action in enumerate(self._action_keys):
            action.setEnabled(number < len(system.actions))
        self.menus.refresh()
        side = self.parts.side.build(system, parameters, preset)
        next(side)  # rows of the last system are gone before anybody shows them parameters of this one
        yield
        self.parts.library.show_chosen(system.name, preset)
        yield
        yield from side
        if not preset:
            self.parts.side.presets.setPlaceholderText("From a file")
            self.parts.side.presets.setCurrentIndex(-1)
        yield from self.parts.plots.build(system)

    def _press_action(self, number: int, *_: object) -> None:
        self.parts.side.actions_grid.press(number)

    def show_title(self) -> None:
        """Say what is open and whether it is saved."""
        c = self.controller
        self.setWindowTitle(f"{c.title}[*] – spinviz")
        self.setWindowModified(c.modified)
        self.session_label.setText(f"{c.title} – unsaved ●" if c.modified else c.title)
        self._fit_corner()

    def _look(self) -> tuple[str, Any]:
        return self.themes.current.name, self.picture.camera_state()

    # --- look -----------------------------------------------------------------------------------------

    @property
    def theme(self) -> Theme:
        """The theme in use."""
        return self.themes.current

    def set_theme(self, name: str) -> None:
        """Dress everything in a theme."""
        self.themes.use(name)

    def showEvent(self, event: Any) -> None:
        """Share the room out when nothing is remembered."""
        super().showEvent(event)
        self.docks.settle()

    # --- events of the window -----------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Let a focused button have its own Space, a slider its own arrows."""
        if is_override(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves the full screen and never closes."""
        if event.key() == Qt.Key.Key_Escape:
            if self.full_screen.is_on():
                self.full_screen.leave()
            return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        if paths:
            self.files.drop(paths)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep the shape and unsaved work, stop the thread."""
        self.docks.keep()
        self.files.close()
        self.sounds.close()
        self.controller.close()
        if self.picture.view is not None:
            self.picture.view.release()
        super().closeEvent(event)
