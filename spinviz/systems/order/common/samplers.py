"""Samplers of Hamiltonians, kept while their terms stay, and the methods that parameters name."""

from __future__ import annotations

from functools import lru_cache

from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.monte_carlo import Sampler
from spinviz.physics.lattice.terms.hamiltonian import Hamiltonian
from spinviz.physics.lattice.terms.term import Term

METHODS = {
    "heat bath": ("heat bath",),
    "over-relaxation": ("heat bath", "over-relaxation"),
    "metropolis": ("metropolis",),
}


@lru_cache(maxsize=64)
def sampler_of(terms: tuple[Term, ...], geometry: Geometry) -> Sampler:
    """Return the sampler of some terms on a lattice."""
    return Sampler.of(Hamiltonian(terms).compiled(geometry))
