"""Exchange between two sites against matrix exponentials, known limits and random hopping."""

from math import exp, pi, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import expm

from spinviz.physics.resonance import chemical_exchange as exchange
from spinviz.physics.resonance.chemical_exchange import Sites
from spinviz.physics.rng import seeded

UNEQUAL = Sites(0.7, 30.0, 2 * pi * -21.0, 2 * pi * 34.0, 0.8, 1.4, 0.11, 0.06)
DIFFERENCE = 40.0


def equal(k: float, T2: float = 0.2) -> Sites:
    return Sites(0.5, k, -pi * DIFFERENCE, pi * DIFFERENCE, 1.0, 1.0, T2, T2)


@given(st.floats(0.01, 0.99), st.floats(1e-2, 1e4), st.floats(-500, 500), st.floats(-500, 500), st.floats(1e-5, 0.5))
def test_exponential_of_any_generator(pA: float, k: float, wA: float, wB: float, t: float) -> None:
    sites = Sites(pA, k, wA, wB, 0.9, 0.5, 0.2, 0.1)
    for generator in (sites.transverse(), sites.longitudinal()):
        difference = exchange.exponential(generator, t) - expm(generator * t)
        # scipy's scaling and squaring loses about as many digits as |L| t has.
        assert np.abs(difference).max() < 1e-13 * (1 + np.abs(generator).max() * t)


def test_exponential_at_the_defective_point() -> None:
    # q = 0 at 2 pi dnu/2 = k: both eigenvalues agree and the matrix has one eigenvector.
    generator = equal(pi * DIFFERENCE).transverse()
    assert exchange.exponential(generator, 0.01) == pytest.approx(expm(generator * 0.01), abs=1e-13)
    assert exchange.exponential(generator, 0.0) == pytest.approx(np.eye(2), abs=1e-15)


def test_without_exchange_both_sites_precess_alone() -> None:
    sites = Sites(0.3, 0.0, 50.0, -80.0, 1.0, 2.0, 0.1, 0.3)
    now = exchange.precess(sites, sites.populations + 0j, 0.2)
    assert now[0] == pytest.approx(0.3 * np.exp(-0.2 * (50j + 10)), abs=1e-14)
    assert now[1] == pytest.approx(0.7 * np.exp(-0.2 * (-80j + 1 / 0.3)), abs=1e-14)


def test_steps_follow_the_differential_equation() -> None:
    m, h = np.array([0.4 + 0.1j, -0.2 + 0.3j]), 1e-4
    rate = (exchange.precess(UNEQUAL, m, 0.01 + h) - exchange.precess(UNEQUAL, m, 0.01 - h)) / (2 * h)
    kAB, kBA = 2 * 30.0 * 0.3, 2 * 30.0 * 0.7
    a, b = exchange.precess(UNEQUAL, m, 0.01)
    assert rate[0] == pytest.approx(-(1j * UNEQUAL.wA + 1 / 0.11 + kAB) * a + kBA * b, rel=1e-3)
    assert rate[1] == pytest.approx(-(1j * UNEQUAL.wB + 1 / 0.06 + kBA) * b + kAB * a, rel=1e-3)


def test_relaxation_ends_at_the_populations() -> None:
    assert exchange.relax(UNEQUAL, np.array([-0.7, 0.3]), 40.0) == pytest.approx([0.7, 0.3], abs=1e-12)


def test_exchange_alone_keeps_the_total_and_balances_the_sites() -> None:
    sites = Sites(0.25, 8.0, 0.0, 0.0)
    m = exchange.relax(sites, np.array([1.0, 0.0]), np.array([0.03, 5.0]))
    # With 2 k = kAB + kBA: mA = pA + (1 - pA) exp(-2 k t).
    assert m[:, 0] == pytest.approx(0.25 + 0.75 * np.exp([-0.48, -80.0]), abs=1e-14)
    assert m.sum(axis=1) == pytest.approx(1.0, abs=1e-14)


