"""Writes docs/systems.md, the reference of all systems, from their declarations.

python docs/make_reference.py            write it
python docs/make_reference.py --check    exit 1 when it is not up to date
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from spinviz.model.law import Law
from spinviz.model.parameters import Quantity
from spinviz.model.system import System
from spinviz.model.units import plain, show
from spinviz.systems import systems

TARGET = Path(__file__).parent / "systems.md"


def reference() -> str:
    """Return the whole page."""
    lines = [
        "# Systems",
        "",
        "Generated from the declarations by `docs/make_reference.py`; do not edit.",
        "",
        "| chapter | system | what it shows |",
        "|---|---|---|",
    ]
    lines += [f"| {s.chapter} | [{s.title}](#{s.name}) | {s.summary} |" for s in systems().values()]
    for system in systems().values():
        lines += ["", *_system(system)]
    return "\n".join(lines) + "\n"


def _system(system: System[Any, Any]) -> Iterator[str]:
    yield f'<a id="{system.name}"></a>'
    yield f"## {system.title} (`{system.name}`)"
    yield ""
    yield system.summary
    yield ""
    yield f"$${system.equation}$$"
    yield ""
    if system.notes:
        yield f"{system.notes}"
        yield ""
    if system.suffixes():
        yield f"Opens files ending in {', '.join(system.suffixes())}."
        yield ""
    yield "### Presets"
    yield ""
    for preset in system.presets:
        yield f"- **{preset.title}** (`{preset.name}`): {preset.help}"
    yield ""
    yield from _table(
        "Parameters",
        ("name", "meaning", "value", "range"),
        (_parameter(q) for q in system.Parameters.quantities().values()),
    )
    yield from _table(
        "Observables", ("name", "meaning", "symbol", "unit"),
        ((f"`{o.name}`", o.title, o.symbol, o.unit) for o in system.observables),
    )  # fmt: skip
    if system.actions:
        yield from _table(
            "Actions", ("name", "button", "what it does"),
            ((f"`{a.name}`", a.title, a.help) for a in system.actions),
        )  # fmt: skip
    if system.landmarks:
        yield from _table(
            "Events", ("name", "stop at the next", "what happens"),
            ((f"`{one.name}`", one.title, one.help) for one in system.landmarks),
        )  # fmt: skip
    yield "### Laws"
    yield ""
    for law in system.laws:
        unit = system.observable(law.observable).unit
        yield f"- **{law.title}** (`{law.name}`, for `{law.observable}`): ${law.latex}$  "
        yield f"  Valid: {law.validity} Tolerance {_tolerance(law, unit)}: {law.because} {law.reference}."


def _tolerance(law: Law, unit: str) -> str:
    if law.averaged:
        return f"{plain(law.tolerance, 2)} standard errors of the mean"
    if law.scale == "theory":
        return f"{plain(law.tolerance, 2)} of the law's value"
    return plain(law.tolerance, 2) if callable(law.scale) else show(law.tolerance, unit, 2)


def _parameter(q: Quantity) -> tuple[str, ...]:
    symbol = f" {q.symbol}" if q.symbol else ""
    value = q.show(q.value) or "none"
    return f"`{q.name}`{symbol}", q.help + (" Restarts." if q.rebuild else ""), value, q.limits()


def _table(title: str, header: tuple[str, ...], rows: Any) -> Iterator[str]:
    yield f"### {title}"
    yield ""
    yield "| " + " | ".join(header) + " |"
    yield "|" + "---|" * len(header)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
    yield ""


def main() -> int:
    """Write or check the page."""
    text = reference()
    if "--check" in sys.argv[1:]:
        return 0 if TARGET.is_file() and TARGET.read_text("utf-8") == text else 1
    TARGET.write_text(text, "utf-8")
    print(f"wrote {TARGET} ({show(len(text.splitlines()))} lines)")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
