"""Plain meshes: one spin a cell with six neighbours, for which there is a stencil that steps in one loop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.lattice import mesh_kernels as kernels
from spinviz.physics.lattice.geometry import Edges, Geometry, Sides
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.lattice.terms.dmi import DMI
from spinviz.physics.lattice.terms.exchange import Exchange
from spinviz.physics.lattice.terms.hamiltonian import Compiled, Hamiltonian
from spinviz.physics.lattice.terms.uniaxial import Uniaxial
from spinviz.physics.lattice.terms.zeeman import Zeeman
from spinviz.physics.lattice.unit_cells import unit_cell
from spinviz.physics.stepping import Vector
from spinviz.physics.threads import together

ORDER = ((0, 0), (1, 1), (2, 2), (1, 2), (2, 0), (0, 1))
"""In which the kernels take a symmetric matrix."""
SMALLEST_SQUARE = 1e-30
"""Keeps the length of a vacancy from dividing by zero."""


def mesh(sides: Sides, periodic: bool | Edges) -> Geometry:
    """Return a mesh of ``sides`` (x, y, z) cells; any side may be periodic."""
    return Geometry.of(unit_cell("simple cubic"), sides, periodic, coloured=False)


def micromagnetic(
    geometry: Geometry, Ms: float, cell: Vector, *, A: float = 0.0, K1: float = 0.0, axis: Vector = (0, 0, 1),
    B: Vector = (0, 0, 0), D: float = 0.0,
) -> Hamiltonian:  # fmt: skip
    """Return the terms of finite-difference micromagnetics [J] on a `mesh`, whose moments are Ms dx dy dz.

    ``Ms`` [A/m], ``cell`` (dx, dy, dz) [m], exchange stiffness ``A`` [J/m], ``K1`` [J/m^3], interfacial ``D`` [J/m^2].
    Energy density A (grad m)^2 - K1 (m.u)^2 - Ms m.B + D [mz div m - (m.grad) mz]; central differences over a cell of
    volume V give J = 2 A V/d^2 and D V/d for neighbours at the distance d, nothing along an axis of one cell. Exchange
    counts -J m_i.m_j per pair.
    Vansteenkiste et al., AIP Advances 4, 107133 (2014).
    """
    dx, dy, dz = cell
    volume = dx * dy * dz
    x, y, z = (1.0 / d if n > 1 else 0.0 for n, d in zip(geometry.sides, cell))
    exchange = Exchange(2 * A * volume, (x * x, y * y, z * z))
    dmi = DMI(D * volume, along=(x, y, z))
    return Hamiltonian((exchange, dmi, Uniaxial(K1 * volume, axis), Zeeman(Ms * volume, B)))


def equation_of_cells() -> str:
    """Return the energy of `micromagnetic` in LaTeX, with its constants and the distance d_ij of two cells.

    Exchange counts from the aligned state: 1 - m_i.m_j is |m_i - m_j|^2/2, and the sum that of A (grad m)^2 V.
    """
    equation = micromagnetic(mesh((2, 2, 2), True), 1.0, (1.0, 2.0, 3.0)).equation
    dot = r"\mathbf{S}_i \cdot \mathbf{S}_j"
    for symbols, shown in (
        ("H = - ", "E = "),
        (r"J_{ij} \, " + dot, r"\frac{2AV}{d_{ij}^2} \left( 1 - " + dot + r" \right)"),
        ("D_{ij}", r"\frac{DV}{d_{ij}}"),
        ("- K ", "- K_1V "),
        (r"- \mu ", "- M_sV "),
        ("S}", "m}"),
    ):
        equation = equation.replace(symbols, shown)
    return equation


@dataclass(frozen=True)
class Stencil:
    """What the field of a mesh is made of, in units of energy.

    exchange : J of neighbours along x, y, z
    dmi : D of neighbours along x, y
    quadratic : (6,) 2A in `ORDER`
    uniform : (3,)
    """

    exchange: NDArray[np.float64]
    dmi: NDArray[np.float64]
    quadratic: NDArray[np.float64]
    uniform: NDArray[np.float64]

    @classmethod
    def of(cls, geometry: Geometry, compiled: Compiled) -> Stencil | None:
        """Return the stencil of a mesh; None where there are other bonds or terms. Local fields are left to others."""
        bonds = {bond.shift: n for n, bond in enumerate(geometry.bonds)}
        axes = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
        if geometry.coloured or geometry.arrays > 1 or len(bonds) != 6 or not bonds.keys() >= set(axes):
            return None
        ahead = [bonds[shift] for shift in axes]
        D = np.zeros((3, 3)) if compiled.D is None else compiled.D[ahead]
        # Interfacial: z x r.
        dmi = np.array([D[0, 1], -D[1, 0]])
        along = np.array([[0, dmi[0], 0], [-dmi[1], 0, 0], [0, 0, 0]])
        if compiled.quartic.any() or not np.array_equal(D, along):
            return None
        quadratic = np.array([2 * compiled.quadratic[0, i, j] for i, j in ORDER])
        return cls(compiled.J[ahead], dmi, quadratic, compiled.uniform[0])

    def heun(self, spins: Spins, angle: float, alpha: float, noise: float, steps: int, threads: int = 1) -> None:
        """Advance ``spins`` in place; ``angle`` per step and unit of energy, ``noise`` an angle per step."""
        fields = angle * np.concatenate([self.exchange, self.dmi, self.quadratic])
        last = np.array([alpha, SMALLEST_SQUARE, 1.0, *(angle * self.uniform), noise])
        spins.fill_halo()
        m = spins.values[0]
        coefficients = np.concatenate([fields, last]).astype(m.dtype)
        row, width, layers = m.shape[3], m.shape[2] * m.shape[3], m.shape[1] - 2
        threads = min(threads, kernels.parts_of(row, m.shape[2] - 2, layers)[0])
        predicted = np.zeros((3, width if layers == 1 else (kernels.SLOTS * threads + 1) * width), m.dtype)
        periodic, flat = spins.geometry.periodic, m.reshape(3, -1)
        together(
            threads,
            lambda meeting, thread: kernels.heun_steps(
                flat, predicted, row, width, *periodic, coefficients, spins.rng, steps, meeting, thread, threads
            ),
        )