def test_saturation_of_one_site_shows_in_the_other() -> None:
    sites = Sites(0.5, 3.0, 0.0, 100.0, 1.0, 2.0, 0.1, 0.1, saturated=True)
    assert exchange.relax(sites, np.array([0.0, 0.5]), 60.0)[1] == pytest.approx(0.5 / (1 + 3.0 * 2.0), abs=1e-12)


def test_line_is_the_transform_of_the_decay() -> None:
    t, dt = np.linspace(0, 2.0, 40_001, retstep=True)
    signal = np.conj(exchange.precess(UNEQUAL, UNEQUAL.populations + 0j, t).sum(axis=-1))
    for f in (-21.0, 5.0, 34.0, 60.0):
        transformed = np.trapezoid(signal * np.exp(-2j * pi * f * t), dx=dt).real
        assert exchange.line(UNEQUAL, f) == pytest.approx(transformed, abs=1e-6)
        short = np.trapezoid((signal * np.exp(-2j * pi * f * t))[:1001], dx=dt).real
        assert exchange.line(UNEQUAL, f, duration=0.05) == pytest.approx(short, abs=1e-6)
        assert abs(short - transformed) > 1e-4


def test_line_of_gutowsky_and_holm() -> None:
    f, tau = np.linspace(-40, 40, 801), 1 / (2 * 60.0)
    half = DIFFERENCE / 2
    published = tau * DIFFERENCE**2 / (f**2 + 4 * pi**2 * tau**2 * (f + half) ** 2 * (f - half) ** 2)
    line = exchange.line(equal(60.0, T2=1e12), f)
    assert line / line.max() == pytest.approx(published / published.max(), abs=1e-9)


@pytest.mark.parametrize("part", [0.02, 0.3, 0.7, 0.97])
@pytest.mark.parametrize("T2", [1e9, 0.2, 0.03])
def test_maxima_of_the_line_are_where_the_law_says(part: float, T2: float) -> None:
    k = part * exchange.coalescence_rate(DIFFERENCE)
    f = np.linspace(-30, 30, 120_001)
    peaks = exchange.maxima(f, exchange.line(equal(k, T2), f))
    expected = float(exchange.peak_distance(DIFFERENCE, k, T2))
    assert np.ptp(peaks) == pytest.approx(expected, abs=2e-4)
    if T2 > 1e8:
        assert expected == pytest.approx(sqrt(DIFFERENCE**2 - 2 * k**2 / pi**2), rel=1e-6)


def test_lines_coalesce_at_pi_dnu_over_root_2() -> None:
    f = np.linspace(-30, 30, 60_001)
    k = exchange.coalescence_rate(DIFFERENCE)
    assert len(exchange.maxima(f, exchange.line(equal(0.99 * k, 1e9), f))) == 2
    assert len(exchange.maxima(f, exchange.line(equal(1.01 * k, 1e9), f))) == 1
    assert exchange.peak_distance(DIFFERENCE, 1.01 * k) == 0


def test_fast_exchange_is_one_line_at_the_mean() -> None:
    sites = Sites(0.8, 2e4, 0.0, 2 * pi * 50.0, 1.0, 1.0, 0.2, 0.2)
    f = np.linspace(0, 50, 50_001)
    line = exchange.line(sites, f)
    assert f[line.argmax()] == pytest.approx(10.0, abs=0.01)
    # 1/T2 + pA pB dw^2/(2 k), McConnell 1958: width R/pi.
    rate = 5 + 0.8 * 0.2 * (2 * pi * 50.0) ** 2 / 4e4
    assert np.ptp(f[line > line.max() / 2]) == pytest.approx(rate / pi, rel=0.01)


def test_exchange_map_has_cross_peaks_of_hopped_spins() -> None:
    sites = equal(2.0, T2=0.5)
    f = np.array([-DIFFERENCE / 2, DIFFERENCE / 2])
    grid = exchange.exchange_map(sites, f, f, 0.1)
    hopped = (1 - exp(-2 * 2.0 * 0.1)) / (1 + exp(-2 * 2.0 * 0.1))
    # Exchange during t1 and t2 and the tails of the lines add about k/(pi dnu) = 2 %.
    assert grid[0, 1] / grid[0, 0] == pytest.approx(hopped, abs=0.04)
    assert exchange.exchange_map(sites, f, f, 0.0)[0, 1] < 0.03 * grid[0, 0]


