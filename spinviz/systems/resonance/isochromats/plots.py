"""What the isochromats are plotted as: voltage and magnetization over time, and the spectrum."""

from __future__ import annotations

from spinviz.model.plots import Spectrum, Trace
from spinviz.systems.resonance.isochromats.parameters import lens, line_span

PLOTS = (
    Trace("fid", "Coil voltage (normalised)", ("voltage",), -1.05, 1.05, window=lambda p: 10 * lens(p)),
    Trace("relaxation", "Magnetization", ("transverse", "mz"), -1.05, 1.05, window=lambda p: 10 * lens(p)),
    Spectrum(
        "spectrum", "Spectrum", "voltage", "voltage_90",
        span=lambda p: (p.offset - line_span(p), p.offset + line_span(p)),
    ),
)  # fmt: skip
