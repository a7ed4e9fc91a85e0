"""The Fourier transform of a signal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from spinviz.model.frame import History
from spinviz.model.plots.plot import POINTS, Plot, Values


@dataclass(frozen=True)
class Spectrum(Plot):
    """Fourier transform of the trace since the last action: ``real`` and, when given, ``imaginary`` observable."""

    real: str
    imaginary: str = ""
    span: Callable[[Any], tuple[float, float]] | None = None
    """Function of the parameters: the frequencies shown [Hz]."""

    def observables_named(self) -> tuple[str, ...]:
        """Return the one or two that are transformed."""
        return (self.real, self.imaginary) if self.imaginary else (self.real,)

    def signal(self) -> tuple[str, str]:
        """Return what is transformed."""
        return self.real, self.imaginary

    def axis(self, p: Any, time: float, history: History) -> Values:
        """Return frequencies: a line is narrow, so twice as many as elsewhere."""
        low, high = self.span(p) if self.span else (-1.0, 1.0)
        return np.linspace(low, high, 2 * POINTS)
