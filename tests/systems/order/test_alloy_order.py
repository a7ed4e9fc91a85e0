"""Ordering alloy: moment and order, the slider, compositions, quench and anneal, what is drawn."""

import numpy as np
import pytest

from spinviz.engine.loop import Act, Loop, Paint, SetParameters, Undo
from spinviz.model.brush import Stroke
from spinviz.model.visuals import Arrows, Cells, Labels, Shades, Spheres
from spinviz.physics.order.atom_exchange import counted, local_order
from spinviz.systems.order.alloy_order.laws import LAWS, cold_scatter, mean_field_energy, mean_field_order, transition
from spinviz.systems.order.alloy_order.parameters import T_ORDER, AlloyParameters
from spinviz.systems.order.alloy_order.system import AlloyOrder

SYSTEM = AlloyOrder()


def run(sweeps: int, seed: int = 3, **values: object) -> Loop:
    loop = Loop(SYSTEM, AlloyParameters.of(**values), seed=seed)
    loop.advance(sweeps)
    return loop


@pytest.mark.value_of("S", "abs_S", "local_S", "energy", "antisites", "T", "M")
def test_numbers_are_those_of_the_atoms() -> None:
    loop = run(5, exchange="neighbours", T=5.0, L=6, x=0.45, S=0.4)
    a, b = loop.state.atoms.astype(int)
    seen, n = loop.observables, 216
    up, down = (a > 0).sum(), (b > 0).sum()
    assert seen["S"] == pytest.approx((up - down) / n)
    assert seen["abs_S"] == abs(seen["S"])
    assert seen["antisites"] == pytest.approx(min(up, down) / (up + down))
    assert up + down == round(0.9 * n)
    around = sum(np.roll(b, (z, y, x), (0, 1, 2)) for z in (0, 1) for y in (0, 1) for x in (0, 1))
    assert seen["energy"] == pytest.approx((a * around).sum() / (2 * n))
    assert seen["local_S"] == pytest.approx(np.abs(local_order(loop.state.atoms)).mean())
    assert seen["T"] == 5.0
    # one Mn site a cell of 2.77 x 2.77 x 3.57 A^3, 2.3 Bohr magnetons: 778.695 kA/m at S = 1
    assert seen["M"] == pytest.approx(778_695 * seen["S"], rel=1e-5)


@pytest.mark.value_of("susceptibility")
def test_fluctuations_of_the_order_are_those_of_the_run() -> None:
    loop = run(2500, exchange="any pair", T=9.0, L=4)
    S = loop.samples.history().observables["abs_S"][200:]
    assert loop.observables["susceptibility"] == pytest.approx(S.var() * 128 / 9.0, rel=1e-2)


def test_the_slider_sets_the_order_and_what_is_held_stays() -> None:
    loop = run(3, L=6)
    assert loop.observables["S"] == 1
    for S in (0.5, 0.0, -0.75, 1.0):
        loop.apply(SetParameters(loop.parameters.change(S=S)))
        assert loop.state.order == pytest.approx(S, abs=1 / 216)
        loop.advance(10)
        assert loop.observables["S"] == pytest.approx(S, abs=1 / 216)
        assert loop.laws["moment"].passed


def test_no_composition_can_be_more_ordered_than_it_allows() -> None:
    loop = run(2, x=0.55, L=8)
    assert loop.parameters.most == pytest.approx(0.9, abs=0.005)
    assert loop.observables["S"] == pytest.approx(loop.parameters.most)
    assert "S ≤ 0.9" in SYSTEM.caption(loop.state, loop.parameters)


def test_after_a_quench_regions_are_ordered_and_the_sum_is_not_and_annealing_orders_it() -> None:
    loop = run(1, L=24, S=0.0, T=10.0, exchange="neighbours")
    loop.apply(Act("quench"))
    assert pytest.approx(0.3 * T_ORDER, abs=0.01) == loop.parameters.T
    loop.advance(30)
    seen = loop.observables
    assert seen["local_S"] > 0.5
    assert seen["abs_S"] < 0.6 * seen["local_S"]
    loop.apply(Act("anneal"))
    assert pytest.approx(0.9 * T_ORDER, abs=0.01) == loop.parameters.T
    loop.advance(1200)
    loop.apply(SetParameters(loop.parameters.change(T=2.0)))
    loop.advance(100)
    assert loop.observables["abs_S"] > 0.9


