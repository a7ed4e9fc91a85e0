"""Paramagnet: quantised angles, Boltzmann populations, relaxation, and the exaggeration said on screen."""

from math import exp, sqrt, tanh

import numpy as np
import pytest

from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.engine.snapshots import copy_state
from spinviz.model.law import Departure
from spinviz.model.visuals import Arrows
from spinviz.systems.moments.paramagnet import system as paramagnet
from spinviz.systems.moments.paramagnet.picture import colors
from spinviz.systems.moments.paramagnet.system import Paramagnet, ParamagnetParameters

MU_B, K_B = 9.2740100657e-24, 1.380649e-23


def after(time: float, **values: object):
    """State at a time [s], without the loop."""
    system, p = Paramagnet(), ParamagnetParameters.of(**values)
    state = system.initial_state(p, np.random.default_rng(4))
    for _ in range(round(time / system.timestep(p))):
        system.step(state, p, system.timestep(p))
    return state, p


@pytest.mark.parametrize("S", ["1/2", "3/2", "7/2"])
@pytest.mark.parametrize("B", [1.0, -2.0])
def test_populations_become_those_of_boltzmann(S: str, B: float) -> None:
    N = 40_000
    system, p = Paramagnet(), ParamagnetParameters.of(S=S, B=B, T=1.7, g=2.0, N=N, tau=0.05)
    state = system.initial_state(p, np.random.default_rng(1))
    state.level[:] = 0
    for _ in range(round(0.8 / system.timestep(p))):
        system.step(state, p, system.timestep(p))
    m = np.arange(round(2 * p.spin) + 1) - p.spin
    weight = np.exp(-2.0 * MU_B * B * m / (K_B * 1.7))
    expected = weight / weight.sum()
    counted = paramagnet.level_scheme(state, p).populations
    # 16 relaxation times; each count has a standard deviation of sqrt(p(1 - p)/N), of which five.
    assert np.all(np.abs(counted - expected) < 5 * np.sqrt(expected * (1 - expected) / N) + 1e-6)


def test_ladder_without_field_relaxes_with_tau() -> None:
    system, p = Paramagnet(), ParamagnetParameters.of(S="7/2", B=0.0, T=4.0, N=100_000, tau=0.2)
    state = system.initial_state(p, np.random.default_rng(2))
    paramagnet.put(state, 0)
    means = []
    for _ in range(2):
        for _ in range(round(0.2 / system.timestep(p))):
            system.step(state, p, system.timestep(p))
        means.append(system.observe(state, p)["m"])
    elapsed = round(0.2 / system.timestep(p)) * system.timestep(p)
    # The next mode decays nine times as fast and is gone; the mean errs by 0.65/sqrt(N) = 0.002 of 0.1.
    assert means[1] / means[0] == pytest.approx(exp(-elapsed / 0.2), abs=0.015)


def test_arrows_stand_at_quantised_angles() -> None:
    state, p = after(0.1, S="3/2", N=60)
    arrows = max((v for v in Paramagnet().draw(state, p) if isinstance(v, Arrows)), key=lambda v: len(v.positions))
    length = np.linalg.norm(arrows.directions, axis=1)
    np.testing.assert_allclose(length, 1.0, atol=1e-6)
    allowed = np.array([1.5, 0.5, -0.5, -1.5]) / sqrt(1.5 * 2.5)
    np.testing.assert_allclose(arrows.directions[:, 2], allowed[state.level], atol=1e-6)


def test_ground_state_points_along_the_field() -> None:
    for B in (1.0, -1.0):
        loop = Loop(Paramagnet(), ParamagnetParameters.of(B=B))
        loop.apply(Act("align"))
        assert loop.observables["m"] == np.sign(B)
        assert loop.observables["energy"] == pytest.approx(-2.00231930436 * MU_B / 2 / 1.602176634e-19, rel=1e-9)
        assert loop.observables["lowest"] == 1.0


def test_reversed_field_lets_the_magnetization_follow() -> None:
    loop = Loop(Paramagnet(), ParamagnetParameters.of(N=20_000, T=0.7), seed=1)
    loop.apply(Act("reverse"))
    start = loop.observables["m"]
    loop.advance_to(4.0)
    assert start > 0.7
    assert loop.observables["m"] == pytest.approx(-tanh(2.00231930436 * MU_B / (2 * K_B * 0.7)), abs=0.02)
    assert loop.laws["relaxation"].passed


def test_proton_polarization_is_five_in_a_million_and_the_exaggeration_is_said() -> None:
    p = ParamagnetParameters.of(kind="protons", B=1.5, T=300.0, exaggeration=1e5)
    assert p.polarization == pytest.approx(5.1e-6, rel=0.01)
    loop = Loop(Paramagnet(), p)
    caption = loop.frame().caption
    assert "exaggerated 100\u202f000 times" in caption
    assert "5.1·10⁻⁶" in caption
    assert "exaggerated" not in Loop(Paramagnet()).frame().caption


