"""What the explorer of pulses shows: the picture in its frame, the shape of the pulse, the profile with its law."""

from __future__ import annotations

from functools import lru_cache
from math import pi

import numpy as np
from numpy.typing import NDArray

from spinviz.model.plots import DiagramRow, DiagramScheme, DiagramSpan, Line
from spinviz.model.visuals import Arrows, Labels, Lines, Visual, float32
from spinviz.systems.pictures.vectors import origins
from spinviz.systems.resonance.common.frames import Look
from spinviz.systems.resonance.pulses.laws import expected_profile
from spinviz.systems.resonance.pulses.parameters import PulseParameters, modulation, spins
from spinviz.systems.resonance.pulses.state import (
    PAUSE,
    PulseState,
    angles_now,
    carrier,
    effective,
    field_of,
)

Values = NDArray[np.float64]

FAN = slice(1, None, 8)
"""Isochromats drawn as arrows."""
LONGEST = 0.78
"""Length of the largest effective field in the picture: the head of an M along it looks out."""
SLEEVE = 0.044
"""Radius of the effective field: wider than M, which follows it and would hide it."""
RING = 64
"""Points of the cone's rim."""
RIBS = 8
"""Every so many of them are joined to the apex."""
SHORTENED = 3.0
"""Ratio of the largest field to B1 from which on lengths are shortened."""
TORN = 0.2
"""Distance of neighbouring tips that are not joined."""
SHORTEST = 0.04
"""Fields shorter than this have no letter."""


def picture(state: PulseState, p: PulseParameters) -> tuple[Visual, ...]:
    """The fan, the paths of M and of the field, the cone, the fields and M."""
    look = state.look if state.look.frame == p.frame else Look.at(p.frame)  # paused: the frame was just chosen
    now, rows = angles_now(state, p), state.trail.path()
    tips = look.seen(state.m.T, now)
    net, fan = tips[:1], tips[FAN]
    B1, field = fields(state, p, look, now)
    around = look.share("modulated", "effective") + (look.share("RF") if p.pulse == "block" else 0.0)
    return (
        Arrows(origins(len(fan)), float32(fan), radius=0.008, color="simulation", label="isochromats", one="isochromat",
               worth=1.0),
        rim(tips[1:]),
        Lines(float32(field_path(p, look, rows)), color="text", width=1.4, dashed=True,
              opacity=0.7 * (1 - look.share("laboratory")), label="path of the field"),
        cone(state, p, look, now, around),
        Lines(float32(look.seen(rows[:, 1:4], rows[:, 4:])), color="net", width=2.4, fade=True, label="path of M"),
        Arrows(origins(1), float32(B1), radius=0.02, color="y", label="B₁"),
        Arrows(origins(1), float32(field), radius=SLEEVE, color="text", label="effective field Bₑ"),
        Arrows(origins(1), float32(net), radius=0.036, color="net", label="magnetization M"),
        letters(net, B1, field),
    )  # fmt: skip


def rim(tips: Values) -> Lines:
    """Joins the tips of all isochromats where neighbours are close: dephased they make no line."""
    breaks = np.zeros(len(tips), dtype=np.bool_)
    breaks[0], breaks[1:] = True, np.sum(np.diff(tips, axis=0) ** 2, axis=1) > TORN**2
    return Lines(float32(tips), color="simulation", width=1.4, breaks=breaks, opacity=0.8)


def letters(net: Values, B1: Values, field: Values) -> Labels:
    """Names at the tips of M and of the fields, as far as they can be told apart."""
    apart = np.linalg.norm(B1 - field) > 3 * SHORTEST
    texts = (
        "M",
        "B₁" if np.linalg.norm(B1) > SHORTEST and apart else "",
        "Bₑ" if np.linalg.norm(field) > SHORTEST else "",
    )
    places = np.concatenate([1.06 * net, 1.08 * B1, 1.08 * field])
    return Labels(float32(places), texts, color="text", size=1.3, italic=True, offset=(0.5, 0.5))


@lru_cache(maxsize=8)
def strongest(p: PulseParameters) -> float:
    """Largest effective field [rad/s] that M sees in the frame of the pulse."""
    pulse, t = modulation(p), np.linspace(0.0, p.duration, 513)
    return float(np.max(np.hypot(pulse.amplitude(t), p.dw - pulse.sweep(t))))


def shortened(p: PulseParameters) -> bool:
    """Whether fields beside resonance are so much longer than B1 that they are not drawn to scale."""
    return strongest(p) > SHORTENED * p.peak


def to_scale(p: PulseParameters, fields: Values) -> Values:
    """Fields (n, 3) [rad/s] as vectors in the picture: the largest has `LONGEST`.

    Where B1 would hardly be seen, lengths saturate as w/sqrt(w^2 + w1^2); directions are always right.
    """
    size = np.linalg.norm(fields, axis=1, keepdims=True)
    if shortened(p):
        return np.asarray(LONGEST * fields / np.hypot(size, p.peak))
    scale = LONGEST / strongest(p)
    return np.asarray(fields * scale * np.minimum(1.0, 1.15 / np.maximum(size * scale, 1e-12)))


