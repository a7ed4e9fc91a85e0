"""The ferromagnet: spins that like to be parallel, on any lattice, from order through Tc to disorder."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from spinviz.model.abilities import Brushable
from spinviz.model.brush import Indices, Sites
from spinviz.model.plots import Curve, Graph, Trace
from spinviz.model.system import Action, Observable, Preset, System
from spinviz.model.units import plain
from spinviz.model.visuals import Stage, Visual
from spinviz.systems.order.common.brush import sites_of_brush
from spinviz.systems.order.common.picture import thinned
from spinviz.systems.order.common.reciprocal import shows_structure, structure_caption
from spinviz.systems.order.common.sample import size_of, taken
from spinviz.systems.order.common.temperature import TORQUES
from spinviz.systems.order.ferromagnet.correlations import CORRELATIONS
from spinviz.systems.order.ferromagnet.laws import LAWS, MEAN_FIELD, crossing_lines
from spinviz.systems.order.ferromagnet.parameters import MODELS, FerromagnetParameters
from spinviz.systems.order.ferromagnet.picture import picture, stage
from spinviz.systems.order.ferromagnet.state import (
    MagnetState,
    brushes,
    count,
    paint,
    quenched,
    renewed,
    started,
    swept,
)
from spinviz.systems.sample_shape import mask_of, shape_words

SETTLE = 200.0
"""Sweeps after a change that count in no mean."""
LENS = 30.0
"""Sweeps per second on screen."""


def sites(p: FerromagnetParameters) -> float:
    """Number of spins."""
    return float(p.spins)


def cumulant(second: float, fourth: float) -> float:
    """Binder's fourth-order cumulant of <m^2> and <m^4>."""
    return 1 - fourth / (3 * second**2) if second > 0 else 0.0


def widest(p: FerromagnetParameters) -> float:
    """Right end of the axes of temperature."""
    return p.widest


def standing_in(state: MagnetState, p: FerromagnetParameters) -> str:
    """What is done in place of the algorithm that was chosen, and why."""
    if len(state.pinned):
        return f"{len(state.pinned)} spins pinned" + (", heat bath" if p.algorithm in ("wolff", "llg") else "")
    if p.algorithm == "wolff" and not p.grows_clusters:
        return "with anisotropy heat bath in place of clusters"
    if p.algorithm == "llg":
        return "1 sweep = μ/γJ" if p.precesses else "only Heisenberg spins precess: heat bath"
    return ""


