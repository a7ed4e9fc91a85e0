"""The ordering alloy MnAl: a magnet whose magnetization is the order of its atoms."""

from __future__ import annotations

from math import nan

import numpy as np

from spinviz.model.brush import Indices, Sites
from spinviz.model.identity import Identity
from spinviz.model.plots import Curve, Trace
from spinviz.model.system import Action, Observable, Preset, System
from spinviz.model.units import plain
from spinviz.model.visuals import Stage, Visual
from spinviz.physics.order.atom_exchange import local_order
from spinviz.systems.order.alloy_order.laws import LAWS, MEAN_FIELD, TRANSITION, moment
from spinviz.systems.order.alloy_order.parameters import MEAN_FIELD_T0, T_ORDER, AlloyParameters
from spinviz.systems.order.alloy_order.picture import picture, sites, stage
from spinviz.systems.order.alloy_order.state import (
    BRUSHES,
    AlloyState,
    annealed,
    disordered,
    ordered,
    paint,
    quenched,
    reorder,
    started,
    swept,
)

SETTLE = 200.0
"""Sweeps after a change that count in no mean."""
LENS = 30.0
"""Sweeps per second on screen where atoms move at a temperature."""


def widest(p: AlloyParameters) -> float:
    """Right end of the axes of temperature [J/kB]: beyond that of mean field, and of the present one."""
    return max(1.3 * MEAN_FIELD_T0, 1.1 * p.T)


def antisites(state: AlloyState, p: AlloyParameters) -> float:
    """Part of Mn on the sublattice that holds less of it."""
    return float(min(np.count_nonzero(side > 0) for side in state.atoms)) / p.first


