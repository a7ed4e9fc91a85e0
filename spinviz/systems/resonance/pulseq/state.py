"""The state of a Pulseq run: magnetization, and what was received in this repetition."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from spinviz.systems.resonance.common.played import PlayedState


@dataclass
class PulseqState(PlayedState):
    """heard (n, 2): in-phase and quadrature samples of repetition ``listened``, of which ``count`` are known.

    ``whole``: whether this repetition was played with the present parameters from its beginning.
    """

    heard: NDArray[np.float64] = field(default_factory=lambda: np.zeros((1, 2)))
    count: int = 0
    listened: int = -1
    whole: bool = False
