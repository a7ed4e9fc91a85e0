"""Copies of a state, and a bounded store of them through which the timeline scrubs."""

from __future__ import annotations

import copy
import dataclasses
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from spinviz.model.parameters import Parameters

S = TypeVar("S")

BARE = "_spinviz_bare"
"""Attribute of frozen parts of a state in which no array was found: a geometry is not searched at every step."""
MOST = 4096
"""Snapshots kept at most: small states would otherwise fill the memory with bookkeeping."""


def copy_state(state: S) -> S:
    """Return an independent copy; read-only arrays are shared, because nobody can change them."""
    return _copy(state)  # type: ignore[no-any-return]


def _copy(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.copy() if value.flags.writeable else value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        if value.__dataclass_params__.frozen and not _arrays(value):  # type: ignore[attr-defined]
            return value
        twin = copy.copy(value)
        for field in dataclasses.fields(value):
            object.__setattr__(twin, field.name, _copy(getattr(value, field.name)))
        return twin
    if isinstance(value, list | tuple):
        return type(value)(_copy(item) for item in value)
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    if value is None or isinstance(value, int | float | complex | str | bytes | bool | np.generic | Parameters):
        return value
    return copy.deepcopy(value)


def same_state(one: Any, two: Any) -> bool:
    """Whether two states hold the same numbers."""
    if one is two:
        return True
    if type(one) is not type(two):
        return False
    if isinstance(one, np.ndarray):
        return one.dtype == two.dtype and np.array_equal(one, two, equal_nan=one.dtype.kind in "fc")
    if dataclasses.is_dataclass(one) and not isinstance(one, type):
        return all(same_state(getattr(one, f.name), getattr(two, f.name)) for f in dataclasses.fields(one))
    if isinstance(one, list | tuple):
        return len(one) == len(two) and all(map(same_state, one, two))
    if isinstance(one, dict):
        return one.keys() == two.keys() and all(same_state(one[key], two[key]) for key in one)
    return bool(one == two or (one != one and two != two))  # NaN is no other number than NaN


def _arrays(value: Any) -> list[np.ndarray[Any, Any]]:
    """All arrays of a state, however deep."""
    if isinstance(value, np.ndarray):
        return [value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        if BARE in value.__dict__:
            return []
        found = [a for field in dataclasses.fields(value) for a in _arrays(getattr(value, field.name))]
        if not found and value.__dataclass_params__.frozen:  # type: ignore[attr-defined]
            value.__dict__[BARE] = True
        return found
    if isinstance(value, list | tuple):
        return [a for item in value for a in _arrays(item)]
    if isinstance(value, dict):
        return [a for item in value.values() for a in _arrays(item)]
    return []


def state_arrays(state: Any) -> dict[str, np.ndarray[Any, Any]]:
    """Return the arrays of a state by dotted field name, for the final-state file."""
    found: dict[str, np.ndarray[Any, Any]] = {}

    def collect(prefix: str, value: Any) -> None:
        if isinstance(value, np.ndarray):
            found[prefix] = value
        elif dataclasses.is_dataclass(value) and not isinstance(value, type):
            for field in dataclasses.fields(value):
                collect(f"{prefix}.{field.name}" if prefix else field.name, getattr(value, field.name))
        elif isinstance(value, int | float | bool | np.generic) and prefix:
            found[prefix] = np.asarray(value)

    collect("", state)
    return found


def is_finite(state: Any) -> bool:
    """Whether every floating-point array of a state is finite."""
    return all(bool(np.isfinite(a).all()) for a in _arrays(state) if a.dtype.kind in "fc" and a.flags.writeable)


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A state at a step, with all that is needed to go on from there."""

    step: int
    time: float
    parameters: Parameters
    state: Any
    anchor: Any
    """Bookkeeping of the loop at this step."""
    size: int


class Snapshots:
    """Snapshots in order of steps, within a memory limit.

    When the limit is reached every second one goes, so that the whole run stays reachable with coarser jumps; the
    first and the last stay always.
    """

    def __init__(self, memory: int) -> None:
        self.memory = memory
        self.spacing = 1
        """Steps between two snapshots that are worth keeping."""
        self._items: list[Snapshot] = []
        self._size = 0

    def __len__(self) -> int:
        return len(self._items)

    @property
    def size(self) -> int:
        """Bytes held."""
        return self._size

    def is_due(self, step: int) -> bool:
        """Whether ``step`` is far enough from the last snapshot."""
        return not self._items or step - self._items[-1].step >= self.spacing

    def add(self, snapshot: Snapshot) -> None:
        """Keep a snapshot; one of the same step is replaced."""
        if self._items and self._items[-1].step == snapshot.step:
            self._size -= self._items.pop().size
        self._items.append(snapshot)
        self._size += snapshot.size
        while (self._size > self.memory or len(self._items) > MOST) and len(self._items) > 2:
            self._thin()

    def before(self, step: int) -> Snapshot:
        """Return the last snapshot at or before ``step``."""
        index = bisect_right(self._items, step, key=lambda item: item.step) - 1
        return self._items[max(index, 0)]

    def before_time(self, time: float) -> Snapshot:
        """Return the last snapshot at or before ``time``."""
        index = bisect_right(self._items, time, key=lambda item: item.time) - 1
        return self._items[max(index, 0)]

    def until(self, step: int) -> list[Snapshot]:
        """Return the snapshots at or before ``step``."""
        return self._items[: bisect_right(self._items, step, key=lambda item: item.step)]

    def forget_after(self, step: int) -> None:
        """Drop every snapshot later than ``step``."""
        self._items = [item for item in self._items if item.step <= step]
        self._size = sum(item.size for item in self._items)

    def _thin(self) -> None:
        self._items = [item for n, item in enumerate(self._items) if n % 2 == 0 or n == len(self._items) - 1]
        self._size = sum(item.size for item in self._items)
        self.spacing *= 2


def size_of(state: Any) -> int:
    """Return the bytes that a copy of ``state`` takes."""
    return 512 + sum(a.nbytes for a in _arrays(state) if a.flags.writeable)
