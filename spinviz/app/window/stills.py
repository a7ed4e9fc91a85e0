"""Pictures of the view: saved, copied, and asked for with another size, with plots or without a ground."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import platformdirs
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from spinviz.app.run.controller import Controller
from spinviz.app.window.file_actions import plain, show_folder
from spinviz.app.window.message_bar import MessageBar
from spinviz.export.plan import PlanError
from spinviz.export.still import SCALES, Still
from spinviz.files.atomic import atomic_path
from spinviz.files.errors import FileError, with_notes
from spinviz.panels.parts import QuietCombo
from spinviz.view.context import OpenGLMissing

SIZES = (
    ("1", "As shown"),
    ("2", "2 × as large"),
    ("4", "4 × as large"),
    ("1920x1080", "1920 × 1080: full HD"),
    ("3840x2160", "3840 × 2160: 4K"),
)
GROUP = "picture"
Image = Callable[[Still], QImage]


class StillActions(QObject):
    """Saves and copies what ``image`` gives for the choices made last."""

    def __init__(self, parent: QWidget, controller: Controller, messages: MessageBar, image: Image) -> None:
        super().__init__(parent)
        self._parent, self._controller, self._messages, self._image = parent, controller, messages, image

    @property
    def still(self) -> Still:
        """What was chosen last."""
        kept = self._controller.store.choices(GROUP)
        found = Still(kept.get("size", "1"), kept.get("plots") == "on", kept.get("transparent") == "on")
        try:
            found.pixels((1, 1), 0)
        except PlanError:
            return Still()
        return found

    def keep(self, still: Still) -> None:
        """Choose ``still`` for this and the next pictures."""
        on = {True: "on", False: "off"}
        choices = {"size": still.size, "plots": on[still.plots], "transparent": on[still.transparent]}
        self._controller.store.keep_choices(GROUP, choices)

    def ask(self) -> None:
        """Ask how pictures are to be; then save or copy one."""
        dialog = StillDialog(self.still, self, self._parent)
        dialog.show()

    def snapshot(self) -> None:
        """Save a picture to the folder of pictures."""
        folder = Path(platformdirs.user_pictures_dir())
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self._messages.say(f"{folder}: {error.strerror}; choose another folder of pictures.")
            return
        self.save(folder / self._name())

    def save_as(self) -> None:
        """Ask for a name and save a picture."""
        suggestion = Path(platformdirs.user_pictures_dir()) / self._name()
        name, _ = QFileDialog.getSaveFileName(self._parent, "Save picture", str(suggestion), "Picture (*.png)")
        if name:
            self.save(Path(name) if Path(name).suffix else Path(name + ".png"))

    def save(self, path: Path) -> None:
        """Save a picture."""
        image = self._drawn()
        if image is None:
            return
        try:
            with atomic_path(path) as temporary:
                if not image.save(str(temporary)):
                    raise FileError(path, "the picture could not be written", "check ending, folder and disk")
        except FileError as error:
            self._messages.say(with_notes(error))
            return
        show = ("Show", lambda: show_folder(path))
        size = f"{image.width()} × {image.height()} pixels"
        self._messages.say(f"Saved {path.name}, {size}", "info", actions=(show,), stays=False)

    def copy(self) -> None:
        """Put a picture on the clipboard."""
        image = self._drawn()
        if image is not None:
            QGuiApplication.clipboard().setImage(image)
            size = f"{image.width()} × {image.height()} pixels"
            self._messages.say(f"Copied the picture, {size}", "info", stays=False)

    def _name(self) -> str:
        return f"{plain(self._controller.title)} {datetime.now().strftime('%Y-%m-%d %H-%M-%S')}.png"

    def _drawn(self) -> QImage | None:
        QGuiApplication.setOverrideCursor(Qt.CursorShape.BusyCursor)
        try:
            return self._image(self.still)
        except (PlanError, OpenGLMissing) as error:
            self._messages.say(str(error))
            return None
        finally:
            QGuiApplication.restoreOverrideCursor()


class StillDialog(QDialog):
    """How pictures are to be. F12 and Copy picture then make the same ones."""

    def __init__(self, still: Still, actions: StillActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Save picture")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._actions = actions
        self.size_box = QuietCombo(self)
        for size, title in SIZES:
            self.size_box.addItem(title, size)
        self.size_box.setEditable(True)
        self.size_box.setInsertPolicy(QuietCombo.InsertPolicy.NoInsert)
        self.plots = QCheckBox("Plots below the picture", self)
        self.transparent = QCheckBox("Transparent background", self)
        self.note = QLabel(self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self._show(still)
        form = QFormLayout()
        for title, widget in (("Size", self.size_box), ("", self.plots), ("", self.transparent)):
            form.addRow(title, widget)
        self.size_box.setAccessibleName("Size")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.save = self.buttons.addButton("Save…", QDialogButtonBox.ButtonRole.ActionRole)
        self.copy = self.buttons.addButton("Copy", QDialogButtonBox.ButtonRole.ActionRole)
        self.save.setDefault(True)
        self.save.clicked.connect(self._save)
        self.copy.clicked.connect(self._copy)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(14)
        layout.addLayout(form)
        layout.addWidget(self.note)
        layout.addWidget(self.buttons)
        self.setMinimumWidth(420)
        self.size_box.currentTextChanged.connect(self._keep)
        for box in (self.plots, self.transparent):
            box.toggled.connect(self._keep)
        self._keep()

    def still(self) -> Still:
        """Return what is chosen. Errors: `PlanError`."""
        text = self.size_box.currentText()
        size = next((value for value, title in SIZES if title == text), text.replace(" ", "").replace("×", "x"))
        found = Still(size, self.plots.isChecked(), self.transparent.isChecked())
        found.pixels((1, 1), 0)
        return found

    def _show(self, still: Still) -> None:
        index = self.size_box.findData(still.size)
        if index >= 0:
            self.size_box.setCurrentIndex(index)
        else:
            self.size_box.setEditText(still.size.replace("x", " × "))
        self.plots.setChecked(still.plots)
        self.transparent.setChecked(still.transparent)

    def _keep(self, *_: object) -> None:
        try:
            still = self.still()
        except PlanError as error:
            self.note.setText(str(error))
        else:
            self._actions.keep(still)
            whole = "" if still.size in SCALES else ", plots included" if still.plots else ""
            self.note.setText(f"F12 and Copy picture keep to this{whole}.")
        fits = self.note.text().startswith("F12")
        self.save.setEnabled(fits)
        self.copy.setEnabled(fits)

    def _save(self) -> None:
        self.close()
        self._actions.save_as()

    def _copy(self) -> None:
        self._actions.copy()
        self.close()
