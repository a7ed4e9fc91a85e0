"""Views of the camera that are kept under a number: keys, the way there, the session."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.window.test_main_window import press
from app.window.user import drop, pause, step
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from spinviz.app.window.camera_views import NUMBERS, KeptViews, camera_in, state_of
from spinviz.app.window.main_window import MainWindow
from spinviz.cli.exporting import camera_of
from spinviz.files.session import read_session
from spinviz.systems import system_named
from spinviz.view.camera import FARTHEST, Camera, home
from spinviz.view.canvas import GLIDE

ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
OBLIQUE = Camera(-120.0, 48.0, 2.5, (0.1, -0.2), True)


def test_what_is_kept_is_what_comes_back() -> None:
    views = KeptViews()
    views.keep(2, OBLIQUE)
    views.keep(4, Camera())
    state = state_of(Camera(12.0)) | views.state()
    assert camera_in(state) == Camera(12.0)
    assert camera_of(state) == Camera(12.0)  # an export looks as the window did
    impossible = {"elevation": 200.0, "zoom": 1e9}
    assert camera_of(impossible) == camera_in(impossible) == Camera(elevation=90.0, zoom=FARTHEST)
    assert camera_of({}) is None
    others = KeptViews()
    others.keep(1, Camera())
    others.use(state)
    assert [others.get(number) for number in NUMBERS] == [None, OBLIQUE, None, Camera()]


def test_all_of_them_fit_into_a_session(tmp_path: Path) -> None:
    views = KeptViews()
    for number in NUMBERS:
        views.keep(number, replace(OBLIQUE, azimuth=10.0 * number))
    document = {"spinviz": "1", "format": 1, "system": "isochromats", "camera": state_of(Camera()) | views.state()}
    (tmp_path / "a.spinviz").write_text(json.dumps(document))
    found = KeptViews()
    found.use(read_session(tmp_path / "a.spinviz", system_named).camera)
    assert found.get(4) == replace(OBLIQUE, azimuth=40.0)


@given(st.dictionaries(st.sampled_from(["azimuth", "elevation", "zoom", "pan_x", "parallel"]), st.floats(-1e9, 1e9)))
def test_a_strange_session_gives_a_camera_that_can_look(state: dict[str, float]) -> None:
    camera = camera_in(state)
    assert -90 <= camera.elevation <= 90
    assert 0.2 <= camera.zoom <= 40


def test_keys_keep_a_view_and_go_back_to_it(window: MainWindow, until: Any) -> None:
    view = window.picture.view
    assert not window.menus.actions["view-3"].isEnabled()
    view.set_camera(OBLIQUE)
    press(window, Qt.Key.Key_3, CONTROL | ALT)
    assert window.messages.text == "Kept as view 3"
    window.picture.look("home")
    press(window, Qt.Key.Key_3, ALT)
    assert view.camera == OBLIQUE
    press(window, Qt.Key.Key_1, ALT)  # nothing is kept there
    assert view.camera == OBLIQUE
    window.controller.open_system("toy", "kicked")
    until(lambda: window.controller.preset.name == "kicked")
    assert window.picture.has_view(3)


def test_the_way_to_a_view_is_a_glide(window: MainWindow, until: Any) -> None:
    view = window.picture.view
    window.picture.keep_view(1)
    view.set_camera(replace(home(view.stage), azimuth=home(view.stage).azimuth + 90))
    window.picture.animate = True
    there, start = window.picture.views.get(1), view.camera
    seen: list[Camera] = []
    view.camera_changed.connect(seen.append)
    window.picture.go_to_view(1)
    until(lambda: view.camera == there)
    between = [camera for camera in seen if camera not in (start, there)]
    assert len(between) >= 3
    assert all(abs(a.azimuth - b.azimuth) < 60 for a, b in zip([start, *seen], seen))
    assert 200 <= GLIDE <= 1500


def test_a_session_keeps_the_views(window: MainWindow, qtbot: Any, until: Any, tmp_path: Path) -> None:
    window.picture.view.set_camera(OBLIQUE)
    window.picture.keep_view(2)
    window.picture.look("home")
    now = pause(window, until)
    with qtbot.waitSignal(window.controller.written, timeout=15000):
        window.controller.save(tmp_path / "a.spinviz")
    window.picture.look("x")
    for number in NUMBERS:
        window.picture.keep_view(number)
    with qtbot.waitSignal(window.controller.opened, timeout=15000):
        drop(window, tmp_path / "a.spinviz")
    until(lambda: step(window) == now)
    assert [window.picture.has_view(number) for number in NUMBERS] == [False, True, False, False]
    until(lambda: window.picture.view.camera == home(window.picture.view.stage))
    window.picture.go_to_view(2)
    assert window.picture.view.camera == OBLIQUE
