"""Physical systems by chapter, one file or folder each; the registry finds them.

``<chapter>/<name>.py`` and ``<chapter>/<name>/system.py`` are found by themselves when they define a concrete `System`;
other distributions register theirs through the entry-point group ``spinviz.systems``.
"""

from __future__ import annotations

import importlib
import inspect
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from spinviz.model.system import System, UnknownName

OPENING = "isochromats"
"""The system of the first picture."""
PICTURES = "pictures"
"""The folder that is no chapter: what pictures of several chapters share."""


@cache
def systems() -> dict[str, System[Any, Any]]:
    """Return every system by name, in the order of the library. Errors: `TypeError` for a duplicate name."""
    found: list[System[Any, Any]] = []
    for module in _modules().values():
        found += _in_module(module)
    for entry in entry_points(group="spinviz.systems"):
        found.append(entry.load()())
    names = [system.name for system in found]
    for name in names:
        if names.count(name) > 1:
            raise TypeError(f"two systems are called '{name}': rename one of them")
    return {system.name: system for system in sorted(found, key=lambda system: system.place())}


def system_named(name: str) -> System[Any, Any]:
    """Return a system by name, importing only its own file where possible. Errors: `UnknownName`."""
    if name in _modules():
        for system in _in_module(_modules()[name]):
            if system.name == name:
                return system
    if name not in systems():
        raise UnknownName(f"unknown system '{name}': use one of {', '.join(systems())}")
    return systems()[name]


def is_built_in(name: str) -> bool:
    """Whether there is a module of this name, without importing it."""
    return name in _modules()


@cache
def _modules() -> dict[str, str]:
    """Modules of systems by name, found without importing them."""
    here = Path(__file__).parent
    paths = [path.relative_to(here).with_suffix("") for path in (*here.glob("*/*.py"), *here.glob("*/*/system.py"))]
    inside = [path.parts for path in sorted(paths) if path.parts[0] != PICTURES and path.name != "__init__"]
    return {parts[1]: ".".join(parts) for parts in inside}


def _in_module(name: str) -> list[System[Any, Any]]:
    module = importlib.import_module(f"{__name__}.{name}")
    return [
        member()
        for member in vars(module).values()
        if inspect.isclass(member)
        and issubclass(member, System)
        and not inspect.isabstract(member)
        and member.__module__ == module.__name__
    ]
