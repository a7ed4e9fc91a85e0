"""Inputs of the ordering alloy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from spinviz.model.parameters import Parameters, choice, quantity
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.order import bragg_williams
from spinviz.physics.order.atom_exchange import NEIGHBOURS, nearest_surplus
from spinviz.physics.order.critical_points import ISING
from spinviz.systems.order.common.sample import sample_of

T_ORDER = ISING["bcc"].T
"""Ordering temperature of the alloy of equal parts [J/kB]: the critical one of its lattice."""
MEAN_FIELD_T0 = float(NEIGHBOURS)
"""The same in mean field [J/kB]."""
ATOMS = 1200
"""Atoms up to which each is drawn where the choice is free."""


class AlloyParameters(Parameters):
    """Inputs of `AlloyOrder`."""

    T: float = quantity(3.0, "J/kB", "Temperature at which atoms change places.", title="Temperature", symbol="T",
                        ge=0.2, le=40)  # fmt: skip
    S: float = quantity(
        1.0, "", "Order parameter at the start. Moving the slider exchanges atoms at random until this order is "
        "reached; whether it stays is for the exchange to say.",
        title="Order", symbol="S", ge=-1, le=1,
    )  # fmt: skip
    exchange: Literal["neighbours", "any pair", "held"] = choice(
        "held",
        "Which atoms change places: unlike neighbours or any corner and centre, with the chances of the temperature; "
        "or any two of one sublattice, which leaves the order as it was set.",
        title="Exchange",
        words={
            "neighbours": "of neighbours, at T", "any pair": "of any corner and centre, at T",
            "held": "within a sublattice: S is held",
        },
    )  # fmt: skip
    x: float = quantity(
        0.5, "", "Part of all atoms that are Mn.", title="Composition", symbol="x_{Mn}", ge=0.05, le=0.95, rebuild=True
    )
    L: int = quantity(
        4, "cells", "Unit cells along each edge.", title="Edge", symbol="L", ge=2, le=48, scale="log", rebuild=True
    )
    mu: float = quantity(
        2.3, "", "Moment of a Mn atom in Bohr magnetons.", title="Moment of Mn", symbol="μ_{Mn}/μ_B", ge=0.1, le=5
    )
    a: float = quantity(2.77e-10, "m", "Edge of the cell across the tetragonal axis.", title="Edge a of the cell",
                        symbol="a", ge=2e-10, le=4e-10)  # fmt: skip
    c: float = quantity(3.57e-10, "m", "Edge of the cell along the tetragonal axis.", title="Edge c of the cell",
                        symbol="c", ge=2e-10, le=4e-10)  # fmt: skip
    shown: Literal["auto", "atoms", "cells"] = choice(
        "auto",
        "What is drawn: each atom with its moment, cells coloured by their local order, or whichever suits their "
        "number.",
        title="Shown as",
        display=True,
    )
    coloured: Literal["atoms", "order"] = choice(
        "atoms",
        "What colours of atoms mean: their kind and sublattice, or the local order: its sign tells the two kinds of "
        "antiphase domains apart.",
        title="Coloured by",
        words={"atoms": "kind of atom", "order": "local order"},
        display=True,
    )
    cut: Literal["whole", "corner", "layer"] = choice(
        "corner",
        "What of the sample is left out: nothing, the eighth in front, or all but a layer of cells.",
        title="Cut away",
        words={"whole": "nothing", "corner": "the eighth in front", "layer": "all but a layer"},
        display=True,
    )

    @property
    def geometry(self) -> Geometry:
        """Topology of the sample: body-centred, whatever the ratio of the edges."""
        return sample_of("bcc", self.L)

    @property
    def cells(self) -> int:
        """Number of cells, and of sites of each sublattice."""
        return self.L**3

    @property
    def first(self) -> int:
        """Number of Mn atoms."""
        return round(2 * self.cells * self.x)

    @property
    def part(self) -> float:
        """The part of Mn that whole atoms make."""
        return self.first / (2 * self.cells)

    @property
    def most(self) -> float:
        """The largest order at this composition."""
        return nearest_surplus(self.cells, self.first, self.cells) / self.cells

    @property
    def held(self) -> bool:
        """Whether the order stays as it was set."""
        return self.exchange == "held"

    @property
    def form(self) -> str:
        """ "atoms" or "cells"."""
        return self.shown if self.shown != "auto" else "atoms" if 2 * self.cells <= ATOMS else "cells"

    @property
    def full(self) -> float:
        """Magnetization at S = 1 [A/m]."""
        return float(bragg_williams.magnetization(self.mu, self.a, self.c, 1.0))

    def unused(self) -> Mapping[str, str]:
        """See `Parameters.unused`."""
        why = {}
        if self.held:
            why["T"] = "only where atoms change places at T"
        if self.form == "cells":
            why["coloured"] = "only where atoms are drawn"
        return why
