"""Pauli paramagnet: numbers and picture, published metals, Pauli's principle, the same laws as the infinite gas."""

from math import pi

import numpy as np
import pytest

from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.engine.snapshots import copy_state
from spinviz.model.plots import Curve
from spinviz.model.theme import DARK
from spinviz.model.visuals import Arrows, Labels, Lines, Spheres
from spinviz.physics.constants import BOHR_MAGNETON, BOLTZMANN, ELECTRON_VOLT, VACUUM_PERMEABILITY
from spinviz.physics.electrons import band_population as population
from spinviz.physics.electrons import bands
from spinviz.systems.electrons.pauli_paramagnet import picture as fermi_seas
from spinviz.systems.electrons.pauli_paramagnet import system as pauli_paramagnet
from spinviz.systems.electrons.pauli_paramagnet.laws import beyond_pauli, in_chi, nearly_free, scatter_of_P, staircase
from spinviz.systems.electrons.pauli_paramagnet.parameters import gas, levels_of
from spinviz.systems.electrons.pauli_paramagnet.state import above_fermi
from spinviz.systems.electrons.pauli_paramagnet.system import FRAMES, PauliParamagnet, PauliParameters

MU_B, K_B, EV, MU_0 = 9.2740100657e-24, 1.380649e-23, 1.602176634e-19, 1.25663706127e-6
DENSITY = 4.5416e27
"""Electrons [1/m^3] of a gas with E_F = 1 eV: (2 m E_F/hbar^2)^(3/2)/(3 pi^2), m = 9.1094e-31 kg; rises as E_F^1.5."""


def view_of(p: PauliParameters) -> fermi_seas.View:
    return fermi_seas.View.of(p.electrons, p.b, p.t)


def test_sodium_as_published() -> None:
    # Ashcroft and Mermin, tables 1.1, 2.1 and 31.5: n = 2.65e22/cm3, E_F = 3.24 eV, chi = 0.66e-6 in Gaussian units.
    p = PauliParameters.of(EF=3.24)
    assert p.n == pytest.approx(2.65e28, rel=0.003)
    assert float(bands.pauli_susceptibility(p.n)) == pytest.approx(4 * pi * 0.66e-6, rel=0.01)


def test_moment_is_the_polarization_times_all_moments() -> None:
    loop = Loop(PauliParamagnet(), PauliParameters.of(B=-35.0))
    for _ in range(30):
        loop.advance(7)
        expected = MU_B * loop.parameters.n * loop.observables["P"]
        assert loop.observables["M"] == pytest.approx(expected, rel=1e-12)
    assert loop.observables["M"] < 0


def test_no_state_holds_two_electrons() -> None:
    loop = Loop(PauliParamagnet(), preset="warm")
    loop.advance(40 * FRAMES)
    state = loop.state
    assert len(np.unique(state.place)) == 300
    np.testing.assert_array_equal(state.occupant[state.place], np.arange(300))
    assert np.count_nonzero(state.occupant >= 0) == 300


def gas_of(p: PauliParameters) -> float:
    return float(gas(p.n, p.B_shown, p.T).polarization)


def test_polarization_hardly_knows_the_temperature() -> None:
    cold, warm = (gas_of(PauliParameters.of(T=T)) for T in (1.0, 11.6))
    # Sommerfeld: 1 - pi^2/12 (T/T_F)^2 = 0.9918 at a tenth of T_F = 116 K; Curie would give 0.09.
    assert warm / cold == pytest.approx(0.9918, abs=0.001)


def test_unpolarized_electrons_turn_until_the_seas_are_level() -> None:
    loop = Loop(PauliParamagnet(), preset="two_seas")
    assert loop.observables["P"] == 0.0
    loop.advance_to(40.0)
    # P = 0.173 in equilibrium, with a standard deviation of sqrt(1.5 kT/(E_F N)) = 0.016.
    assert loop.observables["P"] == pytest.approx(0.173, abs=0.065)


def test_strong_field_aligns_all_at_low_temperature() -> None:
    p = PauliParameters.of(EF=0.004, T=0.05, B=58.0)
    assert bands.full_polarization_field(p.n) == pytest.approx(54.9, abs=0.1)
    loop = Loop(PauliParamagnet(), p)
    assert loop.observables["P"] == 1.0
    loop.apply(Act("off"))
    loop.apply(Act("ground"))
    assert loop.observables["P"] == 0.0


