"""What Spirit, mumax+ and others write, which the letter of the format does not foresee."""

from pathlib import Path

import numpy as np
import pytest

from spinviz.files.errors import FileError
from spinviz.files.ovf.lengths import in_metres, is_known, is_unspecified
from spinviz.files.ovf.read import OVF, read_ovf, write_ovf

CASES = Path(__file__).resolve().parents[4] / "shared" / "cases"
cases = pytest.mark.skipif(not CASES.is_dir(), reason=f"{CASES} with the small inputs is absent")
AXES = "xyz"


def header(**changes: str | None) -> dict[str, str]:
    """The records of a film of 3 x 2 x 1 cells of 0.5 nm, some changed or (None) left out."""
    records: dict[str, str | None] = {"meshtype": "rectangular", "meshunit": "nm", "valuedim": "3"}
    records |= {axis + "nodes": n for axis, n in zip(AXES, "321")}
    records |= {axis + "stepsize": "0.5" for axis in AXES} | {axis + "base": "0.25" for axis in AXES}
    records |= {axis + "min": "0" for axis in AXES} | dict(zip(("xmax", "ymax", "zmax"), ("1.5", "1.0", "0.5")))
    return {key: value for key, value in (records | changes).items() if value is not None}


def segment(records: dict[str, str], data: str, kind: str = "Text") -> str:
    lines = "".join(f"# {key}: {value}\n" for key, value in records.items())
    body = f"# Begin: Data {kind}\n{data}# End: Data {kind}\n"
    return f"# Begin: Segment\n# Begin: Header\n{lines}# End: Header\n{body}# End: Segment\n"


SIX = "1 0 0\n" * 5 + "0 0 -1\n"


def read(folder: Path, *segments: str, count: int = 1) -> OVF:
    (folder / "a.ovf").write_text("".join([f"# OOMMF OVF 2.0\n# Segment count: {count}\n", *segments]))
    return read_ovf(folder / "a.ovf")


@cases
def test_a_film_of_spirit_is_read_by_its_nodes_and_cell_size() -> None:
    ovf = read_ovf(CASES / "ovf-01-film-zmax-equals-zmin.ovf")
    assert ovf.values.shape == (1, 5, 6, 3)
    assert ovf.stepsize == (0.1, 0.1, 0.1)
    assert ovf.meshunit == "nm"
    assert np.count_nonzero(ovf.values[..., 2] == -1) == 1
    assert np.count_nonzero(ovf.values[..., 2] == 1) == 29
    # The box of no height becomes one cell high, about the base.
    assert (ovf.minimum[2], ovf.maximum[2]) == pytest.approx((-0.05, 0.05))
    assert ovf.remarks == ()


@cases
def test_csv_of_spirit_is_read() -> None:
    ovf = read_ovf(CASES / "ovf-03-csv-data.ovf")
    assert (ovf.values.shape, ovf.representation) == ((2, 5, 6, 3), "csv")
    down = np.argwhere(ovf.values[..., 2] == -1)
    assert down.tolist() == [[0, 2, 3]]
    assert np.count_nonzero(ovf.values[..., 2] == 1) == 59


def test_csv_of_any_spacing_holds_the_same_numbers(tmp_path: Path) -> None:
    for data in ("1,2,3\n4,5,6\n", "1, 2, 3,\n  4 ,5\t,6,\n", "1,2,3,4,5,6\n"):
        records = header(xnodes="2", ynodes="1")
        ovf = read(tmp_path, segment(records, data, "csv"))
        np.testing.assert_array_equal(ovf.values.ravel(), np.arange(1, 7))
        write_ovf(tmp_path / "b.ovf", ovf)
        np.testing.assert_array_equal(read_ovf(tmp_path / "b.ovf").values, ovf.values)


