"""A compass needle in a viscous liquid, which turns into the direction of the field."""

from dataclasses import dataclass

import numpy as np

from spinviz.model.law import Check, Departure, Law, Values, now
from spinviz.model.parameters import Parameters, quantity
from spinviz.model.plots import Trace
from spinviz.model.system import Action, Observable, Preset, State, System
from spinviz.model.visuals import Arrows, Stage, Visual, float32


class NeedleParameters(Parameters):
    """Moment, friction and field; ``tau`` is the time that follows from them [s]."""

    m: float = quantity(0.02, "A·m²", "Magnetic moment of the needle.", symbol="m", gt=0, le=1, scale="log")
    B: float = quantity(2e-5, "T", "Horizontal field.", symbol="B", gt=0, le=1e-3, scale="log")
    direction: float = quantity(0.0, "°", "Direction of the field, from x to y.", symbol="φ", ge=-180, le=180)
    zeta: float = quantity(1e-6, "N·m·s", "Friction of the liquid.", symbol="ζ", gt=0, le=1e-3, scale="log")

    @property
    def tau(self) -> float:
        """Relaxation time of small deflections."""
        return self.zeta / (self.m * self.B)


@dataclass
class NeedleState(State):
    """Angle of the needle from x [rad]."""

    angle: float

    def deflection(self, p: NeedleParameters) -> float:
        """Angle from the field to the needle [rad], between -pi and pi."""
        return float(np.angle(np.exp(1j * (self.angle - np.radians(p.direction)))))


def relaxation(state: NeedleState, p: NeedleParameters, d: Departure, time: Values) -> Values:
    """Deflection [deg] from its value when the field last changed: d(delta)/dt = -sin(delta) / tau, integrated."""
    return np.asarray(np.degrees(2 * np.arctan(np.tan(d.start / 2) * np.exp((d.time - time) / p.tau))))


def turn_field(state: NeedleState, p: NeedleParameters) -> NeedleParameters:
    """Rotate the field by 90 degrees."""
    return p.change(direction=(p.direction + 270) % 360 - 180)


class CompassNeedle(System[NeedleParameters, NeedleState]):
    """Friction and the torque of the field are in balance; the inertia of the needle is neglected."""

    name, title, chapter = "compass_needle", "Compass needle", "Moments"
    summary = "A compass needle in a liquid turns into the direction of the field."
    notes = "Far from the field the needle hesitates: the torque is largest at 90° and vanishes at 180°."
    equation = r"\zeta\,\dot\delta=-mB\sin\delta"
    Parameters = NeedleParameters
    observables = (Observable("deflection", "Deflection", "δ", "°"), Observable("torque", "Torque", "T", "N·m"))
    plots = (Trace("deflection", "Deflection", ("deflection",), -180, 180, window=lambda p: 10 * p.tau),)
    symbols = {"δ_0": "deflection at the start", "τ": "time constant"}
    laws = (
        Law(
            "relaxation", "Relaxation into the field", "deflection", now(relaxation),
            r"\tan\frac{\delta}{2}=\tan\frac{\delta_0}{2}\,e^{-t/\tau},\quad\tau=\frac{\zeta}{mB}",
            "Any deflection, in a constant field.", 1e-3, "The midpoint rule with 200 steps per τ is off by 3·10⁻⁴ °.",
            "Separation of variables.", Check(30.0, preset="opposite", actions=((15.0, "turn"),)), curve=relaxation,
        ),
    )  # fmt: skip
    presets = (
        Preset("earth", "Field of the earth", "A needle let go across the field.", length=15.0),
        Preset("opposite", "Against the field", "The needle is let go near 180°.", {"direction": -92.0}, length=25.0),
    )
    actions = (Action("turn", "Rotate the field", "Rotate the field by 90°.", turn_field),)

    def initial_state(self, p: NeedleParameters, rng: np.random.Generator) -> NeedleState:
        """Along y, at rest."""
        return NeedleState(np.pi / 2)

    def departure(self, state: NeedleState, p: NeedleParameters) -> float:
        """The deflection that the law starts from."""
        return state.deflection(p)

    def step(self, state: NeedleState, p: NeedleParameters, dt: float) -> None:
        """Midpoint rule."""
        field = np.radians(p.direction)
        half = state.angle - dt / 2 / p.tau * np.sin(state.angle - field)
        state.angle -= dt / p.tau * np.sin(half - field)

    def timestep(self, p: NeedleParameters) -> float:
        """A small part of the relaxation time."""
        return p.tau / 200

    def speed(self, p: NeedleParameters) -> float:
        """Half a relaxation time in a second."""
        return p.tau / 2

    def observe(self, state: NeedleState, p: NeedleParameters) -> dict[str, float]:
        """Deflection, and the torque that turns the needle back."""
        delta = state.deflection(p)
        return {"deflection": np.degrees(delta), "torque": -p.m * p.B * np.sin(delta)}

    def draw(self, state: NeedleState, p: NeedleParameters) -> tuple[Visual, ...]:
        """The needle, and the field below it."""
        x, y = np.cos([state.angle, np.radians(p.direction)]), np.sin([state.angle, np.radians(p.direction)])
        needle, field = float32([[x[0], y[0], 0]]), float32([[x[1], y[1], 0]])
        return (
            Arrows(float32([[0, 0, 0]]), needle, length=2.0, radius=0.04, color="net", pivot="middle", label="needle"),
            Arrows(float32([[0, 0, -0.3]]), field, radius=0.02, color="accent", label="field B"),
        )

    def stage(self, p: NeedleParameters) -> Stage:
        """Seen from above, at an angle."""
        return Stage((-1.0, -1.0, -0.4), (1.0, 1.0, 0.2), elevation=50.0)
