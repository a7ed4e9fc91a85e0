"""What a recording says about the run it holds."""

import csv
import errno
import os
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest
from toy import Toy

from spinviz.app.run.recorder import Recorder
from spinviz.engine.loop import Loop
from spinviz.files import claim
from spinviz.files.errors import FileError, with_notes
from spinviz.files.odt import read_odt
from spinviz.files.recording.read import read_recording
from spinviz.files.recording.table import TableWriter


@pytest.mark.parametrize("unit", ["s", "sweep"])
def test_times_are_in_the_unit_of_the_run(tmp_path: Path, unit: str) -> None:
    """Recordings of Monte Carlo said that their sweeps were seconds."""
    loop = Loop(type("Counted", (Toy,), {"time_unit": unit})())
    recorder = Recorder(tmp_path / "r.h5")
    recorder(loop)
    loop.advance(5)
    recorder.close()
    with h5py.File(tmp_path / "r.h5") as recording:
        assert recording["time"].attrs["unit"] == unit.encode()
        np.testing.assert_array_equal(recording["time"], loop.samples.history().time)
        assert list(recording["values"].attrs["units"]) == [b"", b"1/s"]


OWNER = """
import sys, time
from spinviz.files.claim import Claim
claim = Claim(sys.argv[1])
print("begun", flush=True)
time.sleep(100)
"""


def test_a_name_that_is_being_recorded_to_is_refused(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "r.h5")
    command = [sys.executable, "-c", OWNER, str(tmp_path / "r.h5")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        with pytest.raises(FileError, match="another spinviz is writing this file"):
            recorder(Loop(Toy()))
        process.kill()
    assert recorder.ended
    recorder.close()
    assert not (tmp_path / "r.h5").exists()


def no_space(*arguments: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("closing", [True, False])
def test_a_full_disk_says_what_was_recorded_and_lets_the_name_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, closing: bool
) -> None:
    loop = Loop(Toy())
    recorder = Recorder(tmp_path / "r.h5")
    recorder(loop)
    monkeypatch.setattr("spinviz.files.recording.write._Room.ensure", no_space)
    loop.advance(5)
    with pytest.raises(FileError, match="the disk is full") as refused:
        recorder.close() if closing else recorder(loop)
    assert with_notes(refused.value).endswith(f"{tmp_path / 'r.h5'} holds what was recorded until 0 s.")
    assert len(read_recording(tmp_path / "r.h5").time) == 1
    assert os.listdir(tmp_path) == ["r.h5"]


def table(path: Path) -> tuple[list[str], np.ndarray]:
    with open(path, newline="") as stream:
        header, *rows = csv.reader(stream)
    return header, np.array(rows, dtype=float)


def test_a_recording_as_table_is_the_one_as_hdf5(tmp_path: Path) -> None:
    """The same samples, to the last bit, and the columns of the command line's tables."""
    loop = Loop(Toy(), preset="kicked")
    recorders = [Recorder(tmp_path / name) for name in ("r.h5", "R.CSV", "r.odt")]
    for steps in (0, 3, 200):
        loop.advance(steps)
        for recorder in recorders:
            recorder(loop)
    for recorder in recorders:
        recorder.close()
    header, rows = table(tmp_path / "R.CSV")
    assert header == ["time [s]", *(f"{o.name} [{o.unit}]" if o.unit else o.name for o in Toy.observables)]
    with h5py.File(tmp_path / "r.h5") as recording:
        np.testing.assert_allclose(rows[:, 0], recording["time"], rtol=1e-14)
        np.testing.assert_array_equal(rows[:, 1:], recording["values"])
    assert recorders[1].frames == len(rows) > 200
    lines = (tmp_path / "r.odt").read_text().splitlines()
    assert (lines[0], lines[-1]) == ("# ODT 1.0", "# Table End")
    assert "# Columns: {Oxs_TimeDriver::Simulation time} My_spinviz::mean My_spinviz::rate" in lines
    np.testing.assert_array_equal(read_odt(tmp_path / "r.odt").values, rows)


def test_rows_are_there_before_the_recording_ends_and_replace_a_file_only_then(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("precious")
    loop = Loop(Toy())
    recorder = Recorder(tmp_path / "r.csv")
    recorder(loop)
    loop.advance(4)
    recorder._written = 0.0
    recorder(loop)
    assert (tmp_path / "r.csv").read_text() == "precious"
    assert len(table(tmp_path / "r.part1.csv")[1]) == 5
    recorder.close()
    assert len(table(tmp_path / "r.csv")[1]) == 5
    assert not (tmp_path / "r.part1.csv").exists()


def test_a_table_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="the folder does not exist"):
        Recorder(tmp_path / "gone" / "r.csv")(Loop(Toy()))


def test_a_table_whose_disk_is_full_says_what_it_holds_and_lets_the_name_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = Loop(Toy())
    recorder = Recorder(tmp_path / "r.csv")
    recorder(loop)
    loop.advance(5)
    monkeypatch.setattr(recorder._writer, "_writer", type("Full", (), {"writerows": no_space}))
    with pytest.raises(FileError, match="the disk is full") as refused:
        recorder.close()
    assert with_notes(refused.value).endswith(f"{tmp_path / 'r.csv'} holds what was recorded until 0 s.")
    assert len(table(tmp_path / "r.csv")[1]) == 1
    assert os.listdir(tmp_path) == ["r.csv"]


def test_a_disk_full_at_the_first_line_leaves_no_table_and_lets_the_name_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name was once kept from all others until the window was closed."""
    with monkeypatch.context() as full:
        full.setattr("spinviz.files.recording.table.TableWriter._write", no_space)
        with pytest.raises(OSError, match="No space"):
            Recorder(tmp_path / "r.csv")(Loop(Toy()))
    assert os.listdir(tmp_path) == []
    assert not claim._held


def test_a_table_behind_a_link_says_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk" / "r.csv").write_text("precious")
    (tmp_path / "link.csv").symlink_to(tmp_path / "disk" / "r.csv")
    writer = TableWriter(tmp_path / "link.csv", {}, [("m", "")])
    assert writer.kept().startswith(f"{tmp_path / 'disk' / 'r.part1.csv'} holds")
    writer.append(1.0, [2.0])
    writer.close()
    assert len(table(tmp_path / "link.csv")[1]) == 1


def test_a_table_that_lost_its_name_replaces_nothing(tmp_path: Path) -> None:
    loop = Loop(Toy())
    recorder = Recorder(tmp_path / "r.csv")
    recorder(loop)
    (tmp_path / "r.csv").unlink()
    (tmp_path / "r.csv").write_text("precious")
    with pytest.raises(FileError, match="removed or replaced while it was written"):
        recorder.close()
    assert (tmp_path / "r.csv").read_text() == "precious"
