"""What a recording says about the run it holds."""

from pathlib import Path

import h5py
import numpy as np
import pytest
from toy import Toy

from spinviz.app.run.recorder import Recorder
from spinviz.engine.loop import Loop


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
