"""The compiled part of playing a sequence: chunks of spins outside, instructions inside, spins innermost.

A chunk is copied into padded rows that stay in the first two cache levels while all instructions run over it.
`program` writes the instructions and says what they mean.
"""

import numpy as np

from spinviz.physics.kernel import kernel
from spinviz.physics.sequence.pulses import shaped
from spinviz.physics.sequence.rows import (
    B1,
    DR,
    DW,
    E1,
    E2,
    EARLY,
    LATE,
    M0,
    R1,
    R2,
    RELAX0,
    RM,
    TURN0,
    X,
    Y,
    Z,
    copy,
    phases,
    sincos,
)  # fmt: skip

RELAXATION, MULTIPLIER, JUMP, READ, RECOVER, HARD, SPOIL, SHAPED, FRAME = range(9)
"""Kinds of instructions."""


@kernel
def run(codes, values, steps, m, spins, plain, first, last, chunk, work, signal):
    """Run all instructions over the spins ``first`` to ``last``, ``chunk`` at a time.

    Parameters
    ----------
    codes, values, steps
        Instructions (n, 4) and (n, 15), steps of shaped pulses (k, 17): see `program`.
    m, spins
        (3, N) and (8, N): dw, x, y, z, 1/T1, 1/T2, M0, b1.
    plain
        All b1 are 1.
    signal
        (samples, 2): sums of Mx and My are added.
    """
    for begin in range(first, last, chunk):
        end = min(begin + chunk, last)
        n = end - begin
        for k in range(3):
            copy(m[k, begin:end], work[k, :n])
        for k in range(7):
            copy(spins[k, begin:end], work[DW + k, :n])
        copy(spins[7, begin:end], work[B1, :n])
        _rates(work[R1, :n], work[R2, :n], work[M0, :n], work[DR, :n], work[RM, :n])
        for k in range(codes.shape[0]):
            _instruction(codes[k], values[k], steps, work, n, plain, signal)
        for k in range(3):
            copy(work[k, :n], m[k, begin:end])


@kernel
def _rates(R1, R2, M0, DR, RM):
    for i in range(R1.size):
        DR[i] = R2[i] - R1[i]
        RM[i] = M0[i] * R1[i]


@kernel
def _instruction(code, value, steps, rows, n, plain, signal):
    kind, slot = code[0], code[1]
    if kind == JUMP:
        u = TURN0 + 2 * slot
        _jump(rows[X, :n], rows[Y, :n], rows[u, :n], rows[u + 1, :n])
    elif kind == READ:
        u = TURN0 + 2 * slot
        _read(rows, n, rows[u, :n], rows[u + 1, :n], signal[code[2] : code[2] + code[3]])
    elif kind == RECOVER:
        u = RELAX0 + 3 * slot
        _recover(rows[Z, :n], rows[u, :n], rows[u + 2, :n])
    elif kind == MULTIPLIER:
        u = TURN0 + 2 * slot
        phases(rows, n, value[0], value[1], value[2], value[3], 0.0, rows[EARLY, :n])
        _multiplier(rows[EARLY, :n], rows[RELAX0 + 3 * code[2] + 1, :n], rows[u, :n], rows[u + 1, :n])
    elif kind == RELAXATION:
        u = RELAX0 + 3 * slot
        _relaxation(rows[R1, :n], rows[R2, :n], rows[M0, :n], value[0], rows[u, :n], rows[u + 1, :n], rows[u + 2, :n])
    elif kind == HARD:
        _hard(rows[X, :n], rows[Y, :n], rows[Z, :n], rows[B1, :n], value[0], value[1])
    elif kind == FRAME:
        _frame(rows[X, :n], rows[Y, :n], np.cos(value[0]), np.sin(value[0]))
    elif kind == SPOIL:
        _spoil(rows[X, :n], rows[Y, :n])
    else:
        shaped(code, value, steps, rows, n, plain)


