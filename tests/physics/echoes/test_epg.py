"""Phase graphs agree with isochromats to the last digits and with the closed forms of echoes."""

from math import acos, exp, pi, radians, sin

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spinviz.physics.echoes import epg
from spinviz.physics.echoes.echo_laws import (
    diffusion_echo,
    diffusion_train,
    first_echoes,
    hahn_echoes,
    steady_echo,
)
from spinviz.physics.echoes.epg import Event, Medium, Pulse, Read, Spoil, Wait, run
from spinviz.physics.resonance.bloch_laws import (
    hahn_echo,
    spoiled_gradient_echo,
    stimulated_echo,
    unspoiled_gradient_echo,
)
from spinviz.physics.sequence.blocks import Block, Gradient, HardPulse, Readout, Sample, Sequence
from spinviz.physics.sequence.reference import play
from spinviz.physics.sequence.timeline import Timeline

VOXEL = 2e-3
"""Length [m] over which one unit turns the spins once."""

angles = st.floats(-2 * pi, 2 * pi)
pieces = st.tuples(angles, angles, st.floats(1e-4, 0.2), st.integers(-3, 3), st.booleans())
trains = st.lists(pieces, min_size=1, max_size=9)


def sequence_of(train: list[tuple[float, float, float, int, bool]]) -> Sequence:
    """A pulse, a readout just before its end and a gradient of whole units in every block, some spoiled."""
    blocks = []
    for angle, phase, duration, shift, spoil in train:
        slope = shift / VOXEL / duration
        gradient = Gradient(np.array([0.0, duration]), np.array([slope, slope]))
        readout = Readout(1, duration / 8, 0.0, phase=0.3)
        # The readout stands before the gradient has made whole units, so a block without gradient follows the pulse.
        blocks.append(Block(duration, HardPulse(angle, phase), readout=readout))
        blocks.append(Block(duration, gradients=(gradient, None, None), spoil=spoil))
    return Sequence(tuple(blocks))


def box(count: int, **tissue: float) -> Sample:
    """Spins spread evenly over one voxel."""
    x = (np.arange(count) + 0.5) / count * VOXEL
    return Sample.of(position=np.stack([x, 0 * x, 0 * x]), **tissue)


@settings(max_examples=60, deadline=None)
@given(train=trains, T1=st.floats(0.02, 5), T2=st.floats(0.02, 3), dw=st.floats(-300, 300))
def test_agrees_with_isochromats(train, T1: float, T2: float, dw: float) -> None:
    timeline = Timeline(sequence_of(train))
    # 4 k_max + 2 spins: the Fourier sum over them is exact.
    sample = box(4 * sum(abs(piece[3]) for piece in train) + 2, T1=T1, T2=T2, dw=dw)
    m = sample.in_equilibrium()
    signal = play(timeline, sample, m, 0.0, timeline.sequence.duration + 1)
    # One more second after the end: everything relaxes and turns on.
    history = run([*epg.events_of(timeline, 1 / VOXEL), Wait(1.0)], Medium(T1, T2, dw=dw))
    theta = 2 * pi * sample.position[0] / VOXEL
    np.testing.assert_allclose(history.states[-1].magnetization(theta), m, rtol=0, atol=1e-10)
    np.testing.assert_allclose(history.echoes, signal / sample.count, rtol=0, atol=1e-10)


@settings(max_examples=30, deadline=None)
@given(train=trains)
def test_pulses_and_gradients_keep_the_norm(train) -> None:
    """Without relaxation sum |F_k|^2 + |Z_k|^2, the mean of |M|^2 (Parseval), stays 1."""
    events = [e for angle, phase, t, shift, _ in train for e in (Pulse(angle, phase), Wait(t, shift))]
    state = run(events, Medium()).states[-1]
    assert np.sum(np.abs(state.F) ** 2 + np.abs(state.Z) ** 2) == pytest.approx(1, abs=1e-12)
    np.testing.assert_allclose(state.Z, state.Z[::-1].conj(), rtol=0, atol=1e-13)


