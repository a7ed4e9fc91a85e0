"""Signals are noted; who works long looks; a second one ends the process."""

import signal
import subprocess
import sys
import textwrap
import threading

import pytest

from spinviz.model import interrupts


@pytest.mark.parametrize(
    ("number", "error"), [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, interrupts.Terminated)]
)
def test_a_signal_is_noted_and_raised_where_somebody_looks(number, error):
    before = signal.getsignal(number)
    with interrupts.watched():
        interrupts.check()
        signal.raise_signal(number)
        assert interrupts.asked() == number
        for _ in range(2):
            with pytest.raises(error):
                interrupts.check()
    interrupts.check()
    assert interrupts.asked() == 0
    assert signal.getsignal(number) is before


def test_other_threads_are_ended_too():
    found = []

    def work():
        try:
            interrupts.check()
        except KeyboardInterrupt:
            found.append("ended")

    with interrupts.watched():
        signal.raise_signal(signal.SIGINT)
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert found == ["ended"]


def test_nothing_is_raised_while_somebody_looks_himself():
    with interrupts.watched():
        with interrupts.looked_at():
            signal.raise_signal(signal.SIGTERM)
            interrupts.check()
            assert interrupts.asked() == signal.SIGTERM
        with pytest.raises(interrupts.Terminated):
            interrupts.check()


def test_what_was_ignored_stays_ignored():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with interrupts.watched():
            signal.raise_signal(signal.SIGINT)
            assert interrupts.asked() == 0
    finally:
        signal.signal(signal.SIGINT, before)


SECOND = """
import signal
from spinviz.model import interrupts

class Finalized:
    def __del__(self):
        signal.raise_signal(signal.{name})

interrupts.watch()
Finalized()
signal.raise_signal(signal.{name})  # at once: one request
print(interrupts.asked(), flush=True)
interrupts._arrived.time -= 1
signal.raise_signal(signal.{name})
print("lost", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals as on POSIX")
@pytest.mark.parametrize("number", interrupts.WATCHED)
def test_the_second_signal_has_its_default_action(number):
    """Raised in a finalizer, the first one was lost."""
    code = textwrap.dedent(SECOND.format(name=number.name))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (-number, f"{int(number)}\n", "")
