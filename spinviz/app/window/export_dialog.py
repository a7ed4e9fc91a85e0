"""What to export: file, size, rate, range, speed, camera and look. The export itself is `export_job`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from spinviz.app.window.export_choices import COLORS, NO_LOOP, ON, RATES, SIZES, Run, beside, combo
from spinviz.app.window.export_preview import ExportPreview
from spinviz.export.animation import check, size_for
from spinviz.export.plan import KINDS, MOST_TURN, ExportPlan, Kind, Plan, PlanError, check_frames, read_fps, read_size
from spinviz.files.errors import FileError
from spinviz.model.clock import duration, singular
from spinviz.model.theme import THEMES
from spinviz.model.units import read_number
from spinviz.panels.parts import DecimalSpin, Spin


class ExportDialog(QDialog):
    """Asks; it does not block the window. ``accepted_plan`` carries the answer, ``command_asked`` the same as a plan
    that is to be copied as a command line.
    """

    accepted_plan = Signal(object)
    command_asked = Signal(object)

    def __init__(self, run: Run, kept: Mapping[str, str] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export animation")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._run = run
        self._kept = dict(kept or {})
        self._by_stop = False
        self._shown: Kind | None = None
        self.file = QLineEdit(str(Path(self._kept.get("folder") or Path.home()) / f"{run.name}.mp4"), self)
        self.kind = combo(self, tuple((kind.ending, kind.title) for kind in KINDS))
        self.size_box = combo(self, SIZES)
        self.size_box.setEditable(True)
        self.rate = combo(self, tuple((r, f"{r} frames per second") for r in RATES))
        self.colors = combo(self, COLORS)
        starts = (("0", "The beginning"), (repr(run.now), f"Now, {duration(run.now, run.unit)}"))
        self.start = combo(self, starts)
        self.start.setEditable(True)
        self.stop = QLineEdit(self)
        self.speed = QLineEdit(duration(run.speed, run.unit), self)
        self.length = DecimalSpin(self, 0.1, 3600.0, " s on screen")
        self.length.setValue(run.length)
        self.loop = QCheckBox("Exact loop over", self)
        self.periods = Spin(self, 1, 9999, " period")
        self.turn = Spin(self, -MOST_TURN, MOST_TURN, "°", 90)
        self.turn.setValue(0)
        self.theme = combo(self, tuple((t.name, t.title) for t in THEMES.values()))
        self.theme.setCurrentIndex(list(THEMES).index(run.theme))
        self.plots = QCheckBox("Plots below the picture", self)
        self.transparent = QCheckBox("Transparent background", self)
        self.note = QLabel(self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.preview = ExportPreview(self)
        self.finished.connect(self.preview.stop)
        self._build()
        self._recall()
        self._connect()
        self._follow_length()

    def plan(self) -> ExportPlan:
        """Return what is asked for. Errors: `PlanError`, `UnitError`, `FileError` with a line for the user."""
        out = os.path.expanduser(self.file.text().strip())
        if not out:
            raise PlanError("no file is named: choose one")
        unit = self._run.unit
        start, speed, stop = self._time(self._start_text()), self._speed(), ""
        if self._by_stop and not self.loop.isChecked():
            stop = f"{self._time(self.stop.text())!r} {unit}"
        bounded = bool(stop) or self.loop.isChecked()
        return ExportPlan(
            out=out,
            size=self._size(),
            fps=self.rate.currentData(),
            length="" if bounded else f"{self.length.value():g}",
            start=f"{start!r} {unit}",
            stop=stop,
            speed=f"{speed!r} {unit}",
            loop=str(self.periods.value()) if self.loop.isChecked() else "",
            turn=str(self.turn.value()) if self.turn.value() else "",
            colors=self.colors.currentData() if self._kind().ending == ".gif" else "",
            theme=self.theme.currentData(),
            transparent=self.transparent.isChecked() and self._kind().transparent,
            plots=self.plots.isChecked(),
        )

    def numbers(self) -> Plan:
        """Return the plan in numbers. Errors as those of `plan`."""
        plan = self.plan()
        start, speed, length = self._time(self._start_text()), self._speed(), self.length.value()
        if plan.stop:
            length = (self._time(self.stop.text()) - start) / speed
            if length <= 0:
                raise PlanError(f"the end {self.stop.text()} is not after the start: choose a later one")
        made = Plan(size_for(plan.out, read_size(plan.size)), read_fps(plan.fps), length, start, speed)
        made = check_frames(made.looped(int(plan.loop) * self._run.period) if plan.loop else made)
        check(plan.out, made)
        return made

    def choices(self) -> dict[str, str]:
        """Return what is proposed the next time: look and file, not what belongs to this run."""
        ending = self._kind().ending
        return {
            **self._kept,
            "kind": ending,
            **self._of_kind(ending),
            "colors": self.colors.currentData(),
            "turn": str(self.turn.value()),
            "plots": ON[self.plots.isChecked()],
            "transparent": ON[self.transparent.isChecked()],
            "folder": str(Path(self.file.text()).expanduser().absolute().parent),
        }

    def _of_kind(self, ending: str) -> dict[str, str]:
        return {f"size{ending}": self._size(), f"fps{ending}": self.rate.currentData()}

    def accept(self) -> None:
        """Hand the plan over, if it can be."""
        if self._checked() is not None:
            super().accept()
            self.accepted_plan.emit(self.plan())

    # --- how it is made -----------------------------------------------------------------------------------------

    def _build(self) -> None:
        browse = QPushButton("Choose…", self)
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        browse.setAccessibleName("Choose file")
        looped = beside(self.loop, self.periods)
        self.form = form = QFormLayout()
        form.setVerticalSpacing(8)
        self.file.setMinimumWidth(300)
        rows: tuple[tuple[str, QWidget, QWidget | QHBoxLayout], ...] = (
            ("File", self.file, beside(self.file, browse)),
            ("Kind", self.kind, self.kind),
            ("Size", self.size_box, self.size_box),
            ("Rate", self.rate, self.rate),
            ("Colours", self.colors, self.colors),
            ("From", self.start, beside(self.start, QLabel("to", self), self.stop)),
            ("1 s on screen", self.speed, self.speed),
            ("Length", self.length, self.length),
            ("", self.loop, looped),
            ("Camera turns by", self.turn, self.turn),
            ("Theme", self.theme, self.theme),
        )
        for title, widget, shown in rows:
            form.addRow(title, shown)
            widget.setAccessibleName(title or str(widget.property("text")))
        self.stop.setAccessibleName("To")
        for box in (self.plots, self.transparent):
            box.setAccessibleName(box.text())
        self.periods.setAccessibleName("Periods of the loop")
        can_loop = self._run.period > 0
        self.loop.setEnabled(can_loop)
        if not can_loop:
            self.loop.setText("Exact loop: nothing repeats itself here")
            self.loop.setToolTip(NO_LOOP)
        self.periods.setVisible(can_loop)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.copy = self.buttons.addButton("Copy command", QDialogButtonBox.ButtonRole.ActionRole)
        self.copy.setToolTip("Copy a command line that makes the same file")
        self.copy.setAutoDefault(False)
        self.go = self.buttons.addButton("Export", QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.copy.clicked.connect(self._ask_command)
        columns = QHBoxLayout()
        columns.setSpacing(24)
        columns.addLayout(form, 1)
        right = QVBoxLayout()
        for part in (self.preview, self.plots, self.transparent):
            right.addWidget(part)
        right.addStretch(1)
        columns.addLayout(right)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(14)
        layout.addLayout(columns)
        layout.addWidget(self.note)
        layout.addWidget(self.buttons)

    def _recall(self) -> None:
        """Propose what was chosen last."""
        kept = self._kept
        self.kind.setCurrentIndex(max(self.kind.findData(kept.get("kind", ".mp4")), 0))
        self._change_kind()
        self.colors.setCurrentIndex(max(self.colors.findData(kept.get("colors", "")), 0))
        turn = kept.get("turn", "0")
        self.turn.setValue(int(turn) if turn.removeprefix("-").isdecimal() and len(turn) < 7 else 0)
        self.plots.setChecked(kept.get("plots") != "off")
        self.transparent.setChecked(kept.get("transparent") == "on")

    def _connect(self) -> None:
        self.kind.currentIndexChanged.connect(self._change_kind)
        for box in (self.size_box, self.rate, self.colors, self.theme):
            box.currentTextChanged.connect(self._check)
        for switch in (self.plots, self.transparent):
            switch.toggled.connect(self._check)
        self.file.textChanged.connect(self._check)
        self.turn.valueChanged.connect(self._check)
        self.stop.textEdited.connect(self._follow_stop)
        self.length.valueChanged.connect(self._follow_length)
        self.start.currentTextChanged.connect(self._follow)
        self.speed.textChanged.connect(self._follow)
        self.loop.toggled.connect(self._begin_loop)
        self.periods.valueChanged.connect(self._follow)

    # --- what follows from what ---------------------------------------------------------------------------------

    def _follow_stop(self, *_: object) -> None:
        self._by_stop = True
        self._follow()

    def _follow_length(self, *_: object) -> None:
        self._by_stop = False
        self._follow()

    def _begin_loop(self, on: bool) -> None:
        """A loop begins now: what was changed before does not repeat itself."""
        if on:
            self.start.setCurrentIndex(1)
        self._follow()

    def _follow(self, *_: object) -> None:
        """Bring the end or the length in line with what was written last."""
        looped = self.loop.isChecked()
        self.stop.setEnabled(not looped)
        self.length.setEnabled(not looped)
        self.periods.setEnabled(looped)
        self.periods.setSuffix(" period" if self.periods.value() == 1 else " periods")
        plan = self._checked()
        if plan is None:
            return
        blocked = self.length.blockSignals(True)
        if self._by_stop or looped:
            self.length.setValue(plan.length)
        self.length.blockSignals(blocked)
        if not self._by_stop or looped:
            self.stop.setText(duration(plan.start + plan.length * plan.speed, self._run.unit))

    def _check(self, *_: object) -> None:
        self._checked()

    def _checked(self) -> Plan | None:
        """Return the plan in numbers, or say why there is none."""
        try:
            plan = self.numbers()
        except (ValueError, FileError) as error:
            self.note.setText(str(error))
            self._allow(False)
            self.preview.show_plan(None)
            return None
        self.note.setText(f"{plan.frames} frames{self._run.part}")
        self._allow(True)
        self.preview.show_plan(self.plan(), plan.frames)
        return plan

    def _allow(self, on: bool) -> None:
        self.go.setEnabled(on)
        self.copy.setEnabled(on)

    def _kind(self) -> Kind:
        return KINDS[self.kind.currentIndex()]

    def _size(self) -> str:
        text = self.size_box.currentText()
        for value, title in SIZES:
            if text == title:
                return value
        return text.replace(" ", "").replace("×", "x")

    def _start_text(self) -> str:
        text = self.start.currentText()
        index = self.start.findText(text)
        return text if index < 0 else str(self.start.itemData(index))

    def _time(self, text: str) -> float:
        time = read_number(singular(text), self._run.unit)
        if not 0 <= time < float("inf"):
            raise PlanError(f"{text[:80]} is out of range: choose a time of 0 or more")
        return time

    def _speed(self) -> float:
        speed = self._time(self.speed.text())
        if speed <= 0:
            raise PlanError(f"speed {self.speed.text()[:80]} is out of range: choose a value above 0")
        return speed

    def _change_kind(self, *_: object) -> None:
        """Take the size and rate last used for this kind, or its own, and its ending."""
        kind = self._kind()
        if self._shown is not None:
            self._kept |= self._of_kind(self._shown.ending)
        self._shown = kind
        size = self._kept.get(f"size{kind.ending}", kind.size)
        index = self.size_box.findData(size)
        if index >= 0:
            self.size_box.setCurrentIndex(index)
        else:
            self.size_box.setEditText(size.replace("x", " × "))
        rate = self._kept.get(f"fps{kind.ending}", kind.fps)
        self.rate.setCurrentIndex(max(self.rate.findData(rate), 0))
        self.form.setRowVisible(self.colors, kind.ending == ".gif")
        self.transparent.setEnabled(kind.transparent)
        self.transparent.setToolTip("" if kind.transparent else "This kind of file has always a background")
        path = Path(self.file.text())
        stem = path.with_suffix("") if path.suffix in {known.ending for known in KINDS} else path
        self.file.setText(str(stem) + kind.ending)
        self._check()

    def _ask_command(self) -> None:
        if self._checked() is not None:
            self.command_asked.emit(self.plan())

    def _browse(self) -> None:
        ending = self.kind.currentData()
        if ending:
            chosen, _ = QFileDialog.getSaveFileName(self, "Export to", self.file.text(), f"*{ending}")
        else:
            chosen = QFileDialog.getExistingDirectory(
                self, "Folder for the pictures", str(Path(self.file.text()).parent)
            )
        if chosen:
            self.file.setText(chosen if Path(chosen).suffix or not ending else chosen + ending)
