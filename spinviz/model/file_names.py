"""Names of files as text, for whatever keeps or passes on Unicode only: some names are bytes that are no UTF-8."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote_to_bytes

URI = "file://"


def as_text(name: str | os.PathLike[str]) -> str:
    """Return ``name``, or its URI where it is no Unicode: "file:///tmp/%FF.seq"."""
    name = os.fspath(name)
    try:
        name.encode()
    except UnicodeEncodeError:
        return Path(name).absolute().as_uri()
    return name


def of_text(text: str) -> str:
    """Return the name that ``text``, written by `as_text` or by a desktop, stands for."""
    return os.fsdecode(unquote_to_bytes(text.removeprefix(URI))) if text.startswith(f"{URI}/") else text
