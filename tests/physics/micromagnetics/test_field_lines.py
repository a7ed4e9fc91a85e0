"""Field lines: those of a dipole, of a magnetized sphere, of a plane; where they begin and end."""

import numpy as np
import pytest

from spinviz.physics.micromagnetics.charges import charge_density
from spinviz.physics.micromagnetics.field_lines import FieldLines, field_lines, seeds_by_flux
from spinviz.physics.micromagnetics.stray_field import StrayField

N = 40
MIDDLE = (N - 1) / 2


def places() -> np.ndarray:
    z, y, x = np.indices((N, N, N), float) - MIDDLE
    return np.stack([x, y, z], axis=-1)


def dipole(r: np.ndarray) -> np.ndarray:
    size = np.maximum(np.linalg.norm(r, axis=-1, keepdims=True), 1.0)
    return (3 * r * r[..., 2:] / size**2 - np.array([0, 0, 1.0])) / size**3


def split(lines: FieldLines) -> list[np.ndarray]:
    return np.split(lines.points, np.flatnonzero(lines.starts)[1:])


def constancy(line: np.ndarray, nearest: float) -> float:
    """How much R = r/sin^2(theta) of a dipole changes along a line, beyond ``nearest`` from its middle."""
    r = line - MIDDLE
    far = np.linalg.norm(r, axis=1)
    R = far**3 / (r[:, 0] ** 2 + r[:, 1] ** 2)
    R = R[far > nearest]
    return float(np.ptp(R) / R.mean())


def test_lines_of_a_dipole() -> None:
    """r = R sin^2(theta), to the error of interpolating on cells of 1 in 6."""
    seeds = MIDDLE + np.array([[8.0, 0, 0], [0, -11.0, 0.0], [7.0, 7.0, 1.0]])
    lines = field_lines(dipole(places()), seeds, backward=True)
    found = split(lines)
    assert len(found) == 3
    for line in found:
        assert constancy(line, 6.0) < 0.02
    # It is highest where sin^2(theta) = 2/3, at 2R/(3 sqrt(3)), above as below.
    for line, R in zip(found, (8.0, 11.0)):
        assert np.ptp(line[:, 2]) == pytest.approx(4 * R / 27**0.5, rel=0.03)
    for seed in seeds:
        row = int(np.argmin(np.linalg.norm(lines.points - seed, axis=1)))
        assert lines.points[row] == pytest.approx(seed), "its seed is on it"
        assert lines.strength[row] == pytest.approx(np.linalg.norm(dipole(seed - MIDDLE)), rel=0.02)
    far = np.linalg.norm(lines.points - MIDDLE, axis=1) > 6
    expected = np.linalg.norm(dipole(lines.points[far] - MIDDLE), axis=1)
    assert np.abs(lines.strength[far] / expected - 1).max() < 0.05, "the field where the point is"


def test_every_line_runs_along_the_field() -> None:
    field = dipole(places())
    for line in split(field_lines(field, MIDDLE + np.array([[9.0, 2, -3], [5.0, 6, 4]]))):
        along = np.diff(line, axis=0)
        middle = (line[1:] + line[:-1]) / 2 - MIDDLE
        B = dipole(middle)
        cosines = np.einsum("ij,ij->i", along, B) / np.linalg.norm(along, axis=1) / np.linalg.norm(B, axis=1)
        assert cosines[np.linalg.norm(middle, axis=1) > 6].min() > 0.999
        assert (cosines[np.linalg.norm(middle, axis=1) > 6] > 0).all(), "forward, not against it"


def test_outside_a_sphere_they_are_those_of_a_dipole() -> None:
    """The stray field that the mesh computes of a uniform sphere; its steps are felt near its surface only."""
    r = np.linalg.norm(places(), axis=-1)
    ball = r < 6.0
    m = np.zeros((3, N + 2, N + 2, N + 2))
    m[2, 1:-1, 1:-1, 1:-1] = ball
    B = np.zeros((3, N, N + 2, N + 2))
    StrayField((N, N, N), (2e-9,) * 3, 8e5).field(m, B)
    field = np.moveaxis(B[:, :, 1:-1, 1:-1], 0, -1)
    inside = field[ball & (r < 3)]
    assert inside[:, 2] == pytest.approx(-4e-7 * np.pi * 8e5 / 3, rel=0.03), "-mu0 M/3"
    charge = charge_density(np.moveaxis(m[:, 1:-1, 1:-1, 1:-1], 0, -1), (2e-9,) * 3)
    cells = seeds_by_flux(charge, 24)
    assert (charge[tuple(cells.T[::-1])] > 0).all()
    assert (cells[:, 2] > MIDDLE).all(), "the north pole is up"
    outside = cells + np.array([0, 0, 1.2])
    found = split(field_lines(field, outside, stops=charge < -0.2 / 2e-9))
    long = [line for line in found if np.linalg.norm(line - MIDDLE, axis=1).max() > 10]
    assert len(long) >= 3
    for line in long:
        assert constancy(line, 9.0) < 0.06
    closed = [line for line in found if line.max() < N - 1.5 and line.min() > 0.5]
    assert len(closed) >= 5
    for line in closed:
        x, y, z = np.rint(line[-1]).astype(int)
        assert charge[z, y, x] < 0, "it ends on a south pole"


