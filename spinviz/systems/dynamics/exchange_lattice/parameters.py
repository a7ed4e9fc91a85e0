"""Inputs of the exchange lattice, and the domain wall that they make."""

from __future__ import annotations

from collections.abc import Mapping
from math import cos, radians, sin, sqrt
from typing import Literal

from spinviz.model.parameters import Parameters, choice, file, quantity, switch
from spinviz.systems.dynamics.common.body import OWN, WORDS, Body, MaterialName, brought, materials_of
from spinviz.systems.dynamics.common.mesh_view import MeshView

SUFFIXES = (".ovf", ".omf", ".ohf", ".oef")
WAVE = 0.05
"""Amplitude of the starting spin wave: its square is what the linear law leaves out."""


class Constants(Parameters):
    """Fields, material and motion."""

    B: float = quantity(
        0.05, "T", "Applied field, negative for the opposite direction.", title="Applied field", symbol="B", ge=-5, le=5
    )
    tilt: float = quantity(
        0.0, "°", "Angle of the field from z, in the xz plane.", title="Field angle", symbol="ψ", ge=0, le=90
    )
    turn: float = quantity(
        0.0, "°", "Angle of the field about z, from x to y.", title="Field direction", symbol="φ", ge=-180, le=180
    )
    stray: bool = switch(
        False, "The magnetic field of the sample's own magnetization, of all cells on all: it makes domains.",
        title="Stray field",
    )  # fmt: skip
    material: MaterialName = choice(
        OWN, "Brings A, K₁, its kind and Mₛ of a material at room temperature, without interfacial DMI.",
        title="Material", words=WORDS, sets=brought(),
    )  # fmt: skip
    A: float = quantity(1.5e-11, "J/m", "Exchange stiffness.", title="Exchange", symbol="A", ge=0, le=1e-10)
    D: float = quantity(
        3.7e-3, "J/m²", "Interfacial Dzyaloshinskii-Moriya constant.", title="Interfacial DMI", symbol="D",
        ge=-1e-2, le=1e-2,
    )  # fmt: skip
    K1: float = quantity(
        6e5, "J/m³", "Uniaxial anisotropy constant; without stray field, in a film reduced by μ₀Ms²/2 in its place.",
        title="Anisotropy", symbol="K₁",
        ge=-2e7, le=2e7,
    )  # fmt: skip
    anisotropy: Literal["uniaxial", "cubic"] = choice(
        "uniaxial", "Kind of the anisotropy; the crystal axes of a cubic one are x, y and z.", title="Kind"
    )
    axis: Literal["x", "y", "z"] = choice("z", "Easy axis of the anisotropy.", title="Easy axis")
    alpha: float = quantity(0.1, "", "Gilbert damping.", title="Damping", symbol="α", ge=0, le=2)
    u: float = quantity(
        0.0, "m/s", "Drift velocity of the spins of a current along x: of electrons that flow to the right, positive.",
        title="Current", symbol="u", ge=-1000, le=1000,
    )  # fmt: skip
    beta: float = quantity(
        0.05, "", "Part of the torque of the current that does not follow the texture adiabatically.",
        title="Non-adiabaticity", symbol="β", ge=0, le=1,
    )  # fmt: skip
    T: float = quantity(0.0, "K", "Temperature of the thermal noise.", title="Temperature", symbol="T", ge=0, le=1000)
    Ms: float = quantity(
        5.8e5, "A/m", "Saturation magnetization.", title="Saturation", symbol="M_s", gt=1e3, le=1e7, scale="log"
    )


