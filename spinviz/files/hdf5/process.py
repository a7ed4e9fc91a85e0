"""Talking to the process that reads HDF5: requests, answers of bounded size, and what became of it when none comes."""

from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
import sys
import threading
from contextlib import suppress
from typing import Any

from spinviz.files.errors import FileError, quoted
from spinviz.model import interrupts

COMMAND = "read-hdf5"
"""Hidden command of a bundled program, which cannot run modules of its own."""
SECONDS = 20.0
"""For an answer; arrays get more with their size."""
SLOWEST = 20e6
"""Bytes of an array per second: a slow disk, and decompression."""
MOST_ANSWER = 128 * 2**20
"""Bytes of an answer that is no array."""
BOOT = """
import os, sys
sys.path[:] = sys.argv[1].split(os.pathsep)
from spinviz.files.hdf5.child import serve
sys.exit(serve())
"""
AGAIN = "the file may be cut or damaged: get it again"


class LibraryRefused(ValueError):
    """What the HDF5 library says about the file."""


class Reading:
    """One process that reads one file; a context manager that ends it."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = path
        self._late = threading.Event()
        environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        try:
            self._process = subprocess.Popen(
                command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                process_group=0,  # Ctrl+C in a terminal is for whoever asks, who then ends this process
                env=environment,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            problem = f"the process that reads HDF5 does not start ({error.strerror or error})"
            raise FileError(path, problem, "close other programs and try again") from error

    def __enter__(self) -> Reading:
        return self

    def __exit__(self, *_: object) -> None:
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        self._process.kill()
        self._process.wait()

    def ask(self, what: str, into: memoryview | None = None, **request: Any) -> dict[str, Any]:
        """Return the answer, and fill ``into`` with the array that follows it.

        Raises
        ------
        LibraryRefused
            The library raised an error.
        FileError
            The process broke down, or did not answer in time.
        """
        interrupts.check()
        size = 0 if into is None else into.nbytes
        seconds = SECONDS + size / SLOWEST
        request |= {"do": what, "seconds": seconds, "memory": 2 * size}
        watch = threading.Timer(seconds, self._give_up)
        watch.daemon = True
        watch.start()
        try:
            return self._answer(request, into)
        except (OSError, EOFError, ValueError, RecursionError) as error:
            if isinstance(error, LibraryRefused):
                raise
            raise self._breakdown(request.get("name", ""), seconds) from error
        finally:
            watch.cancel()

    def _answer(self, request: dict[str, Any], into: memoryview | None) -> dict[str, Any]:
        asked, answers = self._process.stdin, self._process.stdout
        assert asked is not None
        assert answers is not None
        asked.write(json.dumps(request).encode() + b"\n")
        asked.flush()
        (length,) = struct.unpack("<Q", self._exactly(8))
        if length > MOST_ANSWER:
            raise ValueError("an answer beyond all bounds")
        answer = json.loads(self._exactly(length))
        if not isinstance(answer, dict):
            raise ValueError("an answer of another kind")
        if "error" in answer:
            raise LibraryRefused(str(answer["error"]))
        if into is not None:
            self._fill(into, answer)
        return answer

    def _exactly(self, count: int) -> bytes:
        stream = self._process.stdout
        found = stream.read(count) if stream is not None else b""
        if len(found) < count:
            raise EOFError
        return found

    def _fill(self, into: memoryview, answer: dict[str, Any]) -> None:
        if answer.get("bytes") != into.nbytes:
            raise ValueError("an array of another size")
        filled = 0
        while filled < into.nbytes:
            count = self._process.stdout.readinto(into[filled:])  # type: ignore[union-attr]
            if not count:
                raise EOFError
            filled += count

    def _give_up(self) -> None:
        self._late.set()
        self._process.kill()

    def _breakdown(self, name: str, seconds: float) -> FileError:
        """Say how the process ended."""
        where = f"at {quoted(name)}" if name.strip("/") else "opening it"
        if self._late.is_set():
            return FileError(self._path, f"reading it took more than {seconds:.0f} s ({where})", AGAIN)
        self._process.kill()  # where it still runs, its answers make no sense
        code = self._process.wait()
        return FileError(self._path, f"the HDF5 library broke down {where} ({_ending(code)})", AGAIN)


def command() -> list[str]:
    """Return the program and its arguments; it imports from where this process does, not from the present folder."""
    if getattr(sys, "frozen", False):
        return [sys.executable, COMMAND]
    return [sys.executable, "-I", "-c", BOOT, os.pathsep.join(sys.path)]


def _ending(code: int) -> str:
    try:
        return signal.Signals(-code).name if code < 0 else f"code {code}"
    except ValueError:
        return f"signal {-code}"
