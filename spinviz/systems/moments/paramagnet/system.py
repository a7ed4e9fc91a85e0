"""Paramagnet: independent moments of spin S in a field, exchanging heat with their surroundings one by one."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import cos, exp, nan, pi, sqrt
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from spinviz.model.law import Check, Law
from spinviz.model.parameters import Parameters, choice, quantity
from spinviz.model.plots import Curve, Levels, LevelScheme, Trace
from spinviz.model.system import Action, Observable, Preset, System
from spinviz.model.units import plain, show
from spinviz.model.visuals import Arrows, Labels, Lines, Spheres, Stage, Visual, float32
from spinviz.physics.constants import BOHR_MAGNETON, BOLTZMANN, ELECTRON_G, ELEMENTARY_CHARGE, PROTON_MOMENT
from spinviz.physics.moments import levels
from spinviz.physics.rng import RandomState, drawn_from, next_word
from spinviz.systems.moments.paramagnet.picture import (
    FEET,
    FEW,
    MAST,
    REACH,
    Grid,
    colors,
    cone_breaks,
    cones,
    directions_of,
    tips,
)

Values = NDArray[np.float64]

PROTON_G = 2 * PROTON_MOMENT / BOHR_MAGNETON
"""g muB S is the moment of the proton for S = 1/2."""
LENS = 0.5
"""Seconds per second on screen for two levels."""
FRAMES = 60.0
"""Steps per second on screen."""
GLOW = 0.4
"""Seconds on screen for which a flip is marked, less where flips are frequent."""
TURNS = 0.35
"""Precession that is drawn, in turns per second on screen."""
SETTLE = 1.5
"""Seconds after a change that count in no mean."""
DRAWN = 640
"""Moments drawn at most."""
SIGMAS = 4.0
SMALL_X = 0.1
"""x up to which Curie's line is compared: it is then 0.3 % from Brillouin's function."""


class ParamagnetParameters(Parameters):
    """Inputs of `Paramagnet`."""

    B: float = quantity(1.0, "T", "Field along z, negative for the opposite direction.", title="Field", symbol="B",
                        ge=-20, le=20)  # fmt: skip
    T: float = quantity(1.0, "K", "Temperature.", symbol="T", ge=0.01, le=1000, scale="log")
    S: Literal["1/2", "1", "3/2", "2", "5/2", "3", "7/2"] = choice(
        "1/2", "Spin of a moment: it has 2S + 1 levels.", title="Spin", symbol="S", rebuild=True
    )
    kind: Literal["electrons", "protons"] = choice(
        "electrons", "What carries the moment: electron shells, or protons (always spin 1/2).", title="Moments of",
        rebuild=True,
    )  # fmt: skip
    g: float = quantity(ELECTRON_G, "", "g-factor of the electron shells.", title="g-factor", symbol="g", ge=0.1, le=10)
    tau: float = quantity(
        0.5, "s", "Relaxation time of M, the longest of a ladder of levels.", title="Relaxation time", symbol="τ",
        ge=0.02, le=2, scale="log",
    )  # fmt: skip
    exaggeration: float = quantity(
        1.0, "", "Factor by which B/T is enlarged, to make weak polarizations visible.", title="Exaggeration",
        ge=1, le=1e6, scale="log",
    )  # fmt: skip
    N: int = quantity(
        117, "", "Number of moments.", title="Moments", symbol="N", ge=1, le=100_000, scale="log", rebuild=True
    )

    @property
    def spin(self) -> float:
        """S as a number."""
        return 0.5 if self.kind == "protons" else float(Fraction(self.S))

    @property
    def g_factor(self) -> float:
        """g, so that g muB S is the largest projection of the moment."""
        return PROTON_G if self.kind == "protons" else self.g

    @property
    def B_shown(self) -> float:
        """Field [T] with the exaggeration of B/T in it."""
        return self.B * self.exaggeration

    @property
    def x(self) -> float:
        """g muB S B/kT as shown."""
        return float(levels.field_ratio(self.spin, self.B_shown, self.T, self.g_factor))

    @property
    def polarization(self) -> float:
        """Mean moment over its largest value in nature, without exaggeration."""
        return float(levels.brillouin(self.spin, levels.field_ratio(self.spin, self.B, self.T, self.g_factor)))

    @property
    def hop(self) -> float:
        """Correlation time [s] of one step of the ladder of levels.

        Without field the ladder of 2S + 1 levels relaxes at the rate (1 - cos(pi/(2S + 1)))/hop, which is 1/tau.
        """
        return self.tau * (1 - cos(pi / (2 * self.spin + 1)))

    @property
    def lens(self) -> float:
        """Seconds per second on screen: many levels flip faster and relax more slowly, so a compromise."""
        return LENS * sqrt(self.hop / self.tau)


@dataclass
class ParamagnetState:
    """Levels k = m + S (N,) int8, steps since the last flip (N,) int32, azimuths (N,), random (4,) uint64.

    ``start`` is the mean moment at ``since``, when the setting or the levels were changed last.
    """

    level: NDArray[np.int8]
    age: NDArray[np.int32]
    azimuth: Values
    random: RandomState
    time: float
    since: float
    start: float
    setting: tuple[Any, ...]
    flips: int


def setting_of(p: ParamagnetParameters) -> tuple[Any, ...]:
    """What the approach to equilibrium depends on."""
    return p.B_shown, p.T, p.g_factor, p.tau


def begin(state: ParamagnetState, p: ParamagnetParameters) -> None:
    """Make the present the start of a relaxation."""
    state.since, state.setting = state.time, setting_of(p)
    state.start = levels.mean_moment(state.level, p.spin)


def put(state: ParamagnetState, p: ParamagnetParameters, level: object) -> None:
    """Change the levels of all moments."""
    new = np.broadcast_to(np.asarray(level, np.int8), state.level.shape)
    state.age[new != state.level] = 0
    state.level[:] = new
    begin(state, p)


def heated(state: ParamagnetState, p: ParamagnetParameters) -> None:
    """All levels equally likely: what a short strong pulse of heat leaves."""
    generator = np.random.default_rng(int(next_word(state.random)))
    put(state, p, generator.integers(0, round(2 * p.spin) + 1, len(state.level)))


def populations(p: ParamagnetParameters) -> Values:
    """Boltzmann populations (2S + 1,), as shown."""
    return levels.populations(levels.energies(p.spin, p.B_shown, p.g_factor), p.T)


def spread_of(values: Values, p: ParamagnetParameters) -> float:
    """Standard deviation of a quantity with these values (2S + 1,) in the levels, for one moment in equilibrium."""
    weight = populations(p)
    return sqrt(max(float(weight @ values**2 - (weight @ values) ** 2), 0.0))


def standard_error(state: ParamagnetState, p: ParamagnetParameters, values: Values) -> float:
    """Expected error of the running mean: N moments, one independent look every two relaxation times.

    Never below one moment in N over all looks, which keeps it finite where everything is in one level.
    """
    looks = max((state.time - state.since - SETTLE) / (2 * p.tau), 1.0)
    return max(spread_of(values, p), 1 / p.N) / sqrt(p.N * looks)


def remainder(state: ParamagnetState, p: ParamagnetParameters) -> float:
    """Part of the start's distance from equilibrium that is left in the running mean: exp(-t/tau) from SETTLE on."""
    return exp(-SETTLE / p.tau) * p.tau / max(state.time - state.since - SETTLE, p.tau)


