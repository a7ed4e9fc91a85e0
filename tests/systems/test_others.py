"""Systems of other packages: those that fail are left out with one line, and nothing else is any different."""

from pathlib import Path

import pytest
from installed import install, spinviz

from spinviz.model.declarations import complaint
from spinviz.model.system import Preset
from spinviz.systems import systems

PLUG = """
from dataclasses import dataclass
from spinviz.model.parameters import Parameters, choice, quantity
from spinviz.model.plots import Trace
from spinviz.model.system import Action, Observable, Preset, System
from spinviz.model.visuals import Arrows, Stage, float32

class DecayParameters(Parameters):
    rate: float = quantity(1.0, "1/s", "Rate.", ge=0, le=10)

@dataclass
class State:
    x: float

class Decay(System):
    name, title, chapter, summary, equation = "decay", "Decay <b>", "Moments", "Decays.", "x"
    Parameters = DecayParameters
    observables = (Observable("x", "X", "x"),)
    plots = (Trace("x", "X", ("x",)),)
    presets = (Preset("decay", "Decay"),)
    def initial_state(self, p, rng): return State(1.0)
    def step(self, s, p, dt): s.x *= 1 - p.rate * dt
    def timestep(self, p): return 0.01
    def speed(self, p): return 1.0
    def observe(self, s, p): return {"x": s.x}
    def draw(self, s, p): return (Arrows(float32([[0, 0, 0]]), float32([[0, 0, s.x]])),)
    def stage(self, p): return Stage()

class Taken(Decay):
    name = "macrospin"

class Raises(Decay):
    def __init__(self): raise RuntimeError("two\\nlines")

class Half(System):
    name, title = "half", "Half"

class Named(Decay):
    name = property(lambda self: 1 / 0)

class Wrong(Decay):
    name, presets = "wrong", (Preset("a", "A", parameters={"rate": 99}),)

class Shows(Decay):
    name, plots = "shows", (Trace("x", "X", ("y",)),)

def function():
    return 5
"""
FAILING = {
    "taken = plug:Taken": "'macrospin' of aplug: spinviz has a system of this name",
    "raises = plug:Raises": "'raises' of aplug: RuntimeError: two lines",
    "half = plug:Half": "'half' of aplug: TypeError: Can't instantiate abstract class Half",
    "named = plug:Named": "'named' of aplug: ZeroDivisionError",
    "wrong = plug:Wrong": "'wrong' of aplug: ParameterError: rate",
    "shows = plug:Shows": "'shows' of aplug: its plot 'x' shows 'y', which is no observable",
    "function = plug:function": "'function' of aplug: plug:function makes a int, which is no System",
    "parameters = plug:DecayParameters": "'parameters' of aplug: plug:DecayParameters is no System",
    "nowhere = nowhere:Decay": "'nowhere' of aplug: ModuleNotFoundError: No module named 'nowhere'",
    "nothing = plug:Nothing": "'nothing' of aplug: AttributeError",
    "quits = quitting:Decay": "'quits' of aplug: SystemExit: bye",
    "syntax = broken:Decay": "'syntax' of aplug: SyntaxError",
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Two distributions: the first by name has all that fails, and both have a system that works."""
    (tmp_path / "plug.py").write_text(PLUG)
    (tmp_path / "quitting.py").write_text("raise SystemExit('bye')")
    (tmp_path / "broken.py").write_text("def (")
    install(tmp_path, "aplug", [*FAILING, "works = plug:Decay"])
    install(tmp_path, "Bplug", ["works = plug:Decay"])
    install(tmp_path, "nameless", ["odd = :::"])
    (tmp_path / "nameless-1.0.dist-info" / "METADATA").unlink()
    return tmp_path


def test_what_fails_is_skipped_with_one_line_and_the_rest_is_listed(site: Path) -> None:
    done = spinviz(site, "list")
    assert done.returncode == 0, done.stderr
    assert "decay  –  Decay <b> (Moments)" in done.stdout
    assert all(f"{name}  –  " in done.stdout for name in systems())
    said = done.stderr.splitlines()
    assert len(said) == len(FAILING) + 2, done.stderr
    twice, odd = "'decay' of Bplug: aplug has a system of this name", "'odd' of a distribution without a name: "
    for reason in [*FAILING.values(), twice, odd]:
        assert any(f"spinviz: warning: skipped the system {reason}" in line for line in said), (reason, done.stderr)


def test_a_system_that_works_runs_beside_those_that_fail(site: Path) -> None:
    done = spinviz(site, "run", "decay", "--duration", "1s", "--out", "x.csv")
    assert done.returncode == 0, done.stderr
    assert len((site / "x.csv").read_text().splitlines()) == 102
    assert "'half' of aplug" in done.stderr


def test_a_mistyped_name_gets_its_answer_beside_those_that_fail(site: Path) -> None:
    done = spinviz(site, "run", "half", "--out", "x.csv")
    assert done.returncode == 2
    assert "unknown system 'half'" in done.stderr
    assert "skipped the system 'half' of aplug: TypeError" in done.stderr


def test_the_doctor_names_them(site: Path) -> None:
    done = spinviz(site, "doctor")
    assert "ok       system 'decay': of aplug" in done.stdout
    assert "MISSING  system 'wrong': of aplug, skipped: ParameterError" in done.stdout
    assert "pip uninstall aplug" in done.stdout
    assert "warning" not in done.stderr
    assert done.returncode == 1


def test_a_named_system_of_ours_looks_at_nobody_elses(site: Path) -> None:
    """Their files are imported only where all systems are asked for: the start stays as it was."""
    done = spinviz(site, "run", "macrospin", "--duration", "10ps", "--out", "x.csv")
    assert (done.returncode, done.stderr) == (0, "")


def test_what_is_wrong_is_named() -> None:
    class Twice(type(systems()["macrospin"])):  # type: ignore[misc]
        presets = (Preset("a", "A"), Preset("a", "B"))

    class Absent(type(systems()["macrospin"])):  # type: ignore[misc]
        presets = (Preset("a", "A", actions=((0.0, "jump"),)),)

    class Spaced(type(systems()["macrospin"])):  # type: ignore[misc]
        name = "two words"

    class Empty(type(systems()["macrospin"])):  # type: ignore[misc]
        presets = ()

    class Unplaced(type(systems()["macrospin"])):  # type: ignore[misc]
        order = "first"

    assert complaint(Unplaced()) == "its order is no number"
    assert complaint(Twice()) == "two of its presets are called 'a'"
    assert complaint(Absent()) == "its preset 'a' does 'jump', which is no action"
    assert complaint(Spaced()) == "its name 'two words' is no word of letters, digits and _"
    assert complaint(Empty()) == "it has no presets"
