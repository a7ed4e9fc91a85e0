"""A session opens from its snapshot with the bits that repeating it gives, and goes on with them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from toy import Toy, ToyParameters

from spinviz.engine import resume
from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.engine.replay import replayed, session_of
from spinviz.engine.resume import resumed, store
from spinviz.engine.snapshots import same_state
from spinviz.files.plain_values import Unfit
from spinviz.files.snapshot import write_snapshot
from spinviz.systems import system_named, systems


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def same(one: Loop, two: Loop) -> bool:
    """Whether two loops know the same, to the bit, of the present."""
    numbers = [list(loop.observables.values()) + [law.value for law in loop.laws.values()] for loop in (one, two)]
    return (
        same_state(one.state, two.state)
        and same_state(one._anchor, two._anchor)
        and (one.step, one.last_step, one.time, one.dt) == (two.step, two.last_step, two.time, two.dt)
        and (one.parameters, one._state_size) == (two.parameters, two._state_size)
        and np.array_equal(*numbers, equal_nan=True)
    )


def same_past(one: Loop, two: Loop) -> bool:
    a, b = (loop.samples.history() for loop in (one, two))
    columns = [np.column_stack([h.time, *h.observables.values(), *h.laws.values()]) for h in (a, b)]
    return a.marks == b.marks and np.array_equal(*columns, equal_nan=True) and one.events == two.events


def pair(loop: Loop) -> tuple[Loop, Loop]:
    session = session_of(loop, 1.0)
    assert store(loop, session)
    found = resumed(session)
    assert found is not None
    return found, replayed(session)


@pytest.mark.parametrize("name", list(systems()))
def test_a_snapshot_has_the_bits_of_a_replay(name: str) -> None:
    system = system_named(name)
    loop = Loop(system, preset=system.presets[0].name, seed=3)
    loop.advance(30)
    for action in system.actions[:3]:
        loop.apply(Act(action.name))
        loop.advance(15)
    one, two = pair(loop)
    assert same(one, two)
    assert same_past(one, two)
    for step in (17, 40):  # back on the timeline
        one.seek(step)
        two.seek(step)
        assert same_state(one.state, two.state)
        assert one.parameters == two.parameters
    for run in (one, two):
        run.seek(run.last_step)
        run.advance(20)
    assert same(one, two)
    assert same_past(one, two)


def test_a_run_that_was_scrubbed_back_opens_there_with_what_is_still_to_come() -> None:
    loop = Loop(Toy(), ToyParameters(noise=0.1), preset="kicked", schedule=((0.15, "faster"),), seed=4)
    loop.advance(30)
    loop.apply(SetParameters(loop.parameters.change(count=7)))
    loop.advance(40)
    loop.apply(Act("kick"))
    loop.advance(30)
    for step in (30, 65, 70):
        loop.seek(step)
        one, two = pair(loop)
        assert one.last_step == step
        kept = [snapshot.step for snapshot in one.snapshots._items]
        assert kept == sorted(kept)
        assert kept[-1] == step
        assert same(one, two)
        assert same_past(one, two)
        one.advance(50)
        two.advance(50)
        assert same(one, two)
        assert same_past(one, two)
        for run in (one, two):
            run.seek(step + 3)
            run.seek(step + 1)
        assert same_state(one.state, two.state)
        assert one.step == step + 1


def test_only_as_many_states_as_have_room_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = Loop(Toy(), ToyParameters(noise=0.1, count=1000), seed=4)
    loop.advance(100)
    monkeypatch.setattr(resume, "MOST_BYTES", 10 * 8600)
    one, two = pair(loop)
    assert 8 <= len(one.snapshots) <= 12
    one.seek(33)
    two.seek(33)
    assert same_state(one.state, two.state)
    monkeypatch.setattr(resume, "MOST", 10_000)
    assert not store(loop, session_of(loop, 1.0))


def test_nothing_is_kept_of_the_beginning_and_what_does_not_fit_is_told() -> None:
    loop = Loop(Toy())
    assert not store(loop, session_of(loop, 1.0))
    loop.advance(3)
    session = session_of(loop, 1.0)
    assert resumed(session) is None
    good: dict[str, Any] = {"samples": loop.samples.content(3, loop.time)}
    now = loop.snapshot()
    row = (now.step, now.time, now.parameters, now.state, now.anchor, now.size)
    for content in (1, {}, {**good, "snapshots": [row[:4]]}, {**good, "snapshots": []}, {"snapshots": [row]},
                    {"snapshots": [row], "samples": (np.zeros((3, 1)), np.zeros(3, np.int64), 1, ())},
                    {**good, "snapshots": [(4, *row[1:])]}):  # fmt: skip
        assert write_snapshot(session, content)
        with pytest.raises(Unfit, match="its snapshot does not fit"):
            resumed(session)
    assert write_snapshot(session, {**good, "snapshots": [row]})
    found = resumed(session)
    assert found is not None
    assert same_past(found, loop)
