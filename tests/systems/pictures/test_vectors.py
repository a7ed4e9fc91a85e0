"""Vectors on a Bloch sphere: every arrow ends where its numbers say, the letter and the path at the tip of M."""

import numpy as np

from spinviz.systems.pictures.vectors import fan, net_vector, path_and_vector


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
