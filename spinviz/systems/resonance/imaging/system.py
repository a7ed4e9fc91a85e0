"""MR imaging: a head phantom scanned line by line, k-space, image and maps, down to the isochromats of one pixel.

The whole head is played as isochromats through the real sequence; what the picture shows is what they sum to.
"""

from __future__ import annotations

import numpy as np

from spinviz.model.abilities import PlaysSequence
from spinviz.model.system import Action, Observable, Preset, System
from spinviz.model.visuals import Stage, Visual
from spinviz.physics.imaging.head import FOV
from spinviz.physics.sequence.blocks import Sequence
from spinviz.systems.resonance.imaging import picture as scan_picture
from spinviz.systems.resonance.imaging.laws import LAWS, SHOWN, SYMBOLS, centre, fitted, measured, point_width
from spinviz.systems.resonance.imaging.parameters import ImagingParameters, acquisition
from spinviz.systems.resonance.imaging.plots import PLOTS
from spinviz.systems.resonance.imaging.state import ScanState, advance, compute, new_state, restart

SECONDS, MAP_SECONDS, ECHO_SECONDS = 9.0, 2.5, 6.0
"""Seconds on screen of one image, of each image of a map, and of one TE inside a pixel."""
STEPS = 48
"""Steps per second on screen."""


