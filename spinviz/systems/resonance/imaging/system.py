"""MR imaging: a head phantom scanned line by line, k-space, image and maps, down to the isochromats of one pixel.

The whole head is played as isochromats through the real sequence; what the picture shows is what they sum to.
"""

from __future__ import annotations

import numpy as np

from spinviz.model.system import Action, Observable, Preset, System
from spinviz.model.visuals import Stage, Visual
from spinviz.physics.imaging.head import FOV
from spinviz.physics.sequence.blocks import Sequence
from spinviz.systems.resonance.imaging import picture as scan_picture
from spinviz.systems.resonance.imaging.laws import LAWS, SHOWN, centre, fitted, measured, point_width
from spinviz.systems.resonance.imaging.parameters import ImagingParameters, acquisition
from spinviz.systems.resonance.imaging.plots import PLOTS
from spinviz.systems.resonance.imaging.state import ScanState, advance, compute, new_state, restart

SECONDS, MAP_SECONDS, ECHO_SECONDS = 9.0, 2.5, 6.0
"""Seconds on screen of one image, of each image of a map, and of one TE inside a pixel."""
STEPS = 48
"""Steps per second on screen."""


class Imaging(System[ImagingParameters, ScanState]):
    """A head in the scanner: contrast, k-space, artefacts and relaxation maps."""

    name = "imaging"
    title = "MR imaging"
    chapter = "Magnetic resonance"
    order = 70
    summary = "A head scanned line by line: k-space fills, the image appears; contrast by TE, TR, TI and flip angle."
    notes = (
        "Left, the transverse magnetization of the head at the echo: each line of k-space is a wave of another pitch. "
        "Right, what all the waves so far add up to."
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
    presets = (
        Preset(
            "t1w", "T₁-weighted", "Spin echo with short TE and short TR: fat bright, fluid dark.", length=60.0,
            notes="Short T₁ recovers between pulses and is bright: fat, then white matter, grey, and fluid last. "
            "The image is there as soon as the middle of k-space is; the edges only sharpen it.",
        ),
        Preset(
            "t2w", "T₂-weighted", "Spin echo with long TE and long TR: fluid and lesions bright.",
            parameters={"TE": 0.1, "TR": 4.0}, length=480.0,
            notes="With a long TR all have recovered, with a long TE those of short T₂ have gone: fluid and the "
            "lesions light up, white matter is darkest. Drag TE in the pulse diagram and see contrast change.",
        ),
        Preset(
            "pdw", "Proton density", "Spin echo with short TE and long TR: neither T₁ nor T₂ counts.",
            parameters={"TE": 0.014, "TR": 4.0}, length=480.0,
            notes="What remains is how many protons there are: grey matter is brighter than white, by 82 to 70 %, "
            "and the differences are small.",
        ),
        Preset(
            "flair", "FLAIR", "Inversion recovery read out when fluid passes through zero.",
            parameters={"kind": "inversion recovery", "TE": 0.1, "TR": 9.0, "TI": 2.47}, length=1100.0,
            notes="T₂-weighted, but fluid is black because it is read out at its null: lesions beside the ventricles "
            "stand out. The curves show where each tissue crosses zero.",
        ),
        Preset(
            "stir", "STIR", "Inversion recovery read out when fat passes through zero.",
            parameters={"kind": "inversion recovery", "TE": 0.03, "TR": 3.0, "TI": 0.237}, length=370.0,
            notes="The scalp has vanished: fat is at its null, T₁ ln 2. All others are still upside down, which the "
            "magnitude hides: the longer T₁, the brighter.",
        ),
        Preset(
            "t2star", "T₂*-weighted", "Gradient echo with a long TE: nothing refocuses what the field spreads.",
            parameters={"kind": "gradient echo", "field": "3 T", "TE": 0.03, "TR": 0.06, "flip": 15.0,
                        "noise": 0.002}, length=7.0,
            notes="Deep grey nuclei hold iron and turn dark, more so at higher field: change the field and look. "
            "Small flip angles keep T₁ out of the picture.",
        ),
        Preset(
            "bssfp", "bSSFP", "Balanced steady state: bright fluid, and bands where the field is off.",
            parameters={"kind": "bSSFP", "TR": 0.006, "flip": 50.0, "inhomogeneity": 200.0, "noise": 0.003}, length=0.7,
            notes="Signal goes by T₂/T₁: fluid is brightest. Where a spin turns by half a turn per TR, at 83 Hz off "
            "resonance, a dark band crosses the image; shorter TR pushes the bands apart.",
        ),
        Preset(
            "epi", "EPI: distortion and ghost", "All lines after one pulse, to and fro.",
            parameters={"kind": "EPI", "matrix": "64", "TE": 0.045, "TR": 0.12, "inhomogeneity": 90.0, "late": 0.8e-6},
            length=0.12,
            notes="Lines follow each other so slowly that 26 Hz are a pixel: the front bulges, fat is 8 off. "
            "A late readout makes odd lines differ from even ones: the ghost half an image away.",
        ),
        Preset(
            "radial", "Radial", "Diameters of k-space instead of lines.",
            parameters={"kind": "radial", "matrix": "64", "TE": 0.006, "TR": 0.02, "flip": 20.0, "noise": 0.002},
            length=2.4,
            notes="Every spoke passes the centre, so a blurred image is there after a few of them; the missing ones "
            "show as streaks.",
        ),
        Preset(
            "spiral", "Spiral", "From the centre outwards as fast as the gradients allow.",
            parameters={"kind": "spiral", "matrix": "64", "TE": 0.002, "TR": 0.03, "flip": 25.0, "saturated": True,
                        "noise": 0.002},
            length=0.5,
            notes="Sixteen arms fill k-space; gradients run as smooth sines at their limits. Off resonance a spiral "
            "blurs where EPI shifts: raise the field error, or switch fat saturation off.",
        ),
        Preset(
            "T1_map", "T₁ map", "Six inversion times, an exponential fitted to every pixel.",
            parameters={"kind": "T1 map", "matrix": "64", "TR": 5.0, "TE": 0.012, "noise": 0.005},
            speed=128.0, length=2000.0,
            notes="Each image has its own contrast; the recovery through zero gives T₁ of every pixel in seconds. "
            "Fitted values lie on the dashed line of the truth, bars are two standard errors.",
        ),
        Preset(
            "T2_map", "T₂ map", "Five echo times, a decay fitted to every pixel.",
            parameters={"kind": "T2 map", "matrix": "64", "TR": 3.0, "TE": 0.015, "noise": 0.004},
            speed=77.0, length=1000.0,
            notes="The longer TE, the more is left of long T₂ alone. Fluid lies beyond the colour bar: its decay is "
            "too slow for these echo times.",
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
            notes="The 90° pulse tips all, gradients fan them out over the pixel and gather them at the echo, T₂ "
            "shortens what is left. Click another pixel of the image to look into it.",
        ),
        Preset(
            "levels", "Down to the spins", "Inversion, seen in the two levels of the protons of one pixel.",
            parameters={"kind": "inversion recovery", "TE": 0.02, "TR": 3.0, "TI": 0.8, "matrix": "64",
                        "view": "levels"}, length=9.0,
            notes="The 180° pulse exchanges up and down; T₁ brings the few extra ones back. M_z of the pixel is "
            "their difference.",
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
        Action("finish", "All lines", "Compute all lines at once; then they are measured again.",
               lambda s, p: compute(s, p)),
        Action("head", "Head", "The whole head and its image.", lambda s, p: p.change(view="head")),
        Action("pixel", "Pixel", "The isochromats of the chosen pixel.", lambda s, p: p.change(view="pixel")),
        Action("levels", "Spins", "The two-level spins of the chosen pixel.", lambda s, p: p.change(view="levels")),
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
        if plot not in ("image", "map"):
            return None
        x, y = ((index + 0.5 - p.pixels / 2) * FOV / p.pixels for index in (column, row))
        return p.change(x=x, y=y, view="pixel" if p.view == "head" else p.view)
