"""Phantoms in any of their formats, told by the ending of the file."""

from __future__ import annotations

import os
from pathlib import Path

from spinviz.files.phantom import SUFFIXES as HDF5
from spinviz.files.phantom import read_phantom
from spinviz.files.phantom_maps import read_nifti, read_npz
from spinviz.files.phantom_spins import Phantom

SUFFIXES = (*HDF5, ".npz", ".nii", ".gz")


def read_any_phantom(path: str | os.PathLike[str]) -> Phantom:
    """Read HDF5 of JEMRIS and KomaMRI, an .npz archive of maps, or NIfTI maps. Errors: `FileError`."""
    suffix = Path(path).suffix.lower()
    if suffix == ".npz":
        return read_npz(path)
    return read_nifti(path) if suffix in (".nii", ".gz") else read_phantom(path)
