"""Presets of films, discs and cubes with stray field."""

from __future__ import annotations

from math import acos, degrees, sqrt
from typing import Any

from spinviz.model.system import Preset
from spinviz.physics.constants import VACUUM_PERMEABILITY
from spinviz.systems.dynamics.exchange_lattice.small_block import COERCIVE

PERMALLOY: dict[str, Any] = {
    "D": 0.0,
    "K1": 0.0,
    "A": 1.3e-11,
    "Ms": 8e5,
    "stray": True,
    "periodic": False,
    "tilt": 90.0,
}
GARNET = {
    "stray": True, "start": "random", "B": 0.0, "D": 0.0, "A": 1.5e-11, "Ms": 6e5, "K1": 3e5, "alpha": 0.5, "nx": 160,
    "ny": 160, "dx": 7e-9, "dy": 7e-9, "dz": 60e-9,
}  # fmt: skip
DISC = PERMALLOY | {
    "start": "vortex", "shape": "disc", "B": 0.0, "alpha": 0.05, "nx": 48, "ny": 48, "dx": 5e-9, "dy": 5e-9,
    "dz": 20e-9,
}  # fmt: skip
LENGTH = sqrt(2 * PERMALLOY["A"] / (VACUUM_PERMEABILITY * PERMALLOY["Ms"] ** 2))
"""Exchange length [m]."""
KM = VACUUM_PERMEABILITY * PERMALLOY["Ms"] ** 2 / 2
CUBE = PERMALLOY | {
    "B": 0.0, "K1": KM / 10, "alpha": 0.5, "nx": 16, "ny": 16, "nz": 16,
    **dict.fromkeys(("dx", "dy", "dz"), 8.47 * sqrt(PERMALLOY["A"] / KM) / 16),
}  # fmt: skip
"""muMAG standard problem 3: 48 nm, anisotropy of a tenth of mu0 Ms^2/2."""
SLIVER = PERMALLOY | {
    "start": "S", "alpha": 0.5, "B": -COERCIVE * VACUUM_PERMEABILITY * PERMALLOY["Ms"], "turn": 45.0,
    "precision": "double",
    "tilt": degrees(acos(sqrt(1 / 3))), "nx": 10, "ny": 2, "dx": LENGTH / 8, "dy": LENGTH / 8, "dz": LENGTH / 40,
}  # fmt: skip
"""muMAG standard problem 2 with a width of a quarter of an exchange length: 7.1 x 1.42 x 0.142 nm."""

FILM_PRESETS = (
    Preset(
        "bubbles", "Bubbles in a field", "A field across a film turns the stripes against it into bubbles.",
        parameters=GARNET | {"B": 0.2, "nx": 96, "ny": 96}, length=3e-9,
        notes="The field favours one of the two kinds of domains. What is left of the other contracts to cylinders, "
        "kept open by their stray field. Q counts how often the walls of all bubbles rotate: it is an integer, and "
        "changes only when one bursts.",
    ),
    Preset(
        "vortex", "Vortex of a disc", "A disc of permalloy closes its flux in a circle.",
        parameters=DISC, actions=((0.0, "relax"),), length=2e-9,
        notes="The magnetization follows the edge, so that no poles are left; in the middle it must turn upright, on "
        "20 nm. Apply a field in the plane: the core moves across it, on a spiral.",
    ),
    Preset(
        "coercive", "Standard problem 2", "A small block 5 : 1 : 0.1 at its coercive field along the diagonal.",
        parameters=SLIVER, actions=((0.0, "relax"),), length=1e-10,
        notes="So small a block stays uniform. Its long axis still holds the magnetization when the field against it, "
        "along (−1, −1, −1), reaches 0.057069 Ms: there the mean along the field is zero. A little more, and it "
        "switches. Thinner than an atom, it is a limit for programs and no real body.",
    ),
    Preset(
        "flower", "Standard problem 3, flower", "A cube of 48 nm, almost uniform, its corners splayed.",
        parameters=CUBE | {"start": "uniform", "angle": 1.0, "axis": "z"}, actions=((0.0, "relax"),), length=1e-10,
        notes="A small cube is magnetized uniformly, except that its corners open like a flower. At an edge of 8.47 "
        "lengths √(A/K_m), K_m = μ₀Ms²/2, it costs as much as the vortex, e = 0.3027, most of it in the stray field.",
    ),
    Preset(
        "curling", "Standard problem 3, vortex", "The same cube in its other state: the magnetization goes round.",
        parameters=CUBE | {"start": "vortex", "axis": "y"}, actions=((0.0, "relax"),), length=1e-10,
        notes="The same energy as the flower, otherwise divided: little stray field, but exchange, for the moments "
        "turn by 360° on a short way. A larger cube prefers this state: no single-domain magnet any more.",
    ),
)  # fmt: skip
