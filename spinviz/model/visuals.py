"""What to draw, as arrays: immutable descriptions that an artist in `view` turns into pixels.

Lengths are in the picture's own units; `Stage` says how large the picture is and what one unit means.
A colour is the name of a *role*, which a theme turns into light (`"net"`, `"simulation"`, `"theory"`, `"x"`,
`"y"`, `"z"`, `"up"`, `"down"`, `"muted"`, `"text"`), the word `"direction"` (hue from the azimuth, lightness from z),
an array (N, 3) or (N, 4) of sRGB values between 0 and 1, or `Shades` of numbers or vectors.

Two visuals whose ``positions`` are the *same array object* promise that the positions did not change, so only
directions are uploaded. Give an array that never changes once; never write into an array given to a visual.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import ClassVar, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float32]
Mark: TypeAlias = Literal["bar", "line", "dashes", "dot"]

SUBLATTICES = ("x", "z", "y", "text")
"""Roles of the colour map ``"sublattices"``, in equal steps: as many kinds as can be told apart."""


def float32(values: object) -> Array:
    """A contiguous, read-only float32 copy of ``values``: what every visual holds."""
    array = np.array(values, dtype=np.float32, order="C")
    array.flags.writeable = False
    return array


@dataclass(frozen=True, eq=False)
class Shades:
    """Colours that follow numbers, in the colours of the theme.

    values (N,) through ``colormap`` between ``low`` and ``high``, as in `Cells`; or (N, 3), vectors in the colours of
    their directions.
    """

    values: Array
    colormap: str = "spin"
    low: float = -1.0
    high: float = 1.0


Color: TypeAlias = str | Array | Shades


@dataclass(frozen=True)
class LegendEntry:
    """One line of a legend: a mark in the colour of a role, and what it stands for."""

    role: str
    text: str
    mark: Mark = "bar"


class Visual(ABC):
    """The base of all kinds. A new kind is a frozen dataclass of arrays, and an artist in `view` that draws it."""

    drawn: ClassVar[bool] = True
    """Whether an artist draws it into the picture; otherwise it is only what is `written` over the picture."""
    cut: ClassVar[bool] = False
    """Whether it may leave the picture, which cuts it: lines and letters may, bodies may not."""

    @abstractmethod
    def where(self) -> Array:
        """Return points (n, 3) between which it lies."""

    def entry(self) -> LegendEntry | None:
        """Return its line of the legend; None for none."""
        return None

    def written(self) -> tuple[Labels, ...]:
        """Return what of it is written over the picture."""
        return ()

    def check(self) -> str:
        """Return what is wrong with its arrays, or nothing."""
        arrays = ((name, value) for name, value in vars(self).items() if isinstance(value, np.ndarray))
        return next((f"{name} is not finite" for name, array in arrays if not np.isfinite(array).all()), "")


def _entry(label: str, color: Color, mark: Mark) -> LegendEntry | None:
    """The entry of a label, if there is one; many colours are no colour."""
    role = color if isinstance(color, str) and color != "direction" else "secondary"
    return LegendEntry(role, label, mark) if label else None


@dataclass(frozen=True, eq=False)
class Arrows(Visual):
    """Vectors as lit solid arrows.

    positions (N, 3): where the anchor sits. directions (N, 3): length 1 draws an arrow ``length`` long; shorter
    vectors draw shorter arrows. ``pivot``: the part of the arrow that sits on the position.
    """

    positions: Array
    directions: Array
    length: float = 1.0
    radius: float = 0.06
    """Shaft radius as a part of ``length``; the head is 2.2 times as wide."""
    color: Color = "direction"
    pivot: Literal["tail", "middle"] = "tail"
    label: str = ""
    """Legend entry; empty for none."""
    one: str = ""
    """What one of them is called when it is clicked: "isochromat"."""
    worth: float = 0.0
    """What a direction of length 1 stands for, in the unit of what is drawn; 0 where lengths are not to scale."""
    who: NDArray[np.int64] | None = None
    """Numbers (N,) by which one is known again where their order changes, in this or another visual of the frame."""
    sites: NDArray[np.int64] | None = None
    """Where each stands on its lattice (N, 2) or (N, 3), x first, from 1 on: how one is told instead of by a number."""

    def where(self) -> Array:
        """Return where the anchors sit."""
        return self.positions

    def entry(self) -> LegendEntry | None:
        """A bar: arrows are thicker than lines."""
        return _entry(self.label, self.color, "bar")


@dataclass(frozen=True, eq=False)
class Spheres(Visual):
    """Lit balls. positions (N, 3); radii (N,) or one number."""

    positions: Array
    radii: float | Array = 0.1
    color: Color = "simulation"
    opacity: float = 1.0
    label: str = ""

    def where(self) -> Array:
        """Return the centres."""
        return self.positions

    def entry(self) -> LegendEntry | None:
        """A dot."""
        return _entry(self.label, self.color, "dot")


@dataclass(frozen=True, eq=False)
class Lines(Visual):
    """Line strips or segments. points (N, 3).

    ``breaks`` (N,) bool marks points that start a new strip; ``fade`` draws a trail: transparent at the first
    point of a strip, opaque at its last.
    """

    cut: ClassVar[bool] = True

    points: Array
    color: Color = "muted"
    width: float = 1.5
    """Width in pixels of a 720-line picture; scales with the picture."""
    kind: Literal["strip", "segments"] = "strip"
    breaks: NDArray[np.bool_] | None = None
    fade: bool = False
    dashed: bool = False
    opacity: float = 1.0
    label: str = ""

    def where(self) -> Array:
        """Return all points."""
        return self.points

    def entry(self) -> LegendEntry | None:
        """A line as it is drawn."""
        return _entry(self.label, self.color, "dashes" if self.dashed else "line")


@dataclass(frozen=True, eq=False)
class Cells(Visual):
    """A lattice plane or volume of coloured cells.

    values (nz, ny, nx): numbers coloured by ``colormap`` between ``low`` and ``high``; or (nz, ny, nx, 3): unit
    vectors coloured by direction. NaN (a zero vector) draws nothing. Cell (0, 0, 0) has its lower corner at
    ``origin`` and the size ``spacing``. One layer is drawn flat, several as boxes.
    """

    values: Array
    origin: tuple[float, float, float] = (0.0, 0.0, 0.0)
    spacing: tuple[float, float, float] = (1.0, 1.0, 1.0)
    colormap: str = "spin"
    """``"spin"`` (down/up of the theme), ``"sublattices"``, ``"direction"``, or a name known to `cmap`."""
    low: float = -1.0
    high: float = 1.0
    relief: float = 0.0
    """How far cells of the value ``high`` stand above those of ``low`` in one layer; 0 draws it flat."""
    heights: Array | None = None
    """Numbers (ny, nx) from ``low`` to ``high`` of which the relief is made; the values themselves if None."""
    label: str = ""
    one: str = ""
    """What one of them is called when it is clicked: "site"."""
    picks: tuple[str, int] | None = None
    """The image plot for which a click asks `System.pick`; so many cells along a side are one pixel there."""

    def where(self) -> Array:
        """Return the corners of the sheet or the box."""
        count = np.array(self.values.shape[2::-1])
        ends = np.array([self.origin, np.array(self.origin) + count * np.array(self.spacing)])
        if count[2] == 1:
            ends[:, 2] = ends[:, 2].mean()
            ends[1, 2] += self.relief
        return float32(np.stack(np.meshgrid(*ends.T), axis=-1).reshape(-1, 3))

    def entry(self) -> LegendEntry | None:
        """A bar; what the colours mean says the bar of the stage."""
        return _entry(self.label, "secondary", "bar")

    def check(self) -> str:
        """Return what is wrong with the shape; NaN is allowed."""
        shape = self.values.shape
        known = len(shape) == 3 or (len(shape) == 4 and shape[3] == 3)
        if known and self.heights is not None and self.heights.shape != shape[1:3]:
            return f"heights of shape {self.heights.shape}: use {shape[1:3]}"
        return "" if known else f"cells of shape {shape}: use (nz, ny, nx) or (nz, ny, nx, 3)"


@dataclass(frozen=True, eq=False)
class Surface(Visual):
    """A curved surface, lit on both its sides.

    points (3 T, 3): corners of T triangles, three in a row. normals (3 T, 3) of any length and sign, there.
    """

    points: Array
    normals: Array
    color: Color = "simulation"
    label: str = ""

    def where(self) -> Array:
        """Return two corners of its box; none of an empty one."""
        ends = (self.points.min(axis=0), self.points.max(axis=0)) if len(self.points) else np.zeros((0, 3))
        return float32(ends)

    def entry(self) -> LegendEntry | None:
        """A bar."""
        return _entry(self.label, self.color, "bar")

    def check(self) -> str:
        """Return what is wrong with its arrays."""
        shapes = self.points.shape, self.normals.shape
        fits = shapes[0] == shapes[1] and shapes[0][1:] == (3,) and shapes[0][0] % 3 == 0
        return super().check() or ("" if fits else f"corners and normals of shapes {shapes}: use (3 T, 3) for both")


@dataclass(frozen=True, eq=False)
class Labels(Visual):
    """Texts at points, always in front and upright. positions (N, 3); ``size`` relative to body text."""

    drawn: ClassVar[bool] = False
    cut: ClassVar[bool] = True

    positions: Array
    texts: tuple[str, ...]
    color: str = "text"
    size: float = 1.0
    italic: bool = False
    offset: tuple[float, float] = (0.0, 0.0)
    """Shift on the screen in units of the text height, x to the right, y up."""
    ring: bool = False
    """Whether a ring stands about each point."""

    def where(self) -> Array:
        """Return the points that are named."""
        return self.positions

    def written(self) -> tuple[Labels, ...]:
        """Return itself."""
        return (self,)

    def check(self) -> str:
        """Return what is wrong: every point has its text."""
        texts, points = len(self.texts), len(self.positions)
        return super().check() or ("" if texts == points else f"{texts} texts for {points} points")


@dataclass(frozen=True)
class Stage:
    """What the camera frames: the same for every frame of a run, a function of the parameters only.

    The box ``low``..``high`` always fits into the picture; ``unit`` and ``unit_length`` give the scale bar
    (one picture unit is ``unit_length`` in ``unit``; an empty unit draws no bar).
    """

    low: tuple[float, float, float] = (-1.0, -1.0, -1.0)
    high: tuple[float, float, float] = (1.0, 1.0, 1.0)
    unit: str = ""
    unit_length: float = 1.0
    azimuth: float = 30.0
    elevation: float = 22.0
    """Home direction of the camera in degrees: elevation 90 looks down on the xy plane."""
    parallel: bool = False
    bloch_sphere: bool = False
    axes: bool = True
    axis_names: tuple[str, str, str] = ("x", "y", "z")
    legend: Literal["none", "direction", "wheel", "colormap"] = "none"
    legend_title: str = ""
    colormap: str = "spin"
    low_value: float = -1.0
    high_value: float = 1.0
    entries: tuple[tuple[str, str], ...] = field(default=())
    """Further legend entries: (colour role, text)."""
