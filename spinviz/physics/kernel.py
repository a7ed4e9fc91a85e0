"""The one decorator of every compiled kernel."""

from collections.abc import Callable
from typing import Any

from numba import njit
from numba.extending import is_jitted

from spinviz.physics.kernel_cache import KernelCache


def kernel(
    function: Callable[..., Any] | None = None, *, fastmath: bool | set[str] = False, parallel: bool = False
) -> Any:
    """Compile ``function`` without the interpreter lock and keep the machine code on disk.

    Kernels take arrays and scalars and write into arrays they are given. Without the lock a step never
    freezes the window; the cache makes the second start quick. ``fastmath`` only where reordering sums
    cannot change a documented result; never ``True`` where NaN must be noticed.
    """
    decorate = njit(nogil=True, fastmath=fastmath, parallel=parallel, error_model="numpy")

    def compiled(function: Callable[..., Any]) -> Any:
        made = decorate(function)
        if is_jitted(made):  # not where NUMBA_DISABLE_JIT is set
            made._cache = KernelCache(made)
        return made

    return compiled if function is None else compiled(function)
