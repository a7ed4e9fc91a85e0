"""The Fourier transform of a signal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from spinviz.model.plots.plot import When


@dataclass(frozen=True)
class Spectrum:
    """Fourier transform of the trace since the last action: ``real`` and, when given, ``imaginary`` observable."""

    name: str
    title: str
    real: str
    imaginary: str = ""
    span: Callable[[Any], tuple[float, float]] | None = None
    """Function of the parameters: the frequencies shown [Hz]."""
    when: When = None
