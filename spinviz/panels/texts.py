"""Words of systems as they were written: Qt would take "<b>" in a tooltip and "&" on a button for its own marks."""

from __future__ import annotations

import html

from spinviz.files.errors import printable


def tip(text: str) -> str:
    """Return ``text`` for a tooltip, which shows it letter by letter."""
    text = "\n".join(map(printable, text.split("\n")))
    if "<" not in text and "&" not in text:
        return text
    return "<p>" + html.escape(text).replace("\n", "<br>") + "</p>"


def label(text: str) -> str:
    """Return ``text`` for a button or a menu: "&" is a letter, not the mark of a key."""
    return printable(text).replace("&", "&&")
