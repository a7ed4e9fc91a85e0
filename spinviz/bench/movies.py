"""Export of a movie: simulation, drawing with plots, reading back, conversion and encoding, all together."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from spinviz.bench.environment import busy, processors
from spinviz.bench.measurement import Result, Skipped
from spinviz.systems import system_named, systems

SIZE = (1280, 720)
FPS = 30
FRAMES, WARM = 70, 10
"""Frames of the movie, and those at its beginning in which shaders compile and plots are laid out."""
TARGET = 20.0
"""Frames per second that are asked for on two cores."""


@dataclass(frozen=True)
class Movie:
    """The first preset of a system as a movie, in frames per second."""

    system: str

    @property
    def name(self) -> str:
        """By its system."""
        return f"export-{self.system.replace('_', '-')}"

    @property
    def title(self) -> str:
        """In words."""
        return f"{system_named(self.system).title}, MP4 with plots, 1280x720"

    def measure(self) -> Result:
        """Export to a temporary folder."""
        from spinviz.engine.loop import Loop
        from spinviz.export.headless import prepare
        from spinviz.export.job import Job, export
        from spinviz.export.plan import Plan
        from spinviz.view.context import OpenGLMissing

        application = prepare()
        system = system_named(self.system)
        loop = Loop(system, preset=system.presets[0].name)
        plan = Plan(SIZE, Fraction(FPS), FRAMES / FPS, 0.0, system.speed(loop.parameters))
        moments: list[float] = []
        with tempfile.TemporaryDirectory() as folder:
            job = Job(str(Path(folder) / "movie.mp4"), plan)
            try:
                export(loop, job, lambda done, total: moments.append(time.perf_counter()))
            except OpenGLMissing as error:
                raise Skipped(f"{error} (spinviz doctor says what to install)") from error
        rate = (len(moments) - 1 - WARM) / (moments[-1] - moments[WARM]) if application is not None else 0.0
        result = Result(self.name, rate, "frame/s", processors(), "", target=f"at least {TARGET:g} frames/s")
        if rate < TARGET and busy():
            return replace(result, note="busy")
        return replace(result, reached=rate >= TARGET)


BENCHMARKS = tuple(map(Movie, systems()))