def test_mean_field_is_that_of_bragg_and_williams() -> None:
    p = AlloyParameters.of()
    T = np.array([0.6 * 8, 7.99, 8.5])
    assert mean_field_order(p, T)[0] == pytest.approx(0.907332, abs=1e-6)
    assert mean_field_order(p, T)[2] == 0
    assert pytest.approx(6.354, abs=1e-3) == T_ORDER


def test_actions_order_and_disorder() -> None:
    loop = run(1, L=8, S=0.3)
    loop.apply(Act("order"))
    assert loop.state.order == 1
    loop.apply(Act("disorder"))
    assert loop.state.order == 0, "held, it is set to zero"
    loop.apply(SetParameters(loop.parameters.change(exchange="any pair")))
    loop.apply(Act("disorder"))
    # <S^2> of a random alloy is 4 x (1 - x)/(2 n - 1)
    assert abs(loop.state.order) < 5 / np.sqrt(1023)


def test_arrows_stand_on_manganese_and_point_by_its_sublattice() -> None:
    loop = run(1, L=3, S=0.5, cut="whole")
    visuals = SYSTEM.draw(loop.state, loop.parameters)
    arrows = next(v for v in visuals if isinstance(v, Arrows))
    kind = np.concatenate([side.ravel() for side in loop.state.atoms])
    up = arrows.directions[:, 2]
    assert np.array_equal(up != 0, kind > 0)
    assert (up[:27][kind[:27] > 0] == 1).all()
    assert (up[27:][kind[27:] > 0] == -1).all()
    balls = [v for v in visuals if isinstance(v, Spheres)]
    assert np.array_equal(np.asarray(balls[0].radii) > 0, kind > 0)
    assert np.array_equal(np.asarray(balls[1].radii) > 0, kind < 0)
    large = run(1, L=16)
    assert any(isinstance(v, Cells) for v in SYSTEM.draw(large.state, large.parameters))


@pytest.mark.parametrize("exchange", ["held", "neighbours"])
def test_brushes_make_antiphase_domains_and_keep_the_composition(exchange: str) -> None:
    loop = run(1, L=12, S=1.0, x=0.4, exchange=exchange)
    manganese, before = int((loop.state.atoms > 0).sum()), loop.state.atoms.copy()
    stroke = Stroke("swap", ((0.0, 0.0, 0.0),), 4.0)
    reached = SYSTEM.sites(loop.parameters).reached(stroke)
    cells = np.unique(reached % 12**3)
    paint = Paint(stroke)
    loop.apply(paint)
    after = loop.state.atoms.reshape(2, -1)
    after = after.copy()
    assert np.array_equal(after[:, cells], before.reshape(2, -1)[::-1, cells])
    outside = np.setdiff1d(np.arange(12**3), cells)
    assert np.array_equal(after[:, outside], before.reshape(2, -1)[:, outside])
    share = loop.state.counts[1] / before[0].size
    assert loop.state.order == share < 0.8, "what was swapped has the opposite order"
    assert np.array_equal(loop.state.counts, counted(loop.state.atoms))
    undo = Undo(paint)
    loop.apply(undo)
    assert np.array_equal(loop.state.atoms, before)
    loop.apply(Undo(undo))
    assert loop.state.order == share
    loop.apply(Paint(Stroke("mix", ((0.0, 0.0, 0.0),), 4.0)))
    assert int((loop.state.atoms > 0).sum()) == manganese
    assert np.array_equal(loop.state.counts, counted(loop.state.atoms))
    mixed = np.flatnonzero(loop.state.atoms.reshape(2, -1) != after)
    assert len(mixed)
    assert np.isin(mixed, reached).all()
    loop.advance(3)
    assert int((loop.state.atoms > 0).sum()) == manganese


