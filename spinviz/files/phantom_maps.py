"""Phantoms as maps: rho, T1, T2, T2*, B0 and B1 of every voxel, in an .npz archive or as NIfTI files side by side.

Archive: arrays (x, y, z), or fewer axes, under the names below; with them ``voxel`` or ``FOV`` [m] (one number or
three), or ``x``, ``y``, ``z`` [m] of every spin. The names of MRzero's phantoms (``T1_map``, ``PD_map``, ...) are the
same with an ending; those say no size and are 0.192 m wide. NIfTI: one file for each map, alike but for the name of the
map (``sub-1_T1map.nii.gz``, ``sub-1_T2map.nii.gz``, ``rho.nii``): any of them opens all; places are the scanner's, x to
the right of the subject, y forwards, z upwards. Voxels where T1, T2 or density are not above 0 are empty.

Units: T1, T2, T2*, T2' in s, or in ms where their median is above `MOST_SECONDS`; B0 in Hz; dw in rad/s; B1 relative to
the intended field, or in per cent where its median is above `MOST_RELATIVE`.
"""

from __future__ import annotations

import logging
import os
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import pi, prod
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from spinviz.files.bounded import open_bounded
from spinviz.files.errors import FileError, quoted
from spinviz.files.phantom import MAX_BYTES, MAX_VOXELS, checked
from spinviz.files.phantom_spins import Phantom
from spinviz.physics.sequence.blocks import Array

FilePath = str | os.PathLike[str]
Maps = dict[str, Array]

MOST_SECONDS = 20.0
"""Median of a relaxation time [s]; no tissue has as much."""
MOST_RELATIVE = 5.0
MRZERO_FOV = 0.192
"""m, of MRzero's phantoms that say no size."""
WORDS = {
    "M0": ("rho", "ρ", "pd", "m0", "density", "protondensity"),
    "T1": ("t1",),
    "T2": ("t2",),
    "T2star": ("t2s", "t2star", "t2*"),
    "T2dash": ("t2dash", "t2prime"),
    "B0": ("b0", "db0", "fieldmap", "offresonance"),
    "dw": ("dw", "δw", "deltaw"),
    "b1": ("b1", "tb1"),
}  # fmt: skip
"""Names of maps in files, small letters without ``map``."""
_PLACES = ("x", "y", "z")
_SIZES = ("voxel", "resolution", "fov")
_NEEDED = "give maps of T1 and T2 (and rho, T2s, B0, B1 where known)"
_DAMAGED = "the file may be cut or damaged: get it again"


def read_npz(path: FilePath) -> Phantom:
    """Read an archive of maps; nothing in it is run, and no more is read than its heads announce and limits allow.

    Errors: `FileError`.
    """
    with open_bounded(path, MAX_BYTES) as stream, _complaints(path), zipfile.ZipFile(stream) as archive:
        found = {}
        for info in archive.infolist():
            name = _key(info.filename.removesuffix(".npy"))
            if name and info.filename.endswith(".npy"):
                with archive.open(info) as member:
                    found[name] = _array(path, info.filename, member)
        mrzero = any(info.filename.lower() == "t1_map.npy" for info in archive.infolist())
    maps = {name: values for name, values in found.items() if name not in (*_PLACES, *_SIZES)}
    shape = _shape(path, maps)
    maps = {name: values.reshape(shape) for name, values in maps.items()}
    remarks: tuple[str, ...] = ()
    if any(axis in found for axis in _PLACES):
        position = _columns(path, found, prod(shape))
    else:
        if mrzero and not any(name in found for name in _SIZES):
            found["fov"] = np.array(MRZERO_FOV)
            remarks = (f"the file says no size: taken to be {MRZERO_FOV:g} m wide, as MRzero does",)
        position = _mesh(path, found, shape)
    return _phantom(path, maps, position, remarks)


