"""Paramagnet: numbers, levels and picture, Boltzmann populations, relaxation, and the exaggeration said on screen."""

from math import exp, sqrt, tanh

import numpy as np
import pytest

from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.engine.snapshots import copy_state
from spinviz.model.law import Departure
from spinviz.model.theme import DARK
from spinviz.model.visuals import Arrows, Labels, Lines, Spheres
from spinviz.plots.levels import LevelsPlot
from spinviz.plots.look import Look
from spinviz.systems.moments.paramagnet import system as paramagnet
from spinviz.systems.moments.paramagnet.laws import scatter
from spinviz.systems.moments.paramagnet.picture import colors
from spinviz.systems.moments.paramagnet.state import settling
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


def at_levels(*level: int, **values: object):
    """A state whose moments are in these levels, numbered from m = -S, and its parameters."""
    p = ParamagnetParameters.of(N=len(level), **values)
    state = Paramagnet().initial_state(p, np.random.default_rng(0))
    state.level[:] = level
    return state, p


def arrows(state, p) -> tuple[Arrows, Arrows, Arrows]:
    """Those of the moments, of M and of B."""
    found = [v for v in Paramagnet().draw(state, p) if isinstance(v, Arrows)]
    assert [v.color for v in found[1:]] == ["net", "accent"]
    return found[0], found[1], found[2]


@pytest.mark.value_of("m", "moment", "lowest", "energy", "ratio")
@pytest.mark.parametrize(("B", "lowest"), [(2.0, 0.5), (-2.0, 0.125)])
def test_numbers_are_those_of_moments_counted_by_hand(B: float, lowest: float) -> None:
    state, p = at_levels(0, 0, 0, 0, 1, 2, 2, 3, S="3/2", B=B, T=4.0, g=1.5, exaggeration=10.0)
    # m = -3/2 four times, -1/2, +1/2 twice, +3/2: their sum is -4, and a moment is -g muB m.
    seen = Paramagnet().observe(state, p)
    assert seen["moment"] == pytest.approx(1.5 * 4.0 / 8)
    assert seen["m"] == pytest.approx(1.5 * 4.0 / 8 / (1.5 * 1.5))
    assert seen["energy"] == pytest.approx(-1.5 * 4.0 / 8 * 5.7883818060e-5 * B, rel=1e-9)  # muB in eV/T
    assert seen["lowest"] == lowest
    assert seen["ratio"] == B / 4.0
    units = [Paramagnet().observable(name).unit for name in ("m", "moment", "lowest", "energy", "flips", "ratio")]
    assert units == ["", "", "", "eV", "Hz", "T/K"]


@pytest.mark.value_of("moment", "energy")
def test_moment_of_a_proton_is_a_thousandth_of_a_bohr_magneton() -> None:
    state, p = at_levels(0, 0, 0, 1, kind="protons", B=1.5, S="7/2", g=3.0)
    seen = Paramagnet().observe(state, p)
    assert seen["m"] == 0.5
    assert seen["moment"] == pytest.approx(0.5 * 1.41060679545e-26 / MU_B, rel=1e-8)
    # 63.87 MHz at 1.5 T: h f/2 is 132.1 neV.
    assert seen["energy"] == pytest.approx(-0.5 * 4.135667696e-15 * 42.577478518e6 * 1.5 / 2, rel=1e-8)


@pytest.mark.value_of("flips")
def test_flips_are_counted_from_the_levels_before_and_after() -> None:
    N = 100_000
    system, p = Paramagnet(), ParamagnetParameters.of(B=0.0, tau=0.5, N=N)
    state = system.initial_state(p, np.random.default_rng(6))
    dt, seen = system.timestep(p), []
    for _ in range(20):
        before = state.level.copy()
        system.step(state, p, dt)
        seen.append(system.observe(state, p)["flips"])
        assert seen[-1] == pytest.approx(np.count_nonzero(state.level != before) / N / dt)
    # Half of the moments that were struck within dt turned over; 20 N of them make a standard deviation of 0.008 Hz.
    assert np.mean(seen) == pytest.approx((1 - exp(-dt / 0.5)) / 2 / dt, abs=4 * 0.008)


