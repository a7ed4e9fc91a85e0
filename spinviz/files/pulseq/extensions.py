"""Extensions of the blocks of a Pulseq file: lists to be followed, rotations of gradients to be done."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from spinviz.files.errors import FileError
from spinviz.files.pulseq.text import REWRITE, Text
from spinviz.physics.sequence.blocks import Array, Gradient

Gradients = tuple[Gradient | None, Gradient | None, Gradient | None]

IGNORED = frozenset({"TRIGGERS", "LABELSET", "LABELINC", "DELAYS"})
"""Without influence on the magnetization; soft delays keep the duration stored in the file."""
REFUSED = frozenset({"RF_SHIMS"})
"""They change the field in a way that one transmitter cannot."""
ROTATIONS = "ROTATIONS"


def rotations(text: Text, used: Iterable[int]) -> dict[int, Array]:
    """Return the rotation matrix (3, 3) of each list of extensions in ``used`` that rotates. Errors: `FileError`."""
    rows = text.events("EXTENSIONS", "kind ref next")
    names = {number: name for name, number, _ in text.extensions}
    quaternions = _quaternions(text)
    found: dict[int, Array] = {}
    for start in set(used) - {0}:
        for name, reference in _followed(text, rows, names, start):
            _check(text, name)
            if name != ROTATIONS:
                continue
            if reference not in quaternions:
                raise FileError(text.path, f"a block uses rotation {reference}, which does not exist", REWRITE)
            found[start] = quaternions[reference]
    return found


def rotated(gradients: Gradients, matrix: Array) -> Gradients:
    """Return the gradients turned by ``matrix``: each axis a sum of all, with a knot wherever one of them bends."""
    present = [g for g in gradients if g is not None]
    if not present:
        return gradients
    knots = np.unique(np.concatenate([g.times for g in present]))
    before, after = (np.stack([_limit(g, knots, side) for g in gradients]) for side in ("before", "after"))
    jumps = np.any(before != after, axis=0)
    times = np.repeat(knots, 1 + jumps)
    values = np.repeat(after, 1 + jumps, axis=1)
    # Of the two knots of a jump the first has the amplitude before it.
    first = np.cumsum(1 + jumps) - 2
    values[:, first[jumps]] = before[:, jumps]
    inside = slice(int(jumps[0]), len(times) - int(jumps[-1]))
    heights = (matrix @ values)[:, inside]
    x, y, z = (Gradient(times[inside], h) if np.any(h) else None for h in heights)
    return x, y, z


def _limit(gradient: Gradient | None, t: Array, side: str) -> Array:
    """Amplitudes (n,) just before or just after the times; 0 outside."""
    if gradient is None:
        return np.zeros(len(t))
    values = gradient.at(t)
    outside = t <= gradient.times[0] if side == "before" else t >= gradient.times[-1]
    return np.where(outside, 0.0, values)


def _followed(
    text: Text, rows: dict[int, dict[str, str]], names: dict[int, str], start: int
) -> Iterable[tuple[str, int]]:
    """Yield name and reference of every extension in a list."""
    seen: set[int] = set()
    number = start
    while number:
        if number in seen:
            raise FileError(text.path, f"the extension list {start} goes round in a circle at {number}", REWRITE)
        if number not in rows:
            raise FileError(text.path, f"a block uses extension {number}, which does not exist", REWRITE)
        seen.add(number)
        kind, reference, following = (
            text.whole(rows[number][key], f"'{key}' of extension {number}") for key in ("kind", "ref", "next")
        )
        yield names.get(kind, f"of kind {kind}"), reference
        number = following


def _check(text: Text, name: str) -> None:
    required = text.definitions.get("RequiredExtensions", "").upper().split()
    if name in REFUSED or (name in required and name not in (*IGNORED, ROTATIONS)):
        problem = f"the extension {name} changes pulses or gradients in a way that cannot be played"
        raise FileError(text.path, problem, "write the sequence without it")


def _quaternions(text: Text) -> dict[int, Array]:
    """Rotation matrices by id; a row holds the id and w, x, y, z."""
    found: dict[int, Array] = {}
    for line in (line for name, _, lines in text.extensions if name == ROTATIONS for line in lines):
        number, *fields = line.split()
        q = np.array([text.number(field, f"a number of rotation {number}") for field in fields])
        length = float(np.sqrt(np.sum(q**2))) if len(q) == 4 else 0.0
        if abs(length - 1) > 1e-3:
            problem = f"rotation {number} has {len(q)} numbers of length {length:g}, expected are 4 of length 1"
            raise FileError(text.path, problem, REWRITE)
        found[text.whole(number, "the id of a rotation")] = _matrix(*(q / length))
    return found


def _matrix(w: float, x: float, y: float, z: float) -> Array:
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )
