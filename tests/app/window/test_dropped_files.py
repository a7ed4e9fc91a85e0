"""Files that are dropped, opened and saved in the window, and those that break what reads them."""

import sys
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from app.window.user import drop, pause, step
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent
from PySide6.QtWidgets import QApplication

from spinviz.app.run import openings
from spinviz.app.window import file_actions
from spinviz.app.window.main_window import MainWindow
from spinviz.files.hdf5 import process
from spinviz.files.ovf.read import OVF, write_ovf
from spinviz.files.pulseq.read import read_pulseq, write_pulseq
from spinviz.systems import system_named
from spinviz.systems.resonance.pulseq.small_sequences import small_sequence
from spinviz.systems.resonance.pulseq.system import Pulseq


def test_an_unknown_file_opened_is_a_line_in_the_window(window: MainWindow, until: Any, tmp_path: Path) -> None:
    strange = tmp_path / "holiday.jpg"
    strange.write_bytes(b"\xff\xd8")
    window.files.open(strange)
    until(lambda: "no system opens files ending in '.jpg'" in window.messages.text)
    assert window.messages.isVisible()
    window.messages.copy()
    assert "holiday.jpg" in QApplication.clipboard().text()
    now = step(window)
    until(lambda: step(window) > now)
    window.messages.dismiss()
    assert not window.messages.isVisible()


def test_a_session_dropped_shows_its_step_camera_and_theme(
    window: MainWindow, qtbot: Any, until: Any, tmp_path: Path
) -> None:
    window.picture.look("x")
    window.set_theme("light")
    now = pause(window, until)
    with qtbot.waitSignal(window.controller.written, timeout=15000):
        window.controller.save(tmp_path / "a.spinviz")
    window.set_theme("dark")
    window.picture.look("home")
    window.controller.step_by(3)
    with qtbot.waitSignal(window.controller.opened, timeout=15000):
        drop(window, tmp_path / "a.spinviz")
    until(lambda: step(window) == now)
    assert window.theme.name == "light"
    until(lambda: window.picture.view.camera.azimuth == pytest.approx(90.0))
    assert not window.controller.running


def test_recent_files_open_again(window: MainWindow, qtbot: Any, tmp_path: Path) -> None:
    window.recent.fill()
    assert [action.text() for action in window.recent.actions()] == ["No recent files"]
    with qtbot.waitSignal(window.controller.written, timeout=15000):
        window.controller.save(tmp_path / "b.spinviz")
    window.recent.fill()
    assert window.recent.actions()[0].text() == "b.spinviz"
    with qtbot.waitSignal(window.controller.opened, timeout=15000):
        window.recent.actions()[0].trigger()
    window.controller.store.forget_recent()
    window.recent.fill()
    assert window.recent.actions()[0].text() == "No recent files"


