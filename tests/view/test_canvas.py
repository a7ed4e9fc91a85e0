"""The view in its window: the same picture as a file, a camera in the hand, errors told."""

import sys

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent

from spinviz.model.frame import Frame, History
from spinviz.model.theme import DARK, LIGHT
from spinviz.model.visuals import Arrows, Cells, Labels, Stage, float32
from spinviz.view.camera import Camera, home
from spinviz.view.canvas import View
from spinviz.view.offscreen import Offscreen
from spinviz.view.overlay import Texts

STAGE = Stage(bloch_sphere=True)
VISUALS = (
    Arrows(float32([[0, 0, 0]]), float32([[0.6, 0.3, 0.5]]), color="net", label="net magnetization"),
    Labels(float32([[0.6, 0.3, 0.6]]), ("M",), color="net"),
)


@pytest.fixture(params=[True, False], ids=["software", "hardware"])
def view(qtbot, request):
    made = View(DARK, software=request.param)
    qtbot.addWidget(made)
    made.resize(480, 270)
    troubles = []
    made.failed.connect(troubles.append)
    made.show_visuals(VISUALS, STAGE)
    made.set_equation(r"M = \chi H")
    made.set_texts("1 ms", "1 s = 1 ms", "caption")
    with qtbot.waitSignal(made.drawn):
        made.show()
    yield made
    assert not troubles or "expected" in troubles[0], troubles[0]


def grabbed(view) -> np.ndarray:
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    raw = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return raw[..., 2::-1].astype(int)


def test_window_and_file_show_the_same(view):
    texts = Texts(r"M = \chi H", "caption", "1 ms", "1 s = 1 ms")
    window = grabbed(view)
    with Offscreen((480, 270), DARK, samples=1) as made:
        file = made.picture(VISUALS, STAGE, home(STAGE), texts).astype(int)
    assert window.shape == file.shape
    assert np.abs(window - file).mean() < 0.5
    assert np.mean(np.abs(window - file).max(axis=-1) > 30) < 0.002


def test_an_export_does_not_disturb_the_window(view, qtbot):
    before = grabbed(view)
    with Offscreen((200, 120), LIGHT) as made:
        made.picture(VISUALS, STAGE, Camera(80, -20), Texts("x"))
        with qtbot.waitSignal(view.drawn):
            view.refresh()
        made.picture(VISUALS, STAGE, Camera(10, 20), Texts("y"))
    assert np.array_equal(grabbed(view), before)


def test_a_theme_reaches_the_background(view, qtbot):
    view.set_theme(LIGHT)
    with qtbot.waitSignal(view.drawn):
        view.refresh()
    assert np.abs(grabbed(view)[135, 60] - 255 * np.array(LIGHT.rgb("background"))).max() < 25


def send(view, kind, place, button=Qt.MouseButton.LeftButton, modifiers=Qt.KeyboardModifier.NoModifier):
    buttons = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else button
    event = QMouseEvent(kind, QPointF(*place), view.mapToGlobal(QPointF(*place)), button, buttons, modifiers)
    {
        QEvent.Type.MouseButtonPress: view.mousePressEvent,
        QEvent.Type.MouseMove: view.mouseMoveEvent,
        QEvent.Type.MouseButtonRelease: view.mouseReleaseEvent,
    }[kind](event)


def drag(view, start, end, **how):
    send(view, QEvent.Type.MouseButtonPress, start, **how)
    send(view, QEvent.Type.MouseMove, end, **how)
    send(view, QEvent.Type.MouseButtonRelease, end, **how)


def test_dragging_turns(view, qtbot):
    with qtbot.waitSignal(view.camera_changed):
        drag(view, (100, 100), (150, 120))
    assert view.camera.azimuth == pytest.approx(30 - 20)
    assert view.camera.elevation == pytest.approx(22 + 8)
    assert view.camera.zoom == 1


