"""What the window does when the controller says something, and the controller when a panel does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from spinviz.app.run.controller import Controller
from spinviz.app.run.pacing import InTurn
from spinviz.app.run.worker import Opened
from spinviz.app.window.builder import Builder
from spinviz.app.window.file_actions import FileActions
from spinviz.app.window.news import News
from spinviz.app.window.parts import Parts
from spinviz.app.window.theme import ThemeSwitch
from spinviz.engine.live import speed_of
from spinviz.model.frame import Frame
from spinviz.model.switches import without

PLOT_INTERVAL = 0.05
"""Seconds between the drawings of two plots when no frames come."""


class Reactions(QObject):
    """Connects the signals of controller and panels with each other."""

    def __init__(
        self,
        parent: QObject,
        controller: Controller,
        parts: Parts,
        files: FileActions,
        themes: ThemeSwitch,
        builder: Builder,
        news: News,
    ) -> None:
        super().__init__(parent)
        self._controller, self._parts, self._files, self._themes = controller, parts, files, themes
        self._builder, self._news = builder, news
        self._looked_around = False
        self._latest: Frame | None = None
        """The last frame of the run that is on, of those that the view has drawn."""
        self._plot = InTurn(self._plot_parts, PLOT_INTERVAL, parent=self)
        self._connect_controller()
        self._connect_panels()

    def _connect_controller(self) -> None:
        c = self._controller
        c.opened.connect(self._on_opened)
        c.frame.connect(self._on_frame)
        c.parameters_changed.connect(self._parts.side.show_parameters)
        c.changed.connect(self._show_recording)
        c.library.connect(self._on_library)
        c.usual_speed_changed.connect(self._parts.transport.rescale)
        self._builder.built.connect(self._fill)

    def _connect_panels(self) -> None:
        c, p, t = self._controller, self._parts, self._parts.transport
        p.library.fold(c.store.folded())
        p.library.chosen.connect(c.open_system)
        p.library.folded.connect(c.store.keep_folded)
        p.side.presets.preset.connect(c.open_preset)
        p.side.actions_grid.action.connect(c.act)
        p.side.form.edited.connect(c.edit)
        t.run.connect(c.set_running)
        t.rewind.connect(c.rewind)
        t.step.connect(c.step_by)
        t.seek.connect(c.seek)
        t.speed.connect(c.set_speed)
        t.record.connect(self._on_record)
        t.export.connect(self._files.ask_export)
        p.plots.edited.connect(c.edit)
        p.plots.seek.connect(c.seek_time)
        p.plots.picked.connect(c.pick)
        p.plots.pointed.connect(c.pick_point)
        p.picture.clicked.connect(c.pick)
        p.picture.shown.connect(self._on_shown)

    def _plot_parts(self) -> list[Callable[[Frame], None]]:
        return [panel.show_frame for panel in self._parts.plots.shown]

    def _on_opened(self, opened: Opened) -> None:
        loop = opened.loop
        self._plot.forget()
        self._latest = None
        self._builder.begin(loop.system, loop.parameters, loop.preset.name, speed_of(loop))
        if opened.theme and opened.theme != self._themes.current.name:
            self._themes.use(opened.theme)
        self._parts.picture.use_camera(opened.camera)

    def _on_frame(self, frame: Frame) -> None:
        self._parts.picture.show_frame(frame)
        if not self._looked_around:
            self._looked_around = True
            self._controller.find_systems()
            self._news.offer_recovery()

    def _on_shown(self, frame: Frame) -> None:
        """Let everything else show the moment that the view shows."""
        self._latest = frame
        if not self._builder.is_active:
            self._fill()
        self._parts.transport.show_frame(frame)

    def _fill(self) -> None:
        """Give plots and table the frame that the view shows."""
        if self._latest is not None:
            self._show_numbers(self._latest)

    def _show_numbers(self, frame: Frame) -> None:
        """Show what is to be seen of ``frame`` in plots and table."""
        p, shown = self._parts, without(frame, self._controller.hidden)
        p.plots.choose(shown.parameters)
        p.plots.keep(shown)
        self._plot(shown)
        p.side.show_frame(shown)

    def show_again(self) -> None:
        """Show the last frame as it is to be shown now."""
        if not self._builder.is_active:
            self._fill()

    def _on_library(self, systems: dict[str, Any]) -> None:
        self._parts.library.set_systems(systems.values())

    def _on_record(self, on: bool) -> None:
        if on != (self._controller.recorder is not None):
            self._files.toggle_recording()
        self._show_recording()

    def _show_recording(self) -> None:
        self._parts.transport.show_recording(self._controller.recorder is not None)
