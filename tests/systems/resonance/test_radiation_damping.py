"""Radiation damping as a user runs it: bursts, thresholds, broad lines, masers."""

from math import log, pi, radians, tan

import numpy as np
import pytest

from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.model.visuals import Arrows
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
    assert "burst at 94.8 ms" in loop.system.caption(loop.state, loop.parameters)
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
