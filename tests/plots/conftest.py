"""No test may leave a widget behind; fonts as in the window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication, QWidget

from spinviz.resources import fonts


@pytest.fixture(scope="session")
def typefaces(qapp: QApplication) -> None:
    for path in fonts():
        QFontDatabase.addApplicationFont(str(path))


@pytest.fixture(autouse=True)
def no_widget_left(qapp: QApplication, typefaces: None) -> Iterator[None]:
    before = set(QApplication.topLevelWidgets())
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left: list[QWidget] = [w for w in QApplication.topLevelWidgets() if w not in before and w.parent() is None]
    assert not left, f"widgets left behind: {left}"
