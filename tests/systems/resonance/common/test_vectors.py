"""How the picture of a magnetization follows it."""

import numpy as np

from spinviz.physics.resonance import bloch
from spinviz.systems.resonance.common.vectors import arc


def test_an_arc_ends_where_the_pulse_turns_to() -> None:
    m = np.array([0.3, -0.5, 0.7])
    x, y, z = (np.array([component]) for component in m)
    bloch.rotate(x, y, z, 2.1, 0.8)
    points = arc(m, 2.1, 0.8)
    np.testing.assert_allclose(points[-1], [x[0], y[0], z[0]], rtol=0, atol=1e-15)
    np.testing.assert_allclose(np.linalg.norm(points, axis=1), np.linalg.norm(m), rtol=1e-15)
