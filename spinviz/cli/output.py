"""What the terminal or pipe can show: letters that its encoding lacks are written with others, and end nothing."""

from __future__ import annotations

import re
import sys
import unicodedata
from contextlib import suppress
from typing import TextIO

_PLAIN = {
    "−": "-", "–": "-", "—": "-", "·": "*", "×": "x", "…": "...", "“": '"', "”": '"', "’": "'", "�": "?", "∞": "inf",
    "°": " deg", "µ": "u", "Ω": "Ohm", "⟨": "<", "⟩": ">", "√": "sqrt", "≤": "<=", "≥": ">=", "≈": "~", "→": "->",
    "✓": "ok", "✗": "FAIL", "ħ": "hbar", "∂": "d",
}  # fmt: skip
_RAISED = re.compile("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")


def tell(text: str) -> None:
    """Print ``text`` on standard output, in letters that it can show."""
    print(writable(text, sys.stdout))


def writable(text: str, stream: TextIO | None) -> str:
    """Return ``text`` with plain letters where ``stream`` has no others: "−2·10⁻³ α" is "-2*10^-3 alpha"."""
    if can_write(text, stream):
        return text
    text = _RAISED.sub(lambda power: power[0] if can_write(power[0], stream) else f"^{_digits(power[0])}", text)
    return "".join(letter if can_write(letter, stream) else _plain(letter) for letter in text)


def can_write(text: str, stream: TextIO | None) -> bool:
    """Whether the encoding of ``stream`` has every letter of ``text``."""
    try:
        text.encode((stream and stream.encoding) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def never_fail(stream: TextIO | None) -> None:
    """Let ``stream`` write letters that it has not as their numbers: a name in Thai must not end a command."""
    with suppress(AttributeError, ValueError, OSError):  # None, closed, or somebody's own stream
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


def _plain(letter: str) -> str:
    if letter in _PLAIN:
        return _PLAIN[letter]
    _, greek, name = unicodedata.name(letter, "").partition("GREEK SMALL LETTER ")
    _, capital, other = unicodedata.name(letter, "").partition("GREEK CAPITAL LETTER ")
    if greek or capital:
        return name.lower() or other.capitalize()
    return _digits(letter)


def _digits(raised_or_lowered: str) -> str:
    return unicodedata.normalize("NFKC", raised_or_lowered).replace("−", "-")
