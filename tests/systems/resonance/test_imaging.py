"""The imaging system: contrast as by the closed forms, edits, maps against truth, pixels that can be picked."""

import numpy as np
import pytest

from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.model.parameters import ParameterError
from spinviz.physics.imaging.laws import null_time
from spinviz.physics.imaging.tissues import properties
from spinviz.systems.resonance.imaging.laws import tissue_signal
from spinviz.systems.resonance.imaging.objects import region, sample_of
from spinviz.systems.resonance.imaging.plots import diagram, image, kspace, white_level
from spinviz.systems.resonance.imaging.system import Imaging


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
    assert "9.9 protons in a million more up than down" in loop.system.caption(loop.state, loop.parameters)


def test_laws_of_images_hold_only_where_nothing_distorts_them() -> None:
    late, blurred = finished("epi", matrix="32"), finished("spiral", matrix="32", inhomogeneity=200.0)
    assert late.parameters.late > 0
    assert not late.laws["epi"].holds
    assert not blurred.laws["white"].holds
    dark = finished("t2w", matrix="32", TE=0.4, TR=12.0, noise=0.0)
    assert dark.laws["white"].holds
    assert dark.laws["white"].passed
