"""What goes wrong on the command line, in one line each: exit codes, messages, and the log of a fault."""

from __future__ import annotations

import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from spinviz.cli.output import writable
from spinviz.files.errors import FileError, printable
from spinviz.model.shortened import shortened

MOST_WORDS = 300
"""Letters of an error nobody expected that are shown; the log has all."""
BAD_INPUT = 2
FAULT = 70
INTERRUPTED = 130
TERMINATED = 143


class BadInput(ValueError):
    """Something asked for that cannot be: one line with the value, the limit and the remedy."""


class Stopped(RuntimeError):
    """Work that began well and could not be finished; the message says what is kept."""


def kept(stop: BaseException) -> str:
    """Return what was noted (`BaseException.add_note`) about files that outlive ``stop``; empty for none."""
    return "; ".join(getattr(stop, "__notes__", ()))


def say(text: str) -> None:
    """Write one line to standard error; a windowed program has none."""
    if sys.stderr is not None:
        with suppress(OSError, ValueError):
            sys.stderr.write(f"spinviz: {writable(printable(' '.join(text.split())), sys.stderr)}\n")
            sys.stderr.flush()


def is_bad_input(error: Exception) -> bool:
    """Whether the user can do something about ``error``, and its text says what."""
    from spinviz.model.parameters import ParameterError
    from spinviz.model.system import UnknownName
    from spinviz.model.units import UnitError

    return isinstance(error, BadInput | FileError | ParameterError | UnknownName | UnitError)


def is_failed_system(error: Exception) -> bool:
    """Whether a system, perhaps somebody else's, raised an error that names it."""
    if "spinviz.engine.loop" not in sys.modules:
        return False
    from spinviz.engine.loop import StepFailed

    return isinstance(error, StepFailed)


def fault(error: Exception) -> int:
    """Log the traceback of an error nobody expected, say where, and return the exit code for it."""
    text = "".join(traceback.format_exception(error))
    where = _log(text)
    hint = f"please report it with {where}" if where else "please report it"
    # Not str(error), which may fail itself.
    what = traceback.format_exception_only(error)[-1].strip().removeprefix(f"{type(error).__module__}.")
    say(f"internal error, {shortened(what, MOST_WORDS)} ({hint})")
    return FAULT


def _log(text: str) -> Path | None:
    import platformdirs

    name = f"error-{time.strftime('%Y%m%d-%H%M%S')}.log"
    places: tuple[Callable[[], Path], ...] = (
        lambda: platformdirs.user_log_path("spinviz"),
        lambda: Path(tempfile.gettempdir()),
    )
    for place in places:
        with suppress(OSError, ValueError, RuntimeError):  # no home, no room, no permission
            folder = place()
            folder.mkdir(parents=True, exist_ok=True)
            # Names of files, and words of an error, may hold half characters.
            content = f"{' '.join(sys.argv)}\n{text}".encode(errors="backslashreplace")
            (folder / name).write_bytes(content)
            return folder / name
    return None
