"""What is written down comes back bit for bit; nothing else does, and reading runs no code of the file."""

import json
import math
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
import pytest
from toy import Toy, ToyParameters, ToyState

from spinviz.engine.snapshots import same_state
from spinviz.files.plain_values import _LENGTHS, _MAGIC, Unfit, packed, unpacked


@dataclass
class Local:
    value: Any


def again(value: Any) -> Any:
    return unpacked(packed(value, "toy"), "toy")


@pytest.mark.parametrize(
    "value",
    [
        None, True, 0, 2**63, "half \ud800 ∑", b"\x00\xff", 0.1, 5e-324, 1 - 2j, (1, [2.5, (None,)], {"a": 1, 2: "b"}),
        np.arange(6, dtype=np.int8).reshape(2, 3), np.array([], np.float32), np.array(3.5), np.float32(0.1),
        np.uint64(2**64 - 1), np.array([1 + 2j, np.nan]), np.arange(12.0).reshape(3, 4).T, np.array([True, False]),
        np.arange(3, dtype=">f8"), ToyParameters(rate=1 / 3, mode="raise"),
        ToyState(np.array([0.1, -0.0]), np.array([7], np.uint64), time=2.5),
    ],
)  # fmt: skip
def test_values_come_back(value: Any) -> None:
    found = again(value)
    assert type(found) is type(value)
    assert same_state(found, value) or found == value
    if isinstance(value, np.ndarray | np.generic):
        assert (found.dtype, found.shape, found.tobytes()) == (value.dtype, value.shape, value.tobytes())


def test_signs_and_what_is_not_finite_come_back() -> None:
    assert math.copysign(1, again(-0.0)) == -1
    assert [again(value) for value in (math.inf, -math.inf)] == [math.inf, -math.inf]
    assert math.isnan(again(math.nan))


def test_what_cannot_be_changed_stays_so_and_arrays_are_apart() -> None:
    fixed = np.arange(3)
    fixed.flags.writeable = False
    assert not again(fixed).flags.writeable
    one, two = again((np.zeros(3), np.zeros(3)))
    one[:] = 1
    assert not two.any()


def test_what_is_known_is_named_and_not_written() -> None:
    toy = Toy()
    content = packed([toy, 1], known={"system": toy})
    assert unpacked(content, known={"system": toy})[0] is toy
    with pytest.raises(Unfit):
        unpacked(content)
    with pytest.raises(Unfit):
        packed([toy])


def extended() -> ToyState:
    state = ToyState(np.zeros(1), np.zeros(1, np.uint64))
    state.more = 1  # type: ignore[attr-defined]
    return state


@pytest.mark.parametrize(
    "value", [print, {1, 2}, np.array([None]), np.array(["a"]), Local(1), extended(), np.ma.masked_array([1.0]), Toy]
)
def test_what_is_no_plain_value_is_not_written(value: Any) -> None:
    with pytest.raises(Unfit):
        packed({"value": value}, "toy")


def test_damage_is_noticed() -> None:
    content = packed({"state": np.arange(5.0), "step": 3})
    for at in range(len(content)):
        with pytest.raises(Unfit):
            unpacked(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
    for cut in (b"", content[:10], content[:-1], content + b"\0"):
        with pytest.raises(Unfit):
            unpacked(cut)


@pytest.mark.parametrize(
    "tree",
    [
        {"object": "os:system", "fields": {}},
        {"object": "subprocess:Popen", "fields": {"args": "true"}},
        {"object": "spinviz.files.lock:FileLock", "fields": {"path": "x"}},
        {"object": "spinviz.files.lock:os.system", "fields": {}},
        {"object": "toy:ToyState", "fields": {"values": 1}},
        {"parameters": "toy:ToyState", "values": {"dict": []}},
        {"parameters": "toy:ToyParameters", "values": {"dict": [["rate", -1.0]]}},
        {"array": [0, "|O"], "shape": [1], "fixed": False},
        {"array": [0, "<U2"], "shape": [2], "fixed": False},
        {"array": [0, "<f8"], "shape": [2**40], "fixed": False},
        {"array": [-8, "<f8"], "shape": [1], "fixed": False},
        {"array": [8, "<f8"], "shape": [2], "fixed": False},
        {"array": [0, "<f8"], "shape": [-1], "fixed": False},
        {"array": [0], "shape": [1], "fixed": False},
        {"known": "system"}, {"code": "1"}, [1], {}, {"dict": [[{"list": []}, 1]]},
    ],
)  # fmt: skip
def test_bytes_that_nobody_wrote_are_refused(tree: Any) -> None:
    text, arrays = json.dumps(tree).encode(), bytes(16)
    content = _MAGIC + _LENGTHS.pack(len(text), 16) + sha256(text + arrays).digest() + text + arrays
    with pytest.raises(Unfit):
        unpacked(content, "toy")