class LatticeParameters(Body, Constants):
    """What happens in an `ExchangeLattice`."""

    start: Literal["skyrmion", "random", "uniform", "wall", "wave", "vortex", "S"] = choice(
        "skyrmion", "Texture to start from. The S state is relaxed without field from a magnetization along x.",
        title="Start", words={"S": "S state"}, rebuild=True,
    )  # fmt: skip
    angle: float = quantity(
        30.0, "°", "Angle from z of a uniform start.", title="Start angle", symbol="θ₀", ge=0, le=180, rebuild=True
    )
    waves: int = quantity(
        2,
        "",
        "Number of wavelengths along x of a spin wave at the start.",
        title="Wavelengths",
        ge=0,
        le=64,
        rebuild=True,
    )
    nx: int = quantity(48, "cells", "Cells along x.", symbol="n_x", ge=1, le=1024, scale="log", rebuild=True)
    ny: int = quantity(48, "cells", "Cells along y.", symbol="n_y", ge=1, le=1024, scale="log", rebuild=True)
    nz: int = quantity(1, "cells", "Cells along z.", symbol="n_z", ge=1, le=256, scale="log", rebuild=True)
    dx: float = quantity(2e-9, "m", "Cell size along x.", symbol="Δx", ge=1e-10, le=1e-6, scale="log", rebuild=True)
    dy: float = quantity(2e-9, "m", "Cell size along y.", symbol="Δy", ge=1e-10, le=1e-6, scale="log", rebuild=True)
    dz: float = quantity(1.0e-9, "m", "Cell size along z.", symbol="Δz", ge=1e-10, le=1e-6, scale="log", rebuild=True)
    periodic: bool = switch(True, "Periodic boundaries along x and y.", title="Periodic", rebuild=True)
    precision: Literal["single", "double"] = choice(
        "single", "Floating-point precision: single is twice as fast.", title="Precision", rebuild=True
    )
    input: str = file(
        "OVF file to start from. Opened or dropped on the window it brings its mesh; named here, its directions fill "
        "the mesh that is set.",
        SUFFIXES, title="Start file",
    )  # fmt: skip

    @property
    def closed(self) -> tuple[bool, bool, bool]:
        """Whether it is periodic along x, y, z."""
        periodic = self.periodic and not self.shaped
        return periodic, periodic, False

    @property
    def mesh(self) -> tuple[int, int, int]:
        """(nz, ny, nx)."""
        return self.nz, self.ny, self.nx

    @property
    def cells(self) -> int:
        """Number of cells."""
        return self.nx * self.ny * self.nz

    @property
    def moment(self) -> float:
        """Ms times the volume of a cell [J/T]."""
        return self.Ms * self.dx * self.dy * self.dz

    @property
    def calm(self) -> bool:
        """Whether neither a stray field nor a current acts, on cells of one material and no cubic crystal."""
        cubic = self.anisotropy == "cubic" and self.K1 != 0
        return not self.stray and self.u == 0 and self.plain and not cubic

    @property
    def field(self) -> tuple[float, float, float]:
        """Applied field [T]."""
        across, turn = self.B * sin(radians(self.tilt)), radians(self.turn)
        return across * cos(turn), across * sin(turn), self.B * cos(radians(self.tilt))

    @property
    def easy(self) -> tuple[float, float, float]:
        """Easy axis."""
        return float(self.axis == "x"), float(self.axis == "y"), float(self.axis == "z")


class ExchangeParameters(MeshView, LatticeParameters):
    """Inputs of `ExchangeLattice`."""

    def unused(self) -> Mapping[str, str]:
        """See `Parameters.unused`."""
        starts = {"angle": "uniform", "waves": "wave"}
        why = {name: f"only with a {start} start" for name, start in starts.items() if self.start != start}
        if self.u == 0:
            why["beta"] = "there is no current"
        if self.tilt == 0:
            why["turn"] = "the field is along z"
        if self.anisotropy == "cubic":
            why["axis"] = "a cubic crystal has its axes along x, y and z"
        return {**why, **self.without_body(), **self.without_surfaces()}


def wall_width(p: ExchangeParameters) -> float:
    """Width parameter sqrt(A/K1) [m] of a domain wall; 0 without anisotropy."""
    return sqrt(p.A / p.K1) if p.K1 > 0 else 0.0


FINE = 5
"""Cells in the shortest length, and in the radius, of a skyrmion that comes out right to 1 %."""


def shortest_length(p: ExchangeParameters) -> float:
    """The shorter of the width of a wall and the length of the helix over 2 pi [m]; infinite without either."""
    wall = materials_of(p)[0].wall_width
    return min(wall, 2 * p.A / abs(p.D)) if p.D else wall


def mesh_wall_width(p: ExchangeParameters) -> float:
    """Width [m] of a wall at rest on the mesh: sqrt(A/K1) (1 - r^2/8), r = cell over width.

    cos(dtheta) is weaker exchange than dtheta^2: -A dx^2/12 (theta'^4 + theta''^2) minimised with the profile's width;
    it lowers the energy by r^2/24. Relaxed chains of r = 0.4 agree to 9e-4 and 2e-4.
    """
    return wall_width(p) * (1 - (p.dx / wall_width(p)) ** 2 / 8)


def mesh_wall_energy(p: ExchangeParameters) -> float:
    """Energy [J/m^2] of a wall at rest on the mesh: 4 sqrt(A K1) (1 - r^2/24), see `mesh_wall_width`."""
    return 4 * sqrt(p.A * p.K1) * (1 - (p.dx / wall_width(p)) ** 2 / 24)


def resolves_wall(p: ExchangeParameters) -> bool:
    """Whether a domain wall across x is wide on the mesh and narrow in the lattice."""
    return p.K1 > 0 and 2.5 * p.dx < wall_width(p) < p.nx * p.dx / 16
