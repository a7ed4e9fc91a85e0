"""The transport bar: run and pause, steps, the timeline, speed, record, picture, export."""

from __future__ import annotations

from functools import partial
from math import isclose
from time import monotonic

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from spinviz.model.clock import SLOW, clock, duration, round_speed, speeds
from spinviz.model.frame import Frame
from spinviz.model.theme import DARK, Theme
from spinviz.model.units import plain
from spinviz.panels.parts import QuietSlider, repolish
from spinviz.panels.style import icon, text_px
from spinviz.panels.texts import tip

REACH = 100.0
"""Speeds are offered from a hundredth to a hundred times the speed that the preset or system names."""

ECHO = 0.5
"""Seconds after a speed was asked for in which frames of another speed are older than that."""


class Transport(QFrame):
    """Shows a frame's place in time and asks for others; does nothing itself.

    Signals: ``run(bool)`` run or pause; ``rewind()``; ``step(int)`` by +1 or -1 frames; ``seek(int)`` to a step;
    ``speed(float)`` simulated time per second on screen; ``record(bool)``; ``snapshot()``; ``export()``.
    """

    run = Signal(bool)
    rewind = Signal()
    step = Signal(int)
    seek = Signal(int)
    speed = Signal(float)
    record = Signal(bool)
    snapshot = Signal()
    export = Signal()

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "bar")
        self._running = False
        self._base = self._asked = 1.0
        self._asked_at = 0.0
        self._unit = "s"
        self._words = 0
        self._build()
        self.set_theme(theme)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Transport")

    def _build(self) -> None:
        self.rewind_button = self._button("Rewind", "Rewind to the start (Home)", self.rewind.emit)
        self.back_button = self._button("Step back", "One frame back (Left)", partial(self.step.emit, -1))
        self.run_button = self._button("Run", "Run or pause (Space)", self._toggle)
        self.run_button.setProperty("look", "round")
        self.step_button = self._button("Step", "One frame forwards (Right)", partial(self.step.emit, 1))
        self.timeline = QuietSlider()
        self.timeline.setAccessibleName("Timeline")
        self.timeline.setToolTip("Timeline of the frames kept: drag to go back")
        self.timeline.setTracking(True)
        self.timeline.valueChanged.connect(self.seek.emit)
        self.time_label = QLabel(textFormat=Qt.TextFormat.PlainText)
        self.time_label.setAccessibleName("Time")
        self.slower_button = self._button("Slower", "Slower ([)", self.slower)
        self.faster_button = self._button("Faster", "Faster (])", self.faster)
        self.factor_button = self._button("Speed", "Choose the speed", self._offer_speeds)
        self.factor_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.lens_label = QLabel(textFormat=Qt.TextFormat.PlainText)
        self.lens_label.setProperty("look", "small")
        self.lens_label.setAccessibleName("Time lens")
        self.lens_label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.record_button = self._button("Record", "Record to a file", lambda on: self.record.emit(on))
        self.record_button.setCheckable(True)
        self.record_button.toggled.connect(lambda _: self._style_record())
        self.snapshot_button = self._button("Picture", "Save a picture (F12)", self.snapshot.emit)
        self.export_button = self._button("Export", "Export an animation (Ctrl+E)", self.export.emit)
        self._arrange()

    def _arrange(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 5, 10, 5)
        layout.setSpacing(4)
        for widget in (self.rewind_button, self.back_button, self.run_button, self.step_button):
            layout.addWidget(widget)
        layout.addSpacing(6)
        layout.addWidget(self.timeline, 1)
        layout.addSpacing(6)
        layout.addWidget(self.time_label)
        layout.addSpacing(6)
        layout.addWidget(self.slower_button)
        speed = QVBoxLayout()
        speed.setSpacing(0)
        speed.addWidget(self.factor_button, 0, Qt.AlignmentFlag.AlignHCenter)
        speed.addWidget(self.lens_label, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addLayout(speed)
        layout.addWidget(self.faster_button)
        layout.addSpacing(6)
        for widget in (self.record_button, self.snapshot_button, self.export_button):
            layout.addWidget(widget)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what there is no room for."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Leave out the lens, then one group of buttons after another: everything is in the menus too."""
        groups: tuple[tuple[QWidget, ...], ...] = (
            (self.lens_label,),
            (self.snapshot_button,),
            (self.slower_button, self.faster_button),
            (self.back_button,),
            (self.export_button,),
            (self.record_button,),
            (self.factor_button,),
            (self.rewind_button,),
        )
        layout = self.layout()
        if layout is None:
            return
        for group in groups:
            for widget in group:
                widget.show()
        for group in groups:
            layout.invalidate()
            if layout.minimumSize().width() <= self.width():
                return
            for widget in group:
                widget.hide()

    def minimumSizeHint(self) -> QSize:
        """Room for the timeline and what always stays."""
        return QSize(text_px(self._theme, 260), super().minimumSizeHint().height())

    def _button(self, name: str, tooltip: str, press: object) -> QToolButton:
        button = QToolButton()
        button.setProperty("look", "flat")
        button.setAccessibleName(name)
        button.setToolTip(tooltip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(press)
        return button

    def set_theme(self, theme: Theme) -> None:
        """Take another theme: icons and sizes."""
        self._theme = theme
        names = {
            self.rewind_button: "rewind",
            self.back_button: "step-back",
            self.step_button: "step",
            self.slower_button: "slower",
            self.faster_button: "faster",
            self.snapshot_button: "camera",
            self.export_button: "export",
        }
        size = text_px(theme, 18)
        for button, name in names.items():
            button.setIcon(icon(name, theme))
            button.setIconSize(QSize(size, size))
        for button in (self.slower_button, self.faster_button):
            button.setIconSize(QSize(text_px(theme, 14), text_px(theme, 14)))
        round_size = text_px(theme, 34)
        self.run_button.setFixedSize(round_size, round_size)
        self.run_button.setIconSize(QSize(text_px(theme, 18), text_px(theme, 18)))
        self.run_button.setStyleSheet(f"QToolButton {{ border-radius: {round_size // 2}px; }}")
        self.factor_button.setStyleSheet("QToolButton { padding: 0 4px; min-height: 0; }")
        self.time_label.setStyleSheet(f"font-size: {text_px(theme, 14)}px; font-weight: 600;")
        self.time_label.setMinimumWidth(text_px(theme, 78))
        self.time_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.timeline.setMinimumWidth(text_px(theme, 80))
        self.setMinimumHeight(text_px(theme, 46))
        self._style_run()
        self._style_record()
        self._words = 0
        self._fit()

    def set_system(self, time_unit: str, base_speed: float) -> None:
        """Say the unit of time and the speed that counts as × 1: the preset's or the system's own."""
        self._unit, self._base = time_unit, base_speed
        self._asked_at = 0.0
        self._words = 0
        self.time_label.setMinimumWidth(text_px(self._theme, 78))
        self.record_button.setChecked(False)
        self._show_speed(base_speed)

    def rescale(self, ratio: float) -> None:
        """Another choice of the system runs ``ratio`` times as fast: what counts as × 1 follows."""
        self._base = round_speed(self._base * ratio)

    def show_frame(self, frame: Frame) -> None:
        """Show where ``frame`` is, without a signal; a timeline being dragged stays where the hand is."""
        if frame.running != self._running:
            self._running = frame.running
            self._style_run()
        last = max(frame.last_step, frame.reach)
        if not self.timeline.isSliderDown():
            self.timeline.blockSignals(True)
            self.timeline.setRange(frame.first_step, max(last, frame.first_step + 1))
            self.timeline.setValue(frame.step)
            self.timeline.setPageStep(max(1, (last - frame.first_step) // 20))
            self.timeline.blockSignals(False)
        self.timeline.setEnabled(last > frame.first_step)
        _set_text(self.time_label, clock(frame.time, frame.speed, self._unit))
        if isclose(frame.speed, self._asked) or monotonic() - self._asked_at > ECHO:
            self._show_speed(frame.speed, frame.actual_speed if frame.running else frame.speed)
        # Once for each word that is wider than all before: with every frame buttons would come and go.
        words = sum(w.sizeHint().width() for w in (self.time_label, self.factor_button, self.lens_label))
        if words > self._words:
            self._words = words
            # A least width of its own hides from the layout what the words need.
            self.time_label.setMinimumWidth(max(self.time_label.sizeHint().width(), text_px(self._theme, 78)))
            self._fit()

    def show_recording(self, on: bool) -> None:
        """Show whether a recording runs, silently."""
        self.record_button.setChecked(on)

    def slower(self) -> None:
        """Ask for the next lower speed."""
        self._ask(max((one for one in self._speeds() if one < self._asked * (1 - 1e-6)), default=self._asked))

    def faster(self) -> None:
        """Ask for the next higher speed."""
        self._ask(min((one for one in self._speeds() if one > self._asked * (1 + 1e-6)), default=self._asked))

    def _speeds(self) -> tuple[float, ...]:
        return speeds(self._base / REACH, self._base * REACH)

    @property
    def factor(self) -> float:
        """The speed asked for in units of the system's own."""
        return self._asked / self._base if self._base > 0 else 1.0

    def _ask(self, speed: float) -> None:
        self._asked_at = monotonic()
        self._show_speed(speed)
        self.speed.emit(self._asked)

    def _show_speed(self, asked: float, actual: float | None = None) -> None:
        self._asked = asked
        _set_text(self.factor_button, f"× {plain(self.factor, 2)}")
        part = actual / asked if actual is not None and asked > 0 else 1.0
        slow = part < SLOW
        lens = f"1 s = {duration(asked, self._unit)}"
        _set_text(self.lens_label, f"! only {plain(part, 1)}×" if slow else lens)
        look = "warning" if slow else "small"
        if self.lens_label.property("look") != look:
            self.lens_label.setProperty("look", look)
            repolish(self.lens_label)
        whole = f"1 s on screen = {duration(asked, self._unit)}"
        kept = f"; the machine keeps {duration(actual, self._unit)}" if slow and actual is not None else ""
        if self.lens_label.toolTip() != whole + kept:
            self.lens_label.setToolTip(tip(whole + kept))
            self.lens_label.setAccessibleDescription(whole + kept)

    def _offer_speeds(self) -> None:
        menu = self.speed_menu()
        menu.exec(self.factor_button.mapToGlobal(self.factor_button.rect().topLeft()))
        menu.deleteLater()

    def speed_menu(self) -> QMenu:
        """Return a new menu of speeds."""
        menu = QMenu(self)
        for one in reversed(self._speeds()):
            action = QAction(f"× {plain(one / self._base, 2)}     1 s = {duration(one, self._unit)}", menu)
            action.setCheckable(True)
            action.setChecked(abs(one / self._asked - 1) < 1e-6)
            action.triggered.connect(partial(lambda speed, _=False: self._ask(speed), one))
            menu.addAction(action)
        return menu

    def _toggle(self) -> None:
        self.run.emit(not self._running)

    def _style_run(self) -> None:
        name = "pause" if self._running else "play"
        self.run_button.setIcon(icon(name, self._theme, "on_accent"))
        self.run_button.setAccessibleName("Pause" if self._running else "Run")

    def _style_record(self) -> None:
        on = self.record_button.isChecked()
        self.record_button.setIcon(icon("record", self._theme, "bad" if on else "text"))
        size = text_px(self._theme, 18)
        self.record_button.setIconSize(QSize(size, size))
        self.record_button.setToolTip("Stop recording" if on else "Record to a file")


def _set_text(widget: QLabel | QToolButton, text: str) -> None:
    if widget.text() != text:
        widget.setText(text)
