"""The antiferromagnet: neighbours that prefer to be antiparallel; order without a magnetization."""

from __future__ import annotations

import numpy as np

from spinviz.model.landmark import Landmark
from spinviz.model.system import Action, Observable, Preset, System
from spinviz.model.units import plain
from spinviz.model.visuals import Stage, Visual
from spinviz.systems.order.antiferromagnet.laws import LAWS, wave_start
from spinviz.systems.order.antiferromagnet.parameters import AntiferromagnetParameters
from spinviz.systems.order.antiferromagnet.picture import picture, stage
from spinviz.systems.order.antiferromagnet.plots import PLOTS, lens
from spinviz.systems.order.antiferromagnet.state import (
    UNKNOWN,
    AntiferromagnetState,
    branch_after,
    count,
    flopped,
    hit,
    kicked,
    randomized,
    reordered,
    started,
    stepped,
)
from spinviz.systems.order.common.sample import size_of, taken

SETTLE = 200.0
"""Sweeps after a change that count in no mean."""
STEP = 0.1
"""Sampling of the equation of motion, in mu/(gamma J)."""


def sites(p: AntiferromagnetParameters) -> float:
    """Number of spins."""
    return float(p.geometry.count)


def fluctuating(p: AntiferromagnetParameters) -> float:
    """N/T, by which variances become susceptibilities; NaN without heat."""
    return sites(p) / p.T if p.T > 0 and not p.swings else float("nan")


def ratio(square: float, curvature: float) -> float:
    """Temperature of spins in equilibrium."""
    return square / curvature if curvature else 0.0


