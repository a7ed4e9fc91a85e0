"""Signals that MRI simulators store, HDF5: JEMRIS (``signal/channels/00``) and KomaMRI (``signal``, also in .mat)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spinviz.files.errors import FileError
from spinviz.files.hdf5.reader import Dataset, Group
from spinviz.files.phantom import opened_hdf5
from spinviz.physics.sequence.blocks import Array

Complex = NDArray[np.complex128]

MAX_SAMPLES = 2**24
_REMEDY = "choose a signal of JEMRIS (signal/channels/00) or KomaMRI (signal)"


@dataclass(frozen=True, eq=False)
class StoredSignal:
    """``signal`` (n,) in arbitrary units; ``times`` (n,) [s], empty where the file does not say."""

    signal: Complex
    times: Array


def holds_signal(path: str | os.PathLike[str]) -> bool:
    """Whether the file holds a signal and not a phantom. Errors: `FileError`."""
    with opened_hdf5(path) as file:
        return "signal" in file


def read_mr_signal(path: str | os.PathLike[str]) -> StoredSignal:
    """Read a stored signal, ordered in time.

    Raises
    ------
    FileError
        There is no signal, it is too long or not finite.
    """
    with opened_hdf5(path) as file:
        found = file.get("signal")
        if isinstance(found, Dataset):
            return StoredSignal(_checked(path, _compound(path, found)), np.zeros(0))
        channel = found.get("channels/00") if isinstance(found, Group) else None
        if not isinstance(found, Group) or not isinstance(channel, Dataset):
            raise FileError(path, "the file holds no signal", _REMEDY)
        values = _limited(path, channel)
        if values.ndim != 2 or values.shape[1] < 2 or values.dtype.kind != "f":
            raise FileError(path, f"the signal has the shape {values.shape}, expected are (n, 2 or 3)", _REMEDY)
        signal = _checked(path, values[:, 0] + 1j * values[:, 1])
        times = _times(path, found.get("times"), len(signal))
    order = np.argsort(times, kind="stable") if len(times) else slice(None)
    return StoredSignal(signal[order], times[order])


def _times(path: str | os.PathLike[str], dataset: object, count: int) -> Array:
    """JEMRIS counts milliseconds."""
    if not isinstance(dataset, Dataset):
        return np.zeros(0)
    times = _limited(path, dataset).ravel()
    if len(times) != count or times.dtype.kind != "f" or not np.isfinite(times).all():
        raise FileError(path, f"{count} samples have {len(times)} times", "write the signal again")
    return np.asarray(1e-3 * times, dtype=np.float64)


def _compound(path: str | os.PathLike[str], dataset: Dataset) -> Complex:
    """MATLAB and Julia store complex numbers as pairs called real and imag."""
    if dataset.dtype.hasobject:
        raise FileError(path, f"the signal holds {dataset.holds}, not complex numbers", _REMEDY)
    values = _limited(path, dataset).ravel()
    if values.dtype.kind == "c":
        return np.asarray(values, dtype=np.complex128)
    if values.dtype.names is None or not {"real", "imag"} <= set(values.dtype.names):
        raise FileError(path, f"the signal holds {values.dtype}, not complex numbers", _REMEDY)
    return np.asarray(values["real"] + 1j * values["imag"].astype(np.float64), dtype=np.complex128)


def _limited(path: str | os.PathLike[str], dataset: Dataset) -> NDArray[Any]:
    if dataset.shape is None or not 1 <= dataset.size <= 3 * MAX_SAMPLES:
        raise FileError(path, f"the signal has {dataset.size} numbers, allowed are 1 to {3 * MAX_SAMPLES}", "cut it")
    return np.asarray(dataset[()])


def _checked(path: str | os.PathLike[str], signal: Complex) -> Complex:
    bad = int(np.count_nonzero(~np.isfinite(signal)))
    if bad:
        raise FileError(path, f"{bad} samples of the signal are not finite", "run the simulation again")
    return np.asarray(signal, dtype=np.complex128)
