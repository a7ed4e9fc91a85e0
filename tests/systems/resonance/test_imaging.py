"""The imaging system: contrast as by the closed forms, edits, maps against truth, pixels that can be picked."""

import numpy as np
import pytest

from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.model.parameters import ParameterError
from spinviz.model.plots import Graph
from spinviz.model.visuals import Arrows, Cells, Labels, Lines
from spinviz.physics.imaging.head import ELLIPSES, labels_at
from spinviz.physics.imaging.laws import null_time
from spinviz.physics.imaging.tissues import TISSUES, properties
from spinviz.systems.resonance.imaging.laws import tissue_signal, true_time
from spinviz.systems.resonance.imaging.objects import region, sample_of
from spinviz.systems.resonance.imaging.parameters import series
from spinviz.systems.resonance.imaging.plots import diagram, image, kspace, run_time, white_level
from spinviz.systems.resonance.imaging.system import Imaging
from spinviz.view.camera import Camera
from spinviz.view.picking import picked_at


def loop_of(preset: str, **changed: object) -> Loop:
    system = Imaging()
    parameters = system.Parameters.of(**{**system.preset(preset).parameters, **changed})
    return Loop(system, parameters, memory=1)


def scanned(preset: str, **changed: object) -> Loop:
    """A run whose first image is complete."""
    loop = loop_of(preset, **changed)
    loop.advance_to(loop.state.scan.lasts + 2 * loop.dt)
    return loop


def signals(loop: Loop) -> dict[str, float]:
    return {name: loop.observables[name] for name in ("white", "deep", "fluid", "fat", "lesion")}


def test_line_by_line_is_the_whole_scan() -> None:
    loop = scanned("t1w", matrix="32", noise=0.0)
    state = loop.state
    assert state.acquired == len(state.signal) == 32 * 32
    # The same spins and the same jumps, divided otherwise: rounding.
    assert np.abs(state.signal - state.scan.whole).max() < 1e-10 * np.abs(state.scan.whole).max()


def test_kspace_fills_from_below() -> None:
    loop = loop_of("t1w", matrix="32")
    loop.advance_to(10.2 * 0.5)
    filled = np.isfinite(kspace(loop.state, loop.parameters))
    assert filled[:10].all()
    assert not filled[11:].any()


def test_contrast_of_the_weightings() -> None:
    t1, t2, pd = (signals(finished(name, matrix="64")) for name in ("t1w", "t2w", "pdw"))
    assert t1["fat"] > t1["white"] > t1["deep"] > t1["fluid"]
    assert t2["fluid"] > t2["lesion"] > t2["deep"] > t2["fat"]
    assert pd["deep"] > pd["white"]
    recovered = 1 - 2 * np.exp(-3.993 / 0.656) + np.exp(-4.0 / 0.656)
    assert pd["white"] == pytest.approx(0.70 * recovered * np.exp(-0.014 / 0.08), rel=0.02)


def finished(preset: str, **changed: object) -> Loop:
    """A run whose images were computed at once."""
    loop = loop_of(preset, **changed)
    loop.apply(Act("finish"))
    return loop


def test_flair_nulls_fluid_and_stir_fat() -> None:
    flair, stir = signals(finished("flair")), signals(finished("stir"))
    assert flair["fluid"] < 0.25 * flair["lesion"]
    assert stir["fat"] < 0.25 * stir["white"]
    system = Imaging()
    fluid, fat = properties("fluid", 1.5), properties("fat", 1.5)
    assert system.preset("flair").parameters["TI"] == pytest.approx(null_time(fluid.T1, 9.0, 0.1), rel=0.02)
    assert system.preset("stir").parameters["TI"] == pytest.approx(null_time(fat.T1, 3.0, 0.03), rel=0.02)


@pytest.mark.parametrize("preset", ["t1w", "t2w", "stir", "t2star", "radial", "spiral"])
def test_white_matter_has_the_signal_of_the_closed_form(preset: str) -> None:
    loop = finished(preset, noise=0.0)
    settings = loop.parameters.settings
    law = float(tissue_signal(settings, "white matter"))
    # Ringing of the bright scalp, streaks of radial lines.
    assert loop.observables["white"] == pytest.approx(law, abs=0.05 * white_level(settings) + 0.02 * law)


@pytest.mark.value_of("time_white", "time_deep")
@pytest.mark.parametrize(("preset", "kind"), [("T2_map", "T2"), ("T2star_map", "T2star"), ("T1_map", "T1")])
def test_maps_show_the_truth(preset: str, kind: str) -> None:
    loop = finished(preset, noise=0.0)
    field = loop.parameters.tesla
    for name, tissue in (("time_white", "white matter"), ("time_deep", "deep grey matter")):
        truth = getattr(properties(tissue, field), kind)
        # Deep nuclei are a few pixels wide: ringing and their neighbours.
        assert loop.observables[name] == pytest.approx(truth, rel=0.02 if name == "time_white" else 0.06)


