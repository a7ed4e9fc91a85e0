"""A few ends at random moments; ``python tests/interrupts.py`` tries many (see there)."""

import signal
from pathlib import Path

import pytest
from interrupts import Trial, trials

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="/proc as on Linux")
FEW = [
    *trials(["record"], 4, 2, kill=False),
    *trials(["series", "window"], 2, 2, kill=False),
    *trials(["record", "movie", "session"], 2, 2, kill=True),
]


@pytest.mark.parametrize("trial", FEW, ids=str)
def test_an_end_at_a_random_moment_does_no_harm(trial: Trial) -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
    try:
        assert trial.run() == ""
    finally:
        signal.signal(signal.SIGINT, before)
