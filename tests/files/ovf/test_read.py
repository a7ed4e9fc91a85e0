"""OVF files: real ones against their bytes, round trips bit for bit, and one clear line for every bad one."""

import math
import os
import struct
import tracemalloc
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from spinviz.files.errors import FileError
from spinviz.files.ovf.read import OVF, read_ovf, write_ovf

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "data" / "ovf"
NAMES = (
    "mumax-bin4-linux.ovf",
    "oommf-ovf1-bin4.omf",
    "oommf-ovf2-bin8.omf",
    "oommf-ovf2-txt.omf",
    "skyrmion.omf",
)
SMALL = ("oommf-ovf2-bin8.omf", "oommf-ovf2-txt.omf")
REPRESENTATIONS = ("text", "binary 4", "binary 8")
real = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"{FOLDER} with the real OVF files is absent")
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

HEADER_2 = {
    "Title": "m",
    "meshtype": "rectangular",
    "meshunit": "nm",
    **{axis + "min": "0" for axis in "xyz"},
    **{axis + "max": "2" for axis in "xyz"},
    **{axis + "base": "0.5" for axis in "xyz"},
    **{axis + "nodes": "1" for axis in "xyz"},
    **{axis + "stepsize": "1" for axis in "xyz"},
    "valuedim": "3",
    "valuelabels": "m_x m_y m_z",
    "valueunits": "1 1 1",
}


def ovf2(header: dict[str, str | None] | None = None, data: bytes = b"1 2 3\n", kind: str = "Text") -> bytes:
    """A valid one-cell file spelled out, with some header values replaced or (None) left out."""
    records = {**HEADER_2, **(header or {})}
    lines = [f"# {key}: {value}" for key, value in records.items() if value is not None]
    head = "\n".join(["# OOMMF OVF 2.0", "# Segment count: 1", "# Begin: Segment", "# Begin: Header", *lines])
    tail = f"# End: Data {kind}\n# End: Segment\n"
    return f"{head}\n# End: Header\n# Begin: Data {kind}\n".encode() + data + tail.encode()


@pytest.fixture
def read(tmp_path):
    """Read bytes as if they were a file."""

    def read_bytes(content: bytes, **options) -> OVF:
        path = tmp_path / "file.ovf"
        path.write_bytes(content)
        return read_ovf(path, **options)

    return read_bytes


def same_bits(a: np.ndarray, b: np.ndarray) -> bool:
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


def records(ovf: OVF) -> dict:
    return {
        field.name: getattr(ovf, field.name)
        for field in fields(ovf)
        if field.name not in ("values", "version", "representation")
    }


# Real files: header facts read by eye, first and last vectors decoded here from the bytes.