@pytest.mark.parametrize("kind", ["electrons", "protons"])
def test_level_scheme_has_energies_names_and_populations_in_the_same_order(kind: str) -> None:
    for B in (2.0, -2.0):
        state, p = at_levels(0, 0, 0, 1, kind=kind, B=B, T=1e-2 if kind == "protons" else 3.0, exaggeration=2.0)
        scheme = paramagnet.level_scheme(state, p)
        sign, largest = (-1, 9.2847646917e-24) if kind == "electrons" else (1, 1.41060679545e-26)
        projections = [{"m = −1/2": -0.5, "m = +1/2": 0.5}[name] for name in scheme.names]
        # The moment of an electron is opposite to its spin, that of a proton along it; E = -mu_z B, as it is in nature.
        moments = sign * 2 * largest * np.array(projections)
        np.testing.assert_allclose(scheme.energies, -moments * B / 1.602176634e-19, rtol=1e-8)
        np.testing.assert_allclose(scheme.populations, np.where(moments > 0, 0.75, 0.25))
        weight = np.exp(2.0 * moments * B / (K_B * p.T))  # B/T is exaggerated twice
        np.testing.assert_allclose(scheme.theory, weight / weight.sum(), rtol=1e-8)


def test_levels_on_screen_are_as_high_as_their_energy_and_bars_as_long_as_their_population(qtbot) -> None:
    loop = Loop(Paramagnet(), ParamagnetParameters.of(S="3/2", N=10))
    loop.state.level[:] = [0, 0, 0, 0, 0, 1, 1, 1, 2, 2]
    system = Paramagnet()
    panel = LevelsPlot(system.plots[0], system, Look(DARK))
    qtbot.addWidget(panel)
    panel.resize(500, 400)
    panel.draw(loop.frame())
    assert not panel.box.yInverted()
    _, y = panel._levels.getData()
    # g muB B m with m = -3/2 .. 3/2, in the prefixed unit of the axis.
    energies = 2.00231930436 * 5.7883818060e-5 * np.arange(-1.5, 2)
    np.testing.assert_allclose(y[::2] * panel._scale.factor, energies, rtol=1e-8)
    np.testing.assert_array_equal(y[::2], y[1::2])
    ticks, _ = panel._ticks.getData()
    weight = np.exp(-energies * 1.602176634e-19 / K_B)
    zero, one = panel._place(0.0), panel._place(1.0)
    np.testing.assert_allclose((ticks[::2] - zero) / (one - zero), weight / weight.sum(), rtol=1e-8)
    x, heights = (values.reshape(4, 6)[:, :5] for values in panel._bars.getData())
    np.testing.assert_allclose((x.max(axis=1) - zero) / (one - zero), [0.5, 0.3, 0.2, 0.0], atol=1e-12)
    np.testing.assert_allclose(x.min(axis=1), zero)
    np.testing.assert_allclose((heights.min(axis=1) + heights.max(axis=1)) / 2, y[::2])


@pytest.mark.parametrize(("kind", "B", "sense"), [
    ("electrons", 1.0, 1), ("electrons", -1.0, -1), ("protons", 1.0, -1), ("protons", -1.0, 1), ("electrons", 0.0, 0),
])  # fmt: skip
def test_moments_precess_as_their_charge_and_the_field_demand(kind: str, B: float, sense: int) -> None:
    """Seen against +z, 0.35 turns for every second on screen: dM/dt = -gamma M x B for electrons, + for protons."""
    p = ParamagnetParameters.of(B=B, N=100, kind=kind)
    loop = Loop(Paramagnet(), p, memory=1)
    system, angles, levels = loop.system, [], []
    for seconds in (0.0, 0.5):
        loop.advance_to(seconds * system.speed(p))
        moments = arrows(loop.state, p)[0].directions
        angles.append(np.arctan2(moments[:, 1], moments[:, 0]).astype(float))
        levels.append(loop.state.level.copy())
    still = levels[0] == levels[1]
    assert still.sum() > 20
    turned = (angles[1] - angles[0])[still] / (2 * np.pi)
    np.testing.assert_allclose((turned + 0.5) % 1 - 0.5, sense * 0.35 * 0.5, atol=1e-5)
    assert ("precession slowed down" in system.caption(loop.state, p)) == bool(B)


def test_reversing_the_field_reverses_the_precession_without_a_jump() -> None:
    p = ParamagnetParameters.of(B=1.0, N=30)
    loop = Loop(Paramagnet(), p, memory=1)
    loop.advance_to(0.4 * loop.system.speed(p))
    before = loop.state.turned
    loop.apply(Act("reverse"))
    assert loop.state.turned == before > 0
    loop.advance_to(0.8 * loop.system.speed(p))
    assert loop.state.turned == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("m", [0.5, -0.5])
