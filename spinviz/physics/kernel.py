"""The one decorator of every compiled kernel."""

from collections.abc import Callable
from typing import Any

from numba import njit


def kernel(
    function: Callable[..., Any] | None = None, *, fastmath: bool | set[str] = False, parallel: bool = False
) -> Any:
    """Compile ``function`` without the interpreter lock and keep the machine code on disk.

    Kernels take arrays and scalars and write into arrays they are given. Without the lock a step never
    freezes the window; the cache makes the second start quick. ``fastmath`` only where reordering sums
    cannot change a documented result; never ``True`` where NaN must be noticed.
    """
    decorate = njit(nogil=True, cache=True, fastmath=fastmath, parallel=parallel, error_model="numpy")
    return decorate if function is None else decorate(function)
