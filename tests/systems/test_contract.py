"""The promises that every system makes (`spinviz.testing`); a new system is covered as soon as its file exists."""

import ast
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

pytest.register_assert_rewrite("spinviz.testing")

from spinviz.engine.loop import Loop  # noqa: E402
from spinviz.model.parameters import ParameterError  # noqa: E402
from spinviz.model.system import CHAPTERS  # noqa: E402
from spinviz.systems import system_named, systems  # noqa: E402
from spinviz.testing import *  # noqa: E402, F403
from spinviz.testing import contract_of  # noqa: E402

SYSTEMS = systems()
pytest_generate_tests = contract_of(*SYSTEMS.values())


def test_systems_are_found_by_name():
    for name, system in SYSTEMS.items():
        assert type(system_named(name)) is type(system)
        assert name.isidentifier()


def observables_tested(file: Path) -> set[str]:
    """Names of the observables whose value, sign and scale a test of ``file`` is marked to guard."""
    marks = [
        mark
        for test in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(test, ast.FunctionDef) and test.name.startswith("test_")
        for mark in test.decorator_list
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.value_of"
    ]
    return {ast.literal_eval(name) for mark in marks for name in mark.args}


def test_every_number_on_screen_is_guarded(system):
    """Each observable is named by a law, by an identity, or by a test of its value marked ``value_of``."""
    chapter = type(system).__module__.split(".")[2]
    tested = observables_tested(Path(__file__).parent / chapter / f"test_{system.name}.py")
    observables = {o.name for o in system.observables}
    assert tested <= observables, "tested, but not there"
    laws = {law.observable for law in system.laws}
    identities = {name for identity in system.identities for name in identity.observables}
    assert observables <= laws | identities | tested


KERNELS = """
import re, sys
from numba.core.registry import CPUDispatcher
from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.systems import systems
for system in systems().values():
    for preset in system.presets:
        loop = Loop(system, preset=preset.name, memory=1)
        loop.advance(3)
        for action in system.actions:
            loop.apply(Act(action.name))
            loop.advance(2)
for name, module in sorted(sys.modules.items()):
    if name.startswith("spinviz.") and module is not None:
        for member, kernel in vars(module).items():
            if isinstance(kernel, CPUDispatcher) and kernel.py_func.__module__ == name:
                # A constant given by another kernel is the same integer, compiled in.
                texts = [re.sub(r"Literal\\[int\\]\\(-?[0-9]+\\)", "int64", str(s)) for s in kernel.signatures]
                kinds = {re.sub("float(32|64)|complex(64|128)|(?<=Array.)int(8|32)", "float", text) for text in texts}
                if len(kinds) > 1:
                    print(name, member, *kinds, sep="\\n    ")
"""


def test_kernels_compile_once():
    # In a process of its own: other tests call kernels in ways that no system does. Single and double precision and
    # states that are whole numbers are versions on purpose; an int where a float was is one that would stall a lecture.
    done = subprocess.run([sys.executable, "-c", KERNELS], capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""


def test_a_chapter_is_a_folder():
    """One title for all systems of a folder, one folder for all systems of a chapter, and every title is known."""
    folders = {system.name: type(system).__module__.split(".")[2] for system in systems().values()}
    titles = {(folders[system.name], system.chapter) for system in systems().values()}
    assert len(titles) == len({folder for folder, _ in titles}) == len({chapter for _, chapter in titles})
    assert {chapter for _, chapter in titles} <= set(CHAPTERS)


def test_the_library_is_in_the_order_of_teaching():
    """No two systems of a chapter claim the same place, and free induction comes before Bloch and Siegert."""
    listed = list(systems().values())
    places = [(system.chapter, system.order) for system in listed]
    assert len(set(places)) == len(places)
    assert places == sorted(places, key=lambda place: (CHAPTERS.index(place[0]), place[1]))
    taught = ("paramagnet", "ising_domains", "macrospin", "isochromats", "spin_echoes", "bloch_siegert")
    assert [system.name for system in listed if system.name in taught] == list(taught)


def test_parameters_said_to_have_no_effect_have_none(system):
    """In every preset: what is disabled in the panel changes nothing that is computed, and the reason is a clause."""
    for preset in system.presets:
        p = system.Parameters.of(**preset.parameters)
        for name, why in p.unused().items():
            assert why
            assert not why.endswith(".")
            other = _another(p, name)
            # A parameter that no motion knows may still set the pace: steps that end apart cannot be compared.
            if other is not None and system.timestep(other) == system.timestep(p):
                assert _run(system, p) == _run(system, other), f"{preset.name}: {name} is said to be idle: {why}"


def _another(p, name):
    """Parameters with another value of one; None where none is allowed."""
    q, value = p.quantity_named(name), getattr(p, name)
    if q.kind == "switch":
        candidates = [not value]
    elif q.kind == "choice":
        candidates = [word for word in q.choices if word != value]
    elif q.kind == "file":
        candidates = [f"no file{q.suffixes[0]}"]
    else:
        candidates = [1.3 * value, 0.7 * value, (q.low + q.high) / 2, (q.low + 3 * q.high) / 4]
        candidates = [round(c) for c in candidates] if q.kind == "integer" else candidates
    for candidate in candidates:
        with suppress(ParameterError):
            if candidate != value:
                return p.change(**{name: candidate})
    return None


def _run(system, p):
    loop = Loop(system, p, memory=1, seed=5)
    loop.advance(12)
    return {name: repr(value) for name, value in loop.observables.items()}
