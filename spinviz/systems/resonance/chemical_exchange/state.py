"""Two sites between which spins hop: their state, pulses, steps, and the recorded decay with its lines."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import nan

import numpy as np
from numpy.typing import NDArray

from spinviz.model.system import State
from spinviz.physics.resonance import bloch
from spinviz.physics.resonance import chemical_exchange as exchange
from spinviz.physics.resonance.chemical_exchange import Sites
from spinviz.physics.rng import RandomState
from spinviz.systems.pictures.trail import Trail
from spinviz.systems.resonance.chemical_exchange.parameters import DECAYED, ExchangeParameters, sites, slowest, span

Values = NDArray[np.float64]
Complex = NDArray[np.complex128]

TRAIL = 900
"""Points of the paths that are kept."""
RECORD = 6000
"""Samples of a free decay that are kept for its spectrum."""
ZERO_FILLED = 1 << 15
MEASURED = 64
"""Distances of lines that are kept while the rate is changed."""


@dataclass
class ExchangeState(State):
    """Magnetization of both sites, single spins, the recorded decay, measured lines and paths.

    plus, along (2,): M+ and Mz of A and B in units of M0. site, waiting, mx, my, mz (N,): the single spins, see
    `exchange.hop`. decay (RECORD,): the first ``sampled`` samples of M+ from ``decay_start`` (2,) on. measured
    (MEASURED, 3): rate and position of the lines. trail: A and B (6,).
    """

    plus: Complex
    along: Values
    site: NDArray[np.int64]
    waiting: Values
    mx: Values
    my: Values
    mz: Values
    random: RandomState
    decay: Complex
    sampled: int
    decay_start: Complex
    decay_step: float
    measured: Values
    measurements: int
    trail: Trail


@dataclass(frozen=True, eq=False)
class Start:
    """What closed forms start from: M+ and Mz (2,) of both sites, and sums over the single spins of either site.

    spins, squares, pairs (2,): sums of m+, |m+|^2 and (m+)^2.
    """

    plus: Complex
    along: Values
    spins: Complex
    squares: Values
    pairs: Complex


def start_of(state: ExchangeState) -> Start:
    """See `Start`."""
    m = state.mx + 1j * state.my
    here = [state.site == site for site in (0, 1)]
    spins, pairs = (np.array([power[at].sum() for at in here]) for power in (m, m * m))
    return Start(state.plus, state.along, spins, np.array([(np.abs(m[at]) ** 2).sum() for at in here]), pairs)


@lru_cache(maxsize=4)
def propagators(key: Sites, dt: float) -> tuple[Complex, Values]:
    """Exact steps (2, 2) of M+ and of Mz - equilibrium."""
    return exchange.exponential(key.transverse(), dt), exchange.exponential(key.longitudinal(), dt).real


def begin(state: ExchangeState, p: ExchangeParameters) -> None:
    """Begin a new record; nothing of A survives a saturating field."""
    if p.saturation:
        state.plus[0] = state.along[0] = 0.0
        for m in (state.mx, state.my, state.mz):
            m[state.site == 0] = 0.0
    state.decay_start = state.plus.copy()
    state.decay[0], state.sampled, state.decay_step = state.plus.sum(), 1, 0.0


def pulse(state: ExchangeState, p: ExchangeParameters, angle: float, phase: float) -> None:
    """Rotate everything by ``angle`` [rad] about the axis at ``phase`` [rad] in the transverse plane, at once."""
    x, y, z = state.plus.real.copy(), state.plus.imag.copy(), state.along.copy()
    bloch.rotate(x, y, z, angle, phase)
    state.plus, state.along = x + 1j * y, z
    bloch.rotate(state.mx, state.my, state.mz, angle, phase)
    begin(state, p)
    leave_trail(state)


def invert_a(state: ExchangeState, p: ExchangeParameters) -> None:
    """Rotate the spins that are at A now by 180 degrees about x: an ideal selective pulse."""
    state.plus[0], state.along[0] = np.conj(state.plus[0]), -state.along[0]
    state.my[state.site == 0] *= -1
    state.mz[state.site == 0] *= -1
    begin(state, p)


def spoil(state: ExchangeState, p: ExchangeParameters) -> None:
    """Destroy the transverse magnetization."""
    state.plus[:] = state.mx[:] = state.my[:] = 0.0
    begin(state, p)


def reset(state: ExchangeState, p: ExchangeParameters) -> None:
    """Return to equilibrium along z, as it is without saturation, and forget the paths."""
    state.along[:] = p.pA, 1 - p.pA
    state.mz[:] = 1.0
    state.trail.begin()
    spoil(state, p)


def leave_trail(state: ExchangeState) -> None:
    """Append a point to the paths."""
    a, b = state.plus
    state.trail.leave((a.real, a.imag, state.along[0], b.real, b.imag, state.along[1]))


def record(state: ExchangeState, p: ExchangeParameters, dt: float) -> None:
    """Append to the recorded decay; measure its lines now and then."""
    if state.sampled == 1:
        state.decay_step = dt
    if state.sampled >= RECORD or dt != state.decay_step:
        return
    state.decay[state.sampled] = state.plus.sum()
    state.sampled += 1
    if state.sampled % 32 == 0 and resolved(state, p):
        measure(state, p)


def resolved(state: ExchangeState, p: ExchangeParameters) -> bool:
    """Whether a decay after an excitation from equilibrium is over, so that its spectrum has its final shape."""
    key = sites(p)
    in_phase = state.decay_start - 1j * abs(state.decay_start.sum()) * key.populations
    excited = np.abs(state.decay_start.sum()) > 1e-3 and np.abs(in_phase).max() < 1e-9
    elapsed = (state.sampled - 1) * state.decay_step
    return bool(excited and elapsed * slowest(key) > DECAYED) and not p.saturation


def transform(state: ExchangeState) -> tuple[Values, Values]:
    """Absorption spectrum of the recorded decay: frequencies (n,) [Hz] and amplitudes (n,) [s], y' in phase."""
    if state.sampled < 8:
        return np.zeros(1), np.zeros(1)
    signal = np.zeros(ZERO_FILLED, dtype=np.complex128)
    signal[: state.sampled] = 1j * np.conj(state.decay[: state.sampled])
    signal[[0, state.sampled - 1]] /= 2  # the trapezoidal rule
    f = np.fft.fftshift(np.fft.fftfreq(ZERO_FILLED, state.decay_step))
    return f, np.fft.fftshift(np.fft.fft(signal)).real * state.decay_step


