"""The installed Qt binding is free of the defects that the version pins avoid."""

import sys

import pytest
from PySide6.QtCore import QObject, Signal


class Bell(QObject):
    rang = Signal(bool)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="True is immortal from Python 3.12 on")
def test_emitting_keeps_references_of_true() -> None:
    """PySide6 6.12.0 on Python 3.11 lost one reference of True per emission and killed the interpreter."""
    bell = Bell()
    heard: list[int] = []
    bell.rang.connect(lambda on: heard.append(1))
    before = sys.getrefcount(True)
    for _ in range(100):
        bell.rang.emit(True)
    # The interpreter itself takes or returns a few.
    assert abs(sys.getrefcount(True) - before) < 10
    assert len(heard) == 100
