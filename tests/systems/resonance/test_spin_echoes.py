"""Echoes appear when and as high as they should, alone and in trains, with diffusion and with too few isochromats."""

from math import exp, pi, radians, sin

import numpy as np
import pytest

from spinviz.engine.loop import Loop, SetParameters
from spinviz.model.parameters import ParameterError
from spinviz.physics.constants import PROTON_GYROMAGNETIC_RATIO
from spinviz.systems.resonance.spin_echoes.parameters import coherences, expected_echoes
from spinviz.systems.resonance.spin_echoes.plots import dots, graph, spans_of
from spinviz.systems.resonance.spin_echoes.state import diffuse
from spinviz.systems.resonance.spin_echoes.system import SpinEchoes


def play(preset: str, until: float, **changes: object) -> Loop:
    system = SpinEchoes()
    p = system.Parameters.of(**{**system.preset(preset).parameters, **changes})
    loop = Loop(system, p, memory=1)
    loop.advance_to(until)
    return loop


def heard(loop: Loop) -> np.ndarray:
    return loop.state.amplitudes[: loop.state.heard]


def test_hahn_echo_fades_with_T2_alone() -> None:
    loop = play("hahn", 0.09, tau=0.04)
    assert heard(loop) == pytest.approx(exp(-0.08 / 0.15), abs=1e-11)
    # The signal itself is that high when the clock passes the echo.
    record = loop.state.record[: loop.state.rows]
    assert np.interp(0.08, record[:, 0], record[:, 1]) == pytest.approx(heard(loop)[0], rel=1e-4)


def test_three_pulses_make_five_echoes() -> None:
    """90-90-90 without relaxation, Hahn 1950: 1/2, 1/2, 1/4, 0 (nothing is left along z), 1/4."""
    loop = play("stimulated", 0.11, flip=90.0, T1=100.0, T2=100.0)
    expected = np.array([1 / 2, 1 / 2, 1 / 4, 0, 1 / 4])
    # T1 = T2 = 100 s take 0.1 % in 0.1 s.
    np.testing.assert_allclose(heard(loop), expected, atol=1.2e-3)
    times = coherences(loop.parameters).reads
    np.testing.assert_allclose(times, [0.024, 0.066, 0.084, 0.096, 0.108], atol=1e-12)
    assert [line.label for line in dots(heard(loop), loop.parameters)] == ["E₁₂", "STE", "E₁₂₃", "E₂₃", "E₁₃"]


def test_plateau_follows_the_refocusing_angle() -> None:
    for degrees in (90, 150):
        loop = play("cpmg", 0.32, refocusing=degrees)
        late = heard(loop)[-4:] * np.exp(0.02 * np.arange(13, 17) / 4)
        assert late.mean() == pytest.approx(sin(radians(degrees / 2)), abs=5e-3)


def test_errors_of_pulses_add_up_in_cp_and_cancel_in_cpmg() -> None:
    T2, spacing = 0.08, 0.02
    p = SpinEchoes.Parameters.of(**SpinEchoes().preset("cp").parameters)
    perfect = np.exp(-spacing * np.arange(1, 15) / T2)
    # cos^2(80 deg) = 0.03 of M is not turned by each pulse.
    assert np.max(np.abs(expected_echoes(p.change(train="cpmg")) - perfect)) < 0.03
    assert np.max(np.abs(expected_echoes(p) - perfect)) > 0.2
    assert play("cpmg", 0.1, refocusing=160, T2=T2).observables["T2_measured"] == pytest.approx(T2, rel=0.06)
    assert play("cp", 0.1).observables["T2_measured"] < 0.6 * T2


def test_diffusion_costs_the_third_power_of_time() -> None:
    slope = PROTON_GYROMAGNETIC_RATIO * 0.02
    for tau in (0.02, 0.035):
        loop = play("diffusion", 2.2 * tau, tau=tau, isochromats=10_000, spread=100.0)
        attenuation = exp(-2 / 3 * slope**2 * 2.3e-9 * tau**3)
        # 2660 spins count; five standard deviations.
        sd = (1 - attenuation**2) / np.sqrt(2 * 2660)
        assert heard(loop)[0] * exp(2 * tau / 0.5) == pytest.approx(attenuation, abs=5 * sd)


def test_walk_has_the_variance_of_diffusion() -> None:
    loop = play("diffusion", 0.02, isochromats=20_000)
    # The variance of 20,000 Gaussians is known to 1 %.
    assert np.var(loop.state.walk) == pytest.approx(2 * 2.3e-9 * 0.02, rel=0.05)


