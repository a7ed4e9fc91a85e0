"""Small dialogs beside the window: preferences, the list of keys, about. None of them blocks the window."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from spinviz.app.run.settings import LIMITS, Settings
from spinviz.app.window.commands import MENUS, Command
from spinviz.app.window.hands import KEYS_HELP
from spinviz.model.theme import THEMES, Theme
from spinviz.panels.parts import QuietCombo, Spin

MOUSE = (
    ("Rotate", "Drag"),
    ("Move", "Shift + drag, right or middle drag"),
    ("Zoom", "Wheel"),
    ("Home view", "Double click"),
)


class SettingsDialog(QDialog):
    """Preferences; every change counts at once."""

    changed = Signal(object)

    def __init__(self, settings: Settings, reset: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Settings")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.settings = settings
        self._reset = reset
        self.theme = QuietCombo(self)
        for theme in THEMES.values():
            self.theme.addItem(theme.title, theme.name)
        self.letters = _spin(self, "letters", " %", 10)
        self.memory = _spin(self, "memory", " MiB", 64)
        self.samples = QuietCombo(self)
        for samples, title in ((0, "In the shaders (fastest)"), (2, "2 ×"), (4, "4 ×"), (8, "8 ×")):
            self.samples.addItem(title, samples)
        self.animate = QCheckBox("Glide from view to view", self)
        self.autosave = _spin(self, "autosave", " s", 5)
        self._show(settings)
        form = QFormLayout()
        rows: tuple[tuple[str, QWidget, str], ...] = (
            ("Theme", self.theme, "Also with T."),
            ("Size of letters", self.letters, "In the whole window. Also with Alt and plus or minus."),
            ("Memory for the timeline", self.memory, "More memory lets the timeline go back in finer steps."),
            ("Antialiasing", self.samples, "Multisampling needs a real graphics card. Takes effect at the next start."),
            ("Camera", self.animate, "Without it, views change at once."),
            ("Autosave every", self.autosave, "What is written is offered again after a crash."),
        )
        for title, widget, help_text in rows:
            form.addRow(title, widget)
            widget.setAccessibleName(title)
            widget.setToolTip(help_text)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        again = buttons.addButton("Reset all", QDialogButtonBox.ButtonRole.ResetRole)
        again.clicked.connect(self._start_over)
        again.setAutoDefault(False)
        buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(14)
        layout.addLayout(form)
        layout.addWidget(buttons)
        for combo in (self.theme, self.samples):
            combo.setSizeAdjustPolicy(QuietCombo.SizeAdjustPolicy.AdjustToContents)
            combo.currentIndexChanged.connect(self._tell)
        for spin in (self.letters, self.memory, self.autosave):
            spin.valueChanged.connect(self._tell)
        self.animate.toggled.connect(self._tell)

    def show_theme(self, theme: Theme) -> None:
        """Another theme is worn, or its letters have another size, by a key or a session: nothing is chosen here."""
        blocked = QSignalBlocker(self.theme), QSignalBlocker(self.letters)
        self.theme.setCurrentIndex(self.theme.findData(theme.name))
        self.letters.setValue(round(100 * theme.font_scale / THEMES[theme.name].font_scale))
        for one in blocked:
            one.unblock()

    def _show(self, settings: Settings) -> None:
        self.theme.setCurrentIndex(self.theme.findData(settings.theme))
        self.letters.setValue(settings.letters)
        self.memory.setValue(settings.memory)
        self.samples.setCurrentIndex(max(self.samples.findData(settings.samples), 0))
        self.animate.setChecked(settings.animate)
        self.autosave.setValue(settings.autosave)

    def _tell(self, *_: object) -> None:
        self.settings = replace(
            self.settings,
            theme=self.theme.currentData(),
            letters=self.letters.value(),
            memory=self.memory.value(),
            samples=self.samples.currentData(),
            animate=self.animate.isChecked(),
            autosave=self.autosave.value(),
        )
        self.changed.emit(self.settings)

    def _start_over(self) -> None:
        self._reset()
        self._show(Settings())


class KeysDialog(QDialog):
    """All commands with their keys, and what the mouse does."""

    def __init__(self, commands: Iterable[Command], actions: Iterable[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        tree = QTreeWidget(self)
        tree.setColumnCount(2)
        tree.setHeaderLabels(["Command", "Key"])
        tree.setAccessibleName("Keys")
        tree.setRootIsDecorated(False)
        known = tuple(commands)
        for menu in MENUS:
            entries = [
                (c.title.rstrip("…"), "   ".join(map(shown, c.keys))) for c in known if c.menu == menu and c.keys
            ]
            if menu == "System":
                entries += [(title, str(n)) for n, title in enumerate(actions, 1) if n < 10]
            _add(tree, menu, entries)
        _add(tree, "Controls", KEYS_HELP)
        _add(tree, "Mouse in the picture", MOUSE)
        tree.expandAll()
        tree.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.addWidget(tree)
        self.resize(680, 640)


def shown(key: str) -> str:
    """Return a key as this platform writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def _add(tree: QTreeWidget, title: str, entries: Iterable[tuple[str, str]]) -> None:
    top = QTreeWidgetItem(tree, [title, ""])
    font = top.font(0)
    font.setBold(True)
    top.setFont(0, font)
    for entry in entries:
        QTreeWidgetItem(top, list(entry))


def _spin(parent: QWidget, name: str, suffix: str, step: int) -> Spin:
    return Spin(parent, *LIMITS[name], suffix, step)
