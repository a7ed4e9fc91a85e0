"""What to plot: declarations made once by a system; `plots` draws them, `export` writes them.

A plot names observables of the system (their titles, symbols and units follow from there) or gives a function
of (state, parameters). Laws are drawn over a plot when they name it, or the observable it shows.
"""

from spinviz.model.plots.bands import Bands
from spinviz.model.plots.curve import Curve, Guide
from spinviz.model.plots.diagram import Diagram, DiagramRow, DiagramScheme, DiagramSpan
from spinviz.model.plots.graph import Graph, Line, Mean, Sheet
from spinviz.model.plots.histogram import Histogram
from spinviz.model.plots.image import Image
from spinviz.model.plots.levels import Levels, LevelScheme
from spinviz.model.plots.plot import Plot, Spot
from spinviz.model.plots.spectrum import Spectrum
from spinviz.model.plots.swept import SweptCurve
from spinviz.model.plots.trace import Trace

__all__ = [
    "Bands",
    "Curve",
    "Diagram",
    "DiagramRow",
    "DiagramScheme",
    "DiagramSpan",
    "Graph",
    "Guide",
    "Histogram",
    "Image",
    "LevelScheme",
    "Levels",
    "Line",
    "Mean",
    "Plot",
    "Sheet",
    "Spectrum",
    "Spot",
    "SweptCurve",
    "Trace",
]
