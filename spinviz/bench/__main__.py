"""``python -m spinviz.bench FILE``: measure everything and renew the tables of numbers in a Markdown file."""

from __future__ import annotations

import sys
from pathlib import Path

from spinviz.bench import measured, single_threaded

BEGIN, END = "<!-- numbers -->", "<!-- end of numbers -->"


def renewed(text: str, table: str) -> str:
    """The text with ``table`` between its marks. Errors: `ValueError` without both marks."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the file has no place for numbers: put {BEGIN} and {END} into it")
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


def main(file: Path) -> None:
    """Measure and write."""
    text = file.read_text(encoding="utf-8")
    renewed(text, "")
    single_threaded()
    from spinviz.bench import report
    from spinviz.bench.catalogue import benchmarks

    known = benchmarks()
    results = measured(list(known.values()))
    table = report.as_markdown(results, {name: benchmark.title for name, benchmark in known.items()})
    file.write_text(renewed(text, table), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
