"""A sweep of the run on screen: points as they come, stops, and returns to finished points."""

import math

import numpy as np
import pytest
from scatter import Scatter, ScatterParameters

from spinviz.engine.live import Live, ReturnTo, SweepOff, SweepOn
from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.engine.replay import replayed, session_of
from spinviz.engine.snapshots import copy_state, same_state
from spinviz.engine.sweep.plan import Axis, Wanted
from spinviz.engine.sweep.watched import SweepRun

AXIS = Axis("level", (1.0, 2.0, 3.0, 4.0))
WANTED = Wanted(0.05, 4000.0)


def made(**more):
    return Loop(Scatter(), ScatterParameters(noise=0.1), seed=4), SweepRun(AXIS, WANTED, **more)


def drive(loop, sweep, points=None):
    """Step until some points are done; return the states at their ends."""
    ends = []
    sweep.begin(loop)
    while sweep.going and (points is None or len(ends) < points):
        done = len(sweep.rows)
        loop.advance(1)
        sweep.stepped(loop)
        if len(sweep.rows) > done:
            ends.append((loop.step, copy_state(loop.state)))
    return ends


def test_points_come_one_after_the_other():
    loop, sweep = made(back=True)
    drive(loop, sweep)
    assert [row.index for row in sweep.rows] == list(range(7))
    shown = sweep.shown()
    assert [point.value for point in shown.points] == [1, 2, 3, 4, 3, 2, 1]
    assert (shown.total, shown.going, shown.name) == (7, False, "level")
    for point in shown.points:
        assert abs(point.means["x"] - point.value) < 4 * point.errors["x"] < 0.3
        assert point.theory == {"level": point.value}
        assert point.equilibrated
    # What was changed is in the run, which is repeated bit for bit.
    again = replayed(session_of(loop, 1.0))
    assert same_state(again.state, loop.state)
    assert [event.parameters.level for _, event in loop.events] == [1, 2, 3, 4, 3, 2, 1]


def test_a_point_can_be_returned_to_and_gone_on_from():
    loop, sweep = made()
    ends = drive(loop, sweep)
    last = loop.step
    for index in (1, 3, 0):
        assert sweep.return_to(loop, index)
        assert loop.step == ends[index][0]
        assert same_state(loop.state, ends[index][1])
        assert loop.parameters.level == AXIS.values[index]
    assert loop.last_step == last  # the timeline is whole
    loop.seek(ends[2][0])
    assert same_state(loop.state, ends[2][1])


def test_a_point_is_returned_to_after_the_run_took_another_way():
    loop, sweep = made()
    ends = drive(loop, sweep)
    sweep.return_to(loop, 1)
    loop.advance(1)
    loop.apply(Act("kick"))
    loop.advance(ends[3][0] - loop.step + 10)
    assert sweep.return_to(loop, 3)
    assert same_state(loop.state, ends[3][1])
    assert loop.last_step == loop.step == ends[3][0]
    assert [type(event) for _, event in loop.events] == [SetParameters] * 4
    assert same_state(replayed(session_of(loop, 1.0)).state, loop.state)
    assert np.all(np.diff(loop.samples.history().time) > 0)
    for index in (1, 2, 3):  # before the ways parted, and on the way that was left meanwhile
        loop.seek(ends[index][0])
        assert same_state(loop.state, ends[index][1])


def test_a_point_is_returned_to_after_a_new_beginning():
    loop, sweep = made()
    ends = drive(loop, sweep)
    loop.rewind()
    loop.advance(5)
    assert sweep.return_to(loop, 2)
    assert same_state(loop.state, ends[2][1])
    assert loop.initial.level == 1.0
    assert same_state(replayed(session_of(loop, 1.0)).state, loop.state)
    assert np.all(np.diff(loop.samples.history().time) > 0)