@pytest.mark.parametrize("B", [1.5, -1.5, 0.0])
def test_arrows_of_M_and_B_have_the_length_and_the_sign_of_the_numbers(B: float, m: float) -> None:
    state, p = at_levels(*((0, 0, 0, 2) if m > 0 else (2, 2, 2, 0)), S="1", B=B)
    _, net, field = arrows(state, p)
    mast = next(v for v in Paramagnet().draw(state, p) if isinstance(v, Lines) and len(v.points) == 2)
    saturated = (mast.points[1, 2] - mast.points[0, 2]) / 2
    np.testing.assert_allclose(net.positions[0], mast.points.mean(axis=0))  # from the middle of the mast
    np.testing.assert_allclose(net.length * net.directions, [[0, 0, m * saturated]])
    np.testing.assert_allclose(field.length * field.directions, [[0, 0, np.sign(B) * field.length]])
    labels = next(v for v in Paramagnet().draw(state, p) if isinstance(v, Labels))
    assert labels.texts == ("M", f"B = {abs(B):g} T")
    assert np.all(labels.positions[:, :2] == np.concatenate([net.positions, field.positions])[:, :2])
    assert labels.positions[0, 2] > net.length
    assert labels.positions[1, 2] * (np.sign(B) or 1) > field.length


@pytest.mark.parametrize("B", [1.0, -1.0])
def test_each_arrow_is_where_and_as_warm_as_its_moment_is_along_the_field(B: float) -> None:
    state, p = at_levels(0, 1, 2, 3, S="3/2", B=B)
    moments, _, _ = arrows(state, p)
    warmth = moments.color[:, 0] - moments.color[:, 2]
    assert np.all(np.diff(np.argsort(np.argsort(warmth)) * np.sign(B)) < 0)
    assert np.all(np.sign(warmth[[0, 3]]) == np.sign(moments.directions[[0, 3], 2] * B))
    circles = next(v for v in Paramagnet().draw(state, p) if isinstance(v, Lines) and v.breaks is not None)
    tip = moments.positions[0] + moments.length / 2 * moments.directions[0]
    assert moments.pivot == "middle"
    heights = circles.points[circles.breaks, 2]
    half = np.linalg.norm(circles.points[0] - moments.positions[0])
    np.testing.assert_allclose(heights, half * np.array([1.5, 0.5, -0.5, -1.5]) / sqrt(1.5 * 2.5), rtol=1e-5)
    # A circle has 49 points, 3.75 degrees from the next to the middle of a chord.
    nearest = np.linalg.norm(circles.points - tip, axis=1).min()
    assert nearest < 0.07 * half
    assert np.isclose(heights, tip[2], rtol=1e-5).any()
    np.testing.assert_allclose(np.linalg.norm(circles.points - moments.positions[0], axis=1), half, rtol=1e-5)
    assert dict(Paramagnet().stage(p).entries)["up"] == "moment along B (low energy)"
    assert DARK.rgb("up")[0] > DARK.rgb("up")[2]


def test_moments_that_flipped_are_marked_where_they_are() -> None:
    state, p = at_levels(*([0] * 12))
    assert not len(next(v for v in Paramagnet().draw(state, p) if isinstance(v, Spheres)).positions)
    state.age[[3, 7]] = 0, 4
    marks, feet = (v for v in Paramagnet().draw(state, p) if isinstance(v, Spheres))
    assert marks.label == "just flipped"
    np.testing.assert_array_equal(marks.positions, arrows(state, p)[0].positions[[3, 7]])
    assert marks.radii[0] > marks.radii[1] > 0
    assert len(feet.positions) == 12


def test_actions_do_what_they_say() -> None:
    loop = Loop(Paramagnet(), ParamagnetParameters.of(S="5/2", B=0.5, T=8.0, N=60_000), seed=3)
    loop.apply(Act("cool"))
    assert (loop.parameters.T, loop.parameters.B) == (4.0, 0.5)
    for _ in range(2):
        loop.apply(Act("warm"))
    assert loop.parameters.T == 16.0
    before, m = loop.state.level.copy(), loop.observables["m"]
    loop.apply(Act("invert"))
    np.testing.assert_array_equal(loop.state.level, 5 - before)
    assert loop.observables["m"] == pytest.approx(-m)
    loop.apply(Act("heat"))
    # Six levels alike: each count of 10 000 has a standard deviation of 91.
    assert np.abs(np.bincount(loop.state.level) - 10_000).max() < 5 * 91
    loop.apply(Act("reverse"))
    assert (loop.parameters.B, loop.parameters.T) == (-0.5, 16.0)
    loop.apply(Act("align"))
    assert loop.observables["m"] == -1.0
    for T, action, limit in ((0.015, "cool", 0.01), (800.0, "warm", 1000.0)):
        loop = Loop(Paramagnet(), ParamagnetParameters.of(T=T))
        loop.apply(Act(action))
        assert pytest.approx(limit) == loop.parameters.T


