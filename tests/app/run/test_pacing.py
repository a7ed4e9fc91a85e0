"""One frame in flight, plots in turn, and the message bar."""

from typing import Any

from PySide6.QtWidgets import QApplication, QWidget

from spinviz.app.run import pacing
from spinviz.app.run.heartbeat import Heartbeat, resident_bytes
from spinviz.app.run.pacing import InTurn, OneInFlight
from spinviz.app.window.message_bar import MessageBar


def test_a_frame_is_released_once_when_painted(qtbot: Any) -> None:
    released: list[int] = []
    flight = OneInFlight(lambda: released.append(1))
    flight.painted()
    qtbot.wait(20)
    assert not released
    flight.given()
    flight.painted()
    flight.painted()
    qtbot.waitUntil(lambda: bool(released), timeout=2000)
    qtbot.wait(20)
    assert released == [1]


def test_a_frame_that_nobody_paints_is_released_after_a_while(qtbot: Any) -> None:
    released: list[int] = []
    flight = OneInFlight(lambda: released.append(1))
    flight.given()
    qtbot.waitUntil(lambda: released == [1], timeout=3000)


def test_the_window_rests_as_long_as_it_painted_unless_it_had_to_wait(monkeypatch: Any) -> None:
    now = [10.0]
    monkeypatch.setattr(pacing, "monotonic", lambda: now[0])
    flight = OneInFlight(lambda: None)

    def rest(painting: float, waited: float) -> int:
        """Milliseconds of rest after a frame that came ``waited`` after it was asked for."""
        now[0] += waited
        flight.given()
        now[0] += painting
        flight.painted()
        interval = flight._timer.interval()
        flight._let_go()
        return interval

    rest(0.005, 0.0)
    assert rest(0.005, 0.0) == 5
    assert rest(0.100, 0.0) == pacing.LONGEST_BREATH
    assert rest(0.005, 0.002) == 3
    assert rest(0.005, 0.200) == pacing.BREATH


def test_parts_get_frames_in_turn_and_all_get_the_last(qtbot: Any) -> None:
    seen: dict[int, list[int]] = {0: [], 1: [], 2: []}
    turn = InTurn(lambda: [seen[n].append for n in range(3)], 0.01)
    for frame in range(6):
        turn(frame)
    assert sorted(map(len, seen.values())) == [2, 2, 2]
    qtbot.waitUntil(lambda: all(values[-1] == 5 for values in seen.values()), timeout=2000)
    qtbot.wait(50)
    assert sum(map(len, seen.values())) == 8
    turn(7)
    turn.forget()
    qtbot.wait(50)
    assert sum(map(len, seen.values())) == 9


def test_a_button_of_work_under_way_stays_while_progress_goes_on(qtbot: Any) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(800, 400)
    bar = MessageBar(parent)
    parent.show()
    pressed: list[str] = []
    actions = (("Cancel", lambda: pressed.append("cancel")),)
    bar.say("Exporting", "info", actions=actions, progress=0.1)
    button = bar._buttons[0]
    bar.say("Exporting, 3 s left", "info", actions=actions, progress=0.2)
    assert bar._buttons == [button]
    button.click()
    assert pressed == ["cancel"]
    bar.say("It broke", "error", details="Traceback\nline")
    assert not bar._buttons
    assert bar.isVisible()
    bar.copy()
    assert QApplication.clipboard().text() == "Traceback\nline"
    assert bar.geometry().right() <= parent.width()


def test_the_heartbeat_sees_a_window_that_does_not_answer(qtbot: Any) -> None:
    import time

    heart = Heartbeat()
    heart.start()
    qtbot.wait(50)
    time.sleep(0.2)
    qtbot.wait(50)
    gaps = heart.stop()
    assert gaps.longest >= 200
    assert gaps.count > 2
    assert "longest" in str(gaps)
    assert resident_bytes() > 2**20
