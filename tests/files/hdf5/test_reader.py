"""HDF5 of strangers: what is read is what was written; what breaks the library ends in one line, and soon."""

import os
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from spinviz.cli.main import COMMANDS, READ_HDF5
from spinviz.files.errors import FileError
from spinviz.files.hdf5 import child, process, reader
from spinviz.files.hdf5.reader import Dataset, Group
from spinviz.files.mr_signal import holds_signal, read_mr_signal
from spinviz.files.phantom import read_phantom

CASES = Path(__file__).resolve().parents[4] / "shared" / "cases"


def opened(path):
    return reader.opened(path, 2**30, "choose HDF5")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with h5py.File(tmp_path / "ä b.h5", "w") as file:
        file["a/b/numbers"] = np.arange(12.0).reshape(3, 4)
        file["a/complex"] = np.array([1 + 2j, 3 - 4j])
        file["a/flags"] = np.array([True, False])
        file["a/empty"] = np.zeros((0, 3), "f4")
        file["a/big"] = np.arange(4, dtype=">i2")
        file["a/packed"] = np.array(
            [(1, 2.5), (3, 4.5)], np.dtype({"names": ["n", "x"], "formats": ["i1", "f8"], "offsets": [0, 8]})
        )
        file["text"] = "not numbers"
        file["nothing"] = h5py.Empty("f8")
        file["a"].attrs["type"] = "Translate"
        file["a"].attrs["fixed"] = np.bytes_("µ".encode())
        file["a"].attrs["names"] = np.array([b"x", b"yz"])
        file["a"].attrs["centre"] = np.array([1.0, 2.0, 3.0])
        file["a"].attrs["number"] = 7
        file["a"].attrs["self"] = file["a"].ref
    return tmp_path / "ä b.h5"


def test_arrays_come_as_they_were_written(path: Path) -> None:
    with opened(path) as file, h5py.File(path) as written:
        assert sorted(file) == ["a", "nothing", "text"]
        assert "a" in file
        assert file.complete
        for name in ("b/numbers", "complex", "flags", "empty", "big", "packed"):
            found, right = file["a"][name], written["a"][name]
            assert isinstance(found, Dataset)
            assert (found.shape, found.size, found.ndim) == (right.shape, right.size, right.ndim)
            np.testing.assert_array_equal(found[()], right[()])
        assert file.get("a/nowhere") is None
        assert file.get("text/below") is None
        assert file["nothing"].shape is None
        for name in ("text", "nothing"):
            with pytest.raises(FileError, match=f"/{name} holds .*, not numbers"):
                file[name][()]


def test_attributes_come_as_they_were_written(path: Path) -> None:
    with opened(path) as file:
        group = file["a"]
        assert isinstance(group, Group)
        found = dict(group.attrs)
        np.testing.assert_array_equal(found.pop("centre"), [1, 2, 3])
        assert found == {"type": "Translate", "fixed": "µ", "names": ["x", "yz"], "number": 7}


