"""Exchange lattice: Landau-Lifshitz-Gilbert on a mesh with exchange, anisotropy, field and interfacial DMI.

Finite-difference micromagnetics in SI units; of the demagnetizing field only the part of a thin film is kept, inside an
effective K1. The start is a texture in closed form or an OVF file.
"""

from __future__ import annotations

from math import ceil, floor, inf, log10, nan, sqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from spinviz.files.errors import FileError
from spinviz.files.ovf.read import OVF, read_ovf
from spinviz.model.law import Check, Law, now
from spinviz.model.parameters import ParameterError
from spinviz.model.plots import Histogram, Trace
from spinviz.model.system import Action, Observable, Preset, System
from spinviz.model.visuals import Arrows, Cells, Stage, Visual, float32
from spinviz.physics.constants import BOLTZMANN
from spinviz.physics.lattice import llg, textures
from spinviz.physics.lattice.effective_field import LatticeEnergy
from spinviz.physics.lattice.energy import lattice_energy
from spinviz.physics.lattice.spin_lattice import SpinLattice, thermal_field
from spinviz.physics.lattice.topology import topological_charge
from spinviz.systems.dynamics.exchange_lattice.laws import (
    SETTLE,
    at_rest,
    independent,
    langevin_of,
    mean_of,
    start_of,
    symmetric,
    together,
    walled,
    wave_amplitude,
    wave_of,
    waving,
)
from spinviz.systems.dynamics.exchange_lattice.picture import coloured, corner, positions
from spinviz.systems.dynamics.exchange_lattice.state import (
    WAVE,
    ExchangeParameters,
    ExchangeState,
    Start,
    field_of,
    inner_step,
    mesh_wall_energy,
    mesh_wall_width,
    read_start,
    start_vectors,
    wall_width,
)

FRAMES = 120
"""Samples per second on screen."""
RATE = 3e7
"""Cell steps per second that are asked of one core while watching: a quarter of what it can do."""
TIME_STEP = 2e-3
"""What the length of the steps may change in a mean of m_z."""
ARROWS = 2600
"""Cells up to which every one gets its arrow in a plane; beyond it a plane is coloured and carries fewer arrows."""
SPARSE = 44
"""Arrows along the longer side of a coloured plane."""


