"""Machine code of kernels on disk: in the user's cache folder, in every kind of installation.

A file holds one signature of one kernel and a checksum. Its name follows from what the machine code depends on: the
kernel's bytecode and options, the constants and kernels that it names, the types of its arguments, the processor, and
the versions of Python and numba; not from paths or times. Other sources of the same kernel lie beside it.
"""

from __future__ import annotations

import logging
import os
import pickle
import re
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from enum import EnumMeta
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import numba
import numpy as np
from numba.core.compiler import CompileResult
from numba.core.serialize import dumps
from numba.extending import is_jitted

from spinviz import __version__

ENDING = ".kernel"
UNFINISHED = ".part"
SHIPPED = "SPINVIZ_KERNELS"
"""Environment: a folder of kernels that were compiled beforehand; only read. A bundle has them in its own folder."""
KEPT = 14 * 86400
"""Seconds since the last use after which code of other versions is removed."""
NOTED = 86400
"""Seconds after which a use is noted anew, as the time of the file."""
OURS = re.compile(r"\d[\w.+]*-numba\d[\w.+]*-py\d+-[\w.+-]+")
"""Names of folders that this module makes."""

log = logging.getLogger(__name__)
_said: set[str] = set()


# --- where ----------------------------------------------------------------------------------------------------------


def root() -> Path:
    """Return the folder above those of all versions: numba's ``NUMBA_CACHE_DIR``, or the user's cache folder."""
    import platformdirs

    given = os.environ.get("NUMBA_CACHE_DIR")
    return (Path(given).absolute() if given else platformdirs.user_cache_path("spinviz")) / "kernels"


@cache
def folder() -> Path:
    """Return the folder of this version of spinviz, numba and Python on this processor; not made yet."""
    from llvmlite.binding import get_host_cpu_name

    processor = re.sub(r"[^\w.+-]", "_", numba.config.CPU_NAME or get_host_cpu_name())
    return root() / f"{__version__}-numba{numba.__version__}-{_python()}-{processor}"


def shipped() -> Path | None:
    """Return the folder of kernels that came with the program, if there is one."""
    if given := os.environ.get(SHIPPED):
        return Path(given)
    bundle = getattr(sys, "_MEIPASS", None)
    return Path(bundle) / "kernels" if bundle else None


def _python() -> str:
    return f"py{sys.version_info[0]}{sys.version_info[1]}"


# --- what numba asks for --------------------------------------------------------------------------------------------


class KernelCache:
    """Stands in the place of numba's cache of one kernel, with the methods that its dispatcher calls."""

    def __init__(self, kernel: Any) -> None:
        self._kernel = kernel
        self._stamp = ""
        self._enabled = True

    @property
    def cache_path(self) -> str:
        """Where this kernel is kept."""
        return str(folder())

    def enable(self) -> None:
        """Use the files."""
        self._enabled = True

    def disable(self) -> None:
        """Leave the files alone."""
        self._enabled = False

    def flush(self) -> None:
        """Forget what is kept of this kernel."""
        for path in folder().glob(f"{self._name}-*{ENDING}"):
            _remove(path)

    def load_overload(self, signature: Any, target: Any) -> Any:
        """Return the compiled kernel; None where it must be compiled."""
        target.refresh()
        name = self._file(signature, target.codegen())
        if name is None:
            return None
        tidy()
        for place in (folder(), shipped()):
            found = _rebuilt(place / name, target) if place else None
            if found is not None:
                return found
        return None

    def save_overload(self, signature: Any, compiled: Any) -> None:
        """Keep a compiled kernel; one that cannot be kept is compiled at every start, which is said once."""
        name = self._file(signature, compiled.codegen)
        if name is None or compiled.lifted or compiled.library.has_dynamic_globals:
            return
        payload = dumps(compiled._reduce())
        try:
            _write(folder() / name, sha256(payload).digest() + payload)
        except OSError as error:
            why = f"compiled kernels cannot be kept in {folder()} ({error.strerror or error})"
            _say_once("not kept", f"{why}: each start compiles them anew until that folder can be written")
            return
        for path in folder().glob(f"{self._name}-*{ENDING}"):
            if not path.name.startswith(f"{self._name}-{self.stamp[:8]}-") and _unused(path) > KEPT:
                _remove(path)

    @property
    def stamp(self) -> str:
        """A hash of all that the machine code depends on but the types and the processor.

        Made when first asked for: then everything the kernel names is defined.
        """
        if not self._stamp:
            self._stamp = "itself"  # where a kernel calls itself
            self._stamp = _digest(*_sources(self._kernel))
        return self._stamp

    @property
    def _name(self) -> str:
        function = self._kernel.py_func
        return re.sub(r"[^\w.]", "_", f"{function.__module__}.{function.__qualname__}")[-100:]

    def _file(self, signature: Any, codegen: Any) -> str | None:
        types = str(signature)
        if not self._enabled or " at 0x" in types:  # a type that is another at each start
            return None
        key = _digest(self.stamp, types, codegen.magic_tuple(), numba.__version__, _python())
        return f"{self._name}-{self.stamp[:8]}-{key[:24]}{ENDING}"