def test_too_few_isochromats_meet_again() -> None:
    loop = play("spurious", 0.17)
    spacing = 2 * 7.5 * 50 / 41
    times = coherences(loop.parameters).reads
    np.testing.assert_allclose(times, np.arange(1, 4) / spacing, atol=1e-9)
    np.testing.assert_allclose(heard(loop), np.exp(-times / 0.25), atol=1e-10)
    assert "warning: so few meet again every 54.7 ms" in loop.frame().caption
    assert "warning" not in play("spurious", 0.01, isochromats=400).frame().caption


def test_other_parameters_begin_again() -> None:
    loop = play("hahn", 0.07)
    loop.apply(SetParameters(loop.parameters.change(tau=0.04, isochromats=300)))
    assert loop.state.local == 0
    assert loop.frame().visuals
    loop.advance(1)
    assert loop.state.m.shape == (3, 300)
    assert loop.laws["phase_graph"].passed
    loop.advance_to(0.07 + 0.09)
    assert heard(loop) == pytest.approx(exp(-0.08 / 0.15), abs=1e-11)


def test_a_repetition_is_like_the_first() -> None:
    loop = play("hahn", 0.09 + 0.07)
    assert loop.state.repetition == 1
    assert heard(loop) == pytest.approx(exp(-0.06 / 0.15), abs=1e-11)
    assert loop.laws["hahn"].passed


def test_stimulated_echo_waits_along_z() -> None:
    p = SpinEchoes.Parameters.of(**SpinEchoes().preset("stimulated").parameters)
    stored = next(line for line in graph(p) if line.label == "Z")
    level = (stored.x[::3] == pytest.approx(p.tau)) if len(stored.x) == 3 else np.isclose(stored.x[::3], p.tau)
    assert np.any(level & np.isclose(stored.y[::3], 1) & np.isclose(stored.y[1::3], 1))
    assert np.any(np.isclose(stored.x[1::3], p.T))


def test_mixing_time_must_leave_room_for_the_first_echo() -> None:
    with pytest.raises(ParameterError, match=r"mixing = 20 ms is not longer than tau = 30 ms: .*above 30 ms"):
        SpinEchoes.Parameters.of(train="stimulated", tau=0.03, mixing=0.02)


@pytest.mark.parametrize("preset", ["hahn", "stimulated", "cpmg"])
def test_dragging_the_end_of_a_span_moves_it_along(preset: str) -> None:
    system = SpinEchoes()
    p = system.Parameters.of(**system.preset(preset).parameters)
    for n, span in enumerate(spans_of(p)):
        moved = p.change(**{span.parameter: getattr(p, span.parameter) + span.scale * 1e-3})
        assert spans_of(moved)[n].end == pytest.approx(span.end + 1e-3, abs=1e-9)


def test_fan_of_few_isochromats_is_drawn_once_each() -> None:
    frame = play("spurious", 0.01).frame()
    directions = frame.visuals[0].directions
    assert len(np.unique(directions.round(6), axis=0)) == len(directions) <= 41
    assert np.allclose(np.hypot(directions[:, 0], directions[:, 1]), exp(-0.01 / 0.25), atol=1e-3)
    assert 2 * pi * 50 == pytest.approx(frame.parameters.sd)


@pytest.mark.parametrize("angles", [{"flip": 0}, {"refocusing": 0}, {"flip": 180}, {"D": 10, "G": 0.2, "T2": 2}])
def test_law_of_diffusion_stands_where_nothing_is_left_of_the_echo(angles: dict[str, float]) -> None:
    loop = play("diffusion", 0.075, isochromats=500, **angles)
    assert loop.laws["diffusion"].holds
    assert loop.laws["diffusion"].passed
    # N random phases leave 1/sqrt(N): the unit must not grow with what was lost.
    assert loop.laws["diffusion"].deviation > 1e-12


def test_units_of_diffusion() -> None:
    p = SpinEchoes.Parameters.of(D=2.3, G=0.02)
    assert p.diffusion == pytest.approx(2.3e-9)  # Water at 25 degrees, in m^2/s.
    assert p.slope == pytest.approx(2 * pi * 42.577478e6 * 0.02, rel=1e-7)


def test_the_phase_of_a_walk_does_not_depend_on_its_steps() -> None:
    loop = play("diffusion", 0.0, isochromats=20_000, spread=0.0, G=0.01)
    state, p = loop.state, loop.parameters
    state.m[:] = np.array([[1.0], [0.0], [0.0]])
    diffuse(state, p, 0.02)
    # <exp(-i phase)> = exp(-variance/2), variance = slope^2 2 D t^3/3, whatever the number of steps: here one.
    law = exp(-(p.slope**2) * p.diffusion * 0.02**3 / 3)
    assert state.m[0].mean() == pytest.approx(law, abs=4 * (1 - law**2) / np.sqrt(2 * 20_000))
