"""Bar of iron: domains, why a nail is no magnet, how to demagnetize it, and what a magnet does to it.

Finite-difference micromagnetics with stray field, one layer of cells.
"""

from __future__ import annotations

from math import isfinite, log10, nan

import numpy as np

from spinviz.files.ovf.read import OVF
from spinviz.model.abilities import HasField
from spinviz.model.landmark import Landmark
from spinviz.model.system import Action, Observable, System
from spinviz.model.visuals import Stage, Visual
from spinviz.physics.lattice.terms.cubic import Cubic
from spinviz.physics.lattice.terms.exchange import Exchange
from spinviz.physics.lattice.terms.uniaxial import Uniaxial
from spinviz.physics.lattice.terms.zeeman import LocalField, Zeeman
from spinviz.physics.micromagnetics.stepping import STRAY
from spinviz.systems.dynamics.bar.laws import (
    IDENTITIES,
    LAWS,
    SMALL_FIELD,
    SYMBOLS,
    saturated_energy,
)
from spinviz.systems.dynamics.bar.magnet import pull
from spinviz.systems.dynamics.bar.parameters import FAR, NEAR, BarParameters
from spinviz.systems.dynamics.bar.picture import caption_of, drawn, stage_of
from spinviz.systems.dynamics.bar.plots import PLOTS
from spinviz.systems.dynamics.bar.presets import PRESETS
from spinviz.systems.dynamics.bar.state import (
    BarState,
    applied,
    demagnetize,
    edited,
    inner_step,
    lens,
    moved,
    moving,
    outside_acts,
    relax,
    saturate,
    seen_from_outside,
    started,
)
from spinviz.systems.dynamics.common.magnetization import drift_words, magnetization_file

FRAMES = 60
"""Samples per second on screen."""


