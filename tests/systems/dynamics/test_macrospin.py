"""Macrospins: numbers and picture, precession, switching, hysteresis and thermal equilibrium."""

from math import cos, pi, radians, sin, sqrt

import numpy as np
import pytest

from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.model.law import Departure
from spinviz.model.plots import Histogram
from spinviz.model.visuals import Arrows, Labels, Lines, Visual
from spinviz.physics.moments.macrospin_laws import axial_rapidity, thermal_mean_square, thermal_moments
from spinviz.systems.dynamics.macrospin.laws import crosswise_error, free_time
from spinviz.systems.dynamics.macrospin.system import Macrospin


def test_closed_form_solves_its_differential_equation() -> None:
    t = np.linspace(0, 30, 3001)
    for start, B, Bk in ((0.99, -0.3, 0.2), (0.2, 0.1, -0.5), (-0.7, 0.4, 0.4)):
        u = np.tanh(axial_rapidity(start, B, Bk, t))
        slope = np.gradient(u, t)[1:-1]
        assert u[0] == pytest.approx(start, abs=1e-12)
        # Central differences err by h^2/6 u''' <= 1e-4/6 here.
        assert slope == pytest.approx(((1 - u**2) * (B + Bk * u))[1:-1], abs=2e-5)


@pytest.mark.parametrize(("sigma", "expected"), [(1, 0.429231), (3, 0.626185), (10, 0.892728)])
def test_thermal_mean_square(sigma: float, expected: float) -> None:
    assert thermal_mean_square(sigma) == pytest.approx(expected, abs=1e-6)


def test_field_against_the_moment_switches_it_within_nanoseconds() -> None:
    loop = Loop(Macrospin(), preset="switching")
    loop.advance_to(2.5e-9)
    assert loop.observables["mz"] < -0.99


def test_easy_axis_loop_is_open_and_hard_axis_loop_is_not() -> None:
    remanence = {}
    for preset in ("easy_axis", "hard_axis"):
        loop = Loop(Macrospin(), preset=preset)
        loop.advance_to(loop.parameters.period * 1.25)  # The field passes zero, falling.
        remanence[preset] = loop.observables["along"]
    assert remanence["easy_axis"] > 0.98
    assert abs(remanence["hard_axis"]) < 0.05


def test_energy_falls_without_noise() -> None:
    loop = Loop(Macrospin(), preset="precession")
    loop.advance(400)
    energy = loop.samples.history().observables["energy"]
    assert np.all(np.diff(energy) < 0)


def test_reversing_the_field_starts_a_new_closed_form() -> None:
    loop = Loop(Macrospin(), preset="precession")
    loop.advance(100)
    loop.apply(Act("reverse"))
    loop.advance(100)
    assert loop.parameters.B < 0
    assert loop.laws["precession"].passed
    loop.apply(SetParameters(loop.parameters.change(tilt=40.0)))
    loop.advance(3)
    assert not loop.laws["precession"].holds


def test_thermal_moments_are_those_of_langevin_and_of_uniaxial_anisotropy() -> None:
    mean, square, fourth = thermal_moments(0.0, 2.0)
    assert (mean, square) == pytest.approx((0.5373147, 1 - 2 * 0.5373147 / 2), abs=1e-7)  # <u^2> = 1 - 2 L/x
    mean, square, fourth = thermal_moments(6.0, 0.0)
    assert (mean, square) == pytest.approx((0.0, 0.626185), abs=1e-6)
    # d<u^2>/dsigma = <u^4> - <u^2>^2
    slope = (thermal_moments(6.02, 0.0)[1] - thermal_moments(5.98, 0.0)[1]) / 0.02
    assert fourth - square**2 == pytest.approx(slope, rel=1e-4)