def error_of_m(state: ParamagnetState, p: ParamagnetParameters) -> float:
    """Expected error of the mean of m."""
    distance = abs(state.start - float(levels.brillouin(p.spin, p.x)))
    return standard_error(state, p, 1 - np.arange(len(populations(p))) / p.spin) + distance * remainder(state, p)


def error_of_curie(state: ParamagnetState, p: ParamagnetParameters) -> float:
    """That error and a quarter of how far Curie's line may be from Brillouin's function, which is x^3/3 at most."""
    return error_of_m(state, p) + abs(p.x) ** 3 / 12


def error_of_lowest(state: ParamagnetState, p: ParamagnetParameters) -> float:
    """Expected error of the mean population of the lowest level."""
    return standard_error(state, p, (np.arange(len(populations(p))) == lowest(p)).astype(float)) + remainder(state, p)


def lowest(p: ParamagnetParameters) -> int:
    """Number of the level that is lowest in this field."""
    return 0 if p.B >= 0 else round(2 * p.spin)


def settled(state: ParamagnetState, p: ParamagnetParameters) -> bool:
    """Whether the mean began in equilibrium."""
    return p.tau <= SETTLE / 3 and state.time - state.since > SETTLE + 1


def relaxation(state: ParamagnetState, p: ParamagnetParameters, t: Values) -> Values:
    """m (n,) of two levels at the times ``t``; NaN before the last change."""
    equilibrium = float(levels.brillouin(p.spin, p.x))
    after = levels.relaxing_magnetization(t - state.since, state.start, equilibrium, p.tau)
    return np.where(t >= state.since, after, nan)


