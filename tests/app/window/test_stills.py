"""Pictures of the view: saved and copied as chosen, and the choice is kept."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from app.window.user import pause
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QMainWindow

from spinviz.app.run.controller import Controller
from spinviz.app.window import stills as stills_module
from spinviz.app.window.main_window import MainWindow
from spinviz.app.window.message_bar import MessageBar
from spinviz.app.window.stills import StillActions, StillDialog
from spinviz.export.composer import strip_height
from spinviz.export.plan import PlanError
from spinviz.export.still import Still
from spinviz.model.kept import Kept, KeptLine


def green(still: Still) -> QImage:
    image = QImage(4, 3, QImage.Format.Format_RGB32)
    image.fill(QColor("green"))
    return image


@pytest.fixture
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of pictures."""
    monkeypatch.setattr(stills_module.platformdirs, "user_pictures_dir", lambda: str(tmp_path / "pictures"))
    return tmp_path / "pictures"


@pytest.fixture
def stills(bare: QMainWindow, controller: Controller, messages: MessageBar) -> StillActions:
    return StillActions(bare, controller, messages, green)


def test_pictures_are_saved_and_copied(stills: StillActions, messages: MessageBar, pictures: Path) -> None:
    stills.snapshot()
    (saved,) = pictures.iterdir()
    assert saved.name.startswith("Plain ")
    assert QImage(str(saved)).pixelColor(1, 1) == QColor("green")
    assert messages.text == f"Saved {saved.name}, 4 × 3 pixels"
    stills.copy()
    assert QApplication.clipboard().image().size() == green(Still()).size()


def test_a_folder_of_pictures_that_cannot_be_made_is_told(
    stills: StillActions, messages: MessageBar, tmp_path: Path, pictures: Path
) -> None:
    pictures.touch()
    stills.snapshot()
    assert "choose another folder of pictures" in messages.text


def test_a_picture_that_cannot_be_written_leaves_what_was_there(
    stills: StillActions, messages: MessageBar, tmp_path: Path
) -> None:
    """It was once written over the old one, and half of it stayed on a full disk."""
    stills.save(tmp_path / "gone" / "a.png")
    assert "the folder does not exist" in messages.text
    (tmp_path / "a.xyz").write_text("precious")
    before = sorted(os.listdir(tmp_path))
    stills.save(tmp_path / "a.xyz")
    assert "the picture could not be written; check ending, folder and disk" in messages.text
    assert (tmp_path / "a.xyz").read_text() == "precious"
    assert sorted(os.listdir(tmp_path)) == before


def test_a_choice_that_cannot_be_kept_is_none(stills: StillActions, controller: Controller) -> None:
    for wrong in ("9x9", "many", "99999x99999"):
        controller.store.keep_choices("picture", {"size": wrong, "plots": "on"})
        assert stills.still == Still()


def choose(qtbot: Any, dialog: StillDialog, size: str, *boxes: str) -> None:
    """Type a size and press check boxes, as a user does."""
    field = dialog.size_box.lineEdit()
    field.selectAll()
    qtbot.keyClicks(field, size)
    for name in boxes:
        box = getattr(dialog, name)
        qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))


def test_what_is_asked_for_once_is_what_f12_saves(
    window: MainWindow, qtbot: Any, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As shown at first, then in the size, with the plots and on the ground that the dialog was told."""
    assert window.picture.view is not None
    shown = window.picture.view.size()
    qtbot.keyClick(window, Qt.Key.Key_F12)
    (first,) = pictures.iterdir()
    assert QImage(str(first)).size() == shown
    first.unlink()
    window.menus.actions["picture"].trigger()
    dialog = window.findChild(StillDialog)
    choose(qtbot, dialog, "9x9")
    assert "size 9x9 is out of range" in dialog.note.text()
    assert not dialog.copy.isEnabled()
    choose(qtbot, dialog, "640 x 480", "plots", "transparent")
    assert dialog.still() == Still("640x480", plots=True, transparent=True)
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    copied = QApplication.clipboard().image()
    assert (copied.width(), copied.height()) == (640, 480)
    qtbot.keyClick(window, Qt.Key.Key_F12)
    (saved,) = pictures.iterdir()
    image = QImage(str(saved))
    assert (image.width(), image.height()) == (640, 480)
    assert image.hasAlphaChannel()
    assert image.pixelColor(3, 240).alpha() == 0, "the ground"
    window.menus.actions["picture"].trigger()
    again = next(d for d in window.findChildren(StillDialog) if d is not dialog)
    assert again.still() == Still("640x480", plots=True, transparent=True)
    again.close()


def test_larger_is_the_same_picture_in_more_pixels(window: MainWindow) -> None:
    window.controller.toggle()
    view = window.picture.view
    assert view is not None
    small, large = (pixels(window.picture.image(Still(times))) for times in ("1", "2"))
    assert large.shape == (2 * view.height(), 2 * view.width(), 3)
    # Edges of letters fall otherwise: means over blocks of 8 x 8 pixels agree on the whole.
    height, width = 8 * (view.height() // 8), 8 * (view.width() // 8)
    coarse = small[:height, :width].reshape(height // 8, 8, width // 8, 8, 3).mean((1, 3))
    fine = large[: 2 * height, : 2 * width].reshape(height // 8, 16, width // 8, 16, 3).mean((1, 3))
    assert np.abs(coarse - fine).mean() < 1.0
    assert coarse.std() > 3
    with_plots = window.picture.image(Still("1", plots=True))
    assert with_plots.width() == view.width()
    strip = with_plots.height() - view.height()
    assert strip == strip_height((view.width(), view.height()), 3)


def pixels(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    raw = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return raw[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(float)


def test_a_larger_picture_hides_what_is_hidden_and_has_the_kept_curves(window: MainWindow, until: Any) -> None:
    """It once showed the law that was hidden for a prediction, and no kept curve."""
    pause(window, until)
    until(lambda: len(window.parts.plots.panels) == 3 and window.parts.plots.panels[0].frame is not None)
    window.stills.keep(Still("640x480", plots=True))

    def copied() -> np.ndarray:
        window.stills.copy()
        return pixels(QApplication.clipboard().image())

    def parts_with(role: str, picture: np.ndarray) -> int:
        color = QColor(window.theme.color(role))
        return int((np.abs(picture - color.getRgb()[:3]).max(axis=2) < 12).sum())

    whole = copied()
    assert np.array_equal(copied(), whole), "it is the same twice"
    for name in ("law", "equation"):
        window.switches.set_on(name, False)
    bare = copied()
    assert parts_with("theory", whole) > 5 * max(parts_with("theory", bare), 1)
    x, y = np.array([0.0, 1.0]), np.array([0.0, 1.0])
    window.controller.kept.set((Kept("trace", (KeptLine("", x, y, "text"),), "sketch", "prediction"),))
    assert parts_with("text", copied()) > parts_with("text", bare)


def test_sizes_of_pictures() -> None:
    assert Still("4").pixels((100, 50), 2) == (400, 200)
    assert Still("1920x1080", plots=True).pixels((100, 50), 2) == (1920, 1080)
    assert Still("1", plots=True).pixels((1000, 720), 0) == (1000, 720)
    with pytest.raises(PlanError, match="choose a smaller size"):
        Still("4").pixels((2560, 1440), 0)
