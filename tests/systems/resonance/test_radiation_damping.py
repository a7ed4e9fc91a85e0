"""Radiation damping as a user runs it: bursts, thresholds, broad lines, masers."""

import re
from math import log, pi, radians, tan

import numpy as np
import pytest

from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.model.plots import Trace
from spinviz.model.switches import without
from spinviz.model.visuals import Arrows, Lines
from spinviz.plots.spectrum import lines_of
from spinviz.systems.resonance.radiation_damping.laws import settling
from spinviz.systems.resonance.radiation_damping.system import RadiationDamping


def run(preset: str, until: float, **parameters: object) -> Loop:
    system = RadiationDamping()
    p = system.Parameters.of(**{**system.preset(preset).parameters, **parameters})
    loop = Loop(system, p, preset=preset)
    loop.advance_to(until)
    return loop


def test_burst_comes_at_the_time_of_the_law() -> None:
    history = run("burst", 0.2).samples.history()
    strongest = history.time[np.argmax(history.observables["transverse"])]
    assert strongest == pytest.approx(0.02 * log(tan(radians(179) / 2)), abs=2e-4)  # a step
    assert history.observables["transverse"].max() == pytest.approx(1.0, abs=1e-4)
    assert history.observables["mz"][-1] > 0.999


def test_caption_says_when_the_burst_comes() -> None:
    loop = run("burst", 0.01)
    assert "burst at 94.8 ms" in loop.frame().caption
    assert "burst" not in without(loop.frame(), ("law",)).caption
    assert "no current" in loop.system.caption(loop.state, loop.parameters.change(closed=False))


def test_exactly_inverted_magnetization_waits_for_a_disturbance() -> None:
    loop = run("burst", 0.3, flip=180.0)
    assert loop.observables["mz"] < -0.999


def test_the_coil_broadens_the_line_until_its_circuit_is_opened() -> None:
    rates = {}
    for closed in (True, False):
        loop = run("small_flip", 0.0, flip=5.0, closed=closed)
        before = loop.observables["transverse"]
        loop.advance_to(0.02)
        rates[closed] = log(before / loop.observables["transverse"]) / loop.time
    assert rates[True] == pytest.approx(1 / 0.02 + 1 / 0.2, rel=5e-3)  # M_z = 1 - 0.004
    assert rates[False] == pytest.approx(1 / 0.2, rel=1e-9)


def test_closing_the_circuit_live_starts_a_new_closed_form() -> None:
    loop = run("open", 0.05)
    loop.apply(SetParameters(loop.parameters.change(closed=True, offset=-20.0)))
    for name in ("burst", "return", "phase"):
        assert loop.laws[name].holds
        assert loop.laws[name].deviation < 1e-12
    loop.advance_to(0.1)
    for name in ("burst", "return", "phase"):
        assert loop.laws[name].passed
    assert loop.observables["mz"] > 0.6


def test_no_burst_below_threshold() -> None:
    assert run("threshold", 0.28).observables["mz"] < -0.95
    assert run("threshold", 0.28, T2=0.1).observables["mz"] > 0.3


def test_a_spread_stops_short_of_equilibrium() -> None:
    loop = run("spread", 0.35)
    assert -0.5 < loop.observables["mz"] < 0.9
    assert not loop.laws["burst"].holds
    assert loop.observables["length"] == pytest.approx(1.0, abs=1e-13)


def test_chirp_goes_from_minus_to_plus_the_pull_of_the_coil() -> None:
    history = run("chirp", 0.4).samples.history()
    f = history.observables["frequency"]
    pull = 1 / (2 * 2 * pi * 0.02)  # d/(1 + d^2)/(2 pi Trd), d = 1
    assert np.nanmin(f) == pytest.approx(-pull, rel=1e-3)
    assert np.nanmax(f) == pytest.approx(pull, rel=1e-3)
    voltage = history.observables["voltage"] + 1j * history.observables["voltage_90"]
    strong = np.abs(voltage) > 0.5
    phase = np.unwrap(np.angle(voltage[strong]))
    seen = np.diff(phase) / np.diff(history.time[strong]) / (2 * pi)
    assert seen[0] < -1
    assert seen[-1] > 1