@pytest.mark.parametrize("change", [{"period": 1e-9}, {"alpha": 0.02}, {"alpha": 0.0}, {"diameter": 1.5e-9}], ids=str)
def test_hard_axis_line_is_not_claimed_where_the_moment_cannot_follow(change: dict[str, float]) -> None:
    p = Macrospin().Parameters.of(**{**Macrospin().preset("hard_axis").parameters, **change})
    loop = Loop(Macrospin(), p)
    held = []
    for _ in range(300):
        loop.advance(max(1, round(p.period / 200 / loop.dt)))
        held.append(loop.laws["hard_axis"].holds)
    assert not any(held)


def test_equilibrium_is_not_claimed_before_the_start_is_forgotten() -> None:
    preset = dict(Macrospin().preset("thermal").parameters)
    loop = Loop(Macrospin(), Macrospin.Parameters.of(**{**preset, "alpha": 0.005, "start": 0.0}))
    loop.advance_to(2.2e-8)
    assert not loop.laws["boltzmann"].holds


def test_a_quickly_swinging_field_is_sampled() -> None:
    p = Macrospin.Parameters.of(B=0.001, period=1e-11, tilt=90.0)
    assert Macrospin().timestep(p) <= 1e-11 / 64


def particle(m: list[list[float]], **values: object):
    """A state whose particles point along ``m`` (N, 3), and its parameters."""
    system = Macrospin()
    p = Macrospin.Parameters.of(count=len(m), **values)
    state = system.initial_state(p, np.random.default_rng(0))
    state.spins.m[:] = np.array(m, float).T
    return state, p


def arrow(visuals: tuple[Visual, ...], label: str) -> np.ndarray:
    """Tip (3,) of the arrow of this label, which starts in the middle."""
    found = next(v for v in visuals if isinstance(v, Arrows) and v.label == label)
    np.testing.assert_array_equal(found.positions, [[0, 0, 0]])
    assert found.pivot == "tail"
    return found.length * found.directions[0]


@pytest.mark.value_of("energy")
@pytest.mark.parametrize(
    ("theta", "tilt", "B", "Bk"),
    [
        (0, 0, 0.1, 0.0),
        (0, 0, 0.0, 0.2),
        (0, 0, -0.1, 0.2),
        (90, 0, 0.3, 0.2),
        (60, 90, 0.1, 0.2),
        (120, 30, 0.2, -0.4),
    ],
)
def test_energy_is_that_of_stoner_and_wohlfarth(theta: float, tilt: float, B: float, Bk: float) -> None:
    # E/V = -K cos^2(theta) - Ms B cos(theta - psi) with K = Ms Bk/2; a sphere of 10 nm radius is 4.18879e-24 m3.
    V, Ms = 4.18879020e-24, 5e5
    m = [[sin(radians(theta)), 0.0, cos(radians(theta))]]
    state, p = particle(m, B=B, Bk=Bk, tilt=tilt, Ms=Ms, diameter=20e-9)
    density = -(Ms * Bk / 2) * cos(radians(theta)) ** 2 - Ms * B * cos(radians(theta - tilt))
    assert Macrospin().observe(state, p)["energy"] == pytest.approx(V * density / 1.602176634e-19, rel=1e-8, abs=1e-12)


def test_energy_is_kept_without_damping() -> None:
    """Torque and energy are of one field: with any other factor between field and anisotropy it would change."""
    loop = Loop(Macrospin(), Macrospin.Parameters.of(B=0.25, tilt=50.0, Bk=0.3, alpha=0.0, start=75.0))
    loop.advance(480)
    history = loop.samples.history().observables
    assert np.ptp(history["mz"]) > 0.3
    # Fourth-order steps of 1/1920 turn.
    assert np.ptp(history["energy"]) < 1e-8 * abs(history["energy"][0])


