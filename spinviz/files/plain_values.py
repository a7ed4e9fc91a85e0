"""Values written down as data: numbers, texts, arrays, and dataclasses of them. Reading runs no code of the file.

What is read names only dataclasses that this program has imported already, of spinviz and of the package given, and
objects that whoever reads it has anyway (``known``, by name).
"""

from __future__ import annotations

import base64
import dataclasses
import json
import math
import struct
import sys
from collections.abc import Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spinviz.model.parameters import Parameters

_MAGIC = b"spinviz values 1\n"
_LENGTHS = struct.Struct("<QQ")
_DIGEST = 32
_KINDS = "biufc"
"""Kinds of numbers that arrays may hold."""
_ALIGNED = 16
NOTHING: Mapping[str, Any] = MappingProxyType({})


class Unfit(ValueError):
    """A value that cannot be written down as data, or bytes that are none."""


def packed(value: Any, package: str = "", known: Mapping[str, Any] = NOTHING) -> bytes:
    """Return ``value`` as bytes; ``package`` holds dataclasses too, beside spinviz. Errors: `Unfit`."""
    writer = _Writer(package, known)
    tree = json.dumps(writer.node(value), separators=(",", ":")).encode()
    arrays = b"".join(writer.arrays)
    head = _MAGIC + _LENGTHS.pack(len(tree), len(arrays))
    return b"".join((head, sha256(tree + arrays).digest(), tree, arrays))


def unpacked(content: bytes, package: str = "", known: Mapping[str, Any] = NOTHING) -> Any:
    """Return what was `packed`. Errors: `Unfit`."""
    start = len(_MAGIC) + _LENGTHS.size + _DIGEST
    if len(content) < start or not content.startswith(_MAGIC):
        raise Unfit("the beginning is another one")
    tree, arrays = _LENGTHS.unpack_from(content, len(_MAGIC))
    if len(content) != start + tree + arrays or sha256(content[start:]).digest() != content[start - _DIGEST : start]:
        raise Unfit("the content is not what was written")
    try:
        reader = _Reader(package, known, memoryview(content)[start + tree :])
        return reader.value(json.loads(content[start : start + tree]))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise Unfit(f"{type(error).__name__}: {error}") from error


class _Writer:
    """Makes a tree for JSON; the numbers of arrays are put together."""

    def __init__(self, package: str, known: Mapping[str, Any]) -> None:
        self.arrays: list[bytes] = []
        self._package, self._known = package, known
        self._size = 0

    def node(self, value: Any) -> Any:
        if value is None or type(value) in (bool, int, str):
            return value
        if type(value) is float:
            return value if math.isfinite(value) else {"float": value.hex()}
        if isinstance(value, np.ndarray):
            return {"array": self._array(value), "shape": value.shape, "fixed": not value.flags.writeable}
        if isinstance(value, np.generic):
            return {"number": self._array(np.asarray(value))}
        if isinstance(value, Parameters):
            return {"parameters": self._name(value), "values": self.node(value.model_dump())}
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
            frozen = value.__dataclass_params__.frozen  # type: ignore[attr-defined]  # what a frozen one holds beside its fields, it found from them
            if not frozen and getattr(value, "__dict__", {}).keys() - fields.keys():
                raise Unfit(f"{type(value).__name__} holds more than its fields")
            return {"object": self._name(value), "fields": {name: self.node(part) for name, part in fields.items()}}
        return self._container(value)

    def _container(self, value: Any) -> Any:
        if type(value) is complex:
            return {"complex": [self.node(value.real), self.node(value.imag)]}
        if type(value) is bytes:
            return {"bytes": base64.b64encode(value).decode()}
        if type(value) in (list, tuple):
            return {type(value).__name__: [self.node(part) for part in value]}
        if isinstance(value, tuple) and hasattr(type(value), "_fields"):
            return {"named": self._name(value), "parts": [self.node(part) for part in value]}
        if type(value) is dict:
            return {"dict": [[self.node(key), self.node(part)] for key, part in value.items()]}
        for name, one in self._known.items():
            if value is one:
                return {"known": name}
        raise Unfit(f"{type(value).__name__} is no plain value")

    def _array(self, array: NDArray[Any]) -> list[Any]:
        if array.dtype.kind not in _KINDS or type(array) is not np.ndarray:
            raise Unfit(f"an array of {array.dtype} is not one of numbers")
        content = array.tobytes()
        content += bytes(-len(content) % _ALIGNED)
        self.arrays.append(content)
        at, self._size = self._size, self._size + len(content)
        return [at, array.dtype.str]

    def _name(self, value: Any) -> str:
        name = f"{type(value).__module__}:{type(value).__qualname__}"
        if _class(name, self._package) is not type(value):
            raise Unfit(f"{name} cannot be found again")
        return name


