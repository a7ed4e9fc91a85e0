"""Docks in a window that is otherwise empty: which are shown, what is remembered."""

from typing import Any

import pytest
from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QApplication, QMainWindow

from spinviz.app.run.controller import Controller
from spinviz.app.window.docks import NARROW, Docks
from spinviz.app.window.full_screen import FullScreen
from spinviz.app.window.parts import Parts
from spinviz.app.window.theme import ThemeSwitch
from spinviz.model.theme import THEMES
from spinviz.panels.style import icon
from spinviz.view.probe import Probe


@pytest.fixture
def docks(bare: QMainWindow, parts: Parts, themes: ThemeSwitch, controller: Controller) -> Docks:
    return Docks(bare, parts, themes, controller.store)


def shown(docks: Docks) -> set[str]:
    return {name for name in docks.widgets if docks.has(name)}


def test_panels_hidden_together_come_back_together(docks: Docks, qtbot: Any) -> None:
    with qtbot.waitSignal(docks.changed):
        docks.toggle("plots")
    docks.toggle_all()
    assert not docks.has_any()
    docks.toggle_all()
    assert shown(docks) == {"library", "controls"}


def test_another_system_brings_no_plots_back_while_all_panels_are_hidden(docks: Docks) -> None:
    docks.offer_plots(False)
    assert shown(docks) == {"library", "controls"}
    docks.offer_plots(True)
    docks.toggle_all()
    docks.offer_plots(True)
    assert not docks.has_any()
    docks.reset()
    assert len(shown(docks)) == 3


def test_the_search_shows_the_library_and_has_the_cursor(
    docks: Docks, bare: QMainWindow, parts: Parts, qtbot: Any
) -> None:
    docks.toggle("library")
    parts.library.search.setText("echo")
    bare.show()
    bare.activateWindow()
    docks.focus_search()
    qtbot.waitUntil(parts.library.search.hasFocus)
    assert docks.has("library")
    assert parts.library.search.selectedText() == "echo"


def test_a_hidden_panel_is_remembered_but_no_full_screen(
    docks: Docks, bare: QMainWindow, controller: Controller, qtbot: Any
) -> None:
    full_screen = FullScreen(bare)
    full_screen.toggle()
    qtbot.waitUntil(full_screen.is_on)
    assert bare.menuBar().isHidden()
    docks.keep()
    assert controller.store.shape("state").isEmpty()
    full_screen.toggle()
    qtbot.waitUntil(lambda: not full_screen.is_on())
    assert not bare.menuBar().isHidden()
    docks.toggle("library")
    docks.keep()
    docks.toggle("library")
    docks.restore()
    assert not docks.has("library")


# --- folding -------------------------------------------------------------------------------------------------------


def make_wide(docks: Docks, window: QMainWindow, width: int) -> None:
    window.resize(width, 700)
    QApplication.processEvents()
    docks.refold()
    QApplication.processEvents()


def test_a_narrow_window_folds_and_a_wide_one_unfolds(docks: Docks, bare: QMainWindow, parts: Parts) -> None:
    buttons = parts.picture.drawers
    make_wide(docks, bare, 1024)
    assert docks.is_folded
    assert shown(docks) == {"plots"}
    assert [button.isHidden() for button in buttons.values()] == [False, False]
    make_wide(docks, bare, 1300)
    assert not docks.is_folded
    assert len(shown(docks)) == 3
    assert [button.isHidden() for button in buttons.values()] == [True, True]


@pytest.mark.parametrize(("theme", "scale"), [("dark", 1.0), ("high-contrast", 1.15), ("projector", 1.25)])
def test_larger_letters_fold_earlier(
    docks: Docks, bare: QMainWindow, themes: ThemeSwitch, theme: str, scale: float
) -> None:
    themes.use(theme)
    make_wide(docks, bare, round(NARROW * scale) + 1)
    assert not docks.is_folded
    make_wide(docks, bare, round(NARROW * scale) - 1)
    assert docks.is_folded


def test_another_theme_folds_the_window(docks: Docks, bare: QMainWindow, themes: ThemeSwitch, until: Any) -> None:
    make_wide(docks, bare, 1280)
    assert not docks.is_folded
    themes.use("projector")
    until(lambda: docks.is_folded)


def test_plots_grow_and_shrink_with_the_letters(
    docks: Docks, bare: QMainWindow, themes: ThemeSwitch, qtbot: Any, until: Any
) -> None:
    bare.show()
    make_wide(docks, bare, 1024)
    qtbot.wait(20)
    low = docks.widgets["plots"].height()
    themes.use("projector")
    until(lambda: docks.widgets["plots"].height() == pytest.approx(1.25 * low, abs=2))
    themes.use("dark")
    until(lambda: docks.widgets["plots"].height() == pytest.approx(low, abs=2))


