"""The path that something leaves behind: the latest points, in a ring buffer that is copied with the state."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Values = NDArray[np.float64]


@dataclass
class Trail:
    """Points ``first`` to ``head - 1`` are shown, as far as rows (points, columns) still hold them."""

    rows: Values
    first: int = 0
    head: int = 0

    @classmethod
    def of(cls, points: int, columns: int) -> Trail:
        """An empty trail that keeps so many points."""
        return cls(np.zeros((points, columns)))

    def leave(self, point: ArrayLike) -> None:
        """Append a point (columns,)."""
        self.rows[self.head % len(self.rows)] = point
        self.head += 1

    def begin(self) -> None:
        """Forget what was left so far."""
        self.first = self.head

    def path(self, now: ArrayLike | None = None) -> Values:
        """The points (n, columns), oldest first: at least two, both ``now`` (or the last one) where fewer are known."""
        kept = np.arange(max(self.first, self.head - len(self.rows)), self.head) % len(self.rows)
        if len(kept) > 1:
            return self.rows[kept]
        last = self.rows[(self.head - 1) % len(self.rows)] if now is None else np.asarray(now, np.float64)
        return np.tile(last, (2, 1))
