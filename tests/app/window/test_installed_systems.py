"""Systems of other packages in the window: the example opens like any other, and what fails is said in one line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from installed import install, install_compass
from PySide6.QtWidgets import QApplication
from toy import Toy

from spinviz import systems as registry
from spinviz.app.run.settings import SettingsStore
from spinviz.app.start import opening_of
from spinviz.app.window import theme as dress
from spinviz.app.window.main_window import MainWindow


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on the path with the example, and a package that fails."""
    folder = tmp_path / "site"
    folder.mkdir()
    install_compass(folder)
    install(folder, "failing", ["nowhere = nowhere_at_all:Nothing"])
    monkeypatch.syspath_prepend(folder)
    for known in (registry.systems, registry._others):
        known.cache_clear()
    yield folder
    for known in (registry.systems, registry._others):
        known.cache_clear()


class Undrawn(Toy):
    name = "undrawn"

    def draw(self, state: Any, p: Any) -> Any:
        raise ZeroDivisionError("no picture")


class Unobserved(Toy):
    name = "unobserved"

    def observe(self, state: Any, p: Any) -> Any:
        raise ZeroDivisionError("no number")


@pytest.fixture
def window(qtbot: Any, tmp_path: Path, site: Path) -> Iterator[MainWindow]:
    dress.load_fonts()
    made = MainWindow(SettingsStore(tmp_path / "settings.ini"))
    qtbot.addWidget(made)
    made.controller.start(opening_of("compass_needle", "opposite", 2**24))
    with qtbot.waitSignal(made.controller.frame, timeout=20000):
        made.show()
    yield made
    made.close()
    QApplication.instance().setStyleSheet("")


def test_the_example_opens_in_the_window(window: MainWindow, until: Any) -> None:
    c = window.controller
    until(lambda: window.parts.side.form.rows.keys() == {"m", "B", "direction", "zeta"})
    until(lambda: "compass_needle" in c.systems and c.last_frame is not None and c.last_frame.step > 5)
    assert any(item.text(0) == "Compass needle" for item in window.parts.library._leaves())
    c.act("turn")
    until(lambda: c.parameters is not None and c.parameters.direction == pytest.approx(-2.0))
    until(
        lambda: c.last_frame.laws["relaxation"].passed and c.last_frame.parameters.direction == c.parameters.direction
    )
    assert [panel.plot.name for panel in window.parts.plots.panels] == ["deflection"]


def test_a_package_that_fails_is_said_in_the_message_bar(window: MainWindow, until: Any) -> None:
    messages = window.picture.messages
    until(lambda: messages.severity == "warning")
    assert messages.text == (
        "Skipped the system 'nowhere' of failing: ModuleNotFoundError: No module named 'nowhere_at_all'"
    )
    until(lambda: len(window.controller.systems) == 1 + len(registry._built_in()))


@pytest.mark.parametrize(
    ("kind", "words"), [(Undrawn, "undrawn could not be drawn"), (Unobserved, "unobserved cannot start")]
)
def test_a_system_that_misbehaves_leaves_the_others_to_choose(
    qtbot: Any,
    tmp_path: Path,
    only_toys: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    until: Any,
    kind: Any,
    words: str,
) -> None:
    """The library stayed empty: it was filled after the first picture, which never came."""
    monkeypatch.setitem(only_toys, kind.name, kind())
    made = MainWindow(SettingsStore(tmp_path / "settings.ini"))
    qtbot.addWidget(made)
    made.controller.start(opening_of(kind.name, "plain", 2**24))
    made.show()
    until(lambda: made.picture.messages.text.startswith(words))
    until(lambda: made.parts.library._leaves() != [])
    made.controller.open_system("toy")
    until(lambda: made.controller.last_frame is not None and made.controller.last_frame.system == "toy")
    made.close()
    QApplication.instance().setStyleSheet("")
