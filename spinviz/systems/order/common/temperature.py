"""The temperature of spins, known from the torques on them: three observables, and a law of all lattices of vectors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from spinviz.model.law import Check, Law, Number
from spinviz.model.system import Observable


def ratio(square: float, curvature: float) -> float:
    """Temperature of spins in equilibrium, 0 where the energy has no curvature."""
    return square / curvature if curvature else 0.0


TORQUES = (
    Observable("torque", "Mean square torque", "⟨|S × H|²⟩/J²"),
    Observable("curvature", "Curvature of the energy", "⟨∇²E⟩/J"),
    Observable("T_spins", "Temperature of the spins", "T_S", "J/kB", means_of=("torque", "curvature"), combine=ratio),
)
"""Per spin |S x H|^2, the Laplacian of the energy on the sphere of its direction, and the ratio of their means."""


def temperature_law(
    check: Check, holds: Callable[[Any, Any, Any], bool], allowance: Number | float = 0.0, because: str = ""
) -> Law:
    """Return the law that a rotation of single spins leaves the Boltzmann distribution alone; p has the temperature T.

    ``allowance`` [J/kB] is what steps of the motion may cool spins by, and ``because`` says so.
    """
    return Law(
        "temperature", "Temperature of the spins", "T_spins", theory=lambda s, p, d: p.T,
        latex=r"k_BT=\frac{\langle\sum_i|\mathbf{S}_i\times\mathbf{H}_i|^2\rangle}{\langle\sum_i\nabla_i^2E\rangle},"
        r"\quad\mathbf{H}_i=-\frac{\partial E}{\partial\mathbf{S}_i}",
        validity="Vectors in equilibrium, however they move, on every lattice, at every temperature, field and "
        "exchange; without anisotropy the Laplacian is 2 S·H in space and S·H in the plane.",
        tolerance=4.0,
        because=f"Standard errors of the ratio of both means, by blocking.{because}",
        reference="Nurdin and Schotte, Phys. Rev. E 61, 3579 (2000)",
        check=check, averaged=True, allowance=allowance, holds=holds,
        symbols={"E": "energy of the sample", "H": "field on a spin, by which its direction changes the energy"},
    )  # fmt: skip


BY_STEPS = " Spins that precess may be 1 % too cold by the length of their steps."
