"""What one key changes in a run, without a window."""

from typing import Any, Literal

import pytest
from toy import Toy, ToyParameters

from spinviz.app.run import changes
from spinviz.app.run.controller import Controller
from spinviz.app.run.openings import Choice, open_choice
from spinviz.model.parameters import choice


class FramedParameters(ToyParameters):
    frame: Literal["rotating", "laboratory", "drive"] = choice("rotating", "Frame of reference.")


class Framed(Toy):
    """A toy with a choice of frames of reference."""

    name, title = "framed", "Framed toy"
    Parameters = FramedParameters
    laws = ()


@pytest.fixture
def framed(only_toys: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """The library holds a second toy."""
    monkeypatch.setitem(only_toys, "framed", Framed())


def test_the_values_of_the_preset_come_back_and_that_can_be_undone(controller: Controller, until: Any) -> None:
    controller.edit(controller.parameters.change(rate=4.0))
    controller.edit(controller.parameters.change(noise=0.5))
    changes.reset_parameters(controller)
    until(lambda: controller.last_frame.parameters == ToyParameters())
    controller.undo.undo()
    assert controller.parameters == ToyParameters(rate=4.0, noise=0.5)


def test_frames_of_reference_follow_each_other_where_there_are_any(
    framed: None, controller: Controller, until: Any
) -> None:
    assert not changes.has_frames(controller)
    changes.next_frame(controller)
    assert not controller.undo.canUndo()
    controller.worker.open(open_choice(Choice("framed", "plain")))
    until(lambda: controller.system.name == "framed")
    assert changes.has_frames(controller)
    seen = []
    for _ in range(3):
        changes.next_frame(controller)
        seen.append(controller.parameters.frame)
    assert seen == ["laboratory", "drive", "rotating"]


def test_neighbours_in_the_library_open_round_and_round(framed: None, controller: Controller, until: Any) -> None:
    changes.open_neighbour(controller, 1)
    assert controller.system.name == "toy"
    controller.find_systems()
    until(lambda: bool(controller.systems))
    for expected in ("framed", "toy"):
        changes.open_neighbour(controller, 1)
        until(lambda expected=expected: controller.system.name == expected)
    changes.open_neighbour(controller, -1)
    until(lambda: controller.system.name == "framed")
