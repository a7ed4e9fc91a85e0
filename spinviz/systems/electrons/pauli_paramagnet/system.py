"""Pauli paramagnet: electrons on the states of two spin bands, moved by heat under Pauli's principle."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, nan, pi, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spinviz.model.law import Check, Law
from spinviz.model.parameters import Parameters, quantity
from spinviz.model.plots import Bands, Curve, Trace
from spinviz.model.system import Action, Observable, Preset, System
from spinviz.model.units import plain, show
from spinviz.model.visuals import Arrows, Labels, Lines, Spheres, Stage, Visual, float32
from spinviz.physics.constants import (
    BOHR_MAGNETON,
    BOLTZMANN,
    ELECTRON_MASS,
    ELEMENTARY_CHARGE,
    HBAR,
    VACUUM_PERMEABILITY,
)
from spinviz.physics.electrons import band_population as population
from spinviz.physics.electrons import bands
from spinviz.physics.rng import RandomState, drawn_from
from spinviz.systems.electrons.pauli_paramagnet.picture import (
    BOTTOM,
    CEILING,
    ENVELOPE_BREAKS,
    FEET,
    MAST,
    REACH,
    SMALLEST,
    WIDE,
    View,
    colors,
    in_flight,
    letters,
    level_energies,
    places_of,
    smooth,
)

Values = NDArray[np.float64]

LENS = 5.0
"""Sweeps per second on screen."""
FRAMES = 12
"""Steps in a sweep: the electrons that were moved fly while they last."""
SETTLE = 20.0
"""Sweeps after a change that count in no mean."""
MEMORY = 5.0
"""Sweeps between two independent looks, measured 3 to 5."""
MOST_INNER = 24
SIGMAS = 4.0
POINTS = 41
"""Points of the costly curves; those between are interpolated."""


class PauliParameters(Parameters):
    """Inputs of `PauliParamagnet`."""

    B: float = quantity(20.0, "T", "Field, negative for the opposite direction.", symbol="B", ge=-60, le=60)
    T: float = quantity(6.0, "K", "Temperature.", symbol="T", gt=0, le=10_000, scale="log")
    EF: float = quantity(
        0.01, "eV", "Fermi energy of the electrons, which gives their density.", title="Fermi energy", symbol="E_F",
        ge=1e-3, le=12, scale="log",
    )  # fmt: skip
    exaggeration: float = quantity(
        1.0, "", "Factor by which the field is enlarged, to make the shift of the bands visible.",
        title="Exaggeration of the field", ge=1, le=1e5, scale="log",
    )  # fmt: skip
    electrons: int = quantity(
        300, "", "Number of electrons in the picture.", title="Electrons", symbol="N", ge=20, le=2000, scale="log",
        rebuild=True,
    )  # fmt: skip

    top: float = quantity(
        5.5, "", "Highest energy of the states kept, in Fermi energies: 1 + 15 kT/E_F or more.",
        title="Highest states", ge=3, le=50, scale="log", rebuild=True,
    )  # fmt: skip

    @property
    def fermi(self) -> float:
        """Fermi energy [J]."""
        return self.EF * ELEMENTARY_CHARGE

    @property
    def n(self) -> float:
        """Electrons per volume [1/m^3]."""
        return float((2 * ELECTRON_MASS * self.fermi / HBAR**2) ** 1.5 / (3 * pi**2))

    @property
    def B_shown(self) -> float:
        """Field [T] with the exaggeration in it."""
        return self.B * self.exaggeration

    @property
    def t(self) -> float:
        """kT/E_F."""
        return BOLTZMANN * self.T / self.fermi

    @property
    def b(self) -> float:
        """muB B/E_F as shown: the shift of each band."""
        return BOHR_MAGNETON * self.B_shown / self.fermi

    @property
    def holds_all(self) -> bool:
        """Whether the states kept hold all electrons at this temperature."""
        return self.t <= (self.top - 1) / 15 + 1e-9

    @property
    def inner(self) -> int:
        """Sweeps of the Monte Carlo in one sweep shown: more where most proposals are refused."""
        return min(max(1, ceil(abs(self.b) / self.t)), MOST_INNER)


@dataclass
class PauliState:
    """See `band_population` for occupant (2L,), place (N,) and age (N,); ``before`` (N,): places a sweep ago."""

    occupant: NDArray[np.int32]
    place: NDArray[np.int32]
    before: NDArray[np.int32]
    age: NDArray[np.int32]
    random: RandomState
    time: float
    since: float
    setting: tuple[Any, ...]
    count: int
    moves: int


def levels_of(p: PauliParameters) -> Values:
    """Energies (L,) [J] for these parameters."""
    return level_energies(p.electrons, p.top, p.fermi)


def setting_of(p: PauliParameters) -> tuple[Any, ...]:
    """What equilibrium depends on."""
    return p.B_shown, p.T, p.EF


def begin(state: PauliState, p: PauliParameters) -> None:
    """Begin a new setting."""
    state.since, state.setting = state.time, setting_of(p)


def fill(state: PauliState, p: PauliParameters, B: float) -> None:
    """Put the electrons into the lowest states of the field ``B`` [T]."""
    state.before[:] = state.place
    state.occupant[:], state.place[:] = population.ground_state(population.state_energies(levels_of(p), B), p.electrons)
    state.age[:] = np.where(state.before == state.place, FAR, 0)
    begin(state, p)


FAR = 1_000_000


@lru_cache(maxsize=64)
def gas(n: float, B: float, T: float) -> bands.Bands:
    """Equilibrium of the infinite electron gas."""
    return bands.equilibrium(n, B, T)


def gas_polarization(p: PauliParameters) -> float:
    """P of the infinite electron gas as shown."""
    return float(gas(p.n, p.B_shown, p.T).polarization)


def standard_error(state: PauliState, p: PauliParameters) -> float:
    """Expected error of the mean P: sqrt(3kT/2E_F N) for one look, from the law of fluctuation and response."""
    looks = max((state.time - state.since - SETTLE) / (2 * MEMORY), 1.0)
    return sqrt(1.5 * min(p.t, 2 / 3) / (p.electrons * looks)) + 0.02 / p.electrons


def error_of_chi(state: PauliState, p: PauliParameters) -> float:
    """Expected error of the mean susceptibility."""
    return VACUUM_PERMEABILITY * BOHR_MAGNETON * p.n * standard_error(state, p) / abs(p.B_shown)


def error_of_pauli(state: PauliState, p: PauliParameters) -> float:
    """That error and a quarter of the next terms: 0.175 (muB B/E_F)^2 + 10 (kT/E_F)^4, fitted to the exact gas."""
    beyond = 0.175 * p.b**2 + 10 * p.t**4
    return error_of_chi(state, p) + float(bands.pauli_susceptibility(p.n)) * beyond / 4


def error_of_curie(state: PauliState, p: PauliParameters) -> float:
    """That error and a quarter of what Pauli's principle, 0.27 (E_F/kT)^1.5, and saturation, (muB B/kT)^2/3, take."""
    beyond = 0.27 * p.t**-1.5 + (p.b / p.t) ** 2 / 3
    return float(error_of_chi(state, p) + bands.curie_susceptibility(p.n, p.T) * beyond / 4)


