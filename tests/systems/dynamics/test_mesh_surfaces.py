"""Surfaces of a magnet and lines about it: places, colours, what is exaggerated, and what is said."""

import numpy as np
import pytest

from spinviz.engine.loop import Loop
from spinviz.model.visuals import Arrows, Cells, Lines, Shades, Surface
from spinviz.physics.constants import VACUUM_PERMEABILITY
from spinviz.systems.dynamics.common.line_picture import MOST, USUAL, in_space, room, traced
from spinviz.systems.dynamics.common.stray_picture import Sample, field_around
from spinviz.systems.dynamics.common.surfaces import RELIEF
from spinviz.systems.dynamics.exchange_lattice.picture import sample_of
from spinviz.systems.dynamics.exchange_lattice.system import ExchangeLattice
from spinviz.systems.dynamics.ovf_series.system import OVFSeries
from spinviz.view.relief import LOWEST, PLINTH

SYSTEM = ExchangeLattice()
FILM = {
    "stray": True, "periodic": False, "D": 0.0, "K1": 0.0, "A": 1.3e-11, "Ms": 8e5, "nx": 40, "ny": 16, "nz": 1,
    "dx": 4e-9, "dy": 4e-9, "dz": 3e-9, "B": 0.0, "start": "uniform", "angle": 90.0,
}  # fmt: skip


def run(**values: object) -> Loop:
    return Loop(SYSTEM, SYSTEM.Parameters.of(**(FILM | values)), seed=4)


# --- heights ------------------------------------------------------------------------------------------------------


def test_a_component_is_the_height_where_colours_are_directions() -> None:
    loop = run(start="random", nz=3, ny=20)
    p = loop.parameters.change(show="surface", component="y")
    (cells,) = SYSTEM.draw(loop.state, p)
    assert isinstance(cells, Cells)
    assert cells.heights is not None
    np.testing.assert_array_equal(cells.heights, loop.state.m[1, ..., 1])
    np.testing.assert_allclose(cells.values[0], loop.state.m[1])
    assert (cells.low, cells.high) == (-1.0, 1.0)
    assert cells.relief == pytest.approx(RELIEF * 20)
    stage = SYSTEM.stage(p)
    plinth = min(PLINTH * cells.relief, LOWEST * 20)
    assert stage.low[2] <= -plinth
    assert stage.high[2] == pytest.approx(cells.relief)
    assert "height of the middle layer: m_y, −1 to 1 in 10 nm" in SYSTEM.caption(loop.state, p)
    assert "height" not in SYSTEM.caption(loop.state, p.change(show="cells"))


def test_numbers_are_the_height_where_colours_show_them() -> None:
    loop = run(start="random")
    p = loop.parameters.change(show="surface", coloured="exchange")
    (cells,) = SYSTEM.draw(loop.state, p)
    (flat,) = SYSTEM.draw(loop.state, p.change(show="cells"))
    assert isinstance(cells, Cells)
    assert isinstance(flat, Cells)
    assert cells.heights is None
    np.testing.assert_array_equal(cells.values, flat.values)
    assert (cells.low, cells.high) == (flat.low, flat.high)
    assert "height: as the colour in 8.3 nm" in SYSTEM.caption(loop.state, p)


# --- isosurfaces --------------------------------------------------------------------------------------------------


def test_the_wall_of_a_block_is_where_its_component_vanishes() -> None:
    loop = run(start="wall", stray=False, K1=5.2e5, A=3e-11, Ms=1.4e6, nx=96, ny=10, nz=6, dy=8e-9, dx=2e-9)
    p = loop.parameters.change(show="walls")
    surface, frame = SYSTEM.draw(loop.state, p)
    assert isinstance(surface, Surface)
    assert isinstance(frame, Lines)
    assert surface.points[:, 0] == pytest.approx(0.0, abs=0.5), "in the middle"
    assert np.abs(surface.points[:, 1]).max() == pytest.approx(20.0), "to the faces: ten cells of 4 units"
    assert np.abs(surface.points[:, 2]).max() == pytest.approx(4.5)
    assert np.abs(frame.points).max(axis=0) == pytest.approx([48.0, 20.0, 4.5])
    assert np.abs(surface.normals[:, 0]) == pytest.approx(np.linalg.norm(surface.normals, axis=1), rel=1e-3)
    assert isinstance(surface.color, Shades)
    assert surface.color.values.shape == surface.points.shape
    assert np.abs(surface.color.values[:, 2]).max() < 0.05, "directions in the middle of a wall lie across"
    assert "surface m_z = 0" in SYSTEM.caption(loop.state, p)
    shifted = SYSTEM.draw(loop.state, p.change(level=0.5))[0]
    assert isinstance(shifted, Surface)
    # m_z = -tanh(x/width) is 0.5 at -0.549 of the width, 7.6 nm less what the mesh takes.
    assert shifted.points[:, 0].mean() == pytest.approx(-0.549 * 7.6 / 2, abs=0.15)
    assert "m_z = 0.5" in SYSTEM.caption(loop.state, p.change(level=0.5))
    assert "which is nowhere" in SYSTEM.caption(loop.state, p.change(level=1.0))


