"""Uniforms that travel only when they change: most stay as long as camera, theme and size do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from vispy import gloo

_known: WeakKeyDictionary[gloo.Program, dict[str, Any]] = WeakKeyDictionary()


def set_uniforms(program: gloo.Program, uniforms: Mapping[str, Any]) -> None:
    """Set ``uniforms`` of ``program``, which nobody else may set."""
    known = _known.setdefault(program, {})
    for name, value in uniforms.items():
        key = value.tobytes() if isinstance(value, np.ndarray) else value
        if name not in known or known[name] != key:
            known[name] = key
            program[name] = value
