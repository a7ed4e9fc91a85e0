"""The antiferromagnet: neighbours that prefer to be antiparallel; order without a magnetization."""

from __future__ import annotations

import numpy as np

from spinviz.model.abilities import Brushable
from spinviz.model.brush import Indices, Sites
from spinviz.model.landmark import Landmark
from spinviz.model.system import Action, Observable, System
from spinviz.model.units import plain
from spinviz.model.visuals import Stage, Visual
from spinviz.systems.order.antiferromagnet.laws import LAWS, wave_start
from spinviz.systems.order.antiferromagnet.parameters import AntiferromagnetParameters
from spinviz.systems.order.antiferromagnet.picture import picture, stage
from spinviz.systems.order.antiferromagnet.plots import PLOTS, lens
from spinviz.systems.order.antiferromagnet.presets import PRESETS
from spinviz.systems.order.antiferromagnet.state import (
    BRUSHES,
    UNKNOWN,
    AntiferromagnetState,
    branch_after,
    count,
    flopped,
    hit,
    kicked,
    paint,
    randomized,
    reordered,
    started,
    stepped,
)
from spinviz.systems.order.common.brush import sites_of_brush
from spinviz.systems.order.common.picture import thinned
from spinviz.systems.order.common.reciprocal import shows_structure, structure_caption
from spinviz.systems.order.common.sample import size_of, taken
from spinviz.systems.order.common.temperature import TORQUES

SETTLE = 200.0
"""Sweeps after a change that count in no mean."""
SETTLED_MOTION, RELAXATIONS = 50.0, 10.0
"""Time of the motion that counts in no mean at least, and in times that the exchange field and the damping set."""
STEP = 0.1
"""Sampling of the equation of motion, in mu/(gamma J)."""


def sites(p: AntiferromagnetParameters) -> float:
    """Number of spins."""
    return float(p.geometry.count)


def fluctuating(p: AntiferromagnetParameters) -> float:
    """N/T, by which variances become susceptibilities; NaN without heat."""
    return sites(p) / p.T if p.T > 0 and not p.swings else float("nan")


class Antiferromagnet(
    System[AntiferromagnetParameters, AntiferromagnetState], Brushable[AntiferromagnetState, AntiferromagnetParameters]
):
    """Order that cancels: sublattices, susceptibilities, spin flop, spin waves, frustration."""

    name = "antiferromagnet"
    title = "Antiferromagnet"
    chapter = "Order"
    order = 30
    summary = "Neighbours that prefer to be antiparallel: hidden order, spin flop, spin waves, frustration."
    notes = (
        "Each spin points against its neighbours, so that two sublattices order and their moments cancel: the sample "
        "is as ordered as a ferromagnet, and no magnet would notice."
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
        *TORQUES,
        Observable("T", "Temperature", "T", "J/kB"),
        Observable("field", "Field", "h", "J"),
    )  # fmt: skip
    plots = PLOTS
    laws = LAWS
    symbols = {"J": "antiferromagnetic exchange energy of two neighbours, above 0"}
    presets = PRESETS
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
        return p.geometry.count * (140 if p.moves else 100)

    def settle(self, state: AntiferromagnetState, p: AntiferromagnetParameters) -> float:
        """Enough away from the critical point, where blocking waits longer anyway; motion relaxes by its damping."""
        return max(SETTLED_MOTION, RELAXATIONS / max(p.alpha * p.B_E, 1e-3)) if p.moves else SETTLE

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

    def brushes(self, p: AntiferromagnetParameters) -> tuple[str, ...]:
        """All that can be painted on vectors."""
        return BRUSHES

    def sites(self, p: AntiferromagnetParameters) -> Sites:
        """All sites of the sample, in natural order."""
        return sites_of_brush(p.geometry)

    def paint(self, state: AntiferromagnetState, p: AntiferromagnetParameters, brush: str, sites: Indices) -> None:
        """See `state.paint`."""
        paint(state, p, brush, sites)

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
        if shows_structure(p.geometry, p):
            return structure_caption(p.geometry)
        heat = f"T = {plain(p.T / p.TN, 3)} TN" if p.TN == p.TN and p.T else f"T = {plain(p.T, 3)} J/kB"
        tilted = f"field tilted by {plain(p.tilt, 2)}°" if p.h and p.tilt and p.direction == "along" else ""
        drawn = f"x and y drawn × {p.magnify}" if p.magnify > 1 else ""
        said = (
            f"classical unit spins, {size_of(p.geometry)}",
            heat,
            method_of(state, p),
            tilted,
            drawn,
            thinned(p.geometry, p),
        )
        return " · ".join(filter(None, (*said, taken(p.geometry, p.L))))


def method_of(state: AntiferromagnetState, p: AntiferromagnetParameters) -> str:
    """Unit of time of the motion, and what is done in place of clusters and of what would move pinned spins."""
    if len(state.pinned):
        return f"{len(state.pinned)} spins pinned" + (", heat bath" if p.algorithm in ("wolff", "llg") else "")
    if p.moves:
        return "1 sweep = μ/(γJ)" + ("" if p.alpha else ", energy conserved")
    if p.algorithm == "wolff" and not p.grows_clusters:
        why = "anisotropy" if p.K else "frustration"
        return f"with {why} heat bath in place of clusters"
    return ""
