"""HDF5 files as groups and datasets, read by another process: whatever it stumbles over is one line with the file."""

from __future__ import annotations

import math
import os
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spinviz.files.bounded import open_bounded
from spinviz.files.errors import FileError, quoted
from spinviz.files.hdf5.process import AGAIN, LibraryRefused, Reading

SIGNATURE = b"\x89HDF\r\n\x1a\n"
MOST_COMPRESSION = 1100
"""Deflate shrinks at most 1032 times; what announces more holds chunks that were never written."""
FREE_BYTES, ROW_BYTES = 2**16, 2**26
"""What may be announced without being stored; as much of a row along the first axis."""

FilePath = str | os.PathLike[str]


@contextmanager
def opened(path: FilePath, most_file_bytes: int, kinds: str) -> Iterator[Group]:
    """Open an HDF5 file for reading; ``kinds`` is the remedy where it is none.

    Raises
    ------
    FileError
        The file cannot be opened, is no HDF5, leads elsewhere, announces numbers that are not there, or the library
        refuses it, breaks down, takes too long or too much memory.
    """
    with open_bounded(path, most_file_bytes) as stream:
        # MATLAB puts 512 bytes of its own in front.
        if SIGNATURE not in (stream.read(8), stream.read(512)[-8:]):
            raise FileError(path, "the file is not HDF5", kinds)
    with Reading(path) as reading:
        try:
            source = _Source(path, reading)
            yield Group(source, "/", source.look("/"), source.complete)
        except FileError:
            raise
        except (LookupError, ValueError, TypeError, AttributeError, OverflowError, MemoryError) as error:
            raise FileError(path, f"its parts do not fit together ({quoted(str(error), 100)})", AGAIN) from error


class _Source:
    """Asks for parts of one file."""

    def __init__(self, path: FilePath, reading: Reading) -> None:
        self.path = path
        self._reading = reading
        self.complete = bool(self.ask("open", path=os.fspath(path)).get("complete"))

    def ask(self, what: str, into: memoryview | None = None, **request: Any) -> dict[str, Any]:
        try:
            return self._reading.ask(what, into, **request)
        except LibraryRefused as error:
            raise FileError(self.path, f"the HDF5 library says {quoted(str(error), 100)}", AGAIN) from error

    def look(self, name: str) -> dict[str, Any]:
        return self.ask("look", name=name)


class _Object:
    """What groups and datasets share: ``name`` from the root, ``attrs`` (texts, lists of texts, arrays)."""

    def __init__(self, source: _Source, name: str, answer: dict[str, Any]) -> None:
        self._source, self.name, self._answer = source, name, answer

    @cached_property
    def attrs(self) -> dict[str, Any]:
        """Attributes; those that are neither texts nor numbers are left out."""
        return {name: _attribute(value) for name, value in self._answer.get("attributes", {}).items()}


class Group(_Object, Mapping[str, Any]):
    """Groups and datasets by name; a name may be a path. ``complete``: whether its writer has closed the file."""

    def __init__(self, source: _Source, name: str, answer: dict[str, Any], complete: bool = True) -> None:
        super().__init__(source, name, answer)
        self.complete = complete

    def __getitem__(self, name: str) -> Any:
        place = f"{self.name.rstrip('/')}/{name}"
        answer = self._source.look(place)
        kind = answer.get("kind")
        if kind == "link":
            problem = f"{quoted(place)} is a link to another place, which is not followed"
            raise FileError(self._source.path, problem, "write the file again with everything in it")
        if kind == "group":
            return Group(self._source, place, answer)
        if kind == "dataset":
            return Dataset(self._source, place, answer)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._answer["names"])

    def __len__(self) -> int:
        return len(self._answer["names"])

    def __contains__(self, name: object) -> bool:
        return name in self._answer["names"]


class Dataset(_Object):
    """An array in the file: ``shape`` is None where it has none, ``dtype`` is object for all but numbers."""

    def __init__(self, source: _Source, name: str, answer: dict[str, Any]) -> None:
        super().__init__(source, name, answer)
        found, shape = answer["dtype"], answer["shape"]
        self.dtype = np.dtype(object) if found is None else np.lib.format.descr_to_dtype(_tuples(found))
        self.shape = None if shape is None else tuple(int(n) for n in shape)
        self.size = 0 if self.shape is None else math.prod(self.shape)
        self.ndim = len(self.shape or ())
        self.nbytes = self.size * self.dtype.itemsize
        self.holds = str(answer["holds"])[:100]
        """The type in words."""

    def __getitem__(self, everything: Any) -> NDArray[Any]:
        """Return the whole array: ``dataset[()]``. Errors: `FileError`."""
        if everything not in ((), ...):
            raise IndexError("a dataset is read as a whole: dataset[()]")
        if self.dtype.hasobject or self.shape is None:
            raise FileError(self._source.path, f"{self.name} holds {self.holds}, not numbers", AGAIN)
        self._check_stored()
        found: Any = np.empty(self.shape, self.dtype)
        self._source.ask("read", memoryview(found.reshape(-1).view(np.uint8)), name=self.name)
        numbers: NDArray[Any] = found
        return numbers

    def _check_stored(self) -> None:
        """Refuse gigabytes that a few bytes announce; the last row of a recording may not be written yet."""
        stored = int(self._answer["stored"])
        row = self.nbytes // max(1, (self.shape or (1,))[0])
        if self.nbytes - min(row, ROW_BYTES) - FREE_BYTES > MOST_COMPRESSION * stored:
            problem = f"{quoted(self.name)} announces {self.nbytes} bytes, {stored} are stored"
            raise FileError(self._source.path, problem, AGAIN)


def _tuples(found: Any) -> Any:
    """JSON has lists where numpy wants pairs."""
    return [(str(name), str(kind)) for name, kind in found] if isinstance(found, list) else str(found)


def _attribute(value: dict[str, Any]) -> Any:
    if "text" in value:
        return value["text"]
    array = np.frombuffer(b64decode(value["bytes"]), np.dtype(value["dtype"])).reshape(value["shape"])
    return array[()]
