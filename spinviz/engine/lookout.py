"""Looking out for landmarks while a run goes on: it changes nothing in the run, and says at which step to stop."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from math import isnan, nan

from spinviz.engine.loop import Loop
from spinviz.model.landmark import Landmark
from spinviz.model.law import Departure
from spinviz.model.units import show


@dataclass(frozen=True)
class Arrival:
    """A landmark, and the step at which it is."""

    landmark: Landmark
    step: int


@dataclass
class _Watch:
    """What is known of one landmark in the present stretch.

    ``far``: the last value that was ``rise`` away from zero; ``lowest`` value, and ``highest`` since then, at step
    ``at``.
    """

    landmark: Landmark
    stretch: Hashable | None = None
    far: float = nan
    lowest: float = nan
    highest: float = nan
    at: int = 0

    def begin(self) -> None:
        """Forget what was before."""
        self.far = self.lowest = self.highest = nan

    def take(self, value: float, step: int) -> int | None:
        """Take the value at another step; return the step at which the landmark was, when it has just been met."""
        return self._crosses(value, step) if self.landmark.kind == "zero" else self._peaks(value, step)

    def _crosses(self, value: float, step: int) -> int | None:
        if self.far * value <= 0:
            self.far = nan
            return step
        if abs(value) >= self.landmark.rise:
            self.far = value
        return None

    def _peaks(self, value: float, step: int) -> int | None:
        """A maximum is known when the value has fallen again."""
        rise = self.landmark.rise
        if self.highest - self.lowest >= rise and self.highest - value >= rise:
            self.lowest = self.highest = value
            return self.at
        if isnan(self.lowest) or value < self.lowest:
            self.lowest = self.highest = value
        elif value > self.highest:
            self.highest, self.at = value, step
        return None


class Lookout:
    """Looks at every step for the next of some landmarks; give it the loop after each.

    Actions, new parameters and jumps in time begin another stretch: what they change at once is no landmark.
    """

    def __init__(self, landmarks: Iterable[Landmark]) -> None:
        self.landmarks = tuple(landmarks)
        self._watches = [_Watch(landmark) for landmark in self.landmarks]
        self._step = -2
        self._departure: Departure | None = None

    def goes_on(self, loop: Loop, landmarks: Iterable[Landmark]) -> bool:
        """Whether it looks for these, and ``loop`` still stands where it looked last: what rises then is half seen."""
        return self.landmarks == tuple(landmarks) and self._step == loop.step and self._departure is loop.departure

    def look(self, loop: Loop) -> Arrival | None:
        """Return what was just met. A maximum lies some steps back, for it is known when it is over."""
        loop.look()
        if loop.step != self._step + 1 or loop.departure is not self._departure:
            for watch in self._watches:
                watch.begin()
        self._step, self._departure = loop.step, loop.departure
        met = [arrival for watch in self._watches if (arrival := self._take(watch, loop))]
        return min(met, key=lambda arrival: arrival.step, default=None)

    def _take(self, watch: _Watch, loop: Loop) -> Arrival | None:
        landmark = watch.landmark
        stretch = landmark.stretch(loop.state, loop.parameters)
        if stretch is None or stretch != watch.stretch:
            watch.begin()
        watch.stretch = stretch
        if stretch is None:
            return None
        step = watch.take(float(landmark.value(loop.state, loop.parameters, loop.observables)), loop.step)
        return None if step is None else Arrival(landmark, step)


def run_to(loop: Loop, landmark: Landmark, end: float) -> bool:
    """Run until the next ``landmark`` and stop there, or at the time ``end``; return whether it was met."""
    lookout = Lookout((landmark,))
    arrival = lookout.look(loop)
    while arrival is None and loop.steps_until(end) > 0:
        loop.advance(1)
        arrival = lookout.look(loop)
    if arrival is not None:
        loop.seek(arrival.step)
    return arrival is not None


def words_of(landmark: Landmark, loop: Loop) -> str:
    """Say what ``loop`` stands at: "Echo at 60 ms · transverse magnetization 0.67"."""
    name = landmark.title[:1].upper() + landmark.title[1:]
    text = f"{name} at {show(loop.time, loop.system.time_unit)}"
    if not landmark.shows:
        return text
    loop.look()
    observable = loop.system.observable(landmark.shows)
    title = observable.title[:1].lower() + observable.title[1:]
    return f"{text} · {title} {show(loop.observables[observable.name], observable.unit, 3)}"