def measure(state: ExchangeState, p: ExchangeParameters) -> None:
    """Keep the positions of the lines of the recorded decay, the highest two, beside those of other rates."""
    f, spectrum = transform(state)
    inside = np.abs(f - p.offset) < span(p)
    peaks = exchange.maxima(f[inside], spectrum[inside], least=0.05)
    if not len(peaks):
        return
    again = state.measurements > 0 and state.measured[(state.measurements - 1) % MEASURED, 0] == p.k
    state.measurements += not again
    ends = (peaks.min(), peaks.max())
    state.measured[(state.measurements - 1) % MEASURED] = (p.k, *ends)


def distance(state: ExchangeState, p: ExchangeParameters) -> float:
    """Distance [Hz] of the lines of the recorded decay; NaN before it is over."""
    if not resolved(state, p) or not state.measurements or state.sampled < 32:
        return nan
    k, low, high = state.measured[(state.measurements - 1) % MEASURED]
    return float(high - low) if k == p.k else nan


def next_rate(state: ExchangeState, p: ExchangeParameters) -> ExchangeParameters:
    """The rate a tenth of coalescence higher; after 1.3 times coalescence the first again."""
    tenth = 0.1 * exchange.coalescence_rate(max(p.separation, 1.0))
    return p.change(k=p.k + tenth if p.k < 12.5 * tenth else tenth)
