"""Identities: relations between observables that every state obeys, whatever happens in the run.

They say what an observable means ("M = n muB P"), hold by construction and earn no badge; a contract test holds every
state to them, so that no factor, sign or index of a number on screen can change unnoticed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Identity:
    """A relation between observables, or between an observable and the state.

    ``residual`` of (state, parameters, observables by name) is 0 but for rounding, of which ``limit`` is the most that
    is allowed, in the same unit; NaN where the observables have no value.
    """

    name: str
    observables: tuple[str, ...]
    """Names of those that it ties down."""
    residual: Callable[[Any, Any, Mapping[str, float]], float]
    limit: float
    because: str
    """The relation in words or symbols, and where the limit comes from."""
