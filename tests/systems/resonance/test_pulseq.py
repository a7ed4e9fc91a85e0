"""The Pulseq player: the signal equation, the same signal live and at once, files that join each other."""

from pathlib import Path

import h5py
import numpy as np
import pytest

from spinviz.app.run.openings import open_file
from spinviz.engine.loop import Loop, SetParameters
from spinviz.files.errors import FileError
from spinviz.files.mr_signal import read_mr_signal
from spinviz.files.pulseq.read import write_pulseq
from spinviz.model.parameters import ParameterError
from spinviz.model.system import UnknownName
from spinviz.physics.sequence.blocks import Block, Gradient, HardPulse, Readout, Sequence
from spinviz.physics.sequence.timeline import Timeline
from spinviz.systems.resonance.pulseq.pages import page_at
from spinviz.systems.resonance.pulseq.parameters import timeline_of
from spinviz.systems.resonance.pulseq.plots import expected, kspace_lines, signal_lines
from spinviz.systems.resonance.pulseq.small_sequences import FOV, MATRIX, small_sequence
from spinviz.systems.resonance.pulseq.spins import places, spins_of
from spinviz.systems.resonance.pulseq.system import Pulseq, PulseqParameters, PulseqState

MR = Path(__file__).resolve().parents[4] / "shared" / "data" / "mr"
REAL = sorted(MR.parent.glob("seq/*.seq")) + sorted(MR.glob("*"))
real = pytest.mark.skipif(not REAL, reason=f"{MR} with the real files is absent")
SYSTEM = Pulseq()
EPI = MR / "epi_100x100_TE100_FOV230.seq"


def live(p: PulseqParameters, seconds: float | None = None, steps: int = 100) -> PulseqState:
    """Play up to a time, by default almost to the end."""
    state = SYSTEM.initial_state(p, np.random.default_rng(0))
    until = 0.999 * timeline_of(p).sequence.duration if seconds is None else seconds
    for _ in range(steps):
        SYSTEM.step(state, p, until / steps)
    return state


@pytest.mark.parametrize("builtin", ["echo_planar", "spiral"])
def test_signal_equation(builtin):
    p = PulseqParameters.of(builtin=builtin, spread=20.0, offset=30.0, T2=0.01, size=0.03)
    _, signal = SYSTEM.received(p)
    np.testing.assert_allclose(signal, expected(p), atol=1e-11)


def test_a_voxel_is_a_sinc_in_kspace():
    """A cube of edge a: sinc(a kx) sinc(a ky) at k, to what 20,000 points of low discrepancy leave."""
    p = PulseqParameters.of(isochromats=20_000, spread=0.0, T2=100.0, T1=100.0, size=0.02)
    _, signal = SYSTEM.received(p)
    k = timeline_of(p).kspace
    np.testing.assert_allclose(signal, 1j * np.sinc(0.02 * k[0]) * np.sinc(0.02 * k[1]), atol=2e-3)


def test_places_fill_the_cube_evenly():
    points = places(1001)
    assert points.shape == (3, 1001)
    assert np.abs(points).max() <= 0.5
    np.testing.assert_allclose(points.mean(axis=1), 0, atol=1e-3)
    np.testing.assert_allclose(points.var(axis=1), 1 / 12, rtol=0.01)


@pytest.mark.parametrize("builtin", ["echo_planar", "spiral", "spin_echo"])
def test_live_is_the_same_as_at_once(builtin):
    p = PulseqParameters.of(builtin=builtin, isochromats=50, spread=20.0)
    state = live(p)
    times, signal = SYSTEM.received(p)
    assert state.count == len(times)
    np.testing.assert_allclose(state.heard @ [1, 1j], signal, atol=1e-12)


def test_it_begins_again_in_equilibrium():
    p = PulseqParameters.of(isochromats=20)
    duration = timeline_of(p).sequence.duration
    state = live(p, 1.5 * duration)
    assert state.repetition == 1
    assert 0 < state.count < MATRIX**2
    other = live(p, 0.5 * duration)
    np.testing.assert_allclose(state.heard[: other.count], other.heard[: other.count], atol=1e-9)