def vectors_at_the_ends(name: str, number: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    content = (FOLDER / name).read_bytes()
    width = struct.calcsize(number)
    order = ">" if b"v1.0" in content[:40] else "<"
    marker = f"# Begin: Data Binary {width}\n".encode()
    start = content.index(marker) + len(marker) + width
    end = content.rindex(b"# End: Data")
    end -= (end - start) % (3 * width)
    code = f"{order}3{number}"
    return struct.unpack_from(code, content, start), struct.unpack_from(code, content, end - 3 * width)


@real
def test_every_real_file_is_listed():
    assert sorted(os.listdir(FOLDER)) == sorted(NAMES)


@real
def test_mumax_file():
    ovf = read_ovf(FOLDER / "mumax-bin4-linux.ovf")
    first, last = vectors_at_the_ends("mumax-bin4-linux.ovf", "f")
    assert first == pytest.approx((0.99503714, 0.09950372, 0.0))
    assert (ovf.values.shape, ovf.values.dtype) == ((1, 32, 128, 3), np.float32)
    assert tuple(ovf.values[0, 0, 0]) == first
    assert tuple(ovf.values[-1, -1, -1]) == last
    assert ovf.stepsize == (3.90625e-09, 3.90625e-09, 3e-09)
    assert ovf.base == (1.953125e-09, 1.953125e-09, 1.5e-09)
    assert (ovf.minimum, ovf.maximum) == ((0, 0, 0), (5e-07, 1.25e-07, 3e-09))
    assert (ovf.title, ovf.meshunit) == ("m", "m")
    assert (ovf.valueunits, ovf.valuelabels) == (("1", "1", "1"), ("m_x", "m_y", "m_z"))
    assert (ovf.version, ovf.representation, ovf.segments) == (2, "binary 4", 1)
    assert ovf.desc == ("Total simulation time:  0  s",)
    assert ovf.simulation_time == 0.0


@real
def test_oommf_1_file():
    ovf = read_ovf(FOLDER / "oommf-ovf1-bin4.omf")
    first, last = vectors_at_the_ends("oommf-ovf1-bin4.omf", "f")
    assert first == (-212694.859375, -966110.0625, 782905.9375)
    assert (ovf.values.shape, ovf.values.dtype) == ((32, 32, 32, 3), np.float32)
    assert tuple(ovf.values[0, 0, 0]) == first
    assert tuple(ovf.values[-1, -1, -1]) == last
    assert ovf.stepsize == (3.125e-09,) * 3
    assert ovf.maximum == (1e-07,) * 3
    assert (ovf.version, ovf.representation, ovf.valueunits) == (1, "binary 4", ("A/m",))
    assert ovf.value_range == (1261566.2610100801, 1261566.2610100803)
    assert ovf.desc[2] == "Iteration: 3153, State id: 7023"
    assert ovf.simulation_time is None  # OOMMF writes -2 s
    # The header gives the same magnitude for every cell; float32 keeps it to 2^-24.
    np.testing.assert_allclose(ovf.magnitude(), ovf.value_range[0], rtol=2**-23)


@real
def test_oommf_2_binary_8_file_agrees_with_the_text_file_of_the_same_state():
    ovf = read_ovf(FOLDER / "oommf-ovf2-bin8.omf")
    text = read_ovf(FOLDER / "oommf-ovf2-txt.omf")
    first, last = vectors_at_the_ends("oommf-ovf2-bin8.omf", "d")
    assert (ovf.values.shape, ovf.values.dtype) == ((5, 5, 5, 3), np.float64)
    assert tuple(ovf.values[0, 0, 0]) == first
    assert tuple(ovf.values[-1, -1, -1]) == last
    assert tuple(text.values[0, 0, 0]) == (7826205.19122475, 1172713.15805530, 1172713.15920422)
    assert tuple(text.values[0, 1, 0]) == (7863223.99815438, 559691.465579119, 1362517.45611089)
    # The text has 15 digits; components near zero are small differences of A/m around 8e6.
    np.testing.assert_allclose(text.values, ovf.values, rtol=1e-14, atol=1e-8)
    assert records(text) == records(ovf)
    assert ovf.valuelabels == ("Magnetization_x", "Magnetization_y", "Magnetization_z")


@real
def test_skyrmion_file():
    ovf = read_ovf(FOLDER / "skyrmion.omf")
    assert ovf.values.shape == (1, 20, 20, 3)
    assert tuple(ovf.values[0, 0, 0]) == (-298.253549234324, -298.253548945368, -1099999.91913165)
    assert tuple(ovf.values[0, -1, -1]) == (298.253548483600, 298.253548772552, -1099999.91913165)
    assert ovf.minimum == (-4.9999999999999998e-08, -4.9999999999999998e-08, 0)
    # A skyrmion: down at the rim, up in the middle (Ms = 1.1e6 A/m).
    assert ovf.unit_vectors()[0, 10, 10, 2] > 0.9


@real
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("representation", REPRESENTATIONS)
def test_real_file_round_trips(name, version, representation, tmp_path):
    ovf = read_ovf(FOLDER / name)
    write_ovf(tmp_path / "copy", ovf, version=version, representation=representation)
    copy = read_ovf(tmp_path / "copy")
    dtype = np.float32 if representation == "binary 4" else np.float64
    assert same_bits(copy.values, ovf.values.astype(dtype))
    assert (copy.version, copy.representation) == (version, representation)
    kept = {"stepsize", "base", "minimum", "maximum", "meshunit", "title", "desc"}
    kept |= set(records(ovf)) if version == ovf.version else set()
    assert {key: records(copy)[key] for key in kept} == {key: records(ovf)[key] for key in kept}


@real
@pytest.mark.parametrize("name", NAMES)
def test_binary_8_again_gives_the_same_bytes(name, tmp_path):
    write_ovf(tmp_path / "a", read_ovf(FOLDER / name))
    write_ovf(tmp_path / "b", read_ovf(tmp_path / "a"))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


# Round trips of anything.


def shapes(dims):
    return st.tuples(*(st.integers(1, 4),) * 3, dims)


LINE = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=30).map(str.strip)
PLAIN_LINE = LINE.filter(lambda line: "##" not in line)
ITEM = st.text(st.characters(codec="utf-8", exclude_characters='\n#{}"'), max_size=12).filter(
    lambda item: item == item.strip()
)
STEP = st.floats(1e-300, 1e300)


