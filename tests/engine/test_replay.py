"""A session is what repeats a run up to the step at which it was written down."""

import numpy as np
import pytest
from toy import Toy, ToyParameters

from spinviz.engine import replay
from spinviz.engine.loop import Act, Loop, SetParameters, Stopped
from spinviz.engine.replay import extent, loop_of, replayed, session_of
from spinviz.files.session import Session

NOISY = ToyParameters(noise=0.1)


def test_a_session_repeats_the_run_to_the_step_looked_at() -> None:
    loop = Loop(Toy(), NOISY, preset="kicked", schedule=((0.15, "faster"),), seed=4)
    loop.advance(30)
    loop.apply(SetParameters(loop.parameters.change(noise=0.2)))
    loop.advance(40)
    loop.apply(Act("kick"))
    loop.advance(30)
    loop.seek(80)
    session = session_of(loop, 0.5, "light", {"azimuth": 12.0})
    assert (session.step, session.seed, session.speed, session.theme) == (80, 4, 0.5, "light")
    assert session.camera == {"azimuth": 12.0}
    assert session.schedule == ((0.15, "faster"),)
    again = loop_of(session)
    again.advance(session.step)
    assert np.array_equal(again.state.values, loop.state.values)
    assert again.parameters == loop.parameters
    assert again.time == loop.time


def test_a_replay_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "REPORTED_EVERY", -1.0)
    events = [(0, "kick")] * 50 + [(20, ToyParameters(count=count)) for count in range(2, 32)]
    session = Session(Toy(), ToyParameters(), schedule=((0.0, "kick"),) * 9, events=tuple(events), step=40)
    parts: list[float] = []
    loop = replayed(session, watch=parts.append)
    assert (loop.step, loop.parameters.count, loop.watch) == (40, 31, None)
    total = 9 + 50 + 30 + 40 + 1
    assert parts == pytest.approx([n / total for n in range(1, total)])
    begun: list[float] = []
    assert loop_of(session, watch=begun.append).step == 0
    assert len(begun) == 59
    assert extent(session) == "89 changes and 40 steps"


@pytest.mark.parametrize("after", [3, 70, 110])
def test_a_replay_can_be_stopped_amid_actions_changes_and_steps(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """400,000 actions at step 0 could neither be seen nor stopped."""
    monkeypatch.setattr(replay, "REPORTED_EVERY", -1.0)
    events = [(0, "kick")] * 50 + [(0, ToyParameters(count=count)) for count in range(2, 52)]
    calls: list[float] = []

    def stop(part: float) -> None:
        calls.append(part)
        if len(calls) == after:
            raise Stopped

    with pytest.raises(Stopped):
        replayed(Session(Toy(), ToyParameters(), events=tuple(events), step=40), watch=stop)
    assert len(calls) == after
