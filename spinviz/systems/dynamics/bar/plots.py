"""What the bar is plotted as: energies, mean magnetization, and that over the applied field."""

from __future__ import annotations

from spinviz.model.plots import Curve, Trace
from spinviz.systems.dynamics.bar.parameters import BarParameters
from spinviz.systems.dynamics.bar.state import lens


def window(p: BarParameters) -> float:
    """Time [s] that is shown."""
    return 10 * lens(p)


PLOTS = (
    Trace("energies", "Energies", ("energy", "stray_energy", "exchange_energy", "field_energy"), window=window),
    Trace("magnetization", "Mean magnetization", ("mx", "my", "mz"), -1.05, 1.05, window=window, roles=("x", "y", "z")),
    Trace("outside", "Stray field beyond the end", ("outside",), low=0.0, window=window, when=lambda p: not p.magnet),
    Curve(
        "loop", "Mean magnetization over field", "applied", "mx", low=-1.05, high=1.05,
        when=lambda p: p.magnet or p.B != 0 or p.start == "along",
    ),
    Trace("force", "Pull of the magnet", ("force",), window=window, when=lambda p: p.magnet),
)  # fmt: skip
