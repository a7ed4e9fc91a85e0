"""Domain wall: a wall between two domains of a track, moved by a field or a current, with the mesh following it."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from spinviz.model.landmark import Landmark
from spinviz.model.system import Action, Observable, System
from spinviz.model.visuals import Stage, Visual
from spinviz.systems.dynamics.common.magnetization import drift_words
from spinviz.systems.dynamics.domain_wall.laws import LAWS, SYMBOLS
from spinviz.systems.dynamics.domain_wall.motion import FRAMES, inner_step, lens, settling
from spinviz.systems.dynamics.domain_wall.parameters import WallParameters
from spinviz.systems.dynamics.domain_wall.picture import caption_of, picture, stage_of
from spinviz.systems.dynamics.domain_wall.plots import PLOTS
from spinviz.systems.dynamics.domain_wall.presets import PRESETS
from spinviz.systems.dynamics.domain_wall.state import (
    WallState,
    begun,
    field_now,
    forget,
    mean_velocity,
    moved,
    position,
    precession,
    put_back,
    ramp_of,
    tilt,
    wall_energy,
    walled,
    width,
)

CURRENT = 150.0
"""Drift velocity [m/s] that the action switches on."""


class DomainWall(System[WallParameters, WallState]):
    """A wall between two domains of a track."""

    name = "domain_wall"
    title = "Domain wall"
    chapter = "Dynamics"
    order = 35
    summary = "A wall between two domains, moved by a field or a current: mobility, Walker breakdown, pinning."
    notes = (
        "The wall is a layer in which the magnetization turns from up to down. A field or a current tilts its moment, "
        "and the tilt moves it: up to the Walker field steadily, beyond it in a precession that slows it down."
    )
    equation = (
        r"\frac{\mathrm{d}\mathbf{m}}{\mathrm{d}t}=-\gamma\,\mathbf{m}\times\mathbf{B}"
        r"+\alpha\,\mathbf{m}\times\frac{\mathrm{d}\mathbf{m}}{\mathrm{d}t}-u\,\partial_x\mathbf{m}"
        r"+\beta u\,\mathbf{m}\times\partial_x\mathbf{m}"
    )
    Parameters = WallParameters
    observables: ClassVar[tuple[Observable, ...]] = (
        Observable("position", "Position of the wall", "q", "m"),
        Observable("velocity", "Velocity of the wall", "v", "m/s"),
        Observable("mean_velocity", "Mean velocity over half a turn", "⟨v⟩", "m/s"),
        Observable("tilt", "Tilt of the wall's moment", "ψ", "°"),
        Observable("precession", "Frequency of precession", "f", "Hz"),
        Observable("width", "Width of the wall", "Δ", "m"),
        Observable("wall_energy", "Energy of the wall", "σ", "J/m²"),
        Observable("field", "Applied field", "B", "T"),
        Observable("jump", "Size of the last jump", "Δq", "m"),
        Observable("jumps", "Number of jumps", "N"),
        Observable("current", "Drift velocity of the current", "u", "m/s"),
    )
    plots = PLOTS
    laws = LAWS
    symbols = SYMBOLS
    presets = PRESETS
    actions = (
        Action("reverse", "Reverse the field", "Change the sign of the applied field.", lambda s, p: p.change(B=-p.B)),
        Action("walker", "Set the Walker field", "Set the largest field in which the wall does not precess.",
               lambda s, p: p.change(B=min(p.wall.walker_field, 1.0))),
        Action("field_off", "Switch the field off", "Set the applied field to zero.", lambda s, p: p.change(B=0.0)),
        Action("current_on", "Start the current", "Let a current flow with a drift velocity of 150 m/s.",
               lambda s, p: p.change(u=CURRENT)),
        Action("current_off", "Stop the current", "Set the current to zero.", lambda s, p: p.change(u=0.0)),
        Action("put_back", "Put the wall back", "Start with a wall at rest at the beginning of the track.",
               lambda s, p: put_back(s, p)),
    )  # fmt: skip
    landmarks = (
        Landmark(
            "across", "half turn", "The moment of the wall passes its normal.", "zero",
            lambda s, p, seen: float(np.sin(s.angle)), 0.3, shows="position",
        ),
    )  # fmt: skip

    def initial_state(self, p: WallParameters, rng: np.random.Generator) -> WallState:
        """A wall at rest."""
        return begun(p, int(rng.integers(2**62)))

    def memory(self, p: WallParameters) -> int:
        """Vectors in double precision while they are made, spins, fields of the history and transforms."""
        return 600 * p.nx * p.ny

    def settle(self, state: WallState, p: WallParameters) -> float:
        """See `settling`."""
        return settling(p)

    def step(self, state: WallState, p: WallParameters, dt: float) -> None:
        """See `moved`."""
        moved(state, p, dt)

    def changed(self, state: WallState, p: WallParameters, before: WallParameters) -> None:
        """The field goes on from where it is; half turns and stray fields of before say nothing of those to come."""
        state.before = ramp_of(state, before).at(state.time - state.since)
        state.since = state.time
        forget(state)

    def restored(self, state: WallState, p: WallParameters) -> None:
        """Stray fields belong to other spins."""
        forget(state)

    def speed(self, p: WallParameters) -> float:
        """See `lens`."""
        return lens(p)

    def timestep(self, p: WallParameters) -> float:
        """A fixed part of a second on screen, at least one stable step."""
        return max(lens(p) / FRAMES, inner_step(p))

    def check(self, state: WallState, p: WallParameters) -> str:
        """The length of a sample of moments."""
        return drift_words(state.m)

    def observe(self, state: WallState, p: WallParameters) -> dict[str, float]:
        """Where the wall is, how it moves and what it costs."""
        there = walled(state)
        return {
            "position": position(state, p),
            "velocity": state.velocity if there else float("nan"),
            "mean_velocity": mean_velocity(state) if there else float("nan"),
            "tilt": tilt(state) if there else float("nan"),
            "precession": precession(state) if there else float("nan"),
            "width": width(state, p) if there else float("nan"),
            "wall_energy": wall_energy(state, p) if there and p.wide else float("nan"),
            "field": field_now(state, p),
            "jump": float(state.jumps[-1]) if len(state.jumps) else float("nan"),
            "jumps": float(len(state.jumps)),
            "current": p.u,
        }

    def draw(self, state: WallState, p: WallParameters) -> tuple[Visual, ...]:
        """See `picture.picture`."""
        return picture(state, p)

    def stage(self, p: WallParameters) -> Stage:
        """See `picture.stage_of`."""
        return stage_of(p)

    def caption(self, state: WallState, p: WallParameters) -> str:
        """See `picture.caption_of`."""
        return caption_of(state, p)
