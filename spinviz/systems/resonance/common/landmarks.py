"""Landmarks of magnetizations: echoes and nulls."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from math import log
from typing import Any

from spinviz.model.landmark import Landmark, anywhere

SEEN = 0.02
"""|M_xy|/M0 below which an echo is too small to be seen."""
ROUNDING = 1e-6


def echo(
    stretch: Callable[[Any, Any], Hashable | None], ripple: float, noise: Callable[[Any], float] = lambda p: 0.0
) -> Landmark:
    """The moment at which the phases are nearest to each other.

    ``stretch`` is the time after a refocusing pulse. An echo is higher than what is around it by the part ``ripple``;
    ``noise`` of the parameters is the |M_xy|/M0 of isochromats without any order.
    """

    def coherence(state: Any, p: Any, seen: Mapping[str, float]) -> float:
        """log(|M_xy|/M0) + t/T2, which knows of the phases alone: an echo on a slope of T2 is not before its time."""
        decays = float(state.time / p.T2)
        return log(max(seen["transverse"], SEEN, 4 * noise(p))) + decays

    return Landmark(
        "echo", "echo", "Isochromats are in phase again after a refocusing pulse: |M_xy| has its maximum, apart from "
        "its decay with T₂.",
        "maximum", coherence, ripple, stretch, shows="transverse",
    )  # fmt: skip


def null(stretch: Callable[[Any, Any], Hashable | None] = anywhere, rise: float = ROUNDING) -> Landmark:
    """Mz passes zero."""
    return Landmark("null", "null of M_z", "M_z passes zero.", "zero", lambda s, p, seen: seen["mz"], rise, stretch)