def test_standard_errors_of_a_map_follow_the_noise() -> None:
    clean, noisy = finished("T2_map", noise=0.0), finished("T2_map", noise=0.01)
    assert noisy.observables["error_white"] > clean.observables["error_white"]
    white = region(64, "white matter")
    change = (noisy.state.fitted[0] - clean.state.fitted[0]).ravel()[white]
    scatter = 1.4826 * np.median(np.abs(change - np.median(change)))
    # What ringing leaves is part of the error, too, but not of the change: the error is the larger one.
    assert 0.5 < scatter / noisy.observables["error_white"] < 1.3


def test_an_edit_shows_the_new_image_at_once_and_measures_again() -> None:
    loop = scanned("t1w", matrix="32", noise=0.0)
    before = loop.observables["white"]
    loop.apply(SetParameters(loop.parameters.change(TE=0.05)))
    # Still paused: all of it is what will come.
    assert np.array_equal(image(loop.state, loop.parameters), np.abs(loop.state.images[0]))
    assert loop.laws["spin_echo"].passed
    loop.advance(1)
    assert loop.state.edited
    assert loop.state.acquired < 2 * 32
    assert loop.observables["white"] < before
    assert loop.laws["white"].holds
    loop.advance_to(loop.time + 1.3 * loop.state.scan.lasts)
    assert not loop.state.edited


def test_less_noise_measures_again() -> None:
    loop = scanned("t1w", matrix="32", noise=0.2)
    loop.apply(SetParameters(loop.parameters.change(noise=0.0)))
    # What was measured with noise is not held against the law of a scan without.
    assert loop.laws["spin_echo"].passed
    loop.advance(1)
    assert loop.laws["spin_echo"].passed


def test_noise_has_the_size_asked_for() -> None:
    for preset in ("t1w", "radial"):
        clean, noisy = (finished(preset, noise=noise, matrix="48") for noise in (0.0, 0.05))
        difference = noisy.state.images[0] - clean.state.images[0]
        # Some thousand pixels; those of a radial image are correlated.
        assert difference.real.std() == pytest.approx(0.05, rel=0.05 if preset == "t1w" else 0.15)


def test_a_click_looks_into_a_pixel() -> None:
    system = Imaging()
    p = system.Parameters.of(matrix="64")
    picked = system.pick(p, "image", 40, 20)
    assert picked is not None
    assert picked.pixel == (40, 20)
    assert picked.view == "pixel"
    assert system.pick(p, "kspace", 40, 20) is None
    loop = Loop(system, picked, memory=1)
    loop.advance(3)
    net = loop.state.pixel.sum(axis=1)
    assert 0 < np.linalg.norm(net) <= 1


def test_who_looks_into_a_pixel_of_a_finished_scan_does_not_wait() -> None:
    loop = scanned("t1w", matrix="32", noise=0.0)
    finished_image = image(loop.state, loop.parameters)
    loop.apply(SetParameters(loop.parameters.change(view="pixel")))
    loop.advance(2)
    # The next repetition has begun at once, and the image stays.
    assert loop.state.local < loop.parameters.TR
    assert image(loop.state, loop.parameters) == pytest.approx(finished_image, abs=1e-12)
    loop.advance(20)
    assert np.hypot(*loop.state.pixel.sum(axis=1)[:2]) > 0


def test_isochromats_of_a_pixel_echo_at_TE() -> None:
    loop = loop_of("pixel", TE=0.03, TR=0.1)
    loop.advance_to(0.0301)
    at_echo = np.hypot(*loop.state.pixel.sum(axis=1)[:2])
    loop.advance_to(0.0306)
    later = np.hypot(*loop.state.pixel.sum(axis=1)[:2])
    # The first line has the largest phase encoding: it dephases the pixel by half a turn from edge to edge.
    each = np.hypot(*loop.state.pixel[:2]).sum()
    assert at_echo > later
    assert at_echo == pytest.approx(each * 2 / np.pi, rel=0.15)


