"""From a saved session to a loop and back: the same system, seed and events give the same bits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from time import perf_counter
from typing import Any

from spinviz.engine.loop import MEMORY, Act, Event, Loop, Paint, SetParameters, Undo
from spinviz.files.session import Happening, Session, TakenBack
from spinviz.model.brush import Stroke

REPORTED_EVERY = 0.1
"""Seconds between two reports of a replay."""

Watch = Callable[[float], None]
"""Called now and then with the part done, 0 to 1; raises `Stopped` when the work is no longer wanted."""


def loop_of(session: Session, memory: int = MEMORY, watch: Watch | None = None, kept: Iterable[str] = ()) -> Loop:
    """Return the run of ``session`` at step 0, its events laid out; `Loop.advance` to ``session.step`` completes it.

    ``kept`` names parameters that the actions of its preset leave as they are.
    """
    loop = _begun(session, memory, watch, kept)
    loop.watch = None
    return loop


def replayed(session: Session, memory: int = MEMORY, watch: Watch | None = None) -> Loop:
    """Return the run of ``session`` at its step."""
    loop = _begun(session, memory, watch)
    loop.advance(session.step)
    loop.watch = None
    return loop


def laid_out(session: Session, memory: int = MEMORY) -> Loop:
    """Return the run of ``session`` before anything has happened, also at step 0."""
    loop = _loop(session, memory=memory)
    loop.events = _events(session)
    return loop


def extent(session: Session) -> str:
    """Return in words how much there is to repeat."""
    return f"{len(session.events) + len(session.schedule):,} changes and {session.step:,} steps"


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
        events=_happenings(loop.events),
        step=loop.step,
        speed=speed,
        theme=theme,
        camera=dict(camera or {}),
    )


def _begun(session: Session, memory: int, watch: Watch | None, kept: Iterable[str] = ()) -> Loop:
    counted = _counted(session, watch) if watch else None
    return _loop(session, memory=memory, kept=kept, events=_events(session), watch=counted)


def _loop(session: Session, **more: Any) -> Loop:
    """A loop of what the session declares; ``more`` are further arguments of `Loop`."""
    return Loop(
        session.system,
        session.parameters,
        preset=session.preset,
        schedule=session.schedule,
        seed=session.seed,
        **more,
    )


def _events(session: Session) -> list[tuple[int, Event]]:
    events: list[tuple[int, Event]] = []
    for step, value in session.events:
        events.append((step, _event(value, events)))
    return events


def _counted(session: Session, watch: Watch) -> Callable[[], None]:
    """Tell ``watch`` of the steps, events and actions that are behind, not more often than people read."""
    total = 1 + session.step + len(session.events) + len(session.schedule)
    behind, told = 0, perf_counter()

    def count() -> None:
        nonlocal behind, told
        behind += 1
        if perf_counter() - told > REPORTED_EVERY:
            told = perf_counter()
            watch(min(behind / total, 1.0))

    return count


def _event(value: Happening, before: list[tuple[int, Event]]) -> Event:
    """What is to happen; ``before``: the events before it, of which it may undo one."""
    match value:
        case str():
            return Act(value)
        case Stroke():
            return Paint(value)
        case TakenBack(number):
            of = before[number][1]
            assert not isinstance(of, SetParameters)  # `read_session` refuses it
            return Undo(of)
    return SetParameters(value)


def _happenings(events: list[tuple[int, Event]]) -> tuple[tuple[int, Happening], ...]:
    numbers = {id(event): number for number, (_, event) in enumerate(events)}

    def written(event: Event) -> Happening:
        match event:
            case Act(name):
                return name
            case Paint(stroke):
                return stroke
            case Undo(of):
                return TakenBack(numbers[id(of)])
        return event.parameters

    return tuple((step, written(event)) for step, event in events)