class _Reader:
    """Makes the values of a tree."""

    def __init__(self, package: str, known: Mapping[str, Any], arrays: memoryview) -> None:
        self._package, self._known, self._arrays = package, known, arrays

    def value(self, node: Any) -> Any:
        if not isinstance(node, dict):
            if isinstance(node, list):
                raise Unfit("a list without a kind")
            return node
        kind = next(iter(node), "nothing")
        match kind:
            case "float":
                return float.fromhex(node["float"])
            case "array":
                at, dtype = node["array"]
                array = self._array(at, dtype, tuple(node["shape"]))
                array.flags.writeable = not node["fixed"]
                return array
            case "number":
                at, dtype = node["number"]
                return self._array(at, dtype, ())[()]
            case "parameters":
                return self._parameters(node["parameters"], self.value(node["values"]))
            case "object":
                return self._object(node["object"], node["fields"])
            case "known":
                return self._known[node["known"]]
            case "complex":
                return complex(*map(self.value, node["complex"]))
            case "bytes":
                return base64.b64decode(node["bytes"], validate=True)
            case "list":
                return [self.value(part) for part in node["list"]]
            case "tuple":
                return tuple(self.value(part) for part in node["tuple"])
            case "named":
                return self._named(node["named"], node["parts"])
            case "dict":
                return {self.value(key): self.value(part) for key, part in node["dict"]}
        raise Unfit(f"{kind[:40]} is no kind of value")

    def _array(self, at: int, dtype: str, shape: tuple[int, ...]) -> NDArray[Any]:
        kind = np.dtype(dtype)
        if kind.kind not in _KINDS or at < 0 or min(shape, default=0) < 0:
            raise Unfit(f"no array: {dtype} {shape}")
        return np.frombuffer(self._arrays, kind, math.prod(shape), at).reshape(shape).copy()

    def _object(self, name: str, fields: dict[str, Any]) -> Any:
        kind = _class(name, self._package)
        if not dataclasses.is_dataclass(kind) or fields.keys() != {field.name for field in dataclasses.fields(kind)}:
            raise Unfit(f"{name} has other fields")
        made = object.__new__(kind)
        for field, node in fields.items():
            object.__setattr__(made, field, self.value(node))
        return made

    def _named(self, name: str, parts: list[Any]) -> Any:
        kind = _class(name, self._package)
        if kind is None or not issubclass(kind, tuple) or len(getattr(kind, "_fields", ())) != len(parts):
            raise Unfit(f"{name} has other fields")
        return tuple.__new__(kind, map(self.value, parts))

    def _parameters(self, name: str, values: dict[str, Any]) -> Parameters:
        kind = _class(name, self._package)
        if kind is None or not issubclass(kind, Parameters):
            raise Unfit(f"{name} is no set of parameters")
        return kind.of(**values)


def _class(name: str, package: str) -> type | None:
    """Find a class by name, among those that are there."""
    module, _, path = name.partition(":")
    if module.partition(".")[0] not in ("spinviz", package):
        return None
    found: Any = sys.modules.get(module)
    for part in path.split("."):
        found = getattr(found, part, None)
    return found if isinstance(found, type) else None