def test_diagram_scales_the_phase_encoding() -> None:
    loop = loop_of("t1w", matrix="32")
    heights = []
    for line in (0, 8, 16, 24):
        loop.advance_to((line + 0.5) * 0.5)
        rows = {row.name: row for row in diagram(loop.state, loop.parameters).rows}
        heights.append(float(rows["G_y"].values[np.argmax(np.abs(rows["G_y"].values))]))
    assert heights == pytest.approx([1.0, 0.5, 0.0, -0.5])


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"TE": 0.4, "TR": 0.3}, "TE = 400 ms is not shorter than TR = 300 ms"),
        ({"kind": "inversion recovery", "TI": 0.6}, "TI = 600 ms is not shorter than TR = 500 ms"),
        ({"kind": "EPI", "TE": 0.012}, "TE = 12 ms is too short for 48 lines"),
        ({"kind": "T1 map", "TR": 0.5}, "TR = 500 ms is too short for a T1 map: choose at least"),
        ({"flip": 181.0}, "flip = 181° is out of range"),
    ],
)
def test_what_no_scanner_could_play_is_refused(changed: dict[str, object], words: str) -> None:
    with pytest.raises(ParameterError) as caught:
        Imaging.Parameters.of(**changed)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_another_sequence_brings_times_that_fit_it() -> None:
    """Whoever chooses EPI in the panel need not know beforehand how long its lines take."""
    kinds = Imaging.Parameters.quantities()["kind"].choices
    for before in kinds:
        for after in kinds:
            Imaging.Parameters().change(kind=before).change(kind=after)
    assert Imaging.Parameters().change(kind="bSSFP", TR=0.008).TR == 0.008


@pytest.mark.parametrize("field", ["1.5 T", "7 T"])
def test_field_error_is_the_offset_above_the_sinuses(field: str) -> None:
    settings = Imaging.Parameters.of(matrix="96", field=field, inhomogeneity=150.0, saturated=True).settings
    sample = sample_of(settings)
    brain = np.abs(sample.position[0]) < 3e-3
    front = brain & (np.abs(sample.position[1] - 0.08) < 2e-3)
    # exp(-(0.15/0.45)^2) - 0.12 * 0.8 of its height in the brain behind them, where the field is higher than elsewhere.
    assert sample.dw[front].mean() / (2 * np.pi) == pytest.approx(150 * (np.exp(-1 / 9) - 0.096), rel=0.02)


def test_extra_protons_in_a_million() -> None:
    loop = loop_of("levels", field="3 T")
    # hbar gamma B0/(2 k T) at 3 T and 310 K: 9.9e-6.
    assert "9.9 protons in a million in excess along B₀" in loop.system.caption(loop.state, loop.parameters)


def test_laws_of_images_hold_only_where_nothing_distorts_them() -> None:
    late, blurred = finished("epi", matrix="32"), finished("spiral", matrix="32", inhomogeneity=200.0)
    assert late.parameters.late > 0
    assert not late.laws["epi"].holds
    assert not blurred.laws["white"].holds
    dark = finished("t2w", matrix="32", TE=0.4, TR=12.0, noise=0.0)
    assert dark.laws["white"].holds
    assert dark.laws["white"].passed


AT_1_5_TESLA = {
    "fat": (0.343, 0.058, 0.90),
    "fluid": (4.3, 2.0, 1.0),
    "grey matter": (1.188, 0.087, 0.82),
    "white matter": (0.656, 0.080, 0.70),
    "deep grey matter": (0.960, 0.078, 0.78),
    "lesion": (1.280, 0.140, 0.86),
}
"""T1, T2 [s] and density of protons."""
NAMES = {
    "white": "white matter", "grey": "grey matter", "deep": "deep grey matter", "fluid": "fluid", "fat": "fat",
    "lesion": "lesion",
}  # fmt: skip


def spin_echo(tissue: str, TE: float, TR: float) -> float:
    """Signal at the echo of 90-180, in steady state: no Mz after the 90, inverted in the middle."""
    T1, T2, density = AT_1_5_TESLA[tissue]
    return density * (1 - 2 * np.exp(-(TR - TE / 2) / T1) + np.exp(-TR / T1)) * np.exp(-TE / T2)


def image_of_ellipses(n: int, signal: dict[str, float]) -> np.ndarray:
    """|image| (n, n), rows y and columns x, of the ellipses of the head by their Fourier transforms within k-space.

    Every ellipse adds what distinguishes its signal from its parent's.
    """
    value = [signal.get(tissue, 0.0) for tissue in TISSUES]
    k = (np.arange(n) - n / 2) / 0.24
    kx, ky = np.meshgrid(k, k)
    sampled = sum(
        (value[e.tissue] - (value[ELLIPSES[e.parent].tissue] if e.parent >= 0 else 0.0)) * e.transform(kx, ky)
        for e in ELLIPSES
    )
    centres = (np.arange(n) + 0.5 - n / 2) * 0.24 / n
    waves = np.exp(2j * np.pi * np.outer(centres, k))
    return np.abs(waves @ sampled @ waves.T) / 0.24**2


def inside(n: int, tissue: str) -> np.ndarray:
    """Whether pixels (n, n) lie wholly in a tissue, and so do their neighbours where there are enough."""
    from scipy.ndimage import binary_erosion

    fine = (np.arange(5 * n) + 0.5 - 2.5 * n) * 0.24 / (5 * n)
    pure = (labels_at(*np.meshgrid(fine, fine)) == TISSUES.index(tissue)).reshape(n, 5, n, 5).all(axis=(1, 3))
    inner = binary_erosion(pure)
    return inner if inner.sum() >= 12 else pure


