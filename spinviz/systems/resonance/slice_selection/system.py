"""Slice selection: a shaped pulse under a gradient reaches only those whose frequency it contains.

Every isochromat sits at its place along the gradient. Relaxation is left out: pulses are short.
"""

from __future__ import annotations

from math import nan, pi
from typing import ClassVar

import numpy as np

from spinviz.model.plots import Diagram, DiagramSpan, Graph, Trace
from spinviz.model.system import Action, Observable, Preset
from spinviz.model.units import show
from spinviz.model.visuals import Stage, Visual
from spinviz.physics.sequence import rf_pulses
from spinviz.physics.sequence.blocks import Sample, Sequence
from spinviz.physics.sequence.engine import play
from spinviz.physics.sequence.timeline import Timeline
from spinviz.systems.resonance.common.played import Played, PlayedState
from spinviz.systems.resonance.slice_selection.laws import LAWS, SYMBOLS
from spinviz.systems.resonance.slice_selection.parameters import (
    HERTZ_PER_TESLA,
    SliceParameters,
    centre,
    gradient,
    places_of,
    prescribed,
    pulse_of,
    sequence_of,
)
from spinviz.systems.resonance.slice_selection.picture import LENGTH, picture
from spinviz.systems.resonance.slice_selection.plots import inverts, phase_lines, profile_lines, top
from spinviz.systems.resonance.slice_selection.profiles import half_width, resolved, selected
from spinviz.systems.resonance.slice_selection.state import SliceState, again, deviations, flip_at, over, slice_moment


