"""One process that reads HDF5 for many damaged files, where spinviz itself starts one for each."""

from __future__ import annotations

import os
from typing import Any, ClassVar

from spinviz.files.errors import FileError
from spinviz.files.hdf5.process import Reading

MOST_FILES = 500
"""Of one process."""


class Shared(Reading):
    """Stands in for `Reading`: the process of the last file goes on, unless it broke down."""

    _spare: ClassVar[Any] = None
    _files: ClassVar[int] = 0

    def __init__(self, path: str | os.PathLike[str]) -> None:
        if Shared._spare is None:
            super().__init__(path)
            Shared._files = 0
            return
        self.__dict__.update(Shared._spare.__dict__)
        self._path, Shared._spare = path, None
        Shared._files += 1

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        broken = isinstance(error, FileError) and ("broke down" in str(error) or "took more than" in str(error))
        if broken or (error is not None and not isinstance(error, Exception)) or Shared._files > MOST_FILES:
            super().__exit__()
        else:
            Shared._spare = self

    @classmethod
    def end(cls) -> None:
        """End the process that is left."""
        if cls._spare is not None:
            spare, cls._spare = cls._spare, None
            Reading.__exit__(spare)