@pytest.mark.parametrize("saturated", [False, True])
def test_hopping_spins_follow_the_equations(saturated: bool) -> None:
    sites = Sites(0.6, 12.0, 2 * pi * -10.0, 2 * pi * 14.0, 0.5, 0.3, 0.1, 0.2, saturated=saturated)
    count, random, state = 40_000, np.random.default_rng(3), seeded(4)
    site = (np.arange(count) >= 0.6 * count).astype(np.int64)
    start = np.where(saturated & (site == 0), 0.0, 1.0)
    spins = [start / 2, start / 3, -start]
    waiting = random.exponential(size=count)
    both = (np.array([1 / sites.T1A, 1 / sites.T1B]), np.array([1 / sites.T2A, 1 / sites.T2B]))
    for _ in range(7):
        exchange.hop(
            site, waiting, *spins, np.array(sites.rates), np.array([sites.wA, sites.wB]), *both, saturated, 0.006, state
        )
    p = sites.populations * (np.array([0.0, 1.0]) if saturated else 1.0)
    plus = exchange.precess(sites, p * (1 / 2 + 1j / 3), 0.042)
    along = exchange.relax(sites, -p, 0.042)
    bound = 4 / sqrt(count)  # four standard deviations of a mean of values below 1
    for j in range(2):
        here = site == j
        assert (spins[0] * here).mean() == pytest.approx(plus[j].real, abs=bound)
        assert (spins[1] * here).mean() == pytest.approx(plus[j].imag, abs=bound)
        assert (spins[2] * here).mean() == pytest.approx(along[j], abs=bound)
        assert here.mean() == pytest.approx(sites.populations[j], abs=bound)


def test_hops_do_not_depend_on_the_step() -> None:
    def last(steps: int) -> np.ndarray:
        site, waiting = np.zeros(50, np.int64), np.ones(50)
        spins = [np.ones(50), np.zeros(50), np.zeros(50)]
        rates = np.array([20.0, 30.0])
        for _ in range(steps):
            exchange.hop(
                site, waiting, *spins, rates, np.array([9.0, -7.0]), np.ones(2), np.ones(2), False,
                0.06 / steps, seeded(1),
            )  # fmt: skip
        return np.array([*spins, site])

    # One hop at 0.05 s and the next later than 0.06 s in most: the same with one step and with ten.
    assert last(1)[:, 0] == pytest.approx(last(10)[:, 0], abs=1e-14)


def test_single_spins_leave_with_their_rates() -> None:
    count = 200_000
    state, random = seeded(3), np.random.default_rng(3)
    site, spins = np.zeros(count, np.int64), [np.ones(count), np.zeros(count), np.zeros(count)]
    exchange.hop(
        site, random.exponential(size=count), *spins, np.array([8.0, 2.0]), np.zeros(2), np.ones(2), np.ones(2), False,
        0.07, state,
    )  # fmt: skip
    # From A alone: pB (1 - exp(-(kAB + kBA) t)).
    law = 0.8 * (1 - np.exp(-0.7))
    assert site.mean() == pytest.approx(law, abs=4 * np.sqrt(law * (1 - law) / count))


def test_cross_peaks_grow_with_the_mixing_time() -> None:
    sites = exchange.Sites(0.5, 0.4, -2 * np.pi * 200, 2 * np.pi * 200, 5.0, 5.0, 0.1, 0.1)
    f = np.array([-200.0, 200.0])
    for mixing in (0.2, 0.8):
        peaks = exchange.exchange_map(sites, f, f, mixing)
        # Equal sites: (1 - exp(-2 k t))/(1 + exp(-2 k t)); hops while the signal is taken add k T2 of a line.
        assert peaks[1, 0] / peaks[0, 0] == pytest.approx(np.tanh(0.4 * mixing), rel=5e-3)
