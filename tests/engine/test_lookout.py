"""Landmarks are found where closed forms put them, and looking for them changes nothing in the run."""

from dataclasses import replace
from math import cos, log, pi, radians, tan
from typing import Any

import numpy as np
import pytest
from engine.test_live import Served
from toy import Toy, ToyParameters

from spinviz.engine.live import Live, Pause, Run, SetSpeed, StopAt
from spinviz.engine.lookout import Lookout, run_to, words_of
from spinviz.engine.loop import Act, Loop
from spinviz.model.landmark import Landmark
from spinviz.physics.constants import ELECTRON_GYROMAGNETIC_RATIO
from spinviz.systems import system_named


def found(loop: Loop, until: float, *names: str) -> list[tuple[str, float]]:
    """Names and times of all landmarks of a run."""
    system = loop.system
    lookout = Lookout([system.landmark(name) for name in names] or system.landmarks_of(loop.parameters))
    lookout.look(loop)
    met = []
    while loop.time < until - loop.dt / 2:
        loop.advance(1)
        if arrival := lookout.look(loop):
            met.append((arrival.landmark.name, loop.time - (loop.step - arrival.step) * loop.dt))
    return met


def times(loop: Loop, until: float, *names: str) -> list[float]:
    return [time for _, time in found(loop, until, *names)]


def run_of(name: str, preset: str = "", **values: Any) -> Loop:
    system = system_named(name)
    p = system.Parameters.of(**dict(system.preset(preset).parameters if preset else {}) | values)
    return Loop(system, p, preset=preset)


def test_a_crossing_stops_at_the_first_step_beyond_it_and_a_maximum_at_its_step() -> None:
    loop = Loop(Toy(), ToyParameters())
    assert times(loop, 1.0, "half") == [pytest.approx(0.70)]  # exp(-t) = 1/2 at 0.693, steps of 0.01
    loop.rewind()
    crests = pi / 40 + np.arange(3) * pi / 10
    np.testing.assert_allclose(times(loop, 0.9, "wave"), crests, atol=0.0051)


def test_what_an_action_changes_at_once_is_no_landmark() -> None:
    loop = Loop(Toy(), ToyParameters(), preset="kicked")  # to 1 at 0.5, 1.5
    assert times(loop, 2.4, "half") == pytest.approx([1.2, 2.2])
    slow = Loop(Toy(), ToyParameters(rate=2.0))
    slow.advance(60)  # 0.30
    lookout = Lookout([Toy().landmark("half")])
    lookout.look(slow)
    slow.apply(Act("kick"))
    slow.advance(1)
    assert lookout.look(slow) is None


def test_ripples_and_rounding_are_no_landmarks() -> None:
    half = Toy().landmark("half")
    lookout = Lookout([replace(half, rise=0.6)])
    loop = Loop(Toy(), ToyParameters())
    met = []
    for _ in range(100):
        met.append(lookout.look(loop))
        loop.advance(1)
    assert not any(met)  # it never was 0.6 away from one half
    wavy = Landmark("w", "w", "", "maximum", lambda s, p, seen: float(np.sin(20 * s.time)), 2.5)
    lookout, loop = Lookout([wavy]), Loop(Toy(), ToyParameters())
    for _ in range(100):
        assert lookout.look(loop) is None
        loop.advance(1)


def test_looking_out_changes_nothing() -> None:
    p = ToyParameters(noise=0.1)
    watched, alone = Loop(Toy(), p, preset="kicked", seed=3), Loop(Toy(), p, preset="kicked", seed=3)
    found(watched, 2.0)
    alone.advance(watched.step)
    assert np.array_equal(watched.state.values, alone.state.values)
    for one, other in ((watched.samples.history(), alone.samples.history()),):
        assert np.array_equal(one.observables["mean"], other.observables["mean"])
    assert watched.frame().laws == alone.frame().laws


def test_live_pauses_exactly_there_and_says_so() -> None:
    with Served(Live(Loop(Toy()), speed=5.0, running=False)) as served:
        served.live.send(StopAt(("wave",)))
        served.until(lambda: bool(served.frames and served.frames[-1].arrival))
        frame = served.frames[-1]
        assert not frame.running
        assert frame.step == 8  # sin(20 t): 0.9996 at 0.08, 0.9738 at 0.09
        assert frame.arrival == "Crest at 80 ms · mean 0.923"
        served.live.send(Run())
        served.until(lambda: served.frames[-1].step > 60)
        assert served.frames[-1].running
        assert not served.frames[-1].arrival


