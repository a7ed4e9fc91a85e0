"""Pulseq files: real ones against PyPulseq's figures, all versions alike, and one clear line for every bad one."""

import hashlib
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spinviz.files.errors import FileError
from spinviz.files.pulseq import blocks as pulseq_blocks
from spinviz.files.pulseq import shapes as pulseq_shapes
from spinviz.files.pulseq import text as pulseq_text
from spinviz.files.pulseq.read import read_pulseq
from spinviz.physics.constants import PROTON_GYROMAGNETIC_RATIO
from spinviz.physics.sequence.blocks import Rf, Sample
from spinviz.physics.sequence.reference import play
from spinviz.physics.sequence.timeline import Timeline

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "data"
REAL = sorted(FOLDER.glob("seq/*.seq")) + sorted(FOLDER.glob("mr/*.seq"))
real = pytest.mark.skipif(not REAL, reason=f"{FOLDER} with the real Pulseq files is absent")
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

# The same sequence in all versions: an excitation with a slice gradient, a triangle, a readout of four samples.
BLOCKS = {
    (1, 2): "1 0 1 0 0 1 0\n2 1 0 2 0 0 0\n3 0 0 3 0 0 1",
    (1, 3): "1 0 1 0 0 1 0 0\n2 1 0 2 0 0 0 0\n3 0 0 3 0 0 1 0",
    (1, 4): "1 12 1 0 0 1 0 0\n2 50 0 2 0 0 0 0\n3 10 0 3 0 0 1 0",
    (1, 5): "1 12 1 0 0 1 0 0\n2 50 0 2 0 0 0 0\n3 10 0 3 0 0 1 0",
}
RF = {
    (1, 2): "1 250 1 2 20 100 0.5",
    (1, 3): "1 250 1 2 20 100 0.5",
    (1, 4): "1 250 1 2 0 20 100 0.5",
    (1, 5): "1 250 1 2 0 50 20 0 0 100 0.5 e",
}
ADC = {
    (1, 2): "1 4 10000 30 -50 0.25",
    (1, 3): "1 4 10000 30 -50 0.25",
    (1, 4): "1 4 10000 30 -50 0.25",
    (1, 5): "1 4 10000 30 0 0 -50 0.25 0",
}
TRAP = "1 1000 10 100 10 0\n2 -2000 20 0 20 10\n3 500 10 80 10 0"
SHAPES = "shape_id 1\nnum_samples 100\n1\n0\n0\n97\n\nshape_id 2\nnum_samples 100\n0\n0\n98"
VERSIONS = tuple(BLOCKS)
CHANGED = "the file was changed since it was signed"


def text(version=(1, 5), **sections: str | None) -> str:
    """A small file, with some sections replaced, added or (None) left out."""
    parts: dict[str, str | None] = {
        "VERSION": f"major {version[0]}\nminor {version[1]}\nrevision 0",
        "DEFINITIONS": "Name small\nFOV 0.2 0.2 0.005",
        "BLOCKS": BLOCKS.get(version, ""),
        "RF": RF.get(version, ""),
        "TRAP": TRAP,
        "ADC": ADC.get(version, ""),
        "DELAYS": "1 500" if version < (1, 4) else None,
        "SHAPES": SHAPES,
        **sections,
    }
    return "# Pulseq\n" + "\n\n".join(f"[{name}]\n{body}" for name, body in parts.items() if body is not None) + "\n"


@pytest.fixture
def read(tmp_path):
    """Read a text as if it were a file."""

    def read_text(content: str | bytes, **options):
        path = tmp_path / "x.seq"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_pulseq(path, **options)

    return read_text


@pytest.mark.parametrize("version", VERSIONS)
def test_tabs_stand_between_words_like_blanks(read, version):
    """Rasters after a tab were not found: blocks lasted as long as the default says."""
    rasters = "BlockDurationRaster 1e-05\nGradientRasterTime 5e-06\nRadiofrequencyRasterTime 1e-06\nAdcRasterTime 1e-07"
    blanks = text(version, DEFINITIONS=rasters, EXTENSIONS="extension LABELSET 1\n1 1 SLC")
    one, other = read(blanks), read(re.sub(r"(?<=\S) +(?=\S)", "\t", blanks).replace("#\tPulseq", "# Pulseq"))
    assert other.definitions == one.definitions
    assert other.definitions["GradientRasterTime"] == 5e-6
    assert [b.duration for b in other.blocks] == [b.duration for b in one.blocks]
    assert str(other.blocks) == str(one.blocks)


