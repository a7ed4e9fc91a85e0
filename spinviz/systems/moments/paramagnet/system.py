"""Paramagnet: independent moments of spin S in a field, exchanging heat with their surroundings one by one."""

from __future__ import annotations

from fractions import Fraction
from math import pi

import numpy as np
from numpy.typing import NDArray

from spinviz.model.plots import Curve, Levels, LevelScheme, Trace
from spinviz.model.system import Action, Observable, Preset, System
from spinviz.model.units import plain, show
from spinviz.model.visuals import Arrows, Labels, Lines, Spheres, Stage, Visual, float32
from spinviz.physics.constants import BOHR_MAGNETON, ELEMENTARY_CHARGE
from spinviz.physics.moments import levels
from spinviz.physics.rng import drawn_from
from spinviz.systems.moments.paramagnet.laws import LAWS, SYMBOLS, ratio_to_x
from spinviz.systems.moments.paramagnet.parameters import ParamagnetParameters, lowest, populations
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
from spinviz.systems.moments.paramagnet.state import ParamagnetState, heated, put, settling

Values = NDArray[np.float64]

FRAMES = 60.0
"""Steps per second on screen."""
GLOW = 0.4
"""Seconds on screen for which a flip is marked, less where flips are frequent."""
TURNS = 0.35
"""Precession that is drawn, in turns per second on screen."""
DRAWN = 640
"""Moments drawn at most."""


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


def sense(p: ParamagnetParameters) -> float:
    """Sense of precession, +1 counter-clockwise seen against +z: that of electrons in a field along z."""
    return float(np.sign(p.B)) * (1.0 if p.kind == "electrons" else -1.0)