class Imaging(System[ImagingParameters, ScanState], PlaysSequence[ImagingParameters, Sequence]):
    """A head in the scanner: contrast, k-space, artefacts and relaxation maps."""

    name = "imaging"
    title = "MR imaging"
    chapter = "Magnetic resonance"
    order = 70
    summary = "A head scanned line by line: k-space fills, the image appears; contrast by TE, TR, TI and flip angle."
    notes = (
        "Left: the transverse magnetization of the head at the echo; each line of k-space imposes a wave of "
        "another wavelength. Right: the sum of all waves measured so far."
    )
    equation = r"s(\mathbf{k})=\int M_+(\mathbf{r})\,e^{-2\pi i\,\mathbf{k}\cdot\mathbf{r}}\,\mathrm{d}^2r,\quad"
    equation += r"\mathbf{k}(t)=\frac{\gamma}{2\pi}\int\mathbf{G}\,\mathrm{d}t"
    Parameters = ImagingParameters
    observables = (
        Observable("white", "White matter", "S_WM"),
        Observable("grey", "Grey matter", "S_GM"),
        Observable("deep", "Deep grey matter", "S_DGM"),
        Observable("fluid", "Cerebrospinal fluid", "S_CSF"),
        Observable("fat", "Fat of the scalp", "S_fat"),
        Observable("lesion", "Lesion", "S_les"),
        Observable("centre", "Centre of k-space", "|s(0)|/ΣM₀"),
        Observable("time_white", "Fitted time, white matter", "T_WM", "s"),
        Observable("time_deep", "Fitted time, deep grey matter", "T_DGM", "s"),
        Observable("error_white", "Standard error of a pixel", "δT_WM", "s"),
        Observable("width", "Width of a point (pixels)", "w"),
    )
    plots = PLOTS
    laws = LAWS
    symbols = SYMBOLS
    presets = (
        Preset(
            "t1w", "T₁-weighted", "Spin echo with short TE and short TR: fat bright, fluid dark.", length=60.0,
            notes="Tissue with a short T₁ recovers between pulses and is bright: fat, then white matter, grey "
            "matter, and fluid last. The image appears with the centre of k-space; the outer lines only sharpen it.",
        ),
        Preset(
            "t2w", "T₂-weighted", "Spin echo with long TE and long TR: fluid and lesions bright.",
            parameters={"TE": 0.1, "TR": 4.0}, length=480.0,
            notes="With a long TR all tissues have recovered, with a long TE those of short T₂ have decayed: fluid "
            "and lesions are bright, white matter is darkest. Drag TE in the pulse diagram and watch the contrast.",
        ),
        Preset(
            "pdw", "Proton density", "Spin echo with short TE and long TR: little weight of T₁ and T₂.",
            parameters={"TE": 0.014, "TR": 4.0}, length=480.0,
            notes="What remains is the density of protons: 82 % in grey matter and 70 % in white, so the contrast "
            "is small.",
        ),
        Preset(
            "flair", "FLAIR", "Inversion recovery, read out when fluid passes through zero.",
            parameters={"kind": "inversion recovery", "TE": 0.1, "TR": 9.0, "TI": 2.47}, length=1100.0,
            notes="T₂-weighted, but fluid is dark because it is read out at its null: lesions beside the "
            "ventricles stand out. The curves show where each tissue crosses zero.",
        ),
        Preset(
            "stir", "STIR", "Inversion recovery, read out when fat passes through zero.",
            parameters={"kind": "inversion recovery", "TE": 0.03, "TR": 3.0, "TI": 0.237}, length=370.0,
            notes="The scalp is dark: fat is at its null, T₁ ln 2. All other tissues are still inverted, which the "
            "magnitude hides: the longer T₁, the brighter.",
        ),
        Preset(
            "t2star", "T₂*-weighted", "Gradient echo with a long TE: dephasing in an inhomogeneous field is not "
            "refocused.",
            parameters={"kind": "gradient echo", "field": "3 T", "TE": 0.03, "TR": 0.06, "flip": 15.0,
                        "noise": 0.002}, length=7.0,
            notes="Deep grey nuclei contain iron and are dark, more so at higher field: change the field and "
            "compare. A small flip angle keeps the weight of T₁ low.",
        ),
        Preset(
            "bssfp", "bSSFP", "Balanced steady state: bright fluid, and bands where the field is off.",
            parameters={"kind": "bSSFP", "TR": 0.006, "flip": 50.0, "inhomogeneity": 200.0, "noise": 0.003}, length=0.7,
            notes="The signal depends on T₂/T₁: fluid is brightest. Where spins gain half a turn per TR, at 83 Hz "
            "off resonance, a dark band crosses the image; a shorter TR moves the bands apart.",
        ),
        Preset(
            "epi", "EPI: distortion and ghost", "All lines after one excitation, back and forth.",
            parameters={"kind": "EPI", "matrix": "64", "TE": 0.045, "TR": 0.12, "inhomogeneity": 90.0, "late": 0.8e-6},
            length=0.12,
            notes="Lines follow each other so slowly that 26 Hz shift a point by one pixel: the front is "
            "distorted, fat is displaced by 8 pixels. A delayed readout makes odd and even lines differ: a ghost "
            "half an image away.",
        ),
        Preset(
            "radial", "Radial", "Diameters of k-space instead of lines.",
            parameters={"kind": "radial", "matrix": "64", "TE": 0.006, "TR": 0.02, "flip": 20.0, "noise": 0.002},
            length=2.4,
            notes="Every spoke passes through the centre of k-space, so a blurred image appears after a few of "
            "them; missing spokes show as streaks.",
        ),
        Preset(
            "spiral", "Spiral", "From the centre outwards as fast as the gradients allow.",
            parameters={"kind": "spiral", "matrix": "64", "TE": 0.002, "TR": 0.03, "flip": 25.0, "saturated": True,
                        "noise": 0.002},
            length=0.5,
            notes="Sixteen arms fill k-space with nearly sinusoidal gradients at their limits. Off resonance a "
            "spiral blurs where EPI shifts: increase the field error, or switch fat saturation off.",
        ),
        Preset(
            "T1_map", "T₁ map", "Six inversion times, an exponential fitted to every pixel.",
            parameters={"kind": "T1 map", "matrix": "64", "TR": 5.0, "TE": 0.012, "noise": 0.005},
            speed=128.0, length=2000.0,
            notes="Each image has its own contrast, and the fitted recovery gives T₁ of every pixel. The dashed "
            "line marks the true values; bars are two standard errors. Edges ring into nuclei of a few pixels: "
            "their T₁ is up to 5 % off, and less on a finer matrix.",
        ),
        Preset(
            "T2_map", "T₂ map", "Five echo times, a decay fitted to every pixel.",
            parameters={"kind": "T2 map", "matrix": "64", "TR": 3.0, "TE": 0.015, "noise": 0.004},
            speed=77.0, length=1000.0,
            notes="The longer TE, the more only tissue of long T₂ is left. Fluid lies beyond the colour bar: its "
            "decay is too slow for these echo times.",
        ),
        Preset(
            "T2star_map", "T₂* map", "Gradient echoes at five echo times.",
            parameters={"kind": "T2* map", "field": "3 T", "matrix": "64", "TR": 0.08, "TE": 0.0055, "flip": 20.0,
                        "noise": 0.001},
            speed=2.05, length=27.0,
            notes="T₂* is shorter than T₂ everywhere and shortest in the deep nuclei, where iron spreads the field "
            "inside each pixel. Compare 1.5 T with 7 T.",
        ),
        Preset(
            "pixel", "Inside a pixel", "The isochromats of one pixel during the scan.",
            parameters={"TE": 0.06, "TR": 0.12, "matrix": "64", "view": "pixel", "field": "3 T",
                        "noise": 5e-4},
            length=0.12,
            notes="The 90° pulse excites all isochromats, gradients dephase them across the pixel and rephase them "
            "at the echo, and T₂ reduces what is left. Click another pixel of the image to look into it.",
        ),
        Preset(
            "levels", "Down to the spins", "An inversion, seen in the two levels of the protons of one pixel.",
            parameters={"kind": "inversion recovery", "TE": 0.02, "TR": 3.0, "TI": 0.8, "matrix": "64",
                        "view": "levels"}, length=9.0,
            notes="The 180° pulse exchanges the populations of the two levels; T₁ relaxation restores the small "
            "excess. M_z of the pixel is the difference of the populations.",
        ),
        Preset(
            "point", "Point-spread function", "The image of a point that lies between pixels.",
            parameters={"thing": "point", "matrix": "32", "noise": 0.0, "TE": 0.02, "TR": 0.5, "x": 0.0125, "y": -0.02},
            length=20.0,
            notes="A finite k-space makes a point 1.2 pixels wide, with side lobes: the ringing at sharp edges. "
            "The image lies on the law, the sum of the waves that were measured.",
        ),
    )  # fmt: skip
    actions = (
        Action("finish", "Measure all lines", "Compute all lines at once; then they are measured again.",
               lambda s, p: compute(s, p)),
        Action("head", "Head", "Show the whole head and its image.", lambda s, p: p.change(view="head")),
        Action("pixel", "Pixel", "Show the isochromats of the chosen pixel.", lambda s, p: p.change(view="pixel")),
        Action("levels", "Spins", "Show the two-level spins of the chosen pixel.", lambda s,
        p: p.change(view="levels")),
    )  # fmt: skip

    def sequence(self, p: ImagingParameters) -> Sequence:
        """The sequence of the first image, to be saved."""
        return acquisition(p.settings, 0).sequence

    def initial_state(self, p: ImagingParameters, rng: np.random.Generator) -> ScanState:
        """Steady state of the repetitions before the first line."""
        return new_state(p, int(rng.integers(2**31)))

    def changed(self, state: ScanState, p: ImagingParameters, before: ImagingParameters) -> None:
        """Measure again."""
        restart(state, p)

    def step(self, state: ScanState, p: ImagingParameters, dt: float) -> None:
        """Play on."""
        advance(state, p, dt)

    def timestep(self, p: ImagingParameters) -> float:
        """A part of a second on screen."""
        return self.speed(p) / STEPS

    def speed(self, p: ImagingParameters) -> float:
        """One image in some seconds; one echo in some seconds for who looks into a pixel."""
        made = acquisition(p.settings)
        if p.view == "pixel":
            return min(made.TE, made.TR / 2) / ECHO_SECONDS
        if p.view == "levels":
            return made.TR / SECONDS
        return made.repetitions * made.TR / (MAP_SECONDS if p.is_map else SECONDS)

    def observe(self, state: ScanState, p: ImagingParameters) -> dict[str, float]:
        """Signals inside tissues of the finished image, the centre of k-space, fitted times."""
        time, error = fitted(state, "white matter")
        values = {name: measured(state, tissue) for name, tissue in SHOWN.items()}
        return {
            **values,
            "centre": centre(state),
            "time_white": time,
            "time_deep": fitted(state, "deep grey matter")[0],
            "error_white": error,
            "width": point_width(state),
        }

    def draw(self, state: ScanState, p: ImagingParameters) -> tuple[Visual, ...]:
        """Spins and image, one pixel, or its spins between two levels."""
        return scan_picture.draw(state, p)

    def stage(self, p: ImagingParameters) -> Stage:
        """What the view parameter chooses."""
        return scan_picture.stage(p)

    def caption(self, state: ScanState, p: ImagingParameters) -> str:
        """Sequence, place in the scan, signals by law."""
        return scan_picture.caption(state, p)

    def pick(self, p: ImagingParameters, plot: str, row: int, column: int) -> ImagingParameters | None:
        """Look into the pixel that was clicked; in k-space a click means nothing."""
        if plot not in ("image", "chosen", "map"):
            return None
        column = p.pixels - 1 - column if p.mirrored else column
        x, y = ((index + 0.5 - p.pixels / 2) * FOV / p.pixels for index in (column, row))
        return p.change(x=x, y=y, view="pixel" if p.view == "head" else p.view)