class SliceSelection(Played[SliceParameters]):
    """Isochromats along a gradient, tipped by a shaped pulse."""

    name = "slice_selection"
    title = "Slice selection"
    chapter = "Magnetic resonance"
    order = 50
    summary = "A shaped pulse under a gradient: the profile across the slice, while it forms and by closed forms."
    notes = (
        "The gradient gives every position its own frequency, and the pulse excites those within its band. While "
        "it plays, the isochromats of the slice dephase; the lobe after it brings them back in phase."
    )
    equation = (
        r"M_+(x)\approx iM_0\int\omega_1(t)\,e^{-2\pi i\,k(t)x}\,\mathrm{d}t,"
        r"\quad k(t)=\int_t^{T}G\,\mathrm{d}t',\quad \Delta x=\frac{\mathrm{TBW}}{T\,G}"
    )
    Parameters = SliceParameters
    observables: ClassVar[tuple[Observable, ...]] = (
        Observable("signal", "Signal per slice, in phase", "S_x/M₀"),
        Observable("signal_90", "Signal per slice, in quadrature", "S_y/M₀"),
        Observable("transverse", "Signal per slice", "|S|/M₀"),
        Observable("mz", "M_z in the slice", "M_z/M₀"),
        Observable("width", "Width at half height", "Δx", "m"),
        Observable("centre", "Centre of the slice", "x₀", "m"),
        Observable("tip", "Flip angle at the centre", "α₀", "°"),
        Observable("exact", "Distance from the exact profile", "ΔM/M₀"),
        Observable("approximation", "Distance from the approximate law", "ΔM_F/M₀"),
    )
    plots = (
        Diagram(
            "sequence", "Pulse and gradient", lambda s, p: SliceSelection().diagram(s, p),
            time=lambda t, s, p: SliceSelection().run_time(t, s, p),
        ),
        Graph("profile", "Profile across the slice", lambda s, p: profile_lines(s.m, p), "x", "M/M₀", "m",
              x_low=lambda p: -p.extent / 2, x_high=lambda p: p.extent / 2,
              low=lambda p: -1.05 if inverts(p) else -0.15 if p.flip > 80 else 0.0, high=top),
        Graph("phase", "Both channels", lambda s, p: phase_lines(s.m, p), "x", "M/M₀", "m",
              x_low=lambda p: -p.extent / 2, x_high=lambda p: p.extent / 2,
              when=lambda p: p.use == "excite" and not inverts(p)),
        Trace("signal", "Signal per slice", ("signal", "signal_90"),
              window=lambda p: SliceSelection().timeline(p).sequence.duration),
    )  # fmt: skip
    laws = LAWS
    symbols = SYMBOLS
    presets = (
        Preset(
            "ninety", "90° sinc", "At 90° the Fourier transform fails: the true profile is wider and has shoulders.",
            parameters={"flip": 90.0},
            notes="In the middle of the slice the dashed Fourier transform exceeds M₀, which is impossible. The "
            "true profile is flatter and wider, and its phase is not quite flat after the rephasing lobe.",
        ),
        Preset(
            "small_tip", "Small flip angle", "A sinc of 10°: the profile is the Fourier transform of the pulse.",
            parameters={"flip": 10.0},
        ),
        Preset(
            "slr", "90° Shinnar-Le Roux", "A pulse designed with the Bloch equations keeps its slice at 90°.",
            parameters={"flip": 90.0, "pulse": "slr", "time_bandwidth": 6.0, "duration": 4e-3},
            notes="Edges as sharp as the time-bandwidth product allows, and |M_xy| is flat within a ripple of 1 %. "
            "Compare with the sinc of 90°.",
        ),
        Preset(
            "dephased", "Without rephasing", "No lobe after the pulse: the slice is excited, but gives no signal.",
            parameters={"flip": 30.0, "rephasing": 0.0},
            notes="|M_xy| across the slice is perfect, but the arrows form a helix along x and their sum is zero. "
            "Increase the rephasing: the signal traces the shape of the pulse backwards.",
        ),
        Preset(
            "refocus", "180° refocusing", "Crushers dephase everything; only where the pulse refocuses does the "
            "second undo the first.",
            parameters={"flip": 180.0, "use": "refocus", "pulse": "slr", "duration": 4e-3, "isochromats": 1920},
            notes="Both lobes dephase alike. In the slice the pulse reverses the phases of the first lobe and the "
            "second cancels them; outside the phases add, and a voxel there gives no signal.",
        ),
        Preset(
            "fat", "Chemical shift of fat", "The slice of fat is displaced from that of water.",
            parameters={"flip": 60.0, "shift": -440.0, "thickness": 4e-3, "duration": 4e-3},
            notes="At 3 T fat is 440 Hz below water: its slice is displaced by δ/G, here by almost half of its "
            "thickness. A larger bandwidth, and with it a stronger gradient, makes the displacement smaller.",
        ),
        Preset(
            "secant", "Adiabatic inversion", "A hyperbolic secant inverts its slice, whatever its exact amplitude.",
            parameters={"use": "invert", "pulse": "secant", "duration": 8e-3, "time_bandwidth": 10.0, "flip": 180.0},
            notes="The frequency sweeps through the slice from one edge to the other and inverts one position "
            "after another. The dashed law is that of a pulse that is not cut off.",
        ),
        Preset(
            "block", "Rectangular pulse", "A rectangular pulse has a sinc profile: side lobes far outside the "
            "slice.",
            parameters={"pulse": "block", "flip": 10.0, "duration": 1e-3},
            notes="It is the shortest pulse for its amplitude and flip angle, and it gives the worst slice: its "
            "side lobes reach across the sample.",
        ),
    )  # fmt: skip
    actions = (Action("reset", "Restart", "Return to equilibrium and start the pulse again.", lambda s, p: again(s)),)

    def sequence(self, p: SliceParameters) -> Sequence:
        """Pulse and gradients, and a rest in which the result stands."""
        return sequence_of(p)

    def sample(self, p: SliceParameters) -> Sample:
        """Isochromats along x with one chemical shift."""
        place = np.zeros((3, p.isochromats))
        place[0] = places_of(p)
        return Sample.of(place, dw=2 * pi * p.shift)

    def fresh(self, p: SliceParameters) -> bool:
        """The same pulse is shown again and again."""
        return True

    def spans(self, p: SliceParameters) -> tuple[DiagramSpan, ...]:
        """The duration of the pulse."""
        first = next(placed for placed in self.timeline(p).shaped)
        return (DiagramSpan("duration", "T", first.start, first.start + p.duration),)

    def initial_state(self, p: SliceParameters, rng: np.random.Generator) -> SliceState:
        """Equilibrium along z."""
        return SliceState(self.spins(p).in_equilibrium())

    def changed(self, state: PlayedState, p: SliceParameters, before: SliceParameters) -> None:
        """This repetition began with other parameters."""
        assert isinstance(state, SliceState)
        state.whole = False

    def advance(
        self, state: PlayedState, p: SliceParameters, timeline: Timeline, sample: Sample, start: float, end: float
    ) -> None:
        """Play; a repetition that begins is whole."""
        assert isinstance(state, SliceState)
        if start == 0:
            state.whole = True
        play(timeline, sample, state.m, start, end)

    def timestep(self, p: SliceParameters) -> float:
        """A hundredth of a second on screen."""
        return self.speed(p) / 100

    def observe(self, state: PlayedState, p: SliceParameters) -> dict[str, float]:
        """The signal of all divided by that of a whole slice, and the profile once it stands."""
        assert isinstance(state, SliceState)
        x, y, z = slice_moment(state, p)
        width = middle = tip = nan
        if over(state, p):
            left, right = half_width(selected(state.m, p), places_of(p))
            width, middle, tip = right - left, round((left + right) / 2, 12) + 0.0, flip_at(state, p)
        exact, approximation = deviations(state, p)
        return {
            "signal": x, "signal_90": y, "transverse": float(np.hypot(x, y)), "mz": z, "width": width,
            "centre": middle, "tip": tip, "exact": exact, "approximation": approximation,
        }  # fmt: skip

    def draw(self, state: PlayedState, p: SliceParameters) -> tuple[Visual, ...]:
        """Rows of isochromats at their places, the edges of the slice, and its net magnetization in front."""
        assert isinstance(state, SliceState)
        return picture(state, p)

    def stage(self, p: SliceParameters) -> Stage:
        """The sample along x, B0 upwards."""
        return Stage(
            low=(-LENGTH / 2 - 0.1, -2.2, -0.3), high=(LENGTH / 2 + 0.1, 1.2, 0.9), unit="m",
            unit_length=p.extent / LENGTH, azimuth=14.0, elevation=27.0, axis_names=("x", "y", "z, B₀"),
            legend="wheel",
        )  # fmt: skip

    def caption(self, state: PlayedState, p: SliceParameters) -> str:
        """Gradient, amplitude and what is wrong with the choice."""
        strength = 1e3 * gradient(p) / HERTZ_PER_TESLA
        peak = 1e6 * rf_pulses.peak_b1(pulse_of(p))
        parts = [
            f"rotating frame · G = {strength:.3g} mT/m, peak B₁ = {peak:.3g} µT, slice of {show(p.thickness, 'm')}"
        ]
        if p.shift:
            parts.append(f"displaced by {show(centre(p) - prescribed(p), 'm', 3)}")
        if abs(centre(p)) > p.extent / 2:
            parts.append("the slice lies outside the sample")
        elif not resolved(p):
            parts.append("too few isochromats for this dephasing: increase N or shorten the sample")
        return " · ".join(parts)
