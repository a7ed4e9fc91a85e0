"""Parameters declared once: the panel, the flags, the session file and the reference all follow from here.

class TwoLevelParameters(Parameters):
    B0: float = quantity(1.5, "T", "Static field along z.", ge=0, le=20, symbol="B₀")
    spins: int = quantity(512, "", "Number of spins.", ge=1, le=4096, rebuild=True)
    frame: Literal["rotating", "laboratory"] = choice("rotating", "Frame of reference.")
"""

from __future__ import annotations

import json
import math
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from spinviz.model.file_names import of_text
from spinviz.model.shortened import shortened
from spinviz.model.units import UnitError, read_number, show

SMALLEST = 1e-100
"""Of a number that is not 0: closer to 0, quotients become infinite. No quantity in SI units is smaller."""

LONGEST_NAME = 300
"""Letters of the name of a file, or of many, in a message."""

Kind = Literal["number", "integer", "switch", "choice", "file"]


class ParameterError(ValueError):
    """A parameter that does not exist or does not fit: one line with the value, the limit and the remedy."""


NO_WORDS: Mapping[str, str] = {}


@dataclass(frozen=True)
class Quantity:
    """A declared parameter. ``low`` and ``high`` are always finite for numbers, so that a slider can be drawn."""

    name: str
    title: str
    symbol: str
    unit: str
    help: str
    value: Any
    kind: Kind
    low: float | None
    high: float | None
    open_low: bool
    open_high: bool
    scale: Literal["linear", "log"]
    rebuild: bool
    display: bool
    choices: tuple[str, ...]
    words: tuple[str, ...]
    """What each of the choices is called on screen."""
    suffixes: tuple[str, ...]
    many: bool = False
    """Whether several files can be named."""
    sets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, compare=False)
    """Values of other parameters that come with a choice."""

    def show(self, value: Any) -> str:
        """Return ``value`` for people."""
        if self.kind == "switch":
            return "on" if value else "off"
        if self.kind == "file":
            return shortened(str(value), LONGEST_NAME)
        return show(float(value), self.unit) if self.kind in ("number", "integer") else str(value)

    def word(self, value: str) -> str:
        """Return what a choice is called on screen."""
        return self.words[self.choices.index(value)] if value in self.choices else value

    def said(self, value: Any) -> str:
        """Return ``value`` as the window says it: choices in their words, files by their names."""
        if self.kind == "choice":
            return self.word(value)
        return shortened(PurePath(value).name or "none") if self.kind == "file" else self.show(value)

    def brings(self, value: Any) -> Mapping[str, Any]:
        """Return what a choice sets of other parameters."""
        return self.sets.get(value, {}) if isinstance(value, str) else {}

    def limits(self) -> str:
        """Return the range in words: "between 0 T and 20 T"."""
        if self.kind == "switch":
            return "one of on, off"
        if self.kind == "choice":
            return f"one of {', '.join(self.choices)}"
        if self.kind == "file":
            return f"a file ending in {', '.join(self.suffixes)}"
        low, high = self.show(self.low), self.show(self.high)
        text = f"between {low} and {high}"
        excluded = [end for end, is_open in ((low, self.open_low), (high, self.open_high)) if is_open]
        return f"{text} ({' and '.join(excluded)} excluded)" if excluded else text

    def read(self, text: str) -> Any:
        """Return the value that ``text`` says ("3 T", "12 ms", "on"). Errors: `ParameterError`."""
        if self.kind == "switch":
            word = text.strip().lower()
            if word in ("on", "true", "yes", "1", "off", "false", "no", "0"):
                return word in ("on", "true", "yes", "1")
            raise ParameterError(f"{self.name} = '{shortened(text)}' is neither on nor off: write on or off")
        if self.kind in ("choice", "file"):
            return self._chosen(text.strip()) if self.kind == "choice" else of_text(text)
        try:
            number = read_number(text, self.unit, float(self.value))
        except UnitError as error:
            raise ParameterError(f"{self.name}: {error}") from error
        if self.kind == "integer":
            if not math.isfinite(number) or number != round(number):
                raise ParameterError(f"{self.name} = {shortened(text)} is no whole number: choose one {self.limits()}")
            return round(number)
        return number

    def _chosen(self, text: str) -> str:
        """The choice that is written or called so."""
        return self.choices[self.words.index(text)] if text in self.words and text not in self.choices else text


