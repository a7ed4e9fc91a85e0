"""A tiny system in equilibrium with known averages: a number that relaxes to a level and is stirred."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from spinviz.model.law import Check, Law
from spinviz.model.parameters import Parameters, choice, file, quantity, switch
from spinviz.model.system import Action, Observable, Preset, State, System
from spinviz.model.visuals import Arrows, Stage, float32


class ScatterParameters(Parameters):
    level: float = quantity(1.0, "T", "Level.", ge=-1000, le=1000)
    rate: float = quantity(0.2, "", "Part of the way to the level in a step.", ge=0, lt=1)
    noise: float = quantity(1.0, "T", "Standard deviation of the noise of a step.", ge=0, le=10)
    start: float = quantity(0.0, "T", "Value at the start.", ge=-1e6, le=1e6)
    size: int = quantity(1, "", "Numbers that do nothing.", ge=1, le=1000, rebuild=True)
    mode: Literal["plain", "fail", "die"] = choice("plain", "What a step does above level 2.")
    still: bool = switch(False, "No noise.")
    shade: float = quantity(0.5, "", "Only shown.", ge=0, le=1, display=True)
    table: str = file("Does nothing.", (".txt",))


@dataclass
class ScatterState(State):
    x: NDArray[np.float64]
    counter: NDArray[np.uint64]


def variance(p: ScatterParameters) -> float:
    """Of x: it forgets the part `rate` of itself in a step."""
    return p.noise**2 / (1 - (1 - p.rate) ** 2)


class Scatter(System[ScatterParameters, ScatterState]):
    name = "scatter"
    title = "Scatter"
    chapter = "Tests"
    summary = "A number that is stirred."
    equation = r"x' = x + r(l-x) + n"
    time_unit = "sweep"
    Parameters = ScatterParameters
    observables = (
        Observable("x", "Number", "x", "T"),
        Observable("level", "Level", "l", "T"),
        Observable("chi", "Susceptibility", "χ", "T", variance_of="x", factor=lambda p: 2.0),
    )
    laws = (
        Law("level", "Level", "x", lambda s, p, d: p.level, "x=l", "always", 4.0, "errors", "", Check(1000.0),
            averaged=True, holds=lambda s, p, d: p.level >= 0),
    )  # fmt: skip
    presets = (Preset("kicked", "Kicked", parameters={"rate": 0.1}, actions=((10.0, "level_three"),)),)
    actions = (
        Action("level_three", "Level 3", "Level 3, rate 0.3.", lambda s, p: p.change(level=3.0, rate=0.3)),
        Action("kick", "Kick", "Far away.", lambda s, p: s.x.fill(1e3)),
    )

    def initial_state(self, p: ScatterParameters, rng: np.random.Generator) -> ScatterState:
        return ScatterState(np.full(p.size, p.start), rng.integers(2**62, size=1).astype(np.uint64))

    def step(self, state: ScatterState, p: ScatterParameters, dt: float) -> None:
        if p.level > 2 and p.mode == "fail":
            raise ZeroDivisionError("asked to")
        if p.level > 2 and p.mode == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        state.counter += np.uint64(1)
        noise = 0.0 if p.still else p.noise * np.random.default_rng(int(state.counter[0])).standard_normal()
        state.x += p.rate * (p.level - state.x) + noise

    def timestep(self, p: ScatterParameters) -> float:
        return 1.0

    def speed(self, p: ScatterParameters) -> float:
        return 60.0

    def settle(self, state: ScatterState, p: ScatterParameters) -> float:
        return 20.0

    def observe(self, state: ScatterState, p: ScatterParameters) -> dict[str, float]:
        return {"x": float(state.x[0]), "level": p.level}

    def draw(self, state: ScatterState, p: ScatterParameters) -> tuple[Arrows]:
        return (Arrows(float32([[0, 0, 0]]), float32([[0, 0, state.x[0]]])),)

    def stage(self, p: ScatterParameters) -> Stage:
        return Stage()