def settled(state: PauliState, p: PauliParameters) -> bool:
    """Whether equilibrium is reached and the states kept are enough."""
    return p.holds_all and state.time - state.since > SETTLE + 20


def responds(state: PauliState, p: PauliParameters) -> bool:
    """Whether M is proportional to B and the electrons are degenerate."""
    return settled(state, p) and 0 < abs(p.b) <= 0.2 and p.t <= 0.1


def classical(state: PauliState, p: PauliParameters) -> bool:
    """Whether the electrons are far above their Fermi temperature, and M is proportional to B."""
    return settled(state, p) and p.t >= 1.5 and 0 < abs(p.b) <= 0.4 * p.t


@lru_cache(maxsize=8)
def susceptibility_curve(n: float, B: float, low: float, high: float) -> tuple[Values, Values]:
    """mu0 M/B of the electron gas on a few temperatures [K]; at B = 0 its limit."""
    T = np.linspace(low, high, POINTS)
    chi = VACUUM_PERMEABILITY * bands.equilibrium(n, B, T).magnetization / B if B else bands.susceptibility(n, T)
    return T, np.asarray(chi)


@lru_cache(maxsize=8)
def polarization_curve(n: float, T: float, low: float, high: float) -> tuple[Values, Values]:
    """P of the electron gas on a few fields [T]."""
    B = np.linspace(low, high, POINTS)
    return B, np.asarray(bands.equilibrium(n, B, T).polarization)


