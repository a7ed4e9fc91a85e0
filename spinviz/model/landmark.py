"""Landmarks of a run: an echo, a null, a reversal. Declared once by a system, found by the engine at every step."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Literal


def anywhere(state: Any, p: Any) -> Hashable:
    """One stretch: nothing but an action or another parameter interrupts the run."""
    return ""


def always(p: Any) -> bool:
    """With all parameters."""
    return True


@dataclass(frozen=True)
class Landmark:
    """A moment at which a run can be stopped: a zero crossing or a maximum of one number.

    ``value`` of (state, parameters, observables by name) is that number; NaN where it means nothing. ``kind``: it
    passes zero, and the run stops at the first step at or beyond it; or it has a maximum, and the run goes back to it
    when it is over.

    ``rise`` tells the landmark from ripples and rounding: a number that passes zero has been that far from it, one that
    has a maximum has risen by that much and falls by as much. ``stretch`` of (state, parameters) is a key of what is
    looked at as a whole, the time between two pulses, for example: no landmark is found from one to the next, nor
    where it is None.
    """

    name: str
    title: str
    """As in "stop at the next echo"."""
    help: str
    kind: Literal["zero", "maximum"]
    value: Callable[[Any, Any, Mapping[str, float]], float]
    rise: float
    stretch: Callable[[Any, Any], Hashable | None] = anywhere
    when: Callable[[Any], bool] = always
    """Whether it can be met with these parameters."""
    shows: str = ""
    """The observable whose value is worth saying there."""
