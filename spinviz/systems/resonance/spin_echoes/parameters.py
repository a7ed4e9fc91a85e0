"""Trains of hard pulses that make echoes: their inputs, their pulses, and what the phase graph expects of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from math import inf, nan, pi, radians
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from spinviz.model.parameters import ParameterError, Parameters, choice, quantity
from spinviz.model.units import show
from spinviz.physics.constants import PROTON_GYROMAGNETIC_RATIO
from spinviz.physics.echoes.coherences import DWELL, REACH, TICK, Coherences, comb, hard_pulses, recurrence, ticks
from spinviz.physics.echoes.echo_laws import Echo, hahn_echoes
from spinviz.physics.echoes.epg import Medium
from spinviz.physics.sequence.blocks import Sample, Sequence
from spinviz.physics.sequence.timeline import Timeline

Values = NDArray[np.float64]
Train = Literal["hahn", "stimulated", "cpmg", "cp", "free"]

SQUARE_MICRON_PER_MS = 1e-9
"""m^2/s."""
CLOSE = 2 * DWELL * TICK
"""Time [s] within which two echoes are read as one: a reading takes half of it."""
FREE = 8
"""Waiting times tau for which a single pulse is watched."""


class EchoParameters(Parameters):
    """Inputs of `SpinEchoes`."""

    train: Train = choice(
        "hahn",
        "Pulses: two (Hahn), three (stimulated), a train (CPMG or CP), or one alone (free).",
        title="Pulses",
        words={"hahn": "Hahn", "stimulated": "three pulses", "cpmg": "CPMG", "cp": "CP", "free": "one, free decay"},
    )
    tau: float = quantity(
        0.03, "s", "From the first pulse to the second; echoes of a train are 2τ apart.", title="Pulse delay",
        symbol="τ", ge=1e-3, le=0.2, scale="log",
    )  # fmt: skip
    mixing: float = quantity(
        0.06, "s", "From the second of three pulses to the third (more than τ).", title="Mixing time", symbol="T_M",
        ge=2e-3, le=2, scale="log",
    )  # fmt: skip
    echoes: int = quantity(12, "", "Refocusing pulses of a CPMG or CP train.", title="Echoes", symbol="n", ge=1, le=48)
    flip: float = quantity(
        90.0, "°", "Flip angle of the first pulse.", title="First flip angle", symbol="α₁", ge=0, le=180
    )
    refocusing: float = quantity(
        180.0, "°", "Flip angle of the second pulse, and of all later ones of a train.", title="Second flip angle",
        symbol="α₂", ge=0, le=360,
    )  # fmt: skip
    third: float = quantity(
        90.0, "°", "Flip angle of the third of three pulses.", title="Third flip angle", symbol="α₃", ge=0, le=180
    )
    T1: float = quantity(
        0.5, "s", "Longitudinal relaxation time.", title="T₁ relaxation time", symbol="T₁", ge=1e-3, le=100, scale="log"
    )
    T2: float = quantity(
        0.15, "s", "Transverse relaxation time of one isochromat (at most 2 T₁).", title="T₂ relaxation time",
        symbol="T₂",
        ge=1e-3, le=100, scale="log",
    )  # fmt: skip
    spread: float = quantity(
        45.0, "Hz", "Standard deviation of the offsets.", title="Spread of offsets", symbol="δf", ge=0, le=1000
    )
    D: float = quantity(
        0.0,
        "µm²/ms",
        "Diffusion coefficient; water has 2.3 µm²/ms at 25 °C.",
        title="Diffusion",
        symbol="D",
        ge=0,
        le=10,
    )
    G: float = quantity(
        0.02, "T/m", "Constant gradient in which the spins diffuse.", title="Gradient", symbol="G", ge=0, le=0.2
    )
    isochromats: int = quantity(
        1000, "", "Number of isochromats.", title="Isochromats", symbol="N", ge=1, le=20_000, scale="log"
    )

    def unused(self) -> Mapping[str, str]:
        """See `Parameters.unused`."""
        idle: dict[str, str] = {}
        if self.train != "stimulated":
            idle |= dict.fromkeys(("mixing", "third"), "only with three pulses")
        if self.train not in ("cpmg", "cp"):
            idle["echoes"] = "only in a train"
        if self.train == "free":
            idle["refocusing"] = "only with a second pulse"
        return idle

    @classmethod
    def of(cls, **values: Any) -> Self:
        """Return validated parameters: with three pulses the mixing time is longer than tau."""
        p = super().of(**values)
        if p.train == "stimulated" and p.mixing < p.tau + CLOSE:
            raise ParameterError(
                f"mixing = {show(p.mixing, 's')} is not longer than tau = {show(p.tau, 's')}: the echo of two pulses "
                f"would meet the third one; choose mixing above {show(p.tau, 's')} or tau below {show(p.mixing, 's')}"
            )
        return p

    @property
    def delay(self) -> float:
        """tau [s] in whole ticks, as it is played: an echo at 2 tau is then at exactly twice the time of the pulse."""
        return ticks(self.tau) * TICK

    @property
    def T(self) -> float:
        """Time of the third pulse [s], in whole ticks."""
        return (ticks(self.tau) + ticks(self.mixing)) * TICK

    @property
    def angles(self) -> tuple[float, float, float]:
        """Flip angles [rad] of the first, second and third pulse."""
        return radians(self.flip), radians(self.refocusing), radians(self.third)

    @property
    def sd(self) -> float:
        """Standard deviation of the offsets [rad/s]."""
        return 2 * pi * self.spread

    @property
    def diffusion(self) -> float:
        """D [m^2/s]."""
        return self.D * SQUARE_MICRON_PER_MS

    @property
    def slope(self) -> float:
        """gamma G [rad/(s m)]."""
        return PROTON_GYROMAGNETIC_RATIO * self.G

    @property
    def diffuses(self) -> bool:
        """Whether diffusion does anything."""
        return self.D > 0 and self.G > 0

    @property
    def recurrence(self) -> float:
        """Time [s] after which the isochromats meet again by themselves."""
        return recurrence(self.isochromats, self.sd)

    @property
    def trains(self) -> bool:
        """Whether there is a train of pulses."""
        return self.train in ("cpmg", "cp")


def named_echoes(p: EchoParameters) -> tuple[Echo, ...]:
    """Times at which echoes are read; amplitudes only where Hahn's closed forms give them."""
    if p.train == "stimulated":
        return read_as_one(five_echoes(p))
    if p.train == "free":
        count = int(FREE * p.delay / p.recurrence) if p.recurrence > p.delay / 16 else 0
        return tuple(Echo(f"spurious echo {n}", "", n * p.recurrence, 0.0) for n in range(1, count + 1))
    count = p.echoes if p.trains else 1
    return tuple(Echo(f"echo {n}" if count > 1 else "echo", "", 2 * n * p.delay, 0.0) for n in range(1, count + 1))


