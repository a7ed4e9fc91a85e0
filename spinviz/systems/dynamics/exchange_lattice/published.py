"""Published solutions of muMAG's standard problems 4 and 5: the means of m over time, as laws of these problems only.

Their tables are in resources/standard_problems, with their sources. Problem 4: OOMMF with cells of 2.5 nm for field 1
(fidimag's copy), and for field 2 the submission to NIST of Albuquerque, Miltat and Thiaville, with cells of 2 nm.
Problem 5: magnum.np. Specifications: www.ctcms.nist.gov/~rdm/mumag.org.html.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spinviz.model.law import Check, Departure, Law, now
from spinviz.physics.constants import ELECTRON_GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY
from spinviz.resources import path
from spinviz.systems.dynamics.exchange_lattice.parameters import ExchangeParameters
from spinviz.systems.dynamics.exchange_lattice.state import ExchangeState

Values = NDArray[np.float64]

GAMMA_0 = 2.211e5
"""mu0 gamma [m/(As)] of the problems, 0.08 % less than the electron's: their times are as much longer."""
FASTER = ELECTRON_GYROMAGNETIC_RATIO * VACUUM_PERMEABILITY / GAMMA_0
START = 5e-3
"""By how much the mean at the start may differ from the published one."""
PERMALLOY = {
    "A": 1.3e-11, "Ms": 8e5, "K1": 0.0, "D": 0.0, "T": 0.0, "stray": True, "periodic": False, "input": "",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Problem:
    """A problem: where its table is, which preset shows it, and what makes it this problem.

    ``size`` [m] of the sample, ``applied`` field [T], ``constants`` of `ExchangeParameters`, longest edge of a ``cell``
    [m] along x and y; ``until`` [s] the law holds, within ``tolerance``.
    """

    name: str
    title: str
    preset: str
    size: tuple[float, float, float]
    applied: tuple[float, float, float]
    constants: dict[str, Any]
    cell: float
    until: float
    tolerance: float
    because: str
    validity: str
    reference: str
    components: int = 3
    checked: float = 1e-9
    """Up to which time [s] `verify` looks."""

    def is_posed(self, p: ExchangeParameters) -> bool:
        """Whether the parameters are those of the problem, up to the mesh."""
        size = p.nx * p.dx, p.ny * p.dy, p.nz * p.dz
        known = all(getattr(p, name) == value for name, value in (PERMALLOY | self.constants).items())
        whole = p.plain and not p.shaped and max(p.dx, p.dy) <= self.cell
        return known and whole and close(size, self.size, 1e-3) and close(p.field, self.applied, 0.0, 5e-5)

    def holds(self, state: ExchangeState, p: ExchangeParameters, d: Departure) -> bool:
        """Whether this is the problem, from its start on, undisturbed."""
        if state.held or state.time > self.until or not self.is_posed(p):
            return False
        return bool(np.abs(d.start.mean - table(self.name)[0, 1:]).max() < START)

    def curve(self, component: int, t: Values) -> Values:
        """The mean of a component at times ``t`` [s]; NaN beyond the table."""
        ps = 1e12 * FASTER * t
        inside = (ps >= 0) & (ps <= 1e12 * self.until)
        return np.where(inside, spline(self.name)(np.where(inside, ps, 0.0))[:, component], np.nan)


def close(one: tuple[float, ...], other: tuple[float, ...], rtol: float, atol: float = 0.0) -> bool:
    """Whether two vectors are about the same."""
    return bool(np.allclose(one, other, rtol, atol))


@lru_cache(maxsize=8)
def table(name: str) -> Values:
    """Rows of t [ps] and the means of m along x, y, z."""
    return np.loadtxt(path(f"standard_problems/{name}.txt"))


@lru_cache(maxsize=8)
def spline(name: str) -> Any:
    """The table as a function of t [ps]; between its points right to 6e-4, by rows of the source that were left out."""
    from scipy.interpolate import CubicSpline

    rows = table(name)
    return CubicSpline(rows[:, 0], rows[:, 1:])


STRIP = (500e-9, 125e-9, 3e-9)
FIELD_1 = Problem(
    "sp4_field_1", "Standard problem 4, field 1", "reversal", STRIP, (-24.6e-3, 4.3e-3, 0.0),
    {"alpha": 0.02, "u": 0.0, "start": "S"}, 4e-9, 0.999e-9, 0.01,
    "On cells of 2.5 nm the means are those of the table to 1e-3; on 3.9 nm they differ by up to 0.006.",
    "The problem as specified, cells up to 4 nm, the first nanosecond.",
    "McMichael et al., J. Appl. Phys. 89, 7603 (2001); OOMMF, 2.5 nm",
)  # fmt: skip
FIELD_2 = Problem(
    "sp4_field_2", "Standard problem 4, field 2", "second_field", STRIP, (-35.5e-3, -6.3e-3, 0.0),
    {"alpha": 0.02, "u": 0.0, "start": "S"}, 4e-9, 0.4e-9, 0.06,
    "Published solutions part here: at 0.4 ns cells of 2, 2.5 and 3.9 nm give means that differ by up to 0.05.",
    "The problem as specified, cells up to 4 nm, the first 0.4 ns: later it depends on the mesh.",
    "Albuquerque, Miltat and Thiaville, submission to NIST, 2 nm",
)  # fmt: skip

VORTEX = Problem(
    "sp5", "Standard problem 5", "current", (100e-9, 100e-9, 10e-9), (0.0, 0.0, 0.0),
    {"alpha": 0.1, "beta": 0.05, "u": -72.17, "start": "vortex"}, 3.2e-9, 5e-9, 0.011,
    "Published answers differ by 1.1 % of Ms.",
    "The problem as specified, cells up to 3.2 nm, the first 5 ns.",
    "Najafi et al., J. Appl. Phys. 105, 113914 (2009); magnum.np", 2,
)  # fmt: skip
PROBLEMS = (FIELD_1, FIELD_2, VORTEX)


def laws_of(problem: Problem) -> tuple[Law, ...]:
    """One law for each component."""
    return tuple(_law(problem, n) for n in range(problem.components))


def _law(problem: Problem, n: int) -> Law:
    axis = "xyz"[n]
    check = Check(
        0.99 * min(problem.until, problem.checked), preset=problem.preset, slow=n > 0 or problem is not FIELD_1
    )

    def curve(state: ExchangeState, p: ExchangeParameters, d: Departure, t: Values) -> Values:
        return problem.curve(n, t)

    return Law(
        f"{problem.name}_{axis}", f"{problem.title}: published ⟨m_{axis}⟩", f"m{axis}", theory=now(curve),
        latex=rf"\langle m_{axis}\rangle=f(t)", symbols={"f": "published solution, a table", "t": "time"},
        validity=problem.validity, tolerance=problem.tolerance, because=problem.because, reference=problem.reference,
        check=check, holds=problem.holds, curve=curve,
        plots=("magnetization",),
    )  # fmt: skip
