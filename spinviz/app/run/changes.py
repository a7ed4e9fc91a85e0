"""What one key changes in a run: back to the preset's values, the next frame of reference, the next system."""

from __future__ import annotations

from spinviz.app.run.controller import Controller
from spinviz.model.abilities import HasFrames


def reset_parameters(controller: Controller) -> None:
    """Give all parameters the values of the preset; can be undone."""
    system = controller.system
    if system is not None:
        controller.edit(system.Parameters.of(**controller.preset.parameters))


def has_frames(controller: Controller) -> bool:
    """Whether the system has a choice of frames of reference."""
    return isinstance(controller.parameters, HasFrames)


def next_frame(controller: Controller) -> None:
    """Take the next frame of reference."""
    p = controller.parameters
    if p is not None and isinstance(p, HasFrames):
        choices = p.quantity_named("frame").choices
        now = choices.index(p.frame)
        controller.set_value("frame", choices[(now + 1) % len(choices)])


def open_neighbour(controller: Controller, step: int) -> None:
    """Open the system so many places further in the library."""
    names = list(controller.systems)
    system = controller.system
    if system is not None and system.name in names:
        controller.open_system(names[(names.index(system.name) + step) % len(names)])