@quick
@given(st.data())
def test_any_field_round_trips_bit_for_bit(tmp_path, data):
    version = data.draw(st.sampled_from([1, 2]))
    representation = data.draw(st.sampled_from(REPRESENTATIONS))
    dims = st.just(3) if version == 1 else st.integers(1, 7)
    width = 32 if representation == "binary 4" else 64
    allow_special = data.draw(st.booleans())
    elements = st.floats(width=width, allow_nan=allow_special, allow_infinity=allow_special)
    values = data.draw(hnp.arrays(f"f{width // 8}", shapes(dims), elements=elements))
    step, low = data.draw(st.tuples(STEP, STEP, STEP)), data.draw(st.tuples(STEP, STEP, STEP))
    units = data.draw(st.lists(ITEM, min_size=1, max_size=1 if version == 1 else values.shape[3]))
    ovf = OVF(
        values=values,
        stepsize=step,
        base=low,
        minimum=tuple(-x for x in low),
        maximum=step,
        meshunit=data.draw(PLAIN_LINE) or "nm",
        valueunits=tuple(units) if version == 2 else (data.draw(PLAIN_LINE) or "T",),
        valuelabels=tuple(data.draw(ITEM) for _ in range(values.shape[3])) if version == 2 else (),
        title=data.draw(PLAIN_LINE),
        desc=tuple(data.draw(st.lists(PLAIN_LINE, max_size=3))),
        value_range=(0.5, 1.5) if version == 1 else None,
    )
    write_ovf(tmp_path / "a", ovf, version=version, representation=representation)
    copy = read_ovf(tmp_path / "a", require_finite=False)
    if representation == "text":
        np.testing.assert_array_equal(copy.values, values)  # text keeps no payload of NaN
        np.testing.assert_array_equal(np.signbit(copy.values[values == 0]), np.signbit(values[values == 0]))
    else:
        assert same_bits(copy.values, values)
    assert records(copy) == records(ovf)


@pytest.mark.parametrize("number", [1e300, 5e-324, -0.0, 0.1, 1 / 3, 123456789012345.0])
@pytest.mark.parametrize("representation", ["text", "binary 8"])
def test_extreme_float64_round_trips(number, representation, tmp_path):
    values = np.full((1, 1, 2, 3), number)
    write_ovf(tmp_path / "a", OVF.from_array(values, (1, 1, 1)), representation=representation)
    assert same_bits(read_ovf(tmp_path / "a").values, values)


def test_text_longer_than_one_block_round_trips(tmp_path):
    values = np.random.default_rng(1).normal(size=(3, 100, 101, 3))
    write_ovf(tmp_path / "a", OVF.from_array(values, (1e-9, 1e-9, 1e-9)), representation="text")
    assert (tmp_path / "a").stat().st_size > 5 * 256 * 1024
    assert same_bits(read_ovf(tmp_path / "a").values, values)


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("width", [4, 8])
def test_byte_order_and_check_value(version, width, tmp_path):
    """Published bytes: OOMMF User's Guide gives 49 96 B4 38 and 42 DC 12 21 83 77 DE 40, most significant first."""
    published = {4: "4996B438", 8: "42DC12218377DE40"}
    ovf = OVF.from_array([[[[1.0, 2.0, 3.0]]]], (1, 1, 1))
    write_ovf(tmp_path / "a", ovf, version=version, representation=f"binary {width}")
    data = (tmp_path / "a").read_bytes().partition(f"Begin: Data Binary {width}\n".encode())[2]
    check = bytes.fromhex(published[width])
    assert data[:width] == (check if version == 1 else check[::-1])
    order, number = "<" if version == 2 else ">", "f" if width == 4 else "d"
    assert struct.unpack_from(f"{order}3{number}", data, width) == (1, 2, 3)


# What the format permits.


