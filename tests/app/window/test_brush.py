"""The brush in the window: taken, moved, turned and put down by mouse and keys, undone, and kept in sessions."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from app.window.user import pause
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from spinviz.app.window.main_window import MainWindow
from spinviz.engine.loop import Paint
from spinviz.engine.replay import replayed
from spinviz.engine.snapshots import copy_state, same_state
from spinviz.files.session import read_session
from spinviz.systems import system_named
from spinviz.view.canvas import View

Left, Plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def inside(window: MainWindow, until: Any, what: Any) -> Any:
    """What a function of the loop returns, called in the simulation thread."""
    found: list[Any] = []
    window.controller.worker.call(lambda loop: found.append(what(loop)))
    until(lambda: bool(found))
    return found[0]


def view_of(window: MainWindow) -> View:
    view = window.picture.view
    assert view is not None
    return view


def press(window: MainWindow, key: Any, modifier: Any = Plain) -> None:
    view_of(window).setFocus()
    QTest.keyClick(view_of(window), key, modifier)


def drag(view: View, points: list[QPoint], modifier: Any = Plain) -> None:
    QTest.mousePress(view, Left, modifier, points[0])
    for point in points[1:]:
        QTest.mouseMove(view, point)
        QApplication.processEvents()
    QTest.mouseRelease(view, Left, modifier, points[-1])


def hover(view: View) -> None:
    """Move the pointer to the middle, from elsewhere: without a move there is no event."""
    for off in (20, 0):
        QTest.mouseMove(view, view.rect().center() + QPoint(off, 0))
        QApplication.processEvents()


def wheel(view: View, notches: int, modifier: Any = Plain) -> None:
    at = QPointF(view.rect().center())
    turned = QPoint(0, 120 * notches)
    QApplication.sendEvent(
        view,
        QWheelEvent(at, view.mapToGlobal(at), QPoint(), turned, Qt.MouseButton.NoButton, modifier,
                    Qt.ScrollPhase.NoScrollPhase, False),
    )  # fmt: skip


@pytest.fixture
def lattice(window: MainWindow, until: Any) -> MainWindow:
    """A small ordered Ising lattice, looked at from above, paused, with the brush in hand."""
    c = window.controller
    c.open_system("ising_domains", "bits")
    until(lambda: c.system.name == "ising_domains" and c.last_frame.step > 2)
    pause(window, until)
    c.set_value("L", 32)
    until(lambda: c.last_frame.parameters.L == 32 and c.last_frame.visuals[0].values.shape[1] == 32)
    window.picture.look("z")
    press(window, Qt.Key.Key_B)
    assert window.brush.is_on()
    return window


def spins(window: MainWindow, until: Any) -> np.ndarray:
    return inside(window, until, lambda loop: loop.state.spins[0].copy())


def events(window: MainWindow, until: Any) -> list[Any]:
    return inside(window, until, lambda loop: [event for _, event in loop.events if isinstance(event, Paint)])


def test_a_click_flips_the_sites_within_the_radius_and_is_undone(lattice: MainWindow, until: Any) -> None:
    view, before = view_of(lattice), spins(lattice, until)
    lattice.brush.set_radius(3.0)
    # The middle of the lattice lies where its point (0, 0, 0) is drawn.
    place = view.lens().project(np.zeros((1, 3)))[0][0]
    QTest.mouseClick(view, Left, Plain, QPoint(round(place[0]), round(place[1])))
    until(lambda: bool(events(lattice, until)))
    y, x = np.meshgrid(*2 * [np.arange(32) - 15.5], indexing="ij")
    off = np.hypot(x, y)
    after = spins(lattice, until)
    assert np.array_equal(after[off < 2.8], -before[off < 2.8])
    assert np.array_equal(after[off > 3.2], before[off > 3.2])
    (stroke,) = [event.stroke for event in events(lattice, until)]
    assert len(stroke.path) == 1
    assert stroke.radius == 3.0
    press(lattice, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    until(lambda: np.array_equal(spins(lattice, until), before))
    press(lattice, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    until(lambda: np.array_equal(spins(lattice, until), after))


def test_a_drag_paints_along_its_way_and_is_one_step_of_undo(lattice: MainWindow, until: Any) -> None:
    view, c, before = view_of(lattice), lattice.controller, spins(lattice, until)
    lattice.brush.choose("-z")
    lattice.brush.set_radius(1.5)
    steps = c.undo.count()
    ends = view.lens().project(np.array([[-0.6, 0.2, 0.0], [0.6, 0.2, 0.0]]))[0]
    way = [QPoint(*(round(v) for v in ends[0] + t * (ends[1] - ends[0]))) for t in np.linspace(0, 1, 9)]
    drag(view, way)
    until(lambda: spins(lattice, until)[19, 6:26].max() == -1)  # y = 0.2 is between rows 18 and 19
    assert c.undo.count() == steps + 1
    assert c.undo.undoText() == "Set down (−z)"
    azimuth = view.camera.azimuth
    c.undo.undo()
    until(lambda: np.array_equal(spins(lattice, until), before))
    drag(view, [QPoint(200, 200), QPoint(260, 200)], Qt.KeyboardModifier.ControlModifier)
    assert view.camera.azimuth != azimuth, "with Ctrl a drag rotates"
    assert c.undo.index() == steps


def test_the_wheel_changes_the_radius_and_zooms_with_ctrl(lattice: MainWindow) -> None:
    view = view_of(lattice)
    lattice.brush.set_radius(2.0)
    zoom = view.camera.zoom
    hover(view)
    wide = np.ptp(view.hand.ring.points[:, 0])
    wheel(view, 1)
    assert lattice.brush.radius == 3.0
    assert lattice.brush.bar.radius.value() == 3.0
    assert np.ptp(view.hand.ring.points[:, 0]) == pytest.approx(1.5 * wide, rel=1e-3)
    wheel(view, -1)
    wheel(view, -1)
    assert lattice.brush.radius == 1.5
    assert view.camera.zoom == zoom
    wheel(view, 1, Qt.KeyboardModifier.ControlModifier)
    assert view.camera.zoom > zoom
    assert lattice.brush.radius == 1.5


def test_the_ring_is_as_wide_as_what_is_painted(lattice: MainWindow) -> None:
    view = view_of(lattice)
    lattice.brush.set_radius(8.0)
    hover(view)
    ends = view.lens().project(np.array([[0.0, 0, 0], [8 * 2 / 32, 0, 0]]))[0]
    assert np.ptp(view.hand.ring.points[:, 0]) == pytest.approx(2 * (ends[1, 0] - ends[0, 0]), rel=0.01)


def test_arrows_move_the_brush_and_enter_paints(lattice: MainWindow, until: Any) -> None:
    view, step = view_of(lattice), lattice.controller.last_frame.step
    hover(view)
    before = view.hand.ring.points.mean(axis=0)
    press(lattice, Qt.Key.Key_Right)
    press(lattice, Qt.Key.Key_Up)
    moved = view.hand.ring.points.mean(axis=0) - before
    assert moved[0] >= 10
    assert moved[1] <= -10
    press(lattice, Qt.Key.Key_Return)
    until(lambda: len(events(lattice, until)) == 1)
    assert lattice.controller.last_frame.step == step, "arrows are the brush's, no steps"
    assert "Brush: Flip" in view.accessibleDescription()


def test_esc_puts_the_brush_down_and_everything_is_as_before(lattice: MainWindow, until: Any) -> None:
    view, step = view_of(lattice), lattice.controller.last_frame.step
    assert view.cursor().shape() == Qt.CursorShape.CrossCursor
    press(lattice, Qt.Key.Key_Escape)
    assert not lattice.brush.is_on()
    assert view.cursor().shape() == Qt.CursorShape.ArrowCursor
    assert view.hand.ring.isHidden()
    assert "Brush" not in view.accessibleDescription()
    azimuth = view.camera.azimuth
    drag(view, [QPoint(200, 200), QPoint(260, 200)])
    assert view.camera.azimuth != azimuth
    press(lattice, Qt.Key.Key_Right)
    until(lambda: lattice.controller.last_frame.step == step + 1)
    assert not events(lattice, until)


def test_the_button_and_the_menu_say_whether_there_is_something_to_paint_on(lattice: MainWindow, until: Any) -> None:
    button, c = lattice.picture.brush_button, lattice.controller
    assert button.isVisible()
    assert button.isChecked()
    QTest.mouseClick(button, Left)
    assert not lattice.brush.is_on()
    QTest.mouseClick(button, Left)
    assert lattice.brush.is_on()
    c.open_system("toy", "plain")
    until(lambda: c.system.name == "toy" and c.last_frame.system == "toy")
    assert not lattice.brush.is_on()
    assert not button.isVisible()
    assert not lattice.menus.actions["brush"].isEnabled()
    assert lattice.brush.reason() == "This system has no lattice to paint on"


def test_brushes_are_those_of_the_system_and_named(lattice: MainWindow, until: Any) -> None:
    bar, c = lattice.brush.bar, lattice.controller
    names = [bar.box.itemData(n) for n in range(bar.box.count())]
    assert names == list(c.system.brushes(c.parameters))
    assert bar.box.accessibleName() == "Brush"
    assert bar.radius.accessibleName() == "Radius of the brush"
    press(lattice, Qt.Key.Key_V)
    assert lattice.brush.brush == bar.box.currentData() == names[1]
    c.open_system("exchange_lattice", "uniform")
    until(lambda: c.system.name == "exchange_lattice" and c.last_frame.system == "exchange_lattice")
    assert lattice.brush.is_on()
    assert bar.box.findData("vacancy") >= 0
    assert bar.box.findData("pin") < 0


def test_a_volume_is_painted_where_it_is_seen(lattice: MainWindow, until: Any) -> None:
    c, view = lattice.controller, view_of(lattice)
    c.set_value("lattice", "cubic")
    c.set_value("L", 16)
    until(lambda: c.last_frame.visuals[0].values.shape == (16, 16, 16))
    lattice.picture.look("home")
    lattice.brush.set_radius(2.0)
    top = view.lens().project(np.array([[0.0, 0.0, 1.0]]))[0][0]
    QTest.mouseClick(view, Left, Plain, QPoint(round(top[0]), round(top[1])))
    until(lambda: len(events(lattice, until)) == 1)
    (x, y, z) = events(lattice, until)[0].stroke.path[0]
    assert z == 7.5, "the middle of a site of the uppermost layer"
    assert abs(x) <= 1.5
    assert abs(y) <= 1.5


def test_a_session_with_strokes_opens_to_the_same_bits(lattice: MainWindow, until: Any, tmp_path: Path) -> None:
    view, c = view_of(lattice), lattice.controller
    c.set_running(True)
    drag(view, [view.rect().center() + QPoint(10 * n, 5 * n) for n in range(8)])
    c.act("droplet")
    until(lambda: len(events(lattice, until)) > 0)
    c.undo.undo()
    c.undo.undo()
    c.undo.redo()
    pause(lattice, until)
    path = tmp_path / "painted.spinviz"
    state = inside(lattice, until, lambda loop: copy_state(loop.state))
    c.save(path)
    until(path.exists)
    assert same_state(replayed(read_session(path, system_named)).state, state)


def test_a_saved_picture_has_no_ring(lattice: MainWindow) -> None:
    view = view_of(lattice)
    hover(view)
    assert view.hand.ring.isVisible()
    with_brush = view.image()
    assert view.hand.ring.isVisible()
    lattice.brush.leave()
    lattice.brush.toggle()  # the row over the view takes room again
    QApplication.processEvents()
    view.hand.leave()
    assert view.image().size() == with_brush.size()
    assert view.image() == with_brush


def test_a_second_view_has_the_brush_too(lattice: MainWindow, until: Any) -> None:
    lattice.second.toggle()
    pane = lattice.picture.second
    until(lambda: bool(pane.view.visuals))
    assert pane.view.hand.is_full
    lattice.brush.leave()
    assert not pane.view.hand.is_full