def fields(state: PulseState, p: PulseParameters, look: Look, now: Values) -> tuple[Values, Values]:
    """B1 and the effective field of the frame (1, 3) as they are drawn.

    In a frame that turns with d(alpha)/dt the field along z is dw - d(alpha)/dt: all of the carrier in the laboratory,
    nothing in the rotating frame.
    """
    local = np.array([state.local])
    w1, sweep = field_of(p, local)
    direction = np.exp(-1j * now[3])  # the effective frame has B1 along x
    B1 = np.array([[w1[0] * direction.real, w1[0] * direction.imag, 0.0]])
    along = p.dw - look.rate(np.array([-carrier(p), p.dw, 0.0, sweep[0], sweep[0]]))
    field = B1 + np.array([[0.0, 0.0, along]])
    if state.local > p.duration:
        B1, field = np.zeros((1, 3)), np.array([[0.0, 0.0, along]])
    # In the laboratory it is B0 but for a little, and there is the axis for that.
    return look.seen(to_scale(p, B1), now), look.seen(to_scale(p, field) * (1 - look.share("laboratory")), now)


def field_path(p: PulseParameters, look: Look, rows: Values) -> Values:
    """Where the tip of the effective field of the pulse has been (n, 3), seen with the angles of that time."""
    w1, sweep = field_of(p, rows[:, 0])
    on = rows[:, 0] <= p.duration
    if on.sum() > 1:
        rows, w1, sweep = rows[on], w1[on], sweep[on]
    turned = np.exp(-1j * rows[:, 7])
    vectors = np.stack([w1 * turned.real, w1 * turned.imag, p.dw - sweep], axis=1)
    return look.seen(to_scale(p, vectors), rows[:, 4:])


def cone(state: PulseState, p: PulseParameters, look: Look, now: Values, share: float) -> Lines:
    """The cone on which M would turn if the effective field of the pulse stood still."""
    axis, m = effective(state, p), state.m[:, 0]
    along = float(m @ axis)
    across = m - along * axis
    other = np.cross(axis, across)
    angle = np.linspace(0.0, 2 * pi, RING + 1)[:, None]
    rim = along * axis + np.cos(angle) * across + np.sin(angle) * other
    ribs = np.stack([np.zeros((RING // RIBS, 3)), rim[:-1:RIBS]], axis=1).reshape(-1, 3)
    points = np.concatenate([rim, ribs])
    breaks = np.zeros(len(points), dtype=np.bool_)
    breaks[0], breaks[len(rim) :: 2] = True, True
    on = share if state.local <= p.duration else 0.0
    return Lines(float32(look.seen(points, now)), color="muted", width=1.2, breaks=breaks, opacity=0.8 * on)


# --- plots ----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def shapes(p: PulseParameters) -> tuple[DiagramRow, ...]:
    """Amplitude and sweep over time, each in units of its largest; the sweep of a block is none."""
    pulse = modulation(p)
    t = np.linspace(0.0, p.duration, 800)
    times = np.array([0.0, *t, p.duration, (1 + PAUSE) * p.duration])
    w1 = np.array([0.0, *(np.real(pulse.amplitude(t) * np.exp(1j * jump_of(p, t))) / p.peak), 0.0, 0.0])
    rows = [DiagramRow("B₁", times, w1, "y")]
    if p.pulse != "block":
        sweep = pulse.sweep(t) / (pi * p.bandwidth)
        rows.append(DiagramRow("ν_s", times, np.array([0.0, *sweep, 0.0, 0.0]), "x"))
    return tuple(rows)


def jump_of(p: PulseParameters, t: Values) -> Values:
    """0 or pi: whether the phase has jumped."""
    return np.where(modulation(p).jump(t) > 0, pi, 0.0)


def diagram(state: PulseState, p: PulseParameters) -> DiagramScheme:
    """The pulse with the time now; its duration can be dragged."""
    end = (1 + PAUSE) * p.duration
    return DiagramScheme(shapes(p), state.local, 0.0, end, (DiagramSpan("duration", "T", 0.0, p.duration),))


def profile(state: PulseState, p: PulseParameters) -> tuple[Line, ...]:
    """Mz of the isochromats now, what the law says about the end, and M among them."""
    dw, b1 = spins(p)
    x = dw / (2 * pi) if p.across == "offset" else b1
    lines = [Line(x[1:].copy(), state.m[2, 1:].copy(), "now", "simulation")]
    expected = expected_profile(p, state.local)
    if expected is not None:
        lines.append(Line(x[1:].copy(), expected, "law", "theory", dashed=True))
    lines.append(Line(x[:1].copy(), state.m[2, :1].copy(), "M", "net", marks=True))
    return tuple(lines)