@pytest.mark.value_of("white", "grey", "deep", "fluid", "fat", "lesion")
@pytest.mark.parametrize(("preset", "TE", "TR"), [("t1w", 0.012, 0.5), ("t2w", 0.1, 4.0), ("pdw", 0.014, 4.0)])
def test_signals_of_tissues_are_those_of_the_closed_form(preset: str, TE: float, TR: float) -> None:
    loop = finished(preset, matrix="128", noise=0.0)
    signal = {tissue: spin_echo(tissue, TE, TR) for tissue in NAMES.values()}
    ideal = image_of_ellipses(128, signal)
    for name, tissue in NAMES.items():
        # Ringing of the edges beside it, 5 % of the brightest tissue.
        assert loop.observables[name] == pytest.approx(signal[tissue], abs=0.05 * max(signal.values())), name
        # Ringing included: two spins per pixel at the edges; fat is displaced in the readout by its chemical shift.
        expected = np.median(ideal[inside(128, tissue)])
        assert loop.observables[name] == pytest.approx(expected, abs=0.025 if name == "fat" else 0.007), name
    drawn = image(loop.state, loop.parameters)
    brain = np.hypot(*np.meshgrid(*2 * [np.linspace(-0.12, 0.12, 128)])) < 0.06
    error = np.abs(drawn - ideal)[brain].mean()
    for other in (ideal[::-1], ideal[:, ::-1], ideal.T):
        assert error < 0.6 * np.abs(drawn - other)[brain].mean()


@pytest.mark.value_of("error_white")
def test_standard_error_of_white_matter_is_that_of_another_fit() -> None:
    from scipy.optimize import curve_fit

    loop = finished("T2_map", noise=0.01)
    white = inside(64, "white matter")
    times = 0.015 * np.array([1, 2, 3.5, 5.5, 8])
    images = loop.state.images[:, white]
    decays = (images * np.exp(-1j * np.angle(images.sum(axis=0)))).real.T
    fits = [curve_fit(lambda t, a, T: a * np.exp(-t / T), times, decay, (0.6, 0.08)) for decay in decays]
    assert loop.observables["time_white"] == pytest.approx(np.median([best[1] for best, _ in fits]), rel=1e-3)
    errors = [np.sqrt(covariance[1, 1]) for _, covariance in fits]
    assert loop.observables["error_white"] == pytest.approx(np.median(errors), rel=0.02)


def test_standard_error_of_a_noisy_map_is_the_scatter_of_its_pixels() -> None:
    system, white = Imaging(), inside(64, "white matter")
    values = {**system.preset("T2_map").parameters, "noise": 0.02}
    clean = finished("T2_map", noise=0.0).state.fitted[0][white]
    errors, changes = [], []
    for seed in range(4):
        loop = Loop(system, system.Parameters.of(**values), seed=seed, memory=1)
        loop.apply(Act("finish"))
        errors.append(loop.observables["error_white"])
        changes.append(loop.state.fitted[0][white] - clean)
    # The median of an error with three degrees of freedom is 0.888 of the true one; 4 x 142 pixels, 3 %.
    assert np.mean(errors) == pytest.approx(0.888 * np.std(changes), rel=0.1)


# --- pictures -------------------------------------------------------------------------------------------------------


def sheets(loop: Loop) -> list[Cells]:
    drawn = loop.system.draw(loop.state, loop.parameters)
    return [v for v in drawn if isinstance(v, Cells)]


def at(sheet: Cells, x: float, y: float) -> float:
    """What a sheet shows at a place [m] in the head, x to the right and y up in its own extent of 0.24 m."""
    values = np.asarray(sheet.values)[0]
    n = len(values)
    # A sheet is 1 wide and its lower left corner is at its origin.
    assert sheet.spacing[:2] == pytest.approx((1 / n, 1 / n))
    column, row = (int((v / 0.24 + 0.5) * n) for v in (x, y))
    return float(values[row, column])


LESION = (0.0256, -0.0295)
"""Its middle [m]: to the subject's left, towards the back."""


