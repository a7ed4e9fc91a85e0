"""What is imaged and how: the parameters of the imaging system, and what does not fit together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import pi, radians
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from spinviz.model.parameters import ParameterError, Parameters, choice, quantity, switch
from spinviz.model.units import show
from spinviz.physics.constants import PROTON_GYROMAGNETIC_RATIO
from spinviz.physics.imaging.encoding import ImagingError
from spinviz.physics.imaging.head import FOV
from spinviz.physics.imaging.lines import Acquisition, balanced_ssfp, gradient_echo, spin_echo
from spinviz.physics.imaging.trajectories import echo_planar, radial, spiral

Kind = Literal[
    "spin echo",
    "inversion recovery",
    "gradient echo",
    "bSSFP",
    "EPI",
    "radial",
    "spiral",
    "T1 map",
    "T2 map",
    "T2* map",
]
MAPS = ("T1 map", "T2 map", "T2* map")
STEPS = {"T2 map": (1.0, 2.0, 3.5, 5.5, 8.0), "T2* map": (1.0, 2.0, 3.5, 5.5, 8.0)}
"""Echo times of a map in units of TE."""
INVERSIONS = 6
"""Inversion times of a T1 map."""


@dataclass(frozen=True)
class Settings:
    """Everything the acquisition depends on; two equal settings give the same image."""

    kind: Kind
    field: float
    matrix: int
    TE: float
    TR: float
    TI: float
    flip: float
    """[rad]"""
    inhomogeneity: float
    """[ppm]"""
    fat: bool
    late: float
    point: bool


USUAL: dict[Kind, dict[str, Any]] = {
    "spin echo": {"TE": 0.012, "TR": 0.5, "flip": 90.0},
    "inversion recovery": {"TE": 0.03, "TR": 3.0, "TI": 0.237, "flip": 90.0},
    "gradient echo": {"TE": 0.03, "TR": 0.06, "flip": 15.0},
    "bSSFP": {"TR": 0.006, "flip": 50.0},
    "EPI": {"TE": 0.045, "TR": 0.12, "flip": 90.0, "matrix": "64"},
    "radial": {"TE": 0.006, "TR": 0.02, "flip": 20.0, "matrix": "64"},
    "spiral": {"TE": 0.002, "TR": 0.03, "flip": 25.0, "matrix": "64"},
    "T1 map": {"TE": 0.012, "TR": 5.0, "flip": 90.0, "matrix": "64"},
    "T2 map": {"TE": 0.015, "TR": 3.0, "flip": 90.0, "matrix": "64"},
    "T2* map": {"TE": 0.0055, "TR": 0.08, "flip": 20.0, "matrix": "64"},
}
"""Times of each sequence, taken when it is chosen: those of another would rarely do."""


class ImagingParameters(Parameters):
    """Inputs of `Imaging`."""

    kind: Kind = choice(
        "spin echo",
        "Sequence, or a map from several of them.",
        title="Sequence",
        rebuild=True,
        words={"T1 map": "T₁ map", "T2 map": "T₂ map", "T2* map": "T₂* map"},
    )
    field: Literal["0.55 T", "1.5 T", "3 T", "7 T"] = choice(
        "1.5 T", "Static field: relaxation times, chemical shift and precession follow.", title="Field", rebuild=True
    )
    TE: float = quantity(
        0.012, "s", "Echo time: from the pulse to the centre of k-space.", title="Echo time", symbol="TE",
        ge=1e-3, le=0.4, scale="log",
    )  # fmt: skip
    TR: float = quantity(
        0.5, "s", "Repetition time: one line of k-space each.", title="Repetition time", symbol="TR",
        ge=3e-3, le=12, scale="log",
    )  # fmt: skip
    TI: float = quantity(
        0.15, "s", "Inversion time: from the 180° to the 90° pulse.", title="Inversion time", symbol="TI",
        ge=5e-3, le=5, scale="log",
    )  # fmt: skip
    flip: float = quantity(
        90.0, "°", "Flip angle of the excitation.", title="Flip angle", symbol="α", gt=0, le=180
    )  # fmt: skip
    matrix: Literal["32", "48", "64", "96", "128"] = choice(
        "96", "Pixels, and lines of k-space, in each direction.", title="Matrix", rebuild=True
    )
    noise: float = quantity(
        0.01, "", "Noise of the image, in units of the signal of water.", title="Noise", symbol="σ", ge=0, le=0.2
    )
    inhomogeneity: float = quantity(
        0.0, "Hz", "Offset above the sinuses, where shimming fails.", title="Field error", symbol="Δf",
        ge=0, le=400,
    )  # fmt: skip
    late: float = quantity(
        0.0, "s", "Delay of the samples of EPI against the gradients.", title="Readout delay", symbol="δ",
        ge=0, le=20e-6,
    )  # fmt: skip
    saturated: bool = switch(False, "Saturate fat before it can give a signal.", title="Fat saturation")
    thing: Literal["head", "point"] = choice("head", "What lies in the scanner.", title="Object", rebuild=True)
    view: Literal["head", "pixel", "levels"] = choice(
        "head", "The head, the isochromats of one pixel, or its spins between two levels.", title="View", display=True
    )
    side: Literal["radiological", "neurological"] = choice(
        "radiological",
        "The subject's left is on the right of the image (radiological, seen from the feet) or on its left "
        "(neurological, seen from the head).",
        title="Convention",
        display=True,
    )
    x: float = quantity(
        -0.034,
        "m",
        "Place of the pixel, towards the subject's left.",
        title="Pixel, left",
        symbol="x",
        ge=-0.12,
        le=0.12,
        display=True,
    )  # fmt: skip
    y: float = quantity(
        0.022,
        "m",
        "Place of the pixel, towards the subject's front.",
        title="Pixel, front",
        symbol="y",
        ge=-0.12,
        le=0.12,
        display=True,
    )  # fmt: skip

    def unused(self) -> Mapping[str, str]:
        """See `Parameters.unused`."""
        idle = {} if self.kind == "inversion recovery" else {"TI": "only with inversion recovery"}
        if self.kind != "EPI":
            idle["late"] = "only with EPI"
        return idle

    @classmethod
    def of(cls, **values: Any) -> Self:
        """Return validated parameters that a scanner could play."""
        p = super().of(**values)
        try:
            for image in range(p.images):
                acquisition(p.settings, image)
        except ImagingError as error:
            raise ParameterError(f"{error} (kind = {p.kind}, matrix = {p.matrix})") from error
        return p

    def change(self, **values: Any) -> Self:
        """Return a copy with some values changed; another sequence alone brings its usual times."""
        kind = values.get("kind", self.kind)
        if kind != self.kind and kind in USUAL and not values.keys() & {"TE", "TR", "TI", "flip", "matrix"}:
            values = {**USUAL[kind], **values}
        return super().change(**values)

    @property
    def tesla(self) -> float:
        """Static field [T]."""
        return float(self.field.split()[0])

    @property
    def pixels(self) -> int:
        """Matrix."""
        return int(self.matrix)

    @property
    def is_map(self) -> bool:
        """Whether several images are fitted."""
        return self.kind in MAPS

    @property
    def images(self) -> int:
        """Images of the series."""
        return len(series(self.settings)) if self.is_map else 1

    @property
    def settings(self) -> Settings:
        """What the acquisition depends on."""
        ppm = self.inhomogeneity / (PROTON_GYROMAGNETIC_RATIO * self.tesla / (2 * pi)) * 1e6
        late = self.late if self.kind == "EPI" else 0.0
        TI = self.TI if self.kind == "inversion recovery" else 0.0
        return Settings(
            self.kind, self.tesla, self.pixels, self.TE, self.TR, TI, radians(self.flip), ppm, not self.saturated, late,
            self.thing == "point",
        )  # fmt: skip

    @property
    def pixel(self) -> tuple[int, int]:
        """Row and column of the chosen pixel."""
        n = self.pixels
        row, column = (min(max(int((v / FOV + 0.5) * n), 0), n - 1) for v in (self.y, self.x))
        return row, column

    @property
    def mirrored(self) -> bool:
        """Whether the subject's left is shown on the left."""
        return self.side == "neurological"

    @property
    def shown_pixel(self) -> tuple[int, int]:
        """Row and column of the chosen pixel on the screen."""
        row, column = self.pixel
        return row, self.pixels - 1 - column if self.mirrored else column

    @property
    def sides(self) -> tuple[str, str, str, str]:
        """Letters at the left, right, lower and upper edge: the subject's right, left, back and front."""
        if self.thing == "point":
            return "", "", "", ""
        return ("L", "R", "P", "A") if self.mirrored else ("R", "L", "P", "A")


