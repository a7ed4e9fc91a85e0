"""Which parameters take which values, in which order, from which seed."""

import pytest
from scatter import Scatter, ScatterParameters

from spinviz.engine import memory
from spinviz.engine.sweep.plan import Axis, Sweep, Wanted, axis_of
from spinviz.model.parameters import ParameterError
from spinviz.model.system import UnknownName

P = ScatterParameters()


def test_an_axis_has_equal_steps_of_few_digits():
    assert axis_of(P, "level", 1.5, 3.5, 21).values[2] == 1.7
    assert axis_of(P, "level", 3, 0.5, 6).values == (3.0, 2.5, 2.0, 1.5, 1.0, 0.5)
    assert axis_of(P, "level", 2, 2, 1).values == (2.0,)


def test_an_axis_has_equal_ratios():
    assert axis_of(P, "level", 0.01, 100, 5, log=True).values == (0.01, 0.1, 1.0, 10.0, 100.0)
    assert axis_of(P, "size", 8, 128, 5, log=True).values == (8, 16, 32, 64, 128)


@pytest.mark.parametrize(
    ("name", "start", "stop", "count", "words"),
    [
        ("levl", 1, 2, 3, "unknown parameter 'levl'"),
        ("mode", 1, 2, 3, "no number"),
        ("still", 0, 1, 2, "no number"),
        ("table", 0, 1, 2, "no number"),
        ("shade", 0, 1, 2, "only what is shown"),
        ("level", 0, 2000, 3, "between −1 kT and 1 kT"),
        ("level", 0, 1, 0, "choose 1 to 100000"),
        ("level", 0, 1, 100_001, "choose 1 to 100000"),
        ("level", 1, 1, 3, "or 1 point"),
        ("level", 1, 2, 1, "2 points or more"),
        ("size", 1, 4, 3, "2.5, which is no whole number"),
    ],
)
def test_an_axis_that_cannot_be_is_one_line(name, start, stop, count, words):
    with pytest.raises(ParameterError, match=words) as found:
        axis_of(P, name, start, stop, count)
    assert "\n" not in str(found.value)


def test_equal_ratios_need_ends_of_one_sign():
    with pytest.raises(ParameterError, match="one sign"):
        axis_of(P, "level", -1, 1, 3, log=True)


def test_the_last_axis_of_a_grid_runs_fastest():
    grid = Sweep(Scatter(), P, (Axis("rate", (0.1, 0.2)), Axis("level", (1.0, 2.0, 3.0))))
    assert [grid.values(k) for k in range(len(grid))] == [
        (0.1, 1.0), (0.1, 2.0), (0.1, 3.0), (0.2, 1.0), (0.2, 2.0), (0.2, 3.0),
    ]  # fmt: skip
    assert grid.parameters_at(4).level == 2.0
    assert grid.parameters_at(4).rate == 0.2
    assert grid.chain == 1


def test_back_goes_the_last_axis_there_and_back():
    loop = Sweep(Scatter(), P, (Axis("rate", (0.1, 0.2)), Axis("level", (1.0, 2.0, 3.0))), back=True)
    assert len(loop) == 10
    assert loop.chain == 5
    assert [loop.values(k)[1] for k in range(5)] == [1.0, 2.0, 3.0, 2.0, 1.0]
    assert {loop.values(k)[0] for k in range(5, 10)} == {0.2}


def test_every_point_has_a_seed_of_its_own_and_a_chain_has_one():
    axes = (Axis("rate", (0.1, 0.2)), Axis("level", (1.0, 2.0, 3.0)))
    sweep = Sweep(Scatter(), P, axes, seed=5)
    assert len({sweep.seed_at(k) for k in range(6)}) == 6
    assert sweep.seed_at(3) != Sweep(Scatter(), P, axes, seed=6).seed_at(3)
    assert all(0 <= sweep.seed_at(k) < 2**63 for k in range(6))
    chained = Sweep(Scatter(), P, axes, seed=5, carry=True)
    assert [chained.seed_at(k) for k in range(6)] == [sweep.seed_at(0)] * 3 + [sweep.seed_at(3)] * 3


def test_a_sweep_that_cannot_be_is_refused(monkeypatch):
    many = Axis("level", tuple(range(400)))
    with pytest.raises(ParameterError, match="160000 points"):
        Sweep(Scatter(), P, (many, Axis("start", tuple(range(400)))))
    with pytest.raises(UnknownName, match="no observable 'y'"):
        Sweep(Scatter(), P, (many,), wanted=Wanted(judged=("y",)))
    monkeypatch.setattr(Scatter, "memory", lambda self, p: p.size * 10**9)
    monkeypatch.setattr(memory, "installed", lambda: 16 * 10**9)
    assert Sweep(Scatter(), P, (Axis("size", (4, 8)),)).memory() == 8 * 10**9
    with pytest.raises(ParameterError, match="20 GB of memory"):
        Sweep(Scatter(), P, (Axis("size", (4, 20)),)).memory()
