"""The demagnetizing tensor against closed forms: prisms, rods, films, stripes."""

from itertools import product
from math import pi

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from spinviz.physics.micromagnetics.demagnetizing_tensor import ACCURACY, demagnetizing_tensor, full
from spinviz.physics.micromagnetics.newell import PARTS, newell
from spinviz.physics.micromagnetics.prisms import prism_factor

OPEN = (False, False, False)


def mean_factors(sides, cell, periodic=OPEN):
    """Factors along x, y, z of a whole mesh that is magnetized uniformly."""
    tensor = demagnetizing_tensor(sides, cell, periodic)
    total = np.zeros(3)
    for shift, N in full(tensor, sides, periodic):
        pairs = [1 if closed else 1 - abs(s) / n for s, n, closed in zip(shift, sides, periodic)]
        total += np.diag(N) * np.prod(pairs)
    return total


@pytest.mark.parametrize(
    ("sides", "cell"),
    [
        ((1, 1, 1), (2, 1, 1)),
        ((20, 10, 10), (1, 1, 1)),
        ((128, 32, 1), (500 / 128, 125 / 32, 3)),
        ((6, 5, 40), (4, 3, 1)),
    ],
)
def test_prisms_have_the_factors_of_aharoni(sides, cell):
    a, b, c = (n * d / 2 for n, d in zip(sides, cell))
    expected = [prism_factor(b, c, a), prism_factor(c, a, b), prism_factor(a, b, c)]
    assert mean_factors(sides, cell) == pytest.approx(expected, abs=1e-10)


def test_published_factors():
    assert mean_factors((1, 1, 1), (1, 1, 1)) == pytest.approx([1 / 3] * 3, abs=1e-14)
    assert mean_factors((2, 1, 1), (1, 1, 1)) == pytest.approx([0.19831615, 0.40084192, 0.40084192], abs=1e-8)
    assert mean_factors((20, 5, 1), (25, 25, 3)) == pytest.approx([0.00917967, 0.03817612, 0.95264421], abs=1e-8)


@pytest.mark.parametrize("cell", [(1, 1, 1), (4, 4, 3), (1, 2, 5)])
def test_trace_is_one_inside_and_zero_outside(cell):
    trace = demagnetizing_tensor((40, 20, 12), cell)[:3].sum(axis=0)
    assert trace[0, 0, 0] == pytest.approx(1, abs=1e-12)
    trace = trace.copy()
    trace[0, 0, 0] = 0
    assert abs(trace).max() < 1e-12


def test_closed_forms_and_expansion_meet():
    """Newell's form loses digits with the sixth power of the distance, the expansion gains them."""
    exact = newell((10, 10, 10), (1.0, 0.75, 1.0))
    tensor = demagnetizing_tensor((10, 10, 10), (1.0, 0.75, 1.0))
    z, y, x = np.indices((10, 10, 10))
    distance = np.sqrt(x**2 + (0.75 * y) ** 2 + z**2)
    beyond = distance >= ACCURACY[0][0]
    assert abs(tensor - exact)[:, ~beyond].max() < 1e-15
    assert 0 < abs(tensor - exact)[:, beyond].max() < 3e-13


def test_a_cell_far_away_is_made_of_smaller_ones():
    """Independent of Newell's form: displacements of the eight parts of both cells, far and very far."""
    coarse = demagnetizing_tensor((70, 12, 12), (1, 1, 0.5))
    fine = demagnetizing_tensor((142, 26, 26), (0.5, 0.5, 0.25))
    weights = {-1: 0.5, 0: 1.0, 1: 0.5}
    for x, y, z in ((10, 3, 2), (13, 0, 11), (25, 10, 0), (60, 11, 11)):
        mean = np.zeros(6)
        for a, b, c in product(weights, weights, weights):
            N = fine[:, abs(2 * z + c), abs(2 * y + b), abs(2 * x + a)].copy()
            N[3] *= np.sign((2 * z + c) * (2 * y + b) or 1)
            N[4] *= np.sign((2 * z + c) * (2 * x + a) or 1)
            N[5] *= np.sign((2 * y + b) * (2 * x + a) or 1)
            mean += weights[a] * weights[b] * weights[c] * N
        assert mean == pytest.approx(coarse[:, z, y, x], abs=1e-13)