def test_minimal_file(read):
    ovf = read(ovf2())
    assert ovf.values.tolist() == [[[[1, 2, 3]]]]
    assert not ovf.values.flags.writeable


def test_x_runs_fastest(read):
    ovf = read(ovf2({"xnodes": "2", "ynodes": "3", "valuedim": "1"}, b"0 1\n10 11\n20 21\n"))
    assert ovf.values[0, 2, 1, 0] == 21
    assert ovf.values.shape == (1, 3, 2, 1)


def test_keys_ignore_case_and_blanks_and_comments_are_skipped(read):
    content = ovf2(data=b"## header of the table\n1 2 ## two\n3\n").decode()
    content = content.replace("# xnodes: 1", "#  X Nodes :1   ## one cell\n## a comment\n#\n\n#   ")
    content = content.replace("# Begin: Header", "#begin:   HEADER")
    assert read(content.encode()).values.tolist() == [[[[1, 2, 3]]]]


def test_crlf_lines_are_read(read):
    assert read(ovf2().replace(b"\n", b"\r\n")).title == "m"


def test_last_line_needs_no_end(read):
    assert read(ovf2().rstrip()).title == "m"


def test_latin_1_title_is_read(read):
    assert read(ovf2().replace(b"Title: m", b"Title: \xb5m")).title == "µm"


def test_lists_with_braces_keep_their_blanks(read):
    ovf = read(ovf2({"valuelabels": '{total field x} "total field y" z', "valueunits": "{}"}))
    assert ovf.valuelabels == ("total field x", "total field y", "z")
    assert ovf.valueunits == ("",)


def test_unknown_records_are_kept(read, tmp_path):
    ovf = read(ovf2({"colour": "red"}))
    assert ovf.extra == (("colour", "red"),)
    write_ovf(tmp_path / "a", ovf)
    assert read_ovf(tmp_path / "a").extra == ovf.extra


def test_version_1_multiplier_is_applied(read):
    content = ovf2({"valuedim": None, "valuelabels": None, "valueunits": None, "valueunit": "kA/m"})
    content = content.replace(b"# OOMMF OVF 2.0", b"# OOMMF: rectangular mesh v1.0")
    ovf = read(content.replace(b"# meshunit", b"# valuemultiplier: 1e3\n# meshunit"))
    assert ovf.values.tolist() == [[[[1000, 2000, 3000]]]]
    assert (ovf.multiplier, ovf.valueunits) == (1000, ("kA/m",))


def test_only_the_first_of_several_segments_is_read(read):
    one = ovf2()
    second = one[one.index(b"# Begin: Segment") :].replace(b"1 2 3", b"4 5 6")
    ovf = read(one.replace(b"count: 1", b"count: 2") + second)
    assert (ovf.segments, ovf.values[0, 0, 0, 0]) == (2, 1)


def test_numbers_on_one_long_line_are_read(read):
    count = 200_000
    content = ovf2({"xnodes": str(count), "valuedim": "1"}, b"12 " * count + b"\n")
    assert read(content).values.sum() == 12 * count


@pytest.mark.parametrize(("text", "time"), [("1e-09", 1e-9), ("-2", None), ("soon", None), ("nan", None)])
def test_simulation_time(text, time):
    ovf = OVF.from_array(np.ones((1, 1, 1, 3)), (1, 1, 1), desc=("a", f"Total simulation time:  {text}  s"))
    assert ovf.simulation_time == time


# Vectors.


@pytest.mark.parametrize("scale", [1e-320, 1e-200, 1.0, 1e200, 1e308])
def test_unit_vectors_of_any_length(scale):
    values = np.array([3.0, 0.0, 4.0]) / 5 * scale
    ovf = OVF.from_array(np.stack([values, 0 * values]).reshape(1, 1, 2, 3), (1, 1, 1))
    # 1e-320 has eleven bits left.
    np.testing.assert_allclose(ovf.unit_vectors()[0, 0], [[0.6, 0, 0.8], [0, 0, 0]], rtol=1e-3)
    np.testing.assert_allclose(ovf.magnitude()[0, 0], [scale, 0], rtol=1e-3)


def test_unit_vectors_need_three_components():
    ovf = OVF.from_array(np.ones((1, 1, 1, 2)), (1, 1, 1), title="energy")
    with pytest.raises(FileError, match="energy: the field has 2 numbers per cell"):
        ovf.unit_vectors()