def test_the_law_waits_for_the_next_repetition_after_an_edit():
    loop = Loop(SYSTEM, PulseqParameters.of(isochromats=20))
    loop.advance_to(4e-3)
    assert loop.laws["signal_equation"].holds
    loop.apply(SetParameters(loop.parameters.change(page=10)))
    assert loop.laws["signal_equation"].holds, "a page of the diagram is no part of the experiment"
    loop.apply(SetParameters(loop.parameters.change(T2=0.01)))
    loop.advance(1)
    assert not loop.laws["signal_equation"].holds
    loop.advance_to(SYSTEM.sequence(loop.parameters).duration + 4e-3)
    assert loop.laws["signal_equation"].passed


def test_small_sequences_cover_their_raster():
    """16 lines of 16 points, 1/FOV apart, about the middle."""
    k = timeline_of(PulseqParameters.of()).kspace[:2] * FOV
    wanted = np.arange(MATRIX) - (MATRIX - 1) / 2
    np.testing.assert_allclose(np.unique(np.round(k[0], 6)), wanted)
    np.testing.assert_allclose(np.unique(np.round(k[1], 6)), wanted)
    spiral = timeline_of(PulseqParameters.of(builtin="spiral")).kspace[:2] * FOV
    assert np.hypot(*spiral).max() == pytest.approx(MATRIX / 2, rel=0.01)


def test_the_spin_echo_is_where_the_gradient_echo_is():
    """|S| is largest in the middle of the readout, 10 ms after the excitation, whatever the spread of offsets."""
    p = PulseqParameters.of(builtin="spin_echo", spread=200.0, size=0.05, isochromats=2000)
    times, signal = SYSTEM.received(p)
    assert times[np.argmax(np.abs(signal))] == pytest.approx(10e-3, abs=2e-5)


# --- files --------------------------------------------------------------------------------------------------------


@real
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_every_real_file_opens_and_draws(path):
    p = SYSTEM.open(path)
    loop = Loop(SYSTEM, p, memory=1)
    loop.advance(2)
    assert loop.frame().visuals
    assert signal_lines(loop.state, p)
    assert kspace_lines(loop.state, p)


@real
def test_files_join_each_other():
    p = SYSTEM.open(EPI)
    for name in ("column1d.h5", "column1d_signal_koma.mat"):
        p = SYSTEM.open_beside(MR / name, p)
    assert (Path(p.input).name, Path(p.phantom).name) == (EPI.name, "column1d.h5")
    assert Path(p.reference).name == "column1d_signal_koma.mat"
    assert SYSTEM.open_beside(MR / "column1d_signal_jemris.h5", p).phantom == p.phantom


@real
@pytest.mark.parametrize(("name", "limit"), [("column1d_signal_koma.mat", 0.005), ("column1d_signal_jemris.h5", 0.08)])
def test_stored_signals_agree(name, limit):
    """Asked for: nMAE of at most 0.005 % against KomaMRI, 0.08 % against JEMRIS."""
    p = SYSTEM.open_beside(MR / name, SYSTEM.open_beside(MR / "column1d.h5", SYSTEM.open(EPI)))
    state = live(p, 0.2)
    assert state.count == 10_000
    assert SYSTEM.observe(state, p)["deviation"] < limit
    stored = signal_lines(state, p)[-1]
    assert stored.label == "stored |S|"
    ours = signal_lines(state, p)[0]
    np.testing.assert_allclose(np.nan_to_num(stored.y), np.nan_to_num(ours.y), atol=0.02 * np.nanmax(ours.y))


@real
def test_stored_signals_know_their_times():
    stored = read_mr_signal(MR / "column1d_signal_jemris.h5")
    np.testing.assert_allclose(stored.times, timeline_of(SYSTEM.open(EPI)).sequence.sample_times, atol=1e-12)