@kernel(fastmath={"contract"})
def _multiplier(phase, e2, c, s):
    for i in range(phase.size):
        sine, cosine = sincos(phase[i])
        c[i] = e2[i] * cosine
        s[i] = e2[i] * sine


@kernel
def _relaxation(R1, R2, M0, dt, e1, e2, r1):
    for i in range(R1.size):
        e1[i] = np.exp(-dt * R1[i])
        e2[i] = np.exp(-dt * R2[i])
        r1[i] = M0[i] * (1.0 - e1[i])


@kernel(fastmath={"contract"})
def _jump(x, y, c, s):
    for i in range(x.size):
        u = x[i]
        x[i] = c[i] * u + s[i] * y[i]
        y[i] = c[i] * y[i] - s[i] * u


@kernel(fastmath={"contract"})
def _frame(x, y, c, s):
    """M+ exp(-i angle)."""
    for i in range(x.size):
        u = x[i]
        x[i] = c * u + s * y[i]
        y[i] = c * y[i] - s * u


@kernel(fastmath={"contract"})
def _recover(z, e1, r1):
    for i in range(z.size):
        z[i] = r1[i] + e1[i] * z[i]


@kernel
def _spoil(x, y):
    for i in range(x.size):
        x[i] = y[i] = 0.0


@kernel
def _read(rows, n, c, s, signal):
    """Add samples, each one multiplication later. One sample moves the spins, several leave them."""
    x, y = rows[X, :n], rows[Y, :n]
    if signal.shape[0] == 1:
        _sample(x, y, c, s, x, y, signal[0])
        return
    u, v, p, q = rows[EARLY, :n], rows[LATE, :n], rows[E1, :n], rows[E2, :n]
    copy(c, p)
    copy(s, q)
    _sample(x, y, p, q, u, v, signal[0])
    k = 1
    while k + 4 <= signal.shape[0]:
        _four_samples(u, v, p, q, signal[k : k + 4])
        k += 4
    while k < signal.shape[0]:
        _sample(u, v, p, q, u, v, signal[k])
        k += 1


@kernel(fastmath={"contract", "reassoc"})
def _sample(x, y, c, s, u, v, total):
    """(u, v) = the spins (x, y) one step later, and their sum."""
    real = imaginary = 0.0
    for i in range(x.size):
        a = c[i] * x[i] + s[i] * y[i]
        b = c[i] * y[i] - s[i] * x[i]
        real += a
        imaginary += b
        u[i] = a
        v[i] = b
    total[0] += real
    total[1] += imaginary


@kernel(fastmath={"contract", "reassoc"})
def _four_samples(u, v, c, s, total):
    x1 = x2 = x3 = x4 = y1 = y2 = y3 = y4 = 0.0
    for i in range(u.size):
        p, q = c[i], s[i]
        a, b = p * u[i] + q * v[i], p * v[i] - q * u[i]
        x1 += a
        y1 += b
        a, b = p * a + q * b, p * b - q * a
        x2 += a
        y2 += b
        a, b = p * a + q * b, p * b - q * a
        x3 += a
        y3 += b
        a, b = p * a + q * b, p * b - q * a
        x4 += a
        y4 += b
        u[i] = a
        v[i] = b
    total[0, 0] += x1
    total[0, 1] += y1
    total[1, 0] += x2
    total[1, 1] += y2
    total[2, 0] += x3
    total[2, 1] += y3
    total[3, 0] += x4
    total[3, 1] += y4


@kernel(fastmath={"contract"})
def _hard(x, y, z, b1, angle, phase):
    nx, ny = np.cos(phase), np.sin(phase)
    for i in range(x.size):
        s, c = sincos(angle * b1[i])
        along = (nx * x[i] + ny * y[i]) * (1.0 - c)
        across = ny * x[i] - nx * y[i]
        x[i], y[i] = c * x[i] + along * nx - s * (ny * z[i]), c * y[i] + along * ny + s * (nx * z[i])
        z[i] = c * z[i] + s * across
