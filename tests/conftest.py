"""For all tests: hypothesis does not judge how long an example takes; on a busy machine a right program would fail.

Compiled kernels stay where the user has them, also for tests and their processes that live in a home of their own.
"""

import os

import platformdirs
from hypothesis import settings

os.environ.setdefault("NUMBA_CACHE_DIR", str(platformdirs.user_cache_path("spinviz")))

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
