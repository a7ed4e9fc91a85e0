"""What radiation damping is plotted as: voltage, magnetization and frequency over time, and the spectrum."""

from __future__ import annotations

from spinviz.model.plots import Spectrum, Trace
from spinviz.systems.resonance.radiation_damping.parameters import line_span, window

PLOTS = (
    Trace("fid", "Coil voltage (normalised)", ("voltage",), -1.05, 1.05, window=window),
    Trace("magnetization", "Magnetization", ("transverse", "mz"), -1.05, 1.05, window=window),
    Trace("chirp", "Frequency of the signal", ("frequency",), window=window, when=lambda p: p.detuning != 0),
    Spectrum(
        "spectrum", "Spectrum", "voltage", "voltage_90",
        span=lambda p: (p.offset - line_span(p), p.offset + line_span(p)),
    ),
)  # fmt: skip
