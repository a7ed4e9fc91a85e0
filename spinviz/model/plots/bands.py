"""Two spin populations against energy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from spinviz.model.plots.plot import Means, Plot, Values

BandScheme: TypeAlias = tuple[Values, Values, Values, Values, Values, float]


@dataclass(frozen=True)
class Bands(Plot):
    """Two mirrored spin populations against energy: occupied states to the left (down) and right (up).

    ``scheme`` gives energies (E,), density of states up (E,) and down (E,), occupation up and down (E,), Fermi level.
    """

    scheme: Callable[[Any, Any], BandScheme]
    unit: str = "eV"

    def shown(self, state: Any, p: Any, means: Means) -> BandScheme:
        """Return the bands now."""
        return self.scheme(state, p)