@pytest.mark.parametrize(
    ("sides", "cell", "periodic", "factors"),
    [
        ((6, 1, 1), (1, 2, 2), (True, False, False), [0, 0.5, 0.5]),
        ((4, 3, 5), (1, 1, 0.8), (False, True, False), [0.5, 0, 0.5]),
        ((8, 3, 1), (1, 1, 0.5), (True, True, False), [0, 0, 1]),
        ((5, 2, 4), (1, 2, 0.5), (False, True, True), [1, 0, 0]),
        ((4, 3, 2), (1, 1, 1), (True, True, True), [0, 0, 0]),
        ((40, 1, 1), (1, 1, 1), (True, True, True), [0, 0, 0]),
    ],
)
def test_rods_films_and_space(sides, cell, periodic, factors):
    assert mean_factors(sides, cell, periodic) == pytest.approx(factors, abs=1e-8)


@pytest.mark.parametrize("periodic", list(product((False, True), repeat=3))[1:-1])
def test_periods_are_sums_of_images(periodic):
    """Of an open mesh that holds them; what is missing falls as 1/count^2 along a line, as 1/count in a plane."""
    sides, cell = (3, 4, 2), (1.0, 0.75, 1.25)
    closed = sum(periodic)
    most = {1: 160, 2: 40}[closed]
    long = tuple(n * (most + 1) if p else n for n, p in zip(sides, periodic))
    tensor = demagnetizing_tensor(long, cell)

    def summed(count):
        total = np.zeros(6)
        images = [range(-count, count + 1) if p else (0,) for p in periodic]
        for shift in product(*images):
            at = [1 + s * n for s, n in zip(shift, sides)]
            for part, (i, j) in enumerate(PARTS):
                sign = 1 if i == j else np.sign(at[i] * at[j])
                total[part] += sign * tensor[part, abs(at[2]), abs(at[1]), abs(at[0])]
        return total

    one, two, four = (summed(most // n) for n in (4, 2, 1))
    power = 4 if closed == 1 else 2
    better, best = two + (two - one) / (power - 1), four + (four - two) / (power - 1)
    limit = best + (best - better) / (2 * power - 1)
    found = demagnetizing_tensor(sides, cell, periodic)[:, 1, 1, 1]
    assert abs(limit - four).max() > 1e-7
    assert found == pytest.approx(limit, abs={1: 1e-9, 2: 1e-6}[closed])


def stripes(w, t, cells=4):
    """Magnetostatic energy per area of stripes of width w in a film of thickness t, in mu0 Ms^2."""
    tensor = demagnetizing_tensor((2 * cells, 1, 1), (w / cells, w, t), (True, True, False))[2, 0, 0]
    m = np.repeat([1.0, -1.0], cells)
    n = np.concatenate([tensor, tensor[-2:0:-1]])
    return (
        t
        / 2
        * np.mean([m[i] * m[j] * n[(i - j) % (2 * cells)] for i in range(2 * cells) for j in range(2 * cells)])
        * 2
        * cells
    )


def closed_stripes(w, t):
    odd = np.arange(1, 20001, 2.0)
    return 4 * w / pi**3 * np.sum(odd**-3 * (1 - np.exp(-odd * pi * t / w)))


@pytest.mark.parametrize("ratio", [0.3, 1.0, 1.535532, 6.0])
def test_energy_of_stripes(ratio):
    assert stripes(ratio, 1.0) == pytest.approx(closed_stripes(ratio, 1.0), rel=1e-6)


def test_width_of_stripes():
    """Walls of sigma = 0.2 mu0 Ms^2 t: w/t and the energy from the closed sum, both minimised numerically."""
    best = minimize_scalar(
        lambda w: 2 * (stripes(w, 1.0) + 0.2 / w), bounds=(1.0, 2.5), method="bounded", options={"xatol": 1e-6}
    )
    assert best.x == pytest.approx(1.535532, abs=2e-4)
    assert best.fun == pytest.approx(0.625962, abs=1e-6)


def test_impossible_cells_are_refused():
    with pytest.raises(ValueError, match="edges above 0"):
        demagnetizing_tensor((2, 2, 2), (1.0, 0.0, 1.0))
