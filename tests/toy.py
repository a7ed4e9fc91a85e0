"""A tiny system whose run is known exactly: a rotating vector with decay and a little noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from spinviz.model.landmark import Landmark
from spinviz.model.law import Check, Law
from spinviz.model.parameters import Parameters, choice, quantity, switch
from spinviz.model.plots import Curve, Histogram, Trace
from spinviz.model.system import Action, Observable, Preset, State, System
from spinviz.model.visuals import Arrows, Stage, float32


class ToyParameters(Parameters):
    rate: float = quantity(1.0, "1/s", "Decay rate.", ge=0, le=100)
    noise: float = quantity(0.0, "", "Noise of each step.", ge=0, le=1)
    count: int = quantity(3, "", "Number of values.", ge=1, le=1000, rebuild=True)
    dt: float = quantity(0.01, "s", "Step.", gt=0, le=1, scale="log")
    broken: bool = switch(False, "Divide by zero.")
    mode: Literal["plain", "raise"] = choice("plain", "What step does.")


@dataclass
class ToyState(State):
    values: NDArray[np.float64]
    counter: NDArray[np.uint64]


class Toy(System[ToyParameters, ToyState]):
    name = "toy"
    title = "Toy"
    chapter = "Tests"
    summary = "Decay."
    equation = r"\dot x = -r x"
    Parameters = ToyParameters
    observables = (Observable("mean", "Mean", "⟨x⟩"), Observable("rate", "Rate", "r", "1/s"))
    plots = (
        Trace("trace", "Mean", ("mean",), window=lambda p: 2.0),
        Curve("curve", "Mean over rate", "rate", "mean", mean=True),
        Histogram("histogram", "Values", lambda s, p: s.values, "x"),
    )
    laws = (
        Law(
            "decay", "Decay", "mean", lambda s, p, d: d.start * np.exp(-p.rate * (s.time - d.time)), "", "no noise",
            1e-12, "rounding", "", Check(1.0), holds=lambda s, p, d: p.noise == 0,
            # Over another axis than time x is far before d.time in a long run.
            curve=lambda s, p, d, x: d.start * np.exp(np.minimum(-p.rate * (x - d.time), 100.0)),
        ),
    )  # fmt: skip
    presets = (Preset("kicked", "Kicked", actions=((0.5, "kick"),), repeat=1.0), Preset("plain", "Plain"))
    actions = (
        Action("kick", "Kick", "Set to one.", lambda s, p: Toy.kick(s)),
        Action("faster", "Faster", "Double the rate.", lambda s, p: p.change(rate=2 * p.rate)),
        Action("spoil", "Spoil", "Make NaN.", lambda s, p: s.values.fill(np.nan)),
    )

    landmarks = (
        Landmark("half", "half", "The mean is one half.", "zero", lambda s, p, seen: seen["mean"] - 0.5, 0.1),
        Landmark("wave", "crest", "The sine of the time has a maximum.", "maximum",
                 lambda s, p, seen: float(np.sin(20 * s.time)), 0.5, shows="mean"),
    )  # fmt: skip

    @staticmethod
    def kick(state: ToyState) -> None:
        state.values[:] = 1.0

    def initial_state(self, p: ToyParameters, rng: np.random.Generator) -> ToyState:
        return ToyState(np.ones(p.count), np.array([rng.integers(2**32)], dtype=np.uint64))

    def departure(self, state: ToyState, p: ToyParameters) -> float:
        return float(state.values.mean())

    def step(self, state: ToyState, p: ToyParameters, dt: float) -> None:
        if p.mode == "raise":
            raise ZeroDivisionError("asked to")
        state.counter += np.uint64(1)
        rng = np.random.default_rng(int(state.counter[0]))
        state.values *= np.exp(-p.rate * dt)
        state.values += p.noise * rng.standard_normal(p.count)
        if p.broken:
            state.values[0] = np.nan

    def timestep(self, p: ToyParameters) -> float:
        return p.dt

    def speed(self, p: ToyParameters) -> float:
        return 1.0

    def observe(self, state: ToyState, p: ToyParameters) -> dict[str, float]:
        return {"mean": float(state.values.mean()), "rate": p.rate}

    def draw(self, state: ToyState, p: ToyParameters) -> tuple[Arrows]:
        return (Arrows(float32([[0, 0, 0]]), float32([[0, 0, state.values.mean()]])),)

    def stage(self, p: ToyParameters) -> Stage:
        return Stage()
