"""What one key changes in a run: back to the preset's values, the next frame of reference, the next system."""

from __future__ import annotations

from spinviz.app.run.controller import Controller


def reset_parameters(controller: Controller) -> None:
    """Give all parameters the values of the preset; can be undone."""
    system = controller.system
    if system is not None:
        controller.edit(system.Parameters.of(**controller.preset.parameters))


def has_frames(controller: Controller) -> bool:
    """Whether the system has a choice of frames of reference."""
    p = controller.parameters
    return p is not None and "frame" in p.quantities() and p.quantity_named("frame").kind == "choice"


def next_frame(controller: Controller) -> None:
    """Take the next frame of reference."""
    p = controller.parameters
    if p is not None and has_frames(controller):
        choices = p.quantity_named("frame").choices
        now = choices.index(getattr(p, "frame"))  # noqa: B009 - not every system has it
        controller.set_value("frame", choices[(now + 1) % len(choices)])


def open_neighbour(controller: Controller, step: int) -> None:
    """Open the system so many places further in the library."""
    names = list(controller.systems)
    system = controller.system
    if system is not None and system.name in names:
        controller.open_system(names[(names.index(system.name) + step) % len(names)])
