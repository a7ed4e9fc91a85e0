"""Closed forms that the wall of a wide track obeys, and when each of them holds."""

from __future__ import annotations

from math import degrees, nan, pi

import numpy as np

from spinviz.model.law import Check, Departure, Law
from spinviz.physics.constants import ELECTRON_GYROMAGNETIC_RATIO
from spinviz.physics.micromagnetics.walker import TILTS
from spinviz.systems.dynamics.domain_wall.defects import held_at, release_field
from spinviz.systems.dynamics.domain_wall.motion import relaxation_rate
from spinviz.systems.dynamics.domain_wall.parameters import WallParameters
from spinviz.systems.dynamics.domain_wall.state import WallState, field_now, position, straight, tilt, walled

SETTLED = 12.0
"""Relaxation times after which a steady state is compared: 6e-6 of the change is left."""
FIRST_TURNS = 3
"""Half turns after which the last two of them are those of a periodic motion."""
MARGIN = 0.1
"""Least rate of precession over its mean: closer to the breakdown it dwells where nearly nothing turns it."""
MOST_SHORTENED, FASTEST = 0.15, 0.1
"""mu0 Ms^2/2 over K1, and the rate of precession over that in the anisotropy field, up to which the width follows."""

SHALLOW = 0.05
"""Depth of planes up to which first order does."""
NEARLY = 0.9
"""Part of the field of release up to which it does."""

REFERENCE = "Schryer and Walker, J. Appl. Phys. 45, 5406 (1974)"
CURRENT = "Thiaville, Nakatani, Miltat and Suzuki, Europhys. Lett. 69, 990 (2005)"
FLAT = "One flat wall in a wide track without defects, Δ > 2.5 Δx"
SOFT = "μ₀Ms²/2 < 0.15 K₁, f below a tenth of γK₁/πMs"
CELLS = "The next term of the mesh, of order (Δx/Δ)⁴: 1e-3 at Δ = 2.5 Δx"


def free(state: WallState, p: WallParameters) -> bool:
    """Whether there is one flat wall without defects in a constant field, resolved by the mesh."""
    constant = state.time - state.since >= p.rise
    return p.wide and p.depth == 0 and p.back == 0 and p.resolved and constant and walled(state) and straight(state)


def steady(state: WallState, p: WallParameters, d: Departure) -> bool:
    """Whether the wall has come to its steady state."""
    rate = relaxation_rate(p)
    return rate > 0 and free(state, p) and rate * (state.time - d.time - p.rise) >= SETTLED


def driven(state: WallState, p: WallParameters, d: Departure) -> bool:
    """Whether a field alone moves it steadily."""
    return p.u == 0 and p.B != 0 and steady(state, p, d)


def carried(state: WallState, p: WallParameters, d: Departure) -> bool:
    """Whether a current moves it steadily."""
    return p.u != 0 and steady(state, p, d)


def precessing(state: WallState, p: WallParameters, d: Departure) -> bool:
    """Whether the wall precesses periodically."""
    if not (free(state, p) and p.wall.precesses and state.turned >= FIRST_TURNS):
        return False
    slowest = float(np.min(np.abs(p.wall.rate(TILTS))))
    rate = abs(p.wall.mean_rate)
    follows = p.wall.hardness < MOST_SHORTENED * p.K1
    return follows and rate < FASTEST * ELECTRON_GYROMAGNETIC_RATIO * 2 * p.K1 / p.Ms and slowest > MARGIN * rate


def pinned(state: WallState, p: WallParameters, d: Departure) -> bool:
    """Whether a flat wall is at rest in a plane, and has been let alone for a while."""
    planes = p.wide and p.flat and 0 < p.depth <= SHALLOW and p.u == 0 and p.back == 0 and p.resolved
    if not planes or p.spacing < p.size + 8 * float(p.wall.width()) or not walled(state):
        return False
    waited = SETTLED / max(relaxation_rate(p.change(B=0.0)), 1e8)
    B = abs(field_now(state, p))
    return state.time - max(d.time, state.fast) > waited and 0 < B < NEARLY * release_field(p)


def steady_tilt(state: WallState, p: WallParameters) -> float:
    """Tilt [deg] of the steady state; it is the same half a turn further, of which the nearer is meant."""
    steady, now = degrees(p.wall.steady_tilt), tilt(state)
    return steady + 180 * round((now - steady) / 180) if steady == steady else nan


SYMBOLS = {
    "ψ": "tilt of the wall's moment out of its plane",
    "δ": "depth of a plane",
    "h": "half the thickness of a plane",
    "s": "position from the middle of a plane",
    "K": "hard-axis constant of the wall's own stray field",
    "B_W": "Walker field",
    "u_e": "drift velocity that acts on the mesh, u less r²/6",
    "r": "cell size over the width of the wall",
    "γ": "gyromagnetic ratio",
    "μ_0": "vacuum permeability",
}

LAWS = (
    Law(
        "width", "Width of the wall", "width",
        theory=lambda s, p, d: float(p.wall.width(p.wall.steady_tilt)),
        latex=r"\Delta=\sqrt{\frac{A}{K_1+K\sin^2\psi}}\,(1-r^2/8),\ K=\mu_0M_s^2/2",
        validity=f"{FLAT}, at rest or in steady motion.",
        tolerance=2e-3, because=f"{CELLS}.", reference=REFERENCE,
        check=Check(4e-9, {"B": 0.015}), scale="theory", holds=steady,
    ),
    Law(
        "energy", "Energy of the wall", "wall_energy",
        theory=lambda s, p, d: float(p.wall.energy(p.wall.steady_tilt)),
        latex=r"\sigma=4\sqrt{A\,(K_1+K\sin^2\psi)}\,(1-r^2/24),\ K=\mu_0M_s^2/2",
        validity=f"{FLAT}, at rest or in steady motion; without the energy of the applied field.",
        tolerance=1e-3, because="The next term of the mesh, of order (Δx/Δ)⁴: 2e-4 at Δ = 2.5 Δx.",
        reference=REFERENCE, check=Check(4e-9, {"B": 0.015}), scale="theory", holds=steady,
    ),
    Law(
        "tilt", "Tilt of the wall", "tilt", theory=lambda s, p, d: steady_tilt(s, p),
        latex=r"\sin 2\psi=\frac{B}{B_W}+\frac{(\beta-\alpha)\,u_e}{\gamma\Delta\,B_W},\ B_W=\alpha\mu_0M_s/2",
        validity=f"{FLAT}, in steady motion.",
        tolerance=0.3, because="Degrees: the mesh changes the torque of a current by some (Δx/Δ)⁴, and near the "
        "breakdown the tilt answers strongly.",
        reference=REFERENCE, check=Check(4e-9, {"B": 0.015}), holds=steady,
    ),
    Law(
        "field_velocity", "Walker's velocity", "velocity", theory=lambda s, p, d: p.wall.steady_velocity,
        latex=r"v=\frac{\gamma\Delta\,B}{\alpha},\quad |B|<B_W=\alpha\mu_0M_s/2",
        validity=f"{FLAT}, in steady motion without a current.",
        tolerance=2e-3, because=f"{CELLS}.", reference=REFERENCE,
        check=Check(3e-9, preset="field"), scale="theory", holds=driven, plots=("velocity", "over_field"),
    ),
    Law(
        "current_velocity", "Velocity in a current", "velocity", theory=lambda s, p, d: p.wall.steady_velocity,
        latex=r"v=\frac{\beta u_e+\gamma\Delta\,B}{\alpha},\ u_e=u\,(1-r^2/6)",
        validity=f"{FLAT}, in steady motion with a current.",
        tolerance=2e-3, because=f"{CELLS}; in units of the velocity, or of 1 m/s where it is smaller.",
        reference=CURRENT, check=Check(3e-9, preset="current"),
        scale=lambda s, p, d: max(abs(p.wall.steady_velocity), 1.0), holds=carried, plots=("velocity", "over_current"),
    ),
    Law(
        "mean_velocity", "Mean velocity beyond the breakdown", "mean_velocity",
        theory=lambda s, p, d: p.wall.mean_velocity,
        latex=r"\langle v\rangle=\frac{1}{\alpha}\left\langle\gamma\Delta\,B+\beta u_e-\Delta\dot\psi\right\rangle,\ "
        r"(1+\alpha^2)\dot\psi=\gamma B+(\beta-\alpha)\frac{u_e}{\Delta}-\gamma\,B_W\sin 2\psi",
        validity=f"{FLAT}, precessing for one and a half turns, not close to the breakdown; {SOFT}.",
        tolerance=5e-3, because="The width is taken to follow the tilt at once, which it does to order K/K₁.",
        reference=REFERENCE, check=Check(8e-9, preset="breakdown"), scale="theory", holds=precessing,
        plots=("mean_velocity", "over_field", "over_current"),
    ),
    Law(
        "precession", "Precession of the wall", "precession",
        theory=lambda s, p, d: p.wall.mean_rate / (2 * pi),
        latex=r"f=\frac{\gamma}{2\pi}\frac{\sqrt{B^2-B_W^2}}{1+\alpha^2}",
        validity=f"{FLAT}, precessing for one and a half turns without a current, not close to the breakdown; "
        f"{SOFT}.",
        tolerance=5e-3, because="The width is taken to follow the tilt at once, which it does to order K/K₁.",
        reference=REFERENCE, check=Check(8e-9, preset="breakdown"), scale="theory",
        holds=lambda s, p, d: p.u == 0 and precessing(s, p, d),
    ),
    Law(
        "pinned", "Wall held by a plane", "position",
        theory=lambda s, p, d: held_at(p, field_now(s, p), position(s, p)),
        latex=r"B=\frac{\delta\,K_1}{2M_s}\left(\mathrm{sech}^2\frac{h-s}{\Delta}"
        r"-\mathrm{sech}^2\frac{h+s}{\Delta}\right)",
        validity="A flat wall at rest in one of several planes far apart, depth of at most 5 %, in a field that rises "
        "slowly and is below 0.9 of that of release.",
        tolerance=5e-10, because="First order in the depth; the wall lags behind a rising field by 0.2 nm.",
        reference="Kersten, Z. Phys. 44, 63 (1943)", check=Check(9e-9, preset="pinned"), holds=pinned,
        plots=("position", "field_curve"),
    ),
)  # fmt: skip
