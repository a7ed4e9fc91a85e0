"""Fonts, icons and tables that travel with spinviz: inside an installed package, beside the package in a project."""

from importlib.resources import files
from pathlib import Path

REMEDY = "install or copy spinviz anew, with all its files"


def folder() -> Path:
    """Return the folder of all resources.

    A wheel, and a frozen program made from one, carries them as ``_resources`` inside the package. A project, run
    as it is or installed as editable, has them as ``resources`` beside it.

    Raises
    ------
    FileNotFoundError
        When neither is there; the message names both.
    """
    package = Path(str(files("spinviz")))
    inside, beside = package / "_resources", package.parent / "resources"
    for place in (inside, beside):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"The fonts and icons of spinviz are neither in {inside} nor in {beside}; {REMEDY}.")


def path(name: str) -> Path:
    """Return the file ``name``, for example ``"icons/play.svg"``.

    Raises
    ------
    FileNotFoundError
        When there is no such resource; the message lists the folder's files.
    """
    found = folder() / name
    if not found.is_file():
        nearby = ", ".join(sorted(p.name for p in found.parent.glob("*.*"))) or "nothing"
        raise FileNotFoundError(f"No resource {name!r} in {folder()}; {found.parent.name} has {nearby}.")
    return found


def fonts() -> list[Path]:
    """Font files, in the order in which to load them.

    Raises
    ------
    FileNotFoundError
        When there are none: without them Qt would silently draw with whatever the machine has.
    """
    found = sorted((folder() / "fonts").glob("*.ttf"))
    if not found:
        raise FileNotFoundError(f"No fonts in {folder() / 'fonts'}; {REMEDY}.")
    return found


def icon(name: str, color: str) -> bytes:
    """Return the SVG of an icon, for example ``"play"``, drawn in ``color`` (``"#rrggbb"``).

    QtSvg does not resolve ``currentColor``, so the colour of the palette is written into the text.
    """
    return path(f"icons/{name}.svg").read_bytes().replace(b"currentColor", color.encode())
