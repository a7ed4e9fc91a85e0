"""What a recording says about the run it holds."""

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
from spinviz.files.errors import FileError, with_notes
from spinviz.files.recording.read import read_recording


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