def chi_over_T(state: PauliState, p: PauliParameters, T: Values) -> Values:
    """The electron gas at any temperature, in this field."""
    return np.interp(T, *susceptibility_curve(p.n, p.B_shown, float(T[0]), float(T[-1])))


def pauli_over_T(state: PauliState, p: PauliParameters, T: Values) -> Values:
    """Pauli's susceptibility with Sommerfeld's first correction, as far as that is small."""
    chi = bands.pauli_susceptibility(p.n) * bands.sommerfeld_factor(T, p.n)
    return np.where(0.4 * p.fermi / BOLTZMANN >= T, chi, nan)


def curie_over_T(state: PauliState, p: PauliParameters, T: Values) -> Values:
    """Curie's law of free moments, up to thrice Pauli's susceptibility."""
    with np.errstate(divide="ignore"):
        chi = bands.curie_susceptibility(p.n, T)
    return np.where(chi <= 3 * bands.pauli_susceptibility(p.n), chi, nan)


def bands_now(state: PauliState, p: PauliParameters) -> tuple[Values, Values, Values, Values, Values, float]:
    """Energies [eV], densities of states up and down [1/eV per electron], Fermi functions, Fermi level [eV]."""
    shift = abs(p.b) * p.EF
    E = np.linspace(-shift, max(1.6 + 4 * p.t, 1.2 + 2 * abs(p.b)) * p.EF, 240)
    density = ELEMENTARY_CHARGE / (2 * p.n)
    up, down = (density * bands.density_of_states((E + s * p.b * p.EF) * ELEMENTARY_CHARGE, p.n) for s in (1, -1))
    mu = float(gas(p.n, p.B_shown, p.T).mu) / ELEMENTARY_CHARGE
    occupied = 1 / (1 + np.exp(np.clip((E - mu) / (p.t * p.EF), -60, 60)))
    return E, up, down, occupied, occupied.copy(), mu