def quantity(
    value: float,
    unit: str,
    help: str,
    *,
    title: str = "",
    symbol: str = "",
    ge: float | None = None,
    gt: float | None = None,
    le: float | None = None,
    lt: float | None = None,
    scale: Literal["linear", "log"] = "linear",
    rebuild: bool = False,
    display: bool = False,
) -> Any:
    """Declare a number: value, unit, a sentence, a range, the slider's scale, and whether a change needs a new state.

    ``title`` is the label in front of the symbol; without it the words of ``help`` up to the first stop or comma.
    ``display``: it changes what is shown and nothing that happens, so that means and laws go on.
    """
    if (ge is None) == (gt is None) or (le is None) == (lt is None):
        raise TypeError("a quantity has exactly one lower and one upper limit")
    extra: dict[str, Any] = {
        "unit": unit, "title": title, "symbol": symbol, "scale": scale, "rebuild": rebuild, "display": display,
    }  # fmt: skip
    return Field(value, description=help, ge=ge, gt=gt, le=le, lt=lt, json_schema_extra={"spinviz": extra})


def choice(
    value: str,
    help: str,
    *,
    title: str = "",
    symbol: str = "",
    words: Mapping[str, str] = NO_WORDS,
    sets: Mapping[str, Mapping[str, Any]] | None = None,
    rebuild: bool = False,
    display: bool = False,
) -> Any:
    """Declare one of several words; the field's type is a `Literal` of them.

    ``words`` says what those are called on screen that are not words themselves: {"slr": "Shinnar-Le Roux"}. ``sets``:
    values of other parameters that come with a word, {"iron": {"Ms": 1.7e6}}; what is named beside it wins. Whoever
    changes one of them then leaves the choice, for its default, which sets nothing.
    """
    extra: dict[str, Any] = {
        "unit": "", "title": title, "symbol": symbol, "words": dict(words), "rebuild": rebuild, "display": display,
        "sets": {word: dict(values) for word, values in (sets or {}).items()},
    }  # fmt: skip
    return Field(value, description=help, json_schema_extra={"spinviz": extra})


def switch(value: bool, help: str, *, title: str = "", rebuild: bool = False, display: bool = False) -> Any:
    """Declare something on or off."""
    extra: dict[str, Any] = {"unit": "", "title": title, "rebuild": rebuild, "display": display}
    return Field(value, description=help, json_schema_extra={"spinviz": extra})


def file(help: str, suffixes: tuple[str, ...], *, title: str = "", many: bool = False) -> Any:
    """Declare an input file, or ``many``; empty for none. A change always needs a new state."""
    extra: dict[str, Any] = {"unit": "", "title": title, "rebuild": True, "suffixes": list(suffixes), "many": many}
    return Field("", description=help, json_schema_extra={"spinviz": extra})


class Parameters(BaseModel):
    """Immutable, validated inputs of a system. Equal values are equal and hash alike."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=False, validate_default=False)

    @classmethod
    def quantities(cls) -> dict[str, Quantity]:
        """Return every declared parameter by name, in the order of declaration."""
        found = _QUANTITIES.get(cls)
        if found is None:
            found = _QUANTITIES[cls] = {name: _describe(cls, name) for name in cls.model_fields}
        return found

    @classmethod
    def quantity_named(cls, name: str) -> Quantity:
        """Return the parameter ``name``. Errors: `ParameterError` with the known names."""
        known = cls.quantities()
        if name not in known:
            raise ParameterError(f"unknown parameter '{shortened(name)}': use one of {', '.join(known)}")
        return known[name]

    @classmethod
    def of(cls, **values: Any) -> Self:
        """Return validated parameters. Errors: `ParameterError` naming value, limit and remedy."""
        for name in values:
            cls.quantity_named(name)
        values = cls._with_what_is_set(values)
        try:
            made = cls(**values)
        except ValidationError as error:
            raise ParameterError(_one_line(cls, error)) from error
        for name in values:
            made._check_size(name)
        return made

    def change(self, **values: Any) -> Self:
        """Return a copy with some values changed and everything validated."""
        kept = self.model_dump(exclude_unset=True)
        for name, q in self._setting().items():
            if name in values and values[name] != getattr(self, name):
                kept = {one: value for one, value in kept.items() if one not in q.brings(values[name])}
        return self.of(**{**kept, **values})

    @classmethod
    def _setting(cls) -> dict[str, Quantity]:
        """Choices that bring values of others."""
        return {name: q for name, q in cls.quantities().items() if q.sets}

    @classmethod
    def _with_what_is_set(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Add what choices bring; leave those that do not fit what is named."""
        for name, q in cls._setting().items():
            brought = q.brings(values.get(name, q.value))
            values = {**brought, **values}
            if any(values[one] != value for one, value in brought.items()):
                values[name] = q.value
        return values

    def as_json(self) -> str:
        """Return all values as JSON; names of files that are no Unicode are escaped and come back as they were."""
        return json.dumps(self.model_dump())

    @property
    def given(self) -> dict[str, Any]:
        """What was set by name, whether or not it is the default: what a file says of all parameters."""
        return self.model_dump(exclude_unset=True)

    def over(self, below: Parameters) -> Self:
        """Return what was set here, and for the rest what ``below`` has if its parameters are of this kind."""
        return below.change(**self.given) if isinstance(below, type(self)) else self

    def read(self, name: str, text: str) -> Self:
        """Return a copy with ``name`` set to what ``text`` says."""
        return self.change(**{name: self.quantity_named(name).read(text)})

    def unused(self) -> Mapping[str, str]:
        """Return the names of parameters that have no effect on what the others choose, each with the reason.

        The reason is a clause that stands in the panel: "only with RF spoiling".
        """
        return {}

    def rebuilds(self, other: Parameters) -> bool:
        """Whether going to ``other`` needs a new state."""
        return any(q.rebuild for q in self._differences(other))

    def displays(self, other: Parameters) -> bool:
        """Whether going to ``other`` changes only what is shown, or nothing."""
        return all(q.display for q in self._differences(other))

    def _check_size(self, name: str) -> None:
        """Refuse a number so small that quotients with it become infinite. Errors: `ParameterError`."""
        q, value = self.quantity_named(name), getattr(self, name)
        if q.kind == "number" and 0 < abs(value) < SMALLEST:
            zero = "" if q.open_low and q.low == 0 else "0 or "
            choose = f"choose {zero}{SMALLEST:g} {q.unit}".rstrip()
            raise ParameterError(f"{name} = {q.show(value)} is too close to 0: {choose} or more")

    def _differences(self, other: Parameters) -> list[Quantity]:
        mine, theirs = self.model_dump(), other.model_dump()
        return [q for name, q in self.quantities().items() if mine[name] != theirs[name]]