def test_from_array_copies_and_centres():
    values = np.ones((2, 3, 4, 3), np.float32)
    ovf = OVF.from_array(values, (1.0, 2.0, 3.0), title="m")
    values[:] = 7
    assert (ovf.values.max(), ovf.values.dtype) == (1, np.float32)
    assert (ovf.base, ovf.maximum) == ((0.5, 1.0, 1.5), (4.0, 6.0, 6.0))
    with pytest.raises(ValueError, match=r"\(2, 3\)"):
        OVF.from_array(np.ones((2, 3)), (1, 1, 1))


# Bad files: one clear line each.

BAD_RECORDS = [
    ({"xnodes": "0"}, "xnodes is 0, allowed are 1 to"),
    ({"ynodes": "-5"}, "ynodes is -5"),
    ({"znodes": "1.5"}, "znodes is '1.5', not a whole number"),
    ({"xnodes": "1_0"}, "not a whole number"),
    ({"xnodes": "9" * 5000}, "not a whole number"),
    ({"xnodes": "99999999999"}, "xnodes is 99999999999, allowed are 1 to 67108864"),
    ({"xnodes": "60000", "ynodes": "60000"}, "60000 × 60000 × 1 = 3600000000 cells, the limit is 67108864"),
    ({"xnodes": None}, "the header has no xnodes"),
    ({"xstepsize": "0"}, "xstepsize is 0.0, it must be above 0"),
    ({"ystepsize": "-1e-9"}, "ystepsize is -1e-09"),
    ({"zstepsize": "nan"}, "zstepsize is 'nan', not a finite number"),
    ({"xbase": "inf"}, "xbase is 'inf'"),
    ({"xbase": "1_0"}, "xbase is '1_0'"),
    ({"xbase": "here"}, "xbase is 'here'"),
    ({"xbase": "1 2"}, "xbase is '1 2'"),
    ({"zmax": "none"}, "zmax is 'none', not a finite number"),
    ({"zstepsize": None, "zmax": "0"}, "the header has no zstepsize, and no box"),
    ({"zstepsize": "1e308", "znodes": "1", "zbase": "1.7e308", "zmax": "0"}, "no end along z"),
    ({"valuedim": None}, "the header has no valuedim"),
    ({"valuedim": "0"}, "valuedim is 0"),
    ({"valuedim": "99999"}, "valuedim is 99999, allowed are 1 to 4096"),
    ({"meshtype": "irregular"}, "only rectangular meshes can be read; convert it with OOMMF"),
    ({"X Nodes": "2"}, "gives 'xnodes' twice"),
    ({"Title": "x" * 9000}, "a line of the header exceeds 8192 bytes"),
    ({f"key{i}": "x" * 8000 for i in range(9)}, "the header exceeds 65536 bytes"),
]


def refused(read, content: bytes, words: str) -> None:
    with pytest.raises(FileError) as caught:
        read(content)
    line = str(caught.value)
    assert words in line
    assert "\n" not in line
    assert "file.ovf: " in line
    assert "; " in line  # a remedy follows


