"""Exchange lattice: Landau-Lifshitz-Gilbert on a mesh with exchange, anisotropy, field and interfacial DMI.

Finite-difference micromagnetics in SI units, with the stray field or, of that, only the part of a thin film that an
effective K1 holds. The start is a texture in closed form or an OVF file.
"""

from __future__ import annotations

from math import nan
from pathlib import Path

import numpy as np

from spinviz.files.grey_image import SUFFIXES as IMAGES
from spinviz.files.ovf.read import OVF
from spinviz.model.abilities import Brushable, HasField
from spinviz.model.brush import Indices, Sites
from spinviz.model.landmark import Landmark
from spinviz.model.system import Action, Observable, System
from spinviz.model.visuals import Stage, Visual
from spinviz.physics.lattice.brushes import VECTOR_BRUSHES
from spinviz.physics.lattice.mesh import equation_of_cells
from spinviz.physics.lattice.spins import Spins
from spinviz.systems.dynamics.common.body import body_words, inside
from spinviz.systems.dynamics.common.magnetization import drift_words
from spinviz.systems.dynamics.exchange_lattice.cube import reduced_energy
from spinviz.systems.dynamics.exchange_lattice.laws import (
    IDENTITIES,
    LAWS,
    SETTLE,
    SYMBOLS,
    mean_of,
    start_of,
    walled,
    wave_of,
)
from spinviz.systems.dynamics.exchange_lattice.memory import memory_of
from spinviz.systems.dynamics.exchange_lattice.parameters import WAVE, ExchangeParameters
from spinviz.systems.dynamics.exchange_lattice.picture import coarse, picture, picture_words, stage_of
from spinviz.systems.dynamics.exchange_lattice.plots import PLOTS
from spinviz.systems.dynamics.exchange_lattice.presets import CUT_OUT, PRESETS
from spinviz.systems.dynamics.exchange_lattice.skyrmion import radius_of
from spinviz.systems.dynamics.exchange_lattice.small_block import mean_along_field
from spinviz.systems.dynamics.exchange_lattice.start_file import odd, opened, start_file
from spinviz.systems.dynamics.exchange_lattice.state import (
    BY_TERM,
    ExchangeState,
    Start,
    above_uniform,
    by_term,
    charge,
    disorder,
    edited,
    energies,
    inner_step,
    lens,
    magnetization,
    mesh_of,
    moved,
    paint,
    relax,
    resampled,
    sites_of,
    start_vectors,
    write_skyrmion,
)
from spinviz.systems.pictures.reciprocal import RECIPROCAL

FRAMES = 120
"""Samples per second on screen."""


