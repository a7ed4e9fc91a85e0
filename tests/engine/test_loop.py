"""The loop's promises: determinism, events between steps, exact scrubbing, failures that lose nothing."""

from dataclasses import replace

import numpy as np
import pytest
from toy import Toy, ToyParameters, ToyState

from spinviz.engine.loop import Act, Loop, SetParameters, StepFailed
from spinviz.engine.snapshots import Snapshots
from spinviz.files.errors import FileError
from spinviz.model.system import UnknownName
from spinviz.systems.resonance.isochromats.system import Isochromats

NOISY = ToyParameters(noise=0.1)


def by_frames(fps: float, until: float) -> Loop:
    loop = Loop(Toy(), NOISY, preset="kicked", seed=3)
    for frame in range(1, round(until * fps) + 1):
        loop.advance_to(frame / fps)
    return loop


def test_results_do_not_depend_on_the_frame_rate() -> None:
    slow, fast = by_frames(30, 3.0), by_frames(60, 3.0)
    assert slow.step == fast.step == 300
    assert np.array_equal(slow.state.values, fast.state.values)
    assert np.array_equal(slow.samples.history().observables["mean"], fast.samples.history().observables["mean"])


def test_same_seed_same_bits_and_other_seed_other_bits() -> None:
    runs = [Loop(Toy(), NOISY, seed=seed) for seed in (1, 1, 2)]
    for loop in runs:
        loop.advance(20)
    assert np.array_equal(runs[0].state.values, runs[1].state.values)
    assert not np.array_equal(runs[0].state.values, runs[2].state.values)


def test_law_is_followed_and_recorded() -> None:
    loop = Loop(Toy())
    loop.advance(100)
    history = loop.samples.history()
    np.testing.assert_allclose(history.observables["mean"], history.laws["decay"], rtol=1e-12)
    assert loop.laws["decay"].passed
    assert loop.frame().curves["trace", "decay"][1][0] == 1.0


def test_the_history_keeps_the_theory_of_a_law_and_not_what_it_is_compared_with() -> None:
    wrong = replace(Toy.laws[0], theory=lambda s, p, d: 0.25 * s.time, holds=lambda s, p, d: not 0.295 < s.time < 0.405)
    loop = Loop(type("Wrong", (Toy,), {"laws": (wrong,)})())
    loop.advance(100)
    history = loop.samples.history()
    expected = 0.25 * history.time
    expected[30:41] = np.nan
    np.testing.assert_allclose(history.laws["decay"], expected, rtol=1e-12)
    np.testing.assert_allclose(history.observables["mean"], np.exp(-history.time), rtol=1e-12)


def test_closed_forms_start_from_the_last_change() -> None:
    loop = Loop(Toy(), ToyParameters(rate=2.0))
    loop.advance(30)
    loop.apply(SetParameters(ToyParameters(rate=3.0)))
    assert (loop.departure.time, loop.departure.start) == pytest.approx((0.3, np.exp(-0.6)))
    loop.advance(20)
    loop.apply(Act("kick"))
    assert (loop.departure.time, loop.departure.start) == (loop.time, 1.0)
    assert loop.samples.history().marks == ((loop.time, "Kick"),)
    loop.advance(10)
    assert loop.laws["decay"].theory == pytest.approx(np.exp(-0.3))
    assert loop.laws["decay"].passed
    x, y = loop.frame().curves["trace", "decay"]
    np.testing.assert_allclose(y, np.exp(-3.0 * (x - 0.5)))


def test_rows_until_a_step_include_it_and_actions_of_that_step_stay() -> None:
    loop = Loop(Toy())
    loop.advance(10)
    loop.apply(Act("kick"))
    loop.advance(20)
    assert [loop.samples.rows_until(step) for step in (0, 9, 10, 30)] == [1, 10, 11, 31]
    loop.seek(10)
    loop.apply(Act("faster"))
    assert loop.samples.history().marks == ((loop.time, "Kick"), (loop.time, "Faster"))


def test_the_curve_of_a_law_is_drawn_where_it_holds_or_spans_other_settings() -> None:
    curves = Loop(Toy(), NOISY).frame().curves
    assert ("trace", "decay") not in curves
    assert ("curve", "decay") in curves


def test_a_curve_follows_the_time_of_the_run() -> None:
    loop = Loop(Toy(), ToyParameters(dt=0.1))
    loop.advance(50)
    x, _ = loop.frame().curves["trace", "decay"]
    # The window is 2 s long and laws are drawn 0.2 s ahead.
    assert (x[0], x[-1]) == pytest.approx((3.0, 5.2))


