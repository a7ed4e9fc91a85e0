"""The promises that every system makes, as tests: ours run them for all of ours, other packages for theirs.

A test file of one system::

    from spinviz.testing import *
    pytest_generate_tests = contract_of(MySystem())

Each test gets a ``system``, or a ``system`` and one of its presets.
"""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np

from spinviz.engine.lookout import run_to
from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.engine.snapshots import copy_state, is_finite, same_state, state_arrays
from spinviz.model.declarations import complaint
from spinviz.model.law_words import symbols_in
from spinviz.model.parameters import ParameterError, Parameters
from spinviz.model.system import Preset, State, System
from spinviz.model.units import read_number
from spinviz.model.visuals import Stage, Visual
from spinviz.plots.kinds import panel_of
from spinviz.view.camera import home
from spinviz.view.kinds import artist_of

Some = System[Any, Any]
STEPS = 8
VIEW = (1000, 520)
"""Pixels of the view above a row of plots."""
BUDGET = 0.3
"""Seconds: sizes for which a start and a step take longer are not climbed beyond."""


def contract_of(*systems: Some) -> Callable[[Any], None]:
    """Return what a test file of these systems calls ``pytest_generate_tests``."""
    presets = [(system, preset) for system in systems for preset in system.presets]
    names = [system.name for system in systems]

    def generate(metafunc: Any) -> None:
        if "preset" in metafunc.fixturenames:
            ids = [f"{system.name}-{preset.name}" for system, preset in presets]
            metafunc.parametrize(("system", "preset"), presets, ids=ids)
        elif "system" in metafunc.fixturenames:
            metafunc.parametrize("system", systems, ids=names)

    return generate


def loop_with(system: Some, p: Parameters | None = None, preset: str = "", seed: int = 1) -> Loop:
    return Loop(system, p, preset=preset, seed=seed, memory=1)


def opening(system: Some) -> Loop:
    """The run that opens first, with its actions behind it."""
    loop = loop_with(system, preset=system.presets[0].name)
    loop.advance(STEPS)
    return loop


def arrays_of(visual: Visual) -> list[np.ndarray]:
    return [value for value in vars(visual).values() if isinstance(value, np.ndarray)]


def check_picture(system: Some, state: Any, p: Any) -> list[type]:
    """Draw and check; return the types of the visuals."""
    visuals = system.draw(state, p)
    assert visuals
    living = [array for array in state_arrays(state).values() if array.flags.writeable and array.size]
    stage = system.stage(p)
    low, high = np.array(stage.low, float), np.array(stage.high, float)
    assert np.isfinite([low, high]).all()
    assert (high >= low).all()
    assert (high > low).any()
    for visual in visuals:
        for array in arrays_of(visual):
            assert not any(np.shares_memory(array, own) for own in living), f"{type(visual).__name__} shares the state"
        assert visual.check() == "", type(visual).__name__
        assert not visual.drawn or artist_of(visual) is not None
        check_seen(visual, stage)
    return [type(visual) for visual in visuals]


def check_seen(visual: Visual, stage: Stage) -> None:
    """From home every body is in the picture; lines and letters may leave it by a third, where they are cut."""
    points = visual.where()
    if not len(points):
        return
    size = np.array(VIEW)
    places, depth = home(stage).lens(stage, VIEW).project(points)
    room = 0.35 * size if visual.cut else 0
    worst = max((-places / size).max(), (places / size - 1).max())
    assert (depth > 0).all()
    assert ((places >= -room) & (places <= size + room)).all(), (
        f"{type(visual).__name__}: {worst:.0%} out of the picture"
    )


def check_moment(loop: Loop) -> list[type]:
    """Everything that a frame is made of."""
    system, state, p = loop.system, loop.state, loop.parameters
    observed = system.observe(state, p)
    assert set(observed) == {o.name for o in system.observables if not o.series}
    assert all(isinstance(float(value), float) and not math.isinf(value) for value in observed.values())
    assert is_finite(state)
    assert isinstance(system.caption(state, p), str)
    assert isinstance(system.foretold(state, p), str)
    assert system.check(state, p) == ""
    assert not isinstance(state, State) or state.time == loop.time
    assert math.isfinite(system.speed(p))
    assert system.speed(p) > 0
    frame = loop.frame()
    assert set(frame.observables) == {o.name for o in system.observables}
    return check_picture(system, state, p)


