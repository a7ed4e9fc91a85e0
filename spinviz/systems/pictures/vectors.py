"""Vectors that start in the middle of a sphere."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from spinviz.model.visuals import float32


@lru_cache(maxsize=16)
def origins(count: int) -> NDArray[np.float32]:
    """Tails (N, 3) of arrows that all start in the middle; one array, so that it is uploaded once."""
    return float32(np.zeros((count, 3)))
