"""The way from one frame of reference to another while the time stands still, in every system that has a choice."""

import numpy as np
import pytest
from engine.test_live import Served

from spinviz.engine.live import Live
from spinviz.engine.loop import Loop, SetParameters
from spinviz.engine.snapshots import copy_state
from spinviz.model.abilities import HasFrames, TurnsWhilePaused
from spinviz.model.frame import Frame
from spinviz.systems import system_named, systems
from spinviz.systems.resonance.common.frames import SECONDS

WITH_FRAMES = [name for name, system in systems().items() if isinstance(system.Parameters.of(), HasFrames)]


def tips(visuals: tuple) -> np.ndarray:
    """Where the arrow of M ends, in the picture."""
    return next(v for v in visuals if getattr(v, "label", "").endswith("magnetization M")).directions[0].astype(float)


def moved(name: str) -> Loop:
    """Somewhere in the middle of what the system opens with, with M off the axis."""
    loop = Loop(system_named(name), preset=system_named(name).presets[0].name)
    while loop.observables["transverse"] < 0.5 or loop.time == 0:
        loop.advance(1)
    loop.advance(7)
    return loop


def test_every_system_with_a_choice_of_frames_turns() -> None:
    assert WITH_FRAMES
    assert all(isinstance(system_named(name), TurnsWhilePaused) for name in WITH_FRAMES)


@pytest.mark.parametrize("name", WITH_FRAMES)
def test_the_way_between_two_frames_is_smooth_takes_its_time_and_ends(name: str) -> None:
    start = moved(name)
    system, p = start.system, start.parameters
    for frame in p.quantity_named("frame").choices:
        state, q, n = copy_state(start.state), p.change(frame=frame), 0
        seen = [tips(system.draw(state, p))]
        while system.turn(state, q, SECONDS / 70):
            seen.append(tips(system.draw(state, q)))
            n += 1
        assert n == (0 if frame == p.frame else pytest.approx(70, abs=1))
        assert np.linalg.norm(np.diff(seen, axis=0), axis=1).max(initial=0.0) < 2 * np.pi / 70
        assert np.allclose(seen[-1], tips(system.draw(copy_state(start.state), q)), atol=1e-6)
        assert repr(system.observe(state, q)) == repr(system.observe(start.state, p))


@pytest.mark.parametrize("name", WITH_FRAMES)
def test_a_frame_chosen_while_paused_comes_smoothly_and_stays_when_the_run_goes_on(name: str) -> None:
    loop = moved(name)
    other = next(c for c in loop.parameters.quantity_named("frame").choices if c != loop.parameters.frame)
    with Served(Live(loop, running=False)) as served:
        served.until(lambda: bool(served.frames))
        first, step = tips(served.frames[-1].visuals), loop.step
        expected = tips(loop.system.draw(copy_state(loop.state), loop.parameters.change(frame=other)))
        served.live.send(SetParameters(loop.parameters.change(frame=other)))
        served.until(lambda: np.allclose(tips(served.frames[-1].visuals), expected, atol=1e-6))
        assert served.frames[-1].step == step
        way = [tips(frame.visuals) for frame in changed(served.frames, other)]
        assert np.allclose(way[0], first, atol=0.05)
        if np.linalg.norm(expected - first) > 0.3:
            between = [tip for tip in way if min(np.linalg.norm(tip - end) for end in (first, expected)) > 0.02]
            assert len(between) >= 3
        after = copy_state(loop.state)
    loop.system.step(after, loop.parameters, loop.dt)
    on = tips(loop.system.draw(after, loop.parameters))
    assert np.linalg.norm(on - expected) < 0.2


def changed(frames: list[Frame], frame: str) -> list[Frame]:
    return [one for one in frames if one.parameters.frame == frame]
