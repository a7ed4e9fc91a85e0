"""Independent macrospins: fourth-order steps of an ensemble, without and with thermal noise."""

from __future__ import annotations

import numpy as np

from spinviz.bench.machine import Run, clock
from spinviz.bench.measurement import Kernel, Work
from spinviz.physics.constants import BOLTZMANN
from spinviz.physics.moments import macrospin
from spinviz.physics.stepping import thermal_field

SPINS, STEPS, DT, ALPHA = 4096, 100, 1e-13, 0.1
MS, K1, MOMENT, T = 8e5, 1e5, 8e-19, 300.0  # A/m, J/m^3, A m^2, K
FLOPS = 264  # four slopes of 53, their combinations and the length, a fused multiply-add as two
NOISE_FLOPS, NOISE_INTEGERS = 75, 54  # as in `llg.py`
BYTES = 6 * 8  # m read and written once


def prepare(thermal: bool) -> Run:
    """Compile, then return a function that runs once and gives spin-steps per second."""
    spins = macrospin.Macrospins.from_vectors(np.random.default_rng(1).normal(size=(SPINS, 3)))
    field = macrospin.macrospin_field(MS, B=(0, 0, 0.1), K1=K1, N=(0.2, 0.3, 0.5))
    noise = thermal_field(ALPHA, BOLTZMANN * T, MOMENT, DT) if thermal else 0.0

    def run() -> float:
        start = clock()
        macrospin.step(spins, field, dt=DT, steps=STEPS, alpha=ALPHA, noise=noise)
        return SPINS * STEPS / (clock() - start)

    run()
    return run


def _kernel(thermal: bool) -> Kernel:
    return Kernel(
        name="macrospins-noise" if thermal else "macrospins",
        title=f"LLG, independent macrospins{', thermal noise' if thermal else ''}, fourth order",
        unit="spin-steps/s",
        prepare=lambda: prepare(thermal),
        work=Work(FLOPS + NOISE_FLOPS * thermal, NOISE_INTEGERS * thermal, BYTES),
    )


BENCHMARKS = (_kernel(False), _kernel(True))