def test_live_looks_for_all_landmarks_until_paused() -> None:
    with Served(Live(Loop(Toy()), speed=2.0, running=False)) as served:
        served.live.send(StopAt())
        served.until(lambda: bool(served.frames and served.frames[-1].arrival))
        assert served.frames[-1].step == 8
        served.live.send(StopAt(("half",)))
        served.live.send(Pause())
        served.live.send(Run())
        served.until(lambda: served.frames[-1].step > 100)
        served.live.send(StopAt(("half",)))  # it is over
        served.live.send(SetSpeed(10.0))
        step = served.frames[-1].step
        served.until(lambda: served.frames[-1].step > step + 50)
        assert served.frames[-1].running


def test_a_landmark_in_the_next_step_is_met(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Toy, "landmarks", (replace(Toy.landmarks[0], rise=1e-6),))
    loop = Loop(Toy())
    loop.advance(69)
    with Served(Live(loop, running=False)) as served:
        served.live.send(StopAt(("half",)))
        served.until(lambda: bool(served.frames and served.frames[-1].arrival))
        assert served.frames[-1].step == 70


# --- closed forms ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tau", [0.01, 0.03, 0.05])
def test_hahn_echo_at_twice_tau(tau: float) -> None:
    loop = run_of("spin_echoes", "hahn", tau=tau)
    assert found(loop, 2.9 * tau) == [("echo", pytest.approx(2 * tau, abs=loop.dt))]
    assert loop.dt < 0.002 * 2 * tau


def test_every_echo_of_a_train_and_of_three_pulses() -> None:
    train = run_of("spin_echoes", "cpmg_T2")
    expected = 0.02 * np.arange(1, 13)
    np.testing.assert_allclose(times(train, 0.249), expected, atol=train.dt)
    three = run_of("spin_echoes", "stimulated")
    tau, T = 0.012, 0.054
    # Of two pulses: 2 tau; stimulated: T + tau; the others: 2T - 2tau, 2T - tau, 2T (Hahn 1950).
    expected = np.array([2 * tau, T + tau, 2 * T - 2 * tau, 2 * T - tau, 2 * T])
    np.testing.assert_allclose(times(three, 0.119), expected, atol=three.dt)


def test_echo_of_diffusing_spins_rises_from_their_noise() -> None:
    loop = run_of("spin_echoes", "diffusion")
    (time,) = times(loop, 0.0899)
    assert time == pytest.approx(0.06, abs=2.5e-3)  # noise moves the maximum within the width of the echo


def test_one_pulse_makes_no_echo_however_few_the_isochromats() -> None:
    assert found(run_of("spin_echoes", "spurious"), 0.19) == []
    assert found(run_of("isochromats", "fid"), 0.4, "echo") == []


@pytest.mark.parametrize("distribution", ["lorentzian", "gaussian"])
def test_echo_of_actions_by_hand(distribution: str) -> None:
    loop = run_of("isochromats", "hahn_echo", distribution=distribution)
    (time,) = times(loop, 0.29, "echo")
    # The pulse is given at the step nearest to 60 ms; what the action's time lacks counts twice.
    assert time == pytest.approx(0.12, abs=2 * loop.dt)


def test_null_of_inversion_recovery() -> None:
    loop = run_of("isochromats", T1=0.26, T2=0.08)
    loop.apply(Act("180x"))
    assert found(loop, 1.0) == [("null", pytest.approx(0.26 * log(2), abs=loop.dt))]
    assert 0 <= loop.system.landmark("null").rise < 1e-3


def test_null_of_the_first_and_of_later_repetitions() -> None:
    TI, TR, T1 = 0.6, 1.5, 0.5
    loop = run_of("recovery", "inversion", TI=TI, TR=TR, T1=T1)
    later = T1 * log(2 - np.exp(-(TR - TI) / T1))
    expected = [T1 * log(2), TR + later, 2 * TR + later]
    np.testing.assert_allclose(times(loop, 3 * TR), expected, atol=loop.dt)


def test_burst_after_ln_tan_of_half_the_angle() -> None:
    for flip in (120.0, 170.0, 179.0):
        loop = run_of("radiation_damping", "burst", flip=flip)
        (time,) = times(loop, 0.3, "burst")
        assert time == pytest.approx(loop.parameters.Trd * log(tan(radians(flip) / 2)), abs=loop.dt)


