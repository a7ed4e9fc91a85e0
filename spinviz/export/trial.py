"""What an export will be: one of its frames, small, and how large the file and how long the work, from a few frames."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from time import perf_counter

from spinviz.engine.loop import Loop
from spinviz.export.animation import EVEN, write_animation
from spinviz.export.composer import Composer
from spinviz.export.image import write_png
from spinviz.export.job import Job, frames, lent
from spinviz.export.plan import Plan
from spinviz.export.series import is_series
from spinviz.export.video import Picture
from spinviz.files.atomic import temporary_prefix
from spinviz.model.frame import Frame

TRIED = 8
"""Frames that are drawn and written to estimate the others."""
KEY = 250
"""Frames after which a movie holds a whole picture again (x264's default)."""
SMALL = 1280
"""Pixels of the longer side of a preview: letters have their least size below."""


@dataclass(frozen=True)
class Estimate:
    """``size`` of the file or files [bytes] and ``seconds`` of work, both to a factor of about two."""

    frames: int
    size: float
    seconds: float

    @property
    def words(self) -> str:
        """One line for people."""
        return f"{self.frames} frames, about {bytes_in_words(self.size)}, takes about {seconds_in_words(self.seconds)}"


def bytes_in_words(size: float) -> str:
    """Return a size with two digits: "340 kB", "12 MB"."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6)):
        if size >= 0.95 * factor:
            return f"{float(f'{size / factor:.2g}'):g} {unit}"
    return f"{max(float(f'{size / 1e3:.2g}'), 1):g} kB"


def seconds_in_words(seconds: float) -> str:
    """Return a time of work: "40 s", "3 min"."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def preview(loop: Loop, job: Job, number: int, out: str) -> Frame:
    """Draw frame ``number`` of the film small into the PNG ``out``, and return it."""
    plan = from_frame(job.plan, number)
    frame = next(frames(loop, plan))
    with lent(loop, replace(job, plan=replace(plan, size=smaller(plan.size)))) as composer:
        write_png(out, composer.picture(frame, job.plan.turned(number)))
    return frame


def estimate(loop: Loop, job: Job, number: int = 0) -> Estimate:
    """Draw and write some frames from ``number`` on to a temporary file, and reckon what all will take."""
    plan = job.plan
    begun = perf_counter()
    loop.advance_to(from_frame(plan, number).start)
    reached, before = loop.time, perf_counter() - begun
    count = min(TRIED, plan.frames - number)
    tried = replace(from_frame(plan, number), length=float(count / plan.fps))
    with lent(loop, job) as composer, tempfile.TemporaryDirectory(prefix=temporary_prefix("trial")) as folder:
        pictures, drawing = timed(drawn(loop, tried, plan, number, composer))
        first, _ = written(job, pictures[:1], tried, Path(folder))
        size, coding = written(job, pictures, tried, Path(folder))
    each = (size - first) / max(count - 1, 1) if count > 1 else first
    whole = plan.frames // KEY if Path(job.out).suffix.lower() in EVEN else 0
    begin = before * plan.start / reached if reached > 0 else 0.0
    return Estimate(
        plan.frames,
        first + max(each, 0.0) * (plan.frames - 1) + first * whole,
        begin + plan.frames * (drawing + coding),
    )


def from_frame(plan: Plan, number: int) -> Plan:
    """Return the plan that begins at frame ``number`` of this one."""
    return replace(plan, start=plan.start + float(number / plan.fps) * plan.speed)


def smaller(size: tuple[int, int]) -> tuple[int, int]:
    """Return the size of a preview, of the same shape."""
    part = min(1.0, SMALL / max(size))
    return max(round(part * size[0]), 64), max(round(part * size[1]), 64)


def drawn(loop: Loop, tried: Plan, plan: Plan, number: int, composer: Composer) -> Iterator[Callable[[], Picture]]:
    """Something that draws, for each frame."""
    for k, frame in zip(range(tried.frames), frames(loop, tried)):
        yield lambda k=k, frame=frame: composer.picture(frame, plan.turned(number + k))  # type: ignore[misc]


def timed(work: Iterator[Callable[[], Picture]]) -> tuple[list[Picture], float]:
    """Return the pictures, and the seconds that one takes after the first, in which everything is laid out."""
    made, begun = [next(work)()], perf_counter()
    for draw in work:
        made.append(draw())
    return made, (perf_counter() - begun) / max(len(made) - 1, 1)


def written(job: Job, pictures: list[Picture], plan: Plan, folder: Path) -> tuple[float, float]:
    """Bytes of a file of these pictures, and seconds for each."""
    name = "frames/" if is_series(job.out) else f"film{Path(job.out).suffix.lower()}"
    begun = perf_counter()
    write_animation(str(folder / name) + ("/" if is_series(job.out) else ""), pictures, plan)
    seconds = (perf_counter() - begun) / len(pictures)
    files = chain(folder.glob("film*"), folder.glob("frames/*.png"))
    return float(sum(file.stat().st_size for file in files)), seconds