def test_the_point_under_the_mouse_follows_a_move(view):
    point = np.zeros((1, 3))
    before = view.lens().project(point)[0][0]
    drag(view, (100, 100), (130, 90), modifiers=Qt.KeyboardModifier.ShiftModifier)
    assert view.lens().project(point)[0][0] - before == pytest.approx([30, -10], abs=0.01)
    drag(view, (100, 100), (90, 95), button=Qt.MouseButton.RightButton)
    assert view.lens().project(point)[0][0] - before == pytest.approx([20, -15], abs=0.01)


def test_the_wheel_zooms_around_the_pointer(view):
    place = QPointF(300, 80)
    view.wheelEvent(
        QWheelEvent(
            place,
            view.mapToGlobal(place),
            QPoint(0, 0),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
    )
    assert view.camera.zoom == pytest.approx(1.15)


def test_presets_glide_and_arrive(view, qtbot):
    view.look("z")
    qtbot.waitUntil(lambda: view.camera == Camera(0, 90), timeout=3000)
    view.look("home")
    qtbot.waitUntil(lambda: view.camera == home(STAGE), timeout=3000)


def test_a_new_stage_brings_the_camera_home_and_an_equal_one_does_not(view):
    view.orbit(40, 0)
    turned = view.camera
    view.show_visuals(VISUALS, Stage(bloch_sphere=True))
    assert view.camera == turned
    view.show_visuals((), Stage((0, 0, 0), (4, 4, 1), elevation=60))
    assert view.camera == Camera(30, 60)


def test_what_is_left_out_is_written(view, qtbot):
    positions = float32(np.random.default_rng(0).normal(size=(50_000, 3)))
    many = Arrows(positions, positions, length=0.05)
    with qtbot.waitSignal(view.drawn):
        view.show_visuals((many,), STAGE)
    assert view.texts.note == "every 2nd of 50,000 arrows"


@pytest.mark.parametrize("software", [True, False])
def test_an_error_is_told_once_and_the_next_frame_is_drawn(qtbot, software):
    view = View(DARK, software=software)
    qtbot.addWidget(view)
    troubles = []
    view.failed.connect(troubles.append)
    view.resize(200, 120)
    with qtbot.waitSignal(view.drawn):
        view.show()
    broken = Arrows(float32(np.zeros((2, 3))), float32(np.zeros((3, 3))))
    for _ in range(3):
        with qtbot.waitSignal(view.drawn):
            view.show_visuals((broken,), STAGE)
    assert len(troubles) == 1
    assert "use (2, 3) like the positions" in troubles[0]
    with qtbot.waitSignal(view.drawn):
        view.show_visuals(VISUALS, STAGE)
    assert np.ptp(grabbed(view)) > 50


def test_a_screen_reader_learns_what_this_is(view):
    assert view.accessibleName() == "3D view"
    assert "Drag" in view.accessibleDescription()


def test_signals_keep_the_references_of_true(view):
    """PySide6 6.12 loses one reference of True with every signal and dies after some hundred."""
    before = sys.getrefcount(True)
    for _ in range(100):
        view.camera_changed.emit(view.camera)
    assert abs(sys.getrefcount(True) - before) < 20


def test_another_window_may_take_the_view(view, qtbot):
    """Qt gives a moved OpenGL widget a new context: everything in the old one is gone."""
    from PySide6.QtWidgets import QMainWindow

    before = grabbed(view)
    window = QMainWindow()
    qtbot.addWidget(window)
    window.resize(480, 270)
    with qtbot.waitSignal(view.drawn):
        window.setCentralWidget(view)
        window.show()
        view.refresh()
    view.resize(480, 270)
    with qtbot.waitSignal(view.drawn):
        view.refresh()
    after = grabbed(view)
    assert after.shape == before.shape
    assert np.abs(after - before).mean() < 0.5
    window.takeCentralWidget()


def test_a_frame_given_while_the_last_is_drawn_comes_next(qtbot):
    """Without a graphics card the next frame is made while this one is drawn; neither may be lost."""
    view = View(DARK, software=True)
    qtbot.addWidget(view)
    view.resize(200, 120)
    with qtbot.waitSignal(view.drawn):
        view.show()
    said = []
    view.taken.connect(lambda: said.append("taken"))
    view.taken.connect(lambda: view.show_visuals(VISUALS, STAGE) if said == ["taken"] else None)
    view.drawn.connect(lambda: said.append("drawn"))
    empty = grabbed(view)
    view.show_visuals((), STAGE)
    qtbot.waitUntil(lambda: said.count("drawn") == 2)
    assert said == ["taken", "drawn", "taken", "drawn"]
    assert np.abs(grabbed(view) - empty).max() > 50


def frame_of(visuals) -> Frame:
    return Frame("", None, 0, 0.0, visuals, STAGE, "", {}, {}, History(np.zeros(0), {}, {}))


def test_a_moment_is_ready_when_its_picture_is_fetched_not_when_it_is_given(qtbot):
    """Plots and table were up to a frame ahead of the picture."""
    view = View(DARK, software=True)
    qtbot.addWidget(view)
    view.resize(200, 120)
    with qtbot.waitSignal(view.drawn):
        view.show()
    said = []
    view.taken.connect(lambda: said.append("taken"))
    view.ready.connect(said.append)
    view.taken.connect(lambda: view.show_frame(frame_of(()), "second") if said == ["taken"] else None)
    view.show_frame(frame_of(VISUALS), "first")
    assert said == []
    qtbot.waitUntil(lambda: "second" in said)
    assert said == ["taken", "first", "taken", "second"]


def test_a_card_paints_a_moment_with_all_else(qtbot):
    view = View(DARK, software=False)
    qtbot.addWidget(view)
    with qtbot.waitSignal(view.ready) as told:
        view.show_frame(frame_of(VISUALS), "now")
    assert told.args == ["now"]


def test_a_forgotten_moment_does_not_come(view, qtbot):
    with qtbot.waitSignal(view.taken):  # without a card it is being drawn now
        view.show_frame(frame_of(VISUALS), "of a run that is gone")
    said = []
    view.ready.connect(said.append)
    view.forget_moments()
    with qtbot.waitSignal(view.drawn):
        view.refresh()
    assert said == []


def test_nobody_waits_for_a_view_that_is_not_seen(qtbot):
    view = View(DARK)
    qtbot.addWidget(view)
    with qtbot.waitSignal(view.ready, timeout=100) as told:
        view.show_frame(frame_of(VISUALS), "now")
    assert told.args == ["now"]


def test_a_click_follows_an_arrow_and_a_drag_does_not(view, qtbot):
    def tip(visuals) -> QPoint:
        x, y = view.lens().project(0.96 * visuals[0].directions)[0][0]
        return QPoint(round(x), round(y))

    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=tip(VISUALS))
    (label,) = view.visuals[len(VISUALS) :]
    assert label.ring
    assert label.texts == ("53° from z, azimuth 27°",)
    moved = (Arrows(float32([[0, 0, 0]]), float32([[0, 0.5, 0.5]]), color="net"), VISUALS[1])
    view.show_visuals(moved, STAGE)
    assert view.visuals[-1].texts == ("45° from z, azimuth 90°",)
    np.testing.assert_allclose(view.visuals[-1].positions, [[0, 0.5, 0.5]], atol=1e-6)
    where = tip(moved)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(10, 200))
    qtbot.mouseMove(view, QPoint(40, 200))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(40, 200))
    assert view.visuals[-1].ring
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(10, 200))
    assert view.visuals == moved
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=where)


def test_a_click_on_a_sheet_that_is_an_image_names_its_pixel(view, qtbot):
    sheet = Cells(float32(np.zeros((1, 6, 8))), (-0.8, -0.6, 0), (0.2, 0.2, 0.02), picks=("image", 2))
    view.show_visuals((sheet,), STAGE)
    x, y = view.lens().project(np.array([[-0.8 + 7.5 * 0.2, -0.6 + 2.5 * 0.2, 0.01]]))[0][0]
    with qtbot.waitSignal(view.clicked) as heard:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))
    assert heard.args == ["image", 1, 3]
    assert view.visuals == (sheet,)
