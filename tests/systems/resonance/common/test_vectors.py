"""Vectors on a Bloch sphere: arrows end where their numbers say, letter and path at the tip of M, arcs of pulses."""

import numpy as np

from spinviz.physics.resonance import bloch
from spinviz.systems.resonance.common.vectors import arc, fan, net_vector, path_and_vector


def test_a_fan_has_a_tip_at_each_isochromat() -> None:
    vectors = [[0.1, -0.2, 0.3], [1.0, 0.0, 0.0], [0.0, -0.6, 0.8]]
    arrows = fan(vectors)
    np.testing.assert_allclose(arrows.positions + arrows.length * arrows.directions, vectors, atol=1e-7)
    assert not arrows.positions.any()
    assert arrows.pivot == "tail"
    assert fan([[0, 0, 1]] * 3).positions is arrows.positions  # uploaded once


def test_the_net_vector_and_its_letter_point_along_M() -> None:
    M = [0.3, -0.4, 0.5]
    arrow, letter = net_vector(M)
    np.testing.assert_allclose(arrow.positions + arrow.length * arrow.directions, [M], atol=1e-7)
    assert (arrow.pivot, arrow.color, letter.color) == ("tail", "net", "net")
    assert letter.texts == ("M",)
    beyond = letter.positions[0] / np.array(M)
    np.testing.assert_allclose(beyond, beyond[0], rtol=1e-6)
    assert 1 < beyond[0] < 1.2


def test_the_path_is_opaque_where_M_is_now() -> None:
    path = np.array([[1.0, 0.0, 0.0], [0.8, 0.6, 0.0], [0.0, 1.0, 0.0]])
    line, arrow, letter = path_and_vector(path, path[-1])
    assert line.fade  # transparent at its first point, opaque at its last
    np.testing.assert_allclose(line.points, path)
    np.testing.assert_allclose(arrow.directions[0], line.points[-1])
    assert letter.positions[0, 1] > 1


def test_an_arc_ends_where_the_pulse_turns_to() -> None:
    m = np.array([0.3, -0.5, 0.7])
    x, y, z = (np.array([component]) for component in m)
    bloch.rotate(x, y, z, 2.1, 0.8)
    points = arc(m, 2.1, 0.8)
    np.testing.assert_allclose(points[-1], [x[0], y[0], z[0]], rtol=0, atol=1e-15)
    np.testing.assert_allclose(np.linalg.norm(points, axis=1), np.linalg.norm(m), rtol=1e-15)


def test_an_arc_turns_as_a_proton_does_about_its_field() -> None:
    """dM/dt = gamma M x B: a field along x turns M from z to y, one along y from z to -x, evenly."""
    z = np.array([0.0, 0.0, 1.0])
    for phase, towards in ((0.0, [0, 1, 0]), (np.pi / 2, [-1, 0, 0]), (np.pi, [0, -1, 0])):
        points = arc(z, np.pi / 2, phase)
        np.testing.assert_allclose(points[-1], towards, atol=1e-15)
        angles = np.degrees(np.arccos(points[:, 2]))
        np.testing.assert_allclose(angles, 90 / 24 * np.arange(1, 25), atol=1e-6)
    np.testing.assert_allclose(arc(np.array([0.5, 0.0, 0.0]), 1.0)[-1], [0.5, 0, 0])