class ExchangeLattice(
    System[ExchangeParameters, ExchangeState],
    HasField[ExchangeState, ExchangeParameters, OVF],
    Brushable[ExchangeState, ExchangeParameters],
):
    """Interacting moments on a mesh."""

    name = "exchange_lattice"
    title = "Exchange lattice"
    chapter = "Dynamics"
    order = 30
    summary = (
        "Skyrmions, domain walls and spin waves: magnetization that varies in space, from a chosen texture or an "
        "OVF file."
    )
    notes = (
        "Exchange favours parallel neighbours, the Dzyaloshinskii-Moriya interaction neighbours at right angles. "
        "Together with anisotropy and field they make skyrmions: textures that no continuous deformation can "
        "remove."
    )
    equation = equation_of_cells() + r"\ [+E_s],\ \langle ij\rangle\ \mathrm{each\ pair\ once}"
    Parameters = ExchangeParameters
    observables = (
        Observable("mx", "Mean component along x", "⟨m_x⟩"),
        Observable("my", "Mean component along y", "⟨m_y⟩"),
        Observable("mz", "Mean component along z", "⟨m_z⟩"),
        Observable("along", "Mean component along the field", "⟨m_B⟩"),
        Observable("energy", "Energy", "E", "J"),
        Observable("stray_energy", "Energy of the stray field", "E_s", "J"),
        Observable("exchange_energy", "Energy of exchange", "E_A", "J"),
        Observable("anisotropy_energy", "Energy of the anisotropy", "E_K", "J"),
        Observable("field_energy", "Energy in the applied field", "E_B", "J"),
        Observable("dmi_energy", "Energy of the DMI", "E_D", "J"),
        Observable("reduced_energy", "Energy over μ₀Ms²V/2, from the easy axis", "e"),
        Observable("charge", "Topological charge", "Q"),
        Observable("radius", "Radius of what is reversed", "R", "m"),
        Observable("width", "Width of the domain wall", "Δ", "m"),
        Observable("wall_energy", "Energy of the domain wall", "σ", "J/m²"),
        Observable("wave", "Amplitude of the spin wave", "c_k"),
    )
    plots = PLOTS
    laws = LAWS
    symbols = SYMBOLS
    identities = IDENTITIES
    presets = PRESETS
    actions = (
        Action("relax", "Relax", "Relax to a minimum of the energy, with strong damping and without noise.",
               lambda s, p: relax(s, p)),
        Action("reverse", "Reverse the field", "Change the sign of the applied field.", lambda s, p: p.change(B=-p.B)),
        Action("skyrmion", "Write a skyrmion", "Write a skyrmion into the centre, with the present constants.",
               lambda s, p: write_skyrmion(s, p)),
        Action("disorder", "Randomize", "Randomize all directions.", lambda s, p: disorder(s, p)),
    )  # fmt: skip

    landmarks = (
        Landmark(
            "reversal", "reversal", "The mean of m_x is zero.", "zero", lambda s, p, seen: seen["mx"], 0.1, shows="mx"
        ),
    )

    def open(self, path: Path) -> ExchangeParameters:
        """Take mesh, cell size and Ms as far as the file gives them; boundaries open, no DMI. Errors: `FileError`.

        An image is the shape of a film of permalloy that relaxes from disorder.
        """
        if path.suffix.lower() not in IMAGES:
            return opened(path)
        p = ExchangeParameters.of(**CUT_OUT, mask=str(path.resolve() if path.exists() else path))
        inside(p)
        return p

    def odd(self, state: ExchangeState, p: ExchangeParameters) -> tuple[str, ...]:
        """What of the file the lattice cannot hold, and how it was taken."""
        return state.odd

    def field(self, state: ExchangeState, p: ExchangeParameters) -> OVF:
        """The magnetization [A/m] as an OVF field; the file's own values as long as nothing has moved."""
        return magnetization(state, p)

    def brushes(self, p: ExchangeParameters) -> tuple[str, ...]:
        """See `abilities.Brushable`."""
        return VECTOR_BRUSHES

    def sites(self, p: ExchangeParameters) -> Sites:
        """See `abilities.Brushable`."""
        return sites_of(p)

    def paint(self, state: ExchangeState, p: ExchangeParameters, brush: str, sites: Indices) -> None:
        """See `abilities.Brushable`."""
        paint(state, brush, sites)

    def initial_state(self, p: ExchangeParameters, rng: np.random.Generator) -> ExchangeState:
        """The texture or the file."""
        dtype = np.float32 if p.precision == "single" else np.float64
        vectors = start_vectors(p, rng)
        spins = Spins.of_vectors(mesh_of(p), vectors[..., None, :], dtype=dtype, key=int(rng.integers(2**62)))
        if not p.input:
            state = ExchangeState(spins)
            if p.start == "S":
                relax(state, p.change(B=0.0))
            return state
        found = start_file(p.input)
        factors = None if found.factors is None else resampled(found.factors, p.mesh)
        return ExchangeState(spins, odd(found, p), found.held, factors=factors)

    def memory(self, p: ExchangeParameters) -> int:
        """See `memory_of`."""
        return memory_of(p)

    def departure(self, state: ExchangeState, p: ExchangeParameters) -> Start:
        """See `Start`."""
        return start_of(state, p)

    def settle(self, state: ExchangeState, p: ExchangeParameters) -> float:
        """Some relaxation times of independent cells."""
        return SETTLE

    def step(self, state: ExchangeState, p: ExchangeParameters, dt: float) -> None:
        """See `moved`; a field that is no magnetization stays as it is."""
        if state.held:
            return
        moved(state, p, dt)

    def changed(self, state: ExchangeState, p: ExchangeParameters, before: ExchangeParameters) -> None:
        """Stray fields of before say nothing of those to come."""
        edited(state)

    def restored(self, state: ExchangeState, p: ExchangeParameters) -> None:
        """Nor do those of before an edit was undone."""
        edited(state)

    def speed(self, p: ExchangeParameters) -> float:
        """See `lens`."""
        return lens(p)

    def timestep(self, p: ExchangeParameters) -> float:
        """A fixed part of a second on screen, at least one stable step."""
        return max(lens(p) / FRAMES, inner_step(p))

    def check(self, state: ExchangeState, p: ExchangeParameters) -> str:
        """The length of a sample of moments."""
        return drift_words(state.m)

    def observe(self, state: ExchangeState, p: ExchangeParameters) -> dict[str, float]:
        """Means, energies and what walls and waves are measured by."""
        mean = mean_of(state, p)
        energy = energies(state, p)
        profile = state.m[..., 2].mean(axis=(0, 1), dtype=np.float64)
        area = p.ny * p.dy * p.nz * p.dz
        walled_now = walled(state, p)
        return {
            "mx": float(mean[0]),
            "my": float(mean[1]),
            "mz": float(mean[2]),
            "along": mean_along_field(mean, p),
            "energy": nan if state.held else sum(energy.values()),
            **(dict.fromkeys(BY_TERM, nan) if state.held else by_term(energy, p)),
            "reduced_energy": nan if state.held else reduced_energy(sum(energy.values()), p),
            "charge": nan if state.held else charge(state, p),
            "radius": nan if state.held else radius_of(state, p),
            # For the profile -tanh(x/D) the integral of 1 - m_z^2 is 2 D.
            "width": float(np.sum(1 - profile**2)) * p.dx / 2 if walled_now else nan,
            "wall_energy": above_uniform(energy, p) / area if walled_now else nan,
            "wave": wave_of(state, p).real / WAVE if p.start == "wave" and not p.input else nan,
        }

    def draw(self, state: ExchangeState, p: ExchangeParameters) -> tuple[Visual, ...]:
        """See `picture`."""
        return picture(state, p)

    def stage(self, p: ExchangeParameters) -> Stage:
        """See `stage_of`."""
        return stage_of(p)

    def caption(self, state: ExchangeState, p: ExchangeParameters) -> str:
        """Mesh, file and what is drawn."""
        if p.show == RECIPROCAL:
            return picture_words(state, p)
        source = "".join(f" · {part}" for part in (f"from {Path(p.input).name}", *state.odd)) if p.input else ""
        words = picture_words(state, p)
        shown = f" · {words}" if words else ""
        edges = [f"{size * 1e9:.3g}" for size in (p.dx, p.dy, p.dz)]
        size = edges[0] if len(set(edges)) == 1 else " × ".join(edges)
        kind = "" if state.held else " · with stray field" if p.stray else " · no stray field"
        kind = body_words(p) + kind
        kind += f" · electrons flow along {'−x' if p.u < 0 else 'x'}" if p.u and not state.held else ""
        return f"{p.nx} × {p.ny} × {p.nz} cells of {size} nm{source}{kind}{shown}{'' if state.held else coarse(p)}"
