"""Colours of numbers on a mesh: values, units, ranges, and what is said of them."""

import numpy as np
import pytest

from spinviz.engine.loop import Loop
from spinviz.model.visuals import Arrows, Cells, Shades
from spinviz.physics.constants import VACUUM_PERMEABILITY
from spinviz.systems.dynamics.common.colours import Couplings, bar_of, core, energy_range, painted
from spinviz.systems.dynamics.common.mesh_view import COLOURS
from spinviz.systems.dynamics.common.painted import Bar, Painted
from spinviz.systems.dynamics.common.stray_picture import Sample
from spinviz.systems.dynamics.exchange_lattice.picture import paint_of
from spinviz.systems.dynamics.exchange_lattice.system import ExchangeLattice
from spinviz.systems.dynamics.ovf_series.system import OVFSeries

SYSTEM = ExchangeLattice()
BLOCK = {
    "stray": True, "periodic": False, "D": 2e-3, "K1": 2e5, "A": 1.3e-11, "Ms": 8e5, "nx": 12, "ny": 10, "nz": 2,
    "dx": 4e-9, "dy": 5e-9, "dz": 3e-9, "B": 0.2, "tilt": 60.0, "start": "random",
}  # fmt: skip
VOLUME = 6e-26


def run(**values: object) -> Loop:
    return Loop(SYSTEM, SYSTEM.Parameters.of(**(BLOCK | values)), seed=4)


def cells(loop: Loop, **shown: object) -> Cells:
    found = SYSTEM.draw(loop.state, loop.parameters.change(show="cells", **shown))[0]
    assert isinstance(found, Cells)
    return found


@pytest.mark.parametrize(
    ("coloured", "observable"),
    [
        ("energy", "energy"), ("exchange", "exchange_energy"), ("anisotropy", "anisotropy_energy"),
        ("applied", "field_energy"), ("dmi", "dmi_energy"), ("stray", "stray_energy"),
    ],
)  # fmt: skip
def test_energies_of_all_cells_are_the_energy(coloured: str, observable: str) -> None:
    """In kJ/m^3 on the cells, in J beside them."""
    loop = run()
    total = 1e3 * VOLUME * cells(loop, coloured=coloured).values.astype(float).sum()
    assert total == pytest.approx(loop.observables[observable], rel=2e-6, abs=0)


@pytest.mark.parametrize("periodic", [False, True])
def test_topological_density_of_all_cells_is_the_charge(periodic: bool) -> None:
    loop = run(periodic=periodic, nz=1, nx=24, ny=24, start="skyrmion")
    area = loop.parameters.dx * loop.parameters.dy * 1e12
    q = area * cells(loop, coloured="topology").values.astype(float).sum()
    assert q == pytest.approx(loop.observables["charge"], abs=1e-5)
    assert q == pytest.approx(-1.0, abs=1e-5 if periodic else 0.1)


def test_components_and_charges() -> None:
    loop = run(start="uniform", angle=90.0)
    for n, axis in enumerate("xyz"):
        shown = cells(loop, coloured=axis)
        np.testing.assert_array_equal(shown.values, loop.state.m[..., n])
        assert (shown.low, shown.high, shown.colormap) == (-1.0, 1.0, "spin")
    charge = cells(loop, coloured="charge")
    assert charge.values[:, :, -1] == pytest.approx(250.0, rel=1e-6), "m_x leaves over 4 nm: 250 1/µm"
    assert charge.values[:, :, 0] == pytest.approx(-250.0, rel=1e-6)
    assert (charge.low, charge.high) == pytest.approx((-125.0, 125.0)), "half of it has the full colour"


def test_what_is_empty_has_no_colour_and_colours_reach_arrows_and_planes() -> None:
    loop = run(nz=1, nx=90, ny=80)
    loop.state.m[0, :5] = 0.0
    loop.state.spins.fill_halo()
    assert np.isnan(cells(loop, coloured="energy").values[0, :5]).all()
    assert np.isfinite(cells(loop, coloured="energy").values[0, 5:]).all()
    plane, arrows = SYSTEM.draw(loop.state, loop.parameters.change(coloured="y"))
    assert isinstance(plane, Cells)
    assert isinstance(arrows, Arrows)
    assert isinstance(arrows.color, Shades)
    np.testing.assert_allclose(arrows.color.values, arrows.directions[:, 1])
    single = SYSTEM.draw(loop.state, loop.parameters.change(coloured="exchange", show="arrows"))[0]
    paint = paint_of(loop.state, loop.parameters.change(coloured="exchange"))
    assert isinstance(single, Arrows)
    assert isinstance(single.color, Shades)
    assert paint is not None
    np.testing.assert_allclose(single.color.values, np.nan_to_num(paint.values).ravel(), rtol=1e-6)
    assert (single.color.low, single.color.high) == (paint.bar.low, paint.bar.high)