class AlloyOrder(System[AlloyParameters, AlloyState]):
    """Mn and Al on a body-centred tetragonal lattice."""

    name = "alloy_order"
    title = "Ordering alloy MnAl"
    chapter = "Order"
    order = 60
    summary = "Mn and Al change places on a lattice: the magnetization is the chemical order."
    notes = (
        "A Mn atom on a corner of the cell points up, one in a centre (an antisite) points down. Perfect order is a "
        "strong magnet without any rare earth; the same atoms mixed at random have no moment at all."
    )
    equation = (
        r"H=J\sum_{\langle ij\rangle}s_is_j,\quad s_i=+1\ (\mathrm{Mn}),\,-1\ (\mathrm{Al}),\quad "
        r"M=\frac{\mu_{Mn}}{a^2c}S"
    )
    time_unit = "sweep"
    Parameters = AlloyParameters
    observables = (
        Observable("S", "Order", "S"),
        Observable("abs_S", "Size of the order", "|S|"),
        Observable("local_S", "Local order", "⟨|S_loc|⟩"),
        Observable("M", "Magnetization", "M", "A/m"),
        Observable("antisites", "Mn on antisites", "p_{anti}"),
        Observable("energy", "Energy per atom", "e", "J"),
        Observable(
            "susceptibility", "Susceptibility of |S| per atom", "χ", "1/J", variance_of="abs_S",
            factor=lambda p: 2 * p.cells / p.T,
        ),
        Observable("T", "Temperature", "T", "J/kB"),
    )  # fmt: skip
    plots = (
        Curve(
            "moment", "M over S", "S", "M", x_low=-1.05, x_high=1.05,
        ),
        Curve(
            "order", "|S| over T", "T", "abs_S", x_low=0.0, x_high=widest, low=0.0, high=1.05, mean=True,
            guides=(MEAN_FIELD["order"], TRANSITION), when=lambda p: not p.held,
        ),
        Trace("trace", "S over time", ("S", "local_S"), low=-1.05, high=1.05, window=lambda p: 10 * LENS),
        Curve(
            "energy", "e over T", "T", "energy", x_low=0.0, x_high=widest, mean=True,
            guides=(MEAN_FIELD["energy"],), when=lambda p: not p.held,
        ),
        Curve(
            "susceptibility", "χ over T", "T", "susceptibility", x_low=0.0, x_high=widest,
            low=0.0, mean=True, when=lambda p: not p.held,
        ),
    )  # fmt: skip
    laws = LAWS
    identities = (
        Identity(
            "size", ("abs_S", "S"), lambda s, p, seen: seen["abs_S"] - abs(seen["S"]), 1e-15, "|S| is the size of S."
        ),
        Identity(
            "antisites", ("antisites", "S"),
            lambda s, p, seen: seen["antisites"] - (1 - abs(seen["S"]) * p.cells / p.first) / 2, 1e-12,
            "Mn on both sublattices are all Mn: 1 - 2 p = |S| n/K; rounding.",
        ),
    )  # fmt: skip
    symbols = {"J": "ordering energy of two neighbours"}
    presets = (
        Preset(
            "ordered", "Perfect order", "Layers of Mn and Al alternate along c: every moment points up.",
            parameters={"S": 1.0, "L": 4}, length=60.0, speed=2.0,
            notes="Drag S from 1 to 0 and watch the arrow of M: atoms change places, every Mn atom in a centre "
            "points down and cancels one on a corner. M follows S on a straight line, whatever the arrangement.",
        ),
        Preset(
            "antisites", "Antisites", "S = 0.8: one Mn atom in ten is in a centre and points down.",
            parameters={"S": 0.8, "L": 5, "cut": "whole"}, length=60.0, speed=2.0,
            notes="Nothing is missing and no moment is shorter, and yet a fifth of the magnetization is gone: each "
            "antisite takes its own moment away and cancels another. This is why MnAl must be annealed.",
        ),
        Preset(
            "quench", "Antiphase domains", "A sudden quench from infinite temperature to 0.3 of that of ordering.",
            parameters={"exchange": "neighbours", "T": 1.91, "S": 0.0, "L": 32}, actions=((0.0, "quench"),),
            length=200.0, speed=8.0,
            notes="Every region orders, but some with Mn on the corners and others with Mn in the centres. The local "
            "order is soon near 1, while the domains cancel and S stays small: annealing lets them grow.",
        ),
        Preset(
            "anneal", "Annealing", "First quenched, then held just below the ordering temperature.",
            parameters={"exchange": "neighbours", "T": 1.91, "S": 0.0, "L": 24},
            actions=((0.0, "quench"), (150.0, "anneal")), length=1500.0, speed=60.0,
            notes="Cold atoms have not the energy to change places, so the quenched domains stay. After 150 sweeps "
            "the temperature rises to 0.9 of that of ordering: the walls move, one kind of domain wins, and M appears.",
        ),
        Preset(
            "melting", "Order over temperature", "A sample in equilibrium below its ordering temperature.",
            parameters={"exchange": "any pair", "T": 5.0, "L": 10, "cut": "whole", "shown": "cells"}, length=1200.0,
            speed=60.0,
            notes="Raise T step by step: the points fall along a curve that reaches zero at 6.35 J/kB. Bragg and "
            "Williams, who let every atom see the average of all, put it at 8 J/kB.",
        ),
        Preset(
            "random", "Random alloy", "Three times the ordering temperature: Mn anywhere, no net moment.",
            parameters={"exchange": "any pair", "T": 19.0, "S": 0.0, "L": 5, "cut": "whole"}, length=120.0, speed=2.0,
            notes="As many moments point down as up, and M is only what chance leaves. Neighbours are still unlike "
            "somewhat more often than not. Choose Quench and watch order come.",
        ),
        Preset(
            "rich", "Too much Mn", "55 % Mn, as in real magnets: the surplus must sit in centres.",
            parameters={"S": 1.0, "x": 0.55, "L": 5, "cut": "whole"}, length=60.0, speed=2.0,
            notes="No order can be better than this: the corners are full of Mn, and a tenth of the centres holds the "
            "rest, which points down. M is 0.9 of that of the equal alloy although there is more Mn.",
        ),
        Preset(
            "sixteen", "Sixteen atoms, exactly", "2 × 2 × 2 cells: all arrangements are counted.",
            parameters={"exchange": "any pair", "T": 6.0, "L": 2, "S": 1.0}, length=2000.0, speed=300.0,
            notes="Every corner is a neighbour of every centre here, so that mean field would be exact for many "
            "atoms; sixteen still fluctuate, and their curve has no kink. Means must agree with it at every T.",
        ),
    )  # fmt: skip
    actions = (
        Action(
            "quench", "Quench", "Mix all atoms and cool at once to 0.3 of the ordering temperature, where neighbours "
            "change places.",
            quenched,
        ),
        Action("anneal", "Anneal", "Set the temperature to 0.9 of that of ordering at this composition.", annealed),
        Action("order", "Order", "Put every atom on its own sublattice, as far as the composition allows.", ordered),
        Action("disorder", "Disorder", "Place all atoms at random.", disordered),
        Action("heat", "Heat", "Raise the temperature by 10 %.", lambda s, p: p.change(T=min(1.1 * p.T, 40.0))),
        Action("cool", "Cool", "Lower the temperature by 10 %.", lambda s, p: p.change(T=max(p.T / 1.1, 0.2))),
    )  # fmt: skip

    def initial_state(self, p: AlloyParameters, rng: np.random.Generator) -> AlloyState:
        """Atoms at random, but for the order that is asked for."""
        return started(p, rng)

    def changed(self, state: AlloyState, p: AlloyParameters, before: AlloyParameters) -> None:
        """Order follows its slider, and is held from where it is set."""
        if p.S != before.S or (p.held and not before.held):
            reorder(state, p)

    def settle(self, state: AlloyState, p: AlloyParameters) -> float:
        """Enough away from the ordering temperature, where blocking waits longer anyway."""
        return 10.0 if p.held else SETTLE

    def step(self, state: AlloyState, p: AlloyParameters, dt: float) -> None:
        """One sweep."""
        swept(state, p)

    def timestep(self, p: AlloyParameters) -> float:
        """One sweep."""
        return 1.0

    def speed(self, p: AlloyParameters) -> float:
        """Sweeps per second."""
        return 2.0 if p.held else LENS

    def brushes(self, p: AlloyParameters) -> tuple[str, ...]:
        """Those that leave the composition as it is."""
        return BRUSHES

    def sites(self, p: AlloyParameters) -> Sites:
        """Corners, then centres."""
        return sites(p.L, p.c / p.a)

    def paint(self, state: AlloyState, p: AlloyParameters, brush: str, sites: Indices) -> None:
        """See `state.paint`."""
        paint(state, brush, sites)

    def observe(self, state: AlloyState, p: AlloyParameters) -> dict[str, float]:
        """What was counted."""
        return {
            "S": state.order,
            "abs_S": abs(state.order),
            "local_S": float(np.abs(local_order(state.atoms)).mean()),
            "M": moment(state, p),
            "antisites": antisites(state, p),
            "energy": int(state.counts[0]) / state.atoms.size,
            "T": nan if p.held else p.T,
        }

    def draw(self, state: AlloyState, p: AlloyParameters) -> tuple[Visual, ...]:
        """Atoms or cells, and the magnetization."""
        return picture(state, p)

    def stage(self, p: AlloyParameters) -> Stage:
        """See `picture.stage`."""
        return stage(p)

    def caption(self, state: AlloyState, p: AlloyParameters) -> str:
        """Composition, temperature, and what is idealised."""
        mixed = f"{p.first:,} Mn + {2 * p.cells - p.first:,} Al".replace(",", "\u202f")
        heat = "order held" if p.held else f"T = {plain(p.T / T_ORDER, 3)} of the ordering temperature"
        full = f"S ≤ {plain(p.most, 3)} at this composition" if p.most < abs(p.S) else ""
        model = "bcc type of order, not L1₀ on fcc; collinear moments"
        return " · ".join(filter(None, (mixed, heat, full, model)))