@pytest.mark.value_of("mx", "my", "mz", "mz2", "along", "energy")
def test_numbers_of_an_ensemble_are_means_over_its_particles() -> None:
    state, p = particle([[0.6, 0.0, 0.8], [0.0, 1.0, 0.0], [0.0, 0.8, -0.6], [0.0, 0.0, 1.0]], B=0.2, tilt=30.0, Bk=0.1)
    seen = Macrospin().observe(state, p)
    assert (seen["mx"], seen["my"], seen["mz"]) == pytest.approx((0.15, 0.45, 0.3))
    assert seen["mz2"] == pytest.approx((0.64 + 0.36 + 1.0) / 4)
    assert seen["along"] == pytest.approx(0.15 * 0.5 + 0.3 * sqrt(3) / 2)
    alone = [Macrospin().observe(*particle([list(m)], B=0.2, tilt=30.0, Bk=0.1))["energy"] for m in state.spins.m.T]
    assert seen["energy"] == pytest.approx(np.mean(alone))
    units = [Macrospin().observable(name).unit for name in ("mx", "my", "mz", "mz2", "along", "field", "energy")]
    assert units == ["", "", "", "", "", "T", "eV"]


@pytest.mark.value_of("field")
def test_field_swings_as_a_cosine_and_is_seen_in_the_picture() -> None:
    state, p = particle([[0.0, 0.0, 1.0]], B=-0.3, tilt=40.0, period=8e-9)
    system = Macrospin()
    for time, B in ((0.0, -0.3), (1e-9, -0.3 * sqrt(0.5)), (2e-9, 0.0), (4e-9, 0.3), (8e-9, -0.3)):
        state.time = time
        assert system.observe(state, p)["field"] == pytest.approx(B, abs=1e-12)
        tip = arrow(system.draw(state, p), "field B")
        axis = np.array([sin(radians(40.0)), 0.0, cos(radians(40.0))])
        np.testing.assert_allclose(tip, 0.62 * B / 0.3 * axis, atol=1e-6)
        letters = next(v for v in system.draw(state, p) if isinstance(v, Labels))
        assert letters.texts == ("m", "B")
        np.testing.assert_allclose(letters.positions[1], 0.68 * B / 0.3 * axis, atol=1e-6)
    assert system.observe(*particle([[0.0, 0.0, 1.0]], B=-0.3))["field"] == -0.3


@pytest.mark.value_of("my")
@pytest.mark.parametrize("sign", [1, -1])
def test_a_moment_of_electrons_precesses_counterclockwise_about_the_field(sign: int) -> None:
    """28.025 GHz/T, seen against the field: the moment is opposite to the spin of a negative charge."""
    loop = Loop(Macrospin(), Macrospin.Parameters.of(B=0.25 * sign, alpha=0.0, start=75.0))
    quarter = 0.25 / (28.024951e9 * 0.25)
    loop.advance_to(quarter / 2)
    early = arrow(loop.frame().visuals, "magnetization m")
    assert np.degrees(np.arctan2(early[1], early[0])) == pytest.approx(45 * sign, abs=0.8)
    loop.advance_to(quarter)
    # Whole steps, 240 of them in a turn: at most 1.5 degrees early.
    assert loop.observables["my"] == pytest.approx(sign * sin(radians(75)), rel=4e-4)
    assert loop.observables["mz"] == pytest.approx(cos(radians(75)))
    visuals = loop.frame().visuals
    m = [loop.observables[name] for name in ("mx", "my", "mz")]
    np.testing.assert_allclose(arrow(visuals, "magnetization m"), m, atol=1e-6)
    assert arrow(visuals, "field B")[2] == pytest.approx(0.62 * sign)
    path = next(v for v in visuals if isinstance(v, Lines) and v.label == "path of m")
    azimuth = np.unwrap(np.arctan2(path.points[:, 1].astype(float), path.points[:, 0]))
    assert np.all(np.diff(azimuth) * sign > 0), "oldest first, so that it fades where it was long ago"
    np.testing.assert_allclose(path.points[-1], m, atol=1e-6)


