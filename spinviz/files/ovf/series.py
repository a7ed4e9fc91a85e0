"""A series of OVF files as one film: which files, in what order, whether they fit. Only their headers are read here."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from spinviz.files.errors import FileError, short_path
from spinviz.files.ovf.head import Head, head_of
from spinviz.files.ovf.lengths import in_metres, is_known
from spinviz.files.ovf.quantity import short

SUFFIXES = (".ovf", ".omf", ".ohf", ".oef")
MOST_FILES = 20_000
DIVIDER = " | "
"""Between the files of a series in one text; those without a folder lie beside the first."""
SAME = 1e-3
"""Relative difference of cell sizes that files in text and single precision stay below."""
_PATTERN = re.compile(r"[*?\[]")
_NUMBER = re.compile(r"(\d+)")


@dataclass(frozen=True)
class Series:
    """Files that fit each other, in order; ``times`` (s) of all, or none where they were ordered otherwise.

    ``order`` says by what, ``left_out`` what was not taken, each a phrase.
    """

    heads: tuple[Head, ...]
    times: tuple[float, ...]
    order: str
    left_out: str = ""

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(head.size for head in self.heads)


def text_of(paths: Sequence[str | os.PathLike[str]]) -> str:
    """Return one text that names a file, a folder or a pattern, or several files. Errors: `FileError`."""
    names = [os.path.abspath(path) for path in paths]
    if len(names) == 1:
        return names[0]
    if wrong := next((name for name in names if DIVIDER in name), ""):
        raise FileError(wrong, f"in a series a name cannot hold '{DIVIDER}'", "rename it or name its folder")
    folder = os.path.dirname(names[0])
    return DIVIDER.join(
        [names[0], *(os.path.basename(n) if os.path.dirname(n) == folder else n for n in names[1:])]
    )  # fmt: skip


def is_several(text: str) -> bool:
    """Whether ``text`` names more than one file: a folder, a pattern or a list of them."""
    if os.path.isdir(text):
        return True
    return not os.path.lexists(text) and (DIVIDER in text or bool(_PATTERN.search(text)))


def holds_series(folder: str | os.PathLike[str]) -> bool:
    """Whether a folder holds a file that ends as OVF files do; not whether it is one."""
    try:
        with os.scandir(folder) as entries:
            return any(_fits_ending(entry.name) for entry in islice(entries, MOST_FILES))
    except (OSError, ValueError):
        return False


def files_of(text: str) -> tuple[str, ...]:
    """Return the paths that ``text`` names, at most `MOST_FILES`. Errors: `FileError` where there is none."""
    if "\0" in text:
        raise FileError.naming(text, ValueError("embedded null byte"))
    if os.path.isdir(text):
        return _matching(text, (os.path.join(text, name) for name in _names_in(text)), "the folder holds no file that")
    if os.path.lexists(text):
        return (text,)
    if DIVIDER in text:
        first, *others = [part.strip() for part in text.split(DIVIDER)]
        folder = os.path.dirname(first)
        parts = [first, *(os.path.join(folder, other) for other in others if other)]
        return _bounded(text, [path for part in parts for path in files_of(part)])
    if _PATTERN.search(text):
        return _matching(text, glob.iglob(text), "no file that matches")
    return (text,)


def read_series(text: str) -> Series:
    """Read the headers of all files that ``text`` names and put them into order.

    By the simulated time where each header gives one and they are not all the same; else by the numbers in the names,
    so that m9 comes before m10. Of several quantities in a folder one is taken, and said; named by hand they are
    refused.

    Raises
    ------
    FileError
        No file, too many, one that is no OVF file or shorter than its header says, one that does not fit the first.
    """
    paths = files_of(text)
    heads = sorted((head_of(path) for path in paths), key=_natural)
    left_out = ""
    if os.path.isdir(text):
        heads, left_out = _of_one_quantity(heads)
    for head in heads[1:]:
        _check_fit(heads[0], head)
    times, order = _times(heads)
    if times:
        heads, times = _sorted(heads, times)
    return Series(tuple(heads), tuple(times), order, left_out)


def _names_in(folder: str) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            yield from (entry.name for entry in entries)
    except OSError as error:
        raise FileError.reading(folder, error) from error


def _fits_ending(name: str) -> bool:
    return os.path.splitext(name)[1].lower() in SUFFIXES


def _matching(text: str, names: Iterable[str], nothing: str) -> tuple[str, ...]:
    found = list(islice((name for name in names if _fits_ending(name)), MOST_FILES + 1))
    if not found:
        raise FileError(text, f"{nothing} ends in {', '.join(SUFFIXES)}", "check the name and the folder")
    return _bounded(text, found)


def _bounded(text: str, paths: Sequence[str]) -> tuple[str, ...]:
    if len(paths) > MOST_FILES:
        problem = f"the series has more than {MOST_FILES} files"
        raise FileError(shown(text), problem, "choose fewer, for example every tenth by 'm*0.ovf'")
    return tuple(dict.fromkeys(paths))


def shown(text: str) -> str:
    """Return what a series is called: its only file, folder or pattern, or the first of its files and how many."""
    first, *others = text.split(DIVIDER)
    return f"{short_path(first)} and {len(others)} more" if others else short_path(text)


def _natural(head: Head) -> tuple[list[int | str], str]:
    """Names by their letters and the values of their numbers, which alternate in the list."""
    parts = _NUMBER.split(os.path.basename(head.path))
    return [int(part) if number % 2 else part.lower() for number, part in enumerate(parts)], head.path


def _sorted(heads: list[Head], times: Sequence[float]) -> tuple[list[Head], list[float]]:
    """Both by time; those of one time stay as they are."""
    places = sorted(range(len(heads)), key=lambda n: times[n])
    return [heads[n] for n in places], [times[n] for n in places]


def _times(heads: Sequence[Head]) -> tuple[list[float], str]:
    """The times to order by, none where names do it, and what is said."""
    of_stage = len({head.stage for head in heads}) == 1
    ways: tuple[tuple[str, Callable[[Head], float | None]], ...] = (
        ("simulated time", lambda head: head.time),
        ("simulated time of their stage", lambda head: head.stage_time if of_stage else None),
    )
    for what, time_of in ways:
        times = [time for head in heads if (time := time_of(head)) is not None]
        if len(times) == len(heads) and (len(set(times)) > 1 or len(heads) == 1):
            return times, f"in the order of their {what}"
    known = sum(head.time is not None for head in heads)
    if known == len(heads):
        return [], "in the order of their names, their simulated times are the same"
    if known:
        return [], f"in the order of their names, {len(heads) - known} of them give no simulated time"
    return [], "in the order of their names, no simulated time is given"


def _of_one_quantity(heads: list[Head]) -> tuple[list[Head], str]:
    """Of what a folder holds one quantity, a magnetization where there is any: m of m and B_demag."""
    first = next((head for head in heads if head.is_magnetization), heads[0])
    taken = [head for head in heads if _kind(head) == _kind(first)]
    others = sorted({short(head.quantity) or head.ending for head in heads if _kind(head) != _kind(first)})
    left = len(heads) - len(taken)
    return taken, f"{left} {'file' if left == 1 else 'files'} of {', '.join(others[:3])} left out" if others else ""


def _kind(head: Head) -> tuple[str, str]:
    """What a file holds: its label, or else, as for OOMMF's OVF 1.0, its ending."""
    return (head.label, head.unit) if head.label else ("", head.ending)


def _check_fit(first: Head, head: Head) -> None:
    """Refuse another mesh, another cell size or another quantity, naming both files. Errors: `FileError`."""
    if head.shape != first.shape or not _same_cells(first, head):
        problem = f"its mesh has {head.mesh}, that of {first.name} {first.mesh}"
        raise FileError(head.path, problem, "choose files of one mesh")
    if _kind(head) != _kind(first):
        what, other = (short(one.quantity) or f"a field of {one.ending}" for one in (head, first))
        raise FileError(head.path, f"it holds {what}, {first.name} holds {other}", "choose files of one quantity")


def _same_cells(one: Head, two: Head) -> bool:
    if is_known(one.meshunit) and is_known(two.meshunit):
        first, second = ([in_metres(step, head.meshunit) for step in head.stepsize] for head in (one, two))
    elif one.meshunit == two.meshunit:
        first, second = list(one.stepsize), list(two.stepsize)
    else:
        return False
    return all(abs(a - b) <= SAME * max(a, b) for a, b in zip(first, second))