def test_reversal_in_an_opposite_field() -> None:
    B, alpha, start = -0.25, 0.08, 5.0
    loop = run_of("macrospin", B=B, Bk=0.0, alpha=alpha, start=start)
    # tan(theta/2) grows as exp(alpha gamma |B| t/(1 + alpha^2)) and is 1 on the equator.
    rate = alpha * ELECTRON_GYROMAGNETIC_RATIO * abs(B) / (1 + alpha**2)
    expected = -log(tan(radians(start) / 2)) / rate
    assert found(loop, 1.3 * expected) == [("reversal", pytest.approx(expected, abs=loop.dt))]


def test_coercive_field_of_a_slow_loop_off_the_easy_axis() -> None:
    psi = 40.0
    loop = run_of("macrospin", B=0.2, Bk=0.2, tilt=psi, period=4e-7, alpha=0.5, start=20.0)
    met = dict(found(loop, 2e-7))
    assert met["no_field"] == pytest.approx(1e-7, abs=loop.dt)
    field = -0.2 * cos(2 * pi * met["coercive"] / 4e-7)
    # Stoner-Wohlfarth below 45 degrees: the jump, at (cos^(2/3) + sin^(2/3))^(-3/2); it takes some nanoseconds here.
    t = tan(radians(psi)) ** (1 / 3)
    jump = 0.2 * np.sqrt(1 - t**2 + t**4) / (1 + t**2)
    assert field == pytest.approx(jump, rel=0.06)
    assert field > jump
    loop.rewind()
    assert run_to(loop, loop.system.landmark("coercive"), 2e-7)
    loop.look()
    beyond = loop.observables["along"]
    loop.seek(loop.step - 1)
    loop.look()
    assert beyond <= 0 < loop.observables["along"]


def test_coercive_field_of_domains_has_the_sign_of_the_reversed_field() -> None:
    loop = run_of("ising_domains", "hysteresis", L=64)
    met = found(loop, 300.0)
    assert [name for name, _ in met] == ["no_field", "coercive"]
    assert met[0][1] == pytest.approx(150.0, abs=1.0)
    assert 150 < met[1][1] < 300


def test_noise_about_zero_is_no_reversal() -> None:
    assert found(run_of("ising_domains", T=5.0, L=64), 100.0) == []


def test_null_on_resonance_of_a_rotating_field_at_a_quarter_of_a_nutation() -> None:
    loop = run_of("bloch_siegert", "circular")
    quarter = loop.parameters.nutation / 4
    expected = quarter * np.array([1, 3, 5])
    np.testing.assert_allclose(times(loop, 5.5 * quarter), expected, atol=loop.dt)


def test_passage_meets_resonance_in_the_middle_of_its_sweep_and_its_end() -> None:
    loop = run_of("pulses", "passage")
    T = loop.parameters.duration
    met = found(loop, 1.05 * T)
    assert [name for name, _ in met] == ["resonance", "null", "end"]
    assert met[0][1] == pytest.approx(T / 2, abs=1.01 * loop.dt)
    assert met[2][1] == pytest.approx(T, abs=0.01 * loop.dt)
    block = run_of("pulses", "nutation")
    assert times(block, 1.1 * block.parameters.duration, "end") == [
        pytest.approx(block.parameters.duration, abs=0.01 * block.dt)
    ]
    off = run_of("pulses", "passage", offset=100.0)
    late = 100.0 / off.parameters.bandwidth * T  # the sweep passes every frequency of the band at the same rate
    assert abs(times(off, T, "resonance")[0] - T / 2) == pytest.approx(late, abs=1.01 * off.dt)


def test_words_name_the_landmark_its_time_and_a_number() -> None:
    loop = run_of("spin_echoes", "hahn")
    assert run_to(loop, loop.system.landmark("echo"), 0.09)
    # exp(-60/150) of M0
    assert words_of(loop.system.landmark("echo"), loop) == "Echo at 60 ms · transverse magnetization 0.67"


def test_a_crest_that_is_half_climbed_at_the_stop_before_is_met_next() -> None:
    """One half at 0.693 is met at 0.70, a crest at 0.7069: who begins to look there sees it rise by 0.01 only."""
    with Served(Live(Loop(Toy(), ToyParameters()), speed=1.0)) as served:
        stops = []
        for _ in range(4):
            served.live.send(StopAt())
            served.until(lambda: not served.live.running and served.live.loop.step not in (0, *stops))
            stops.append(served.live.loop.step)
    assert stops == [8, 39, 70, 71]
