"""Pulseq: a .seq file (or a small sequence) played on a phantom or a single voxel, block by block.

What is received is the sum of M+ over all spins, divided by the sum of their M0, in our convention: the complex
conjugate of Pulseq's (see `files.pulseq.events`), which makes it exp(-2 pi i k.r).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import pairwise
from math import nan
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from spinviz.files.mr_image import MRImage
from spinviz.files.mr_raw import RawData
from spinviz.files.mr_signal import holds_signal, read_mr_signal
from spinviz.files.phantoms import read_any_phantom
from spinviz.files.pulseq.read import read_pulseq
from spinviz.model.abilities import IsReadOut, MakesImage, OpensBeside, unseen
from spinviz.model.law import Check, Law
from spinviz.model.plots import Diagram, DiagramScheme, Graph, Image, Trace
from spinviz.model.system import Action, Observable, Preset
from spinviz.model.visuals import Arrows, Labels, Stage, Visual, float32
from spinviz.physics.sequence.blocks import Sample, Sequence
from spinviz.physics.sequence.timeline import Timeline
from spinviz.systems.resonance.common.played import Played, PlayedState
from spinviz.systems.resonance.pulseq.image import image_of, image_so_far, makes_image, plan_of, raw_of
from spinviz.systems.resonance.pulseq.pages import page_at
from spinviz.systems.resonance.pulseq.parameters import MOST_HEARD, PulseqParameters, stored_of, timeline_of
from spinviz.systems.resonance.pulseq.picture import field_stage, field_visuals
from spinviz.systems.resonance.pulseq.plots import expected, follows_equation, kspace_lines, scale_of, signal_lines
from spinviz.systems.resonance.pulseq.spins import listen, places_at, played_on, spins_of, steps_of
from spinviz.systems.resonance.pulseq.state import PulseqState

Values = NDArray[np.float64]
Complex = NDArray[np.complex128]

MANY = 5000
"""Spins of which a step takes some milliseconds."""
SECONDS = 16.0
"""Seconds on screen of one sequence."""
PIECES = 40
"""Into which a long simulation is divided, so that it shows how far it is and can be stopped."""
MOST_AT_ONCE = 100_000
"""Readout samples of one piece."""
LITTLE = 1e8
"""Spins times samples (or steps of a pulse) that take less than a second."""


class Pulseq(
    Played[PulseqParameters],
    OpensBeside[PulseqParameters],
    IsReadOut[PulseqParameters],
    MakesImage[PulseqParameters, MRImage, RawData],
):
    """Plays a Pulseq file."""

    name = "pulseq"
    title = "Pulseq player"
    chapter = "Magnetic resonance"
    order = 80
    summary = "Any Pulseq sequence played block by block on a phantom or a voxel: pulses, gradients, k-space, signal."
    notes = (
        "Gradients move the point through k-space; where the receiver is open, the signal there is recorded. "
        "Drop a .seq file on the window, and a phantom beside it."
    )
    equation = (
        r"S(t)=\sum_j M_+^{(j)}(t),\quad M_+\propto e^{-2\pi i\,\mathbf{k}(t)\cdot\mathbf{r}},"
        r"\quad \mathbf{k}=\int\mathbf{G}\,\mathrm{d}t"
    )
    Parameters = PulseqParameters
    observables: ClassVar[tuple[Observable, ...]] = (
        *Played.observables,
        Observable("received", "Last sample received", "|S|/M₀"),
        Observable("deviation", "Deviation from the stored signal", "nMAE", "%"),
    )
    plots = (
        Diagram(
            "sequence", "Pulse sequence", lambda s, p: Pulseq().diagram(s, p),
            time=lambda t, s, p: Pulseq().run_time(t, s, p),
        ),
        Graph("kspace", "Path through k-space", kspace_lines, "k_x", "k_y", "1/m", "1/m", equal=True),
        Graph("received", "Signal received", signal_lines, "t", "S/M₀", "s"),
        Image("image", "Image |m| per pixel, over all M₀", image_so_far, "gray", 0.0, None, when=makes_image),
        Trace("magnetization", "Magnetization", ("transverse", "mz"), -1.05, 1.05),
    )  # fmt: skip
    symbols = {
        "k": "position in k-space",
        "r": "position of a spin",
        "Δω": "angular offset of a spin",
    }
    laws = (
        Law(
            "signal_equation", "Signal equation", "received",
            theory=lambda s, p, d: float(abs(expected(p)[s.count - 1])),
            latex=r"|S|=\left|\langle e^{-i(2\pi\mathbf{k}\cdot\mathbf{r}+\Delta\omega t)-t/T_2}\rangle\right|",
            validity="One hard pulse of 90°, then gradients alone.",
            tolerance=1e-11, because="Rounding of phases of up to 1e4 rad.",
            reference="Ljunggren, J. Magn. Reson. 54, 338 (1983)",
            check=Check(0.007), holds=lambda s, p, d: follows_equation(p) and s.whole and s.count > 0,
        ),
    )  # fmt: skip
    presets = (
        Preset(
            "epi",
            "Echo planar",
            "A raster of k-space after one excitation.",
            {"size": 0.03},
            notes="Line by line, back and forth: an echo whenever the path crosses kₓ = 0, the largest at the "
            "centre. The dashed line is the signal equation, a Fourier transform of the voxel.",
        ),
        Preset(
            "spiral",
            "Spiral",
            "From the centre of k-space outwards on a spiral.",
            {"builtin": "spiral", "size": 0.03},
            notes="Both gradients oscillate and grow: the signal is largest at the start, in the centre of k-space.",
        ),
        Preset(
            "spin_echo",
            "Spin echo",
            "Offsets are refocused while k-space is read along one line.",
            {"builtin": "spin_echo", "spread": 60.0, "T2": 0.05, "size": 0.03},
            notes="The 180° pulse changes k into −k: the path jumps to the opposite side. The gradient echo "
            "coincides with the spin echo, where the offsets refocus.",
        ),
    )
    actions = (
        Action("again", "Restart", "Return to equilibrium and to the first block.", lambda s, p: Pulseq.again(s, p)),
    )

    # --- files --------------------------------------------------------------------------------------------------

    def open(self, path: Path) -> PulseqParameters:
        """Take a sequence, a phantom or a stored signal. Errors: `FileError`, `UnknownName`."""
        return self.open_beside(path, PulseqParameters.of())

    def open_beside(self, path: Path, p: PulseqParameters) -> PulseqParameters:
        """Return ``p`` with the file at ``path``: a phantom joins the sequence that is there, and so on."""
        suffix = path.suffix.lower()
        if suffix not in self.suffixes():
            return super().open(path)
        if suffix == ".seq":
            read_pulseq(path, B0=p.B0)
            return p.change(input=str(path.resolve()))
        if suffix == ".mat" or (suffix in (".h5", ".hdf5") and holds_signal(path)):
            read_mr_signal(path)
            return p.change(reference=str(path.resolve()))
        read_any_phantom(path)
        return p.change(phantom=str(path.resolve()))

    @classmethod
    def suffixes(cls) -> tuple[str, ...]:
        """Phantoms and stored signals share an ending."""
        return tuple(dict.fromkeys(super().suffixes()))

    def sequence(self, p: PulseqParameters) -> Sequence:
        """The file or a small one."""
        return timeline_of(p).sequence

    def sample(self, p: PulseqParameters) -> Sample:
        """The phantom or the voxel."""
        return spins_of(p)

    def timeline(self, p: PulseqParameters) -> Timeline:
        """The sequence laid out in time."""
        return timeline_of(p)

    def spins(self, p: PulseqParameters) -> Sample:
        """The phantom or the voxel."""
        return spins_of(p)

    def fresh(self, p: PulseqParameters) -> bool:
        """The sequence is shown again, from equilibrium."""
        return True

    def received(self, p: PulseqParameters, progress: Callable[[float], None] = unseen) -> tuple[Values, Complex]:
        """Return time [s] and signal [M0] (samples,) of the whole sequence, at full speed. Errors: `FileError`."""
        timeline, sample = timeline_of(p), spins_of(p)
        m, times = sample.in_equilibrium(), timeline.sequence.sample_times
        last = max(timeline.sequence.duration, float(times.max(initial=0.0)))
        end = float(np.nextafter(last, np.inf))
        edges = _edges(timeline, sample, end)
        parts = []
        for start, stop in pairwise(edges):
            parts.append(listen(p, timeline, m, start, stop, threads=os.cpu_count() or 1))
            progress(stop / end if end else 1.0)
        return times, np.concatenate(parts) / sample.M0.sum()

    def remarks(self, p: PulseqParameters) -> tuple[str, ...]:
        """Return what is odd, or was done or assumed, about sequence, spins and image. Errors: `FileError`."""
        plan = plan_of(p)
        several = plan is not None and plan.count > 1
        which = f"image {min(p.image, plan.count)}" if plan and p.image else "mean"
        passes = (f"{which} of {plan.count} images, one for each pass through k-space",) if plan and several else ()
        return (*timeline_of(p).sequence.remarks, *played_on(p).remarks, *passes)

    def image(self, p: PulseqParameters, progress: Callable[[float], None] = unseen) -> MRImage:
        """Return the images of the whole sequence. Errors: `FileError`."""
        return image_of(p, self.received(p, progress)[1])

    def raw(self, p: PulseqParameters, progress: Callable[[float], None] = unseen) -> RawData:
        """Return the readouts of the whole sequence. Errors: `FileError`."""
        return raw_of(p, self.received(p, progress)[1])

    # --- the motion ---------------------------------------------------------------------------------------------

    def initial_state(self, p: PulseqParameters, rng: np.random.Generator) -> PulseqState:
        """Equilibrium along z. Errors: `FileError`."""
        if p.reference:
            stored_of(p)  # Now rather than when it is drawn.
        samples = min(len(timeline_of(p).sequence.sample_times), MOST_HEARD)
        return PulseqState(spins_of(p).in_equilibrium(), heard=np.zeros((max(samples, 1), 2)))

    def changed(self, state: PlayedState, p: PulseqParameters, before: PulseqParameters) -> None:
        """The signal equation holds from the next repetition on."""
        assert isinstance(state, PulseqState)
        state.whole = False

    @staticmethod
    def again(state: PulseqState, p: PulseqParameters) -> None:
        """Begin a repetition now."""
        state.m[:] = spins_of(p).in_equilibrium()
        state.local, state.repetition = 0.0, state.repetition + 1
        state.trail.begin()

    def advance(
        self, state: PlayedState, p: PulseqParameters, timeline: Timeline, sample: Sample, start: float, end: float
    ) -> None:
        """Play and listen."""
        assert isinstance(state, PulseqState)
        if state.listened != state.repetition:
            state.listened, state.count, state.whole = state.repetition, 0, True
        heard = listen(p, timeline, state.m, start, end) / sample.M0.sum()
        kept = heard[: len(state.heard) - state.count]
        state.heard[state.count : state.count + len(kept)] = np.stack([kept.real, kept.imag], axis=1)
        state.count += len(kept)

    def timestep(self, p: PulseqParameters) -> float:
        """Some hundred per second on screen; as many as there are frames when a step is long."""
        return self.speed(p) / (120 if spins_of(p).count < MANY else 60)

    def speed(self, p: PulseqParameters) -> float:
        """One sequence in `SECONDS`."""
        return max(timeline_of(p).sequence.duration, 1e-6) / SECONDS

    # --- what is seen -------------------------------------------------------------------------------------------

    def observe(self, state: PlayedState, p: PulseqParameters) -> dict[str, float]:
        """Net magnetization, the last sample, and how far the signal is from a stored one."""
        assert isinstance(state, PulseqState)
        return super().observe(state, p) | {
            "received": float(np.hypot(*state.heard[state.count - 1])) if state.count else nan,
            "deviation": deviation(state, p),
        }

    def caption(self, state: PlayedState, p: PulseqParameters) -> str:
        """Which block is played, on what."""
        timeline = timeline_of(p)
        blocks = timeline.sequence.blocks
        n = min(int(np.searchsorted(timeline.sequence.starts, state.local, side="right")), len(blocks))
        block = blocks[n - 1]
        parts = [("pulse", block.rf), ("gradient", any(block.gradients)), ("readout", block.readout)]
        what = ", ".join(name for name, there in parts if there) or "waiting"
        files = [Path(file).name for file in (p.input, p.phantom) if file]
        return " · ".join(
            [f"block {n} of {len(blocks)}: {what}", *([" on ".join(files)] if files else []), *self.remarks(p)]
        )

    def odd(self, state: PlayedState, p: PulseqParameters) -> tuple[str, ...]:
        """All remarks."""
        return self.remarks(p)

    def draw(self, state: PlayedState, p: PulseqParameters) -> tuple[Visual, ...]:
        """The spins of a voxel on a Bloch sphere, those of a phantom where they are."""
        if not p.phantom:
            return super().draw(state, p)
        net = state.net[None, :]
        return (
            *field_visuals(state.m, played_on(p), places_at(p, state.local)),
            Arrows(
                float32(np.zeros((1, 3))), float32(0.8 * net), radius=0.04, color="net", label="net magnetization M"
            ),
            Labels(float32(0.86 * net), ("M",), color="net", size=1.4, italic=True, offset=(0.5, 0.5)),
        )

    def stage(self, p: PulseqParameters) -> Stage:
        """A Bloch sphere, or the box of the phantom."""
        return field_stage(played_on(p)) if p.phantom else super().stage(p)

    def diagram(self, state: PlayedState, p: PulseqParameters) -> DiagramScheme:
        """The page of the pulse diagram on which the time now lies."""
        return page_at(timeline_of(p), state.local, p.page)


def deviation(state: PulseqState, p: PulseqParameters) -> float:
    """Mean |difference| over the largest |S| [%] (nMAE) from the stored signal, so far, one scale fitted; or NaN."""
    if not p.reference or state.count < 2:
        return nan
    stored = stored_of(p).signal
    if len(stored) != len(timeline_of(p).sequence.sample_times) or state.count > len(stored):
        return nan
    ours = state.heard[: state.count, 0] + 1j * state.heard[: state.count, 1]
    theirs = stored[: state.count] * scale_of(stored[: state.count], ours)
    most = float(np.abs(ours).max())
    return 100 * float(np.abs(theirs - ours).mean()) / most if most > 0 else nan


def _edges(timeline: Timeline, sample: Sample, end: float) -> list[float]:
    """Times at which the simulation may pause: some for long work, and so many that no piece is too large."""
    times = timeline.sequence.sample_times
    work = sample.count * steps_of(timeline)
    even = np.linspace(0.0, end, (PIECES if work > LITTLE else 1) + 1)
    return np.union1d(even, times[MOST_AT_ONCE::MOST_AT_ONCE]).tolist()  # type: ignore[no-any-return]
