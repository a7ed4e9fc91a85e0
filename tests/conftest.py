"""For all tests: hypothesis does not judge how long an example takes; on a busy machine a right program would fail.

A shell that starts a command in the background has it ignore Ctrl+C, and what it starts in turn: not so the tests.
Compiled kernels stay where the user has them, also for tests and their processes that live in a home of their own.
"""

import os
import signal
from collections.abc import Generator

import platformdirs
import pytest
from hypothesis import settings

os.environ.setdefault("NUMBA_CACHE_DIR", str(platformdirs.user_cache_path("spinviz")))

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a test has printed may hold halves of characters, of file names; processes tell each other whole ones."""
    report = yield
    report.sections = [(title, text.encode(errors="backslashreplace").decode()) for title, text in report.sections]
    return report
