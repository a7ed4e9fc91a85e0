"""The mesh of the exchange lattice: starts and files, fields, steps, energies, and what actions do to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from math import nan, radians
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from spinviz.files.errors import FileError
from spinviz.files.ovf.read import OVF
from spinviz.model.brush import Indices, MeshSites
from spinviz.model.clock import scale_within
from spinviz.model.parameters import ParameterError
from spinviz.model.system import State
from spinviz.physics.constants import BOLTZMANN, ELECTRON_GYROMAGNETIC_RATIO
from spinviz.physics.lattice import textures
from spinviz.physics.lattice.brushes import brushed
from spinviz.physics.lattice.dynamics import Dynamics
from spinviz.physics.lattice.energies import Energies
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.mesh import mesh, micromagnetic
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.lattice.terms.cubic import Cubic
from spinviz.physics.lattice.terms.dmi import DMI
from spinviz.physics.lattice.terms.exchange import Exchange
from spinviz.physics.lattice.terms.hamiltonian import Hamiltonian
from spinviz.physics.lattice.terms.uniaxial import Uniaxial
from spinviz.physics.lattice.terms.zeeman import Zeeman
from spinviz.physics.lattice.topology import topological_charge
from spinviz.physics.micromagnetics.energy_density import densities_of
from spinviz.physics.micromagnetics.relaxation import MOST
from spinviz.physics.micromagnetics.relaxation import relax as minimised
from spinviz.physics.micromagnetics.stepping import STRAY, History, Motion
from spinviz.physics.stepping import parts_of
from spinviz.systems.dynamics.common.body import cells_of, inside
from spinviz.systems.dynamics.common.magnetization import RATE, magnetization_file, stray_field_of
from spinviz.systems.dynamics.exchange_lattice.parameters import (
    WAVE,
    ExchangeParameters,
    mesh_wall_width,
    resolves_wall,
    wall_width,
)
from spinviz.systems.dynamics.exchange_lattice.start_file import start_file

Values = NDArray[np.float64]

TURN, UNDAMPED_TURN = 0.1, 0.04
"""Largest rotation [rad] of a moment in one Heun step; without damping its growth, rotation^4/8 a step, shows."""
TORQUE = {"single": 1e-5, "double": 1e-7}
"""Torque abs(m x B) [T] at which a descent ends: what the precision can tell."""
WORK = 6_000_000
"""Cells times iterations of a descent, which is given up then: some seconds. What it lacks the motion does."""
ALONG_X = (1.0, 0.25, 0.1)
"""From where an S state is relaxed."""
COUNTED = 300_000
"""Cells of which a distribution is made."""
UNDAMPED_WAVE = 0.24
"""Angle per step of the stiffest spin wave where nothing else damps: less than 1e-6 of the energy is lost in 1 ns."""
LOCAL_TURN = 0.02
"""The same in the applied and the anisotropy field."""
UNDAMPED = 1e-3
CALM_RATE = 3e7
"""Cell steps per second without stray field and current that are asked of one core: a quarter of what it can do."""


BY_TERM = {
    "stray_energy": (STRAY,), "exchange_energy": (Exchange.name,), "anisotropy_energy": (Uniaxial.name, Cubic.name),
    "field_energy": (Zeeman.name,), "dmi_energy": (DMI.name,),
}  # fmt: skip
"""Observables that are the energy of one kind, and its terms."""


@dataclass
class ExchangeState(State):
    """The spins and their last stray fields; what is odd about the file that they came from.

    ``held``: whether they are shown only, as no magnetization. ``factors`` (nz, ny, nx): Ms of each cell over the
    largest where the file gives several, read-only.
    """

    spins: Spins
    odd: tuple[str, ...] = ()
    held: bool = False
    history: History | None = None
    factors: Values | None = None

    @property
    def m(self) -> NDArray[np.floating]:
        """A view (nz, ny, nx, 3) that may be written to: unit vectors, zero where there is no material."""
        return self.spins.sites[..., 0, :]  # type: ignore[return-value]

    @property
    def content(self) -> bytes:
        """The factors as `cells_of` takes them."""
        return b"" if self.factors is None else self.factors.tobytes()

    @property
    def occupied(self) -> int:
        """Cells with material."""
        return int(self.m.any(axis=3).sum())


@dataclass(frozen=True, eq=False)
class Start:
    """What closed forms start from: the mean vector (3,), whether all moments are parallel, a wave's amplitude."""

    mean: Values
    uniform: bool
    wave: complex


