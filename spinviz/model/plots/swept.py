"""What a sweep of the run has found: the mean of an observable over the parameter that is swept."""

from __future__ import annotations

from dataclasses import dataclass

from spinviz.model.plots.plot import Plot


@dataclass(frozen=True)
class SweptCurve(Plot):
    """Points with error bars over ``parameter``, the laws of the observable ``y`` at the same places."""

    parameter: str
    y: str

    def observables_named(self) -> tuple[str, ...]:
        """Return y."""
        return (self.y,)

    def ordinates(self) -> tuple[str, ...]:
        """Return y."""
        return (self.y,)
