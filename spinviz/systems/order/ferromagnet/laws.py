"""What ferromagnets are known to do: rings and small lattices exactly, the planes of Onsager and Yang, Tc by U4."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import nan, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spinviz.model.law import Check, Law
from spinviz.model.plots import Guide, Line
from spinviz.physics.ising.laws import spontaneous_magnetization, torus
from spinviz.physics.ising.sampling import correlation_length
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.order import mean_field, rings
from spinviz.physics.order.enumeration import Averages, Bonds, counted
from spinviz.systems.order.common.motion import COLDER
from spinviz.systems.order.common.temperature import BY_STEPS, temperature_law
from spinviz.systems.order.ferromagnet.parameters import FerromagnetParameters
from spinviz.systems.order.ferromagnet.state import MagnetState

Values = NDArray[np.float64]

SIGMAS = 4.0
BECAUSE = "Standard errors of the mean over the sweeps since the last change, found by blocking."
MOST_COUNTED = 1 << 17
"""States of a small lattice that are counted at once, in about a second."""
CUMULANT = 0.622
"""U4 of the cubic Heisenberg model at Tc for large samples; Holm and Janke, Phys. Rev. B 48, 936 (1993)."""


def free(p: FerromagnetParameters) -> bool:
    """Whether there is exchange and nothing else, on all sites of a lattice."""
    return p.h == 0 and p.magnet.K == 0 and p.complete


def is_ring(p: FerromagnetParameters) -> bool:
    """Whether it is a closed chain of vectors."""
    return free(p) and p.lattice == "chain" and p.closed and p.model in ("heisenberg", "xy")


def ring(p: FerromagnetParameters) -> rings.Spins:
    """Which spins the ring has."""
    return "xy" if p.model == "xy" else "heisenberg"


def is_counted(p: FerromagnetParameters) -> bool:
    """Whether the discrete states of the sample are few enough to be counted."""
    states = p.q if p.model in ("potts", "clock") else 2
    sites = prod(p.geometry.shape)
    return p.model in ("ising", "potts", "clock") and free(p) and sites <= 24 and states**sites <= MOST_COUNTED


@lru_cache(maxsize=8)
def pairs_of(geometry: Geometry) -> Bonds:
    """The bonds of a small sample as pairs of sites, each once; two that are joined twice come twice."""
    number = np.arange(geometry.count, dtype=float).reshape(geometry.shape) + 1
    found: list[tuple[int, int]] = []
    for bond in geometry.bonds:
        there = geometry.neighbour(number, bond)
        here = number[..., bond.a]
        found += [(int(a) - 1, int(b) - 1) for a, b in zip(here.ravel(), there.ravel()) if b > 0]
    found.sort(key=lambda pair: (min(pair), max(pair)))
    return tuple((a, b) for a, b in found[::2])


def exact(p: FerromagnetParameters, T: float) -> Averages:
    """Averages of a small sample by counting its states."""
    kind = p.model if p.model in ("potts", "clock") else "ising"
    return counted(pairs_of(p.geometry), p.geometry.count, kind, p.q).averages(T)


def is_plane(p: FerromagnetParameters) -> bool:
    """Whether it is the plane of Onsager, as long as wide."""
    return free(p) and p.model == "ising" and p.lattice == "square" and p.closed


def large(p: FerromagnetParameters) -> bool:
    """Whether the plane is much larger than the correlation length."""
    return is_plane(p) and p.geometry.sides[0] >= 8 * correlation_length(p.T)


def over(law: Callable[[FerromagnetParameters, float], float], when: Callable[[FerromagnetParameters], bool]) -> Any:
    """Return a law's curve over temperatures, NaN where it is none of this sample."""

    def curve(state: MagnetState, p: FerromagnetParameters, d: object, T: Values) -> Values:
        return along(law, p, float(T[0]), float(T[-1]), len(T)) if when(p) else np.full(len(T), nan)

    return curve