@pytest.mark.parametrize("name", ["library", "controls"])
def test_a_drawer_opens_by_its_button_and_stays_open(docks: Docks, bare: QMainWindow, parts: Parts, name: str) -> None:
    button = parts.picture.drawers[name]
    bare.show()
    make_wide(docks, bare, 1024)
    button.click()
    assert shown(docks) == {name, "plots"}
    assert button.isChecked()
    docks.offer_plots(True)
    make_wide(docks, bare, 1300)
    make_wide(docks, bare, 1024)
    assert shown(docks) == {name, "plots"}, "what the user opened here is open here again"
    button.click()
    assert shown(docks) == {"plots"}
    assert not button.isChecked()


def test_a_panel_closed_in_a_wide_window_stays_closed_there(docks: Docks, bare: QMainWindow) -> None:
    bare.show()
    make_wide(docks, bare, 1300)
    docks.settle()
    docks.toggle("controls")
    make_wide(docks, bare, 1024)
    docks.toggle("library")
    make_wide(docks, bare, 1300)
    assert shown(docks) == {"library", "plots"}


def test_plots_are_hidden_or_shown_alike_on_both_sides_of_a_fold(docks: Docks, bare: QMainWindow) -> None:
    make_wide(docks, bare, 1300)
    docks.offer_plots(False)
    make_wide(docks, bare, 1024)
    assert not docks.has("plots")
    docks.offer_plots(True)
    make_wide(docks, bare, 1300)
    assert docks.has("plots")


def test_panels_hidden_together_stay_hidden_while_the_window_folds(docks: Docks, bare: QMainWindow) -> None:
    make_wide(docks, bare, 1300)
    docks.toggle_all()
    make_wide(docks, bare, 1024)
    assert not docks.has_any()
    docks.toggle_all()
    assert shown(docks) == {"plots"}
    docks.toggle_all()
    make_wide(docks, bare, 1300)
    assert not docks.has_any()
    docks.toggle_all()
    assert len(shown(docks)) == 3


def test_nothing_comes_back_by_itself_where_there_are_no_plots(docks: Docks, bare: QMainWindow) -> None:
    make_wide(docks, bare, 1300)
    docks.offer_plots(False)
    docks.toggle_all()
    make_wide(docks, bare, 1024)
    assert not docks.has_any()


def test_both_shapes_are_remembered(
    docks: Docks, bare: QMainWindow, parts: Parts, themes: ThemeSwitch, controller: Controller, qtbot: Any
) -> None:
    bare.show()
    make_wide(docks, bare, 1300)
    docks.settle()
    qtbot.wait(20)
    bare.resizeDocks([docks.widgets["library"]], [280], Qt.Orientation.Horizontal)
    qtbot.wait(20)
    assert docks.widgets["library"].width() == 280
    make_wide(docks, bare, 1024)
    docks.toggle("library")
    docks.keep()
    other = QMainWindow()
    qtbot.addWidget(other)
    other.setCentralWidget(parts.picture)
    again = Docks(other, parts, themes, controller.store)
    again.restore()
    assert again.is_folded
    assert shown(again) == {"library", "plots"}
    other.show()
    qtbot.waitExposed(other)
    make_wide(again, other, 1300)
    assert len(shown(again)) == 3
    assert again.widgets["library"].width() == pytest.approx(280, abs=2)


def test_a_shape_remembered_before_windows_folded_is_still_good(
    docks: Docks, bare: QMainWindow, controller: Controller
) -> None:
    """Only "state" was stored then, with the library shown or hidden at any width."""
    docks.toggle("controls")
    controller.store.keep_shape("state", bare.saveState(1))
    docks.toggle("controls")
    docks.restore()
    assert shown(docks) == {"library", "plots"}
    make_wide(docks, bare, 1024)
    assert shown(docks) == {"plots"}
    docks.keep()
    make_wide(docks, bare, 1300)
    assert shown(docks) == {"library", "plots"}


def test_a_damaged_shape_does_no_harm(docks: Docks, bare: QMainWindow, controller: Controller) -> None:
    for name in ("state", "state-folded"):
        controller.store.keep_shape(name, QByteArray(b"nonsense"))
    docks.restore()
    make_wide(docks, bare, 1024)
    assert shown(docks) == {"plots"}
    make_wide(docks, bare, 1300)
    assert len(shown(docks)) == 3


def test_reset_forgets_both_shapes(docks: Docks, bare: QMainWindow, controller: Controller) -> None:
    make_wide(docks, bare, 1024)
    docks.toggle("library")
    docks.reset()
    assert shown(docks) == {"plots"}
    make_wide(docks, bare, 1300)
    assert len(shown(docks)) == 3


def test_the_search_opens_the_folded_library(docks: Docks, bare: QMainWindow) -> None:
    make_wide(docks, bare, 1024)
    docks.focus_search()
    assert docks.has("library")


@pytest.mark.parametrize("theme", list(THEMES))
def test_buttons_of_folded_panels_have_icons_in_the_colours_of_the_first_theme(
    bare: QMainWindow, controller: Controller, theme: str
) -> None:
    """In light themes the icons were white on white until the theme was changed."""
    made = Parts.made(THEMES[theme], controller.settings, Probe(failure="not wanted"), controller.worker.shown)
    bare.setCentralWidget(made.picture)
    found = made.picture.drawers["library"].icon().pixmap(36, 36).toImage()
    assert found == icon("library", THEMES[theme]).pixmap(36, 36).toImage()
