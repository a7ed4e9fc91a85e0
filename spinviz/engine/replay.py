"""From a saved session to a loop and back: the same system, seed and events give the same bits."""

from __future__ import annotations

from collections.abc import Mapping

from spinviz.engine.loop import MEMORY, Act, Event, Loop, SetParameters
from spinviz.files.session import Session
from spinviz.model.parameters import Parameters


def loop_of(session: Session, memory: int = MEMORY) -> Loop:
    """Return the run of ``session`` at step 0, its events laid out; `Loop.advance` to ``session.step`` completes it."""
    loop = Loop(
        session.system,
        session.parameters,
        preset=session.preset,
        schedule=session.schedule,
        seed=session.seed,
        memory=memory,
    )
    loop.script([(step, _event(event)) for step, event in session.events])
    return loop


def session_of(
    loop: Loop, speed: float, theme: str = "dark", camera: Mapping[str, float | bool] | None = None
) -> Session:
    """Return what has to be written down to repeat ``loop`` up to its present step."""
    return Session(
        system=loop.system,
        parameters=loop.initial,
        preset=loop.preset.name,
        seed=loop.seed,
        schedule=loop.schedule,
        events=tuple((step, _value(event)) for step, event in loop.events),
        step=loop.step,
        speed=speed,
        theme=theme,
        camera=dict(camera or {}),
    )


def _event(value: Parameters | str) -> Event:
    return Act(value) if isinstance(value, str) else SetParameters(value)


def _value(event: Event) -> Parameters | str:
    return event.action if isinstance(event, Act) else event.parameters
