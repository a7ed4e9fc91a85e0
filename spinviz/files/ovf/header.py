"""The header of an OVF file, read line by line within limits and checked value by value.

Format: OOMMF User's Guide, "Vector field file format (OVF)", versions 1.0 and 2.0.
"""

from __future__ import annotations

import math
import os
import re
from collections import deque
from dataclasses import dataclass
from typing import BinaryIO

from spinviz.files.errors import FileError, quoted

HEADER_BYTES = 64 * 1024
LINE_BYTES = 8 * 1024
MAX_CELLS = 64 * 1024**2
MAX_DIMENSION = 4096
REPRESENTATIONS = ("text", "binary 4", "binary 8")
"""What is written; Spirit's "csv" is read too."""

REWRITE = "write it again with the program it came from"

# The revisions 0.99 and 0.0a0 are synonyms of 1.0, says the User's Guide.
_VERSIONS = (
    (1, re.compile(r"#\s*OOMMF\s*:\s*rectangular\s+mesh\s+v(1\.0+|0\.99|0\.0a0)\s*", re.IGNORECASE)),
    (2, re.compile(r"#\s*OOMMF\s*:?\s*OVF\s+2\.0+\s*", re.IGNORECASE)),
)
_IRREGULAR = re.compile(r"#\s*OOMMF\s*:\s*irregular\s+mesh\b.*", re.IGNORECASE)
_TCL_ITEM = re.compile(r'\{([^{}]*)\}|"([^"]*)"|(\S+)')
_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,18}")


@dataclass(frozen=True)
class Header:
    """The records of the first segment; every accessor raises :class:`FileError` for a bad value."""

    path: str
    version: int
    representation: str
    records: dict[str, str]
    desc: tuple[str, ...]

    def number(self, key: str, default: float | None = None) -> float:
        """Return a finite number; ``default`` stands in for a missing record."""
        if key not in self.records and default is not None:
            return default
        text = self._text(key)
        try:
            value = float(text.replace("_", "?"))
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise FileError(self.path, f"{key} is {quoted(text)}, not a finite number", REWRITE)
        return value

    def positive(self, key: str) -> float:
        """Return a number above zero."""
        value = self.number(key)
        if value <= 0:
            raise FileError(self.path, f"{key} is {value!r}, it must be above 0", REWRITE)
        return value

    def count(self, key: str, limit: int, default: int | None = None) -> int:
        """Return a whole number from 1 to ``limit``."""
        if key not in self.records and default is not None:
            return default
        text = self._text(key)
        if not _WHOLE_NUMBER.fullmatch(text):
            raise FileError(self.path, f"{key} is {quoted(text)}, not a whole number", REWRITE)
        value = int(text)
        if not 1 <= value <= limit:
            raise FileError(self.path, f"{key} is {value}, allowed are 1 to {limit}", REWRITE)
        return value

    def shape(self) -> tuple[int, int, int, int]:
        """Return the shape (nz, ny, nx, dim) of the values, C order as in the file."""
        nx, ny, nz = (self.count(f"{axis}nodes", MAX_CELLS) for axis in "xyz")
        if nx * ny * nz > MAX_CELLS:
            problem = f"{nx} × {ny} × {nz} = {nx * ny * nz} cells, the limit is {MAX_CELLS}"
            raise FileError(self.path, problem, "cut out a part or average cells before opening it")
        dim = self.count("valuedim", MAX_DIMENSION) if self.version == 2 else 3
        return nz, ny, nx, dim

    def _text(self, key: str) -> str:
        if key not in self.records:
            raise FileError(self.path, f"the header has no {key}", REWRITE)
        return self.records[key]


