"""Damage: what a broken disk, a careless editor or a malicious stranger does to a file or to words."""

from __future__ import annotations

import gzip
import io
import json
import random
import re
import struct
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

NUMBER = re.compile(rb"[+-]?\d+\.?\d*(?:[eE][+-]?\d+)?")
STRANGE_NUMBERS = (
    "0", "-0", "1", "-1", "nan", "inf", "-inf", "1e308", "-1e308", "1e999", "5e-324", "1e-310", "1e-999999999",
    "1e999999999", "2147483647", "2147483648", "-2147483649", "4294967296", "9223372036854775807",
    "9223372036854775808", "18446744073709551616", "9" * 310, "9" * 5000, "0." + "0" * 400 + "1", "1_000", "0x10",
    "1e", ".", "-", "--1", "1,5", "١٢", "²", "1" * 40, "1/0", "0/0", "1e-30", "1e15", "65536", "65537", "256",
)  # fmt: skip
STRANGE_WORDS = (
    "", " ", "\t", "\n", "'", '"', "\\", "\0", "%", "%s", "%d", "%n", "%05d", "%99999999d", "{}", "{0}", "[", "(" * 300,
    "[" * 3000, "{" * 300, "../../../etc/passwd", "/dev/zero", "/dev/null", "/", ".", "..", "~", "*", "x" * 300,
    "x" * 5000, "ä", "µ", "Ω", "名", "😀", "\u202e", "\ud800", "\udcff", "\ufeff", "<img src=x>", "&amp;", "$(id)", ";",
    "--", "-", "--help", "=", "@", "@0", "9**9**9", "m**9**9", "T" * 50, "µ²³", "None", "null", "true", "__class__",
)  # fmt: skip
EXTREMES = (0, 1, -1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 2**63 - 1, 2**63, 2**64 - 1)
REALS = (0.0, -0.0, 1e308, -1e308, 5e-324, float("nan"), float("inf"), -1.0, 1e-30, 1e30)

Random = random.Random


def damaged(rng: Random, content: bytes, kind: str, others: Sequence[bytes]) -> bytes:
    """Return ``content`` of a file of this ``kind`` (its ending) with one or more damages."""
    unpack = {".spinviz": _in_json, ".npz": _in_archive, ".gz": _in_gzip}.get(kind)
    if unpack and rng.random() < 0.6:
        with suppress(ValueError, OSError, EOFError, RecursionError, zipfile.BadZipFile):
            return unpack(rng, content)  # of a whole file; a seed may be a damaged one
    return _bytes(rng, content, others, text=kind in (".spinviz", ".seq", ".ovf"))


def _bytes(rng: Random, content: bytes, others: Sequence[bytes], text: bool) -> bytes:
    found = bytearray(content)
    for _ in range(min(1 + int(rng.expovariate(0.7)), 12)):
        rng.choice(IN_TEXT if text and rng.random() < 0.7 else IN_BYTES)(rng, found)
    if others and rng.random() < 0.05:
        other = rng.choice(others)
        found[rng.randrange(len(found) + 1) :] = other[rng.randrange(len(other) + 1) :]
    return bytes(found)


def _place(rng: Random, found: bytearray) -> int:
    """Anywhere, but often in the head, where a file says what it is."""
    return rng.randrange(min(len(found), rng.choice((64, 600, 4096, len(found)))) or 1)


def _flip(rng: Random, found: bytearray) -> None:
    if found:
        found[_place(rng, found)] ^= 1 << rng.randrange(8)


def _number(rng: Random, found: bytearray) -> None:
    size, order = rng.choice((1, 2, 4, 8)), rng.choice("<>")
    at = _place(rng, found)
    found[at : at + size] = struct.pack(f"{order}Q", rng.choice(EXTREMES) % 2**64)[
        slice(size) if order == "<" else slice(-size, None)
    ]


def _real(rng: Random, found: bytearray) -> None:
    at, kind = _place(rng, found), rng.choice(("<d", ">d", "<f", ">f"))
    try:
        packed = struct.pack(kind, rng.choice(REALS))
    except OverflowError:
        packed = struct.pack(kind, float("inf"))
    found[at : at + len(packed)] = packed


def _delete(rng: Random, found: bytearray) -> None:
    at = _place(rng, found)
    del found[at : at + rng.choice((1, 1, 4, 16, 300))]


def _repeat(rng: Random, found: bytearray) -> None:
    at = _place(rng, found)
    found[at:at] = found[at : at + rng.choice((1, 8, 64, 1000))] * rng.choice((1, 1, 2, 20))


def _insert(rng: Random, found: bytearray) -> None:
    at = _place(rng, found)
    found[at:at] = rng.randbytes(rng.choice((1, 2, 8, 100)))


