"""What a recording says about the run it holds."""

import csv
from pathlib import Path

import h5py
import numpy as np
import pytest
from toy import Toy

from spinviz.app.run.recorder import Recorder
from spinviz.engine.loop import Loop
from spinviz.files.errors import FileError


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


def table(path: Path) -> tuple[list[str], np.ndarray]:
    with open(path, newline="") as stream:
        header, *rows = csv.reader(stream)
    return header, np.array(rows, dtype=float)


def test_a_recording_as_csv_is_the_one_as_hdf5(tmp_path: Path) -> None:
    """The same samples, to the last bit, and the columns of the command line's tables."""
    loop = Loop(Toy(), preset="kicked")
    recorders = [Recorder(tmp_path / name) for name in ("r.h5", "R.CSV")]
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
