"""Inversion and saturation recovery, repeated: a pulse prepares M along z, another one reads it a time TI later.

What is left across the field is destroyed after both pulses, so that only the longitudinal magnetization has a memory,
and only of the last reading.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from math import cos, inf, log, nan, pi, radians
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spinviz.model.law import Check, Departure, Law
from spinviz.model.parameters import ParameterError, Parameters, quantity
from spinviz.model.plots import Diagram, DiagramRow, DiagramScheme, DiagramSpan, Graph, Line, Trace
from spinviz.model.system import Observable, Preset
from spinviz.model.units import show
from spinviz.model.visuals import Visual
from spinviz.physics.echoes.coherences import comb
from spinviz.physics.echoes.echo_laws import prepared_recovery, saturation_recovery
from spinviz.physics.resonance.bloch_laws import inversion_recovery, recovery
from spinviz.physics.sequence.blocks import Block, HardPulse, Readout, Sample, Sequence
from spinviz.physics.sequence.engine import play
from spinviz.physics.sequence.timeline import Timeline
from spinviz.systems.pictures.letters import signed
from spinviz.systems.resonance.common.landmarks import null as null_of_mz
from spinviz.systems.resonance.common.played import Played, PlayedState
from spinviz.systems.resonance.common.vectors import marked

Values = NDArray[np.float64]

AT_ONCE = 1e-12
"""Seconds after the second pulse at which it is read: no relaxation yet."""
SPOILED = 10.0
"""Decay times T2* after a reading when the spoiler comes: there is a signal to be seen."""
KEPT = 64
"""Readings kept for the graph."""
ROUNDING = 1e-10
"""What some thousand exact steps leave."""


class RecoveryParameters(Parameters):
    """Inputs of `Recovery`."""

    prepare: float = quantity(
        180.0, "°", "Flip angle of the first pulse: 180° inverts, 90° saturates.", title="First flip angle", symbol="α",
        ge=0, le=180,
    )  # fmt: skip
    TI: float = quantity(
        0.3, "s", "Inversion time: from the first pulse to the readout.", title="Inversion time", symbol="TI",
        ge=1e-3, le=10, scale="log",
    )  # fmt: skip
    TR: float = quantity(
        1.2, "s", "Repetition time: from one first pulse to the next (more than TI).", title="Repetition time",
        symbol="TR",
        ge=5e-3, le=30, scale="log",
    )  # fmt: skip
    T1: float = quantity(
        0.5, "s", "Longitudinal relaxation time.", title="T₁ relaxation time", symbol="T₁", ge=1e-3, le=10, scale="log"
    )
    T2: float = quantity(
        0.1, "s", "Transverse relaxation time (at most 2 T₁).", title="T₂ relaxation time", symbol="T₂", ge=1e-3, le=10,
        scale="log",
    )  # fmt: skip
    spread: float = quantity(
        4.0, "Hz", "Standard deviation of the offsets.", title="Spread of offsets", symbol="δf", ge=0, le=100
    )
    isochromats: int = quantity(
        200, "", "Number of isochromats.", title="Isochromats", symbol="N", ge=1, le=10_000, scale="log", rebuild=True
    )

    @classmethod
    def of(cls, **values: Any) -> Self:
        """Return validated parameters: TR is longer than TI."""
        p = super().of(**values)
        if p.TR <= p.TI:
            raise ParameterError(
                f"TR = {show(p.TR, 's')} is not longer than TI = {show(p.TI, 's')}: the readout would come after the "
                f"next first pulse; choose TR above {show(p.TI, 's')} or TI below {show(p.TR, 's')}"
            )
        return p

    @property
    def spoiled(self) -> float:
        """Time [s] of the spoiler after the first pulse."""
        return 1e-3 * self.TI

    @property
    def second(self) -> float:
        """Time of the second pulse [s]: TI, rounded as the blocks before it are."""
        return self.spoiled + (self.TI - self.spoiled)

    @property
    def angle(self) -> float:
        """Of the first pulse [rad]."""
        return radians(self.prepare)


@dataclass
class RecoveryState(PlayedState):
    """Also what was read: readings (KEPT, 2) of TI [s] and signal, of which ``read`` have been made.

    ``before``: Mz/M0 when this repetition began; ``since``: the repetition in which the present parameters came.
    """

    before: float = 1.0
    readings: Values = field(default_factory=lambda: np.zeros((KEPT, 2)))
    read: int = 0
    since: int = 0


def settled(state: RecoveryState) -> bool:
    """Whether one reading at least was made with these parameters: nothing earlier is remembered."""
    return state.repetition > state.since


def mz_after(t: ArrayLike, before: float, p: RecoveryParameters) -> Values:
    """Mz/M0 (n,) a time ``t`` [s] after a first pulse that found ``before``, 0 < t <= TR."""
    t = np.asarray(t, dtype=np.float64)
    prepared = recovery(t, before * cos(p.angle), p.T1)
    return np.where(t <= p.second, prepared, saturation_recovery(np.maximum(t - p.TI, 0.0), p.T1))


def steady_start(p: RecoveryParameters) -> float:
    """Mz/M0 when a repetition begins in the steady state."""
    return float(saturation_recovery(p.TR - p.TI, p.T1))


def mz_curve(state: RecoveryState, p: RecoveryParameters, d: Departure, t: Values) -> Values:
    """Mz/M0 (n,) over times of the run, this repetition and later ones; NaN before."""
    local = t - state.began
    now, later = mz_after(local, state.before, p), mz_after(np.mod(local, p.TR), steady_start(p), p)
    return np.where(local > p.TR, later, np.where(local > 0, now, nan))


def last_reading(state: RecoveryState) -> float:
    """The signal read last, with its sign; NaN before."""
    return float(state.readings[(state.read - 1) % KEPT, 1]) if state.read else nan


def just_read(s: RecoveryState, p: RecoveryParameters, degrees: float) -> bool:
    """Whether this repetition began with a pulse of that angle and has been read."""
    return p.prepare == degrees and s.read > 0 and s.local > p.second + 3 * AT_ONCE


def late(state: RecoveryState, p: RecoveryParameters, d: Departure) -> float:
    """Unit of the error of a reading, 1 where what relaxes until it comes is less than rounding."""
    return 1 + AT_ONCE / p.T2 / ROUNDING


def recovery_lines(state: RecoveryState, p: RecoveryParameters) -> tuple[Line, ...]:
    """Signal against TI: the law, the same for TR without end, and what was read."""
    rows = state.readings[: min(state.read, KEPT)]
    now = np.array([last_reading(state)]) if settled(state) else np.array([nan])
    return (
        *laws_against_TI(p),
        Line(rows[:, 0].copy(), rows[:, 1].copy(), "read", role="simulation", marks=True),
        Line(np.array([p.TI]), now, "now", role="net", marks=True),
    )


@lru_cache(maxsize=8)
def laws_against_TI(p: RecoveryParameters) -> tuple[Line, ...]:
    """The closed form up to TR, and that for a long TR where it differs."""
    TI = np.linspace(0.0, longest_TI(p), 300)
    level = Line(np.array([0.0, TI[-1]]), np.zeros(2), role="muted")
    law = Line(TI, prepared_recovery(TI, p.angle, TI, p.TR, p.T1), f"TR = {show(p.TR, 's', 3)}", role="theory")
    full = Line(TI, prepared_recovery(TI, p.angle, TI, inf, p.T1), "TR → ∞", "muted", dashed=True, law=True)
    return (level, full, law) if p.prepare != 90 else (level, law)


def longest_TI(p: RecoveryParameters) -> float:
    """The end of the axis of TI [s]."""
    end = min(p.TR, 5 * p.T1)
    return end if end > p.TI else p.TR


def null(p: RecoveryParameters) -> float:
    """TI [s] at which an inverted signal vanishes: T1 ln(2/(1 + exp(-TR/T1)))."""
    return p.T1 * log(2 / (1 + float(np.exp(-p.TR / p.T1))))


class Recovery(Played[RecoveryParameters]):
    """M along z, prepared by one pulse and read by another."""

    name = "recovery"
    title = "Recovery"
    chapter = "Magnetic resonance"
    order = 20
    summary = "Inversion and saturation recovery with a finite repetition time, point by point."
    notes = (
        "The first repetition starts from equilibrium, all others from what the last readout left: nothing along "
        "z. Drag TI in the pulse diagram: each repetition adds one readout, and they fall on the curve."
    )
    equation = r"M_z(t)=M_0-\left(M_0-M_z(0)\right)e^{-t/T_1}"
    Parameters = RecoveryParameters
    observables = (*Played.observables, Observable("reading", "Signal of the last readout", "S/M₀"))
    laws = (
        Law(
            "recovery", "Longitudinal recovery", "mz",
            theory=lambda s, p, d: float(mz_after(s.local, s.before, p)),
            latex=r"M_z(t)=1-\left(1-\cos\alpha\,M_z(0)\right)e^{-t/T_1}\;(t<TI),\quad 1-e^{-(t-TI)/T_1}",
            validity="From the second repetition on the first pulse finds M_z(0) = 1 − exp(−(TR − TI)/T₁).",
            tolerance=ROUNDING, because="Rounding of some thousand exact steps of 1e-16 each.",
            reference="Vold et al., J. Chem. Phys. 48, 3831 (1968)",
            check=Check(1.7), holds=lambda s, p, d: s.local > 0, curve=mz_curve,
        ),
        Law(
            "inversion", "Inversion recovery with finite TR", "reading",
            theory=lambda s, p, d: float(inversion_recovery(p.TI, p.T1, p.TR)),
            latex=r"S=1-2e^{-TI/T_1}+e^{-TR/T_1}",
            validity="A first pulse of 180°, from the second repetition on.",
            tolerance=ROUNDING, because="Rounding, and the picosecond after the pulse at which the signal is read.",
            reference="Vold et al., J. Chem. Phys. 48, 3831 (1968)",
            check=Check(1.6), scale=late,
            holds=lambda s, p, d: just_read(s, p, 180) and settled(s), plots=("against_TI",),
        ),
        Law(
            "long_TR", "Inversion recovery from equilibrium", "reading",
            theory=lambda s, p, d: float(inversion_recovery(p.TI, p.T1)),
            latex=r"S=1-2e^{-TI/T_1},\quad S=0\;\mathrm{at}\;TI=T_1\ln 2",
            validity="A first pulse of 180° that finds all of M₀: the first repetition, or TR much longer than T₁.",
            tolerance=ROUNDING, because="Rounding, and the picosecond after the pulse at which the signal is read.",
            reference="Vold et al., J. Chem. Phys. 48, 3831 (1968)",
            check=Check(0.5), scale=late,
            holds=lambda s, p, d: just_read(s, p, 180) and s.before > 1 - 1e-12, plots=("against_TI",),
        ),
        Law(
            "saturation", "Saturation recovery", "reading",
            theory=lambda s, p, d: float(saturation_recovery(p.TI, p.T1)),
            latex=r"S=1-e^{-TI/T_1}",
            validity="A first pulse of 90°; TR does not matter.",
            tolerance=ROUNDING, because="Rounding, and the picosecond after the pulse at which the signal is read.",
            reference="Bloch, Phys. Rev. 70, 460 (1946)",
            check=Check(0.8, preset="saturation"), scale=late,
            holds=lambda s, p, d: just_read(s, p, 90), plots=("against_TI",),
        ),
    )  # fmt: skip
    plots = (
        Diagram("pulses", "Pulses and M_z", lambda s, p: Recovery().pulse_diagram(s, p), lambda t, s, p: s.began + t),
        Trace("magnetization", "Recovery M_z/M₀", ("mz",), -1.05, 1.05, window=lambda p: 2 * p.TR),
        Graph("against_TI", "Signal S/M₀", recovery_lines, "TI", "S/M₀", "s", x_low=0.0,
              x_high=longest_TI, low=lambda p: -1.0 if p.prepare > 90 else 0.0, high=1.0),
    )  # fmt: skip
    presets = (
        Preset(
            "inversion", "Inversion recovery", "Inverted, then read out: the signal is negative, zero or positive.",
            length=4.8,
        ),
        Preset(
            "null", "The null", "Read out when M crosses zero: this tissue gives no signal.",
            {"TI": round(null(RecoveryParameters()), 4)}, length=4.8,
            notes="At the second readout M is zero. With TR this short the null is not at T₁ ln 2 = 347 ms but at "
            "T₁ ln(2/(1 + exp(−TR/T₁))) = 303 ms, because M never recovers fully.",
        ),
        Preset(
            "saturation", "Saturation recovery", "90° pulses leave nothing along z: every recovery begins at zero.",
            {"prepare": 90, "TI": 0.5, "TR": 0.9}, length=3.6,
            notes="The first pulse saturates whatever was there, so TR does not matter: after TI = T₁ the readout "
            "finds 1 − 1/e = 63 % of M₀ every time.",
        ),
        Preset(
            "imperfect", "Imperfect inversion", "A first pulse of 140°: less contrast, an earlier null.",
            {"prepare": 140, "TI": 0.25}, length=4.8,
            notes="A pulse that falls short of 180° starts the recovery higher and the null comes earlier. "
            "Adiabatic pulses invert fully wherever B₁ is strong enough.",
        ),
    )  # fmt: skip

    landmarks = (null_of_mz(lambda s, p: Recovery().pulses_before(s, p)),)

    def sequence(self, p: RecoveryParameters) -> Sequence:
        """Prepare, spoil, wait; read, let the signal fade, spoil, wait."""
        fading = min(SPOILED * effective(p), 0.8 * (p.TR - p.TI))
        return Sequence(
            (
                Block(p.spoiled, HardPulse(p.angle, use="inversion"), spoil=True),
                Block(p.TI - p.spoiled),
                Block(fading, HardPulse(pi / 2, use="excitation"), readout=Readout(1, 2 * AT_ONCE), spoil=True),
                Block(p.TR - p.TI - fading),
            )
        )

    def sample(self, p: RecoveryParameters) -> Sample:
        """A comb of offsets whose weights have the mean 1."""
        dw, weights = comb(p.isochromats, 2 * pi * p.spread)
        return Sample.of(dw=dw, M0=weights * p.isochromats, T1=p.T1, T2=p.T2)

    def spans(self, p: RecoveryParameters) -> tuple[DiagramSpan, ...]:
        """TI and TR."""
        return DiagramSpan("TI", "TI", 0.0, p.TI), DiagramSpan("TR", "TR", 0.0, p.TR)

    def initial_state(self, p: RecoveryParameters, rng: np.random.Generator) -> RecoveryState:
        """Equilibrium, nothing read."""
        return RecoveryState(self.spins(p).in_equilibrium())

    def changed(self, state: PlayedState, p: RecoveryParameters, before: RecoveryParameters) -> None:
        """Begin another repetition with what is along z; readings at another TI stay."""
        assert isinstance(state, RecoveryState)
        if before.model_dump(exclude={"TI"}) != p.model_dump(exclude={"TI"}):
            state.read = 0
        state.m[:2] = 0.0
        state.local, state.since = 0.0, state.repetition

    def advance(
        self, state: PlayedState, p: RecoveryParameters, timeline: Timeline, sample: Sample, start: float, end: float
    ) -> None:
        """Play, and keep what is found at the beginning and what is read."""
        assert isinstance(state, RecoveryState)
        if start == 0:
            state.before = float(state.net[2])
        for value in play(timeline, sample, state.m, start, end):
            state.readings[state.read % KEPT] = p.TI, value.imag / sample.count
            state.read += 1

    def observe(self, state: PlayedState, p: RecoveryParameters) -> dict[str, float]:
        """Also what was read."""
        assert isinstance(state, RecoveryState)
        return {**super().observe(state, p), "reading": last_reading(state)}

    def draw(self, state: PlayedState, p: RecoveryParameters) -> tuple[Visual, ...]:
        """The isochromats, the path of M, and M with its value along z, which is seen at the null as well."""
        fan, path, *_ = super().draw(state, p)
        return fan, path, *marked(state.net, f"Mz = {signed(state.net[2])} M₀")

    def caption(self, state: PlayedState, p: RecoveryParameters) -> str:
        """Frame and repetition."""
        parts = ["rotating frame", f"repetition {state.repetition + 1}"]
        if p.T2 > 2 * p.T1:
            parts.append("T₂ > 2 T₁ is unphysical")
        return " · ".join(parts)

    def foretold(self, state: PlayedState, p: RecoveryParameters) -> str:
        """The null of an inversion."""
        return f"null at TI = {show(null(p), 's', 3)}" if p.prepare == 180 else ""

    def pulse_diagram(self, state: RecoveryState, p: RecoveryParameters) -> DiagramScheme:
        """Pulses, and Mz in the steady state."""
        scheme = self.diagram(state, p)
        rows = tuple(row for row in scheme.rows if row.name != "ADC")
        return DiagramScheme((*rows, steady_row(p)), state.local, scheme.start, scheme.end, scheme.spans)


@lru_cache(maxsize=8)
def steady_row(p: RecoveryParameters) -> DiagramRow:
    """Mz in the steady state over one repetition."""
    t = np.linspace(0.0, p.TR, 500)[1:]
    return DiagramRow("M_z", t, mz_after(t, steady_start(p), p), "theory")


def effective(p: RecoveryParameters) -> float:
    """Time [s] in which the signal of a reading fades: that of T2 and of the spread together, roughly."""
    return 1 / (1 / p.T2 + 2 * pi * p.spread)
