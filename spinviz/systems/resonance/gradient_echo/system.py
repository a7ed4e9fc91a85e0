"""Gradient echo: a pulse every TR until a steady state is reached: spoiled, unspoiled or balanced.

How the phases of the pulses are treated exactly is said in `resonance.train`.
"""

from __future__ import annotations

from math import cos, exp, nan, pi, sin
from typing import ClassVar

import numpy as np

from spinviz.model.plots import Diagram, DiagramSpan, Graph, Trace
from spinviz.model.system import Action, Observable, Preset
from spinviz.model.units import show
from spinviz.model.visuals import Visual
from spinviz.physics.resonance.bloch_laws import spoiled_gradient_echo
from spinviz.physics.sequence.blocks import Block, Gradient, HardPulse, Readout, Sample, Sequence
from spinviz.physics.sequence.engine import play
from spinviz.physics.sequence.timeline import Timeline
from spinviz.systems.resonance.common.played import Played, PlayedState
from spinviz.systems.resonance.gradient_echo.laws import LAWS, SYMBOLS, Start, start_of
from spinviz.systems.resonance.gradient_echo.parameters import GradientEchoParameters
from spinviz.systems.resonance.gradient_echo.picture import magnification, magnified_picture
from spinviz.systems.resonance.gradient_echo.plots import echo_lines, flip_lines, increment_lines, profile_lines
from spinviz.systems.resonance.gradient_echo.settling import settle
from spinviz.systems.resonance.gradient_echo.state import (
    VOXEL,
    GradientEchoState,
    band_deviation,
    begin,
    decay,
    invert,
    phases_per_TR,
    restart,
)
from spinviz.systems.resonance.gradient_echo.steady import needed

RATE = 5.0
"""Repetitions per second on screen."""
SAMPLES = 32
"""Steps per repetition."""


