"""What brushes do to unit vectors."""

import numpy as np
import pytest

from spinviz.physics.lattice.brushes import DIRECTIONS, VECTOR_BRUSHES, brushed


def vectors() -> np.ndarray:
    m = np.random.default_rng(1).normal(size=(2000, 3))
    m /= np.linalg.norm(m, axis=1, keepdims=True)
    m[:100] = 0
    return m


@pytest.mark.parametrize("brush", VECTOR_BRUSHES)
def test_spins_stay_unit_vectors_and_only_what_is_set_fills_empty_sites(brush: str) -> None:
    after = brushed(vectors(), brush, np.random.default_rng(2))
    length = np.linalg.norm(after, axis=1)
    assert np.allclose(length[100:], 0 if brush == "vacancy" else 1, atol=1e-12)
    assert np.allclose(length[:100], 1 if brush in DIRECTIONS else 0)


def test_directions_flip_and_random_directions() -> None:
    m, rng = vectors(), np.random.default_rng(3)
    assert np.array_equal(brushed(m, "-y", rng)[5], [0, -1, 0])
    assert np.array_equal(brushed(m, "flip", rng), -m)
    random = brushed(m, "randomize", rng)[100:]
    # Evenly over the sphere: mean 0 and mean square 1/3 of every component; var(x^2) = 4/45.
    assert np.all(np.abs(random.mean(axis=0)) < 4 * np.sqrt(1 / 3 / len(random)))
    assert np.all(np.abs((random**2).mean(axis=0) - 1 / 3) < 4 * np.sqrt(4 / 45 / len(random)))


def test_an_unknown_brush_is_named() -> None:
    with pytest.raises(ValueError, match="no brush 'heat': use one of flip"):
        brushed(vectors(), "heat", np.random.default_rng(0))