def five_echoes(p: EchoParameters) -> list[Echo]:
    """The echoes of three pulses in the order of their times."""
    return sorted(hahn_echoes(p.delay, p.T, *p.angles, p.T1, p.T2), key=lambda echo: echo.time)


def read_as_one(echoes: list[Echo]) -> tuple[Echo, ...]:
    """Echoes, given by time, of which those that coincide are one, without a closed form: their signs decide."""
    found: list[Echo] = []
    for echo in echoes:
        if found and echo.time - found[-1].time < CLOSE:
            first = found.pop()
            echo = Echo(f"{first.name}, {echo.name}", f"{first.symbol}, {echo.symbol}", first.time, nan)
        found.append(echo)
    return tuple(found)


def sequence_of(p: EchoParameters) -> Sequence:
    """Pulses about x; those that refocus about y after the first about x, but for CP; readings at the echoes."""
    first, second, third = p.angles
    reads = [echo.time for echo in named_echoes(p)]
    if p.train == "free":
        return hard_pulses([(0.0, first, 0.0)], reads, (FREE + 0.25) * p.delay)
    if p.train == "stimulated":
        pulses = [(0.0, first, 0.0), (p.delay, second, 0.0), (p.T, third, 0.0)]
        return hard_pulses(pulses, reads, 2 * p.T + p.delay)
    axis = 0.0 if p.train == "cp" else pi / 2
    turns = [((2 * n + 1) * p.delay, second, axis) for n in range(len(reads))]
    return hard_pulses([(0.0, first, 0.0), *turns], reads, reads[-1] + p.delay)


def sample_of(p: EchoParameters) -> Sample:
    """A comb of offsets whose weights have the mean 1."""
    dw, weights = comb(p.isochromats, p.sd)
    return Sample.of(dw=dw, M0=weights * p.isochromats, T1=p.T1, T2=p.T2)


@lru_cache(maxsize=8)
def coherences(p: EchoParameters) -> Coherences:
    """The phase graph of these parameters."""
    medium = Medium(p.T1, p.T2, D=p.diffusion, unit=p.slope * TICK)
    return Coherences(Timeline(sequence_of(p)), medium)


@lru_cache(maxsize=8)
def expected_echoes(p: EchoParameters) -> Values:
    """|M+| (reads,) of a comb with these parameters at every reading."""
    found = coherences(p)
    return np.abs(found.signal(found.reads, p.isochromats, p.sd))


@lru_cache(maxsize=8)
def ideal_echoes(p: EchoParameters) -> Values:
    """|F_0| (reads,) at every reading: what infinitely many isochromats give that dephase completely in between."""
    return np.abs(coherences(p).echoes())


@lru_cache(maxsize=8)
def other_train(p: EchoParameters) -> EchoParameters:
    """The same train with the other phase: CP for CPMG."""
    return p.change(train="cp" if p.train == "cpmg" else "cpmg")


def gap(p: EchoParameters) -> float:
    """Shortest time [s] between two moments at which something is in phase: pulses and echoes."""
    if p.train == "free":
        return p.recurrence
    if p.train != "stimulated":
        return p.delay
    moments = np.sort([0.0, p.delay, p.T, *(echo.time for echo in five_echoes(p))])
    between = np.diff(moments)
    # Echoes of the same moment are one echo; those of almost the same are not separate.
    return float(np.min(between[between > TICK / 2]))


def apart(p: EchoParameters) -> bool:
    """Whether echoes are separate: all dephase completely between them, and do not meet again by themselves."""
    if p.sd == 0 or p.sd * gap(p) < REACH:
        return False
    return p.train == "free" or p.recurrence > coherences(p).end + REACH / p.sd


@lru_cache(maxsize=8)
def spins_that_count(p: EchoParameters) -> float:
    """Effective number of isochromats of unequal weights: 1/sum w^2."""
    return float(1 / np.sum(comb(p.isochromats, p.sd)[1] ** 2)) if p.isochromats else inf
