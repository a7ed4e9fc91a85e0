"""Bloch kernels against closed forms and a naive integration."""

import numpy as np
import pytest
from scipy.linalg import expm

from spinviz.physics.resonance import bloch, bloch_laws
from spinviz.physics.resonance.bloch import Isochromats


def random_spins(count=300, seed=1, T1=(0.02, 2.0), T2=(0.005, 0.5), offset=200.0):
    rng = np.random.default_rng(seed)
    spins = Isochromats.in_equilibrium(
        rng.uniform(-offset, offset, count), rng.uniform(*T1, count), rng.uniform(*T2, count)
    )
    direction = rng.normal(size=(3, count))
    for m, x in zip(spins.m, direction / np.linalg.norm(direction, axis=0)):
        m[:] = x
    return spins


def transverse(spins):
    return spins.mx + 1j * spins.my


def test_free_induction_decay():
    spins, t = random_spins(), 0.037
    expected = bloch_laws.fid(t, transverse(spins), spins.dw, spins.T2)
    longitudinal = bloch_laws.recovery(t, spins.mz, spins.T1)
    bloch.precess(*spins.m, *spins.tissue, t)
    assert np.max(np.abs(transverse(spins) - expected)) < 3e-14
    assert np.max(np.abs(spins.mz - longitudinal)) < 3e-14


def test_one_jump_equals_a_thousand_small_ones():
    one, many = random_spins(), random_spins()
    bloch.precess(*one.m, *one.tissue, 0.05)
    propagator = bloch.free_propagator(*many.tissue, 0.05 / 1000)
    for _ in range(1000):
        bloch.turn(*many.m, *propagator)
    # A thousand products of rounded factors: a random walk of 1e-16 reaches some 1e-14.
    np.testing.assert_allclose(np.array(many.m), np.array(one.m), atol=2e-13)


def test_precession_turns_against_the_offset():
    spins = Isochromats.in_equilibrium([1.0])
    spins.mx[:], spins.mz[:] = 1.0, 0.0
    bloch.precess(*spins.m, *spins.tissue, 0.1)
    assert spins.my[0] == pytest.approx(-np.sin(0.1), abs=1e-15)


def test_ninety_about_x_turns_z_into_y():
    spins = Isochromats.in_equilibrium([0.0])
    bloch.rotate(*spins.m, np.pi / 2, 0.0)
    np.testing.assert_allclose(np.ravel(spins.m), [0, 1, 0], atol=1e-15)
    bloch.rotate(*spins.m, np.pi / 2, 0.0)
    np.testing.assert_allclose(np.ravel(spins.m), [0, 0, -1], atol=1e-15)


def test_hard_pulse_on_resonance_is_a_rotation():
    spins = random_spins()
    turned = random_spins()
    bloch.hard_pulse(*spins.m, np.zeros_like(spins.dw), 1000.0, 0.7, 1.3e-3)
    bloch.rotate(*turned.m, 1.3, 0.7)
    np.testing.assert_allclose(np.array(spins.m), np.array(turned.m), atol=1e-14)


def test_off_resonance_pulse():
    dw = np.linspace(-3000, 3000, 101)
    for t in (1e-4, 7e-4, 3e-3):
        spins = Isochromats.in_equilibrium(dw)
        bloch.hard_pulse(*spins.m, dw, 900.0, 0.4, t)
        np.testing.assert_allclose(spins.mz, bloch_laws.off_resonance_pulse(t, 900.0, dw), atol=1e-13)


def test_no_field_and_no_offset_leave_the_spin():
    spins = Isochromats.in_equilibrium([0.0])
    bloch.hard_pulse(*spins.m, spins.dw, 0.0, 0.0, 1.0)
    assert np.ravel(spins.m).tolist() == [0, 0, 1]