def test_lesion_and_scalp_are_where_the_axes_say_in_both_sheets() -> None:
    loop = scanned("t2w", matrix="96", noise=0.0)
    spins, shown = sheets(loop)
    assert (spins.origin[0] + 1, shown.origin[0]) == pytest.approx((-0.06, 0.06))
    bright, white = spin_echo("lesion", 0.1, 4.0), spin_echo("white matter", 0.1, 4.0)
    x, y = LESION
    assert at(shown, x, y) == pytest.approx(bright, abs=0.06)  # ringing: 2.5 pixels wide
    # There is white matter on the other side, and before it.
    assert at(shown, -x, y) == pytest.approx(white, abs=0.05)
    assert at(shown, x, -y) == pytest.approx(white, abs=0.05)
    # The head is 154 mm wide and 194 mm long of 240 mm.
    for sheet in (spins, shown):
        values = np.nan_to_num(np.asarray(sheet.values)[0])
        filled = np.abs(values) > 0.1 * np.abs(values).max()
        n = len(values)
        assert np.ptp(np.flatnonzero(filled.any(axis=0))) + 1 == pytest.approx(154 / 240 * n, abs=0.03 * n)
        assert np.ptp(np.flatnonzero(filled.any(axis=1))) + 1 == pytest.approx(194 / 240 * n, abs=0.03 * n)


@pytest.mark.parametrize(("step", "named"), [(0, "0, the centre of k-space"), (3, "+3"), (-5, "−5")])
def test_spins_at_the_echo_are_the_signal_times_the_wave_of_the_line(step: int, named: str) -> None:
    loop = loop_of("t1w", matrix="32", noise=0.0)
    loop.advance_to((16 + step + 0.5) * 0.5)
    assert loop.state.line == 17 + step
    spins = sheets(loop)[0]
    drawn = loop.system.draw(loop.state, loop.parameters)
    texts = [v.texts[0] for v in drawn if isinstance(v, Labels)]
    assert texts[0] == f"Mₓ at the echo of line {named}: blue < 0 < red"
    # Two spins to a pixel, 3.75 mm apart; s is the integral of m exp(-2 pi i k r), so this is the wave of the line.
    y = (np.arange(64) + 0.5 - 32) * 0.24 / 64
    wave = np.cos(2 * np.pi * step * y / 0.24)[:, None]
    values = np.asarray(spins.values, np.float64)[0]
    for tissue in ("white matter", "grey matter", "fat"):
        where = labels_at(*np.meshgrid(y, y)) == TISSUES.index(tissue)
        expected = spin_echo(tissue, 0.012, 0.5) * np.broadcast_to(wave, values.shape)
        assert values[where] == pytest.approx(expected[where], abs=0.005), tissue


def test_cross_lies_on_the_chosen_pixel() -> None:
    loop = loop_of("t1w", matrix="32", x=LESION[0], y=LESION[1])
    cross = [v for v in loop.system.draw(loop.state, loop.parameters) if isinstance(v, Lines)][-1]
    middle = np.asarray(cross.points, np.float64).mean(axis=0)
    # Within half a pixel of its place in the image, which begins at 0.06 and is 1 wide.
    assert middle[:2] == pytest.approx((0.06 + 0.5 + LESION[0] / 0.24, LESION[1] / 0.24), abs=0.51 / 32)
    picked = loop.system.pick(loop.parameters, "image", *loop.parameters.pixel)
    assert picked is not None
    assert picked.pixel == loop.parameters.pixel
    assert (picked.x, picked.y) == pytest.approx(LESION, abs=0.51 * 0.24 / 32)


def test_arrows_of_a_pixel_add_up_to_its_magnetization() -> None:
    loop = loop_of("pixel", TE=0.03, TR=0.1)
    loop.advance_to(0.0301)
    drawn = [v for v in loop.system.draw(loop.state, loop.parameters) if isinstance(v, Arrows)]
    fan, net = (np.asarray(v.directions, np.float64) for v in drawn)
    assert len(fan) == 60
    assert net[0] == pytest.approx(fan.mean(axis=0), abs=1e-6)
    # Drawn as long as what there was before the first pulse.
    pixel = loop.state.pixel
    start = loop_of("pixel", TE=0.03, TR=0.1).state.pixel
    assert fan == pytest.approx(60 * pixel.T / start[2].sum(), abs=1e-5)
    # What is told of one that is picked is its part of the pixel.
    assert drawn[0].worth * fan == pytest.approx(pixel.T, abs=1e-7)
    caption = loop.system.caption(loop.state, loop.parameters)
    assert "white matter · T₁ 832 ms, T₂ 71 ms · 60 isochromats" in caption
    assert f"drawn × {1 / start[2].sum():.3g}" in caption


def test_levels_show_the_populations_that_the_caption_names() -> None:
    loop = loop_of("levels")
    up, down = (v for v in loop.system.draw(loop.state, loop.parameters) if isinstance(v, Arrows))
    number = np.count_nonzero(np.asarray(up.directions)[:, 2] > 0)
    mz = loop.state.pixel[2].sum()
    # 12 x 12 spins; a polarization of 40 % stands for M0.
    assert number == pytest.approx(144 * (1 + 0.4 * mz) / 2, abs=2)  # evenly spread thresholds
    assert np.count_nonzero(np.asarray(down.directions)[:, 2] < 0) == 144 - number
    assert "drawn as 40%" in loop.system.caption(loop.state, loop.parameters).replace(" %", "%")