@pytest.mark.parametrize(("header", "words"), BAD_RECORDS, ids=[words[:30] for _, words in BAD_RECORDS])
def test_bad_header_value_is_refused(read, header, words):
    refused(read, ovf2(header), words)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"# OOMMF OVF 2.0", b"# OOMMF OVF 3.0", "first line '# OOMMF OVF 3.0'"),
        (b"# OOMMF OVF 2.0", b"# OOMMF: irregular mesh v1.0", "'irregular', only rectangular meshes"),
        (b"# OOMMF OVF 2.0", b"# OOMMF: irregular mesh v0.0", "'irregular', only rectangular meshes"),
        (b"# OOMMF OVF 2.0", b"\x89PNG\r\n\x1a", "does not begin as an OVF file does"),
        (b"# OOMMF OVF 2.0", b"x" * 100_000, "does not begin as an OVF file does"),
        (b"# Begin: Header\n", b"", "'# end: Header' where '# Begin: Header' is expected"),
        (b"# End: Header\n", b"", "where '# End: Header' is expected"),
        (b"# Begin: Segment\n", b"", "where '# Begin: Segment' is expected"),
        (b"# End: Data Text\n", b"", "where '# End: Data' is expected"),
        (b"# End: Segment\n", b"", "ends where '# End: Segment' is expected"),
        (b"Begin: Data Text", b"Begin: Data Base64", "'base64', known are text, csv, binary 4 and binary 8"),
        (b"Begin: Data Text", b"Begin: Data", "the data are ''"),
        (b"# Title: m", b"# Title", "'Title' has no colon"),
        (b"# Title: m", b"Title: m", "does not start with '#'"),
        (b"count: 1", b"count: 0", "segmentcount is 0"),
        (b"count: 1", b"count: 2", "ends where '# Begin: Segment' is expected"),
        (b"1 2 3\n", b"1 2\n", "the data hold 2 of the 3 numbers announced"),
        (b"1 2 3\n", b"", "the data hold 0 of the 3 numbers announced"),
        (b"1 2 3\n", b"1 2 3 4\n", "more than the 3 numbers announced"),
        (b"1 2 3\n", b"1 2 three\n", "'three' among the data is not a number"),
        (b"1 2 3\n", b"1 2 3_0\n", "'3_0' among the data is not a number"),
        (b"1 2 3\n", b"1 nan 3\n", "component 1 of cell (x, y, z) = (0, 0, 0) is nan"),
        (b"1 2 3\n", b"1 2 1e400\n", "component 2 of cell (x, y, z) = (0, 0, 0) is inf"),
        (b"1 2 3\n", b"1" * 300_000, "without a line break or blank"),
        (b"# End: Segment\n", b"# End: Segment\nmore\n", "'more', which does not start with '#'"),
        (b"# End: Segment\n", b"# End: Segment\n# Title: m\n", "where '# Begin: Segment' is expected"),
    ],
)
def test_bad_structure_is_refused(read, old, new, words):
    content = ovf2()
    assert old in content
    refused(read, content.replace(old, new, 1), words)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (struct.pack("<4d", 123456789012345.0, 1, 2, 3)[:-1], "the data announced are not followed by their end"),
        (struct.pack("<4d", 123456789012345.0, 1, 2, 3) + b"\0" * 8, "the part after the data holds"),
        (struct.pack("<4d", 123456789012346.0, 1, 2, 3), "123456789012346.0 instead of 123456789012345.0"),
        (struct.pack(">4d", 123456789012345.0, 1, 2, 3), "the check value is"),
        (struct.pack("<4d", 123456789012345.0, 1, math.nan, 3), "is nan, not a finite number"),
    ],
)
def test_bad_binary_data_are_refused(read, data, words):
    refused(read, ovf2(data=data, kind="Binary 8"), words)


def test_file_kinds_that_hold_no_field_are_refused(tmp_path):
    (tmp_path / "empty.ovf").touch()
    for name, words in [
        ("empty.ovf", "the file is empty"),
        (".", "this is a folder"),
        ("missing.ovf", "the file does not exist"),
        ("empty.ovf/a", "not a folder"),
        ("a\0b", "zero byte"),
    ]:
        with pytest.raises(FileError, match=words):
            read_ovf(os.path.join(tmp_path, name))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names exist on POSIX only")
def test_pipe_is_refused_without_waiting_for_it(tmp_path):
    os.mkfifo(tmp_path / "pipe.ovf")
    with pytest.raises(FileError, match="a device or a pipe"):
        read_ovf(tmp_path / "pipe.ovf")


def test_file_above_the_limit_is_refused(read):
    with pytest.raises(FileError, match=r"bytes, the limit is 100; choose a smaller file"):
        read(ovf2(), max_bytes=100)


@pytest.mark.parametrize("kind", ["Text", "Binary 4", "Binary 8"])
def test_gigabytes_announced_in_a_small_file_are_never_allocated(read, kind):
    content = ovf2({axis + "nodes": "400" for axis in "xyz"}, b"1 2 3\n", kind)  # 1.5 GB as binary 8
    tracemalloc.start()
    try:
        refused(read, content, "the header announces 192000000 numbers")
        assert tracemalloc.get_traced_memory()[1] < 2e6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("representation", REPRESENTATIONS)
