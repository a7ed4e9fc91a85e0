"""Inputs of the antiferromagnet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, nan, radians, sin
from typing import Literal

from spinviz.model.parameters import Parameters, choice, quantity, switch
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.terms.exchange import Exchange
from spinviz.physics.lattice.terms.uniaxial import Uniaxial
from spinviz.physics.lattice.unit_cells import NEIGHBOURS
from spinviz.physics.order import critical_points
from spinviz.physics.order.uniaxial_mean_field import neel_temperature
from spinviz.physics.stepping import Vector
from spinviz.systems.order.common.heisenberg import Method, Model
from spinviz.systems.order.common.sample import sample_of
from spinviz.systems.order.common.view import LatticeView

SMALLEST_T = 1e-3
"""Temperature below which means fields are taken at this one."""


@dataclass(frozen=True)
class Swing:
    """A field that rises and falls linearly: 0, ``largest``, 0, -``largest``, 0 in one ``period``."""

    largest: float
    period: float
    direction: Vector

    def size(self, t: float) -> float:
        """Its component along its direction at time ``t``."""
        part = t / self.period % 1.0
        return self.largest * (4 * part if part < 0.25 else 2 - 4 * part if part < 0.75 else 4 * part - 4)

    def rises(self, t: float) -> bool:
        """Whether it grows away from zero."""
        return t / self.period % 0.5 < 0.25

    def __call__(self, t: float) -> Vector:
        """The field at time ``t``."""
        size = self.size(t)
        x, y, z = self.direction
        return size * x, size * y, size * z


class _Antiferromagnet(Parameters):
    T: float = quantity(0.5, "J/kB", "Temperature.", symbol="T", ge=0, le=20)
    h: float = quantity(
        0.0, "J", "Field: the energy that a spin gains by pointing along it.", title="Field", symbol="h", ge=-20, le=20
    )
    direction: Literal["along", "across"] = choice(
        "along", "Field along the easy axis z, or across it, along x.", title="Field direction",
        words={"along": "along the axis", "across": "across the axis"},
    )  # fmt: skip
    tilt: float = quantity(
        0.0, "°", "Angle between the field and the axis. Cold spins exactly along their axis feel no torque of a "
        "field along it, so that nothing would choose how to flop.",
        title="Tilt of the field", ge=0, le=20,
    )  # fmt: skip
    period: float = quantity(
        0.0, "sweep", "Period with which the field rises and falls linearly between h and −h; 0 for a constant field.",
        title="Period of the field", ge=0, le=100_000,
    )  # fmt: skip
    K: float = quantity(
        0.0, "J", "Uniaxial anisotropy, −K S_z²: above 0 spins prefer the z axis, below 0 the plane.",
        title="Anisotropy", symbol="K", ge=-4, le=4,
    )  # fmt: skip
    lattice: Literal[
        "chain", "square", "triangular", "honeycomb", "kagome", "simple cubic", "bcc", "fcc"
    ] = choice(
        "simple cubic",
        "Lattice of nearest neighbours. Triangular, kagome and fcc are frustrated: three spins that are all neighbours "
        "cannot be antiparallel in pairs.",
        title="Lattice", rebuild=True,
    )  # fmt: skip
    L: int = quantity(
        10, "cells", "Unit cells along the edge; rounded up to what fits the sublattices of a periodic lattice.",
        title="Edge", symbol="L", ge=2, le=256, scale="log", rebuild=True,
    )  # fmt: skip
    periodic: bool = switch(True, "Periodic boundaries; free edges otherwise.", title="Periodic", rebuild=True)
    algorithm: Literal["heat bath", "over-relaxation", "metropolis", "wolff", "llg"] = choice(
        "over-relaxation",
        "Monte Carlo by heat bath, by heat bath and over-relaxation, by Metropolis or by Wolff's clusters; or the "
        "equation of motion of Landau, Lifshitz and Gilbert, with thermal noise.",
        title="Algorithm",
        words={
            "over-relaxation": "heat bath and over-relaxation", "metropolis": "Metropolis", "wolff": "Wolff",
            "llg": "Landau-Lifshitz-Gilbert",
        },
    )  # fmt: skip
    alpha: float = quantity(
        0.1, "", "Gilbert damping; 0 keeps the energy, and the temperature then plays no role.", title="Damping",
        symbol="α", ge=0, le=2,
    )  # fmt: skip
    waves: int = quantity(
        0, "", "Wavelengths along x of the spin wave that is excited and measured; 0 is uniform resonance.",
        title="Wavelengths", ge=0, le=32,
    )  # fmt: skip
    kick: float = quantity(
        1.0, "°", "Angle by which the action Kick turns the spins away from where they point.", title="Kick",
        gt=0, le=30,
    )  # fmt: skip
    start: Literal["ordered", "random"] = choice(
        "ordered",
        "Spins at the start: ordered (antiparallel, at 120° with three sublattices), or random.",
        title="Start", rebuild=True,
    )  # fmt: skip

    @property
    def geometry(self) -> Geometry:
        """The sample."""
        return sample_of(self.lattice, self.L, self.periodic)

    @property
    def model(self) -> Model:
        """Its spins."""
        return Model(self.geometry, (Exchange(-1.0), *((Uniaxial(self.K),) if self.K else ())))

    @property
    def unit_field(self) -> Vector:
        """Unit vector along the field."""
        if self.direction == "across":
            return 1.0, 0.0, 0.0
        return sin(radians(self.tilt)), 0.0, cos(radians(self.tilt))

    @property
    def swings(self) -> bool:
        """Whether the field changes with time."""
        return self.h != 0 and self.period > 0

    @property
    def field(self) -> Vector | Swing:
        """The field, constant or over time."""
        if self.swings:
            return Swing(self.h, self.period, self.unit_field)
        x, y, z = self.unit_field
        return self.h * x, self.h * y, self.h * z

    def size_at(self, t: float) -> float:
        """Component of the field along its direction at time ``t``."""
        return self.field.size(t) if isinstance(self.field, Swing) else self.h

    def field_at(self, t: float) -> Vector:
        """The field at time ``t``."""
        return self.field(t) if isinstance(self.field, Swing) else self.field

    @property
    def moves(self) -> bool:
        """Whether the equation of motion is solved."""
        return self.algorithm == "llg"

    @property
    def method(self) -> Method:
        """The sweep of single spins: the heat bath stands in for clusters."""
        return self.algorithm if self.algorithm in ("over-relaxation", "metropolis") else "heat bath"

    @property
    def colours(self) -> int:
        """Number of sublattices."""
        return self.geometry.colouring.count

    @property
    def bipartite(self) -> bool:
        """Whether two sublattices suffice: no frustration."""
        return self.colours == 2

    @property
    def grows_clusters(self) -> bool:
        """Whether Wolff's algorithm is taken: clusters are as large as correlations where nothing is frustrated."""
        return self.algorithm == "wolff" and self.K == 0 and self.bipartite

    @property
    def B_E(self) -> float:
        """Exchange field of the other sublattice, or sublattices, when all are ordered [J]: z, z/2 or z/3."""
        return NEIGHBOURS[self.lattice] / (self.colours - 1)

    @property
    def B_A(self) -> float:
        """Anisotropy field [J]."""
        return 2 * self.K

    @property
    def flops(self) -> bool:
        """Whether there is a spin flop."""
        return self.bipartite and 0 < self.B_A < self.B_E

    @property
    def mean_field_TN(self) -> float:
        """Ordering temperature of the mean field [J/kB]; NaN where none is known here."""
        if self.K == 0:
            return self.B_E / 3
        return neel_temperature(self.B_E, self.K) if self.K > 0 and self.bipartite else nan

    @property
    def TN(self) -> float:
        """Ordering temperature of the infinite lattice as far as it is known [J/kB]; NaN where none is.

        Turning every second spin round makes it the ferromagnet, for classical spins and without field.
        """
        name = "cubic" if self.lattice == "simple cubic" else self.lattice
        known = critical_points.HEISENBERG
        return known[name].T if self.K == 0 and self.bipartite and name in known else nan

    @property
    def widest(self) -> float:
        """Right end of the axes of temperature [J/kB]."""
        TN = self.mean_field_TN
        return 1.4 * TN if TN == TN else 2.0


class AntiferromagnetParameters(LatticeView, _Antiferromagnet):
    """Inputs of `Antiferromagnet`."""

    magnify: int = quantity(
        1, "", "Factor by which arrows are drawn farther from the axis than they are: small precession is seen then.",
        title="Magnify precession", ge=1, le=50, display=True,
    )  # fmt: skip

    def unused(self) -> Mapping[str, str]:
        """See `Parameters.unused`."""
        why = dict(self.without_slab())
        if self.h == 0:
            why["period"] = "only in a field"
        if self.direction == "across":
            why["tilt"] = "only for a field along the axis"
        if not self.moves:
            why["alpha"] = "only for the equation of motion"
            why["waves"] = "only for the equation of motion"
        return why