def test_field_of_the_coil_is_at_right_angles_to_m() -> None:
    loop = run("after_90", 0.01)
    drawn = {v.label: v for v in loop.system.draw(loop.state, loop.parameters) if isinstance(v, Arrows)}
    m, field = drawn["magnetization M"], drawn["field of the coil"]
    assert float(m.directions[0] @ field.directions[0]) == pytest.approx(0.0, abs=1e-6)
    # dM/dt = M x w points up.
    assert np.cross(m.directions[0], field.directions[0])[2] > 0


def test_another_pulse_during_the_burst() -> None:
    loop = run("burst", 0.09)
    loop.apply(Act("180x"))
    loop.advance_to(0.3)
    assert loop.laws["return"].passed
    assert loop.observables["mz"] > 0.9


@pytest.mark.parametrize(
    "values",
    [
        {"Trd": 0.04, "T1": 1e-3, "T2": 0.2, "flip": 22.0},
        {"Trd": 0.02, "T1": 1e-3, "T2": 100.0, "M0": -0.06},
        {"Trd": 0.05, "T1": 0.1, "T2": 0.2, "flip": 5.0, "detuning": 1.0},
    ],
)
def test_law_of_the_maser_waits_until_it_is_at_rest(values: dict[str, float]) -> None:
    loop = run("maser", 0.0, offset=0.0, **values)
    quiet = settling(loop.parameters, loop.observables["transverse"])
    loop.advance_to(0.95 * quiet)
    assert not loop.laws["maser"].holds
    loop.advance_to(1.01 * quiet)
    assert loop.laws["maser"].holds
    assert loop.laws["maser"].passed


def test_impossible_relaxation_is_told() -> None:
    loop = run("maser", 0.0, T1=0.1, T2=0.3)
    assert "T₂ > 2 T₁ is unphysical" in loop.system.caption(loop.state, loop.parameters)


def right_side(p: RadiationDamping.Parameters, offsets: np.ndarray):
    """dM/dt of isochromats (3 N,): Bloch equations with the field of the coil, its current as of a resonant circuit.

    The coil hears i M+ (Faraday); its current, off its resonance by d half widths, lags by arctan(d) and is smaller;
    a field B+ along x and y turns M by M x B. The tuned coil turns a small M+ towards z at the rate 1/Trd.
    """
    T1 = p.T1 if p.relaxation == "T1 and T2" else np.inf
    T2 = p.T2 if p.relaxation != "none" else np.inf

    def slope(t: float, m: np.ndarray) -> np.ndarray:
        x, y, z = m.reshape(3, -1)
        current = 1j * np.mean(x + 1j * y) / (1 - 1j * p.detuning) / p.Trd if p.closed else 0j
        turned = np.cross(m.reshape(3, -1).T, [(current.real, current.imag, w) for w in offsets])
        return (turned - np.stack([x / T2, y / T2, (z - p.M0) / T1], axis=1)).T.ravel()

    return slope


@pytest.mark.parametrize(
    ("offset", "detuning", "relaxation"), [(12.0, 0.7, "T1 and T2"), (-9.0, -1.3, "T2"), (12.0, 0.0, "none")]
)
@pytest.mark.value_of("voltage_90", "length", "voltage", "transverse", "mz", "frequency")
def test_numbers_against_an_adaptive_solver(offset: float, detuning: float, relaxation: str) -> None:
    from scipy.integrate import solve_ivp

    loop = run(
        "burst", 0.06, flip=130.0, offset=offset, detuning=detuning, relaxation=relaxation, spread=3.0,
        isochromats=5, T1=0.09, T2=0.05, M0=0.7, Trd=0.015,
    )  # fmt: skip
    p, history = loop.parameters, loop.samples.history()
    # A Lorentzian at the quantiles 0.1, 0.3, 0.5, 0.7, 0.9.
    offsets = 2 * pi * (offset + 3.0 * np.tan(pi * (np.array([0.1, 0.3, 0.5, 0.7, 0.9]) - 0.5)))
    begin = np.repeat([0.0, np.sin(radians(130)), np.cos(radians(130))], 5)  # about x, left-handed: towards +y
    times, seen = history.time[1:], history.observables
    slope = right_side(p, offsets)
    found = solve_ivp(slope, (0, times[-1]), begin, method="DOP853", t_eval=times, rtol=1e-11, atol=1e-12).y
    m = found.reshape(3, 5, -1)
    x, y, z = m.mean(axis=1)
    # Two steps of fourth order in Trd/150.
    assert seen["voltage"][1:] == pytest.approx(y, abs=1e-7)
    assert seen["voltage_90"][1:] == pytest.approx(x, abs=1e-7)
    assert seen["transverse"][1:] == pytest.approx(np.hypot(x, y), abs=1e-7)
    assert seen["mz"][1:] == pytest.approx(z, abs=1e-7)
    assert seen["length"][1:] == pytest.approx(np.sqrt((m**2).sum(axis=0).mean(axis=0)), abs=1e-7)
    dx, dy, _ = np.transpose([slope(0, one).reshape(3, 5).mean(axis=1) for one in found.T])
    # A signal exp(-2 pi i f t).
    assert seen["frequency"][1:] == pytest.approx(-np.imag((dx + 1j * dy) / (x + 1j * y)) / (2 * pi), rel=1e-5)


