"""What of a lattice volume is shown: cut open, so that its inside is seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spinviz.model.visuals import float32


def cut_open(values: NDArray[np.generic], cut: str) -> NDArray[np.float32]:
    """Values of cells (nz, ny, nx) with NaN in what is cut off; a word that is none of the two cuts nothing off.

    The "corner" is that of large x, small y and large z; the "half" that of small y: in front of a camera whose azimuth
    is small and positive.
    """
    shown = np.array(values, np.float32)
    nz, ny, nx = (n // 2 for n in shown.shape)
    if cut == "corner":
        shown[nz:, :ny, nx:] = np.nan
    elif cut == "half":
        shown[:, :ny] = np.nan
    return float32(shown)
