"""What an export shows: how large, how fast, which moments."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from spinviz.model.shortened import shortened

SMALLEST, LARGEST = 64, 8192
MOST_PIXELS = 8192 * 4608
MOST_FPS = 240
MOST_FRAMES = 200_000


class PlanError(ValueError):
    """A size, rate or length that cannot be: one line with the value, the limit and the remedy."""


@dataclass(frozen=True)
class Plan:
    """``size`` in pixels, ``fps`` frames per second, ``length`` on screen [s], ``start`` in the system's time unit.

    ``speed``: simulated time per second on screen. Frame k shows the simulated time ``start + k speed / fps``.
    """

    size: tuple[int, int]
    fps: Fraction
    length: float
    start: float
    speed: float

    @property
    def frames(self) -> int:
        """Number of frames, at least one."""
        return max(1, round(self.length * self.fps))

    def times(self) -> Iterator[float]:
        """Simulated time of every frame."""
        for frame in range(self.frames):
            yield self.start + float(frame / self.fps) * self.speed


def read_size(text: str) -> tuple[int, int]:
    """Return width and height from "1920x1080". Errors: `PlanError`."""
    match = re.fullmatch(r"\s*(\d{1,6})\s*[x×X]\s*(\d{1,6})\s*", text)
    if match is None:
        raise PlanError(f"size '{shortened(text)}' is no size: write WIDTHxHEIGHT, for example 1920x1080")
    width, height = int(match[1]), int(match[2])
    if not (SMALLEST <= width <= LARGEST and SMALLEST <= height <= LARGEST) or width * height > MOST_PIXELS:
        limit = f"between {SMALLEST} and {LARGEST} pixels and no more than {MOST_PIXELS} in all"
        raise PlanError(f"size {width}x{height} is out of range: choose width and height {limit}")
    return width, height


def even(size: tuple[int, int]) -> tuple[int, int]:
    """Return the size rounded up to even numbers, which yuv420p needs."""
    return size[0] + size[0] % 2, size[1] + size[1] % 2


def read_fps(text: str) -> Fraction:
    """Return frames per second from "30", "29.97" or "30000/1001". Errors: `PlanError`."""
    above, _, below = text.partition("/")
    try:
        value = float(above) / float(below or 1)
    except (ValueError, ZeroDivisionError) as error:
        raise PlanError(f"fps '{shortened(text)}' is no number: write for example 30") from error
    if math.isnan(value):
        raise PlanError(f"fps '{shortened(text)}' is no number: write for example 30")
    # As a float first: of "1e999999999" a fraction would write out every digit.
    fps = Fraction(min(max(value, 0), 2 * MOST_FPS)).limit_denominator(1001)
    if not 0 < fps <= MOST_FPS:
        raise PlanError(f"fps {shortened(text)} is out of range: choose a value above 0 and up to {MOST_FPS}")
    return fps


def check_frames(plan: Plan) -> Plan:
    """Return ``plan`` if it can be exported. Errors: `PlanError`."""
    if plan.frames > MOST_FRAMES:
        raise PlanError(
            f"{plan.length:g} s at {float(plan.fps):g} fps are {plan.frames} frames, the limit is {MOST_FRAMES}: "
            "choose a shorter length or fewer frames per second"
        )
    return plan