def test_pulse_is_weigels_matrix() -> None:
    """Weigel (2015), eq. 15, for alpha -> -alpha (his pulses turn the other way)."""
    F, G, Z = 0.3 - 0.2j, -0.1 + 0.5j, 0.4 + 0.1j
    a, p = -0.7, 1.2
    k = np.array([-1, 0, 1])
    start = epg.Configurations(k, np.array([G.conjugate(), 0, F]), np.array([Z.conjugate(), 0, Z]))
    up, down = np.exp(1j * p), np.exp(-1j * p)
    c, s = np.cos(a / 2) ** 2, np.sin(a / 2) ** 2
    T = np.array(
        [
            [c, up**2 * s, -1j * up * sin(a)],
            [down**2 * s, c, 1j * down * sin(a)],
            [-0.5j * down * sin(a), 0.5j * up * sin(a), np.cos(a)],
        ]
    )
    after = start.turned(-a, p)
    np.testing.assert_allclose([after.plus(1), after.minus(1), after.longitudinal(1)], T @ [F, G, Z], atol=1e-15)


def test_hahn_echo() -> None:
    events: list[Event] = [Pulse(1.1), Wait(0.02, 1), Pulse(2.2, pi / 2), Wait(0.02, 1), Read()]
    assert abs(run(events, Medium(0.3, 0.1)).echoes[0]) == pytest.approx(hahn_echo(0.02, 1.1, 2.2, 0.1), abs=1e-15)


@pytest.mark.parametrize("a", [0.9, pi / 2, 2.0])
def test_five_echoes_of_three_pulses(a: float) -> None:
    tau, T, T1, T2 = 10e-3, 35e-3, 0.4, 0.08
    expected = hahn_echoes(tau, T, a, 1.3 * a, 0.8 * a, T1, T2)
    events: list[Event] = [Pulse(a), Wait(10e-3, 2), Pulse(1.3 * a), Wait(10e-3, 2), Read()]
    events += [Wait(15e-3, 3), Pulse(0.8 * a)]
    events += 8 * [Wait(5e-3, 1), Read()]
    found = run(events, Medium(T1, T2)).echoes
    at = {0.02: found[0], **{round(0.035 + 5e-3 * (i + 1), 6): found[i + 1] for i in range(8)}}
    for echo in expected:
        assert abs(at.pop(round(echo.time, 6))) == pytest.approx(echo.amplitude, abs=1e-15), echo.name
    np.testing.assert_allclose(list(at.values()), 0, atol=1e-16)
    assert expected[1].amplitude == pytest.approx(stimulated_echo(tau, T, a, 1.3 * a, 0.8 * a, T1, T2), abs=1e-15)


@pytest.mark.parametrize("degrees", [30, 60, 90, 120, 150, 180])
def test_cpmg_with_imperfect_refocusing(degrees: float) -> None:
    a = radians(degrees)
    echoes = run(epg.cpmg(400, 0.01, a), Medium()).echoes
    np.testing.assert_allclose(echoes[:2].real, first_echoes(a), atol=1e-14)
    np.testing.assert_allclose(echoes.imag, 0, atol=1e-14)
    # The plateau is reached in oscillations that decay as n^(-3/2); their mean is much closer.
    assert abs(echoes[-1].real - sin(a / 2)) < 400**-1.5 * 5
    assert echoes[-50:].real.mean() == pytest.approx(sin(a / 2), abs=2e-4)