def test_ranges_are_natural_and_functions_of_the_parameters() -> None:
    sample = Sample((1, 10, 10), (4e-9, 4e-9, 2e-9), 8e5)
    Km = VACUUM_PERMEABILITY * 8e5**2 / 2
    permalloy = Couplings(A=1.3e-11, B=-0.05, stray=True)
    assert energy_range("stray", sample, permalloy) == pytest.approx((0, Km / 2))
    assert energy_range("exchange", sample, permalloy) == pytest.approx((0, Km / 4))
    assert energy_range("applied", sample, permalloy) == pytest.approx((-4e4, 4e4))
    assert energy_range("energy", sample, permalloy) == pytest.approx((-Km / 4, Km / 4))
    assert energy_range("anisotropy", sample, Couplings(K1=5e5)) == (-5e5, 0)
    assert energy_range("anisotropy", sample, Couplings(K1=-5e5)) == (0, 5e5)
    assert energy_range("dmi", sample, Couplings(A=1e-11, D=-2e-3)) == pytest.approx((-2e5, 2e5))
    assert core(sample, permalloy) == pytest.approx(np.sqrt(1.3e-11 / Km))
    assert core(sample, Couplings(A=1e-11, K1=1e5)) == pytest.approx(1e-8)
    assert core(sample, Couplings()) == pytest.approx(12e-9), "three cells where nothing has a length"
    for coloured in COLOURS:
        bar = bar_of(coloured, sample, Couplings())
        assert bar is not None
        assert bar.high > bar.low, coloured
    assert bar_of("direction", sample, permalloy) is None
    topology = bar_of("topology", sample, Couplings(A=1e-11, K1=1e5))
    assert topology is not None
    # theta' = 1/width in the middle of a core: (theta')^2/(4 pi) of the sphere a square metre.
    assert topology.high == -topology.low == pytest.approx(1e-12 / (4 * np.pi * 1e-16))


def test_legend_and_caption_say_what_and_how_much() -> None:
    loop = run()
    p = loop.parameters.change(coloured="stray", show="cells")
    stage = SYSTEM.stage(p)
    assert stage.legend == "colormap"
    assert stage.legend_title == "energy density in the stray field [kJ/m³]"
    assert (stage.low_value, stage.high_value) == pytest.approx((0, 201.06), rel=1e-4)
    shown = cells(loop, coloured="stray").values
    low, high = float(shown.min()), float(shown.max())
    words = SYSTEM.caption(loop.state, p)
    assert "energy density in the stray field from" in words
    assert f"{high:.0f} kJ/m³" in words or f"{high:.1f} kJ/m³" in words
    assert low < high
    assert SYSTEM.stage(p.change(coloured="x")).legend_title == "m_x"
    assert SYSTEM.stage(p.change(coloured="charge")).legend_title == "charge −∇·m [1/µm]"
    assert SYSTEM.stage(p.change(coloured="topology")).legend_title == "topological density [1/µm²]"
    assert SYSTEM.stage(p.change(coloured="direction")).legend == "direction"


def test_numbers_are_said_with_their_unit() -> None:
    values = np.array([[[-2.5, np.nan, 13.0]]])
    assert Painted(values, Bar("spin", -1, 1, "charge", "1/µm")).words == "charge from −2.5 to 13 1/µm"
    assert Painted(values * np.nan, Bar("spin", -1, 1, "charge")).words == ""


def test_other_materials_scale_charges() -> None:
    sample = Sample((1, 4, 6), (4e-9, 4e-9, 2e-9), 8e5)
    m = np.zeros((1, 4, 6, 3))
    m[..., 0] = 1.0
    half = painted("charge", m, sample, Couplings(), dict, np.full((1, 4, 6), 0.5))
    assert half is not None
    assert half.values[0, :, -1] == pytest.approx(125.0)


def test_films_have_the_same_colours() -> None:
    system = OVFSeries()
    loop = Loop(system)
    p = loop.parameters.change(show="cells", coloured="topology")
    shown = system.draw(loop.state, p)[0]
    assert isinstance(shown, Cells)
    assert 4e-6 * shown.values.astype(float).sum() == pytest.approx(loop.observables["charge"], abs=1e-5)
    assert system.stage(p).legend_title == "topological density [1/µm²]"
    assert "topological density from" in system.caption(loop.state, p)
    assert np.isfinite(system.draw(loop.state, p.change(coloured="charge"))[0].values).all()  # type: ignore[union-attr]
