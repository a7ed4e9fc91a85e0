"""Inputs of the macrospins, and how fast they are shown."""

from __future__ import annotations

from math import pi

from spinviz.model.parameters import Parameters, quantity
from spinviz.physics.constants import BOLTZMANN, ELECTRON_GYROMAGNETIC_RATIO


class MacrospinParameters(Parameters):
    """Inputs of `Macrospin`."""

    B: float = quantity(
        0.25, "T", "Applied field, negative for the opposite direction.", title="Applied field", symbol="B", ge=-2, le=2
    )
    tilt: float = quantity(
        0.0, "°", "Angle between the applied field and the easy axis z.", title="Field angle", symbol="ψ",
        ge=0, le=90,
    )  # fmt: skip
    period: float = quantity(
        0.0, "s", "Period with which the field oscillates as B cos(2πt/period); 0 for a constant field.",
        title="Field period", ge=0, le=1e-6,
    )  # fmt: skip
    Bk: float = quantity(
        0.0,
        "T",
        "Anisotropy field 2K/Ms of the easy axis z; negative for an easy plane.",
        title="Anisotropy field",
        symbol="B_k",
        ge=-2,
        le=2,
    )
    alpha: float = quantity(0.02, "", "Gilbert damping.", title="Damping", symbol="α", ge=0, le=2)
    T: float = quantity(0.0, "K", "Temperature of the thermal noise.", title="Temperature", symbol="T", ge=0, le=1000)
    Ms: float = quantity(
        8e5, "A/m", "Saturation magnetization, which with the diameter gives the moment.", title="Saturation",
        symbol="M_s", gt=1e3, le=3e6, scale="log",
    )  # fmt: skip
    diameter: float = quantity(
        1e-8, "m", "Diameter of the sphere.", title="Diameter", symbol="d", ge=1e-9, le=1e-7, scale="log"
    )
    start: float = quantity(
        75.0, "°", "Angle from z at which m starts.", title="Start angle", symbol="θ₀", ge=0, le=180, rebuild=True
    )
    count: int = quantity(
        1, "", "Number of particles.", title="Particles", symbol="N", ge=1, le=20_000, scale="log", rebuild=True
    )

    @property
    def moment(self) -> float:
        """Ms V [J/T]."""
        return self.Ms * pi / 6 * self.diameter**3

    @property
    def turn(self) -> float:
        """Time [s] of one turn in the largest effective field."""
        return 2 * pi / (ELECTRON_GYROMAGNETIC_RATIO * max(abs(self.B) + abs(self.Bk), 1e-3))

    @property
    def diffusion(self) -> float:
        """Rate [1/s] at which heat turns m: alpha gamma kT/((1 + alpha^2) mu), Brown 1963."""
        return ELECTRON_GYROMAGNETIC_RATIO * self.alpha * BOLTZMANN * self.T / ((1 + self.alpha**2) * self.moment)


def lens(p: MacrospinParameters) -> float:
    """One turn in the largest field, or a fortieth of the field's period, per second on screen."""
    return max(p.turn, p.period / 8) if p.period > 0 else p.turn