class Ferromagnet(System[FerromagnetParameters, MagnetState], Brushable[MagnetState, FerromagnetParameters]):
    """Exchange against heat, for every kind of spin and every lattice."""

    name = "ferromagnet"
    title = "Ferromagnet"
    chapter = "Order"
    order = 20
    summary = "Spins with exchange on any lattice: order, the Curie point, mean field beside Monte Carlo."
    notes = (
        "Exchange favours parallel neighbours, heat turns them at random. Below Tc the exchange of all neighbours "
        "together keeps a direction that no single bond prefers: which one is left to chance."
    )
    equation = (
        r"H=-J\sum_{\langle ij\rangle}\mathbf{S}_i\cdot\mathbf{S}_j-h\sum_i S_i^z-K\sum_i(S_i^z)^2,"
        r"\ \langle ij\rangle\ \mathrm{each\ pair\ once}"
    )
    time_unit = "sweep"
    Parameters = FerromagnetParameters
    observables = (
        Observable("abs_m", "Magnetization", "|m|"),
        Observable("energy", "Energy per spin", "e", "J"),
        Observable("m2", "Square of the magnetization", "m²"),
        Observable("m4", "Fourth power of the magnetization", "m⁴"),
        Observable(
            "specific_heat", "Specific heat per spin", "c/k_B", variance_of="energy",
            factor=lambda p: sites(p) / p.T**2,
        ),
        Observable(
            "susceptibility", "Susceptibility of |m| per spin", "χ", "1/J", variance_of="abs_m",
            factor=lambda p: sites(p) / p.T,
        ),
        Observable("U4", "Fourth-order cumulant", "U₄", means_of=("m2", "m4"), combine=cumulant),
        Observable("memory", "Correlation time of |m|", "τ", "sweep", memory_of="abs_m"),
        *TORQUES,
        Observable("T", "Temperature", "T", "J/kB"),
    )  # fmt: skip
    plots = (
        Trace("traces", "|m| and e over time", ("abs_m", "energy"), window=lambda p: 10 * LENS),
        Curve(
            "order", "|m| over T", "T", "abs_m", x_low=0.0, x_high=widest, low=0.0, high=1.05,
            mean=True, guides=(MEAN_FIELD["order"],), when=lambda p: p.lattice != "chain",
        ),
        Graph(
            "crossing", "Mean field", crossing_lines, "m", "mean spin", x_low=-1.0, x_high=1.0,
            low=-1.05, high=1.05, when=lambda p: p.mean_field_holds,
        ),
        Curve(
            "square", "m² over T", "T", "m2", x_low=0.0, x_high=widest, low=0.0, high=1.05, mean=True,
            when=lambda p: p.lattice == "chain",
        ),
        Curve(
            "susceptibility", "χ over T", "T", "susceptibility", x_low=0.0, x_high=widest,
            low=0.0, mean=True,
        ),
        Curve(
            "energy", "e over T", "T", "energy", x_low=0.0, x_high=widest, mean=True,
            guides=(MEAN_FIELD["energy"],),
        ),
        Curve(
            "heat", "c over T", "T", "specific_heat", x_low=0.0, x_high=widest, low=0.0,
            mean=True, guides=(MEAN_FIELD["heat"],),
        ),
        Curve(
            "cumulant", "U₄ over T", "T", "U4", x_low=0.0, x_high=widest, low=0.0, high=0.7, mean=True,
            when=lambda p: p.lattice != "chain",
        ),
        Curve(
            "memory", "τ over T", "T", "memory", x_low=0.0, x_high=widest, low=0.0, mean=True
        ),
        *CORRELATIONS,
    )  # fmt: skip
    laws = LAWS
    symbols = {"J": "exchange energy of two neighbours"}
    presets = (
        Preset(
            "order", "Order and heat", "Heisenberg spins on a simple cubic lattice below Tc.",
            parameters={"T": 0.8, "L": 8}, length=600.0, speed=60.0,
            notes="Raise the temperature step by step: |m| falls along its curve and vanishes at Tc = 1.443 J/kB, "
            "where susceptibility and specific heat peak. Mean field with the same neighbours puts Tc at 2 J/kB, "
            "because it ignores that neighbours fluctuate together.",
        ),
        Preset(
            "broken", "Symmetry breaking", "Fifty samples are quenched from infinite temperature: each chooses its "
            "own direction.", parameters={"T": 0.5, "L": 6, "samples": 50, "start": "random"}, length=300.0, speed=6.0,
            notes="The Hamiltonian prefers no direction, and at first all magnetizations are near zero. Each sample "
            "then orders along a direction of its own, which chance decides: the points spread over the whole sphere.",
        ),
        Preset(
            "critical", "Critical point", "At Tc: large clusters of every size, and fluctuations that last long.",
            parameters={"T": 1.4429, "L": 12, "algorithm": "heat bath"}, length=1200.0, speed=100.0,
            notes="Watch how slowly |m| wanders, then choose Wolff's clusters: the correlation time falls from "
            "hundreds of sweeps to a few. The cumulant U4 has the same value 0.622 at Tc in samples of every size.",
        ),
        Preset(
            "vortices", "Kosterlitz-Thouless", "Plane rotators on a square lattice: no order, but vortices in pairs.",
            parameters={"model": "xy", "lattice": "square", "L": 128, "T": 0.3, "start": "random", "shown": "cells"},
            length=300.0, speed=10.0,
            notes="Around a vortex the colours run once through the wheel. Below T = 0.893 J/kB vortices and "
            "antivortices bind into pairs and annihilate; above, free ones destroy the stiffness of the plane.",
        ),
        Preset(
            "plane", "No order in the plane", "Heisenberg spins on a square lattice, cold.",
            parameters={"lattice": "square", "L": 64, "T": 0.4, "shown": "cells"}, length=600.0, speed=30.0,
            notes="Neighbours are nearly parallel, and yet the direction drifts across the sample: two-dimensional "
            "Heisenberg spins have no magnetization at any temperature above zero (Mermin and Wagner). Larger samples "
            "have a smaller |m|.",
        ),
        Preset(
            "potts", "Potts domains", "Three states that are alike, quenched on a triangular lattice.",
            parameters={"model": "potts", "q": 3, "lattice": "triangular", "L": 96, "T": 0.9, "start": "random"},
            length=600.0, speed=20.0,
            notes="Domains of three kinds meet in points, like a foam, and coarsen. With more than four states the "
            "transition jumps: at its temperature ordered and disordered regions coexist.",
        ),
        Preset(
            "enumerated", "Sixteen spins, exactly", "The 4 × 4 Ising lattice: all its 65 536 states can be counted.",
            parameters={"model": "ising", "lattice": "square", "L": 4, "T": 2.269, "coloured": "component"},
            length=2000.0, speed=200.0,
            notes="There is no transition in a finite lattice: every curve is smooth, and the exact ones follow from "
            "counting. The means must agree with them within their error bars at every temperature.",
        ),
        Preset(
            "ring", "A ring of spins", "Sixteen Heisenberg spins in a ring, whose energy is known exactly.",
            parameters={"lattice": "chain", "L": 16, "T": 0.3}, length=2000.0, speed=60.0,
            notes="A chain orders at no temperature: each bond can turn a little, and turns add up. Cool it and the "
            "correlations grow until they reach around the ring.",
        ),
        Preset(
            "bcc", "Body-centred iron", "Heisenberg spins on a body-centred cubic lattice, as in iron.",
            parameters={"lattice": "bcc", "L": 8, "T": 1.5, "shown": "balls"}, length=600.0, speed=60.0,
            notes="Eight neighbours hold a spin more firmly than six: Tc is 2.054 J/kB. Mean field says 8/3, which is "
            "closer than on the simple cubic lattice: more neighbours fluctuate less.",
        ),
        Preset(
            "trapped", "A vortex in a ring", "Plane rotators on a ring: the directions turn once around the hole.",
            parameters={"model": "xy", "lattice": "square", "L": 40, "T": 0.2, "shape": "ring", "proportion": 0.35,
                        "start": "vortex"}, length=600.0, speed=20.0,
            notes="Parallel spins would have less energy, and yet the vortex stays: to leave, its core would have to "
            "cross the ring, where neighbours oppose each other. Warm up to 0.9 J/kB and vortices cross; then set a "
            "vortex on a disc, whose core sits among spins.",
        ),
        Preset(
            "diluted", "Vacancies", "Four of ten spins of a simple cubic lattice are removed.",
            parameters={"L": 12, "T": 0.5, "vacancies": 0.4, "shown": "balls"}, length=600.0, speed=60.0,
            notes="Order needs paths of neighbours through the whole sample. Every vacancy lowers Tc, and with less "
            "than 31 % of the sites filled, the percolation threshold, only finite clusters remain and nothing "
            "orders at any temperature.",
        ),
    )  # fmt: skip
    actions = (
        Action("quench", "Quench", "Quench from infinite temperature to 0.3 Tc, without field.", quenched),
        Action("critical", "Set to Tc", "Set the critical temperature, where it is known.", lambda s, p: (
            p.change(T=p.Tc) if p.Tc == p.Tc else None
        )),
        Action("heat", "Heat", "Raise the temperature by 10 %.", lambda s, p: p.change(T=min(1.1 * p.T, 20.0))),
        Action("cool", "Cool", "Lower the temperature by 10 %.", lambda s, p: p.change(T=max(p.T / 1.1, 0.01))),
        Action("order", "Order", "Set all spins parallel.", lambda s, p: renewed(s, p, "ordered")),
        Action("randomize", "Randomize", "Randomize all spins.", lambda s, p: renewed(s, p, "random")),
        Action("vortex", "Vortex", "Set spins along circles about the middle (vectors only).",
               lambda s, p: renewed(s, p, "vortex")),
        Action("flip_field", "Reverse the field", "Change the sign of the field.", lambda s, p: p.change(h=-p.h)),
    )  # fmt: skip

    def open(self, path: Path) -> FerromagnetParameters:
        """Plane rotators on the dark pixels of an image. Errors: `FileError` and `UnknownName`."""
        if path.suffix.lower() not in self.suffixes():
            return super().open(path)
        p = FerromagnetParameters.of(
            mask=str(path.resolve() if path.exists() else path), shape="image", model="xy", lattice="square", L=96,
            T=0.3, start="random",
        )  # fmt: skip
        mask_of(p.geometry, p)
        return p

    def initial_state(self, p: FerromagnetParameters, rng: np.random.Generator) -> MagnetState:
        """Samples in their shape. Errors: `ParameterError` and `FileError` for shapes without sites."""
        return started(p, rng)

    def memory(self, p: FerromagnetParameters) -> int:
        """Vectors in double precision while they are made, and what is kept."""
        return p.geometry.count * (64 + 14 * p.samples)

    def settle(self, state: MagnetState, p: FerromagnetParameters) -> float:
        """Enough away from the critical point, where blocking waits longer anyway."""
        return SETTLE

    def changed(self, state: MagnetState, p: FerromagnetParameters, before: FerromagnetParameters) -> None:
        """Energies depend on the field, sizes of clusters on the temperature."""
        state.since = 0
        count(state, p.magnet)

    def step(self, state: MagnetState, p: FerromagnetParameters, dt: float) -> None:
        """One sweep."""
        swept(state, p)

    def timestep(self, p: FerromagnetParameters) -> float:
        """One sweep."""
        return 1.0

    def speed(self, p: FerromagnetParameters) -> float:
        """Sweeps per second."""
        return LENS

    def brushes(self, p: FerromagnetParameters) -> tuple[str, ...]:
        """See `state.brushes`."""
        return brushes(p)

    def sites(self, p: FerromagnetParameters) -> Sites:
        """All sites of the sample, in natural order."""
        return sites_of_brush(p.geometry)

    def paint(self, state: MagnetState, p: FerromagnetParameters, brush: str, sites: Indices) -> None:
        """See `state.paint`."""
        paint(state, p, brush, sites)

    def observe(self, state: MagnetState, p: FerromagnetParameters) -> dict[str, float]:
        """What was counted."""
        m = state.magnitude
        return {"abs_m": m, "energy": state.energy, "m2": m**2, "m4": m**4, "T": p.T,
                "torque": state.square, "curvature": state.laplacian}  # fmt: skip

    def draw(self, state: MagnetState, p: FerromagnetParameters) -> tuple[Visual, ...]:
        """The sample and the sphere of its magnetization."""
        return picture(state, p)

    def stage(self, p: FerromagnetParameters) -> Stage:
        """See `picture.stage`."""
        return stage(p)

    def odd(self, state: MagnetState, p: FerromagnetParameters) -> tuple[str, ...]:
        """An edge that does not fit, an image that is missing."""
        missing = "no image is chosen: the whole lattice" if p.shape == "image" and not p.mask else ""
        return tuple(filter(None, (taken(p.geometry, p.L), missing)))

    def caption(self, state: MagnetState, p: FerromagnetParameters) -> str:
        """Model, sample, temperature."""
        model = f"{p.q}-state {MODELS[p.model]}" if p.model in ("potts", "clock") else MODELS[p.model]
        how = standing_in(state, p)
        heat = f"T = {plain(p.T / p.Tc, 3)} Tc" if p.Tc == p.Tc else f"T = {plain(p.T, 3)} J/kB"
        if shows_structure(p.geometry, p):
            return f"{structure_caption(p.geometry)} · {heat}"
        size = size_of(p.geometry, p.geometry.count - state.holes)
        parts = (f"{model} spins, {size}", shape_words(p), heat, how, thinned(p.geometry, p), taken(p.geometry, p.L))
        return " · ".join(filter(None, parts))