def test_inversion_recovery_and_its_null():
    T1 = 0.8
    for TI in (0.0, T1 * np.log(2), 1.1):
        spins = Isochromats.in_equilibrium([0.0], T1=T1, T2=0.1)
        bloch.rotate(*spins.m, np.pi, 0.0)
        bloch.precess(*spins.m, *spins.tissue, TI)
        assert spins.mz[0] == pytest.approx(bloch_laws.inversion_recovery(TI, T1), abs=1e-15)
    assert bloch_laws.inversion_recovery(T1 * np.log(2), T1) == pytest.approx(0, abs=1e-15)


def test_inversion_recovery_repeated():
    T1, TI, TR = 0.8, 0.5, 1.7
    spins = Isochromats.in_equilibrium([0.0], T1=T1, T2=1e-3)
    for _ in range(2):
        bloch.rotate(*spins.m, np.pi, 0.0)
        bloch.precess(*spins.m, *spins.tissue, TI)
        read = spins.mz[0]
        bloch.rotate(*spins.m, np.pi / 2, 0.0)
        spins.mx[:], spins.my[:] = 0.0, 0.0
        bloch.precess(*spins.m, *spins.tissue, TR - TI)
    assert read == pytest.approx(bloch_laws.inversion_recovery(TI, T1, TR), abs=1e-15)


@pytest.mark.parametrize(("a1", "a2"), [(np.pi / 2, np.pi), (np.pi / 2, np.pi / 2), (1.0, 2.0)])
def test_hahn_echo_amplitude(a1, a2):
    # Offsets spaced evenly over a whole number of turns in tau: the unwanted pathways cancel exactly.
    tau, T2, count = 0.02, 0.1, 64
    dw = 2 * np.pi * np.arange(count) / count / tau
    spins = Isochromats.in_equilibrium(dw, T1=np.inf, T2=T2)
    bloch.rotate(*spins.m, a1, 0.0)
    bloch.precess(*spins.m, *spins.tissue, tau)
    bloch.rotate(*spins.m, a2, np.pi / 2)
    bloch.precess(*spins.m, *spins.tissue, tau)
    assert abs(transverse(spins).mean()) == pytest.approx(bloch_laws.hahn_echo(tau, a1, a2, T2), abs=1e-14)


def test_stimulated_echo():
    # Offsets fill a whole number of turns in each interval, with different numbers, so that only this echo is left.
    tau, T, T1, T2, count = 0.01, 0.04, 0.3, 0.08, 128
    dw = 2 * np.pi * np.arange(count) / count / tau
    spins = Isochromats.in_equilibrium(dw, T1=T1, T2=T2)
    angles = (1.2, 1.7, 0.9)
    for angle, wait in zip(angles, (tau, T - tau, tau)):
        bloch.rotate(*spins.m, angle, 0.0)
        bloch.precess(*spins.m, *spins.tissue, wait)
    expected = bloch_laws.stimulated_echo(tau, T, *angles, T1, T2)
    assert abs(transverse(spins).mean()) == pytest.approx(expected, abs=1e-13)


def test_cpmg_echoes_with_imperfect_refocusing():
    """E1 = sin^2(a/2), E2 = sin^2(a/2) (1 + cos^2(a/2)), then a plateau sin(a/2)."""
    tau, count, a = 5e-3, 2048, 2.0
    spins = Isochromats.in_equilibrium(2 * np.pi * np.arange(count) / count / tau)
    bloch.rotate(*spins.m, np.pi / 2, 0.0)
    echoes = []
    for _ in range(120):
        bloch.precess(*spins.m, *spins.tissue, tau)
        bloch.rotate(*spins.m, a, np.pi / 2)
        bloch.precess(*spins.m, *spins.tissue, tau)
        echoes.append(abs(transverse(spins).mean()))
    s2 = np.sin(a / 2) ** 2
    assert echoes[0] == pytest.approx(s2, abs=1e-12)
    assert echoes[1] == pytest.approx(s2 * (2 - s2), abs=1e-12)
    assert np.mean(echoes[-20:]) == pytest.approx(bloch_laws.cpmg_plateau(a), abs=0.01)


