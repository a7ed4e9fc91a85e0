"""What a change took away from a state: its parts before, packed, so that the change can be undone; a bounded store."""

from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spinviz.engine.snapshots import copy_state, same_state, size_of

MOST_BYTES = 128 * 2**20
"""Of all patches of a run; the oldest go first."""
FEW = 64
"""Fewer than one place in so many is named by its index, more by a bit for every place."""


@dataclass(frozen=True, eq=False)
class _Places:
    """Places of an array that were changed and what was there. ``where``: indices, or bits for all places."""

    where: NDArray[np.int64] | bytes
    values: NDArray[Any] | bytes
    dtype: np.dtype[Any]

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(len(part) if isinstance(part, bytes) else part.nbytes for part in (self.where, self.values))

    def put(self, array: NDArray[Any]) -> None:
        """Put back what was there, in place."""
        values = self.values
        if isinstance(values, bytes):
            values = np.frombuffer(zlib.decompress(values), self.dtype)
        if isinstance(self.where, bytes):
            bits = np.frombuffer(zlib.decompress(self.where), np.uint8)
            array[np.unpackbits(bits, count=array.size).astype(bool).reshape(array.shape)] = values
        else:
            array[np.unravel_index(self.where, array.shape)] = values


@dataclass(frozen=True, eq=False)
class _Whole:
    """A value that was replaced as a whole."""

    value: Any


@dataclass(frozen=True, eq=False)
class Patch:
    """What a change took away.

    ``parameters``: those that it changed, with their values before; ``born``: how often the run had begun a new state
    when the change was over; ``state``: None where the state stayed as it was, or was made anew by the parameters.
    """

    parameters: Mapping[str, Any]
    born: int
    state: Any = None
    size: int = field(init=False)
    """Bytes held."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", 512 + _size(self.state))

    def put(self, state: Any, at_once: bool) -> None:
        """Put back in place what ``state`` was before.

        Unless this is done ``at_once``, with no step between, random numbers go on: words of generators (uint64)
        stay, for used ones would come again.
        """
        if self.state is not None:
            _put(state, self.state, at_once)


def difference(was: Any, now: Any) -> Any:
    """Return what has to be put back to make ``was`` of ``now``; None where they are the same."""
    if isinstance(was, np.ndarray) and isinstance(now, np.ndarray):
        return _changed_places(was, now)
    if type(was) is type(now):
        if dataclasses.is_dataclass(was) and not isinstance(was, type):
            names = [one.name for one in dataclasses.fields(was)]
            return _parts({name: (getattr(was, name), getattr(now, name)) for name in names})
        if isinstance(was, list | tuple) and len(was) == len(now):
            return _parts(dict(enumerate(zip(was, now))))
        if isinstance(was, dict) and was.keys() == now.keys():
            return _parts({key: (was[key], now[key]) for key in was})
    return None if same_state(was, now) else _Whole(copy_state(was))


def _parts(pairs: Mapping[Any, tuple[Any, Any]]) -> dict[Any, Any] | None:
    found = {key: part for key, (was, now) in pairs.items() if (part := difference(was, now)) is not None}
    return found or None


def _changed_places(was: NDArray[Any], now: NDArray[Any]) -> _Places | _Whole | None:
    if was.shape != now.shape or was.dtype != now.dtype or not now.flags.writeable:
        return None if same_state(was, now) else _Whole(was.copy())
    changed = was != now
    if was.dtype.kind in "fc":
        changed &= ~(np.isnan(was) & np.isnan(now))
    count = int(np.count_nonzero(changed))
    if not count:
        return None
    there: NDArray[Any] = was[changed]
    # Spins take a bit each; floating-point numbers hardly shrink.
    values = zlib.compress(there.tobytes(), 1) if was.dtype.itemsize == 1 else there
    if count * FEW < was.size:
        return _Places(np.flatnonzero(changed), values, was.dtype)
    return _Places(zlib.compress(np.packbits(changed).tobytes(), 1), values, was.dtype)


def _put(now: Any, part: Any, at_once: bool) -> Any:
    """Return ``now`` with ``part`` put back; arrays and dataclasses are changed in place."""
    if isinstance(part, _Whole):
        return copy_state(part.value)
    if isinstance(part, _Places):
        if at_once or now.dtype != np.uint64:
            part.put(now)
        return now
    if isinstance(now, tuple):
        return tuple(_put(one, part[n], at_once) if n in part else one for n, one in enumerate(now))
    for key, inner in part.items():
        if dataclasses.is_dataclass(now):
            object.__setattr__(now, key, _put(getattr(now, key), inner, at_once))
        else:
            now[key] = _put(now[key], inner, at_once)
    return now


def _size(part: Any) -> int:
    if isinstance(part, _Places):
        return part.size
    if isinstance(part, _Whole):
        return size_of([part.value])
    return sum(128 + _size(inner) for inner in part.values()) if isinstance(part, dict) else 0


class Patches:
    """Patches by the number of their event, at most ``memory`` bytes: the oldest go first.

    ``pinned``: the number of one that stays in any case.
    """

    def __init__(self, memory: int, pinned: int = -1) -> None:
        self.memory = memory
        self.lost = False
        """Whether one had to go."""
        self._pinned = pinned
        self._items: dict[int, Patch] = {}

    def __contains__(self, number: int) -> bool:
        return number in self._items

    @property
    def size(self) -> int:
        """Bytes held."""
        return sum(patch.size for patch in self._items.values())

    def get(self, number: int) -> Patch | None:
        """Return the patch of an event, None where it is not held."""
        return self._items.get(number)

    def add(self, number: int, patch: Patch) -> None:
        """Hold a patch."""
        self._items[number] = patch
        size = self.size
        for old in sorted(self._items):
            if size <= self.memory:
                break
            if old != self._pinned:
                size -= self._items.pop(old).size
                self.lost = True

    def forget_from(self, number: int) -> None:
        """Drop those of events from this number on."""
        self._items = {n: patch for n, patch in self._items.items() if n < number}