@lru_cache(maxsize=16)
def mesh_of(p: ExchangeParameters) -> Geometry:
    """The mesh, as its spins hold it."""
    return mesh((p.nx, p.ny, p.nz), p.closed)


@lru_cache(maxsize=64)
def terms_of(p: ExchangeParameters) -> Hamiltonian:
    """The terms of the energy [J]."""
    return micromagnetic(mesh_of(p), p.Ms, (p.dx, p.dy, p.dz), A=p.A, K1=p.K1, axis=p.easy, B=p.field, D=p.D)


@lru_cache(maxsize=64)
def dynamics_of(p: ExchangeParameters) -> Dynamics:
    """How the moments move."""
    return Dynamics(mesh_of(p), terms_of(p), p.moment, p.alpha)


@lru_cache(maxsize=4)
def motion_of(p: ExchangeParameters, content: bytes = b"") -> Motion:
    """How they move with their stray field, a current, and in cells of several materials."""
    cell, cells = (p.dx, p.dy, p.dz), cells_of(p, content)
    if cells is None:
        stray = stray_field_of(mesh_of(p), cell, p.Ms) if p.stray else None
        return Motion(
            mesh_of(p), terms_of(p), p.moment, p.alpha, stray, u=(p.u, 0.0, 0.0), beta=p.beta, cell=cell
        )  # fmt: skip
    return Motion.of_cells(cells, B=p.field, stray=p.stray, u=(p.u, 0.0, 0.0), beta=p.beta)


def calm(state: ExchangeState, p: ExchangeParameters) -> bool:
    """Whether neither a stray field nor a current acts, on cells of one material."""
    return p.calm and state.factors is None


def moved(state: ExchangeState, p: ExchangeParameters, dt: float) -> None:
    """Advance by ``dt`` [s] in equal steps of at most the stable length."""
    inner = parts_of(dt, inner_step(p, state.content))
    if calm(state, p):
        dynamics_of(p).heun(state.spins, dt=dt / inner, steps=inner, kT=BOLTZMANN * p.T)
        return
    if state.history is None:
        state.history = History.of(state.spins)
    state.spins.fill_halo()
    motion_of(p, state.content).advance(state.spins, state.history, dt / inner, inner, kT=BOLTZMANN * p.T)


def edited(state: ExchangeState) -> None:
    """Forget the stray fields: something but time has changed the spins or what acts on them."""
    state.history = None


@lru_cache(maxsize=64)
def energies_of(p: ExchangeParameters) -> Energies:
    """Energies [J] of the terms; exchange counts from the uniform state, as A (grad m)^2 does."""
    return Energies(mesh_of(p), terms_of(p), from_aligned=True)


@lru_cache(maxsize=64)
def inner_step(p: ExchangeParameters, content: bytes = b"") -> float:
    """Longest stable step [s]; with noise shorter, so that one kick stays small."""
    damped = p.alpha >= UNDAMPED
    if content or not p.calm:
        motion = motion_of(p, content)
        dt = motion.longest_step() if damped else motion.longest_step(UNDAMPED_WAVE)
    else:
        dt = dynamics_of(p).stable_timestep(TURN if damped else UNDAMPED_TURN)
        # Heun's steps turn too fast by a sixth of the squared rotation: the motion of all together needs small ones.
        dt = min(dt, LOCAL_TURN / (ELECTRON_GYROMAGNETIC_RATIO * max(abs(p.B) + abs(2 * p.K1 / p.Ms), 1e-300)))
    if p.T > 0:
        moment = smallest_moment(p, content)
        kick = 2 * p.alpha * BOLTZMANN * p.T * ELECTRON_GYROMAGNETIC_RATIO / ((1 + p.alpha**2) * moment)
        # Steps of a part of the time 1/kick make the temperature too low by about that part.
        dt = min(dt, 0.004 / max(kick, 1e-300))
    return min(dt, 1e-12)


