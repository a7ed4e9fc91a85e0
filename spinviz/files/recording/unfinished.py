"""A recording that is being written: under which name it lies meanwhile, and how it takes its own."""

from __future__ import annotations

import os
from pathlib import Path

from spinviz.files.atomic import writable_target
from spinviz.files.claim import Claim
from spinviz.files.errors import FileError
from spinviz.model import clock


class Unfinished:
    """What writers of recordings share. Nobody else can write to ``path`` until the claim to it is let go.

    ``time_unit`` is that of the times. Errors: `FileError`, also where another process is writing ``path``.
    """

    path: Path
    """Where it lies now."""
    _identity: os.stat_result

    def __init__(self, path: str | os.PathLike[str], time_unit: str) -> None:
        self._named, self._unit = Path(path), time_unit
        self._target, _ = writable_target(path)
        self.frames, self._last = 0, 0.0
        self._claim = Claim(path)

    def is_there(self) -> bool:
        """Whether the file at `path` is the one that is written, not another that took its name."""
        try:
            return os.path.samestat(os.stat(self.path), self._identity)
        except OSError:
            return False

    def kept(self) -> str:
        """Say which file holds what was recorded and until when, in the user's words for its folder."""
        beside = self._named.with_name(self.path.name)
        name = beside if os.path.realpath(beside) == os.fspath(self.path) else self.path
        if not self.is_there():
            return f"{name} was removed or replaced meanwhile, what was recorded is lost"
        untouched = "" if self.path == self._target else f", {self._named} is as it was"
        return f"{name} holds what was recorded until {clock.duration(self._last, self._unit)}{untouched}"

    def _check_there(self) -> None:
        """Refuse to go on with a file that is another one. Errors: `FileError`."""
        if not self.is_there():
            raise FileError(self._named, "the recording was removed or replaced while it was written", "record again")

    def _take_name(self) -> None:
        """Replace the file that is meant. Errors: `OSError`."""
        if self.path != self._target:
            os.replace(self.path, self._target)
            self.path = self._target


def free_place(target: Path) -> Path:
    """Return ``target``, or a name beside it if it exists: an unfinished recording is never overwritten."""
    place, number = target, 0
    while os.path.lexists(place):
        number += 1
        place = target.with_name(f"{target.stem}.part{number}{target.suffix}")
    return place
