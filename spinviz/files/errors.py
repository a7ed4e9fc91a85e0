"""FileError: one clear line about a file that cannot be read or written."""

from __future__ import annotations

import errno
import os

LONGEST = 1000
"""Letters of a path that are shown."""

_READ_REMEDIES = {
    errno.ENOENT: ("the file does not exist", "check the name and the folder"),
    errno.ENOTDIR: ("a part of the path is not a folder", "check the name and the folder"),
    errno.EISDIR: ("this is a folder", "choose a file inside it"),
    errno.EACCES: ("reading is not permitted", "ask for read permission or copy the file elsewhere"),
    errno.EPERM: ("reading is not permitted", "ask for read permission or copy the file elsewhere"),
    errno.ENAMETOOLONG: ("the name is too long", "choose a shorter name"),
    errno.ELOOP: ("the links go round in a circle", "choose the file itself"),
}

_WRITE_REMEDIES = {
    errno.ENOENT: ("the folder does not exist", "create it or choose another folder"),
    errno.ENOTDIR: ("a part of the path is not a folder", "choose another folder"),
    errno.EISDIR: ("this is a folder", "give the name of a file inside it"),
    errno.EACCES: ("writing is not permitted", "choose a folder you may write to"),
    errno.EPERM: ("writing is not permitted", "choose a folder you may write to"),
    errno.EROFS: ("the disk is read-only", "choose a folder on another disk"),
    errno.ENOSPC: ("the disk is full", "free some space or choose another disk"),
    errno.EDQUOT: ("the disk quota is used up", "free some space or choose another disk"),
    errno.EFBIG: ("the file grew beyond the allowed size", "write less or choose another disk"),
    errno.ENAMETOOLONG: ("the name is too long", "choose a shorter name"),
    errno.ELOOP: ("the links go round in a circle", "choose the file itself"),
}


class FileError(ValueError):
    """A file that cannot be used; ``str()`` is one line with file, value, limit and remedy.

    Parameters
    ----------
    path
        The file meant, as the user named it.
    problem
        What is wrong: the value found and the limit it breaks.
    remedy
        What the user can do about it, as an imperative.
    """

    def __init__(self, path: str | os.PathLike[str], problem: str, remedy: str) -> None:
        super().__init__(os.fspath(path), problem, remedy)
        self.path = os.fspath(path)
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return printable(f"{short_path(self.path)}: {self.problem}; {self.remedy}.")

    @classmethod
    def reading(cls, path: str | os.PathLike[str], error: OSError) -> FileError:
        """Say what the system refused while ``path`` was read."""
        return cls(path, *_explain(_READ_REMEDIES, error, "check the file and the disk, then try again"))

    @classmethod
    def naming(cls, path: str | os.PathLike[str], error: ValueError) -> FileError:
        """Say why there can be no file called ``path``."""
        half = isinstance(error, UnicodeEncodeError)
        what = "the name holds half a character" if half else "the name holds a zero byte"
        return cls(path, what, "choose another name")

    @classmethod
    def writing(cls, path: str | os.PathLike[str], error: OSError) -> FileError:
        """Say what the system refused while ``path`` was written; what was there before is untouched."""
        return cls(path, *_explain(_WRITE_REMEDIES, error, "choose another name or folder"))


def with_notes(error: BaseException) -> str:
    """Return the text of ``error`` and what was noted on it (`BaseException.add_note`) about files that are kept."""
    return " ".join([str(error), *(f"{note}." for note in getattr(error, "__notes__", ()))])


def quoted(value: str | bytes, limit: int = 40) -> str:
    """Show a value found in a file: printable, in quotes and at most ``limit`` characters long."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    return "'" + printable(text if len(text) <= limit else text[:limit] + "…") + "'"


def short_path(path: str) -> str:
    """A path of any sensible length as it is, else its ends."""
    return path if len(path) <= LONGEST else f"{path[:60]}…{path[-60:]}"


def printable(text: str) -> str:
    """Replace control characters, line breaks and half characters, so that ``text`` stays one line."""
    return "".join(c if c.isprintable() else "�" for c in text)


def _explain(remedies: dict[int, tuple[str, str]], error: OSError, remedy: str) -> tuple[str, str]:
    """Return problem and remedy; ``remedy`` serves errors that need no remedy of their own."""
    problem = f"the system says '{error.strerror or error}'"
    return remedies.get(error.errno or 0, (problem, remedy))
