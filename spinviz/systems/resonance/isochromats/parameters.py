"""Inputs of the isochromats, the offsets that they describe, and how fast they are shown."""

from __future__ import annotations

from functools import lru_cache
from math import inf, pi
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from spinviz.model.parameters import Parameters, choice, quantity, switch
from spinviz.physics.resonance import bloch
from spinviz.physics.resonance.bloch_laws import effective_T2

Values = NDArray[np.float64]

Distribution = Literal["lorentzian", "gaussian", "uniform"]


class IsochromatParameters(Parameters):
    """Inputs of `Isochromats`."""

    B0: float = quantity(1.5, "T", "Static field along z.", title="Static field", symbol="B₀", ge=0.01, le=20)
    T1: float = quantity(
        0.8, "s", "Longitudinal relaxation time.", title="T₁ relaxation time", symbol="T₁", ge=1e-3, le=10, scale="log"
    )
    T2: float = quantity(
        0.4, "s", "Transverse relaxation time of one isochromat (at most 2 T₁).", title="T₂ relaxation time",
        symbol="T₂",
        ge=1e-3, le=10, scale="log",
    )  # fmt: skip
    offset: float = quantity(
        20.0,
        "Hz",
        "Offset from the Larmor frequency of the rotating frame.",
        title="Offset",
        symbol="Δf",
        ge=-200,
        le=200,
    )
    spread: float = quantity(
        5.0, "Hz", "Spread of the offsets: half width at half maximum, standard deviation or half range.",
        title="Spread of offsets", symbol="δf", ge=0, le=50,
    )  # fmt: skip
    distribution: Distribution = choice(
        "lorentzian",
        "Distribution of the offsets.",
        title="Distribution",
        words={"lorentzian": "Lorentzian", "gaussian": "Gaussian"},
    )
    flip: float = quantity(30.0, "°", "Flip angle of the free pulse.", title="Flip angle", symbol="α", ge=0, le=360)
    isochromats: int = quantity(
        1000, "", "Number of isochromats.", title="Isochromats", symbol="N", ge=1, le=20_000, scale="log", rebuild=True
    )
    frame: Literal["rotating", "laboratory"] = choice(
        "rotating", "Frame of reference of the picture.", title="Frame of reference", display=True
    )
    coil: bool = switch(True, "Show the coil, brighter with its voltage.", title="Coil", display=True)


@lru_cache(maxsize=8)
def offsets(count: int, distribution: str, offset: float, spread: float) -> Values:
    """Offsets (N,) [rad/s]: quantiles of the distribution about the common offset."""
    return 2 * pi * offset + bloch.offset_quantiles(count, distribution, 2 * pi * spread)


def offsets_of(p: IsochromatParameters) -> Values:
    """Offsets (N,) [rad/s] for these parameters."""
    return offsets(p.isochromats, p.distribution, p.offset, p.spread)


def recurrence(p: IsochromatParameters) -> float:
    """Time [s] after which neighbours in the middle of the distribution come back into phase."""
    if p.spread == 0 or p.isochromats < 2:
        return inf
    middle = np.sort(offsets_of(p))[p.isochromats // 2 - 1 : p.isochromats // 2 + 1]
    return float(2 * pi / max(middle[1] - middle[0], 1e-300))


def lens(p: IsochromatParameters) -> float:
    """Show T2 in three seconds, or five apparent decay times where they are shorter."""
    return min(p.T2, 5 * effective_T2(p.T2, 2 * pi * p.spread)) / 3


def line_span(p: IsochromatParameters) -> float:
    """Half of the spectrum shown [Hz]: some line widths."""
    return max(10 / (pi * p.T2), 8 * p.spread, 4.0)


def step_of(p: IsochromatParameters) -> float:
    """Time step [s]: a two-hundredth of a second on screen, and at least 16 samples per turn of M."""
    fastest = abs(p.offset) + 3 * p.spread
    return min(lens(p) / 200, 1 / (16 * fastest) if fastest > 0 else inf)
