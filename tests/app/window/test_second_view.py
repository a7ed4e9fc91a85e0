"""Two views of one run: the same moment in two frames of reference, side by side."""

from typing import Any

import numpy as np
import pytest
from app.window.user import pause
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from shiboken6 import isValid

from spinviz.app.window.export_dialog import ExportDialog
from spinviz.app.window.main_window import MainWindow
from spinviz.export.still import Shown, Still, draw
from spinviz.model.theme import THEMES
from spinviz.model.visuals import Visual
from spinviz.view.canvas import View

F0 = 2000.0
"""Larmor frequency of the run [Hz], which the frame rotates with."""


def press_d(window: MainWindow) -> None:
    assert window.picture.view is not None
    window.picture.view.setFocus()
    QTest.keyClick(window.picture.view, Qt.Key.Key_D)


def opened(window: MainWindow, until: Any, name: str) -> None:
    window.controller.open_system(name)
    until(lambda: window.controller.system.name == name and window.controller.last_frame.step > 20)


@pytest.fixture
def split(window: MainWindow, until: Any) -> MainWindow:
    """A magnetization in the laboratory frame, and beside it in the rotating one; the run is paused."""
    opened(window, until, "bloch_siegert")
    press_d(window)
    until(lambda: window.picture.second is not None and bool(window.picture.second.view.visuals))
    pause(window, until)
    until(lambda: window.controller.last_frame.second is not None)
    return window


def net(visuals: tuple[Visual, ...]) -> np.ndarray:
    (arrow,) = [v for v in visuals if getattr(v, "label", "") == "magnetization M"]
    return np.asarray(arrow.directions[0], dtype=float)


def test_both_views_show_one_step_and_the_second_rotates(split: MainWindow) -> None:
    """Spins precess clockwise about B0: the frame that goes with them is found by turning back by 2 pi f0 t."""
    frame, first, second = split.controller.last_frame, split.picture.view, split.picture.second.view
    assert first.visuals == frame.visuals
    assert second.visuals == frame.second.visuals
    assert frame.second.step == frame.step > 20
    angle = 2 * np.pi * F0 * frame.time
    c, s = np.cos(angle), np.sin(angle)
    x, y, z = net(first.visuals)
    assert net(second.visuals) == pytest.approx([c * x - s * y, s * x + c * y, z], abs=2e-5)
    assert np.hypot(*(net(second.visuals) - net(first.visuals))[:2]) > 1e-3, "the frames differ at this moment"
    assert second.texts.caption.startswith("frame rotating at the Larmor frequency")
    assert first.texts.caption.startswith("laboratory frame")
    assert (second.texts.equation, second.texts.time, second.texts.lens) == ("", "", "")
    assert first.texts.equation
    assert first.texts.time
    assert first.height() == second.height()
    assert abs(first.width() - second.width()) <= 1


def test_choosers_change_what_each_view_shows(split: MainWindow, until: Any) -> None:
    left, right = split.picture.chooser.boxes["frame"], split.picture.second.chooser.boxes["frame"]
    assert (left.currentData(), right.currentData()) == ("laboratory", "rotating")
    right.setFocus()
    QTest.keyClick(right, Qt.Key.Key_Down)
    until(lambda: split.controller.last_frame.second.parameters.frame == "drive")
    assert split.picture.second.view.texts.caption.startswith("frame rotating with the drive")
    assert split.controller.parameters.frame == "laboratory"
    QTest.keyClick(left, Qt.Key.Key_Down)
    assert split.controller.parameters.frame == "rotating"
    until(lambda: split.controller.last_frame.parameters.frame == "rotating")
    assert split.controller.last_frame.second.parameters.frame == "drive"
    split.controller.undo.undo()
    assert left.currentData() == "laboratory"


def test_cameras_go_together_where_the_stages_are_alike(split: MainWindow) -> None:
    first, second = split.picture.view, split.picture.second.view
    split.picture.look("x")
    assert second.camera == first.camera
    assert first.camera.azimuth == 90.0
    second.orbit(20, 5)
    assert first.camera == second.camera
    assert first.camera.azimuth == 110.0


