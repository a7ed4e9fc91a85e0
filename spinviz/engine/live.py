"""A loop that follows the clock on the wall: run, pause, seek, speed, and one frame in flight.

Any thread may `send`; one thread calls `serve`. The next frame is built only after `shown` was called for the last
one; meanwhile the loop keeps stepping. A listener that cannot keep up therefore costs nothing.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any

from spinviz.engine.lookout import Lookout, words_of
from spinviz.engine.loop import Act, Loop, Paint, SetParameters, StepFailed, Undo
from spinviz.engine.picture import drawn_with
from spinviz.engine.snapshots import copy_state
from spinviz.engine.sweep.watched import SweepRun
from spinviz.model.abilities import TurnsWhilePaused
from spinviz.model.clock import round_speed
from spinviz.model.frame import Frame
from spinviz.model.parameters import ParameterError, Parameters
from spinviz.model.system import UnknownName

FRAME_INTERVAL = 1 / 60
BUDGET = 0.020
"""Seconds of stepping between two looks at the commands."""
MEASURED_OVER = 0.25
"""Seconds of wall time over which the kept speed is measured."""
LONGEST = 0.1
"""Seconds of wall time that are made up for; what is longer (a sleeping laptop) is left out."""


@dataclass(frozen=True)
class Run:
    """Command: go on."""


@dataclass(frozen=True)
class Pause:
    """Command: stop after this step."""


@dataclass(frozen=True)
class StopAt:
    """Command: go on, and pause at the next of these landmarks, or of all that the system has."""

    landmarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class StepBy:
    """Command: pause and go some steps forwards or back."""

    steps: int


@dataclass(frozen=True)
class Seek:
    """Command: pause and go to a step of this run."""

    step: int


@dataclass(frozen=True)
class SeekTime:
    """Command: pause and go to a time of this run, or on the axis of the diagram ``plot`` as it was at ``step``.

    A diagram shows one repetition: a cursor that is dragged stays in the one in which the drag began.
    """

    time: float
    plot: str = ""
    step: int = 0


@dataclass(frozen=True)
class Rewind:
    """Command: start again with the present parameters."""


@dataclass(frozen=True)
class SetSpeed:
    """Command: simulated time per second on screen."""

    speed: float


@dataclass(frozen=True)
class DrawBeside:
    """Command: give frames a second picture with these display parameters, or none without any."""

    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Use:
    """Command: another loop (a system, preset or session was opened)."""

    loop: Loop
    speed: float
    running: bool = True


@dataclass(frozen=True)
class SweepOn:
    """Command: sweep a parameter of this run as fast as it goes, or go on with a sweep that was stopped."""

    sweep: SweepRun


@dataclass(frozen=True)
class SweepOff:
    """Command: pause, and stop the sweep, or forget it."""

    forget: bool = False


@dataclass(frozen=True)
class ReturnTo:
    """Command: pause and go to the end of a point of the sweep."""

    index: int


@dataclass(frozen=True)
class Call:
    """Command: call a function with the loop between two steps (a session is saved, an export begins)."""

    function: Callable[[Loop], None]


Command = (
    SetParameters | Act | Paint | Undo | Run | Pause | StopAt | StepBy | Seek | SeekTime | Rewind | SetSpeed
    | DrawBeside | Use | SweepOn | SweepOff | ReturnTo | Call
)  # fmt: skip


class Live:
    """Serves one loop to one listener. ``publish`` gets frames in the serving thread; ``failed`` gets messages."""

    def __init__(self, loop: Loop, speed: float | None = None, *, running: bool = True) -> None:
        self.loop = loop
        self.speed = speed or float(loop.system.speed(loop.parameters))
        self.actual_speed = self.speed
        self.running = running
        self.message = ""
        self.arrival = ""
        self.lookout: Lookout | None = None
        self._looked: Lookout | None = None
        """The one that met something last: an echo may be half past at the null before it."""
        """Looks for a landmark to stop at."""
        self.sweep: SweepRun | None = None
        self.beside: Mapping[str, Any] = {}
        """Display parameters of the second picture; none without any."""
        self.observer: Callable[[Loop], None] | None = None
        """Called after every batch of steps, in the serving thread: a recording listens here."""
        self._commands: queue.SimpleQueue[Command] = queue.SimpleQueue()
        self._wake = threading.Event()
        self._free = threading.Event()
        self._free.set()
        self._changed = True
        self._turning = False
        self._due = loop.time
        self._window = [0.0, 0.0]
        self._seen: tuple[int, Any, Parameters, float] | None = None

    def send(self, command: Command) -> None:
        """Queue a command; it is carried out between two steps."""
        self._commands.put(command)
        self._wake.set()

    def shown(self) -> None:
        """Say that the last frame is on the screen."""
        self._free.set()
        self._wake.set()

    def serve(self, publish: Callable[[Frame], None], stop: threading.Event) -> None:
        """Step and publish until ``stop`` is set."""
        last_frame = 0.0
        before = perf_counter()
        while not stop.is_set():
            self._drain()
            now = perf_counter()
            wall, before = now - before, now
            busy = self.running and self._advance(wall)
            if not self.running:
                self._turn(wall)
            if self._changed and self._free.is_set() and perf_counter() - last_frame >= FRAME_INTERVAL * 0.9:
                self._free.clear()
                last_frame = perf_counter()
                self._changed = False
                publish(self._frame())
            if not busy:
                self._rest(last_frame)

    def _turn(self, wall: float) -> None:
        """Let the picture of a paused run go on to another frame of reference."""
        system, loop = self.loop.system, self.loop
        if isinstance(system, TurnsWhilePaused):
            self._turning = system.turn(loop.state, loop.parameters, min(wall, LONGEST) if self._turning else 0.0)
            self._changed |= self._turning

    def _rest(self, last_frame: float) -> None:
        pending = self.running or (self._changed and self._free.is_set())
        wait = max(0.001, min(0.004, FRAME_INTERVAL - (perf_counter() - last_frame))) if pending else 0.25
        self._wake.wait(wait)
        self._wake.clear()

    def _advance(self, wall: float) -> bool:
        """Step for what ``wall`` seconds ask for, within the budget; return whether more is owed."""
        self._due += min(wall, LONGEST) * self.speed
        begun, start = perf_counter(), self.loop.time
        try:
            while (self._sweeps or self.loop.steps_until(self._due) > 0) and perf_counter() - begun < BUDGET:
                self.loop.advance(1)
                self._changed = True
                if self._arrives() or self._swept() or self._ends():
                    break
        except (StepFailed, ParameterError) as failure:
            self._stop(str(failure))
            return False
        if self.observer and self._changed:
            self.observer(self.loop)
        if self._sweeps:
            self._due = self.loop.time
            return True
        owed = self._due - self.loop.time
        # A step that is not yet due as a whole is no delay: slow lenses take less than one in a frame.
        self._measure(wall, self.loop.time - start, behind=owed > self.speed * BUDGET + self.loop.dt)
        if owed > self.speed * LONGEST + self.loop.dt:
            self._due = self.loop.time
        return owed > self.loop.dt

    @property
    def _sweeps(self) -> bool:
        """Whether a sweep goes on, which is as fast as it can be."""
        return self.sweep is not None and self.sweep.going

    def _swept(self) -> bool:
        """Let the sweep look at the step; pause where it is done."""
        if self.sweep is None or not self.sweep.going:
            return False
        self.sweep.stepped(self.loop)
        if self.sweep.done:
            self.running = False
            self.arrival = f"The sweep is done: {len(self.sweep.rows)} points"
        return not self.running

    def _arrives(self) -> bool:
        """Pause where a landmark was met that somebody waits for."""
        arrival = self.lookout.look(self.loop) if self.lookout else None
        if arrival is None:
            return False
        self.running, self.lookout, self._looked = False, None, self.lookout
        self.loop.seek(arrival.step)
        self.arrival = words_of(arrival.landmark, self.loop)
        return True

    def _ends(self) -> bool:
        """Pause where nothing new will come."""
        if not self._ended:
            return False
        self.running, self.lookout = False, None
        self.arrival = "The end: run again to begin anew"
        return True

    @property
    def _ended(self) -> bool:
        return bool(self.loop.system.ended(self.loop.state, self.loop.parameters))

    def _measure(self, wall: float, simulated: float, behind: bool) -> None:
        """Note what speed is kept, over a window long enough to read."""
        self._window = [a + b for a, b in zip(self._window, (wall, simulated))]
        if self._window[0] >= MEASURED_OVER:
            self.actual_speed = min(self._window[1] / self._window[0], self.speed) if behind else self.speed
            self._window = [0.0, 0.0]

    def _stop(self, message: str) -> None:
        self.running = False
        if self.sweep is not None:
            self.sweep.stop()
        self.message = message
        self._due = self.loop.time
        self._changed = True

    def _frame(self) -> Frame:
        try:
            frame = self.loop.frame(
                running=self.running,
                speed=self.speed,
                actual_speed=self.actual_speed,
                message=self.message,
                arrival=self.arrival,
            )
        except Exception as error:
            self._stop(str(error))
            raise
        if self.sweep is not None:
            frame = replace(frame, sweep=self.sweep.shown())
        return self._with_second(frame) if self.beside else frame

    def _with_second(self, frame: Frame) -> Frame:
        """Add the second picture; one that fails is given up, and the run goes on."""
        try:
            return replace(frame, second=drawn_with(frame, self.loop.system, self.loop.state, self.beside))
        except Exception as error:
            self.beside = {}
            self.message = f"The second view could not be drawn: {error}"
            return replace(frame, message=self.message)

    def _drain(self) -> None:
        while commands := self._sent():
            self._obey_all(commands)

    def _sent(self) -> list[Command]:
        """What was sent meanwhile."""
        commands: list[Command] = []
        with suppress(queue.Empty):
            while True:
                commands.append(self._commands.get_nowait())
        return commands

    def _obey_all(self, commands: list[Command]) -> None:
        for command, later in zip(commands, [*commands[1:], None]):
            if isinstance(command, Seek | SeekTime) and isinstance(later, Seek | SeekTime):
                continue  # A timeline being dragged is followed to where it is now.
            try:
                self._obey(command)
            except (StepFailed, ParameterError, UnknownName) as error:
                self._stop(str(error))
            self._changed = True

    def _obey(self, command: Command) -> None:
        if isinstance(command, DrawBeside):
            self.beside = command.changes
            return
        if not isinstance(command, Paint):  # of many in one drag: what one of them tells must be seen
            self.message = self.arrival = ""
        if isinstance(command, Pause | StepBy | Seek | SeekTime | Use):
            self.lookout = None
        if not isinstance(command, SeekTime):
            self._seen = None
        match command:
            case SetParameters() | Act() | Paint() | Undo():
                self.loop.apply(command)
                self.arrival, self.loop.note = self.loop.note or self.arrival, ""
            case Run():
                if self._ended:
                    self.loop.seek(0)
                self.running = True
            case Pause():
                self.running = False
            case StopAt(names):
                system = self.loop.system
                landmarks = [system.landmark(name) for name in names] or system.landmarks_of(self.loop.parameters)
                if self._looked is not None and self._looked.goes_on(self.loop, landmarks):
                    self.lookout = self._looked
                else:
                    self.lookout = Lookout(landmarks)
                    self.lookout.look(self.loop)  # Where the run stands is the beginning, and not met.
                self.running = True
            case StepBy(steps):
                self.running = False
                self._go(self.loop.step + steps)
            case Seek(step):
                self.running = False
                self.loop.seek(step)
            case SeekTime():
                self.running = False
                self.loop.seek_time(self._run_time(command))
            case Rewind():
                self.loop.rewind()
            case SetSpeed(speed):
                self.speed = self.actual_speed = speed
            case Use(loop, speed, running):
                self.loop, self.speed, self.actual_speed, self.running = loop, speed, speed, running
                self.beside, self.sweep = {}, None
            case SweepOn(sweep):
                self.sweep, self.running = sweep, True
                sweep.begin(self.loop)
            case SweepOff(forget):
                self.running = False
                if self.sweep is not None:
                    self.sweep.stop()
                self.sweep = None if forget else self.sweep
            case ReturnTo(index):
                self.running = False
                if self.sweep is not None and not self.sweep.return_to(self.loop, index):
                    self.message = "The state of this point is no longer kept: choose one beside it"
            case Call(function):
                function(self.loop)
        self._due = self.loop.time
        if self.running and isinstance(command, SetParameters | Act) and self.loop.dt <= self.speed * FRAME_INTERVAL:
            # The first picture of the new parameters is one that has moved: a view on its way to them is under way.
            self._due += self.loop.dt

    def _run_time(self, command: SeekTime) -> float:
        """The time of the run that belongs to a time on the axis of a plot."""
        plot = next((plot for plot in self.loop.system.plots if plot.name == command.plot), None)
        return plot.run_time(command.time, lambda: self._at(command.step)) if plot else command.time

    def _at(self, step: int) -> tuple[Any, Parameters, float]:
        """State, parameters and time step at ``step``, kept while seeks follow each other."""
        if self._seen is None or self._seen[0] != step:
            self.loop.seek(step)
            self._seen = step, copy_state(self.loop.state), self.loop.parameters, self.loop.dt
        return self._seen[1:]

    def _go(self, step: int) -> None:
        if step <= self.loop.last_step:
            self.loop.seek(step)
        else:
            self.loop.advance(step - self.loop.step)


def speed_of(loop: Loop) -> float:
    """Return the speed a loop is best watched at: its preset's, or its system's, as 1, 2 or 5 times a power of ten."""
    return round_speed(loop.preset.speed or float(loop.system.speed(loop.parameters)))