def test_voltage_after_90_about_x_is_one_and_turns_with_the_sense_of_its_offset() -> None:
    loop = run("after_90", 0.0, closed=False, offset=10.0)
    assert loop.observables["voltage"] == pytest.approx(1.0)
    assert loop.observables["voltage_90"] == pytest.approx(0.0, abs=1e-12)
    loop.advance_to(0.01)
    phase = 2 * pi * 10.0 * loop.time
    assert loop.observables["voltage"] == pytest.approx(np.cos(phase), abs=1e-9)
    assert loop.observables["voltage_90"] == pytest.approx(np.sin(phase), abs=1e-9)
    (spectrum,) = (plot for plot in loop.system.plots if plot.name == "spectrum")
    low, high = spectrum.span(loop.parameters)
    assert (spectrum.real, spectrum.imaginary) == ("voltage", "voltage_90")
    assert (low + high) / 2 == pytest.approx(10.0)
    law = next(law for law in loop.system.laws if law.name == "phase")
    loop = run("small_flip", 0.3, offset=10.0, closed=True)
    f = np.linspace(low, high, 401)
    line = law.curve(loop.state, loop.parameters, loop.departure, f)
    assert f[np.nanargmax(line)] == pytest.approx(10.0, abs=0.1)


@pytest.mark.parametrize("preset", ["burst", "chirp", "small_flip"])
def test_the_law_is_the_spectrum_of_what_was_recorded(preset: str) -> None:
    loop = run(preset, 0.02)
    for until in (0.02, 0.1, 0.3):
        loop.advance_to(until)
        frame = loop.frame()
        (drawn,) = (plot for plot in loop.system.plots if plot.name == "spectrum")
        f, law = frame.curves["spectrum", "phase"]
        lines = lines_of(drawn, frame)
        assert np.interp(f, lines.frequency, lines.amplitude) == pytest.approx(law, abs=0.01), until


def drawn(loop: Loop) -> dict[str, object]:
    return {v.label: v for v in loop.system.draw(loop.state, loop.parameters) if getattr(v, "label", "")}


@pytest.mark.parametrize("offset", [15.0, -15.0])
def test_arrow_of_M_is_the_numbers_and_turns_clockwise_for_a_positive_offset(offset: float) -> None:
    loop = run("after_90", 0.0, offset=offset)
    angles = []
    for _ in range(20):
        loop.advance(1)
        x, y, z = np.asarray(drawn(loop)["magnetization M"].directions[0], np.float64)
        seen = loop.observables
        assert (y, x, z) == pytest.approx((seen["voltage"], seen["voltage_90"], seen["mz"]), abs=1e-6)
        assert np.asarray(drawn(loop)["path of M"].points)[-1] == pytest.approx([x, y, z], abs=1e-6)
        angles.append(np.arctan2(y, x))
    assert np.ptp(np.unwrap(angles)) == pytest.approx(2 * pi * 15.0 * 19 * loop.dt, rel=1e-4)
    assert np.sign(np.unwrap(angles)[-1] - angles[0]) == -np.sign(offset)


@pytest.mark.parametrize("detuning", [0.0, 1.0, -0.5])
def test_field_of_the_coil_is_drawn_as_it_acts(detuning: float) -> None:
    loop = run("after_90", 0.01, detuning=detuning)
    x, y, _ = loop.state.net
    # Drawn 0.8 long for the field that turns with 1/Trd.
    field = np.asarray(drawn(loop)["field of the coil"].directions[0], np.float64) / 0.8
    expected = 1j * (x + 1j * y) / (1 - 1j * detuning)
    assert field == pytest.approx([expected.real, expected.imag, 0.0], abs=1e-6)
    open_circuit = loop.system.draw(loop.state, loop.parameters.change(closed=False))
    (arrow,) = (v for v in open_circuit if getattr(v, "label", "") == "field of the coil")
    assert np.abs(np.asarray(arrow.directions)).max() == 0.0