def test_normals_belong_to_cells_that_are_no_cubes() -> None:
    loop = run(nx=20, ny=20, nz=10, dy=8e-9)
    y, x = np.indices((20, 20))[:, None] - 9.5
    loop.state.m[..., 0] = 0.05 * (x + 2 * y)  # along (1, 1) in space, where y is twice as long
    loop.state.m[..., 1:] = 0.0
    surface = SYSTEM.draw(loop.state, loop.parameters.change(show="walls", component="x", level=0.1))[0]
    assert isinstance(surface, Surface)
    unit = surface.normals / np.linalg.norm(surface.normals, axis=1, keepdims=True)
    inner = np.abs(surface.points[:, :2]).max(axis=1) < 8
    assert np.abs(unit[inner]) == pytest.approx(np.array([[0.5**0.5, 0.5**0.5, 0]]).repeat(inner.sum(), 0), abs=1e-3)


def test_numbers_on_an_isosurface_are_interpolated() -> None:
    loop = run(start="random", nz=6, nx=16)
    surface = SYSTEM.draw(loop.state, loop.parameters.change(show="walls", coloured="x"))[0]
    assert isinstance(surface, Surface)
    assert isinstance(surface.color, Shades)
    plain = SYSTEM.draw(loop.state, loop.parameters.change(show="walls"))[0]
    assert isinstance(plain, Surface)
    assert isinstance(plain.color, Shades)
    np.testing.assert_allclose(surface.color.values, plain.color.values[:, 0], atol=1e-6)
    assert (surface.color.low, surface.color.high) == (-1.0, 1.0)


def test_films_have_surfaces() -> None:
    system = OVFSeries()
    loop = Loop(system)
    (cells,) = system.draw(loop.state, loop.parameters.change(show="surface"))
    assert isinstance(cells, Cells)
    assert cells.relief == pytest.approx(RELIEF * 48)
    assert "height: m_z, −1 to 1 in 12 nm" in system.caption(loop.state, loop.parameters.change(show="surface"))
    surface = system.draw(loop.state, loop.parameters.change(show="walls"))[0]
    assert isinstance(surface, Surface)
    assert np.hypot(*surface.points[:, :2].T) == pytest.approx(10.0, abs=0.3), "the wall of the skyrmion, cells"


# --- lines --------------------------------------------------------------------------------------------------------


def test_lines_of_h_leave_the_north_end_and_those_of_b_go_through() -> None:
    loop = run()
    sample = sample_of(loop.parameters)
    H, B = (traced(loop.state.m, sample, shown) for shown in ("lines", "flux"))
    starts = np.flatnonzero(H.lines.starts)
    assert H.count == pytest.approx(USUAL, abs=2), "as many as a bar along its length has"
    assert (np.abs(H.places[starts, 0] - 20) < 2).all(), "beside the end to which m points"
    outside = np.abs(H.places[:, 0]) > 21
    assert outside.any()
    assert (H.places[starts, 0] > 20).sum() == (H.places[starts, 0] < 20).sum() == H.count // 2, "half on either side"
    inside = starts[H.places[starts, 0] < 20]
    ends = np.append(starts[1:], len(H.places)) - 1
    through = ends[(H.places[starts, 0] < 20) & (np.abs(H.places[starts, 1]) < 5)]
    assert H.places[through, 0] == pytest.approx(-19.5, abs=1.1), "to the other end, and no further"
    assert (np.diff([H.places[end - 8 : end + 1, 0] for end in through], axis=1) < 0).all(), "without dithering there"
    along = H.places[inside + 3] - H.places[inside]
    assert (along[:, 0] < 0).all(), "inside, against m"
    assert B.largest == pytest.approx(VACUUM_PERMEABILITY * 8e5, rel=0.2)
    middle = np.abs(B.places[:, 0]) < 5
    body = middle & (np.abs(B.places[:, 1]) < 7)
    step = np.diff(B.places, axis=0)[:, 0][~B.lines.starts[1:] & body[1:] & body[:-1]]
    assert (step > 0).all(), "inside, along m"
    assert B.count == USUAL


