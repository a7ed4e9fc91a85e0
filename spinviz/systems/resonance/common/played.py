"""Systems that play a pulse sequence on isochromats: subclasses say which sequence and which sample.

The sequence begins again when it ends (`Played.repeats`), so that a sequence of one repetition time shows the approach
to the steady state. A parameter that changes while it plays changes what is still to come: the magnetization stays.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from spinviz.model.abilities import HasSignal, PlaysSequence
from spinviz.model.identity import Identity
from spinviz.model.parameters import Parameters
from spinviz.model.plots import DiagramScheme, DiagramSpan, Line
from spinviz.model.system import Observable, System
from spinviz.model.visuals import Stage, Visual
from spinviz.physics.sequence.blocks import HardPulse, Sample, Sequence
from spinviz.physics.sequence.engine import play
from spinviz.physics.sequence.timeline import Timeline
from spinviz.systems.pictures.trail import Trail
from spinviz.systems.resonance.common.diagrams import rows_of
from spinviz.systems.resonance.common.restarting import Restarting
from spinviz.systems.resonance.common.vectors import arc, fan, path_and_vector

Values = NDArray[np.float64]
P = TypeVar("P", bound=Parameters)

TRAIL = 2400
"""Points of the path of M that are kept."""
DRAWN = 48
"""Isochromats drawn at most: a fan of more is a solid."""
SECONDS = 8.0
"""Seconds on screen of one sequence."""


@dataclass
class PlayedState(Restarting):
    """Magnetization (3, N) in the rotating frame, and the path of M.

    trail: time and M (4,); ``repetition`` counts from 0.
    """

    m: Values
    trail: Trail = field(default_factory=lambda: Trail.of(TRAIL, 4))
    repetition: int = 0

    @property
    def net(self) -> Values:
        """Mean magnetization (3,)."""
        return np.asarray(self.m.mean(axis=1))

    def leave_trail(self, m: Values, time: float) -> None:
        """Append a point to the path of M."""
        self.trail.leave((time, *m))

    def path(self) -> Values:
        """The path (n, 4): time and M, oldest first; at least two points."""
        return self.trail.path((self.time, *self.net))


class Played(System[P, PlayedState], PlaysSequence[P, Sequence], HasSignal, Generic[P]):
    """A system that plays `sequence` on `sample`. Observables, pulse diagram and picture are ready to be used."""

    signal = ("signal", "signal_90")
    observables: ClassVar[tuple[Observable, ...]] = (
        Observable("signal", "Signal, in phase", "M_x/M₀"),
        Observable("signal_90", "Signal, in quadrature", "M_y/M₀"),
        Observable("transverse", "Transverse magnetization", "|M_xy|/M₀"),
        Observable("mz", "Longitudinal magnetization", "M_z/M₀"),
    )
    identities: ClassVar[tuple[Identity, ...]] = (
        Identity(
            "modulus", ("transverse",),
            lambda s, p, seen: abs(complex(seen["signal"], seen["signal_90"])) - seen["transverse"], 1e-14,
            "|M_xy|² = M_x² + M_y²; rounding.",
        ),
    )  # fmt: skip

    @abstractmethod
    def sequence(self, p: P) -> Sequence:
        """Return what is played; called once for each set of parameters."""

    @abstractmethod
    def sample(self, p: P) -> Sample:
        """Return what it is played on; called once for each set of parameters, N depends on rebuild ones only."""

    def repeats(self, p: P) -> bool:
        """Whether the sequence begins again when it ends; otherwise everything precesses on freely."""
        return True

    def fresh(self, p: P) -> bool:
        """Whether every repetition begins in equilibrium: a sequence shown again, not a repetition time."""
        return False

    def spans(self, p: P) -> tuple[DiagramSpan, ...]:
        """Return the times that can be dragged in the pulse diagram."""
        return ()

    def pulses_before(self, state: PlayedState, p: P) -> tuple[int, int]:
        """Return the number of the repetition, and that of the hard pulses in it so far."""
        return state.repetition, sum(placed.start < state.local for placed in self.timeline(p).hard)

    def timeline(self, p: P) -> Timeline:
        """The sequence laid out in time; kept for the last parameters."""
        return _timeline(self, p)

    def spins(self, p: P) -> Sample:
        """The sample; kept for the last parameters. Never write into it."""
        return _sample(self, p)

    # --- the motion ---------------------------------------------------------------------------------------------

    def initial_state(self, p: P, rng: np.random.Generator) -> PlayedState:
        """Equilibrium along z."""
        return PlayedState(self.spins(p).in_equilibrium())

    def step(self, state: PlayedState, p: P, dt: float) -> None:
        """Play on; begin again at the end."""
        timeline = self.timeline(p)
        duration, end = timeline.sequence.duration, state.local + dt
        while self.repeats(p) and end >= duration:
            last = max(duration, state.local)
            # What happens at the end is a part of it.
            self._play(state, p, timeline, float(np.nextafter(last, np.inf)))
            end -= last
            state.local = 0.0
            state.repetition += 1
            if self.fresh(p):
                state.m[:] = self.spins(p).in_equilibrium()
                state.trail.begin()
        self._play(state, p, timeline, max(end, state.local))  # A rounding must not go back.

    def _play(self, state: PlayedState, p: P, timeline: Timeline, until: float) -> None:
        """Advance within the repetition to the local time ``until``; the path follows hard pulses along their arcs."""
        sample, now, began = self.spins(p), state.local, state.began
        for placed in timeline.hard:
            if now <= placed.start < until:
                self.advance(state, p, timeline, sample, now, placed.start)
                self._follow(state, placed.what, began + placed.start)
                now = placed.start
        self.advance(state, p, timeline, sample, now, until)
        state.local, state.time = until, began + until
        state.leave_trail(state.net, state.time)

    def advance(self, state: PlayedState, p: P, timeline: Timeline, sample: Sample, start: float, end: float) -> None:
        """Play from ``start`` to ``end`` of the repetition [s]; a subclass that records or diffuses does it here."""
        play(timeline, sample, state.m, start, end)

    def _follow(self, state: PlayedState, pulse: Any, time: float) -> None:
        assert isinstance(pulse, HardPulse)
        for m in arc(state.net, pulse.angle, pulse.phase):
            state.leave_trail(m, time)

    # --- what is seen -------------------------------------------------------------------------------------------

    def timestep(self, p: P) -> float:
        """A sixtieth of a second on screen, divided by four."""
        return self.speed(p) / 240

    def speed(self, p: P) -> float:
        """One sequence in `SECONDS`."""
        return self.timeline(p).sequence.duration / SECONDS

    def observe(self, state: PlayedState, p: P) -> dict[str, float]:
        """Net magnetization: both channels of the receiver, and along z."""
        x, y, z = (float(value) for value in state.net)
        return {"signal": x, "signal_90": y, "transverse": float(np.hypot(x, y)), "mz": z}

    def draw(self, state: PlayedState, p: P) -> tuple[Visual, ...]:
        """The isochromats, M and its path in the rotating frame."""
        every = slice(None, None, -(-state.m.shape[1] // DRAWN))
        sample = self.spins(p)
        vectors = (state.m / np.where(sample.M0 > 0, sample.M0, 1.0))[:, every].T
        return fan(vectors), *path_and_vector(state.path()[:, 1:], state.net)

    def stage(self, p: P) -> Stage:
        """A Bloch sphere."""
        return Stage(
            bloch_sphere=True,
            axis_names=("x′", "y′", "z, B₀"),
            low=(-1.05, -1.05, -1.05),
            high=(1.05, 1.05, 1.2),
        )

    def diagram(self, state: PlayedState, p: P) -> DiagramScheme:
        """The pulse diagram of one repetition with the time now: give it to a `Diagram` plot as ``scheme``."""
        timeline = self.timeline(p)
        return DiagramScheme(_rows(self, p), state.local, 0.0, timeline.sequence.duration, self.spans(p))

    def run_time(self, axis_time: float, state: PlayedState, p: P) -> float:
        """The time of the run that belongs to a time in the diagram."""
        return state.began + axis_time

    def kspace(self, state: PlayedState, p: P) -> tuple[Line, ...]:
        """The path through k-space in this repetition and where it is now: give it to a `Graph` plot as ``lines``."""
        timeline = self.timeline(p)
        whole = _kpath(self, p)
        so_far = timeline.kspace_at(np.linspace(0.0, max(state.local, 1e-12), 400))
        return (
            Line(whole[0], whole[1], role="muted"),
            Line(so_far[0], so_far[1], "k(t)", role="simulation", head=True),
        )


@lru_cache(maxsize=8)
def _timeline(system: Played[Any], p: Any) -> Timeline:
    return Timeline(system.sequence(p))


@lru_cache(maxsize=8)
def _sample(system: Played[Any], p: Any) -> Sample:
    return system.sample(p)


@lru_cache(maxsize=8)
def _rows(system: Played[Any], p: Any) -> Any:
    return rows_of(system.timeline(p))


@lru_cache(maxsize=8)
def _kpath(system: Played[Any], p: Any) -> Values:
    timeline = system.timeline(p)
    return timeline.kspace_at(np.linspace(0.0, timeline.sequence.duration, 2000))