def test_hahn_echo_shape_has_two_T2star_flanks():
    tau, T2, width = 0.02, 0.2, 400.0
    dw = bloch.offset_quantiles(20000, "lorentzian", width)
    spins = Isochromats.in_equilibrium(dw, T2=T2)
    bloch.rotate(*spins.m, np.pi / 2, 0.0)
    times, step = np.linspace(0, 0.06, 61), 1e-3
    for k, t in enumerate(times):
        expected = bloch_laws.echo_shape(t, tau, T2, "lorentzian", width)
        bound = tail(width * (t if t < tau else abs(t - 2 * tau)), dw.size) + 1e-12
        if k != 20:  # at tau itself the formula takes the value after the pulse; both moduli are equal
            assert abs(transverse(spins).mean()) == pytest.approx(expected, abs=bound)
        if k == 20:
            bloch.rotate(*spins.m, np.pi, 0.0)
        bloch.precess(*spins.m, *spins.tissue, step)


def tail(angle, count):
    """Share of a Lorentzian's quantiles whose neighbours are more than a turn apart at width * t = angle."""
    return 2 / np.pi * np.sqrt(angle / (2 * count))


@pytest.mark.parametrize("distribution", bloch.OFFSET_DISTRIBUTIONS)
def test_ensemble_decay(distribution):
    count, width = 4000, 50.0
    dw = bloch.offset_quantiles(count, distribution, width)
    for t in (0.0, 0.01, 0.03, 0.06):
        signal = np.exp(-1j * dw * t).mean()
        assert abs(signal) == pytest.approx(
            bloch_laws.dephasing(t, distribution, width), abs=tail(width * t, count) + 1e-12
        )
        assert abs(signal.imag) < 1e-12
    assert np.all(np.diff(dw) > 0)


def test_unknown_distribution_names_the_choices():
    with pytest.raises(ValueError, match="lorentzian, gaussian, uniform"):
        bloch.offset_quantiles(3, "square", 1.0)


def test_coil_voltage_is_the_derivative():
    carrier, h = 5000.0, 1e-7
    spins = random_spins()

    def signal(t):
        s = random_spins()
        bloch.precess(*s.m, *s.tissue, t)
        return transverse(s).mean() * np.exp(-1j * carrier * t)

    t = 0.01
    bloch.precess(*spins.m, *spins.tissue, t)
    emf = bloch.coil_voltage(spins, carrier) * np.exp(-1j * carrier * t)
    derivative = -(signal(t + h) - signal(t - h)) / (2 * h)
    assert abs(emf - derivative) < 1e-6 * abs(derivative)


def test_line_width_of_the_spectrum():
    T2star, f0, dt, count = 0.05, 40.0, 1e-4, 1 << 17
    signal = np.exp((2j * np.pi * f0 - 1 / T2star) * np.arange(count) * dt)
    signal[0] /= 2  # trapezoidal rule
    line = np.fft.fft(signal).real * dt / T2star
    f = np.fft.fftfreq(count, dt)
    inside = f[line > 0.5 * line.max()]
    bin_width = 1 / (count * dt)
    assert np.ptp(inside) == pytest.approx(bloch_laws.line_width(T2star), abs=2 * bin_width)
    near = np.abs(f - f0) < 100
    np.testing.assert_allclose(line[near], 1 / (1 + (2 * np.pi * (f[near] - f0) * T2star) ** 2), atol=1e-3)


def wave(t):
    """A pulse with a moving direction, so that rotations of neighbouring steps do not commute [rad/s]."""
    return 700 * np.sin(300 * t + 0.2) * np.exp(1j * (2 * np.sin(250 * t) + 900 * t**2 * 40))


def run_pulse(steps, T1=np.inf, T2=np.inf, duration=8e-3):
    spins = random_spins(count=40, offset=600.0)
    if np.isinf(T1):
        spins.T1[:], spins.T2[:] = np.inf, np.inf
    w1 = wave(bloch.gauss_times(duration, steps))
    bloch.shaped_pulse(*spins.m, *spins.tissue, w1, duration / steps)
    return np.array(spins.m)


