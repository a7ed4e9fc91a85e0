"""Writing a file completely or not at all: what was there stays until the new file is complete."""

from __future__ import annotations

import os
import platform
import re
import secrets
import shutil
import stat
import tempfile
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, Literal, overload

from spinviz.files import owner
from spinviz.files.claim import Claim, clear_lock, is_lock
from spinviz.files.errors import FileError

_HERE = sha256(platform.node().encode()).hexdigest()[:6]
"""This machine: locks of another one that shares the disk are not seen."""
_MARK = re.compile(r"\..{0,20}-(?P<here>[0-9a-f]{6})-(?P<owner>[0-9a-f]{1,12})-", re.DOTALL)
"""Earlier versions wrote the number of their process for the owner."""
_TEMPORARY = re.compile(_MARK.pattern + r"[0-9a-f]{12}\.part(\..*)?", re.DOTALL)
_FOLDER = re.compile(_MARK.pattern + r"\w{8}", re.DOTALL)


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
    clear_beside()
    name = f"{marked(target.stem[:20], target.parent)}{secrets.token_hex(6)}.part{target.suffix}"
    temporary = target.with_name(name)
    try:
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    except OSError as error:
        raise FileError.writing(path, error) from error
    return temporary


@cache
def clear_left_behind(folder: Path) -> None:
    """Remove what killed programs of this machine left in ``folder``; once for a folder and process."""
    _clear(folder)


def clear_after_killed() -> None:
    """Remove temporary files of killed programs wherever they made them. It may have to wait for a disk."""
    with owner.killed() as folders:
        for folder in folders:
            _clear(folder)


@cache
def clear_beside() -> None:
    """Do `clear_after_killed` in a thread of its own, once for a process."""
    threading.Thread(target=clear_after_killed, name="tidying", daemon=True).start()


def temporary_prefix(purpose: str) -> str:
    """Return how a folder among the system's temporary files begins that is cleared away if this program is killed."""
    return marked(purpose, Path(tempfile.gettempdir()))


def marked(name: str, folder: Path) -> str:
    """Return ``name`` with what tells who made the temporary file of this name in ``folder``."""
    owner.note(folder)
    return f".{name}-{_HERE}-{owner.token()}-"


def _clear(folder: Path) -> None:
    with suppress(OSError):
        for path in [Path(entry) for entry in os.scandir(folder) if _MARK.match(entry.name)]:
            with suppress(OSError):
                if maker_is_gone(path) and not path.is_symlink():
                    if _FOLDER.fullmatch(path.name) and path.is_dir():
                        shutil.rmtree(path)
                    elif _TEMPORARY.fullmatch(path.name) and path.is_file():
                        path.unlink()
        for path in [Path(entry) for entry in os.scandir(folder) if is_lock(entry.name)]:
            if path.is_file() and not path.is_symlink():
                with suppress(FileError):
                    clear_lock(path)


def maker_is_gone(path: Path) -> bool:
    """Whether the name of a temporary file tells that a program of this machine made it which no longer lives."""
    found = _MARK.match(path.name)
    return found is not None and found["here"] == _HERE and owner.is_gone(found["owner"], path)


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