def test_caption_tells_the_signals_of_the_tissues() -> None:
    loop = scanned("t1w", matrix="32", noise=0.0)
    words = {"WM": "white matter", "GM": "grey matter", "CSF": "fluid", "fat": "fat", "lesion": "lesion"}
    signals = ", ".join(f"{word} {spin_echo(tissue, 0.012, 0.5):.2f}" for word, tissue in words.items())
    caption = loop.system.caption(loop.state, loop.parameters)
    assert caption.startswith("spin echo · 1.5 T · line ")
    assert caption.replace("\u00a0", " ").endswith(signals)


# --- plots ----------------------------------------------------------------------------------------------------------


def lines_of(loop: Loop, name: str) -> dict[str, object]:
    plot = next(plot for plot in loop.system.plots if plot.name == name)
    return {line.label: line for line in plot.lines(loop.state, loop.parameters) if line.label}


def test_contrast_over_echo_time_is_the_closed_form_with_dots_at_the_image() -> None:
    loop = finished("t2w", matrix="64", noise=0.0)
    lines = lines_of(loop, "contrast_TE")
    for label, tissue in (("WM", "white matter"), ("deep GM", "deep grey matter"), ("CSF", "fluid"), ("fat", "fat")):
        curve = lines[label]
        assert curve.y == pytest.approx([spin_echo(tissue, TE, 4.0) for TE in curve.x], rel=1e-9)
    plot = next(plot for plot in loop.system.plots if plot.name == "contrast_TE")
    dots = [line for line in plot.lines(loop.state, loop.parameters) if line.marks]
    assert [float(line.x[0]) for line in dots] == pytest.approx([0.1] * 6)
    assert [float(line.y[0]) for line in dots] == pytest.approx([loop.observables[name] for name in NAMES], nan_ok=True)


def test_contrast_over_inversion_time_and_flip_angle() -> None:
    curve = lines_of(finished("stir", matrix="32"), "contrast_TI")["fat"]
    T1, T2, density = AT_1_5_TESLA["fat"]
    # 180 - TI - 90 - TE/2 - 180 - TE/2 in steady state.
    law = 1 - 2 * np.exp(-curve.x / T1) + 2 * np.exp(-(3.0 - 0.015) / T1) - np.exp(-3.0 / T1)
    assert curve.y == pytest.approx(density * np.abs(law) * np.exp(-0.03 / T2), rel=1e-9)
    curve = lines_of(finished("bssfp", matrix="32"), "contrast_flip")["CSF"]
    # On resonance, at TR/2; degrees on the axis.
    E1, E2, a = np.exp(-0.006 / 4.3), np.exp(-0.006 / 2.0), np.radians(curve.x)
    law = np.sin(a) * (1 - E1) / (1 - (E1 - E2) * np.cos(a) - E1 * E2) * np.exp(-0.003 / 2.0)
    assert curve.y == pytest.approx(law, rel=1e-9)


def test_fitted_times_are_drawn_over_the_true_ones_with_two_standard_errors() -> None:
    loop = finished("T2_map", noise=0.004)
    plot = next(plot for plot in loop.system.plots if plot.name == "fit")
    lines = plot.lines(loop.state, loop.parameters)
    names = [line.label for line in lines]
    dot, bar = lines[names.index("WM")], lines[names.index("WM") - 1]
    assert (dot.x[0], dot.y[0]) == pytest.approx((0.080, loop.observables["time_white"]))
    assert np.ptp(bar.y) == pytest.approx(4 * loop.observables["error_white"])
    assert bar.y.mean() == pytest.approx(dot.y[0])


def test_pulse_diagram_measures_TE_from_the_pulse_to_the_echo() -> None:
    loop = loop_of("stir", matrix="32")
    spans = {span.label: span for span in diagram(loop.state, loop.parameters).spans}
    assert spans["TE"].end - spans["TE"].start == pytest.approx(0.03)
    assert spans["TI"].end - spans["TI"].start == pytest.approx(0.237)
    assert spans["TI"].end == pytest.approx(spans["TE"].start)


def test_kspace_is_brightest_in_its_middle_and_logarithmic() -> None:
    loop = scanned("t1w", matrix="32", noise=0.0)
    shown = kspace(loop.state, loop.parameters)
    assert np.unravel_index(np.nanargmax(shown), shown.shape) == (16, 16)
    assert shown.max() == pytest.approx(0.0, abs=1e-9)
    signal = np.abs(loop.state.signal.reshape(32, 32))
    assert np.sort(shown.ravel())[-200:] == pytest.approx(np.sort(np.log10(signal / signal.max()).ravel())[-200:])


