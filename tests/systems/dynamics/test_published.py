"""Published solutions of standard problems as laws: the tables, when they hold, and that they can fail."""

import numpy as np
import pytest

from spinviz.engine.loop import Act, Loop
from spinviz.systems.dynamics.exchange_lattice.published import FASTER, FIELD_1, FIELD_2, PROBLEMS, spline, table
from spinviz.systems.dynamics.exchange_lattice.system import ExchangeLattice

SYSTEM = ExchangeLattice()


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)
def test_the_table_is_of_means_at_equal_times(problem) -> None:
    rows = table(problem.name)
    assert len(rows) >= 100
    assert np.ptp(np.diff(rows[:, 0])) == 0
    assert rows[0, 0] == 0
    assert rows[-1, 0] * 1e-12 >= problem.until * 0.999
    assert (np.linalg.norm(rows[:, 1:], axis=1) <= 1).all()
    smooth = np.abs(np.diff(rows[:, 1:], n=4, axis=0)).max()
    assert smooth < 0.12, "a number written down wrongly would stand out"


def test_that_of_field_1_passes_zero_where_oommf_says() -> None:
    root = float(spline("sp4_field_1").solve(0.0)[0][0])
    assert root == pytest.approx(138.498, abs=0.01)
    # Rows of the source that are not in the table.
    for t, mx, my in ((305, -0.783641, 0.005987), (325, -0.934752, 0.134300), (655, -0.911818, -0.148596),
                      (995, -0.987341, 0.089298)):  # fmt: skip
        assert spline("sp4_field_1")(t)[:2] == pytest.approx([mx, my], abs=6e-4)
    assert spline("sp4_field_2")(152.5)[:2] == pytest.approx([-0.235948, -0.096578], abs=1e-4)


def test_their_time_is_that_of_their_gyromagnetic_ratio() -> None:
    assert pytest.approx(1.0008, abs=1e-4) == FASTER
    assert FIELD_1.curve(0, np.array([138.498e-12 / FASTER]))[0] == pytest.approx(0.0, abs=1e-4)
    beyond = FIELD_2.curve(1, np.array([-1e-12, 0.0, 0.3e-9, 0.45e-9]))
    assert np.isnan(beyond).tolist() == [True, False, False, True]


@pytest.mark.parametrize(
    "change",
    [
        {"alpha": 0.03}, {"A": 1.4e-11}, {"Ms": 8.1e5}, {"B": 0.026}, {"turn": -170.0}, {"stray": False}, {"u": 5.0},
        {"periodic": True}, {"T": 1.0}, {"start": "uniform"}, {"nx": 100, "ny": 25, "dx": 5e-9, "dy": 5e-9}, {"nx": 64},
        {"dz": 4e-9}, {"K1": 1e3}, {"D": 1e-4},
    ],
)  # fmt: skip
def test_only_the_problem_itself_has_the_law(change: dict[str, object]) -> None:
    p = SYSTEM.Parameters.of(**SYSTEM.preset("reversal").parameters)
    assert FIELD_1.is_posed(p)
    assert not FIELD_2.is_posed(p)
    assert FIELD_2.is_posed(SYSTEM.Parameters.of(**SYSTEM.preset("second_field").parameters))
    fine = {"nx": 200, "ny": 50, "dx": 2.5e-9, "dy": 2.5e-9, "precision": "double", "show": "cells"}
    assert FIELD_1.is_posed(p.change(**fine)), "any mesh that is fine enough, any picture"
    assert not FIELD_1.is_posed(p.change(**change))


def test_the_law_is_met_and_a_wrong_motion_is_not() -> None:
    loop = Loop(SYSTEM, preset="reversal", memory=1)
    laws = [law for law in SYSTEM.laws if law.name.startswith("sp4_field_1")]
    assert [law.observable for law in laws] == ["mx", "my", "mz"]

    def deviations(seen: dict[str, float]) -> list[float]:
        d, p = loop.departure, loop.parameters
        assert all(law.holds(loop.state, p, d) for law in laws)
        return [law.deviation(seen[law.observable], law.theory(loop.state, p, d), loop.state, p, d) for law in laws]

    loop.advance_to(1.5e-10)
    assert max(deviations(loop.observables)) < 0.003
    mirrored = dict(loop.observables, my=-loop.observables["my"])
    assert deviations(mirrored)[1] > 10 * laws[1].tolerance
    late = [law.theory(loop.state, loop.parameters, loop.departure) for law in laws]
    loop.advance(4)
    assert abs(late[0] - loop.observables["mx"]) > laws[0].tolerance, "a few steps late are seen"
    loop.apply(Act("disorder"))
    assert not any(law.holds(loop.state, loop.parameters, loop.departure) for law in laws), "an edit ends it"


@pytest.mark.slow
def test_on_the_mesh_of_the_table_the_means_are_those_of_the_table() -> None:
    """Cells of 2.5 nm, to the error of the table's spline."""
    fine = {"nx": 200, "ny": 50, "dx": 2.5e-9, "dy": 2.5e-9}
    p = SYSTEM.Parameters.of(**(SYSTEM.preset("reversal").parameters | fine))
    loop = Loop(SYSTEM, p, memory=1)
    worst = 0.0
    while loop.time < 0.99e-9:
        loop.advance_to(loop.time + 1e-11)
        seen = [loop.observables[name] for name in ("mx", "my", "mz")]
        theory = [float(FIELD_1.curve(n, np.array([loop.time]))[0]) for n in range(3)]
        worst = max(worst, float(np.abs(np.array(seen) - theory).max()))
    assert worst < 1e-3
