"""What an export shows: how large, how fast, which moments.

`ExportPlan` is what is asked for, each setting declared once: the flags of ``spinviz export``, the command that the
dialog copies and what it remembers follow from it. `Plan` is the same in numbers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from spinviz.model.shortened import shortened

SMALLEST, LARGEST = 64, 8192
MOST_PIXELS = 8192 * 4608
MOST_FPS = 240
MOST_FRAMES = 200_000
FEWEST_COLORS, MOST_COLORS = 8, 256
MOST_TURN = 36_000


class PlanError(ValueError):
    """A size, rate or length that cannot be: one line with the value, the limit and the remedy."""


@dataclass(frozen=True)
class Plan:
    """``size`` in pixels, ``fps`` frames per second, ``length`` on screen [s], ``start`` in the system's time unit.

    ``speed``: simulated time per second on screen. Frame k shows the simulated time ``start + k speed / fps``.
    ``turn``: degrees by which the camera walks around from the first frame to the one that would follow the last.
    ``colors`` of a GIF.
    """

    size: tuple[int, int]
    fps: Fraction
    length: float
    start: float
    speed: float
    turn: float = 0.0
    colors: int = 256

    @property
    def frames(self) -> int:
        """Number of frames, at least one."""
        return max(1, round(self.length * self.fps))

    def times(self) -> Iterator[float]:
        """Simulated time of every frame."""
        for frame in range(self.frames):
            yield self.start + float(frame / self.fps) * self.speed

    def turned(self, frame: int) -> float:
        """Degrees by which the camera has walked around at a frame: 360 in all make a loop without a jump."""
        return self.turn * frame / self.frames

    def looped(self, span: float) -> Plan:
        """Return the plan whose last frame is followed by its first after ``span`` of simulated time.

        The speed gives way, so that a whole number of frames fits.
        """
        frames = max(1, round(span / self.speed * self.fps))
        return replace(self, length=float(frames / self.fps), speed=span * float(self.fps) / frames)


@dataclass(frozen=True)
class Kind:
    """A kind of file: its ending, what it is for, its usual size and rate, and whether it can be transparent."""

    ending: str
    title: str
    size: str = "1920x1080"
    fps: str = "30"
    transparent: bool = False


KINDS = (
    Kind(".mp4", "MP4 movie: plays everywhere"),
    Kind(".webm", "WebM movie: for web pages"),
    Kind(".gif", "GIF: short loops, few colours", "800x450", "20"),
    Kind(".apng", "APNG: loops without loss", "1280x720", transparent=True),
    Kind("", "PNG series: a folder of pictures", transparent=True),
)


def kind_of(out: str) -> Kind:
    """Return the kind of file that ``out`` names: by its ending, pictures otherwise."""
    suffix = Path(out).suffix.lower()
    return next((kind for kind in KINDS if kind.ending == suffix), KINDS[-1])


def asked(default: Any, metavar: str, help_text: str) -> Any:
    """Declare a setting: its default, what stands for its value, and a line for ``spinviz export --help``."""
    return field(default=default, metadata={"metavar": metavar, "help": help_text})


@dataclass(frozen=True)
class ExportPlan:
    """What is asked for, in texts as people write them; empty ones leave the choice to the kind of file or the run."""

    out: str
    size: str = asked("", "WxH", "pixels; default 1920x1080, for .gif 800x450, for .apng 1280x720")
    fps: str = asked("", "N", "frames per second; default 30, for .gif 20")
    length: str = asked("", "S", "seconds on screen; default what the preset asks for, or 10 s")
    start: str = asked("", "T", "simulated time of the first frame; default 0")
    stop: str = asked("", "T", "simulated time at which the film ends, instead of --length")
    speed: str = asked("", "LENS", 'simulated time per second on screen, for example "50 ps"')
    loop: str = asked("", "N", "exact loop over N periods of what repeats itself, instead of --length")
    turn: str = asked("", "DEG", "degrees that the camera walks around in the whole film, for example 360")
    colors: str = asked("", "N", "colours of a .gif, 8 to 256; default 256")
    theme: str = asked("", "T", "dark, light, projector or high-contrast")
    transparent: bool = asked(False, "", "no background: .png, .apng and series")
    plots: bool = asked(True, "", "plots below the picture, the first four in a wide one")

    def arguments(self, what: str | Path) -> list[str]:
        """Return the arguments of ``spinviz`` that export ``what``: a session or the name of a system."""
        found = ["export", str(what), "--out", self.out]
        for setting in settings():
            value = getattr(self, setting.name)
            if value == setting.default:
                continue
            # With "=" a value may begin with a minus.
            found.append(f"--{setting.name}={value}" if isinstance(value, str) else switch(setting.name, value))
        return found

    @property
    def kind(self) -> Kind:
        """The kind of file."""
        return kind_of(self.out)


def settings() -> tuple[Any, ...]:
    """Return the declared settings of an `ExportPlan`, as dataclass fields with ``metavar`` and ``help``."""
    return tuple(setting for setting in fields(ExportPlan) if setting.metadata)


def switch(name: str, on: bool) -> str:
    """Return the flag that turns a switch on or off."""
    return f"--{name}" if on else f"--no-{name}"


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


def read_colors(text: str) -> int:
    """Return the number of colours of a GIF. Errors: `PlanError`."""
    if not re.fullmatch(r"\s*\d{1,3}\s*", text) or not FEWEST_COLORS <= int(text) <= MOST_COLORS:
        raise PlanError(
            f"colors {text[:80]} is out of range: choose a whole number from {FEWEST_COLORS} to {MOST_COLORS}"
        )
    return int(text)


def read_turn(text: str) -> float:
    """Return degrees from "360" or "-90°". Errors: `PlanError`."""
    try:
        turn = float(text.strip().removesuffix("deg").removesuffix("°").replace("\N{MINUS SIGN}", "-"))
    except ValueError as error:
        raise PlanError(f"turn '{text[:80]}' is no angle: write degrees, for example 360") from error
    if not abs(turn) <= MOST_TURN:
        raise PlanError(f"turn {text[:80]} is out of range: choose {MOST_TURN} degrees or less either way")
    return turn


def read_periods(text: str) -> int:
    """Return the number of periods of a loop. Errors: `PlanError`."""
    if not re.fullmatch(r"\s*\d{1,4}\s*", text) or not int(text):
        raise PlanError(f"loop {text[:80]} is no number of periods: choose a whole number from 1 to 9999")
    return int(text)


def check_frames(plan: Plan) -> Plan:
    """Return ``plan`` if it can be exported. Errors: `PlanError`."""
    if plan.frames > MOST_FRAMES:
        raise PlanError(
            f"{plan.length:g} s at {float(plan.fps):g} fps are {plan.frames} frames, the limit is {MOST_FRAMES}: "
            "choose a shorter length or fewer frames per second"
        )
    return plan
