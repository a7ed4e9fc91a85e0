"""What the terminal or pipe can show: letters that its encoding lacks are written with others, and end nothing."""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from typing import TextIO

_PLAIN = {
    "−": "-", "–": "-", "—": "-", "·": "*", "×": "x", "…": "...", "“": '"', "”": '"', "’": "'", "�": "?", "∞": "inf",
    "°": " deg", "µ": "u", "μ": "mu", "Ω": "Ohm", "²": "^2", "³": "^3", "⟨": "<", "⟩": ">", "√": "sqrt", "✓": "ok",
    "✗": "FAIL", "ö": "o", "é": "e",
}  # fmt: skip
_LETTERS = str.maketrans(_PLAIN)
_RAISED = re.compile("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_DIGITS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "-01234567890123456789")


def tell(text: str) -> None:
    """Print ``text`` on standard output, in letters that it can show."""
    print(writable(text, sys.stdout))


def writable(text: str, stream: TextIO | None) -> str:
    """Return ``text`` as it is where ``stream`` can show it, else with plain letters: "−2·10⁻³" is "-2*10^-3"."""
    if can_write(text, stream):
        return text
    raised = _RAISED.sub(lambda power: "^" + power[0].translate(_DIGITS), text)
    return raised.translate(_DIGITS).translate(_LETTERS)


def can_write(text: str, stream: TextIO | None) -> bool:
    """Whether the encoding of ``stream`` has every letter of ``text``."""
    try:
        text.encode((stream and stream.encoding) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def never_fail(stream: TextIO | None) -> None:
    """Let ``stream`` write letters that it has not as their numbers: a name in Greek must not end a command."""
    with suppress(AttributeError, ValueError, OSError):  # None, closed, or somebody's own stream
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