def above_fermi(state: PauliState, p: PauliParameters) -> Values:
    """Energies (N,) of the electrons above the Fermi level [kT], at least a hundredth of E_F for each kT."""
    up = 1 - 2 * (state.place >= len(state.occupant) // 2)
    energy = levels_of(p)[state.place % (len(state.occupant) // 2)] / p.fermi - p.b * up
    return np.asarray((energy - float(gas(p.n, p.B_shown, p.T).mu) / p.fermi) / max(p.t, 0.01))


class PauliParamagnet(System[PauliParameters, PauliState]):
    """Electrons of a metal in a field: only those near the Fermi energy can turn."""

    name = "pauli_paramagnet"
    title = "Pauli paramagnet"
    chapter = "Electrons"
    summary = "Electrons fill two spin bands that a field shifts apart: weak and almost independent of temperature."
    notes = (
        "An electron deep in the band cannot turn: the state of the other spin is taken. Only those within kT of the "
        "Fermi energy move, and so the susceptibility hardly knows the temperature, unlike Curie's 1/T."
    )
    equation = (
        r"E_{k\sigma}=E_k-\sigma\mu_B B,\ \sigma=\pm1,\quad M=\mu_B(n_\uparrow-n_\downarrow)=\mu_B n P,"
        r"\quad \chi_P=\mu_0\mu_B^2\,g(E_F)"
    )
    time_unit = "sweep"
    Parameters = PauliParameters
    observables = (
        Observable("P", "Spin polarization", "P"),
        Observable("M", "Magnetization", "M", "A/m"),
        Observable("chi", "Susceptibility as shown", "μ₀M/B"),
        Observable("field", "Field as shown", "B", "T"),
        Observable("T", "Temperature", "T", "K"),
        Observable("moves", "Electrons moved in a sweep", "N_moved"),
    )
    plots = (
        Bands("bands", "Bands", bands_now),
        Trace("polarization", "Spin polarization", ("P",), window=lambda p: 10 * LENS),
        Curve(
            "over_T", "Susceptibility over temperature", "T", "chi", low=0.0, mean=True, settle=SETTLE,
            x_low=0.0, x_high=lambda p: max(1.2 * p.fermi / BOLTZMANN, 1.5 * p.T),
        ),
        Curve(
            "over_B", "Polarization over field", "field", "P", mean=True, settle=SETTLE,
            x_low=lambda p: -PauliParamagnet.widest(p), x_high=lambda p: PauliParamagnet.widest(p),
        ),
    )  # fmt: skip
    laws = (
        Law(
            "moment", "Moment and polarization", "M",
            theory=lambda s, p: BOHR_MAGNETON * p.n * population.polarization(s.occupant),
            latex=r"M=\mu_B(n_\uparrow-n_\downarrow)=\mu_B\,n\,P",
            validity="Always, for electrons with g = 2.",
            tolerance=1e-12, because="An identity: rounding.",
            reference="Ashcroft and Mermin, Solid State Physics, chapter 31",
            check=Check(20.0), scale="theory",
        ),
        Law(
            "fermi_gas", "Two Fermi seas", "P",
            theory=lambda s, p: gas_polarization(p),
            latex=r"n_{\uparrow\downarrow}=\int\frac{g(E\pm\mu_BB)/2}{e^{(E-\mu)/k_BT}+1}\,dE",
            validity="Equilibrium, the states kept reach up to E_F + 15 kT.",
            tolerance=SIGMAS,
            because="Standard errors of the mean over the sweeps; N electrons differ from the infinite gas by 1e-4.",
            reference="Pathria, Statistical Mechanics, section 8.2",
            check=Check(600.0, {"T": 6.0, "electrons": 2000}),
            scale=standard_error, averaged=True, settle=SETTLE, holds=settled,
            curve=lambda s, p, B: np.interp(B, *polarization_curve(p.n, p.T, float(B[0]), float(B[-1]))),
            plots=("over_B",),
        ),
        Law(
            "pauli", "Pauli susceptibility", "chi",
            theory=lambda s, p: float(bands.pauli_susceptibility(p.n) * bands.sommerfeld_factor(p.T, p.n)),
            latex=r"\chi_P=\mu_0\mu_B^2\,g(E_F)\left[1-\frac{\pi^2}{12}\left(\frac{T}{T_F}\right)^2\right]",
            validity="kT ≤ 0.1 E_F and μ_B B ≤ 0.2 E_F, in equilibrium.",
            tolerance=SIGMAS,
            because="Standard errors of the mean and a quarter of the next terms in B and T, 0.8 % at most.",
            reference="Pauli, Z. Phys. 41, 81 (1927); Sommerfeld, Z. Phys. 47, 1 (1928)",
            check=Check(600.0, {"T": 6.0, "electrons": 2000}),
            scale=error_of_pauli, averaged=True, settle=SETTLE, holds=responds,
            curve=pauli_over_T, plots=("over_T",),
        ),
        Law(
            "response", "Susceptibility at any temperature", "chi",
            theory=lambda s, p: float(VACUUM_PERMEABILITY * gas(p.n, p.B_shown, p.T).magnetization / p.B_shown),
            latex=r"\chi=\mu_0\,\frac{M(B,T)}{B}\ \mathrm{of\ two\ Fermi\ seas}",
            validity="Equilibrium in a field, the states kept reach up to E_F + 15 kT.",
            tolerance=SIGMAS, because="Standard errors of the mean over the sweeps.",
            reference="Pathria, Statistical Mechanics, section 8.2",
            check=Check(600.0, {"T": 30.0, "electrons": 2000}),
            scale=error_of_chi, averaged=True, settle=SETTLE, holds=lambda s, p: settled(s, p) and p.B != 0,
            curve=chi_over_T, plots=("over_T",),
        ),
        Law(
            "curie", "Curie's law, which cold electrons break", "chi",
            theory=lambda s, p: float(bands.curie_susceptibility(p.n, p.T)),
            latex=r"\chi_C=\frac{\mu_0 n\mu_B^2}{k_BT}",
            validity="Far above the Fermi temperature, kT ≥ 1.5 E_F and μ_B B ≤ 0.4 kT; drawn everywhere.",
            tolerance=SIGMAS,
            because="Standard errors, a quarter of 0.27 (E_F/kT)^1.5 (Pauli) and of (μ_B B/kT)²/3 (saturation).",
            reference="Curie, Ann. Chim. Phys. 5, 289 (1895)",
            check=Check(400.0, preset="curie"), scale=error_of_curie, averaged=True, settle=SETTLE,
            holds=classical, curve=curie_over_T, plots=("over_T",),
        ),
    )  # fmt: skip
    presets = (
        Preset(
            "two_seas", "Two Fermi seas", "A dilute electron gas at 6 K: 20 T shift the bands by an eighth of E_F.",
            length=60.0, actions=((0.0, "unpolarized"),),
            notes="The field lowers one band and raises the other; electrons at the top of the raised one turn over "
            "until both seas are equally high. All others stay where they are.",
        ),
        Preset(
            "warm", "Warm electrons", "At a fifth of the Fermi temperature: many move, the polarization hardly falls.",
            parameters={"T": 23.0}, length=60.0,
            notes="Four times hotter, and Curie's law would have M fall to a quarter. Here it falls by 4 %: what heat "
            "takes from each electron it gives back by setting more of them free.",
        ),
        Preset(
            "sodium", "Sodium", "A real metal: 10 T, exaggerated 1000 times to be seen at all.",
            parameters={"EF": 3.24, "T": 300.0, "B": 10.0, "exaggeration": 1000.0}, length=60.0,
            notes="In sodium 10 T shift the bands by 0.6 meV, the sea is 3240 meV deep. Not three electrons in ten "
            "thousand turn: this is why metals are so weakly magnetic.",
        ),
        Preset(
            "aligned", "Fully polarized", "So dilute that 60 T empty one of the bands.",
            parameters={"EF": 0.004, "T": 1.0, "B": 58.0}, length=60.0, actions=((0.0, "unpolarized"),),
            notes="Beyond μ_B B = 0.79 E_F the raised band runs empty: every moment points along the field, "
            "and the electrons had to climb to 1.59 times the Fermi energy for it.",
        ),
        Preset(
            "curie", "Back to Curie", "Twice the Fermi temperature: nobody is in the way, and Curie's law returns.",
            parameters={"EF": 0.004, "T": 93.0, "B": 40.0, "electrons": 120, "top": 32.0}, length=60.0,
            notes="The electrons are spread over so many states that they hardly meet: each one turns as a free moment "
            "does. Cool, and they fill the seas from below.",
        ),
    )  # fmt: skip
    actions = (
        Action("reverse", "Reverse the field", "Change the sign of the field.", lambda s, p: p.change(B=-p.B)),
        Action("off", "Field off", "Switch the field off.", lambda s, p: p.change(B=0.0)),
        Action("on", "Field on", "Switch on 20 T.", lambda s, p: p.change(B=20.0)),
        Action("warm", "Warm", "Double the temperature.", lambda s, p: p.change(T=min(2 * p.T, 10_000.0))),
        Action("cool", "Cool", "Halve the temperature.", lambda s, p: p.change(T=max(p.T / 2, 0.01))),
        Action("ground", "Ground state", "Fill the lowest states.", lambda s, p: fill(s, p, p.B_shown)),
        Action("unpolarized", "Unpolarized", "Fill both bands alike.", lambda s, p: fill(s, p, 0.0)),
    )  # fmt: skip

    @staticmethod
    def widest(p: PauliParameters) -> float:
        """End of the axis of fields [T]: where the bands are shifted by the Fermi energy, or a little more than B."""
        return max(p.fermi / BOHR_MAGNETON, 1.1 * abs(p.B_shown))

    def initial_state(self, p: PauliParameters, rng: np.random.Generator) -> PauliState:
        """The ground state in the field."""
        energies = population.state_energies(levels_of(p), p.B_shown)
        occupant, place = population.ground_state(energies, p.electrons)
        age = np.full(p.electrons, FAR, np.int32)
        state = PauliState(occupant, place, place.copy(), age, drawn_from(rng), 0.0, 0.0, (), 0, 0)
        begin(state, p)
        return state

    def step(self, state: PauliState, p: PauliParameters, dt: float) -> None:
        """A part of a sweep; the electrons move at its beginning and are seen flying to its end."""
        if state.setting != setting_of(p):
            begin(state, p)
        if state.count % FRAMES == 0:
            state.before[:] = state.place
            state.moves = population.exchange_heat(
                state.occupant, state.place, state.age, levels_of(p), p.B_shown, p.T, state.random, p.inner
            )
        state.count += 1
        state.time += dt

    def timestep(self, p: PauliParameters) -> float:
        """A part of a sweep."""
        return 1 / FRAMES

    def speed(self, p: PauliParameters) -> float:
        """Slow enough to follow single electrons."""
        return LENS

    def observe(self, state: PauliState, p: PauliParameters) -> dict[str, float]:
        """Counts of both spins."""
        up = int(np.count_nonzero(state.occupant[: len(state.occupant) // 2] >= 0))
        down = p.electrons - up
        M = BOHR_MAGNETON * (p.n * up / p.electrons - p.n * down / p.electrons)
        return {
            "P": (up - down) / p.electrons,
            "M": M,
            "chi": VACUUM_PERMEABILITY * M / p.B_shown if p.B_shown else nan,
            "field": p.B_shown,
            "T": p.T,
            "moves": float(state.moves),
        }

    def draw(self, state: PauliState, p: PauliParameters) -> tuple[Visual, ...]:
        """Both bands, their electrons, the Fermi level, field and polarization."""
        view = View.of(p.electrons, p.b, p.t)
        states, shown = places_of(view, p.electrons, p.top)
        free = (state.occupant < 0) & shown
        flying = state.age <= 1
        progress = smooth(((state.count - 1) % FRAMES + 1) / FRAMES) if state.count else 1.0
        positions, turned = in_flight(states, state.before, state.place, flying, progress)
        up = (state.place < len(state.occupant) // 2).astype(float)
        spin = np.where(flying, turned, 2 * up - 1)
        directions = np.column_stack([np.sqrt(np.maximum(1 - spin**2, 0)), np.zeros_like(spin), spin])
        P, mu = population.polarization(state.occupant), view.height(float(gas(p.n, p.B_shown, p.T).mu) / p.fermi)
        sign, size, shades = float(np.sign(p.B)), max(view.size, SMALLEST), float32(colors(spin, above_fermi(state, p)))
        moved = flying & (state.before != state.place)
        seen = positions[:, 2] < CEILING
        reach, mu = (WIDE, mu) if BOTTOM - 0.1 < mu < CEILING else (0.0, 0.0)
        return (
            Lines(float32(view.envelope(p.electrons)), color="muted", width=1.8, breaks=ENVELOPE_BREAKS),
            Lines(
                float32([[-reach, 0, mu], [reach, 0, mu]]),
                color="theory",
                width=2.2,
                dashed=True,
            ),
            Spheres(float32(states[free]), 0.10 * view.size, color="muted", opacity=0.5, label="empty state"),
            Spheres(float32(positions[moved & seen]), 0.66 * size, color="net", opacity=0.4, label="moved just now"),
            Arrows(
                float32(positions[seen]),
                float32(directions[seen]),
                length=0.86 * size,
                radius=0.14,
                pivot="middle",
                color=shades[seen],
            ),
            Lines(MAST, color="muted", width=1.4),
            Arrows(FEET[:1], float32([[0, 0, P]]), length=REACH, radius=0.045, color="net"),
            Arrows(FEET[1:], float32([[0, 0, sign]]), length=REACH, radius=0.025, color="accent"),
            Labels(
                letters(mu, sign),
                ("M", field_text(p), "Fermi level μ" if reach else "", "spin down ↓", "spin up ↑"),
                size=1.2,
            ),
        )

    def stage(self, p: PauliParameters) -> Stage:
        """Two bands side by side, energy upwards."""
        return Stage(
            low=(-2.75, -0.2, -0.55), high=(2.3, 0.2, 2.12), axes=False, azimuth=-9.0, elevation=9.0,
            entries=(("up", "moment up"), ("down", "moment down")),
        )  # fmt: skip

    def caption(self, state: PauliState, p: PauliParameters) -> str:
        """Numbers and exaggerations."""
        shown = f" · field exaggerated {plain(p.exaggeration, 3)} times" if p.exaggeration > 1 else ""
        cut = "" if p.holds_all else " · so hot that the highest states are missing: raise them"
        energy = f"Fermi energy {show(p.EF, 'eV')}, of which kT is {plain(p.t, 2)}"
        shift = f"the shift of each band {plain(abs(p.b), 2)}"
        states, _ = places_of(View.of(p.electrons, p.b, p.t), p.electrons, p.top)
        above = np.count_nonzero(states[state.place, 2] >= CEILING)
        hidden = f" ({above} above the picture)" if above else ""
        return f"{p.electrons} electrons{hidden} · {energy} and {shift}{shown}{cut}"


def field_text(p: PauliParameters) -> str:
    """The field, and how it is exaggerated."""
    factor = f" × {plain(p.exaggeration, 3)}" if p.exaggeration > 1 else ""
    return f"B = {show(abs(p.B), 'T')}{factor}"
