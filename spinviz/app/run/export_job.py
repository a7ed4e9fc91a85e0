"""An export in a process of its own: the window never waits, and the pictures are those of the command line."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

from spinviz.export.plan import ExportPlan
from spinviz.files.errors import printable
from spinviz.files.owner import OWNER, lock_path

PATIENCE = 5000
"""Milliseconds that a cancelled export has for tidying up."""
SOFTWARE_THREADS = "LP_NUM_THREADS"
"""Mesa's name for the threads of its software OpenGL."""


@dataclass(frozen=True)
class RunPlan:
    """A file that ``spinviz run`` writes of a system with these ``settings`` ("name=value")."""

    out: str
    system: str
    settings: tuple[str, ...]

    def arguments(self, session: Path) -> list[str]:
        """Return the arguments of ``spinviz``; a session is not needed."""
        given = [word for setting in self.settings for word in ("--set", setting)]
        return ["run", self.system, *given, "--out", self.out]


class ExportJob(QObject):
    """Runs one export."""

    progressed = Signal(float, str)
    """Part done and the time left in words."""
    finished = Signal(bool, str)
    """Whether the file is there, and a line for the user (empty after a cancel)."""

    def __init__(self, plan: ExportPlan | RunPlan, session: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.plan = plan
        self.cancelled = False
        self._session = session
        self._begun = monotonic()
        self._process = QProcess(self)
        self._process.setProcessEnvironment(environment())
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.finished.connect(self._end)
        self._process.errorOccurred.connect(self._refused)
        self._lines = ""

    def start(self) -> None:
        """Start the process, behind everything else that runs."""
        words = self.plan.arguments(self._session)
        program, arguments = command([*words, "--progress"] if isinstance(self.plan, ExportPlan) else words)
        self._process.start(program, arguments)

    @property
    def is_running(self) -> bool:
        """Whether the process runs."""
        return self._process.state() != QProcess.ProcessState.NotRunning

    def cancel(self) -> None:
        """Stop; nothing half written is left."""
        self.cancelled = True
        if self.is_running:
            self._process.terminate()
            QTimer.singleShot(PATIENCE, self._process, self._process.kill)

    def wait(self, milliseconds: int = PATIENCE) -> None:
        """Wait for the end of a cancelled export."""
        if self.is_running and not self._process.waitForFinished(milliseconds):
            self._process.kill()
            self._process.waitForFinished(1000)

    def _read(self) -> None:
        self._lines += bytes(self._process.readAllStandardOutput().data()).decode(errors="replace")
        *complete, self._lines = self._lines.split("\n")
        for line in reversed(complete):
            words = line.split()
            if len(words) == 3 and words[0] == "progress" and words[1].isdigit() and words[2].isdigit():
                self._tell(int(words[1]), max(int(words[2]), 1))
                return

    def _tell(self, done: int, total: int) -> None:
        elapsed = monotonic() - self._begun
        left = time_left(elapsed * (total - done) / done) if done else ""
        self.progressed.emit(done / total, left)

    def _end(self, code: int, status: QProcess.ExitStatus) -> None:
        self._tidy()
        if self.cancelled:
            self.finished.emit(False, "")
        elif code == 0 and status == QProcess.ExitStatus.NormalExit:
            self.finished.emit(True, f"Exported {self.plan.out}")
        else:
            self.finished.emit(False, self._complaint(code))

    def _complaint(self, code: int) -> str:
        written = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
        lines = [line.strip() for line in written.replace("\r", "\n").split("\n") if line.strip()]
        reason = printable(lines[-1].removeprefix("spinviz: ")) if lines else f"the exporter ended with code {code}"
        return f"The export failed: {reason}"

    def _refused(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._tidy()
            self.finished.emit(False, f"The export could not be started: {self._process.errorString()}")

    def _tidy(self) -> None:
        if self._session.parent.name.startswith(".export-"):
            shutil.rmtree(self._session.parent, ignore_errors=True)


def environment() -> QProcessEnvironment:
    """Return an environment in which drawing in software leaves half of the processor to us, and that names us."""
    found = QProcessEnvironment.systemEnvironment()
    if not found.contains(SOFTWARE_THREADS):
        found.insert(SOFTWARE_THREADS, str(max(1, (os.cpu_count() or 2) // 2)))
    if (lock := lock_path()) is not None:
        found.insert(OWNER, str(lock))
    return found


def command(arguments: Sequence[str], *, awaited: bool = False) -> tuple[str, list[str]]:
    """Return the program and its arguments that run ``spinviz`` with ``arguments``, out of the window's way.

    ``awaited``: somebody looks on until it is done; a machine with other work would not let it begin.
    """
    frozen = bool(getattr(sys, "frozen", False))
    words = [sys.executable, *([] if frozen else ["-m", "spinviz"]), *arguments]
    for polite in (("nice", "-n", "5"),) if awaited else (("chrt", "--idle", "0"), ("nice", "-n", "19")):
        if program := shutil.which(polite[0]):
            words = [program, *polite[1:], *words]
            break
    return words[0], words[1:]


def time_left(seconds: float) -> str:
    """Return a time left in words: "40 s left", "3 min left"."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s left"
    if seconds < 5400:
        return f"{round(seconds / 60)} min left"
    return f"{seconds / 3600:.1f} h left"
