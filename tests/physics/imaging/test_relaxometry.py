"""Fitted relaxation times: exact without noise, errors that say how far off they are with noise, words when too few."""

import numpy as np
import pytest
from scipy.stats import t as student

from spinviz.physics.imaging.relaxometry import FitError, fit_decay, fit_recovery, in_phase, signed

TE = np.array([0.01, 0.03, 0.06, 0.1, 0.16])
TI = np.array([0.05, 0.2, 0.5, 1.0, 2.0, 3.0])


def test_decay_without_noise() -> None:
    T2 = np.geomspace(0.02, 0.5, 30).reshape(5, 6)
    fit = fit_decay(TE, 0.8 * np.exp(-TE[:, None, None] / T2))
    assert fit.time == pytest.approx(T2, rel=1e-9)
    assert fit.amplitude == pytest.approx(0.8, rel=1e-9)
    assert fit.error.max() < 1e-9


def test_recovery_without_noise() -> None:
    T1 = np.geomspace(0.1, 4.0, 30)
    fit = fit_recovery(TI, 0.7 - 1.3 * np.exp(-TI[:, None] / T1))
    assert fit.time == pytest.approx(T1, rel=1e-8)
    assert fit.offset == pytest.approx(0.7, rel=1e-8)
    assert fit.amplitude == pytest.approx(-1.3, rel=1e-8)


@pytest.mark.parametrize("recovery", [False, True])
def test_standard_errors_are_honest(recovery: bool) -> None:
    rng = np.random.default_rng(3)
    count, noise = 4000, 0.004
    times, truth = (TI, 0.9) if recovery else (TE, 0.08)
    clean = (1.0 - 1.9 * np.exp(-TI / truth)) if recovery else np.exp(-TE / truth)
    images = clean[:, None] + noise * rng.normal(size=(len(times), count))
    fit = (fit_recovery if recovery else fit_decay)(times, images)
    score = np.abs(fit.time - truth) / fit.error
    freedom = len(times) - (3 if recovery else 2)
    within = student.cdf(1, freedom) - student.cdf(-1, freedom)
    # Student's distribution of a residual with few degrees of freedom; 4 binomial standard deviations.
    assert np.mean(score < 1) == pytest.approx(within, abs=4 * np.sqrt(0.25 / count))


def test_signs_come_from_the_last_image() -> None:
    truth = np.array([-0.5, -0.1, 0.3, 0.7])
    assert signed(truth[:, None] * np.exp(0.7j)) == pytest.approx(truth[:, None], abs=1e-15)


def test_pixels_without_signal_are_left_out() -> None:
    images = np.exp(-TE[:, None] / 0.08) * np.array([1.0, 1e-4])
    fit = fit_decay(TE, images, floor=1e-2)
    assert fit.time[0] == pytest.approx(0.08)
    assert np.isnan(fit.time[1])
    assert np.isnan(fit_decay(TE, 0 * images, floor=1e-2).time).all()


@pytest.mark.parametrize("fit", [fit_decay, fit_recovery])
def test_noise_alone_gives_numbers(fit) -> None:
    # A pixel of noise once stopped the whole map: the best decay was over before the first time.
    rng = np.random.default_rng(5)
    images = rng.normal(size=(6, 3000))
    images[1:, 0] = 0.0
    images[:, 1] = 1.0
    found = fit(TI, images)
    assert np.isfinite(found.time).all()
    assert (found.time > 0).all()


def test_too_few_times_are_refused() -> None:
    with pytest.raises(FitError, match="2 different times: take at least 3"):
        fit_decay([0.01, 0.02], np.ones((2, 4)))
    with pytest.raises(FitError, match="3 different times: take at least 4"):
        fit_recovery([0.1, 0.2, 0.4], np.ones((3, 4)))
    with pytest.raises(FitError, match="3 images for 2 times"):
        fit_decay([0.1, 0.2], np.ones((3, 4)))


@pytest.mark.parametrize("gradient_echoes", [False, True])
def test_noise_has_no_floor_in_phase(gradient_echoes: bool) -> None:
    """Magnitudes of a fifth of noise make 80 ms seem a third longer; the part in phase leaves some percent.

    A frequency that is fitted, too, follows the noise a little: half of that noise.
    """
    noise, floor = (0.1, 1.04) if gradient_echoes else (0.2, 1.25)
    rng = np.random.default_rng(7)
    offsets = rng.uniform(-20, 20, 4000) if gradient_echoes else np.zeros(4000)
    clean = np.exp(-TE / 0.08)[:, None] * np.exp(0.8j + 2j * np.pi * TE[:, None] * offsets)
    assert in_phase(clean, TE if gradient_echoes else None) == pytest.approx(abs(clean), abs=2e-3)
    noisy = clean + noise * (rng.normal(size=clean.shape) + 1j * rng.normal(size=clean.shape))
    real = in_phase(noisy, TE if gradient_echoes else None)
    assert np.median(fit_decay(TE, real).time) == pytest.approx(0.08, rel=0.04)
    assert np.median(fit_decay(TE, abs(noisy)).time) > floor * 0.08


def test_signs_are_those_of_all_images_together() -> None:
    rng = np.random.default_rng(7)
    truth = 1.0 - 1.9 * np.exp(-TI / 0.9)
    noisy = truth[:, None] * np.exp(0.8j) + 0.2 * (rng.normal(size=(6, 4000)) + 1j * rng.normal(size=(6, 4000)))
    assert signed(noisy).mean(axis=1) == pytest.approx(truth, abs=0.02)
