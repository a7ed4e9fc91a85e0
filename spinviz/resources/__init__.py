"""Fonts and icons that travel with spinviz."""

from importlib.resources import files
from pathlib import Path


def path(name: str) -> Path:
    """Return the file ``name``, for example ``"icons/play.svg"``.

    Raises
    ------
    FileNotFoundError
        When no such resource is installed; the message lists the folder's files.
    """
    folder = Path(str(files(__name__)))
    found = folder / name
    if not found.is_file():
        nearby = ", ".join(sorted(p.name for p in found.parent.glob("*.*"))) or "nothing"
        raise FileNotFoundError(f"No resource {name!r} in {folder}; {found.parent.name} has {nearby}.")
    return found


def fonts() -> list[Path]:
    """Font files, in the order in which to load them."""
    return sorted((Path(str(files(__name__))) / "fonts").glob("*.ttf"))


def icon(name: str, color: str) -> bytes:
    """Return the SVG of an icon, for example ``"play"``, drawn in ``color`` (``"#rrggbb"``).

    QtSvg does not resolve ``currentColor``, so the colour of the palette is written into the text.
    """
    return path(f"icons/{name}.svg").read_bytes().replace(b"currentColor", color.encode())
