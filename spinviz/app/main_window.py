"""The main window: library at the left, picture and transport in the middle, plots below, everything else right."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QDockWidget, QHBoxLayout, QLabel, QMainWindow, QToolButton, QWidget

from spinviz import __version__
from spinviz.app import theme as dress
from spinviz.app.commands import Command, command_table
from spinviz.app.controller import Controller
from spinviz.app.dialogs import KeysDialog, SettingsDialog, shown
from spinviz.app.faults import diagnostics
from spinviz.app.file_actions import FileActions
from spinviz.app.menus import Menus, is_override
from spinviz.app.pacing import Sparingly
from spinviz.app.picture import Picture
from spinviz.app.settings import Settings, SettingsStore
from spinviz.app.worker import Opened
from spinviz.engine.live import speed_of
from spinviz.model.frame import Frame
from spinviz.model.theme import THEMES, Theme
from spinviz.panels.library import Library
from spinviz.panels.palette import CommandPalette
from spinviz.panels.side import SidePanel
from spinviz.panels.transport import Transport
from spinviz.plots.board import PlotBoard

SIZE = QSize(1280, 720)
COMPILING_AFTER = 300
"""Milliseconds of compilation before the window says so."""
PLOT_INTERVAL = 0.05
LIBRARY_WIDTH, CONTROLS_WIDTH = 215, 292
PLOTS_PART, FEWEST_PLOTS, MOST_PLOTS = 0.29, 180, 330
SHAPE = 1
"""Changes whenever docks do, so that an old shape is not forced onto a new window."""


class MainWindow(QMainWindow):
    """Connects everything. ``missing`` stands in for the 3D view where OpenGL cannot be had."""

    def __init__(self, store: SettingsStore | None = None, theme: str = "", missing: QWidget | None = None) -> None:
        super().__init__()
        self.controller = Controller(store or SettingsStore(), self._look, self)
        settings = self.controller.settings
        self.theme: Theme = THEMES[theme or settings.theme]
        self._library_systems: dict[str, Any] = {}
        self._hidden_by_f9: list[str] = []
        self._sized = False
        self.transport = Transport(self.theme)
        self.picture = Picture(self.theme, self.controller.worker.shown, self.transport, missing)
        self.picture.animate = settings.animate
        self.messages = self.picture.messages
        self.setCentralWidget(self.picture)
        self.library = Library(self.theme)
        self.side = SidePanel(self.theme)
        self.plots = PlotBoard(self.theme)
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
        self._plot = Sparingly(self.plots.show_frame, PLOT_INTERVAL, parent=self)
        self.files = FileActions(self, self.controller, self.messages)
        self.commands: tuple[Command, ...] = command_table(self)
        self.menus = Menus(self.menuBar(), self.commands, self)
        self.palette_popup = CommandPalette(self.theme, self)
        self._action_keys = [self._action_key(n) for n in range(1, 10)]
        self._build_corners()
        self._compiling = QTimer(self, singleShot=True, interval=COMPILING_AFTER)
        self.setAcceptDrops(True)
        self.setMinimumSize(900, 560)
        self._connect()
        self._restore_shape()
        self._show_title()

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
        button.clicked.connect(self.show_palette)
        row.addWidget(self.session_label)
        row.addWidget(button)
        self.menuBar().setCornerWidget(corner, Qt.Corner.TopRightCorner)

    def _fit_corner(self) -> None:
        """The menu bar gives a corner its room only when the corner is set."""
        self._corner.setFixedWidth(self._corner.sizeHint().width())
        self.menuBar().setCornerWidget(self._corner, Qt.Corner.TopRightCorner)
        self._corner.show()

    def _connect(self) -> None:
        c, t = self.controller, self.transport
        c.opened.connect(self._on_opened)
        c.frame.connect(self._on_frame)
        c.parameters_changed.connect(self.side.show_parameters)
        c.message.connect(self._on_message)
        c.changed.connect(self._on_changed)
        c.library.connect(self._on_library)
        c.worker.compiling.connect(self._on_compiling)
        c.worker.progress.connect(self._on_progress)
        self._compiling.timeout.connect(self._say_compiling)
        self.library.chosen.connect(c.open_system)
        self.side.presets.preset.connect(c.open_preset)
        self.side.actions_grid.action.connect(c.act)
        self.side.form.edited.connect(c.edit)
        t.run.connect(c.set_running)
        t.rewind.connect(c.rewind)
        t.step.connect(c.step_by)
        t.seek.connect(c.seek)
        t.speed.connect(c.set_speed)
        t.record.connect(self._on_record)
        t.snapshot.connect(self.snapshot)
        t.export.connect(self.ask_export)
        self.picture.failed.connect(self._on_picture_failed)
        self.palette_popup.chosen.connect(self._run_named)

    # --- what the controller says -------------------------------------------------------------------------------

    def _on_opened(self, opened: Opened) -> None:
        loop = opened.loop
        system = loop.system
        self.picture.set_system(system)
        self._plot.forget()
        self.plots.set_system(system)
        self.docks["plots"].setVisible(bool(system.plots) and "plots" not in self._hidden_by_f9)
        self.side.set_system(system, loop.parameters, loop.preset.name)
        self.transport.set_system(system.time_unit, speed_of(loop))
        self.library.show_chosen(system.name, loop.preset.name)
        for number, action in enumerate(self._action_keys):
            known = number < len(system.actions)
            action.setEnabled(known)
            action.setText(system.actions[number].title if known else "")
        if opened.theme and opened.theme != self.theme.name:
            self.set_theme(opened.theme)
        self.picture.use_camera(opened.camera)
        if opened.note:
            self.messages.say(opened.note, "info", stays=False)
        self.menus.refresh()

    def _on_frame(self, frame: Frame) -> None:
        self.picture.show_frame(frame)
        self._plot(frame)
        self.side.show_frame(frame)
        self.transport.show_frame(frame)
        if not self._library_systems:
            self._library_systems = {frame.system: None}
            self.controller.find_systems()
            self._offer_recovery()

    def _on_message(self, text: str, severity: str) -> None:
        self.messages.say(text, severity, stays=severity != "info")  # type: ignore[arg-type]

    def _on_picture_failed(self, text: str) -> None:
        line, _, details = text.partition("\n")
        self.messages.say(line, details=f"{text}\n{diagnostics()}" if details else text)

    def _on_changed(self) -> None:
        self.transport.show_recording(self.controller.recorder is not None)
        self._show_title()
        self.menus.refresh()

    def _on_library(self, systems: dict[str, Any]) -> None:
        self._library_systems = systems
        self.library.set_systems(systems.values())

    def _on_record(self, on: bool) -> None:
        if on != (self.controller.recorder is not None):
            self.toggle_recording()
        self.transport.show_recording(self.controller.recorder is not None)

    def _on_compiling(self, begins: bool) -> None:
        if begins:
            self._compiling.start()
        else:
            self._compiling.stop()
            self._end_progress()

    def _say_compiling(self) -> None:
        self.messages.say("Compiling for this machine: needed once, the window stays usable", "info", progress=-1.0)

    def _on_progress(self, part: float) -> None:
        if part < 1.0:
            cancel = ("Stop", self.controller.worker.cancel)
            self.messages.say("Replaying the session", "info", actions=(cancel,), progress=part)
        else:
            self._end_progress()

    def _end_progress(self) -> None:
        if self.messages.severity == "info" and self.files.job is None and self.messages.is_progress:
            self.messages.dismiss()

    def _offer_recovery(self) -> None:
        if self.controller.recovery is not None:
            actions = (("Open it", self._recover), ("Discard", self._discard))
            self.messages.say("spinviz did not end properly: unsaved work was kept", "warning", actions=actions)

    def _recover(self) -> None:
        self.messages.dismiss()
        self.controller.recover()

    def _discard(self) -> None:
        self.messages.dismiss()
        self.controller.discard_recovery()

    def _show_title(self) -> None:
        c = self.controller
        self.setWindowTitle(f"{c.title}[*] – spinviz")
        self.setWindowModified(c.modified)
        self.session_label.setText(f"{c.title} – unsaved ●" if c.modified else c.title)
        self._fit_corner()

    def _look(self) -> tuple[str, Any]:
        return self.theme.name, self.picture.camera_state()

    # --- commands -----------------------------------------------------------------------------------------------

    def ask_open(self) -> None:
        """Ask for a file and open it."""
        self.files.ask_open()

    def reopen_last(self) -> None:
        """Open the unsaved work of the window closed last."""
        self.files.reopen_last()

    def has_last(self) -> bool:
        """Whether there is such work."""
        return self.files.has_last()

    def save(self) -> None:
        """Save the session."""
        self.files.save()

    def ask_save(self) -> None:
        """Save the session under another name."""
        self.files.ask_save()

    def ask_export(self) -> None:
        """Ask what to export."""
        self.files.ask_export()

    def snapshot(self) -> None:
        """Save what the view shows."""
        self.files.snapshot()

    def copy_picture(self) -> None:
        """Copy what the view shows."""
        self.files.copy_picture()

    def toggle_recording(self) -> None:
        """Begin or finish a recording."""
        self.files.toggle_recording()

    def reset_parameters(self) -> None:
        """Give all parameters the values of the preset; can be undone."""
        system = self.controller.system
        if system is not None:
            self.controller.edit(system.Parameters.of(**self.controller.preset.parameters))

    def look(self, preset: str) -> None:
        """Look from "home" or along an axis."""
        self.picture.look(preset)

    def zoom(self, factor: float) -> None:
        """Magnify the picture."""
        self.picture.zoom(factor)

    def orbit(self, right: float, up: float) -> None:
        """Turn the picture by degrees."""
        self.picture.orbit(right, up)

    def toggle_projection(self) -> None:
        """Change between perspective and parallel projection."""
        self.picture.toggle_projection()

    def is_parallel(self) -> bool:
        """Whether the projection is parallel."""
        return self.picture.is_parallel

    def slower(self) -> None:
        """Show less simulated time per second."""
        self.transport.slower()

    def faster(self) -> None:
        """Show more simulated time per second."""
        self.transport.faster()

    def has_frames(self) -> bool:
        """Whether the system has a choice of frames of reference."""
        p = self.controller.parameters
        return p is not None and "frame" in p.quantities() and p.quantity_named("frame").kind == "choice"

    def toggle_frame(self) -> None:
        """Take the next frame of reference."""
        p = self.controller.parameters
        if p is not None and self.has_frames():
            choices = p.quantity_named("frame").choices
            now = choices.index(getattr(p, "frame"))  # noqa: B009 - not every system has it
            self.controller.set_value("frame", choices[(now + 1) % len(choices)])

    def neighbour(self, step: int) -> None:
        """Open the next or previous system of the library."""
        names = list(self._library_systems)
        system = self.controller.system
        if system is not None and system.name in names:
            self.controller.open_system(names[(names.index(system.name) + step) % len(names)])

    def focus_search(self) -> None:
        """Put the cursor into the search field of the library."""
        self._show_dock("library", True)
        self.library.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.library.search.selectAll()

    def show_palette(self) -> None:
        """Offer all commands."""
        entries = [(c.title, shown(c.keys[0]) if c.keys else "", c.id) for c in self.commands]
        for n, action in enumerate(self._action_keys, 1):
            if action.isEnabled() and action.text():
                entries.append((f"Action: {action.text()}", str(n), f"action:{n}"))
        entries += [(f"Theme: {t.title}", "", f"theme:{t.name}") for t in THEMES.values()]
        for system in filter(None, self._library_systems.values()):
            for preset in system.presets:
                entries.append((f"{system.title}: {preset.title}", "", f"open:{system.name}:{preset.name}"))
        self.palette_popup.set_entries(entries)
        self.palette_popup.open_over(self)

    def _run_named(self, identifier: str) -> None:
        kind, _, rest = identifier.partition(":")
        if kind == "open":
            self.controller.open_system(*rest.split(":"))
        elif kind == "action":
            self._press_action(int(rest))
        elif kind == "theme" and rest:
            self.choose_theme(rest)
        else:
            self.menus.run(next(command for command in self.commands if command.id == identifier))

    def _press_action(self, number: int, *_: object) -> None:
        self.side.actions_grid.press(number)

    def show_keys(self) -> None:
        """List all keys."""
        system = self.controller.system
        KeysDialog(self.commands, [a.title for a in system.actions] if system else [], self).show()

    def show_about(self) -> None:
        """Say what this is."""
        self.messages.say(f"spinviz {__version__}: see how countless spins become one magnetization", "info")

    def copy_diagnostics(self) -> None:
        """Copy versions and paths that help to find a fault."""
        QGuiApplication.clipboard().setText(diagnostics())
        self.messages.say("Copied the diagnostics", "info", stays=False)

    def show_settings(self) -> None:
        """Show the preferences."""
        dialog = SettingsDialog(self.controller.settings, self._reset_settings, self)
        dialog.changed.connect(self._use_settings)
        dialog.show()

    def _use_settings(self, settings: Settings) -> None:
        self.controller.use_settings(settings)
        self.picture.animate = settings.animate
        self.set_theme(settings.theme)

    def _reset_settings(self) -> None:
        self.controller.store.reset()
        self._use_settings(Settings())
        self._hidden_by_f9 = []
        for dock in self.docks.values():
            dock.show()
        self._share_room()

    # --- look and shape -----------------------------------------------------------------------------------------

    def next_theme(self) -> None:
        """Take the next of the four themes."""
        self.choose_theme(dress.next_name(self.theme.name))

    def choose_theme(self, name: str) -> None:
        """Take a theme and remember it."""
        self.set_theme(name)
        self.controller.remember_theme(name)

    def set_theme(self, name: str) -> None:
        """Dress everything in a theme."""
        self.theme = theme = THEMES[name]
        application = QApplication.instance()
        if isinstance(application, QApplication):
            dress.apply(application, theme)
        for part in (self.picture, self.plots, self.transport, self.library, self.side, self.palette_popup):
            part.set_theme(theme)
        self._fit_corner()

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

    def _share_room(self) -> None:
        """Give the panels the sizes of the design."""
        scale = self.theme.font_scale
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
        """Open the first file dropped."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        self.files.open(paths[0])
        if len(paths) > 1:
            self.messages.say(f"Opened {paths[0].name}, the first of {len(paths)} files", "info", stays=False)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep the shape and unsaved work, stop the thread."""
        store = self.controller.store
        if not self.isFullScreen():
            store.keep_shape("geometry", self.saveGeometry())
            store.keep_shape("state", self.saveState(SHAPE))
        self.files.close()
        self.controller.close()
        super().closeEvent(event)