def test_the_anisotropy_field_alone_makes_it_precess_with_the_sign_of_mz() -> None:
    for start, sign in ((60.0, 1), (120.0, -1)):
        loop = Loop(Macrospin(), Macrospin.Parameters.of(B=0.0, Bk=0.5, alpha=0.0, start=start))
        # The field is Bk m_z = 0.25 T: a tenth of a turn takes 0.1/(28.025e9 0.25) s; steps of 1/480 turn.
        loop.advance_to(0.1 / (28.024951e9 * 0.25))
        angle = np.arctan2(loop.observables["my"], loop.observables["mx"]) / (2 * pi)
        assert angle == pytest.approx(0.1 * sign, abs=1 / 470)


def test_picture_of_many_particles_has_one_arrow_at_each_tip() -> None:
    m = [[0.6, 0.0, 0.8], [0.0, 1.0, 0.0], [0.0, 0.8, -0.6]]
    state, p = particle(m, Bk=0.1)
    visuals = Macrospin().draw(state, p)
    histogram = next(plot for plot in Macrospin.plots if plot.name == "distribution")
    np.testing.assert_array_equal(histogram.values(state, p), [0.8, 0.0, -0.6])
    many = next(v for v in visuals if isinstance(v, Arrows) and v.color == "direction")
    np.testing.assert_allclose(many.directions, m, atol=1e-6)
    np.testing.assert_allclose(many.positions + many.length * many.directions, m, atol=1e-6)
    np.testing.assert_allclose(arrow(visuals, "magnetization m"), np.mean(m, axis=0), atol=1e-6)
    easy = next(v for v in visuals if isinstance(v, Lines) and v.dashed)
    np.testing.assert_array_equal(easy.points[:, :2], 0)
    assert easy.label == "easy axis"
    assert easy.points[0, 2] == -easy.points[1, 2] < 0
    without = next(v for v in Macrospin().draw(*particle(m)) if isinstance(v, Lines) and v.dashed)
    assert without.label == ""
    assert not without.points.any()


def test_start_angle_is_from_the_easy_axis() -> None:
    for count in (1, 50):
        loop = Loop(Macrospin(), Macrospin.Parameters.of(start=110.0, count=count))
        np.testing.assert_allclose(loop.state.spins.m[2], cos(radians(110)), rtol=1e-12)
    assert np.ptp(np.arctan2(loop.state.spins.m[1], loop.state.spins.m[0])) > 4
    loop = Loop(Macrospin(), Macrospin.Parameters.of(start=40.0))
    np.testing.assert_allclose(loop.state.spins.m[:, 0], [sin(radians(40)), 0, cos(radians(40))], atol=1e-12)


def test_a_kick_turns_z_towards_x_by_twenty_degrees() -> None:
    state, p = particle([[0, 0, 1], [1, 0, 0], [0, 1, 0]])
    c, s = 0.9396926, 0.3420201
    assert Macrospin().action("kick").apply(state, p) is None
    np.testing.assert_allclose(state.spins.m.T, [[s, 0, c], [c, 0, -s], [0, 1, 0]], atol=1e-7)


def test_actions_turn_the_field_where_they_say() -> None:
    loop = Loop(Macrospin(), Macrospin.Parameters.of(B=0.3, tilt=20.0, start=40.0, period=1e-9))
    for name, B, tilt in (("reverse", -0.3, 20.0), ("cross", -0.3, 90.0), ("reverse", 0.3, 90.0), ("align", 0.3, 0.0)):
        loop.apply(Act(name))
        assert (loop.parameters.B, loop.parameters.tilt) == (B, tilt)
        assert (loop.parameters.period, loop.parameters.start) == (1e-9, 40.0)
        angle = radians(40.0 - tilt)
        assert loop.observables["along"] == pytest.approx(cos(angle))
        assert loop.observables["field"] == pytest.approx(B)