def seen(values: NDArray[Any], p: ImagingParameters) -> NDArray[Any]:
    """An array (rows, columns) with columns towards the subject's left as it is shown."""
    return values[:, ::-1] if p.mirrored else values


@lru_cache(maxsize=32)
def series(s: Settings) -> tuple[float, ...]:
    """What changes from image to image of a map: inversion times or echo times [s]."""
    if s.kind == "T1 map":
        # The longest first: it shows which sign the others have.
        return tuple(float(t) for t in np.geomspace(max(0.8 * (s.TR - s.TE), 0.06), 0.06, INVERSIONS))
    return tuple(step * s.TE for step in STEPS.get(s.kind, (1.0,)))


@lru_cache(maxsize=32)
def acquisition(s: Settings, image: int = 0) -> Acquisition:
    """The sequence of one image. One or two repetitions before it show the period of the steady state.

    Errors: `ImagingError`.
    """
    n, kind = s.matrix, s.kind
    if kind == "spin echo":
        return spin_echo(n, s.TE, s.TR, flip=s.flip)
    if kind == "inversion recovery":
        return spin_echo(n, s.TE, s.TR, s.TI, flip=s.flip)
    if kind == "T1 map":
        if s.TR < s.TE + 0.6:
            raise ImagingError(
                f"TR = {show(s.TR, 's')} is too short for a T1 map: choose at least {show(s.TE + 0.6, 's')}"
            )
        return spin_echo(n, s.TE, s.TR, series(s)[image], flip=s.flip)
    if kind == "T2 map":
        return spin_echo(n, series(s)[image], s.TR, flip=s.flip)
    if kind == "T2* map":
        return gradient_echo(n, series(s)[image], s.TR, flip=s.flip, dummies=1)
    if kind == "gradient echo":
        return gradient_echo(n, s.TE, s.TR, flip=s.flip, dummies=1)
    if kind == "bSSFP":
        return balanced_ssfp(n, s.TR, flip=s.flip, dummies=2)
    if kind == "EPI":
        return echo_planar(n, s.TE, s.TR, flip=s.flip, late=s.late)
    if kind == "radial":
        return radial(n, s.TE, s.TR, flip=s.flip, dummies=1)
    return spiral(n, s.TE, s.TR, flip=s.flip, dummies=1)
