"""States come as often as the Boltzmann distribution says, through the loop that windows use, by every algorithm.

Samples are so many sweeps apart that they are nearly independent: the sum of squared deviations over expectations
has the mean n, its degrees of freedom, and the standard deviation sqrt(2 n).
"""

from itertools import product

import numpy as np
import pytest

from spinviz.engine.loop import Loop
from spinviz.systems import system_named, systems

RING = ((0, 1), (1, 2), (2, 3), (3, 0))
SQUARE = ((0, 1), (2, 3), (0, 2), (1, 3)) * 2  # two by two, closed: neighbours meet twice
SAMPLES, APART = 2000, 6
SIGMAS = 4.5
ALGORITHMS = ("heat bath", "over-relaxation", "metropolis", "wolff")
MODELS = {
    "ising": ("chain", 4, RING, 2.0, (-1, 1), lambda a, b: a * b, lambda a: a),
    "potts": ("square", 2, SQUARE, 1.2, (1, 2, 3), lambda a, b: a == b, lambda a: a == 1),
    "clock": ("square", 2, SQUARE, 2.0, (1, 2, 3), lambda a, b: np.cos(2 * np.pi * (a - b) / 3),
              lambda a: np.cos(2 * np.pi * (a - 1) / 3)),
}  # fmt: skip


def sampled(system, parameters, look, samples=SAMPLES):
    """What ``look`` sees of the state at times that are far apart; the beginning is left out."""
    loop = Loop(system, parameters, seed=5, memory=1, bare=True)
    loop.advance(200)
    found = []
    for _ in range(samples):
        loop.advance(APART)
        found.append(look(loop.state))
    return np.array(found)


def assert_as_often(counts, chances):
    """Chances of less than five counts are put together, and what has none does not come."""
    assert not counts[chances == 0].any()
    counts, chances = counts[chances > 0], chances[chances > 0]
    expected = chances * counts.sum()
    rare = expected < 5
    if rare.any():
        counts, expected = (np.append(x[~rare], x[rare].sum()) for x in (counts, expected))
    n = len(counts) - 1
    chi_square = float(np.sum((counts - expected) ** 2 / expected))
    assert abs(chi_square - n) < SIGMAS * np.sqrt(2 * n), (chi_square, n)


@pytest.mark.slow
@pytest.mark.parametrize("h", [0.0, 0.3])
@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("model", MODELS)
def test_every_state_of_four_discrete_spins(model, algorithm, h):
    lattice, L, pairs, T, states, pair, single = MODELS[model]
    every = np.array(list(product(states, repeat=4)))
    energy = -sum(pair(every[:, a], every[:, b]) for a, b in pairs) - h * single(every).sum(axis=1)
    chances = np.exp(-(energy - energy.min()) / T)
    if (model, algorithm, h) == ("ising", "metropolis", 0.0):
        # Flips that cost nothing are always accepted, so that ++-- only turns round: a run that begins in order
        # never comes there, and all else comes as often as it should.
        chances[(every.sum(axis=1) == 0) & (every[:, 0] != every[:, 2])] = 0
    system = system_named("ferromagnet")
    p = system.Parameters.of(model=model, q=3, lattice=lattice, L=L, T=T, h=h, algorithm=algorithm)
    seen = sampled(system, p, lambda state: state.spins.states().ravel())
    number = {tuple(row): n for n, row in enumerate(every)}
    counts = np.bincount([number[tuple(row)] for row in seen], minlength=len(every))
    assert_as_often(counts, chances / chances.sum())


@pytest.mark.slow
@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("model", ["heisenberg", "xy"])
def test_the_angle_of_two_vectors(model, algorithm):
    """Two spins in a ring meet twice: the cosine c of their angle has the weight exp(2 c/T), in the plane per angle."""
    T = 1.3
    system = system_named("ferromagnet")
    p = system.Parameters.of(model=model, lattice="chain", L=2, T=T, algorithm=algorithm)
    c = sampled(system, p, lambda state: -state.energy)
    angle = np.linspace(0, np.pi, 20_001)
    weight = np.exp(2 * np.cos(angle) / T) * (np.sin(angle) if model == "heisenberg" else 1)
    total = np.concatenate([[0], np.cumsum((weight[1:] + weight[:-1]) / 2)])
    edges = np.interp(np.linspace(0, 1, 21), total / total[-1], angle)
    counts, _ = np.histogram(np.arccos(np.clip(c, -1, 1)), edges)
    assert counts.sum() == SAMPLES
    assert_as_often(counts, np.full(20, 1 / 20))


@pytest.mark.parametrize("system", [s for s in systems().values() if s.chapter == "Order"], ids=lambda s: s.name)
def test_a_run_has_the_same_bits_however_it_is_cut(system):
    """In one go, step by step, and from a snapshot by another loop."""
    for preset in system.presets:
        whole, cut, later = (Loop(system, preset=preset.name, seed=3) for _ in range(3))
        whole.advance(10)
        for step in range(10):
            cut.advance(1)
            if step == 3:
                later.go_on_from(cut.snapshot())
        later.advance(6)
        first = arrays_of(whole.state)
        assert first
        for other in (cut, later):
            assert arrays_of(other.state) == first
            assert other.observables == pytest.approx(whole.observables, nan_ok=True, rel=0, abs=0)


def arrays_of(state):
    """The bytes of all arrays of a state, also of those within others."""
    found = []
    for value in vars(state).values():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, np.ndarray):
                found.append(one.tobytes())
            elif hasattr(one, "values") and hasattr(one, "rng"):
                found += [one.values.tobytes(), one.rng.tobytes()]
    return found