def ratio_to_x(p: ParamagnetParameters, ratio: Values) -> Values:
    """x of B/T [T/K]."""
    return p.g_factor * BOHR_MAGNETON * p.spin / BOLTZMANN * p.exaggeration * ratio


def curie_line(p: ParamagnetParameters, ratio: Values) -> Values:
    """Curie's law m = x (S + 1)/(3S), as far as it stays in the picture."""
    m = ratio_to_x(p, ratio) * (p.spin + 1) / (3 * p.spin)
    return np.where(np.abs(m) <= 1.05, m, nan)


def level_scheme(state: ParamagnetState, p: ParamagnetParameters) -> LevelScheme:
    """Energies [eV], counted and Boltzmann populations."""
    names = tuple(f"m = {fraction(m if p.kind == 'electrons' else -m)}" for m in levels.projections(p.spin))
    counted = np.bincount(state.level, minlength=len(names)) / len(state.level)
    return LevelScheme(
        levels.energies(p.spin, p.B, p.g_factor) / ELEMENTARY_CHARGE, counted, populations(p), names
    )  # fmt: skip


def grouped(number: float) -> str:
    """A large number with its thousands apart: "100 000"."""
    return f"{number:,.0f}".replace(",", "\u202f") if number >= 100 else plain(number, 3)


def fraction(m: float) -> str:
    """A half or whole number with its sign: "−3/2"."""
    number = Fraction(m).limit_denominator(2)
    return f"{'+' if number > 0 else '−' if number < 0 else ''}{abs(number)}"


