"""Movies and series of pictures: the writer that fits the ending, behind a file that is complete or absent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import partial
from pathlib import Path

from spinviz.export.animated import MOST_GIF_FPS, write_apng, write_gif
from spinviz.export.plan import Plan, PlanError, even
from spinviz.export.series import check_series, is_series, series_of, write_series
from spinviz.export.video import Picture, write_mp4, write_webm
from spinviz.files.atomic import atomic_path
from spinviz.files.errors import FileError

Writer = Callable[[Path, Iterable[Picture], tuple[int, int], Fraction], None]
WRITERS: dict[str, Writer] = {".mp4": write_mp4, ".webm": write_webm, ".apng": write_apng}
EVEN = (".mp4", ".webm")
"""Kinds whose size must be even."""


def size_for(out: str, size: tuple[int, int]) -> tuple[int, int]:
    """Return the size that the kind of ``out`` can have: rounded up to even numbers for video."""
    return even(size) if Path(out).suffix.lower() in EVEN else size


def check(out: str, plan: Plan) -> None:
    """Refuse what cannot be written before anything is computed. Errors: `PlanError`, `FileError`."""
    if is_series(out):
        check_series(series_of(out), plan.frames)
    elif Path(out).suffix.lower() == ".gif" and plan.fps > MOST_GIF_FPS:
        raise PlanError(
            f"fps {float(plan.fps):g} is too fast for a GIF: choose {MOST_GIF_FPS} or less, or write .apng or .mp4"
        )


def write_animation(out: str, pictures: Iterable[Picture], plan: Plan) -> None:
    """Write the pictures as the ending of ``out`` says; a series for a folder or "name_%05d.png".

    What is at ``out`` stays until the new file is complete; an error or a cancellation leaves nothing behind.
    Errors: `FileError`.
    """
    if is_series(out):
        write_series(series_of(out), pictures)
        return
    suffix = Path(out).suffix.lower()
    with atomic_path(out) as temporary:
        try:
            write = partial(write_gif, colors=plan.colors) if suffix == ".gif" else WRITERS[suffix]
            write(temporary, pictures, plan.size, plan.fps)
        except FileError as error:
            raise FileError(out if error.path == str(temporary) else error.path, error.problem, error.remedy) from error