def test_fat_in_a_pixel_falls_behind_and_a_field_error_runs_ahead() -> None:
    """Drawn in the frame of water: fat, at -3.4 ppm, turns counter-clockwise, a positive offset clockwise."""
    for x, y, error, hertz in ((0.0745, 0.002, 0.0, -3.4e-6 * 42.577e6 * 3), (0.0, 0.07, 150.0, None)):
        loop = loop_of("pixel", x=x, y=y, inhomogeneity=error)
        loop.advance_to(0.012)  # after the first gradients, before the refocusing pulse at 30 ms
        tips = []
        for _ in range(2):
            loop.advance(1)
            fan = next(v for v in loop.system.draw(loop.state, loop.parameters) if isinstance(v, Arrows))
            tips.append(np.asarray(fan.directions, np.float64)[:, :2] @ [1, 1j])
        turned = np.median(np.angle(tips[1] / tips[0]))
        if hertz is not None:
            assert turned == pytest.approx(-2 * np.pi * hertz * loop.dt, rel=0.03)
        else:
            assert turned < -2 * np.pi * 50 * loop.dt


def test_graphs_name_the_units_of_their_axes() -> None:
    units = {plot.name: (plot.x_unit, plot.y_unit) for plot in Imaging().plots if isinstance(plot, Graph)}
    assert units == {
        "contrast_TE": ("s", ""), "contrast_TI": ("s", ""), "contrast_flip": ("°", ""), "fit": ("s", "s"),
        "profile": ("", ""),
    }  # fmt: skip


def test_profile_goes_through_the_point_in_pixels_from_the_middle() -> None:
    loop = finished("point", noise=0.0)
    lines = lines_of(loop, "profile")
    # 12.5 mm to the right in pixels of 7.5 mm, a wave sum as high as water between pixels.
    x = lines["image"].x - 12.5 / 7.5
    wave = np.abs(np.sin(np.pi * x) / (32 * np.sin(np.pi * x / 32)))
    row = np.sinc(np.arange(32) + 0.5 - 16 + 20 / 7.5)
    signal = (1 - 2 * np.exp(-0.49) + np.exp(-0.5)) * np.exp(-0.02) * np.abs(row).max()
    assert lines["law"].y == pytest.approx(signal * wave, abs=0.01 * signal)
    # T2 of 1 s hardly decays in the readout.
    assert lines["image"].y == pytest.approx(signal * wave, abs=0.02 * signal)


def test_isochromats_of_a_pixel_spread_as_T2star_asks() -> None:
    loop = loop_of("pixel")
    loop.advance_to(0.012)
    before = loop.state.pixel.copy()
    loop.advance_to(0.022)
    turned = np.angle((loop.state.pixel[0] + 1j * loop.state.pixel[1]) / (before[0] + 1j * before[1]))
    # White matter at 3 T: a Lorentzian of half width 1/T2* - 1/T2, half of which lies within it; 60 quantiles.
    width = 1 / 0.0532 - 1 / 0.071
    assert np.subtract(*np.quantile(turned, [0.75, 0.25])) == pytest.approx(2 * width * 0.01, rel=0.05)
    decayed = np.linalg.norm(loop.state.pixel[:2], axis=0) / np.linalg.norm(before[:2], axis=0)
    assert decayed == pytest.approx(np.full(60, np.exp(-0.01 / 0.071)), rel=1e-3)


def test_map_shows_fitted_seconds_and_nothing_in_air() -> None:
    loop = finished("T1_map", noise=0.0)
    plot = next(plot for plot in loop.system.plots if plot.name == "map")
    shown = plot.values(loop.state, loop.parameters)
    assert np.median(shown[inside(64, "white matter")]) == pytest.approx(0.656, rel=0.02)
    assert np.isnan(shown[:4, :4]).all()
    assert plot.unit == "s"


def test_caption_counts_lines_and_images_from_one() -> None:
    loop = loop_of("t1w", matrix="32")
    loop.advance_to(10.2 * 0.5)
    assert " · line 11 of 32 · " in loop.system.caption(loop.state, loop.parameters)
    loop = loop_of("T2_map", matrix="32")
    loop.advance_to(0.5 * 3.0)
    assert " · image 1 of 5 · line 1 of 32 · " in loop.system.caption(loop.state, loop.parameters)


def test_a_place_in_the_pulse_diagram_is_a_time_of_the_repetition_shown() -> None:
    loop = loop_of("t1w", matrix="32")
    TR = loop.parameters.TR
    loop.advance_to(2.5 * TR)
    assert run_time(4e-3, loop.state, loop.parameters) == pytest.approx(2 * TR + 4e-3)


