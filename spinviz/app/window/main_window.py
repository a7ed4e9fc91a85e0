"""The main window: library at the left, picture and transport in the middle, plots below, everything else right."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QMainWindow, QToolButton, QWidget

from spinviz.app.run.controller import Controller
from spinviz.app.run.settings import SettingsStore
from spinviz.app.window.commands import Command, command_table
from spinviz.app.window.dialogs import shown
from spinviz.app.window.file_actions import FileActions
from spinviz.app.window.menus import Menus, RecentMenu, is_override
from spinviz.app.window.picture import Picture
from spinviz.app.window.popups import Popups
from spinviz.app.window.reactions import Reactions
from spinviz.app.window.sounds import SoundActions
from spinviz.app.window.theme import ThemeSwitch
from spinviz.model.parameters import Parameters
from spinviz.model.system import System
from spinviz.model.theme import THEMES, Theme
from spinviz.panels.library import Library
from spinviz.panels.side import SidePanel
from spinviz.panels.transport import Transport
from spinviz.plots.board import PlotBoard
from spinviz.view.probe import Probe

SIZE = QSize(1280, 720)
LIBRARY_WIDTH, CONTROLS_WIDTH = 215, 292
PANEL_GROWTH = 0.5
PLOTS_PART, FEWEST_PLOTS, MOST_PLOTS = 0.29, 180, 330
SHAPE = 1
"""Changes whenever docks do, so that an old shape is not forced onto a new window."""


class MainWindow(QMainWindow):
    """Everything in its place. ``opengl`` says what was found; where it does not work a panel says so instead."""

    def __init__(self, store: SettingsStore | None = None, theme: str = "", opengl: Probe | None = None) -> None:
        super().__init__()
        self.controller = Controller(store or SettingsStore(), self._look, self)
        settings = self.controller.settings
        self.themes = ThemeSwitch(THEMES[theme or settings.theme], self.controller.remember_theme, self)
        self._hidden_by_f9: list[str] = []
        self._sized = False
        self.transport = Transport(self.themes.current)
        self.picture = Picture(
            self.themes.current, self.controller.worker.shown, self.transport, opengl, settings.samples
        )
        self.picture.animate = settings.animate
        self.controller.worker.prepare = self.picture.prepare
        self.messages = self.picture.messages
        self.setCentralWidget(self.picture)
        self.library = Library(self.themes.current)
        self.side = SidePanel(self.themes.current)
        self.plots = PlotBoard(self.themes.current)
        self.docks = {
            "library": self._dock("library", "Library", self.library, Qt.DockWidgetArea.LeftDockWidgetArea),
            "controls": self._dock(
                "controls", "Parameters and observables", self.side, Qt.DockWidgetArea.RightDockWidgetArea
            ),
            "plots": self._dock("plots", "Plots", self.plots, Qt.DockWidgetArea.BottomDockWidgetArea),
        }
        for corner, area in (
            (Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea),
            (Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea),
        ):
            self.setCorner(corner, area)
        self.files = FileActions(self, self.controller, self.messages, self.themes, self.picture.image)
        self.sounds = SoundActions(self, self.controller, self.messages)
        self.popups = Popups(self)
        for part in (self.picture, self.plots, self.transport, self.library, self.side, self.popups.palette):
            self.themes.changed.connect(part.set_theme)
        self.commands: tuple[Command, ...] = command_table(self)
        self.menus = Menus(self.menuBar(), self.commands, self)
        store = self.controller.store
        self.recent = RecentMenu(store.recent, self.files.open, store.forget_recent, self.menus.menus["File"])
        self.menus.menus["File"].insertMenu(self.menus.actions["reopen"], self.recent)
        self._action_keys = [self._action_key(n) for n in range(1, 10)]
        self._build_corners()
        self.themes.changed.connect(self._fit_corner)
        self.reactions = Reactions(self)
        self.setAcceptDrops(True)
        self.setMinimumSize(900, 560)
        self._restore_shape()
        self.show_title()

    # --- building -----------------------------------------------------------------------------------------------

    def _dock(self, name: str, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setAccessibleName(title)
        # Not movable: every panel has its place, and a floating one could be lost behind a full screen.
        dock.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        dock.setTitleBarWidget(QWidget(dock))
        dock.setWidget(widget)
        self.addDockWidget(area, dock)
        return dock

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
        self.docks["plots"].setVisible(bool(system.plots) and not self._hidden_by_f9)
        self.transport.set_system(system.time_unit, speed)
        for number, action in enumerate(self._action_keys):
            action.setEnabled(number < len(system.actions))
        self.menus.refresh()
        side = self.side.build(system, parameters, preset)
        next(side)  # rows of the last system are gone before anybody shows them parameters of this one
        yield
        self.library.show_chosen(system.name, preset)
        yield
        yield from side
        if not preset:
            self.side.presets.setPlaceholderText("From a file")
            self.side.presets.setCurrentIndex(-1)
        yield from self.plots.build(system)

    def _press_action(self, number: int, *_: object) -> None:
        self.side.actions_grid.press(number)

    def show_title(self) -> None:
        """Say what is open and whether it is saved."""
        c = self.controller
        self.setWindowTitle(f"{c.title}[*] – spinviz")
        self.setWindowModified(c.modified)
        self.session_label.setText(f"{c.title} – unsaved ●" if c.modified else c.title)
        self._fit_corner()

    def _look(self) -> tuple[str, Any]:
        return self.themes.current.name, self.picture.camera_state()

    # --- commands -----------------------------------------------------------------------------------------------

    def focus_search(self) -> None:
        """Put the cursor into the search field of the library."""
        self._show_dock("library", True)
        self.library.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.library.search.selectAll()

    # --- look and shape -----------------------------------------------------------------------------------------

    @property
    def theme(self) -> Theme:
        """The theme in use."""
        return self.themes.current

    def set_theme(self, name: str) -> None:
        """Dress everything in a theme."""
        self.themes.use(name)

    def toggle_panels(self) -> None:
        """Hide all panels, or show again those that were hidden."""
        visible = [name for name in self.docks if self.has_dock(name)]
        if visible:
            self._hidden_by_f9 = visible
        for name in visible or self._hidden_by_f9 or list(self.docks):
            self.docks[name].setVisible(not visible)
        if not visible:
            self._hidden_by_f9 = []
        self.menus.refresh()

    def has_panels(self) -> bool:
        """Whether any panel is shown."""
        return any(map(self.has_dock, self.docks))

    def has_dock(self, name: str) -> bool:
        """Whether a panel is shown."""
        return not self.docks[name].isHidden()

    def toggle_dock(self, name: str) -> None:
        """Show or hide a panel."""
        self._show_dock(name, not self.has_dock(name))

    def _show_dock(self, name: str, visible: bool) -> None:
        self.docks[name].setVisible(visible)
        self.menus.refresh()

    def toggle_full_screen(self) -> None:
        """Fill the screen, or leave it."""
        if self.isFullScreen():
            self.leave_full_screen()
        else:
            self.menuBar().hide()
            self.showFullScreen()

    def leave_full_screen(self) -> None:
        """Leave the full screen."""
        self.menuBar().show()
        self.showNormal()

    def reset_shape(self) -> None:
        """Show all panels in the sizes of the design."""
        self._hidden_by_f9 = []
        for dock in self.docks.values():
            dock.show()
        self._share_room()

    def _share_room(self) -> None:
        """Give the panels the sizes of the design."""
        # Panels with larger letters grow less than these: the picture owns the window.
        scale = self.theme.font_scale**PANEL_GROWTH
        widths = [round(LIBRARY_WIDTH * scale), round(CONTROLS_WIDTH * scale)]
        self.resizeDocks([self.docks["library"], self.docks["controls"]], widths, Qt.Orientation.Horizontal)
        height = min(max(round(PLOTS_PART * self.height()), FEWEST_PLOTS), MOST_PLOTS)
        self.resizeDocks([self.docks["plots"]], [height], Qt.Orientation.Vertical)

    def _restore_shape(self) -> None:
        store = self.controller.store
        self.resize(SIZE)
        self.restoreGeometry(store.shape("geometry"))
        self._sized = self.restoreState(store.shape("state"), SHAPE)

    def showEvent(self, event: Any) -> None:
        """Share the room out when nothing is remembered."""
        super().showEvent(event)
        if not self._sized:
            self._sized = True
            QTimer.singleShot(0, self, self._share_room)

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
            if self.isFullScreen():
                self.leave_full_screen()
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
        store = self.controller.store
        if not self.isFullScreen():
            store.keep_shape("geometry", self.saveGeometry())
            store.keep_shape("state", self.saveState(SHAPE))
        self.files.close()
        self.sounds.close()
        self.controller.close()
        if self.picture.view is not None:
            self.picture.view.release()
        super().closeEvent(event)