def test_sites_of_the_brush_are_the_atoms_of_the_picture() -> None:
    loop = run(1, L=3, S=0.5, cut="whole")
    arrows = next(v for v in SYSTEM.draw(loop.state, loop.parameters) if isinstance(v, Arrows))
    indices, places = SYSTEM.sites(loop.parameters).within(np.full(3, -2.0), np.full(3, 2.0))
    np.testing.assert_allclose(arrows.positions[indices], places, atol=1e-6)


def test_quench_and_anneal_let_neighbours_move_where_the_order_was_held() -> None:
    for action in ("quench", "anneal"):
        for before, after in (("held", "neighbours"), ("any pair", "any pair"), ("neighbours", "neighbours")):
            loop = run(1, L=6, S=1.0, T=9.0, exchange=before)
            loop.apply(Act(action))
            assert loop.parameters.exchange == after
    assert abs(run_after("quench").state.order) < 0.4, "a quench begins with mixed atoms"


def run_after(action: str, **values: object) -> Loop:
    loop = run(1, **{"L": 6, "S": 1.0, **values})
    loop.apply(Act(action))
    return loop


def test_annealing_is_below_the_ordering_temperature_of_the_composition() -> None:
    """In mean field it is 4 x (1 - x) of that of the equal alloy."""
    assert pytest.approx(0.9 * 6.354 * 0.84, abs=0.01) == run_after("anneal", x=0.3, L=10).parameters.T


def test_heating_and_cooling_are_steps_of_ten_percent() -> None:
    loop = run(1, T=5.0)
    loop.apply(Act("heat"))
    assert pytest.approx(5.5) == loop.parameters.T
    loop.apply(Act("cool"))
    loop.apply(Act("cool"))
    assert pytest.approx(5 / 1.1) == loop.parameters.T


def test_the_order_of_the_slider_is_taken_when_it_is_held_again() -> None:
    loop = run(40, L=6, S=1.0, T=30.0, exchange="any pair")
    assert loop.state.order < 0.5
    loop.apply(SetParameters(loop.parameters.change(exchange="held")))
    assert loop.state.order == 1


def test_a_sweep_tries_as_many_exchanges_as_there_are_atoms_and_of_which_kind_is_chosen() -> None:
    hot = run(1, L=8, S=1.0, T=40.0, exchange="any pair")
    assert hot.state.order < 0.75, "half of the pairs of a hot sample change places in a sweep"
    near, any_pair = (run(3, L=8, S=0.0, T=5.0, exchange=name).state.atoms for name in ("neighbours", "any pair"))
    assert not np.array_equal(near, any_pair)


def test_distant_atoms_change_places_only_where_any_pair_may() -> None:
    """One antisite pair far apart in perfect order at T = 0.2, where nothing else moves: neighbours cannot mend it."""
    for exchange, mended in (("neighbours", False), ("any pair", True)):
        loop = run(0, L=6, S=1.0, T=0.2, exchange=exchange)
        atoms = loop.state.atoms
        atoms[0, 0, 0, 0], atoms[1, 3, 3, 3] = -1, 1
        loop.state.counts[...] = counted(atoms)
        loop.advance(300)
        assert (loop.state.order == 1) is mended


def test_the_caption_counts_atoms_and_says_how_hot_it_is() -> None:
    p = AlloyParameters.of(L=6, x=0.3, exchange="neighbours", T=T_ORDER / 2)
    state = SYSTEM.initial_state(p, np.random.default_rng(1))
    caption = SYSTEM.caption(state, p)
    assert "130 Mn + 302 Al" in caption
    assert "T = 0.5 of the ordering temperature" in caption
    assert p.first == 130, "129.6 is rounded to the nearest"
    assert p.part == pytest.approx(130 / 432)
    assert "order held" in SYSTEM.caption(state, p.change(exchange="held"))


def test_no_point_over_the_temperature_is_made_where_it_plays_no_role() -> None:
    assert np.isnan(run(1, exchange="held").observables["T"])


