"""The text of a Pulseq file taken apart: version, signature, definitions, rows of every section.

Format: pulseq.github.io, "Pulseq file format", revisions 1.2 to 1.5.
"""

from __future__ import annotations

import hashlib
import math
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from spinviz.files.bounded import open_bounded
from spinviz.files.errors import FileError, quoted

MAX_BYTES = 128 * 1024**2
MAX_BLOCKS = 10**6
LARGEST = 2**53
"""Of whole numbers, beyond which floats skip some."""
VERSIONS = ((1, 2), (1, 3), (1, 4), (1, 5))

REWRITE = "write it again with the program it came from"
_SECTIONS = (
    *("VERSION", "DEFINITIONS", "BLOCKS", "RF", "GRADIENTS", "TRAP", "ADC"),
    *("DELAYS", "EXTENSIONS", "SHAPES", "SIGNATURE"),
)
_RASTERS = {
    "GradientRasterTime": 1e-5,
    "RadiofrequencyRasterTime": 1e-6,
    "AdcRasterTime": 1e-7,
    "BlockDurationRaster": 1e-5,
}
"""What Pulseq assumes where a file does not say [s]; versions from 1.4 on must say it."""


@dataclass
class Text:
    """Lines of every section without comments; ``extensions``: (name, number) and the rows below them.

    ``remarks``: what is odd about the file, a phrase each.
    """

    path: str
    version: tuple[int, int] = (0, 0)
    definitions: dict[str, str] = field(default_factory=dict)
    sections: dict[str, list[str]] = field(default_factory=dict)
    extensions: list[tuple[str, int, list[str]]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def raster(self, name: str) -> float:
        """Return a raster time [s]."""
        text = self.definitions.get(name)
        if text is None:
            return _RASTERS[name]
        value = self.number(text, f"{name} in [DEFINITIONS]")
        if not 1e-10 <= value <= 1.0:
            raise FileError(self.path, f"{name} is {value:g} s, allowed are 1e-10 s to 1 s", "correct the definition")
        return value

    def number(self, text: str, what: str) -> float:
        """Return a finite number; ``what`` names it in complaints."""
        try:
            value = float(text.replace("_", "?"))
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise FileError(self.path, f"{what} is {quoted(text)}, not a finite number", REWRITE)
        return value

    def whole(self, text: str, what: str) -> int:
        """Return a whole number."""
        value = self.number(text, what)
        if value != round(value) or abs(value) > LARGEST:
            raise FileError(self.path, f"{what} is {quoted(text)}, not a whole number", REWRITE)
        return int(value)

    def events(self, section: str, columns: str) -> dict[int, dict[str, str]]:
        """Return the rows of a section by id, their fields named by ``columns`` (after the id)."""
        names = columns.split()
        found: dict[int, dict[str, str]] = {}
        for line in self.sections.get(section, ()):
            number, *fields = line.split()
            key = self.whole(number, f"an id in [{section}]")
            if len(fields) != len(names):
                problem = f"[{section}] {key} has {len(fields) + 1} columns, version {self._version} has"
                raise FileError(self.path, f"{problem} {len(names) + 1} ({quoted(line)})", REWRITE)
            if key < 1 or key in found:
                what = "is defined twice" if key in found else "is below 1"
                raise FileError(self.path, f"the id {key} in [{section}] {what}", REWRITE)
            found[key] = dict(zip(names, fields))
        return found

    @property
    def _version(self) -> str:
        return ".".join(map(str, self.version))


def read_text(path: str | os.PathLike[str]) -> Text:
    """Read and check version, section names and signature. Errors: `FileError`."""
    with open_bounded(path, MAX_BYTES) as stream:
        raw = stream.read()
    lines = raw.decode("utf-8", "replace").splitlines()
    if not any(line.strip() == "[VERSION]" for line in lines):
        first = next((line for line in lines if line.strip()), "")
        problem = f"the file has no [VERSION] section (it begins with {quoted(first)})"
        raise FileError(path, problem, "choose a Pulseq file of version 1.2 to 1.5")
    text = Text(os.fspath(path))
    _divide(text, lines)
    text.version = _version(text)
    _check_signature(text, raw)
    for line in text.sections.get("DEFINITIONS", ()):
        key, value = named(line)
        text.definitions[key] = value
    _remark_missing_rasters(text)
    blocks = len(text.sections.get("BLOCKS", ()))
    if not blocks:
        raise FileError(path, "the file has no blocks, a sequence has at least 1", REWRITE)
    if blocks > MAX_BLOCKS:
        raise FileError(path, f"the file has {blocks} blocks, the limit is {MAX_BLOCKS}", "cut the sequence in parts")
    return text


def named(line: str) -> tuple[str, str]:
    """Return the name at the beginning of a line that is not empty, and the rest: blanks and tabs lie between."""
    name, *rest = line.split(None, 1)
    return name, rest[0].strip() if rest else ""


def steps_per_second(raster: float) -> float:
    """Return 1/raster, a whole number where it should be one: 319 / 1e5 is 0.00319, 319 * 1e-5 is not quite."""
    whole = round(1 / raster)
    return float(whole) if abs(whole * raster - 1) < 1e-9 else 1 / raster


def _divide(text: Text, lines: list[str]) -> None:
    """Sort the lines by section. Comments and, outside [SHAPES], empty lines mean nothing; texts may hold a #."""
    current: list[str] | None = None
    for line in map(str.strip, lines):
        if not line or line[0] == "#":
            continue
        if current is not text.sections.get("DEFINITIONS"):
            line = line.partition("#")[0].rstrip()
        if line[0] == "[":
            current = _section(text, line)
        elif line.split()[0] == "extension":
            current = _extension(text, line)
        elif current is None:
            raise FileError(text.path, f"{quoted(line)} stands before the first section", REWRITE)
        else:
            current.append(line)


def _section(text: Text, line: str) -> list[str]:
    name = line.strip("[]").upper()
    if name not in _SECTIONS or line[-1] != "]":
        raise FileError(text.path, f"the section {quoted(line)} is not known", REWRITE)
    if name in text.sections:
        raise FileError(text.path, f"the section [{name}] occurs twice", REWRITE)
    return text.sections.setdefault(name, [])


def _extension(text: Text, line: str) -> list[str]:
    words = line.split()
    if len(words) != 3:
        raise FileError(text.path, f"{quoted(line)} is not 'extension NAME NUMBER'", REWRITE)
    rows: list[str] = []
    text.extensions.append((words[1].upper(), text.whole(words[2], f"the number of extension {words[1]}"), rows))
    return rows


def _version(text: Text) -> tuple[int, int]:
    found: dict[str, str] = {}
    for line in text.sections.get("VERSION", ()):
        name, value = named(line)
        found[name.lower()] = value
    if "major" not in found or "minor" not in found:
        raise FileError(text.path, "[VERSION] lacks major or minor", REWRITE)
    version = (text.whole(found["major"], "major version"), text.whole(found["minor"], "minor version"))
    if version not in VERSIONS:
        problem = f"the file is of Pulseq version {version[0]}.{version[1]}, known are 1.2 to 1.5"
        raise FileError(text.path, problem, "write it as one of these, for example 1.4")
    return version


def _remark_missing_rasters(text: Text) -> None:
    """Say which definitions lack that the version demands, and what is assumed."""
    missing = [name for name in _RASTERS if name not in text.definitions]
    if text.version >= (1, 4) and missing:
        number = ".".join(map(str, text.version))
        assumed = ", ".join(f"{1e6 * _RASTERS[name]:g}" for name in missing)
        text.remarks.append(f"{', '.join(missing)} not defined, as version {number} demands: assumed {assumed} µs")


def _check_signature(text: Text, raw: bytes) -> None:
    """Compare the hash with the bytes before the section, for which programs have counted line ends differently."""
    lines = text.sections.get("SIGNATURE")
    if lines is None:
        return
    found = {name.lower(): value.lower() for name, value in map(named, lines)}
    kind, told = found.get("type", ""), found.get("hash", "").replace(" ", "")
    if kind not in ("md5", "sha1", "sha256") or not told:
        text.remarks.append(f"the signature of type {quoted(kind)} and hash {quoted(told)} cannot be checked")
        return
    begins = re.search(rb"^[ \t]*\[SIGNATURE\]", raw, re.MULTILINE)
    content = raw[: begins.start() if begins else None]
    if all(hashlib.new(kind, c, usedforsecurity=False).hexdigest() != told for c in _trimmed(content)):
        text.remarks.append("the file was changed since it was signed")


def _trimmed(content: bytes) -> Iterator[bytes]:
    """What may have been signed: without the line end before the section (Pulseq), with it (JEMRIS), Unix line ends."""
    for body in (content, content.replace(b"\r\n", b"\n")):
        yield body.removesuffix(b"\n").removesuffix(b"\r")
        yield body