def read_nifti(path: FilePath) -> Phantom:
    """Read a map and those beside it, see above. Errors: `FileError`, also where nibabel is not installed."""
    try:
        import nibabel
    except ImportError as error:
        raise FileError(path, "NIfTI needs the package nibabel", "pip install 'spinviz[nifti]'") from error
    logging.getLogger("nibabel.global").disabled = True  # it writes to standard error what it mends in a head
    files = _beside(Path(path))
    if not files:
        raise FileError(path, "the name says no map", "name the files after their maps: T1.nii, T2.nii, rho.nii")
    maps: Maps = {}
    affine, first = np.zeros((4, 4)), Path(path)
    for name, file in files.items():
        with open_bounded(file, MAX_BYTES), _complaints(file):
            image: Any = nibabel.load(file)
            matrix = np.asarray(image.affine, dtype=np.float64) * _metres(image.header)
            shape = tuple(int(n) for n in image.shape)
            if prod(shape) > MAX_VOXELS:
                raise FileError(file, f"the map has {prod(shape)} voxels, the limit is {MAX_VOXELS}", "thin it")
            values = np.asarray(image.dataobj, dtype=np.float64)
        if maps and not np.allclose(matrix[:3], affine[:3], rtol=0, atol=1e-3 * np.abs(affine[:3, :3]).max()):
            raise FileError(file, f"its voxels lie elsewhere than those of {first.name}", "resample one of the maps")
        affine, first = (affine, first) if maps else (matrix, file)
        maps[name] = values
    shape3 = _shape(path, maps)
    maps = {name: values.reshape(shape3) for name, values in maps.items()}
    remarks: tuple[str, ...] = ()
    index, origin = np.indices(shape3).reshape(3, -1), affine[:3, 3:]
    if not origin.any():
        # What a program writes that knows no places: the first voxel would lie in the middle of the scanner.
        origin = -affine[:3, :3] @ (np.array(shape3)[:, None] - 1) / 2
        remarks = ("the maps say no place: their middle is put into the middle of the scanner",)
    return _phantom(path, maps, affine[:3, :3] @ index + origin, remarks)


# --- from maps to spins ---------------------------------------------------------------------------------------------


def _phantom(path: FilePath, maps: Maps, position: Array, remarks: tuple[str, ...]) -> Phantom:
    """Spins in the voxels that are not empty; ``maps`` have one shape, ``position`` (3, voxels) [m] its order."""
    columns = {name: values.ravel() for name, values in maps.items()}
    if "T1" not in columns or not columns.keys() & {"T2", "T2star"}:
        there = ", ".join(sorted(columns)) or "none"
        raise FileError(path, f"the maps are {there}; T1 or T2 is missing", _NEEDED)
    said = list(remarks)
    if "T2" not in columns:
        columns["T2"] = columns.pop("T2star")
        said.append("without T2, T2* is taken for it: a spin echo refocuses nothing")
    if "M0" not in columns:
        columns["M0"] = np.ones(len(columns["T1"]))
        said.append("without a map of rho, every voxel counts the same")
    with np.errstate(invalid="ignore"):
        keep = (columns["M0"] > 0) & (columns["T1"] > 0) & (columns["T2"] > 0)
    columns = {name: values[keep] for name, values in columns.items()}
    for name in ("T1", "T2", "T2star", "T2dash"):
        if name in columns and _median(columns[name]) > MOST_SECONDS:
            columns[name] = 1e-3 * columns[name]
            said.append(f"{name} is taken to be in ms")
    beyond = columns["T2"] > 2 * columns["T1"]
    if beyond.any():
        columns["T2"] = np.minimum(columns["T2"], 2 * columns["T1"])
        said.append(f"T2 is cut to 2 T1 in {int(beyond.sum())} voxels")
    b1 = columns.get("b1")
    if b1 is not None and _median(b1) > MOST_RELATIVE:
        b1 = 0.01 * b1
        said.append("B1 is taken to be in per cent")
    dw = columns.get("dw", 2 * pi * columns.get("B0", np.zeros(len(columns["T1"]))))
    spins = checked(path, position[:, keep], columns["T1"], columns["T2"], columns["M0"], dw, b1)
    spins.T2star = _effective(columns)
    spins.remarks = tuple(said)
    return spins