@pytest.mark.parametrize("version", VERSIONS)
def test_all_versions_say_the_same(read, version):
    sequence = read(text(version))
    excitation, triangle, readout = sequence.blocks
    assert sequence.definitions == {"Name": "small", "FOV": (0.2, 0.2, 0.005)}
    np.testing.assert_allclose([b.duration for b in sequence.blocks], [120e-6, 500e-6, 100e-6], rtol=1e-12)
    rf = excitation.rf
    assert isinstance(rf, Rf)
    assert (rf.start, rf.frequency, rf.phase, rf.held) == (20e-6, 100.0, -0.5, True)
    np.testing.assert_allclose(rf.times, 1e-6 * np.arange(101), atol=1e-18)
    np.testing.assert_allclose(rf.w1, np.full(100, 2 * np.pi * 250.0))
    assert rf.use == ("excitation" if version == (1, 5) else "undefined")
    slice_gradient = excitation.gradients[2]
    np.testing.assert_allclose(slice_gradient.times, [0, 10e-6, 110e-6, 120e-6])
    np.testing.assert_array_equal(slice_gradient.amplitudes, [0, 1000, 1000, 0])
    np.testing.assert_allclose(triangle.gradients[0].times, [10e-6, 30e-6, 50e-6])
    assert triangle.gradients[0].area == pytest.approx(-2000 * 20e-6)
    adc = readout.readout
    assert (adc.samples, adc.frequency, adc.phase) == (4, -50.0, -0.25)
    np.testing.assert_allclose(adc.times, [35e-6, 45e-6, 55e-6, 65e-6])


def test_equal_blocks_are_one_object(read):
    rows = "\n".join(f"{i} 12 1 0 0 1 0 0" for i in range(1, 6))
    assert len({id(b) for b in read(text(BLOCKS=rows)).blocks}) == 1


# --- the same physics in the other convention ---------------------------------------------------------------------


def test_a_pulse_turns_the_spins_at_its_frequency(read):
    """A weak pulse of 1 ms at +2 kHz tips spins whose offset is +2 kHz and leaves those at -2 kHz (theory: sinc)."""
    rf = "1 50 1 2 0 500 0 0 0 2000 0 e"
    shapes = SHAPES.replace("num_samples 100", "num_samples 1000").replace("\n97", "\n997").replace("\n98", "\n998")
    sequence = read(text(RF=rf, BLOCKS="1 100 1 0 0 0 0 0", SHAPES=shapes))
    sample = Sample.of(dw=2 * np.pi * np.array([2000.0, -2000.0]))
    m = sample.in_equilibrium()
    play(Timeline(sequence), sample, m, 0.0, 1e-3)
    # On resonance 2 pi 50 Hz 1 ms = 18 degrees; four kilohertz away the tip is at most w1/dw = 0.0125.
    assert np.hypot(m[0], m[1])[0] == pytest.approx(np.sin(2 * np.pi * 50e-3), rel=1e-6)
    assert np.hypot(m[0], m[1])[1] < 2 * 0.0125


@pytest.mark.parametrize("angle", [0.3, -2.0])
def test_receiver_and_pulse_share_their_phase(read, angle):
    """With equal phases of pulse and receiver the signal does not depend on them: RF spoiling cancels."""
    signals = []
    for phase in (0.0, angle):
        rf, adc = f"1 250 1 2 0 50 20 0 0 0 {phase} e", f"1 4 10000 30 0 0 0 {phase} 0"
        timeline = Timeline(read(text(RF=rf, ADC=adc)))
        sample = Sample.of(dw=[300.0, -100.0])
        signals.append(play(timeline, sample, sample.in_equilibrium(), 0.0, 1.0))
    np.testing.assert_allclose(signals[1], signals[0], atol=1e-12)


def test_frequency_in_ppm_counts_from_the_larmor_frequency(read):
    f0 = PROTON_GYROMAGNETIC_RATIO / (2 * np.pi) * 3.0
    rf, adc = "1 250 1 2 0 50 20 -3.45 0.1 7 0.5 s", "1 4 10000 30 2 0 0 0 0"
    sequence = read(text(RF=rf, ADC=adc), B0=3.0)
    pulse = sequence.blocks[0].rf
    assert pulse.frequency == pytest.approx(7 - 3.45e-6 * f0)
    assert pulse.phase == pytest.approx(-(0.5 + 0.1e-6 * f0))
    assert sequence.blocks[2].readout.frequency == pytest.approx(2e-6 * f0)
    told = read(text(RF=rf, ADC=adc, DEFINITIONS="B0 3")).blocks[0].rf
    assert told.frequency == pulse.frequency


def test_phase_shape_is_conjugated(read):
    shapes = "shape_id 1\nnum_samples 2\n1\n0.5\n\nshape_id 2\nnum_samples 2\n0.25\n0.125"
    pulse = read(text(SHAPES=shapes)).blocks[0].rf
    np.testing.assert_allclose(pulse.w1, 2 * np.pi * 250 * np.array([-1j, 0.5 * np.exp(-1j * np.pi / 4)]), atol=1e-12)


