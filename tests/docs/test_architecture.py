"""What the documents name exists: paths, modules, classes, functions, values of constants; and no room is left out."""

import ast
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BOTH = ("docs/architecture.md", "docs/physics.md")
BY_HAND = (*BOTH, "docs/magnetic-resonance.md", "docs/benchmarks.md", "README.md")
FOLDERS = ("spinviz/", "tests/", "docs/", "packaging/", "resources/")
CODE = ("spinviz", "tests", "docs")


@dataclass
class Module:
    """What a file defines: names at its top with the source of their values, members and bases of its classes."""

    names: dict[str, str] = field(default_factory=dict)
    members: dict[str, set[str]] = field(default_factory=dict)
    bases: dict[str, set[str]] = field(default_factory=dict)


@cache
def modules() -> dict[str, Module]:
    """Every file and package of code by its dotted name."""
    found = {}
    for folder in CODE:
        for path in (ROOT / folder).rglob("*.py"):
            inside = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(inside[:-1] if inside[-1] == "__init__" else inside)
            found[name] = read(ast.parse(path.read_text("utf-8")))
    return found


def read(tree: ast.Module) -> Module:
    module = Module()
    for node in tree.body:
        for name, value in defined(node):
            module.names[name] = value
        if isinstance(node, ast.ClassDef):
            module.members[node.name] = {name for inner in node.body for name, _ in defined(inner)}
            module.bases[node.name] = {re.split(r"[\[.(]", ast.unparse(base))[0] for base in node.bases}
    return module


def defined(node: ast.stmt) -> list[tuple[str, str]]:
    """Names that a statement defines, with the source of their value."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [(node.name, "")]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [(node.target.id, ast.unparse(node.value) if node.value else "")]
    if isinstance(node, ast.Assign):
        return [(t.id, ast.unparse(node.value)) for t in node.targets if isinstance(t, ast.Name)]
    return []


def sources(word: str) -> list[str]:
    """Sources of the values of all that ``word`` may mean: [module.]name or [module.]Class.member, or a module."""
    parts = word.split(".")
    found = []
    for name, module in modules().items():
        for cut in range(len(parts) + 1):
            if cut and name.split(".")[-cut:] != parts[:cut]:
                continue
            rest = parts[cut:]
            if not rest:
                found.append("")
            elif len(rest) == 1 and rest[0] in module.names:
                found.append(module.names[rest[0]])
            elif len(rest) == 2 and rest[0] in module.members and has_member(rest[0], rest[1]):
                found.append("")
    return found


def has_member(owner: str, member: str) -> bool:
    """Whether a class of this name, or one it derives from, defines the member."""
    for module in modules().values():
        if owner in module.members and (
            member in module.members[owner] or any(has_member(base, member) for base in module.bases[owner])
        ):
            return True
    return False


def words(document: str) -> list[str]:
    """What stands in code letters within a line. Commands, which have spaces, are left out."""
    text = (ROOT / document).read_text("utf-8")
    return [word for word in re.findall(r"`([^`\n]+)`", text) if " " not in word]


def is_path(word: str) -> bool:
    return word.startswith(FOLDERS)


@pytest.mark.parametrize("document", BY_HAND)
def test_paths_exist(document: str) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", (ROOT / document).read_text("utf-8"))
    beside = (ROOT / document).parent
    missing = [word for word in words(document) if is_path(word) and not (ROOT / word).exists()]
    missing += [link for link in links if not (beside / link).exists()]
    assert not missing


@pytest.mark.parametrize("document", BOTH)
def test_names_exist(document: str) -> None:
    named = [word for word in words(document) if not is_path(word)]
    assert len(named) > 30
    assert [word for word in named if not sources(word)] == []


@pytest.mark.parametrize("document", BOTH)
def test_constants_have_the_values_told(document: str) -> None:
    told = re.findall(r"`([\w.]+)`\s+=\s+([\d.e-]+\d)", (ROOT / document).read_text("utf-8"))
    assert told
    for name, value in told:
        known = {float(ast.literal_eval(source)) for source in sources(name) if source}
        assert known == {float(value)}, name


def test_every_room_is_described() -> None:
    """Packages of `spinviz` with code of their own, but for the folders that are one system."""
    rooms = {path.parent for path in (ROOT / "spinviz").rglob("*.py") if path.name != "__init__.py"}
    rooms = {room for room in rooms if not (room / "system.py").exists() or room.name == "model"} - {ROOT / "spinviz"}
    told = {word.rstrip("/") for word in words("docs/architecture.md")}
    assert sorted(str(room.relative_to(ROOT)) for room in rooms if str(room.relative_to(ROOT)) not in told) == []


def test_what_does_not_exist_is_found() -> None:
    assert not sources("Loop.fly")
    assert not sources("means.FEWEST_CHAIRS")
    assert not sources("engine.loop.nothing")
    assert sources("Loop.advance")
    assert sources("Isochromats.preset")  # of the base class
    assert sources("engine.loop")
