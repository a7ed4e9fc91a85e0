"""Echoes: hard pulses that turn dephased isochromats round, one by one and as coherence pathways.

Offsets are a comb with Gaussian weights, whose dephasing is known to the last digits; diffusion adds a random walk
along a constant gradient, exact in distribution for steps of any length.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import nan, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from spinviz.model.law import Check, Law
from spinviz.model.plots import Diagram, DiagramRow, DiagramScheme, DiagramSpan, Graph, Trace
from spinviz.model.system import Observable, Preset
from spinviz.model.units import show
from spinviz.model.visuals import Arrows, Labels, Lines, Visual, float32
from spinviz.physics.bloch_laws import cpmg_plateau, hahn_echo
from spinviz.physics.coherences import comb
from spinviz.physics.echo_laws import diffusion_echo, diffusion_train, first_echoes
from spinviz.physics.sequence import Sample, Sequence
from spinviz.physics.sequence_engine import play
from spinviz.physics.timeline import Timeline
from spinviz.systems.resonance.echo_graphs import (
    amplitude_lines,
    expected_row,
    highest,
    pathway_lines,
    spans_of,
)
from spinviz.systems.resonance.echo_trains import (
    EchoParameters,
    apart,
    coherences,
    named_echoes,
    sample_of,
    sequence_of,
    spins_that_count,
)
from spinviz.systems.resonance.played import DRAWN, Played, PlayedState, origins

Values = NDArray[np.float64]

MOST = 256
"""Readings kept of one repetition."""
NEAR = 1.5
"""Widths of an echo within which it is named in the picture."""
ROUNDING = 1e-11
"""Rounding of some thousand exact steps, and 6e-13 of a Gaussian at 7.5 standard deviations."""


@dataclass
class EchoState(PlayedState):
    """Also the amplitudes heard in this repetition, and the random walk of the spins along the gradient.

    amplitudes (MOST,), the first ``heard`` of which are known; walk (N,) [m] since the repetition began; key (2,) and
    ``draws`` of its generator; ``plays``: the parameters of this repetition.
    """

    amplitudes: Values
    heard: int
    walk: Values
    key: NDArray[np.uint64]
    draws: int
    plays: EchoParameters


def latest(state: EchoState) -> float:
    """Amplitude of the last echo; NaN before the first."""
    return float(state.amplitudes[state.heard - 1]) if state.heard else nan


def echo_time(state: EchoState) -> float:
    """Time of the last echo [s]; NaN before the first."""
    return float(coherences(state.plays).reads[state.heard - 1]) if state.heard else nan


def unchanged(state: EchoState, p: EchoParameters) -> bool:
    """Whether this repetition was played with ``p``."""
    return state.plays == p


def heard(*trains: str) -> Callable[[EchoState, EchoParameters], bool]:
    """Condition of a closed form: a separate echo of such a train, without diffusion."""

    def holds(s: EchoState, p: EchoParameters) -> bool:
        return unchanged(s, p) and p.train in trains and s.heard > 0 and not p.diffuses and apart(p)

    return holds


def expected_transverse(state: EchoState, p: EchoParameters, t: Values) -> Values:
    """|M+| (n,) at the times ``t`` of the run by the phase graph; NaN before this repetition."""
    found = coherences(p)
    local = np.asarray(t, np.float64) - state.began
    curve = np.full(len(local), nan)
    inside = (local >= -1e-12) & (local <= found.end)
    curve[inside] = np.abs(found.signal(local[inside], p.isochromats, p.sd))
    return curve


def train_amplitude(state: EchoState, p: EchoParameters) -> float:
    """The latest of the first two echoes of CPMG or CP."""
    pair = first_echoes(p.angles[1], 2 * p.tau, p.T1, p.T2, meiboom_gill=p.train == "cpmg")
    return sin(p.angles[0]) * pair[state.heard - 1]


def of_first_two(s: EchoState, p: EchoParameters) -> bool:
    """Whether the latest echo is one of the first two of a train, excited from equilibrium by 90 degrees."""
    return unchanged(s, p) and p.trains and 0 < s.heard < 3 and not p.diffuses and apart(p) and p.flip == 90


def on_plateau(s: EchoState, p: EchoParameters) -> bool:
    """Whether a CPMG train has gone on for long, with equal relaxation along and across the field."""
    ready = unchanged(s, p) and p.train == "cpmg" and s.heard >= 6 and not p.diffuses
    return ready and apart(p) and p.flip == 90 and p.T1 == p.T2


def perfect(s: EchoState, p: EchoParameters) -> bool:
    """Whether a train of perfect pulses decays with T2 alone."""
    return unchanged(s, p) and p.train == "cpmg" and s.heard > 0 and p.refocusing == 180 and not p.diffuses and apart(p)


def attenuated(state: EchoState, p: EchoParameters) -> float:
    """The latest echo with diffusion: of two pulses, or of a CPMG train of perfect ones."""
    t, first = echo_time(state), p.angles[0]
    if p.train == "hahn":
        amplitude = float(hahn_echo(t / 2, p.angles[0], p.angles[1], p.T2))
        return amplitude * float(diffusion_echo(t / 2, p.slope, p.diffusion))
    return sin(first) * float(np.exp(-t / p.T2) * diffusion_train(t, 2 * p.tau, p.slope, p.diffusion))


def walked(s: EchoState, p: EchoParameters) -> bool:
    """Whether a closed form of the echo with diffusion applies."""
    known = p.train == "hahn" or (p.train == "cpmg" and p.refocusing == 180)
    return unchanged(s, p) and s.heard > 0 and p.diffuses and known and apart(p)


def scatter(state: EchoState, p: EchoParameters) -> float:
    """Standard deviation of an echo of N random walkers with the attenuation A, and the bias of its magnitude.

    The phases are Gaussian with <cos> = A: var cos = (1 - A^2)^2/2, var sin = (1 - A^4)/2, over the spins that count.
    """
    law = attenuated(state, p)
    t = echo_time(state)
    without = float(np.exp(-t / p.T2)) * abs(sin(p.angles[0]))
    A, count = law / without, spins_that_count(p)
    return without * ((1 - A * A) / sqrt(2 * count) + (1 - A**4) / (4 * A * count)) + ROUNDING


class SpinEchoes(Played[EchoParameters]):
    """Echoes of two, three and many hard pulses."""

    name = "spin_echoes"
    title = "Echoes"
    chapter = "Magnetic resonance"
    summary = "Hahn, stimulated and CPMG echoes, isochromat by isochromat and as coherence pathways."
    notes = (
        "The second pulse puts the fast ones behind: at twice the waiting time all meet again. In the graph of "
        "pathways the phase k grows with time, is turned over by the pulse and crosses zero: that is the echo."
    )
    equation = r"M_+(t)=\sum_k F_k(t)\,\langle e^{-i k\,\delta\omega}\rangle"
    Parameters = EchoParameters
    observables = (
        *Played.observables,
        Observable("echo", "Amplitude of the last echo", "|M_xy|(t_echo)/M₀"),
        Observable("echo_time", "Time of the last echo", "t_echo", "s"),
    )
    laws = (
        Law(
            "phase_graph", "Extended phase graph", "transverse",
            theory=lambda s, p: float(expected_transverse(s, p, np.array([s.time]))[0]),
            latex=r"|M_+(t)|=\left|\sum_k F_k(t)\,D(k+t)\right|",
            validity="Any train of pulses without diffusion; D is the dephasing of this very comb of isochromats.",
            tolerance=1e-10, because="Rounding of some thousand exact steps, and of phases up to 1e4 rad.",
            reference="Weigel, J. Magn. Reson. Imaging 41, 266 (2015)",
            check=Check(0.3, preset="stimulated"),
            holds=lambda s, p: unchanged(s, p) and not p.diffuses,
            curve=expected_transverse,
        ),
        Law(
            "hahn", "Hahn echo", "echo",
            theory=lambda s, p: float(hahn_echo(p.tau, p.angles[0], p.angles[1], p.T2)),
            latex=r"E(2\tau)=\sin\alpha_1\,\sin^2\!\frac{\alpha_2}{2}\;e^{-2\tau/T_2}",
            validity="Two pulses; offsets that dephase completely within τ.",
            tolerance=ROUNDING, because="Rounding, and what a Gaussian leaves after 7.5 standard deviations.",
            reference="Hahn, Phys. Rev. 80, 580 (1950)",
            check=Check(0.08, {"flip": 70, "refocusing": 130}, preset="hahn"), holds=heard("hahn"),
        ),
        Law(
            "five_echoes", "Five echoes of three pulses", "echo",
            theory=lambda s, p: named_echoes(p)[s.heard - 1].amplitude,
            latex=r"E_\mathrm{STE}(T+\tau)=\tfrac12\sin\alpha_1\sin\alpha_2\sin\alpha_3\,"
            r"e^{-(T-\tau)/T_1}e^{-2\tau/T_2}",
            validity="Three pulses, T > 2τ; the other four are spin echoes at 2τ, 2T−2τ, 2T−τ and 2T.",
            tolerance=ROUNDING, because="Rounding, and what a Gaussian leaves after 7.5 standard deviations.",
            reference="Hahn, Phys. Rev. 80, 580 (1950)",
            check=Check(0.3, preset="stimulated"), holds=heard("stimulated"),
        ),
        Law(
            "first_echoes", "First two echoes of a train", "echo", theory=train_amplitude,
            latex=r"E_1=\sin^2\!\frac{\alpha}{2},\quad E_2=\sin^2\!\frac{\alpha}{2}\left(1+\cos^2\!\frac{\alpha}{2}"
            r"\right)",
            validity="A 90° pulse, then CPMG (CP: the stimulated part is subtracted); relaxation included.",
            tolerance=ROUNDING, because="Rounding, and what a Gaussian leaves after 7.5 standard deviations.",
            reference="Hennig, J. Magn. Reson. 78, 397 (1988)",
            check=Check(0.11, {"T1": 0.3, "T2": 0.1}, preset="cpmg"), holds=of_first_two,
        ),
        Law(
            "plateau", "Plateau of CPMG", "echo",
            theory=lambda s, p: cpmg_plateau(p.angles[1]) * float(np.exp(-echo_time(s) / p.T2)),
            latex=r"E_n\rightarrow\sin\frac{\alpha}{2}\;e^{-2n\tau/T_2}",
            validity="Six echoes or more after a 90° pulse with T₁ = T₂.",
            tolerance=1.5, because="In units of n^(-3/2), with which the oscillation about the plateau dies out.",
            reference="Hennig, J. Magn. Reson. 78, 397 (1988)",
            check=Check(0.45, preset="cpmg"), scale=lambda s, p: s.heard**-1.5, holds=on_plateau,
        ),
        Law(
            "T2_decay", "Decay with T₂", "echo",
            theory=lambda s, p: sin(p.angles[0]) * float(np.exp(-echo_time(s) / p.T2)),
            latex=r"E_n=\sin\alpha_1\,e^{-2n\tau/T_2}",
            validity="CPMG with refocusing pulses of 180°, without diffusion.",
            tolerance=ROUNDING, because="Rounding, and what a Gaussian leaves after 7.5 standard deviations.",
            reference="Meiboom and Gill, Rev. Sci. Instrum. 29, 688 (1958)",
            check=Check(0.4, preset="cpmg_T2"), holds=perfect,
        ),
        Law(
            "diffusion", "Diffusion in a gradient", "echo", theory=attenuated,
            latex=r"E(2\tau)=e^{-2\tau/T_2}\,e^{-\frac23\gamma^2G^2D\tau^3},"
            r"\quad E_n=e^{-2n\tau/T_2}\,e^{-\frac23\gamma^2G^2D\tau^3 n}",
            validity="A Hahn echo, or CPMG with pulses of 180°; free diffusion in a constant gradient.",
            tolerance=5.0,
            because="In standard deviations of the mean over so many random walkers (6e-7 lie outside 5).",
            reference="Hahn, Phys. Rev. 80, 580 (1950); Carr and Purcell, Phys. Rev. 94, 630 (1954)",
            check=Check(0.07, preset="diffusion"), scale=scatter, holds=walked,
        ),
        Law(
            "recurrence", "Echoes that no pulse made", "echo",
            theory=lambda s, p: sin(p.angles[0]) * float(np.exp(-echo_time(s) / p.T2)),
            latex=r"E(n/\delta f_N)=\sin\alpha_1\,e^{-t/T_2}",
            validity="One pulse and evenly spaced isochromats, δf_N apart: an artefact of too few of them.",
            tolerance=ROUNDING, because="Rounding, and what a Gaussian leaves after 7.5 standard deviations.",
            reference="Poisson's sum over the offsets",
            check=Check(0.2, preset="spurious"), holds=heard("free"),
        ),
    )  # fmt: skip
    presets = (
        Preset(
            "hahn", "Hahn echo", "Two pulses: what dephased meets again at 2τ.", length=0.09,
        ),
        Preset(
            "stimulated", "Stimulated echo", "Three pulses make five echoes.",
            {"train": "stimulated", "tau": 0.012, "mixing": 0.042, "flip": 70, "refocusing": 90, "third": 90,
             "T1": 0.6, "T2": 0.2, "spread": 120},
            length=0.12,
            notes="Three pulses, five echoes: the stimulated one waits along z, where only T₁ can reach it, and leaves "
            "for home at the third pulse. Follow the dashed level line in the graph of pathways.",
        ),
        Preset(
            "cpmg", "CPMG plateau", "A train of imperfect pulses holds its echoes at sin(α/2).",
            {"train": "cpmg", "tau": 0.01, "refocusing": 120, "T1": 4, "T2": 4, "spread": 125, "echoes": 16},
            length=0.33,
            notes="Pulses of 120° turn round only part of M each time, and yet the echoes settle at sin 60° = 0.87: "
            "stimulated echoes fall on spin echoes and help. Change α₂ and watch the plateau follow.",
        ),
        Preset(
            "cpmg_T2", "T₂ by CPMG", "A train of 180° pulses: echoes decay with T₂, however inhomogeneous the field.",
            {"train": "cpmg", "tau": 0.01, "T1": 0.6, "T2": 0.08, "spread": 125, "echoes": 14},
            length=0.29,
            notes="Each echo decays within milliseconds, their peaks with T₂ alone. That is how T₂ is measured: "
            "a fit through the peaks.",
        ),
        Preset(
            "cp", "CP with 160°", "The same train with all pulses about one axis: errors of the pulses add up.",
            {"train": "cp", "tau": 0.01, "refocusing": 160, "T1": 0.6, "T2": 0.08, "spread": 125, "echoes": 14},
            length=0.29,
            notes="Pulses 20° short of 180° about the axis of the first pulse: the errors add up and T₂ comes out "
            "wrong. Meiboom and Gill turned the axis by 90°, and they cancel: the dashed blue line.",
        ),
        Preset(
            "diffusion", "Diffusion", "Spins that walk along a gradient come home with the wrong phase.",
            {"D": 2.3, "G": 0.02, "T1": 2, "T2": 0.5, "tau": 0.03, "isochromats": 8000},
            length=0.09,
            notes="At the echo the fan does not close: every spin has walked to another field meanwhile. The loss goes "
            "with τ³, so that waiting twice as long costs eight times as much.",
        ),
        Preset(
            "cpmg_diffusion", "CPMG against diffusion", "Frequent pulses leave the spins no time to walk.",
            {"train": "cpmg", "D": 2.3, "G": 0.02, "T1": 2, "T2": 0.5, "tau": 0.01, "spread": 125, "echoes": 9,
             "isochromats": 8000},
            length=0.19,
            notes="The same water in the same gradient, but turned round every 20 ms: after 60 ms, where a single Hahn "
            "echo had lost two thirds, most is still there.",
        ),
        Preset(
            "spurious", "Too few isochromats", "One pulse only, and yet there are echoes: an artefact of sampling.",
            {"train": "free", "tau": 0.025, "T1": 0.5, "T2": 0.25, "spread": 50, "isochromats": 41},
            length=0.2,
            notes="No pulse refocuses anything here: 41 evenly spaced offsets meet again after one over their spacing. "
            "In a simulation such an echo is an error; more isochromats push it out of the picture.",
        ),
    )  # fmt: skip

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
        base = super().initial_state(p, rng)
        key = rng.integers(0, 1 << 64, size=2, dtype=np.uint64)
        return EchoState(**vars(base), amplitudes=np.zeros(MOST), heard=0, walk=np.zeros(p.isochromats), key=key,
                         draws=0, plays=p)  # fmt: skip

    def step(self, state: EchoState, p: EchoParameters, dt: float) -> None:  # type: ignore[override]
        """Play on; other parameters begin the experiment again."""
        if not unchanged(state, p):
            state.m = self.spins(p).in_equilibrium()
            state.began, state.repetition, state.first = state.time, 0, state.head
            state.plays = p
        super().step(state, p, dt)

    def advance(
        self, state: PlayedState, p: EchoParameters, timeline: Timeline, sample: Sample, start: float, end: float
    ) -> None:
        """Play and walk from reading to reading, and keep what is heard."""
        assert isinstance(state, EchoState)
        if start == 0:
            state.heard, state.walk = 0, np.zeros(sample.count)
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
        return {**super().observe(state, p), "echo": latest(state), "echo_time": echo_time(state)}

    def draw(self, state: PlayedState, p: EchoParameters) -> tuple[Visual, ...]:
        """Isochromats that stand for equal parts of the comb, M and its path, and which echo it is."""
        assert isinstance(state, EchoState)
        played = state.plays
        chosen = representatives(played.isochromats, played.sd)
        vectors = (state.m[:, chosen] / self.spins(played).M0[chosen]).T
        net = state.net[None, :]
        return (
            Arrows(origins(len(vectors)), float32(vectors), radius=0.009, color="simulation", label="isochromats"),
            Lines(float32(state.path()[:, 1:]), color="net", width=2.2, fade=True, label="path of M"),
            Arrows(origins(1), float32(net), radius=0.035, color="net", label="net magnetization M"),
            Labels(float32(1.06 * net), ("M",), color="net", size=1.4, italic=True, offset=(0.5, 0.5)),
            Labels(float32([[0.0, 0.0, -1.0]]), (echo_now(state),), color="net", size=1.3, offset=(0.0, -1.6)),
        )

    def caption(self, state: EchoState, p: EchoParameters) -> str:  # type: ignore[override]
        """Frame, number of isochromats, warnings."""
        drawn = len(representatives(p.isochromats, p.sd))
        parts = [
            "rotating frame",
            f"{p.isochromats} isochromats" + (f" ({drawn} drawn)" if drawn < p.isochromats else ""),
        ]
        if p.diffuses:
            parts.append(f"voxel of {show(p.sd / p.slope, 'm', 2)} in the gradient")
        if p.recurrence < coherences(p).end:
            parts.append(f"warning: so few meet again every {show(p.recurrence, 's', 3)}")
        elif not apart(p):
            parts.append("too little spread to dephase between the echoes")
        if p.T2 > 2 * p.T1:
            parts.append("T₂ > 2 T₁ is unphysical")
        return " · ".join(parts)

    def pulse_diagram(self, state: EchoState, p: EchoParameters) -> DiagramScheme:
        """Pulses, and the signal that the phase graph expects."""
        scheme = self.diagram(state, p)
        local = state.local if unchanged(state, p) else 0.0
        return DiagramScheme((*pulse_rows(scheme.rows), expected_row(p)), local, scheme.start, scheme.end, scheme.spans)

    plots = (
        Diagram("pulses", "Pulses and expected signal", lambda s, p: SpinEchoes().pulse_diagram(s, p),
                lambda t, s, p: s.began + t),
        Trace("signal", "Signal", ("transverse",), 0.0, 1.05, window=lambda p: min(coherences(p).end, 12 * p.tau)),
        Graph("echoes", "Echo amplitudes", lambda s, p: amplitude_lines(heard_so_far(s, p), p), "t", "|M_xy|/M₀", "s",
              x_low=0.0, x_high=lambda p: coherences(p).end, low=0.0, high=1.0),
        Graph("pathways", "Coherence pathways", lambda s, p: pathway_lines(s.local, len(heard_so_far(s, p)), p),
              "t", "k/τ", "s", x_low=0.0, x_high=lambda p: coherences(p).end,
              low=lambda p: -highest(p), high=highest),
    )  # fmt: skip


def heard_so_far(state: EchoState, p: EchoParameters) -> Values:
    """Amplitudes heard in a repetition with these parameters."""
    return state.amplitudes[: state.heard].copy() if unchanged(state, p) else np.zeros(0)


def pulse_rows(rows: tuple[DiagramRow, ...]) -> tuple[DiagramRow, ...]:
    """Without the readings, which are instants here."""
    return tuple(row for row in rows if row.name != "ADC")


def diffuse(state: EchoState, p: EchoParameters, dt: float) -> None:
    """Walk for ``dt`` [s] along the gradient; the phase is the exact integral over a Brownian path.

    Given the step s of a walk, the integral of the position over dt is x dt + s dt/2 plus a Gaussian of the variance
    2 D dt^3/12 (Brownian bridge).
    """
    generator = np.random.Generator(np.random.Philox(key=state.key, counter=[0, 0, 0, state.draws]))
    state.draws += 1
    steps, bridges = generator.standard_normal((2, len(state.walk)))
    steps *= sqrt(2 * p.diffusion * dt)
    integral = (state.walk + steps / 2) * dt + bridges * sqrt(p.diffusion * dt**3 / 6)
    state.walk = state.walk + steps
    transverse = (state.m[0] + 1j * state.m[1]) * np.exp(-1j * p.slope * integral)
    state.m[0], state.m[1] = transverse.real, transverse.imag


@lru_cache(maxsize=8)
def representatives(count: int, sd: float) -> NDArray[np.intp]:
    """Isochromats (at most DRAWN,) that stand for equal parts of the comb."""
    shares = (np.arange(DRAWN) + 0.5) / DRAWN
    return np.unique(np.searchsorted(np.cumsum(comb(count, sd)[1]), shares).clip(0, count - 1))


def echo_now(state: EchoState) -> str:
    """Name of the echo that is in the picture; empty between echoes."""
    p = state.plays
    width = NEAR / p.sd if p.sd > 0 else 0.0
    near = [echo.name for echo in named_echoes(p) if abs(echo.time - state.local) < width]
    return near[0] if near else ""