def test_cameras_of_unlike_stages_are_independent(window: MainWindow, until: Any) -> None:
    opened(window, until, "imaging")
    press_d(window)
    until(lambda: window.picture.second is not None and bool(window.picture.second.view.visuals))
    first, second = window.picture.view, window.picture.second.view
    assert window.controller.last_frame.second.parameters.view == "pixel"
    before = second.camera
    first.orbit(20, 0)
    assert second.camera == before
    moved = first.camera
    second.orbit(7, 0)
    assert first.camera == moved
    # The same stage again: the second takes the camera of the first.
    window.second.choose("view", "head")
    until(lambda: window.controller.last_frame.second.parameters.view == "head")
    assert second.camera == moved


def test_theme_and_switches_reach_both(split: MainWindow) -> None:
    for name in ("light", "dark"):
        split.set_theme(name)
        assert split.picture.second.view.theme is split.theme
        assert split.picture.view.theme is split.theme
    split.switches.set_on("axes", False)
    split.switches.set_on("net", False)
    for view in (split.picture.view, split.picture.second.view):
        assert not view.stage.axes
        assert not [v for v in view.visuals if getattr(v, "label", "") == "magnetization M"]


def test_a_legend_that_both_have_is_said_once(split: MainWindow, until: Any) -> None:
    """In a small window both legends stood over the spheres."""
    first, second = split.picture.view, split.picture.second.view
    assert first.texts.legend
    assert not second.texts.legend
    opened(split, until, "ising_domains")
    press_d(split)
    until(lambda: split.picture.second is not None and bool(split.picture.second.view.visuals))
    beside = split.picture.second.view
    assert (beside.stage.legend_title, beside.texts.legend) == ("log₁₀ S(q)", True), "another legend is said, too"
    boxes = split.picture.second.chooser.boxes
    assert boxes.keys() == {"shown"}, "how a cube is cut is no choice for a square lattice"


