"""For all tests: hypothesis does not judge how long an example takes; on a busy machine a right program would fail.

A shell that starts a command in the background has it ignore Ctrl+C, and what it starts in turn: not so the tests.
Compiled kernels stay where the user has them, also for tests and their processes that live in a home of their own.
"""

import os
import signal

import platformdirs
from hypothesis import settings

os.environ.setdefault("NUMBA_CACHE_DIR", str(platformdirs.user_cache_path("spinviz")))

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
