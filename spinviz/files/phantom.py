"""Phantoms for MRI simulators, HDF5: JEMRIS samples (.h5, which KomaMRI reads too) and KomaMRI phantoms (.phantom).

JEMRIS: ``sample/data`` (z, y, x, 5) with density, 1/T1, 1/T2, 1/T2* [1/ms] and offset [rad/s] on a mesh;
``sample/resolution`` and ``sample/offset`` (3,) [mm]. The mesh is centred on 0, voxels of density 0 are empty.
KomaMRI: groups ``position`` (x, y, z [m]) and ``contrast`` (ρ, T1, T2 [s], Δw [rad/s], and, which is ours, B1: the
scale of the transmitted field) with a number for every spin; ``motion``, see `phantom_motion`.
T2* is read by no simulator of isochromats, ours included: it comes from the offsets.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spinviz.files.errors import FileError, quoted
from spinviz.files.hdf5 import reader
from spinviz.files.hdf5.reader import Dataset, Group
from spinviz.files.phantom_motion import read_motion
from spinviz.files.phantom_spins import Phantom

Array = NDArray[np.float64]

MAX_BYTES = 2 * 1024**3
MAX_VOXELS = 2**26
"""Of the mesh, empty ones included."""
MAX_SPINS = 2**22
LARGEST = 10.0
"""m: the farthest a spin may be from the middle of the scanner."""
LARGEST_B1 = 100.0
SUFFIXES = (".h5", ".hdf5", ".phantom")

_REWRITE = "write it again with the program it came from"
_KINDS = "choose a JEMRIS sample (sample/data) or a KomaMRI phantom (position, contrast)"
_CONTRASTS = {"T1": "T1", "T2": "T2", "ρ": "M0", "rho": "M0", "Δw": "dw", "Deltaw": "dw", "B1": "b1"}


def read_phantom(path: str | os.PathLike[str]) -> Phantom:
    """Read the spins of a phantom.

    M0 is the density as it stands in the file. Spins of density 0 are left out.

    Raises
    ------
    FileError
        For anything that is not such a file: other datasets, shapes that do not fit each other, NaN, T1 or T2 that are
        not above 0 or T2 above 2 T1, too many voxels or spins.
    """
    with opened_hdf5(path) as file:
        if "sample" in file and isinstance(file["sample"], Group):
            return _jemris(path, file["sample"])
        if "position" in file and "contrast" in file:
            return _koma(path, file)
        raise FileError(path, f"the file holds {_names(file)}, no phantom", _KINDS)


@contextmanager
def opened_hdf5(path: str | os.PathLike[str]) -> Iterator[Group]:
    """Open an HDF5 file for reading; whatever the library stumbles over is one line. Errors: `FileError`."""
    with reader.opened(path, MAX_BYTES, _KINDS) as file:
        yield file


def _jemris(path: str | os.PathLike[str], group: Group) -> Phantom:
    values = _numbers(path, group, "data")
    if not 2 <= values.ndim <= 4 or values.shape[-1] != 5:
        problem = f"sample/data has the shape {values.shape}, expected is (z, y, x, 5)"
        raise FileError(path, problem, _REWRITE)
    mesh = values.reshape((1,) * (4 - values.ndim) + values.shape)
    resolution, offset = (1e-3 * _three(path, group, name) for name in ("resolution", "offset"))
    if np.any(resolution <= 0):
        raise FileError(path, f"the resolution is {1e3 * resolution.min():g} mm, it must be above 0", _REWRITE)
    density, R1, R2, _, dw = np.moveaxis(mesh, -1, 0)
    filled = np.nonzero(density != 0)
    _check_count(path, len(filled[0]))
    count = np.array(mesh.shape[2::-1], dtype=np.float64)[:, None]
    index = np.array(filled[::-1], dtype=np.float64)
    position = (index - (count - 1) / 2) * resolution[:, None] + offset[:, None]
    with np.errstate(divide="ignore"):
        # A rate of 0 is no relaxation at all; a negative one stays wrong.
        T1, T2 = (1e-3 / np.where(rate[filled] == 0, 0.0, rate[filled]) for rate in (R1, R2))
    return checked(path, position, T1, T2, density[filled], dw[filled])


def _koma(path: str | os.PathLike[str], file: Group) -> Phantom:
    groups = {name: file[name] for name in ("position", "contrast")}
    found = {axis: _column(path, groups["position"], axis) for axis in "xyz" if axis in groups["position"]}
    for name, ours in _CONTRASTS.items():
        if name in groups["contrast"]:
            found[ours] = _column(path, groups["contrast"], name)
    missing = [name for name in ("T1", "T2", "M0") if name not in found]
    if missing or not found.keys() & set("xyz"):
        problem = f"contrast lacks {missing[0]}" if missing else "position has none of x, y, z"
        raise FileError(path, problem, "write the phantom with x, y, z, ρ, T1, T2 and Δw")
    lengths = {name: len(array) for name, array in found.items()}
    count = lengths["M0"]
    odd = next((name for name, length in lengths.items() if length != count), None)
    if odd is not None:
        raise FileError(path, f"{odd} has {lengths[odd]} numbers, the density has {count}", _REWRITE)
    zeros = np.zeros(count)
    position = np.stack([found.get(axis, zeros) for axis in "xyz"])
    keep = found["M0"] != 0
    T1, T2, M0, dw, b1 = (found.get(name, zeros)[keep] for name in ("T1", "T2", "M0", "dw", "b1"))
    spins = checked(path, position[:, keep], T1, T2, M0, dw, b1 if "b1" in found else None)
    if "motion" in file:
        spins.motion = read_motion(path, file["motion"], position, keep)
    return spins


def _column(path: str | os.PathLike[str], group: Group, name: str) -> Array:
    """Return a number for each spin; early versions keep ``values`` in a group, or their numbers in a ``table``."""
    found = group[name]
    if not isinstance(found, Group):
        return _numbers(path, group, name).ravel()
    values = _numbers(path, found, "values").ravel()
    if "table" not in found:
        return values
    table = _numbers(path, found, "table").ravel()
    if not np.all((values >= 1) & (values <= len(table)) & (values == np.floor(values))):
        raise FileError(path, f"{name} has numbers outside its table of {len(table)} rows", _REWRITE)
    return table[values.astype(np.int64) - 1]


def checked(
    path: str | os.PathLike[str], position: Array, T1: Array, T2: Array, M0: Array, dw: Array, b1: Array | None = None
) -> Phantom:
    """Return the spins if each of them is possible: (3, N) [m], (N,) [s], [s], any unit, [rad/s], relative.

    Errors: `FileError`.
    """
    _check_count(path, len(M0))
    b1 = np.ones(len(M0)) if b1 is None else b1
    for name, array in (("the position", position), ("the density", M0), ("the offset", dw), ("B1", b1)):
        finite = np.asarray(np.isfinite(np.atleast_2d(array)).all(axis=0))
        _check(path, finite, name, array, "finite")
    _check(path, M0 > 0, "the density", M0, "above 0")
    _check(path, T1 > 0, "T1", T1, "above 0 s")
    _check(path, T2 > 0, "T2", T2, "above 0 s")
    _check(path, (T2 <= 2 * T1 * (1 + 1e-9)) | np.isinf(T1), "T2", T2, "at most 2 T1", T1)
    _check(path, np.abs(position).max(axis=0) <= LARGEST, "the position", position, f"within {LARGEST:g} m")
    _check(path, np.abs(b1) <= LARGEST_B1, "B1", b1, f"at most {LARGEST_B1:g} times the intended field")
    T1, T2, M0, dw, position, b1 = (np.ascontiguousarray(a, np.float64) for a in (T1, T2, M0, dw, position, b1))
    return Phantom(T1, T2, M0, dw, position, b1)


def _check(
    path: str | os.PathLike[str], good: NDArray[np.bool_], name: str, values: Array, limit: str, beside: Any = None
) -> None:
    """Refuse the phantom at the first spin that is not good."""
    if good.all():
        return
    spin = int(np.argmin(good))
    shown = ", ".join(f"{v:g}" for v in np.atleast_1d(values[..., spin]))
    more = "" if beside is None else f" with T1 = {beside[spin]:g}"
    problem = f"{name} of spin {spin} is {shown}{more}, it must be {limit}"
    raise FileError(path, problem, f"correct the phantom ({int(np.count_nonzero(~good))} spins are like this)")


def _check_count(path: str | os.PathLike[str], count: int) -> None:
    if count == 0:
        raise FileError(path, "the phantom is empty: its density is 0 everywhere", "choose another phantom")
    if count > MAX_SPINS:
        raise FileError(path, f"the phantom has {count} spins, the limit is {MAX_SPINS}", "cut out a part or thin it")


def _numbers(path: str | os.PathLike[str], group: Any, name: str) -> Array:
    """Return a dataset of real numbers as float64; its size is looked at before it is read."""
    dataset = group.get(name) if isinstance(group, Group) else None
    if not isinstance(dataset, Dataset):
        where = group.name if isinstance(group, Group) else "the file"
        raise FileError(path, f"{where} has no dataset {name}", _KINDS)
    if dataset.dtype.kind not in "fiu" or dataset.shape is None:
        raise FileError(path, f"{dataset.name} holds {dataset.holds}, not real numbers", _REWRITE)
    if dataset.size > 5 * MAX_VOXELS:
        raise FileError(path, f"{dataset.name} has {dataset.size} numbers, the limit is {5 * MAX_VOXELS}", "thin it")
    return np.asarray(dataset[()], dtype=np.float64)


def _three(path: str | os.PathLike[str], group: Group, name: str) -> Array:
    """Return three finite numbers, or one for all axes."""
    values = _numbers(path, group, name).ravel()
    if values.size not in (1, 3) or not np.isfinite(values).all():
        raise FileError(path, f"sample/{name} is {values[:4].tolist()}, expected are 3 finite numbers", _REWRITE)
    return np.asarray(np.broadcast_to(values, (3,)), dtype=np.float64)


def _names(group: Group) -> str:
    names = list(group)[:5]
    return ", ".join(quoted(name) for name in names) or "nothing"
