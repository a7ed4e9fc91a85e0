"""A rectangular block that is magnetized uniformly: what the stray field of its cells must add up to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.constants import VACUUM_PERMEABILITY
from spinviz.physics.micromagnetics.prisms import Edges, prism_factor

PRISM = r"E_s=\frac{1}{2}\mu_0M_s^2V\sum_aN_am_a^2"
PRISM_REFERENCE = "Aharoni, J. Appl. Phys. 83, 3432 (1998)"


def uniform_stray_energy(mean: NDArray[np.floating], edges: Edges, Ms: float) -> float:
    """Stray-field energy [J] of a block of ``edges`` [m] that is magnetized along ``mean`` (3,), of any length."""
    a, b, c = edges
    factors = np.array([prism_factor(b, c, a), prism_factor(c, a, b), prism_factor(a, b, c)])
    return float(VACUUM_PERMEABILITY * Ms**2 * a * b * c / 2 * factors @ mean**2)
