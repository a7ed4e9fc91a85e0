"""The main window: library at the left, picture and transport in the middle, plots below, everything else right."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow

from spinviz.app.run.controller import Controller
from spinviz.app.run.settings import SettingsStore
from spinviz.app.window.brush import BrushMode
from spinviz.app.window.builder import Builder
from spinviz.app.window.command_table import command_table
from spinviz.app.window.corners import Corners
from spinviz.app.window.docks import Docks
from spinviz.app.window.drops import Drops
from spinviz.app.window.file_actions import FileActions
from spinviz.app.window.full_screen import FullScreen
from spinviz.app.window.hands import Hands, is_override
from spinviz.app.window.kept_actions import KeptActions
from spinviz.app.window.menus import Menus, NumberKeys, RecentMenu, StopMenu
from spinviz.app.window.news import News
from spinviz.app.window.parts import Parts
from spinviz.app.window.popups import Popups
from spinviz.app.window.prediction import Prediction
from spinviz.app.window.reactions import Reactions
from spinviz.app.window.second_view import SecondView
from spinviz.app.window.sounds import SoundActions
from spinviz.app.window.stills import StillActions
from spinviz.app.window.sweep_actions import SweepActions
from spinviz.app.window.switches import Switches
from spinviz.app.window.theme import ThemeSwitch
from spinviz.app.window.unsaved_menu import UnsavedMenu
from spinviz.files.errors import printable
from spinviz.files.session import CameraState
from spinviz.model.theme import THEMES, Theme
from spinviz.view.probe import Probe


class MainWindow(QMainWindow):
    """Everything in its place. ``opengl`` says what was found; where it does not work a panel says so instead."""

    def __init__(self, store: SettingsStore | None = None, theme: str = "", opengl: Probe | None = None) -> None:
        super().__init__()
        self.controller = c = Controller(store or SettingsStore(), self._look, self)
        self.themes = ThemeSwitch(THEMES[theme or c.settings.theme], c.remember_theme, self, c.settings.letters)
        self.parts = parts = Parts.made(self.theme, c.settings, opengl, c.worker.shown)
        self.themes.wearers += parts.wearers
        self.picture, self.messages = parts.picture, parts.picture.messages
        c.worker.prepare = self.picture.prepare
        self.setCentralWidget(self.picture)
        self.docks = Docks(self, parts, self.themes, c.store)
        self.full_screen = FullScreen(self)
        self.hands = Hands(self, self.picture.above, self._leave)
        self.switches = Switches(self, c, parts.picture, self.full_screen)
        self.prediction = Prediction(self, c, self.switches, parts.plots, self.messages)
        self.second = SecondView(self, c, self.picture)
        self.brush = BrushMode(self, c, self.picture)
        self.files = FileActions(self, c, self.messages, self.themes)
        self.kept = KeptActions(self, c, parts.plots, self.messages)
        self.stills = StillActions(self, c, self.messages, lambda still: self.picture.image(still, c.kept.now))
        self.sounds = SoundActions(self, c, self.messages)
        self.sweeps = SweepActions(self, c, self.themes)
        self.menus = Menus(self.menuBar(), self)
        self.popups = Popups(self, c, self.messages, self.menus, self.files, self.themes, parts, self.docks)
        self.sweeps.explained.connect(self.popups.law.explain)
        self._fill_menus()
        self.corners = Corners(self.menuBar(), self.popups.show_palette)
        self.themes.changed.connect(self.corners.fit)
        self.themes.finishers += [self.docks.lay_out, self.picture.complete]
        self._connect()
        self.drops = Drops(self, self.files.drop, self.files.refusal, self.files.purpose)
        self.setMinimumSize(900, 560)
        self.docks.restore()
        self.show_title()

    def _fill_menus(self) -> None:
        commands = command_table(
            controller=self.controller,
            parts=self.parts,
            docks=self.docks,
            files=self.files,
            stills=self.stills,
            sounds=self.sounds,
            sweeps=self.sweeps,
            kept=self.kept,
            switches=self.switches,
            prediction=self.prediction,
            second=self.second,
            brush=self.brush,
            popups=self.popups,
            themes=self.themes,
            full_screen=self.full_screen,
            close=self.close,
        )
        self.menus.fill(commands)
        self.docks.changed.connect(self.menus.refresh)
        store, menu = self.controller.store, self.menus.menus["File"]
        self.recent = RecentMenu(store.recent, self.files.open, store.forget_recent, menu)
        menu.insertMenu(self.menus.actions["reopen"], self.recent)
        self.unsaved = UnsavedMenu(self.controller, menu)
        menu.insertMenu(self.menus.actions["reopen"], self.unsaved)
        system = self.menus.menus["System"]
        self.stops = StopMenu(self.controller.landmarks, self.controller.stop_at, system)
        entries = system.actions()
        system.insertMenu(entries[entries.index(self.menus.actions["stop-next"]) + 1], self.stops)

    def _connect(self) -> None:
        c, parts = self.controller, self.parts
        keys = NumberKeys(self, parts.side.actions_grid.press)
        builder = Builder(self, parts, self.docks, keys, self.menus)
        parts.transport.snapshot.connect(self.stills.snapshot)
        news = News(self, c, self.messages, parts, self.files, builder)
        self.reactions = Reactions(self, c, parts, self.files, self.themes, builder, news)
        c.opened.connect(self.hands.give_back_unless_typing)
        self.docks.changed.connect(self.hands.give_back_unless_typing)
        parts.plots.keep_asked.connect(lambda _: self.hands.give_back_unless_typing())
        self.switches.changed.connect(self.reactions.show_again)
        self.switches.changed.connect(self.popups.hide_law)
        self.switches.changed.connect(self.menus.refresh)
        self.second.changed.connect(self.menus.refresh)
        self.brush.changed.connect(self.menus.refresh)
        self.brush.changed.connect(self.hands.give_back_unless_typing)
        c.changed.connect(self.show_title)
        c.changed.connect(self.menus.refresh)

    def show_title(self) -> None:
        """Say what is open and whether it is saved."""
        c = self.controller
        self.setWindowTitle(f"{printable(c.title)}[*] – spinviz")
        self.setWindowModified(c.modified)
        self.corners.show_title(c.title, c.modified)

    @property
    def theme(self) -> Theme:
        """The theme in use."""
        return self.themes.current

    def set_theme(self, name: str) -> None:
        """Dress everything in a theme, now."""
        self.themes.use(name)
        self.themes.settle()

    def _look(self) -> tuple[str, CameraState]:
        return self.theme.name, self.picture.camera_state()

    # --- events of the window -----------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Fold what has no room; share the room out when nothing is remembered."""
        super().showEvent(event)
        self.docks.refold()
        self.docks.settle()
        self.hands.give_back_unless_typing()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold the panels where they have no room."""
        super().resizeEvent(event)
        self.docks.refold_soon()

    def event(self, event: QEvent) -> bool:
        """Let a slider to which Tab went have its own arrows."""
        if is_override(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses, Esc closes the law, puts the brush down or leaves the full screen; both lead to the view."""
        if not self.hands.take(event):
            super().keyPressEvent(event)

    def _leave(self) -> None:
        if self.popups.law.isVisible():
            self.popups.law.hide()
        elif self.brush.is_on():
            self.brush.leave()
        else:
            self.full_screen.leave()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep the shape and unsaved work, stop the thread."""
        self.docks.keep()
        self.files.close()
        self.sounds.close()
        self.controller.close()
        self.picture.release()
        super().closeEvent(event)