def _cut(rng: Random, found: bytearray) -> None:
    del found[rng.randrange(len(found) + 1) :]


def _strange_number(rng: Random, found: bytearray) -> None:
    places = list(NUMBER.finditer(bytes(found[:20_000])))
    if places:
        place = rng.choice(places)
        found[place.start() : place.end()] = rng.choice(STRANGE_NUMBERS).encode()


def _strange_word(rng: Random, found: bytearray) -> None:
    places = list(re.finditer(rb"\S+", bytes(found[:20_000])))
    if places:
        place = rng.choice(places)
        found[place.start() : place.end()] = rng.choice(STRANGE_WORDS).encode("utf-8", "surrogatepass")


def _lines(rng: Random, found: bytearray) -> None:
    lines = bytes(found).split(b"\n")
    one, two = rng.randrange(len(lines)), rng.randrange(len(lines))
    what = rng.randrange(4)
    if what == 0:
        lines[one], lines[two] = lines[two], lines[one]
    elif what == 1:
        del lines[one]
    elif what == 2:
        lines[one:one] = [lines[two]] * rng.choice((1, 2, 50))
    else:
        lines[one] = b""
    found[:] = b"\n".join(lines)


Damage = Callable[[Random, bytearray], None]
IN_BYTES: tuple[Damage, ...] = (_flip, _flip, _number, _number, _real, _delete, _repeat, _insert, _cut)
IN_TEXT: tuple[Damage, ...] = (_strange_number, _strange_number, _strange_number, _strange_word, _lines)


def _in_json(rng: Random, content: bytes) -> bytes:
    document = json.loads(content)
    for _ in range(rng.choice((1, 1, 2, 3))):
        _spoil(rng, document)
    text = json.dumps(document)
    for mark in re.findall(r'"<number:[^"]*>"', text):
        text = text.replace(mark, mark[9:-2])
    return text.encode()


def _spoil(rng: Random, inside: Any) -> None:
    """Change one value, name or element somewhere in ``inside``."""
    keys: list[Any] = list(inside) if isinstance(inside, dict) else list(range(len(inside)))
    if not keys:
        return
    key = rng.choice(keys)
    value = inside[key]
    if isinstance(value, dict | list) and value and rng.random() < 0.8:
        _spoil(rng, value)
    elif rng.random() < 0.1:
        del inside[key]
    elif rng.random() < 0.1 and isinstance(inside, dict):
        inside[rng.choice(STRANGE_WORDS)] = value
    else:
        inside[key] = rng.choice(
            (
                rng.choice(STRANGE_WORDS), rng.choice(STRANGE_NUMBERS), f"<number:{rng.choice(STRANGE_NUMBERS)}>",
                None, True, [], {}, [value], {"a": value}, rng.choice(EXTREMES), [[]] * 50, inside[rng.choice(keys)],
            )
        )  # fmt: skip


def _in_archive(rng: Random, content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice(list(members))
    members[name] = _bytes(rng, members[name], list(members.values()), text=False)
    if rng.random() < 0.1:
        members[rng.choice(("../x.npy", "T1.npy/", "a\\b.npy", "x" * 300 + ".npy", "FOV.npy"))] = members.pop(name)
    store = io.BytesIO()
    with zipfile.ZipFile(store, "w", rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return store.getvalue()


def _in_gzip(rng: Random, content: bytes) -> bytes:
    return gzip.compress(_bytes(rng, gzip.decompress(content), (), text=False), 1)


def damaged_words(rng: Random, words: Sequence[str]) -> list[str]:
    """Return words of a command line, some of them spoiled; none holds a zero byte, as on every system."""
    found = list(words)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        at = rng.randrange(1, len(found)) if len(found) > 1 else 0
        what = rng.randrange(6)
        if what == 0:
            found[at] = rng.choice(STRANGE_WORDS)
        elif what == 1:
            found[at] = rng.choice(STRANGE_NUMBERS)
        elif what == 2:
            found[at] = found[at].partition("=")[0] + "=" + rng.choice(STRANGE_NUMBERS + STRANGE_WORDS)
        elif what == 3:
            number = rng.choice(STRANGE_NUMBERS)
            found[at] = NUMBER.sub(number.encode(), found[at].encode("utf-8", "surrogatepass"), count=1).decode(
                "utf-8", "surrogatepass"
            )
        elif what == 4:
            place = rng.randrange(len(found[at]) + 1)
            found[at] = found[at][:place] + rng.choice(STRANGE_WORDS) + found[at][place:]
        elif rng.random() < 0.5 and len(found) > 2:
            del found[at]
        else:
            found[at:at] = [rng.choice(words)]
    return [word.replace("\0", "") for word in found]
