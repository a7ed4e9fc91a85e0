"""Strokes and actions in a run: undone, done again, replayed, and in bounded memory."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from toy import Toy, ToyParameters

from spinviz.engine import loop as loop_module
from spinviz.engine.loop import Act, Loop, Paint, SetParameters, Undo
from spinviz.engine.patches import Patch, Patches, difference
from spinviz.engine.replay import replayed, session_of
from spinviz.engine.snapshots import copy_state, same_state, state_arrays
from spinviz.files.errors import FileError
from spinviz.files.session import TakenBack, read_session, save_session
from spinviz.model.brush import Stroke
from spinviz.model.system import UnknownName
from spinviz.systems import system_named
from spinviz.systems.dynamics.exchange_lattice.system import ExchangeLattice
from spinviz.systems.order.ising_domains.system import IsingDomains

ISING, EXCHANGE = IsingDomains(), ExchangeLattice()
DAB = Stroke("flip", ((0.5, 0.5, 0.0),), 2.0)


def ising(**changes: Any) -> Loop:
    return Loop(ISING, ISING.Parameters.of(L=16, T=2.0, **changes), seed=3)


def undone(loop: Loop, event: Any) -> Undo:
    undo = Undo(event)
    loop.apply(undo)
    return undo


def test_a_stroke_is_undone_and_done_again_to_the_last_bit() -> None:
    loop = ising()
    loop.advance(5)
    before = copy_state(loop.state)
    for brush in ISING.brushes(loop.parameters):
        event = Paint(Stroke(brush, ((0.5, 0.5, 0.0), (3.5, 0.5, 0.0)), 2.0))
        loop.apply(event)
        after = copy_state(loop.state)
        undo = undone(loop, event)
        assert same_state(loop.state, before), brush
        redo = undone(loop, undo)
        assert same_state(loop.state, after), brush
        undone(loop, redo)
        assert same_state(loop.state, before), brush
    assert loop.note == ""


def test_a_drag_flips_each_site_once() -> None:
    parts = [((0.5, 0.5, 0.0), (2.5, 0.5, 0.0)), ((2.5, 0.5, 0.0), (1.5, 0.5, 0.0)), ((1.5, 0.5, 0.0),)]
    loop, whole = ising(), ising()
    for n, path in enumerate(parts):
        loop.apply(Paint(Stroke("flip", path, 2.0, goes_on=n > 0)))
    whole.apply(Paint(Stroke("flip", parts[0], 2.0)))
    assert same_state(loop.state, whole.state)
    loop.apply(Paint(Stroke("flip", parts[2], 2.0)))
    assert not same_state(loop.state, whole.state), "another drag flips again"
    loop.advance(3)
    twin = replayed(session_of(loop, 1.0))
    twin.advance(3)
    assert same_state(twin.state, replayed(session_of(twin, 1.0)).state)


def test_undo_after_steps_restores_the_painted_sites_and_lets_the_others_go_on() -> None:
    loop = ising()
    loop.advance(5)
    painted = ISING.sites(loop.parameters).reached(DAB)
    before = loop.state.spins.reshape(-1).copy()
    event = Paint(DAB)
    loop.apply(event)
    loop.advance(4)
    now, random = loop.state.spins.reshape(-1).copy(), loop.state.lattice.rng.copy()
    undone(loop, event)
    after = loop.state.spins.reshape(-1)
    others = np.delete(np.arange(len(after)), painted)
    assert np.array_equal(after[painted], before[painted])
    assert np.array_equal(after[others], now[others])
    assert not np.array_equal(now[others], before[others]), "nothing has run"
    assert np.array_equal(loop.state.lattice.rng, random), "used random numbers come again"
    assert loop.state.total == after.sum()
    assert loop.observables["m"] == after.mean()
    assert loop.step == 9
    assert "not turned back" in loop.note


def test_the_parameters_of_an_action_are_undone_with_it() -> None:
    loop = ising()
    loop.advance(3)
    before = copy_state(loop.state)
    quench = Act("quench")
    loop.apply(quench)
    cold = loop.parameters.T
    assert cold != 2.0
    undo = undone(loop, quench)
    assert loop.parameters.T == 2.0
    assert same_state(loop.state, before)
    undone(loop, undo)
    assert cold == loop.parameters.T


def test_every_action_of_every_lattice_is_undone() -> None:
    for system, p in ((ISING, ISING.Parameters.of(L=16)), (EXCHANGE, EXCHANGE.Parameters.of(nx=8, ny=8))):
        for action in system.actions:
            loop = Loop(system, p, seed=1)
            loop.advance(2)
            before = copy_state(loop.state)
            event = Act(action.name)
            loop.apply(event)
            undone(loop, event)
            assert same_state(loop.state, before), action.name
            assert loop.parameters == p, action.name


def test_what_an_action_of_any_system_changed_comes_back() -> None:
    loop = Loop(Toy(), ToyParameters.of(rate=2.0), seed=1)
    loop.advance(10)
    before = loop.state.values.copy()
    kick = Act("kick")
    loop.apply(kick)
    loop.advance(7)
    undone(loop, kick)
    assert np.array_equal(loop.state.values, before)
    assert loop.samples.marks[-1][1] == "Undo: Kick"
    assert loop.departure.time == loop.time, "closed forms start from here"


def test_seeking_across_strokes_and_undoing_gives_the_same_bits() -> None:
    loop = ising()
    seen = {}
    events = []
    for n, brush in enumerate(("flip", "pin", "heat", "randomize", "+z")):
        loop.advance(3)
        events.append(Paint(Stroke(brush, ((n - 2.5, 0.5, 0.0),), 3.0)))
        loop.apply(events[-1])
        if n % 2:
            loop.advance(2)
            undone(loop, events[-1])
        seen[loop.step] = copy_state(loop.state)
    for step in (*seen, *reversed(seen)):
        loop.seek(step)
        assert same_state(loop.state, seen[step]), step


def test_a_session_repeats_strokes_and_undoing_bit_for_bit(tmp_path: Path) -> None:
    loop = ising()
    loop.advance(3)
    stroke, act = Paint(Stroke("randomize", ((0.5, 0.5, 0.0), (4.25, 1.5, 0.0)), 2.5)), Act("droplet")
    for event in (stroke, Paint(Stroke("pin", ((-5.0, 0.0, 0.0),), 1.5)), act):
        loop.apply(event)
        loop.advance(2)
    undo = undone(loop, stroke)
    loop.advance(2)
    undone(loop, undo)
    loop.apply(SetParameters(loop.parameters.change(T=1.0)))
    loop.advance(3)
    path = tmp_path / "run.spinviz"
    save_session(path, session_of(loop, 1.0))
    session = read_session(path, system_named)
    assert [one for _, one in session.events if isinstance(one, TakenBack)] == [TakenBack(0), TakenBack(3)]
    assert same_state(replayed(session).state, loop.state)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"brush": "vacancy"}, "ising_domains has no brush 'vacancy': use flip, "),
        ({"radius": 0}, "the radius of a stroke is 0: use more than 0 and at most 1000"),
        ({"radius": "wide"}, "radius of a stroke = '\"wide\"' is no number"),
        ({"path": []}, "the path of a stroke has 0 points: use 1 to 256"),
        ({"path": [[0, 0]]}, "path of a stroke: write at most 256 places [x, y, z]"),
        ({"path": [[0, 0, 0]] * 300}, "path of a stroke: write at most 256 places [x, y, z]"),
        ({"path": [[0, 0, 1e9]]}, "a stroke leaves the picture"),
    ],
)
def test_strokes_of_strangers_are_refused_in_one_line(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    loop = ising()
    loop.apply(Paint(DAB))
    path = tmp_path / "run.spinviz"
    save_session(path, session_of(loop, 1.0))
    document = json.loads(path.read_text())
    document["events"][0] |= changes
    path.write_text(json.dumps(document))
    with pytest.raises(FileError) as raised:
        read_session(path, system_named)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_patch_that_was_dropped_is_found_by_repeating(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = ising()
    loop.advance(3)
    first = Paint(DAB)
    loop.apply(first)
    loop.advance(2)
    undone(loop, first)
    loop.advance(2)
    wanted = copy_state(loop.state)
    loop.patches.forget_from(0)
    loop.snapshots.forget_after(3)
    loop.seek(7)
    assert same_state(loop.state, wanted)


def test_patches_are_bounded_and_the_oldest_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_module, "MOST_BYTES", 4000)
    loop = ising()
    events = [Paint(DAB) for _ in range(10)]
    told = []
    for event in events:
        loop.advance(1)
        loop.apply(event)
        assert loop.patches.size <= 4000
        told += [loop.note] if loop.note else []
        loop.note = ""
    assert len(told) == 1
    assert "oldest" in told[0]
    before, logged = copy_state(loop.state), len(loop.events)
    undone(loop, events[0])
    assert "cannot be undone" in loop.note
    assert same_state(loop.state, before)
    assert len(loop.events) == logged
    undone(loop, events[-1])
    assert not same_state(loop.state, before)


def test_what_is_not_part_of_the_run_is_said() -> None:
    loop = ising()
    loop.advance(4)
    event = Paint(DAB)
    loop.apply(event)
    loop.advance(2)
    loop.seek(1)
    before = copy_state(loop.state)
    undone(loop, event)
    assert "later in this run" in loop.note
    loop.rewind()
    undone(loop, event)
    assert "earlier run" in loop.note
    loop.seek(0)
    assert loop.last_step == 0
    assert not loop.events
    assert before is not loop.state


def test_a_state_made_anew_is_left_alone() -> None:
    loop = ising()
    loop.advance(2)
    quench = Act("quench")
    loop.apply(quench)
    loop.apply(SetParameters(loop.parameters.change(L=32)))
    spins = loop.state.spins.copy()
    undone(loop, quench)
    assert np.array_equal(loop.state.spins, spins)
    assert loop.parameters.T == 2.0
    assert "made anew" in loop.note


def test_strokes_on_what_has_no_lattice_are_refused() -> None:
    with pytest.raises(UnknownName, match="no lattice"):
        Loop(Toy()).apply(Paint(DAB))
    with pytest.raises(UnknownName, match="no brush 'vacancy'"):
        ising().apply(Paint(Stroke("vacancy", ((0.0, 0.0, 0.0),), 1.0)))


def test_spins_take_a_bit_each_in_a_patch() -> None:
    rng = np.random.default_rng(1)
    was, now = ([2 * rng.integers(0, 2, (512, 512), np.int8) - 1] for _ in range(2))
    patch = Patch({}, 0, difference(was, now))
    assert patch.size < 512 * 512 * 0.3  # a bit of each place, and of each of the half that changed
    wanted = now[0].copy()
    patch.put(now, at_once=True)
    assert np.array_equal(now[0], was[0])
    assert not np.array_equal(now[0], wanted)


@pytest.mark.parametrize("shape", [(5,), (3, 4), (2, 3, 4)])
def test_a_difference_puts_back_arrays_views_and_numbers(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(2)
    base = rng.normal(size=(2, *shape))
    was = {"a": np.moveaxis(base.copy(), 0, -1), "n": 3, "s": (1.5, np.arange(300)), "w": np.zeros(2, np.uint64)}
    now = {"a": np.moveaxis(base.copy(), 0, -1), "n": 4, "s": (2.5, np.arange(300)), "w": np.ones(2, np.uint64)}
    now["a"][..., 0] += 1
    now["a"].flat[1] = np.nan
    now["s"][1][7] = -1
    part = difference(was, now)
    Patch({}, 0, part).put(now, at_once=False)
    assert np.array_equal(now["w"], [1, 1])
    now["w"] *= 0
    assert same_state(now, was)


def test_the_same_states_need_no_patch() -> None:
    a = {"x": np.array([1.0, np.nan]), "y": (1, "b")}
    assert difference(a, copy_state(a)) is None


def test_the_pinned_patch_stays() -> None:
    patches = Patches(memory=0, pinned=1)
    for n in range(3):
        patches.add(n, Patch({}, 0))
    assert [n in patches for n in range(3)] == [False, True, False]


def test_the_state_of_a_brush_is_plain_arrays() -> None:
    loop = ising()
    loop.apply(Paint(Stroke("pin", ((0.5, 0.5, 0.0),), 1.0)))
    assert state_arrays(loop.state)["pinned"].dtype == np.int64
