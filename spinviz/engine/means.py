"""Means of correlated series and their standard errors, by blocking until a plateau is reached.

The variance of a mean found from block means grows with the length of the blocks until blocks are independent, and then
stays: the plateau (Flyvbjerg and Petersen, J. Chem. Phys. 91, 461 (1989)). Here every doubling of the length is kept,
and what neighbouring blocks still have in common is added, which takes the error of a block of a few correlation times
from first to exponentially small order. Where no plateau is reached there is no error.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import NamedTuple

FEWEST_BLOCKS = 20
"""Blocks from which a variance of block means is used: it is then known to sqrt(6/20), about a half."""
TIMES_TAU = 1.5
"""Least length of a block in integrated correlation times; with neighbours' covariance e^-3 of the error is left."""
UNSURE = 0.7
"""Standard deviations by which the correlation time may be longer than it looks."""
RISE = 1.0
"""Rise of the variance, in its own standard deviations, that longer blocks may show on a plateau."""
FEW_BLOCKS = 2.0
"""Weight of 6/blocks, the relative variance of the estimate, that is added: an error known badly is shown larger.

All chosen on autoregressive series with one and with two correlation times up to 200 apart: the error shown is 0.9 to
1.1 of the scatter from 50 correlation times on, and is shown for one run in a hundred up to 12.
"""
Spectrum = list[tuple[int, float, float]]
"""For blocks of 1, 2, 4 ... samples: their number, the variance of their means, the covariance of neighbours."""


def plateau(spectrum: Spectrum, count: int, longest: float = 0.0) -> tuple[float, float]:
    """Return standard error and integrated correlation time [samples] of a mean of ``count`` samples.

    ``longest``: the longest correlation time that is known of the run: blocks have to last as long. The error is NaN
    and the time infinite where blocks show no plateau; both are NaN where samples never differ.
    """
    rows = [row for row in spectrum if row[0] >= FEWEST_BLOCKS]
    if spectrum and spectrum[0][1] <= 0:
        return math.nan, math.nan
    variances = [max((v * n / (n - 1) + 2 * c) / n, v / (n - 1)) for n, v, c in rows]
    unsure = [math.sqrt(6 / n) for n, _, _ in rows]
    for k, variance in enumerate(variances):
        longer = zip(variances[k + 1 :], unsure[k + 1 :])
        tau = variance * count / spectrum[0][1] / 2
        long = 2**k >= TIMES_TAU * max(tau, longest) * (1 + UNSURE * unsure[k])
        if long and all(v <= variance * (1 + RISE * u) for v, u in longer):
            return math.sqrt(variance * (1 + FEW_BLOCKS * unsure[k] ** 2)), tau
    return math.nan, math.inf


class _Level(NamedTuple):
    """Sums over the blocks of one length: enough for their variance and the covariance of neighbours.

    Never changed in place, so that copies of a mean, one for every step of a timeline, share what did not change.
    """

    blocks: int = 0
    total: float = 0.0
    squares: float = 0.0
    products: float = 0.0
    first: float = 0.0
    last: float = 0.0

    def with_block(self, x: float) -> _Level:
        """Return the sums with one block more."""
        n, total, squares, products, first, last = self
        return _Level(n + 1, total + x, squares + x * x, products + x * last, first if n else x, x)

    def row(self) -> tuple[int, float, float]:
        n, mean = self.blocks, self.total / self.blocks
        covariance = self.products - mean * (2 * self.total - self.first - self.last) + (n - 1) * mean * mean
        return n, max(self.squares / n - mean * mean, 0.0), covariance / n


@dataclass
class Mean:
    """Mean of a correlated series and its standard error."""

    levels: list[_Level] = field(default_factory=list)
    origin: float = math.nan
    """First sample: counting from it keeps digits."""
    error: float = math.nan
    """Standard error of the mean when it was found last; NaN without a plateau."""

    @property
    def count(self) -> int:
        """Number of samples."""
        return self.levels[0].blocks if self.levels else 0

    @property
    def value(self) -> float:
        """The mean; NaN without samples."""
        return self.origin + self.levels[0].total / self.count if self.levels else math.nan

    @property
    def scatter(self) -> float:
        """Standard deviation of the samples; NaN without samples."""
        return math.sqrt(self.levels[0].row()[1]) if self.levels else math.nan

    def add(self, value: float) -> None:
        """Take in one sample; what is not a number is left out."""
        if math.isnan(value):
            return
        if not self.levels:
            self.origin = value
        block = value - self.origin
        for k, level in enumerate(self.levels):
            self.levels[k] = level.with_block(block)
            if level.blocks % 2 == 0:
                return
            block = (level.last + block) / 2
        self.levels.append(_Level().with_block(block))

    def find(self, longest: float = 0.0) -> float:
        """Find the error, with a plateau of at least the ``longest`` correlation time; return that of this series."""
        self.error, tau = plateau(self.spectrum(), self.count, longest)
        return tau

    def spectrum(self) -> Spectrum:
        """Return number, variance and covariance of the blocks of every length."""
        return [level.row() for level in self.levels]

    def copy(self) -> Mean:
        """Return an independent copy."""
        return Mean(self.levels.copy(), self.origin, self.error)


@dataclass
class Variance:
    """Variance of a correlated series and its standard error: that of the mean of u^2 - 2 <u> u.

    u counts from the first sample, in units of the first distance from it that is not zero. Block sums of u, u^2 and
    u + u^2 give those of u^2 - 2 d u for any d, because variances and covariances are bilinear.
    """

    u: Mean = field(default_factory=Mean)
    square: Mean = field(default_factory=Mean)
    both: Mean = field(default_factory=Mean)
    origin: float = math.nan
    unit: float = 0.0
    error: float = math.nan
    """Standard error of the variance when it was found last; NaN without a plateau."""

    @property
    def count(self) -> int:
        """Number of samples."""
        return self.u.count

    @property
    def value(self) -> float:
        """The variance; NaN without samples."""
        return max(self.square.value - self.u.value**2, 0.0) * self.unit**2

    def add(self, value: float) -> None:
        """Take in one sample; what is not a number is left out."""
        if math.isnan(value):
            return
        if not self.count:
            self.origin = value
        self.unit = self.unit or abs(value - self.origin)
        u = (value - self.origin) / self.unit if self.unit else 0.0
        self.u.add(u)
        self.square.add(u * u)
        self.both.add(u + u * u)

    def find(self, longest: float = 0.0) -> float:
        """Find the error, with a plateau of at least the ``longest`` correlation time; return that of this series."""
        error, tau = plateau(self.spectrum(), self.count, longest)
        self.error = error * self.unit**2
        return tau

    def spectrum(self) -> Spectrum:
        """Return number, variance and covariance of the blocks of u^2 - 2 <u> u of every length."""
        d = self.u.value
        weights = (4 * d * d + 2 * d, 1 + 2 * d, -2 * d)
        series = [mean.spectrum() for mean in (self.u, self.square, self.both)]
        mixed = [[sum(w * row[k] for w, row in zip(weights, rows)) for k in (1, 2)] for rows in zip(*series)]
        return [(n, max(v, 0.0), c) for (n, _, _), (v, c) in zip(series[0], mixed)]

    def copy(self) -> Variance:
        """Return an independent copy."""
        return replace(self, u=self.u.copy(), square=self.square.copy(), both=self.both.copy())
