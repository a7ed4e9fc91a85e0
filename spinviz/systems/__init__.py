"""Physical systems by chapter, one file or folder each; the registry finds them.

``<chapter>/<name>.py`` and ``<chapter>/<name>/system.py`` are found by themselves when they define a concrete `System`;
other distributions register theirs through the entry-point group ``spinviz.systems``, and are left out where they fail.
"""

from __future__ import annotations

import importlib
import inspect
from functools import cache
from pathlib import Path
from typing import Any

from spinviz.model.shortened import shortened
from spinviz.model.system import System, UnknownName
from spinviz.systems.others import Found, Skipped, others

OPENING = "isochromats"
"""The system of the first picture."""
PICTURES = "pictures"
"""The folder that is no chapter: what pictures of several chapters share."""


@cache
def systems() -> dict[str, System[Any, Any]]:
    """Return every system by name, in the order of the library. Errors: `TypeError` for two of ours of one name."""
    found = [*_built_in().values(), *(other.system for other in _others()[0])]
    return {system.name: system for system in sorted(found, key=lambda system: system.place())}


def foreign() -> list[Found]:
    """Return the systems of other distributions."""
    return _others()[0]


def skipped() -> list[Skipped]:
    """Return the systems of other distributions that are left out, each with the reason."""
    return _others()[1]


def skipped_so_far() -> list[Skipped]:
    """Return what `skipped` returns if somebody has asked for all systems, without looking for them now."""
    return skipped() if _others.cache_info().currsize else []


@cache
def _built_in() -> dict[str, System[Any, Any]]:
    found = [system for module in _modules().values() for system in _in_module(module)]
    named = {system.name: system for system in found}
    for system in found:
        if named[system.name] is not system:
            raise TypeError(f"two systems are called '{system.name}': rename one of them")
    return named


@cache
def _others() -> tuple[list[Found], list[Skipped]]:
    return others(_built_in())


def system_named(name: str) -> System[Any, Any]:
    """Return a system by name, importing only its own file where possible. Errors: `UnknownName`."""
    if name in _modules():
        for system in _in_module(_modules()[name]):
            if system.name == name:
                return system
    if name not in systems():
        raise UnknownName(f"unknown system '{shortened(name)}': use one of {', '.join(systems())}")
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