@pytest.mark.parametrize("degrees", [40, 120, 165])
def test_first_two_echoes_relax(degrees: float) -> None:
    a, T1, T2 = radians(degrees), 0.3, 0.05
    events = epg.cpmg(2, 0.01, a)
    found = np.abs(run(events, Medium(T1, T2)).echoes)
    np.testing.assert_allclose(found, first_echoes(a, 0.01, T1, T2), atol=1e-14)
    carr_purcell = [Pulse(a) if isinstance(e, Pulse) and e.phase else e for e in events]
    found = np.abs(run(carr_purcell, Medium(T1, T2)).echoes)
    np.testing.assert_allclose(found, first_echoes(a, 0.01, T1, T2, meiboom_gill=False), atol=1e-14)


def test_cpmg_of_perfect_pulses_decays_with_T2() -> None:
    echoes = run(epg.cpmg(32, 0.01, pi), Medium(0.5, 0.08)).echoes
    np.testing.assert_allclose(echoes, np.exp(-0.01 * np.arange(1, 33) / 0.08), atol=1e-14)


def gradient_echoes(angle: float, TR: float, count: int, increment: float = 0.0) -> list[Event]:
    """Pulses with quadratic phase, each TR dephased by a whole turn; read just after and just before each pulse."""
    events: list[Event] = []
    for n in range(count):
        phase = increment * n * (n + 1) / 2
        events += [Read(phase + pi / 2), Pulse(angle, phase), Read(phase + pi / 2), Wait(TR, 1)]
    return events


@pytest.mark.parametrize("degrees", [5, 20, 70, 120])
def test_steady_state_of_fisp(degrees: float) -> None:
    a, TR, T1, T2 = radians(degrees), 0.01, 0.3, 0.06
    before, after = np.abs(run(gradient_echoes(a, TR, 300), Medium(T1, T2)).echoes[-2:])
    # 300 TR are 10 T1.
    assert after == pytest.approx(unspoiled_gradient_echo(a, TR, T1, T2), abs=1e-4)
    assert before == pytest.approx(steady_echo(a, TR, T1, T2), abs=1e-4)


def test_steady_state_of_fisp_is_the_mean_of_bssfp() -> None:
    """Freeman and Hill's steady state averaged over the angle that the gradient adds in one TR."""
    a, TR, T1, T2 = radians(35), 0.01, 0.3, 0.06
    E1, E2, phi = exp(-TR / T1), exp(-TR / T2), 2 * pi * np.arange(4096) / 4096
    D = (1 - E1 * np.cos(a)) * (1 - E2 * np.cos(phi)) - (E1 - np.cos(a)) * (E2 - np.cos(phi)) * E2
    assert np.mean((1 - E1) * sin(a) * (1 - E2 * np.cos(phi)) / D) == pytest.approx(
        unspoiled_gradient_echo(a, TR, T1, T2)
    )


def test_radio_frequency_spoiling_approaches_ernst() -> None:
    """117 degrees (Zur, Wood and Neuringer, Magn. Reson. Med. 21, 251 (1991)): within 5 %, where echoes add half."""
    TR, T1, T2 = 0.01, 0.5, 0.05
    ernst = acos(exp(-TR / T1))
    for angle, tolerance, excess in ((ernst, 0.01, 1.0), (2 * ernst, 0.05, 1.2), (3 * ernst, 0.05, 1.5)):
        spoiled, plain = (
            abs(run(gradient_echoes(angle, TR, 400, increment), Medium(T1, T2)).echoes[-1])
            for increment in (radians(117), 0.0)
        )
        expected = float(spoiled_gradient_echo(angle, TR, T1))
        assert spoiled == pytest.approx(expected, rel=tolerance)
        assert plain > excess * expected


def test_ideal_spoiling_is_ernst() -> None:
    TR, T1, a = 0.01, 0.2, radians(25)
    events: list[Event] = 300 * [Pulse(a), Read(pi / 2), Wait(TR, 1), Spoil()]
    last = run(events, Medium(T1, 0.05)).echoes[-1]
    assert last == pytest.approx(spoiled_gradient_echo(a, TR, T1), abs=1e-6)