def test_scheduled_actions_repeat() -> None:
    loop = Loop(Toy(), preset="kicked")
    loop.advance_to(2.75)
    assert [mark[0] for mark in loop.samples.history().marks] == pytest.approx([0.5, 1.5, 2.5])


def test_seek_returns_the_same_bits_and_going_on_too() -> None:
    loop = Loop(Toy(), NOISY, seed=5)
    loop.advance(50)
    loop.apply(SetParameters(NOISY.change(rate=5.0)))
    loop.advance(50)
    end, rows = loop.state.values.copy(), len(loop.samples)
    loop.seek(49)
    assert loop.parameters.rate == 1.0
    loop.seek(73)
    assert loop.parameters.rate == 5.0
    loop.advance(27)
    assert np.array_equal(loop.state.values, end)
    assert len(loop.samples) == rows


def test_without_an_end_nothing_is_sought_that_was_not_taken() -> None:
    loop = Loop(Toy(), NOISY, seed=5)
    loop.advance(50)
    loop.seek(20)
    assert loop.reach == 50
    loop.seek(80)
    assert (loop.step, loop.last_step) == (50, 50)


def test_seek_is_exact_when_snapshots_were_thinned() -> None:
    loop = Loop(Toy(), NOISY, seed=5, memory=6000)
    reference = Loop(Toy(), NOISY, seed=5)
    for run in (loop, reference):
        run.advance(40)
        run.apply(Act("faster"))
        run.advance(40)
    assert len(loop.snapshots) < 20
    for step in (3, 41, 40, 79):
        loop.seek(step)
        reference.seek(step)
        assert np.array_equal(loop.state.values, reference.state.values)
        assert loop.parameters == reference.parameters


def test_seek_time_finds_the_nearest_step_across_a_change_of_step() -> None:
    loop = Loop(Toy(), NOISY, seed=5, memory=6000)
    loop.advance(40)
    loop.apply(SetParameters(NOISY.change(dt=0.03)))
    loop.advance(40)
    for time, step in ((0.2, 20), (0.204, 20), (0.206, 21), (0.4, 40), (0.42, 41), (1.0, 60), (9.0, 80), (-1.0, 0)):
        loop.seek_time(time)
        assert loop.step == step
        assert loop.last_step == 80


def test_event_in_the_past_starts_a_new_branch_and_old_frames_stay_constant() -> None:
    loop = Loop(Toy())
    loop.advance(100)
    frame = loop.frame()
    before = frame.history.observables["mean"].copy()
    loop.seek(10)
    loop.apply(Act("kick"))
    loop.advance(20)
    assert loop.last_step == 30
    assert np.array_equal(frame.history.observables["mean"], before)
    assert len(loop.samples.history().time) == 31


def test_events_laid_out_repeat_a_live_run() -> None:
    live = Loop(Toy(), NOISY, seed=9)
    live.apply(Act("kick"))
    live.advance(10)
    live.apply(SetParameters(NOISY.change(count=5)))
    live.advance(7)
    live.apply(Act("faster"))
    live.advance(13)
    again = Loop(Toy(), live.initial, seed=9, events=live.events)
    again.advance(30)
    assert np.array_equal(live.state.values, again.state.values)
    assert live.parameters == again.parameters


def test_time_stays_continuous_when_the_step_changes() -> None:
    loop = Loop(Toy())
    loop.advance(10)
    loop.apply(SetParameters(ToyParameters(dt=0.02)))
    loop.advance(5)
    assert loop.time == pytest.approx(0.2)


@pytest.mark.parametrize("change", [{"broken": True}, {"mode": "raise"}])
def test_failure_names_step_time_and_parameters_and_keeps_what_was_recorded(change: dict[str, object]) -> None:
    loop = Loop(Toy())
    loop.advance(30)
    loop.apply(SetParameters(ToyParameters(**change)))
    with pytest.raises(StepFailed) as failure:
        loop.advance(5)
    text = str(failure.value)
    # A step that raises is not taken; one that spoils the state is, and is the one that failed.
    assert ("stopped at step 31, time 0.31 s" if "broken" in change else "stopped at step 30, time 0.3 s") in text
    assert "Everything up to step 30 is kept" in text
    assert "rate = 1" in text
    assert len(loop.samples) == 31
    assert np.isfinite(loop.frame().observables["mean"])


def test_unknown_action_is_refused_before_anything_happens() -> None:
    loop = Loop(Toy())
    with pytest.raises(UnknownName, match="kick"):
        loop.apply(Act("kik"))
    assert loop.events == []