class Paramagnet(System[ParamagnetParameters, ParamagnetState]):
    """Moments without neighbours: the field sorts them, heat mixes them."""

    name = "paramagnet"
    title = "Paramagnet"
    chapter = "Moments"
    summary = "Moments of any spin in a field at a temperature: levels, thermal flips, Brillouin and Curie."
    notes = (
        "No moment knows of the others and each one jumps at random, yet their sum is steady. "
        "Only the ratio B/T matters: a strong field at room temperature does less than a weak one near zero."
    )
    equation = (
        r"E_m = g\mu_B B\,m,\quad p_m=\frac{e^{-E_m/k_BT}}{Z},\quad "
        r"M = n g\mu_B S\,B_S\!\left(\frac{g\mu_B S B}{k_BT}\right)"
    )
    Parameters = ParamagnetParameters
    observables = (
        Observable("m", "Magnetization over saturation", "M/M_s"),
        Observable("moment", "Mean moment", "⟨μ_z⟩/μ_B"),
        Observable("lowest", "Population of the lowest level", "p₀"),
        Observable("energy", "Mean energy of a moment", "⟨E⟩", "eV"),
        Observable("flips", "Flips of a moment", "f", "Hz"),
        Observable("ratio", "Field over temperature", "B/T", "T/K"),
    )
    plots = (
        Levels("levels", "Levels and populations", level_scheme, unit="eV"),
        Trace("magnetization", "Magnetization", ("m",), -1.05, 1.05, window=lambda p: 10 * p.lens),
        Curve(
            "brillouin", "Magnetization over B/T", "ratio", "m", low=-1.05, high=1.05, mean=True, settle=SETTLE,
            x_low=lambda p: -4 / float(ratio_to_x(p, np.array(1.0))),
            x_high=lambda p: 4 / float(ratio_to_x(p, np.array(1.0))),
        ),
    )  # fmt: skip
    laws = (
        Law(
            "brillouin", "Brillouin function", "m",
            theory=lambda s, p: float(levels.brillouin(p.spin, p.x)),
            latex=r"\frac{M}{M_s}=B_S(x),\quad x=\frac{g\mu_BSB}{k_BT}",
            validity="Thermal equilibrium, τ ≤ 0.5 s so that it settles in time.",
            tolerance=SIGMAS, because="Standard errors of the mean over N moments and the time since it settled.",
            reference="Brillouin, J. Phys. Radium 8, 74 (1927)",
            check=Check(12.0, {"S": "5/2", "B": 2.0, "T": 3.0, "N": 20_000, "tau": 0.2}),
            scale=error_of_m, averaged=True, settle=SETTLE, holds=settled,
            curve=lambda s, p, ratio: levels.brillouin(p.spin, ratio_to_x(p, ratio)), plots=("brillouin",),
        ),
        Law(
            "tanh", "Two levels", "m",
            theory=lambda s, p: float(np.tanh(p.x)),
            latex=r"\frac{M}{M_s}=\tanh\frac{\mu B}{k_BT}",
            validity="S = 1/2 in thermal equilibrium, τ ≤ 0.5 s.",
            tolerance=SIGMAS, because="Standard errors of the mean over N moments and the time since it settled.",
            reference="Kittel, Introduction to Solid State Physics, chapter 11",
            check=Check(12.0, {"N": 20_000, "tau": 0.2}),
            scale=error_of_m, averaged=True, settle=SETTLE, holds=lambda s, p: settled(s, p) and p.spin == 0.5,
        ),
        Law(
            "curie", "Curie's law", "m",
            theory=lambda s, p: float(curie_line(p, np.array(p.B / p.T))),
            latex=r"\frac{M}{M_s}=\frac{S+1}{3S}\,x",
            validity=f"Weak fields, |x| ≤ {SMALL_X:g}, in thermal equilibrium.",
            tolerance=SIGMAS, because="Standard errors of the mean, and a quarter of the line's own, x³/3 at most.",
            reference="Curie, Ann. Chim. Phys. 5, 289 (1895)",
            check=Check(12.0, {"B": 0.1, "T": 2.5, "S": "3/2", "N": 100_000, "tau": 0.2}),
            scale=error_of_curie, averaged=True, settle=SETTLE,
            holds=lambda s, p: settled(s, p) and abs(p.x) <= SMALL_X,
            curve=lambda s, p, ratio: curie_line(p, ratio), plots=("brillouin",),
        ),
        Law(
            "boltzmann", "Boltzmann population", "lowest",
            theory=lambda s, p: float(populations(p)[lowest(p)]),
            latex=r"p_m=\frac{e^{-E_m/k_BT}}{\sum_{m'}e^{-E_{m'}/k_BT}}",
            validity="Thermal equilibrium, τ ≤ 0.5 s.",
            tolerance=SIGMAS, because="Standard errors of the mean over N moments and the time since it settled.",
            reference="Kittel, Thermal Physics, chapter 3",
            check=Check(12.0, {"S": "5/2", "B": 2.0, "T": 3.0, "N": 20_000, "tau": 0.2}),
            scale=error_of_lowest, averaged=True, settle=SETTLE, holds=settled,
        ),
        Law(
            "relaxation", "Relaxation to equilibrium", "m",
            theory=lambda s, p: float(relaxation(s, p, np.array([s.time]))[0]),
            latex=r"M(t)=M_\mathrm{eq}+(M(0)-M_\mathrm{eq})\,e^{-t/\tau}",
            validity="S = 1/2.",
            tolerance=5.0, because="In units of 1/√N: N moments that flip at random, five standard deviations.",
            reference="Abragam, The Principles of Nuclear Magnetism, chapter IX",
            check=Check(4.0, {"N": 100_000}, actions=((0.0, "invert"),)),
            scale=lambda s, p: 1 / sqrt(p.N), holds=lambda s, p: p.spin == 0.5,
            curve=relaxation, plots=("magnetization",),
        ),
    )  # fmt: skip
    presets = (
        Preset(
            "electrons_1K", "Electron spins at 1 K", "Two levels in a field of 1 T: the polarization is tanh 0.67.",
            length=20.0,
            notes="Four of five moments point along the field. Those that do not are no mistake: heat puts them "
            "there, and takes them back. Reverse the field and watch the levels change places.",
        ),
        Preset(
            "gadolinium", "Gadolinium, S = 7/2", "Eight levels of a strong paramagnet at 4.2 K.",
            parameters={"S": "7/2", "B": 1.5, "T": 4.2, "g": 1.99}, length=20.0,
            notes="A moment cannot point just anywhere: eight angles are allowed, and none is quite along the field. "
            "Flips go one rung at a time.",
        ),
        Preset(
            "protons", "Protons in a scanner", "1.5 T at body temperature, exaggerated 100 000 times.",
            parameters={"kind": "protons", "B": 1.5, "T": 310.0, "exaggeration": 1e5}, length=20.0,
            notes="In nature 5 of a million protons make the difference: this picture enlarges B/T 100 000 times. "
            "Magnetic resonance lives on those five.",
        ),
        Preset(
            "cooling", "Cooling", "The temperature is halved again and again in a field of 0.5 T.",
            parameters={"B": 0.5, "T": 8.0, "S": "3/2"}, length=42.0, speed=1.0,
            actions=tuple((7.0 * k, "cool") for k in range(1, 6)),
            notes="At high temperature M follows Curie's line, twice as much at half the temperature. Then the levels "
            "run empty and M saturates: there is nothing left to align.",
        ),
        Preset(
            "inversion", "Inversion", "A population turned upside down relaxes with the time τ.",
            parameters={"N": 450, "T": 0.5}, actions=((1.0, "invert"),), repeat=4.0, length=8.0,
            notes="After the inversion most moments are in the upper level: a negative temperature. They fall one by "
            "one; the sum follows an exponential.",
        ),
        Preset(
            "one_moment", "One moment", "A single moment jumps between its levels; only its mean in time is smooth.",
            parameters={"N": 1, "S": "5/2", "B": 1.0, "T": 2.0}, length=20.0,
            notes="One moment is never at rest. Its mean over a long time is what many moments show at once.",
        ),
    )  # fmt: skip
    actions = (
        Action("reverse", "Reverse the field", "Change the sign of the field.", lambda s, p: p.change(B=-p.B)),
        Action("invert", "Invert", "Turn every moment over, as a 180° pulse does.",
               lambda s, p: put(s, p, round(2 * p.spin) - s.level)),
        Action("heat", "Heat pulse", "Make all levels equally likely.", heated),
        Action("align", "Align all", "Put every moment into the lowest level.", lambda s, p: put(s, p, lowest(p))),
        Action("cool", "Cool", "Halve the temperature.", lambda s, p: p.change(T=max(p.T / 2, 0.01))),
        Action("warm", "Warm", "Double the temperature.", lambda s, p: p.change(T=min(2 * p.T, 1000.0))),
    )  # fmt: skip

    def initial_state(self, p: ParamagnetParameters, rng: np.random.Generator) -> ParamagnetState:
        """Thermal equilibrium."""
        random = drawn_from(rng)
        level = levels.equilibrium_levels(p.N, p.spin, p.B_shown, p.T, rng, p.g_factor)
        azimuth = rng.uniform(0, 2 * pi, p.N)
        azimuth.flags.writeable = False
        age = np.full(p.N, levels.OLDEST, np.int32)
        state = ParamagnetState(level, age, azimuth, random, 0.0, 0.0, 0.0, (), 0)
        begin(state, p)
        return state

    def step(self, state: ParamagnetState, p: ParamagnetParameters, dt: float) -> None:
        """Exchange heat: exact in distribution for any step."""
        if state.setting != setting_of(p):
            begin(state, p)
        state.flips = levels.thermal_flips(
            state.level, state.age, p.spin, p.B_shown, p.T, dt, p.hop, state.random, p.g_factor
        )
        state.time += dt

    def timestep(self, p: ParamagnetParameters) -> float:
        """A sixtieth of a second on screen."""
        return p.lens / FRAMES

    def speed(self, p: ParamagnetParameters) -> float:
        """Slow enough to see flips one by one."""
        return p.lens

    def observe(self, state: ParamagnetState, p: ParamagnetParameters) -> dict[str, float]:
        """Means over all moments."""
        m = levels.mean_moment(state.level, p.spin)
        saturated = p.g_factor * p.spin
        return {
            "m": m,
            "moment": saturated * m,
            "lowest": float(np.mean(state.level == lowest(p))),
            "energy": -saturated * BOHR_MAGNETON * p.B * m / ELEMENTARY_CHARGE,
            "flips": state.flips / len(state.level) / self.timestep(p),
            "ratio": p.B / p.T,
        }

    def draw(self, state: ParamagnetState, p: ParamagnetParameters) -> tuple[Visual, ...]:
        """Moments at their quantised angles, recent flips, the field and the net moment."""
        grid = Grid.of(min(p.N, DRAWN))
        every = slice(0, len(grid.positions))
        turns = TURNS / p.lens * state.time
        directions = directions_of(state.level[every], state.azimuth[every] + 2 * pi * turns, p.spin)
        glow = 1 - state.age[every] / max(min(GLOW, 0.3 * p.hop / p.lens) * FRAMES, 2.0)
        fresh = (glow > 0) & (p.N > FEW)
        m = levels.mean_moment(state.level, p.spin)
        sign = float(np.sign(p.B))
        return (
            Lines(cones(p.spin, min(p.N, DRAWN)), color="muted", width=1.2, breaks=cone_breaks(p.spin)),
            Spheres(
                float32(grid.positions[fresh]), float32(grid.spacing * (0.16 + 0.3 * glow[fresh])), color="net",
                opacity=0.32, label="just flipped",
            ),
            Spheres(grid.positions, 0.09 * grid.spacing, color="muted"),
            Arrows(
                grid.positions, float32(directions), length=0.92 * grid.spacing, radius=0.07, pivot="middle",
                color=float32(colors(p.spin, sign)[state.level[every]]),
            ),
            Lines(MAST, color="muted", width=1.4),
            Arrows(FEET[:1], float32([[0, 0, m]]), length=REACH, radius=0.06, color="net"),
            Arrows(FEET[1:], float32([[0, 0, sign]]), length=REACH, radius=0.035, color="accent"),
            Labels(tips(sign), ("M", f"B = {show(abs(p.B), 'T')}"), size=1.3, italic=True),
        )  # fmt: skip

    def stage(self, p: ParamagnetParameters) -> Stage:
        """The plane of moments with the net moment beside it."""
        return Stage(
            low=(-2.5, -1.0, -0.3), high=(1.7, 1.0, 1.0), axes=False, azimuth=12.0, elevation=28.0,
            entries=(("up", "moment along B (low energy)"), ("down", "moment against B")),
        )  # fmt: skip

    def caption(self, state: ParamagnetState, p: ParamagnetParameters) -> str:
        """Numbers and exaggerations."""
        drawn = f" ({DRAWN} drawn)" if p.N > DRAWN else ""
        spins = f"{p.N} moment{'s' if p.N > 1 else ''}{drawn}, S = {fraction(p.spin)[1:]}"
        shown = f" · B/T exaggerated {grouped(p.exaggeration)} times" if p.exaggeration > 1 else ""
        true = f" · true polarization {plain(p.polarization, 3)}" if p.exaggeration > 1 else f" · x = {plain(p.x, 3)}"
        return f"{spins}{true}{shown} · precession slowed down"
