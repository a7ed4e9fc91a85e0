"""Made-up systems with closed-form histories: every kind of plot and parameter without an engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from spinviz.model.frame import Frame, History, LawNow
from spinviz.model.law import Check, Law
from spinviz.model.parameters import Parameters, choice, file, quantity, switch
from spinviz.model.plots import Bands, Curve, Histogram, Image, Levels, LevelScheme, Spectrum, Trace
from spinviz.model.system import Action, Observable, Preset, System
from spinviz.model.visuals import Stage

CHECK = Check(duration=1.0)


class DecayParameters(Parameters):
    B0: float = quantity(1.5, "T", "Static field along z.", title="Static field", symbol="B₀", ge=0, le=20)
    T1: float = quantity(
        0.26, "s", "Longitudinal relaxation time.", title="Longitudinal relaxation", symbol="T₁",
        gt=0, le=10, scale="log",
    )  # fmt: skip
    T2: float = quantity(
        0.098, "s", "Transverse relaxation time.", title="Transverse relaxation", symbol="T₂",
        ge=1e-4, le=10, scale="log",
    )  # fmt: skip
    offset: float = quantity(4.0, "Hz", "Offset from the Larmor frequency.", title="Offset", symbol="Δf", ge=-50, le=50)
    spins: int = quantity(
        64, "", "Number of isochromats.", title="Isochromats", symbol="N", ge=1, le=4096, rebuild=True
    )
    frame: Literal["rotating", "laboratory"] = choice("rotating", "Frame of reference.")
    method: Literal["one", "two", "three", "four", "five"] = choice("one", "Method of integration.")
    relax: bool = switch(True, "Relaxation on.")
    start: str = file("Start from a file.", (".ovf", ".omf"))


@dataclass
class Nothing:
    """No state."""


class Made(System[Any, Any]):
    """The parts of the contract that the plots never call."""

    def initial_state(self, p: Any, rng: np.random.Generator) -> Any:
        return Nothing()

    def step(self, state: Any, p: Any, dt: float) -> None:
        return

    def timestep(self, p: Any) -> float:
        return 1e-3

    def speed(self, p: Any) -> float:
        return 0.1

    def observe(self, state: Any, p: Any) -> dict[str, float]:
        return {}

    def draw(self, state: Any, p: Any) -> tuple[Any, ...]:
        return ()

    def stage(self, p: Any) -> Stage:
        return Stage()


def law(name: str, observable: str, title: str, **more: Any) -> Law:
    values = {
        "latex": r"e^{-t/T_2}", "validity": "free precession", "tolerance": 1e-9,
        "because": "rounding", "reference": "Abragam 1961", "theory": lambda s, p, d: 0.0, "check": CHECK,
    }  # fmt: skip
    return Law(name=name, observable=observable, title=title, **{**values, **more})


class Decay(Made):
    name = "decay"
    title = "Free induction"
    chapter = "Magnetic resonance"
    summary = "A magnetization tipped by a pulse precesses and relaxes."
    notes = "The vector spirals home: it loses its transverse part faster than it regains its longitudinal one."
    equation = r"\dot M = \gamma M \times B"
    Parameters = DecayParameters
    observables = (
        Observable("Mx", "Transverse magnetization x", "M_x/M₀"),
        Observable("My", "Transverse magnetization y", "M_y/M₀"),
        Observable("Mxy", "Transverse magnetization", "|M_xy|/M₀"),
        Observable("Mz", "Longitudinal magnetization", "M_z/M₀"),
        Observable("width", "Line width", "line width", "Hz"),
        Observable("voltage", "Coil voltage", "U", "V"),
    )
    plots = (
        Trace("coil", "coil voltage", ("voltage",), window=lambda p: 0.4),
        Trace("Mz", "M_z/M₀", ("Mz",), low=0, high=1, window=lambda p: 0.4),
        Spectrum("spectrum", "spectrum", "Mx", "My", span=lambda p: (0.0, 20.0)),
    )
    laws = (
        law("transverse", "Mxy", "Transverse decay", plots=("coil",)),
        law("longitudinal", "Mz", "Recovery", tolerance=1e-9),
        law("line", "width", "Line width 1/(π T₂*)", scale="theory", tolerance=0.01, plots=("spectrum",)),
    )
    presets = (
        Preset("fid", "Free induction decay", "After a 90° pulse.", speed=0.04),
        Preset("echo", "Hahn echo", "Two pulses."),
        Preset("inversion", "Inversion recovery", "Upside down.", {"T1": 0.5}),
    )
    actions = tuple(
        Action(name, title, f"Apply {title}.", lambda s, p: None)
        for name, title in (
            ("90x", "90° x"), ("180y", "180° y"), ("spoil", "Spoil"),
            ("90y", "90° y"), ("180x", "180° x"), ("reset", "Reset M"),
        )
    )  # fmt: skip

    def frame(self, t: float = 0.288, dt: float = 2e-4, p: DecayParameters | None = None) -> Frame:
        p = p or DecayParameters()
        time = np.arange(0, t + dt / 2, dt)
        signal = np.exp(2j * np.pi * p.offset * time - time / p.T2)
        Mz = 1 - np.exp(-time / p.T1)
        ahead = np.linspace(0, max(0.4, 1.2 * t), 300)
        width = 1 / (np.pi * p.T2)
        f = np.linspace(-20, 20, 801)
        history = History(
            time=time,
            observables={
                "Mx": signal.real, "My": signal.imag, "Mxy": np.abs(signal), "Mz": Mz,
                "width": np.full(len(time), width), "voltage": 2e-3 * signal.real,
            },
            laws={"transverse": 2e-3 * np.abs(signal), "longitudinal": Mz, "line": np.full(len(time), width)},
            marks=((0.0, "90° x"),),
        )  # fmt: skip
        return Frame(
            system="decay", parameters=p, step=len(time), time=float(time[-1]), visuals=(), stage=Stage(),
            caption="rotating frame", history=history,
            observables={name: float(values[-1]) for name, values in history.observables.items()},
            laws={
                "transverse": LawNow(0.0907, 0.0907, 2e-14, 1e-9, True),
                "longitudinal": LawNow(0.6698, 0.6698, 3e-9, 1e-9, True),
                "line": LawNow(3.25, 3.24, 0.13, 0.01, True),
            },
            curves={
                ("coil", "transverse"): (ahead, 2e-3 * np.exp(-ahead / p.T2)),
                ("Mz", "longitudinal"): (ahead, 1 - np.exp(-ahead / p.T1)),
                ("spectrum", "line"): (f, 1 / (1 + (2 * np.pi * (f - p.offset) * p.T2) ** 2)),
            },
            last_step=len(time), running=True, speed=0.04, actual_speed=0.04,
        )  # fmt: skip


class LatticeParameters(Parameters):
    T: float = quantity(2.2, "J/kB", "Temperature.", symbol="T", gt=0, le=5)
    B: float = quantity(0.0, "J", "Field.", symbol="B", ge=-2, le=2)


def scheme(state: Any, p: Any) -> LevelScheme:
    return LevelScheme(np.zeros(1), np.ones(1), np.ones(1), ("0",))


class Lattice(Made):
    name = "lattice"
    title = "Domains"
    chapter = "Order"
    summary = "Spins on a lattice order below the Curie temperature."
    notes = "Cool slowly."
    equation = r"H = -J \sum s_i s_j"
    time_unit = "sweep"
    Parameters = LatticeParameters
    observables = (
        Observable("T", "Temperature", "T", "J/kB"),
        Observable("m", "Magnetization", "|M|/M_s"),
        Observable("mx", "Component x", "m_x"),
        Observable("my", "Component y", "m_y"),
        Observable("mz", "Component z", "m_z"),
    )
    plots = (
        Curve("m(T)", "|M| over T", "T", "m", x_low=0.0, x_high=4.0, low=0.0, high=1.0, mean=True),
        Trace("components", "Magnetization", ("mx", "my", "mz")),
        Histogram("cos", "Distribution", lambda s, p: np.zeros(1), "cos θ"),
        Levels("levels", "Populations", scheme),
    )
    laws = (
        law("yang", "m", "Yang's magnetization", averaged=True, tolerance=0.02),
        law("langevin", "mz", "Langevin", averaged=True, plots=("cos",), tolerance=0.02),
    )
    presets = (Preset("cool", "Cooling"), Preset("quench", "Quench", "From high temperature.", {"T": 1.0}))
    actions = (Action("heat", "Heat", "Randomise.", lambda s, p: None),)

    def frame(self, n: int = 3000, seed: int = 1) -> Frame:
        rng = np.random.default_rng(seed)
        time = np.arange(n, dtype=float)
        settings = np.array([1.0, 1.5, 2.0, 2.1, 2.2, 2.6])
        T = settings[np.minimum((np.arange(n) * len(settings)) // n, len(settings) - 1)]
        m = np.abs(yang(T) + 0.02 * rng.standard_normal(n))
        parts = {k: np.clip(v + 0.05 * rng.standard_normal(n).cumsum() / 10, -1, 1) for k, v in
                 (("mx", 0.1), ("my", 0.15), ("mz", 0.7))}  # fmt: skip
        history = History(time, {"T": T, "m": m, **parts}, {"yang": yang(T)}, ((1200.0, "Heat"),))
        axis = np.linspace(0.01, 4, 400)
        x = np.linspace(-1, 1, 200)
        energies = np.array([-1.5, -0.5, 0.5, 1.5]) * 3e-23
        weights = np.exp(-energies / 4e-23)
        return Frame(
            system="lattice", parameters=LatticeParameters(T=float(T[-1])), step=n, time=float(n - 1), visuals=(),
            stage=Stage(), caption="", history=history,
            observables={name: float(values[-1]) for name, values in history.observables.items()},
            laws={
                "yang": LawNow(0.91, 0.92, 0.01, 0.02, True),
                "langevin": LawNow(0.3, 0.31, 0.01, 0.02, False),
            },
            plots={
                "m(T)": np.array([(t, m[t == T].mean(), 0.02 / np.sqrt((t == T).sum())) for t in np.unique(T)]),
                "cos": np.log(rng.random(4000) * (np.e - 1 / np.e) + 1 / np.e),
                "levels": LevelScheme(
                    energies, np.array([0.45, 0.27, 0.18, 0.10]), weights / weights.sum(),
                    ("m = −3/2", "m = −1/2", "m = 1/2", "m = 3/2"),
                ),
            },
            curves={
                ("m(T)", "yang"): (axis, yang(axis)),
                ("cos", "langevin"): (x, np.exp(x) / (np.e - 1 / np.e)),
            },
            last_step=n,
        )  # fmt: skip


def yang(T: Any) -> Any:
    T = np.asarray(T, dtype=float)
    inside = 1 - np.sinh(2 / np.maximum(T, 0.01).clip(0.05)) ** -4.0
    return np.where(inside > 0, np.maximum(inside, 0) ** 0.125, 0.0)


class Electrons(Made):
    name = "electrons"
    title = "Pauli paramagnet"
    chapter = "Electrons"
    summary = "Two bands filled to one Fermi level."
    equation = r"M = \mu_B (N_\uparrow - N_\downarrow)"
    Parameters = LatticeParameters
    observables = (Observable("T", "Temperature", "T", "K"), Observable("M", "Magnetization", "M", "A/m"))
    plots = (
        Bands("bands", "Bands", lambda s, p: None),  # type: ignore[arg-type, return-value]
        Image("map", "Spin density", lambda s, p: np.zeros((2, 2))),
        Curve("loop", "M over T", "T", "M"),
        Levels("levels", "Populations", scheme),
        Image("viridis", "Intensity", lambda s, p: np.zeros((2, 2)), colormap="viridis", low=0, high=1),
    )
    presets = (Preset("metal", "Metal"),)

    def frame(self) -> Frame:
        e = np.linspace(0, 8, 400)
        up, down = np.sqrt(np.maximum(e - 0.5, 0)), np.sqrt(np.maximum(e - 1.5, 0))
        filled = 1 / (1 + np.exp((e - 5.5) / 0.15))
        t = np.linspace(0, 20, 5000)
        y, x = np.mgrid[0:48, 0:64]
        picture = np.sin(x / 6) * np.cos(y / 7)
        history = History(t, {"T": 150 * np.sin(t), "M": 4e5 * np.sin(t - 0.4)}, {})
        return Frame(
            system="electrons", parameters=LatticeParameters(), step=1, time=20.0, visuals=(), stage=Stage(),
            caption="", history=history, observables={"T": 150 * np.sin(20.0), "M": 4e5 * np.sin(19.6)}, laws={},
            plots={
                "bands": (e, up, down, filled, filled, 5.5),
                "map": picture,
                "viridis": 0.5 + picture / 2,
                "levels": LevelScheme(
                    np.zeros(8), np.full(8, 1 / 8), np.full(8, 1 / 8), tuple(f"{n}" for n in range(8))
                ),
            },
        )  # fmt: skip