def test_shaped_pulse_is_of_fourth_order():
    fine = run_pulse(6400)
    errors = [np.abs(run_pulse(n) - fine).max() for n in (50, 100, 200)]
    assert errors[0] / errors[1] >= 12
    assert errors[1] / errors[2] >= 12


def test_relaxation_in_a_shaped_pulse_is_of_second_order_and_small():
    fine = run_pulse(6400, T1=0)
    errors = [np.abs(run_pulse(n, T1=0) - fine).max() for n in (100, 200, 400)]
    assert errors[1] / errors[2] > 3.5
    assert errors[0] < 2e-3


@pytest.mark.parametrize("dt", [5e-5, 5e-4])
def test_shaped_pulse_against_matrix_exponentials(dt):
    """Both forms of the rotation: small angles and large ones."""
    steps = 12
    spins = random_spins(count=5)
    samples = wave(np.arange(steps) * dt)
    expected = np.array(spins.m)
    for i in range(5):
        m = np.append(expected[:, i], 1.0)
        R1, R2, w = 1 / spins.T1[i], 1 / spins.T2[i], spins.dw[i]
        half = expm(np.array([[-R2, 0, 0, 0], [0, -R2, 0, 0], [0, 0, -R1, R1], [0, 0, 0, 0]]) * dt / 2)
        for x, y in zip(samples.real, samples.imag):
            turn = expm(np.array([[0, w, -y, 0], [-w, 0, x, 0], [y, -x, 0, 0], [0, 0, 0, 0]]) * dt)
            m = half @ turn @ half @ m
        expected[:, i] = m[:3]
    bloch.shaped_pulse(*spins.m, *spins.tissue, bloch.nodes_of_samples(samples), dt)
    np.testing.assert_allclose(np.array(spins.m), expected, atol=1e-14)


def test_length_is_kept_over_many_large_steps():
    spins = random_spins(count=200)
    spins.T1[:], spins.T2[:] = np.inf, np.inf
    steps = 20000
    w1 = np.full((steps, 2), 900.0 + 200j)
    bloch.shaped_pulse(*spins.m, *spins.tissue, w1, 1e-3)
    length = np.sqrt(spins.mx**2 + spins.my**2 + spins.mz**2)
    assert np.max(np.abs(length - 1)) < 1e-11


def test_hyperbolic_secant_inversion():
    amplitude, rate, mu, duration = 4000.0, 800.0, 4.0, 0.04
    dw = np.linspace(-6000, 6000, 61)
    spins = Isochromats.in_equilibrium(dw)
    steps = 8000
    t = bloch.gauss_times(duration, steps) - duration / 2
    w1 = amplitude * np.cosh(rate * t) ** (-1 - 1j * mu)
    bloch.shaped_pulse(*spins.m, *spins.tissue, w1, duration / steps)
    expected = bloch_laws.hyperbolic_secant(dw, amplitude, rate, mu)
    assert expected.min() < -0.99
    # The pulse is cut at sech(16): 2e-7 of its amplitude are left.
    np.testing.assert_allclose(spins.mz, expected, atol=1e-6)


def test_continuous_wave_reaches_bloch_steady_state():
    w1, T1, T2 = 30.0, 0.05, 0.02
    dw = np.linspace(-300, 300, 31)
    spins = Isochromats.in_equilibrium(dw, T1=T1, T2=T2)
    bloch.shaped_pulse(*spins.m, *spins.tissue, np.full((40000, 2), w1), 5e-5)
    # Second-order splitting: relative error (w dt)^2/12.
    np.testing.assert_allclose(np.array(spins.m), bloch_laws.steady_state(w1, dw, T1, T2), atol=3e-5)


