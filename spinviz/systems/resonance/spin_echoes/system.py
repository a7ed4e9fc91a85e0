"""Echoes: hard pulses that turn dephased isochromats round, one by one and as coherence pathways.

Offsets are a comb with Gaussian weights, whose dephasing is known to the last digits; diffusion adds a random walk
along a constant gradient, exact in distribution for steps of any length.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from spinviz.model.plots import Diagram, DiagramRow, DiagramScheme, DiagramSpan, Graph
from spinviz.model.system import Observable, Preset
from spinviz.model.units import show
from spinviz.model.visuals import Labels, Visual, float32
from spinviz.physics.echoes.coherences import comb
from spinviz.physics.sequence.blocks import Sample, Sequence
from spinviz.physics.sequence.engine import play
from spinviz.physics.sequence.timeline import Timeline
from spinviz.systems.resonance.common.landmarks import echo
from spinviz.systems.resonance.common.played import DRAWN, Played, PlayedState
from spinviz.systems.resonance.common.vectors import fan, path_and_vector
from spinviz.systems.resonance.spin_echoes.laws import LAWS, SYMBOLS
from spinviz.systems.resonance.spin_echoes.parameters import (
    EchoParameters,
    apart,
    coherences,
    named_echoes,
    sample_of,
    sequence_of,
    spins_that_count,
)
from spinviz.systems.resonance.spin_echoes.plots import (
    expected_row,
    highest,
    pathway_lines,
    signal_lines,
    spans_of,
)
from spinviz.systems.resonance.spin_echoes.state import (
    RECORD,
    EchoState,
    diffuse,
    echo_time,
    latest,
    measured_T2,
)

Values = NDArray[np.float64]

NEAR = 1.5
"""Widths of an echo within which it is named in the picture."""


class SpinEchoes(Played[EchoParameters]):
    """Echoes of two, three and many hard pulses."""

    name = "spin_echoes"
    title = "Echoes"
    chapter = "Magnetic resonance"
    order = 30
    summary = "Hahn, stimulated and CPMG echoes, isochromat by isochromat and as coherence pathways."
    notes = (
        "The second pulse puts the fast isochromats behind: at 2τ all are in phase again. In the graph of pathways "
        "the phase k grows with time, changes its sign at the pulse and returns to zero: that is the echo."
    )
    equation = r"M_+(t)=\sum_k F_k(t)\,\langle e^{-i k\,\delta\omega}\rangle"
    Parameters = EchoParameters
    observables = (
        *Played.observables,
        Observable("echo", "Amplitude of the last echo", "E/M₀"),
        Observable("echo_time", "Time of the last echo", "t_echo", "s"),
        Observable("T2_measured", "T₂ fitted to the echoes", "T_2^{fit}", "s"),
    )
    laws = LAWS
    symbols = SYMBOLS
    presets = (
        Preset(
            "hahn", "Hahn echo", "Two pulses: what dephased is in phase again at 2τ.", length=0.09,
        ),
        Preset(
            "stimulated", "Stimulated echo", "Three pulses make five echoes.",
            {"train": "stimulated", "tau": 0.012, "mixing": 0.042, "flip": 70, "refocusing": 90, "third": 90,
             "T1": 0.6, "T2": 0.2, "spread": 120},
            length=0.12,
            notes="Three pulses, five echoes: the stimulated one is stored along z, where only T₁ acts, until the "
            "third pulse lets it refocus. In the graph of pathways it is the dashed horizontal line.",
        ),
        Preset(
            "cpmg", "CPMG plateau", "A train of imperfect refocusing pulses keeps the echo amplitude at sin(α/2).",
            {"train": "cpmg", "tau": 0.01, "refocusing": 120, "T1": 4, "T2": 4, "spread": 125, "echoes": 16},
            length=0.33,
            notes="Pulses of 120° refocus only part of M, and yet the echo amplitude settles at sin 60° = 0.87: "
            "stimulated echoes coincide with spin echoes and add to them. Change α₂ and watch the plateau.",
        ),
        Preset(
            "cpmg_T2", "T₂ by CPMG", "A train of 180° pulses: echoes decay with T₂, however inhomogeneous the field.",
            {"train": "cpmg", "tau": 0.01, "T1": 0.6, "T2": 0.12, "spread": 125, "echoes": 12},
            length=0.25,
            notes="Each echo lasts only milliseconds, their amplitudes decay with T₂ alone. That is how T₂ is "
            "measured: by a fit to the echo amplitudes.",
        ),
        Preset(
            "cp", "CP with 160°", "The same train with all pulses about one axis: errors of the pulses add up.",
            {"train": "cp", "tau": 0.01, "refocusing": 160, "T1": 0.6, "T2": 0.08, "spread": 125, "echoes": 14},
            length=0.29,
            notes="Pulses 20° short of 180° about the axis of the first pulse: their errors add up and the fitted "
            "T₂ is wrong. With the axis shifted by 90° (Meiboom and Gill) they cancel, as the line named CPMG "
            "shows.",
        ),
        Preset(
            "diffusion", "Diffusion", "Spins that diffuse along a gradient return with the wrong phase.",
            {"D": 2.3, "G": 0.02, "T1": 2, "T2": 0.5, "tau": 0.03, "isochromats": 4000},
            length=0.09,
            notes="At the echo the spins are not all in phase, because each has diffused to another field. The "
            "exponent of the attenuation grows as τ³: eight times for twice the delay.",
        ),
        Preset(
            "cpmg_diffusion", "CPMG against diffusion", "Frequent refocusing leaves the spins little time to "
            "diffuse.",
            {"train": "cpmg", "D": 2.3, "G": 0.02, "T1": 2, "T2": 0.5, "tau": 0.01, "spread": 125, "echoes": 9,
             "isochromats": 4000},
            length=0.19,
            notes="The same water in the same gradient, refocused every 20 ms: after 60 ms, when a single Hahn "
            "echo has lost two thirds, most of the signal is left.",
        ),
        Preset(
            "spurious", "Too few isochromats", "One pulse only, and yet there are echoes: an artefact of sampling.",
            {"train": "free", "tau": 0.025, "T1": 0.5, "T2": 0.25, "spread": 50, "isochromats": 41},
            length=0.2,
            notes="No pulse refocuses anything here: 41 evenly spaced offsets are in phase again after one over "
            "their spacing, while the pathway never returns to k = 0. Such an artefact of a simulation vanishes "
            "with more isochromats.",
        ),
    )  # fmt: skip

    landmarks = (echo(lambda s, p: refocused(s, p), 0.1, lambda p: noise(p)),)

    def sequence(self, p: EchoParameters) -> Sequence:
        """The pulses of the train, read at every echo."""
        return sequence_of(p)

    def sample(self, p: EchoParameters) -> Sample:
        """A comb of offsets."""
        return sample_of(p)

    def fresh(self, p: EchoParameters) -> bool:
        """Every repetition starts in equilibrium."""
        return True

    def spans(self, p: EchoParameters) -> tuple[DiagramSpan, ...]:
        """Waiting, mixing and echo time."""
        return spans_of(p)

    def initial_state(self, p: EchoParameters, rng: np.random.Generator) -> EchoState:
        """Equilibrium; no echo heard."""
        key = rng.integers(0, 1 << 64, size=2, dtype=np.uint64)
        return EchoState(self.spins(p).in_equilibrium(), walk=np.zeros(p.isochromats), key=key)

    def changed(self, state: PlayedState, p: EchoParameters, before: EchoParameters) -> None:
        """Begin the experiment again."""
        assert isinstance(state, EchoState)
        state.m = self.spins(p).in_equilibrium()
        state.local, state.repetition = 0.0, 0
        state.heard = state.rows = 0
        state.trail.begin()

    def step(self, state: EchoState, p: EchoParameters, dt: float) -> None:  # type: ignore[override]
        """Play on, and keep the signal."""
        super().step(state, p, dt)
        if state.rows < RECORD:
            state.record[state.rows] = state.local, np.hypot(*state.net[:2])
            state.rows += 1

    def advance(
        self, state: PlayedState, p: EchoParameters, timeline: Timeline, sample: Sample, start: float, end: float
    ) -> None:
        """Play and walk from reading to reading, and keep what is heard."""
        assert isinstance(state, EchoState)
        if start == 0:
            state.heard = state.rows = 0
            state.walk = np.zeros(sample.count)
        reads = timeline.sequence.sample_times
        cuts = [start, *reads[(reads > start) & (reads < end)].tolist(), end]
        for begins, ends in pairwise(cuts):
            for value in play(timeline, sample, state.m, begins, ends):
                state.amplitudes[state.heard] = abs(value) / sample.count
                state.heard += 1
            if p.diffuses:
                diffuse(state, p, ends - begins)

    def observe(self, state: PlayedState, p: EchoParameters) -> dict[str, float]:
        """Also the last echo."""
        assert isinstance(state, EchoState)
        echo = {"echo": latest(state), "echo_time": echo_time(state, p), "T2_measured": measured_T2(state, p)}
        return super().observe(state, p) | echo

    def draw(self, state: PlayedState, p: EchoParameters) -> tuple[Visual, ...]:
        """Isochromats that stand for equal parts of the comb, M and its path, and which echo it is."""
        assert isinstance(state, EchoState)
        chosen = representatives(p.isochromats, p.sd)
        vectors = (state.m[:, chosen] / self.spins(p).M0[chosen]).T
        return (
            fan(vectors),
            *path_and_vector(state.path()[:, 1:], state.net),
            Labels(float32([[0.0, 0.0, -1.0]]), (echo_now(state, p),), color="net", size=1.3, offset=(0.0, -1.6)),
        )

    def caption(self, state: EchoState, p: EchoParameters) -> str:  # type: ignore[override]
        """Frame, number of isochromats, warnings."""
        drawn = len(representatives(p.isochromats, p.sd))
        parts = [
            "rotating frame",
            f"{p.isochromats} isochromats" + (f" ({drawn} drawn)" if drawn < p.isochromats else ""),
        ]
        if p.diffuses:
            parts.append(f"spread over ± {show(p.sd / p.slope, 'm', 2)} along the gradient")
        if p.recurrence < coherences(p).end:
            parts.append(f"warning: so few are in phase again every {show(p.recurrence, 's', 3)}")
        elif not apart(p):
            parts.append("too little spread to dephase between the echoes")
        if p.T2 > 2 * p.T1:
            parts.append("T₂ > 2 T₁ is unphysical")
        return " · ".join(parts)

    def pulse_diagram(self, state: EchoState, p: EchoParameters) -> DiagramScheme:
        """Pulses, and the signal that the phase graph expects."""
        scheme = self.diagram(state, p)
        rows = (*pulse_rows(scheme.rows), expected_row(p))
        return DiagramScheme(rows, state.local, scheme.start, scheme.end, scheme.spans)

    plots = (
        Diagram("pulses", "Pulses and expected signal", lambda s, p: SpinEchoes().pulse_diagram(s, p),
                lambda t, s, p: s.began + t),
        Graph("signal", "Signal |M_xy|/M₀",
              lambda s, p: signal_lines(s.record[: s.rows].copy(), s.amplitudes[: s.heard].copy(), p),
              "t", "|M_xy|/M₀", "s", x_low=0.0, x_high=lambda p: coherences(p).end, low=0.0, high=1.0),
        Graph("pathways", "Coherence pathways", lambda s, p: pathway_lines(s.local, s.heard, p),
              "t", "k/τ", "s", x_low=0.0, x_high=lambda p: coherences(p).end,
              low=lambda p: -0.3 if p.train == "free" else -highest(p), high=highest),
    )  # fmt: skip


def refocused(state: EchoState, p: EchoParameters) -> tuple[int, int] | None:
    """The time between two pulses; None before the second one."""
    repetition, pulses = SpinEchoes().pulses_before(state, p)
    return (repetition, pulses) if pulses > 1 else None


def noise(p: EchoParameters) -> float:
    """|M_xy|/M0 that spins with random phases leave: those that diffuse do not cancel as a comb does."""
    return spins_that_count(p) ** -0.5 if p.diffuses else 0.0


def pulse_rows(rows: tuple[DiagramRow, ...]) -> tuple[DiagramRow, ...]:
    """Without the readings, which are instants here."""
    return tuple(row for row in rows if row.name != "ADC")


@lru_cache(maxsize=8)
def representatives(count: int, sd: float) -> NDArray[np.intp]:
    """Isochromats (at most DRAWN,) that stand for equal parts of the comb."""
    shares = (np.arange(DRAWN) + 0.5) / DRAWN
    return np.unique(np.searchsorted(np.cumsum(comb(count, sd)[1]), shares).clip(0, count - 1))


def echo_now(state: EchoState, p: EchoParameters) -> str:
    """Name of the echo that is in the picture; empty between echoes."""
    width = NEAR / p.sd if p.sd > 0 else 0.0
    near = [echo.name for echo in named_echoes(p) if abs(echo.time - state.local) < width]
    return near[0] if near else ""
