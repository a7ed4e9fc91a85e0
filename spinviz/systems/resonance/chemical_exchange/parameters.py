"""Inputs of chemical exchange, the two sites that they describe, and a sweep of their rate."""

from __future__ import annotations

from functools import lru_cache
from math import pi

import numpy as np

from spinviz.model.parameters import Parameters, quantity, switch
from spinviz.physics.resonance import chemical_exchange as exchange
from spinviz.physics.resonance.chemical_exchange import Sites

DECAYED = 7.0
"""Decay times after which the spectrum of a recorded decay has its final shape: e^-7 of it is cut off."""


class ExchangeParameters(Parameters):
    """Inputs of `ChemicalExchange`."""

    k: float = quantity(
        3.0, "Hz", "Exchange rate: half the sum of kAB and kBA; with equal populations both are equal to it.",
        title="Exchange rate", symbol="k", ge=0.01, le=1e5, scale="log",
    )  # fmt: skip
    separation: float = quantity(
        40.0, "Hz", "Splitting of the two lines without exchange.", title="Line splitting", symbol="Δν", ge=0, le=500
    )
    pA: float = quantity(
        0.5, "", "Part of the spins at site A.", title="Population of A", symbol="p_A", ge=0.02, le=0.98, rebuild=True
    )
    offset: float = quantity(
        0.0, "Hz", "Offset of the middle between the two sites from the carrier.", title="Offset", symbol="Δf",
        ge=-300, le=300,
    )  # fmt: skip
    T1A: float = quantity(
        1.0, "s", "Longitudinal relaxation time at site A.", title="T₁ at site A", symbol="T_1A", ge=0.01, le=20,
        scale="log",
    )  # fmt: skip
    T1B: float = quantity(
        1.0, "s", "Longitudinal relaxation time at site B.", title="T₁ at site B", symbol="T_1B", ge=0.01, le=20,
        scale="log",
    )  # fmt: skip
    T2A: float = quantity(
        0.2, "s", "Transverse relaxation time at site A.", title="T₂ at site A", symbol="T_2A", ge=0.01, le=10,
        scale="log",
    )  # fmt: skip
    T2B: float = quantity(
        0.2, "s", "Transverse relaxation time at site B.", title="T₂ at site B", symbol="T_2B", ge=0.01, le=10,
        scale="log",
    )  # fmt: skip
    saturation: bool = switch(
        False, "A strong field at A's frequency keeps its magnetization at zero.", title="Saturate A"
    )
    mixing: float = quantity(
        0.0, "s", "Mixing time of the two-dimensional exchange spectrum; 0 shows none.", title="Mixing time",
        symbol="t_m", ge=0, le=5, display=True,
    )  # fmt: skip
    molecules: int = quantity(
        300, "", "Number of single spins that hop.", title="Single spins", symbol="N", ge=10, le=2000, scale="log",
        rebuild=True,
    )  # fmt: skip


@lru_cache(maxsize=64)
def sites(p: ExchangeParameters) -> Sites:
    """The sites, A to the left of B in the spectrum."""
    middle, half = 2 * pi * p.offset, pi * p.separation
    return Sites(p.pA, p.k, middle - half, middle + half, p.T1A, p.T1B, p.T2A, p.T2B, p.saturation)


@lru_cache(maxsize=8)
def slowest(key: Sites) -> float:
    """Slowest rate [1/s] at which the signal decays."""
    return float(-np.linalg.eigvals(key.transverse()).real.max())


def span(p: ExchangeParameters) -> float:
    """Half of the spectrum shown [Hz]."""
    return max(p.separation, 3 / min(p.T2A, p.T2B))


def slower(p: ExchangeParameters) -> float:
    """The longer of both transverse relaxation times [s]."""
    return max(p.T2A, p.T2B)


def sweep(separation: float, T2: float) -> tuple[tuple[float, str], ...]:
    """Decays at rates from 0.1 to 1.3 of coalescence, each as long as its lines need."""
    schedule, time = [(0.0, "reset"), (0.0, "90x")], 0.0
    for tenths in range(1, 13):
        slowest_decay = 1 / T2 + 0.1 * tenths * exchange.coalescence_rate(separation)
        time += 1.15 * DECAYED / slowest_decay + 0.02
        schedule += [(round(time, 4), name) for name in ("next_k", "reset", "90x")]
    return tuple(schedule)
