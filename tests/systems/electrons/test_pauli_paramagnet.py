"""Pauli paramagnet: published metals, Pauli's principle in the picture, the same laws as the infinite gas."""

from math import pi

import numpy as np
import pytest

from spinviz.engine.loop import Act, Loop
from spinviz.engine.snapshots import copy_state
from spinviz.physics.constants import BOHR_MAGNETON, BOLTZMANN, ELECTRON_VOLT, VACUUM_PERMEABILITY
from spinviz.physics.electrons import band_population as population
from spinviz.physics.electrons import bands
from spinviz.systems.electrons.pauli_paramagnet import picture as fermi_seas
from spinviz.systems.electrons.pauli_paramagnet import system as pauli_paramagnet
from spinviz.systems.electrons.pauli_paramagnet.parameters import gas
from spinviz.systems.electrons.pauli_paramagnet.system import FRAMES, PauliParamagnet, PauliParameters

MU_B = 9.2740100657e-24


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
