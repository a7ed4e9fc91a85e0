"""Recordings: times, observables and arrays of a run in an HDF5 file that survives being killed.

The file is written in HDF5's single-writer-multiple-readers mode and flushed after every frame, so that
it is consistent at any moment. Layout: group ``header`` (attributes), ``time`` (N,) with the attribute ``unit``,
``values`` (N, C) with attributes ``names`` and ``units``, ``array_frames`` (K,), ``arrays/NAME`` (K, ...).
"""

from __future__ import annotations

import errno
import math
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import h5py
import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from spinviz.files.atomic import reserved
from spinviz.files.errors import FileError
from spinviz.files.hdf5 import superblock
from spinviz.files.recording.unfinished import Unfinished, free_place

FORMAT = "spinviz recording"
FORMAT_VERSION = 1

_ROWS_PER_CHUNK = 256
_CHUNK_BYTES = 4 * 1024**2
_RESERVE_BYTES = 1024**2
_CLOSING_BYTES = 256 * 1024
_ERROR_NUMBER = re.compile(r"errno = (\d+)")


class RecordingWriter(Unfinished):
    """Appends frames to a recording; everything but the frame being written is readable after a kill.

    If ``path`` exists, it stays until :meth:`close` succeeds; meanwhile the recording lies beside it,
    at :attr:`path`. Nobody else can write to ``path`` until then. No file has its name before it can be read.

    Parameters
    ----------
    path
        The file to create.
    header
        Free text by name: system, parameters, seed, version.
    columns
        Name and unit of each number in a frame.
    arrays
        Shape and dtype (numbers only) of each array that a frame may carry.
    time_unit
        Unit of the frames' times: runs of Monte Carlo count sweeps.

    Raises
    ------
    FileError
        The file cannot be written, or another process is writing it; what was recorded before stays readable.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        header: Mapping[str, str],
        columns: Sequence[tuple[str, str]],
        arrays: Mapping[str, tuple[tuple[int, ...], DTypeLike]] | None = None,
        time_unit: str = "s",
    ) -> None:
        if not columns:
            raise ValueError("a recording without columns; name at least one observable")
        super().__init__(path, time_unit)
        self._columns = len(columns)
        self._arrays: dict[str, Any] = {}
        self._array_rows = 0
        try:
            self._begin(header, columns, arrays or {})
        except BaseException:
            self._claim.release()
            raise

    def _begin(
        self,
        header: Mapping[str, str],
        columns: Sequence[tuple[str, str]],
        arrays: Mapping[str, tuple[tuple[int, ...], DTypeLike]],
    ) -> None:
        """Create the file under a name for the meantime; once it can be read, it takes its own."""
        self.path = reserved(self._named, self._target)
        with self._refusals():
            try:
                _try_disk(self.path)
                self._create(header, columns, arrays)
                if os.name == "posix":  # elsewhere an open file keeps its name
                    place = free_place(self._target)
                    os.rename(self.path, place)
                    self.path = place
            except BaseException:
                self.abandon()
                self.path.unlink(missing_ok=True)
                raise
            self._identity = os.stat(self.path)

    def append(self, time: float, values: Sequence[float], arrays: Mapping[str, ArrayLike] | None = None) -> None:
        """Add a frame: its time, one number per column and, if given, every array."""
        if not math.isfinite(time):
            raise ValueError(f"the time of a frame is {time}; give a finite number")
        if len(values) != self._columns:
            raise ValueError(f"{len(values)} values given; give {self._columns}, one per column")
        if arrays is not None and arrays.keys() != self._arrays.keys():
            raise ValueError(f"arrays {sorted(arrays)} given; give all of {sorted(self._arrays)} or None")
        with self._refusals():
            self._room.ensure(self._frame_bytes(with_arrays=bool(arrays)))
            if arrays:
                self._append_arrays(arrays)
            _append_row(self._values, self.frames, np.asarray(values, np.float64))
            # Last, so that a frame with a time is a complete one.
            _append_row(self._time, self.frames, time)
        self.frames += 1
        self._last = time

    def extend(self, times: ArrayLike, values: ArrayLike) -> None:
        """Add many frames without arrays at once: ``times`` (n,), ``values`` (n, columns)."""
        time, table = np.asarray(times, np.float64), np.asarray(values, np.float64)
        if not np.isfinite(time).all():
            raise ValueError("a time of the frames is not finite; give finite numbers")
        if table.shape != (len(time), self._columns):
            raise ValueError(f"values of shape {table.shape} given; give {(len(time), self._columns)}")
        if not len(time):
            return
        with self._refusals():
            chunks = -(-len(time) // _ROWS_PER_CHUNK) + 1
            self._room.ensure(chunks * self._frame_bytes(with_arrays=False))
            _append_rows(self._values, self.frames, table)
            _append_rows(self._time, self.frames, time)
        self.frames += len(time)
        self._last = float(time[-1])

    def close(self) -> None:
        """Finish the recording and put it in the place of the file it replaces; may be called twice."""
        if not self._file:
            return
        try:
            with self._refusals():
                self._file.close()
            self._finish()
        finally:
            self._claim.release()

    def _finish(self) -> None:
        self._check_there()
        with self._refusals():
            _cut_unused(self.path)
            self._take_name()

    def __enter__(self) -> RecordingWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
        else:
            self.abandon()

    def abandon(self) -> None:
        """Close after an error, which is the one to be reported; what was recorded stays at `path`."""
        with suppress(Exception):
            self._file.close()
            if self.is_there():
                _cut_unused(self.path)
        self._claim.release()

    def _create(
        self,
        header: Mapping[str, str],
        columns: Sequence[tuple[str, str]],
        arrays: Mapping[str, tuple[tuple[int, ...], DTypeLike]],
    ) -> None:
        self._file = root = h5py.File(self.path, "w", libver="latest")
        self._room = _Room(root)
        self._room.ensure(sum(map(len, header.values())))
        root.attrs["format"] = _fixed(FORMAT)
        root.attrs["format_version"] = FORMAT_VERSION
        group = root.create_group("header")
        for key, text in header.items():
            group.attrs[key] = _fixed(text)
        rows: dict[str, Any] = {"maxshape": (None,), "chunks": (_ROWS_PER_CHUNK,)}
        self._time = root.create_dataset("time", (0,), np.float64, fillvalue=np.nan, **rows)
        self._time.attrs["unit"] = _fixed(self._unit)
        self._values = _values_table(root, columns)
        self._array_frames = root.create_dataset("array_frames", (0,), np.int64, fillvalue=-1, **rows)
        place = root.create_group("arrays")
        self._arrays = {name: _frame_stack(place, name, *kind) for name, kind in arrays.items()}
        root.swmr_mode = True

    def _append_arrays(self, arrays: Mapping[str, ArrayLike]) -> None:
        checked = {name: self._checked(name, array) for name, array in arrays.items()}
        for name, array in checked.items():
            _append_row(self._arrays[name], self._array_rows, array)
        _append_row(self._array_frames, self._array_rows, self.frames)
        self._array_rows += 1

    def _frame_bytes(self, with_arrays: bool) -> int:
        """Return an upper bound of what a frame adds: one new chunk each, arrays that do not compress."""
        stacks = [d for d in self._arrays.values() if with_arrays]
        sizes = (math.prod(d.shape[1:]) * d.dtype.itemsize for d in stacks)
        return (self._columns + 2) * 8 * _ROWS_PER_CHUNK + sum(int(1.01 * size) for size in sizes)

    def _checked(self, name: str, array: ArrayLike) -> np.ndarray[Any, Any]:
        """Refuse a wrong shape before anything of the frame is written."""
        dataset = self._arrays[name]
        converted = np.asarray(array, dataset.dtype)
        if converted.shape != dataset.shape[1:]:
            raise ValueError(f"array {name!r} has the shape {converted.shape}; give {dataset.shape[1:]}")
        return converted

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        """Turn what the system or the HDF5 library refuses into one clear line."""
        try:
            yield
        except (OSError, RuntimeError) as error:
            raise FileError.writing(self._named, _as_os_error(error)) from error


def _try_disk(path: Path) -> None:
    """Try the disk, before HDF5 writes its first bytes."""
    with open(path, "wb") as stream:
        _set_aside(stream.fileno(), path, 0, _RESERVE_BYTES)


def _set_aside(descriptor: int, path: Path, start: int, end: int) -> None:
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(descriptor, start, end - start)
    elif shutil.disk_usage(path.parent).free < end - start:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class _Room:
    """Disk space set aside before HDF5 needs it: the library crashes when the disk is full."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._end = 0

    def ensure(self, size: int) -> None:
        """Set aside ``size`` bytes and what closing takes; raise OSError if the disk has not as much."""
        used = self._file.id.get_filesize()
        needed = used + size + _CLOSING_BYTES
        if needed <= self._end:
            return
        end = needed + _RESERVE_BYTES
        _set_aside(self._file.id.get_vfd_handle(), Path(self._file.filename), used, end)
        self._end = end


