"""What the message bar says by itself, and how the panels are built, without a main window."""

import os
from dataclasses import replace
from typing import Any
from unittest.mock import Mock

import pytest
from PySide6.QtWidgets import QApplication, QMainWindow
from toy import Toy, ToyParameters

from spinviz.app.run.controller import Controller
from spinviz.app.run.openings import Choice, open_choice
from spinviz.app.window.builder import Builder
from spinviz.app.window.docks import Docks
from spinviz.app.window.file_actions import FileActions
from spinviz.app.window.menus import Menus, NumberKeys
from spinviz.app.window.message_bar import WIDEST, MessageBar
from spinviz.app.window.news import News
from spinviz.app.window.parts import Parts
from spinviz.app.window.reactions import Reactions
from spinviz.app.window.theme import ThemeSwitch, apply
from spinviz.files.log import state_folder
from spinviz.files.session import Session, save_session
from spinviz.model.theme import THEMES


@pytest.fixture
def builder(bare: QMainWindow, parts: Parts, themes: ThemeSwitch, controller: Controller) -> Builder:
    docks, keys = Docks(bare, parts, themes, controller.store), Mock(spec=NumberKeys)
    return Builder(bare, parts, docks, keys, Menus(bare.menuBar(), bare))


@pytest.fixture
def files() -> Any:
    return Mock(spec=FileActions, job=None)


@pytest.fixture
def news(
    bare: QMainWindow, controller: Controller, messages: MessageBar, parts: Parts, files: Any, builder: Builder
) -> News:
    return News(bare, controller, messages, parts, files, builder)


def test_panels_are_built_in_steps(builder: Builder, parts: Parts, until: Any) -> None:
    builder.begin(Toy(), ToyParameters(), "plain", 1.0)
    assert builder.is_active
    assert not parts.plots.panels
    until(lambda: not builder.is_active)
    assert parts.side.form.rows.keys() == ToyParameters.quantities().keys()
    assert len(parts.plots.panels) == len(Toy.plots)
    builder._keys.enable.assert_called_once_with(len(Toy.actions))


def test_problems_stay_and_notes_pass(news: News, controller: Controller, messages: MessageBar) -> None:
    controller.message.emit("too hot", "error")
    assert (messages.text, messages.severity) == ("too hot", "error")
    assert not messages._timer.isActive()
    controller.message.emit("saved", "info")
    assert messages._timer.isActive()


def test_a_problem_leaves_when_something_else_opens(
    news: News, controller: Controller, messages: MessageBar, until: Any
) -> None:
    controller.message.emit("too hot", "error")
    controller.open_preset("kicked")
    until(lambda: controller.preset.name == "kicked")
    assert messages.text == ""
    controller.message.emit("look at this", "warning")
    controller.open_preset("plain")
    until(lambda: controller.preset.name == "plain")
    assert messages.text == "look at this"
    messages.dismiss()
    controller.open_system("toy", "nonsense")
    until(lambda: "nonsense" in messages.text)
    assert messages.severity == "error"


@pytest.mark.parametrize("theme", ["dark", "projector"])
def test_a_long_path_is_shown_whole(messages: MessageBar, bare: QMainWindow, qtbot: Any, theme: str) -> None:
    """It ended in an ellipsis; its name, the part that tells, was cut off."""
    apply(QApplication.instance(), THEMES[theme])
    bare.resize(760, 420)
    bare.show()
    qtbot.waitExposed(bare)
    path = "/home/someone/" + "measured-2026/" * 12 + "sample.ovf"
    messages.say(f"{path}: not an OVF file; open one ending in .ovf", "error")
    words = messages._line
    assert words.toPlainText() == messages.text
    assert words.height() >= words.document().size().height()
    lines = sum(block.layout().lineCount() for block in blocks(words.document()))
    assert 1 < lines <= 6
    assert messages.width() == WIDEST
    assert messages.parentWidget().rect().contains(messages.geometry())
    apply(QApplication.instance(), THEMES["light"])
    qtbot.wait(10)
    assert words.height() >= words.document().size().height(), "after another theme"
    messages.say("Short", "error")
    assert words.height() < 2 * words.fontMetrics().lineSpacing()


def blocks(document: Any) -> Any:
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def test_a_complaint_goes_when_its_reason_does(news: News, parts: Parts, messages: MessageBar) -> None:
    parts.plots.complained.emit("no longer than 1 s")
    assert messages.severity == "warning"
    parts.plots.complained.emit("")
    assert not messages.text
    parts.plots.complained.emit("no longer than 1 s")
    messages.say("something else")
    parts.plots.complained.emit("")
    assert messages.text == "something else"