def _median(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else 0.0


def _effective(columns: Mapping[str, Array]) -> Array | None:
    """T2* (N,) [s], T2 where it is not known; None where no map of it is there."""
    T2 = columns["T2"]
    if "T2star" in columns:
        known = columns["T2star"]
        return np.where((known > 0) & (known < T2), known, T2)
    if "T2dash" in columns:
        dash = columns["T2dash"]
        return np.where(dash > 0, 1 / (1 / T2 + 1 / np.where(dash > 0, dash, np.inf)), T2)
    return None


def _shape(path: FilePath, maps: Maps) -> tuple[int, int, int]:
    """The shape (x, y, z) that all maps share, axes of length 1 at either end set aside."""
    shapes = {name: _bare(values.shape) for name, values in maps.items()}
    if not shapes:
        raise FileError(path, "the file holds no map", _NEEDED)
    name, shape = next(iter(shapes.items()))
    odd = next((other for other, its in shapes.items() if its != shape), None)
    if odd is not None:
        raise FileError(path, f"{odd} has the shape {shapes[odd]}, {name} has {shape}", "resample one of them")
    if len(shape) > 3:
        raise FileError(path, f"{name} has the shape {shape}, expected is (x, y, z)", "cut out one of the volumes")
    x, y, z = (*shape, 1, 1, 1)[:3]
    return x, y, z


def _bare(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Without axes of length 1 beyond three."""
    while len(shape) > 3 and shape[-1] == 1:
        shape = shape[:-1]
    while len(shape) > 3 and shape[0] == 1:
        shape = shape[1:]
    while len(shape) > 1 and shape[-1] == 1:
        shape = shape[:-1]
    return shape


def _mesh(path: FilePath, found: Maps, shape: tuple[int, int, int]) -> Array:
    """Middles (3, voxels) [m] of voxels about 0."""
    size = next((found[name] for name in ("voxel", "resolution") if name in found), None)
    if size is None and "fov" in found:
        size = found["fov"] / np.array(shape if found["fov"].size == 3 else max(shape))
    if size is None:
        raise FileError(path, "the file says no size of a voxel", "add 'voxel' or 'FOV' [m], or x, y, z of every spin")
    if size.size not in (1, 3) or not np.all((size > 0) & (size < 1)):
        shown = ", ".join(f"{v:g}" for v in np.ravel(size)[:4])
        raise FileError(path, f"voxels of {shown} m, expected are one or three numbers from 0 to 1", "correct them")
    index = np.indices(shape).reshape(3, -1)
    middle = (np.array(shape)[:, None] - 1) / 2
    return np.asarray((index - middle) * np.broadcast_to(np.ravel(size), (3,))[:, None], dtype=np.float64)


def _columns(path: FilePath, found: Maps, count: int) -> Array:
    """Places (3, N) [m] given for every spin; axes that are missing are 0."""
    odd = next((axis for axis in _PLACES if axis in found and found[axis].size != count), None)
    if odd is not None:
        raise FileError(path, f"{odd} has {found[odd].size} numbers, the maps have {count}", "write the file again")
    return np.stack([found[axis].ravel() if axis in found else np.zeros(count) for axis in _PLACES])


# --- files ----------------------------------------------------------------------------------------------------------


def _key(name: str) -> str:
    """What a name in a file means, or nothing."""
    plain = re.sub(r"[\s_-]", "", name.lower()).removesuffix("map")
    if plain in (*_PLACES, *_SIZES):
        return plain
    return next((key for key, words in WORDS.items() if plain in words), "")


def _array(path: FilePath, name: str, member: IO[bytes]) -> Array:
    """Numbers of an .npy file: its head first, then as many bytes as it announces."""
    version = np.lib.format.read_magic(member)
    head = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, by_columns, dtype = head(member)
    if dtype.kind not in "fiubc" or dtype.hasobject:
        raise FileError(path, f"{quoted(name)} holds {dtype}, not numbers", "write it as numbers")
    count = prod(shape)
    if count > MAX_VOXELS:
        raise FileError(path, f"{quoted(name)} has {count} numbers, the limit is {MAX_VOXELS}", "thin it")
    raw = member.read(count * dtype.itemsize)
    if len(raw) != count * dtype.itemsize:
        raise FileError(path, f"{quoted(name)} ends after {len(raw)} bytes of {count * dtype.itemsize}", _DAMAGED)
    values: NDArray[Any] = np.frombuffer(raw, dtype).reshape(shape, order="F" if by_columns else "C")
    # A transmitted field may be complex: its phase only turns the axes of pulses.
    return np.asarray(np.abs(values) if dtype.kind == "c" else values, dtype=np.float64)


def _beside(path: Path) -> dict[str, Path]:
    """The file and those in its folder that are named alike but for the map, by map."""
    mine, rest = _named(path)
    if not mine:
        return {}
    found = {mine: path}
    try:
        others = sorted(path.absolute().parent.iterdir())
    except OSError as error:
        raise FileError.reading(path.parent, error) from error
    for other in others:
        name, its_rest = _named(other)
        if name and its_rest == rest:
            found.setdefault(name, other)
    return found


def _named(path: Path) -> tuple[str, tuple[str, ...]]:
    """The map that a NIfTI file's name tells, the last word that does, and the other words; or nothing."""
    stem = re.sub(r"\.nii(\.gz)?$", "", path.name, flags=re.IGNORECASE)
    if stem == path.name:
        return "", ()
    words = re.split(r"[_\-\s.]+", stem)
    for k in reversed(range(len(words))):
        name = _key(words[k])
        if name in WORDS:
            return name, (*words[:k], "", *words[k + 1 :])
    return "", ()


def _metres(header: Any) -> Array:
    """Factors (4, 1) from the unit of a NIfTI file to metres; without one it is mm."""
    unit = header.get_xyzt_units()[0] if hasattr(header, "get_xyzt_units") else "mm"
    factor = {"meter": 1.0, "micron": 1e-6}.get(unit, 1e-3)
    return np.array([[factor], [factor], [factor], [1.0]])


@contextmanager
def _complaints(path: FilePath) -> Iterator[None]:
    """Whatever a library stumbles over is one line."""
    try:
        yield
    except (FileError, MemoryError):
        raise
    except Exception as error:  # any kind: unpackers, a reader of Python literals, nibabel with kinds of its own
        raise FileError(path, f"it cannot be read: {quoted(str(error), 100)}", _DAMAGED) from error
