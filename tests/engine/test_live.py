"""The live driver: commands between steps, one frame in flight, pausing failures."""

import threading
import time
from collections.abc import Callable
from typing import Literal

import numpy as np
import pytest
from toy import Toy, ToyParameters, ToyState

import spinviz.engine.live as live_module
from spinviz.engine.live import DrawBeside, Live, Pause, Rewind, Run, Seek, SeekTime, SetSpeed, StepBy, Use
from spinviz.engine.loop import Loop, SetParameters
from spinviz.model.frame import Frame
from spinviz.model.parameters import choice
from spinviz.model.plots import Diagram, DiagramScheme
from spinviz.model.visuals import Arrows, float32


class Served:
    """A live loop in a thread of its own, with a listener that shows frames at once unless told to hold."""

    def __init__(self, live: Live, hold: bool = False) -> None:
        self.live, self.hold, self.frames = live, hold, list[Frame]()
        self.stop = threading.Event()
        self.thread = threading.Thread(target=live.serve, args=(self.publish, self.stop))

    def publish(self, frame: Frame) -> None:
        self.frames.append(frame)
        if not self.hold:
            self.live.shown()

    def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 10
        while not condition():
            assert time.monotonic() < deadline, "nothing happened within ten seconds"
            time.sleep(0.002)

    def __enter__(self) -> "Served":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.live.send(Pause())
        self.thread.join(10)
        assert not self.thread.is_alive()


def test_runs_pauses_and_steps() -> None:
    with Served(Live(Loop(Toy()), running=False)) as served:
        served.until(lambda: len(served.frames) == 1)
        served.live.send(Run())
        served.until(lambda: served.frames[-1].step > 5)
        served.live.send(Pause())
        served.until(lambda: not served.frames[-1].running)
        step = served.frames[-1].step
        served.live.send(StepBy(3))
        served.until(lambda: served.frames[-1].step == step + 3)
        served.live.send(Seek(2))
        served.until(lambda: served.frames[-1].step == 2)
        assert served.frames[-1].last_step == step + 3
        served.live.send(Rewind())
        served.until(lambda: served.frames[-1].last_step == 0)


class Short(Toy):
    """Shows nothing new after ten steps."""

    name = "short"

    def ended(self, state: ToyState, p: ToyParameters) -> bool:
        return state.time >= 9.5 * self.timestep(p)


def test_a_run_with_an_end_pauses_there_and_begins_anew() -> None:
    with Served(Live(Loop(Short()), speed=1e9)) as served:
        served.until(lambda: bool(served.frames and not served.frames[-1].running))
        assert served.frames[-1].step == 10
        assert served.frames[-1].arrival == "The end: run again to begin anew"
        kept = len(served.frames)
        served.live.send(Run())
        served.until(lambda: any(not frame.running for frame in served.frames[kept:]))
        assert served.frames[-1].step == 10
        assert served.frames[-1].last_step == 10
        served.live.send(Seek(4))
        served.live.send(Run())
        served.until(lambda: served.frames[-1].step == 10 and not served.frames[-1].running)


def test_one_frame_in_flight_while_stepping_goes_on() -> None:
    with Served(Live(Loop(Toy(), ToyParameters(dt=1e-4))), hold=True) as served:
        served.until(lambda: served.live.loop.step > 500)
        assert len(served.frames) == 1
        served.live.shown()
        served.until(lambda: len(served.frames) == 2)
        assert served.frames[1].step > 400


def test_failure_pauses_with_a_message_and_can_be_left() -> None:
    with Served(Live(Loop(Toy()))) as served:
        served.live.send(SetParameters(ToyParameters(broken=True)))
        served.until(lambda: bool(served.frames) and bool(served.frames[-1].message))
        frame = served.frames[-1]
        assert not frame.running
        assert "no longer finite" in frame.message
        served.live.send(SetParameters(ToyParameters()))
        served.live.send(Run())
        served.until(lambda: served.frames[-1].step > frame.step + 5)


def test_live_results_equal_stepped_results() -> None:
    noisy = ToyParameters(noise=0.1)
    with Served(Live(Loop(Toy(), noisy, seed=2), speed=3.0)) as served:
        served.until(lambda: served.live.loop.step > 100)
        served.live.send(Pause())
        served.until(lambda: not served.frames[-1].running)
    reference = Loop(Toy(), noisy, seed=2)
    reference.advance(served.live.loop.step)
    assert np.array_equal(reference.state.values, served.live.loop.state.values)


def test_slows_simulated_time_and_says_so_when_steps_are_too_expensive() -> None:
    with Served(Live(Loop(Toy(), ToyParameters(dt=1e-4)))) as served:
        served.live.send(SetSpeed(1000.0))
        served.until(lambda: bool(served.frames) and served.frames[-1].speed == 1000.0)
        served.until(lambda: served.frames[-1].actual_speed < 500.0)


def test_as_much_time_passes_as_the_speed_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_module, "BUDGET", 60.0)  # a busy machine takes its time and changes no number
    live = Live(Loop(Toy()), speed=2.0)
    for frame in range(1, 4):
        live._advance(0.03)
        assert live.loop.time == pytest.approx(0.06 * frame)


def test_the_speed_kept_is_simulated_time_per_second() -> None:
    live = Live(Loop(Toy()), speed=2.0)
    live._measure(1.5, 0.6, behind=True)
    assert live.actual_speed == pytest.approx(0.4)
    live._measure(1.5, 0.6, behind=False)
    assert live.actual_speed == 2.0


