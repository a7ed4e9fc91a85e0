"""Numbers of a run that are made of several means, or of how long a series remembers itself."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from spinviz.engine.means import FEWEST_BLOCKS, TIMES_TAU, Mean, Spectrum, plateau

Function: TypeAlias = Callable[[float, float], float]

STEP = 1e-5
"""Part of a mean by which it is varied to find a slope."""


@dataclass
class Combination:
    """Means of two correlated series, for a smooth function of both, and its standard error to first order.

    It holds no function, so that it can be written to a file: who asks gives it.
    The function is as uncertain as the mean of a x + b y, with its slopes a and b at the means of x and y. Block sums
    of x, y and x + y give those of any a x + b y, because variances and covariances are bilinear.
    """

    x: Mean = field(default_factory=Mean)
    y: Mean = field(default_factory=Mean)
    both: Mean = field(default_factory=Mean)
    error: float = math.nan
    """Standard error when it was found last; NaN without a plateau."""

    @property
    def count(self) -> int:
        """Number of samples."""
        return self.x.count

    def value(self, function: Function) -> float:
        """The function of the means; NaN without samples."""
        return function(self.x.value, self.y.value) if self.count else math.nan

    def add(self, x: float, y: float) -> None:
        """Take in one sample of both; what is not a number is left out."""
        if math.isnan(x) or math.isnan(y):
            return
        self.x.add(x)
        self.y.add(y)
        self.both.add(x + y)

    def find(self, function: Function, longest: float = 0.0) -> float:
        """Find the error, with a plateau of at least the ``longest`` correlation time; return that of this series."""
        self.error, tau = plateau(self.spectrum(function), self.count, longest)
        return tau

    def spectrum(self, function: Function) -> Spectrum:
        """Return number, variance and covariance of the blocks of a x + b y of every length."""
        a, b = self._slopes(function)
        weights = (a * (a - b), b * (b - a), a * b)
        series = [mean.spectrum() for mean in (self.x, self.y, self.both)]
        mixed = [[sum(w * row[k] for w, row in zip(weights, rows)) for k in (1, 2)] for rows in zip(*series)]
        return [(n, max(v, 0.0), c) for (n, _, _), (v, c) in zip(series[0], mixed)]

    def copy(self) -> Combination:
        """Return an independent copy."""
        return replace(self, x=self.x.copy(), y=self.y.copy(), both=self.both.copy())

    def _slopes(self, f: Function) -> tuple[float, float]:
        x, y = self.x.value, self.y.value
        dx, dy = STEP * (abs(x) or 1.0), STEP * (abs(y) or 1.0)
        return (f(x + dx, y) - f(x - dx, y)) / (2 * dx), (f(x, y + dy) - f(x, y - dy)) / (2 * dy)


@dataclass
class Memory:
    """Integrated correlation time [samples] of a series, tau = 1/2 + sum of its correlations, and its error.

    The error is that of the variance of block means from which it is found.
    """

    series: Mean = field(default_factory=Mean)
    value: float = math.nan
    """NaN without a plateau."""
    error: float = math.nan

    @property
    def count(self) -> int:
        """Number of samples."""
        return self.series.count

    def add(self, value: float) -> None:
        """Take in one sample; what is not a number is left out."""
        self.series.add(value)

    def find(self, longest: float = 0.0) -> float:
        """Find value and error; others of the run say nothing of how long this series remembers."""
        spectrum = self.series.spectrum()
        error, tau = plateau(spectrum, self.count, 0.0)
        self.value = self.error = math.nan
        if math.isfinite(error) and math.isfinite(tau):
            # `plateau` takes the larger of two estimates, to be safe; the time itself is that without a bias.
            blocks, variance, covariance = next(
                row for k, row in enumerate(spectrum) if 2**k >= TIMES_TAU * tau or row[0] < 2 * FEWEST_BLOCKS
            )
            of_mean = (variance * blocks / (blocks - 1) + 2 * covariance) / blocks
            self.value = of_mean * self.count / spectrum[0][1] / 2
            self.error = tau * math.sqrt(6 / blocks)
        return tau

    def copy(self) -> Memory:
        """Return an independent copy."""
        return replace(self, series=self.series.copy())