def test_a_phantom_is_measured_by_its_density(tmp_path):
    data = np.zeros((1, 1, 3, 5))
    data[..., 0], data[..., 1], data[..., 2] = [1, 0, 3], 1e-3, 1e-2
    with h5py.File(tmp_path / "p.h5", "w") as file:
        file["sample/data"], file["sample/resolution"], file["sample/offset"] = data, np.ones(3), np.zeros(3)
    p = SYSTEM.open(tmp_path / "p.h5").change(offset=10.0)
    sample = spins_of(p)
    np.testing.assert_allclose(sample.M0, [0.5, 1.5])
    np.testing.assert_allclose(sample.dw, 20 * np.pi)
    assert SYSTEM.stage(p).unit == "m"
    assert SYSTEM.draw(live(p, 1e-3), p)


def test_gaps_in_the_path_where_k_jumps():
    """Two excitations: k goes from the end of the first readout back to 0 without a line between."""
    gradient = Gradient.trapezoid(1e5, 1e-4, 1e-3, 1e-4)
    block = Block(2e-3, HardPulse(np.pi / 2, use="excitation"), (gradient, None, None), Readout(4, 1e-5, 1e-3))
    p = PulseqParameters.of()
    state = live(p, 1e-4)
    whole = kspace_lines(state, p)[0]
    assert np.isnan(whole.x).sum() == 1
    assert len(Sequence((block, block)).sample_times) == 8


