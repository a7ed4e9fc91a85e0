"""The probe of OpenGL and the panel that stands in for the picture."""

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from spinviz.view import probe as module
from spinviz.view.context import OpenGLMissing
from spinviz.view.probe import MissingOpenGL, Probe, probe


def test_this_machine_can_draw(qapp):
    found = probe()
    assert found.works, found.failure
    assert found.renderer
    assert found.largest_point > 1
    assert found.largest_texture >= 1024
    assert found.renderer in found.summary


def test_a_failure_is_told_with_a_remedy(qapp, monkeypatch):
    def refuse():
        raise OpenGLMissing("EGL could not create an OpenGL context: none")

    monkeypatch.setattr(module, "hidden_context", refuse)
    found = probe()
    assert not found.works
    assert "EGL could not create" in found.summary
    assert "LIBGL_ALWAYS_SOFTWARE=1" in found.diagnostics
    assert "apt install" in found.diagnostics


@pytest.mark.parametrize(
    ("text", "number"),
    [("4.5 (Compatibility Profile) Mesa 22.3.6", (4, 5)), ("2.1 Metal - 83", (2, 1)), ("1.4.0", (1, 4)), ("", (0,))],
)
def test_versions_are_read(text, number):
    assert module._number(text) == number


def test_software_draws_fewer_at_once():
    assert Probe(software=True).budget < Probe(software=False).budget


def test_the_panel_explains_and_copies(qtbot):
    panel = MissingOpenGL(Probe(failure="no driver"))
    qtbot.addWidget(panel)
    panel.findChild(QPushButton).click()
    assert "no driver" in QGuiApplication.clipboard().text()
    assert "no driver" in panel.accessibleDescription()
