"""The process that reads an HDF5 file for `spinviz.files.hdf5.reader`, and breaks down or hangs in its stead.

Requests are lines of JSON on standard input; answers on standard output are 8 bytes of length, JSON, and the raw bytes
of an array where one was asked for. Links, external storage and virtual datasets lead elsewhere and are not followed.
"""

from __future__ import annotations

import faulthandler
import json
import os
import struct
import sys
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from typing import Any, BinaryIO

import h5py
import numpy as np

from spinviz.files.hdf5.superblock import ClosedView

MOST_NAMES = 10_000
MOST_ATTRIBUTE_BYTES = 16 * 2**20
"""Of all attributes of an object."""
SPARE_MEMORY = 512 * 2**20
"""Bytes of address space for whatever is no array."""


def serve() -> int:
    """Answer until nobody asks any more."""
    requests = os.fdopen(0, "rb")
    answers = os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)  # nothing that a library prints may come between
        _dump_no_core()
        _Server(requests, answers, nowhere).run()
    return 0


class _Server:
    def __init__(self, requests: BinaryIO, answers: BinaryIO, nowhere: BinaryIO) -> None:
        self._requests, self._answers, self._nowhere = requests, answers, nowhere
        self._file: Any = None
        self._verbs: dict[str, Callable[[Any], tuple[Any, Any]]] = {
            "open": self._open, "look": self._look, "read": self._read,
        }  # fmt: skip

    def run(self) -> None:
        for line in self._requests:
            request = json.loads(line)
            # Whoever asked may be gone when the library hangs.
            faulthandler.dump_traceback_later(request["seconds"], exit=True, file=self._nowhere)
            _limit_memory(request["memory"] + SPARE_MEMORY)
            try:
                answer, array = self._verbs[request["do"]](request)
            except Exception as error:
                answer, array = {"error": f"{error}" or type(error).__name__}, None
            self._say(answer, array)
            faulthandler.cancel_dump_traceback_later()

    def _say(self, answer: Any, array: Any) -> None:
        text = json.dumps(answer).encode()
        self._answers.write(struct.pack("<Q", len(text)) + text)
        if array is not None and array.nbytes:
            self._answers.write(memoryview(array.reshape(-1).view(np.uint8)))
        self._answers.flush()

    def _open(self, request: Any) -> tuple[Any, None]:
        self._file, complete = _opened(request["path"])
        return {"complete": complete}, None

    def _look(self, request: Any) -> tuple[Any, None]:
        found = self._found(request["name"])
        if isinstance(found, str):
            return {"kind": found}, None
        return _described(found) | {"attributes": _attributes(found)}, None

    def _read(self, request: Any) -> tuple[Any, Any]:
        dataset = self._found(request["name"])
        array = np.ascontiguousarray(dataset[()], dtype=_plain(dataset.dtype))
        return {"bytes": array.nbytes}, array

    def _found(self, name: str) -> Any:
        """Return the object; a text where it is missing or elsewhere."""
        found = self._file
        for part in filter(None, name.split("/")):
            link = found.get(part, getlink=True) if isinstance(found, h5py.Group) else None
            if not isinstance(link, h5py.HardLink):
                return "nothing" if link is None else "link"
            found = found[part]
        return found


def _opened(path: str) -> tuple[Any, bool]:
    """Open a file, or else one whose writer was killed or still writes: then it is not complete."""
    try:
        return h5py.File(path, "r"), True
    except OSError as error:
        if "already open for write" not in str(error):
            raise
    return h5py.File(ClosedView(open(path, "rb")), "r"), False


def _described(found: Any) -> dict[str, Any]:
    if isinstance(found, h5py.Group):
        if len(found) > MOST_NAMES:
            raise ValueError(f"a group has {len(found)} names, the limit is {MOST_NAMES}")
        return {"kind": "group", "names": list(found)}
    if not isinstance(found, h5py.Dataset):
        return {"kind": "type"}
    elsewhere = bool(found.external) or found.is_virtual
    plain = _plain(found.dtype)
    return {
        "kind": "dataset",
        "dtype": None if plain is None or elsewhere else np.lib.format.dtype_to_descr(plain),
        "holds": "numbers in other files" if elsewhere else _in_words(found.dtype),
        "shape": found.shape,
        "stored": found.id.get_storage_size(),
    }


def _plain(dtype: Any) -> Any:
    """Return the type of numbers, or of records of numbers without gaps; None for all else."""
    if dtype.names is None:
        return np.dtype(dtype.str) if dtype.kind in "fiubc" else None
    end = 0
    for part, offset in sorted((dtype.fields[name][:2] for name in dtype.names), key=lambda field: field[1]):
        # The library spoils its own memory where parts lie over each other.
        if part.names is not None or part.kind not in "fiub" or offset < end:
            return None
        end = offset + part.itemsize
    return np.dtype([(name, dtype[name].str) for name in dtype.names])


def _in_words(dtype: Any) -> str:
    if dtype.names is None:
        return "texts" if h5py.check_string_dtype(dtype) else str(dtype)
    return f"records ({', '.join(dtype.names)})" + ("" if _plain(dtype) else " whose parts do not lie side by side")


def _attributes(found: Any) -> dict[str, Any]:
    """Texts as they are, numbers as type, shape and bytes; others are left out."""
    identities = [found.attrs.get_id(name) for name in found.attrs]
    size = sum(identity.get_storage_size() for identity in identities)
    if len(identities) > MOST_NAMES or size > MOST_ATTRIBUTE_BYTES:
        raise ValueError(f"the attributes of '{found.name}' exceed {MOST_ATTRIBUTE_BYTES} bytes")
    values = {name: _value(found.attrs[name]) for name in found.attrs}
    return {name: value for name, value in values.items() if value is not None}


def _value(value: Any) -> Any:
    if isinstance(value, bytes | str):
        return {"text": _text(value)}
    array = np.asarray(value)
    if array.dtype.kind in "SUO" and all(isinstance(item, bytes | str) for item in array.flat):
        return {"text": [_text(item) for item in array.flat]}
    if array.dtype.kind in "fiubc":
        coded = b64encode(np.ascontiguousarray(array).tobytes()).decode()
        return {"dtype": array.dtype.str, "shape": array.shape, "bytes": coded}
    return None


def _text(value: bytes | str) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _limit_memory(more: int) -> None:
    """Let the address space grow by ``more`` bytes at most, where the system can hold to that."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        with open("/proc/self/statm") as stream:
            used = int(stream.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = used + more if hard == resource.RLIM_INFINITY else min(used + more, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def _dump_no_core() -> None:
    """A breakdown is expected here: no file and no dialog about it."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.kernel32.SetErrorMode(0x0001 | 0x0002)  # SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX
        return
    import resource

    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
