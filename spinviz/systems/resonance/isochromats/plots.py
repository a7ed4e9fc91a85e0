"""What the isochromats are plotted as: voltage and magnetization over time, and the spectrum."""

from __future__ import annotations

from spinviz.model.plots import Spectrum, Trace
from spinviz.systems.resonance.isochromats.parameters import line_span

PLOTS = (
    Trace("fid", "Coil voltage (normalised)", ("voltage",), -1.05, 1.05, window=lambda p: 10 * p.T2 / 3),
    Trace("relaxation", "Magnetization", ("transverse", "mz"), -1.05, 1.05, window=lambda p: 10 * p.T2 / 3),
    Spectrum(
        "spectrum", "Spectrum", "voltage", "voltage_90",
        span=lambda p: (p.offset - line_span(p), p.offset + line_span(p)),
    ),
)  # fmt: skip
