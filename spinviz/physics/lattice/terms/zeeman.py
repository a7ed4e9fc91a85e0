"""Zeeman energy: E = -sum mu_i B(r_i, t).S_i, of a uniform, an oscillating, a graded and local fields.

Positions are about the middle of the sample, in nearest-neighbour distances. The moment times the field is an energy:
J/T and T give joules.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from math import cos, tau
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.terms.term import Term, Vectors, kept, per_site
from spinviz.physics.stepping import Vector


@dataclass(frozen=True)
class Oscillation:
    """A field amplitude cos(2 pi frequency t + phase): amplitude a vector [T], frequency [Hz], phase [rad]."""

    amplitude: Vector
    frequency: float
    phase: float = 0.0

    def __call__(self, t: float) -> Vector:
        """Field at time ``t`` [s]."""
        x, y, z = self.amplitude
        swing = cos(tau * self.frequency * t + self.phase)
        return x * swing, y * swing, z * swing


@dataclass(frozen=True)
class Applied(Term):
    """A field on moments ``moments``, one number or one for each site of the unit cell."""

    moments: ArrayLike = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "moments", kept(self.moments, "moments"))

    @property
    def _mu(self) -> str:
        return r"-\mu \sum_i" if isinstance(self.moments, float) else r"-\sum_i \mu_i"

    @abstractmethod
    def at(self, geometry: Geometry, t: float = 0.0) -> Vectors:
        """B, broadcast to (nz, ny, nx, basis, 3)."""

    def energy(self, geometry: Geometry, vectors: Vectors, t: float = 0.0) -> float:
        """-sum mu B.S."""
        return -float(np.sum(self.field(geometry, vectors, t) * vectors))

    def field(self, geometry: Geometry, vectors: Vectors, t: float = 0.0) -> Vectors:
        """mu B."""
        return np.broadcast_to(self._mus(geometry) * self.at(geometry, t), (*geometry.shape, 3)).copy()

    def _mus(self, geometry: Geometry) -> NDArray[np.float64]:
        return per_site(self.moments, geometry, "moments")[:, None]  # type: ignore[arg-type]


@dataclass(frozen=True)
class Zeeman(Applied):
    """A uniform field ``B`` and, added to it, ``drive``: a function of time such as `Oscillation`."""

    B: Vector = (0.0, 0.0, 1.0)
    drive: Callable[[float], Vector] | None = None
    name: ClassVar[str] = "field"

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "B", kept(self.B, "B"))

    @property
    def equation(self) -> str:
        """-mu sum B.S_i."""
        return self._mu + (r" \mathbf{B}(t)" if self.varies else r" \mathbf{B}") + r" \cdot \mathbf{S}_i"

    @property
    def varies(self) -> bool:
        """Whether there is a drive."""
        return self.drive is not None

    def at(self, geometry: Geometry, t: float = 0.0) -> Vectors:
        """B + drive(t), (3,)."""
        return np.array(self.B) + (np.array(self.drive(t), float) if self.drive else 0.0)

    def uniform(self, geometry: Geometry, t: float = 0.0) -> NDArray[np.float64]:
        """mu B of each site of the unit cell, (basis, 3)."""
        return np.asarray(self._mus(geometry) * self.at(geometry, t))


@dataclass(frozen=True)
class Gradient(Applied):
    """A field B = G r that vanishes in the middle; ``G`` rows (dBx/dr, dBy/dr, dBz/dr) [T/nearest-neighbour distance].

    In free space G is symmetric and without trace; a single gradient dBz/dx is taken as well.
    """

    G: ArrayLike = ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), (1.0, 0.0, 0.0))
    name: ClassVar[str] = "field gradient"

    def __post_init__(self) -> None:
        super().__post_init__()
        if np.shape(self.G) != (3, 3):
            raise ValueError(f"G of shape {np.shape(self.G)}: give three rows of three gradients")
        object.__setattr__(self, "G", kept(self.G, "G"))

    @property
    def equation(self) -> str:
        """-mu sum (G r_i).S_i."""
        return self._mu + r" \left( G \mathbf{r}_i \right) \cdot \mathbf{S}_i"

    def at(self, geometry: Geometry, t: float = 0.0) -> Vectors:
        """G r, (nz, ny, nx, basis, 3)."""
        return np.asarray(geometry.positions @ np.array(self.G).T)

    def local(self, geometry: Geometry) -> Vectors:
        """mu G r of every site."""
        return np.asarray(self._mus(geometry) * self.at(geometry))


@dataclass(frozen=True)
class Tip(Applied):
    """The field of a tip near ``place``: ``B`` exp(-d^2/2 ``width``^2), d the distance from there."""

    B: Vector = (0.0, 0.0, 1.0)
    place: Vector = (0.0, 0.0, 0.0)
    width: float = 2.0
    name: ClassVar[str] = "tip"

    def __post_init__(self) -> None:
        super().__post_init__()
        for what in ("B", "place"):
            object.__setattr__(self, what, kept(getattr(self, what), what))
        if not 0 < self.width < float("inf"):
            raise ValueError(f"a tip of width {self.width}: give a length above 0")

    @property
    def equation(self) -> str:
        """-mu sum exp(-|r_i - r_t|^2/2w^2) B.S_i."""
        shape = r" e^{-\left| \mathbf{r}_i - \mathbf{r}_t \right|^2 / 2 w^2}"
        return self._mu + shape + r" \mathbf{B}_t \cdot \mathbf{S}_i"

    def at(self, geometry: Geometry, t: float = 0.0) -> Vectors:
        """B of every site, (nz, ny, nx, basis, 3)."""
        square = np.sum((geometry.positions - np.array(self.place)) ** 2, axis=-1, keepdims=True)
        return np.asarray(np.exp(-square / (2 * self.width**2)) * np.array(self.B))

    def local(self, geometry: Geometry) -> Vectors:
        """mu B of every site."""
        return np.asarray(self._mus(geometry) * self.at(geometry))


@dataclass(frozen=True, eq=False)
class LocalField(Applied):
    """A field of its own on every site, ``B`` (nz, ny, nx, basis, 3), times ``course`` of the time if there is one.

    That of a magnet beside the sample, or of an antenna. Equal only to itself. Errors: ValueError for numbers that are
    not finite and another shape.
    """

    B: ArrayLike = ()
    course: Callable[[float], float] | None = None
    name: ClassVar[str] = "local field"

    def __post_init__(self) -> None:
        super().__post_init__()
        values = np.array(self.B, np.float64)
        if values.ndim != 5 or values.shape[4] != 3 or not np.isfinite(values).all():
            raise ValueError(f"a local field of shape {values.shape}: give finite numbers (nz, ny, nx, basis, 3)")
        values.flags.writeable = False
        object.__setattr__(self, "B", values)

    @property
    def equation(self) -> str:
        """-mu sum B_i.S_i."""
        return self._mu + r" \mathbf{B}_i" + (r"(t)" if self.varies else "") + r" \cdot \mathbf{S}_i"

    @property
    def varies(self) -> bool:
        """Whether there is a course."""
        return self.course is not None

    def at(self, geometry: Geometry, t: float = 0.0) -> Vectors:
        """B of every site at time ``t``."""
        return self._values(geometry) * (self.course(t) if self.course else 1.0)

    def local(self, geometry: Geometry) -> Vectors | None:
        """mu B of every site, where it is constant."""
        return None if self.course else np.asarray(self._mus(geometry) * self._values(geometry))

    def swinging(self, geometry: Geometry) -> tuple[Vectors, Callable[[float], float]] | None:
        """mu B of every site and its course."""
        return (np.asarray(self._mus(geometry) * self._values(geometry)), self.course) if self.course else None

    def _values(self, geometry: Geometry) -> Vectors:
        values: Vectors = self.B  # type: ignore[assignment]
        if values.shape[:4] != geometry.shape:
            raise ValueError(f"a local field of shape {values.shape}: give {(*geometry.shape, 3)}")
        return values