class ExchangeLattice(System[ExchangeParameters, ExchangeState]):
    """Interacting moments on a mesh."""

    name = "exchange_lattice"
    title = "Exchange lattice"
    chapter = "Dynamics"
    order = 30
    summary = (
        "Skyrmions, domain walls and spin waves: magnetization that varies in space, from a recipe or an OVF file."
    )
    notes = (
        "Exchange wants neighbours parallel, the Dzyaloshinskii-Moriya interaction wants them at right angles: "
        "together with anisotropy and field they wind the magnetization into particles that cannot be untied."
    )
    equation = (
        r"E=\int\!\left[A(\nabla\mathbf{m})^2-K_1(\mathbf{m}\cdot\hat{u})^2-M_s\mathbf{m}\cdot\mathbf{B}"
        r"+D\left(m_z\nabla\!\cdot\mathbf{m}-(\mathbf{m}\cdot\nabla)m_z\right)\right]\mathrm{d}V"
    )
    Parameters = ExchangeParameters
    observables = (
        Observable("mx", "Mean component along x", "⟨m_x⟩"),
        Observable("my", "Mean component along y", "⟨m_y⟩"),
        Observable("mz", "Mean component along z", "⟨m_z⟩"),
        Observable("energy", "Energy", "E", "J"),
        Observable("charge", "Topological charge", "Q"),
        Observable("width", "Width of the domain wall", "Δ", "m"),
        Observable("wall_energy", "Energy of the domain wall", "σ", "J/m²"),
        Observable("wave", "Amplitude of the spin wave", "c_k"),
    )
    plots = (
        Trace(
            "magnetization", "Mean magnetization", ("mx", "mz"), -1.05, 1.05,
            window=lambda p: 10 * ExchangeLattice.lens(p),
        ),
        Trace("energy", "Energy", ("energy",), window=lambda p: 10 * ExchangeLattice.lens(p)),
        Trace(
            "wave", "Spin wave", ("wave",), window=lambda p: 10 * ExchangeLattice.lens(p),
            when=lambda p: p.start == "wave" and not p.input,
        ),
        Histogram("distribution", "Distribution of m_z", lambda s, p: s.lattice.vectors[..., 2].ravel(), "m_z"),
    )  # fmt: skip
    laws = (
        Law(
            "charge", "Topological charge", "charge", theory=lambda s, p, d: round(ExchangeLattice.charge(s, p)),
            latex=r"Q=\frac{1}{4\pi}\int\mathbf{m}\cdot(\partial_x\mathbf{m}\times\partial_y\mathbf{m})\,dx\,dy"
            r"\in\mathbb{Z}",
            validity="One periodic plane without holes: then Q is an integer at every instant.",
            tolerance=1e-6, because="Sum of solid angles of single-precision vectors.",
            reference="Berg and Lüscher, Nucl. Phys. B 190, 412 (1981)",
            check=Check(5e-11),
            holds=lambda s, p, d: p.periodic and p.nz == 1 and p.nx > 2 and p.ny > 2 and not p.input,
        ),
        Law(
            "wall_width", "Width of a domain wall", "width", theory=lambda s, p, d: mesh_wall_width(p),
            latex=r"\Delta=\sqrt{A/K_1}\,(1-r^2/8),\ r=\Delta x\sqrt{K_1/A}",
            validity="One straight free wall at rest, easy axis z, no field, DMI or noise, Δ > 2.5 Δx.",
            tolerance=0.002,
            because="The next term of the mesh, (Δx/Δ)⁴, is 9e-4 at Δ = 2.5 Δx.",
            reference="Landau and Lifshitz, Phys. Z. Sowjetunion 8, 153 (1935)",
            check=Check(1e-10, preset="domain_wall"), scale="theory", holds=at_rest,
        ),
        Law(
            "wall_energy", "Energy of a domain wall", "wall_energy", theory=lambda s, p, d: mesh_wall_energy(p),
            latex=r"\sigma=4\sqrt{AK_1}\,(1-r^2/24),\ r=\Delta x\sqrt{K_1/A}",
            validity="One straight free wall at rest, easy axis z, no field, DMI or noise, Δ > 2.5 Δx.",
            tolerance=0.001, because="The next term of the mesh, 2e-4 at Δ = 2.5 Δx; single precision.",
            reference="Landau and Lifshitz, Phys. Z. Sowjetunion 8, 153 (1935)",
            check=Check(1e-10, preset="domain_wall"), scale="theory", holds=at_rest,
        ),
        Law(
            "dispersion", "Dispersion of spin waves", "wave",
            theory=now(wave_amplitude),
            latex=r"\omega=\gamma\left[B+m_z\left(\frac{2K_1}{M_s}+\frac{4A}{M_s\Delta x^2}"
            r"(1-\cos k\Delta x)\right)\right]",
            validity="One wave of even m_z in a periodic lattice magnetized along z.",
            tolerance=0.002,
            because="Heun steps of second order in the rotation of a step, over some turns; single precision.",
            reference="Herring and Kittel, Phys. Rev. 81, 869 (1951)",
            check=Check(8e-11, preset="spin_wave"), holds=waving, curve=wave_amplitude, plots=("wave",),
        ),
        Law(
            "together", "Uniform precession", "mx",
            theory=now(together),
            latex=r"\dot m_z=\frac{\alpha\gamma}{1+\alpha^2}(1-m_z^2)\left(B+\frac{2K_1}{M_s}m_z\right)",
            validity="All moments parallel, field and easy axis along z, no noise: exchange does nothing.",
            tolerance=1e-3, because="Heun steps of second order in the rotation of a step, over some turns.",
            reference="Kikuchi, J. Appl. Phys. 27, 1352 (1956)",
            check=Check(2e-10, preset="uniform"), holds=symmetric, curve=together, plots=("magnetization",),
        ),
        Law(
            "langevin", "Independent moments", "mz", theory=lambda s, p, d: langevin_of(p),
            latex=r"\langle m_z\rangle=\coth x-\frac{1}{x},\quad x=\frac{M_sVB}{k_BT}",
            validity="No exchange, DMI or anisotropy: every cell of volume V is a moment that forgets within 17 ps.",
            tolerance=4.0, because="Standard errors of the mean over the cells and the time since it settled.",
            reference="Langevin, Ann. Chim. Phys. 5, 70 (1905)",
            check=Check(
                1e-9,
                {"A": 0.0, "D": 0.0, "K1": 0.0, "T": 300.0, "B": 2.0, "start": "uniform", "nx": 64, "ny": 64},
            ),
            averaged=True, allowance=TIME_STEP, holds=independent,
        ),
    )  # fmt: skip
    presets = (
        Preset(
            "skyrmion", "Skyrmion", "A Néel skyrmion in a thin film, written too large, breathes.",
            parameters={"alpha": 0.015}, length=5e-10,
            notes="Written too large, the skyrmion breathes eight billion times a second until damping calms it. Its "
            "size changes, its topological charge Q never does: it cannot be untied by bending, only torn.",
        ),
        Preset(
            "labyrinth", "Labyrinth", "From disorder to stripes: strong DMI winds the film into a labyrinth.",
            parameters={"start": "random", "D": 4.5e-3, "B": 0.0, "alpha": 0.3, "nx": 128, "ny": 128},
            length=1e-9,
            notes="From disorder the film orders at every place at once: stripes whose width is set by the DMI meet, "
            "branch and end. Turn up the field and the ends shrink into skyrmions.",
        ),
        Preset(
            "domain_wall", "Domain wall", "One Bloch wall: exchange widens it, anisotropy narrows it.",
            parameters={
                "start": "wall", "D": 0.0, "B": 0.0, "A": 3e-11, "K1": 5.2e5, "Ms": 1.4e6, "nx": 96, "ny": 24,
                "dx": 2e-9, "dy": 2e-9, "dz": 2e-9, "periodic": False,
            },
            length=2e-10,
            notes="Cobalt: the wall settles at Δ = √(A/K₁) = 7.6 nm and costs 15.8 mJ/m². Raise K₁ and it narrows; "
            "apply a field along z and it runs.",
        ),
        Preset(
            "spin_wave", "Spin wave", "A wave of precession; the shorter it is, the faster it turns.",
            parameters={
                "start": "wave", "D": 0.0, "B": 0.3, "K1": 0.0, "A": 1.3e-11, "Ms": 8e5, "alpha": 0.005, "nx": 96,
                "ny": 12, "waves": 3, "dx": 2e-9, "dy": 2e-9, "dz": 2e-9,
            },
            length=3e-10,
            notes="Each moment precesses about the field, each a little behind its neighbour: the pattern runs. "
            "More waves on the same length turn faster, by the square of their number.",
        ),
        Preset(
            "uniform", "Uniform precession", "All moments turn together: exchange does not act at all.",
            parameters={
                "start": "uniform", "D": 0.0, "B": 0.5, "K1": 0.0, "alpha": 0.03, "nx": 16, "ny": 16, "nz": 4,
                "angle": 60.0, "dx": 3e-9, "dy": 3e-9, "dz": 3e-9,
            },
            length=3e-10,
        ),
        Preset(
            "volume", "A block of iron", "A cube ordering from disorder: vortex lines move and vanish.",
            parameters={
                "start": "random", "D": 0.0, "B": 0.02, "K1": 4.8e4, "A": 2.1e-11, "Ms": 1.7e6, "alpha": 0.3, "nx": 20,
                "ny": 20, "nz": 20, "dx": 2e-9, "dy": 2e-9, "dz": 2e-9, "periodic": False,
            },
            length=1e-10,
            notes="Where order comes from every side, lines remain around which the magnetization turns; they shorten "
            "and vanish. Stray fields are left out here: they would curl the cube into a vortex.",
        ),
        Preset(
            "thermal", "Warm film", "The skyrmion in the noise of room temperature.",
            parameters={"T": 300.0, "dz": 3e-9}, length=4e-10,
        ),
    )  # fmt: skip
    actions = (
        Action("relax", "Relax", "Let the energy fall with strong damping and without noise.",
               lambda s, p: ExchangeLattice.relax(s, p)),
        Action("reverse", "Reverse the field", "Change the sign of the applied field.", lambda s, p: p.change(B=-p.B)),
        Action("skyrmion", "Write a skyrmion", "Turn the centre down: a skyrmion with the present constants.",
               lambda s, p: ExchangeLattice.write(s, p)),
        Action("disorder", "Disorder", "Point every moment anywhere.", lambda s, p: ExchangeLattice.disorder(s, p)),
    )  # fmt: skip

    def open(self, path: Path) -> ExchangeParameters:
        """Take mesh, cell size and, from a file in A/m, Ms; boundaries open, no DMI. Errors: `FileError`."""
        field = read_start(str(path.resolve()), path.stat().st_mtime_ns) if path.is_file() else read_ovf(path)
        if field.values.shape[3] != 3:
            problem = f"it holds {field.values.shape[3]} numbers per cell, a magnetization has 3"
            raise FileError(path, problem, "choose a file with valuedim 3")
        nz, ny, nx, _ = field.values.shape
        values: dict[str, object] = {"nx": nx, "ny": ny, "nz": nz, "input": str(path.resolve())}
        values |= dict(zip(("dx", "dy", "dz"), field.stepsize if field.meshunit == "m" else (2e-9,) * 3))
        largest = float(field.magnitude().max())
        if largest == 0:
            raise FileError(path, "all vectors are zero", "choose a file with a magnetization")
        if field.valueunits[:1] == ("A/m",):
            values["Ms"] = largest
        try:
            return ExchangeParameters.of(**values, D=0.0, periodic=False, B=0.0, start="uniform")
        except ParameterError as error:
            raise FileError(path, str(error), "choose a smaller file or rescale it") from error

    def field(self, state: ExchangeState, p: ExchangeParameters) -> OVF:
        """The magnetization [A/m] as an OVF field; the file's own values as long as nothing has moved."""
        if p.input and state.time == 0:
            found = read_start(p.input, Path(p.input).stat().st_mtime_ns)
            if found.values.shape[:3] == p.shape:
                return found
        labels = ("m_x", "m_y", "m_z")
        return OVF.from_array(
            np.float64(p.Ms) * state.lattice.to_vectors().astype(np.float64), (p.dx, p.dy, p.dz), title="m",
            valueunits=("A/m",) * 3, valuelabels=labels, desc=(f"Total simulation time:  {state.time:.9g}  s",),
        )  # fmt: skip

    def initial_state(self, p: ExchangeParameters, rng: np.random.Generator) -> ExchangeState:
        """The texture or the file."""
        dtype = np.float32 if p.precision == "single" else np.float64
        vectors = start_vectors(p, rng)
        periodic = (p.periodic, p.periodic, False)
        lattice = SpinLattice.from_vectors(vectors, dtype=dtype, periodic=periodic, key=int(rng.integers(2**62)))
        return ExchangeState(lattice)

    def departure(self, state: ExchangeState, p: ExchangeParameters) -> Start:
        """See `Start`."""
        return start_of(state, p)

    def settle(self, state: ExchangeState, p: ExchangeParameters) -> float:
        """Some relaxation times of independent cells."""
        return SETTLE

    @staticmethod
    def relax(state: ExchangeState, p: ExchangeParameters) -> None:
        """A thousand strongly damped steps; the time does not advance."""
        llg.step(state.lattice, field_of(p), dt=inner_step(p.change(T=0.0)), steps=1000, alpha=1.0)

    @staticmethod
    def write(state: ExchangeState, p: ExchangeParameters) -> None:
        """Write a skyrmion into the middle."""
        width = max(1.5, min(wall_width(p) / p.dx, p.nx / 8))
        m = textures.skyrmion(p.shape, max(3.0, min(p.nx, p.ny) / 8), width, p.D >= 0)
        inside = (m[..., 2] < 0.98) & state.lattice.vectors.any(axis=3)
        state.lattice.vectors[inside] = m[inside]

    @staticmethod
    def disorder(state: ExchangeState, p: ExchangeParameters) -> None:
        """Random directions from the lattice's own generator."""
        rng = np.random.default_rng(state.lattice.rng.tolist())
        state.lattice.rng[1] += np.uint64(1)
        inside = state.lattice.vectors.any(axis=3)
        state.lattice.vectors[inside] = textures.random(p.shape, rng)[inside]

    def step(self, state: ExchangeState, p: ExchangeParameters, dt: float) -> None:
        """Heun steps of at most the stable length."""
        inner = max(1, ceil(dt / inner_step(p) - 1e-9))
        noise = thermal_field(p.alpha, BOLTZMANN * p.T, p.moment, dt / inner) if p.T > 0 else 0.0
        llg.step(state.lattice, field_of(p), dt=dt / inner, steps=inner, alpha=p.alpha, noise=noise)

    @staticmethod
    def lens(p: ExchangeParameters) -> float:
        """What one core can follow, at most a nanosecond per second: 1, 2 or 5 times a power of ten."""
        fastest = min(RATE / p.cells, 40_000.0) * inner_step(p)
        ceiling = 1.5e-9 if p.start in ("random",) else 5e-11
        wanted = max(min(fastest, ceiling), 1e-16)
        decade = 10.0 ** floor(log10(wanted))
        return decade * max(step for step in (1, 2, 5) if step * decade <= wanted * (1 + 1e-9))

    def speed(self, p: ExchangeParameters) -> float:
        """See `lens`."""
        return self.lens(p)

    def timestep(self, p: ExchangeParameters) -> float:
        """A fixed part of a second on screen, at least one stable step."""
        return max(self.lens(p) / FRAMES, inner_step(p))

    def check(self, state: ExchangeState, p: ExchangeParameters) -> str:
        """The length of a sample of moments."""
        m = state.lattice.vectors[0, 0].astype(np.float64)
        length = np.einsum("ij,ij->i", m, m)
        drift = float(np.max(np.abs(length - np.round(length))))
        return f"|m| drifted by {drift:.1e}, the limit is 1e-4" if drift > 1e-4 else ""

    @staticmethod
    def charge(state: ExchangeState, p: ExchangeParameters) -> float:
        """Topological charge of the middle plane; NaN for a line."""
        if p.nx < 3 or p.ny < 3:
            return nan
        return topological_charge(state.lattice.vectors[p.nz // 2], (p.periodic, p.periodic))

    def observe(self, state: ExchangeState, p: ExchangeParameters) -> dict[str, float]:
        """Means, energies and what walls and waves are measured by."""
        mean = mean_of(state)
        energy = self.energy(state, p)
        profile = state.lattice.vectors[..., 2].mean(axis=(0, 1), dtype=np.float64)
        area = p.ny * p.dy * p.nz * p.dz
        walled_now = walled(state, p)
        return {
            "mx": float(mean[0]),
            "my": float(mean[1]),
            "mz": float(mean[2]),
            "energy": energy.total,
            "charge": self.charge(state, p),
            # For the profile -tanh(x/D) the integral of 1 - m_z^2 is 2 D.
            "width": float(np.sum(1 - profile**2)) * p.dx / 2 if walled_now else nan,
            "wall_energy": self.above_uniform(energy, p) / area if walled_now else nan,
            "wave": wave_of(state, p).real / WAVE if p.start == "wave" and not p.input else nan,
        }

    @staticmethod
    def energy(state: ExchangeState, p: ExchangeParameters) -> LatticeEnergy:
        """Energies [J] of the terms; exchange counts from the uniform state, as A (grad m)^2 does."""
        terms, b, (nz, ny, nx) = lattice_energy(state.lattice, field_of(p), p.moment), field_of(p), p.shape
        wrapped = int(p.periodic)
        bonds = ((nx - 1 + wrapped) * ny * nz, nx * (ny - 1 + wrapped) * nz, nx * ny * (nz - 1))
        if state.lattice.occupied < p.cells:
            bonds = inner_bonds(state.lattice)
        uniform = p.moment * sum(field * count for field, count in zip(b.exchange, bonds))
        return terms._replace(exchange=terms.exchange + uniform)

    @staticmethod
    def above_uniform(energy: LatticeEnergy, p: ExchangeParameters) -> float:
        """Energy [J] above that of the uniform state along the easy axis."""
        return energy.exchange + energy.anisotropy + p.K1 * p.dx * p.dy * p.dz * p.cells

    def draw(self, state: ExchangeState, p: ExchangeParameters) -> tuple[Visual, ...]:
        """Arrows, cells, or a coloured plane with fewer arrows."""
        m = state.lattice.vectors
        spacing = (1.0, p.dy / p.dx, p.dz / p.dx)
        flat = p.nz == 1
        if p.show == "arrows" or (p.show == "auto" and (p.cells <= ARROWS or not flat)):
            return (self.arrows(m, p, (1, 1, 1)),)
        cells = Cells(coloured(m), corner(p.shape, spacing), spacing, colormap="direction")
        if p.show == "cells" or not flat:
            return (cells,)
        every = ceil(max(p.nx, p.ny) / SPARSE)
        return cells, self.arrows(m, p, (1, every, every))

    @staticmethod
    def arrows(m: NDArray[np.floating], p: ExchangeParameters, every: tuple[int, int, int]) -> Arrows:
        """One arrow for every n-th cell, in the middle of its cell."""
        part = tuple(slice(n // 2, None, n) for n in every)
        length = 1.3 * max(every) if p.nz == 1 else 0.95
        return Arrows(
            positions(p.shape, (1.0, p.dy / p.dx, p.dz / p.dx), every), float32(m[part].reshape(-1, 3)), length=length,
            radius=0.13, pivot="middle",
        )  # fmt: skip

    def stage(self, p: ExchangeParameters) -> Stage:
        """The mesh, in cells along x; seen from above when it is a plane."""
        half = (p.nx / 2, p.ny * p.dy / p.dx / 2, p.nz * p.dz / p.dx / 2)
        flat = p.nz * p.dz < 0.2 * max(p.nx * p.dx, p.ny * p.dy)
        return Stage(
            low=(-half[0], -half[1], -max(half[2], 0.5)), high=(half[0], half[1], max(half[2], 0.5)), unit="m",
            unit_length=p.dx, azimuth=-24.0 if flat else 35.0, elevation=42.0 if flat else 24.0, legend="direction",
        )  # fmt: skip

    def caption(self, state: ExchangeState, p: ExchangeParameters) -> str:
        """Mesh, file and what is drawn."""
        source = f" · from {Path(p.input).name}" if p.input else ""
        shown = ""
        if p.show == "auto" and p.nz == 1 and p.cells > ARROWS:
            every = ceil(max(p.nx, p.ny) / SPARSE)
            shown = f" · one arrow for {every} × {every} cells"
        return f"{p.nx} × {p.ny} × {p.nz} cells of {p.dx * 1e9:.3g} nm{source}{shown}{coarse(p)}"


def coarse(p: ExchangeParameters) -> str:
    """A warning where cells are larger than the walls that should run through them."""
    width = sqrt(p.A / abs(p.K1)) if p.K1 else inf
    if p.D:
        width = min(width, 2 * p.A / abs(p.D))
    largest = max((size for size, n in ((p.dx, p.nx), (p.dy, p.ny), (p.dz, p.nz)) if n > 1), default=0.0)
    return f" · cells too large for walls of {width * 1e9:.2g} nm" if 0 < width < largest else ""


def inner_bonds(lattice: SpinLattice) -> tuple[int, int, int]:
    """Bonds along x, y, z between two cells with material, in a lattice with open boundaries."""
    inside = np.asarray(lattice.vectors.any(axis=3))
    along = [inside[:, :, 1:] & inside[:, :, :-1], inside[:, 1:] & inside[:, :-1], inside[1:] & inside[:-1]]
    return int(along[0].sum()), int(along[1].sum()), int(along[2].sum())
