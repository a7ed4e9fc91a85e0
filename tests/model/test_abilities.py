"""Which system can do what beyond the contract, and that abilities are asked for and not guessed."""

import ast
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from toy import Toy, ToyParameters

from spinviz.app.run.changes import has_frames
from spinviz.files.ovf.read import OVF
from spinviz.model import abilities
from spinviz.model.abilities import (
    HasField,
    HasFrames,
    HasSignal,
    IsReadOut,
    OpensBeside,
    PlaysSequence,
    TurnsWhilePaused,
)
from spinviz.model.parameters import choice
from spinviz.physics.sequence.blocks import Sequence
from spinviz.systems import systems

PACKAGE = Path(abilities.__file__).parents[1]
FRAMES = {"isochromats", "pulses", "bloch_siegert"}
PLAYED = {"recovery", "spin_echoes", "gradient_echo", "slice_selection", "pulseq"}
ABLE: dict[type, set[str]] = {
    PlaysSequence: {*PLAYED, "imaging"},
    HasSignal: PLAYED,
    IsReadOut: {"pulseq"},
    OpensBeside: {"pulseq"},
    HasField: {"bar", "exchange_lattice", "ovf_series"},
    TurnsWhilePaused: FRAMES,
}


@pytest.mark.parametrize("ability", ABLE, ids=lambda ability: ability.__name__)
def test_each_built_in_system_has_its_abilities(ability: type) -> None:
    assert {name for name, system in systems().items() if isinstance(system, ability)} == ABLE[ability]


@pytest.mark.parametrize("ability", [one for one in ABLE if one is not HasSignal], ids=lambda ability: ability.__name__)
def test_abilities_are_named_where_mypy_checks_them(ability: type) -> None:
    """A method that only happens to have the name would be called with a signature that nobody checked."""
    for name in ABLE[ability]:
        assert ability in type(systems()[name]).__mro__, name


def test_frames_of_reference_are_a_choice() -> None:
    framed = {name: s.Parameters.of() for name, s in systems().items() if isinstance(s.Parameters.of(), HasFrames)}
    assert framed.keys() == FRAMES
    for name, p in framed.items():
        assert p.frame in p.quantity_named("frame").choices, name


def test_abilities_give_what_they_say() -> None:
    for name in ABLE[PlaysSequence]:
        system: Any = systems()[name]
        assert isinstance(system.sequence(system.Parameters.of()), Sequence), name
    for name in ABLE[HasSignal]:
        system = systems()[name]
        assert len({system.observable(o).unit for o in system.signal if o}) == 1, name
    lattice: Any = systems()["exchange_lattice"]
    p = lattice.Parameters.of(**lattice.presets[0].parameters)
    found = lattice.field(lattice.initial_state(p, np.random.default_rng(1)), p)
    assert isinstance(found, OVF)
    assert found.values.shape == (*p.shape, 3)


def test_other_systems_have_none() -> None:
    assert not any(isinstance(Toy(), ability) for ability in ABLE)
    assert not isinstance(ToyParameters.of(), HasFrames)


def test_a_system_of_anybody_has_the_ability_by_its_method() -> None:
    class Framed(ToyParameters):
        frame: Literal["one", "two"] = choice("one", "Frame of reference.")

    class Meshed(Toy):
        def field(self, state: Any, p: Any) -> None:
            return None

    class Shown:
        parameters = Framed.of()

    assert isinstance(Meshed(), HasField)
    assert has_frames(Shown())  # type: ignore[arg-type]


def test_nobody_guesses_what_a_system_can_do() -> None:
    """No ``hasattr`` or ``getattr`` with a written name outside what asks libraries, files and machines."""
    folders = ("app", "cli", "export", "plots", "panels", "view", "engine")
    asked = []
    for file in [f for folder in folders for f in (PACKAGE / folder).rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("hasattr", "getattr"):
                of, name = node.args[:2]
                if isinstance(name, ast.Constant) and ast.unparse(of) not in ("sys", "os", "self", "stop", "QFont"):
                    asked.append(f"{file.relative_to(PACKAGE)}:{node.lineno} {ast.unparse(node)}")
    assert asked == []
