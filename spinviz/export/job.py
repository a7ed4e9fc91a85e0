"""A whole export: a run, the moments of a plan, a composer and a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from spinviz import __version__
from spinviz.engine.loop import Loop
from spinviz.export.animation import EVEN, check, size_for, write_animation
from spinviz.export.composer import Composer, composing
from spinviz.export.garbage import collect_what_is_due, collected_by_hand
from spinviz.export.image import write_png
from spinviz.export.overlap import ahead
from spinviz.export.plan import Plan, PlanError, check_frames, kind_of
from spinviz.export.series import is_series
from spinviz.export.video import Picture
from spinviz.files.claim import Claim
from spinviz.model.frame import Frame
from spinviz.model.kept import Kept
from spinviz.model.theme import DARK, Theme
from spinviz.view.camera import Camera

LOSSY = (".mp4", ".webm", ".gif")
"""Kinds that blur or dither the finest detail: edges as smooth as in the window do, at a quarter of the pixels."""
GRAIN = 3.0
"""Grey levels of the pattern against bands that survive the coding of a movie, which smooths a finer one away."""
Report = Callable[[int, int], None]
"""Called with the number of finished frames and of all; an exception it raises cancels the export."""


@dataclass(frozen=True)
class Job:
    """What to export where. ``single``: one picture, at ``plan.start``."""

    out: str
    plan: Plan
    theme: Theme = DARK
    plots: bool = True
    camera: Camera | None = None
    single: bool = False
    kept: tuple[Kept, ...] = ()
    """Curves that the plots show beside those of the run."""
    hidden: tuple[str, ...] = ()
    """Names of `model.switches` that are off."""
    transparent: bool = False


def is_picture(out: str) -> bool:
    """Whether ``out`` names one PNG."""
    return Path(out).suffix.lower() == ".png" and not is_series(out)


def export(loop: Loop, job: Job, report: Report = lambda done, total: None) -> None:
    """Run ``loop`` from its present step through the plan and write the file.

    ``job.plan.size`` must fit the kind of file (see `animation.size_for`). Errors: `FileError`, `PlanError`,
    `StepFailed`, `OpenGLMissing`; whatever ends it, nothing half written is left.
    """
    plan = checked(job).plan
    with lent(loop, job) as composer:
        if job.single:
            with Claim(job.out):
                loop.advance_to(plan.start)
                write_png(job.out, composer.picture(loop.frame(speed=plan.speed, actual_speed=plan.speed)), texts(loop))
            report(1, 1)
        else:
            write_animation(job.out, pictures(loop, plan, composer, report), plan)


def checked(job: Job) -> Job:
    """Return ``job`` if it can be done. Errors: `PlanError`, `FileError`."""
    plan = check_frames(job.plan)
    if plan.size != size_for(job.out, plan.size):
        raise ValueError(f"size {plan.size} does not fit {job.out}: use size_for")
    if job.single != is_picture(job.out):
        raise ValueError(f"{job.out} is {'no' if job.single else 'a'} single picture: see is_picture")
    if not job.single:
        check(job.out, plan)
    if job.transparent and not (job.single or kind_of(job.out).transparent):
        raise PlanError(f"{job.out} cannot be transparent: write .png, .apng or a series, or leave --transparent out")
    return job


def lent(loop: Loop, job: Job) -> AbstractContextManager[Composer]:
    """Lend what draws the pictures of a job."""
    suffix = Path(job.out).suffix.lower()
    return composing(
        loop.system,
        job.plan.size,
        job.theme,
        transparent=job.transparent,
        plots=job.plots,
        camera=job.camera,
        kept=job.kept,
        hidden=job.hidden,
        samples=1 if suffix in LOSSY else 2,
        grain=GRAIN if suffix in EVEN else 1.0,
    )


def pictures(loop: Loop, plan: Plan, composer: Composer, report: Report) -> Iterator[Picture]:
    """Every picture of the plan in order; the simulation goes on while one is drawn."""
    with collected_by_hand():
        for done, frame in enumerate(ahead(frames(loop, plan))):
            report(done, plan.frames)
            yield composer.picture(frame, plan.turned(done))
            collect_what_is_due()
    report(plan.frames, plan.frames)


def frames(loop: Loop, plan: Plan) -> Iterator[Frame]:
    """Every frame of the plan in order."""
    for time in plan.times():
        loop.advance_to(time)
        yield loop.frame(running=True, speed=plan.speed, actual_speed=plan.speed)


def texts(loop: Loop) -> dict[str, str]:
    """What a picture says about itself, enough to make it again."""
    return {
        "Software": f"spinviz {__version__}",
        "Title": loop.system.title,
        "spinviz:system": loop.system.name,
        "spinviz:preset": loop.preset.name,
        "spinviz:seed": str(loop.seed),
        "spinviz:time": f"{loop.time:.12g} {loop.system.time_unit}",
        "spinviz:parameters": loop.parameters.as_json(),
    }
