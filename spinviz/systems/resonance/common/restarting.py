"""States of experiments that begin again and again: the time since the last beginning."""

from __future__ import annotations

from dataclasses import dataclass, field

from spinviz.model.system import State


@dataclass
class Restarting(State):
    """Base of states with a ``local`` time, since the present repetition began; they advance it themselves.

    It is counted up and not found as a difference of two times, whose rounding could go back behind a pulse or reading.
    """

    local: float = field(default=0.0, kw_only=True)

    @property
    def began(self) -> float:
        """Time of the run at which the present repetition began."""
        return self.time - self.local
