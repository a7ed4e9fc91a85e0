"""Chemical exchange as a user runs it: lines that meet, magnetization carried over, spins that hop."""

from math import exp, pi, sqrt

import numpy as np
import pytest
from scipy.linalg import expm

from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.model.plots import Trace
from spinviz.model.visuals import Arrows, Labels, Spheres
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


UNEQUAL = {
    "k": 12.0, "pA": 0.7, "separation": 30.0, "offset": 9.0, "T1A": 0.3, "T1B": 0.8, "T2A": 0.15, "T2B": 0.08,
    "molecules": 50,
}  # fmt: skip


@pytest.mark.value_of("voltage", "voltage_90", "mza", "mzb")
def test_numbers_are_those_of_the_exponential_of_the_bloch_mcconnell_matrix() -> None:
    """Six equations of two sites: kAB = 2 k pB leaves A, kBA = 2 k pA leaves B; spins turn as exp(-i w t)."""
    loop = run("slow", 0.06, **UNEQUAL)
    kAB, kBA = 2 * 12.0 * 0.3, 2 * 12.0 * 0.7
    hops = np.array([[-kAB, kBA], [kAB, -kBA]])
    transverse = hops - np.diag([1 / 0.15 + 2j * pi * (9 - 15), 1 / 0.08 + 2j * pi * (9 + 15)])
    longitudinal = hops - np.diag([1 / 0.3, 1 / 0.8])
    population = np.array([0.7, 0.3])
    # d(Mz)/dt = hops Mz - R1 (Mz - p): at rest at p, as hops p = 0.
    history = loop.samples.history()
    times, seen = history.time[1:], history.observables
    plus = np.array([expm(transverse * t) @ (1j * population) for t in times])  # 90 degrees about x: to +y
    along = np.array([population - expm(longitudinal * t) @ population for t in times])
    voltage = 1j * np.conj(plus.sum(axis=1))
    assert seen["voltage"][1:] == pytest.approx(voltage.real, abs=1e-11)
    assert seen["voltage_90"][1:] == pytest.approx(voltage.imag, abs=1e-11)
    assert seen["mza"][1:] == pytest.approx(along[:, 0] / 0.7, abs=1e-11)
    assert seen["mzb"][1:] == pytest.approx(along[:, 1] / 0.3, abs=1e-11)


@pytest.mark.value_of("mza")
def test_inversion_and_saturation_of_a_leave_b_alone_at_first() -> None:
    loop = run("slow", 0.0, **UNEQUAL)
    for action in ("reset", "invert_a"):
        loop.apply(Act(action))
    loop.advance(1)
    soon = 40 * loop.dt  # 2 kBA = 34/s: B gets inverted spins and loses others
    assert loop.observables["mza"] == pytest.approx(-1, abs=soon)
    assert loop.observables["mzb"] == pytest.approx(1, abs=soon)
    mz, site = loop.state.mz, loop.state.site
    assert np.mean(mz[site == 0] < 0) > 0.9
    assert np.mean(mz[site == 1] > 0) > 0.9
    loop.apply(SetParameters(loop.parameters.change(saturation=True)))
    loop.advance(1)
    assert loop.observables["mza"] == 0


def arrow(loop: Loop, label: str) -> np.ndarray:
    drawn = loop.system.draw(loop.state, loop.parameters)
    (found,) = (v for v in drawn if isinstance(v, Arrows) and v.label == label)
    return np.asarray(found.directions[0], np.float64)


def test_arrows_are_the_numbers_and_a_and_b_turn_in_opposite_senses() -> None:
    loop = run("slow", 0.0, k=0.01, pA=0.7, molecules=40)
    angles, spins = [], []
    for _ in range(12):
        loop.advance(1)
        a, b, net = (arrow(loop, label) for label in ("M at A, per spin", "M at B, per spin", "total M"))
        assert net == pytest.approx(0.7 * a + 0.3 * b, abs=1e-6)
        seen = loop.observables
        assert net[:2] == pytest.approx([seen["voltage_90"], seen["voltage"]], abs=1e-6)
        assert (a[2], b[2]) == pytest.approx((seen["mza"], seen["mzb"]), abs=1e-6)
        angles.append(np.angle([a[0] + 1j * a[1], b[0] + 1j * b[1]]))
        balls = [v for v in loop.system.draw(loop.state, loop.parameters) if isinstance(v, Spheres)][:2]
        spins.append([np.angle(complex(*np.mean(np.asarray(v.positions, np.float64)[:, :2], axis=0))) for v in balls])
    # A is 20 Hz below the carrier and turns counter-clockwise, B 20 Hz above it and turns clockwise.
    angle = 2 * pi * 20 * 11 * loop.dt
    assert np.diff(np.unwrap(angles, axis=0)[[0, -1]], axis=0)[0] == pytest.approx([angle, -angle], abs=2e-3)
    assert np.diff(np.unwrap(spins, axis=0)[[0, -1]], axis=0)[0] == pytest.approx([angle, -angle], abs=2e-3)