def test_frame_shares_no_array_with_the_state() -> None:
    loop = Loop(Toy())
    frame = loop.frame()
    assert not np.shares_memory(frame.plots["histogram"], loop.state.values)
    with pytest.raises(ValueError, match="read-only"):
        frame.history.time[0] = 1.0


def test_means_make_one_point_for_each_setting_whatever_the_scrubbing() -> None:
    loop = Loop(Toy(), NOISY)
    loop.advance(60)
    loop.apply(SetParameters(NOISY.change(rate=2.0)))
    loop.advance(60)
    points = loop.frame().plots["curve"]
    assert points[:, 0] == pytest.approx([1.0, 2.0])
    loop.seek(20)
    loop.seek(120)
    assert np.array_equal(loop.frame().plots["curve"], points, equal_nan=True)


def test_history_and_snapshots_stay_bounded() -> None:
    loop = Loop(Toy(), ToyParameters(dt=1e-3), memory=100_000)
    loop.samples.limit = 64
    loop.advance(1000)
    assert len(loop.samples) <= 64
    assert loop.snapshots.size <= 100_000
    time = loop.samples.history().time
    np.testing.assert_allclose(time, 1e-3 * loop.samples.stride * np.arange(len(time)))


def test_snapshots_keep_first_and_last() -> None:
    loop = Loop(Toy(), memory=3000)
    loop.advance(100)
    assert isinstance(loop.snapshots, Snapshots)
    assert loop.snapshots.before(0).step == 0
    assert loop.snapshots.before(100).step > 80
    steps = [loop.snapshots.before(step).step for step in range(101)]
    assert all(before <= step for step, before in enumerate(steps))
    assert all(before == step for step, before in enumerate(steps) if step in steps), "the last one, not one before"
    # Steps last 0.01: half a step later it is still the same snapshot.
    assert [loop.snapshots.before_time(0.01 * step + 0.005).step for step in range(101)] == steps


def test_scheduled_actions_of_one_time_keep_their_order() -> None:
    """As strings "90x" sorts before "reset", and a reset after the pulse leaves no signal."""
    loop = Loop(Isochromats(), schedule=((0.01, "spoil"), (0.0, "reset"), (0.0, "90x")))
    loop.advance(1)
    assert loop.observables["transverse"] > 0.9


def misbehaving(method: str, when: int = 0, gives: object = None) -> Loop:
    """A loop on somebody's system that raises in ``method`` after ``when`` calls, or returns ``gives``."""
    calls = [0]

    def wrong(self: Toy, *arguments: object) -> object:
        calls[0] += 1
        if calls[0] <= when:
            return getattr(Toy, method)(self, *arguments)
        return gives if gives is not None else 1 / 0

    kind = type("Theirs", (Toy,), {"name": "theirs", method: wrong})
    return Loop(kind())


@pytest.mark.parametrize("method", ["initial_state", "timestep", "observe", "departure", "settle"])
def test_a_system_that_cannot_start_is_named(method: str) -> None:
    with pytest.raises(StepFailed) as failure:
        misbehaving(method)
    assert str(failure.value).startswith("theirs cannot start: ")
    assert "ZeroDivisionError: division by zero. Parameters: rate = 1" in str(failure.value)
    assert isinstance(failure.value.__cause__, ZeroDivisionError)


@pytest.mark.parametrize("method", ["observe", "check", "step"])
def test_a_system_that_raises_on_the_way_is_named(method: str) -> None:
    loop = misbehaving(method, when=20)
    with pytest.raises(
        StepFailed, match=r"^theirs stopped at step \d+, time .*ZeroDivisionError: division by zero"
    ) as failure:
        loop.advance(50)
    assert "is kept" in str(failure.value)
    assert loop.step >= 15
    assert loop.frame().step == loop.step


def test_a_system_that_forgets_an_observable_is_named() -> None:
    with pytest.raises(StepFailed, match=r"theirs cannot start: .*observe gives no rate"):
        misbehaving("observe", gives={"mean": 1.0})


@pytest.mark.parametrize("method", ["draw", "caption", "stage"])
def test_a_system_that_cannot_be_drawn_is_named(method: str) -> None:
    loop = misbehaving(method)
    loop.advance(3)
    with pytest.raises(StepFailed, match=r"^theirs could not be drawn at step 3: ZeroDivisionError: division by zero"):
        loop.frame()


def test_a_missing_file_is_told_as_it_is() -> None:
    class Theirs(Toy):
        def initial_state(self, p: ToyParameters, rng: np.random.Generator) -> ToyState:
            raise FileError("x.ovf", "the file does not exist", "check the name")

    with pytest.raises(FileError):
        Loop(Theirs())
