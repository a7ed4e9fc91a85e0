"""Work for a window ends when the window is killed, and leaves nothing behind."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from spinviz.cli.owned import OWNER

WINDOW = "from spinviz.files.owner import lock_path; import time; print(lock_path(), flush=True); time.sleep(600)"


@pytest.mark.skipif(os.name == "nt", reason="there a program cannot tell itself to end in good order")
def test_an_exporter_ends_with_its_window(tmp_path: Path) -> None:
    """It went on for hours and kept the processor, when nobody could see or cancel it."""
    words = [
        sys.executable,
        "-m",
        "spinviz",
        "run",
        "recovery",
        "--duration",
        "1e4 s",
        "--out",
        str(tmp_path / "a.csv"),
    ]
    environment = {**os.environ, "TMPDIR": str(tmp_path / "temporary")}
    (tmp_path / "temporary").mkdir()
    with subprocess.Popen([sys.executable, "-c", WINDOW], stdout=subprocess.PIPE, text=True, env=environment) as window:
        try:
            lock = window.stdout.readline().strip()
            with subprocess.Popen(words, stderr=subprocess.PIPE, env={**environment, OWNER: lock}) as exporter:
                try:
                    until(lambda: len(list(tmp_path.glob(".a-*.part.csv"))) == 1)
                    time.sleep(1.5)
                    assert exporter.poll() is None
                    window.kill()
                    assert exporter.wait(60) == 143
                finally:
                    exporter.kill()
        finally:
            window.kill()
    assert os.listdir(tmp_path) == ["temporary"]
    assert [Path(name).suffix for name in os.listdir(tmp_path / "temporary")] == [".lock"]


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)
