"""The sweep of the run on screen: which parameter goes from where to where, and the points as they come."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from spinviz.engine.sweep.plan import Axis, Wanted, axis_of
from spinviz.model.frame import Frame
from spinviz.model.parameters import ParameterError, Parameters, Quantity
from spinviz.model.plots import SweptCurve
from spinviz.model.swept import Swept
from spinviz.model.symbols import plain_text
from spinviz.model.system import Observable, System
from spinviz.model.theme import Theme
from spinviz.panels.parts import DecimalSpin, QuietCombo, Spin
from spinviz.plots.laws import laws_of
from spinviz.plots.look import Look
from spinviz.plots.swept import SweptPlot

POINTS, MOST_POINTS = 21, 1000
STEPS, FEWEST_STEPS, MOST_STEPS = 20_000, 128, 10_000_000
PLOT_HEIGHT, WIDTH = 260, 620
"""Pixels of the design."""


class SweepDialog(QDialog):
    """Asks, and shows what comes of it; it does not block the window.

    Signals: ``begun(axis, wanted, back)``; ``stopped``; ``gone_on``; ``returned(index)``: a finished point was clicked;
    ``explained(laws)``: what is drawn dashed shall be explained.
    """

    begun = Signal(object, object, bool)
    stopped = Signal()
    gone_on = Signal()
    returned = Signal(int)
    explained = Signal(object)

    def __init__(
        self, system: System[Any, Any], parameters: Parameters, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Sweep a parameter")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.system, self.parameters, self._theme = system, parameters, theme
        self._swept: Swept | None = None
        self._frame: Frame | None = None
        self.parameter = QuietCombo(self)
        for q in sweepable(parameters):
            self.parameter.addItem(q.title, q.name)
        self.start, self.stop = QLineEdit(self), QLineEdit(self)
        self.count = Spin(self, 2, MOST_POINTS, "")
        self.count.setValue(POINTS)
        self.back = QCheckBox("Return the same way", self)
        self.error = DecimalSpin(self, 0.01, 100.0, " %")
        self.error.setValue(1.0)
        self.steps = Spin(self, FEWEST_STEPS, MOST_STEPS, "", 1000)
        self.steps.setValue(STEPS)
        self.observable = QuietCombo(self)
        for o in seen_first(system):
            self.observable.addItem(o.title, o.name)
        self.note = QLabel(self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.note.setAccessibleName("State of the sweep")
        self.run = QPushButton("Start", self)
        self.pause = QPushButton("Stop", self)
        self.plot: SweptPlot | None = None
        self._lay_out()
        self._propose()
        self._show_plot()
        self._tell()
        self.parameter.currentIndexChanged.connect(self._other_parameter)
        self.observable.currentIndexChanged.connect(self._show_plot)
        self.run.clicked.connect(self.begin)
        self.pause.clicked.connect(self._stop_or_go_on)

    def wanted(self) -> tuple[Axis, Wanted]:
        """Return what is asked for. Errors: `ParameterError` with a line for the user."""
        name = self.parameter.currentData()
        q = self.parameters.quantity_named(name)
        axis = axis_of(self.parameters, name, q.read(self.start.text()), q.read(self.stop.text()), self.count.value())
        dt = float(self.system.timestep(self.parameters))
        return axis, Wanted(self.error.value() / 100, self.steps.value() * dt)

    def begin(self) -> None:
        """Begin a new sweep, if it can be."""
        try:
            axis, wanted = self.wanted()
        except ParameterError as error:
            self.note.setText(str(error))
            return
        self._show_plot()
        self.begun.emit(axis, wanted, self.back.isChecked())

    def show_frame(self, frame: Frame) -> None:
        """Show the points that a frame brings."""
        if frame.system != self.system.name:
            return
        self.parameters, self._frame = frame.parameters, frame
        if frame.sweep is not None and self.plot is not None and self.plot.plot.parameter != frame.sweep.name:
            self.parameter.setCurrentIndex(self.parameter.findData(frame.sweep.name))
        if self.plot is not None and frame.sweep != self._swept:
            self.plot.show_frame(frame)
        if frame.sweep != self._swept:
            self._swept = frame.sweep
            self._tell()

    def set_theme(self, theme: Theme) -> None:
        """Take another theme."""
        self._theme = theme
        if self.plot is not None:
            self.plot.set_look(Look(theme))

    # --- how it is made -----------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        ends = QHBoxLayout()
        for part in (self.start, QLabel("to", self), self.stop, QLabel("in", self), self.count):
            ends.addWidget(part)
        ends.addWidget(QLabel("points", self))
        form = QFormLayout()
        rows: tuple[tuple[str, QWidget | QHBoxLayout, str], ...] = (
            ("Parameter", self.parameter, "Each point goes on from the state of the one before."),
            ("From", ends, ""),
            ("Hysteresis", self.back, "The same points again, from the last to the first."),
            ("Standard error", self.error, "At which a point is done, relative to the mean."),
            ("Most steps", self.steps, "At which a point ends also without equilibrium or that error."),
            ("Observable", self.observable, "What is plotted; all are measured."),
        )
        for title, widget, help_text in rows:
            form.addRow(title, widget)
            if isinstance(widget, QWidget):
                widget.setAccessibleName(title)
                widget.setToolTip(help_text)
        for field, title in ((self.start, "From"), (self.stop, "To"), (self.count, "Number of points")):
            field.setAccessibleName(title)
        self._plot_place = QVBoxLayout()
        buttons = QHBoxLayout()
        buttons.addWidget(self.note, 1)
        for button in (self.run, self.pause):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(14)
        layout.addLayout(form)
        layout.addLayout(self._plot_place, 1)
        layout.addLayout(buttons)
        self.resize(WIDTH, self.sizeHint().height())

    def _propose(self) -> None:
        """Propose a range around the present value."""
        q = self.parameters.quantity_named(self.parameter.currentData())
        for field, value in zip((self.start, self.stop), around(q, float(getattr(self.parameters, q.name)))):
            field.setText(q.show(value).replace("−", "-"))

    def _other_parameter(self) -> None:
        self._propose()
        self._show_plot()

    def _show_plot(self) -> None:
        name, y = self.parameter.currentData(), self.observable.currentData()
        title = f"{plain_text(self.system.observable(y).title)} over {self.parameter.currentText().lower()}"
        if self.plot is not None:
            self._plot_place.removeWidget(self.plot)
            self.plot.hide()
            self.plot.deleteLater()
        self.plot = SweptPlot(SweptCurve("sweep", title, name, y), self.system, Look(self._theme), self)
        self.plot.setMinimumHeight(PLOT_HEIGHT)
        self.plot.picked.connect(lambda _plot, index, _column: self.returned.emit(index))
        laws = laws_of(self.plot.plot, self.system)
        self.plot.explain.connect(lambda _: self.explained.emit(laws))
        self._plot_place.addWidget(self.plot)
        if self._frame is not None:
            self.plot.show_frame(self._frame)

    def _stop_or_go_on(self) -> None:
        (self.stopped if self._swept is not None and self._swept.going else self.gone_on).emit()

    def _tell(self) -> None:
        """Say how far it is."""
        swept = self._swept
        going = swept is not None and swept.going
        unfinished = swept is not None and len(swept.points) < swept.total
        self.run.setText("Start anew" if swept is not None else "Start")
        self.run.setEnabled(not going)
        self.pause.setText("Stop" if going or not unfinished else "Go on")
        self.pause.setEnabled(unfinished)
        self.note.setText(words(swept, self.system) if swept is not None else "")


def sweepable(p: Parameters) -> tuple[Quantity, ...]:
    """Return the parameters that can be swept: numbers that change more than the picture."""
    return tuple(q for q in p.quantities().values() if q.kind in ("number", "integer") and not q.display)


def seen_first(system: System[Any, Any]) -> Iterable[Observable]:
    """Return the observables, those with a law first."""
    lawful = {law.observable for law in system.laws}
    return sorted(system.observables, key=lambda o: o.name not in lawful)


def around(q: Quantity, value: float) -> tuple[float, float]:
    """Return ends of a range around ``value`` that the parameter can take."""
    low, high = float(q.low or 0.0), float(q.high or 0.0)
    start, stop = (max(0.5 * value, low), min(1.5 * value, high)) if value > 0 else (low, high)
    if q.kind == "integer":
        return float(max(1, round(start))), float(max(1, round(start)) + POINTS - 1)
    inset = 1e-3 * (high - low)  # an end of the range may be excluded
    return max(start, low + q.open_low * inset), min(stop, high - q.open_high * inset)


def words(swept: Swept, system: System[Any, Any]) -> str:
    """Say how far a sweep is."""
    done = len(swept.points)
    text = f"{done} of {swept.total} points"
    if swept.going:
        return f"{text}, the next at most {100 * (1 - swept.part):.0f} % of its steps away"
    odd = sum(not (point.equilibrated and point.converged) for point in swept.points)
    if done < swept.total:
        text += ", stopped"
    if odd:
        text += f". Hollow: {odd} not in equilibrium or without an error; give more steps"
    return text
