"""A series of PNG pictures: numbered files in a folder, moved there only when all are complete."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from spinviz.export.video import Picture
from spinviz.files.atomic import clear_left_behind, marked
from spinviz.files.claim import Claim
from spinviz.files.errors import FileError

_NUMBER = re.compile(r"%0?(\d{0,2})d")
DIGITS = 5


@dataclass(frozen=True)
class Series:
    """Where a series goes: ``folder`` and names ``before`` + number + ``after``."""

    folder: Path
    before: str
    after: str
    digits: int = DIGITS

    def path(self, number: int) -> Path:
        """Return the file of a frame."""
        return self.folder / f"{self.before}{number:0{self.digits}d}{self.after}"


def series_of(out: str) -> Series:
    """Return the series that ``out`` means: "name_%05d.png" or a folder."""
    path = Path(out)
    match = _NUMBER.search(path.name)
    if match:
        before, after = path.name[: match.start()], path.name[match.end() :]
        return Series(path.parent, before.replace("%%", "%"), after.replace("%%", "%"), int(match[1] or DIGITS))
    return Series(path, "frame_", ".png")


def is_series(out: str) -> bool:
    """Whether ``out`` can only mean a series: a numbered name, a folder, or a name without an ending."""
    path = Path(out)
    # Not Path.is_dir, which raises errors for names that are too long.
    return os.path.isdir(path) or out.endswith(("/", os.sep)) or not path.suffix or bool(_NUMBER.search(path.name))


def check_series(series: Series, frames: int) -> None:
    """Refuse a folder with later frames of an earlier export, which would seem to belong to this one."""
    if not os.path.isdir(series.folder):
        return
    name = re.compile(re.escape(series.before) + r"(\d+)" + re.escape(series.after))
    later = [found for found in map(name.fullmatch, os.listdir(series.folder)) if found and int(found[1]) >= frames]
    if later:
        problem = f"{len(later)} frames of a longer series are there already (such as {min(m[0] for m in later)})"
        raise FileError(series.folder, problem, "choose another folder or remove them")


def write_series(series: Series, pictures: Iterable[Picture]) -> None:
    """Write every picture. Nothing else in the folder is touched.

    Errors: `FileError`, also where another process is writing such pictures there.
    """
    made = not os.path.exists(series.folder)
    try:
        series.folder.mkdir(exist_ok=True)
        clear_left_behind(series.folder)
        with (
            Claim(series.folder / f"{series.before}%d{series.after}"),
            tempfile.TemporaryDirectory(prefix=marked("spinviz", series.folder), dir=series.folder) as waiting,
        ):
            count = 0
            for number, picture in enumerate(pictures):
                Image.fromarray(picture).save(Path(waiting) / f"{number}.png", compress_level=4)
                count = number + 1
            for number in range(count):
                os.replace(Path(waiting) / f"{number}.png", series.path(number))
    except BaseException as error:
        if made:
            _remove_empty(series.folder)
        if isinstance(error, OSError):
            raise FileError.writing(series.folder, error) from error
        raise


def _remove_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        return
