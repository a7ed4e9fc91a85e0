"""Windows of tests have settings and autosaved sessions of their own, and leave nothing behind."""

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from toy import Toy

from spinviz import systems
from spinviz.app.run import controller as controller_module
from spinviz.app.run import openings
from spinviz.app.run.controller import Controller
from spinviz.app.run.openings import Choice, open_choice
from spinviz.app.run.settings import SettingsStore

with warnings.catch_warnings():
    # It opens its fonts in a way that Python 3.11 deprecates; imported here, before warnings are errors.
    warnings.simplefilter("ignore", DeprecationWarning)
    import ziamath  # noqa: F401

KNOWN: dict[str, Any] = {"toy": Toy()}


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.fixture
def only_toys(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The registry holds the toy system beside the real ones; the library holds only toys, by name."""
    real = systems.system_named

    def named(name: str) -> Any:
        return KNOWN[name] if name in KNOWN else real(name)

    monkeypatch.setattr(openings, "system_named", named)
    monkeypatch.setattr(openings, "systems", lambda: KNOWN)
    monkeypatch.setattr(controller_module, "systems", lambda: KNOWN)
    return KNOWN


@pytest.fixture
def controller(qtbot: Any, tmp_path: Path, only_toys: None) -> Iterator[Controller]:
    """A controller on the running toy, without a window: frames count as shown at once."""
    made = Controller(SettingsStore(tmp_path / "settings.ini"), lambda: ("dark", {"azimuth": 12.0}))
    made.frame.connect(lambda _: made.worker.shown())
    with qtbot.waitSignal(made.frame, timeout=20000):
        made.start(open_choice(Choice("toy", "plain")))
    yield made
    assert made.close()
    made.deleteLater()
    flush()


def flush() -> None:
    """Delete what was asked to be deleted later."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()


Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def until(qtbot: Any) -> Until:
    """Wait until something is true."""
    return lambda condition: qtbot.waitUntil(condition, timeout=15000)
