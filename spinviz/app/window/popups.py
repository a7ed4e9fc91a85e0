"""What opens over the window: command palette, keys, preferences, about."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from spinviz import __version__
from spinviz.app.run.controller import Controller
from spinviz.app.run.faults import diagnostics
from spinviz.app.run.settings import Settings
from spinviz.app.window.dialogs import KeysDialog, SettingsDialog, shown
from spinviz.app.window.docks import Docks
from spinviz.app.window.file_actions import FileActions
from spinviz.app.window.law_panel import LawPanel
from spinviz.app.window.menus import Menus
from spinviz.app.window.message_bar import MessageBar
from spinviz.app.window.parts import Parts
from spinviz.app.window.theme import ThemeSwitch
from spinviz.model.theme import THEMES
from spinviz.panels.palette import CommandPalette, Entry
from spinviz.plots.laws import laws_of


class Popups(QObject):
    """None of them blocks the window, which is their ``parent``."""

    def __init__(
        self,
        parent: QWidget,
        controller: Controller,
        messages: MessageBar,
        menus: Menus,
        files: FileActions,
        themes: ThemeSwitch,
        parts: Parts,
        docks: Docks,
    ) -> None:
        super().__init__(parent)
        self._parent, self._controller, self._messages = parent, controller, messages
        self._menus, self._files, self._themes = menus, files, themes
        self._parts, self._docks = parts, docks
        self.palette = CommandPalette(themes.current, parent)
        self.palette.chosen.connect(self._run)
        themes.changed.connect(self.palette.set_theme)
        self.law = LawPanel(themes.current, parts.picture, parts.transport)
        themes.changed.connect(self.law.set_theme)
        controller.opened.connect(lambda opened: self.law.set_system(opened.loop.system))
        parts.picture.shown.connect(self.law.show_frame)
        parts.plots.explain.connect(self._explain_plot)
        parts.side.table.explain.connect(self._explain_observable)
        parts.side.table.moved.connect(self._follow)

    def show_palette(self) -> None:
        """Offer commands, actions, themes, and every preset of every system."""
        self.palette.set_entries(self._entries())
        self.palette.open_over(self._parent)

    def _entries(self) -> list[Entry]:
        c = self._controller
        entries = [(one.title, shown(one.keys[0]) if one.keys else "", one.id) for one in self._menus.commands]
        for n, action in enumerate(c.system.actions[:9] if c.system else (), 1):
            entries.append((f"Action: {action.title}", str(n), f"action:{n}"))
        entries += [(f"Stop at the next {one.title}", "", f"stop:{one.name}") for one in c.landmarks()]
        entries += [(f"Theme: {t.title}", "", f"theme:{t.name}") for t in THEMES.values()]
        entries += [(f"Open {path.name}", "", f"file:{path}") for path in c.store.recent()]
        for system in c.systems.values():
            entries += [(f"{system.title}: {p.title}", "", f"open:{system.name}:{p.name}") for p in system.presets]
        return entries

    def _run(self, identifier: str) -> None:
        kind, _, rest = identifier.partition(":")
        if kind == "open":
            self._controller.open_system(*rest.split(":"))
        elif kind == "file":
            self._files.open(Path(rest))
        elif kind == "action":
            self._parts.side.actions_grid.press(int(rest))
        elif kind == "stop":
            self._controller.stop_at(rest)
        elif kind == "theme" and rest:
            self._themes.choose(rest)
        else:
            self._menus.run(next(command for command in self._menus.commands if command.id == identifier))

    # --- laws ---------------------------------------------------------------------------------------------------

    def toggle_law(self) -> None:
        """Explain the law of the plot or row that has the keys, else the one furthest from its theory; or close."""
        if self.law.isVisible() or not self.has_laws():
            self.law.hide()
            return
        focused = next((panel for panel in self._parts.plots.shown if panel.hasFocus()), None)
        table = self._parts.side.table
        if focused is not None and laws_of(focused.plot, focused.system):
            focused.explain_law()
        elif table.hasFocus() and table.chosen:
            self._explain_observable(table.chosen)
        elif self._controller.system is not None:
            self.law.explain(self._controller.system.laws)

    def has_laws(self) -> bool:
        """Whether there is any law to explain."""
        system = self._controller.system
        return system is not None and bool(system.laws) and "law" not in self._controller.hidden

    def hide_law(self) -> None:
        """Explain nothing while laws are hidden: whoever predicts must not see them."""
        if not self.has_laws():
            self.law.hide()

    def law_is_open(self) -> bool:
        """Whether a law is explained."""
        return self.law.isVisible()

    def _explain_plot(self, name: str) -> None:
        panel = next((panel for panel in self._parts.plots.panels if panel.plot.name == name), None)
        if panel is not None and self.has_laws():
            self.law.explain(laws_of(panel.plot, panel.system), lambda: panel.comparison() if isValid(panel) else "")

    def _explain_observable(self, name: str) -> None:
        system = self._controller.system
        if self.has_laws():
            self.law.explain(tuple(law for law in system.laws if law.observable == name) if system else ())

    def _follow(self, name: str) -> None:
        if self.law.isVisible():
            self._explain_observable(name)

    def show_keys(self) -> None:
        """List all keys."""
        system = self._controller.system
        KeysDialog(self._menus.commands, [a.title for a in system.actions] if system else [], self._parent).show()

    def show_about(self) -> None:
        """Say what this is."""
        text = f"spinviz {__version__}: see how countless spins become one magnetization, and what it does"
        self._messages.say(text, "info")

    def copy_diagnostics(self) -> None:
        """Copy versions and paths that help to find a fault."""
        QGuiApplication.clipboard().setText(diagnostics())
        self._messages.say("Copied the diagnostics", "info", stays=False)

    def show_settings(self) -> None:
        """Show the preferences."""
        shown = replace(self._controller.settings, theme=self._themes.current.name)
        dialog = SettingsDialog(shown, self._reset, self._parent)
        dialog.changed.connect(self._use)
        self._themes.changed.connect(dialog.show_theme)
        dialog.show()

    def _use(self, settings: Settings) -> None:
        """Take what was chosen. A theme that is worn already may be a session's: it is not remembered."""
        worn, remembered = self._themes.current.name, self._controller.settings.theme
        chosen = remembered if settings.theme == worn else settings.theme
        self._controller.use_settings(replace(settings, theme=chosen))
        self._parts.picture.animate = settings.animate
        if (settings.theme, settings.letters) != (worn, self._themes.letters):
            self._themes.use(settings.theme, settings.letters)

    def _reset(self) -> None:
        self._controller.store.reset()
        self._controller.use_settings(Settings())
        self._use(Settings())
        self._docks.reset()