def test_flux_is_shared_evenly() -> None:
    sources = np.zeros((1, 4, 6))
    sources[0, 1, 2], sources[0, 3, 5], sources[0, 0, 0] = 3.0, 1.0, -9.0
    cells = seeds_by_flux(sources, 40)
    assert cells.shape == (40, 3)
    assert (cells == (2, 1, 0)).all(axis=1).sum() == 30
    assert (cells == (5, 3, 0)).all(axis=1).sum() == 10
    assert seeds_by_flux(-abs(sources), 40).shape == (0, 3)


def test_in_a_plane_they_stay_in_it_and_close() -> None:
    y, x = np.indices((31, 31), float) - 15
    around = np.stack([-y, x, 0.3 + 0 * x], axis=-1)[None]
    (line,) = split(field_lines(around, np.array([[15.0 + 9, 15.0, 0.0]])))
    assert np.hypot(*(line[:, :2] - 15).T) == pytest.approx(9.0, abs=0.1)
    assert (line[:, 2] == 0).all()
    assert len(line) < 120, "it ends where it began"
    assert np.linalg.norm(line[-1] - line[0]) < 1.0
    # Cells twice as long along x: the same circle in space is an ellipse in cells.
    stretched = np.stack([-y, 2 * x, 0 * x], axis=-1)[None]
    (line,) = split(field_lines(stretched, np.array([[15.0 + 5, 15.0, 0.0]]), (2.0, 1.0, 1.0)))
    assert np.hypot(2 * (line[:, 0] - 15), line[:, 1] - 15) == pytest.approx(10.0, abs=0.15)


def test_a_spiral_ends_after_a_turn() -> None:
    y, x = np.indices((41, 41), float) - 20
    inward = np.stack([-y - 0.008 * x, x - 0.008 * y, 0 * x], axis=-1)[None]
    (line,) = split(field_lines(inward, np.array([[20.0 + 15, 20.0, 0.0]])))
    turned = np.unwrap(np.arctan2(*(line[:, 1::-1] - 20).T))
    assert 2 * np.pi < np.ptp(turned) < 4.5 * np.pi, "not as often as there are points"
    assert len(line) < 250
    many = field_lines(inward, np.array([[35.0, 20, 0], [35.0, 20, 0], [35.0, 20, 0]]), backward=True)
    one = field_lines(inward, np.array([[35.0, 20, 0]]), backward=True)
    assert len(many.points) == 3 * len(one.points), "where others ran does not end a line"


def test_lines_that_stay_apart_end_where_another_ran() -> None:
    across = np.zeros((1, 9, 40, 3))
    across[..., 0] = 1.0
    seeds = np.array([[3.0, 2.0, 0.0], [5.0, 2.2, 0.0], [3.0, 6.0, 0.0]])
    first, second, third = split(field_lines(across, seeds, apart=True))
    assert (first[-1, 0], third[-1, 0]) == pytest.approx((39.5, 39.5), abs=0.1)
    assert second[-1, 0] < 15, "after some cells"
    assert [line[-1, 0] for line in split(field_lines(across, seeds))] == pytest.approx([39.5] * 3, abs=0.1)


def test_they_end_where_they_should() -> None:
    across = np.zeros((1, 5, 20, 3))
    across[..., 0] = 1.0
    stops = np.zeros((1, 5, 20), bool)
    (line,) = split(field_lines(across, np.array([[3.0, 2.0, 0.0]]), stops=stops))
    assert line[-1, 0] == pytest.approx(19.5, abs=0.1), "the edge"
    stops[0, 2, 12] = True
    (line,) = split(field_lines(across, np.array([[3.0, 2.0, 0.0]]), stops=stops))
    assert 11.5 <= line[-1, 0] <= 12.5
    sink = np.zeros((1, 5, 20, 3))
    sink[..., 0] = np.sign(9.5 - np.arange(20))
    (line,) = split(field_lines(sink, np.array([[3.0, 2.0, 0.0]])))
    assert line[-1, 0] == pytest.approx(9.5, abs=0.6)
    assert len(line) < 60, "not for ever to and fro"
    assert len(field_lines(np.zeros((1, 5, 20, 3)), np.array([[3.0, 2.0, 0.0]])).points) == 0
    assert len(field_lines(across, np.zeros((0, 3))).points) == 0
