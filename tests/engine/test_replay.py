"""A session is what repeats a run up to the step at which it was written down."""

import numpy as np
from toy import Toy, ToyParameters

from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.engine.replay import loop_of, session_of

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