@pytest.fixture
def pulseq(window: MainWindow, until: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A window that knows the Pulseq player, and a sequence file."""
    monkeypatch.setattr(openings, "systems", lambda: {"pulseq": Pulseq()})
    until(lambda: bool(window.controller.systems))
    window.controller.systems = {"pulseq": Pulseq()}
    Pulseq().received(Pulseq().Parameters.of(isochromats=4))  # compiles, for which no test waits
    write_pulseq(tmp_path / "a.seq", small_sequence("spin_echo"))
    return tmp_path / "a.seq"


def phantom(path: Path) -> Path:
    data = np.zeros((1, 2, 2, 5))
    data[..., 0], data[..., 1], data[..., 2] = 1, 1e-3, 1e-2
    with h5py.File(path, "w") as file:
        file["sample/data"], file["sample/resolution"], file["sample/offset"] = data, np.ones(3), np.zeros(3)
    return path


def test_a_phantom_dropped_joins_the_sequence(window: MainWindow, qtbot: Any, pulseq: Path, tmp_path: Path) -> None:
    for path in (pulseq, phantom(tmp_path / "p.h5")):
        with qtbot.waitSignal(window.controller.opened, timeout=30000):
            drop(window, path)
    assert (window.controller.parameters.input, window.controller.parameters.phantom) == (
        str(pulseq.resolve()),
        str((tmp_path / "p.h5").resolve()),
    )


def test_files_dropped_together_open_together(window: MainWindow, qtbot: Any, pulseq: Path, tmp_path: Path) -> None:
    with qtbot.waitSignal(window.controller.opened, timeout=30000):
        drop(window, phantom(tmp_path / "p.h5"), pulseq)
    assert window.controller.parameters.input.endswith("a.seq")
    assert window.controller.parameters.phantom.endswith("p.h5")


def test_a_sequence_is_saved(
    window: MainWindow, qtbot: Any, pulseq: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not window.files.has_sequence()
    with qtbot.waitSignal(window.controller.opened, timeout=30000):
        drop(window, pulseq)
    monkeypatch.setattr(file_actions.QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "b"), ""))
    window.menus.actions["save-sequence"].trigger()
    assert len(read_pulseq(tmp_path / "b.seq").blocks) == len(read_pulseq(pulseq).blocks)
    assert f"Saved {tmp_path / 'b.seq'}" in window.messages.text
    window.files.save_sequence(tmp_path / "no folder" / "c.seq")
    assert "the folder does not exist" in window.messages.text


def test_the_image_of_a_sequence_is_saved(
    window: MainWindow, qtbot: Any, pulseq: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a process of its own, with the parameters of the window: the phantom is one of them."""
    assert not window.files.has_image()
    for path in (pulseq, phantom(tmp_path / "p.h5")):
        with qtbot.waitSignal(window.controller.opened, timeout=30000):
            drop(window, path)
    window.controller.edit(window.controller.parameters.change(input="", builtin="echo_planar", inside=3))
    asked = (str(tmp_path / "b"), "Complex numbers (*.npy)")
    monkeypatch.setattr(file_actions.QFileDialog, "getSaveFileName", lambda *_: asked)
    window.menus.actions["save-image"].trigger()
    job = window.files.job
    assert job is not None
    with qtbot.waitSignal(job.finished, timeout=60000) as finished:
        pass
    assert finished.args == [True, f"Exported {tmp_path / 'b.npy'}"]
    system, p = window.controller.system, window.controller.parameters
    np.testing.assert_allclose(np.load(tmp_path / "b.npy"), system.image(p).values[0], atol=1e-12)


def test_a_damaged_sequence_is_a_line_in_the_window(
    window: MainWindow, until: Any, pulseq: Path, tmp_path: Path
) -> None:
    pulseq.write_text(pulseq.read_text().replace("[RF]\n1 ", "[RF]\n1 1"))
    drop(window, pulseq)
    until(lambda: "the limit is 1e+06 Hz" in window.messages.text)
    now = step(window)
    until(lambda: step(window) > now)


CASES = Path(__file__).resolve().parents[4] / "shared" / "cases"


@pytest.mark.skipif(not CASES.is_dir(), reason=f"{CASES} is absent")
@pytest.mark.parametrize(
    "name",
    [
        "abort-stored-signal.mat",
        "reliability/bomb_fill.h5",
        "reliability/ext_sig2.h5",
        "reliability/extlink.h5",
        "reliability/linkfifo.h5",
        "reliability/overlapping-compound-abort.h5",
    ],
)
def test_a_window_outlives_a_file_that_breaks_the_library(
    window: MainWindow, qtbot: Any, pulseq: Path, until: Any, name: str
) -> None:
    with qtbot.waitSignal(window.controller.opened, timeout=30000):
        drop(window, pulseq)
    with qtbot.waitSignal(window.controller.worker.failed, timeout=30000):
        drop(window, CASES / name)
    said = window.picture.messages.text
    assert said.startswith(str(CASES / name))
    assert "\n" not in said
    goes_on(window, until)


def goes_on(window: MainWindow, until: Any) -> None:
    """The simulation still steps, and what was open stays open."""
    until(lambda: window.controller.last_frame.parameters == window.controller.parameters)
    step = window.controller.last_frame.step
    window.controller.step_by(3)
    until(lambda: window.controller.last_frame.step >= step + 3)
    assert window.controller.parameters.input.endswith("a.seq")
    assert window.controller.parameters.phantom == ""


@pytest.mark.parametrize(
    ("deed", "words"),
    [("os.abort()", "the HDF5 library broke down"), ("time.sleep(1000)", "reading it took more than 2 s")],
)
def test_a_window_outlives_a_library_that_aborts_or_hangs(
    window: MainWindow, qtbot: Any, pulseq: Path, tmp_path: Path, until: Any, monkeypatch: Any, deed: str, words: str
) -> None:
    with qtbot.waitSignal(window.controller.opened, timeout=30000):
        drop(window, pulseq)
    monkeypatch.setattr(process, "SECONDS", 2.0)
    monkeypatch.setattr(process, "command", lambda: [sys.executable, "-c", f"import os, time; {deed}"])
    with qtbot.waitSignal(window.controller.worker.failed, timeout=30000):
        drop(window, phantom(tmp_path / "p.h5"))
    assert window.picture.messages.text.startswith(f"{tmp_path / 'p.h5'}: {words}")
    goes_on(window, until)


@pytest.fixture
def series(window: MainWindow, until: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A window that knows what starts from one OVF file and what shows many, and a folder of four."""
    known = {name: system_named(name) for name in ("exchange_lattice", "ovf_series")}
    monkeypatch.setattr(openings, "systems", lambda: known)
    until(lambda: bool(window.controller.systems))
    window.controller.systems = known
    folder = tmp_path / "run"
    folder.mkdir()
    for n in range(4):
        values = np.zeros((1, 3, 4, 3))
        values[..., n % 3] = 1.0
        write_ovf(folder / f"m{n}.ovf", OVF.from_array(values, (2e-9, 2e-9, 2e-9)))
    return folder


def test_a_folder_that_is_dropped_is_a_film_to_its_end(
    window: MainWindow, qtbot: Any, until: Any, series: Path
) -> None:
    with qtbot.waitSignal(window.controller.opened, timeout=30000):
        drop(window, series)
    assert window.controller.system.name == "ovf_series"
    assert window.controller.parameters.input == str(series)
    assert window.controller.path == series
    assert window.messages.text.startswith("run: 4 files of ")
    assert window.messages.text.endswith("in the order of their names, no simulated time is given")
    window.controller.set_speed(100.0)
    until(lambda: step(window) == 3 and not window.controller.last_frame.running)
    assert window.controller.last_frame.arrival == "The end: run again to begin anew"
    assert window.controller.last_frame.caption.startswith("m3.ovf · 4 of 4 · 4 × 3 × 1 cells of 2 nm")
    window.controller.seek(1)
    until(lambda: step(window) == 1)
    assert window.controller.last_frame.caption.startswith("m1.ovf · 2 of 4")


def test_several_files_dropped_or_chosen_are_a_film_and_one_is_a_start(
    window: MainWindow, qtbot: Any, series: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [series / "m2.ovf", series / "m0.ovf"]
    with qtbot.waitSignal(window.controller.opened, timeout=30000):
        drop(window, *paths)
    assert window.controller.parameters.input == f"{paths[0]} | m0.ovf"
    with qtbot.waitSignal(window.controller.opened, timeout=30000):
        drop(window, paths[0])
    assert window.controller.system.name == "exchange_lattice"
    names = [str(path) for path in paths]
    monkeypatch.setattr(file_actions.QFileDialog, "getOpenFileNames", lambda *_: (names, ""))
    with qtbot.waitSignal(window.controller.opened, timeout=30000):
        window.menus.actions["open"].trigger()
    assert window.controller.system.name == "ovf_series"


def test_a_series_that_does_not_fit_is_a_line_and_what_runs_goes_on(
    window: MainWindow, qtbot: Any, until: Any, series: Path
) -> None:
    write_ovf(series / "m9.ovf", OVF.from_array(np.ones((1, 3, 5, 3)), (2e-9, 2e-9, 2e-9)))
    with qtbot.waitSignal(window.controller.worker.failed, timeout=30000):
        drop(window, series)
    assert "m9.ovf: its mesh has 5 × 3 × 1 cells of 2 nm, that of m0.ovf 4 × 3 × 1" in window.messages.text
    now = step(window)
    until(lambda: step(window) > now)


@pytest.fixture
def hover(window: MainWindow, until: Any, tmp_path: Path) -> Any:
    """Drags files of these names, which a file manager would rather move, over a window that knows two endings."""
    kept = []
    until(lambda: bool(window.controller.systems))
    window.controller.systems = {system.name: system for system in (Pulseq(), system_named("exchange_lattice"))}

    def over(*names: str) -> QDragEnterEvent:
        content = QMimeData()
        content.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in names])
        both = Qt.DropAction.MoveAction | Qt.DropAction.CopyAction
        event = QDragEnterEvent(
            QPoint(50, 50), both, content, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
        event.setDropAction(Qt.DropAction.MoveAction)
        QApplication.sendEvent(window, event)
        kept.append(content)  # Qt keeps no reference
        return event

    return over


def test_files_that_hover_are_named_and_only_copied(window: MainWindow, hover: Any, tmp_path: Path) -> None:
    """A file manager proposes to move within one disk: whoever accepts that loses the file."""
    sign = window.drops.sign
    event = hover("<b>head<b>.seq")
    assert event.isAccepted()
    assert event.dropAction() == Qt.DropAction.CopyAction
    assert sign.isVisible()
    assert sign.text() == "Drop to open <b>head<b>.seq"
    QApplication.sendEvent(window, QDragLeaveEvent())
    assert not sign.isVisible()
    hover("a.ovf", "b.ovf", "c.ovf", "d.ovf", "e.ovf")
    assert sign.text() == "Drop to open a.ovf, b.ovf, c.ovf and 2 more"
    assert window.rect().contains(sign.geometry())
    drop(window, tmp_path / "nothing.txt")
    assert not sign.isVisible()


def test_what_cannot_be_opened_is_refused_while_it_hovers(window: MainWindow, hover: Any, tmp_path: Path) -> None:
    """It had the sign of a drop, and was refused afterwards."""
    sign = window.drops.sign
    (tmp_path / "scans.seq").mkdir()
    for name, why in (
        ("holiday.gif", "no system opens files ending in '.gif'"),
        ("Makefile", "no system opens files without an ending"),
        ("scans.seq", "it is a folder without a series of files"),
    ):
        event = hover(name)
        assert not event.isAccepted()
        assert sign.text() == f"Cannot open {name}: {why}"
        assert sign.grab().toImage().pixelColor(sign.width() // 2, 0).name() == window.theme.bad
        QApplication.sendEvent(window, QDragLeaveEvent())
        assert not sign.isVisible()
    for name in ("a.seq", "A.SEQ", "run.spinviz"):
        assert hover(name).isAccepted()
        assert sign.text() == f"Drop to open {name}"


def test_many_files_and_a_folder_of_them_hover_as_a_film(window: MainWindow, series: Path, hover: Any) -> None:
    sign = window.drops.sign
    window.controller.systems = {"ovf_series": system_named("ovf_series")}
    assert hover("run").isAccepted()
    assert sign.text() == "Drop to open run as a film"
    assert hover("run/m0.ovf", "run/m1.ovf").isAccepted()
    assert sign.text() == "Drop to open m0.ovf, m1.ovf as a film"
    hover("run/m0.ovf")
    assert sign.text() == "Drop to open m0.ovf"
    for path in series.iterdir():
        path.unlink()
    assert not hover("run").isAccepted()
    assert sign.text() == "Cannot open run: it is a folder without a series of files"


def test_nothing_is_refused_before_the_systems_are_known(window: MainWindow, hover: Any) -> None:
    window.controller.systems = {}
    assert hover("holiday.jpg").isAccepted()


def test_a_drag_without_files_is_refused(window: MainWindow) -> None:
    content = QMimeData()
    content.setText("spin")
    event = QDragEnterEvent(
        QPoint(50, 50),
        Qt.DropAction.CopyAction,
        content,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    event.accept()
    QApplication.sendEvent(window, event)
    assert not event.isAccepted()
    assert not window.drops.sign.isVisible()
