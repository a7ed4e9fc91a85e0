"""Raster times of a Pulseq file, and the times of its events that miss them: hardware minds, physics does not."""

from __future__ import annotations

from collections.abc import Iterator

from spinviz.files.pulseq.text import Text

_OFF = 1e-4
"""Of a raster step: programs write six digits."""


class RasterTimes:
    """Steps by name, and what was found off them."""

    def __init__(self, text: Text) -> None:
        names = ("GradientRasterTime", "RadiofrequencyRasterTime", "AdcRasterTime")
        self._steps = {name: text.raster(name) for name in names}
        self._missed: dict[str, dict[str, float]] = {}

    def __getitem__(self, name: str) -> float:
        """Step [s]."""
        return self._steps[name]

    def check(self, time: float, raster: str, what: str) -> None:
        """Note a time [s] that is no multiple of the step; ``what`` names it."""
        steps = time / self._steps[raster]
        if abs(steps - round(steps)) > max(_OFF, 1e-9 * steps):
            self._missed.setdefault(raster, {})[what] = time

    @property
    def remarks(self) -> Iterator[str]:
        """For each raster the first time that misses it, and how many others do."""
        for raster, times in self._missed.items():
            what, time = next(iter(times.items()))
            more = f", nor are {len(times) - 1} others" if len(times) > 1 else ""
            step = f"{raster} ({1e6 * self._steps[raster]:g} µs)"
            yield f"{what} is {1e6 * time:.10g} µs, no multiple of {step}{more}: played as written"
