"""The data block of an OVF file: text, binary 4 and binary 8, read and written within bounded memory; csv is read.

Binary data of OVF 1.0 are big-endian, of OVF 2.0 little-endian; either starts with a check value
(OOMMF User's Guide, "Data blocks"). Spirit's csv is text with a comma after every number, also the last of a line.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from spinviz.files.bounded import bytes_left
from spinviz.files.errors import FileError, quoted
from spinviz.files.ovf.field import Values
from spinviz.files.ovf.header import REWRITE, Header, Lines

_CHECK_VALUES = {4: 1234567.0, 8: 123456789012345.0}
_TEXT_BLOCK_BYTES = 256 * 1024
_TEXT_BLOCK_NUMBERS = 32 * 1024
_EMPTY_COLUMN = re.compile(rb",[ \t]*,")
_COMMENT_OR_END = re.compile(rb"##[^\n]*|#")


def read_values(header: Header, stream: BinaryIO) -> Values:
    """Read the block that begins at the stream's position; shape (nz, ny, nx, dim)."""
    shape = header.shape()
    check_size(header, stream)
    if header.representation in ("text", "csv"):
        commas = header.representation == "csv"
        return _read_text(header.path, stream, math.prod(shape), commas).reshape(shape)
    dtype = _dtype(header.version, header.representation)
    return _read_binary(header.path, stream, math.prod(shape), dtype).reshape(shape)


def check_size(header: Header, stream: BinaryIO) -> None:
    """Refuse data, which begin at the stream's position, that are shorter than the header announces."""
    count, representation = math.prod(header.shape()), header.representation
    size = _dtype(header.version, representation).itemsize if representation.startswith("binary") else 0
    least, needed = ("", (count + 1) * size) if size else ("at least ", 2 * count - 1)
    if needed > (left := bytes_left(stream)):
        problem = f"the header announces {count} numbers ({least}{needed} bytes), only {left} bytes follow"
        raise FileError(header.path, problem, "fetch the complete file or " + REWRITE)


def check_end(path: str, stream: BinaryIO, segments: int) -> bool:
    """Refuse a file that goes on, or ends, where it must not; return whether segments follow that none announced."""
    lines = Lines(path, stream, "part after the data")
    try:
        lines.structure("end", "data", lines.record())
    except FileError as error:
        problem = f"the data announced are not followed by their end: {error.problem}"
        raise FileError(path, problem, REWRITE) from error
    lines.structure("end", "segment", lines.record())
    following = lines.record()
    if segments == 1 and following is None:
        return False
    lines.structure("begin", "segment", following)
    return segments == 1


def check_finite(path: str, values: Values) -> None:
    """Refuse NaN and infinity, naming the first cell that holds one."""
    finite = np.isfinite(values)
    if not finite.all():
        z, y, x, component = np.unravel_index(int(finite.argmin()), values.shape)
        problem = f"component {component} of cell (x, y, z) = ({x}, {y}, {z}) is {values[z, y, x, component]}"
        raise FileError(path, problem + ", not a finite number", "repair the simulation it came from")


def value_blocks(
    path: str | os.PathLike[str], values: Values, version: int, representation: str
) -> Iterator[bytes | memoryview]:
    """Yield the bytes of the data block; a value too large for binary 4 is refused at once."""
    if representation == "text":
        return _text_blocks(values)
    dtype = _dtype(version, representation)
    with np.errstate(over="ignore", invalid="ignore"):
        stored = np.ascontiguousarray(values, dtype=dtype).ravel()
    if dtype.itemsize < values.dtype.itemsize:
        _check_overflow(path, values, stored)
    check = np.array(_CHECK_VALUES[dtype.itemsize], dtype).tobytes()
    return iter((check, stored.view(np.uint8).data, b"\n"))


def _dtype(version: int, representation: str) -> np.dtype[np.floating]:
    return np.dtype(f"{'<' if version == 2 else '>'}f{representation[-1]}")


