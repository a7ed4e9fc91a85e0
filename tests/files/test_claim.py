"""A name that is being written to has one owner, and a killed one lets go."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from spinviz.files.atomic import atomic_write, clear_left_behind
from spinviz.files.claim import Claim, is_lock
from spinviz.files.errors import FileError
from spinviz.files.lock import FileLock
from spinviz.files.recording.write import RecordingWriter

WRITING = """
import sys, time
from spinviz.files.{module} import {name}
writer = {name}({arguments})
{then}
print("begun", flush=True)
time.sleep(100)
"""
OWNER = WRITING.format(module="claim", name="Claim", arguments="sys.argv[1]", then="")
ATOMIC = WRITING.format(module="atomic", name="atomic_write", arguments="sys.argv[1]", then="writer.__enter__()")
RECORDING = WRITING.format(
    module="recording.write", name="RecordingWriter", arguments='sys.argv[1], {}, [("M", "A/m")]', then=""
)


@contextmanager
def another(code: str, path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that writes to ``path`` until it is killed."""
    with subprocess.Popen([sys.executable, "-c", code, path], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "begun\n"
            yield process
        finally:
            process.kill()


def record(path: Path) -> None:
    with RecordingWriter(path, {}, [("M", "A/m")]) as writer:
        writer.append(0.0, [1.0])


def write(path: Path) -> None:
    with atomic_write(path) as stream:
        stream.write(b"new")


@pytest.mark.parametrize("code", [OWNER, ATOMIC, RECORDING], ids=["claim", "atomic", "recording"])
@pytest.mark.parametrize("attempt", [record, write, Claim])
def test_a_name_that_another_process_writes_to_is_refused(tmp_path, code, attempt):
    """A second recording to the same name replaced the first, which then said that it was kept."""
    path = tmp_path / "run.h5"
    path.write_bytes(b"old")
    with another(code, path):
        before = sorted(os.listdir(tmp_path))
        with pytest.raises(FileError, match="another spinviz is writing this file; choose another name or wait"):
            attempt(path)
        write(tmp_path / "beside.h5")
        assert sorted({*os.listdir(tmp_path)} - {"beside.h5"}) == before
        assert path.read_bytes() == b"old"


def test_a_link_means_the_same_file(tmp_path):
    (tmp_path / "run.h5").write_bytes(b"old")
    (tmp_path / "link.h5").symlink_to(tmp_path / "run.h5")
    with another(OWNER, tmp_path / "run.h5"), pytest.raises(FileError, match="another spinviz"):
        Claim(tmp_path / "link.h5")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kill -9 as on POSIX")
def test_a_killed_owner_lets_go_and_its_lock_is_cleared(tmp_path):
    path = tmp_path / "run.csv"
    with another(OWNER, path) as process:
        process.kill()
    (left,) = os.listdir(tmp_path)
    assert is_lock(left)
    write(path)
    assert os.listdir(tmp_path) == [path.name]
    with another(OWNER, path):
        pass
    clear_left_behind.cache_clear()
    write(tmp_path / "beside")
    assert sorted(os.listdir(tmp_path)) == ["beside", path.name]


def test_the_lock_of_a_running_owner_is_not_cleared(tmp_path):
    with another(OWNER, tmp_path / "run.csv"), Claim(tmp_path / "mine"):
        clear_left_behind.cache_clear()
        clear_left_behind(tmp_path)
        assert len([name for name in os.listdir(tmp_path) if is_lock(name)]) == 2


def test_writers_of_one_process_share(tmp_path):
    """A run owns its name from the beginning, and the writer of its file again."""
    first, second = Claim(tmp_path / "a"), Claim(tmp_path / "a")
    second.release()
    second.release()
    assert len(os.listdir(tmp_path)) == 1
    first.release()
    assert os.listdir(tmp_path) == []


def test_long_names_and_missing_folders(tmp_path):
    with Claim(tmp_path / ("x" * 250)):
        assert is_lock(os.listdir(tmp_path)[0])
    with pytest.raises(FileError, match=r"b\.csv: the folder does not exist; create it"):
        Claim(tmp_path / "a" / "b.csv")


def test_a_lock_whose_file_was_removed_meanwhile_is_taken_anew(tmp_path, monkeypatch):
    """Two had the lock: one on the file, one on the file that was removed in between."""
    from spinviz.files import lock

    really = lock._lock

    def removed_first(descriptor: int, *, alone: bool) -> bool:
        (tmp_path / "x.lock").unlink()
        monkeypatch.setattr(lock, "_lock", really)
        return really(descriptor, alone=alone)

    monkeypatch.setattr(lock, "_lock", removed_first)
    mine = FileLock(tmp_path / "x.lock")
    assert mine.acquire()
    assert not FileLock(tmp_path / "x.lock").acquire()
    mine.release()


# Only the file that is there is said to hold something.


def test_a_recording_has_its_name_when_it_can_be_read(tmp_path, monkeypatch):
    """Killed within its first moments it left a file of zeros under its name."""
    from spinviz.files.recording import write as module

    seen = []
    really = module._values_table

    def looking(*arguments):
        seen.extend(os.listdir(tmp_path))
        return really(*arguments)

    monkeypatch.setattr(module, "_values_table", looking)
    record(tmp_path / "run.h5")
    assert len(seen) == 2
    assert "run.h5" not in seen
    assert os.listdir(tmp_path) == ["run.h5"]


@pytest.mark.parametrize("replaced", [True, False])
def test_a_recording_that_was_removed_or_replaced_is_not_said_to_be_kept(tmp_path, replaced):
    path = tmp_path / "run.h5"
    writer = RecordingWriter(path, {}, [("M", "A/m")], time_unit="s")
    writer.append(0.25, [1.0])
    assert writer.kept() == f"{path} holds what was recorded until 250 ms"
    path.unlink()
    if replaced:
        path.write_bytes(np.arange(1000).tobytes())
    assert writer.kept() == f"{path} was removed or replaced meanwhile, what was recorded is lost"
    with pytest.raises(FileError, match="was removed or replaced while it was written; record again"):
        writer.close()
    assert os.listdir(tmp_path) == (["run.h5"] if replaced else [])
    if replaced:
        assert path.read_bytes() == np.arange(1000).tobytes(), "the file of somebody else"