def test_the_number_of_lines_goes_with_the_flux() -> None:
    across = run(angle=90.0)
    across.state.m[..., 0], across.state.m[..., 1] = 0.0, 1.0
    along = run()
    sample = sample_of(along.parameters)
    few, many = (traced(loop.state.m, sample, "flux").count for loop in (along, across))
    assert many == pytest.approx(few * 40 / 16, abs=2), "the longer side has more"
    assert many <= MOST
    closed = run()
    y, x = np.indices((16, 40)) - np.array([7.5, 19.5])[:, None, None]
    size = np.hypot(x, y)
    closed.state.m[0] = np.stack([-y / size, x / size, 0 * x], axis=-1)
    assert traced(closed.state.m, sample, "lines").count < traced(across.state.m, sample, "lines").count
    up = run(angle=0.0)
    assert traced(up.state.m, sample, "lines").count == 0, "no flux in the plane"
    assert "0 lines of the stray field" in SYSTEM.caption(up.state, up.parameters.change(show="lines"))
    SYSTEM.draw(up.state, up.parameters.change(show="lines"))


def test_lines_lie_along_the_field_that_is_drawn_as_arrows() -> None:
    loop = run(nx=48, ny=24)
    sample = sample_of(loop.parameters)
    found, field = traced(loop.state.m, sample, "lines"), field_around(loop.state.m, sample)
    kx, ky = sample.margin
    step = np.diff(found.lines.points, axis=0)
    middle = (found.lines.points[1:] + found.lines.points[:-1]) / 2
    near = np.rint(middle).astype(int)
    away = (np.abs(near[:, 0] - kx - 23.5) > 27) & ~found.lines.starts[1:]
    away &= (near[:, 0] >= 0) & (near[:, 0] < field.shape[1]) & (near[:, 1] >= 0) & (near[:, 1] < field.shape[0])
    B = field[near[away, 1], near[away, 0], :2]
    cosine = (
        np.einsum("ij,ij->i", step[away, :2], B) / np.linalg.norm(step[away, :2], axis=1) / np.linalg.norm(B, axis=1)
    )
    assert len(cosine) > 50
    assert np.quantile(cosine, 0.02) > 0.97
    assert ky == 16


def test_what_is_drawn_of_them() -> None:
    loop = run()
    p = loop.parameters.change(show="lines")
    cells, *lines, heads = SYSTEM.draw(loop.state, p)
    assert isinstance(cells, Cells)
    assert isinstance(heads, Arrows)
    assert [line.opacity for line in lines if isinstance(line, Lines)] == [0.95, 0.5, 0.22]
    found = traced(loop.state.m, sample_of(p), "lines")
    between = int((~found.lines.starts[1:]).sum())
    drawn = sum(len(v.points) - int(np.sum(v.breaks)) for v in lines if isinstance(v, Lines))
    assert drawn == between, "every stretch is drawn once"
    for v in lines:
        assert isinstance(v, Lines)
        assert len(v.points) == 0 or bool(v.breaks is not None and v.breaks[0])
    assert np.linalg.norm(heads.directions, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert SYSTEM.stage(p).high[0] == pytest.approx(20 + 13)
    words = SYSTEM.caption(loop.state, p)
    assert f"{found.count} lines of the stray field in the middle plane" in words
    assert "mT" in words
    flux = SYSTEM.caption(loop.state, p.change(show="flux"))
    assert f"{USUAL} lines of B in the middle plane, their number as the flux, cut where they crowd" in flux


def test_about_a_small_block_they_run_in_space() -> None:
    loop = run(nx=8, ny=8, nz=8, dz=4e-9)
    p = loop.parameters.change(show="lines")
    sample = sample_of(p)
    assert in_space(sample)
    assert not in_space(sample_of(run().parameters))
    assert not in_space(Sample((64, 64, 64), (1e-9,) * 3, 8e5)), "too large"
    assert room(sample) == (4, 4, 4)
    found = traced(loop.state.m, sample, "lines")
    assert found.count > 10
    assert np.ptp(found.places, axis=0)[2] > 6
    arrows, frame, *_ = SYSTEM.draw(loop.state, p)
    assert isinstance(arrows, Arrows)
    assert isinstance(frame, Lines)
    assert SYSTEM.stage(p).high == pytest.approx((8.0, 8.0, 8.0))
    assert "in the middle plane" not in SYSTEM.caption(loop.state, p)


def test_other_materials_have_fewer_lines() -> None:
    m = np.zeros((1, 16, 40, 3))
    m[..., 0] = 1.0
    sample = Sample((1, 16, 40), (4e-9, 4e-9, 3e-9), 8e5)
    half = traced(m, sample, "flux", np.full((1, 16, 40), 0.5))
    assert half.count == pytest.approx(USUAL / 2, abs=1)
    assert half.largest == pytest.approx(traced(m, sample, "flux").largest / 2, rel=0.02)
