"""Numbers on the cells of a mesh as colours: components, energy densities, magnetic charges, topological density."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf, pi, sqrt

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.constants import VACUUM_PERMEABILITY
from spinviz.physics.lattice.terms.cubic import Cubic
from spinviz.physics.lattice.terms.dmi import DMI
from spinviz.physics.lattice.terms.exchange import Exchange
from spinviz.physics.lattice.terms.uniaxial import Uniaxial
from spinviz.physics.lattice.terms.zeeman import Zeeman
from spinviz.physics.lattice.topology import topological_density
from spinviz.physics.micromagnetics.charges import charge_density
from spinviz.physics.micromagnetics.stepping import STRAY
from spinviz.systems.dynamics.common.mesh_view import AXES, CHARGE, COLOURS, DIRECTION, TOPOLOGY
from spinviz.systems.dynamics.common.painted import Bar, Painted
from spinviz.systems.dynamics.common.stray_picture import FULL, Factors, Sample

Values = NDArray[np.float64]
Densities = Callable[[], Mapping[str, Values]]
"""Energy densities [J/m^3] (nz, ny, nx) by name of the term, asked for where they are needed."""
TERMS = {
    "exchange": (Exchange.name,), "anisotropy": (Uniaxial.name, Cubic.name), "applied": (Zeeman.name,),
    "dmi": (DMI.name,), "stray": (STRAY,),
}  # fmt: skip
"""Of whose density a colour choice is."""
SOFT = 0.25
"""Part of mu0 Ms^2/2 that exchange and the sum of all energies reach where the stray field makes the walls."""
KILO = 1e3
MICRO = 1e-6


@dataclass(frozen=True)
class Couplings:
    """What the natural sizes of densities follow from: A [J/m], K1 [J/m^3], D [J/m^2], B [T]; has it a stray field."""

    A: float = 0.0
    K1: float = 0.0
    D: float = 0.0
    B: float = 0.0
    stray: bool = False


def bar_of(coloured: str, sample: Sample, couplings: Couplings) -> Bar | None:
    """The colour bar of a choice, a function of the parameters only; None for colours of directions."""
    if coloured == DIRECTION:
        return None
    if coloured in AXES:
        return Bar("spin", -1.0, 1.0, f"m_{coloured}")
    if coloured == CHARGE:
        full = FULL / sample.cell[0] * MICRO
        return Bar("spin", -full, full, "charge −∇·m", "1/µm", 1 / MICRO)
    if coloured == TOPOLOGY:
        full = MICRO**2 / (4 * pi * core(sample, couplings) ** 2)
        return Bar("spin", -full, full, "topological density", "1/µm²", 1 / MICRO**2)
    low, high = (end / KILO for end in energy_range(coloured, sample, couplings))
    colormap = "spin" if low < 0 < high else "inferno" if high > 0 else "inferno_r"
    return Bar(colormap, low, high, COLOURS[coloured], "kJ/m³", KILO)


def core(sample: Sample, couplings: Couplings) -> float:
    """Size [m] of the core of a vortex or the width of a wall: sqrt(A/K) of the larger of anisotropy and mu0 Ms^2/2."""
    K = max(abs(couplings.K1), dipolar(sample) if couplings.stray else 0.0)
    width = sqrt(couplings.A / K) if K else inf
    if couplings.D:
        width = min(width, 2 * couplings.A / abs(couplings.D))
    return width if sample.cell[0] / 2 < width < inf else 3 * sample.cell[0]


def dipolar(sample: Sample) -> float:
    """mu0 Ms^2/2 [J/m^3]."""
    return VACUUM_PERMEABILITY * sample.Ms**2 / 2


def energy_range(coloured: str, sample: Sample, couplings: Couplings) -> tuple[float, float]:
    """Ends [J/m^3] of the colours of an energy density.

    The stray field has mu0 Ms^2/2 in a film magnetized across its plane, less where there are domains. Exchange has at
    most about that of the term against which it makes walls, of the stray field of a soft film some of it; for the sum
    it is the largest of all.
    """
    stray = dipolar(sample) if couplings.stray else 0.0
    dmi = couplings.D**2 / (2 * couplings.A) if couplings.A else 0.0
    applied, largest = sample.Ms * abs(couplings.B), max(SOFT * stray, abs(couplings.K1), dmi)
    sizes: dict[str, tuple[float, float]] = {
        "exchange": (0.0, largest),
        "anisotropy": (min(-couplings.K1, 0.0), max(-couplings.K1, 0.0)),
        "applied": (-applied, applied),
        "dmi": (-dmi, dmi),
        "stray": (0.0, stray / 2),
    }
    low, high = sizes.get(coloured, (-max(largest, applied), max(largest, applied)))
    return (low, high) if high > low else (-1.0, 1.0)


def painted(
    coloured: str, m: NDArray[np.floating], sample: Sample, couplings: Couplings, densities: Densities,
    factors: Factors = None,
) -> Painted | None:  # fmt: skip
    """The numbers of a choice on directions ``m`` (nz, ny, nx, 3); None for colours of directions."""
    bar = bar_of(coloured, sample, couplings)
    if bar is None:
        return None
    if coloured in AXES:
        numbers = np.asarray(m[..., AXES.index(coloured)], np.float64)
    elif coloured == CHARGE:
        numbers = charge_density(m, sample.cell, sample.periodic, factors)
    elif coloured == TOPOLOGY:
        closed, area = (sample.periodic[0], sample.periodic[1]), sample.cell[0] * sample.cell[1]
        numbers = np.stack([topological_density(layer, closed) for layer in m]) / area
    else:
        known = densities()
        some = [known[name] for name in TERMS.get(coloured, tuple(known)) if name in known]
        numbers = np.sum(some, axis=0) if some else np.zeros(m.shape[:3])
    return Painted(np.where(m.any(axis=3), numbers / bar.scale, np.nan), bar)
