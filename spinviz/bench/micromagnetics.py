"""Micromagnetics with stray field: standard problem 4 of muMAG, and a padded convolution beside scipy's transforms.

Problem 4, field 1: a film of 500 x 125 x 3 nm for a nanosecond from a relaxed state, in seconds of processor; beside
magnum.np, which steps in double precision by an adaptive method of its own, in simulated time per second. The
convolution: three components, padded along x and y, of a film; scipy.fft transforms the padded
arrays whole, with the same product between.
"""

from __future__ import annotations

from math import pi

import numpy as np

from spinviz.bench.machine import Run, clock
from spinviz.bench.measurement import Kernel, Peer, Timed
from spinviz.physics.lattice.mesh import mesh
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.micromagnetics.stray_field import StrayField

FILM = (128, 32)
DT = 0.8e-12  # s
STEPS = 1250
PEER_TIME = 50
"""Picoseconds of problem 4 that the peer computes."""
FASTER = 10.0
"""Than magnum.np."""
SIZES = ((128, 32), (256, 256))
REPEATS = 4_000_000  # cells of one sample of a convolution
SHARE = 0.6
"""Of the time of scipy's transforms that a convolution may take."""
LIMITS = {"float32": 0.5, "float64": 1.0}
"""Seconds for problem 4 on one core."""


def prepare(precision: str) -> Run:
    """Relax once, then return a function that computes a nanosecond and gives the seconds it takes."""
    from spinviz.physics.micromagnetics.relaxation import relax
    from spinviz.physics.micromagnetics.stepping import History, Motion

    nx, ny = FILM
    cell = (500e-9 / nx, 125e-9 / ny, 3e-9)
    geometry = mesh((nx, ny, 1), False)
    motion = Motion.of(
        geometry, cell, 8e5, A=1.3e-11, B=(-24.6e-3, 4.3e-3, 0.0), alpha=0.02, gamma=2.211e5 / (4e-7 * pi)
    )
    vectors = np.broadcast_to([1.0, 0.25, 0.1], (1, ny, nx, 1, 3))
    start = Spins.of_vectors(geometry, vectors, dtype=np.dtype(precision).type)
    relax(Motion.of(geometry, cell, 8e5, A=1.3e-11), start, 1e-4)

    def run() -> float:
        spins = Spins(geometry, start.values.copy(), start.rng.copy())
        history = History.of(spins)
        began = clock()
        motion.advance(spins, history, DT, STEPS)
        return clock() - began

    return run


def prepare_rate(precision: str) -> Run:
    """The same as picoseconds of problem 4 per second."""
    run = prepare(precision)
    return lambda: 1e12 * DT * STEPS / run()


def prepare_magnumnp() -> Run | None:
    """The first `PEER_TIME` ps of problem 4 by magnum.np; None where it is not installed."""
    try:
        import magnumnp as peer
        import torch
    except ImportError:
        return None
    torch.set_num_threads(1)
    peer.set_log_level(50)
    nx, ny = FILM
    state = peer.State(peer.Mesh((nx, ny, 1), (500e-9 / nx, 125e-9 / ny, 3e-9)))
    state.material = {"Ms": 8e5, "A": 1.3e-11, "alpha": 1.0}
    state.m = state.Constant([1.0, 0.25, 0.1])
    peer.normalize(state.m)
    own = [peer.DemagField(), peer.ExchangeField()]
    relaxed = peer.LLGSolver(own)
    for _ in range(5):
        relaxed.step(state, 1e-10)
    state.material["alpha"] = 0.02
    field = peer.ExternalField([b / peer.constants.mu_0 for b in (-24.6e-3, 4.3e-3, 0.0)])
    solver, start = peer.LLGSolver([*own, field]), state.m.clone()

    def run() -> float:
        state.t, state.m = 0.0, start.clone()
        began = clock()
        for _ in range(PEER_TIME // 10):
            solver.step(state, 1e-11)
        return PEER_TIME / (clock() - began)

    return run


def prepare_convolution(sides: tuple[int, int], precision: str) -> Run:
    """Compile, then return a function that gives cells convolved per second."""
    nx, ny = sides
    stray = StrayField((nx, ny, 1), (4e-9, 4e-9, 3e-9), 8e5)
    m = np.random.default_rng(1).normal(size=(3, 3, ny + 2, nx + 2)).astype(precision)
    out = np.zeros((3, 1, ny + 2, nx + 2), precision)
    repeats = max(1, REPEATS // (nx * ny))

    def run() -> float:
        began = clock()
        for _ in range(repeats):
            stray.field(m, out)
        return repeats * nx * ny / (clock() - began)

    stray.field(m, out)
    return run


def prepare_scipy(sides: tuple[int, int], precision: str) -> Run:
    """The same by rfftn, a product and irfftn."""
    import scipy.fft

    nx, ny = sides
    stray = StrayField((nx, ny, 1), (4e-9, 4e-9, 3e-9), 8e5)
    _, octant, _, _ = stray.arrays(precision)
    shape = stray.padded[1], stray.padded[0]
    rows = np.arange(shape[0])
    xx, yy, zz, xy = octant[:, 0, np.minimum(rows, shape[0] - rows)]
    xy = np.where(rows > shape[0] // 2, -1, 1).astype(precision)[:, None] * xy
    m = np.random.default_rng(1).normal(size=(3, ny, nx)).astype(precision)
    repeats = max(1, REPEATS // (nx * ny))

    def run() -> float:
        began = clock()
        for _ in range(repeats):
            x, y, z = scipy.fft.rfftn(m, shape, (1, 2))
            field = np.stack([xx * x + xy * y, xy * x + yy * y, zz * z])
            scipy.fft.irfftn(field, shape, (1, 2), norm="forward")[:, :ny, :nx]
        return repeats * nx * ny / (clock() - began)

    return run


def _convolution(sides: tuple[int, int], precision: str) -> Kernel:
    size = f"{sides[0]}x{sides[1]}"
    return Kernel(
        name=f"micromagnetics-convolution-{size}-{precision}",
        title=f"Stray field, {size} cells, {precision}",
        unit="cells/s",
        prepare=lambda: prepare_convolution(sides, precision),
        precision=precision,
        peer=Peer("scipy.fft", "scipy", lambda: prepare_scipy(sides, precision)),
        target=1 / SHARE,
    )


def _problem(precision: str) -> Timed:
    return Timed(
        f"micromagnetics-problem-4-{precision}",
        f"Standard problem 4, {FILM[0]}x{FILM[1]} cells, 1 ns, {precision}",
        lambda: prepare(precision),
        LIMITS[precision],
    )


BENCHMARKS = (
    *(_problem(precision) for precision in LIMITS),
    *(_convolution(sides, precision) for sides in SIZES for precision in LIMITS),
    Kernel(
        name="micromagnetics-problem-4-rate",
        title=f"Standard problem 4, {FILM[0]}x{FILM[1]} cells, float32",
        unit="ps/s",
        prepare=lambda: prepare_rate("float32"),
        precision="float32",
        peer=Peer("magnum.np", "magnumnp", prepare_magnumnp),
        target=FASTER,
    ),
)
