"""Inputs of the ferrimagnet."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from spinviz.model.parameters import Parameters, choice, quantity
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.terms.exchange import Exchange
from spinviz.physics.lattice.terms.hamiltonian import Hamiltonian
from spinviz.physics.lattice.terms.term import Term
from spinviz.physics.lattice.terms.uniaxial import Uniaxial
from spinviz.physics.lattice.terms.zeeman import Zeeman
from spinviz.physics.order.ferrimagnet import Ferrimagnet as MeanField
from spinviz.systems.order.common.sample import sample_of
from spinviz.systems.order.common.view import LatticeView

LATTICE = "bcc"
NEAREST, SECOND = 8, 6
"""Neighbours of the other and of the own sublattice on the body-centred cubic lattice."""
EQUAL = 1e-3
"""Relative difference of moments and couplings below which the sublattices are alike."""


class _Ferrimagnet(Parameters):
    T: float = quantity(0.2, "J/kB", "Temperature.", symbol="T", ge=0.005, le=4)
    mu_A: float = quantity(1.0, "", "Moment of a spin of sublattice A.", title="Moment A", symbol="μ_A", ge=0, le=3)
    mu_B: float = quantity(1.3, "", "Moment of a spin of sublattice B.", title="Moment B", symbol="μ_B", ge=0, le=3)
    J_AA: float = quantity(
        2.0, "J", "Exchange of a spin of A with all its neighbours of A together, parallel.", title="Exchange in A",
        symbol="J_AA", ge=0, le=4,
    )  # fmt: skip
    J_BB: float = quantity(
        0.3, "J", "Exchange of a spin of B with all its neighbours of B together, parallel.", title="Exchange in B",
        symbol="J_BB", ge=0, le=4,
    )  # fmt: skip
    J_AB: float = quantity(
        1.0, "J", "Exchange of a spin with all its neighbours of the other sublattice together, antiparallel.",
        title="Exchange between A and B", symbol="J_AB", ge=0.05, le=4,
    )  # fmt: skip
    h: float = quantity(0.0, "J", "Field along z: the energy of a moment of 1.", title="Field", symbol="h", ge=-2, le=2)
    K: float = quantity(0.0, "J", "Uniaxial anisotropy, −K S_z² of every spin.", title="Anisotropy", symbol="K", ge=0,
                        le=2)  # fmt: skip
    L: int = quantity(6, "cells", "Cubic cells along the edge, of two spins each; even, or rounded up.", title="Edge",
                      symbol="L", ge=2, le=64, scale="log", rebuild=True)  # fmt: skip
    algorithm: Literal["heat bath", "over-relaxation", "metropolis"] = choice(
        "over-relaxation", "Heat bath, heat bath and over-relaxation, or Metropolis.", title="Algorithm",
        words={"over-relaxation": "heat bath and over-relaxation", "metropolis": "Metropolis"},
    )  # fmt: skip
    start: Literal["ordered", "random"] = choice(
        "ordered", "Spins at the start: A up and B down, or random.", title="Start", rebuild=True
    )

    @property
    def geometry(self) -> Geometry:
        """The sample: bonds of two shells."""
        return sample_of(LATTICE, self.L, True, 2)

    @property
    def terms(self) -> tuple[Term, ...]:
        """The Hamiltonian; the exchange with all neighbours is shared evenly among them."""
        own, other = (self.J_AA / SECOND, self.J_BB / SECOND), -self.J_AB / NEAREST
        J = (((0.0, other), (other, 0.0)), ((own[0], 0.0), (0.0, own[1])))
        field = (Zeeman((self.mu_A, self.mu_B), (0.0, 0.0, self.h)),) if self.h else ()
        return Exchange(J), *field, *((Uniaxial(self.K),) if self.K else ())

    @property
    def mean_field(self) -> MeanField:
        """The mean field with the same exchange."""
        return MeanField(self.J_AA, self.J_BB, self.J_AB, self.mu_A, self.mu_B)

    @property
    def alike(self) -> bool:
        """Whether both sublattices are alike but for their direction: an antiferromagnet."""
        return abs(self.mu_A - self.mu_B) <= EQUAL and abs(self.J_AA - self.J_BB) <= EQUAL

    @property
    def widest(self) -> float:
        """Right end of the axes of temperature."""
        return 1.15 * self.mean_field.critical_temperature


class FerrimagnetParameters(LatticeView, _Ferrimagnet):
    """Inputs of `Ferrimagnet`."""

    def unused(self) -> Mapping[str, str]:
        """See `Parameters.unused`."""
        return self.without_slab()


@lru_cache(maxsize=64)
def hamiltonian_of(terms: tuple[Term, ...]) -> Hamiltonian:
    """The Hamiltonian of some terms."""
    return Hamiltonian(terms)


@lru_cache(maxsize=64)
def compensation(mean_field: MeanField) -> float | None:
    """Temperature at which the sublattices cancel in the mean field, None without."""
    return mean_field.compensation_temperature