def _read_binary(path: str, stream: BinaryIO, count: int, dtype: np.dtype[np.floating]) -> Values:
    size = dtype.itemsize
    check = np.frombuffer(stream.read(size), dtype)[0]
    if check != _CHECK_VALUES[size]:
        problem = f"the check value is {float(check)!r} instead of {_CHECK_VALUES[size]!r}"
        raise FileError(path, problem, "fetch the file again in binary mode or " + REWRITE)
    values = np.empty(count, dtype)
    if (got := stream.readinto(values.view(np.uint8).data)) != values.nbytes:  # type: ignore[attr-defined]
        raise FileError(path, f"the file ended after {got} of {values.nbytes} bytes", "open it again")
    if dtype.isnative:
        return values
    return values.byteswap(inplace=True).view(dtype.newbyteorder("="))


def _read_text(path: str, stream: BinaryIO, count: int, commas: bool) -> NDArray[np.float64]:
    values = np.empty(count)
    filled = 0
    for block in _number_blocks(path, stream):
        numbers = _parse(path, _without_commas(path, block) if commas else block)
        if filled + numbers.size > count:
            problem = f"the data hold more than the {count} numbers announced"
            raise FileError(path, problem, REWRITE)
        values[filled : filled + numbers.size] = numbers
        filled += numbers.size
    if filled < count:
        raise FileError(path, f"the data hold {filled} of the {count} numbers announced", REWRITE)
    return values


def _number_blocks(path: str, stream: BinaryIO) -> Iterator[bytes]:
    """Yield the text up to the line ``# End``, in blocks of whole lines (or numbers) without comments."""
    pending = b""
    start = stream.tell()
    while block := stream.read(_TEXT_BLOCK_BYTES):
        text = pending + block
        whole = text[: _last_break(path, text)] if len(block) == _TEXT_BLOCK_BYTES else text
        for match in _COMMENT_OR_END.finditer(whole):
            if match[0] == b"#":
                stream.seek(start + match.start())
                yield _COMMENT_OR_END.sub(b"", whole[: match.start()])
                return
        yield _COMMENT_OR_END.sub(b"", whole)
        start += len(whole)
        pending = text[len(whole) :]


def _last_break(path: str, text: bytes) -> int:
    """Return where ``text`` can be cut without cutting a line with a comment, or else a number."""
    cut = text.rfind(b"\n") + 1
    if cut == 0 and b"#" not in text:
        cut = max(map(text.rfind, (b" ", b"\t", b"\r", b","))) + 1
    if cut == 0:
        problem = f"the data hold {len(text)} bytes without a line break or blank"
        raise FileError(path, problem, REWRITE)
    return cut


def _without_commas(path: str, block: bytes) -> bytes:
    if _EMPTY_COLUMN.search(block):
        raise FileError(path, "a number is missing between two commas of the data", REWRITE)
    return block.replace(b",", b" ")


def _parse(path: str, block: bytes) -> NDArray[np.float64]:
    words = block.split()
    try:
        if b"_" in block:  # float() takes 1_000 for a number
            raise ValueError
        return np.fromiter(map(float, words), np.float64, len(words))
    except ValueError:
        word = next(word for word in words if not _is_number(word))
        raise FileError(path, f"{quoted(word)} among the data is not a number", REWRITE) from None


def _is_number(word: bytes) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return b"_" not in word


def _text_blocks(values: Values) -> Iterator[bytes]:
    """One cell a line; repr gives the shortest digits that read back as the same float64."""
    rows = values.reshape(-1, values.shape[-1])
    step = max(1, _TEXT_BLOCK_NUMBERS // rows.shape[1])
    for first in range(0, len(rows), step):
        lines = (" ".join(map(repr, row)) for row in rows[first : first + step].tolist())
        yield ("\n".join(lines) + "\n").encode()


def _check_overflow(path: str | os.PathLike[str], values: Values, stored: Values) -> None:
    lost = np.isinf(stored) & np.isfinite(values.ravel())
    if lost.any():
        value = float(values.ravel()[lost.argmax()])
        limit = float(np.finfo(np.float32).max)
        problem = f"the value {value!r} exceeds the limit of binary 4, {limit:.4g}"
        raise FileError(path, problem, "write binary 8 or text")
