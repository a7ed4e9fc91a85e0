"""Which system shows many files of one kind as a film."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from spinviz.files.ovf.series import is_several
from spinviz.model.abilities import OpensSeries
from spinviz.model.system import System
from spinviz.systems import systems


class ShowsSeries(System[Any, Any], OpensSeries[Any]):
    """A system that shows many files as frames of a run."""


def series_system(paths: Sequence[Path]) -> ShowsSeries | None:
    """Return the system that shows these files, or those of one folder, as frames of a run; None where none does."""
    return series_among(systems(), paths)


def series_among(known: Mapping[str, System[Any, Any]], paths: Sequence[Path]) -> ShowsSeries | None:
    """Return the one of the ``known`` systems that does; None where none does."""
    endings = {path.suffix.lower() for path in paths}
    for system in known.values():
        if not isinstance(system, OpensSeries):
            continue
        known_endings = set(system.suffixes())
        if endings <= known_endings or (len(paths) == 1 and is_several(str(paths[0]))):
            return cast(ShowsSeries, system)
    return None
