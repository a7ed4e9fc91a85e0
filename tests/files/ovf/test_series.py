"""Many OVF files as one film: which, in what order, and one clear line where they do not fit each other."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from spinviz.files.errors import FileError
from spinviz.files.ovf import head, series
from spinviz.files.ovf.read import OVF, write_ovf
from spinviz.files.ovf.series import files_of, holds_series, is_several, read_series, text_of

REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "ovf"
real = pytest.mark.skipif(not REAL.is_dir(), reason=f"{REAL} with the real OVF files is absent")
TOTAL = "Total simulation time:  {}  s"


def write(path: Path, *desc: str, shape=(1, 3, 4), step=2e-9, label="m_{}", unit="1", **records) -> Path:
    values = np.zeros((*shape, 3))
    values[..., 2] = 1.0
    records = {
        "desc": desc, "title": "m", "valuelabels": tuple(label.format(a) for a in "xyz"), "valueunits": (unit,) * 3,
    } | records  # fmt: skip
    write_ovf(path, replace(OVF.from_array(values, (step, step, step)), **records), representation="binary 4")
    return path


def names(found) -> list[str]:
    return [one.name for one in found.heads]


def refusal(text: str) -> str:
    with pytest.raises(FileError) as refused:
        read_series(text)
    assert "\n" not in str(refused.value)
    return str(refused.value)


# Which files.


def test_a_folder_a_pattern_and_a_list_name_the_same_files(tmp_path: Path) -> None:
    paths = [write(tmp_path / name) for name in ("b.omf", "a.ovf", "C.OVF")]
    (tmp_path / "table.txt").write_text("no field")
    for text in (str(tmp_path), str(tmp_path / "*"), text_of(paths)):
        assert names(read_series(text)) == ["a.ovf", "b.omf", "C.OVF"]
        assert is_several(text)
    assert names(read_series(str(tmp_path / "[ab].*"))) == ["a.ovf", "b.omf"]
    assert text_of(paths) == f"{paths[0]} | a.ovf | C.OVF"


def test_files_of_several_folders_and_patterns_keep_their_folders(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder / f"{folder}.ovf")
    text = text_of([tmp_path / "one" / "*.ovf", tmp_path / "two" / "two.ovf"])
    assert names(read_series(text)) == ["one.ovf", "two.ovf"]


def test_a_file_whose_name_is_a_pattern_is_itself(tmp_path: Path) -> None:
    path = write(tmp_path / "m[1].ovf")
    write(tmp_path / "m1.ovf")
    assert not is_several(str(path))
    assert names(read_series(str(path))) == ["m[1].ovf"]


def test_a_file_named_twice_is_shown_once(tmp_path: Path) -> None:
    path = write(tmp_path / "m.ovf")
    assert names(read_series(text_of([path, path]))) == ["m.ovf"]


def test_a_folder_holds_a_series_where_a_file_ends_so(tmp_path: Path) -> None:
    assert not holds_series(tmp_path)
    (tmp_path / "notes.txt").touch()
    assert not holds_series(tmp_path)
    (tmp_path / "M.OMF").touch()
    assert holds_series(tmp_path)
    assert not holds_series(tmp_path / "nowhere")


# Their order.


@pytest.mark.parametrize("line", [TOTAL, "Time (s) : {}", "total simulation time: {} s"])
def test_files_are_ordered_by_their_simulated_time(tmp_path: Path, line: str) -> None:
    for name, time in (("a", 3e-12), ("b", 1e-12), ("c", 2e-12)):
        write(tmp_path / f"{name}.ovf", line.format(time))
    found = read_series(str(tmp_path))
    assert names(found) == ["b.ovf", "c.ovf", "a.ovf"]
    assert found.times == (1e-12, 2e-12, 3e-12)
    assert found.order == "in the order of their simulated time"


def test_without_times_the_numbers_in_the_names_count(tmp_path: Path) -> None:
    for name in ("m10.ovf", "m9.ovf", "m100.ovf", "m010.ovf"):
        write(tmp_path / name)
    found = read_series(str(tmp_path))
    assert names(found) == ["m9.ovf", "m010.ovf", "m10.ovf", "m100.ovf"]
    assert found.times == ()
    assert found.order == "in the order of their names, no simulated time is given"


@pytest.mark.parametrize(
    ("times", "said"),
    [
        ((0, 0), "in the order of their names, their simulated times are the same"),
        ((5e-12, -2), "in the order of their names, 1 of them give no simulated time"),
        ((5e-12, "soon"), "in the order of their names, 1 of them give no simulated time"),
    ],
)
def test_times_that_order_nothing_are_not_used(tmp_path: Path, times: tuple, said: str) -> None:
    for number, time in enumerate(times):
        write(tmp_path / f"m{number}.ovf", TOTAL.format(time))
    found = read_series(str(tmp_path))
    assert (names(found), found.times, found.order) == (["m0.ovf", "m1.ovf"], (), said)


def test_files_of_one_time_follow_their_names(tmp_path: Path) -> None:
    """As after a relaxation, in which no time passes."""
    for name, time in (("m11", 1e-9), ("m2", 0), ("m10", 0)):
        write(tmp_path / f"{name}.ovf", TOTAL.format(time))
    assert names(read_series(str(tmp_path))) == ["m2.ovf", "m10.ovf", "m11.ovf"]


def test_the_time_of_a_stage_orders_files_of_one_stage_only(tmp_path: Path) -> None:
    for name, stage, time in (("a", 0, 2e-9), ("b", 0, 1e-9)):
        write(tmp_path / f"{name}.omf", f"Stage: {stage}, Stage iteration: 3", f"Stage simulation time: {time} s")
    found = read_series(str(tmp_path))
    assert names(found) == ["b.omf", "a.omf"]
    assert found.order == "in the order of their simulated time of their stage"
    write(tmp_path / "c.omf", "Stage: 1, Stage iteration: 3", "Stage simulation time: 1e-10 s")
    assert names(read_series(str(tmp_path))) == ["a.omf", "b.omf", "c.omf"]


# What does not fit.


def test_another_mesh_is_refused_naming_both_files_and_meshes(tmp_path: Path) -> None:
    write(tmp_path / "a.ovf")
    b = write(tmp_path / "b.ovf", shape=(1, 3, 5))
    line = refusal(str(tmp_path))
    assert line.startswith(f"{b}: its mesh has 5 × 3 × 1 cells of 2 nm, that of a.ovf 4 × 3 × 1 cells of 2 nm; choose")


def test_other_cells_are_refused_whatever_their_unit(tmp_path: Path) -> None:
    write(tmp_path / "a.ovf")
    write(tmp_path / "b.ovf", step=2.0, meshunit="nm")
    assert len(read_series(str(tmp_path)).heads) == 2
    c = write(tmp_path / "c.ovf", step=2.01, meshunit="nm")
    assert refusal(str(tmp_path)).startswith(f"{c}: its mesh has 4 × 3 × 1 cells of 2.01 nm, that of a.ovf ")


def test_of_a_folder_with_several_quantities_the_magnetization_is_taken(tmp_path: Path) -> None:
    write(tmp_path / "B_demag000000.ovf", label="B_demag_{}", unit="T")
    write(tmp_path / "m000000.ovf")
    write(tmp_path / "m000001.ovf")
    found = read_series(str(tmp_path))
    assert names(found) == ["m000000.ovf", "m000001.ovf"]
    assert found.left_out == "1 file of B_demag left out"
    line = refusal(str(tmp_path / "*.ovf"))
    assert "m000000.ovf: it holds m, B_demag000000.ovf holds B_demag; choose files of one quantity" in line


def test_one_bad_file_among_good_ones_is_named(tmp_path: Path) -> None:
    for number in range(3):
        write(tmp_path / f"m{number}.ovf")
    bad = tmp_path / "m1.ovf"
    whole = bad.read_bytes()
    for content, why in (
        (b"", "the file is empty (0 bytes)"),
        (b"holiday", "the file does not begin as an OVF file does"),
        (whole[:-100], "bytes follow"),
    ):
        bad.write_bytes(content)
        line = refusal(str(tmp_path))
        assert line.startswith(f"{bad}: ")
        assert why in line
    bad.unlink()
    assert "the file does not exist" in refusal(text_of([tmp_path / "m0.ovf", bad]))


def test_nothing_to_show_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "table.txt").touch()
    assert "the folder holds no file that ends in .ovf, .omf, .ohf, .oef" in refusal(str(tmp_path))
    assert "no file that matches ends in .ovf" in refusal(str(tmp_path / "m*.ovf"))
    assert "does not exist" in refusal(str(tmp_path / "m.ovf"))
    assert "zero byte" in refusal("m\0.ovf")


def test_a_name_with_the_sign_between_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"a name cannot hold ' \| '"):
        text_of([tmp_path / "a | b.ovf", tmp_path / "c.ovf"])


def test_too_many_files_are_refused_before_any_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(series, "MOST_FILES", 3)
    monkeypatch.setattr(series, "head_of", lambda path: pytest.fail("was read"))
    for number in range(4):
        (tmp_path / f"m{number}.ovf").touch()
    assert "the series has more than 3 files" in refusal(str(tmp_path))


# Only headers are read.


def test_a_header_is_read_once_for_each_time_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "m.ovf", TOTAL.format(1e-9))
    assert read_series(str(tmp_path)).times == (1e-9,)
    opened = []
    monkeypatch.setattr(head, "open_bounded", lambda path, most: opened.append(path) or pytest.fail("was read again"))
    assert read_series(str(tmp_path)).size == path.stat().st_size
    monkeypatch.undo()
    write(path, TOTAL.format(2e-9))
    os.utime(path, ns=(1, 1))
    assert read_series(str(tmp_path)).times == (2e-9,)


@real
def test_headers_of_real_programs_say_what_they_hold() -> None:
    for name, shape, time in (
        ("mumax-bin4-linux.ovf", (1, 32, 128), 0.0),
        ("oommf-ovf1-bin4.omf", (32, 32, 32), None),
        ("oommf-ovf2-bin8.omf", (5, 5, 5), None),
        ("skyrmion.omf", (1, 20, 20), None),
    ):
        found = head.head_of(str(REAL / name))
        assert (found.shape, found.time, found.stage_time) == (shape, time, None)
        assert found.is_magnetization
    assert found.mesh == "20 × 20 × 1 cells of 5 nm"
    assert files_of(str(REAL / "*.ovf")) == (str(REAL / "mumax-bin4-linux.ovf"),)