class Lines:
    """The records of a header or trailer: lines ``# key: value`` of bounded length and bounded total."""

    def __init__(self, path: str, stream: BinaryIO, place: str) -> None:
        self.path = path
        self.place = place
        self._stream = stream
        self._budget = HEADER_BYTES

    def line(self) -> str | None:
        """Return the next line without its end, None at the end of the file."""
        raw = self._stream.readline(LINE_BYTES + 1)
        self._budget -= len(raw)
        if len(raw) > LINE_BYTES:
            raise FileError(self.path, f"a line of the {self.place} exceeds {LINE_BYTES} bytes", REWRITE)
        if self._budget < 0:
            raise FileError(self.path, f"the {self.place} exceeds {HEADER_BYTES} bytes", REWRITE)
        return _decode(raw).strip() if raw else None

    def record(self) -> tuple[str, str] | None:
        """Return the next key (lower case, no blanks) and value, None at the end of the file."""
        while (line := self.line()) is not None:
            if line and not line.startswith("#"):
                problem = f"the {self.place} holds {quoted(line)}, which does not start with '#'"
                raise FileError(self.path, problem, REWRITE)
            content = line[1:].partition("##")[0].strip() if not line.startswith("##") else ""
            if content:
                return self._split(content)
        return None

    def structure(self, word: str, what: str, record: tuple[str, str] | None) -> list[str]:
        """Return the words after ``what`` if ``record`` is ``# word: what ...``; refuse any other."""
        wanted = f"'# {word.capitalize()}: {what.capitalize()}'"
        if record is None:
            raise FileError(self.path, f"the file ends where {wanted} is expected", REWRITE)
        key, value = record
        words = value.lower().split()
        if key != word or words[:1] != [what]:
            found = quoted(f"# {key}: {value}")
            raise FileError(self.path, f"the {self.place} holds {found} where {wanted} is expected", REWRITE)
        return words[1:]

    def _split(self, content: str) -> tuple[str, str]:
        key, colon, value = content.partition(":")
        if not colon:
            raise FileError(self.path, f"the {self.place} line {quoted(content)} has no colon", REWRITE)
        return "".join(key.split()).lower(), value.strip()


def read_header(path: str | os.PathLike[str], stream: BinaryIO) -> Header:
    """Read up to and including the line ``# Begin: Data ...``; the data follow at the stream's position."""
    lines = Lines(os.fspath(path), stream, "header")
    version = _version(lines)
    records: dict[str, str] = {}
    desc: list[str] = []
    expected = deque([("begin", "segment"), ("begin", "header"), ("end", "header"), ("begin", "data")])
    words: list[str] = []
    while expected:
        record = lines.record()
        if record is None or record[0] in ("begin", "end"):
            words = lines.structure(*expected.popleft(), record)
        elif record[0] == "desc":
            desc.append(record[1])
        elif records.get(record[0], record[1]) != record[1]:
            raise FileError(path, f"the header gives {quoted(record[0])} twice", REWRITE)
        else:
            records.update([record])
    representation = " ".join(words)
    if representation not in (*REPRESENTATIONS, "csv"):
        problem = f"the data are {quoted(representation)}, known are text, csv, binary 4 and binary 8"
        raise FileError(path, problem, "convert it with OOMMF's avf2ovf")
    _check_mesh(path, records)
    return Header(os.fspath(path), version, representation, records, tuple(desc))


def _version(lines: Lines) -> int:
    problem = "the file does not begin as an OVF file does"
    remedy = "choose a file that starts with '# OOMMF OVF 2.0' or '# OOMMF: rectangular mesh v1.0'"
    try:
        first = lines.line() or ""
    except FileError as error:
        raise FileError(lines.path, problem, remedy) from error
    for version, pattern in _VERSIONS:
        if pattern.fullmatch(first):
            return version
    if _IRREGULAR.fullmatch(first):
        raise _irregular(lines.path, "irregular")
    raise FileError(lines.path, f"{problem} (first line {quoted(first)})", remedy)


def _check_mesh(path: str | os.PathLike[str], records: dict[str, str]) -> None:
    meshtype = records.get("meshtype", "rectangular")
    if meshtype.lower() != "rectangular":
        raise _irregular(path, meshtype)


def _irregular(path: str | os.PathLike[str], meshtype: str) -> FileError:
    problem = f"the mesh is {quoted(meshtype)}, only rectangular meshes can be read"
    return FileError(path, problem, "convert it with OOMMF's 'avf2ovf -grid rect'")


def _decode(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def split_list(text: str) -> tuple[str, ...]:
    """Split a Tcl list at blanks; braces or quotation marks hold an item with blanks together."""
    return tuple(next(part for part in match.groups() if part is not None) for match in _TCL_ITEM.finditer(text))


def join_list(path: str | os.PathLike[str], items: tuple[str, ...]) -> str:
    """Return a Tcl list that :func:`split_list` takes apart again."""
    text = " ".join(item if split_list(item) == (item,) else "{" + item + "}" for item in items)
    if split_list(text) != items:
        raise FileError(path, f"the labels or units {quoted(text)} hold braces", "change them before writing")
    return text
