"""The contract of a physical system: a stateless class; its state is a dataclass of arrays owned by the engine."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np

from spinviz.model.identity import Identity
from spinviz.model.landmark import Landmark
from spinviz.model.law import Law
from spinviz.model.parameters import Parameters
from spinviz.model.plots import Plot, Spot
from spinviz.model.shortened import shortened
from spinviz.model.visuals import Stage, Visual

P = TypeVar("P", bound=Parameters)
S = TypeVar("S")

CHAPTERS = ("Moments", "Order", "Dynamics", "Magnetic resonance", "Electrons", "Fields")
"""The order of the library, as one would teach; other chapters follow alphabetically."""


class UnknownName(ValueError):
    """A system, preset or action that does not exist: one line with the known names."""


@dataclass
class State:
    """Base of states that know the time of the run [time unit]: the engine sets it after every step."""

    time: float = field(default=0.0, kw_only=True)

    def begin_at(self, time: float) -> None:
        """Begin at ``time`` instead of 0: a parameter started the run again."""
        self.time += time


def itself(p: Any) -> float:
    """Factor of a variance that is shown as it is."""
    return 1.0


@dataclass(frozen=True)
class Observable:
    """A number computed from the state. ``symbol`` is unicode ("M_z/M₀"), ``unit`` as in `units`.

    Some are no numbers of the state but of the run since the last change, times ``factor`` of the parameters: the
    variance of another observable (``variance_of``), its integrated correlation time in steps (``memory_of``), or a
    smooth function ``combine`` of the means of two (``means_of``). The engine finds them with their errors, and
    `System.observe` leaves them out.
    """

    name: str
    title: str
    symbol: str
    unit: str = ""
    variance_of: str = ""
    factor: Callable[[Any], float] = itself
    memory_of: str = ""
    means_of: tuple[str, ...] = ()
    combine: Callable[[float, float], float] = max

    @property
    def series(self) -> tuple[str, ...]:
        """Observables from whose series it is found; none for a number of the state."""
        return self.means_of or tuple(name for name in (self.variance_of, self.memory_of) if name)


@dataclass(frozen=True)
class Preset:
    """A named set of parameters over the defaults, with actions at times.

    ``repeat``: period after which the actions start again (a repetition time TR); ``length``: simulated time worth
    showing, used by the opening demonstration and the tests; ``speed``: simulated time per second on screen.
    """

    name: str
    title: str
    help: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    actions: tuple[tuple[float, str], ...] = ()
    repeat: float | None = None
    speed: float | None = None
    length: float | None = None
    notes: str = ""
    """What to notice: one to three sentences shown beside the picture; the system's own when empty."""


@dataclass(frozen=True)
class Action:
    """A named change of the state between two steps: a button, a key and a cue.

    ``apply`` changes the state in place and may return new parameters ("flip the field").
    """

    name: str
    title: str
    help: str
    apply: Callable[[Any, Any], Any]


