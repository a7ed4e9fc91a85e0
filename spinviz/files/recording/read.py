"""Recordings read back, finished or cut short by a kill, within bounded memory."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spinviz.files.errors import FileError, quoted
from spinviz.files.hdf5.reader import Dataset, Group, opened
from spinviz.files.recording.write import FORMAT, FORMAT_VERSION

MAX_FILE_BYTES = 64 * 1024**3
MAX_BYTES = 1024**3

_FOREIGN = "choose a recording written by spinviz"
_DAMAGED = "copy the file again or use an older copy"


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
    with opened(path, MAX_FILE_BYTES, _FOREIGN) as file:
        _check_format(path, file)
        return _Reader(path, file, max_bytes).recording()


class _Reader:
    """Reads the parts of one file, keeping account of the memory they take."""

    def __init__(self, path: str | os.PathLike[str], file: Group, budget: int) -> None:
        self._path = path
        self._file = file
        self._limit = self._budget = budget

    def recording(self) -> Recording:
        values = self._dataset("values", 2)
        time = self._numbers("time", 1)
        frames = min(_leading(np.isfinite(time)), (values.shape or (0,))[0])
        array_frames = self._numbers("array_frames", 1)
        rows = _leading((array_frames >= 0) & (array_frames < frames))
        arrays = {name: self._numbers(f"arrays/{name}", None) for name in self._group("arrays")}
        rows = min([rows, *map(len, arrays.values())])
        return Recording(
            header={key: self._text(value) for key, value in self._group("header").attrs.items()},
            columns=self._columns(values),
            time=time[:frames].astype(np.float64),
            values=self._numbers("values", 2)[:frames].astype(np.float64),
            arrays={name: array[:rows] for name, array in arrays.items()},
            array_frames=array_frames[:rows].astype(np.int64),
            complete=self._file.complete,
        )

    def _numbers(self, name: str, dimensions: int | None) -> NDArray[Any]:
        dataset = self._dataset(name, dimensions)
        self._budget -= dataset.nbytes
        if self._budget < 0:
            problem = f"reading {quoted(name)} takes the numbers beyond the limit of {self._limit} bytes"
            raise FileError(self._path, problem, "record fewer frames or open it with h5py")
        return dataset[()]

    def _dataset(self, name: str, dimensions: int | None) -> Dataset:
        """Return a dataset of numbers that lies in this very file."""
        dataset = self._part(name)
        if not isinstance(dataset, Dataset) or dataset.dtype.kind not in "fiub":
            raise FileError(self._path, f"{quoted(name)} is not a table of numbers", _FOREIGN)
        if dataset.ndim != dimensions and not (dimensions is None and dataset.ndim >= 1):
            raise FileError(self._path, f"{quoted(name)} has {dataset.ndim} dimensions", _FOREIGN)
        return dataset

    def _group(self, name: str) -> Group:
        group = self._part(name)
        if not isinstance(group, Group):
            raise FileError(self._path, f"{quoted(name)} is not a group", _FOREIGN)
        return group

    def _part(self, name: str) -> Any:
        part = self._file.get(name)
        if part is None:
            raise FileError(self._path, f"the part {quoted(name)} is missing", _FOREIGN)
        return part

    def _text(self, value: Any) -> str:
        if not isinstance(value, str):
            raise FileError(self._path, f"the header holds {quoted(repr(value))}, not text", _FOREIGN)
        return value

    def _columns(self, values: Dataset) -> tuple[tuple[str, str], ...]:
        names, units = (list(map(self._text, values.attrs[key])) for key in ("names", "units"))
        count = (values.shape or (0, 0))[1]
        if not len(names) == len(units) == count:
            problem = f"{count} columns have {len(names)} names and {len(units)} units"
            raise FileError(self._path, problem, _DAMAGED)
        return tuple(zip(names, units))


def _check_format(path: str | os.PathLike[str], file: Group) -> None:
    if file.attrs.get("format") != FORMAT:
        raise FileError(path, "this HDF5 file is not a recording", _FOREIGN)
    version = int(file.attrs["format_version"])
    if version != FORMAT_VERSION:
        problem = f"the recording has format version {version}, known is {FORMAT_VERSION}"
        raise FileError(path, problem, "open it with a newer spinviz")


def _leading(good: NDArray[np.bool_]) -> int:
    """Return how many elements come before the first bad one."""
    return len(good) if good.all() else int(good.argmin())