def test_speed_below_a_step_in_a_tenth_of_a_second_moves() -> None:
    """A lens of five steps a second never took one: what was owed was forgotten before it made a whole step."""
    loop = Loop(Toy())
    live = Live(loop, speed=5 * loop.dt)
    with Served(live) as served:
        served.until(lambda: len(served.frames) > 2 and served.frames[-1].step >= 3)
        assert served.frames[-1].actual_speed == served.frames[-1].speed


class Repeated(Toy):
    """A toy whose diagram shows one second that begins at 0.5 s of the run."""

    plots = (
        Diagram("same", "same", lambda s, p: DiagramScheme((), s.time, 0.0, 1.0)),
        Diagram("later", "later", lambda s, p: DiagramScheme((), 0.0, 0.0, 1.0), time=lambda t, s, p: 0.5 + t),
    )


def test_a_time_in_a_diagram_is_found_as_far_as_the_run_has_come() -> None:
    loop = Loop(Repeated())
    loop.advance(100)
    live = Live(loop, running=False)
    for plot, axis, wanted in (("same", 0.123, 0.12), ("later", 0.2, 0.7), ("same", 7.0, 1.0), ("", -1.0, 0.0)):
        live.send(SeekTime(axis, plot, step=loop.step))
        live._drain()
        assert loop.time == pytest.approx(wanted)
        assert loop.last_step == 100


def test_a_cursor_that_is_dragged_stays_in_its_repetition() -> None:
    class Repeating(Toy):
        plots = (
            Diagram("d", "d", lambda s, p: DiagramScheme((), s.time % 0.3, 0.0, 0.3),
                    time=lambda t, s, p: t + 0.3 * np.floor(s.time / 0.3 + 1e-9)),
        )  # fmt: skip

    loop = Loop(Repeating())
    loop.advance(100)
    live = Live(loop, running=False)
    for axis, wanted in ((0.1, 0.4), (0.0, 0.3), (0.29, 0.59), (0.3, 0.59), (0.2, 0.5)):
        live.send(SeekTime(axis, "d", step=45))
        live._drain()
        assert loop.time == pytest.approx(wanted)
    # Another press, another repetition; the same after a change starts from what is there then.
    live.send(SeekTime(0.1, "d", step=75))
    live._drain()
    assert loop.time == pytest.approx(0.7)
    for command in (SetParameters(ToyParameters(rate=3.0)), StepBy(5), SeekTime(0.05, "d", step=75)):
        live.send(command)
    live._drain()
    assert loop.time == pytest.approx(0.65)
    assert loop.last_step == 75


def test_of_seeks_that_wait_only_the_last_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = Loop(Toy())
    loop.advance(50)
    sought: list[int] = []
    seek = loop.seek
    monkeypatch.setattr(loop, "seek", lambda step: (sought.append(step), seek(step)))
    live = Live(loop, running=False)
    for command in (Seek(3), Seek(9), Seek(12), SetParameters(ToyParameters(rate=2.0)), Seek(5)):
        live.send(command)
    live._drain()
    assert sought == [12, 5]
    assert loop.last_step == 12


class TwoWaysParameters(ToyParameters):
    drawn: Literal["up", "down", "fails"] = choice("up", "Where the arrow points.", title="Drawn", display=True)


class TwoWays(Toy):
    Parameters = TwoWaysParameters

    def draw(self, state: ToyState, p: TwoWaysParameters) -> tuple[Arrows]:
        if p.drawn == "fails":
            raise ZeroDivisionError("asked to")
        sign = {"up": 1.0, "down": -1.0}[p.drawn]
        return (Arrows(float32([[0, 0, 0]]), float32([[0, 0, sign * state.values.mean()]])),)

    def caption(self, state: ToyState, p: TwoWaysParameters) -> str:
        return f"drawn {p.drawn}"


def test_the_second_picture_is_of_the_same_moment_and_leaves_the_run_alone() -> None:
    loop, alone = Loop(TwoWays()), Loop(TwoWays())
    live = Live(loop, running=False)
    assert live._frame().second is None
    for command in (DrawBeside({"drawn": "down"}), StepBy(20)):
        live.send(command)
    live._drain()
    frame = live._frame()
    second = frame.second
    assert second is not None
    assert (second.step, second.time, second.observables) == (20, frame.time, frame.observables)
    assert (frame.caption, second.caption) == ("drawn up", "drawn down")
    assert second.visuals[0].directions[0, 2] == -frame.visuals[0].directions[0, 2]
    assert frame.visuals[0].directions[0, 2] == pytest.approx(np.exp(-0.2), rel=1e-6)
    alone.advance(20)
    assert loop.parameters.drawn == "up"
    assert not loop.events
    np.testing.assert_array_equal(loop.state.values, alone.state.values)
    live.send(DrawBeside())
    live._drain()
    assert live._frame().second is None
    live.send(DrawBeside({"drawn": "down"}))
    live.send(Use(Loop(Toy()), 1.0))
    live._drain()
    assert live._frame().second is None, "of another system"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"drawn": "fails"}, "asked to"),
        ({"rate": 2.0}, "only display parameters can be shown beside"),
        ({"drawn": "sideways"}, "drawn"),
    ],
)
def test_a_second_picture_that_fails_is_given_up_and_the_run_goes_on(changes: dict[str, object], why: str) -> None:
    live = Live(Loop(TwoWays()))
    live.send(DrawBeside(changes))
    live._drain()
    frame = live._frame()
    assert frame.second is None
    assert frame.message.startswith("The second view could not be drawn: ")
    assert why in frame.message
    assert live.running
    live.send(StepBy(1))
    live._drain()
    assert live._frame().message == ""