def along(law: Any, p: FerromagnetParameters, low: float, high: float, count: int) -> Values:
    """A law over temperatures, kept for what does not depend on T."""
    return _along(law, p.change(T=1.0), low, high, count)


@lru_cache(maxsize=32)
def _along(law: Any, p: FerromagnetParameters, low: float, high: float, count: int) -> Values:
    return np.array([law(p, max(T, 0.02)) for T in np.linspace(low, high, count)])


def ring_energy(p: FerromagnetParameters, T: float) -> float:
    """Energy per spin of a ring."""
    return rings.ring_energy(p.geometry.count, T, 1.0, ring(p))


def ring_square(p: FerromagnetParameters, T: float) -> float:
    """<m^2> of a ring."""
    return rings.ring_mean_square(p.geometry.count, T, 1.0, ring(p))


def plane_energy(p: FerromagnetParameters, T: float) -> float:
    """Energy per spin of the periodic plane."""
    return torus(T, p.geometry.sides[0])[0]


def yang(p: FerromagnetParameters, T: float) -> float:
    """|m| of the infinite plane."""
    return float(spontaneous_magnetization(T))


def at_Tc(p: FerromagnetParameters) -> bool:
    """Whether a cubic Heisenberg sample is at its critical temperature."""
    cubic = free(p) and p.model == "heisenberg" and p.lattice == "simple cubic" and p.closed
    return cubic and abs(p.T / p.Tc - 1) < 1e-3 and p.geometry.sides[0] >= 8


def thermal(state: MagnetState, p: FerromagnetParameters) -> bool:
    """Whether all spins turn continuously in a bath, so that their temperature is known from torques."""
    return p.magnet.continuous and not len(state.pinned) and not (p.precesses and p.alpha == 0)


def coldness(state: MagnetState, p: FerromagnetParameters, d: object) -> float:
    """By how much the steps of precessing spins may change a temperature, an energy or <m^2> [J, J/kB]."""
    return 1.3 * COLDER * p.T if p.precesses else 0.0


def intact(state: MagnetState, p: FerromagnetParameters) -> bool:
    """Whether the sample has all its spins, and all move in a bath."""
    return not (state.holes or len(state.pinned) or (p.precesses and p.alpha == 0))


