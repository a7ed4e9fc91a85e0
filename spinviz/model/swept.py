"""What a sweep of the run on screen has found so far: part of a `Frame`, for whoever draws it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class SweptPoint:
    """A finished point: the value of the swept parameter, means and errors by observable, theory by law.

    An error is NaN where none is known, a theory where its law does not hold.
    """

    value: float
    means: Mapping[str, float]
    errors: Mapping[str, float]
    theory: Mapping[str, float]
    equilibrated: bool
    converged: bool


@dataclass(frozen=True)
class Swept:
    """The points of parameter ``name`` in the order of measurement, of ``total``; ``going`` while it goes on.

    ``part``: part done of the steps that the point under way may take.
    """

    name: str
    points: tuple[SweptPoint, ...]
    total: int
    going: bool
    part: float = 0.0
