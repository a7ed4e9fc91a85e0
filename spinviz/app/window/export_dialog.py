"""What to export: file, size, rate, length, speed and look. The export itself is `export_job`."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from spinviz.app.run.export_job import ExportPlan
from spinviz.export.plan import MOST_FRAMES, PlanError, read_fps, read_size
from spinviz.model.clock import duration
from spinviz.model.theme import THEMES
from spinviz.model.units import UnitError, read_number
from spinviz.panels.parts import QuietCombo

KINDS = (
    (".mp4", "MP4 movie: plays everywhere"),
    (".webm", "WebM movie: for web pages"),
    (".gif", "GIF: short loops, 256 colours"),
    (".apng", "APNG: loops without loss"),
    ("", "PNG series: a folder of pictures"),
)
SIZES = (
    ("1920x1080", "1920 × 1080: full HD"),
    ("1280x720", "1280 × 720: small"),
    ("2560x1440", "2560 × 1440: sharp"),
    ("3840x2160", "3840 × 2160: 4K"),
    ("1080x1080", "1080 × 1080: square"),
    ("1080x1920", "1080 × 1920: upright"),
)
RATES = ("30", "60", "25", "24", "15")


class ExportDialog(QDialog):
    """Asks; it does not block the window. ``accepted_plan`` carries the answer."""

    accepted_plan = Signal(object)

    def __init__(
        self, name: str, speed: float, unit: str, theme: str, now: float, length: float, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export animation")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._unit, self._now = unit, now
        self.file = QLineEdit(str(Path.home() / f"{name}.mp4"), self)
        self.kind = _combo(self, KINDS)
        self.size_box = _combo(self, SIZES)
        self.size_box.setEditable(True)
        self.rate = _combo(self, tuple((r, f"{r} frames per second") for r in RATES))
        self.length = QDoubleSpinBox(self, minimum=0.1, maximum=3600.0, decimals=1, value=length, suffix=" s on screen")
        self.start = _combo(self, (("0", "From the beginning"), (repr(now), f"From now, {duration(now, unit)}")))
        self.speed = QLineEdit(duration(speed, unit), self)
        self.theme = _combo(self, tuple((t.name, t.title) for t in THEMES.values()))
        self.theme.setCurrentIndex(list(THEMES).index(theme))
        self.plots = QCheckBox("Plots below the picture", self)
        self.plots.setChecked(True)
        self.note = QLabel(self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self._build()
        for combo in (self.kind, self.size_box, self.rate, self.start):
            combo.currentTextChanged.connect(self._check)
        self.kind.currentIndexChanged.connect(self._change_ending)
        self.file.textChanged.connect(self._check)
        self.speed.textChanged.connect(self._check)
        self.length.valueChanged.connect(self._check)
        self._check()

    def plan(self) -> ExportPlan:
        """Return what is asked for. Errors: `PlanError`, `UnitError`, `ValueError` with a line for the user."""
        size = self._size()
        read_size(size)
        fps = read_fps(self.rate.currentData())
        out = self.file.text().strip()
        if not out:
            raise PlanError("no file is named: choose one")
        speed = read_number(self.speed.text().replace("sweeps", "sweep"), self._unit)
        if speed <= 0:
            raise PlanError(f"speed {self.speed.text()} is out of range: choose a value above 0")
        frames = round(self.length.value() * fps)
        if frames > MOST_FRAMES:
            raise PlanError(f"{frames} frames are too many, the limit is {MOST_FRAMES}: choose a shorter length")
        return ExportPlan(
            out=out,
            size=size,
            fps=self.rate.currentData(),
            length=self.length.value(),
            start=f"{self.start.currentData()} {self._unit}",
            speed=f"{speed!r} {self._unit}",
            theme=self.theme.currentData(),
            plots=self.plots.isChecked(),
        )

    def accept(self) -> None:
        """Hand the plan over, if it can be."""
        try:
            plan = self.plan()
        except ValueError:
            self._check()
            return
        super().accept()
        self.accepted_plan.emit(plan)

    def _build(self) -> None:
        browse = QPushButton("Choose…", self)
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.addWidget(self.file, 1)
        row.addWidget(browse)
        form = QFormLayout()
        rows: tuple[tuple[str, QWidget], ...] = (
            ("Kind", self.kind),
            ("Size", self.size_box),
            ("Rate", self.rate),
            ("Length", self.length),
            ("Start", self.start),
            ("1 s on screen", self.speed),
            ("Theme", self.theme),
            ("", self.plots),
        )
        form.addRow("File", row)
        self.file.setAccessibleName("File")
        browse.setAccessibleName("Choose file")
        for title, widget in rows:
            form.addRow(title, widget)
            widget.setAccessibleName(title or self.plots.text())
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.go = self.buttons.addButton("Export", QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(14)
        layout.addLayout(form)
        layout.addWidget(self.note)
        layout.addWidget(self.buttons)
        self.setMinimumWidth(460)

    def _size(self) -> str:
        text = self.size_box.currentText()
        for value, title in SIZES:
            if text == title:
                return value
        return text.replace(" ", "").replace("×", "x")

    def _check(self, *_: object) -> None:
        try:
            plan = self.plan()
            self.note.setText(f"{round(plan.length * read_fps(plan.fps))} frames")
            self.go.setEnabled(True)
        except (UnitError, PlanError, ValueError) as error:
            self.note.setText(str(error))
            self.go.setEnabled(False)

    def _change_ending(self, index: int) -> None:
        path = Path(self.file.text())
        known = {kind for kind, _ in KINDS}
        stem = path.with_suffix("") if path.suffix in known else path
        self.file.setText(str(stem) + KINDS[index][0])

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


def _combo(parent: QWidget, entries: tuple[tuple[str, str], ...]) -> QComboBox:
    combo = QuietCombo(parent)
    for value, title in entries:
        combo.addItem(title, value)
    return combo