class System(ABC, Generic[P, S]):
    """A physical system that can be stepped. Instances hold nothing; every call gets what it needs.

    Randomness: `initial_state` draws from the generator it is given and keeps what stepping needs (a counter or a
    generator's words) in arrays of the state, so that copying the state copies the future.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    chapter: ClassVar[str]
    order: ClassVar[int] = 1000
    """Place in the chapter, as one would teach; those with the same follow by title."""
    summary: ClassVar[str]
    """One sentence for the library."""
    notes: ClassVar[str] = ""
    """What to notice, one to three sentences."""
    equation: ClassVar[str]
    """Equation of motion or Hamiltonian in LaTeX, with its factors."""
    time_unit: ClassVar[str] = "s"
    """Unit of `step`'s dt: ``"s"``, or one of `clock.COUNTED`."""
    Parameters: ClassVar[type[Parameters]]
    observables: ClassVar[tuple[Observable, ...]]
    plots: ClassVar[tuple[Plot, ...]] = ()
    laws: ClassVar[tuple[Law, ...]] = ()
    identities: ClassVar[tuple[Identity, ...]] = ()
    """Relations that need no badge."""
    symbols: ClassVar[Mapping[str, str]] = {}
    """What the laws' equations write and no parameter or observable is called: "M_0" is "equilibrium magnetization"."""
    presets: ClassVar[tuple[Preset, ...]]
    """At least one; the first is what opens."""
    actions: ClassVar[tuple[Action, ...]] = ()
    landmarks: ClassVar[tuple[Landmark, ...]] = ()
    """Moments at which a run can be stopped."""

    def __eq__(self, other: object) -> bool:
        """Instances hold nothing: those of one class are the same, also to caches."""
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    @abstractmethod
    def initial_state(self, p: P, rng: np.random.Generator) -> S:
        """Return the state at time 0."""

    @abstractmethod
    def step(self, state: S, p: P, dt: float) -> None:
        """Advance ``state`` in place by ``dt``. The one verb: time evolution and Monte Carlo sweeps alike."""

    @abstractmethod
    def timestep(self, p: P) -> float:
        """Return the fixed sub-step [`time_unit`] after which observables are sampled.

        `step` may divide it further inside. Some hundred per second on screen make smooth traces.
        """

    @abstractmethod
    def speed(self, p: P) -> float:
        """Return the time lens: simulated time per second on screen that shows the system well."""

    @abstractmethod
    def observe(self, state: S, p: P) -> dict[str, float]:
        """Return every declared observable by name, except variances, which the engine finds."""

    @abstractmethod
    def draw(self, state: S, p: P) -> tuple[Visual, ...]:
        """Return what to draw, sharing no writeable array with the state.

        The number, order and types of the visuals stay the same while the parameters do.
        """

    @abstractmethod
    def stage(self, p: P) -> Stage:
        """Return what the camera frames."""

    def caption(self, state: S, p: P) -> str:
        """Return one line under the equation: frame of reference, numbers, exaggerations."""
        return ""

    def foretold(self, state: S, p: P) -> str:
        """Return what the closed forms add to the caption; it is left out where laws are hidden."""
        return ""

    def odd(self, state: S, p: P) -> tuple[str, ...]:
        """Return what a user must know of the files that ``p`` names and of how they were taken, a phrase each.

        The window and the command line say it when a file is opened; the caption should hold it as long as it counts.
        """
        return ()

    def changed(self, state: S, p: P, before: P) -> None:
        """Take note, in place, that other parameters have come, which need no new state and change more than a picture.

        Most systems need not: the parameters come with every call.
        """

    def restored(self, state: S, p: P) -> None:
        """Count anew, in place, what the state keeps of its arrays: undo has put parts of them back to earlier values.

        Most systems need not: they keep nothing twice.
        """

    def departure(self, state: S, p: P) -> Any:
        """Return what the closed forms start from now: the engine asks after every change and gives it to the laws."""
        return None

    def settle(self, state: S, p: P) -> float:
        """Return the time after a change, asked for at that moment, that counts in no mean."""
        return 0.0

    def memory(self, p: P) -> int:
        """Return about how many bytes it takes to make the state; 0 where that is little with any parameters."""
        return 0

    def check(self, state: S, p: P) -> str:
        """Return what is wrong with the state beyond NaN (a moment whose length drifted), or nothing."""
        return ""

    def period(self, p: P) -> float:
        """Return the time [`time_unit`] after which the picture is the same again, 0 where nothing repeats exactly."""
        return 0.0

    def end(self, p: P) -> float | None:
        """Return the time [`time_unit`] of the last that a run shows; None for one without an end: all but films."""
        return None

    def ended(self, state: S, p: P) -> bool:
        """Whether nothing new will come: the window pauses there, and running on begins again."""
        return False

    def pick(self, p: P, plot: str, row: int, column: int) -> P | None:
        """Return the parameters after a click on a pixel of the image ``plot``; None where it means nothing."""
        return None

    def pick_point(self, p: P, plot: str, spot: Spot) -> P | None:
        """Return the parameters after a click on a point of a curve or of a histogram.

        With None the run goes to the time of the point, where it has one.
        """
        return None

    def open(self, path: Path) -> P:
        """Return parameters that start from the file ``path``. Errors: `FileError` or `UnknownName`."""
        for q in self.Parameters.quantities().values():
            if q.kind == "file" and path.suffix.lower() in q.suffixes:
                return self.Parameters.of(**{q.name: str(path)})  # type: ignore[return-value]
        raise UnknownName(
            f"{self.name} does not open '{shortened(path.name)}': it takes {', '.join(self.suffixes()) or 'no files'}"
        )

    @classmethod
    def place(cls) -> tuple[int, str, int, str]:
        """Return what the library sorts by: chapters, and in each its systems, in the order of teaching."""
        number = CHAPTERS.index(cls.chapter) if cls.chapter in CHAPTERS else len(CHAPTERS)
        return number, cls.chapter, cls.order, cls.title

    @classmethod
    def suffixes(cls) -> tuple[str, ...]:
        """Return the endings of the files that `open` takes."""
        return tuple(s for q in cls.Parameters.quantities().values() if q.kind == "file" for s in q.suffixes)

    def preset(self, name: str) -> Preset:
        """Return a preset by name. Errors: `UnknownName` with the known names."""
        return _named(self.presets, name, f"{self.name} has no preset")

    def action(self, name: str) -> Action:
        """Return an action by name. Errors: `UnknownName` with the known names."""
        return _named(self.actions, name, f"{self.name} has no action")

    def observable(self, name: str) -> Observable:
        """Return an observable by name. Errors: `UnknownName` with the known names."""
        return _named(self.observables, name, f"{self.name} has no observable")

    def landmark(self, name: str) -> Landmark:
        """Return a landmark by name. Errors: `UnknownName` with the known names."""
        return _named(self.landmarks, name, f"{self.name} has no event")

    def landmarks_of(self, p: P) -> tuple[Landmark, ...]:
        """Return the landmarks that can be met with the parameters ``p``."""
        return tuple(landmark for landmark in self.landmarks if landmark.when(p))


Named = TypeVar("Named", Preset, Action, Observable, Landmark)


def _named(items: tuple[Named, ...], name: str, complaint: str) -> Named:
    for item in items:
        if item.name == name:
            return item
    known = ", ".join(item.name for item in items) or "none"
    raise UnknownName(f"{complaint} '{shortened(name)}': use one of {known}")