def _cut_unused(path: Path) -> None:
    """Give back what was set aside and not used."""
    with open(path, "r+b") as stream:
        stream.truncate(superblock.end_of_file(stream.read(superblock.SIZE)))
        os.fsync(stream.fileno())


def _values_table(root: Any, columns: Sequence[tuple[str, str]]) -> Any:
    count = len(columns)
    table = root.create_dataset(
        "values", (0, count), np.float64, maxshape=(None, count), chunks=(_ROWS_PER_CHUNK, count)
    )
    for index, name in enumerate(("names", "units")):
        texts = [column[index].encode() for column in columns]
        width = max(map(len, texts), default=0) or 1
        table.attrs[name] = np.array(texts, h5py.string_dtype("utf-8", width))
    return table


def _frame_stack(place: Any, name: str, shape: tuple[int, ...], dtype: DTypeLike) -> Any:
    """Create a stack of frames; a chunk never spans frames, so that each is compressed and written once."""
    chunk = list(shape)
    for axis, length in enumerate(shape):
        excess = math.prod(chunk) * np.dtype(dtype).itemsize / _CHUNK_BYTES
        chunk[axis] = max(1, int(length / max(1.0, excess)))
    return place.create_dataset(
        name,
        (0, *shape),
        np.dtype(dtype),
        maxshape=(None, *shape),
        chunks=(1, *chunk),
        compression="gzip",
        compression_opts=1,
        shuffle=True,
    )


def _append_row(dataset: Any, index: int, row: Any) -> None:
    _append_rows(dataset, index, np.asarray(row)[np.newaxis])


def _append_rows(dataset: Any, index: int, rows: Any) -> None:
    dataset.resize(index + len(rows), axis=0)
    dataset[index : index + len(rows)] = rows
    dataset.flush()


def _fixed(text: str) -> np.ndarray[Any, Any]:
    """A string of fixed length: variable ones cannot be written while others read."""
    encoded = text.encode(errors="replace")
    return np.array(encoded, h5py.string_dtype("utf-8", max(1, len(encoded))))


def _as_os_error(error: OSError | RuntimeError) -> OSError:
    """HDF5 reports a refusal of the system in a RuntimeError and the number in its text."""
    match = _ERROR_NUMBER.search(str(error))
    number = getattr(error, "errno", None) or (int(match[1]) if match else 0)
    return OSError(number, os.strerror(number) if number else str(error))
