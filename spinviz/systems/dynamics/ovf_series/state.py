"""The state of a film of files: which frame is shown, and what was measured in those before it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spinviz.model.system import State
from spinviz.systems.dynamics.ovf_series.film import Film

Values = NDArray[np.float64]


@dataclass
class FilmState(State):
    """``number`` of the frame from 0; ``seen`` (frames, 4): mean x, y, z and charge of the frames up to it, then 0."""

    number: int
    seen: Values

    @classmethod
    def begin(cls, film: Film) -> FilmState:
        """At the first frame."""
        state = cls(0, np.zeros((film.count, 4)))
        state.look(film)
        return state

    def go_on(self, film: Film) -> None:
        """Go to the next frame; the last one stays."""
        if self.number + 1 < min(film.count, len(self.seen)):
            self.number += 1
            self.look(film)

    def look(self, film: Film) -> None:
        """Measure the frame."""
        self.seen[self.number] = np.nan_to_num(film.numbers(self.number))

    @property
    def mean(self) -> Values:
        """Mean direction (3,)."""
        return self.seen[self.number, :3]
