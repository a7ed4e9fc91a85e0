"""Chemical exchange as a user runs it: lines that meet, magnetization carried over, spins that hop."""

from math import exp, pi, sqrt

import numpy as np
import pytest

from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.physics.resonance.chemical_exchange import peak_distance
from spinviz.systems.resonance.chemical_exchange.system import ChemicalExchange


def run(preset: str, until: float, **parameters: float) -> Loop:
    system = ChemicalExchange()
    p = system.Parameters.of(**{**system.preset(preset).parameters, **parameters})
    loop = Loop(system, p, preset=preset)
    loop.advance_to(until)
    return loop


def test_measured_lines_attract_and_meet() -> None:
    found = []
    for part in (0.5, 0.8, 1.2):
        loop = run("slow", 0.25, k=part * pi * 40.0 / sqrt(2), T2A=0.4, T2B=0.4)
        found.append(loop.observables["distance"])
    # Without T2, which narrows the distance by 2 % at 0.8 of coalescence.
    assert found[:2] == pytest.approx([40 * sqrt(1 - part**2) for part in (0.5, 0.8)], rel=0.03)
    assert found[2] == 0.0


def test_slow_exchange_widens_each_line_by_k_over_pi() -> None:
    loop = run("slow", 1.05)
    spectrum = loop.system.plots[1].lines(loop.state, loop.parameters)[0]
    left = spectrum.x < 0
    f, y = spectrum.x[left], spectrum.y[left]
    above = f[y > y.max() / 2]
    assert np.ptp(above) == pytest.approx((1 / 0.2 + 3.0) / pi, rel=0.03)  # bins of 0.1 Hz


def test_a_change_of_rate_adds_a_measured_point() -> None:
    loop = run("intermediate", 0.4)
    loop.apply(SetParameters(loop.parameters.change(k=60.0)))
    for action in ("reset", "90x"):
        loop.apply(Act(action))
    loop.advance_to(0.8)
    measured = loop.state.measured[: loop.state.measurements]
    assert measured[:, 0].tolist() == [45.0, 60.0]
    assert np.diff(measured[:, 1:], axis=1)[1, 0] < np.diff(measured[:, 1:], axis=1)[0, 0]


def test_inversion_of_a_makes_b_dip() -> None:
    loop = run("inversion_transfer", 1.4)
    history = loop.samples.history()
    mzb = history.observables["mzb"]
    # Equal sites: B = 1 - exp(-t/T1) (1 - exp(-2 k t)), lowest where 1 + 2 k T1 = exp(2 k t)... at t = ln(5)/4.
    t = np.log(1 + 2 * 2.0 * 1.0) / (2 * 2.0)
    assert history.time[np.argmin(mzb)] - 0.05 == pytest.approx(t, abs=2 * loop.dt)
    assert mzb.min() == pytest.approx(1 - exp(-t) * (1 - exp(-4 * t)), abs=1e-4)


def test_exchange_spectroscopy_labels_a_by_inversion() -> None:
    loop = run("exsy", 0.0125)
    # T2 of 12.5 ms of free precession and hops in it are all that is lost.
    assert loop.observables["mza"] == pytest.approx(-exp(-0.0125 / 0.3), abs=0.04)
    assert loop.observables["mzb"] == pytest.approx(exp(-0.0125 / 0.3), abs=0.04)


@pytest.mark.parametrize("preset", ["fast", "unequal", "exsy", "saturation_transfer"])
def test_single_spins_agree(preset: str) -> None:
    assert run(preset, 0.15).laws["hopping"].deviation < 4.5


def test_laws_hold_right_after_an_edit_while_paused() -> None:
    loop = run("slow", 0.05)
    for edit in ({"k": 200.0}, {"T2A": 0.05}, {"saturation": True}, {"offset": 30.0}):
        loop.apply(SetParameters(loop.parameters.change(**edit)))
        assert loop.laws["transfer"].deviation < 1e-12 or "saturation" in edit
        loop.advance(50)
        assert loop.laws["bloch_mcconnell"].passed
        assert loop.laws["transfer"].passed


def test_lines_are_not_measured_before_the_decay_is_over() -> None:
    loop = run("slow", 0.3)
    assert np.isnan(loop.observables["distance"])
    assert loop.state.measurements == 0


def test_two_dimensional_map_has_positive_cross_peaks() -> None:
    loop = run("exsy", 0.0)
    image = loop.frame().plots["map"]
    middle = image.shape[0] // 2
    cross = image[:middle, middle:].max()
    assert 0.05 < cross < 0.5
    assert image.max() == 1.0


def test_sweep_draws_the_coalescence_point_by_point() -> None:
    loop = run("sweep", 1.2)
    measured = loop.state.measured[: loop.state.measurements]
    part = measured[:, 0] / (pi * 40.0 / sqrt(2))
    assert part == pytest.approx([0.1, 0.2, 0.3, 0.4], rel=1e-6)
    # Two thousandths of the separation, as the law allows.
    assert measured[:, 2] - measured[:, 1] == pytest.approx(peak_distance(40.0, measured[:, 0], 0.1), abs=0.08)


def test_next_k_begins_again_beyond_coalescence() -> None:
    loop = run("fast", 0.0)
    loop.apply(Act("next_k"))
    assert loop.parameters.k == pytest.approx(0.1 * pi * 40 / sqrt(2))
    loop.apply(Act("next_k"))
    assert loop.parameters.k == pytest.approx(0.2 * pi * 40 / sqrt(2))
