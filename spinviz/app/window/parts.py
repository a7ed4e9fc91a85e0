"""The widgets that fill the window: picture, transport bar, library, side panel and plots."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from spinviz.app.run.settings import Settings
from spinviz.app.window.picture import Picture
from spinviz.model.theme import Theme
from spinviz.panels.library import Library
from spinviz.panels.side import SidePanel
from spinviz.panels.transport import Transport
from spinviz.plots.board import PlotBoard
from spinviz.view.probe import Probe


@dataclass(frozen=True)
class Parts:
    """Each of them once."""

    picture: Picture
    transport: Transport
    library: Library
    side: SidePanel
    plots: PlotBoard

    @classmethod
    def made(cls, theme: Theme, settings: Settings, opengl: Probe | None, release: Callable[[], None]) -> Parts:
        """Return new ones; ``release`` is called when a frame is on the screen."""
        transport = Transport(theme)
        picture = Picture(theme, release, transport, opengl, settings.samples)
        picture.animate = settings.animate
        return cls(picture, transport, Library(theme), SidePanel(theme), PlotBoard(theme))

    @property
    def wearers(self) -> tuple[Callable[[Theme], None], ...]:
        """What takes another theme, part by part."""
        return tuple(part.set_theme for part in (self.library, self.side, self.plots, self.transport, self.picture))
