"""Unsaved work: offered after a crash, kept until opened or discarded, owned by a lock."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import toy
from toy import Toy, ToyParameters

from spinviz.app.run import crash_recovery
from spinviz.app.run.controller import Controller
from spinviz.app.run.crash_recovery import Autosave, discard, kept
from spinviz.app.run.openings import Choice, open_choice
from spinviz.app.run.settings import SettingsStore
from spinviz.files.lock import FileLock, is_held
from spinviz.files.log import state_folder
from spinviz.files.session import Session, read_session, save_session

WINDOW = """
import sys, time
sys.path.insert(0, sys.argv[1])
from toy import Toy, ToyParameters
from spinviz.app.run.crash_recovery import Autosave
from spinviz.files.session import Session
Autosave().write(Session(Toy(), ToyParameters(rate=float(sys.argv[2]))))
print("written", flush=True)
time.sleep(600)
"""


@contextmanager
def window(rate: float) -> Iterator[subprocess.Popen[str]]:
    """A program that has written its work down and runs, until it is killed."""
    words = [sys.executable, "-c", WINDOW, str(Path(toy.__file__).parent), str(rate)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "written\n"
            yield process
        finally:
            process.kill()


def session(rate: float) -> Session:
    return Session(Toy(), ToyParameters(rate=rate))


def crashed(rate: float, name: str = "autosave-0123") -> Path:
    """What a window that is gone left."""
    path = state_folder() / f"{name}.spinviz"
    path.parent.mkdir(parents=True, exist_ok=True)
    save_session(path, session(rate))
    return path


def rates() -> set[float]:
    return {read_session(one.path, lambda name: Toy()).parameters.rate for one in kept()}


def test_work_of_a_killed_window_is_found_and_of_a_running_one_is_not() -> None:
    with window(3.0) as process:
        (path,) = state_folder().glob("autosave-*.spinviz")
        assert not kept()
        discard(path)
        assert path.exists()
        process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        process.wait()
        (left,) = kept()
        assert (left.path, left.crashed, left.system()) == (path, True, "toy")
        discard(path)
        assert not list(state_folder().iterdir())


def test_a_number_of_a_process_hides_no_work() -> None:
    """A pid that now belonged to another program hid what a crash had left."""
    path = crashed(4.0, f"autosave-{os.getppid()}")
    path.with_suffix(".lock").touch()
    assert [one.path for one in kept()] == [path]


def test_every_closed_window_keeps_its_work() -> None:
    """The second window that was closed replaced the work of the first."""
    for rate in (1.0, 2.0):
        one = Autosave()
        one.write(session(rate))
        assert is_held(one._path.with_suffix(".lock"))
        one.leave(keep=True)
    assert rates() == {1.0, 2.0}
    assert not any(one.crashed for one in kept())
    assert not list(state_folder().glob("*.lock"))


def test_of_closed_windows_the_oldest_are_forgotten_and_of_crashed_ones_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crash_recovery, "MOST_CLOSED", 2)
    for number in range(3):
        crashed(10.0 + number, f"autosave-{number}")
        path = crashed(20.0 + number, f"closed-{number}")
        os.utime(path, (time.time() - 100 + number,) * 2)
    last = Autosave()
    last.write(session(30.0))
    last.leave(keep=True)
    assert rates() == {10.0, 11.0, 12.0, 22.0, 30.0}


def test_links_to_nowhere_and_folders_are_no_work(only_toys: None, qtbot: Any, tmp_path: Path) -> None:
    """A dangling autosave ended every start with code 70."""
    state_folder().mkdir(parents=True)
    (state_folder() / "autosave-1.spinviz").symlink_to(tmp_path / "gone")
    (state_folder() / "autosave-2.spinviz").symlink_to("autosave-2.spinviz")
    (state_folder() / "autosave-3.spinviz").mkdir()
    assert not kept()
    assert Controller(SettingsStore(tmp_path / "s.ini"), lambda: ("dark", {})).unsaved == []


def test_without_a_folder_there_is_no_work(tmp_path: Path) -> None:
    assert not kept()
    state_folder().parent.mkdir(parents=True)
    state_folder().touch()
    assert not kept()


def test_an_unanswered_offer_stays(qtbot: Any, tmp_path: Path, only_toys: None) -> None:
    """Closing the window deleted what was offered."""
    crashed(7.0)
    made = Controller(SettingsStore(tmp_path / "s.ini"), lambda: ("dark", {}))
    with qtbot.waitSignal(made.frame, timeout=15000):
        made.start(open_choice(Choice("toy")))
    assert made.close()
    assert rates() == {7.0}


def test_opened_work_is_unsaved_work_of_this_window(controller: Controller, qtbot: Any, until: Any) -> None:
    path = crashed(9.0)
    with qtbot.waitSignal(controller.opened, timeout=15000):
        controller.recover(controller.unsaved[0])
    assert (controller.parameters.rate, controller.path, controller.modified) == (9.0, None, True)
    until(lambda: not path.exists())
    assert not controller.unsaved  # this window runs
    (mine,) = state_folder().glob("autosave-*.spinviz")
    assert read_session(mine, lambda name: Toy()).parameters.rate == 9.0
    assert controller.close()
    assert rates() == {9.0}


def test_work_that_does_not_open_stays(controller: Controller, qtbot: Any) -> None:
    path = crashed(9.0)
    path.write_text("{")
    with qtbot.waitSignal(controller.message, timeout=15000):
        controller.recover(controller.unsaved[0])
    assert controller.unsaved[0].path == path
    controller.discard_unsaved(controller.unsaved[0])
    assert not controller.unsaved


def test_work_that_cannot_be_written_again_stays(
    controller: Controller, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    path = crashed(9.0)
    monkeypatch.setattr(crash_recovery, "save_session", full)
    with qtbot.waitSignal(controller.message, timeout=15000):
        controller.recover(controller.unsaved[0])
    assert path.exists()


def test_a_lock_is_held_once_and_leaves_nothing(tmp_path: Path) -> None:
    first, second = (FileLock(tmp_path / "a.lock") for _ in range(2))
    assert not is_held(first.path)
    assert first.acquire()
    assert first.acquire()
    assert not second.acquire()
    assert is_held(first.path)
    second.release()
    assert is_held(first.path)
    first.release()
    assert not first.path.exists()
    assert second.acquire()
    second.release()
