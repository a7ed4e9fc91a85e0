"""Adding a system costs one file or folder: no other code of the program names one of the systems."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import spinviz
from spinviz.systems import systems

PACKAGE = Path(spinviz.__file__).parent
CHAPTERS = PACKAGE / "systems"
SHARED = {"common", "pictures"}
"""Folders between systems that belong to none."""
NAMED = {
    ("systems/__init__.py", "isochromats"): "OPENING: something has to be the first picture",
    (
        "systems/resonance/common/vectors.py",
        "isochromats",
    ): "the word of the field, in a legend: thin arrows of isochromats",
    ("cli/parser.py", "macrospin"): "an example of a command, in the help",
    ("cli/parser.py", "pulseq"): "an example of a command, in the help",
    ("cli/parser.py", "isochromats"): "an example of a command, in the help",
}
"""Where a system is named on purpose, and why. Benchmarks, which measure systems by name, are not looked at."""


def own(module: str) -> Path:
    """The file or folder of the system defined in ``module``."""
    path = PACKAGE.parent / Path(*module.split("."))
    return path.parent if path.name == "system" else path.with_suffix(".py")


OWN = {name: own(type(system).__module__) for name, system in systems().items()}


def code() -> Iterator[tuple[Path, ast.Module]]:
    for file in sorted(PACKAGE.rglob("*.py")):
        if "bench" not in file.relative_to(PACKAGE).parts:
            yield file, ast.parse(file.read_text("utf-8"))


CODE = list(code())


WORDS = ("bar",)
"""Systems whose name is also that of a shape and of a part of windows."""


def is_shared(file: Path) -> bool:
    """Whether a file belongs to no system: inside one a word like "recovery" is a law or a parameter of its own."""
    return not any(file == mine or mine in file.parents for mine in OWN.values())


def strings(tree: ast.Module) -> Iterator[str]:
    """All strings but docstrings."""
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value


def names_in(tree: ast.Module) -> set[str]:
    """Systems that a file names: as a whole string, as a command, or as a module."""
    found = set()
    for text in strings(tree):
        for name, place in OWN.items():
            module = f"systems.{place.parent.name}.{place.stem}"
            commands = [f"{command} {name} " in text for command in ("run", "export", "verify", "open", "list")]
            if (text == name and name not in WORDS) or module in text or any(commands):
                found.add(name)
    return found


def test_what_is_shared_names_no_system() -> None:
    named = {
        (str(file.relative_to(PACKAGE)), name) for file, tree in CODE if is_shared(file) for name in names_in(tree)
    }
    assert named == NAMED.keys()


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("name", OWN)
def test_only_its_own_files_import_a_system(name: str) -> None:
    place = OWN[name]
    module = ".".join(place.relative_to(PACKAGE.parent).with_suffix("").parts)
    users = {file for file, tree in CODE if any(f"{one}.".startswith(f"{module}.") for one in imported(tree))}
    assert {file for file in users if file != place and place not in file.parents} == set()


def test_every_file_between_the_systems_is_of_one_or_shared() -> None:
    """A file beside a system that only this one uses would be a second place to look for it."""
    loose = [
        file.relative_to(CHAPTERS).as_posix()
        for file, _ in CODE
        if CHAPTERS in file.parents and is_shared(file) and file.name != "__init__.py"
    ]
    assert [path for path in loose if "/" in path and not SHARED & set(Path(path).parts)] == []
