"""The same bits wherever a point is computed, whatever is missing, and whoever is lost on the way."""

import math

import pytest
from scatter import Scatter, ScatterParameters
from toy import Toy, ToyParameters

from spinviz.engine.loop import Loop, SetParameters
from spinviz.engine.sweep.plan import Axis, Sweep, Wanted, axis_of
from spinviz.engine.sweep.point import Task, measured, task_of
from spinviz.engine.sweep.workers import Here, WorkersLost, outcomes, processes

P = ScatterParameters()
WANTED = Wanted(precision=0.05, limit=2000.0)


def swept(**more):
    return Sweep(Scatter(), P, (axis_of(P, "level", 0.5, 2.0, 4),), seed=3, wanted=WANTED, **more)


def here(sweep, missing=None):
    return {one.index: one for one in outcomes(sweep, missing or range(len(sweep)), Here(), 1)}


def words(found):
    """All bits of what came, as text: NaN is not equal to itself."""
    return {index: repr((one.row, one.failure)) for index, one in found.items()}


@pytest.mark.parametrize("more", [{}, {"back": True}])
def test_processes_give_the_same_bits(more):
    sweep = swept(**more)
    with processes(2) as executor:
        found = {one.index: one for one in outcomes(sweep, range(len(sweep)), executor, 4)}
    assert found.keys() == set(range(len(sweep)))
    assert words(found) == words(here(sweep))


@pytest.mark.parametrize("more", [{}, {"carry": True}])
def test_missing_points_give_the_same_bits(more):
    whole = words(here(swept(**more)))
    assert words(here(swept(**more), [1, 3])) == {index: whole[index] for index in (1, 3)}


def test_the_means_are_right():
    for index, one in here(swept()).items():
        level = 0.5 * (index + 1)
        assert one.row.means["level"] == level
        assert abs(one.row.means["x"] - level) < 4 * one.row.errors["x"]
        assert one.row.theory == {"level": level}
        assert one.row.equilibrated
        assert one.row.discarded >= 64


def test_a_point_is_the_run_of_its_seed():
    """`spinviz run` with the seed in the table repeats a point: its mean is that of the samples it counted."""
    row = here(swept(), [2])[2].row
    loop, seen = Loop(Scatter(), P.change(level=1.5), seed=row.seed), []
    for _ in range(int(row.discarded) + row.measurements):
        seen.append(loop.observables["x"])
        loop.advance(1)
    assert row.means["x"] == pytest.approx(sum(seen[int(row.discarded) :]) / row.measurements, rel=1e-12)


def test_a_chain_goes_on_from_the_state_before():
    """The chain is one run whose parameter is changed on the way; with few steps each point remembers the last."""
    wanted = Wanted(precision=1e-6, limit=200.0)
    sweep = Sweep(Scatter(), P.change(rate=0.001, noise=0.0), (Axis("level", (0.0, 100.0)),), back=True, wanted=wanted)
    loop = Loop(Scatter(), sweep.parameters_at(0), seed=sweep.seed_at(0))
    means = []
    for index in range(3):
        seen = []
        if index:
            loop.apply(SetParameters(sweep.parameters_at(index)))
        for step in range(200):
            loop.advance(step > 0)
            seen.append(loop.observables["x"])
        means.append(sum(seen[100:]) / 100)
    found = here(sweep)
    assert [found[k].row.means["x"] for k in range(3)] == pytest.approx(means, rel=1e-12)
    assert means[2] > 10 * abs(means[0]) + 10  # hysteresis
    assert not found[1].row.equilibrated


def test_a_parameter_that_needs_a_new_state_can_be_swept_and_carried():
    sweep = Sweep(Scatter(), P, (Axis("size", (1, 2, 5)),), carry=True, wanted=WANTED)
    assert all(one.row.converged for one in here(sweep).values())


def test_actions_happen_before_the_mean_is_taken_and_leave_what_is_swept():
    """The preset's action at time 10 would set the level to 3; the other comes when the mean would long be known."""
    sweep = Sweep(
        Scatter(), ScatterParameters(rate=0.1), (Axis("level", (1.0,)),), preset="kicked", schedule=((3000.0, "kick"),),
        wanted=Wanted(0.2, 20_000.0),
    )  # fmt: skip
    row = here(sweep)[0].row
    assert row.discarded >= 3020
    assert abs(row.means["x"] - 1.0) < 4 * row.errors["x"]


def test_times_are_in_the_unit_of_the_system():
    """A step of the toy takes 0.01 s."""
    sweep = Sweep(Toy(), ToyParameters(), (Axis("noise", (0.1, 0.2)),), wanted=Wanted(0.5, 20.0))
    row = here(sweep)[0].row
    assert 0.64 <= row.discarded <= 10.0
    assert row.measurements + round(100 * row.discarded) <= 2000


def test_a_point_that_fails_says_why_and_others_go_on():
    sweep = Sweep(Scatter(), P.change(mode="fail"), (Axis("level", (1.0, 3.0, 2.0)),), wanted=WANTED)
    found = here(sweep)
    assert found[0].row
    assert found[2].row
    assert "ZeroDivisionError" in found[1].failure
    assert "\n" not in found[1].failure
    chained = Sweep(Scatter(), P.change(mode="fail"), (Axis("level", (1.0, 3.0, 2.0)),), carry=True, wanted=WANTED)
    found = here(chained)
    assert found[0].row
    assert found[2].failure.startswith("the point before it failed: ")


def test_a_process_that_is_killed_ends_the_sweep_in_one_line():
    sweep = Sweep(Scatter(), P.change(mode="die"), (Axis("level", (1.0, 3.0)),), wanted=WANTED)
    with pytest.raises(WorkersLost, match="fewer --jobs"), processes(2) as executor:
        list(outcomes(sweep, range(2), executor, 2))


def test_another_version_computes_nothing():
    task = task_of(swept(), 0)
    old = Task(**{**task.__dict__, "version": "0.0.1"})
    assert measured(old).row is None
    assert "0.0.1" in measured(old).failure


def test_bare_loops_take_the_same_steps():
    loops = [Loop(Scatter(), P, seed=1, bare=bare, schedule=((5.0, "kick"),)) for bare in (False, True)]
    for loop in loops:
        loop.advance(50)
    assert loops[0].state.x == loops[1].state.x
    assert loops[1].observables == {"x": loops[0].observables["x"], "level": 1.0}
    assert math.isfinite(loops[0].observables["x"])
