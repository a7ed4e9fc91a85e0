"""Pictures for the tests of the view: one hidden context for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, Qt

from spinviz.model.theme import DARK, Theme
from spinviz.model.visuals import Stage, Visual
from spinviz.view import light
from spinviz.view.camera import Camera, home
from spinviz.view.offscreen import Offscreen

if QCoreApplication.instance() is None:
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)

Picture = np.ndarray
Draw = Callable[..., Picture]


@pytest.fixture(scope="session")
def studio(qapp) -> Iterator[Offscreen]:
    with Offscreen((240, 160), DARK, samples=1) as made:
        yield made


@pytest.fixture
def draw(studio: Offscreen) -> Draw:
    """Pixels (160, 240, 3) as floats between 0 and 1, without overlay and without antialiasing by samples."""

    def pixels(
        *visuals: Visual, stage: Stage | None = None, camera: Camera | None = None, theme: Theme = DARK
    ) -> Picture:
        where = stage or PLAN
        studio.set_theme(theme)
        return studio.draw(visuals, where, camera or home(where))[0].astype(float) / 255

    return pixels


@pytest.fixture
def clear_air(monkeypatch: pytest.MonkeyPatch) -> None:
    """No haze: colours arrive as they left."""
    monkeypatch.setattr(light, "AIR_DARK", 0.0)
    monkeypatch.setattr(light, "AIR_LIGHT", 0.0)


PLAN = Stage((-1, -1, -1), (1, 1, 1), azimuth=0, elevation=90, parallel=True, axes=False)
"""Seen from above, in parallel projection: x to the right, y up."""
