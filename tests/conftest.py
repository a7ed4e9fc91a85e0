"""For all tests: hypothesis does not judge how long an example takes; on a busy machine a right program would fail."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