LAWS = (
    temperature_law(
        Check(1500.0, {"T": 0.9, "L": 8, "h": 0.3, "K": 0.5, "lattice": "bcc"}),
        lambda s, p, d: thermal(s, p), coldness, BY_STEPS,
    ),
    Law(
        "ring", "Energy of a ring of spins", "energy", theory=lambda s, p, d: ring_energy(p, p.T),
        latex=r"e=-\frac{1}{N}\frac{\partial\ln Z}{\partial(1/k_BT)},\quad Z=\sum_l(2l+1)\,i_l(K)^N,\quad "
        r"K=\frac{J}{k_BT}",
        validity="Periodic chain of Heisenberg spins or plane rotators, of any length, without field; for rotators Z = "
        "Σ I_m(K)^N.",
        tolerance=SIGMAS, because=BECAUSE, allowance=coldness,
        reference="Joyce, Phys. Rev. 155, 478 (1967); Fisher, Am. J. Phys. 32, 343 (1964)",
        check=Check(4000.0, {"lattice": "chain", "L": 4, "T": 1.0}), averaged=True,
        holds=lambda s, p, d: intact(s, p) and is_ring(p), curve=over(ring_energy, is_ring), plots=("energy",),
        symbols={"N": "number of spins", "Z": "partition function", "i_l": "modified spherical Bessel functions",
                 "K": "exchange over thermal energy", "l": "order of the Bessel functions"},
    ),
    Law(
        "ring_order", "Mean square magnetization of a ring", "m2", theory=lambda s, p, d: ring_square(p, p.T),
        latex=r"\langle m^2\rangle=\frac{1}{N}\sum_{r=0}^{N-1}\langle\mathbf{S}_0\cdot\mathbf{S}_r\rangle",
        validity="Periodic chain of Heisenberg spins or plane rotators, of any length, without field.",
        tolerance=SIGMAS, because=BECAUSE, allowance=coldness, reference="Joyce, Phys. Rev. 155, 478 (1967)",
        check=Check(4000.0, {"lattice": "chain", "L": 8, "T": 0.5}), averaged=True,
        holds=lambda s, p, d: intact(s, p) and is_ring(p), curve=over(ring_square, is_ring), plots=("square",),
        symbols={"N": "number of spins", "r": "distance along the ring"},
    ),
    Law(
        "counted", "Energy of a small lattice", "energy", theory=lambda s, p, d: exact(p, p.T).energy,
        latex=r"e=\frac{1}{N}\frac{\sum E\,\mathrm{e}^{-E/k_BT}}{\sum\mathrm{e}^{-E/k_BT}}",
        validity="Ising, Potts or clock spins without field on a lattice of at most 131 072 states, all counted.",
        tolerance=SIGMAS, because=BECAUSE, reference="Every state of the sample with its Boltzmann weight",
        check=Check(6000.0, {"model": "ising", "lattice": "square", "L": 4, "T": 2.269185}), averaged=True,
        holds=lambda s, p, d: intact(s, p) and is_counted(p),
        curve=over(lambda p, T: exact(p, T).energy, is_counted), plots=("energy",),
        symbols={"N": "number of spins", "E": "energy of a state"},
    ),
    Law(
        "counted_order", "Order of a small lattice", "abs_m", theory=lambda s, p, d: exact(p, p.T).abs_m,
        latex=r"\langle|m|\rangle=\frac{\sum|m|\,\mathrm{e}^{-E/k_BT}}{\sum\mathrm{e}^{-E/k_BT}}",
        validity="Ising, Potts or clock spins without field on a lattice of at most 131 072 states, all counted.",
        tolerance=SIGMAS, because=BECAUSE, reference="Every state of the sample with its Boltzmann weight",
        check=Check(6000.0, {"model": "potts", "q": 3, "lattice": "square", "L": 2, "T": 1.0}), averaged=True,
        holds=lambda s, p, d: intact(s, p) and is_counted(p),
        curve=over(lambda p, T: exact(p, T).abs_m, is_counted), plots=("order",),
        symbols={"E": "energy of a state"},
    ),
    Law(
        "plane", "Energy of the Ising plane", "energy", theory=lambda s, p, d: plane_energy(p, p.T),
        latex=r"e=-\frac{J}{N}\frac{\partial\ln Z}{\partial K},\quad Z=\tfrac12(2\sinh 2K)^{N/2}\sum_{i=1}^4Y_i(K)",
        validity="Ising spins on the periodic square lattice of more than 16 spins, without field.",
        tolerance=SIGMAS, because=BECAUSE,
        reference="Onsager, Phys. Rev. 65, 117 (1944); Kaufman, Phys. Rev. 76, 1232 (1949)",
        check=Check(4000.0, {"model": "ising", "lattice": "square", "L": 32, "T": 2.5, "start": "random"}),
        averaged=True, holds=lambda s, p, d: intact(s, p) and is_plane(p) and not is_counted(p),
        curve=over(plane_energy, lambda p: is_plane(p) and not is_counted(p)), plots=("energy",),
        symbols={"N": "number of spins", "Z": "partition function", "K": "exchange over thermal energy",
                 "Y_i": "Kaufman's four products over wave numbers"},
    ),
    Law(
        "yang", "Spontaneous magnetization of the Ising plane", "abs_m", theory=lambda s, p, d: yang(p, p.T),
        latex=r"|m|=\left[1-\sinh^{-4}(2J/k_BT)\right]^{1/8}",
        validity="Ising spins on the periodic square lattice below Tc, without field, L ≥ 8 ξ.",
        tolerance=SIGMAS, because=BECAUSE, reference="Yang, Phys. Rev. 85, 808 (1952)",
        check=Check(4000.0, {"model": "ising", "lattice": "square", "L": 64, "T": 2.0}), averaged=True,
        holds=lambda s, p, d: intact(s, p) and large(p) and p.Tc > p.T and s.magnitude > 0.5 * yang(p, p.T),
        curve=over(yang, lambda p: is_plane(p) and not is_counted(p)), plots=("order",),
    ),
    Law(
        "cumulant", "Cumulant at the critical point", "U4", theory=lambda s, p, d: CUMULANT,
        latex=r"U_4=1-\frac{\langle m^4\rangle}{3\langle m^2\rangle^2}=0.622",
        validity="Heisenberg spins on the periodic simple cubic lattice at Tc = 1.4429 J/kB, of any size from L = 8.",
        tolerance=SIGMAS,
        because="Standard errors by blocking; samples of 8 differ from large ones by 0.003, and Tc is known to 5e-5 of "
        "itself.",
        reference="Holm and Janke, Phys. Rev. B 48, 936 (1993); Chen, Ferrenberg and Landau, Phys. Rev. B 48, 3249 "
        "(1993)",
        check=Check(6000.0, {"T": 1.4429, "L": 8}), averaged=True, allowance=0.004,
        holds=lambda s, p, d: intact(s, p) and at_Tc(p),
    ),
)  # fmt: skip


