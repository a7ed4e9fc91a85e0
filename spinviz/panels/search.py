"""Finding by a few letters: how well a query fits a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_WORD = re.compile(r"\w+", re.UNICODE)


def folded(text: str) -> str:
    """Return ``text`` without case and accents; subscripts become digits ("T₁" is found by "t1")."""
    parts = unicodedata.normalize("NFKD", text.replace("–", " ").replace("-", " ")).casefold()
    return "".join(c for c in parts if not unicodedata.combining(c))


def score(query: str, texts: Sequence[str]) -> float:
    """Return how well ``query`` fits ``texts``, the most important first; 0 for not at all.

    Every word of the query must begin a word of some text, or (weaker) be inside one, or (weakest, first text
    only) have its letters there in order.
    """
    words = _WORD.findall(folded(query))
    if not words:
        return 1.0
    total = 0.0
    for word in words:
        best = max((_one(word, folded(text), first=n == 0) / (1 + n) for n, text in enumerate(texts)), default=0.0)
        if best == 0:
            return 0.0
        total += best
    return total / len(words)


def _one(word: str, text: str, *, first: bool) -> float:
    if text.startswith(word):
        return 4.0
    if any(begin.startswith(word) for begin in _WORD.findall(text)):
        return 3.0
    if len(word) > 2 and word in text:
        return 2.0
    return 1.0 if first and len(word) > 1 and _in_order(word, text) else 0.0


def _in_order(word: str, text: str) -> bool:
    letters = iter(text)
    return all(letter in letters for letter in word)