class GradientEcho(Played[GradientEchoParameters]):
    """A train of equal pulses: approach to the steady state, spoiled, unspoiled or balanced."""

    name = "gradient_echo"
    title = "Gradient echo"
    chapter = "Magnetic resonance"
    order = 60
    summary = (
        "A pulse every TR: the approach to the steady state, spoiled (Ernst), unspoiled (FISP) or balanced (bSSFP)."
    )
    notes = (
        "Every pulse takes a part of M_z and T₁ relaxation restores a part, until both are equal: the steady "
        "state. Its signal is largest at the Ernst angle, far below 90° when TR is short."
    )
    equation = r"\mathbf{M}_{n+1}=R_x(\alpha)\left[R_z(\varphi)\,E\,\mathbf{M}_n+(1-E_1)M_0\hat{z}\right]"
    Parameters = GradientEchoParameters
    observables: ClassVar[tuple[Observable, ...]] = (
        *Played.observables,
        Observable("echo", "Echo at TE", "|M_xy(TE)|/M₀"),
        Observable("before", "M_z before the pulse", "M_z⁻/M₀"),
        Observable("profile", "Distance from the steady profile", "ΔM/M₀"),
    )
    plots = (
        Diagram(
            "sequence", "One repetition", lambda s, p: GradientEcho().diagram(s, p),
            time=lambda t, s, p: GradientEcho().run_time(t, s, p),
        ),
        Graph("band", "Band profile", profile_lines, "φ", "M/M₀", "°", high=1.0,
              low=lambda p: 0.0 if p.flip <= 90 else -1.0, when=lambda p: p.kind in ("balanced", "unspoiled")),
        Graph("increments", "Echo and RF spoiling", increment_lines, "ψ", "|M_xy|/M₀", "°", x_low=0.0,
              x_high=180.0, low=0.0, when=lambda p: p.kind == "rf"),
        Graph("flips", "Echo and flip angle", flip_lines, "α", "|M_xy|/M₀", "°", x_low=0.0, low=0.0,
              when=lambda p: p.kind in ("ideal", "unspoiled")),
        Trace("magnetization", "Magnetization", ("transverse", "mz"), window=lambda p: 20 * p.TR,
              when=lambda p: p.kind == "ideal"),
        Graph("echoes", "Echo of each repetition", echo_lines, "n", "|M_xy|/M₀", low=0.0,
              when=lambda p: p.kind in ("rf", "balanced")),
    )  # fmt: skip
    laws = LAWS
    symbols = SYMBOLS
    presets = (
        Preset(
            "ernst", "Ernst steady state",
            "Spoiled pulses of 30°: M_z decreases until T₁ relaxation balances the "
            "pulses.",
            length=0.9,
        ),
        Preset(
            "contrast", "Best flip angle", "The flip angle is increased by 5° every twenty repetitions.",
            parameters={"flip": 5.0, "T1": 0.25, "other_T1": 0.6},
            actions=((0.6, "flip_up"),), repeat=0.61, speed=0.5, length=9.0,
            notes="At every flip angle the echo settles on the dashed law: the signal is largest at the Ernst "
            "angle, the contrast between two tissues well above it.",
        ),
        Preset(
            "rf_spoiling", "RF spoiling", "A gradient alone does not spoil: the phase of the pulses must grow too.",
            parameters={"kind": "rf", "TR": 0.01, "TE": 0.003, "T1": 0.4, "T2": 0.08, "flip": 25.0},
            speed=0.08, length=2.0,
            notes="Isochromats that the gradient dephases are refocused by later pulses. With phase steps that "
            "grow by 117° these echoes cancel and the signal comes close to ideal spoiling; try 0° or 120°.",
        ),
        Preset(
            "band", "bSSFP: band profile", "Balanced gradients: the signal depends on the phase gained per TR.",
            parameters={"kind": "balanced", "TR": 0.008, "TE": 0.004, "T1": 0.2, "T2": 0.1, "flip": 40.0},
            speed=0.05, length=1.2,
            notes="With alternating pulses isochromats on resonance give a large signal, those that gain half a "
            "turn per TR almost none: the bands of bSSFP. The transient is largest in the bands.",
        ),
        Preset(
            "half_alpha", "bSSFP: α/2 first", "A first pulse of half the angle removes most of the transient.",
            parameters={"kind": "balanced", "TR": 0.008, "TE": 0.004, "T1": 0.4, "T2": 0.15, "flip": 60.0,
                        "spread": 60.0, "preparation": True},
            speed=0.032, length=0.5,
            notes="M alternates between +α/2 and −α/2 from the first pulse on, and its size decays smoothly. "
            "Switch the α/2 preparation off: the signal oscillates for many repetitions instead.",
        ),
        Preset(
            "fisp", "Unspoiled: FISP", "The gradient dephases, but nothing is destroyed: more signal, other contrast.",
            parameters={"kind": "unspoiled", "TR": 0.02, "TE": 0.004, "T1": 0.3, "T2": 0.15, "flip": 40.0},
            speed=0.1, length=1.5,
            notes="The spoiler spreads the isochromats over a ring, which the next pulse rotates as a whole: "
            "earlier transverse magnetization returns and adds to the signal, which exceeds that of ideal spoiling.",
        ),
    )  # fmt: skip
    actions = (
        Action("flip_up", "α + 5°", "Increase the flip angle by 5°; after 90° it starts again.",
               lambda s, p: p.change(flip=p.flip + 5 if p.flip + 5 <= 90 else 5.0)),
        Action("settle", "Go to steady state", "Go to the steady state at once.", lambda s, p: steady(s, p)),
        Action("invert", "Invert", "Invert M_z at once: the approach from below.", lambda s, p: invert(s)),
        Action("reset", "Reset M", "Reset M to equilibrium along z.", lambda s, p: restart(s)),
    )  # fmt: skip

    def sequence(self, p: GradientEchoParameters) -> Sequence:
        """One repetition: the pulse, a sample at TE, and unless it is balanced a spoiler before the next pulse."""
        rest = p.TR - p.TE
        dwell = min(0.05 * p.TR, 2 * p.TE, 2 * rest)
        pulse, readout = HardPulse(p.angle), Readout(1, dwell, p.TE - dwell / 2)
        if not p.dephases:
            return Sequence((Block(p.TR, pulse, readout=readout),), {"Name": p.kind})
        ramp, flat = 0.1 * rest, 0.4 * rest
        whole_turn = 1 / (VOXEL * (ramp + flat))
        spoiler = Gradient.trapezoid(whole_turn, ramp, flat, ramp, p.TE + 0.3 * rest)
        played = Block(p.TE + 0.9 * rest, pulse, (None, None, spoiler), readout, spoil=p.kind == "ideal")
        return Sequence((played, Block(p.TR - played.duration)), {"Name": p.kind})

    def sample(self, p: GradientEchoParameters) -> Sample:
        """Isochromats along z in the voxel, or with offsets where gradients are balanced."""
        phases = phases_per_TR(p)
        place = np.zeros((3, p.isochromats))
        if p.dephases:
            place[2] = VOXEL * phases / (2 * pi)
        return Sample.of(place, p.T1, p.T2, dw=0.0 if p.dephases else phases / p.TR)

    def spans(self, p: GradientEchoParameters) -> tuple[DiagramSpan, ...]:
        """TE and TR."""
        return DiagramSpan("TE", "TE", 0.0, p.TE), DiagramSpan("TR", "TR", 0.0, p.TR)

    def initial_state(self, p: GradientEchoParameters, rng: np.random.Generator) -> GradientEchoState:
        """Equilibrium along z; with a preparation just after a pulse of α/2, half a TR before the first one."""
        m = self.spins(p).in_equilibrium()
        state = GradientEchoState(m)
        if p.preparation and p.kind == "balanced":
            half = HardPulse(p.angle / 2)
            self._follow(state, half, 0.0)
            m[1], m[2] = sin(half.angle), cos(half.angle)
            state.local, state.begun = p.TR / 2, 0
        return state

    def departure(self, state: PlayedState, p: GradientEchoParameters) -> Start:
        """See `Start`."""
        assert isinstance(state, GradientEchoState)
        return start_of(state, p, float(self.timeline(p).area([state.local])[2, 0]) * VOXEL)

    def advance(
        self,
        state: PlayedState,
        p: GradientEchoParameters,
        timeline: Timeline,
        sample: Sample,
        start: float,
        end: float,
    ) -> None:
        """Play; prepare the pulse of a repetition that begins and keep the echo."""
        assert isinstance(state, GradientEchoState)
        if state.begun != state.repetition:
            begin(state, p)
        heard = play(timeline, sample, state.m, start, end)
        if len(heard):
            state.hear(state.repetition, p, abs(heard[-1]) / sample.count)

    def timestep(self, p: GradientEchoParameters) -> float:
        """A fixed part of the repetition."""
        return p.TR / SAMPLES

    def speed(self, p: GradientEchoParameters) -> float:
        """Some repetitions per second."""
        return RATE * p.TR

    def observe(self, state: PlayedState, p: GradientEchoParameters) -> dict[str, float]:
        """What the receiver, in phase with the pulse, measures; the last echo; the distance from the profile."""
        assert isinstance(state, GradientEchoState)
        own = {"echo": state.echo[1], "before": state.before, "profile": band_deviation(state, p)}
        return super().observe(state, p) | own

    def draw(self, state: PlayedState, p: GradientEchoParameters) -> tuple[Visual, ...]:
        """The isochromats, the line through their tips, M and its path in the rotating frame, magnified."""
        assert isinstance(state, GradientEchoState)
        return magnified_picture(state, p, magnification(state, p))

    def caption(self, state: PlayedState, p: GradientEchoParameters) -> str:
        """Frame of reference and the numbers of this kind of echo."""
        assert isinstance(state, GradientEchoState)
        frame = f"rotating frame, repetition {state.repetition + 1} · {p.isochromats} isochromats"
        if (longer := magnification(state, p)) > 1:
            frame += f" · drawn {longer} x: the sphere is M₀/{longer}"
        if p.kind in ("ideal", "balanced"):
            return frame
        if p.isochromats < needed(p.TR, p.T2):
            frame += f", too few: they make false echoes; choose {needed(p.TR, p.T2)} or a longer TR"
        return frame if p.kind == "rf" else f"{frame} · one turn across the voxel per TR"

    def foretold(self, state: PlayedState, p: GradientEchoParameters) -> str:
        """What theory says of this kind of echo."""
        assert isinstance(state, GradientEchoState)
        if p.kind == "ideal":
            return f"E₁ cos α = {exp(-p.TR / p.T1) * cos(p.angle):.3f}"
        if p.kind == "balanced":
            return f"dark bands every {show(1 / p.TR, 'Hz')}"
        if p.kind == "unspoiled":
            return ""
        ideal = float(abs(spoiled_gradient_echo(p.angle, p.TR, p.T1))) * decay(p)
        away = state.echo[1] / ideal - 1 if ideal else nan
        return "" if np.isnan(away) else f"echo {away:+.1%} from ideal spoiling"


def steady(state: GradientEchoState, p: GradientEchoParameters) -> None:
    """Go to the steady state."""
    system = GradientEcho()
    settle(state, p, system.timeline(p), system.spins(p))