def test_memory_stays_a_small_multiple_of_the_file(tmp_path, representation):
    path = tmp_path / "big.ovf"
    values = np.zeros((20, 100, 100, 1), np.float32)
    write_ovf(path, OVF.from_array(values, (1, 1, 1)), representation=representation)
    tracemalloc.start()
    try:
        read_ovf(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # 4 for "0 " as a float64, 1/2 for the finite mask; 16 MB for one block of text in words.
    assert peak < 4.5 * path.stat().st_size + 16e6


# Fuzzing: the reader returns or refuses, nothing else.


def returns_or_refuses(path: Path, content: bytes) -> OVF | None:
    path.write_bytes(content)
    try:
        return read_ovf(path, require_finite=False)
    except FileError as error:
        line = str(error)
    assert line.isprintable()
    return None


@real
@pytest.mark.parametrize("name", NAMES)
def test_a_cut_file_is_refused_wherever_it_is_cut(name, tmp_path):
    content = (FOLDER / name).read_bytes()
    complete = len(content.rstrip())
    places = {*range(0, complete, max(1, complete // 200)), *range(0, 1100, 7), *range(complete - 60, complete)}
    for place in sorted(places):
        assert returns_or_refuses(tmp_path / "cut.ovf", content[:place]) is None, place


@real
@quick
@given(st.sampled_from((*SMALL, "skyrmion.omf")), st.data())
def test_flipped_bytes_never_raise_anything_else(tmp_path, name, data):
    content = bytearray((FOLDER / name).read_bytes())
    within = st.one_of(st.integers(0, 1100), st.integers(0, len(content) - 1))
    for place, byte in data.draw(st.lists(st.tuples(within, st.integers(0, 255)), max_size=8)):
        content[place] = byte
    returns_or_refuses(tmp_path / "flipped.ovf", bytes(content))


@real
@quick
@given(st.sampled_from(SMALL), st.data())
def test_spliced_files_never_raise_anything_else(tmp_path, name, data):
    content = (FOLDER / name).read_bytes()
    place = data.draw(st.integers(0, len(content)))
    length = data.draw(st.integers(0, 200))
    inserted = data.draw(st.one_of(st.binary(max_size=60), st.sampled_from([b"#", b"##", b"\n# ", b"{", b"_"])))
    returns_or_refuses(tmp_path / "spliced.ovf", content[:place] + inserted + content[place + length :])


@quick
@given(st.binary(max_size=400))
def test_random_data_after_a_good_header_never_raise_anything_else(tmp_path, content):
    for kind in ("Text", "Binary 4", "Binary 8"):
        returns_or_refuses(tmp_path / "random.ovf", ovf2(data=content, kind=kind))


@quick
@given(st.sampled_from(list(HEADER_2)), st.text(max_size=20))
def test_any_header_value_is_read_or_refused(tmp_path, key, value):
    content = ovf2().decode().replace(f"# {key}: {HEADER_2[key]}", f"# {key}: {value}")
    returns_or_refuses(tmp_path / "value.ovf", content.encode(errors="replace"))


# Writing refuses what could not be read back.


@pytest.mark.parametrize(
    ("changes", "options", "words"),
    [
        ({"title": "two\nlines"}, {}, "line break"),
        ({"title": "a ## b"}, {}, "'##'"),
        ({"desc": ("x" * 9000,)}, {}, "exceeds 8192 bytes"),
        ({"desc": ("x" * 8000,) * 9}, {}, "the header exceeds 65536 bytes"),
        ({"valuelabels": ("a} b", "c")}, {}, "hold braces"),
        ({"valueunits": ("m", "s", "K")}, {"version": 1}, "OVF 1 holds 3 components with one unit"),
        ({"values": np.ones((1, 1, 1, 2))}, {"version": 1}, "the field has 2"),
        ({"values": np.full((1, 1, 1, 3), 1e39)}, {"representation": "binary 4"}, "1e+39 exceeds the limit"),
        ({}, {"version": 3}, "OVF version 3 is not known"),
        ({}, {"representation": "binary 16"}, "'binary 16' is not known; choose one of text, binary 4"),
    ],
)
def test_unwritable_fields_are_refused_and_the_old_file_stays(tmp_path, changes, options, words):
    path = tmp_path / "old.ovf"
    path.write_bytes(b"old")
    ovf = replace(OVF.from_array(np.ones((1, 1, 1, 3)), (1, 1, 1)), **changes)
    with pytest.raises(FileError) as caught:
        write_ovf(path, ovf, **options)
    assert words in str(caught.value)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["old.ovf"]
