"""What the window does with files: open, save, recordings, exports. Every outcome is a line in the window."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from spinviz.app.run.controller import Controller
from spinviz.app.run.export_job import ExportJob, RunPlan
from spinviz.app.run.openings import go_together, known_suffixes, unknown
from spinviz.app.window.drops import short
from spinviz.app.window.export_choices import Run
from spinviz.app.window.message_bar import MessageBar
from spinviz.app.window.theme import ThemeSwitch
from spinviz.export.plan import ExportPlan
from spinviz.files.errors import FileError
from spinviz.files.log import state_folder
from spinviz.files.ovf.series import holds_series
from spinviz.files.session import SUFFIX
from spinviz.model.abilities import MakesImage, PlaysSequence
from spinviz.model.file_names import as_text
from spinviz.model.system import Preset, System
from spinviz.systems.series import series_among

if TYPE_CHECKING:
    from spinviz.app.window.export_dialog import ExportDialog

IMAGES = "Picture (*.png);;Complex numbers (*.npy);;Raw data, ISMRMRD (*.mrd)"
RECORDINGS = "HDF5 (*.h5);;Table (*.csv);;Table of OOMMF (*.odt)"
EXPORT = "export"
"""Where the choices of the export dialog are kept."""
LENGTH = 10.0
"""Seconds on screen that are exported where a preset does not say."""


class FileActions(QObject):
    """Asks for names, tells what happened; the work itself is the controller's."""

    def __init__(self, parent: QWidget, controller: Controller, messages: MessageBar, themes: ThemeSwitch) -> None:
        super().__init__(parent)
        self._parent, self._controller, self._messages, self._themes = parent, controller, messages, themes
        self._folder = Path.home()
        self._plan: ExportPlan | None = None
        self._to_copy: ExportPlan | None = None
        self._dialog: ExportDialog | None = None
        self.job: ExportJob | None = None
        controller.written.connect(self._on_written)

    # --- open and save ------------------------------------------------------------------------------------------

    def ask_open(self) -> None:
        """Ask for a file and open it."""
        pattern = " ".join(f"*{suffix}" for suffix in known_suffixes())
        names, _ = QFileDialog.getOpenFileNames(
            self._parent, "Open", str(self._folder), f"All files that spinviz opens ({pattern});;All files (*)"
        )
        if names:
            self.drop([Path(name) for name in names])

    def open(self, path: Path, *more: Path) -> None:
        """Open a session or a file that a system starts from, with ``more`` that go with it."""
        self._folder = path.absolute().parent
        self._controller.open_path(path, *more)

    def drop(self, paths: list[Path]) -> None:
        """Open files dropped on the window, or chosen: all that go together, or the first."""
        if len(paths) > 1 and go_together(paths):
            self.open(*paths)
            return
        self.open(paths[0])
        if len(paths) > 1:
            text = f"Opened {paths[0].name}, the first of {len(paths)} files"
            self._messages.say(text, "info", stays=False)

    def refusal(self, path: Path) -> str:
        """Return why a file cannot be opened; empty where it can, or where nobody knows yet."""
        known = self._controller.systems
        if os.path.isdir(path):
            able = not known or (series_among(known, [path]) is not None and holds_series(path))
            return "" if able else f"Cannot open {short(path)}: it is a folder without a series of files"
        endings = {SUFFIX, *(end for system in known.values() for end in system.suffixes())}
        if not known or path.suffix.lower() in endings:
            return ""
        return f"Cannot open {short(path)}: {unknown(path)}"

    def purpose(self, paths: list[Path]) -> str:
        """Return as what these files are opened; empty where their names say it."""
        several = len(paths) > 1 or os.path.isdir(paths[0])
        return "as a film" if several and series_among(self._controller.systems, paths) is not None else ""

    def has_last(self) -> bool:
        """Whether unsaved work of a window that is gone is kept."""
        return bool(self._controller.unsaved)

    def reopen_last(self) -> None:
        """Open the latest unsaved work of a window that is gone."""
        if left := self._controller.unsaved:
            self._controller.recover(left[0])

    def save(self) -> None:
        """Save the session under its name, or ask for one."""
        path = self._controller.path
        if path is not None and path.suffix == SUFFIX and path.parent != state_folder():
            self._controller.save(path)
        else:
            self.ask_save()

    def ask_save(self) -> None:
        """Ask for a name and save the session."""
        suggestion = str(self._folder / f"{self._controller.title}{SUFFIX}")
        name, _ = QFileDialog.getSaveFileName(self._parent, "Save session", suggestion, f"Sessions (*{SUFFIX})")
        if name:
            path = Path(name)
            self._controller.save(path if path.suffix == SUFFIX else Path(name + SUFFIX))

    def has_sequence(self) -> bool:
        """Whether what runs plays a pulse sequence."""
        return isinstance(self._controller.system, PlaysSequence)

    def ask_save_sequence(self) -> None:
        """Ask for a name and save the pulse sequence for a scanner."""
        if not self.has_sequence():
            return
        suggestion = str(self._folder / f"{plain(self._controller.title)}.seq")
        name, _ = QFileDialog.getSaveFileName(self._parent, "Save sequence", suggestion, "Pulseq (*.seq)")
        if name:
            self.save_sequence(Path(name) if Path(name).suffix else Path(name + ".seq"))

    def save_sequence(self, path: Path) -> None:
        """Save the pulse sequence played with the present parameters."""
        from spinviz.files.pulseq.read import write_pulseq

        system = self._controller.system
        if not isinstance(system, PlaysSequence):
            return
        try:
            write_pulseq(path, system.sequence(self._controller.parameters))
        except FileError as error:
            self._messages.say(str(error))
            return
        self._folder = path.absolute().parent
        self._messages.say(f"Saved {path}", "info", actions=(("Show", lambda: show_folder(path)),), stays=False)

    def has_image(self) -> bool:
        """Whether what runs makes an image."""
        return isinstance(self._controller.system, MakesImage)

    def ask_save_image(self) -> None:
        """Ask for a name and save the image of the whole sequence, or the raw data that it is made of."""
        if not self.has_image():
            return
        if self.job is not None:
            self._messages.say("An export is under way: wait for it or cancel it.", "warning")
            return
        suggestion = str(self._folder / plain(self._controller.title))
        name, kind = QFileDialog.getSaveFileName(self._parent, "Save image or raw data", suggestion, IMAGES)
        if name:
            ending = kind.rpartition("*")[2].rstrip(")") or ".png"
            self.save_image(Path(name) if Path(name).suffix else Path(name + ending))

    def save_image(self, path: Path) -> None:
        """Save the image or raw data with the present parameters; a process of its own plays the sequence."""
        system, p = self._controller.system, self._controller.parameters
        if not isinstance(system, MakesImage):
            return
        self._folder = path.absolute().parent
        # Numbers as they are: shown ones are rounded.
        texts = {name: "on" if value is True else "off" if value is False else as_text(str(value))
                 for name, value in p.model_dump().items()}  # fmt: skip
        settings = tuple(f"{name}={text}" for name, text in texts.items())
        self._begin(ExportJob(RunPlan(str(path), system.name, settings), Path(), self))

    # --- recording ----------------------------------------------------------------------------------------------

    def toggle_recording(self) -> None:
        """Finish the recording, or ask for a file and begin one."""
        if self._controller.recorder is not None:
            self._controller.stop_recording()
            return
        suggestion = str(self._folder / f"{plain(self._controller.title)}.h5")
        name, kind = QFileDialog.getSaveFileName(self._parent, "Record observables to", suggestion, RECORDINGS)
        if name:
            ending = kind.rpartition("*")[2].rstrip(")") or ".h5"
            self._controller.start_recording(Path(name) if Path(name).suffix else Path(name + ending))

    # --- export -------------------------------------------------------------------------------------------------

    def ask_export(self) -> None:
        """Ask what to export."""
        c = self._controller
        if c.system is None or c.last_frame is None:
            return
        if self.job is not None:
            self._messages.say("An export is under way: wait for it or cancel it.", "warning")
            return
        if self._dialog is not None:
            self._dialog.raise_()
            self._dialog.activateWindow()
            return
        length = seconds_of(c.system, c.parameters, c.preset, c.speed)
        run = Run(
            name=plain(c.title),
            speed=c.speed,
            unit=c.system.time_unit,
            theme=self._themes.current.name,
            now=c.last_frame.time,
            length=min(length, 60.0),
            period=c.system.period(c.parameters),
            part=" of the first view" if c.last_frame.second else "",
        )
        # What writes movies takes a moment to load: not at every start of the window.
        from spinviz.app.window.export_dialog import ExportDialog

        self._dialog = dialog = ExportDialog(run, c.store.choices(EXPORT), self._parent)
        dialog.accepted_plan.connect(lambda _: c.store.keep_choices(EXPORT, dialog.choices()))
        dialog.accepted_plan.connect(self.export)
        dialog.command_asked.connect(self.copy_command)
        dialog.finished.connect(self._forget_dialog)
        dialog.show()
        c.write_for_export("preview")

    def _forget_dialog(self) -> None:
        self._dialog = None

    def copy_command(self, plan: ExportPlan) -> None:
        """Copy the command that exports the same; what it exports is saved beside the file."""
        out = os.path.join(os.getcwd(), plan.out)  # a "/" at its end, which means a folder, stays
        self._to_copy = replace(plan, out=out)
        self._controller.write_for_export("command", Path(out).with_name(Path(out).name + SUFFIX))

    def export(self, plan: ExportPlan) -> None:
        """Export: the session goes to a temporary file, and a process of its own makes the movie."""
        self._plan = plan
        self._controller.write_for_export()

    def cancel_export(self) -> None:
        """Stop the export; nothing half written is left."""
        if self.job is not None:
            self.job.cancel()
            self._messages.say("Cancelling the export", "info", progress=-1.0)

    def close(self) -> None:
        """End an export under way with the window."""
        if self._dialog is not None:
            self._dialog.close()
        if self.job is not None:
            self.job.cancel()
            self.job.wait()

    def _on_written(self, purpose: str, path: Path) -> None:
        if purpose == "export" and self._plan is not None:
            plan, self._plan = self._plan, None
            self._begin(ExportJob(plan, path, self))
        elif purpose == "preview":
            if self._dialog is not None:
                self._dialog.preview.set_session(path)
            else:
                shutil.rmtree(path.parent, ignore_errors=True)
        elif purpose == "command" and self._to_copy is not None:
            QGuiApplication.clipboard().setText(command_line(self._to_copy, path))
            self._messages.say(f"Copied the command; the run is in {path}", "info", stays=False)

    def _begin(self, job: ExportJob) -> None:
        self.job = job
        self.job.progressed.connect(self._on_progress)
        self.job.finished.connect(self._on_finished)
        self._messages.dismiss()  # an older problem would hide the progress and its Cancel
        self._on_progress(0.0, "")
        self.job.start()

    def _on_progress(self, part: float, left: str) -> None:
        if self._messages.text and self._messages.severity != "info":
            return
        if self.job is not None and not self.job.cancelled:
            text = f"Exporting {Path(self.job.plan.out).name}" + (f", {left}" if left else "")
            self._messages.say(text, "info", actions=(("Cancel", self.cancel_export),), progress=part)

    def _on_finished(self, done: bool, text: str) -> None:
        job, self.job = self.job, None
        if job is None:
            return
        job.deleteLater()
        if done:
            path = Path(job.plan.out)
            self._messages.say(text, "info", actions=(("Show", lambda: show_folder(path)),))
        elif text:
            self._messages.say(text)
        else:
            self._messages.say("The export was cancelled; nothing is left of it", "info", stays=False)


def seconds_of(system: System[Any, Any], p: Any, preset: Preset, speed: float) -> float:
    """Return the seconds on screen worth exporting: the preset's, or those of a film with its last picture."""
    if preset.length:
        return preset.length / speed
    end = system.end(p)
    return LENGTH if end is None else (end + system.timestep(p)) / speed


def command_line(plan: ExportPlan, session: Path) -> str:
    """Return what to type to make the same export of ``session``."""
    words = ["spinviz", *plan.arguments(session)]
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)


def plain(title: str) -> str:
    """Return a title as a name of a file."""
    kept = "".join(c if c.isalnum() or c in " -_." else " " for c in title)
    return " ".join(kept.split()).strip(". ") or "spinviz"


def show_folder(path: Path) -> None:
    """Open the folder that holds ``path``."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))
