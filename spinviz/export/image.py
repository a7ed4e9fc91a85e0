"""One picture as a PNG that says what it shows."""

from __future__ import annotations

from collections.abc import Mapping

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from spinviz.export.video import Picture
from spinviz.files.atomic import atomic_write


def write_png(out: str, picture: Picture, texts: Mapping[str, str] | None = None) -> None:
    """Write ``picture`` with ``texts`` (system, parameters, time) as text chunks. Errors: `FileError`."""
    notes = PngInfo()
    for key, text in (texts or {}).items():
        notes.add_itxt(key, text)
    with atomic_write(out) as stream:
        Image.fromarray(picture).save(stream, "png", pnginfo=notes)
