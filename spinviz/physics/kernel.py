"""The one decorator of every compiled kernel."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from numba import njit
from numba.extending import is_jitted


def kernel(
    function: Callable[..., Any] | None = None, *, fastmath: bool | set[str] = False, parallel: bool = False
) -> Any:
    """Compile ``function`` without the interpreter lock and keep the machine code on disk.

    Kernels take arrays and scalars and write into arrays they are given. Without the lock a step never
    freezes the window; the cache makes the second start quick. ``fastmath`` only where reordering sums
    cannot change a documented result; never ``True`` where NaN must be noticed.
    """
    decorate = njit(nogil=True, cache=True, fastmath=fastmath, parallel=parallel, error_model="numpy")

    def compiled(function: Callable[..., Any]) -> Any:
        return _as_new_as_what_it_calls(decorate(function), function)

    return compiled if function is None else compiled(function)


def _as_new_as_what_it_calls(compiled: Any, function: Callable[..., Any]) -> Any:
    """Let the cache notice changes in the files of other kernels that this one may call and has within it.

    Numba looks at the kernel's own file alone (see its documentation of caching), and would run old code for ever
    after an update that touches the other.
    """
    file = getattr(compiled._cache, "_cache_file", None)
    if file is not None:
        others = {repr(k._cache._cache_file._source_stamp) for k in function.__globals__.values() if is_jitted(k)}
        file._source_stamp = sha256(repr((file._source_stamp, sorted(others))).encode()).hexdigest()
    return compiled
