"""A cube cut open: what is gone, and what stays as it was."""

import numpy as np
import pytest

from spinviz.systems.pictures.volume import cut_open


@pytest.mark.parametrize(("cut", "gone"), [("corner", 1 / 8), ("half", 1 / 2), ("whole", 0)])
def test_what_is_cut_off_is_in_front(cut: str, gone: float) -> None:
    values = np.arange(4 * 6 * 8).reshape(4, 6, 8)
    shown = cut_open(values, cut)
    off = np.isnan(shown)
    assert off.mean() == gone
    np.testing.assert_array_equal(shown[~off], values[~off])
    if gone:
        z, y, x = np.nonzero(off)
        assert y.max() < 3, "small y is towards the camera at home"
        assert (z.min(), x.min()) == ((2, 4) if cut == "corner" else (0, 0))