def test_arrow_and_letters_say_what_the_sample_has() -> None:
    loop = run(1, L=4, S=-0.5)
    visuals = loop.frame().visuals
    net = [v for v in visuals if isinstance(v, Arrows)][-1]
    assert np.allclose(net.directions, [[0, 0, -0.5]])
    words = [text for v in visuals if isinstance(v, Labels) for text in v.texts]
    assert "M = −389 kA/m" in words
    assert "S = −0.50" in words
    sample = next(v for v in visuals if isinstance(v, Arrows))
    assert sample.worth == pytest.approx(2.3)


def test_colours_of_atoms_are_those_of_the_legend() -> None:
    p = AlloyParameters.of(L=4, S=0.5, cut="whole")
    state = SYSTEM.initial_state(p, np.random.default_rng(1))
    arrows = next(v for v in SYSTEM.draw(state, p) if isinstance(v, Arrows))
    assert isinstance(arrows.color, Shades)
    assert (arrows.color.colormap, arrows.color.low, arrows.color.high) == ("spin", -1, 1)
    kind = state.atoms.reshape(2, -1) > 0
    assert (arrows.color.values[:64][kind[0]] == 1).all(), "corners have the colour of up"
    assert (arrows.color.values[64:][kind[1]] == -1).all(), "centres that of down"
    named = dict(SYSTEM.stage(p).entries)
    assert "corner" in named["up"]
    assert "centre" in named["down"]
    assert "Al" in named["muted"]
    balls = [v for v in SYSTEM.draw(state, p) if isinstance(v, Spheres)]
    assert np.max(balls[0].radii) < np.max(balls[1].radii), "the metallic radius of Mn is 127 pm, of Al 143 pm"
    order = p.change(coloured="order")
    shades = next(v for v in SYSTEM.draw(state, order) if isinstance(v, Arrows)).color
    assert isinstance(shades, Shades)
    assert np.allclose(shades.values, local_order(state.atoms).ravel())


def test_cells_and_scale_of_the_picture_are_those_of_the_crystal() -> None:
    p = AlloyParameters.of(L=4, S=1.0, cut="whole")
    state = SYSTEM.initial_state(p, np.random.default_rng(1))
    at = next(v for v in SYSTEM.draw(state, p) if isinstance(v, Arrows)).positions.astype(float)
    metres = SYSTEM.stage(p).unit_length
    apart = np.linalg.norm(at[:, None] - at[None], axis=-1) * metres
    nearest = np.sort(apart + 1.0 * np.eye(len(at)), axis=1)[:, 0]
    assert np.allclose(nearest, np.hypot(2.77e-10 / np.sqrt(2), 3.57e-10 / 2), 1e-4, 0), "centres lie in the middle"
    large = p.change(L=16)
    state = SYSTEM.initial_state(large, np.random.default_rng(1))
    cells = next(v for v in SYSTEM.draw(state, large) if isinstance(v, Cells))
    assert np.allclose(cells.values, 1)
    assert np.allclose(
        np.array(cells.spacing) * SYSTEM.stage(large).unit_length, [2.77e-10, 2.77e-10, 3.57e-10], 1e-4, 0
    )
    assert np.array(cells.spacing) * 16 == pytest.approx(-2 * np.array(cells.origin))


def test_the_eighth_that_is_cut_away_is_the_one_in_front() -> None:
    """Nearest to the camera, which looks from azimuth 27 degrees right of -y and from above."""
    p = AlloyParameters.of(L=6, S=1.0, cut="corner")
    state = SYSTEM.initial_state(p, np.random.default_rng(1))
    at = next(v for v in SYSTEM.draw(state, p) if isinstance(v, Arrows)).positions
    assert len(at) == 2 * (216 - 27)
    assert not ((at[:, 0] > 0.1) & (at[:, 1] < -0.1) & (at[:, 2] > 0.1)).any()


def test_letters_of_the_unit_cell_stand_at_its_edges() -> None:
    """a half-way along x, c half-way along z."""
    p = AlloyParameters.of(L=4)
    state = SYSTEM.initial_state(p, np.random.default_rng(1))
    letters = next(v for v in SYSTEM.draw(state, p) if isinstance(v, Labels) and "a" in v.texts)
    at = {text: place * SYSTEM.stage(p).unit_length for text, place in zip(letters.texts, letters.positions)}
    assert np.allclose(at["c"] - at["a"], [2.77e-10 / 2, 0, 3.57e-10 / 2], 1e-4, 1e-14)


