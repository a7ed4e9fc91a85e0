"""Shapes of a Pulseq file: normalised samples, run-length coded along their derivative.

A run of n >= 2 equal differences d is written d, d, n - 2; where as many numbers are stored as there are samples the
shape is not coded (since version 1.4).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from spinviz.files.errors import FileError
from spinviz.files.pulseq.text import REWRITE, Text, named

Array = NDArray[np.float64]

MAX_SAMPLES = 2**22
"""Of one shape."""
MAX_SAMPLES_TOGETHER = 2**25
_NO_ROWS: list[str] = []


class Shapes:
    """Shapes by id, unpacked when first asked for."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self._packed = _packed(text)
        self._found: dict[int, Array] = {}
        self._samples = 0

    def __call__(self, number: int, user: str) -> Array:
        """Return the samples of a shape, read-only; ``user`` names who asks. Errors: `FileError`."""
        if number in self._found:
            return self._found[number]
        path = self._text.path
        if number not in self._packed:
            raise FileError(path, f"{user} uses shape {number}, which does not exist", REWRITE)
        length, lines = self._packed[number]
        self._samples += length
        if length > MAX_SAMPLES or self._samples > MAX_SAMPLES_TOGETHER:
            problem = f"shape {number} has {length} samples, the limit is {MAX_SAMPLES} and {MAX_SAMPLES_TOGETHER} for"
            raise FileError(path, f"{problem} all shapes together", "sample it more coarsely")
        what = f"a sample of shape {number}"
        packed = np.array([self._text.number(line, what) for line in lines])
        if self._text.version >= (1, 4) and len(packed) == length:
            samples = packed
        else:
            samples = self._unpack(number, length, packed)
        if np.abs(samples).max(initial=0.0) > 1e12:
            raise FileError(path, f"shape {number} reaches {np.abs(samples).max():g}, the limit is 1e12", REWRITE)
        samples.flags.writeable = False
        self._found[number] = samples
        return samples

    def _unpack(self, number: int, length: int, packed: Array) -> Array:
        parts, count = [], 0
        for value, repeats in _runs(packed):
            if not 1 <= repeats <= length - count or repeats != round(repeats):
                count = -1
                break
            parts.append((value, int(repeats)))
            count += int(repeats)
        if count != length:
            problem = f"shape {number} unpacks to {'another number of' if count < 0 else count} samples, announced are"
            raise FileError(self._text.path, f"{problem} {length}", "the file may be cut: get or write it again")
        values = np.array([value for value, _ in parts])
        steps = np.repeat(values, [repeats for _, repeats in parts])
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(np.nan_to_num(np.cumsum(steps), nan=np.inf), dtype=np.float64)


def pack(samples: Array) -> list[float]:
    """Return the coded shape if it is shorter and gives back exactly ``samples``, else the samples."""
    plain: list[float] = samples.tolist()
    steps = np.diff(samples, prepend=0.0)
    if len(samples) <= 4 or not np.array_equal(np.cumsum(steps), samples):
        return plain
    starts = np.flatnonzero(np.concatenate([[True], steps[1:] != steps[:-1]]))
    lengths = np.diff(np.append(starts, len(steps)))
    if np.sum(np.minimum(lengths, 3) + (lengths == 2)) >= len(samples):
        return plain
    packed: list[float] = []
    for value, repeats in zip(steps[starts].tolist(), lengths.tolist()):
        packed += [value] if repeats == 1 else [value, value, repeats - 2]
    return packed if len(packed) < len(samples) else plain


def _runs(packed: Array) -> Iterator[tuple[float, float]]:
    """Yield each difference and how often it occurs; a run whose length is missing occurs 0 times."""
    i, numbers = 0, packed.tolist()
    while i < len(numbers):
        if i + 1 < len(numbers) and numbers[i + 1] == numbers[i]:
            yield numbers[i], numbers[i + 2] + 2 if i + 2 < len(numbers) else 0
            i += 3
        else:
            yield numbers[i], 1
            i += 1


def _packed(text: Text) -> dict[int, tuple[int, list[str]]]:
    """Announced length and numbers of every shape."""
    found: dict[int, tuple[int, list[str]]] = {}
    number, rows = 0, _NO_ROWS
    for line in text.sections.get("SHAPES", ()):
        name, value = named(line)
        name = name.lower()
        if name == "shape_id":
            number, rows = text.whole(value, "shape_id"), _NO_ROWS
            if number < 1 or number in found:
                what = "is defined twice" if number in found else "is below 1"
                raise FileError(text.path, f"shape {number} {what}", REWRITE)
        elif name == "num_samples" and number and rows is _NO_ROWS:
            length = text.whole(value, f"num_samples of shape {number}")
            if length < 1:
                raise FileError(text.path, f"shape {number} has {length} samples, it needs at least 1", REWRITE)
            rows = []
            found[number] = (length, rows)
        elif rows is _NO_ROWS:
            raise FileError(text.path, f"[SHAPES] holds '{line[:40]}' where shape_id or num_samples belongs", REWRITE)
        else:
            rows.append(line)
    return found
