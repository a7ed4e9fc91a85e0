"""The first steps of the README, sentence by sentence, with mouse and keys, in the window as it starts."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
from app.window.test_dropped_files import phantom
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QPushButton,
    QStyle,
    QStyleOptionSlider,
    QTreeWidget,
    QTreeWidgetItemIterator,
    QWidget,
)

from spinviz.app.run.settings import SettingsStore
from spinviz.app.start import opening_of
from spinviz.app.window import theme as dress
from spinviz.app.window.dialogs import KeysDialog
from spinviz.app.window.export_dialog import KINDS, ExportDialog
from spinviz.app.window.main_window import MainWindow
from spinviz.engine.replay import loop_of
from spinviz.files.ovf.read import OVF, read_ovf, write_ovf
from spinviz.files.pulseq.read import read_pulseq, write_pulseq
from spinviz.files.session import read_session
from spinviz.model.abilities import HasField, PlaysSequence
from spinviz.model.theme import THEMES
from spinviz.panels.parts import QuietSlider
from spinviz.plots.diagram import DiagramPlot
from spinviz.plots.image import ImagePlot
from spinviz.systems import OPENING, system_named
from spinviz.systems.resonance.pulseq.small_sequences import small_sequence

README = Path(__file__).parents[3] / "README.md"
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
SAID: list[str] = []
"""The sentences that are tested, in order."""
T = TypeVar("T", bound=Callable[..., None])


def says(sentence: str) -> Callable[[T], T]:
    """Name the sentence that a test holds."""
    SAID.append(sentence)
    return lambda test: test


def sentences() -> list[str]:
    """What the README says."""
    section = README.read_text("utf-8").partition("## First steps\n")[2].partition("\n![")[0]
    steps = [" ".join(step.split()) for step in re.split(r"^\d+\. ", section, flags=re.MULTILINE)]
    return [one for step in steps if step for one in re.split(r"(?<=\.) (?=[A-Z*])", step)]


Until = Callable[[Callable[[], Any]], None]


@pytest.fixture
def until(qtbot: Any) -> Until:
    """Wait until something is so; real systems and exports take their time on a busy machine."""
    return lambda condition: qtbot.waitUntil(lambda: bool(condition()), timeout=120000)


@pytest.fixture
def window(qtbot: Any, tmp_path: Path, until: Until) -> Iterator[MainWindow]:
    """The window as it starts."""
    dress.load_fonts()
    dress.apply(QApplication.instance(), THEMES["dark"])
    made = MainWindow(SettingsStore(tmp_path / "settings.ini"))
    made.picture.animate = False
    qtbot.addWidget(made)
    made.resize(1600, 1000)
    made.controller.start(opening_of("", "", 2**28))
    made.show()
    made.activateWindow()
    until(made.isActiveWindow)
    until(lambda: made.controller.systems)
    settle(made, until)
    yield made
    made.close()
    QApplication.instance().setStyleSheet("")


def settle(window: MainWindow, until: Until, name: str = OPENING) -> None:
    """Wait until a system is open and on all panels."""
    c = window.controller
    until(lambda: c.system is not None and c.system.name == name)
    until(lambda: c.last_frame is not None and c.last_frame.system == name)
    until(lambda: not window.reactions._builder.is_active)
    until(lambda: window.parts.plots.shown and all(panel.frame is not None for panel in window.parts.plots.shown))


def press(window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(window.windowHandle(), key, modifier)


def click(window: MainWindow, title: str) -> None:
    """Click the button of an action."""
    button = next(b for b in window.parts.side.actions_grid.buttons if b.accessibleName() == title)
    QTest.mouseClick(button, LEFT)


def drag(widget: QWidget, *places: QPoint) -> None:
    """Press at the first place, move over the others, release at the last."""
    QTest.mousePress(widget, LEFT, pos=places[0])
    for place in places[1:]:
        QTest.mouseMove(widget, place)
        QTest.qWait(40)
    QTest.mouseRelease(widget, LEFT, pos=places[-1])


def handle(slider: QuietSlider) -> QPoint:
    """Where the mouse takes a slider."""
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    place = slider.style().subControlRect
    return place(QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, slider).center()


def pause(window: MainWindow, until: Until) -> None:
    press(window, Qt.Key.Key_Space)
    until(lambda: not window.controller.last_frame.running)


@says("The window opens on a magnetization that a 90° pulse has just tipped.")
def test_the_window_opens_on_a_tipped_magnetization(window: MainWindow) -> None:
    c = window.controller
    assert c.running
    assert (c.system.name, c.preset) == (OPENING, c.system.presets[0])
    frame = c.last_frame
    tipped = frame.history.time == 0
    assert frame.history.observables["transverse"][tipped][-1] == pytest.approx(1.0, abs=1e-12)
    assert frame.history.observables["mz"][tipped][-1] == pytest.approx(0.0, abs=1e-12)
    assert frame.parameters.T2 >= 0.3
    assert 5.0 <= frame.parameters.spread <= 8.0


@says(
    "Press **Space** to pause, drag the timeline back, press **180° y**, then **Space** again, and watch an echo form."
)
def test_an_echo_forms(window: MainWindow, until: Until) -> None:
    c, timeline = window.controller, window.parts.transport.timeline
    until(lambda: c.last_frame.time > 0.15)
    pause(window, until)
    until(lambda: timeline.maximum() == timeline.value() == c.last_frame.step)
    wanted = 0.1 / c.last_frame.time
    start = handle(timeline)
    drag(timeline, *(QPoint(round(start.x() * part), start.y()) for part in (1, 0.5 + wanted / 2, wanted)))
    until(lambda: c.last_frame.time < 0.12 and not timeline.isSliderDown())
    tau = c.last_frame.time
    assert tau == pytest.approx(0.1, abs=0.01)
    assert c.last_frame.observables["transverse"] < 0.1
    click(window, "180° y")
    press(window, Qt.Key.Key_Space)
    until(lambda: c.last_frame.time > 2 * tau + 0.02)
    pause(window, until)
    history = c.last_frame.history
    later = history.time > tau + 0.02
    echo = history.observables["transverse"][later]
    # Hahn: e^(-2 tau/T2) at 2 tau; the ripple of 1000 isochromats is 1.2/sqrt(1000).
    assert echo.max() == pytest.approx(np.exp(-2 * tau / c.parameters.T2), abs=0.04)
    assert history.time[later][echo.argmax()] == pytest.approx(2 * tau, abs=0.002)
    assert echo.max() > 5 * c.last_frame.history.observables["transverse"][~later][-1]


@says("**N** stops at the next event: M_z = 0, the echo.")
def test_n_stops_at_the_null_and_at_the_echo(window: MainWindow, until: Until) -> None:
    c = window.controller
    until(lambda: c.last_frame.time > 0.05)
    pause(window, until)
    tau = c.last_frame.time
    click(window, "180° y")
    press(window, Qt.Key.Key_N)
    until(lambda: window.messages.text.startswith("Null of "))
    assert c.last_frame.observables["mz"] == pytest.approx(0.0, abs=1e-3)
    press(window, Qt.Key.Key_N)
    until(lambda: window.messages.text.startswith("Echo at "))
    assert not c.last_frame.running
    assert c.last_frame.time == pytest.approx(2 * tau, abs=0.002)
    assert c.last_frame.observables["transverse"] == pytest.approx(np.exp(-2 * tau / c.parameters.T2), abs=0.05)


@says("Turn any slider while it runs.")
def test_any_slider_can_be_turned_while_it_runs(window: MainWindow, until: Until) -> None:
    c = window.controller
    sliders = {name: row.slider for name, row in window.parts.side.form.rows.items() if hasattr(row, "slider")}
    assert {"B0", "T1", "T2", "offset", "spread", "flip"} <= sliders.keys()
    for name, slider in sliders.items():
        before = getattr(c.parameters, name)
        window.parts.side._above.ensureWidgetVisible(slider)
        start = handle(slider)
        drag(slider, *(start - QPoint(by, 0) for by in (0, 4, 9)))
        until(lambda name=name, before=before: getattr(c.last_frame.parameters, name) < before)
        assert c.running
        step = c.last_frame.step
        until(lambda step=step: c.last_frame.step > step)
        assert window.messages.text == ""


@says(
    "The dashed amber curves are the *laws*, closed forms or published values; the green badges say how far the "
    "simulation is from them."
)
def test_dashed_amber_is_a_law_and_green_says_how_far(window: MainWindow, until: Until) -> None:
    c = window.controller
    until(lambda: c.last_frame.time > 0.02)
    pause(window, until)
    panels = window.parts.plots.shown
    until(lambda: all(panel.frame is c.last_frame for panel in panels))
    frame = c.last_frame
    assert all(law.reference for law in c.system.laws)
    drawn = {law.name: curve for panel in panels for law, curve in getattr(panel, "_laws", ())}
    for name in ("precession", "recovery", "dephasing"):
        pen = drawn[name].opts["pen"]
        assert pen.style() != Qt.PenStyle.SolidLine
        assert 35 <= pen.color().hsvHue() <= 50, "amber"
        assert frame.laws[name].passed
    # Ahead of now M_z is 1 - e^(-t/T1): the closed form, not what was simulated.
    x, y = drawn["recovery"].getData()
    ahead = x * 1e-3 > frame.time
    assert ahead.sum() > 10
    np.testing.assert_allclose(y[ahead], 1 - np.exp(-x[ahead] * 1e-3 / c.parameters.T1), atol=1e-5)
    good = [panel for panel in panels if panel.caption._verdict == "good"]
    assert len(good) >= 2
    for panel in good:
        assert panel.caption.badge_text == panel.judged(frame)[1]
        image = panel.caption.grab().toImage()
        hues = [color.hsvHue() for color in pixels(image) if color.hsvSaturation() > 80 and color.value() > 100]
        green = [90 <= hue <= 160 for hue in hues]
        amber = [35 <= hue <= 50 for hue in hues]  # a piece of the law's line
        assert sum(green) > sum(amber) > 0
        assert all(map(max, green, amber)), "green, but for the law's line"


def pixels(image: Any) -> Iterator[QColor]:
    for x in range(image.width()):
        for y in range(image.height()):
            yield image.pixelColor(x, y)


@says("Choose another system on the left, or type in the search field.")
def test_another_system_is_chosen_by_mouse_or_found_by_keys(window: MainWindow, until: Until) -> None:
    tree, search = window.parts.library.tree, window.parts.library.search
    assert tree.mapTo(window, tree.rect().topRight()).x() < window.width() / 4
    every = QTreeWidgetItemIterator(tree)
    while every.value().text(0) != system_named("macrospin").title:
        every += 1
    QTest.mouseClick(tree.viewport(), LEFT, pos=tree.visualItemRect(every.value()).center())
    settle(window, until, "macrospin")
    QTest.mouseClick(search, LEFT)
    for letter in "pauli":
        QTest.keyClick(window.windowHandle(), letter)
    press(window, Qt.Key.Key_Return)
    settle(window, until, "pauli_paramagnet")


@says("**Ctrl+Shift+P** finds every command, **F1** shows the keys.")
def test_commands_are_found_and_keys_are_shown(window: MainWindow, until: Until) -> None:
    press(window, Qt.Key.Key_P, CONTROL | SHIFT)
    palette = window.popups.palette
    until(palette.isVisible)
    for command in window.menus.commands:
        palette.field.setText(command.title)
        found = [palette.list.item(row).text() for row in range(palette.list.count())]
        assert command.title in found[:3]
    palette.field.clear()
    assert not window.picture.is_parallel
    for letter in "parallel":
        QTest.keyClick(palette.field, letter)
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    until(lambda: window.picture.is_parallel)
    press(window, Qt.Key.Key_F1)
    dialog = window.findChild(KeysDialog)
    until(dialog.isVisible)
    every, shown = QTreeWidgetItemIterator(dialog.findChild(QTreeWidget)), []
    while every.value():
        shown.append((every.value().text(0), every.value().text(1)))
        every += 1
    assert ("Run or pause", "Space") in shown
    titles = {title for title, key in shown if key}
    assert {command.title.rstrip("…") for command in window.menus.commands if command.keys} <= titles
    dialog.close()


def drop(window: MainWindow, *paths: Path) -> None:
    """What the desktop sends when files are carried over the window and let go."""
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    rest = (Qt.DropAction.CopyAction, content, LEFT, NONE)
    over = QDragEnterEvent(QPoint(700, 300), *rest)
    QApplication.sendEvent(window, over)
    assert over.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(700, 300), *rest))


@says(
    "Drop a file on the window: an OVF file of OOMMF, mumax3 or Spirit becomes the start of an exchange lattice, many "
    "of them or their folder a film, a Pulseq `.seq` is played block by block, a KomaMRI phantom dropped with it is "
    "what it is played on."
)
def test_dropped_files_open(window: MainWindow, until: Until, tmp_path: Path) -> None:
    """Many files and folders: see `test_dropped_files`."""
    c = window.controller
    angle = np.linspace(0, 3, 40).reshape(1, 5, 8)
    field = OVF.from_array(np.stack([np.cos(angle), np.sin(angle), 0 * angle], axis=-1), (1e-9, 1e-9, 1e-9))
    for program, version, numbers in (("oommf", 1, "binary 8"), ("mumax3", 2, "binary 4"), ("spirit", 2, "text")):
        path = tmp_path / f"{program}.ovf"
        write_ovf(path, field, version=version, representation=numbers)
        drop(window, path)
        until(lambda path=path: getattr(c.parameters, "input", "") == str(path.resolve()))
        settle(window, until, "exchange_lattice")
        assert isinstance(c.system, HasField)
        start = c.system.initial_state(c.parameters, np.random.default_rng(0))
        m = np.asarray(c.system.field(start, c.parameters).values)
        np.testing.assert_allclose(m / np.linalg.norm(m, axis=-1, keepdims=True), read_ovf(path).values, atol=1e-6)
    write_pulseq(tmp_path / "a.seq", small_sequence("spin_echo"))
    drop(window, tmp_path / "a.seq", phantom(tmp_path / "p.h5"))
    settle(window, until, "pulseq")
    assert (c.parameters.input, c.parameters.phantom) == (
        str((tmp_path / "a.seq").resolve()),
        str((tmp_path / "p.h5").resolve()),
    )
    assert isinstance(c.system, PlaysSequence)
    assert len(c.system.sequence(c.parameters).blocks) == len(read_pulseq(tmp_path / "a.seq").blocks)
    step = c.last_frame.step
    until(lambda: c.last_frame.step > step)


def diagram(window: MainWindow) -> DiagramPlot:
    return next(panel for panel in window.parts.plots.shown if isinstance(panel, DiagramPlot))


@says(
    "In the chapter *Magnetic resonance*, drag TE and TR in the pulse diagram, click in it to go to that moment, and "
    "click a pixel of the MR image to see its isochromats, and from there its spins."
)
def test_diagram_and_image_answer_the_mouse(window: MainWindow, until: Until) -> None:
    c = window.controller
    c.open_system("gradient_echo")
    settle(window, until, "gradient_echo")
    assert c.system.chapter == "Magnetic resonance"
    until(lambda: c.last_frame.time > 0.8 * c.parameters.TR)
    pause(window, until)
    for name in ("TE", "TR"):
        panel = diagram(window)
        until(lambda panel=panel: panel.frame is c.last_frame)
        before = getattr(c.parameters, name)
        x, y = next((x, y) for x, y, span in panel._spans.ends if span.parameter == name)
        end = panel.graph.mapFromScene(panel.box.mapViewToScene(QPointF(x, y)))
        drag(panel.graph.viewport(), *(end - QPoint(by, 0) for by in (0, 6, 12, 18)))
        until(lambda name=name, before=before: getattr(c.last_frame.parameters, name) < before)
    panel = diagram(window)
    until(lambda: panel.frame is c.last_frame)
    scheme = panel.frame.plots[panel.plot.name]
    moment = scheme.start + 0.4 * (scheme.cursor - scheme.start)
    at = panel.graph.mapFromScene(panel.box.mapViewToScene(QPointF(moment / panel._scale.factor, 0.9)))
    QTest.mouseClick(panel.graph.viewport(), LEFT, pos=at)
    near = 2 * panel.pixel()[0] * panel._scale.factor + 2 * c.system.timestep(c.parameters)
    until(lambda: abs(c.last_frame.plots[panel.plot.name].cursor - moment) < near)

    c.open_system("imaging")
    settle(window, until, "imaging")
    assert c.system.chapter == "Magnetic resonance"
    image = next(one for one in window.parts.plots.shown if isinstance(one, ImagePlot) and one.plot.name == "image")
    until(lambda: image.frame is not None and image.box.width() > 50)
    rows, columns = image.frame.plots["image"].shape
    at = image.graph.mapFromScene(image.box.mapViewToScene(QPointF(0.4 * columns, 0.6 * rows)))
    QTest.mouseClick(image.graph.viewport(), LEFT, pos=at)
    until(lambda: c.last_frame.parameters.view == "pixel")
    assert "isochromats" in c.last_frame.caption
    click(window, "Spins")
    until(lambda: c.last_frame.parameters.view == "levels")
    assert {"spin up", "spin down"} <= {getattr(visual, "label", "") for visual in c.last_frame.visuals}


STARTS = {".mp4": (4, b"ftyp"), ".webm": (0, b"\x1a\x45\xdf\xa3"), ".gif": (0, b"GIF8"), ".apng": (0, b"\x89PNG")}
"""Where and with which bytes a file of each kind begins."""


@says(
    "**Ctrl+E** exports what you see as MP4, WebM, GIF, APNG or PNG; **Ctrl+S** saves the session, from which the same "
    "pictures can be made again, bit for bit."
)
def test_every_kind_is_exported_and_a_session_gives_the_same_pictures(
    window: MainWindow, until: Until, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    c = window.controller
    until(lambda: c.last_frame.time > 0.02)
    pause(window, until)
    for ending in (kind.ending for kind in KINDS):
        out = tmp_path / f"film{ending}"
        export(window, until, ending, out)
        if ending:
            at, begins = STARTS[ending]
            assert out.read_bytes()[at : at + len(begins)] == begins
        else:
            assert len(list(out.glob("*.png"))) == 2
    saved = tmp_path / "mine.spinviz"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(saved), ""))
    press(window, Qt.Key.Key_S, CONTROL)
    until(lambda: f"Saved {saved}" in window.messages.text)
    shown = c.last_frame
    session = read_session(saved, system_named)
    loop = loop_of(session)
    loop.advance(session.step)
    again = loop.frame()
    assert again.step == shown.step
    assert again.observables == pytest.approx(shown.observables, abs=0, rel=0, nan_ok=True)
    for mine, theirs in zip(again.visuals, shown.visuals, strict=True):
        for name, value in vars(mine).items():
            np.testing.assert_array_equal(value, getattr(theirs, name))
    asked = ["--size", "320x180", "--fps", "15", "--length", "0.1", "--speed", f"{c.speed!r} s", "--theme", "dark"]
    words = ["export", str(saved), "--out", str(tmp_path / "again"), *asked, "--start", "0 s", "--no-plots"]
    done = subprocess.run([sys.executable, "-m", "spinviz", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    first, second = (sorted((tmp_path / name).glob("*.png")) for name in ("film", "again"))
    assert [one.read_bytes() for one in first] == [one.read_bytes() for one in second]


def export(window: MainWindow, until: Until, ending: str, out: Path) -> None:
    """Ask for a small film of two pictures by key, and press Export."""
    press(window, Qt.Key.Key_E, CONTROL)
    until(lambda: window.findChild(ExportDialog) is not None and window.findChild(ExportDialog).isVisible())
    dialog = window.findChild(ExportDialog)
    dialog.kind.setCurrentIndex(dialog.kind.findData(ending))
    dialog.file.setText(str(out))
    dialog.size_box.setEditText("320x180")
    dialog.rate.setCurrentIndex(dialog.rate.findData("15"))
    dialog.length.setValue(0.1)
    dialog.plots.setChecked(False)
    go = dialog.findChildren(QPushButton)
    QTest.mouseClick(next(button for button in go if button.text().replace("&", "") == "Export"), LEFT)
    until(lambda: f"Exported {out}" in window.messages.text)
    until(lambda: window.findChild(ExportDialog) is None)
    window.messages.dismiss()


def test_every_sentence_of_the_first_steps_is_tested() -> None:
    """A sentence that is changed needs a test that was changed with it."""
    assert sentences() == SAID