def test_balls_are_as_many_as_molecules_at_each_site_and_lie_in_its_disc() -> None:
    loop = run("unequal", 0.0, molecules=200)
    assert np.count_nonzero(loop.state.site == 0) == 150
    loop.advance_to(0.02)
    drawn = loop.system.draw(loop.state, loop.parameters)
    at_a, at_b = np.count_nonzero(loop.state.site == 0), np.count_nonzero(loop.state.site == 1)
    spheres = [v for v in drawn if isinstance(v, Spheres)]
    assert [v.label for v in spheres[:2]] == ["single spins at A", "single spins at B"]
    few = loop.state.site[np.arange(70) * 200 // 70]
    drawn_a, drawn_b = np.count_nonzero(few == 0), np.count_nonzero(few == 1)
    assert [len(v.positions) for v in spheres] == [at_a, at_b, drawn_a, drawn_b]
    assert drawn_a + drawn_b == 70
    assert 0.6 < drawn_a / 70 < 0.9
    assert [v.color for v in spheres] == ["up", "down", "up", "down"]
    m = np.stack([loop.state.mx, loop.state.my, loop.state.mz], axis=1)
    assert spheres[0].positions == pytest.approx(m[loop.state.site == 0], abs=1e-6)
    assert spheres[1].positions == pytest.approx(m[loop.state.site == 1], abs=1e-6)
    needles = [v for v in drawn if isinstance(v, Arrows)][:2]
    assert [len(v.positions) for v in needles] == [drawn_a, drawn_b]
    of_few = m[np.arange(70) * 200 // 70]
    for needle, ball, site in zip(needles, spheres[2:], (0, 1), strict=True):
        assert np.array_equal(needle.positions, ball.positions)
        assert needle.directions == pytest.approx(of_few[few == site], abs=1e-6)
    (names,) = (v for v in drawn if isinstance(v, Labels) and v.texts == ("A", "B"))
    for name, disc in zip(np.asarray(names.positions), spheres[2:], strict=True):
        distance = np.linalg.norm(np.asarray(disc.positions)[:, :2] - name[:2], axis=1)
        assert distance.max() < 0.56


def test_populations_of_the_single_spins_stay_in_equilibrium() -> None:
    """More hops from B than from A for each spin, as many in all: three quarters stay at A."""
    loop = run("unequal", 0.0, k=200.0, molecules=2000)
    at_a = []
    for _ in range(40):
        loop.advance(20)
        at_a.append(np.mean(loop.state.site == 0))
    # A spin forgets its site in 1/(2 k), four steps of the run: some forty moments of 2000 spins.
    assert np.mean(at_a) == pytest.approx(0.75, abs=5 * sqrt(0.75 * 0.25 / (2000 * 40)))


def plot_of(loop: Loop, name: str):
    return next(plot for plot in loop.system.plots if plot.name == name)


def test_spectrum_has_a_on_the_left_and_areas_as_populations() -> None:
    loop = run("slow", 0.9, k=0.3, pA=0.75, offset=25.0)
    measured, law = plot_of(loop, "line").lines(loop.state, loop.parameters)
    for line in (measured, law):
        left = line.x < 25
        assert line.x[left][np.argmax(line.y[left])] == pytest.approx(5.0, abs=0.2)
        assert line.x[~left][np.argmax(line.y[~left])] == pytest.approx(45.0, abs=0.2)
        # Lines of widths (1/T2 + k')/pi, k' = 2 k pB for A and 2 k pA for B; the other's tail adds 0.1 %.
        ratio = 3 * (5 + 0.6 * 0.75) / (5 + 0.6 * 0.25)
        assert line.y[left].max() / line.y[~left].max() == pytest.approx(ratio, rel=0.01)
    assert law.y.max() == pytest.approx(1.0, abs=1e-9)
    assert measured.y.max() == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize("pA", [0.5, 0.75])
def test_positions_begin_at_the_two_frequencies_and_end_at_the_mean(pA: float) -> None:
    loop = run("slow", 0.0, pA=pA, k=30.0, offset=10.0, T2A=1.0, T2B=1.0)
    low, high, now, _ = plot_of(loop, "positions").lines(loop.state, loop.parameters)
    # Slow exchange: 10 -+ 20 Hz; fast: the mean, weighted with the populations.
    first, last = np.argmin(low.x), np.argmax(low.x)
    assert (low.y[first], high.y[first]) == pytest.approx((-10.0, 30.0), abs=0.2)
    mean = 10 + 20 * (1 - 2 * pA)
    assert (low.y[last], high.y[last]) == pytest.approx((mean, mean), abs=0.05 if pA == 0.5 else 3.0)
    assert now.x == pytest.approx([30.0, 30.0])
    assert low.x[last] == pytest.approx(1.6 * pi * 40 / sqrt(2))


def test_cross_peaks_grow_with_the_mixing_time_by_the_law() -> None:
    loop = run("exsy", 0.0)
    for mixing in (0.1, 0.4):
        loop.apply(SetParameters(loop.parameters.change(mixing=mixing)))
        image = plot_of(loop, "map").values(loop.state, loop.parameters)
        half = len(image) // 2
        # Equal sites: (1 - exp(-2 k tm))/(1 + exp(-2 k tm)); tails of the broad lines.
        assert image[:half, half:].max() / image.max() == pytest.approx(np.tanh(1.5 * mixing), abs=0.02)


def test_caption_tells_both_rates_and_how_near_coalescence_is() -> None:
    loop = run("unequal", 0.0)
    said = loop.system.caption(loop.state, loop.parameters)
    assert "300 single spins (70 drawn at their sites) · kAB = 15 /s, kBA = 45 /s" in said
    loop = run("intermediate", 0.0)
    # 45/(pi 40/sqrt 2) = 0.506
    assert loop.system.caption(loop.state, loop.parameters).endswith("kAB = kBA = 45 /s; k = 0.51 k_c")


def test_inversion_of_a_turns_its_spins_about_x_and_no_others() -> None:
    loop = run("slow", 0.004, molecules=100, k=0.01)
    state = loop.state
    before = np.stack([state.mx, state.my, state.mz])
    plus, along = state.plus.copy(), state.along.copy()
    assert np.abs(before[:2, state.site == 0]).min() > 0.2
    loop.apply(Act("invert_a"))
    half_turn = np.where(state.site == 0, np.array([[1], [-1], [-1]]), 1)
    assert np.stack([loop.state.mx, loop.state.my, loop.state.mz]) == pytest.approx(half_turn * before, abs=1e-12)
    assert loop.state.plus == pytest.approx([np.conj(plus[0]), plus[1]], abs=1e-12)
    assert loop.state.along == pytest.approx([-along[0], along[1]], abs=1e-12)


def test_traces_show_what_their_titles_say() -> None:
    shown = {plot.title: plot.observables for plot in ChemicalExchange().plots if isinstance(plot, Trace)}
    assert shown == {
        "Coil voltage": ("voltage", "hopping"),
        "Longitudinal magnetization": ("mza", "mzb"),
    }


@pytest.mark.parametrize("until", [0.03, 0.1, 0.4])
def test_the_lineshape_is_that_of_the_decay_recorded_so_far(until: float) -> None:
    """The endless decay's narrow lines stood over the wide ones of a short record."""
    loop = run("slow", until)
    measured, law = plot_of(loop, "line").lines(loop.state, loop.parameters)
    assert np.interp(law.x, measured.x, measured.y) == pytest.approx(law.y, abs=0.01)


def test_spins_at_their_sites_are_those_of_their_numbers() -> None:
    """Whoever follows a spin follows it from one well into the other: number, site and vector belong together."""
    loop = Loop(ChemicalExchange(), preset="intermediate", memory=1)
    loop.advance(150)
    state = loop.state
    vectors = np.stack([state.mx, state.my, state.mz], axis=1)
    wells = [v for v in loop.frame().visuals if isinstance(v, Arrows) and v.who is not None]
    assert len(wells) == 2
    for site, well in enumerate(wells):
        assert len(well.who) > 5
        assert set(state.site[well.who]) == {site}
        np.testing.assert_allclose(well.worth * well.directions, vectors[well.who], atol=1e-6)