_QUANTITIES: dict[type[Parameters], dict[str, Quantity]] = {}


def _describe(cls: type[Parameters], name: str) -> Quantity:
    info = cls.model_fields[name]
    schema = info.json_schema_extra
    if not isinstance(schema, dict) or "spinviz" not in schema:
        raise TypeError(f"{cls.__name__}.{name} is not declared with quantity, choice, switch or file")
    extra = typing.cast(dict[str, Any], schema["spinviz"])
    help_text = info.description or ""
    limits = {attr: getattr(m, attr) for m in info.metadata for attr in ("ge", "gt", "le", "lt") if hasattr(m, attr)}
    return Quantity(
        name=name,
        title=extra.get("title") or help_text.split(".")[0].split(",")[0].split(" (")[0],
        symbol=extra.get("symbol") or "",
        unit=extra.get("unit") or "",
        help=help_text,
        value=info.default,
        kind=_kind(info.annotation, "suffixes" in extra),
        low=limits.get("ge", limits.get("gt")),
        high=limits.get("le", limits.get("lt")),
        open_low="gt" in limits,
        open_high="lt" in limits,
        scale=extra.get("scale") or "linear",
        rebuild=bool(extra.get("rebuild")),
        display=bool(extra.get("display")),
        choices=(choices := tuple(str(word) for word in typing.get_args(info.annotation))),
        words=tuple(extra.get("words", {}).get(word, word) for word in choices),
        suffixes=tuple(extra.get("suffixes", ())),
        many=bool(extra.get("many")),
        sets=extra.get("sets") or {},
    )


def _kind(annotation: Any, is_file: bool) -> Kind:
    if is_file:
        return "file"
    if typing.get_origin(annotation) is Literal:
        return "choice"
    kinds: dict[Any, Kind] = {bool: "switch", int: "integer", float: "number"}
    if annotation not in kinds:
        raise TypeError(f"a parameter is a float, int, bool, Literal or file, not {annotation}")
    return kinds[annotation]


def _is_finite(given: Any) -> bool:
    """Whether it is a number that a float can hold."""
    try:
        return isinstance(given, int | float) and math.isfinite(given)
    except OverflowError:
        return False


def _one_line(cls: type[Parameters], error: ValidationError) -> str:
    first = error.errors()[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    q = cls.quantities().get(name)
    if q is None:
        return f"{name}: {first['msg']}"
    given = first["input"]
    shown = q.show(given) if _is_finite(given) else f"'{str(given)[:40]}'"
    what = {"finite_number": "is not finite", "int_from_float": "is no whole number"}.get(
        first["type"], "is out of range"
    )
    if first["type"] in ("float_parsing", "float_type", "int_parsing", "int_type"):
        what = "is no number"
    if q.kind in ("choice", "switch"):
        what = "is unknown"
    return f"{name} = {shown} {what}: choose {'a value ' if q.low is not None else ''}{q.limits()}"
