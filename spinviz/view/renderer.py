"""The renderer: turns visuals into pixels of the current framebuffer, for windows and files alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from vispy import gloo

from spinviz.model.theme import Theme
from spinviz.model.visuals import Arrows, Cells, Labels, Lines, Spheres, Stage, Visual
from spinviz.view.arrows import ArrowArtist
from spinviz.view.background import Background
from spinviz.view.camera import Camera, Lens
from spinviz.view.cells import CellArtist
from spinviz.view.detail import SOFTWARE_BUDGET
from spinviz.view.lines import LineArtist
from spinviz.view.spheres import SphereArtist
from spinviz.view.sprites import Target
from spinviz.view.surroundings import Surroundings


class Artist(Protocol):
    """Draws one kind of visual."""

    message: str

    def update(self, visual: Any, theme: Theme, budget: int) -> None:
        """Take a visual of its kind."""

    def draw(self, lens: Lens, target: Target, theme: Theme) -> None:
        """Draw into the current framebuffer."""


ARTISTS: dict[type, Callable[[], Artist]] = {
    Arrows: ArrowArtist,
    Spheres: SphereArtist,
    Lines: LineArtist,
    Cells: CellArtist,
}


class Renderer:
    """Draws frames. Belongs to one OpenGL context, which must be current whenever it is used."""

    def __init__(self, theme: Theme, budget: int = SOFTWARE_BUDGET) -> None:
        self.theme = theme
        self.budget = budget
        self._background = Background()
        self._surroundings = Surroundings()
        self._artists: dict[tuple[int, type], Artist] = {}
        self.message = ""

    def draw(
        self, visuals: Sequence[Visual], stage: Stage, camera: Camera, size: tuple[int, int], tile: Target | None = None
    ) -> Lens:
        """Draw a picture of ``size`` pixels, or the tile of it that the framebuffer holds; return the lens."""
        target = tile or Target(*size)
        lens = camera.lens(stage, size)
        artists = self._update(visuals)
        gloo.set_viewport(*target.viewport())
        gloo.set_depth_mask(True)
        gloo.clear(color=False, depth=True)
        self._background.draw(self.theme)
        gloo.set_state(depth_test=True, blend=True, cull_face=False, depth_func="lequal")
        gloo.set_blend_func("src_alpha", "one_minus_src_alpha", "zero", "one")
        self._surroundings.draw_behind(stage, lens, target, self.theme)
        for artist in sorted(artists, key=_rank):
            gloo.set_depth_mask(_rank(artist) < 2)
            artist.draw(lens, target, self.theme)
        gloo.set_depth_mask(False)
        self._surroundings.draw_before(stage, lens, target, self.theme)
        gloo.set_depth_mask(True)
        self.message = " · ".join(dict.fromkeys(a.message for a in artists if a.message))
        return lens

    def _update(self, visuals: Sequence[Visual]) -> list[Artist]:
        """One artist per place and type; artists of visuals that are gone are dropped."""
        used: dict[tuple[int, type], Artist] = {}
        for index, visual in enumerate(visuals):
            if isinstance(visual, Labels):
                continue
            key = (index, type(visual))
            artist = self._artists.get(key) or ARTISTS[type(visual)]()
            artist.update(visual, self.theme, self.budget)
            used[key] = artist
        self._artists = used
        return list(used.values())


def _rank(artist: Artist) -> int:
    """Solids first, then what blends over them."""
    if isinstance(artist, SphereArtist):
        return 0 if artist.opaque else 3
    return {CellArtist: 0, ArrowArtist: 1, LineArtist: 2}[type(artist)]