def smallest_moment(p: ExchangeParameters, content: bytes) -> float:
    """Ms V [J/T] of the cell that has least of it."""
    cells = cells_of(p, content)
    if cells is None:
        return p.moment
    Ms = cells.of("Ms")
    return float(Ms[Ms > 0].min()) * cells.volume


def start_vectors(p: ExchangeParameters, rng: np.random.Generator) -> Values:
    """Unit vectors (nz, ny, nx, 3) of the start; zero where a file has no material and outside of the shape."""
    vectors = texture(p, rng)
    if (there := inside(p)) is not None:
        vectors = np.where(there[..., None], vectors, 0.0)
        if not vectors.any():
            raise ParameterError(
                f"shape = {p.shape}: nothing of {Path(p.input).name} lies in it; choose the whole mesh"
            )
    return vectors


def texture(p: ExchangeParameters, rng: np.random.Generator) -> Values:
    """Those of a whole mesh."""
    if p.input:
        return resampled(start_file(p.input).directions, p.mesh)
    width = wall_width(p) / p.dx
    width = width if 0.5 < width < p.nx / 4 else max(1.0, min(3.0, p.nx / 8))
    match p.start:
        case "random":
            return textures.random(p.mesh, rng)
        case "uniform":
            return textures.uniform(p.mesh, max(radians(p.angle), 1e-4))
        case "wall":
            return textures.wall(p.mesh, mesh_wall_width(p) / p.dx if resolves_wall(p) else width)
        case "wave":
            return textures.wave(p.mesh, p.waves, WAVE)
        case "S":
            return np.broadcast_to(np.array(ALONG_X) / np.linalg.norm(ALONG_X), (*p.mesh, 3)).copy()
        case "vortex":
            return textures.vortex(p.mesh, max(2.0, min(p.nx, p.ny) / 12))
    return textures.skyrmion(p.mesh, max(3.0, min(p.nx, p.ny) / 4), max(1.5, width), p.D >= 0)


def magnetization(state: ExchangeState, p: ExchangeParameters) -> OVF:
    """The magnetization [A/m] on the mesh of the file; the file's own values as long as nothing has moved."""
    m, cells = state.m.copy(), cells_of(p, state.content)
    Ms = np.float64(p.Ms) if cells is None else cells.of("Ms")[..., None]
    field = magnetization_file(m, Ms, (p.dx, p.dy, p.dz), state.time)
    if not p.input:
        return field
    if state.held:
        return start_file(p.input).ovf
    try:
        found = start_file(p.input)
    except FileError:
        return field  # The file is gone; what came of it is not.
    if found.shape != p.mesh or found.cell not in (None, (p.dx, p.dy, p.dz)):
        return field
    same = found.Ms in (None, p.Ms) and p.second == "none" and not p.shaped
    if same and np.allclose(m, found.directions, rtol=0, atol=4 * np.finfo(m.dtype).eps):
        return found.ovf
    if found.cell is None:
        return field
    mesh = found.ovf
    return replace(
        field, stepsize=mesh.stepsize, base=mesh.base, minimum=mesh.minimum, maximum=mesh.maximum,
        meshunit=mesh.meshunit or "m",
    )  # fmt: skip