def test_times_of_a_pulse(read):
    """Vertices joined by straight lines; the carrier's phase counts from the beginning of the shape, not its first."""
    shapes = f"{SHAPES}\n\nshape_id 3\nnum_samples 3\n0\n1\n0\n\nshape_id 4\nnum_samples 3\n10\n20\n60"
    shapes += "\n\nshape_id 5\nnum_samples 3\n0\n0\n0"
    pulse = read(text(RF="1 100 3 5 4 20 20 0 0 1000 0 u", SHAPES=shapes)).blocks[0].rf
    assert not pulse.held
    assert pulse.start == pytest.approx(30e-6)
    np.testing.assert_allclose(pulse.times, [0, 10e-6, 50e-6], atol=1e-18)
    assert pulse.flip == pytest.approx(2 * np.pi * 100 * 25e-6)
    assert np.angle(pulse.at(10e-6)) == pytest.approx(-2 * np.pi * 1000 * 20e-6)


# --- gradients ----------------------------------------------------------------------------------------------------


def gradient(read, row, shape, version=(1, 5), blocks="1 100 0 1 0 0 0 0", extra=""):
    numbers = "\n".join(map(str, shape))
    shapes = f"shape_id 1\nnum_samples {len(shape)}\n{numbers}{extra}"
    return read(text(version, TRAP=None, GRADIENTS=row, BLOCKS=blocks, SHAPES=shapes))


def test_samples_of_a_gradient_stand_between_its_ends(read):
    found = gradient(read, "1 1000 0 500 1 0 20", [0.5, 1, 0.8]).blocks[0].gradients[0]
    np.testing.assert_allclose(found.times, 1e-6 * np.array([20, 25, 35, 45, 50]))
    np.testing.assert_allclose(found.amplitudes, [0, 500, 1000, 800, 500])


def test_samples_every_half_raster(read):
    found = gradient(read, "1 1000 0 0 1 -1 0", [0.5, 1, 0.5]).blocks[0].gradients[0]
    np.testing.assert_allclose(found.times, 1e-6 * np.array([0, 5, 10, 15, 20]))
    np.testing.assert_allclose(found.amplitudes, [0, 500, 1000, 500, 0])


def test_vertices_of_a_gradient(read):
    extra = "\n\nshape_id 2\nnum_samples 3\n0\n2\n10"
    found = gradient(read, "1 1000 1000 0 1 2 0", [1, 1, 0], extra=extra).blocks[0].gradients[0]
    np.testing.assert_allclose(found.times, [0, 20e-6, 100e-6])
    assert found.area == pytest.approx(1000 * 20e-6 + 500 * 80e-6)


def test_older_gradients_go_on_where_the_last_block_ended(read):
    """Before 1.5 a shape on the default raster does not say how it begins and ends: a ramp, a plateau, a waiting."""
    blocks = "1 2 0 1 0 0 0 0\n2 2 0 2 0 0 0 0\n3 2 0 0 0 0 0 0"
    extra = "\n\nshape_id 2\nnum_samples 2\n1\n1"
    found = gradient(read, "1 800 1 0 0\n2 800 2 0 0", [0.25, 0.75], (1, 4), blocks, extra)
    up, flat = (b.gradients[0] for b in found.blocks[:2])
    np.testing.assert_allclose(up.amplitudes, [0, 200, 600, 800])
    np.testing.assert_allclose(flat.amplitudes, [800, 800, 800, 0])


def test_a_trapezoid_without_ramps_jumps(read):
    sequence = read(text(BLOCKS="1 12 0 1 2 0 0 0", TRAP="1 1000 0 100 0 0\n2 1000 0 50 20 10"))
    for found, area in zip(sequence.blocks[0].gradients, (1000 * 100e-6, 1000 * 60e-6)):
        assert found.area == pytest.approx(area)


# --- shapes -------------------------------------------------------------------------------------------------------


def naive(packed: list[float]) -> list[float]:
    """Unpack as one would by hand."""
    steps: list[float] = []
    while packed:
        if len(packed) > 2 and packed[0] == packed[1]:
            steps += [packed[0]] * (int(packed[2]) + 2)
            packed = packed[3:]
        else:
            steps.append(packed[0])
            packed = packed[1:]
    return np.cumsum(steps).tolist()


runs = st.lists(st.tuples(st.sampled_from([0.0, 0.25, -0.5, 1.0]), st.integers(1, 9)), min_size=1, max_size=9)


@given(runs=runs)
@quick
def test_shapes_unpack(read, runs):
    runs = [run for i, run in enumerate(runs) if i == 0 or run[0] != runs[i - 1][0]]
    steps = np.concatenate([np.full(n, v) for v, n in runs])
    packed = [x for v, n in runs for x in ([v] if n == 1 else [v, v, float(n - 2)])]
    if len(packed) == len(steps):
        return
    lines = "\n".join(map(str, packed))
    shapes = (
        f"shape_id 1\nnum_samples {len(steps)}\n{lines}\n\nshape_id 2\nnum_samples {len(steps)}\n0\n0\n{len(steps) - 2}"
    )
    if len(steps) < 4:
        return
    pulse = read(text(SHAPES=shapes, BLOCKS="1 12 1 0 0 0 0 0")).blocks[0].rf
    np.testing.assert_allclose(pulse.w1.real, 500 * np.pi * np.array(naive(packed)), atol=1e-9)