def test_lowest_proton_level_has_its_spin_along_the_field() -> None:
    protons, electrons = (ParamagnetParameters.of(kind=kind) for kind in ("protons", "electrons"))
    state, _ = after(0.0)
    assert paramagnet.level_scheme(state, protons).names[0] == "m = +1/2"
    assert paramagnet.level_scheme(state, electrons).names[0] == "m = −1/2"


def test_colour_says_along_or_against_the_field() -> None:
    warm, cold = colors(0.5, 1.0)
    assert warm[0] > warm[2]
    assert cold[2] > cold[0]
    np.testing.assert_array_equal(colors(0.5, -1.0), [cold, warm])


def test_curie_line_is_tangent_to_brillouin() -> None:
    loop = Loop(Paramagnet(), ParamagnetParameters.of(S="5/2"))
    frame = loop.frame()
    ratio, law = frame.curves["brillouin", "brillouin"]
    _, line = frame.curves["brillouin", "curie"]
    middle = np.abs(ratio) < 0.05 * ratio[-1]
    np.testing.assert_allclose(law[middle], line[middle], rtol=0.03)
    assert np.isnan(line[-1])
    assert np.all(np.abs(law) < 1)


def test_flips_are_marked_and_age() -> None:
    state, p = after(0.2, N=400)
    assert state.flips == np.count_nonzero(state.age == 0)
    system = Paramagnet()
    for _ in range(40):
        system.step(state, p, 0.0)
    assert state.age.min() == 40


def test_same_seed_gives_the_same_bits() -> None:
    system = Paramagnet()
    state, p = after(0.1, S="5/2")
    twin = copy_state(state)
    for one in (state, twin):
        paramagnet.heated(one, p)
        for _ in range(30):
            system.step(one, p, 0.01)
    np.testing.assert_array_equal(state.level, twin.level)
    np.testing.assert_array_equal(state.random, twin.random)


@pytest.mark.parametrize("N", [1, 3, 117, 640, 5000])
def test_grid_has_a_place_for_every_drawn_moment(N: int) -> None:
    loop = Loop(Paramagnet(), ParamagnetParameters.of(N=N))
    loop.advance(3)
    frame = loop.frame()
    drawn = min(N, paramagnet.DRAWN)
    arrows = max((v for v in frame.visuals if isinstance(v, Arrows)), key=lambda v: len(v.positions))
    assert len(arrows.positions) == max(drawn, 1)
    assert np.abs(arrows.positions[:, :2]).max() <= 1.6
    assert ("drawn" in frame.caption) == (drawn < N)


def test_live_temperature_starts_a_new_relaxation() -> None:
    loop = Loop(Paramagnet(), ParamagnetParameters.of(N=5000))
    loop.advance_to(1.0)
    loop.apply(SetParameters(loop.parameters.change(T=0.3)))
    loop.advance_to(2.0)
    assert loop.departure.time == pytest.approx(1.0, abs=0.02)
    assert loop.laws["relaxation"].passed


def test_curie_law_allows_for_its_distance_from_brillouin_however_long_the_mean() -> None:
    system, p = Paramagnet(), ParamagnetParameters.of(B=0.1, T=0.68, N=100_000, tau=0.02)
    state, d = system.initial_state(p, np.random.default_rng(0)), Departure()
    assert 0.09 < p.x < 0.1
    law = next(law for law in system.laws if law.name == "curie")
    deviation = law.deviation(tanh(p.x), law.theory(state, p, d), state, p, d, error=0.0)  # No scatter is left.
    assert 0.5 * law.tolerance < deviation <= law.tolerance


def test_means_wait_until_an_inversion_is_forgotten() -> None:
    """Where all but everything is in one level the mean scatters so little that 11 tau of the start would be seen."""
    loop = Loop(Paramagnet(), ParamagnetParameters.of(B=8.7, T=1.0, N=400, tau=0.05))
    loop.apply(Act("invert"))
    loop.advance_to(0.5)
    assert all(loop.laws[name].waits for name in ("brillouin", "tanh", "boltzmann"))
    loop.advance_to(12.0)
    for name in ("brillouin", "tanh", "boltzmann"):
        assert loop.laws[name].passed, loop.laws[name]


def test_actions_that_change_nothing_turn_no_badge() -> None:
    loop = Loop(Paramagnet(), ParamagnetParameters.of(T=1000.0, tau=0.05))
    loop.advance_to(6.0)
    before = loop.laws["tanh"]
    assert before.passed
    loop.apply(Act("warm"))  # 1000 K is the limit
    assert loop.laws["tanh"] == before
    assert loop.departure.time == 0.0
