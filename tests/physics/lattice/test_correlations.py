"""Structure factor and correlations of a lattice: direct sums, a plane wave, the chain, vacancies and open ends."""

from itertools import product

import numpy as np
import pytest

from spinviz.physics.lattice.correlations import (
    along,
    at_distance,
    centred,
    correlation,
    correlation_along,
    plane_structure_factor,
    radial,
    second_moment_length,
    structure_factor,
)

SHAPES = [(1, 1, 7), (1, 4, 6), (1, 5, 3), (3, 4, 5), (2, 6, 4)]


def vectors_of(shape: tuple[int, ...], holes: bool = False) -> np.ndarray:
    rng = np.random.default_rng(8)
    s = rng.normal(size=(*shape, 3))
    s /= np.linalg.norm(s, axis=-1, keepdims=True)
    if holes:
        s[rng.random(shape) < 0.3] = 0
    return s


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("components", [0, 3])
def test_structure_factor_is_the_sum_over_sites(shape: tuple[int, int, int], components: int) -> None:
    vectors = vectors_of(shape, holes=True)
    spins = vectors if components else np.sign(vectors[..., 0])
    S = structure_factor(spins)
    sites = np.array(list(product(*map(range, shape))))
    flat = spins.reshape(len(sites), -1)
    for k in product(*map(range, shape)):
        q = 2 * np.pi * np.array(k) / shape
        amplitude = np.exp(-1j * sites @ q) @ flat
        assert S[k] == pytest.approx(np.sum(np.abs(amplitude) ** 2) / flat.any(axis=1).sum(), abs=1e-10)
    np.testing.assert_allclose(plane_structure_factor(spins), S[0], atol=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("periodic", [(True, True, True), (False, True, True), (False, False, False)])
@pytest.mark.parametrize("holes", [False, True])
def test_correlation_is_the_mean_over_pairs(
    shape: tuple[int, int, int], periodic: tuple[bool, bool, bool], holes: bool
) -> None:
    spins = vectors_of(shape, holes)
    C, wraps = correlation(spins, periodic), periodic[::-1]
    assert C.shape == tuple(n if w or n == 1 else 2 * n for n, w in zip(shape, wraps))
    sites = [site for site in product(*map(range, shape)) if spins[site].any()]
    for r in product(*(range(n if w else 2 * n - 1) for n, w in zip(shape, wraps))):
        step = [d if w or d < n else d - (2 * n - 1) for d, n, w in zip(r, shape, wraps)]
        products = []
        for site in sites:
            other = [(a + b) % n if w else a + b for a, b, n, w in zip(site, step, shape, wraps)]
            if all(0 <= a < n for a, n in zip(other, shape)) and spins[tuple(other)].any():
                products.append(spins[site] @ spins[tuple(other)])
        found = C[tuple(d % m for d, m in zip(step, C.shape))]
        if products:
            assert found == pytest.approx(np.mean(products), abs=1e-10)
        else:
            assert np.isnan(found)


@pytest.mark.parametrize("holes", [False, True])
def test_mean_of_the_structure_factor_is_the_mean_square(holes: bool) -> None:
    """Parseval, of the sites that are occupied."""
    spins = 3 * vectors_of((3, 6, 8), holes)
    assert structure_factor(spins).mean() == pytest.approx(9, rel=1e-12)


def test_a_plane_wave_is_one_pair_of_spots() -> None:
    """cos(q.r) has N/4 at q and at -q, and correlations cos(q.r)/2."""
    y, x = np.indices((12, 16))
    wave = np.cos(2 * np.pi * (3 * x / 16 + 2 * y / 12))[None]
    S = structure_factor(wave)[0]
    assert S[2, 3] == pytest.approx(192 / 4)
    assert S[-2, -3] == pytest.approx(192 / 4)
    assert S.sum() == pytest.approx(192 / 2)
    shown = centred(S)
    assert shown[6 + 2, 8 + 3] == pytest.approx(48), "q = 0 in row 6, column 8"
    C = correlation(wave)
    np.testing.assert_allclose(along(C, 0), np.cos(2 * np.pi * 3 * np.arange(9) / 16) / 2, atol=1e-12)
    np.testing.assert_allclose(along(C, 1), np.cos(2 * np.pi * 2 * np.arange(7) / 12) / 2, atol=1e-12)


def test_a_spiral_of_vectors_turns_by_its_angle() -> None:
    phase = 2 * np.pi * 2 * np.arange(10) / 10
    spins = np.stack([np.cos(phase), np.sin(phase), 0 * phase], axis=-1)[:, None, None]
    np.testing.assert_allclose(along(correlation(spins), 2), np.cos(phase[:6]), atol=1e-12)


def test_one_byte_and_single_precision_agree_with_double() -> None:
    spins = np.random.default_rng(2).choice(np.array([-1, 1], np.int8), (1, 64, 48))
    np.testing.assert_allclose(correlation(spins), correlation(spins.astype(float)), atol=2e-6)
    np.testing.assert_allclose(structure_factor(spins), structure_factor(spins.astype(float)), atol=2e-4)


@pytest.mark.parametrize("shape", [(1, 8, 12), (6, 4, 8), (1, 1, 9)])
def test_pairs_at_one_distance_are_those_of_the_transform(shape: tuple[int, ...]) -> None:
    spins = np.random.default_rng(2).choice(np.array([-1, 1], np.int8), shape)
    C = correlation(spins.astype(float))
    for distance in (1, 2, 5, 8):
        lines = [np.moveaxis(C, axis, 2)[0, 0][distance % n] for axis, n in enumerate(shape) if n > 1]
        assert at_distance(spins, distance) == pytest.approx(np.mean(lines), abs=1e-12)


@pytest.mark.parametrize("periodic", [(True, True, True), (False, True, False)])
@pytest.mark.parametrize("holes", [False, True])
@pytest.mark.parametrize("shape", [(4, 5, 6, 3), (1, 7, 8, 3), (3, 1, 5, 2)])
def test_rows_alone_give_the_correlation_along_an_axis(shape, holes, periodic) -> None:
    rng = np.random.default_rng(2)
    spins = rng.normal(size=shape)
    if holes:
        spins[rng.random(shape[:3]) < 0.4] = 0
    C = correlation(spins, periodic)
    for axis in range(3):
        if shape[2 - axis] > 1:
            np.testing.assert_allclose(correlation_along(spins, axis, periodic[axis]), along(C, axis), atol=1e-12)


def test_shells_hold_the_mean_over_directions() -> None:
    C = correlation(vectors_of((1, 9, 8)))
    r, mean = radial(C)
    y, x = np.meshgrid(np.fft.fftfreq(9, 1 / 9), np.fft.fftfreq(8, 1 / 8), indexing="ij")
    distance = np.hypot(x, y)
    assert len(r) == 5
    for k in range(5):
        shell = (distance >= k - 0.5) & (distance < k + 0.5)
        assert mean[k] == pytest.approx(C[0][shell].mean(), abs=1e-12)
        assert r[k] == pytest.approx(distance[shell].mean(), abs=1e-12)


K = 0.8


def chain(sites: int, count: int) -> np.ndarray:
    """Open Ising chains (count, sites) in equilibrium: each spin equals the last with e^K/(2 cosh K)."""
    rng = np.random.default_rng(4)
    same = rng.random((count, sites)) < 1 / (1 + np.exp(-2 * K))
    same[:, 0] = rng.random(count) < 0.5
    return np.cumprod(np.where(same, 1, -1), axis=1)


def test_the_open_ising_chain_forgets_as_tanh_K_to_the_distance() -> None:
    chains = chain(40, 4000)
    C = np.array([along(correlation(one[None, None], (False, False, False)), 0)[:8] for one in chains])
    mean, error = C.mean(axis=0), C.std(axis=0) / np.sqrt(len(C))
    exact = np.tanh(K) ** np.arange(8)
    np.testing.assert_array_less(np.abs(mean - exact), 4 * error + 1e-9)
    assert (error < 0.01).all()


@pytest.mark.parametrize("sites", [64, 257])
def test_length_by_the_second_moment_is_that_of_the_chain(sites: int) -> None:
    """S(q) of C = exp(-|r|/xi) is the Fourier sum; its second-moment length is 1/(2 sinh(1/(2 xi)))."""
    fall = -np.log(np.tanh(K))
    r = np.arange(-4000, 4001)
    C = np.exp(-fall * np.abs(r))
    S = [float(np.sum(C * np.cos(2 * np.pi * k / sites * r))) for k in (0, 1)]
    assert second_moment_length(*S, sites) == pytest.approx(1 / (2 * np.sinh(fall / 2)), rel=1e-9)
    assert np.isnan(second_moment_length(1.0, 2.0, sites))
    assert np.isnan(second_moment_length(0.0, 0.0, sites))


@pytest.mark.parametrize("shape", [(3,), (2, 2), (1, 0, 4), (1, 2, 3, 4, 5)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"give \(nz, ny, nx\)"):
        correlation(np.ones(shape))