@pytest.mark.parametrize(("values", "slope"), [
    ({}, 0.67249),  # g muB/2k of an electron [K/T]
    ({"exaggeration": 20.0, "S": "5/2", "g": 2.0}, 20 * 5 * 0.671713816 * 7 / 15),
    ({"kind": "protons", "S": "5/2", "exaggeration": 1e3}, 1e3 * 1.41060679545e-26 / K_B),
])  # fmt: skip
def test_curves_over_the_field_begin_with_the_slope_of_curie(values: dict[str, object], slope: float) -> None:
    loop = Loop(Paramagnet(), ParamagnetParameters.of(**values))
    frame = loop.frame()
    for law in ("brillouin", "curie"):
        ratio, m = frame.curves["brillouin", law]
        middle = len(ratio) // 2
        part = slice(middle - 3, middle + 4)
        # |x| <= 0.1 here, where Brillouin's function is up to x^2/3 below the line.
        assert np.polyfit(ratio[part], m[part], 1)[0] == pytest.approx(slope, rel=4e-3)
    assert "x = " in Loop(Paramagnet()).frame().caption
    assert f"x = {0.67249 * 3 / 4:.3f}" in Loop(Paramagnet(), ParamagnetParameters.of(B=3.0, T=4.0)).frame().caption


def test_caption_counts_the_moments() -> None:
    assert Loop(Paramagnet(), preset="gadolinium").frame().caption.startswith("117 moments, S = 7/2 · x = 1.67")
    assert Loop(Paramagnet(), preset="one_moment").frame().caption.startswith("1 moment, S = 5/2")
    many = Loop(Paramagnet(), ParamagnetParameters.of(N=5000)).frame().caption
    assert many.startswith("5000 moments (640 drawn), S = 1/2")


@pytest.mark.parametrize("elapsed", [0.1, 0.6])
def test_scatter_on_the_way_to_equilibrium_is_that_of_many_small_samples(elapsed: float) -> None:
    many, N = 4000, 25
    system, p = Paramagnet(), ParamagnetParameters.of(B=0.6, tau=0.3, N=many * N)
    state = system.initial_state(p, np.random.default_rng(8))
    state.level[:] = 0
    state.level[: many * N // 4] = 1
    np.random.default_rng(9).shuffle(state.level)
    d = Departure(0.0, 0.5)
    for _ in range(round(elapsed / system.timestep(p))):
        system.step(state, p, system.timestep(p))
        state.time += system.timestep(p)
    # Samples that begin with three of four moments down, as the whole does; a scatter of 4000 errs by 1.1 %.
    m = 1 - 2 * state.level.reshape(many, N).mean(axis=1)
    small = p.change(N=N)
    from_start = (
        (1 - 0.25) * exp(-2 * elapsed / 0.3) / N
    )  # the samples begin with different m, the law with a known one
    assert scatter(state, small, d) - 0.5 / N == pytest.approx(sqrt(np.var(m) - from_start), rel=0.05)


@pytest.mark.parametrize("N", [50, 5000])
def test_means_begin_when_the_start_is_a_tenth_of_the_scatter(N: int) -> None:
    state, p = at_levels(*([1] * N), B=1.0, T=1.0, tau=0.3)
    upper = 1 / (1 + exp(2.00231930436 * MU_B / K_B))
    scatter_of_one = sqrt(upper * (1 - upper) / N)
    left = (1 - upper) * exp(-settling(state, p) / 0.3)
    assert left == pytest.approx(0.1 * scatter_of_one, rel=1e-6)


@pytest.mark.parametrize("S", ["1/2", "5/2"])
def test_known_scatter_is_that_of_the_recorded_samples(S: str) -> None:
    loop = Loop(Paramagnet(), ParamagnetParameters.of(S=S, N=50, B=1.0, T=2.0, tau=0.05))
    loop.advance_to(60.0)
    history = loop.samples.history()
    for name in ("brillouin", "boltzmann"):
        law = next(law for law in Paramagnet.laws if law.name == name)
        seen = history.observables[law.observable][history.time > 1.0].std()
        # 59 s are some 600 independent samples, which know a deviation to 3 %.
        assert law.scatter(loop.state, loop.parameters, loop.departure) == pytest.approx(seen, rel=0.12)