def test_long_work_is_told_unless_an_export_tells_of_itself(
    news: News, controller: Controller, messages: MessageBar, files: Any
) -> None:
    controller.worker.progress.emit(0.5)
    assert messages.text == "Opening"
    controller.worker.task.emit("Replaying 3 changes")
    controller.worker.progress.emit(0.001)
    assert messages.text == "Replaying 3 changes"
    controller.worker.progress.emit(0.5)
    assert messages.text.startswith("Replaying 3 changes, ")
    assert messages.text.endswith(" left")
    press(messages, "Stop")
    assert controller.worker._cancel.is_set()
    assert messages.text.startswith("Stopping")
    controller.worker.progress.emit(1.0)
    assert not messages.text
    files.job = object()
    messages.say("Exporting", "info", progress=0.3)
    controller.worker.progress.emit(1.0)
    assert messages.text == "Exporting"


def test_compilation_is_told_when_it_lasts(
    news: News, controller: Controller, messages: MessageBar, until: Any
) -> None:
    controller.worker.compiling.emit(True)
    assert not messages.text
    until(lambda: messages.text.startswith("Compiling for this machine"))
    controller.worker.compiling.emit(False)
    until(lambda: not messages.text)


def test_what_crashes_left_is_offered_one_by_one(news: News, messages: MessageBar) -> None:
    news.offer_recovery()
    assert not messages.text
    state_folder().mkdir(parents=True, exist_ok=True)
    for name in ("autosave-1", "autosave-2", "closed-3"):
        (state_folder() / f"{name}.spinviz").touch()
    os.utime(state_folder() / "autosave-1.spinviz", (1e9, 1e9))
    news.offer_recovery()
    assert messages.text == ("spinviz was not closed properly: unsaved work of 2 windows was kept (File, Unsaved work)")
    press(messages, "Discard the latest")
    assert messages.text == "spinviz was not closed properly: unsaved work was kept (File, Unsaved work)"
    press(messages, "Discard it")
    assert not messages.text
    assert [path.name for path in state_folder().iterdir()] == ["closed-3.spinviz"]


def test_what_a_crash_left_opens(
    news: News, controller: Controller, messages: MessageBar, qtbot: Any, until: Any
) -> None:
    state_folder().mkdir(parents=True, exist_ok=True)
    save_session(state_folder() / "autosave-1.spinviz", Session(Toy(), ToyParameters(rate=6.0)))
    news.offer_recovery()
    with qtbot.waitSignal(controller.opened, timeout=15000):
        press(messages, "Open it")
    assert controller.parameters.rate == 6.0


def press(messages: MessageBar, title: str) -> None:
    next(button for button in messages._buttons if button.text() == title).click()


def test_panels_and_controller_hear_each_other(
    bare: QMainWindow,
    controller: Controller,
    parts: Parts,
    files: Any,
    themes: ThemeSwitch,
    builder: Builder,
    news: News,
    until: Any,
) -> None:
    Reactions(bare, controller, parts, files, themes, builder, news)
    until(lambda: bool(controller.systems))
    parts.library.chosen.emit("toy", "kicked")
    until(lambda: controller.preset.name == "kicked" and len(parts.plots.panels) == len(Toy.plots))
    parts.side.form.edited.emit(ToyParameters(rate=3.0), "rate", True)
    until(lambda: controller.last_frame.parameters.rate == 3.0)
    plain = open_choice(Choice("toy", "plain"))
    controller.worker.open(lambda progress: replace(plain(progress), theme="light"))
    until(lambda: themes.current.name == "light")


def test_systems_left_out_are_said_once_and_take_no_question_away(
    news: News, controller: Controller, messages: MessageBar
) -> None:
    lines = ["skipped the system 'a' of b: no", "skipped the system 'c' of <d>: no"]
    messages.say("unsaved work was kept", "warning", actions=(("Open it", lambda: None),))
    controller.left_out.emit(lines)
    assert messages.text == "unsaved work was kept"
    messages.dismiss()
    assert messages.text == "Skipped the system 'a' of b: no (and 1 more)"
    assert messages.severity == "warning"
    assert messages._details.toPlainText().splitlines() == lines
    messages.dismiss()
    controller.left_out.emit(lines)
    assert messages.text == ""
