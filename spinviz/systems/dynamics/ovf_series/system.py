"""Film of files: a series of OVF files shown one after another, as other programs computed them.

Nothing is computed but what is measured in each file. One step goes to the next file, so the time of the run counts
files; the simulated time is an observable where headers give it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import nan
from pathlib import Path

import numpy as np

from spinviz.files.ovf.read import OVF
from spinviz.files.ovf.series import text_of
from spinviz.model.abilities import HasField, OpensSeries
from spinviz.model.system import Observable, Preset, System
from spinviz.model.units import show
from spinviz.model.visuals import Stage, Visual
from spinviz.systems.dynamics.ovf_series.film import film_anew, film_if_any, film_of, known_film
from spinviz.systems.dynamics.ovf_series.laws import IDENTITIES
from spinviz.systems.dynamics.ovf_series.parameters import SeriesParameters
from spinviz.systems.dynamics.ovf_series.picture import picture, picture_words, stage_of
from spinviz.systems.dynamics.ovf_series.plots import PLOTS
from spinviz.systems.dynamics.ovf_series.state import FilmState
from spinviz.systems.pictures.reciprocal import RECIPROCAL, structure_words

SECONDS = 12.0
"""On screen of a whole film."""
SLOWEST = 1.0
"""Files a second of a short film."""
BYTES_TO_READ = 120
"""Bytes for each cell while a frame is read: its values, their directions in double precision, and copies of them."""


class OVFSeries(
    System[SeriesParameters, FilmState],
    HasField[FilmState, SeriesParameters, OVF],
    OpensSeries[SeriesParameters],
):
    """Shows files, and measures them."""

    name = "ovf_series"
    title = "Film of files"
    chapter = "Dynamics"
    order = 90
    time_unit = "file"
    summary = "OVF files of OOMMF, mumax3, Spirit or ubermag as a film, with what can be measured in each of them."
    notes = (
        "Drop several OVF files or their folder on the window. One step is one file; the simulated time is read from "
        "the files."
    )
    equation = (
        r"\langle\mathbf m\rangle=\frac{\sum_i\mathbf M_i}{\sum_i|\mathbf M_i|},\quad "
        r"Q=\frac{1}{4\pi}\int\mathbf m\cdot(\partial_x\mathbf m\times\partial_y\mathbf m)\,\mathrm dx\,\mathrm dy"
    )
    Parameters = SeriesParameters
    observables = (
        Observable("t", "Simulated time of the file", "t", "s"),
        Observable("mx", "Mean component along x", "⟨m_x⟩"),
        Observable("my", "Mean component along y", "⟨m_y⟩"),
        Observable("mz", "Mean component along z", "⟨m_z⟩"),
        Observable("order", "Length of the mean", "|⟨m⟩|"),
        Observable("charge", "Topological charge", "Q"),
        Observable("number", "Number of the file", "n"),
    )
    plots = PLOTS
    identities = IDENTITIES
    presets = (
        Preset(
            "small", "A small film", "A skyrmion whose radius oscillates, until files are opened.",
            notes="The radius of the skyrmion oscillates and with it the mean along z; its topological charge stays "
            "−1. Drop OVF files of your own, or their folder, to see them instead.",
        ),
    )  # fmt: skip

    # --- files --------------------------------------------------------------------------------------------------

    def open(self, path: Path) -> SeriesParameters:
        """Take a file, a folder or a pattern. Errors: `FileError`."""
        return self.open_series([path])

    def open_series(self, paths: Sequence[Path]) -> SeriesParameters:
        """Take files, a folder or a pattern; all headers are read and put into order. Errors: `FileError`."""
        p = SeriesParameters.of(input=text_of(paths))
        film_anew(p.input)
        return p

    def odd(self, state: FilmState, p: SeriesParameters) -> tuple[str, ...]:
        """How many files, how they were ordered, and how they were taken."""
        return film_of(p.input).remarks

    def field(self, state: FilmState, p: SeriesParameters) -> OVF:
        """The field of the file that is shown, as it is there."""
        return film_of(p.input).field(state.number)

    # --- the motion ---------------------------------------------------------------------------------------------

    def initial_state(self, p: SeriesParameters, rng: np.random.Generator) -> FilmState:
        """The first file of those that are there now. Errors: `FileError`."""
        return FilmState.begin(film_anew(p.input))

    def step(self, state: FilmState, p: SeriesParameters, dt: float) -> None:
        """Go to the next file; the last one stays."""
        state.go_on(film_of(p.input))

    def memory(self, p: SeriesParameters) -> int:
        """One frame while it is read."""
        film = known_film(p.input)
        return BYTES_TO_READ * int(np.prod(film.shape)) if film else 0

    def timestep(self, p: SeriesParameters) -> float:
        """One file."""
        return 1.0

    def speed(self, p: SeriesParameters) -> float:
        """All files in `SECONDS`."""
        film = film_if_any(p.input)
        return max(film.count / SECONDS, SLOWEST) if film else SLOWEST

    def end(self, p: SeriesParameters) -> float | None:
        """The last file."""
        film = film_if_any(p.input)
        return film.count - 1.0 if film else None

    def ended(self, state: FilmState, p: SeriesParameters) -> bool:
        """Whether the last file is shown."""
        return state.number + 1 == len(state.seen)

    # --- what is seen -------------------------------------------------------------------------------------------

    def observe(self, state: FilmState, p: SeriesParameters) -> dict[str, float]:
        """Time and number of the file, mean direction, topological charge of a plane."""
        film = film_of(p.input)
        x, y, z, charge = state.seen[state.number].tolist()
        return {
            "t": film.time(state.number),
            "mx": x,
            "my": y,
            "mz": z,
            "order": float(np.linalg.norm(state.mean)),
            "charge": charge if film.plane else nan,
            "number": state.number + 1.0,
        }

    def draw(self, state: FilmState, p: SeriesParameters) -> tuple[Visual, ...]:
        """See `picture`."""
        film = film_of(p.input)
        return picture(film, film.frame(state.number), p)

    def stage(self, p: SeriesParameters) -> Stage:
        """See `stage_of`."""
        return stage_of(film_of(p.input), p)

    def caption(self, state: FilmState, p: SeriesParameters) -> str:
        """Which file, its time, how many there are, and what is drawn."""
        film = film_of(p.input)
        if p.show == RECIPROCAL:
            return structure_words(film.shape[0])
        time = f"t = {show(film.time(state.number), 's')}" if film.times else ""
        place = f"{state.number + 1} of {film.count}"
        mesh = film.series.heads[0].mesh if film.series else ""
        shown = picture_words(film, film.frame(state.number), p)
        parts = (film.name(state.number), place, time, mesh, *film.remarks, *shown)
        return " · ".join(filter(None, parts))
