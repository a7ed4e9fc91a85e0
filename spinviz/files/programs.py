"""Other programs that are run to their end."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from time import monotonic

from spinviz.model import interrupts

LOOK = 0.1
"""Seconds between two looks at the signals meanwhile."""


def completed(words: Sequence[str], seconds: float, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run another program and return what it said; a signal meanwhile ends both.

    Errors: `OSError`, `subprocess.TimeoutExpired` after ``seconds``.
    """
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(env)) as process:
        began = monotonic()
        try:
            while True:
                interrupts.check()
                with suppress(subprocess.TimeoutExpired):
                    out, err = process.communicate(timeout=LOOK)
                    return subprocess.CompletedProcess(words, process.returncode, out, err)
                if monotonic() - began > seconds:
                    raise subprocess.TimeoutExpired(words, seconds)
        except BaseException:
            process.kill()
            raise
