"""A made-up sequence: a gradient echo with slice, phase and read gradients, its k-space, and a picture."""

from __future__ import annotations

from typing import Any

import numpy as np

from plots.fake_systems import Made
from spinviz.model.frame import Frame, History
from spinviz.model.parameters import Parameters, quantity
from spinviz.model.plots import (
    Diagram,
    DiagramRow,
    DiagramScheme,
    DiagramSpan,
    Graph,
    Image,
    Line,
    Trace,
)
from spinviz.model.system import Observable, Preset
from spinviz.model.visuals import Stage


class EchoParameters(Parameters):
    TE: float = quantity(0.02, "s", "Echo time.", title="Echo time", symbol="TE", ge=4e-3, le=0.08)
    TR: float = quantity(0.05, "s", "Repetition time.", title="Repetition time", symbol="TR", gt=0, le=2)
    lines: int = quantity(16, "", "Lines.", ge=1, le=64)


def trapezoid(start: float, end: float, height: float, ramp: float = 3e-4) -> tuple[np.ndarray, np.ndarray]:
    return np.array([start, start + ramp, end - ramp, end]), np.array([0.0, height, height, 0.0])


def joined(end: float, *pieces: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    times, values = zip((np.zeros(1), np.zeros(1)), *pieces, (np.array([end]), np.zeros(1)))
    return np.concatenate(times), np.concatenate(values)


def scheme(p: EchoParameters, cursor: float) -> DiagramScheme:
    """The diagram of one repetition; its middle of the pulse at 2 ms."""
    t = np.linspace(0, 4e-3, 160)
    echo = 2e-3 + p.TE
    adc = (np.array([echo - 4e-3, echo - 4e-3, echo + 4e-3, echo + 4e-3]), np.array([0.0, 1.0, 1.0, 0.0]))
    spoil = trapezoid(echo + 4.3e-3, echo + 8e-3, 0.9)
    rows = (
        DiagramRow("RF", *joined(p.TR, (t, np.sinc((t - 2e-3) * 1500))), "net"),
        DiagramRow(
            "G_x", *joined(p.TR, trapezoid(4.3e-3, 8e-3, -0.6), trapezoid(echo - 4.3e-3, echo + 4.3e-3, 0.6)), "x"
        ),
        DiagramRow("G_y", *joined(p.TR, trapezoid(4.3e-3, 8e-3, 0.7)), "y"),
        DiagramRow("G_z", *joined(p.TR, trapezoid(0, 4e-3, 0.5), trapezoid(4.3e-3, 8e-3, -0.4), spoil), "z"),
        DiagramRow("ADC", *joined(p.TR, adc), "simulation"),
    )
    spans = (DiagramSpan("TE", "TE", 2e-3, echo), DiagramSpan("TR", "TR", 0.0, p.TR))
    return DiagramScheme(rows, cursor, 0.0, p.TR, spans)


class Echo(Made):
    name = "echo"
    title = "Gradient echo"
    chapter = "Magnetic resonance"
    summary = "A gradient echo."
    equation = r"k = \int G\,dt"
    Parameters = EchoParameters
    observables = (Observable("s", "Signal", "S"),)
    plots = (
        Diagram("sequence", "sequence", lambda s, p: scheme(p, 0.0)),
        Graph("k", "k-space", lambda s, p: (), "k_x", "k_y", "1/m", "1/m", equal=True),
        Graph("profile", "slice profile", lambda s, p: (), "z", "M", "m", "", low=-0.2, high=1.1),
        Image("image", "image", lambda s, p: np.zeros((2, 2)), colormap="gray", low=0, high=1),
        Trace("signal", "signal", ("s",), window=lambda p: 0.05),
    )
    presets = (Preset("echo", "Echo"),)

    def frame(self, p: EchoParameters | None = None, now: float = 0.017, end: float = 0.03, **more: Any) -> Frame:
        p = p or EchoParameters()
        time = np.arange(0, end, 1e-4)
        signal = np.exp(-((time - 2e-3 - p.TE) ** 2) / 2e-6) * np.cos(2e3 * time)
        turn = np.linspace(0, 16 * np.pi, 2000)
        spiral = turn * np.exp(1j * turn) * 4
        z = np.linspace(-0.01, 0.01, 301)
        profile = np.where(abs(z) < 2.5e-3, 1.0, 0.0)
        y, x = np.mgrid[0:64, 0:64] / 32 - 1
        return Frame(
            system="echo", parameters=p, step=int(now * 1e4), time=now, visuals=(), stage=Stage(), caption="",
            observables={"s": float(np.interp(now, time, signal))}, laws={},
            history=History(time, {"s": signal}, {}, ((0.002, "90° x"),)),
            plots={
                "sequence": scheme(p, now),
                "k": (
                    Line(spiral.real, spiral.imag, role="muted"),
                    Line(spiral.real[:700], spiral.imag[:700], "k(t)", head=True),
                ),
                "profile": (
                    Line(z, profile * 0.97 + 0.03 * np.sinc(z * 800), "M_x", "x"),
                    Line(z, 0.1 * np.sinc(z * 500), "M_y", "y"),
                    Line(z, profile, "hard edges", "theory"),
                    Line(z[::30], profile[::30], "samples", "net", marks=True),
                ),
                "image": np.exp(-4 * (x**2 + y**2)),
            },
            last_step=int(end * 1e4),
            **more,
        )  # fmt: skip
