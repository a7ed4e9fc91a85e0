"""Ordering alloy: moment and order, the slider, compositions, quench and anneal, what is drawn."""

import numpy as np
import pytest

from spinviz.engine.loop import Act, Loop, Paint, SetParameters, Undo
from spinviz.model.brush import Stroke
from spinviz.model.visuals import Arrows, Cells, Spheres
from spinviz.physics.order.atom_exchange import counted, local_order
from spinviz.systems.order.alloy_order.laws import mean_field_order
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
