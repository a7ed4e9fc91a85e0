"""Inputs of gradient-echo trains."""

from __future__ import annotations

from collections.abc import Mapping
from math import radians
from typing import Any, Literal, Self

from spinviz.model.parameters import ParameterError, Parameters, choice, quantity, switch
from spinviz.model.units import show


class GradientEchoParameters(Parameters):
    """Inputs of `GradientEcho`."""

    kind: Literal["ideal", "rf", "unspoiled", "balanced"] = choice(
        "ideal",
        "What happens to the transverse magnetization: ideal spoiling, gradient and RF spoiling, gradient only (FISP), "
        "balanced gradients (bSSFP).",
        title="Spoiling",
        words={
            "rf": "RF and gradient",
            "unspoiled": "FISP: gradient only",
            "balanced": "bSSFP: balanced",
        },
    )
    flip: float = quantity(30.0, "°", "Flip angle of every pulse.", title="Flip angle", symbol="α", ge=0, le=180)
    TR: float = quantity(
        0.03, "s", "Repetition time.", title="Repetition time", symbol="TR", ge=2e-3, le=1.0, scale="log"
    )
    TE: float = quantity(0.008, "s", "Echo time: when the signal is sampled.", title="Echo time", symbol="TE", ge=0,
                         le=0.1)  # fmt: skip
    T1: float = quantity(
        0.6, "s", "Longitudinal relaxation time.", title="T₁ relaxation time", symbol="T₁", ge=0.02, le=5, scale="log"
    )
    T2: float = quantity(
        0.08, "s", "Transverse relaxation time (at most 2 T₁).", title="T₂ relaxation time", symbol="T₂", ge=1e-3, le=5,
        scale="log",
    )  # fmt: skip
    increment: float = quantity(
        117.0, "°", "RF spoiling: by how much the phase step between pulses grows each time.",
        title="RF spoiling", symbol="ψ", ge=0, le=360,
    )  # fmt: skip
    advance: float = quantity(
        180.0, "°", "Balanced: phase step from pulse to pulse.", title="Phase step", symbol="Δφ", ge=0, le=360
    )
    centre: float = quantity(
        0.0, "°", "Balanced: phase that the middle of the isochromats gains per TR.", title="Off-resonance per TR",
        symbol="φ", ge=-180, le=180,
    )  # fmt: skip
    spread: float = quantity(
        360.0, "°", "Balanced: range of the phases gained per TR.", title="Range of phases", symbol="δφ", ge=0, le=360
    )
    preparation: bool = switch(
        False,
        "Balanced: start with a pulse of α/2, half a TR before the first α.",
        title="α/2 preparation",
        rebuild=True,
    )
    other_T1: float = quantity(
        1.2, "s", "T₁ of a second tissue, to compare with in the plot of the flip angle.", title="Second T₁",
        symbol="T₁′", ge=0.02, le=5, scale="log", display=True,
    )  # fmt: skip
    isochromats: int = quantity(
        200, "", "Number of isochromats.", title="Isochromats", symbol="N", ge=1, le=20_000, scale="log", rebuild=True
    )

    def unused(self) -> Mapping[str, str]:
        """See `Parameters.unused`."""
        idle = {} if self.kind == "rf" else {"increment": "only with RF spoiling"}
        if self.kind != "balanced":
            idle |= dict.fromkeys(("advance", "centre", "spread", "preparation"), "only with balanced gradients")
        if self.kind not in ("ideal", "unspoiled"):
            idle["other_T1"] = "only beside the plot of the flip angle"
        return idle

    @classmethod
    def of(cls, **values: Any) -> Self:
        """Return validated parameters; refuse an echo after the next pulse and relaxation that cannot be."""
        p = super().of(**values)
        if p.TE >= p.TR:
            raise ParameterError(
                f"TE = {show(p.TE, 's')} is not before the next pulse at TR = {show(p.TR, 's')}: "
                "choose a shorter TE or a longer TR"
            )
        if p.T2 > 2 * p.T1:
            raise ParameterError(
                f"T2 = {show(p.T2, 's')} is longer than 2 T1 = {show(2 * p.T1, 's')}, which no spin allows: "
                "choose a shorter T2 or a longer T1"
            )
        return p

    @property
    def angle(self) -> float:
        """Flip angle [rad]."""
        return radians(self.flip)

    @property
    def dephases(self) -> bool:
        """Whether a gradient turns the isochromats once per TR."""
        return self.kind != "balanced"