def test_guides_of_other_compositions() -> None:
    """Bragg and Williams: order below 4 x (1 - x) T0; energy 4 [(2x - 1)^2 - S^2]."""
    T = np.linspace(0.01, 10, 1000)
    p = AlloyParameters.of(x=0.3, L=10)
    S = mean_field_order(p, T)
    assert T[np.flatnonzero(S > 0)[-1]] == pytest.approx(0.84 * 8, abs=0.02)
    assert S[0] == pytest.approx(0.6, abs=1e-3)
    energy = mean_field_energy(p, T)
    assert energy[0] == pytest.approx(4 * (0.16 - 0.36), abs=1e-3)
    assert energy[-1] == pytest.approx(4 * 0.16)
    assert np.isnan(transition(p, T)).all(), "known for the equal alloy only"
    line = transition(p.change(x=0.5), T)
    assert T[~np.isnan(line)] == pytest.approx(6.354, abs=0.02)


def law(name: str) -> object:
    return next(law for law in LAWS if law.name == name)


def test_the_line_of_the_magnetization_goes_through_what_is_seen() -> None:
    S = np.array([-1.0, 0.0, 0.5])
    drawn = law("moment").curve(None, AlloyParameters.of(), None, S)  # type: ignore[attr-defined]
    assert drawn == pytest.approx(778_695 * S, rel=1e-5)


def test_the_law_of_the_cold_is_that_of_one_large_domain() -> None:
    p = AlloyParameters.of(L=12, T=3.0, exchange="any pair", S=1.0)
    state = SYSTEM.initial_state(p, np.random.default_rng(1))
    cold = law("cold")
    assert cold.holds(state, p, None)  # type: ignore[attr-defined]
    domains = SYSTEM.initial_state(p.change(S=0.5), np.random.default_rng(1))
    assert not cold.holds(domains, p, None)  # type: ignore[attr-defined]
    for other in (p.change(T=4.0), p.change(L=6), p.change(x=0.4), p.change(exchange="held")):
        assert not cold.holds(state, other, None)  # type: ignore[attr-defined]


def test_scatter_of_the_cold_is_that_of_few_wrong_atoms() -> None:
    """Weights (n u^4)^2m/(m!)^2 of m wrong atoms on each sublattice, summed; S = 1 - 2 m/n."""
    for L, T in ((12, 3.0), (8, 2.0), (12, 1.5)):
        p = AlloyParameters.of(L=L, T=T)
        n = L**3
        m = np.arange(60)
        logs = 2 * m * np.log(n * np.exp(-16 / T)) - 2 * np.cumsum(np.log(np.maximum(m, 1)))
        weights = np.exp(logs - logs.max())
        weights /= weights.sum()
        deviation = 2 / n * np.sqrt(weights @ m**2 - (weights @ m) ** 2)
        assert 0.5 * deviation <= cold_scatter(p) <= deviation


def test_curves_of_sixteen_atoms_are_drawn_of_sixteen_atoms_only() -> None:
    T = np.linspace(0.5, 10.0, 20)
    counted_law, cold = law("counted"), law("cold")
    small, large = (AlloyParameters.of(L=L, T=6.0, exchange="any pair") for L in (2, 10))
    curve = counted_law.curve(None, small, None, T)  # type: ignore[attr-defined]
    assert np.allclose(curve[11], counted_law.theory(None, small.change(T=T[11]), None))  # type: ignore[attr-defined]
    assert np.isnan(counted_law.curve(None, large, None, T)).all()  # type: ignore[attr-defined]
    assert np.isnan(cold.curve(None, small, None, T)).all()  # type: ignore[attr-defined]
    series = cold.curve(None, large, None, T)  # type: ignore[attr-defined]
    assert np.array_equal(np.isnan(series), T > 3.2)
