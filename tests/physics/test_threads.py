"""Threads that step together: none passes a meeting before all have come, errors are told, one needs no other."""

import numpy as np
import pytest

from spinviz.physics import threads
from spinviz.physics.kernel import kernel
from spinviz.physics.threads import cores, meet, together


@kernel
def take_turns(counts, seen, meeting, thread, of, rounds):
    """Each thread counts, and looks at what all others have counted when all have met."""
    met = 0
    for n in range(rounds):
        counts[thread] += 1
        meet(meeting, of, met + 1)
        for other in range(of):
            if counts[other] != n + 1:
                seen[thread] += 1
        meet(meeting, of, met + 2)
        met += 2


@pytest.mark.parametrize("of", [1, 2, 3, 8])
def test_nobody_passes_a_meeting_before_all_have_come(of: int) -> None:
    """More threads than cores, too: those that wait let others go on."""
    counts, seen = np.zeros(of, np.int64), np.zeros(of, np.int64)
    together(of, lambda meeting, thread: take_turns(counts, seen, meeting, thread, of, 300))
    assert counts.tolist() == [300] * of
    assert not seen.any()


def test_an_error_of_any_thread_is_told() -> None:
    def work(meeting: object, thread: int) -> None:
        if thread == 2:
            raise ValueError("of the third")

    with pytest.raises(ValueError, match="of the third"):
        together(3, work)


def test_small_samples_have_one_thread_and_large_ones_all_that_are_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "_available", 4)
    assert [threads.threads_for(n) for n in (0, 99_999, 100_000, 10**7)] == [1, 1, 2, 4]
    threads.stay_alone()
    assert threads.threads_for(10**7) == 1
    assert cores() >= 1
