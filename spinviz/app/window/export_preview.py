"""What an export will look like: any of its frames, the size of the file and the time it takes, before it begins.

A process of its own draws and reckons, the command line's ``spinviz export --preview --estimate``.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from PySide6.QtCore import QProcess, QSize, Qt, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel, QSizePolicy, QSlider, QVBoxLayout, QWidget

from spinviz.app.run.export_job import command, environment
from spinviz.export.plan import ExportPlan
from spinviz.files.atomic import temporary_prefix
from spinviz.files.errors import printable

REST = 400
"""Milliseconds without a change after which a preview is drawn."""
SIZE = QSize(384, 288)


class ExportPreview(QWidget):
    """Shows a frame of a plan; the slider chooses which."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan: ExportPlan | None = None
        self._session: Path | None = None
        self._folder = Path(tempfile.mkdtemp(prefix=temporary_prefix("preview")))
        self._process: QProcess | None = None
        self.picture = QLabel(self)
        self.picture.setFixedSize(SIZE)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignHCenter)
        self.picture.setAccessibleName("Preview")
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setAccessibleName("Frame shown")
        self.slider.setToolTip("Frame that is shown")
        self.moment, self.estimate = _line(self), _line(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for widget in (self.picture, self.slider, self.moment, self.estimate):
            layout.addWidget(widget)
        layout.addStretch(1)
        self._timer = QTimer(self, singleShot=True, interval=REST)
        self._timer.timeout.connect(self._begin)
        self.slider.valueChanged.connect(self._wait)

    def set_session(self, session: Path) -> None:
        """Show frames of the run in a session file, a temporary one that is removed in the end."""
        self._session = session
        self._wait()

    def show_plan(self, plan: ExportPlan | None, frames: int = 1) -> None:
        """Show a frame of ``plan``, which has so many; nothing without one."""
        if plan == self._plan:
            return
        self._plan = plan
        self.slider.setRange(0, max(frames - 1, 0))
        self.slider.setEnabled(plan is not None and frames > 1)
        self._wait()

    def stop(self) -> None:
        """End what is being drawn, and leave no file."""
        self._timer.stop()
        self._end()
        for folder in (self._folder, *([self._session.parent] if self._session else [])):
            if folder.name.startswith((".preview-", ".export-")):
                shutil.rmtree(folder, ignore_errors=True)

    def _wait(self, *_: object) -> None:
        self._end()
        waits = self._plan is not None and self._session is not None
        self.moment.setText(f"Frame {self.slider.value() + 1} of {self.slider.maximum() + 1}" if waits else "")
        self.estimate.setText("Estimating size and time…" if waits else "")
        if waits:
            self._timer.start()
        else:
            self._timer.stop()

    def _begin(self) -> None:
        if self._plan is None or self._session is None:
            return
        words = [*self._plan.arguments(self._session), "--estimate", "--preview", str(self._folder / "preview.png")]
        program, arguments = command([*words, "--frame", str(self.slider.value())], awaited=True)
        self._process = process = QProcess(self)
        process.setProcessEnvironment(environment())
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._finished)
        process.start(program, arguments)

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.blockSignals(True)
            process.kill()
            process.waitForFinished(1000)
            process.deleteLater()

    def _read(self) -> None:
        if self._process is None:
            return
        while self._process.canReadLine():
            line = bytes(self._process.readLine().data()).decode(errors="replace").strip()
            if line.startswith("preview "):
                self._show(" ".join(line.split()[2:]))
            elif line:
                self.estimate.setText(f"{line[0].upper()}{line[1:]}")

    def _show(self, moment: str) -> None:
        found = QPixmap(str(self._folder / "preview.png"))
        kept, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        self.picture.setPixmap(found.scaled(SIZE, kept, smooth))
        self.moment.setText(f"Frame {self.slider.value() + 1} of {self.slider.maximum() + 1}, at {moment}")

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        if self._process is None or (code == 0 and status == QProcess.ExitStatus.NormalExit):
            return
        written = bytes(self._process.readAllStandardError().data()).decode(errors="replace").strip()
        reason = written.splitlines()[-1].removeprefix("spinviz: ") if written else f"it ended with code {code}"
        self.estimate.setText(f"No preview: {printable(reason)}")


def _line(parent: QWidget) -> QLabel:
    made = QLabel(parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return made
