"""Inputs of the ferromagnet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from spinviz.model.parameters import Parameters, choice, quantity, switch
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.magnet import Magnet
from spinviz.physics.lattice.unit_cells import NEIGHBOURS
from spinviz.physics.order import critical_points
from spinviz.physics.order.mean_field import CLASSICAL, critical_temperature
from spinviz.systems.order.common.sample import sample_of
from spinviz.systems.order.common.view import LatticeView
from spinviz.systems.sample_shape import SampleShape, spins_in

MODELS = {"ising": "Ising", "xy": "XY", "heisenberg": "Heisenberg", "potts": "Potts", "clock": "clock"}


class _Ferromagnet(Parameters):
    T: float = quantity(1.0, "J/kB", "Temperature.", symbol="T", ge=0.01, le=20)
    h: float = quantity(
        0.0, "J", "Field: the energy that a spin gains by pointing along it.", title="Field", symbol="h", ge=-4, le=4
    )
    K: float = quantity(
        0.0, "J", "Uniaxial anisotropy of Heisenberg spins, −K S_z²: above 0 they prefer the z axis, below 0 the "
        "plane.",
        title="Anisotropy", symbol="K", ge=-4, le=4,
    )  # fmt: skip
    model: Literal["ising", "xy", "heisenberg", "potts", "clock"] = choice(
        "heisenberg",
        "What a spin can do: point up or down (Ising), anywhere in a plane (XY) or in space (Heisenberg), or be in one "
        "of q states that are alike (Potts) or q directions in the plane (clock).",
        title="Model", words=MODELS, rebuild=True,
    )  # fmt: skip
    q: int = quantity(3, "", "Number of states of Potts and clock spins.", title="States", symbol="q", ge=2, le=12,
                      rebuild=True)  # fmt: skip
    lattice: Literal[
        "chain", "square", "triangular", "honeycomb", "kagome", "simple cubic", "bcc", "fcc"
    ] = choice("simple cubic", "Lattice of nearest neighbours.", title="Lattice", rebuild=True)  # fmt: skip
    L: int = quantity(
        10, "cells", "Unit cells along the edge; rounded up to what fits the sublattices of a periodic lattice.",
        title="Edge", symbol="L", ge=2, le=512, scale="log", rebuild=True,
    )  # fmt: skip
    periodic: bool = switch(True, "Periodic boundaries; free edges otherwise.", title="Periodic", rebuild=True)
    algorithm: Literal["heat bath", "over-relaxation", "metropolis", "wolff", "llg"] = choice(
        "over-relaxation",
        "Heat bath; heat bath and over-relaxation, which turns every spin about its field at no cost of energy; "
        "Metropolis; Wolff's clusters; or precession and damping in a heat bath (Landau-Lifshitz-Gilbert), where a "
        "sweep is the time μ/γJ.",
        title="Algorithm",
        words={
            "over-relaxation": "heat bath and over-relaxation",
            "metropolis": "Metropolis",
            "wolff": "Wolff",
            "llg": "Landau-Lifshitz-Gilbert",
        },
    )
    alpha: float = quantity(
        0.1, "", "Gilbert damping, by which precessing spins exchange energy with the bath; 0 for none.",
        title="Damping", symbol="α", ge=0, le=2,
    )  # fmt: skip
    start: Literal["ordered", "random", "vortex"] = choice(
        "ordered", "Spins at the start: all parallel, random, or along circles about the middle (vectors only).",
        title="Start", rebuild=True,
    )  # fmt: skip
    samples: int = quantity(
        1, "", "Number of samples that run side by side with other random numbers; one is drawn, the magnetization of "
        "all on the sphere.", title="Samples", ge=1, le=64, rebuild=True,
    )  # fmt: skip

    @property
    def magnet(self) -> Magnet:
        """The model of its spins."""
        return Magnet(self.model, 1.0, self.h, self.K if self.model == "heisenberg" else 0.0, self.q)

    @property
    def grows_clusters(self) -> bool:
        """Whether Wolff's algorithm is exact: not with anisotropy."""
        return self.magnet.K == 0

    @property
    def precesses(self) -> bool:
        """Whether spins precess: Heisenberg spins with that algorithm."""
        return self.algorithm == "llg" and self.model == "heisenberg"

    @property
    def spin(self) -> float:
        """The spin whose mean field it is: 1/2 for two states, infinite for vectors; NaN where there is none."""
        return {"ising": 0.5, "heisenberg": CLASSICAL}.get(self.model, float("nan"))

    @property
    def mean_field_Tc(self) -> float:
        """Critical temperature of the mean field with the same neighbours and coupling [J/kB]; NaN where there is none.

        Plane rotators have z J/2.
        """
        z = NEIGHBOURS[self.lattice]
        if self.model in ("xy", "clock") and (self.model == "xy" or self.q > 4):
            return z / 2
        return critical_temperature(self.spin, z, 1.0) if self.spin == self.spin else float("nan")

    @property
    def Tc(self) -> float:
        """Critical temperature of the infinite lattice as far as it is known [J/kB]; NaN where there is none."""
        name = "cubic" if self.lattice == "simple cubic" else self.lattice
        if self.model == "potts" or (self.model == "clock" and self.q == 3):
            plane = {"square", "triangular", "honeycomb"} & {self.lattice}
            scale = 1.5 if self.model == "clock" else 1.0
            return scale * critical_points.potts(self.q, self.lattice) if plane else float("nan")  # type: ignore[arg-type]
        known = {
            "ising": critical_points.ISING, "xy": critical_points.XY, "heisenberg": critical_points.HEISENBERG
        }.get(self.model, {})  # fmt: skip
        return known[name].T if name in known else float("nan")

    @property
    def widest(self) -> float:
        """Right end of the axes of temperature [J/kB]."""
        return max(2.0, 1.25 * max((t for t in (self.Tc, self.mean_field_Tc) if t == t), default=2.0))


class FerromagnetParameters(LatticeView, SampleShape, _Ferromagnet):
    """Inputs of `Ferromagnet`."""

    @property
    def geometry(self) -> Geometry:
        """The lattice; a shape has free edges."""
        return sample_of(self.lattice, self.L, self.closed)

    @property
    def closed(self) -> bool:
        """Whether boundaries are periodic."""
        return self.periodic and not self.shaped

    @property
    def spins(self) -> int:
        """Number of spins at the start. Errors: as `mask_of`."""
        return spins_in(self.geometry, self)

    @property
    def Tc(self) -> float:
        """See `_Ferromagnet.Tc`; NaN with vacancies, which lower it."""
        return float("nan") if self.vacancies else super().Tc

    @property
    def mean_field_holds(self) -> bool:
        """Whether there is a mean field worth showing: not of a chain, which orders at no temperature."""
        free = self.magnet.K == 0 and self.vacancies == 0
        return free and self.spin == self.spin and self.lattice != "chain"

    def unused(self) -> Mapping[str, str]:
        """See `Parameters.unused`."""
        why = {**self.without_slab(), **self.without_shape()}
        if self.model not in ("potts", "clock"):
            why["q"] = "only for Potts and clock spins"
        if self.model != "heisenberg":
            why["K"] = "only for Heisenberg spins"
        if not self.precesses:
            why["alpha"] = "only for spins that precess"
        elif self.alpha == 0:
            why["T"] = "without damping spins have no bath"
        return why
