"""Frames of reference of a magnetization that a pulse drives, and the smooth way from one to another.

Everything is computed in the frame of the carrier ("RF"). Any other frame turns about z by an angle alpha, and the one
of the effective field is then tilted by theta about its y axis, so that z lies along the field:

    laboratory   alpha = -carrier t, with a carrier slowed down to be seen
    rotating     alpha = dw t: turns with the precession of the spin, at its Larmor frequency
    RF           alpha = 0: turns with the carrier
    modulated    alpha = -phase(t): turns with the pulse, whose sweep it follows
    effective    the same with the jumps of the phase, so that x lies along B1; theta = angle of the effective field

Every point of a path keeps the angles of its own time: a path is seen as an observer in the frame has drawn it.
Between two frames lies one that turns with a frequency in between, alpha = (1 - s) alpha1 + s alpha2.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import pi
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Frame = Literal["laboratory", "rotating", "RF", "modulated", "effective"]
FRAMES: tuple[Frame, ...] = get_args(Frame)
TITLES = {
    "laboratory": "laboratory frame",
    "rotating": "frame rotating at the Larmor frequency",
    "RF": "frame of the carrier",
    "modulated": "frequency-modulated frame",
    "effective": "frame of the effective field",
}
AXES = {
    "laboratory": ("x", "y", "z, B₀"),
    "rotating": ("x′", "y′", "z, B₀"),
    "RF": ("x′", "y′", "z, B₀"),
    "modulated": ("x*", "y*", "z, B₀"),
    "effective": ("x″", "y″", "z″"),
}
SECONDS = 0.7
"""On screen, from one frame to another."""
LAB, ROTATING, SWEPT, ALIGNED, TILT = range(5)
"""Columns of the angles of a moment [rad]: alpha of the laboratory, the rotating, the modulated and the effective
frame, and theta."""


@dataclass
class Look:
    """Which frame is looked from: ``weights`` (5,) of the frames, and whole ``turns`` (5,) taken off their angles."""

    frame: Frame
    weights: Values = field(default_factory=lambda: np.zeros(len(FRAMES)))
    turns: Values = field(default_factory=lambda: np.zeros(len(FRAMES)))

    @classmethod
    def at(cls, frame: Frame) -> Look:
        """Look from one frame alone."""
        look = cls(frame)
        look.weights[FRAMES.index(frame)] = 1.0
        return look

    def go_on(self, frame: Frame, seconds: float, angles: Values) -> None:
        """Turn towards ``frame`` for ``seconds`` on screen; ``angles`` (5,) are those of now."""
        target = FRAMES.index(frame)
        if frame == self.frame and self.weights[target] == 1.0:
            return
        if frame != self.frame:
            # The nearest way round: whole turns between the frames so far are not unwound.
            here = float(self.alpha(angles[None, :])[0])
            self.turns[target] = np.round((_alphas(angles[None, :])[0, target] - here) / (2 * pi))
            self.frame = frame
        moved = min(seconds / SECONDS, 1 - self.weights[target])
        rest = 1 - self.weights[target]
        if rest > 0:
            self.weights *= (rest - moved) / rest
            self.weights[target] = 1 - (rest - moved)

    def turn(self, frame: Frame, seconds: float, angles: Values) -> bool:
        """The same as `go_on`; return whether there was a way to go."""
        if frame == self.frame and self.weights[FRAMES.index(frame)] == 1.0:
            return False
        self.go_on(frame, seconds, angles)
        return True

    @property
    def shares(self) -> Values:
        """Weights (5,) that start and end gently; their sum is 1."""
        eased = self.weights**2 * (3 - 2 * self.weights)
        return np.asarray(eased / eased.sum())

    def share(self, *frames: Frame) -> float:
        """Part of these frames in what is seen."""
        return float(sum(self.shares[FRAMES.index(frame)] for frame in frames))

    def alpha(self, angles: Values) -> Values:
        """Angle about z (n,) [rad] of moments with the ``angles`` (n, 5)."""
        return np.asarray((_alphas(angles) - 2 * pi * self.turns) @ self.shares)

    def rate(self, rates: Values) -> float:
        """d(alpha)/dt [rad/s] for the rates (5,) of the frames, in the order of `FRAMES`."""
        return float(self.shares @ rates)

    def seen(self, vectors: Values, angles: Values) -> Values:
        """Vectors (n, 3) of the carrier's frame as seen from here; ``angles`` (n, 5) or (5,) of their moments."""
        angles = np.atleast_2d(angles)
        alpha, theta = self.alpha(angles), self.share("effective") * angles[:, TILT]
        x, y, z = vectors.T
        c, s = np.cos(alpha), np.sin(alpha)
        x, y = c * x - s * y, s * x + c * y
        c, s = np.cos(theta), np.sin(theta)
        return np.stack([c * x - s * z, y, s * x + c * z], axis=1)


def _alphas(angles: Values) -> Values:
    """Angle about z (n, 5) of every frame."""
    return np.stack(
        [angles[:, LAB], angles[:, ROTATING], np.zeros(len(angles)), angles[:, SWEPT], angles[:, ALIGNED]], axis=1
    )
