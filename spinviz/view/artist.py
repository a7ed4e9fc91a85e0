"""What draws one kind of visual: every artist registers itself."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Any, Protocol, TypeVar

from spinviz.model.theme import Theme
from spinviz.model.visuals import Visual
from spinviz.view.camera import Lens
from spinviz.view.sprites import Target


class Rank(IntEnum):
    """The order of drawing: solids first, then what blends over them."""

    SOLID = 0
    EDGED = 1
    """Solid, with soft edges that blend over what is there."""
    LINE = 2
    GLASS = 3

    @property
    def opaque(self) -> bool:
        """Whether it hides what is drawn later behind it."""
        return self <= Rank.EDGED


class Artist(Protocol):
    """Draws one visual of its kind."""

    message: str
    """What is left out of the picture, in words; empty when nothing is."""

    @property
    def rank(self) -> Rank:
        """When it is drawn; it may depend on the visual."""

    def update(self, visual: Any, theme: Theme, budget: int) -> None:
        """Take a visual of its kind, of which at most ``budget`` items are drawn; upload what changed."""

    def draw(self, lens: Lens, target: Target, theme: Theme) -> None:
        """Draw into the current framebuffer."""


ARTISTS: dict[type[Visual], Callable[[], Artist]] = {}
Made = TypeVar("Made", bound=Callable[[], Artist])


def draws(kind: type[Visual]) -> Callable[[Made], Made]:
    """Register the artist below for visuals of ``kind``."""

    def register(artist: Made) -> Made:
        ARTISTS[kind] = artist
        return artist

    return register
