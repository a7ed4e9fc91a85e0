"""Pauli paramagnet: electrons on the states of two spin bands, moved by heat under Pauli's principle."""

from __future__ import annotations

from math import nan

import numpy as np
from numpy.typing import NDArray

from spinviz.model.plots import Bands, Curve, Trace
from spinviz.model.system import Action, Observable, Preset, System
from spinviz.model.units import plain, show
from spinviz.model.visuals import Arrows, Labels, Lines, Spheres, Stage, Visual, float32
from spinviz.physics.constants import BOHR_MAGNETON, BOLTZMANN, ELEMENTARY_CHARGE, VACUUM_PERMEABILITY
from spinviz.physics.electrons import band_population as population
from spinviz.physics.electrons import bands
from spinviz.physics.rng import drawn_from
from spinviz.systems.electrons.pauli_paramagnet.laws import IDENTITIES, LAWS, SYMBOLS
from spinviz.systems.electrons.pauli_paramagnet.parameters import PauliParameters, gas, levels_of
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
    places_of,
    smooth,
)
from spinviz.systems.electrons.pauli_paramagnet.state import FAR, PauliState, above_fermi, fill

Values = NDArray[np.float64]

LENS = 5.0
"""Sweeps per second on screen."""
FRAMES = 12
"""Steps in a sweep: the electrons that were moved fly while they last."""
SETTLE = 30.0
"""Sweeps after a change that count in no mean."""


def bands_now(state: PauliState, p: PauliParameters) -> tuple[Values, Values, Values, Values, Values, float]:
    """Energies [eV], densities of states up and down [1/eV per electron], Fermi functions, Fermi level [eV]."""
    shift = abs(p.b) * p.EF
    E = np.linspace(-shift, max(1.6 + 4 * p.t, 1.2 + 2 * abs(p.b)) * p.EF, 240)
    density = ELEMENTARY_CHARGE / (2 * p.n)
    up, down = (density * bands.density_of_states((E + s * p.b * p.EF) * ELEMENTARY_CHARGE, p.n) for s in (1, -1))
    mu = float(gas(p.n, p.B_shown, p.T).mu) / ELEMENTARY_CHARGE
    occupied = 1 / (1 + np.exp(np.clip((E - mu) / (p.t * p.EF), -60, 60)))
    return E, up, down, occupied, occupied.copy(), mu