def pixels(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    raw = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return raw[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(float)


def test_a_picture_shows_both(split: MainWindow) -> None:
    first, second = split.picture.view, split.picture.second.view
    left, right = pixels(first.image()), pixels(second.image())
    both = pixels(split.picture.image())
    np.testing.assert_array_equal(both, np.concatenate([left, right], axis=1))
    large = pixels(split.picture.image(Still("2")))
    assert large.shape == (2 * first.height(), 2 * (first.width() + second.width()), 3)
    frame, theme, cut = split.controller.last_frame, split.theme, 2 * first.width()
    sizes = ((cut, len(large)), (large.shape[1] - cut, len(large)))
    alone = [
        pixels(draw(Still("1"), Shown(split.controller.system, one, theme, first.camera, size, hidden=hidden)))
        for one, size, hidden in zip((frame, frame.second), sizes, ((), ("legend",)), strict=True)
    ]
    np.testing.assert_array_equal(large[:, :cut], alone[0])
    below = len(large) // 3  # the second has no equation and no time
    np.testing.assert_array_equal(large[below:, cut:], alone[1][below:])
    assert np.abs(left[:, :300] - right[:, :300]).mean() > 3, "the two differ"
    split.switches.set_on("equation", False)
    without = pixels(split.picture.image(Still("2")))
    corner = np.s_[: both.shape[0] // 4, : both.shape[1] // 4]
    assert np.abs(without[corner] - large[corner]).max() > 100, "what is hidden is hidden in a larger picture, too"


def test_an_export_says_that_it_is_of_the_first_view(split: MainWindow, until: Any) -> None:
    split.files.ask_export()
    dialog = split.findChild(ExportDialog)
    assert dialog.note.text().endswith("frames of the first view")
    dialog.reject()
    press_d(split)
    until(lambda: split.controller.last_frame.second is None)
    split.files.ask_export()
    again = next(one for one in split.findChildren(ExportDialog) if one is not dialog)
    assert again.note.text().endswith(" frames")
    again.reject()


def test_d_closes_and_frees_it(split: MainWindow, until: Any) -> None:
    first, pane = split.picture.view, split.picture.second
    action, chooser, view = split.menus.actions["second"], split.picture.chooser, pane.view
    assert action.isChecked()
    pane.chooser.boxes["frame"].setFocus()
    action.trigger()
    assert split.picture.second is None
    assert not action.isChecked()
    assert first.hasFocus()
    until(lambda: not any(map(isValid, (pane, view, chooser))))
    assert split.findChildren(View) == [first]
    until(lambda: split.controller.last_frame.second is None)
    first.orbit(5, 0)
    press_d(split)
    until(lambda: split.controller.last_frame.second is not None)
    assert split.picture.second.view.camera == first.camera


def test_another_preset_keeps_it_and_another_system_closes_it(split: MainWindow, until: Any) -> None:
    pane = split.picture.second
    split.controller.open_preset("strong")
    until(lambda: split.controller.preset.name == "strong" and split.controller.last_frame.second is not None)
    assert split.picture.second is pane
    assert split.controller.last_frame.second.parameters.frame == "rotating"
    opened(split, until, "isochromats")
    assert split.picture.second is None
    assert split.controller.last_frame.second is None
    press_d(split)
    until(lambda: split.controller.last_frame.second is not None)
    seen = {split.controller.last_frame.parameters.frame, split.controller.last_frame.second.parameters.frame}
    assert len(seen) == 2


@pytest.mark.parametrize("name", ["bloch_siegert", "imaging"])
def test_choosers_fit_small_windows_of_large_letters(window: MainWindow, until: Any, name: str) -> None:
    opened(window, until, name)
    press_d(window)
    until(lambda: window.picture.second is not None and bool(window.picture.second.view.visuals))
    pause(window, until)
    for theme in THEMES:
        window.set_theme(theme)
        for size in ((900, 560), (1280, 720), (1920, 1080)):
            window.resize(*size)
            QTest.qWait(50)
            assert (window.width(), window.height()) == size, theme
            first, second = window.picture.view, window.picture.second.view
            assert first.height() == second.height()
            assert abs(first.width() - second.width()) <= 1
            for chooser in (window.picture.chooser, window.picture.second.chooser):
                shown = [part for part in (*chooser.titles, *chooser.boxes.values()) if part.isVisible()]
                assert all(chooser.rect().contains(part.geometry()) for part in shown)
                assert all(part.width() >= part.sizeHint().width() for part in chooser.titles if part.isVisible())
                if size == (1920, 1080):
                    assert all(title.isVisible() for title in chooser.titles), theme


def test_full_screen_shows_both(split: MainWindow, until: Any) -> None:
    split.full_screen.toggle()
    assert split.picture.second.view.isVisible()
    assert split.picture.view.isVisible()
    press_d(split)
    assert split.picture.second is None
    split.full_screen.leave()


def test_a_click_in_the_second_view_looks_into_the_pixel(window: MainWindow, until: Any) -> None:
    opened(window, until, "imaging")
    press_d(window)
    until(lambda: window.picture.second is not None and bool(window.picture.second.view.visuals))
    heard: list[tuple[str, int, int]] = []
    window.picture.clicked.connect(lambda *what: heard.append(what))
    window.picture.second.view.clicked.emit("image", 3, 4)
    assert heard == [("image", 3, 4)]


def test_a_system_drawn_in_one_way_has_no_second_view(window: MainWindow) -> None:
    action = window.menus.actions["second"]
    window.menus.refresh()
    assert not action.isEnabled()
    assert "This system has one way to be drawn" in action.toolTip()
    press_d(window)
    assert window.picture.second is None


def test_what_cannot_be_drawn_is_closed_and_told(split: MainWindow, until: Any) -> None:
    split.second.choose("frame", "of nobody")
    until(lambda: split.picture.second is None)
    assert split.messages.text.startswith("The second view could not be drawn: ")
