"""What a state takes of the memory: said before it is made, and refused where the machine does not have it."""

from __future__ import annotations

import os
import sys
from typing import Any

from spinviz.model.parameters import ParameterError, Parameters
from spinviz.model.system import System

LARGE = 10**9
"""Bytes from which on it is said."""


def demand(system: System[Any, Any], p: Parameters) -> str:
    """Return what a large state will take, in words; empty for others, and for one that `check_memory` refuses."""
    needed, there = system.memory(p), installed()
    if needed < LARGE or 0 < there < needed:
        return ""
    return f"a state that takes about {_gigabytes(needed)} of memory" + (f" of {_gigabytes(there)}" if there else "")


def check_memory(system: System[Any, Any], p: Parameters) -> None:
    """Refuse a state for which this machine has no memory. Errors: `ParameterError`."""
    needed, there = system.memory(p), installed()
    if there and needed > there:
        raise ParameterError(
            f"{system.name} would take about {_gigabytes(needed)} of memory with these parameters and this machine "
            f"has {_gigabytes(there)}: make the state smaller"
        )


def installed() -> int:
    """Return the memory of this machine [bytes]; 0 where it is not known."""
    if sys.platform == "win32":
        import ctypes

        found = ctypes.c_ulonglong()
        known = ctypes.windll.kernel32.GetPhysicallyInstalledSystemMemory(ctypes.byref(found))
        return 1024 * found.value if known else 0
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError):
        return 0


def _gigabytes(count: float) -> str:
    return f"{count / 1e9:.2g} GB" if count < 99.5e9 else f"{count / 1e9:.0f} GB"
