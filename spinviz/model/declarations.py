"""Whether what a system declares can be shown, listed and opened at all: asked of systems of other packages.

The contract tests ask for much more; this is what would otherwise stop the program or the library.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from spinviz.model.landmark import Landmark
from spinviz.model.law import Law
from spinviz.model.parameters import Parameters
from spinviz.model.plots import Plot
from spinviz.model.system import Action, Observable, Preset, System
from spinviz.model.units import read_number

TEXTS = ("name", "title", "chapter", "summary", "notes", "equation", "time_unit")
ITEMS: tuple[tuple[str, type], ...] = (
    ("observables", Observable), ("plots", Plot), ("laws", Law), ("presets", Preset), ("actions", Action),
    ("landmarks", Landmark),
)  # fmt: skip


def complaint(system: System[Any, Any]) -> str:
    """Return what is wrong with the declarations of ``system``, or nothing."""
    return next(_complaints(system), "")


def _complaints(system: System[Any, Any]) -> Iterator[str]:
    for text in TEXTS:
        if not isinstance(getattr(system, text, None), str):
            yield f"its {text} is no text"
    if not (system.name.isidentifier() and system.name.isascii()):
        yield f"its name {system.name!r} is no word of letters, digits and _"
    if not isinstance(system.order, (int, float)):
        yield "its order is no number"
    if not system.title.strip():
        yield "its title is empty"
    if not (isinstance(system.Parameters, type) and issubclass(system.Parameters, Parameters)):
        yield "its Parameters are no subclass of Parameters"
    for name, kind in ITEMS:
        yield from _items(system, name, kind)
    yield from _names(system)
    yield from _parameters(system)


def _items(system: System[Any, Any], name: str, kind: type) -> Iterator[str]:
    items = getattr(system, name, None)
    if not isinstance(items, tuple) or not all(isinstance(item, kind) for item in items):
        yield f"its {name} are no tuple of {kind.__name__}"
        return
    names = [item.name for item in items]
    if twice := next((one for one in names if names.count(one) > 1), ""):
        yield f"two of its {name} are called '{twice}'"
    for item in items:
        if not (isinstance(item.name, str) and isinstance(item.title, str)):
            yield f"name or title of one of its {name} is no text"
    if not names and name in ("observables", "presets"):
        yield f"it has no {name}"


def _names(system: System[Any, Any]) -> Iterator[str]:
    observables = {o.name for o in system.observables}
    plots = {plot.name for plot in system.plots}
    actions = {action.name for action in system.actions}
    for plot in system.plots:
        for name in (*plot.observables_named(), *plot.ordinates(), *plot.averaged()):
            if name not in observables:
                yield f"its plot '{plot.name}' shows '{name}', which is no observable"
    for law in system.laws:
        if law.observable not in observables:
            yield f"its law '{law.name}' is one of '{law.observable}', which is no observable"
        for name in law.plots:
            if name not in plots:
                yield f"its law '{law.name}' names '{name}', which is no plot"
    for landmark in system.landmarks:
        if landmark.shows and landmark.shows not in observables:
            yield f"its landmark '{landmark.name}' shows '{landmark.shows}', which is no observable"
    for identity in system.identities:
        for name in identity.observables:
            if name not in observables:
                yield f"its identity '{identity.name}' is one of '{name}', which is no observable"
    for preset in system.presets:
        for _, name in preset.actions:
            if name not in actions:
                yield f"its preset '{preset.name}' does '{name}', which is no action"


def _parameters(system: System[Any, Any]) -> Iterator[str]:
    for name, q in system.Parameters.quantities().items():
        if q.kind in ("number", "integer"):
            read_number(f"1 {q.unit}", q.unit)
        if name == "frame" and q.kind != "choice":
            yield "its parameter 'frame' is no choice of frames of reference"
    system.Parameters.of()
    for preset in system.presets:
        system.Parameters.of(**preset.parameters)