def test_the_bundled_programs_hidden_command_reads_too(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bundle has no interpreter to start; here the program stands for it."""
    assert process.COMMAND == READ_HDF5
    assert READ_HDF5 not in COMMANDS
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert process.command() == [sys.executable, READ_HDF5]
    monkeypatch.setattr(process, "command", lambda: [sys.executable, "-m", "spinviz", READ_HDF5])
    with opened(path) as file:
        assert file["a/b/numbers"][()].sum() == 66


def test_what_lies_in_the_present_folder_is_not_imported(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "h5py.py").write_text("raise SystemExit(3)")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [part for part in sys.path if part])
    with opened(path) as file:
        assert "a" in file


def test_reading_needs_neither_numba_nor_qt() -> None:
    code = (
        "import sys, spinviz.files.hdf5.child\n"
        "print([name for name in ('numba', 'scipy', 'PySide6', 'pydantic') if name in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


# --- what leads elsewhere -------------------------------------------------------------------------------------------


def test_nothing_outside_the_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"12345678" * 9)
    os.mkfifo(tmp_path / "pipe")
    with h5py.File(tmp_path / "other.h5", "w") as other:
        other["numbers"] = np.zeros(9)
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("external", (9,), "f8", external=[(str(tmp_path / "secret"), 0, 72)])
        layout = h5py.VirtualLayout((9,), "f8")
        layout[:] = h5py.VirtualSource(str(tmp_path / "other.h5"), "numbers", (9,))
        file.create_virtual_dataset("virtual", layout)
        file["link"] = h5py.ExternalLink(str(tmp_path / "other.h5"), "numbers")
        file["fifo"] = h5py.ExternalLink(str(tmp_path / "pipe"), "/")
        file["circle"] = h5py.SoftLink("/circle")
    with opened(tmp_path / "a.h5") as file:
        for name in ("external", "virtual"):
            with pytest.raises(FileError, match="holds numbers in other files, not numbers"):
                file[name][()]
        for name in ("link", "fifo", "circle"):
            with pytest.raises(FileError, match=f"'/{name}' is a link to another place, which is not followed"):
                file[name]


def test_a_group_within_itself_is_harmless(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["loop/again"] = file["/"]
    with opened(tmp_path / "a.h5") as file:
        assert list(file["loop/again/loop/again"]) == ["loop"]


def test_announced_gigabytes_are_refused_before_they_are_read(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("bomb", (10**6, 5), "f8", chunks=(1000, 5))
        file.create_dataset("flat", (1, 10**7), "f8", chunks=(1, 1000))
        file.create_dataset("zeros", data=np.zeros((10**5, 5)), compression="gzip")
        file.create_dataset("unwritten", (3,), "f8")
    with opened(tmp_path / "a.h5") as file:
        for name in ("bomb", "flat"):
            with pytest.raises(FileError, match=f"'/{name}' announces .* bytes, 0 are stored"):
                file[name][()]
        assert not file["zeros"][()].any()
        assert file["unwritten"][()].tolist() == [0, 0, 0]


def test_parts_over_each_other_are_no_numbers() -> None:
    """The library spoils its memory when it reads them, and often aborts."""
    over = np.dtype({"names": ["real", "imag"], "formats": ["<f8", "<f4"], "offsets": [0, 4], "itemsize": 8})
    beside = np.dtype({"names": ["real", "imag"], "formats": ["<f8", "<f4"], "offsets": [0, 8], "itemsize": 12})
    assert child._plain(over) is None
    assert child._plain(beside) == beside


def read(path: Path) -> None:
    if path.suffix == ".mat" or holds_signal(path):
        read_mr_signal(path)
    read_phantom(path)


@pytest.mark.skipif(not CASES.is_dir(), reason=f"{CASES} is absent")
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("abort-stored-signal.mat", "whose parts do not lie side by side, not complex"),
        ("reliability/bomb_fill.h5", "announces 2684354560 bytes, 0 are stored"),
        ("reliability/ext_sig2.h5", "the signal holds numbers in other files"),
        ("reliability/extlink.h5", "is a link to another place, which is not followed"),
        ("reliability/linkfifo.h5", "is a link to another place, which is not followed"),
        ("reliability/overlapping-compound-abort.h5", "whose parts do not lie side by side, not complex"),
    ],
)
def test_files_that_broke_the_program_end_in_one_line(name: str, words: str) -> None:
    with pytest.raises(FileError, match=words) as caught:
        read(CASES / name)
    assert str(caught.value).isprintable()
    assert str(caught.value).startswith(str(CASES / name))


# --- a process that breaks down -------------------------------------------------------------------------------------

FIRST = "import os, sys, time; from spinviz.files.hdf5 import child; look = child._Server._look\n"
SPOILED = """
def spoiled(self, request):
    if request['name'] != '/': {}
    return look(self, request)
child._Server._look = spoiled
child.serve()
"""


def spoil(monkeypatch: pytest.MonkeyPatch, deed: str) -> None:
    monkeypatch.setattr(process, "command", lambda: [sys.executable, "-c", FIRST + SPOILED.format(deed)])


@pytest.mark.parametrize(
    ("deed", "words"),
    [
        ("os.write(2, b'corrupted'); os.abort()", "the HDF5 library broke down at '/a' (SIGABRT)"),
        ("os.kill(os.getpid(), 11)", "the HDF5 library broke down at '/a' (SIGSEGV)"),
        ("os._exit(3)", "the HDF5 library broke down at '/a' (code 3)"),
        ("os.write(1, b'noise'); raise OSError('no such object')", "the HDF5 library says 'no such object'"),
        ("self._answers.write(b'\\xff' * 99)", "the HDF5 library broke down at '/a'"),
        ("self._say([1], None)", "the HDF5 library broke down at '/a'"),
    ],
)
def test_a_breakdown_is_one_line_with_the_file(
    path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], deed: str, words: str
) -> None:
    spoil(monkeypatch, deed)
    with pytest.raises(FileError) as caught, opened(path) as file:
        file["a"]
    assert str(caught.value).startswith(f"{path}: {words}")
    assert capfd.readouterr() == ("", ""), "nothing reaches the terminal"


def test_a_process_that_hangs_is_given_up(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(monkeypatch, "time.sleep(1000)")
    monkeypatch.setattr(process, "SECONDS", 3.0)
    said = r"took more than 3 s \(at '/a'\); the file may be cut or damaged"
    with pytest.raises(FileError, match=said), opened(path) as file:
        file["a"]


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the limit counts from what /proc tells")
def test_memory_is_limited(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(monkeypatch, "self.kept = bytearray(4 * 2**30)")
    with pytest.raises(FileError, match="the HDF5 library says 'MemoryError'"), opened(path) as file:
        file["a"]


def test_a_process_that_does_not_start_is_one_line(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "command", lambda: [str(path.parent / "nowhere")])
    with pytest.raises(FileError, match="the process that reads HDF5 does not start"), opened(path):
        pass


def test_no_process_is_left(path: Path) -> None:
    with opened(path) as file:
        running = file._source._reading._process
        assert running.poll() is None
    assert running.returncode is not None
