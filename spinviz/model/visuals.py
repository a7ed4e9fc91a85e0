"""What to draw, as arrays: immutable descriptions that an artist in `view` turns into pixels.

Lengths are in the picture's own units; `Stage` says how large the picture is and what one unit means.
A colour is the name of a *role*, which a theme turns into light (`"net"`, `"simulation"`, `"theory"`, `"x"`,
`"y"`, `"z"`, `"up"`, `"down"`, `"muted"`, `"text"`), the word `"direction"` (hue from the azimuth, lightness from z),
or an array (N, 3) or (N, 4) of sRGB values between 0 and 1.

Two visuals whose ``positions`` are the *same array object* promise that the positions did not change, so only
directions are uploaded. Give an array that never changes once; never write into an array given to a visual.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float32]
Color: TypeAlias = str | NDArray[np.float32]


def float32(values: object) -> Array:
    """A contiguous, read-only float32 copy of ``values``: what every visual holds."""
    array = np.array(values, dtype=np.float32, order="C")
    array.flags.writeable = False
    return array


@dataclass(frozen=True, eq=False)
class Arrows:
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


@dataclass(frozen=True, eq=False)
class Spheres:
    """Lit balls. positions (N, 3); radii (N,) or one number."""

    positions: Array
    radii: float | Array = 0.1
    color: Color = "simulation"
    opacity: float = 1.0
    label: str = ""


@dataclass(frozen=True, eq=False)
class Lines:
    """Line strips or segments. points (N, 3).

    ``breaks`` (N,) bool marks points that start a new strip; ``fade`` draws a trail: transparent at the first
    point of a strip, opaque at its last.
    """

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


@dataclass(frozen=True, eq=False)
class Cells:
    """A lattice plane or volume of coloured cells.

    values (nz, ny, nx): numbers coloured by ``colormap`` between ``low`` and ``high``; or (nz, ny, nx, 3): unit
    vectors coloured by direction. NaN (a zero vector) draws nothing. Cell (0, 0, 0) has its lower corner at
    ``origin`` and the size ``spacing``. One layer is drawn flat, several as boxes.
    """

    values: Array
    origin: tuple[float, float, float] = (0.0, 0.0, 0.0)
    spacing: tuple[float, float, float] = (1.0, 1.0, 1.0)
    colormap: str = "spin"
    """``"spin"`` (down/up of the theme), ``"direction"``, or a name known to `cmap`."""
    low: float = -1.0
    high: float = 1.0
    label: str = ""


@dataclass(frozen=True, eq=False)
class Labels:
    """Texts at points, always in front and upright. positions (N, 3); ``size`` relative to body text."""

    positions: Array
    texts: tuple[str, ...]
    color: str = "text"
    size: float = 1.0
    italic: bool = False
    offset: tuple[float, float] = (0.0, 0.0)
    """Shift on the screen in units of the text height, x to the right, y up."""


Visual: TypeAlias = Arrows | Spheres | Lines | Cells | Labels


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