def test_only_electrons_near_the_fermi_energy_move() -> None:
    loop = Loop(PauliParamagnet(), PauliParameters.of(T=2.0))
    p, mu = loop.parameters, float(bands.equilibrium(loop.parameters.n, 20.0, 2.0).mu)
    energies = population.state_energies(pauli_paramagnet.levels_of(p), p.B_shown)
    moved = set()
    for _ in range(100):
        loop.advance(FRAMES)
        moved |= {energies[q] for q in loop.state.before[loop.state.age == 1]}
    distance = np.abs(np.array(sorted(moved)) - mu) / (1.380649e-23 * 2.0)
    assert len(distance) > 5
    # A hole 12 kT deep has a probability of exp(-12); one level is 0.4 kT.
    assert distance.max() < 12


def test_flight_begins_and_ends_in_the_states() -> None:
    loop = Loop(PauliParamagnet(), preset="warm")
    loop.advance(5 * FRAMES)
    state, p = loop.state, loop.parameters
    states, _ = fermi_seas.places_of(view_of(p), p.electrons, p.top)
    flying = state.before != state.place
    assert flying.any()
    for progress, places in ((0.0, state.before), (1.0, state.place)):
        path, spin = fermi_seas.in_flight(states, state.before, state.place, flying, progress)
        np.testing.assert_allclose(path, states[places], atol=1e-6)
        np.testing.assert_array_equal(spin > 0, places < len(state.occupant) // 2)


def test_rows_of_states_follow_the_density_of_states() -> None:
    p = PauliParameters.of(B=0.0, electrons=2000)
    view = view_of(p)
    states, _ = fermi_seas.places_of(view, p.electrons, p.top)
    up = states[: len(states) // 2]
    for energy in (0.3, 1.0):
        row = np.abs(up[:, 2] - view.height(energy)) < view.size / 2
        # g(E) = (3N/4) sqrt(E) for one spin, E in E_F, times the width of a row; one state more or less.
        assert np.count_nonzero(row) == pytest.approx(1500 * np.sqrt(energy) * view.size / view.unit, abs=2)


@pytest.mark.parametrize("preset", [preset.name for preset in PauliParamagnet.presets])
@pytest.mark.parametrize("B", [-60.0, 0.0, 60.0])
def test_picture_stays_on_the_stage(preset: str, B: float) -> None:
    system = PauliParamagnet()
    p = PauliParameters.of(**{**system.preset(preset).parameters, "B": B})
    outline = view_of(p).envelope(p.electrons)
    low, high = np.array(system.stage(p).low), np.array(system.stage(p).high)
    assert np.all(outline[:, [0, 2]] >= low[[0, 2]])
    assert np.all(outline[:, [0, 2]] <= high[[0, 2]] + 1e-6)


def test_exaggeration_is_said() -> None:
    assert "exaggerated 1000 times" in Loop(PauliParamagnet(), preset="sodium").frame().caption
    assert "exaggerated" not in Loop(PauliParamagnet()).frame().caption


def test_bands_hold_all_electrons() -> None:
    for preset in ("two_seas", "warm", "aligned"):
        loop = Loop(PauliParamagnet(), preset=preset)
        E, up, down, filled, _, _ = pauli_paramagnet.bands_now(loop.state, loop.parameters)
        # Trapezoid on 240 energies across the square-root edges: 1 %.
        assert np.trapezoid((up + down) * filled, E) == pytest.approx(1.0, abs=0.01)


def test_same_seed_gives_the_same_bits() -> None:
    system, p = PauliParamagnet(), PauliParameters.of(T=20.0)
    state = system.initial_state(p, np.random.default_rng(1))
    twin = copy_state(state)
    for one in (state, twin):
        for _ in range(50):
            system.step(one, p, 1 / FRAMES)
    np.testing.assert_array_equal(state.place, twin.place)
    np.testing.assert_array_equal(state.random, twin.random)


@pytest.mark.parametrize(("b", "t"), [(0.05, 0.1), (0.2, 0.02), (0.2, 0.1)])
def test_pauli_law_stays_within_the_terms_it_allows_for_against_the_exact_gas(b: float, t: float) -> None:
    n = PauliParameters.of(EF=0.01).n
    B, T = b * 0.01 * ELECTRON_VOLT / BOHR_MAGNETON, t * 0.01 * ELECTRON_VOLT / BOLTZMANN
    exact = VACUUM_PERMEABILITY * float(bands.equilibrium(n, B, T).magnetization) / B
    law = float(bands.pauli_susceptibility(n) * bands.sommerfeld_factor(T, n))
    assert 0 < law / exact - 1 < 0.175 * b**2 + 10 * t**4
    assert law / exact - 1 < 0.008


@pytest.mark.parametrize(("t", "share"), [(1.5, 0.01), (1.5, 0.4), (3.0, 0.4)])
def test_curie_law_stays_within_the_terms_it_allows_for_against_the_exact_gas(t: float, share: float) -> None:
    n = PauliParameters.of(EF=0.01).n
    T = t * 0.01 * ELECTRON_VOLT / BOLTZMANN
    B = share * BOLTZMANN * T / BOHR_MAGNETON
    exact = VACUUM_PERMEABILITY * float(bands.equilibrium(n, B, T).magnetization) / B
    beyond = 1 - exact / float(bands.curie_susceptibility(n, T))
    assert 0 < beyond < 0.27 * t**-1.5 + share**2 / 3


def test_sodium_is_shown_as_a_solid() -> None:
    assert PauliParamagnet().preset("sodium").parameters["T"] < 371  # It melts at 371 K.


def seas(up: int, down: int, **values: object):
    """A state whose lowest ``up`` and ``down`` states of either spin are filled, and its parameters."""
    system, p = PauliParamagnet(), PauliParameters.of(electrons=up + down, **values)
    state = system.initial_state(p, np.random.default_rng(0))
    half = len(state.occupant) // 2
    state.place[:] = np.concatenate([np.arange(up), half + np.arange(down)])
    state.before[:] = state.place
    state.occupant[:] = -1
    state.occupant[state.place] = np.arange(up + down)
    return state, p


@pytest.mark.value_of("P", "M", "chi", "field", "T")
@pytest.mark.parametrize(
    ("up", "down", "B", "factor"), [(30, 10, 20.0, 1.0), (12, 28, -35.0, 1.0), (30, 10, 8.0, 50.0)]
)
def test_numbers_are_those_of_electrons_counted_by_hand(up: int, down: int, B: float, factor: float) -> None:
    state, p = seas(up, down, EF=0.02, B=B, exaggeration=factor, T=7.0)
    system = PauliParamagnet()
    seen = system.observe(state, p)
    M = (up - down) / 40 * DENSITY * 0.02**1.5 * MU_B
    assert seen["P"] == (up - down) / 40
    assert seen["M"] == pytest.approx(M, rel=1e-4)
    assert seen["field"] == B * factor
    assert seen["chi"] == pytest.approx(MU_0 * M / (B * factor), rel=1e-4)
    assert seen["T"] == 7.0
    assert [system.observable(name).unit for name in ("M", "field", "T", "chi", "P")] == ["A/m", "T", "K", "", ""]
    assert np.isnan(system.observe(state, p.change(B=0.0))["chi"])


@pytest.mark.value_of("chi")
@pytest.mark.parametrize("B", [10.0, -10.0])
def test_susceptibility_of_sodium_is_as_published_however_exaggerated(B: float) -> None:
    # Ashcroft and Mermin, table 31.5: 0.66e-6 in Gaussian units for free electrons.
    for factor in (100.0, 1000.0):
        loop = Loop(PauliParamagnet(), PauliParameters.of(EF=3.24, T=0.5, B=B, exaggeration=factor, electrons=2000))
        # P comes in steps of 1/1000, of which 0.027 is the smallest here.
        assert loop.observables["chi"] == pytest.approx(4 * pi * 0.66e-6, rel=0.02 + 0.0005 / 0.027)
        assert loop.observables["M"] * B > 0


@pytest.mark.value_of("moves")
def test_moves_are_counted_one_by_one_from_the_states() -> None:
    system, p = PauliParamagnet(), PauliParameters.of(T=20.0, electrons=60)
    assert p.inner == 1  # One attempt for each electron.
    state = system.initial_state(p, np.random.default_rng(4))
    energy = population.state_energies(pauli_paramagnet.levels_of(p), p.B_shown)
    reach = population.typical_reach(pauli_paramagnet.levels_of(p), 60, p.B_shown, p.T)
    counts = []
    for _ in range(30):
        twin, moves = copy_state(state), 0
        for _ in range(60):
            before = twin.place.copy()
            population._move(twin.occupant, twin.place, twin.age, energy, K_B * 20.0, twin.random, 1, reach)
            moves += np.count_nonzero(twin.place != before)
        for _ in range(FRAMES):
            system.step(state, p, 1 / FRAMES)
            counts.append(system.observe(state, p)["moves"])
        np.testing.assert_array_equal(state.place, twin.place)
        assert counts[-FRAMES:] == [moves] * FRAMES
        assert np.count_nonzero(state.place != state.before) <= moves
    assert max(counts) > 5


@pytest.mark.parametrize("B", [20.0, -20.0, 0.0])
def test_arrows_of_M_and_B_have_the_length_and_the_sign_of_the_numbers(B: float) -> None:
    for up, down in ((30, 10), (10, 30)):
        state, p = seas(up, down, B=B, exaggeration=3.0)
        visuals = PauliParamagnet().draw(state, p)
        mast = next(v for v in visuals if isinstance(v, Lines) and len(v.points) == 2 and not v.dashed)
        _, net, field = (v for v in visuals if isinstance(v, Arrows))
        assert (net.color, field.color) == ("net", "accent")
        # The mast is as high as M of all electrons.
        tip = mast.points[0] + (up - down) / 40 * (mast.points[1] - mast.points[0])
        np.testing.assert_allclose(net.positions[0] + net.length * net.directions[0], tip, atol=1e-6)
        np.testing.assert_allclose(field.directions, [[0, 0, np.sign(B)]])
        letters = next(v for v in visuals if isinstance(v, Labels))
        assert letters.texts[:2] == ("M", f"B = {abs(B):g} T × 3")
        np.testing.assert_allclose(letters.positions[:2, 0], [net.positions[0, 0], field.positions[0, 0]])
        assert (letters.positions[1, 2] > field.length) == (B >= 0)


@pytest.mark.parametrize("B", [20.0, -20.0])
def test_states_are_as_high_as_their_energy_and_spins_on_their_side(B: float) -> None:
    state, p = seas(150, 150, B=B)
    visuals = PauliParamagnet().draw(state, p)
    electrons = next(v for v in visuals if isinstance(v, Arrows))
    x, _, z = electrons.positions.T
    warm = electrons.color[:, 0] > electrons.color[:, 2]
    assert np.all((x > 0) == (np.arange(300) < 150))
    assert np.all(np.sign(electrons.directions[:, 2]) == np.where(np.arange(300) < 150, 1, -1))
    assert np.array_equal(warm, x > 0)
    assert dict(PauliParamagnet().stage(p).entries) == {"up": "moment up", "down": "moment down"}
    assert np.sign(np.subtract(*np.array(DARK.rgb("up"))[[0, 2]])) == 1  # the legend is as warm
    view = view_of(p)
    # E_F (2 (k + 1/2)/N)^(2/3) less muB B for up, more for down; drawn in rows.
    k = np.tile(np.arange(150), 2) + 0.5
    energy = (2 * k / 300) ** (2 / 3) - np.sign(x) * 5.7883818060e-5 * B / 0.01
    np.testing.assert_allclose(z, view.base + view.unit * energy, atol=0.51 * view.size)
    level = next(v for v in visuals if isinstance(v, Lines) and v.dashed)
    # mu of 300 electrons in the cold, where both seas end; kT/E_F = 0.05, b = 0.12.
    mu = float(bands.equilibrium(p.n, B, p.T).mu) / (0.01 * EV)
    assert mu == pytest.approx(1 - 0.25 * 0.1158**2 - pi**2 / 12 * 0.0517**2, abs=5e-4)
    np.testing.assert_allclose(level.points[:, 2], view.base + view.unit * mu, atol=1e-5)
    outline = next(v for v in visuals if isinstance(v, Lines) and v.breaks is not None)
    right, left = outline.points[: len(outline.points) // 2], outline.points[len(outline.points) // 2 :]
    assert right[0, 0] > 0 > left[0, 0]
    assert left[0, 2] - right[0, 2] == pytest.approx(2 * view.unit * 5.7883818060e-5 * B / 0.01, rel=1e-5)
    empty = next(v for v in visuals if isinstance(v, Spheres))
    assert empty.label == "empty state"
    assert not {tuple(place) for place in empty.positions} & {tuple(place) for place in electrons.positions}


def test_depth_in_the_sea_darkens_an_electron() -> None:
    state, p = seas(150, 150, B=20.0)
    shades = next(v for v in PauliParamagnet().draw(state, p) if isinstance(v, Arrows)).color.max(axis=1)
    assert shades[149] > shades[120] > shades[0]
    above = above_fermi(state, p)
    mu = float(bands.equilibrium(p.n, 20.0, p.T).mu)
    energies = 0.01 * EV * (2 * 149.5 / 300) ** (2 / 3) + np.array([-1, 1]) * MU_B * 20.0
    np.testing.assert_allclose(above[[149, 299]], (energies - mu) / (K_B * 6.0), rtol=1e-6)


def test_moved_electrons_are_marked_on_their_way() -> None:
    loop = Loop(PauliParamagnet(), preset="warm")
    loop.advance(5 * FRAMES + FRAMES // 2)
    state, visuals = loop.state, loop.frame().visuals
    moved = state.place != state.before
    marks = [v for v in visuals if isinstance(v, Spheres)][1]
    assert marks.label == "moved in this sweep"
    electrons = next(v for v in visuals if isinstance(v, Arrows))
    assert len(electrons.positions) == 300
    np.testing.assert_array_equal(marks.positions, electrons.positions[moved])


def test_bands_on_the_plot_have_the_energies_and_densities_of_free_electrons() -> None:
    for B in (20.0, -20.0):
        state, p = seas(10, 10, EF=0.01, B=B, T=6.0)
        E, up, down, filled_up, filled_down, mu = pauli_paramagnet.bands_now(state, p)
        shift = 5.7883818060e-5 * B
        # One spin of N electrons has (3/4) sqrt(E/E_F)/E_F states for each electron and eV.
        for density, s in ((up, 1), (down, -1)):
            inside = E + s * shift > 1e-5
            np.testing.assert_allclose(density[inside], 75 * np.sqrt((E[inside] + s * shift) / 0.01), rtol=1e-6)
            assert not density[E + s * shift < -1e-9].any()
        assert mu == pytest.approx(0.01 * (1 - 0.25 * 0.1158**2 - pi**2 / 12 * 0.0517**2), rel=5e-4)
        expected = 1 / (1 + np.exp((E - mu) * EV / (K_B * 6.0)))
        np.testing.assert_allclose(filled_up, expected, rtol=1e-6)
        np.testing.assert_array_equal(filled_up, filled_down)


def test_actions_do_what_they_say() -> None:
    loop = Loop(PauliParamagnet(), PauliParameters.of(T=5.0, B=30.0))
    for name, T, B in (
        ("warm", 10.0, 30.0), ("warm", 20.0, 30.0), ("cool", 10.0, 30.0), ("reverse", 10.0, -30.0),
        ("on", 10.0, 20.0), ("off", 10.0, 0.0),
    ):  # fmt: skip
        loop.apply(Act(name))
        assert (loop.parameters.T, loop.parameters.B) == (T, B)
    loop.apply(Act("ground"))
    assert loop.observables["P"] == 0.0
    loop.apply(SetParameters(loop.parameters.change(B=-30.0)))
    loop.apply(Act("ground"))
    # muB B/E_F = 0.1737: 1.5 of it are turned, less b^3/16; P comes in steps of 1/150.
    assert loop.observables["P"] == pytest.approx(-0.2602, abs=1 / 150)
    energies = population.state_energies(pauli_paramagnet.levels_of(loop.parameters), -30.0)
    assert energies[loop.state.place].max() <= energies[loop.state.occupant < 0].min()
    loop.apply(Act("unpolarized"))
    assert loop.observables["P"] == 0.0
    assert loop.parameters.B == -30.0
    for T, action, limit in ((0.015, "cool", 0.01), (8000.0, "warm", 10_000.0)):
        loop = Loop(PauliParamagnet(), PauliParameters.of(T=T))
        loop.apply(Act(action))
        assert pytest.approx(limit) == loop.parameters.T


def test_caption_gives_heat_and_shift_in_units_of_the_fermi_energy() -> None:
    caption = Loop(PauliParamagnet(), PauliParameters.of(EF=0.01, T=6.0, B=-20.0, exaggeration=2.0)).frame().caption
    # kT = 0.517 meV, muB B = 1.158 meV.
    assert "300 electrons · Fermi energy 10 meV · kT is 0.052 of it, the shift 0.23" in caption
    assert "field exaggerated 2 times" in caption
    assert "highest states are missing" in Loop(PauliParamagnet(), PauliParameters.of(T=60.0)).frame().caption


def test_axes_reach_beyond_the_setting() -> None:
    _, _, over_T, over_B = PauliParamagnet.plots
    p = PauliParameters.of(EF=0.01, T=6.0, B=20.0)
    assert over_T.x_high(p) == pytest.approx(1.2 * 116.045, rel=1e-4)  # the Fermi temperature of 10 meV [K]
    assert over_B.x_high(p) == -over_B.x_low(p) == pytest.approx(0.01 / 5.7883818060e-5)  # muB B = E_F
    strong = p.change(B=60.0, exaggeration=10.0, T=200.0)
    assert over_B.x_high(strong) == pytest.approx(660)
    assert over_T.x_high(strong) == pytest.approx(300)
    for law in PauliParamagnet.laws:
        curves = [plot for plot in PauliParamagnet.plots if plot.name in law.plots and isinstance(plot, Curve)]
        assert {plot.y for plot in curves} <= {law.observable}


def test_drawn_curves_are_those_of_the_exact_gas() -> None:
    loop = Loop(PauliParamagnet(), PauliParameters.of(EF=0.01, T=6.0, B=20.0, exaggeration=2.0))
    curves, n = loop.frame().curves, DENSITY * 0.01**1.5
    T, chi = curves["over_T", "response"]
    for at in (10.0, 60.0, 110.0):
        exact = 4e-7 * pi * float(bands.equilibrium(n, 40.0, at).magnetization) / 40.0
        assert np.interp(at, T, chi) == pytest.approx(exact, rel=5e-3)
    T, chi = curves["over_T", "curie"]
    assert np.interp(100.0, T, chi) == pytest.approx(4e-7 * pi * n * MU_B**2 / (K_B * 100.0), rel=1e-3)
    T, chi = curves["over_T", "pauli"]
    assert chi[1] == pytest.approx(4e-7 * pi * MU_B**2 * 1.5 * n / (0.01 * EV), rel=1e-3)
    assert np.interp(40.0, T, chi) / chi[1] == pytest.approx(1 - pi**2 / 12 * (40 / 116.045) ** 2, abs=2e-3)
    B, P = curves["over_B", "fermi_gas"]
    slope = np.interp(10.0, B, P) / 10.0
    assert slope == pytest.approx(1.5 * 5.7883818060e-5 / 0.01, rel=0.01)
    np.testing.assert_allclose(P, -P[::-1], atol=1e-9)


def test_allowance_for_steps_is_that_of_the_ground_state() -> None:
    """In the cold P of N electrons is at most 1/N from that of the gas, and comes that close to it."""
    worst = 0.0
    for B in np.linspace(2.0, 40.0, 77):
        p = PauliParameters.of(T=0.02, B=float(B) / 10, exaggeration=10.0, electrons=40)
        P = PauliParamagnet().observe(PauliParamagnet().initial_state(p, np.random.default_rng(0)), p)["P"]
        off = abs(P - gas_of(p))
        assert off <= 1.05 * staircase(p)
        assert in_chi(p, off) == pytest.approx(off * MU_0 * MU_B * DENSITY * 0.01**1.5 / B, rel=1e-4)
        worst = max(worst, off)
    assert worst > 0.8 * staircase(p) > 0.8 / 41


def test_allowance_for_steps_is_rounded_by_heat_as_the_exact_electrons_are() -> None:
    N = 40
    for T in (0.12, 0.35, 4.0):
        p = PauliParameters.of(T=T, electrons=N)
        off = []
        for B in np.linspace(10.0, 40.0, 16):
            here = p.change(B=float(B))
            energy = population.state_energies(pauli_paramagnet.levels_of(here), float(B))
            off.append(abs(population.canonical_polarization(energy, N, T) - gas_of(here)))
        # Of a staircase the first harmonic alone is counted; N electrons are off by 0.1/N^2 where it is gone.
        assert max(off) <= 1.1 * staircase(p) + 0.2 / N**2
    assert staircase(p) < 0.02 / N


@pytest.mark.parametrize(("b", "t"), [(0.2, 0.02), (0.2, 0.1)])
def test_what_pauli_leaves_out_is_allowed_for_and_no_more(b: float, t: float) -> None:
    p = PauliParameters.of(T=t * 116.045, B=b * 0.01 / 5.7883818060e-5)
    chi = float(bands.pauli_susceptibility(p.n) * bands.sommerfeld_factor(p.T, p.n))
    exact = VACUUM_PERMEABILITY * float(bands.equilibrium(p.n, p.B, p.T).magnetization) / p.B
    assert 0.9 < (chi - exact) / (beyond_pauli(p) - in_chi(p, staircase(p))) < 1


@pytest.mark.parametrize(("t", "share"), [(1.5, 0.01), (1.5, 0.4), (3.0, 0.4)])
def test_corrected_curie_law_is_that_of_the_exact_gas(t: float, share: float) -> None:
    B = share * t * 0.01 / 5.7883818060e-5
    p = PauliParameters.of(T=t * 116.045, B=B / 20, exaggeration=20.0, top=50.0)
    exact = VACUUM_PERMEABILITY * float(bands.equilibrium(p.n, B, p.T).magnetization) / B
    # Terms left out, and the accuracy of the gas: the law allows for 1e-4.
    assert nearly_free(p) == pytest.approx(exact, rel=2e-4, abs=0)


def exact_polarization(p: PauliParameters) -> float:
    """P of N electrons in equilibrium, by the sum over how many of them are up: both bands by recursion."""
    ln_Z = np.full(p.electrons + 1, -np.inf)
    ln_Z[0] = 0.0
    for level in levels_of(p)[: 3 * p.electrons] / (BOLTZMANN * p.T):
        ln_Z[1:] = np.logaddexp(ln_Z[1:], ln_Z[:-1] - level)
    up = np.arange(p.electrons + 1)
    chance = ln_Z + ln_Z[::-1] + BOHR_MAGNETON * p.B_shown / (BOLTZMANN * p.T) * (2 * up - p.electrons)
    chance = np.exp(chance - chance.max())
    return float((2 * up / p.electrons - 1) @ chance / chance.sum())


@pytest.mark.parametrize("t", [0.004, 0.008, 0.016])
def test_steps_of_cold_electrons_stay_within_what_the_laws_allow(t: float) -> None:
    """The allowance took heat to round them twice as well as it does: too small by 3 at t = 0.016."""
    base = PauliParameters.of(EF=0.01, electrons=40)
    found = []
    for b in np.linspace(0.05, 0.05 + 8 / 3 / 40, 13):
        p = base.change(T=t * base.fermi / BOLTZMANN, B=b * base.fermi / BOHR_MAGNETON)
        found.append(abs(exact_polarization(p) - float(gas(p.n, p.B_shown, p.T).polarization)))
    assert 0.3 * staircase(p) < max(found) <= staircase(p)


@pytest.mark.parametrize(("T", "part"), [(300.0, 1.0), (30.0, 1.0), (0.01, 0.0)])
def test_known_scatter_is_that_of_the_recorded_samples(T: float, part: float) -> None:
    loop = Loop(PauliParamagnet(), PauliParameters.of(EF=0.01, B=20.0, electrons=100, T=T, top=40.0))
    loop.advance_to(900.0)
    history = loop.samples.history()
    seen = history.observables["P"][history.time > 60.0].std()
    assert scatter_of_P(loop.parameters) == pytest.approx(part * seen, rel=0.25, abs=1e-6)


def test_electrons_keep_their_numbers_where_some_are_above_the_picture() -> None:
    """An arrow belongs to the electron whose number it has: at rest it stands at that one's state, with its spin."""
    loop = Loop(PauliParamagnet(), PauliParameters.of(T=150.0, B=0.0), memory=1)
    loop.advance(30 * FRAMES)
    state, p = loop.state, loop.parameters
    state.age[:] = 99  # nobody flies
    (arrows,) = (v for v in PauliParamagnet().draw(state, p) if isinstance(v, Arrows) and v.who is not None)
    assert 0 < len(arrows.who) < p.electrons
    states, _ = fermi_seas.places_of(fermi_seas.View.of(p.electrons, p.b, p.t), p.electrons, p.top)
    np.testing.assert_allclose(arrows.positions, states[state.place[arrows.who]], atol=1e-5)
    up = state.place[arrows.who] < len(state.occupant) // 2
    np.testing.assert_array_equal(arrows.directions[:, 2] > 0, up)