class Antiferromagnet(System[AntiferromagnetParameters, AntiferromagnetState]):
    """Order that cancels: sublattices, susceptibilities, spin flop, spin waves, frustration."""

    name = "antiferromagnet"
    title = "Antiferromagnet"
    chapter = "Order"
    order = 30
    summary = "Neighbours that prefer to be antiparallel: hidden order, spin flop, spin waves, frustration."
    notes = (
        "Each spin points against its neighbours, so that two sublattices order and their moments cancel: the sample is "
        "as ordered as a ferromagnet, and no magnet would notice."
    )
    equation = (
        r"H=J\sum_{\langle ij\rangle}\mathbf{S}_i\cdot\mathbf{S}_j-\mathbf{h}\cdot\sum_i\mathbf{S}_i"
        r"-K\sum_i(S_i^z)^2,\ \langle ij\rangle\ \mathrm{each\ pair\ once}"
    )
    time_unit = "sweep"
    Parameters = AntiferromagnetParameters
    observables = (
        Observable("staggered", "Staggered order", "n"),
        Observable("abs_m", "Net magnetization", "|m|"),
        Observable("m_h", "Magnetization along the field", "m_h"),
        Observable("m_z", "Magnetization along the axis", "m_z"),
        Observable("m_x", "Magnetization across the axis", "m_x"),
        Observable("energy", "Energy per spin", "e", "J"),
        Observable("n2", "Square of the staggered order", "n²"),
        Observable("chi_par", "Susceptibility along the axis", "χ∥", "1/J", variance_of="m_z", factor=fluctuating),
        Observable("chi_perp", "Susceptibility across the axis", "χ⊥", "1/J", variance_of="m_x", factor=fluctuating),
        Observable("wave", "Staggered moment of the wave", "n_k"),
        Observable("torque", "Mean square torque", "⟨|S × H|²⟩", "J²"),
        Observable("curvature", "Curvature of the energy", "⟨∇²E⟩", "J"),
        Observable(
            "T_spins", "Temperature of the spins", "T_S", "J/kB", means_of=("torque", "curvature"), combine=ratio
        ),
        Observable("T", "Temperature", "T", "J/kB"),
        Observable("field", "Field", "h", "J"),
    )  # fmt: skip
    plots = PLOTS
    laws = LAWS
    symbols = {"J": "antiferromagnetic exchange energy of two neighbours, above 0"}
    presets = (
        Preset(
            "hidden", "Hidden order", "A cold square lattice: each spin against its neighbours, no magnetization.",
            parameters={"lattice": "square", "L": 12, "T": 0.15, "K": 0.1, "coloured": "sublattice"},
            length=600.0, speed=30.0,
            notes="The net moment is nearly zero, and yet the pattern is perfect: the staggered moment n, one sublattice "
            "minus the other, shows it. Colour by direction with one sublattice reversed, and the sample looks like a "
            "ferromagnet.",
        ),
        Preset(
            "susceptibility", "Along and across", "A cubic antiferromagnet with an easy axis, below its Néel "
            "temperature.", parameters={"T": 0.8, "L": 8, "K": 0.3, "coloured": "sublattice"}, length=1500.0, speed=60.0,
            notes="Cool it step by step: across the axis the susceptibility stays about constant below TN, because both "
            "sublattices can cant. Along the axis it goes to zero with the heat, because saturated spins can only flip.",
        ),
        Preset(
            "flop", "Spin flop", "The field along the axis rises and falls slowly at T = 0, tilted by 0.2°.",
            parameters={
                "L": 4, "T": 0.0, "K": 0.75, "h": 7.0, "tilt": 0.2, "period": 8000.0, "algorithm": "heat bath",
                "coloured": "sublattice",
            },
            length=8000.0, speed=400.0,
            notes="At first a field along the axis does nothing. At h = 4.5 J both sublattices jump across it and "
            "cant towards it; on the way back they jump at 3.5 J. The transition is of first order: between the two fields "
            "both states are stable.",
        ),
        Preset(
            "resonance", "Resonance", "Both sublattices are kicked and precess together.",
            parameters={
                "T": 0.0, "L": 6, "K": 0.3, "h": 0.4, "algorithm": "llg", "alpha": 0.002, "magnify": 20,
                "coloured": "sublattice",
            },
            actions=((0.0, "kick"),), length=60.0, speed=3.0,
            notes="Exchange and anisotropy together hold the sublattices: the resonance lies near the geometric mean of "
            "their fields, far above that of a ferromagnet. In a field along the axis two modes beat, because one sense "
            "of precession becomes faster and the other slower.",
        ),
        Preset(
            "wave", "Spin wave", "A wave of small precession runs through a layer.",
            parameters={
                "lattice": "square", "L": 20, "T": 0.0, "K": 0.01, "algorithm": "llg", "alpha": 0.0, "waves": 2,
                "magnify": 50, "coloured": "flipped",
            },
            actions=((0.0, "kick"),), length=60.0, speed=3.0,
            notes="Choose other wavelengths and kick again: at long ones the frequency is proportional to the wave "
            "number, as of sound, while that of a ferromagnet grows with its square.",
        ),
        Preset(
            "hit", "One spin is hit", "A single spin of a cold layer is turned by 90°: rings of waves run outwards.",
            parameters={
                "lattice": "square", "L": 40, "T": 0.0, "algorithm": "llg", "alpha": 0.0, "coloured": "flipped",
                "magnify": 12, "shown": "cells",
            },
            actions=((0.0, "hit"),), length=20.0, speed=2.0,
            notes="The hit spin contains waves of every wavelength, and all long ones have the same speed: a ring "
            "spreads from the middle, as on a pond. It meets its own images at the periodic edges.",
        ),
        Preset(
            "frustrated", "Frustration", "A triangular lattice is quenched: no three neighbours can be antiparallel.",
            parameters={
                "lattice": "triangular", "L": 24, "T": 0.05, "start": "random", "coloured": "sublattice",
            },
            length=600.0, speed=20.0,
            notes="The best compromise is 120° between any two of three sublattices. Each bond is then satisfied only by "
            "half, the energy is −3/2 J per spin instead of −3 J. The arrows of the three sublattices open like a star.",
        ),
        Preset(
            "kagome", "Too many ground states", "Corner-sharing triangles: each adds up to zero, and still there is no "
            "order.",
            parameters={
                "lattice": "kagome", "L": 10, "T": 0.0, "start": "random", "algorithm": "heat bath",
                "coloured": "direction",
            },
            length=800.0, speed=30.0,
            notes="The energy falls to −1 J per spin, the lowest possible, while n stays small: whole families of states "
            "have this energy, and nothing chooses one of them.",
        ),
        Preset(
            "chain", "A ring of spins", "Sixteen spins in a ring, whose energy is known exactly.",
            parameters={"lattice": "chain", "L": 16, "T": 0.3, "coloured": "flipped"}, length=2000.0, speed=60.0,
            notes="In one dimension any heat destroys the order: neighbours are nearly antiparallel, yet the staggered "
            "moment wanders. For classical spins the energy is that of the ferromagnetic ring.",
        ),
        Preset(
            "fcc", "Four sublattices", "A face-centred cubic lattice: four sublattices that add up to zero.",
            parameters={"lattice": "fcc", "L": 4, "T": 0.15, "coloured": "sublattice"},
            length=600.0, speed=30.0,
            notes="Four neighbours that form a tetrahedron share the frustration: their sum is zero in many ways. Heat "
            "favours collinear ones, two against two, because they leave most room for fluctuations.",
        ),
    )  # fmt: skip
    actions = (
        Action("along", "Field along", "Turn the field along the easy axis.", lambda s, p: (
            p.change(direction="along")
        )),
        Action("across", "Field across", "Turn the field across the easy axis.", lambda s, p: (
            p.change(direction="across")
        )),
        Action("flop", "Flop", "Raise the field along the axis above the spin flop.", flopped),
        Action("flip_field", "Reverse the field", "Change the sign of the field.", lambda s, p: p.change(h=-p.h)),
        Action("kick", "Kick", "Turn all spins by the angle of the kick, along the wave.", kicked),
        Action("hit", "Hit one spin", "Turn the spin in the middle by 90°.", hit),
        Action("heat", "Heat", "Raise the temperature by 10 %.", lambda s, p: (
            p.change(T=min(max(1.1 * p.T, 0.01), 20.0))
        )),
        Action("cool", "Cool", "Lower the temperature by 10 %.", lambda s, p: p.change(T=p.T / 1.1)),
        Action("order", "Order", "Order all spins.", reordered),
        Action("randomize", "Randomize", "Randomize all spins.", randomized),
    )  # fmt: skip
    landmarks = (
        Landmark(
            "flop", "spin flop", "The staggered moment turns across the axis, or back.", "zero",
            lambda s, p, seen: float(s.difference[2] ** 2 - s.difference[0] ** 2 - s.difference[1] ** 2), 0.1,
            when=lambda p: p.flops and p.h != 0, shows="field",
        ),
    )  # fmt: skip

    def initial_state(self, p: AntiferromagnetParameters, rng: np.random.Generator) -> AntiferromagnetState:
        """Spins that are ordered or random."""
        return started(p, rng)

    def memory(self, p: AntiferromagnetParameters) -> int:
        """Vectors in double precision while they are made and drawn, and what is kept."""
        return p.geometry.count * 100

    def settle(self, state: AntiferromagnetState, p: AntiferromagnetParameters) -> float:
        """Enough away from the critical point, where blocking waits longer anyway."""
        return SETTLE

    def departure(self, state: AntiferromagnetState, p: AntiferromagnetParameters) -> object:
        """Amplitudes from which small waves start, or None."""
        return wave_start(state, p)

    def changed(
        self, state: AntiferromagnetState, p: AntiferromagnetParameters, before: AntiferromagnetParameters
    ) -> None:
        """Energies depend on the field, sizes of clusters on the temperature, waves on their length."""
        state.since, state.branch = 0, UNKNOWN
        count(state, p)
        state.branch = branch_after(state, p)

    def step(self, state: AntiferromagnetState, p: AntiferromagnetParameters, dt: float) -> None:
        """One sweep, or the motion over a part of its time."""
        stepped(state, p, dt)

    def timestep(self, p: AntiferromagnetParameters) -> float:
        """One sweep; less where spins precess."""
        return STEP if p.moves else 1.0

    def speed(self, p: AntiferromagnetParameters) -> float:
        """See `plots.lens`."""
        return lens(p)

    def observe(self, state: AntiferromagnetState, p: AntiferromagnetParameters) -> dict[str, float]:
        """What was counted."""
        net, n = state.net, state.staggered
        a, b = state.amplitudes
        known = p.moves and p.bipartite
        return {
            "staggered": n, "abs_m": float(np.linalg.norm(net)), "m_h": float(net @ np.array(p.unit_field)),
            "m_z": float(net[2]), "m_x": float(net[0]), "energy": state.energy, "n2": n**2,
            "wave": float(np.real(a - b) / 2) if known else float("nan"), "torque": state.square,
            "curvature": state.laplacian, "T": p.T, "field": state.h,
        }  # fmt: skip

    def draw(self, state: AntiferromagnetState, p: AntiferromagnetParameters) -> tuple[Visual, ...]:
        """See `picture.picture`."""
        return picture(state, p)

    def stage(self, p: AntiferromagnetParameters) -> Stage:
        """See `picture.stage`."""
        return stage(p)

    def odd(self, state: AntiferromagnetState, p: AntiferromagnetParameters) -> tuple[str, ...]:
        """An edge that does not fit."""
        return tuple(filter(None, (taken(p.geometry, p.L),)))

    def caption(self, state: AntiferromagnetState, p: AntiferromagnetParameters) -> str:
        """Model, sample, temperature, method and what is idealised."""
        heat = f"T = {plain(p.T / p.TN, 3)} TN" if p.TN == p.TN and p.T else f"T = {plain(p.T, 3)} J/kB"
        tilted = f"field tilted by {plain(p.tilt, 2)}°" if p.h and p.tilt and p.direction == "along" else ""
        drawn = f"x and y of the spins drawn × {p.magnify}" if p.magnify > 1 else ""
        said = (f"classical unit spins, {size_of(p.geometry)}", heat, method_of(p), tilted, drawn)
        return " · ".join(filter(None, (*said, taken(p.geometry, p.L))))


def method_of(p: AntiferromagnetParameters) -> str:
    """Unit of time of the motion, and what is done in place of clusters."""
    if p.moves:
        return "1 sweep = μ/(γJ)" + ("" if p.alpha else ", no damping: energy conserved")
    if p.algorithm == "wolff" and not p.grows_clusters:
        why = "anisotropy" if p.K else "frustration"
        return f"with {why} heat bath in place of clusters"
    return ""