@given(samples=st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]), min_size=1, max_size=40))
@quick
def test_packed_shapes_are_shorter_and_give_back_the_samples(samples):
    packed = pulseq_shapes.pack(np.array(samples))
    assert len(packed) <= len(samples)
    assert (packed if len(packed) == len(samples) else naive(packed)) == samples


# --- signature ----------------------------------------------------------------------------------------------------


def signed(content: str, kind: str = "md5", digest: str | None = None) -> str:
    digest = digest or hashlib.new(kind, content.encode()).hexdigest()
    return f"{content}\n[SIGNATURE]\n# comes before the [SIGNATURE] section\nType {kind}\nHash {digest}\n"


@pytest.mark.parametrize("kind", ["md5", "sha1"])
def test_signature(read, kind):
    assert len(read(signed(text(), kind)).blocks) == 3


def test_signature_survives_other_line_ends(read):
    assert len(read(signed(text()).replace("\n", "\r\n")).blocks) == 3


def test_a_changed_file_plays_and_says_so(read):
    """It was refused: whoever corrected a name had to sign again."""
    changed = signed(text()).replace("Name small", "Name large")
    sequence = read(changed)
    assert sequence.definitions["Name"] == "large"
    assert CHANGED in sequence.remarks
    assert CHANGED not in read(signed(text())).remarks
    assert CHANGED not in read(changed[: changed.index("[SIGNATURE]")]).remarks


@pytest.mark.parametrize(
    "signature", ["Type crc32\nHash 00", "Type md5", "Hash 00"], ids=["unknown kind", "no hash", "no kind"]
)
def test_a_signature_that_cannot_be_checked_is_said(read, signature):
    (remark,) = [r for r in read(f"{text()}\n[SIGNATURE]\n{signature}\n").remarks if "signature" in r]
    assert "cannot be checked" in remark


# --- odd, but understood --------------------------------------------------------------------------------------------

RASTERS = "BlockDurationRaster 1e-05\nGradientRasterTime 1e-05\nRadiofrequencyRasterTime 1e-06\nAdcRasterTime 1e-07"


@pytest.mark.parametrize("version", VERSIONS)
def test_nothing_is_remarked_about_a_usual_file(read, version):
    assert read(text(version, DEFINITIONS=RASTERS)).remarks == ()


@pytest.mark.parametrize("version", VERSIONS)
def test_definitions_that_the_version_demands_are_missed(read, version):
    """From 1.4 on all four rasters; before, none."""
    one = read(text(version, DEFINITIONS=RASTERS.replace("BlockDurationRaster 1e-05\n", ""))).remarks
    all_four = read(text(version)).remarks
    if version < (1, 4):
        assert one == all_four == ()
        return
    number = ".".join(map(str, version))
    assert one == (f"BlockDurationRaster not defined, as version {number} demands: assumed 10 µs",)
    assert "GradientRasterTime, RadiofrequencyRasterTime, AdcRasterTime, BlockDurationRaster not" in all_four[0]
    assert all_four[0].endswith("assumed 10, 1, 0.1, 10 µs")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("dwell", [3938, 4923, 15625, 31683])
def test_dwell_times_off_the_raster_are_played_and_said(read, version, dwell):
    """Of public files of JEMRIS and KomaMRI, which were refused."""
    blocks = BLOCKS[version].replace("3 10 0 3", "3 20 0 3")
    content = text(version, ADC=ADC[version].replace("10000", str(dwell)), BLOCKS=blocks, DEFINITIONS=RASTERS)
    sequence = read(content)
    np.testing.assert_allclose(
        sequence.blocks[2].readout.times, 30e-6 + (np.arange(4) + 0.5) * dwell * 1e-9, rtol=1e-12
    )
    (remark,) = sequence.remarks
    expected = (
        f"dwell time of readout 1 is {dwell / 1e3:g} µs, no multiple of AdcRasterTime (0.1 µs): played as written"
    )
    assert remark.endswith(expected)


def test_gradients_and_pulses_off_their_raster_are_played_and_said(read):
    trap = TRAP.replace("1000 10 100 10 0", "1000 13 94 13 0")
    sequence = read(text(TRAP=trap, RF=RF[1, 5].replace("50 20", "50 19.5"), DEFINITIONS=RASTERS))
    np.testing.assert_allclose(sequence.blocks[0].gradients[2].times, [0, 13e-6, 107e-6, 120e-6], rtol=1e-12)
    assert sequence.blocks[0].rf.start == pytest.approx(19.5e-6)
    pulse, gradient = sequence.remarks
    assert "'delay' of RF pulse 1 is 19.5 µs, no multiple of RadiofrequencyRasterTime (1 µs): played" in pulse
    assert "'rise' of gradient 1 is 13 µs, no multiple of GradientRasterTime (10 µs), nor are 2 others: pl" in gradient