def resampled(vectors: Values, shape: tuple[int, int, int]) -> Values:
    """Nearest cells of ``vectors`` (nz, ny, nx, ...) on a mesh of another ``shape``."""
    if vectors.shape[:3] == shape:
        return vectors
    index = [(np.arange(n) * old) // n for n, old in zip(shape, vectors.shape[:3])]
    return np.asarray(vectors[np.ix_(*index)])


def relax(state: ExchangeState, p: ExchangeParameters) -> None:
    """A thousand strongly damped steps, or with stray field a descent; the time does not advance."""
    if state.held:
        return
    edited(state)
    if p.stray or not calm(state, p):
        most = min(MOST, max(500, WORK // p.cells))
        minimised(motion_of(p, state.content), state.spins, TORQUE[p.precision], most=most)
    else:
        dynamics_of(p.change(alpha=1.0)).heun(state.spins, dt=inner_step(p.change(T=0.0)), steps=1000)


def write_skyrmion(state: ExchangeState, p: ExchangeParameters) -> None:
    """Write a skyrmion into the middle."""
    if state.held:
        return
    width = max(1.5, min(wall_width(p) / p.dx, p.nx / 8))
    m = textures.skyrmion(p.mesh, max(3.0, min(p.nx, p.ny) / 8), width, p.D >= 0)
    edited(state)
    inside = (m[..., 2] < 0.98) & state.m.any(axis=3)
    state.m[inside] = m[inside]


def disorder(state: ExchangeState, p: ExchangeParameters) -> None:
    """Random directions from the lattice's own generator."""
    if state.held:
        return
    edited(state)
    rng = generator(state)
    inside = state.m.any(axis=3)
    state.m[inside] = textures.random(p.mesh, rng)[inside]


def occupied_mz(state: ExchangeState) -> Values:
    """m_z of the cells that are not empty, (n,): of very many those of some rows, evenly spread, about `COUNTED`."""
    m, every = state.m, 1
    while m[::every, ::every, :, 2].size > COUNTED:
        every += 1
    some = m[::every, ::every]
    return np.asarray(some[..., 2][some.any(axis=3)], np.float64)


def generator(state: ExchangeState) -> np.random.Generator:
    """A generator for one change between two steps, from the lattice's own."""
    rng = np.random.default_rng(state.spins.rng.tolist())
    state.spins.rng[1] += np.uint64(1)
    return rng


def sites_of(p: ExchangeParameters) -> MeshSites:
    """Where the cells are in the picture, whose unit is a cell along x."""
    spacing = (1.0, p.dy / p.dx, p.dz / p.dx)
    first = tuple(-(n - 1) / 2 * step for n, step in zip((p.nx, p.ny, p.nz), spacing))
    return MeshSites(p.mesh, (first[0], first[1], first[2]), spacing, 1.0)


def paint(state: ExchangeState, brush: str, sites: Indices) -> None:
    """Change the cells ``sites`` (n,) as the brush says; a field that is no magnetization stays as it is."""
    if state.held:
        return
    edited(state)
    where = np.unravel_index(sites, state.m.shape[:3])
    state.m[where] = brushed(state.m[where], brush, generator(state))


def lens(p: ExchangeParameters) -> float:
    """What one core can follow, at most a nanosecond per second: 1, 2 or 5 times a power of ten."""
    fastest = min((CALM_RATE if p.calm else RATE) / p.cells, 40_000.0) * inner_step(p)
    ceiling = 1.5e-9 if p.start in ("random",) else 5e-11
    wanted = max(min(fastest, ceiling), 1e-16)
    return scale_within(wanted)


def charge(state: ExchangeState, p: ExchangeParameters) -> float:
    """Topological charge of the middle plane; NaN for a line."""
    if p.nx < 3 or p.ny < 3:
        return nan
    return topological_charge(state.m[p.nz // 2], p.closed[:2])


def energies(state: ExchangeState, p: ExchangeParameters) -> dict[str, float]:
    """Energies [J] by name of the term, see `energies_of`; that of the stray field is of the spins as they are."""
    if p.stray or cells_of(p, state.content) is not None:
        return motion_of(p, state.content).energies(state.spins)
    return energies_of(p).of(state.spins)


def by_term(energy: Mapping[str, float], p: ExchangeParameters) -> dict[str, float]:
    """The energies [J] of `BY_TERM`; NaN of what cannot have one."""
    acting = {
        "stray_energy": p.stray, "exchange_energy": True, "anisotropy_energy": p.K1 or not p.plain,
        "field_energy": p.B, "dmi_energy": p.D,
    }  # fmt: skip
    return {
        name: sum(energy.get(term, 0.0) for term in terms) if acting[name] else nan for name, terms in BY_TERM.items()
    }


def densities(state: ExchangeState, p: ExchangeParameters) -> dict[str, Values]:
    """Energy density [J/m^3] (nz, ny, nx) by name of the term; its sums are those of `energies`. None where held."""
    if state.held:
        return {}
    return densities_of(motion_of(p, state.content), state.spins)


def above_uniform(energy: dict[str, float], p: ExchangeParameters) -> float:
    """Energy [J] above that of the uniform state along the easy axis."""
    return energy[Exchange.name] + energy[Uniaxial.name] + p.K1 * p.dx * p.dy * p.dz * p.cells