def test_names_are_unique_and_texts_complete(system: Some) -> None:
    for items in (system.observables, system.presets, system.actions, system.laws, system.plots, system.landmarks):
        names = [item.name for item in items]
        assert len(set(names)) == len(names)
        assert all(name.replace("_", "").isalnum() for name in names), names
        assert all(item.title and not item.title.endswith(".") for item in items)
    assert system.presets
    assert system.observables
    sentences = [system.summary, system.notes, *(law.validity for law in system.laws)]
    sentences += [p.help for p in system.presets] + [a.help for a in system.actions]
    sentences += [landmark.help for landmark in system.landmarks]
    sentences += [law.because for law in system.laws] + [preset.notes for preset in system.presets]
    for sentence in sentences:
        assert sentence == sentence.strip()
        assert not sentence or sentence.endswith((".", "!", "?", "…")), sentence
    assert system.summary
    assert all(law.reference and law.because and law.validity for law in system.laws)


def test_every_parameter_has_range_unit_and_help(system: Some) -> None:
    for name, q in system.Parameters.quantities().items():
        assert q.help.endswith("."), name
        assert q.title, name
        if q.kind in ("number", "integer"):
            assert q.low is not None, name
            assert q.high is not None, name
            assert q.low <= q.value <= q.high, name
            assert math.isfinite(q.low), name
            assert math.isfinite(q.high), name
            assert q.scale == "linear" or q.low > 0 or (q.low == 0 and q.open_low), f"{name}: no logarithm at {q.low}"
            assert read_number(f"1 {q.unit}", q.unit) == 1, name
            assert q.read(str(q.value)) == q.value, name
        if q.kind == "choice":
            assert q.value in q.choices, name
    assert system.Parameters.of() == system.Parameters.of(**system.Parameters.of().model_dump())


def test_declarations_refer_to_what_exists(system: Some) -> None:
    assert complaint(system) == ""
    observables = {o.name for o in system.observables}
    plots = {plot.name for plot in system.plots}
    for plot in system.plots:
        assert panel_of(plot)
        assert {*plot.observables_named(), *plot.ordinates(), *plot.averaged()} <= observables, plot.name
    for law in system.laws:
        assert law.observable in observables, law.name
        assert set(law.plots) <= plots, law.name
        assert law.tolerance > 0
        assert law.check.duration > law.check.skip >= 0
        if law.check.preset:
            system.preset(law.check.preset)
        system.Parameters.of(**law.check.parameters)
        for time, action in law.check.actions:
            system.action(action)
            assert 0 <= time <= law.check.duration
    for preset in system.presets:
        for time, action in preset.actions:
            system.action(action)
            assert time >= 0
        assert preset.speed is None or preset.speed > 0
        assert preset.length is None or preset.length > 0
        assert preset.repeat is None or preset.repeat > max((time for time, _ in preset.actions), default=0)


def test_identities_hold(system: Some, preset: Preset) -> None:
    """In every preset, from the start through what its actions do."""
    loop = loop_with(system, preset=preset.name)
    for _ in range(STEPS):
        seen = system.observe(loop.state, loop.parameters)
        for identity in system.identities:
            residual = identity.residual(loop.state, loop.parameters, seen)
            assert math.isnan(residual) or abs(residual) <= identity.limit, (identity.name, loop.step, residual)
        loop.advance(1)


def test_equations_can_be_set(system: Some) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it opens its fonts in an old way
        import ziamath
        from latex2mathml.converter import convert
    for latex in (system.equation, *(law.latex for law in system.laws)):
        assert latex
        assert ziamath.Latex(latex).svg()
        # Of \quad and M without a space between became a command that is none, set as its letters.
        unknown = re.findall(r"\\[A-Za-z]+", convert(latex))
        assert not unknown, f"{unknown} in {latex}"


def test_symbols_of_equations_are_explained(system: Some) -> None:
    used: set[str] = set()
    for law in system.laws:
        meanings = symbols_in(law, system)
        assert [meaning.symbol for meaning in meanings if not meaning.title] == [], law.name
        used |= {meaning.symbol for meaning in meanings}
        assert set(law.symbols) <= used, law.name
    assert set(system.symbols) <= used, "no law writes them"


def test_every_preset_runs_and_draws(system: Some, preset: Preset) -> None:
    loop = loop_with(system, preset=preset.name)
    assert system.timestep(loop.parameters) > 0
    before = check_moment(loop)
    loop.advance(STEPS)
    assert check_moment(loop) == before


def test_every_parameter_works_at_its_limits(system: Some) -> None:
    first = system.Parameters.of(**system.presets[0].parameters)
    for name, q in system.Parameters.quantities().items():
        for value in extremes(q):
            begun = perf_counter()
            try:
                p = first.change(**{name: value})
            except ParameterError as refused:  # A combination that makes no sense: TE beyond TR.
                if name not in str(refused):
                    raise
                continue
            loop = loop_with(system, p)
            loop.advance(2)
            try:
                check_moment(loop)
            except AssertionError as error:
                raise AssertionError(f"{name} = {q.show(value)}: {error}") from error
            if q.kind == "integer" and perf_counter() - begun > BUDGET and value > q.value:
                break


