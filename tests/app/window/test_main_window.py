"""The window as a user meets it: frames, keys, undo, files, themes, failures, closing."""

import gc
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from app.window.user import pause, step
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QSlider, QWidget
from shiboken6 import isValid
from toy import Toy, ToyParameters

from spinviz.app.run import export_job
from spinviz.app.run.controller import Controller
from spinviz.app.run.faults import Faults
from spinviz.app.run.garbage import Collector
from spinviz.app.run.openings import Choice, open_choice
from spinviz.app.run.settings import SettingsStore
from spinviz.app.start import opening_of, start
from spinviz.app.window.main_window import MainWindow
from spinviz.export.plan import ExportPlan
from spinviz.model.theme import THEMES
from spinviz.panels.parts import QuietSlider
from spinviz.panels.style import text_px
from spinviz.systems import system_named
from spinviz.view.probe import MissingOpenGL, Probe


def press(window: MainWindow, key: Any, modifier: Any = Qt.KeyboardModifier.NoModifier, widget: Any = None) -> None:
    """Press a key the way the system delivers it: shortcuts are looked at before the focused widget."""
    from PySide6.QtTest import QTest

    QTest.keyClick(widget or window.windowHandle(), key, modifier)


def test_frames_are_drawn_and_time_advances(window: MainWindow, qtbot: Any, until: Any) -> None:
    drawn: list[int] = []
    window.picture.view.drawn.connect(lambda: drawn.append(step(window)))
    until(lambda: len(set(drawn)) > 3)
    image = window.picture.view.grab().toImage()
    colors = {image.pixelColor(x, y).name() for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)}
    assert len(colors) > 10


