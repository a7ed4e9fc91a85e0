"""Plots, transport bar and table show the moment that the view shows."""

from typing import Any

from app.window.user import pause, step

from spinviz.app.window.main_window import MainWindow
from spinviz.model.frame import Frame


def test_nothing_is_ahead_of_the_view(window: MainWindow, until: Any) -> None:
    """Transport bar and table showed a frame as soon as it came, up to 40 ms before it was drawn."""
    table, timeline = window.parts.side.table, window.parts.transport.timeline
    drawn: list[Frame] = []
    at_arrival: list[tuple[int, int, bool]] = []
    at_drawing: list[tuple[int, int, bool]] = []

    def shown() -> tuple[int, bool]:
        return timeline.value(), table._frame is not None and table._frame.step == timeline.value()

    def arrived(frame: Frame) -> None:
        if drawn:
            at_arrival.append((drawn[-1].step, *shown()))

    def painted(frame: Frame) -> None:
        drawn.append(frame)
        at_drawing.append((frame.step, *shown()))

    window.picture.shown.connect(painted)
    window.controller.frame.connect(arrived)
    until(lambda: len(at_arrival) > 5)
    for of_the_view, of_the_timeline, is_that_of_the_table in at_arrival + at_drawing:
        assert of_the_timeline == of_the_view
        assert is_that_of_the_table
    assert max(frame.step for frame in drawn) > min(frame.step for frame in drawn)


def test_the_view_has_drawn_what_the_others_show(window: MainWindow, until: Any) -> None:
    """While a picture is being drawn by software the others wait for it."""
    painted = window.picture.view._painted
    being_drawn: list[tuple[int, int]] = []
    begin = painted._begin

    def noted() -> None:
        begin()
        if isinstance(painted._moment, Frame):
            being_drawn.append((painted._moment.step, window.parts.transport.timeline.value()))

    painted._begin_timer.timeout.disconnect()
    painted._begin_timer.timeout.connect(noted)
    until(lambda: len(being_drawn) > 5)
    assert all(others <= view for view, others in being_drawn)
    assert any(others < view for view, others in being_drawn)


def test_all_show_the_last_frame_of_a_run_that_pauses(window: MainWindow, until: Any) -> None:
    now = pause(window, until)
    until(lambda: window.parts.transport.timeline.value() == now)
    until(lambda: all(panel.frame.step == now for panel in window.parts.plots.panels))
    assert window.parts.side.table._frame.step == now
    window.controller.step_by(1)
    until(lambda: window.parts.transport.timeline.value() == now + 1 == step(window))
    until(lambda: all(panel.frame.step == now + 1 for panel in window.parts.plots.panels))


def test_turning_the_camera_fills_nothing_again(window: MainWindow, until: Any, qtbot: Any) -> None:
    pause(window, until)
    qtbot.wait(200)
    shown: list[Frame] = []
    window.picture.shown.connect(shown.append)
    with qtbot.waitSignal(window.picture.view.drawn):
        window.picture.orbit(10.0, 0.0)
    assert not shown
