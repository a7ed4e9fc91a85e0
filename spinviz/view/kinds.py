"""The kinds of visuals there are, and who draws them."""

from __future__ import annotations

from collections.abc import Callable

from spinviz.model.visuals import Visual

# One file for each kind: importing it registers its artist.
from spinviz.view import (  # noqa: F401
    arrows,
    cells,
    lines,
    spheres,
    surfaces,
)
from spinviz.view.artist import ARTISTS, Artist


def artist_of(visual: Visual) -> Callable[[], Artist]:
    """Return what makes an artist for ``visual`` or the kind it refines. Errors: `TypeError`."""
    for kind in type(visual).__mro__:
        if kind in ARTISTS:
            return ARTISTS[kind]
    name = type(visual).__name__
    raise TypeError(f"nothing draws the visual {name}: register an artist with @draws({name})")
