"""Words that all declarations of plots share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Values: TypeAlias = NDArray[np.float64]
When: TypeAlias = Callable[[Any], bool] | None
"""Function of the parameters: whether the plot has something to say; None for always."""