def extremes(q: Any) -> list[Any]:
    """Values at the limits; whole numbers climb to theirs by factors of four."""
    if q.kind == "switch":
        return [False, True]
    if q.kind == "choice":
        return list(q.choices)
    if q.kind == "file":
        return []
    if q.kind == "integer":
        climb = [q.value]
        while climb[-1] * 4 < q.high and climb[-1] > 0:
            climb.append(climb[-1] * 4)
        return [round(q.low + q.open_low), *climb[1:], round(q.high - q.open_high)]
    return [
        q.low + q.open_low * 1e-3 * (q.value - q.low),
        q.high - q.open_high * 1e-3 * (q.high - q.value),
    ]


def test_a_run_started_again_by_a_parameter_keeps_the_time(system: Some) -> None:
    loop = opening(system)
    loop.advance(3)
    p = rebuilding(system, loop.parameters)
    if p is None or not isinstance(loop.state, State):
        return
    loop.apply(SetParameters(p))
    for _ in range(2):
        assert loop.state.time == loop.time
        loop.advance(3)


def rebuilding(system: Some, p: Parameters) -> Parameters | None:
    """Parameters that start the run again; None where no number does."""
    for name, q in system.Parameters.quantities().items():
        if q.rebuild and q.kind == "integer":
            value = getattr(p, name)
            return p.change(**{name: value + 1 if value < q.high else value - 1})
    return None


def test_every_action_works(system: Some) -> None:
    for action in system.actions:
        loop = opening(system)
        before, p = check_moment(loop), loop.parameters
        loop.apply(Act(action.name))
        now = check_moment(loop)
        assert isinstance(loop.parameters, system.Parameters)
        if loop.parameters == p:
            assert now == before, f"{action.name} changes which visuals there are"
        loop.advance(3)
        check_moment(loop)


def test_same_seed_same_bits(system: Some, preset: Preset) -> None:
    one, two = (loop_with(system, preset=preset.name, seed=7) for _ in range(2))
    for loop in (one, two):
        loop.advance(STEPS)
    assert_same(one.state, two.state)


def test_copy_of_a_state_goes_on_alike(system: Some) -> None:
    loop = opening(system)
    twin = copy_state(loop.state)
    for _ in range(5):
        system.step(loop.state, loop.parameters, loop.dt)
    for _ in range(5):
        system.step(twin, loop.parameters, loop.dt)
    assert_same(loop.state, twin)


def test_drawing_and_observing_change_nothing(system: Some) -> None:
    loop = opening(system)
    before = copy_state(loop.state)
    for _ in range(2):
        loop.frame()
        system.observe(loop.state, loop.parameters)
    for name, array in state_arrays(before).items():
        assert np.array_equal(array, state_arrays(loop.state)[name], equal_nan=array.dtype.kind == "f"), name


def test_looking_out_for_landmarks_changes_nothing(system: Some, preset: Preset) -> None:
    watched, alone = loop_with(system, preset=preset.name), loop_with(system, preset=preset.name)
    for landmark in system.landmarks_of(watched.parameters):
        assert landmark.rise > 0
        run_to(watched, landmark, (watched.step + STEPS) * watched.dt)
    alone.advance(watched.step)
    assert_same(watched.state, alone.state)


def test_frame_keeps_its_arrays_while_the_run_goes_on(system: Some) -> None:
    loop = opening(system)
    frame = loop.frame()
    kept = [array.copy() for visual in frame.visuals for array in arrays_of(visual)]
    loop.advance(STEPS)
    now = [array for visual in frame.visuals for array in arrays_of(visual)]
    assert all(np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in zip(kept, now))


def assert_same(one: Any, two: Any) -> None:
    first, second = state_arrays(one), state_arrays(two)
    assert first.keys() == second.keys()
    for name, array in first.items():
        assert np.array_equal(array, second[name], equal_nan=array.dtype.kind in "fc"), name


def test_what_changes_nothing_turns_no_badge(system: Some) -> None:
    """What is given again, or only shows something else, leaves means, laws and their start as they are."""
    loop = opening(system)
    idle = 0
    events: list[SetParameters | Act] = [
        SetParameters(loop.parameters),
        *(Act(action.name) for action in system.actions),
    ]
    for event in events:
        for _ in range(2):
            p, state, departure, laws = loop.parameters, copy_state(loop.state), loop.departure, loop.laws
            loop.apply(event)
            if loop.parameters.displays(p) and same_state(loop.state, state):
                idle += 1
                assert loop.departure is departure, event
                assert repr(loop.laws) == repr(laws), event
            else:
                assert loop.departure is not departure, event
    assert idle >= 2, "parameters given again change nothing"