def test_each_image_of_a_map_has_its_own_echo_time() -> None:
    """ln(S0/S1) = (TE1 - TE0)/T2 of white matter between the first two images of a T2 map, and grows on."""
    s = loop_of("T2_map").parameters.settings
    times = series(s)
    signals = [float(tissue_signal(s, "white matter", n)) for n in range(len(times))]
    rate = 1 / properties("white matter", s.field).T2  # the rest of the recovery until TR adds 0.13 %
    np.testing.assert_allclose(np.log(signals[0] / np.array(signals)), rate * (np.array(times) - times[0]), rtol=2e-3)


@pytest.mark.parametrize(("preset", "off"), [("T2_map", 0.06), ("T1_map", 0.06)])
def test_maps_in_strong_noise_have_no_floor(preset: str, off: float) -> None:
    # Fitted to magnitudes, T2 is 11 % too long.
    loop = finished(preset, noise=0.1)
    truth = true_time(loop.parameters.settings, "white matter")
    assert loop.observables["time_white"] == pytest.approx(truth, rel=off)
    assert loop.laws[preset].passed


def test_a_map_of_noise_alone_earns_no_badge() -> None:
    loop = finished("T2star_map", noise=0.1)
    assert loop.observables["error_white"] > true_time(loop.parameters.settings, "white matter")
    assert not loop.laws["T2star_map"].holds
    assert finished("T2star_map", noise=0.005).laws["T2star_map"].passed


@pytest.mark.parametrize("side", ["radiological", "neurological"])
def test_letters_say_where_the_subject_s_left_is(side: str) -> None:
    """The lesion is on the subject's left, towards the back."""
    loop = scanned("t2w", matrix="96", noise=0.0, side=side, x=LESION[0], y=LESION[1])
    p, state = loop.parameters, loop.state
    sign = 1 if side == "radiological" else -1
    bright, white = spin_echo("lesion", 0.1, 4.0), spin_echo("white matter", 0.1, 4.0)
    spins, shown = sheets(loop)
    assert at(shown, sign * LESION[0], LESION[1]) == pytest.approx(bright, abs=0.06)
    assert at(shown, -sign * LESION[0], LESION[1]) == pytest.approx(white, abs=0.05)
    letters = next(v for v in loop.system.draw(state, p) if isinstance(v, Labels) and "L" in v.texts)
    for sheet, start in ((spins, 0), (shown, 4)):
        middle = sheet.origin[0] + 0.5
        places = dict(zip(letters.texts[start : start + 4], np.asarray(letters.positions)[start : start + 4, :2]))
        assert sign * (places["L"][0] - middle) == pytest.approx(0.47, abs=1e-6)
        assert sign * (places["R"][0] - middle) == pytest.approx(-0.47, abs=1e-6)
        assert (places["A"][1], places["P"][1]) == pytest.approx((0.47, -0.47))
    plot = next(plot for plot in loop.system.plots if plot.name == "image")
    row, column = plot.chosen(p)
    assert plot.values(state, p)[row, column] == pytest.approx(bright, abs=0.06)
    assert plot.sides(p)[(sign + 1) // 2] == "L"
    assert loop.system.pick(p, "image", row, column).pixel == p.pixel
    cross = [v for v in loop.system.draw(state, p) if isinstance(v, Lines)][-1]
    assert np.asarray(cross.points)[:, 0].mean() == pytest.approx(0.56 + sign * LESION[0] / 0.24, abs=0.51 / 96)


@pytest.mark.parametrize("convention", ["radiological", "neurological"])
@pytest.mark.parametrize("sheet", [-1, 1], ids=["spins", "image"])
def test_click_on_either_sheet_looks_into_what_is_seen_there(sheet: int, convention: str) -> None:
    """Where the chosen pixel's cross stands in the image, and at the same place of the sheet of spins."""
    loop = loop_of("t1w", side=convention)
    system, p = loop.system, loop.parameters
    visuals, lens = system.draw(loop.state, p), Camera(0, 78, parallel=True).lens(system.stage(p), (800, 500))
    shown_row, shown_column = 61, 40
    place = np.array(
        [[sheet * 0.56 - 0.5 + (shown_column + 0.5) / p.pixels, -0.5 + (shown_row + 0.5) / p.pixels, 0.01]]
    )
    picked = picked_at(visuals, lens, tuple(lens.project(place)[0][0]))
    assert picked is not None
    cells = visuals[picked.slot]
    assert isinstance(cells, Cells)
    assert cells.picks is not None
    plot, finer = cells.picks
    row, column = divmod(picked.index, cells.values.shape[2])
    chosen = system.pick(p, plot, row // finer, column // finer)
    assert chosen is not None
    assert chosen.shown_pixel == (shown_row, shown_column)
    assert chosen.view == "pixel"