def test_a_new_window_wears_its_theme(window: MainWindow) -> None:
    """Without a switch of themes no style sheet was set: the run button was a black mark on black."""
    button = window.parts.transport.run_button
    image = button.grab().toImage()
    assert image.pixelColor(image.width() // 2, image.height() // 8).name() == THEMES["dark"].accent
    assert window.styleSheet()


def test_keys_run_pause_step_and_rewind(window: MainWindow, until: Any) -> None:
    press(window, Qt.Key.Key_Space)
    until(lambda: not window.controller.last_frame.running)
    now = step(window)
    press(window, Qt.Key.Key_Right)
    until(lambda: step(window) == now + 1)
    press(window, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    until(lambda: step(window) == now + 11)
    press(window, Qt.Key.Key_Left)
    until(lambda: step(window) == now + 10)
    press(window, Qt.Key.Key_Home)
    until(lambda: window.controller.last_frame.last_step == 0)
    press(window, Qt.Key.Key_Space)
    until(lambda: window.controller.last_frame.running)


def test_speed_keys_walk_1_2_5(window: MainWindow, until: Any) -> None:
    for key, speed in ((Qt.Key.Key_BracketRight, 2.0), (Qt.Key.Key_BracketRight, 5.0), (Qt.Key.Key_BracketLeft, 2.0)):
        press(window, key)
        until(lambda speed=speed: window.controller.last_frame.speed == pytest.approx(speed))


def test_number_keys_press_actions(window: MainWindow, until: Any) -> None:
    pause(window, until)
    press(window, Qt.Key.Key_2)
    until(lambda: window.controller.last_frame.parameters.rate == 2.0)


def test_a_slider_edit_is_undone_by_key(window: MainWindow, qtbot: Any, until: Any) -> None:
    slider = window.parts.side.form.rows["rate"].slider
    slider.setSliderDown(True)
    for position in (100, 200, 300):
        slider.setSliderPosition(position)
        qtbot.wait(30)
    slider.setSliderDown(False)
    until(lambda: window.controller.last_frame.parameters.rate > 1.5)
    assert window.controller.undo.count() == 1
    assert window.isWindowModified()
    assert "unsaved" in window.corners.session.text()
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    until(lambda: window.controller.last_frame.parameters == ToyParameters())
    press(window, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    until(lambda: window.controller.last_frame.parameters.rate > 1.5)


def test_presets_and_library(window: MainWindow, until: Any) -> None:
    window.parts.side.presets.preset.emit("kicked")
    until(lambda: window.controller.preset.name == "kicked")
    assert window.corners.session.text() == "Kicked"
    until(lambda: bool(window.controller.systems.get("toy")))
    window.parts.library.chosen.emit("toy", "plain")
    until(lambda: window.controller.preset.name == "plain")


def test_another_system_opens_in_steps_and_has_all_its_rows(window: MainWindow, until: Any) -> None:
    """Panels are built between frames; nobody may show the rows of one system the parameters of another."""
    window.controller.worker.open(open_choice(Choice("macrospin")))
    until(lambda: window.parts.side.form.rows.keys() == system_named("macrospin").Parameters.quantities().keys())
    until(lambda: len(window.parts.plots.panels) > 1)
    window.controller.worker.open(open_choice(Choice("toy", "plain")))
    until(lambda: window.parts.side.form.rows.keys() == Toy.Parameters.quantities().keys())


def test_the_theme_reaches_everything(window: MainWindow, qtbot: Any) -> None:
    seen = []
    for _ in THEMES:
        press(window, Qt.Key.Key_T)
        window.themes.settle()
        seen.append(window.theme.name)
        assert window.picture.view.theme is window.theme
        assert window.parts.plots._look.theme is window.theme
        assert window.parts.side.table.theme is window.theme
        assert QApplication.palette().windowText().color().name() == window.theme.text
    assert set(seen) == set(THEMES)
    assert window.controller.store.load().theme == window.theme.name


def test_a_failing_step_is_told_and_the_window_lives_on(window: MainWindow, until: Any) -> None:
    window.controller.edit(window.controller.parameters.change(broken=True))
    until(lambda: "no longer finite" in window.messages.text)
    assert window.messages.severity == "error"
    window.controller.undo.undo()
    window.controller.set_running(True)
    now = step(window)
    until(lambda: step(window) > now + 3)


def test_an_unexpected_fault_becomes_a_message(window: MainWindow, capsys: Any) -> None:
    faults = Faults(lambda line, details: window.messages.say(line, details=details))
    try:
        try:
            raise RuntimeError("odd")
        except RuntimeError:
            sys.excepthook(*sys.exc_info())
    finally:
        faults.leave()
    assert "RuntimeError: odd" in window.messages.text
    window.messages.copy()
    assert "Traceback" in QApplication.clipboard().text()


def test_an_older_problem_does_not_hide_the_progress_of_an_export(
    window: MainWindow, until: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forever = "import time; print('progress 0 9', flush=True); time.sleep(60)"
    monkeypatch.setattr(export_job, "command", lambda arguments: (sys.executable, ["-c", forever]))
    window.messages.say("an older problem")
    window.files.export(ExportPlan(str(tmp_path / "a.mp4")))
    until(lambda: window.messages.text.startswith("Exporting a.mp4"))
    window.files.cancel_export()
    until(lambda: window.files.job is None)


def test_after_a_file_that_does_not_open_the_library_is_there(
    qtbot: Any, tmp_path: Path, only_toys: None, until: Any
) -> None:
    path = tmp_path / "strange.abc"
    path.write_text("")
    made = MainWindow(SettingsStore(tmp_path / "settings.ini"))
    qtbot.addWidget(made)
    made.show()
    made.controller.start(opening_of(str(path), "", 2**20))
    until(lambda: "toy" in made.controller.systems)
    assert ".abc" in made.messages.text
    made.close()


def test_a_key_stops_at_the_next_event_and_the_menu_at_one_of_them(window: MainWindow, until: Any) -> None:
    pause(window, until)
    press(window, Qt.Key.Key_Home)
    until(lambda: window.controller.last_frame.last_step == 0)
    press(window, Qt.Key.Key_N)
    until(lambda: bool(window.controller.last_frame.arrival))
    assert step(window) == 8
    assert window.messages.text == "Crest at 80 ms · mean 0.923"
    window.stops.fill()
    window.stops.actions()[0].trigger()
    until(lambda: window.controller.last_frame.arrival.startswith("Half"))
    assert step(window) == 70
    assert window.picture.view.texts.time == "700 ms"


def test_full_screen_and_escape(window: MainWindow, qtbot: Any) -> None:
    press(window, Qt.Key.Key_F11)
    qtbot.waitUntil(window.isFullScreen)
    press(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.isFullScreen())
    press(window, Qt.Key.Key_Escape)
    assert window.isVisible()


def test_f9_hides_the_panels_and_brings_the_same_back(window: MainWindow) -> None:
    window.docks.toggle("plots")
    press(window, Qt.Key.Key_F9)
    assert not any(dock.isVisible() for dock in window.docks.widgets.values())
    press(window, Qt.Key.Key_F9)
    assert window.docks.widgets["library"].isVisible()
    assert window.docks.widgets["controls"].isVisible()
    assert not window.docks.widgets["plots"].isVisible()


def test_a_small_window_folds_and_keys_reach_what_is_folded(window: MainWindow, until: Any) -> None:
    alt, control = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
    board, docks = window.parts.plots, window.docks
    window.controller.open_system("recovery", "inversion")
    until(
        lambda: [panel.system.name for panel in board.panels] == ["recovery"] * 3 and board.panels[-1].frame is not None
    )
    assert not docks.is_folded
    window.resize(1024, 600)
    until(lambda: docks.is_folded and board.has_tabs)
    pause(window, until)
    until(lambda: all(panel.frame is window.controller.last_frame for panel in board.panels))
    hidden = board.panels[2]
    assert not hidden.isVisible()
    press(window, Qt.Key.Key_PageDown, alt)
    assert hidden.isVisible()
    assert not hidden._stale, "a paused run fills a plot that comes into sight"
    press(window, Qt.Key.Key_PageUp, alt)
    assert not hidden.isVisible()
    for key, name in ((Qt.Key.Key_1, "library"), (Qt.Key.Key_3, "controls")):
        assert not docks.widgets[name].isVisible()
        press(window, key, control)
        assert docks.widgets[name].isVisible()
        assert window.picture.drawers[name].isChecked()
    window.controller.open_system("toy", "plain")
    until(lambda: window.controller.system.name == "toy")
    assert docks.has("library"), "the user opened it"


@pytest.mark.parametrize("theme", ["dark", "projector"])
def test_everything_fits_into_1280_by_720(window: MainWindow, qtbot: Any, theme: str) -> None:
    window.set_theme(theme)
    window.resize(1280, 720)

    def all_inside() -> None:
        assert window.width() == 1280
        assert window.height() == 720
        parts = window.parts
        for part in (parts.library, parts.side, parts.plots, parts.transport, window.picture.view):
            corner = part.mapTo(window, QPoint(part.width(), part.height()))
            assert corner.x() <= 1280
            assert corner.y() <= 720
        assert window.picture.view is not None
        assert window.picture.view.width() > 560
        assert window.picture.view.height() > 260
        for button in window.parts.transport.findChildren(QAbstractButton):
            assert button.width() >= button.minimumSizeHint().width() * 0.9, button.accessibleName()

    # A busy machine lays the window out later.
    qtbot.waitUntil(all_inside, timeout=10000)


@pytest.mark.parametrize("theme", list(THEMES))
def test_menus_have_room_on_a_small_screen(window: MainWindow, theme: str) -> None:
    """The menu View was 680 pixels high: it stood in two columns over the whole picture."""
    window.set_theme(theme)
    for title, menu in window.menus.menus.items():
        assert window.menuBar().sizeHint().height() + menu.sizeHint().height() <= 600, title


def test_every_command_has_a_title_and_keys_of_its_own(window: MainWindow) -> None:
    keys = [key for command in window.menus.commands for key in command.keys] + [str(n) for n in range(1, 10)]
    assert len(set(map(str.casefold, keys))) == len(keys)
    identifiers = [command.id for command in window.menus.commands]
    assert len(set(identifiers)) == len(identifiers)
    for command in window.menus.commands:
        assert command.title
        assert all(not QKeySequence(key).isEmpty() for key in command.keys)
        assert window.menus.actions[command.id].text() == command.title


def test_the_palette_runs_commands(window: MainWindow, until: Any) -> None:
    until(lambda: bool(window.controller.systems.get("toy")))
    window.popups.show_palette()
    assert window.popups.palette.isVisible()
    window.popups.palette.chosen.emit("open:toy:kicked")
    until(lambda: window.controller.preset.name == "kicked")
    window.popups.palette.chosen.emit("theme:light")
    assert window.theme.name == "light"
    window.popups.palette.hide()


def test_dialogs_open_without_blocking(window: MainWindow, qtbot: Any, until: Any) -> None:
    for command in ("settings", "keys", "export", "about", "log"):
        window.menus.run(next(c for c in window.menus.commands if c.id == command))
    dialogs = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w.parent() is window]
    assert len(dialogs) == 3
    now = step(window)
    until(lambda: step(window) > now)
    for dialog in dialogs:
        assert_named(dialog)
        dialog.close()


def test_all_controls_are_named_for_screen_readers(window: MainWindow) -> None:
    assert_named(window)


def assert_named(top: QWidget) -> None:
    for widget in top.findChildren(QWidget):
        control = isinstance(widget, (QAbstractButton, QSlider, QComboBox, QLineEdit))
        inner = widget.objectName().startswith("qt_") or (widget.parent() and isinstance(widget.parent(), QComboBox))
        spin = isinstance(widget, QLineEdit) and widget.parent() and widget.parent().inherits("QAbstractSpinBox")
        inside_field = isinstance(widget, QAbstractButton) and isinstance(widget.parent(), QLineEdit)
        if widget.isVisibleTo(top) and control and not inner and not spin and not inside_field:
            text = widget.text() if isinstance(widget, QAbstractButton) else ""
            assert widget.accessibleName() or text, f"{type(widget).__name__} in {type(widget.parent()).__name__}"


def test_without_opengl_the_panel_stands_in_and_the_rest_works(
    qtbot: Any, tmp_path: Path, only_toys: None, until: Any
) -> None:
    made = MainWindow(SettingsStore(tmp_path / "s.ini"), opengl=Probe(failure="no driver"))
    qtbot.addWidget(made)
    made.show()
    made.controller.start(open_choice(Choice("toy")))
    until(lambda: step(made) > 3)
    panel = made.picture.findChild(MissingOpenGL)
    assert panel is not None
    assert "no driver" in panel.accessibleDescription()
    made.picture.look("x")
    made.picture.toggle_projection()
    made.close()


def test_minimised_windows_keep_running(window: MainWindow, until: Any) -> None:
    window.hide()
    now = step(window)
    until(lambda: step(window) > now + 30)


def test_closing_stops_the_thread_and_leaves_no_widget(qtbot: Any, tmp_path: Path, only_toys: None, until: Any) -> None:
    before = set(QApplication.topLevelWidgets())
    made = MainWindow(SettingsStore(tmp_path / "s.ini"))
    made.show()
    made.controller.start(open_choice(Choice("toy")))
    controller: Controller = made.controller
    until(lambda: controller.last_frame is not None and controller.last_frame.step > 3)
    made.close()
    assert not controller.worker.is_running
    made.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()
    assert not isValid(made)
    gc.collect()
    assert set(QApplication.topLevelWidgets()) <= before


def test_the_window_returns_in_the_shape_it_was_left(qtbot: Any, tmp_path: Path) -> None:
    store = SettingsStore(tmp_path / "s.ini")
    first = MainWindow(store)
    qtbot.addWidget(first)
    first.show()
    first.resize(1111, 777)
    first.docks.toggle("library")
    first.parts.library.folded.emit([Toy.chapter])
    first.close()
    second = MainWindow(SettingsStore(tmp_path / "s.ini"))
    qtbot.addWidget(second)
    second.show()
    assert (second.width(), second.height()) == (1111, 777)
    assert not second.docks.has("library")
    second.parts.library.set_systems([Toy()])
    assert not second.parts.library.tree.topLevelItem(0).isExpanded()
    second.close()


def test_garbage_is_collected_in_the_thread_of_the_window(qtbot: Any) -> None:
    collector = Collector()
    threads: set[str] = set()

    class Noisy:
        def __init__(self) -> None:
            self.me = self

        def __del__(self) -> None:
            threads.add(threading.current_thread().name)

    def litter() -> None:
        for _ in range(5000):
            Noisy()

    try:
        thread = threading.Thread(target=litter, name="elsewhere")
        thread.start()
        thread.join()
        qtbot.waitUntil(lambda: bool(threads), timeout=5000)
        assert threads == {threading.main_thread().name}
    finally:
        collector.stop()
    assert gc.isenabled()


def test_start_opens_runs_and_ends(qtbot: Any, only_toys: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from PySide6.QtCore import QTimer

    monkeypatch.setattr("spinviz.app.start.prefetch", lambda target: None)
    seen: list[str] = []

    def leave() -> None:
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, MainWindow) and step(widget) > 2:
                seen.append(widget.windowTitle())
                widget.close()
                return
        QTimer.singleShot(50, leave)

    QTimer.singleShot(50, leave)
    assert start("toy", preset="kicked", theme="light") == 0
    assert seen == ["Kicked[*] – spinviz"]
    QApplication.instance().setStyleSheet("")


def test_a_target_is_a_file_when_there_is_one(tmp_path: Path, only_toys: None) -> None:
    path = tmp_path / "strange.abc"
    path.write_text("")
    with pytest.raises(ValueError, match=r"no system opens files ending in '\.abc'"):
        opening_of(str(path), "", 2**20)(lambda part: None)
    opened = opening_of("toy", "plain", 2**20)(lambda part: None)
    assert isinstance(opened.loop.system, Toy)


def test_the_knobs_of_sliders_are_whole_from_the_start(window: MainWindow, until: Any) -> None:
    """A style sheet sets least heights after sizes were set: rows gave sliders less than their knobs need."""
    until(lambda: not window.reactions._builder.is_active)
    sliders = window.parts.side.form.findChildren(QuietSlider)
    assert sliders
    for slider in sliders:
        assert slider.height() == slider.minimumHeight() == text_px(window.theme, 16)
