"""The stepping loop: it owns state, parameters, generator and time, and builds frames.

Everything happens in whole sub-steps of `System.timestep`, and events (new parameters, actions) happen between two of
them and are logged with their step. So a run is a function of system, parameters, seed and events alone: the frame
rate, the speed and whether anybody watches cannot change a bit of it, and any earlier step can be reached again.
"""

from __future__ import annotations

import copy
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from spinviz.engine.averages import Averages
from spinviz.engine.history import Samples
from spinviz.engine.memory import check_memory
from spinviz.engine.patches import MOST_BYTES, Patch, Patches, difference
from spinviz.engine.picture import captions_of, curves_of, plots_of
from spinviz.engine.snapshots import Snapshot, Snapshots, copy_state, is_finite, size_of
from spinviz.files.errors import FileError
from spinviz.model import interrupts
from spinviz.model.abilities import Brushable
from spinviz.model.brush import BRUSHES, Indices, Stroke
from spinviz.model.frame import Frame, LawNow
from spinviz.model.law import Departure, Law
from spinviz.model.parameters import ParameterError, Parameters
from spinviz.model.system import Preset, State, System, UnknownName

MEMORY = 256 * 2**20
"""Bytes of snapshots unless the settings say otherwise."""
CHECKED_EVERY = 16
"""Steps between two searches of a large state for NaN; small ones are searched at every step."""
SMALL = 1 << 17
LIMITED = f"what they changed is kept up to {MOST_BYTES >> 20} MiB"


@dataclass(frozen=True)
class SetParameters:
    """Event: go on with these parameters."""

    parameters: Parameters


@dataclass(frozen=True)
class Act:
    """Event: an action by name."""

    action: str


@dataclass(frozen=True)
class Paint:
    """Event: a stroke of a brush."""

    stroke: Stroke


@dataclass(frozen=True, eq=False)
class Undo:
    """Event: what ``of``, an earlier event of this run, changed is put back; of an `Undo`: it is done again."""

    of: Act | Paint | Undo

    @property
    def first(self) -> Act | Paint:
        """What is undone, or done again."""
        return self.of.first if isinstance(self.of, Undo) else self.of

    @property
    def again(self) -> bool:
        """Whether it is done again."""
        return isinstance(self.of, Undo) and not self.of.again


Event = SetParameters | Act | Paint | Undo


class StepFailed(RuntimeError):
    """A system raised an error or left a state that is not finite. The message names it, step, time and parameters."""


class Stopped(Exception):
    """Long work was told to stop."""


TOLD = (StepFailed, FileError, ParameterError, UnknownName, MemoryError, Stopped)
"""Errors that are lines for people already, and the end of what nobody wants any more."""


@dataclass(frozen=True)
class _Anchor:
    """Where time is counted from, which scheduled action comes next, the last change, and the means since."""

    step: int
    time: float
    scheduled: int
    averages: Averages
    departure: Departure
    born: int = 0
    """How often a parameter has begun a new state."""

    def copy(self) -> _Anchor:
        """Return an independent copy."""
        return replace(self, averages=self.averages.copy())


