"""For all tests: hypothesis never judges how long an example takes, because a busy machine would fail a right program."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