class Bar(System[BarParameters, BarState], HasField[BarState, BarParameters, OVF]):
    """A flat bar of soft metal."""

    name = "bar"
    title = "Bar of iron"
    chapter = "Dynamics"
    order = 32
    summary = "Domains in a bar of soft metal: why a nail is no magnet, how a magnet makes it one, and how to undo it."
    notes = (
        "The stray field of the bar costs energy. Domains whose magnetization runs along the edges avoid it, at the "
        "price of walls: that is why iron need not be a magnet."
    )
    equation = (
        r"\dot{\mathbf{m}}=-\gamma\,\mathbf{m}\times\mathbf{B}+\alpha\,\mathbf{m}\times\dot{\mathbf{m}},\ "
        r"\mathbf{B}=\frac{2A}{M_s}\nabla^2\mathbf{m}+\mathbf{B}_s+\mathbf{B}_0"
    )
    Parameters = BarParameters
    observables = (
        Observable("mx", "Mean component along the bar", "⟨m_x⟩"),
        Observable("my", "Mean component across the bar", "⟨m_y⟩"),
        Observable("mz", "Mean component upright", "⟨m_z⟩"),
        Observable("moment", "Mean moment", "|⟨m⟩|"),
        Observable("energy", "Energy", "E", "J"),
        Observable("stray_energy", "Energy of the stray field", "E_s", "J"),
        Observable("exchange_energy", "Energy of exchange", "E_A", "J"),
        Observable("field_energy", "Energy in fields from outside", "E_B", "J"),
        Observable("anisotropy_energy", "Energy of anisotropy", "E_K", "J"),
        Observable("stray_share", "Stray-field energy over that of the saturated bar", "E_s/E_x"),
        Observable("outside", "Stray field one length beyond the end", "B_1", "T"),
        Observable("far", "Stray field ten lengths away", "B_10", "T"),
        Observable("applied", "Field from outside, along the bar, on average", "B_x", "T"),
        Observable("gap", "Distance of the magnet now", "d", "m"),
        Observable("force", "Pull of the magnet", "F", "N"),
        Observable("remanence", "Remanence: mean moment without field", "m_r"),
    )
    plots = PLOTS
    laws = LAWS
    symbols = SYMBOLS
    identities = IDENTITIES
    presets = PRESETS
    actions = (
        Action("demagnetize", "Demagnetize", "Switch on an alternating field along the bar that shrinks to zero.",
               lambda s, p: demagnetize(s, p)),
        Action("off", "Switch the field off", "Remove the applied field.", lambda s, p: p.change(B=0.0)),
        Action("bring", "Bring the magnet", "Move the magnet to 100 nm from the end.",
               lambda s, p: p.change(magnet=True, distance=NEAR)),
        Action("take", "Remove magnet", "Move the magnet to 5 μm from the end.",
               lambda s, p: p.change(distance=FAR)),
        Action("turn", "Turn the magnet", "Turn the other pole of the magnet to the bar.",
               lambda s, p: p.change(strength=-p.strength)),
        Action("saturate", "Saturate", "Magnetize the bar along its length.", lambda s, p: saturate(s, p, "along")),
        Action("disorder", "Randomize", "Randomize all directions, as heat above the Curie temperature does.",
               lambda s, p: saturate(s, p, "random")),
        Action("relax", "Relax", "Relax to a minimum of the energy; the time does not advance.",
               lambda s, p: relax(s, p)),
    )  # fmt: skip
    landmarks = (
        Landmark("reversal", "reversal", "The mean along the bar is zero.", "zero",
                 lambda s, p, seen: seen["mx"], 0.1, shows="applied"),
        Landmark("pull", "strongest pull", "The magnet pulls most.", "maximum",
                 lambda s, p, seen: seen["force"], 1e-10, when=lambda p: p.magnet, shows="force"),
        Landmark("away", "magnet out of reach", "The field of the magnet falls below 1 mT.", "zero",
                 lambda s, p, seen: log10(max(abs(seen["applied"]), 1e-9) / SMALL_FIELD), 0.1,
                 when=lambda p: p.magnet, shows="remanence"),
    )  # fmt: skip

    def initial_state(self, p: BarParameters, rng: np.random.Generator) -> BarState:
        """The bar at its start, the magnet at its distance."""
        return started(p, rng)

    def step(self, state: BarState, p: BarParameters, dt: float) -> None:
        """See `moved`."""
        moved(state, p, dt)

    def changed(self, state: BarState, p: BarParameters, before: BarParameters) -> None:
        """Stray fields of before say nothing of those to come."""
        edited(state, p)

    def restored(self, state: BarState, p: BarParameters) -> None:
        """Nor do those of before an edit was undone."""
        edited(state, p)

    def field(self, state: BarState, p: BarParameters) -> OVF:
        """The magnetization [A/m] as an OVF field."""
        return magnetization_file(state.m, p.made_of.Ms, p.cell, state.time)

    def speed(self, p: BarParameters) -> float:
        """See `lens`."""
        return lens(p)

    def timestep(self, p: BarParameters) -> float:
        """A fixed part of a second on screen, at least one stable step."""
        return max(lens(p) / FRAMES, inner_step(p))

    def check(self, state: BarState, p: BarParameters) -> str:
        """The length of a sample of moments."""
        return drift_words(state.m)

    def observe(self, state: BarState, p: BarParameters) -> dict[str, float]:
        """Means, energies, the field outside, and the pull of the magnet."""
        mean, field = state.mean, applied(state, p)
        energy = moving(state, p).energies(state.spins, state.time)
        near, far = seen_from_outside(p)
        cells, moment = state.cells, float(np.linalg.norm(mean))
        return {
            "mx": float(mean[0]),
            "my": float(mean[1]),
            "mz": float(mean[2]),
            "moment": moment,
            "energy": sum(energy.values()),
            "stray_energy": energy[STRAY],
            "exchange_energy": energy[Exchange.name],
            "field_energy": energy[Zeeman.name] + energy.get(LocalField.name, 0.0) if outside_acts(state, p) else nan,
            "anisotropy_energy": energy[Uniaxial.name] + energy.get(Cubic.name, 0.0),
            "stray_share": energy[STRAY] / saturated_energy(p),
            "outside": float(np.linalg.norm((near * cells).sum(axis=(1, 2)))),
            "far": float(np.sum(far * cells)),
            "applied": field,
            "gap": state.gap if isfinite(state.gap) else nan,
            "force": pull(cells, p, state.gap) if isfinite(state.gap) else nan,
            "remanence": moment if abs(field) < SMALL_FIELD else nan,
        }

    def draw(self, state: BarState, p: BarParameters) -> tuple[Visual, ...]:
        """The bar and the magnet."""
        return drawn(state, p)

    def stage(self, p: BarParameters) -> Stage:
        """The bar, with room for its field and for the magnet."""
        return stage_of(p)

    def caption(self, state: BarState, p: BarParameters) -> str:
        """Material, cells and what is drawn, left out or not to scale."""
        return caption_of(state, p)
