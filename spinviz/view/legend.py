"""Legends: what the colours mean, as entries, a colour sphere or wheel, a colour bar, a scale bar, a triad."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from spinviz.model.theme import THEMES, Theme
from spinviz.model.visuals import LegendEntry, Stage, Visual
from spinviz.view.colors import direction_rgb, lookup

PREFIXES = {-15: "f", -12: "p", -9: "n", -6: "µ", -3: "m", 0: "", 3: "k"}


def entries(visuals: Sequence[Visual], stage: Stage) -> list[LegendEntry]:
    """Legend entries of the visuals and of the stage."""
    found = [entry for visual in visuals if (entry := visual.entry()) is not None]
    return found + [LegendEntry(role, text) for role, text in stage.entries]


def says_the_same(one: Sequence[Visual], on: Stage, other: Sequence[Visual], on_other: Stage) -> bool:
    """Whether two pictures side by side, of ``one`` and ``other``, have the same legends: one of them is enough."""
    return entries(one, on) == entries(other, on_other) and _key(on) == _key(on_other)


def _key(stage: Stage) -> tuple[object, ...]:
    """What the colour legend of a stage shows; a ball is turned like the camera."""
    if stage.legend == "none":
        return ()
    view = (stage.low, stage.high, stage.azimuth, stage.elevation) if stage.legend == "direction" else ()
    return (stage.legend, stage.legend_title, stage.colormap, stage.low_value, stage.high_value, *view)


def nice_length(limit: float) -> float:
    """The largest 1, 2 or 5 times a power of ten that is not above ``limit``."""
    power = 10.0 ** math.floor(math.log10(limit))
    return next(n * power for n in (5, 2, 1) if n * power <= limit * (1 + 1e-9))


def with_prefix(value: float, unit: str) -> str:
    """A length with a readable prefix: 5e-9 m is "5 nm". Other units than metres keep their number."""
    if unit != "m":
        return f"{value:.6g} {unit}"
    exponent = min(max(3 * math.floor(math.log10(value) / 3 + 1e-9), -15), 3)
    return f"{value / 10.0**exponent:.6g} {PREFIXES[exponent]}m"


def scale_bar(stage: Stage, pixels_per_unit: float, widest: float) -> tuple[float, str] | None:
    """Length in pixels and text of the scale bar; None without a unit."""
    if not stage.unit or stage.unit_length <= 0 or pixels_per_unit <= 0:
        return None
    length = nice_length(widest / pixels_per_unit * stage.unit_length)
    return length / stage.unit_length * pixels_per_unit, with_prefix(length, stage.unit)


def color_ball(rotation: NDArray[np.float64], theme: Theme, pixels: int) -> QImage:
    """A ball that shows the colour of every direction, turned like the camera (world to eye rotation)."""
    return _ball(np.round(rotation, 3).astype(np.float32).tobytes(), theme.name, pixels)


@lru_cache(maxsize=8)
def _ball(turned: bytes, theme_name: str, pixels: int) -> QImage:
    rotation = np.frombuffer(turned, np.float32).reshape(3, 3).astype(float)
    x, y, r = _disc(pixels)
    z = np.sqrt(np.maximum(1 - r * r, 0))
    normal = np.stack([x, y, z], axis=-1)
    rgb = direction_rgb(normal @ rotation, THEMES[theme_name]).astype(float) ** 2
    shade = 0.62 + 0.38 * np.clip(normal @ np.array([-0.36, 0.60, 0.71]), 0, 1)
    return _image(np.sqrt(rgb * shade[..., None]), (1 - r) * pixels / 2 + 0.5)


@lru_cache(maxsize=8)
def color_wheel(theme_name: str, pixels: int) -> QImage:
    """A ring that shows the colour of every direction in the plane, x to the right, y up."""
    x, y, r = _disc(pixels)
    rgb = direction_rgb(np.stack([x, y, 0 * x], axis=-1), THEMES[theme_name])
    coverage = np.minimum((1 - r) * pixels / 2 + 0.5, (r - 0.42) * pixels / 2 + 0.5)
    return _image(rgb, coverage)


@lru_cache(maxsize=8)
def color_strip(colormap: str, theme_name: str) -> QImage:
    """A colour map as an image of 256 columns and one row."""
    table = lookup(colormap, THEMES[theme_name])
    return _image(table[None].astype(float) / 255, np.ones((1, 256)))


def _disc(pixels: int) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    line = (np.arange(pixels) + 0.5) / pixels * 2 - 1
    x, y = np.meshgrid(line, -line)
    return x, y, np.hypot(x, y)


def _image(rgb: NDArray[np.floating], coverage: NDArray[np.floating]) -> QImage:
    alpha = np.clip(coverage, 0, 1)[..., None]
    rgba = np.concatenate([np.clip(rgb, 0, 1) * alpha, alpha], axis=-1)
    raw = np.ascontiguousarray(np.round(rgba * 255).astype(np.uint8))
    h, w = raw.shape[:2]
    return QImage(raw.tobytes(), w, h, 4 * w, QImage.Format.Format_RGBA8888_Premultiplied).copy()
