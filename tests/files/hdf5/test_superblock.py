"""The superblock of HDF5 files: the library's own checksums are the reference."""

import h5py
import pytest

from spinviz.files.hdf5 import superblock


@pytest.mark.parametrize("size", [1, 100, 10_000])
def test_checksum_and_size_are_those_that_hdf5_writes(tmp_path, size):
    with h5py.File(tmp_path / "a.h5", "w", libver="latest") as file:
        file["a"] = b"x" * size
    content = (tmp_path / "a.h5").read_bytes()
    assert superblock.checksum(content[:44]) == int.from_bytes(content[44:48], "little")
    assert superblock.end_of_file(content) == len(content)


def test_a_closed_file_is_shown_as_it_is(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w", libver="latest") as file:
        file["a"] = [1, 2, 3]
    with open(tmp_path / "a.h5", "rb") as stream:
        assert superblock.ClosedView(stream).read() == (tmp_path / "a.h5").read_bytes()


def test_other_files_are_refused(tmp_path):
    (tmp_path / "a").write_bytes(b"short")
    with open(tmp_path / "a", "rb") as stream, pytest.raises(ValueError, match="version 3"):
        superblock.ClosedView(stream)