def test_a_sweep_goes_on_where_it_was_stopped():
    loop, sweep = made()
    drive(loop, sweep)
    other, stopped = made()
    drive(other, stopped, points=2)
    for _ in range(20):
        other.advance(1)
        stopped.stepped(other)
    stopped.stop()
    drive(other, stopped)
    assert repr(stopped.rows) == repr(sweep.rows)


def test_what_is_done_to_the_run_stops_the_sweep_which_goes_on_from_its_last_point():
    loop, sweep = made()
    drive(loop, sweep, points=2)
    loop.advance(1)
    sweep.stepped(loop)
    loop.apply(Act("kick"))
    loop.advance(1)
    sweep.stepped(loop)
    assert not sweep.going
    assert len(sweep.rows) == 2
    drive(loop, sweep)
    whole, other = made()
    drive(whole, other)
    assert sweep.done
    assert sweep.rows[:2] == other.rows[:2] or repr(sweep.rows[:2]) == repr(other.rows[:2])
    assert all(abs(row.means["x"] - row.means["level"]) < 4 * row.errors["x"] for row in sweep.rows)


def test_states_are_kept_within_a_limit_and_evenly():
    loop = Loop(Scatter(), ScatterParameters(noise=0.1, size=1000), seed=4, memory=1)
    sweep = SweepRun(Axis("level", tuple(np.linspace(1, 3, 16))), Wanted(0.5, 200.0), memory=5 * 8600)
    ends = drive(loop, sweep)
    kept = sorted(sweep._kept)
    assert sum(one.size for one in sweep._kept.values()) <= 5 * 8600
    assert kept == [0, 4, 8, 12, 15]
    assert sweep.return_to(loop, 5)  # not kept: steps from the snapshot before, as long as it is the same run
    assert same_state(loop.state, ends[5][1])
    loop.rewind()
    assert not sweep.return_to(loop, 5)
    assert sweep.return_to(loop, 8)


def test_the_live_loop_sweeps_and_pauses_at_the_end():
    loop, sweep = made()
    live = Live(loop, 60.0, running=False)
    live._obey_all([SweepOn(sweep)])
    while live.running:
        live._advance(0.0)
    assert sweep.done
    assert live._frame().sweep.points[2].value == 3.0
    assert live._frame().arrival == "The sweep is done: 4 points"
    live._obey_all([ReturnTo(1)])
    assert live.loop.parameters.level == 2.0
    assert not live.running
    live._obey_all([SweepOff(forget=True)])
    assert live._frame().sweep is None


def test_a_step_that_fails_stops_the_sweep():
    loop = Loop(Scatter(), ScatterParameters(mode="fail"), seed=4)
    live = Live(loop, 60.0, running=False)
    live._obey_all([SweepOn(SweepRun(AXIS, WANTED))])
    while live.running:
        live._advance(0.0)
    assert "ZeroDivisionError" in live.message
    assert len(live.sweep.rows) == 2
    assert not live.sweep.going
    assert math.isfinite(live.sweep.rows[1].means["x"])


@pytest.mark.parametrize("value", [5000.0])
def test_a_value_out_of_range_is_a_message(value):
    loop, _ = made()
    live = Live(loop, 60.0, running=False)
    live._obey_all([SweepOn(SweepRun(Axis("level", (value,)), WANTED))])
    assert "out of range" in live.message
    assert not live.running
    assert not live.sweep.going


def test_a_point_is_returned_to_after_something_was_done_in_its_middle():
    loop, sweep = made()
    ends = drive(loop, sweep)
    middle = (ends[0][0] + ends[1][0]) // 2
    loop.seek(middle)
    loop.apply(Act("kick"))
    loop.advance(ends[1][0] - loop.step + 10)
    assert sweep.return_to(loop, 1)
    assert [type(event) for _, event in loop.events] == [SetParameters] * 2
    for step in (middle + 1, ends[1][0]):
        loop.seek(step)
    assert same_state(loop.state, ends[1][1])
    assert same_state(replayed(session_of(loop, 1.0)).state, ends[1][1])