def test_comments_may_follow_what_they_are_about(read):
    """As in files written by hand; the words after # counted as columns."""
    rows = "\n".join(f"{row} # a comment" for row in BLOCKS[1, 5].splitlines())
    commented = read(text(BLOCKS=rows, RF=RF[1, 5] + " # 1 2", DEFINITIONS="Name a#b # c"))
    assert str(commented.blocks) == str(read(text()).blocks)
    assert commented.definitions["Name"] == "a#b # c"


# --- where a pulse acts ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("centre", [0.0, 12.5, 100.0])
def test_the_centre_of_a_pulse_is_read(read, centre):
    rf = read(text(RF=RF[1, 5].replace("50 20", f"{centre} 20"))).blocks[0].rf
    assert rf.centre == rf.acts_at == pytest.approx(1e-6 * centre, abs=1e-18)


def test_the_centre_counts_from_before_the_first_sample(read):
    """A pulse whose times begin 3 us after its delay."""
    shapes = SHAPES + "\nshape_id 3\nnum_samples 3\n3\n10\n90\n\nshape_id 4\nnum_samples 3\n1\n1\n1"
    rf = read(text(RF="1 250 4 0 3 50 20 0 0 0 0 e", SHAPES=shapes)).blocks[0].rf
    assert rf.start + rf.acts_at == pytest.approx(70e-6)


@pytest.mark.parametrize("centre", [-1, 101])
def test_a_centre_outside_its_pulse_is_said_and_not_taken(read, centre):
    sequence = read(text(RF=RF[1, 5].replace("50 20", f"{centre} 20"), DEFINITIONS=RASTERS))
    assert sequence.blocks[0].rf.acts_at == pytest.approx(50e-6)
    (remark,) = sequence.remarks
    assert f"the centre of RF pulse 1 is {centre} µs, not within 0 and 100 µs: its peak is taken" in remark


@pytest.mark.parametrize("version", VERSIONS[:-1])
def test_older_versions_leave_the_centre_to_the_shape(read, version):
    """A ramp acts at its end."""
    rf = read(text(version, SHAPES=SHAPES.replace("1\n0\n0\n97", "0.01\n0.01\n98"))).blocks[0].rf
    assert rf.centre is None
    assert rf.acts_at == pytest.approx(99.5e-6)


# --- bad input ----------------------------------------------------------------------------------------------------