def test_diffusion_of_the_hahn_echo() -> None:
    """A unit per tau in a constant gradient: exp(-(2/3) (gamma G)^2 D tau^3)."""
    tau, D, slope = 0.01, 2.3e-9, 267.522e6 * 0.1
    medium = Medium(D=D, unit=slope * tau)
    events: list[Event] = [Pulse(pi / 2), Wait(tau, 1), Pulse(pi, pi / 2), Wait(tau, 1), Read(pi / 2)]
    assert run(events, medium).echoes[0] == pytest.approx(diffusion_echo(tau, slope, D), abs=1e-14)
    # The same in five steps of a fifth.
    fine: list[Event] = [
        Pulse(pi / 2),
        *5 * [Wait(tau / 5, 1)],
        Pulse(pi, pi / 2),
        *5 * [Wait(tau / 5, 1)],
        Read(pi / 2),
    ]
    steps = run(fine, Medium(D=D, unit=slope * tau / 5)).echoes[0]
    assert steps == pytest.approx(diffusion_echo(tau, slope, D), abs=1e-14)


def test_diffusion_of_a_train() -> None:
    spacing, D, slope = 0.02, 2.3e-9, 267.522e6 * 0.05
    echoes = run(epg.cpmg(10, spacing, pi), Medium(D=D, unit=slope * spacing / 2)).echoes
    times = spacing * np.arange(1, 11)
    np.testing.assert_allclose(echoes, diffusion_train(times, spacing, slope, D), atol=1e-14)


def test_stimulated_echo_is_stored_while_it_diffuses() -> None:
    """exp(-q^2 D (T - tau)) more for the time along z: Tanner, J. Chem. Phys. 52, 2523 (1970)."""
    tau, T, D, slope = 5e-3, 50e-3, 2e-9, 267.522e6 * 0.02
    medium = Medium(D=D, unit=slope * tau)
    events: list[Event] = [Pulse(pi / 2), Wait(tau, 1), Pulse(pi / 2)]
    events += [Wait(T - tau, 0), Spoil(), Pulse(pi / 2), Wait(tau, 1)]
    q = slope * tau
    expected = 0.5 * exp(-q * q * D * (T - tau + 2 / 3 * tau))
    assert abs(run(events, medium).states[-1].F0) == pytest.approx(expected, abs=1e-12)


def test_pathways_of_a_spin_echo() -> None:
    events: list[Event] = [Pulse(pi / 2), Wait(0.02, 1), Pulse(pi, pi / 2), Wait(0.02, 1), Wait(0.01, 1)]
    graph = run(events, Medium()).pathways()
    moving = graph.transverse & (graph.intensity > 0.5)
    order = np.argsort(graph.start[moving])
    np.testing.assert_allclose(graph.k_start[moving][order], [0, -1, 0])
    np.testing.assert_allclose(graph.k_end[moving][order], [1, 0, 1])
    np.testing.assert_allclose(graph.intensity[moving], 1)
    assert run(events, Medium()).at(0.03) == 3


def test_states_of_no_weight_are_not_kept() -> None:
    state = run(epg.cpmg(50, 0.01, pi), Medium()).states[-1]
    assert len(state.k) < 210


def test_areas_between_units_are_refused() -> None:
    gradient = Gradient(np.array([0.0, 1e-2]), np.array([30.0, 30.0]))
    timeline = Timeline(Sequence((Block(1e-2, HardPulse(1.0), (gradient, None, None)), Block(1e-2, HardPulse(1.0)))))
    assert epg.events_of(timeline, 0.1)[1] == Wait(1e-2, 3)
    with pytest.raises(ValueError, match=r"dephase by 0\.3 units .* whole number"):
        epg.events_of(timeline, 1.0)


@pytest.mark.parametrize("duration", [-1.0, np.inf, np.nan])
def test_impossible_waits_are_refused(duration: float) -> None:
    with pytest.raises(ValueError, match=r"choose a finite time of 0 s or more"):
        run([Wait(duration)], Medium())
