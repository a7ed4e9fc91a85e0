"""Running means at fixed parameters, for laws that hold on average and for curves made of settings."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

BLOCKS = 32
FEWEST = 24
"""Samples below which a mean is not shown: its scatter would hide the law."""


@dataclass
class Mean:
    """Mean of a correlated series with an error from block means (Flyvbjerg and Petersen 1989, the idea of blocking).

    Samples fill at most ``BLOCKS`` blocks; when all are full, neighbours merge and blocks become twice as long.
    """

    length: int = 1
    blocks: list[float] = field(default_factory=list)
    partial: float = 0.0
    filled: int = 0
    count: int = 0
    total: float = 0.0

    def add(self, value: float) -> None:
        """Take in one sample."""
        self.count += 1
        self.total += value
        self.partial += value
        self.filled += 1
        if self.filled == self.length:
            self.blocks.append(self.partial / self.length)
            self.partial, self.filled = 0.0, 0
            if len(self.blocks) == BLOCKS:
                self.blocks = [(a + b) / 2 for a, b in zip(self.blocks[::2], self.blocks[1::2])]
                self.length *= 2

    @property
    def value(self) -> float:
        """The mean, NaN without samples."""
        return self.total / self.count if self.count else math.nan

    @property
    def error(self) -> float:
        """Standard error of the mean, NaN with fewer than four blocks."""
        if len(self.blocks) < 4:
            return math.nan
        return float(np.std(self.blocks, ddof=1) / math.sqrt(len(self.blocks)))


Key = tuple[str, float]


@dataclass
class Averages:
    """Means of several (observable, settle) pairs since the last change, and those of earlier settings."""

    keys: tuple[Key, ...]
    since: float = 0.0
    means: dict[Key, Mean] = field(default_factory=dict)
    earlier: tuple[dict[Key, tuple[float, float]], ...] = ()
    """Mean and standard error at each earlier setting that was sampled well enough."""

    def add(self, time: float, observables: dict[str, float]) -> None:
        """Take in a sample; those before ``settle`` has passed since the last change are left out."""
        for key in self.keys:
            name, settle = key
            if time >= self.since + settle:
                self.means.setdefault(key, Mean()).add(observables[name])

    def restart(self, time: float) -> None:
        """Begin a new setting."""
        if self.means and min(mean.count for mean in self.means.values()) >= FEWEST:
            self.earlier = (*self.earlier[-499:], {key: (m.value, m.error) for key, m in self.means.items()})
        self.means, self.since = {}, time

    def copy(self) -> Averages:
        """Return an independent copy."""
        means = {key: replace(mean, blocks=list(mean.blocks)) for key, mean in self.means.items()}
        return replace(self, means=means)

    def mean(self, name: str, settle: float) -> float:
        """Return the mean of an observable, NaN before the first sample."""
        found = self.means.get((name, settle))
        return found.value if found else math.nan

    def points(self, x: str, y: str, settle: float) -> NDArray[np.float64]:
        """Return (k, 3): mean x, mean y, standard error of y for each setting, the current one last."""
        now = {key: (mean.value, mean.error) for key, mean in self.means.items()}
        rows = [
            (stretch[x, settle][0], *stretch[y, settle]) for stretch in (*self.earlier, now) if (x, settle) in stretch
        ]
        return np.array(rows, dtype=np.float64).reshape(-1, 3)
