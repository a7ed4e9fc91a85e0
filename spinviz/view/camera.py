"""The turntable camera: where it looks from, how a stage fits into the picture, and what projects where.

World z is up. Azimuth 0 puts x to the right and y into the picture; a growing azimuth walks the camera
counter-clockwise around z as seen from above. Elevation 90 looks straight down: x to the right, y up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from spinviz.model.visuals import Stage

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]

FIELD_OF_VIEW = 20.0
"""Vertical, in degrees: long enough a lens that parallel arrows look parallel."""
MARGIN = 1.10
"""The fitted box keeps this factor of room around it for texts."""
LABEL_ROOM = 1.3
"""Axes and their letters around a Bloch sphere reach this far."""
CLOSEST, FARTHEST = 0.2, 40.0


@dataclass(frozen=True)
class Lens:
    """A camera placed before a stage for one size of picture: the matrices that the artists need.

    ``view`` maps world to eye coordinates (camera looks along -z), ``projection`` eye to clip coordinates.
    ``pixel`` is the size of one pixel in eye units at depth 1 (perspective) or anywhere (parallel).
    """

    view: Matrix
    projection: Matrix
    width: int
    height: int
    parallel: bool
    distance: float
    radius: float

    @property
    def pixel(self) -> float:
        """Eye units per pixel at depth 1, or at any depth when parallel."""
        return 2.0 / (self.height * float(self.projection[1, 1]))

    @property
    def rotation(self) -> Matrix:
        """World to eye rotation (3, 3)."""
        return self.view[:3, :3]

    @property
    def eye(self) -> Vector:
        """Where the camera is, in world coordinates."""
        return -self.rotation.T @ self.view[:3, 3]

    def depth(self, points: NDArray[np.floating]) -> Vector:
        """Distance (N,) of world points in front of the camera plane."""
        row = self.view[2]
        result: Vector = -(np.asarray(points) @ row[:3] + row[3])
        return result

    def pixels_per_unit(self, depth: float) -> float:
        """Length on the screen, in pixels, of one world unit at this depth."""
        return 1.0 / (self.pixel * (1.0 if self.parallel else max(depth, 1e-9)))

    def project(self, points: NDArray[np.floating]) -> tuple[Vector, Vector]:
        """Pixels (N, 2), y down from the upper left corner, and depth (N,) in front of the camera."""
        world = np.atleast_2d(np.asarray(points, dtype=float))
        eye = world @ self.rotation.T + self.view[:3, 3]
        depth = -eye[:, 2]
        w = np.ones_like(depth) if self.parallel else np.maximum(depth, 1e-9)
        x = self.projection[0, 0] * eye[:, 0] / w
        y = self.projection[1, 1] * eye[:, 1] / w
        return np.column_stack([(x + 1) * self.width / 2, (1 - y) * self.height / 2]), depth


@dataclass(frozen=True)
class Camera:
    """Direction, zoom and pan relative to the fitted stage; immutable.

    ``zoom`` 1 shows the whole stage. ``pan`` shifts the picture, in parts of its height, x right and y up.
    """

    azimuth: float = 30.0
    elevation: float = 22.0
    zoom: float = 1.0
    pan: tuple[float, float] = (0.0, 0.0)
    parallel: bool = False

    def orbit(self, right: float, up: float) -> Camera:
        """Turn by degrees; the elevation stops at the poles."""
        azimuth = (self.azimuth + right + 180.0) % 360.0 - 180.0
        return replace(self, azimuth=azimuth, elevation=min(max(self.elevation + up, -90.0), 90.0))

    def panned(self, right: float, up: float) -> Camera:
        """Shift the picture by parts of its height."""
        return replace(self, pan=(self.pan[0] + right, self.pan[1] + up))

    def zoomed(self, factor: float, at: tuple[float, float] = (0.0, 0.0)) -> Camera:
        """Magnify; ``at`` (parts of the height from the centre, y up) stays where it is."""
        zoom = min(max(self.zoom * factor, CLOSEST), FARTHEST)
        k = zoom / self.zoom
        pan = (at[0] + (self.pan[0] - at[0]) * k, at[1] + (self.pan[1] - at[1]) * k)
        return replace(self, zoom=zoom, pan=pan)

    def lens(self, stage: Stage, size: tuple[int, int]) -> Lens:
        """Place the camera before ``stage`` for a picture of ``size`` (width, height) in pixels."""
        width, height = max(size[0], 1), max(size[1], 1)
        aspect = width / height
        rotation = _rotation(self.azimuth, self.elevation)
        low, high = np.array(stage.low, float), np.array(stage.high, float)
        center = (low + high) / 2
        offsets = framed_points(stage) @ rotation.T
        radius = max(float(np.linalg.norm(high - low)) / 2, 1e-6)
        slope = math.tan(math.radians(FIELD_OF_VIEW) / 2)
        fitted = _fit(offsets, slope, aspect, self.parallel)
        distance = fitted / self.zoom
        half = distance * slope  # half of the visible height at the centre of the box
        shift = np.array([self.pan[0] * 2 * half, self.pan[1] * 2 * half, 0.0])
        reach = 2.2 * radius
        away = max(distance, 3 * reach) if self.parallel else distance
        view = np.eye(4)
        view[:3, :3] = rotation
        view[:3, 3] = shift - rotation @ center - np.array([0.0, 0.0, away])
        near, far = max(away - reach, away * 0.02), away + reach
        projection = _projection(slope, half, aspect, near, far, self.parallel)
        return Lens(view, projection, width, height, self.parallel, away, radius)


def home(stage: Stage) -> Camera:
    """The camera a stage asks for."""
    return Camera(stage.azimuth, stage.elevation, parallel=stage.parallel)


def along(axis: str, stage: Stage) -> Camera:
    """Look along an axis: "x" and "y" from the side with z up, "z" from above with x to the right.

    "-x", "-y" and "-z" look from the other side, "-z" from below with x still to the right.
    """
    directions = {
        "x": (90.0, 0.0), "y": (0.0, 0.0), "z": (0.0, 90.0),
        "-x": (-90.0, 0.0), "-y": (-180.0, 0.0), "-z": (0.0, -90.0),
    }  # fmt: skip
    if axis not in directions:
        raise ValueError(f"unknown view '{axis}': use one of {', '.join(directions)}")
    azimuth, elevation = directions[axis]
    return Camera(azimuth, elevation, parallel=stage.parallel)


def between(a: Camera, b: Camera, t: float) -> Camera:
    """A camera on the way from ``a`` (t = 0) to ``b`` (t = 1): eased, the short way round, zoom geometric."""
    if t >= 1:
        return b
    t = max(t, 0.0)
    s = t * t * t * (t * (6 * t - 15) + 10)
    turn = (b.azimuth - a.azimuth + 180.0) % 360.0 - 180.0
    return Camera(
        azimuth=a.azimuth + s * turn,
        elevation=a.elevation + s * (b.elevation - a.elevation),
        zoom=a.zoom * (b.zoom / a.zoom) ** s,
        pan=(a.pan[0] + s * (b.pan[0] - a.pan[0]), a.pan[1] + s * (b.pan[1] - a.pan[1])),
        parallel=b.parallel if s > 0.5 else a.parallel,
    )


def framed_points(stage: Stage) -> Matrix:
    """Points (N, 3), relative to the centre of the box, that must stay in the picture.

    The corners of the box; of a Bloch sphere its outline and the tips of its axes, so that turning it does not
    change its size.
    """
    return _framed(tuple(stage.low), tuple(stage.high), stage.bloch_sphere)


@lru_cache(maxsize=16)
def _framed(low: tuple[float, ...], high: tuple[float, ...], bloch_sphere: bool) -> Matrix:
    half = (np.array(high, float) - np.array(low, float)) / 2
    if not bloch_sphere:
        signs = np.array([(i & 1, i >> 1 & 1, i >> 2) for i in range(8)]) * 2.0 - 1.0
        return signs * half
    tips = LABEL_ROOM * np.vstack([[[0.0, 0.0, 1.0]], ring(24)])
    return np.vstack([sphere_points(float(half.max())), tips])


def ring(count: int) -> Matrix:
    """Points (N, 3) on the unit circle in the plane z = 0."""
    t = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return np.column_stack([np.cos(t), np.sin(t), np.zeros(count)])


def sphere_points(radius: float) -> Matrix:
    """Points (N, 3) whose convex hull contains a ball of this radius."""
    azimuth = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    height = np.radians(np.linspace(-85, 85, 18))
    a, h = np.meshgrid(azimuth, height)
    points = np.column_stack([(np.cos(h) * f(a)).ravel() for f in (np.cos, np.sin)] + [np.sin(h).ravel()])
    result: Matrix = 1.009 * radius * np.vstack([points, [[0, 0, 1], [0, 0, -1]]])
    return result


def _rotation(azimuth: float, elevation: float) -> Matrix:
    a, e = math.radians(azimuth), math.radians(elevation)
    right = np.array([math.cos(a), math.sin(a), 0.0])
    back = np.array([math.cos(e) * math.sin(a), -math.cos(e) * math.cos(a), math.sin(e)])
    return np.array([right, np.cross(back, right), back])


def _fit(offsets: Matrix, slope: float, aspect: float, parallel: bool) -> float:
    """Smallest distance at which all points (eye axes, relative to the centre) are inside the frustum."""
    tall, wide = slope / MARGIN, slope * aspect / MARGIN
    side = np.maximum(np.abs(offsets[:, 0]) / wide, np.abs(offsets[:, 1]) / tall)
    distance = side if parallel else side + offsets[:, 2]
    return max(float(distance.max()), 1e-6)


def _projection(slope: float, half: float, aspect: float, near: float, far: float, parallel: bool) -> Matrix:
    matrix = np.zeros((4, 4))
    if parallel:
        matrix[0, 0], matrix[1, 1] = 1 / (half * aspect), 1 / half
        matrix[2, 2], matrix[2, 3] = -2 / (far - near), -(far + near) / (far - near)
        matrix[3, 3] = 1.0
        return matrix
    matrix[0, 0], matrix[1, 1] = 1 / (slope * aspect), 1 / slope
    matrix[2, 2], matrix[2, 3] = -(far + near) / (far - near), -2 * far * near / (far - near)
    matrix[3, 2] = -1.0
    return matrix