# --- what machine code depends on -----------------------------------------------------------------------------------


def _sources(kernel: Any) -> Iterator[Any]:
    """Bytecode, options and the values of all names."""
    function = kernel.py_func
    yield from _bytecode(function.__code__)
    yield sorted((name, _plain(value)) for name, value in kernel.targetoptions.items())
    cells = [cell.cell_contents for cell in function.__closure__ or ()]
    yield [_plain(value) for value in (*cells, *(function.__defaults__ or ()))]
    names = sorted(set(_names(function.__code__)))
    for name in names:
        value = function.__globals__.get(name)
        if isinstance(value, ModuleType):  # as np.pi: any of the names may be one of its numbers
            found: dict[str, Any] = {member: getattr(value, member, None) for member in names}
            yield [(value.__name__, *item) for item in found.items() if isinstance(item[1], int | float)]
        else:
            yield name, _plain(value)


def _bytecode(code: CodeType) -> Iterator[Any]:
    yield code.co_code, code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars, code.co_argcount
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _bytecode(constant)
        else:
            yield _plain(constant)


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _plain(value: Any) -> Any:
    """Return what represents a value at every start alike."""
    if is_jitted(value):
        return _cache_of(value).stamp
    if isinstance(value, EnumMeta):
        members: dict[str, Any] = dict(value.__members__)
        return [(name, repr(member.value)) for name, member in members.items()]
    if isinstance(value, np.ndarray):
        return str(value.dtype), value.shape, sha256(np.ascontiguousarray(value).tobytes()).hexdigest()
    if isinstance(value, set | frozenset):
        return sorted(map(repr, value))
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    if value is None or isinstance(value, bool | int | float | complex | str | bytes | np.generic):
        return repr(value)
    if defined := getattr(value, "_defn", None):  # what another package compiles into ours
        return defined.__module__, defined.__qualname__, _version_of(defined.__module__)
    return getattr(value, "__module__", ""), getattr(value, "__qualname__", type(value).__qualname__)


def _version_of(module: str) -> str:
    return str(getattr(sys.modules.get(module.partition(".")[0]), "__version__", ""))


@cache
def _cache_of(kernel: Any) -> KernelCache:
    """Return the cache of a kernel; one that is not ours gets one for its stamp alone."""
    return kernel._cache if isinstance(kernel._cache, KernelCache) else KernelCache(kernel)


def _digest(*parts: Any) -> str:
    return sha256(repr(parts).encode()).hexdigest()


# --- files ----------------------------------------------------------------------------------------------------------


def _rebuilt(path: Path, target: Any) -> Any:
    """Return the compiled kernel in a file; a damaged file is removed and said, once for all."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    try:
        checksum, payload = content[:32], content[32:]
        if sha256(payload).digest() != checksum:
            raise ValueError("the checksum is wrong")
        found = CompileResult._rebuild(target, *pickle.loads(payload))
    except Exception as error:  # unpickling may raise anything
        _remove(path)
        what = f"compiled kernels in {path.parent} were damaged and are compiled anew ({path.name}: {error})"
        _say_once("damaged", what)
        return None
    if _unused(path) > NOTED:
        with suppress(OSError):
            os.utime(path)
    return found


def _write(path: Path, content: bytes) -> None:
    """Write completely or not at all; another process may do the same."""
    draft = path.with_name(f"{path.stem}-{secrets.token_hex(4)}{UNFINISHED}")
    try:
        if not path.is_absolute():
            raise OSError("there is no home folder")
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(content)
        os.replace(draft, path)
    except BaseException:
        _remove(draft)
        raise


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def _unused(path: Path) -> float:
    """Seconds since a file was written or last used; 0 where that is not known."""
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0


def _say_once(kind: str, what: str) -> None:
    if kind not in _said:
        _said.add(kind)
        log.warning(what)


@cache
def tidy() -> None:
    """Remove folders of other versions that nobody used lately, and what killed processes left; once in a process."""
    for draft in folder().glob(f"*{UNFINISHED}"):
        if _unused(draft) > NOTED:
            _remove(draft)
    with suppress(OSError):
        for other in root().iterdir():
            if other != folder() and OURS.fullmatch(other.name) and other.is_dir() and not other.is_symlink():
                _remove_unused(other)


def _remove_unused(old: Path) -> None:
    """Remove a folder of ours with nothing in it but kernels, each unused for long."""
    files = list(old.iterdir())
    lately = not files and _unused(old) < KEPT  # another process has just made it
    if not lately and all(path.suffix in (ENDING, UNFINISHED) and _unused(path) > KEPT for path in files):
        for path in files:
            _remove(path)
        old.rmdir()