def test_coil_lights_up_with_its_voltage() -> None:
    loop = run("after_90", 0.0, offset=20.0, closed=False)
    signs = set()
    for _ in range(40):
        loop.advance(5)
        lines = [v for v in loop.system.draw(loop.state, loop.parameters) if isinstance(v, Lines)]
        light = {v.color: v.opacity for v in lines if isinstance(v.color, str)}
        voltage = loop.observables["voltage"]
        assert light["up"] - light["down"] == pytest.approx(0.9 * voltage, abs=1e-9)
        signs.add(np.sign(voltage))
    assert signs == {1.0, -1.0}


def test_fan_of_a_spread_turns_to_both_sides() -> None:
    loop = run("spread", 0.0, flip=90.0, isochromats=20, closed=False)
    loop.advance_to(0.004)
    (fan,) = (v for v in loop.system.draw(loop.state, loop.parameters) if isinstance(v, Arrows) and v.radius < 0.01)
    tips = np.asarray(fan.directions, np.float64)
    # The slowest first: M+ = i exp(-i dw t), at rest for the middle of the line.
    dw = 2 * pi * 4.0 * np.tan(pi * ((np.arange(20) + 0.5) / 20 - 0.5))
    assert tips[:, 0] == pytest.approx(np.sin(dw * loop.time), abs=1e-6)
    assert tips[:, 1] == pytest.approx(np.cos(dw * loop.time), abs=1e-6)


@pytest.mark.parametrize("detuning", [0.0, 1.0])
def test_caption_tells_burst_threshold_and_number(detuning: float) -> None:
    loop = run("burst", 0.0, detuning=detuning, offset=10.0)
    slowed = 0.02 * (1 + detuning**2)
    burst = loop.time + slowed * log(tan(radians(179) / 2))
    caption = loop.frame().caption
    assert f"burst at {1e3 * burst:.3g} ms" in caption
    assert "rotating frame, 10 Hz offset" in caption
    loop = run("threshold", 0.0, detuning=detuning, T2=0.05)
    assert f"maser above an inversion of {slowed / 0.05:.2g} M₀" in loop.frame().caption
    loop = run("spread", 0.0, isochromats=123)
    assert "123 isochromats" in loop.system.caption(loop.state, loop.parameters)


def test_traces_show_what_their_titles_say() -> None:
    shown = {plot.title: plot.observables for plot in RadiationDamping().plots if isinstance(plot, Trace)}
    assert shown == {
        "Coil voltage (normalised)": ("voltage",),
        "Magnetization": ("transverse", "mz"),
        "Frequency of the signal": ("frequency",),
    }


def test_the_burst_of_a_short_magnetization_is_told_for_its_own_pace() -> None:
    """After 120°, spoiling and 5° only half of M is left, and its current damps it half as fast."""
    p = RadiationDamping.Parameters.of(flip=120.0)
    loop = Loop(RadiationDamping(), p, memory=1)
    loop.apply(Act("flip"))
    loop.apply(Act("spoil"))
    loop.apply(SetParameters(p.change(flip=5.0)))
    loop.apply(Act("flip"))
    told = loop.frame().caption
    loop.advance_to(0.25)
    history = loop.samples.history()
    burst = history.time[int(np.argmax(history.observables["transverse"]))]
    number = re.search(r"burst at ([\d.]+) ms", told)
    assert number is not None, told
    assert float(number[1]) == pytest.approx(1e3 * burst, abs=0.6)
    assert burst == pytest.approx(0.1252, abs=5e-4)


@pytest.mark.parametrize(("Trd", "T2"), [(1.34, 0.015), (10.0, 1e-3), (0.01, 1e-3), (0.1, 3e-3)])
def test_steps_are_short_beside_T2(Trd: float, T2: float) -> None:
    loop = Loop(RadiationDamping(), RadiationDamping.Parameters.of(flip=120.0, relaxation="T2", T2=T2, Trd=Trd))
    loop.apply(Act("flip"))
    for k in range(1, 9):
        loop.advance_to(k * T2 / 2)
        for name in ("burst", "return", "phase"):
            assert loop.laws[name].holds
            assert loop.laws[name].passed, (name, loop.laws[name])