def test_linear_samples_match_their_interpolation():
    samples = np.array([0, 1 + 1j, 4, 2j])
    nodes = bloch.nodes_of_samples(samples, linear=True)
    t = bloch.gauss_times(3.0, 3)
    np.testing.assert_allclose(nodes, np.interp(t, range(4), samples.real) + 1j * np.interp(t, range(4), samples.imag))


def test_too_large_a_step_says_how_many_are_needed():
    spins = Isochromats.in_equilibrium([0.0])
    with pytest.raises(ValueError, match=r"3 rad.*limit is 1 rad.*at least 30 steps"):
        bloch.shaped_pulse(*spins.m, *spins.tissue, np.full((10, 2), 300.0), 0.01)


@pytest.mark.parametrize("share", [1e-3, 0.3, 0.999])
def test_small_rotations_keep_their_shorter_polynomials_exact(share):
    """A constant field, without relaxation, against the exponential of its generator; 200 steps."""
    dt, steps = 1e-5, 200
    w = share * bloch.SMALL_ROTATION / dt * np.array([0.48, -0.6, 0.64])
    spins = Isochromats.in_equilibrium(np.full(9, w[2]))
    spins.mx[:], spins.my[:], spins.mz[:] = 0.48, 0.64, 0.6
    bloch.shaped_pulse(*spins.m, *spins.tissue, np.full((steps, 2), w[0] + 1j * w[1]), dt)
    # dM/dt = M x w
    generator = np.array([[0, w[2], -w[1]], [-w[2], 0, w[0]], [w[1], -w[0], 0]])
    expected = expm(generator * steps * dt) @ [0.48, 0.64, 0.6]
    assert (
        bloch.largest_rotation(bloch.magnus_steps([[w[0] + 1j * w[1]] * 2], dt), dt * spins.dw) < bloch.SMALL_ROTATION
    )
    # expm and 200 roundings of 1e-16
    assert np.max(np.abs(np.array(spins.m).T - expected)) < 3e-14


def test_empty_pulse_changes_nothing():
    spins = random_spins(count=7)
    before = np.array(spins.m)
    bloch.shaped_pulse(*spins.m, *spins.tissue, np.empty((0, 2)), 1e-3)
    np.testing.assert_array_equal(np.array(spins.m), before)


def test_gradient_echo_peaks_at_the_ernst_angle():
    angles = np.linspace(0.01, 1.5, 2000)
    best = angles[np.argmax(bloch_laws.spoiled_gradient_echo(angles, 0.02, 0.8))]
    assert best == pytest.approx(bloch_laws.ernst_angle(0.02, 0.8), abs=1e-3)


def test_one_compiled_version_of_each_kernel():
    spins = random_spins(count=4)
    bloch.rotate(*spins.m, 1, 0)
    bloch.rotate(*spins.m, 1.0, 0.5)
    bloch.hard_pulse(*spins.m, spins.dw, 1, 0, 1)
    bloch.precess(*spins.m, *spins.tissue, 1)
    bloch.shaped_pulse(*spins.m, *spins.tissue, np.ones((2, 2)), 0)
    bloch.coil_voltage(spins)
    for compiled in (bloch._rotate, bloch._hard_pulse, bloch.turn, bloch.rf_steps, bloch.signal_sums):
        assert len(compiled.signatures) == 1


def test_closed_forms_of_pulses_at_their_ends():
    assert bloch_laws.off_resonance_pulse([0.0, 1.0, 7.0], 0.0, 0.0) == pytest.approx([1, 1, 1])
    assert bloch_laws.off_resonance_pulse(np.pi / 900, 900.0, [0.0, 1e9]) == pytest.approx([-1, 1])
    middle = -(np.tanh(np.pi / 2) ** 2) + np.cos(np.pi * np.sqrt(3)) / np.cosh(np.pi / 2) ** 2
    with np.errstate(all="raise", under="ignore"):
        assert bloch_laws.hyperbolic_secant([-1e5, 0.0, 1e5], 40.0, 20.0, 1.0) == pytest.approx([1, middle, 1])
