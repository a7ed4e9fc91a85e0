"""Cameras as a session keeps them: the one that looks, and the views kept under a number."""

from __future__ import annotations

from spinviz.files.session import CameraState
from spinviz.view.camera import CLOSEST, FARTHEST, Camera

NUMBERS = (1, 2, 3, 4)
"""Views that can be kept: four of them and the camera itself fit what a session may hold of cameras."""


def state_of(camera: Camera, prefix: str = "") -> dict[str, float | bool]:
    """Return ``camera`` as named numbers."""
    return {
        f"{prefix}azimuth": camera.azimuth,
        f"{prefix}elevation": camera.elevation,
        f"{prefix}zoom": camera.zoom,
        f"{prefix}pan_x": camera.pan[0],
        f"{prefix}pan_y": camera.pan[1],
        f"{prefix}parallel": camera.parallel,
    }


def camera_in(state: CameraState, prefix: str = "") -> Camera:
    """Return the camera that `state_of` wrote; what is missing is as usual, what no camera can do is the nearest."""
    usual = Camera()
    return Camera(
        float(state.get(f"{prefix}azimuth", usual.azimuth)),
        min(max(float(state.get(f"{prefix}elevation", usual.elevation)), -90.0), 90.0),
        min(max(float(state.get(f"{prefix}zoom", usual.zoom)), CLOSEST), FARTHEST),
        (float(state.get(f"{prefix}pan_x", 0.0)), float(state.get(f"{prefix}pan_y", 0.0))),
        bool(state.get(f"{prefix}parallel", False)),
    )


class KeptViews:
    """Cameras under the numbers 1 to 4. They are relative to the stage, so that they fit every system."""

    def __init__(self) -> None:
        self._cameras: dict[int, Camera] = {}

    def keep(self, number: int, camera: Camera) -> None:
        """Keep ``camera`` under ``number``, in place of another."""
        self._cameras[number] = camera

    def get(self, number: int) -> Camera | None:
        """Return the camera under ``number``; None where none is kept."""
        return self._cameras.get(number)

    def state(self) -> dict[str, float | bool]:
        """Return all of them as named numbers, which stand beside those of the camera itself."""
        found: dict[str, float | bool] = {}
        for number, camera in sorted(self._cameras.items()):
            found |= state_of(camera, f"{number}.")
        return found

    def use(self, state: CameraState) -> None:
        """Take those that a session kept, and only them."""
        numbers = [number for number in NUMBERS if any(name.startswith(f"{number}.") for name in state)]
        self._cameras = {number: camera_in(state, f"{number}.") for number in numbers}