class PauliParamagnet(System[PauliParameters, PauliState]):
    """Electrons of a metal in a field: only those near the Fermi energy can turn."""

    name = "pauli_paramagnet"
    title = "Pauli paramagnet"
    chapter = "Electrons"
    order = 10
    summary = "Electrons fill two spin bands that a field shifts apart: weak and almost independent of temperature."
    notes = (
        "An electron deep in the band cannot flip: the state of the other spin is occupied. Only those within kT "
        "of the Fermi energy move, and so the susceptibility is nearly independent of temperature, unlike Curie's "
        "1/T."
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
        Observable("chi", "Susceptibility (with exaggerated field)", "μ₀M/B"),
        Observable("field", "Field (exaggerated)", "B", "T"),
        Observable("T", "Temperature", "T", "K"),
        Observable("moves", "Moves of electrons in a sweep", "N_moves"),
    )
    plots = (
        Bands("bands", "Bands", bands_now),
        Trace("polarization", "Spin polarization", ("P",), window=lambda p: 10 * LENS),
        Curve(
            "over_T", "Susceptibility over temperature", "T", "chi", low=0.0, mean=True,
            x_low=0.0, x_high=lambda p: max(1.2 * p.fermi / BOLTZMANN, 1.5 * p.T),
        ),
        Curve(
            "over_B", "Polarization over field", "field", "P", mean=True,
            x_low=lambda p: -PauliParamagnet.widest(p), x_high=lambda p: PauliParamagnet.widest(p),
        ),
    )  # fmt: skip
    laws = LAWS
    symbols = SYMBOLS
    identities = IDENTITIES
    presets = (
        Preset(
            "two_seas", "Two Fermi seas", "A dilute electron gas at 6 K: 20 T shift the bands by an eighth of E_F.",
            length=60.0, actions=((0.0, "unpolarized"),),
            notes="The field lowers one band and raises the other; electrons at the top of the raised band flip "
            "until both are filled to the same level. All others stay where they are.",
        ),
        Preset(
            "warm", "Warm electrons", "At a fifth of the Fermi temperature: many move, the polarization hardly falls.",
            parameters={"T": 23.0}, length=60.0,
            notes="At four times the temperature Curie's law would have M fall to a quarter. Here it falls by 4 %: "
            "each free electron is polarized less, but more of them are free to flip.",
        ),
        Preset(
            "sodium", "Sodium", "A real metal: 10 T, exaggerated 1000 times to be seen at all.",
            parameters={"EF": 3.24, "T": 300.0, "B": 10.0, "exaggeration": 1000.0}, length=60.0,
            notes="In sodium 10 T shift the bands by 0.6 meV, while the Fermi energy is 3240 meV. The polarization "
            "is less than three in ten thousand: this is why metals are so weakly magnetic.",
        ),
        Preset(
            "aligned", "Fully polarized", "So dilute that 60 T empty one of the bands.",
            parameters={"EF": 0.004, "T": 1.0, "B": 58.0}, length=60.0, actions=((0.0, "unpolarized"),),
            notes="Beyond μ_B B = 0.79 E_F the raised band is empty: every moment points along the field, and the "
            "electrons fill the other band up to 1.59 times the Fermi energy.",
        ),
        Preset(
            "curie", "Return to Curie's law", "At twice the Fermi temperature few states are occupied, and Curie's law "
            "returns.",
            parameters={"EF": 0.004, "T": 93.0, "B": 40.0, "electrons": 120, "top": 32.0}, length=60.0,
            notes="The electrons are spread over so many states that Pauli's principle hardly matters: each spin "
            "flips as a free moment does. Cool, and they fill the bands from below.",
        ),
    )  # fmt: skip
    actions = (
        Action("reverse", "Reverse the field", "Change the sign of the field.", lambda s, p: p.change(B=-p.B)),
        Action("off", "Switch field off", "Switch the field off.", lambda s, p: p.change(B=0.0)),
        Action("on", "Switch field on", "Switch on 20 T.", lambda s, p: p.change(B=20.0)),
        Action("warm", "Warm", "Double the temperature.", lambda s, p: p.change(T=min(2 * p.T, 10_000.0))),
        Action("cool", "Cool", "Halve the temperature.", lambda s, p: p.change(T=max(p.T / 2, 0.01))),
        Action("ground", "Go to ground state", "Fill the lowest states.", lambda s, p: fill(s, p, p.B_shown)),
        Action("unpolarized", "Depolarize", "Fill both bands equally.", lambda s, p: fill(s, p, 0.0)),
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
        return PauliState(occupant, place, place.copy(), age, drawn_from(rng))

    def settle(self, state: PauliState, p: PauliParameters) -> float:
        """Some correlation times of P, which are 3 to 5 sweeps."""
        return SETTLE

    def step(self, state: PauliState, p: PauliParameters, dt: float) -> None:
        """A part of a sweep; the electrons move at its beginning and are seen flying to its end."""
        if state.count % FRAMES == 0:
            state.before[:] = state.place
            state.moves = population.exchange_heat(
                state.occupant, state.place, state.age, levels_of(p), p.B_shown, p.T, state.random, p.inner
            )
        state.count += 1

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
                color="text",
                width=2.2,
                dashed=True,
            ),
            Spheres(float32(states[free]), 0.10 * view.size, color="muted", opacity=0.5, label="empty state"),
            Spheres(
                float32(positions[moved & seen]), 0.66 * size, color="net", opacity=0.4, label="moved in this sweep"
            ),
            Arrows(
                float32(positions[seen]),
                float32(directions[seen]),
                length=0.86 * size,
                radius=0.14,
                pivot="middle",
                color=shades[seen],
                one="electron",
                who=np.flatnonzero(seen),
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
        cut = "" if p.holds_all else " · at this temperature the highest states are missing: raise their limit"
        energy = f"Fermi energy {show(p.EF, 'eV')} · kT is {plain(p.t, 2)} of it"
        shift = f"the shift {plain(abs(p.b), 2)}"
        states, _ = places_of(View.of(p.electrons, p.b, p.t), p.electrons, p.top)
        above = np.count_nonzero(states[state.place, 2] >= CEILING)
        hidden = f" ({above} above the picture)" if above else ""
        return f"{p.electrons} electrons{hidden} · {energy}, {shift}{shown}{cut}"


def field_text(p: PauliParameters) -> str:
    """The field, and how it is exaggerated."""
    factor = f" × {plain(p.exaggeration, 3)}" if p.exaggeration > 1 else ""
    return f"B = {show(abs(p.B), 'T')}{factor}"
