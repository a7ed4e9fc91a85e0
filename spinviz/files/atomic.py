"""Writing a file completely or not at all: what was there stays until the new file is complete."""

from __future__ import annotations

import os
import platform
import re
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, Literal, overload

from spinviz.files.claim import Claim, clear_lock, is_lock
from spinviz.files.errors import FileError

LATELY = 120
"""Seconds."""

_HERE = sha256(platform.node().encode()).hexdigest()[:6]
"""This machine: numbers of processes mean nothing on another one that shares the disk."""
_MARK = re.compile(r"\..{0,20}-(?P<here>[0-9a-f]{6})-(?P<process>\d{1,10})-", re.DOTALL)
_TEMPORARY = re.compile(_MARK.pattern + r"[0-9a-f]{12}\.part(\..*)?", re.DOTALL)


@overload
def atomic_write(path: str | os.PathLike[str], mode: Literal["wb"] = "wb") -> AbstractContextManager[IO[bytes]]: ...
@overload
def atomic_write(
    path: str | os.PathLike[str], mode: Literal["w"], *, newline: str | None = None
) -> AbstractContextManager[IO[str]]: ...
@contextmanager
def atomic_write(
    path: str | os.PathLike[str], mode: Literal["w", "wb"] = "wb", *, newline: str | None = None
) -> Iterator[IO[Any]]:
    """Open a stream whose content becomes ``path`` when the block ends without an error.

    Parameters
    ----------
    path
        The file to create or replace. A link is followed, so that it keeps pointing at the file.
    mode
        ``"wb"`` for bytes, ``"w"`` for text (UTF-8).
    newline
        As in :func:`open`; ``""`` for the csv module.

    Raises
    ------
    FileError
        The folder is missing, full or closed to writing, ``path`` is not a plain file, or another process is writing
        it. The temporary file is gone then and ``path`` is as it was, which a note of the error says.
    """
    encoding = None if mode == "wb" else "utf-8"
    with (
        atomic_path(path) as temporary,
        open(temporary, mode, encoding=encoding, newline=newline) as stream,
    ):
        yield stream


@contextmanager
def atomic_path(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Lend an empty file with the suffix and in the folder of ``path`` to a writer that wants a name.

    The same promises as :func:`atomic_write`. The writer must have closed the file when the block ends.
    """
    target, mode = writable_target(path)
    with Claim(path), _noted("Nothing of it is kept" if mode is None else f"{os.fspath(path)} is as it was"):
        temporary = reserved(path, target)
        try:
            yield temporary
            _settle(temporary, mode)
            os.replace(temporary, target)
        except BaseException as error:
            with suppress(OSError):
                temporary.unlink()
            if isinstance(error, OSError) and _concerns(error, temporary):
                raise FileError.writing(path, error) from error
            raise
        _sync_folder(target.parent)


@contextmanager
def _noted(kept: str) -> Iterator[None]:
    """Note on an error about a file what is kept."""
    try:
        yield
    except FileError as error:
        error.add_note(kept)
        raise


def writable_target(path: str | os.PathLike[str]) -> tuple[Path, int | None]:
    """Return the file meant, links followed, and its permissions if it exists; refuse what is no plain file."""
    try:
        target = Path(os.path.realpath(path))
        status = target.stat()
    except FileNotFoundError:
        return target, None
    except OSError as error:
        raise FileError.writing(path, error) from error
    except ValueError as error:
        raise FileError.naming(path, error) from error
    if stat.S_ISDIR(status.st_mode):
        raise FileError(path, "this is a folder", "give the name of a file inside it")
    if not stat.S_ISREG(status.st_mode):
        raise FileError(path, "this is a device or a pipe, not a plain file", "choose another name")
    if not os.access(target, os.W_OK):
        raise FileError(path, "the file is read-only", "choose another name or permit writing to it")
    return target, stat.S_IMODE(status.st_mode)


def reserved(path: str | os.PathLike[str], target: Path) -> Path:
    """Create the temporary file of ``target``, which ``path`` means; 0o666 lets the user's umask apply as usual."""
    clear_left_behind(target.parent)
    name = f"{marked(target.stem[:20])}{secrets.token_hex(6)}.part{target.suffix}"
    temporary = target.with_name(name)
    try:
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    except OSError as error:
        raise FileError.writing(path, error) from error
    return temporary


@cache
def clear_left_behind(folder: Path) -> None:
    """Remove what killed processes of this machine left in ``folder``; once for a folder and process."""
    with suppress(OSError):
        for path in [Path(entry) for entry in os.scandir(folder) if _TEMPORARY.fullmatch(entry.name)]:
            if path.is_file() and not path.is_symlink() and maker_is_gone(path):
                with suppress(OSError):
                    path.unlink()
        for path in [Path(entry) for entry in os.scandir(folder) if is_lock(entry.name)]:
            if path.is_file() and not path.is_symlink():
                with suppress(FileError):
                    clear_lock(path)


def marked(name: str) -> str:
    """Return ``name`` with what tells `maker_is_gone` who made the temporary file of this name."""
    return f".{name}-{_HERE}-{os.getpid()}-"


def maker_is_gone(path: Path) -> bool:
    """Whether the name of a temporary file tells that a process of this machine made it which no longer runs."""
    found = _MARK.match(path.name)
    if not found or found["here"] != _HERE:
        return False
    return not is_running(int(found["process"]), path.lstat().st_mtime)


def is_running(process: int, noted: float) -> bool:
    """Whether the process of this number runs; where the system does not say, whether it ``noted`` lately that it does.

    ``noted`` is the time of a file that it writes [s since the epoch].
    """
    if process == os.getpid():
        return True
    if os.name == "nt":
        # There signal 0 would interrupt the process; one at work writes often.
        return time.time() - noted < LATELY
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _settle(temporary: Path, mode: int | None) -> None:
    """Bring the content to the disk before the name points at it, with the old file's permissions."""
    descriptor = os.open(temporary, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if mode is not None:
        os.chmod(temporary, mode)


def _concerns(error: OSError, temporary: Path) -> bool:
    """Tell whether ``error`` came from writing, not from another file touched inside the block."""
    return error.filename is None or os.fspath(error.filename) == os.fspath(temporary)


def _sync_folder(folder: Path) -> None:
    """Make the new name durable where the system can; the file itself is complete either way."""
    if os.name != "posix":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
