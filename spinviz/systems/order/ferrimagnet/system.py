"""The ferrimagnet: two sublattices of unequal moments that oppose each other, and what is left of both."""

from __future__ import annotations

import numpy as np

from spinviz.model.abilities import Brushable
from spinviz.model.brush import Indices, Sites
from spinviz.model.plots import Curve, Graph, Mean, Trace
from spinviz.model.system import Action, Observable, Preset, System
from spinviz.model.units import plain
from spinviz.model.visuals import Stage, Visual
from spinviz.systems.order.common.brush import PINS, VECTOR_BRUSHES, sites_of_brush
from spinviz.systems.order.common.reciprocal import MOST, correlations_of, far, shows_structure, structure_caption
from spinviz.systems.order.common.sample import size_of, taken
from spinviz.systems.order.common.temperature import TORQUES
from spinviz.systems.order.ferrimagnet.laws import IDENTITIES, LAWS, mean_field_lines
from spinviz.systems.order.ferrimagnet.parameters import FerrimagnetParameters, compensation
from spinviz.systems.order.ferrimagnet.picture import picture, stage
from spinviz.systems.order.ferrimagnet.state import (
    FerriState,
    count,
    equalised,
    paint,
    renewed,
    started,
    swapped,
    swept,
)

SETTLE = 200.0
"""Sweeps after a change that count in no mean."""
LENS = 30.0
"""Sweeps per second on screen."""


def to_compensation(state: FerriState, p: FerrimagnetParameters) -> FerrimagnetParameters | None:
    """Set the temperature at which the mean field says that the sublattices cancel."""
    T = compensation(p.mean_field)
    return None if T is None else p.change(T=T)


