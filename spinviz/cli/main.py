"""From arguments to an exit code: 0 done, 1 a law failed or a run stopped, 2 bad input, 70 a fault of spinviz."""

from __future__ import annotations

import importlib
import logging
import multiprocessing
import os
import sys
from collections.abc import Sequence
from contextlib import nullcontext, suppress

from spinviz.cli.output import never_fail
from spinviz.cli.parser import arguments
from spinviz.cli.problems import (
    BAD_INPUT,
    INTERRUPTED,
    TERMINATED,
    Stopped,
    fault,
    is_bad_input,
    is_failed_system,
    kept,
    say,
)
from spinviz.files.errors import with_notes
from spinviz.files.log import logged
from spinviz.model import interrupts

COMMANDS = {
    "open": "spinviz.cli.opening",
    "list": "spinviz.cli.listing",
    "run": "spinviz.cli.running",
    "sweep": "spinviz.cli.sweeping",
    "export": "spinviz.cli.exporting",
    "verify": "spinviz.cli.verifying",
    "bench": "spinviz.cli.benching",
    "doctor": "spinviz.cli.doctor",
}
log = logging.getLogger("spinviz")

READ_HDF5 = "read-hdf5"
"""What `spinviz.files.hdf5.process` asks a bundled program for."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that ``argv`` (default: the process's own) asks for and return its exit code.

    The process's own command has the signals to its very end: Python has much to tidy up where they would raise.
    """
    if getattr(sys, "frozen", False):
        multiprocessing.freeze_support()  # a bundle is its own interpreter, also of the processes of a sweep
    words = sys.argv[1:] if argv is None else argv
    if list(words) == [READ_HDF5]:
        from spinviz.files.hdf5.child import serve

        return serve()
    for stream in (sys.stdout, sys.stderr):
        never_fail(stream)
    with nullcontext(interrupts.watch()) if argv is None else interrupts.watched(), logged(say):
        return _run(words)


def _run(words: Sequence[str]) -> int:
    try:
        options = arguments(words)
        command = importlib.import_module(COMMANDS[options.command]).command
        interrupts.check()
        try:
            return int(command(options))
        finally:
            if options.command != "doctor":  # which makes them findings
                _say_skipped()
    except SystemExit as leave:  # argparse after --help and --version
        return int(leave.code or 0)
    except KeyboardInterrupt as stop:
        say(f"interrupted: {kept(stop) or 'nothing half written is left behind'}")
        return INTERRUPTED
    except interrupts.Terminated as stop:
        if kept(stop):
            say(f"terminated: {kept(stop)}")
        return TERMINATED
    except Stopped as stopped:
        log.error("stopped", exc_info=stopped)
        say(str(stopped))
        return 1
    except BrokenPipeError:
        return _reader_left()
    except MemoryError as error:
        say(f"the memory of this machine is not enough ({error}): choose smaller numbers")
        return BAD_INPUT
    except Exception as error:
        if is_bad_input(error):
            say(with_notes(error))
            return BAD_INPUT
        if is_failed_system(error):
            log.error("a system failed", exc_info=error)
            say(str(error))
            return 1
        return fault(error)


def _say_skipped() -> None:
    """Name the systems of other distributions that the command looked for and had to leave out."""
    if "spinviz.systems" in sys.modules:
        from spinviz.systems import skipped_so_far

        for one in skipped_so_far():
            say(f"warning: {one}")


def _reader_left() -> int:
    """``spinviz list | head``: whoever read the output has seen enough; Python must not complain at its exit."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 128 + 13