EXTENDED = {"BLOCKS": "1 12 1 0 0 1 0 1"}
BAD = {
    "no pulseq": ("hello\nworld\n", r"no \[VERSION\] section \(it begins with 'hello'\).*1.2 to 1.5"),
    "binary": (b"\x00\xff\x01[VERSION" * 9, r"no \[VERSION\]"),
    "future version": (
        text((1, 6), RF=RF[1, 5], ADC=ADC[1, 5], BLOCKS=BLOCKS[1, 5]),
        "version 1.6, known are 1.2 to 1.5",
    ),
    "old version": (text((1, 1), RF=RF[1, 2], ADC=ADC[1, 2], BLOCKS=BLOCKS[1, 2]), "version 1.1, known are 1.2 to 1.5"),
    "huge version": (text(VERSION="major 1e400\nminor 5"), "major version is '1e400', not a finite number"),
    "no version": (text(VERSION="major 1"), "lacks major or minor"),
    "unknown section": (text(NOISE="1 2"), r"section '\[NOISE\]' is not known"),
    "section twice": (text() + "[RF]\n", r"\[RF\] occurs twice"),
    "no blocks": (text(BLOCKS=None), "no blocks"),
    "no rows": (text(BLOCKS=""), "no blocks"),
    "columns of a block": (text(BLOCKS="1 12 1 0 0"), "has 5 columns, expected are 8"),
    "columns of a pulse": (text(RF=RF[1, 4]), r"\[RF\] 1 has 8 columns, version 1.5 has 12"),
    "block twice": (text(BLOCKS="1 9 0 0 0 0 0 0\n1 9 0 0 0 0 0 0"), "block 1 is defined twice"),
    "event twice": (text(ADC=ADC[1, 5] + "\n" + ADC[1, 5]), r"id 1 in \[ADC\] is defined twice"),
    "gradient twice": (text(GRADIENTS="2 1 0 0 1 0 0"), r"gradient 2 is defined in \[TRAP\] and"),
    "negative block": (text(BLOCKS="1 -12 1 0 0 1 0 0"), "block 1 lasts -12 raster steps, it must be 0 or more"),
    "endless block": (text(BLOCKS=f"1 {'9' * 400} 1 0 0 1 0 0"), "a number in block '1 99999.* not a finite number"),
    "huge id": (text(BLOCKS=f"{2**60} 12 1 0 0 1 0 0"), "not a whole number"),
    "negative id": (text(BLOCKS="1 12 -1 0 0 1 0 0"), "block 1 uses event -1"),
    "negative rise": (text(TRAP=TRAP.replace("1000 10", "1000 -10")), "'rise' of gradient 1 is -10 us, it must be 0"),
    "negative delay": (text(RF=RF[1, 5].replace("50 20", "50 -20")), "'delay' of RF pulse 1 is -20 us"),
    "negative dwell": (text(ADC=ADC[1, 5].replace("10000", "-10000")), "dwell time of readout 1 is -10000 ns"),
    "no samples": (text(ADC=ADC[1, 5].replace("1 4", "1 0")), "0 samples, allowed are 1 to"),
    "endless samples": (text(ADC=ADC[1, 5].replace("1 4", "1 4e15")), "samples, allowed are 1 to"),
    "half a sample": (text(ADC=ADC[1, 5].replace("1 4", "1 4.5")), "'4.5', not a whole number"),
    "missing pulse": (text(RF=None), "a block uses RF pulse 1, which does not exist"),
    "missing gradient": (text(TRAP="1 1000 10 100 10 0"), "a block uses gradient 2, which does not exist"),
    "missing readout": (text(ADC=None), "a block uses readout 1, which does not exist"),
    "missing delay": (text((1, 3), DELAYS=None), "a block uses delay 1, which does not exist"),
    "missing shape": (text(SHAPES="shape_id 1\nnum_samples 1\n1"), "RF pulse 1 uses shape 2, which does not exist"),
    "not a number": (text(TRAP=TRAP.replace("1000", "10_00")), "'amp' of gradient 1 is '10_00', not a finite"),
    "nan": (text(TRAP=TRAP.replace("1000", "nan")), "'amp' of gradient 1 is 'nan', not a finite number"),
    "too strong": (
        text(TRAP=TRAP.replace("1000", "1e12")),
        r"is 1e\+12 Hz/m, the limit is 1e\+09 Hz/m; make it weaker",
    ),
    "pulse too strong": (text(RF=RF[1, 5].replace("250", "1e7")), r"is 1e\+07 Hz, the limit is 1e\+06 Hz"),
    "use": (text(RF=RF[1, 5][:-1] + "x"), "is used for 'x', known are e r i s p o u"),
    "raster": (text(DEFINITIONS="GradientRasterTime 0"), "GradientRasterTime is 0 s, allowed are"),
    "block too short": (text(BLOCKS="1 11 1 0 0 1 0 0"), "block 1 lasts 0.00011 s but its RF pulse ends at 0.00012 s"),
    "shape too short": (
        text(SHAPES=SHAPES.replace("\n97", "\n90")),
        "shape 1 unpacks to 93 samples, announced are 100",
    ),
    "shape too long": (text(SHAPES=SHAPES.replace("\n97", "\n1e15")), "shape 1 unpacks to another number of samples"),
    "shape of nothing": (text(SHAPES=SHAPES.replace("\n97", "\n-9")), "shape 1 unpacks to another number of samples"),
    "shape cut": (text(SHAPES=SHAPES[:-3]), "shape 2 unpacks to another number of samples, announced are 100"),
    "shape huge": (
        text(SHAPES=SHAPES.replace("100", "10000000000").replace("\n97", "\n9999999997")),
        "has 10000000000 samples, the limit is 4194304",
    ),
    "shape twice": (text(SHAPES=SHAPES.replace("shape_id 2", "shape_id 1")), "shape 1 is defined twice"),
    "shape empty": (text(SHAPES=SHAPES.replace("num_samples 100\n1", "num_samples 0\n1")), "has 0 samples"),
    "shape with a hole": (text(SHAPES="1\n2"), "holds '1' where shape_id or num_samples belongs"),
    "shapes differ": (
        text(SHAPES=SHAPES.replace("0\n98", "0\n97").replace("100\n0", "99\n0")),
        "100 magnitudes and 99 phases",
    ),
    "times fall": (
        text(RF="1 9 3 3 3 2 20 0 0 0 0 u", SHAPES="shape_id 3\nnum_samples 2\n1\n0", BLOCKS="1 12 1 0 0 0 0 0"),
        r"the times of RF pulse 1 \(shape 3\) do not rise",
    ),
    "extension circle": (text(**EXTENDED, EXTENSIONS="1 1 1 2\n2 1 1 1"), "goes round in a circle at 1"),
    "extension missing": (text(**EXTENDED), "a block uses extension 1, which does not exist"),
    "shims": (text(**EXTENDED, EXTENSIONS="1 7 1 0\nextension RF_SHIMS 7\n1 1 1 0"), "RF_SHIMS changes pulses or"),
    "rotation missing": (
        text(**EXTENDED, EXTENSIONS="1 7 2 0\nextension ROTATIONS 7\n1 1 0 0 0"),
        "a block uses rotation 2, which does not exist",
    ),
    "rotation too long": (
        text(**EXTENDED, EXTENSIONS="1 7 1 0\nextension ROTATIONS 7\n1 2 0 0 0"),
        "rotation 1 has 4 numbers of length 2, expected are 4 of length 1",
    ),
    "rotation too short": (
        text(**EXTENDED, EXTENSIONS="1 7 1 0\nextension ROTATIONS 7\n1 1"),
        "rotation 1 has 1 numbers",
    ),
    "required": (
        text(**EXTENDED, EXTENSIONS="1 7 1 0\nextension WARP 7", DEFINITIONS="RequiredExtensions WARP"),
        "the extension WARP changes",
    ),
    "transmit columns": (
        text((1, 4), RF=RF[1, 4] + " 3 4"),
        r"per-channel transmit columns \(pTx\): 10 of them, 8 serve one channel",
    ),
    "transmit columns of 1.3": (text((1, 3), RF=RF[1, 3] + " 0 0"), r"\(pTx\): 9 of them, 7 serve one channel"),
    "times of one channel": (
        text(RF="1 9 1 2 3 2 20 0 0 0 0 u", SHAPES=SHAPES + "\nshape_id 3\nnum_samples 20\n0\n1\n1\n17"),
        r"100 samples and 20 times, as if 5 transmit channels \(pTx\) followed each other",
    ),
    "channels one after another": (
        text(RF=RF[1, 5].replace("50 20", "50 0"), BLOCKS="1 5 1 0 0 0 0 0"),
        r"ends at 0.0001 s.*the samples of several \(pTx\) follow",
    ),
    "receiver phases": (text(ADC=ADC[1, 5][:-1] + "1"), "readout 1 has 4 samples and 100 phases"),
    "odd extension": (text(EXTENSIONS="extension LABELSET"), "is not 'extension NAME NUMBER'"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_files_get_one_clear_line(read, name):
    content, complaint = BAD[name]
    with pytest.raises(FileError) as caught:
        read(content)
    message = str(caught.value)
    assert re.search(complaint, message), message
    assert "\n" not in message
    assert "; " in message
    assert message.endswith(".")


def test_limits_are_named(read, monkeypatch):
    rows = "\n".join(f"{i} 12 1 0 0 1 0 0" for i in range(1, 12))
    monkeypatch.setattr(pulseq_text, "MAX_BLOCKS", 10)
    with pytest.raises(FileError, match="the file has 11 blocks, the limit is 10; cut the sequence in parts"):
        read(text(BLOCKS=rows))
    monkeypatch.undo()
    for name, limit, complaint in (
        ("MAX_DURATION", 1e-3, "lasts more than 0.001 s"),
        ("MAX_READOUTS", 40, "reads more than 40 samples"),
        ("MAX_KNOTS", 40, "more than 40 points"),
    ):
        monkeypatch.setattr(pulseq_blocks, name, limit)
        with pytest.raises(FileError, match=complaint):
            read(text(BLOCKS=rows.replace("1 0 0 1 0 0", "1 0 0 3 1 0")))
        monkeypatch.undo()


def test_millions_of_blocks_are_refused_quickly(read):
    rows = "1 1 0 0 0 0 0 0\n" * (pulseq_text.MAX_BLOCKS + 1)
    with pytest.raises(FileError, match="1000001 blocks, the limit is 1000000"):
        read(text(BLOCKS=rows))


def test_labels_triggers_and_soft_delays_are_ignored(read):
    extensions = "1 1 1 2\n2 2 1 3\n3 3 1 0\nextension TRIGGERS 1\n1 2 1 0 2000\nextension LABELSET 2\n1 0 LIN\n"
    sequence = read(text(**EXTENDED, EXTENSIONS=extensions + "extension DELAYS 3\n1 0 0 1 TE"))
    assert sequence.duration == pytest.approx(120e-6)


@pytest.mark.parametrize(
    ("quaternion", "matrix"),
    [
        # Half the angle about an axis: 45 degrees about z, 90 about x, 180 about y (mr.makeRotation of Pulseq).
        ("0.923879532511287 0 0 0.38268343236509", [[0.5**0.5, -(0.5**0.5), 0], [0.5**0.5, 0.5**0.5, 0], [0, 0, 1]]),
        ("0.707106781186548 0.707106781186548 0 0", [[1, 0, 0], [0, 0, -1], [0, 1, 0]]),
        ("0 0 1 0", [[-1, 0, 0], [0, 1, 0], [0, 0, -1]]),
    ],
)
def test_rotations(read, quaternion, matrix):
    """Trapezoids of different times and a rectangle, on all axes: rotated everywhere, and only in their block."""
    traps = "1 1000 10 100 10 0\n2 -2000 20 30 20 10\n3 500 0 80 0 20"
    blocks = "1 12 0 1 2 3 0 {}\n2 12 0 1 2 3 0 0"
    plain, turned = (
        read(text(TRAP=traps, BLOCKS=blocks.format(n), EXTENSIONS=f"1 7 1 0\nextension ROTATIONS 7\n1 {quaternion}"))
        for n in (0, 1)
    )
    t = np.linspace(0, 240e-6, 4001)[:-1] + 1e-9
    before, after = (Timeline(sequence).gradient(t) for sequence in (plain, turned))
    half = len(t) // 2
    np.testing.assert_allclose(after[:, :half], np.array(matrix) @ before[:, :half], atol=1e-8)
    np.testing.assert_array_equal(after[:, half:], before[:, half:])


@pytest.mark.parametrize("phases", [(0.3, 0.4, 0.5, 0.6), (0.0, 2.0, -1.0, 7.0)])
def test_receiver_phases_are_added(read, phases):
    """In radians, to phase and frequency of the receiver, which Pulseq counts the other way round."""
    shapes = SHAPES + "\nshape_id 3\nnum_samples 4\n" + "\n".join(map(str, phases))
    timeline = Timeline(read(text(ADC="1 4 10000 30 0 0 -50 0.25 3", SHAPES=shapes)))
    expected = -(0.25 + 2 * np.pi * -50 * (np.arange(4) + 0.5) * 1e-5 + np.array(phases))
    np.testing.assert_allclose(timeline.sample_phases, expected, atol=1e-12)


def test_receiver_phases_shift_the_image_to_the_side_that_the_file_means(read):
    """A field of view moved to x = 8 mm (mr.TransformFOV of Pulseq): the receiver's phase is 2 pi x times the area of
    the gradient so far, and a spin there is heard as one in the middle would be, with a constant phase."""
    # 10 kHz/m from 20 us on: its areas at 5, 15, 25 and 35 us.
    x, areas = 8e-3, (0.0, 0.0, 0.05, 0.15)
    shapes = SHAPES + "\nshape_id 3\nnum_samples 4\n" + "\n".join(repr(2 * np.pi * x * area) for area in areas)
    rows = "1 12 1 0 0 0 0 0\n2 10 0 1 0 0 1 0"
    content = text(BLOCKS=rows, TRAP="1 10000 0 50 0 20", ADC="1 4 10000 0 0 0 0 0 3", SHAPES=shapes)
    timeline = Timeline(read(content))
    sample = Sample.of([[x], [0.0], [0.0]])
    signal = play(timeline, sample, sample.in_equilibrium(), 0.0, 220e-6)
    np.testing.assert_allclose(np.angle(signal / signal[0]), 0.0, atol=1e-9)


# --- real files ---------------------------------------------------------------------------------------------------

# blocks, duration [s], readout samples; largest |k| [1/m] as PyPulseq 1.5.0 computes it (calculate_kspace).
FIGURES = {
    "epi_100x100_TE100_FOV230.seq": (204, 1.0, 10000, 217.391317),
    "seq_make_block_pulses.seq": (13, 6.018, 0, 0.0),
    "write_epi_se.seq": (136, 0.08315, 4096, 124.999705),
    "write_gre.seq": (320, 0.768, 4096, 125.00014),
    "write_tse.seq": (350, 10.0, 4096, 125.000064),
}


@real
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_real_files(path):
    blocks, duration, samples, k = FIGURES[path.name]
    sequence = read_pulseq(path)
    assert len(sequence.blocks) == blocks
    assert sequence.duration == pytest.approx(duration, rel=1e-12)
    assert len(sequence.sample_times) == samples
    assert sequence.remarks == ()
    if samples:
        # Files hold six digits, k sums some hundred gradients.
        assert np.abs(Timeline(sequence).kspace).max() == pytest.approx(k, rel=1e-6)


@real
def test_flip_angles_of_block_pulses():
    """Amplitude times duration as written: the first two a little more than 57 degrees, the others 90."""
    pulses = [b.rf for b in read_pulseq(FOLDER / "seq/seq_make_block_pulses.seq").blocks if b.rf is not None]
    np.testing.assert_allclose(
        [p.flip for p in pulses], 2 * np.pi * np.array([39.7887 * 4e-3] * 2 + [0.25] * 5), rtol=1e-5
    )


@real
@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_files_never_do_more_than_complain(read, data):
    path = data.draw(st.sampled_from(REAL))
    raw = bytearray(path.read_bytes())
    raw = raw[: raw.rindex(b"\n[SIGNATURE]")]
    for _ in range(data.draw(st.integers(0, 4))):
        place = data.draw(st.integers(0, min(len(raw), 9000) - 1))
        raw[place] = data.draw(st.sampled_from(b"0123456789-.e \n#[]xn\x00\xff"))
    raw = raw[: data.draw(st.integers(1, len(raw)))]
    try:
        sequence = read(bytes(raw))
    except FileError:
        return
    assert np.isfinite(sequence.duration)
    assert len(sequence.blocks) >= 1


@real
@given(place=st.floats(0, 0.98), new=st.sampled_from(b"0123456789"))
@quick
def test_a_flipped_digit_breaks_the_signature(read, place, new):
    raw = bytearray(REAL[0].read_bytes())
    i = int(place * raw.rindex(b"\n[SIGNATURE]"))
    if raw[i] == new:
        return
    raw[i] = new
    try:
        assert CHANGED in read(bytes(raw)).remarks
    except FileError:
        return  # what it says now cannot be
