"""Recordings read back, finished or cut short by a kill, within bounded memory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from spinviz.files.bounded import open_bounded
from spinviz.files.errors import FileError, quoted
from spinviz.files.recording.superblock import ClosedView
from spinviz.files.recording.write import FORMAT, FORMAT_VERSION

MAX_FILE_BYTES = 64 * 1024**3
MAX_BYTES = 1024**3

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_MAX_NAMES = 10_000
_MAX_TEXT_BYTES = 16 * 1024**2
# Deflate shrinks at most 1032 times; what announces more holds chunks that were never written.
_MAX_COMPRESSION = 1100
_FOREIGN = "choose a recording written by spinviz"
_DAMAGED = "copy the file again or use an older copy"
_LIBRARY_ERRORS = (OSError, RuntimeError, LookupError, ValueError, TypeError, AttributeError, OverflowError)


@dataclass(frozen=True, eq=False)
class Recording:
    """What was recorded.

    Attributes
    ----------
    header
        Free text by name.
    columns
        Name and unit of each column of ``values``.
    time : (N,)
        In the unit of the run: seconds, or sweeps of Monte Carlo.
    values : (N, C)
    arrays : (K, ...) each
    array_frames : (K,)
        The frame to which each row of ``arrays`` belongs.
    complete
        False if the writer was killed, or is still writing.
    """

    header: dict[str, str]
    columns: tuple[tuple[str, str], ...]
    time: NDArray[np.float64]
    values: NDArray[np.float64]
    arrays: dict[str, NDArray[Any]]
    array_frames: NDArray[np.int64]
    complete: bool


def read_recording(path: str | os.PathLike[str], *, max_bytes: int = MAX_BYTES) -> Recording:
    """Read a whole recording.

    Parameters
    ----------
    path
        An HDF5 file written by :class:`RecordingWriter`.
    max_bytes
        Largest amount of numbers accepted [bytes of memory].

    Raises
    ------
    FileError
        The file is no recording, is damaged or needs more than ``max_bytes``.
    """
    with open_bounded(path, MAX_FILE_BYTES) as stream:
        if stream.read(len(_SIGNATURE)) != _SIGNATURE:
            raise FileError(path, "this is not an HDF5 file", _FOREIGN)
    with _damage(path), _opened(os.fspath(path)) as (file, complete):
        _check_format(path, file)
        return _Reader(os.fspath(path), file, max_bytes).recording(complete)


class _Reader:
    """Reads the parts of one file, keeping account of the memory they take."""

    def __init__(self, path: str, file: Any, budget: int) -> None:
        self._path = path
        self._file = file
        self._limit = self._budget = budget

    def recording(self, complete: bool) -> Recording:
        values = self._dataset("values", 2)
        time = self._numbers("time", 1)
        frames = min(_leading(np.isfinite(time)), values.shape[0])
        array_frames = self._numbers("array_frames", 1)
        rows = _leading((array_frames >= 0) & (array_frames < frames))
        arrays = {name: self._numbers(f"arrays/{name}", None) for name in self._group("arrays")}
        rows = min([rows, *map(len, arrays.values())])
        return Recording(
            header={key: self._text(value) for key, value in self._attributes("header").items()},
            columns=self._columns(values),
            time=time[:frames].astype(np.float64),
            values=self._numbers("values", 2)[:frames].astype(np.float64),
            arrays={name: array[:rows] for name, array in arrays.items()},
            array_frames=array_frames[:rows].astype(np.int64),
            complete=complete,
        )

    def _numbers(self, name: str, dimensions: int | None) -> NDArray[Any]:
        dataset = self._dataset(name, dimensions)
        self._budget -= dataset.nbytes
        if self._budget < 0:
            problem = f"reading {quoted(name)} takes the numbers beyond the limit of {self._limit} bytes"
            raise FileError(self._path, problem, "record fewer frames or open it with h5py")
        row = dataset.nbytes // max(1, dataset.shape[0])
        stored = dataset.id.get_storage_size()
        if dataset.nbytes - row > _MAX_COMPRESSION * stored:
            problem = f"{quoted(name)} announces {dataset.nbytes} bytes, {stored} are stored"
            raise FileError(self._path, problem, _DAMAGED)
        numbers: NDArray[Any] = dataset[()]
        return numbers

    def _dataset(self, name: str, dimensions: int | None) -> Any:
        """Return a dataset of numbers that lies in this very file."""
        dataset = self._part(name)
        plain = isinstance(dataset, h5py.Dataset) and not dataset.external and not dataset.is_virtual
        if not plain or dataset.dtype.kind not in "fiub" or dataset.compression not in (None, "gzip"):
            raise FileError(self._path, f"{quoted(name)} is not a table of numbers", _FOREIGN)
        if dataset.ndim != dimensions and not (dimensions is None and dataset.ndim >= 1):
            raise FileError(self._path, f"{quoted(name)} has {dataset.ndim} dimensions", _FOREIGN)
        return dataset

    def _group(self, name: str) -> Any:
        group = self._part(name)
        if not isinstance(group, h5py.Group) or len(group) > _MAX_NAMES:
            raise FileError(self._path, f"{quoted(name)} is not a group of up to {_MAX_NAMES}", _FOREIGN)
        return group

    def _part(self, name: str) -> Any:
        if not isinstance(self._file.get(name, getlink=True), h5py.HardLink):
            raise FileError(self._path, f"the part {quoted(name)} is missing", _FOREIGN)
        return self._file[name]

    def _attributes(self, name: str) -> dict[str, Any]:
        """Return attributes of fixed length; their total size is bounded before any is read."""
        attributes = self._group(name).attrs
        identities = [attributes.get_id(key) for key in attributes]
        if len(identities) > _MAX_NAMES or sum(i.get_storage_size() for i in identities) > _MAX_TEXT_BYTES:
            raise FileError(self._path, f"{quoted(name)} exceeds {_MAX_TEXT_BYTES} bytes", _FOREIGN)
        return dict(attributes)

    def _text(self, value: Any) -> str:
        if not isinstance(value, bytes | np.bytes_):
            raise FileError(self._path, f"the header holds {quoted(repr(value))}, not text", _FOREIGN)
        return value.decode("utf-8")

    def _columns(self, values: Any) -> tuple[tuple[str, str], ...]:
        names, units = (list(map(self._text, values.attrs[key])) for key in ("names", "units"))
        if not len(names) == len(units) == values.shape[1]:
            problem = f"{values.shape[1]} columns have {len(names)} names and {len(units)} units"
            raise FileError(self._path, problem, _DAMAGED)
        return tuple(zip(names, units))


def _check_format(path: str | os.PathLike[str], file: Any) -> None:
    if file.attrs.get("format") != FORMAT.encode():
        raise FileError(path, "this HDF5 file is not a recording", _FOREIGN)
    version = int(file.attrs["format_version"])
    if version != FORMAT_VERSION:
        problem = f"the recording has format version {version}, known is {FORMAT_VERSION}"
        raise FileError(path, problem, "open it with a newer spinviz")


@contextmanager
def _opened(path: str) -> Iterator[tuple[Any, bool]]:
    """Open a finished recording, or else one whose writer was killed or still writes."""
    try:
        file = h5py.File(path, "r")
    except OSError as error:
        if "already open for write" not in str(error):
            raise
    else:
        with file:
            yield file, True
        return
    with open(path, "rb") as stream, h5py.File(ClosedView(stream), "r") as file:
        yield file, False


@contextmanager
def _damage(path: str | os.PathLike[str]) -> Iterator[None]:
    """HDF5 raises many kinds of error for a damaged file."""
    try:
        yield
    except FileError:
        raise
    except _LIBRARY_ERRORS as error:
        problem = f"the recording is damaged ({quoted(str(error), 120)})"
        raise FileError(path, problem, _DAMAGED) from error


def _leading(good: NDArray[np.bool_]) -> int:
    """Return how many elements come before the first bad one."""
    return len(good) if good.all() else int(good.argmin())
