"""Two spin populations against energy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from spinviz.model.plots.plot import Values, When


@dataclass(frozen=True)
class Bands:
    """Two mirrored spin populations against energy: occupied states to the left (down) and right (up).

    ``scheme`` gives energies (E,), density of states up (E,) and down (E,), occupation up and down (E,), Fermi level.
    """

    name: str
    title: str
    scheme: Callable[[Any, Any], tuple[Values, Values, Values, Values, Values, float]]
    unit: str = "eV"
    when: When = None