class Ferrimagnet(System[FerrimagnetParameters, FerriState], Brushable[FerriState, FerrimagnetParameters]):
    """Two sublattices, compensation, and the antiferromagnet as a limit."""

    name = "ferrimagnet"
    title = "Ferrimagnet"
    chapter = "Order"
    order = 40
    summary = "Two opposed sublattices of unequal moment: compensation, and the antiferromagnet as a limit."
    notes = (
        "The sublattices oppose each other, and what is seen outside is their difference. Each loses its order at its "
        "own rate: where the larger moment is held more weakly, the net moment passes through zero below Tc."
    )
    equation = (
        r"H=-\sum_{\langle ij\rangle}J_{ij}\,\mathbf{S}_i\cdot\mathbf{S}_j-h\sum_i\mu_iS_i^z-K\sum_i(S_i^z)^2,"
        r"\ \langle ij\rangle\ \mathrm{each\ pair\ once}"
    )
    time_unit = "sweep"
    Parameters = FerrimagnetParameters
    observables = (
        Observable("M", "Net moment of a cell", "M"),
        Observable("M_A", "Moment of sublattice A", "M_A"),
        Observable("M_B", "Moment of sublattice B", "M_B"),
        Observable("energy", "Energy per spin", "e", "J"),
        *TORQUES,
        Observable("T", "Temperature", "T", "J/kB"),
    )
    plots = (
        Graph(
            "moments", "Moments over T", mean_field_lines, "T", "M", "J/kB", x_low=0.0, x_high=lambda p: p.widest,
            means=(Mean("T", "M_A", "A", "down"), Mean("T", "M_B", "B", "up"), Mean("T", "M", "net", "net")),
        ),
        Trace(
            "traces", "Moments over time", ("M_A", "M_B", "M"), window=lambda p: 10 * LENS,
            roles=("down", "up", "net"),
        ),
        Curve(
            "temperature", "T of the spins over T", "T", "T_spins", x_low=0.0, x_high=lambda p: p.widest, low=0.0,
            mean=True,
        ),
        Graph(
            "correlations", "C(r)", lambda s, p: correlations_of(p.geometry, s.spins.vectors()), "r/a",
            "C(r)", x_low=0.0, x_high=lambda p: far(p.geometry), low=-1.0, high=1.0,
            when=lambda p: p.geometry.count <= MOST,
        ),
    )  # fmt: skip
    laws = LAWS
    identities = IDENTITIES
    presets = (
        Preset(
            "compensation", "Compensation", "A is held firmly and has the smaller moment: cold, B wins; warm, A does.",
            parameters={"T": 0.15, "K": 0.03, "coloured": "sublattice"}, length=600.0, speed=60.0,
            notes="Raise the temperature step by step: B loses its order first, and the net moment shrinks, passes "
            "through zero at the compensation point and grows again along A, until both vanish at Tc. Nothing happens "
            "to the order at the compensation point: only the sum is zero.",
        ),
        Preset(
            "equal", "Equal moments", "Both sublattices alike: an antiferromagnet.",
            parameters={"T": 0.3, "mu_B": 1.0, "J_BB": 2.0, "K": 0.03, "coloured": "sublattice"}, length=600.0,
            speed=60.0,
            notes="Move the slider of one moment: with equal moments the order is complete and yet nothing is seen "
            "from outside. An antiferromagnet is a ferrimagnet whose sublattices happen to be equal.",
        ),
        Preset(
            "field", "Turned by the field", "In a field the net moment points along it: across the compensation point "
            "both sublattices turn over.",
            parameters={"T": 0.15, "h": 0.1, "coloured": "sublattice"}, length=600.0, speed=60.0,
            notes="Cold, B points along the field and A against it. Heat across the compensation point: now A is the "
            "stronger one, and the whole lattice turns over, though the field has not changed.",
        ),
        Preset(
            "ferrite", "Ferrite", "Weak exchange within the sublattices, strong between them: the usual ferrite.",
            parameters={"T": 0.15, "mu_A": 1.0, "mu_B": 1.8, "J_AA": 0.2, "J_BB": 0.1, "K": 0.03,
                        "coloured": "sublattice"}, length=600.0, speed=60.0,
            notes="The sublattices hold each other, so both lose their order alike and there is no compensation point. "
            "Magnetite is of this kind: its net moment is the difference of two opposed sublattices.",
        ),
    )  # fmt: skip
    actions = (
        Action("compensate", "To compensation", "Set the compensation temperature of the mean field, if there is one.",
               to_compensation),
        Action("equalise", "Equalise", "Give B the moment and the exchange of A: an antiferromagnet.", equalised),
        Action("swap", "Swap A and B", "Exchange moments and exchange constants of the sublattices.", swapped),
        Action("heat", "Heat", "Raise the temperature by 10 %.", lambda s, p: p.change(T=min(1.1 * p.T, 4.0))),
        Action("cool", "Cool", "Lower the temperature by 10 %.", lambda s, p: p.change(T=max(p.T / 1.1, 0.005))),
        Action("order", "Order", "Set A up and B down.", lambda s, p: renewed(s, p, ordered=True)),
        Action("randomize", "Randomize", "Randomize all spins.", lambda s, p: renewed(s, p, ordered=False)),
    )  # fmt: skip

    def initial_state(self, p: FerrimagnetParameters, rng: np.random.Generator) -> FerriState:
        """A up and B down, or random."""
        return started(p, rng)

    def memory(self, p: FerrimagnetParameters) -> int:
        """Vectors in double precision while they are made, and what is kept."""
        return p.geometry.count * 100

    def settle(self, state: FerriState, p: FerrimagnetParameters) -> float:
        """Enough away from the critical point, where blocking waits longer anyway."""
        return SETTLE

    def changed(self, state: FerriState, p: FerrimagnetParameters, before: FerrimagnetParameters) -> None:
        """Energies depend on exchange and field."""
        count(state, p)

    def step(self, state: FerriState, p: FerrimagnetParameters, dt: float) -> None:
        """One sweep."""
        swept(state, p)

    def timestep(self, p: FerrimagnetParameters) -> float:
        """One sweep."""
        return 1.0

    def speed(self, p: FerrimagnetParameters) -> float:
        """Sweeps per second."""
        return LENS

    def brushes(self, p: FerrimagnetParameters) -> tuple[str, ...]:
        """Those of vectors."""
        return (*VECTOR_BRUSHES, "heat", *PINS)

    def sites(self, p: FerrimagnetParameters) -> Sites:
        """All sites of the sample, in natural order."""
        return sites_of_brush(p.geometry)

    def paint(self, state: FerriState, p: FerrimagnetParameters, brush: str, sites: Indices) -> None:
        """See `state.paint`."""
        paint(state, p, brush, sites)

    def observe(self, state: FerriState, p: FerrimagnetParameters) -> dict[str, float]:
        """Moments along the axis of order, energy."""
        M_A, M_B = p.mu_A * float(state.a @ state.axis), p.mu_B * float(state.b @ state.axis)
        return {
            "M": M_A + M_B, "M_A": M_A, "M_B": M_B, "energy": state.energy, "torque": state.square,
            "curvature": state.laplacian, "T": p.T,
        }  # fmt: skip

    def draw(self, state: FerriState, p: FerrimagnetParameters) -> tuple[Visual, ...]:
        """See `picture`."""
        return picture(state, p)

    def stage(self, p: FerrimagnetParameters) -> Stage:
        """See `picture.stage`."""
        return stage(p)

    def odd(self, state: FerriState, p: FerrimagnetParameters) -> tuple[str, ...]:
        """An edge that does not fit."""
        return tuple(filter(None, (taken(p.geometry, p.L),)))

    def caption(self, state: FerriState, p: FerrimagnetParameters) -> str:
        """What it is, and the sample."""
        if shows_structure(p.geometry, p):
            return structure_caption(p.geometry)
        what = "equal sublattices: an antiferromagnet" if p.alike else "ferrimagnet"
        pinned = f"{len(state.pinned)} spins pinned" if len(state.pinned) else ""
        holes = f"{state.holes} sites empty" if state.holes else ""
        return " · ".join(filter(None, (what, size_of(p.geometry), pinned, holes, taken(p.geometry, p.L))))

    def foretold(self, state: FerriState, p: FerrimagnetParameters) -> str:
        """Temperatures of the mean field."""
        T = compensation(p.mean_field)
        Tc = plain(p.mean_field.critical_temperature, 3)
        if p.alike or not T:
            return f"mean field: Tc {Tc} J/kB" + ("" if p.alike else ", no compensation point")
        return f"mean field: Tc {Tc}, Tcomp {plain(T, 3)} J/kB"
