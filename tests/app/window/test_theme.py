"""Changing the theme: part by part, in turns of the event loop, and seen only as a whole."""

from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QMainWindow

from spinviz.app.window.main_window import MainWindow
from spinviz.app.window.theme import ThemeSwitch
from spinviz.model.theme import THEMES, Theme


class Turns(QObject):
    """Numbers the turns of the event loop."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.now = 0
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._next)
        self._timer.start()

    def _next(self) -> None:
        self.now += 1


class Paintings(QObject):
    """Notes whether the theme was settled whenever a part of a window is painted."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._themes = window.themes
        self.settled: list[bool] = []
        parts = window.parts
        watched = (window.menuBar(), parts.library.search, parts.plots, parts.side.table.viewport(), parts.transport)
        for part in (*watched, window.picture.view._painted):
            part.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.settled.append(self._themes.is_settled)
        return False


def worn(window: MainWindow) -> set[Theme]:
    """The themes that parts of the window wear."""
    parts = window.parts
    panels = {panel.look.theme for panel in parts.plots.panels}
    return panels | {part._theme for part in (parts.library, parts.side, parts.transport, parts.picture)}


def corner(window: MainWindow) -> QColor:
    """The colour of the library, as it is painted: style sheet."""
    return window.grab().toImage().pixelColor(2, window.height() - 3)


@pytest.mark.parametrize("name", ["light", "projector"])
def test_a_window_is_never_seen_half_dressed(window: MainWindow, until: Any, name: str) -> None:
    paintings = Paintings(window)
    window.resize(1280, 720)
    until(lambda: window.width() == 1280)
    paintings.settled.clear()
    window.themes.use(name)
    assert not window.themes.is_settled
    until(lambda: window.themes.is_settled)
    until(lambda: bool(paintings.settled))
    assert all(paintings.settled)
    assert worn(window) == {THEMES[name]}
    assert window.picture.view.theme == THEMES[name]
    assert corner(window).name() == THEMES[name].panel
    assert window.docks.is_folded == (name == "projector"), "its letters have no room at this width"


def test_every_part_has_a_turn_of_the_event_loop(window: MainWindow, until: Any) -> None:
    """The whole change in one turn held the window up for 60 to 110 ms."""
    turns, taken = Turns(window), []
    window.themes.wearers[:] = [
        lambda theme, wear=wear: (taken.append(turns.now), wear(theme)) for wear in window.themes.wearers
    ]
    window.themes.changed.connect(lambda _: taken.append(turns.now))
    window.themes.finishers.append(lambda: taken.append(turns.now))
    window.themes.use("projector")
    assert not taken
    until(lambda: window.themes.is_settled)
    assert len(taken) == len(set(taken)) == len(window.themes.wearers) + 2


def test_the_picture_has_its_new_size_before_it_is_painted(window: MainWindow, until: Any) -> None:
    window.resize(1280, 720)
    until(lambda: window.width() == 1280)
    before = window.picture.view.size()
    window.themes.use("projector")
    until(lambda: window.themes.is_settled)
    painted = window.picture.view._painted
    assert painted.size() != before
    assert painted._image.size() == painted.size()


def test_the_last_of_two_themes_is_worn(window: MainWindow, until: Any) -> None:
    window.themes.use("light")
    QApplication.processEvents()
    assert not window.themes.is_settled
    window.themes.use("high-contrast")
    until(lambda: window.themes.is_settled)
    assert worn(window) == {THEMES["high-contrast"]}
    assert window.updatesEnabled()


def test_a_window_answers_while_it_is_dressed(window: MainWindow, until: Any) -> None:
    window.themes.use("projector")
    running = window.controller.running
    QApplication.processEvents()
    window.parts.transport.run_button.click()
    assert not window.themes.is_settled
    assert window.controller.running != running


def test_a_part_that_fails_leaves_no_frozen_window(bare: QMainWindow, qtbot: Any) -> None:
    themes = ThemeSwitch(THEMES["dark"], lambda name, letters: None, bare)
    taken: list[Theme] = []
    themes.wearers += [lambda theme: 1 / 0, taken.append]
    bare.show()
    with qtbot.captureExceptions() as exceptions:
        themes.use("light")
        qtbot.waitUntil(lambda: themes.is_settled)
    assert [kind for kind, *_ in exceptions] == [ZeroDivisionError]
    assert taken == [THEMES["light"]]
    assert bare.updatesEnabled()


def test_what_nobody_sees_is_dressed_at_once(bare: QMainWindow) -> None:
    themes = ThemeSwitch(THEMES["dark"], lambda name, letters: None, bare)
    taken: list[Theme] = []
    themes.wearers.append(taken.append)
    themes.use("light")
    assert taken == [THEMES["light"]]
    assert bare.updatesEnabled()
