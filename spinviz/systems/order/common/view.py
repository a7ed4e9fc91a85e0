"""What of a lattice is drawn, and in which colours: the same choices for every system of the chapter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from spinviz.model.parameters import Parameters, choice, quantity
from spinviz.systems.pictures.reciprocal import RECIPROCAL, SHOWN

Shown = Literal["auto", "reciprocal", "arrows", "balls", "cells"]
Coloured = Literal["direction", "flipped", "component", "sublattice", "energy", "order"]


class LatticeView(Parameters):
    """Display choices of a lattice. List it first among the bases: its fields then come last."""

    shown: Shown = choice(
        "auto",
        "What stands for a spin: arrows, balls, coloured cells, or whichever suits their number; or the structure "
        "factor over wave vectors.",
        title="Shown as",
        words={RECIPROCAL: SHOWN},
        display=True,
    )
    coloured: Coloured = choice(
        "direction",
        "What colours mean: the direction, the direction with every second sublattice reversed, the component along z, "
        "the sublattice, the energy of a site, or how parallel a site and its neighbours are.",
        title="Coloured by",
        words={
            "flipped": "direction, one sublattice reversed", "component": "component along z",
            "energy": "local energy", "order": "local order",
        },
        display=True,
    )  # fmt: skip
    slab: Literal["whole", "x", "y", "z"] = choice(
        "whole", "Cut a slab out of the sample, at right angles to an axis.", title="Slab across",
        words={"whole": "nothing: the whole"}, display=True,
    )  # fmt: skip
    middle: float = quantity(
        0.5, "", "Middle of the slab in parts of the side: 0 at one end, 1 at the other.", title="Middle of the slab",
        ge=0, le=1, display=True,
    )  # fmt: skip
    thickness: int = quantity(
        1, "cells", "Thickness of the slab in unit cells.", title="Thickness of the slab", ge=1, le=64, scale="log",
        display=True,
    )  # fmt: skip

    def without_slab(self) -> Mapping[str, str]:
        """Reasons why the numbers of the slab have no effect."""
        return dict.fromkeys(("middle", "thickness"), "only for a slab") if self.slab == "whole" else {}
