"""Symbols are split where letters go down or up."""

import pytest

from spinviz.model.symbols import plain_text, rich, runs


@pytest.mark.parametrize(
    ("symbol", "split", "plain", "markup"),
    [
        ("m", [("m", "base")], "m", "m"),
        ("M_z", [("M", "base"), ("z", "sub")], "Mz", "M<sub>z</sub>"),
        ("M₀", [("M", "base"), ("0", "sub")], "M0", "M<sub>0</sub>"),
        ("|M_xy|", [("|M", "base"), ("xy", "sub"), ("|", "base")], "|Mxy|", "|M<sub>xy</sub>|"),
        ("χ_{x y}", [("χ", "base"), ("x y", "sub")], "χx y", "χ<sub>x y</sub>"),
        ("T_2^*", [("T", "base"), ("2", "sub"), ("*", "sup")], "T2*", "T<sub>2</sub><sup>*</sup>"),
        ("a<b", [("a<b", "base")], "a<b", "a&lt;b"),
        ("", [], "", ""),
    ],
)
def test_symbols(symbol: str, split: list[tuple[str, str]], plain: str, markup: str) -> None:
    assert list(runs(symbol)) == split
    assert plain_text(symbol) == plain
    assert rich(symbol) == markup
