"""Whatever a display parameter can be, the same state is drawn with it beside what the run shows."""

import numpy as np
import pytest

from spinviz.engine.loop import Loop
from spinviz.engine.picture import drawn_with
from spinviz.engine.snapshots import copy_state, same_state
from spinviz.systems import system_named, systems

CHOICES = [
    (system.name, quantity.name, value)
    for system in systems().values()
    for quantity in system.Parameters().quantities().values()
    if quantity.kind == "choice" and quantity.display
    for value in quantity.choices
]


@pytest.mark.parametrize(("system", "name", "value"), CHOICES)
def test_a_state_is_drawn_otherwise_and_stays_as_it_is(system: str, name: str, value: str) -> None:
    loop = Loop(system_named(system))
    loop.advance(3)
    frame, state = loop.frame(), copy_state(loop.state)
    second = drawn_with(frame, loop.system, loop.state, {name: value})
    assert getattr(second.parameters, name) == value
    assert same_state(loop.state, state)
    if value == getattr(frame.parameters, name):
        assert second.caption == frame.caption
        assert second.stage == frame.stage
    again = loop.frame()
    assert [type(v) for v in again.visuals] == [type(v) for v in frame.visuals]
    for one, other in zip(again.visuals, frame.visuals, strict=True):
        for field in vars(one):
            a, b = getattr(one, field), getattr(other, field)
            if isinstance(a, np.ndarray):
                np.testing.assert_array_equal(a, b)
