"""Systems of other distributions, through their entry points: what is wrong with one stops neither others nor us."""

from __future__ import annotations

import inspect
from collections.abc import Container, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, EntryPoint, distributions
from typing import Any

from spinviz.model.declarations import complaint
from spinviz.model.system import System

GROUP = "spinviz.systems"
LONGEST = 300
"""Letters of a reason."""


@dataclass(frozen=True)
class Skipped:
    """A system that is left out: of which distribution, under which entry point or name, and why (one line)."""

    distribution: str
    system: str
    reason: str

    def __str__(self) -> str:
        return f"skipped the system '{self.system}' of {self.distribution}: {self.reason}"


@dataclass(frozen=True)
class Found:
    """A system with the distribution that it comes from."""

    distribution: str
    system: System[Any, Any]


def others(taken: Container[str]) -> tuple[list[Found], list[Skipped]]:
    """Return the systems of other distributions, and those left out, in the order of distributions' names.

    ``taken`` are the names of systems of our own; among others the first takes a name.
    """
    found: dict[str, Found] = {}
    skipped: list[Skipped] = []
    for distribution, entry in _entries():
        try:
            system = _made(entry)
        # A system may end the program while it is imported, or raise anything.
        except (Exception, SystemExit) as error:
            skipped.append(Skipped(distribution, entry.name, _reason(error)))
            continue
        name = system.name
        if name in taken:
            skipped.append(Skipped(distribution, name, "spinviz has a system of this name: rename it"))
        elif name in found:
            first = found[name].distribution
            skipped.append(Skipped(distribution, name, f"{first} has a system of this name: uninstall one of them"))
        else:
            found[name] = Found(distribution, system)
    return list(found.values()), skipped


class Unusable(Exception):
    """What an entry point leads to is no system that can be shown."""


def _made(entry: EntryPoint) -> System[Any, Any]:
    """Return the system of an entry point. Errors: anything."""
    made = entry.load()
    if inspect.isclass(made) and not issubclass(made, System):
        raise Unusable(f"{entry.value} is no System")
    system = made()
    if not isinstance(system, System):
        raise Unusable(f"{entry.value} makes a {type(system).__name__}, which is no System")
    if wrong := complaint(system):
        raise Unusable(wrong)
    return system


def _reason(error: BaseException) -> str:
    """An error in one short line."""
    if isinstance(error, Unusable):
        return str(error)
    try:
        said = " ".join(str(error).split())
    except Exception:  # its own __str__ may be broken, too
        said = ""
    line = f"{type(error).__name__}: {said}" if said else type(error).__name__
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def _entries() -> Iterator[tuple[str, EntryPoint]]:
    """Names of distributions with their entry points for systems; a distribution on the path twice counts once."""
    found: dict[str, list[EntryPoint]] = {}
    for distribution in distributions():
        if entries := _entries_of(distribution):
            found.setdefault(_name(distribution), entries)
    for name in sorted(found, key=str.casefold):
        for entry in sorted(found[name], key=lambda entry: entry.name):
            yield name, entry


def _entries_of(distribution: Distribution) -> list[EntryPoint]:
    try:
        return [entry for entry in distribution.entry_points if entry.group == GROUP]
    except Exception:  # a damaged list of entry points
        return []


def _name(distribution: Distribution) -> str:
    try:
        return str(distribution.metadata["Name"] or "a distribution without a name")
    except Exception:
        return "a distribution without a name"