def test_long_csv_without_blanks_or_line_breaks_is_read(tmp_path: Path) -> None:
    count = 150_000
    ovf = read(tmp_path, segment(header(xnodes=str(count), ynodes="1"), "12,13,14," * count + "\n", "CSV"))
    assert ovf.values.sum() == 39 * count


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        ("1,,3\n4,5,6\n", "CSV", "a number is missing between two commas"),
        ("1,2,3\n4,five,6\n", "CSV", "'five' among the data is not a number"),
        ("1,2,3\n4,5\n", "CSV", "the data hold 5 of the 6 numbers"),
        ("0,5 0,5 0,7\n1 2 3\n", "Text", "'0,5' among the data is not a number"),
        ("0,5,0,5,0,7\n1,2,3\n", "CSV", "more than the 6 numbers"),
    ],
)
def test_bad_csv_is_refused_in_one_line(data: str, kind: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(FileError, match=words):
        read(tmp_path, segment(header(xnodes="2", ynodes="1"), data, kind))


BOX = tuple(axis + end for axis in AXES for end in ("min", "max"))
BASE = tuple(axis + "base" for axis in AXES)
STEPS = tuple(axis + "stepsize" for axis in AXES)


@pytest.mark.parametrize(
    ("changes", "minimum", "maximum", "base"),
    [
        (dict.fromkeys(BASE), (0, 0, 0), (1.5, 1.0, 0.5), (0.25, 0.25, 0.25)),
        (dict.fromkeys(BOX), (0, 0, 0), (1.5, 1.0, 0.5), (0.25, 0.25, 0.25)),
        (dict.fromkeys(BOX + BASE), (0, 0, 0), (1.5, 1.0, 0.5), (0.25, 0.25, 0.25)),
        (dict.fromkeys(BOX + BASE, "0"), (-0.25, -0.25, -0.25), (1.25, 0.75, 0.25), (0, 0, 0)),
        (dict.fromkeys(STEPS), (0, 0, 0), (1.5, 1.0, 0.5), (0.25, 0.25, 0.25)),
        ({"ymax": "0"}, (0, 0, 0), (1.5, 1.0, 0.5), (0.25, 0.25, 0.25)),
        ({"xmin": "-4", "xmax": None, "xbase": None}, (-4, 0, 0), (-2.5, 1.0, 0.5), (-3.75, 0.25, 0.25)),
        (dict(zip(BASE, ("1 0 0", "0 1 0", "0 0 1"))), (0, 0, 0), (1.5, 1.0, 0.5), (0.25, 0.25, 0.25)),
    ],
    ids=["base", "box", "both", "zeros", "cell size", "one row", "upper end", "lattice vectors"],
)  # fmt: skip
def test_what_is_missing_is_derived(changes, minimum, maximum, base, tmp_path: Path) -> None:
    ovf = read(tmp_path, segment(header(**changes), SIX))
    assert ovf.values.shape == (1, 2, 3, 3)
    assert ovf.stepsize == pytest.approx((0.5, 0.5, 0.5))
    assert ovf.minimum == pytest.approx(minimum)
    assert ovf.maximum == pytest.approx(maximum)
    assert ovf.base == pytest.approx(base)
    assert (ovf.meshunit, ovf.remarks) == ("nm", ())
    write_ovf(tmp_path / "b.ovf", ovf)
    again = read_ovf(tmp_path / "b.ovf")
    assert (again.stepsize, again.base, again.minimum) == (ovf.stepsize, ovf.base, ovf.minimum)
    assert (again.maximum, again.meshunit) == (ovf.maximum, "nm")


def test_a_box_upside_down_is_said(tmp_path: Path) -> None:
    ovf = read(tmp_path, segment(header(zmax="-1"), SIX))
    assert ovf.remarks == ("zmax below zmin is ignored",)
    assert (ovf.minimum[2], ovf.maximum[2]) == (0.0, 0.5)


def test_a_mesh_without_any_size_has_unit_cells_and_no_unit(tmp_path: Path) -> None:
    """As Spirit wrote before it knew of cell sizes."""
    ovf = read(tmp_path, segment(header(**dict.fromkeys(BOX, "0"), **dict.fromkeys(STEPS)), SIX))
    assert (ovf.stepsize, ovf.meshunit) == ((1.0, 1.0, 1.0), "")


@pytest.mark.parametrize("announced", [1, 3])
def test_of_several_fields_the_first_is_read_and_that_is_said(announced: int, tmp_path: Path) -> None:
    other = segment(header(), SIX.replace("1 0 0", "0 1 0"))
    ovf = read(tmp_path, segment(header(), SIX), "#\n" + other, other, count=announced)
    assert ovf.values[0, 0, 0].tolist() == [1, 0, 0]
    number = "3" if announced == 3 else "several"
    assert ovf.remarks == (f"the first of {number} fields in the file",)


def test_keys_and_structure_are_read_in_any_case(tmp_path: Path) -> None:
    text = "# OOMMF OVF 2.0\n# Segment count: 1\n" + segment(header(), SIX)
    for content in (text.upper(), text.lower(), text.title().replace("Ovf", "OVF")):
        (tmp_path / "a.ovf").write_text(content)
        ovf = read_ovf(tmp_path / "a.ovf")
        assert (ovf.values.shape, ovf.stepsize) == ((1, 2, 3, 3), (0.5, 0.5, 0.5))


def test_a_record_given_twice_alike_is_no_contradiction(tmp_path: Path) -> None:
    ovf = read(tmp_path, segment({**header(), "X Nodes": "3"}, SIX))
    assert ovf.values.shape == (1, 2, 3, 3)


@pytest.mark.parametrize(
    ("unit", "metres"),
    [
        ("m", 4.0), ("cm", 0.04), ("mm", 4e-3), ("um", 4e-6), ("\u00b5m", 4e-6), ("\u03bcm", 4e-6), ("nm", 4e-9),
        ("NM", 4e-9), ("angstrom", 4e-10), ("Angstroms", 4e-10), ("\u00c5", 4e-10), ("\u212b", 4e-10), ("pm", 4e-12),
    ],
)  # fmt: skip
def test_lengths_are_converted_to_the_number_that_metres_give(unit: str, metres: float) -> None:
    assert is_known(unit)
    assert in_metres(4, unit) == metres  # to the last bit
    assert not is_unspecified(unit)


def test_no_unit_is_no_length_and_an_unknown_one_neither() -> None:
    assert is_unspecified("unspecified")
    assert is_unspecified("")
    for unit in ("unspecified", "furlong", "A/m", "s"):
        assert not is_known(unit)
    assert not is_unspecified("furlong")