class Paramagnet(System[ParamagnetParameters, ParamagnetState]):
    """Moments without neighbours: the field sorts them, heat mixes them."""

    name = "paramagnet"
    title = "Paramagnet"
    chapter = "Moments"
    order = 20
    summary = (
        "Moments of any spin in thermal equilibrium with a field: levels, thermal flips, Brillouin function, "
        "Curie's law."
    )
    notes = (
        "The moments are independent and each one jumps between its levels at random, yet their sum is steady. "
        "Only the ratio B/T matters: a strong field at room temperature polarizes less than a weak field near "
        "absolute zero."
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
            "brillouin", "Magnetization over B/T", "ratio", "m", low=-1.05, high=1.05, mean=True,
            x_low=lambda p: -4 / float(ratio_to_x(p, np.array(1.0))),
            x_high=lambda p: 4 / float(ratio_to_x(p, np.array(1.0))),
        ),
    )  # fmt: skip
    laws = LAWS
    symbols = SYMBOLS
    presets = (
        Preset(
            "electrons_1K", "Electron spins at 1 K", "Two levels in a field of 1 T: the polarization is tanh 0.67.",
            length=20.0,
            notes="Four of five moments point along the field; thermal flips keep the fifth against it. Reverse "
            "the field and watch the two levels change places.",
        ),
        Preset(
            "gadolinium", "Gadolinium, S = 7/2", "Eight levels of a strong paramagnet at 4.2 K.",
            parameters={"S": "7/2", "B": 1.5, "T": 4.2, "g": 1.99}, length=20.0,
            notes="Only eight angles to the field are allowed, and none of them is exactly along it. A flip takes "
            "a moment to the next level, never further.",
        ),
        Preset(
            "protons", "Protons in a scanner", "1.5 T at body temperature, exaggerated 100 000 times.",
            parameters={"kind": "protons", "B": 1.5, "T": 310.0, "exaggeration": 1e5}, length=20.0,
            notes="In a scanner the excess of protons along the field is 5 in a million; here B/T is multiplied by "
            "100 000. Magnetic resonance measures that excess.",
        ),
        Preset(
            "cooling", "Cooling", "The temperature is halved again and again in a field of 0.5 T.",
            parameters={"B": 0.5, "T": 8.0, "S": "3/2"}, length=42.0, speed=1.0,
            actions=tuple((7.0 * k, "cool") for k in range(1, 6)),
            notes="At high temperature M follows Curie's law: twice the magnetization at half the temperature. At "
            "low temperature only the lowest level is populated, and M saturates.",
        ),
        Preset(
            "inversion", "Inversion", "Inverted populations relax with the time constant τ.",
            parameters={"N": 450, "T": 0.5}, actions=((1.0, "invert"),), repeat=4.0, length=8.0,
            notes="After the inversion most moments are in the upper level, which is a negative spin temperature. "
            "Each one flips at a random time; the sum follows an exponential.",
        ),
        Preset(
            "one_moment", "One moment", "A single moment jumps between its levels; only its mean in time is smooth.",
            parameters={"N": 1, "S": "5/2", "B": 1.0, "T": 2.0}, length=20.0,
            notes="One moment keeps jumping between its levels. Its mean over a long time equals the mean of many "
            "moments at one instant.",
        ),
    )  # fmt: skip
    actions = (
        Action("reverse", "Reverse the field", "Change the sign of the field.", lambda s, p: p.change(B=-p.B)),
        Action("invert", "Invert", "Flip every moment, as a 180° pulse does.",
               lambda s, p: put(s, round(2 * p.spin) - s.level)),
        Action("heat", "Equalize levels", "Populate all levels equally, as at infinite temperature.", heated),
        Action("align", "Align all", "Put every moment into the lowest level.", lambda s, p: put(s, lowest(p))),
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
        return ParamagnetState(level, age, azimuth, random)

    def departure(self, state: ParamagnetState, p: ParamagnetParameters) -> float:
        """Mean moment over its largest value."""
        return levels.mean_moment(state.level, p.spin)

    def settle(self, state: ParamagnetState, p: ParamagnetParameters) -> float:
        """See `settling`."""
        return settling(state, p)

    def step(self, state: ParamagnetState, p: ParamagnetParameters, dt: float) -> None:
        """Exchange heat: exact in distribution for any step."""
        state.flips = levels.thermal_flips(
            state.level, state.age, p.spin, p.B_shown, p.T, dt, p.hop, state.random, p.g_factor
        )
        state.turned += sense(p) * TURNS / p.lens * dt

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
        directions = directions_of(state.level[every], state.azimuth[every] + 2 * pi * state.turned, p.spin)
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
                color=float32(colors(p.spin, sign)[state.level[every]]), one="moment",
            ),
            Lines(MAST, color="muted", width=1.4),
            Arrows(FEET[:1], float32([[0, 0, m]]), length=REACH, radius=0.06, color="net"),
            Arrows(FEET[1:], float32([[0, 0, sign]]), length=REACH, radius=0.035, color="accent"),
            Labels(tips(sign), ("M", f"B = {show(abs(p.B), 'T')}"), size=1.3, italic=True),
        )  # fmt: skip

    def stage(self, p: ParamagnetParameters) -> Stage:
        """The plane of moments with the net moment beside it."""
        return Stage(
            low=(-2.5, -1.0, -0.3), high=(1.7, 1.0, 1.0), axes=False, azimuth=10.0, elevation=36.0,
            entries=(("up", "moment along B (low energy)"), ("down", "moment against B")),
        )  # fmt: skip

    def caption(self, state: ParamagnetState, p: ParamagnetParameters) -> str:
        """Numbers and exaggerations."""
        drawn = f" ({DRAWN} drawn)" if p.N > DRAWN else ""
        spins = f"{p.N} moment{'s' if p.N > 1 else ''}{drawn}, S = {fraction(p.spin)[1:]}"
        shown = f" · B/T exaggerated {grouped(p.exaggeration)} times" if p.exaggeration > 1 else ""
        true = f" · true polarization {plain(p.polarization, 3)}" if p.exaggeration > 1 else f" · x = {plain(p.x, 3)}"
        slow = " · precession slowed down" if p.B else ""
        return f"{spins}{true}{shown}{slow}"