def _mean_field_order(p: FerromagnetParameters, T: Values) -> Values:
    """m of the mean field with the same z and J."""
    Tc = p.mean_field_Tc
    return mean_field.order_parameter(p.spin, np.maximum(T, 0.01) / Tc, abs(p.h) / Tc)


def _mean_field_energy(p: FerromagnetParameters, T: Values) -> Values:
    """Energy per spin of the mean field [J]."""
    Tc = p.mean_field_Tc
    return np.asarray(mean_field.energy(p.spin, np.maximum(T, 0.01) / Tc, abs(p.h) / Tc) * Tc)


def _mean_field_heat(p: FerromagnetParameters, T: Values) -> Values:
    """Specific heat per spin of the mean field [kB]."""
    return mean_field.specific_heat(p.spin, np.maximum(T, 0.01) / p.mean_field_Tc, abs(p.h) / p.mean_field_Tc)


def _of_mean_field(law: Callable[[FerromagnetParameters, Values], Values]) -> Callable[..., Values]:
    """Return a curve of the mean field, NaN where there is none; kept, for it is asked for with every frame."""

    @lru_cache(maxsize=32)
    def kept(p: FerromagnetParameters, low: float, high: float, count: int) -> Values:
        return law(p, np.linspace(low, high, count))

    def curve(p: FerromagnetParameters, T: Values) -> Values:
        if p.spin != p.spin or p.magnet.K or p.vacancies:
            return np.full(len(T), nan)
        return kept(p.change(T=1.0), float(T[0]), float(T[-1]), len(T)).copy()

    return curve


MEAN_FIELD = {
    name: Guide("mean_field", "mean field", curve)
    for name, curve in (
        ("order", _of_mean_field(_mean_field_order)),
        ("energy", _of_mean_field(_mean_field_energy)),
        ("heat", _of_mean_field(_mean_field_heat)),
    )
}


def crossing_lines(state: MagnetState, p: FerromagnetParameters) -> tuple[Line, ...]:
    """The self-consistency of the mean field: what spins answer to a mean m, and m itself; they cross at solutions."""
    m = np.linspace(-1.0, 1.0, 161)
    t = p.T / p.mean_field_Tc
    answer = mean_field.self_consistency(p.spin, t, m, p.h / p.mean_field_Tc)
    solution = float(mean_field.order_parameter(p.spin, t, p.h / p.mean_field_Tc))
    return (
        Line(m, m, "mean m of the neighbours", "muted"),
        Line(m, answer, "mean of a spin in their field", "secondary", dashed=True, law=True),
        Line(np.array([solution]), np.array([solution]), "", "secondary", marks=True, law=True),
        Line(np.array([state.magnitude]), np.array([state.magnitude]), "this sample", "simulation", marks=True),
    )
