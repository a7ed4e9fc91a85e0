"""What opens over the window: command palette, keys, preferences, about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from spinviz import __version__
from spinviz.app.run.faults import diagnostics
from spinviz.app.run.settings import Settings
from spinviz.app.window.dialogs import KeysDialog, SettingsDialog, shown
from spinviz.model.theme import THEMES
from spinviz.panels.palette import CommandPalette

if TYPE_CHECKING:
    from spinviz.app.window.main_window import MainWindow


class Popups(QObject):
    """None of them blocks the window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.palette = CommandPalette(window.theme, window)
        self.palette.chosen.connect(self._run)

    def show_palette(self) -> None:
        """Offer commands, actions, themes, and every preset of every system."""
        w = self._window
        entries = [(c.title, shown(c.keys[0]) if c.keys else "", c.id) for c in w.commands]
        system = w.controller.system
        for n, action in enumerate(system.actions[:9] if system else (), 1):
            entries.append((f"Action: {action.title}", str(n), f"action:{n}"))
        entries += [(f"Theme: {t.title}", "", f"theme:{t.name}") for t in THEMES.values()]
        entries += [(f"Open {path.name}", "", f"file:{path}") for path in w.controller.store.recent()]
        for one in w.controller.systems.values():
            entries += [(f"{one.title}: {p.title}", "", f"open:{one.name}:{p.name}") for p in one.presets]
        self.palette.set_entries(entries)
        self.palette.open_over(w)

    def _run(self, identifier: str) -> None:
        w = self._window
        kind, _, rest = identifier.partition(":")
        if kind == "open":
            w.controller.open_system(*rest.split(":"))
        elif kind == "file":
            w.files.open(Path(rest))
        elif kind == "action":
            w.parts.side.actions_grid.press(int(rest))
        elif kind == "theme" and rest:
            w.themes.choose(rest)
        else:
            w.menus.run(next(command for command in w.commands if command.id == identifier))

    def show_keys(self) -> None:
        """List all keys."""
        system = self._window.controller.system
        KeysDialog(self._window.commands, [a.title for a in system.actions] if system else [], self._window).show()

    def show_about(self) -> None:
        """Say what this is."""
        text = f"spinviz {__version__}: see how countless spins become one magnetization, and what it does"
        self._window.messages.say(text, "info")

    def copy_diagnostics(self) -> None:
        """Copy versions and paths that help to find a fault."""
        QGuiApplication.clipboard().setText(diagnostics())
        self._window.messages.say("Copied the diagnostics", "info", stays=False)

    def show_settings(self) -> None:
        """Show the preferences."""
        dialog = SettingsDialog(self._window.controller.settings, self._reset, self._window)
        dialog.changed.connect(self._use)
        dialog.show()

    def _use(self, settings: Settings) -> None:
        w = self._window
        w.controller.use_settings(settings)
        w.picture.animate = settings.animate
        if settings.theme != w.theme.name:
            w.set_theme(settings.theme)

    def _reset(self) -> None:
        self._window.controller.store.reset()
        self._use(Settings())
        self._window.docks.reset()