class Loop:
    """One run of one system.

    ``preset`` gives parameters and scheduled actions; ``parameters`` replace those of the preset; ``schedule`` adds
    (time, action) pairs. ``kept`` names parameters that the preset's own actions leave as they are; what they would
    have done is in ``overruled``, by the names of action and parameter. ``events`` are laid out to come, as a session
    recorded them; those of step 0 happen at once. ``watch`` is called after every step, event and scheduled action; it
    may raise `Stopped`. ``bare``: only observables are followed, no laws, means or history, which take longer than the
    steps of a small system.
    """

    def __init__(
        self,
        system: System[Any, Any],
        parameters: Parameters | None = None,
        *,
        preset: str = "",
        schedule: Iterable[tuple[float, str]] = (),
        seed: int = 0,
        memory: int = MEMORY,
        kept: Iterable[str] = (),
        events: Iterable[tuple[int, Event]] = (),
        watch: Callable[[], None] | None = None,
        bare: bool = False,
    ) -> None:
        self.system = system
        self.bare = bare
        self.preset = system.preset(preset) if preset else Preset("", "")
        self.seed = seed
        self.watch = watch
        self._memory = memory
        self._extra = sorted(schedule, key=lambda item: item[0])  # Those of one time in the order given.
        rounds = [
            *((time, name, False) for time, name in self._extra),
            *((*item, True) for item in self.preset.actions),
        ]
        self._first_round = sorted(rounds, key=lambda item: item[0])
        for _, name, _ in self._first_round:
            system.action(name)
        self.parameters = parameters or system.Parameters.of(**self.preset.parameters)
        self._kept = {name: getattr(self.parameters, name) for name in kept}
        self.overruled: dict[tuple[str, str], Any] = {}
        self.note = ""
        """What the last event has to tell; whoever tells it empties it."""
        self._pinned = -1
        self._last_drawn: tuple[Event, Indices] | None = None
        """The stroke of a drag that was last, and the sites reached by it and by those before it."""
        self.initial = self.parameters
        self.events: list[tuple[int, Event]] = sorted(events, key=lambda item: item[0])
        self._restart()

    # --- where we are -------------------------------------------------------------------------------------------

    @property
    def time(self) -> float:
        """Simulated time in the system's unit."""
        return self._anchor.time + (self.step - self._anchor.step) * self.dt

    @property
    def schedule(self) -> tuple[tuple[float, str], ...]:
        """The (time, action) pairs over those of the preset."""
        return tuple(self._extra)

    @property
    def departure(self) -> Departure:
        """The last change, from which closed forms and means start."""
        return self._anchor.departure

    def steps_until(self, time: float) -> int:
        """Return the number of whole steps from now to ``time``; the slack absorbs rounding of a decimal ``dt``."""
        return max(0, int(np.floor((time - self.time) / self.dt + 1e-6)))

    # --- going on -----------------------------------------------------------------------------------------------

    def rewind(self) -> None:
        """Start again: same seed, the parameters of the present, no events."""
        self.initial = self.parameters
        self.events = []
        self._restart()

    def _restart(self) -> None:
        check_memory(self.system, self.initial)
        self.snapshots = Snapshots(self._memory)
        self.patches = Patches(MOST_BYTES, self._pinned)
        try:
            self._begin()
        except TOLD:
            raise
        except Exception as error:
            raise self._failure(f"{type(error).__name__}: {error}") from error

    def _begin(self) -> None:
        self.parameters = self.initial
        self.step = self.last_step = 0
        self.dt = float(self.system.timestep(self.parameters))
        self._anchor = _Anchor(0, 0.0, 0, Averages(self.system), Departure())
        self.samples = Samples(
            tuple(o.name for o in self.system.observables), tuple(law.name for law in self.system.laws)
        )
        self.state = self.system.initial_state(self.parameters, np.random.default_rng(self.seed))
        self._state_size = size_of(self.state)
        self._depart()
        self._observe()
        self._apply_due()
        self._keep(always=True)

    def advance(self, steps: int) -> None:
        """Take ``steps`` steps, applying scheduled actions and logged events on the way. Errors: `StepFailed`."""
        for _ in range(steps):
            self._step()

    def advance_to(self, time: float) -> None:
        """Take whole steps up to ``time``. Errors: `StepFailed`."""
        # A timestep may change with the parameters on the way: ask again after each batch of known length.
        while (steps := self.steps_until(time)) > 0:
            before = self.dt
            for _ in range(steps):
                self._step()
                if self.dt != before:
                    break

    def _step(self) -> None:
        interrupts.check()
        with self._failing():
            self.system.step(self.state, self.parameters, self.dt)
        self.step += 1
        if isinstance(self.state, State):
            self.state.time = self.time
        self._check()
        if self.bare or self.samples.is_due(self.step):
            self._observe()
        elif self._anchor.averages.asked_for:
            self._look(count=True)
        self._apply_due()
        self._keep()
        self._went_on()

    def _went_on(self) -> None:
        if self.watch is not None:
            self.watch()

    def _check(self) -> None:
        small = self._state_size < SMALL
        if (small or self.step % CHECKED_EVERY == 0) and not is_finite(self.state):
            raise self._failure("the state is no longer finite (NaN or overflow)")
        with self._failing("the check of its state: "):
            complaint = self.system.check(self.state, self.parameters)
        if complaint:
            raise self._failure(complaint)

    def _failure(self, what: str) -> StepFailed:
        p = self.parameters
        changed = ", ".join(f"{name} = {q.show(getattr(p, name))}" for name, q in p.quantities().items())
        if not len(self.snapshots):
            return StepFailed(f"{self.system.name} cannot start: {what}. Parameters: {changed}. Choose others.")
        step, time = self.step, self.time
        self._restore(self.snapshots.before(self.step))
        return StepFailed(
            f"{self.system.name} stopped at step {step}, time {time:.6g} {self.system.time_unit}: {what}. "
            f"Parameters: {changed}. Everything up to step {self.step} is kept: change a parameter or rewind."
        )

    # --- events -------------------------------------------------------------------------------------------------

    def apply(self, event: Event) -> None:
        """Apply an event now and log it; in the past it starts a new branch. Errors: `UnknownName`, `StepFailed`.

        What cannot be undone changes nothing, and `note` says why.
        """
        if isinstance(event, Undo) and (why := self._refusal(event)):
            self.note = why
            return
        if isinstance(event, Act):
            self.system.action(event.action)
        elif isinstance(event, Paint):
            self._check_brush(event.stroke)
        elif isinstance(event, SetParameters) and self.parameters.rebuilds(event.parameters):
            check_memory(self.system, event.parameters)
        self._branch()
        self.events.append((self.step, event))
        lost = self.patches.lost
        self._perform(event, len(self.events) - 1)
        if self.patches.lost and not lost:
            self.note = f"The oldest actions and strokes cannot be undone any more: {LIMITED}"
        self._keep(always=True)

    def _branch(self) -> None:
        if self.step < self.last_step or (self.events and self.events[-1][0] > self.step):
            self.events = [item for item in self.events if item[0] <= self.step]
            self.samples.forget_after(self.step)
            self.snapshots.forget_after(self.step)
            self.patches.forget_from(len(self.events))
            self.last_step = self.step

    def _perform(self, event: Event, number: int | None = None, of_preset: bool = False) -> None:
        """Let ``event`` happen, the ``number``-th that is logged; None for one that is scheduled."""
        before, born = self.parameters, self._anchor.born
        was = None if isinstance(event, SetParameters) else copy_state(self.state)
        title = self._title(event)
        with self._failing(f"{title}: "):
            parameters = self._do(event, number)
            if isinstance(event, Act) and of_preset and parameters is not None:
                parameters = self._keeping(event.action, parameters)
        if title and not isinstance(event, Paint) and self.step >= self.last_step:
            self.samples.mark(self.time, title)
        if parameters is not None:
            self._use(parameters)
        if isinstance(event, Undo):
            self._put_back(event)
        state = None if was is None or self._anchor.born != born else difference(was, self.state)
        if number is not None and was is not None:
            self.patches.add(number, Patch(_changed(before, self.parameters), self._anchor.born, state))
        changed = state is not None or not self.parameters.displays(before)
        if changed:
            self._depart()
        self._observe(count=changed)

    def _do(self, event: Event, number: int | None) -> Parameters | None:
        """Change the state as an event says; return the parameters that follow, None for those of now."""
        match event:
            case SetParameters(parameters):
                return parameters
            case Act(name):
                return self.system.action(name).apply(self.state, self.parameters)  # type: ignore[no-any-return]
            case Paint(stroke):
                system = self._check_brush(stroke)
                sites = system.sites(self.parameters).reached(stroke)
                if stroke.goes_on and number:
                    before = self._drawn(number - 1)
                    self._last_drawn = event, np.union1d(before, sites)
                    sites = np.setdiff1d(sites, before, assume_unique=True)
                system.paint(self.state, self.parameters, stroke.brush, sites)
                return None
        values = self._patch(self._number(event.of)).parameters
        return self.parameters.change(**values) if values else None

    def _drawn(self, number: int) -> Indices:
        """The sites that the strokes of one drag have reached up to the event of this number."""
        event = self.events[number][1]
        if not isinstance(event, Paint):
            return np.empty(0, np.int64)
        if self._last_drawn is not None and self._last_drawn[0] is event:
            return self._last_drawn[1]
        assert isinstance(self.system, Brushable)
        sites = self.system.sites(self.parameters).reached(event.stroke)
        return np.union1d(self._drawn(number - 1), sites) if event.stroke.goes_on and number else sites

    def _check_brush(self, stroke: Stroke) -> Brushable[Any, Any]:
        """Return the system, which can do ``stroke``. Errors: `UnknownName`."""
        system = self.system
        if not isinstance(system, Brushable):
            raise UnknownName(f"{system.name} has no lattice to paint on: use its actions")
        if stroke.brush not in (known := system.brushes(self.parameters)):
            raise UnknownName(f"{system.name} has no brush '{stroke.brush}': use one of {', '.join(known)}")
        return system

    def _title(self, event: Event) -> str:
        match event:
            case Act(name):
                return self.system.action(name).title
            case Paint(stroke):
                return BRUSHES[stroke.brush].title
            case Undo():
                return f"{'Redo' if event.again else 'Undo'}: {self._title(event.first)}"
        return ""

    # --- undoing ------------------------------------------------------------------------------------------------

    def _number(self, event: Event) -> int:
        """The number of an event of this run, -1 where it is none: of those alike it is this very one."""
        return next((n for n in reversed(range(len(self.events))) if self.events[n][1] is event), -1)

    def _refusal(self, event: Undo) -> str:
        """Why an event cannot be undone now; empty where it can."""
        number = self._number(event.of)
        word = "done again" if event.again else "undone"
        if number < 0:
            return f"{self._title(event.first)} is not {word}: it belongs to an earlier run"
        if self.events[number][0] > self.step:
            return f"{self._title(event.first)} is not {word}: it comes later in this run, go there first"
        if number not in self.patches:
            return f"{self._title(event.first)} cannot be {word}: {LIMITED}"
        return ""

    def _put_back(self, event: Undo) -> None:
        number = self._number(event.of)
        patch, at_once = self._patch(number), self.events[number][0] == self.step
        if patch.state is None:
            return
        if patch.born != self._anchor.born:
            self.note = f"{self._title(event)}. The state was made anew since then and stays as it is"
            return
        patch.put(self.state, at_once)
        with self._failing(f"{self._title(event)}: "):
            self.system.restored(self.state, self.parameters)
        if not at_once:
            self.note = f"{self._title(event)}. What it changed is as it was, the time is not turned back"

    def _patch(self, number: int) -> Patch:
        """The patch of an event; one that was dropped is found again by repeating the run up to there."""
        found = self.patches.get(number)
        return found if found is not None else self._repeated(number)

    def _repeated(self, number: int) -> Patch:
        twin = copy.copy(self)
        twin.events, twin.watch, twin._memory, twin._pinned = self.events[: number + 1], None, 0, number
        twin.overruled = {}
        twin._restart()
        twin.advance(self.events[number][0])
        patch = twin.patches.get(number)
        assert patch is not None
        return patch

    def _keeping(self, action: str, parameters: Parameters) -> Parameters:
        """Return ``parameters`` with the values that are kept, and note what the action wanted."""
        wanted = {name: getattr(parameters, name) for name, value in self._kept.items()}
        changed = {name: value for name, value in wanted.items() if value != self._kept[name]}
        self.overruled |= {(action, name): value for name, value in changed.items()}
        return parameters.change(**{name: self._kept[name] for name in changed}) if changed else parameters

    def _use(self, parameters: Parameters) -> None:
        if not isinstance(parameters, self.system.Parameters):
            raise ParameterError(f"{self.system.name} does not take {type(parameters).__name__}")
        if self.parameters.rebuilds(parameters):
            check_memory(self.system, parameters)
        before, time = self.parameters, self.time
        self._anchor = replace(self._anchor, step=self.step, time=time)
        self.parameters = parameters
        with self._failing("the change of parameters: ", TOLD):
            self.dt = float(self.system.timestep(parameters))
        if before.rebuilds(parameters):
            generator = np.random.default_rng([self.seed, self.step])
            with self._failing("the change of parameters: ", TOLD):
                self.state = self.system.initial_state(parameters, generator)
            if isinstance(self.state, State):
                self.state.begin_at(time)
            self._anchor = replace(self._anchor, born=self._anchor.born + 1)
        elif not parameters.displays(before):
            with self._failing("the change of parameters: "):
                self.system.changed(self.state, parameters, before)

    def _depart(self) -> None:
        """Let closed forms and means start from here."""
        state, p = self.state, self.parameters
        start = copy_state(self.system.departure(state, p))
        counts = self.time + float(self.system.settle(state, p))
        self._anchor.averages.restart()
        self._anchor = replace(self._anchor, departure=Departure(self.time, start, counts))

    @contextmanager
    def _failing(self, what: str = "", told: tuple[type[Exception], ...] = (StepFailed,)) -> Iterator[None]:
        """Name ``what`` in the message of an exception that a system raises, except those that are ``told``."""
        try:
            yield
        except told:
            raise
        except Exception as error:
            raise self._failure(f"{what}{type(error).__name__}: {error}") from error

    @property
    def changes_ahead(self) -> bool:
        """Whether scheduled actions or logged events are still to come."""
        scheduled = self._scheduled(self._anchor.scheduled) is not None
        return scheduled or any(step > self.step for step, _ in self.events)

    def _apply_due(self) -> None:
        while (due := self._scheduled(self._anchor.scheduled)) and self.time >= due[0] - self.dt / 2:
            self._anchor = replace(self._anchor, scheduled=self._anchor.scheduled + 1)
            self._perform(Act(due[1]), of_preset=due[2])
            self._went_on()
        now = bisect_left(self.events, self.step, key=lambda item: item[0])
        while now < len(self.events) and self.events[now][0] == self.step:
            self._perform(self.events[now][1], now)
            self._went_on()
            now += 1

    def _scheduled(self, index: int) -> tuple[float, str, bool] | None:
        """The scheduled action number ``index``, and whether it is the preset's; others first where times agree."""
        if index < len(self._first_round):
            return self._first_round[index]
        if not self.preset.repeat or not self.preset.actions:
            return None
        later = index - len(self._first_round)
        time, name = self.preset.actions[later % len(self.preset.actions)]
        return time + self.preset.repeat * (1 + later // len(self.preset.actions)), name, True

    # --- looking back -------------------------------------------------------------------------------------------

    @property
    def reach(self) -> int:
        """The last step to which one can go: the last that was taken, and that at which a film ends."""
        end = self.system.end(self.parameters)
        return self.last_step if end is None else max(self.last_step, self.step + round((end - self.time) / self.dt))

    def seek(self, step: int) -> None:
        """Go to an earlier or later step of this run: the snapshot before it, and exact steps from there.

        A film can also be shown where it was not played yet: what lies between is then read.
        """
        step = min(max(step, 0), self.reach)
        snapshot = self.snapshots.before(step)
        if not snapshot.step <= self.step <= step:
            self._restore(snapshot)
        self.advance(step - self.step)

    def seek_time(self, time: float) -> None:
        """Go to the step of this run that is nearest to ``time``."""
        snapshot = self.snapshots.before_time(time)
        if not snapshot.time <= self.time <= time:
            self._restore(snapshot)
        while self.step < self.last_step and self.time + self.dt / 2 <= time:
            self._step()

    def _restore(self, snapshot: Snapshot) -> None:
        self.state = copy_state(snapshot.state)
        self.parameters, self.step, self._state_size = snapshot.parameters, snapshot.step, snapshot.size
        self.dt = float(self.system.timestep(self.parameters))
        self._anchor = snapshot.anchor.copy()
        with suppress(Exception):  # what led here may fail again: the numbers stay those of before
            self._see()

    def go_on_from(self, snapshot: Snapshot) -> None:
        """Go on from a snapshot of such a run, taken by another loop; what was before cannot be reached."""
        self.snapshots.forget_after(-1)
        self.snapshots.add(snapshot)
        self.last_step = snapshot.step
        self._restore(snapshot)

    def return_to(self, snapshot: Snapshot, initial: Parameters, events: Iterable[tuple[int, Event]]) -> None:
        """Return to a moment of this run, which had begun with ``initial`` and gone through ``events``.

        Where the run has taken another way since, that is left: a new branch begins where the two ways part.
        """
        then = list(events)
        parted = -1 if initial != self.initial else _parted(then, self.events, snapshot.step)
        if parted < snapshot.step or snapshot.step > self.last_step:
            self.initial, self.events, self.last_step = initial, then, snapshot.step
            self.samples.forget_after(parted)
            self.snapshots.forget_after(parted)
            self.snapshots.add(snapshot)
        self._restore(snapshot)

    def _keep(self, always: bool = False) -> None:
        new = self.step > self.last_step
        self.last_step = max(self.last_step, self.step)
        if always or (new and self.snapshots.is_due(self.step)):
            now = self.snapshot()
            self._state_size = now.size
            self.snapshots.add(now)

    def snapshot(self) -> Snapshot:
        """Return a copy of this moment, from which the run can go on."""
        state, anchor = copy_state(self.state), self._anchor.copy()
        return Snapshot(self.step, self.time, self.parameters, state, anchor, size_of(state))

    # --- looking at it ------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Bring observables and laws up to date at a step that was not sampled."""
        if self._looked != self.step:
            self._look()

    def _observe(self, count: bool = True) -> None:
        """Take a sample: it counts in the means and, when it is new, in the history."""
        self._look(count)
        if self.step >= self.last_step and not self.bare:
            theory = {name: now.theory if now.holds else np.nan for name, now in self.laws.items()}
            self.samples.add(self.step, self.time, self.observables, theory)

    def _look(self, count: bool = False) -> None:
        with self._failing("its observables and laws: "):
            self._see(count)
        wrong = [name for name, value in self.observables.items() if np.isinf(value)]
        if wrong and self.step:
            raise self._failure(f"{wrong[0]} is infinite")

    def _see(self, count: bool = False) -> None:
        system, state, p, anchor = self.system, self.state, self.parameters, self._anchor
        self._looked = self.step
        self.observables = {name: float(value) for name, value in system.observe(state, p).items()}
        if missing := [o.name for o in system.observables if not (o.series or o.name in self.observables)]:
            raise ValueError(f"observe gives no {missing[0]}")
        if self.bare:
            return
        held = {law.name: bool(law.holds(state, p, anchor.departure)) for law in system.laws}
        if count:
            anchor.averages.add(self.time, self.observables, held, anchor.departure)
        self.observables |= anchor.averages.fluctuations(p)
        self.laws = {law.name: self._law(law, held[law.name]) for law in system.laws}

    def _law(self, law: Law, holds: bool) -> LawNow:
        state, p, d = self.state, self.parameters, self._anchor.departure
        value, error = self.observables[law.observable], 0.0
        if law.averaged:
            scatter = law.scatter(state, p, d) if law.scatter and holds else 0.0
            value, error = self._anchor.averages.of_law(law, p, scatter)
        if not holds or (np.isnan(value) and not law.averaged):
            return LawNow(value, np.nan, np.nan, law.tolerance, False, unseen=holds)
        theory = float(law.theory(state, p, d))
        deviation = law.deviation(value, theory, state, p, d, error)
        return LawNow(value, theory, deviation, law.tolerance, not np.isnan(theory), error)

    def frame(
        self,
        *,
        running: bool = False,
        speed: float = 0.0,
        actual_speed: float = 0.0,
        message: str = "",
        arrival: str = "",
    ) -> Frame:
        """Return an immutable picture of this moment. Errors: `StepFailed`."""
        try:
            return self._frame(running, speed, actual_speed, message, arrival)
        except TOLD:
            raise
        except Exception as error:
            what = f"{self.system.name} could not be drawn at step {self.step}"
            raise StepFailed(f"{what}: {type(error).__name__}: {error}") from error

    def _frame(self, running: bool, speed: float, actual_speed: float, message: str, arrival: str) -> Frame:
        state, p = self.state, self.parameters
        history = self.samples.history()
        untold, caption = captions_of(self.system, state, p)
        return Frame(
            system=self.system.name,
            parameters=p,
            step=self.step,
            time=self.time,
            visuals=self.system.draw(state, p),
            stage=self.system.stage(p),
            caption=caption,
            untold=untold,
            observables=dict(self.observables),
            laws=dict(self.laws),
            history=history,
            plots=plots_of(self.system, state, p, self._anchor.averages),
            curves=curves_of(self.system, state, p, self._anchor.departure, self.time, history),
            first_step=0,
            last_step=self.last_step,
            reach=self.reach,
            running=running,
            speed=speed,
            actual_speed=actual_speed,
            message=message,
            arrival=arrival,
        )


def _parted(one: list[tuple[int, Event]], two: list[tuple[int, Event]], end: int) -> int:
    """The last step up to which two ways are the same, ``end`` at most; the events of that step are on both."""
    other = [item for item in two if item[0] <= end]
    for mine, theirs in zip(one, other):
        if mine != theirs:
            return min(mine[0], theirs[0]) - 1
    shorter = min(len(one), len(other))
    rest = one[shorter:] + other[shorter:]
    return rest[0][0] - 1 if rest else end


def _changed(before: Parameters, now: Parameters) -> dict[str, Any]:
    """The parameters that differ, with their values before."""
    old, new = before.model_dump(), now.model_dump()
    return {name: value for name, value in old.items() if value != new[name]}
