"""The renderer: turns visuals into pixels of the current framebuffer, for windows and files alike."""

from __future__ import annotations

from collections.abc import Sequence

from vispy import gloo

from spinviz.model.theme import Theme
from spinviz.model.visuals import Stage, Visual
from spinviz.view.artist import Artist
from spinviz.view.background import Background
from spinviz.view.camera import Camera, Lens
from spinviz.view.detail import SOFTWARE_BUDGET
from spinviz.view.kinds import artist_of
from spinviz.view.sprites import Target
from spinviz.view.surroundings import Surroundings


class Renderer:
    """Draws frames. Belongs to one OpenGL context, which must be current whenever it is used.

    ``samples`` and ``grain``: see `Background`.
    """

    def __init__(self, theme: Theme, budget: int = SOFTWARE_BUDGET, samples: int = 1, grain: float = 1.0) -> None:
        self.theme = theme
        self.budget = budget
        self._background = Background(samples, grain)
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
        for artist in sorted(artists, key=lambda artist: artist.rank):
            gloo.set_depth_mask(artist.rank.opaque)
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
            if not visual.drawn:
                continue
            key = (index, type(visual))
            artist = self._artists.get(key) or artist_of(visual)()
            artist.update(visual, self.theme, self.budget)
            used[key] = artist
        self._artists = used
        return list(used.values())