def test_caption_gives_size_and_barrier() -> None:
    # K = Ms Bk/2 = 2.4e4 J/m3 in 5.236e-25 m3 over 1.380649e-23 J/K times 300 K.
    assert Loop(Macrospin(), preset="thermal").frame().caption == "400 particles, diameter 10 nm · KV = 3.03 kT"
    assert Loop(Macrospin()).frame().caption == "one particle, diameter 10 nm"


@pytest.mark.parametrize("Bk", [0.06, -0.05])
def test_drawn_density_is_normalised_and_has_the_moments_of_boltzmann(Bk: float) -> None:
    p = Macrospin.Parameters.of(B=0.015, Bk=Bk, T=300.0)
    state = Macrospin().initial_state(p, np.random.default_rng(0))
    curve = next(law for law in Macrospin.laws if law.name == "density").curve
    u = np.linspace(-1, 1, 4001)
    # mu = 8e5 A/m times 5.2359878e-25 m3; kT = 4.141947e-21 J.
    mu, kT = 8e5 * 5.2359878e-25, 4.141947e-21
    expected = np.exp(mu * (0.015 * u + Bk / 2 * u**2) / kT)
    expected /= np.trapezoid(expected, u)
    np.testing.assert_allclose(curve(state, p, Departure(), u), expected, rtol=1e-5)


def test_free_moments_forget_their_direction_in_the_time_of_brown() -> None:
    p = Macrospin.Parameters.of(B=0.0, T=300.0, alpha=0.1, count=4000, start=0.0, diameter=8e-9)
    # (1 + alpha^2) mu/(2 alpha gamma kT) with mu = 8e5 A/m times 2.6808257e-25 m3.
    expected = 1.01 * 8e5 * 2.6808257e-25 / (2 * 0.1 * 1.76085963e11 * 4.141947e-21)
    assert free_time(p) == pytest.approx(expected, rel=1e-6, abs=0)
    loop = Loop(Macrospin(), p, seed=3)
    loop.advance_to(0.5 * expected)
    # <m_z> = exp(-t/tau); a component of 4000 moments scatters by less than 1/sqrt(3 N) = 0.009; steps of 0.5 %.
    assert loop.observables["mz"] == pytest.approx(np.exp(-0.5), abs=4 * 0.009)


def test_plots_show_the_observables_of_their_laws_over_axes_that_hold_the_field() -> None:
    plots = {plot.name: plot for plot in Macrospin.plots}
    for law in Macrospin.laws:
        for plot in (plots[name] for name in law.plots):
            assert law.observable in plot.observables_named() or isinstance(plot, Histogram)
    loop = plots["loop"]
    for B in (0.3, -0.3):
        p = Macrospin.Parameters.of(B=B, period=1e-9)
        assert loop.x_low(p) < -0.3 < 0.3 < loop.x_high(p) < 0.4
    titles = [Macrospin().observable(name).title for name in (loop.x, loop.y)]
    assert titles == ["Applied field", "Component along the field"]


def test_lag_of_a_hard_axis_loop_is_what_the_law_allows_for() -> None:
    p = Macrospin.Parameters.of(**{**Macrospin().preset("hard_axis").parameters, "T": 0.0})
    loop = Loop(Macrospin(), p)
    # B = 0.3 T cos(2 pi t/40 ns) passes -0.8 Bk = -0.16 T at 13.59 ns.
    loop.advance_to(13.5e-9)
    law = loop.laws["hard_axis"]
    B = 0.3 * cos(2 * pi * loop.time / 40e-9)
    assert law.theory == pytest.approx(B / 0.2, abs=1e-9)
    assert -0.8 < law.theory < -0.75
    # 0.85 of the fastest sweep at the softest place, and a thousandth.
    assert 0.5 < abs(law.value - law.theory) / crosswise_error(p) < 1


