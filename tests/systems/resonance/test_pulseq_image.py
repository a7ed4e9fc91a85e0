"""The image of a played sequence: shown while it is received, saved from the command line."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from spinviz.cli import main
from spinviz.engine.loop import Loop
from spinviz.files.errors import FileError
from spinviz.files.pulseq.read import write_pulseq
from spinviz.physics.sequence.blocks import Block, Readout, Sequence
from spinviz.systems.resonance.pulseq.image import makes_image, plan_of
from spinviz.systems.resonance.pulseq.parameters import PulseqParameters
from spinviz.systems.resonance.pulseq.small_sequences import FOV, MATRIX, small_sequence
from spinviz.systems.resonance.pulseq.system import Pulseq

SYSTEM = Pulseq()


@pytest.fixture
def phantom(tmp_path) -> Path:
    """Two spins in the middles of pixels: column 10, row 3, and, three times as strong, column 4, row 12."""
    pixel = FOV / MATRIX
    x, y = (np.array(places) * pixel for places in ([2.5, -3.5], [-4.5, 4.5]))
    np.savez(tmp_path / "two.npz", x=x, y=y, T1=[1.0, 1.0], T2=[0.2, 0.2], rho=[1.0, 3.0], B1=[100, 100])
    return tmp_path / "two.npz"


def brightest(image: np.ndarray) -> tuple[int, int]:
    row, column = np.unravel_index(np.argmax(np.abs(image)), image.shape)
    return int(row), int(column)


@pytest.mark.parametrize("builtin", ["echo_planar", "spiral"])
def test_the_image_shows_the_phantom(phantom, builtin):
    p = SYSTEM.open(phantom).change(builtin=builtin)
    made = SYSTEM.image(p)
    assert made.values.shape == (1, MATRIX, MATRIX)
    assert (made.plane, made.pixel) == (("x", "y"), pytest.approx(FOV / MATRIX, rel=5e-3))
    assert brightest(made.shown) == (12, 4)
    if builtin == "echo_planar":
        # The raster is complete: each spin is in one pixel alone, with its part of M0, but for some ms of T2.
        wanted = np.zeros((MATRIX, MATRIX))
        wanted[3, 10], wanted[12, 4] = 0.25, 0.75
        np.testing.assert_allclose(np.abs(made.shown), wanted, atol=0.02)


def test_the_image_appears_while_samples_come(phantom):
    """After half of the echo planar lines a point is half as strong; at the end it is what is saved."""
    p = SYSTEM.open(phantom)
    loop = Loop(SYSTEM, p, memory=1)
    assert not loop.frame().plots["image"].any()
    duration = SYSTEM.sequence(p).duration
    loop.advance_to(duration / 2)
    half = loop.frame().plots["image"]
    part = loop.state.count / MATRIX**2
    assert 0.3 < part < 0.7
    assert half.sum() > 0
    loop.advance_to(0.9995 * duration)
    assert loop.state.count == MATRIX**2
    np.testing.assert_allclose(loop.frame().plots["image"], np.abs(SYSTEM.image(p).shown), atol=1e-9)


def test_sequences_along_one_line_show_and_make_no_image():
    p = PulseqParameters.of(builtin="spin_echo")
    assert not makes_image(p)
    assert "image" not in Loop(SYSTEM, p, memory=1).frame().plots
    with pytest.raises(FileError, match="spin_echo: its samples cover k-space in fewer than two directions"):
        SYSTEM.image(p)


def test_a_field_of_view_in_millimetres_is_seen(tmp_path, phantom):
    blocks = small_sequence("spiral").blocks
    for name, edges in (("m", (0.22, 0.22, 0.004)), ("mm", (220.0, 220.0, 4.0)), ("flat", (0.22, 0.22, 0.0))):
        write_pulseq(tmp_path / f"{name}.seq", Sequence(blocks, {"FOV": edges}))
        p = SYSTEM.open_beside(tmp_path / f"{name}.seq", SYSTEM.open(phantom))
        plan = plan_of(p)
        assert np.array(plan.shape) * plan.pixel == pytest.approx([0.22, 0.22], rel=0.05)


@pytest.fixture
def twice(tmp_path) -> Path:
    """The echo planar sequence twice, two seconds apart; noise is sampled before."""
    blocks = small_sequence("echo_planar").blocks
    noise = Block(1e-3, readout=Readout(10, 1e-5))
    write_pulseq(tmp_path / "twice.seq", Sequence((noise, *blocks, Block(2.0), *blocks), {"FOV": (FOV,) * 3}))
    return tmp_path / "twice.seq"


def test_passes_are_images_of_their_own(phantom, twice):
    """T1 = 1 s: the second is 1 - exp(-2) as strong, and both are counted on screen."""
    p = SYSTEM.open_beside(twice, SYSTEM.open(phantom))
    made = SYSTEM.image(p)
    first, second = np.abs(made.values)
    assert second.max() / first.max() == pytest.approx(1 - np.exp(-2.004), rel=0.01)
    np.testing.assert_allclose(made.shown, made.values.mean(axis=0), atol=1e-12)
    assert SYSTEM.remarks(p)[-1] == "mean of 2 images, one for each pass through k-space"
    np.testing.assert_allclose(SYSTEM.image(p.change(image=2)).shown, made.values[1])
    assert SYSTEM.remarks(p.change(image=2))[-1].startswith("image 2 of 2 images")


def test_raw_data_count_lines_and_passes(phantom, twice):
    p = SYSTEM.open_beside(twice, SYSTEM.open(phantom))
    raw = SYSTEM.raw(p)
    assert [readout.image for readout in raw.readouts] == [False] + [True] * 2 * MATRIX
    assert [readout.line for readout in raw.readouts[1:]] == 2 * list(range(MATRIX))
    assert [readout.repetition for readout in raw.readouts[1:]] == [0] * MATRIX + [1] * MATRIX
    assert (raw.matrix, raw.cartesian) == ((MATRIX, MATRIX, 1), True)
    assert raw.fov[:2] == pytest.approx((FOV, FOV))
    np.testing.assert_allclose(np.concatenate([r.signal for r in raw.readouts]), SYSTEM.received(p)[1])
    assert not SYSTEM.raw(SYSTEM.open(phantom).change(builtin="spiral")).cartesian


def test_images_and_raw_data_from_the_command_line(phantom, tmp_path, capsys):
    for name in ("a.png", "a.npy", "a.mrd"):
        assert main(["run", "pulseq", "--input", str(phantom), "--out", str(tmp_path / name)]) == 0
    assert "B1 is taken to be in per cent" in capsys.readouterr().err
    grey = np.asarray(Image.open(tmp_path / "a.png"))
    assert grey.shape == (MATRIX, MATRIX)
    assert (grey[MATRIX - 1 - 12, 4], round(grey[MATRIX - 1 - 3, 10] / 85)) == (255, 1)
    assert brightest(np.load(tmp_path / "a.npy")) == (12, 4)
    out = str(tmp_path / "b.png")
    assert main(["run", "pulseq", "--set", "builtin=spin_echo", "--out", out]) == 2
    assert main(["run", "isochromats", "--out", out]) == 2
    assert main(["run", "pulseq", "--out", out, "--duration", "1 s"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert "fewer than two directions" in lines[0]
    assert "isochromats makes no image for --out" in lines[1]
    assert "--duration means nothing" in lines[2]