def test_odd_files_get_one_line(tmp_path):
    for name, content, complaint in (
        ("x.seq", b"nothing", r"no \[VERSION\]"),
        ("x.h5", b"nothing", "not HDF5"),
        ("x.mat", b"nothing", "not HDF5"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(FileError, match=complaint):
            SYSTEM.open(tmp_path / name)
    with pytest.raises(UnknownName, match=r"does not open 'x\.ovf'"):
        SYSTEM.open(tmp_path / "x.ovf")
    with h5py.File(tmp_path / "y.mat", "w") as file:
        file["signal"] = np.array(["a"], dtype="S1")
    with pytest.raises(FileError, match="not complex numbers"):
        SYSTEM.open(tmp_path / "y.mat")
    with h5py.File(tmp_path / "z.mat", "w") as file:
        file["signal"] = np.array([1.0, np.nan + 0j])
    with pytest.raises(FileError, match="1 samples of the signal are not finite"):
        SYSTEM.open(tmp_path / "z.mat")


def test_a_file_that_vanished_is_told(tmp_path):
    path = tmp_path / "x.seq"
    write_pulseq(path, small_sequence("spin_echo"))
    p = SYSTEM.open(path)
    path.unlink()
    with pytest.raises(FileError, match="does not exist"):
        Loop(SYSTEM, p, memory=1)


def test_bad_combinations():
    with pytest.raises(ParameterError, match=r"T2 = 2 s is above 2 T1 = 1\.6 s"):
        PulseqParameters.of(T2=2.0)


def test_pages_of_the_diagram_share_their_scale():
    """Three blocks to a page: the second page shows its smaller gradient at half the height, and what it lacks flat."""
    large, small = (Gradient.trapezoid(g, 1e-4, 1e-4, 1e-4) for g in (2e5, 1e5))
    first = [Block(1e-3, HardPulse(1.0)), Block(1e-3, None, (large, None, None)), Block(1e-3)]
    second = [Block(1e-3), Block(1e-3, None, (small, None, None), Readout(4, 1e-5)), Block(1e-3)]
    timeline = Timeline(Sequence((*first, *second)))
    one, two = (page_at(timeline, t, 3) for t in (1e-3, 4.5e-3))
    assert [row.name for row in one.rows] == [row.name for row in two.rows] == ["RF", "G_x", "ADC"]
    assert (one.start, one.end, two.start, two.end) == pytest.approx((0, 3e-3, 3e-3, 6e-3))
    heights = [[float(np.abs(row.values).max()) for row in page.rows] for page in (one, two)]
    np.testing.assert_allclose(heights, [[1, 1, 0], [0, 0.5, 1]])
    assert two.rows[1].times.min() >= 3e-3
    everything = page_at(timeline, 0.0, 0)
    assert (everything.start, everything.end) == pytest.approx((0, 6e-3))


def test_a_long_wait_has_a_page_of_its_own():
    gradient = Gradient.trapezoid(2e5, 1e-4, 1e-4, 1e-4)
    busy = Block(1e-3, None, (gradient, None, None))
    timeline = Timeline(Sequence((busy, busy, Block(1.0), busy, Block(1e-3), busy, Block(5.0))))
    pages = [page_at(timeline, t, 40) for t in (0.0, 1.9e-3, 0.5, 1.0025, 1.0049, 2.0, 7.0)]
    edges = [(0, 2e-3)] * 2 + [(2e-3, 1.002)] + [(1.002, 1.005)] * 2 + [(1.005, 6.005)] * 2
    np.testing.assert_allclose([(page.start, page.end) for page in pages], edges)


def test_what_was_not_received_yet_is_not_drawn():
    """The imaginary part once stood at 0 where nothing had been received."""
    p = PulseqParameters.of(isochromats=20)
    state = live(p, 4e-3)
    for line in signal_lines(state, p)[:3]:
        assert np.isfinite(line.y).sum() == state.count


# --- what is shown -------------------------------------------------------------------------------------------------

VOXEL = {"isochromats": 3, "size": 0.03, "T1": 0.02, "T2": 0.01, "spread": 5.0, "offset": 40.0}
"""Three isochromats: Lorentzian quantiles at tan ± 60° and 0 of the spread, in a cube of 3 cm."""
POINTS = np.array([[0.0, -1 / 6, -0.3], [-0.25, 1 / 6, 0.1], [0.0, 1 / 6, 0.3]])
"""Halton's first points (1/2, 1/3, 1/5) and (1/4, 2/3, 2/5) about the middle of the cube, and the first's opposite."""


def by_hand(t: float, k: tuple[float, float], sign: float = 1.0) -> np.ndarray:
    """M (3, 3) the time ``t`` after 90° about x: from +y clockwise by 2π(k·r + δf t)."""
    hertz = sign * 40.0 + 5.0 * np.tan(np.pi * (np.array([1, 3, 5]) / 6 - 0.5))
    phase = 2 * np.pi * (hertz * t + 0.03 * POINTS[:, :2] @ k)
    plus = 1j * np.exp(-1j * phase - t / 0.01)
    return np.stack([plus.real, plus.imag, np.full(3, 1 - np.exp(-t / 0.02))])


@pytest.mark.value_of("signal", "signal_90", "transverse", "mz")
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_signal_and_picture_of_three_isochromats(sign):
    """After the lobes that end 1.25 ms later in the corner of k-space: at −½ line and −7.5/FOV."""
    p = PulseqParameters.of(**VOXEL | {"offset": 40.0 * sign, "spread": 5.0})
    state = live(p, 1.25e-3)
    corner = (-(16 * 1e-5 + 5e-5) / (2 * 0.22 * 1e-5), -7.5 / 0.22)
    m = by_hand(1.25e-3, corner, sign)
    net = m.mean(axis=1)
    seen = SYSTEM.observe(state, p)
    assert [seen[name] for name in ("signal", "signal_90", "mz")] == pytest.approx(net, abs=1e-12)
    assert min(np.abs(net)) > 0.01
    assert seen["transverse"] == pytest.approx(np.hypot(*net[:2]), abs=1e-12)
    fan, path, arrow, letter = SYSTEM.draw(state, p)
    np.testing.assert_allclose(fan.directions, m.T, atol=1e-6)
    for point in (arrow.directions[0], path.points[-1], letter.positions[0] / 1.06):
        np.testing.assert_allclose(point, net, atol=1e-6)
    assert (fan.length, arrow.length) == (1.0, 1.0)


def test_a_positive_offset_turns_clockwise():
    p = PulseqParameters.of(**VOXEL | {"isochromats": 1, "spread": 0.0})
    loop = Loop(SYSTEM, p, memory=1)
    loop.advance_to(9e-4)
    x, y, _ = loop.frame().visuals[0].directions[0]
    assert np.arctan2(x, y) == pytest.approx(2 * np.pi * 40 * loop.time, abs=1e-6)


@pytest.mark.value_of("received")
def test_samples_received_are_the_sum_of_spins_as_it_turns():
    """In our convention M₊ and not its conjugate: a positive offset turns the samples clockwise."""
    p = PulseqParameters.of(**VOXEL)
    loop = Loop(SYSTEM, p, memory=1)
    loop.advance_to(3e-3)
    timeline = timeline_of(p)
    for n in (0, 5, loop.state.count - 1):
        wanted = by_hand(timeline.sequence.sample_times[n], timeline.kspace[:2, n]).mean(axis=1)
        np.testing.assert_allclose(loop.state.heard[n], wanted[:2], atol=1e-11)
    assert loop.observables["received"] == pytest.approx(np.hypot(*wanted[:2]), abs=1e-11)
    count = loop.state.count - 1
    size, real, imaginary, equation = (line.y[count + count // MATRIX] for line in signal_lines(loop.state, p))
    assert (real, imaginary) == pytest.approx((wanted[0], wanted[1]), abs=1e-11)
    assert (size, equation) == pytest.approx((np.hypot(*wanted[:2]),) * 2, abs=1e-11)


@pytest.mark.value_of("deviation")
def test_deviation_is_the_mean_error_in_per_cent_of_the_largest_sample(tmp_path):
    """A stored signal 3 times as large whose samples are 1 % of the largest off, turned ever another way."""
    p = PulseqParameters.of(**VOXEL)
    _, signal = SYSTEM.received(p)
    errors = 0.01 * np.abs(signal).max() * np.exp(2j * np.pi * np.arange(len(signal)) * 0.382)
    with h5py.File(tmp_path / "stored.mat", "w") as file:
        file["signal"] = 3.0 * (signal + errors)
    p = SYSTEM.open_beside(tmp_path / "stored.mat", p)
    assert np.isnan(SYSTEM.observe(live(p, 5e-4), p)["deviation"])
    state = live(p)
    assert state.count == len(signal)
    # The fitted scale is 1/3 but for the part of the errors that looks like the signal: less than 1 % of itself.
    assert SYSTEM.observe(state, p)["deviation"] == pytest.approx(1.0, rel=0.02)
    stored = signal_lines(state, p)[-1]
    np.testing.assert_allclose(stored.y[:16], np.abs(signal + errors)[:16], rtol=0.01)
    with h5py.File(tmp_path / "same.mat", "w") as file:
        file["signal"] = 3.0 * signal
    p = SYSTEM.open_beside(tmp_path / "same.mat", p)
    assert SYSTEM.observe(live(p), p)["deviation"] == pytest.approx(0, abs=1e-9)


def test_the_path_through_kspace_is_the_integral_of_the_gradients():
    p = PulseqParameters.of(builtin="spin_echo", isochromats=2)
    state = live(p, 4.9e-3)
    whole, walked = kspace_lines(state, p)
    # Half a line before the pulse, which turns it round.
    half = (16 * 1e-5 + 5e-5) / (2 * 0.22 * 1e-5)
    assert walked.x[-1] == pytest.approx(half)
    assert walked.y[-1] == 0
    assert (np.nanmin(whole.x), np.nanmax(whole.x)) == pytest.approx((-half, half))
    state = live(p, 9e-3)
    assert kspace_lines(state, p)[1].x[-1] == pytest.approx(-half)


def test_spins_of_a_phantom_stand_where_they_are(tmp_path):
    """Arrows in units of M₀ of each spin, places in the scale of the stage, M 0.8 long."""
    data = np.zeros((1, 2, 3, 5))
    data[..., 0], data[..., 1], data[..., 2] = [[1, 2, 3], [3, 2, 1]], 1 / 20, 1 / 10
    with h5py.File(tmp_path / "p.h5", "w") as file:
        file["sample/data"], file["sample/resolution"], file["sample/offset"] = data, np.full(3, 2.0), np.zeros(3)
    p = SYSTEM.open(tmp_path / "p.h5").change(offset=25.0)
    loop = Loop(SYSTEM, p, memory=1)
    loop.advance_to(8e-4)
    sample = spins_of(p)
    arrows, arrow, letter = loop.frame().visuals
    stage = SYSTEM.stage(p)
    middle = (sample.position.max(axis=1) + sample.position.min(axis=1)) / 2
    np.testing.assert_allclose(arrows.positions * stage.unit_length, (sample.position.T - middle), atol=1e-9)
    assert np.ptp(sample.position, axis=1) == pytest.approx([4e-3, 2e-3, 0])
    turn = 2 * np.pi * 25 * loop.time
    one = [np.exp(-loop.time / 0.01) * np.sin(turn), np.exp(-loop.time / 0.01) * np.cos(turn)]
    np.testing.assert_allclose(arrows.directions[:, :2], [one] * 6, atol=1e-4)
    assert (loop.observables["signal"], loop.observables["signal_90"]) == pytest.approx(one, abs=1e-4)
    np.testing.assert_allclose(arrow.directions[0, :2], 0.8 * np.array(one), atol=1e-4)
    np.testing.assert_allclose(letter.positions[0, :2], 0.86 * np.array(one), atol=1e-4)


def test_captions_count_the_blocks():
    p = PulseqParameters.of(builtin="spin_echo", isochromats=2)
    captions = [SYSTEM.caption(live(p, t), p) for t in (1e-4, 6e-3, 10e-3, 13e-3)]
    assert captions == [
        "block 1 of 4: pulse, gradient", "block 2 of 4: pulse", "block 3 of 4: gradient, readout",
        "block 4 of 4: waiting",
    ]  # fmt: skip


def test_what_is_odd_about_a_file_stays_in_the_caption(tmp_path):
    path = tmp_path / "edited.seq"
    write_pulseq(path, small_sequence("spin_echo"))
    path.write_text(path.read_text().replace("Name spin_echo", "Name edited"))
    p = SYSTEM.open(path)
    state = live(p, 1e-4)
    assert SYSTEM.odd(state, p) == SYSTEM.remarks(p) == ("the file was changed since it was signed",)
    assert SYSTEM.caption(state, p).endswith("edited.seq · the file was changed since it was signed")
    opened = open_file(path)(lambda part: None)
    assert opened.note == "edited.seq: the file was changed since it was signed"


def test_a_sequence_lasts_sixteen_seconds_on_screen():
    p = PulseqParameters.of(builtin="spin_echo")
    assert SYSTEM.speed(p) == pytest.approx((15e-3 + 0.5 * 2.6e-4) / 16)


def test_a_click_into_the_diagram_goes_to_that_time_of_this_repetition():
    p = PulseqParameters.of(builtin="spin_echo", isochromats=2)
    duration = timeline_of(p).sequence.duration
    state = live(p, 1.5 * duration)
    plot = next(plot for plot in SYSTEM.plots if plot.name == "sequence")
    assert plot.time(2e-3, state, p) == pytest.approx(duration + 2e-3)
    assert plot.scheme(state, p).cursor == pytest.approx(0.5 * duration)


def test_the_whole_path_goes_through_all_samples() -> None:
    p = PulseqParameters.of(builtin="spiral")
    loop = Loop(Pulseq(), p, memory=1)
    whole = kspace_lines(loop.state, p)[0]
    drawn = np.stack([whole.x, whole.y])[:, np.isfinite(whole.x)]
    samples = timeline_of(p).kspace[:2, ::20]
    away = np.linalg.norm(samples[:, :, None] - drawn[:, None, :], axis=0).min(axis=1)
    assert away.max() < 0.02 * np.abs(samples).max()


def test_the_echo_of_the_small_spin_echo_keeps_the_sign_of_the_excitation() -> None:
    """90° about x takes z to +y, and 180° about y leaves +y where it is."""
    p = PulseqParameters.of(builtin="spin_echo")
    loop = Loop(Pulseq(), p, memory=1)
    timeline = timeline_of(p)
    middle = int(np.argmin(np.linalg.norm(timeline.kspace, axis=0)))
    loop.advance_to(float(timeline.sequence.sample_times[middle]))
    assert loop.observables["signal_90"] > 0.5