@pytest.mark.parametrize("Bk", [0.06, -0.06])
def test_mean_square_of_equilibrium_is_that_of_the_boltzmann_factor(Bk: float) -> None:
    p = Macrospin.Parameters.of(B=0.0, Bk=Bk, T=300.0)
    state, u = Macrospin().initial_state(p, np.random.default_rng(0)), np.linspace(-1, 1, 4001)
    weight = np.exp(8e5 * 5.2359878e-25 * Bk / 2 * u**2 / 4.141947e-21)
    expected = np.trapezoid(u**2 * weight, u) / np.trapezoid(weight, u)
    law = next(law for law in Macrospin.laws if law.name == "boltzmann")
    assert law.theory(state, p, Departure()) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(("Bk", "claimed"), [(0.02, True), (0.06, False), (-0.06, True)])
def test_boltzmann_is_claimed_in_a_field_only_where_no_barrier_holds_a_moment_back(Bk: float, claimed: bool) -> None:
    # mu/2kT = 50.6 /T: barriers of 0.07, 1.7 and no kT at 0.015 T.
    preset = dict(Macrospin().preset("thermal").parameters)
    loop = Loop(Macrospin(), Macrospin.Parameters.of(**{**preset, "B": 0.015, "Bk": Bk}))
    assert loop.laws["density"].holds == claimed


@pytest.mark.parametrize(("B", "named"), [(0.0, False), (0.2, True)])
def test_a_field_is_named_where_there_is_one(B: float, named: bool) -> None:
    visuals = Loop(Macrospin(), Macrospin.Parameters.of(B=B), memory=1).frame().visuals
    assert ("field B" in {visual.label for visual in visuals if isinstance(visual, Arrows)}) == named
    assert ("B" in next(v for v in visuals if isinstance(v, Labels)).texts) == named


@pytest.mark.parametrize("start", [0.0, 180.0])
@pytest.mark.parametrize("B", [-0.25, 0.25])
def test_a_moment_exactly_along_the_axis_stays_and_the_caption_says_why(start: float, B: float) -> None:
    """It used to be tilted by a thousandth of a degree, and switched within nanoseconds beside a note against it."""
    values = {**Macrospin().preset("switching").parameters, "start": start, "B": B}
    loop = Loop(Macrospin(), Macrospin.Parameters.of(**values), memory=1)
    loop.advance_to(2e-8)
    assert loop.observables["mz"] == (1.0 if start == 0 else -1.0)
    assert "no torque" in loop.frame().caption
    loop.apply(Act("cross"))
    loop.advance_to(2.1e-8)
    assert abs(loop.observables["mz"]) < 1
    assert "no torque" not in loop.frame().caption


@pytest.mark.parametrize(
    ("preset", "changes", "settled"),
    [("precession", {"alpha": 0.0}, 0.0), ("easy_axis", {}, 1.0), ("hard_axis", {"T": 0.0}, 1.0)],
)
def test_what_repeats_is_the_same_after_a_period(preset: str, changes: dict[str, float], settled: float) -> None:
    """Free precession from the start, hysteresis from its second cycle on; not after any other time."""
    loop = Loop(Macrospin(), Macrospin.Parameters.of(**{**Macrospin().preset(preset).parameters, **changes}))
    period = loop.system.period(loop.parameters)
    assert period > 0
    moments = []
    for turns in (settled, settled + 0.5, settled + 1.0, settled + 3.0):
        loop.advance_to(turns * period)
        moments.append(loop.state.spins.m[:, 0].copy())
    once, between, again, later = moments
    # Samples are a step apart from the moments asked for, at most half a step of 1/240 turn.
    assert np.abs(again - once).max() < 0.03
    assert np.abs(later - once).max() < 0.03
    assert np.abs(between - once).max() > 0.5


def test_nothing_else_repeats() -> None:
    system = Macrospin()
    for changes in ({}, {"alpha": 0.0, "T": 300.0}, {"alpha": 0.0, "Bk": 0.1}, {"alpha": 0.0, "B": 0.0}):
        assert system.period(system.Parameters.of(**changes)) == 0.0
