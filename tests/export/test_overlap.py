"""Frames ahead and pictures behind: in order, bounded, and every error where it belongs."""

import gc
import threading
from collections.abc import Iterator

import pytest

from spinviz.export.garbage import collect_what_is_due, collected_by_hand
from spinviz.export.overlap import ahead, behind


def test_items_come_in_order_from_another_thread() -> None:
    threads = set()

    def items() -> Iterator[int]:
        for k in range(50):
            threads.add(threading.current_thread())
            yield k

    assert list(ahead(items())) == list(range(50))
    assert threading.main_thread() not in threads
    assert len(threads) == 1


def test_no_more_is_computed_ahead_than_there_is_room() -> None:
    made: list[int] = []
    enough = threading.Event()

    def items() -> Iterator[int]:
        for k in range(50):
            made.append(k)
            if k == 3:
                enough.set()
            yield k

    taken = ahead(items(), room=2)
    assert next(taken) == 0
    # Two wait, and one is made that finds no room.
    assert enough.wait(10)
    assert not threading.Event().wait(0.2)
    assert made == [0, 1, 2, 3]
    taken.close()
    assert made == [0, 1, 2, 3]


def test_an_error_ahead_comes_after_what_was_made_before_it() -> None:
    def items() -> Iterator[int]:
        yield 1
        yield 2
        raise ValueError("no third")

    taken = ahead(items())
    assert [next(taken), next(taken)] == [1, 2]
    with pytest.raises(ValueError, match="no third"):
        next(taken)


def test_whoever_stops_early_leaves_no_thread() -> None:
    def items() -> Iterator[int]:
        k = 0
        while True:
            yield (k := k + 1)

    for value in ahead(items()):
        if value == 5:
            break
    assert not [thread for thread in threading.enumerate() if thread.name == "ahead"]


def test_work_behind_is_done_in_order_and_all_of_it() -> None:
    done: list[tuple[int, bool]] = []
    with behind(lambda k: done.append((k, threading.current_thread() is threading.main_thread()))) as send:
        for k in range(40):
            send(k)
    assert done == [(k, False) for k in range(40)]


def test_an_error_behind_ends_the_work_and_is_raised() -> None:
    done: list[int] = []

    def work(k: int) -> None:
        if k == 3:
            raise OSError("disk full")
        done.append(k)

    def send_all() -> None:
        with behind(work) as send:
            for k in range(40):
                send(k)

    with pytest.raises(OSError, match="disk full"):
        send_all()
    assert done[:3] == [0, 1, 2]
    assert len(done) < 8
    with pytest.raises(OSError, match="disk full"), behind(work) as send:
        send(3)


def test_an_error_of_the_sender_ends_the_work() -> None:
    def interrupted() -> None:
        with behind(lambda k: None) as send:
            send(1)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("behind")]


def test_garbage_is_collected_by_hand_and_only_then() -> None:
    class Ring:
        def __init__(self) -> None:
            self.me = self

        def __del__(self) -> None:
            gone.append(threading.current_thread())

    gone: list[threading.Thread] = []
    with collected_by_hand():
        assert not gc.isenabled()
        rings = [Ring() for _ in range(2000)]
        del rings
        kept = [[] for _ in range(5000)]
        assert not gone
        collect_what_is_due()
        assert len(gone) == 2000
        assert set(gone) == {threading.current_thread()}
        assert len(kept) == 5000
    assert gc.isenabled()


def test_what_waits_behind_an_error_is_not_worked_on() -> None:
    """Encoding the next frame after the disk was full crashed the process."""
    gate, worked = threading.Event(), []

    def work(item: int) -> None:
        gate.wait(10)
        worked.append(item)
        raise ValueError(f"no {item}")

    def send_two() -> None:
        with behind(work, room=2) as send:
            send(1)
            send(2)
            gate.set()

    with pytest.raises(ValueError, match="no 1"):
        send_two()
    assert worked == [1]
