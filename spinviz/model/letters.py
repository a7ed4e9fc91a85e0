"""The symbols in an equation: LaTeX read just as far as is needed to say what each letter means."""

from __future__ import annotations

import re

_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi rho sigma tau phi varphi chi psi omega "
    "Gamma Delta Omega Sigma"
)
GREEK = dict(zip(_NAMES.split(), "αβγδεζηθκλμνξρστφφχψωΓΔΩΣ", strict=True))
MARKS = {"pm": "±", "infty": "∞", "uparrow": "↑", "downarrow": "↓", **GREEK}
UPRIGHT = frozenset({"sech", "artanh", "d", "tr", "at", r"of\ two\ Fermi\ seas"})
"""Functions, the differential and words: they stand for themselves."""
GROUP = r"(?:\{[^{}]*\}|\\[A-Za-z]+|.)"
_LIMITS = re.compile(rf"\\(?:sum|prod|int)\s*(?:_{GROUP})?(?:\^{GROUP})?")
_NAMED = re.compile(r"\\(?:mathrm|mathbf)\{([^{}]*)\}|\\mathrm\s*([A-Za-z])")


def letters(latex: str, names: tuple[str, ...] = ()) -> list[str]:
    """Return the symbols in ``latex`` in their order, each once, with braces around marks: "T_{1}", "M_{z}^{-}", "Δω".

    Left out are numbers, functions, differentials, e and i where they are the numbers, and the indices of sums.
    ``names`` are symbols of several letters, as "TE".
    """
    text = _NAMED.sub(lambda match: _upright(match[1] or match[2]), re.sub(r"\\text\{[^{}]*\}", " ", latex))
    text = re.sub(r"\^T\b", " ", _LIMITS.sub(" ", text))  # transposition
    text = re.sub(r"\\([A-Za-z]+)\s?", lambda match: MARKS.get(match[1], " "), text)
    text = re.sub(r"\bd(?=[uE]\b)", " ", text)
    text = re.sub(r"([_^])([^\s{])", r"\1{\2}", text)
    many = "".join(f"{name}|" for name in sorted(names, key=len, reverse=True))
    symbol = rf"(«\w+»|{many}[Δδ]?[A-Za-zα-ωΓΔΩΣ])(_\{{[^{{}}]*\}})?(\^\{{(?:[*∞⁻+-]|fit)\}})?(\^\{{|)"
    found: dict[str, None] = {}
    for base, sub, sup, power in re.findall(symbol, text):
        number = (base == "e" and power and not sub) or (base in ("i", "π") and not sub)
        if not number:
            found[re.sub(r"[«»']", "", base + sub + sup).replace("-", "−")] = None
    return list(found)


def _upright(text: str) -> str:
    if text in UPRIGHT:
        return " "
    return f"{{«{text}»}}" if len(text) > 1 else f"{{{text}}}"
