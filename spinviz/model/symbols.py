"""Physicists' symbols as runs of base, lowered and raised text: "M_z/M₀" reads the same in a table and a plot."""

from __future__ import annotations

import html
import re
from typing import Literal, TypeAlias

Level: TypeAlias = Literal["base", "sub", "sup"]
Run: TypeAlias = tuple[str, Level]

_MARKED = re.compile(r"([_^])(?:\{([^{}]*)\}|([^\W_]+|\*))|([₀-₉₊₋ₐₑₒₓₕₖₗₘₙₚₛₜ]+)")
_LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊₋ₐₑₒₓₕₖₗₘₙₚₛₜ", "0123456789+−aeoxhklmnpst")


def runs(symbol: str) -> tuple[Run, ...]:
    """Split ``symbol`` at subscripts ("M_z", "T_{c}", "M₀") and superscripts ("T_2^*")."""
    found: list[Run] = []
    end = 0
    for match in _MARKED.finditer(symbol):
        if match.start() > end:
            found.append((symbol[end : match.start()], "base"))
        mark, braced, bare, lowered = match.groups()
        if lowered:
            found.append((lowered.translate(_LOWERED), "sub"))
        else:
            found.append((braced if braced is not None else bare, "sub" if mark == "_" else "sup"))
        end = match.end()
    if end < len(symbol):
        found.append((symbol[end:], "base"))
    return tuple(found)


def rich(symbol: str) -> str:
    """Return ``symbol`` as HTML with <sub> and <sup>."""
    tags: dict[Level, str] = {"base": "{}", "sub": "<sub>{}</sub>", "sup": "<sup>{}</sup>"}
    return "".join(tags[level].format(html.escape(text)) for text, level in runs(symbol))


def plain_text(symbol: str) -> str:
    """Return ``symbol`` without marks, for screen readers and places without markup: "M_z" becomes "Mz"."""
    return "".join(text for text, _ in runs(symbol))
